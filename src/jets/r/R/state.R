# The operations on cells and items. All access to state goes through the state_ functions.

Get <- function(x, key) {
  if (missing(key) && inherits(x, "fastscore_cell")) state_get(.subset2(x, "id"), .subset2(x, "key"))
  else state_get(target_id(x, key, missing(key), "Get"), target_key(x, key))
}

Set <- function(x, key, value) {
  # Set(cell, value): the second argument is the value.
  if (inherits(x, "fastscore_cell") && missing(value)) state_set(x$id, x$key, key)
  else state_set(target_id(x, key, missing(key), "Set"), target_key(x, key), value)
}

Init <- function(x, key, value) {
  if (inherits(x, "fastscore_cell") && missing(value)) state_init(x$id, x$key, key)
  else state_init(target_id(x, key, missing(key), "Init"), target_key(x, key), value)
}

# Most of what a model does with state goes through here: what is written out takes less time than a call would.
Update <- function(x, key, f) {
  if (missing(f) && inherits(x, "fastscore_cell")) {
    id <- .subset2(x, "id")
    f <- key
  } else {
    id <- target_id(x, key, missing(key), "Update")
  }
  if (!is.function(f)) stop("Update needs a function, not ", describe_value(f), call. = FALSE)
  session <- the
  if (!is.null(session$updating)) refuse_inside_update("Update")
  session$ticks <- session$ticks - 1L
  if (session$ticks <= 0L) look()
  entry <- session$entries[[id]]
  if (is.null(entry)) entry <- entry_of(id, target_key(x, key))
  repeat {
    if (!entry$held && !borrow_entry(entry)) {
      done <- update_by_requests(entry, f)
      if (!is.null(done)) return(done$value)
      next
    }
    if (session$forks && is_fork()) refuse_in_fork()
    lone <- session$lone_sink
    emitted <- if (is.null(lone)) sink_counts() else lone$n
    loan <- entry$loan
    # Here, not when f first looks at it: by then the key may have been recalled.
    value <- entry$value
    if (is.object(value)) value <- thaw_value(value)
    session$updating <- environment()
    result <- f(value)
    session$updating <- NULL
    # Not so when the key was recalled while f waited for a reply; f may even have borrowed it again since.
    if (entry$held && entry$loan == loan) {
      if (!entry$dirty) mark_dirty(entry)
      entry$uses <- entry$uses + 1L
      if (is.numeric(result) && length(result) > 0L && is.null(attributes(result))) {
        entry$value <- result
        return(result)
      }
      entry$value <- freeze_value(result)
      return(if (length(result) == 0L) thaw_value(entry$value) else result)
    }
    truncate_sinks(emitted)
  }
}

Add <- function(x, key, n = 1) {
  if (inherits(x, "fastscore_cell") && missing(n) && !missing(key)) {
    n <- key
    id <- .subset2(x, "id")
  } else {
    id <- target_id(x, key, missing(key), "Add")
  }
  if (!is.numeric(n) || length(n) != 1L) stop("Add needs a single number, not ", describe_value(n), call. = FALSE)
  if (!is.null(the$updating)) refuse_inside_update("Add")
  tick()
  entry <- the$entries[[id]]
  if (is.null(entry)) entry <- entry_of(id, target_key(x, key))
  repeat {
    if (entry$held || borrow_entry(entry)) {
      if (the$forks && is_fork()) refuse_in_fork()
      sum <- added(entry$value, n)
      change_entry(entry, freeze_value(sum))
      return(sum)
    }
    done <- update_by_requests(entry, function(value) added(value, n))
    if (!is.null(done)) return(done$value)
  }
}

added <- function(value, n) {
  if (is.null(value)) return(n)
  if (!is.numeric(value)) stop("Add cannot add to ", describe_value(value), call. = FALSE)
  value + n
}

Delete <- function(x, key) state_delete(target_id(x, key, missing(key), "Delete"), target_key(x, key))

Has <- function(x, key) state_has(target_id(x, key, missing(key), "Has"), target_key(x, key))

Keys <- function(x) state_keys(pool_name(x, "Keys"))

Len <- function(x) length(state_keys(pool_name(x, "Len")))

# `key` is only looked at when a request needs it.
state_get <- function(id, key) {
  the$ticks <- the$ticks - 1L
  if (the$ticks <= 0L) look()
  entry <- the$entries[[id]]
  if (!is.null(entry) && entry$held) {
    if (the$forks && is_fork()) refuse_in_fork()
    entry$uses <- entry$uses + 1L
    value <- entry$value
    return(if (is.object(value)) thaw_value(value) else value)
  }
  entry <- entry_of(id, key)
  if (borrow_entry(entry)) return(state_get(id, key))
  open_value(request_value(entry)$value)
}

state_has <- function(id, key) {
  tick()
  entry <- entry_of(id, key)
  if (!entry$held && !borrow_entry(entry)) return(request_value(entry)$version > 0)
  entry$uses <- entry$uses + 1L
  entry$exists
}

