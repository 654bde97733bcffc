//! What a demo found, beside what the paper found, and whether it is within the limits.
//!
//! One [`Report`] becomes `report.json` for machines and a table for people. The limits are on what does not
//! depend on the machine the demo runs on: no connection may break with RedPlane, and the silences follow
//! from the configured detection delay and lease period. The paper's figures are from switch hardware and
//! stand beside ours for their shape only.

use std::fmt;

use comfy_table::{Attribute, Cell, CellAlignment, Table, presets};
use serde::Serialize;

use super::device::MESSAGE_HEADERS_LEN;
use super::measure::{BUCKET_NS, Gap};
use super::run::Outcome;
use super::schedule::Schedule;

/// What the silence at a failure may exceed detection delay and lease period by, ms: scheduling of the
/// processes, and the hosts' first round trips after it.
pub(super) const FAILURE_GAP_SLACK_MS: u64 = 100;

/// The longest silence when traffic moves back as planned, without the time in which the demo stood still, ms.
const RETURN_GAP_LIMIT_MS: u64 = 50;

const NS_PER_MS: u64 = 1_000_000;

/// How a demo was set up.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Settings {
    /// Draws the short connections.
    pub(super) seed: u64,
    /// How long a switch may act on a flow after a grant or renewal.
    pub(super) lease_period_ms: u64,
    /// From the failure to the moment that packets take the other switch.
    pub(super) detection_delay_ms: u64,
    /// Bulk connections.
    pub(super) flows: u16,
    /// Rate of all bulk connections together.
    pub(super) rate_mbit_s: u64,
    /// Length of each run's schedule.
    pub(super) duration_ms: u64,
    /// When switch 1 fails, since a run's begin.
    pub(super) fail_at_ms: u64,
    /// When traffic returns to switch 1.
    pub(super) return_at_ms: u64,
}

/// What §7.3 and §7.2 of the paper report.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Paper {
    figure: &'static str,
    section: &'static str,
    /// The disruptions when a switch fails and when it returns, with RedPlane.
    disruptions_ms: [u64; 2],
    lease_period_ms: u64,
    /// What happens without RedPlane.
    without_redplane: &'static str,
    /// Bandwidth for RedPlane's messages with a NAT (§7.2, Figure 10).
    protocol_share_nat: &'static str,
}

const PAPER: Paper = Paper {
    figure: "Figure 14",
    section: "7.3",
    disruptions_ms: [900, 1000],
    lease_period_ms: 1000,
    without_redplane: "TCP connections break",
    protocol_share_nat: "almost none (section 7.2, Figure 10)",
};

/// One run.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Run {
    /// "baseline", "failure", "failure+redplane".
    pub(super) name: String,
    /// Whether the switches replicate.
    pub(super) redplane: bool,
    /// Bulk and short connections begun.
    pub(super) connections: usize,
    /// Of these, broken.
    pub(super) broken: usize,
    /// Of the broken ones, bulk connections.
    pub(super) bulk_broken: usize,
    /// Short connections that ended with all bytes delivered.
    pub(super) short_completed: usize,
    /// Connections that were open when switch 1 failed; `None` in a run without a failure.
    pub(super) open_at_failure: Option<usize>,
    /// Of these, broken.
    pub(super) open_broken: Option<usize>,
    /// Connections on which a wrong byte was read.
    pub(super) corrupt: usize,
    /// Longest silence of any bulk connection; 0 stands for less than 5 ms, here and below.
    pub(super) longest_gap_ms: u64,
    /// Longest silence around the failure; `None` in a run without one.
    pub(super) gap_at_failure_ms: Option<u64>,
    /// Longest silence around the move back; `None` in a run without one.
    pub(super) gap_at_return_ms: Option<u64>,
    /// Within the silence at the return, the time in which hosts and switches themselves stood still, because the machine ran
    /// something else; 0 for less than 2 ms at a time, here and below.
    pub(super) stall_at_return_ms: Option<u64>,
    /// The longest such time of the run.
    pub(super) longest_stall_ms: u64,
    /// Frames that the hosts' own links dropped.
    pub(super) link_drops: u64,
    /// Payload bytes that the hosts sent beyond those delivered.
    pub(super) retransmitted_bytes: u64,
    /// Bytes of all frames that the hosts sent.
    pub(super) host_bytes: u64,
    /// Bytes of all protocol messages between switches and store, with `message_headers_len` of each.
    pub(super) protocol_bytes: u64,
    /// Bytes of Ethernet, IPv4 and UDP headers around each message.
    pub(super) message_headers_len: u64,
    /// Share of protocol bytes in protocol and host bytes together, 0 to 1.
    pub(super) protocol_share: f64,
    /// Mean of the series below.
    pub(super) mean_mbit_s: f64,
    /// What the applications received, per bucket.
    pub(super) throughput_mbit_s: Vec<f64>,
    /// Width of a bucket.
    pub(super) bucket_ms: u64,
}

