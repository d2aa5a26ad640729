# How many inputs there have been: one item of a pool, shared by all jets.
#
# fastscore.input: int
# fastscore.output: int

library(fastscore)

counts <- Pool("counts")

begin <- function() Set(counts, "inputs", 0)

action <- function(x) emit(Update(counts, "inputs", function(n) n + 1))
