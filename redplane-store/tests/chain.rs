//! The rules of the chain at replicas of a shard, one by one, without sockets and clocks. Each test names its rule.
//!
//! The replicas are those that ship; the network between them is a queue, in which a test loses, holds and mixes datagrams.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests to us, if not to clippy")]

mod common;

use common::{Ask, CONFIG, PERIOD_MS, Reply, address_of};
use redplane_apps::{Counter, HeavyHitter};
use redplane_core::program::Program;
use redplane_core::seq::Epoch;
use redplane_core::store::{Instant, Limits, LogIndex, Record, Records, Told};
use redplane_core::structure::Structure;
use redplane_core::time::Span;
use redplane_core::wire::{Kind, Refusal};
use redplane_store::chain::{Chain, ChainConfig, Joining, Member, MemberId, Turn, View, is_link};
use redplane_store::datagram::{Pool, Queue};
use redplane_store::shard::{Shard, ShardConfig, ZeroState};
use std::collections::VecDeque;
use std::net::SocketAddr;

const KEY: [u32; 4] = [17, 0x0a00_0001, 0x0a00_0002, 0x1000_2000];
const RESEND_NS: u64 = 5_000_000;
const MS: u64 = 1_000_000;

const CHAIN: ChainConfig = ChainConfig {
    id: MemberId(0),
    boot: 0,
    shard: 0,
    log_bytes: 0,
    resend: Span::from_micros(RESEND_NS / 1000),
    history: false,
};

fn key(flow: u32) -> [u32; 4] {
    [17, flow, 2, 3]
}

struct Node<P: Program> {
    shard: Shard<P, ZeroState, Chain>,
    pool: Pool,
    out: Queue,
}

/// Replicas, by number; what is under way between them; and what came out for switches.
struct Group<P: Program> {
    nodes: Vec<Option<Node<P>>>,
    under_way: VecDeque<(usize, Vec<u8>)>,
    replies: Vec<Reply>,
    now_ns: u64,
    log_bytes: usize,
    seed: u64,
}

fn member(node: usize) -> Member {
    let address = SocketAddr::from(([127, 0, 0, 1], 9000 + node as u16));
    Member { id: MemberId(node as u64 + 1), name: format!("r{node}"), address }
}

fn view(number: u64, nodes: &[usize]) -> View {
    View { number, members: nodes.iter().map(|node| member(*node)).collect() }
}

impl<P: Program> Group<P> {
    /// So many replicas, all in the first view.
    fn of(count: usize) -> Self {
        let mut group = Self {
            nodes: Vec::new(),
            under_way: VecDeque::new(),
            replies: Vec::new(),
            now_ns: MS,
            log_bytes: 1 << 16,
            seed: 1,
        };
        let all: Vec<_> = (0..count).collect();
        for node in 0..count {
            group.start(node);
            group.turn(node, &view(1, &all));
        }
        group
    }

    fn start(&mut self, node: usize) {
        let config = ShardConfig { limits: Limits { flows: 4096, ..CONFIG.limits }, pending: 64, ..CONFIG };
        let chain = ChainConfig { id: member(node).id, log_bytes: self.log_bytes, ..CHAIN };
        let shard =
            Shard::new(&config, ZeroState { idle_ticks: 40_000_000 }, Chain::new(chain, P::SCHEMA.id));
        if self.nodes.len() <= node {
            self.nodes.resize_with(node + 1, || None);
        }
        self.nodes[node] =
            Some(Node { shard, pool: Pool::with_capacity(512), out: Queue::with_capacity(512) });
    }

    fn now(&self) -> Instant {
        Instant::from_nanos(self.now_ns)
    }

    fn node(&mut self, node: usize) -> &mut Node<P> {
        self.nodes[node].as_mut().unwrap()
    }

    fn chain(&mut self, node: usize) -> &mut Chain {
        self.node(node).shard.chain().unwrap()
    }

    fn turn(&mut self, node: usize, view: &View) -> Turn {
        let now = self.now();
        let Node { shard, pool, .. } = self.node(node);
        shard.set_view(now, view, pool)
    }

    fn join(&mut self, tail: usize, joiner: Option<usize>) {
        let now = self.now();
        self.node(tail).shard.set_joiner(now, joiner.map(member).as_ref());
    }

