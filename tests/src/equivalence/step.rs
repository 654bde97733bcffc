//! What happens next: time passes, and a frame comes, or a message in order, out of order, again, damaged or forged, or an order.

use std::fmt::Debug;

use redplane_core::packet::Buffer;
use redplane_core::program::Program;
use redplane_core::seq::{Epoch, Incarnation, Seq};
use redplane_core::store::Initializer;
use redplane_core::time::Span;
use redplane_core::wire::{Envelope, Flags, HEADER_LEN, HEADROOM, Kind, Refusal};

use super::Difference;
use super::pair::{LEASE, Pair, key_of};
use super::traffic::Traffic;
use crate::sim::frames;

/// With more messages than this under way there are fewer frames, so that answers come in time.
const BACKLOG: usize = 6;

/// The switch that wants flows which this one holds.
const RIVAL: u16 = 2;

/// Where a message has its epoch. No store grants the epoch that means none, and machines may differ in what they make of it.
const EPOCH: std::ops::Range<usize> = 8..12;

/// Messages that are this far behind the oldest one may overtake it.
const OVERTAKES: usize = 3;

impl<P: Program + Debug, I: Initializer<P>, const N: usize> Pair<P, I, N> {
    /// One thing happens to both machines.
    pub(super) fn step(&mut self, traffic: &mut impl Traffic) -> Result<(), Difference> {
        self.time_passes();
        let behind = self.under_way.len() > BACKLOG && self.rng.bool();
        let deed = if behind { 45 } else { self.rng.u32(0..100) };
        let done = match deed {
            0..45 => {
                let (port, frame) = self.next_frame(traffic);
                self.frame(port, &frame)?
            }
            45..80 if !self.under_way.is_empty() => match self.next_message() {
                Some(message) => self.message(&message)?,
                None => vec![],
            },
            80..84 if !self.under_way.is_empty() => {
                let message = self.damaged();
                self.message(&message)?
            }
            84..91 => {
                let message = self.forged()?;
                self.message(&message)?
            }
            91..92 if !self.keys.is_empty() => {
                let key = self.keys[self.rng.usize(0..self.keys.len())];
                self.give_up(key)?;
                vec![]
            }
            92..93 if !self.keys.is_empty() => {
                self.rival_asks()?;
                vec![]
            }
            _ => {
                self.poll()?;
                vec![]
            }
        };
        self.tell(traffic, &done);
        self.step_done()
    }

    fn time_passes(&mut self) {
        let ticks = match self.rng.u32(0..400 << self.pace) {
            // The time between the sweeps of two slots.
            0 => 1 << 25,
            1..9 => LEASE.ticks() + self.rng.u32(0..LEASE.ticks()),
            9..25 => self.rng.u32(0..LEASE.ticks()),
            25..200 => self.rng.u32(0..4000),
            _ => self.rng.u32(0..3),
        };
        self.tally.count_many("lease periods that passed", u64::from(ticks > LEASE.ticks()));
        self.advance(ticks);
    }

    /// The traffic's next frame, sometimes cut.
    pub(super) fn next_frame(&mut self, traffic: &mut impl Traffic) -> (u16, Vec<u8>) {
        let (port, mut frame) = traffic.frame(&mut self.rng);
        if self.rng.u32(0..30) == 0 && !frame.is_empty() {
            frame.truncate(self.rng.usize(0..frame.len()));
            self.tally.count("packets cut");
        }
        (port, frame)
    }

    /// One of the oldest messages under way; `None` if it is lost.
    pub(super) fn next_message(&mut self) -> Option<Vec<u8>> {
        let at = self.rng.usize(0..self.under_way.len().min(OVERTAKES));
        self.tally.count_many("messages out of order", u64::from(at > 0));
        let message = if self.rng.u32(0..10) == 0 {
            self.tally.count("messages duplicated");
            self.under_way[at].clone()
        } else {
            self.under_way.remove(at)
        };
        self.tally.count_many("recalls", u64::from(kind_of(&message) == Some(Kind::Recall)));
        if self.rng.u32(0..12) == 0 {
            self.tally.count("messages lost");
            return None;
        }
        Some(message)
    }

