//! The programs of one shard: who gets a datagram, and the answer to one that nobody can take.
//!
//! The schema byte of the datagram's first message decides. A datagram holds messages of one schema; one of another schema behind
//! the first is counted as [`Reason::MessageSchema`] by the first one's program.

use super::ServerConfig;
use crate::datagram::{Datagram, Pool, Queue};
use crate::durability::OneReplica;
use crate::nat::{NatInitializer, ticks};
use crate::placement::{OnlyOwn, Placement};
use crate::pool::ConfigError;
use crate::shard::{Shard, ShardConfig, ZeroState};
use redplane_apps::{Counter, HeavyHitter, Nat44};
use redplane_core::count::{Counters, Reason};
use redplane_core::packet::Buffer;
use redplane_core::program::Program;
use redplane_core::seq::{Epoch, Incarnation, Seq};
use redplane_core::store::Instant;
use redplane_core::time::Tick;
use redplane_core::wire::{Envelope, Flags, Header, Kind, Layout, Refusal, VERSION};
use zerocopy::FromBytes;

/// Answers that may wait to be durable: none has to, one replica commits at once.
const PENDING: usize = 0;

pub(super) type NatShard = Shard<Nat44, OnlyOwn<NatInitializer>, OneReplica>;
pub(super) type CounterShard = Shard<Counter, OnlyOwn<ZeroState>, OneReplica>;
pub(super) type HeavyHitterShard = Shard<HeavyHitter, OnlyOwn<ZeroState>, OneReplica>;

/// What a shard's thread serves.
#[derive(Debug)]
pub(super) struct Programs {
    pub(super) nat: Option<NatShard>,
    pub(super) counter: Option<CounterShard>,
    pub(super) heavy_hitter: Option<HeavyHitterShard>,
    /// What no program has seen.
    pub(super) counters: Counters,
    /// Refusals for an unknown schema.
    pub(super) unknown_schema: u32,
}

impl Programs {
    /// Those that the configuration names, without flows. Allocates all that they will ever use.
    pub(super) fn new(
        config: &ServerConfig,
        placement: Placement,
        epoch_floor: Epoch,
    ) -> Result<Self, ConfigError> {
        let shard = ShardConfig {
            lease_period: config.lease_period,
            limits: config.limits,
            pending: PENDING,
            epoch_floor,
            first_seq: Seq::default(),
        };
        let nat = match &config.nat {
            Some(nat) => {
                let initializer = OnlyOwn::new(placement, NatInitializer::new(nat, placement)?);
                Some(Shard::new(&shard, initializer, OneReplica::default()))
            }
            None => None,
        };
        let counter = config.counter_idle.map(|idle| {
            let initializer = OnlyOwn::new(placement, ZeroState { idle_ticks: ticks(idle) });
            Shard::new(&shard, initializer, OneReplica::default())
        });
        let heavy_hitter = config.heavy_hitter_idle.map(|idle| {
            let initializer = OnlyOwn::new(placement, ZeroState { idle_ticks: ticks(idle) });
            let limits = config.limits_of_vlans();
            Shard::new(&ShardConfig { limits, ..shard }, initializer, OneReplica::default())
        });
        Ok(Self { nat, counter, heavy_hitter, counters: Counters::new(), unknown_schema: 0 })
    }

    /// Messages that may wait at once, each in a buffer of its own.
    pub(super) fn buffers_held(config: &ServerConfig) -> usize {
        let served =
            [config.nat.is_some(), config.counter_idle.is_some(), config.heavy_hitter_idle.is_some()];
        let programs = served.into_iter().filter(|is_served| *is_served).count();
        programs * (config.limits.waiting + PENDING)
    }

    /// A datagram came in.
    pub(super) fn handle(&mut self, now: Instant, datagram: Box<Datagram>, out: &mut Queue, pool: &mut Pool) {
        let is_of = |id| datagram.payload().get(1) == Some(&id);
        if let Some(nat) = self.nat.as_mut().filter(|_| is_of(Nat44::SCHEMA.id)) {
            nat.handle(now, datagram, out, pool);
        } else if let Some(counter) = self.counter.as_mut().filter(|_| is_of(Counter::SCHEMA.id)) {
            counter.handle(now, datagram, out, pool);
        } else if let Some(heavy) = self.heavy_hitter.as_mut().filter(|_| is_of(HeavyHitter::SCHEMA.id)) {
            heavy.handle(now, datagram, out, pool);
        } else {
            self.refuse_schema(datagram, out, pool);
        }
    }

    /// Time has passed.
    pub(super) fn poll(&mut self, now: Instant, out: &mut Queue, pool: &mut Pool) {
        if let Some(nat) = &mut self.nat {
            nat.poll(now, out, pool);
        }
        if let Some(counter) = &mut self.counter {
            counter.poll(now, out, pool);
        }
        if let Some(heavy_hitter) = &mut self.heavy_hitter {
            heavy_hitter.poll(now, out, pool);
        }
    }

    fn refuse_schema(&mut self, mut datagram: Box<Datagram>, out: &mut Queue, pool: &mut Pool) {
        let range = datagram.range();
        let answer = match Buffer::new(datagram.buffer_mut(), range.start, range.end) {
            Some(mut buffer) => unknown_schema(&mut buffer).map(|()| buffer.start()..buffer.end()),
            None => Err(Reason::NoBuffer),
        };
        let set = answer.and_then(|range| datagram.set_range(range).map_err(|_| Reason::NoBuffer));
        let refused = match set {
            Ok(()) => out.push(datagram).map_err(|datagram| (Reason::NoBuffer, datagram)),
            Err(reason) => Err((reason, datagram)),
        };
        match refused {
            Ok(()) => self.unknown_schema = self.unknown_schema.wrapping_add(1),
            Err((reason, datagram)) => {
                self.counters.ignore(reason);
                pool.give(datagram);
            }
        }
    }
}

/// Turns a request of an unknown schema into its refusal, which is never longer than the request. It has no key: how long that
/// is, only the schema would tell.
fn unknown_schema(message: &mut Buffer<'_>) -> Result<(), Reason> {
    let Ok((header, _)) = Header::read_from_prefix(message.bytes()) else {
        return Err(Reason::MessageTooShort);
    };
    if header.version_kind >> 4 != VERSION {
        return Err(Reason::MessageVersion);
    }
    let kind = Kind::from_wire(header.version_kind & 0xf).ok_or(Reason::MessageKind)?;
    if !kind.is_request() {
        return Err(Reason::WrongDirection);
    }
    message.clear();
    let envelope = Envelope {
        layout: Layout { schema: header.schema, key_words: 0, state_words: 0, slot_words: 0 },
        kind: Kind::Refuse,
        flags: Flags::new().with_port(Refusal::UnknownSchema.to_wire()),
        switch: header.switch.get(),
        incarnation: Incarnation::new(header.incarnation.get()),
        epoch: Epoch::new(header.epoch.get()),
        seq: Seq::new(header.seq.get()),
        timestamp: Tick::new(header.timestamp.get()),
        key: &[],
        state: &[],
    };
    envelope.encode(message).map_err(|_| Reason::NoBuffer)
}
