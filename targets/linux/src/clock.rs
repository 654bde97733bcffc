//! Clocks: the machine's own, and one that a test or a replay turns by hand.
//!
//! The data plane and the store take the time as a number. Where it comes from is decided here once, so that a run on
//! captured packets can follow the packets' own times and a test needs no waiting.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// Something that tells the time.
pub trait Clock {
    /// Nanoseconds since the clock's start. Never less than an earlier call gave, and good for 584 years.
    fn now(&self) -> u64;
}

/// The machine's monotonic clock; it starts at zero when it is made.
#[derive(Clone, Copy, Debug)]
pub struct RealClock {
    start: Instant,
}

impl RealClock {
    /// A clock that starts now.
    pub fn new() -> RealClock {
        RealClock { start: Instant::now() }
    }
}

impl Default for RealClock {
    fn default() -> RealClock {
        RealClock::new()
    }
}

impl Clock for RealClock {
    fn now(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }
}

/// A clock that stands still until it is moved. Clones are handles to the same clock, across threads too.
#[derive(Clone, Debug, Default)]
pub struct SimulatedClock {
    now_ns: Arc<AtomicU64>,
}

impl SimulatedClock {
    /// A clock at zero.
    pub fn new() -> SimulatedClock {
        SimulatedClock::default()
    }

    /// Moves the clock to `now_ns`, or leaves it when it is already past that: captures have times that go back.
    pub fn set(&self, now_ns: u64) {
        self.now_ns.fetch_max(now_ns, Ordering::AcqRel);
    }

    /// Moves the clock on by `by_ns`.
    pub fn advance(&self, by_ns: u64) {
        self.now_ns.fetch_add(by_ns, Ordering::AcqRel);
    }
}

impl Clock for SimulatedClock {
    fn now(&self) -> u64 {
        self.now_ns.load(Ordering::Acquire)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_clock_read_twice_does_not_go_back() {
        let clock = RealClock::new();
        let first = clock.now();
        assert!(clock.now() >= first);
    }

    #[test]
    fn simulated_clock_moved_through_one_handle_is_moved_for_all() {
        let clock = SimulatedClock::new();
        let handle = clock.clone();
        handle.set(500);
        handle.advance(7);
        assert_eq!(clock.now(), 507);
    }

    #[test]
    fn simulated_clock_set_back_stays() {
        let clock = SimulatedClock::new();
        clock.set(500);
        clock.set(499);
        assert_eq!(clock.now(), 500);
    }
}
