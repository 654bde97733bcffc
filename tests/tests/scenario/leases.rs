//! Requests and grants.

use redplane_core::count::{Event, Reason};
use redplane_core::wire::{Kind, Refusal};
use redplane_tests::cluster::{Cluster, LEASE_MS};
use redplane_tests::sim::network::End;

use super::{FLOW, owned, read, write};

#[test]
fn first_packet_travels_to_the_store_and_back_and_the_next_does_not() {
    let mut c = <Cluster>::new();
    let packet = c.send(FLOW).read().via(0);
    c.expect_messages(&[Kind::LeaseRequest]);
    c.expect_silence();
    c.settle();
    c.expect_output(packet, 0);
    c.expect_messages(&[Kind::Grant]);
    read(&mut c, FLOW, 0, 0);
    c.expect_messages(&[]);
}

#[test]
fn request_or_grant_that_is_lost_takes_its_packet_with_it_and_the_next_packet_asks_again() {
    for lost in [Kind::LeaseRequest, Kind::Grant] {
        let mut c = <Cluster>::new();
        c.drop_next(lost);
        c.send(FLOW).write().via(0);
        c.advance_ms(20);
        c.expect_silence();
        write(&mut c, FLOW, 0, 1);
    }
}

#[test]
fn grant_that_arrives_twice_is_one_more_packet_and_installs_once() {
    let mut c = <Cluster>::new();
    c.duplicate_next(Kind::Grant);
    let packet = c.send(FLOW).write().via(0);
    c.settle();
    c.expect_output(packet, 1);
    c.expect_output(packet, 2);
    assert_eq!((c.event(0, Event::GrantInstalled), c.event(0, Event::GrantExtended)), (1, 1));
}

#[test]
fn grant_of_our_own_epoch_extends_and_does_not_overwrite_newer_state() {
    let mut c = <Cluster>::new();
    c.pass_next(Kind::Grant);
    c.hold_next(Kind::Grant);
    let first = c.send(FLOW).write().via(0);
    let second = c.send(FLOW).read().via(0);
    c.settle();
    c.expect_output(first, 1);
    c.release(Kind::Grant); // it has the state from before the write
    c.settle();
    c.expect_output(second, 1);
    assert_eq!(c.view(0, FLOW).unwrap().seq, 1);
}

#[test]
fn grant_delayed_beyond_its_deadline_installs_nothing_and_its_packet_asks_again() {
    let mut c = <Cluster>::new();
    c.hold_next(Kind::Grant);
    let packet = c.send(FLOW).write().via(0);
    c.advance_ms(LEASE_MS);
    c.release(Kind::Grant);
    c.hold_next(Kind::Grant);
    c.settle();
    assert_eq!(c.reason(0, Reason::GrantExpired), 1);
    assert!(c.view(0, FLOW).is_none(), "installed");
    c.expect_messages(&[Kind::LeaseRequest, Kind::Grant, Kind::LeaseRequest, Kind::Grant]);
    c.release(Kind::Grant);
    c.settle();
    c.expect_output(packet, 1);
}

#[test]
fn holder_counts_its_lease_from_the_request_and_the_store_from_the_grant() {
    let mut c = <Cluster>::new();
    c.delay_next(Kind::Grant, 300);
    let packet = c.send(FLOW).read().via(0);
    c.advance_ms(301);
    c.expect_output(packet, 0);
    // 990 ms from the sending, whenever the grant came.
    c.advance_ms(688);
    assert!(c.is_live(0, FLOW));
    c.advance_ms(2);
    assert!(!c.is_live(0, FLOW));
    let record = c.record(FLOW).unwrap();
    let now = c.fabric().instant();
    assert!(
        record.is_live(now, redplane_core::store::Instant::default()),
        "the store must not end a lease before its holder does"
    );
}

