//! The counter per flow with RedPlane, between port 0 and port 1: every packet is a write.
#![no_std]
#![no_main]

use redplane_apps::Counter;
use redplane_core::field::PROGRAM_PARAMS;
use redplane_qemu_riscv32_virt::device;
use redplane_qemu_riscv32_virt::memory::{self, Rest, Rows};

static ROWS: Rows<Counter> = memory::rows();
static REST: Rest<Counter> = Rest::new();

#[riscv_rt::entry]
fn main() -> ! {
    device::run("counter", |_| [0; PROGRAM_PARAMS], &ROWS, &REST)
}
