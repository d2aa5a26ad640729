"""What Python makes of a model's source, without running it: one JSON line on stdout, see src/model/source-check.ts.

Usage: python3 -m fastscore._check FILE
"""

import ast
import importlib.util
import json
import re
import sys
import warnings

_PYTHON_2 = re.compile(
    r"""^\s*print\s+[^\s(=.,\[]      # print "x"
    |   ^\s*print\s+\(.*\)\s*%       # print ("%d") % x
    |   ^\s*exec\s+["'\w]            # exec "code"
    |   ^\s*except\s.+,\s*\w+\s*:    # except ValueError, e:
    |   ^\s*raise\s+[\w.]+\s*,       # raise ValueError, "x"
    |   <>  |  `                     # a <> b, `x`
    |   \b0[0-7]+\b  |  \b\d+[lL]\b  # 0777, 10L
    |   \b[uU][rR]["']               # ur''
    """,
    re.VERBOSE,
)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def check(source):
    """:param bytes source:"""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')
            tree = ast.parse(source, '__model.py')
            compile(source, '__model.py', 'exec', dont_inherit=True)
    except SyntaxError as error:
        return _problem(source, error.lineno or 1, error.offset or 1, error.msg)
    except (ValueError, RecursionError, MemoryError) as error:
        return _problem(source, 1, 1, str(error) or type(error).__name__)
    found = _Names()
    found.visit(tree)
    return {
        'ok': True,
        'functions': found.functions,
        'assigned': sorted(found.assigned - set(found.functions)),
        'imports': sorted(found.imports),
        'missing': sorted(name for name in found.imports if not _is_installed(name)),
    }


class _Names(ast.NodeVisitor):
    """Names bound at the top level, also under if, try and with; imports anywhere."""

    def __init__(self):
        self.functions = {}
        self.assigned = set()
        self.imports = set()
        self._depth = 0

    def visit_FunctionDef(self, node):
        if self._depth == 0:
            self.functions[node.name] = _parameters(node.args)
        self._visit_inside(node)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node):
        if self._depth == 0:
            self.assigned.add(node.name)
        self._visit_inside(node)

    def visit_Lambda(self, node):
        self._visit_inside(node)

    def visit_Assign(self, node):
        for target in node.targets:
            is_name = isinstance(target, ast.Name)
            if self._depth == 0 and is_name and isinstance(node.value, ast.Lambda):
                self.functions[target.id] = _parameters(node.value.args)
        self.generic_visit(node)

    def visit_Name(self, node):
        if self._depth == 0 and isinstance(node.ctx, ast.Store):
            self.assigned.add(node.id)

    def visit_Import(self, node):
        for alias in node.names:
            self.imports.add(alias.name)
            self._bind(alias.asname or alias.name.split('.')[0])

    def visit_ImportFrom(self, node):
        if node.level == 0:
            self.imports.add(node.module)
        for alias in node.names:
            self._bind(alias.asname or alias.name)

    def _bind(self, name):
        if self._depth == 0:
            self.assigned.add(name)

    def _visit_inside(self, node):
        self._depth += 1
        self.generic_visit(node)
        self._depth -= 1


def _parameters(args):
    names = [arg.arg for arg in (*args.posonlyargs, *args.args)]
    return names if args.vararg is None else [*names, f'*{args.vararg.arg}']


def _is_installed(module):
    """Looks for the top-level package only: to look further would run its code."""
    name = module.split('.')[0]
    try:
        return name in sys.modules or importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def _problem(source, line, column, message):
    lines = source.decode('utf-8', 'replace').splitlines()
    text = lines[line - 1] if 0 < line <= len(lines) else ''
    return {
        'ok': False,
        'line': line,
        'column': column,
        'message': message,
        'text': text,
        'python2': bool(_PYTHON_2.search(text)) or message.startswith('Missing parentheses in call to'),
    }


if __name__ == '__main__':
    with open(sys.argv[1], 'rb') as file:
        print(json.dumps(check(file.read())))
