//! A switch: it is given packets, messages and time, and answers with what must be done.
//!
//! ```text
//!                 handle_packet ──┐                      ┌──▶ Forward: the packet leaves
//!  port ─────────▶                │   ingress   egress   ├──▶ ToStore: a message, in the packet's own buffer
//!                 handle_message ─┼─▶ (dataplane.rs) ────┼──▶ Punt: for the device's CPU
//!  store ────────▶                │                      └──▶ Dropped: and why
//!                 poll ───────────┘
//! ```
//!
//! Contract: time goes on between calls (it may stand still); [`Switch::poll`] is called until it gives nothing, at least once
//! in [`Config::resend_after`] while there is traffic and once in [`POLL_AT_LEAST`] in any case; a buffer has
//! [`crate::wire::HEADROOM`] bytes in front of the packet. Nothing here blocks, allocates or reads a clock.

mod snapshots;

use crate::count::{Counters, Reason};
use crate::dataplane;
use crate::field::{PROGRAM_PARAMS, Param, Pass};
use crate::memory::{Memory, Params};
use crate::mirror::Copy;
use crate::native::{About, Fate, Native};
use crate::packet::Buffer;
use crate::ports::PortSet;
use crate::program::{Program, Words};
use crate::seq::{Epoch, Incarnation, Seq};
use crate::storage::{Owned, SLOT_BYTES, Storage};
use crate::structure::Structure;
use crate::time::{Span, Tick};
use crate::wire::{Body, Envelope, Flags, HEADROOM, Kind, Message, PORT_MAX, ParseError};

/// Longest time between two calls of [`Switch::poll`]: a lapsed deadline is then swept well before it is 2^30 ticks old
/// (RP-SW-12).
pub const POLL_AT_LEAST: Span = Span::from_ticks(1 << 28);

/// A whole sweep of the table takes this long, so that a slot is at most this and [`POLL_AT_LEAST`] without one.
const SWEEP_ROUND: Span = Span::from_ticks(1 << 28);

/// Copies that one call of [`Switch::poll`] takes around the mirror queue before it gives the caller a turn.
const COPIES_A_POLL: usize = 64;

/// Copies that a packet which finds the mirror queue full takes around to make room: some of them may be acked.
const COPIES_FOR_ROOM: usize = 4;

/// How a switch is set up. Times must be shorter than [`Span::MAX`] by far: a lease of seconds, not minutes.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Config {
    /// This switch's number, unique among those that share a store.
    pub switch_id: u16,
    /// Boot number: newer than the last one (RP-ST-2).
    pub incarnation: Incarnation,
    /// Lease period, the same as the store's.
    pub lease_period: Span,
    /// What the lease is shorter by here: more than the clocks of switch and store can drift apart in a period (RP-SW-2).
    pub guard: Span,
    /// Time until an unanswered write is sent again (RP-SW-6).
    pub resend_after: Span,
    /// Where the doubling of that time stops.
    pub resend_max: Span,
    /// Time without an answer after which the store counts as unreachable (RP-SW-11).
    pub silence: Span,
    /// How long a `BoundedOpen` program goes on after its lease has lapsed (RP-SW-11).
    pub open: Span,
    /// Snapshots, of a program with a structure.
    pub snapshots: Snapshots,
    /// Values of the program's own, see its documentation.
    pub program: [u32; PROGRAM_PARAMS],
}

/// How the snapshots of a structure are taken (paper §5.4).
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Snapshots {
    /// Time from the beginning of one to that of the next (the paper's T_snap); [`Switch::poll`] must be called as often.
    pub every: Span,
    /// The bound ε: so old may the last complete one be (RP-SN-5).
    pub bound: Span,
    /// Every so many of them all slots travel; of the others those that have changed. 1: of each.
    pub whole_every: u16,
    /// Most slots in a message, as far as the buffer has room for them. 1, as where a packet generator makes a packet a slot.
    pub slots_per_message: u16,
    /// Time after which the structure is emptied; 0: never.
    pub window: Span,
}

impl Snapshots {
    /// The paper's period of 1 ms, a bound of 50 ms, whole every 64th, 64 slots to a message, and no windows.
    pub const DEFAULT: Self = Self {
        every: Span::from_millis(1),
        bound: Span::from_millis(50),
        whole_every: 64,
        slots_per_message: 64,
        window: Span::from_millis(0),
    };
}

