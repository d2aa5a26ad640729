# The keys that are lent to this process, and looking for recalls. See docs/jet-protocol.md.
#
# the$entries holds an environment per key that this process knows, by id:
#   key, id
#   held     TRUE while the key is lent to this process; then:
#   value    as freeze_value() gave it
#   exists   FALSE when there is no value
#   dirty    changed since it was handed in
#   created  did not exist when it was lent
#   uses     operations since it was lent
#   known    of a key that is not lent: the last reply, list(value =, version =); NULL for none

# Asking whether a recall has come takes as long as a use: it is done every so many uses and records.
MOST_TICKS <- 16L
SLOW_TICKS <- 0.001
# Seconds that a key is kept after it was lent: so many round trips, within limits.
HOLD_ROUND_TRIPS <- 8
SHORTEST_HOLD <- 0.001
LONGEST_HOLD <- 0.005
MOST_ENTRIES <- 100000L

open_loans <- function() {
  the$entries <- new.env(parent = emptyenv())
  the$recalled <- list()
  the$ticks <- 1L
  the$window <- 1L
  the$looked_at <- seconds()
  the$hold_until <- 0
  the$round_trip <- 0.001
}

seconds <- function() unclass(Sys.time())

entry_of <- function(id, key) {
  entry <- the$entries[[id]]
  if (is.null(entry)) {
    entry <- new.env(parent = emptyenv())
    entry$id <- id
    entry$key <- key
    entry$held <- entry$dirty <- entry$created <- FALSE
    assign(id, entry, envir = the$entries)
  }
  entry
}

hold_entry <- function(entry, bytes, exists) {
  entry$held <- TRUE
  entry$value <- if (exists) freeze_value(open_value(bytes))
  entry$exists <- exists
  entry$dirty <- FALSE
  entry$created <- !exists
  entry$uses <- 0L
  entry$known <- NULL
  # An entry that was dropped meanwhile must be found again when it is recalled.
  assign(entry$id, entry, envir = the$entries)
  the$hold_until <- seconds() + min(max(SHORTEST_HOLD, HOLD_ROUND_TRIPS * the$round_trip), LONGEST_HOLD)
}

change_entry <- function(entry, kept) {
  entry$value <- kept
  entry$exists <- entry$dirty <- TRUE
  entry$uses <- entry$uses + 1L
}

# To be called at every safe point.
tick <- function() {
  the$ticks <- the$ticks - 1L
  if (the$ticks <= 0L) look()
}

look <- function() {
  now <- seconds()
  the$window <- if (now - the$looked_at > SLOW_TICKS) 1L else min(MOST_TICKS, 2L * the$window)
  the$ticks <- the$window
  the$looked_at <- now
  read_announced_frames()
  if (length(the$recalled) > 0L && now >= the$hold_until) give_back_recalled()
}

# Somebody else wants a key. It may be kept for a moment while this process works or rests, and while it waits for a key that comes later:
# a model that uses several keys per record would lose one each time that it waits for another, and so would its competitors. Among those
# who wait in a circle there is always one that waits for an earlier key: it goes without.
recall_key <- function(key) {
  if (is.null(the$waits_for) || comes_before(key, the$waits_for)) the$recalled <- c(the$recalled, list(key))
  else give_back(list(the$entries[[key_id(key)]]))
}

give_back_recalled <- function() {
  recalled <- the$recalled
  the$recalled <- list()
  for (key in recalled) recall_key(key)
  if (is.null(the$waits_for)) {
    entries <- lapply(the$recalled, function(key) the$entries[[key_id(key)]])
    the$recalled <- list()
    give_back(entries)
  }
}

give_back <- function(entries) {
  loans <- list()
  for (entry in entries) {
    if (is.null(entry) || !entry$held) next
    loan <- list(key = entry$key, value = if (entry$dirty) encode_value(entry$value), uses = entry$uses)
    loans <- c(loans, list(loan))
    entry$held <- entry$dirty <- entry$created <- FALSE
    entry$value <- NULL
  }
  if (length(loans) > 0L) send(list(t = "handin", loans = loans))
}

give_back_created <- function(pool) {
  entries <- as.list(the$entries)
  give_back(Filter(function(entry) entry$created && entry$key[2L] == pool, entries))
}

# What has changed in the keys that this process holds; it goes on to hold them.
take_changes <- function() {
  entries <- as.list(the$entries, sorted = FALSE)
  changed <- Filter(function(entry) entry$dirty, entries)
  changes <- lapply(unname(changed), function(entry) {
    entry$dirty <- entry$created <- FALSE
    list(key = entry$key, value = encode_value(entry$value))
  })
  if (length(entries) > MOST_ENTRIES) {
    give_back(entries)
    rm(list = names(entries), envir = the$entries)
  }
  changes
}

# Nothing to do: what has been recalled is given back, unless more work comes while it may be kept.
rest <- function() {
  while (length(the$recalled) > 0L && length(the$kept) == 0L) {
    if (seconds() >= the$hold_until) give_back_recalled()
    else if (!read_announced_frames()) Sys.sleep(0.0001)
  }
}

# The order of keys: cells before items, then by name.
comes_before <- function(a, b) {
  if (length(b) == 0L) return(FALSE)
  for (i in seq_len(min(length(a), length(b)))) if (a[i] != b[i]) return(a[i] < b[i])
  length(a) < length(b)
}
