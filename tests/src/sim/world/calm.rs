//! The liveness phase: faults stop, every flow that can be served must be served, and everything must come to rest.

use redplane_core::count::{Event, Reason};
use redplane_core::wire::Refusal;

use super::{LEASE, World, switch};
use crate::sim::app::{App, AppShard};
use crate::sim::checker::quiet;
use crate::sim::network::Weather;

/// Rounds of questions: so many leases that flows which want the same slot all get their turn.
const ROUNDS: u32 = 300;
const ROUND_NS: u64 = 1_000_000;
const REST_NS: u64 = 120_000_000;

impl<A: App, const SLOTS: usize> World<A, SLOTS> {
    pub(super) fn liveness(&mut self) -> Result<(), String> {
        self.calm = true;
        self.network.set_weather(Weather::FINE);
        for node in &mut self.nodes {
            node.up_at_ns = node.up_at_ns.min(self.now_ns);
        }
        // No host sends anything but questions.
        self.packet_at_ns = u64::MAX;
        // What the old weather has under way takes up to three periods; leases of the dead take one more.
        self.run_for(LEASE.nanos() * 5)?;
        for round in 1..=ROUNDS {
            let mut asked = false;
            loop {
                let id = self.next_id()?;
                let Some(sent) = self.app.ask(round, id) else { break };
                asked = true;
                self.send_packet(id, sent)?;
            }
            if !asked {
                break;
            }
            self.run_for(ROUND_NS)?;
        }
        self.run_for(REST_NS)?;
        self.app.check()?;
        let mirrored = self.nodes.iter().flat_map(|node| &node.switch).map(|switch| switch.mirrored()).sum();
        let shards = || self.stores.iter().map(|store| &store.shard);
        let (waiting, pending) =
            (shards().map(|shard| shard.flows().waiting()).sum(), shards().map(AppShard::<A>::pending).sum());
        let unanswered = self.app.unanswered(shards());
        quiet::check(&quiet::Unrest { mirrored, waiting, pending, unanswered })?;
        self.app.at_rest(shards())
    }

    fn run_for(&mut self, span_ns: u64) -> Result<(), String> {
        let until_ns = self.now_ns + span_ns;
        while self.now_ns < until_ns {
            self.step()?;
        }
        Ok(())
    }

    /// Adds up what everybody has counted.
    pub(super) fn collect(&mut self) {
        for switch in self.nodes.iter().filter_map(|node| node.switch.as_ref()) {
            switch::count::<A, SLOTS>(&mut self.summary, switch);
        }
        for store in &mut self.stores {
            for reason in Reason::ALL {
                self.summary.reason(*reason, u64::from(store.shard.reason(*reason)));
            }
            for event in Event::ALL {
                self.summary.event(*event, u64::from(store.shard.event(*event)));
            }
            for refusal in Refusal::ALL {
                self.summary.refusal(*refusal, u64::from(store.shard.flows().refusals(*refusal)));
            }
            let wraps = store.shard.durability_mut().wraps();
            self.summary.rule("RP-SW-10", wraps);
        }
    }
}
