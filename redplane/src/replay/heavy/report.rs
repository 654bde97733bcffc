//! What a detector's run found, for people and for programs.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use comfy_table::{Cell, CellAlignment, Table, presets};
use redplane_apps::HeavyHitter;
use redplane_apps::heavy_hitter::Flow;
use redplane_core::count::Event;
use serde::Serialize;

use super::Run;
use super::bandwidth::{Bandwidth, PACKED_MAX_MBIT_S};
use super::session::{Broken, Sample, Score, bound};
use super::source::Read;
use crate::replay::report::DeviceReport;
use crate::switch::flow_name;

/// Heavy flows that the table names.
const FLOWS_SHOWN: usize = 10;

/// All of it; what `report.json` holds.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    path: String,
    read: Read,
    threshold: u32,
    snapshot_period_us: u64,
    bound_ms: u64,
    /// `None` if the capture ends before the failure.
    failure: Option<Failure>,
    before: Option<Score>,
    recovered: Option<Score>,
    end: Score,
    packets: Packets,
    reports: Reports,
    /// Flows that are heavy at the end, the heaviest first.
    heavy: Vec<Heavy>,
    /// What count-min allows an estimate to be above the count, of the VLAN that counted most: e ÷ 64 of its packets.
    largest_bound: f64,
    broken: Broken,
    checks: Vec<Check>,
    pub(super) bandwidth: Option<Bandwidth>,
    switches: Vec<DeviceReport>,
    store: DeviceReport,
    #[serde(skip)]
    pub(super) samples: Vec<Sample>,
    #[serde(skip)]
    pub(super) start_ns: u64,
}

/// The failure, and what it lost.
#[derive(Clone, Copy, Debug, Serialize)]
struct Failure {
    at_packet: u64,
    #[serde(skip)]
    at_ns: u64,
    at_us: u64,
    lease_period_ms: u64,
    detection_ms: u64,
    /// VLANs that had a structure.
    vlans: u64,
    /// Those that switch 2 took over; of the others no packet came.
    vlans_taken_over: u64,
    /// The first of them, after the failure.
    taken_over_us: u64,
    /// Age of the oldest recovered snapshot at the failure, of VLANs that had counted something since.
    snapshot_age_us: u64,
    /// Age of the oldest count that was lost, at the failure: at most the bound.
    lost_age_us: u64,
    /// Counts that were lost: exact at the failure minus those of the recovered instant.
    packets_lost: u64,
}

/// What became of the packets.
#[derive(Clone, Copy, Debug, Serialize)]
struct Packets {
    input: u64,
    output: u64,
    at_dead_switch: u64,
    lost_on_link: u64,
    dropped: u64,
}

/// Reports of heavy flows.
#[derive(Clone, Copy, Debug, Serialize)]
struct Reports {
    reports: u64,
    flows: u64,
    windows: u64,
    /// Most reports of one flow by one switch in one window: 1.
    most: u64,
    /// Flows that both switches reported.
    by_both: u64,
}

/// A heavy flow.
#[derive(Clone, Debug, Serialize)]
struct Heavy {
    vlan: u32,
    flow: String,
    exact_at_failure: Option<u32>,
    estimate_at_failure: Option<u32>,
    estimate_recovered: Option<u32>,
    exact: u32,
    estimate: Option<u32>,
    reported: bool,
}

/// A promise.
#[derive(Clone, Copy, Debug, Serialize)]
struct Check {
    what: &'static str,
    holds: bool,
}

