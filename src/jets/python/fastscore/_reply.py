"""Between ``_state`` and the stores."""


class Reply:
    """What a store says about a key."""

    __slots__ = ('encoded', 'version', 'stored', 'lent', 'pool')

    def __init__(self, encoded, version, stored=True, lent=False, pool=None):
        self.encoded = encoded
        #: Counts the stores of a key; 0: it does not exist.
        self.version = version
        #: Whether the request has changed the key.
        self.stored = stored
        #: Whether the key is lent to this process from now on.
        self.lent = lent
        #: A LentPool when all items of its pool are.
        self.pool = pool

    @property
    def tells_value(self):
        """Not so when an existing value was kept from a ``set``."""
        return self.encoded is not None or self.version == 0
