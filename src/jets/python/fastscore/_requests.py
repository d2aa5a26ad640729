"""``update`` of a key that is not lent: compare and set by requests to the store."""

import threading

from fastscore._values import decode, encode, freeze, thaw

_CONFLICTS_BEFORE_TURN = 3

# One turn at a time: a second thread of this process that asked for a turn would wait for the first.
_turn = threading.Lock()


def update_by_requests(store, entry, f, request):
    """
    :param f: function of the old value
    :param request: ``State._request``
    :returns: (True, the value that was stored), or (False, None) when the key is held now
    """
    known = entry.known
    # What is known saves a round trip, but may be old: then an error of f says nothing yet.
    certain = known is None
    if certain:
        known = request(entry, lambda: store.get(entry.key))
        if known is None or known.lent:
            return False, None
    for _ in range(_CONFLICTS_BEFORE_TURN):
        try:
            value = f(thaw(decode(known.encoded)))
            encoded = encode(freeze(value))
        except BaseException:
            if certain:
                raise
            current = request(entry, lambda: store.get(entry.key))
            if current is None or current.lent:
                return False, None
            if current.version == known.version:
                raise
            known, certain = current, True
            continue
        reply = request(entry, lambda: store.cas(entry.key, known.version, encoded))
        if reply is None:
            return False, None
        if reply.stored:
            return True, value
        if reply.lent:
            return False, None
        known, certain = reply, True
    return _update_in_turn(store, entry, f, request)


def _update_in_turn(store, entry, f, request):
    with _turn:
        while True:
            known = request(entry, lambda: store.turn(entry.key))
            if known is None:
                return False, None
            try:
                value = f(thaw(decode(known.encoded)))
                encoded = encode(freeze(value))
            except BaseException:
                store.release(entry.key)
                raise
            reply = request(entry, lambda: store.cas(entry.key, known.version, encoded))
            if reply is not None and reply.stored:
                return True, value
            # Another thread of this process has stored the key, and so has ended the turn.
            if reply is None or reply.lent:
                return False, None