impl Config {
    /// The paper's lease of 1 s with a guard of 1 %, resending from 2 ms on to 256 ms, and a silent store after three periods.
    pub const fn new(switch_id: u16, incarnation: Incarnation) -> Self {
        Self {
            switch_id,
            incarnation,
            lease_period: Span::from_millis(1000),
            guard: Span::from_millis(10),
            resend_after: Span::from_millis(2),
            resend_max: Span::from_millis(256),
            silence: Span::from_millis(3000),
            open: Span::from_millis(0),
            snapshots: Snapshots::DEFAULT,
            program: [0; PROGRAM_PARAMS],
        }
    }

    /// The same with another lease period, and guard and silence in proportion to it.
    pub const fn with_lease_period(mut self, period: Span) -> Self {
        self.lease_period = period;
        self.guard = Span::from_ticks(period.ticks() / 100);
        self.silence = Span::from_ticks(period.ticks().saturating_mul(3));
        self
    }

    /// What a parameter is set to; times are in ticks.
    pub fn param(&self, param: Param) -> u32 {
        self.params().get(param)
    }

    pub(crate) const fn params(&self) -> Params {
        Params {
            switch_id: self.switch_id as u32,
            incarnation: self.incarnation.raw() as u32,
            lease_span: self.lease_period.ticks().saturating_sub(self.guard.ticks()),
            period: self.lease_period.ticks(),
            half_period: self.lease_period.ticks() / 2,
            resend_after: self.resend_after.ticks(),
            resend_max: self.resend_max.ticks(),
            silence_span: self.silence.ticks(),
            open_span: self.open.ticks(),
            stale_span: self.snapshots.bound.ticks(),
            snapshot_every: self.snapshots.every.ticks(),
            whole_every: self.snapshots.whole_every,
            slots_per_message: self.snapshots.slots_per_message,
            window: self.snapshots.window.ticks(),
            program: self.program,
        }
    }
}

/// Where a packet came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Ingress {
    /// The port's number, at most [`PORT_MAX`].
    pub port: u16,
    /// Whether it counts as coming from the inside.
    pub inside: bool,
}

/// What must be done with the buffer that a call was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[must_use]
pub enum Verdict {
    /// The packet leaves. It had come in by this port; the target knows the way on.
    Forward {
        /// Where it had come in.
        port: u16,
    },
    /// The buffer holds a message for the store's shard of [`Switch::last_key`].
    ToStore {
        /// What kind of message.
        kind: Kind,
    },
    /// The packet is for the device's CPU.
    Punt {
        /// Where it had come in.
        port: u16,
        /// Why.
        reason: Reason,
    },
    /// Nothing is to be done: the message was all there was.
    Consumed,
    /// Nothing is to be done: the packet or message was ignored.
    Dropped(Reason),
}

/// A switch that runs program `P` with `N` flow slots (a power of two) and a mirror queue of `Q` copies.
pub type Switch<P, const N: usize, const Q: usize> = SwitchOver<P, Owned<P, N, Q>>;

/// A switch that runs program `P` with its flow slots and mirror queue in the storage `S`.
#[derive(Debug)]
pub struct SwitchOver<P: Program, S: Storage<P>> {
    memory: Memory<P, S>,
    inside: PortSet,
    swept_at: Tick,
    sweep_next: u32,
    copies_left: usize,
}

impl<P: Program, const N: usize, const Q: usize> Switch<P, N, Q> {
    /// A switch that holds no lease, at `now`. `inside` are the ports on the inside: a packet that comes back out of a
    /// grant has only its port's number with it.
    pub const fn new(config: &Config, inside: PortSet, now: Tick) -> Self {
        Self::over(Owned::new(), config, inside, now)
    }
}

impl<P: Program, S: Storage<P>> SwitchOver<P, S> {
    /// Bytes of memory that a flow slot takes, and how many of them are neither key nor state.
    pub const SLOT_BYTES: (usize, usize) = (SLOT_BYTES + 4 * (P::Key::LEN + P::State::LEN), SLOT_BYTES);

    /// The same as [`Switch::new`], over a storage of the caller's.
    pub const fn over(storage: S, config: &Config, inside: PortSet, now: Tick) -> Self {
        Self {
            memory: Memory::new(config.params(), storage),
            inside,
            swept_at: now,
            sweep_next: 0,
            copies_left: COPIES_A_POLL,
        }
    }

