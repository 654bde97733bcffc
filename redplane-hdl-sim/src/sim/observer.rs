//! What can be watched: packets on links, stages at work, cycles that pass.
//!
//! A [`crate::sim::Device`] is generic over its observer, and each kind of event has a switch that is a constant: what nobody watches costs
//! nothing. `()` watches nothing; a pair watches with both.

use redplane_core::field::Pass;

use super::deparser::Gress;
use super::device::View;
use super::flight::Ticket;
use super::output::Output;
use super::stage::Act;

/// A link of the device, in one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Wire {
    /// Into a port.
    In(u16),
    /// Out of a port.
    Out(u16),
    /// Messages from the store.
    FromStore,
    /// Messages to the store.
    ToStore,
}

/// Something that goes over a link.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// Which link.
    pub wire: Wire,
    /// When its last bit is through, on the device's nanosecond clock.
    pub at_ns: u64,
    /// The frame; of a message, the payload.
    pub bytes: &'a [u8],
}

/// A stage at work on a vector.
#[derive(Clone, Copy, Debug)]
pub struct StageSeen<'a> {
    /// The cycle.
    pub cycle: u64,
    /// Where the stage is.
    pub gress: Gress,
    /// Its place there.
    pub stage: usize,
    /// What the vector came from.
    pub ticket: Ticket,
    /// The kind of pass.
    pub pass: Pass,
    /// The vector's fields as they are at the start of the cycle.
    pub before: &'a [u32],
    /// And at its end, if there is something to tell of it.
    pub after: &'a [u32],
    /// The units that did something, in the order in which they were looked at, which means nothing.
    pub acts: &'a [Act],
}

/// Somebody who watches a device. All methods do nothing unless they are written.
pub trait Observer {
    /// Whether [`Observer::stage`] is called.
    const STAGES: bool = false;
    /// Whether [`Observer::cycle`] is called.
    const CYCLES: bool = false;
    /// Whether [`Observer::link`] is called.
    const LINKS: bool = false;

    /// A stage has worked on a vector.
    fn stage(&mut self, _device: View<'_>, _seen: &StageSeen<'_>) {}
    /// A cycle in which something was under way has ended. Cycles in which nothing was are passed over.
    fn cycle(&mut self, _device: View<'_>) {}
    /// Something goes over a link.
    fn link(&mut self, _device: View<'_>, _seen: &Seen<'_>) {}
    /// The device gives something out.
    fn output(&mut self, _device: View<'_>, _output: &Output) {}
}

impl Observer for () {}

impl<A: Observer, B: Observer> Observer for (A, B) {
    const STAGES: bool = A::STAGES || B::STAGES;
    const CYCLES: bool = A::CYCLES || B::CYCLES;
    const LINKS: bool = A::LINKS || B::LINKS;

    fn stage(&mut self, device: View<'_>, seen: &StageSeen<'_>) {
        self.0.stage(device, seen);
        self.1.stage(device, seen);
    }

    fn cycle(&mut self, device: View<'_>) {
        self.0.cycle(device);
        self.1.cycle(device);
    }

    fn link(&mut self, device: View<'_>, seen: &Seen<'_>) {
        self.0.link(device, seen);
        self.1.link(device, seen);
    }

    fn output(&mut self, device: View<'_>, output: &Output) {
        self.0.output(device, output);
        self.1.output(device, output);
    }
}
