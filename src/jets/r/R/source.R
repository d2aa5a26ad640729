# The name under which a model's source shows up in messages, whatever its file is called.
MODEL_FILE <- "__model.R"

read_source <- function(path) {
  lines <- readLines(path, warn = FALSE, encoding = "UTF-8")
  if (length(lines) > 0L) {
    lines[1L] <- sub("^\xef\xbb\xbf", "", lines[1L], useBytes = TRUE)
    Encoding(lines[1L]) <- "UTF-8"
  }
  lines
}

parse_source <- function(lines) {
  parse(text = lines, keep.source = TRUE, srcfile = srcfilecopy(MODEL_FILE, lines), encoding = "UTF-8")
}

# Texts of a model are UTF-8, wherever the engine was started.
use_utf8 <- function() {
  if (!isTRUE(l10n_info()[["UTF-8"]])) suppressWarnings(Sys.setlocale("LC_CTYPE", "C.UTF-8"))
}

# The action of a slot with what it takes: (data), (data, slot) or (data, slot, seqno).
find_action <- function(slot, name, envir) {
  action <- get0(name, envir, mode = "function", inherits = FALSE)
  if (is.null(action)) stop("slot ", slot, " calls function '", name, "', which the model does not define", call. = FALSE)
  parameters <- setdiff(names(formals(args(action))), "...")
  if (length(parameters) > 3L) {
    stop(
      "function '", name, "', the action of slot ", slot, ", takes ", length(parameters),
      " parameters instead of 1, 2 or 3: (data), (data, slot) or (data, slot, seqno)",
      call. = FALSE
    )
  }
  # R would do it after some calls, in the middle of the work and while others may be waiting for a key.
  list(call = compiler::cmpfun(action), arity = max(1L, length(parameters)))
}

# Calls begin or end, if the model has it. R itself has a function `end`, so nothing is looked for elsewhere.
call_if_defined <- function(name, envir) {
  if (exists(name, envir, mode = "function", inherits = FALSE)) eval(call(name), envir)
}

# Calls an action for each record. Its environment is the$loop, where `i` is the position of the record at hand.
process_records <- function(action, data, slot, seqnos) {
  the$loop <- environment()
  i <- 0L
  arity <- action$arity
  action <- action$call
  # The first number alone stands for a row of them.
  if (length(seqnos) != length(data)) seqnos <- seqnos[1L] + seq_along(data) - 1
  # An action gets values, not promises: what it keeps of them for later must not be that of a later record.
  switch(arity,
    for (i in seq_along(data)) {
      x <- data[[i]]
      forceAndCall(1L, action, x)
      the$ticks <- the$ticks - 1L
      if (the$ticks <= 0L) look()
    },
    for (i in seq_along(data)) {
      x <- data[[i]]
      forceAndCall(2L, action, x, slot)
      the$ticks <- the$ticks - 1L
      if (the$ticks <= 0L) look()
    },
    for (i in seq_along(data)) {
      x <- data[[i]]
      seqno <- seqnos[[i]]
      forceAndCall(3L, action, x, slot, seqno)
      the$ticks <- the$ticks - 1L
      if (the$ticks <= 0L) look()
    }
  )
}
