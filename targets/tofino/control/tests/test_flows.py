"""Insertion, reuse, ageing, reminders, give-up (RP-SW-9)."""

import unittest
from unittest import mock

import redplane_switch.flows
from redplane_switch.errors import ControlError
from tests.chips import ExampleChip
from tests.fake_bfrt import BfruntimeRpcException

NOW = 0x1000_0000
FLOWS = [(0x11, 0x0A000000 + number) for number in range(8)]


class FlowsTest(unittest.TestCase):
    def setUp(self):
        self.chip = ExampleChip(self)
        self.flows = self.chip.flows

    def fill(self, now=NOW):
        for slot in range(4):
            self.assertEqual(self.flows.insert(FLOWS[slot], 3, now), (True, []))
            self.chip.hold(slot, now)


class InsertionTest(FlowsTest):
    def test_new_flow_gets_a_slot_whose_registers_let_its_grant_install(self):
        self.chip.set_cells(0, epoch=99, renounced=2, deadline=NOW + 5, seq=8, acked=7, asked=NOW, state_0=6)
        self.assertEqual(self.flows.insert(FLOWS[0], 3, NOW), (True, []))
        self.assertEqual(self.chip.entries(), {FLOWS[0]: 0})
        names = ("epoch", "renounced", "deadline", "seq", "acked", "asked", "state_0")
        period = self.chip.values["period"]
        self.assertEqual([self.chip.cell(name, 0) for name in names], [2, 0, NOW, 0, 0, NOW - period, 0])

    def test_registers_of_a_new_flow_wrap(self):
        self.flows.insert(FLOWS[0], 0, 5)
        self.assertEqual(self.chip.cell("epoch", 0), 0xFFFFFFFF)
        self.assertEqual(self.chip.cell("asked", 0), 5 - self.chip.values["period"] + (1 << 32))

    def test_registers_are_set_before_the_entry_is_there(self):
        seen = []
        self.chip.tables["pipe.Ingress.flows"].before = lambda call: seen.append(self.chip.cell("epoch", 0))
        self.flows.insert(FLOWS[0], 3, NOW)
        self.assertEqual(seen, [2])

    def test_second_grant_of_a_flow_changes_nothing(self):
        self.flows.insert(FLOWS[0], 3, NOW)
        self.chip.set_cells(0, epoch=3, seq=5, acked=5)
        self.assertEqual(self.flows.insert(FLOWS[0], 3, NOW), (True, []))
        self.assertEqual((self.chip.cell("epoch", 0), self.chip.cell("seq", 0)), (3, 5))
        self.assertEqual(self.chip.entries(), {FLOWS[0]: 0})

    def test_key_that_no_packet_of_the_program_has_gets_no_slot(self):
        self.chip.tables["pipe.Ingress.flows"].key_bytes = 2
        self.assertEqual(self.flows.insert((0x11, 0x10000), 3, NOW), (False, []))
        self.assertEqual(self.chip.entries(), {})

    def test_full_set_whose_leases_live_has_no_slot(self):
        self.fill()
        self.assertEqual(self.flows.insert(FLOWS[4], 3, NOW), (False, []))
        self.assertEqual(len(self.chip.entries()), 4)

    def test_lapsed_slot_changes_flows(self):
        self.fill()
        self.chip.lapse(2, NOW)
        self.assertEqual(self.flows.insert(FLOWS[4], 3, NOW), (True, []))
        self.assertEqual(self.chip.entries()[FLOWS[4]], 2)
        self.assertNotIn(FLOWS[2], self.chip.entries())
        self.assertEqual(len(self.flows), 4)

    def test_slot_with_anything_outstanding_stays(self):
        period = 1_953_125
        for cells in ({"deadline": NOW + 1}, {"seq": 10}, {"renounced": 1}, {"asked": NOW - period + 1}):
            with self.subTest(cells):
                self.setUp()
                self.fill()
                self.chip.lapse(2, NOW)
                self.chip.set_cells(2, **cells)
                self.assertFalse(self.flows.insert(FLOWS[4], 3, NOW)[0])
                self.assertEqual(self.chip.entries()[FLOWS[2]], 2)

    def test_confirmed_tombstone_may_go(self):
        self.fill()
        self.chip.lapse(2, NOW)
        self.chip.set_cells(2, renounced=2)
        self.assertTrue(self.flows.insert(FLOWS[4], 3, NOW)[0])

    def test_flow_that_wakes_up_while_its_entry_goes_gets_it_back(self):
        """Between the two readings of the registers a packet has asked for a lease: the rule's second answer is no."""
        self.fill()
        self.chip.lapse(2, NOW)

        def wakes(call):
            if call == "del":
                self.chip.set_cells(2, asked=NOW)

        self.chip.tables["pipe.Ingress.flows"].before = wakes
        self.assertEqual(self.flows.insert(FLOWS[4], 3, NOW), (False, []))
        self.assertEqual(self.chip.entries()[FLOWS[2]], 2)

    def test_write_begun_while_the_entry_goes_gets_a_copy(self):
        """Its own copy may have come around while there was no entry, and was forgotten."""
        self.fill()
        self.chip.lapse(2, NOW)

        def writes(call):
            if call == "del":
                self.chip.set_cells(2, epoch=5, seq=10, state_0=77, deadline=NOW + 9)

        self.chip.tables["pipe.Ingress.flows"].before = writes
        has_slot, frames = self.flows.insert(FLOWS[4], 3, NOW)
        self.assertFalse(has_slot)
        self.assertEqual(len(frames), 1)
        # Kind write; epoch; seq; key; state.
        copy = frames[0]
        self.assertEqual((copy[16], copy[24:28], copy[28:32]), (0x13, b"\0\0\0\5", b"\0\0\0\x0a"))
        self.assertEqual(copy[36:48].hex(), "000000110a0000020000004d")

    def test_registers_of_other_pipes_are_not_looked_at(self):
        self.fill()
        self.chip.lapse(2, NOW)
        self.chip.tables["pipe.Ingress.deadline"].cells[2][0] = NOW + 1000
        self.assertTrue(self.flows.insert(FLOWS[4], 3, NOW)[0])


