//! Per-flow linearizability of the observed history (the paper's Definitions 3 and 4).
//!
//! The register's outputs make the check exact and cheap: an output with count *v* lies behind exactly *v* writes. A history is
//! linearizable iff there is an order of the inputs in which every output's count is right and no input stands before one whose
//! output was seen before it came in. With counts that means, for each life of a flow:
//!
//! - no two writes show the same count, and a write shows itself as the last writer;
//! - all outputs of one count show the same last writer, and it is the write of that count if that has an output;
//! - if the output of *x* precedes the input of *y*, then *count(x) ≤ count(y)*, and *<* if *y* is a write;
//! - for every count that is shown or passed over there is a write whose output is missing and that came in before a larger
//!   count was shown.
//!
//! A duplicated lease request or grant makes its packet arrive twice: that is one more input event, which the network reports to
//! [`History::duplicated`]. A duplicated ack or release shows the same output twice, which is the network's right as well.

use std::collections::{BTreeMap, BTreeSet};

use crate::sim::register::{Output, Packet};

#[derive(Clone, Debug)]
struct Input {
    packet: Packet,
    /// When it came in, and when each duplicate of it did.
    came_ns: Vec<u64>,
    /// What it showed, and when first: life, count.
    outputs: BTreeMap<(u16, u32), u64>,
}

/// What was observed of all flows.
#[derive(Clone, Debug, Default)]
pub struct History {
    inputs: BTreeMap<u16, Input>,
    /// Outputs of a flow in the order in which they were seen.
    outputs: BTreeMap<u32, Vec<(u64, Output)>>,
}

impl History {
    /// A packet came in at a switch.
    pub fn came_in(&mut self, now_ns: u64, packet: Packet) {
        self.inputs.insert(packet.id, Input { packet, came_ns: vec![now_ns], outputs: BTreeMap::new() });
    }

    /// The network duplicated a message that makes the packet arrive once more.
    pub fn duplicated(&mut self, now_ns: u64, id: u16) {
        if let Some(input) = self.inputs.get_mut(&id) {
            input.came_ns.push(now_ns);
        }
    }

    /// A packet came out. An output that no input explains is an error at once.
    pub fn came_out(&mut self, now_ns: u64, output: Output) -> Result<Packet, String> {
        let input = self
            .inputs
            .get_mut(&output.id)
            .ok_or(format!("an output of a packet that never came in: {output:?}"))?;
        if input.packet.writes && output.writer != output.id {
            return Err(format!("a write shows another packet as the last writer: {output:?}"));
        }
        input.outputs.entry((output.life, output.count)).or_insert(now_ns);
        if input.outputs.len() > input.came_ns.len() {
            return Err(format!(
                "packet {} was executed {} times, but came in {} times",
                output.id,
                input.outputs.len(),
                input.came_ns.len()
            ));
        }
        self.outputs.entry(input.packet.flow).or_default().push((now_ns, output));
        Ok(input.packet)
    }

    /// The packet of this number, if it came in.
    pub fn input(&self, id: u16) -> Option<Packet> {
        self.inputs.get(&id).map(|input| input.packet)
    }

    /// Whether a packet's output was seen.
    pub fn has_output(&self, id: u16) -> bool {
        self.inputs.get(&id).is_some_and(|input| !input.outputs.is_empty())
    }

    /// Checks the whole history.
    pub fn check(&self) -> Result<(), String> {
        let mut flows = BTreeSet::new();
        flows.extend(self.inputs.values().map(|input| input.packet.flow));
        flows
            .into_iter()
            .try_for_each(|flow| self.check_flow(flow).map_err(|what| format!("flow {flow}: {what}")))
    }

    fn check_flow(&self, flow: u32) -> Result<(), String> {
        let Some(outputs) = self.outputs.get(&flow) else { return Ok(()) };
        let inputs: Vec<&Input> = self.inputs.values().filter(|input| input.packet.flow == flow).collect();
        check_order(&inputs, outputs)?;
        let lives: BTreeSet<u16> = outputs.iter().map(|(_, output)| output.life).collect();
        lives.into_iter().try_for_each(|life| check_life(&inputs, outputs, life))
    }
}

/// Real time: what was seen before an input came in lies behind it. Lives follow one another.
fn check_order(inputs: &[&Input], outputs: &[(u64, Output)]) -> Result<(), String> {
    // The largest (life, count) that was seen up to each output.
    let mut largest = Vec::with_capacity(outputs.len());
    let mut so_far = (0, 0);
    for (at_ns, output) in outputs {
        so_far = so_far.max((output.life, output.count));
        largest.push((*at_ns, so_far));
    }
    for input in inputs {
        // Which arrival made which output is not known: the earliest binds all.
        let Some(came_ns) = input.came_ns.iter().min() else { continue };
        let seen = largest.partition_point(|(at_ns, _)| at_ns < came_ns);
        let Some((_, seen)) = seen.checked_sub(1).and_then(|last| largest.get(last)) else { continue };
        for (life, count) in input.outputs.keys() {
            let stale = (*life, *count) < *seen || (input.packet.writes && (*life, *count) == *seen);
            if stale {
                return Err(format!(
                    "packet {} came in after life {} count {} was seen, and shows life {life} count {count}",
                    input.packet.id, seen.0, seen.1
                ));
            }
        }
    }
    Ok(())
}

