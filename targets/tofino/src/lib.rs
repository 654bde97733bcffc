//! RedPlane on Tofino: the recorded data plane, printed as P4-16 for TNA.
#![forbid(unsafe_code)]

pub mod p4;
