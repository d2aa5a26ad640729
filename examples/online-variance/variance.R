# Mean and variance of a stream, without keeping the stream: Welford's method, in one cell.
#
#   in:  a number, such as the score of another model
#   out: how many numbers there were, their mean, their sample variance (null for a single one)
#
# The three values change together: another jet never sees the new mean with the old count.
#
# fastscore.input: double
# fastscore.snapshots: eof

library(fastscore)

moments <- Cell("moments")

begin <- function() Init(moments, list(n = 0, mean = 0, m2 = 0))

add <- function(old, x) {
  n <- old$n + 1
  delta <- x - old$mean
  mean <- old$mean + delta / n
  list(n = n, mean = mean, m2 = old$m2 + delta * (x - mean))
}

action <- function(x) {
  now <- Update(moments, function(old) add(old, x))
  variance <- if (now$n > 1) round(now$m2 / (now$n - 1), 6)
  emit(list(n = now$n, mean = round(now$mean, 6), variance = variance))
}
