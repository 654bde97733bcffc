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
/// So many VLAN tags are looked behind.
const TAGS_MAX: usize = 2;
const ICMP: u8 = 1;
const TCP: u8 = 6;
const UDP: u8 = 17;
/// Destination unreachable, source quench, redirect, time exceeded, parameter problem: they quote a packet.
const ICMP_ERRORS: [u8; 5] = [3, 4, 5, 11, 12];
/// Echo and echo reply: they have an identifier.
const ICMP_ECHOES: [u8; 2] = [8, 0];

/// The frame ends before its headers do, or an IPv4 header contradicts itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Malformed;

/// Where the headers of a frame stand, in bytes from the frame's start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Headers {
    /// 0: there is none.
    ipv4: usize,
    /// Where `behind` begins.
    l4: usize,
    behind: Behind,
}

/// What there is behind the IPv4 header. Where quoted headers stand is part of it, because a packet that quotes none has no
/// such offsets to keep: they would be two more values all through the pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Behind {
    Tcp,
    Udp,
    Icmp,
    /// An ICMP error that quotes a packet. `l4` is 0 if nothing is known behind the quoted IPv4 header.
    IcmpError {
        ipv4: usize,
        l4: usize,
    },
    #[default]
    Nothing,
}

/// What a pass has added to the sums under the checksums of the outer headers: the deparser mends each checksum once.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Changes {
    pub(crate) ipv4: u32,
    /// Of TCP, UDP or ICMP, whichever it is.
    pub(crate) l4: u32,
}

impl Changes {
    /// Mends the checksums.
    #[inline(always)]
    pub(crate) fn deparse(self, frame: &mut [u8], headers: &Headers) {
        if self.ipv4 != 0 {
            mend(frame, headers.ipv4 + 10, self.ipv4, false);
        }
        if self.l4 != 0 {
            if headers.behind == Behind::Udp {
                mend(frame, headers.l4 + 6, self.l4, true);
            } else {
                let offset = if headers.behind == Behind::Tcp { 16 } else { 2 };
                mend(frame, headers.l4 + offset, self.l4, false);
            }
        }
    }
}

/// RFC 1624, equation 3: `HC' = ~(~HC + ~m + m')`, where `change` is the sum of all `~m` and `m'` as [`ones_add`] makes it. A checksum
/// that may be absent (0) stays so, and one that is there does not come to look absent.
#[inline(always)]
pub fn mend(frame: &mut [u8], at: usize, change: u32, may_be_absent: bool) {
    let Some(checksum) = frame.get_mut(at..at + 2) else { return };
    let &mut [high, low] = checksum else { return };
    let before = half(high, low);
    if may_be_absent && before == 0 {
        return;
    }
    let sum = ones_add(change, !before & 0xffff);
    // Both halves added, the carry too, in the upper half of the result.
    let after = !(sum.wrapping_add(sum.rotate_left(16)) >> 16) as u16;
    let after = if may_be_absent && after == 0 { 0xffff } else { after };
    checksum.copy_from_slice(&after.to_be_bytes());
}

/// What a word's change from `old` to `new` adds to the sum under a checksum.
#[inline(always)]
pub fn change(old: u32, new: u32) -> u32 {
    ones_add(!old, new)
}

/// Adds two words in one's complement: the carry comes in again at the low end. Folded to 16 bits, the sum of words is that of their
/// halves (RFC 1071, section 2), so there is one fold at the end and none here.
#[inline(always)]
pub fn ones_add(a: u32, b: u32) -> u32 {
    let (sum, carry) = a.overflowing_add(b);
    sum + carry as u32
}

#[inline(always)]
fn half(high: u8, low: u8) -> u32 {
    u16::from_be_bytes([high, low]) as u32
}

/// Identifier of a frame's outermost VLAN (IEEE 802.1Q), 0 if it has no tag.
#[inline(always)]
pub fn vlan_id(frame: &[u8]) -> u32 {
    match read_u16(frame, 12) {
        Some(ethertype) if ETHERTYPE_VLAN.contains(&ethertype) => {
            read_u16(frame, ETHERNET_LEN).unwrap_or(0) as u32 & 0xfff
        }
        _ => 0,
    }
}

impl Headers {
    /// Parses a frame.
    #[inline(always)]
    pub fn parse(frame: &[u8]) -> Result<Self, Malformed> {
        let mut at = 12;
        let mut ethertype = read_u16(frame, at).ok_or(Malformed)?;
        for _ in 0..TAGS_MAX {
            if ethertype == ETHERTYPE_IPV4 || !ETHERTYPE_VLAN.contains(&ethertype) {
                break;
            }
            at += 4;
            ethertype = read_u16(frame, at).ok_or(Malformed)?;
        }
        if ethertype != ETHERTYPE_IPV4 {
            return Ok(Self::default());
        }
        let ip = at + 2;
        let (l4, end, protocol, first) = ipv4(frame, ip, frame.len())?;
        let without = Self { ipv4: ip, l4, behind: Behind::Nothing };
        if !first {
            return Ok(without);
        }
        let (needed, behind) = match protocol {
            TCP => (20, Behind::Tcp),
            UDP => (8, Behind::Udp),
            ICMP => (8, Behind::Icmp),
            _ => return Ok(without),
        };
        if end - l4 < needed {
            return Err(Malformed);
        }
        if behind == Behind::Icmp && ICMP_ERRORS.contains(frame.get(l4).unwrap_or(&0)) {
            return Ok(Self { behind: quoted(frame, l4 + 8, end), ..without });
        }
        Ok(Self { behind, ..without })
    }

