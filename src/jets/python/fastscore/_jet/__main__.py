"""The life of a jet: frames in, frames out. See docs/jet-protocol.md."""

import atexit
import gc
import io
import os
import platform
import sys
import threading

import fastscore.io
from fastscore import _state
from fastscore._jet import compact, failure, record_sets, records
from fastscore._jet.channel import Channel, EngineGone
from fastscore._jet.emissions import Emissions
from fastscore._jet.model import Model
from fastscore._jet.program import Program
from fastscore._jet.store import EngineStore, ForkedStore, change_fields

_CHANNEL_DESCRIPTOR = 3
_PROTOCOL = 1


class Jet:
    def __init__(self, channel, store):
        self._channel = channel
        self._store = store
        self._model = None
        self._slots = self._set_slots = frozenset()
        self._explicit = False
        #: The forms of the outputs, what the model could not be given of the batch at hand, the places of the others in it where outputs
        #: have to tell theirs, and a function that tells what was emitted since something was handed in.
        self._emit = {}
        #: The forms of the last batch, and their slots.
        self._known = None, ()
        self._unread = []
        self._positions = None
        self._rest = lambda: Emissions(())
        self._pid = os.getpid()

    def run(self):
        """Until the engine has ended this jet, or is gone."""
        self._channel.send(
            {
                't': 'hello',
                'protocol': _PROTOCOL,
                'language': 'python',
                'version': platform.python_version(),
                'lending': True,
                'pid': os.getpid(),
            }
        )
        while True:
            _state.current.rest()
            frame = self._store.next_frame()
            if frame is None:
                continue
            header, blobs = frame
            kind = header['t']
            if kind == 'batch':
                _state.current.begin_work()
                self._batch(header, blobs)
            elif kind == 'start':
                _state.current.remember_at_most(header['remember'])
                self._start(header['model'])
            elif kind == 'begin':
                self._guarded('begin', self._begin)
            elif kind == 'run' and self._guarded('program', lambda: self._run(header['emit'])):
                self._channel.await_end()
                return
            elif kind == 'end' and self._guarded('end', lambda: self._end(header['emit'])):
                self._channel.await_end()
                return

    def _start(self, model):
        self._slots = frozenset(entry['slot'] for entry in model['slots'])
        self._set_slots = frozenset(entry['slot'] for entry in model['slots'] if entry['recordsets'])
        self._explicit = model['explicit']
        actions = {entry['slot']: entry['action'] for entry in model['slots']}
        self._model = Model(model['file'], actions)
        self._guarded('load', self._load)

    def _load(self):
        if self._explicit:
            self._model.compile()
        else:
            self._model.load()
        self._channel.send({'t': 'loaded'})

    def _begin(self):
        if not self._explicit:
            self._model.begin()
        self._channel.send({'t': 'begun'})

    def _batch(self, header, blobs):
        lengths = None if header['lengths'] is None else blobs[header['lengths']]
        values, positions, rejected = records.decode(header['form'], blobs[header['data']], lengths)
        slot, first = header['slot'], header['seqno']
        seqnos = range(first, first + header['count']) if not rejected else [first + at for at in positions]
        emissions = self._collect(header['emit'])
        self._unread = _rejects_in(slot, rejected) if rejected else []
        self._positions = positions if header['origins'] else None
        at = None
        try:
            if slot in self._set_slots:
                value, refused = record_sets.build(values)
                self._unread += _rejects_in(slot, [(positions[at], text, reason) for at, text, reason in refused])
                self._model.process(slot, [value], [first], emissions)
            else:
                self._model.process(slot, values, seqnos, emissions)
            self._hand_in({'t': 'result', 'id': header['id']}, emissions)
        except EngineGone:
            raise
        except _UnwritableOutput as error:
            at, cause = error.record, error.__cause__
        except BaseException as error:
            at, cause = min(emissions.done, len(values) - 1), error
        if at is not None:
            self._fail('action', cause, id=header['id'], index=positions[at] if len(values) > 0 else 0)

    def _collect(self, emit):
        if emit is not self._known[0]:
            self._known = emit, frozenset(map(int, emit))
        emissions = Emissions(self._known[1], self._set_slots)
        self._emit, self._unread, self._positions, self._rest = emit, [], None, lambda: emissions
        return emissions

    def _run(self, emit):
        """The program of an explicit model, from its first line to its last."""
        self._emit = emit
        outputs = frozenset(map(int, emit))
        program = Program(self._slots - outputs, outputs, self._set_slots, self._ask)
        self._rest = program.rest
        fastscore.io.use(program)
        self._model.run()
        self._hand_in({'t': 'ended'}, program.rest())

    def _ask(self, slot, emissions):
        self._hand_in({'t': 'ask', 'slot': slot}, emissions)
        frame = None
        while frame is None:
            _state.current.rest()
            frame = self._store.next_frame()
        header, blobs = frame
        self._emit = header['emit']
        if header['t'] != 'batch':
            return None
        lengths = None if header['lengths'] is None else blobs[header['lengths']]
        values, positions, rejected = records.decode(header['form'], blobs[header['data']], lengths)
        batch, refused = record_sets.build(values)
        rejected += [(positions[at], text, reason) for at, text, reason in refused]
        self._unread = _rejects_in(slot, rejected)
        return header['seqno'], batch

    def _end(self, emit):
        emissions = self._collect(emit)
        if not self._explicit:
            self._model.end(emissions)
        self._hand_in({'t': 'ended'}, emissions)

    def _hand_in(self, header, emissions, leave_out=False):
        """Sends a frame with what came of the work."""
        outputs, rejected = _write(emissions, self._emit, self._positions, leave_out)
        rejected += self._unread
        _flush(sys.stdout, sys.stderr)
        changes = _state.current.take_changes()
        body = None
        if header['t'] == 'result' and not rejected and not self._set_slots:
            body = compact.result(header['id'], outputs, changes)
        if body is not None:
            self._channel.send_body(body)
        else:
            blobs = []
            header['outputs'] = [_output_fields(output, emissions.takes_sets(output[0]), blobs) for output in outputs]
            header['rejected'] = rejected
            header['changes'] = change_fields(changes, blobs)
            self._channel.send(header, blobs)
        self._unread = []

    def _guarded(self, phase, step):
        try:
            step()
            return True
        except EngineGone:
            raise
        except _UnwritableOutput as error:
            self._fail(phase, error.__cause__)
        except BaseException as error:
            self._fail(phase, error)
        return False

    def _fail(self, phase, error, **fields):
        if os.getpid() != self._pid:
            # A fork that the model has made ends here, as it would in a program of its own.
            raise error
        message, trace = failure.describe(error)
        header = {'t': 'failed', 'phase': phase, 'message': message, 'traceback': trace, **fields}
        # Outputs go with the changes that were made for them.
        try:
            self._hand_in({**header}, self._rest(), leave_out=True)
        except OverflowError:
            self._channel.send(header)


