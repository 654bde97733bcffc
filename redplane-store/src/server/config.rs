//! What a store is told, and whether it makes sense.

use super::StartError;
use super::programs::Programs;
use crate::chain::MEMBERS_MAX;
use crate::limits::{
    DEFAULT_LIMITS, FLOWS_MAX, LOG_MAX, WAITING_MAX, available_bytes, log_bytes, pool_bytes, program_bytes,
};
use crate::master::Master;
use crate::nat::NatConfig;
use crate::shard::{FlowMap, SNAPSHOTS_MAX};
use crate::socket::{BatchSocket, BindError, PortUse};
use redplane_apps::{Counter, HeavyHitter, Nat44};
use redplane_core::program::Program;
use redplane_core::store::{Limits, SwitchLimits};
use redplane_core::structure::Structure;
use redplane_core::time::Span;
use std::net::SocketAddr;
use std::time::Duration;

/// Shortest lease period: ten times of what shards are polled in.
pub const LEASE_PERIOD_MIN: Span = Span::from_millis(10);

/// Longest lease period: ticks wrap, and a dead switch's flows stand still for this long.
pub const LEASE_PERIOD_MAX: Span = Span::from_millis(60_000);

/// How long a counter is kept that nothing counts, unless told otherwise.
pub const COUNTER_IDLE: Duration = Duration::from_secs(3600);

/// Runs of consecutive free ports that are tried for several shards when the kernel may choose.
const PORT_TRIES: usize = 64;

/// The same of a VLAN's sketch.
pub const HEAVY_HITTER_IDLE: Duration = Duration::from_secs(3600);

/// What the heavy-hitter detector keeps of a VLAN.
type Structured = <HeavyHitter as Program>::Structure;

/// Answers of a program in a shard that may wait to be durable, unless told otherwise.
pub const PENDING: usize = 1024;

/// Bytes of entries of a program in a shard that are kept for replicas that lack them, unless told otherwise.
pub const CHAIN_LOG_BYTES: usize = 8 << 20;

/// After how long without a sign of life a replica counts as dead, unless told otherwise.
pub const DETECTION: Duration = Duration::from_millis(1000);

/// The shortest detection time: below, a busy host looks dead.
pub const DETECTION_MIN: Duration = Duration::from_millis(40);

/// Most members of a group, unless told otherwise.
pub const REPLICAS_MAX: usize = 3;

/// Where the state of a store is, beside this process.
#[derive(Debug)]
pub enum Replication {
    /// Nowhere: what the store knows is lost with the process.
    Alone,
    /// At the other replicas of a list that never changes, the head first (see [`crate::master::StaticMaster`]).
    Static {
        /// All of them.
        replicas: Vec<SocketAddr>,
        /// Which one this is, counted from 0.
        me: usize,
    },
    /// At the other replicas of a group whose views a configuration master decides.
    Master {
        /// The way to it.
        master: Box<dyn Master>,
        /// What people call this replica.
        name: String,
        /// After how long without a sign of life a replica counts as dead; it gives one four times as often.
        detection: Duration,
    },
    /// In an engine, from which another server of the group takes it over.
    Engine {
        /// See [`crate::engine`].
        url: String,
        /// Servers of one group share their state.
        group: String,
        /// How long a server is silent before another one takes over.
        hold: Duration,
    },
}

/// What a store is told.
#[derive(Debug)]
pub struct ServerConfig {
    /// Address of the first shard; the others listen on the ports above. Port 0: the kernel chooses.
    pub listen: SocketAddr,
    /// Number of shards, the same at the switches.
    pub shards: u16,
    /// Whether a running store of the same user may be joined on its ports, to take over from it.
    pub takeover: bool,
    /// The switches' lease period.
    pub lease_period: Span,
    /// What each program of each shard may hold (RP-ST-7).
    pub limits: Limits,
    /// What a single switch may take of that.
    pub switch_limits: SwitchLimits,
    /// Most bytes that the store may take in all; what it would take is known before it starts. `None`: what the host has.
    pub memory_max_bytes: Option<usize>,
    /// The NAT, if it is served.
    pub nat: Option<NatConfig>,
    /// After how long an unused counter ends, if the counter is served.
    pub counter_idle: Option<Duration>,
    /// After how long the sketch of a VLAN ends in which nothing comes, if the heavy-hitter detector is served.
    pub heavy_hitter_idle: Option<Duration>,
    /// Address of the metrics endpoint, if there shall be one.
    pub metrics: Option<SocketAddr>,
    /// Where the state is, beside this process.
    pub replication: Replication,
    /// Answers of each program of each shard that may wait to be durable; none ever does if the store is alone.
    pub pending: usize,
    /// Bytes of entries of each program of each shard that are kept for replicas that lack them, for a replica of a chain.
    pub chain_log_bytes: usize,
    /// Most members of the group; further replicas wait for a place.
    pub replicas_max: usize,
}

