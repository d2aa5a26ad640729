"""Which modules a source imports, and which of them it can do without."""

import ast

#: What a missing module raises, and what catches that.
_CAUGHT = frozenset(('ImportError', 'ModuleNotFoundError', 'Exception', 'BaseException'))
#: Names that tell one version of Python from another, or a look at the types from a run.
_ALTERNATIVES = frozenset(('version_info', 'version', 'hexversion', 'PY2', 'PY3', 'TYPE_CHECKING'))
_TRIES = (ast.Try, getattr(ast, 'TryStar', ast.Try))


def imports(tree):
    """Imports anywhere in the source.

    :returns: (needed, guarded): names of modules. Guarded ones are imported where the source goes on without them: under a ``try``
        that catches their absence, or for one version of Python only.
    """
    needed, guarded = set(), set()
    # Without recursion: see _check.
    pending = [(tree, False)]
    while pending:
        node, is_guarded = pending.pop()
        names = guarded if is_guarded else needed
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level == 0:
                names.add(node.module)
        else:
            inside = set(map(id, _guarded_parts(node)))
            pending.extend((child, is_guarded or id(child) in inside) for child in ast.iter_child_nodes(node))
    return needed, guarded


def _guarded_parts(node):
    """The statements within ``node`` whose imports may fail."""
    if isinstance(node, _TRIES) and any(_catches(handler.type) for handler in node.handlers):
        return [*node.body, *node.handlers, *node.orelse]
    if isinstance(node, (ast.With, ast.AsyncWith)) and any(_suppresses(item.context_expr) for item in node.items):
        return node.body
    if isinstance(node, ast.If) and any(_name_of(part) in _ALTERNATIVES for part in ast.walk(node.test)):
        return [*node.body, *node.orelse]
    return ()


def _catches(types):
    if types is None:
        return True
    return any(_name_of(one) in _CAUGHT for one in (types.elts if isinstance(types, ast.Tuple) else (types,)))


def _suppresses(node):
    return isinstance(node, ast.Call) and _name_of(node.func) == 'suppress' and any(map(_catches, node.args))


def _name_of(node):
    return node.id if isinstance(node, ast.Name) else getattr(node, 'attr', None)
