//! The programs of one shard: who gets a datagram, and the answer to one that nobody can take.
//!
//! The schema byte of the datagram's first message decides. A datagram holds messages of one schema; one of another schema behind
//! the first is counted as [`Reason::MessageSchema`] by the first one's program.

use super::backing::Backing;
use super::{Replication, ServerConfig, StartError};
use crate::chain::{Chain, ChainConfig, Joining, Member, MemberId, View, is_link};
use crate::datagram::{Datagram, Pool, Queue};
use crate::durability::OneReplica;
use crate::engine;
use crate::engine::log::{EngineLog, LogConfig};
use crate::nat::{NatInitializer, ticks};
use crate::placement::{OnlyOwn, Placement};
use crate::shard::{Shard, ShardConfig, ZeroState};
use redplane_apps::{Counter, HeavyHitter, Nat44};
use redplane_core::count::{Counters, Reason};
use redplane_core::packet::Buffer;
use redplane_core::program::Program;
use redplane_core::seq::{Epoch, Incarnation, Seq};
use redplane_core::store::Instant;
use redplane_core::time::{Span, Tick};
use redplane_core::wire::{Envelope, Flags, Header, Kind, Layout, Refusal, VERSION};
use std::io::{self, Read};
use zerocopy::FromBytes;

/// After how long without progress a link's entries are sent again.
const RESEND: Span = Span::from_millis(5);

pub(super) type NatShard = Shard<Nat44, OnlyOwn<NatInitializer>, Backing<Nat44>>;
pub(super) type CounterShard = Shard<Counter, OnlyOwn<ZeroState>, Backing<Counter>>;
pub(super) type HeavyHitterShard = Shard<HeavyHitter, OnlyOwn<ZeroState>, Backing<HeavyHitter>>;

/// Which life of which replica this process is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Identity {
    pub(super) id: MemberId,
    pub(super) boot: u32,
    /// When the shards' clock was zero.
    pub(super) start: std::time::Instant,
}

impl Identity {
    /// Draws a name that no other life of a replica has.
    pub(super) fn draw(config: &ServerConfig, start: std::time::Instant) -> io::Result<Self> {
        let (mut id, mut boot) = ([0; 8], [0; 4]);
        let mut source = std::fs::File::open("/dev/urandom")?;
        source.read_exact(&mut id)?;
        source.read_exact(&mut boot)?;
        let id = match &config.replication {
            // All replicas of a list have to name its members alike.
            Replication::Static { me, .. } => MemberId(*me as u64),
            _ => MemberId(u64::from_ne_bytes(id)),
        };
        Ok(Self { id, boot: u32::from_ne_bytes(boot), start })
    }
}

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
    /// Whether datagrams of other replicas are for us.
    has_links: bool,
}

/// The same statement for each program that is served.
macro_rules! for_each {
    ($programs:expr, $shard:ident => $do:expr) => {
        if let Some($shard) = &mut $programs.nat {
            $do;
        }
        if let Some($shard) = &mut $programs.counter {
            $do;
        }
        if let Some($shard) = &mut $programs.heavy_hitter {
            $do;
        }
    };
}

fn backing<P: Program>(
    config: &ServerConfig,
    identity: Identity,
    placement: Placement,
) -> Result<Backing<P>, StartError> {
    Ok(match &config.replication {
        Replication::Alone => Backing::One(OneReplica::default()),
        Replication::Static { .. } | Replication::Master { .. } => {
            let chain = ChainConfig {
                id: identity.id,
                boot: identity.boot,
                shard: placement.shard,
                log_bytes: config.chain_log_bytes,
                resend: RESEND,
                history: false,
            };
            Backing::Chain(Chain::new(chain, P::SCHEMA.id))
        }
        Replication::Engine { url, group, hold } => {
            let engine = engine::open(url, group, placement.shard, P::SCHEMA.id, *hold)?;
            let log = LogConfig { hold: *hold, room: config.limits.flows, start: identity.start };
            Backing::Engine(EngineLog::start(engine, &log)?)
        }
    })
}

