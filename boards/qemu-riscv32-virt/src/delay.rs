//! `embedded-hal`'s delay, for drivers that want one.

use embedded_hal::delay::DelayNs;

use crate::clock;
use crate::time::COUNT_NANOS;

/// Waits by watching the timer; never shorter than asked for.
#[derive(Clone, Copy, Debug)]
pub struct Delay;

impl DelayNs for Delay {
    fn delay_ns(&mut self, ns: u32) {
        // One more, for the count that has already begun.
        let counts = u64::from(ns.div_ceil(COUNT_NANOS)) + 1;
        let start = clock::count();
        while clock::count().wrapping_sub(start) < counts {}
    }
}
