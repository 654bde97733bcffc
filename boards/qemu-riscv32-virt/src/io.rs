//! Stand-in for redplane_softcore's packet interface.
use redplane_core::count::Reason;
use redplane_core::packet::Buffer;

/// Bytes in front of a received frame.
pub const HEADROOM: usize = redplane_core::wire::HEADROOM + 42;

/// A packet.
#[derive(Debug)]
pub struct Packet<'m> {
    /// Its bytes.
    pub buffer: Buffer<'m>,
    /// Where it came in or goes out.
    pub port: u16,
    /// The io's own.
    pub tag: u32,
}

/// Ports.
pub trait PacketIo<'m> {
    /// Next frame.
    fn receive(&mut self) -> Option<Packet<'m>>;
    /// An empty buffer.
    fn allocate(&mut self) -> Option<Packet<'m>>;
    /// Out of `packet.port`.
    fn send(&mut self, packet: Packet<'m>);
    /// Not to be sent.
    fn free(&mut self, packet: Packet<'m>, why: Reason);
    /// How many packets may be sent now.
    fn room(&self) -> usize;
}
