//! RedPlane as hardware: the data plane written down as a netlist, placed into match-action stages, and run cycle by cycle.
#![forbid(unsafe_code)]

pub mod pipeline;
pub mod salu;
pub mod target;
pub mod usage;
