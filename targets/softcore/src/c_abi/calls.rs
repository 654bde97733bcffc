//! The caller's side of a call: outputs become descriptors, and messages of our own come from the packet region.

use core::slice;

use redplane_core::count::Reason;
use redplane_core::packet::Buffer;

use super::{Outputs, RP_MESSAGE_SIZE, RP_MESSAGES_MAX, RP_NO_REASON, RP_TAG_OWN, rp_desc, rp_verdict};
use crate::io::{Packet, PacketIo};

/// The buffers in the packet region.
pub(super) struct Pool {
    first: *mut u8,
    /// Bit n: there is a buffer n.
    all: u32,
    /// Bit n: buffer n is free.
    free: u32,
}

impl Pool {
    /// As many buffers as there is room for.
    ///
    /// # Safety
    /// The region is the pool's alone.
    pub(super) unsafe fn new(region: *mut u8, size: usize) -> Self {
        let buffers = (size / RP_MESSAGE_SIZE).min(RP_MESSAGES_MAX);
        let all = if buffers >= 32 { u32::MAX } else { 1u32.wrapping_shl(buffers as u32).wrapping_sub(1) };
        Self { first: region, all, free: all }
    }

    fn take(&mut self) -> Option<Packet<'static>> {
        let number = self.free.trailing_zeros();
        if self.free == 0 {
            return None;
        }
        self.free &= self.free.wrapping_sub(1);
        // SAFETY: the number is below the number of buffers in the region, and its bit says that nobody has this one.
        let memory = unsafe {
            slice::from_raw_parts_mut(
                self.first.add((number as usize).wrapping_mul(RP_MESSAGE_SIZE)),
                RP_MESSAGE_SIZE,
            )
        };
        Some(Packet { buffer: Buffer::empty(memory), port: 0, tag: RP_TAG_OWN | number })
    }

    /// Takes a buffer back, if the tag is one of ours.
    pub(super) fn give(&mut self, tag: u32) {
        if tag & RP_TAG_OWN != 0 {
            self.free |= 1u32.wrapping_shl(tag) & self.all;
        }
    }
}

/// A call's board.
pub(super) struct Calls<'a> {
    pub(super) pool: &'a mut Pool,
    pub(super) outputs: &'a mut Outputs,
}

impl Calls<'_> {
    /// The packet that a caller describes.
    ///
    /// # Safety
    /// The buffer is valid and ours until the packet comes back.
    pub(super) unsafe fn packet_of(desc: &rp_desc) -> Packet<'static> {
        let (headroom, len) = (usize::from(desc.headroom), usize::from(desc.len));
        let end = headroom.wrapping_add(len); // two 16-bit numbers
        // SAFETY: the buffer begins `headroom` bytes in front of the frame and is ours, by contract.
        let memory = unsafe { slice::from_raw_parts_mut(desc.data.sub(headroom), end) };
        let mut buffer = Buffer::empty(memory);
        buffer.set_range(headroom, end);
        Packet { buffer, port: desc.port, tag: desc.tag }
    }

    fn put(&mut self, mut packet: Packet<'static>, verdict: rp_verdict, reason: Option<Reason>) {
        self.outputs.push(rp_desc {
            headroom: packet.buffer.start() as u16,
            len: packet.buffer.bytes().len() as u16,
            data: packet.buffer.bytes_mut().as_mut_ptr(),
            port: packet.port,
            verdict: verdict as u8,
            reason: reason.map_or(RP_NO_REASON, |reason| reason as u8),
            tag: packet.tag,
        });
    }
}

impl PacketIo<'static> for Calls<'_> {
    fn receive(&mut self) -> Option<Packet<'static>> {
        None
    }

    fn allocate(&mut self) -> Option<Packet<'static>> {
        self.pool.take()
    }

    fn send(&mut self, packet: Packet<'static>) {
        self.put(packet, rp_verdict::RP_RELEASE, None);
    }

    fn free(&mut self, packet: Packet<'static>, why: Option<Reason>) {
        if packet.tag & RP_TAG_OWN == 0 {
            self.put(packet, rp_verdict::RP_DROP, why);
        } else {
            self.pool.give(packet.tag);
        }
    }

    fn punt(&mut self, packet: Packet<'static>, why: Reason) {
        self.put(packet, rp_verdict::RP_PUNT, Some(why));
    }

    fn hold(&mut self, tag: u32) {
        self.outputs.push(rp_desc {
            data: core::ptr::null_mut(),
            len: 0,
            headroom: 0,
            port: 0,
            verdict: rp_verdict::RP_HOLD as u8,
            reason: RP_NO_REASON,
            tag,
        });
    }

    fn room(&self) -> usize {
        self.outputs.room()
    }
}
