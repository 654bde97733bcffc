//! Finds a serial port on the PCI bus: the machine has one of its own only, and the log is to have another.

use core::ptr::{read_volatile, write_volatile};

use crate::map::{PCI_CONFIG, PCI_PORTS};
use crate::uart::Uart;

const DEVICES: usize = 32;
const DEVICE_STRIDE: usize = 1 << 15;
const COMMAND: usize = 0x04;
const CLASS: usize = 0x08;
const BASE_ADDRESS: usize = 0x10;

/// Class, subclass and interface of a serial port like the 16550, above the revision's byte.
const SERIAL: u32 = 0x07_0002;

/// Answer to accesses to its I/O ports.
const PORTS_ON: u32 = 1;

/// Any number of a free I/O port: no firmware has given out any.
const FIRST_PORT: u32 = 0x1000;

/// The first serial port on bus 0, switched on.
pub(crate) fn serial_port() -> Option<Uart> {
    let device = (0..DEVICES).map(|number| PCI_CONFIG + number * DEVICE_STRIDE);
    // What is not there reads as ones.
    let device = device.into_iter().find(|device| read(device + CLASS) >> 8 == SERIAL)?;
    write(device + BASE_ADDRESS, FIRST_PORT);
    write(device + COMMAND, PORTS_ON);
    // SAFETY: the device answers there from now on, and as it is of that class, like a 16550.
    Some(unsafe { Uart::new(PCI_PORTS + FIRST_PORT as usize) })
}

fn read(address: usize) -> u32 {
    // SAFETY: only called with addresses in bus 0's configuration space, whose registers can be read at any time.
    unsafe { read_volatile(address as *const u32) }
}

fn write(address: usize, value: u32) {
    // SAFETY: only called with registers of the device that was found; nobody else uses it.
    unsafe { write_volatile(address as *mut u32, value) }
}
