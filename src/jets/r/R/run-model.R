run_model <- function(model, records, slot = 0, action = "action", batch = NULL) {
  expression <- substitute(model)
  envir <- new.env(parent = globalenv())
  before <- ls(globalenv(), all.names = TRUE)
  phase <- the$phase
  on.exit({
    the$phase <- phase
    # What `<<-` has made there, because no environment of the model had it.
    made <- setdiff(ls(globalenv(), all.names = TRUE), c(before, ".Random.seed"))
    rm(list = made, envir = globalenv())
  })
  open_sinks(NULL)
  the$phase <- "load"
  is_block <- is.call(expression) && identical(expression[[1L]], quote(`{`))
  # A block has no comments.
  annotations <- if (is_block) list() else read_annotations(read_source(model))
  if (is_explicit(annotations, slot)) return(run_program_alone(model, record_sets(records, batch), slot, annotations))
  if (is_block) eval(expression, envir)
  else eval(parse_source(read_source(model)), envir)
  callback <- find_action(slot, action, envir)
  the$phase <- "begin"
  call_if_defined("begin", envir)
  open_all_sinks(function(slot) has_sets(annotations, slot))
  the$phase <- "action"
  # Numbers come as doubles from the engine.
  if (is.integer(records) && !is.object(records)) records <- as.double(records)
  if (has_sets(annotations, slot)) {
    for (set in record_sets(records, batch)) process_records(callback, list(set$data), slot, set$seqno)
  } else {
    process_records(callback, records, slot, 1)
  }
  the$phase <- "end"
  call_if_defined("end", envir)
  emitted_to(1)
}

run_program_alone <- function(model, sets, slot, annotations) {
  written <- list()
  open_all_sinks(function(slot) has_sets(annotations, slot))
  ask <- function(asked) {
    written <<- c(written, emitted_to(1))
    if (is.null(asked) || asked != slot || length(sets) == 0L) return(NULL)
    first <- sets[[1L]]
    sets <<- sets[-1L]
    first
  }
  the$phase <- "program"
  the$program <- list(slots = 0:65535, ask = ask, written = 0, flushed = 0)
  on.exit(the$program <- NULL)
  eval(parse_source(read_source(model)), new.env(parent = globalenv()))
  c(written, emitted_to(1))
}

# Records in sets of so many, each with the number of its first one.
record_sets <- function(records, batch) {
  table <- as_table(records)
  count <- nrow(table)
  if (count == 0L) return(list())
  size <- if (is.null(batch)) count else batch
  lapply(seq(1L, count, by = size), function(first) {
    list(seqno = as.double(first), data = table[first:min(count, first + size - 1L), , drop = FALSE])
  })
}

# What the engine would make of records: a data frame of named lists, a matrix of vectors, a column of scalars.
as_table <- function(records) {
  if (is.data.frame(records) || is.matrix(records)) return(records)
  if (length(records) == 0L) return(data.frame())
  first <- records[[1L]]
  if (!is.list(first) && length(first) == 1L) return(matrix(unlist(records), ncol = 1L))
  if (is.null(names(first))) return(do.call(rbind, records))
  columns <- unique(unlist(lapply(records, names)))
  values <- lapply(columns, function(column) {
    cells <- lapply(records, function(record) if (is.null(record[[column]])) NA else record[[column]])
    if (all(lengths(cells) == 1L) && !any(vapply(cells, is.list, NA))) unlist(cells) else cells
  })
  as_frame(values, columns, length(records))
}