impl Run {
    /// Sums up a run; `failure` is its schedule if switch 1 failed in it.
    pub(super) fn new(name: &str, redplane: bool, outcome: &Outcome, failure: Option<&Schedule>) -> Self {
        let Outcome { measure, stalls, protocol_bytes, .. } = outcome;
        let (delivery, protocol_bytes) = (&measure.delivery, *protocol_bytes);
        let ms = |span_ns: u64| span_ns.div_ceil(NS_PER_MS);
        let gap_ms = |gap: Option<Gap>| gap.map_or(0, |gap| ms(gap.len_ns()));
        let at_failure = failure.map(|at| delivery.longest_gap_in(&at.failure_window_ns()));
        let at_return = failure.map(|at| delivery.longest_gap_in(&at.return_window_ns()));
        let stall_ms = |gap: Gap| ms(stalls.within_ns(&(gap.start_ns..gap.end_ns)));
        let series = &delivery.throughput_mbit_s;
        let all_bytes = protocol_bytes + measure.host_bytes;
        Self {
            name: name.to_owned(),
            redplane,
            connections: measure.connections(),
            broken: measure.broken(),
            bulk_broken: measure.bulk_broken,
            short_completed: measure.short_completed,
            open_at_failure: failure.map(|_| measure.marked),
            open_broken: failure.map(|_| measure.marked_broken),
            corrupt: measure.corrupt,
            longest_gap_ms: gap_ms(delivery.longest_gap()),
            gap_at_failure_ms: at_failure.map(gap_ms),
            gap_at_return_ms: at_return.map(gap_ms),
            stall_at_return_ms: at_return.map(|gap| gap.map_or(0, stall_ms)),
            longest_stall_ms: ms(stalls.longest_ns()),
            link_drops: measure.link_drops,
            retransmitted_bytes: measure.retransmitted_bytes(),
            host_bytes: measure.host_bytes,
            protocol_bytes,
            message_headers_len: MESSAGE_HEADERS_LEN,
            protocol_share: protocol_bytes as f64 / all_bytes.max(1) as f64,
            mean_mbit_s: series.iter().sum::<f64>() / series.len().max(1) as f64,
            throughput_mbit_s: series.iter().map(|rate| (rate * 10.0).round() / 10.0).collect(),
            bucket_ms: BUCKET_NS / NS_PER_MS,
        }
    }
}

/// One limit and what was measured against it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Verdict {
    /// The run it is about.
    pub(super) run: String,
    /// What was measured, with its unit.
    pub(super) what: &'static str,
    /// The measured value.
    pub(super) measured: u64,
    /// What it must be.
    pub(super) limit: Limit,
    /// Whether it is.
    pub(super) passed: bool,
}

/// A bound on a measured value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Limit {
    /// This or less.
    AtMost(u64),
    /// This or more.
    AtLeast(u64),
}

impl Limit {
    /// Whether a value is within it.
    pub(super) fn admits(self, value: u64) -> bool {
        match self {
            Self::AtMost(limit) => value <= limit,
            Self::AtLeast(limit) => value >= limit,
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtMost(limit) => write!(f, "at most {limit}"),
            Self::AtLeast(limit) => write!(f, "at least {limit}"),
        }
    }
}

