#![doc = include_str!("../README.md")]
//!
//! # This crate
//!
//! Reads scripts, runs them on a [`Machine`], and writes what comes of it: [`run`]. It is for hosts and firmware alike, without `std` and
//! allocator; [`SoftCore`] is the machine that both have.
#![no_std]
#![forbid(unsafe_code)]

mod frame;
mod report;
mod script;
mod softcore;

use redplane_core::count::{Counters, Reason};
use redplane_core::time::Tick;

use self::report::Report;
pub use self::report::Sink;
pub use self::script::{Deed, Error, Hex, Program, Script, Step};
pub use self::softcore::{BUFFER_LEN, SoftCore, TooLittle};

/// The port on the inside.
pub const INSIDE: u16 = 0;
/// The port on the outside.
pub const OUTSIDE: u16 = 1;

/// Longest frame or message of a script.
pub const BYTES_MAX: usize = 512;

/// The port by which leaves what came in by `port`.
pub const fn leads_to(port: u16) -> u16 {
    port ^ 1
}

/// Something that a machine gives out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output<'a> {
    /// A frame leaves by a port.
    Forward {
        /// The port.
        port: u16,
        /// The frame.
        bytes: &'a [u8],
    },
    /// A message for the store.
    Store {
        /// A datagram's payload.
        bytes: &'a [u8],
    },
    /// A frame for the device's processor.
    Punt {
        /// The port by which it had come in.
        port: u16,
        /// Why.
        reason: Reason,
        /// The frame.
        bytes: &'a [u8],
    },
    /// A packet is dropped.
    Drop {
        /// Why.
        reason: Reason,
    },
    /// What no machine may do.
    Broken {
        /// A few words, without a space at their ends.
        what: &'static str,
        /// What was to leave.
        bytes: &'a [u8],
    },
}

/// Takes what a machine gives out.
pub type Outputs<'a> = &'a mut dyn FnMut(Output<'_>);

/// What scripts run on.
pub trait Machine {
    /// A frame came in by a port.
    fn packet(&mut self, now: Tick, port: u16, frame: &[u8], out: Outputs<'_>);

    /// A message came from the store.
    fn message(&mut self, now: Tick, message: &[u8], out: Outputs<'_>);

    /// Polls once; [`run`] does so until nothing is sent.
    fn poll(&mut self, now: Tick, out: Outputs<'_>);

    /// From the next poll on, every lease is handed back.
    fn give_up_all(&mut self);

    /// What was counted.
    fn counters(&self) -> Counters;
}

/// Runs a script on a machine and writes what comes of it.
///
/// # Errors
/// A step is none; what came before it has been run.
pub fn run(script: &Script<'_>, machine: &mut impl Machine, sink: &mut impl Sink) -> Result<(), Error> {
    let mut report = Report::new(sink);
    let mut memory = [0; BYTES_MAX];
    for step in script.steps() {
        let Step { line, at, deed } = step?;
        match deed {
            Deed::Packet { port, frame } => {
                machine.packet(at, port, frame.decode(&mut memory), &mut |output| {
                    report.output(line, output);
                });
            }
            Deed::Message(message) => machine.message(at, message.decode(&mut memory), &mut |output| {
                if !matches!(output, Output::Drop { .. }) {
                    report.output(line, output);
                }
            }),
            Deed::Poll => loop {
                let mut sent = false;
                machine.poll(at, &mut |output| {
                    sent = true;
                    report.output(line, output);
                });
                if !sent {
                    break;
                }
            },
            Deed::GiveUpAll => machine.give_up_all(),
        }
        report.counts(line, &machine.counters());
    }
    report.totals();
    Ok(())
}
