//! Numbers that wrap: sequence numbers, epochs and incarnations.
//!
//! All three count up for ever in a fixed number of bits, so "larger" means nothing: 3 may come after 65535.
//! They are compared as serial numbers (RFC 1982): `a` is newer than `b` if the distance from `b` forward to
//! `a` is less than half the space. The types therefore have [`Seq::is_newer_than`] and no `Ord` (RP-SW-10).
//!
//! ```
//! use redplane_core::seq::Seq;
//! assert!(Seq::new(1).is_newer_than(Seq::new(u32::MAX)));
//! assert!(!Seq::new(7).is_newer_than(Seq::new(7)));
//! ```
//!
//! The comparison is right as long as no two numbers that are compared are half the space apart: 2^31 writes of one
//! flow within the life of a message, 2^31 changes of owner, 2^15 boots of a switch. `docs/protocol.md` argues why.

macro_rules! serial_number {
    ($(#[$doc:meta])* $name:ident($int:ty, $signed:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        pub struct $name($int);

        impl $name {
            /// Wraps the number as it stands on the wire or in a register.
            pub const fn new(raw: $int) -> Self {
                Self(raw)
            }

            /// The number as it stands on the wire or in a register.
            pub const fn raw(self) -> $int {
                self.0
            }

            /// Whether `self` comes after `other` in serial order; false if they are equal (RP-SW-10).
            pub const fn is_newer_than(self, other: Self) -> bool {
                (self.0.wrapping_sub(other.0) as $signed) > 0
            }

            /// The number after this one, wrapping.
            pub const fn next(self) -> Self {
                Self(self.0.wrapping_add(1))
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

serial_number! {
    /// Number of a flow's last write, within the flow's whole life (it does not restart with an epoch).
    Seq(u32, i32)
}

serial_number! {
    /// Lease generation of a flow: one more at each change of owner or incarnation (RP-ST-2, RP-ST-10).
    Epoch(u32, i32)
}

serial_number! {
    /// Boot number of a switch: a reply meant for an earlier boot is ignored.
    Incarnation(u16, i16)
}

impl Epoch {
    /// No epoch: what a register of an unused slot holds, and a `LeaseRequest` that renounces nothing.
    pub const NONE: Self = Self(0);

    /// The epoch after this one; [`Epoch::NONE`] is skipped when the number wraps.
    pub const fn successor(self) -> Self {
        match self.next() {
            Self::NONE => Self(1),
            epoch => epoch,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seq_newer_across_the_wrap() {
        assert!(Seq::new(0).is_newer_than(Seq::new(u32::MAX)));
        assert!(!Seq::new(u32::MAX).is_newer_than(Seq::new(0)));
        assert!(Seq::new(0x7fff_ffff).is_newer_than(Seq::new(0)));
        assert!(!Seq::new(0x8000_0000).is_newer_than(Seq::new(0)));
    }

    #[test]
    fn epoch_successor_skips_none() {
        assert_eq!(Epoch::new(u32::MAX).successor(), Epoch::new(1));
        assert_eq!(Epoch::new(4).successor(), Epoch::new(5));
    }

    #[test]
    fn incarnation_newer_across_the_wrap() {
        assert!(Incarnation::new(2).is_newer_than(Incarnation::new(0xffff)));
        assert!(!Incarnation::new(0xffff).is_newer_than(Incarnation::new(2)));
    }
}
