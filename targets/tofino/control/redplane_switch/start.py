"""What is written into the chip before packets flow. Each start of the control plane is a new life of the switch.

Order is meaning:

1. The sweep stops and the flow table is emptied: no lease of the former life can act any more, its copies find no flow and end.
2. The settings of this life, its boot number among them.
3. Where frames come from and go to: ports, value sets, routes, wires, the loop.
4. The loop's queue and the mirror sessions.
5. The store: whose messages are believed, where each shard is. From here on the switch may hold leases.
6. The sweep.
"""

import logging
from typing import List

from .chip import Chip, Masked, Prefix
from .config import Config, PORTS_OF_PIPE
from .errors import ControlError
from .manifest import Manifest, settings

log = logging.getLogger("redplane")

#: The sweep comes around in this time; it has 2^28 ticks (69 s) at most (RP-SW-12).
SWEEP_NANOS = 4_000_000_000

#: Packets that the packet generator numbers within a batch.
BATCH_MAX = 1 << 16

#: Bits of a hash that choose the shard.
SHARD_BITS = 8

_PORT = 0x1FF
_ADDRESS = 0xFFFFFFFF


def bring_up(chip: Chip, manifest: Manifest, config: Config, incarnation: int) -> None:
    """Does all of it."""
    stop_sweep(chip, manifest)
    for flows in manifest.flow_tables:
        chip.clear(flows["table"])
    set_up_settings(chip, manifest, config, incarnation)
    cpu_port = set_up_ports(chip, manifest, config)
    set_up_ways(chip, manifest, config)
    set_up_loop(chip, manifest, config)
    set_up_store(chip, manifest, config)
    start_sweep(chip, manifest, config)
    log.info("switch %d.%d runs %s: %d slots, %d shards, CPU port %d", config.switch_id, incarnation, manifest.program,
             manifest.slots, config.shards, cpu_port)


def set_up_settings(chip: Chip, manifest: Manifest, config: Config, incarnation: int) -> None:
    """Sets the program's settings, and empties the registers that are not a slot's."""
    for setting in settings(manifest, config.values(incarnation)):
        chip.set_default(setting.table, setting.action, setting.fields)
    for name in ("silence", "mirror_depth"):
        if name in manifest.registers:
            chip.write_cell(manifest.registers[name], 0, 0)


def set_up_ports(chip: Chip, manifest: Manifest, config: Config) -> int:
    """Adds front ports, says which are inside, and where the CPU is. Gives the CPU's port."""
    for port in config.ports:
        # A port that is there is left alone: adding it again would take its link down.
        if port.speed is not None and not chip.holds("$PORT", [("$DEV_PORT", port.port)]):
            chip.add("$PORT", [("$DEV_PORT", port.port)], None,
                     {"$SPEED": "BF_SPEED_" + port.speed, "$FEC": _fec(port.fec), "$PORT_ENABLE": True})
    cpu_port = config.cpu_port
    if cpu_port is None:
        cpu_port = chip.get_default("device_configuration").get("pcie_cpu_port")
        if not isinstance(cpu_port, int):
            raise ControlError("the chip does not say which port leads to its CPU: give cpu.port")
    inside = [Masked(port.port, _PORT) for port in config.ports if port.inside]
    _fill(chip, manifest.sets["cpu_ports"], [Masked(cpu_port, _PORT)])
    _fill(chip, manifest.sets["inside_ports"], inside)
    _fill(chip, manifest.sets["again_inside_ports"], inside)
    chip.set_default(manifest.cpu_port["table"], manifest.cpu_port["action"], {manifest.cpu_port["field"]: cpu_port})
    return cpu_port


def set_up_ways(chip: Chip, manifest: Manifest, config: Config) -> None:
    """Sets the ways out of the switch."""
    routes, wires = manifest.routes, manifest.wires
    chip.clear(routes["table"])
    for route in config.routes:
        chip.add(routes["table"], [(routes["keys"][0], Prefix(route.network, route.length))], routes["action"],
                 _data(routes["fields"], route.port, route.mac, config.mac))
    chip.clear(wires["table"])
    for came_in, goes_out in config.wires.items():
        chip.add(wires["table"], [(wires["keys"][0], came_in)], wires["action"], _data(wires["fields"], goes_out))


