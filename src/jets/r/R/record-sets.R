# A record set as a model gets it, made of what the engine sends: see r-record-sets-in.ts. NULL is the empty one.
as_record_set <- function(data) {
  switch(data$kind,
    frame = as_frame(data$columns, data$names, data$rows),
    matrix = matrix_by_row(data$values, data$rows),
    column = matrix_by_row(data$values, length(data$values))
  )
}

# data.frame() would change names and split what is nested.
as_frame <- function(columns, names, rows) {
  structure(columns, names = as.character(names), class = "data.frame", row.names = .set_row_names(rows))
}
