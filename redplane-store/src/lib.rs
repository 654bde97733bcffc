//! The RedPlane state store: shards as sans-IO machines, and the server that gives them sockets.

pub mod datagram;
pub mod echo;
pub mod http;
pub mod metrics;
pub mod pool;
pub mod socket;
