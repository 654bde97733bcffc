//! What the applications on the hosts received, and when: throughput, silences, losses.
//!
//! All figures come from the applications, not from packet captures: a byte counts when the receiving
//! application has read it in order and found it to be the byte that was sent.
//!
//! # Words
//!
//! - A bulk connection *waits* while its sender has handed bytes to the stack that the receiver has not read.
//! - A *gap* is a span in which one bulk connection waited and its receiver read nothing. It begins when the
//!   wait begins or at the last read, and ends at the next read; one that is still open when the measurement
//!   is over ends with the schedule.
//! - *Retransmitted* bytes are the payload bytes that the hosts sent less those that the applications read:
//!   every further transmission of a byte, and each byte that never arrived.

use std::ops::Range;

/// Width of a throughput bucket, ns.
pub(super) const BUCKET_NS: u64 = 20_000_000;

/// Shorter gaps are not recorded, ns: a paced sender leaves a millisecond or two between reads.
const GAP_MIN_NS: u64 = 5_000_000;

/// A silence of one bulk connection. Times are ns since the run began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Gap {
    /// When the wait or the silence began.
    pub(super) start_ns: u64,
    /// When the receiver next read something, or the schedule ended.
    pub(super) end_ns: u64,
}

impl Gap {
    /// How long it lasted, ns.
    pub(super) fn len_ns(self) -> u64 {
        self.end_ns - self.start_ns
    }
}

/// Collects what happens during a run. Times are ns since the run began and never decrease.
pub(super) struct Meter {
    schedule_ns: u64,
    /// Bytes read per bucket; the last bucket also takes what is read after the schedule.
    buckets: Vec<u64>,
    progress: Vec<Progress>,
    gaps: Vec<Gap>,
    delivered_bytes: u64,
}

/// One bulk connection. Invariant: `waiting_since_ns` is `Some` iff `written_bytes > delivered_bytes`.
#[derive(Clone, Copy, Default)]
struct Progress {
    written_bytes: u64,
    delivered_bytes: u64,
    waiting_since_ns: Option<u64>,
}

impl Meter {
    /// A meter for `bulk_connections` over a schedule of `schedule_ns`.
    pub(super) fn new(bulk_connections: usize, schedule_ns: u64) -> Self {
        Self {
            schedule_ns,
            buckets: vec![0; schedule_ns.div_ceil(BUCKET_NS).max(1) as usize],
            progress: vec![Progress::default(); bulk_connections],
            gaps: Vec::with_capacity(4096),
            delivered_bytes: 0,
        }
    }

    /// The sender of bulk connection `connection` handed `bytes` to its stack.
    pub(super) fn on_bulk_written(&mut self, connection: usize, bytes: usize, now_ns: u64) {
        let Some(progress) = self.progress.get_mut(connection).filter(|_| bytes > 0) else { return };
        progress.written_bytes += bytes as u64;
        progress.waiting_since_ns.get_or_insert(now_ns);
    }

    /// The receiver of bulk connection `connection` read `bytes`.
    pub(super) fn on_bulk_delivered(&mut self, connection: usize, bytes: usize, now_ns: u64) {
        let Some(progress) = self.progress.get_mut(connection).filter(|_| bytes > 0) else { return };
        progress.delivered_bytes += bytes as u64;
        let waits = progress.delivered_bytes < progress.written_bytes;
        let since_ns = std::mem::replace(&mut progress.waiting_since_ns, waits.then_some(now_ns));
        if let Some(start_ns) = since_ns {
            self.record(Gap { start_ns, end_ns: now_ns });
        }
        self.on_delivered(bytes, now_ns);
    }

    /// An application that is not a bulk receiver read `bytes`.
    pub(super) fn on_delivered(&mut self, bytes: usize, now_ns: u64) {
        self.delivered_bytes += bytes as u64;
        let bucket = ((now_ns / BUCKET_NS) as usize).min(self.buckets.len() - 1);
        // `new` makes at least one bucket.
        self.buckets[bucket] += bytes as u64;
    }

    /// Whether bulk connection `connection` has bytes under way, and since when it has been silent.
    pub(super) fn bulk_waiting_since_ns(&self, connection: usize) -> Option<u64> {
        self.progress.get(connection)?.waiting_since_ns
    }

    /// Bytes that all applications read so far.
    pub(super) fn delivered_bytes(&self) -> u64 {
        self.delivered_bytes
    }

    /// Ends the measurement.
    pub(super) fn finish(mut self) -> Delivery {
        for connection in 0..self.progress.len() {
            if let Some(start_ns) = self.progress[connection].waiting_since_ns {
                self.record(Gap { start_ns, end_ns: self.schedule_ns.max(start_ns) });
            }
        }
        let throughput_mbit_s = self.buckets.iter().map(|bytes| mbit_s(*bytes, BUCKET_NS)).collect();
        Delivery { throughput_mbit_s, gaps: self.gaps, delivered_bytes: self.delivered_bytes }
    }

    fn record(&mut self, gap: Gap) {
        if gap.len_ns() >= GAP_MIN_NS {
            self.gaps.push(gap);
        }
    }
}

/// What a run delivered.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Delivery {
    /// Mbit/s that the applications received, per bucket of [`BUCKET_NS`].
    pub(super) throughput_mbit_s: Vec<f64>,
    /// Bytes that the applications received.
    pub(super) delivered_bytes: u64,
    gaps: Vec<Gap>,
}

