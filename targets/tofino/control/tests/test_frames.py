"""Frames between CPU and chip, byte by byte."""

import unittest

from redplane_switch.frames import Frames, NotForUs
from tests.chips import example_manifest

#: Ethernet; op insert, port 136, tick 0x00bc614e.
INSERT = bytes.fromhex("865250435055" "865250435055" "88b5" "04000088" "00bc614e")
#: A grant of epoch 3 for flow 00000011.0a000002, with a state and a packet cut short.
GRANT = bytes.fromhex("12070002000711010000000300000000" "00bc614e" "000000110a000002" "0000002a" "0200000000010200")


class FramesTest(unittest.TestCase):
    def setUp(self):
        self.frames = Frames(example_manifest(self))

    def test_insert_is_taken_apart(self):
        came = self.frames.parse(INSERT + GRANT)
        self.assertEqual((came.op, came.reason, came.port, came.now), (4, 0, 136, 0x00BC614E))
        self.assertEqual(came.body, GRANT)
        self.assertEqual(self.frames.grant(came.body), (3, (0x11, 0x0A000002)))

    def test_resume_is_the_same_grant_with_another_op(self):
        came = self.frames.parse(INSERT + GRANT)
        for full, op in ((False, "01"), (True, "02")):
            expected = bytes.fromhex("865250435055" "865250435055" "88b5" + op + "000088" "00bc614e") + GRANT
            self.assertEqual(self.frames.resume(came, full), expected)

    def test_give_up_is_the_key_padded_to_the_shortest_frame(self):
        expected = bytes.fromhex("865250435055" "865250435055" "88b5" "03000000" "00000000" "000000110a000002")
        self.assertEqual(self.frames.give_up((0x11, 0x0A000002)), expected + bytes(60 - len(expected)))

    def test_write_copy_is_what_comes_around_the_loop(self):
        expected = bytes.fromhex("82000000" "00000000" "00bc614e" "00000001"  # copy: due now, was sent before
                                 "1307000000000000" "00000003" "00000009" "00bc614e"  # write 9 of epoch 3
                                 "000000110a000002" "0000002a")
        self.assertEqual(self.frames.write_copy(0x00BC614E, 3, 9, (0x11, 0x0A000002), (0x2A,)), expected.ljust(60, b"\0"))

    def test_give_up_copy_has_no_state(self):
        copy = self.frames.give_up_copy(1, 3, 9, (0x11, 0x0A000002))
        self.assertEqual(copy[16], 0x19)
        self.assertEqual(copy[44:], bytes(60 - 44))

    def test_probe_is_a_copy_of_nothing(self):
        probe = self.frames.probe()
        self.assertEqual((probe[0], probe[16], len(probe)), (0x82, 0x10, 60))

    def test_frame_of_something_else_is_not_for_us(self):
        for frame in (b"", INSERT[:21], b"\0" * 60, INSERT[:12] + b"\x08\x00" + INSERT[14:] + GRANT):
            with self.assertRaises(NotForUs):
                self.frames.parse(frame)

    def test_message_of_something_else_is_not_for_us(self):
        for body in (GRANT[:27], b"\x14" + GRANT[1:], b"\x22" + GRANT[1:], GRANT[:1] + b"\x08" + GRANT[2:]):
            with self.assertRaises(NotForUs):
                self.frames.grant(body)
