"""Which modules a source imports, and which of them it can do without."""

import ast
import unittest

from fastscore._imports import imports

def guarded(source):
    return imports(ast.parse(source))


class Imports(unittest.TestCase):
    def test_what_is_imported_as_a_matter_of_course_is_needed(self):
        source = 'import a, b.c as d\nfrom e.f import g\nfrom . import h\ndef action(x):\n    import i\n    yield x\n'
        self.assertEqual(guarded(source), ({'a', 'b.c', 'e.f', 'i'}, set()))

    def test_an_import_whose_failure_is_caught_is_guarded_with_what_stands_in_for_it(self):
        for caught in ('except ImportError', 'except ModuleNotFoundError as e', 'except Exception', 'except', 'except (OSError, ImportError)'):
            source = f'try:\n    import cPickle as pickle\n{caught}:\n    import pickle\nimport os\n'
            self.assertEqual(guarded(source), ({'os'}, {'cPickle', 'pickle'}), caught)
        source = 'try:\n    from a import b\nexcept ImportError:\n    b = None\nelse:\n    import c\nfinally:\n    import d\n'
        self.assertEqual(guarded(source), ({'d'}, {'a', 'c'}))

    def test_another_exception_guards_nothing(self):
        self.assertEqual(guarded('try:\n    import a\nexcept ValueError:\n    pass\n'), ({'a'}, set()))
        self.assertEqual(guarded('try:\n    import a\nfinally:\n    pass\n'), ({'a'}, set()))

    def test_suppressing_a_failure_and_asking_for_the_version_guard_too(self):
        self.assertEqual(guarded('with contextlib.suppress(ImportError):\n    import a\n'), (set(), {'a'}))
        self.assertEqual(guarded('with open("x"):\n    import a\n'), ({'a'}, set()))
        for test in ('sys.version_info[0] == 2', 'sys.version_info < (3,)', 'six.PY2', 'TYPE_CHECKING', 'sys.version[0] < "3"'):
            self.assertEqual(guarded(f'if {test}:\n    import Queue\nelse:\n    import queue\n'), (set(), {'Queue', 'queue'}), test)
        self.assertEqual(guarded('if debug:\n    import a\n'), ({'a'}, set()))

    def test_it_goes_down_into_functions_and_nested_statements(self):
        source = 'def f():\n    try:\n        if x:\n            import a\n    except ImportError:\n        pass\n    import b\n'
        self.assertEqual(guarded(source), ({'b'}, {'a'}))

    def test_an_expression_of_many_terms_is_no_trouble(self):
        self.assertEqual(guarded('x = ' + ' + '.join(['1'] * 900) + '\nimport a\n'), ({'a'}, set()))


if __name__ == '__main__':
    unittest.main()
