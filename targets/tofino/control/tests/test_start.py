"""What is written into the chip before packets flow, and in which order."""

import unittest

from redplane_switch import start
from redplane_switch.errors import ControlError
from tests import fake_bfrt
from tests.chips import ExampleChip, deployment


class StartTest(unittest.TestCase):
    def setUp(self):
        self.example = ExampleChip(self)
        self.tables = self.example.tables

    def bring_up(self, incarnation=7, **changed):
        start.bring_up(self.example.chip, self.example.manifest, deployment(self, changed=changed), incarnation)

    def default(self, name):
        return self.tables[name].default.action, self.tables[name].default.fields

    def entries(self, name):
        """Without masks and prefixes."""
        return {tuple(part[0] for part in key): data for key, data in self.tables[name].plain().items()}

    def test_settings_reach_every_place_and_those_of_an_action_go_together(self):
        self.bring_up()
        both = {"switch_id": 2, "incarnation": 7}
        self.assertEqual(self.default("pipe.Ingress.identity"), ("Ingress.set_identity", both))
        self.assertEqual(self.default("pipe.Egress.sender"), ("Egress.set_sender", both))
        self.assertEqual(self.default("pipe.Ingress.mask"), ("Ingress.set_mask", {"mask": 0xFFFFFF00}))

    def test_setting_that_is_subtracted_is_given_as_its_complement(self):
        self.bring_up()
        half_period = 500_000_000 // 256 // 2
        self.assertEqual(self.default("pipe.Ingress.half_ago")[1], {"half_period": (1 << 32) - half_period})

    def test_times_left_out_are_the_data_planes_own(self):
        config = deployment(self)
        values = config.values(1)
        self.assertEqual((values["period"], values["lease_span"]), (1_953_125, 1_953_125 - 39_062))
        self.assertEqual((values["resend_after"], values["silence_span"]), (7_812, 11_718_750))

    def test_flows_of_an_earlier_life_are_gone(self):
        self.example.flows.insert((1, 2), 3, 4)
        self.bring_up()
        self.assertEqual(self.example.entries(), {})

    def test_second_start_finds_what_the_first_has_left(self):
        self.bring_up()
        self.bring_up(incarnation=8)
        self.assertEqual(self.default("pipe.Ingress.identity")[1]["incarnation"], 8)
        self.assertEqual(len(self.entries("$mirror.cfg")), 2)
        self.assertEqual(len(self.entries("$PORT")), 2)

    def test_ports_and_addresses_are_in_their_sets(self):
        self.bring_up()
        self.assertEqual(self.tables["pipe.IngressParser.cpu_ports"].plain(), {((192, 0x1FF, None),): {}})
        for name in ("inside_ports", "again_inside_ports"):
            self.assertEqual(self.tables["pipe.IngressParser." + name].plain(), {((136, 0x1FF, None),): {}})
        self.assertEqual(self.tables["pipe.IngressParser.switch_addresses"].plain(), {((0x0A090002, 0xFFFFFFFF, None),): {}})
        self.assertEqual(self.entries("$PORT")[(136,)], {
            "$SPEED": "BF_SPEED_100G", "$FEC": "BF_FEC_TYP_REED_SOLOMON", "$PORT_ENABLE": True})

    def test_cpu_port_left_out_is_the_chips_pcie_port(self):
        self.bring_up(cpu={"interface": "cpu0"})
        self.assertEqual(self.default("pipe.Ingress.cpu_port")[1], {"port": 320})

    def test_loop_is_the_recirculation_port_of_the_pipe(self):
        self.bring_up()
        self.assertEqual(self.default("pipe.Ingress.loop_port")[1], {"port": 196})
        sessions = self.entries("$mirror.cfg")
        self.assertEqual({data["$ucast_egress_port"] for data in sessions.values()}, {196})
        self.assertEqual({key[0]: (data["$direction"], data["$max_pkt_len"]) for key, data in sessions.items()},
                         {1: ("INGRESS", 27), 2: ("EGRESS", 90)})
        self.assertEqual(self.entries("tf1.tm.queue.buffer"), {(17, 0): {"guaranteed_cells": 8192}})

    def test_queue_of_another_port_is_not_given_the_loops_room(self):
        self.tables["tf1.tm.queue.map"].entries[(("pg_id", (17, None, None)), ("pg_queue", (0, None, None)))].fields["dev_port"] = 8
        with self.assertRaisesRegex(ControlError, "belongs to port 8"):
            self.bring_up()

    def test_each_shard_has_its_port_and_its_part_of_the_hash(self):
        self.bring_up()
        stores = self.entries("pipe.Egress.stores")
        self.assertEqual({shard[0]: (data["dst_port"], data["dst_addr"]) for shard, data in stores.items()}, {
            0: (8000, 0x0A09000A), 1: (8001, 0x0A09000B), 2: (8002, 0x0A09000A), 3: (8003, 0x0A09000B)})
        shards = self.entries("pipe.Ingress.shards")
        self.assertEqual(len(shards), 256)
        for upper_bits, data in shards.items():
            # As core's `shard_of` has it, of the upper half of the hash.
            shard = (upper_bits[0] << 8) * 4 >> 16
            self.assertEqual(data, {"shard": shard, "port": 152 if shard % 2 == 0 else 160})

    def test_only_the_store_is_believed(self):
        self.bring_up()
        self.assertEqual(set(self.entries("pipe.IngressParser.store_addresses")), {(0x0A09000A,), (0x0A09000B,)})
        self.assertEqual(self.tables["pipe.IngressParser.store_ports"].plain(), {((8000, 0xFFFC, None),): {}})

    def test_numbers_are_covered_each_once_and_no_others(self):
        for first, count in ((8000, 4), (8001, 1), (7999, 7), (0, 3), (65535, 1), (0, 1 << 16), (1, 255)):
            pieces = start.numbers(first, count)
            covered = [number for number in range(1 << 16) for value, mask in pieces if number & mask == value]
            self.assertEqual(covered, list(range(first, first + count)))
            self.assertLessEqual(len(pieces), 16)

    def test_ways_out_are_set(self):
        self.bring_up()
        self.assertEqual(self.tables["pipe.Ingress.routes"].plain(), {
            ((0x0A000000, None, 24),): {"port": 136, "dst_mac": 0x020000000001, "src_mac": 0x020000000902}})
        self.assertEqual(self.entries("pipe.Ingress.wires"), {(136,): {"port": 144}})

    def test_sweep_makes_a_packet_for_each_slot(self):
        self.bring_up()
        app = self.entries("tf1.pktgen.app_cfg")[(0,)]
        self.assertTrue(app["app_enable"])
        packets = (app["packets_per_batch_cfg"] + 1) * (app["batch_count_cfg"] + 1)
        self.assertEqual(packets, 4)
        self.assertLess(packets * app["ipg"], start.SWEEP_NANOS)
        self.assertLess(start.SWEEP_NANOS, 2 ** 32)

    def test_sweep_stops_before_the_table_is_emptied_and_starts_last(self):
        calls = []
        for name in ("tf1.pktgen.app_cfg", "pipe.Ingress.flows", "pipe.Egress.stores"):
            self.tables[name].before = lambda call, name=name: calls.append((name.rsplit(".", 1)[1], call))
        self.bring_up()
        self.assertEqual(calls[:2], [("app_cfg", "mod"), ("flows", "del")])
        self.assertEqual(calls[-1], ("app_cfg", "mod"))

    def test_table_that_the_chips_program_lacks_is_named(self):
        del self.tables["pipe.Egress.stores"]
        with self.assertRaisesRegex(ControlError, "no table pipe.Egress.stores: it is not the one of the manifest"):
            self.bring_up()

    def test_refusal_of_the_chip_is_told(self):
        def refuse(call):
            raise fake_bfrt.BfruntimeRpcException("no space left")

        self.tables["pipe.Ingress.wires"].before = refuse
        with self.assertRaisesRegex(ControlError, "would not clear table pipe.Ingress.wires: no space left"):
            self.bring_up()
