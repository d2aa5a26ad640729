"""State values as bytes: JSON where it gives back the very same value, a pickle otherwise.

An encoded value is a tuple ``(json, native)`` of bytes or None, as in docs/jet-protocol.md.
"""

import json
import pickle

_SCALARS = frozenset((int, float, bool, str, type(None)))
_WHOLE = frozenset((int, bool, type(None)))


def encode(value):
    """:raises TypeError: when the value can be neither written as JSON nor pickled"""
    kind = type(value)
    if kind in _WHOLE or _is_plain(value):
        try:
            return json.dumps(value, separators=(',', ':'), allow_nan=False, ensure_ascii=False).encode(), None
        except (ValueError, RecursionError):
            pass  # NaN, a lone surrogate, very deep: the pickle holds it
    try:
        native = pickle.dumps(value, protocol=4)
    except Exception as error:
        raise TypeError(f'a value of type {kind.__name__} cannot be stored: {error}') from error
    return _view(value), native


def decode(encoded):
    """The value; None for no value."""
    if encoded is None:
        return None
    text, native = encoded
    return json.loads(text) if native is None else pickle.loads(native)


def is_immutable(value):
    """Whether one object may be handed out many times, because nobody can change it."""
    return type(value) in _SCALARS


def _is_plain(value):
    """Whether JSON gives back the same types. Not for subclasses: their type would be lost."""
    try:
        return _check_plain(value)
    except RecursionError:
        return False


def _check_plain(value):
    kind = type(value)
    if kind in _SCALARS:
        return True
    if kind is list:
        return all(map(_check_plain, value))
    if kind is dict:
        return all(type(key) is str for key in value) and all(map(_check_plain, value.values()))
    return False


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
