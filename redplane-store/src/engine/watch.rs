//! When a server may take a shard over: the owner's version has not changed for a whole hold, by this server's clock.

use std::time::{Duration, Instant};

/// What was seen of the present owner.
#[derive(Debug, Default)]
pub(super) struct Watch {
    seen: Option<(i64, Instant)>,
}

impl Watch {
    /// The owner's version was just read, in a request whose answer came before `now`. Whether it is surely no longer relied upon.
    pub(super) fn has_lapsed(&mut self, version: i64, now: Instant, hold: Duration) -> bool {
        match self.seen {
            Some((seen, since)) if seen == version => now.saturating_duration_since(since) >= hold,
            _ => {
                self.seen = Some((version, now));
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOLD: Duration = Duration::from_secs(2);

    #[test]
    fn version_unchanged_for_a_hold_has_lapsed() {
        let mut watch = Watch::default();
        let start = Instant::now();
        assert!(!watch.has_lapsed(5, start, HOLD));
        assert!(!watch.has_lapsed(5, start + HOLD - Duration::from_millis(1), HOLD));
        assert!(watch.has_lapsed(5, start + HOLD, HOLD));
    }

    #[test]
    fn version_changes_the_time_counts_anew() {
        let mut watch = Watch::default();
        let start = Instant::now();
        assert!(!watch.has_lapsed(5, start, HOLD));
        // Also when it goes back, as after a failover of Redis.
        assert!(!watch.has_lapsed(4, start + HOLD, HOLD));
        assert!(!watch.has_lapsed(4, start + HOLD + HOLD / 2, HOLD));
        assert!(watch.has_lapsed(4, start + HOLD + HOLD, HOLD));
    }
}
