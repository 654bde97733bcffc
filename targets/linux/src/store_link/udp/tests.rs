//! The link over real sockets: shards and strangers, and which replica is sent to (RP-CH-6).

use std::time::{Duration, Instant};

use redplane_core::wire::{Flags, HEADER_LEN, Kind, Refusal, VERSION};

use super::*;
use crate::clock::SimulatedClock;

const RESEND: Span = Span::from_millis(2);

fn receive(link: &mut UdpLink, buf: &mut [u8]) -> usize {
    let end = Instant::now() + Duration::from_secs(10);
    while Instant::now() < end {
        if let Some(length) = link.receive(buf) {
            return length;
        }
        std::thread::yield_now();
    }
    panic!("nothing came");
}

/// Sockets on `shards` ports in a row.
fn store(shards: u16) -> (SocketAddr, Vec<UdpSocket>) {
    for port in (20_000..60_000).step_by(7) {
        let sockets: io::Result<Vec<_>> =
            (0..shards).map(|shard| UdpSocket::bind((Ipv4Addr::LOCALHOST, port + shard))).collect();
        if let Ok(sockets) = sockets {
            return (sockets[0].local_addr().unwrap(), sockets);
        }
    }
    panic!("no ports are free");
}

fn message(kind: Kind, reason: u16) -> [u8; HEADER_LEN] {
    let mut bytes = [0; HEADER_LEN];
    bytes[0] = VERSION << 4 | kind as u8;
    bytes[6..8].copy_from_slice(&Flags::new().with_port(reason).into_bits().to_be_bytes());
    bytes
}

/// What a replica does with what it is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    Serves,
    SaysMoved,
    IsSilent,
}

use Manner::{IsSilent, SaysMoved, Serves};

/// A shard's replicas, each a socket, with a link to them on a clock that is moved by hand.
struct Group {
    replicas: Vec<(UdpSocket, Manner)>,
    link: UdpLink,
    clock: SimulatedClock,
}

impl Group {
    fn new(manners: &[Manner]) -> Self {
        let replicas: Vec<_> = manners
            .iter()
            .map(|manner| {
                let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
                socket.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
                (socket, *manner)
            })
            .collect();
        let addresses = replicas.iter().map(|(socket, _)| socket.local_addr().unwrap()).collect();
        let clock = SimulatedClock::new();
        let link = UdpLink::to_replicas(&[addresses], RESEND).unwrap().with_clock(Box::new(clock.clone()));
        Self { replicas, link, clock }
    }

    /// Sends one message. Gives the replica that it reached, after the link has taken the answer if there is one.
    fn ask(&mut self) -> usize {
        let expected = self.link.counters().sent + 1;
        self.link.send(&[7], b"request");
        assert_eq!(self.link.counters().sent, expected);
        let (at, from) = self.reached();
        let answer = match self.replicas[at].1 {
            Serves => message(Kind::WriteAck, 0),
            SaysMoved => message(Kind::Refuse, Refusal::Moved.to_wire()),
            IsSilent => return at,
        };
        self.says(at, from, &answer);
        at
    }

    /// The replica that the message on its way reaches, and where it is from.
    fn reached(&self) -> (usize, SocketAddr) {
        let mut buf = [0; 64];
        for (socket, _) in &self.replicas {
            socket.set_nonblocking(true).unwrap();
        }
        let end = Instant::now() + Duration::from_secs(10);
        while Instant::now() < end {
            for (at, (socket, _)) in self.replicas.iter().enumerate() {
                if let Ok((length, from)) = socket.recv_from(&mut buf) {
                    assert_eq!(&buf[..length], b"request");
                    return (at, from);
                }
            }
            std::thread::yield_now();
        }
        panic!("no replica was reached");
    }

    /// A replica sends this, and the link hands it on as it is.
    fn says(&mut self, replica: usize, to: SocketAddr, answer: &[u8]) {
        self.replicas[replica].0.send_to(answer, to).unwrap();
        let mut buf = [0; 64];
        let length = receive(&mut self.link, &mut buf);
        assert_eq!(&buf[..length], answer);
    }

    fn passes(&self, span: Span) {
        self.clock.advance(span.nanos());
    }

    /// Moves for being told, and for silence.
    fn moves(&self) -> (u64, u64) {
        let LinkCounters { moved_refused, moved_silent, .. } = self.link.counters();
        (moved_refused, moved_silent)
    }
}

