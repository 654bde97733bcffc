//! Where frames come from: drawn so that every branch is met, or from a capture.

use std::collections::{HashMap, HashSet};

use redplane_apps::nat44::{Endpoint, Mapping};
use redplane_core::parse;

use super::OUTSIDE;
use super::pair::{INSIDE_PORT, OUTSIDE_PORT};
use crate::sim::frames::{self, ICMP, TCP, UDP};

/// A stream of frames.
pub(super) trait Traffic {
    /// The next frame and the port by which it comes in.
    fn frame(&mut self, rng: &mut fastrand::Rng) -> (u16, Vec<u8>);

    /// A frame has left that had come in by this port.
    fn left(&mut self, port: u16, frame: &[u8]);

    /// A flow has this state.
    fn learn(&mut self, key: &[u32], state: &[u32]);

    /// Whether there is nothing more that must be offered.
    fn is_over(&self) -> bool;
}

/// An end of a flow: address and port.
type End = (u32, u16);

/// The server that everybody talks to.
const SERVER: End = (0xc633_6401, 53);

/// Frames that left and may be answered.
const REMEMBERED: usize = 64;

/// Drawn frames: few hosts, all protocols, headers of every kind.
pub(super) struct Drawn {
    is_nat: bool,
    /// What has left to the outside, translated: what comes back is about one of them.
    left: Vec<Vec<u8>>,
}

impl Drawn {
    pub(super) fn new(is_nat: bool) -> Self {
        Self { is_nat, left: vec![] }
    }
}

impl Traffic for Drawn {
    fn frame(&mut self, rng: &mut fastrand::Rng) -> (u16, Vec<u8>) {
        if !self.is_nat {
            let from = (0x0a00_0001 + rng.u32(0..4), 1000 + rng.u16(0..4));
            return (rng.u16(0..2), any_frame(rng, from, SERVER));
        }
        if self.left.is_empty() || rng.bool() {
            let from = (0x0a00_0001 + rng.u32(0..4), 1000 + rng.u16(0..2));
            return (INSIDE_PORT, any_frame(rng, from, SERVER));
        }
        let sent = &self.left[rng.usize(0..self.left.len())];
        (OUTSIDE_PORT, answer_to(rng, sent))
    }

    fn left(&mut self, port: u16, frame: &[u8]) {
        let is_plain_ipv4 = frame.len() >= 42 && frame[12..14] == [8, 0];
        if self.is_nat && port == INSIDE_PORT && is_plain_ipv4 && frame[26..30] == OUTSIDE {
            if self.left.len() == REMEMBERED {
                self.left.remove(0);
            }
            self.left.push(frame.to_vec());
        }
    }

    fn learn(&mut self, _key: &[u32], _state: &[u32]) {}

    fn is_over(&self) -> bool {
        true
    }
}

fn any_frame(rng: &mut fastrand::Rng, from: End, to: End) -> Vec<u8> {
    let payload = vec![0x5a; rng.usize(0..40)];
    let fragment = if rng.u32(0..20) == 0 { rng.u16(..) } else { 0x4000 };
    let ttl = if rng.u32(0..15) == 0 { rng.u8(0..3) } else { 64 };
    let (protocol, inner) = match rng.u32(0..8) {
        0..3 => {
            let addresses = rng.bool().then_some((from.0, to.0));
            (UDP, frames::udp_datagram(addresses, from.1, to.1, &payload))
        }
        3..6 => {
            let flags = [0x02, 0x10, 0x10, 0x11, 0x04][rng.usize(0..5)];
            (TCP, frames::tcp_segment(from.0, to.0, from.1, to.1, flags, &payload))
        }
        6 => {
            let id = from.1.to_be_bytes();
            let kind = [8, 0, 13][rng.usize(0..3)];
            (ICMP, frames::icmp_message(kind, 0, [id[0], id[1], 0, 1], &payload))
        }
        _ => (47, payload),
    };
    let mut ip = frames::ipv4(from.0, to.0, protocol, ttl, fragment, &inner);
    if rng.u32(0..20) == 0 {
        // A checksum that is wrong stays as wrong as it was: it is mended, not made anew.
        let at = rng.usize(0..ip.len());
        ip[at] ^= 1 << rng.u32(0..8);
    }
    tagged(rng.usize(0..3), &ip)
}

/// An Ethernet frame with so many VLAN tags.
fn tagged(tags: usize, ip: &[u8]) -> Vec<u8> {
    let mut frame = vec![2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1];
    for tag in 0..tags {
        frame.extend([0x81, 0, 0, 7 + tag as u8]);
    }
    frame.extend([8, 0]);
    frame.extend(ip);
    frame
}

