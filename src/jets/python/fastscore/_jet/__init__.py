"""The process that runs one instance of a model for the engine. The protocol is docs/jet-protocol.md."""
