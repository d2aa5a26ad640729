"""Slots as objects, for models that read and write them by themselves.

Such a model, called explicit, says ``# fastscore.action: none``; its module is the program. It runs once in every process of
the model, from top to bottom, and each process gets batches of its own::

    # fastscore.action: none
    from fastscore.io import Slot

    for batch in Slot(0):
        Slot(1).write({'rows': len(batch)})
"""

from fastscore._errors import StateError

__all__ = ['Slot']

_FORMATS = ('pandas', 'pandas.standard')

#: What carries out the reading and writing: set by whoever runs an explicit model.
_program = None


class Slot:
    """The slot ``n``. All objects for a slot share one position. ``for batch in slot`` reads an input to its end.

    :param n: number of a slot that the model uses: inputs are even, outputs odd
    :raises ValueError: when the model does not use the slot
    :raises fastscore.StateError: outside of an explicit model that runs
    """

    def __init__(self, n):
        self.n = n
        _the_program().check(n)

    def read(self, format='pandas', with_seqno=False):
        """The next batch of an input slot; None at the end of the input.

        :param format: ``'pandas'``: objects are a DataFrame, arrays a matrix of numpy, scalars a Series
        :param with_seqno: return ``(number of the first record, batch)``
        :returns: a DataFrame, a Series or a numpy matrix, with a row or element for each record
        :raises ValueError: for another format, or a slot that is not an input
        """
        if format not in _FORMATS:
            raise ValueError(f"format {format!r} is unknown: it is 'pandas'")
        found = _the_program().read(self.n)
        if found is None:
            return None
        return found if with_seqno else found[1]

    def write(self, data):
        """Writes to an output slot.

        :param data: one record, as the JSON values that it consists of; on a slot with record sets a DataFrame, a Series or
            a numpy matrix, with a row or element for each record
        :raises ValueError: for a slot that is not an output
        """
        _the_program().write(self.n, data)

    def __iter__(self):
        return self

    def __next__(self):
        batch = self.read()
        if batch is None:
            raise StopIteration
        return batch

    next = __next__

    def __repr__(self):
        return f'Slot({self.n})'


def use(program):
    """For whoever runs a model: where slots are read and written from now on.

    :param program: has ``check(n)``, ``read(n)`` and ``write(n, data)``; None: there are no slots
    """
    global _program
    _program = program


def _the_program():
    if _program is None:
        raise StateError(
            'slots are there only for a model that says "# fastscore.action: none", while the engine or '
            'fastscore.testing runs it'
        )
    return _program