/// What the server, or a router on the way, sends when it has got this frame without VLAN tags.
fn answer_to(rng: &mut fastrand::Rng, sent: &[u8]) -> Vec<u8> {
    let (Some(address), Some(port)) = (frames::word(sent, 26), frames::half(sent, 34)) else { return vec![] };
    let mapped = (address, port);
    if rng.u32(0..3) > 0 {
        return any_frame(rng, SERVER, mapped);
    }
    let quoted = &sent[14..sent.len().min(14 + 28 + rng.usize(0..20))];
    let error = frames::icmp_message([3, 11, 5][rng.usize(0..3)], 0, [0; 4], quoted);
    tagged(0, &frames::ipv4(0xc633_0001, mapped.0, ICMP, 60, 0, &error))
}

/// Frames of a capture. Of a conversation, who speaks first is inside; what comes back to it is addressed to its outside endpoint, as
/// it would have been behind a NAT.
pub(super) struct Captured<'a> {
    is_nat: bool,
    frames: std::slice::Iter<'a, Vec<u8>>,
    inside: HashSet<u32>,
    outside_of: HashMap<(u8, Endpoint), Endpoint>,
    last: &'a [u8],
}

impl<'a> Captured<'a> {
    pub(super) fn new(is_nat: bool, frames: &'a [Vec<u8>]) -> Self {
        Self { is_nat, frames: frames.iter(), inside: HashSet::new(), outside_of: HashMap::new(), last: &[] }
    }
}

impl Traffic for Captured<'_> {
    fn frame(&mut self, rng: &mut fastrand::Rng) -> (u16, Vec<u8>) {
        // Behind the capture's end its last frame comes again and again.
        self.last = self.frames.next().map_or(self.last, Vec::as_slice);
        let mut frame = self.last.to_vec();
        if !self.is_nat {
            return (rng.u16(0..2), frame);
        }
        let Some(place) = Ends::of(&frame) else { return (rng.u16(0..2), frame) };
        if self.inside.contains(&place.to.address) && !self.inside.contains(&place.from.address) {
            if let Some(outside) = self.outside_of.get(&(place.protocol, place.to)) {
                place.readdress(&mut frame, *outside);
            }
            return (OUTSIDE_PORT, frame);
        }
        self.inside.insert(place.from.address);
        (INSIDE_PORT, frame)
    }

    fn left(&mut self, _port: u16, _frame: &[u8]) {}

    fn learn(&mut self, key: &[u32], state: &[u32]) {
        let (Ok(key), Ok(state)) = (key.try_into(), state.try_into()) else { return };
        if let Some(mapping) = Mapping::of(key, state).filter(|_| self.is_nat) {
            self.outside_of.insert((mapping.protocol, mapping.inside), mapping.outside);
        }
    }

    fn is_over(&self) -> bool {
        self.frames.len() == 0
    }
}

/// Both ends of an IPv4 packet, and where the second stands in the frame.
struct Ends {
    protocol: u8,
    from: Endpoint,
    to: Endpoint,
    ip: usize,
    l4: usize,
}

impl Ends {
    /// `None` if the frame is none of TCP or UDP over IPv4, or too short to tell.
    fn of(frame: &[u8]) -> Option<Self> {
        let mut at = 12;
        while matches!(frames::half(frame, at)?, 0x8100 | 0x88a8) {
            at += 4;
        }
        let ip = at + 2;
        let protocol = *frame.get(ip + 9)?;
        if frames::half(frame, at)? != 0x0800 || !matches!(protocol, TCP | UDP) {
            return None;
        }
        let l4 = ip + usize::from(frame[ip] & 0xf) * 4;
        let end = |address, port| {
            Some(Endpoint { address: frames::word(frame, address)?, port: frames::half(frame, port)? })
        };
        Some(Self { protocol, from: end(ip + 12, l4)?, to: end(ip + 16, l4 + 2)?, ip, l4 })
    }

    /// Addresses the packet to another end, checksums included.
    fn readdress(&self, frame: &mut [u8], to: Endpoint) {
        let address = parse::change(self.to.address, to.address);
        let port = parse::change(self.to.port.into(), to.port.into());
        frame[self.ip + 16..self.ip + 20].copy_from_slice(&to.address.to_be_bytes());
        frame[self.l4 + 2..self.l4 + 4].copy_from_slice(&to.port.to_be_bytes());
        parse::mend(frame, self.ip + 10, address, false);
        let checksum = if self.protocol == TCP { 16 } else { 6 };
        parse::mend(frame, self.l4 + checksum, parse::ones_add(address, port), self.protocol == UDP);
    }
}
