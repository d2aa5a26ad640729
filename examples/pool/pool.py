# How many inputs there have been: one item of a pool, shared by all jets.
#
# fastscore.input: int
# fastscore.output: int

import fastscore

counts = fastscore.pools('counts')


def begin():
    counts.set('inputs', 0)


def action(_):
    yield counts.update('inputs', lambda n: n + 1)
