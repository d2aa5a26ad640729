run_model <- function(model, records, slot = 0, action = "action") {
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
  if (is.call(expression) && identical(expression[[1L]], quote(`{`))) eval(expression, envir)
  else eval(parse_source(read_source(model)), envir)
  callback <- find_action(slot, action, envir)
  the$phase <- "begin"
  call_if_defined("begin", envir)
  open_all_sinks()
  the$phase <- "action"
  # Numbers come as doubles from the engine.
  if (is.integer(records) && !is.object(records)) records <- as.double(records)
  process_records(callback, records, slot, 1)
  the$phase <- "end"
  call_if_defined("end", envir)
  emitted_to(1)
}
