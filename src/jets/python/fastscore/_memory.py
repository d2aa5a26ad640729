"""Cells and pools in the memory of this process, for models that run without an engine."""

import threading


class MemoryStore:
    """See ``_state`` for the operations."""

    def __init__(self):
        self._entries = {}
        # Held by a thread from turn() to the operation that ends its turn.
        self._lock = threading.RLock()
        self._in_turn = False

    def get(self, key):
        return self._entries.get(key, (None, 0))

    def set(self, key, encoded):
        with self._lock:
            return True, self._put(key, encoded)

    def init(self, key, encoded):
        with self._lock:
            if key in self._entries:
                return (False, *self._entries[key])
            return True, encoded, self._put(key, encoded)

    def cas(self, key, version, encoded):
        with self._lock:
            current = self.get(key)
            if current[1] != version:
                return (False, *current)
            version = self._put(key, encoded)
            if self._in_turn:
                self.release(key)
            return True, encoded, version

    def turn(self, key):
        self._lock.acquire()
        self._in_turn = True
        return self.get(key)

    def release(self, key):
        self._in_turn = False
        self._lock.release()

    def delete(self, key):
        with self._lock:
            return self._entries.pop(key, None) is not None

    def keys(self, pool):
        return sorted(key[2] for key in list(self._entries) if key[0] == 'item' and key[1] == pool)

    def entries(self):
        """All keys with their encoded values."""
        return {key: encoded for key, (encoded, _) in self._entries.items()}

    def _put(self, key, encoded):
        version = self.get(key)[1] + 1
        self._entries[key] = (encoded, version)
        return version
