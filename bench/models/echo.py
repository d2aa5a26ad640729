def action(x):
    yield x
