//! NAT44 with RedPlane: inside hosts at port 0, the outside at port 1.
#![no_std]
#![no_main]

use redplane_apps::Nat44;
use redplane_qemu_riscv32_virt::config::Config;
use redplane_qemu_riscv32_virt::device;
use redplane_qemu_riscv32_virt::memory::{self, Rest, Rows};

static ROWS: Rows<Nat44> = memory::rows();
static REST: Rest<Nat44> = Rest::new();

#[riscv_rt::entry]
fn main() -> ! {
    let outside = |config: &Config| Nat44::params(config.outside.0.octets(), config.outside.1);
    device::run("nat", outside, &ROWS, &REST)
}