    /// A packet came in. `packet` has [`HEADROOM`] bytes in front of it, or it is dropped as [`Reason::NoBuffer`]; it came in by a
    /// port up to [`PORT_MAX`], or it is dropped as [`Reason::PortTooHigh`].
    #[inline(always)]
    pub fn handle_packet(&mut self, now: Tick, ingress: Ingress, packet: &mut Buffer<'_>) -> Verdict {
        if packet.start() < HEADROOM {
            return self.ignore(Reason::NoBuffer);
        }
        if ingress.port > PORT_MAX {
            return self.ignore(Reason::PortTooHigh);
        }
        self.take(now, ingress, packet)
    }

    /// A message came from the store: one, as [`Message::parse`] takes it off a datagram. What it carries may leave or go
    /// through again.
    #[inline]
    pub fn handle_message(&mut self, now: Tick, packet: &mut Buffer<'_>) -> Verdict {
        let layout_of = |schema| (schema == P::LAYOUT.schema).then_some(P::LAYOUT);
        let message = match Message::parse(packet.bytes(), layout_of) {
            Ok((message, _)) => message,
            Err(error) => return self.ignore(reason_of(error)),
        };
        if message.tag().is_some() {
            return self.ignore(Reason::MessageTag);
        }
        if P::Structure::ROWS > 0
            && let Some(verdict) = self.snapshot_answer(now, &message)
        {
            return verdict;
        }
        let kind = message.kind();
        if kind.is_request() || kind == Kind::SnapshotAck {
            return self.ignore(Reason::WrongDirection);
        }
        let about = About {
            kind: kind as u32,
            switch: message.switch() as u32,
            incarnation: message.incarnation().raw() as u32,
            epoch: message.epoch().raw(),
            seq: message.seq().raw(),
            timestamp: message.timestamp().raw(),
            ends_lease: matches!(message.body(), Body::Refusal(why) if why.ends_lease()),
            carries: message.flags().piggyback(),
            again: message.flags().retransmission(),
            ..About::default()
        };
        let (mut key, mut state) = (P::Key::ZERO, P::State::ZERO);
        copy_words(key.as_mut(), message.key());
        copy_words(state.as_mut(), message.state());
        let port = message.flags().port();
        let head_len = message.head_len();

        if !packet.pull(head_len) {
            return self.ignore(Reason::MessageTooShort);
        }
        let mut pass = Native::<P, _, { Pass::Message as u32 }>::new(&mut self.memory, now);
        pass.about = about;
        pass.key = key;
        pass.state = state;
        dataplane::ingress::<_, P>(&mut pass);
        match pass.fate {
            Fate::GoesAgain => {
                let ingress = Ingress { port, inside: self.inside.contains(port) };
                self.take(now, ingress, packet)
            }
            Fate::Leaves => Verdict::Forward { port },
            Fate::Ignored(reason) => Verdict::Dropped(reason),
            Fate::Punted(reason) => Verdict::Punt { port, reason },
            Fate::Consumed => Verdict::Consumed,
        }
    }

    /// Time has passed: sends again what is due and sweeps. Gives the kind of the message that `out` then holds; to be called
    /// until it gives `None`. `out` is all head room, [`HEADROOM`] bytes at least.
    pub fn poll(&mut self, now: Tick, out: &mut Buffer<'_>) -> Option<Kind> {
        self.sweep(now);
        let turns = self.copies_left.min(self.memory.storage.copies());
        for _ in 0..turns {
            self.copies_left -= 1;
            out.clear();
            let sent = self.copy_pass(now, out);
            if sent.is_some() {
                return sent;
            }
        }
        self.copies_left = COPIES_A_POLL;
        if P::Structure::ROWS > 0 { self.snapshot_poll(now, out) } else { None }
    }

    /// Hands the flow of `key` back to the store, as a planned evacuation does. The messages come out of [`Switch::poll`].
    pub fn give_up(&mut self, now: Tick, key: &P::Key) {
        let mut pass = Native::<P, _, { Pass::GiveUp as u32 }>::new(&mut self.memory, now);
        pass.key = *key;
        dataplane::ingress::<_, P>(&mut pass);
    }

    /// Hands every flow back, as many as the mirror queue takes at a time: to be called until it gives 0, with
    /// [`Switch::poll`] in between. Gives the number of flows whose lease is still ours.
    pub fn give_up_all(&mut self, now: Tick) -> usize {
        let mut left = 0;
        for index in 0..self.slots() {
            let row = self.memory.row(index);
            let key = row.key;
            let live = Tick::new(row.cells.deadline).is_after(now);
            if row.cells.epoch == Epoch::NONE.raw() || !live {
                continue;
            }
            if self.memory.storage.has_room() {
                self.give_up(now, &key);
            } else {
                left += 1;
            }
        }
        left
    }

