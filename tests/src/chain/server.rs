//! A server of the group: its clock, and its process with a replica of each shard.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use redplane_core::program::Program;
use redplane_core::store::{Instant, LogIndex};
use redplane_store::chain::{Chain, ChainConfig, Member, MemberId, View};
use redplane_store::datagram::{Pool, Queue};
use redplane_store::placement::Placement;
use redplane_store::shard::Shard;

use crate::sim::app::{App, AppShard};
use crate::sim::network::Flight;
use crate::sim::summary::{Fault, Summary};
use crate::sim::world::Start;

/// The clocks of replicas and of switches each differ from true time by up to 4.5 parts in 1000; the guard is 10.
pub(super) const DRIFT_PPM_MAX: i64 = 4_500;
const PORT: u16 = 8000;

/// Which request an answer belongs to: switch, boot, timestamp and key, as words.
pub(super) type Asked = (u16, u16, u32, Vec<u32>);

/// A replica of a shard.
pub(super) struct Replica<A: App> {
    pub(super) shard: AppShard<A, Chain>,
    pub(super) pool: Pool,
    pub(super) out: Queue,
    pub(super) poll_at_ns: u64,
    /// Its entries up to here were compared with the truth.
    pub(super) agreed: LogIndex,
    /// When each request came in first.
    pub(super) came_ns: BTreeMap<Asked, u64>,
}

impl<A: App> Replica<A> {
    pub(super) fn view_number(&self) -> u64 {
        self.shard.durability().view().map_or(0, |view| view.number)
    }
}

/// A life of a server.
pub(super) struct Process<A: App> {
    pub(super) life: u64,
    pub(super) member: Member,
    pub(super) replicas: Vec<Replica<A>>,
    /// It has asked the master to name this one, in the view after this number, and does not know what became of it.
    pub(super) naming: Option<(u64, MemberId)>,
}

/// How the chains of a run are set up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setup {
    pub(super) start: Start,
    pub(super) chain: ChainConfig,
}

/// A machine that runs a process, or none.
pub(super) struct Server<A: App> {
    pub(super) process: Option<Process<A>>,
    pub(super) lives: u64,
    offset_ns: u64,
    drift_ppm: i64,
    /// It cannot reach the master until then.
    pub(super) away_until_ns: u64,
    /// It will stand still for so long from the next datagram on.
    pub(super) freezes_for_ns: Option<u64>,
    pub(super) frozen_until_ns: Option<u64>,
    /// What came in while it stood still; the first of it just before.
    pub(super) inbox: Vec<(Flight, Option<Instant>)>,
}

impl<A: App> Server<A> {
    pub(super) fn new(rng: &mut fastrand::Rng, summary: &mut Summary) -> Self {
        let drift_ppm = if rng.bool() { rng.i64(-DRIFT_PPM_MAX..=DRIFT_PPM_MAX) } else { 0 };
        if drift_ppm != 0 {
            summary.fault(Fault::ClockDrift);
        }
        Self {
            process: None,
            lives: 0,
            offset_ns: rng.u64(0..1 << 40),
            drift_ppm,
            away_until_ns: 0,
            freezes_for_ns: None,
            frozen_until_ns: None,
            inbox: Vec::new(),
        }
    }

    /// Its own clock.
    pub(super) fn now(&self, now_ns: u64) -> Instant {
        let drift_ns = (now_ns as i128 * i128::from(self.drift_ppm) / 1_000_000) as i64;
        Instant::from_nanos((self.offset_ns + now_ns).saturating_add_signed(drift_ns))
    }

    /// Starts a process, which is another member than all before.
    pub(super) fn boot(&mut self, app: &A, server: usize, setup: &Setup, now_ns: u64) {
        self.lives += 1;
        let id = self.id_of(self.lives, server);
        let member = Member { id, name: format!("{server}.{}", self.lives), address: address(server) };
        let replicas = (0..A::SHARDS)
            .map(|shard| {
                let config = setup.start.shard_config(app);
                let chain = ChainConfig { id, boot: self.lives as u32, shard, ..setup.chain };
                let chain = Chain::new(chain, A::Program::LAYOUT.schema);
                let initializer = app.initializer(Placement { shard, shards: A::SHARDS });
                Replica {
                    shard: Shard::new(&config, initializer, chain),
                    pool: Pool::with_capacity(AppShard::<A, Chain>::buffers_held(&config) + 256),
                    out: Queue::with_capacity(256),
                    poll_at_ns: now_ns,
                    agreed: LogIndex(0),
                    came_ns: BTreeMap::new(),
                }
            })
            .collect();
        self.process = Some(Process { life: self.lives, member, replicas, naming: None });
    }

    /// Who the process of this life is.
    pub(super) fn id_of(&self, life: u64, server: usize) -> MemberId {
        MemberId(life << 8 | server as u64)
    }

    /// The process of this life, unless it is gone.
    pub(super) fn life(&mut self, life: u64) -> Option<&mut Process<A>> {
        self.process.as_mut().filter(|process| process.life == life)
    }

    /// Whether the member lives here.
    pub(super) fn is(&self, id: MemberId) -> bool {
        self.process.as_ref().is_some_and(|process| process.member.id == id)
    }
}

impl<A: App> Process<A> {
    /// The view that all its shards have taken, if it is one.
    pub(super) fn view(&self) -> Option<&View> {
        let view = self.replicas.first()?.shard.durability().view()?;
        self.replicas.iter().all(|replica| replica.view_number() == view.number).then_some(view)
    }
}

fn address(server: usize) -> SocketAddr {
    SocketAddr::from(([10, 0, 0, server as u8], PORT))
}

/// Where a replica is.
pub(super) fn replica_address(server: usize, shard: usize) -> SocketAddr {
    SocketAddr::from(([10, 0, 0, server as u8], PORT + shard as u16))
}

/// Server and shard of the replica that is there.
pub(super) fn replica_at(address: SocketAddr) -> (usize, usize) {
    let SocketAddr::V4(v4) = address else { return (usize::MAX, 0) };
    (usize::from(v4.ip().octets()[3]), usize::from(v4.port() - PORT))
}
