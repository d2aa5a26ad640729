"""Copies and bytes of state values; records of a batch."""

import json
import random
import unittest
from collections import Counter, OrderedDict

from fastscore._jet import records
from fastscore._values import Opaque, decode, encode, freeze, thaw


class Text(str):
    pass


class Celsius(float):
    pass


class Values(unittest.TestCase):
    def back(self, value):
        return thaw(decode(encode(freeze(value))))

    def test_come_back_with_the_same_type(self):
        for value in (None, True, 0, -1, 2**70, 1.0, 1e300, '', 'ž 🐎', [], [1, [2, {'a': None}]], {'b': 1, 'a': [1.5]}):
            self.assertEqual(repr(self.back(value)), repr(value))
            self.assertIsNone(encode(freeze(value))[1], 'readable by every language')

    def test_of_other_types_keep_their_type_and_have_a_view(self):
        for value, view in (((1, 2), b'[1,2]'), ({1: 'a'}, b'{"1":"a"}'), (b'\x00', None), ({1, 2}, b'[1,2]')):
            self.assertEqual(self.back(value), value)
            self.assertIs(type(self.back(value)), type(value))
            self.assertEqual(encode(freeze(value))[0], view)

    def test_what_is_not_a_number_comes_back(self):
        self.assertEqual(repr(self.back(float('nan'))), 'nan')
        self.assertEqual(self.back('\ud800'), '\ud800')

    def test_are_copies(self):
        mine = {'a': [1]}
        kept = freeze(mine)
        mine['a'].append(2)
        thaw(kept)['a'].append(3)
        self.assertEqual(thaw(kept), {'a': [1]})
        self.assertIsInstance(freeze((1,)), Opaque)

    def test_flat_ones_are_copies_of_plain_types(self):
        for value in ([1] * 40, [1.5, 'a', None, True], {'a': 1, 'b': 'x'}, [], {}, [[1], {'a': {'b': [2]}}], [True] + [1] * 40):
            expected = repr(value)
            for kept in (freeze(value), decode(encode(freeze(value)))):
                back = thaw(kept)
                self.assertEqual(repr(back), expected)
                self.assert_plain(back)
                self.spoil(back)
                self.assertEqual(repr(thaw(kept)), expected, 'what a reader does to its copy changes nothing')
            kept = freeze(value)
            self.spoil(value)
            self.assertEqual(repr(thaw(kept)), expected, 'nor what the writer does to its own')

    def test_with_one_odd_item_among_many_are_not_flat(self):
        inner = [1]
        kept = freeze([0] * 40 + [inner])
        inner.append(2)
        thaw(kept)[40].append(3)
        self.assertEqual(thaw(kept)[40], [1])

    def test_of_subclasses_keep_their_type(self):
        for value in (OrderedDict(a=1), [OrderedDict(b=2)], Counter('a'), [1] * 40 + [Celsius(2)], {'t': Celsius(2)}, {Text('a'): 1}, [Text('b')]):
            back = self.back(value)
            self.assertEqual(self.types(back), self.types(value))
            self.assertEqual(back, value)

    def test_of_which_json_holds_no_copy_are_pickled_as_plain_types(self):
        for value in ([float('nan')] * 2, {'a': float('inf')}, {'a': ['\ud800']}):
            native = encode(freeze(value))[1]
            self.assertNotIn(b'fastscore', native)
            self.assertEqual(repr(self.back(value)), repr(value))

    def test_any_plain_value_comes_back_equal_and_apart(self):
        for seed in range(500):
            value = self.random_value(random.Random(seed), 3)
            kept = freeze(value)
            before = repr(value)
            for copy in (thaw(kept), thaw(decode(encode(kept)))):
                self.assertEqual(repr(copy), before)
                self.assert_plain(copy)
                self.spoil(copy)
            self.spoil(value)
            self.assertEqual(repr(thaw(kept)), before)

    def assert_plain(self, value):
        self.assertIn(type(value), (list, dict, int, float, bool, str, type(None)))
        for item in value if type(value) is list else value.values() if type(value) is dict else ():
            self.assert_plain(item)

    def spoil(self, value):
        if isinstance(value, list):
            for item in value:
                self.spoil(item)
            value.append('spoilt')
        elif isinstance(value, dict):
            for item in value.values():
                self.spoil(item)
            value['spoilt'] = True

    def types(self, value):
        if isinstance(value, dict):
            return type(value), [(type(key), self.types(item)) for key, item in value.items()]
        return type(value), [self.types(item) for item in value] if isinstance(value, list) else None

    def random_value(self, rng, depth):
        kind = rng.randrange(7 if depth else 5)
        if kind == 5:
            return [self.random_value(rng, depth - 1) for _ in range(rng.choice((0, 1, 3, 30)))]
        if kind == 6:
            return {rng.choice('abcdefgh') * rng.randrange(3): self.random_value(rng, depth - 1) for _ in range(rng.randrange(4))}
        return rng.choice((None, True, 1, 2.5, 'é'))

    def test_that_cannot_be_kept_are_refused(self):
        with self.assertRaisesRegex(TypeError, 'a value of type function cannot be stored'):
            freeze(lambda: 1)


class Records(unittest.TestCase):
    PIECES = ['1', '-2.5', '"a"', '"a,b"', '{"a":1}', '[1,2]', 'null', 'true', '1,2', '[1', '2]', '{"a":', '1}', '"x', 'x"', 'NaN', '', ' ', '01', '[]']

    def test_decoding_all_at_once_accepts_what_decoding_each_does(self):
        for seed in range(3000):
            lines = random.Random(seed).choices(self.PIECES, k=1 + seed % 6)
            values, positions, rejected = records.decode('json', memoryview(''.join(f'{line}\n' for line in lines).encode()), None)
            expected = []
            for position, line in enumerate(lines):
                try:
                    if line != 'NaN':
                        expected.append((position, json.loads(line)))
                except ValueError:
                    pass
            self.assertEqual(list(zip(positions, values)), expected, (seed, lines))
            self.assertEqual(len(values) + len(rejected), len(lines))

    def test_what_json_cannot_hold_is_rejected_alone(self):
        count, data, lengths, rejected = records.encode('json', [1, float('inf'), {'a': [2]}, 'ž'])
        self.assertEqual((count, data, lengths), (3, '1\n{"a":[2]}\n"ž"\n'.encode(), None))
        self.assertEqual([(at, text) for at, text, _ in rejected], [(1, 'inf')])

    def test_an_object_that_is_no_json_is_an_error_at_its_place(self):
        with self.assertRaises(records.Unwritable) as caught:
            records.encode('json', [1, object()])
        self.assertEqual(caught.exception.position, 1)

    def test_texts_and_bytes_go_and_come_with_their_lengths(self):
        count, data, lengths, rejected = records.encode('text', ['a', 'žž', 7])
        self.assertEqual((count, len(rejected)), (2, 1))
        self.assertEqual(records.decode('text', memoryview(data), memoryview(lengths))[0], ['a', 'žž'])
        self.assertEqual(records.encode('bytes', [b'\x00', 'a', 7])[1], b'\x00a7')


if __name__ == '__main__':
    unittest.main()
