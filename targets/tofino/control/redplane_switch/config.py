"""What the operator says of the deployment: a JSON file, or TOML where Python has `tomllib` (3.11).

    {
      "device": {"address": "localhost:50052", "client": 0, "device": 0, "pipe": 0},
      "switch": {"id": 2, "address": "10.9.0.2", "mac": "02:00:00:00:09:02", "boot_file": "/var/lib/redplane/boot"},
      "cpu":    {"port": 192, "interface": "enp4s0f0"},
      "ports":  [{"port": 8, "speed": "100G", "fec": "RS", "inside": true}, {"port": 16, "speed": "100G"}],
      "store":  {"shards": 4, "hosts": [{"address": "10.9.0.10", "mac": "02:00:00:00:09:10", "port": 24}]},
      "routes": [{"prefix": "10.0.0.0/24", "port": 8, "mac": "02:00:00:00:00:01"}],
      "wires":  [{"from": 8, "to": 16}],
      "program": ["203.0.113.0", "255.255.255.0"],
      "times_ms": {"lease_period": 1000, "guard": 10, "resend_after": 2, "resend_max": 256, "silence": 3000, "open": 0}
    }

- `device.pipe` is the pipe whose registers hold the flows. All ports that the program serves are ports of that pipe.
- `cpu.port` may be left out: the chip's PCIe port then. `cpu.interface` is the Linux interface at its other end.
- `ports` may be left out if something else configures them; `inside` is needed all the same for programs that tell sides apart.
- Shard `n` of the store is at host `n` modulo their number, at the base port (`store.base_port`, 8000) plus `n`. The number of
  shards is a power of two up to 256, because the chip takes the shard from the upper bits of a hash.
- `routes`: where packets leave whose destination has this prefix, and to which neighbour. `wires`: where frames leave that the
  program passes on and that are not IPv4.
- `program`: the program's own values, as numbers or addresses; for the NAT the outside prefix and its mask.
- `times_ms`: what is left out is as the data plane's own defaults have it.
"""

import ipaddress
import json
from typing import Any, Dict, List, NamedTuple, Optional

from .errors import ControlError
from .manifest import Manifest

SHARDS_MAX = 256
PORTS_OF_PIPE = 128
TIMES = ("lease_period", "guard", "resend_after", "resend_max", "silence", "open")


class Port(NamedTuple):
    """A front port."""

    port: int
    speed: Optional[str]
    fec: str
    inside: bool


class Host(NamedTuple):
    """A store, and the way to it."""

    address: int
    mac: int
    port: int


class Route(NamedTuple):
    """A prefix, and the way to it."""

    network: int
    length: int
    port: int
    mac: int


class Config(NamedTuple):
    """The deployment. Times are in ticks."""

    address: str
    client: int
    device: int
    pipe: int
    switch_id: int
    switch_address: int
    mac: int
    boot_file: str
    cpu_port: Optional[int]
    cpu_interface: str
    ports: List[Port]
    shards: int
    base_port: int
    hosts: List[Host]
    routes: List[Route]
    wires: Dict[int, int]
    program: List[int]
    times: Dict[str, int]

    def values(self, incarnation: int) -> Dict[str, int]:
        """The program's settings, by the names of core's `Param`; derived as `redplane_core::switch::Config` derives them."""
        times = self.times
        values = {
            "switch_id": self.switch_id,
            "incarnation": incarnation,
            "lease_span": times["lease_period"] - times["guard"],
            "period": times["lease_period"],
            "half_period": times["lease_period"] // 2,
            "resend_after": times["resend_after"],
            "resend_max": times["resend_max"],
            "silence_span": times["silence"],
            "open_span": times["open"],
        }
        values.update({"program_%d" % index: value for index, value in enumerate(self.program)})
        return values


