"""The chip's tables and registers, over the BfRt gRPC client that comes with its SDE.

What is used of the client, and where it was met: `ClientInterface`, `bind_pipeline_config`, `bfrt_info_get`, `table_get`,
`make_key`, `make_data`, `entry_add`, `entry_mod`, `entry_del`, `entry_get`, `default_entry_set`, `default_entry_get` of
`bf_rt/bfruntime_grpc_client/python/client.py`; table and field names with a `$`, and those under `tf1.`, of the SDE's own
`bf_rt_*_tf1.json` and examples (`tna_register`, `tna_mirror`, `tna_pktgen`).

Registers are one per pipe: a write goes to all pipes, a read gives a list with one value a pipe, of which this class gives the
one of its own pipe.
"""

import glob
import logging
import os
import sys
from typing import Any, Dict, Iterable, List, Optional, Sequence, Tuple, Union

from .errors import ControlError

#: A key field: its name, and a value, a value with a mask, or a value with the length of its prefix.
Key = Tuple[str, Union[int, "Masked", "Prefix"]]


class Masked(tuple):
    """A value and the mask of the bits that count."""

    def __new__(cls, value: int, mask: int):
        return super().__new__(cls, (value, mask))


class Prefix(tuple):
    """A value and how many of its upper bits count."""

    def __new__(cls, value: int, length: int):
        return super().__new__(cls, (value, length))


class Chip:
    """One pipe of one device that runs the program."""

    def __init__(self, client: Any, info: Any, device: int, pipe: int):
        self._client = client
        self._info = info
        self._all = client.Target(device_id=device, pipe_id=0xFFFF)
        self._one = client.Target(device_id=device, pipe_id=pipe)
        self._pipe = pipe
        self._tables: Dict[str, Any] = {}

    def add(self, table: str, keys: Sequence[Key], action: Optional[str] = None, data: Optional[Dict[str, Any]] = None) -> None:
        """Adds an entry."""
        entry = self._table(table)
        values = [self._data(entry, action, data)] if data is not None or action else None
        self._do(table, "add an entry to", lambda: entry.entry_add(self._all, [self._key(entry, keys)], values))

    def put(self, table: str, keys: Sequence[Key], action: Optional[str], data: Dict[str, Any]) -> None:
        """Adds an entry in place of one that may be there from an earlier life."""
        if self.holds(table, keys):
            self.remove(table, keys)
        self.add(table, keys, action, data)

    def holds(self, table: str, keys: Sequence[Key]) -> bool:
        """Whether there is such an entry."""
        try:
            self.get(table, keys, from_hw=False)
        except ControlError:
            return False
        return True

    def modify(self, table: str, keys: Sequence[Key], data: Dict[str, Any], action: Optional[str] = None, one_pipe: bool = False) -> None:
        """Changes an entry that is always there, as those of fixed functions are."""
        entry = self._table(table)
        target = self._one if one_pipe else self._all
        values = [self._data(entry, action, data)]
        self._do(table, "change an entry of", lambda: entry.entry_mod(target, [self._key(entry, keys)], values))

    def remove(self, table: str, keys: Sequence[Key]) -> None:
        """Removes an entry."""
        entry = self._table(table)
        self._do(table, "remove an entry of", lambda: entry.entry_del(self._all, [self._key(entry, keys)]))

    def clear(self, table: str) -> None:
        """Removes all entries."""
        entry = self._table(table)
        self._do(table, "clear", lambda: entry.entry_del(self._all, []))

    def set_default(self, table: str, action: str, data: Dict[str, Any]) -> None:
        """Sets the default action."""
        entry = self._table(table)
        self._do(table, "set the default action of",
                 lambda: entry.default_entry_set(self._all, self._data(entry, action, data)))

    def get(self, table: str, keys: Sequence[Key], from_hw: bool = True, one_pipe: bool = False) -> Dict[str, Any]:
        """The data of an entry."""
        entry = self._table(table)
        target = self._one if one_pipe else self._all
        found = self._do(table, "read", lambda: list(entry.entry_get(target, [self._key(entry, keys)], {"from_hw": from_hw})))
        if not found:
            raise ControlError("table %s of the chip has no entry %s" % (table, dict(keys)))
        return found[0][0].to_dict()

    def get_default(self, table: str) -> Dict[str, Any]:
        """The data of the default entry."""
        entry = self._table(table)
        found = self._do(table, "read", lambda: list(entry.default_entry_get(self._all, {"from_hw": False})))
        return found[0][0].to_dict() if found else {}

    def read_cells(self, register: Dict[str, str], indices: Iterable[int]) -> List[int]:
        """Cells of a register array, in the order of the indices."""
        indices = list(indices)
        table = self._table(register["table"])
        keys = [self._key(table, [("$REGISTER_INDEX", index)]) for index in indices]
        if not keys:
            return []
        found = self._do(register["table"], "read", lambda: list(table.entry_get(self._all, keys, {"from_hw": True})))
        by_index = {key.to_dict()["$REGISTER_INDEX"]["value"]: data.to_dict()[register["field"]] for data, key in found}
        try:
            return [self._of_pipe(by_index[index]) for index in indices]
        except KeyError as missing:
            raise ControlError("register %s of the chip has no cell %s" % (register["table"], missing)) from missing

    def write_cell(self, register: Dict[str, str], index: int, value: int) -> None:
        """Writes a cell of a register array, in all pipes."""
        self.add(register["table"], [("$REGISTER_INDEX", index)], None, {register["field"]: value})

    def _of_pipe(self, values: Union[int, Sequence[int]]) -> int:
        if isinstance(values, int):
            return values
        return values[self._pipe] if self._pipe < len(values) else values[0]

    def _table(self, name: str) -> Any:
        if name not in self._tables:
            try:
                self._tables[name] = self._info.table_get(name)
            except KeyError as error:
                raise ControlError("the program on the chip has no table %s: it is not the one of the manifest" % name) from error
        return self._tables[name]

    def _key(self, table: Any, keys: Sequence[Key]) -> Any:
        tuples = []
        for name, value in keys:
            if isinstance(value, Masked):
                tuples.append(self._client.KeyTuple(name, value[0], value[1]))
            elif isinstance(value, Prefix):
                tuples.append(self._client.KeyTuple(name, value[0], prefix_len=value[1]))
            else:
                tuples.append(self._client.KeyTuple(name, value))
        return table.make_key(tuples)

    def _data(self, table: Any, action: Optional[str], data: Optional[Dict[str, Any]]) -> Any:
        tuples = []
        for name, value in (data or {}).items():
            if isinstance(value, bool):
                tuples.append(self._client.DataTuple(name, bool_val=value))
            elif isinstance(value, str):
                tuples.append(self._client.DataTuple(name, str_val=value))
            else:
                tuples.append(self._client.DataTuple(name, value))
        return table.make_data(tuples, action)

    def _do(self, table: str, what: str, call: Any) -> Any:
        try:
            return call()
        except self._client.BfruntimeRpcException as error:
            raise ControlError("the chip would not %s table %s: %s" % (what, table, str(error).strip() or "no reason given")) from error
        except (AssertionError, KeyError, OverflowError, TypeError, ValueError) as error:
            # The client's own checks of names, types and sizes.
            raise ControlError("cannot %s table %s: %s" % (what, table, error)) from error


