//! RedPlane on Tofino: the recorded data plane, printed as P4-16 for TNA.
//!
//! | module | is |
//! | --- | --- |
//! | [`generate`] | all files of an application |
//! | [`lower`] | from a placed program to a P4 program |
//! | [`p4`] | P4 programs as values, the chip's rules as checks, the printer |
#![forbid(unsafe_code)]

pub mod generate;
pub mod lower;
pub mod p4;
