# What the annotations of a model say about its slots, for models that run without the engine.
read_annotations <- function(lines) {
  pattern <- "^\\s*#+\\s*(fastscore|odg|ModelOp)\\.(action|recordsets)(\\.[^[:space:]:]+)?\\s*:\\s*(\\S+)\\s*$"
  found <- regmatches(lines, regexec(pattern, lines))
  lapply(Filter(length, found), function(words) list(tag = words[3L], scope = sub(".", "", words[4L], fixed = TRUE), value = words[5L]))
}

is_explicit <- function(annotations, slot) {
  value <- annotated(annotations, "action", slot, "$in")
  !is.null(value) && value %in% c("none", "unused")
}

has_sets <- function(annotations, slot) {
  value <- annotated(annotations, "recordsets", slot, "$all")
  if (is.null(value)) return(FALSE)
  value %in% c("yes", "true", "both", if (slot == 0) "input", if (slot == 1) "output")
}

# The last value for a slot; NULL when there is none.
annotated <- function(annotations, tag, slot, default_scope) {
  value <- NULL
  for (line in annotations) {
    scope <- if (line$scope == "") default_scope else line$scope
    if (line$tag == tag && covers(scope, slot)) value <- line$value
  }
  value
}

covers <- function(scope, slot) {
  switch(scope,
    "$all" = TRUE,
    "$in" = ,
    "$input" = slot %% 2 == 0,
    "$out" = ,
    "$output" = slot %% 2 == 1,
    scope == format(slot)
  )
}
