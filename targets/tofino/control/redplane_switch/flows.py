"""Which flow has which slot: insertion, reuse, ageing, reminders, give-up (RP-SW-9).

A switch chip cannot put an entry into its table by itself. A grant whose flow has no slot comes to the CPU; the flow gets a slot,
whose registers are set so that the grant installs, then its entry in the table, and the grant goes back in.

A slot changes flows only by the rule that core has written (`is_reusable`). The chip goes on while the CPU looks, so the rule is
asked twice: while the old flow still has its entry, and again when the entry is gone and nothing can touch the registers any more
but the sweep. If the second answer is no, the old flow gets its entry back, and with it, if something of it is outstanding, a copy:
one that came around while there was no entry was forgotten.

A copy that the chip has lost (its mirror buffer and its queues may drop) would leave a write unacked, and its slot in use, for ever.
A slot that two visits of the scan find with the same thing outstanding gets a new copy; a copy too many is harmless (RP-SW-6).

The chip's exact-match tables place an entry by its hash, and may have no place for it before they are full; a program may have
several of them. A flow that none takes has no slot.

Invariants: `_slot_of` has `key` → `slot` iff `_key_of[slot]` is `key`; a slot is in `_free` iff `_key_of` has None for it; the
chip's tables together have exactly the entries of `_slot_of`, that of `slot` in the one of `_table_of[slot]`.
"""

import logging
from typing import Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple

from .chip import Chip
from .errors import ControlError
from .frames import Frames
from .manifest import Manifest, ReuseRule

log = logging.getLogger("redplane")

Flow = Tuple[int, ...]

#: Slots that are read at a time.
BATCH = 64

#: Batches that an insertion looks through before it says that there is no slot.
BATCHES_FOR_A_SLOT = 16

#: Ageing begins when fewer than one slot in so many is free.
FREE_PART = 16

_RENOUNCED_NO = 0
_RENOUNCED = 1
_MASK = 0xFFFFFFFF


class Cells(NamedTuple):
    """A slot's registers, as far as the rules ask for them."""

    renounced: int
    deadline: int
    seq: int
    acked: int
    asked: int


