//! The world of a run: three switches, the shards of a store, hosts, a network, and what befalls them.
//!
//! It moves frames, messages and time, and looks at what holds for any program: who owns a flow, and that what leaves has a right
//! to. Frames are the [`App`]'s business.

mod around;
mod calm;
mod misfortune;
mod store;
mod switch;

use redplane_core::seq::{Epoch, Seq};
use redplane_core::time::Span;

use super::Violation;
use super::app::{App, Key};
use super::checker::owner;
use super::network::{Network, Weather};
use super::summary::Summary;
pub use around::Around;
pub use store::{OneStore, Start, StoreSide, layout_of, shard_of};
pub(crate) use store::{count as count_shard, switch_address, switch_at};
use switch::Node;

/// The lease period of all runs.
pub const LEASE: Span = Span::from_millis(20);

const SWITCHES: usize = 3;
/// Datagrams under way that no honest run has: somebody answers answers.
const FLOOD: usize = 2_000;
/// Flows whose owner is looked at after each step.
const OWNERS_A_STEP: usize = 4;
const SAFETY_NS: u64 = 250_000_000;

/// One run, on switches of so many flow slots.
pub struct World<A: App, S, const SLOTS: usize> {
    around: Around<A>,
    nodes: Vec<Node<A, SLOTS>>,
    store: S,
    routes: Vec<usize>,
    /// The flow of each packet that was sent, and whether it writes; the place is its number.
    sent: Vec<(Option<Key<A>>, bool)>,
    packet_at_ns: u64,
    packet_every_ns: u64,
    fault_at_ns: u64,
    owner_next: usize,
}

impl<A: App, S: StoreSide<A>, const SLOTS: usize> World<A, S, SLOTS> {
    /// A run of this seed. With `trace`, every message is written down.
    pub fn new(seed: u64, trace: bool) -> Self {
        let mut rng = fastrand::Rng::with_seed(seed);
        let app = A::new(&mut rng);
        let weather = Weather {
            loss: [0.0, 0.02, 0.1, 0.2][rng.usize(0..4)],
            duplication: [0.0, 0.05, 0.2][rng.usize(0..3)],
            straggling: [0.0, 0.02, 0.1][rng.usize(0..3)],
            delay_min_ns: 5_000,
            delay_max_ns: [20_000, 200_000, 2_000_000][rng.usize(0..3)],
            delay_long_ns: LEASE.nanos() * [1, 3][rng.usize(0..2)],
        };
        // Half of the runs start just below the wrap of epochs and seqs (RP-SW-10).
        let epoch_floor = Epoch::new(if rng.bool() { u32::MAX - rng.u32(0..4) } else { rng.u32(..) });
        let first_seq = Seq::new(if rng.bool() { u32::MAX - rng.u32(0..20) } else { rng.u32(..) });
        let mut summary = Summary::of(A::NAME);
        let nodes = (0..SWITCHES)
            .map(|index| Node::new(&app, index, S::DRIFT_PPM_MAX, &mut rng, &mut summary))
            .collect::<Vec<_>>();
        let routes = (0..app.routes()).map(|_| rng.usize(0..SWITCHES)).collect();
        let store = S::new(&app, &mut rng, &mut summary, &Start { epoch_floor, first_seq });
        let mut world = Self {
            nodes,
            routes,
            // Number 0 is nobody's: it is what a register that was never written shows.
            sent: vec![(None, false)],
            packet_at_ns: 0,
            packet_every_ns: [100_000, 300_000, 1_000_000][rng.usize(0..3)],
            fault_at_ns: rng.u64(0..LEASE.nanos()),
            owner_next: 0,
            store,
            around: Around {
                app,
                rng,
                now_ns: 0,
                network: Network::new(weather),
                summary,
                trace: trace.then(Vec::new),
                calm: false,
            },
        };
        for node in &mut world.nodes {
            node.find_ways(A::SHARDS, world.store.replicas());
        }
        world
    }

