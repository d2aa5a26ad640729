"""Record sets: many records as one value of pandas or numpy, and back.

Both are imported when the first record set is made: models without them need neither.
"""

from fastscore._jet.records import TIMES, shown

_NUMBERS = frozenset((int, float))
_LONG = 1 << 53
_INT64 = range(-(1 << 63), 1 << 63)


def build(values):
    """One value for a record set; the first record decides.

    :returns: (value, refused): objects are a DataFrame, arrays a numpy matrix, scalars a Series, nothing is an empty DataFrame;
        ``refused`` is a list of (position, text, reason) of records that are not like the first
    """
    pandas = _pandas()
    if not values:
        return pandas.DataFrame(), []
    first = values[0]
    kept, refused = _like_the_first(values)
    if isinstance(first, dict):
        return _frame(pandas, kept), refused
    if isinstance(first, list):
        return _matrix(kept), refused
    return pandas.Series(kept, dtype=None if _fits(kept) else object), refused


def rows(value):
    """The records of what a model emits as a record set.

    :raises TypeError: when it is no record set
    """
    if is_frame(value):
        return _frame_rows(value)
    kind = type(value)
    module = kind.__module__.split('.')[0]
    if module == 'pandas' and kind.__name__ == 'Series':
        return list(map(_plain, value.tolist()))
    if module == 'numpy' and getattr(value, 'ndim', 0) in (1, 2):
        if value.dtype.kind in TIMES:
            raise TypeError(_no_times('the array', 'as text, values.astype(str)'))
        items = value.tolist()
        return list(map(_plain, items)) if value.ndim == 1 else [list(map(_plain, row)) for row in items]
    raise TypeError(f'a record set is a DataFrame, a Series or a matrix, not a value of type {kind.__name__}')


def is_frame(value):
    """Whether it is a DataFrame of pandas, without importing pandas."""
    return any(kind.__name__ == 'DataFrame' and kind.__module__.split('.')[0] == 'pandas' for kind in type(value).__mro__)


def is_table(value):
    """Whether pandas or numpy made it, so that it is one output and not as many as it has elements."""
    return type(value).__module__.split('.')[0] in ('pandas', 'numpy')


def _pandas():
    try:
        import pandas
    except ImportError as error:
        raise ImportError(
            f'record sets need pandas, which this Python cannot import ({error}): '
            'install it with "python3 -m pip install pandas", or set FASTSCORE_PYTHON to a Python that has it'
        ) from None
    return pandas


def _like_the_first(values):
    first = values[0]
    if isinstance(first, dict):
        fits, like = lambda value: isinstance(value, dict), 'an object'
    elif isinstance(first, list):
        fits, like = lambda value: isinstance(value, list) and len(value) == len(first), f'an array of {len(first)}'
    else:
        fits, like = lambda value: not isinstance(value, (dict, list)), 'a scalar'
    kept, refused = [], []
    for position, value in enumerate(values):
        if fits(value):
            kept.append(value)
        else:
            refused.append((position, shown(value), f'the first record of its set is {like}, this one is not'))
    return kept, refused


def _frame(pandas, dicts):
    frame = pandas.DataFrame(dicts)
    for name in frame.columns[frame.dtypes == 'float64']:
        # Beside what is missing, integers are floats, which have not all their digits.
        if (frame[name].abs() >= _LONG).any():
            values = [value.get(name) for value in dicts]
            if any(type(value) is int and abs(value) >= _LONG for value in values):
                frame[name] = pandas.Series(values, dtype=object)
    return frame


def _matrix(lists):
    import numpy

    if _fits([item for row in lists for item in row]):
        return numpy.matrix(lists)
    # Of mixed types numpy would make texts or floats.
    cells = numpy.empty((len(lists), len(lists[0])), dtype=object)
    for at, row in enumerate(lists):
        for column, item in enumerate(row):
            cells[at, column] = item
    return numpy.asmatrix(cells)


def _fits(items):
    """Whether numpy finds a type that holds these without change."""
    kinds = set(map(type, items))
    if kinds <= _NUMBERS:
        # Beside floats, integers are floats, which have not all digits of the large ones.
        exact = _INT64 if kinds == {int} else range(1 - _LONG, _LONG)
        return all(item in exact for item in items if type(item) is int)
    return len(kinds) == 1 and not kinds & {list, dict, type(None)}


def _frame_rows(frame):
    if not frame.columns.is_unique:
        raise ValueError('a DataFrame with two columns of one name cannot be written: a record has each field once')
    _refuse_times(frame)
    names = list(map(_plain, frame.columns.tolist()))
    columns = [_column(frame.iloc[:, at]) for at in range(len(names))]
    records = [dict(zip(names, row)) for row in zip(*columns)] if names else [{} for _ in range(len(frame))]
    if frame.index.name is None:
        return records
    return [{_plain(index): record} for index, record in zip(frame.index.tolist(), records)]


def _refuse_times(frame):
    for at, kind in enumerate(frame.dtypes):
        if kind.kind in TIMES and frame.iloc[:, at].notna().any():
            name = frame.columns[at]
            raise TypeError(_no_times(f'column {name!r}', f'as text, df[{name!r}].astype(str)'))
    if getattr(frame.columns.dtype, 'kind', None) in TIMES:
        raise TypeError(_no_times('the index of the columns', 'as text, df.columns.astype(str)'))
    if frame.index.name is not None and getattr(frame.index.dtype, 'kind', None) in TIMES:
        raise TypeError(_no_times(f'the index {frame.index.name!r}', 'as text, df.index.astype(str), or as a column, df.reset_index()'))


def _no_times(what, how):
    return f'{what} holds times, which JSON has not: write it {how}, or as numbers of a unit of your choice'


def _column(series):
    items = series.tolist()
    missing = series.isna()
    if not missing.any():
        return items
    return [None if is_missing else item for item, is_missing in zip(items, missing.tolist())]


def _plain(item):
    """pandas writes what is missing as NaN, NaT or NA."""
    if type(item) is float:
        return None if item != item else item
    if type(item).__name__ in ('NaTType', 'NAType'):
        return None
    return item
