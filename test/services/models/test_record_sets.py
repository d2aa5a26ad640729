"""Records become what pandas itself makes of them, and come back as they were."""

import random
import unittest

import pandas

from fastscore._jet import record_sets

SMALL = (1, -5, 2.5, 1e300, None, 'a', '', True, False, [1], [], {'k': 1})
LONG = (2**53 + 1, -(2**53) - 1, 2**63, 10**30)


class RecordSets(unittest.TestCase):
    def test_are_the_frames_of_pandas(self):
        for rows in some_rows(SMALL):
            pandas.testing.assert_frame_equal(record_sets.build(rows)[0], pandas.DataFrame(rows), obj=str(rows))

    def test_come_back_as_they_were(self):
        for rows in some_rows(SMALL + LONG):
            self.assertEqual(record_sets.rows(record_sets.build(rows)[0]), rows)

    def test_of_scalars_and_arrays_come_back_as_they_were(self):
        scalars = [value for value in SMALL + LONG if not isinstance(value, (list, dict))]
        for _ in range(400):
            values = random.choices(random.sample(scalars, 2), k=random.randint(1, 4))
            self.assertEqual(record_sets.rows(record_sets.build(values)[0]), values)
            arrays = [random.choices(random.sample(SMALL + LONG, 2), k=2) for _ in values]
            self.assertEqual(record_sets.rows(record_sets.build(arrays)[0]), arrays)


def some_rows(values):
    for _ in range(400):
        columns = [f'c{number}' for number in range(random.randint(0, 3))]
        chosen = random.sample(values, random.randint(1, 3))
        yield [{column: random.choice(chosen) for column in columns} for _ in range(random.randint(1, 4))]


if __name__ == '__main__':
    unittest.main()
