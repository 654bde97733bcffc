//! Reading what the benchmarks print.

use std::collections::HashMap;
use std::str::FromStr;

use anyhow::{Context, Result};

/// All that was measured.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Figures {
    pub(super) nat_read: Pair,
    pub(super) counter_write: Pair,
    /// An update of the sketch while a snapshot runs: of a slot that was touched since it began.
    pub(super) sketch_update: Pair,
    /// The same as the first touch of its slots.
    pub(super) sketch_first_touch: u64,
    pub(super) ack: u64,
    pub(super) mirror_pass: u64,
    /// Of each program: name, bytes of a slot, bytes beside key and state.
    pub(super) slots: Vec<(String, u64, u64)>,
    /// By wall clock and by processor time of the server.
    pub(super) requests: [Rates; 2],
    /// Bytes of a counter flow at the store, by its own account and by the kernel's.
    pub(super) flow_bytes: [u64; 2],
}

/// Instructions of a packet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pair {
    pub(super) without: u64,
    pub(super) with: u64,
}

/// Requests per second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rates {
    pub(super) echo: f64,
    pub(super) store: f64,
    pub(super) ratio: f64,
}

impl Figures {
    pub(super) fn parse(instructions: &str, requests: &str, sizes: &str) -> Result<Self> {
        let counts = instruction_counts(instructions);
        let count = |name: &str| {
            counts.get(name).copied().with_context(|| format!("the benchmark `instructions` has no `{name}`"))
        };
        let pair = |program: &str| {
            Ok::<_, anyhow::Error>(Pair {
                without: count(&format!("{program}_without_redplane"))?,
                with: count(&format!("{program}_with_redplane"))?,
            })
        };
        let rates = |per: &str| {
            let line = line_with(requests, &format!("requests per second of {per}:"))?;
            Ok::<_, anyhow::Error>(Rates {
                echo: after(line, "echo ")?,
                store: after(line, "store ")?,
                ratio: after(line, "ratio ")?,
            })
        };
        let flow = line_with(requests, "bytes per counter flow:")?;
        Ok(Self {
            nat_read: pair("nat")?,
            counter_write: pair("counter")?,
            sketch_update: pair("heavy_hitter")?,
            sketch_first_touch: count("heavy_hitter_after_snapshot")?,
            ack: count("counter_message")?,
            mirror_pass: count("counter_mirror_pass")?,
            slots: sizes.lines().map(slot).collect::<Result<_>>()?,
            requests: [rates("wall clock")?, rates("the server's core")?],
            flow_bytes: [after(flow, "flow: ")?, after(flow, "account, ")?],
        })
    }
}

/// Instructions by benchmark function, from lines such as
///
/// ```text
/// instructions::instructions::nat_with_redplane read_hit:(nat_redplane())
///   Instructions:                 746|740                  (+0.81081%) [+1.00811x]
/// ```
fn instruction_counts(output: &str) -> HashMap<&str, u64> {
    let mut counts = HashMap::new();
    let mut function = "";
    for line in output.lines() {
        if let Some(value) = line.trim_start().strip_prefix("Instructions:") {
            let count = value.split('|').next().and_then(|count| count.trim().parse().ok());
            counts.extend(count.map(|count| (function, count)));
        } else if !line.starts_with(' ') {
            let path = line.split_whitespace().next().unwrap_or_default();
            function = path.rsplit("::").next().unwrap_or_default();
        }
    }
    counts
}

/// From `nat: 48 bytes per flow slot, of which 24 beside key and state`.
fn slot(line: &str) -> Result<(String, u64, u64)> {
    let name = line.split(':').next().unwrap_or_default();
    Ok((name.to_owned(), after(line, ": ")?, after(line, "of which ")?))
}

fn line_with<'a>(output: &'a str, start: &str) -> Result<&'a str> {
    output
        .lines()
        .find(|line| line.starts_with(start))
        .with_context(|| format!("no line begins with `{start}`"))
}

/// The number that stands behind some words.
fn after<T: FromStr>(line: &str, words: &str) -> Result<T> {
    let number = || {
        let rest = line.split_once(words)?.1;
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        rest.get(..end)?.parse().ok()
    };
    number().with_context(|| format!("no number behind `{words}` in `{line}`"))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    const INSTRUCTIONS: &str = "\
instructions::instructions::nat_without_redplane read_hit:(nat_plain())
  Instructions:                                        563|N/A                  (*********)
  L1 Hits:                                             718|N/A                  (*********)
instructions::instructions::nat_with_redplane read_hit:(nat_redplane())
  Instructions:                                        600|746                  (-19.5710%) [-1.24333x]
instructions::instructions::counter_without_redplane write:(counter_plain())
  Instructions:                                        254|254                  (No change)
instructions::instructions::counter_with_redplane write:(counter_redplane())
  Instructions:                                        392|392                  (No change)
instructions::instructions::counter_message ack:(counter_ack())
  Instructions:                                        537|537                  (No change)
instructions::instructions::counter_mirror_pass not_due:(counter_copy())
  Instructions:                                        416|416                  (No change)
instructions::instructions::heavy_hitter_without_redplane update:(heavy_hitter_plain())
  Instructions:                                        360|360                  (No change)
instructions::instructions::heavy_hitter_with_redplane later_touch:(heavy_hitter_later_touch())
  Instructions:                                        465|465                  (No change)
instructions::instructions::heavy_hitter_after_snapshot first_touch:(heavy_hitter_first_touch())
  Instructions:                                        468|468                  (No change)

Gungraun result: Ok. 9 without regressions; 0 regressed; 0 filtered; 9 benchmarks finished in 1.69631s
";
    const REQUESTS: &str = "\
bytes per counter flow: 112 by the shard's account, 131 by the kernel's with 250000 flows
9 rounds, 10000 flows, 256 requests under way, client and server pinned to a core each, 0 lost
requests per second of wall clock: echo 500000, store 450000, ratio 0.90 (medians)
requests per second of the server's core: echo 600000, store 450000, ratio 0.75 (medians)
";
    const SIZES: &str = "\
nat: 48 bytes per flow slot, of which 24 beside key and state
counter: 44 bytes per flow slot, of which 24 beside key and state
";

    pub(in super::super) fn some() -> Figures {
        Figures::parse(INSTRUCTIONS, REQUESTS, SIZES).unwrap()
    }

    #[test]
    fn outputs_of_a_run_are_read() {
        let figures = some();
        assert_eq!(figures.nat_read, Pair { without: 563, with: 600 });
        assert_eq!(figures.counter_write, Pair { without: 254, with: 392 });
        assert_eq!(figures.sketch_update, Pair { without: 360, with: 465 });
        assert_eq!(figures.sketch_first_touch, 468);
        assert_eq!((figures.ack, figures.mirror_pass), (537, 416));
        assert_eq!(figures.slots, [("nat".to_owned(), 48, 24), ("counter".to_owned(), 44, 24)]);
        assert_eq!(figures.requests[1], Rates { echo: 600_000.0, store: 450_000.0, ratio: 0.75 });
        assert_eq!(figures.flow_bytes, [112, 131]);
    }

    #[test]
    fn output_without_a_benchmark_is_an_error_that_names_it() {
        let instructions = INSTRUCTIONS.replace("counter_message", "renamed");
        let error = Figures::parse(&instructions, REQUESTS, SIZES).unwrap_err();
        assert!(error.to_string().contains("counter_message"));
    }
}
