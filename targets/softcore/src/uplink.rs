//! The way to the store: messages as UDP datagrams over IPv4 and Ethernet, made in the head room and taken off in place.
//!
//! One next hop leads to all shards of one store. Its hardware address is configured, or asked for by ARP (RFC 826). What is
//! accepted from the network is what comes from the store's addresses and ports to ours, and nothing else.
//!
//! A store may have replicas, of which one serves. Which one is found out (RP-CH-6), for all shards at once: a replica is a server with all
//! shards, and one [`Way`] takes less memory than one for each shard. Where the store itself is the next hop, so is each of its replicas:
//! its hardware address is asked for when the way has come to it.

use redplane_core::memory::shard_of;
use redplane_core::packet::Buffer;
use redplane_core::time::{Span, Tick};
use redplane_core::way::{REPLICAS_MAX, Way};
use zerocopy::byteorder::network_endian::U16;
use zerocopy::{FromBytes, FromZeros, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::count::{DeviceCounters, count};

/// An Ethernet address.
pub type Mac = [u8; 6];
/// An IPv4 address, as on the wire.
pub type Ipv4 = [u8; 4];

/// Bytes of the headers in front of a message.
pub const FRAME_LEN: usize = size_of::<Frame>();
/// Bytes of those that IPv4 counts.
const IP_LEN: usize = size_of::<Ipv4Header>() + size_of::<Udp>();
/// Bytes of an ARP frame without padding.
pub(crate) const ARP_LEN: usize = size_of::<ArpFrame>();

/// No address: there is no such replica.
const NOBODY: Ipv4 = [0; 4];

const ETHERTYPE_IPV4: u16 = 0x0800;
const ETHERTYPE_ARP: u16 = 0x0806;
const UDP: u8 = 17;
const DONT_FRAGMENT: u16 = 0x4000;
const HOPS: u8 = 64;

/// An ARP request is sent so often until it is answered.
const ASK_AGAIN: Span = Span::from_millis(1_000);
/// And so often after that, so that a store behind a new network card is found.
const ASK_ANEW: Span = Span::from_millis(30_000);

/// Who the store's datagrams are handed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum NextHop {
    /// This hardware address: nobody on the network can change it.
    Mac(Mac),
    /// The host or router with this address, asked for by ARP. If it is [`Uplink::store`], the replica that serves is asked instead.
    Arp(Ipv4),
}

/// Where the store is and who we are to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Uplink {
    /// The port that leads to the store. It may carry other traffic too.
    pub port: u16,
    /// Our hardware address there.
    pub mac: Mac,
    /// Our address there.
    pub address: Ipv4,
    /// Our UDP port; 4000 by default.
    pub udp_port: u16,
    /// Who takes the datagrams.
    pub next_hop: NextHop,
    /// The store's address; of a store with replicas, the one that is tried first.
    pub store: Ipv4,
    /// The addresses of its other replicas, in the order in which they are tried; zeros behind the last.
    pub replicas: [Ipv4; REPLICAS_MAX - 1],
    /// UDP port of the store's first shard; 8000 by default. The others are on the ports above it.
    pub store_port: u16,
    /// How many shards the store has, 1 at least.
    pub shards: u16,
    /// Whether datagrams carry a checksum. Without one (RFC 768 allows it), what the links' own check sequences miss is not seen.
    pub checksum: bool,
}

#[derive(FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
struct Ethernet {
    destination: Mac,
    source: Mac,
    ethertype: U16,
}

#[derive(FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
struct Ipv4Header {
    version_ihl: u8,
    service: u8,
    length: U16,
    identification: U16,
    fragment: U16,
    hops: u8,
    protocol: u8,
    checksum: U16,
    source: Ipv4,
    destination: Ipv4,
}

#[derive(FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
struct Udp {
    source: U16,
    destination: U16,
    length: U16,
    checksum: U16,
}

