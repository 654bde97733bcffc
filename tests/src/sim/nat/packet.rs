//! Packets of the NAT's hosts, as values: the frame that is sent and the frame that must come out are both made from one.

use crate::sim::checker::translation::End;
use crate::sim::frames::{self, ICMP, TCP, UDP};

const SYN: u8 = 0x02;
const FIN: u8 = 0x01;
const RST: u8 = 0x04;
const ACK: u8 = 0x10;
const MORE_FRAGMENTS: u16 = 0x2000;
const TTL: u8 = 64;

/// What must become of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It comes out translated, or not at all.
    Translated,
    /// It comes out as it came in, at once.
    Unchanged,
    /// It does not come out.
    Nothing,
}

/// What is in a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// A TCP segment with these flags.
    Tcp(u8),
    /// A UDP datagram, with a checksum or without.
    Udp(bool),
    /// An ICMP echo: a request from the inside, a reply from the outside.
    Echo,
    /// An ICMP error about a packet of this protocol that went the other way.
    Error(u8),
    /// An ICMP message that is not translated.
    OtherIcmp,
    /// GRE.
    Gre,
}

/// What is wrong with a packet, or special.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Oddity {
    /// Nothing.
    None,
    /// It has a VLAN tag.
    Vlan,
    /// It announces more bytes than it has.
    Malformed,
    /// A fragment, with these 16 bits of flags and offset.
    Fragment(u16),
    /// Its time to live ends here.
    Expired(u8),
    /// It is from a host that nothing is forwarded for.
    Loopback,
    /// Not IPv4.
    Arp,
    /// From the outside, to an address that is none of the NAT's.
    Elsewhere,
}

/// A packet. `own` is the end that is translated: an inside host's, or its outside representative.
#[derive(Clone, Copy, Debug)]
pub(super) struct Packet {
    /// Number in the run.
    pub(super) id: u16,
    /// Whether an inside host sends it.
    pub(super) inside: bool,
    /// What is in it.
    pub(super) content: Content,
    /// The end that is translated.
    pub(super) own: End,
    /// The other end.
    pub(super) peer: End,
    /// What is special about it.
    pub(super) oddity: Oddity,
}

impl Packet {
    /// An ordinary packet of this protocol: the first of a conversation where that makes a difference.
    pub(super) fn plain(id: u16, inside: bool, protocol: u8, own: End, peer: End) -> Self {
        let content = match protocol {
            TCP => Content::Tcp(SYN),
            UDP => Content::Udp(true),
            _ => Content::Echo,
        };
        Self { id, inside, content, own, peer, oddity: Oddity::None }
    }

    /// Makes some packets odd, and varies the others.
    pub(super) fn vary(mut self, rng: &mut fastrand::Rng) -> Self {
        self.content = match self.content {
            Content::Tcp(_) => Content::Tcp([SYN, SYN | ACK, ACK, ACK, ACK, FIN | ACK, RST][rng.usize(0..7)]),
            Content::Udp(_) => Content::Udp(rng.u32(0..3) > 0),
            other => other,
        };
        if rng.u32(0..10) == 0 {
            self.content = Content::Error(self.protocol());
        }
        if rng.u32(0..5) == 0 {
            self.oddity = match rng.u32(0..8) {
                0 => Oddity::Vlan,
                1 => Oddity::Malformed,
                2 => Oddity::Fragment([MORE_FRAGMENTS, MORE_FRAGMENTS | 0xb9, 0xb9][rng.usize(0..3)]),
                3 => Oddity::Expired(rng.u8(0..2)),
                4 => Oddity::Loopback,
                5 => Oddity::Arp,
                6 if !self.inside => Oddity::Elsewhere,
                _ => {
                    self.content = if rng.bool() { Content::OtherIcmp } else { Content::Gre };
                    Oddity::None
                }
            };
        }
        self
    }

    /// The protocol whose translation it has.
    pub(super) fn protocol(&self) -> u8 {
        match self.content {
            Content::Tcp(_) => TCP,
            Content::Udp(_) => UDP,
            Content::Error(protocol) => protocol,
            Content::Echo | Content::OtherIcmp | Content::Gre => ICMP,
        }
    }

    /// Whether it changes the phase of its record.
    pub(super) fn writes(&self) -> bool {
        matches!(self.content, Content::Tcp(flags) if flags & (SYN | FIN | RST) != 0)
    }

    /// What must become of it.
    pub(super) fn fate(&self) -> Fate {
        match (self.oddity, self.content) {
            (Oddity::Arp | Oddity::Elsewhere, _) => Fate::Unchanged,
            (Oddity::None | Oddity::Vlan, Content::OtherIcmp | Content::Gre) => Fate::Nothing,
            (Oddity::None | Oddity::Vlan, _) => Fate::Translated,
            _ => Fate::Nothing,
        }
    }

    /// The frame that is sent.
    pub(super) fn frame(&self) -> Vec<u8> {
        let ttl = match self.oddity {
            Oddity::Expired(ttl) => ttl,
            _ => TTL,
        };
        self.frame_with(self.own, ttl)
    }