    /// What a replica wants to send goes under way.
    fn collect(&mut self, node: usize) {
        let now = self.now();
        let Some(Node { shard, pool, out }) = &mut self.nodes[node] else { return };
        shard.flush(now, out, pool);
        while let Some(datagram) = out.pop() {
            if is_link(datagram.payload()) {
                let to = usize::from(datagram.peer().port() - 9000);
                self.under_way.push_back((to, datagram.payload().to_vec()));
            } else {
                let reply = Reply::parse::<P>(datagram.payload());
                assert_eq!(datagram.peer(), address_of(reply.switch));
                self.replies.push(reply);
            }
            pool.give(datagram);
        }
    }

    fn deliver(&mut self, to: usize, bytes: &[u8]) {
        let now = self.now();
        let Some(Node { shard, pool, .. }) = &mut self.nodes[to] else { return };
        let mut datagram = pool.take().unwrap();
        datagram.set_payload(bytes).unwrap();
        shard.handle_link(now, datagram, pool);
        self.collect(to);
    }

    /// Delivers everything until nothing is under way.
    fn settle(&mut self) {
        for node in 0..self.nodes.len() {
            self.collect(node);
        }
        while let Some((to, bytes)) = self.under_way.pop_front() {
            self.deliver(to, &bytes);
        }
    }

    /// Time passes, with polls; everything arrives.
    fn pass(&mut self, milliseconds: u64) {
        for _ in 0..milliseconds {
            self.now_ns += MS;
            for node in 0..self.nodes.len() {
                let now = self.now();
                if let Some(Node { shard, pool, out }) = &mut self.nodes[node] {
                    shard.poll(now, out, pool);
                }
            }
            self.settle();
        }
    }

    /// A random number below `below`.
    fn random(&mut self, below: u64) -> u64 {
        self.seed = self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.seed >> 33) % below
    }

    /// Delivers what is under way out of order, some of it twice and some not at all.
    fn stumble(&mut self) {
        while !self.under_way.is_empty() {
            let at = self.random(self.under_way.len().min(4) as u64) as usize;
            let (to, bytes) = self.under_way.remove(at).unwrap();
            match self.random(10) {
                0 | 1 => {}
                2 => self.under_way.push_back((to, bytes.clone())),
                _ => self.deliver(to, &bytes),
            }
        }
    }

    /// A request of a switch arrives at a replica; what is sent because of it is under way.
    fn ask(&mut self, node: usize, ask: &Ask) {
        let now = self.now();
        let Node { shard, pool, out } = self.node(node);
        let mut datagram = pool.take().unwrap();
        datagram.set_payload(&ask.encode::<P>()).unwrap();
        datagram.set_peer(address_of(ask.switch));
        shard.handle(now, datagram, out, pool);
        self.collect(node);
    }

    fn replies(&mut self) -> Vec<Reply> {
        std::mem::take(&mut self.replies)
    }

    /// Asks and expects one answer when everything has arrived.
    fn answer(&mut self, node: usize, ask: &Ask) -> Reply {
        self.ask(node, ask);
        self.settle();
        let mut replies = self.replies();
        assert_eq!(replies.len(), 1, "{ask:?} was answered {replies:?}");
        replies.remove(0)
    }

    fn records(&self, node: usize) -> Vec<(P::Key, Told<P::State>)> {
        let records = self.nodes[node].as_ref().unwrap().shard.flows().records();
        let mut all: Vec<_> = records.iter().map(|(key, record)| (*key, Told::of(record))).collect();
        all.sort_by_key(|(key, _)| key.as_ref().to_vec());
        all
    }

    fn record(&mut self, node: usize, key: &P::Key) -> Option<Record<P::State>> {
        self.node(node).shard.flows_mut().record(key).copied()
    }
}

type Counters = Group<Counter>;

fn lease(switch: u16, key: &[u32; 4]) -> Ask {
    Ask::new(Kind::LeaseRequest, switch, key)
}

fn write(epoch: Epoch, key: &[u32; 4], seq: u32) -> Ask {
    Ask::new(Kind::Write, 1, key).epoch(epoch).seq(seq).state(&[seq * 10])
}

/// A group, and the epoch of a lease of switch 1.
fn granted(count: usize) -> (Counters, Epoch) {
    let mut group = Counters::of(count);
    group.settle();
    let grant = group.answer(0, &lease(1, &KEY));
    assert_eq!(grant.kind, Kind::Grant);
    (group, grant.epoch)
}

