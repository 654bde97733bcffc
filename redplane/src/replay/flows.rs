//! The flows of a replay and the translations that were seen of them: the promise that a failover changes none.
//!
//! A translation is learned from packets that came out, never from the store's word. The store ends a mapping that was idle for
//! long and may give the same host another one afterwards; that is a new flow here, and no broken promise.

use std::collections::HashMap;

use super::packet::{Endpoint, FlowId};

/// A flow from the first packet of an inside endpoint until the store ended its mapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Flow {
    /// Whose it is.
    pub(super) id: FlowId,
    /// Its outside endpoint as seen before the failure.
    pub(super) before: Option<Endpoint>,
    /// And after it.
    pub(super) after: Option<Endpoint>,
    /// Packets that were seen with another translation than the first: there must be none.
    pub(super) changed: u64,
}

impl Flow {
    /// The first translation that was seen.
    pub(super) fn translation(&self) -> Option<Endpoint> {
        self.before.or(self.after)
    }
}

/// All flows.
#[derive(Debug, Default)]
pub(super) struct Flows {
    flows: Vec<Flow>,
    current: HashMap<FlowId, usize>,
    /// Who has which outside endpoint now.
    holders: HashMap<FlowId, usize>,
    shared: u64,
    misdelivered: u64,
}

impl Flows {
    /// A packet of this flow came from the inside.
    pub(super) fn begin(&mut self, id: FlowId) {
        self.at(id);
    }

    /// What the outside world knows the flow by.
    pub(super) fn translation(&self, id: FlowId) -> Option<Endpoint> {
        self.flows.get(*self.current.get(&id)?)?.translation()
    }

    /// A packet of the flow came out with this outside endpoint.
    pub(super) fn seen(&mut self, id: FlowId, outside: Endpoint, after_failure: bool) {
        let at = self.at(id);
        let flow = &mut self.flows[at];
        match flow.translation() {
            Some(translation) if translation != outside => flow.changed += 1,
            _ => {
                let seen = if after_failure { &mut flow.after } else { &mut flow.before };
                *seen = Some(outside);
            }
        }
        let holder = FlowId { protocol: id.protocol, inside: outside };
        if *self.holders.entry(holder).or_insert(at) != at {
            self.shared += 1;
        }
    }

    /// A packet to the flow's translation came out to this inside endpoint.
    pub(super) fn delivered(&mut self, id: FlowId, to: Endpoint, after_failure: bool) {
        match self.translation(id) {
            Some(translation) if to == id.inside => self.seen(id, translation, after_failure),
            _ => self.misdelivered += 1,
        }
    }

    /// The store ended the mapping.
    pub(super) fn end(&mut self, id: FlowId, outside: Endpoint) {
        self.current.remove(&id);
        self.holders.remove(&FlowId { protocol: id.protocol, inside: outside });
    }

    /// All flows, in the order in which they began.
    pub(super) fn all(&self) -> &[Flow] {
        &self.flows
    }

    /// Packets whose outside endpoint was another flow's at the time: there must be none.
    pub(super) fn shared(&self) -> u64 {
        self.shared
    }

    /// Packets that came out to another inside endpoint than the flow's: there must be none.
    pub(super) fn misdelivered(&self) -> u64 {
        self.misdelivered
    }

    fn at(&mut self, id: FlowId) -> usize {
        *self.current.entry(id).or_insert_with(|| {
            self.flows.push(Flow { id, before: None, after: None, changed: 0 });
            self.flows.len() - 1
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(last: u8, port: u16) -> Endpoint {
        Endpoint { address: [10, 0, 0, last].into(), port }
    }

    fn id(last: u8) -> FlowId {
        FlowId { protocol: 6, inside: end(last, 80) }
    }

    #[test]
    fn same_translation_before_and_after_is_kept() {
        let mut flows = Flows::default();
        flows.seen(id(1), end(200, 1), false);
        flows.delivered(id(1), end(1, 80), true);
        assert_eq!(
            flows.all(),
            [Flow { id: id(1), before: Some(end(200, 1)), after: Some(end(200, 1)), changed: 0 }]
        );
        assert_eq!((flows.shared(), flows.misdelivered()), (0, 0));
    }

    #[test]
    fn other_translation_after_is_a_change_and_the_first_one_stays() {
        let mut flows = Flows::default();
        flows.seen(id(1), end(200, 1), false);
        flows.seen(id(1), end(200, 2), true);
        assert_eq!((flows.all()[0].changed, flows.translation(id(1))), (1, Some(end(200, 1))));
    }

    #[test]
    fn translation_of_another_flow_is_shared() {
        let mut flows = Flows::default();
        flows.seen(id(1), end(200, 1), false);
        flows.seen(id(2), end(200, 1), true);
        assert_eq!(flows.shared(), 1);
    }

    #[test]
    fn packet_to_another_host_is_misdelivered() {
        let mut flows = Flows::default();
        flows.seen(id(1), end(200, 1), false);
        flows.delivered(id(1), end(2, 80), false);
        assert_eq!(flows.misdelivered(), 1);
    }

    #[test]
    fn ended_mapping_begins_a_new_flow() {
        let mut flows = Flows::default();
        flows.seen(id(1), end(200, 1), false);
        flows.end(id(1), end(200, 1));
        assert_eq!(flows.translation(id(1)), None);
        flows.seen(id(1), end(200, 2), true);
        flows.seen(id(2), end(200, 1), true);
        assert_eq!(flows.all().len(), 3);
        assert!(flows.all().iter().all(|flow| flow.changed == 0) && flows.shared() == 0);
    }
}
