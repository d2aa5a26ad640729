"""What the author of a model has hardly meant."""

import ast
import unittest

from fastscore._slips import changed_copies, silent_functions


class Slips(unittest.TestCase):
    def test_a_function_that_only_computes_is_silent(self):
        for body in ('x * 2', 'y = x\n    y', '{"a": x}', '[x]', 'x > 1', 'f"{x}"', 'if x:\n        x + 1'):
            source = f'def action(x):\n    {body}\n'
            self.assertEqual(list(silent_functions(ast.parse(source))), ['action'], source)
        self.assertEqual(silent_functions(ast.parse('import a\ndef f(x):\n    y = 1\n    x * y\n')), {'f': 4})

    def test_a_function_that_gives_or_does_something_is_not(self):
        for body in (
            'yield x * 2', 'return x', 'yield from x', 'f(x)', 'x.append(1)', 'global n\n    n = x', '"""Text."""', '...', 'pass',
            'x * 2\n    yield x', 'return', 'x and f(x)', 'del x',
        ):
            source = f'def action(x):\n    {body}\n'
            self.assertEqual(silent_functions(ast.parse(source)), {}, source)
        self.assertEqual(silent_functions(ast.parse('def f(x):\n    x + 1\n    def g():\n        yield 1\n')), {'f': 2})

    def test_what_was_read_of_state_is_a_copy(self):
        head = 'import fastscore\nc = fastscore.cells("c")\np = fastscore.pools("p")\n'
        for line in (
            'c.value.append(1)', 'c.get().add(1)', 'c.value["a"] = 1', 'c.value["a"]["b"] += 1', 'fastscore.cells("c").value.append(1)',
            'p.get(1).append(2)', 'p.get(1)["n"] += 1', 'del c.value[0]', 'c.value["a"].append(1)',
        ):
            self.assertEqual(changed_copies(ast.parse(head + line)), [4], line)

    def test_other_values_may_be_changed(self):
        head = 'import fastscore\nc = fastscore.cells("c")\nd = {}\n'
        for line in ('d.value.append(1)', 'd.get(1).append(2)', 'v = c.value\nv.append(1)', 'c.value.keys()', 'c.update(f)', 'd[c.value] = 1'):
            self.assertEqual(changed_copies(ast.parse(head + line)), [], line)


if __name__ == '__main__':
    unittest.main()
