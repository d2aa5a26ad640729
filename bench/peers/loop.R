# The same loop over jsonlite, a line at a time, as plumber does it: Rscript loop.R; a question is a line of JSON with model, input, output.
if (!requireNamespace("jsonlite", quietly = TRUE)) {
  message("jsonlite is not installed (npm run bench:setup)")
  quit("no", status = 69L)
}

models <- list(
  echo = function() function(x) x,
  sum = function() {
    total <- 0
    function(x) total <<- total + x
  },
  pool = function() {
    counts <- new.env()
    function(x) {
      key <- as.character(x %% 100)
      counts[[key]] <- 1 + if (is.null(counts[[key]])) 0 else counts[[key]]
      counts[[key]]
    }
  },
  fields = function() {
    total <- 0
    function(order) {
      total <<- total + order$amount
      order$total <- total
      order
    }
  }
)

questions <- file("stdin", "r")
while (length(line <- readLines(questions, 1L)) > 0L) {
  question <- jsonlite::fromJSON(line)
  action <- models[[question$model]]()
  input <- file(question$input, "r")
  output <- file(question$output, "w")
  since <- as.numeric(Sys.time())
  while (length(records <- readLines(input, 10000L)) > 0L) {
    for (record in records) {
      writeLines(jsonlite::toJSON(action(jsonlite::fromJSON(record)), auto_unbox = TRUE, digits = NA), output)
    }
  }
  close(output)
  seconds <- as.numeric(Sys.time()) - since
  close(input)
  cat(jsonlite::toJSON(list(seconds = seconds), auto_unbox = TRUE, digits = NA), "\n", sep = "")
}