impl Delivery {
    /// The longest gap of any bulk connection; `None` when no gap reached 5 ms.
    pub(super) fn longest_gap(&self) -> Option<Gap> {
        self.gaps.iter().copied().max_by_key(|gap| gap.len_ns())
    }

    /// The longest gap that has any part in `window_ns`, at its full length.
    pub(super) fn longest_gap_in(&self, window_ns: &Range<u64>) -> Option<Gap> {
        self.gaps
            .iter()
            .copied()
            .filter(|gap| gap.start_ns < window_ns.end && gap.end_ns > window_ns.start)
            .max_by_key(|gap| gap.len_ns())
    }
}

/// Everything that a run of the workload yields.
#[derive(Clone, Debug)]
pub(super) struct RunMeasure {
    /// Bulk connections.
    pub(super) bulk: usize,
    /// Bulk connections that broke; the workload's module says what that is.
    pub(super) bulk_broken: usize,
    /// Short connections begun.
    pub(super) short: usize,
    /// Short connections that ended with all bytes delivered both ways.
    pub(super) short_completed: usize,
    /// Connections that were marked as open at a moment of interest; none if there was no such moment.
    pub(super) marked: usize,
    /// Of these, broken.
    pub(super) marked_broken: usize,
    /// Connections on which some byte was not the one sent.
    pub(super) corrupt: usize,
    /// Throughput and gaps.
    pub(super) delivery: Delivery,
    /// Bytes of TCP payload that the hosts sent.
    pub(super) sent_payload_bytes: u64,
    /// Bytes of the frames that the hosts sent.
    pub(super) host_bytes: u64,
    /// Frames that the hosts' own links dropped: not IPv4, or more at once than a ring holds.
    pub(super) link_drops: u64,
}

impl RunMeasure {
    /// All connections that were begun.
    pub(super) fn connections(&self) -> usize {
        self.bulk + self.short
    }

    /// All connections that broke.
    pub(super) fn broken(&self) -> usize {
        self.bulk_broken + (self.short - self.short_completed)
    }

    /// Payload bytes sent beyond those delivered.
    pub(super) fn retransmitted_bytes(&self) -> u64 {
        self.sent_payload_bytes.saturating_sub(self.delivery.delivered_bytes)
    }
}

/// Mbit/s that `bytes` in `span_ns` make.
pub(super) fn mbit_s(bytes: u64, span_ns: u64) -> f64 {
    bytes as f64 * 8_000.0 / span_ns.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: u64 = 1_000_000;

    fn gap_ms(start_ms: u64, end_ms: u64) -> Gap {
        Gap { start_ns: start_ms * MS, end_ns: end_ms * MS }
    }

    #[test]
    fn silence_counts_from_the_last_read_while_bytes_wait() {
        let mut meter = Meter::new(1, 1000 * MS);
        meter.on_bulk_written(0, 100, 10 * MS);
        meter.on_bulk_delivered(0, 60, 12 * MS);
        meter.on_bulk_delivered(0, 40, 52 * MS);
        let delivery = meter.finish();
        assert_eq!(delivery.longest_gap(), Some(gap_ms(12, 52)));
        assert_eq!(delivery.delivered_bytes, 100);
    }

    #[test]
    fn silence_with_nothing_to_deliver_is_no_gap() {
        let mut meter = Meter::new(1, 1000 * MS);
        meter.on_bulk_written(0, 100, 10 * MS);
        meter.on_bulk_delivered(0, 100, 11 * MS);
        meter.on_bulk_written(0, 100, 500 * MS);
        meter.on_bulk_delivered(0, 100, 501 * MS);
        assert_eq!(meter.finish().longest_gap(), None);
    }

    #[test]
    fn connection_that_never_recovers_has_a_gap_to_the_end_of_the_schedule() {
        let mut meter = Meter::new(2, 1000 * MS);
        meter.on_bulk_written(1, 100, 400 * MS);
        assert_eq!(meter.bulk_waiting_since_ns(0), None);
        assert_eq!(meter.bulk_waiting_since_ns(1), Some(400 * MS));
        assert_eq!(meter.finish().longest_gap(), Some(gap_ms(400, 1000)));
    }

    #[test]
    fn gap_in_a_window_is_the_longest_that_touches_it_at_full_length() {
        let mut meter = Meter::new(1, 1000 * MS);
        for (start_ms, end_ms) in [(100, 150), (300, 320), (800, 890)] {
            meter.on_bulk_written(0, 1, start_ms * MS);
            meter.on_bulk_delivered(0, 1, end_ms * MS);
        }
        let delivery = meter.finish();
        assert_eq!(delivery.longest_gap_in(&(0..200 * MS)), Some(gap_ms(100, 150)));
        assert_eq!(delivery.longest_gap_in(&(149 * MS..310 * MS)), Some(gap_ms(100, 150)));
        assert_eq!(delivery.longest_gap_in(&(150 * MS..310 * MS)), Some(gap_ms(300, 320)));
        assert_eq!(delivery.longest_gap_in(&(400 * MS..500 * MS)), None);
    }

    #[test]
    fn bytes_fall_into_the_bucket_of_their_time_and_late_ones_into_the_last() {
        let mut meter = Meter::new(1, 50 * MS);
        meter.on_delivered(50_000, 0);
        meter.on_delivered(25_000, 20 * MS);
        meter.on_delivered(10_000, 49 * MS);
        meter.on_delivered(15_000, 90 * MS);
        assert_eq!(meter.finish().throughput_mbit_s, [20.0, 10.0, 10.0]);
    }
}
