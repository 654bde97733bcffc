//! The link between a host's TCP stack and the switches: rings of frames, with what passed counted.
//!
//! The stack speaks bare IPv4 packets (it needs no ARP that way) and the switches speak Ethernet. The link
//! adds a fixed Ethernet header on the way out and takes it off on the way in. All frames live in rings that
//! are allocated once.
//!
//! Contract: a full ring towards the switches makes the stack wait, nothing is lost; a full ring towards the
//! stack drops the frame and counts it, as a network interface does.

use smoltcp::phy::{self, Checksum, ChecksumCapabilities, DeviceCapabilities, Medium};
use smoltcp::time::Instant;

/// The largest IPv4 packet a host sends, bytes: small enough that a switch can wrap it into a protocol
/// message and still stay within an Ethernet frame.
pub(super) const IP_MTU: usize = 1400;

/// Length of an Ethernet header, bytes.
pub(super) const ETHERNET_HEADER_LEN: usize = 14;

/// Longest frame on the link, bytes, without the frame check sequence.
pub(super) const FRAME_LEN_MAX: usize = ETHERNET_HEADER_LEN + IP_MTU;

/// Frames that each direction of a link holds: several polls' worth at the full rate.
const RING_FRAMES: usize = 1024;

const ETHERTYPE_IPV4: [u8; 2] = [0x08, 0x00];
const IP_PROTOCOL_TCP: u8 = 6;

/// What a host sent, and what its link had to drop.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct LinkCounters {
    /// Frames the host sent.
    pub(super) sent_frames: u64,
    /// Bytes of those frames, with their Ethernet headers and without frame check sequences.
    pub(super) sent_bytes: u64,
    /// Bytes of TCP payload in those frames, every transmission of a byte counted.
    pub(super) sent_payload_bytes: u64,
    /// Frames for the host that were not IPv4 over Ethernet, or longer than [`FRAME_LEN_MAX`].
    pub(super) dropped_malformed: u64,
    /// Frames for the host that found its ring full.
    pub(super) dropped_full: u64,
}

/// One end of a link, as the device of a host's stack.
pub(super) struct Link {
    to_host: Ring,
    from_host: Ring,
    header: [u8; ETHERNET_HEADER_LEN],
    counters: LinkCounters,
}

impl Link {
    /// A link whose frames go from `host_mac` to `switch_mac`.
    pub(super) fn new(host_mac: [u8; 6], switch_mac: [u8; 6]) -> Self {
        let mut header = [0; ETHERNET_HEADER_LEN];
        header[..6].copy_from_slice(&switch_mac);
        header[6..12].copy_from_slice(&host_mac);
        header[12..].copy_from_slice(&ETHERTYPE_IPV4);
        Self { to_host: Ring::new(), from_host: Ring::new(), header, counters: LinkCounters::default() }
    }

    /// What passed so far.
    pub(super) fn counters(&self) -> LinkCounters {
        self.counters
    }

    /// Copies the oldest frame that the host sent into `frame` and gives its length; `None` when there is
    /// none. `frame` must hold [`FRAME_LEN_MAX`] bytes, or nothing is taken.
    pub(super) fn take_frame(&mut self, frame: &mut [u8]) -> Option<usize> {
        let packet = self.from_host.front()?;
        let len = ETHERNET_HEADER_LEN + packet.len();
        let frame = frame.get_mut(..len)?;
        frame[..ETHERNET_HEADER_LEN].copy_from_slice(&self.header);
        frame[ETHERNET_HEADER_LEN..].copy_from_slice(packet);
        self.from_host.pop();
        Some(len)
    }

    /// Gives the host a frame. One that is not IPv4 over Ethernet, is too long, or finds the ring full is
    /// dropped and counted. Any destination MAC address is accepted: the link has one listener.
    pub(super) fn deliver(&mut self, frame: &[u8]) {
        let Some((header, packet)) = frame.split_at_checked(ETHERNET_HEADER_LEN) else {
            self.counters.dropped_malformed += 1;
            return;
        };
        if header[12..] != ETHERTYPE_IPV4 || packet.len() > IP_MTU {
            self.counters.dropped_malformed += 1;
        } else if !self.to_host.push(packet.len(), |slot| slot.copy_from_slice(packet)) {
            self.counters.dropped_full += 1;
        }
    }
}