def set_up_loop(chip: Chip, manifest: Manifest, config: Config) -> None:
    """Sets the port that leads back in, the room that its queue has, and the mirror sessions that end there."""
    port = loop_port(manifest, config)
    chip.set_default(manifest.loop_port["table"], manifest.loop_port["action"], {manifest.loop_port["field"]: port})
    group = chip.get("tf1.tm.port.cfg", [("dev_port", port)], from_hw=False, one_pipe=True)
    queue = [("pg_id", group["pg_id"]), ("pg_queue", group["pg_port_nr"] * group["port_queues_count"])]
    mapped = chip.get("tf1.tm.queue.map", queue, from_hw=False, one_pipe=True)
    if mapped["dev_port"] != port:
        raise ControlError("queue %s of the chip belongs to port %s, not to the loop's %d" % (dict(queue), mapped["dev_port"], port))
    # The copies wait in this queue. A copy that it drops is a write that is not sent again.
    chip.modify("tf1.tm.queue.buffer", queue, {"guaranteed_cells": manifest.loop_queue_cells}, "shared_pool", one_pipe=True)
    for mirror in manifest.mirrors:
        chip.put("$mirror.cfg", [("$sid", mirror["session"])], "$normal", {
            "$direction": mirror["direction"],
            "$ucast_egress_port": port,
            "$ucast_egress_port_valid": True,
            "$max_pkt_len": mirror["bytes"],
            "$session_enable": True,
        })


def set_up_store(chip: Chip, manifest: Manifest, config: Config) -> None:
    """Says what a message is, which shard serves which part of the hash, and how a message for a shard is addressed."""
    _fill(chip, manifest.sets["switch_addresses"], [Masked(config.switch_address, _ADDRESS)])
    _fill(chip, manifest.sets["store_addresses"], [Masked(host.address, _ADDRESS) for host in config.hosts])
    _fill(chip, manifest.sets["store_ports"], numbers(config.base_port, config.shards))
    shards, stores = manifest.shards, manifest.stores
    for table in (shards, stores):
        chip.clear(table["table"])
    for shard in range(config.shards):
        host, udp_port = config.hosts[shard % len(config.hosts)], config.base_port + shard
        chip.add(stores["table"], [(stores["keys"][0], shard)], stores["action"],
                 _data(stores["fields"], host.mac, config.mac, config.switch_address, host.address, udp_port))
    for upper_bits in range(1 << SHARD_BITS):
        shard = upper_bits * config.shards >> SHARD_BITS
        chip.add(shards["table"], [(shards["keys"][0], upper_bits)], shards["action"],
                 _data(shards["fields"], shard, config.hosts[shard % len(config.hosts)].port))


def start_sweep(chip: Chip, manifest: Manifest, config: Config) -> None:
    """Has the packet generator make one packet a slot, again and again."""
    length = manifest.sweep["packet_bytes"]
    batch = min(manifest.slots, BATCH_MAX)
    chip.modify("tf1.pktgen.port_cfg", [("dev_port", loop_port(manifest, config))], {"pktgen_enable": True})
    chip.modify("tf1.pktgen.pkt_buffer", [("pkt_buffer_offset", 0), ("pkt_buffer_size", length)], {"buffer": bytearray(length)})
    chip.modify("tf1.pktgen.app_cfg", [("app_id", manifest.sweep["app"])], {
        "timer_nanosec": SWEEP_NANOS,
        "pkt_len": length,
        "pkt_buffer_offset": 0,
        "pipe_local_source_port": manifest.loop_local_port,
        "increment_source_port": False,
        # Both count from zero.
        "batch_count_cfg": manifest.slots // batch - 1,
        "packets_per_batch_cfg": batch - 1,
        "ibg": SWEEP_NANOS // 2 // (manifest.slots // batch),
        # Spread over half of the time, so that a round is over before the next one begins.
        "ipg": SWEEP_NANOS // 2 // manifest.slots,
        "app_enable": True,
    }, "trigger_timer_periodic", one_pipe=True)


def stop_sweep(chip: Chip, manifest: Manifest) -> None:
    """Stops the packet generator's application, if it runs."""
    chip.modify("tf1.pktgen.app_cfg", [("app_id", manifest.sweep["app"])], {"app_enable": False}, "trigger_timer_periodic",
                one_pipe=True)


def numbers(first: int, count: int) -> List[Masked]:
    """The 16-bit numbers from `first` on, in as few values with masks as it takes."""
    pieces = []
    end = first + count
    while first < end:
        size = (first & -first) or 1 << 16
        while first + size > end:
            size //= 2
        pieces.append(Masked(first, 0xFFFF & ~(size - 1)))
        first += size
    return pieces


def _fill(chip: Chip, value_set: str, values: List[Masked]) -> None:
    """Gives a value set of the parser these values and no others."""
    chip.clear(value_set)
    for value in values:
        chip.add(value_set, [("f1", value)])


def loop_port(manifest: Manifest, config: Config) -> int:
    """The recirculation port of the pipe that serves."""
    return config.pipe * PORTS_OF_PIPE + manifest.loop_local_port


def _fec(name: str) -> str:
    return "BF_FEC_TYP_" + {"RS": "REED_SOLOMON", "FC": "FIRECODE"}.get(name, name)


def _data(fields: List[str], *values: int) -> dict:
    if len(fields) != len(values):
        raise ControlError("the manifest has %d fields, %s, where this script has %d values: generate the program anew"
                           % (len(fields), ", ".join(fields), len(values)))
    return dict(zip(fields, values))
