"""Cells and pools in the memory of one process."""

import threading
import unittest

import fastscore
from fastscore import testing


class Unpickled:
    """An object that this process can write, and cannot open again."""

    def __reduce__(self):
        return (_refuse, ())


def _refuse():
    raise LookupError('gone')


class State(unittest.TestCase):
    def setUp(self):
        testing.reset_state()
        self.cell = fastscore.cells('c')
        self.pool = fastscore.pools('p')

    def test_of_a_cell_that_was_never_set_is_none(self):
        self.assertIsNone(self.cell.value)
        self.assertIsNone(self.cell.get())
        self.assertFalse(self.cell.delete())
        self.assertEqual(testing.state(), {'cells': {}, 'pools': {}})

    def test_of_cells(self):
        self.assertIsNone(self.cell.set(1))
        self.assertEqual(self.cell.init(2), 1)
        self.assertEqual(self.cell.add(), 2)
        self.assertEqual(self.cell.add(0.5), 2.5)
        self.assertEqual(self.cell.update(str), '2.5')
        self.assertEqual(self.cell.value, '2.5')
        self.assertTrue(self.cell.delete())
        self.assertEqual(self.cell.init(7), 7)
        self.assertIsNone(self.cell.update(lambda v: None))
        self.assertIsNone(self.cell.init(8), 'None is a value')
        self.assertEqual(testing.state(), {'cells': {'c': None}, 'pools': {}})

    def test_of_pools(self):
        self.assertIsNone(self.pool.get('k'))
        self.assertNotIn('k', self.pool)
        self.assertEqual(self.pool.add(5.0), 1)
        self.assertEqual(self.pool.update('5', lambda v: v + 1), 2)
        self.assertEqual(self.pool.init('k', [1]), [1])
        self.pool.set('a', None)
        self.assertEqual(self.pool.keys(), ['5', 'a', 'k'])
        self.assertEqual((list(self.pool), len(self.pool)), (['5', 'a', 'k'], 3))
        self.assertIn('a', self.pool)
        self.assertTrue(self.pool.delete('a'))
        self.assertFalse(self.pool.delete('a'))
        self.assertEqual(self.pool.keys(), ['5', 'k'])
        self.assertEqual(fastscore.pools('c').keys(), [], 'cells and pools are apart')

    def test_is_copied_on_every_way(self):
        mine = {'a': [1]}
        self.cell.set(mine)
        mine['a'].append(2)
        self.cell.value['a'].append(3)
        got = self.cell.update(lambda v: {**v, 'b': []})
        got['b'].append(4)
        self.cell.init(None)['a'].append(5)
        self.assertEqual(self.cell.value, {'a': [1], 'b': []})

    def test_is_not_changed_by_an_update_that_raises(self):
        self.cell.set([1])

        def spoil(value):
            value.append(2)
            raise KeyError('x')

        with self.assertRaises(KeyError):
            self.cell.update(spoil)
        with self.assertRaisesRegex(TypeError, 'cannot be stored'):
            self.cell.update(lambda v: threading.Lock())
        with self.assertRaises(TypeError):
            self.pool.update('new', lambda v: v + 1)
        self.assertEqual(self.cell.value, [1])
        self.assertNotIn('new', self.pool)
        self.assertEqual(self.cell.update(len), 1, 'and can be updated')

    def test_cannot_be_changed_inside_of_an_update(self):
        self.cell.set(1)
        for name, change in (
            ('set', lambda: self.pool.set('k', 1)), ('init', lambda: self.cell.init(1)), ('delete', lambda: self.pool.delete('k')),
            ('update', lambda: self.pool.update('k', str)), ('update', self.cell.add),
        ):
            for cell in (self.cell, fastscore.cells('first use')):
                with self.assertRaisesRegex(RuntimeError, f'^{name} inside of an update function is not possible'):
                    cell.update(lambda _: change())
        self.assertEqual(self.cell.update(lambda v: v + self.cell.value + (self.pool.get('k') or 0)), 2)

    def test_needs_a_function_to_update(self):
        for cell in (self.cell, fastscore.cells('first use')):
            with self.assertRaisesRegex(TypeError, 'update needs a function of the old value, not int|not callable'):
                cell.update(5)

    def test_that_cannot_be_opened_is_an_error_when_it_is_read_and_can_be_replaced(self):
        self.cell.set(Unpickled())
        for read in (self.cell.get, lambda: self.cell.update(str), lambda: self.cell.init(1)):
            with self.assertRaisesRegex(fastscore.StateError, 'cannot be opened: LookupError: gone'):
                read()
        self.cell.set(1)
        self.assertEqual(self.cell.value, 1)

    def test_is_exact_with_many_threads(self):
        barrier = threading.Barrier(8)

        def work():
            barrier.wait()
            for at in range(2000):
                self.cell.add()
                self.pool.update(at % 3, lambda v: [(v or [0])[0] + 1])

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(self.cell.value, 16_000)
        self.assertEqual(sum(self.pool.get(key)[0] for key in self.pool), 16_000)

    def test_is_exact_from_the_very_first_use_by_threads(self):
        for turn in range(200):
            cell = fastscore.cells(f'turn {turn}')
            barrier = threading.Barrier(3)

            def work(cell=cell, barrier=barrier):
                barrier.wait()
                cell.add()

            threads = [threading.Thread(target=work) for _ in range(3)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(cell.value, 3)

    def test_can_be_changed_by_a_thread_while_another_updates(self):
        def change_elsewhere(value):
            thread = threading.Thread(target=lambda: self.pool.set('k', 1))
            thread.start()
            thread.join()
            return value + 1

        self.cell.set(1)
        self.assertEqual(self.cell.update(change_elsewhere), 2)
        self.assertEqual(self.pool.get('k'), 1)


if __name__ == '__main__':
    unittest.main()
