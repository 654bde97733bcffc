"""The loop: answers, steps, signals, the clock."""

import os
import signal
import unittest

from redplane_switch import run
from tests.chips import ExampleChip
from tests.test_frames import GRANT, INSERT

KEY = (0x11, 0x0A000002)
NOW = 0x00BC614E


class FakePort:
    """The CPU's interface: what comes from the chip, and what went to it."""

    def __init__(self, frames=()):
        self.coming, self.sent = list(frames), []

    def receive(self):
        return self.coming.pop(0) if self.coming else None

    def send(self, frame):
        self.sent.append(frame)


class ControlTest(unittest.TestCase):
    def setUp(self):
        self.example = ExampleChip(self)
        self.port = FakePort()
        self.time = 1000.0
        clock = run.TickClock(256, lambda: self.time)
        self.control = run.Control(self.example.chip, self.example.manifest, self.example.flows, self.port, clock)

    def test_grant_without_a_slot_goes_back_in_when_its_flow_has_one(self):
        self.port.coming = [INSERT + GRANT]
        self.control.answer()
        self.assertEqual(self.example.entries(), {KEY: 0})
        self.assertEqual(self.port.sent, [INSERT[:14] + b"\x01" + INSERT[15:] + GRANT])

    def test_grant_when_all_slots_are_held_goes_back_in_as_full(self):
        for number in range(4):
            self.example.flows.insert((1, number), 3, NOW)
            self.example.hold(number, NOW)
        self.port.coming = [INSERT + GRANT]
        self.control.answer()
        self.assertEqual([frame[14] for frame in self.port.sent], [2])

    def test_duplicate_grants_are_both_answered_and_inserted_once(self):
        self.port.coming = [INSERT + GRANT, INSERT + GRANT]
        self.control.answer()
        self.assertEqual([frame[14] for frame in self.port.sent], [1, 1])
        self.assertEqual(self.example.entries(), {KEY: 0})

    def test_rubbish_is_ignored(self):
        self.port.coming = [b"", b"\xff" * 100, INSERT, INSERT + GRANT[:20], INSERT[:14] + b"\x09" + INSERT[15:] + GRANT]
        self.control.answer()
        self.assertEqual((self.port.sent, self.port.coming), ([], []))

    def test_evacuation_gives_up_the_live_flow_once_it_is_asked_for(self):
        self.port.coming = [INSERT + GRANT]
        self.control.answer()
        self.example.hold(0, NOW)
        self.control.step()
        self.control.evacuate = True
        self.control.step()
        self.assertEqual(self.port.sent[1:], [self.control._frames.give_up(KEY)])
        self.example.set_cells(0, renounced=2)
        sent = len(self.port.sent)
        for _ in range(4):
            self.control.step()
        self.assertEqual(len(self.port.sent), sent)

    def test_counters_that_have_counted_are_told_each_name_once(self):
        self.assertEqual(run.counters(self.example.chip, self.example.manifest), ["ReadForwarded            34"])

    def test_signals_set_their_flags(self):
        numbers = (signal.SIGUSR1, signal.SIGUSR2, signal.SIGTERM, signal.SIGINT)
        for number in numbers:
            self.addCleanup(signal.signal, number, signal.getsignal(number))
        run.obey_signals(self.control)
        for number in numbers[:3]:
            os.kill(os.getpid(), number)
        self.assertTrue(self.control.evacuate and self.control.print_counters and self.control.stop)


class TickClockTest(unittest.TestCase):
    def test_clock_goes_on_from_the_last_frame_and_is_never_ahead(self):
        time = [5.0]
        clock = run.TickClock(256, lambda: time[0])
        self.assertIsNone(clock.now())
        clock.saw(0xFFFFFF00)
        self.assertEqual(clock.now(), 0xFFFFFF00)
        time[0] += 1.0
        ahead = (clock.now() - 0xFFFFFF00) & 0xFFFFFFFF
        self.assertTrue(0.998 < ahead * 256e-9 < 1.0, ahead)
