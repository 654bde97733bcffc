//! Frames, from the drawings of the standards.

pub const ICMP: u8 = 1;
pub const TCP: u8 = 6;
pub const UDP: u8 = 17;

/// An address and a port.
pub type End = (u32, u16);

/// The one's complement sum of 16-bit words.
fn sum(bytes: &[u8], start: u32) -> u16 {
    let word = |chunk: &[u8]| u32::from(chunk[0]) << 8 | u32::from(*chunk.get(1).unwrap_or(&0));
    let mut sum = bytes.chunks(2).map(word).sum::<u32>() + start;
    while sum > 0xffff {
        sum = (sum >> 16) + (sum & 0xffff);
    }
    sum as u16
}

/// What an IPv4 packet has besides its payload.
#[derive(Clone, Debug)]
pub struct Ip {
    pub from: u32,
    pub to: u32,
    pub protocol: u8,
    pub ttl: u8,
    pub fragment: u16,
    /// Bytes of options, a multiple of four.
    pub options: usize,
}

impl Ip {
    pub fn packet(&self, payload: &[u8]) -> Vec<u8> {
        let header_len = 20 + self.options;
        let mut packet = vec![0x40 | (header_len / 4) as u8, 0];
        packet.extend(((header_len + payload.len()) as u16).to_be_bytes());
        packet.extend([0x12, 0x34]);
        packet.extend(self.fragment.to_be_bytes());
        packet.extend([self.ttl, self.protocol, 0, 0]);
        packet.extend(self.from.to_be_bytes());
        packet.extend(self.to.to_be_bytes());
        packet.extend((0..self.options).map(|at| at as u8 + 1));
        let checksum = !sum(&packet, 0);
        packet[10..12].copy_from_slice(&checksum.to_be_bytes());
        packet.extend(payload);
        packet
    }
}

/// An Ethernet frame with so many VLAN tags.
pub fn tagged(tags: usize, ether_type: u16, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1];
    for tag in 0..tags {
        frame.extend([if tag == 0 { [0x88, 0xa8] } else { [0x81, 0] }, [0, 7 + tag as u8]].concat());
    }
    frame.extend(ether_type.to_be_bytes());
    frame.extend(payload);
    frame
}

fn pseudo_header(from: u32, to: u32, protocol: u8, len: usize) -> u32 {
    let halves = [from >> 16, from & 0xffff, to >> 16, to & 0xffff];
    halves.iter().sum::<u32>() + u32::from(protocol) + len as u32
}

pub fn udp(from: End, to: End, summed: bool, data: &[u8]) -> Vec<u8> {
    let mut datagram =
        [from.1.to_be_bytes(), to.1.to_be_bytes(), ((8 + data.len()) as u16).to_be_bytes()].concat();
    datagram.extend([0, 0]);
    datagram.extend(data);
    if summed {
        let checksum = match !sum(&datagram, pseudo_header(from.0, to.0, UDP, datagram.len())) {
            0 => 0xffff,
            checksum => checksum,
        };
        datagram[6..8].copy_from_slice(&checksum.to_be_bytes());
    }
    datagram
}

pub fn tcp(from: End, to: End, flags: u8, data: &[u8]) -> Vec<u8> {
    let mut segment = [from.1.to_be_bytes(), to.1.to_be_bytes()].concat();
    segment.extend([0x11, 0x22, 0x33, 0x44, 0, 0, 0, 1, 0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
    segment.extend(data);
    let checksum = !sum(&segment, pseudo_header(from.0, to.0, TCP, segment.len()));
    segment[16..18].copy_from_slice(&checksum.to_be_bytes());
    segment
}

pub fn icmp(kind: u8, rest: [u8; 4], data: &[u8]) -> Vec<u8> {
    let mut message = vec![kind, 0, 0, 0];
    message.extend(rest);
    message.extend(data);
    let checksum = !sum(&message, 0);
    message[2..4].copy_from_slice(&checksum.to_be_bytes());
    message
}

/// A frame between two ends: all protocols, options, fragments, tags, a time to live that may end, a checksum that may be wrong.
pub fn any(rng: &mut fastrand::Rng, from: End, to: End) -> Vec<u8> {
    let data = vec![0x5a; rng.usize(0..40)];
    let (protocol, payload) = match rng.u32(0..8) {
        0..3 => (UDP, udp(from, to, rng.bool(), &data)),
        3..6 => (TCP, tcp(from, to, [0x02, 0x10, 0x10, 0x11, 0x04][rng.usize(0..5)], &data)),
        6 => {
            let id = from.1.to_be_bytes();
            (ICMP, icmp([8, 0, 13][rng.usize(0..3)], [id[0], id[1], 0, 1], &data))
        }
        _ => (47, data),
    };
    let ip = Ip {
        from: from.0,
        to: to.0,
        protocol,
        ttl: if rng.u32(0..15) == 0 { rng.u8(0..3) } else { 64 },
        fragment: if rng.u32(0..20) == 0 { rng.u16(..) } else { 0x4000 },
        options: if rng.u32(0..4) == 0 { 4 * rng.usize(0..11) } else { 0 },
    };
    let mut packet = ip.packet(&payload);
    if rng.u32(0..20) == 0 {
        // It stays as wrong as it was: it is mended, not made anew.
        packet[10] ^= 1 << rng.u32(0..8);
    }
    padded(tagged(rng.usize(0..3), 0x0800, &packet))
}

/// What an outside server, or a router on the way, sends when it has got this untagged frame without options.
pub fn answer_to(rng: &mut fastrand::Rng, sent: &[u8], server: End) -> Vec<u8> {
    let half = |at: usize| u16::from_be_bytes([sent[at], sent[at + 1]]);
    let mapped = (u32::from(half(26)) << 16 | u32::from(half(28)), half(34));
    if rng.u32(0..3) > 0 {
        return any(rng, server, mapped);
    }
    let quoted = &sent[14..sent.len().min(14 + 28 + rng.usize(0..20))];
    let message = icmp([3, 11, 5][rng.usize(0..3)], [0; 4], quoted);
    let ip = Ip { from: 0xc633_0001, to: mapped.0, protocol: ICMP, ttl: 60, fragment: 0, options: 0 };
    padded(tagged(0, 0x0800, &ip.packet(&message)))
}

/// As long as Ethernet frames are, without the FCS.
fn padded(mut frame: Vec<u8>) -> Vec<u8> {
    frame.resize(frame.len().max(60), 0);
    frame
}

/// Around a message from the store.
pub fn datagram(from: End, to: End, message: &[u8]) -> Vec<u8> {
    let ip = Ip { from: from.0, to: to.0, protocol: UDP, ttl: 64, fragment: 0x4000, options: 0 };
    padded(tagged(0, 0x0800, &ip.packet(&udp(from, to, false, message))))
}
