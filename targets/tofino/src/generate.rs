//! All files of a program for a Tofino: P4 text, what the control plane has to know of it, the control plane itself.
//!
//! ```text
//! program ─▶ recorded, placed ─▶ lowered ─▶ checked ─▶ <app>.p4
//!                    └──────────────┴──────────────────▶ manifest.json
//! core's registers::is_reusable ────────────────────────▶ reuse_rule.py
//! control/ ─────────────────────────────────────────────▶ redplane_control.py, redplane_switch/
//! ```
//!
//! The same program gives the same bytes each time.

mod manifest;
mod reuse_rule;

use std::fmt;

use redplane_apps::{Counter, Nat44};
use redplane_core::program::Program;
use redplane_hdl_sim::place;
use redplane_hdl_sim::target::TOFINO1;

use crate::lower::{self, ProgramShape};
use crate::p4::ast::Noted;
use crate::p4::check;

/// An application that can be generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum App {
    /// NAT44.
    Nat,
    /// The per-flow counter.
    Counter,
}

impl App {
    /// All there are.
    pub const ALL: [Self; 2] = [Self::Nat, Self::Counter];

    /// Its name, as in the names of files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Nat => "nat",
            Self::Counter => "counter",
        }
    }
}

/// What may be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Flow slots, a power of two.
    pub flows: u32,
}

impl Default for Options {
    /// 65,536 flows.
    fn default() -> Self {
        Self { flows: 1 << 16 }
    }
}

/// A file to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its path, folders before slashes.
    pub path: String,
    /// What is in it.
    pub text: String,
}

/// Why there is nothing to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The program does not fit the chip's stages.
    Place(String),
    /// What stands around the stages does not fit.
    Shape(lower::ShapeError),
    /// Something that the stages do has no form in P4.
    Stage(lower::stages::StageError),
    /// The P4 program breaks a rule of the chip.
    Check(check::Error),
    /// The rule for reuse asks what a control plane cannot know.
    ReuseRule(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Place(message) => write!(f, "placing: {message}"),
            Self::Shape(error) => write!(f, "around the stages: {error}"),
            Self::Stage(error) => write!(f, "stages: {error}"),
            Self::Check(error) => write!(f, "P4: {error}"),
            Self::ReuseRule(message) => write!(f, "rule for reuse: {message}"),
        }
    }
}

impl std::error::Error for Error {}

/// The files of an application.
///
/// # Errors
/// All reasons why it does not fit, with place and remedy.
pub fn generate(app: App, options: Options) -> Result<Vec<File>, Vec<Error>> {
    match app {
        App::Nat => of_program::<Nat44>(app.name(), options),
        App::Counter => of_program::<Counter>(app.name(), options),
    }
}

/// The files of a program of this name.
///
/// # Errors
/// As for [`generate`].
pub fn of_program<P: Program>(name: &str, options: Options) -> Result<Vec<File>, Vec<Error>> {
    let pipeline = place::program::<P>(&TOFINO1, options.flows)
        .map_err(|violations| violations.iter().map(|it| Error::Place(it.to_string())).collect::<Vec<_>>())?;
    let shape = ProgramShape::of(&pipeline).map_err(|error| vec![Error::Shape(error)])?;
    let stages = lower::stages::stages(&pipeline, &shape)
        .map_err(|errors| errors.into_iter().map(Error::Stage).collect::<Vec<_>>())?;
    let manifest = manifest::text(name, &pipeline, &shape, &stages);
    let head = format!(
        "The program {name} with RedPlane around it, for Tofino 1 (TNA). Made by `redplane gen p4`: what it does is written in redplane-core and redplane-apps, and is changed there."
    );
    let program = lower::program(&shape, stages).comment(head);
    let checked =
        check::check(program).map_err(|errors| errors.0.into_iter().map(Error::Check).collect::<Vec<_>>())?;
    let rule = reuse_rule::text().map_err(|message| vec![Error::ReuseRule(message)])?;
    let file = |path: &str, text: &str| File { path: path.into(), text: text.into() };
    let mut files = vec![
        file(&format!("{name}.p4"), &checked.to_p4()),
        file("manifest.json", &manifest),
        file("reuse_rule.py", &rule),
    ];
    files.extend(CONTROL.iter().map(|(path, text)| file(path, text)));
    Ok(files)
}

macro_rules! control {
    ($($path:literal),+ $(,)?) => {
        &[$(($path, include_str!(concat!("../control/", $path)))),+]
    };
}

/// The control plane's own files.
const CONTROL: &[(&str, &str)] = control![
    "redplane_control.py",
    "redplane_switch/__init__.py",
    "redplane_switch/boot.py",
    "redplane_switch/chip.py",
    "redplane_switch/config.py",
    "redplane_switch/errors.py",
    "redplane_switch/flows.py",
    "redplane_switch/frames.py",
    "redplane_switch/manifest.py",
    "redplane_switch/run.py",
    "redplane_switch/start.py",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_plane_is_copied_whole() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/control/redplane_switch");
        let mut there: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.ends_with(".py"))
            .map(|name| format!("redplane_switch/{name}"))
            .collect();
        there.push("redplane_control.py".into());
        there.sort();
        let mut copied: Vec<&str> = CONTROL.iter().map(|(path, _)| *path).collect();
        copied.sort();
        assert_eq!(copied, there);
    }
}
