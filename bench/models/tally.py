"""Counts records, and says how many there were."""

import fastscore

count = fastscore.cells('count')


def action(x):
    count.update(lambda n: (n or 0) + 1)


def end():
    yield count.get()
