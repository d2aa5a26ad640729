"""A record is a number of pairs of update and read of one cell; the output is the seconds that they took."""

from time import perf_counter

import fastscore

hot = fastscore.cells('hot')


def action(pairs):
    since = perf_counter()
    for _ in range(pairs):
        hot.update(lambda v: (v or 0) + 1)
        hot.value
    yield perf_counter() - since
