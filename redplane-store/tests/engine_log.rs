//! A shard over an engine, step by step: what is acknowledged is in the engine, whatever fails, and one server at a time decides.
//!
//! The engine is in memory, and the test moves the time and the worker, so each run is the same.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests to us, if not to clippy")]

mod common;

use common::{Ask, CONFIG, PERIOD_MS, Reply, address_of};
use proptest::prelude::*;
use redplane_apps::{Counter, HeavyHitter};
use redplane_core::program::Program;
use redplane_core::seq::{Epoch, Seq};
use redplane_core::store::{Creation, Initializer, Instant, LogIndex, Told};
use redplane_core::wire::{Kind, Refusal};
use redplane_store::datagram::{Pool, Queue};
use redplane_store::durability::{Durability, Service};
use redplane_store::engine::log::{EngineLog, Loaded, LogConfig, LogError, Next, Worker};
use redplane_store::engine::memory::{Fault, Store};
use redplane_store::engine::{Change, Engine};
use redplane_store::shard::{Shard, ZeroState};
use std::collections::HashMap;
use std::time::Duration;

const HOLD: Duration = Duration::from_millis(500);
const KEY: [u32; 4] = [17, 1, 2, 3];
const IDLE_MS: u64 = 3 * PERIOD_MS;
/// Flows that wait to be committed.
const ROOM: usize = 3;

fn config() -> LogConfig {
    LogConfig { hold: HOLD, room: ROOM, start: std::time::Instant::now() }
}

fn shard(log: EngineLog<Counter>) -> Shard<Counter, ZeroState, EngineLog<Counter>> {
    Shard::new(&CONFIG, ZeroState { idle_ticks: IDLE_MS * 1_000_000 / 256 }, log)
}

/// A server of the group, with its engine's worker in the test's hand.
struct Server {
    shard: Shard<Counter, ZeroState, EngineLog<Counter>>,
    worker: Worker<Counter>,
    pool: Pool,
    out: Queue,
}

impl Server {
    fn new(store: &Store) -> Self {
        let (log, worker) = EngineLog::by_hand(Box::new(store.engine(HOLD)), &config()).unwrap();
        Self { shard: shard(log), worker, pool: Pool::with_capacity(64), out: Queue::with_capacity(64) }
    }

    /// One that has got the fence and serves.
    fn active(store: &Store, now: u64) -> Self {
        let mut server = Self::new(store);
        server.step(now);
        server.step(now);
        assert_eq!(server.service(now), Service::Serves);
        server
    }

    fn service(&mut self, now: u64) -> Service {
        self.shard.durability_mut().service(at(now))
    }

    /// Lets the worker ask one thing of the engine, and the shard see to what it did.
    fn step(&mut self, now: u64) -> Vec<Reply> {
        let next = self.worker.step(Duration::from_millis(now));
        assert_ne!(next, Next::End);
        self.shard.poll(at(now), &mut self.out, &mut self.pool);
        self.sent()
    }

    /// What is answered at once. Requests that come while it does not serve are lost.
    fn ask(&mut self, now: u64, ask: &Ask) -> Vec<Reply> {
        if self.service(now) != Service::Serves || !self.shard.durability_mut().has_room() {
            return Vec::new();
        }
        let mut datagram = self.pool.take().unwrap();
        datagram.set_payload(&ask.encode::<Counter>()).unwrap();
        datagram.set_peer(address_of(ask.switch));
        self.shard.handle(at(now), datagram, &mut self.out, &mut self.pool);
        self.sent()
    }

    fn sent(&mut self) -> Vec<Reply> {
        let mut replies = Vec::new();
        while let Some(datagram) = self.out.pop() {
            replies.push(Reply::parse::<Counter>(datagram.payload()));
            self.pool.give(datagram);
        }
        replies
    }
}

fn at(now: u64) -> Instant {
    Instant::from_nanos(now * 1_000_000)
}

fn lease(switch: u16) -> Ask {
    Ask::new(Kind::LeaseRequest, switch, &KEY)
}

