//! The least firmware: a NAT switch that is handed packets. It exists to be linked, by `cargo xtask test`.
#![no_std]

use core::panic::PanicInfo;

use redplane_apps::Nat44;
use redplane_core::packet::Buffer;
use redplane_core::switch::{Ingress, Switch, Verdict};
use redplane_core::time::Tick;
use redplane_core::wire::HEADROOM;

/// A packet from the inside stands behind the head room; true if it, or a message in its place, is to be sent.
#[unsafe(no_mangle)]
pub fn redplane_packet(switch: &mut Switch<Nat44, 64, 16>, now: u32, memory: &mut [u8]) -> bool {
    let end = memory.len();
    let Some(mut packet) = Buffer::new(memory, HEADROOM, end) else { return false };
    let verdict = switch.handle_packet(Tick::new(now), Ingress { port: 1, inside: true }, &mut packet);
    matches!(verdict, Verdict::Forward { .. } | Verdict::ToStore { .. })
}

/// A message from the store, which begins where the memory does.
#[unsafe(no_mangle)]
pub fn redplane_message(switch: &mut Switch<Nat44, 64, 16>, now: u32, memory: &mut [u8]) -> bool {
    let end = memory.len();
    let Some(mut message) = Buffer::new(memory, 0, end) else { return false };
    let verdict = switch.handle_message(Tick::new(now), &mut message);
    matches!(verdict, Verdict::Forward { .. } | Verdict::ToStore { .. })
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    loop {}
}
