"""A chip in memory behind the BfRt client's API, as far as the control plane uses it.

It keeps the client's manners: names and widths are checked when keys and data are made (`KeyError`, `ValueError`), the chip's
refusals come as `BfruntimeRpcException` when a call, or the iteration over its answer, reaches the server; registers read as a
list with a value per pipe.
"""

PIPES = 4


class BfruntimeRpcException(Exception):
    """The server refused."""


class Target:
    def __init__(self, device_id=0, pipe_id=0xFFFF, direction=0xFF, prsr_id=0xFF):
        self.pipe_id_ = pipe_id


class KeyTuple:
    def __init__(self, name, value=None, mask=None, prefix_len=None):
        if not isinstance(value, int):
            raise TypeError("Expected type int/long, ByteArray or a string")
        self.name, self.value, self.mask, self.prefix_len = name, value, mask, prefix_len


class DataTuple:
    def __init__(self, name, val=None, str_val=None, bool_val=None):
        self.name = name
        self.content = next(content for content in (val, str_val, bool_val) if content is not None)


class Key:
    def __init__(self, fields):
        self.fields = fields

    def to_dict(self):
        return {name: {"value": value[0]} for name, value in self.fields}


class Data:
    def __init__(self, fields, action):
        self.fields, self.action = fields, action

    def to_dict(self):
        return dict(self.fields, action_name=self.action, is_default_entry=False)


class Table:
    """A table, or a register array (`cells`)."""

    def __init__(self, keys, actions=None, fields=(), match="exact", always=None):
        self.keys, self.actions, self.fields, self.match = keys, actions or {}, fields, match
        self.entries = dict(always or {})
        self.fixed = always is not None
        self.default = None
        self.key_bytes = 8
        #: Called with the method's name before each call: for tests in which something happens meanwhile.
        self.before = lambda call: None

    def make_key(self, tuples):
        if sorted(field.name for field in tuples) != sorted(self.keys):
            raise KeyError("The Key field names %s" % [field.name for field in tuples])
        for field in tuples:
            given = "ternary" if field.mask is not None else "lpm" if field.prefix_len is not None else "exact"
            if given != self.match:
                raise ValueError("field:%s Passed in type:%s is not equal to type of keyfield:%s" % (field.name, given, self.match))
        for field in tuples:
            # As the client does: too big a number is no number of so many bytes.
            field.value.to_bytes(self.key_bytes, "big")
        by_name = {field.name: (field.value, field.mask, field.prefix_len) for field in tuples}
        return Key(tuple((name, by_name[name]) for name in self.keys))

    def make_data(self, tuples, action_name=None):
        if action_name is not None and action_name not in self.actions:
            raise KeyError(action_name)
        known = set(self.fields) | set(self.actions.get(action_name, ()))
        for field in tuples:
            if field.name not in known:
                raise KeyError(field.name)
            if isinstance(field.content, int) and not isinstance(field.content, bool) and field.content < 0:
                raise ValueError("negative %s" % field.name)
        return Data({field.name: field.content for field in tuples}, action_name)

    def entry_add(self, target, keys, data=None):
        self.before("add")
        for key, datum in zip(keys, data or [Data({}, None)] * len(keys)):
            if key.fields in self.entries:
                raise BfruntimeRpcException("ALREADY_EXISTS")
            self.entries[key.fields] = datum

    def entry_mod(self, target, keys, data):
        self.before("mod")
        for key, datum in zip(keys, data):
            if not self.fixed and key.fields not in self.entries:
                raise BfruntimeRpcException("NOT_FOUND")
            old = self.entries.get(key.fields)
            fields = dict(old.fields, **datum.fields) if old else datum.fields
            self.entries[key.fields] = Data(fields, datum.action)

    def entry_del(self, target, keys):
        self.before("del")
        if not keys:
            self.entries.clear()
        for key in keys:
            if self.entries.pop(key.fields, None) is None:
                raise BfruntimeRpcException("NOT_FOUND")

    def entry_get(self, target, keys, flags):
        self.before("get")
        for key in keys:
            if key.fields not in self.entries:
                raise BfruntimeRpcException("NOT_FOUND")
            yield self.entries[key.fields], key

    def default_entry_set(self, target, data):
        self.default = data

    def default_entry_get(self, target, flags):
        if self.default is not None:
            yield self.default, None

    def plain(self):
        """All entries as `{key values: data}`, for assertions."""
        return {tuple(value for _, value in key): data.fields for key, data in self.entries.items()}


class Register(Table):
    """A register array: every cell is always there."""

    def __init__(self, name, size):
        super().__init__(["$REGISTER_INDEX"], fields=[name])
        self.name, self.cells = name, [[0] * PIPES for _ in range(size)]

    def entry_add(self, target, keys, data=None):
        self.before("add")
        for key, datum in zip(keys, data):
            value = datum.fields[self.name]
            if not 0 <= value <= 0xFFFFFFFF:
                raise ValueError("expected 4 len")
            self.cells[self._index(key)] = [value] * PIPES

    def entry_get(self, target, keys, flags):
        self.before("get")
        for key in keys:
            yield Data({self.name: list(self.cells[self._index(key)])}, None), key

    def _index(self, key):
        index = key.fields[0][1][0]
        if index >= len(self.cells):
            raise BfruntimeRpcException("OUT_OF_RANGE")
        return index


