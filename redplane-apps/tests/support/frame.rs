//! Frames built from the standards' drawings, with right checksums; independent of the code under test.

use super::check::sum;

pub const ICMP: u8 = 1;
pub const TCP: u8 = 6;
pub const UDP: u8 = 17;

/// An IPv4 packet to be; public fields so that a test says what is special about it.
#[derive(Clone, Debug)]
pub struct Ip {
    pub source: u32,
    pub destination: u32,
    pub protocol: u8,
    pub ttl: u8,
    pub fragment: u16,
    pub options: Vec<u8>,
    pub payload: Vec<u8>,
}

impl Ip {
    pub fn new(protocol: u8, source: u32, destination: u32, payload: Vec<u8>) -> Self {
        Self { source, destination, protocol, ttl: 64, fragment: 0x4000, options: vec![], payload }
    }

    pub fn ttl(mut self, ttl: u8) -> Self {
        self.ttl = ttl;
        self
    }

    pub fn fragment(mut self, fragment: u16) -> Self {
        self.fragment = fragment;
        self
    }

    pub fn options(mut self, options: &[u8]) -> Self {
        assert_eq!(options.len() % 4, 0);
        self.options = options.to_vec();
        self
    }

    pub fn bytes(&self) -> Vec<u8> {
        let header_len = 20 + self.options.len();
        let mut packet = vec![0x40 | (header_len / 4) as u8, 0x10];
        packet.extend(((header_len + self.payload.len()) as u16).to_be_bytes());
        packet.extend([0xbe, 0xef]);
        packet.extend(self.fragment.to_be_bytes());
        packet.extend([self.ttl, self.protocol, 0, 0]);
        packet.extend(self.source.to_be_bytes());
        packet.extend(self.destination.to_be_bytes());
        packet.extend(&self.options);
        let checksum = !sum(&packet, 0);
        packet[10..12].copy_from_slice(&checksum.to_be_bytes());
        packet.extend(&self.payload);
        packet
    }

    /// In an Ethernet frame, behind these 802.1Q or 802.1ad tags.
    pub fn frame(&self, tags: &[[u8; 4]]) -> Vec<u8> {
        ethernet(0x0800, tags, &self.bytes())
    }
}

pub fn ethernet(ethertype: u16, tags: &[[u8; 4]], payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2];
    frame.extend(tags.iter().flatten());
    frame.extend(ethertype.to_be_bytes());
    frame.extend(payload);
    frame
}

/// A transport segment between two addresses: its checksum covers them.
pub fn tcp(from: (u32, u16), to: (u32, u16), flags: u8, data: &[u8]) -> Ip {
    let mut segment = ports(from.1, to.1);
    segment.extend([0x11, 0x22, 0x33, 0x44, 0, 0, 0, 1, 0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
    segment.extend(data);
    summed(TCP, from.0, to.0, segment, 16)
}

pub fn udp(from: (u32, u16), to: (u32, u16), data: &[u8]) -> Ip {
    let mut ip = udp_unsummed(from, to, data);
    ip = summed(UDP, from.0, to.0, ip.payload, 6);
    if ip.payload[6..8] == [0, 0] {
        ip.payload[6..8].copy_from_slice(&[0xff, 0xff]);
    }
    ip
}

/// UDP without a checksum.
pub fn udp_unsummed(from: (u32, u16), to: (u32, u16), data: &[u8]) -> Ip {
    let mut datagram = ports(from.1, to.1);
    datagram.extend(((8 + data.len()) as u16).to_be_bytes());
    datagram.extend([0, 0]);
    datagram.extend(data);
    Ip::new(UDP, from.0, to.0, datagram)
}

/// An echo request (8) or reply (0).
pub fn echo(kind: u8, from: u32, to: u32, id: u16, data: &[u8]) -> Ip {
    let mut message = vec![kind, 0, 0, 0];
    message.extend(id.to_be_bytes());
    message.extend([0, 7]);
    message.extend(data);
    icmp(from, to, message)
}

/// An ICMP error that quotes these bytes.
pub fn error(kind: u8, from: u32, to: u32, quoted: &[u8]) -> Ip {
    let mut message = vec![kind, 1, 0, 0, 0, 0, 0x05, 0xdc];
    message.extend(quoted);
    icmp(from, to, message)
}

pub fn icmp(from: u32, to: u32, mut message: Vec<u8>) -> Ip {
    let checksum = !sum(&message, 0);
    message[2..4].copy_from_slice(&checksum.to_be_bytes());
    Ip::new(ICMP, from, to, message)
}

fn ports(from: u16, to: u16) -> Vec<u8> {
    [from.to_be_bytes(), to.to_be_bytes()].concat()
}

fn summed(protocol: u8, from: u32, to: u32, mut segment: Vec<u8>, at: usize) -> Ip {
    segment[at..at + 2].fill(0);
    let mut pseudo = [from.to_be_bytes(), to.to_be_bytes()].concat();
    pseudo.extend([0, protocol]);
    pseudo.extend((segment.len() as u16).to_be_bytes());
    let checksum = !sum(&segment, sum(&pseudo, 0));
    segment[at..at + 2].copy_from_slice(&checksum.to_be_bytes());
    Ip::new(protocol, from, to, segment)
}
