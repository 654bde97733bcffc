//! What is tried with the library and images that were built: firmware in C, scripts, and machines that are killed.

use std::path::Path;

use anyhow::Result;

use super::toolchain::target_dir;
use crate::process::{command, root, run};
use crate::setup::{self, Tool};

const C_TOOLS: [Tool; 2] = [
    tool("make", "make", "building firmware in C"),
    tool("riscv64-unknown-elf-gcc", "gcc-riscv64-unknown-elf", "building firmware in C"),
];

const HOST_TOOLS: [Tool; 2] = [
    tool("ip", "iproute2", "hosts beside the machines"),
    tool("python3", "python3", "hosts beside the machines"),
];

const fn tool(program: &'static str, package: &'static str, purpose: &'static str) -> Tool {
    Tool { program, package, purpose, optional: false }
}

/// Builds the C firmware of `boards/rosebud-c` with this library, for this instruction set, and compares what it sends in QEMU.
///
/// # Errors
/// It does not build without a warning, or sends something else.
pub(super) fn c_firmware(library: &Path, instruction_set: &str) -> Result<()> {
    setup::tools(&C_TOOLS)?;
    let mut make = command("make", &["--directory", "boards/rosebud-c", "--no-print-directory", "check"])?;
    make.arg(format!("ARCH={instruction_set}"));
    make.arg(format!("RP_LIB={}", library.display()));
    make.arg(format!("RP_INCLUDE={}", root()?.join("targets/softcore/include").display()));
    make.arg(format!("BUILD={}", target_dir()?.join("rosebud-c").join(instruction_set).display()));
    run(make)
}

/// Runs the tests that need the images: all machines answer the same scripts alike, and a transfer goes on when its machine is killed.
///
/// # Errors
/// A test fails.
pub(super) fn tests() -> Result<()> {
    test(&["--package", "redplane-tests", "--test", "conformance", "--", "--ignored"])?;
    if !setup::is_root() {
        println!("not root: no transfer through machines that are killed");
        return Ok(());
    }
    setup::tools(&HOST_TOOLS)?;
    // One at a time: they share the names of their interfaces.
    test(&["--package", "redplane", "--test", "boot", "--", "--ignored", "--nocapture", "--test-threads=1"])
}

fn test(which: &[&str]) -> Result<()> {
    let mut cargo = command("cargo", &[&["test", "--quiet"], which].concat())?;
    cargo.env("REDPLANE_FIRMWARE", target_dir()?);
    run(cargo)
}
