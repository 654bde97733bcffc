//! Back to back: frames and messages enter the pipeline one a clock, while the switch takes them one after the other.
//!
//! Every stage then holds another packet, and each must find the registers as the packet in front of it leaves them. This is what
//! the order of stages is for: an array is in one stage, so what packets do to it they do in the order in which they came.
//!
//! Two things make an order of their own, so a burst has none of them: a grant, whose packet goes around again behind those that came
//! after it, and a flow's insertion by the controller. The mirror queue has an order of its own too: the copy of a write enters it
//! behind egress, that of a renewal or of a give-up behind ingress. What comes out of it is compared without its order from then on.

use std::collections::HashMap;
use std::fmt::Debug;

use redplane_core::program::Program;
use redplane_core::store::Initializer;
use redplane_core::wire::Kind;
use redplane_hdl_sim::sim::Gress;

use super::Difference;
use super::pair::{COPIES, Did, Pair};
use super::step::kind_of;
use super::traffic::Traffic;

/// One of them.
enum Item {
    Frame(u16, Vec<u8>),
    Message(Vec<u8>),
}

/// Where outputs are in line: each port, the store, the CPU.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Line {
    Port(u16),
    Store,
    Cpu,
}

impl<P: Program + Debug, I: Initializer<P>, const N: usize> Pair<P, I, N> {
    /// So many frames and messages at one tick, back to back in the device.
    pub(super) fn burst(&mut self, traffic: &mut impl Traffic, length: usize) -> Result<(), Difference> {
        // What a full mirror queue does is no matter of the pipeline's.
        if self.switch.mirrored() + length > COPIES {
            return self.poll();
        }
        self.is_mixed = true;
        let items = self.items(traffic, length)?;
        let mut expected = vec![];
        for item in &items {
            expected.extend(match item {
                Item::Frame(port, frame) => self.switch_frame(*port, frame)?,
                Item::Message(message) => self.switch_message(message)?,
            });
        }
        self.device.freeze(Some(self.now));
        let first = self.device.cycle() + 1;
        for (cycle, item) in (first..).zip(&items) {
            match item {
                Item::Frame(port, frame) => {
                    let offered = self.device.offer_at(cycle, *port, frame);
                    offered.map_err(|error| self.differ(error.to_string()))?;
                }
                Item::Message(message) => {
                    self.device.message_at(cycle, message);
                }
            }
        }
        let stages = self.device.view().pipeline().ingress.len();
        let mut fullest = 0;
        while self.device.under_way() > 0 {
            self.device.step();
            let view = self.device.view();
            let held = (0..stages).filter(|stage| view.occupant(Gress::Ingress, *stage).is_some());
            fullest = fullest.max(held.count());
        }
        self.tally.count_many("in bursts", items.len() as u64);
        self.tally.count_many("bursts that filled all stages", u64::from(fullest == stages));
        let done = self.outputs();
        self.same(in_line(&done), in_line(&expected), || "what a burst gave".into())?;
        self.settle(&done)?;
        self.tell(traffic, &done);
        self.compare_registers()
    }

    fn items(&mut self, traffic: &mut impl Traffic, length: usize) -> Result<Vec<Item>, Difference> {
        let mut items = vec![];
        for _ in 0..length {
            let message = match self.rng.u32(0..12) {
                0..4 if !self.under_way.is_empty() => self.next_message(),
                4 => Some(self.forged()?),
                _ => None,
            };
            items.push(match message.filter(|message| kind_of(message) != Some(Kind::Grant)) {
                Some(message) => {
                    self.tally.count("messages");
                    Item::Message(message)
                }
                None => {
                    self.tally.count("packets");
                    let (port, frame) = self.next_frame(traffic);
                    Item::Frame(port, frame)
                }
            });
        }
        Ok(items)
    }
}

/// The outputs of each line, in their order. What was dropped has no place in any, and the counters tell it.
fn in_line(done: &[Did]) -> HashMap<Line, Vec<&Did>> {
    let mut lines: HashMap<Line, Vec<&Did>> = HashMap::new();
    for did in done {
        let line = match did {
            Did::Forward { port, .. } => Line::Port(*port),
            Did::ToStore { .. } => Line::Store,
            Did::Punt { .. } | Did::Lost(_) => Line::Cpu,
            Did::Dropped(_) | Did::NoSuchPort => continue,
        };
        lines.entry(line).or_default().push(did);
    }
    lines
}
