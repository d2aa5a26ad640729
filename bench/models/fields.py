"""A sum over objects of 6 fields."""

import fastscore

total = fastscore.cells('total')


def action(order):
    amount = order['amount']
    order['total'] = total.update(lambda so_far: (so_far or 0) + amount)
    yield order
