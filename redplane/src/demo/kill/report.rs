//! What was found when replicas of the store died: a timeline, the pauses, and whether they are within the limits.

use std::fmt::Write;
use std::ops::Range;

use comfy_table::{Attribute, Cell, CellAlignment, Table, presets};
use serde::Serialize;

use super::super::measure::{BUCKET_NS, Gap};
use super::super::report::{Limit, Run, Verdict};
use super::super::run::Outcome;
use super::super::stream;
use super::super::watch::Ledger;
use super::{PAUSE_LIMIT, Role, Timeline};

const NS_PER_MS: u64 = 1_000_000;

/// What is said of the first losses in the report; the others are counted.
const LOSSES_TOLD: usize = 10;

/// How it was set up.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Settings {
    /// Draws the short connections.
    pub(super) seed: u64,
    /// Replicas of the store.
    pub(super) replicas: u8,
    /// Where those stood that were killed.
    pub(super) role: Role,
    /// After how long without a sign of life a replica counts as dead.
    pub(super) detection_ms: u64,
    /// How long a switch may act on a flow after a grant or renewal.
    pub(super) lease_period_ms: u64,
    /// Bulk connections.
    pub(super) flows: u16,
    /// Rate of all bulk connections together.
    pub(super) rate_mbit_s: u64,
    /// Length of the run's schedule.
    pub(super) duration_ms: u64,
}

/// Something that happened.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Happened {
    /// When, since the run's begin.
    pub(crate) at_ms: u64,
    /// What.
    pub(crate) text: String,
    /// The same for the picture.
    #[serde(skip)]
    pub(crate) label: &'static str,
}

/// What writes and connections noticed of something that happened.
#[derive(Clone, Debug, Serialize)]
struct Noticed {
    what: &'static str,
    /// From the death to the view without the dead one, or from the start to the view with the fresh one.
    view_after_ms: u64,
    /// Longest time that a flow of the counter waited for an ack of a write; 0 for less than 2 ms, here and below.
    counter_pause_ms: u64,
    /// The same of the NAT.
    nat_pause_ms: u64,
    /// Longest silence of a bulk connection; 0 for less than 5 ms.
    tcp_gap_ms: u64,
    /// Within the longest pause, the time in which the demo itself stood still.
    stall_ms: u64,
}

impl Noticed {
    fn pause_ms(&self) -> u64 {
        self.counter_pause_ms.max(self.nat_pause_ms)
    }
}

/// All of it; serializes to `report.json`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct KillReport {
    #[serde(flatten)]
    settings: Settings,
    passed: bool,
    verdicts: Vec<Verdict>,
    timeline: Vec<Happened>,
    noticed: Vec<Noticed>,
    acked_writes: u64,
    /// Flows that were read back.
    flows_read: usize,
    lost: usize,
    losses: Vec<String>,
    /// How often a replica was voted out although it lived.
    mistaken_for_dead: usize,
    run: Run,
    /// Acked writes of both programs, per bucket.
    writes_per_s: Vec<f64>,
}

impl KillReport {
    /// Sums up and judges. Ledgers and timeline are of the clock that the run was given, by which it ended at `end_ns`.
    pub(super) fn new(
        settings: Settings,
        outcome: &Outcome,
        counted: &Ledger,
        timeline: &Timeline,
        end_ns: u64,
    ) -> Self {
        let start_ns = outcome.start_ns;
        let (nat, run) = (&outcome.ledger, Run::new("replicas die", true, outcome, None));
        let ms = |ns: u64| ns.div_ceil(NS_PER_MS);
        let notice = |what, happened: &Range<u64>, until_ns| {
            let window = happened.start..until_ns;
            let pause = |ledger: &Ledger| ledger.longest_pause_in(&window);
            let since_begin = |ns: u64| ns.saturating_sub(start_ns);
            let in_run = since_begin(window.start)..since_begin(window.end);
            let length_ms = |gap: Option<Gap>| gap.map_or(0, |gap| ms(gap.len_ns()));
            let longest = [pause(counted), pause(nat)].into_iter().flatten().max_by_key(|gap| gap.len_ns());
            Noticed {
                what,
                view_after_ms: ms(happened.end - happened.start),
                counter_pause_ms: length_ms(pause(counted)),
                nat_pause_ms: length_ms(pause(nat)),
                tcp_gap_ms: length_ms(outcome.measure.delivery.longest_gap_in(&in_run)),
                stall_ms: longest.map_or(0, |gap| {
                    ms(outcome.stalls.within_ns(&(since_begin(gap.start_ns)..since_begin(gap.end_ns))))
                }),
            }
        };
        let rejoin = &timeline.rejoin;
        let mut noticed = Vec::new();
        if let [first, second] = timeline.deaths.as_slice() {
            noticed.push(notice("first death", first, rejoin.start));
            noticed.push(notice("rejoin", rejoin, second.start));
            noticed.push(notice("second death", second, end_ns + 1));
        }
        let losses: Vec<_> = [nat, counted].into_iter().flat_map(|ledger| ledger.losses()).cloned().collect();
        let buckets = run.throughput_mbit_s.len();
        let writes = nat.acked_per_bucket(start_ns, buckets).zip(counted.acked_per_bucket(start_ns, buckets));
        let happened = timeline.events.iter().map(|event| Happened {
            at_ms: event.at_ns.saturating_sub(start_ns) / NS_PER_MS,
            text: event.text.clone(),
            label: event.label,
        });
        let verdicts = verdicts(&settings, &run, &noticed, losses.len());
        Self {
            passed: verdicts.iter().all(|verdict| verdict.passed),
            verdicts,
            timeline: happened.collect(),
            noticed,
            acked_writes: nat.acked() + counted.acked(),
            flows_read: nat.flows() + counted.flows(),
            lost: losses.len(),
            losses: losses.into_iter().take(LOSSES_TOLD).collect(),
            mistaken_for_dead: timeline.mistaken_for_dead,
            writes_per_s: writes
                .map(|(nat, counted)| (nat + counted) as f64 * 1e9 / BUCKET_NS as f64)
                .collect(),
            run,
            settings,
        }
    }

