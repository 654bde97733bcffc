//! The shard map: which addresses serve which shard, the same for switch and store.
//!
//! A key's shard follows from its CRC ([`ShardMap::shard_of`]), so a map is a list of shards, each with the addresses of its replicas.
//! Switch and store must have the same: a switch with another number of shards would send a flow to a shard that is not the flow's.
//! The version tells maps apart: it grows with each change, and both sides say it when they start.
//!
//! ```
//! use redplane_store::map::ShardMap;
//! let text = r#"{"version": 3, "shards": [["10.0.0.1:8000", "10.0.0.2:8000"], ["10.0.0.1:8001", "10.0.0.2:8001"]]}"#;
//! let map: ShardMap = text.parse()?;
//! assert_eq!((map.version(), map.shards().len()), (3, 2));
//! assert_eq!(map.shards()[1][0], "10.0.0.1:8001".parse()?);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Contract: a value of [`ShardMap`] has 1 to 65,535 shards, each with 1 to [`REPLICAS_MAX`] replicas, and no address twice. Each address can
//! be sent to: it is neither unspecified nor a group's, and its port is not 0. The order of a shard's replicas is the order in which
//! switches try them (RP-CH-6).

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use redplane_core::memory::shard_of;
use redplane_core::way::REPLICAS_MAX;

#[cfg(test)]
mod tests;

/// Version of a map that was made from a list of replicas: older than that of any file.
const NO_VERSION: u64 = 0;

/// Which addresses serve which shard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShardMap {
    version: u64,
    shards: Vec<Vec<SocketAddr>>,
}

/// A map as it is written down.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    version: u64,
    shards: Vec<Vec<SocketAddr>>,
}

/// Where in a map an address stands. Prints itself in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The shard, counted from 0.
    pub shard: usize,
    /// The replica of that shard, counted from 0.
    pub replica: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "replica {} of shard {}", self.replica, self.shard)
    }
}

/// Why there is no map.
#[derive(Debug)]
pub enum MapError {
    /// The file cannot be read.
    File {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The text is not that of a map.
    Text(serde_json::Error),
    /// Version 0 is that of maps that were not written down.
    Version,
    /// No shard, or more than there are ports.
    Shards(usize),
    /// A shard without a replica, or with more than a switch can be given.
    Replicas {
        /// The shard, counted from 0.
        shard: usize,
        /// How many it has.
        replicas: usize,
    },
    /// The shards' ports go beyond the last one.
    Ports {
        /// Port of the first shard.
        first: u16,
        /// Number of shards.
        shards: u16,
    },
    /// Nothing can be sent to this address.
    Address {
        /// The address.
        address: SocketAddr,
        /// Where it stands.
        at: Place,
    },
    /// The same address twice.
    Twice {
        /// The address.
        address: SocketAddr,
        /// Where it stands first.
        first: Place,
        /// And where again.
        again: Place,
    },
}

impl fmt::Display for MapError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MapError::File { path, source } => {
                write!(f, "cannot read the shard map {}: {source}", path.display())
            }
            MapError::Text(error) => write!(
                f,
                "not a shard map: {error}; write {{\"version\": 1, \"shards\": [[\"10.0.0.1:8000\", …], …]}}"
            ),
            MapError::Version => {
                write!(f, "a shard map's version begins at 1: raise it with each change")
            }
            MapError::Shards(0) => write!(f, "a shard map has at least one shard"),
            MapError::Shards(shards) => {
                write!(f, "{shards} shards are too many: a store has at most {}", u16::MAX)
            }
            MapError::Replicas { shard, replicas } => {
                write!(f, "shard {shard} has {replicas} replicas: give it from 1 to {REPLICAS_MAX}")
            }
            MapError::Ports { first, shards } => write!(
                f,
                "{shards} shards from port {first} on go beyond port {}: choose a lower port or fewer shards",
                u16::MAX
            ),
            MapError::Address { address, at } => write!(
                f,
                "nothing can be sent to {address}, {at}: write the address and port at which it is reached"
            ),
            MapError::Twice { address, first, again } => {
                write!(f, "{address} stands twice in the map, as {first} and as {again}: each has its own")
            }
        }
    }
}

impl std::error::Error for MapError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            MapError::File { source, .. } => Some(source),
            MapError::Text(error) => Some(error),
            _ => None,
        }
    }
}

impl ShardMap {
    /// A map from a file.
    ///
    /// # Errors
    /// It cannot be read, or is not what the [module](self) says.
    pub fn read(path: &Path) -> Result<Self, MapError> {
        let file = |source| MapError::File { path: path.to_owned(), source };
        std::fs::read_to_string(path).map_err(file)?.parse()
    }

    /// The map of servers that each have a replica of all shards: of shard 0 at the server's own address, of the others on the ports above
    /// it. Its version is 0.
    ///
    /// # Errors
    /// As of [`Self::read`], or the ports are too few.
    pub fn consecutive(servers: &[SocketAddr], shards: u16) -> Result<Self, MapError> {
        let last = shards.saturating_sub(1);
        if let Some(server) = servers.iter().find(|server| server.port().checked_add(last).is_none()) {
            return Err(MapError::Ports { first: server.port(), shards });
        }
        let of_shard = |shard| {
            servers.iter().map(|server| SocketAddr::new(server.ip(), server.port() + shard)).collect()
        };
        Self::checked(NO_VERSION, (0..shards).map(of_shard).collect())
    }

    fn checked(version: u64, shards: Vec<Vec<SocketAddr>>) -> Result<Self, MapError> {
        if shards.is_empty() || shards.len() > usize::from(u16::MAX) {
            return Err(MapError::Shards(shards.len()));
        }
        let mut places = HashMap::new();
        for (shard, replicas) in shards.iter().enumerate() {
            if !(1..=REPLICAS_MAX).contains(&replicas.len()) {
                return Err(MapError::Replicas { shard, replicas: replicas.len() });
            }
            for (replica, address) in replicas.iter().enumerate() {
                let at = Place { shard, replica };
                if address.port() == 0 || address.ip().is_unspecified() || address.ip().is_multicast() {
                    return Err(MapError::Address { address: *address, at });
                }
                if let Some(first) = places.insert(*address, at) {
                    return Err(MapError::Twice { address: *address, first, again: at });
                }
            }
        }
        Ok(Self { version, shards })
    }

    /// Its version: 1 at least if it was written down, else 0.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The replicas' addresses, shard by shard, in the order in which switches try them.
    pub fn shards(&self) -> &[Vec<SocketAddr>] {
        &self.shards
    }

    /// The shard that serves a key: the same at switch and store (RP-ST-8).
    pub fn shard_of(&self, key: &[u32]) -> u16 {
        shard_of(key, self.shards.len() as u16) // No more than that: checked when it was made.
    }
}

impl FromStr for ShardMap {
    type Err = MapError;

    fn from_str(text: &str) -> Result<Self, MapError> {
        let Written { version, shards } = serde_json::from_str(text).map_err(MapError::Text)?;
        if version == NO_VERSION {
            return Err(MapError::Version);
        }
        Self::checked(version, shards)
    }
}