class SeveralTablesTest(unittest.TestCase):
    """Two tables of two entries each are the flow table together."""

    def setUp(self):
        first = {"table": "pipe.Ingress.flows", "keys": ["key_0", "key_1"], "action": "Ingress.flow_hit", "slot": "slot", "entries": 2}
        second = dict(first, table="pipe.Ingress.more_flows", action="Ingress.more_flow_hit")
        self.chip = ExampleChip(self, {"flows": [first, second]})
        self.flows = self.chip.flows

    def insert(self, number):
        return self.flows.insert(FLOWS[number], 3, NOW)[0]

    def refuse(self, name):
        def before(call):
            if call == "add":
                raise BfruntimeRpcException("no space left")

        self.chip.tables["pipe.Ingress." + name].before = before

    def test_table_that_is_full_leaves_flows_to_the_next(self):
        self.assertTrue(all(self.insert(number) for number in range(4)))
        self.assertEqual(self.chip.entries(), {FLOWS[0]: 0, FLOWS[1]: 1})
        self.assertEqual(self.chip.entries("more_flows"), {FLOWS[2]: 2, FLOWS[3]: 3})

    def test_table_that_has_no_place_leaves_the_flow_to_the_next(self):
        self.refuse("flows")
        self.assertTrue(self.insert(0))
        self.assertEqual(self.chip.entries("more_flows"), {FLOWS[0]: 0})

    def test_flow_that_no_table_takes_has_no_slot_and_the_slot_is_free(self):
        self.refuse("flows")
        self.refuse("more_flows")
        self.assertFalse(self.insert(0))
        self.chip.tables["pipe.Ingress.flows"].before = lambda call: None
        self.assertTrue(self.insert(1))
        self.assertEqual(self.chip.entries(), {FLOWS[1]: 0})

    def test_flow_that_leaves_makes_room_in_its_table(self):
        for number in range(4):
            self.insert(number)
            self.chip.hold(number, NOW)
        self.chip.lapse(2, NOW)
        self.assertTrue(self.insert(4))
        self.assertEqual(self.chip.entries("more_flows"), {FLOWS[4]: 2, FLOWS[3]: 3})
        self.assertEqual(len(self.chip.entries()), 2)

    def test_flow_that_gets_its_entry_back_nowhere_ends_the_control_plane(self):
        for number in range(4):
            self.insert(number)
            self.chip.hold(number, NOW)
        self.chip.lapse(2, NOW)

        def wakes(call):
            if call == "del":
                self.chip.hold(2, NOW)
            if call == "add":
                raise BfruntimeRpcException("no space left")

        self.chip.tables["pipe.Ingress.more_flows"].before = wakes
        with self.assertRaisesRegex(ControlError, "would not take back the entry"):
            self.insert(4)


