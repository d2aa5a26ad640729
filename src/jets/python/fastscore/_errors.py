"""Errors that the operations on state raise."""


class StateError(RuntimeError):
    """The engine refused an operation on a cell or a pool."""
