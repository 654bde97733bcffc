//! The proof that core and applications need neither `std` nor an allocator: a firmware of a few lines that links without both.
//!
//! `#![no_std]` in a crate says nothing of its dependencies. The firmware has a panic handler, which the compiler refuses beside
//! that of `std`, and no allocator, without which nothing that uses `alloc` becomes a library. It is linked for this machine, and for
//! each bare target whose `core` is installed: CI needs no further toolchain, and a firmware writer's gets the real check.

use anyhow::Result;

use crate::process::{build, command, file_of, quietly, root, run};

/// Links the firmware for every target at hand.
///
/// # Errors
/// It does not link for one.
pub(crate) fn run_all() -> Result<()> {
    link(None)?;
    println!("linked without std and allocator for this machine");
    let installed = quietly("rustup", &["target", "list", "--installed"]).unwrap_or_default();
    let bare: Vec<&str> = installed.lines().filter(|target| target.contains("-none")).collect();
    for target in &bare {
        link(Some(target))?;
        println!("linked for {target}");
    }
    if bare.is_empty() {
        println!("no bare target is installed; `rustup target add riscv32imc-unknown-none-elf` adds one");
    }
    Ok(())
}

fn link(target: Option<&str>) -> Result<()> {
    let for_target: Vec<&str> = target.iter().flat_map(|target| ["--target", target]).collect();
    let packages = ["--lib", "--package", "redplane-core", "--package", "redplane-apps"];
    let built = build(&[&packages[..], &for_target].concat())?;
    let (core, apps) = (file_of(&built, "redplane_core", "rlib")?, file_of(&built, "redplane_apps", "rlib")?);
    let dir = core.parent().unwrap_or(core).to_owned();
    let mut rustc =
        command("rustc", &["--edition", "2024", "--crate-type", "staticlib", "-C", "panic=abort"])?;
    rustc.args(&for_target).arg("--extern").arg(format!("redplane_core={}", core.display()));
    rustc.arg("--extern").arg(format!("redplane_apps={}", apps.display()));
    rustc.arg("-L").arg(format!("dependency={}", dir.join("deps").display()));
    rustc.arg("-o").arg(dir.join("libredplane_firmware.a")).arg(root()?.join("xtask/firmware/least.rs"));
    run(rustc)
}
