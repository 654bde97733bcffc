//! A board in memory that counts its buffers: each that goes in comes back once, by one way, and never more than there is room for.

use std::collections::{BTreeSet, VecDeque};

use redplane_core::count::{Counters, Reason};
use redplane_core::mirror::Copy;
use redplane_core::packet::Buffer;
use redplane_core::ports::PortSet;
use redplane_core::program::Program;
use redplane_core::seq::Incarnation;
use redplane_core::storage::Row;
use redplane_core::switch::Config;
use redplane_core::time::Tick;
use redplane_softcore::count::DeviceCounters;
use redplane_softcore::{Device, HEADROOM, Memory, NextHop, Packet, PacketIo, Routes, Setup, Uplink};

/// Bytes of a frame that a buffer has room for.
const FRAME_MAX: usize = 512;

/// What a device did with a buffer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Did {
    Sent { port: u16, bytes: Vec<u8>, tag: u32 },
    Freed { why: Option<Reason>, tag: u32 },
    Punted { port: u16, why: Reason, bytes: Vec<u8>, tag: u32 },
}

/// Ports and buffers.
pub(crate) struct Board {
    free: Vec<Packet<'static>>,
    /// Where each buffer begins, by its tag.
    begins: Vec<*const u8>,
    /// Buffers that the device has.
    given: BTreeSet<u32>,
    /// Of those, the ones that it said it keeps.
    kept: BTreeSet<u32>,
    came_in: VecDeque<Packet<'static>>,
    /// How many more buffers are taken until [`Board::turn`].
    pub(crate) room: usize,
    /// Whether the device gets buffers for messages of its own.
    pub(crate) has_buffers: bool,
    /// Head room of those.
    pub(crate) own_headroom: usize,
    /// Bytes in front of what is given to the device.
    pub(crate) headroom: usize,
    did: Vec<Did>,
    /// Buffers in the order in which the device said that it keeps them.
    pub(crate) holds: Vec<u32>,
}

impl Board {
    pub(crate) fn new(buffers: u32) -> Self {
        let free: Vec<_> = (0..buffers)
            .map(|tag| {
                let memory: &'static mut [u8] = vec![0xa5; HEADROOM + FRAME_MAX].leak();
                Packet { buffer: Buffer::empty(memory), port: 0, tag }
            })
            .collect();
        let begins = free
            .iter()
            .map(|packet| packet.buffer.bytes().as_ptr().wrapping_sub(packet.buffer.start()))
            .collect();
        Self {
            free,
            begins,
            given: BTreeSet::new(),
            kept: BTreeSet::new(),
            came_in: VecDeque::new(),
            room: usize::MAX,
            has_buffers: true,
            own_headroom: HEADROOM + FRAME_MAX,
            headroom: HEADROOM,
            did: vec![],
            holds: vec![],
        }
    }

    /// A packet made of these bytes, as if it had come in by the port.
    pub(crate) fn packet(&mut self, port: u16, bytes: &[u8]) -> Packet<'static> {
        let headroom = self.headroom;
        let mut packet = self.take().unwrap();
        packet.port = port;
        packet.buffer.set_range(headroom, headroom + bytes.len());
        packet.buffer.bytes_mut().copy_from_slice(bytes);
        packet
    }

    /// A frame waits at a port.
    pub(crate) fn comes_in(&mut self, port: u16, bytes: &[u8]) {
        let packet = self.packet(port, bytes);
        self.came_in.push_back(packet);
    }

    /// The device returned: what it did. It keeps as many buffers as it says, those that it told of, and no other.
    pub(crate) fn did(&mut self, held: usize) -> Vec<Did> {
        let waiting: BTreeSet<u32> = self.came_in.iter().map(|packet| packet.tag).collect();
        let kept: BTreeSet<u32> = self.given.difference(&waiting).copied().collect();
        assert_eq!(kept, self.kept, "the device has other buffers than it told of");
        assert_eq!(kept.len(), held, "the device says that it keeps another number of packets");
        assert_eq!(self.free.len() + self.given.len(), self.begins.len());
        std::mem::take(&mut self.did)
    }

    /// Frames that left by a port.
    pub(crate) fn sent(&mut self, held: usize) -> Vec<(u16, Vec<u8>)> {
        let sent = |did| match did {
            Did::Sent { port, bytes, .. } => Some((port, bytes)),
            _ => None,
        };
        self.did(held).into_iter().filter_map(sent).collect()
    }

    fn take(&mut self) -> Option<Packet<'static>> {
        let packet = self.free.pop()?;
        self.given.insert(packet.tag);
        Some(packet)
    }

    fn back(&mut self, mut packet: Packet<'static>) {
        assert!(self.given.remove(&packet.tag), "buffer {} came back twice", packet.tag);
        self.kept.remove(&packet.tag);
        packet.buffer.set_range(0, usize::MAX);
        let bytes = packet.buffer.bytes();
        assert_eq!((bytes.as_ptr(), bytes.len()), (self.begins[packet.tag as usize], HEADROOM + FRAME_MAX));
        self.free.push(packet);
        self.use_room();
    }

    fn use_room(&mut self) {
        self.room = self.room.checked_sub(1).expect("the device goes beyond the board's room");
    }
}

