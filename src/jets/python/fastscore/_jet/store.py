"""The engine's state store, seen from a jet."""

import threading
from collections import deque

from fastscore._state import StateError


class EngineStore:
    """One round trip per operation; see ``fastscore._state`` for the operations."""

    def __init__(self, channel):
        self._channel = channel
        self._lock = threading.Lock()
        self._frames = deque()

    def next_frame(self):
        """The next frame that is not a reply."""
        if self._frames:
            return self._frames.popleft()
        return self._channel.receive()

    def get(self, key):
        return self._entry(self._ask('get', key))

    def set(self, key, encoded):
        reply, _ = self._ask('set', key, encoded)
        return reply['stored'], reply['version']

    def init(self, key, encoded):
        reply = self._ask('init', key, encoded)
        return (reply[0]['stored'], *self._entry(reply))

    def cas(self, key, version, encoded):
        reply = self._ask('cas', key, encoded, version=version)
        if reply[0]['stored']:
            return True, encoded, reply[0]['version']
        return (False, *self._entry(reply))

    def turn(self, key):
        return self._entry(self._ask('turn', key))

    def release(self, key):
        self._ask('release', key)

    def delete(self, key):
        return self._ask('delete', key)[0]['stored']

    def keys(self, pool):
        return self._ask('keys', pool=pool)[0]['keys']

    def _ask(self, op, key=None, encoded=None, **fields):
        header = {'t': 'state', 'op': op, **fields}
        if key is not None:
            header['key'] = key
        blobs = ()
        if encoded is not None:
            text, native = encoded
            blobs = [blob for blob in encoded if blob is not None]
            header['value'] = {
                'json': None if text is None else 0,
                'native': None if native is None else len(blobs) - 1,
            }
        with self._lock:
            self._channel.send(header, blobs)
            reply, blobs = self._next_reply()
        error = reply.get('error')
        if error is not None:
            raise StateError(error['message'])
        return reply, blobs

    def _next_reply(self):
        while True:
            frame = self._channel.receive()
            if frame[0]['t'] == 'reply':
                return frame
            self._frames.append(frame)

    @staticmethod
    def _entry(reply):
        header, blobs = reply
        value = header['value']
        if value is None:
            return None, header['version']
        text, native = value['json'], value['native']
        encoded = (
            None if text is None else bytes(blobs[text]),
            None if native is None else bytes(blobs[native]),
        )
        return encoded, header['version']
