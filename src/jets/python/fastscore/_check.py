"""What Python makes of a model's source, without running it: one JSON line on stdout, see src/model/source-check.ts.

Usage: python3 -m fastscore._check FILE
"""

import ast
import importlib.util
import json
import re
import sys
import warnings

from fastscore import _imports, _slips

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
_SCOPES = (*_FUNCTIONS, ast.ClassDef, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def check(source):
    """:param bytes source:"""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')
            tree = ast.parse(source, '__model.py')
            compile(source, '__model.py', 'exec', dont_inherit=True)
    except SyntaxError as error:
        return _problem(source, error.lineno or 1, max(error.offset or 1, 1), error.msg)
    except (ValueError, RecursionError, MemoryError) as error:
        return _problem(source, 1, 1, str(error) or type(error).__name__)
    found = _Names(tree)
    needed, guarded = _imports.imports(tree)
    every = sorted(needed | guarded)
    return {
        'ok': True,
        'functions': found.functions,
        'assigned': sorted(found.assigned - set(found.functions)),
        'imports': every,
        'missing': [name for name in every if not _is_installed(name)],
        'guarded': sorted(guarded - needed),
        'silent': _slips.silent_functions(tree),
        'changedCopies': _slips.changed_copies(tree),
    }


class _Names:
    """Names bound at the top level, also under if, try and with.

    Without recursion: generated models have expressions of thousands of terms, each one level deeper.
    """

    def __init__(self, tree):
        #: Positional parameters by name, of functions whose parameters are seen.
        self.functions = {}
        self.assigned = set()
        pending = [(tree, True)]
        while pending:
            node, at_top = pending.pop()
            if isinstance(node, ast.Global):
                self._bind(*node.names)
            elif at_top:
                self._note(node)
            inside = at_top and not isinstance(node, _SCOPES)
            pending.extend((child, inside) for child in reversed(_children(node)))

    def _note(self, node):
        if isinstance(node, ast.Import):
            self._bind(*(alias.asname or alias.name.split('.')[0] for alias in node.names))
        elif isinstance(node, ast.ImportFrom):
            self._bind(*(alias.asname or alias.name for alias in node.names))
        elif isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            self._bind(node.name)
            # What a decorator makes of a function may take other parameters.
            if isinstance(node, _FUNCTIONS) and not node.decorator_list:
                self.functions[node.name] = _parameters(node.args)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            self._bind(node.id)
        elif _is_lambda(node):
            for target in node.targets:
                self.functions[target.id] = _parameters(node.value.args)

    def _bind(self, *names):
        for name in names:
            self.functions.pop(name, None)
            self.assigned.add(name)


def _children(node):
    return [node.value] if _is_lambda(node) else list(ast.iter_child_nodes(node))


def _is_lambda(node):
    """``name = lambda ...``"""
    return (
        isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Lambda)
        and all(isinstance(target, ast.Name) for target in node.targets)
    )


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
    # Of bytes, which have the line ends that Python counts; text has more.
    lines = source.splitlines()
    text = lines[line - 1].decode('utf-8', 'replace') if 0 < line <= len(lines) else ''
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
