# A record is a number of pairs of update and read of one cell; the output is the seconds that they took.
library(fastscore)

hot <- Cell("hot")
increment <- function(v) if (is.null(v)) 1 else v + 1

action <- function(pairs) {
  since <- Sys.time()
  for (i in seq_len(pairs)) {
    Update(hot, increment)
    Get(hot)
  }
  emit(as.numeric(Sys.time() - since, units = "secs"))
}
