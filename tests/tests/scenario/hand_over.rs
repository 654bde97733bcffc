//! Recalls and give-ups.

use redplane_core::count::{Event, Reason};
use redplane_core::wire::{Kind, Refusal};
use redplane_tests::cluster::{Cluster, LEASE_MS, Setup};

use super::{FLOW, owned, read, write};

#[test]
fn recall_hands_a_flow_over_within_one_round_trip() {
    let mut c = owned(<Cluster>::new());
    let packet = c.send(FLOW).read().via(1);
    // Two round trips of 100 µs, that of the packet and that of the recall, and a switch's wait for its poll.
    c.advance_us(300);
    c.expect_output(packet, 1);
    c.settle();
    c.expect_messages(&[Kind::LeaseRequest, Kind::Recall, Kind::GiveUp, Kind::GiveUpAck, Kind::Grant]);
    assert!(!c.is_live(0, FLOW) && c.is_live(1, FLOW));
    assert_eq!(c.mirrored(0), 0);
}

#[test]
fn recall_that_is_lost_is_repeated_while_somebody_waits() {
    let mut c = owned(<Cluster>::new());
    c.drop_next(Kind::Recall);
    let packet = c.send(FLOW).read().via(1);
    c.advance_ms(5);
    c.expect_output(packet, 1);
    assert_eq!(c.store_event(Event::RecallSent), 2);
    c.messages();
    c.advance_ms(20);
    c.expect_messages(&[]);
}

#[test]
fn recall_that_comes_late_does_not_take_a_newer_lease_away() {
    let mut c = owned(<Cluster>::new());
    c.hold_next(Kind::Recall);
    c.cut_from_store(0);
    let other = c.send(FLOW).read().via(1);
    c.advance_ms(LEASE_MS + 10);
    c.expect_output(other, 1);
    c.mend();
    write(&mut c, FLOW, 0, 2); // switch 1 is asked for it back
    c.messages();
    c.release(Kind::Recall);
    c.settle();
    assert!(c.is_live(0, FLOW));
    assert_eq!(c.reason(0, Reason::OtherEpoch), 1);
    c.expect_messages(&[]);
}

#[test]
fn give_up_that_is_lost_is_repeated_until_it_is_confirmed() {
    for lost in [Kind::GiveUp, Kind::GiveUpAck] {
        let mut c = owned(<Cluster>::new());
        c.drop_next(lost);
        c.give_up(0, FLOW);
        c.advance_ms(20);
        assert_eq!(c.event(0, Event::GiveUpConfirmed), 1);
        assert_eq!(c.mirrored(0), 0);
        assert!(!c.record(FLOW).unwrap().held);
        c.messages();
        c.advance_ms(500);
        c.expect_messages(&[]);
    }
}

#[test]
fn give_up_with_an_unacked_write_waits_for_the_write() {
    let mut c = owned(<Cluster>::new());
    c.hold_next(Kind::Write);
    c.hold_next(Kind::Write);
    let first = c.send(FLOW).write().via(0);
    let second = c.send(FLOW).read().via(1);
    c.advance_ms(5);
    // The give-up names a write that the store has not seen: refused, and asked again.
    assert!(c.refusals(Refusal::NotCommitted) >= 1);
    assert!(c.record(FLOW).unwrap().held);
    c.expect_silence();
    c.release(Kind::Write);
    c.advance_ms(20);
    c.expect_output(first, 2);
    c.expect_output(second, 2);
}

#[test]
fn write_that_was_begun_before_a_give_up_is_still_sent_again() {
    let mut c = owned(<Cluster>::new());
    c.drop_next(Kind::Write);
    c.send(FLOW).write().via(0);
    c.give_up(0, FLOW);
    c.advance_ms(20);
    assert_eq!(c.record(FLOW).unwrap().state[0], 2);
    assert!(!c.record(FLOW).unwrap().held);
    read(&mut c, FLOW, 1, 2);
}

#[test]
fn flow_that_was_given_up_is_free_at_once_without_a_recall() {
    let mut c = owned(<Cluster>::new());
    c.give_up(0, FLOW);
    c.settle();
    c.messages();
    write(&mut c, FLOW, 1, 2);
    c.expect_messages(&[Kind::LeaseRequest, Kind::Grant, Kind::Write, Kind::WriteAck]);
}

