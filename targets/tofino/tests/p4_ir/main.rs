//! P4 programs as values: two good ones and their texts, and broken ones, at least one for every rule.

mod everything;
mod forwarder;
mod golden;
mod refused;
