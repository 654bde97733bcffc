//! A 16550 serial port, polled. QEMU's needs no set-up; neither speed nor frame format mean anything there.

use core::ptr::{read_volatile, write_volatile};

const DATA: usize = 0;
const LINE_STATUS: usize = 5;
const RECEIVED: u8 = 1;
const MAY_SEND: u8 = 1 << 5;

/// A port at an address.
#[derive(Clone, Copy, Debug)]
pub struct Uart {
    base: usize,
}

impl Uart {
    /// The port whose registers, a byte each, begin at `base`.
    ///
    /// # Safety
    /// They do, and nothing else is there.
    pub const unsafe fn new(base: usize) -> Self {
        Self { base }
    }

    /// Sends a byte, waiting for room.
    pub fn send(self, byte: u8) {
        while self.read(LINE_STATUS) & MAY_SEND == 0 {}
        // SAFETY: the contract of `new`.
        unsafe { write_volatile((self.base + DATA) as *mut u8, byte) }
    }

    /// The next byte that came, if one did.
    pub fn receive(self) -> Option<u8> {
        (self.read(LINE_STATUS) & RECEIVED != 0).then(|| self.read(DATA))
    }

    fn read(self, register: usize) -> u8 {
        // SAFETY: the contract of `new`.
        unsafe { read_volatile((self.base + register) as *const u8) }
    }
}
