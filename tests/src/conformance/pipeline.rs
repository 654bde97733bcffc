//! The simulated pipeline as a machine for scripts.
//!
//! Time stands still while it works: what a step sets off runs to its end, at the step's tick. Copies stay in the mirror queue until
//! they are polled, and what the packet generator and the control plane of a switch would do by themselves is done here: sweeping
//! slots, and handing leases back.

use redplane_conformance::{INSIDE, Machine, Output, Outputs, Script, leads_to};
use redplane_core::count::Counters;
use redplane_core::machine::Array;
use redplane_core::program::Program;
use redplane_core::time::Tick;
use redplane_hdl_sim::pipeline::{Pipeline, StageArray};
use redplane_hdl_sim::record::record;
use redplane_hdl_sim::sim::{Device, Hardware, Link, MirrorLimits, Port, QueueId, What};
use redplane_hdl_sim::{place, target::TOFINO1};

use super::{COPIES, SLOTS};

/// Ticks in which all slots are swept, and copies that a round of polls takes around: as in [`redplane_core::switch`].
const SWEEP_ROUND: u32 = 1 << 28;
const COPIES_A_POLL: usize = 64;

/// Cycles in which everything that the device was given must have come to its end.
const REST_CYCLES: u64 = 1_000_000;

/// A program placed with the limits that scripts have. It takes seconds.
///
/// A copy that comes around says how many it has left behind, so the queue has room for another one while they are one less than fit.
pub(super) fn placed<P: Program>() -> Pipeline {
    let recording = record::<P>(COPIES as u32 - 1);
    match place::place(&recording, &place::shape_of::<P>(SLOTS as u32), &TOFINO1) {
        Ok(pipeline) => pipeline,
        Err(violations) => panic!("{} does not fit: {}", P::SCHEMA.name, violations[0]),
    }
}

/// A device, and what its surroundings remember.
pub(super) struct Simulated {
    device: Device,
    copies_left: usize,
    swept_at: Tick,
    sweep_next: u32,
    evacuating: bool,
}

impl Simulated {
    pub(super) fn new(script: &Script<'_>, pipeline: &Pipeline) -> Self {
        let ports = [0, 1].map(|number| Port {
            inside: number == INSIDE,
            leads_to: leads_to(number),
            link: Link::FAST,
        });
        let hardware = Hardware::new(pipeline, ports.into());
        let hardware = Hardware {
            sweep_every: None,
            controller_cycles: 1000,
            // None beyond these is ever lost, or the script would see it.
            mirror: MirrorLimits { copies: COPIES, ..hardware.mirror },
            ..hardware
        };
        let mut device = Device::new(pipeline.clone(), &script.config, hardware).expect("hardware that fits");
        device.hold_copies(true);
        Self { device, copies_left: COPIES_A_POLL, swept_at: script.start, sweep_next: 0, evacuating: false }
    }

    /// Everything comes to its end, and out. True if anything did.
    fn rest(&mut self, out: Outputs<'_>) -> bool {
        let limit = self.device.cycle() + REST_CYCLES;
        while self.device.under_way() > 0 {
            match self.device.next_event().filter(|next| *next < limit) {
                Some(next) => self.device.run_until(next + 1),
                None => {
                    out(Output::Broken { what: "comes-to-no-rest", bytes: &[] });
                    break;
                }
            }
        }
        let mut any = false;
        while let Some(output) = self.device.poll_output() {
            any = true;
            out(match &output.what {
                What::Forward { by, packet, .. } => Output::Forward { port: *by, bytes: packet },
                What::ToStore { packet, .. } => Output::Store { bytes: packet },
                What::Punt { port, reason, packet } => {
                    Output::Punt { port: *port, reason: *reason, bytes: packet }
                }
                What::Dropped(reason) => Output::Drop { reason: *reason },
                What::Lost(loss) => Output::Broken { what: loss.name(), bytes: &[] },
                What::Miss { packet, .. } => Output::Broken { what: "no-slot", bytes: packet },
            });
        }
        any
    }

    /// The packet generator's part (RP-SW-12).
    fn sweep(&mut self, now: Tick, out: Outputs<'_>) {
        let every = SWEEP_ROUND / SLOTS as u32;
        let due = now.since(self.swept_at) / every;
        self.swept_at = match due {
            due if due >= SLOTS as u32 => now,
            due => Tick::new(self.swept_at.raw().wrapping_add(due * every)),
        };
        for _ in 0..due.min(SLOTS as u32) {
            self.device.sweep(self.sweep_next);
            self.rest(out);
            self.sweep_next = (self.sweep_next + 1) % SLOTS as u32;
        }
    }

    /// The control plane's part: hands back what is live, as long as there is room. True if it is to be done again.
    fn hand_back(&mut self, now: Tick, out: Outputs<'_>) -> bool {
        let mut left = false;
        for slot in 0..SLOTS as u32 {
            let deadline = self.device.register(StageArray::Core(Array::Deadline), slot).unwrap_or_default();
            let Some(key) = self.device.view().key_of(slot) else { continue };
            if !Tick::new(deadline).is_after(now) {
                continue;
            }
            if self.device.queue(QueueId::Mirror).packets < COPIES {
                self.device.give_up(&key);
                self.rest(out);
            } else {
                left = true;
            }
        }
        left
    }
}

impl Machine for Simulated {
    fn packet(&mut self, now: Tick, port: u16, frame: &[u8], out: Outputs<'_>) {
        self.device.freeze(Some(now));
        self.device.offer(port, frame).expect("a port of the script's is one of the device");
        self.rest(out);
    }

    fn message(&mut self, now: Tick, message: &[u8], out: Outputs<'_>) {
        self.device.freeze(Some(now));
        self.device.message(message);
        self.rest(out);
    }

    fn poll(&mut self, now: Tick, out: Outputs<'_>) {
        self.device.freeze(Some(now));
        if self.evacuating {
            self.evacuating = self.hand_back(now, out);
        }
        self.sweep(now, out);
        for _ in 0..self.copies_left.min(self.device.queue(QueueId::Mirror).packets) {
            self.copies_left -= 1;
            self.device.release_copy();
            if self.rest(out) {
                return;
            }
        }
        self.copies_left = COPIES_A_POLL;
    }

    fn give_up_all(&mut self) {
        self.evacuating = true;
    }

    fn counters(&self) -> Counters {
        self.device.counters().clone()
    }
}
