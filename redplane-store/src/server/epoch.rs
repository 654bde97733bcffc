//! Where a store's epochs begin, so that none is used twice although the store forgets them all (RP-ST-10).
//!
//! The floor is the host's time of day in units of 1/64 s since 1970, cut to 32 bits, and a store begins to serve when that unit
//! is over. A successor on a host whose clock does not go backwards therefore starts above every epoch of its predecessor, as
//! long as no flow changed owners, and no chain of reused flows grew, more than 64 times a second on average over the
//! predecessor's life.
//!
//! Epochs compare as serial numbers, so a lease that is older than 2^31 units (388 days) when the store restarts looks newer than
//! the new epochs: its switch would go on asking and not install what it is granted until the slot is reused or the switch boots.

use redplane_core::seq::Epoch;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Units in a second.
const RATE: u32 = 64;

/// The floor for a store that starts now, and how long it has to wait until it may serve.
pub(super) fn floor_now() -> (Epoch, Duration) {
    // A clock before 1970 is as good as one that stands at it.
    floor_at(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}

fn floor_at(unix: Duration) -> (Epoch, Duration) {
    let unit = Duration::from_secs(1) / RATE;
    let units = unix.as_nanos() / unit.as_nanos();
    let into_unit = Duration::from_nanos((unix.as_nanos() % unit.as_nanos()) as u64);
    (Epoch::new(units as u32), unit.saturating_sub(into_unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn store_started_after_the_wait_has_a_newer_floor_and_the_next_epoch_is_free() {
        for unix in [Duration::ZERO, Duration::new(1_800_000_000, 999_999_999), Duration::new(7, 15_624_999)]
        {
            let (first, wait) = floor_at(unix);
            assert!(wait > Duration::ZERO && wait <= Duration::from_secs(1) / RATE);
            let (second, _) = floor_at(unix + wait);
            // The first flow of the first life took this one; the second life's flows start after its floor.
            let used = first.successor();
            assert!(!used.is_newer_than(second), "{first} then {second}");
        }
    }

    #[test]
    fn floor_across_the_wrap_of_32_bits_is_still_newer() {
        let wrap = Duration::from_secs(1 << 32) / RATE;
        let (before, _) = floor_at(wrap - Duration::from_secs(1));
        let (after, _) = floor_at(wrap + Duration::from_secs(1));
        assert!(after.is_newer_than(before));
    }
}
