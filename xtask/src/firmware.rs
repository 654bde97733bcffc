//! `cargo xtask firmware`: images for bare targets: built, measured, checked, and booted in QEMU.

mod checks;
mod image;
mod library;
mod qemu;
mod sizes;
mod toolchain;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use self::checks::Forbidden;
use self::image::Image;
use self::qemu::Network;
use self::sizes::Sizes;
use self::toolchain::{TARGETS, Toolchain};
use crate::process::{self, build_by, command, file_of, root};
use crate::setup::{self, Tool};

/// For `--help`.
pub(crate) const HELP: &str = "Builds the firmware, measures it, checks it, and boots it in QEMU.

The library is built for riscv32imc, riscv32imac, riscv32i (-unknown-none-elf) and thumbv7em-none-eabihf, the images of the
board qemu-riscv32-virt for the first two. A target of your rustup toolchain is used where it is installed; else the system's Rust
with its library source, which builds `core` along. It says which. Root gets what is missing by apt-get (on Debian cargo-web,
rustc-web, rust-web-src, lld-22, llvm-22, qemu-system-misc); otherwise it is named.

Sizes are printed in bytes; those of the NAT's image have limits, and the chore fails if one is broken. It fails too if the library
alone contains a panic, an allocator, a 64-bit division or an atomic instruction, or an image the second or third of these, or if what the
images print in QEMU is not what boards/qemu-riscv32-virt/expected.txt says; --bless writes that file.

--run builds one image and runs it: the console is your terminal, its keys are in the board's README. Words behind `--` become its
command line. Each port is a pair of UDP ports unless --net says otherwise.

Examples:
  cargo xtask firmware
  cargo xtask firmware --run nat -- id=1 store=10.9.0.1:8000 own=10.9.0.2
  cargo xtask firmware --run nat --log info --net tap,ifname=rp-in,script=no,downscript=no \\
      --net tap,ifname=rp-out,script=no,downscript=no --net tap,ifname=rp-up,script=no,downscript=no";

/// The board's package.
const BOARD: &str = "redplane-qemu-riscv32-virt";

/// The board's images; the first is measured against the limits.
const IMAGES: [&str; 3] = ["nat", "counter", "bump"];

/// The targets that the board's core understands, the first by default.
const BOARD_TARGETS: [&str; 2] = [TARGETS[0], TARGETS[1]];

/// What an image prints when it is started with [`BOOT_WORDS`].
const EXPECTED: &str = "boards/qemu-riscv32-virt/expected.txt";

/// Everything that differs from boot to boot is said; the image ends by itself.
const BOOT_WORDS: &str = "boot=7 run_ms=200";

/// Of `cargo xtask firmware`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Runs this image in QEMU and does nothing else.
    #[arg(long, value_name = "IMAGE", value_parser = IMAGES)]
    run: Option<String>,

    /// The target to run the image for.
    #[arg(long, value_name = "TARGET", value_parser = BOARD_TARGETS, default_value = BOARD_TARGETS[0], requires = "run")]
    target: String,

    /// Level of the log that is compiled in: error, warn, info, debug or trace.
    #[arg(long, value_name = "LEVEL", default_value = "error", requires = "run")]
    log: String,

    /// Connects the next port, as QEMU's -netdev without id: three times.
    #[arg(long, value_name = "NETDEV", requires = "run")]
    net: Vec<String>,

    /// Writes what the images print into expected.txt.
    #[arg(long, conflicts_with = "run")]
    bless: bool,

    /// Words for the image's command line.
    #[arg(last = true, value_name = "KEY=VALUE", requires = "run")]
    words: Vec<String>,
}

/// Builds and checks everything, or runs an image.
///
/// # Errors
/// Something cannot be built, is too large, contains what it must not, or prints something else.
pub(crate) fn run(args: &Args) -> Result<()> {
    match &args.run {
        Some(image) => run_one(image, args),
        None => check_all(args.bless),
    }
}

fn run_one(name: &str, args: &Args) -> Result<()> {
    let target = BOARD_TARGETS.into_iter().find(|target| *target == args.target).context("no such target")?;
    let toolchain = announced(target)?;
    let image = build_images(&toolchain, &[name], &args.log)?.remove(0);
    let network = if args.net.is_empty() { Network::Datagrams } else { Network::Given(args.net.clone()) };
    let log = toolchain::target_dir()?.join("defmt.bin");
    let mut qemu = qemu::line(&image.path, &network, &log, &args.words.join(" "))?;
    qemu.stdin(std::process::Stdio::inherit());
    let ran = process::run(qemu);
    println!("log: defmt-print -e {} < {}", image.path.display(), log.display());
    ran
}

