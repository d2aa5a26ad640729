# Whether two serialized values are the same. They are opened, which can run code: only for values that are trusted.

# Reads pairs from a file, each the length of a value (u32, big-endian) and its bytes, twice, and prints a line for each:
# "same", "different", or why it cannot be told.
compare_pairs <- function(path) {
  pairs <- file(path, "rb")
  on.exit(close(pairs))
  repeat {
    before <- next_bytes(pairs)
    if (is.null(before)) return(invisible())
    after <- next_bytes(pairs)
    verdict <- tryCatch(
      if (same_value(unserialize(before), unserialize(after), new.env())) "same" else "different",
      error = function(e) gsub("\\s*\n\\s*", " ", conditionMessage(e))
    )
    cat(verdict, "\n", sep = "")
  }
}

next_bytes <- function(pairs) {
  size <- readBin(pairs, "integer", 1L, size = 4L, endian = "big")
  if (length(size) == 0L) NULL else readBin(pairs, "raw", size)
}

# identical(), but environments are the same when they hold the same: each that was opened is another one. `comparing` knows those
# that are being compared, which may hold themselves.
same_value <- function(left, right, comparing) {
  if (identical(left, right, ignore.bytecode = TRUE, ignore.srcref = TRUE)) return(TRUE)
  if (is.numeric(left) && is.numeric(right) && !is.object(left) && !is.object(right)) {
    return(same_numbers(left, right) && same_attributes(left, right, comparing))
  }
  if (typeof(left) != typeof(right)) return(FALSE)
  inside <- switch(typeof(left),
    list = , expression = same_items(left, right, comparing),
    environment = same_environment(left, right, comparing),
    closure = same_items(
      list(formals(left), body(left), environment(left)), list(formals(right), body(right), environment(right)), comparing
    ),
    language = same_items(as.list(left), as.list(right), comparing),
    S4 = TRUE,
    identical(without_attributes(left), without_attributes(right))
  )
  inside && same_attributes(left, right, comparing)
}

same_numbers <- function(left, right) {
  left <- as.vector(left)
  right <- as.vector(right)
  length(left) == length(right) && identical(as.double(left), as.double(right))
}

same_items <- function(left, right, comparing) {
  left <- unclass(left)
  right <- unclass(right)
  if (length(left) != length(right)) return(FALSE)
  for (i in seq_along(left)) if (!same_value(.subset2(left, i), .subset2(right, i), comparing)) return(FALSE)
  TRUE
}

same_attributes <- function(left, right, comparing) {
  mine <- attributes(left)
  others <- attributes(right)
  mine$srcref <- others$srcref <- NULL
  if (length(mine) != length(others) || !setequal(names(mine), names(others))) return(FALSE)
  for (name in names(mine)) if (!same_value(mine[[name]], others[[name]], comparing)) return(FALSE)
  TRUE
}

without_attributes <- function(value) {
  if (is.atomic(value)) attributes(value) <- NULL
  value
}

same_environment <- function(left, right, comparing) {
  if (nzchar(environmentName(left)) || nzchar(environmentName(right))) return(FALSE)
  pair <- paste(format.default(left), format.default(right))
  if (!is.null(comparing[[pair]])) return(TRUE)
  comparing[[pair]] <- TRUE
  names <- sort(ls(left, all.names = TRUE, sorted = FALSE))
  if (!identical(names, sort(ls(right, all.names = TRUE, sorted = FALSE)))) return(FALSE)
  for (name in names) if (!same_value(left[[name]], right[[name]], comparing)) return(FALSE)
  same_value(parent.env(left), parent.env(right), comparing)
}
