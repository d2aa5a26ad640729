"""A dict of N values of 100 bytes, or one value of SIZE bytes, written with pickle to a synced file, and loaded again.

{"items": N, "bytes": SIZE, "path": path}
"""

import os
import pickle
from time import perf_counter

from answers import answer

made = {}


def values(items, size):
    if (items, size) not in made:
        made.clear()
        made[items, size] = {f'item-{index}': f'{index:0{size}d}' for index in range(items)}
    return made[items, size]


def run(items, bytes, path):
    state = values(items, bytes)
    since = perf_counter()
    with open(path, 'wb') as out:
        pickle.dump(state, out, protocol=pickle.HIGHEST_PROTOCOL)
        out.flush()
        os.fsync(out.fileno())
    saved = perf_counter()
    with open(path, 'rb') as source:
        pickle.load(source)
    return {'save': saved - since, 'load': perf_counter() - saved, 'size': os.path.getsize(path)}


answer(run)
