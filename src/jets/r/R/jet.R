# The life of a jet: frames in, frames out. See docs/jet-protocol.md.
run_jet <- function(in_path, out_path, bell_path) {
  use_utf8()
  prepare_search_path()
  # Warnings at once, not when a loop that never ends has ended.
  options(warn = 1L)
  open_channel(in_path, out_path, bell_path)
  use_engine()
  send(list(
    t = "hello", protocol = 1, language = "R",
    version = paste(R.version$major, R.version$minor, sep = "."), pid = Sys.getpid(), lending = TRUE
  ))
  repeat {
    frame <- next_frame()
    went_well <- switch(frame$t,
      start = {
        the$most_keys <- frame$remember
        guarded("load", function() load_model(frame$model))
      },
      begin = guarded("begin", begin_model),
      batch = guarded("action", function() run_batch(frame), id = frame$id),
      run = guarded("program", function() run_program(frame$emit)),
      end = guarded("end", function() end_model(frame$emit))
    )
    if (isTRUE(went_well) && frame$t %in% c("run", "end")) leave()
    # A model that has failed gets no more work, also not what has been sent already: this waits to be stopped, and gives back keys
    # that other jets need to get that far.
    while (identical(went_well, FALSE)) next_frame()
  }
}

use_engine <- function() {
  the$ask <- ask_engine
  the$updating <- NULL
  the$store <- NULL
  open_loans()
}

load_model <- function(model) {
  open_sinks(NULL)
  the$set_slots <- vapply(Filter(function(slot) isTRUE(slot$recordsets), model$slots), function(slot) slot$slot, 0)
  # Sources that the model reads show their lines in tracebacks, too.
  options(keep.source = TRUE)
  on.exit(options(keep.source = FALSE))
  the$slots <- vapply(model$slots, function(slot) slot$slot, 0)
  the$explicit <- isTRUE(model$explicit)
  the$source <- parse_source(read_source(model$file))
  if (!the$explicit) eval(the$source, globalenv())
  the$actions <- list()
  for (slot in model$slots) {
    if (!is.null(slot$action)) {
      the$actions[[as.character(slot$slot)]] <- find_action(slot$slot, slot$action, globalenv())
    }
  }
  send(list(t = "loaded"))
}

begin_model <- function() {
  if (!the$explicit) call_if_defined("begin", globalenv())
  send(list(t = "begun"))
}

run_batch <- function(frame) {
  the$loop <- the$marks <- NULL
  collect_for(frame$emit)
  action <- the$actions[[as.character(frame$slot)]]
  if (takes_sets(frame$slot)) process_records(action, list(as_record_set(frame$data)), frame$slot, frame$seqno[1L])
  else if (isTRUE(frame$marked)) process_marked(action, frame$data, frame$slot, frame$seqno)
  else process_records(action, frame$data, frame$slot, frame$seqno)
  send(list(t = "result", id = frame$id, outputs = take_outputs(), changes = take_changes()))
}

# One record at a time, and how much has been emitted to each slot when it is done.
process_marked <- function(action, data, slot, seqnos) {
  if (length(seqnos) != length(data)) seqnos <- seqnos[1L] + seq_along(data) - 1
  the$marks <- list()
  for (at in seq_along(data)) {
    process_records(action, data[at], slot, seqnos[at])
    the$marks[[at]] <- sink_counts()
  }
}

end_model <- function(emit) {
  the$marks <- NULL
  collect_for(emit)
  if (!the$explicit) call_if_defined("end", globalenv())
  send(list(t = "ended", outputs = take_outputs(), changes = take_changes()))
}

# Emptied sinks are as good as new, as long as the slots are the same.
collect_for <- function(emit) {
  if (length(the$sinks) > 0L && identical(names(the$sinks), names(emit))) return()
  open_sinks(as.numeric(names(emit)), the$set_slots)
}

takes_sets <- function(slot) slot %in% the$set_slots

take_outputs <- function() {
  used <- Filter(function(sink) sink$count() > 0L, the$sinks)
  marks <- the$marks
  unname(lapply(used, function(sink) {
    output <- list(slot = sink$slot, values = sink$take())
    if (is.null(marks)) return(output)
    c(output, list(marks = vapply(marks, function(counts) as.double(counts[[as.character(sink$slot)]]), 0)))
  }))
}

# Runs one phase of the model. An error is told to the engine, which then stops this jet.
guarded <- function(phase, step, id = NULL) {
  the$phase <- phase
  the$calls <- NULL
  error <- tryCatch(
    {
      withCallingHandlers(step(), error = note_calls)
      NULL
    },
    error = identity
  )
  if (is.null(error)) return(TRUE)
  failure <- list(t = "failed", phase = phase)
  if (phase == "action") {
    index <- length(the$marks) + if (is.null(the$loop)) 0L else max(0L, the$loop$i - 1L)
    failure <- c(failure, list(id = id, index = index))
  }
  # Outputs go with the changes that were made for them.
  done <- list(outputs = take_outputs(), changes = take_changes())
  send(c(failure, describe_failure(error, the$calls), done))
  FALSE
}
