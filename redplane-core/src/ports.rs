//! Sets of ports: which of a switch's ports are on the inside.
//!
//! Data rather than a function, so that a configuration can hold it, C can set it and a control plane can put it into a table.

use crate::wire::PORT_MAX;

const WORDS: usize = (PORT_MAX as usize + 1) / 32;

/// A set of port numbers up to [`PORT_MAX`].
///
/// ```
/// use redplane_core::ports::PortSet;
/// const INSIDE: PortSet = PortSet::EMPTY.with(1).with(40);
/// assert!(INSIDE.contains(40) && !INSIDE.contains(2) && !INSIDE.contains(u16::MAX));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct PortSet([u32; WORDS]);

impl PortSet {
    /// No port.
    pub const EMPTY: Self = Self([0; WORDS]);
    /// Every port.
    pub const ALL: Self = Self([u32::MAX; WORDS]);

    /// The same with this port; nothing happens if it is above [`PORT_MAX`].
    #[must_use]
    pub const fn with(mut self, port: u16) -> Self {
        if port <= PORT_MAX {
            #[allow(clippy::indexing_slicing)] // In bounds: there are words for all ports up to PORT_MAX.
            {
                self.0[port as usize / 32] |= 1 << (port % 32);
            }
        }
        self
    }

    /// Whether the port is one of them.
    #[inline]
    pub const fn contains(&self, port: u16) -> bool {
        #[allow(clippy::indexing_slicing)] // In bounds: there are words for all ports up to PORT_MAX.
        {
            port <= PORT_MAX && self.0[port as usize / 32] >> (port % 32) & 1 == 1
        }
    }
}
