//! RedPlane's applications: programs whose state survives the loss of the device they run on.
//!
//! Each is a [`redplane_core::program::Program`], written once over any [`redplane_core::machine::Machine`]: the same text runs
//! on a soft core, in a simulator and as P4. A program looks at packets only through the machine; no Rust `if` here is decided
//! by a packet.
//!
//! | program | key | state | writes |
//! | --- | --- | --- | --- |
//! | [`nat44`] | direction, protocol, address, port | where to translate to, phase | TCP's SYN, FIN, RST |
//! | [`counter`] | IPv4 5-tuple | packets | every packet |
//! | [`heavy_hitter`] | VLAN | a sketch of packets per flow, by snapshots | none |
//! | [`super_spreader`] | VLAN | a sketch of destinations per source, by snapshots | none |
//!
//! [`sketch`] has the structures that programs of the last kind keep.
#![no_std]
#![forbid(unsafe_code)]
#![warn(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::arithmetic_side_effects
)]

pub mod counter;
pub mod heavy_hitter;
pub mod nat44;
pub mod sketch;
pub mod super_spreader;

pub use counter::Counter;
pub use heavy_hitter::HeavyHitter;
pub use nat44::Nat44;
pub use super_spreader::SuperSpreader;

/// Protocol number of ICMP in the IPv4 header (RFC 792).
pub const ICMP: u8 = 1;
/// Protocol number of TCP in the IPv4 header (RFC 9293).
pub const TCP: u8 = 6;
/// Protocol number of UDP in the IPv4 header (RFC 768).
pub const UDP: u8 = 17;
