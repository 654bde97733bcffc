//! The packet generator: has the slots of a snapshot read and sent, has a structure restored, and ends windows (RP-SN-1 … 6).
//!
//! ```text
//!              state of a grant says: no snapshot               due                        all acknowledged
//!   new lease ───────────────────────────────────▶ Idle ──────────────────▶ Running ──────────────────────┐
//!      │                                            ▲  ▲                    │  ▲ └ not all, and waited:      │
//!      └──────────▶ Restoring ── all have come ─────┘  │                    └──┘   the burst again           │
//!                   └ not all, and waited: fetch again └─────────────────────────────────────────────────────┘
//! ```
//!
//! A machine with a packet generator and a control plane does the same with those; what packets have to do with it goes through
//! [`crate::dataplane`].

use super::{Incarnation, SwitchOver, Verdict};
use crate::count::{Event, Reason};
use crate::dataplane;
use crate::field::Pass;
use crate::machine::{REPORT_WORDS, Report};
use crate::memory::Memory;
use crate::native::Native;
use crate::packet::Buffer;
use crate::program::{Program, Words};
use crate::seq::{Epoch, Seq};
use crate::snapshot::{Mark, Phase};
use crate::storage::Storage;
use crate::structure::Structure;
use crate::time::{Span, Tick};
use crate::wire::{Body, Envelope, Flags, Kind, Message, Refusal, SlotRange, Slots};

/// Most words of slots in a message: what fits a datagram of 1,500 bytes.
const WORDS_A_MESSAGE: usize = 336;

/// Words of marks in a message: it is about 32 times as many slots at most.
const MARK_WORDS: usize = 4;

impl<P: Program, S: Storage<P>> SwitchOver<P, S> {
    /// The message that the snapshots have for the store, if there is one now.
    pub(super) fn snapshot_poll(&mut self, now: Tick, out: &mut Buffer<'_>) -> Option<Kind> {
        for _ in 0..self.slots() {
            let flow = self.memory.snapshot_flow;
            if let Some(kind) = self.snapshot_step(now, flow, out) {
                return Some(kind);
            }
            self.memory.snapshot_flow = (flow + 1) & (self.slots() - 1);
        }
        None
    }

    /// What is next for one flow. Nothing without a live lease (RP-SN-4).
    fn snapshot_step(&mut self, now: Tick, flow: u32, out: &mut Buffer<'_>) -> Option<Kind> {
        let params = self.memory.params;
        let row = self.memory.row(flow);
        let (epoch, deadline) = (row.cells.epoch, Tick::new(row.cells.deadline));
        if epoch == Epoch::NONE.raw() || row.cells.renounced != 0 || !deadline.is_after(now) {
            return None;
        }
        let (control, _) = row.structure.control()?;
        if control.epoch != epoch {
            self.begin_lease(now, flow);
        }
        let row = self.memory.row(flow);
        let (control, _) = row.structure.control()?;
        if params.window != 0
            && control.phase != Phase::Restoring
            && now.since(control.window) >= params.window
        {
            self.end_window(now, flow);
        }
        let (control, marks) = self.memory.row(flow).structure.control()?;
        if control.phase == Phase::Idle {
            if now.since(control.started) < params.snapshot_every {
                return None;
            }
            control.phase = Phase::Running;
            control.started = now;
            control.whole = !control.has_base || control.until_whole == 0;
            let until_whole = if control.whole { params.whole_every } else { control.until_whole };
            control.until_whole = until_whole.saturating_sub(1);
            control.awaited = false;
            start_burst(control, marks, params.resend_after);
        } else if control.phase == Phase::Running
            && !control.awaited
            && now.since(control.started) >= params.snapshot_every
        {
            control.awaited = true;
            self.memory.storage.counters_mut().count(Event::SnapshotWaits);
        }
        let (control, marks) = self.memory.row(flow).structure.control()?;
        if control.cursor as usize >= marks.len() {
            if now.since(control.sent) < control.wait {
                return None;
            }
            control.cursor = 0;
            control.again = true;
            control.wait = control.wait.saturating_mul(2).min(params.resend_max);
        }
        let open = |mark: &Mark| *mark != Mark::Done;
        let Some(next) = marks.iter().skip(control.cursor as usize).position(open) else {
            control.cursor = marks.len() as u16;
            return None;
        };
        control.cursor += next as u16;
        match control.phase {
            Phase::Restoring => self.fetch_run(now, flow, out),
            _ => self.send_run(now, flow, out),
        }
    }

