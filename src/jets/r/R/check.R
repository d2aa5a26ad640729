# Says what R's parser makes of a model source, without running it: prints one line of JSON, see src/model/source-check.ts.
check_model <- function(file) {
  use_utf8()
  lines <- read_source(file)
  parsed <- tryCatch(parse_source(lines), error = identity)
  found <- if (inherits(parsed, "error")) syntax_problem(parsed, lines) else describe_source(parsed)
  cat(json_object(found), "\n", sep = "")
}

describe_source <- function(expressions) {
  bound <- new.env(parent = emptyenv())
  bound$functions <- list()
  bound$assigned <- character()
  for (expression in expressions) bind_names(expression, bound)
  for (name in names_assigned_globally(expressions)) bind(name, NULL, bound)
  uses <- packages_used(expressions)
  imports <- unique(uses$needed)
  list(
    ok = "true",
    functions = json_object(lapply(bound$functions, json_strings)),
    assigned = json_strings(bound$assigned),
    imports = json_strings(imports),
    missing = json_strings(imports[!vapply(imports, is_installed, NA)]),
    guarded = json_strings(intersect(imports, uses$asked)),
    silent = json_object(vapply(silent_functions(expressions), format, "")),
    changedCopies = "[]"
  )
}

# Functions that compute a value, which R returns and nobody takes, in a source that never emits: {name: line}.
silent_functions <- function(expressions) {
  if (any(c("emit", "emitTo") %in% all.names(expressions, functions = TRUE, unique = TRUE))) return(list())
  found <- list()
  lines <- vapply(attr(expressions, "srcref"), function(ref) as.integer(ref)[1L], 0L)
  for (i in seq_along(expressions)) {
    expression <- expressions[[i]]
    if (!call_name(expression) %in% c("<-", "=") || call_name(expression[[3L]]) != "function") next
    if (is_idle(expression[[3L]][[3L]])) found[[as.character(expression[[2L]])]] <- lines[i]
  }
  found
}

# Without these, a call may well do something.
IDLE_CALLS <- c(
  "+", "-", "*", "/", "^", "%%", "%/%", "<", ">", "<=", ">=", "==", "!=", "&", "|", "!", "(", "$", "[", "[[",
  "c", "list", "data.frame", "sum", "mean", "round", "sqrt", "exp", "log", "paste", "paste0", "predict"
)

# Whether a body ends with a value.
is_idle <- function(body) {
  head <- call_name(body)
  if (head %in% c("{", "return")) return(length(body) > 1L && is_idle(body[[length(body)]]))
  if (is.call(body)) head %in% IDLE_CALLS else is.name(body) || is.numeric(body) || is.character(body)
}

is_installed <- function(package) nzchar(system.file(package = package))

ASSIGNMENTS <- c("<-", "=", "<<-")
# After these, any name may be there.
SOURCES_OF_NAMES <- c("source", "sys.source", "load", "attach", "eval", "evalq", "list2env")
# What stands in these does not happen at the top level.
CLOSED <- c("function", "quote", "bquote", "substitute", "expression", "~", "local")

# Notes the names that an expression at the top level binds. The arguments of most calls are evaluated there, too.
bind_names <- function(expression, bound) {
  if (!is.call(expression)) return()
  head <- call_name(expression)
  if (head %in% CLOSED) return()
  arguments <- present_arguments(expression)
  if (head %in% ASSIGNMENTS) bind_target(expression[[2L]], expression[[3L]], bound)
  else if (head %in% c("assign", "delayedAssign", "makeActiveBinding")) {
    target <- if (length(arguments) > 0L) arguments[[1L]]
    value <- if (head == "assign" && length(arguments) > 1L) arguments[[2L]]
    bind(if (is.character(target)) target else "*", value, bound)
  } else if (head %in% SOURCES_OF_NAMES) bind("*", NULL, bound)
  else if (head == "for") bind(as.character(expression[[2L]]), NULL, bound)
  for (argument in arguments) bind_names(argument, bound)
}

bind_target <- function(target, value, bound) {
  # x$y <- 1 and names(x) <- 1 bind x, which keeps being what it was.
  if (is.call(target)) return()
  # a <- b <- function(x) ...
  while (call_name(value) %in% ASSIGNMENTS) value <- value[[3L]]
  bind(as.character(target), value, bound)
}

bind <- function(name, value, bound) {
  parameters <- if (call_name(value) == "function") names(value[[2L]])
  else if (is.name(value)) bound$functions[[as.character(value)]]
  if (call_name(value) == "function" || !is.null(parameters)) {
    bound$functions[[name]] <- as.character(parameters)
    bound$assigned <- setdiff(bound$assigned, name)
  } else {
    bound$functions[[name]] <- NULL
    bound$assigned <- union(bound$assigned, name)
  }
}

# Names that functions bind with <<- when they run.
names_assigned_globally <- function(expressions) {
  found <- character()
  visit_calls(expressions, function(call) {
    if (call_name(call) == "<<-" && !is.call(call[[2L]])) found <<- c(found, as.character(call[[2L]]))
  })
  at_top <- vapply(expressions, function(expression) call_name(expression) == "<<-", NA)
  top <- vapply(as.list(expressions)[at_top], function(call) paste(as.character(call[[2L]]), collapse = ""), "")
  setdiff(unique(found), top)
}

