//! Numbers that wrap, minutes that pass, flows that end.

use redplane_core::count::Event;
use redplane_core::seq::{Epoch, Incarnation, Seq};
use redplane_core::switch::Config;
use redplane_core::time::{Span, TICK_NANOS};
use redplane_core::wire::{Kind, Refusal};
use redplane_tests::cluster::{Cluster, LEASE_MS, Setup};

use super::{FLOW, owned, read, write};

/// Nanoseconds until a switch's clock wraps.
const WRAP_NS: u64 = TICK_NANOS << 32;

#[test]
fn seq_epoch_boot_and_tick_wrap_and_nobody_notices() {
    let mut setup = Setup { clock_ns: WRAP_NS - 1_500_000_000, ..Setup::default() };
    setup.config = Config::new(0, Incarnation::new(u16::MAX));
    setup.store.epoch_floor = Epoch::new(u32::MAX - 2);
    setup.store.first_seq = Seq::new(u32::MAX - 3);
    let mut c = <Cluster>::with(setup);
    let (mut count, mut epochs) = (0, vec![]);
    for round in 0..6 {
        let index = round % 2;
        for _ in 0..2 {
            count += 1;
            write(&mut c, FLOW, index, count);
        }
        read(&mut c, FLOW, index, count);
        epochs.push(c.record(FLOW).unwrap().epoch.raw());
        c.advance_ms(400);
        if round == 3 {
            c.crash(0); // it owns nothing now
            c.restart(0);
        }
    }
    assert_eq!(epochs, [u32::MAX - 1, u32::MAX, 1, 2, 3, 4], "0 is no epoch");
    assert_eq!(c.record(FLOW).unwrap().seq, Seq::new(8));
    assert!(c.fabric().tick().raw() < Span::from_millis(2000).ticks(), "the clock has not wrapped");
    assert_eq!(c.fabric().incarnation(0), Incarnation::new(0));
}

#[test]
fn lease_across_the_wrap_of_the_clock_is_live_before_and_after_and_ends() {
    let mut c = owned(<Cluster>::with(Setup { clock_ns: WRAP_NS - 500_000_000, ..Setup::default() }));
    for _ in 0..9 {
        assert!(c.is_live(0, FLOW));
        c.advance_ms(100);
    }
    assert!(c.is_live(0, FLOW));
    c.advance_ms(100);
    assert!(!c.is_live(0, FLOW));
}

/// A deadline of half a wrap ago would be in the future: 9 minutes after it lapsed, for 9 minutes (RP-SW-12).
#[test]
fn deadline_left_alone_for_minutes_does_not_look_live_again() {
    let mut c = owned(<Cluster>::new());
    c.advance_ms(LEASE_MS);
    write(&mut c, FLOW, 1, 2);
    for _ in 0..40 {
        c.idle_minutes(1);
        assert!(!c.is_live(0, FLOW) && !c.is_live(1, FLOW));
    }
    c.messages();
    read(&mut c, FLOW, 0, 2);
    c.expect_messages(&[Kind::LeaseRequest, Kind::Grant]);
}

#[test]
fn slot_left_alone_for_minutes_may_still_be_reused() {
    let mut c = Cluster::<4, 8>::new();
    for minutes in 0..20 {
        // Every other time the same four flows.
        for flow in 0..4 {
            write(&mut c, 10 * (minutes % 2) + flow, 0, minutes / 2 + 1);
        }
        c.advance_ms(LEASE_MS);
        c.idle_minutes(minutes.into());
    }
    assert_eq!(c.event(0, Event::SlotReused), 4 * 19);
}

#[test]
fn flow_that_ended_and_comes_back_starts_anew_above_every_epoch_it_had() {
    let mut c = owned(<Cluster>::with(Setup { idle_ms: Some(3000), ..Setup::default() }));
    write(&mut c, FLOW, 1, 2);
    write(&mut c, FLOW, 0, 3);
    let epoch = c.record(FLOW).unwrap().epoch;
    c.hold_next(Kind::Write);
    c.send(FLOW).write().via(0);
    c.cut_to_store(0);
    c.advance_ms(4000);
    assert!(c.record(FLOW).is_none(), "idle for three seconds and beyond its lease");
    assert_eq!(c.store_event(Event::Expired), 1);

    write(&mut c, FLOW, 1, 1);
    assert!(c.record(FLOW).unwrap().epoch.is_newer_than(epoch));
    // What was written in its former life comes too late.
    c.release(Kind::Write);
    c.mend();
    c.advance_ms(500);
    c.expect_silence();
    assert!(c.refusals(Refusal::StaleEpoch) >= 1);
    read(&mut c, FLOW, 1, 1);
}

#[test]
fn flow_that_is_used_does_not_end() {
    let mut c = owned(<Cluster>::with(Setup { idle_ms: Some(1200), ..Setup::default() }));
    for _ in 0..100 {
        c.advance_ms(100);
        let packet = c.send(FLOW).read().via(0);
        c.settle();
        c.expect_output(packet, 1);
    }
    assert_eq!(c.store_event(Event::Expired), 0);
    c.advance_ms(2500);
    assert_eq!(c.store_event(Event::Expired), 1);
}