    /// The flow that the last message for the store is about: its shard is [`crate::memory::shard_of`] this key.
    pub fn last_key(&self) -> &P::Key {
        &self.memory.outgoing.key
    }

    /// What was done and what was ignored, since the switch was made.
    pub fn counters(&self) -> &Counters {
        self.memory.storage.counters()
    }

    /// Copies that wait in the mirror queue.
    pub fn mirrored(&self) -> usize {
        self.memory.storage.copies()
    }

    /// What the registers say of a flow: for checkers, operators and debuggers; `None` if it has no slot.
    pub fn inspect(&mut self, now: Tick, key: &P::Key) -> Option<FlowView<P::State>> {
        let index = self.memory.lookup(key)?;
        let row = self.memory.row(index);
        Some(FlowView {
            epoch: Epoch::new(row.cells.epoch),
            live: Tick::new(row.cells.deadline).is_after(now),
            renounced: row.cells.renounced != 0,
            seq: row.cells.seq,
            acked: row.cells.acked,
            state: row.state,
        })
    }

    #[inline(always)]
    fn slots(&self) -> u32 {
        self.memory.storage.slots() as u32
    }

    /// A packet whose port and head room are as they must be, or one that comes back out of a grant.
    #[inline(always)]
    fn take(&mut self, now: Tick, ingress: Ingress, packet: &mut Buffer<'_>) -> Verdict {
        match self.packet_pass(now, ingress, packet.bytes_mut()) {
            Outcome::Leaves => Verdict::Forward { port: ingress.port },
            other => self.settle(other, ingress.port, packet),
        }
    }

    /// Not inlined: two callers, and much code. It is given the frame alone: what encoding a message takes, the buffer first of all,
    /// would take up registers in passes that send nothing.
    #[inline(never)]
    fn packet_pass(&mut self, now: Tick, ingress: Ingress, frame: &mut [u8]) -> Outcome {
        if !self.memory.storage.has_room() {
            self.make_room(now);
        }
        let mut pass = Native::<P, _, { Pass::Packet as u32 }>::new(&mut self.memory, now);
        if pass.parse(frame, ingress).is_err() {
            return Outcome::Malformed;
        }
        dataplane::ingress::<_, P>(&mut pass);
        pass.deparse();
        if !pass.sends() {
            return match pass.fate {
                Fate::Leaves => Outcome::Leaves,
                Fate::Ignored(reason) => Outcome::Ignored(reason),
                Fate::Punted(reason) => Outcome::Punted(reason),
                // A program that says nothing of a packet has not handled it.
                Fate::Consumed | Fate::GoesAgain => Outcome::NotHandled,
            };
        }
        pass.turn_to_egress();
        dataplane::egress::<_, P>(&mut pass);
        Outcome::Sends
    }

    /// What is to be done with a packet that does not simply leave. Not inlined: a packet that leaves is to have a short way.
    #[inline(never)]
    fn settle(&mut self, outcome: Outcome, port: u16, packet: &mut Buffer<'_>) -> Verdict {
        match outcome {
            Outcome::Leaves => Verdict::Forward { port },
            Outcome::Sends => match self.send(port, packet) {
                Ok(kind) => Verdict::ToStore { kind },
                Err(reason) => self.ignore(reason),
            },
            Outcome::Ignored(reason) => Verdict::Dropped(reason),
            Outcome::Punted(reason) => Verdict::Punt { port, reason },
            Outcome::Malformed => self.ignore(Reason::Malformed),
            Outcome::NotHandled => self.ignore(Reason::NotHandled),
        }
    }

    /// The oldest copy comes around; gives what was sent of it into `out`.
    #[inline]
    fn copy_pass(&mut self, now: Tick, out: &mut Buffer<'_>) -> Option<Kind> {
        let copy = self.memory.storage.pop()?;
        let mut pass = Native::<P, _, { Pass::Copy as u32 }>::new(&mut self.memory, now);
        pass.carry_copy(&copy);
        dataplane::ingress::<_, P>(&mut pass);
        if !pass.sends() {
            return None;
        }
        pass.turn_to_egress();
        dataplane::egress::<_, P>(&mut pass);
        // Without head room it is lost, as the network may lose it: what has to arrive is in the queue again.
        self.send(0, out).ok()
    }

