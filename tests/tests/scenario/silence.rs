//! A store that cannot be reached.

use redplane_core::count::{Event, Reason};
use redplane_core::time::Span;
use redplane_core::wire::{Kind, Refusal};
use redplane_tests::cluster::{Cluster, LEASE_MS, Setup};
use redplane_tests::sim::register::OpenRegister;

use super::{FLOW, owned, read, write};

const SILENCE_MS: u64 = 1500;
const OPEN_MS: u64 = 5000;

fn impatient() -> Setup {
    let mut setup = Setup::default();
    setup.config.silence = Span::from_millis(SILENCE_MS);
    setup.config.open = Span::from_millis(OPEN_MS);
    setup
}

#[test]
fn store_silent_fail_closed_drops_and_counts_and_goes_on_when_the_store_is_back() {
    let mut c = owned(<Cluster>::with(impatient()));
    c.cut(0);
    c.advance_ms(LEASE_MS);
    // The first packet asks; until the store has been silent for long enough, it is only slow.
    c.send(FLOW).read().via(0);
    c.advance_ms(SILENCE_MS - 100);
    c.send(FLOW).read().via(0);
    assert_eq!(c.reason(0, Reason::StoreSilent), 0);
    c.advance_ms(200);
    for _ in 0..3 {
        c.send(FLOW).read().via(0);
    }
    assert_eq!(c.reason(0, Reason::StoreSilent), 3);
    c.settle();
    c.expect_silence();
    c.mend();
    read(&mut c, FLOW, 0, 1); // each packet goes on asking
    let silent = c.reason(0, Reason::StoreSilent);
    read(&mut c, FLOW, 0, 1);
    assert_eq!(c.reason(0, Reason::StoreSilent), silent);
}

#[test]
fn bounded_open_reads_go_on_for_the_bound_and_no_longer() {
    let mut c = owned(Cluster::<16, 8, OpenRegister>::with(impatient()));
    c.allow_stale_reads();
    let deadline_us = 990_000;
    c.cut(0);
    c.advance_ms(LEASE_MS);
    c.send(FLOW).read().via(0); // asks, and is lost
    c.advance_ms(SILENCE_MS + 10);
    let mut shown = 0;
    while c.now_us() < deadline_us + OPEN_MS * 1000 {
        let packet = c.send(FLOW).read().via(0);
        c.expect_output(packet, 1);
        shown += 1;
        c.advance_ms(100);
    }
    assert_eq!(c.event(0, Event::WentOpen), shown);
    assert!(shown > 20);
    c.send(FLOW).read().via(0);
    c.settle();
    c.expect_silence();
}

#[test]
fn bounded_open_is_for_reads_alone() {
    let mut c = owned(Cluster::<16, 8, OpenRegister>::with(impatient()));
    c.cut(0);
    c.advance_ms(LEASE_MS);
    c.send(FLOW).read().via(0);
    c.advance_ms(SILENCE_MS + 10);
    c.send(FLOW).write().via(0);
    c.settle();
    c.expect_silence();
    assert_eq!(c.view(0, FLOW).unwrap().state[0], 1);
    assert_eq!(c.event(0, Event::WentOpen), 0);
}

#[test]
fn bounded_open_waits_until_the_store_is_silent() {
    let mut c = owned(Cluster::<16, 8, OpenRegister>::with(impatient()));
    c.advance_ms(LEASE_MS);
    write(&mut c, FLOW, 1, 2); // the store is there, and somebody else has the flow
    read(&mut c, FLOW, 0, 2);
    assert_eq!(c.event(0, Event::WentOpen), 0);
}

#[test]
fn bounded_open_does_not_use_a_lease_that_was_given_up() {
    let mut c = owned(Cluster::<16, 8, OpenRegister>::with(impatient()));
    c.give_up(0, FLOW);
    c.settle();
    write(&mut c, FLOW, 1, 2);
    c.cut(0);
    c.send(FLOW).read().via(0);
    c.advance_ms(SILENCE_MS + 10);
    c.send(FLOW).read().via(0);
    c.settle();
    c.expect_silence();
}

#[test]
fn bounded_open_read_that_saw_an_unacked_write_does_not_go_on() {
    let mut c = owned(Cluster::<16, 8, OpenRegister>::with(impatient()));
    c.cut(0);
    c.send(FLOW).write().via(0);
    c.advance_ms(LEASE_MS);
    c.send(FLOW).read().via(0);
    c.advance_ms(SILENCE_MS + 10);
    c.send(FLOW).read().via(0);
    c.expect_silence();
    assert_eq!(c.event(0, Event::WentOpen), 0);
    c.mend();
    c.advance_ms(500);
    read(&mut c, FLOW, 0, 2);
}

/// The refusal says that the lease is over, and no ack that was under way all the while makes it one that has just lapsed.
#[test]
fn bounded_open_does_not_use_a_refused_lease_whose_ack_comes_late() {
    let mut setup = impatient();
    setup.idle_ms = Some(1200);
    let mut c = owned(Cluster::<16, 8, OpenRegister>::with(setup));
    c.allow_stale_reads();
    c.hold_next(Kind::WriteAck);
    let late = c.send(FLOW).write().via(0);
    c.cut_to_store(0);
    c.advance_ms(3000);
    assert!(c.record(FLOW).is_none(), "the flow has ended");
    c.mend();
    c.advance_ms(500); // the write is sent again
    assert_eq!(c.refusals(Refusal::UnknownFlow), 1);
    c.release(Kind::WriteAck);
    c.settle();
    c.expect_output(late, 2);

    c.cut(0);
    c.send(FLOW).read().via(0); // asks, and is lost
    c.advance_ms(SILENCE_MS + 10);
    c.send(FLOW).read().via(0);
    c.settle();
    c.expect_silence();
    assert_eq!(c.event(0, Event::WentOpen), 0);
}
