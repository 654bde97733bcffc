//! Counts of a 10 MHz timer as ticks of 256 ns, without a division.

use redplane_core::time::Tick;

/// Nanoseconds of a count.
pub const COUNT_NANOS: u32 = 100;

/// Counts of a millisecond.
pub const MILLISECOND: u32 = 1_000_000 / COUNT_NANOS;

/// The tick of a count: 100/256 of it is 25/64 of it. Exact for every count: what the product loses above 64 bits would land above the
/// 32 bits that a tick has, which wraps.
pub fn tick_of(count: u64) -> Tick {
    Tick::new((count.wrapping_mul(25) >> 6) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn count_of_any_size_is_its_nanoseconds_over_256() {
        for count in [0, 1, 2, 3, 64, 10_000_000, u64::from(u32::MAX), 1 << 40, u64::MAX / 25, u64::MAX] {
            let nanos = u128::from(count) * u128::from(COUNT_NANOS);
            assert_eq!(tick_of(count).raw(), (nanos / 256) as u32, "{count}");
        }
    }
}
