"""Frames to and from the engine: a length, a JSON header, blobs."""

import json
import os
import socket
import struct
import threading

_HEAD = struct.Struct('<II')
_LENGTH = struct.Struct('<I')
_MOST_BYTES = 1 << 30


class EngineGone(Exception):
    """The channel has ended, so there is nobody to work for."""


class Channel:
    """One duplex socket. ``send`` may be called by any thread, ``receive`` by one at a time."""

    def __init__(self, descriptor):
        os.set_inheritable(descriptor, False)
        self._socket = socket.socket(fileno=descriptor)
        self._socket.setblocking(True)
        self._input = self._socket.makefile('rb', buffering=1 << 16)
        self._lock = threading.Lock()
        # A fork of the model shares the socket, and would mix its frames with ours.
        os.register_at_fork(after_in_child=self._forbid)

    def send(self, header, blobs=()):
        """:raises OverflowError: when the frame would be over 1 GiB"""
        if blobs:
            header['blobs'] = [len(blob) for blob in blobs]
        text = json.dumps(header).encode()
        length = 4 + len(text) + sum(map(len, blobs))
        if length > _MOST_BYTES:
            raise OverflowError(f'a frame of {length} bytes is over the limit of 1 GiB')
        with self._lock:
            try:
                self._socket.sendall(b''.join((_HEAD.pack(length, len(text)), text, *blobs)))
            except OSError as error:
                raise EngineGone from error

    def receive(self):
        """The next frame as (header, blobs)."""
        try:
            (length,) = _LENGTH.unpack(self._read(4))
            body = memoryview(self._read(length))
        except OSError as error:
            raise EngineGone from error
        (size,) = _LENGTH.unpack_from(body)
        at = 4 + size
        header = json.loads(bytes(body[4:at]))
        blobs = []
        for length in header.get('blobs', ()):
            blobs.append(body[at : at + length])
            at += length
        return header, blobs

    def _read(self, count):
        data = self._input.read(count)
        if len(data) < count:
            raise EngineGone
        return data

    def _forbid(self):
        def refuse(*_):
            raise RuntimeError('cells and pools can be used only in the process that the engine started, not in a fork of it')

        self.send = self.receive = refuse
