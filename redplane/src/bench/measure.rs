//! What is counted and timed while the store is written to.

use hdrhistogram::Histogram;
use redplane_core::wire::Refusal;

use super::ledger::Fault;

/// Width of a bucket of the picture.
pub(super) const BUCKET_NS: u64 = 100_000_000;

/// Latencies that are told apart, ns; longer ones count as the longest.
const LATENCY_MAX_NS: u64 = 3_600_000_000_000;

/// Faults that are told one by one.
const FAULTS_TOLD: usize = 20;

/// See [the module](self).
pub(super) struct Measure {
    /// From the first sending of a write to its ack, ns.
    pub(super) latency: Histogram<u64>,
    /// Writes that were sent for the first time.
    pub(super) sent: u64,
    pub(super) acked: u64,
    /// Requests that were sent again.
    pub(super) again: u64,
    /// Writes that were given up without an ack, as their lease was over. Their content may stand in the store or not.
    pub(super) abandoned: u64,
    /// Grants that came when the lease was over (RP-SW-7).
    pub(super) late_grants: u64,
    /// Leases that were handed back because another switch wanted them.
    pub(super) handed_over: u64,
    /// Flows that idled out and were begun anew.
    pub(super) aged: u64,
    /// By [`Refusal`], in wire order.
    pub(super) refusals: Vec<u64>,
    /// Flow and fault, the first of them.
    pub(super) faults: Vec<(u32, Fault)>,
    pub(super) fault_count: u64,
    /// Acks in each [`BUCKET_NS`] since the start.
    pub(super) buckets: Vec<u32>,
    start_ns: u64,
    /// When writes were last under way, and the last ack or the time since when they are.
    progress_ns: Option<u64>,
    /// Length of the longest pause, and when it began.
    pub(super) pause_ns: (u64, u64),
}

impl Measure {
    /// Begins at this time.
    ///
    /// # Errors
    /// The histogram cannot be had.
    pub(super) fn new() -> anyhow::Result<Self> {
        Ok(Self {
            latency: Histogram::new_with_bounds(1_000, LATENCY_MAX_NS, 3)?,
            sent: 0,
            acked: 0,
            again: 0,
            abandoned: 0,
            late_grants: 0,
            handed_over: 0,
            aged: 0,
            refusals: vec![0; Refusal::ALL.len()],
            faults: Vec::new(),
            fault_count: 0,
            buckets: Vec::new(),
            start_ns: 0,
            progress_ns: None,
            pause_ns: (0, 0),
        })
    }

    /// Writing begins.
    pub(super) fn start(&mut self, now_ns: u64) {
        self.start_ns = now_ns;
    }

    /// A write leaves for the first time; it is under way alone or with others.
    pub(super) fn write(&mut self, now_ns: u64) {
        self.sent += 1;
        self.progress_ns.get_or_insert(now_ns);
    }

    /// A write was acked that had first been sent then; `more` are under way.
    pub(super) fn ack(&mut self, now_ns: u64, sent_ns: u64, more: bool) {
        self.acked += 1;
        self.latency.saturating_record(now_ns.saturating_sub(sent_ns));
        let bucket = (now_ns.saturating_sub(self.start_ns) / BUCKET_NS) as usize;
        if bucket >= self.buckets.len() {
            self.buckets.resize(bucket + 1, 0);
        }
        self.buckets[bucket] += 1;
        self.pause(now_ns);
        self.progress_ns = more.then_some(now_ns);
    }

    /// No write is under way any more, without an ack.
    pub(super) fn settled(&mut self, now_ns: u64) {
        self.pause(now_ns);
        self.progress_ns = None;
    }

    fn pause(&mut self, now_ns: u64) {
        let Some(since) = self.progress_ns else { return };
        let pause = now_ns.saturating_sub(since);
        if pause > self.pause_ns.0 {
            self.pause_ns = (pause, since.saturating_sub(self.start_ns));
        }
    }

    /// The store refused.
    pub(super) fn refused(&mut self, why: Refusal) {
        if let Some(at) = Refusal::ALL.iter().position(|other| *other == why) {
            self.refusals[at] += 1;
        }
    }

    /// The store broke a promise.
    pub(super) fn fault(&mut self, flow: u32, fault: Fault) {
        self.fault_count += 1;
        if self.faults.len() < FAULTS_TOLD {
            self.faults.push((flow, fault));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pause_counts_only_while_writes_are_under_way() {
        let mut measure = Measure::new().unwrap();
        measure.start(1000);
        measure.write(2000);
        measure.write(2500);
        measure.ack(3000, 2000, true);
        measure.ack(7000, 2500, false);
        assert_eq!(measure.pause_ns, (4000, 2000));
        measure.write(90_000);
        measure.ack(91_000, 90_000, false);
        assert_eq!(measure.pause_ns, (4000, 2000), "nothing was under way before");
        assert_eq!((measure.acked, measure.latency.len(), measure.buckets.len()), (3, 3, 1));
    }
}