#[derive(FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
struct Frame {
    ethernet: Ethernet,
    ipv4: Ipv4Header,
    udp: Udp,
}

#[derive(FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
struct ArpFrame {
    ethernet: Ethernet,
    hardware: U16,
    protocol: U16,
    lengths: [u8; 2],
    operation: U16,
    sender_mac: Mac,
    sender: Ipv4,
    target_mac: Mac,
    target: Ipv4,
}

const ARP_REQUEST: u16 = 1;
const ARP_REPLY: u16 = 2;

/// What a frame on the uplink's port is to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Incoming {
    /// From this replica of the store: its messages begin and end at these bytes of the frame.
    Datagram { replica: usize, start: usize, end: usize },
    /// From the store, but damaged.
    Damaged,
    /// An ARP request for our address: the frame now is the answer.
    ArpAnswer,
    /// ARP from our next hop: it has been learnt, and others need not see it.
    Learnt,
    /// For somebody else.
    Other,
}

/// An [`Uplink`] with what it has learnt.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) uplink: Uplink,
    /// The replicas, in the order of the way; zeros behind the last.
    stores: [Ipv4; REPLICAS_MAX],
    way: Way,
    learnt: Option<Mac>,
    asked: Option<Tick>,
}

impl Link {
    /// `patience` is how long a replica may be silent before the next one is tried.
    pub(crate) fn new(uplink: Uplink, patience: Span) -> Self {
        let [second, third, fourth] = uplink.replicas;
        let stores = [uplink.store, second, third, fourth];
        let replicas = stores.iter().take_while(|store| **store != NOBODY).count();
        Self { uplink, stores, way: Way::new(replicas, patience), learnt: None, asked: None }
    }

    /// The address of the replica that messages go to.
    fn store(&self) -> Ipv4 {
        self.stores.get(self.way.current()).copied().unwrap_or(NOBODY)
    }

    /// Whose hardware address is asked for; `None` if it is configured.
    fn arp_target(&self) -> Option<Ipv4> {
        match self.uplink.next_hop {
            NextHop::Mac(_) => None,
            NextHop::Arp(address) if address == self.uplink.store => Some(self.store()),
            NextHop::Arp(address) => Some(address),
        }
    }

    /// Messages came from this replica; `None` if the caller did not see from which: it is taken for the one that was asked.
    pub(crate) fn hears(&mut self, replica: Option<usize>, messages: &[u8], counters: &mut DeviceCounters) {
        if self.way.hears(replica.unwrap_or(self.way.current()), messages) {
            self.moved(&mut counters.moved_refused);
        }
    }

    /// The way has come to another replica.
    fn moved(&mut self, counter: &mut u32) {
        count(counter);
        if self.uplink.next_hop == NextHop::Arp(self.uplink.store) {
            (self.learnt, self.asked) = (None, None);
        }
    }

    fn next_hop(&self) -> Option<Mac> {
        match self.uplink.next_hop {
            NextHop::Mac(mac) => Some(mac),
            NextHop::Arp(_) => self.learnt,
        }
    }

