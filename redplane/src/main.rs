//! (scaffold)
mod demo;

fn main() {}
