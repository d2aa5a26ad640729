"""The values that the state benchmark keeps, and what an update makes of them."""

INITIAL = {
    'int': 0,
    'dict': {'n': 0, 'mean': 1.5, 'name': 'alpha', 'open': True},
    'list': [0] + list(range(1000, 3000)),
}

UPDATE = {
    'int': lambda v: v + 1,
    'dict': lambda v: {**v, 'n': v['n'] + 1},
    'list': lambda v: [v[0] + 1, *v[1:]],
}

#: How many updates a value has seen.
COUNT = {
    'int': lambda v: v,
    'dict': lambda v: v['n'],
    'list': lambda v: v[0],
}

#: Names of the items when a benchmark spreads over many.
ITEMS = [f'item-{i}' for i in range(10_000)]
