library(fastscore)

total <- Cell("total")

action <- function(x) emit(Update(total, function(so_far) if (is.null(so_far)) x else so_far + x))