#[test]
fn replica_that_says_moved_is_left_with_the_next_message_and_the_switch_sees_what_it_said() {
    let mut group = Group::new(&[SaysMoved, SaysMoved, Serves]);
    let reached: Vec<_> = (0..5).map(|_| group.ask()).collect();
    assert_eq!(reached, [0, 1, 2, 2, 2]);
    assert_eq!(group.moves(), (2, 0));
    assert_eq!(group.link.counters().received, 5, "refusals are the switch's to count");
}

#[test]
fn replica_that_falls_silent_is_left_after_one_retransmission_by_a_clock_that_is_a_little_late() {
    let mut group = Group::new(&[Serves, Serves]);
    assert_eq!(group.ask(), 0);
    group.replicas[0].1 = IsSilent;
    group.passes(Span::from_millis(60_000));
    assert_eq!(group.ask(), 0, "an idle flow is no silence");
    group.passes(Span::from_millis(1));
    assert_eq!(group.ask(), 0, "it may still answer");
    group.passes(Span::from_micros(900));
    assert_eq!([group.ask(), group.ask()], [1, 1]);
    assert_eq!(group.moves(), (0, 1));
}

#[test]
fn dead_and_former_replicas_in_a_row_are_gone_through_to_the_head() {
    let mut group = Group::new(&[IsSilent, SaysMoved, IsSilent, Serves]);
    let mut reached = vec![];
    for _ in 0..5 {
        reached.push(group.ask());
        group.passes(RESEND);
    }
    assert_eq!(reached, [0, 1, 2, 3, 3]);
    assert_eq!(group.moves(), (1, 2));
}

#[test]
fn late_ack_of_a_former_head_is_handed_on_and_does_not_lead_back() {
    let mut group = Group::new(&[IsSilent, Serves]);
    group.link.send(&[7], b"request");
    let (at, from) = group.reached();
    assert_eq!(at, 0);
    group.passes(RESEND);
    assert_eq!(group.ask(), 1);
    group.says(0, from, &message(Kind::WriteAck, 0));
    assert_eq!(group.ask(), 1);
    group.says(0, from, &message(Kind::Refuse, Refusal::Moved.to_wire()));
    assert_eq!(group.ask(), 1);
    assert_eq!(group.moves(), (0, 1));
}

#[test]
fn group_without_a_head_is_gone_round_at_the_pace_of_messages() {
    let mut group = Group::new(&[SaysMoved, SaysMoved, SaysMoved]);
    let reached: Vec<_> = (0..7).map(|_| group.ask()).collect();
    assert_eq!(reached, [0, 1, 2, 0, 1, 2, 0]);
    group.replicas[1].1 = Serves;
    assert_eq!([group.ask(), group.ask()], [1, 1]);
    assert_eq!(group.moves(), (7, 0));
}

#[test]
fn only_replica_that_is_silent_or_says_moved_is_kept() {
    let mut group = Group::new(&[SaysMoved]);
    assert_eq!(group.ask(), 0);
    group.replicas[0].1 = IsSilent;
    for _ in 0..3 {
        assert_eq!(group.ask(), 0);
        group.passes(RESEND);
    }
    assert_eq!(group.moves(), (0, 0));
}

#[test]
fn replica_whose_process_is_gone_is_left_like_a_silent_one() {
    let mut group = Group::new(&[Serves, Serves]);
    assert_eq!(group.ask(), 0);
    let (gone, _) = group.replicas.remove(0);
    drop(gone);
    let mut buf = [0; 64];
    let end = Instant::now() + Duration::from_secs(10);
    while group.link.counters().moved_silent == 0 && Instant::now() < end {
        group.link.send(&[7], b"request");
        group.passes(RESEND);
        assert_eq!(group.link.receive(&mut buf), None);
    }
    assert_eq!(group.reached().0, 0, "the one that is left");
    assert_eq!(group.moves(), (0, 1));
}

