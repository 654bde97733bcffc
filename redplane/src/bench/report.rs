//! What came of a run: a table for people, JSON for machines.

use std::fmt;
use std::net::Ipv4Addr;
use std::time::Duration;

use comfy_table::{CellAlignment, Table, presets};
use redplane_core::wire::Refusal;
use serde::Serialize;

use super::engine::Engine;
use super::options::Distribution;

/// Times from the first sending of a write to its ack, in microseconds.
#[derive(Debug, Serialize)]
struct Latency {
    p50_us: f64,
    p99_us: f64,
    p999_us: f64,
    max_us: f64,
}

/// What the store took to serve the writes.
#[derive(Debug, Serialize)]
pub(super) struct Cpu {
    pid: u32,
    /// User and system time from before the first lease to the last ack.
    seconds: f64,
}

impl Cpu {
    pub(super) fn new(pid: u32, time: Duration) -> Self {
        Self { pid, seconds: time.as_secs_f64() }
    }
}

/// A refusal and how often it was given.
#[derive(Debug, Serialize)]
struct Refused {
    reason: &'static str,
    count: u64,
}

/// See [the module](self).
#[derive(Debug, Serialize)]
pub(super) struct Report {
    store: Vec<String>,
    shards: u16,
    app: String,
    switches: u16,
    flows: u32,
    window: u32,
    distribution: String,
    contended: bool,
    seconds: f64,
    acked: u64,
    /// Acked writes by the time of writing, in which those of the last moment were not acked yet.
    writes_per_s: f64,
    latency: Latency,
    longest_pause_ms: f64,
    longest_pause_at_s: f64,
    sent_again: u64,
    /// Writes without an ack whose lease was over.
    abandoned: u64,
    late_grants: u64,
    handed_over: u64,
    aged_flows: u64,
    moves: u64,
    refusals: Vec<Refused>,
    cpu: Vec<Cpu>,
    cpu_us_per_write: Option<f64>,
    granted_flows: u32,
    read_back: u32,
    unread: u32,
    fault_count: u64,
    /// The first of them.
    faults: Vec<String>,
}

impl Report {
    /// Of a run that wrote for so long.
    pub(super) fn new(engine: &Engine, wrote_ns: u64, cpu: Vec<Cpu>) -> Self {
        let (args, measure) = (&engine.args, &engine.measure);
        let us = |ns: u64| ns as f64 / 1e3;
        let at = |quantile| us(measure.latency.value_at_quantile(quantile));
        let seconds = wrote_ns as f64 / 1e9;
        let known = engine.known_count();
        let fault = |(flow, fault): &(u32, super::ledger::Fault)| {
            let [_, address, ..] = args.app.key(*flow);
            format!("flow {flow} ({}): {fault}", Ipv4Addr::from(address))
        };
        let refusals = Refusal::ALL.iter().zip(&measure.refusals).filter(|(_, count)| **count > 0);
        let cpu_s: f64 = cpu.iter().map(|cpu| cpu.seconds).sum();
        Self {
            store: args.store.iter().map(ToString::to_string).collect(),
            shards: args.shards,
            app: format!("{:?}", args.app).to_lowercase(),
            switches: args.switches,
            flows: args.flows,
            window: args.window,
            distribution: match args.distribution {
                Distribution::Uniform => "uniform".to_owned(),
                Distribution::Hot => "hot".to_owned(),
            },
            contended: args.contend,
            seconds,
            acked: measure.acked,
            writes_per_s: measure.acked as f64 / seconds,
            latency: Latency {
                p50_us: at(0.5),
                p99_us: at(0.99),
                p999_us: at(0.999),
                max_us: us(measure.latency.max()),
            },
            longest_pause_ms: us(measure.pause_ns.0) / 1e3,
            longest_pause_at_s: us(measure.pause_ns.1) / 1e6,
            sent_again: measure.again,
            abandoned: measure.abandoned,
            late_grants: measure.late_grants,
            handed_over: measure.handed_over,
            aged_flows: measure.aged,
            moves: engine.line.moves(),
            refusals: refusals.map(|(why, count)| Refused { reason: why.name(), count: *count }).collect(),
            cpu_us_per_write: (!cpu.is_empty()).then(|| cpu_s * 1e6 / measure.acked.max(1) as f64),
            cpu,
            granted_flows: known,
            read_back: engine.read_count,
            unread: known - engine.read_count,
            fault_count: measure.fault_count,
            faults: measure.faults.iter().map(fault).collect(),
        }
    }

