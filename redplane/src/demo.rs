//! The paper's failover experiment in miniature: hosts, switches and a store in one process.

mod hosts;
mod link;
mod live;
mod measure;
mod pattern;
mod plot;
mod report;
mod workload;
