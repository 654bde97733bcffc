//! What `/status` says about a store, and the pages of its metrics endpoint.

use super::board::Board;
use super::rows::{BUFFERS_FREE, ENGINE_ACTIVE, LAG, PORTS, PORTS_FREE, UNSERVED};
use crate::chain::View;
use crate::http::Pages;
use crate::metrics::{self, Reader};
use crate::report::Report;
use redplane_core::wire::Refusal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How a store does, for people and for scripts; sums over its shards and programs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// What people call the replica; empty for one that has no name.
    pub name: String,
    /// `alone`, `active` or `standby` with an engine, `head`, `middle`, `tail`, `joining`, `waiting` or `removed` in a group.
    pub role: String,
    /// Whether it does its part, and otherwise why not.
    pub trouble: Option<String>,
    /// The newest view that it knows, if it is one of a group.
    pub view: Option<View>,
    /// Who is being let in by this replica.
    pub joiner: Option<String>,
    /// Live replicas that are no members, as far as it knows.
    pub candidates: usize,
    /// Number of shards.
    pub shards: usize,
    /// Flows with a record.
    pub flows: u64,
    /// Entries that are not known to be on every replica.
    pub lag: u64,
    /// How long answers waited to be durable, in microseconds: half of them no longer than this.
    pub commit_p50_us: Option<u64>,
    /// The same for 99 of 100.
    pub commit_p99_us: Option<u64>,
    /// The NAT's outside ports, and how many of them are free.
    pub ports: u64,
    /// See `ports`.
    pub ports_free: u64,
    /// Message buffers that are free.
    pub buffers_free: u64,
    /// Requests that were dropped because it was not known whether this store may decide.
    pub unserved: u64,
    /// Requests that were refused, by reason; reasons that never came are left out.
    pub refused: BTreeMap<String, u64>,
}

/// What the pages are made of.
#[derive(Clone, Debug)]
pub(super) struct Overview {
    pub(super) readers: Vec<Reader>,
    pub(super) board: Option<Arc<Board>>,
    pub(super) name: String,
    pub(super) has_engine: bool,
    /// Set when a shard's thread ends.
    pub(super) shard_ended: Arc<AtomicBool>,
}

impl Overview {
    pub(super) fn report(&self) -> Report {
        Report::of(self.readers.iter())
    }

    fn is_active(&self, report: &Report) -> bool {
        report.sum(ENGINE_ACTIVE, &[]) > 0
    }

    pub(super) fn readiness(&self) -> Result<(), String> {
        if self.shard_ended.load(Ordering::Acquire) {
            return Err("a shard has ended: the log says why".to_owned());
        }
        if self.has_engine && !self.is_active(&self.report()) {
            return Err(
                "on standby: another server has the engine's fence, or nobody could get it".to_owned()
            );
        }
        self.board.as_ref().map_or(Ok(()), |board| board.readiness())
    }

    fn role(&self, report: &Report) -> &'static str {
        let Some(board) = &self.board else {
            return match (self.has_engine, self.is_active(report)) {
                (false, _) => "alone",
                (true, true) => "active",
                (true, false) => "standby",
            };
        };
        let standing = board.standing();
        let last = standing.view.as_ref().map_or(0, |view| view.members.len().saturating_sub(1));
        match standing.place {
            _ if board.is_removed() => "removed",
            None => "waiting",
            Some(0) => "head",
            Some(place) if place == last => "tail",
            Some(_) => "middle",
        }
    }

    pub(super) fn status(&self) -> Status {
        let report = self.report();
        let standing = self.board.as_ref().map(|board| board.standing()).unwrap_or_default();
        let micros = |time: Duration| time.as_micros() as u64;
        let refused = Refusal::ALL
            .iter()
            .map(|why| (why.name().to_owned(), report.refusal(*why)))
            .filter(|(_, count)| *count > 0)
            .collect();
        Status {
            name: self.name.clone(),
            role: self.role(&report).to_owned(),
            trouble: self.readiness().err().or(standing.trouble),
            view: standing.view,
            joiner: standing.joiner.map(|joiner| joiner.name),
            candidates: standing.candidates,
            shards: self.readers.len(),
            flows: report.flows(),
            lag: report.sum(LAG, &[]),
            commit_p50_us: report.commit_latency(500).map(micros),
            commit_p99_us: report.commit_latency(990).map(micros),
            ports: report.sum(PORTS, &[]),
            ports_free: report.sum(PORTS_FREE, &[]),
            buffers_free: report.sum(BUFFERS_FREE, &[]),
            unserved: report.sum(UNSERVED, &[]),
            refused,
        }
    }
}

impl Pages for Overview {
    fn metrics(&mut self, out: &mut String) {
        metrics::render(&self.readers, out);
    }

    fn readiness(&mut self) -> Result<(), String> {
        Self::readiness(self)
    }

    fn status(&mut self, out: &mut String) {
        // Nothing in it can fail to be written.
        out.push_str(&serde_json::to_string(&Self::status(self)).unwrap_or_default());
        out.push('\n');
    }
}
