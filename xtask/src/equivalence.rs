//! `cargo xtask equivalence`: native switch and placed pipelines side by side, over as many packets as one has time for.

use std::path::PathBuf;

use anyhow::Result;

use crate::process;

/// For `--help`.
pub(crate) const HELP: &str = "Compares the native switch with the placed pipelines over many packets.

The counter and the NAT, as Rust and as placed for a Tofino and simulated clock by clock, are given the same frames,
messages, polls, sweeps and orders at the same ticks; messages are lost, repeated, reordered, damaged and forged.
After each step both must have given the same bytes and hold the same registers. A short form of this is part of
`cargo xtask test`.

The exit code is 0 if there was no difference and, from 100000 packets on, everything that can happen has happened.

Examples:
  cargo xtask equivalence
  cargo xtask equivalence --packets 10000000 --from 100000      other seeds
  cargo xtask equivalence --captures DIR                        every capture of a folder, then drawn frames";

/// Of `cargo xtask equivalence`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// How many packets to offer at least.
    #[arg(long, value_name = "NUMBER", default_value_t = 1_000_000)]
    packets: u64,

    /// A folder of captures, each of which is offered whole. May be said more than once.
    #[arg(long, value_name = "DIR")]
    captures: Vec<PathBuf>,

    /// The first seed.
    #[arg(long, value_name = "SEED", default_value_t = 0)]
    from: u64,
}

/// Builds and runs the comparison.
///
/// # Errors
/// The machines differed, something was never exercised, or the build failed.
pub(crate) fn run(args: &Args) -> Result<()> {
    let mut cargo = process::command(
        "cargo",
        &["run", "--release", "--package", "redplane-tests", "--bin", "equivalence", "--"],
    )?;
    cargo.args(["--packets", &args.packets.to_string(), "--from", &args.from.to_string()]);
    for folder in &args.captures {
        // The command runs in the repository's root, wherever this one was started.
        cargo.arg("--captures").arg(std::path::absolute(folder)?);
    }
    process::run(cargo)
}
