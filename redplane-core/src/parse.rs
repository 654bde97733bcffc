//! The parser: finds the headers of a frame once, so that fields are read and written where they stand.
//!
//! It accepts Ethernet II with up to two 802.1Q or 802.1ad tags (kept as they are), IPv4 with options, and TCP, UDP or ICMP
//! behind it, and inside an ICMP error the IPv4 header and the eight bytes that it must quote (RFC 792). A frame that
//! announces more bytes than it has is [`Malformed`]; what is of another protocol simply has fewer headers.

use crate::field::Header;

/// Length of an Ethernet header without tags.
pub const ETHERNET_LEN: usize = 14;

const ETHERTYPE_IPV4: u16 = 0x0800;
const ETHERTYPE_VLAN: [u16; 2] = [0x8100, 0x88a8];
const ICMP: u8 = 1;
const TCP: u8 = 6;
const UDP: u8 = 17;
/// Destination unreachable, source quench, redirect, time exceeded, parameter problem: they quote a packet.
const ICMP_ERRORS: [u8; 5] = [3, 4, 5, 11, 12];
/// Echo and echo reply: they have an identifier.
const ICMP_ECHOES: [u8; 2] = [8, 0];

/// The frame ends before its headers do, or an IPv4 header contradicts itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

/// Where the headers of a frame stand: byte offsets from the frame's start, 0 for a header that is not there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Headers {
    ipv4: u16,
    l4: u16,
    inner_ipv4: u16,
    inner_l4: u16,
    protocol: u8,
}

impl Headers {
    /// Parses a frame.
    #[inline]
    pub fn parse(frame: &[u8]) -> Result<Self, Malformed> {
        let mut headers = Self::default();
        let mut at = 12;
        let mut ethertype = read_u16(frame, at).ok_or(Malformed)?;
        for _ in 0..2 {
            if ETHERTYPE_VLAN.contains(&ethertype) {
                at += 4;
                ethertype = read_u16(frame, at).ok_or(Malformed)?;
            }
        }
        if ethertype != ETHERTYPE_IPV4 {
            return Ok(headers);
        }
        let ip = at + 2;
        let (l4, end, protocol, first) = ipv4(frame, ip, frame.len())?;
        headers.ipv4 = ip as u16;
        if !first {
            return Ok(headers);
        }
        let needed = match protocol {
            TCP => 20,
            UDP | ICMP => 8,
            _ => return Ok(headers),
        };
        if end - l4 < needed {
            return Err(Malformed);
        }
        headers.l4 = l4 as u16;
        headers.protocol = protocol;
        if protocol == ICMP && ICMP_ERRORS.contains(frame.get(l4).unwrap_or(&0)) {
            headers.inner(frame, l4 + 8, end);
        }
        Ok(headers)
    }

    /// The packet that an ICMP error is about, as far as it is quoted well enough to be translated.
    fn inner(&mut self, frame: &[u8], ip: usize, end: usize) {
        // The quoted packet is cut short as a rule: its total length does not count.
        let Some(&version_ihl) = frame.get(ip) else { return };
        let header_len = (version_ihl as usize & 0xf) * 4;
        let l4 = ip + header_len;
        if version_ihl >> 4 != 4 || header_len < 20 || l4 + 8 > end {
            return;
        }
        let offset = read_u16(frame, ip + 6).unwrap_or(0) & 0x1fff;
        let protocol = frame.get(ip + 9).copied().unwrap_or(0);
        self.inner_ipv4 = ip as u16;
        let echo = protocol == ICMP && ICMP_ECHOES.contains(frame.get(l4).unwrap_or(&0xff));
        if offset == 0 && (protocol == TCP || protocol == UDP || echo) {
            self.inner_l4 = l4 as u16;
        }
    }

    /// Where a header starts in the frame; `None` if it is not there.
    #[inline(always)]
    pub fn offset(&self, header: Header) -> Option<usize> {
        let offset = match header {
            Header::Ipv4 => self.ipv4,
            Header::Tcp if self.protocol == TCP => self.l4,
            // Fields that TCP and UDP share are named as UDP's.
            Header::Udp if self.protocol == UDP || self.protocol == TCP => self.l4,
            Header::Icmp if self.protocol == ICMP => self.l4,
            Header::InnerIpv4 => self.inner_ipv4,
            Header::InnerL4 => self.inner_l4,
            Header::Tcp | Header::Udp | Header::Icmp => 0,
        };
        (offset != 0).then_some(offset as usize)
    }

    /// Whether a header is there.
    #[inline(always)]
    pub fn has(&self, header: Header) -> bool {
        match header {
            Header::Udp => self.protocol == UDP,
            _ => self.offset(header).is_some(),
        }
    }
}

/// Checks an IPv4 header at `ip`: where its payload begins and ends, its protocol, and whether it is no later fragment.
#[inline]
fn ipv4(frame: &[u8], ip: usize, frame_len: usize) -> Result<(usize, usize, u8, bool), Malformed> {
    let header = frame.get(ip..ip + 20).ok_or(Malformed)?;
    let [version_ihl, _, len_hi, len_lo, _, _, fragment_hi, fragment_lo, _, protocol, ..] = *header else {
        return Err(Malformed);
    };
    let header_len = (version_ihl as usize & 0xf) * 4;
    let total_len = u16::from_be_bytes([len_hi, len_lo]) as usize;
    let end = ip + total_len;
    if version_ihl >> 4 != 4 || header_len < 20 || total_len < header_len || end > frame_len || end > 0xffff {
        return Err(Malformed);
    }
    let offset = u16::from_be_bytes([fragment_hi, fragment_lo]) & 0x1fff;
    Ok((ip + header_len, end, protocol, offset == 0))
}

#[inline]
fn read_u16(frame: &[u8], at: usize) -> Option<u16> {
    let bytes = frame.get(at..at + 2)?;
    Some(u16::from_be_bytes([*bytes.first()?, *bytes.get(1)?]))
}
