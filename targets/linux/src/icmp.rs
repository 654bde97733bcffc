//! ICMP Time Exceeded: what a router says of a packet that has no hop left, so that `traceroute` shows the switch.
//!
//! [`time_exceeded`] builds the answer from the offending frame, by RFC 792 with the rules of RFC 1812, section 4.3.2:
//! what may be answered at all, how much is quoted, the type of service. [`RateLimit`] keeps the number of answers
//! bounded, as section 4.3.2.8 asks. Neither reads a clock nor allocates.
//!
//! Limits: IPv4; Ethernet with up to two VLAN tags. A directed broadcast cannot be told from a unicast here, since the
//! networks behind the switch are not known.

use std::net::Ipv4Addr;

const MAC_ADDRESSES_LEN: usize = 12;
const ETHERTYPE_IPV4: [u8; 2] = [0x08, 0x00];
const TAG_LEN: usize = 4;
const TAGS_MAX: usize = 2;
const IPV4_HEADER_LEN: usize = 20;
const ICMP_HEADER_LEN: usize = 8;
const PROTOCOL_ICMP: u8 = 1;
const TYPE_TIME_EXCEEDED: u8 = 11;
/// RFC 1812, 4.3.2.3: as much of the packet is quoted as fits a datagram of this many bytes.
const ANSWER_LEN_MAX: usize = 576;
/// RFC 1812, 4.3.2.5: precedence 6, internetwork control.
const TYPE_OF_SERVICE: u8 = 0xc0;
const TIME_TO_LIVE: u8 = 64;
const DO_NOT_FRAGMENT: [u8; 2] = [0x40, 0x00];

/// Bytes that an answer takes at most, for the size of `out`.
pub const TIME_EXCEEDED_LEN_MAX: usize = MAC_ADDRESSES_LEN + TAGS_MAX * TAG_LEN + 2 + ANSWER_LEN_MAX;

/// Builds the answer that `from` sends to the sender of `offending_frame`, whose hops are used up, and gives its length
/// in `out`. The MAC addresses change places and the VLAN tags stay, so it leaves by the port that the frame came by.
///
/// `None` when there must be no answer (RFC 1812, 4.3.2.7): the frame is no sound IPv4 packet; it is an ICMP error or
/// of an ICMP type that is no known question; it is a fragment other than the first; source or destination is
/// broadcast, multicast or no host, on the link or in IP. Also when `out` is too short; [`TIME_EXCEEDED_LEN_MAX`] is
/// always enough.
pub fn time_exceeded(offending_frame: &[u8], from: Ipv4Addr, out: &mut [u8]) -> Option<usize> {
    let ip_offset = ipv4_offset(offending_frame)?;
    let (link_header, packet) = offending_frame.split_at(ip_offset);
    let source = answerable_source(packet)?;
    let (destination_mac, source_mac) = (link_header.get(..6)?, link_header.get(6..12)?);
    if destination_mac[0] & 1 == 1 || source_mac[0] & 1 == 1 {
        return None;
    }

    // Without the padding that short Ethernet frames end in.
    let total_len = usize::from(u16::from_be_bytes([packet[2], packet[3]]));
    let quote_len = packet.len().min(total_len).min(ANSWER_LEN_MAX - IPV4_HEADER_LEN - ICMP_HEADER_LEN);
    let answer_len = IPV4_HEADER_LEN + ICMP_HEADER_LEN + quote_len;
    let out = out.get_mut(..ip_offset + answer_len)?;

    let (out_link, out_ip) = out.split_at_mut(ip_offset);
    out_link.copy_from_slice(link_header); // for the tags and the type
    out_link[..6].copy_from_slice(source_mac);
    out_link[6..12].copy_from_slice(destination_mac);

    let (header, icmp) = out_ip.split_at_mut(IPV4_HEADER_LEN);
    header.fill(0);
    header[0] = 0x45;
    header[1] = TYPE_OF_SERVICE;
    header[2..4].copy_from_slice(&(answer_len as u16).to_be_bytes());
    header[6..8].copy_from_slice(&DO_NOT_FRAGMENT); // so the identification may stay zero (RFC 6864)
    header[8] = TIME_TO_LIVE;
    header[9] = PROTOCOL_ICMP;
    header[12..16].copy_from_slice(&from.octets());
    header[16..20].copy_from_slice(&source.octets());
    let checksum = !ones_complement_sum(header);
    header[10..12].copy_from_slice(&checksum.to_be_bytes());

    icmp[..ICMP_HEADER_LEN].fill(0); // code 0: the time to live ran out in transit
    icmp[0] = TYPE_TIME_EXCEEDED;
    icmp[ICMP_HEADER_LEN..].copy_from_slice(&packet[..quote_len]);
    let checksum = !ones_complement_sum(icmp);
    icmp[2..4].copy_from_slice(&checksum.to_be_bytes());
    Some(ip_offset + answer_len)
}