    /// Puts the frame's headers around a message about `key`; false, and counted, if it cannot be sent.
    pub(crate) fn wrap(
        &mut self,
        now: Tick,
        key: &[u32],
        message: &mut Buffer<'_>,
        counters: &mut DeviceCounters,
    ) -> bool {
        if self.way.sends(now) {
            self.moved(&mut counters.moved_silent);
        }
        let Some(next_hop) = self.next_hop() else {
            count(&mut counters.no_next_hop);
            return false;
        };
        let Uplink { mac, address, udp_port, store_port, shards, .. } = self.uplink;
        let Ok(length) = u16::try_from(message.bytes().len().wrapping_add(IP_LEN)) else {
            count(&mut counters.no_buffer);
            return false;
        };
        let udp_len = length.wrapping_sub(size_of::<Ipv4Header>() as u16);
        let mut frame = Frame {
            ethernet: Ethernet { destination: next_hop, source: mac, ethertype: U16::new(ETHERTYPE_IPV4) },
            ipv4: Ipv4Header {
                version_ihl: 0x45,
                service: 0,
                length: U16::new(length),
                identification: U16::ZERO,
                fragment: U16::new(DONT_FRAGMENT),
                hops: HOPS,
                protocol: UDP,
                checksum: U16::ZERO,
                source: address,
                destination: self.store(),
            },
            udp: Udp {
                source: U16::new(udp_port),
                destination: U16::new(store_port.wrapping_add(shard_of(key, shards))),
                length: U16::new(udp_len),
                checksum: U16::ZERO,
            },
        };
        frame.ipv4.checksum = U16::new(!folded(sum(frame.ipv4.as_bytes())));
        if self.uplink.checksum {
            let all = pseudo_header(&frame.ipv4, udp_len)
                .wrapping_add(sum(frame.udp.as_bytes()))
                .wrapping_add(sum(message.bytes()));
            // Zero would say that there is none.
            frame.udp.checksum = U16::new(match !folded(all) {
                0 => u16::MAX,
                checksum => checksum,
            });
        }
        let Some(room) = message.push(FRAME_LEN) else {
            count(&mut counters.no_buffer);
            return false;
        };
        let _ = frame.write_to(room); // as long as what was pushed
        count(&mut counters.messages_sent);
        true
    }

    /// What a frame that came in on the uplink's port is; it may become the answer to itself.
    pub(crate) fn classify(&mut self, frame: &mut [u8]) -> Incoming {
        let Ok((ethernet, _)) = Ethernet::ref_from_prefix(frame) else { return Incoming::Other };
        match ethernet.ethertype.get() {
            ETHERTYPE_IPV4 => self.datagram(frame),
            ETHERTYPE_ARP => self.arp(frame),
            _ => Incoming::Other,
        }
    }

    fn datagram(&self, frame: &[u8]) -> Incoming {
        let Some(packet) = frame.get(size_of::<Ethernet>()..) else { return Incoming::Other };
        let Ok((ipv4, _)) = Ipv4Header::ref_from_prefix(packet) else { return Incoming::Other };
        if ipv4.destination != self.uplink.address || ipv4.protocol != UDP || ipv4.source == NOBODY {
            return Incoming::Other;
        }
        let Some(replica) = self.stores.iter().position(|store| *store == ipv4.source) else {
            return Incoming::Other;
        };
        let header_len = usize::from(ipv4.version_ihl & 0xf) << 2;
        if ipv4.version_ihl >> 4 != 4 || header_len < size_of::<Ipv4Header>() {
            return Incoming::Damaged;
        }
        // A fragment's ports are elsewhere; a store's datagrams are not fragmented, so it is not a message.
        if ipv4.fragment.get() & 0x3fff != 0 {
            return Incoming::Damaged;
        }
        let Some(header) = packet.get(..header_len) else { return Incoming::Damaged };
        if folded(sum(header)) != u16::MAX {
            return Incoming::Damaged;
        }
        let Some(datagram) = packet.get(header_len..usize::from(ipv4.length.get())) else {
            return Incoming::Damaged;
        };
        let Ok((udp, _)) = Udp::ref_from_prefix(datagram) else { return Incoming::Damaged };
        let shard = udp.source.get().wrapping_sub(self.uplink.store_port);
        if udp.destination.get() != self.uplink.udp_port || shard >= self.uplink.shards {
            return Incoming::Other;
        }
        let udp_len = udp.length.get();
        let Some(datagram) = datagram.get(..usize::from(udp_len)) else { return Incoming::Damaged };
        if datagram.len() < size_of::<Udp>() {
            return Incoming::Damaged;
        }
        if self.uplink.checksum
            && udp.checksum.get() != 0
            && folded(pseudo_header(ipv4, udp_len).wrapping_add(sum(datagram))) != u16::MAX
        {
            return Incoming::Damaged;
        }
        let start = size_of::<Ethernet>().wrapping_add(header_len);
        Incoming::Datagram {
            replica,
            start: start.wrapping_add(size_of::<Udp>()),
            end: start.wrapping_add(usize::from(udp_len)),
        }
    }