    /// A lease of another epoch: what was read or restored under the one before is over. The state of its grant says what the structure begins with.
    fn begin_lease(&mut self, now: Tick, flow: u32) {
        let params = self.memory.params;
        let row = self.memory.row(flow);
        let epoch = row.cells.epoch;
        let state = row.state;
        let &[id, has, ..] = state.as_ref() else { return };
        let Some((control, marks)) = row.structure.control() else { return };
        let abandons = control.phase == Phase::Running;
        control.epoch = epoch;
        control.until_whole = 0;
        control.window = now;
        if has == 0 {
            row.structure = P::Structure::EMPTY;
            let Some((control, _)) = row.structure.control() else { return };
            (control.epoch, control.restored, control.window) = (epoch, epoch, now);
            control.fresh = (now + Span::from_ticks(params.stale_span)).raw();
            // The first snapshot is due at once: until it is complete nothing of the structure is safe.
            control.started = now - Span::from_ticks(params.snapshot_every);
        } else {
            control.phase = Phase::Restoring;
            control.number = id;
            start_burst(control, marks, params.resend_after);
        }
        let counters = self.memory.storage.counters_mut();
        if has == 0 {
            counters.count(Event::Restored);
        }
        if abandons {
            counters.count(Event::SnapshotAbandoned);
        }
    }

    /// Reads the slots from the cursor on and writes them into a message.
    fn send_run(&mut self, now: Tick, flow: u32, out: &mut Buffer<'_>) -> Option<Kind> {
        out.clear();
        let params = self.memory.params;
        let rows = P::Structure::ROWS;
        let mut values = [0u32; WORDS_A_MESSAGE];
        let mut bits = [0u32; MARK_WORDS];
        let (mut len, mut count) = (0, 0u16);
        let (control, _) = self.memory.row(flow).structure.control()?;
        let (first, whole, again) = (control.cursor, control.whole, control.again);
        let most = params.slots_per_message.min(32 * MARK_WORDS as u16).max(1);
        loop {
            let slot = first + count;
            let (_, marks) = self.memory.row(flow).structure.control()?;
            let Some(mark) = marks.get(slot as usize).copied() else { break };
            let marks_len = if whole { 0 } else { count as usize / 32 + 1 };
            let bytes = P::LAYOUT.message_len(Kind::SnapshotSlots) + 4 * (marks_len + len + rows);
            if mark == Mark::Done || count == most || len + rows > values.len() || bytes > out.start() {
                break;
            }
            let mut pass = Native::<P, _, { Pass::Snapshot as u32 }>::new(&mut self.memory, now);
            pass.sweep_index = flow;
            pass.about.slot = slot as u32;
            pass.about.again = mark != Mark::Open;
            dataplane::ingress::<_, P>(&mut pass);
            let unchanged = self.memory.slot_unchanged;
            let read = self.memory.slot;
            let (_, marks) = self.memory.row(flow).structure.control()?;
            let mark = marks.get_mut(slot as usize)?;
            if *mark == Mark::Open {
                *mark = if whole || !unchanged { Mark::Changed } else { Mark::Unchanged };
            }
            if *mark == Mark::Changed {
                for (to, from) in values.iter_mut().skip(len).zip(read.iter().take(rows)) {
                    *to = *from;
                }
                len += rows;
                if let Some(word) = bits.get_mut(count as usize / 32) {
                    *word |= 1 << (count % 32);
                }
            }
            count += 1;
        }
        let (control, _) = self.memory.row(flow).structure.control()?;
        control.cursor += count;
        control.sent = now;
        if count == 0 {
            // The buffer has no room for a slot: as if the message were lost.
            control.cursor = P::Structure::SLOTS as u16;
            self.memory.storage.counters_mut().ignore(Reason::NoBuffer);
            return None;
        }
        let id = control.number;
        let base = if whole { id } else { id.wrapping_sub(1) };
        let marks = bits.get(..if whole { 0 } else { (count as usize).div_ceil(32) })?;
        let slots = Slots { range: SlotRange::new(first, count), base, marks, values: values.get(..len)? };
        self.memory.storage.counters_mut().count(if again { Event::SlotsResent } else { Event::SlotsSent });
        self.write(now, flow, Kind::SnapshotSlots, again, out, |envelope, out| {
            envelope.encode_slots(&slots, out)
        })
    }