fn check_all(bless: bool) -> Result<()> {
    let objdump = objdump()?;
    check_source()?;
    let mut libraries = Vec::new();
    let mut images = Vec::new();
    for target in TARGETS {
        let toolchain = announced(target)?;
        let library = library::build(&toolchain)?;
        check(&library.linked, &LIBRARY_FORBIDDEN, &objdump)
            .with_context(|| format!("library for {target}"))?;
        libraries.push((target, library));
        if BOARD_TARGETS.contains(&target) {
            for (name, image) in IMAGES.into_iter().zip(build_images(&toolchain, &IMAGES, "error")?) {
                check(&image, &IMAGE_FORBIDDEN, &objdump).with_context(|| format!("{name} for {target}"))?;
                images.push((target, name, image));
            }
        }
    }
    let on_default = |(target, ..): &&(&str, &str, Image)| *target == BOARD_TARGETS[0];
    let printed: Result<Vec<String>> =
        images.iter().filter(on_default).map(|(.., image)| boot(image)).collect();
    compare(&printed?.concat(), bless)?;

    println!("\nBytes:\n{}", Sizes::HEADING);
    for (target, library) in &libraries {
        println!("{}", Sizes::of(&library.linked).row("library, with the NAT", target));
    }
    for (target, name, image) in &images {
        println!("{}", Sizes::of(image).row(name, target));
    }
    println!("\nTo link with firmware in C, for include/redplane.h in targets/softcore:");
    libraries.iter().for_each(|(_, library)| println!("  {}", library.archive.display()));
    let (Some((_, library)), Some((.., nat))) = (libraries.first(), images.first()) else {
        bail!("nothing was built")
    };
    let nat = Sizes::of(nat);
    println!("\nNAT: {}", nat.flows());
    nat.judge(&Sizes::of(&library.linked))
}

fn announced(target: &'static str) -> Result<Toolchain> {
    let toolchain = Toolchain::find(target)?;
    println!("{target}: built by {}", toolchain.name());
    Ok(toolchain)
}

/// Builds these images of the board, with a log of this level.
fn build_images(toolchain: &Toolchain, names: &[&str], log: &str) -> Result<Vec<Image>> {
    let mut cargo = toolchain.cargo("build")?;
    cargo.args([
        "--release",
        "--manifest-path",
        "boards/Cargo.toml",
        "--package",
        "redplane-qemu-riscv32-virt",
    ]);
    names.iter().for_each(|name| {
        cargo.args(["--bin", name]);
    });
    cargo.env("DEFMT_LOG", log);
    let built = build_by(cargo)?;
    names.iter().map(|name| Image::read(file_of(&built, name, "")?)).collect()
}

/// What needs no hardware is tested on this machine; the boards' workspace is none of those that `cargo xtask test` goes through.
fn check_source() -> Result<()> {
    let cargo = |args: &[&str]| process::run(command("cargo", args)?);
    let boards = ["--manifest-path", "boards/Cargo.toml"];
    let target_dir = toolchain::target_dir()?;
    let target_dir = ["--target-dir", &*target_dir.to_string_lossy()];
    cargo(&[&["fmt", "--check", "--package", BOARD], &boards[..]].concat())?;
    cargo(
        &[&["clippy", "--quiet", "--lib", "--tests"], &boards[..], &target_dir, &["--", "-D", "warnings"]]
            .concat(),
    )?;
    cargo(&[&["test", "--quiet", "--lib"], &boards[..], &target_dir].concat())
}

/// What the library may not contain.
const LIBRARY_FORBIDDEN: [Forbidden; 4] =
    [Forbidden::Panic, Forbidden::Alloc, Forbidden::Division, Forbidden::Atomics];

/// What images of a board may not contain. Drivers have panics, which end in the board's fault hook, and on a core that has them
/// they may use atomic instructions.
const IMAGE_FORBIDDEN: [Forbidden; 2] = [Forbidden::Alloc, Forbidden::Division];

fn check(image: &Image, forbidden: &[Forbidden], objdump: &Path) -> Result<()> {
    let found = checks::found(image, forbidden, objdump)?;
    if !found.is_empty() {
        bail!("{} contains what it must not: {}", image.path.display(), found.join(", "));
    }
    Ok(())
}

/// A disassembler: LLVM's understands all targets.
fn objdump() -> Result<PathBuf> {
    const PROGRAMS: [&str; 3] = ["llvm-objdump-22", "llvm-objdump", "llvm-objdump-19"];
    if let Some(found) = toolchain::first_in_path(&PROGRAMS) {
        return Ok(found);
    }
    let tool = |program, package| Tool { program, package, purpose: "disassembling images", optional: false };
    setup::tools(&[tool("llvm-objdump-22", "llvm-22")])
        .or_else(|_| setup::tools(&[tool("llvm-objdump", "llvm")]))?;
    toolchain::first_in_path(&PROGRAMS).context("no llvm-objdump")
}

/// Boots an image, unconnected, until it ends by itself.
fn boot(image: &Image) -> Result<String> {
    let log = image.path.with_extension("defmt");
    let qemu = qemu::line(&image.path, &Network::Nothing, &log, BOOT_WORDS)?;
    qemu::boot(qemu).with_context(|| format!("booting {}", image.path.display()))
}

/// What was printed must be what is expected, or becomes it.
fn compare(printed: &str, bless: bool) -> Result<()> {
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
