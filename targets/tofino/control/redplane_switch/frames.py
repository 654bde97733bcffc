"""What the CPU and the chip say to each other, byte by byte.

    0          14      22
    +----------+-------+----------------------------------------------------------+
    | Ethernet | cpu   | insert, resume: header 20, key 4k, state 4s, [the packet] |
    |          |       | punt: the packet                                          |
    |          |       | give-up: key 4k                                           |
    +----------+-------+----------------------------------------------------------+

    cpu:  op u8 | reason u8 | port u16 | now u32

The Ethernet header is there so that Linux leaves the rest alone: without it the bytes behind the first twelve would be taken for
an Ethernet type, and for a VLAN tag if they happen to look like one. Its first byte is what the chip's loop tells frames of the
CPU by.

A copy is not wrapped: it is what the chip's own copies look like when they come around (copy header 16, header 20,
key, state).

    copy: type u8 | 0 u24 | depth u32 | due u32 | wait u32
"""

import struct
from typing import NamedTuple, Sequence, Tuple

from .errors import ControlError
from .manifest import Manifest

_ETHERNET = struct.Struct("!6s6sH")
_CPU = struct.Struct("!BBHI")
_HEADER = struct.Struct("!BBHHHIII")
_COPY = struct.Struct("!B3xIII")

#: Shorter frames are filled up with zeros by some device or other; better by us, so that their length is known.
FRAME_MIN = 60


class NotForUs(Exception):
    """A frame on the CPU's interface that the chip's program did not make."""


class FromChip(NamedTuple):
    """A frame that the chip has sent to the CPU."""

    op: int
    reason: int
    #: The port that the packet came in by.
    port: int
    #: The chip's tick when it sent the frame.
    now: int
    #: What stands behind the two headers.
    body: bytes


class Grant(NamedTuple):
    """The message in an `insert`, as far as the control plane looks at it."""

    epoch: int
    key: Tuple[int, ...]


class Frames:
    """Encodes and decodes, for one program."""

    def __init__(self, manifest: Manifest):
        frames = manifest.frames
        self._manifest = manifest
        self._ethertype = frames["ethertype"]
        try:
            self._destination = bytes.fromhex(frames["destination"].replace(":", ""))
        except ValueError as error:
            raise ControlError("frames.destination of the manifest is no MAC address") from error
        self._key = struct.Struct("!%dI" % manifest.key_words)
        self._state = struct.Struct("!%dI" % manifest.state_words)

    def parse(self, frame: bytes) -> FromChip:
        """Takes a frame apart."""
        if len(frame) < _ETHERNET.size + _CPU.size or _ETHERNET.unpack_from(frame)[2] != self._ethertype:
            raise NotForUs
        op, reason, port, now = _CPU.unpack_from(frame, _ETHERNET.size)
        return FromChip(op, reason, port, now, bytes(frame[_ETHERNET.size + _CPU.size:]))

    def grant(self, body: bytes) -> Grant:
        """What an `insert` is about."""
        if len(body) < _HEADER.size + self._key.size:
            raise NotForUs
        version_kind, schema, _, _, _, epoch, _, _ = _HEADER.unpack_from(body)
        message = self._manifest.message
        if version_kind != message["version"] << 4 | message["grant"] or schema != self._manifest.schema:
            raise NotForUs
        return Grant(epoch, self._key.unpack_from(body, _HEADER.size))

    def resume(self, came: FromChip, full: bool) -> bytes:
        """The same grant again: its flow has a slot now, or cannot have one."""
        frames = self._manifest.frames
        op = frames["resume_full"] if full else frames["resume"]
        return self._wrap(op, came.port, came.now, came.body)

    def give_up(self, key: Sequence[int]) -> bytes:
        """The flow is to be handed back to the store."""
        return self._wrap(self._manifest.frames["give_up"], 0, 0, self._key.pack(*key))

    def write_copy(self, now: int, epoch: int, seq: int, key: Sequence[int], state: Sequence[int]) -> bytes:
        """A copy of a write, due at once, as one that was sent before."""
        return self._copy(self._manifest.message["write"], now, epoch, seq, key, self._state.pack(*state))

    def give_up_copy(self, now: int, epoch: int, seq: int, key: Sequence[int]) -> bytes:
        """A copy of a give-up, due at once, as one that was sent before."""
        return self._copy(self._manifest.message["give_up"], now, epoch, seq, key, b"")

    def probe(self) -> bytes:
        """An empty copy: it is forgotten when it comes around, but tells how long the queue is that it has been through."""
        return self._copy(0, 0, 0, 0, (0,) * self._manifest.key_words, b"")

    def _copy(self, kind: int, now: int, epoch: int, seq: int, key: Sequence[int], state: bytes) -> bytes:
        copy = _COPY.pack(self._manifest.frames["copy_type"], 0, now, 1)
        header = _HEADER.pack(self._manifest.message["version"] << 4 | kind, self._manifest.schema, 0, 0, 0, epoch, seq, now)
        return (copy + header + self._key.pack(*key) + state).ljust(FRAME_MIN, b"\0")

    def _wrap(self, op: int, port: int, now: int, body: bytes) -> bytes:
        ethernet = _ETHERNET.pack(self._destination, self._destination, self._ethertype)
        return (ethernet + _CPU.pack(op, 0, port, now) + body).ljust(FRAME_MIN, b"\0")
