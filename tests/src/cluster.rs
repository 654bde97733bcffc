//! A small language for failures: switches and a store, links that are cut one way, messages that are lost, late or doubled.
//!
//! A test says what happens and what it expects, in that order; nothing happens by chance. The machines are those that ship.
//!
//! ```
//! use redplane_core::wire::Kind;
//! use redplane_tests::cluster::Cluster;
//!
//! let mut c = <Cluster>::new();
//! let first = c.send(1).write().via(0); // a packet of flow 1 that writes comes in at switch 0
//! c.settle();
//! c.expect_output(first, 1); // it comes out and shows one write
//!
//! c.drop_next(Kind::WriteAck);
//! let second = c.send(1).write().via(0);
//! c.settle();
//! c.expect_silence();
//! c.advance_ms(10); // the state is sent again, the packet is not
//! assert_eq!(c.record(1).unwrap().state[0], 2);
//! let read = c.send(1).read().via(0);
//! c.expect_output(read, 2);
//! # let _ = second;
//! ```
//!
//! What a test does not expect must not happen: at its end no output may be left that it has not asked for. All the while the
//! checkers of [`crate::sim`] look on: one owner per flow, no output before durability, and in the end the whole history must be
//! linearizable. A test that fails prints everything that happened.

mod fabric;
pub mod nat;
mod setup;

pub use fabric::{Fabric, LATENCY_NS, OUTSIDE, Sent};
pub use setup::{Births, LEASE_MS, Setup};

use std::collections::{BTreeSet, VecDeque};

use redplane_core::count::{Event, Reason};
use redplane_core::program::Program;
use redplane_core::store::Record;
use redplane_core::switch::FlowView;
use redplane_core::wire::{Kind, Refusal};

use crate::sim::checker::{durable, linear::History, owner};
use crate::sim::frames;
use crate::sim::network::End;
use crate::sim::register::{Output, Packet, Register};
use fabric::Order;

/// Switches with `N` flow slots and mirror queues of `Q` copies, running the simulation's register or a program like it.
pub struct Cluster<const N: usize = 16, const Q: usize = 8, P = Register>
where
    P: Program<Key = [u32; 1], State = [u32; 3]>,
{
    fabric: Fabric<P, Births, N, Q>,
    history: History,
    flows: BTreeSet<u32>,
    spoken: VecDeque<Output>,
    next_id: u16,
    lenient: bool,
}

/// A packet that is about to be sent.
#[must_use]
pub struct Sending<'c, const N: usize, const Q: usize, P>
where
    P: Program<Key = [u32; 1], State = [u32; 3]>,
{
    cluster: &'c mut Cluster<N, Q, P>,
    flow: u32,
    writes: bool,
}

impl<const N: usize, const Q: usize, P> Sending<'_, N, Q, P>
where
    P: Program<Key = [u32; 1], State = [u32; 3]>,
{
    /// It will change the state.
    pub fn write(mut self) -> Self {
        self.writes = true;
        self
    }

    /// It will look at the state.
    pub fn read(mut self) -> Self {
        self.writes = false;
        self
    }

    /// It comes in at this switch, now. Gives its number.
    pub fn via(self, index: usize) -> u16 {
        let Self { cluster, flow, writes } = self;
        let packet = Packet { id: cluster.next_id, flow, writes };
        cluster.next_id += 1;
        cluster.flows.insert(flow);
        cluster.history.came_in(cluster.fabric.now_ns(), packet);
        cluster.fabric.note(format!("host -> switch {index}: {packet:?}"));
        cluster.fabric.packet_in(index, 1, &packet.frame());
        cluster.observe();
        packet.id
    }
}