    fn arp(&mut self, frame: &mut [u8]) -> Incoming {
        let Ok((arp, _)) = ArpFrame::mut_from_prefix(frame) else { return Incoming::Other };
        let is_ethernet_ipv4 =
            arp.hardware.get() == 1 && arp.protocol.get() == ETHERTYPE_IPV4 && arp.lengths == [6, 4];
        if !is_ethernet_ipv4 {
            return Incoming::Other;
        }
        let from_next_hop = self.arp_target() == Some(arp.sender);
        // A group's address is nobody's (RFC 1812, 3.3.2).
        if from_next_hop && arp.sender_mac[0] & 1 == 0 {
            self.learnt = Some(arp.sender_mac);
        }
        if arp.target != self.uplink.address {
            return Incoming::Other;
        }
        match arp.operation.get() {
            ARP_REQUEST => {
                (arp.target_mac, arp.target) = (arp.sender_mac, arp.sender);
                (arp.sender_mac, arp.sender) = (self.uplink.mac, self.uplink.address);
                arp.operation = U16::new(ARP_REPLY);
                (arp.ethernet.destination, arp.ethernet.source) = (arp.target_mac, self.uplink.mac);
                Incoming::ArpAnswer
            }
            ARP_REPLY if from_next_hop => Incoming::Learnt,
            _ => Incoming::Other,
        }
    }

    /// Whether it is time to ask for the next hop's address.
    pub(crate) fn asks(&self, now: Tick) -> bool {
        if matches!(self.uplink.next_hop, NextHop::Mac(_)) {
            return false;
        }
        let pause = if self.learnt.is_some() { ASK_ANEW } else { ASK_AGAIN };
        self.asked.is_none_or(|asked| now.since(asked) >= pause.ticks())
    }

    /// Makes the empty buffer an ARP request; false if it is too short or there is nothing to ask.
    pub(crate) fn ask(&mut self, now: Tick, buffer: &mut Buffer<'_>) -> bool {
        let Some(target) = self.arp_target() else { return false };
        let Some(room) = buffer.push(ARP_LEN) else { return false };
        let mut arp = ArpFrame::new_zeroed();
        arp.ethernet =
            Ethernet { destination: [0xff; 6], source: self.uplink.mac, ethertype: U16::new(ETHERTYPE_ARP) };
        (arp.hardware, arp.protocol, arp.lengths) = (U16::new(1), U16::new(ETHERTYPE_IPV4), [6, 4]);
        arp.operation = U16::new(ARP_REQUEST);
        (arp.sender_mac, arp.sender, arp.target) = (self.uplink.mac, self.uplink.address, target);
        self.asked = Some(now);
        arp.write_to(room).is_ok()
    }
}

/// The sum of 16-bit words in network order, an odd byte at the end padded with zero (RFC 1071), not folded yet. A frame has too few
/// words to overflow it.
fn sum(bytes: &[u8]) -> u32 {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let sum = pairs.iter().fold(0, |sum: u32, pair| sum.wrapping_add(u16::from_be_bytes(*pair).into()));
    match rest {
        [byte] => sum.wrapping_add(u32::from(*byte) << 8),
        _ => sum,
    }
}

fn pseudo_header(ipv4: &Ipv4Header, udp_len: u16) -> u32 {
    sum(&ipv4.source)
        .wrapping_add(sum(&ipv4.destination))
        .wrapping_add(UDP.into())
        .wrapping_add(udp_len.into())
}

/// The one's complement sum in 16 bits.
fn folded(sum: u32) -> u16 {
    let sum = (sum & 0xffff).wrapping_add(sum >> 16);
    (sum & 0xffff).wrapping_add(sum >> 16) as u16
}
