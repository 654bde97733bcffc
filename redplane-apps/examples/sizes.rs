//! Prints what a flow takes in a switch's memory, by program: `cargo run --example sizes -p redplane-apps`.

use redplane_apps::{Counter, Nat44};
use redplane_core::program::Program;
use redplane_core::switch::Switch;

fn main() {
    print::<Nat44>();
    print::<Counter>();
}

fn print<P: Program>() {
    let (slot, beside) = Switch::<P, 64, 16>::SLOT_BYTES;
    println!("{}: {slot} bytes per flow slot, of which {beside} beside key and state", P::SCHEMA.name);
}