impl Report {
    pub(super) fn new(run: Run<'_>, read: Read, end: Score) -> Report {
        let Run { args, mut bed, session, threshold, fail_at, start_ns, input, at_dead_switch, .. } = run;
        let reported: BTreeSet<(u32, Flow)> =
            session.reports.keys().map(|(_, _, vlan, flow)| (*vlan, *flow)).collect();
        let after: BTreeSet<(u32, Flow)> =
            session.reports.keys().filter(|key| key.0).map(|(_, _, vlan, flow)| (*vlan, *flow)).collect();
        let before: BTreeSet<(u32, Flow)> =
            session.reports.keys().filter(|key| !key.0).map(|(_, _, vlan, flow)| (*vlan, *flow)).collect();
        let reports = Reports {
            reports: session.reports.values().sum(),
            flows: reported.len() as u64,
            windows: session.window + 1,
            most: session.reports.values().copied().max().unwrap_or(0),
            by_both: before.intersection(&after).count() as u64,
        };
        let flows = session.truth.flows();
        let mut order: Vec<usize> =
            (0..flows.len()).filter(|number| flows[*number].exact >= threshold).collect();
        order.sort_by_key(|number| std::cmp::Reverse(flows[*number].exact));
        let crash = session.crash.as_ref();
        let heavy = order.into_iter().map(|number| {
            let it = flows[number];
            Heavy {
                vlan: it.vlan,
                flow: flow_name(&it.flow),
                exact_at_failure: crash.map(|crash| crash.exact.get(number).copied().unwrap_or(0)),
                estimate_at_failure: crash.and_then(|crash| crash.estimates.get(number).copied()),
                estimate_recovered: session.recovered_estimates.get(&number).copied(),
                exact: it.exact,
                estimate: bed.structure(it.vlan).map(|words| HeavyHitter::estimate(&words, &it.flow)),
                reported: reported.contains(&(it.vlan, it.flow)),
            }
        });
        let heavy = heavy.collect();
        let failure = crash.map(|crash| {
            let us = |later_ns: u64, ns: Option<u64>| ns.map_or(0, |ns| later_ns.saturating_sub(ns) / 1000);
            let taken_over = || session.taken_over.iter();
            let lossy = || taken_over().filter(|it| it.lost.packets > 0);
            let age_us =
                |it: &super::session::TakenOver| us(crash.at_ns, it.lost.snapshot_ns.or(it.lost.first_ns));
            Failure {
                at_packet: fail_at,
                at_ns: crash.at_ns,
                at_us: us(crash.at_ns, Some(start_ns)),
                lease_period_ms: args.lease_period,
                detection_ms: args.detection,
                vlans: crash.score.vlans,
                vlans_taken_over: taken_over().count() as u64,
                taken_over_us: taken_over().map(|it| us(it.at_ns, Some(crash.at_ns))).min().unwrap_or(0),
                snapshot_age_us: lossy().map(age_us).max().unwrap_or(0),
                lost_age_us: lossy().map(|it| us(crash.at_ns, it.lost.first_ns)).max().unwrap_or(0),
                packets_lost: lossy().map(|it| it.lost.packets).sum(),
            }
        });
        let mut by_vlan: BTreeMap<u32, u64> = BTreeMap::new();
        flows.iter().for_each(|it| *by_vlan.entry(it.vlan).or_default() += u64::from(it.exact));
        let counters = bed.counters();
        let offered = input - at_dead_switch;
        Report {
            path: args.pcap.display().to_string(),
            read,
            threshold,
            snapshot_period_us: args.heavy.snapshot_period,
            bound_ms: args.heavy.bound,
            failure,
            before: crash.map(|crash| crash.score),
            recovered: crash.map(|_| session.recovered),
            end,
            packets: Packets {
                input,
                output: session.left,
                at_dead_switch,
                lost_on_link: bed.packets_lost(),
                dropped: offered.saturating_sub(session.left + bed.packets_lost()),
            },
            reports,
            heavy,
            largest_bound: bound(by_vlan.values().copied().max().unwrap_or(0)),
            broken: session.broken,
            checks: checks(&session.broken, reports.most),
            bandwidth: None,
            switches: counters.iter().map(DeviceReport::of_switch).collect(),
            store: DeviceReport::of_shard(bed.shard()),
            samples: session.samples,
            start_ns,
        }
    }

    /// When the first switch failed, in nanoseconds.
    pub(super) fn failure_ns(&self) -> Option<u64> {
        self.failure.map(|failure| failure.at_ns)
    }

