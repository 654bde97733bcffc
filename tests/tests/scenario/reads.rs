//! Reads that see what is not durable, and reads that renew.

use redplane_core::count::{Event, Reason};
use redplane_core::wire::{Kind, Refusal};
use redplane_tests::cluster::{Cluster, LEASE_MS};
use redplane_tests::sim::network::End;

use super::{FLOW, owned, read, write};

#[test]
fn read_of_a_settled_flow_goes_out_at_once_and_says_nothing_to_the_store() {
    let mut c = owned(<Cluster>::new());
    let packet = c.send(FLOW).read().via(0);
    c.expect_output(packet, 1);
    c.settle();
    c.expect_messages(&[]);
}

#[test]
fn read_after_unacked_write_is_held_until_the_write_is_durable() {
    let mut c = owned(<Cluster>::new());
    c.commit_by_hand();
    let first = c.send(FLOW).write().via(0);
    let second = c.send(FLOW).read().via(0);
    c.settle();
    c.expect_silence();
    c.expect_messages(&[Kind::Write, Kind::Hold]);
    c.commit();
    c.settle();
    c.expect_output(first, 2);
    c.expect_output(second, 2);
    c.expect_messages(&[Kind::WriteAck, Kind::Release]);
}

#[test]
fn hold_that_overtakes_its_write_waits_for_it_at_the_store() {
    let mut c = owned(<Cluster>::new());
    c.hold_next(Kind::Write);
    let first = c.send(FLOW).write().via(0);
    let second = c.send(FLOW).read().via(0);
    c.settle();
    c.expect_silence();
    assert_eq!(c.store_event(Event::HoldWaits), 1);
    c.release(Kind::Write);
    c.settle();
    c.expect_output(first, 2);
    c.expect_output(second, 2);
    c.expect_messages(&[Kind::Write, Kind::Hold, Kind::WriteAck, Kind::Release]);
}

#[test]
fn release_that_is_lost_loses_the_packet_and_nothing_else() {
    let mut c = owned(<Cluster>::new());
    c.drop_next(Kind::Release);
    c.hold_next(Kind::WriteAck);
    let first = c.send(FLOW).write().via(0);
    c.send(FLOW).read().via(0);
    c.settle();
    c.release(Kind::WriteAck);
    c.settle();
    c.expect_output(first, 2);
    c.advance_ms(20);
    c.expect_silence();
    read(&mut c, FLOW, 0, 2);
}

#[test]
fn held_read_whose_write_is_refused_never_comes_out() {
    let mut c = owned(<Cluster>::new());
    c.hold_next(Kind::Write);
    c.send(FLOW).write().via(0);
    c.cut_to_store(0); // no resending
    c.settle();
    c.mend();
    c.send(FLOW).read().via(0); // sees the write, and waits for it at the store
    c.cut_to_store(0);
    c.settle();
    assert_eq!(c.store_event(Event::HoldWaits), 1);
    c.advance_ms(LEASE_MS + 10);
    write(&mut c, FLOW, 1, 2); // another write with the same number takes its place
    assert!(c.refusals(Refusal::StaleEpoch) + c.refusals(Refusal::NotCommitted) >= 1);
    c.release(Kind::Write);
    c.mend();
    c.advance_ms(500);
    c.expect_silence();
    assert_eq!(c.fabric().store.flows().waiting(), 0);
}

#[test]
fn flow_that_is_read_is_renewed_once_per_half_period_and_never_lapses() {
    let mut c = owned(<Cluster>::new());
    let periods = 5;
    for _ in 0..periods * LEASE_MS / 10 {
        c.advance_ms(10);
        let packet = c.send(FLOW).read().via(0);
        c.expect_output(packet, 1); // at once, each time
    }
    c.settle();
    let renewals = c.messages().iter().filter(|sent| sent.kind == Kind::Renew).count() as u64;
    assert!((2 * periods - 1..=2 * periods).contains(&renewals), "{renewals} renewals in {periods} periods");
    assert_eq!(c.event(0, Event::LeaseLapsed), 0);
}

#[test]
fn renewal_that_is_lost_is_made_up_for_half_a_period_later() {
    let mut c = owned(<Cluster>::new());
    c.advance_ms(LEASE_MS / 2 + 1);
    c.drop_next(Kind::RenewAck);
    read(&mut c, FLOW, 0, 1);
    c.expect_messages(&[Kind::Renew, Kind::RenewAck]);
    // The lease runs out before the next renewal is due: the packet asks, and goes on with the same epoch.
    c.advance_ms(LEASE_MS / 2);
    let epoch = c.record(FLOW).unwrap().epoch;
    read(&mut c, FLOW, 0, 1);
    c.expect_messages(&[Kind::LeaseRequest, Kind::Grant]);
    assert_eq!(c.record(FLOW).unwrap().epoch, epoch);
}

/// A store may come back without the flow while its lease is live.
#[test]
fn renewal_that_waits_while_a_refusal_ends_the_lease_is_not_sent() {
    let mut c = owned(<Cluster>::new());
    c.advance_ms(LEASE_MS / 2 + 1);
    let epoch = c.record(FLOW).unwrap().epoch.raw();
    let packet = c.send(FLOW).read().via(0);
    c.expect_output(packet, 1);
    assert_eq!(c.mirrored(0), 1);
    let mut refusal = vec![0x10 | Kind::Refuse.to_wire(), 9, 0, 0, 0, 1];
    refusal.extend(u16::to_be_bytes(Refusal::UnknownFlow.to_wire() << 5));
    for word in [epoch, 1, 0, 0x0a00_0000 + FLOW] {
        refusal.extend(u32::to_be_bytes(word));
    }
    c.fabric().forge(End::Shard(0), End::Switch(0), &refusal);
    assert_eq!(c.reason(0, Reason::RefusedForGood), 1);
    assert!(!c.is_live(0, FLOW));
    c.settle();
    c.expect_messages(&[]);
    assert_eq!(c.mirrored(0), 0);
}

#[test]
fn idle_flow_lapses_and_nobody_renews_it() {
    let mut c = owned(<Cluster>::new());
    c.advance_ms(LEASE_MS);
    assert!(!c.is_live(0, FLOW));
    c.expect_messages(&[]);
}
