"""What the annotations of a model say about its slots, for models that run without the engine."""

import re

_LINE = re.compile(r'^\s*#+\s*(?:fastscore|odg|ModelOp)\.(action|recordsets)(?:\.(\S+?))?\s*:\s*(\S+)\s*$')
_SIDES = {'none': (), 'input': (0,), 'output': (1,), 'both': (0, 1)}


class Annotations:
    """:param str source:"""

    def __init__(self, source):
        self._lines = [match.groups() for match in map(_LINE.match, source.splitlines()) if match]

    def is_explicit(self, slot):
        """Whether the model reads an input slot by itself."""
        found = [value for tag, scope, value in self._lines if tag == 'action' and _covers(scope or '$in', slot)]
        return bool(found) and found[-1] in ('none', 'unused')

    def takes_sets(self, slot):
        """Whether a slot has record sets."""
        takes = False
        for tag, scope, value in self._lines:
            if tag != 'recordsets':
                continue
            if scope is None and value in _SIDES:
                takes = slot in _SIDES[value] if slot in (0, 1) else takes
            elif _covers(scope or '$all', slot):
                takes = value in ('yes', 'true')
        return takes

    def set_slots(self):
        """The slots with record sets, as a container."""
        return _SetSlots(self)


class _SetSlots:
    def __init__(self, annotations):
        self._annotations = annotations

    def __contains__(self, slot):
        return self._annotations.takes_sets(slot)


def _covers(scope, slot):
    if scope == '$all':
        return True
    if scope in ('$in', '$input'):
        return slot % 2 == 0
    if scope in ('$out', '$output'):
        return slot % 2 == 1
    return scope == str(slot)