state_set <- function(id, key, value) {
  refuse_inside_update("Set")
  tick()
  entry <- entry_of(id, key)
  if (entry$held || borrow_entry(entry)) change_entry(entry, freeze_value(value))
  else request(entry, "set", value = encode_value(freeze_value(value)))
  invisible(NULL)
}

state_init <- function(id, key, value) {
  refuse_inside_update("Init")
  tick()
  entry <- entry_of(id, key)
  kept <- freeze_value(value)
  if (!entry$held && !borrow_entry(entry)) {
    bytes <- encode_value(kept)
    reply <- request(entry, "init", value = bytes)
    return(open_value(if (isTRUE(reply$stored)) bytes else reply$value))
  }
  if (!entry$exists) change_entry(entry, kept)
  thaw_value(entry$value)
}

state_delete <- function(id, key) {
  refuse_inside_update("Delete")
  entry <- entry_of(id, key)
  give_back_keys(list(entry$key))
  invisible(isTRUE(request(entry, "delete")$stored))
}

state_keys <- function(pool) {
  give_back_created(pool)
  as.character(the$ask(list(op = "keys", pool = pool))$keys)
}

# Compare and set: `f` runs again when another jet was faster. It starts from what the last reply said about the key,
# which saves a round trip, so an error of `f` counts only if that is still the current value. NULL when the key is lent now.
update_by_requests <- function(entry, f) {
  in_turn <- FALSE
  on.exit(if (in_turn) request(entry, "release"))
  current <- entry$known
  remembered <- !is.null(current)
  if (!remembered) current <- request_value(entry)
  emitted <- sink_counts()
  conflicts <- 0L
  repeat {
    if (entry$held) return(NULL)
    result <- if (remembered) try_remembered(f, current, entry) else run_update(f, current$value)
    if (inherits(result, "fastscore_newer_value")) {
      current <- result$current
    } else {
      kept <- freeze_value(result)
      reply <- request(entry, "cas", version = current$version, value = encode_value(kept))
      if (reply$stored) {
        in_turn <- FALSE
        return(list(value = if (length(result) == 0L) thaw_value(kept) else result))
      }
      conflicts <- conflicts + 1L
      if (conflicts == 3L && !entry$held) {
        reply <- request(entry, "turn")
        in_turn <- TRUE
      }
      current <- list(value = reply$value, version = reply$version)
    }
    remembered <- FALSE
    # What `f` emitted belongs to the attempt that did not count.
    truncate_sinks(emitted)
  }
}

run_update <- function(f, bytes) {
  value <- open_value(bytes)
  the$updating <- environment()
  result <- f(value)
  the$updating <- NULL
  result
}

# Runs `f` on a value that may be out of date. Gives a fastscore_newer_value instead of an error about an old value;
# the look at the current value happens before the stack unwinds, so that a real error keeps its traceback.
try_remembered <- function(f, current, entry) {
  tryCatch(
    withCallingHandlers(
      run_update(f, current$value),
      error = function(e) {
        now <- request_value(entry)
        if (now$version != current$version || entry$held) {
          signalCondition(structure(class = c("fastscore_newer_value", "condition"), list(current = now)))
        }
      }
    ),
    fastscore_newer_value = identity
  )
}

# One request about a key. What the reply says about it is remembered.
request <- function(entry, op, ...) {
  fields <- list(op = op, key = entry$key, ...)
  entry$known <- NULL
  reply <- the$ask(fields)
  if (!isTRUE(reply$lent) && !is.null(reply$version)) {
    if (is.null(fields$value)) entry$known <- list(value = reply$value, version = reply$version)
    else if (!identical(reply$stored, FALSE)) entry$known <- list(value = fields$value, version = reply$version)
    else if (op != "set") entry$known <- list(value = reply$value, version = reply$version)
  }
  reply
}

request_value <- function(entry) {
  reply <- request(entry, "get")
  list(value = reply$value, version = reply$version)
}

refuse_inside_update <- function(operation) {
  if (is_updating()) {
    stop(
      operation, " inside of an update function is not possible: return the new value, and change other state after the update",
      call. = FALSE
    )
  }
}

# An update function that has failed leaves its mark: clearing it costs more than to look, seldom, whether the update is still running.
is_updating <- function() {
  if (is.null(the$updating)) return(FALSE)
  for (frame in sys.frames()) if (identical(frame, the$updating)) return(TRUE)
  the$updating <- NULL
  FALSE
}

# The lengths make it unambiguous, whatever the names contain.
key_id <- function(key) {
  if (length(key) == 2L) paste0("cell ", key[2L])
  else paste0(pool_prefix(key[2L]), key[3L])
}

pool_prefix <- function(pool) paste0("item ", nchar(pool, "bytes"), " ", pool, " ")
