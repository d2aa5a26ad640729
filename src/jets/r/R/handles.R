Cell <- function(name) {
  key <- c("cell", state_name(name, "A cell's name"))
  structure(list(key = key, id = key_id(key)), class = "fastscore_cell")
}

Pool <- function(name) {
  name <- state_name(name, "A pool's name")
  structure(list(name = name, prefix = pool_prefix(name)), class = "fastscore_pool")
}

format.fastscore_cell <- function(x, ...) paste0("<cell '", x$key[2L], "'>")

format.fastscore_pool <- function(x, ...) paste0("<pool '", unclass(x)$name, "'>")

print.fastscore_cell <- function(x, ...) {
  cat(format(x), "\n", sep = "")
  invisible(x)
}

print.fastscore_pool <- print.fastscore_cell

length.fastscore_pool <- function(x) length(state_keys(x$name))

# What a call of Get, Set, ... means: the name of an item of a pool; NULL for a cell.
item_name <- function(x, item, no_item, operation) {
  if (inherits(x, "fastscore_pool")) {
    if (no_item) stop(operation, " of a pool needs the key of an item", call. = FALSE)
    return(state_name(item, "A pool's key"))
  }
  if (!inherits(x, "fastscore_cell")) stop(operation, " needs a Cell() or a Pool() as its first argument", call. = FALSE)
  if (!no_item) stop(operation, " of a cell takes no key", call. = FALSE)
}

# The entry of a cell, or of an item that is not at hand with its pool.
entry_at <- function(x, item) {
  if (is.null(item)) entry_of(.subset2(x, "id"), .subset2(x, "key"))
  else entry_of(paste0(.subset2(x, "prefix"), item), c("item", .subset2(x, "name"), item))
}

pool_name <- function(x, operation) {
  if (!inherits(x, "fastscore_pool")) stop(operation, " needs a Pool() as its first argument", call. = FALSE)
  x$name
}

# Numbers and booleans are written as Python writes the same value read from JSON: 100000, not 1e+05; true, not TRUE.
state_name <- function(x, what) {
  if (is.character(x) && length(x) == 1L && !is.na(x)) return(enc2utf8(x))
  if (length(x) != 1L || !is.atomic(x) || is.na(x)) {
    stop(what, " must be a single text, not ", describe_value(x), call. = FALSE)
  }
  if (is.logical(x)) return(if (x) "true" else "false")
  if (is.numeric(x) && !is.object(x)) {
    if (is.finite(x) && x == trunc(x) && abs(x) < 1e15) return(sprintf("%.0f", x))
    short <- sprintf("%.15g", x)
    return(if (is.finite(x) && as.numeric(short) != x) sprintf("%.17g", x) else short)
  }
  enc2utf8(as.character(x))
}

describe_value <- function(x) {
  if (is.null(x)) return("NULL")
  if (is.atomic(x) && length(x) == 1L && is.na(x)) return("NA")
  if (is.atomic(x) || is.list(x)) return(paste0(with_article(class(x)[1L]), " of length ", length(x)))
  paste("a value of class", class(x)[1L])
}

with_article <- function(noun) paste(if (grepl("^[aeiou]", noun)) "an" else "a", noun)