fn write(epoch: Epoch, seq: u32) -> Ask {
    Ask::new(Kind::Write, 1, &KEY).epoch(epoch).seq(seq).state(&[seq * 10])
}

fn kinds(replies: &[Reply]) -> Vec<Kind> {
    replies.iter().map(|reply| reply.kind).collect()
}

/// Grants the flow to switch 1.
fn granted(server: &mut Server, now: u64) -> Epoch {
    assert_eq!(server.ask(now, &lease(1)), []);
    let replies = server.step(now);
    assert_eq!(kinds(&replies), [Kind::Grant]);
    replies[0].epoch
}

#[test]
fn rp_st_4_answers_leave_when_the_engine_has_their_changes() {
    let store = Store::default();
    let mut server = Server::active(&store, 0);
    let epoch = granted(&mut server, 0);
    assert_eq!(store.records().len(), 1);
    assert_eq!(server.ask(0, &write(epoch, 1)), []);
    let replies = server.step(0);
    assert_eq!(kinds(&replies), [Kind::WriteAck]);
}

#[test]
fn writes_that_gather_are_one_change_and_all_acked() {
    let store = Store::default();
    let mut server = Server::active(&store, 0);
    let epoch = granted(&mut server, 0);
    let before = server.shard.durability_mut().status();
    for seq in 1..=4 {
        assert_eq!(server.ask(0, &write(epoch, seq)), []);
    }
    let replies = server.step(0);
    assert_eq!(kinds(&replies), [Kind::WriteAck; 4]);
    let status = server.shard.durability_mut().status();
    assert_eq!((status.batches, status.changes), (before.batches + 1, before.changes + 1));
    assert_eq!((status.pending, status.lag), (0, 0));
}

#[test]
fn rp_st_4_batch_without_answer_is_acked_only_when_sent_again() {
    for fault in [Fault::RequestLost, Fault::AnswerLost] {
        let store = Store::default();
        let mut server = Server::active(&store, 0);
        let epoch = granted(&mut server, 0);
        server.ask(0, &write(epoch, 1));
        store.plan([fault, fault]);
        assert_eq!(server.step(1), []);
        // A newer write joins the batch that is sent again.
        assert_eq!(server.ask(1, &write(epoch, 2)), []);
        assert_eq!(server.step(2), []);
        let status = server.shard.durability_mut().status();
        assert_eq!((status.pending, status.failures), (1, 2));
        assert_eq!(status.error, Some(format!("{fault:?}")));
        let replies = server.step(3);
        assert_eq!(kinds(&replies), [Kind::WriteAck; 2]);
        assert_eq!(server.shard.durability_mut().status().error, None);
        let mut second = Server::new(&store);
        store.lapse();
        second.step(3);
        let record = second.shard.flows_mut().record(&KEY).unwrap();
        assert_eq!((record.seq, record.state), (Seq::new(2), [20]));
    }
}

#[test]
fn rp_ch_3_fence_may_have_ended_the_server_is_silent_until_it_is_extended() {
    let store = Store::default();
    let mut server = Server::active(&store, 0);
    store.set_down(true);
    for now in (0..490).step_by(70) {
        server.step(now);
        assert_eq!(server.service(now), Service::Serves);
    }
    server.step(490);
    assert_eq!(server.service(490), Service::Silent, "a hold less its guard has passed");
    store.set_down(false);
    server.step(600);
    assert_eq!(server.service(600), Service::Serves);
    assert_eq!(server.service(1089), Service::Serves);
    assert_eq!(server.service(1090), Service::Silent);
}

