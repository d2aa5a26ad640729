"""The engine's state store, seen from a jet."""

import json
import struct
import threading
from _thread import _count as other_threads
from collections import deque
from time import monotonic

from fastscore._errors import StateError
from fastscore._pools import LentPool
from fastscore._reply import Reply


class EngineStore:
    """One round trip per request; see ``fastscore._state`` for the operations.

    Frames come in one order, and threads wait for different ones: whoever waits reads, and puts what is not for it
    where the others look.
    """

    def __init__(self, channel):
        #: The keys that are lent to this process.
        self.loans = None
        #: Seconds that a request takes when it need not wait for others: the least lately.
        self.round_trip = 0.001
        self._waits_for = None
        self._channel = channel
        self._asking = threading.Lock()
        self._arrived = threading.Condition()
        self._reading = False
        self._replies = deque()
        self._frames = deque()
        #: (key, encoded) of requests without a reply. More than one when a signal handler of the model broke off the wait.
        self._unanswered = deque()

    def next_frame(self):
        """The next frame that is neither a reply nor a recall; None when keys have been recalled and not given back yet."""
        if other_threads():
            return self._await(self._frames, or_recall=True)
        # Nobody else could read or wait: as above, without what several threads cost.
        while not self._frames:
            if self.loans.any_recalled:
                return None
            self._sort(self._channel.receive())
        return self._frames.popleft()

    def poll(self, seconds=0):
        with self._arrived:
            if self._reading or self._frames:
                return len(self._frames) > 0
            self._reading = True
        try:
            if self._channel.poll(seconds):
                self._sort(self._channel.receive())
                while self._channel.poll():
                    self._sort(self._channel.receive())
        finally:
            self._done_reading()
        return len(self._frames) > 0

    def get(self, key):
        return _reply(self._ask('get', key))

    def set(self, key, encoded):
        return _reply(self._ask('set', key, encoded), encoded)

    def init(self, key, encoded):
        return _reply(self._ask('init', key, encoded), encoded)

    def cas(self, key, version, encoded):
        return _reply(self._ask('cas', key, encoded, version=version), encoded)

    def turn(self, key):
        return _reply(self._ask('turn', key))

    def release(self, key):
        self._ask('release', key)

    def delete(self, key):
        return self._ask('delete', key)[0]['stored']

    def keys(self, pool):
        return self._ask('keys', pool=pool)[0]['keys']

    def hand_in(self, loans):
        blobs = []
        entries = [{**key_and_value(key, encoded, blobs), 'uses': uses} for key, encoded, uses in loans]
        self._channel.send({'t': 'handin', 'loans': entries}, blobs)

    def hand_in_pool(self, name, changes, uses, forgotten):
        blobs = []
        pool = {'pool': name, 'uses': uses, 'forgotten': forgotten}
        self._channel.send({'t': 'handin', 'changes': change_fields(changes, blobs), 'pools': [pool]}, blobs)

    def _ask(self, op, key=None, encoded=None, **fields):
        blobs = []
        header = {'t': 'state', 'op': op, **fields}
        if key is not None:
            header.update(key_and_value(key, encoded, blobs))
        with self._asking:
            # What belongs to a pool that is held is answered at once.
            at_once = key is not None and self.loans.has_pool_of(key)
            if not at_once:
                self._prepare_to_wait(key)
            since = monotonic()
            self._unanswered.append((key, encoded))
            try:
                self._channel.send(header, blobs)
                # Not so when another thread has given the pool back meanwhile.
                if at_once and not self.loans.has_pool_of(key):
                    self._prepare_to_wait(key)
                reply, blobs = self._next_reply()
            finally:
                self._waits_for = None
            self.round_trip = min(self.round_trip * 1.001, monotonic() - since)
        error = reply.get('error')
        if error is not None:
            raise StateError(error['message'])
        return reply, blobs

    def _prepare_to_wait(self, key):
        self._waits_for = key or ()
        self.loans.give_back_recalled(self._waits_for)

    def _next_reply(self):
        while True:
            frame = self._await(self._replies)
            key, encoded = self._unanswered.popleft()
            if not self._unanswered:
                return frame
            if 'version' in frame[0]:
                self.loans.take(self.loans.entry(key), _reply(frame, encoded))

    def _await(self, queue, or_recall=False):
        while True:
            with self._arrived:
                while self._reading and not queue:
                    self._arrived.wait()
                if queue:
                    return queue.popleft()
                # Another thread may have read the recall.
                if or_recall and self.loans.any_recalled:
                    return None
                self._reading = True
            try:
                self._sort(self._channel.receive())
            finally:
                self._done_reading()

    def _sort(self, frame):
        kind = frame[0]['t']
        if kind == 'recall':
            self.loans.recall(tuple(frame[0]['key']), self._waits_for)
        else:
            (self._replies if kind == 'reply' else self._frames).append(frame)

    def _done_reading(self):
        with self._arrived:
            self._reading = False
            self._arrived.notify_all()


class ForkedStore:
    """What a fork of a jet has: its frames would mix with the jet's."""

    loans = None

    def __getattr__(self, operation):
        raise StateError('cells and pools can be used only in the process that the engine started, not in a fork of it')


def key_and_value(key, encoded, blobs):
    """Fields of a frame; the bytes go to ``blobs``."""
    if encoded is None:
        return {'key': key}
    places = {}
    for name, data in zip(('json', 'native'), encoded):
        if data is not None:
            places[name] = len(blobs)
            blobs.append(data)
    return {'key': key, 'value': places}


def change_fields(changes, blobs):
    """Fields of a frame for [(key, encoded)]. JSON values of items of one pool go together."""
    fields = []
    pools = {}
    for key, encoded in changes:
        if key[0] == 'item' and encoded[1] is None:
            items, texts = pools.setdefault(key[1], ([], []))
            items.append(key[2])
            texts.append(encoded[0])
        else:
            fields.append(key_and_value(key, encoded, blobs))
    for name, (items, texts) in pools.items():
        fields.append({'pool': name, 'items': items, 'data': len(blobs), 'lengths': len(blobs) + 1})
        blobs += (b''.join(texts), struct.pack(f'<{len(texts)}I', *map(len, texts)))
    return fields


def _reply(frame, sent=None):
    """:param sent: the value that is there now when the request has stored it"""
    header, blobs = frame
    stored = header.get('stored', False)
    lent = header.get('lent', False)
    pool = _lent_pool(header['pool'], blobs) if 'pool' in header else None
    if stored and sent is not None:
        return Reply(sent, header['version'], True, lent, pool)
    value = header.get('value')
    encoded = None
    if value is not None:
        encoded = tuple(None if value[name] is None else bytes(blobs[value[name]]) for name in ('json', 'native'))
    return Reply(encoded, header['version'], stored, lent, pool)


def _lent_pool(fields, blobs):
    items, unknown = fields['items'], fields['unknown']
    try:
        values = json.loads(bytes(blobs[fields['values']]))
    except (ValueError, RecursionError):
        # One of them cannot be read: asking for each finds out which.
        items, values, unknown = [], [], items + unknown
    return LentPool(fields['fresh'], fields['complete'], items, values, unknown)