    /// Puts the outgoing message around the packet, which had come in by `port`, and gives its kind, or why it is lost.
    #[inline]
    fn send(&mut self, port: u16, packet: &mut Buffer<'_>) -> Result<Kind, Reason> {
        let Memory { outgoing, params, .. } = &self.memory;
        let kind = Kind::from_wire(outgoing.kind as u8).ok_or(Reason::NotHandled)?;
        if !outgoing.carry {
            packet.clear();
        }
        let flags = Flags::new()
            .with_piggyback(outgoing.carry)
            .with_retransmission(outgoing.retransmission)
            .with_port(if outgoing.carry { port } else { 0 });
        let envelope = Envelope {
            layout: P::LAYOUT,
            kind,
            flags,
            switch: params.switch_id as u16,
            incarnation: Incarnation::new(params.incarnation as u16),
            epoch: Epoch::new(outgoing.epoch),
            seq: Seq::new(outgoing.seq),
            timestamp: Tick::new(outgoing.timestamp),
            key: outgoing.key.as_ref(),
            state: outgoing.state.as_ref(),
        };
        envelope.encode(packet).map_err(|_| Reason::NoBuffer)?;
        Ok(kind)
    }

    /// Takes a few copies around that are not sent, so that acked and superseded writes make room for another.
    #[cold]
    fn make_room(&mut self, now: Tick) {
        for _ in 0..COPIES_FOR_ROOM {
            let Some(copy) = self.memory.storage.pop() else { return };
            if copy.kind != Kind::Write {
                let kept = self.memory.storage.push(copy);
                debug_assert!(kept, "a copy that was taken out fits in again");
                continue;
            }
            let mut pass = Native::<P, _, { Pass::Copy as u32 }>::new(&mut self.memory, now);
            let due = Tick::new(copy.due);
            let soon = now + Span::from_ticks(1);
            pass.carry_copy(&Copy { due: if due.is_after(soon) { copy.due } else { soon.raw() }, ..copy });
            dataplane::ingress::<_, P>(&mut pass);
        }
    }

    /// RP-SW-12: as many slots as the time since the last call wants, so that a round takes [`SWEEP_ROUND`].
    #[inline]
    fn sweep(&mut self, now: Tick) {
        let elapsed = now.since(self.swept_at);
        // Both are powers of two, so that no division is needed, which a small core has not.
        let slot_every_log2 =
            SWEEP_ROUND.ticks().trailing_zeros().saturating_sub(self.slots().trailing_zeros());
        let slots = (elapsed >> slot_every_log2).min(self.slots());
        // What was swept is paid for; the rest of the time counts for the next slot.
        self.swept_at = if slots == self.slots() {
            now
        } else {
            self.swept_at + Span::from_ticks(slots << slot_every_log2)
        };
        for _ in 0..slots {
            let mut pass = Native::<P, _, { Pass::Sweep as u32 }>::new(&mut self.memory, now);
            pass.sweep_index = self.sweep_next;
            dataplane::ingress::<_, P>(&mut pass);
            self.sweep_next = (self.sweep_next + 1) & (self.slots() - 1);
        }
    }

    #[cold]
    fn ignore(&mut self, reason: Reason) -> Verdict {
        self.memory.storage.counters_mut().ignore(reason);
        Verdict::Dropped(reason)
    }
}

/// How the pass of a packet ended. It has one small field at most, so a function returns it in registers.
#[derive(Clone, Copy)]
enum Outcome {
    Leaves,
    Sends,
    Ignored(Reason),
    Punted(Reason),
    Malformed,
    NotHandled,
}

/// A flow as the registers have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct FlowView<S> {
    /// Lease generation.
    pub epoch: Epoch,
    /// Whether the lease is live.
    pub live: bool,
    /// Whether it was given up.
    pub renounced: bool,
    /// Newest write.
    pub seq: u32,
    /// Newest acked write.
    pub acked: u32,
    /// The program's state.
    pub state: S,
}

fn copy_words(to: &mut [u32], from: &[zerocopy::byteorder::network_endian::U32]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = from.get();
    }
}

/// The counter of a message that could not be parsed.
pub fn reason_of(error: ParseError) -> Reason {
    match error {
        ParseError::TooShort => Reason::MessageTooShort,
        ParseError::Version => Reason::MessageVersion,
        ParseError::Kind => Reason::MessageKind,
        ParseError::Schema => Reason::MessageSchema,
        ParseError::Flags => Reason::MessageFlags,
        ParseError::TrailingBytes => Reason::MessageTrailing,
    }
}
