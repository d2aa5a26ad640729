import fastscore

counts = fastscore.pools('counts')


def action(x):
    yield counts.add(x % 100)
