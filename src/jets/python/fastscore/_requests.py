"""``update`` of a key that is not lent: compare and set by requests to the store."""

import threading

from fastscore._errors import StateError
from fastscore._values import decode, encode, freeze, thaw

_CONFLICTS_BEFORE_TURN = 3

# One turn at a time: a second thread of this process that asked for a turn would wait for the first.
_turn = threading.Lock()


def update_by_requests(store, entry, f, learn):
    """
    :param f: function of the old value
    :param learn: called with each reply, tells whether the key is lent now
    :returns: (True, the value that was stored), or (False, None) when the key is lent now
    """
    known = entry.known
    # What is known saves a round trip, but may be old: then an error of f says nothing yet.
    certain = known is None
    if certain:
        known = store.get(entry.key)
        if learn(entry, known):
            return False, None
    for _ in range(_CONFLICTS_BEFORE_TURN):
        try:
            value = f(thaw(decode(known.encoded)))
            encoded = encode(freeze(value))
        except BaseException:
            if certain:
                raise
            current = store.get(entry.key)
            if learn(entry, current):
                return False, None
            if current.version == known.version:
                raise
            known, certain = current, True
            continue
        reply = store.cas(entry.key, known.version, encoded)
        lent = learn(entry, reply)
        if reply.stored:
            return True, value
        if lent:
            return False, None
        known, certain = reply, True
    return True, _update_in_turn(store, entry, f, learn)


def _update_in_turn(store, entry, f, learn):
    with _turn:
        known = store.turn(entry.key)
        try:
            value = f(thaw(decode(known.encoded)))
            encoded = encode(freeze(value))
        except BaseException:
            store.release(entry.key)
            raise
        reply = store.cas(entry.key, known.version, encoded)
        if not reply.stored:
            raise StateError('the engine gave a turn on a key to two jets')
        learn(entry, reply)
        return value
