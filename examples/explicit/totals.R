# The takings of each shop so far, told after each batch of sales: a program that reads its input by itself.
#
#   in:  {"shop": "north", "amount": 12.5}
#   out: {"shop": "north", "sales": 3, "amount": 40.25} for each shop of the batch
#
# With several jets each of them runs this program and reads batches of its own; so the sums are in a pool.
#
# fastscore.action: none
# fastscore.snapshots: eof

library(fastscore)

takings <- Pool("takings")

add <- function(old, group) {
  if (is.null(old)) old <- list(sales = 0, amount = 0)
  list(sales = old$sales + nrow(group), amount = old$amount + sum(group$amount))
}

while (!is.null(batch <- Slot(0)$read())) {
  for (group in split(batch, batch$shop)) {
    shop <- group$shop[1]
    total <- Update(takings, shop, function(old) add(old, group))
    Slot(1)$write(c(list(shop = shop), total))
  }
}
