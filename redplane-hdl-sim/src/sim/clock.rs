//! The device's clock: cycles, and what they are in nanoseconds and ticks.

use redplane_core::time::Tick;

/// Nanoseconds in a second.
const NANOS: u128 = 1_000_000_000;

/// A clock that starts at cycle 0.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    hz: u64,
    origin_ns: u64,
    cycle: u64,
    /// If time stands still for the program.
    frozen: Option<Tick>,
}

impl Clock {
    pub(super) fn new(hz: u64, origin_ns: u64) -> Self {
        Self { hz, origin_ns, cycle: 0, frozen: None }
    }

    /// Cycles so far.
    #[inline]
    pub(super) fn cycle(&self) -> u64 {
        self.cycle
    }

    /// Time goes on; it never goes back.
    #[inline]
    pub(super) fn advance_to(&mut self, cycle: u64) {
        self.cycle = self.cycle.max(cycle);
    }

    /// What the clock shows in a cycle.
    #[inline]
    pub(super) fn nanos_at(&self, cycle: u64) -> u64 {
        let since = match self.hz {
            1_000_000_000 => cycle,
            hz => (u128::from(cycle) * NANOS / u128::from(hz)) as u64,
        };
        self.origin_ns.wrapping_add(since)
    }

    /// Cycles that so many nanoseconds take, rounded up.
    pub(super) fn cycles(&self, nanos: u64) -> u64 {
        (u128::from(nanos) * u128::from(self.hz)).div_ceil(NANOS) as u64
    }

    /// What the program is told.
    #[inline]
    pub(super) fn tick(&self) -> Tick {
        self.frozen.unwrap_or_else(|| Tick::from_nanos(self.nanos_at(self.cycle)))
    }

    /// The program is told this from now on, or the time again.
    pub(super) fn freeze(&mut self, tick: Option<Tick>) {
        self.frozen = tick;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clock_of_a_fractional_period_is_exact_over_a_second() {
        let clock = Clock::new(1_220_000_000, 5);
        assert_eq!(clock.nanos_at(1_220_000_000), 1_000_000_005);
        assert_eq!(clock.cycles(1_000_000_000), 1_220_000_000);
        assert_eq!(clock.cycles(500), 610);
        assert_eq!((clock.cycles(1), clock.cycles(0)), (2, 0), "rounded up");
    }

    #[test]
    fn clock_that_is_frozen_tells_the_same_tick_until_it_is_not() {
        let mut clock = Clock::new(1_000_000_000, 0);
        clock.freeze(Some(Tick::new(7)));
        clock.advance_to(1 << 20);
        assert_eq!(clock.tick(), Tick::new(7));
        clock.freeze(None);
        assert_eq!(clock.tick(), Tick::new(1 << 12));
    }
}
