"""Fixtures: the example's manifest, a chip that runs it, a flow table over that."""

import json
import os
import tempfile

from redplane_switch import chip, config, flows, manifest
from tests import example, fake_bfrt

PIPE = 1


def folder(test):
    """A temporary folder with the example's manifest and rule; gone when the test is."""
    temporary = tempfile.TemporaryDirectory()
    test.addCleanup(temporary.cleanup)
    example.write(temporary.name)
    return temporary.name


def example_manifest(test, changed=None):
    """The example's manifest, perhaps with other members."""
    return manifest.load(example.write(folder(test), dict(example.members(), **(changed or {}))))


def deployment(test, members=None, changed=None):
    """The example's deployment, read from a file."""
    where = folder(test)
    path = os.path.join(where, "config.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(dict(example.deployment(), **(changed or {})) if members is None else members, file)
    return config.load(path, manifest.load(where))


class ExampleChip:
    """A fake chip that runs the example, the control plane's view of it, and short ways to its registers."""

    def __init__(self, test, changed=None):
        self.manifest = example_manifest(test, changed)
        self.tables = fake_bfrt.example_tables(self.manifest.slots)
        self.chip = chip.Chip(fake_bfrt, fake_bfrt.Info(self.tables), 0, PIPE)
        self.values = deployment(test).values(incarnation=7)
        self.flows = flows.FlowTable(self.chip, self.manifest, self.manifest.reuse_rule(), self.values)

    def cell(self, name, slot):
        return self.tables["pipe.Ingress." + name].cells[slot][PIPE]

    def set_cells(self, slot, **cells):
        """As the data plane would: in its own pipe only."""
        for name, value in cells.items():
            self.tables["pipe.Ingress." + name].cells[slot][PIPE] = value & 0xFFFFFFFF

    def lapse(self, slot, now):
        """The slot's lease is over and nothing of it is outstanding."""
        self.set_cells(slot, renounced=0, deadline=now - 1, seq=9, acked=9, asked=now - self.values["period"])

    def hold(self, slot, now):
        """The slot's lease is live."""
        self.set_cells(slot, renounced=0, deadline=now + 1000, seq=9, acked=9, asked=now)

    def entries(self, name="flows"):
        """A flow table of the chip: slot by key."""
        return {key: data["slot"] for key, data in
                ((tuple(value[0] for value in values), data) for values, data in self.tables["pipe.Ingress." + name].plain().items())}