def _flush(*streams):
    for stream in streams:
        try:
            stream.flush()
        except Exception:  # the model has closed or replaced it
            pass


class _UnwritableOutput(Exception):
    def __init__(self, record):
        super().__init__()
        self.record = record


def _rejects_in(slot, rejected):
    return [{'side': 'in', 'index': at, 'slot': slot, 'text': text, 'reason': reason} for at, text, reason in rejected]


def _write(emissions, forms, positions=None, leave_out=False):
    """
    :param positions: places in the batch of the records, when outputs have to tell which of them they came from
    :param leave_out: whether to go on without what cannot be written
    :returns: (outputs, rejected): outputs as (slot, form, count, data, lengths or None, origins or None), where count is a list
        of counts for a slot with record sets
    """
    outputs, rejected = [], []
    for slot, values in emissions.values().items():
        form = forms[str(slot)]
        encode = _encode_sets if emissions.takes_sets(slot) else _encode
        count, data, lengths, unfit = encode(emissions, slot, form, values, leave_out)
        origins = None
        if positions is not None and encode is _encode:
            left_out = {at for at, _, _ in unfit}
            origins = [positions[emissions.origin(slot, at)] for at in range(len(values)) if at not in left_out]
        for at, text, reason in unfit:
            index = -1 if positions is None else positions[emissions.origin(slot, at)]
            rejected.append({'side': 'out', 'index': index, 'slot': slot, 'text': text, 'reason': reason})
        outputs.append((slot, form, count, data, lengths, origins))
    return outputs, rejected


def _output_fields(output, takes_sets, blobs):
    """An output as in a JSON header; the bytes go to ``blobs``."""
    slot, form, count, data, lengths, origins = output
    fields = {'slot': slot, 'form': form, 'count': sum(count) if takes_sets else count, 'data': len(blobs)}
    blobs.append(data)
    if takes_sets:
        fields['sets'] = count
    if origins is not None:
        fields['origins'] = origins
    if form != 'json':
        fields['lengths'] = len(blobs)
        blobs.append(lengths)
    return fields


def _encode(emissions, slot, form, values, leave_out):
    try:
        return records.encode(form, values, leave_out)
    except records.Unwritable as error:
        raise _UnwritableOutput(emissions.origin(slot, error.position)) from error


def _encode_sets(emissions, slot, form, sets, leave_out):
    """As :func:`_encode`, but with a list of counts, one for each set, and positions of sets."""
    counts, parts, sizes, rejected = [], [], [], []
    for position, members in enumerate(sets):
        try:
            count, data, lengths, unfit = records.encode(form, members, leave_out)
        except records.Unwritable as error:
            raise _UnwritableOutput(emissions.origin(slot, position)) from error
        counts.append(count)
        parts.append(data)
        sizes.append(lengths or b'')
        rejected += [(position, text, reason) for _, text, reason in unfit]
    return counts, b''.join(parts), b''.join(sizes), rejected


def main():
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True)
    sys.argv = ['__model.py']
    channel = Channel(_CHANNEL_DESCRIPTOR)
    store = EngineStore(channel)
    _state.use(store)
    os.register_at_fork(after_in_child=lambda: _leave_to_parent(channel))
    try:
        Jet(channel, store).run()
    except EngineGone:
        os._exit(0)
    others = [thread for thread in threading.enumerate() if thread is not threading.main_thread() and not thread.daemon]
    if others:
        _exit_without_waiting()


def _leave_to_parent(channel):
    channel.close()
    _state.use(ForkedStore())


def _exit_without_waiting():
    """Exits although there are threads that would keep this process alive, perhaps for ever."""
    atexit._run_exitfuncs()
    for found in gc.get_objects():
        if issubclass(type(found), (io.BufferedWriter, io.BufferedRandom, io.TextIOWrapper)):
            _flush(found)
    os._exit(0)


if __name__ == '__main__':
    main()
