//! The options of `redplane bench store`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::ensure;
use clap::ValueEnum;
use redplane_core::way::REPLICAS_MAX;
use redplane_store::server::COUNTER_IDLE;

use super::play::{App, FLOWS_MAX};

/// Which flows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Distribution {
    /// All alike, one write under way a flow.
    Uniform,
    /// One flow in a hundred gets nine writes in ten, several of them under way at once.
    Hot,
}

/// Of `redplane bench store`.
#[derive(Clone, Debug, clap::Args)]
#[command(
    about = "Writes to a store as fast as it takes it, and proves that what it acked can be read back",
    long_about = "Writes to a store as fast as it takes it, and proves that what it acked can be read back.

Switches are played at the level of messages: leases, writes that are sent again until they are acked, recalls.
Each state says who wrote it. At the end a further switch, which has held no lease before, is granted every flow after
the leases of the others have run out, as after their failure, and what it is given must be the last acked write of the
flow, or a later one that was sent.",
    after_long_help = "Limits of the store are reached with
  more --flows than the store's:                            FlowsFull
  --app nat, more --flows than the pool has ports:          PoolEmpty
  --contend, more switches waiting than the store lets:     WaitingFull
With --flow-writes flows end when they have been written so often, and the store's room returns when they have idled.

Ctrl-C or SIGTERM ends the writing early; what was acked is read back all the same. A second one ends everything.

Exit code 1 if an acked write is missing, a state is not what was sent, two switches held a lease at once, or a flow could
not be read back.

Examples:
  redplane bench store --store 127.0.0.1:8000
  redplane bench store --store 10.9.0.1:8000,10.9.0.2:8000,10.9.0.3:8000 --shards 4 --seconds 60 --json run.json
  redplane store --flows 100 --counter-idle 1 --lease-period 100 &
  redplane bench store --lease-period 100 --flows 300 --flow-writes 20 --idle 1 --seconds 30"
)]
pub(crate) struct Args {
    /// First shard of each replica of the store; shard N listens N ports above.
    #[arg(long, value_name = "ADDR:PORT,…", value_delimiter = ',', default_value = "127.0.0.1:8000")]
    pub(super) store: Vec<SocketAddr>,

    /// Number of the store's shards, as the store has it.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) shards: u16,

    /// The program whose flows are written.
    #[arg(long, value_enum, default_value_t = App::Counter)]
    pub(super) app: App,

    /// Lease period in milliseconds, as the store has it.
    #[arg(long = "lease-period", value_name = "MS", default_value_t = 1000, value_parser = clap::value_parser!(u64).range(10..=60_000))]
    pub(super) lease_period_ms: u64,

    /// Switches that are played.
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(super) switches: u16,

    /// Flows that are written.
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=i64::from(FLOWS_MAX)))]
    pub(super) flows: u32,

    /// Requests under way at once.
    #[arg(long, value_name = "N", default_value_t = 256, value_parser = clap::value_parser!(u32).range(1..=65_536))]
    pub(super) window: u32,

    /// How long to write.
    #[arg(long, value_name = "S", default_value_t = 10.0, conflicts_with = "writes")]
    pub(super) seconds: f64,

    /// How many writes to send, instead of how long.
    #[arg(long, value_name = "N")]
    pub(super) writes: Option<u64>,

    /// Which flows are written.
    #[arg(long, value_enum, default_value_t = Distribution::Uniform)]
    pub(super) distribution: Distribution,

    /// Most writes a second. [default: as many as the window lets]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) rate: Option<u64>,

    /// Bytes of the packet inside each write.
    #[arg(long, value_name = "BYTES", default_value_t = 64, value_parser = clap::value_parser!(u16).range(0..=1500))]
    pub(super) packet: u16,

    /// Time after which a request is sent again; it doubles each time, up to eightfold.
    #[arg(long, value_name = "MS", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    pub(super) timeout: u64,

    /// Two switches want each flow, and hand it over when it is recalled.
    #[arg(long)]
    pub(super) contend: bool,

    /// Writes of a flow after which it is read back and left alone. [default: no end]
    #[arg(long = "flow-writes", value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) flow_writes: Option<u32>,

    /// Time without a sign of life after which the store may forget a flow, as the store has it.
    #[arg(long = "idle", value_name = "S", default_value_t = COUNTER_IDLE.as_secs())]
    pub(super) idle_s: u64,

    /// Processes of the store, whose processor time is told per acked write.
    #[arg(long, value_name = "PID,…", value_delimiter = ',')]
    pub(super) pid: Vec<u32>,

    /// Writes the figures to this file as JSON.
    #[arg(long, value_name = "FILE")]
    pub(super) json: Option<PathBuf>,

    /// Draws acked writes over time into this SVG.
    #[arg(long, value_name = "FILE")]
    pub(super) plot: Option<PathBuf>,
}

impl Args {
    /// # Errors
    /// Options that do not go together.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        let (first, others) = match self.store.split_first() {
            Some((first, others)) if others.len() < REPLICAS_MAX => (first, others),
            _ => anyhow::bail!("--store wants 1 to {REPLICAS_MAX} replicas, separated by commas"),
        };
        ensure!(
            others.iter().all(|other| other.is_ipv4() == first.is_ipv4()),
            "--store mixes IPv4 and IPv6: name all replicas by one of them"
        );
        for store in &self.store {
            ensure!(
                store.port().checked_add(self.shards - 1).is_some(),
                "shard {} of {store} would have a port above 65535: give fewer --shards",
                self.shards - 1
            );
        }
        ensure!(!self.contend || self.switches > 1, "--contend needs two --switches");
        ensure!(
            self.seconds > 0.0 && self.seconds <= 86_400.0,
            "--seconds {}: write between a moment and a day",
            self.seconds
        );
        Ok(())
    }

    /// Switches that want each flow.
    pub(super) fn contenders(&self) -> u16 {
        if self.contend { 2 } else { 1 }
    }

    /// The lease period.
    pub(super) fn lease_period(&self) -> Duration {
        Duration::from_millis(self.lease_period_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Debug, Parser)]
    struct Cli {
        #[command(flatten)]
        args: Args,
    }

    #[test]
    fn options_out_of_sense_are_refused_with_a_remedy() {
        for (words, remedy) in [
            ("--store 127.0.0.1", "invalid socket address"),
            ("--store 127.0.0.1:1,127.0.0.1:2,127.0.0.1:3,127.0.0.1:4,127.0.0.1:5", "1 to 4 replicas"),
            ("--store 127.0.0.1:1,[::1]:1", "mixes IPv4 and IPv6"),
            ("--store 127.0.0.1:65535 --shards 2", "fewer --shards"),
            ("--contend --switches 1", "two --switches"),
            ("--seconds 0", "a moment"),
            ("--seconds 1 --writes 1", "cannot be used with"),
            ("--flows 16777217", "16777217"),
        ] {
            let cli = Cli::try_parse_from(["store"].into_iter().chain(words.split_whitespace()));
            let result = cli.map_err(|error| error.to_string());
            let error = result.and_then(|cli| cli.args.check().map_err(|error| error.to_string()));
            let error = error.unwrap_err();
            assert!(error.contains(remedy), "{words}: {error} does not say {remedy}");
        }
    }
}
