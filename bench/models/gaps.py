"""Looks at the clock for each record, and tells when more than half a millisecond has passed since the one before."""

from time import monotonic

last = monotonic()


def action(x):
    global last
    now = monotonic()
    gap, last = now - last, now
    if gap > 0.0005:
        yield [now, gap]