impl phy::Device for Link {
    type RxToken<'a> = RxToken<'a>;
    type TxToken<'a> = TxToken<'a>;

    fn receive(&mut self, _now: Instant) -> Option<(RxToken<'_>, TxToken<'_>)> {
        if self.to_host.is_empty() || self.from_host.is_full() {
            return None;
        }
        Some((
            RxToken { ring: &mut self.to_host },
            TxToken { ring: &mut self.from_host, counters: &mut self.counters },
        ))
    }

    fn transmit(&mut self, _now: Instant) -> Option<TxToken<'_>> {
        (!self.from_host.is_full())
            .then_some(TxToken { ring: &mut self.from_host, counters: &mut self.counters })
    }

    fn capabilities(&self) -> DeviceCapabilities {
        let mut checksum = ChecksumCapabilities::default();
        // Both ways, so that a switch that rewrites a header and not its checksum shows as a loss.
        checksum.ipv4 = Checksum::Both;
        checksum.tcp = Checksum::Both;
        let mut capabilities = DeviceCapabilities::default();
        capabilities.medium = Medium::Ip;
        capabilities.max_transmission_unit = IP_MTU;
        capabilities.checksum = checksum;
        capabilities
    }
}

/// The right to read the oldest packet for the host.
pub(super) struct RxToken<'a> {
    ring: &'a mut Ring,
}

impl phy::RxToken for RxToken<'_> {
    fn consume<R, F: FnOnce(&[u8]) -> R>(self, read: F) -> R {
        let result = read(self.ring.front().unwrap_or_default());
        self.ring.pop();
        result
    }
}

/// The right to write one packet of the host; given only while the ring has room.
pub(super) struct TxToken<'a> {
    ring: &'a mut Ring,
    counters: &'a mut LinkCounters,
}

impl phy::TxToken for TxToken<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, len: usize, write: F) -> R {
        let Self { ring, counters } = self;
        let mut result = None;
        ring.push(len, |packet| {
            result = Some(write(packet));
            counters.sent_frames += 1;
            counters.sent_bytes += (ETHERNET_HEADER_LEN + packet.len()) as u64;
            counters.sent_payload_bytes += tcp_payload_len(packet) as u64;
        });
        // Tokens exist only while the ring has room and the stack keeps to the MTU it was told.
        result.unwrap_or_else(|| unreachable!("a packet of {len} bytes for a ring that had room"))
    }
}

/// Bytes of TCP payload in an IPv4 packet; 0 for anything else.
fn tcp_payload_len(packet: &[u8]) -> usize {
    let payload = || {
        let ip_header_len = usize::from(*packet.first()? & 0x0f) * 4;
        if *packet.get(9)? != IP_PROTOCOL_TCP {
            return None;
        }
        let tcp_header_len = usize::from(*packet.get(ip_header_len + 12)? >> 4) * 4;
        packet.len().checked_sub(ip_header_len + tcp_header_len)
    };
    payload().unwrap_or(0)
}

/// A first-in first-out ring of packets in memory that is allocated once.
struct Ring {
    slots: Vec<[u8; IP_MTU]>,
    lens: Vec<usize>,
    head: usize,
    count: usize,
}

impl Ring {
    fn new() -> Self {
        Self { slots: vec![[0; IP_MTU]; RING_FRAMES], lens: vec![0; RING_FRAMES], head: 0, count: 0 }
    }

    fn is_empty(&self) -> bool {
        self.count == 0
    }

    fn is_full(&self) -> bool {
        self.count == RING_FRAMES
    }

    fn front(&self) -> Option<&[u8]> {
        (!self.is_empty()).then(|| &self.slots[self.head][..self.lens[self.head]])
    }

