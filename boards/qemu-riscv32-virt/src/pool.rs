//! Packet buffers: a fixed number in the packet memory, each with head room for what is put around a packet.
//!
//! ```text
//! 0        VIRTIO_HEADER_LEN      FRAME_START                      BUFFER_LEN
//! | virtio's | RedPlane's head room | frame, up to FRAME_LEN_MAX      |
//! ```

use heapless::Vec;
use redplane_core::packet::Buffer;
use redplane_softcore::HEADROOM;
use static_cell::ConstStaticCell;

/// The header that virtio wants in front of a frame, in both directions (virtio 1.1, 5.1.6).
pub(crate) const VIRTIO_HEADER_LEN: usize = 12;

/// Longest frame that is received: 1,500 bytes of payload, Ethernet's header and two VLAN tags, and around that the message in which
/// it comes back from the store. The network to the store has to carry such frames too.
pub(crate) const FRAME_LEN_MAX: usize = 1522 + HEADROOM;

/// Where a received frame begins.
pub(crate) const FRAME_START: usize = VIRTIO_HEADER_LEN + HEADROOM;

const BUFFER_LEN: usize = (FRAME_START + FRAME_LEN_MAX).next_multiple_of(64);

/// How many there are: what the ports wait with, as many again on their way out, and some that are held.
pub(crate) const BUFFERS: usize = 192;

#[unsafe(link_section = ".packets.buffers")]
static MEMORY: ConstStaticCell<[[u8; BUFFER_LEN]; BUFFERS]> =
    ConstStaticCell::new([[0; BUFFER_LEN]; BUFFERS]);

/// The buffers that nobody has.
pub(crate) struct Pool {
    free: Vec<Buffer<'static>, BUFFERS>,
}

impl Pool {
    /// All buffers; `None` for the second caller.
    pub(crate) fn take() -> Option<Self> {
        let buffers = MEMORY.try_take()?.iter_mut().map(|memory| Buffer::empty(memory));
        Some(Self { free: buffers.collect() })
    }

    /// A buffer whose packet is empty, behind as much head room as there is.
    pub(crate) fn get(&mut self) -> Option<Buffer<'static>> {
        self.free.pop()
    }

    /// A buffer that is done with. There is room for all there are.
    pub(crate) fn put(&mut self, mut buffer: Buffer<'static>) {
        buffer.set_range(BUFFER_LEN, BUFFER_LEN);
        let kept = self.free.push(buffer);
        debug_assert!(kept.is_ok(), "more buffers than there are");
    }
}
