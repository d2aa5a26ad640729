"""The operations on keys. A key that is lent to this process is worked on in memory, others by requests to the store.

A store is the engine (``_jet.store``) or the memory of this process (``_memory``). It has::

    get(key) -> Reply                     turn(key) -> Reply; nobody else changes the key until the next
    set(key, encoded) -> Reply                cas, set, delete or release
    init(key, encoded) -> Reply           release(key)
    cas(key, version, encoded) -> Reply   keys(pool) -> list
    delete(key) -> bool                   poll(seconds=0): passes recalls that come to its ``loans``;
                                              returns True when there is work to do
    round_trip: seconds that a request takes
    hand_in([(key, encoded or None, uses)]): gives keys back, with the value where it has changed
    hand_in_pool(name, [(key, encoded)], uses, forgotten): gives a whole pool back, with what has changed; only
                                              for stores whose replies lend pools

``docs/jet-protocol.md`` tells how a key is lent, recalled and handed in.
"""

import threading
from _thread import _count as other_threads
from time import monotonic

from fastscore._entry import NOT_HELD
from fastscore._loans import Loans
from fastscore._memory import MemoryStore
from fastscore._requests import update_by_requests
from fastscore._values import IMMUTABLE, MISSING, decode, encode, freeze, thaw

#: Between two looks for recalls so many round trips pass, and at least and at most so many seconds: long enough that handing keys
#: over does not dominate.
_LOOK_EVERY = 4
_SHORTEST = 0.0003
_LONGEST = 0.002
#: A pool is kept for as many times as long as it took to hand it over, and at most so many seconds.
_HANDOVERS = 4
_LONGEST_FOR_POOL = 0.01
#: Asking for the time costs as much as half an operation: it is done every 16th time, and after each record.
_USES_MASK = 15


class _Thread(threading.local):
    updating = False


