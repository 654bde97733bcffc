//! Link types: their names, and how the packets of some become Ethernet frames.
//!
//! The switch speaks Ethernet alone, while people capture on `any` (Linux cooked), on loopback devices and on tunnels
//! (raw IP). Those packets get an Ethernet header with addresses of our own making, since the true ones were not
//! kept; the protocol is kept exactly. Numbers are those of <https://www.tcpdump.org/linktypes.html>.

use std::fmt;

use super::MAX_CAPTURED_LEN;

/// Number of the link layer that a capture's packets begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkType(pub u16);

/// Destination of a frame whose true destination was not kept: locally administered, unicast.
const MADE_DESTINATION: [u8; 6] = [0x02, 0, 0, 0, 0, 0x02];
/// Source of a frame whose true source was not kept.
const MADE_SOURCE: [u8; 6] = [0x02, 0, 0, 0, 0, 0x01];
const BROADCAST: [u8; 6] = [0xff; 6];

const ETHERNET_HEADER_LEN: usize = 14;
const ETHERTYPE_IPV4: u16 = 0x0800;
const ETHERTYPE_IPV6: u16 = 0x86dd;
/// Reserved by IEEE: no program takes a packet of this type for its own.
const ETHERTYPE_UNKNOWN: u16 = 0xffff;

/// How the packets of a link type become Ethernet frames.
enum Shape {
    Ethernet,
    /// An IP packet behind a header of that many bytes, which is dropped.
    Ip(usize),
    /// Linux cooked, version 1.
    Cooked,
    /// Linux cooked, version 2.
    Cooked2,
}

impl LinkType {
    /// Ethernet, the one that needs no conversion.
    pub const ETHERNET: LinkType = LinkType(1);

    /// The link type in the header word of a pcap, whose upper half says whether frames end in a check sequence.
    pub(super) fn from_pcap_header(word: i32) -> LinkType {
        LinkType((word as u32 & 0xffff) as u16)
    }

    /// Whether packets of this link are read.
    pub fn is_supported(self) -> bool {
        self.shape().is_some()
    }

    fn shape(self) -> Option<Shape> {
        Some(match self.0 {
            1 => Shape::Ethernet,
            0 | 108 => Shape::Ip(4),
            // 12 and 14 are what raw IP is called inside some systems; their files leak out.
            12 | 14 | 101 | 228 | 229 => Shape::Ip(0),
            113 => Shape::Cooked,
            276 => Shape::Cooked2,
            _ => return None,
        })
    }

    /// The usual name of the link.
    pub fn name(self) -> &'static str {
        match self.0 {
            0 | 108 => "BSD loopback",
            1 => "Ethernet",
            6 => "token ring",
            7 => "ARCNET",
            8 => "SLIP",
            9 => "PPP",
            10 => "FDDI",
            12 | 14 | 101 => "raw IP",
            50 => "PPP over serial",
            51 => "PPP over Ethernet",
            100 => "ATM, RFC 1483",
            104 => "Cisco HDLC",
            105 => "IEEE 802.11 wireless",
            107 => "frame relay",
            113 => "Linux cooked",
            117 => "OpenBSD pflog",
            119 => "IEEE 802.11 with Prism header",
            122 => "IP over Fibre Channel",
            127 => "IEEE 802.11 with radiotap header",
            143 => "DOCSIS",
            189 | 220 => "Linux USB",
            192 => "per-packet information",
            195 | 230 => "IEEE 802.15.4",
            201 => "Bluetooth HCI",
            227 => "CAN bus",
            228 => "raw IPv4",
            229 => "raw IPv6",
            239 => "Linux netfilter log",
            249 => "USBPcap",
            253 => "Linux netlink",
            276 => "Linux cooked, version 2",
            147..=162 => "private use",
            _ => "no common one",
        }
    }
}

impl fmt::Display for LinkType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.0, self.name())
    }
}

/// The packet as an Ethernet frame and its length on the wire; `scratch` holds the frame where it had to be made.
///
/// A packet whose own link header was cut by the capture becomes a frame of no bytes: there is nothing true to say.
pub(super) fn ethernet<'a>(
    link_type: LinkType,
    packet: &'a [u8],
    original_len: u32,
    scratch: &'a mut Vec<u8>,
) -> (&'a [u8], u32) {
    let (header, inner) = match link_type.shape() {
        Some(Shape::Ethernet) | None => return (packet, original_len),
        Some(Shape::Ip(skip)) => match packet.get(skip..) {
            Some(inner) => (header(&MADE_DESTINATION, &MADE_SOURCE, ip_ethertype(link_type, inner)), inner),
            None => return (&[], 0),
        },
        Some(Shape::Cooked) => match packet.split_first_chunk::<16>() {
            Some((&[_, kind, _, _, _, address_len, a, b, c, d, e, f, _, _, high, low], inner)) => {
                let source = sender(address_len, [a, b, c, d, e, f]);
                (header(destination(kind), &source, u16::from_be_bytes([high, low])), inner)
            }
            None => return (&[], 0),
        },
        Some(Shape::Cooked2) => match packet.split_first_chunk::<20>() {
            Some((
                &[high, low, _, _, _, _, _, _, _, _, kind, address_len, a, b, c, d, e, f, _, _],
                inner,
            )) => {
                let source = sender(address_len, [a, b, c, d, e, f]);
                (header(destination(kind), &source, u16::from_be_bytes([high, low])), inner)
            }
            None => return (&[], 0),
        },
    };
    scratch.clear();
    scratch.reserve(MAX_CAPTURED_LEN + ETHERNET_HEADER_LEN); // once: the packet path does not allocate
    scratch.extend_from_slice(&header);
    scratch.extend_from_slice(inner);
    let dropped = (packet.len() - inner.len()) as u32;
    (scratch, (original_len - dropped).saturating_add(ETHERNET_HEADER_LEN as u32))
}

