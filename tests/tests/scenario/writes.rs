//! Writes and their acks.

use redplane_core::count::{Event, Reason};
use redplane_core::wire::{Kind, Refusal};
use redplane_tests::cluster::{Cluster, LEASE_MS};

use super::{FLOW, owned, read, write};

#[test]
fn write_leaves_when_its_ack_comes_and_not_before() {
    let mut c = owned(<Cluster>::new());
    c.hold_next(Kind::WriteAck);
    let packet = c.send(FLOW).write().via(0);
    c.settle();
    c.expect_silence();
    c.release(Kind::WriteAck);
    c.settle();
    c.expect_output(packet, 2);
    c.expect_messages(&[Kind::Write, Kind::WriteAck]);
}

#[test]
fn write_whose_ack_is_lost_is_acked_after_resend_and_its_packet_is_lost() {
    let mut c = owned(<Cluster>::new());
    c.drop_next(Kind::WriteAck);
    c.send(FLOW).write().via(0);
    c.advance_ms(10);
    c.expect_silence();
    let sent = c.messages();
    let kinds: Vec<_> = sent.iter().map(|sent| (sent.kind, sent.carries, sent.resent)).collect();
    assert_eq!(
        kinds,
        [
            (Kind::Write, true, false),
            (Kind::WriteAck, true, false),
            (Kind::Write, false, true), // the state again, without the packet
            (Kind::WriteAck, false, false),
        ]
    );
    assert_eq!(c.store_event(Event::OldWriteAcked), 1);
    assert_eq!(c.mirrored(0), 0);
    read(&mut c, FLOW, 0, 2);
}

#[test]
fn write_that_is_lost_is_sent_again_and_its_packet_is_lost() {
    let mut c = owned(<Cluster>::new());
    c.drop_next(Kind::Write);
    c.send(FLOW).write().via(0);
    c.advance_ms(10);
    c.expect_silence();
    c.expect_messages(&[Kind::Write, Kind::Write, Kind::WriteAck]);
    assert_eq!(c.record(FLOW).unwrap().state[0], 2);
    read(&mut c, FLOW, 0, 2);
}

#[test]
fn write_is_sent_again_with_backoff_until_it_is_acked() {
    let mut c = owned(<Cluster>::new());
    c.cut_to_store(0);
    c.send(FLOW).write().via(0);
    c.advance_ms(LEASE_MS / 2);
    // 2 ms, doubling to 256 ms: after 2, 6, 14, 30, 62, 126 and 254 ms.
    assert_eq!(c.messages().len(), 1 + 7);
    c.mend();
    c.advance_ms(LEASE_MS / 2);
    c.expect_messages(&[Kind::Write, Kind::WriteAck]);
    assert_eq!(c.mirrored(0), 0);
    c.expect_silence();
}

#[test]
fn write_that_arrives_twice_is_applied_once_and_its_output_may_come_twice() {
    let mut c = owned(<Cluster>::new());
    c.duplicate_next(Kind::Write);
    let packet = c.send(FLOW).write().via(0);
    c.settle();
    c.expect_output(packet, 2);
    c.expect_output(packet, 2);
    assert_eq!(c.store_event(Event::WriteApplied), 2);
    read(&mut c, FLOW, 0, 2);
}

#[test]
fn writes_that_overtake_each_other_leave_the_newest_state() {
    let mut c = owned(<Cluster>::new());
    c.hold_next(Kind::Write);
    let first = c.send(FLOW).write().via(0);
    let second = c.send(FLOW).write().via(0);
    c.settle();
    c.expect_output(second, 3);
    c.release(Kind::Write);
    c.settle();
    // What covers the first is durable, so its output may leave as well.
    c.expect_output(first, 2);
    assert_eq!(c.record(FLOW).unwrap().state[0], 3);
    read(&mut c, FLOW, 0, 3);
}

