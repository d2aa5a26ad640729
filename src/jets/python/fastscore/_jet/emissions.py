"""What a model emits while it works on a batch."""

from bisect import bisect_right
from copy import deepcopy
from sys import stderr

from fastscore._jet import record_sets
from fastscore._values import IMMUTABLE


class Emissions:
    """Collects values per output slot, in the order of emission, and remembers which record each came from.

    They are written when the batch is done, and a model may go on to change what it has emitted: of a value that can
    change a copy is kept.

    :param slots: the output slots in use, as a container
    :param set_slots: those of them that take record sets: there a value is the list of the records of one set
    """

    def __init__(self, slots, set_slots=()):
        self._slots = slots
        self._set_slots = set_slots
        #: Values for slot 1 and, by record, how many there were when it was done.
        self.first = []
        self.marks = []
        self._others = {}
        #: Takes a value for slot 1 that cannot change.
        self.put = self._refuse_first if 1 not in slots else self._put_set if 1 in set_slots else self.first.append

    @property
    def done(self):
        """How many records are done; so it is the position of the record at hand."""
        return len(self.marks)

    def emit(self, value):
        """One yielded value: a tuple ``(slot, data)`` says which slot it goes to, anything else goes to slot 1."""
        kind = type(value)
        if (kind is dict or kind is list) and 1 not in self._set_slots:
            self.put(_copied(value))
            return
        if kind is tuple:
            slot, value = _address(value)
            if slot != 1:
                self.emit_to(slot, value)
                return
        if record_sets.is_frame(value) and 1 not in self._set_slots:
            self._emit_rows(1, value)
        else:
            self.put(value if 1 in self._set_slots else _copied(value))

    def emit_to(self, slot, value):
        """Emits to any slot, whatever the value."""
        if slot not in self._slots:
            raise ValueError(_refusal(slot))
        if slot in self._set_slots:
            self._keep(slot, record_sets.rows(value))
        elif record_sets.is_frame(value):
            self._emit_rows(slot, value)
        else:
            self._keep(slot, _copied(value))

    def values(self):
        """Lists of values by slot, of those slots for which there are any."""
        found = {slot: [value for _, value in pairs] for slot, pairs in self._others.items()}
        return {1: self.first, **found} if self.first else found

    def origin(self, slot, position):
        """The position of the record for which the value at ``position`` of ``slot`` was emitted."""
        return bisect_right(self.marks, position) if slot == 1 else self._others[slot][position][0]

    def takes_sets(self, slot):
        return slot in self._set_slots

    def _emit_rows(self, slot, frame):
        if slot not in _warned:
            _warned.add(slot)
            print(f'warning: slot {slot} takes no record sets, so the rows of a DataFrame are single records', file=stderr)
        for row in record_sets.rows(frame):
            self._keep(slot, row)

    def _put_set(self, value):
        self.first.append(record_sets.rows(value))

    def _keep(self, slot, value):
        if slot == 1:
            self.first.append(value)
        else:
            self._others.setdefault(slot, []).append((len(self.marks), value))

    def _refuse_first(self, value):
        raise ValueError(_refusal(1))


_warned = set()


def _refusal(slot):
    if slot % 2 == 0:
        return f'slot {slot} is not an output slot: those are odd'
    return f'slot {slot} is not an output slot in use: say "# fastscore.slot.{slot}: in-use"'


def _address(pair):
    if len(pair) == 2 and isinstance(pair[0], int) and not isinstance(pair[0], bool):
        return pair
    if len(pair) == 2:
        return 1, list(pair)
    raise ValueError(f'a tuple of {len(pair)} is no output: yield (slot, data), or a list')


def _copied(value):
    try:
        return _copy(value)
    except RecursionError:  # cannot be written either
        return value


def _copy(value):
    kind = type(value)
    if kind in IMMUTABLE:
        return value
    if kind is dict:
        flat = IMMUTABLE.issuperset(map(type, value.values()))
        return value.copy() if flat else {key: _copy(item) for key, item in value.items()}
    if kind is list:
        return value.copy() if IMMUTABLE.issuperset(map(type, value)) else [_copy(item) for item in value]
    if kind is tuple:
        return tuple(map(_copy, value))
    if kind is memoryview:
        return bytes(value)
    try:
        return deepcopy(value)
    except RecursionError:
        raise
    except Exception:  # an object that cannot be copied: what can be written of it is written later
        return value
