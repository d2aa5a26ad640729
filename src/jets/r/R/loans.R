# The keys that are lent to this process, and looking for recalls. See docs/jet-protocol.md.
#
# the$entries holds an environment per key that this process knows, by id:
#   key, id
#   loan     how often it has been lent to this process
#   held     TRUE while the key is lent to this process; then:
#   value    as freeze_value() gave it
#   exists   FALSE when there is no value
#   dirty    changed since it was handed in
#   created  did not exist when it was lent
#   uses     operations since it was lent
#   known    of a key that is not lent: the last reply, list(value =, version =); NULL for none

# Asking whether a recall has come takes longer than a use: it is done every so many uses and records, at best at a distance between
# these two, in seconds.
MOST_TICKS <- 64L
QUICK_TICKS <- 0.0003
SLOW_TICKS <- 0.001
# Seconds that a key is kept after it was lent: so many round trips, within limits.
HOLD_ROUND_TRIPS <- 16
SHORTEST_HOLD <- 0.002
LONGEST_HOLD <- 0.01
# With one loan after the other nothing would be given back: seconds after which somebody has waited long enough.
PATIENCE <- 0.02

open_loans <- function() {
  the$entries <- new.env(parent = emptyenv())
  the$dirty <- new.env(parent = emptyenv())
  the$recalled <- list()
  the$ticks <- 1L
  the$window <- 1L
  the$looked_at <- seconds()
  the$hold_until <- 0
  the$patience_ends <- Inf
  the$round_trip <- 0.001
  the$pools <- new.env(parent = emptyenv())
  the$handover <- 0
  # More keys than so many are not remembered from one rest to the next.
  the$most_keys <- Inf
  the$noted <- 0
}

# As Sys.time() does it, which takes ten times as long.
seconds <- function() .Internal(Sys.time())

entry_of <- function(id, key) {
  entry <- the$entries[[id]]
  if (is.null(entry)) {
    entry <- new.env(parent = emptyenv())
    entry$id <- id
    entry$key <- key
    entry$loan <- 0L
    entry$held <- entry$dirty <- entry$created <- FALSE
    assign(id, entry, envir = the$entries)
    the$noted <- the$noted + 1
  }
  entry
}

hold_entry <- function(entry, bytes, exists) {
  entry$loan <- entry$loan + 1L
  entry$held <- TRUE
  entry$value <- if (exists) freeze_value(open_value(bytes))
  entry$exists <- exists
  entry$dirty <- FALSE
  entry$created <- !exists
  entry$uses <- 0L
  entry$known <- NULL
  # An entry that was dropped meanwhile must be found again when it is recalled.
  assign(entry$id, entry, envir = the$entries)
  TRUE
}

# What was lent just now is kept for a moment.
keep_for_a_moment <- function(is_pool) {
  moment <- min(max(SHORTEST_HOLD, HOLD_ROUND_TRIPS * the$round_trip), LONGEST_HOLD)
  if (is_pool) moment <- max(moment, min(HANDOVERS * the$handover, LONGEST_POOL_HOLD))
  the$hold_until <- seconds() + moment
}

release_entry <- function(entry) {
  entry$held <- entry$dirty <- entry$created <- FALSE
  entry$value <- NULL
}

change_entry <- function(entry, kept) {
  if (!entry$dirty) mark_dirty(entry)
  entry$value <- kept
}

mark_dirty <- function(entry) {
  assign(entry$id, entry, envir = the$dirty)
  entry$exists <- entry$dirty <- TRUE
}

# To be called at every safe point.
tick <- function() {
  the$ticks <- the$ticks - 1L
  if (the$ticks <= 0L) look()
}

look <- function() {
  if (is_fork()) refuse_in_fork()
  now <- seconds()
  passed <- now - the$looked_at
  if (passed > SLOW_TICKS) the$window <- 1L
  else if (passed < QUICK_TICKS) the$window <- min(MOST_TICKS, 2L * the$window)
  the$ticks <- the$window
  the$looked_at <- now
  read_announced_frames()
  if (length(the$recalled) > 0L && is_time_to_give_back(now)) give_back_recalled()
}

is_time_to_give_back <- function(now) now >= the$hold_until || now >= the$patience_ends

