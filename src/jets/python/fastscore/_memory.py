"""Cells and pools in the memory of this process, for models that run without an engine."""

from fastscore._reply import Reply


class MemoryStore:
    """Lends every key, so that ``_state`` does all the work; see there for the operations."""

    round_trip = 0

    def __init__(self):
        self._values = {}

    def get(self, key):
        encoded = self._values.get(key)
        return Reply(encoded, 0 if encoded is None else 1, lent=True)

    def set(self, key, encoded):
        self._values[key] = encoded
        return Reply(encoded, 1, lent=True)

    def init(self, key, encoded):
        stored = key not in self._values
        return Reply(self._values.setdefault(key, encoded), 1, stored=stored, lent=True)

    def delete(self, key):
        return self._values.pop(key, None) is not None

    def keys(self, pool):
        return sorted(key[2] for key in self._values if key[0] == 'item' and key[1] == pool)

    def hand_in(self, loans):
        for key, encoded, _ in loans:
            if encoded is not None:
                self._values[key] = encoded

    def poll(self, seconds=0):
        return False

    def entries(self):
        """All keys with their encoded values."""
        return dict(self._values)