#[test]
fn rp_st_4_answer_leaves_when_every_replica_has_the_record() {
    let (mut group, epoch) = granted(3);
    group.ask(0, &write(epoch, &KEY, 1));
    // Head to middle, middle to tail, and the two acks back: only then it leaves.
    for _ in 0..4 {
        assert_eq!(group.replies(), []);
        for _ in 0..group.under_way.len() {
            let (to, bytes) = group.under_way.pop_front().unwrap();
            group.deliver(to, &bytes);
        }
    }
    let replies = group.replies();
    assert_eq!((replies.len(), replies[0].kind, replies[0].seq), (1, Kind::WriteAck, 1));
    for node in 0..3 {
        let record = group.record(node, &KEY).unwrap();
        assert_eq!((record.seq.raw(), record.state), (1, [10]));
    }
}

#[test]
fn rp_st_4_grant_waits_like_a_write() {
    let mut group = Counters::of(2);
    group.settle();
    group.ask(0, &lease(1, &KEY));
    assert_eq!(group.replies(), []);
    group.settle();
    assert_eq!(group.replies()[0].kind, Kind::Grant);
}

#[test]
fn request_at_a_replica_that_is_not_the_head_is_refused_as_moved() {
    let (mut group, epoch) = granted(3);
    for node in [1, 2] {
        for ask in [lease(1, &KEY), write(epoch, &KEY, 1), Ask::new(Kind::Renew, 1, &KEY).epoch(epoch)] {
            assert_eq!(group.answer(node, &ask).refusal, Some(Refusal::Moved));
        }
    }
    assert_eq!(group.record(0, &KEY).unwrap().seq.raw(), 0);
}

#[test]
fn rp_ch_1_lost_doubled_and_mixed_entries_are_applied_in_order() {
    for seed in 0..40 {
        let mut group = Counters::of(3);
        group.seed = seed;
        group.settle();
        let epochs: Vec<_> = (0..8).map(|flow| group.answer(0, &lease(1, &key(flow))).epoch).collect();
        let mut acked = [0; 8];
        for seq in 1..30 {
            for flow in 0..8 {
                group.ask(0, &write(epochs[flow as usize], &key(flow), seq));
                if group.random(3) == 0 {
                    group.stumble();
                }
            }
            group.now_ns += MS;
            for reply in group.replies() {
                assert_eq!(reply.kind, Kind::WriteAck);
                acked[reply.key[1] as usize] = reply.seq;
                // RP-ST-4: at the instant of the ack all have it.
                for node in 0..3 {
                    let record = group.record(node, &key(reply.key[1])).unwrap();
                    assert!(record.seq.raw() >= reply.seq, "seed {seed}");
                }
            }
        }
        group.pass(30);
        for flow in 0..8 {
            let record = group.record(2, &key(flow)).unwrap();
            assert_eq!((record.seq.raw(), record.state), (29, [290]), "seed {seed}");
        }
        assert_eq!(group.records(0), group.records(2));
        assert!(group.chain(0).stats().resent > 0 && group.chain(2).stats().gaps > 0);
    }
}

