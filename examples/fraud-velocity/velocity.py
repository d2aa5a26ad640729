# Card fraud, velocity check: how often and for how much was this card used within an hour?
#
#   in:  {"card": "4000-0001", "at": 1767254400, "cents": 1250}      at: seconds since 1970
#   out: the payment, with what the hour before it adds up to and the limits that are exceeded
#
# The pool has one item per card. Jets that see different cards do not wait for each other, and two jets that
# see the same card at the same time do not lose a payment.
#
# fastscore.snapshots: eof

import fastscore

WINDOW_S = 3600
MOST_PAYMENTS = 3
MOST_CENTS = 100_000

cards = fastscore.pools('cards')


def action(payment):
    since = payment['at'] - WINDOW_S

    def remember(recent):
        known = [entry for entry in recent or [] if entry['at'] > since]
        return known + [{'at': payment['at'], 'cents': payment['cents']}]

    recent = cards.update(payment['card'], remember)
    count = len(recent)
    cents = sum(entry['cents'] for entry in recent)
    exceeded = (['count'] if count > MOST_PAYMENTS else []) + (['amount'] if cents > MOST_CENTS else [])
    yield {**payment, 'hour': {'count': count, 'cents': cents}, 'exceeded': exceeded}
