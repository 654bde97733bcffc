//! The packet path of the software switch allocates nothing after start-up, nor does the store that answers it.
//!
//! A counting allocator stands in for the system's; this is the reason for a test binary of its own, with one test in it so that
//! nobody else's allocations count.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod common;
mod counting;

use std::net::{Ipv4Addr, UdpSocket};

use common::{Device, INSIDE_HOST, POOL, SERVER, Store, ends, nat, next, settle, tcp};
use counting::call_count;
use redplane_apps::{Counter, Nat44};
use redplane_core::count::Event;
use redplane_core::seq::Incarnation;
use redplane_core::switch::Config;
use redplane_core::time::Span;
use redplane_linux::clock::SimulatedClock;
use redplane_linux::plain::PlainSwitch;
use redplane_linux::port::{ChannelPort, Port};
use redplane_linux::store_link::UdpLink;
use redplane_store::shard::ZeroState;

const SYN: u8 = 2;
const ACK: u8 = 16;

#[test]
fn started_switch_allocates_nothing_whatever_comes() {
    let calls = [nat_allocations(), counter_allocations(), plain_allocations(), replica_allocations()];
    assert_eq!(
        calls, [0; 4],
        "calls of the allocator: NAT, counter, plain NAT, NAT that looks for a replica"
    );
    let before = call_count();
    drop(std::hint::black_box(Box::new(1)));
    assert!(call_count() > before, "the allocator counts");
}

/// Lease requests, grants, writes, acks, reads, resends, renewals, waiting, recalls, give-ups, expired packets.
fn nat_allocations() -> u64 {
    let clock = SimulatedClock::new();
    clock.set(1_000_000_000);
    let mut store = Store::new(nat(), clock.clone());
    let params = Nat44::params(POOL, 32);
    let mut first = Device::<Nat44>::new(1, params, store.link(), &clock);
    let mut second = Device::<Nat44>::new(2, params, store.link(), &clock);
    let mut buf = [0; 2048];

    let before = call_count();
    for round in 0..20u16 {
        let host = (INSIDE_HOST.0, 5000 + round);
        first.inside.send(&tcp(host, SERVER, SYN, 64)).unwrap();
        settle(&mut store, &mut [&mut first]);
        let outside = ends(next(&mut first.outside, &mut buf).unwrap()).0;
        first.inside.send(&tcp(host, SERVER, ACK, 64)).unwrap();
        first.inside.send(&tcp(host, SERVER, ACK, 1)).unwrap();
        first.outside.send(&tcp(SERVER, outside, ACK, 64)).unwrap();
        settle(&mut store, &mut [&mut first]);
        // A write that is lost, a read behind it, and the resending.
        store.deaf = true;
        first.inside.send(&tcp(host, SERVER, SYN, 64)).unwrap();
        first.inside.send(&tcp(host, SERVER, ACK, 64)).unwrap();
        settle(&mut store, &mut [&mut first]);
        store.deaf = false;
        clock.advance(600_000_000);
        first.inside.send(&tcp(host, SERVER, ACK, 64)).unwrap();
        settle(&mut store, &mut [&mut first]);
        clock.advance(1_100_000_000);
        settle(&mut store, &mut [&mut first]);
        // The other switch wants the flow: it waits, the first is asked and gives it back.
        first.inside.send(&tcp(host, SERVER, ACK, 64)).unwrap();
        settle(&mut store, &mut [&mut first]);
        second.inside.send(&tcp(host, SERVER, ACK, 64)).unwrap();
        settle(&mut store, &mut [&mut second]);
        for _ in 0..100 {
            clock.advance(20_000_000);
            settle(&mut store, &mut [&mut first, &mut second]);
        }
        assert_eq!(ends(next(&mut second.outside, &mut buf).unwrap()), (outside, SERVER));
        for port in [&mut first.inside, &mut first.outside, &mut second.inside, &mut second.outside] {
            while next(port, &mut buf).is_some() {}
        }
    }
    second.switch.give_up_all();
    settle(&mut store, &mut [&mut second]);
    let calls = call_count() - before;

    let counters = first.switch.counters();
    for event in [
        Event::GrantInstalled,
        Event::ReadForwarded,
        Event::WriteReleased,
        Event::ReadHeld,
        Event::Resent,
        Event::RenewSent,
        Event::LeaseLapsed,
    ] {
        assert_ne!(counters.event(event), 0, "{event:?} did not happen");
    }
    for event in [Event::RequestWaits, Event::RecallSent, Event::GrantedNext, Event::HoldAnswered] {
        assert_ne!(store.shard.event(event), 0, "{event:?} did not happen");
    }
    assert_eq!(first.switch.port_counters().expired_answered, 20);
    calls
}

