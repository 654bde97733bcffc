//! Programs whose structure is replicated by snapshots, against naive models of their sketches, on a switch that takes snapshots.
#![allow(clippy::unwrap_used)] // in a test a panic is the report

#[path = "../support/mod.rs"]
mod support;

mod bloom;
mod heavy_hitter;
mod owner;
mod super_spreader;