    /// Asks for the slots from the cursor on.
    fn fetch_run(&mut self, now: Tick, flow: u32, out: &mut Buffer<'_>) -> Option<Kind> {
        out.clear();
        let params = self.memory.params;
        let (control, marks) = self.memory.row(flow).structure.control()?;
        let most = (WORDS_A_MESSAGE / P::Structure::ROWS).min(params.slots_per_message.max(1) as usize);
        let first = control.cursor;
        let run = marks.iter().skip(first as usize).take(most).take_while(|mark| **mark != Mark::Done).count()
            as u16;
        control.cursor += run;
        control.sent = now;
        let again = control.again;
        self.memory.storage.counters_mut().count(Event::SlotsFetched);
        let range = SlotRange::new(first, run);
        self.write(now, flow, Kind::SnapshotFetch, again, out, |envelope, out| {
            envelope.encode_range(range, out)
        })
    }

    fn write(
        &mut self,
        now: Tick,
        flow: u32,
        kind: Kind,
        again: bool,
        out: &mut Buffer<'_>,
        encode: impl FnOnce(&Envelope<'_>, &mut Buffer<'_>) -> Result<(), crate::wire::NoRoom>,
    ) -> Option<Kind> {
        let row = self.memory.row(flow);
        let (key, epoch) = (row.key, row.cells.epoch);
        let number = row.structure.control()?.0.number;
        let Memory { outgoing, params, .. } = &mut self.memory;
        outgoing.key = key;
        let envelope = Envelope {
            layout: P::LAYOUT,
            kind,
            flags: Flags::new().with_retransmission(again),
            switch: params.switch_id as u16,
            incarnation: Incarnation::new(params.incarnation as u16),
            epoch: Epoch::new(epoch),
            seq: Seq::new(number),
            timestamp: now,
            key: key.as_ref(),
            state: &[],
        };
        // Without head room it is lost, as the network may lose it.
        encode(&envelope, out).ok().map(|()| kind)
    }

    /// The store has a run of slots, hands one over, or refuses one. `None`: the message is not about a snapshot.
    pub(super) fn snapshot_answer(&mut self, now: Tick, message: &Message<'_>) -> Option<Verdict> {
        let refuses = matches!(message.body(), Body::Refusal(Refusal::NoBase | Refusal::OldSnapshot));
        if !matches!(message.kind(), Kind::SnapshotAck | Kind::SnapshotSlots) && !refuses {
            return None;
        }
        let params = self.memory.params;
        if message.switch() as u32 != params.switch_id {
            return Some(self.ignore(Reason::WrongSwitch));
        }
        if message.incarnation().raw() as u32 != params.incarnation {
            return Some(self.ignore(Reason::OldIncarnation));
        }
        self.memory.silence = 0;
        let mut key = P::Key::ZERO;
        super::copy_words(key.as_mut(), message.key());
        let Some(flow) = self.memory.lookup(&key) else { return Some(self.ignore(Reason::NoSlot)) };
        let id = message.seq().raw();
        let row = self.memory.row(flow);
        let epoch = row.cells.epoch;
        let Some((control, _)) = row.structure.control() else {
            return Some(self.ignore(Reason::WrongDirection));
        };
        if message.epoch().raw() != epoch || control.epoch != epoch || control.number != id {
            return Some(self.ignore(Reason::SnapshotOld));
        }
        let phase = control.phase;
        Some(match (phase, message.body()) {
            (Phase::Running, Body::Range(range)) => self.acknowledged(flow, range),
            (Phase::Restoring, Body::Slots { range, base, values, .. }) if base == id => {
                self.restore(now, flow, range, values)
            }
            (Phase::Running, Body::Refusal(_)) => self.send_whole(flow),
            _ => self.ignore(Reason::SnapshotOld),
        })
    }

