"""What `redplane gen p4` says of the program that it printed: `manifest.json`.

The file stands beside the P4 text. Everything that the control plane would otherwise have to know of one program or of one
version of the generator is in it, so that no name, number or length of the data plane is typed a second time here.

    {
      "format": 1,
      "program": "nat", "p4_name": "redplane_nat",
      "schema": 1, "key_words": 3, "state_words": 3, "slots": 65536, "tick_nanos": 256,
      "flows":     {"table": "pipe.Ingress.flows", "keys": ["key_0", "key_1", "key_2"],
                    "action": "Ingress.flow_hit", "slot": "slot", "entries": 65536},
      "registers": {"epoch": {"table": "pipe.Ingress.epoch", "field": "Ingress.epoch.f1"}, ...,
                    "state": [{"table": ..., "field": ...}, ...]},
      "params":    {"switch_id": [{"table": ..., "action": ..., "field": ..., "minus": false}], ...},
      "defaults":  {"lease_period": 3906250, "guard": 39062, ...},
      "sets":      {"cpu_ports": "pipe.IngressParser.cpu_ports", "inside_ports": ..., "again_inside_ports": ...,
                    "switch_addresses": ..., "store_addresses": ..., "store_ports": ...},
      "cpu_port":  {"table": ..., "action": ..., "field": "port"},
      "loop_port": {"table": ..., "action": ..., "field": "port"}, "loop_local_port": 68,
      "shards":    {"table": ..., "keys": ["hash"], "action": ..., "fields": ["shard", "port"]},
      "stores":    {"table": ..., "keys": ["shard"], "action": ...,
                    "fields": ["dst_mac", "src_mac", "src_addr", "dst_addr", "dst_port"]},
      "routes":    {"table": ..., "keys": ["address"], "action": ..., "fields": ["port", "dst_mac", "src_mac"]},
      "wires":     {"table": ..., "keys": ["port"], "action": ..., "fields": ["port"]},
      "mirrors":   [{"session": 1, "direction": "INGRESS", "bytes": 31}, ...], "loop_queue_cells": 8192,
      "sweep":     {"app": 0, "packet_bytes": 64},
      "frames":    {"ethertype": 35001, "destination": "86:52:50:43:50:55", "copy_type": 130,
                    "resume": 1, "resume_full": 2, "give_up": 3, "insert": 4, "punt": 5},
      "message":   {"version": 1, "grant": 2, "write": 3, "give_up": 9},
      "ports":     {"switch": 4000, "store": 8000},
      "counters":  [{"name": "ReadForwarded", "table": "pipe.Ingress.events", "index": 3}, ...],
      "reuse_rule": "reuse_rule.py"
    }

Times are in ticks. Names of tables, actions and fields are those of `bf-rt.json`. Of a table with keys, the `fields` are the
action's data in the order that this package gives them in. Where the flows do not fit one table, `flows` is a list of several, and
a flow has its entry in one of them. What has several `counters` has been counted so many times as they say together.
"""

import importlib.util
import json
import os
from typing import Any, Callable, Dict, List, NamedTuple, Sequence

from .errors import ControlError

FORMAT = 1

#: The registers of a slot that insertion, reuse and give-up look at; the names of core's `Array`, as P4 has them.
REGISTERS = ("epoch", "renounced", "deadline", "seq", "acked", "asked")

#: The settings that every program has; the names of core's `Param`, as P4 has them.
PARAMS = ("switch_id", "incarnation", "lease_span", "period", "half_period", "resend_after", "resend_max", "silence_span",
          "open_span", "program_0", "program_1", "program_2", "program_3")

ReuseRule = Callable[[int, int, int, int, int, int, int], bool]


