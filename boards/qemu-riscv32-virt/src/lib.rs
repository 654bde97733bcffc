//! RedPlane on QEMU's `virt` machine with a 32-bit RISC-V core: what a board brings, as small drivers around existing crates.
//!
//! | module | is |
//! | --- | --- |
//! | [`config`] | the words of the command line: addresses, numbers, times |
//! | [`time`] | counts of the timer as ticks |
//! | `map` | where the devices are |
//! | `clock`, `delay` | the timer: now, sleep, `embedded-hal`'s delay |
//! | `uart`, `console` | a 16550; lines of text on the first one |
//! | `log`, `pci` | `defmt` frames on the second one, which is a PCI device |
//! | `host` | semihosting: command line, boot number, exit code |
//! | `device`, `memory` | a program with RedPlane between two ports: its main loop, and the static memory it works in |
//! | `start` | the beginning that all images share: log, command line, ports, and their lines on the console |
//! | `fault` | where panics and exceptions end |
//! | `dma`, `pool`, `nic`, `net` | virtio network devices as ports |
//!
//! The first two are plain Rust and tested on the host; the others exist on riscv32 only.
#![cfg_attr(not(test), no_std)]

pub mod config;
pub mod time;

#[cfg(target_arch = "riscv32")]
pub mod clock;
#[cfg(target_arch = "riscv32")]
pub mod console;
#[cfg(target_arch = "riscv32")]
pub mod delay;
#[cfg(target_arch = "riscv32")]
pub mod device;
#[cfg(target_arch = "riscv32")]
mod dma;
#[cfg(target_arch = "riscv32")]
pub mod fault;
#[cfg(target_arch = "riscv32")]
pub mod host;
#[cfg(target_arch = "riscv32")]
pub mod log;
#[cfg(target_arch = "riscv32")]
pub mod map;
#[cfg(target_arch = "riscv32")]
pub mod memory;
#[cfg(target_arch = "riscv32")]
pub mod net;
#[cfg(target_arch = "riscv32")]
mod nic;
#[cfg(target_arch = "riscv32")]
mod pci;
#[cfg(target_arch = "riscv32")]
mod pool;
#[cfg(target_arch = "riscv32")]
pub mod start;
#[cfg(target_arch = "riscv32")]
pub mod uart;
