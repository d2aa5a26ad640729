"""Names of cells, pools and items."""

import unittest

import fastscore
from fastscore._names import state_name


class Text(str):
    def __str__(self):
        return 'shown'


class Scalar:
    """As numpy's."""

    ndim = 0

    def __init__(self, value):
        self.item = lambda: value


class Names(unittest.TestCase):
    def test_are_text_and_other_scalars_become_text_as_in_r(self):
        for name, text in (
            ('a', 'a'), ('', ''), (5, '5'), (-1, '-1'), (5.0, '5'), (-0.0, '0'), (2.5, '2.5'), (1e20, '1e+20'),
            (10**30, '1' + '0' * 30), (True, 'true'), (False, 'false'), (Scalar(7), '7'), (Scalar(7.0), '7'), (Text('real'), 'real'),
        ):
            self.assertEqual(state_name(name, 'It'), text)
            self.assertIs(type(state_name(name, 'It')), str)

    def test_of_other_types_are_refused_in_words(self):
        for name in (None, b'a', (1,), object(), 1j):
            with self.assertRaisesRegex(TypeError, f"^A cell's name must be a text, not {type(name).__name__}$"):
                fastscore.cells(name)
        with self.assertRaisesRegex(TypeError, "^A pool's name must be a text, not NoneType$"):
            fastscore.pools(None)
        with self.assertRaisesRegex(TypeError, "^A pool's key must be a text, not list$"):
            fastscore.pools('p').get([1])

    def test_tell_1_from_true(self):
        self.assertEqual([fastscore.cells(name).name for name in (1, True, 1.0, '1')], ['1', 'true', '1', '1'])
        self.assertEqual(repr(fastscore.cells(1)) + repr(fastscore.pools('p')), "<cell '1'><pool 'p'>")


if __name__ == '__main__':
    unittest.main()
