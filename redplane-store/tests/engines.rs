//! Engines over real servers: the same scenarios for etcd and Redis, and what each of them alone promises.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests to us, if not to clippy")]

#[allow(dead_code, reason = "each user of it needs a part")]
mod support_servers;

use redplane_apps::Counter;
use redplane_core::seq::{Epoch, Seq};
use redplane_core::store::{Instant as At, Log, LogIndex, Record};
use redplane_store::durability::{Durability, Service};
use redplane_store::engine::log::{EngineLog, LogConfig};
use redplane_store::engine::{Change, Engine, EngineError, open};
use redplane_store::etcd::{Client, Compare, Error, Op};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use support_servers::{Etcd, Proxy, Redis, SOON, wait_until};

/// Long enough for servers that share two processors with other tests.
const HOLD: Duration = Duration::from_secs(1);

fn engine(url: &str, group: &str) -> Box<dyn Engine> {
    open(url, group, 3, 1, HOLD).unwrap()
}

/// Becomes the owner, however long it takes.
fn fence(engine: &mut dyn Engine) {
    let start = Instant::now();
    loop {
        match engine.fence() {
            Ok(()) => return,
            Err(error) => assert!(start.elapsed() < SOON, "{error}"),
        }
        std::thread::sleep(HOLD / 10);
    }
}

fn fenced(url: &str, group: &str) -> Box<dyn Engine> {
    let mut engine = engine(url, group);
    fence(&mut *engine);
    engine
}

fn set(key: impl AsRef<[u8]>, value: impl AsRef<[u8]>) -> Change {
    Change { key: key.as_ref().to_vec(), value: Some(value.as_ref().to_vec()) }
}

fn removed(key: impl AsRef<[u8]>) -> Change {
    Change { key: key.as_ref().to_vec(), value: None }
}

fn load(engine: &mut dyn Engine) -> BTreeMap<Vec<u8>, Vec<u8>> {
    let mut records = BTreeMap::new();
    engine
        .load(&mut |key, value| {
            records.insert(key.to_vec(), value.to_vec());
        })
        .unwrap();
    records
}

/// Commits until it is done, as a log does when it does not know what became of a batch. Gives how often it took.
fn insist(engine: &mut dyn Engine, batch: &[Change]) -> u32 {
    let start = Instant::now();
    for attempt in 1.. {
        match engine.commit(batch) {
            Ok(()) => return attempt,
            Err(EngineError::Unreachable(_)) if start.elapsed() < SOON => {
                std::thread::sleep(Duration::from_millis(20));
            }
            Err(error) => panic!("{error}"),
        }
    }
    unreachable!()
}

/// What was committed is there for the next server, byte by byte, and what was removed is not.
fn committed_changes_are_loaded(url: &str) {
    let mut first = fenced(url, "loaded");
    first.commit(&[set("a", "1"), set([0, 255, b'/', 10], [0, 255]), set("b", "")]).unwrap();
    first.commit(&[set("a", "2"), removed("b"), removed("never there")]).unwrap();
    // More than a transaction of etcd or a page of either has.
    let many: Vec<Change> = (0..2500_u32).map(|n| set(n.to_be_bytes(), n.to_le_bytes())).collect();
    first.commit(&many).unwrap();
    // Those of another shard are others'.
    let mut other = open(url, "loaded", 4, 1, HOLD).unwrap();
    fence(&mut *other);
    other.commit(&[set("a", "other")]).unwrap();
    first.release();

    let mut second = fenced(url, "loaded");
    let records = load(&mut *second);
    let mut expected: BTreeMap<Vec<u8>, Vec<u8>> =
        many.into_iter().map(|change| (change.key, change.value.unwrap())).collect();
    expected.insert(b"a".to_vec(), b"2".to_vec());
    expected.insert(vec![0, 255, b'/', 10], vec![0, 255]);
    assert!(records == expected, "{} records instead of {}", records.len(), expected.len());
}