    /// Whether all that is promised holds.
    pub(super) fn holds(&self) -> bool {
        self.checks.iter().all(|check| check.holds) && self.bandwidth.as_ref().is_none_or(Bandwidth::holds)
    }

    fn stages(&self) -> Table {
        let mut table = Table::new();
        table.load_preset(presets::NOTHING);
        let right = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
        let stages = [self.before, self.recovered, Some(self.end)];
        let titles = ["before", "recovered", "at the end"].map(|title| right(title.to_owned()));
        table.add_row([Cell::new("")].into_iter().chain(titles));
        type Number = fn(&Score) -> Option<String>;
        let rows: [(&str, Number); 10] = [
            ("VLANs", |score| Some(score.vlans.to_string())),
            ("packets counted", |score| Some(score.packets.to_string())),
            ("flows", |score| Some(score.flows.to_string())),
            ("heavy flows, exact", |score| Some(score.heavy.to_string())),
            ("flows found heavy", |score| Some(score.found.to_string())),
            ("recall", |score| score.recall().map(percent)),
            ("precision", |score| score.precision().map(percent)),
            ("mean error of heavy flows", |score| score.error_mean().map(|mean| format!("{mean:.1}"))),
            ("largest error of heavy flows", |score| Some(score.error_max.to_string())),
            ("flows beyond the bound", |score| Some(score.beyond_bound.to_string())),
        ];
        for (name, number) in rows {
            let cells = stages.map(|stage| right(stage.as_ref().and_then(number).unwrap_or("-".to_owned())));
            table.add_row([Cell::new(name)].into_iter().chain(cells));
        }
        table
    }

    fn numbers(&self) -> Table {
        let mut table = Table::new();
        table.load_preset(presets::NOTHING);
        let mut row = |name: &str, value: String, note: &str| {
            let value = Cell::new(value).set_alignment(CellAlignment::Right);
            table.add_row(vec![Cell::new(name), value, Cell::new(note)]);
        };
        let packets = &self.packets;
        row(
            "packets in",
            packets.input.to_string(),
            &format!("in {:.3} s", self.read.duration_ns as f64 / 1e9),
        );
        row("packets out", packets.output.to_string(), "");
        row("lost at the dead switch", packets.at_dead_switch.to_string(), "until the failure was detected");
        for (name, count, note) in [
            ("lost on the link", packets.lost_on_link, "with a request for a lease"),
            ("dropped", packets.dropped, "malformed, or no room to wait"),
        ] {
            if count > 0 {
                row(name, count.to_string(), note);
            }
        }
        row("a flow is heavy from", self.threshold.to_string(), "packets on");
        row(
            "largest bound of count-min",
            format!("{:.1}", self.largest_bound),
            "packets, of the VLAN with most: an estimate is farther off with probability 5 % at most",
        );
        if let Some(failure) = &self.failure {
            let time = format!("after {:.3} s", failure.at_us as f64 / 1e6);
            row("switch 1 fails at packet", failure.at_packet.to_string(), &time);
            let note = format!("of {}; of the others no packet came", failure.vlans);
            row("VLANs taken over", failure.vlans_taken_over.to_string(), &note);
            row(
                "  the first after",
                format!("{} µs", failure.taken_over_us),
                "the dead switch's leases end first",
            );
            row(
                "counts lost",
                failure.packets_lost.to_string(),
                "exact at the failure less the recovered instant",
            );
            let note = format!("at most {} ms", self.bound_ms);
            row("  the oldest", format!("{} µs old", failure.lost_age_us), &note);
            row(
                "  oldest recovered snapshot",
                format!("{} µs old", failure.snapshot_age_us),
                "of VLANs that had counted since",
            );
        } else {
            row("switch 1 fails at packet", "-".to_owned(), "there are fewer packets");
        }
        let reports = &self.reports;
        let note = format!(
            "of {} flows in {} windows, {} by both switches",
            reports.flows, reports.windows, reports.by_both
        );
        row("reports", reports.reports.to_string(), &note);
        let all =
            |event: &str| self.switches.iter().filter_map(|switch| switch.events.get(event)).sum::<u64>();
        row("snapshots begun", all(Event::SnapshotBegun.name()).to_string(), "");
        row("snapshots complete", all(Event::SnapshotComplete.name()).to_string(), "");
        row("packets counted while stale", all(Event::StaleWentOn.name()).to_string(), "");
        table
    }

