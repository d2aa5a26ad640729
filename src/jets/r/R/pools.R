# What this process knows of pools that are or were lent to it as a whole. See docs/jet-protocol.md.
#
# the$pools holds an environment per pool, by the prefix of its items' ids:
#   name
#   held      TRUE while the pool is lent to this process
#   loan      how often it has been lent to this process
#   uses      operations since it was lent
#   complete  there are no other items than those in `values` and `others`
#   values    environment of what is kept of each item (values.R)
#   others    environment by item: TRUE when its value must be asked for, FALSE when there is none
#   dirty     environment by item of what has changed since it was handed in: TRUE when its value can be sent as it is
#   noted     at least as many items as there are in `values` and `others`
#   created   some of that did not exist when it was handed in

# A pool is kept for as many times as long as it took to hand it over, and at most so many seconds.
HANDOVERS <- 4
LONGEST_POOL_HOLD <- 0.02

# NULL when the key is in no pool, or in one that is not lent to this process as a whole.
held_pool <- function(key) {
  if (length(key) == 0L || key[1L] != "item") return(NULL)
  pool <- the$pools[[pool_prefix(key[2L])]]
  if (!is.null(pool) && pool$held) pool
}

# The pool if it is held and `item` need not be asked for.
pool_with <- function(x, item) {
  pool <- the$pools[[.subset2(x, "prefix")]]
  if (!is.null(pool) && pool$held && has_at_hand(pool, item)) pool
}

is_at_hand <- function(entry) {
  if (entry$held) return(TRUE)
  pool <- held_pool(entry$key)
  !is.null(pool) && has_at_hand(pool, entry$key[3L])
}

# An environment has no place for an item without a name: it is asked for each time.
has_at_hand <- function(pool, item) nzchar(item) && (!is.null(pool$values[[item]]) || lacks_item(pool, item))

# Whether an item that has no value among those of a held pool is known not to exist.
lacks_item <- function(pool, item) {
  must_ask <- pool$others[[item]]
  if (is.null(must_ask)) pool$complete else !must_ask
}

learn_pool <- function(name, lent) {
  since <- seconds()
  prefix <- pool_prefix(name)
  if (lent$fresh || is.null(the$pools[[prefix]])) assign(prefix, new_pool(name), envir = the$pools)
  pool <- the$pools[[prefix]]
  pool$held <- TRUE
  pool$loan <- pool$loan + 1L
  pool$uses <- 0L
  pool$complete <- lent$complete
  learn_values(pool, as.character(lent$items), lent$values)
  for (item in as.character(lent$unknown)) if (nzchar(item)) forget_item(pool, item, must_ask = TRUE)
  the$handover <- the$handover + seconds() - since
}

# Values that are bytes are serialized values.
learn_values <- function(pool, items, values) {
  values <- as.list(values)
  pool$noted <- pool$noted + length(values)
  are_bytes <- vapply(values, is.raw, NA)
  if (any(are_bytes)) values[are_bytes] <- lapply(values[are_bytes], kept_bytes)
  names(values) <- items
  list2env(if (all(nzchar(items))) values else values[nzchar(items)], envir = pool$values)
}

# A reply has told of an item of a held pool. Whether that has been noted.
note_item <- function(pool, item, bytes, exists) {
  if (!nzchar(item)) return(FALSE)
  if (!exists) forget_item(pool, item, must_ask = FALSE)
  else {
    pool$noted <- pool$noted + 1
    assign(item, kept_bytes(bytes), envir = pool$values)
  }
  TRUE
}

forget_item <- function(pool, item, must_ask) {
  pool$noted <- pool$noted + 1
  assign(item, must_ask, envir = pool$others)
  if (!is.null(pool$values[[item]])) rm(list = item, envir = pool$values)
}

new_pool <- function(name) {
  pool <- new.env(parent = emptyenv())
  pool$name <- name
  pool$held <- pool$complete <- pool$created <- FALSE
  pool$loan <- pool$uses <- 0L
  pool$noted <- 0
  pool$values <- new.env(parent = emptyenv())
  pool$others <- new.env(parent = emptyenv())
  pool$dirty <- new.env(parent = emptyenv())
  pool
}

# What the model gets of an item that pool_with() found; NULL when there is none.
item_value <- function(pool, item) {
  kept <- pool$values[[item]]
  if (is.object(kept)) open_item(pool, item, kept) else kept
}

# Bytes are opened once, unless they hold something that the model could change.
open_item <- function(pool, item, kept) {
  if (!inherits(kept, "fastscore_bytes")) return(kept)
  value <- open_value(kept$bytes)
  again <- freeze_value(value)
  if (is.null(again)) return(NULL)
  assign(item, again, envir = pool$values)
  value
}

# Keeps what freeze_value() gave as the value of an item that pool_with() found.
change_item <- function(pool, item, kept) {
  if (is.null(kept)) kept <- kept_bytes(close_value(NULL))
  if (is.null(pool$values[[item]])) {
    pool$created <- TRUE
    pool$noted <- pool$noted + 1
  }
  assign(item, kept, envir = pool$values)
  assign(item, is_bare(kept), envir = pool$dirty)
}

is_bare <- function(kept) is.atomic(kept) && is.null(attributes(kept)) && !is.raw(kept)

# What has changed in a held pool, as one entry of `changes`; list() for nothing.
take_changes_of <- function(pool) {
  if (length(pool$dirty) == 0L) return(list())
  can_be_sent <- unlist(as.list.environment(pool$dirty, all.names = TRUE))
  items <- names(can_be_sent)
  values <- unname(mget(items, envir = pool$values))
  if (!all(can_be_sent)) values[!can_be_sent] <- lapply(values[!can_be_sent], encode_value)
  pool$dirty <- new.env(parent = emptyenv())
  pool$created <- FALSE
  list(list(pool = pool$name, items = items, values = values))
}

give_back_pool <- function(pool, forget = FALSE) {
  since <- seconds()
  suspendInterrupts({
    returned <- list(pool = pool$name, uses = pool$uses, forgotten = forget)
    send(list(t = "handin", changes = take_changes_of(pool), pools = list(returned)))
    pool$held <- FALSE
  })
  the$handover <- seconds() - since
}

forget_pools <- function() {
  for (pool in as.list(the$pools)) give_back_pool(pool, forget = TRUE)
  the$pools <- new.env(parent = emptyenv())
}