/// A second server waits while the first one lives, takes over when it is silent for a hold, at once when it gave the fence back,
/// and the first one's later batches leave no trace.
fn fence_excludes_a_second_server(url: &str) {
    let mut first = fenced(url, "fence");
    let mut second = engine(url, "fence");
    let start = Instant::now();
    while start.elapsed() < 2 * HOLD {
        assert!(first.extend().unwrap() < HOLD);
        assert_eq!(second.fence(), Err(EngineError::Held));
        std::thread::sleep(HOLD / 10);
    }
    first.commit(&[set("a", "first")]).unwrap();
    let silent = Instant::now();
    fence(&mut *second);
    assert!(silent.elapsed() >= HOLD - HOLD / 10, "taken over after {:?}", silent.elapsed());
    assert_eq!(load(&mut *second).len(), 1);

    assert_eq!(first.commit(&[set("a", "late"), set("b", "late")]), Err(EngineError::Lost));
    assert_eq!(first.extend(), Err(EngineError::Lost));
    second.commit(&[set("c", "second")]).unwrap();
    let expected = [("a", "first"), ("c", "second")].map(|(key, value)| (key.into(), value.into()));
    assert_eq!(load(&mut *second), BTreeMap::from(expected));

    second.release();
    let released = Instant::now();
    fence(&mut *first);
    assert!(released.elapsed() < HOLD, "a fence given back was taken after {:?}", released.elapsed());
    assert_eq!(second.commit(&[set("a", "late")]), Err(EngineError::Lost));
    assert_eq!(
        load(&mut *first),
        BTreeMap::from([("a", "first"), ("c", "second")].map(|(k, v)| (k.into(), v.into())))
    );
}

/// Counts in many keys, with `fault` in the middle: the next server finds every count that was acknowledged.
fn counts_survive(url: &str, group: &str, fault: impl FnOnce()) {
    let mut first = fenced(url, group);
    let mut fault = Some(fault);
    let mut attempts = 0;
    for round in 0..60_u32 {
        if round == 20
            && let Some(fault) = fault.take()
        {
            fault();
        }
        let batch: Vec<Change> = (0..50_u32).map(|key| set(key.to_be_bytes(), round.to_be_bytes())).collect();
        attempts += insist(&mut *first, &batch);
    }
    println!("{group}: 60 batches took {attempts} attempts");
    first.release();
    let mut second = fenced(url, group);
    let records = load(&mut *second);
    assert_eq!(records.len(), 50);
    assert!(records.values().all(|value| value == &59_u32.to_be_bytes()), "a count was lost");
}

/// A batch that got no answer is not applied when it arrives after the newer one that was sent instead.
fn batch_given_up_is_not_applied_late(scheme: &str, server: &str) {
    let way = Proxy::start(server);
    let mut engine = fenced(&format!("{scheme}://{}", way.address()), "late");
    engine.commit(&[set("a", "0")]).unwrap();
    way.hold();
    assert!(matches!(engine.commit(&[set("a", "1"), set("b", "1")]), Err(EngineError::Unreachable(_))));
    insist(&mut *engine, &[set("a", "2")]);
    way.release();
    std::thread::sleep(HOLD / 2);
    assert_eq!(load(&mut *engine), BTreeMap::from([(b"a".to_vec(), b"2".to_vec())]));
}

fn counted(count: u32) -> Record<[u32; 1]> {
    Record {
        owner: None,
        held: false,
        epoch: Epoch::new(1),
        seq: Seq::new(count),
        deadline: At::default(),
        state: [count],
        index: LogIndex::default(),
        waiting: 0,
        wanted: 0,
        recalled: None,
    }
}

/// A server that is cut off from the engine is silent before its successor serves, which has all that the first one's log had
/// committed; and what the first one does later is never committed.
fn log_cut_off_is_silent_before_another_serves(scheme: &str, server: &str, url: &str) {
    let way = Proxy::start(server);
    let config = LogConfig { hold: HOLD, room: 1000, start: Instant::now() };
    let now = || At::from_nanos(config.start.elapsed().as_nanos() as u64);
    let serves = |log: &EngineLog<Counter>| log.service(now()) == Service::Serves;
    let start = |url: &str| EngineLog::<Counter>::start(engine(url, "log"), &config).unwrap();

    let mut first = start(&format!("{scheme}://{}", way.address()));
    wait_until("the first has the shard", || first.take_over().is_some());
    wait_until("the first serves", || serves(&first));
    let mut second = start(url);
    for round in 0..20 {
        let places = [0, 1, 2].map(|flow| first.append(&[flow; 4], &counted(round)));
        wait_until("commit", || places.iter().all(|place| *place <= first.committed()));
    }
    way.cut();
    let cut = Instant::now();
    let never = first.append(&[0; 4], &counted(1000));
    let mut loaded = None;
    while !serves(&second) {
        loaded = loaded.or_else(|| second.take_over());
        assert!(cut.elapsed() < SOON);
    }
    assert!(!serves(&first), "both serve after {:?}", cut.elapsed());
    println!("{scheme}: taken over {:?} after the cut, with a hold of {HOLD:?}", cut.elapsed());
    let records = loaded.unwrap().records;
    assert_eq!(records.len(), 3);
    assert!(records.values().all(|told| told.seq == Seq::new(19)), "{records:?}");

    let place = second.append(&[0; 4], &counted(20));
    wait_until("commit", || place <= second.committed());
    way.release();
    wait_until("the first knows", || first.service(now()) == Service::Elsewhere);
    assert!(first.committed() < never);
    drop(second);
    wait_until("the first is back", || loaded_by(&mut first).is_some_and(|seq| seq == Seq::new(20)));
}