impl ServerConfig {
    /// One shard that serves the counter with a lease period of 1 s, without a metrics endpoint.
    #[must_use]
    pub fn new(listen: SocketAddr) -> Self {
        Self {
            listen,
            shards: 1,
            takeover: false,
            lease_period: Span::from_millis(1000),
            limits: DEFAULT_LIMITS,
            switch_limits: SwitchLimits::NONE,
            memory_max_bytes: None,
            nat: None,
            counter_idle: Some(COUNTER_IDLE),
            heavy_hitter_idle: None,
            metrics: None,
            replication: Replication::Alone,
            pending: PENDING,
            chain_log_bytes: CHAIN_LOG_BYTES,
            replicas_max: REPLICAS_MAX,
        }
    }

    /// Bytes of memory that the store will take for flows, waiting messages and ports.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        let nat = self.nat.as_ref().map_or(0, |_| program_bytes::<Nat44>(&self.limits));
        let counter = self.counter_idle.map_or(0, |_| program_bytes::<Counter>(&self.limits));
        let heavy_hitter = self.heavy_hitter_idle.map_or(0, |_| {
            let limits = self.limits_of_vlans();
            let snapshots = limits.flows * size_of::<<Structured as Structure>::Assembly>();
            program_bytes::<HeavyHitter>(&limits).saturating_add(snapshots)
        });
        let served = nat.saturating_add(counter).saturating_add(heavy_hitter);
        let programs = served.saturating_add(self.served().saturating_mul(self.log_bytes()));
        let shards = programs.saturating_mul(self.shards.into());
        shards.saturating_add(self.nat.as_ref().map_or(0, pool_bytes))
    }

    /// How many programs are served.
    pub(super) fn served(&self) -> usize {
        let served = [self.nat.is_some(), self.counter_idle.is_some(), self.heavy_hitter_idle.is_some()];
        served.into_iter().filter(|is_served| *is_served).count()
    }

    /// Whether it is a replica of a chain.
    pub(super) fn is_replica(&self) -> bool {
        matches!(self.replication, Replication::Static { .. } | Replication::Master { .. })
    }

    /// Bytes of what waits to be durable, for each program of each shard.
    fn log_bytes(&self) -> usize {
        let chain = if self.is_replica() { self.chain_log_bytes } else { 0 };
        log_bytes(self.pending_max(), chain)
    }

    /// Answers that may wait to be durable.
    pub(super) fn pending_max(&self) -> usize {
        if matches!(self.replication, Replication::Alone) { 0 } else { self.pending }
    }

    /// What has to be the same at all replicas of a group, in words.
    pub(super) fn setup(&self) -> String {
        let mut setup = format!(
            "{} shards, lease period {} us, {} flows",
            self.shards,
            self.lease_period.nanos() / 1000,
            self.limits.flows
        );
        if let Some(NatConfig { addresses, ports, timeouts }) = &self.nat {
            let pool = addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
            setup.push_str(&format!(", nat of {pool} ports {}-{}, {timeouts:?}", ports.start(), ports.end()));
        }
        for (name, idle) in [("counter", self.counter_idle), ("heavy-hitter", self.heavy_hitter_idle)] {
            if let Some(idle) = idle {
                setup.push_str(&format!(", {name} idle {} s", idle.as_secs()));
            }
        }
        setup
    }

    /// The limits of a program whose flows are VLANs: there are fewer of them.
    pub(super) fn limits_of_vlans(&self) -> Limits {
        Limits { flows: self.limits.flows.min(SNAPSHOTS_MAX + 1), ..self.limits }
    }

    pub(super) fn check(&self) -> Result<(), StartError> {
        if self.shards == 0 {
            return Err(StartError::NoShards);
        }
        if self.listen.port() != 0 && self.listen.port().checked_add(self.shards - 1).is_none() {
            return Err(StartError::PortsEnd(self.listen.port(), self.shards));
        }
        if self.nat.is_none() && self.counter_idle.is_none() && self.heavy_hitter_idle.is_none() {
            return Err(StartError::NoProgram);
        }
        if !(LEASE_PERIOD_MIN..=LEASE_PERIOD_MAX).contains(&self.lease_period) {
            return Err(StartError::LeasePeriod(self.lease_period));
        }
        let Limits { flows, waiting_per_flow, waiting } = self.limits;
        for (name, value, max) in [
            ("a number of flows", flows, FLOWS_MAX),
            ("a number of waiting messages per flow", waiting_per_flow.into(), u16::MAX.into()),
            ("a number of waiting messages", waiting, WAITING_MAX),
            ("a number of answers that wait to be durable", self.pending, WAITING_MAX),
            ("a number of bytes for entries that replicas lack", self.chain_log_bytes, LOG_MAX),
            ("a number of replicas", self.replicas_max, MEMBERS_MAX),
        ] {
            if value == 0 || value > max {
                return Err(StartError::Limit(name, value, max));
            }
        }
        self.check_replication()?;
        for (name, value) in [
            ("a number of flows of a switch", self.switch_limits.flows),
            ("a number of waiting messages of a switch", self.switch_limits.waiting),
        ] {
            if value == 0 {
                return Err(StartError::Limit(name, value, usize::MAX));
            }
        }
        let wanted_bytes = self.memory_bytes();
        if let Some(max_bytes) = self.memory_max_bytes.filter(|max_bytes| wanted_bytes > *max_bytes) {
            return Err(StartError::MemoryMax { wanted_bytes, max_bytes });
        }
        match available_bytes() {
            Some(available_bytes) if wanted_bytes > available_bytes => {
                Err(StartError::Memory { wanted_bytes, available_bytes })
            }
            _ => Ok(()),
        }
    }

    fn check_replication(&self) -> Result<(), StartError> {
        if self.is_replica() && self.takeover {
            return Err(StartError::Takeover);
        }
        match &self.replication {
            Replication::Alone | Replication::Engine { .. } => {}
            Replication::Static { replicas, me } => {
                if *me >= replicas.len() || replicas.len() > MEMBERS_MAX {
                    return Err(StartError::ReplicaList(replicas.len(), *me));
                }
                if self.listen.port() != 0 && replicas[*me].port() != self.listen.port() {
                    return Err(StartError::NotMe(self.listen, replicas[*me]));
                }
            }
            Replication::Master { detection, .. } => {
                if *detection < DETECTION_MIN {
                    return Err(StartError::Detection(*detection));
                }
                if self.listen.ip().is_unspecified() {
                    return Err(StartError::NoAddress(self.listen));
                }
            }
        }
        Ok(())
    }

    /// One socket per shard, on consecutive ports.
    pub(super) fn bind(&self) -> Result<Vec<BatchSocket>, BindError> {
        let mut tries = if self.listen.port() == 0 && self.shards > 1 { PORT_TRIES } else { 1 };
        loop {
            tries -= 1;
            match self.bind_once() {
                Err(BindError::InUse(_)) if tries > 0 => {}
                result => return result,
            }
        }
    }

    fn bind_once(&self) -> Result<Vec<BatchSocket>, BindError> {
        let port_use = if self.takeover { PortUse::Join } else { PortUse::First };
        let first = BatchSocket::bind(self.listen, port_use)?;
        let mut address = first.local_address();
        let mut sockets = vec![first];
        while sockets.len() < self.shards.into() {
            let Some(port) = address.port().checked_add(1) else { return Err(BindError::InUse(address)) };
            address.set_port(port);
            sockets.push(BatchSocket::bind(address, port_use)?);
        }
        Ok(sockets)
    }
}

