//! `cargo xtask p4`: writes the golden P4 programs anew.

use anyhow::Result;

use crate::process::{command, run as run_command};

/// For `--help`.
pub(crate) const HELP: &str = "Writes the golden P4 programs anew: targets/tofino/golden.

Run it after a change of the data plane, of an application, of placement or of the lowering to P4, read the difference,
and commit only what can be explained. `cargo xtask test` compares.

Example:
  cargo xtask p4 && git diff --stat targets/tofino/golden";

/// Generates and writes.
///
/// # Errors
/// A program does not fit the chip.
pub(crate) fn run() -> Result<()> {
    let mut test =
        command("cargo", &["test", "--quiet", "--package", "redplane-tofino", "--test", "golden"])?;
    test.env("REDPLANE_BLESS", "1");
    run_command(test)
}
