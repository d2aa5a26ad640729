# Integers beyond 2^53, which R's numbers cannot hold: doubles that know their digits, in attribute "exact"; NA where the double says it all.
# They keep them as long as they are passed on, picked, put together, compared with one another or used as texts and names.
# What is computed with them is a double like any other.

as_long <- function(values, digits) {
  values <- plain_double(values)
  if (all(is.na(digits))) return(values)
  structure(values, exact = as.vector(digits), class = "fastscore_long")
}

plain_double <- function(x) {
  if (!inherits(x, "fastscore_long")) return(x)
  attr(x, "exact") <- NULL
  unclass(x)
}

# In the shape of x.
digits_of <- function(x) {
  exact <- attr(x, "exact")
  if (is.null(exact)) exact <- rep(NA_character_, length(x))
  if (is.matrix(x)) dim(exact) <- dim(x)
  names(exact) <- names(x)
  exact
}

`[.fastscore_long` <- function(x, ...) as_long(plain_double(x)[...], digits_of(x)[...])

`[[.fastscore_long` <- function(x, ...) as_long(plain_double(x)[[...]], unname(digits_of(x))[[...]])

`[<-.fastscore_long` <- function(x, ..., value) {
  values <- plain_double(x)
  digits <- digits_of(x)
  values[...] <- plain_double(value)
  digits[...] <- if (inherits(value, "fastscore_long")) digits_of(value) else NA_character_
  if (is.numeric(values)) as_long(values, digits) else values
}

`[[<-.fastscore_long` <- function(x, ..., value) {
  x[...] <- value
  x
}

c.fastscore_long <- function(...) {
  parts <- list(...)
  values <- do.call(c, lapply(parts, plain_double))
  if (is.numeric(values)) as_long(values, unlist(lapply(parts, digits_of))) else values
}

rep.fastscore_long <- function(x, ...) x[rep(seq_along(x), ...)]

unique.fastscore_long <- function(x, ...) x[!duplicated(x, ...)]

duplicated.fastscore_long <- function(x, ...) duplicated(as.character(x), ...)

as.character.fastscore_long <- function(x, ...) {
  digits <- as.vector(attr(x, "exact"))
  ifelse(is.na(digits), as.character(as.vector(plain_double(x))), digits)
}

as.double.fastscore_long <- function(x, ...) as.vector(plain_double(x))

as.list.fastscore_long <- function(x, ...) {
  items <- lapply(seq_along(x), function(i) x[[i]])
  names(items) <- names(x)
  items
}

as.data.frame.fastscore_long <- function(x, ...) as.data.frame.vector(x, ...)

format.fastscore_long <- function(x, ...) format(as.character(x), ...)

print.fastscore_long <- function(x, ...) {
  print(noquote(as.character(x)), ...)
  invisible(x)
}

# Two of them are compared by their digits.
Ops.fastscore_long <- function(e1, e2) {
  f <- get(.Generic, mode = "function")
  if (missing(e2)) return(f(plain_double(e1)))
  are_long <- inherits(e1, "fastscore_long") && inherits(e2, "fastscore_long")
  is_text <- is.character(e1) || is.character(e2)
  if (.Generic %in% c("==", "!=") && (are_long || is_text)) return(f(as.character(e1), as.character(e2)))
  f(plain_double(e1), plain_double(e2))
}

Math.fastscore_long <- function(x, ...) get(.Generic, mode = "function")(plain_double(x), ...)

Summary.fastscore_long <- function(..., na.rm = FALSE) {
  do.call(.Generic, c(lapply(list(...), plain_double), na.rm = na.rm))
}

mean.fastscore_long <- function(x, ...) mean(as.double(x), ...)

# A matrix of values that come row by row. matrix() would forget their digits.
matrix_by_row <- function(values, rows) {
  if (!inherits(values, "fastscore_long")) return(matrix(values, nrow = rows, byrow = TRUE))
  columns <- if (rows > 0L) length(values) %/% rows else 0L
  values <- values[as.vector(matrix(seq_along(values), nrow = rows, byrow = TRUE))]
  dim(values) <- c(rows, columns)
  values
}
