//! `redplane store`: a state store, until a signal ends it.

mod options;

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, bail};
use redplane_store::server::{Server, ServerConfig, Stopped};
use signal_hook::consts::{SIGINT, SIGTERM};

use crate::exit::{Kind, OrExit};

pub(crate) use options::Args;

/// How often signals and the shards' health are looked at.
const CHECK_EVERY: Duration = Duration::from_millis(50);

/// Runs the store until SIGINT or SIGTERM, then says what it did.
pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let config = args.into_config().or_exit(Kind::Usage)?;
    let ended = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&ended)).context("cannot listen for signals")?;
    }
    let served = names(&config);
    let server = match Server::start(config) {
        Ok(server) => server,
        Err(error) => {
            let kind = if error.is_by_system() { Kind::System } else { Kind::Usage };
            return Err(error).or_exit(kind);
        }
    };
    announce(&server, &served);
    while !ended.load(Ordering::Relaxed) && server.failed_shards().is_empty() {
        std::thread::sleep(CHECK_EVERY);
    }
    let Stopped { report, failures } = server.stop();
    println!("{report}");
    if let Some((shard, error)) = failures.first() {
        bail!("shard {shard} ended: {error}");
    }
    Ok(ExitCode::SUCCESS)
}

fn names(config: &ServerConfig) -> String {
    let nat = config.nat.as_ref().map(|nat| format!("nat ({} outside addresses)", nat.addresses.len()));
    let counter = config.counter_idle.map(|_| "counter".to_owned());
    let heavy_hitter = config.heavy_hitter_idle.map(|_| "heavy-hitter".to_owned());
    [nat, counter, heavy_hitter].into_iter().flatten().collect::<Vec<_>>().join(" and ")
}

/// Says where the store is, for people and for scripts that wait for it.
fn announce(server: &Server, served: &str) {
    println!("store of {served}");
    for (shard, address) in server.addresses().iter().enumerate() {
        println!("shard {shard} at {address}");
    }
    if let Some(address) = server.metrics_address() {
        println!("metrics at http://{address}/metrics");
    }
    println!("ready; Ctrl-C or SIGTERM ends it");
}
