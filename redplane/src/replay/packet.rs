//! What the replay reads and rewrites in packets: who talks to whom, and where a return packet goes.
//!
//! A capture taken in front of a NAT has return packets that go to the inside host. The replay plays the outside world, which
//! knows only the outside address that the host was given: [`readdress`] writes it in, with the checksums mended by RFC 1624 so
//! that what was wrong stays wrong.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::Ipv4Addr;

use redplane_apps::{ICMP, UDP};
use redplane_core::field::{Checksum, Field, Header};
use redplane_core::parse::Headers;

const ECHO_REPLY: u8 = 0;
const ECHO_REQUEST: u8 = 8;
/// More fragments, and the fragment offset.
const FRAGMENT_MASK: u16 = 0x3fff;

/// An address and a port; of an ICMP echo, the identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Endpoint {
    pub(super) address: Ipv4Addr,
    pub(super) port: u16,
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.address, self.port)
    }
}

/// A host's end of its flows: what a NAT maps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct FlowId {
    pub(super) protocol: u8,
    pub(super) inside: Endpoint,
}

/// What a packet says of its ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ends {
    /// Its own.
    Direct { source: FlowId, destination: FlowId },
    /// Those of the packet that this ICMP error is about.
    Quoted { source: FlowId },
    /// It has none that can be told apart: another protocol, a fragment, other ICMP.
    None,
}

/// A frame with its headers found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Packet<'a> {
    frame: &'a [u8],
    headers: Headers,
}

impl<'a> Packet<'a> {
    /// `None` for what is not sound IPv4.
    pub(super) fn parse(frame: &'a [u8]) -> Option<Packet<'a>> {
        let headers = Headers::parse(frame).ok()?;
        headers.has(Header::Ipv4).then_some(Packet { frame, headers })
    }

    pub(super) fn source(&self) -> Ipv4Addr {
        Ipv4Addr::from(self.word(Field::Ipv4Src))
    }

    pub(super) fn destination(&self) -> Ipv4Addr {
        Ipv4Addr::from(self.word(Field::Ipv4Dst))
    }

    pub(super) fn ends(&self) -> Ends {
        let protocol = self.word(Field::Ipv4Protocol) as u8;
        if self.word(Field::Ipv4Fragment) as u16 & FRAGMENT_MASK != 0 {
            return Ends::None;
        }
        let end = |protocol, address, port| FlowId {
            protocol,
            inside: Endpoint { address: Ipv4Addr::from(self.word(address)), port: self.word(port) as u16 },
        };
        if self.headers.has(Header::InnerL4) {
            let inner = self.word(Field::InnerProtocol) as u8;
            let port = if inner == ICMP { Field::InnerIcmpId } else { Field::InnerL4Src };
            return Ends::Quoted { source: end(inner, Field::InnerSrc, port) };
        }
        if self.headers.has(Header::Icmp) {
            let kind = self.word(Field::IcmpType) as u8;
            if kind != ECHO_REQUEST && kind != ECHO_REPLY {
                return Ends::None;
            }
            let source = end(ICMP, Field::Ipv4Src, Field::IcmpId);
            return Ends::Direct { source, destination: end(ICMP, Field::Ipv4Dst, Field::IcmpId) };
        }
        if self.headers.offset(Header::Udp).is_none() {
            return Ends::None;
        }
        let source = end(protocol, Field::Ipv4Src, Field::L4Src);
        Ends::Direct { source, destination: end(protocol, Field::Ipv4Dst, Field::L4Dst) }
    }

    /// Whether it is an echo reply: from the inside, no flow begins with one.
    pub(super) fn is_echo_reply(&self) -> bool {
        self.headers.has(Header::Icmp) && self.word(Field::IcmpType) as u8 == ECHO_REPLY
    }

    /// A fingerprint of what a NAT leaves as it is, so that a packet is known again when it comes out: all but TTL, checksums and
    /// the end on the inside.
    pub(super) fn fingerprint(&self, from_inside: bool) -> u64 {
        let mut hasher = DefaultHasher::new();
        let (address, port) =
            if from_inside { (Field::Ipv4Dst, Field::L4Dst) } else { (Field::Ipv4Src, Field::L4Src) };
        (from_inside, self.word(address), self.word(port), self.frame.len()).hash(&mut hasher);
        if let Some(ip) = self.headers.offset(Header::Ipv4) {
            // Link header and tags, then version to fragment offset, then the protocol.
            self.frame.get(..ip + 8).hash(&mut hasher);
            self.frame.get(ip + 9).hash(&mut hasher);
        }
        if self.headers.has(Header::InnerIpv4) {
            let icmp = self.headers.offset(Header::Icmp).unwrap_or(0);
            self.frame.get(icmp..icmp + 2).hash(&mut hasher);
        } else if let Some(icmp) = self.headers.offset(Header::Icmp) {
            self.frame.get(icmp..icmp + 2).hash(&mut hasher);
            self.frame.get(icmp + 6..).hash(&mut hasher);
        } else if let Some(tcp) = self.headers.offset(Header::Tcp) {
            self.frame.get(tcp + 4..tcp + 16).hash(&mut hasher);
            self.frame.get(tcp + 18..).hash(&mut hasher);
        } else if let Some(udp) = self.headers.offset(Header::Udp) {
            self.frame.get(udp + 8..).hash(&mut hasher);
        }
        hasher.finish()
    }

    fn word(&self, field: Field) -> u32 {
        place(&self.headers, field).map_or(0, |(at, width)| {
            self.frame
                .get(at..at + width)
                .unwrap_or_default()
                .iter()
                .fold(0, |word, byte| word << 8 | u32::from(*byte))
        })
    }
}

/// Where a field stands in a frame, and its width in bytes.
fn place(headers: &Headers, field: Field) -> Option<(usize, usize)> {
    let place = field.place()?;
    Some((headers.offset(place.header)? + place.offset, place.width))
}

/// Sends a return packet, or an ICMP error about a packet that went out, to the outside endpoint `to` instead of the inside host.
/// What has no ports stays as it is.
pub(super) fn readdress(frame: &mut [u8], to: Endpoint) {
    let Ok(headers) = Headers::parse(frame) else { return };
    let Some(packet) = Packet::parse(frame) else { return };
    let (ends, protocol) = (packet.ends(), packet.word(Field::Ipv4Protocol) as u8);
    let inner_protocol = packet.word(Field::InnerProtocol) as u8;
    let mut edit = Edit { frame, headers };
    let address = u32::from(to.address);
    match ends {
        Ends::None => {}
        Ends::Direct { .. } if protocol == ICMP => {
            edit.put(Field::Ipv4Dst, address, &[Checksum::Ipv4]);
            edit.put(Field::IcmpId, to.port.into(), &[Checksum::Icmp]);
        }
        Ends::Direct { .. } => {
            let l4 = if protocol == UDP { Checksum::Udp } else { Checksum::Tcp };
            edit.put(Field::Ipv4Dst, address, &[Checksum::Ipv4, l4]);
            edit.put(Field::L4Dst, to.port.into(), &[l4]);
        }
        Ends::Quoted { .. } => {
            edit.put(Field::Ipv4Dst, address, &[Checksum::Ipv4]);
            // The pseudo header of UDP is the same packet's; TCP's checksum is beyond what is quoted.
            let (port, address_sums): (_, &[_]) = match inner_protocol {
                ICMP => (Field::InnerIcmpId, &[Checksum::InnerIpv4, Checksum::Icmp]),
                UDP => (Field::InnerL4Src, &[Checksum::InnerIpv4, Checksum::InnerUdp, Checksum::Icmp]),
                _ => (Field::InnerL4Src, &[Checksum::InnerIpv4, Checksum::Icmp]),
            };
            let port_sums: &[_] = match inner_protocol {
                ICMP => &[Checksum::InnerIcmp, Checksum::Icmp],
                UDP => &[Checksum::InnerUdp, Checksum::Icmp],
                _ => &[Checksum::Icmp],
            };
            edit.put(Field::InnerSrc, address, address_sums);
            edit.put(port, to.port.into(), port_sums);
        }
    }
}

/// Writes fields and keeps checksums right.
struct Edit<'a> {
    frame: &'a mut [u8],
    headers: Headers,
}

