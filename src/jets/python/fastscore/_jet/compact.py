"""Bodies without a JSON header, of the two frames that come with each batch. docs/jet-protocol.md has the layout."""

import struct
from functools import lru_cache

_BATCH = struct.Struct('<IIHBBdIIH')
_EMIT = struct.Struct('<HB')
_RESULT = struct.Struct('<IIHH')
_OUTPUT = struct.Struct('<HBBII')
_CHANGE = struct.Struct('<BIIII')
_NONE = 0xFFFFFFFF
_FORMS = ('json', 'text', 'bytes')
_NUMBERS = {form: number for number, form in enumerate(_FORMS)}
_HAS_ORIGINS = 1
#: More changes are written quicker as ``store.change_fields`` does it.
_MOST_CHANGES = 8


def read_batch(body):
    """:returns: (header, blobs) as of a frame with a JSON header"""
    _, number, slot, form, flags, seqno, count, size, slots = _BATCH.unpack_from(body)
    start = _BATCH.size + _EMIT.size * slots
    end = start + size
    header = {
        't': 'batch',
        'id': number,
        'slot': slot,
        'seqno': int(seqno),
        'count': count,
        'form': _FORMS[form],
        'data': 0,
        'lengths': None if form == 0 else 1,
        'emit': _emit(bytes(body[_BATCH.size : start])),
        'origins': flags & _HAS_ORIGINS,
    }
    return header, (body[start:end], body[end:])


@lru_cache(16)
def _emit(pairs):
    return {str(slot): _FORMS[form] for slot, form in _EMIT.iter_unpack(pairs)}


def result(number, outputs, changes):
    """The parts of a body, None when a JSON header is better.

    :param outputs: list of (slot, form, count, data, lengths or None, origins or None)
    :param changes: list of (key, (json or None, native or None))
    """
    if len(changes) > _MOST_CHANGES:
        return None
    parts = [_RESULT.pack(0, number, len(outputs), len(changes))]
    for slot, form, count, data, lengths, origins in outputs:
        parts += (_OUTPUT.pack(slot, _NUMBERS[form], 0 if origins is None else _HAS_ORIGINS, count, len(data)), data)
        if lengths is not None:
            parts.append(lengths)
        if origins is not None:
            parts.append(struct.pack(f'<{count}I', *origins))
    for key, (text, native) in changes:
        try:
            name = key[1].encode()
            item = key[2].encode() if len(key) == 3 else b''
        except UnicodeEncodeError:  # half a character, which JSON can hold
            return None
        sizes = (_NONE if data is None else len(data) for data in (text, native))
        parts += (_CHANGE.pack(len(key) - 2, len(name), len(item), *sizes), name, item, text or b'', native or b'')
    return parts