# Packages that the source loads, or asks for whether they are there: it can do without the latter. Those within try() and tryCatch()
# are asked for, and so are those of require() in the condition of an `if`.
packages_used <- function(expressions) {
  needed <- asked <- character()
  visit_calls(expressions, function(call) {
    head <- call_name(call)
    needed <<- c(needed, package_of(call))
    if (head == "requireNamespace") asked <<- c(asked, package_of(call))
    tried <- if (head %in% c("try", "tryCatch")) call else if (head == "if") call[[2L]]
    visit_calls(tried, function(inner) if (head != "if" || call_name(inner) == "require") asked <<- c(asked, package_of(inner)))
  })
  list(needed = needed, asked = asked)
}

# The package that a call loads, or takes a function from; NULL for all other calls.
package_of <- function(call) {
  head <- call_name(call)
  if (head %in% c("::", ":::")) as.character(call[[2L]])
  else if (head %in% c("library", "require", "loadNamespace", "attachNamespace", "requireNamespace")) {
    package_named(call, quoted = head %in% c("library", "require"))
  }
}

package_named <- function(call, quoted) {
  arguments <- present_arguments(call)
  if (isTRUE(arguments[["character.only"]])) quoted <- FALSE
  name <- arguments[["package"]]
  if (is.null(name) && length(arguments) > 0L && names_of(arguments)[1L] == "") name <- arguments[[1L]]
  if (is.character(name) || (quoted && is.name(name))) as.character(name)
}

visit_calls <- function(expression, visit) {
  if (is.call(expression)) visit(expression)
  if (is.call(expression) || is.expression(expression) || is.pairlist(expression)) {
    for (part in present_parts(expression)) visit_calls(part, visit)
  }
}

# "" for what is not a call of a function by its name; stats::lm() calls lm.
call_name <- function(expression) {
  if (!is.call(expression)) return("")
  head <- expression[[1L]]
  if (call_name_is_qualified(head)) head <- head[[3L]]
  if (is.name(head)) as.character(head) else ""
}

call_name_is_qualified <- function(head) {
  is.call(head) && is.name(head[[1L]]) && as.character(head[[1L]]) %in% c("::", ":::")
}

present_arguments <- function(call) present_parts(call)[-1L]

# Without the empty ones, as in x[1, ].
present_parts <- function(expression) {
  parts <- as.list(expression)
  parts[!vapply(parts, identical, NA, quote(expr = ))]
}

names_of <- function(x) if (is.null(names(x))) character(length(x)) else names(x)

syntax_problem <- function(error, lines) {
  message <- strsplit(conditionMessage(error), "\n", fixed = TRUE)[[1L]][1L]
  place <- regmatches(message, regexec("^.*?:([0-9]+):([0-9]+): (.*)$", message))[[1L]]
  if (length(place) == 0L) {
    line <- first_bad_line(lines)
    column <- 1L
  } else {
    line <- as.integer(place[2L])
    column <- as.integer(place[3L])
    message <- place[4L]
  }
  # The end of the input is one line beyond the last.
  if (line > length(lines)) {
    line <- max(1L, length(lines))
    column <- sum(nchar(lines[line]), 1L, na.rm = TRUE)
  }
  text <- if (line <= length(lines)) lines[line] else ""
  list(
    ok = "false", line = format(line), column = format(max(1L, column)),
    message = json_string(message), text = json_string(text)
  )
}

# For errors that do not tell their place: the first line with which the source so far has the same kind of error, not just
# something left open.
first_bad_line <- function(lines) {
  is_bad <- function(count) {
    error <- tryCatch(parse_source(lines[seq_len(count)]), error = identity)
    inherits(error, "error") && !grepl("end of input|INCOMPLETE_STRING", conditionMessage(error))
  }
  low <- 1L
  high <- max(1L, length(lines))
  while (low < high) {
    middle <- (low + high) %/% 2L
    if (is_bad(middle)) high <- middle
    else low <- middle + 1L
  }
  low
}

# `members` are JSON already.
json_object <- function(members) {
  keys <- vapply(names_of(members), json_string, "")
  paste0("{", paste0(keys, rep(":", length(members)), unlist(members), collapse = ","), "}")
}

json_strings <- function(texts) {
  paste0("[", paste(vapply(as.character(texts), json_string, ""), collapse = ","), "]")
}

# In ASCII, so that no locale can spoil it.
json_string <- function(text) {
  codes <- utf8ToInt(iconv(text, "UTF-8", "UTF-8", sub = "?"))
  paste0('"', paste(vapply(codes, json_character, ""), collapse = ""), '"')
}

json_character <- function(code) {
  if (code == 34L || code == 92L) return(paste0("\\", intToUtf8(code)))
  if (code >= 32L && code < 127L) return(intToUtf8(code))
  if (code < 65536L) return(sprintf("\\u%04x", code))
  sprintf("\\u%04x\\u%04x", 55296L + (code - 65536L) %/% 1024L, 56320L + (code - 65536L) %% 1024L)
}