fn header(destination: &[u8; 6], source: &[u8; 6], ethertype: u16) -> [u8; ETHERNET_HEADER_LEN] {
    let mut header = [0; ETHERNET_HEADER_LEN];
    header[..6].copy_from_slice(destination);
    header[6..12].copy_from_slice(source);
    header[12..].copy_from_slice(&ethertype.to_be_bytes());
    header
}

fn ip_ethertype(link_type: LinkType, packet: &[u8]) -> u16 {
    match (link_type.0, packet.first().map(|byte| byte >> 4)) {
        (228, _) | (_, Some(4)) => ETHERTYPE_IPV4,
        (229, _) | (_, Some(6)) => ETHERTYPE_IPV6,
        _ => ETHERTYPE_UNKNOWN,
    }
}

/// The cooked header says how a packet was addressed, not to whom: 1 is broadcast.
fn destination(kind: u8) -> &'static [u8; 6] {
    if kind == 1 { &BROADCAST } else { &MADE_DESTINATION }
}

fn sender(address_len: u8, address: [u8; 6]) -> [u8; 6] {
    if address_len == 6 { address } else { MADE_SOURCE }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn convert(link_type: u16, packet: &[u8], original_len: u32) -> (Vec<u8>, u32) {
        let mut scratch = Vec::new();
        let (bytes, original_len) = ethernet(LinkType(link_type), packet, original_len, &mut scratch);
        (bytes.to_vec(), original_len)
    }

    #[test]
    fn raw_ip_gets_header_of_its_version() {
        for (version, ethertype) in [(0x45, [0x08, 0x00]), (0x60, [0x86, 0xdd]), (0x10, [0xff, 0xff])] {
            let (frame, original_len) = convert(101, &[version, 1, 2], 40);
            assert_eq!(frame[12..], [ethertype[0], ethertype[1], version, 1, 2]);
            assert_eq!(original_len, 54);
        }
    }

    #[test]
    fn loopback_loses_its_family_word() {
        let (frame, original_len) = convert(0, &[2, 0, 0, 0, 0x45, 9], 6);
        assert_eq!(frame[12..], [0x08, 0x00, 0x45, 9]);
        assert_eq!(original_len as usize, frame.len());
    }

    #[test]
    fn cooked_keeps_sender_and_protocol() {
        let packet = [0, 1, 0, 1, 0, 6, 10, 11, 12, 13, 14, 15, 0, 0, 0x08, 0x06, 0xaa];
        let (frame, original_len) = convert(113, &packet, 17);
        assert_eq!(frame[..6], BROADCAST);
        assert_eq!(frame[6..12], [10, 11, 12, 13, 14, 15]);
        assert_eq!(frame[12..], [0x08, 0x06, 0xaa]);
        assert_eq!(original_len, 15);
    }

    #[test]
    fn cooked_version_two_keeps_sender_and_protocol() {
        let packet = [0x86, 0xdd, 0, 0, 0, 0, 0, 1, 0, 1, 0, 6, 10, 11, 12, 13, 14, 15, 0, 0, 0x60];
        let (frame, _) = convert(276, &packet, 21);
        assert_eq!(frame[..6], MADE_DESTINATION);
        assert_eq!(frame[6..], [10, 11, 12, 13, 14, 15, 0x86, 0xdd, 0x60]);
    }

    #[test]
    fn header_cut_by_capture_gives_no_bytes() {
        for (link_type, header_len) in [(0, 4), (113, 16), (276, 20)] {
            assert_eq!(convert(link_type, &vec![0; header_len - 1], 100), (vec![], 0));
            assert_eq!(convert(link_type, &vec![0; header_len], 100).0.len(), ETHERNET_HEADER_LEN);
        }
    }

    #[test]
    fn pcap_header_word_loses_check_sequence_flags() {
        assert_eq!(LinkType::from_pcap_header(0x3000_0001), LinkType::ETHERNET);
    }
}