#[test]
fn ack_of_a_newer_write_covers_the_older_one_and_nothing_is_sent_again() {
    let mut c = owned(<Cluster>::new());
    c.drop_next(Kind::WriteAck);
    c.send(FLOW).write().via(0);
    let second = c.send(FLOW).write().via(0);
    c.settle();
    c.expect_output(second, 3);
    c.messages();
    c.advance_ms(100);
    c.expect_messages(&[]);
    assert_eq!(c.mirrored(0), 0);
    assert!(c.event(0, Event::CopySuperseded) >= 1);
    read(&mut c, FLOW, 0, 3);
}

#[test]
fn ack_that_comes_late_does_not_undo_a_newer_one() {
    let mut c = owned(<Cluster>::new());
    c.hold_next(Kind::WriteAck);
    let first = c.send(FLOW).write().via(0);
    let second = c.send(FLOW).write().via(0);
    c.settle();
    c.expect_output(second, 3);
    c.release(Kind::WriteAck);
    c.settle();
    c.expect_output(first, 2);
    let view = c.view(0, FLOW).unwrap();
    assert_eq!((view.seq, view.acked), (3, 3));
}

#[test]
fn writes_of_an_old_owner_are_refused_and_forgotten_after_another_has_taken_over() {
    let mut c = owned(<Cluster>::new());
    c.cut(0);
    c.send(FLOW).write().via(0);
    c.advance_ms(LEASE_MS + 100);
    write(&mut c, FLOW, 1, 2);
    assert_eq!(c.mirrored(0), 1, "the write is not forgotten before the store has spoken");
    c.mend();
    c.advance_ms(500);
    assert_eq!(c.refusals(Refusal::StaleEpoch), 1);
    assert_eq!(c.reason(0, Reason::RefusedForGood), 1);
    assert_eq!(c.mirrored(0), 0);
    c.expect_silence();
    read(&mut c, FLOW, 1, 2);
}

#[test]
fn ack_of_an_old_epoch_lets_its_packet_out_and_changes_no_register() {
    let mut c = owned(<Cluster>::new());
    c.hold_next(Kind::WriteAck);
    let late = c.send(FLOW).write().via(0);
    c.advance_ms(5); // sent again, and acked
    write(&mut c, FLOW, 1, 3);
    write(&mut c, FLOW, 0, 4);
    let before = c.view(0, FLOW).unwrap();
    c.release(Kind::WriteAck);
    c.settle();
    c.expect_output(late, 2);
    assert_eq!(c.view(0, FLOW).unwrap(), before);
    assert_eq!(c.reason(0, Reason::AckOldEpoch), 1);
}

#[test]
fn answers_wait_until_what_they_rest_on_is_durable() {
    let mut c = <Cluster>::new();
    c.commit_by_hand();
    let packet = c.send(FLOW).write().via(0);
    c.settle();
    c.expect_messages(&[Kind::LeaseRequest]);
    c.commit();
    c.settle();
    c.expect_messages(&[Kind::Grant, Kind::Write]);
    c.expect_silence();
    c.commit();
    c.settle();
    c.expect_messages(&[Kind::WriteAck]);
    c.expect_output(packet, 1);
}

#[test]
fn old_write_is_acked_only_when_what_covers_it_is_durable() {
    let mut c = owned(<Cluster>::new());
    c.commit_by_hand();
    c.hold_next(Kind::Write);
    let first = c.send(FLOW).write().via(0);
    let second = c.send(FLOW).write().via(0);
    c.advance_us(500);
    c.release(Kind::Write);
    c.advance_us(500);
    assert_eq!(c.store_event(Event::OldWriteAcked), 1);
    c.expect_messages(&[Kind::Write, Kind::Write]);
    c.commit();
    c.settle();
    c.expect_output(second, 3);
    c.expect_output(first, 2);
}

#[test]
fn link_that_is_cut_one_way_loses_outputs_and_no_state() {
    let mut c = owned(<Cluster>::new());
    c.cut_from_store(0);
    c.send(FLOW).write().via(0);
    c.send(FLOW).write().via(0);
    c.settle();
    assert_eq!(c.record(FLOW).unwrap().state[0], 3, "the store hears the switch");
    c.mend();
    c.advance_ms(20);
    c.expect_silence();
    assert_eq!(c.mirrored(0), 0);
    read(&mut c, FLOW, 0, 3);
}