class AgeingTest(FlowsTest):
    """With four slots every step of the scan sees all of them. A sixteenth of four is none: here two slots are to be free."""

    def setUp(self):
        super().setUp()
        free_part = mock.patch.object(redplane_switch.flows, "FREE_PART", 2)
        free_part.start()
        self.addCleanup(free_part.stop)

    def test_ageing_makes_slots_free_while_few_are(self):
        self.fill()
        for slot in range(4):
            self.chip.lapse(slot, NOW)
        self.assertEqual(self.flows.age(NOW), [])
        self.assertEqual(len(self.flows), 2)
        self.assertEqual(len(self.chip.entries()), 2)

    def test_ageing_leaves_live_flows_alone(self):
        self.fill()
        self.assertEqual(self.flows.age(NOW), [])
        self.assertEqual(len(self.flows), 4)

    def test_write_found_unacked_twice_gets_a_copy_each_time_from_then_on(self):
        self.flows.insert(FLOWS[0], 3, NOW)
        self.chip.hold(0, NOW)
        self.chip.set_cells(0, epoch=3, seq=10)
        self.assertEqual(self.flows.age(NOW), [])
        self.assertEqual([copy[16] for copy in self.flows.age(NOW)], [0x13])
        self.assertEqual([copy[16] for copy in self.flows.age(NOW)], [0x13])

    def test_write_that_went_on_between_visits_gets_none(self):
        self.flows.insert(FLOWS[0], 3, NOW)
        self.chip.hold(0, NOW)
        for seq in range(10, 14):
            self.chip.set_cells(0, seq=seq)
            self.assertEqual(self.flows.age(NOW), [])

    def test_copy_is_not_made_of_two_writes(self):
        """Another write begins while the state is read: state and number would not belong together."""
        self.flows.insert(FLOWS[0], 3, NOW)
        self.chip.hold(0, NOW)
        self.chip.set_cells(0, seq=10)
        self.flows.age(NOW)
        self.chip.tables["pipe.Ingress.state_0"].before = lambda call: self.chip.set_cells(0, seq=11)
        self.assertEqual(self.flows.age(NOW), [])

    def test_give_up_found_unconfirmed_twice_gets_a_copy(self):
        self.flows.insert(FLOWS[0], 3, NOW)
        self.chip.lapse(0, NOW)
        self.chip.set_cells(0, renounced=1, asked=NOW)
        self.assertEqual(self.flows.age(NOW), [])
        self.assertEqual([copy[16] for copy in self.flows.age(NOW)], [0x19])


class EvacuationTest(unittest.TestCase):
    def setUp(self):
        self.chip = ExampleChip(self)
        self.flows = self.chip.flows
        for slot in range(3):
            self.flows.insert(FLOWS[slot], 3, NOW)
            self.chip.hold(slot, NOW)

    def steps(self):
        while True:
            frames, left = self.flows.evacuate(NOW)
            yield frames
            if not left:
                return

    def test_without_a_signal_nothing_is_given_up(self):
        self.assertEqual(self.flows.evacuate(NOW), ([], False))

    def test_every_live_flow_is_asked_until_it_has_been_given_up(self):
        self.chip.lapse(1, NOW)
        self.flows.begin_evacuation()
        asked = []
        for frames in self.steps():
            keys = [(int.from_bytes(frame[22:26], "big"), int.from_bytes(frame[26:30], "big")) for frame in frames]
            asked += keys
            # The first frame of each step is lost; the chip obeys the others.
            for key in keys[1:] or keys:
                self.chip.set_cells(self.chip.entries()[key], renounced=1)
        self.assertEqual(sorted(asked), [FLOWS[0], FLOWS[0], FLOWS[2]])

    def test_nothing_but_lapsed_flows_ends_at_once(self):
        for slot in range(3):
            self.chip.lapse(slot, NOW)
        self.flows.begin_evacuation()
        self.assertEqual([frame for frames in self.steps() for frame in frames], [])
