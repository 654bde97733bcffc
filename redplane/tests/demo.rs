//! `redplane demo` as a process, on a small scale: what it writes, and that nothing breaks with RedPlane.
//!
//! How long silences last depends on the machine and on what else it does; no test judges that.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value;

/// A directory of its own, gone at the end.
struct Dir(PathBuf);

impl Dir {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("redplane-demo-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).expect("can be made");
        Dir(path)
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn demo(dir: &Dir, words: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_redplane"));
    command.arg("demo").args(words.split_whitespace()).args(["--out", "out"]).current_dir(&dir.0);
    command.output().expect("starts")
}

fn run<'a>(report: &'a Value, name: &str) -> &'a Value {
    let runs = report["runs"].as_array().expect("is a list");
    runs.iter().find(|run| run["name"] == name).unwrap_or_else(|| panic!("no run {name}"))
}

#[test]
fn short_demo_writes_its_report_and_breaks_nothing_with_redplane() {
    let dir = Dir::new("short");
    let output = demo(&dir, "--duration 3 --flows 16 --rate 16 --record messages.pcap");
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    let text =
        fs::read_to_string(dir.0.join("out/report.json")).unwrap_or_else(|_| panic!("{stdout}{stderr}"));
    let report: Value = serde_json::from_str(&text).expect("is JSON");

    let redplane = run(&report, "failure+redplane");
    for name in ["broken", "corrupt", "open_broken"] {
        assert_eq!(redplane[name], 0, "{name}: {stdout}{stderr}");
    }
    assert!(redplane["connections"].as_u64() > Some(100), "{stdout}");
    assert!(redplane["gap_at_failure_ms"].is_u64() && redplane["gap_at_return_ms"].is_u64());
    let share = redplane["protocol_share"].as_f64().expect("is a number");
    assert!(share > 0.0 && share < 1.0, "{share}");

    let failure = run(&report, "failure");
    assert!(failure["open_at_failure"].as_u64() >= Some(16), "{stdout}");
    assert_eq!(failure["open_broken"], failure["open_at_failure"], "{stdout}");
    let baseline = run(&report, "baseline");
    assert_eq!((&baseline["broken"], &baseline["gap_at_failure_ms"]), (&Value::from(0), &Value::Null));

    // The exit code follows the verdicts, whatever a busy machine makes of the silences.
    let passed = report["passed"].as_bool().expect("is a verdict");
    assert_eq!(output.status.code(), Some(if passed { 0 } else { 1 }), "{stderr}");
    assert_eq!(stderr.contains("a promise did not hold: "), !passed, "{stderr}");

    assert!(stdout.contains("out/report.json") && stdout.contains("out/throughput.svg"), "{stdout}");
    let svg = fs::read_to_string(dir.0.join("out/throughput.svg")).expect("exists");
    assert_is_sound_svg(&svg, &["switch 1 fails", "failure+redplane"]);
    let (_, decode) = stdout.split_once("redplane decode ").expect("tells how to decode");
    let mut command = Command::new(env!("CARGO_BIN_EXE_redplane"));
    command.arg("decode").args(decode.split_whitespace()).current_dir(&dir.0);
    let messages = String::from_utf8(command.output().expect("starts").stdout).expect("is text");
    assert!(messages.to_lowercase().contains("recall"), "the return recalls leases: {messages}");
}

/// One root, and what is opened is closed in order.
fn assert_is_sound_svg(text: &str, labels: &[&str]) {
    let mut open = Vec::new();
    let mut roots = 0;
    let mut rest = text;
    while let Some((_, tail)) = rest.split_once('<') {
        let (tag, behind) = tail.split_once('>').expect("a tag ends");
        rest = behind;
        let name = tag.split_whitespace().next().unwrap_or("").trim_end_matches('/');
        if let Some(closed) = name.strip_prefix('/') {
            assert_eq!(open.pop(), Some(closed));
        } else if !name.starts_with(['?', '!']) {
            roots += usize::from(open.is_empty());
            if !tag.ends_with('/') {
                open.push(name);
            }
        }
    }
    assert_eq!((open.len(), roots), (0, 1));
    for expected in ["<svg", "polyline"].iter().chain(labels) {
        assert!(text.contains(expected), "{expected} is missing");
    }
}