    /// The frame that must come out when its own end is translated to `to`.
    pub(super) fn translated(&self, to: End) -> Vec<u8> {
        self.frame_with(to, TTL - 1)
    }

    /// The end that a frame which came out for this packet has in the place of its own.
    pub(super) fn end_shown(&self, frame: &[u8]) -> Option<End> {
        let ip = if self.oddity == Oddity::Vlan { 18 } else { 14 };
        let l4 = ip + 20;
        let (address, port) = match (self.content, self.inside) {
            (Content::Echo, true) => (ip + 12, l4 + 4),
            (Content::Echo, false) => (ip + 16, l4 + 4),
            // The quoted packet went the other way.
            (Content::Error(ICMP), true) => (ip + 12, l4 + 8 + 20 + 4),
            (Content::Error(ICMP), false) => (ip + 16, l4 + 8 + 20 + 4),
            (Content::Error(_), true) => (ip + 12, l4 + 8 + 20 + 2),
            (Content::Error(_), false) => (ip + 16, l4 + 8 + 20),
            (_, true) => (ip + 12, l4),
            (_, false) => (ip + 16, l4 + 2),
        };
        Some((frames::word(frame, address)?, frames::half(frame, port)?))
    }

    fn frame_with(&self, own: End, ttl: u8) -> Vec<u8> {
        let id = u32::from(self.id).to_be_bytes();
        if self.oddity == Oddity::Arp {
            let mut frame = frames::ethernet(0x0806, false);
            frame.extend([0; 46]);
            frame.extend(id);
            return frame;
        }
        let mut own = own;
        let mut peer = self.peer;
        match self.oddity {
            Oddity::Loopback => peer.0 = 0x7f00_0001,
            Oddity::Elsewhere => own.0 = 0xc000_0207,
            _ => {}
        }
        let (src, dst) = if self.inside { (own, peer) } else { (peer, own) };
        let (protocol, payload) = match self.content {
            Content::Tcp(flags) => (TCP, frames::tcp_segment(src.0, dst.0, src.1, dst.1, flags, &id)),
            Content::Udp(sum) => {
                (UDP, frames::udp_datagram(sum.then_some((src.0, dst.0)), src.1, dst.1, &id))
            }
            Content::Echo => (ICMP, echo(self.inside, own.1, &id)),
            Content::Error(protocol) => (ICMP, self.error(protocol, dst, src, &id)),
            Content::OtherIcmp => (ICMP, frames::icmp_message(13, 0, [0, 1, 0, 2], &id)),
            Content::Gre => (47, [&[0, 0, 8, 0][..], &id].concat()),
        };
        let fragment = match self.oddity {
            Oddity::Fragment(fragment) => fragment,
            _ => 0,
        };
        let mut ip = frames::ipv4(src.0, dst.0, protocol, ttl, fragment, &payload);
        if self.oddity == Oddity::Malformed {
            ip[2] = 0x7f;
        }
        let mut frame = frames::ethernet(0x0800, self.oddity == Oddity::Vlan);
        frame.extend(ip);
        frame
    }

    /// An error about a packet that went from `src` to `dst`: its header, eight bytes of it, and our number.
    fn error(&self, protocol: u8, src: End, dst: End, id: &[u8]) -> Vec<u8> {
        let quoted = match protocol {
            TCP => frames::tcp_segment(src.0, dst.0, src.1, dst.1, ACK, &[])[..8].to_vec(),
            // Some without a checksum.
            UDP => frames::udp_datagram(
                (!self.id.is_multiple_of(3)).then_some((src.0, dst.0)),
                src.1,
                dst.1,
                &[],
            ),
            // From the inside the own end is the quoted packet's destination.
            _ => echo(!self.inside, if self.inside { dst.1 } else { src.1 }, &[]),
        };
        let mut inner = frames::ipv4(src.0, dst.0, protocol, 9, 0, &quoted);
        inner.extend(id);
        frames::icmp_message(if self.id.is_multiple_of(2) { 3 } else { 11 }, 1, [0; 4], &inner)
    }
}

/// A request, or a reply.
fn echo(request: bool, identifier: u16, payload: &[u8]) -> Vec<u8> {
    let [high, low] = identifier.to_be_bytes();
    frames::icmp_message(if request { 8 } else { 0 }, 0, [high, low, 0, 1], payload)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn end_shown_is_the_one_that_the_frame_was_made_with() {
        let (own, peer, to) = ((0x0a00_0001, 1000), (0xc633_6401, 53), (0xcb00_7101, 2000));
        for inside in [false, true] {
            for content in [Content::Tcp(SYN), Content::Udp(true), Content::Udp(false), Content::Echo]
                .into_iter()
                .chain([ICMP, TCP, UDP].map(Content::Error))
            {
                for oddity in [Oddity::None, Oddity::Vlan] {
                    let packet = Packet { id: 7, inside, content, own, peer, oddity };
                    assert_eq!(packet.end_shown(&packet.frame()), Some(own), "{packet:?}");
                    assert_eq!(packet.end_shown(&packet.translated(to)), Some(to), "{packet:?}");
                    assert_eq!(frames::id_of(&packet.frame()), Some(7));
                }
            }
        }
    }
}
