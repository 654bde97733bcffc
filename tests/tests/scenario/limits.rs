//! Tables, queues and waiting rooms that are full.

use redplane_core::count::{Event, Reason};
use redplane_core::store::Limits;
use redplane_core::wire::{Kind, Refusal};
use redplane_tests::cluster::{Cluster, LEASE_MS, Setup};

use super::{FLOW, owned, read, write};

fn limited(limits: Limits) -> Setup {
    let mut setup = Setup::default();
    setup.store.limits = limits;
    setup
}

#[test]
fn mirror_queue_full_drops_the_write_before_any_state_changes() {
    let mut c = Cluster::<16, 2>::new();
    for flow in 1..=3 {
        write(&mut c, flow, 0, 1);
    }
    c.cut_to_store(0);
    c.send(1).write().via(0);
    c.send(2).write().via(0);
    let before = c.view(0, 3).unwrap();
    c.messages();
    c.send(3).write().via(0);
    assert_eq!(c.reason(0, Reason::MirrorFull), 1);
    assert_eq!(c.view(0, 3).unwrap(), before);
    c.expect_messages(&[]);
    // A read of the same flow needs no room.
    let packet = c.send(3).read().via(0);
    c.expect_output(packet, 1);
    c.mend();
    c.advance_ms(20);
    c.expect_silence();
    write(&mut c, 3, 0, 2);
}

#[test]
fn writes_of_one_flow_do_not_fill_the_mirror_queue_because_the_newest_covers_them() {
    let mut c = owned(Cluster::<16, 2>::new());
    c.cut_from_store(0);
    for _ in 0..10 {
        c.send(FLOW).write().via(0);
    }
    c.settle();
    assert_eq!(c.reason(0, Reason::MirrorFull), 0);
    c.mend();
    c.advance_ms(20);
    c.expect_silence();
    read(&mut c, FLOW, 0, 11);
}

#[test]
fn recall_without_room_in_the_mirror_queue_is_ignored_until_there_is() {
    let mut c = Cluster::<16, 2>::new();
    for flow in 1..=3 {
        write(&mut c, flow, 0, 1);
    }
    c.cut_to_store(0);
    c.send(1).write().via(0);
    c.send(2).write().via(0);
    let packet = c.send(3).read().via(1);
    c.advance_ms(5);
    assert!(c.reason(0, Reason::RecallNoRoom) >= 2);
    assert!(c.is_live(0, 3), "it has not given up what it could not say that it gave up");
    c.expect_silence();
    c.mend();
    c.advance_ms(20);
    c.expect_output(packet, 1);
}

#[test]
fn table_full_of_live_leases_drops_and_counts() {
    let mut c = Cluster::<4, 8>::new();
    for flow in 0..4 {
        write(&mut c, flow, 0, 1);
    }
    c.send(4).write().via(0);
    c.settle();
    c.expect_silence();
    assert_eq!(c.reason(0, Reason::TableFull), 1);
    // Nobody's lease was touched, and the fifth flow is served elsewhere.
    for flow in 0..4 {
        read(&mut c, flow, 0, 1);
    }
    c.advance_ms(LEASE_MS);
    write(&mut c, 4, 1, 1);
}

#[test]
fn more_flows_than_slots_is_slower_but_right() {
    let mut c = Cluster::<4, 8>::new();
    for round in 1..=3 {
        for first in [0, 4, 8] {
            for flow in first..first + 4 {
                write(&mut c, flow, 0, round);
            }
            c.advance_ms(LEASE_MS);
        }
    }
    assert_eq!(c.event(0, Event::SlotReused), 4 * (3 * 3 - 1));
    assert_eq!(c.reason(0, Reason::TableFull), 0);
}

