//! The data plane is written once: what is changed in one place changes on every machine, and no machine has a second text of it.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

#[path = "one_source/boundary.rs"]
mod boundary;
#[path = "one_source/now.rs"]
mod now;
#[path = "one_source/sources.rs"]
mod sources;
