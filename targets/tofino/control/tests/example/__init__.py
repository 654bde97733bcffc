"""Makes the manifest of a small program for tests: four slots, keys of two words, states of one."""

import json
import os
import shutil

#: What the generator makes.
GENERATED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "golden")
SLOTS = 4


def register(name):
    return {"table": "pipe.Ingress." + name, "field": "Ingress.%s.f1" % name}


def members():
    """A fresh copy, which a test may spoil."""
    names = ("epoch", "renounced", "deadline", "seq", "acked", "asked", "silence", "mirror_depth")
    registers = {name: register(name) for name in names}
    registers["state"] = [register("state_0")]
    ways = {"table": "pipe.Ingress.routes", "keys": ["address"], "action": "Ingress.next_hop", "fields": ["port", "dst_mac", "src_mac"]}
    return {
        "format": 1,
        "program": "example", "p4_name": "redplane_example",
        "schema": 7, "key_words": 2, "state_words": 1, "slots": SLOTS, "tick_nanos": 256,
        "flows": {"table": "pipe.Ingress.flows", "keys": ["key_0", "key_1"], "action": "Ingress.flow_hit", "slot": "slot",
                  "entries": SLOTS},
        "registers": registers,
        "params": {
            "switch_id": [{"table": "pipe.Ingress.identity", "action": "Ingress.set_identity", "field": "switch_id"},
                          {"table": "pipe.Egress.sender", "action": "Egress.set_sender", "field": "switch_id"}],
            "incarnation": [{"table": "pipe.Ingress.identity", "action": "Ingress.set_identity", "field": "incarnation"},
                            {"table": "pipe.Egress.sender", "action": "Egress.set_sender", "field": "incarnation"}],
            "half_period": [{"table": "pipe.Ingress.half_ago", "action": "Ingress.set_half_ago", "field": "half_period", "minus": True}],
            "program_1": [{"table": "pipe.Ingress.mask", "action": "Ingress.set_mask", "field": "mask"}],
        },
        "defaults": {"lease_period": 3906250, "guard": 39062, "resend_after": 7812, "resend_max": 1000000, "silence": 11718750,
                     "open": 0},
        "sets": {name: "pipe.IngressParser." + name for name in (
            "cpu_ports", "inside_ports", "again_inside_ports", "switch_addresses", "store_addresses", "store_ports")},
        "cpu_port": {"table": "pipe.Ingress.cpu_port", "action": "Ingress.to_cpu", "field": "port"},
        "loop_port": {"table": "pipe.Ingress.loop_port", "action": "Ingress.to_loop", "field": "port"},
        "loop_local_port": 68,
        "shards": {"table": "pipe.Ingress.shards", "keys": ["hash"], "action": "Ingress.to_shard", "fields": ["shard", "port"]},
        "stores": {"table": "pipe.Egress.stores", "keys": ["shard"], "action": "Egress.address",
                   "fields": ["dst_mac", "src_mac", "src_addr", "dst_addr", "dst_port"]},
        "routes": ways,
        "wires": {"table": "pipe.Ingress.wires", "keys": ["port"], "action": "Ingress.to_port", "fields": ["port"]},
        "mirrors": [{"session": 1, "direction": "INGRESS", "bytes": 27}, {"session": 2, "direction": "EGRESS", "bytes": 90}],
        "loop_queue_cells": 8192,
        "sweep": {"app": 0, "packet_bytes": 64},
        "frames": {"ethertype": 0x88B5, "destination": "86:52:50:43:50:55", "copy_type": 0x82, "resume": 1, "resume_full": 2,
                   "give_up": 3, "insert": 4, "punt": 5},
        "message": {"version": 1, "grant": 2, "write": 3, "give_up": 9},
        "ports": {"switch": 4000, "store": 8000},
        "counters": [{"name": "ReadForwarded", "table": "pipe.Ingress.events", "index": 3},
                     {"name": "ReadForwarded", "table": "pipe.Ingress.events", "index": 4},
                     {"name": "ReadForwarded", "table": "pipe.Ingress.events", "index": 4},
                     {"name": "TableFull", "table": "pipe.Ingress.events", "index": 5}],
        "reuse_rule": "reuse_rule.py",
    }


def write(folder, changed=None):
    """Writes the manifest and the rule into a folder; gives the manifest's path."""
    path = os.path.join(folder, "manifest.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(changed or members(), file)
    shutil.copy(os.path.join(GENERATED, "reuse_rule.py"), folder)
    return path


def deployment():
    """A deployment of it; a fresh copy."""
    return {
        "device": {"address": "localhost:50052", "pipe": 1},
        "switch": {"id": 2, "address": "10.9.0.2", "mac": "02:00:00:00:09:02", "boot_file": "boot"},
        "cpu": {"port": 192, "interface": "cpu0"},
        "ports": [{"port": 136, "speed": "100G", "fec": "RS", "inside": True}, {"port": 144, "speed": "100G"}],
        "store": {"shards": 4, "hosts": [{"address": "10.9.0.10", "mac": "02:00:00:00:09:10", "port": 152},
                                         {"address": "10.9.0.11", "mac": "02:00:00:00:09:11", "port": 160}]},
        "routes": [{"prefix": "10.0.0.0/24", "port": 136, "mac": "02:00:00:00:00:01"}],
        "wires": [{"from": 136, "to": 144}],
        "program": ["203.0.113.0", "255.255.255.0"],
        "times_ms": {"lease_period": 500},
    }
