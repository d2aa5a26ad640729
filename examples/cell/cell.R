# The running total of all inputs: one cell, shared by all jets.
#
# fastscore.input: int
# fastscore.output: int

library(fastscore)

total <- Cell("total")

begin <- function() Set(total, 0)

action <- function(x) {
  # Update() returns the value that it stored: every total appears once, whatever the number of jets.
  emit(Update(total, function(so_far) so_far + x))
}