#[test]
fn evacuated_switch_holds_nothing_and_every_flow_goes_on_elsewhere() {
    let mut c = <Cluster>::new();
    for flow in 0..8 {
        write(&mut c, flow, 0, 1);
    }
    while c.give_up_all(0) > 0 {
        c.settle();
    }
    c.settle();
    assert!((0..8).all(|flow| !c.is_live(0, flow)));
    c.crash(0);
    c.messages();
    for flow in 0..8 {
        write(&mut c, flow, 1, 2);
    }
    assert!(c.messages().iter().all(|sent| sent.kind != Kind::Recall));
}

#[test]
fn packet_after_a_give_up_renounces_it_and_gets_the_next_epoch() {
    let mut c = owned(<Cluster>::new());
    let epoch = c.record(FLOW).unwrap().epoch;
    c.drop_next(Kind::GiveUp);
    c.give_up(0, FLOW);
    c.settle();
    // The give-up was lost, but the packet says the same.
    let packet = c.send(FLOW).read().via(0);
    let [_, request] = c.messages()[..] else { panic!("a give-up and a request") };
    assert_eq!((request.kind, request.epoch), (Kind::LeaseRequest, epoch.raw()));
    c.settle();
    c.expect_output(packet, 1);
    assert_eq!(c.store_event(Event::RenouncedByRequest), 1);
    assert_eq!(c.record(FLOW).unwrap().epoch, epoch.successor());
    c.advance_ms(100);
    assert!(c.is_live(0, FLOW), "what is left of the give-up must not end the new lease");
}

/// Without the tombstone of RP-SW-9 the switch would take the late grant for the start of a new lease.
#[test]
fn grant_issued_before_a_give_up_was_heard_does_not_bring_old_state_back() {
    let mut c = <Cluster>::new();
    c.pass_next(Kind::Grant);
    c.hold_next(Kind::Grant);
    let first = c.send(FLOW).write().via(0);
    let late = c.send(FLOW).read().via(0);
    c.settle();
    c.expect_output(first, 1);
    c.give_up(0, FLOW);
    c.settle();
    write(&mut c, FLOW, 1, 2);
    c.release(Kind::Grant);
    c.advance_us(60);
    assert_eq!(c.reason(0, Reason::GrantRenounced), 1);
    assert!(!c.is_live(0, FLOW) && c.is_live(1, FLOW));
    c.settle();
    c.expect_output(late, 2);
}

/// A tombstone's slot waits for a period after the give-up, confirmed or not (RP-SW-9): until then a grant may come.
#[test]
fn grant_that_arrives_after_a_tombstones_slot_was_wanted_does_not_install_older_state() {
    let mut c = Cluster::<4, 8>::new();
    c.pass_next(Kind::Grant);
    c.hold_next(Kind::Grant);
    let first = c.send(FLOW).write().via(0);
    let late = c.send(FLOW).read().via(0);
    c.settle();
    c.expect_output(first, 1);
    c.give_up(0, FLOW);
    c.settle();
    for flow in 10..13 {
        write(&mut c, flow, 0, 1); // the other slots
    }
    c.send(13).write().via(0);
    c.settle();
    c.expect_silence();
    assert_eq!(c.reason(0, Reason::TableFull), 1, "the tombstone's slot must not be reused yet");

    write(&mut c, FLOW, 1, 2);
    c.release(Kind::Grant);
    c.advance_us(60);
    assert!(!c.is_live(0, FLOW) && c.is_live(1, FLOW));
    c.settle();
    c.expect_output(late, 2);

    // A period after the last request nothing can come any more. (The late packet has asked once more, and has the flow now.)
    c.give_up(0, FLOW);
    c.advance_ms(LEASE_MS + 10);
    write(&mut c, 13, 0, 1);
}