class State:
    """Cells and pools of one process."""

    def __init__(self, store):
        self.store = store
        self.next_look = 0.0
        self._loans = Loans(store)
        # One thread at a time asks about keys that are not held: the reply to a second one would be older than what the
        # first has made of a key that was lent to it.
        self._requests = threading.Lock()
        self._thread = _Thread()
        # The main thread runs an update function, while there was no other thread.
        self._updating_alone = False

    def get(self, key):
        entry = self._loans.entries.get(key)
        if entry is not None:
            held = entry.held
            if held is not NOT_HELD:
                entry.uses = uses = entry.uses + 1
                if not uses & _USES_MASK:
                    self.look()
                return held if type(held) in IMMUTABLE else thaw(held)
        return thaw(self._read(key))

    def has(self, key):
        return self._read(key) is not MISSING

    def set(self, key, value):
        self._refuse_inside_update('set')
        kept = freeze(value)
        entry = self._looked_up(key)
        while not self._loans.replace(entry, entry.held, kept):
            if self._request(entry, lambda: self.store.set(key, encode(kept))):
                return

    def init(self, key, value):
        self._refuse_inside_update('init')
        kept = freeze(value)
        entry = self._looked_up(key)
        while True:
            held = entry.held
            if held is NOT_HELD:
                reply = self._request(entry, lambda: self.store.init(key, encode(kept)))
                if reply:
                    return thaw(decode(reply.encoded))
            elif held is not MISSING:
                return thaw(held)
            elif self._loans.replace(entry, held, kept):
                return thaw(kept)

    def delete(self, key):
        self._refuse_inside_update('delete')
        entry = self._looked_up(key)
        with self._requests:
            entry.known = None
            self._loans.give_back(key)
            return self.store.delete(key)

    def keys(self, pool):
        self._loans.give_back_created(pool)
        return self.store.keys(pool)

    def update(self, key, f):
        loans = self._loans
        entry = loans.entries.get(key)
        held = NOT_HELD if entry is None else entry.held
        if held is NOT_HELD and entry is not None and loans.pools:
            loans.borrow(entry)
            held = entry.held
        # The usual case, without what several threads cost. Only this thread could start another one.
        if held is not NOT_HELD and not self._updating_alone and not other_threads():
            self._updating_alone = True
            try:
                value = f(held if type(held) in IMMUTABLE else thaw(held))
            finally:
                self._updating_alone = False
            kept = value if type(value) in IMMUTABLE else freeze(value)
            if entry.held is held and not other_threads():
                entry.held = kept
                entry.uses = uses = entry.uses + 1
                if not entry.dirty:
                    entry.dirty = True
                    loans.dirty.append(entry)
                if not uses & _USES_MASK:
                    self.look()
                return value
            if loans.replace(entry, held, kept):
                return value
        return self._update(key, f)

    def look(self):
        """Gives back what has been recalled, if it is time to look."""
        if monotonic() >= self.next_look:
            self.store.poll()
            self._loans.give_back_recalled()
            self.next_look = monotonic() + self._look_every()

    def begin_work(self):
        """To be called when a frame has been waited for: what was recalled before has come before it, so it is not yet time to look."""
        if not self._loans.any_recalled:
            self.next_look = monotonic() + self._look_every()

    def rest(self):
        """To be called when there is nothing to do, and what has changed was handed in. Gives back what has been recalled; but what may be
        wanted again at once is kept for as long as between two looks.
        """
        self._loans.forget_if_too_many()
        while self._loans.any_recalled:
            left = self.next_look - monotonic()
            if left <= 0:
                self._loans.give_back_recalled()
            elif self.store.poll(left):
                return

    def remember_at_most(self, keys):
        """From now on more keys than so many are given back, and forgotten, at each rest."""
        self._loans.most = keys

    def take_changes(self):
        """What has changed in the keys that this process holds, as [(key, encoded)]; it goes on to hold them."""
        return self._loans.take_changes()

    def _update(self, key, f):
        self._refuse_inside_update('update')
        if not callable(f):
            raise TypeError(f'update needs a function of the old value, not {type(f).__name__}')
        entry = self._looked_up(key)
        guarded = self._guard(f)
        while True:
            held = entry.held
            if held is NOT_HELD:
                done, value = update_by_requests(self.store, entry, guarded, self._request)
                if done:
                    return value
            else:
                value = guarded(thaw(held))
                # Not so when another thread was faster, or when the key was recalled while f waited for a reply.
                if self._loans.replace(entry, held, freeze(value)):
                    return value

    def _look_every(self):
        return min(max(_SHORTEST, _LOOK_EVERY * self.store.round_trip), _LONGEST)

    def _guard(self, f):
        def guarded(value):
            self._thread.updating = True
            try:
                return f(value)
            finally:
                self._thread.updating = False

        return guarded

    def _read(self, key):
        entry = self._looked_up(key)
        while True:
            held = entry.held
            if held is not NOT_HELD:
                entry.uses += 1
                return held
            reply = self._request(entry, lambda: self.store.get(key))
            if reply:
                return decode(reply.encoded)

    def _looked_up(self, key):
        self.look()
        entry = self._loans.entry(key)
        if entry.held is NOT_HELD:
            self._loans.borrow(entry)
        return entry

    def _request(self, entry, ask):
        """Asks the store about a key that is not held, and takes note of its reply.

        :returns: the reply; None, without asking, when another thread has got the key meanwhile
        """
        with self._requests:
            if entry.held is not NOT_HELD:
                return None
            reply = ask()
            is_new = reply.lent
            reply.lent = self._loans.take(entry, reply)
            if is_new:
                # Whoever had to wait for the key keeps it for a moment; recalls of others came in while it waited.
                moment = self._look_every()
                if reply.pool is not None:
                    moment = max(moment, min(_HANDOVERS * self._loans.handover, _LONGEST_FOR_POOL))
                self.next_look = monotonic() + moment
            if not reply.lent:
                entry.known = reply if reply.tells_value else None
            return reply

    def _refuse_inside_update(self, operation):
        alone = self._updating_alone and threading.current_thread() is threading.main_thread()
        if alone or self._thread.updating:
            raise RuntimeError(
                f'{operation} inside of an update function is not possible: '
                'return the new value, and change other state after the update'
            )


def use(store):
    """From now on cells and pools are kept in ``store``."""
    global current
    current = State(store)


current = State(MemoryStore())
