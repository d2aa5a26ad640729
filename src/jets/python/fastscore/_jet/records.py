"""Batches of records to Python values and back; the layout is that of src/core/records.ts."""

import json
import secrets
from itertools import accumulate

_TEXT_LIMIT = 1000
_SCALARS = frozenset((int, float, bool, type(None)))
_INTEGERS = {int}
#: Kinds of numpy's types for points of time and spans of it.
TIMES = ('M', 'm')
_NEWLINE = b'\n'
_QUOTE, _BRACKET, _BRACE, _COMMA = b'"[{,'
# Cannot be guessed by whoever writes the records, so that no record can pass for two.
_MARK = secrets.token_hex(16)
_MARK_TEXT = f',"{_MARK}",'
_MARK_BYTES = _MARK_TEXT.encode()


class Rejected(Exception):
    """A value that the form cannot hold."""


def decode(form, data, lengths):
    """The values of a batch.

    :returns: (values, positions, rejected): ``positions`` are the places of the values in the batch, a range when all
        could be decoded; ``rejected`` is a list of (position, text, reason)
    """
    if form == 'json':
        text = bytes(data)
        values = _decode_json_at_once(text)
        if values is not None:
            return values, range(len(values)), []
        return _decode_each(text[:-1].split(b'\n'), _decode_json)
    slices = _slices(data, lengths)
    if form == 'bytes':
        values = list(slices)
        return values, range(len(values)), []
    return _decode_each(slices, _decode_text)


def encode(form, values, leave_out=False):
    """The bytes of emitted values.

    :param leave_out: whether a value of a type that cannot leave the model counts as rejected
    :returns: (count, data, lengths, rejected): ``lengths`` is None for form "json", ``rejected`` a list of
        (position, text, reason)
    :raises Unwritable: when a value is of a type that cannot leave the model in this form
    """
    if form == 'json' and not leave_out:
        text = _encode_json_at_once(values)
        if text is not None:
            return len(values), text, None, []
    encode_one = {'json': _encode_json, 'text': _encode_text, 'bytes': _encode_bytes}[form]
    records, rejected = [], []
    for position, value in enumerate(values):
        try:
            records.append(encode_one(value))
        except Rejected as error:
            rejected.append((position, shown(value), str(error)))
        except Exception as error:
            if leave_out:
                rejected.append((position, shown(value), str(error)))
            elif isinstance(error, (TypeError, RecursionError)):
                raise Unwritable(position, f'{_place(value)}{error}: {shown(value)}') from None
            else:
                raise
    if form == 'json':
        return len(records), b''.join(record + b'\n' for record in records), None, rejected
    return len(records), b''.join(records), lengths_of(records), rejected


class Unwritable(TypeError):
    """The value at ``position`` of those emitted cannot be written. To the author of the model it is a TypeError like any other."""

    __module__, __qualname__ = 'builtins', 'TypeError'

    def __init__(self, position, message):
        super().__init__(message)
        self.position = position


def lengths_of(records):
    """uint32 little-endian lengths."""
    return b''.join(len(record).to_bytes(4, 'little') for record in records)


def _decode_json_at_once(text):
    """All values with one call of the decoder, which is several times faster; None when it cannot be done safely."""
    scalars = not (_QUOTE in text or _BRACKET in text or _BRACE in text or _COMMA in text)
    separator = b',' if scalars else _MARK_BYTES
    try:
        joined = f'[{text[:-1].replace(_NEWLINE, separator).decode()}]'
        decoded, end = _DECODER.raw_decode(joined)
    except (ValueError, RecursionError):
        return None
    if end < len(joined):
        return None
    count = text.count(b'\n')
    if scalars:
        return decoded if len(decoded) == count else None
    marks = decoded[1::2]
    if len(decoded) == 2 * count - 1 and marks.count(_MARK) == len(marks):
        return decoded[::2]
    return None


def _decode_each(records, decode_one):
    values, positions, rejected = [], [], []
    for position, record in enumerate(records):
        try:
            values.append(decode_one(record))
            positions.append(position)
        except Rejected as error:
            text = bytes(record[: 4 * _TEXT_LIMIT]).decode('utf-8', 'replace')
            rejected.append((position, text[:_TEXT_LIMIT], str(error)))
    return values, positions, rejected


