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

/// The fields of the outer headers, as a switch has them in its header vector: the parser reads them once, where they stand. Those of
/// headers that are not there are 0. Checksums are not read: what is to be added to them is summed up, and the deparser mends each
/// once.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Fields {
    pub(crate) fragment: u32,
    pub(crate) ttl_protocol: u32,
    pub(crate) src: u32,
    pub(crate) dst: u32,
    pub(crate) l4_src: u32,
    pub(crate) l4_dst: u32,
    pub(crate) tcp_flags: u32,
    pub(crate) icmp_type: u32,
    pub(crate) icmp_id: u32,
    /// What changes have added to the sum under the IPv4 header's checksum.
    pub(crate) ipv4_change: u32,
    /// The same for the checksum of TCP, UDP or ICMP, whichever it is.
    pub(crate) l4_change: u32,
}

impl Fields {
    /// The fields of a frame with these headers.
    #[inline(always)]
    pub(crate) fn parse(frame: &[u8], headers: &Headers) -> Self {
        let mut fields = Self::default();
        let ip = headers.ipv4 as usize;
        let Some(&[_, _, _, _, _, _, f0, f1, t, p, _, _, s0, s1, s2, s3, d0, d1, d2, d3]) =
            frame.get(ip..ip + 20).filter(|_| ip != 0)
        else {
            return fields;
        };
        fields.fragment = half(f0, f1);
        fields.ttl_protocol = half(t, p);
        fields.src = u32::from_be_bytes([s0, s1, s2, s3]);
        fields.dst = u32::from_be_bytes([d0, d1, d2, d3]);
        let l4 = headers.l4 as usize;
        let Some(&[a, b, c, d, e, f, ..]) = frame.get(l4..l4 + 8).filter(|_| l4 != 0) else { return fields };
        if headers.protocol == ICMP {
            fields.icmp_type = a as u32;
            fields.icmp_id = half(e, f);
        } else {
            fields.l4_src = half(a, b);
            fields.l4_dst = half(c, d);
            if headers.protocol == TCP {
                fields.tcp_flags = frame.get(l4 + 13).copied().unwrap_or(0) as u32;
            }
        }
        fields
    }

    /// Mends the checksums.
    #[inline(always)]
    pub(crate) fn deparse(&self, frame: &mut [u8], headers: &Headers) {
        if self.ipv4_change != 0 {
            mend(frame, headers.ipv4 as usize + 10, self.ipv4_change, false);
        }
        if self.l4_change != 0 {
            let (offset, may_be_absent) = match headers.protocol {
                TCP => (16, false),
                UDP => (6, true),
                _ => (2, false),
            };
            mend(frame, headers.l4 as usize + offset, self.l4_change, may_be_absent);
        }
    }
}

/// RFC 1624, equation 3: `HC' = ~(~HC + ~m + m')`, where `change` is the sum of all `~m` and `m'`, of at most 2^15 half-words. A
/// checksum that may be absent (0) stays so, and one that is there does not come to look absent.
#[inline(always)]
pub(crate) fn mend(frame: &mut [u8], at: usize, change: u32, may_be_absent: bool) {
    let Some(checksum) = frame.get_mut(at..at + 2) else { return };
    let &mut [high, low] = checksum else { return };
    let before = half(high, low);
    if may_be_absent && before == 0 {
        return;
    }
    let sum = (!before & 0xffff) + change;
    let sum = (sum >> 16) + (sum & 0xffff);
    let sum = (sum >> 16) + (sum & 0xffff);
    let after = !sum as u16;
    let after = if may_be_absent && after == 0 { 0xffff } else { after };
    checksum.copy_from_slice(&after.to_be_bytes());
}

/// What a word's change from `old` to `new` adds to the sum under a checksum.
#[inline(always)]
pub(crate) fn change(old: u32, new: u32) -> u32 {
    let halves = |word: u32| (word >> 16) + (word & 0xffff);
    halves(!old) + halves(new)
}

#[inline(always)]
fn half(high: u8, low: u8) -> u32 {
    u16::from_be_bytes([high, low]) as u32
}

impl Headers {
    /// Parses a frame.
    #[inline(always)]
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
            (headers.inner_ipv4, headers.inner_l4) = quoted(frame, l4 + 8, end);
        }
        Ok(headers)
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

    /// Whether there are ports: TCP or UDP.
    #[inline(always)]
    pub fn has_ports(&self) -> bool {
        self.protocol == TCP || self.protocol == UDP
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

/// The packet that an ICMP error is about, as far as it is quoted well enough to be translated: where its IPv4 header and what is
/// behind it start, 0 for none.
#[cold]
fn quoted(frame: &[u8], ip: usize, end: usize) -> (u16, u16) {
    // The quoted packet is cut short as a rule: its total length does not count.
    let Some(&version_ihl) = frame.get(ip) else { return (0, 0) };
    let header_len = (version_ihl as usize & 0xf) * 4;
    let l4 = ip + header_len;
    if version_ihl >> 4 != 4 || header_len < 20 || l4 + 8 > end {
        return (0, 0);
    }
    let offset = read_u16(frame, ip + 6).unwrap_or(0) & 0x1fff;
    let protocol = frame.get(ip + 9).copied().unwrap_or(0);
    let echo = protocol == ICMP && ICMP_ECHOES.contains(frame.get(l4).unwrap_or(&0xff));
    let known = offset == 0 && (protocol == TCP || protocol == UDP || echo);
    (ip as u16, if known { l4 as u16 } else { 0 })
}

/// Checks an IPv4 header at `ip`: where its payload begins and ends, its protocol, and whether it is no later fragment.
#[inline(always)]
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

#[cfg(test)]
mod tests {
    use super::*;

    fn mended(before: u16, changes: &[(u32, u32)], may_be_absent: bool) -> u16 {
        let mut frame = before.to_be_bytes();
        let change = changes.iter().map(|(old, new)| change(*old, *new)).sum();
        mend(&mut frame, 0, change, may_be_absent);
        u16::from_be_bytes(frame)
    }

    /// The example of RFC 1624, section 4: the result must be 0x0000, not 0xffff.
    #[test]
    fn checksum_of_rfc_1624s_example() {
        assert_eq!(mended(0xdd2f, &[(0x5555, 0x3285)], false), 0x0000);
    }

    #[test]
    fn checksum_mended_is_the_same_as_summed_anew() {
        let mut words = [0x4500_0073u32, 0x0000_4000, 0x4011_0000, 0xc0a8_0001, 0xc0a8_00c7];
        let sum = |words: &[u32]| {
            let mut sum: u32 = words.iter().map(|w| (w >> 16) + (w & 0xffff)).sum();
            while sum > 0xffff {
                sum = (sum >> 16) + (sum & 0xffff);
            }
            !sum as u16
        };
        let before = sum(&words);
        let after = mended(before, &[(words[3], 0xcb00_7101), (words[2], 0x3f11_0000)], false);
        (words[3], words[2]) = (0xcb00_7101, 0x3f11_0000);
        assert_eq!(after, sum(&words));
    }

    #[test]
    fn checksum_absent_stays_absent_and_one_that_comes_to_zero_is_written_as_ones() {
        assert_eq!(mended(0, &[(1, 2)], true), 0);
        assert_eq!(mended(0xdd2f, &[(0x5555, 0x3285)], true), 0xffff);
    }
}