impl ServerConfig {
    pub(super) fn log(&self, loops: &[(u16, BatchSocket, Programs)]) {
        let Limits { flows, waiting_per_flow, waiting } = self.limits;
        for (shard, socket, programs) in loops {
            log::info!("shard {shard} of {} at {}", self.shards, socket.local_address());
            if let Some(nat) = &programs.nat {
                log::debug!("shard {shard}: {:?}", nat.flows().initializer().inner().pool());
            }
        }
        log::info!(
            "each program of each shard holds up to {flows} flows (nat: {} bytes a flow, counter: {}) and \
             {waiting} waiting messages, {waiting_per_flow} for a flow; {} MiB in all",
            FlowMap::<Nat44>::FLOW_BYTES,
            FlowMap::<Counter>::FLOW_BYTES,
            self.memory_bytes() >> 20
        );
        match &self.replication {
            Replication::Alone => {
                log::warn!(
                    "no durability beyond this process: one replica, whose state is lost when it ends"
                );
            }
            Replication::Static { replicas, me } => log::warn!(
                "a static group of {} replicas, of which this is number {me}: nothing is repaired. When one of them ends the \
                 group is silent, and has to be started anew without its state",
                replicas.len()
            ),
            Replication::Master { master, name, .. } => {
                log::info!("replica {name} of a group whose views {} decides", master.name());
            }
            Replication::Engine { url, group, .. } => {
                log::info!("the state is kept at {url}, group {group}");
            }
        }
    }
}
