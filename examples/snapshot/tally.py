# A total that outlives the run: the cell is saved in a snapshot when the input ends.
#
# fastscore.input: int
# fastscore.output: int
# fastscore.snapshots: eof

import fastscore

total = fastscore.cells('total')


def begin():
    # Stores only when the cell is missing, so a restored total goes on.
    total.init(0)


def action(x):
    yield total.update(lambda so_far: so_far + x)