    /// Where a header starts in the frame; `None` if it is not there.
    #[inline(always)]
    pub fn offset(&self, header: Header) -> Option<usize> {
        match (header, self.behind) {
            (Header::Ipv4, _) => (self.ipv4 != 0).then_some(self.ipv4),
            (Header::Tcp, Behind::Tcp)
            // Fields that TCP and UDP share are named as UDP's.
            | (Header::Udp, Behind::Tcp | Behind::Udp)
            | (Header::Icmp, Behind::Icmp | Behind::IcmpError { .. }) => Some(self.l4),
            (Header::InnerIpv4, Behind::IcmpError { ipv4, .. }) => Some(ipv4),
            (Header::InnerL4, Behind::IcmpError { l4, .. }) => (l4 != 0).then_some(l4),
            _ => None,
        }
    }

    /// Whether there are ports: TCP or UDP.
    #[inline(always)]
    pub fn has_ports(&self) -> bool {
        matches!(self.behind, Behind::Tcp | Behind::Udp)
    }

    /// Whether a header is there.
    #[inline(always)]
    pub fn has(&self, header: Header) -> bool {
        match header {
            Header::Udp => self.behind == Behind::Udp,
            _ => self.offset(header).is_some(),
        }
    }
}

/// The packet that an ICMP error is about, as far as it is quoted well enough to be translated: where its IPv4 header and what is
/// behind it start, 0 for none.
#[cold]
fn quoted(frame: &[u8], ip: usize, end: usize) -> Behind {
    // The quoted packet is cut short as a rule: its total length does not count.
    let Some(&version_ihl) = frame.get(ip) else { return Behind::Icmp };
    let header_len = (version_ihl as usize & 0xf) * 4;
    let l4 = ip + header_len;
    if version_ihl >> 4 != 4 || header_len < 20 || l4 + 8 > end {
        return Behind::Icmp;
    }
    let offset = read_u16(frame, ip + 6).unwrap_or(0) & 0x1fff;
    let protocol = frame.get(ip + 9).copied().unwrap_or(0);
    let echo = protocol == ICMP && ICMP_ECHOES.contains(frame.get(l4).unwrap_or(&0xff));
    let known = offset == 0 && (protocol == TCP || protocol == UDP || echo);
    Behind::IcmpError { ipv4: ip, l4: if known { l4 } else { 0 } }
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
    if version_ihl >> 4 != 4 || header_len < 20 || total_len < header_len || end > frame_len {
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
        let change = changes.iter().map(|(old, new)| change(*old, *new)).fold(0, ones_add);
        mend(&mut frame, 0, change, may_be_absent);
        u16::from_be_bytes(frame)
    }

    /// The example of RFC 1624, section 4: the result must be 0x0000, not 0xffff.
    #[test]
    fn checksum_of_rfc_1624s_example() {
        assert_eq!(mended(0xdd2f, &[(0x5555, 0x3285)], false), 0x0000);
    }

    fn sum(words: &[u32]) -> u16 {
        let mut sum: u32 = words.iter().map(|w| (w >> 16) + (w & 0xffff)).sum();
        while sum > 0xffff {
            sum = (sum >> 16) + (sum & 0xffff);
        }
        !sum as u16
    }

    #[test]
    fn checksum_mended_is_the_same_as_summed_anew() {
        let mut words = [0x4500_0073u32, 0x0000_4000, 0x4011_0000, 0xc0a8_0001, 0xc0a8_00c7];
        let before = sum(&words);
        let after = mended(before, &[(words[3], 0xcb00_7101), (words[2], 0x3f11_0000)], false);
        (words[3], words[2]) = (0xcb00_7101, 0x3f11_0000);
        assert_eq!(after, sum(&words));
    }

    /// With halves of all zeros and all ones among them, so that every carry happens.
    #[test]
    fn checksum_mended_for_any_change_is_the_same_as_summed_anew() {
        let half = |index: u32| [0, 1, 2, 0x7fff, 0x8000, 0xfffd, 0xfffe, 0xffff][(index & 7) as usize];
        let word = |index: u32| half(index) << 16 | half(index >> 3);
        for old in 0..64 {
            for new in 0..64 {
                for rest in 0..64 {
                    // The sum of a real header is never zero: its first byte is not.
                    let others = [0x4500_0000, word(rest), word(new ^ rest)];
                    let before = sum(&[others[0], others[1], others[2], word(old), 0x11]);
                    let after = mended(before, &[(word(old), word(new)), (0x11, word(rest) >> 16)], false);
                    let anew = sum(&[others[0], others[1], others[2], word(new), word(rest) >> 16]);
                    assert_eq!(after, anew, "{old} {new} {rest}");
                }
            }
        }
    }

    #[test]
    fn checksum_absent_stays_absent_and_one_that_comes_to_zero_is_written_as_ones() {
        assert_eq!(mended(0, &[(1, 2)], true), 0);
        assert_eq!(mended(0xdd2f, &[(0x5555, 0x3285)], true), 0xffff);
    }
}
