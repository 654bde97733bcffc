//! Why there is no link.

use std::fmt;
use std::io;
use std::net::SocketAddr;

use redplane_core::way::REPLICAS_MAX;

/// Why there is no link.
#[derive(Debug)]
pub enum LinkError {
    /// A store has at least one shard.
    NoShards,
    /// There are more shards than ports.
    TooManyShards {
        /// How many.
        shards: usize,
    },
    /// The shards' ports go beyond the last one.
    Ports {
        /// Port of the first shard.
        first: u16,
        /// Number of shards.
        shards: u16,
    },
    /// A shard has no replica, or more than a switch can be given.
    Replicas {
        /// The shard, counted from 0.
        shard: usize,
        /// How many it has.
        replicas: usize,
    },
    /// The system gave no socket.
    Socket {
        /// The replica's address.
        store: SocketAddr,
        /// What it says.
        source: io::Error,
    },
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LinkError::NoShards => write!(f, "a store has at least one shard: give a number from 1"),
            LinkError::TooManyShards { shards } => {
                write!(f, "{shards} shards are too many: a store has at most {}", u16::MAX)
            }
            LinkError::Ports { first, shards } => write!(
                f,
                "{shards} shards from port {first} on go beyond port {}: choose a lower port or fewer shards",
                u16::MAX
            ),
            LinkError::Replicas { shard, replicas } => {
                write!(f, "shard {shard} has {replicas} replicas: give it from 1 to {REPLICAS_MAX}")
            }
            LinkError::Socket { store, source } => {
                write!(f, "cannot open a socket to the store at {store}: {source}")
            }
        }
    }
}

impl std::error::Error for LinkError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            LinkError::Socket { source, .. } => Some(source),
            LinkError::NoShards
            | LinkError::TooManyShards { .. }
            | LinkError::Ports { .. }
            | LinkError::Replicas { .. } => None,
        }
    }
}
