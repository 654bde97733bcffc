//! The time of a replay, from the times that a capture happens to have.
//!
//! Captures have no times at all, times that go back, and parts that were recorded years apart. The replay's time never goes
//! back, and a gap in it is at most [`GAP_NS_MAX`]; a packet without a time comes [`UNTIMED_GAP_NS`] after the one before it.

/// Longest gap between two packets, in nanoseconds. Longer ones are shortened to it: leases end within it, idle flows stay.
pub(super) const GAP_NS_MAX: u64 = 60_000_000_000;

/// Gap between packets whose capture has no times, in nanoseconds.
pub(super) const UNTIMED_GAP_NS: u64 = 10_000;

/// How the capture's times were mended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub(super) struct TimeReport {
    /// Packets whose time was before that of the packet before.
    pub(super) backward: u64,
    /// Gaps that were shortened.
    pub(super) gaps_shortened: u64,
    /// Packets without a time.
    pub(super) untimed: u64,
}

/// Where the replay is between the packets of a capture.
#[derive(Debug, Default)]
pub(super) struct Timeline {
    last_ns: Option<u64>,
    /// Time of the replay since the latest packet.
    since_ns: u64,
    /// Gap between packets without a time, if it is not [`UNTIMED_GAP_NS`].
    untimed_gap_ns: Option<u64>,
    report: TimeReport,
}

impl Timeline {
    /// A timeline that puts this between packets without a time.
    pub(super) fn with_untimed_gap(gap_ns: u64) -> Timeline {
        Timeline { untimed_gap_ns: Some(gap_ns), ..Timeline::default() }
    }

    /// The next packet has this time in the capture: gives how far the replay's time is to be moved on to it. The caller does so
    /// in as many steps as it likes with [`Timeline::moved`], and says [`Timeline::arrived`] when it is there.
    pub(super) fn gap_to(&mut self, timestamp_ns: u64) -> u64 {
        let Some(last_ns) = self.last_ns else { return 0 };
        if timestamp_ns == 0 {
            self.report.untimed += 1;
            return self.untimed_gap_ns.unwrap_or(UNTIMED_GAP_NS);
        }
        if timestamp_ns < last_ns {
            self.report.backward += 1;
        }
        let gap_ns = timestamp_ns.saturating_sub(last_ns);
        if gap_ns > GAP_NS_MAX {
            self.report.gaps_shortened += 1;
        }
        gap_ns.min(GAP_NS_MAX)
    }

    /// The replay's time moved on.
    pub(super) fn moved(&mut self, by_ns: u64) {
        self.since_ns = self.since_ns.saturating_add(by_ns);
    }

    /// The replay has come to the packet of this time.
    pub(super) fn arrived(&mut self, timestamp_ns: u64) {
        self.last_ns = Some(if timestamp_ns == 0 { self.now_ns() } else { timestamp_ns });
        self.since_ns = 0;
    }

    /// The replay's time as the capture would have it.
    pub(super) fn now_ns(&self) -> u64 {
        self.last_ns.unwrap_or(0).saturating_add(self.since_ns)
    }

    /// What had to be mended so far.
    pub(super) fn report(&self) -> TimeReport {
        self.report
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gaps to, and own times of, packets at these times.
    fn run(times: &[u64]) -> (Vec<(u64, u64)>, TimeReport) {
        let mut timeline = Timeline::default();
        let mut seen = Vec::new();
        for time in times {
            let gap_ns = timeline.gap_to(*time);
            timeline.moved(gap_ns);
            timeline.arrived(*time);
            seen.push((gap_ns, timeline.now_ns()));
        }
        (seen, timeline.report())
    }

    #[test]
    fn sane_times_are_kept() {
        let (seen, report) = run(&[5_000, 5_000, 9_000]);
        assert_eq!(seen, [(0, 5_000), (0, 5_000), (4_000, 9_000)]);
        assert_eq!(report, TimeReport::default());
    }

    #[test]
    fn times_that_go_back_or_jump_are_mended_and_counted() {
        let year_ns = 365 * 86_400 * 1_000_000_000;
        let (seen, report) = run(&[9_000, 5_000, 6_000, year_ns, u64::MAX, u64::MAX]);
        let gaps: Vec<u64> = seen.iter().map(|(gap_ns, _)| *gap_ns).collect();
        assert_eq!(gaps, [0, 0, 1_000, GAP_NS_MAX, GAP_NS_MAX, 0]);
        assert_eq!(report, TimeReport { backward: 1, gaps_shortened: 2, untimed: 0 });
    }

    #[test]
    fn packets_without_times_are_spread() {
        let (seen, report) = run(&[0, 0, 0]);
        assert_eq!(seen, [(0, 0), (UNTIMED_GAP_NS, UNTIMED_GAP_NS), (UNTIMED_GAP_NS, 2 * UNTIMED_GAP_NS)]);
        assert_eq!(report.untimed, 2);
    }
}
