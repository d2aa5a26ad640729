"""Cells and pools: the state that all instances of a model share.

Inside of the engine the values are shared by every process that runs the model, and are kept in snapshots. Outside of
it (a notebook, a unit test) they live in this process, so that a model can be imported and tried as it is;
``fastscore.testing`` helps there.

Example::

    import fastscore

    def action(x):
        yield fastscore.cells('sum').update(lambda total: (total or 0) + x)

``cells`` and ``pools`` are FastScore 1.10's; ``get``, ``init``, ``add``, ``delete``, ``keys``, ``in`` and ``len`` came with 2.0.
"""

from functools import lru_cache

from fastscore._errors import StateError
from fastscore._handles import Cell, Pool

__version__ = '2.0.0'
__all__ = ['Cell', 'Pool', 'StateError', 'cells', 'pools']


def __getattr__(name):
    from difflib import get_close_matches

    near = get_close_matches(name, __all__, 1)
    advice = f', did you mean {near[0]}?' if near else ''
    raise AttributeError(f'module {__name__!r} has no attribute {name!r}{advice}')


@lru_cache(maxsize=4096, typed=True)
def cells(name):
    """The cell ``name``, a global value. It needs no declaration: before the first ``set`` its value is None.

    :param name: text; other scalars are converted
    :rtype: Cell
    :raises TypeError: when the name is neither a text nor another scalar

    >>> cells('count').set(3)
    >>> cells('count').value
    3
    """
    return Cell(name)


@lru_cache(maxsize=4096, typed=True)
def pools(name):
    """The pool ``name``, a global collection of items by key.

    :param name: text; other scalars are converted
    :rtype: Pool
    :raises TypeError: when the name is neither a text nor another scalar

    >>> pools('hits').add('a')
    1
    >>> pools('hits').keys()
    ['a']
    """
    return Pool(name)