class Info:
    def __init__(self, tables):
        self.tables = tables

    def table_get(self, name):
        return self.tables[name]


class ClientInterface:
    """A daemon that runs the program `redplane_example`."""

    refuses = False
    tables = {}

    def __init__(self, grpc_addr, client_id, device_id):
        if type(self).refuses:
            raise RuntimeError("Failed to subscribe to server at %s", grpc_addr)
        self.bound = None

    def bfrt_info_get(self, p4_name):
        if p4_name != "redplane_example":
            raise RuntimeError("BF_RT_INFO not received")
        return Info(type(self).tables)

    def bind_pipeline_config(self, p4_name):
        self.bound = p4_name

    def tear_down_stream(self):
        self.bound = None


def example_tables(slots):
    """The tables of the example program, and those of the chip itself."""
    names = ("epoch", "renounced", "deadline", "seq", "acked", "asked", "state_0")
    tables = {"pipe.Ingress." + name: Register("Ingress.%s.f1" % name, slots) for name in names}
    tables.update({"pipe.Ingress." + name: Register("Ingress.%s.f1" % name, 1) for name in ("silence", "mirror_depth")})
    tables.update({
        "pipe.Ingress.flows": Table(["key_0", "key_1"], {"Ingress.flow_hit": ["slot"]}),
        "pipe.Ingress.more_flows": Table(["key_0", "key_1"], {"Ingress.more_flow_hit": ["slot"]}),
        "pipe.Ingress.identity": Table([], {"Ingress.set_identity": ["switch_id", "incarnation"]}),
        "pipe.Egress.sender": Table([], {"Egress.set_sender": ["switch_id", "incarnation"]}),
        "pipe.Ingress.half_ago": Table([], {"Ingress.set_half_ago": ["half_period"]}),
        "pipe.Ingress.mask": Table([], {"Ingress.set_mask": ["mask"]}),
        "pipe.IngressParser.cpu_ports": Table(["f1"], match="ternary"),
        "pipe.IngressParser.inside_ports": Table(["f1"], match="ternary"),
        "pipe.IngressParser.again_inside_ports": Table(["f1"], match="ternary"),
        "pipe.IngressParser.switch_addresses": Table(["f1"], match="ternary"),
        "pipe.IngressParser.store_addresses": Table(["f1"], match="ternary"),
        "pipe.IngressParser.store_ports": Table(["f1"], match="ternary"),
        "pipe.Ingress.cpu_port": Table([], {"Ingress.to_cpu": ["port"]}),
        "pipe.Ingress.loop_port": Table([], {"Ingress.to_loop": ["port"]}),
        "pipe.Ingress.shards": Table(["hash"], {"Ingress.to_shard": ["shard", "port"]}),
        "pipe.Egress.stores": Table(["shard"], {"Egress.address": ["dst_mac", "src_mac", "src_addr", "dst_addr", "dst_port"]}),
        "pipe.Ingress.routes": Table(["address"], {"Ingress.next_hop": ["port", "dst_mac", "src_mac"]}, match="lpm"),
        "pipe.Ingress.wires": Table(["port"], {"Ingress.to_port": ["port"]}),
        "pipe.Ingress.events": Table(["$COUNTER_INDEX"], fields=["$COUNTER_SPEC_PKTS"], always={
            (("$COUNTER_INDEX", (index, None, None)),): Data({"$COUNTER_SPEC_PKTS": {3: 30, 4: 4}.get(index, 0)}, None)
            for index in range(8)}),
        "$PORT": Table(["$DEV_PORT"], fields=["$SPEED", "$FEC", "$PORT_ENABLE"]),
        "$mirror.cfg": Table(["$sid"], {"$normal": []}, [
            "$direction", "$ucast_egress_port", "$ucast_egress_port_valid", "$max_pkt_len", "$session_enable"]),
        "device_configuration": Table([], fields=["pcie_cpu_port"]),
        "tf1.tm.port.cfg": Table(["dev_port"], fields=["pg_id", "pg_port_nr", "port_queues_count"], always={
            (("dev_port", (196, None, None)),): Data({"pg_id": 17, "pg_port_nr": 0, "port_queues_count": 8}, None)}),
        "tf1.tm.queue.map": Table(["pg_id", "pg_queue"], fields=["dev_port"], always={
            (("pg_id", (17, None, None)), ("pg_queue", (0, None, None))): Data({"dev_port": 196}, None)}),
        "tf1.tm.queue.buffer": Table(["pg_id", "pg_queue"], {"shared_pool": []}, ["guaranteed_cells"], always={}),
        "tf1.pktgen.port_cfg": Table(["dev_port"], fields=["pktgen_enable"], always={}),
        "tf1.pktgen.pkt_buffer": Table(["pkt_buffer_offset", "pkt_buffer_size"], fields=["buffer"], always={}),
        "tf1.pktgen.app_cfg": Table(["app_id"], {"trigger_timer_periodic": ["timer_nanosec"]}, [
            "app_enable", "pkt_len", "pkt_buffer_offset", "pipe_local_source_port", "increment_source_port", "batch_count_cfg",
            "packets_per_batch_cfg", "ibg", "ipg"], always={}),
    })
    tables["device_configuration"].default = Data({"pcie_cpu_port": 320}, None)
    return tables
