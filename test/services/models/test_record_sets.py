"""Records become what pandas itself makes of them, and come back as they were."""

import random
import unittest

import pandas

from fastscore._jet import record_sets, records

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

    def test_times_are_refused_with_the_name_of_their_column(self):
        when = pandas.to_datetime(['2020-01-02', None])
        for times in (when, when.tz_localize('UTC'), when - when[0]):
            frame = pandas.DataFrame({'n': [1, 2], 'when': times})
            self.refuses(frame, "column 'when' holds times, which JSON has not: write it as text, df['when'].astype(str)")
            frame['when'] = frame['when'].astype(str)
            self.assertEqual(len(record_sets.rows(frame)), 2)
        self.refuses(pandas.DataFrame({'n': [1, 2]}, index=when.rename('when')), "the index 'when' holds times")
        self.refuses(pandas.DataFrame([[1, 2]], columns=when), 'the index of the columns holds times')
        self.refuses(when.to_numpy(), 'the array holds times')

    def test_times_that_are_all_missing_or_not_written_are_no_matter(self):
        none = pandas.DataFrame({'n': [1], 'when': pandas.to_datetime([None])})
        self.assertEqual(record_sets.rows(none), [{'n': 1, 'when': None}])
        indexed = pandas.DataFrame({'n': [1]}, index=pandas.to_datetime(['2020-01-02']))
        self.assertEqual(record_sets.rows(indexed), [{'n': 1}])

    def test_what_else_cannot_be_written_is_told_with_its_field(self):
        day = pandas.Timestamp('2020-01-02')
        for rows, words in (
            (record_sets.rows(pandas.DataFrame({'n': [1, 2], 'when': [day, 'x']}, dtype=object)), "field 'when': a value of type Timestamp"),
            (record_sets.rows(pandas.DataFrame({'p': pandas.period_range('2020', periods=2)})), "field 'p': a value of type Period"),
            ([{'a': {'b': [1, day.to_datetime64()]}}], "field 'a.b[1]': a value of type datetime64"),
            ([{'c': {1, 2}}], "field 'c': a value of type set"),
            ([day], 'a value of type Timestamp'),
        ):
            with self.assertRaises(records.Unwritable) as caught:
                records.encode('json', rows)
            self.assertTrue(str(caught.exception).startswith(words), str(caught.exception))

    def refuses(self, value, words):
        with self.assertRaises(TypeError) as caught:
            record_sets.rows(value)
        self.assertIn(words, str(caught.exception))


def some_rows(values):
    for _ in range(400):
        columns = [f'c{number}' for number in range(random.randint(0, 3))]
        chosen = random.sample(values, random.randint(1, 3))
        yield [{column: random.choice(chosen) for column in columns} for _ in range(random.randint(1, 4))]


if __name__ == '__main__':
    unittest.main()