    fn flows(&self) -> Table {
        let mut table = Table::new();
        table.load_preset(presets::NOTHING);
        let right = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
        let head = ["at failure", "estimate", "recovered", "at the end", "estimate", "reported"];
        table.add_row(
            ["VLAN", "heavy flow"]
                .map(Cell::new)
                .into_iter()
                .chain(head.map(|title| right(title.to_owned()))),
        );
        let number = |number: Option<u32>| number.map_or("-".to_owned(), |number| number.to_string());
        for it in self.heavy.iter().take(FLOWS_SHOWN) {
            let cells = [
                number(it.exact_at_failure),
                number(it.estimate_at_failure),
                number(it.estimate_recovered),
                it.exact.to_string(),
                number(it.estimate),
                if it.reported { "yes" } else { "no" }.to_owned(),
            ];
            let names = [it.vlan.to_string(), it.flow.clone()].map(Cell::new);
            table.add_row(names.into_iter().chain(cells.map(right)));
        }
        table
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n\n{}\n\n{}", self.numbers(), self.stages(), self.flows())?;
        if let Some(left_out) = self.heavy.len().checked_sub(FLOWS_SHOWN).filter(|left_out| *left_out > 0) {
            writeln!(f, "  and {left_out} more")?;
        }
        if let Some(bandwidth) = &self.bandwidth {
            writeln!(f, "\n{}", bandwidth.table())?;
            writeln!(
                f,
                "frames with Ethernet, IPv4 and UDP, without preamble; each VLAN has a sketch of its own"
            )?;
        }
        let sign = |holds| if holds { "ok    " } else { "FAILED" };
        for check in &self.checks {
            write!(f, "\n{} {}", sign(check.holds), check.what)?;
        }
        if let Some(bandwidth) = &self.bandwidth {
            let what = format!("packed snapshots take {PACKED_MAX_MBIT_S} Mbit/s at most");
            write!(f, "\n{} {what}", sign(bandwidth.holds()))?;
        }
        Ok(())
    }
}

fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

fn checks(broken: &Broken, most_reports: u64) -> Vec<Check> {
    let check = |what, holds| Check { what, holds };
    vec![
        check(
            "structures are, word by word, what they were at one instant plus what came after",
            broken.words == 0 && broken.unknown_snapshots == 0,
        ),
        check(
            "no count was lost that is older than the bound, or the switch had said so",
            broken.too_old == 0,
        ),
        check(
            "heavy hitters found before and heavy at the recovered instant are found after",
            broken.forgotten == 0,
        ),
        check("no estimate is below what was counted and not lost", broken.underestimates == 0),
        check("a switch reports a flow once a window at most", most_reports <= 1),
        check("switch and reader agree about which packets count", broken.disagreements == 0),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anything_broken_fails_a_check() {
        assert!(checks(&Broken::default(), 1).iter().all(|check| check.holds));
        for broken in [
            Broken { words: 1, ..Broken::default() },
            Broken { unknown_snapshots: 1, ..Broken::default() },
            Broken { underestimates: 1, ..Broken::default() },
            Broken { forgotten: 1, ..Broken::default() },
            Broken { too_old: 1, ..Broken::default() },
            Broken { disagreements: 1, ..Broken::default() },
        ] {
            let failed = checks(&broken, 1).iter().filter(|check| !check.holds).count();
            assert_eq!(failed, 1, "{broken:?}");
        }
        assert_eq!(checks(&Broken::default(), 2).iter().filter(|check| !check.holds).count(), 1);
    }
}
