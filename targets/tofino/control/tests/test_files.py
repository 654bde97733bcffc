"""Manifest, deployment, boot number, and the command: what is wrong is said in a sentence."""

import contextlib
import io
import json
import logging
import os
import unittest
from unittest import mock

import redplane_control
from redplane_switch import boot, chip, manifest, run
from redplane_switch.errors import ControlError
from tests import example, fake_bfrt
from tests.chips import deployment, folder


class ManifestTest(unittest.TestCase):
    def test_each_missing_member_is_named(self):
        for name in example.members():
            if name in ("ports", "message"):
                continue
            members = example.members()
            del members[name]
            with self.subTest(name), self.assertRaisesRegex(ControlError, name):
                where = folder(self)
                manifest.load(example.write(where, members)).reuse_rule()

    def test_other_format_is_refused(self):
        with self.assertRaisesRegex(ControlError, "format 2"):
            manifest.load(example.write(folder(self), dict(example.members(), format=2)))

    def test_number_of_words_must_fit(self):
        with self.assertRaisesRegex(ControlError, "contradicts itself"):
            manifest.load(example.write(folder(self), dict(example.members(), key_words=3)))

    def test_what_is_no_manifest_is_refused(self):
        path = os.path.join(folder(self), "manifest.json")
        for text in ("", "[]", "{"):
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            with self.assertRaises(ControlError):
                manifest.load(path)
        with self.assertRaisesRegex(ControlError, "cannot read"):
            manifest.load(path + ".gone")

    def test_rule_that_is_not_there_is_named(self):
        where = folder(self)
        os.remove(os.path.join(where, "reuse_rule.py"))
        with self.assertRaisesRegex(ControlError, "reuse_rule.py"):
            manifest.load(where).reuse_rule()


class GeneratedTest(unittest.TestCase):
    """The manifests that the generator makes."""

    def test_each_is_understood(self):
        for program in ("nat", "counter"):
            with self.subTest(program):
                members = manifest.load(os.path.join(example.GENERATED, program + ".manifest.json"))
                self.assertEqual(members.program, program)
                self.assertEqual(sum(table["entries"] for table in members.flow_tables), members.slots)
                self.assertTrue({"switch_id", "incarnation", "period", "resend_after"} <= set(members.params))

    def test_rule_is_cores(self):
        rule = manifest.load(os.path.join(example.GENERATED, "nat.manifest.json")).reuse_rule()
        # As `registers::is_reusable` is tested: given up and confirmed; acked; unacked; given up and not confirmed; still asked for.
        self.assertTrue(rule(2, 100, 5, 4, 100, 1000, 500))
        self.assertTrue(rule(0, 100, 5, 5, 100, 1000, 500))
        self.assertFalse(rule(0, 100, 5, 4, 100, 1000, 500))
        self.assertFalse(rule(1, 100, 5, 5, 100, 1000, 500))
        self.assertFalse(rule(2, 100, 5, 4, 600, 1000, 500))
        self.assertFalse(rule(0, 0x10, 5, 5, 0xFFFFFF00, 0xFFFFFFF0, 16), "live across the wrap")


class ConfigTest(unittest.TestCase):
    def refused(self, why, **changed):
        with self.subTest(why), self.assertRaisesRegex(ControlError, why):
            deployment(self, changed=changed)

    def test_what_is_wrong_is_named(self):
        store, switch = example.deployment()["store"], example.deployment()["switch"]
        self.refused("store.shards is a power of two", store=dict(store, shards=3))
        self.refused("store.shards is a number", store=dict(store, shards=512))
        self.refused("store.hosts has at least one", store=dict(store, hosts=[]))
        self.refused(r"store.hosts\[0\].mac", store=dict(store, hosts=[{"address": "10.0.0.1", "mac": "1:2:3", "port": 152}]))
        self.refused("store.base_port leaves room", store=dict(store, base_port=65534))
        self.refused("switch.id", switch=dict(switch, id=65536))
        self.refused("switch.address", switch=dict(switch, address="10.0.0"))
        self.refused(r"ports\[0\].port is a port of pipe 1", ports=[{"port": 8}])
        self.refused("wires.from is a port of pipe 1", wires=[{"from": 8, "to": 136}])
        self.refused(r"routes\[0\].prefix", routes=[{"prefix": "10.0.0.1/24", "port": 136, "mac": "02:00:00:00:00:01"}])
        self.refused("times_ms has no lease", times_ms={"lease": 1})
        self.refused("times_ms.guard", times_ms={"guard": "1"})
        self.refused("lease_period of less than 68 s", times_ms={"lease_period": 70000})
        self.refused("a guard that is shorter", times_ms={"lease_period": 5})
        self.refused("program has at most four", program=[1, 2, 3, 4, 5])
        self.refused("cpu is an object", cpu=None)

    def test_file_that_cannot_be_read_is_named(self):
        with self.assertRaisesRegex(ControlError, "the file is an object"):
            deployment(self, members=[])


