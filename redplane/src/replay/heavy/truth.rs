//! What was really counted: exact counts of all flows, and what of them a failure leaves.
//!
//! Each VLAN has a history of its counted packets in which the beginning of every snapshot is marked. When a structure is restored
//! from a snapshot, the history is cut back to that mark: what is cut off is what the failure lost, and what is left says, word
//! by word, what the restored structure must be (RP-SN-6).

use std::collections::{BTreeMap, HashMap};

use redplane_apps::HeavyHitter;
use redplane_apps::heavy_hitter::Flow;

use super::flow::Vlan;

/// Rows of the program's sketch.
pub(super) const ROWS: usize = 3;
/// Slots of a row.
pub(super) const SLOTS: usize = 64;

/// A structure, slot by slot.
pub(super) type Words = [u32; ROWS * SLOTS];

/// A flow and how many packets of it were counted since the window began.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counted {
    pub(super) vlan: Vlan,
    pub(super) flow: Flow,
    /// Packets that switches let through, whether their count was lost later or not.
    pub(super) exact: u32,
    /// Those whose count no failure has lost.
    pub(super) kept: u32,
    /// Packets that a detector without RedPlane lets through.
    pub(super) passed: u32,
}

/// What happened to a VLAN's structure, one after the other.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// A packet of the flow of this number was counted.
    Counted { flow: usize, at_ns: u64, stale: bool },
    /// The window ended.
    Emptied,
}

/// A VLAN's history, and where in it snapshots began.
#[derive(Debug, Default)]
struct History {
    steps: Vec<Step>,
    begun: HashMap<u32, Mark>,
}

#[derive(Clone, Copy, Debug)]
struct Mark {
    steps: usize,
    at_ns: u64,
}

/// What a failure lost of a VLAN's counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lost {
    /// Counted packets.
    pub(super) packets: u64,
    /// Time of the first of them, in nanoseconds; `None` if none was lost.
    pub(super) first_ns: Option<u64>,
    /// When the snapshot began, in nanoseconds; `None` if there was none.
    pub(super) snapshot_ns: Option<u64>,
    /// Whether the switch said of one of them that the snapshot is too old.
    pub(super) stale: bool,
}

/// Exact counts of everything.
#[derive(Debug, Default)]
pub(super) struct Truth {
    flows: Vec<Counted>,
    numbers: HashMap<(Vlan, Flow), usize>,
    histories: BTreeMap<Vlan, History>,
    /// The sketches of a detector that begins empty after the failure.
    without: BTreeMap<Vlan, Box<Words>>,
}

impl Truth {
    /// A switch counted a packet and let it through; `stale` if it said that its last complete snapshot is too old.
    pub(super) fn counted(&mut self, (vlan, flow): (Vlan, Flow), at_ns: u64, stale: bool) {
        let number = self.number(vlan, flow);
        self.flows[number].exact += 1;
        self.flows[number].kept += 1;
        self.histories.entry(vlan).or_default().steps.push(Step::Counted { flow: number, at_ns, stale });
    }

    /// A detector without RedPlane counted it.
    pub(super) fn counted_without(&mut self, (vlan, flow): (Vlan, Flow)) {
        let number = self.number(vlan, flow);
        self.flows[number].passed += 1;
        add(self.without.entry(vlan).or_insert_with(|| Box::new([0; ROWS * SLOTS])), &flow, 1);
    }

    /// A detector without RedPlane failed: the next one begins empty.
    pub(super) fn failed_without(&mut self) {
        self.without.clear();
    }

    /// A snapshot of a VLAN's structure began.
    pub(super) fn begun(&mut self, vlan: Vlan, id: u32, at_ns: u64) {
        let history = self.histories.entry(vlan).or_default();
        history.begun.insert(id, Mark { steps: history.steps.len(), at_ns });
    }

    /// The window of a VLAN ended.
    pub(super) fn emptied(&mut self, vlan: Vlan) {
        self.histories.entry(vlan).or_default().steps.push(Step::Emptied);
        self.without.remove(&vlan);
        for flow in self.flows.iter_mut().filter(|flow| flow.vlan == vlan) {
            (flow.exact, flow.kept, flow.passed) = (0, 0, 0);
        }
    }

