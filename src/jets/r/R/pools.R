# What this process knows of pools that are or were lent to it as a whole. See docs/jet-protocol.md.
#
# the$pools holds an environment per pool, by name:
#   name
#   held      TRUE while the pool is lent to this process
#   complete  there are no other items than those that are known or unknown
#   values    environment of bytes by place_of(item), as they were handed in or told last
#   unknown   environment, has what must be asked for
#   used      environment of the entries that are held because the pool is, by id

# A pool is kept for as many times as long as it took to hand it over, and at most so many seconds.
HANDOVERS <- 4
LONGEST_POOL_HOLD <- 0.02

# NULL when the key is in no pool, or in one that is not lent to this process as a whole.
held_pool <- function(key) {
  if (length(the$pools) == 0L || length(key) == 0L || key[1L] != "item") return(NULL)
  pool <- the$pools[[key[2L]]]
  if (!is.null(pool) && pool$held) pool
}

learn_pool <- function(name, lent) {
  since <- seconds()
  if (lent$fresh || is.null(the$pools[[name]])) the$pools[[name]] <- new_pool(name)
  pool <- the$pools[[name]]
  pool$held <- TRUE
  pool$complete <- lent$complete
  if (length(lent$items) > 0L) {
    names(lent$values) <- place_of(as.character(lent$items))
    list2env(lent$values, envir = pool$values)
  }
  for (place in place_of(as.character(lent$unknown))) {
    assign(place, TRUE, envir = pool$unknown)
    if (!is.null(pool$values[[place]])) rm(list = place, envir = pool$values)
  }
  the$handover <- the$handover + seconds() - since
}

new_pool <- function(name) {
  pool <- new.env(parent = emptyenv())
  pool$name <- name
  pool$held <- pool$complete <- FALSE
  pool$values <- new.env(parent = emptyenv())
  pool$unknown <- new.env(parent = emptyenv())
  pool$used <- new.env(parent = emptyenv())
  pool
}

# Variables need a name that is not empty.
place_of <- function(items) paste0(rep_len(".", length(items)), items)

# Holds a key if its pool is held and its value is known.
borrow_entry <- function(entry) {
  if (length(the$pools) == 0L) return(FALSE)
  pool <- held_pool(entry$key)
  if (is.null(pool)) return(FALSE)
  place <- paste0(".", entry$key[3L])
  bytes <- pool$values[[place]]
  if (is.null(bytes) && (!pool$complete || !is.null(pool$unknown[[place]]))) return(FALSE)
  hold_entry(entry, bytes, !is.null(bytes))
  TRUE
}

# An item has been handed in, but its pool is kept.
remember_value <- function(entry, bytes) {
  pool <- held_pool(entry$key)
  if (!is.null(pool)) assign(paste0(".", entry$key[3L]), bytes, envir = pool$values)
}

give_back_pool <- function(pool, forget = FALSE) {
  since <- seconds()
  used <- as.list(pool$used)
  changes <- vector("list", length(used))
  n <- uses <- 0L
  suspendInterrupts({
    for (entry in used) {
      uses <- uses + entry$uses
      if (entry$dirty) {
        n <- n + 1L
        bytes <- encode_value(entry$value)
        changes[[n]] <- list(key = entry$key, value = bytes)
        assign(paste0(".", entry$key[3L]), bytes, envir = pool$values)
      }
      release_entry(entry)
    }
    pool$used <- new.env(parent = emptyenv())
    pool$held <- FALSE
    returned <- list(pool = pool$name, uses = uses, forgotten = forget)
    send(list(t = "handin", changes = changes[seq_len(n)], pools = list(returned)))
  })
  the$handover <- seconds() - since
}

forget_pools <- function() {
  for (pool in the$pools) give_back_pool(pool, forget = TRUE)
  the$pools <- list()
}