class BootTest(unittest.TestCase):
    def setUp(self):
        self.path = os.path.join(folder(self), "boot")

    def write(self, text):
        with open(self.path, "w", encoding="ascii") as file:
            file.write(text)

    def test_number_grows_with_each_start_and_wraps(self):
        self.assertEqual([boot.next_incarnation(self.path) for _ in range(3)], [1, 2, 3])
        self.write("65535\n")
        self.assertEqual(boot.next_incarnation(self.path), 0)

    def test_file_that_holds_no_number_stops_the_start(self):
        for text in ("", "seven", "65536", "-1"):
            self.write(text)
            with self.assertRaises(ControlError):
                boot.next_incarnation(self.path)

    def test_number_that_cannot_be_kept_is_not_used(self):
        with self.assertRaisesRegex(ControlError, "cannot keep"):
            boot.next_incarnation(os.path.join(self.path, "in", "no", "folder"))


class CommandTest(unittest.TestCase):
    def setUp(self):
        self.where = folder(self)
        self.config = os.path.join(self.where, "config.json")
        members = example.deployment()
        members["switch"]["boot_file"] = os.path.join(self.where, "boot")
        with open(self.config, "w", encoding="utf-8") as file:
            json.dump(members, file)
        self.set_up_fakes()

    def set_up_fakes(self):
        """No SDE, no interface: what a developer's machine has."""
        logging.disable(logging.CRITICAL)
        self.addCleanup(logging.disable, logging.NOTSET)
        environment = mock.patch.dict(os.environ)
        environment.start()
        self.addCleanup(environment.stop)
        os.environ.pop("SDE_INSTALL", None)

    def command(self, *options):
        """Exit code, and what was said on stdout and stderr."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = redplane_control.main([self.where, self.config, *options])
        return code, out.getvalue(), err.getvalue()

    def replace(self, module, name, value):
        replaced = mock.patch.object(module, name, value)
        replaced.start()
        self.addCleanup(replaced.stop)

    def test_check_reads_the_files_and_touches_nothing(self):
        code, out, err = self.command("--check")
        self.assertEqual((code, err), (0, ""))
        self.assertIn("fit together", out)
        self.assertFalse(os.path.exists(os.path.join(self.where, "boot")))

    def test_missing_sde_is_one_sentence(self):
        code, _, err = self.command()
        self.assertEqual(code, 1)
        self.assertEqual(err.count("\n"), 1)
        self.assertIn("SDE_INSTALL", err)

    def test_refused_connection_is_one_sentence_and_uses_up_no_boot_number(self):
        self.replace(chip, "import_client", lambda sde: fake_bfrt)
        self.replace(run, "CpuPort", lambda interface: None)
        self.replace(fake_bfrt.ClientInterface, "refuses", True)
        code, _, err = self.command()
        self.assertEqual((code, err.count("\n")), (1, 1))
        self.assertIn("localhost:50052", err)
        self.assertFalse(os.path.exists(os.path.join(self.where, "boot")))

    def test_chip_that_runs_another_program_is_one_sentence(self):
        self.replace(chip, "import_client", lambda sde: fake_bfrt)
        self.replace(run, "CpuPort", lambda interface: None)
        example.write(self.where, dict(example.members(), p4_name="another"))
        code, _, err = self.command()
        self.assertEqual((code, err.count("\n")), (1, 1))
        self.assertIn("program another", err)

    def test_interface_that_is_not_there_is_one_sentence(self):
        self.replace(chip, "import_client", lambda sde: fake_bfrt)
        code, _, err = self.command()
        self.assertEqual((code, err.count("\n")), (1, 1))
        self.assertIn("cpu0", err)

    def test_start_brings_the_chip_up_and_ends_when_told(self):
        self.replace(chip, "import_client", lambda sde: fake_bfrt)
        self.replace(run, "CpuPort", lambda interface: None)
        self.replace(fake_bfrt.ClientInterface, "tables", fake_bfrt.example_tables(example.SLOTS))
        self.replace(run, "obey_signals", lambda control: setattr(control, "stop", True))
        self.assertEqual(self.command(), (0, "", ""))
        identity = fake_bfrt.ClientInterface.tables["pipe.Ingress.identity"].default.fields
        self.assertEqual(identity, {"switch_id": 2, "incarnation": 1})
