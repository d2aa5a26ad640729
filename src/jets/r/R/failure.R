# What went wrong in a model, as the engine reports it: one line, and a traceback with the model's own file and line numbers.

# A calling handler: notes the stack as long as it is there.
note_calls <- function(e) {
  calls <- sys.calls()
  shown <- vapply(seq_along(calls), function(i) has_place(calls[[i]]) || is_foreign(sys.function(i)), NA)
  the$calls <- calls[shown]
}

has_place <- function(call) !is.null(attr(call, "srcref"))

# Calls inside of this package and of R itself say nothing about the model.
is_foreign <- function(f) !environmentName(topenv(environment(f))) %in% c("fastscore", "base")

describe_failure <- function(e, calls) {
  text <- paste(enc2utf8(as.character(conditionMessage(e))), collapse = "\n")
  call <- conditionCall(e)
  # Code at the top level of the model runs in an eval() of ours.
  if (is.call(call) && identical(call[[1L]], quote(eval))) call <- NULL
  head <- if (is.null(call)) "Error: " else paste0("Error in ", one_line(call), ": ")
  list(
    message = substr(gsub("\\s*\n\\s*", " ", paste0(head, text)), 1L, 2000L),
    traceback = paste(c("Traceback (most recent call last):", trace_lines(calls), paste0(head, text)), collapse = "\n")
  )
}

# From the first call that stands in a source file. A call shows where it stands; those in packages show what they are.
trace_lines <- function(calls) {
  first <- Position(has_place, calls)
  if (is.na(first)) return(character())
  lines <- paste0("  ", vapply(calls[first:length(calls)], trace_line, ""))
  if (length(lines) <= 30L) return(lines)
  c(lines[1:10], paste0("  ... ", length(lines) - 30L, " more calls"), lines[(length(lines) - 19L):length(lines)])
}

trace_line <- function(call) {
  if (!has_place(call)) return(one_line(call))
  ref <- attr(call, "srcref")
  file <- attr(ref, "srcfile")
  line <- tryCatch(getSrcLines(file, ref[1L], ref[1L]), error = function(e) "")
  paste0(basename(file$filename), ":", ref[1L], ": ", enc2utf8(paste(trimws(line), collapse = "")))
}

one_line <- function(call) {
  text <- trimws(deparse(call, width.cutoff = 60L, nlines = 2L))
  if (length(text) > 1L) text[1L] <- paste(text[1L], "...")
  enc2utf8(substr(text[1L], 1L, 200L))
}
