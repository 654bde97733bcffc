//! What is under way in the pipeline: a packet header vector with the packet that it came from.

use redplane_core::count::Reason;
use redplane_core::field::{Checksum, Pass};
use redplane_core::parse::{self, Headers};
use redplane_core::wire::{Kind, STATE_WORDS_MAX};

use super::packet::{Key, Packet};
use super::vector::Vector;

/// Number of something that was given to a device: a frame, a message, an order. It stays with it wherever it goes, through
/// another pass too. Copies, and sweeps of the generator, have [`NO_TICKET`].
pub type Ticket = u64;

/// The ticket of what nobody has given to the device.
pub const NO_TICKET: Ticket = 0;

/// One pass, from the parser to the end of its way.
#[derive(Debug)]
pub(super) struct Flight {
    pub(super) ticket: Ticket,
    /// Cycle in which it was given to the device.
    pub(super) since: u64,
    pub(super) pass: Pass,
    /// Which of their instructions the stages follow: the number of a [`super::course::Course`].
    pub(super) course: usize,
    pub(super) port: u16,
    /// The vector, with a place to write to in vain and the program's constants behind it.
    pub(super) vector: Vector,
    /// Which headers the parser found, a bit each.
    pub(super) valid: u8,
    pub(super) headers: Headers,
    pub(super) packet: Packet,
    /// Bytes of the message in front of what it carries.
    pub(super) head_len: usize,
    pub(super) sums: Sums,
    /// What the pass has counted as ignored, the last of it.
    pub(super) ignored: Option<Reason>,
    /// Bytes that it takes in the traffic manager.
    pub(super) bytes: usize,
    /// Slot of a sweep.
    pub(super) slot: u32,
    /// What the controller said of a grant.
    pub(super) table_full: bool,
    /// Key of an order to give a flow up.
    pub(super) key: Key,
    /// Whether the device is not idle while it is under way.
    pub(super) counts: bool,
}

impl Flight {
    pub(super) fn new() -> Self {
        Self {
            ticket: NO_TICKET,
            since: 0,
            pass: Pass::Packet,
            course: 0,
            port: 0,
            vector: Vector::ZERO,
            valid: 0,
            headers: Headers::default(),
            packet: Packet::default(),
            head_len: 0,
            sums: Sums::default(),
            ignored: None,
            bytes: 0,
            slot: 0,
            table_full: false,
            key: Key::default(),
            counts: false,
        }
    }
}

/// What units have added to the sums under the checksums: each is mended once, by the deparser.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sums {
    ipv4: u32,
    /// Of TCP, UDP or ICMP, whichever it is.
    l4: u32,
    inner_ipv4: u32,
    inner_udp: u32,
    inner_icmp: u32,
}

impl Sums {
    /// Adds a word's change.
    pub(super) fn add(&mut self, checksum: Checksum, headers: &Headers, change: u32) {
        if !headers.has(checksum.place().header) {
            return;
        }
        let sum = match checksum {
            Checksum::Ipv4 => &mut self.ipv4,
            Checksum::Tcp | Checksum::Udp | Checksum::Icmp => &mut self.l4,
            Checksum::InnerIpv4 => &mut self.inner_ipv4,
            Checksum::InnerUdp => &mut self.inner_udp,
            Checksum::InnerIcmp => &mut self.inner_icmp,
        };
        *sum = parse::ones_add(*sum, change);
    }

    /// Mends the checksums of the frame and forgets the sums.
    pub(super) fn mend(&mut self, frame: &mut [u8], headers: &Headers) {
        let sums = std::mem::take(self);
        let l4 = [Checksum::Udp, Checksum::Tcp, Checksum::Icmp]
            .into_iter()
            .find(|checksum| headers.has(checksum.place().header))
            .unwrap_or(Checksum::Tcp);
        for (checksum, sum) in [
            (Checksum::Ipv4, sums.ipv4),
            (l4, sums.l4),
            (Checksum::InnerIpv4, sums.inner_ipv4),
            (Checksum::InnerUdp, sums.inner_udp),
            (Checksum::InnerIcmp, sums.inner_icmp),
        ] {
            let place = checksum.place();
            if let (true, Some(start)) = (sum != 0, headers.offset(place.header)) {
                parse::mend(frame, start + place.offset, sum, checksum.may_be_absent());
            }
        }
    }
}

/// A header-only copy, as it waits in the mirror queue and comes around.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MirrorCopy {
    /// The kind of message to send.
    pub kind: Kind,
    /// The flow.
    pub key: Key,
    /// Its state, for a write.
    pub state: [u32; STATE_WORDS_MAX],
    /// Lease generation.
    pub epoch: u32,
    /// Write number.
    pub seq: u32,
    /// Tick after which it is to be sent.
    pub due: u32,
    /// Ticks to wait after that; 0 while it was never sent.
    pub wait: u32,
    /// Bytes that it takes in the queue.
    pub bytes: usize,
}
