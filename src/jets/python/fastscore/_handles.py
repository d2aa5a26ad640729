"""What a model holds in its hand: cells and pools."""

from fastscore import _state
from fastscore._names import state_name


class Cell:
    """A global value. Get one with :func:`fastscore.cells`.

    Values are copies: changing a list or dict that was read changes nothing until it is set.

    All operations raise :class:`fastscore.StateError` when the value is an object that cannot be opened here, such as one of
    another language, or when the engine refuses the operation.
    """

    __slots__ = ('name', '_key')

    def __init__(self, name):
        self.name = state_name(name, "A cell's name")
        self._key = ('cell', self.name)

    def __repr__(self):
        return f'<cell {self.name!r}>'

    @property
    def value(self):
        """The current value, None when the cell was never set; the same as :meth:`get`."""
        return _state.current.get(self._key)

    @value.setter
    def value(self, value):
        raise AttributeError('the value of a cell is changed by set(value), or by update(function) when it depends on the old one')

    def get(self):
        """
        :returns: the current value, None when the cell was never set

        >>> Cell('limit').get() is None
        True
        """
        return _state.current.get(self._key)

    def set(self, value):
        """Replaces the value; the last writer wins.

        :param value: None, bool, number, text, list or dict of these; any other object that can be pickled
        :raises TypeError: when the value can be neither written as JSON nor pickled
        :raises RuntimeError: when called from inside of an ``update``

        >>> Cell('config').set({'limit': 5})
        >>> Cell('config').value
        {'limit': 5}
        """
        _state.current.set(self._key, value)

    def init(self, value):
        """Sets the value only if there is none yet, so that it is safe in ``begin`` after a restore.

        :param value: None, bool, number, text, list or dict of these; any other object that can be pickled
        :returns: the value as it is then
        :raises TypeError: when the value can be neither written as JSON nor pickled
        :raises RuntimeError: when called from inside of an ``update``

        >>> Cell('started').init(1)
        1
        >>> Cell('started').init(2)
        1
        """
        return _state.current.init(self._key, value)

    def update(self, f):
        """Replaces the value by ``f(value)`` in one step: no other jet changes the cell in between.

        ``f`` may run again when another jet was faster, so it must do nothing but compute. It gets None when there is no
        value yet. When it raises, the old value stays.

        :param f: function of the old value, returns the new one
        :returns: the value that was stored
        :raises TypeError: when ``f`` cannot be called, or the new value can be neither written as JSON nor pickled
        :raises RuntimeError: when called from inside of another ``update``
        :raises Exception: whatever ``f`` raises

        >>> Cell('total').update(lambda v: (v or 0) + 5)
        5
        """
        return _state.current.update(self._key, f)

    def add(self, n=1):
        """Adds ``n`` in one step; a missing value counts as 0.

        :param n: int or float
        :returns: the value that was stored
        :raises TypeError: when the value is not a number
        :raises RuntimeError: when called from inside of an ``update``

        >>> Cell('seen').add()
        1
        >>> Cell('seen').add(10)
        11
        """
        return _state.current.update(self._key, _adding(n))

    def delete(self):
        """Removes the value.

        :returns: whether there was one
        :raises RuntimeError: when called from inside of an ``update``

        >>> Cell('old').set(1)
        >>> Cell('old').delete(), Cell('old').delete()
        (True, False)
        """
        return _state.current.delete(self._key)


class Pool:
    """A global collection of items by key. Get one with :func:`fastscore.pools`.

    Each item is a unit of its own: updates of different keys do not wait for each other. Keys are texts; numbers and
    booleans are converted. Values and errors are as for :class:`Cell`.
    """

    __slots__ = ('name',)

    def __init__(self, name):
        self.name = state_name(name, "A pool's name")

    def __repr__(self):
        return f'<pool {self.name!r}>'

    def _key(self, key):
        return ('item', self.name, state_name(key, "A pool's key"))

    def get(self, key):
        """
        :param key: text; numbers and booleans are converted
        :returns: the value of ``key``, None when there is none

        >>> Pool('prices').get('tea') is None
        True
        """
        return _state.current.get(self._key(key))

    def set(self, key, value):
        """Replaces the value of ``key``; the last writer wins.

        :param key: text; numbers and booleans are converted
        :param value: None, bool, number, text, list or dict of these; any other object that can be pickled
        :raises TypeError: when the value can be neither written as JSON nor pickled
        :raises RuntimeError: when called from inside of an ``update``

        >>> Pool('prices').set('tea', 2.5)
        >>> Pool('prices').get('tea')
        2.5
        """
        _state.current.set(self._key(key), value)

    def init(self, key, value):
        """Sets the value of ``key`` only if there is none yet.

        :param key: text; numbers and booleans are converted
        :param value: None, bool, number, text, list or dict of these; any other object that can be pickled
        :returns: the value as it is then
        :raises TypeError: when the value can be neither written as JSON nor pickled
        :raises RuntimeError: when called from inside of an ``update``

        >>> Pool('limits').init('tea', 9)
        9
        >>> Pool('limits').init('tea', 7)
        9
        """
        return _state.current.init(self._key(key), value)

    def update(self, key, f):
        """Replaces the value of ``key`` by ``f(value)`` in one step, as :meth:`Cell.update`.

        :param key: text; numbers and booleans are converted
        :param f: function of the old value, returns the new one
        :returns: the value that was stored
        :raises TypeError: when ``f`` cannot be called, or the new value can be neither written as JSON nor pickled
        :raises RuntimeError: when called from inside of another ``update``
        :raises Exception: whatever ``f`` raises

        >>> Pool('visits').update('home', lambda n: (n or 0) + 1)
        1
        """
        return _state.current.update(self._key(key), f)

    def add(self, key, n=1):
        """Adds ``n`` to the value of ``key`` in one step; a missing value counts as 0.

        :param key: text; numbers and booleans are converted
        :param n: int or float
        :returns: the value that was stored
        :raises TypeError: when the value is not a number
        :raises RuntimeError: when called from inside of an ``update``

        >>> Pool('sold').add('tea', 3)
        3
        """
        return _state.current.update(self._key(key), _adding(n))

    def delete(self, key):
        """Removes ``key``.

        :param key: text; numbers and booleans are converted
        :returns: whether it was there
        :raises RuntimeError: when called from inside of an ``update``

        >>> Pool('carts').delete('nobody')
        False
        """
        return _state.current.delete(self._key(key))

    def keys(self):
        """
        :returns: the keys in use, sorted

        >>> pool = Pool('shelf')
        >>> pool.set('tea', 1)
        >>> pool.set(7, 2)
        >>> pool.keys(), 'tea' in pool, len(pool)
        (['7', 'tea'], True, 2)
        """
        return _state.current.keys(self.name)

    def __contains__(self, key):
        return _state.current.has(self._key(key))

    def __len__(self):
        return len(self.keys())

    def __iter__(self):
        return iter(self.keys())


def _adding(n):
    return lambda value: n if value is None else value + n
