//! What the tests of applications share: frames, a checker of checksums, and a switch with a store made by hand.
#![allow(dead_code, unreachable_pub)] // each test binary takes what it needs
#![allow(clippy::unwrap_used)] // in a test a panic is the report

pub mod bench;
pub mod check;
pub mod frame;
pub mod random;
