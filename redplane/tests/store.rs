//! `redplane store` as a process: what it says, how it ends, and with which exit code.

use std::io::{BufRead, BufReader, Read};
use std::net::UdpSocket;
use std::process::{Child, ChildStdout, Command, Stdio};

fn store(words: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_redplane"));
    command.arg("store").args(words.split_whitespace());
    command
}

/// A store that has said that it is ready.
struct Running {
    child: Child,
    stdout: BufReader<ChildStdout>,
    /// What it said until then.
    lines: Vec<String>,
}

impl Running {
    fn start(words: &str) -> Self {
        let mut child = store(words).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("starts");
        let stdout = BufReader::new(child.stdout.take().expect("is piped"));
        let mut running = Self { child, stdout, lines: Vec::new() };
        while !running.lines.last().is_some_and(|line| line.starts_with("ready")) {
            let mut line = String::new();
            let len = running.stdout.read_line(&mut line).expect("is text");
            assert!(len > 0, "the store ended after {:?}", running.lines);
            running.lines.push(line);
        }
        running
    }

    /// Ends it with a signal; gives what it said last and its exit code.
    fn end(mut self, signal: &str) -> (String, Option<i32>) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().expect("kill runs").success());
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).expect("is text");
        (rest, self.child.wait().expect("ends").code())
    }
}

impl Drop for Running {
    /// A failed test leaves no store behind.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn signalled_store_says_what_it_did_and_ends_well() {
    for signal in ["-INT", "-TERM"] {
        let running =
            Running::start("--listen 127.0.0.1:0 --shards 2 --ports 1024-2047 --metrics 127.0.0.1:0");
        assert!(
            running.lines.iter().any(|line| line.starts_with("shard 1 at 127.0.0.1:")),
            "{:?}",
            running.lines
        );
        assert!(running.lines.iter().any(|line| line.starts_with("metrics at http://127.0.0.1:")));
        let (summary, code) = running.end(signal);
        assert_eq!(code, Some(0), "{signal}");
        assert!(summary.starts_with("0 requests, 0 answers and recalls, 0 flows\n"), "{summary}");
    }
}

#[test]
fn options_out_of_sense_end_with_2_and_refusals_of_the_system_with_4() {
    let taken = UdpSocket::bind("127.0.0.1:0").expect("there is a port");
    let in_use = format!("--listen {}", taken.local_addr().expect("is bound"));
    for (words, code, message) in [
        ("--shards 0", 2, "at least one shard"),
        ("--listen 127.0.0.1:65535 --shards 2", 2, "above 65535"),
        ("--lease-period 1", 2, "lease period of 1 ms"),
        ("--flows 0", 2, "number of flows of 0"),
        ("--flows 1000000000 --shards 64", 2, "MiB of memory"),
        ("--pool 203.0.113.1 --ports 80-80 --shards 2 --listen 127.0.0.1:0", 2, "no outside ports"),
        ("--pool 10.0.0.0/8", 2, "at most a /16"),
        ("--nonsense", 2, "--nonsense"),
        ("--durability chain", 2, "--master etcd://"),
        ("--durability etcd://127.0.0.1:1 --app heavy-hitter --listen 127.0.0.1:0", 2, "has a structure"),
        ("--durability chain --master etcd://127.0.0.1:1 --listen 0.0.0.0:0", 2, "cannot listen at 0.0.0.0"),
        ("status", 2, "--metrics"),
        (&in_use, 4, "is in use"),
        ("--listen 192.0.2.77:8000", 4, "no address 192.0.2.77"),
        ("--listen 127.0.0.1:0 --metrics 192.0.2.77:9108", 4, "192.0.2.77:9108"),
    ] {
        let output = store(words).output().expect("runs");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{words}: {stderr}");
        assert!(stderr.contains(message), "{words}: {stderr} does not say {message}");
    }
}

#[test]
fn status_shows_a_store_and_misses_one_that_is_not_there() {
    let running = Running::start("--listen 127.0.0.1:0 --shards 2 --app counter --metrics 127.0.0.1:0");
    let line =
        running.lines.iter().find_map(|line| line.strip_prefix("metrics at http://")).expect("is said");
    let place = line.trim().trim_end_matches("/metrics");
    let output = store(&format!("status --metrics {place}")).output().expect("runs");
    let table = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{table}");
    assert!(table.contains("alone") && table.contains(place), "{table}");

    let output = store(&format!("status --json --metrics {place},127.0.0.1:1")).output().expect("runs");
    let text = String::from_utf8_lossy(&output.stdout);
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("is JSON")).collect();
    assert_eq!((&lines[0]["status"]["role"], &lines[0]["status"]["shards"]), (&"alone".into(), &2.into()));
    assert!(lines[1]["error"].as_str().is_some_and(|error| error.contains("cannot be reached")), "{text}");
    assert_eq!(output.status.code(), Some(1), "one does not answer");
}

#[test]
fn store_without_durability_says_so_and_its_log_is_json_if_wanted() {
    let mut running = store("--listen 127.0.0.1:0 --app counter --log-format json");
    let mut child = running.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
    let mut lines = BufReader::new(child.stdout.take().expect("is piped")).lines();
    let kept = lines.find_map(|line| line.ok().filter(|line| line.starts_with("state is kept")));
    assert!(kept.is_some_and(|line| line.contains("LOST")));
    assert!(lines.any(|line| line.is_ok_and(|line| line.starts_with("ready"))));
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().expect("kill runs").success());
    let output = child.wait_with_output().expect("ends");
    let log = String::from_utf8_lossy(&output.stderr);
    let line: serde_json::Value =
        serde_json::from_str(log.lines().next().expect("it warns")).expect("is JSON");
    assert_eq!((&line["level"], &line["target"]), (&"WARN".into(), &"redplane_store::server::config".into()));
    assert!(line["message"].as_str().is_some_and(|message| message.contains("no durability")), "{log}");
    assert!(line["time"].as_str().is_some_and(|time| time.ends_with('Z')), "{log}");
}

#[test]
fn replicas_of_a_fixed_chain_tell_their_places_and_end_when_told() {
    let ports: Vec<u16> = std::iter::repeat_with(|| UdpSocket::bind("127.0.0.1:0").expect("there is a port"))
        .take(2)
        .collect::<Vec<_>>()
        .iter()
        .map(|socket| socket.local_addr().expect("is bound").port())
        .collect();
    let chain = format!(
        "--app counter --durability chain --metrics 127.0.0.1:0 --replicas 127.0.0.1:{},127.0.0.1:{}",
        ports[0], ports[1]
    );
    let head = Running::start(&format!("{chain} --me 0"));
    let tail = Running::start(&format!("{chain} --me 1"));
    assert!(head.lines.iter().any(|line| line.contains("fixed chain of 2")), "{:?}", head.lines);
    let place = |running: &Running| {
        let line = running.lines.iter().find_map(|line| line.strip_prefix("metrics at http://"));
        line.expect("is said").trim().trim_end_matches("/metrics").to_owned()
    };
    let output =
        store(&format!("status --metrics {},{}", place(&head), place(&tail))).output().expect("runs");
    let table = String::from_utf8_lossy(&output.stdout);
    assert!(table.contains("head") && table.contains("tail") && output.status.success(), "{table}");
    assert_eq!(tail.end("-TERM").1, Some(0));
    assert_eq!(head.end("-TERM").1, Some(0));
}
