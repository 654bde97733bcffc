//! The board `qemu-riscv32-virt`: its images built, and booted unconnected to compare what they print.

use std::fs;

use anyhow::{Context, Result, bail};

use super::image::Image;
use super::qemu::{self, Network};
use super::toolchain::{TARGETS, Toolchain, target_dir};
use crate::process::{build_by, command, file_of, root, run};

/// The board's package.
const PACKAGE: &str = "redplane-qemu-riscv32-virt";

/// Its images; the first is measured against the limits.
pub(super) const IMAGES: [&str; 3] = ["nat", "counter", "bump"];

/// The image that counts instructions.
pub(super) const MEASURE: &str = "measure";

/// The image that runs the scripts of `tests/conformance`.
pub(super) const CONFORMANCE: &str = "conformance";

/// The targets that the board's core understands, the first by default.
pub(super) const BOARD_TARGETS: [&str; 2] = [TARGETS[0], TARGETS[1]];

/// What the images print when they are started with [`BOOT_WORDS`].
const EXPECTED: &str = "boards/qemu-riscv32-virt/expected.txt";

/// Everything that differs from boot to boot is said; the image ends by itself.
const BOOT_WORDS: &str = "boot=7 run_ms=200";

/// Tests on this machine what needs no hardware: the boards' workspace is none of those that `cargo xtask test` goes through.
pub(super) fn check_source() -> Result<()> {
    let boards = ["--manifest-path", "boards/Cargo.toml"];
    let target_dir = target_dir()?;
    let target_dir = ["--target-dir", &*target_dir.to_string_lossy()];
    let cargo = |words: &[&[&str]]| run(command("cargo", &words.concat())?);
    cargo(&[&["fmt", "--check", "--package", PACKAGE], &boards])?;
    let lint = ["clippy", "--quiet", "--package", PACKAGE, "--lib", "--profile", "test"];
    cargo(&[&lint, &boards, &target_dir, &["--", "-D", "warnings"]])?;
    cargo(&[&["test", "--quiet", "--package", PACKAGE, "--lib"], &boards, &target_dir])
}

/// Builds these images, with a log of this level.
pub(super) fn build(toolchain: &Toolchain, names: &[&str], log: &str) -> Result<Vec<Image>> {
    let mut cargo = toolchain.cargo("build")?;
    cargo.args(["--release", "--manifest-path", "boards/Cargo.toml", "--package", PACKAGE]);
    names.iter().for_each(|name| {
        cargo.args(["--bin", name]);
    });
    cargo.env("DEFMT_LOG", log);
    let built = build_by(cargo)?;
    names.iter().map(|name| Image::read(file_of(&built, name, "")?)).collect()
}

/// Boots an image, unconnected, until it ends by itself; gives what it printed.
pub(super) fn boot(image: &Image) -> Result<String> {
    let log = image.path.with_extension("defmt");
    let qemu = qemu::line(&image.path, &Network::Nothing, &log, BOOT_WORDS)?;
    qemu::boot(qemu).with_context(|| format!("booting {}", image.path.display()))
}

/// What was printed must be what is expected, or becomes it.
pub(super) fn compare(printed: &str, bless: bool) -> Result<()> {
    let path = root()?.join(EXPECTED);
    if bless {
        println!("written into {EXPECTED}");
        return fs::write(&path, printed).with_context(|| format!("cannot write {EXPECTED}"));
    }
    let expected = fs::read_to_string(&path).with_context(|| format!("cannot read {EXPECTED}"))?;
    if printed != expected {
        bail!(
            "the images print\n{printed}\nand not what {EXPECTED} says; `cargo xtask firmware --bless` accepts it"
        );
    }
    println!("the images print what {EXPECTED} says");
    Ok(())
}