#[test]
fn old_owner_cut_off_from_the_store_stops_before_the_new_owner_starts() {
    let mut c = owned(<Cluster>::new());
    c.cut(0);
    let packet = c.send(FLOW).write().via(1);
    let mut stopped_us = None;
    let started_us = loop {
        c.advance_us(100);
        if stopped_us.is_none() && !c.is_live(0, FLOW) {
            stopped_us = Some(c.now_us());
        }
        if c.is_live(1, FLOW) {
            break c.now_us();
        }
        if stopped_us.is_none() {
            let early = c.send(FLOW).read().via(0); // it still may
            c.expect_output(early, 1);
        }
    };
    assert!(stopped_us.is_some_and(|stopped_us| stopped_us < started_us), "{stopped_us:?}, {started_us}");
    c.settle();
    c.expect_output(packet, 2);
    c.send(FLOW).read().via(0);
    c.settle();
    c.expect_silence();
}

#[test]
fn request_for_a_live_lease_of_another_waits_and_is_answered_when_it_ends() {
    let mut c = owned(<Cluster>::new());
    c.cut(0);
    let packet = c.send(FLOW).read().via(1);
    c.advance_ms(LEASE_MS - 10);
    c.expect_silence();
    assert_eq!(c.fabric().store.flows().waiting(), 1);
    c.advance_ms(20);
    c.expect_output(packet, 1);
    assert_eq!(c.fabric().store.flows().waiting(), 0);
}

#[test]
fn same_owner_after_a_lapse_keeps_its_epoch_and_its_unacked_write() {
    let mut c = owned(<Cluster>::new());
    c.cut_to_store(0);
    c.send(FLOW).write().via(0);
    c.advance_ms(LEASE_MS + 100);
    c.mend(); // the next resend is 178 ms away
    let packet = c.send(FLOW).read().via(0);
    c.settle();
    // The grant has an older state than the switch: it must not be taken, and the read waits for the write.
    c.expect_silence();
    assert_eq!(c.event(0, Event::GrantExtended), 1);
    c.advance_ms(300);
    c.expect_output(packet, 2);
    assert_eq!(c.refusals(Refusal::StaleEpoch), 0);
    read(&mut c, FLOW, 0, 2);
}

/// The reason why a slot waits for a period after its last request (RP-SW-9, `registers::is_reusable`): the grant may have been
/// issued before a write arrived that was acked since. Installed anew, it would bring the state from before that write back, and
/// the next write would have a number that the store has seen.
#[test]
fn grant_that_arrives_after_its_slot_was_reused_does_not_install_older_state() {
    let mut c = owned(Cluster::<4, 8>::new());
    for flow in 10..13 {
        write(&mut c, flow, 0, 1); // the other slots
    }
    c.hold_next(Kind::Write);
    let late = c.send(FLOW).write().via(0);
    c.cut_to_store(0); // none of its resends arrives
    c.advance_ms(LEASE_MS);
    c.mend();
    // All leases have lapsed. A packet asks, and the store answers before the write gets there.
    c.hold_next(Kind::Grant);
    let asking = c.send(FLOW).read().via(0);
    c.advance_us(200);
    c.release(Kind::Write);
    c.advance_us(200);
    c.expect_output(late, 2);
    let view = c.view(0, FLOW).unwrap();
    assert!(!view.live && view.seq == view.acked, "but for the request, the slot could go");
    write(&mut c, 13, 0, 1); // wants a slot
    c.release(Kind::Grant);
    c.settle();
    c.expect_output(asking, 2);
    write(&mut c, FLOW, 0, 3);
    assert_eq!(c.record(FLOW).unwrap().state[0], 3);
}

#[test]
fn answer_to_another_switch_is_ignored() {
    let mut c = owned(<Cluster>::new());
    let before = c.view(0, FLOW).unwrap();
    // Version 1, WriteAck; schema 9; to switch 1, boot 1; no flags; epoch 1, seq 1, now; flow 1.
    let mut ack = vec![0x14, 9, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1];
    ack.extend(c.fabric().tick().raw().to_be_bytes());
    ack.extend([10, 0, 0, 1]);
    c.fabric().forge(End::Shard(0), End::Switch(0), &ack);
    assert_eq!(c.reason(0, Reason::WrongSwitch), 1);
    assert_eq!(c.view(0, FLOW).unwrap(), before);
}
