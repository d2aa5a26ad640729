"""State values: copies of them, and their bytes.

As bytes a value is JSON where that gives back the very same value, a pickle otherwise. An encoded value is a tuple
``(json, native)`` of bytes or None, as in docs/jet-protocol.md.
"""

import json
import pickle

from fastscore._errors import StateError
from fastscore._json_text import make_encode

#: One object may be handed out many times, because nobody can change it.
IMMUTABLE = frozenset((int, float, bool, str, type(None)))
_TEXT = frozenset((str,))
_MANY = 16
_ENCODE = make_encode(ensure_ascii=False, allow_nan=False)

#: Kept in place of a value by a key that does not exist.
MISSING = type('Missing', (), {'__slots__': (), '__repr__': lambda self: 'MISSING'})()


class _FlatList(list):
    """A kept list of immutable items: a copy of it needs no look at them. Its ``copy`` is a plain list."""

    __slots__ = ()

    def __reduce__(self):
        return list, (self.copy(),)


class _FlatDict(dict):
    """A kept dict of immutable values by text. Its ``copy`` is a plain dict."""

    __slots__ = ()

    def __reduce__(self):
        return dict, (self.copy(),)


class Opaque:
    """A value kept as its bytes: there is no other way to copy it, or it has not been read yet."""

    __slots__ = ('encoded',)

    def __init__(self, encoded):
        self.encoded = encoded


def freeze(value):
    """What to keep of a value that the model may go on to change.

    :raises TypeError: when the value can be neither written as JSON nor pickled
    """
    if type(value) in IMMUTABLE:
        return value
    try:
        return _copy(value)
    except (_NotPlain, RecursionError):
        return Opaque((_view(value), _pickle(value)))


def thaw(kept):
    """A value for the model, which may change it; None for MISSING."""
    kind = type(kept)
    if kind is _FlatDict or kind is _FlatList:
        return kept.copy()
    if kind in IMMUTABLE:
        return kept
    if kind is Opaque:
        return _open(kept.encoded)
    return None if kept is MISSING else _copy_of_kept(kept)


def encode(kept):
    """The bytes of what :func:`freeze` gave."""
    if type(kept) is Opaque:
        return kept.encoded
    try:
        # Counters are what most models keep.
        return b'%d' % kept if type(kept) is int else _ENCODE(kept).encode(), None
    except (ValueError, RecursionError):  # NaN, a lone surrogate, very deep: the pickle holds it
        return _view(kept), _pickle(kept)


def decode(encoded):
    """What to keep of a value that came as bytes, None for a key that does not exist."""
    if encoded is None:
        return MISSING
    text, native = encoded
    if native is None:
        try:
            return marked(json.loads(text))
        except (ValueError, RecursionError):
            pass
    # What cannot be opened is an error where the model reads it, not here: a key that was lent must be known to be held.
    return Opaque(encoded)


def marked(value):
    """What to keep of a value that JSON gave, and nobody else has: copies of it are cheap when it is flat."""
    kind = type(value)
    if kind is list:
        return _FlatList(value) if _are_immutable(value) else value
    if kind is dict:
        return _FlatDict(value) if _are_immutable(value.values()) else value
    return value


class _NotPlain(Exception):
    pass


def _copy(value):
    """A deep copy, to be kept, of what JSON gives back with the same types; not of subclasses: their type would be lost."""
    kind = type(value)
    if kind in IMMUTABLE:
        return value
    if kind is list:
        return _FlatList(value) if _are_immutable(value) else [_copy(item) for item in value]
    if kind is dict and _TEXT.issuperset(map(type, value)):
        return _FlatDict(value) if _are_immutable(value.values()) else {key: _copy(item) for key, item in value.items()}
    raise _NotPlain


def _copy_of_kept(kept):
    kind = type(kept)
    if kind in IMMUTABLE:
        return kept
    if kind is list:
        return [_copy_of_kept(item) for item in kept]
    if kind is dict:
        return {key: _copy_of_kept(item) for key, item in kept.items()}
    return kept.copy()


def _are_immutable(values):
    kinds = list(map(type, values))
    # Counting what is mostly of one type takes a fraction of the time that looking up each takes.
    if len(kinds) > _MANY and kinds[0] in IMMUTABLE and kinds.count(kinds[0]) == len(kinds):
        return True
    return IMMUTABLE.issuperset(kinds)


def _pickle(value):
    try:
        return pickle.dumps(value, protocol=4)
    except Exception as error:
        raise TypeError(f'a value of type {type(value).__name__} cannot be stored: {error}') from error


def _open(encoded):
    text, native = encoded
    try:
        return json.loads(text) if native is None else pickle.loads(native)
    except Exception as error:
        raise StateError(f'a stored value cannot be opened: {type(error).__name__}: {error}') from error


def _view(value):
    """JSON for people and for other languages to read, None when there is none."""
    try:
        return json.dumps(value, separators=(',', ':'), allow_nan=False, default=_as_json).encode()
    except (TypeError, ValueError, RecursionError):
        return None


def _as_json(value):
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    to_list = getattr(value, 'tolist', None)  # numpy scalars and arrays
    if callable(to_list):
        return to_list()
    raise TypeError