    /// A VLAN's structure was restored from the snapshot of this id, or begun empty: cuts its history back. `None`: no snapshot of
    /// that id ever began.
    pub(super) fn restored(&mut self, vlan: Vlan, id: Option<u32>) -> Option<Lost> {
        let history = self.histories.entry(vlan).or_default();
        let mark = match id {
            Some(id) => Some(*history.begun.get(&id)?),
            None => None,
        };
        let lost = history.steps.split_off(mark.map_or(0, |mark| mark.steps));
        let packets = lost.iter().filter_map(|step| match step {
            Step::Counted { at_ns, stale, .. } => Some((*at_ns, *stale)),
            Step::Emptied => None,
        });
        let summary = Lost {
            packets: packets.clone().count() as u64,
            first_ns: packets.clone().map(|(at_ns, _)| at_ns).min(),
            snapshot_ns: mark.map(|mark| mark.at_ns),
            stale: packets.clone().any(|(_, stale)| stale),
        };
        self.flows.iter_mut().filter(|flow| flow.vlan == vlan).for_each(|flow| flow.kept = 0);
        let since =
            history.steps.iter().rposition(|step| matches!(step, Step::Emptied)).map_or(0, |at| at + 1);
        for step in &history.steps[since..] {
            if let Step::Counted { flow, .. } = step {
                self.flows[*flow].kept += 1;
            }
        }
        Some(summary)
    }

    /// All flows that were ever counted.
    pub(super) fn flows(&self) -> &[Counted] {
        &self.flows
    }

    /// VLANs of which something was counted.
    pub(super) fn vlans(&self) -> impl Iterator<Item = Vlan> {
        self.histories.keys().copied()
    }

    /// What a VLAN's structure must be: the sketch of what is kept.
    pub(super) fn words(&self, vlan: Vlan) -> Words {
        let mut words = [0; ROWS * SLOTS];
        self.flows.iter().filter(|flow| flow.vlan == vlan).for_each(|it| add(&mut words, &it.flow, it.kept));
        words
    }

    /// What a detector without RedPlane estimates of a flow.
    pub(super) fn estimate_without(&self, vlan: Vlan, flow: &Flow) -> u32 {
        self.without.get(&vlan).map_or(0, |words| HeavyHitter::estimate(&**words, flow))
    }

    fn number(&mut self, vlan: Vlan, flow: Flow) -> usize {
        *self.numbers.entry((vlan, flow)).or_insert_with(|| {
            self.flows.push(Counted { vlan, flow, exact: 0, kept: 0, passed: 0 });
            self.flows.len() - 1
        })
    }
}

fn add(words: &mut Words, flow: &Flow, packets: u32) {
    for (row, slot) in HeavyHitter::slots(flow).into_iter().enumerate() {
        words[ROWS * slot + row] += packets;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: (Vlan, Flow) = (7, [1, 2, 3, 6]);
    const B: (Vlan, Flow) = (7, [9, 8, 7, 17]);
    const OTHER: (Vlan, Flow) = (8, [1, 2, 3, 6]);

    fn counts(truth: &Truth) -> Vec<(u32, u32)> {
        truth.flows().iter().map(|flow| (flow.exact, flow.kept)).collect()
    }

    #[test]
    fn restored_history_ends_where_its_snapshot_began() {
        let mut truth = Truth::default();
        truth.counted(A, 10, false);
        truth.counted(OTHER, 11, false);
        truth.begun(7, 4, 20);
        truth.counted(A, 30, false);
        truth.counted(B, 31, false);
        truth.begun(7, 5, 40);
        truth.counted(B, 50, false);
        let lost = truth.restored(7, Some(4)).unwrap();
        assert_eq!(lost, Lost { packets: 3, first_ns: Some(30), snapshot_ns: Some(20), stale: false });
        assert_eq!(counts(&truth), [(2, 1), (1, 1), (2, 0)]);
        let mut words = [0; ROWS * SLOTS];
        add(&mut words, &A.1, 1);
        assert_eq!(truth.words(7), words);

        truth.counted(B, 60, false);
        assert_eq!(counts(&truth), [(2, 1), (1, 1), (3, 1)]);
        assert_eq!(truth.restored(7, None).unwrap().packets, 2);
        assert_eq!(truth.restored(7, Some(99)), None);
    }

    #[test]
    fn snapshot_from_before_the_window_ended_brings_its_counts_back() {
        let mut truth = Truth::default();
        truth.counted(A, 10, false);
        truth.begun(7, 1, 20);
        truth.emptied(7);
        truth.counted(A, 30, false);
        assert_eq!(counts(&truth), [(1, 1)]);
        let lost = truth.restored(7, Some(1)).unwrap();
        assert_eq!((lost.packets, lost.first_ns), (1, Some(30)));
        assert_eq!(counts(&truth), [(1, 1)]);
        truth.begun(7, 2, 40);
        truth.emptied(7);
        truth.begun(7, 3, 50);
        truth.restored(7, Some(3));
        assert_eq!(counts(&truth), [(0, 0)]);
    }

    #[test]
    fn detector_without_begins_empty_after_a_failure() {
        let mut truth = Truth::default();
        truth.counted_without(A);
        truth.counted_without(A);
        assert_eq!(truth.estimate_without(7, &A.1), 2);
        truth.failed_without();
        truth.counted_without(A);
        assert_eq!(truth.estimate_without(7, &A.1), 1);
        assert_eq!(truth.flows()[0].passed, 3);
    }
}