    fn pop(&mut self) {
        if !self.is_empty() {
            self.head = (self.head + 1) % RING_FRAMES;
            self.count -= 1;
        }
    }

    /// Lets `write` fill a new packet of `len` bytes; `false`, without a call, when full or too long.
    fn push(&mut self, len: usize, write: impl FnOnce(&mut [u8])) -> bool {
        if self.is_full() || len > IP_MTU {
            return false;
        }
        let tail = (self.head + self.count) % RING_FRAMES;
        write(&mut self.slots[tail][..len]);
        self.lens[tail] = len;
        self.count += 1;
        true
    }
}

#[cfg(test)]
mod tests {
    use smoltcp::phy::{Device, RxToken as _, TxToken as _};

    use super::*;

    const HOST_MAC: [u8; 6] = [2, 0, 0, 0, 0, 1];
    const SWITCH_MAC: [u8; 6] = [2, 0, 0, 0, 0, 2];

    fn frame_of(packet: &[u8]) -> Vec<u8> {
        [&SWITCH_MAC[..], &HOST_MAC, &ETHERTYPE_IPV4, packet].concat()
    }

    /// A 20-byte IPv4 header, a 20-byte TCP header and `payload_len` bytes.
    fn tcp_packet(payload_len: usize) -> Vec<u8> {
        let mut packet = vec![0; 40 + payload_len];
        packet[0] = 0x45;
        packet[9] = IP_PROTOCOL_TCP;
        packet[32] = 0x50;
        packet
    }

    #[test]
    fn packet_from_the_host_leaves_as_a_frame_and_is_counted() {
        let mut link = Link::new(HOST_MAC, SWITCH_MAC);
        let packet = tcp_packet(11);
        link.transmit(Instant::ZERO).unwrap().consume(packet.len(), |slot| slot.copy_from_slice(&packet));

        let mut frame = [0; FRAME_LEN_MAX];
        assert_eq!(link.take_frame(&mut frame[..20]), None, "a buffer that is too short takes nothing");
        let len = link.take_frame(&mut frame).unwrap();
        assert_eq!(frame[..len], frame_of(&packet));
        assert_eq!(link.take_frame(&mut frame), None);
        let expected =
            LinkCounters { sent_frames: 1, sent_bytes: 65, sent_payload_bytes: 11, ..Default::default() };
        assert_eq!(link.counters(), expected);
    }

    #[test]
    fn frames_for_the_host_arrive_in_order_without_their_header() {
        let mut link = Link::new(HOST_MAC, SWITCH_MAC);
        link.deliver(&frame_of(b"first"));
        link.deliver(&frame_of(b"second"));
        for expected in [&b"first"[..], b"second"] {
            let (token, _) = link.receive(Instant::ZERO).unwrap();
            token.consume(|packet| assert_eq!(packet, expected));
        }
        assert!(link.receive(Instant::ZERO).is_none());
    }

    #[test]
    fn frames_that_cannot_be_taken_are_dropped_and_counted_by_reason() {
        let mut link = Link::new(HOST_MAC, SWITCH_MAC);
        let mut arp = frame_of(b"who has");
        arp[13] = 0x06;
        link.deliver(&arp);
        link.deliver(&[0; ETHERNET_HEADER_LEN - 1]);
        link.deliver(&frame_of(&[0; IP_MTU + 1]));
        assert_eq!(link.counters().dropped_malformed, 3);
        for _ in 0..RING_FRAMES + 2 {
            link.deliver(&frame_of(b"x"));
        }
        assert_eq!(link.counters().dropped_full, 2);
    }

    #[test]
    fn payload_of_a_truncated_or_foreign_packet_counts_as_none() {
        assert_eq!(tcp_payload_len(&tcp_packet(5)), 5);
        let mut udp = tcp_packet(5);
        udp[9] = 17;
        assert_eq!(tcp_payload_len(&udp), 0);
        let packet = tcp_packet(0);
        for len in 0..packet.len() {
            assert_eq!(tcp_payload_len(&packet[..len]), 0);
        }
    }
}
