//! The RedPlane state store: shards as sans-IO machines, and the server that gives them sockets.

pub mod datagram;
pub mod durability;
pub mod echo;
pub mod http;
pub mod metrics;
pub mod parking;
pub mod pool;
pub mod shard;
pub mod socket;
