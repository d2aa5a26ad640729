"""Names of cells, pools and items."""


def state_name(name, what):
    """``name`` as text. Scalars are written as R writes the same number read from JSON: 5, not 5.0."""
    if type(name) is str:
        return name
    if isinstance(name, str):
        return str.__str__(name)
    if hasattr(name, 'item') and getattr(name, 'ndim', None) == 0:
        name = name.item()
    if isinstance(name, bool):
        return 'true' if name else 'false'
    if isinstance(name, int):
        return str(int(name))
    if isinstance(name, float):
        whole = name.is_integer() and abs(name) < 1e15
        return str(int(name)) if whole else repr(float(name))
    raise TypeError(f'{what} must be a text, not {type(name).__name__}')