def load(path: str, manifest: Manifest) -> Config:
    """Reads a deployment's file."""
    try:
        with open(path, "rb") as file:
            text = file.read()
    except OSError as error:
        raise ControlError("cannot read %s: %s" % (path, error.strerror)) from error
    if path.endswith(".toml"):
        try:
            import tomllib
        except ImportError as error:
            raise ControlError("%s is TOML, which this Python cannot read (3.11 can): write it as JSON" % path) from error
        parse = lambda text: tomllib.loads(text.decode("utf-8"))  # noqa: E731
    else:
        parse = json.loads
    try:
        members = parse(text)
    except ValueError as error:
        raise ControlError("%s cannot be read: %s" % (path, error)) from error
    return _Reader(path, members).config(manifest)


class _Reader:
    """Takes the file apart, and names the member that is wrong."""

    def __init__(self, path: str, members: Any):
        self._path = path
        self._members = members

    def config(self, manifest: Manifest) -> Config:
        top = self._object(self._members, "the file")
        device = self._object(top.get("device", {}), "device")
        switch = self._object(top.get("switch"), "switch")
        cpu = self._object(top.get("cpu"), "cpu")
        store = self._object(top.get("store"), "store")
        config = Config(
            address=self._text(device.get("address", "localhost:50052"), "device.address"),
            client=self._number(device.get("client", 0), "device.client", 0, 0xFFFFFFFF),
            device=self._number(device.get("device", 0), "device.device", 0, 255),
            pipe=self._number(device.get("pipe", 0), "device.pipe", 0, 3),
            switch_id=self._number(switch.get("id"), "switch.id", 0, 0xFFFF),
            switch_address=self._address(switch.get("address"), "switch.address"),
            mac=self._mac(switch.get("mac"), "switch.mac"),
            boot_file=self._text(switch.get("boot_file"), "switch.boot_file"),
            cpu_port=None if cpu.get("port") is None else self._port(cpu["port"], "cpu.port"),
            cpu_interface=self._text(cpu.get("interface"), "cpu.interface"),
            ports=[self._front_port(port, "ports[%d]" % at) for at, port in enumerate(self._list(top.get("ports", []), "ports"))],
            shards=self._number(store.get("shards", 1), "store.shards", 1, SHARDS_MAX),
            base_port=self._number(store.get("base_port", manifest.ports["store"]), "store.base_port", 1, 0xFFFF),
            hosts=[self._host(host, "store.hosts[%d]" % at) for at, host in enumerate(self._list(store.get("hosts"), "store.hosts"))],
            routes=[self._route(route, "routes[%d]" % at) for at, route in enumerate(self._list(top.get("routes", []), "routes"))],
            wires=self._wires(top.get("wires", [])),
            program=self._program(top.get("program", [])),
            times=self._times(self._object(top.get("times_ms", {}), "times_ms"), manifest),
        )
        if config.shards & (config.shards - 1):
            self._wrong("store.shards", "is a power of two: the chip takes the shard from the upper bits of a hash")
        if not config.hosts:
            self._wrong("store.hosts", "has at least one host")
        if config.base_port + config.shards - 1 > 0xFFFF:
            self._wrong("store.base_port", "leaves room for a port for each shard")
        for name, port in self._served_ports(config):
            if port // PORTS_OF_PIPE != config.pipe:
                self._wrong(name, "is a port of pipe %d, whose registers hold the flows; %d is one of pipe %d"
                            % (config.pipe, port, port // PORTS_OF_PIPE))
        return config

    @staticmethod
    def _served_ports(config: Config):
        """The ports that packets may come in by."""
        yield from (("ports[%d].port" % at, port.port) for at, port in enumerate(config.ports))
        yield from (("store.hosts[%d].port" % at, host.port) for at, host in enumerate(config.hosts))
        yield from (("wires.from", port) for port in config.wires)

    def _front_port(self, port: Any, name: str) -> Port:
        port = self._object(port, name)
        speed = port.get("speed")
        inside = port.get("inside", False)
        if not isinstance(inside, bool):
            self._wrong(name + ".inside", "is true or false")
        return Port(self._port(port.get("port"), name + ".port"),
                    None if speed is None else self._text(speed, name + ".speed"),
                    self._text(port.get("fec", "NONE"), name + ".fec"), inside)

    def _host(self, host: Any, name: str) -> Host:
        host = self._object(host, name)
        return Host(self._address(host.get("address"), name + ".address"), self._mac(host.get("mac"), name + ".mac"),
                    self._port(host.get("port"), name + ".port"))

    def _route(self, route: Any, name: str) -> Route:
        route = self._object(route, name)
        try:
            prefix = ipaddress.IPv4Network(route.get("prefix"))
        except (ValueError, TypeError):
            self._wrong(name + ".prefix", 'is a prefix such as "10.0.0.0/24", its other bits zero')
        return Route(int(prefix.network_address), prefix.prefixlen, self._port(route.get("port"), name + ".port"),
                     self._mac(route.get("mac"), name + ".mac"))

    def _wires(self, wires: Any) -> Dict[int, int]:
        pairs = [self._object(wire, "wires[%d]" % at) for at, wire in enumerate(self._list(wires, "wires"))]
        return {self._port(wire.get("from"), "wires.from"): self._port(wire.get("to"), "wires.to") for wire in pairs}

    def _program(self, program: Any) -> List[int]:
        program = self._list(program, "program")
        if len(program) > 4:
            self._wrong("program", "has at most four values")
        values = [self._address(value, "program") if isinstance(value, str) else self._number(value, "program", 0, 0xFFFFFFFF)
                  for value in program]
        return values + [0] * (4 - len(values))

    def _times(self, times: Dict[str, Any], manifest: Manifest) -> Dict[str, int]:
        unknown = set(times) - set(TIMES)
        if unknown:
            self._wrong("times_ms", "has no %s; there are %s" % (", ".join(sorted(unknown)), ", ".join(TIMES)))
        ticks = {name: manifest.defaults[name] for name in TIMES}
        for name, value in times.items():
            if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
                self._wrong("times_ms." + name, "is a number of milliseconds")
            ticks[name] = int(value * 1_000_000) // manifest.tick_nanos
        if not 0 <= ticks["guard"] < ticks["lease_period"] < 1 << 28:
            self._wrong("times_ms", "has a lease_period of less than 68 s, and a guard that is shorter")
        return ticks

    def _object(self, value: Any, name: str) -> Dict[str, Any]:
        if not isinstance(value, dict):
            self._wrong(name, "is an object with members")
        return value

    def _list(self, value: Any, name: str) -> List[Any]:
        if not isinstance(value, list):
            self._wrong(name, "is a list")
        return value

    def _text(self, value: Any, name: str) -> str:
        if not isinstance(value, str) or not value:
            self._wrong(name, "is a text")
        return value

    def _number(self, value: Any, name: str, low: int, high: int) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self._wrong(name, "is a number from %d to %d" % (low, high))
        return value

    def _port(self, value: Any, name: str) -> int:
        return self._number(value, name, 0, 511)

    def _address(self, value: Any, name: str) -> int:
        try:
            return int(ipaddress.IPv4Address(value if isinstance(value, str) else ""))
        except ValueError:
            self._wrong(name, "is an IPv4 address")

    def _mac(self, value: Any, name: str) -> int:
        parts = value.split(":") if isinstance(value, str) else []
        try:
            octets = [int(part, 16) for part in parts]
        except ValueError:
            octets = []
        if len(octets) != 6 or not all(0 <= octet <= 255 for octet in octets):
            self._wrong(name, "is a MAC address such as 02:00:00:00:00:01")
        return int.from_bytes(bytes(octets), "big")

    def _wrong(self, name: str, rule: str) -> Any:
        raise ControlError("%s: %s %s" % (self._path, name, rule))
