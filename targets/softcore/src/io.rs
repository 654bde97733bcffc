//! What a board brings: packets in buffers, and where they go.

use redplane_core::count::Reason;
use redplane_core::packet::Buffer;

/// A frame in a buffer, and where it came in or is to leave. Who has the value has the buffer.
#[derive(Debug)]
pub struct Packet<'m> {
    /// The frame, from the destination address on, without check sequence, with [`crate::HEADROOM`] bytes in front of it.
    pub buffer: Buffer<'m>,
    /// The port's number, at most [`redplane_core::wire::PORT_MAX`].
    pub port: u16,
    /// The board's own, never changed: which buffer it is.
    pub tag: u32,
}

/// A board's ports and buffers.
///
/// Contract: no call waits. A buffer that was given to `send`, `free` or `punt` is the board's again.
pub trait PacketIo<'m> {
    /// The next frame that came in.
    fn receive(&mut self) -> Option<Packet<'m>>;

    /// A buffer for a message of the device's own, empty, with [`crate::HEADROOM`] bytes in front. `None`: the message is not sent
    /// now, and counted; what has to arrive is sent later.
    fn allocate(&mut self) -> Option<Packet<'m>>;

    /// Sends a frame out of `packet.port`, or loses it if there is no room, as a wire may.
    fn send(&mut self, packet: Packet<'m>);

    /// A packet that is not to be sent: ignored for this reason, or (`None`) used up, or lost for a reason that
    /// [`crate::count::DeviceCounters`] name.
    fn free(&mut self, packet: Packet<'m>, why: Option<Reason>);

    /// A packet for the board's own processor, which may answer it with an ICMP error. A board without one frees it.
    fn punt(&mut self, packet: Packet<'m>, why: Reason) {
        self.free(packet, Some(why));
    }

    /// The device keeps the packet of this tag for now (see [`crate::held`]).
    fn hold(&mut self, _tag: u32) {}

    /// How many more calls of `send`, `free`, `punt` and `hold` are taken before the device is called again. It needs
    /// [`crate::device::PACKETS_A_CALL`] to be given a packet.
    fn room(&self) -> usize {
        usize::MAX
    }
}
