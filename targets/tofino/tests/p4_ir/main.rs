//! P4 programs as values: two good ones and their texts, and broken ones, at least one for every rule.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod everything;
mod forwarder;
mod golden;
mod refused;