#[test]
fn server_on_standby_refers_elsewhere_and_takes_over_what_was_acked() {
    let store = Store::default();
    let mut first = Server::active(&store, 0);
    let mut second = Server::new(&store);
    second.step(0);
    assert_eq!(second.service(0), Service::Elsewhere);
    let epoch = granted(&mut first, 0);
    first.ask(0, &write(epoch, 1));
    assert_eq!(kinds(&first.step(0)), [Kind::WriteAck]);

    store.lapse();
    second.step(100);
    assert_eq!(second.service(100), Service::Silent, "the fence is not confirmed yet");
    second.step(110);
    assert_eq!(second.service(110), Service::Serves);
    // The first may have extended the lease just before: RP-ST-6.
    assert_eq!(second.ask(110, &lease(2)), []);
    let mut now = 110;
    let replies = loop {
        now += 100;
        let replies = second.step(now);
        if replies.iter().any(|reply| reply.kind == Kind::Grant) {
            break replies;
        }
    };
    assert!(now > 100 + PERIOD_MS, "granted after {now} ms");
    let grant = replies.iter().find(|reply| reply.kind == Kind::Grant).unwrap();
    assert_eq!((grant.switch, &*grant.state, grant.migrated), (2, &[10][..], true));
    assert!(grant.epoch.is_newer_than(epoch));
}

#[test]
fn server_that_lost_the_fence_acks_nothing_more() {
    let store = Store::default();
    let mut first = Server::active(&store, 0);
    let epoch = granted(&mut first, 0);
    store.lapse();
    let mut second = Server::active(&store, 1);
    assert_eq!(first.ask(1, &write(epoch, 1)), []);
    assert_eq!(first.step(2), []);
    assert_eq!(first.service(2), Service::Elsewhere);
    // What it writes down now, as ended flows, is never durable.
    for now in [2, 10_000, 10_001] {
        assert_eq!(first.step(now), []);
    }
    assert_eq!(second.shard.flows_mut().record(&KEY).unwrap().seq, Seq::new(0));
    second.step(200);
    assert_eq!(store.records().len(), 1);

    // It comes back, and knows what the second has done.
    let epoch = second.shard.flows_mut().record(&KEY).unwrap().epoch;
    second.ask(201, &write(epoch, 5));
    assert_eq!(kinds(&second.step(201)), [Kind::WriteAck]);
    store.lapse();
    first.step(202);
    assert_eq!(first.shard.flows_mut().record(&KEY).unwrap().seq, Seq::new(5));
}

#[test]
fn rp_st_10_key_that_comes_back_at_another_server_starts_above_its_epochs() {
    let store = Store::default();
    let mut first = Server::active(&store, 0);
    let mut epoch = granted(&mut first, 0);
    for boot in 2..7 {
        first.ask(0, &lease(1).boot(boot));
        epoch = first.step(0)[0].epoch;
    }
    let mut now = 0;
    while first.shard.flows_mut().record(&KEY).is_some() {
        now += 100;
        first.step(now);
    }
    first.step(now);
    assert_eq!(store.records().len(), 1, "the floor alone is left");
    store.lapse();
    let mut second = Server::active(&store, now);
    let again = granted(&mut second, now);
    assert!(again.is_newer_than(epoch), "{again} after {epoch}");

    // The same if it is the successor at which the flow ends.
    store.lapse();
    let mut third = Server::active(&store, now);
    while third.shard.flows_mut().record(&KEY).is_some() {
        now += 100;
        third.step(now);
    }
    third.step(now);
    store.lapse();
    let mut fourth = Server::active(&store, now);
    let epoch = granted(&mut fourth, now);
    assert!(epoch.is_newer_than(again), "{epoch} after {again}");
}

#[test]
fn rp_st_7_no_room_while_the_engine_is_down() {
    let store = Store::default();
    let mut server = Server::active(&store, 0);
    store.plan([Fault::RequestLost]);
    for flow in 0..ROOM as u32 {
        let mut ask = lease(1);
        ask.key[3] = flow;
        assert!(server.shard.durability_mut().has_room());
        server.ask(0, &ask);
    }
    assert!(!server.shard.durability_mut().has_room());
    server.step(0);
    assert!(!server.shard.durability_mut().has_room());
    assert_eq!(server.step(1).len(), ROOM);
    assert!(server.shard.durability_mut().has_room());
}

#[test]
fn records_of_another_version_are_not_taken_over() {
    let store = Store::default();
    let mut other = store.engine(HOLD);
    other.fence().unwrap();
    other.commit(&[Change { key: vec![0; 16], value: Some(vec![9; 18]) }]).unwrap();
    other.release();
    let mut server = Server::new(&store);
    server.step(0);
    assert_eq!(server.service(0), Service::Elsewhere);
    let error = server.shard.durability_mut().status().error.unwrap();
    assert!(error.contains("1 records in memory are not of this program"), "{error}");
    assert!(other.fence().is_ok(), "the fence was not given back");
}