impl PacketIo<'static> for Board {
    fn receive(&mut self) -> Option<Packet<'static>> {
        self.came_in.pop_front()
    }

    fn allocate(&mut self) -> Option<Packet<'static>> {
        let mut packet = self.has_buffers.then(|| self.take())??;
        // Empty, and the head room is full of what was in it before.
        packet.buffer.set_range(self.own_headroom, self.own_headroom);
        Some(packet)
    }

    fn send(&mut self, packet: Packet<'static>) {
        let Packet { port, tag, .. } = packet;
        self.did.push(Did::Sent { port, bytes: packet.buffer.bytes().to_vec(), tag });
        self.back(packet);
    }

    fn free(&mut self, packet: Packet<'static>, why: Option<Reason>) {
        self.did.push(Did::Freed { why, tag: packet.tag });
        self.back(packet);
    }

    fn punt(&mut self, packet: Packet<'static>, why: Reason) {
        let Packet { port, tag, .. } = packet;
        self.did.push(Did::Punted { port, why, bytes: packet.buffer.bytes().to_vec(), tag });
        self.back(packet);
    }

    fn hold(&mut self, tag: u32) {
        assert!(self.given.contains(&tag), "buffer {tag} is not the device's to keep");
        self.kept.insert(tag);
        self.holds.push(tag);
        self.use_room();
    }

    fn room(&self) -> usize {
        self.room
    }
}

pub(crate) const INSIDE: u16 = 0;
pub(crate) const OUTSIDE: u16 = 1;
pub(crate) const UPLINK: u16 = 2;

/// A way to the store over a port of its own, by a hardware address that is known.
pub(crate) const WAY: Uplink = Uplink {
    port: UPLINK,
    mac: [2, 0, 0, 0, 0, 0x10],
    address: [10, 9, 0, 1],
    udp_port: 4000,
    next_hop: NextHop::Mac([2, 0, 0, 0, 0, 0x99]),
    store: [10, 9, 1, 1],
    replicas: [[0; 4]; 3],
    store_port: 8000,
    shards: 1,
    checksum: true,
};

/// A device between an inside and an outside port.
pub(crate) fn setup(number: u16) -> Setup {
    Setup {
        switch: Config::new(number, Incarnation::new(1)),
        inside: PortSet::EMPTY.with(INSIDE),
        routes: Routes::NONE.with(INSIDE, OUTSIDE).with(OUTSIDE, INSIDE),
        uplink: WAY,
        hold: None,
    }
}

/// A device over memory of its own, which stays for the rest of the process.
pub(crate) fn device<P: Program, const H: usize>(
    setup: &Setup,
    slots: usize,
    copies: usize,
    now: Tick,
) -> Device<'static, P, H> {
    let rows: Vec<Row<P>> = std::iter::repeat_with(|| Row::EMPTY).take(slots).collect();
    let copies: Vec<Option<Copy<P>>> = std::iter::repeat_with(|| None).take(copies).collect();
    let memory = Memory {
        rows: rows.leak(),
        copies: copies.leak(),
        counters: Box::leak(Box::new(Counters::new())),
        device_counters: Box::leak(Box::new(DeviceCounters::ZERO)),
    };
    Device::new(setup, memory, now).unwrap()
}

/// A counter of the device by its name.
pub(crate) fn counted<P: Program, const H: usize>(device: &Device<'static, P, H>, name: &str) -> u32 {
    device.device_counters().all().find(|(counter, ..)| *counter == name).unwrap().2
}
