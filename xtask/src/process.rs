//! Running commands: from the repository's root, announced, with an error that names the command.
//!
//! What a command writes to standard error goes to standard output, so that a log keeps the order in which things happened.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, stdout};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// The repository's root.
pub(crate) fn root() -> Result<PathBuf> {
    let own = std::env::var_os("CARGO_MANIFEST_DIR").context("run it as `cargo xtask`")?;
    Ok(Path::new(&own).parent().context("xtask lies in no folder")?.to_owned())
}

/// A command of this program with these arguments, to be run from the root.
pub(crate) fn command(program: &str, args: &[&str]) -> Result<Command> {
    let mut command = Command::new(program);
    command.args(args).current_dir(root()?).stdin(Stdio::null()).stderr(stdout());
    Ok(command)
}

/// Runs a command, announced.
///
/// # Errors
/// It cannot be started, or does not end with success.
pub(crate) fn run(mut command: Command) -> Result<()> {
    println!("$ {}", shown(&command));
    let status = command.status().with_context(|| format!("cannot run `{}`", shown(&command)))?;
    if !status.success() {
        bail!("`{}` ended with {status}", shown(&command));
    }
    Ok(())
}

/// Runs a command, announced; gives what it prints, which is also shown.
///
/// # Errors
/// As [`run`].
pub(crate) fn run_and_read(mut command: Command) -> Result<String> {
    let shown = shown(&command);
    println!("$ {shown}");
    let mut child =
        command.stdout(Stdio::piped()).spawn().with_context(|| format!("cannot run `{shown}`"))?;
    let mut output = String::new();
    for line in child.stdout.take().map(BufReader::new).into_iter().flat_map(BufRead::lines) {
        let line = line?;
        println!("{line}");
        output += &line;
        output.push('\n');
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("`{shown}` ended with {status}");
    }
    Ok(output)
}

/// What a command prints; `None` if it cannot be run or fails.
pub(crate) fn quietly(program: &str, args: &[&str]) -> Option<String> {
    let output = command(program, args).ok()?.stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A file that cargo has built.
#[derive(Debug)]
pub(crate) struct Artifact {
    /// Name of the cargo target: a crate or a binary.
    pub(crate) name: String,
    /// What cargo calls its files: an rlib, an executable and so on.
    pub(crate) files: Vec<PathBuf>,
}

/// Builds with cargo and gives what was built.
///
/// # Errors
/// The build fails.
pub(crate) fn build(args: &[&str]) -> Result<Vec<Artifact>> {
    build_by(command("cargo", &[&["build"], args].concat())?)
}

/// The same by a command of the caller's own: another cargo, or in another environment.
///
/// # Errors
/// As [`build`].
pub(crate) fn build_by(mut cargo: Command) -> Result<Vec<Artifact>> {
    let shown = shown(&cargo);
    println!("$ {shown}");
    cargo.arg("--message-format=json-render-diagnostics");
    let output = cargo.output().with_context(|| format!("cannot run `{shown}`"))?;
    if !output.status.success() {
        bail!("`{shown}` ended with {}", output.status);
    }
    let lines = output.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let messages = lines.map(serde_json::from_slice::<serde_json::Value>);
    let mut artifacts = Vec::new();
    for message in messages {
        let message = message.context("cargo's messages are not JSON")?;
        if message["reason"] != "compiler-artifact" {
            continue;
        }
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let files = message["filenames"].as_array().into_iter().flatten();
        artifacts.push(Artifact {
            name: text(&message["target"]["name"]),
            files: files.map(|file| PathBuf::from(text(file))).collect(),
        });
    }
    Ok(artifacts)
}

/// The one file with this extension ("" for an executable) of what was built under this name.
pub(crate) fn file_of<'a>(artifacts: &'a [Artifact], name: &str, extension: &str) -> Result<&'a Path> {
    let files =
        artifacts.iter().filter(|artifact| artifact.name == name).flat_map(|artifact| &artifact.files);
    let fits = |file: &&PathBuf| file.extension().unwrap_or_default() == OsStr::new(extension);
    files
        .rev()
        .find(fits)
        .map(PathBuf::as_path)
        .with_context(|| format!("cargo built no {name} .{extension}"))
}

fn shown(command: &Command) -> String {
    let environment = command.get_envs().filter_map(|(name, value)| {
        Some(format!("{}='{}' ", name.to_string_lossy(), value?.to_string_lossy()))
    });
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(OsStr::to_string_lossy).collect();
    environment.collect::<String>() + &words.join(" ")
}
