//! The RedPlane state store: shards as sans-IO machines, and the server that gives them sockets.

pub mod chain;
pub mod datagram;
pub mod durability;
pub mod echo;
pub mod engine;
pub mod etcd;
pub mod histogram;
pub mod http;
pub mod limits;
pub mod map;
pub mod master;
pub mod metrics;
pub mod nat;
pub mod parking;
pub mod placement;
pub mod pool;
pub mod record_codec;
mod replica;
pub mod report;
pub mod server;
pub mod shard;
pub mod socket;
