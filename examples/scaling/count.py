# Counts its inputs, 2 ms each: slow enough to watch while it is scaled.
#
# fastscore.input: int
# fastscore.output: int

import time

import fastscore

seen = fastscore.cells('seen')


def begin():
    # A jet that joins a running job does not overwrite what the others have counted.
    seen.set(0)


def action(_):
    time.sleep(0.002)  # stands for a model that computes
    yield seen.update(lambda n: n + 1)
