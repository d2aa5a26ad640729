"""What this process knows of pools that are or were lent to it as a whole."""

from fastscore._entry import NOT_HELD
from fastscore._values import MISSING


class LentPool:
    """What a reply tells of a pool that is lent."""

    __slots__ = ('complete', 'fresh', 'items', 'unknown', 'values')

    def __init__(self, fresh, complete, items, values, unknown):
        #: What was known before is to be forgotten.
        self.fresh = fresh
        #: There are no other items than those that are known or unknown.
        self.complete = complete
        self.items = items
        #: One per item, as ``_values.decode`` gives them.
        self.values = values
        #: Items whose value has to be asked for.
        self.unknown = unknown


class KnownPool:
    """Not safe to use from several threads."""

    __slots__ = ('complete', 'held', 'name', 'unknown', 'used', 'values')

    def __init__(self, name):
        self.name = name
        #: Whether it is lent to this process now.
        self.held = False
        self.complete = False
        #: Value by item, as it was when the pool was given back last, or told by the engine since.
        self.values = {}
        self.unknown = set()
        #: Entries that are held because the pool is.
        self.used = []

    def learn(self, lent):
        self.held = True
        self.complete = lent.complete
        self.values.update(zip(lent.items, lent.values))
        for item in lent.unknown:
            self.values.pop(item, None)
        self.unknown.update(lent.unknown)

    def value(self, item):
        """NOT_HELD when it has to be asked for."""
        value = self.values.get(item, NOT_HELD)
        if value is NOT_HELD and self.complete and item not in self.unknown:
            return MISSING
        return value
