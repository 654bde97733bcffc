//! The UDP datagram in a captured frame, as far as it was captured.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

const ETHERTYPE_IPV4: u16 = 0x0800;
const ETHERTYPE_IPV6: u16 = 0x86dd;
const ETHERTYPE_VLAN: [u16; 3] = [0x8100, 0x88a8, 0x9100];
const TAGS_MAX: usize = 4;
const UDP: u8 = 17;
/// Hop-by-hop options, routing and destination options: each says its own length in units of eight bytes.
const IPV6_EXTENSIONS: [u8; 3] = [0, 43, 60];
const IPV6_EXTENSIONS_MAX: usize = 8;

/// A datagram, borrowed from its frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Datagram<'a> {
    /// Who sent it.
    pub(super) from: SocketAddr,
    /// To whom.
    pub(super) to: SocketAddr,
    /// What was captured of its payload.
    pub(super) payload: &'a [u8],
    /// Length of the payload by its header; more than was captured when the capture cut it.
    pub(super) payload_len: usize,
}

/// Finds it; `None` when the frame is no UDP, a later fragment, or cut within the headers.
pub(super) fn datagram(frame: &[u8]) -> Option<Datagram<'_>> {
    let mut at = 12;
    let mut ethertype = u16_at(frame, at)?;
    for _ in 0..TAGS_MAX {
        if ETHERTYPE_VLAN.contains(&ethertype) {
            at += 4;
            ethertype = u16_at(frame, at)?;
        }
    }
    let packet = frame.get(at + 2..)?;
    let (from, to, udp) = match ethertype {
        ETHERTYPE_IPV4 => ipv4(packet)?,
        ETHERTYPE_IPV6 => ipv6(packet)?,
        _ => return None,
    };
    let payload_len = usize::from(u16_at(udp, 4)?).checked_sub(8)?;
    let payload = udp.get(8..)?;
    Some(Datagram {
        from: SocketAddr::new(from, u16_at(udp, 0)?),
        to: SocketAddr::new(to, u16_at(udp, 2)?),
        // Behind it there may be padding to Ethernet's least length.
        payload: payload.get(..payload_len).unwrap_or(payload),
        payload_len,
    })
}

fn ipv4(packet: &[u8]) -> Option<(IpAddr, IpAddr, &[u8])> {
    let header: &[u8; 20] = packet.first_chunk()?;
    let header_len = usize::from(header[0] & 0xf) * 4;
    let later_fragment = u16_at(packet, 6)? & 0x1fff != 0;
    if header[0] >> 4 != 4 || header_len < 20 || header[9] != UDP || later_fragment {
        return None;
    }
    let [.., a, b, c, d, e, f, g, h] = *header;
    Some((Ipv4Addr::new(a, b, c, d).into(), Ipv4Addr::new(e, f, g, h).into(), packet.get(header_len..)?))
}

fn ipv6(packet: &[u8]) -> Option<(IpAddr, IpAddr, &[u8])> {
    let header: &[u8; 40] = packet.first_chunk()?;
    if header[0] >> 4 != 6 {
        return None;
    }
    let from: [u8; 16] = *header[8..].first_chunk()?;
    let to: [u8; 16] = *header[24..].first_chunk()?;
    let mut next = header[6];
    let mut rest = packet.get(40..)?;
    for _ in 0..IPV6_EXTENSIONS_MAX {
        if !IPV6_EXTENSIONS.contains(&next) {
            break;
        }
        next = *rest.first()?;
        rest = rest.get(8 + 8 * usize::from(*rest.get(1)?)..)?;
    }
    (next == UDP).then_some((Ipv6Addr::from(from).into(), Ipv6Addr::from(to).into(), rest))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|bytes| u16::from_be_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    const UDP_HEADER: [u8; 8] = [0x0f, 0xa0, 0x1f, 0x40, 0, 11, 0, 0];

    fn ipv4_packet(fragment: u8) -> Vec<u8> {
        let mut packet =
            vec![0x46, 0, 0, 0, 0, 0, 0, fragment, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, 1, 1, 1, 0];
        packet.extend(UDP_HEADER);
        packet.extend(b"odd and padding");
        packet
    }

    fn frame(tags: usize, ethertype: [u8; 2], packet: &[u8]) -> Vec<u8> {
        let mut frame = vec![0; 12];
        (0..tags).for_each(|_| frame.extend([0x81, 0, 0, 5]));
        frame.extend(ethertype);
        frame.extend(packet);
        frame
    }

    #[test]
    fn datagram_behind_tags_and_options_is_found_without_its_padding() {
        for tags in 0..3 {
            let frame = frame(tags, [8, 0], &ipv4_packet(0));
            let datagram = datagram(&frame).unwrap();
            assert_eq!(datagram.from, "10.0.0.1:4000".parse().unwrap());
            assert_eq!(datagram.to, "10.0.0.2:8000".parse().unwrap());
            assert_eq!((datagram.payload, datagram.payload_len), (&b"odd"[..], 3));
        }
    }

    #[test]
    fn datagram_behind_ipv6_extensions_is_found() {
        let mut packet = vec![0x60, 0, 0, 0, 0, 0, 0, 64];
        packet.extend([0; 15]);
        packet.push(1);
        packet.extend([0; 15]);
        packet.push(2);
        packet.extend([60, 0, 0, 0, 0, 0, 0, 0]); // hop-by-hop, then destination options of 16 bytes
        packet.extend([17, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        packet.extend(UDP_HEADER);
        packet.extend(b"odd");
        let frame = frame(0, [0x86, 0xdd], &packet);
        let datagram = datagram(&frame).unwrap();
        assert_eq!((datagram.from, datagram.payload), ("[::1]:4000".parse().unwrap(), &b"odd"[..]));
    }

    #[test]
    fn cut_datagram_keeps_its_length() {
        let mut whole = frame(0, [8, 0], &ipv4_packet(0));
        whole.truncate(14 + 24 + 8 + 1);
        assert_eq!(datagram(&whole).map(|it| (it.payload.len(), it.payload_len)), Some((1, 3)));
    }

    #[test]
    fn later_fragments_and_short_frames_are_none() {
        assert_eq!(datagram(&frame(0, [8, 0], &ipv4_packet(1))), None);
        let whole = frame(2, [8, 0], &ipv4_packet(0));
        for length in 0..22 + 24 + 8 {
            assert_eq!(datagram(&whole[..length]), None, "{length}");
        }
    }
}
