//! Options that say where a store's state is, beside its process.

use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{bail, ensure};
use redplane_store::map::ShardMap;
use redplane_store::master::EtcdMaster;
use redplane_store::server::{CHAIN_LOG_BYTES, DETECTION, PENDING, REPLICAS_MAX, Replication, ServerConfig};

use crate::exit::{Kind, OrExit};

/// How a store is durable.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Durability {
    None,
    Chain,
    Engine(String),
}

impl FromStr for Durability {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "none" => Ok(Self::None),
            "chain" => Ok(Self::Chain),
            _ if ["etcd://", "redis://"].iter().any(|scheme| text.starts_with(scheme)) => {
                Ok(Self::Engine(text.to_owned()))
            }
            _ => Err("write none, chain, etcd://HOST:PORT,… or redis://HOST:PORT,…".to_owned()),
        }
    }
}

/// Of `redplane store`, about durability.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Durability")]
pub(crate) struct Keeping {
    /// Where state is, beside this process: `none`, a `chain` of replicas, or an engine `etcd://HOST:PORT,…` or `redis://HOST:PORT,…`.
    #[arg(long, value_name = "WHERE", default_value = "none")]
    durability: Durability,

    /// The configuration master of a chain: the etcd cluster etcd://HOST:PORT,… which decides who is in the chain.
    #[arg(long, value_name = "URL", value_parser = master, conflicts_with_all = ["replicas", "me"])]
    master: Option<Endpoints>,

    /// The replicas of a chain without a master, the head first. Nothing is repaired: when one ends, the group is silent.
    #[arg(long, value_name = "ADDR:PORT,…", value_delimiter = ',', value_parser = address)]
    replicas: Vec<SocketAddr>,

    /// Which of --replicas this is, counted from 0.
    #[arg(long, value_name = "N", requires = "replicas")]
    me: Option<usize>,

    /// Servers of one group share their state.
    #[arg(long, value_name = "NAME", default_value = "redplane")]
    group: String,

    /// What people call this replica. [default: its address]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// After how long without a sign of life another replica, or another server over the engine, takes over. etcd counts in seconds.
    #[arg(long = "detection", value_name = "MS", default_value_t = DETECTION.as_millis() as u64)]
    detection_ms: u64,

    /// Begins the group anew with this replica alone. Only when all its members are lost for good: their state is then, too.
    #[arg(long, requires = "master")]
    new_group: bool,

    /// Most replicas of the chain; further ones wait for a place.
    #[arg(long, value_name = "N", default_value_t = REPLICAS_MAX)]
    group_size: usize,

    /// Where each shard is, instead of --shards: the same file as the switches'. The store checks that it is where the file says.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["shards", "replicas"])]
    map: Option<PathBuf>,

    /// Answers of each program in each shard that may wait to be durable; each takes 9 KiB.
    #[arg(long, value_name = "N", default_value_t = PENDING, help_heading = "Limits")]
    pending: usize,

    /// MiB of changes of each program in each shard that are kept for replicas that lack them.
    #[arg(long = "chain-log", value_name = "MIB", default_value_t = CHAIN_LOG_BYTES >> 20, help_heading = "Limits")]
    chain_log_mib: usize,
}

/// The endpoints of an etcd cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Endpoints(Vec<String>);

impl Keeping {
    /// Whether an engine keeps the state, which keeps none of structures.
    pub(crate) fn is_engine(&self) -> bool {
        matches!(self.durability, Durability::Engine(_))
    }

    /// Where this replica listens, if that follows from them.
    pub(crate) fn listen(&self) -> Option<SocketAddr> {
        self.replicas.get(self.me?).copied()
    }

    /// Adds what they configure.
    ///
    /// # Errors
    /// They do not go together, or the map cannot be used.
    pub(crate) fn configure(self, config: ServerConfig) -> anyhow::Result<ServerConfig> {
        let mut replicas = self.replicas;
        let mut me = self.me;
        let mut shards = config.shards;
        if let Some(path) = &self.map {
            let map = ShardMap::read(path).or_exit(Kind::Input)?;
            check_map(&map, config.listen)?;
            shards = map.shards().len() as u16;
            if self.master.is_none() && self.durability == Durability::Chain {
                replicas.clone_from(&map.shards()[0]);
                me = replicas.iter().position(|replica| *replica == config.listen);
            }
            log::info!("shard map of version {}", map.version());
        }
        let group_options = self.master.is_some() || !replicas.is_empty();
        let detection = Duration::from_millis(self.detection_ms);
        ensure!(
            !self.group.is_empty() && !self.group.contains('/'),
            "--group {} is no name: it must not be empty, nor have a slash in it",
            self.group
        );
        let replication = match (self.durability, self.master) {
            (Durability::None | Durability::Engine(_), _) if group_options => {
                bail!("--master and --replicas are for --durability chain: add it, or leave them out")
            }
            (Durability::None, _) => Replication::Alone,
            (Durability::Engine(url), _) => Replication::Engine { url, group: self.group, hold: detection },
            (Durability::Chain, Some(Endpoints(endpoints))) => {
                let master = EtcdMaster::new(endpoints, &self.group, detection, self.new_group);
                let name = self.name.unwrap_or_else(|| config.listen.to_string());
                Replication::Master { master: Box::new(master), name, detection }
            }
            (Durability::Chain, None) => {
                let Some(me) = me.filter(|_| !replicas.is_empty()) else {
                    bail!(
                        "--durability chain needs to know who else is in it: --master etcd://HOST:PORT,… or --replicas \
                         ADDR:PORT,… with --me N"
                    )
                };
                Replication::Static { replicas, me }
            }
        };
        Ok(ServerConfig {
            shards,
            replication,
            pending: self.pending,
            chain_log_bytes: self.chain_log_mib.saturating_mul(1 << 20),
            replicas_max: self.group_size,
            ..config
        })
    }
}

/// The map must have this store's shards where it listens.
fn check_map(map: &ShardMap, listen: SocketAddr) -> anyhow::Result<()> {
    for (shard, replicas) in (0..).zip(map.shards()) {
        let own = SocketAddr::new(listen.ip(), listen.port().wrapping_add(shard));
        ensure!(
            replicas.contains(&own),
            "the map has shard {shard} not at {own}, where this store's is: give --listen the address of shard 0, and keep the \
             others of a replica on the ports above it"
        );
    }
    Ok(())
}

/// Reads the URL of a configuration master.
fn master(text: &str) -> Result<Endpoints, String> {
    let wrong = || "write etcd://HOST:PORT,HOST:PORT,…".to_owned();
    let endpoints: Vec<String> = text
        .strip_prefix("etcd://")
        .ok_or_else(wrong)?
        .trim_end_matches('/')
        .split(',')
        .map(str::to_owned)
        .collect();
    let is_endpoint = |endpoint: &String| {
        endpoint.rsplit_once(':').is_some_and(|(host, port)| {
            !host.is_empty() && !host.contains('@') && port.parse::<u16>().is_ok()
        })
    };
    if endpoints.iter().all(is_endpoint) { Ok(Endpoints(endpoints)) } else { Err(wrong()) }
}

/// Reads an address, or a name that stands for one.
fn address(text: &str) -> Result<SocketAddr, String> {
    let addresses = text.to_socket_addrs().map_err(|error| format!("{error}: write HOST:PORT"))?;
    addresses.into_iter().next().ok_or_else(|| "there is no such host".to_owned())
}
