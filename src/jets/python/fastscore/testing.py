"""Trying a model in a unit test or a notebook, without the engine.

Example, with pytest::

    from fastscore.testing import reset_state, run_model

    def test_counts():
        reset_state()
        assert run_model('counter.py', [1, 2, 3]) == [1, 3, 6]
"""

from importlib.util import decode_source

from fastscore import _memory, _state, _values, io
from fastscore._annotations import Annotations
from fastscore._jet import record_sets
from fastscore._jet.emissions import Emissions
from fastscore._jet.model import Model
from fastscore._jet.program import Program

__all__ = ['reset_state', 'run_model', 'state']

_INPUTS = range(0, 1 << 16, 2)
_OUTPUTS = range(1, 1 << 16, 2)


def run_model(file, records, slot=0, action='action', output=1, batch=None):
    """Evaluates a model file, calls ``begin``, the action for each record, and ``end``.

    The annotations of the file are obeyed: on a slot with record sets the action gets one for every ``batch`` records, and a model
    that says ``# fastscore.action: none`` runs as the program that it is, with the records in batches of that size.

    State is kept from one call to the next, as after a restore; :func:`reset_state` starts from none.

    :param file: path of the model source
    :param records: the values that the action gets, in order
    :param slot: number of the input slot
    :param action: name of the function to call
    :param output: number of the output slot
    :param batch: how many records a record set has, or a batch of an explicit model; None: all
    :returns: list of what was emitted to slot ``output``, as it was emitted; on a slot with record sets a list of records for each set
    :raises Exception: whatever the model raises

    >>> run_model('double.py', [1, 2])
    [2, 4]
    """
    with open(file, 'rb') as opened:
        annotations = Annotations(decode_source(opened.read()))
    records = list(records)
    if annotations.is_explicit(slot):
        return _run_program(str(file), _sets(records, batch), (slot, output), annotations)
    model = Model(str(file), {slot: action})
    model.load()
    model.begin()
    emissions = Emissions(_OUTPUTS, annotations.set_slots())
    if annotations.takes_sets(slot):
        for seqno, value in _sets(records, batch):
            model.process(slot, [value], [seqno], emissions)
    else:
        model.process(slot, records, range(1, len(records) + 1), emissions)
    model.end(emissions)
    return emissions.values().get(output, [])


def _run_program(file, sets, slots, annotations):
    source, output = slots
    written = []

    def ask(slot, emissions):
        written.extend(emissions.values().get(output, []))
        return next(sets, None) if slot == source else None

    program = Program(_INPUTS, _OUTPUTS, annotations.set_slots(), ask)
    model = Model(file, {})
    model.compile()
    io.use(program)
    try:
        model.run()
    finally:
        io.use(None)
    written.extend(program.rest().values().get(output, []))
    return written


def _sets(records, batch):
    size = max(1, len(records)) if batch is None else batch
    for start in range(0, len(records), size):
        value, refused = record_sets.build(records[start : start + size])
        if refused:
            position, text, reason = refused[0]
            raise ValueError(f'record {start + position + 1}, {text}: {reason}')
        yield start + 1, value


def state():
    """All cells and pools of this process.

    :returns: ``{'cells': {name: value}, 'pools': {name: {key: value}}}``

    >>> reset_state()
    >>> fastscore.cells('total').set(6)
    >>> fastscore.pools('hits').set('a', 2)
    >>> state()
    {'cells': {'total': 6}, 'pools': {'hits': {'a': 2}}}
    """
    current = _state.current
    current.store.hand_in([(key, encoded, 0) for key, encoded in current.take_changes()])
    found = {'cells': {}, 'pools': {}}
    for key, encoded in sorted(current.store.entries().items()):
        value = _values.thaw(_values.decode(encoded))
        if key[0] == 'cell':
            found['cells'][key[1]] = value
        else:
            found['pools'].setdefault(key[1], {})[key[2]] = value
    return found


def reset_state():
    """Forgets all cells and pools of this process. Not for models: what the engine keeps is not in this process.

    >>> fastscore.cells('total').set(6)
    >>> reset_state()
    >>> state()
    {'cells': {}, 'pools': {}}
    """
    _state.use(_memory.MemoryStore())
