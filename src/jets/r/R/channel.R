# Frames to and from the engine: an int32 length, and one serialized R object.

MAX_FRAME_BYTES <- 2^30

# R cannot ask a pipe whether something has come. So the engine writes one byte into a third pipe for each frame but replies, after the
# frame itself; reading that pipe never waits. A time limit that the model has set must not strike in the middle of a frame or of what is
# known about frames: hence suspendInterrupts().

open_channel <- function(in_path, out_path, bell_path) {
  the$input <- file(in_path, "rb", raw = TRUE)
  the$output <- file(out_path, "wb", raw = TRUE)
  the$bell <- file(bell_path, "rb", raw = TRUE, blocking = FALSE)
  the$announced <- 0
  the$kept <- list()
  the$unanswered <- list()
  the$waits_for <- NULL
  the$pid <- Sys.getpid()
  # Asking for the process id takes a fifth of the time of an update, and nothing but this package forks R.
  the$forks <- isNamespaceLoaded("parallel")
  setHook(packageEvent("parallel", "onLoad"), function(...) the$forks <- TRUE)
}

send <- function(frame) {
  body <- serialize(frame, NULL, version = 2L, xdr = FALSE)
  if (length(body) > MAX_FRAME_BYTES) {
    stop(sprintf("%.0f bytes at once are too much for the engine, the limit is 1 GiB", length(body)), call. = FALSE)
  }
  suspendInterrupts({
    writeBin(length(body), the$output, endian = "little")
    writeBin(body, the$output)
    flush(the$output)
  })
}

# The next frame that is neither a reply nor a recall.
next_frame <- function() {
  repeat {
    rest()
    if (length(the$kept) > 0L) {
      frame <- the$kept[[1L]]
      the$kept <- the$kept[-1L]
      return(frame)
    }
    suspendInterrupts(sort_frame(read_frame()))
  }
}

# Reads frames that have come, without waiting for more. Whether there is work to do.
read_announced_frames <- function() {
  # Without an engine there are none.
  if (is.null(the$bell)) return(FALSE)
  suspendInterrupts({
    the$announced <- the$announced + length(readBin(the$bell, "raw", 1024L))
    while (the$announced > 0) sort_frame(read_frame())
  })
  length(the$kept) > 0L
}

sort_frame <- function(frame) {
  if (frame$t == "reply") return(take_reply(frame))
  the$announced <- the$announced - 1
  if (frame$t == "recall") recall_key(frame$key)
  else the$kept <- c(the$kept, list(frame))
  NULL
}

read_frame <- function() {
  size <- readBin(the$input, "integer", 1L, endian = "little")
  if (length(size) == 0L) leave()
  body <- readBin(the$input, "raw", size)
  if (length(body) < size) leave()
  unserialize(body)
}

# The engine is gone or has no more work for us.
leave <- function() quit("no", status = 0L, runLast = FALSE)

# Carries out one state request. Other frames that come before the reply are kept for later.
ask_engine <- function(request) {
  if (is_fork()) refuse_in_fork()
  # What belongs to a pool that is held is answered at once.
  if (is.null(held_pool(request$key))) {
    the$waits_for <- if (is.null(request$key)) character() else request$key[1:2]
    on.exit(the$waits_for <- NULL)
    if (length(the$recalled) > 0L) give_back_recalled()
  }
  since <- seconds()
  suspendInterrupts({
    send(c(list(t = "state"), request))
    # An earlier request may still wait for its reply, when a time limit of the model broke it off.
    the$unanswered <- c(the$unanswered, list(request))
  })
  reply <- NULL
  while (length(the$unanswered) > 0L) reply <- suspendInterrupts(sort_frame(read_frame()))
  the$round_trip <- min(1.001 * the$round_trip, seconds() - since)
  if (!is.null(reply$error)) stop(reply$error$message, call. = FALSE)
  reply
}

# A fork has the channel, too: its frames would mix with ours, and what it does with lent keys would be lost.
is_fork <- function() !is.null(the$pid) && Sys.getpid() != the$pid

refuse_in_fork <- function() stop("cells and pools cannot be used in a forked process", call. = FALSE)

take_reply <- function(reply) {
  request <- the$unanswered[[1L]]
  the$unanswered <- the$unanswered[-1L]
  is_new <- isTRUE(reply$lent)
  if (!is.null(reply$pool)) learn_pool(request$key[2L], reply$pool)
  if (!is.null(reply$error)) {
    # R cannot have the value.
    if (is_new) return_unopened(request$key)
    return(reply)
  }
  pool <- held_pool(request$key)
  if (is_new || (!is.null(reply$version) && !is.null(pool))) {
    # A request that stored its value gets no other one back.
    sent <- !is.null(request$value) && isTRUE(reply$stored)
    bytes <- if (sent) request$value else reply$value
    exists <- reply$version > 0
    reply$lent <- if (is.null(pool)) hold_entry(entry_of(key_id(request$key), request$key), bytes, exists)
    else note_item(pool, request$key[3L], bytes, exists)
    if (is_new) keep_for_a_moment(!is.null(reply$pool))
  }
  reply
}

return_unopened <- function(key) {
  if (is.null(held_pool(key))) send(list(t = "handin", loans = list(list(key = key, uses = 1L))))
  else forget_pools()
}
