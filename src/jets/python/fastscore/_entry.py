"""What this process knows about a key."""

NOT_HELD = object()


class Entry:
    __slots__ = ('key', 'held', 'dirty', 'created', 'uses', 'known')

    def __init__(self, key):
        self.key = key
        #: While the key is lent to this process: its value, as ``_values.freeze`` gave it. Never changed in place, so that
        #: the same object is the same value.
        self.held = NOT_HELD
        #: Changed since it was handed in.
        self.dirty = False
        #: Did not exist when it was lent.
        self.created = False
        #: Since it was lent.
        self.uses = 0
        #: Of a key that is not lent: the last Reply.
        self.known = None
