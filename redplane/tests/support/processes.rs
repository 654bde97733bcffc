//! Stores and the load generator as processes, with their output in files.

use std::io::{Read, Seek, SeekFrom};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::Folder;

/// How long a process may take for what it does at once. Only a failing test waits so long.
pub const SOON: Duration = Duration::from_secs(20);

/// The tool, as a process that is killed when dropped.
pub struct Tool {
    child: Child,
    output: std::fs::File,
}

impl Tool {
    /// Starts it. What it prints, also of errors, is in the file of this name.
    pub fn start(folder: &Folder, name: &str, words: &str) -> Self {
        let path = folder.file(name);
        let output = std::fs::File::options().create(true).append(true).read(true).open(path).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_redplane"));
        let command = command.args(words.split_whitespace()).env("RUST_LOG", "info").stdin(Stdio::null());
        let child = command.stdout(output.try_clone().unwrap()).stderr(output.try_clone().unwrap()).spawn();
        Self { child: child.unwrap(), output }
    }

    /// What it, and those before it of this name, have printed.
    pub fn printed(&mut self) -> String {
        let mut text = String::new();
        self.output.seek(SeekFrom::Start(0)).unwrap();
        self.output.read_to_string(&mut text).unwrap();
        text
    }

    /// Sends a signal by its name.
    pub fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([&format!("-{signal}"), &pid]).status().unwrap().success());
    }

    /// As `kill -9`.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().unwrap()
    }

    /// How it ends, which must be soon.
    pub fn end(&mut self) -> ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = self.ended() {
                return status;
            }
            assert!(start.elapsed() < SOON, "it does not end:\n{}", self.printed());
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Tool {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `redplane bench store` in the background, until it is told to end.
pub struct Load {
    tool: Tool,
    json: String,
    told: bool,
}

impl Load {
    /// Starts it, and waits until it writes.
    pub fn start(folder: &Folder, words: &str) -> Self {
        let json = folder.file("load.json");
        let words = format!("bench store --seconds 86400 --json {json} {words}");
        Self { tool: Tool::start(folder, "load", &words), json, told: false }
    }

    /// It must go on until it is told to end: a load that ends by itself has found nobody who answers.
    pub fn must_run(&mut self) {
        let ended = self.tool.ended().filter(|_| !self.told);
        assert_eq!(ended, None, "the load has ended:\n{}", self.tool.printed());
    }

    /// Ends the writing. What is under way is still waited for.
    pub fn stop_writing(&mut self) {
        // A second signal would end the process.
        if !std::mem::replace(&mut self.told, true) {
            self.tool.signal("TERM");
        }
    }

    /// Ends the writing, and gives the figures once everything acked was read back. That it was is asserted.
    pub fn end(mut self) -> Value {
        self.stop_writing();
        let status = self.tool.end();
        let printed = self.tool.printed();
        assert_eq!(status.code(), Some(0), "{printed}");
        assert!(printed.contains("nothing acked is lost"), "{printed}");
        let json: Value = std::fs::read_to_string(&self.json).unwrap().parse().unwrap();
        assert!(json["acked"].as_u64().unwrap() > 0 && json["read_back"].as_u64().unwrap() > 0, "{json}");
        assert_eq!(json["read_back"], json["granted_flows"], "{json}");
        json
    }
}
