"""The loop: frames from the chip are answered, and between them flows age, leases are given up, counters are printed.

One thread, so nothing of `flows` happens in between something else of it. Signals set flags that the loop looks at.
"""

import logging
import select
import signal
import socket
import struct
import time
from typing import Callable, Dict, List, Optional

from .chip import Chip
from .errors import ControlError
from .flows import FlowTable
from .frames import Frames, FromChip, NotForUs
from .manifest import Manifest

log = logging.getLogger("redplane")

#: Seconds between two steps of ageing and evacuation.
STEP = 0.1

#: Seconds between two probes of the loop's queue: without any copy to tell of it, its depth would be believed for ever.
PROBE = 1.0

#: Frames that are answered before the loop looks at anything else.
FRAMES_A_TURN = 256

_ETH_P_ALL = 3
_SOL_PACKET = 263
_PACKET_ADD_MEMBERSHIP = 1
_PACKET_MR_PROMISC = 1


class CpuPort:
    """The Linux interface that leads to the chip's CPU port; all frames, whomever they are addressed to."""

    def __init__(self, interface: str):
        try:
            index = socket.if_nametoindex(interface)
            self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETH_P_ALL))
            self._socket.bind((interface, 0))
            self._socket.setsockopt(_SOL_PACKET, _PACKET_ADD_MEMBERSHIP, struct.pack("iHH8s", index, _PACKET_MR_PROMISC, 0, b""))
        except PermissionError as error:
            raise ControlError("may not open interface %s: run as root, or with CAP_NET_RAW" % interface) from error
        except OSError as error:
            raise ControlError("cannot open interface %s: %s" % (interface, error.strerror)) from error
        self._socket.setblocking(False)

    def wait(self, seconds: float) -> None:
        """Until there is a frame, or so long."""
        select.select([self._socket], [], [], max(seconds, 0))

    def receive(self) -> Optional[bytes]:
        """The next frame that came from the chip, None if there is none."""
        while True:
            try:
                frame, (_, _, kind, _, _) = self._socket.recvfrom(0xFFFF)
            except BlockingIOError:
                return None
            except OSError as error:
                raise ControlError("the interface to the chip's CPU port is gone: %s" % error.strerror) from error
            if kind != socket.PACKET_OUTGOING:
                return frame

    def send(self, frame: bytes) -> None:
        """Sends a frame to the chip; one that finds no room is lost, as any frame may be."""
        try:
            self._socket.send(frame)
        except (BlockingIOError, OSError) as error:
            log.warning("a frame for the chip was lost: %s", error)


class TickClock:
    """The chip's clock as far as the CPU may rely on it: never ahead of it.

    It goes on from the last frame of the chip, a thousandth too slowly. Too small a tick makes a slot look in use for longer.
    """

    def __init__(self, tick_nanos: int, monotonic: Callable[[], float] = time.monotonic):
        self._tick_nanos = tick_nanos
        self._monotonic = monotonic
        self._seen: Optional[tuple] = None

    def saw(self, tick: int) -> None:
        """A frame of the chip has said this tick."""
        self._seen = (tick, self._monotonic())

    def now(self) -> Optional[int]:
        """A tick that has passed; None before the first frame, when there are no flows either."""
        if self._seen is None:
            return None
        tick, at = self._seen
        nanos = int((self._monotonic() - at) * 999_000_000)
        return (tick + nanos // self._tick_nanos) & 0xFFFFFFFF


class Control:
    """What is done with the chip once it has been brought up."""

    def __init__(self, chip: Chip, manifest: Manifest, flows: FlowTable, port: CpuPort, clock: TickClock):
        self._chip = chip
        self._manifest = manifest
        self._frames = Frames(manifest)
        self._flows = flows
        self._port = port
        self._clock = clock
        self._evacuating = False
        self.stop = False
        self.evacuate = False
        self.print_counters = False

    def run(self) -> None:
        """Until `stop` is set."""
        next_step = next_probe = time.monotonic()
        while not self.stop:
            self._port.wait(next_step - time.monotonic())
            self.answer()
            now = time.monotonic()
            if now >= next_step:
                next_step = now + STEP
                self.step()
            if now >= next_probe:
                next_probe = now + PROBE
                self._port.send(self._frames.probe())

    def answer(self) -> None:
        """Answers the frames that have come."""
        for _ in range(FRAMES_A_TURN):
            frame = self._port.receive()
            if frame is None:
                return
            try:
                came = self._frames.parse(frame)
                self._clock.saw(came.now)
                self._answer(came)
            except NotForUs:
                log.debug("a frame of %d bytes is none of the program's", len(frame))

    def step(self) -> None:
        """What is done a few times a second."""
        if self.print_counters:
            self.print_counters = False
            for line in counters(self._chip, self._manifest):
                print(line, flush=True)
        if self.evacuate:
            self.evacuate, self._evacuating = False, True
            log.info("hands %d flows back to the store", len(self._flows))
            self._flows.begin_evacuation()
        now = self._clock.now()
        if now is None:
            return
        self._send(self._flows.age(now))
        if self._evacuating:
            frames, self._evacuating = self._flows.evacuate(now)
            self._send(frames)
            if not self._evacuating:
                log.info("all flows have been handed back")

    def _answer(self, came: FromChip) -> None:
        ops = self._manifest.frames
        if came.op == ops["insert"]:
            grant = self._frames.grant(came.body)
            has_slot, frames = self._flows.insert(grant.key, grant.epoch, came.now)
            self._send(frames)
            self._port.send(self._frames.resume(came, not has_slot))
        elif came.op == ops["punt"]:
            # An ICMP error is the routing daemon's to make; the program has counted the packet.
            log.debug("port %d: a packet for the CPU, reason %d, %d bytes", came.port, came.reason, len(came.body))
        else:
            raise NotForUs

    def _send(self, frames: List[bytes]) -> None:
        for frame in frames:
            self._port.send(frame)


def counters(chip: Chip, manifest: Manifest) -> List[str]:
    """What the program has counted and is not zero, a line each."""
    sums: Dict[str, int] = {}
    # Actions that count the same in one bank are told each by itself.
    for name, table, index in dict.fromkeys((it["name"], it["table"], it["index"]) for it in manifest.counters):
        value = chip.get(table, [("$COUNTER_INDEX", index)])["$COUNTER_SPEC_PKTS"]
        sums[name] = sums.get(name, 0) + value
    return ["%-24s %d" % (name, value) for name, value in sums.items() if value]


def obey_signals(control: Control) -> None:
    """SIGUSR1 hands all flows back, SIGUSR2 prints the counters, SIGINT and SIGTERM end the loop."""
    signals = {signal.SIGUSR1: "evacuate", signal.SIGUSR2: "print_counters", signal.SIGINT: "stop", signal.SIGTERM: "stop"}
    for number, flag in signals.items():
        signal.signal(number, lambda _number, _frame, flag=flag: setattr(control, flag, True))
