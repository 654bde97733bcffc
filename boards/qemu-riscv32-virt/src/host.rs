//! What the host tells the firmware and is told by it, through semihosting: the command line, the time of day, the exit code.

use core::mem::MaybeUninit;

use semihosting::sys::arm_compat::{sys_get_cmdline_uninit, sys_time};
use static_cell::ConstStaticCell;

/// Longest command line, the image's path before it included.
const COMMAND_LINE_MAX: usize = 512;

static COMMAND_LINE: ConstStaticCell<[MaybeUninit<u8>; COMMAND_LINE_MAX]> =
    ConstStaticCell::new([MaybeUninit::uninit(); COMMAND_LINE_MAX]);

/// What `-append` says; empty if it says nothing, `None` if it is too long, is no UTF-8, or was asked for before.
///
/// QEMU puts the image's path in front of it, which must not contain a space.
pub fn command_line() -> Option<&'static str> {
    let line = sys_get_cmdline_uninit(COMMAND_LINE.try_take()?).ok()?;
    let line = core::str::from_utf8(line).ok()?;
    Some(line.split_once(' ').map_or("", |(_image, words)| words))
}

/// Seconds since 1970, their lowest 32 bits.
pub fn seconds() -> u32 {
    sys_time().map_or(0, |seconds| seconds as u32)
}

/// Ends the emulator with this exit code.
pub fn exit(code: i32) -> ! {
    semihosting::process::exit(code)
}
