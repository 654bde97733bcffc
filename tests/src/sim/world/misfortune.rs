//! What befalls the world: crashes, cuts, packets that take another way, operators, and long silence.

use super::{LEASE, SWITCHES, StoreSide, World, switch};
use crate::sim::app::App;
use crate::sim::network::End;
use crate::sim::summary::Fault;

impl<A: App, S: StoreSide<A>, const SLOTS: usize> World<A, S, SLOTS> {
    pub(super) fn misfortune(&mut self) {
        self.fault_at_ns = self.around.now_ns + self.around.rng.u64(1..LEASE.nanos());
        if self.store.misfortune(&mut self.around) {
            return;
        }
        let index = self.around.rng.usize(0..SWITCHES);
        match self.around.rng.u32(0..10) {
            0 | 1 => self.crash(index),
            2..=5 => {
                self.around.summary.fault(Fault::Reroute);
                let route = self.around.rng.usize(0..self.routes.len());
                self.routes[route] = index;
            }
            6 | 7 => {
                let until_ns = self.around.now_ns + self.around.rng.u64(0..4 * LEASE.nanos());
                let to_store = self.around.rng.bool();
                for shard in self.store.ends() {
                    let switch = End::Switch(index);
                    let (from, to) = if to_store { (switch, shard) } else { (shard, switch) };
                    self.around.network.cut(from, to, until_ns);
                }
            }
            8 => {
                self.around.summary.fault(Fault::Evacuation);
                let now = self.nodes[index].tick(self.around.now_ns);
                if let Some(switch) = self.nodes[index].switch.as_mut() {
                    switch.give_up_all(now);
                }
            }
            _ => {
                // A whole device fails over: all its flows go elsewhere.
                self.crash(index);
                for route in self.routes.iter_mut().filter(|route| **route == index) {
                    *route = (index + 1) % SWITCHES;
                }
                self.around.summary.fault(Fault::Reroute);
            }
        }
    }

    fn crash(&mut self, index: usize) {
        let down_ns = self.around.rng.u64(0..3 * LEASE.nanos());
        if let Some(switch) = self.nodes[index].switch.take() {
            self.around.summary.fault(Fault::Crash);
            switch::count::<A, SLOTS>(&mut self.around.summary, &switch);
            self.nodes[index].up_at_ns = self.around.now_ns + down_ns;
        }
    }

    /// Nothing happens for up to forty minutes but the polls that a switch is owed, so that ticks wrap (RP-SW-12).
    pub(super) fn long_idle(&mut self) -> Result<(), String> {
        self.around.summary.fault(Fault::LongIdle);
        for _ in 0..self.around.rng.u32(1..40) {
            // No message lives for minutes: what is under way arrives before the time jumps.
            while let Some(at_ns) = self.around.network.next_at_ns() {
                self.around.now_ns = self.around.now_ns.max(at_ns);
                self.arrive()?;
            }
            self.around.now_ns += self.around.rng.u64(1..60_000_000_000);
            for index in 0..SWITCHES {
                self.poll_switch(index);
            }
            self.store.idle(&mut self.around)?;
            self.check_owners()?;
        }
        self.packet_at_ns = self.around.now_ns;
        self.fault_at_ns = self.around.now_ns + self.around.rng.u64(0..LEASE.nanos());
        Ok(())
    }
}
