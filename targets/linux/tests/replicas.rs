//! A switch whose store has replicas learns of a new head by itself, within one retransmission (RP-CH-6).
//!
//! Two addresses stand before one store, as two replicas with the same records. One of them serves; the other is silent or says `Moved`.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod common;

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};

use common::{Device, INSIDE_HOST, POOL, SERVER, Store, ends, nat, next, tcp};
use redplane_apps::Nat44;
use redplane_core::count::{Event, Reason};
use redplane_core::program::Program;
use redplane_core::time::Span;
use redplane_core::wire::{Flags, HEADER_LEN, Kind, Refusal, VERSION};
use redplane_linux::clock::SimulatedClock;
use redplane_linux::port::Port;
use redplane_linux::store_link::UdpLink;
use redplane_store::nat::NatInitializer;

const SYN: u8 = 2;
const ACK: u8 = 16;
/// The switch's, as it is by default.
const RESEND: Span = Span::from_millis(2);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Manner {
    Serves,
    SaysMoved,
    IsSilent,
}

/// An address of the store.
struct Replica {
    manner: Manner,
    /// Where switches find it.
    front: UdpSocket,
    /// Leads to the store.
    back: UdpSocket,
    switch: Option<SocketAddr>,
}

impl Replica {
    fn new(store: SocketAddr, manner: Manner) -> Self {
        let [front, back] = [(); 2].map(|()| {
            let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
            socket.set_nonblocking(true).unwrap();
            socket
        });
        back.connect(store).unwrap();
        Self { manner, front, back, switch: None }
    }

    fn address(&self) -> SocketAddr {
        self.front.local_addr().unwrap()
    }

    /// Passes on or answers what has come; whether that was anything.
    fn poll(&mut self) -> bool {
        let mut buf = [0; 2048];
        let mut done = false;
        while let Ok((length, from)) = self.front.recv_from(&mut buf) {
            done = true;
            self.switch = Some(from);
            match self.manner {
                Manner::Serves => drop(self.back.send(&buf[..length]).unwrap()),
                Manner::SaysMoved => drop(self.front.send_to(refused(&mut buf), from).unwrap()),
                Manner::IsSilent => {}
            }
        }
        while let Ok(length) = self.back.recv(&mut buf) {
            done = true;
            self.front.send_to(&buf[..length], self.switch.unwrap()).unwrap();
        }
        done
    }
}

/// Makes a request its own refusal.
fn refused(request: &mut [u8]) -> &[u8] {
    request[0] = VERSION << 4 | Kind::Refuse as u8;
    let flags = Flags::new().with_port(Refusal::Moved.to_wire());
    request[6..8].copy_from_slice(&flags.into_bits().to_be_bytes());
    &request[..HEADER_LEN + 4 * usize::from(Nat44::LAYOUT.key_words)]
}

struct Scene {
    clock: SimulatedClock,
    store: Store<Nat44, NatInitializer>,
    replicas: [Replica; 2],
    device: Device<Nat44>,
}

impl Scene {
    fn new(manners: [Manner; 2]) -> Self {
        let clock = SimulatedClock::new();
        clock.set(1_000_000_000);
        let store = Store::new(nat(), clock.clone());
        let replicas = manners.map(|manner| Replica::new(store.address(), manner));
        let addresses = replicas.iter().map(Replica::address).collect();
        let link = UdpLink::to_replicas(&[addresses], RESEND).unwrap().with_clock(Box::new(clock.clone()));
        let device = Device::new(1, Nat44::params(POOL, 32), link, &clock);
        Self { clock, store, replicas, device }
    }

    /// Polls all until none has anything to do.
    fn settle(&mut self) {
        let mut quiet = 0;
        while quiet < 5 {
            let mut done = self.device.switch.poll().unwrap() > 0;
            for replica in &mut self.replicas {
                done |= replica.poll();
            }
            done |= self.store.poll();
            quiet = if done { 0 } else { quiet + 1 };
        }
    }

    fn passes(&mut self, span: Span) {
        self.clock.advance(span.nanos());
        self.settle();
    }

    /// A packet from inside; whether it comes out.
    fn sends(&mut self, flags: u8) -> bool {
        self.device.inside.send(&tcp(INSIDE_HOST, SERVER, flags, 64)).unwrap();
        self.settle();
        let mut buf = [0; 2048];
        next(&mut self.device.outside, &mut buf).is_some_and(|frame| ends(frame).1 == SERVER)
    }

    fn resent(&self) -> u64 {
        self.device.switch.counters().event(Event::Resent).into()
    }

    /// Moves for being told, and for silence.
    fn moves(&self) -> (u64, u64) {
        let counters = self.device.switch.link().counters();
        (counters.moved_refused, counters.moved_silent)
    }
}

/// A write is under way when the head changes: the first time that it is sent again, the new head has it.
fn write_reaches_the_new_head_with_one_retransmission(former: Manner, moves: (u64, u64)) {
    let mut scene = Scene::new([Manner::Serves, Manner::SaysMoved]);
    assert!(scene.sends(SYN));
    scene.passes(Span::from_millis(100));
    [scene.replicas[0].manner, scene.replicas[1].manner] = [former, Manner::Serves];
    // A SYN sets the phase, which is a write. Its output is lost with the former head.
    assert!(!scene.sends(SYN));
    assert_eq!(scene.device.switch.unanswered(), 1);
    scene.passes(RESEND);
    assert_eq!((scene.device.switch.unanswered(), scene.resent()), (0, 1));
    assert_eq!(scene.moves(), moves);
    assert!(scene.sends(SYN), "and the connection goes on");
    assert!(scene.sends(ACK));
    assert_eq!(scene.moves(), moves);
    let refused = scene.device.switch.counters().reason(Reason::RefusedForNow);
    assert_eq!(u64::from(refused), moves.0, "the switch sees refusals too");
}

#[test]
fn write_that_a_former_head_refuses_reaches_the_new_one_with_one_retransmission() {
    write_reaches_the_new_head_with_one_retransmission(Manner::SaysMoved, (1, 0));
}

#[test]
fn write_that_a_dead_head_swallows_reaches_the_new_one_with_one_retransmission() {
    write_reaches_the_new_head_with_one_retransmission(Manner::IsSilent, (0, 1));
}

#[test]
fn switch_that_starts_at_a_replica_that_does_not_serve_loses_one_packet() {
    let mut scene = Scene::new([Manner::SaysMoved, Manner::Serves]);
    assert!(!scene.sends(SYN));
    assert!(scene.sends(SYN));
    assert_eq!(scene.moves(), (1, 0));
}
