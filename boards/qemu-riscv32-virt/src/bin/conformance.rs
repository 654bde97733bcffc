//! A conformance script on a soft core: read from the host, run on the device in static memory, and what comes of it written to the
//! host. No ports: frames are in the script. The command line names the two files: `SCRIPT PRINTED`.
//!
//! The device is compiled as for the NAT and the counter, with fewer slots, whose limit scripts reach.
#![no_std]
#![no_main]

use core::ffi::CStr;

use redplane_apps::{Counter, Nat44};
use redplane_conformance::{BUFFER_LEN, Program, Script, Sink, SoftCore, run};
use redplane_core::count::Counters;
use redplane_core::mirror::Copy;
use redplane_core::program;
use redplane_core::storage::Row;
use redplane_qemu_riscv32_virt::console::line;
use redplane_qemu_riscv32_virt::{fault, host, log};
use redplane_softcore::count::DeviceCounters;
use semihosting::fd::OwnedFd;
use semihosting::sys::arm_compat::{OpenMode, sys_open, sys_read_orig, sys_write_orig};
use static_cell::{ConstStaticCell, StaticCell};

/// Flow slots and places in the mirror queue that there are; a script may want fewer.
const SLOTS: usize = 64;
const COPIES: usize = 64;
/// Longest script.
const SCRIPT_MAX: usize = 256 * 1024;
/// Bytes that are written to the host at a time.
const BLOCK: usize = 4096;
/// Longest name of a file, its end included.
const NAME_MAX: usize = 256;

static SCRIPT: ConstStaticCell<[u8; SCRIPT_MAX]> = ConstStaticCell::new([0; SCRIPT_MAX]);
static PACKET: ConstStaticCell<[u8; BUFFER_LEN]> = ConstStaticCell::new([0; BUFFER_LEN]);
static COUNTERS: ConstStaticCell<Counters> = ConstStaticCell::new(Counters::new());
static DEVICE_COUNTERS: ConstStaticCell<DeviceCounters> = ConstStaticCell::new(DeviceCounters::ZERO);
static COUNTER: Memory<Counter> = Memory::new();
static NAT: Memory<Nat44> = Memory::new();

/// What differs in size from program to program.
struct Memory<P: program::Program> {
    rows: ConstStaticCell<[Row<P>; SLOTS]>,
    copies: StaticCell<[Option<Copy<P>>; COPIES]>,
}

impl<P: program::Program> Memory<P> {
    const fn new() -> Self {
        Self { rows: ConstStaticCell::new([const { Row::EMPTY }; SLOTS]), copies: StaticCell::new() }
    }
}

#[riscv_rt::entry]
fn main() -> ! {
    log::start();
    let files = host::command_line().and_then(|words| words.split_once(' '));
    let Some((script, printed)) = files else { fault::stop("the command line should be `SCRIPT PRINTED`") };
    let text = read(script);
    let script = Script::read(text).unwrap_or_else(|error| refuse(error));
    let mut printed =
        Printed { file: open(printed, OpenMode::WRONLY_TRUNC_BINARY), block: [0; BLOCK], len: 0 };
    match script.program {
        Program::Counter => play(&script, &COUNTER, &mut printed),
        Program::Nat => play(&script, &NAT, &mut printed),
    }
    printed.flush();
    line("done").end();
    host::exit(0)
}

fn play<P: program::Program>(script: &Script<'_>, memory: &'static Memory<P>, printed: &mut Printed) {
    let device = (|| {
        let rows = memory.rows.try_take()?;
        let copies = memory.copies.try_init_with(|| [const { None }; COPIES])?;
        let counters = (COUNTERS.try_take()?, DEVICE_COUNTERS.try_take()?);
        SoftCore::new(script, rows, copies, counters, PACKET.try_take()?).ok()
    })();
    let Some(mut device) = device else {
        fault::stop("the script wants more slots or copies than there are")
    };
    if let Err(error) = run(script, &mut device, printed) {
        printed.flush();
        refuse(error);
    }
}

fn refuse(error: redplane_conformance::Error) -> ! {
    line("script, line ").number(error.line).text(": should be ").text(error.expected).end();
    host::exit(fault::EXIT_CODE)
}

fn open(name: &str, mode: OpenMode) -> OwnedFd {
    let mut memory = [0; NAME_MAX];
    let end = memory.get_mut(..name.len()).map(|place| place.copy_from_slice(name.as_bytes()));
    let name = end.and_then(|()| CStr::from_bytes_until_nul(&memory).ok());
    match name.map(|name| sys_open(name, mode)) {
        Some(Ok(file)) => file,
        _ => fault::stop("a file cannot be opened"),
    }
}

fn read(name: &str) -> &'static str {
    let file = open(name, OpenMode::RDONLY_BINARY);
    let Some(memory) = SCRIPT.try_take() else { fault::stop("started twice") };
    let mut len = 0;
    while let Some(rest) = memory.get_mut(len..).filter(|rest| !rest.is_empty()) {
        // It tells how much is left to read.
        let room = rest.len();
        match sys_read_orig(semihosting::fd::AsFd::as_fd(&file), rest) {
            Ok(left) if left < room => len += room - left,
            Ok(_) => break,
            Err(_) => fault::stop("the script cannot be read"),
        }
    }
    if len == SCRIPT_MAX {
        fault::stop("the script is too long");
    }
    match core::str::from_utf8(memory.get(..len).unwrap_or_default()) {
        Ok(text) => text,
        Err(_) => fault::stop("the script is no text"),
    }
}

/// The file that lines go to, a block at a time.
struct Printed {
    file: OwnedFd,
    block: [u8; BLOCK],
    len: usize,
}

impl Sink for Printed {
    fn text(&mut self, text: &str) {
        for byte in text.bytes() {
            if self.len == BLOCK {
                self.flush();
            }
            if let Some(place) = self.block.get_mut(self.len) {
                *place = byte;
                self.len += 1;
            }
        }
    }
}

impl Printed {
    fn flush(&mut self) {
        let bytes = self.block.get(..self.len).unwrap_or_default();
        // It tells how much is left to write.
        if sys_write_orig(semihosting::fd::AsFd::as_fd(&self.file), bytes).map_or(true, |left| left > 0) {
            fault::stop("what is printed cannot be written");
        }
        self.len = 0;
    }
}