#[test]
fn newer_state_takes_the_place_of_an_unsent_one_and_both_are_acked() {
    let (mut group, epoch) = granted(2);
    let node = group.node(0);
    for seq in 1..=5 {
        // Handled in one batch: nothing is sent between them.
        let mut datagram = node.pool.take().unwrap();
        datagram.set_payload(&write(epoch, &KEY, seq).encode::<Counter>()).unwrap();
        datagram.set_peer(address_of(1));
        node.shard.handle(Instant::from_nanos(MS), datagram, &mut node.out, &mut node.pool);
    }
    let before = group.chain(0).last();
    group.settle();
    assert_eq!(group.replies().iter().map(|reply| reply.seq).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    let stats = *group.chain(0).stats();
    assert_eq!((stats.coalesced, group.chain(1).last()), (4, before));
    assert_eq!(group.record(1, &KEY).unwrap().state, [50]);
}

#[test]
fn entry_that_was_sent_and_lost_is_not_changed_any_more() {
    let (mut group, epoch) = granted(2);
    group.ask(0, &write(epoch, &KEY, 1));
    // It arrives, but the ack is lost: the head must not put another state under the index that the tail may have acked.
    let (to, bytes) = group.under_way.pop_front().unwrap();
    group.deliver(to, &bytes);
    group.under_way.clear();
    group.now_ns += 2 * RESEND_NS;
    group.ask(0, &write(epoch, &KEY, 2));
    group.settle();
    assert_eq!(group.chain(0).stats().coalesced, 0);
    assert_eq!(group.record(1, &KEY).unwrap().state, [20]);
    assert_eq!(group.records(0), group.records(1));
}

#[test]
fn rp_ch_2_message_of_another_view_is_ignored() {
    let (mut group, epoch) = granted(3);
    group.ask(0, &write(epoch, &KEY, 1));
    let (_, entries) = group.under_way.pop_front().unwrap();
    // The middle hears of a view without the head before the entry arrives.
    assert_eq!(group.turn(1, &view(2, &[1, 2])), Turn::TookOver);
    group.turn(2, &view(2, &[1, 2]));
    group.deliver(1, &entries);
    group.settle();
    assert_eq!(group.chain(1).stats().other_view, 1);
    assert_eq!((group.replies(), group.record(1, &KEY).unwrap().seq.raw()), (vec![], 0));
}

#[test]
fn rp_ch_2_new_tail_commits_and_the_head_sends_what_it_lacks() {
    let (mut group, epoch) = granted(3);
    for seq in 1..=3 {
        group.ask(0, &write(epoch, &key(0), seq)); // refused: another flow
    }
    group.replies();
    group.ask(0, &write(epoch, &KEY, 1));
    let (to, bytes) = group.under_way.pop_front().unwrap();
    group.deliver(to, &bytes);
    group.under_way.clear();
    // The middle dies with what it has not passed on.
    group.nodes[1] = None;
    let next = view(2, &[0, 2]);
    for node in [0, 2] {
        assert_eq!(group.turn(node, &next), Turn::None);
    }
    group.settle();
    let replies = group.replies();
    let acks: Vec<_> = replies.iter().filter(|reply| reply.kind == Kind::WriteAck).collect();
    assert_eq!((acks.len(), acks[0].seq), (1, 1));
    assert_eq!(group.record(2, &KEY).unwrap().seq.raw(), 1);
}

#[test]
fn tail_that_dies_leaves_a_tail_that_commits_what_it_has() {
    let (mut group, epoch) = granted(3);
    group.ask(0, &write(epoch, &KEY, 1));
    let (to, bytes) = group.under_way.pop_front().unwrap();
    group.deliver(to, &bytes);
    group.under_way.clear();
    group.nodes[2] = None;
    for node in [0, 1] {
        group.turn(node, &view(2, &[0, 1]));
    }
    group.settle();
    assert_eq!(group.replies()[0].kind, Kind::WriteAck);
}

#[test]
fn rp_st_6_new_head_takes_every_lease_for_live_for_a_whole_period() {
    let (mut group, epoch) = granted(2);
    // Half a period later the owner renews, which no other replica is told of.
    group.pass(PERIOD_MS - 10);
    assert_eq!(group.answer(0, &Ask::new(Kind::Renew, 1, &KEY).epoch(epoch)).kind, Kind::RenewAck);
    group.nodes[0] = None;
    assert_eq!(group.turn(1, &view(2, &[1])), Turn::TookOver);
    // What this replica was told of the lease ended long ago, what the owner knows has not.
    group.pass(PERIOD_MS - 20);
    group.replies();
    group.ask(1, &lease(2, &KEY));
    group.settle();
    assert!(group.replies().iter().all(|reply| reply.kind == Kind::Recall));
    group.pass(40);
    let grant = group.replies().into_iter().find(|reply| reply.kind == Kind::Grant).unwrap();
    assert_eq!((grant.switch, grant.epoch), (2, epoch.successor()));
}

#[test]
fn rp_ch_3_head_that_was_voted_out_extends_and_ends_no_lease() {
    let (mut group, epoch) = granted(3);
    assert_eq!(group.answer(0, &write(epoch, &KEY, 1)).kind, Kind::WriteAck);
    for node in [1, 2] {
        group.turn(node, &view(2, &[1, 2]));
    }
    group.settle();
    group.replies();
    // It does not know.
    for ask in [
        Ask::new(Kind::Renew, 1, &KEY).epoch(epoch),
        write(epoch, &KEY, 1),
        lease(1, &KEY),
        write(epoch, &KEY, 2),
        write(epoch.successor(), &KEY, 2),
        write(epoch, &key(5), 1),
    ] {
        group.ask(0, &ask);
        group.pass(3);
        assert_eq!(group.replies(), [], "{ask:?}");
    }
    // When it hears, it says so, and what waited is forgotten.
    assert_eq!(group.turn(0, &view(2, &[1, 2])), Turn::Removed);
    assert_eq!(group.answer(0, &lease(1, &KEY)).refusal, Some(Refusal::Moved));
    group.turn(0, &view(3, &[0, 1, 2]));
    assert!(group.chain(0).is_removed());
}

/// Writes some flows while `during` happens; gives the group.
fn join_under_load(seed: u64, flows: u32) -> Counters {
    let mut group = Counters::of(2);
    group.seed = seed;
    group.settle();
    let epochs: Vec<_> = (0..flows).map(|flow| group.answer(0, &lease(1, &key(flow))).epoch).collect();
    group.start(2);
    group.turn(2, &view(1, &[0, 1]));
    group.join(1, Some(2));
    let mut seqs = vec![0; flows as usize];
    for _ in 0..4000 {
        let flow = group.random(flows.into()) as u32;
        seqs[flow as usize] += 1;
        group.ask(0, &write(epochs[flow as usize], &key(flow), seqs[flow as usize]));
        if group.random(4) == 0 {
            group.stumble();
        }
        group.now_ns += MS / 4;
        group.collect(1);
        group.replies();
        if let Joining::Ready(_) = group.chain(1).joining() {
            return group;
        }
    }
    panic!("seed {seed}: it never joined");
}

#[test]
fn rp_ch_4_replica_that_joins_under_load_has_everything_that_is_committed() {
    for seed in 0..30 {
        let mut group = join_under_load(seed, 300);
        let committed = group.chain(1).last();
        assert!(group.chain(2).is_complete() && group.chain(2).last() <= committed);
        // Named, and at once both others die: what was acked is there.
        let next = view(2, &[0, 1, 2]);
        for node in 0..3 {
            group.turn(node, &next);
        }
        group.pass(20);
        assert_eq!(group.records(0), group.records(2), "seed {seed}");
        assert_eq!(group.chain(1).stats().joined, 1);
        group.nodes[0] = None;
        group.nodes[1] = None;
        assert_eq!(group.turn(2, &view(3, &[2])), Turn::TookOver);
        group.replies();
        let reply = group.answer(2, &lease(1, &key(7)));
        assert_eq!(reply.kind, Kind::Grant);
    }
}

#[test]
fn rp_ch_4_nothing_is_committed_without_the_one_that_may_be_named() {
    let mut group = join_under_load(3, 20);
    let Some(record) = group.record(0, &key(4)) else { panic!() };
    group.settle();
    group.replies();
    group.nodes[2] = None;
    group.ask(0, &write(record.epoch, &key(4), record.seq.raw() + 1));
    group.pass(20);
    assert_eq!(group.replies(), []);
    // The master says that it will not be named: the chain goes on without it.
    group.join(1, None);
    group.settle();
    assert!(group.replies().iter().any(|reply| reply.kind == Kind::WriteAck));
}

#[test]
fn rp_ch_4_replica_named_without_a_copy_serves_nobody() {
    let (mut group, _) = granted(2);
    group.start(2);
    group.turn(2, &view(2, &[2]));
    assert_eq!(group.answer(2, &lease(1, &KEY)).refusal, Some(Refusal::Moved));
}

#[test]
fn joiner_that_lags_is_given_up_before_it_stops_the_chain() {
    let mut group = Counters::of(1);
    let epochs: Vec<_> = (0..200).map(|flow| group.answer(0, &lease(1, &key(flow))).epoch).collect();
    group.start(1);
    group.turn(1, &view(1, &[0]));
    group.join(0, Some(1));
    group.collect(0);
    for _ in 0..4 {
        let (to, bytes) = group.under_way.pop_front().unwrap();
        group.deliver(to, &bytes);
    }
    assert!(matches!(group.chain(0).joining(), Joining::Copying(_)));
    // The copy has begun, and then the joiner hears nothing any more: the log fills, and it is let go.
    let mut seq = 0;
    while group.chain(0).stats().join_given_up == 0 {
        seq += 1;
        assert!(seq < 10_000, "the log never filled");
        group.ask(0, &write(epochs[0], &key(0), seq));
        group.under_way.clear();
        assert_eq!(group.replies().len(), 1);
    }
    assert_eq!(group.chain(0).joining(), Joining::Nobody);
}

#[test]
fn log_full_drops_the_newest_request_and_recovers() {
    let mut group = Counters::of(2);
    group.settle();
    let epochs: Vec<_> = (0..8).map(|flow| group.answer(0, &lease(1, &key(flow))).epoch).collect();
    let mut seq = 0;
    let dropped = redplane_core::count::Reason::NoBuffer;
    while group.node(0).shard.reason(dropped) == 0 {
        seq += 1;
        assert!(seq < 4_000, "the log never filled");
        for (flow, epoch) in (0..).zip(&epochs) {
            group.ask(0, &write(*epoch, &key(flow), seq));
        }
        group.under_way.clear();
    }
    let at_most = group.record(0, &key(0)).unwrap().seq.raw();
    group.pass(50);
    assert_eq!(group.record(1, &key(0)).unwrap().seq.raw(), at_most);
    group.replies();
    assert_eq!(group.answer(0, &write(epochs[0], &key(0), seq + 1)).kind, Kind::WriteAck);
}

#[test]
fn member_of_a_fixed_view_that_restarts_is_not_taken_for_its_former_life() {
    let (mut group, epoch) = granted(2);
    assert_eq!(group.answer(0, &write(epoch, &KEY, 1)).kind, Kind::WriteAck);
    // The tail comes back without memory and under its own name.
    let config = ShardConfig { pending: 64, ..CONFIG };
    let chain = ChainConfig { id: member(1).id, boot: 77, ..CHAIN };
    group.node(1).shard =
        Shard::new(&config, ZeroState { idle_ticks: 1 }, Chain::new(chain, Counter::SCHEMA.id));
    group.turn(1, &view(1, &[0, 1]));
    group.ask(0, &write(epoch, &KEY, 2));
    group.pass(20);
    assert_eq!(group.replies(), [], "the store is silent rather than wrong");
    assert!(group.chain(0).stats().other_life > 0);
}

#[test]
fn garbage_and_messages_for_others_change_nothing() {
    let (mut group, epoch) = granted(2);
    group.ask(0, &write(epoch, &KEY, 1));
    let (_, entries) = group.under_way.pop_front().unwrap();
    for at in 0..entries.len() {
        for bit in [1, 0x80] {
            let mut bytes = entries.clone();
            bytes[at] ^= bit;
            // What says who speaks to whom, and of what. The first two bytes have been looked at by whoever got it, and
            // UDP's checksum protects the rest.
            if at == 2 || (8..34).contains(&at) {
                group.deliver(1, &bytes);
                assert_eq!(group.chain(1).last(), LogIndex(1), "byte {at}");
            }
        }
        group.deliver(1, &entries[..at]);
    }
    group.under_way.clear();
    group.deliver(1, &entries);
    assert!(group.chain(1).last() >= LogIndex(2));
    assert!(group.chain(1).stats().malformed > 0 && group.chain(1).stats().other_view > 0);
}

#[test]
fn snapshots_reach_every_replica_and_one_that_joins() {
    type Sketch = <HeavyHitter as Program>::Structure;
    let mut group: Group<HeavyHitter> = Group::of(2);
    group.settle();
    let vlan = [10];
    let epoch = group.answer(0, &Ask::new(Kind::LeaseRequest, 1, &vlan)).epoch;
    let send = |group: &mut Group<HeavyHitter>, node: usize, id: u32, first: u16, count: u16| {
        let words: Vec<u32> =
            (0..usize::from(count) * Sketch::ROWS).map(|at| id * 1000 + at as u32).collect();
        let bytes = slots_message(epoch, &vlan, id, first, count, &words);
        let now = group.now();
        let Node { shard, pool, out } = group.node(node);
        let mut datagram = pool.take().unwrap();
        datagram.set_payload(&bytes).unwrap();
        datagram.set_peer(address_of(1));
        shard.handle(now, datagram, out, pool);
        group.collect(node);
        group.settle();
        group.replies()
    };
    let half = Sketch::SLOTS as u16 / 2;
    for (first, complete) in [(0, 0), (half, 7)] {
        assert_eq!(send(&mut group, 0, 7, first, half)[0].kind, Kind::SnapshotAck);
        for node in 0..2 {
            assert_eq!(group.record(node, &vlan).unwrap().state[0], complete);
        }
    }
    // Half of the next one has come when a third replica joins.
    assert_eq!(send(&mut group, 0, 8, 0, half)[0].kind, Kind::SnapshotAck);
    group.start(2);
    group.turn(2, &view(1, &[0, 1]));
    group.join(1, Some(2));
    group.pass(50);
    assert_eq!(group.chain(1).joining(), Joining::Ready(member(2).id));
    for node in 0..3 {
        group.turn(node, &view(2, &[0, 1, 2]));
    }
    group.settle();
    assert_eq!(send(&mut group, 0, 8, half, half)[0].kind, Kind::SnapshotAck);
    assert_eq!(group.record(2, &vlan).unwrap().state, [8, 1]);
    group.nodes[0] = None;
    group.nodes[1] = None;
    group.turn(2, &view(3, &[2]));
    let fetched = fetch(&mut group, 2, epoch, &vlan, 8, 4);
    assert_eq!(fetched, (0..4 * Sketch::ROWS).map(|at| 8000 + at as u32).collect::<Vec<_>>());
}

fn slots_message(epoch: Epoch, key: &[u32], id: u32, first: u16, count: u16, values: &[u32]) -> Vec<u8> {
    use redplane_core::wire::{SlotRange, Slots};
    let slots = Slots { range: SlotRange::new(first, count), base: id, marks: &[], values };
    let mut memory = vec![0; 4096];
    let mut buffer = redplane_core::packet::Buffer::empty(&mut memory);
    envelope(Kind::SnapshotSlots, epoch, key, id).encode_slots(&slots, &mut buffer).unwrap();
    buffer.bytes().to_vec()
}

fn envelope(kind: Kind, epoch: Epoch, key: &[u32], id: u32) -> redplane_core::wire::Envelope<'_> {
    redplane_core::wire::Envelope {
        layout: HeavyHitter::LAYOUT,
        kind,
        flags: redplane_core::wire::Flags::new(),
        switch: 1,
        incarnation: redplane_core::seq::Incarnation::new(1),
        epoch,
        seq: redplane_core::seq::Seq::new(id),
        timestamp: redplane_core::time::Tick::new(0xabc),
        key,
        state: &[],
    }
}

