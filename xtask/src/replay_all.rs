//! `cargo xtask replay-all`: every capture of a folder through a failover.
//!
//! One bad capture says nothing of a parser, two hundred do. A capture may be refused, with a sentence; nothing may panic, and no
//! connection may change its translation.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::process::{build, file_of, root};

/// For `--help`.
pub(crate) const HELP: &str = "Replays every capture of a folder, and of the folders in it, through a failover.

Builds `redplane` and runs `redplane replay` on every file named *.pcap, *.pcapng or *.cap, gzipped or not. A line per
capture: exit code, packets in and out, flows translated, translations that changed, and why a capture was refused.
Reports and outputs go to target/replay-all.

Exit code 1 if a replay panicked, if a translation changed, or if a capture was refused without a reason.

Examples:
  cargo xtask replay-all ../shared/traces
  cargo xtask replay-all ~/captures --fail-at 5000";

/// Of `cargo xtask replay-all`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The folder.
    dir: PathBuf,

    /// The first packet that switch 1 does not see. [default: half of each capture]
    #[arg(long, value_name = "PACKET")]
    fail_at: Option<u64>,
}

/// `redplane replay`'s exit code for a capture that cannot be used.
const REFUSED: i32 = 3;

/// Replays all.
///
/// # Errors
/// A replay did not end as it should, or there is nothing to replay.
pub(crate) fn run(args: &Args) -> Result<()> {
    let captures = captures_in(&args.dir)?;
    if captures.is_empty() {
        bail!("no captures in {}: files named *.pcap, *.pcapng or *.cap, gzipped or not", args.dir.display());
    }
    let built = build(&["--release", "--package", "redplane"])?;
    let redplane = file_of(&built, "redplane", "")?;
    let out = root()?.join("target/replay-all");
    let width = captures.iter().map(|path| named(path, &args.dir).len()).max().unwrap_or(0);
    println!(
        "{:width$}{}",
        "capture",
        row(["exit", "in", "out", "flows", "changed"].map(str::to_owned), "note")
    );
    let mut faults = Vec::new();
    for path in &captures {
        let name = named(path, &args.dir);
        let out = out.join(&name);
        let mut replay = Command::new(redplane);
        replay.arg("replay").arg("--pcap").arg(path).arg("--out").arg(&out);
        replay.args(args.fail_at.iter().flat_map(|at| ["--fail-at".to_owned(), at.to_string()]));
        // What an earlier run left must not pass for this one's.
        let _ = fs::remove_file(out.join("report.json"));
        let output = replay.output().with_context(|| format!("cannot run {}", redplane.display()))?;
        let outcome = Outcome::of(&output, fs::read(out.join("report.json")).ok().as_deref());
        if !outcome.is_right() {
            faults.push(format!("{name}: {}", outcome.note));
        }
        println!("{name:width$}{}", outcome.row(&name));
    }
    println!("\n{} captures, {} faults; reports in {}", captures.len(), faults.len(), out.display());
    if !faults.is_empty() {
        bail!("not as it should be:\n  {}", faults.join("\n  "));
    }
    Ok(())
}

/// The captures of a folder and the folders in it, in the order of their names.
fn captures_in(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut captures = Vec::new();
    for entry in fs::read_dir(dir).with_context(|| format!("cannot read the folder {}", dir.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            captures.extend(captures_in(&path)?);
        } else if is_capture(&path.to_string_lossy()) {
            captures.push(path);
        }
    }
    captures.sort();
    Ok(captures)
}

fn is_capture(path: &str) -> bool {
    let path = path.strip_suffix(".gz").unwrap_or(path);
    [".pcap", ".pcapng", ".cap"].iter().any(|suffix| path.ends_with(suffix))
}

/// What came of a capture.
#[derive(Debug)]
struct Outcome {
    /// `None` if a signal ended it.
    code: Option<i32>,
    /// Packets in and out, flows translated and translations changed, if there is a report.
    numbers: Option<[u64; 4]>,
    note: String,
}

impl Outcome {
    fn of(output: &Output, report: Option<&[u8]>) -> Self {
        let report: Option<Value> = report.and_then(|bytes| serde_json::from_slice(bytes).ok());
        let numbers = report.as_ref().and_then(|report| {
            let (packets, flows) = (&report["packets"], &report["flows"]);
            Some([
                packets["in"].as_u64()?,
                packets["out"].as_u64()?,
                flows["flows_translated"].as_u64()?,
                flows["flows_changed"].as_u64()?,
            ])
        });
        let errors = String::from_utf8_lossy(&output.stderr);
        let note = errors.lines().next().unwrap_or_default().to_owned();
        Self { code: output.status.code(), numbers, note }
    }

    /// Replayed and nothing changed, or refused with a reason.
    fn is_right(&self) -> bool {
        match (self.code, self.numbers) {
            (Some(0), Some([.., changed])) => changed == 0,
            (Some(REFUSED), _) => !self.note.is_empty(),
            _ => false,
        }
    }

    fn row(&self, name: &str) -> String {
        let code = self.code.map_or("signal".to_owned(), |code| code.to_string());
        let numbers = self.numbers.map(|numbers| numbers.map(|number| number.to_string()));
        let [input, output, flows, changed] = numbers.unwrap_or_default();
        // The path stands in the first column already.
        let note = self.note.rsplit_once(&format!("{name}: ")).map_or(&*self.note, |(_, why)| why);
        row([code, input, output, flows, changed], note)
    }
}

fn row(columns: [String; 5], note: &str) -> String {
    let [code, input, output, flows, changed] = columns;
    format!("{code:>8}{input:>8}{output:>8}{flows:>8}{changed:>9}  {note}").trim_end().to_owned()
}

/// A capture's path inside the folder.
fn named(path: &Path, dir: &Path) -> String {
    path.strip_prefix(dir).unwrap_or(path).display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(code: Option<i32>, numbers: Option<[u64; 4]>, note: &str) -> Outcome {
        Outcome { code, numbers, note: note.to_owned() }
    }

    #[test]
    fn outcome_is_right_only_if_nothing_changed_or_a_reason_is_given() {
        assert!(outcome(Some(0), Some([9, 8, 7, 0]), "").is_right());
        assert!(!outcome(Some(0), Some([9, 8, 7, 1]), "").is_right());
        assert!(!outcome(Some(0), None, "").is_right(), "no report");
        assert!(outcome(Some(3), None, "not a capture").is_right());
        assert!(!outcome(Some(3), None, "").is_right(), "no reason");
        assert!(!outcome(Some(1), Some([9, 8, 7, 1]), "").is_right());
        assert!(!outcome(Some(101), None, "panicked").is_right());
        assert!(!outcome(None, None, "").is_right(), "a signal");
    }

    #[test]
    fn captures_are_told_by_their_names() {
        for name in ["a.pcap", "b.pcapng.gz", "c.cap", "d.pcap.gz"] {
            assert!(is_capture(name), "{name}");
        }
        for name in ["MANIFEST.md", "sources.tsv", "pcap", "a.gz"] {
            assert!(!is_capture(name), "{name}");
        }
    }
}
