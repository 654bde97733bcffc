//! The network between device and store, with frames made and read by smoltcp: no code under test makes its own input.

use redplane_core::wire::{Layout, Message};
use redplane_softcore::{NextHop, Uplink};
use smoltcp::phy::ChecksumCapabilities;
use smoltcp::wire::{
    ArpOperation, ArpPacket, ArpRepr, EthernetAddress, EthernetFrame, EthernetProtocol, EthernetRepr,
    IpAddress, IpProtocol, Ipv4Address, Ipv4Packet, Ipv4Repr, UdpPacket, UdpRepr,
};

pub(crate) const NEXT_HOP: [u8; 6] = [2, 0, 0, 0, 0, 0x99];

fn ethernet(protocol: EthernetProtocol, from: [u8; 6], to: [u8; 6], payload: &[u8]) -> Vec<u8> {
    let repr =
        EthernetRepr { src_addr: EthernetAddress(from), dst_addr: EthernetAddress(to), ethertype: protocol };
    let mut bytes = vec![0; repr.buffer_len() + payload.len()];
    let mut frame = EthernetFrame::new_unchecked(&mut bytes);
    repr.emit(&mut frame);
    frame.payload_mut().copy_from_slice(payload);
    bytes
}

/// Where a datagram goes and what is in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ends {
    pub(crate) from: [u8; 4],
    pub(crate) from_port: u16,
    pub(crate) to: [u8; 4],
    pub(crate) to_port: u16,
    pub(crate) checksum: bool,
}

impl Ends {
    /// From a shard of the store to the device.
    pub(crate) fn from_store(uplink: &Uplink, shard: u16) -> Self {
        Self {
            from: uplink.store,
            from_port: uplink.store_port + shard,
            to: uplink.address,
            to_port: uplink.udp_port,
            checksum: uplink.checksum,
        }
    }
}

/// A UDP datagram in IPv4 in Ethernet.
pub(crate) fn datagram(ends: Ends, payload: &[u8]) -> Vec<u8> {
    let (from, to) = (Ipv4Address::from(ends.from), Ipv4Address::from(ends.to));
    let udp = UdpRepr { src_port: ends.from_port, dst_port: ends.to_port };
    let ipv4 = Ipv4Repr {
        src_addr: from,
        dst_addr: to,
        next_header: IpProtocol::Udp,
        payload_len: udp.header_len() + payload.len(),
        hop_limit: 60,
    };
    let mut bytes = vec![0; ipv4.buffer_len() + udp.header_len() + payload.len()];
    let mut packet = Ipv4Packet::new_unchecked(&mut bytes);
    ipv4.emit(&mut packet, &ChecksumCapabilities::default());
    let mut inner = UdpPacket::new_unchecked(packet.payload_mut());
    let fill = |room: &mut [u8]| room.copy_from_slice(payload);
    udp.emit(&mut inner, &from.into(), &to.into(), payload.len(), fill, &ChecksumCapabilities::default());
    if !ends.checksum {
        inner.set_checksum(0);
    }
    ethernet(EthernetProtocol::Ipv4, NEXT_HOP, [2, 0, 0, 0, 0, 0x10], &bytes)
}

/// A message of the store as it comes in at a device.
pub(crate) fn from_store(uplink: &Uplink, payload: &[u8]) -> Vec<u8> {
    let mut frame = datagram(Ends::from_store(uplink, 0), payload);
    // Ethernet pads short frames, and the padding is no part of anything.
    frame.resize(frame.len().max(60), 0xee);
    frame
}

/// A datagram as smoltcp reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Read {
    pub(crate) macs: [[u8; 6]; 2],
    pub(crate) addresses: [[u8; 4]; 2],
    pub(crate) ports: [u16; 2],
    pub(crate) has_checksum: bool,
    pub(crate) payload: Vec<u8>,
}

/// Reads a frame; `None` if it is no datagram, or anything in it is not as it must be, checksums included.
pub(crate) fn read(frame: &[u8]) -> Option<Read> {
    let ethernet = EthernetFrame::new_checked(frame).ok()?;
    if ethernet.ethertype() != EthernetProtocol::Ipv4 {
        return None;
    }
    let packet = Ipv4Packet::new_checked(ethernet.payload()).ok()?;
    let ipv4 = Ipv4Repr::parse(&packet, &ChecksumCapabilities::default()).ok()?;
    if packet.header_len() < 20
        || ipv4.next_header != IpProtocol::Udp
        || packet.more_frags()
        || packet.frag_offset() != 0
    {
        return None;
    }
    let udp = UdpPacket::new_checked(packet.payload()).ok()?;
    let addresses = [ipv4.src_addr, ipv4.dst_addr];
    let [from, to] = addresses.map(IpAddress::from);
    udp.verify_checksum(&from, &to).then(|| Read {
        macs: [ethernet.src_addr().0, ethernet.dst_addr().0],
        addresses: addresses.map(|address| address.octets()),
        ports: [udp.src_port(), udp.dst_port()],
        has_checksum: udp.checksum() != 0,
        payload: udp.payload().to_vec(),
    })
}

/// What a device sends to the store: exactly one right datagram from it, and no byte more. Gives the shard and the messages.
pub(crate) fn to_store(uplink: &Uplink, frame: &[u8]) -> (u16, Vec<u8>) {
    let read = read(frame).expect("a frame to the store is a right datagram");
    let NextHop::Mac(next_hop) = uplink.next_hop else { panic!("the next hop's address is not fixed") };
    assert_eq!(read.macs, [uplink.mac, next_hop]);
    assert_eq!(read.addresses, [uplink.address, uplink.store]);
    assert_eq!(read.ports[0], uplink.udp_port);
    assert_eq!(read.has_checksum, uplink.checksum);
    assert_eq!(frame.len(), 14 + 20 + 8 + read.payload.len());
    (read.ports[1].wrapping_sub(uplink.store_port), read.payload)
}

/// ARP between these two.
pub(crate) fn arp(operation: ArpOperation, from: ([u8; 6], [u8; 4]), to: ([u8; 6], [u8; 4])) -> Vec<u8> {
    let repr = ArpRepr::EthernetIpv4 {
        operation,
        source_hardware_addr: EthernetAddress(from.0),
        source_protocol_addr: from.1.into(),
        target_hardware_addr: EthernetAddress(to.0),
        target_protocol_addr: to.1.into(),
    };
    let mut bytes = vec![0; repr.buffer_len()];
    repr.emit(&mut ArpPacket::new_unchecked(&mut bytes));
    ethernet(EthernetProtocol::Arp, from.0, [0xff; 6], &bytes)
}

/// ARP as smoltcp reads it, with the addresses of its frame.
pub(crate) fn read_arp(frame: &[u8]) -> Option<([[u8; 6]; 2], ArpRepr)> {
    let ethernet = EthernetFrame::new_checked(frame).ok()?;
    if ethernet.ethertype() != EthernetProtocol::Arp {
        return None;
    }
    let arp = ArpRepr::parse(&ArpPacket::new_checked(ethernet.payload()).ok()?).ok()?;
    Some(([ethernet.src_addr().0, ethernet.dst_addr().0], arp))
}

/// Parses the first message of some bytes.
pub(crate) fn message(layout: Layout, bytes: &[u8]) -> Message<'_> {
    Message::parse(bytes, |schema| (schema == layout.schema).then_some(layout)).unwrap().0
}