impl<const N: usize, const Q: usize, P> Cluster<N, Q, P>
where
    P: Program<Key = [u32; 1], State = [u32; 3]>,
{
    /// Two switches that hold nothing.
    #[expect(
        clippy::new_without_default,
        reason = "a cluster is not a value that anything should make by default"
    )]
    pub fn new() -> Self {
        Self::with(Setup::default())
    }

    /// A cluster of one's own.
    pub fn with(setup: Setup) -> Self {
        Self {
            fabric: Fabric::new(&setup, Births::new(setup.idle_ms)),
            history: History::default(),
            flows: BTreeSet::new(),
            spoken: VecDeque::new(),
            next_id: 1,
            lenient: false,
        }
    }

    /// The checkers look away: for programs that have said that stale reads are theirs to live with.
    pub fn allow_stale_reads(&mut self) {
        self.lenient = true;
    }

    /// A packet of a flow.
    pub fn send(&mut self, flow: u32) -> Sending<'_, N, Q, P> {
        Sending { cluster: self, flow, writes: false }
    }

    /// Time passes.
    pub fn advance_ms(&mut self, span_ms: u64) {
        self.advance_us(span_ms * 1000);
    }

    /// Time passes.
    pub fn advance_us(&mut self, span_us: u64) {
        let until_ns = self.fabric.now_ns() + span_us * 1000;
        while self.fabric.step(until_ns) {
            self.observe();
        }
    }

    /// As long as a few round trips take: half of what a switch waits before it sends again.
    pub fn settle(&mut self) {
        self.advance_ms(1);
    }

    /// Minutes pass in which nothing is under way, with no more polls than a switch is owed.
    pub fn idle_minutes(&mut self, minutes: u64) {
        for _ in 0..minutes {
            self.fabric.leap(60_000_000_000);
            self.observe();
        }
    }

    /// True time since the start in microseconds.
    pub fn now_us(&self) -> u64 {
        self.fabric.now_ns() / 1000
    }

    /// The next output that has not been asked for is this packet's, and shows this many writes.
    #[track_caller]
    pub fn expect_output(&mut self, packet: u16, count: u32) {
        let Some(output) = self.spoken.pop_front() else {
            panic!("silence, instead of packet {packet} showing {count} writes")
        };
        assert_eq!((output.id, output.count), (packet, count), "(packet, writes), of {output:?}");
    }

    /// No output is left that has not been asked for.
    #[track_caller]
    pub fn expect_silence(&self) {
        assert!(self.spoken.is_empty(), "outputs that nobody expects: {:?}", self.spoken);
    }

    /// Since the last question about messages, these were sent, no others, in this order.
    #[track_caller]
    pub fn expect_messages(&mut self, kinds: &[Kind]) {
        let sent: Vec<Kind> = self.messages().iter().map(|sent| sent.kind).collect();
        assert_eq!(sent, kinds);
    }

    /// Messages that were sent since the last question about messages, arrived or not.
    pub fn messages(&mut self) -> Vec<Sent> {
        std::mem::take(&mut self.fabric.sent)
    }

    /// The next message of this kind is lost.
    pub fn drop_next(&mut self, kind: Kind) {
        self.fabric.order(kind, Order::Drop);
    }

    /// The next message of this kind takes this long.
    pub fn delay_next(&mut self, kind: Kind, delay_ms: u64) {
        self.fabric.order(kind, Order::Delay(delay_ms * 1_000_000));
    }

    /// The next message of this kind arrives twice.
    pub fn duplicate_next(&mut self, kind: Kind) {
        self.fabric.order(kind, Order::Duplicate);
    }

    /// The next message of this kind stays under way until it is [released](Self::release).
    pub fn hold_next(&mut self, kind: Kind) {
        self.fabric.order(kind, Order::Hold);
    }

    /// The next message of this kind arrives as it should, so that a further order is about the one after it.
    pub fn pass_next(&mut self, kind: Kind) {
        self.fabric.order(kind, Order::Pass);
    }

    /// The oldest message of this kind that was held back goes on.
    pub fn release(&mut self, kind: Kind) {
        self.fabric.release(kind);
    }

    /// What the switch sends to the store is lost from now on.
    pub fn cut_to_store(&mut self, index: usize) {
        self.fabric.cut(End::Switch(index), End::Shard(0));
    }

    /// What the store sends to the switch is lost from now on.
    pub fn cut_from_store(&mut self, index: usize) {
        self.fabric.cut(End::Shard(0), End::Switch(index));
    }

    /// The switch and the store are cut off from each other.
    pub fn cut(&mut self, index: usize) {
        self.cut_to_store(index);
        self.cut_from_store(index);
    }

    /// All links work again.
    pub fn mend(&mut self) {
        self.fabric.mend();
    }

    /// The switch loses its memory and is gone.
    pub fn crash(&mut self, index: usize) {
        self.fabric.crash(index);
    }

    /// It comes back with the next boot number and an empty memory.
    pub fn restart(&mut self, index: usize) {
        self.fabric.restart(index);
    }

    /// The log commits only when [`Cluster::commit`] says so, from now on.
    pub fn commit_by_hand(&mut self) {
        self.fabric.commits_by_hand = true;
    }

    /// Everything in the log is durable.
    pub fn commit(&mut self) {
        self.fabric.commit();
        self.observe();
    }

    /// The operator of a switch hands a flow back.
    pub fn give_up(&mut self, index: usize, flow: u32) {
        let now = self.fabric.tick();
        self.fabric.note(format!("operator: switch {index} gives flow {flow} up"));
        self.fabric.switch(index).give_up(now, &[Packet::key(flow)]);
    }

    /// The operator of a switch hands all flows back, as many as it can at once; gives how many are left.
    pub fn give_up_all(&mut self, index: usize) -> usize {
        let now = self.fabric.tick();
        self.fabric.note(format!("operator: switch {index} gives all up"));
        self.fabric.switch(index).give_up_all(now)
    }

    /// What a switch's registers say of a flow.
    pub fn view(&mut self, index: usize, flow: u32) -> Option<FlowView<[u32; 3]>> {
        let now = self.fabric.tick();
        self.fabric.nodes[index].switch.as_mut()?.inspect(now, &[Packet::key(flow)])
    }

    /// Whether a switch takes its lease on a flow for live.
    pub fn is_live(&mut self, index: usize, flow: u32) -> bool {
        self.view(index, flow).is_some_and(|view| view.live)
    }

    /// What the store knows of a flow.
    pub fn record(&mut self, flow: u32) -> Option<Record<[u32; 3]>> {
        self.fabric.store.flows_mut().record(&[Packet::key(flow)]).copied()
    }

    /// How often a switch has done something, since it booted.
    pub fn event(&mut self, index: usize, event: Event) -> u32 {
        self.fabric.switch(index).counters().event(event)
    }

    /// How often a switch has ignored something for this reason, since it booted.
    pub fn reason(&mut self, index: usize, reason: Reason) -> u32 {
        self.fabric.switch(index).counters().reason(reason)
    }

    /// How often the store has done something.
    pub fn store_event(&self, event: Event) -> u32 {
        self.fabric.store.event(event)
    }

    /// How often the store has refused for this reason.
    pub fn refusals(&self, why: Refusal) -> u32 {
        self.fabric.store.flows().refusals(why)
    }

    /// Copies in a switch's mirror queue.
    pub fn mirrored(&mut self, index: usize) -> usize {
        self.fabric.switch(index).mirrored()
    }

    /// Everything else.
    pub fn fabric(&mut self) -> &mut Fabric<P, Births, N, Q> {
        &mut self.fabric
    }

    /// Takes note of what came out and lets the checkers look.
    #[track_caller]
    fn observe(&mut self) {
        let now_ns = self.fabric.now_ns();
        for packet in std::mem::take(&mut self.fabric.doubled) {
            let id = frames::id_of(&packet).expect("a packet of a host");
            self.history.duplicated(now_ns, id);
        }
        while let Some((index, frame)) = self.fabric.outputs.pop_front() {
            let output = Output::parse(&frame).expect("an output of a packet of a host");
            self.fabric.note(format!("switch {index} -> host: {output:?}"));
            self.spoken.push_back(output);
            if self.lenient {
                continue;
            }
            let result = self.history.came_out(now_ns, output).and_then(|packet| {
                let durable = self.fabric.store.durability_mut().durable(&[Packet::key(packet.flow)]);
                durable::check(&output, durable.map(|record| record.state.into()))
            });
            result.unwrap_or_else(|what| panic!("{what}"));
        }
        if !self.lenient {
            self.check_owners();
        }
    }

    #[track_caller]
    fn check_owners(&mut self) {
        let now = self.fabric.instant();
        for flow in self.flows.clone() {
            let mut believers = vec![];
            for index in 0..self.fabric.nodes.len() {
                if let Some(view) = self.view(index, flow).filter(|view| view.live) {
                    let incarnation = self.fabric.incarnation(index).raw();
                    believers.push(owner::Belief { switch: index as u16, incarnation, epoch: view.epoch });
                }
            }
            let record = self.fabric.store.flows_mut().record(&[Packet::key(flow)]);
            owner::check(&believers, record, now).unwrap_or_else(|what| panic!("flow {flow}: {what}"));
        }
    }
}

impl<const N: usize, const Q: usize, P> Drop for Cluster<N, Q, P>
where
    P: Program<Key = [u32; 1], State = [u32; 3]>,
{
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.fabric.transcript.iter().for_each(|line| eprintln!("{line}"));
            return;
        }
        let verdict = self.history.check();
        if !self.spoken.is_empty() || verdict.is_err() {
            self.fabric.transcript.iter().for_each(|line| eprintln!("{line}"));
        }
        self.expect_silence();
        verdict.unwrap_or_else(|what| panic!("{what}"));
    }
}
