//! How a store writes its log: for people, or a JSON object a line for machines.

use std::io::Write;

use clap::ValueEnum;
use serde::Serialize;

/// The form of log lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    #[default]
    Text,
    /// One object a line: time, level, target, message.
    Json,
}

#[derive(Serialize)]
struct Line<'a> {
    time: String,
    level: &'a str,
    target: &'a str,
    message: String,
}

impl Format {
    /// Makes a logger write so.
    pub(crate) fn apply(self, logger: &mut env_logger::Builder) {
        if self == Self::Json {
            logger.format(|out, record| {
                let line = Line {
                    time: out.timestamp_millis().to_string(),
                    level: record.level().as_str(),
                    target: record.target(),
                    message: record.args().to_string(),
                };
                let text = serde_json::to_string(&line).map_err(std::io::Error::other)?;
                writeln!(out, "{text}")
            });
        }
    }
}
