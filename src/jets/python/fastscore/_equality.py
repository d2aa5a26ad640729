"""Whether two pickles hold the same value, told without running any of their code.

``python -m fastscore._equality FILE`` reads pairs from FILE, each the length of a pickle (u32, big-endian) and its bytes, twice,
and prints a line for each: ``same``, ``different``, or why it cannot be told.
"""

import io
import pickle
import struct
import sys
from collections import deque
from functools import lru_cache

_NUMBERS = (bool, int, float, complex)

#: What is opened as itself: making one of these runs nothing that a pickle brings along.
_HARMLESS = {
    'builtins': 'bool bytearray bytes complex dict float frozenset int list object range set slice str tuple',
    'collections': 'Counter OrderedDict defaultdict deque',
    'datetime': 'date datetime time timedelta timezone',
    'decimal': 'Decimal',
    'fractions': 'Fraction',
    'uuid': 'UUID',
}


def compare(before, after):
    """``same`` or ``different``, or a sentence that says why it cannot be told."""
    try:
        return 'same' if _same(_open(before), _open(after), {}) else 'different'
    except Exception as error:
        text = ' '.join(str(error).split())
        return f'{type(error).__name__}: {text}'


class _StandIn:
    """An object of a class that is not opened: what it is made from. Classes and functions are subclasses of this."""

    def __new__(cls, *args, **kwargs):
        self = object.__new__(cls)
        self.made_of = [args, kwargs, None]
        self.items = []
        self.members = {}
        self.elements = set()
        return self

    def __init__(self, *args, **kwargs):
        pass

    def __call__(self, *args, **kwargs):
        return _Result(self, args, kwargs)

    def __setstate__(self, state):
        self.made_of[2] = state

    def append(self, item):
        self.items.append(item)

    def extend(self, items):
        self.items.extend(items)

    def add(self, item):
        self.elements.add(item)

    def __setitem__(self, key, value):
        self.members[key] = value

    def __eq__(self, other):
        return _same(self, other, {})

    def __hash__(self):
        # Of what it holds nothing counts: that may still come when it is in a dict already.
        return hash(type(self).__name__)

    def parts(self):
        return [*self.made_of, self.items, self.members, self.elements]


class _Result(_StandIn):
    """What a call of a stand-in would have given."""


@lru_cache(maxsize=None)
def _stand_in(module, name):
    return type(f'{module}.{name}', (_StandIn,), {})


class _Unpickler(pickle.Unpickler):
    def find_class(self, module, name):
        if name in _HARMLESS.get(module, '').split():
            return super().find_class(module, name)
        return _stand_in(module, name)


def _open(data):
    return _Unpickler(io.BytesIO(data)).load()


def _same(left, right, comparing):
    """Equality as of Python's own types. What is not a number equals itself, unlike in Python: it is the same state."""
    if left is right:
        return True
    if isinstance(left, _NUMBERS) and isinstance(right, _NUMBERS):
        return left == right or (left != left and right != right)
    if isinstance(left, dict) and isinstance(right, dict):
        pair, inside = (id(left), id(right)), _same_members
    elif isinstance(left, (list, tuple, deque)):
        if type(left) is not type(right):
            return False
        pair, inside = (id(left), id(right)), _same_items
    elif isinstance(left, _StandIn):
        if type(left) is not type(right):
            return False
        pair, inside = (id(left), id(right)), _same_parts
    elif isinstance(left, (set, frozenset)):
        return left == right
    else:
        return type(left) is type(right) and bool(left == right)
    # A value may hold itself: as long as nothing else differs, that is no difference.
    if pair in comparing:
        return True
    comparing[pair] = (left, right)
    return inside(left, right, comparing)


def _same_members(left, right, comparing):
    if len(left) != len(right):
        return False
    return all(key in right and _same(value, right[key], comparing) for key, value in left.items())


def _same_items(left, right, comparing):
    return len(left) == len(right) and all(_same(a, b, comparing) for a, b in zip(left, right))


def _same_parts(left, right, comparing):
    return _same_items(left.parts(), right.parts(), comparing)


def main(path):
    # Values are nested as deep as pickle took them.
    sys.setrecursionlimit(10_000)
    with open(path, 'rb') as pairs:
        while True:
            before = _next(pairs)
            if before is None:
                return
            print(compare(before, _next(pairs)))


def _next(pairs):
    head = pairs.read(4)
    return pairs.read(struct.unpack('>I', head)[0]) if head else None


if __name__ == '__main__':
    main(sys.argv[1])
