//! `defmt`'s frames on the second serial port, if the machine was given one; `defmt-print` shows them.
//!
//! Which levels are compiled in says `DEFMT_LOG` at build time; without it only errors are.

use core::cell::{Cell, RefCell};

use critical_section::{Mutex, RestoreState};
use defmt::Encoder;

use crate::pci;
use crate::uart::Uart;

struct State {
    uart: Cell<Option<Uart>>,
    encoder: RefCell<Encoder>,
    restore: Cell<RestoreState>,
    held: Cell<bool>,
}

static STATE: Mutex<State> = Mutex::new(State {
    uart: Cell::new(None),
    encoder: RefCell::new(Encoder::new()),
    restore: Cell::new(RestoreState::invalid()),
    held: Cell::new(false),
});

/// Looks for the second serial port. What is logged before is lost. Says whether there is one.
pub fn start() -> bool {
    let uart = pci::serial_port();
    critical_section::with(|section| STATE.borrow(section).uart.set(uart));
    uart.is_some()
}

#[defmt::global_logger]
struct Logger;

// SAFETY: `acquire` begins a critical section and `release` ends it, so nobody else logs in between; a frame within a frame, which a
// `Format` that logs would make, is given up in `acquire`.
unsafe impl defmt::Logger for Logger {
    fn acquire() {
        // SAFETY: `release` ends the section; defmt calls it once for each call of this.
        let restore = unsafe { critical_section::acquire() };
        with(|state| {
            if state.held.replace(true) {
                crate::fault::stop("a log within a log");
            }
            state.restore.set(restore);
            state.encoder.borrow_mut().start_frame(|bytes| put(state, bytes));
        });
    }

    unsafe fn flush() {
        // Each byte is sent before `write` returns.
    }

    unsafe fn release() {
        let restore = with(|state| {
            state.encoder.borrow_mut().end_frame(|bytes| put(state, bytes));
            state.held.set(false);
            state.restore.get()
        });
        // SAFETY: it is what `acquire` was given.
        unsafe { critical_section::release(restore) }
    }

    unsafe fn write(bytes: &[u8]) {
        with(|state| state.encoder.borrow_mut().write(bytes, |bytes| put(state, bytes)));
    }
}

// In ticks of 256 ns, the unit of everything that is logged.
defmt::timestamp!("{=u32}", crate::clock::now().raw());

fn with<R>(use_state: impl FnOnce(&State) -> R) -> R {
    critical_section::with(|section| use_state(STATE.borrow(section)))
}

fn put(state: &State, bytes: &[u8]) {
    if let Some(uart) = state.uart.get() {
        bytes.iter().for_each(|byte| uart.send(*byte));
    }
}
