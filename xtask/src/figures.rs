//! `cargo xtask figures`: the paper's figures about the switch, from an optimised build.

use anyhow::Result;

use crate::process;

/// For `--help`.
pub(crate) const HELP: &str = "Makes the paper's Table 2 and Figure 15 anew, from the simulated switch.

Runs `redplane figures` in release: in a debug build the simulation takes many times as long. Words behind `--` are passed on;
`redplane figures --help` explains them.

Examples:
  cargo xtask figures                           all, into target/figures/
  cargo xtask figures -- -o out fig15 --seed 7";

/// Of `cargo xtask figures`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Words for `redplane figures`.
    #[arg(last = true, value_name = "WORDS")]
    words: Vec<String>,
}

/// Builds the tool and runs it.
///
/// # Errors
/// The build failed, or the figures could not be made.
pub(crate) fn run(args: &Args) -> Result<()> {
    let mut cargo =
        process::command("cargo", &["run", "--release", "--package", "redplane", "--", "figures"])?;
    cargo.args(&args.words);
    process::run(cargo)
}