/// Where the IPv4 header begins, behind the VLAN tags.
fn ipv4_offset(frame: &[u8]) -> Option<usize> {
    let mut offset = MAC_ADDRESSES_LEN;
    for _ in 0..=TAGS_MAX {
        match frame.get(offset..)?.first_chunk::<2>()? {
            &ETHERTYPE_IPV4 => return Some(offset + 2),
            [0x81, 0x00] | [0x88, 0xa8] => offset += TAG_LEN,
            _ => return None,
        }
    }
    None
}

/// The sender, when the packet is one that may be answered with an ICMP error. The header is whole then.
fn answerable_source(packet: &[u8]) -> Option<Ipv4Addr> {
    let first = *packet.first()?;
    let header_len = usize::from(first & 0x0f) * 4;
    let header = packet.get(..header_len)?;
    if first >> 4 != 4 || header_len < IPV4_HEADER_LEN || ones_complement_sum(header) != 0xffff {
        return None;
    }
    if usize::from(u16::from_be_bytes([header[2], header[3]])) < header_len {
        return None;
    }
    let fragment_offset = u16::from_be_bytes([header[6], header[7]]) & 0x1fff;
    let source = Ipv4Addr::new(header[12], header[13], header[14], header[15]);
    let destination = Ipv4Addr::new(header[16], header[17], header[18], header[19]);
    if fragment_offset != 0 || !is_host(source) || destination.is_multicast() || destination.is_broadcast() {
        return None;
    }
    if header[9] == PROTOCOL_ICMP && !packet.get(header_len).is_some_and(|kind| is_icmp_question(*kind)) {
        return None;
    }
    Some(source)
}

/// Whether the address is of a single host that an answer can reach; class E and limited broadcast are not.
fn is_host(address: Ipv4Addr) -> bool {
    let first = address.octets()[0];
    first != 0 && !address.is_loopback() && first < 224
}

/// Echo, router discovery, timestamp, information and address mask: questions and their answers. Any other type may be an
/// error report, and two routers must not report errors to each other in turns.
fn is_icmp_question(kind: u8) -> bool {
    matches!(kind, 0 | 8 | 9 | 10 | 13..=18)
}

/// The 16-bit one's complement sum of RFC 1071, an odd byte at the end padded with zero.
fn ones_complement_sum(bytes: &[u8]) -> u16 {
    let words = bytes.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair.get(1).copied().unwrap_or(0)]));
    let mut sum: u32 = words.map(u32::from).sum(); // a frame has too few words to overflow
    while sum > 0xffff {
        sum = (sum >> 16) + (sum & 0xffff);
    }
    sum as u16
}

/// A token bucket: so many a second on average, so many at once. The caller brings the time.
#[derive(Clone, Copy, Debug)]
pub struct RateLimit {
    /// Time that one token takes to come; `None` when none ever does.
    interval_ns: Option<u64>,
    /// Time saved up, at most `burst` intervals.
    saved_ns: u64,
    saved_max_ns: u64,
    last_ns: u64,
}

impl RateLimit {
    /// A bucket that is full, with `burst` tokens, and gets `per_second` new ones a second; with 0 of either it refuses
    /// everything.
    pub fn new(per_second: u32, burst: u32) -> RateLimit {
        let interval_ns = 1_000_000_000u64.checked_div(per_second.into()).filter(|_| burst > 0);
        let saved_max_ns = interval_ns.unwrap_or(0) * u64::from(burst);
        RateLimit { interval_ns, saved_ns: saved_max_ns, saved_max_ns, last_ns: 0 }
    }

    /// Takes a token at the time `now_ns`, on any clock that is always the same; `false` when there is none. A time before
    /// that of an earlier call counts as that one.
    pub fn allow(&mut self, now_ns: u64) -> bool {
        let Some(interval_ns) = self.interval_ns else { return false };
        let elapsed_ns = now_ns.saturating_sub(self.last_ns);
        self.last_ns = self.last_ns.max(now_ns);
        self.saved_ns = self.saved_ns.saturating_add(elapsed_ns).min(self.saved_max_ns);
        match self.saved_ns.checked_sub(interval_ns) {
            Some(left_ns) => {
                self.saved_ns = left_ns;
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests;
