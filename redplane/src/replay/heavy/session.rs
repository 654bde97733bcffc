//! Watches a detector: keeps the truth beside it, and holds it to what bounded inconsistency promises.

use std::collections::{BTreeMap, BTreeSet};

use redplane_apps::HeavyHitter;
use redplane_apps::heavy_hitter::Flow;
use redplane_core::machine::{REPORT_WORDS, Report};

use super::bed::{Bed, How, Watch};
use super::flow::{Vlan, flow_of};
use super::truth::{Lost, SLOTS, Truth, Words};

/// Estimates against exact counts at one time.
#[derive(Clone, Copy, Debug, Default, serde::Serialize)]
pub(super) struct Score {
    /// VLANs that are in it.
    pub(super) vlans: u64,
    /// Packets that were counted.
    pub(super) packets: u64,
    /// Flows that were counted.
    pub(super) flows: u64,
    /// Flows whose exact count is at least the threshold.
    pub(super) heavy: u64,
    /// Flows whose estimate is.
    pub(super) found: u64,
    /// Flows of which both are.
    pub(super) both: u64,
    /// Sum of the absolute errors of the heavy flows' estimates, packets.
    pub(super) error_sum: u64,
    /// The largest of them.
    pub(super) error_max: u64,
    /// Flows whose estimate is above the exact count by more than e ÷ 64 of their VLAN's packets.
    pub(super) beyond_bound: u64,
}

impl Score {
    fn flow(&mut self, threshold: u32, exact: u32, estimate: u32, bound: f64) {
        if exact == 0 && estimate == 0 {
            return;
        }
        let error = u64::from(exact.abs_diff(estimate));
        self.packets += u64::from(exact);
        self.flows += u64::from(exact > 0);
        self.beyond_bound += u64::from(f64::from(estimate) - f64::from(exact) > bound);
        let (heavy, found) = (exact >= threshold, estimate >= threshold);
        self.found += u64::from(found);
        if heavy {
            self.heavy += 1;
            self.both += u64::from(found);
            self.error_sum += error;
            self.error_max = self.error_max.max(error);
        }
    }

    /// Share of the heavy flows that are found.
    pub(super) fn recall(&self) -> Option<f64> {
        (self.heavy > 0).then(|| self.both as f64 / self.heavy as f64)
    }

    /// Share of the found flows that are heavy.
    pub(super) fn precision(&self) -> Option<f64> {
        (self.found > 0).then(|| self.both as f64 / self.found as f64)
    }

    /// Mean absolute error of the heavy flows' estimates, packets.
    pub(super) fn error_mean(&self) -> Option<f64> {
        (self.heavy > 0).then(|| self.error_sum as f64 / self.heavy as f64)
    }
}

/// The moment of the failure.
#[derive(Debug)]
pub(super) struct Crash {
    pub(super) at_ns: u64,
    pub(super) score: Score,
    /// Exact counts by number of the flow, and estimates.
    pub(super) exact: Vec<u32>,
    pub(super) estimates: Vec<u32>,
}

/// A VLAN that the second switch took over.
#[derive(Clone, Copy, Debug)]
pub(super) struct TakenOver {
    pub(super) at_ns: u64,
    pub(super) lost: Lost,
}

/// What must not happen, counted.
#[derive(Clone, Copy, Debug, Default, serde::Serialize)]
pub(super) struct Broken {
    /// Words of restored structures, and of those at the end, that are not what they were at one instant plus what came after.
    pub(super) words: u64,
    /// Structures restored from a snapshot that never began.
    pub(super) unknown_snapshots: u64,
    /// Estimates below what was counted and not lost.
    pub(super) underestimates: u64,
    /// Heavy hitters found before the failure, heavy still at the recovered instant, and not found after.
    pub(super) forgotten: u64,
    /// VLANs that lost a count older than the bound.
    pub(super) too_old: u64,
    /// Packets that the switch and the reader of the capture disagree about.
    pub(super) disagreements: u64,
}

/// Errors of the heavy flows' estimates at one time: mean and largest, packets.
pub(super) type Errors = Option<(f64, f64)>;

/// A point of the plot.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sample {
    pub(super) at_ns: u64,
    pub(super) with: Errors,
    pub(super) without: Errors,
}

/// All that is known of a run.
#[derive(Debug)]
pub(super) struct Session {
    threshold: u32,
    bound_ns: u64,
    pub(super) truth: Truth,
    pub(super) crash: Option<Crash>,
    pub(super) taken_over: Vec<TakenOver>,
    /// Just after the recovery of each VLAN: the restored structure against the exact counts at the failure.
    pub(super) recovered: Score,
    /// Estimates of restored structures by number of the flow.
    pub(super) recovered_estimates: BTreeMap<usize, u32>,
    /// Flows that were found before and are heavy at the recovered instant.
    promised: BTreeSet<usize>,
    pub(super) broken: Broken,
    /// Packets that came out.
    pub(super) left: u64,
    /// Reports by switch, window and flow.
    pub(super) reports: BTreeMap<(bool, u64, Vlan, Flow), u64>,
    pub(super) window: u64,
    pub(super) samples: Vec<Sample>,
}

