//! `cargo xtask kill`: a chain of real processes whose replicas are killed and stopped under load, as often as one has time for.

use anyhow::Result;

use crate::process;
use crate::setup::{self, Tool};

/// For `--help`.
pub(crate) const HELP: &str = "Kills replicas of a chain of three processes under load, again and again, and reads back all that was acked.

First each kill is `kill -9`, at a random time, of any replica but the last living member of the view, which alone knows what it
knows. Then replicas are stopped with SIGSTOP until their group has voted them out, and wake up too late: they must
answer nobody and end. A replica that has ended is started again after a second. etcd decides the view. A short form
of this is part of `cargo xtask test`.

It prints kills, changes of the head, writes acked, and the longest pause of acks. The exit code is 0 if nothing acked was lost.

Examples:
  cargo xtask kill
  cargo xtask kill --kills 200 --seed 7";

const ETCD: Tool = Tool {
    program: "etcd",
    package: "etcd-server",
    purpose: "deciding who is in the chain",
    optional: false,
};

/// Of `cargo xtask kill`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// How many replicas are killed, and then how many are stopped.
    #[arg(long, value_name = "NUMBER", default_value_t = 50, value_parser = clap::value_parser!(u64).range(1..))]
    kills: u64,

    /// What chance decides by.
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    seed: u64,
}

/// Builds the test and runs its long form.
///
/// # Errors
/// Something acked was lost, a replica did not come back, or the build failed.
pub(crate) fn run(args: &Args) -> Result<()> {
    setup::tools(&[ETCD])?;
    let mut cargo = process::command(
        "cargo",
        &[
            "test",
            "--release",
            "--package",
            "redplane",
            "--test",
            "kill",
            "--",
            "--nocapture",
            "--test-threads",
            "1",
        ],
    )?;
    cargo.env("REDPLANE_KILLS", args.kills.to_string()).env("REDPLANE_SEED", args.seed.to_string());
    process::run(cargo)
}