/// All of a demo; serializes to `report.json`.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Report {
    #[serde(flatten)]
    settings: Settings,
    paper: Paper,
    passed: bool,
    verdicts: Vec<Verdict>,
    runs: Vec<Run>,
}

impl Report {
    /// Judges the runs.
    pub(super) fn new(settings: Settings, runs: Vec<Run>) -> Self {
        let verdicts: Vec<Verdict> = runs.iter().flat_map(|run| verdicts(&settings, run)).collect();
        let passed = verdicts.iter().all(|verdict| verdict.passed);
        Self { settings, paper: PAPER, passed, verdicts, runs }
    }

    /// Whether everything measured is within its limits.
    pub(super) fn passed(&self) -> bool {
        self.passed
    }

    /// The runs, in the order given.
    pub(super) fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// The promises that do not hold, in sentences.
    pub(super) fn broken_promises(&self) -> Vec<String> {
        let broken = self.verdicts.iter().filter(|verdict| !verdict.passed);
        broken
            .map(|Verdict { run, what, measured, limit, .. }| {
                format!("in the run \"{run}\", {what} should be {limit} and is {measured}")
            })
            .collect()
    }

    /// The report as JSON.
    ///
    /// # Errors
    ///
    /// None with the types as they are; the serializer's signature has one.
    pub(super) fn to_json(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(self).map(|json| json + "\n")
    }

    /// A table of the runs beside the paper, then one line per limit.
    pub(super) fn to_text(&self) -> String {
        use fmt::Write;
        let mut text = format!("{}\n", self.table());
        for verdict in &self.verdicts {
            let Verdict { run, what, measured, limit, passed } = verdict;
            let mark = if *passed { "ok  " } else { "FAIL" };
            // Writing into a String does not fail.
            let _ = writeln!(text, "{mark} {run}: {what} {measured}, {limit}");
        }
        text
    }

    fn table(&self) -> Table {
        let mut table = Table::new();
        table.load_preset(presets::UTF8_FULL_CONDENSED);
        let bold = |text: &str| Cell::new(text).add_attribute(Attribute::Bold);
        let names = self.runs.iter().map(|run| bold(&run.name));
        let paper = format!("paper ({}, {})", self.paper.section, self.paper.figure);
        table.set_header([bold("")].into_iter().chain(names).chain([bold(&paper)]));
        let [fails, returns] = self.paper.disruptions_ms;
        let disruptions = format!("{fails} and {returns}, lease {}", self.paper.lease_period_ms);
        let dash = |value: Option<u64>| value.map_or_else(|| "-".to_owned(), |value| value.to_string());
        let mut row = |name: &str, value: &dyn Fn(&Run) -> String, paper: &str| {
            let values =
                self.runs.iter().map(|run| Cell::new(value(run)).set_alignment(CellAlignment::Right));
            table.add_row([Cell::new(name)].into_iter().chain(values).chain([Cell::new(paper)]));
        };
        row("connections", &|run| run.connections.to_string(), "");
        row("broken connections", &|run| run.broken.to_string(), self.paper.without_redplane);
        let of_open = |run: &Run| Some(format!("{} of {}", run.open_broken?, run.open_at_failure?));
        row(
            "  of those open at failure",
            &|run| of_open(run).unwrap_or_else(|| "-".to_owned()),
            "(without RedPlane)",
        );
        row("gap at failure (ms)", &|run| dash(run.gap_at_failure_ms), &disruptions);
        row("gap at return (ms)", &|run| dash(run.gap_at_return_ms), "(failure and recovery)");
        row("  of it the demo's own stalls (ms)", &|run| dash(run.stall_at_return_ms), "");
        row("longest gap (ms)", &|run| run.longest_gap_ms.to_string(), "");
        row("longest stall (ms)", &|run| run.longest_stall_ms.to_string(), "");
        row("mean throughput (Mbit/s)", &|run| format!("{:.1}", run.mean_mbit_s), "");
        row("retransmitted (kB)", &|run| format!("{:.1}", run.retransmitted_bytes as f64 / 1e3), "");
        row(
            "protocol share (%)",
            &|run| format!("{:.2}", run.protocol_share * 100.0),
            self.paper.protocol_share_nat,
        );
        table
    }
}

