//! The options of `redplane store`, and the configuration that they make.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::time::Duration;

use anyhow::ensure;
use clap::ValueEnum;
use ipnet::Ipv4Net;
use redplane_core::store::{Limits, SwitchLimits};
use redplane_core::time::Span;
use redplane_core::wire::STORE_PORT;
use redplane_store::nat::{NatConfig, Timeouts};
use redplane_store::server::ServerConfig;

use super::durability::Keeping;
use super::logs::Format;

/// Shortest prefix of a pool: more addresses than one store has memory for.
const POOL_PREFIX_MIN: u8 = 16;

/// Nets whose packets no router forwards, and the NAT drops: nothing would ever come back to such an address.
const NOT_FOR_POOLS: [(Ipv4Net, &str); 5] = [
    (net([0, 0, 0, 0], 8), "\"this network\""),
    (net([127, 0, 0, 0], 8), "the loopback"),
    (net([169, 254, 0, 0], 16), "link-local"),
    (net([224, 0, 0, 0], 4), "multicast"),
    (net([240, 0, 0, 0], 4), "reserved"),
];

const fn net(address: [u8; 4], prefix_len: u8) -> Ipv4Net {
    let [a, b, c, d] = address;
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix_len)
}

/// Where a store listens that is told nothing.
const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), STORE_PORT);

/// A program of the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum App {
    /// NAT44: inside hosts share outside addresses.
    Nat,
    /// Packets per IPv4 5-tuple.
    Counter,
    /// Flows of each VLAN that have many packets, by snapshots of a sketch.
    HeavyHitter,
}

/// Of `redplane store`.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "The store owns the state of all flows and grants switches leases on them: one thread and one UDP port per
shard, from the port of --listen upwards. Switches must be told the same number of shards, the same lease
period, and for the NAT the same pool.

Unless told otherwise the store is one replica in memory (--durability none): a switch may fail without loss of
state, the store may not. After a restart switches begin their flows anew.

With --durability chain up to --group-size servers keep the same state, and any of them may fail but the last; etcd
decides who is in the chain. With an engine's URL the state is in etcd or Redis, and another server of the
group takes it over. docs/operations.md says what each promises.

SIGTERM and SIGINT make a replica leave its group before it ends. One that its group has voted out ends with code 5:
start it again, and it joins anew.

Examples:
  redplane store
      all programs on 127.0.0.1:8000, to try things out
  redplane store --listen 10.9.0.1:8000 --shards 4 --app nat --pool 203.0.113.0/28 --metrics 127.0.0.1:9108
      a NAT's store on ports 8000 to 8003, with metrics for Prometheus
  redplane store --listen 10.9.0.1:8000 --durability chain --master etcd://10.9.0.1:2379,10.9.0.2:2379,10.9.0.3:2379
      a replica of the chain of the group \"redplane\"; the same with other addresses on two more hosts
  redplane store --listen 10.9.0.1:8000 --app nat --durability redis://10.9.0.7:6379,10.9.0.8:6379
      a server whose state is in Redis, on a primary and a replica
  redplane store --listen 10.9.0.1:8000 --takeover
      a new store on the ports of a running one of the same user, which is then stopped"
)]
pub(crate) struct Options {
    /// Address of the first shard; shard N listens N ports above. Port 0 lets the kernel choose. [default: this one's of
    /// --replicas, or 127.0.0.1:8000]
    #[arg(long, value_name = "ADDR:PORT")]
    listen: Option<SocketAddr>,

    /// Shards, each with a thread: about one per core.
    #[arg(long, value_name = "N", default_value_t = 1)]
    shards: u16,

    /// Program to serve; may be given again. [default: all, over an engine those without structures]
    #[arg(long = "app", value_name = "APP")]
    apps: Vec<App>,

    /// Outside addresses of the NAT, without the net's first and last; may be given again.
    #[arg(long = "pool", value_name = "CIDR", default_value = "203.0.113.0/28", value_parser = pool)]
    pools: Vec<Ipv4Net>,

    /// Outside ports of each address, and identifiers of ICMP echoes.
    #[arg(long, value_name = "FIRST-LAST", default_value = "1024-65535", value_parser = ports)]
    ports: RangeInclusive<u16>,

    /// Lease period: how long a failed switch's flows stand still at most. [10 to 60000]
    #[arg(long = "lease-period", value_name = "MS", default_value_t = 1000)]
    lease_period_ms: u64,

    /// Joins the ports of a running store of the same user instead of refusing to.
    #[arg(long)]
    takeover: bool,

