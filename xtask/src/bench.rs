//! `cargo xtask bench`: what a packet costs, what a flow takes, what a store answers, each beside its limit.
//!
//! The benchmarks measure, [`figures`] reads what they print, [`table`] puts it beside the limits, for the terminal and for
//! `docs/performance.md`, where the figures stand between two marks that `--bless` writes between.

mod figures;
mod table;

use std::fs;

use anyhow::{Context, Result, bail};

use self::figures::Figures;
use crate::process::{command, quietly, root, run_and_read};
use crate::setup::{self, Tool};

/// For `--help`.
pub(crate) const HELP: &str = "Counts instructions, bytes and requests, and compares them with their limits.

Instructions are counted by callgrind, so they are the same on each run and each x86-64 machine with the same compiler:
what RedPlane adds to the same program on the same machine without it. Requests per second are a ratio to a UDP echo
server with the same batching in the same run: they vary by some percent, and mean nothing on a busy machine.

Exit code 1 if a limit is broken. --bless writes the table into docs/performance.md.

Needs valgrind, and gungraun-runner in the version of the library; root gets the first by apt-get, anybody the second by
`cargo install`.

Examples:
  cargo xtask bench
  cargo xtask bench --bless";

const VALGRIND: Tool =
    Tool { program: "valgrind", package: "valgrind", purpose: "counting instructions", optional: false };

/// Where the table stands in the documentation.
const DOCUMENT: &str = "docs/performance.md";
const BEGIN: &str = "<!-- measured: cargo xtask bench --bless -->\n";
const END: &str = "<!-- end of measured -->\n";

/// Of `cargo xtask bench`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Writes the table into docs/performance.md.
    #[arg(long)]
    bless: bool,
}

/// Measures and prints.
///
/// # Errors
/// A limit is broken, or something could not be measured.
pub(crate) fn run(args: &Args) -> Result<()> {
    setup::tools(&[VALGRIND])?;
    setup::crate_program("gungraun-runner", &gungraun_version()?)?;
    let cargo = |args: &[&str]| run_and_read(command("cargo", args)?);
    let instructions = cargo(&["bench", "--quiet", "--package", "redplane-apps", "--bench", "instructions"])?;
    let requests = cargo(&["bench", "--quiet", "--package", "redplane-store", "--bench", "requests"])?;
    let sizes = cargo(&["run", "--quiet", "--package", "redplane-apps", "--example", "sizes"])?;
    let figures = Figures::parse(&instructions, &requests, &sizes)?;
    let rows = table::rows(&figures);
    let text = format!("{}\n{}", table::markdown(&rows), machine());
    println!("\n{text}");
    if args.bless {
        bless(&text)?;
    }
    let broken: Vec<_> = rows.iter().filter(|row| row.is_broken()).map(|row| row.what).collect();
    if !broken.is_empty() {
        bail!("over the limit: {}", broken.join("; "));
    }
    Ok(())
}

/// The runner and the library speak a protocol that changes with each version.
fn gungraun_version() -> Result<String> {
    let lock = fs::read_to_string(root()?.join("Cargo.lock")).context("no Cargo.lock")?;
    let entry = lock.split_once("name = \"gungraun\"\nversion = \"").map(|(_, rest)| rest);
    let version = entry.and_then(|rest| rest.split('"').next());
    Ok(version.context("Cargo.lock names no gungraun")?.to_owned())
}

/// What the figures were read on.
fn machine() -> String {
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    let model = model.map_or("an unknown processor", |(_, name)| name.trim());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let version = |program| quietly(program, &["--version"]).unwrap_or_default().trim().to_owned();
    format!("Read on {model}, {cores} cores; {}; {}.\n", version("rustc"), version("valgrind"))
}

fn bless(text: &str) -> Result<()> {
    let path = root()?.join(DOCUMENT);
    let old = fs::read_to_string(&path).with_context(|| format!("cannot read {DOCUMENT}"))?;
    let new = replaced(&old, text).with_context(|| format!("{DOCUMENT} lacks `{}`", BEGIN.trim()))?;
    fs::write(&path, new).with_context(|| format!("cannot write {DOCUMENT}"))?;
    println!("written into {DOCUMENT}");
    Ok(())
}

fn replaced(document: &str, text: &str) -> Option<String> {
    let (before, rest) = document.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n{text}\n{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn document_with_marks_gets_the_text_between_them_alone() {
        let document = format!("# A\n{BEGIN}old\n{END}\nB\n");
        let once = replaced(&document, "new\n").unwrap();
        assert_eq!(once, format!("# A\n{BEGIN}\nnew\n\n{END}\nB\n"));
        assert_eq!(replaced(&once, "new\n").unwrap(), once);
        assert_eq!(replaced("no marks", "new"), None);
    }

    #[test]
    fn performance_document_has_the_marks() {
        let document = include_str!("../../docs/performance.md");
        assert!(replaced(document, "").is_some());
    }

    #[test]
    fn lock_file_names_the_version_of_gungraun() {
        assert!(gungraun_version().unwrap().split('.').count() == 3);
    }
}