    /// Whether the store kept its promises. Where nothing was acked, nothing was promised and nothing proven.
    pub(super) fn is_kept(&self) -> bool {
        self.fault_count == 0 && self.unread == 0 && self.acked > 0
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "store {} with {} {}: {} {} flows, {}{}, {} switches, {} requests under way, {:.1} s",
            self.store.join(", "),
            self.shards,
            if self.shards == 1 { "shard" } else { "shards" },
            self.flows,
            self.app,
            self.distribution,
            if self.contended { ", contended" } else { "" },
            self.switches,
            self.window,
            self.seconds
        )?;
        let Latency { p50_us, p99_us, p999_us, max_us } = self.latency;
        let mut table = Table::new();
        table.load_preset(presets::NOTHING);
        let mut row = |what: &str, value: String| {
            table.add_row([what.to_owned(), value]);
        };
        row("acked writes", self.acked.to_string());
        row("writes per second", format!("{:.0}", self.writes_per_s));
        row("latency p50", time(p50_us));
        row("latency p99", time(p99_us));
        row("latency p99.9", time(p999_us));
        row("latency max", time(max_us));
        row("longest pause of acks", time(self.longest_pause_ms * 1e3));
        row("… which began at", format!("{:.1} s", self.longest_pause_at_s));
        row("requests sent again", self.sent_again.to_string());
        row("moves between replicas", self.moves.to_string());
        for (what, count) in [
            ("writes abandoned, lease over", self.abandoned),
            ("grants that came too late", self.late_grants),
            ("leases handed back", self.handed_over),
            ("flows that idled out", self.aged_flows),
        ] {
            if count > 0 {
                row(what, count.to_string());
            }
        }
        for Refused { reason, count } in &self.refusals {
            row(&format!("refused: {reason}"), count.to_string());
        }
        if self.refusals.is_empty() {
            row("refused", "0".to_owned());
        }
        for Cpu { pid, seconds } in &self.cpu {
            row(&format!("processor time of {pid}"), format!("{seconds:.2} s"));
        }
        if let Some(us) = self.cpu_us_per_write {
            row("processor time per acked write", time(us));
        }
        if let Some(column) = table.column_mut(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        writeln!(f, "{table}")?;
        for fault in &self.faults {
            writeln!(f, "BROKEN: {fault}")?;
        }
        if self.fault_count as usize > self.faults.len() {
            writeln!(f, "BROKEN: {} more", self.fault_count - self.faults.len() as u64)?;
        }
        if self.unread > 0 {
            writeln!(
                f,
                "BROKEN: {} flows could not be read back: the store did not grant them",
                self.unread
            )?;
        }
        if self.acked == 0 {
            writeln!(f, "BROKEN: no write was acked, so nothing was proven")?;
        }
        let verdict = if self.is_kept() { "nothing acked is lost" } else { "promises were broken" };
        writeln!(f, "read back {} of {} granted flows: {verdict}", self.read_back, self.granted_flows)
    }
}

fn time(us: f64) -> String {
    match us {
        ..1e3 => format!("{us:.1} µs"),
        ..1e6 => format!("{:.2} ms", us / 1e3),
        _ => format!("{:.2} s", us / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_told_in_the_unit_that_fits() {
        assert_eq!([0.5, 1234.0, 2.5e6].map(time), ["0.5 µs", "1.23 ms", "2.50 s"]);
    }
}