impl Edit<'_> {
    /// Writes a field and mends these checksums for it; one that is inside an ICMP error is data to the ICMP checksum, which then
    /// stands after it in the list.
    fn put(&mut self, field: Field, value: u32, sums: &[Checksum]) {
        let Some((at, width)) = place(&self.headers, field) else { return };
        let bytes = value.to_be_bytes();
        for (index, word) in bytes[4 - width..].chunks_exact(2).enumerate() {
            self.put_word(at + 2 * index, u16::from_be_bytes([word[0], word[1]]), sums);
        }
    }

    fn put_word(&mut self, at: usize, new: u16, sums: &[Checksum]) {
        let Some(old) = self.word(at) else { return };
        self.write(at, new);
        for (index, sum) in sums.iter().enumerate() {
            self.mend(*sum, old, new, &sums[index + 1..]);
        }
    }

    /// Mends one checksum, and the checksums that cover it for its own change.
    fn mend(&mut self, sum: Checksum, old: u16, new: u16, covering: &[Checksum]) {
        let place = sum.place();
        let Some(at) = self.headers.offset(place.header).map(|start| start + place.offset) else { return };
        let Some(before) = self.word(at) else { return };
        if sum.may_be_absent() && before == 0 {
            return;
        }
        let folded = u32::from(!before) + u32::from(!old) + u32::from(new);
        let folded = (folded >> 16) + (folded & 0xffff);
        let after = !((folded >> 16) as u16).wrapping_add(folded as u16);
        let after = if sum.may_be_absent() && after == 0 { 0xffff } else { after };
        self.write(at, after);
        let quoted = matches!(sum, Checksum::InnerIpv4 | Checksum::InnerUdp | Checksum::InnerIcmp);
        if quoted && covering.contains(&Checksum::Icmp) {
            self.mend(Checksum::Icmp, before, after, &[]);
        }
    }

    fn word(&self, at: usize) -> Option<u16> {
        self.frame.get(at..)?.first_chunk().map(|bytes| u16::from_be_bytes(*bytes))
    }

    fn write(&mut self, at: usize, word: u16) {
        if let Some(bytes) = self.frame.get_mut(at..at + 2) {
            bytes.copy_from_slice(&word.to_be_bytes());
        }
    }
}

#[cfg(test)]
mod tests;
