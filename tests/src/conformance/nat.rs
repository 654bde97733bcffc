//! The NAT: reads and writes, both directions of a mapping, ICMP, and what is dropped on the way.

use redplane_apps::Nat44;
use redplane_apps::nat44::{Direction, Endpoint, FlowKey};
use redplane_conformance::{INSIDE, OUTSIDE};
use redplane_store::nat::{NatConfig, NatInitializer};
use redplane_store::placement::Placement;

use super::COPIES;
use super::scribe::{Did, GUARD, LEASE, RESEND, Scribe};
use crate::sim::frames::{self, ICMP, TCP, UDP};

type Story = Scribe<Nat44, NatInitializer>;

/// Address and port.
type End = (u32, u16);

const HOST: u32 = 0x0a00_0001;
const SERVER: End = (0xc633_6401, 80);
const ROUTER: u32 = 0xc633_6402;
const OUTSIDE_ADDRESS: [u8; 4] = [203, 0, 113, 1];

const FIN: u8 = 0x01;
const SYN: u8 = 0x02;
const RST: u8 = 0x04;
const ACK: u8 = 0x10;

/// An IPv4 packet without VLAN tag, that must not be fragmented.
fn ip(from: u32, to: u32, protocol: u8, ttl: u8, payload: &[u8]) -> Vec<u8> {
    [frames::ethernet(0x0800, false), frames::ipv4(from, to, protocol, ttl, 0x4000, payload)].concat()
}

fn tcp(from: End, to: End, flags: u8) -> Vec<u8> {
    let payload: &[u8] = if flags == ACK { b"data" } else { b"" };
    ip(from.0, to.0, TCP, 64, &frames::tcp_segment(from.0, to.0, from.1, to.1, flags, payload))
}

fn udp(from: End, to: End, ttl: u8) -> Vec<u8> {
    let datagram = frames::udp_datagram(Some((from.0, to.0)), from.1, to.1, b"question");
    ip(from.0, to.0, UDP, ttl, &datagram)
}

fn icmp(from: u32, to: u32, kind: u8, rest: [u8; 4], payload: &[u8]) -> Vec<u8> {
    ip(from, to, ICMP, 64, &frames::icmp_message(kind, 0, rest, payload))
}

/// The word of an ICMP echo's identifier and number.
fn echo(id: u16) -> [u8; 4] {
    let [high, low] = id.to_be_bytes();
    [high, low, 0, 1]
}

/// Who the outside sees: the source of the frame that left.
fn seen(left: &[Did]) -> End {
    let frame = left.iter().find_map(Did::frame).expect("a frame that left");
    (frames::word(frame, 26).expect("an address"), frames::half(frame, 34).expect("a port"))
}

fn key(protocol: u8, address: u32, port: u16) -> [u32; 3] {
    FlowKey { direction: Direction::Forward, protocol, endpoint: Endpoint { address, port } }.words()
}

/// The script.
pub(super) fn script() -> String {
    let nat = NatConfig { ports: 1024..=1040, ..NatConfig::new(vec![OUTSIDE_ADDRESS.into()]) };
    let initializer = NatInitializer::new(&nat, Placement::ALONE).expect("a pool");
    let about = "The NAT: reads and writes, both directions, ICMP, and what is dropped.";
    let mut s = Scribe::new(about, "nat 203.0.113.1/32", 50_000, initializer);
    connection(&mut s);
    renewal(&mut s);
    held_reads(&mut s);
    pings_and_errors(&mut s);
    dropped(&mut s);
    variety(&mut s);
    refused(&mut s);
    recalled(&mut s);
    no_room(&mut s);
    s.note("Every lease that is live is handed back, as many at a time as the mirror queue takes copies.");
    s.give_up_all();
    for _ in 0..4 {
        s.poll_through();
    }
    s.finish()
}

fn connection(s: &mut Story) {
    let host = (HOST, 5000);
    s.note("A connection: SYN asks for a lease of a new mapping, and is a write. The answer does the same for the other record.");
    let out = seen(&s.through(INSIDE, &tcp(host, SERVER, SYN)));
    s.through(OUTSIDE, &tcp(SERVER, out, SYN | ACK));
    s.note("RP-SW-3: data are reads, and leave at once.");
    s.through(INSIDE, &tcp(host, SERVER, ACK));
    s.through(OUTSIDE, &tcp(SERVER, out, ACK));
    s.poll();
    s.note("It closes from both sides: writes.");
    s.through(INSIDE, &tcp(host, SERVER, FIN | ACK));
    s.through(OUTSIDE, &tcp(SERVER, out, RST));
    s.through(INSIDE, &tcp(host, SERVER, ACK));
    s.poll();
}

