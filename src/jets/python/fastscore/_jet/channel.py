"""Frames to and from the engine: a length, a JSON header, blobs."""

import json
import os
import select
import socket
import struct
import threading

from fastscore._jet import compact
from fastscore._json_text import make_encode

_LENGTH = struct.Struct('<I')
_MOST_BYTES = 1 << 30
_READ_AHEAD = 1 << 16
_encode = make_encode()
_decode = json.JSONDecoder().raw_decode


class EngineGone(BaseException):
    """The channel has ended, so there is nobody to work for. Not an Exception: models catch those."""


class Channel:
    """One duplex socket. ``send`` may be called by any thread; ``receive`` and ``poll`` by one at a time."""

    def __init__(self, descriptor):
        os.set_inheritable(descriptor, False)
        self._socket = socket.socket(fileno=descriptor)
        self._socket.setblocking(True)
        self._ahead = memoryview(b'')
        self._lock = threading.Lock()

    def send(self, header, blobs=()):
        """:raises OverflowError: when the frame would be over 1 GiB"""
        if blobs:
            header['blobs'] = [len(blob) for blob in blobs]
        text = _encode(header).encode()
        self.send_body((_LENGTH.pack(len(text)), text, *blobs))

    def send_body(self, parts):
        """Sends a frame whose body is put together.

        :raises OverflowError: when the frame would be over 1 GiB
        """
        length = sum(map(len, parts))
        if length > _MOST_BYTES:
            raise OverflowError(f'a frame of {length} bytes is over the limit of 1 GiB')
        with self._lock:
            try:
                self._socket.sendall(b''.join((_LENGTH.pack(length), *parts)))
            except OSError as error:
                raise EngineGone from error

    def poll(self, seconds=0):
        """Waits for a frame. Returns whether one, or the beginning of one, is there: then ``receive`` will not wait for long."""
        if len(self._ahead) == 0:
            if seconds > 0 and not select.select((self._socket,), (), (), seconds)[0]:
                return False
            try:
                self._ahead = memoryview(self._socket.recv(_READ_AHEAD, socket.MSG_DONTWAIT))
            except BlockingIOError:
                return False
            except OSError as error:
                raise EngineGone from error
            if len(self._ahead) == 0:
                raise EngineGone
        return True

    def receive(self):
        """The next frame as (header, blobs)."""
        body = self._read_body()
        (size,) = _LENGTH.unpack_from(body)
        if size == 0:
            return compact.read_batch(body)
        at = 4 + size
        header = _decode(str(body[4:at], 'utf-8'))[0]
        blobs = []
        for length in header.get('blobs', ()):
            blobs.append(body[at : at + length])
            at += length
        return header, blobs

    def close(self):
        """For a fork of this process: the channel stays open for the process itself."""
        self._socket.close()

    def await_end(self):
        """
        Waits until the engine has closed its side. A recall may be under way: if it met a closed socket, the engine
        would lose what this side has sent last.
        """
        try:
            while self._socket.recv(_READ_AHEAD):
                pass
        except OSError:
            pass

    def _read_body(self):
        if len(self._ahead) == 0:
            # The usual case: the engine sends a frame when it has got the answer to the last one, and in one piece.
            self._ahead = memoryview(self._receive(_READ_AHEAD))
        ahead = self._ahead
        if len(ahead) >= 4:
            end = 4 + _LENGTH.unpack_from(ahead)[0]
            if len(ahead) >= end:
                self._ahead = ahead[end:]
                return ahead[4:end]
        head = self._read(4)
        (length,) = _LENGTH.unpack(head)
        try:
            return self._read(length)
        except BaseException:
            self._put_back(head)
            raise

    def _receive(self, most):
        try:
            data = self._socket.recv(most)
        except OSError as error:
            raise EngineGone from error
        if len(data) == 0:
            raise EngineGone
        return data

    def _read(self, count):
        ahead = self._ahead
        if len(ahead) >= count:
            self._ahead = ahead[count:]
            return ahead[:count]
        data = memoryview(bytearray(count))
        filled = len(ahead)
        data[:filled] = ahead
        self._ahead = ahead[filled:]
        try:
            while filled < count:
                missing = count - filled
                if missing >= _READ_AHEAD:
                    got = self._socket.recv_into(data[filled:])
                else:
                    more = memoryview(self._receive(_READ_AHEAD))
                    got = min(len(more), missing)
                    data[filled : filled + got] = more[:got]
                    self._ahead = more[got:]
                if got == 0:
                    raise EngineGone
                filled += got
        except OSError as error:
            raise EngineGone from error
        except BaseException:
            # A signal handler of the model: the rest of the frame is still to come.
            self._put_back(data[:filled])
            raise
        return data

    def _put_back(self, data):
        self._ahead = memoryview(bytes(data) + bytes(self._ahead))
