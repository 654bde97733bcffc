//! What befalls the world: crashes, cuts, packets that take another way, operators, polls that do not come, and long silence.

use super::world::{LEASE, SWITCHES, World};
use crate::sim::network::End;
use crate::sim::summary::Fault;

impl<const W: u8> World<W> {
    pub(super) fn misfortune(&mut self) {
        self.fault_at_ns = self.now_ns + self.rng.u64(1..LEASE.nanos());
        let index = self.rng.usize(0..SWITCHES);
        match self.rng.u32(0..12) {
            0 => self.crash(index),
            1..=4 => {
                self.summary.fault(Fault::Reroute);
                let flow = self.rng.usize(0..self.flows());
                self.routes[flow] = if self.crowded && self.rng.u32(0..8) > 0 { 0 } else { index };
            }
            5 | 6 => {
                let until_ns = self.now_ns + self.rng.u64(0..4 * LEASE.nanos());
                let (switch, shard) = (End::Switch(index), End::Shard(0));
                let (from, to) = if self.rng.bool() { (switch, shard) } else { (shard, switch) };
                self.network.cut(from, to, until_ns);
            }
            7 => {
                self.summary.fault(Fault::Evacuation);
                self.give_up_all(index);
            }
            8 | 9 => {
                self.summary.fault(Fault::PollGap);
                self.devices[index].poll_at_ns = self.now_ns + self.rng.u64(0..2 * LEASE.nanos());
            }
            _ => {
                // A whole device fails over: all its flows go elsewhere.
                self.crash(index);
                for route in self.routes.iter_mut().filter(|route| **route == index) {
                    *route = (index + 1) % SWITCHES;
                }
                self.summary.fault(Fault::Reroute);
            }
        }
    }

    pub(super) fn crash(&mut self, index: usize) {
        let down_ns = self.rng.u64(0..3 * LEASE.nanos());
        if self.devices[index].crash(&mut self.summary, self.now_ns + down_ns) {
            self.summary.fault(Fault::Crash);
            self.note(|| format!("switch {index} crashes"));
        }
    }

    /// Nothing happens for up to forty minutes but the polls that a switch is owed, so that ticks wrap and flows end.
    pub(super) fn long_idle(&mut self) -> Result<(), String> {
        self.summary.fault(Fault::LongIdle);
        (self.packet_at_ns, self.fault_at_ns) = (u64::MAX, u64::MAX);
        for _ in 0..self.rng.u32(1..40) {
            // No message lives for minutes: what is under way arrives before the time jumps.
            while self.network.next_at_ns().is_some() {
                self.step()?;
            }
            self.now_ns += self.rng.u64(1..60_000_000_000);
            for index in 0..SWITCHES {
                self.poll_switch(index)?;
            }
            self.commit()?;
            self.poll_store();
        }
        self.packet_at_ns = self.now_ns;
        self.fault_at_ns = self.now_ns + self.rng.u64(0..LEASE.nanos());
        Ok(())
    }
}