    /// Address of the metrics endpoint, say 127.0.0.1:9108. [default: none]
    #[arg(long, value_name = "ADDR:PORT")]
    metrics: Option<SocketAddr>,

    /// How log lines look.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) log_format: Format,

    #[command(flatten)]
    durability: Keeping,

    /// Flows of each program in each shard; a NAT mapping is two.
    #[arg(long, value_name = "N", default_value_t = redplane_store::limits::DEFAULT_LIMITS.flows, help_heading = "Limits")]
    flows: usize,

    /// Messages of each program in each shard that may wait for a lease or a write; each takes 9 KiB.
    #[arg(long, value_name = "N", default_value_t = redplane_store::limits::DEFAULT_LIMITS.waiting, help_heading = "Limits")]
    waiting: usize,

    /// Messages that may wait for one flow.
    #[arg(long, value_name = "N", default_value_t = redplane_store::limits::DEFAULT_LIMITS.waiting_per_flow, help_heading = "Limits")]
    waiting_per_flow: u16,

    /// Flows that a single switch may own, beyond which it begins no new ones. [default: all]
    #[arg(long, value_name = "N", help_heading = "Limits")]
    flows_per_switch: Option<usize>,

    /// Messages of a single switch that may wait. [default: all]
    #[arg(long, value_name = "N", help_heading = "Limits")]
    waiting_per_switch: Option<usize>,

    /// Memory that the store may take in all; one that would need more does not start. [default: what the host has]
    #[arg(long = "memory", value_name = "MIB", help_heading = "Limits")]
    memory_mib: Option<usize>,

    /// Time without a packet after which an open TCP mapping ends (RFC 5382).
    #[arg(long = "tcp-idle", value_name = "S", default_value_t = Timeouts::default().tcp_open.as_secs(), help_heading = "Idle times")]
    tcp_idle_s: u64,

    /// The same after a FIN or RST of either side.
    #[arg(long = "tcp-closing-idle", value_name = "S", default_value_t = Timeouts::default().tcp_closing.as_secs(), help_heading = "Idle times")]
    tcp_closing_idle_s: u64,

    /// The same for UDP (RFC 4787).
    #[arg(long = "udp-idle", value_name = "S", default_value_t = Timeouts::default().udp.as_secs(), help_heading = "Idle times")]
    udp_idle_s: u64,

    /// The same for ICMP echoes (RFC 5508).
    #[arg(long = "icmp-idle", value_name = "S", default_value_t = Timeouts::default().icmp.as_secs(), help_heading = "Idle times")]
    icmp_idle_s: u64,

    /// Time without a packet after which a counter is forgotten.
    #[arg(long = "counter-idle", value_name = "S", default_value_t = redplane_store::server::COUNTER_IDLE.as_secs(), help_heading = "Idle times")]
    counter_idle_s: u64,

    /// Time without a sign of life after which a VLAN's sketch is forgotten.
    #[arg(long = "heavy-hitter-idle", value_name = "S", default_value_t = redplane_store::server::HEAVY_HITTER_IDLE.as_secs(), help_heading = "Idle times")]
    heavy_hitter_idle_s: u64,
}

impl Options {
    /// What they configure.
    ///
    /// # Errors
    /// A pool has too many addresses or overlaps another one, or what is said about durability does not go together. The rest is checked when the store starts.
    pub(crate) fn into_config(self) -> anyhow::Result<ServerConfig> {
        let unless_told = |app| app != App::HeavyHitter || !self.durability.is_engine();
        let serves = |app| if self.apps.is_empty() { unless_told(app) } else { self.apps.contains(&app) };
        let nat = if serves(App::Nat) { Some(self.nat()?) } else { None };
        let counter_idle = serves(App::Counter).then(|| Duration::from_secs(self.counter_idle_s));
        let heavy_hitter_idle =
            serves(App::HeavyHitter).then(|| Duration::from_secs(self.heavy_hitter_idle_s));
        let listen = self.listen.or(self.durability.listen()).unwrap_or(LISTEN);
        let config = ServerConfig {
            shards: self.shards,
            takeover: self.takeover,
            lease_period: Span::from_millis(self.lease_period_ms),
            limits: Limits {
                flows: self.flows,
                waiting_per_flow: self.waiting_per_flow,
                waiting: self.waiting,
            },
            switch_limits: SwitchLimits {
                flows: self.flows_per_switch.unwrap_or(usize::MAX),
                waiting: self.waiting_per_switch.unwrap_or(usize::MAX),
            },
            memory_max_bytes: self.memory_mib.map(|mib| mib.saturating_mul(1 << 20)),
            nat,
            counter_idle,
            heavy_hitter_idle,
            metrics: self.metrics,
            ..ServerConfig::new(listen)
        };
        self.durability.configure(config)
    }

