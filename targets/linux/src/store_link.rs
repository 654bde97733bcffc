//! The way to the store: messages of one switch to the shards, and their answers.
//!
//! A switch hands a message over with the key that it is about, and the link knows which shard serves that key
//! ([`shard_of`](redplane_core::memory::shard_of)). [`UdpLink`] is the network. A replay or a test has a store in the same process
//! behind the same trait.
//!
//! Contract: a link never waits and may lose messages in either direction, as the network may; it counts what it lost. A
//! link over sockets allocates nothing after it was made.

mod error;
mod udp;

pub use self::error::LinkError;
pub use self::udp::{LinkCounters, UdpLink};

/// A way to the store.
pub trait StoreLink {
    /// Sends a message to the shard that serves `key`.
    fn send(&mut self, key: &[u32], message: &[u8]);

    /// Takes the next datagram that the store sent into the front of `buf` and gives its length; `None` when none is waiting.
    fn receive(&mut self, buf: &mut [u8]) -> Option<usize>;
}
