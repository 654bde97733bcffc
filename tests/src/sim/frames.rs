//! Ethernet frames for tests: made field by field here, so that no code under test makes its own input.

/// Offset of the UDP payload in a frame of [`udp`].
pub const PAYLOAD: usize = 14 + 20 + 8;

/// The number of an IPv4 protocol.
pub const ICMP: u8 = 1;
/// The number of an IPv4 protocol.
pub const TCP: u8 = 6;
/// The number of an IPv4 protocol.
pub const UDP: u8 = 17;

/// An Ethernet header of this type, with a VLAN tag in front of it if wanted.
pub fn ethernet(ethertype: u16, vlan: bool) -> Vec<u8> {
    let mut frame = vec![2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1];
    if vlan {
        frame.extend([0x81, 0, 0, 7]);
    }
    frame.extend(ethertype.to_be_bytes());
    frame
}

/// An IPv4 packet with a right header checksum. `fragment` is the word of flags and fragment offset.
pub fn ipv4(src: u32, dst: u32, protocol: u8, ttl: u8, fragment: u16, payload: &[u8]) -> Vec<u8> {
    let mut ip = vec![0x45, 0];
    ip.extend((20 + payload.len() as u16).to_be_bytes());
    ip.extend([0, 0]);
    ip.extend(fragment.to_be_bytes());
    ip.extend([ttl, protocol, 0, 0]);
    ip.extend(src.to_be_bytes());
    ip.extend(dst.to_be_bytes());
    let sum = checksum(&ip);
    ip[10..12].copy_from_slice(&sum.to_be_bytes());
    ip.extend(payload);
    ip
}

/// A UDP datagram; without addresses it has no checksum, and shows that by a zero (RFC 768).
pub fn udp_datagram(addresses: Option<(u32, u32)>, src_port: u16, dst_port: u16, payload: &[u8]) -> Vec<u8> {
    let mut udp = Vec::new();
    udp.extend(src_port.to_be_bytes());
    udp.extend(dst_port.to_be_bytes());
    udp.extend((8 + payload.len() as u16).to_be_bytes());
    udp.extend([0, 0]);
    udp.extend(payload);
    if let Some((src, dst)) = addresses {
        let sum = match pseudo_checksum(src, dst, UDP, &udp) {
            0 => 0xffff,
            sum => sum,
        };
        udp[6..8].copy_from_slice(&sum.to_be_bytes());
    }
    udp
}

/// A TCP segment between these addresses.
pub fn tcp_segment(src: u32, dst: u32, src_port: u16, dst_port: u16, flags: u8, payload: &[u8]) -> Vec<u8> {
    let mut tcp = Vec::new();
    tcp.extend(src_port.to_be_bytes());
    tcp.extend(dst_port.to_be_bytes());
    tcp.extend([0, 0, 0, 1, 0, 0, 0, 2, 0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
    tcp.extend(payload);
    let sum = pseudo_checksum(src, dst, TCP, &tcp);
    tcp[16..18].copy_from_slice(&sum.to_be_bytes());
    tcp
}

/// An ICMP message; `rest` is the second word of its header.
pub fn icmp_message(kind: u8, code: u8, rest: [u8; 4], payload: &[u8]) -> Vec<u8> {
    let mut icmp = vec![kind, code, 0, 0];
    icmp.extend(rest);
    icmp.extend(payload);
    let sum = checksum(&icmp);
    icmp[2..4].copy_from_slice(&sum.to_be_bytes());
    icmp
}

/// An Ethernet frame with IPv4 and UDP, with right checksums (UDP: none) and a time to live of 64.
pub fn udp(src: u32, dst: u32, src_port: u16, dst_port: u16, payload: &[u8]) -> Vec<u8> {
    let mut frame = ethernet(0x0800, false);
    frame.extend(ipv4(src, dst, UDP, 64, 0, &udp_datagram(None, src_port, dst_port, payload)));
    frame
}

/// The number that a packet of the simulation ends with.
pub fn id_of(frame: &[u8]) -> Option<u16> {
    word(frame, frame.len().checked_sub(4)?).map(|id| id as u16)
}

/// The checksum of TCP or UDP: with a pseudo header of addresses, protocol and length.
fn pseudo_checksum(src: u32, dst: u32, protocol: u8, bytes: &[u8]) -> u16 {
    let mut all = Vec::new();
    all.extend(src.to_be_bytes());
    all.extend(dst.to_be_bytes());
    all.extend([0, protocol]);
    all.extend((bytes.len() as u16).to_be_bytes());
    all.extend(bytes);
    checksum(&all)
}

/// The Internet checksum (RFC 1071) of some bytes.
pub fn checksum(bytes: &[u8]) -> u16 {
    let mut sum: u32 = bytes
        .chunks(2)
        .map(|pair| u32::from(u16::from_be_bytes([pair[0], pair.get(1).copied().unwrap_or(0)])))
        .sum();
    while sum > 0xffff {
        sum = (sum >> 16) + (sum & 0xffff);
    }
    !(sum as u16)
}

/// A 32-bit field of a frame.
pub fn word(frame: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(frame.get(at..at + 4)?.try_into().ok()?))
}

/// A 16-bit field of a frame.
pub fn half(frame: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(frame.get(at..at + 2)?.try_into().ok()?))
}
