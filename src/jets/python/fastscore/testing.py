"""Trying a model in a unit test or a notebook, without the engine.

Example, with pytest::

    from fastscore.testing import reset_state, run_model

    def test_counts():
        reset_state()
        assert run_model('counter.py', [1, 2, 3]) == [1, 3, 6]
"""

from fastscore import _memory, _state, _values
from fastscore._jet.emissions import Emissions
from fastscore._jet.model import Model

__all__ = ['reset_state', 'run_model', 'state']

_OUTPUTS = range(1, 1 << 16, 2)


def run_model(file, records, slot=0, action='action', output=1):
    """Evaluates a model file, calls ``begin``, the action for each record, and ``end``.

    State is kept from one call to the next, as after a restore; :func:`reset_state` starts from none.

    :param file: path of the model source
    :param records: the values that the action gets, in order
    :param slot: number of the input slot
    :param action: name of the function to call
    :param output: number of the output slot
    :returns: list of what was emitted to slot ``output``, as it was emitted
    :raises Exception: whatever the model raises

    >>> run_model('double.py', [1, 2])
    [2, 4]
    """
    model = Model(str(file), {slot: action})
    model.load()
    model.begin()
    emissions = Emissions(_OUTPUTS)
    records = list(records)
    model.process(slot, records, range(1, len(records) + 1), emissions)
    model.end(emissions)
    return emissions.values().get(output, [])


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
