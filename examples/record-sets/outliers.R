# Which payments of a batch stand out from the others of that batch: record sets as data frames.
#
#   in:  {"id": 7, "amount": 12.5}, in batches that end with {"$fastscore":"set"}
#   out: the same with "z", how many standard deviations the amount is from the mean of its batch; a batch for a batch
#
# fastscore.recordsets.$all: yes
# fastscore.snapshots: eof

library(fastscore)

batches <- Cell("batches")

action <- function(payments) {
  Add(batches)
  payments$z <- round((payments$amount - mean(payments$amount)) / sd(payments$amount), 3)
  emit(payments[abs(payments$z) > 1, ])
}