    /// Runs it to its end. Gives the counts, the trace, and the first promise that was broken.
    pub fn run(mut self) -> (Summary, Vec<String>, Result<(), Violation>) {
        let result = self
            .safety()
            .and_then(|()| self.liveness())
            .map_err(|what| Violation { at_ns: self.around.now_ns, what });
        self.collect();
        (self.around.summary, self.around.trace.unwrap_or_default(), result)
    }

    fn safety(&mut self) -> Result<(), String> {
        let idles = self.around.rng.u32(0..8) == 0;
        let idle_at_ns = if idles { self.around.rng.u64(0..SAFETY_NS) } else { u64::MAX };
        let mut end_ns = SAFETY_NS;
        while self.around.now_ns < end_ns {
            if idles && end_ns == SAFETY_NS && self.around.now_ns > idle_at_ns {
                let before = self.around.now_ns;
                self.long_idle()?;
                end_ns += self.around.now_ns - before;
            }
            self.step()?;
        }
        self.around.app.check()
    }

    /// The next thing that happens, whatever it is.
    fn step(&mut self) -> Result<(), String> {
        let switch_polls = self.nodes.iter().map(|node| node.poll_at_ns).min().unwrap_or(u64::MAX);
        let store = self.store.next_at_ns();
        let flight = self.around.network.next_at_ns().unwrap_or(u64::MAX);
        let faults = if self.around.calm { u64::MAX } else { self.fault_at_ns };
        let next = [switch_polls, store, flight, self.packet_at_ns, faults].into_iter().min();
        let Some(next) = next else { return Err("nothing will ever happen".into()) };
        self.around.now_ns = self.around.now_ns.max(next);
        if self.around.network.under_way() > FLOOD {
            return Err(format!("a flood: {} datagrams are under way", self.around.network.under_way()));
        }
        if flight == next {
            self.arrive()?;
        } else if store == next {
            self.store.act(&mut self.around)?;
        } else if self.packet_at_ns == next {
            self.host_sends()?;
        } else if faults == next {
            self.misfortune();
        } else {
            self.poll_switches();
        }
        self.check_owners()
    }

    fn host_sends(&mut self) -> Result<(), String> {
        self.packet_at_ns = self.around.now_ns + self.around.rng.u64(1..=2 * self.packet_every_ns);
        let id = self.next_id()?;
        let sent = self.around.app.host_sends(&mut self.around.rng, id);
        self.send_packet(id, sent)
    }

    fn next_id(&self) -> Result<u16, String> {
        u16::try_from(self.sent.len()).map_err(|_| "a run of more packets than numbers".into())
    }

    /// Looks at the next few flows; all of them have their turn within a few steps.
    fn check_owners(&mut self) -> Result<(), String> {
        let ticks: Vec<_> = self.nodes.iter().map(|node| node.tick(self.around.now_ns)).collect();
        for _ in 0..OWNERS_A_STEP {
            let key = &self.around.app.keys()[self.owner_next];
            self.owner_next = (self.owner_next + 1) % self.around.app.keys().len();
            let mut believers = [None; SWITCHES];
            for ((index, node), tick) in self.nodes.iter_mut().enumerate().zip(&ticks) {
                let view = node.switch.as_mut().and_then(|switch| switch.inspect(*tick, key));
                if let Some(view) = view.filter(|view| view.live) {
                    believers[index] = Some(owner::Belief {
                        switch: index as u16,
                        incarnation: node.incarnation.raw(),
                        epoch: view.epoch,
                    });
                }
            }
            if believers.iter().any(Option::is_some) {
                let believers: Vec<_> = believers.into_iter().flatten().collect();
                self.store
                    .check_owner(&believers, key, self.around.now_ns)
                    .map_err(|what| format!("flow {key:x?}: {what}"))?;
            }
        }
        Ok(())
    }
}
