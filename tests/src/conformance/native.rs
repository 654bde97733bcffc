//! The native switch as a machine for scripts: [`Switch`], as the software switch has it.

use redplane_conformance::{INSIDE, Machine, Output, Outputs, Script, leads_to};
use redplane_core::count::Counters;
use redplane_core::packet::Buffer;
use redplane_core::ports::PortSet;
use redplane_core::program::Program;
use redplane_core::switch::{Ingress, Switch, Verdict};
use redplane_core::time::Tick;
use redplane_core::wire::HEADROOM;

use super::{COPIES, SLOTS};

/// A switch, and whether it is handing its leases back.
pub(super) struct Native<P: Program> {
    switch: Box<Switch<P, SLOTS, COPIES>>,
    evacuating: bool,
}

impl<P: Program> Native<P> {
    pub(super) fn new(script: &Script<'_>) -> Self {
        let inside = PortSet::EMPTY.with(INSIDE);
        Self { switch: Box::new(Switch::new(&script.config, inside, script.start)), evacuating: false }
    }
}

/// What the switch made of the bytes that it was given.
fn with_buffer(bytes: &[u8], out: Outputs<'_>, handle: impl FnOnce(&mut Buffer<'_>) -> Verdict) {
    let mut memory = [&[0; HEADROOM], bytes].concat();
    let end = memory.len();
    let mut buffer = Buffer::new(&mut memory, HEADROOM, end).expect("the packet is inside of its memory");
    let verdict = handle(&mut buffer);
    let bytes = buffer.bytes();
    out(match verdict {
        Verdict::Forward { port } => Output::Forward { port: leads_to(port), bytes },
        Verdict::ToStore { .. } => Output::Store { bytes },
        Verdict::Punt { port, reason } => Output::Punt { port, reason, bytes },
        Verdict::Dropped(reason) => Output::Drop { reason },
        Verdict::Consumed => return,
    });
}

impl<P: Program> Machine for Native<P> {
    fn packet(&mut self, now: Tick, port: u16, frame: &[u8], out: Outputs<'_>) {
        let ingress = Ingress { port, inside: port == INSIDE };
        with_buffer(frame, out, |buffer| self.switch.handle_packet(now, ingress, buffer));
    }

    fn message(&mut self, now: Tick, message: &[u8], out: Outputs<'_>) {
        with_buffer(message, out, |buffer| self.switch.handle_message(now, buffer));
    }

    fn poll(&mut self, now: Tick, out: Outputs<'_>) {
        if self.evacuating {
            self.evacuating = self.switch.give_up_all(now) > 0;
        }
        let mut memory = [0; HEADROOM];
        let mut buffer = Buffer::empty(&mut memory);
        if self.switch.poll(now, &mut buffer).is_some() {
            out(Output::Store { bytes: buffer.bytes() });
        }
    }

    fn give_up_all(&mut self) {
        self.evacuating = true;
    }

    fn counters(&self) -> Counters {
        self.switch.counters().clone()
    }
}