#[test]
fn log_that_was_stopped_is_silent_and_gives_the_fence_back() {
    let store = Store::default();
    let mut server = Server::active(&store, 0);
    server.shard.durability_mut().stop("too many records");
    assert_eq!(server.service(0), Service::Silent);
    assert_eq!(server.worker.step(Duration::ZERO), Next::End);
    assert_eq!(server.shard.durability_mut().status().error.as_deref(), Some("too many records"));
    assert!(store.engine(HOLD).fence().is_ok());
}

#[test]
fn program_with_a_structure_is_refused_by_name() {
    let engine = Box::new(Store::default().engine(HOLD));
    let refusal = EngineLog::<HeavyHitter>::by_hand(engine, &config()).err().unwrap();
    assert!(matches!(refusal, LogError::Structure(schema) if schema == HeavyHitter::LAYOUT.schema));
}

/// Pairs that its state names: the other key's last word, or none at 0.
struct Paired;

impl Initializer<Counter> for Paired {
    fn create(&mut self, _: &[u32; 4]) -> Result<Creation<Counter>, Refusal> {
        Err(Refusal::PoolEmpty)
    }

    fn pair(&self, key: &[u32; 4], state: &[u32; 1]) -> Option<[u32; 4]> {
        (state[0] != 0).then_some([key[0], key[1], key[2], state[0]])
    }

    fn idle_ticks(&self, _: &[u32; 4], _: &[u32; 1]) -> Option<u64> {
        None
    }

    fn release(&mut self, _: &[u32; 4], _: &[u32; 1]) {}

    fn claim(&mut self, _: &[u32; 4], _: &[u32; 1]) {}
}

#[test]
fn rp_st_8_halves_of_pairs_are_dropped() {
    let told =
        |other| Told { owner: None, held: false, epoch: Epoch::new(1), seq: Seq::new(0), state: [other] };
    // 1 and 2 are a pair, 3 is alone by right; 4's half is missing; 5 believes in 1, which is 2's.
    let records = [(1, 2), (2, 1), (3, 0), (4, 6), (5, 1)].map(|(key, other)| ([0, 0, 0, key], told(other)));
    let records = HashMap::from(records);
    let mut loaded = Loaded::<Counter> { records, floor: Epoch::new(1), place: LogIndex(0) };
    assert_eq!(loaded.drop_halves(&Paired), 2);
    let mut left: Vec<u32> = loaded.records.keys().map(|key| key[3]).collect();
    left.sort_unstable();
    assert_eq!(left, [1, 2, 3]);
}

#[test]
fn worker_with_a_thread_commits_and_gives_the_fence_back_in_the_end() {
    let store = Store::default();
    store.set_latency(Duration::from_millis(2));
    let mut log = EngineLog::<Counter>::start(Box::new(store.engine(HOLD)), &config()).unwrap();
    let start = std::time::Instant::now();
    let wait = |holds: &mut dyn FnMut() -> bool| {
        while !holds() {
            assert!(start.elapsed() < Duration::from_secs(10));
            std::thread::sleep(Duration::from_millis(1));
        }
    };
    wait(&mut || log.take_over().is_some());
    use redplane_core::store::Log;
    let places: Vec<LogIndex> = (0..200).map(|n| log.append_removal(&[n; 4], None)).collect();
    wait(&mut || log.committed() >= places[199]);
    assert!(log.status().batches < 200, "the changes did not gather");
    log.append_removal(&[200; 4], None);
    let commits = store.commits();
    drop(log);
    assert_eq!(store.commits(), commits + 1, "what waited was not committed");
    assert!(store.engine(HOLD).fence().is_ok(), "the fence was not given back");
}

#[derive(Clone, Debug)]
enum Move {
    Lease(usize, u16, u32),
    Write(usize, u16, u32),
    Step(usize),
    Lapse,
    Fail(bool),
    Pass(u64),
}