fn check_life(inputs: &[&Input], outputs: &[(u64, Output)], life: u16) -> Result<(), String> {
    let mut writer_of: BTreeMap<u32, u16> = BTreeMap::new();
    let mut first_shown: BTreeMap<u32, u64> = BTreeMap::new();
    for (at_ns, output) in outputs.iter().filter(|(_, output)| output.life == life) {
        if output.count > 0 {
            let writer = *writer_of.entry(output.count).or_insert(output.writer);
            if writer != output.writer {
                return Err(format!(
                    "life {life} count {}: both {writer} and {} are shown as the last writer",
                    output.count, output.writer
                ));
            }
        } else if output.writer != 0 {
            return Err(format!("life {life}: a writer {} without a write", output.writer));
        }
        first_shown.entry(output.count).or_insert(*at_ns);
    }
    // A write that was shown must have come in before it was.
    for (count, writer) in &writer_of {
        let shown_ns = first_shown[count];
        let input = inputs.iter().find(|input| input.packet.id == *writer);
        if !input
            .is_some_and(|input| input.packet.writes && input.came_ns.iter().any(|came| *came <= shown_ns))
        {
            return Err(format!("life {life} count {count}: writer {writer} had not come in"));
        }
    }
    // Counts whose writer was never shown need a write without an output that came in early enough. `deadline` is when a count at
    // least that large was first shown.
    let Some((&top, _)) = first_shown.last_key_value() else { return Ok(()) };
    let shown_writers: BTreeSet<u16> = writer_of.values().copied().collect();
    let mut fillers: Vec<u64> = inputs
        .iter()
        .filter(|input| input.packet.writes)
        .flat_map(|input| {
            let used = input.outputs.len().max(usize::from(shown_writers.contains(&input.packet.id)));
            // The latest arrivals are the ones that explained the outputs; the earliest are free to have been lost.
            input.came_ns.iter().take(input.came_ns.len() - used.min(input.came_ns.len())).copied()
        })
        .collect();
    fillers.sort_unstable();
    let mut needed = 0;
    for count in 1..=top {
        if writer_of.contains_key(&count) {
            continue;
        }
        needed += 1;
        let deadline = first_shown.range(count..).map(|(_, at_ns)| *at_ns).min().unwrap_or(u64::MAX);
        if fillers.partition_point(|came| *came <= deadline) < needed {
            return Err(format!("life {life}: nothing explains count {count}"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(inputs: &[(u16, bool, u64)], outputs: &[(u16, u32, u16, u64)]) -> Result<(), String> {
        let mut history = History::default();
        let mut events: Vec<(u64, Result<Packet, Output>)> = Vec::new();
        for &(id, writes, at) in inputs {
            events.push((at, Ok(Packet { id, flow: 1, writes })));
        }
        for &(id, count, writer, at) in outputs {
            events.push((at, Err(Output { id, count, writer, life: 1 })));
        }
        events.sort_by_key(|(at, _)| *at);
        for (at, event) in events {
            match event {
                Ok(packet) => history.came_in(at, packet),
                Err(output) => drop(history.came_out(at, output)?),
            }
        }
        history.check()
    }

    #[test]
    fn history_in_order_is_accepted() {
        history(&[(1, true, 0), (2, false, 2), (3, true, 4)], &[(1, 1, 1, 1), (2, 1, 1, 3), (3, 2, 3, 5)])
            .unwrap();
    }

    #[test]
    fn history_with_missing_outputs_is_accepted() {
        // Write 1 has no output; write 2 shows that it took effect; write 3 has no output and no effect.
        history(&[(1, true, 0), (3, true, 1), (2, true, 2)], &[(2, 2, 2, 3)]).unwrap();
    }

    #[test]
    fn concurrent_operations_may_be_in_any_order() {
        history(&[(1, true, 0), (2, false, 1)], &[(1, 1, 1, 5), (2, 0, 0, 6)]).unwrap();
    }

    #[test]
    fn stale_read_is_found() {
        let error = history(&[(1, true, 0), (2, false, 2)], &[(1, 1, 1, 1), (2, 0, 0, 3)]).unwrap_err();
        assert!(error.contains("came in after"), "{error}");
    }

    #[test]
    fn lost_write_is_found() {
        // Both writes were answered, one after the other, with the same count.
        let error = history(&[(1, true, 0), (2, true, 2)], &[(1, 1, 1, 1), (2, 1, 2, 3)]).unwrap_err();
        assert!(error.contains("came in after") || error.contains("last writer"), "{error}");
    }

    #[test]
    fn write_from_nowhere_is_found() {
        let error = history(&[(1, true, 0)], &[(1, 2, 1, 1)]).unwrap_err();
        assert!(error.contains("nothing explains"), "{error}");
    }

    #[test]
    fn packet_executed_twice_is_found_unless_the_network_duplicated_it() {
        let mut history = History::default();
        history.came_in(0, Packet { id: 1, flow: 1, writes: true });
        history.came_out(1, Output { id: 1, count: 1, writer: 1, life: 1 }).unwrap();
        let twice = Output { id: 1, count: 2, writer: 1, life: 1 };
        assert!(history.clone().came_out(2, twice).is_err());
        history.duplicated(1, 1);
        history.came_out(2, twice).unwrap();
        history.check().unwrap();
    }
}
