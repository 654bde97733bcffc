//! RedPlane on a soft core: the switch of `redplane-core` as run-to-completion firmware wants it.
//!
//! ```text
//!            receive ┌─────────────────────────── Device ───────────────────────────┐ send, free, punt
//!  ports ───────────▶│ for the store's ear? ── no ──▶ Switch ── leaves ─────────────│────────▶ ports
//!  (PacketIo)        │   │ yes: message, ARP            │ ▲                         │       (PacketIo)
//!                    │   └──────────────▶ Switch        ▼ │ grant, ack              │
//!                    │                          Uplink: Ethernet, IPv4, UDP ────────│────────▶ uplink port
//!                    │                          Held: packets that wait here        │
//!                    └──────────────────────────────────────────────────────────────┘
//! ```
//!
//! A board brings a [`PacketIo`] and a clock; [`Device`] does the rest. Packets are owned: each [`Packet`] that goes in comes back
//! exactly once, to be sent, freed or punted. Nothing blocks, allocates, reads a clock, needs an atomic instruction or can panic.
//!
//! What a soft core can do beyond a switch ASIC is an option here and no other protocol: it inserts flows by itself, and with
//! [`Setup::hold`] it keeps packets that wait for the store in its own memory instead of sending them along ([`held`]).
//!
//! The same for firmware in C is in [`c_abi`].
//!
//! Limits: the store is reached over IPv4 and Ethernet without a tag; it has at most [`routes::PORTS`] ports.
#![no_std]
#![deny(unsafe_code)]
#![warn(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::arithmetic_side_effects
)]

pub mod c_abi;
pub mod count;
pub mod device;
pub mod held;
pub mod io;
pub mod routes;
pub mod uplink;

pub use device::{Device, Memory, Setup, SetupError};
pub use io::{Packet, PacketIo};
pub use routes::Routes;
pub use uplink::{NextHop, Uplink};

/// Bytes that a buffer must have in front of a packet: room for the longest message around it and for the headers of its frame.
pub const HEADROOM: usize = redplane_core::wire::HEADROOM + uplink::FRAME_LEN;

/// The code of the porting guide is compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/porting.md")]
mod porting {}
