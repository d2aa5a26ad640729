# Counts its inputs, 2 ms each: slow enough to watch while it is scaled.
#
# fastscore.input: int
# fastscore.output: int

library(fastscore)

seen <- Cell("seen")

# A jet that joins a running job does not overwrite what the others have counted.
begin <- function() Set(seen, 0)

action <- function(x) {
  Sys.sleep(0.002) # stands for a model that computes
  emit(Update(seen, function(n) n + 1))
}
