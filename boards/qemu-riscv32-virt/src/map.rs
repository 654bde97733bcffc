//! Where the devices of the `virt` machine are (QEMU, `hw/riscv/virt.c`).

/// Timer of the only core (CLINT): compare register, 64 bits.
pub const MTIMECMP: usize = 0x0200_4000;

/// The timer's count, 64 bits, 10 MHz.
pub const MTIME: usize = 0x0200_bff8;

/// First 16550 serial port.
pub const UART: usize = 0x1000_0000;

/// First of [`VIRTIO_SLOTS`] places where a virtio device may be.
pub const VIRTIO: usize = 0x1000_1000;

/// Bytes from one such place to the next.
pub const VIRTIO_STRIDE: usize = 0x1000;

/// How many there are.
pub const VIRTIO_SLOTS: usize = 8;

/// Where PCI I/O ports appear in memory; port 0 is at its start.
pub const PCI_PORTS: usize = 0x0300_0000;

/// PCI configuration space of bus 0 (ECAM): 32 KiB per device.
pub const PCI_CONFIG: usize = 0x3000_0000;
