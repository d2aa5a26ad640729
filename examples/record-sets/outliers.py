# Which payments of a batch stand out from the others of that batch: record sets as data frames.
#
#   in:  {"id": 7, "amount": 12.5}, in batches that end with {"$fastscore":"set"}
#   out: the same with "z", how many standard deviations the amount is from the mean of its batch; a batch for a batch
#
# fastscore.recordsets.$all: yes
# fastscore.snapshots: eof

import fastscore

batches = fastscore.cells('batches')


def action(payments):
    batches.add()
    spread = payments['amount'].std()
    payments['z'] = ((payments['amount'] - payments['amount'].mean()) / spread).round(3)
    yield payments[payments['z'].abs() > 1]
