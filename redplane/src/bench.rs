//! `redplane bench`: pushes a part of RedPlane to its limits, measures it, and checks what it promised.
//!
//! The store is the only part so far. Its load generator plays switches at the level of messages:
//!
//! ```text
//! Load ─ chooses flows, keeps the window full ─▶ Session ─ a switch's lease and writes of a flow ─▶ Line ─ sockets, replicas
//!   ▲                                              │
//!   └──── Measure ◀─ acks, pauses, refusals ───────┴─ every grant and ack ─▶ Ledger ─ what the store owes ─▶ faults
//! ```

mod cpu;
mod engine;
mod ledger;
mod line;
mod load;
mod measure;
mod options;
mod play;
mod plot;
mod report;
mod session;

use std::process::ExitCode;

use clap::Subcommand;

/// Of `redplane bench`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Store(options::Args),
}

/// Runs a benchmark.
pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    match args.what {
        What::Store(args) => load::run(&args),
    }
}
