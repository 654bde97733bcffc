//! When the demo itself stood still: turns of its loop that took too long.
//!
//! Hosts, switches and the loop that carries frames between them share a thread. While the machine runs something else, no host
//! sends and no switch forwards, and a connection is silent for a reason that has nothing to do with switches. Such spans are
//! collected here, so that a report can tell them from what it is about.
//!
//! Limits: a turn also takes long when there is very much to do in it; that counts as a stall too. The store has a thread of its
//! own, whose stalls are not seen.

use std::ops::Range;

/// Shorter turns are usual, ns: the loop naps for a fraction of this.
const STALL_MIN_NS: u64 = 2_000_000;

/// Collects the stalls of a run. Times are ns since the run began and never decrease.
#[derive(Debug, Default)]
pub(super) struct Stalls {
    turned_ns: u64,
    spans: Vec<Range<u64>>,
}

impl Stalls {
    /// A turn of the loop begins.
    pub(super) fn on_turn(&mut self, now_ns: u64) {
        if now_ns - self.turned_ns >= STALL_MIN_NS {
            self.spans.push(self.turned_ns..now_ns);
        }
        self.turned_ns = now_ns;
    }

    /// The longest stall, ns; 0 if there was none.
    pub(super) fn longest_ns(&self) -> u64 {
        self.spans.iter().map(|span| span.end - span.start).max().unwrap_or(0)
    }

    /// How much of `window_ns` was stalls, ns.
    pub(super) fn within_ns(&self, window_ns: &Range<u64>) -> u64 {
        let overlap =
            |span: &Range<u64>| span.end.min(window_ns.end).saturating_sub(span.start.max(window_ns.start));
        self.spans.iter().map(overlap).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: u64 = 1_000_000;

    #[test]
    fn long_turns_are_stalls_and_short_ones_are_not() {
        let mut stalls = Stalls::default();
        for now_ms in [0, 1, 2, 9, 10, 13] {
            stalls.on_turn(now_ms * MS);
        }
        assert_eq!(stalls.longest_ns(), 7 * MS);
        assert_eq!(stalls.within_ns(&(0..u64::MAX)), 10 * MS);
        assert_eq!(stalls.within_ns(&(8 * MS..11 * MS)), 2 * MS);
        assert_eq!(stalls.within_ns(&(3 * MS..4 * MS)), MS);
        assert_eq!(stalls.within_ns(&(9 * MS..10 * MS)), 0);
    }
}
