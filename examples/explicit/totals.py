# The takings of each shop so far, told after each batch of sales: a program that reads its input by itself.
#
#   in:  {"shop": "north", "amount": 12.5}
#   out: {"shop": "north", "sales": 3, "amount": 40.25} for each shop of the batch
#
# With several jets each of them runs this program and reads batches of its own; so the sums are in a pool.
#
# fastscore.action: none
# fastscore.snapshots: eof

import fastscore
from fastscore.io import Slot

takings = fastscore.pools('takings')


def add(old, group):
    old = old or {'sales': 0, 'amount': 0}
    return {'sales': old['sales'] + len(group), 'amount': old['amount'] + float(group['amount'].sum())}


for batch in Slot(0):
    for shop, group in batch.groupby('shop'):
        total = takings.update(shop, lambda old: add(old, group))
        Slot(1).write({'shop': shop, **total})
