MODEL_FILE <- "__model.R"

read_source <- function(path) {
  lines <- readLines(path, warn = FALSE, encoding = "UTF-8")
  if (length(lines) > 0L) {
    lines[1L] <- sub("^\xef\xbb\xbf", "", lines[1L], useBytes = TRUE)
    Encoding(lines[1L]) <- "UTF-8"
  }
  lines
}

parse_source <- function(lines) {
  parse(text = lines, keep.source = TRUE, srcfile = srcfilecopy(MODEL_FILE, lines), encoding = "UTF-8")
}

# `on_expression` is told the line of each top-level expression before it is evaluated.
evaluate_source <- function(lines, envir, on_expression = function(line) NULL) {
  expressions <- parse_source(lines)
  refs <- attr(expressions, "srcref")
  for (i in seq_along(expressions)) {
    on_expression(refs[[i]][1L])
    eval(expressions[[i]], envir)
  }
}

# How many of (data, slot, seqno) a function takes; 0 when it cannot be an action.
action_arity <- function(f) {
  names <- setdiff(names(formals(args(f))), "...")
  if (length(names) > 3L) 0L else length(names)
}

# What a model's action sees as its caller; its own frame, so that promises made there keep this record.
call_action <- list(
  function(action, x) {
    force(x)
    action(x)
  },
  function(action, x, slot) {
    force(x)
    action(x, slot)
  },
  function(action, x, slot, seqno) {
    force(x)
    force(seqno)
    action(x, slot, seqno)
  }
)
