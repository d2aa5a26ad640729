# State kept in this session: what the engine's state store does for a jet, for models that run without an engine.

use_memory <- function() {
  store <- new.env(parent = emptyenv())
  the$ask <- function(request) memory_reply(store, request)
  the$store <- store
  the$updating <- NULL
  the$bell <- NULL
  the$pid <- NULL
  open_loans()
}

memory_reply <- function(store, request) {
  if (request$op == "keys") return(list(keys = pool_items(store, request$pool)))
  id <- key_id(request$key)
  entry <- store[[id]]
  current <- list(value = entry$value, version = if (is.null(entry)) 0 else entry$version)
  put <- function() {
    entry <- list(key = request$key, value = request$value, version = current$version + 1)
    assign(id, entry, envir = store)
    list(stored = TRUE, version = entry$version, value = entry$value)
  }
  keep <- function() c(list(stored = FALSE), current)
  switch(request$op,
    get = ,
    turn = current,
    release = list(),
    set = put(),
    init = if (is.null(entry)) put() else keep(),
    cas = if (request$version == current$version) put() else keep(),
    delete = {
      if (!is.null(entry)) rm(list = id, envir = store)
      list(stored = !is.null(entry))
    }
  )
}

pool_items <- function(store, pool) {
  items <- Filter(function(entry) entry$key[1L] == "item" && entry$key[2L] == pool, as.list(store))
  sort(vapply(items, function(entry) entry$key[3L], "", USE.NAMES = FALSE), method = "radix")
}

state_values <- function() {
  entries <- lapply(as.list(the$store), function(entry) list(key = entry$key, value = open_value(entry$value)))
  kind <- vapply(entries, function(entry) entry$key[1L], "")
  name <- vapply(entries, function(entry) entry$key[2L], "")
  item <- vapply(entries, function(entry) entry$key[length(entry$key)], "")
  values <- function(chosen, names) {
    found <- lapply(entries[chosen], function(entry) entry$value)
    names(found) <- names[chosen]
    found[order(names(found), method = "radix")]
  }
  pools <- sort(unique(name[kind == "item"]), method = "radix")
  list(
    cells = values(kind == "cell", name),
    pools = sapply(pools, function(pool) values(kind == "item" & name == pool, item), simplify = FALSE)
  )
}

reset_state <- function() {
  use_memory()
  open_all_sinks()
  invisible(NULL)
}
