import fastscore

total = fastscore.cells('total')


def action(x):
    yield total.update(lambda so_far: (so_far or 0) + x)
