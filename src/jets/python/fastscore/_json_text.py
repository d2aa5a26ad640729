"""Values as JSON text."""

import json
from json import encoder as parts


def make_encode(ensure_ascii=True, allow_nan=True):
    """A function that gives the JSON text of a value, without spaces. A value that holds itself is a RecursionError.

    ``JSONEncoder.encode`` makes its inner encoder anew for each value, which costs more than a small value itself. Here
    it is made once.
    """
    encoder = json.JSONEncoder(
        separators=(',', ':'), ensure_ascii=ensure_ascii, allow_nan=allow_nan, check_circular=False
    )
    make_inner = parts.c_make_encoder
    if make_inner is None:
        return encoder.encode
    text_of = parts.encode_basestring_ascii if ensure_ascii else parts.encode_basestring
    inner = make_inner(None, encoder.default, text_of, None, ':', ',', False, False, allow_nan)
    join = ''.join

    def encode(value):
        return text_of(value) if type(value) is str else join(inner(value, 0))

    return encode
