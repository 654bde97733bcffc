//! Which port leads where: what comes in by one port leaves by another, as through a wire.

/// Ports of a device, numbered from 0.
pub const PORTS: usize = 16;

const NOWHERE: u8 = u8::MAX;

/// For each port, the port that its packets leave by.
///
/// ```
/// use redplane_softcore::Routes;
/// let routes = Routes::NONE.with(0, 1).with(1, 0);
/// assert_eq!((routes.from(1), routes.from(2)), (Some(0), None));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Routes([u8; PORTS]);

impl Routes {
    /// No port takes packets.
    pub const NONE: Self = Self([NOWHERE; PORTS]);

    /// The same with a way from one port to another; nothing happens if there is no such port.
    #[must_use]
    pub const fn with(mut self, from: u16, to: u16) -> Self {
        if (from as usize) < PORTS && (to as usize) < PORTS {
            #[allow(clippy::indexing_slicing)] // Just compared.
            {
                self.0[from as usize] = to as u8;
            }
        }
        self
    }

    /// Where what came in by this port leaves; `None` if the port takes no packets, as one that leads to the store alone.
    #[inline]
    pub fn from(&self, port: u16) -> Option<u16> {
        match self.0.get(usize::from(port)) {
            None | Some(&NOWHERE) => None,
            Some(&to) => Some(to.into()),
        }
    }
}
