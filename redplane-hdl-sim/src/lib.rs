//! RedPlane as hardware: the data plane written down as a netlist, placed into match-action stages, and run cycle by cycle.
#![forbid(unsafe_code)]

pub mod bdd;
pub mod check;
pub mod netlist;
pub mod pipeline;
pub mod place;
pub mod record;
pub mod report;
pub mod salu;
pub mod sim;
pub mod target;
pub mod trace;
pub mod usage;