class FlowTable:
    """The flows of the chip. `values` are the settings that the chip was given."""

    def __init__(self, chip: Chip, manifest: Manifest, rule: ReuseRule, values: Dict[str, int]):
        self._chip = chip
        self._manifest = manifest
        self._rule = rule
        self._period = values["period"]
        self._open_span = values["open_span"]
        self._frames = Frames(manifest)
        self._room = [table["entries"] for table in manifest.flow_tables]
        self._slot_of: Dict[Flow, int] = {}
        self._key_of: List[Optional[Flow]] = [None] * manifest.slots
        self._table_of = [0] * manifest.slots
        self._free = list(range(manifest.slots - 1, -1, -1))
        self._scanned = 0
        self._outstanding: Dict[int, Tuple[int, int]] = {}
        self._evacuation: Optional[Iterator[int]] = None

    def __len__(self) -> int:
        return len(self._slot_of)

    def insert(self, key: Flow, epoch: int, now: int) -> Tuple[bool, List[bytes]]:
        """Gives a flow a slot: whether it has one now, and frames for the chip. `epoch` is that of the grant that asks."""
        if key in self._slot_of:
            return True, []  # Another grant of the same flow was faster.
        slot, frames = self._find(now)
        if slot is None:
            log.warning("no slot for flow %s: all %d are in use", _text(key), self._manifest.slots)
            return False, frames
        self._reset(slot, epoch, now)
        if not self._enter(key, slot):
            log.warning("no slot for flow %s: the chip's tables have no place for it", _text(key))
            self._free.append(slot)
            return False, frames
        return True, frames

    def age(self, now: int) -> List[bytes]:
        """One step of the scan: makes slots free while few are, and reminds of what is outstanding for too long. Gives frames for
        the chip. To be called a few times a second."""
        frames: List[bytes] = []
        wanted = self._manifest.slots // FREE_PART
        for _ in range(BATCHES_FOR_A_SLOT if len(self._free) < wanted else 1):
            for slot, cells in self._next_batch():
                if len(self._free) < wanted and self._may_go(cells, now):
                    freed, more = self._release(slot, now)
                    frames += more
                    if freed:
                        self._free.append(slot)
                        continue
                frames += self._watch(slot, cells, now)
        return frames

    def begin_evacuation(self) -> None:
        """All flows are to be handed back to the store."""
        self._evacuation = iter(self._used())

    def evacuate(self, now: int) -> Tuple[List[bytes], bool]:
        """One step of the evacuation: frames for the chip, and whether flows are left. A flow is asked for until it has been given up
        or its lease has lapsed."""
        if self._evacuation is None:
            return [], False
        slots = [slot for slot, _ in zip(self._evacuation, range(BATCH))]
        if not slots:
            held = [slot for slot, cells in self._all_cells() if self._is_held(cells, now)]
            self._evacuation = iter(held) if held else None
            return [], bool(held)
        slots = [slot for slot in slots if self._key_of[slot] is not None]
        held = [slot for slot, cells in self._read(slots) if self._is_held(cells, now)]
        return [self._frames.give_up(self._key_of[slot]) for slot in held], True

    def _find(self, now: int) -> Tuple[Optional[int], List[bytes]]:
        """A free slot, else one that may be reused."""
        frames: List[bytes] = []
        if self._free:
            return self._free.pop(), frames
        for _ in range(min(BATCHES_FOR_A_SLOT, -(-self._manifest.slots // BATCH))):
            for slot, cells in self._next_batch():
                if self._may_go(cells, now):
                    freed, more = self._release(slot, now)
                    frames += more
                    if freed:
                        return slot, frames
        return None, frames

    def _release(self, slot: int, now: int) -> Tuple[bool, List[bytes]]:
        """Takes a slot from its flow, if the rule still allows it when the flow has no entry any more."""
        key = self._key_of[slot]
        self._leave(slot)
        ((_, cells),) = self._read([slot])
        if self._may_go(cells, now):
            log.debug("slot %d: flow %s has left", slot, _text(key))
            self._outstanding.pop(slot, None)
            return True, []
        if not self._enter(key, slot):
            # Its registers are those of a flow that nobody can find, and that may come back with another slot.
            raise ControlError("the chip would not take back the entry of flow %s: start anew" % _text(key))
        return False, self._remind(slot, cells, now)

    def _watch(self, slot: int, cells: Cells, now: int) -> List[bytes]:
        """Sends a copy of what this and the visit before have found outstanding."""
        outstanding = _outstanding(cells)
        before = self._outstanding.pop(slot, None)
        if outstanding is None:
            return []
        self._outstanding[slot] = outstanding
        return self._remind(slot, cells, now) if before == outstanding else []

    def _remind(self, slot: int, cells: Cells, now: int) -> List[bytes]:
        """A copy of what is outstanding: of the give-up, else of the newest write; none if there was another write meanwhile."""
        outstanding, key = _outstanding(cells), self._key_of[slot]
        if outstanding is None:
            return []
        registers = self._manifest.registers
        (epoch,) = self._chip.read_cells(registers["epoch"], [slot])
        if cells.renounced == _RENOUNCED:
            log.info("reminds the store of giving up flow %s, epoch %d", _text(key), epoch)
            return [self._frames.give_up_copy(now, epoch, cells.seq, key)]
        state = [self._chip.read_cells(register, [slot])[0] for register in registers["state"]]
        # State changes only with the number of the write: if that is the same before and after, the state belongs to it.
        if self._chip.read_cells(registers["seq"], [slot]) != [cells.seq]:
            return []
        log.info("sends write %d of flow %s again, epoch %d", cells.seq, _text(key), epoch)
        return [self._frames.write_copy(now, epoch, cells.seq, key, state)]

    def _reset(self, slot: int, epoch: int, now: int) -> None:
        """Sets a slot's registers so that a grant of `epoch` is newer than what they hold; as core's `Memory::insert` does."""
        registers = self._manifest.registers
        for name, value in (("epoch", epoch - 1), ("renounced", _RENOUNCED_NO), ("deadline", now - self._open_span), ("seq", 0),
                            ("acked", 0), ("asked", now - self._period)):
            self._chip.write_cell(registers[name], slot, value & _MASK)
        for register in registers["state"]:
            self._chip.write_cell(register, slot, 0)

    def _enter(self, key: Flow, slot: int) -> bool:
        """Adds the flow's entry; whether a table had a place for it."""
        for number, table in enumerate(self._manifest.flow_tables):
            if not self._room[number]:
                continue
            try:
                self._chip.add(table["table"], list(zip(table["keys"], key)), table["action"], {table["slot"]: slot})
            except ControlError as error:
                log.warning("flow %s: %s", _text(key), error)
                continue
            self._room[number] -= 1
            self._slot_of[key], self._key_of[slot], self._table_of[slot] = slot, key, number
            return True
        return False

    def _leave(self, slot: int) -> None:
        number, key = self._table_of[slot], self._key_of[slot]
        table = self._manifest.flow_tables[number]
        self._chip.remove(table["table"], list(zip(table["keys"], key)))
        self._room[number] += 1
        del self._slot_of[key]
        self._key_of[slot] = None

    def _next_batch(self) -> List[Tuple[int, Cells]]:
        """The slots in use among the next ones of the scan."""
        slots = [(self._scanned + at) % self._manifest.slots for at in range(min(BATCH, self._manifest.slots))]
        self._scanned = (self._scanned + len(slots)) % self._manifest.slots
        return self._read([slot for slot in slots if self._key_of[slot] is not None])

    def _used(self) -> List[int]:
        return sorted(self._slot_of.values())

    def _all_cells(self) -> Iterator[Tuple[int, Cells]]:
        used = self._used()
        for at in range(0, len(used), BATCH):
            yield from self._read(used[at:at + BATCH])

    def _read(self, slots: Sequence[int]) -> List[Tuple[int, Cells]]:
        columns = [self._chip.read_cells(self._manifest.registers[name], slots) for name in Cells._fields]
        return [(slot, Cells(*cells)) for slot, *cells in zip(slots, *columns)]

    def _may_go(self, cells: Cells, now: int) -> bool:
        return self._rule(cells.renounced, cells.deadline, cells.seq, cells.acked, cells.asked, now, self._period)

    def _is_held(self, cells: Cells, now: int) -> bool:
        return cells.renounced == _RENOUNCED_NO and 0 < (cells.deadline - now) & _MASK < 1 << 31


def _outstanding(cells: Cells) -> Optional[Tuple[int, int]]:
    """What the store has not confirmed: which give-up or write, None if nothing."""
    if cells.renounced == _RENOUNCED or cells.seq != cells.acked:
        return cells.renounced, cells.seq
    return None


def _text(key: Flow) -> str:
    return ".".join("%08x" % word for word in key)