/// The limits that apply to `run`.
fn verdicts(settings: &Settings, run: &Run) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    let mut judge = |what, measured, limit: Limit| {
        let passed = limit.admits(measured);
        verdicts.push(Verdict { run: run.name.clone(), what, measured, limit, passed });
    };
    judge("connections with wrong bytes", run.corrupt as u64, Limit::AtMost(0));
    let broken = run.broken as u64;
    match (run.redplane, run.gap_at_failure_ms) {
        (_, None) => judge("broken connections", broken, Limit::AtMost(0)),
        (true, Some(gap_ms)) => {
            judge("broken connections", broken, Limit::AtMost(0));
            let limit_ms = settings.detection_delay_ms + settings.lease_period_ms + FAILURE_GAP_SLACK_MS;
            judge("gap at failure (ms)", gap_ms, Limit::AtMost(limit_ms));
        }
        // If anything lives on without RedPlane, the failure was none, and the other runs show nothing.
        (false, Some(_)) => judge(
            "broken connections of those open at the failure",
            run.open_broken.unwrap_or(0) as u64,
            Limit::AtLeast(run.open_at_failure.unwrap_or(0).max(1) as u64),
        ),
    }
    if let Some(gap_ms) = run.gap_at_return_ms.filter(|_| run.redplane) {
        let moved_ms = gap_ms.saturating_sub(run.stall_at_return_ms.unwrap_or(0));
        judge("gap at return less stalls (ms)", moved_ms, Limit::AtMost(RETURN_GAP_LIMIT_MS));
    }
    verdicts
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use super::super::measure::{Meter, RunMeasure};
    use super::super::schedule::Wishes;
    use super::super::stall::Stalls;
    use super::super::watch::Ledger;
    use super::*;

    const MS: u64 = NS_PER_MS;
    const SETTINGS: Settings = Settings {
        seed: 1,
        lease_period_ms: 500,
        detection_delay_ms: 100,
        flows: 1,
        rate_mbit_s: 200,
        duration_ms: 4000,
        fail_at_ms: 1000,
        return_at_ms: 3000,
    };

    /// One bulk connection that is silent during each of `gaps_ms`.
    fn outcome(broken: usize, gaps_ms: &[Range<u64>]) -> Outcome {
        let mut meter = Meter::new(1, SETTINGS.duration_ms * MS);
        for gap in gaps_ms {
            meter.on_bulk_written(0, 1000, gap.start * MS);
            meter.on_bulk_delivered(0, 1000, gap.end * MS);
        }
        let measure = RunMeasure {
            bulk: 1,
            bulk_broken: broken,
            short: 10,
            short_completed: 10,
            marked: 1,
            marked_broken: broken,
            corrupt: 0,
            delivery: meter.finish(),
            sent_payload_bytes: 1000 * gaps_ms.len() as u64 + 77,
            host_bytes: 9000,
            link_drops: 0,
        };
        let (stalls, ledger) = (Stalls::default(), Ledger::default());
        Outcome { measure, stalls, protocol_bytes: 1000, start_ns: 0, ledger }
    }

    fn schedule() -> Schedule {
        let wishes = Wishes {
            duration_ms: SETTINGS.duration_ms,
            detection_delay_ms: SETTINGS.detection_delay_ms,
            lease_period_ms: SETTINGS.lease_period_ms,
            fail_at_ms: Some(SETTINGS.fail_at_ms),
            return_at_ms: Some(SETTINGS.return_at_ms),
        };
        Schedule::new(&wishes).unwrap()
    }

    fn runs(gap_at_failure: Range<u64>, gap_at_return: Range<u64>) -> Vec<Run> {
        let schedule = schedule();
        let failure = Some(&schedule);
        vec![
            Run::new("baseline", false, &outcome(0, &[]), None),
            Run::new("failure", false, &outcome(1, &[1000..2000, 2000..4000]), failure),
            Run::new("failure+redplane", true, &outcome(0, &[gap_at_failure, gap_at_return]), failure),
        ]
    }

    fn failed(report: &Report) -> Vec<(&str, &str)> {
        let failed = report.verdicts.iter().filter(|verdict| !verdict.passed);
        failed.map(|verdict| (verdict.run.as_str(), verdict.what)).collect()
    }

    #[test]
    fn run_within_all_limits_passes_with_its_figures() {
        let report = Report::new(SETTINGS, runs(1000..1700, 3000..3050));
        assert_eq!(failed(&report), []);
        assert!(report.passed());
        let run = &report.runs()[2];
        assert_eq!((run.gap_at_failure_ms, run.gap_at_return_ms), (Some(700), Some(50)));
        assert_eq!((run.longest_gap_ms, run.retransmitted_bytes), (700, 77));
        assert_eq!(run.protocol_share, 0.1);
        assert_eq!(run.throughput_mbit_s.len() as u64 * run.bucket_ms, SETTINGS.duration_ms);
    }

    #[test]
    fn gaps_over_their_limits_fail_by_name() {
        let report = Report::new(SETTINGS, runs(1000..1701, 3000..3051));
        assert!(!report.passed());
        let run = "failure+redplane";
        assert_eq!(failed(&report), [(run, "gap at failure (ms)"), (run, "gap at return less stalls (ms)")]);
    }

    #[test]
    fn stall_within_the_silence_at_the_return_is_told_and_taken_off() {
        let schedule = schedule();
        let mut stalled = outcome(0, &[1000..1600, 3000..3060]);
        (0..=3040).for_each(|ms| stalled.stalls.on_turn(ms * MS));
        stalled.stalls.on_turn(3050 * MS);
        let run = Run::new("failure+redplane", true, &stalled, Some(&schedule));
        assert_eq!((run.gap_at_return_ms, run.stall_at_return_ms), (Some(60), Some(10)));
        assert_eq!(failed(&Report::new(SETTINGS, vec![run])), []);
    }

    #[test]
    fn failure_that_breaks_nothing_without_redplane_fails_the_demo() {
        let mut runs = runs(1000..1600, 3000..3010);
        runs[1].open_broken = Some(0);
        runs[2].broken = 1;
        let report = Report::new(SETTINGS, runs);
        assert_eq!(
            failed(&report),
            [
                ("failure", "broken connections of those open at the failure"),
                ("failure+redplane", "broken connections")
            ]
        );
        assert_eq!(
            report.broken_promises()[1],
            "in the run \"failure+redplane\", broken connections should be at most 0 and is 1"
        );
    }

    #[test]
    fn json_has_the_settings_the_paper_the_runs_and_the_verdicts() {
        let report = Report::new(SETTINGS, runs(1000..1600, 3000..3010));
        let json: serde_json::Value = serde_json::from_str(&report.to_json().unwrap()).unwrap();
        assert_eq!(json["lease_period_ms"], 500);
        assert_eq!(json["paper"]["disruptions_ms"][1], 1000);
        assert_eq!(json["runs"][2]["gap_at_failure_ms"], 600);
        assert_eq!(json["runs"][0]["gap_at_failure_ms"], serde_json::Value::Null);
        assert_eq!(json["verdicts"][0]["limit"]["at_most"], 0);
        assert_eq!(json["passed"], true);
    }

    #[test]
    fn table_names_every_run_beside_the_paper() {
        let text = Report::new(SETTINGS, runs(1000..1600, 3000..3051)).to_text();
        for expected in ["baseline", "failure+redplane", "paper (7.3, Figure 14)", "900 and 1000"] {
            assert!(text.contains(expected), "{expected} is missing:\n{text}");
        }
        assert!(
            text.contains("FAIL failure+redplane: gap at return less stalls (ms) 51, at most 50"),
            "{text}"
        );
    }
}
