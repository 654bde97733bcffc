//! Switches that die and come back.

use redplane_core::count::{Event, Reason};
use redplane_core::seq::Incarnation;
use redplane_core::switch::Config;
use redplane_core::wire::{Kind, Refusal};
use redplane_tests::cluster::{Cluster, LEASE_MS, Setup};

use super::{FLOW, owned, read, write};

#[test]
fn flow_of_a_dead_switch_goes_on_elsewhere_when_its_lease_has_ended() {
    let mut c = owned(<Cluster>::new());
    c.crash(0);
    let packet = c.send(FLOW).write().via(1);
    c.advance_ms(LEASE_MS - 10);
    c.expect_silence(); // nobody knows that it is dead
    c.advance_ms(20);
    c.expect_output(packet, 2);
}

#[test]
fn switch_that_restarts_gets_the_next_epoch_at_once_and_answers_to_its_former_life_are_ignored() {
    let mut c = owned(<Cluster>::new());
    let epoch = c.record(FLOW).unwrap().epoch;
    c.hold_next(Kind::WriteAck);
    c.send(FLOW).write().via(0);
    c.settle();
    c.crash(0);
    c.restart(0);
    read(&mut c, FLOW, 0, 2); // no wait for the lease of the dead
    assert_eq!(c.record(FLOW).unwrap().epoch, epoch.successor());
    assert_eq!(c.store_event(Event::GrantedNextBoot), 1);

    let before = c.view(0, FLOW).unwrap();
    c.release(Kind::WriteAck);
    c.settle();
    c.expect_silence();
    assert_eq!(c.reason(0, Reason::OldIncarnation), 1);
    assert_eq!(c.view(0, FLOW).unwrap(), before);
}

#[test]
fn write_of_a_former_life_that_arrives_late_is_refused() {
    let mut c = owned(<Cluster>::new());
    c.hold_next(Kind::Write);
    c.send(FLOW).write().via(0);
    c.crash(0);
    c.restart(0);
    read(&mut c, FLOW, 0, 1); // it was never shown, so it may be lost
    c.release(Kind::Write);
    c.settle();
    assert_eq!(c.refusals(Refusal::StaleEpoch), 1);
    assert_eq!(c.record(FLOW).unwrap().state[0], 1);
    c.expect_silence();
    write(&mut c, FLOW, 0, 2);
}

#[test]
fn grant_to_a_former_life_is_ignored_with_its_packet() {
    let mut c = <Cluster>::new();
    c.hold_next(Kind::Grant);
    c.send(FLOW).write().via(0);
    c.settle();
    c.crash(0);
    c.restart(0);
    c.release(Kind::Grant);
    c.settle();
    c.expect_silence();
    assert!(c.view(0, FLOW).is_none());
    write(&mut c, FLOW, 0, 1);
}

#[test]
fn request_of_a_former_life_that_arrives_late_is_refused() {
    let mut c = <Cluster>::new();
    c.hold_next(Kind::LeaseRequest);
    c.send(FLOW).write().via(0);
    c.crash(0);
    c.restart(0);
    write(&mut c, FLOW, 0, 1);
    c.release(Kind::LeaseRequest);
    c.settle();
    assert_eq!(c.refusals(Refusal::OldIncarnation), 1);
    c.expect_silence();
    write(&mut c, FLOW, 0, 2);
}

#[test]
fn switch_that_restarts_while_another_owns_the_flow_has_to_ask_like_anyone() {
    let mut c = owned(<Cluster>::new());
    c.crash(0);
    let packet = c.send(FLOW).write().via(1);
    c.advance_ms(LEASE_MS + 10);
    c.expect_output(packet, 2);
    c.restart(0);
    c.messages();
    read(&mut c, FLOW, 0, 2);
    assert!(c.messages().iter().any(|sent| sent.kind == Kind::Recall));
}

#[test]
fn boot_number_that_wraps_is_still_newer() {
    let config = Config::new(0, Incarnation::new(u16::MAX));
    let mut c = owned(<Cluster>::with(Setup { config, ..Setup::default() }));
    c.crash(0);
    c.restart(0);
    assert_eq!(c.fabric().incarnation(0), Incarnation::new(0));
    read(&mut c, FLOW, 0, 1);
    assert_eq!(c.store_event(Event::GrantedNextBoot), 1);
}

#[test]
fn packet_to_a_dead_switch_is_lost_and_changes_nothing() {
    let mut c = owned(<Cluster>::new());
    c.crash(0);
    c.send(FLOW).write().via(0);
    c.advance_ms(LEASE_MS + 10);
    c.expect_messages(&[]);
    read(&mut c, FLOW, 1, 1);
}
