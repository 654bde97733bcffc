//! The world's store: one shard with its buffers, its late log, and what it knew before the run.

use std::net::{Ipv4Addr, SocketAddr};

use redplane_core::packet::Buffer;
use redplane_core::program::Program;
use redplane_core::seq::{Epoch, Incarnation, Seq};
use redplane_core::store::{Instant, Limits};
use redplane_core::time::Tick;
use redplane_core::wire::{Envelope, Flags, HEADROOM, Kind, Message, SlotRange, Slots};
use redplane_store::datagram::{Pool, Queue};
use redplane_store::shard::{Shard, ShardConfig, ZeroState};

use super::tally::{Packet, ROWS, SLOTS, Tally, Words};
use super::world::{FLOWS, LEASE, layout_of};
use crate::sim::log::LateLog;

const SWITCH_PORT: u16 = 4000;
/// The switch that owned flows before the run, and will not come back.
const FORMER: u16 = 9;
/// A flow ends after as many ticks of idling: five minutes.
const IDLE_TICKS: u64 = 300_000_000_000 / redplane_core::time::TICK_NANOS;
/// Answers that may wait to be durable.
const PENDING: usize = 32;

/// A shard and what its server gives it.
pub(super) struct Store<const W: u8> {
    pub(super) shard: Shard<Tally<W>, ZeroState, LateLog<Tally<W>>>,
    pool: Pool,
    out: Queue,
    pub(super) poll_at_ns: u64,
    pub(super) commit_at_ns: u64,
}

impl<const W: u8> Store<W> {
    pub(super) fn new(epoch_floor: Epoch) -> Self {
        let config = ShardConfig {
            lease_period: LEASE,
            limits: Limits { flows: FLOWS + 1, waiting_per_flow: 8, waiting: 16 },
            pending: PENDING,
            epoch_floor,
            first_seq: Seq::default(),
        };
        Self {
            shard: Shard::new(&config, ZeroState { idle_ticks: IDLE_TICKS }, LateLog::new()),
            pool: Pool::with_capacity(64 + PENDING + 16),
            out: Queue::with_capacity(64),
            poll_at_ns: 0,
            commit_at_ns: 0,
        }
    }

    /// A datagram came in from a switch.
    pub(super) fn handle(&mut self, now_ns: u64, switch: u16, bytes: &[u8]) -> Result<(), String> {
        let Some(mut datagram) = self.pool.take() else { return Err("the store has no buffer".into()) };
        datagram.set_payload(bytes).map_err(|_| "a datagram longer than a buffer")?;
        datagram.set_peer(SocketAddr::from((Ipv4Addr::LOCALHOST, SWITCH_PORT + switch)));
        self.shard.handle(Instant::from_nanos(now_ns), datagram, &mut self.out, &mut self.pool);
        Ok(())
    }

    pub(super) fn poll(&mut self, now_ns: u64) {
        self.shard.poll(Instant::from_nanos(now_ns), &mut self.out, &mut self.pool);
    }

    /// What the store sends next, and to which switch.
    pub(super) fn sends(&mut self) -> Option<(usize, Vec<u8>)> {
        let datagram = self.out.pop()?;
        let switch = usize::from(datagram.peer().port() - SWITCH_PORT);
        let bytes = datagram.payload().to_vec();
        self.pool.give(datagram);
        Some((switch, bytes))
    }

    /// A switch that is gone owned the flow, and its last complete snapshot had this id and these words.
    pub(super) fn precede(&mut self, flow: usize, id: u32, words: &Words) -> Result<(), String> {
        self.ask(flow, Epoch::NONE, Kind::LeaseRequest, Seq::default(), None)?;
        let epoch = self
            .sends()
            .and_then(|(_, bytes)| {
                Message::parse(&bytes, layout_of::<W>).ok().map(|(message, _)| message.epoch())
            })
            .ok_or("no grant")?;
        let slots = Slots { range: SlotRange::new(0, SLOTS as u16), base: id, marks: &[], values: words };
        self.ask(flow, epoch, Kind::SnapshotSlots, Seq::new(id), Some(&slots))?;
        self.ask(flow, epoch, Kind::GiveUp, Seq::default(), None)?;
        while self.sends().is_some() {}
        Ok(())
    }

    fn ask(
        &mut self,
        flow: usize,
        epoch: Epoch,
        kind: Kind,
        seq: Seq,
        slots: Option<&Slots<'_>>,
    ) -> Result<(), String> {
        let mut memory = [0; HEADROOM + 4 * ROWS * SLOTS + 64];
        let mut buffer = Buffer::empty(&mut memory);
        let envelope = Envelope {
            layout: Tally::<W>::LAYOUT,
            kind,
            flags: Flags::new(),
            switch: FORMER,
            incarnation: Incarnation::default(),
            epoch,
            seq,
            timestamp: Tick::default(),
            key: &Packet::key(flow),
            state: &[],
        };
        let encoded = match slots {
            Some(slots) => envelope.encode_slots(slots, &mut buffer),
            None => envelope.encode(&mut buffer),
        };
        encoded.map_err(|_| "no room")?;
        self.handle(0, FORMER, buffer.bytes())?;
        let waiting = self.shard.durability_mut().waiting();
        self.shard.durability_mut().commit(waiting);
        self.poll(0);
        Ok(())
    }
}
