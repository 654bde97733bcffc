//! Exit codes, and errors that know theirs.
//!
//! A script has to tell a broken promise from a bad file without reading sentences. Errors are anyhow's; [`OrExit`] says what
//! kind one is where that is known, and [`code_of`] finds it again at the end. An error of no stated kind is the system's.

use std::fmt;
use std::process::ExitCode;

/// What went wrong, for the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    /// The run failed its promise: what RedPlane guarantees, or what the command was asked to check, did not hold.
    Promise = 1,
    /// Options that do not go together; clap uses the same code for those that it refuses.
    Usage = 2,
    /// An input file cannot be used.
    Input = 3,
    /// The system refused: a port in use, no permission, a full disk.
    System = 4,
    /// The replica's group voted it out: it has to be started again.
    Removed = 5,
}

/// For `--help`; each code is that of the [`Kind`].
pub(crate) const HELP: &str = "Exit codes:
  0  all went well
  1  the run failed its promise: a translation changed, state was lost, a check did not hold
  2  the options are wrong
  3  an input file cannot be used
  4  the system refused: a port in use, no permission, a full disk
  5  this replica of a store was voted out of its group: start it again

Environment:
  RUST_LOG  what to log on standard error: error, warn (default), info, debug or trace";

impl From<Kind> for ExitCode {
    fn from(kind: Kind) -> ExitCode {
        ExitCode::from(kind as u8)
    }
}

/// An error that knows its exit code; it reads as the error inside.
#[derive(Debug)]
struct Failure {
    kind: Kind,
    error: anyhow::Error,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut sentence = String::new();
        for cause in self.error.chain().map(ToString::to_string) {
            // Many errors tell their cause in their own words.
            if sentence.is_empty() {
                sentence = cause;
            } else if !sentence.contains(&cause) {
                sentence = format!("{sentence}: {cause}");
            }
        }
        f.write_str(&sentence)
    }
}

impl std::error::Error for Failure {}

/// Says what kind an error is.
pub(crate) trait OrExit<T> {
    /// The same result, whose error leads to the exit code of `kind`.
    fn or_exit(self, kind: Kind) -> anyhow::Result<T>;
}

impl<T, E: Into<anyhow::Error>> OrExit<T> for Result<T, E> {
    fn or_exit(self, kind: Kind) -> anyhow::Result<T> {
        self.map_err(|error| Failure { kind, error: error.into() }.into())
    }
}

/// The exit code of an error.
pub(crate) fn code_of(error: &anyhow::Error) -> ExitCode {
    let failure = error.chain().find_map(|cause| cause.downcast_ref::<Failure>());
    failure.map_or(Kind::System, |failure| failure.kind).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::{Context, anyhow};

    #[test]
    fn error_with_kind_keeps_its_code_and_its_words_through_context() {
        let error = Err::<(), _>(anyhow!("why").context("what")).or_exit(Kind::Input).context("where");
        let error = error.unwrap_err();
        assert_eq!(code_of(&error), ExitCode::from(3));
        assert_eq!(format!("{error:#}"), "where: what: why");
    }

    #[test]
    fn cause_that_the_error_has_told_is_not_told_again() {
        let error = Err::<(), _>(anyhow!("no room").context("cannot write: no room, delete something"));
        let error = error.or_exit(Kind::System).unwrap_err();
        assert_eq!(format!("{error:#}"), "cannot write: no room, delete something");
    }

    #[test]
    fn error_without_kind_is_the_systems() {
        assert_eq!(code_of(&anyhow!("no")), ExitCode::from(4));
    }
}