    fn nat(&self) -> anyhow::Result<NatConfig> {
        let mut addresses = Vec::new();
        for (index, pool) in self.pools.iter().enumerate() {
            for other in &self.pools[..index] {
                ensure!(
                    !other.contains(pool) && !pool.contains(other),
                    "--pool {other} and {pool} overlap: give each address once"
                );
            }
            addresses.extend(pool.hosts());
        }
        let timeouts = Timeouts {
            tcp_open: Duration::from_secs(self.tcp_idle_s),
            tcp_closing: Duration::from_secs(self.tcp_closing_idle_s),
            udp: Duration::from_secs(self.udp_idle_s),
            icmp: Duration::from_secs(self.icmp_idle_s),
        };
        Ok(NatConfig { addresses, ports: self.ports.clone(), timeouts })
    }
}

/// Reads a pool: a net, or one address.
fn pool(text: &str) -> Result<Ipv4Net, String> {
    let net = match text.parse::<Ipv4Addr>() {
        Ok(address) => Ipv4Net::from(address),
        Err(_) => {
            text.parse().map_err(|_| "write an IPv4 net like 203.0.113.0/28, or one address".to_owned())?
        }
    };
    if net.trunc() != net {
        return Err(format!("the net of {} is {}", net.addr(), net.trunc()));
    }
    if net.prefix_len() < POOL_PREFIX_MIN {
        return Err(format!("a pool has at most a /{POOL_PREFIX_MIN} of addresses"));
    }
    match NOT_FOR_POOLS.iter().find(|(other, _)| other.contains(&net)) {
        Some((other, name)) => {
            Err(format!("{other} is {name}: no packet to it would come back, use addresses routed to you"))
        }
        None => Ok(net),
    }
}