class Manifest:
    """The program as its generator describes it; attributes are named as the file's members."""

    def __init__(self, members: Dict[str, Any], folder: str, where: str):
        self._members = members
        self._where = where
        self.folder = folder
        if self.get("format", int) != FORMAT:
            raise ControlError("%s is of format %s, this script knows format %d: generate the program anew"
                               % (where, members.get("format"), FORMAT))
        self.program = self.get("program", str)
        self.p4_name = self.get("p4_name", str)
        self.schema = self.get("schema", int)
        self.key_words = self.get("key_words", int)
        self.state_words = self.get("state_words", int)
        self.slots = self.get("slots", int)
        self.tick_nanos = self.get("tick_nanos", int)
        self.flow_tables = self._flow_tables()
        self.registers = self.part("registers", *REGISTERS, "state")
        self.params = self.get("params", dict)
        self.defaults = self.part("defaults", "lease_period", "guard", "resend_after", "resend_max", "silence", "open")
        self.sets = self.part("sets", "cpu_ports", "inside_ports", "again_inside_ports", "switch_addresses", "store_addresses",
                              "store_ports")
        self.cpu_port = self.part("cpu_port", "table", "action", "field")
        self.loop_port = self.part("loop_port", "table", "action", "field")
        self.loop_local_port = self.get("loop_local_port", int)
        for name in ("shards", "stores", "routes", "wires"):
            setattr(self, name, self.part(name, "table", "keys", "action", "fields"))
        self.mirrors = self.get("mirrors", list)
        self.loop_queue_cells = self.get("loop_queue_cells", int)
        self.sweep = self.part("sweep", "app", "packet_bytes")
        self.frames = self.part("frames", "ethertype", "destination", "copy_type", "resume", "resume_full", "give_up",
                                "insert", "punt")
        self.message = self.part("message", "version", "grant", "write", "give_up")
        self.ports = self.part("ports", "switch", "store")
        self.counters = self.get("counters", list)
        if any(len(table["keys"]) != self.key_words for table in self.flow_tables) \
                or len(self.registers["state"]) != self.state_words:
            raise ControlError("%s contradicts itself: key_words and state_words are not as many as flows.keys and "
                               "registers.state" % where)
        unknown = set(self.params) - set(PARAMS)
        if unknown:
            raise ControlError("%s has settings that this script does not know: %s" % (where, ", ".join(sorted(unknown))))

    def get(self, name: str, kind: type) -> Any:
        """A member of this type."""
        value = self._members.get(name)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise ControlError("%s has no %s (%s): it is not a manifest, or of another version" % (self._where, name, kind.__name__))
        return value

    def part(self, name: str, *members: str) -> Dict[str, Any]:
        """A member that is an object with at least these members."""
        return self._complete(name, self.get(name, dict), members)

    def _flow_tables(self) -> List[Dict[str, Any]]:
        flows = self._members.get("flows")
        tables = flows if isinstance(flows, list) else [self.get("flows", dict)]
        return [self._complete("flows", table, ("table", "keys", "action", "slot", "entries")) for table in tables]

    def _complete(self, name: str, part: Dict[str, Any], members: Sequence[str]) -> Dict[str, Any]:
        for member in members:
            if member not in part:
                raise ControlError("%s has no %s.%s: it is not a manifest, or of another version" % (self._where, name, member))
        return part

    def reuse_rule(self) -> ReuseRule:
        """`is_reusable` of the generated module: RP-SW-9, written once in core."""
        path = os.path.join(self.folder, self.get("reuse_rule", str))
        spec = importlib.util.spec_from_file_location("reuse_rule", path)
        try:
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            return module.is_reusable
        except (OSError, AttributeError, SyntaxError) as error:
            raise ControlError("%s is not the module that belongs to %s: %s" % (path, self._where, error)) from error


class Setting(NamedTuple):
    """One table's default action with all of its data."""

    table: str
    action: str
    fields: Dict[str, int]


def settings(manifest: Manifest, values: Dict[str, int]) -> List[Setting]:
    """The default actions that give the program these values: each action once, with all that it takes.

    A place marked `minus` takes the two's complement: the chip adds where the program subtracts.
    """
    actions: Dict[tuple, Dict[str, int]] = {}
    for name, places in manifest.params.items():
        for place in places:
            value = (-values[name] if place.get("minus") else values[name]) & 0xFFFFFFFF
            actions.setdefault((place["table"], place["action"]), {})[place["field"]] = value
    return [Setting(table, action, fields) for (table, action), fields in actions.items()]


def load(path: str) -> Manifest:
    """Reads the manifest at `path`, a file or the folder that has it."""
    if os.path.isdir(path):
        path = os.path.join(path, "manifest.json")
    try:
        with open(path, encoding="utf-8") as file:
            members = json.load(file)
    except OSError as error:
        raise ControlError("cannot read %s: %s" % (path, error.strerror)) from error
    except ValueError as error:
        raise ControlError("%s is not JSON: %s" % (path, error)) from error
    if not isinstance(members, dict):
        raise ControlError("%s is not a manifest" % path)
    return Manifest(members, os.path.dirname(os.path.abspath(path)), path)