# Somebody else wants a key, or all of a pool: c("item", name). It may be kept for a moment while this process works or rests, and while it
# waits for a key of a later cell or pool: a model that uses several keys per record would lose one each time that it waits for another, and
# so would its competitors. Among those who wait in a circle there is always one that waits for an earlier cell or pool: it goes without.
recall_key <- function(key) {
  if (!may_keep(key)) return(give_back_keys(list(key)))
  if (length(the$recalled) == 0L) the$patience_ends <- seconds() + PATIENCE
  the$recalled <- c(the$recalled, list(key))
}

may_keep <- function(key) is.null(the$waits_for) || comes_before(key[1:2], the$waits_for)

give_back_recalled <- function() {
  recalled <- the$recalled
  keep <- if (is.null(the$waits_for)) logical(length(recalled)) else vapply(recalled, may_keep, NA)
  the$recalled <- recalled[keep]
  if (!any(keep)) the$patience_ends <- Inf
  give_back_keys(recalled[!keep])
}

# What belongs to a pool that is held goes back with it.
give_back_keys <- function(keys) {
  entries <- list()
  for (key in keys) {
    pool <- held_pool(key)
    if (!is.null(pool)) give_back_pool(pool)
    else if (length(key) == 2L && key[1L] == "item") entries <- c(entries, entries_of_pool(key[2L]))
    else entries <- c(entries, the$entries[[key_id(key)]])
  }
  give_back(entries)
}

entries_of_pool <- function(name) {
  Filter(function(entry) entry$key[1L] == "item" && entry$key[2L] == name, as.list(the$entries))
}

# Some of them may be missing, not held, or there twice.
give_back <- function(entries) {
  loans <- vector("list", length(entries))
  n <- 0L
  suspendInterrupts({
    for (entry in entries) {
      if (is.null(entry) || !entry$held) next
      n <- n + 1L
      loans[[n]] <- list(key = entry$key, value = if (entry$dirty) encode_value(entry$value), uses = entry$uses)
      release_entry(entry)
    }
    if (n > 0L) send(list(t = "handin", loans = loans[seq_len(n)]))
  })
}

# Items of a pool that the engine does not know yet.
give_back_created <- function(name) {
  pool <- held_pool(c("item", name))
  if (!is.null(pool)) {
    if (pool$created) give_back_pool(pool)
    return()
  }
  created <- Filter(function(entry) entry$created && entry$key[2L] == name, as.list(the$dirty))
  if (length(created) > 0L) give_back_keys(lapply(created, function(entry) entry$key))
}

# What has changed in the keys that this process holds; it goes on to hold them.
take_changes <- function() {
  changes <- take_changed_entries()
  for (pool in as.list(the$pools)) if (pool$held) changes <- c(changes, take_changes_of(pool))
  changes
}

# Gives all keys back, and forgets them, when there are more than should be remembered. Not before what has changed was handed in with
# the outputs that belong to it.
forget_if_too_many <- function() {
  entries_size <- function(session) length(session$entries)
  if (!has_too_many(the, entries_size) && !any(vapply(as.list(the$pools), has_too_many, NA, pool_size))) return()
  forget_pools()
  give_back(as.list(the$entries))
  the$entries <- new.env(parent = emptyenv())
  the$noted <- 0
}

# Counting what is in an environment takes the longer the more it is: that is done when so much has been noted there, be it the same
# again, that there may be too many.
has_too_many <- function(place, size) {
  if (place$noted <= the$most_keys) return(FALSE)
  place$noted <- size(place)
  place$noted > the$most_keys
}

take_changed_entries <- function() {
  if (length(the$dirty) == 0L) return(list())
  changed <- Filter(function(entry) entry$dirty, as.list(the$dirty))
  the$dirty <- new.env(parent = emptyenv())
  lapply(unname(changed), function(entry) {
    entry$dirty <- entry$created <- FALSE
    list(key = entry$key, value = encode_value(entry$value))
  })
}

pool_size <- function(pool) length(pool$values) + length(pool$others)

# Nothing to do, and what has changed was handed in: what has been recalled is given back, unless more work comes while it may be kept.
rest <- function() {
  forget_if_too_many()
  while (length(the$recalled) > 0L && length(the$kept) == 0L) {
    if (is_time_to_give_back(seconds())) give_back_recalled()
    else if (!read_announced_frames()) Sys.sleep(0.0001)
  }
}

# The order of keys: cells before items, then by name; not the order of texts that the model's locale may have.
comes_before <- function(a, b) {
  if (length(b) == 0L) return(FALSE)
  for (i in seq_len(min(length(a), length(b)))) if (a[i] != b[i]) return(order(c(a[i], b[i]), method = "radix")[1L] == 1L)
  length(a) < length(b)
}
