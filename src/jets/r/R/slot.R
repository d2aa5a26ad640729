# Slots as objects, for models that read and write them by themselves: see man/Slot.Rd.
Slot <- function(n) {
  if (is.null(the$program)) {
    stop(
      "slots are there only for a model that says \"# fastscore.action: none\", while the engine or run_model() runs it",
      call. = FALSE
    )
  }
  if (!is.numeric(n) || length(n) != 1L || !(n %in% the$program$slots)) {
    shown <- paste(format(n), collapse = " ")
    stop("slot ", shown, " is not in use: say \"# fastscore.slot.", shown, ": in-use\"", call. = FALSE)
  }
  list(
    n = n,
    read = function(with_seqno = FALSE) {
      if (n %% 2 != 0) stop("slot ", n, " is not an input slot: those are even", call. = FALSE)
      found <- the$program$ask(n)
      if (is.null(found) || with_seqno) found else found$data
    },
    write = function(x) {
      if (n %% 2 != 1) stop("slot ", n, " is not an output slot: those are odd", call. = FALSE)
      emitTo(n, x)
      hand_in_writings()
    }
  )
}

# What was written goes to the engine after so many records, or seconds, although nothing is read.
hand_in_writings <- function() {
  program <- the$program
  the$program$written <- program$written + 1
  now <- seconds()
  if (program$written < 1000 && now - program$flushed < 0.05) return(invisible(NULL))
  the$program$written <- 0
  the$program$ask(NULL)
  the$program$flushed <- seconds()
  invisible(NULL)
}

# The program of an explicit model, from its first line to its last.
run_program <- function(emit) {
  collect_for(emit)
  the$program <- list(slots = the$slots, ask = ask_records, written = 0, flushed = 0)
  options(keep.source = TRUE)
  on.exit(options(keep.source = FALSE))
  tryCatch(eval(the$source, globalenv()), fastscore_quit = function(condition) NULL)
  send(list(t = "ended", outputs = take_outputs(), changes = take_changes()))
}

# Hands in what was written, and waits. The next batch of the slot with the number of its first record; NULL at the end.
ask_records <- function(slot) {
  send(list(t = "ask", slot = slot, outputs = take_outputs(), changes = take_changes()))
  frame <- next_frame()
  collect_for(frame$emit)
  if (frame$t == "batch") list(seqno = frame$seqno[1L], data = as_record_set(frame$data))
}
