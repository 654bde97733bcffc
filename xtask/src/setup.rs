//! What chores need besides cargo: found, installed where we may, named exactly where we may not.

use anyhow::{Context, Result, bail};

use crate::process::{command, quietly, run};

/// A program that a Debian package brings.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tool {
    /// The program.
    pub(crate) program: &'static str,
    /// The package.
    pub(crate) package: &'static str,
    /// Who needs it.
    pub(crate) purpose: &'static str,
    /// Whether nothing but `purpose` is lost without it.
    pub(crate) optional: bool,
}

/// Makes sure of the tools: root installs what is missing with apt-get.
///
/// # Errors
/// One is missing that is not optional, and we are not root or apt-get failed.
pub(crate) fn tools(tools: &[Tool]) -> Result<()> {
    let missing = || tools.iter().filter(|tool| !is_in_path(tool.program));
    let packages: Vec<&str> = missing().map(|tool| tool.package).collect();
    if packages.is_empty() {
        return Ok(());
    }
    let install = ["install", "-y", "--no-install-recommends"];
    let by_hand = format!("apt-get {} {}", install.join(" "), packages.join(" "));
    if is_root() && is_in_path("apt-get") {
        let attempt = || apt_get(&[&install[..], &packages].concat());
        if let Err(error) = attempt().or_else(|_| apt_get(&["update"]).and_then(|()| attempt())) {
            println!("{error:#}");
        }
    }
    for tool in missing() {
        let lack = format!("no `{}` for {}: as root, `{by_hand}`", tool.program, tool.purpose);
        if !tool.optional {
            bail!(lack);
        }
        println!("{lack}");
    }
    Ok(())
}

fn apt_get(args: &[&str]) -> Result<()> {
    let mut apt_get = command("apt-get", args)?;
    apt_get.env("DEBIAN_FRONTEND", "noninteractive");
    run(apt_get)
}

/// Makes sure of a rustup component that has this cargo subcommand.
///
/// # Errors
/// It is missing and cannot be added.
pub(crate) fn component(subcommand: &str, component: &str) -> Result<()> {
    if quietly("cargo", &[subcommand, "--version"]).is_some() {
        return Ok(());
    }
    run(command("rustup", &["component", "add", component])?).with_context(|| {
        format!("no `cargo {subcommand}`: install the component {component} of your Rust toolchain")
    })
}

/// Makes sure of a program from crates.io in exactly this version.
///
/// # Errors
/// It cannot be installed.
pub(crate) fn crate_program(name: &str, version: &str) -> Result<()> {
    let found = quietly(name, &["--version"]).unwrap_or_default();
    if found.split_whitespace().any(|word| word == version) {
        return Ok(());
    }
    let exactly = format!("={version}");
    run(command("cargo", &["install", name, "--locked", "--version", &exactly])?)
        .with_context(|| format!("no {name} {version}, which has to fit the library of that version"))
}

/// Whether a program can be run by its name.
fn is_in_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|dir| dir.join(program).is_file())
}

/// Whether we are root.
pub(crate) fn is_root() -> bool {
    quietly("id", &["-u"]).is_some_and(|id| id.trim() == "0")
}
