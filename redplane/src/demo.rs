//! The paper's failover experiment in miniature: hosts, switches and a store in one process.

mod hosts;
mod link;
mod measure;
mod pattern;
mod workload;