    fn acknowledged(&mut self, flow: u32, range: SlotRange) -> Verdict {
        let stale_span = self.memory.params.stale_span;
        let Some((control, marks)) = self.memory.row(flow).structure.control() else {
            return Verdict::Consumed;
        };
        let Some(run) = run_of(marks, range) else { return self.ignore(Reason::SnapshotRange) };
        for mark in run {
            if matches!(mark, Mark::Changed | Mark::Unchanged) {
                *mark = Mark::Done;
                control.missing -= 1;
            }
        }
        if control.missing == 0 {
            // RP-SN-5: what the store has is what the structure was when this snapshot began.
            control.fresh = (control.started + Span::from_ticks(stale_span)).raw();
            control.has_base = true;
            control.phase = Phase::Idle;
            self.memory.storage.counters_mut().count(Event::SnapshotComplete);
        }
        Verdict::Consumed
    }

    fn restore(
        &mut self,
        now: Tick,
        flow: u32,
        range: SlotRange,
        values: &[zerocopy::byteorder::network_endian::U32],
    ) -> Verdict {
        let params = self.memory.params;
        let row = self.memory.row(flow);
        let Some((control, marks)) = row.structure.control() else { return Verdict::Consumed };
        let number = control.number;
        if run_of(marks, range).is_none() {
            return self.ignore(Reason::SnapshotRange);
        }
        let shift = P::Structure::SLOTS.trailing_zeros();
        let mut missing = control.missing;
        for (slot, words) in (range.first.get() as u32..).zip(values.chunks_exact(P::Structure::ROWS)) {
            let row = self.memory.row(flow);
            let Some((_, marks)) = row.structure.control() else { break };
            match marks.get_mut(slot as usize) {
                Some(mark) if *mark != Mark::Done => *mark = Mark::Done,
                _ => continue,
            }
            missing -= 1;
            for (at, word) in words.iter().enumerate() {
                self.put(flow << shift | slot, at as u8, [word.get(); 2], number << 1);
            }
        }
        let row = self.memory.row(flow);
        let epoch = row.cells.epoch;
        let Some((control, _)) = row.structure.control() else { return Verdict::Consumed };
        control.missing = missing;
        if missing == 0 {
            control.phase = Phase::Idle;
            control.restored = epoch;
            control.has_base = true;
            (control.started, control.window) = (now, now);
            control.fresh = (now + Span::from_ticks(params.stale_span)).raw();
            self.memory.storage.counters_mut().count(Event::Restored);
        }
        Verdict::Consumed
    }

    /// The store does not have the base: all slots travel. Their copies are still what they were when the snapshot began.
    fn send_whole(&mut self, flow: u32) -> Verdict {
        let resend_after = self.memory.params.resend_after;
        let Some((control, marks)) = self.memory.row(flow).structure.control() else {
            return Verdict::Consumed;
        };
        if control.whole {
            return self.ignore(Reason::SnapshotOld);
        }
        control.whole = true;
        control.cursor = 0;
        control.missing = marks.len() as u16;
        control.wait = resend_after;
        marks.iter_mut().filter(|mark| **mark != Mark::Open).for_each(|mark| *mark = Mark::Changed);
        Verdict::Consumed
    }

