//! Ports: where the software switch gets its frames and puts them.
//!
//! A port is asked and never waits, so one loop can serve many of them, and the same loop runs over two queues in a
//! test ([`ChannelPort`]), over captures ([`PcapPort`]) and over the kernel's network stack ([`TapPort`]). A frame is
//! whole Ethernet, from the destination on and without check sequence. No port allocates per frame.
//!
//! Like a wire, a port may lose what it is given when there is no room; it counts that and does not call it an error.
//! An error is something that an operator has to look at.

mod channel;
mod pcap;
mod tap;

use std::io;

pub use self::channel::ChannelPort;
pub use self::pcap::PcapPort;
pub use self::tap::{TapError, TapPort};

/// One end of a link, in frames.
pub trait Port {
    /// Takes the next frame into the front of `buf` and gives its length; `None` when none is waiting. A frame that is
    /// longer than `buf` is dropped and counted by the port.
    ///
    /// # Errors
    /// What the system or the capture says; see each port.
    fn receive(&mut self, buf: &mut [u8]) -> io::Result<Option<usize>>;

    /// Sends one frame, or drops and counts it when there is no room.
    ///
    /// # Errors
    /// What the system or the capture says; see each port.
    fn send(&mut self, frame: &[u8]) -> io::Result<()>;
}
