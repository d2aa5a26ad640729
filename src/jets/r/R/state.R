# The operations on cells and items. `item` is NULL where a cell is meant.

# Most of what a model does with state goes through Get and Update: what is written out there takes less time than a call would.
Get <- function(x, key) {
  session <- the
  session$ticks <- session$ticks - 1L
  if (session$ticks <= 0L) look()
  if (missing(key) && inherits(x, "fastscore_cell")) {
    item <- NULL
    entry <- session$entries[[.subset2(x, "id")]]
  } else {
    is_name <- !missing(key) && is.character(key) && length(key) == 1L && !is.na(key) && inherits(x, "fastscore_pool")
    item <- if (is_name) enc2utf8(key) else item_name(x, key, missing(key), "Get")
    pool <- session$pools[[.subset2(x, "prefix")]]
    if (!is.null(pool) && pool$held && nzchar(item)) {
      kept <- pool$values[[item]]
      if (!is.null(kept) || lacks_item(pool, item)) {
        if (session$forks && is_fork()) refuse_in_fork()
        pool$uses <- pool$uses + 1L
        return(if (is.object(kept)) open_item(pool, item, kept) else kept)
      }
    }
    entry <- entry_at(x, item)
  }
  if (is.null(entry) || !entry$held) return(open_value(request_value(entry_at(x, item))$value))
  if (session$forks && is_fork()) refuse_in_fork()
  entry$uses <- entry$uses + 1L
  value <- entry$value
  if (is.object(value)) thaw_value(value) else value
}

Set <- function(x, key, value) {
  # Set(cell, value): the second argument is the value.
  if (inherits(x, "fastscore_cell") && missing(value)) state_set(x, NULL, key)
  else state_set(x, item_name(x, key, missing(key), "Set"), value)
}

Init <- function(x, key, value) {
  if (inherits(x, "fastscore_cell") && missing(value)) state_init(x, NULL, key)
  else state_init(x, item_name(x, key, missing(key), "Init"), value)
}

Update <- function(x, key, f) {
  if (missing(f) && inherits(x, "fastscore_cell")) {
    item <- pool <- NULL
    f <- key
  } else {
    is_name <- !missing(key) && is.character(key) && length(key) == 1L && !is.na(key) && inherits(x, "fastscore_pool")
    item <- if (is_name) enc2utf8(key) else item_name(x, key, missing(key), "Update")
  }
  if (!is.function(f)) stop("Update needs a function, not ", describe_value(f), call. = FALSE)
  session <- the
  if (!is.null(session$updating)) refuse_inside_update("Update")
  session$ticks <- session$ticks - 1L
  if (session$ticks <= 0L) look()
  repeat {
    if (!is.null(item)) {
      pool <- session$pools[[.subset2(x, "prefix")]]
      if (!is.null(pool)) {
        is_known <- pool$held && nzchar(item)
        value <- if (is_known) pool$values[[item]]
        if (is.null(value) && !(is_known && lacks_item(pool, item))) pool <- NULL
      }
    }
    if (is.null(pool)) {
      held <- if (is.null(item)) session$entries[[.subset2(x, "id")]]
      if (is.null(held)) held <- entry_at(x, item)
      if (!held$held) {
        done <- update_by_requests(held, f)
        if (!is.null(done)) return(done$value)
        next
      }
      value <- held$value
      if (is.object(value)) value <- thaw_value(value)
    } else {
      held <- pool
      if (is.object(value)) value <- open_item(pool, item, value)
    }
    if (session$forks && is_fork()) refuse_in_fork()
    lone <- session$lone_sink
    emitted <- if (is.null(lone)) sink_counts() else lone$n
    loan <- held$loan
    session$updating <- environment()
    result <- f(value)
    session$updating <- NULL
    # Not so when the key was recalled while f waited for a reply; f may even have borrowed it again since.
    if (held$held && held$loan == loan) {
      held$uses <- held$uses + 1L
      is_number <- is.numeric(result) && length(result) > 0L && is.null(attributes(result))
      kept <- if (is_number) result else freeze_value(result)
      if (is.null(pool)) {
        if (!held$dirty) mark_dirty(held)
        held$value <- kept
      } else if (is_number && !is.null(value)) {
        values <- pool$values
        values[[item]] <- kept
        dirty <- pool$dirty
        dirty[[item]] <- TRUE
      } else {
        change_item(pool, item, kept)
      }
      return(if (length(result) == 0L) thaw_value(kept) else result)
    }
    truncate_sinks(emitted)
  }
}

