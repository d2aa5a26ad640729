# What a model finds without asking for it: all that Rscript attaches, emit and the other functions of this package, and a `quit`
# that does not take the jet with it.
prepare_search_path <- function() {
  # Set for this process alone; what the model starts is to have all of R.
  Sys.unsetenv("R_DEFAULT_PACKAGES")
  extras <- new.env()
  extras$quit <- extras$q <- function(save = "default", status = 0, ...) {
    # A program may end like that; with another status it has failed.
    if (the$phase == "program" && status == 0) signalCondition(structure(list(), class = c("fastscore_quit", "condition")))
    stop("the model called quit(): a jet ends when the engine tells it to", call. = FALSE)
  }
  if (!"package:methods" %in% search()) offer_methods()
  attach(extras, pos = length(search()), name = "fastscore:jet", warn.conflicts = FALSE)
  attachNamespace("fastscore")
}

# Package methods takes as long to load as all the other default packages together, and most models never touch it. So its names are
# there, where R itself puts such names, and the first one that is used brings in the package.
offer_methods <- function() {
  exports <- readRDS(file.path(.Library, "methods", "Meta", "nsInfo.rds"))$exports
  offer <- function(name) {
    delayedAssign(name, methods_export(name), assign.env = .AutoloadEnv)
  }
  for (name in exports) offer(name)
}

methods_export <- function(name) {
  if (!"package:methods" %in% search()) attachNamespace("methods", pos = match("Autoloads", search()))
  getExportedValue("methods", name)
}
