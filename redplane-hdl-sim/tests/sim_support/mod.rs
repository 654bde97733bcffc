//! What the tests of the simulator share: frames, made byte by byte, so that no code under test makes its own input.
#![allow(dead_code)] // Each test binary uses a part.

pub(crate) mod maker;

pub(crate) const ICMP: u8 = 1;
pub(crate) const TCP: u8 = 6;
pub(crate) const UDP: u8 = 17;

/// An end of a flow: address and port.
pub(crate) type End = (u32, u16);

/// The Internet checksum (RFC 1071).
pub(crate) fn checksum(bytes: &[u8]) -> u16 {
    let pairs = bytes.chunks(2).map(|pair| u32::from(pair[0]) << 8 | u32::from(*pair.get(1).unwrap_or(&0)));
    let mut sum: u32 = pairs.sum();
    while sum > 0xffff {
        sum = (sum >> 16) + (sum & 0xffff);
    }
    !sum as u16
}

/// The same with the pseudo header of TCP and UDP.
pub(crate) fn pseudo_checksum(from: u32, to: u32, protocol: u8, bytes: &[u8]) -> u16 {
    let mut all = vec![];
    all.extend(from.to_be_bytes());
    all.extend(to.to_be_bytes());
    all.extend([0, protocol]);
    all.extend((bytes.len() as u16).to_be_bytes());
    all.extend(bytes);
    checksum(&all)
}

/// An IPv4 packet with a right header checksum.
pub(crate) fn ipv4(from: u32, to: u32, protocol: u8, ttl: u8, fragment: u16, payload: &[u8]) -> Vec<u8> {
    let mut ip = vec![0x45, 0];
    ip.extend((20 + payload.len() as u16).to_be_bytes());
    ip.extend([0x12, 0x34]);
    ip.extend(fragment.to_be_bytes());
    ip.extend([ttl, protocol, 0, 0]);
    ip.extend(from.to_be_bytes());
    ip.extend(to.to_be_bytes());
    let sum = checksum(&ip);
    ip[10..12].copy_from_slice(&sum.to_be_bytes());
    ip.extend(payload);
    ip
}

/// A UDP datagram with a right checksum, or with none.
pub(crate) fn udp_datagram(from: End, to: End, summed: bool, payload: &[u8]) -> Vec<u8> {
    let mut udp = vec![];
    udp.extend(from.1.to_be_bytes());
    udp.extend(to.1.to_be_bytes());
    udp.extend((8 + payload.len() as u16).to_be_bytes());
    udp.extend([0, 0]);
    udp.extend(payload);
    if summed {
        let sum = match pseudo_checksum(from.0, to.0, UDP, &udp) {
            0 => 0xffff,
            sum => sum,
        };
        udp[6..8].copy_from_slice(&sum.to_be_bytes());
    }
    udp
}

/// A TCP segment with a right checksum.
pub(crate) fn tcp_segment(from: End, to: End, flags: u8, payload: &[u8]) -> Vec<u8> {
    let mut tcp = vec![];
    tcp.extend(from.1.to_be_bytes());
    tcp.extend(to.1.to_be_bytes());
    tcp.extend([0, 0, 0, 1, 0, 0, 0, 2, 0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
    tcp.extend(payload);
    let sum = pseudo_checksum(from.0, to.0, TCP, &tcp);
    tcp[16..18].copy_from_slice(&sum.to_be_bytes());
    tcp
}

/// An ICMP message with a right checksum; `rest` is the second word of its header.
pub(crate) fn icmp_message(kind: u8, rest: [u8; 4], payload: &[u8]) -> Vec<u8> {
    let mut icmp = vec![kind, 0, 0, 0];
    icmp.extend(rest);
    icmp.extend(payload);
    let sum = checksum(&icmp);
    icmp[2..4].copy_from_slice(&sum.to_be_bytes());
    icmp
}

/// An Ethernet frame around an IPv4 packet, with so many VLAN tags.
pub(crate) fn frame(tags: usize, ip: &[u8]) -> Vec<u8> {
    let mut frame = vec![2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1];
    for tag in 0..tags {
        frame.extend([0x81, 0, 0, 7 + tag as u8]);
    }
    frame.extend([8, 0]);
    frame.extend(ip);
    frame
}

/// A UDP packet in a frame.
pub(crate) fn udp(from: End, to: End, payload: &[u8]) -> Vec<u8> {
    frame(0, &ipv4(from.0, to.0, UDP, 64, 0, &udp_datagram(from, to, true, payload)))
}

/// A 16-bit field of a frame.
pub(crate) fn half(frame: &[u8], at: usize) -> u16 {
    u16::from_be_bytes([frame[at], frame[at + 1]])
}

/// A 32-bit field of a frame.
pub(crate) fn word(frame: &[u8], at: usize) -> u32 {
    u32::from(half(frame, at)) << 16 | u32::from(half(frame, at + 2))
}
