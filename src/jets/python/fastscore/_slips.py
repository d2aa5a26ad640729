"""What a model's source says that its author has hardly meant. Nothing here stops a model."""

import ast

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_SCOPES = (*_FUNCTIONS, ast.ClassDef, ast.Lambda)
#: As a statement of its own such an expression does nothing.
_IDLE = (ast.BinOp, ast.Compare, ast.Name, ast.Dict, ast.List, ast.Tuple, ast.Set, ast.JoinedStr)
_CHANGING = frozenset(
    ('append', 'extend', 'insert', 'remove', 'pop', 'popitem', 'clear', 'sort', 'reverse', 'add', 'discard', 'update', 'setdefault')
)


def silent_functions(tree):
    """Functions at the top level that compute a value and neither yield nor return any.

    :returns: {name: line of the value}
    """
    found = {}
    for function in tree.body:
        if not isinstance(function, _FUNCTIONS):
            continue
        nodes = list(_own_nodes(function))
        gives = any(
            isinstance(node, (ast.Yield, ast.YieldFrom)) or isinstance(node, ast.Return) and node.value is not None for node in nodes
        )
        idle = [node.lineno for node in nodes if isinstance(node, ast.Expr) and isinstance(node.value, _IDLE)]
        if idle and not gives:
            found[function.name] = idle[-1]
    return found


def changed_copies(tree):
    """Lines that change what was read from a cell or pool, which is a copy."""
    handles = {'cells': set(), 'pools': set()}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for kind, names in handles.items():
                if _is_handle(node.value, kind, ()):
                    names.update(target.id for target in node.targets if isinstance(target, ast.Name))
    lines = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _CHANGING:
            changed = node.func.value
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, (ast.Store, ast.Del)):
            changed = node.value
        else:
            continue
        if _is_read(changed, handles):
            lines.add(node.lineno)
    return sorted(lines)


def _own_nodes(function):
    pending = list(function.body)
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, _SCOPES):
            pending.extend(ast.iter_child_nodes(node))


def _is_read(node, handles):
    """``cell.value``, ``cell.get()``, ``pool.get(key)``, and what lies in them."""
    while isinstance(node, ast.Subscript):
        node = node.value
    if isinstance(node, ast.Attribute):
        return node.attr == 'value' and _is_handle(node.value, 'cells', handles['cells'])
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == 'get':
        return any(_is_handle(node.func.value, kind, names) for kind, names in handles.items())
    return False


def _is_handle(node, kind, names):
    if isinstance(node, ast.Name):
        return node.id in names
    if not isinstance(node, ast.Call):
        return False
    function = node.func
    return (function.id if isinstance(function, ast.Name) else getattr(function, 'attr', None)) == kind