impl Session {
    pub(super) fn new(threshold: u32, bound_ns: u64) -> Session {
        Session {
            threshold,
            bound_ns,
            truth: Truth::default(),
            crash: None,
            taken_over: Vec::new(),
            recovered: Score::default(),
            recovered_estimates: BTreeMap::new(),
            promised: BTreeSet::new(),
            broken: Broken::default(),
            left: 0,
            reports: BTreeMap::new(),
            window: 0,
            samples: Vec::new(),
        }
    }

    /// The switch is about to die.
    pub(super) fn crash(&mut self, bed: &mut Bed) {
        let score = self.score(bed);
        let flows = self.truth.flows();
        let structures: BTreeMap<Vlan, Words> =
            self.truth.vlans().filter_map(|vlan| Some((vlan, bed.structure(vlan)?))).collect();
        let estimate =
            |vlan, flow: &Flow| structures.get(&vlan).map_or(0, |words| HeavyHitter::estimate(words, flow));
        self.crash = Some(Crash {
            at_ns: bed.now_ns(),
            score,
            exact: flows.iter().map(|it| it.exact).collect(),
            estimates: flows.iter().map(|it| estimate(it.vlan, &it.flow)).collect(),
        });
        self.truth.failed_without();
    }

    /// The structures as they are against the exact counts.
    pub(super) fn score(&self, bed: &mut Bed) -> Score {
        let mut score = Score::default();
        for vlan in self.truth.vlans() {
            if let Some(words) = bed.structure(vlan) {
                self.score_vlan(&mut score, vlan, &words, |number| self.truth.flows()[number].exact);
            }
        }
        score
    }

    fn score_vlan(&self, score: &mut Score, vlan: Vlan, words: &Words, exact: impl Fn(usize) -> u32) {
        let of_vlan = || self.truth.flows().iter().enumerate().filter(|(_, it)| it.vlan == vlan);
        let packets: u64 = of_vlan().map(|(number, _)| u64::from(exact(number))).sum();
        score.vlans += 1;
        for (number, it) in of_vlan() {
            let estimate = HeavyHitter::estimate(words, &it.flow);
            score.flow(self.threshold, exact(number), estimate, bound(packets));
        }
    }

    /// The capture is over: gives the structures against the exact counts, and holds them to what is kept.
    pub(super) fn end(&mut self, bed: &mut Bed) -> Score {
        let vlans: Vec<Vlan> = self.truth.vlans().collect();
        for vlan in vlans {
            let Some(words) = bed.structure(vlan) else { continue };
            self.hold(vlan, &words);
            let flows = self.truth.flows();
            let forgotten = self.promised.iter().map(|number| flows[*number]).filter(|it| {
                it.vlan == vlan
                    && self.window == 0
                    && HeavyHitter::estimate(&words, &it.flow) < self.threshold
            });
            self.broken.forgotten += forgotten.count() as u64;
        }
        self.score(bed)
    }

    /// Holds a structure to what is kept of its VLAN.
    fn hold(&mut self, vlan: Vlan, words: &Words) {
        let truth = self.truth.words(vlan);
        self.broken.words += words.iter().zip(&truth).filter(|(is, must)| is != must).count() as u64;
        let of_vlan = self.truth.flows().iter().filter(|it| it.vlan == vlan);
        let under = of_vlan.filter(|it| HeavyHitter::estimate(words, &it.flow) < it.kept);
        self.broken.underestimates += under.count() as u64;
    }

    /// Takes a point of the plot.
    pub(super) fn sample(&mut self, bed: &mut Bed) {
        let (mut with, mut without) = (Vec::new(), Vec::new());
        let structures: BTreeMap<Vlan, Words> =
            self.truth.vlans().filter_map(|vlan| Some((vlan, bed.structure(vlan)?))).collect();
        for it in self.truth.flows() {
            if let (true, Some(words)) = (it.exact >= self.threshold, structures.get(&it.vlan)) {
                with.push(HeavyHitter::estimate(words, &it.flow).abs_diff(it.exact));
            }
            if it.passed >= self.threshold && bed.is_alive() {
                without.push(self.truth.estimate_without(it.vlan, &it.flow).abs_diff(it.passed));
            }
        }
        self.samples.push(Sample { at_ns: bed.now_ns(), with: errors(&with), without: errors(&without) });
    }

    /// Ends the window of a VLAN; false if it has to wait.
    pub(super) fn end_window(&mut self, bed: &mut Bed, vlan: Vlan) -> bool {
        let emptied = bed.empty(vlan);
        if emptied {
            self.truth.emptied(vlan);
        }
        emptied
    }
}

/// How far a count-min estimate of 64 slots a row may be above the count: with three rows it is farther with probability e^-3 at most.
pub(super) fn bound(packets: u64) -> f64 {
    std::f64::consts::E / SLOTS as f64 * packets as f64
}

fn errors(errors: &[u32]) -> Errors {
    let max = errors.iter().max()?;
    let sum: f64 = errors.iter().map(|error| f64::from(*error)).sum();
    Some((sum / errors.len() as f64, f64::from(*max)))
}

