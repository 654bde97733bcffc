//! What snapshots take of the link to the store: one slot index to a packet, packed, and packed with only what has changed.
//!
//! The paper's switch makes a packet for each slot index, and needs 34.16 Mbit/s for a count-min sketch of 3 × 64 words a thousand
//! times a second (§7.3). The same traffic goes through a detector in each of three ways here, without a failure. It is the traffic
//! of one VLAN, the busiest: each VLAN has a sketch of its own, and what it takes of the link comes on top.

use comfy_table::{Cell, CellAlignment, Table, presets};
use redplane_core::count::Event;
use redplane_core::switch::{Config, Snapshots};
use redplane_core::time::Span;
use redplane_core::wire::Kind;

use super::bed::{Bed, Watch};
use super::flow::Vlan;
use super::source::Source;
use super::truth::Words;
use super::wire::LinkConfig;

/// What the paper's switch needs, Mbit/s.
pub(super) const PAPER_MBIT_S: f64 = 34.16;
/// What packed snapshots may take, Mbit/s.
pub(super) const PACKED_MAX_MBIT_S: f64 = 8.0;
/// A thousand snapshots a second.
const EVERY: Span = Span::from_millis(1);
/// Slots to a message, and snapshots to a whole one.
const WAYS: [(&str, u16, u16); 3] =
    [("one slot index a packet", 1, 1), ("packed", 64, 1), ("packed, only what has changed", 64, 64)];
/// Which of them is held to [`PACKED_MAX_MBIT_S`].
const PACKED: usize = 1;

/// What one of the ways takes.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub(super) struct Way {
    pub(super) name: &'static str,
    pub(super) snapshots: u32,
    /// Messages to the store a snapshot.
    pub(super) messages: f64,
    /// To the store.
    pub(super) slots_mbit_s: f64,
    /// Back.
    pub(super) acks_mbit_s: f64,
}

impl Way {
    fn both_mbit_s(&self) -> f64 {
        self.slots_mbit_s + self.acks_mbit_s
    }
}

/// What all of them take, and of whose traffic.
#[derive(Clone, Debug, serde::Serialize)]
pub(super) struct Bandwidth {
    pub(super) vlan: Vlan,
    pub(super) ways: Vec<Way>,
}

/// Nobody has to watch: only what travels counts.
struct Nobody;

impl Watch for Nobody {
    fn left(&mut self, _: u64, _: &[u8], _: super::bed::How) {}
    fn begun(&mut self, _: u64, _: Vlan, _: u32) {}
    fn restored(&mut self, _: u64, _: Vlan, _: Option<u32>, _: &Words) {}
    fn reported(
        &mut self,
        _: u64,
        _: redplane_core::machine::Report,
        _: &[u32; redplane_core::machine::REPORT_WORDS],
    ) {
    }
}

/// Measures all ways with the packets of one VLAN.
///
/// # Errors
/// The capture cannot be read.
pub(super) fn measure(
    source: &Source<'_>,
    vlan: Vlan,
    config: Config,
    link: LinkConfig,
    seed: u32,
) -> anyhow::Result<Bandwidth> {
    let mut ways = Vec::new();
    for (name, slots_per_message, whole_every) in WAYS {
        let mut way = config;
        way.snapshots = Snapshots { every: EVERY, slots_per_message, whole_every, ..config.snapshots };
        let mut bed = Bed::new(way, LinkConfig { loss: 0.0, ..link }, seed);
        source.each(|step| {
            bed.advance(bed.now_ns() + step.gap_ns, &mut Nobody);
            if step.flow.is_some_and(|(of, _)| of == vlan) {
                bed.offer(Some(vlan), step.frame, &mut Nobody);
            }
        })?;
        let begun: u32 = bed.counters().iter().map(|counters| counters.event(Event::SnapshotBegun)).sum();
        let seconds = f64::from(begun.max(1)) * EVERY.nanos() as f64 / 1e9;
        let mbit_s = |kind| bed.tally(kind).bytes as f64 * 8.0 / 1e6 / seconds;
        ways.push(Way {
            name,
            snapshots: begun,
            messages: bed.tally(Kind::SnapshotSlots).messages as f64 / f64::from(begun.max(1)),
            slots_mbit_s: mbit_s(Kind::SnapshotSlots),
            acks_mbit_s: mbit_s(Kind::SnapshotAck),
        });
    }
    Ok(Bandwidth { vlan, ways })
}

impl Bandwidth {
    /// Whether packed snapshots take as little as they must, both directions together.
    pub(super) fn holds(&self) -> bool {
        self.ways.get(PACKED).is_some_and(|way| way.both_mbit_s() <= PACKED_MAX_MBIT_S)
    }

    /// What a person reads.
    pub(super) fn table(&self) -> Table {
        let mut table = Table::new();
        table.load_preset(presets::NOTHING);
        let right = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
        let head = ["snapshots", "messages each", "slots, Mbit/s", "acks, Mbit/s", "both, Mbit/s"];
        let title = Cell::new(format!("VLAN {}, 1 kHz, 3 × 64 words", self.vlan));
        table.add_row([title].into_iter().chain(head.map(|text| right(text.to_owned()))));
        for way in &self.ways {
            let numbers = [
                way.snapshots.to_string(),
                format!("{:.1}", way.messages),
                format!("{:.2}", way.slots_mbit_s),
                format!("{:.2}", way.acks_mbit_s),
                format!("{:.2}", way.both_mbit_s()),
            ];
            table.add_row([Cell::new(way.name)].into_iter().chain(numbers.map(right)));
        }
        let paper = ["", "64.0", &format!("{PAPER_MBIT_S}"), "", ""].map(|text| right(text.to_owned()));
        table.add_row([Cell::new("the paper's switch, one slot index a packet")].into_iter().chain(paper));
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bandwidth(packed: f64) -> Bandwidth {
        let way = Way { name: "a way", snapshots: 1, messages: 1.0, slots_mbit_s: packed, acks_mbit_s: 0.5 };
        Bandwidth { vlan: 0, ways: vec![Way { slots_mbit_s: 40.0, ..way }, way, way] }
    }

    #[test]
    fn packed_snapshots_are_held_to_the_limit_in_both_directions_together() {
        assert!(bandwidth(7.5).holds());
        assert!(!bandwidth(7.6).holds());
        assert!(!Bandwidth { vlan: 0, ways: Vec::new() }.holds());
    }
}
