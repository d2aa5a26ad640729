emit <- function(x) the$put1(x)

emitTo <- function(slot, x) {
  # As a text, list(1) is a number, too.
  if (is.list(slot)) refuse_emission(slot)
  sink <- the$sinks[[as.character(slot)]]
  if (is.null(sink)) sink <- late_sink(slot)
  sink$put(x)
}

emitted_to <- function(slot = 1) {
  sink <- the$sinks[[as.character(slot)]]
  if (is.null(sink)) list() else sink$take()
}

# A sink collects what is emitted to one slot. Its functions change `values` in their own environment: assigning into a
# list inside of another environment would copy the list each time.
new_sink <- function(slot, record_sets = FALSE) {
  values <- vector("list", 64L)
  n <- 0L
  put <- function(x) {
    # Before n is used: making x may emit, too.
    nothing <- is.null(x)
    if (n == length(values)) length(values) <<- 2L * n
    n <<- n + 1L
    # Places not yet filled are NULL already, and assigning NULL would remove one.
    if (!nothing) values[[n]] <<- x
    invisible(NULL)
  }
  list(
    slot = slot,
    place = environment(),
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
  the$any_slot <- FALSE
  for (slot in slots) the$sinks[[as.character(slot)]] <- new_sink(slot, slot %in% record_set_slots)
  the$lone_sink <- if (length(the$sinks) == 1L) the$sinks[[1L]]$place
  sink <- the$sinks[["1"]]
  the$put1 <- if (is.null(sink)) function(x) refuse_emission(1) else sink$put
}

# From now on emissions to all odd slots are collected. `takes_sets` tells which of them have record sets.
open_all_sinks <- function(takes_sets = function(slot) FALSE) {
  open_sinks(1, if (takes_sets(1)) 1)
  the$any_slot <- TRUE
  the$late_sets <- takes_sets
}

late_sink <- function(slot) {
  is_output <- is.numeric(slot) && length(slot) == 1L && is.finite(slot) && slot %% 2 == 1
  if (!the$any_slot || !is_output) refuse_emission(slot)
  sink <- new_sink(slot, the$late_sets(slot))
  the$sinks[[as.character(slot)]] <- sink
  the$lone_sink <- NULL
  sink
}

# How much has been emitted to each slot.
sink_counts <- function() lapply(the$sinks, function(sink) sink$count())

# Sinks that were made since then are the last ones.
truncate_sinks <- function(counts) {
  for (i in seq_along(the$sinks)) the$sinks[[i]]$truncate(if (i <= length(counts)) counts[[i]] else 0L)
}

refuse_emission <- function(slot) {
  stop(
    switch(the$phase,
      load = "a model cannot emit while it is loaded: emit from an action or from end",
      begin = "begin cannot emit: emit from an action or from end",
      unused_slot(slot)
    ),
    call. = FALSE
  )
}

unused_slot <- function(slot) {
  shown <- paste(format(slot), collapse = " ")
  is_number <- is.numeric(slot) && length(slot) == 1L && is.finite(slot) && slot >= 0 && slot == trunc(slot)
  if (!is_number) return(paste0("slot ", shown, " is not a slot: emitTo(slot, value) takes its number first"))
  if (slot %% 2 == 0) return(paste0("slot ", shown, " is not an output slot: those are odd"))
  paste0("slot ", shown, " is not an output slot in use: say \"# fastscore.slot.", shown, ": in-use\"")
}

assert_record_set <- function(x, slot) {
  # A list may be a matrix, too: of what is of several types.
  if (is.data.frame(x) || is.matrix(x) || (is.atomic(x) && !is.null(x) && length(dim(x)) < 2L)) return(x)
  stop(
    "slot ", slot, " takes record sets: emit a data frame, a matrix or a vector, not ", describe_value(x),
    call. = FALSE
  )
}
