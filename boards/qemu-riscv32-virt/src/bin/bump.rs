//! Ports and nothing else: what comes in by port 0 leaves by port 1 and the other way round. The first image to try on a new board.
#![no_std]
#![no_main]

use embedded_hal::delay::DelayNs;
use redplane_core::time::Span;
use redplane_qemu_riscv32_virt::console::{key, line};
use redplane_qemu_riscv32_virt::delay::Delay;
use redplane_qemu_riscv32_virt::start::{Board, start};
use redplane_qemu_riscv32_virt::{clock, fault, host};
use redplane_softcore::PacketIo;

/// How long the core sleeps when nothing came in, in counts of the timer: 50 µs.
const NAP: u32 = 500;

#[riscv_rt::entry]
fn main() -> ! {
    let Board { config, mut ports, .. } = start("bump");
    check_timer();
    defmt::info!("started, for {=u32} ms", config.run_ms);
    line("ready").end();
    let end = Span::from_millis(config.run_ms.into());
    let start = clock::now();
    loop {
        ports.poll();
        let mut idle = true;
        while let Some(mut packet) = ports.receive() {
            packet.port ^= 1;
            ports.send(packet);
            idle = false;
        }
        let over = config.run_ms > 0 && clock::now().since(start) > end.ticks();
        if over || key() == Some(b'q') {
            let counters = ports.counters();
            line("received ").number(counters.received).text(", sent ").number(counters.sent).end();
            host::exit(0);
        }
        if idle {
            clock::sleep(NAP);
        }
    }
}

/// The timer runs at the speed that everything here counts on, as far as the core can tell: a delay takes its time.
fn check_timer() {
    let before = clock::now();
    Delay.delay_us(256);
    if clock::now().since(before) < 1000 {
        fault::stop("the timer does not run as fast as it should");
    }
}
