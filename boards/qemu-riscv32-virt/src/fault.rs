//! Where everything ends that must not happen: panics, exceptions, devices that contradict themselves.
//!
//! A fault is counted in memory that a reset leaves as it is, told on the console, and ends the emulator with [`EXIT_CODE`]. On
//! hardware a reset would come instead. Whatever the switch had promised is at the store; a fault costs what packets are inside.

use core::cell::UnsafeCell;
use core::mem::MaybeUninit;
use core::panic::PanicInfo;
use core::sync::atomic::{AtomicBool, Ordering};

use crate::console::{Line, line};
use crate::host;

/// The emulator's exit code after a fault.
pub const EXIT_CODE: i32 = 3;

/// What the memory behind the count holds once the count means something.
const MARK: u32 = 0x7265_6470;

#[repr(C)]
struct Count {
    mark: u32,
    faults: u32,
}

struct Cell(UnsafeCell<MaybeUninit<Count>>);

// SAFETY: there is one core, and no interrupt is taken.
unsafe impl Sync for Cell {}

/// Whether a fault is being dealt with; another one then comes from doing so.
static ENDING: AtomicBool = AtomicBool::new(false);

/// Outside of what start-up clears.
#[unsafe(link_section = ".uninit.faults")]
static COUNT: Cell = Cell(UnsafeCell::new(MaybeUninit::uninit()));

/// How many faults there were since the machine was switched on.
pub fn count() -> u32 {
    // SAFETY: two words that are read and written here and in `begin` only, one after the other; memory holds something.
    let count = unsafe { core::ptr::read_volatile(COUNT.0.get().cast::<Count>()) };
    if count.mark == MARK { count.faults } else { 0 }
}

/// Ends here, saying why.
#[cold]
pub fn stop(why: &str) -> ! {
    end(begin().text(why))
}

/// Counts the fault and begins its line.
fn begin() -> Line {
    if ENDING.load(Ordering::Relaxed) {
        // Nobody listens to semihosting, or the console is broken too: all that is left is to do nothing.
        loop {
            riscv::asm::wfi();
        }
    }
    ENDING.store(true, Ordering::Relaxed);
    let faults = count().wrapping_add(1);
    // SAFETY: as in `count`.
    unsafe { core::ptr::write_volatile(COUNT.0.get().cast::<Count>(), Count { mark: MARK, faults }) };
    line("fault: ")
}

fn end(line: Line) -> ! {
    line.end();
    host::exit(EXIT_CODE)
}

/// The message is left out: it would bring `core::fmt` with it. File and line say which check it was.
#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    let line = begin().text("panic");
    match info.location() {
        Some(location) => end(line.text(" at ").text(location.file()).text(":").number(location.line())),
        None => end(line),
    }
}

/// Exceptions of the core: a load from nowhere, an illegal instruction.
#[unsafe(export_name = "ExceptionHandler")]
extern "C" fn exception(_frame: &riscv_rt::TrapFrame) -> ! {
    let cause = riscv::register::mcause::read().code() as u32;
    let address = riscv::register::mepc::read() as u32;
    let mut line = begin().text("exception ").number(cause).text(" at 0x");
    for byte in address.to_be_bytes() {
        line = line.hex(byte);
    }
    end(line)
}
