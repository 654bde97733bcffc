//! The checkers: each knows one promise, and nothing of how it is kept.

pub mod durable;
pub mod linear;
pub mod open;
pub mod owner;
pub mod quiet;
pub mod translation;