Add <- function(x, key, n = 1) {
  if (inherits(x, "fastscore_cell") && missing(n) && !missing(key)) {
    n <- key
    item <- NULL
  } else {
    item <- item_name(x, key, missing(key), "Add")
  }
  if (!is.numeric(n) || length(n) != 1L) stop("Add needs a single number, not ", describe_value(n), call. = FALSE)
  if (!is.null(the$updating)) refuse_inside_update("Add")
  tick()
  repeat {
    place <- place_of(x, item)
    if (!is.null(place)) {
      sum <- added(value_at(place, item), n)
      change_at(place, item, freeze_value(sum))
      return(sum)
    }
    done <- update_by_requests(entry_at(x, item), function(value) added(value, n))
    if (!is.null(done)) return(done$value)
  }
}

added <- function(value, n) {
  if (is.null(value)) return(n)
  if (!is.numeric(value)) stop("Add cannot add to ", describe_value(value), call. = FALSE)
  value + n
}

Delete <- function(x, key) state_delete(x, item_name(x, key, missing(key), "Delete"))

Has <- function(x, key) state_has(x, item_name(x, key, missing(key), "Has"))

Keys <- function(x) state_keys(pool_name(x, "Keys"))

Len <- function(x) length(state_keys(pool_name(x, "Len")))

state_has <- function(x, item) {
  tick()
  place <- place_of(x, item)
  if (is.null(place)) return(request_value(entry_at(x, item))$version > 0)
  place$uses <- place$uses + 1L
  exists_at(place, item)
}

state_set <- function(x, item, value) {
  refuse_inside_update("Set")
  tick()
  kept <- freeze_value(value)
  place <- place_of(x, item)
  if (is.null(place)) request(entry_at(x, item), "set", value = encode_value(kept))
  else change_at(place, item, kept)
  invisible(NULL)
}

state_init <- function(x, item, value) {
  refuse_inside_update("Init")
  tick()
  kept <- freeze_value(value)
  place <- place_of(x, item)
  if (is.null(place)) {
    bytes <- encode_value(kept)
    reply <- request(entry_at(x, item), "init", value = bytes)
    return(open_value(if (isTRUE(reply$stored)) bytes else reply$value))
  }
  if (!exists_at(place, item)) change_at(place, item, kept)
  value_at(place, item)
}

state_delete <- function(x, item) {
  refuse_inside_update("Delete")
  entry <- entry_at(x, item)
  give_back_keys(list(entry$key))
  invisible(isTRUE(request(entry, "delete")$stored))
}

state_keys <- function(pool) {
  give_back_created(pool)
  as.character(the$ask(list(op = "keys", pool = pool))$keys)
}

# Where the value of a cell or an item is that need not be asked for: its entry, or the pool that has it; else NULL.
place_of <- function(x, item) {
  if (is.null(item)) {
    entry <- the$entries[[.subset2(x, "id")]]
  } else {
    pool <- pool_with(x, item)
    if (!is.null(pool)) return(pool)
    entry <- entry_at(x, item)
  }
  if (!is.null(entry) && entry$held) entry
}

is_pool <- function(place) !is.null(place$values)

value_at <- function(place, item) if (is_pool(place)) item_value(place, item) else thaw_value(place$value)

exists_at <- function(place, item) if (is_pool(place)) !is.null(place$values[[item]]) else place$exists

change_at <- function(place, item, kept) {
  if (the$forks && is_fork()) refuse_in_fork()
  place$uses <- place$uses + 1L
  if (is_pool(place)) change_item(place, item, kept) else change_entry(place, kept)
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
    if (is_at_hand(entry)) return(NULL)
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
      if (conflicts == 3L && !is_at_hand(entry)) {
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
        if (now$version != current$version || is_at_hand(entry)) {
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
