"""The engine's store as a jet sees it, over a real socket pair."""

import json
import socket
import struct
import threading
import unittest

from fastscore import _state
from fastscore._jet.channel import Channel
from fastscore._jet.store import EngineStore


class Interrupted(Exception):
    pass


class Engine:
    """The other end: reads requests, sends what the test wants."""

    def __init__(self):
        self.socket, ours = socket.socketpair()
        self.store = EngineStore(Channel(ours.detach()))
        self.state = _state.State(self.store)

    def send(self, header, *blobs):
        text = json.dumps({**header, 'blobs': [len(blob) for blob in blobs]}).encode()
        body = struct.pack('<I', len(text)) + text + b''.join(blobs)
        self.socket.sendall(struct.pack('<I', len(body)) + body)

    def reply(self, number, version=1, **fields):
        value = None if number is None else {'json': 0, 'native': None}
        blobs = () if number is None else (str(number).encode(),)
        self.send({'t': 'reply', 'value': value, 'version': version, **fields}, *blobs)

    def receive(self):
        (length,) = struct.unpack('<I', self._exactly(4))
        body = self._exactly(length)
        (size,) = struct.unpack('<I', body[:4])
        return json.loads(body[4 : 4 + size])

    def _exactly(self, count):
        data = b''
        while len(data) < count:
            data += self.socket.recv(count - len(data))
        return data


class Store(unittest.TestCase):
    def setUp(self):
        self.engine = Engine()
        self.addCleanup(self.engine.socket.close)

    def test_a_lent_key_is_worked_on_without_requests_and_handed_in(self):
        engine, state = self.engine, self.engine.state
        engine.reply(5, lent=True)
        self.assertEqual(state.update(('cell', 'n'), lambda v: v + 1), 6)
        self.assertEqual(state.update(('cell', 'n'), lambda v: v + 1), 7)
        self.assertEqual(engine.receive()['op'], 'get')
        self.assertEqual(state.take_changes(), [(('cell', 'n'), (b'7', None))])
        self.assertEqual(state.take_changes(), [])
        engine.send({'t': 'recall', 'key': ['cell', 'n']})
        while state._loans.entries[('cell', 'n')].held == 7:
            state.next_look = 0
            state.look()
        self.assertEqual(engine.receive()['t'], 'handin')

    def lend_pool(self, values, unknown=(), complete=True, fresh=True):
        """Answers the next request about item a of pool p, which has the value 1, by lending the pool."""
        text = values if isinstance(values, bytes) else json.dumps(list(values.values())).encode()
        items = ['a', 'b'] if isinstance(values, bytes) else list(values)
        pool = {'fresh': fresh, 'complete': complete, 'items': items, 'unknown': list(unknown), 'values': 1}
        value = {'json': 0, 'native': None}
        self.engine.send({'t': 'reply', 'value': value, 'version': 1, 'lent': True, 'pool': pool}, b'1', text)

    def give_back_all(self):
        self.engine.send({'t': 'recall', 'key': ['item', 'p']})
        while self.engine.state._loans.has_pool_of(('item', 'p')):
            self.engine.state.next_look = 0
            self.engine.state.look()

    def test_items_of_a_lent_pool_are_worked_on_without_requests_and_handed_in_together(self):
        engine, state = self.engine, self.engine.state
        self.lend_pool({'a': 1, 'b': 5})
        self.assertEqual(state.update(('item', 'p', 'a'), lambda v: v + 1), 2)
        self.assertEqual(state.update(('item', 'p', 'b'), lambda v: v + 1), 6)
        self.assertFalse(state.has(('item', 'p', 'none')))
        state.set(('item', 'p', 'new'), 'x')
        self.assertEqual(engine.receive()['op'], 'get')
        self.give_back_all()
        handed = engine.receive()
        self.assertEqual(handed['changes'][0]['items'], ['a', 'b', 'new'])
        self.assertEqual(handed['pools'], [{'pool': 'p', 'uses': 4, 'forgotten': False}])

    def test_the_next_time_a_pool_is_lent_only_what_others_have_changed_is_told(self):
        engine, state = self.engine, self.engine.state
        self.lend_pool({'a': 1, 'b': 5, 'c': 7})
        self.assertEqual(state.get(('item', 'p', 'a')), 1)
        state.update(('item', 'p', 'b'), lambda v: v + 1)
        self.give_back_all()
        self.lend_pool({'a': 1}, unknown=['c'], fresh=False)
        self.assertEqual([state.get(('item', 'p', item)) for item in 'ab'], [1, 6])
        engine.reply(70, version=9)
        self.assertEqual(state.get(('item', 'p', 'c')), 70)
        self.assertEqual([engine.receive()['t'] for _ in range(4)], ['state', 'handin', 'state', 'state'])
        # Held, since its pool is.
        self.assertEqual(state.update(('item', 'p', 'c'), lambda v: v + 1), 71)

    def test_values_that_cannot_be_read_together_are_asked_for_one_by_one(self):
        engine, state = self.engine, self.engine.state
        self.lend_pool(b'[1,' + b'9' * 5000 + b']')
        self.assertEqual(state.get(('item', 'p', 'a')), 1)
        engine.reply(2)
        self.assertEqual(state.get(('item', 'p', 'b')), 2)

    def test_a_pool_that_is_not_told_as_a_whole_has_items_to_ask_for(self):
        engine, state = self.engine, self.engine.state
        self.lend_pool({}, complete=False)
        self.assertEqual(state.get(('item', 'p', 'a')), 1)
        engine.reply(None, version=0)
        self.assertFalse(state.has(('item', 'p', 'b')))
        self.assertFalse(state.has(('item', 'p', 'b')))

    def test_a_signal_handler_that_raises_while_a_reply_is_awaited_does_not_mix_up_replies(self):
        engine, state = self.engine, self.engine.state
        receive, calls = engine.store._channel.receive, []

        def interrupted():
            calls.append(1)
            if len(calls) == 1:
                raise Interrupted
            return receive()

        engine.store._channel.receive = interrupted
        with self.assertRaises(Interrupted):
            state.get(('cell', 'first'))
        engine.reply(1, lent=True)
        engine.reply(2)
        self.assertEqual(state.get(('cell', 'second')), 2)
        # The reply that nobody waited for has lent a key, which must be known to be handed in one day.
        self.assertEqual(state.get(('cell', 'first')), 1)

    def test_a_frame_that_was_half_read_is_read_on(self):
        engine = self.engine
        channel = engine.store._channel
        real = channel._socket

        class Half:
            def __init__(self):
                self.calls = 0

            def recv(self, size, *flags):
                self.calls += 1
                if self.calls == 2:
                    raise Interrupted
                return real.recv(6 if self.calls == 1 else size, *flags)

        channel._socket = Half()
        engine.reply(9)
        with self.assertRaises(Interrupted):
            channel.receive()
        header, blobs = channel.receive()
        self.assertEqual((header['t'], bytes(blobs[0])), ('reply', b'9'))
        channel._socket = real

    def test_a_reader_in_another_thread_gets_its_own_reply(self):
        engine, state = self.engine, self.engine.state
        got = []
        reader = threading.Thread(target=lambda: got.append(engine.store.next_frame()))
        reader.start()
        asker = threading.Thread(target=lambda: got.append(state.get(('cell', 'n'))))
        asker.start()
        engine.receive()
        engine.reply(3)
        asker.join()
        engine.send({'t': 'begin'})
        reader.join()
        self.assertEqual(got[0], 3)
        self.assertEqual(got[1][0]['t'], 'begin')


if __name__ == '__main__':
    unittest.main()
