"""A record says how many pairs of update and read to do; the output is when they began and ended, in seconds."""

import os
import random
from time import perf_counter

import fastscore

# As in bench/peers/values.py.
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
ITEMS = [f'item-{i}' for i in range(10_000)]

hot = fastscore.cells('hot')
own = fastscore.cells(f'own-{os.getpid()}')
pool = fastscore.pools('pool')


def action(record):
    pairs, value, keys = record['pairs'], record['value'], record['keys']
    update = UPDATE[value]
    if keys == 'pool':
        items = random.choices(ITEMS, k=pairs)
        since = perf_counter()
        for item in items:
            pool.update(item, update)
            pool.get(item)
    else:
        cell = hot if keys == 'hot' else own
        cell.init(INITIAL[value])
        since = perf_counter()
        for _ in range(pairs):
            cell.update(update)
            cell.value
    yield [since, perf_counter()]
