# A sum over objects of 6 fields.
library(fastscore)

total <- Cell("total")

action <- function(order) {
  order$total <- Update(total, function(so_far) (if (is.null(so_far)) 0 else so_far) + order$amount)
  emit(order)
}
