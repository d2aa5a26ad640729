"""The keys that are lent to this process."""

import threading
from math import inf
from time import monotonic

from fastscore import _values
from fastscore._entry import NOT_HELD, Entry
from fastscore._pools import KnownPool


class Loans:
    """Safe to use from several threads."""

    def __init__(self, store):
        self._store = store
        store.loans = self
        #: Entry by key, also of keys that are not lent.
        self.entries = {}
        #: KnownPool by name, of pools that are or were lent as a whole.
        self.pools = {}
        #: More keys than so many are not remembered from one rest to the next.
        self.most = inf
        #: Entries that are dirty, and some that were.
        self.dirty = []
        #: Seconds that it took to give back the last whole pool and to learn about the next.
        self.handover = 0.0
        #: Keys, and ``('item', name)`` for pools, that have been recalled and are kept for a moment.
        self._recalled = []
        self._lock = threading.Lock()

    def entry(self, key):
        entry = self.entries.get(key)
        if entry is None:
            with self._lock:
                entry = self.entries.setdefault(key, Entry(key))
        return entry

    def take(self, entry, reply):
        """Notes what a reply about the key of ``entry`` lends. Returns whether the key is held now."""
        with self._lock:
            if reply.pool is not None:
                self._learn(entry.key[1], reply.pool)
            pool = self._held_pool(entry.key)
            if pool is None and not reply.lent:
                return False
            self._hold(entry, _values.decode(reply.encoded), pool)
            return True

    def borrow(self, entry):
        """Holds the key of ``entry`` if its pool is held and its value is known."""
        with self._lock:
            pool = self._held_pool(entry.key)
            if pool is not None and entry.held is NOT_HELD:
                value = pool.value(entry.key[2])
                if value is not NOT_HELD:
                    self._hold(entry, value, pool)

    def has_pool_of(self, key):
        return self._held_pool(key) is not None

    def replace(self, entry, old, new):
        """Compare and set. Returns False when ``old`` is not what is held."""
        with self._lock:
            if entry.held is not old or old is NOT_HELD:
                return False
            entry.held = new
            entry.uses += 1
            if not entry.dirty:
                entry.dirty = True
                self.dirty.append(entry)
            return True

    def take_changes(self):
        """What has changed since it was handed in, as [(key, encoded)]. The keys stay lent."""
        with self._lock:
            dirty, self.dirty = self.dirty, []
            changes = []
            for entry in dirty:
                if entry.dirty:
                    entry.dirty = entry.created = False
                    changes.append((entry.key, _values.encode(entry.held)))
        return changes

    def forget_if_too_many(self):
        """Gives all keys back, and forgets them, when there are more than should be remembered.

        Not before what has changed was handed in with the outputs that belong to it.
        """
        if len(self.entries) > self.most or any(len(pool.values) > self.most for pool in self.pools.values()):
            self._forget_all()

    @property
    def any_recalled(self):
        return len(self._recalled) > 0

    def recall(self, key, waits_for):
        """Somebody else wants ``key``, or all of a pool.

        :param waits_for: the key that this process waits for, ``()`` for several; None when it waits for none
        """
        if waits_for is None or key[:2] < waits_for[:2]:
            with self._lock:
                self._recalled.append(key)
        else:
            self.give_back(key)

    def give_back_recalled(self, waits_for=()):
        """Gives back what has been recalled, but keeps cells and pools before the one that this process is going to wait for.

        A model that uses several keys per record would lose one each time that it waits for another, and so would its
        competitors. Among those who wait in a circle there is always one that waits for an earlier cell or pool: it goes without.
        """
        if self._recalled:
            with self._lock:
                recalled, self._recalled = self._recalled, []
            for key in recalled:
                self.recall(key, waits_for)

    def give_back(self, key):
        """Gives back a key, with its pool if that is held; ``('item', name)`` gives back all of a pool."""
        with self._lock:
            pool = self._held_pool(key)
            if pool is not None:
                self._give_back_pool(pool)
            elif key[0] == 'item' and len(key) == 2:
                self._give_back([entry for entry in self.entries.values() if entry.key[:2] == key])
            elif key in self.entries:
                self._give_back([self.entries[key]])

    def give_back_created(self, name):
        """Items of a pool that the store may not know yet."""
        with self._lock:
            pool = self.pools.get(name)
            if pool is None or not pool.held:
                self._give_back([entry for entry in self.entries.values() if entry.created and entry.key[:2] == ('item', name)])
            elif any(entry.created for entry in pool.used):
                self._give_back_pool(pool)

    # Within the lock: no other thread may ask for a key before the store has it back.

    def _held_pool(self, key):
        pool = self.pools.get(key[1]) if self.pools and key[0] == 'item' else None
        return pool if pool is not None and pool.held else None

    def _hold(self, entry, value, pool):
        entry.known = None
        entry.held = value
        entry.created = value is _values.MISSING
        entry.uses = 0
        # An entry that was dropped meanwhile must be found again when it is recalled.
        self.entries[entry.key] = entry
        if pool is not None:
            pool.used.append(entry)

    def _learn(self, name, lent):
        since = monotonic()
        if lent.fresh or name not in self.pools:
            self.pools[name] = KnownPool(name)
        self.pools[name].learn(lent)
        self.handover += monotonic() - since

    def _give_back(self, entries):
        loans = []
        for entry in entries:
            if entry.held is not NOT_HELD:
                loans.append((entry.key, _values.encode(entry.held) if entry.dirty else None, entry.uses))
                entry.held = NOT_HELD
                entry.dirty = entry.created = False
        if loans:
            self._store.hand_in(loans)

    def _give_back_pool(self, pool, forget=False):
        since = monotonic()
        changes = []
        uses = 0
        for entry in pool.used:
            held = pool.values[entry.key[2]] = entry.held
            if entry.dirty:
                changes.append((entry.key, _values.encode(held)))
            entry.held = NOT_HELD
            entry.dirty = entry.created = False
            uses += entry.uses
        pool.used = []
        pool.held = False
        self._store.hand_in_pool(pool.name, changes, uses, forget)
        self.handover = monotonic() - since

    def _forget_all(self):
        with self._lock:
            for pool in self.pools.values():
                self._give_back_pool(pool, forget=True)
            self.pools = {}
            self._give_back(self.entries.values())
            self.entries = {}