#[test]
fn replicas_killed_in_any_role_lose_no_acked_write_and_break_no_connection() {
    for role in ["head", "middle", "tail"] {
        let dir = Dir::new(role);
        // A detection time that a busy machine does not mistake.
        let words = format!("--replicas 3 --kill-store {role} --detection 250 --duration 4 --rate 16");
        let output = demo(&dir, &words);
        let stdout = String::from_utf8_lossy(&output.stdout);
        let stderr = String::from_utf8_lossy(&output.stderr);
        for promise in ["broken connections 0,", "connections with wrong bytes 0,", "lost acked writes 0,"] {
            assert!(stdout.contains(&format!("ok   {promise}")), "{role}: {promise} {stdout}{stderr}");
        }
        assert_eq!(output.status.code(), Some(0), "{role}: {stdout}{stderr}");
        assert_eq!(stderr, "", "{role}");

        let text = fs::read_to_string(dir.0.join("out/report.json")).expect("exists");
        let report: Value = serde_json::from_str(&text).expect("is JSON");
        assert!(report["acked_writes"].as_u64() > Some(1000), "{stdout}");
        assert!(report["flows_read"].as_u64() > Some(100), "{stdout}");
        let noticed = report["noticed"].as_array().expect("is a list");
        let at = |name: &str| noticed.iter().find(|noticed| noticed["what"] == name).expect("is noticed");
        for death in ["first death", "second death"] {
            let pause_ms = at(death)["counter_pause_ms"].as_u64();
            assert!((Some(100)..=Some(750)).contains(&pause_ms), "a death is noticed: {stdout}");
        }
        let timeline = report["timeline"].as_array().expect("is a list");
        let killed = timeline
            .iter()
            .filter(|event| event["text"].as_str().is_some_and(|text| text.contains("killed")));
        assert_eq!((timeline.len(), killed.count()), (6, 2), "{stdout}");
        for (file, curve) in [("throughput.svg", "connections"), ("writes.svg", "writes")] {
            let svg = fs::read_to_string(dir.0.join("out").join(file)).expect("exists");
            assert_is_sound_svg(&svg, &[curve, "rejoined", &format!("{role} killed")]);
        }
    }
}

#[test]
fn deaths_of_replicas_and_of_a_switch_are_not_mixed() {
    let dir = Dir::new("mixed");
    let output = demo(&dir, "--replicas 3 --kill-store head --fail-at 1000");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--fail-at"));
    assert!(!dir.0.join("out").exists());
}

#[test]
fn options_that_do_not_go_together_are_refused_before_anything_runs() {
    for (words, option) in [
        ("--detection-delay 600 --lease-period 500", "--detection-delay"),
        ("--duration 3 --lease-period 2000", "--lease-period"),
        ("--fail-at 4000 --return-at 4100", "--return-at"),
        ("--kill-store tail", "--replicas 2"),
        ("--replicas 3 --kill-store middle --duration 1", "--duration"),
    ] {
        let dir = Dir::new("refused");
        let output = demo(&dir, words);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(stderr.starts_with("redplane: ") && stderr.contains(option), "{stderr}");
        assert!(!dir.0.join("out").exists());
    }
}

#[test]
fn directory_that_cannot_be_made_is_named_before_anything_runs() {
    let dir = Dir::new("blocked");
    fs::write(dir.0.join("out"), "a file").expect("can be written");
    let output = demo(&dir, "");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(4), "{stderr}");
    assert!(stderr.contains("cannot make the directory out"), "{stderr}");
    assert!(output.stdout.is_empty());
}
