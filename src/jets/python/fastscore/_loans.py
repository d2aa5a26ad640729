"""The keys that are lent to this process."""

import threading

from fastscore import _values
from fastscore._entry import NOT_HELD, Entry

_MOST_ENTRIES = 100_000


class Loans:
    """Safe to use from several threads."""

    def __init__(self, store):
        self._store = store
        store.loans = self
        #: Entry by key, also of keys that are not lent.
        self.entries = {}
        #: Entries that are dirty, and some that were.
        self.dirty = []
        #: Keys that have been recalled and are kept for a moment.
        self._recalled = []
        self._lock = threading.Lock()

    def entry(self, key):
        entry = self.entries.get(key)
        if entry is None:
            with self._lock:
                entry = self.entries.setdefault(key, Entry(key))
        return entry

    def hold(self, entry, value):
        """The key of ``entry`` was lent with this value."""
        with self._lock:
            entry.known = None
            entry.held = value
            entry.created = value is _values.MISSING
            entry.uses = 0
            # An entry that was dropped meanwhile must be found again when it is recalled.
            self.entries[entry.key] = entry

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
        if len(self.entries) > _MOST_ENTRIES:
            self._forget_all()
        return changes

    @property
    def any_recalled(self):
        return len(self._recalled) > 0

    def recall(self, key, waits_for):
        """Somebody else wants ``key``.

        :param waits_for: the key that this process waits for, ``()`` for several; None when it waits for none
        """
        if waits_for is None or key < waits_for:
            with self._lock:
                self._recalled.append(key)
        else:
            self.give_back(key)

    def give_back_recalled(self, waits_for=()):
        """Gives back what has been recalled, but keeps keys before the one that this process is going to wait for.

        A model that uses several keys per record would lose one each time that it waits for another, and so would its
        competitors. Among those who wait in a circle there is always one that waits for an earlier key: it goes without.
        """
        if self._recalled:
            with self._lock:
                recalled, self._recalled = self._recalled, []
            for key in recalled:
                self.recall(key, waits_for)

    def give_back(self, key):
        entry = self.entries.get(key)
        if entry is not None:
            self._give_back([entry])

    def give_back_created(self, pool):
        """Items of ``pool`` that the store may not know yet."""
        with self._lock:
            created = [entry for entry in self.entries.values() if entry.created and entry.key[:2] == ('item', pool)]
        self._give_back(created)

    def _give_back(self, entries):
        with self._lock:
            loans = []
            for entry in entries:
                if entry.held is not NOT_HELD:
                    loans.append((entry.key, _values.encode(entry.held) if entry.dirty else None, entry.uses))
                    entry.held = NOT_HELD
                    entry.dirty = entry.created = False
            # Within the lock: no other thread may ask for a key before the store has it back.
            if loans:
                self._store.hand_in(loans)

    def _forget_all(self):
        self._give_back(list(self.entries.values()))
        with self._lock:
            self.entries = {key: entry for key, entry in self.entries.items() if entry.held is not NOT_HELD}
