"""What an explicit model reads and writes by itself, through ``fastscore.io``."""

import threading
from time import monotonic

from fastscore._jet.emissions import Emissions

#: Seconds, and records, after which what was written goes to the engine although nothing is read.
_FLUSH_SECONDS = 0.05
_FLUSH_RECORDS = 1000


class Program:
    """
    :param inputs: input slots in use, as a container
    :param outputs: output slots in use, as a container
    :param set_slots: those of the output slots that take record sets
    :param ask: function of (slot or None, emissions): hands in what was written, and returns (number of the first record, batch)
        of the slot, or None at its end
    """

    def __init__(self, inputs, outputs, set_slots, ask):
        self._inputs = inputs
        self._outputs = outputs
        self._set_slots = set_slots
        self._ask = ask
        self._lock = threading.RLock()
        self._written = 0
        self._flushed = 0
        self._renew()

    def check(self, slot):
        if isinstance(slot, bool) or not isinstance(slot, int):
            raise ValueError(f'a slot is a number, not {slot!r}')
        if slot not in self._inputs and slot not in self._outputs:
            raise ValueError(f'slot {slot} is not in use: say "# fastscore.slot.{slot}: in-use"')

    def read(self, slot):
        if slot not in self._inputs:
            raise ValueError(f'slot {slot} is not an input slot: those are even')
        return self._hand_in(slot)

    def write(self, slot, value):
        if slot not in self._outputs:
            raise ValueError(f'slot {slot} is not an output slot: those are odd')
        with self._lock:
            self._emissions.emit_to(slot, value)
            self._written += 1
            if self._written >= _FLUSH_RECORDS or monotonic() - self._flushed > _FLUSH_SECONDS:
                self._hand_in(None)

    def rest(self):
        """What has not been handed in yet."""
        return self._emissions

    def _hand_in(self, slot):
        with self._lock:
            emissions = self._emissions
            self._renew()
            found = self._ask(slot, emissions)
            self._flushed = monotonic()
            return found

    def _renew(self):
        self._emissions = Emissions(self._outputs, self._set_slots)
        self._written = 0