/// The words of the first slots of a complete snapshot, as a new owner gets them.
fn fetch(
    group: &mut Group<HeavyHitter>,
    node: usize,
    epoch: Epoch,
    key: &[u32; 1],
    id: u32,
    count: u16,
) -> Vec<u32> {
    let mut memory = vec![0; 4096];
    let mut buffer = redplane_core::packet::Buffer::empty(&mut memory);
    let range = redplane_core::wire::SlotRange::new(0, count);
    envelope(Kind::SnapshotFetch, epoch, key, id).encode_range(range, &mut buffer).unwrap();
    let bytes = buffer.bytes().to_vec();
    let now = group.now();
    let Node { shard, pool, out } = group.node(node);
    let mut datagram = pool.take().unwrap();
    datagram.set_payload(&bytes).unwrap();
    datagram.set_peer(address_of(1));
    shard.handle(now, datagram, out, pool);
    group.collect(node);
    group.replies().remove(0).state
}

#[test]
fn chain_of_one_commits_at_once() {
    let (mut group, epoch) = granted(1);
    group.ask(0, &write(epoch, &KEY, 1));
    assert_eq!(group.replies()[0].kind, Kind::WriteAck);
    assert!(group.under_way.is_empty());
    assert_eq!(group.nodes[0].as_ref().unwrap().shard.flows().records().len(), 1);
}

#[test]
fn replica_that_can_hold_less_stops_and_passes_nothing_on() {
    let mut group = Counters::of(3);
    let limits = Limits { flows: 1, ..CONFIG.limits };
    let chain = ChainConfig { id: member(1).id, ..CHAIN };
    let config = ShardConfig { limits, pending: 64, ..CONFIG };
    group.node(1).shard =
        Shard::new(&config, ZeroState { idle_ticks: 1 }, Chain::new(chain, Counter::SCHEMA.id));
    group.turn(1, &view(1, &[0, 1, 2]));
    group.settle();
    assert_eq!(group.answer(0, &lease(1, &key(1))).kind, Kind::Grant);
    group.ask(0, &lease(1, &key(2)));
    group.pass(30);
    assert_eq!(group.replies(), []);
    assert!(group.chain(1).is_removed() && group.record(2, &key(2)).is_none());
}
