//! `redplane store`: a state store, until a signal ends it or its group votes it out.

mod durability;
mod logs;
mod options;
mod status;

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use redplane_store::server::{Replication, Server, ServerConfig, Stopped};
use signal_hook::consts::{SIGINT, SIGTERM};

use crate::exit::{Kind, OrExit};

/// How often signals, the shards' health and the group are looked at.
const CHECK_EVERY: Duration = Duration::from_millis(50);

/// How long a replica that was told to end waits until its group has a view without it.
const DRAIN: Duration = Duration::from_secs(2);

/// Of `redplane store`.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Option<Command>,

    #[command(flatten)]
    options: options::Options,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Status(status::Args),
}

impl Args {
    /// How log lines shall look.
    pub(crate) fn set_up_logs(&self, logger: &mut env_logger::Builder) {
        self.options.log_format.apply(logger);
    }
}

/// Runs the store until SIGINT or SIGTERM, then says what it did.
pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    if let Some(Command::Status(args)) = &args.command {
        return status::run(args);
    }
    let config = args.options.into_config().or_exit(Kind::Usage)?;
    let ended = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&ended)).context("cannot listen for signals")?;
    }
    let (served, kept) = (names(&config), kept(&config.replication));
    let server = match Server::start(config) {
        Ok(server) => server,
        Err(error) => {
            let kind = if error.is_by_system() { Kind::System } else { Kind::Usage };
            return Err(error).or_exit(kind);
        }
    };
    announce(&server, &served, &kept);
    let mut told = String::new();
    while !ended.load(Ordering::Relaxed) && server.failed_shards().is_empty() && !server.is_removed() {
        tell(&server, &mut told);
        std::thread::sleep(CHECK_EVERY);
    }
    let is_removed = server.is_removed();
    let Stopped { report, failures } = server.drain(DRAIN);
    println!("{report}");
    if let Some((shard, error)) = failures.first() {
        bail!("shard {shard} ended: {error}");
    }
    if is_removed {
        return Err(anyhow!(
            "its group goes on without this replica, which was silent for too long: start it again, and it joins anew"
        ))
        .or_exit(Kind::Removed);
    }
    Ok(ExitCode::SUCCESS)
}

fn names(config: &ServerConfig) -> String {
    let nat = config.nat.as_ref().map(|nat| format!("nat ({} outside addresses)", nat.addresses.len()));
    let counter = config.counter_idle.map(|_| "counter".to_owned());
    let heavy_hitter = config.heavy_hitter_idle.map(|_| "heavy-hitter".to_owned());
    [nat, counter, heavy_hitter].into_iter().flatten().collect::<Vec<_>>().join(" and ")
}

/// Where the state is, in words.
fn kept(replication: &Replication) -> String {
    match replication {
        Replication::Alone => {
            "in this process alone: all of it is LOST when the store ends (--durability none)".to_owned()
        }
        Replication::Static { replicas, me } => format!(
            "by replica {me} of a fixed chain of {}: nothing is repaired, when one ends the group is silent",
            replicas.len()
        ),
        Replication::Master { master, name, .. } => {
            format!("by replica {name} of a chain whose members {} decides", master.name())
        }
        Replication::Engine { url, group, .. } => format!("in group {group} at {url}"),
    }
}

/// Says where the store is, for people and for scripts that wait for it.
fn announce(server: &Server, served: &str, kept: &str) {
    println!("store of {served}");
    println!("state is kept {kept}");
    for (shard, address) in server.addresses().iter().enumerate() {
        println!("shard {shard} at {address}");
    }
    if let Some(address) = server.metrics_address() {
        println!("metrics at http://{address}/metrics");
    }
    println!("ready; Ctrl-C or SIGTERM ends it");
}

/// Says how the replica stands in its group, when that has changed.
fn tell(server: &Server, told: &mut String) {
    let Some(view) = server.view() else { return };
    let standing = format!("{view}; {}", server.status().role);
    if standing != *told {
        println!("{standing}");
        *told = standing;
    }
}
