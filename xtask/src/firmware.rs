//! `cargo xtask firmware`: images for bare targets: built, measured, checked, and booted in QEMU.

mod board;
mod checks;
mod image;
mod instructions;
mod library;
mod qemu;
mod sizes;
mod toolchain;
mod trials;

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail};

use self::board::{BOARD_TARGETS, CONFORMANCE, IMAGES, MEASURE};
use self::checks::Forbidden;
use self::image::Image;
use self::library::Library;
use self::qemu::Network;
use self::sizes::Sizes;
use self::toolchain::{TARGETS, Toolchain};
use crate::process;
use crate::setup::{self, Tool};

/// For `--help`.
pub(crate) const HELP: &str = "Builds the firmware, measures it, checks it, and boots it in QEMU.

The library is built for riscv32imc, riscv32imac, riscv32i (-unknown-none-elf) and thumbv7em-none-eabihf, the images of the
board qemu-riscv32-virt for the first two. A target of your rustup toolchain is used where it is installed; else the system's Rust
with its library source, which builds `core` along. It says which. Root gets what is missing by apt-get (on Debian cargo-web,
rustc-web, rust-web-src, lld-22, llvm-22, qemu-system-misc, make, gcc-riscv64-unknown-elf); otherwise it is named.

Then:
- no panic, allocator, 64-bit division or atomic instruction in the library, no allocator or 64-bit division in an image
- what the images print in QEMU is what boards/qemu-riscv32-virt/expected.txt says; --bless writes that file
- the C firmware of boards/rosebud-c builds without a warning and sends in QEMU what it should
- an image answers the scripts of tests/conformance as all machines do
- as root, a TCP transfer goes on when the machine that it goes through is killed
- sizes in bytes and instructions per packet, some with limits: over one, the chore fails

--run builds one image and runs it: the console is your terminal, its keys are in the board's README. Words behind `--` become its
command line. Each port is a pair of UDP ports unless --net says otherwise.

Examples:
  cargo xtask firmware
  cargo xtask firmware --run nat -- id=1 store=10.9.0.1:8000 own=10.9.0.2
  cargo xtask firmware --run nat --log info --net tap,ifname=rp-in,script=no,downscript=no \\
      --net tap,ifname=rp-out,script=no,downscript=no --net tap,ifname=rp-up,script=no,downscript=no";

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

/// Builds and checks everything.
///
/// # Errors
/// As [`run`].
pub(crate) fn check() -> Result<()> {
    check_all(false)
}

fn run_one(name: &str, args: &Args) -> Result<()> {
    let target = BOARD_TARGETS.into_iter().find(|target| *target == args.target).context("no such target")?;
    let toolchain = announced(target)?;
    let image = board::build(&toolchain, &[name], &args.log)?.remove(0);
    let network = if args.net.is_empty() { Network::Datagrams } else { Network::Given(args.net.clone()) };
    let log = toolchain::target_dir()?.join("defmt.bin");
    let mut qemu = qemu::line(&image.path, &network, &log, &args.words.join(" "))?;
    qemu.stdin(Stdio::inherit());
    let ran = process::run(qemu);
    println!("log: defmt-print -e {} < {}", image.path.display(), log.display());
    ran
}

fn check_all(bless: bool) -> Result<()> {
    board::check_source()?;
    let built = Built::all()?;
    let printed: Result<Vec<String>> =
        IMAGES.into_iter().map(|name| board::boot(built.image(name)?)).collect();
    board::compare(&printed?.concat(), bless)?;
    for (target, library) in &built.libraries {
        let architecture = target.strip_prefix("riscv").and_then(|rest| rest.split_once('-'));
        if let Some((architecture, _)) = architecture {
            trials::c_firmware(&library.archive, &format!("rv{architecture}"))?;
        }
    }
    trials::tests()?;
    built.print_sizes();
    let nat = Sizes::of(built.image(IMAGES[0])?);
    println!("\nNAT: {}", nat.flows());
    nat.judge(&Sizes::of(&built.library()?.linked))?;
    instructions::judge(&board::boot(built.image(MEASURE)?)?)
}

/// Everything that is built, by target.
struct Built {
    libraries: Vec<(&'static str, Library)>,
    images: Vec<(&'static str, &'static str, Image)>,
}

impl Built {
    /// Builds libraries and images, and checks what is in them.
    fn all() -> Result<Self> {
        let objdump = objdump()?;
        let names = [&IMAGES[..], &[MEASURE, CONFORMANCE]].concat();
        let mut built = Self { libraries: Vec::new(), images: Vec::new() };
        for target in TARGETS {
            let toolchain = announced(target)?;
            let library = library::build(&toolchain)?;
            clear(&library.linked, &LIBRARY_FORBIDDEN, &objdump)
                .with_context(|| format!("library for {target}"))?;
            built.libraries.push((target, library));
            if BOARD_TARGETS.contains(&target) {
                for (name, image) in names.iter().zip(board::build(&toolchain, &names, "error")?) {
                    clear(&image, &IMAGE_FORBIDDEN, &objdump)
                        .with_context(|| format!("{name} for {target}"))?;
                    built.images.push((target, name, image));
                }
            }
        }
        // Drivers have panics. If none is found in an image, that none is found in the library means nothing.
        if checks::found(built.image(IMAGES[0])?, &[Forbidden::Panic], &objdump)?.is_empty() {
            bail!("the check for panics finds none where there are some");
        }
        Ok(built)
    }

    /// The library for the board's default target.
    fn library(&self) -> Result<&Library> {
        let found = self.libraries.iter().find(|(target, _)| *target == BOARD_TARGETS[0]);
        Ok(&found.context("no library")?.1)
    }

    /// An image for the board's default target.
    fn image(&self, name: &str) -> Result<&Image> {
        let wanted = (BOARD_TARGETS[0], name);
        let found = self.images.iter().find(|(target, name, _)| (*target, *name) == wanted);
        Ok(&found.with_context(|| format!("no image {name}"))?.2)
    }

    fn print_sizes(&self) {
        println!("\nBytes:\n{}", Sizes::HEADING);
        for (target, library) in &self.libraries {
            println!("{}", Sizes::of(&library.linked).row("library, with the NAT", target));
        }
        for (target, name, image) in self.images.iter().filter(|(_, name, _)| IMAGES.contains(name)) {
            println!("{}", Sizes::of(image).row(name, target));
        }
        println!("\nTo link with firmware in C, beside targets/softcore/include/redplane.h:");
        self.libraries.iter().for_each(|(_, library)| println!("  {}", library.archive.display()));
    }
}

fn announced(target: &'static str) -> Result<Toolchain> {
    let toolchain = Toolchain::find(target)?;
    println!("{target}: built by {}", toolchain.name());
    Ok(toolchain)
}

/// What the library may not contain.
const LIBRARY_FORBIDDEN: [Forbidden; 4] =
    [Forbidden::Panic, Forbidden::Alloc, Forbidden::Division, Forbidden::Atomics];

/// What images of a board may not contain. Drivers have panics, which end in the board's fault hook, and on a core that has them
/// they may use atomic instructions.
const IMAGE_FORBIDDEN: [Forbidden; 2] = [Forbidden::Alloc, Forbidden::Division];

/// Makes sure that a file contains nothing of these.
fn clear(image: &Image, forbidden: &[Forbidden], objdump: &Path) -> Result<()> {
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