    fn damaged(&mut self) -> Vec<u8> {
        self.tally.count("messages damaged");
        let mut message = self.under_way[0].clone();
        let at = self.rng.usize(0..message.len());
        match self.rng.u32(0..3) {
            // The header alone: the vector need not have room for words of a key that no packet makes.
            0 => {
                message[at % HEADER_LEN] ^= 1 << self.rng.u32(0..8);
                if message.get(EPOCH).is_some_and(|epoch| *epoch == Epoch::NONE.raw().to_be_bytes()) {
                    message[EPOCH.start] ^= 1;
                }
            }
            1 => message.truncate(at),
            _ => message.push(0),
        }
        message
    }

    /// Another switch asks the store for a flow, which recalls it then. What the store sends to the other arrives here too.
    fn rival_asks(&mut self) -> Result<(), Difference> {
        let key = self.keys[self.rng.usize(0..self.keys.len())];
        let envelope = Envelope {
            layout: P::LAYOUT,
            kind: Kind::LeaseRequest,
            flags: Flags::new(),
            switch: RIVAL,
            incarnation: Incarnation::new(1),
            epoch: Epoch::NONE,
            seq: Seq::new(0),
            timestamp: self.now,
            key: key.as_ref(),
            state: &[],
        };
        let request = self.encoded(&envelope, &[])?;
        self.ask_store(&request);
        Ok(())
    }

    fn encoded(&self, envelope: &Envelope<'_>, carried: &[u8]) -> Result<Vec<u8>, Difference> {
        let mut memory = vec![0; HEADROOM + carried.len()];
        memory[HEADROOM..].copy_from_slice(carried);
        let end = memory.len();
        let encoded = Buffer::new(&mut memory, HEADROOM, end).and_then(|mut buffer| {
            envelope.encode(&mut buffer).ok()?;
            Some(buffer.bytes().to_vec())
        });
        encoded.ok_or_else(|| self.differ(format!("no {:?} could be made", envelope.kind)))
    }

    /// A message that the store did not send, but could have.
    pub(super) fn forged(&mut self) -> Result<Vec<u8>, Difference> {
        self.tally.count("messages forged");
        let has_range =
            |kind: &Kind| matches!(kind, Kind::SnapshotSlots | Kind::SnapshotAck | Kind::SnapshotFetch);
        let kinds: Vec<_> = Kind::ALL.iter().copied().filter(|kind| !has_range(kind)).collect();
        let kind = kinds[self.rng.usize(0..kinds.len())];
        let key = match self.keys.len() {
            0 => vec![1; P::LAYOUT.key_words.into()],
            known => self.keys[self.rng.usize(0..known)].as_ref().to_vec(),
        };
        let view = key_of::<P>(&key).and_then(|key| self.switch.inspect(self.now, &key));
        let (epoch, seq) = view.map_or((1, 0), |view| (view.epoch.raw(), view.seq));
        let near = |rng: &mut fastrand::Rng| rng.u32(0..4).wrapping_sub(2);
        // No store grants the epoch that means none.
        let told = epoch.wrapping_add(near(&mut self.rng)).max(1);
        let carries = kind.may_carry() && self.rng.bool();
        let port = match kind {
            Kind::Refuse => [Refusal::StaleEpoch, Refusal::UnknownFlow, Refusal::PoolEmpty]
                [self.rng.usize(0..3)]
            .to_wire(),
            _ if carries => self.rng.u16(0..2),
            _ => 0,
        };
        let state: Vec<_> = (0..P::LAYOUT.state_words).map(|_| self.rng.u32(0..3)).collect();
        let carried = if carries { frames::udp(1, 3, 2, 4, b"carried") } else { vec![] };
        let envelope = Envelope {
            layout: P::LAYOUT,
            kind,
            flags: Flags::new()
                .with_piggyback(carries)
                .with_port(port)
                .with_tag(self.rng.u32(0..20) == 0)
                .with_migrated(kind == Kind::Grant && self.rng.bool()),
            switch: if self.rng.u32(0..8) == 0 { 7 } else { 1 },
            incarnation: Incarnation::new(if self.rng.u32(0..8) == 0 { 2 } else { 1 }),
            epoch: Epoch::new(told),
            seq: Seq::new(seq.wrapping_add(near(&mut self.rng))),
            timestamp: self.now - Span::from_ticks(self.rng.u32(0..2 * LEASE.ticks())),
            key: &key,
            state: &state,
        };
        self.encoded(&envelope, &carried)
    }
}

/// The kind of a message from the store; `None` for bytes that are none.
pub(super) fn kind_of(message: &[u8]) -> Option<Kind> {
    Kind::from_wire(message.first()? & 0xf)
}
