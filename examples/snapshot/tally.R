# A total that outlives the run: the cell is saved in a snapshot when the input ends.
#
# fastscore.input: int
# fastscore.output: int
# fastscore.snapshots: eof

library(fastscore)

total <- Cell("total")

# Stores only when the cell is missing, so a restored total goes on.
begin <- function() Init(total, 0)

action <- function(x) {
  emit(Update(total, function(so_far) so_far + x))
}
