//! The configuration master in a real etcd, over a way on which requests get stuck.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests to us, if not to clippy")]

#[allow(dead_code, unused_imports, reason = "each test binary uses a part of it")]
mod support_servers;

use redplane_store::chain::{Member, MemberId, View};
use redplane_store::etcd::{Client, Op};
use redplane_store::master::{EtcdMaster, Master, MasterError, Registration};
use std::time::{Duration, Instant};
use support_servers::{Etcd, Proxy};

const DETECTION: Duration = Duration::from_secs(1);

fn registration(id: u64) -> Registration {
    let address = ([127, 0, 0, 1], 8000 + id as u16).into();
    Registration {
        member: Member { id: MemberId(id), name: format!("r{id}"), address },
        setup: String::new(),
    }
}

fn replica(endpoints: Vec<String>, id: u64, new_group: bool) -> EtcdMaster {
    let mut master = EtcdMaster::new(endpoints, "group", DETECTION, new_group);
    master.register(registration(id));
    master
}

fn ids(view: &View) -> Vec<u64> {
    view.members.iter().map(|member| member.id.0).collect()
}

fn view(master: &mut EtcdMaster) -> View {
    master.beat().unwrap().view.unwrap()
}

/// Beats of all of them until the time is over.
fn beat_for(masters: &mut [&mut EtcdMaster], time: Duration) {
    let end = Instant::now() + time;
    while Instant::now() < end {
        masters.iter_mut().for_each(|master| drop(master.beat()));
        std::thread::sleep(DETECTION / 8);
    }
}

#[test]
fn admission_stuck_on_its_way_is_found_out_and_not_done_when_it_arrives() {
    let etcd = Etcd::start();
    let way = Proxy::start(&etcd.endpoints()[0]);
    let mut one = replica(vec![way.address().to_string()], 1, false);
    let mut two = replica(etcd.endpoints(), 2, false);
    let mut three = replica(etcd.endpoints(), 3, false);
    let first = view(&mut one);
    assert_eq!((first.number, ids(&first)), (1, vec![1]));
    assert_eq!(ids(&view(&mut two)), [1]);
    three.beat().unwrap();

    way.hold();
    let outcome = one.admit(&first, &registration(2).member);
    assert!(matches!(outcome, Err(MasterError::Unreachable(_))), "{outcome:?}");
    // Asked again, on a connection that is free.
    let second = one.admit(&first, &registration(2).member).unwrap();
    assert_eq!((second.number, ids(&second)), (2, vec![1, 2]));
    let third = two.beat().and_then(|_| two.admit(&second, &registration(3).member)).unwrap();
    assert_eq!((third.number, ids(&third)), (3, vec![1, 2, 3]));
    way.release();
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(view(&mut one), third, "what arrived late changed nothing");
}

#[test]
fn replicas_that_were_cut_off_take_nobody_out_when_they_come_back() {
    let etcd = Etcd::start();
    let way = Proxy::start(&etcd.endpoints()[0]);
    let mut one = replica(vec![way.address().to_string()], 1, false);
    let mut two = replica(vec![way.address().to_string()], 2, false);
    let first = view(&mut one);
    two.beat().unwrap();
    let second = one.admit(&first, &registration(2).member).unwrap();

    way.cut();
    let gone =
        || Client::new(etcd.endpoints(), DETECTION).range(b"redplane/group/replicas/").unwrap().1.is_empty();
    let start = Instant::now();
    while !gone() {
        assert!(start.elapsed() < 20 * DETECTION, "the leases do not end");
        assert!(one.beat().is_err() && two.beat().is_err());
    }
    way.release();
    // The first to come back does not find the other one.
    let mut newest = one.beat();
    while newest.is_err() {
        assert!(start.elapsed() < 40 * DETECTION, "etcd is not found again");
        newest = one.beat();
    }
    beat_for(&mut [&mut one, &mut two], 3 * DETECTION);
    assert_eq!((view(&mut one), view(&mut two)), (second.clone(), second));

    // One that does not come back is taken out.
    drop(two);
    beat_for(&mut [&mut one], 4 * DETECTION);
    assert_eq!(ids(&view(&mut one)), [1]);
}

#[test]
fn new_life_at_the_address_of_a_member_shows_that_the_old_one_is_dead() {
    let etcd = Etcd::start();
    let mut one = replica(etcd.endpoints(), 1, false);
    let mut two = replica(etcd.endpoints(), 2, false);
    let first = view(&mut one);
    two.beat().unwrap();
    one.admit(&first, &registration(2).member).unwrap();
    beat_for(&mut [&mut one, &mut two], 2 * DETECTION);
    let mut again = EtcdMaster::new(etcd.endpoints(), "group", DETECTION, false);
    let mut fresh = registration(22);
    fresh.member.address = registration(2).member.address;
    again.register(fresh.clone());
    let seen = again.beat().unwrap();
    assert_eq!((ids(&seen.view.unwrap()), seen.trouble), (vec![1, 2], None), "it decides nothing itself");
    let seen = one.beat().unwrap();
    assert_eq!((ids(&seen.view.unwrap()), &seen.candidates[..1]), (vec![1], &[registration(2)][..]));
    two.leave().unwrap();
    assert_eq!(one.beat().unwrap().candidates, [fresh]);
}

#[test]
fn lost_group_is_begun_anew_only_by_who_is_told_to() {
    let etcd = Etcd::start();
    let mut one = replica(etcd.endpoints(), 1, false);
    let first = view(&mut one);
    one.leave().unwrap();
    let mut two = replica(etcd.endpoints(), 2, false);
    beat_for(&mut [&mut two], 4 * DETECTION);
    let seen = two.beat().unwrap();
    assert_eq!((seen.view, seen.founded), (Some(first), false));
    assert!(seen.trouble.unwrap().contains("--new-group"));

    let mut three = replica(etcd.endpoints(), 3, true);
    let seen = three.beat().unwrap();
    let founded = seen.view.unwrap();
    assert_eq!((founded.number, ids(&founded), seen.founded), (2, vec![3], true));
    let next = three.admit(&founded, &registration(2).member).unwrap();
    let seen = three.beat().unwrap();
    assert_eq!((seen.view, seen.founded), (Some(next), false), "it is told to once");
}

#[test]
fn key_that_holds_no_view_is_refused_by_name() {
    let etcd = Etcd::start();
    let mut client = Client::new(etcd.endpoints(), DETECTION);
    let put = Op::Put { key: b"redplane/group/view", value: b"7", lease: None };
    client.txn(&[], &[put], &[]).unwrap();
    match replica(etcd.endpoints(), 1, false).beat() {
        Err(MasterError::Refused(text)) => assert!(text.contains("redplane/group/view"), "{text}"),
        other => panic!("{other:?}"),
    }
}