impl Programs {
    /// Those that the configuration names, without flows. Allocates all that they will ever use.
    pub(super) fn new(
        config: &ServerConfig,
        identity: Identity,
        placement: Placement,
        epoch_floor: Epoch,
    ) -> Result<Self, StartError> {
        let shard = ShardConfig {
            lease_period: config.lease_period,
            limits: config.limits,
            pending: config.pending_max(),
            epoch_floor,
            first_seq: Seq::default(),
        };
        let nat = match &config.nat {
            Some(nat) => {
                let initializer = OnlyOwn::new(placement, NatInitializer::new(nat, placement)?);
                let shard = Shard::new(&shard, initializer, backing(config, identity, placement)?);
                Some(shard.with_switch_limits(config.switch_limits))
            }
            None => None,
        };
        let idle = |idle| OnlyOwn::new(placement, ZeroState { idle_ticks: ticks(idle) });
        let counter = match config.counter_idle {
            Some(time) => {
                let shard = Shard::new(&shard, idle(time), backing(config, identity, placement)?);
                Some(shard.with_switch_limits(config.switch_limits))
            }
            None => None,
        };
        let heavy_hitter = match config.heavy_hitter_idle {
            Some(time) => {
                let shard = ShardConfig { limits: config.limits_of_vlans(), ..shard };
                let shard = Shard::new(&shard, idle(time), backing(config, identity, placement)?);
                Some(shard.with_switch_limits(config.switch_limits))
            }
            None => None,
        };
        let has_links = config.is_replica();
        Ok(Self { nat, counter, heavy_hitter, counters: Counters::new(), unknown_schema: 0, has_links })
    }

    /// Messages that may wait at once, each in a buffer of its own.
    pub(super) fn buffers_held(config: &ServerConfig) -> usize {
        config.served() * (config.limits.waiting + config.pending_max())
    }

    /// A datagram came in.
    pub(super) fn handle(&mut self, now: Instant, datagram: Box<Datagram>, out: &mut Queue, pool: &mut Pool) {
        if self.has_links && is_link(datagram.payload()) {
            return self.handle_link(now, datagram, pool);
        }
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

    fn handle_link(&mut self, now: Instant, datagram: Box<Datagram>, pool: &mut Pool) {
        let is_of = |id| datagram.payload().get(1) == Some(&id);
        if datagram.is_truncated() {
            self.counters.ignore(Reason::DatagramTooLong);
            pool.give(datagram);
        } else if let Some(nat) = self.nat.as_mut().filter(|_| is_of(Nat44::SCHEMA.id)) {
            nat.handle_link(now, datagram, pool);
        } else if let Some(counter) = self.counter.as_mut().filter(|_| is_of(Counter::SCHEMA.id)) {
            counter.handle_link(now, datagram, pool);
        } else if let Some(heavy) = self.heavy_hitter.as_mut().filter(|_| is_of(HeavyHitter::SCHEMA.id)) {
            heavy.handle_link(now, datagram, pool);
        } else {
            self.counters.ignore(Reason::MessageSchema);
            pool.give(datagram);
        }
    }

    /// Sends what other replicas lack, and the answers that are durable.
    pub(super) fn flush(&mut self, now: Instant, out: &mut Queue, pool: &mut Pool) {
        for_each!(self, shard => shard.flush(now, out, pool));
    }

    /// Time has passed.
    pub(super) fn poll(&mut self, now: Instant, out: &mut Queue, pool: &mut Pool) {
        for_each!(self, shard => shard.poll(now, out, pool));
    }

    /// A view for all programs.
    pub(super) fn set_view(&mut self, now: Instant, view: &View, pool: &mut Pool) {
        for_each!(self, shard => {
            shard.set_view(now, view, pool);
        });
    }

    /// Who would like to join.
    pub(super) fn set_joiner(&mut self, now: Instant, joiner: Option<&Member>) {
        for_each!(self, shard => shard.set_joiner(now, joiner));
    }

    /// Whether one of the chains cannot or may not go on.
    pub(super) fn has_stopped(&mut self) -> bool {
        let mut any = false;
        for_each!(self, shard => any |= shard.chain().is_some_and(|chain| chain.is_removed()));
        any
    }

    /// Whether answers wait for an engine, which does not wake the shard when it is done.
    pub(super) fn waits_for_engine(&mut self) -> bool {
        let mut any = false;
        for_each!(self, shard => {
            any |= shard.pending() > 0 && matches!(shard.durability(), Backing::Engine(_));
        });
        any
    }

    /// How far the slowest program is with whoever joins.
    pub(super) fn joining(&mut self) -> Joining {
        let mut all = None;
        for_each!(self, shard => {
            let own = shard.chain().map_or(Joining::Nobody, |chain| chain.joining());
            all = Some(match (all, own) {
                (None, own) => own,
                (Some(Joining::Ready(id)), Joining::Ready(other)) if id == other => Joining::Ready(id),
                (
                    Some(Joining::Ready(id) | Joining::Copying(id)),
                    Joining::Ready(other) | Joining::Copying(other),
                ) if id == other => Joining::Copying(id),
                _ => Joining::Nobody,
            });
        });
        all.unwrap_or(Joining::Nobody)
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