/// The newest write of flow 0, when a log has just loaded.
fn loaded_by(log: &mut EngineLog<Counter>) -> Option<Seq> {
    log.take_over()?.records.get(&[0; 4]).map(|told| told.seq)
}

/// Prints how fast batches are committed.
fn measure(url: &str) {
    let mut engine = fenced(url, "measure");
    let start = Instant::now();
    let mut batches = 0_u32;
    while start.elapsed() < Duration::from_millis(500) {
        let batch: Vec<Change> =
            (0..100_u32).map(|key| set(key.to_be_bytes(), [batches as u8; 40])).collect();
        insist(&mut *engine, &batch);
        batches += 1;
    }
    let rate = f64::from(batches) / start.elapsed().as_secs_f64();
    println!("{}: {rate:.0} batches of 100 keys a second, {:.0} keys a second", engine.name(), rate * 100.0);
}

#[test]
fn etcd_keeps_the_contract_of_an_engine() {
    let etcd = Etcd::start();
    committed_changes_are_loaded(&etcd.url());
    fence_excludes_a_second_server(&etcd.url());
    batch_given_up_is_not_applied_late("etcd", &etcd.endpoints()[0]);
    log_cut_off_is_silent_before_another_serves("etcd", &etcd.endpoints()[0], &etcd.url());
    measure(&etcd.url());
}

#[test]
fn etcd_leader_is_killed_loses_nothing_acked() {
    let mut etcd = Etcd::start();
    let url = etcd.url();
    let mut killed = 0;
    counts_survive(&url, "kill", || killed = etcd.kill_leader());
    etcd.restart(killed);
    // A third of the members may be lost, again and again.
    wait_until("a leader", || etcd.leader().is_some());
    let mut second = fenced(&url, "again");
    wait_until("the member is back", || {
        Client::new([etcd.endpoints()[killed].clone()], Duration::from_secs(1)).get(b"a").is_ok()
    });
    etcd.kill_leader();
    insist(&mut *second, &[set("a", "1")]);
    assert_eq!(load(&mut *second).len(), 1);
}

#[test]
fn etcd_client_leases_and_transactions_do_what_they_say() {
    let etcd = Etcd::start();
    let mut client = Client::new(etcd.endpoints(), Duration::from_secs(2));
    let lease = client.lease_grant(60).unwrap();
    assert_eq!(lease.ttl, 60);
    let put = |value| Op::Put { key: b"v/view", value, lease: Some(lease.id) };
    let absent = [Compare::Absent(b"v/view")];
    let first = client.txn(&absent, &[put(b"1")], &[Op::Get(b"v/view")]).unwrap();
    assert!(first.succeeded);
    let second = client.txn(&absent, &[put(b"2")], &[Op::Get(b"v/view")]).unwrap();
    assert!(!second.succeeded);
    let found = &second.found[0];
    assert_eq!((&*found.value, found.mod_revision, found.lease), (&b"1"[..], first.revision, lease.id));
    let same = [Compare::ModRevision(b"v/view", first.revision)];
    let third = client.txn(&same, &[put(b"3")], &[]).unwrap();
    assert!(third.succeeded && third.revision > first.revision);
    assert_eq!(client.lease_keep_alive(lease.id).unwrap(), 60);
    let (_, kvs) = client.range(b"v/").unwrap();
    assert_eq!(kvs.iter().map(|kv| &*kv.value).collect::<Vec<_>>(), [b"3"]);

    client.lease_revoke(lease.id).unwrap();
    assert_eq!(client.get(b"v/view").unwrap().1, None);
    assert_eq!(client.lease_keep_alive(lease.id).unwrap(), 0);
    assert!(matches!(client.lease_revoke(lease.id), Err(Error::Refused(_))));
    assert!(matches!(client.txn(&[], &[put(b"4")], &[]), Err(Error::Refused(_))));
    let too_many: Vec<Vec<u8>> = (0..129_u8).map(|n| vec![n]).collect();
    let ops: Vec<Op<'_>> = too_many.iter().map(|key| Op::Delete(key)).collect();
    assert!(matches!(client.txn(&[], &ops, &[]), Err(Error::Refused(_))));
}

