//! Software switches with a store over real sockets, and the plain switch that they are compared with.

mod common;

use common::{Device, INSIDE_HOST, POOL, SERVER, Store, ends, nat, next, settle, tcp};
use redplane_apps::Nat44;
use redplane_core::count::{Event, Reason};
use redplane_core::seq::Incarnation;
use redplane_core::switch::Config;
use redplane_linux::clock::SimulatedClock;
use redplane_linux::plain::PlainSwitch;
use redplane_linux::port::{ChannelPort, Port};
use redplane_store::nat::NatInitializer;

const SYN: u8 = 2;
const ACK: u8 = 16;

fn nat_device(id: u16, store: &Store<Nat44, NatInitializer>, clock: &SimulatedClock) -> Device<Nat44> {
    Device::new(id, Nat44::params(POOL, 32), store.link(), clock)
}

#[test]
fn connection_goes_both_ways_and_on_at_another_switch_with_its_translation() {
    let clock = SimulatedClock::new();
    clock.set(1_000_000_000);
    let mut store = Store::new(nat(), clock.clone());
    let mut first = nat_device(1, &store, &clock);
    let mut second = nat_device(2, &store, &clock);
    let mut buf = [0; 2048];

    first.inside.send(&tcp(INSIDE_HOST, SERVER, SYN, 64)).unwrap();
    settle(&mut store, &mut [&mut first]);
    let outside = ends(next(&mut first.outside, &mut buf).unwrap()).0;
    assert_eq!(outside.0, POOL);
    first.outside.send(&tcp(SERVER, outside, SYN | ACK, 64)).unwrap();
    settle(&mut store, &mut [&mut first]);
    assert_eq!(ends(next(&mut first.inside, &mut buf).unwrap()), (SERVER, INSIDE_HOST));
    assert_eq!(first.switch.port_counters().sent, [1, 1]);

    // The first switch dies. The second has to wait for the lease, and the store knows when.
    drop(first);
    second.inside.send(&tcp(INSIDE_HOST, SERVER, ACK, 64)).unwrap();
    settle(&mut store, &mut [&mut second]);
    assert_eq!(next(&mut second.outside, &mut buf), None);
    assert_eq!(store.shard.event(Event::RequestWaits), 1);
    clock.advance(1_100_000_000);
    settle(&mut store, &mut [&mut second]);
    assert_eq!(ends(next(&mut second.outside, &mut buf).unwrap()), (outside, SERVER));
}

#[test]
fn leases_handed_back_let_the_next_switch_go_on_at_once() {
    let clock = SimulatedClock::new();
    clock.set(1_000_000_000);
    let mut store = Store::new(nat(), clock.clone());
    let mut first = nat_device(1, &store, &clock);
    let mut second = nat_device(2, &store, &clock);
    let mut buf = [0; 2048];
    first.inside.send(&tcp(INSIDE_HOST, SERVER, SYN, 64)).unwrap();
    settle(&mut store, &mut [&mut first]);
    let outside = ends(next(&mut first.outside, &mut buf).unwrap()).0;

    assert_eq!(first.switch.give_up_all(), 0);
    clock.advance(1_000);
    settle(&mut store, &mut [&mut first]);
    assert_eq!(first.switch.unanswered(), 0);
    second.inside.send(&tcp(INSIDE_HOST, SERVER, ACK, 64)).unwrap();
    settle(&mut store, &mut [&mut second]);
    assert_eq!(ends(next(&mut second.outside, &mut buf).unwrap()), (outside, SERVER));
}

#[test]
fn lost_write_is_sent_again_until_the_store_hears_it() {
    let clock = SimulatedClock::new();
    clock.set(1_000_000_000);
    let mut store = Store::new(nat(), clock.clone());
    let mut device = nat_device(1, &store, &clock);
    let mut buf = [0; 2048];
    device.inside.send(&tcp(INSIDE_HOST, SERVER, SYN, 64)).unwrap();
    settle(&mut store, &mut [&mut device]);
    assert!(next(&mut device.outside, &mut buf).is_some());

    store.deaf = true;
    device.inside.send(&tcp(INSIDE_HOST, SERVER, SYN, 64)).unwrap();
    settle(&mut store, &mut [&mut device]);
    assert_eq!((next(&mut device.outside, &mut buf), device.switch.unanswered()), (None, 1));
    store.deaf = false;
    clock.advance(10_000_000);
    settle(&mut store, &mut [&mut device]);
    assert_eq!(device.switch.counters().event(Event::Resent), 1);
    assert_eq!(device.switch.unanswered(), 0);
}