#[test]
fn refusal_that_ends_the_lease_does_not_end_the_tombstone() {
    let mut c = <Cluster>::new();
    c.pass_next(Kind::Grant);
    c.hold_next(Kind::Grant);
    let first = c.send(FLOW).write().via(0);
    let second = c.send(FLOW).read().via(0);
    c.settle();
    c.expect_output(first, 1);
    // A write that does not arrive, a give-up that does not either, and a packet that renounces the lease.
    c.hold_next(Kind::Write);
    c.send(FLOW).write().via(0);
    c.drop_next(Kind::GiveUp);
    c.give_up(0, FLOW);
    c.advance_us(500);
    c.hold_next(Kind::Grant);
    let third = c.send(FLOW).read().via(0);
    c.advance_us(500);
    c.release(Kind::Write);
    c.advance_us(200);
    assert_eq!(c.reason(0, Reason::RefusedForGood), 1);
    // The grant from before all that is in time still.
    c.release(Kind::Grant);
    c.advance_us(60);
    assert_eq!(c.reason(0, Reason::GrantRenounced), 1);
    assert!(!c.is_live(0, FLOW));
    c.settle();
    c.expect_output(second, 1);
    c.release(Kind::Grant);
    c.settle();
    c.expect_output(third, 1);
}

/// The give-up may still be under way, however old. Were its tombstone gone, the store would grant the same epoch again, and take
/// that back when the give-up arrives.
#[test]
fn slot_with_an_unconfirmed_give_up_is_not_reused_however_old() {
    let mut c = owned(Cluster::<4, 8>::new());
    for flow in 10..13 {
        write(&mut c, flow, 0, 1); // the other slots
    }
    c.hold_next(Kind::GiveUp);
    for _ in 0..30 {
        c.drop_next(Kind::GiveUp);
    }
    c.give_up(0, FLOW);
    c.advance_ms(LEASE_MS + 10);
    write(&mut c, 13, 0, 1); // wants a slot
    assert!(c.view(0, FLOW).unwrap().renounced);
    read(&mut c, FLOW, 0, 1);
    c.release(Kind::GiveUp);
    c.settle();
    assert!(c.is_live(0, FLOW));
    write(&mut c, FLOW, 0, 2);
}

/// The refusal leaves the unconfirmed tombstone as it is, so the write is sent, and refused, until the give-up is confirmed: to a store
/// that has given the flow on, or has forgotten it, a give-up is always right.
#[test]
fn write_that_is_refused_after_a_give_up_is_forgotten_when_the_give_up_is_confirmed() {
    for (idle_ms, refusal) in [(None, Refusal::StaleEpoch), (Some(1200), Refusal::UnknownFlow)] {
        let mut c = owned(<Cluster>::with(Setup { idle_ms, ..Setup::default() }));
        c.cut(0);
        c.send(FLOW).write().via(0);
        c.give_up(0, FLOW);
        c.advance_ms(3000);
        if idle_ms.is_none() {
            write(&mut c, FLOW, 1, 2);
        }
        c.mend();
        for _ in 0..3 {
            c.drop_next(Kind::GiveUp);
        }
        c.advance_ms(600);
        assert!(c.refusals(refusal) >= 2);
        assert_eq!(c.mirrored(0), 2, "the write waits for the give-up");
        assert!(c.view(0, FLOW).unwrap().renounced);
        c.advance_ms(600);
        assert_eq!(c.event(0, Event::GiveUpConfirmed), 1);
        assert_eq!(c.mirrored(0), 0);
        c.messages();
        c.advance_ms(1000);
        c.expect_messages(&[]);
        c.expect_silence();
    }
}

/// A give-up is confirmed when all that was written before it has arrived, so what is confirmed is not sent again, acked or not.
#[test]
fn write_whose_ack_is_lost_is_forgotten_when_the_give_up_behind_it_is_confirmed() {
    let mut c = owned(<Cluster>::new());
    c.drop_next(Kind::WriteAck);
    c.send(FLOW).write().via(0);
    c.give_up(0, FLOW);
    c.advance_us(500);
    assert_eq!(c.event(0, Event::GiveUpConfirmed), 1);
    c.advance_ms(20);
    c.expect_messages(&[Kind::Write, Kind::WriteAck, Kind::GiveUp, Kind::GiveUpAck]);
    assert_eq!(c.mirrored(0), 0);
    read(&mut c, FLOW, 1, 2);
}
