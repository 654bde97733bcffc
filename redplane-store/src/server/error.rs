//! Why a store does not start, with what to do about it.

use crate::chain::MEMBERS_MAX;
use crate::engine::OpenError;
use crate::engine::log::LogError;
use crate::http;
use crate::pool::ConfigError;
use crate::socket::BindError;
use redplane_core::time::Span;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

/// Why a store does not start.
#[derive(Debug)]
pub enum StartError {
    /// No shard is asked for.
    NoShards,
    /// The shards' ports do not all exist: first port and number of shards.
    PortsEnd(u16, u16),
    /// No program is to be served.
    NoProgram,
    /// The lease period is outside of [`super::LEASE_PERIOD_MIN`] and [`super::LEASE_PERIOD_MAX`].
    LeasePeriod(Span),
    /// A limit is 0 or beyond its maximum: its name, what it was and its maximum.
    Limit(&'static str, usize, usize),
    /// The NAT's outside addresses and ports make no pool.
    Pool(ConfigError),
    /// A shard would have no outside ports: the pool is too small for so many shards.
    PoolShare(u16),
    /// The configuration wants more bytes than the host has available.
    Memory {
        /// What it wants.
        wanted_bytes: usize,
        /// What there is.
        available_bytes: usize,
    },
    /// The configuration wants more bytes than it allows itself.
    MemoryMax {
        /// What it wants.
        wanted_bytes: usize,
        /// What it may take.
        max_bytes: usize,
    },
    /// A list of replicas has none, too many, or not as many as that this is the one with this number.
    ReplicaList(usize, usize),
    /// The store listens at one address, and the list of replicas says that it is at another.
    NotMe(SocketAddr, SocketAddr),
    /// The detection time is shorter than [`super::DETECTION_MIN`].
    Detection(Duration),
    /// A replica would share its ports with another process, which would get some of what other replicas send to it.
    Takeover,
    /// A replica listens at all addresses of the host: the others must be told one.
    NoAddress(SocketAddr),
    /// The engine's URL, group or hold is none.
    Engine(OpenError),
    /// A shard cannot have its log over the engine.
    EngineLog(LogError),
    /// The kernel gives no random numbers, of which a replica's name is made.
    Random(io::Error),
    /// A UDP socket could not be had.
    Bind(BindError),
    /// The metrics endpoint could not be had.
    Metrics(http::StartError),
    /// A thread could not be had.
    Thread(io::Error),
}

impl StartError {
    /// Whether the system refused what a sound configuration asked for.
    #[must_use]
    pub fn is_by_system(&self) -> bool {
        matches!(
            self,
            Self::Bind(_)
                | Self::Metrics(_)
                | Self::Thread(_)
                | Self::Random(_)
                | Self::EngineLog(LogError::Thread(_))
        )
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MEBIBYTE: usize = 1 << 20;
        match self {
            Self::NoShards => write!(f, "a store needs at least one shard"),
            Self::PortsEnd(port, shards) => write!(
                f,
                "{shards} shards from port {port} on would need ports above 65535: choose a lower port or fewer shards"
            ),
            Self::NoProgram => write!(f, "a store needs a program to serve: nat, counter or heavy-hitter"),
            Self::LeasePeriod(period) => write!(
                f,
                "a lease period of {} ms is outside of {} to {} ms",
                period.nanos().div_ceil(1_000_000),
                super::LEASE_PERIOD_MIN.nanos().div_ceil(1_000_000),
                super::LEASE_PERIOD_MAX.nanos().div_ceil(1_000_000)
            ),
            Self::Limit(name, value, max) => write!(f, "{name} of {value} is outside of 1 to {max}"),
            Self::Pool(error) => error.fmt(f),
            Self::PoolShare(shard) => write!(
                f,
                "shard {shard} would have no outside ports: give the NAT more addresses or ports, or use fewer shards"
            ),
            Self::Memory { wanted_bytes, available_bytes } => write!(
                f,
                "this needs {} MiB of memory and the host has {} MiB available: lower the numbers of flows, waiting \
                 messages, outside ports or shards",
                wanted_bytes / MEBIBYTE,
                available_bytes / MEBIBYTE
            ),
            Self::MemoryMax { wanted_bytes, max_bytes } => write!(
                f,
                "this needs {} MiB of memory and may take {} MiB: allow more, or lower the numbers of flows, waiting \
                 messages, outside ports or shards",
                wanted_bytes.div_ceil(MEBIBYTE),
                max_bytes / MEBIBYTE
            ),
            Self::ReplicaList(count, me) => write!(
                f,
                "this cannot be replica {me} of a list of {count}: number them from 0, and name at most {MEMBERS_MAX}"
            ),
            Self::NotMe(listen, replica) => write!(
                f,
                "this replica would listen at {listen} and the list says {replica}: the ports must be the same"
            ),
            Self::Detection(detection) => write!(
                f,
                "a detection time of {} ms is too short: a busy host would count as dead, use {} ms or more",
                detection.as_millis(),
                super::DETECTION_MIN.as_millis()
            ),
            Self::Takeover => write!(
                f,
                "a replica of a chain cannot share its ports: end the old one first, the others go on without it"
            ),
            Self::NoAddress(listen) => write!(
                f,
                "a replica cannot listen at {listen}: the other replicas have to be told one address of this host"
            ),
            Self::Engine(error) => error.fmt(f),
            Self::EngineLog(error) => error.fmt(f),
            Self::Random(error) => write!(f, "cannot read /dev/urandom: {error}"),
            Self::Bind(error) => error.fmt(f),
            Self::Metrics(error) => error.fmt(f),
            Self::Thread(error) => write!(f, "cannot start a thread for a shard: {error}"),
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Pool(error) => error.source(),
            Self::Bind(error) => error.source(),
            Self::Metrics(error) => error.source(),
            Self::Thread(error) | Self::Random(error) => Some(error),
            Self::EngineLog(error) => error.source(),
            _ => None,
        }
    }
}

impl From<ConfigError> for StartError {
    fn from(error: ConfigError) -> Self {
        Self::Pool(error)
    }
}

impl From<OpenError> for StartError {
    fn from(error: OpenError) -> Self {
        Self::Engine(error)
    }
}

impl From<LogError> for StartError {
    fn from(error: LogError) -> Self {
        Self::EngineLog(error)
    }
}

impl From<BindError> for StartError {
    fn from(error: BindError) -> Self {
        Self::Bind(error)
    }
}

impl From<http::StartError> for StartError {
    fn from(error: http::StartError) -> Self {
        Self::Metrics(error)
    }
}