def _decode_json(record):
    try:
        return _DECODER.decode(bytes(record).decode())
    except UnicodeDecodeError as error:
        raise Rejected(f'not UTF-8: {error.reason} at byte {error.start}') from None
    except json.JSONDecodeError as error:
        raise Rejected(f'not JSON: {error.msg}, character {error.pos + 1}') from None
    except ValueError as error:
        raise Rejected(f'not JSON: {error}') from None
    except RecursionError:
        raise Rejected('nested too deeply') from None


def _decode_text(record):
    try:
        return record.decode()
    except UnicodeDecodeError as error:
        raise Rejected(f'not UTF-8: {error.reason} at byte {error.start}') from None


def _refuse_constant(name):
    raise ValueError(f'{name} is not a JSON value')


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)


def _slices(data, lengths):
    data = bytes(data)
    sizes = memoryview(lengths).cast('I') if _NATIVE_LITTLE else _words(lengths)
    ends = list(accumulate(sizes))
    starts = [0, *ends[:-1]]
    return [data[start:end] for start, end in zip(starts, ends)]


_NATIVE_LITTLE = memoryview(b'\x01\x00\x00\x00').cast('I')[0] == 1


def _words(lengths):
    return [int.from_bytes(lengths[at : at + 4], 'little') for at in range(0, len(lengths), 4)]


def _encode_json_at_once(values):
    """None when it cannot be done."""
    if not values:
        return b''
    types = set(map(type, values))
    try:
        if types == _INTEGERS:
            text = '\n'.join(map(str, values))
        elif types <= _SCALARS:
            text = _ENCODER.encode(values)[1:-1].replace(',', '\n')
        else:
            marked = [_MARK] * (2 * len(values) - 1)
            marked[::2] = values
            text = _ENCODER.encode(marked)[1:-1].replace(_MARK_TEXT, '\n')
        return f'{text}\n'.encode()
    except (ValueError, TypeError, RecursionError):
        return None


def _encode_json(value):
    try:
        text = _ENCODER.encode(value)
    except ValueError as error:
        raise Rejected(f'not JSON: {error}') from None
    try:
        return text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(',', ':'), default=_as_json).encode()


def shown(value):
    """A value in words, for people."""
    try:
        return repr(value)[:_TEXT_LIMIT]
    except Exception:  # an integer of too many digits, a faulty __repr__
        return f'a value of type {type(value).__name__}'


def _place(value):
    """The field of a record in which lies what cannot be written, for people: ``field 'a.b[0]': ``."""
    path = ''
    while isinstance(value, (dict, list, tuple)):
        named = isinstance(value, dict)
        for key, member in value.items() if named else enumerate(value):
            if _is_unwritable(member):
                path += f'.{key}' if named else f'[{key}]'
                value = member
                break
        else:
            break
    return f'field {path.lstrip(".")!r}: ' if path else ''


def _is_unwritable(value):
    try:
        _ENCODER.encode(value)
    except TypeError:
        return True
    except (ValueError, RecursionError):
        pass
    return False


def _encode_text(value):
    if not isinstance(value, str):
        raise Rejected(f'not text: {type(value).__name__}')
    try:
        return value.encode()
    except UnicodeEncodeError as error:
        raise Rejected(f'not UTF-8: {error.reason}') from None


def _encode_bytes(value):
    """Text as UTF-8; what is neither bytes nor text as its ``repr``, as FastScore 1.10 wrote it."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    return _encode_text(value if isinstance(value, str) else repr(value))


def _as_json(value):
    to_list = getattr(value, 'tolist', None)  # numpy scalars and arrays
    # Times would be numbers of a unit that nobody knows.
    if callable(to_list) and getattr(getattr(value, 'dtype', None), 'kind', None) not in TIMES:
        return to_list()
    raise TypeError(f'a value of type {type(value).__name__} cannot be written as JSON{_advice(value)}')


def _advice(value):
    if callable(getattr(value, 'isoformat', None)):
        return '; emit its isoformat()'
    if isinstance(value, (bytes, bytearray, memoryview)):
        return '; emit text: decode("latin-1") where the schema says bytes, else decode()'
    if isinstance(value, (set, frozenset)):
        return '; emit a list'
    return ''


_ENCODER = json.JSONEncoder(separators=(',', ':'), allow_nan=False, ensure_ascii=False, default=_as_json)
