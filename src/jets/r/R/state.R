# The operations on cells and items. All access to state goes through the state_ functions at the end of this file.

Get <- function(x, key) state_get(target_key(x, key, missing(key), "Get"))

Set <- function(x, key, value) {
  # Set(cell, value): the second argument is the value.
  if (inherits(x, "fastscore_cell") && missing(value)) state_set(target_key(x, , TRUE, "Set"), key)
  else state_set(target_key(x, key, missing(key), "Set"), value)
}

Init <- function(x, key, value) {
  if (inherits(x, "fastscore_cell") && missing(value)) state_init(target_key(x, , TRUE, "Init"), key)
  else state_init(target_key(x, key, missing(key), "Init"), value)
}

Update <- function(x, key, f) {
  if (inherits(x, "fastscore_cell") && missing(f)) state_update(target_key(x, , TRUE, "Update"), key, "Update")
  else state_update(target_key(x, key, missing(key), "Update"), f, "Update")
}

Add <- function(x, key, n = 1) {
  if (inherits(x, "fastscore_cell") && missing(n) && !missing(key)) {
    n <- key
    target <- x$key
  } else {
    target <- target_key(x, key, missing(key), "Add")
  }
  if (!is.numeric(n) || length(n) != 1L) stop("Add needs a single number, not ", describe_value(n), call. = FALSE)
  state_update(target, function(value) {
    if (is.null(value)) return(n)
    if (!is.numeric(value)) stop("Add cannot add to ", describe_value(value), call. = FALSE)
    value + n
  }, "Add")
}

Delete <- function(x, key) state_delete(target_key(x, key, missing(key), "Delete"))

Has <- function(x, key) state_read(target_key(x, key, missing(key), "Has"))$version > 0

Keys <- function(x) state_keys(pool_name(x, "Keys"))

Len <- function(x) length(state_keys(pool_name(x, "Len")))

state_get <- function(key) open_value(state_read(key)$value)

state_set <- function(key, value) {
  value <- close_value(value)
  refuse_inside_update("Set")
  reply <- the$ask(list(op = "set", key = key, value = value))
  if (identical(reply$stored, FALSE)) forget(key) else remember(key, value, reply$version)
  invisible(NULL)
}

state_init <- function(key, value) {
  value <- close_value(value)
  refuse_inside_update("Init")
  reply <- the$ask(list(op = "init", key = key, value = value))
  if (isTRUE(reply$stored)) {
    remember(key, value, reply$version)
    return(open_value(value))
  }
  remember(key, reply$value, reply$version)
  open_value(reply$value)
}

state_delete <- function(key) {
  refuse_inside_update("Delete")
  reply <- the$ask(list(op = "delete", key = key))
  forget(key)
  invisible(isTRUE(reply$stored))
}

state_keys <- function(pool) as.character(the$ask(list(op = "keys", pool = pool))$keys)

state_read <- function(key) {
  reply <- the$ask(list(op = "get", key = key))
  remember(key, reply$value, reply$version)
  list(value = reply$value, version = reply$version)
}

# Compare and set: `f` runs again when another jet was faster. It starts from what the last reply said about the key,
# which saves a round trip, so an error of `f` counts only if that is still the current value.
state_update <- function(key, f, operation) {
  if (!is.function(f)) stop(operation, " needs a function, not ", describe_value(f), call. = FALSE)
  refuse_inside_update(operation)
  in_turn <- FALSE
  on.exit({
    the$updating <- FALSE
    if (in_turn) the$ask(list(op = "release", key = key))
  })
  current <- the$known[[key_id(key)]]
  remembered <- !is.null(current)
  if (!remembered) current <- state_read(key)
  emitted <- sink_counts()
  conflicts <- 0L
  repeat {
    result <- if (remembered) try_remembered(f, current, key) else run_update(f, current$value)
    if (inherits(result, "fastscore_newer_value")) {
      current <- result$current
    } else {
      value <- close_value(result)
      reply <- the$ask(list(op = "cas", key = key, version = current$version, value = value))
      if (reply$stored) {
        in_turn <- FALSE
        remember(key, value, reply$version)
        return(if (length(result) == 0L) open_value(value) else result)
      }
      conflicts <- conflicts + 1L
      if (conflicts == 3L) {
        reply <- the$ask(list(op = "turn", key = key))
        in_turn <- TRUE
      }
      current <- list(value = reply$value, version = reply$version)
    }
    remembered <- FALSE
    # What `f` emitted belongs to the attempt that did not count.
    truncate_sinks(emitted)
  }
}

run_update <- function(f, value) {
  value <- open_value(value)
  the$updating <- TRUE
  result <- f(value)
  the$updating <- FALSE
  result
}

# Runs `f` on a value that may be out of date. Gives a fastscore_newer_value instead of an error about an old value;
# the look at the current value happens before the stack unwinds, so that a real error keeps its traceback.
try_remembered <- function(f, current, key) {
  tryCatch(
    withCallingHandlers(
      run_update(f, current$value),
      error = function(e) {
        now <- state_read(key)
        if (now$version != current$version) {
          signalCondition(structure(class = c("fastscore_newer_value", "condition"), list(current = now)))
        }
      }
    ),
    fastscore_newer_value = identity
  )
}

refuse_inside_update <- function(operation) {
  if (the$updating) {
    stop(
      operation, " inside of an update function is not possible: return the new value, and change other state after the update",
      call. = FALSE
    )
  }
}

# Values travel and are remembered in R's serialization: nobody can change them behind our back, whatever they hold.
# A vector of length zero, such as NULL + 1, is stored as missing.
close_value <- function(value) {
  if (length(value) == 0L && is.atomic(value) && is.null(attributes(value))) value <- NULL
  serialize(value, NULL, version = 2L, xdr = FALSE)
}

open_value <- function(value) if (is.null(value)) NULL else unserialize(value)

# At most about 64 MB of values are remembered.
remember <- function(key, value, version) {
  the$known_bytes <- the$known_bytes + length(value) + 200
  if (the$known_bytes > 64e6) forget_all()
  if (length(value) < 1e6) the$known[[key_id(key)]] <- list(value = value, version = version)
  else forget(key)
}

forget <- function(key) the$known[[key_id(key)]] <- NULL

forget_all <- function() {
  the$known <- new.env(parent = emptyenv())
  the$known_bytes <- 0
}

# The lengths make it unambiguous, whatever the names contain.
key_id <- function(key) paste(c(nchar(key, "bytes"), key), collapse = " ")
