"""Equality of pickles, which are not opened for it."""

import datetime
import pickle
import sys
import tempfile
import unittest
from collections import Counter, OrderedDict, defaultdict, deque
from decimal import Decimal
from pathlib import Path

from fastscore._equality import compare

NAN = float('nan')


class Point:
    def __init__(self, x, y=0):
        self.x, self.y = x, y


class Slotted:
    __slots__ = ('x',)

    def __init__(self, x):
        self.x = x


class Listing(list):
    pass


class Touching:
    """What opening it would do is seen on the disk."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (Path(self.path),)


def circle(x):
    point = Point(x)
    point.me = [point]
    return point


def told(left, right):
    return compare(pickle.dumps(left, protocol=4), pickle.dumps(right, protocol=4))


class Equality(unittest.TestCase):
    def test_of_what_is_the_same(self):
        key = 'one'
        for left, right in (
            (Point(1, {'a'}), Point(1, {'a'})),
            (Slotted(1), Slotted(1)),
            (Listing([1, 2]), Listing([1, 2])),
            (set('abcdefgh'), set('hgfedcba')),
            ({'a': 1, 'b': 2}, {'b': 2, 'a': 1}),
            ([key, key], ['one', ''.join(('o', 'ne'))]),
            ([NAN, Point(NAN)], [NAN, Point(NAN)]),
            (circle(1), circle(1)),
            (Counter('aab'), Counter('baa')),
            (defaultdict(list, a=[1]), defaultdict(list, a=[1])),
            (OrderedDict(a=1), OrderedDict(a=1)),
            (deque([1, 2]), deque([1, 2])),
            (Decimal('1.0'), Decimal('1')),
            ({Point, len}, {len, Point}),
            (1, 1.0),
        ):
            self.assertEqual(told(left, right), 'same', (left, right))

    def test_of_what_is_not(self):
        for left, right in (
            (Point(1), Point(2)),
            (Point(1), Slotted(1)),
            (Slotted(1), Slotted(2)),
            (Listing([1, 2]), Listing([2, 1])),
            ((1, 2), [1, 2]),
            ([1], [1, 2]),
            ({1: 'a'}, {'1': 'a'}),
            ({'a': 1}, {'a': 1, 'b': 2}),
            ({1, 2}, {1, 3}),
            (circle(1), circle(2)),
            (datetime.datetime(2026, 1, 1), datetime.datetime(2026, 1, 2)),
            (b'a', 'a'),
            (None, 0),
            (Point, Slotted),
        ):
            self.assertEqual(told(left, right), 'different', (left, right))

    def test_runs_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, 'touched')
            self.assertEqual(told(Touching(str(path)), Touching(str(path))), 'same')
            self.assertFalse(path.exists())
        self.assertEqual(compare(b'cos\nsystem\n(S"exit 1"\ntR.', b'cos\nsystem\n(S"exit 2"\ntR.'), 'different')

    def test_says_why_it_cannot_tell(self):
        self.assertRegex(compare(b'no pickle', b'no pickle'), '^UnpicklingError: ')
        self.assertRegex(compare(b'', pickle.dumps(1)), '^EOFError')


if __name__ == '__main__':
    sys.setrecursionlimit(10_000)
    unittest.main()
