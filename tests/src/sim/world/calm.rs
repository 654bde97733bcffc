//! The liveness phase: faults stop, every flow that can be served must be served, and everything must come to rest.

use super::{LEASE, StoreSide, World, switch};
use crate::sim::app::App;
use crate::sim::checker::quiet;
use crate::sim::network::Weather;

/// Rounds of questions: so many leases that flows which want the same slot all get their turn.
const ROUNDS: u32 = 300;
const ROUND_NS: u64 = 1_000_000;
const REST_NS: u64 = 120_000_000;

impl<A: App, S: StoreSide<A>, const SLOTS: usize> World<A, S, SLOTS> {
    pub(super) fn liveness(&mut self) -> Result<(), String> {
        self.around.calm = true;
        self.around.network.set_weather(Weather::FINE);
        self.store.calm(&mut self.around);
        for node in &mut self.nodes {
            node.up_at_ns = node.up_at_ns.min(self.around.now_ns);
        }
        // No host sends anything but questions.
        self.packet_at_ns = u64::MAX;
        // What the old weather has under way takes up to three periods; leases of the dead take one more.
        self.run_for(LEASE.nanos() * 5)?;
        for round in 1..=ROUNDS {
            let mut asked = false;
            loop {
                let id = self.next_id()?;
                let Some(sent) = self.around.app.ask(round, id) else { break };
                asked = true;
                self.send_packet(id, sent)?;
            }
            if !asked {
                break;
            }
            self.run_for(ROUND_NS)?;
        }
        self.run_for(REST_NS)?;
        self.around.app.check()?;
        let mirrored = self.nodes.iter().flat_map(|node| &node.switch).map(|switch| switch.mirrored()).sum();
        let (waiting, pending) = self.store.unrest();
        let unanswered = self.around.app.unanswered(self.store.flows().into_iter());
        quiet::check(&quiet::Unrest { mirrored, waiting, pending, unanswered })?;
        self.store.check_rest(&self.around)
    }

    fn run_for(&mut self, span_ns: u64) -> Result<(), String> {
        let until_ns = self.around.now_ns + span_ns;
        while self.around.now_ns < until_ns {
            self.step()?;
        }
        Ok(())
    }

    /// Adds up what everybody has counted.
    pub(super) fn collect(&mut self) {
        for switch in self.nodes.iter().filter_map(|node| node.switch.as_ref()) {
            switch::count::<A, SLOTS>(&mut self.around.summary, switch);
        }
        self.store.collect(&mut self.around.summary);
    }
}
