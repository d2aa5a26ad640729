# What this session is at the moment. Set by use_memory(), run_model() or the jet, read by everything else:
#   ask      function(request) -> reply: carries out one state request (docs/jet-protocol.md)
#   entries  environment: what this process knows about keys, and more for lending: see loans.R
#   kept, unanswered, waits_for, ...: the channel of a jet, see channel.R
#   updating frame of the call that runs an update function, or ran one that failed; else NULL
#   sinks    list of sinks by slot, see emit.R
#   put1     the put function of slot 1
#   lone_sink  environment of the sink, when there is just one
#   any_slot TRUE when every odd slot may be emitted to
#   phase    "load", "begin", "action", "end", or "session" outside of a model run
the <- new.env(parent = emptyenv())

.onLoad <- function(libname, pkgname) {
  the$phase <- "session"
  reset_state()
}
