# Frames to and from the engine: an int32 length, and one serialized R object.

MAX_FRAME_BYTES <- 2^30

open_channel <- function(in_path, out_path) {
  the$input <- file(in_path, "rb", raw = TRUE)
  the$output <- file(out_path, "wb", raw = TRUE)
  the$kept <- list()
  the$unanswered <- 0L
  the$pid <- Sys.getpid()
}

send <- function(frame) {
  body <- serialize(frame, NULL, version = 2L, xdr = FALSE)
  if (length(body) > MAX_FRAME_BYTES) {
    stop(sprintf("%.0f bytes at once are too much for the engine, the limit is 1 GiB", length(body)), call. = FALSE)
  }
  writeBin(length(body), the$output, endian = "little")
  writeBin(body, the$output)
  flush(the$output)
}

next_frame <- function() {
  if (length(the$kept) == 0L) return(read_frame())
  frame <- the$kept[[1L]]
  the$kept <- the$kept[-1L]
  frame
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
  if (Sys.getpid() != the$pid) stop("cells and pools cannot be used in a forked process", call. = FALSE)
  send(c(list(t = "state"), request))
  # An earlier request may still wait for its reply, when a time limit of the model broke it off.
  the$unanswered <- the$unanswered + 1L
  while (the$unanswered > 0L) {
    frame <- read_frame()
    if (frame$t == "reply") the$unanswered <- the$unanswered - 1L
    else the$kept <- c(the$kept, list(frame))
  }
  if (!is.null(frame$error)) stop(frame$error$message, call. = FALSE)
  frame
}
