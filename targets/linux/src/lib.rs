//! RedPlane on Linux: a software switch over channels, captures and TAP interfaces, and what surrounds it.

pub mod capture;
pub mod clock;
pub mod icmp;
pub mod neighbour;
pub mod plain;
pub mod port;
pub mod store_link;
pub mod switch;