impl Watch for Session {
    fn left(&mut self, now_ns: u64, frame: &[u8], how: How) {
        self.left += 1;
        match (flow_of(frame), how) {
            (Some(flow), How::Counted { stale }) => self.truth.counted(flow, now_ns, stale),
            (None, How::Passed) => {}
            _ => self.broken.disagreements += 1,
        }
    }

    fn begun(&mut self, now_ns: u64, vlan: Vlan, id: u32) {
        self.truth.begun(vlan, id, now_ns);
    }

    fn restored(&mut self, now_ns: u64, vlan: Vlan, id: Option<u32>, words: &Words) {
        let Some(lost) = self.truth.restored(vlan, id) else {
            self.broken.unknown_snapshots += 1;
            return;
        };
        self.hold(vlan, words);
        let Some(crash) = &self.crash else { return };
        let flows = self.truth.flows().iter().zip(&crash.exact);
        if !flows.filter(|(it, _)| it.vlan == vlan).any(|(_, exact)| *exact > 0) {
            return; // nothing was known of it
        }
        let mut score = self.recovered;
        self.score_vlan(&mut score, vlan, words, |number| crash.exact.get(number).copied().unwrap_or(0));
        self.recovered = score;
        let age_ns = lost.first_ns.map_or(0, |first_ns| crash.at_ns.saturating_sub(first_ns));
        self.broken.too_old += u64::from(age_ns > self.bound_ns && !lost.stale);
        for (number, it) in self.truth.flows().iter().enumerate().filter(|(_, it)| it.vlan == vlan) {
            let estimate = HeavyHitter::estimate(words, &it.flow);
            self.recovered_estimates.insert(number, estimate);
            let found_before = crash.estimates.get(number).is_some_and(|before| *before >= self.threshold);
            if found_before && it.kept >= self.threshold {
                self.promised.insert(number);
                self.broken.forgotten += u64::from(estimate < self.threshold);
            }
        }
        self.taken_over.push(TakenOver { at_ns: now_ns, lost });
    }

    fn reported(&mut self, _now_ns: u64, what: Report, words: &[u32; REPORT_WORDS]) {
        let [vlan, source, destination, ports, protocol, ..] = *words;
        if what == Report::Found {
            let key = (self.crash.is_some(), self.window, vlan, [source, destination, ports, protocol]);
            *self.reports.entry(key).or_default() += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn score_tells_heavy_found_and_wrong_apart() {
        let mut score = Score::default();
        for (exact, estimate) in [(10, 12), (10, 9), (3, 10), (3, 3), (0, 0)] {
            score.flow(10, exact, estimate, 5.0);
        }
        assert_eq!((score.flows, score.packets), (4, 26));
        assert_eq!((score.heavy, score.found, score.both), (2, 2, 1));
        assert_eq!((score.error_max, score.error_mean()), (2, Some(1.5)));
        assert_eq!((score.recall(), score.precision()), (Some(0.5), Some(0.5)));
        assert_eq!(score.beyond_bound, 1);
        assert_eq!(Score::default().recall(), None);
    }

    #[test]
    fn structure_that_is_not_what_was_counted_breaks_the_promise() {
        let flow = (0, [1, 2, 3, 6]);
        let mut session = Session::new(1, 1000);
        session.truth.counted(flow, 5, false);
        session.truth.begun(0, 1, 10);
        let mut words = session.truth.words(0);
        session.restored(20, 0, Some(1), &words);
        assert_eq!((session.broken.words, session.broken.underestimates), (0, 0));

        words[3 * HeavyHitter::slots(&flow.1)[1] + 1] = 0;
        session.restored(30, 0, Some(1), &words);
        assert_eq!((session.broken.words, session.broken.underestimates), (1, 1));
        session.restored(30, 0, Some(2), &words);
        assert_eq!(session.broken.unknown_snapshots, 1);
    }

    fn crash(at_ns: u64, count: u32) -> Crash {
        Crash { at_ns, score: Score::default(), exact: vec![count], estimates: vec![count] }
    }

    #[test]
    fn count_lost_that_is_older_than_the_bound_breaks_the_promise_unless_the_switch_said_so() {
        for (at_ns, stale, too_old) in [(1500, false, 0), (1501, false, 1), (1501, true, 0)] {
            let mut session = Session::new(1, 1000);
            session.truth.begun(0, 1, 400);
            session.truth.counted((0, [1, 2, 3, 6]), 500, stale);
            session.crash = Some(crash(at_ns, 1));
            session.restored(2000, 0, Some(1), &[0; 192]);
            assert_eq!(session.broken.too_old, too_old, "{at_ns} {stale}");
            assert_eq!(session.broken.forgotten, 0, "its count was lost");
        }
    }

    #[test]
    fn heavy_flow_that_is_not_found_after_breaks_the_promise() {
        let mut session = Session::new(1, 1000);
        session.truth.counted((0, [1, 2, 3, 6]), 500, false);
        session.truth.begun(0, 1, 600);
        session.crash = Some(crash(700, 1));
        session.restored(2000, 0, Some(1), &[0; 192]);
        assert_eq!(session.broken.forgotten, 1);
    }
}