#[test]
fn redis_keeps_the_contract_of_an_engine() {
    let redis = Redis::start();
    for wait in [0, 2] {
        let _: String = redis.ask(0, &["FLUSHALL"]).unwrap();
        committed_changes_are_loaded(&redis.url(wait));
        fence_excludes_a_second_server(&redis.url(wait));
        batch_given_up_is_not_applied_late("redis", &redis.primary());
        log_cut_off_is_silent_before_another_serves("redis", &redis.primary(), &redis.url(wait));
        print!("wait={wait} ");
        measure(&redis.url(wait));
    }
}

#[test]
fn redis_primary_is_killed_a_replica_has_all_that_was_acked() {
    let mut redis = Redis::start();
    let url = redis.url(1);
    // Either replica acknowledged; with both there, the one that is promoted is given the time to have all.
    counts_survive(&url, "kill", || {
        let written: u64 = offset(&redis, 0);
        wait_until("replicas are in step", || (1..3).all(|n| offset(&redis, n) >= written));
        redis.kill(0);
        redis.promote(1);
    });
}

fn offset(redis: &Redis, n: usize) -> u64 {
    let info: String = redis.ask(n, &["INFO", "replication"]).unwrap();
    let name = if n == 0 { "master_repl_offset:" } else { "slave_repl_offset:" };
    info.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok()).unwrap()
}

#[test]
fn redis_replica_is_killed_commits_are_unreachable_until_it_is_back() {
    let mut redis = Redis::start();
    let mut engine = fenced(&redis.url(2), "replicas");
    engine.commit(&[set("a", "1")]).unwrap();
    redis.kill(2);
    for _ in 0..2 {
        let outcome = engine.commit(&[set("a", "2")]);
        assert!(
            matches!(&outcome, Err(EngineError::Unreachable(text)) if text.contains("1 of 2")),
            "{outcome:?}"
        );
    }
    assert!(matches!(engine.extend(), Err(EngineError::Unreachable(_))), "the fence is not extended either");
    redis.restart(2);
    redis.wait_for_replicas(2);
    insist(&mut *engine, &[set("a", "2")]);
    assert_eq!(load(&mut *engine), BTreeMap::from([(b"a".to_vec(), b"2".to_vec())]));
}

#[test]
fn redis_went_back_to_an_older_state_the_owner_notices() {
    let mut redis = Redis::start();
    let mut engine = fenced(&redis.url(0), "back");
    engine.commit(&[set("a", "1")]).unwrap();
    wait_until("replicas are in step", || offset(&redis, 1) == offset(&redis, 0));
    let _: String = redis.ask(1, &["REPLICAOF", "NO", "ONE"]).unwrap();
    engine.commit(&[set("a", "2")]).unwrap();
    redis.kill(0);
    redis.promote(1);
    let start = Instant::now();
    let outcome = loop {
        match engine.commit(&[set("b", "3")]) {
            Err(EngineError::Unreachable(_)) if start.elapsed() < SOON => {}
            outcome => break outcome,
        }
    };
    assert_eq!(outcome, Err(EngineError::Lost));
    fence(&mut *engine);
    assert_eq!(load(&mut *engine), BTreeMap::from([(b"a".to_vec(), b"1".to_vec())]));
}

#[test]
fn redis_without_a_primary_is_unreachable_and_says_so() {
    let redis = Redis::start();
    let replicas = redis.url(0).replacen("redis://", "", 1);
    let (_, replicas) = replicas.split_once(',').unwrap();
    let outcome = engine(&format!("redis://{replicas}"), "none").fence();
    assert!(
        matches!(&outcome, Err(EngineError::Unreachable(text)) if text.contains("primary")),
        "{outcome:?}"
    );
}