/// Every packet is a write.
fn counter_allocations() -> u64 {
    let clock = SimulatedClock::new();
    clock.set(1_000_000_000);
    let mut store = Store::new(ZeroState { idle_ticks: 1 << 20 }, clock.clone());
    let mut device = Device::<Counter>::new(1, [0; 4], store.link(), &clock);
    let mut buf = [0; 2048];
    let before = call_count();
    for round in 0..200u16 {
        for _ in 0..8 {
            device.inside.send(&tcp((INSIDE_HOST.0, round % 16), SERVER, ACK, 64)).unwrap();
        }
        settle(&mut store, &mut [&mut device]);
        clock.advance(1_000_000);
        settle(&mut store, &mut [&mut device]);
        while next(&mut device.outside, &mut buf).is_some() {}
    }
    let calls = call_count() - before;
    assert_eq!(device.switch.counters().event(Event::WriteReleased), 1600);
    calls
}

fn plain_allocations() -> u64 {
    let config = Config { program: Nat44::params(POOL, 32), ..Config::new(1, Incarnation::new(1)) };
    let (mut inside, near_inside) = ChannelPort::pair(8);
    let (mut outside, near_outside) = ChannelPort::pair(8);
    let clock = Box::new(SimulatedClock::new());
    let mut switch = PlainSwitch::<Nat44, 4096, _>::new(
        &config,
        nat(),
        Box::new(near_inside),
        Box::new(near_outside),
        clock,
    )
    .unwrap();
    let mut buf = [0; 2048];
    let before = call_count();
    for round in 0..50u16 {
        let host = (INSIDE_HOST.0, 5000 + round);
        for flags in [SYN, ACK] {
            inside.send(&tcp(host, SERVER, flags, 64)).unwrap();
            switch.poll().unwrap();
            let end = ends(next(&mut outside, &mut buf).unwrap()).0;
            outside.send(&tcp(SERVER, end, flags, 64)).unwrap();
            switch.poll().unwrap();
            assert_eq!(ends(next(&mut inside, &mut buf).unwrap()).1, host);
        }
    }
    call_count() - before
}

/// Replicas that are silent are left, and the one that serves is found.
fn replica_allocations() -> u64 {
    let clock = SimulatedClock::new();
    clock.set(1_000_000_000);
    let mut store = Store::new(nat(), clock.clone());
    let silent = [(); 2].map(|()| UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap());
    let [one, other] = silent.each_ref().map(|socket| socket.local_addr().unwrap());
    let link = UdpLink::to_replicas(&[vec![one, store.address(), other]], Span::from_millis(2)).unwrap();
    let link = link.with_clock(Box::new(clock.clone()));
    let mut device = Device::<Nat44>::new(1, Nat44::params(POOL, 32), link, &clock);
    let mut buf = [0; 2048];

    let before = call_count();
    let mut came_out = 0;
    for round in 0..40u16 {
        store.deaf = round % 10 == 9;
        device.inside.send(&tcp((INSIDE_HOST.0, 5000 + round), SERVER, SYN, 64)).unwrap();
        settle(&mut store, &mut [&mut device]);
        clock.advance(3_000_000);
        came_out += u32::from(next(&mut device.outside, &mut buf).is_some());
    }
    let calls = call_count() - before;
    assert!(came_out > 20, "{came_out}");
    assert!(device.switch.link().counters().moved_silent >= 9, "three rounds");
    calls
}
