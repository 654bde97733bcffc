//! Time as a switch can carry it: ticks of 256 ns in 32 bits that wrap.
//!
//! A [`Tick`] is bits 39:8 of a 48-bit nanosecond clock, the slice that a Tofino can use. It wraps after 18.3 minutes,
//! so instants compare as serial numbers and a deadline must not be left alone for half of that: the sweep of RP-SW-12
//! sees to it. A [`Span`] is a length of time in the same unit.
//!
//! ```
//! use redplane_core::time::{Span, Tick};
//! let sent = Tick::from_nanos(0xff_ffff_ff00); // the last tick before the wrap
//! let deadline = sent + Span::from_millis(10);
//! assert!(deadline.is_after(sent));
//! ```

/// Nanoseconds in a tick.
pub const TICK_NANOS: u64 = 256;

/// An instant, in ticks of 256 ns since some origin of the device's own; wraps after 18.3 minutes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Tick(u32);

/// A length of time in ticks of 256 ns, less than 2^31 (9.1 minutes).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Span(u32);

impl Tick {
    /// Wraps the tick as it stands on the wire or in a register.
    pub const fn new(raw: u32) -> Self {
        Self(raw)
    }

    /// The tick as it stands on the wire or in a register.
    pub const fn raw(self) -> u32 {
        self.0
    }

    /// The tick of a nanosecond clock: its bits 39:8.
    pub const fn from_nanos(nanos: u64) -> Self {
        Self((nanos / TICK_NANOS) as u32)
    }

    /// Whether `self` is later than `other` in serial order; false if they are equal.
    pub const fn is_after(self, other: Self) -> bool {
        (self.0.wrapping_sub(other.0) as i32) > 0
    }

    /// Ticks from `earlier` to `self`, modulo the wrap.
    pub const fn since(self, earlier: Self) -> u32 {
        self.0.wrapping_sub(earlier.0)
    }
}

impl core::ops::Add<Span> for Tick {
    type Output = Self;

    fn add(self, span: Span) -> Self {
        Self(self.0.wrapping_add(span.0))
    }
}

impl core::ops::Sub<Span> for Tick {
    type Output = Self;

    fn sub(self, span: Span) -> Self {
        Self(self.0.wrapping_sub(span.0))
    }
}

impl Span {
    /// The longest span that serial comparison can carry: 2^31 − 1 ticks.
    pub const MAX: Self = Self(i32::MAX as u32);

    /// A span of so many ticks; more than [`Span::MAX`] is cut to it.
    pub const fn from_ticks(ticks: u32) -> Self {
        if ticks > Self::MAX.0 { Self::MAX } else { Self(ticks) }
    }

    /// A span of so many microseconds, rounded down; cut to [`Span::MAX`].
    pub const fn from_micros(micros: u64) -> Self {
        let ticks = micros.saturating_mul(1000) / TICK_NANOS;
        if ticks > Self::MAX.0 as u64 { Self::MAX } else { Self(ticks as u32) }
    }

    /// A span of so many milliseconds, rounded down; cut to [`Span::MAX`].
    pub const fn from_millis(millis: u64) -> Self {
        Self::from_micros(millis.saturating_mul(1000))
    }

    /// Length in ticks.
    pub const fn ticks(self) -> u32 {
        self.0
    }

    /// Length in nanoseconds.
    pub const fn nanos(self) -> u64 {
        self.0 as u64 * TICK_NANOS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tick_after_across_the_wrap() {
        let last = Tick::new(u32::MAX);
        assert!((last + Span::from_ticks(1)).is_after(last));
        assert!(!last.is_after(last + Span::from_ticks(1)));
        assert_eq!((last + Span::from_ticks(5)).since(last), 5);
    }

    #[test]
    fn span_too_long_is_cut() {
        assert_eq!(Span::from_millis(u64::MAX), Span::MAX);
        assert_eq!(Span::from_ticks(u32::MAX), Span::MAX);
        assert_eq!(Span::from_millis(1000).nanos(), 1_000_000_000);
        assert_eq!(Span::from_micros(1).nanos(), 768, "rounded down");
    }
}
