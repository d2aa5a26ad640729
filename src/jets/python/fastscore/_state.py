"""The operations on keys, over a store that carries them out.

A store is the engine (``_jet.store``) or the memory of this process (``_memory``). Both have::

    get(key) -> (encoded or None, version)          turn(key) -> same, nobody else changes the key until the next
    set(key, encoded) -> (stored, version)              cas, set, delete or release
    init(key, encoded) -> (stored, encoded, version)  release(key)
    cas(key, version, encoded) -> (stored, encoded, version)
    delete(key) -> bool                             keys(pool) -> list

A version counts the stores of a key; 0 means that it does not exist.
"""

import threading

from fastscore import _memory, _values

_CONFLICTS_BEFORE_TURN = 3
_MOST_KNOWN = 100_000
_MOST_KNOWN_BYTES = 64 << 20


class StateError(RuntimeError):
    """The engine refused an operation on a cell or a pool."""


class State:
    """Cells and pools of one process."""

    def __init__(self, store):
        self.store = store
        self._thread = threading.local()
        # One turn at a time: a second thread of this jet that asked for a turn would wait for the first.
        self._turn = threading.Lock()
        self._known = {}
        self._known_bytes = 0

    def get(self, key):
        return self._read(key).value()

    def has(self, key):
        return self._read(key).version > 0

    def set(self, key, value):
        self._refuse_inside_update('set')
        encoded = _values.encode(value)
        stored, version = self.store.set(key, encoded)
        if stored:
            self._remember(key, encoded, version, value)
        else:
            self._known.pop(key, None)

    def init(self, key, value):
        self._refuse_inside_update('init')
        offered = _values.encode(value)
        stored, encoded, version = self.store.init(key, offered)
        return self._remember(key, offered if stored else encoded, version).value()

    def delete(self, key):
        self._refuse_inside_update('delete')
        self._known.pop(key, None)
        return self.store.delete(key)

    def keys(self, pool):
        return self.store.keys(pool)

    def update(self, key, f):
        if not callable(f):
            raise TypeError(f'update needs a function of the old value, not {type(f).__name__}')
        self._refuse_inside_update('update')
        known = self._known.get(key)
        # What is known saves a round trip, but may be old: then an error of f says nothing yet.
        certain = known is None
        if certain:
            known = self._read(key)
        for _ in range(_CONFLICTS_BEFORE_TURN):
            try:
                value, encoded = self._apply(f, known)
            except BaseException:
                if certain:
                    raise
                current = self._read(key)
                if current.version == known.version:
                    raise
                known, certain = current, True
                continue
            known = self._compare_and_set(key, known.version, encoded, value)
            if known is None:
                return value
            certain = True
        return self._update_in_turn(key, f)

    def _update_in_turn(self, key, f):
        with self._turn:
            known = _Known(*self.store.turn(key))
            try:
                value, encoded = self._apply(f, known)
            except BaseException:
                self.store.release(key)
                raise
            if self._compare_and_set(key, known.version, encoded, value) is not None:
                raise StateError('the engine gave a turn on a key to two jets')
            return value

    def _compare_and_set(self, key, version, encoded, value):
        """None when stored, otherwise what is there instead."""
        stored, current, version = self.store.cas(key, version, encoded)
        if stored:
            self._remember(key, encoded, version, value)
            return None
        return self._remember(key, current, version)

    def _apply(self, f, known):
        self._thread.updating = True
        try:
            value = f(known.value())
        finally:
            self._thread.updating = False
        return value, _values.encode(value)

    def _read(self, key):
        return self._remember(key, *self.store.get(key))

    def _remember(self, key, encoded, version, value=None):
        known = _Known(encoded, version, value)
        size = known.size()
        if self._known_bytes + size > _MOST_KNOWN_BYTES or len(self._known) >= _MOST_KNOWN:
            self._known.clear()
            self._known_bytes = 0
        if size < _MOST_KNOWN_BYTES:
            self._known[key] = known
            self._known_bytes += size
        return known

    def _refuse_inside_update(self, operation):
        if getattr(self._thread, 'updating', False):
            raise RuntimeError(
                f'{operation} inside of an update function is not possible: '
                'return the new value, and change other state after the update'
            )


class _Known:
    """What the last reply said about a key. The bytes are kept, not the value: nobody can change them."""

    __slots__ = ('encoded', 'version', '_shared')

    def __init__(self, encoded, version, value=None):
        self.encoded = encoded
        self.version = version
        self._shared = value if _values.is_immutable(value) else None

    def value(self):
        if self._shared is not None:
            return self._shared
        value = _values.decode(self.encoded)
        if _values.is_immutable(value):
            self._shared = value
        return value

    def size(self):
        text, native = self.encoded or (None, None)
        return 200 + len(text or b'') + len(native or b'')


def use(store):
    """From now on cells and pools are kept in ``store``."""
    global current
    current = State(store)


current = State(_memory.MemoryStore())