fn moves() -> impl Strategy<Value = Move> {
    let server = 0..2_usize;
    prop_oneof![
        3 => (server.clone(), 1..3_u16, 0..3_u32).prop_map(|(s, switch, flow)| Move::Lease(s, switch, flow)),
        6 => (server.clone(), 1..3_u16, 0..3_u32).prop_map(|(s, switch, flow)| Move::Write(s, switch, flow)),
        6 => server.prop_map(Move::Step),
        1 => Just(Move::Lapse),
        1 => any::<bool>().prop_map(Move::Fail),
        2 => (1..400_u64).prop_map(Move::Pass),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Two servers, three flows, two switches that write whenever they hold a lease: at the end the engine has, of each flow, what was
    /// last acknowledged or something newer.
    #[test]
    fn rp_st_4_rp_ch_5_nothing_acked_is_lost(moves in prop::collection::vec(moves(), 0..120)) {
        let store = Store::default();
        let mut servers = [Server::new(&store), Server::new(&store)];
        let mut now = 0;
        // Of each flow and switch: the newest epoch granted, and the newest write.
        let mut held: HashMap<(u32, u16), (Epoch, u32)> = HashMap::new();
        let mut acked: HashMap<u32, (Epoch, u32)> = HashMap::new();
        let key = |flow| [17, 1, 2, flow];
        for mv in moves {
            let replies = match mv {
                Move::Lease(s, switch, flow) => servers[s].ask(now, &Ask::new(Kind::LeaseRequest, switch, &key(flow))),
                Move::Write(s, switch, flow) => match held.get_mut(&(flow, switch)) {
                    Some((epoch, seq)) => {
                        *seq += 1;
                        let ask = Ask::new(Kind::Write, switch, &key(flow)).epoch(*epoch).seq(*seq).state(&[*seq]);
                        servers[s].ask(now, &ask)
                    }
                    None => Vec::new(),
                },
                Move::Step(s) => servers[s].step(now),
                // A fence lapses only when its owner has been silent.
                Move::Lapse => {
                    if servers.iter_mut().all(|server| server.service(now) != Service::Serves) {
                        store.lapse();
                    }
                    Vec::new()
                }
                Move::Fail(applied) => {
                    store.plan([if applied { Fault::AnswerLost } else { Fault::RequestLost }]);
                    Vec::new()
                }
                Move::Pass(time) => {
                    now += time;
                    Vec::new()
                }
            };
            for reply in replies {
                let flow = reply.key[3];
                match reply.kind {
                    Kind::Grant => {
                        let seen = acked.get(&flow).copied();
                        prop_assert!(seen.is_none_or(|(_, seq)| reply.seq >= seq), "{seen:?} and {reply:?}");
                        let newest = held.get(&(flow, reply.switch)).filter(|held| held.0 == reply.epoch);
                        if newest.is_none() {
                            held.insert((flow, reply.switch), (reply.epoch, reply.seq));
                        }
                    }
                    Kind::WriteAck => {
                        let newest = acked.entry(flow).or_insert((reply.epoch, reply.seq));
                        if reply.epoch.is_newer_than(newest.0) || (reply.epoch == newest.0 && reply.seq > newest.1) {
                            *newest = (reply.epoch, reply.seq);
                        }
                    }
                    _ => {}
                }
            }
            let serving = servers.iter_mut().filter_map(|s| (s.service(now) == Service::Serves).then_some(())).count();
            prop_assert!(serving <= 1);
        }
        store.lapse();
        let mut last = Server::new(&store);
        // The faults that are left come first.
        while last.service(now) != Service::Serves {
            last.step(now);
        }
        for (flow, (epoch, seq)) in acked {
            let record = last.shard.flows_mut().record(&key(flow)).copied();
            let record = record.ok_or_else(|| TestCaseError::fail(format!("flow {flow} is gone")))?;
            prop_assert!(!epoch.is_newer_than(record.epoch));
            prop_assert!(record.seq.raw() >= seq, "{seq} was acked, {record:?} is there");
        }
    }
}