/// Reads a range of ports.
fn ports(text: &str) -> Result<RangeInclusive<u16>, String> {
    let parse = |text: &str| text.parse::<u16>().ok().filter(|port| *port > 0);
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    match (parse(first), parse(last)) {
        (Some(first), Some(last)) if first <= last => Ok(first..=last),
        _ => Err("write a range within 1-65535 like 1024-65535".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;
    use redplane_store::server::Replication;

    #[derive(Debug, Parser)]
    struct Cli {
        #[command(flatten)]
        args: Options,
    }

    fn config(words: &str) -> Result<ServerConfig, String> {
        let cli = Cli::try_parse_from(["store"].into_iter().chain(words.split_whitespace()));
        let args = cli.map_err(|error| error.to_string())?.args;
        args.into_config().map_err(|error| error.to_string())
    }

    #[test]
    fn no_options_serve_all_programs_on_the_loopback() {
        let config = config("").unwrap();
        assert_eq!(config.listen, SocketAddr::from(([127, 0, 0, 1], STORE_PORT)));
        assert_eq!((config.shards, config.takeover, config.metrics), (1, false, None));
        assert_eq!(config.limits, redplane_store::limits::DEFAULT_LIMITS);
        assert_eq!(config.lease_period, Span::from_millis(1000));
        let nat = config.nat.unwrap();
        assert_eq!((nat.addresses.len(), nat.ports), (14, redplane_store::pool::DEFAULT_PORTS));
        assert_eq!(nat.timeouts, Timeouts::default());
        assert!(config.counter_idle.is_some() && config.heavy_hitter_idle.is_some());
    }

    #[test]
    fn options_reach_the_configuration() {
        let words = "--app nat --pool 198.51.100.7 --pool 198.51.100.8/31 --ports 2000-2999 --udp-idle 7 --flows 9 \
                     --waiting 5 --waiting-per-flow 2 --flows-per-switch 4 --waiting-per-switch 3 --memory 5 --takeover --shards 3 --lease-period 50";
        let config = config(words).unwrap();
        assert_eq!((config.counter_idle, config.heavy_hitter_idle), (None, None));
        assert_eq!((config.shards, config.takeover), (3, true));
        assert_eq!(config.limits, Limits { flows: 9, waiting_per_flow: 2, waiting: 5 });
        assert_eq!(config.lease_period, Span::from_millis(50));
        assert_eq!(
            (config.switch_limits, config.memory_max_bytes),
            (SwitchLimits { flows: 4, waiting: 3 }, Some(5 << 20))
        );
        let nat = config.nat.unwrap();
        let addresses = [7, 8, 9].map(|last| Ipv4Addr::new(198, 51, 100, last));
        assert_eq!((nat.addresses, nat.ports), (addresses.to_vec(), 2000..=2999));
        assert_eq!(nat.timeouts.udp, Duration::from_secs(7));
    }

    #[test]
    fn option_out_of_sense_is_refused_with_a_remedy() {
        for (words, remedy) in [
            ("--listen 127.0.0.1", "invalid socket address"),
            ("--shards x", "invalid digit"),
            ("--shards 65536", "65536"),
            ("--app bridge", "possible values: nat, counter, heavy-hitter"),
            ("--pool fe80::/64", "write an IPv4 net"),
            ("--pool 203.0.113.9/28", "the net of 203.0.113.9 is 203.0.113.0/28"),
            ("--pool 203.0.0.0/15", "at most a /16"),
            ("--pool 127.0.0.0/24", "the loopback"),
            ("--pool 0.0.0.0", "this network"),
            ("--pool 224.0.0.0/24", "multicast"),
            ("--pool 255.255.255.255", "reserved"),
            ("--pool 203.0.113.0/28 --pool 203.0.113.4", "overlap"),
            ("--ports 2000-1000", "write a range"),
            ("--ports 0-10", "write a range"),
            ("--ports 1-65536", "write a range"),
            ("--ports all", "write a range"),
            ("--metrics 9108", "invalid socket address"),
            ("--durability disk", "write none, chain"),
            ("--durability chain", "--master etcd://"),
            ("--durability chain --master redis://a:1", "write etcd://"),
            ("--durability chain --master etcd://a", "write etcd://"),
            ("--master etcd://a:1", "--durability chain"),
            ("--durability chain --replicas 127.0.0.1:1,127.0.0.1:2", "--me N"),
            ("--durability chain --replicas 127.0.0.1 --me 0", "write HOST:PORT"),
            ("--durability chain --master etcd://a:1 --replicas 127.0.0.1:1 --me 0", "cannot be used with"),
            ("--durability chain --master etcd://a:1 --group a/b", "is no name"),
            ("--new-group", "--master"),
            ("--map /nonexistent", "/nonexistent"),
        ] {
            let error = config(words).unwrap_err();
            assert!(error.contains(remedy), "{words}: {error} does not say {remedy}");
        }
    }
    #[test]
    fn durability_is_what_was_asked_for() {
        assert!(matches!(config("").unwrap().replication, Replication::Alone));
        let words =
            "--durability chain --replicas 127.0.0.1:7000,127.0.0.1:7010 --me 1 --pending 7 --chain-log 2";
        let chain = config(words).unwrap();
        assert_eq!((chain.listen.port(), chain.pending, chain.chain_log_bytes), (7010, 7, 2 << 20));
        assert!(matches!(chain.replication, Replication::Static { me: 1, .. }));
        let words = "--durability chain --master etcd://a:1,b:2 --group-size 2 --detection 2500 --new-group";
        let group = config(words).unwrap();
        assert_eq!(group.replicas_max, 2);
        match group.replication {
            Replication::Master { master, name, detection } => {
                assert_eq!((master.name(), name.as_str()), ("etcd", "127.0.0.1:8000"));
                assert_eq!(detection, Duration::from_millis(2500));
            }
            other => panic!("{other:?}"),
        }
        let engine = config("--durability redis://a:1 --group g").unwrap();
        assert!(
            matches!(engine.replication, Replication::Engine { .. }) && engine.heavy_hitter_idle.is_none()
        );
    }

    #[test]
    fn map_gives_shards_and_replicas_and_must_have_this_store() {
        let path = std::env::temp_dir().join(format!("redplane-store-map-{}.json", std::process::id()));
        let text = r#"{"version": 3, "shards": [["127.0.0.1:7000", "127.0.0.1:7010"], ["127.0.0.1:7001", "127.0.0.1:7011"]]}"#;
        std::fs::write(&path, text).unwrap();
        let map = format!("--map {}", path.display());
        let alone = config(&format!("{map} --listen 127.0.0.1:7000")).unwrap();
        assert_eq!(alone.shards, 2);
        let chain = config(&format!("{map} --listen 127.0.0.1:7010 --durability chain")).unwrap();
        assert!(matches!(chain.replication, Replication::Static { me: 1, replicas } if replicas.len() == 2));
        let error = config(&format!("{map} --listen 127.0.0.1:7005")).unwrap_err();
        assert!(error.contains("shard 0 not at 127.0.0.1:7005"), "{error}");
        std::fs::remove_file(&path).unwrap();
    }
}