fn renewal(s: &mut Story) {
    let host = (HOST, 5001);
    s.note("RP-SW-8: a read in the second half of the lease period has the lease renewed: once, however many reads there are.");
    let out = seen(&s.through(INSIDE, &udp(host, SERVER, 64)));
    s.through(OUTSIDE, &udp(SERVER, out, 64));
    s.after(LEASE / 2 + 100);
    s.through(INSIDE, &udp(host, SERVER, 64));
    s.through(INSIDE, &udp(host, SERVER, 64));
    s.through(OUTSIDE, &udp(SERVER, out, 64));
    s.poll_through();
    s.poll();
    s.note("The renewed lease outlives the old one.");
    s.after(LEASE / 2 - 100);
    s.through(INSIDE, &udp(host, SERVER, 64));
    s.note("A renewal that is lost is not repeated; the lease lapses, and the next packet asks.");
    s.after(LEASE / 2 - 200);
    s.through(INSIDE, &udp(host, SERVER, 64));
    s.poll();
    s.after(LEASE);
    s.through(INSIDE, &udp(host, SERVER, 64));
    s.poll();
}

fn held_reads(s: &mut Story) {
    let host = (HOST, 5002);
    s.note("RP-SW-3: reads that see an unacked write are held until it is durable. Here the write is lost, and they wait at the store.");
    s.through(INSIDE, &tcp(host, SERVER, SYN));
    s.packet(INSIDE, &tcp(host, SERVER, SYN));
    let holds = [s.packet(INSIDE, &tcp(host, SERVER, ACK)), s.packet(INSIDE, &tcp(host, SERVER, ACK))];
    for hold in &holds {
        s.store(hold);
    }
    s.after(RESEND);
    s.poll_through();
    s.poll();
    s.note("One that is answered at once, for the write overtakes it; it comes twice.");
    let write = s.packet(INSIDE, &tcp(host, SERVER, FIN | ACK));
    let hold = s.packet(INSIDE, &tcp(host, SERVER, ACK));
    let ack = s.store(&write);
    let release = s.store(&hold);
    s.message(&release[0]);
    s.message(&release[0]);
    s.message(&ack[0]);
    s.through(INSIDE, &tcp(host, SERVER, ACK));
    s.poll();
}

fn pings_and_errors(s: &mut Story) {
    s.note("An echo and its reply; the identifier stands in for the port.");
    let out = seen_echo(&s.through(INSIDE, &icmp(HOST, SERVER.0, 8, echo(77), b"ping")));
    s.through(OUTSIDE, &icmp(SERVER.0, out.0, 0, echo(out.1), b"ping"));
    s.note(
        "RFC 5508: errors about packets that were translated: from the outside, about UDP, TCP and an echo.",
    );
    let (udp_host, tcp_host) = ((HOST, 5001), (HOST, 5002));
    let sent =
        [udp(udp_host, SERVER, 64), tcp(tcp_host, SERVER, ACK), icmp(HOST, SERVER.0, 8, echo(77), b"ping")];
    for frame in sent {
        let left = s.through(INSIDE, &frame);
        let translated = left.iter().find_map(Did::frame).expect("a frame that left").to_vec();
        let source = frames::word(&translated, 26).expect("an address");
        for kind in [3, 11] {
            s.through(OUTSIDE, &icmp(ROUTER, source, kind, [0; 4], &translated[14..14 + 28]));
        }
    }
    s.note("And from the inside, about a packet that came in.");
    let mapped = seen(&s.through(INSIDE, &udp(udp_host, SERVER, 64)));
    s.through(OUTSIDE, &udp(SERVER, mapped, 64));
    let arrived = udp(SERVER, udp_host, 63);
    s.through(INSIDE, &icmp(HOST, SERVER.0, 3, [0; 4], &arrived[14..14 + 28]));
    s.note("Other ICMP is dropped: a redirect, an echo from the outside, an error that quotes too little, one about ICMP errors.");
    s.packet(OUTSIDE, &icmp(ROUTER, out.0, 5, [0; 4], &arrived[14..14 + 28]));
    s.packet(OUTSIDE, &icmp(ROUTER, out.0, 8, echo(1), b"ping"));
    s.packet(OUTSIDE, &icmp(ROUTER, out.0, 3, [0; 4], &arrived[14..14 + 20]));
    let error = icmp(HOST, ROUTER, 3, [0; 4], b"quoted");
    s.packet(OUTSIDE, &icmp(ROUTER, out.0, 3, [0; 4], &error[14..14 + 28]));
    s.poll();
}

/// As [`seen`], of an echo.
fn seen_echo(left: &[Did]) -> End {
    let frame = left.iter().find_map(Did::frame).expect("a frame that left");
    (frames::word(frame, 26).expect("an address"), frames::half(frame, 38).expect("an identifier"))
}