    /// Puts a slot's two copies and its mark in place; the report of it is forgotten.
    fn put(&mut self, index: u32, row: u8, pair: [u32; 2], last_updated: u32) {
        use crate::machine::Array;
        if let Some(cell) = self.memory.pair(Array::Pair(row), index) {
            *cell = pair;
        }
        for (array, value) in [(Array::LastUpdated(row), last_updated), (Array::Reported(row), 0)] {
            if let Some(cell) = self.memory.cell(array, index) {
                *cell = value;
            }
        }
    }

    /// The window is over: every word is zero from now on. A snapshot keeps what it is of: only the active copies change.
    fn end_window(&mut self, now: Tick, flow: u32) {
        use crate::machine::Array;
        let Some((control, _)) = self.memory.row(flow).structure.control() else { return };
        control.window = now;
        let number = control.number;
        let shift = P::Structure::SLOTS.trailing_zeros();
        for slot in 0..P::Structure::SLOTS as u32 {
            let index = flow << shift | slot;
            for row in 0..P::Structure::ROWS as u8 {
                let before = self.memory.cell(Array::LastUpdated(row), index).map_or(0, |cell| *cell);
                let [even, odd] = self.memory.pair(Array::Pair(row), index).map_or([0; 2], |pair| *pair);
                let is_zero = newest(number, before, [even, odd]) == 0;
                let (pair, mark) = match number & 1 {
                    _ if is_zero => ([even, odd], before),
                    0 => ([0, odd], number << 1 | 1),
                    _ => ([even, 0], number << 1 | 1),
                };
                self.put(index, row, pair, mark);
            }
        }
        self.memory.storage.counters_mut().count(Event::WindowEnded);
    }

    /// Ends the window of a flow's counts now: for an operator who wants it shorter. False: the flow has no structure here.
    pub fn clear_structure(&mut self, now: Tick, key: &P::Key) -> bool {
        let Some(flow) = self.memory.lookup(key) else { return false };
        let row = self.memory.row(flow);
        let epoch = row.cells.epoch;
        let restored = row.structure.control().is_some_and(|(control, _)| control.restored == epoch);
        if restored {
            self.end_window(now, flow);
        }
        restored
    }

    /// The words that packets update, slot by slot: for checkers and operators. `None`: the flow has no structure here, or one that is not
    /// restored yet.
    pub fn structure(&mut self, key: &P::Key, mut each: impl FnMut(u32)) -> Option<()> {
        use crate::machine::Array;
        let flow = self.memory.lookup(key)?;
        let row = self.memory.row(flow);
        let epoch = row.cells.epoch;
        let (control, _) = row.structure.control()?;
        if control.restored != epoch {
            return None;
        }
        let number = control.number;
        let shift = P::Structure::SLOTS.trailing_zeros();
        for slot in 0..P::Structure::SLOTS as u32 {
            let index = flow << shift | slot;
            for row in 0..P::Structure::ROWS as u8 {
                let mark = *self.memory.cell(Array::LastUpdated(row), index)?;
                let pair = *self.memory.pair(Array::Pair(row), index)?;
                each(newest(number, mark, pair));
            }
        }
        Some(())
    }

    /// What the last call told the control plane, if it did; it is told once.
    pub fn take_report(&mut self) -> Option<(Report, [u32; REPORT_WORDS])> {
        self.memory.report.take()
    }
}

/// The newest of a slot's two copies: the active one, or the other if the slot was not touched since the snapshot began.
fn newest(number: u32, mark: u32, [even, odd]: [u32; 2]) -> u32 {
    let is_touched = mark >> 1 == number << 1 >> 1;
    if is_touched == (number & 1 == 0) { even } else { odd }
}

fn start_burst(control: &mut crate::snapshot::Control, marks: &mut [Mark], wait: u32) {
    control.cursor = 0;
    control.again = false;
    control.missing = marks.len() as u16;
    control.wait = wait;
    marks.fill(Mark::Open);
}

fn run_of(marks: &mut [Mark], range: SlotRange) -> Option<&mut [Mark]> {
    let first = range.first.get() as usize;
    marks.get_mut(first..first + range.count.get() as usize)
}