#[test]
fn way_of_one_shard_is_not_that_of_another() {
    let sockets: Vec<_> = (0..4).map(|_| UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap()).collect();
    let address = |at: usize| sockets[at].local_addr().unwrap();
    let shards = [vec![address(0), address(1)], vec![address(2), address(3)]];
    let mut link = UdpLink::to_replicas(&shards, Span::MAX).unwrap();
    let key_of = |shard| (0..).find(|key| shard_of(&[*key], 2) == shard).unwrap();
    let mut buf = [0; 64];
    let mut asks = |link: &mut UdpLink, shard, expected: usize, kind, reason: u16| {
        link.send(&[key_of(shard)], b"request");
        let (_, from) = sockets[expected].recv_from(&mut buf).unwrap();
        sockets[expected].send_to(&message(kind, reason), from).unwrap();
        receive(link, &mut buf);
    };
    let moved = Refusal::Moved.to_wire();
    asks(&mut link, 0, 0, Kind::Refuse, moved);
    asks(&mut link, 1, 2, Kind::WriteAck, 0);
    asks(&mut link, 0, 1, Kind::WriteAck, 0);
    asks(&mut link, 1, 2, Kind::Refuse, moved);
    asks(&mut link, 0, 1, Kind::WriteAck, 0);
    asks(&mut link, 1, 3, Kind::WriteAck, 0);
}

#[test]
fn message_sent_goes_to_the_shard_of_its_key_and_the_answer_comes_back() {
    let (address, sockets) = store(3);
    let mut link = UdpLink::connect(address, 3).unwrap();
    let mut buf = [0; 16];
    for first in 0..20 {
        let key = [first, 7];
        link.send(&key, &first.to_be_bytes());
        let socket = &sockets[usize::from(shard_of(&key, 3))];
        let (length, from) = socket.recv_from(&mut buf).unwrap();
        assert_eq!(buf[..length], first.to_be_bytes());
        socket.send_to(b"answer", from).unwrap();
        let length = receive(&mut link, &mut buf);
        assert_eq!(&buf[..length], b"answer");
    }
    assert_eq!((link.counters().sent, link.counters().received), (20, 20));
}

#[test]
fn datagram_of_a_stranger_is_not_received() {
    let (address, sockets) = store(1);
    let mut link = UdpLink::connect(address, 1).unwrap();
    let stranger = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let to = (Ipv4Addr::LOCALHOST, link.sockets[0].local.port());
    stranger.send_to(b"forged", to).unwrap();
    link.send(&[1], b"hello");
    sockets[0].send_to(b"true", to).unwrap();
    let mut buf = [0; 16];
    let length = receive(&mut link, &mut buf);
    assert_eq!(&buf[..length], b"true");
    assert_eq!(link.receive(&mut buf), None);
}

#[test]
fn store_that_is_gone_is_counted_and_found_again() {
    let (address, sockets) = store(1);
    drop(sockets);
    let mut link = UdpLink::connect(address, 1).unwrap();
    let mut buf = [0; 16];
    let end = Instant::now() + Duration::from_secs(10);
    while link.counters().unreachable == 0 && Instant::now() < end {
        link.send(&[1], b"hello");
        let _ = link.receive(&mut buf);
    }
    assert_ne!(link.counters().unreachable, 0);
    let socket = UdpSocket::bind(address).unwrap();
    link.send(&[1], b"again");
    // What the former socket left unsaid may take this one's turn.
    link.send(&[1], b"again");
    let (length, _) = socket.recv_from(&mut buf).unwrap();
    assert_eq!(&buf[..length], b"again");
}

#[test]
fn impossible_shards_are_refused() {
    let address: SocketAddr = "127.0.0.1:65534".parse().unwrap();
    assert!(matches!(UdpLink::connect(address, 0), Err(LinkError::NoShards)));
    assert!(matches!(UdpLink::connect(address, 3), Err(LinkError::Ports { .. })));
    assert!(UdpLink::connect(address, 2).is_ok());
    let replicas = |count| UdpLink::to_replicas(&[vec![address], vec![address; count]], RESEND);
    for count in [0, REPLICAS_MAX + 1] {
        let refused = replicas(count);
        assert!(matches!(refused, Err(LinkError::Replicas { shard: 1, replicas }) if replicas == count));
    }
    assert!(replicas(REPLICAS_MAX).is_ok());
    let too_many = vec![vec![address]; 1 << 16];
    assert!(matches!(
        UdpLink::to_replicas(&too_many, RESEND),
        Err(LinkError::TooManyShards { shards: 65_536 })
    ));
}