    /// Whether everything measured is within its limits.
    pub(crate) fn passed(&self) -> bool {
        self.passed
    }

    /// What happened, in order.
    pub(crate) fn timeline(&self) -> &[Happened] {
        &self.timeline
    }

    /// The run that all this is about.
    pub(crate) fn run(&self) -> &Run {
        &self.run
    }

    /// Acked writes a second, per bucket of the run.
    pub(crate) fn writes_per_s(&self) -> &[f64] {
        &self.writes_per_s
    }

    /// The promises that do not hold, in sentences.
    pub(crate) fn broken_promises(&self) -> Vec<String> {
        let broken = self.verdicts.iter().filter(|verdict| !verdict.passed);
        broken
            .map(|Verdict { what, measured, limit, .. }| {
                format!("{what} should be {limit} and is {measured}")
            })
            .collect()
    }

    /// The report as JSON.
    ///
    /// # Errors
    /// None with the types as they are; the serializer's signature has one.
    pub(crate) fn to_json(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(self).map(|json| json + "\n")
    }

    /// The timeline, a table of what was noticed, then one line per limit.
    pub(crate) fn to_text(&self) -> String {
        let mut text = String::new();
        // Writing into a String does not fail.
        for happened in &self.timeline {
            let _ = writeln!(text, "{:8.3} s  {}", happened.at_ms as f64 / 1e3, happened.text);
        }
        let _ = writeln!(text, "\n{}", self.table());
        let Self { run, settings, .. } = self;
        let _ = writeln!(
            text,
            "{} connections at {:.1} Mbit/s; {} writes acked, {} flows read back; longest stall of the demo itself {} ms",
            run.connections, run.mean_mbit_s, self.acked_writes, self.flows_read, run.longest_stall_ms
        );
        let _ = writeln!(
            text,
            "a pause: one flow has a write under way and no ack comes. {} counters write {} times a second in all, \
             the NAT when connections begin and end",
            stream::FLOWS,
            1_000_000_000 / stream::EVERY_NS
        );
        if self.mistaken_for_dead > 0 {
            let _ = writeln!(
                text,
                "{} times a replica was voted out although it lived: the machine is too busy for a detection time of {} ms",
                self.mistaken_for_dead, settings.detection_ms
            );
        }
        for loss in &self.losses {
            let _ = writeln!(text, "lost: {loss}");
        }
        for Verdict { what, measured, limit, passed, .. } in &self.verdicts {
            let mark = if *passed { "ok  " } else { "FAIL" };
            let _ = writeln!(text, "{mark} {what} {measured}, {limit}");
        }
        text
    }

    fn table(&self) -> Table {
        let mut table = Table::new();
        table.load_preset(presets::UTF8_FULL_CONDENSED);
        let bold = |text: &str| Cell::new(text).add_attribute(Attribute::Bold);
        table.set_header([bold("")].into_iter().chain(self.noticed.iter().map(|noticed| bold(noticed.what))));
        let detection_ms = self.settings.detection_ms;
        let mut row = |name: &str, value: &dyn Fn(&Noticed) -> String| {
            let values = self.noticed.iter();
            let values = values.map(|noticed| Cell::new(value(noticed)).set_alignment(CellAlignment::Right));
            table.add_row([Cell::new(name)].into_iter().chain(values));
        };
        row("new view after (ms)", &|noticed| noticed.view_after_ms.to_string());
        row("longest pause of writes (ms)", &|noticed| noticed.pause_ms().to_string());
        row(&format!("  in detection times of {detection_ms} ms"), &|noticed| {
            format!("{:.2}", noticed.pause_ms() as f64 / detection_ms.max(1) as f64)
        });
        row("  of the counters (ms)", &|noticed| noticed.counter_pause_ms.to_string());
        row("  of the NAT (ms)", &|noticed| noticed.nat_pause_ms.to_string());
        row("  of it the demo's own stalls (ms)", &|noticed| noticed.stall_ms.to_string());
        row("longest gap of a connection (ms)", &|noticed| noticed.tcp_gap_ms.to_string());
        table
    }
}

/// The limits.
fn verdicts(settings: &Settings, run: &Run, noticed: &[Noticed], lost: usize) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    let mut judge = |what, measured, limit: Limit| {
        let passed = limit.admits(measured);
        verdicts.push(Verdict { run: run.name.clone(), what, measured, limit, passed });
    };
    judge("broken connections", run.broken as u64, Limit::AtMost(0));
    judge("connections with wrong bytes", run.corrupt as u64, Limit::AtMost(0));
    judge("lost acked writes", lost as u64, Limit::AtMost(0));
    let limit = Limit::AtMost(PAUSE_LIMIT * settings.detection_ms);
    for noticed in noticed {
        let what = match noticed.what {
            "first death" => "longest pause of writes at the first death (ms)",
            "second death" => "longest pause of writes at the second death (ms)",
            _ => continue,
        };
        judge(what, noticed.pause_ms(), limit);
    }
    verdicts
}