def import_client(sde_install: Optional[str]) -> Any:
    """The SDE's client module; `sde_install` is where the SDE is installed, `$SDE_INSTALL` by default."""
    sde_install = sde_install or os.environ.get("SDE_INSTALL")
    if sde_install:
        for folder in glob.glob(os.path.join(sde_install, "lib", "python*", "site-packages")):
            sys.path += [folder, os.path.join(folder, "tofino")]
    try:
        from bfrt_grpc import client
    except ImportError as error:
        raise ControlError("the client of the Tofino SDE is not there (%s): set SDE_INSTALL, or give --sde, to where the SDE is "
                           "installed" % error) from error
    logging.getLogger("bfruntime_grpc_client").setLevel(logging.WARNING)
    return client


def connect(client: Any, address: str, client_id: int, device: int, pipe: int, p4_name: str) -> Tuple[Any, Chip]:
    """Subscribes to the switch daemon and binds to the program. Gives the connection, which is to be kept, and the chip."""
    try:
        interface = client.ClientInterface(address, client_id=client_id, device_id=device)
        info = interface.bfrt_info_get(p4_name)
        interface.bind_pipeline_config(p4_name)
    except client.BfruntimeRpcException as error:
        raise ControlError("the switch daemon at %s refused: %s" % (address, str(error).strip() or "no reason given")) from error
    except Exception as error:  # Of gRPC and of the client, which raises RuntimeError for a refused connection.
        raise ControlError("cannot use the switch daemon at %s for program %s: %s" % (address, p4_name, error)) from error
    return interface, Chip(client, info, device, pipe)
