# A record says how many pairs of update and read to do; the output is when they began and ended, in seconds.
library(fastscore)

hot <- Cell("hot")
own <- Cell(paste0("own-", Sys.getpid()))
pool <- Pool("pool")

initial <- list(
  int = 0,
  dict = list(n = 0, mean = 1.5, name = "alpha", open = TRUE),
  list = c(0, 1000:2999)
)
update <- list(
  int = function(v) v + 1,
  dict = function(v) {
    v$n <- v$n + 1
    v
  },
  list = function(v) {
    v[[1]] <- v[[1]] + 1
    v
  }
)

action <- function(record) {
  f <- update[[record$value]]
  if (record$keys == "pool") {
    items <- paste0("item-", sample.int(10000, record$pairs, replace = TRUE) - 1L)
    since <- as.numeric(Sys.time())
    for (item in items) {
      Update(pool, item, f)
      Get(pool, item)
    }
  } else {
    cell <- if (record$keys == "hot") hot else own
    Init(cell, initial[[record$value]])
    since <- as.numeric(Sys.time())
    for (i in seq_len(record$pairs)) {
      Update(cell, f)
      Get(cell)
    }
  }
  emit(c(since, as.numeric(Sys.time())))
}
