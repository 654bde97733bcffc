//! The static memory that a device works in, with its sizes.
//!
//! The flow slots are a static of their own in each image: they are what a soft core puts into its fast memory, and what sizes are
//! reported of.

use redplane_core::count::Counters;
use redplane_core::mirror::Copy;
use redplane_core::program::Program;
use redplane_core::storage::Row;
use redplane_softcore::count::DeviceCounters;
use redplane_softcore::{Device, Memory};
use static_cell::{ConstStaticCell, StaticCell};

/// Flow slots.
pub const FLOWS: usize = 512;

/// Places in the mirror queue: writes that the store has not answered yet, and renewals.
pub const COPIES: usize = 64;

/// Packets that are kept while they wait, if the command line says so.
pub const HELD: usize = 16;

/// Memory for flow slots.
pub type Rows<P> = ConstStaticCell<[Row<P>; FLOWS]>;

/// Flow slots that were never used: all zero, so they take no place in the image.
pub const fn rows<P: Program>() -> Rows<P> {
    ConstStaticCell::new([const { Row::EMPTY }; FLOWS])
}

/// Everything else.
pub struct Rest<P: Program> {
    copies: StaticCell<[Option<Copy<P>>; COPIES]>,
    counters: ConstStaticCell<Counters>,
    device_counters: ConstStaticCell<DeviceCounters>,
    pub(crate) device: StaticCell<Device<'static, P, HELD>>,
}

impl<P: Program> Rest<P> {
    /// To be put into a static.
    #[allow(clippy::new_without_default)] // A static wants a constant.
    pub const fn new() -> Self {
        Self {
            copies: StaticCell::new(),
            counters: ConstStaticCell::new(Counters::new()),
            device_counters: ConstStaticCell::new(DeviceCounters::ZERO),
            device: StaticCell::new(),
        }
    }

    /// All of it, with the flow slots; `None` for the second caller.
    pub(crate) fn take(&'static self, rows: &'static Rows<P>) -> Option<Memory<'static, P>> {
        Some(Memory {
            rows: rows.try_take()?,
            copies: self.copies.try_init_with(|| [const { None }; COPIES])?,
            counters: self.counters.try_take()?,
            device_counters: self.device_counters.try_take()?,
        })
    }
}
