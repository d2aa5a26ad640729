# State values: what to keep of them, and their bytes. R's values do not change behind our back, except for what they refer to
# (environments, functions with theirs): a value with such a thing in it is kept as its bytes.

# A vector of length zero, such as NULL + 1, is stored as missing.
freeze_value <- function(value) {
  if (is.atomic(value) && is.null(attributes(value))) {
    if (length(value) == 0L) {
      if (!is.null(value)) tell_empty()
      return(NULL)
    }
    return(value)
  }
  if (is_plain(value)) value else kept_bytes(close_value(value))
}

kept_bytes <- function(bytes) structure(list(bytes = bytes), class = "fastscore_bytes")

# Once: in a loop it would be told for each record.
tell_empty <- function() {
  if (isTRUE(the$told_empty)) return()
  the$told_empty <- TRUE
  message(
    "A value of length 0 is stored as none. What was never set is NULL, and NULL + 1 has length 0: ",
    "set it in begin with Init(), or use Add()"
  )
}

thaw_value <- function(kept) if (inherits(kept, "fastscore_bytes")) open_value(kept$bytes) else kept

encode_value <- function(kept) if (inherits(kept, "fastscore_bytes")) kept$bytes else close_value(kept)

is_plain <- function(value) {
  if (typeof(value) == "list") {
    # What most of the items are needs no call.
    for (item in unclass(value)) if (!(is.atomic(item) && is.null(attributes(item))) && !is_plain(item)) return(FALSE)
  } else if (!is.atomic(value) && !is.null(value)) {
    return(FALSE)
  }
  others <- attributes(value)
  if (is.null(others)) return(TRUE)
  others$names <- NULL
  length(others) == 0L || is_plain(unname(others))
}

close_value <- function(value) serialize(value, NULL, version = 2L, xdr = FALSE)

open_value <- function(bytes) if (is.null(bytes)) NULL else unserialize(bytes)
