emit <- function(x) the$put1(x)

emitTo <- function(slot, x) {
  sink <- the$sinks[[as.character(slot)]]
  if (is.null(sink)) refuse_emission(slot) else sink$put(x)
}

# A sink collects what is emitted to one slot. Its functions change `values` in their own environment: assigning into a
# list inside of another environment would copy the list each time.
new_sink <- function(slot, record_sets) {
  values <- vector("list", 64L)
  n <- 0L
  put <- function(x) {
    force(x)
    i <- n + 1L
    if (i > length(values)) length(values) <<- 2L * length(values)
    # Places not yet filled are NULL already, and assigning NULL would remove one.
    if (!is.null(x)) values[[i]] <<- x
    n <<- i
    invisible(NULL)
  }
  list(
    slot = slot,
    put = if (record_sets) function(x) put(assert_record_set(x, slot)) else put,
    count = function() n,
    truncate = function(count) {
      if (n > count) values[(count + 1L):n] <<- list(NULL)
      n <<- count
    },
    # The values so far; the sink starts again from none.
    take = function() {
      taken <- values
      length(taken) <- n
      values <<- vector("list", max(64L, n))
      n <<- 0L
      taken
    }
  )
}

# From now on emissions to these slots, and no others, are collected.
open_sinks <- function(slots, record_set_slots = integer()) {
  the$sinks <- list()
  for (slot in slots) the$sinks[[as.character(slot)]] <- new_sink(slot, slot %in% record_set_slots)
  sink <- the$sinks[["1"]]
  the$put1 <- if (is.null(sink)) function(x) refuse_emission(1) else sink$put
}

sink_counts <- function() lapply(the$sinks, function(sink) sink$count())

truncate_sinks <- function(counts) {
  for (slot in names(counts)) the$sinks[[slot]]$truncate(counts[[slot]])
}

refuse_emission <- function(slot) {
  reason <- switch(the$phase,
    load = "the model cannot emit while it is loaded",
    begin = "begin cannot emit",
    paste0("slot ", format(slot), " is not an output slot in use")
  )
  hint <- switch(the$phase, load = , begin = ": emit from an action or from end", "")
  stop(reason, hint, call. = FALSE)
}

assert_record_set <- function(x, slot) {
  if (is.data.frame(x) || (is.matrix(x) && is.atomic(x))) return(x)
  stop(
    "slot ", slot, " takes record sets: emit a data frame or a matrix, not ", describe_value(x),
    call. = FALSE
  )
}

emitted <- function(slot = 1) {
  sink <- the$sinks[[as.character(slot)]]
  if (is.null(sink)) list() else sink$take()
}