fn dropped(s: &mut Story) {
    let host = (HOST, 5001);
    s.note("The time to live ends here: for the device's processor.");
    for ttl in [0, 1, 2] {
        s.through(INSIDE, &udp(host, SERVER, ttl));
    }
    s.note("Fragments, the first too.");
    let datagram = frames::udp_datagram(None, host.1, SERVER.1, b"a part");
    for fragment in [0x2000, 0x2010, 0x0010] {
        let packet = frames::ipv4(HOST, SERVER.0, UDP, 64, fragment, &datagram);
        s.packet(INSIDE, &[frames::ethernet(0x0800, false), packet].concat());
    }
    s.note("Protocols without ports, and addresses that no router forwards.");
    s.packet(INSIDE, &ip(HOST, SERVER.0, 47, 64, b"gre"));
    for (from, to) in [(0x7f00_0001, SERVER.0), (HOST, 0xe000_0001), (0, SERVER.0), (HOST, 0xa9fe_0001)] {
        s.packet(INSIDE, &udp((from, 1), (to, 2), 64));
    }
    s.note("Passed on: ARP, and what comes from the outside for somebody else.");
    s.packet(INSIDE, &[&frames::ethernet(0x0806, false)[..], &[0, 1, 8, 0, 6, 4, 0, 1]].concat());
    s.packet(OUTSIDE, &udp(SERVER, (0xcb00_7102, 9), 64));
    s.note("A frame cut at every length.");
    let whole = tcp((HOST, 5002), SERVER, ACK);
    for len in 0..whole.len() - b"data".len() {
        s.packet(INSIDE, &whole[..len]);
    }
    s.poll();
}

fn variety(s: &mut Story) {
    s.note("VLAN tags, IP options, a UDP datagram without checksum, checksums that are wrong and stay so, padding.");
    let host = (HOST, 5001);
    let plain = udp(host, SERVER, 64);
    s.through(INSIDE, &[&plain[..12], &[0x81, 0, 0, 7], &plain[12..]].concat());
    s.through(INSIDE, &[&plain[..12], &[0x88, 0xa8, 0, 9, 0x81, 0, 0, 7], &plain[12..]].concat());
    s.through(INSIDE, &with_option(&plain));
    s.through(INSIDE, &ip(HOST, SERVER.0, UDP, 64, &frames::udp_datagram(None, host.1, SERVER.1, b"bare")));
    for at in [24, 40] {
        let mut wrong = plain.clone();
        wrong[at] ^= 0x5a;
        s.through(INSIDE, &wrong);
    }
    s.through(INSIDE, &[&plain[..], &[0; 9]].concat());
    s.poll();
}

/// The same packet with four bytes of IP options: no operation.
fn with_option(frame: &[u8]) -> Vec<u8> {
    let mut frame = [&frame[..34], &[1, 1, 1, 0], &frame[34..]].concat();
    frame[14] = 0x46;
    let length = frames::half(&frame, 16).expect("a length") + 4;
    frame[16..18].copy_from_slice(&length.to_be_bytes());
    frame[24..26].fill(0);
    let checksum = frames::checksum(&frame[14..38]);
    frame[24..26].copy_from_slice(&checksum.to_be_bytes());
    frame
}

fn refused(s: &mut Story) {
    s.note("From the outside to a port that nobody has: the store refuses, and the packet is gone.");
    s.through(OUTSIDE, &tcp(SERVER, (u32::from_be_bytes(OUTSIDE_ADDRESS), 9), SYN));
}

fn recalled(s: &mut Story) {
    let host = (HOST, 5001);
    s.note("Another switch wants a record of a mapping: a flow that is only read is handed back too.");
    s.after(100);
    s.through(INSIDE, &udp(host, SERVER, 64));
    let recall = s.rival_asks(&key(UDP, HOST, host.1));
    s.message(&recall[0]);
    s.poll_through();
    s.poll();
    s.after(LEASE + 1);
    s.store_wakes();
    s.through(INSIDE, &udp(host, SERVER, 64));
    s.poll();
}

fn no_room(s: &mut Story) {
    s.note("The mirror queue is full of writes: a read leaves, but cannot have its lease renewed. Another write is dropped.");
    s.after(3 * LEASE);
    let reader = (HOST + 1, 5001);
    s.through(INSIDE, &udp(reader, SERVER, 64));
    let hosts: Vec<_> = (0..COPIES as u16).map(|number| (HOST + 2, 6000 + number)).collect();
    for host in &hosts {
        s.through(INSIDE, &tcp(*host, SERVER, SYN));
        s.poll();
    }
    s.after(LEASE / 2 - GUARD);
    let writes: Vec<_> =
        hosts.iter().flat_map(|host| s.packet(INSIDE, &tcp(*host, SERVER, FIN | ACK))).collect();
    s.poll();
    s.packet(INSIDE, &udp(reader, SERVER, 64));
    s.packet(INSIDE, &tcp(hosts[0], SERVER, RST));
    s.note("The writes are acked.");
    s.settle(writes);
    s.poll();
    s.poll();
}
