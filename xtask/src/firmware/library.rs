//! The library alone: what firmware in C links with, built for a target and linked with nothing else.
//!
//! In an image the library is mixed with board and drivers: compilers inline one into the other. Linked alone, by the calls of its C face that
//! firmware with the NAT makes, all that is in the file is the library's, and what is not there cannot happen in it.

use std::path::PathBuf;

use anyhow::Result;

use super::image::Image;
use super::toolchain::Toolchain;
use crate::process::{build_by, command, file_of, run};

/// The calls that are linked. Those of another program are not: firmware links the one that it initialises.
const CALLS: [&str; 11] = [
    "rp_config_default",
    "rp_nat_outside",
    "rp_nat_init",
    "rp_flows",
    "rp_on_frame",
    "rp_on_packet",
    "rp_on_store_msg",
    "rp_poll",
    "rp_sent",
    "rp_give_up_all",
    "rp_has_given_up_all",
];

/// A library that was built.
#[derive(Debug)]
pub(crate) struct Library {
    /// The archive to link firmware with.
    pub(crate) archive: PathBuf,
    /// What of it the NAT needs, linked.
    pub(crate) linked: Image,
}

/// Builds and links the library.
///
/// # Errors
/// It does not build, or lacks something that it would want from others.
pub(crate) fn build(toolchain: &Toolchain) -> Result<Library> {
    let mut cargo = toolchain.cargo("rustc")?;
    cargo.args(["--profile", "firmware", "--package", "redplane-softcore", "--lib"]);
    cargo.args(["--crate-type", "staticlib", "--features", "staticlib"]);
    let archive = file_of(&build_by(cargo)?, "redplane_softcore", "a")?.to_owned();
    let linked = archive.with_file_name("redplane-nat.elf");
    let mut linker = command(
        &toolchain.linker()?.to_string_lossy(),
        &["--static", "--gc-sections", "--entry=rp_nat_init"],
    )?;
    linker.args(CALLS.map(|call| format!("--undefined={call}")));
    linker.arg("-o").arg(&linked).arg(&archive);
    run(linker)?;
    Ok(Library { linked: Image::read(&linked)?, archive })
}