#[test]
fn slot_with_a_refused_write_is_reused() {
    let mut c = Cluster::<4, 8>::new();
    for flow in 0..4 {
        write(&mut c, flow, 0, 1);
    }
    c.cut(0);
    c.send(0).write().via(0);
    c.advance_ms(2 * LEASE_MS);
    write(&mut c, 0, 1, 2);
    c.mend();
    c.advance_ms(500);
    assert_eq!(c.refusals(Refusal::StaleEpoch), 1);
    for flow in 10..14 {
        write(&mut c, flow, 0, 1);
    }
    assert_eq!(c.event(0, Event::SlotReused), 4);
    read(&mut c, 0, 1, 2);
}

#[test]
fn slot_with_an_unacked_write_is_not_reused_however_old() {
    let mut c = Cluster::<4, 8>::new();
    for flow in 0..4 {
        write(&mut c, flow, 0, 1);
    }
    c.drop_next(Kind::Write);
    c.send(0).write().via(0);
    c.cut_to_store(0);
    c.advance_ms(2 * LEASE_MS);
    c.mend();
    for flow in 10..13 {
        write(&mut c, flow, 0, 1);
    }
    c.send(13).write().via(0);
    c.settle();
    assert_eq!(c.reason(0, Reason::TableFull), 1);
    c.advance_ms(600);
    assert_eq!(c.record(0).unwrap().state[0], 2, "the unacked write was forgotten");
}

#[test]
fn waiting_requests_beyond_the_limit_are_refused_and_older_ones_still_served() {
    let limits = Limits { flows: 64, waiting_per_flow: 2, waiting: 16 };
    let mut c = owned(<Cluster>::with(limited(limits)));
    c.cut(0);
    let first = c.send(FLOW).write().via(1);
    let second = c.send(FLOW).write().via(1);
    c.send(FLOW).write().via(1);
    c.settle();
    assert_eq!(c.refusals(Refusal::WaitingFull), 1);
    c.advance_ms(LEASE_MS);
    c.expect_output(first, 2);
    c.expect_output(second, 3);
}

#[test]
fn waiting_requests_of_all_flows_together_have_a_limit_too() {
    let limits = Limits { flows: 64, waiting_per_flow: 8, waiting: 3 };
    let mut c = <Cluster>::with(limited(limits));
    for flow in 0..4 {
        write(&mut c, flow, 0, 1);
    }
    c.cut(0);
    let waiting: Vec<_> = (0..4).map(|flow| c.send(flow).read().via(1)).collect();
    c.settle();
    assert_eq!(c.refusals(Refusal::WaitingFull), 1);
    c.advance_ms(LEASE_MS);
    for packet in &waiting[..3] {
        c.expect_output(*packet, 1);
    }
    assert_eq!(c.fabric().store.flows().waiting(), 0);
}

#[test]
fn store_full_of_flows_refuses_new_ones_and_serves_the_old() {
    let limits = Limits { flows: 4, waiting_per_flow: 8, waiting: 16 };
    let mut c = <Cluster>::with(limited(limits));
    // A pair must fit, so the last place is kept free.
    for flow in 0..3 {
        write(&mut c, flow, 0, 1);
    }
    c.send(3).write().via(0);
    c.settle();
    c.expect_silence();
    assert_eq!(c.refusals(Refusal::FlowsFull), 1);
    assert_eq!(c.reason(0, Reason::RefusedForNow), 1);
    for flow in 0..3 {
        write(&mut c, flow, 0, 2);
    }
}

#[test]
fn answers_beyond_the_limit_of_what_may_wait_to_be_durable_are_lost_and_asked_for_again() {
    let mut setup = Setup::default();
    setup.store.pending = 2;
    let mut c = <Cluster>::with(setup);
    for flow in 0..4 {
        write(&mut c, flow, 0, 1);
    }
    c.commit_by_hand();
    let packets: Vec<_> = (0..4).map(|flow| c.send(flow).write().via(0)).collect();
    c.settle();
    c.commit();
    c.settle();
    c.expect_output(packets[0], 2);
    c.expect_output(packets[1], 2);
    c.advance_ms(20);
    c.expect_silence();
    assert_eq!(c.mirrored(0), 0, "resent, and acked");
    (0..4).for_each(|flow| read(&mut c, flow, 0, 2));
}