#[test]
fn packet_without_hops_left_is_answered_by_its_own_port() {
    let clock = SimulatedClock::new();
    let mut store = Store::new(nat(), clock.clone());
    let mut device = nat_device(1, &store, &clock);
    let mut buf = [0; 2048];
    device.inside.send(&tcp(INSIDE_HOST, SERVER, SYN, 1)).unwrap();
    settle(&mut store, &mut [&mut device]);
    let answer = next(&mut device.inside, &mut buf).unwrap();
    assert_eq!((answer[23], answer[34], &answer[30..34]), (1, 11, &INSIDE_HOST.0[..]));
    assert_eq!(device.switch.counters().reason(Reason::TtlExpired), 1);
    assert_eq!(device.switch.port_counters().expired_answered, 1);
}

#[test]
fn several_messages_in_a_datagram_are_all_handled() {
    let clock = SimulatedClock::new();
    clock.set(1_000_000_000);
    let mut store = Store::new(nat(), clock.clone());
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let link = redplane_linux::store_link::UdpLink::connect(socket.local_addr().unwrap(), 1).unwrap();
    let mut device = Device::<Nat44>::new(1, Nat44::params(POOL, 32), link, &clock);
    device.inside.send(&tcp(INSIDE_HOST, SERVER, SYN, 64)).unwrap();
    settle(&mut store, &mut [&mut device]);
    let (mut buf, mut datagram) = ([0; 2048], Vec::new());
    let (_, from) = socket.recv_from(&mut buf).unwrap();
    // Three recalls of a flow that the switch does not hold: its request's header with another kind, of which the first two say
    // that more follows.
    buf[0] = 0x1b;
    for flags in [8, 8, 0] {
        buf[6..8].copy_from_slice(&[0, flags]);
        datagram.extend(&buf[..32]);
    }
    socket.send_to(&datagram, from).unwrap();
    settle(&mut store, &mut [&mut device]);
    assert_eq!(device.switch.counters().reason(Reason::NoSlot), 3);
}

#[test]
fn plain_switch_translates_by_itself_and_its_successor_knows_nothing() {
    let clock = SimulatedClock::new();
    let config = Config { program: Nat44::params(POOL, 32), ..Config::new(1, Incarnation::new(1)) };
    let plain = || {
        let (inside, near_inside) = ChannelPort::pair(8);
        let (outside, near_outside) = ChannelPort::pair(8);
        let (near_inside, near_outside) = (Box::new(near_inside), Box::new(near_outside));
        let switch = PlainSwitch::<Nat44, 64, _>::new(
            &config,
            nat(),
            near_inside,
            near_outside,
            Box::new(clock.clone()),
        );
        (switch.unwrap(), inside, outside)
    };
    let mut buf = [0; 2048];
    let (mut switch, mut inside, mut outside) = plain();
    inside.send(&tcp(INSIDE_HOST, SERVER, SYN, 64)).unwrap();
    assert_eq!(switch.poll().unwrap(), 1);
    let end = ends(next(&mut outside, &mut buf).unwrap()).0;
    outside.send(&tcp(SERVER, end, SYN | ACK, 64)).unwrap();
    switch.poll().unwrap();
    assert_eq!(ends(next(&mut inside, &mut buf).unwrap()), (SERVER, INSIDE_HOST));
    assert_eq!(switch.counters().event(Event::RecordMade), 2);

    let (mut switch, mut inside, mut outside) = plain();
    outside.send(&tcp(SERVER, end, ACK, 64)).unwrap();
    switch.poll().unwrap();
    assert_eq!((next(&mut inside, &mut buf), switch.refused()), (None, 1));
}
