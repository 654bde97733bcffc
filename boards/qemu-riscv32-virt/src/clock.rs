//! The core's timer: what time it is, and sleeping until a while later.

use core::ptr::{read_volatile, write_volatile};

use redplane_core::time::Tick;

use crate::map::{MTIME, MTIMECMP};
use crate::time::tick_of;

/// Counts of 100 ns since the machine was started.
pub fn count() -> u64 {
    loop {
        let high = read(MTIME + 4);
        let low = read(MTIME);
        // The low half may have wrapped in between.
        if read(MTIME + 4) == high {
            return u64::from(high) << 32 | u64::from(low);
        }
    }
}

/// The same in ticks.
pub fn now() -> Tick {
    tick_of(count())
}

/// Stops the core for so many counts, or less: it may wake up early. No interrupt is taken; the timer's, pending, ends the sleep.
pub fn sleep(counts: u32) {
    let until = count().wrapping_add(u64::from(counts));
    // In this order, or a compare value in between might lie in the past.
    write(MTIMECMP + 4, u32::MAX);
    write(MTIMECMP, until as u32);
    write(MTIMECMP + 4, (until >> 32) as u32);
    // SAFETY: interrupts are disabled globally (riscv-rt leaves them so and nothing here enables them), so no handler runs.
    unsafe { riscv::register::mie::set_mtimer() };
    riscv::asm::wfi();
}

fn read(address: usize) -> u32 {
    // SAFETY: only called with addresses of the CLINT's registers, which are 32 bits wide and can be read at any time.
    unsafe { read_volatile(address as *const u32) }
}

fn write(address: usize, value: u32) {
    // SAFETY: only called with the compare register's addresses; it decides when the timer's interrupt is pending and nothing else.
    unsafe { write_volatile(address as *mut u32, value) }
}
