"""One instance of a model: its source evaluated, its callbacks called."""

import inspect
import io
import linecache
import os
import sys
import types
from collections.abc import Iterable, Mapping
from importlib.util import decode_source
from itertools import repeat
from time import monotonic

from fastscore import _state
from fastscore._jet import record_sets
from fastscore._values import IMMUTABLE

MODULE_NAME = '__model'
_GENERATOR = types.GeneratorType
#: Values that need no further look: they are an output for slot 1, and cannot change.
_PLAIN = IMMUTABLE | {bytes}
_SINGLE = (str, bytes, bytearray, memoryview, Mapping)


class Model:
    """:param slots: the slots in use, as {slot: name of its action or None}"""

    def __init__(self, file, slots):
        self._file = file
        self._slots = slots
        self._module = types.ModuleType(MODULE_NAME)
        self._actions = {}
        self._code = None

    def load(self):
        """Evaluates the source in the current directory, and finds the callbacks."""
        self.compile()
        self.evaluate()
        for slot, action in self._slots.items():
            if action is not None:
                self._actions[slot] = (self._callback(slot, action), _arity(self._module, slot, action))
        for name in ('begin', 'end'):
            if _is_async(self._module.__dict__.get(name)):
                raise TypeError(f'function {name!r} is async: define it with def')

    def compile(self):
        with open(self._file, 'rb') as opened:
            source = opened.read()
        self._module.__file__ = os.path.abspath(self._file)
        # Where pickle, dataclasses and others look for what the model defines.
        sys.modules[MODULE_NAME] = self._module
        name = os.path.basename(self._file)
        self._code = compile(source, name, 'exec', dont_inherit=True)
        # For tracebacks, wherever the model goes with chdir.
        lines = io.StringIO(decode_source(source)).readlines()
        linecache.cache[name] = (len(source), None, lines, name)

    def evaluate(self):
        """Runs what was compiled."""
        exec(self._code, self._module.__dict__)

    def run(self):
        """Runs what was compiled as a program, which may end with ``sys.exit``: with another status than 0 it has failed."""
        try:
            self.evaluate()
        except SystemExit as error:
            if error.code not in (None, 0):
                raise

    def begin(self):
        result = self._call('begin')
        if inspect.isgenerator(result):
            raise TypeError('begin cannot emit: emit from an action or from end')

    def end(self, emissions):
        """Calls ``end``; what it yields or returns goes to the outputs."""
        result = self._call('end')
        if result is not None:
            _emit_result(result, emissions)

    def process(self, slot, records, seqnos, emissions):
        """Calls the action of ``slot`` for each record."""
        action, arity = self._actions[slot]
        if arity == 1:
            results = map(action, records)
        elif arity == 2:
            results = map(action, records, repeat(slot))
        else:
            results = map(action, records, repeat(slot), seqnos)
        put, emit, marks, first = emissions.put, emissions.emit, emissions.marks, emissions.first
        state = _state.current
        for result in results:
            if result is not None:
                if type(result) is _GENERATOR:
                    for value in result:
                        if type(value) in _PLAIN:
                            put(value)
                        else:
                            emit(value)
                else:
                    _emit_result(result, emissions)
            marks.append(len(first))
            if monotonic() >= state.next_look:
                state.look()
        if len(marks) < len(records):
            raise RuntimeError('the action raised StopIteration: catch it, or give next() a default')

    def _call(self, name):
        function = self._module.__dict__.get(name)
        return function() if callable(function) else None

    def _callback(self, slot, action):
        function = self._module.__dict__.get(action)
        if not callable(function):
            raise TypeError(f'slot {slot} calls function {action!r}, which the model does not define')
        if _is_async(function):
            raise TypeError(f'function {action!r}, the action of slot {slot}, is async: define it with def')
        return function


def _is_async(function):
    return inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)


def _arity(module, slot, action):
    """How many of (data, slot, seqno) a callback takes."""
    kinds = [parameter.kind for parameter in inspect.signature(module.__dict__[action]).parameters.values()]
    if inspect.Parameter.VAR_POSITIONAL in kinds:
        return 3
    positional = sum(kind <= inspect.Parameter.POSITIONAL_OR_KEYWORD for kind in kinds)
    if positional not in (1, 2, 3):
        raise TypeError(
            f'function {action!r}, the action of slot {slot}, takes {positional} parameters instead of 1, 2 or 3: '
            '(data), (data, slot) or (data, slot, seqno)'
        )
    return positional


def _emit_result(result, emissions):
    """FastScore 1.10 iterated over whatever an action returned; texts, dicts and tables are one output all the same."""
    single = isinstance(result, _SINGLE) or not isinstance(result, Iterable) or hasattr(result, 'columns')
    if single or (emissions.takes_sets(1) and record_sets.is_table(result)):
        emissions.emit(result)
        return
    for value in result:
        emissions.emit(value)
