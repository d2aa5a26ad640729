# The running total of all inputs: one cell, shared by all jets.
#
# fastscore.input: int
# fastscore.output: int

import fastscore

total = fastscore.cells('total')


def begin():
    total.set(0)


def action(x):
    # update() returns the value that it stored: every total appears once, whatever the number of jets.
    yield total.update(lambda so_far: so_far + x)
