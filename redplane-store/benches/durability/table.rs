//! The rows as a table, and what is held to a limit.

use std::fmt::Display;

use crate::stores::Link;
use crate::{
    CHAIN, CHAIN_FEW, CHAIN_HOT, FEW, FLOWS, NONE, NONE_FEW, NONE_HOT, Row, Trial, WAIT_A_PIPELINE,
    WAIT_A_WRITE, WINDOW,
};

/// Processor time of a write to a chain of three, beside one to a single replica.
const CPU_MAX: f64 = 3.2;

/// Writes a second of a chain of three, beside those of Redis that wait for both replicas.
const RATE_MIN: f64 = 3.0;

impl Row {
    fn median(&self, of: impl Fn(&Trial) -> f64) -> f64 {
        let mut values: Vec<f64> = self.trials.iter().map(|(trial, _)| of(trial)).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    }

    fn link(&self) -> Link {
        let add = |sum: Link, link: &Link| Link {
            writes: sum.writes + link.writes,
            entries: sum.entries + link.entries,
            datagrams: sum.datagrams + link.datagrams,
        };
        self.trials.iter().fold(Link::default(), |sum, (_, link)| add(sum, link))
    }
}

fn line<T: Display>(name: &str, columns: [T; 6]) {
    let columns: String = columns.iter().map(|column| format!(" {column:>8} |")).collect();
    println!("| {name:<24} |{columns}");
}

/// A table in Markdown.
pub(crate) fn print(rows: &[Row]) {
    let rounds = rows.first().map_or(0, |row| row.trials.len());
    println!("{FLOWS} flows, {WINDOW} writes under way (few: {FEW}), {rounds} rounds\n");
    line("", ["writes/s", "p50 µs", "p99 µs", "p99.9 µs", "CPU µs", "× none"]);
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
    let none = find(rows, NONE).map(|none| none.median(Trial::cpu_us));
    for row in rows {
        let mut latency = Trial::new().latency;
        row.trials.iter().for_each(|(trial, _)| latency.add(&trial.latency).unwrap());
        let at = |quantile| format!("{:.0}", latency.value_at_quantile(quantile) as f64 / 1e3);
        let cpu_us = row.median(Trial::cpu_us);
        let ratio = none.map_or(String::new(), |none| format!("{:.2}", cpu_us / none));
        let rate = format!("{:.0}", row.median(Trial::rate));
        line(row.name, [rate, at(0.5), at(0.99), at(0.999), format!("{cpu_us:.2}"), ratio]);
    }
    println!();
    for row in rows {
        let lost: u64 = row.trials.iter().map(|(trial, _)| trial.lost).sum();
        if lost > 0 {
            println!("{}: {lost} datagrams lost", row.name);
        }
        let Link { writes, entries, datagrams } = row.link();
        if entries > 0 {
            let a_write = |count: u64| count as f64 / writes as f64;
            println!(
                "{}: {:.3} entries and {:.3} datagrams a write from the head to its successor",
                row.name,
                a_write(entries),
                a_write(datagrams)
            );
        }
    }
}

fn find<'a>(rows: &'a [Row], name: &str) -> Option<&'a Row> {
    rows.iter().find(|row| row.name == name)
}

/// Prints what is held to a limit, of the rows that are there; false if a limit is broken.
pub(crate) fn print_limits(rows: &[Row]) -> bool {
    let ratio =
        |a: &str, b: &str, of: fn(&Trial) -> f64| Some(find(rows, a)?.median(of) / find(rows, b)?.median(of));
    let mut is_kept = true;
    let mut show = |what: &str, ratio: Option<f64>, limit: &str, holds: fn(f64) -> bool| {
        if let Some(ratio) = ratio {
            let verdict = if holds(ratio) { "" } else { ", BROKEN" };
            println!("  {what:<38} {ratio:>6.2} ({limit}{verdict})");
            is_kept &= holds(ratio);
        }
    };
    let at_most: fn(f64) -> bool = |ratio| ratio <= CPU_MAX;
    let at_least: fn(f64) -> bool = |ratio| ratio >= RATE_MIN;
    let any: fn(f64) -> bool = |_| true;
    println!("chain of 3, beside");
    for (what, other, chain, of, limit, holds) in [
        ("none: CPU a write", NONE, CHAIN, Trial::cpu_us as fn(&Trial) -> f64, "at most 3.2", at_most),
        ("none, hot: CPU a write", NONE_HOT, CHAIN_HOT, Trial::cpu_us, "at most 3.2", at_most),
        ("none, few: CPU a write", NONE_FEW, CHAIN_FEW, Trial::cpu_us, "no limit", any),
        ("Redis, WAIT 2 a write: writes/s", WAIT_A_WRITE, CHAIN, Trial::rate, "at least 3", at_least),
        ("Redis, WAIT 2 a write: CPU a write", WAIT_A_WRITE, CHAIN, Trial::cpu_us, "no limit", any),
        ("Redis, WAIT 2 a pipeline: writes/s", WAIT_A_PIPELINE, CHAIN, Trial::rate, "no limit", any),
        ("Redis, WAIT 2 a pipeline: CPU a write", WAIT_A_PIPELINE, CHAIN, Trial::cpu_us, "no limit", any),
    ] {
        show(what, ratio(chain, other, of), limit, holds);
    }
    is_kept
}
