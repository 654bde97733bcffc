//! `redplane bench store` against stores that are processes: what it proves, what it counts, and that it can fail.
#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod support;

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use support::{Folder, text};

fn redplane(words: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_redplane"));
    command.args(words.split_whitespace());
    command
}

/// A store that has said that it is ready; killed when dropped.
struct Store {
    child: Child,
    stdout: BufReader<ChildStdout>,
    /// Where its first shard listens.
    address: String,
}

impl Store {
    fn start(words: &str) -> Self {
        let mut command = redplane("store");
        let command = command.args(words.split_whitespace()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let mut store = Self { child, stdout, address: String::new() };
        loop {
            let mut line = String::new();
            assert!(store.stdout.read_line(&mut line).unwrap() > 0, "the store of {words} has ended");
            if let Some(rest) = line.strip_prefix("shard 0 at ") {
                store.address = rest.trim().to_owned();
            }
            if line.starts_with("ready") {
                return store;
            }
        }
    }

    fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Ends it; gives what it says that it did.
    fn end(mut self) -> String {
        assert!(Command::new("kill").arg(self.pid().to_string()).status().unwrap().success());
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).unwrap();
        rest
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a run printed and wrote, and how it ended.
struct Run {
    code: Option<i32>,
    stdout: String,
    stderr: String,
    json: Value,
}

fn bench(name: &str, words: &str) -> Run {
    let folder = Folder::new(name);
    let json = folder.file("run.json");
    let output = redplane("bench store --json").arg(&json).args(words.split_whitespace()).output().unwrap();
    let (stdout, stderr) = text(&output);
    let json = std::fs::read_to_string(json).map_or(Value::Null, |text| text.parse().unwrap());
    Run { code: output.status.code(), stdout, stderr, json }
}

impl Run {
    fn number(&self, name: &str) -> f64 {
        self.json[name].as_f64().unwrap_or_else(|| panic!("no {name} in {}", self.json))
    }

    fn refused(&self, reason: &str) -> u64 {
        let refusals = self.json["refusals"].as_array().unwrap();
        let of_reason = refusals.iter().filter(|refused| refused["reason"] == reason);
        of_reason.map(|refused| refused["count"].as_u64().unwrap()).sum()
    }

    /// It ended well: something was acked, all of it was read back.
    fn is_kept(&self) {
        assert_eq!(self.code, Some(0), "{}{}", self.stdout, self.stderr);
        assert!(self.stdout.contains("nothing acked is lost"), "{}", self.stdout);
        assert!(self.number("acked") > 0.0 && self.number("read_back") > 0.0, "{}", self.json);
        assert_eq!(self.number("read_back"), self.number("granted_flows"), "{}", self.json);
    }
}

#[test]
fn store_under_load_keeps_all_that_it_acked_and_is_measured() {
    let store = Store::start("--listen 127.0.0.1:0 --shards 2 --app counter");
    let (address, pid) = (store.address.clone(), store.pid());
    for distribution in ["uniform", "hot"] {
        let words = format!(
            "--store {address} --shards 2 --flows 2000 --seconds 1 --distribution {distribution} --pid {pid}"
        );
        let run = bench(distribution, &words);
        run.is_kept();
        assert_eq!(run.number("granted_flows"), 2000.0);
        let latency = |name: &str| run.json["latency"][name].as_f64().unwrap();
        assert!(0.0 < latency("p50_us") && latency("p50_us") <= latency("p999_us"), "{}", run.json);
        assert!(run.number("cpu_us_per_write") > 0.0 && run.number("longest_pause_ms") > 0.0);
    }
    let said = store.end();
    assert!(!said.contains("refused"), "{said}");
}

#[test]
fn rate_and_number_of_writes_are_kept_to() {
    let store = Store::start("--listen 127.0.0.1:0 --app counter");
    let run = bench("rate", &format!("--store {} --flows 50 --rate 1000 --writes 500", store.address));
    run.is_kept();
    assert_eq!(run.number("acked"), 500.0);
    assert!(run.number("seconds") > 0.45, "{}", run.json);
}

#[test]
fn stores_over_their_limits_refuse_with_the_reason_and_recover() {
    for (reason, limits, load) in [
        (
            "FlowsFull",
            "--app counter --flows 102 --counter-idle 1 --lease-period 100",
            "--flows 200 --flow-writes 10 --idle 1 --lease-period 100 --seconds 30",
        ),
        (
            "PoolEmpty",
            "--app nat --pool 203.0.113.1 --ports 2000-2099 --udp-idle 1 --lease-period 100",
            "--app nat --flows 200 --flow-writes 10 --idle 1 --lease-period 100 --seconds 30",
        ),
        ("WaitingFull", "--app counter --waiting 4 --waiting-per-flow 2", "--contend --flows 50 --seconds 1"),
    ] {
        let store = Store::start(&format!("--listen 127.0.0.1:0 {limits}"));
        let run = bench(reason, &format!("--store {} {load}", store.address));
        run.is_kept();
        // All flows came to be in the end, also those for which there was no room at first.
        assert_eq!(run.number("granted_flows"), run.number("flows"), "{reason}: {}", run.json);
        let refused = run.refused(reason);
        assert!(refused > 0, "{reason}: {}", run.json);
        assert!(run.stdout.contains(&format!("refused: {reason}")), "{}", run.stdout);
        let said = store.end();
        assert!(said.contains(&format!("refused: {reason} {refused}")), "{reason} {refused}: {said}");
    }
}

#[test]
fn chain_over_its_limits_refuses_with_the_reason_and_recovers() {
    let sockets = [(); 3].map(|()| std::net::UdpSocket::bind("127.0.0.1:0").unwrap());
    let replicas = sockets.map(|socket| socket.local_addr().unwrap().to_string()).join(",");
    let limits = "--app counter --flows 102 --counter-idle 1 --lease-period 100";
    let words = |me| format!("--durability chain --replicas {replicas} --me {me} {limits}");
    let [head, _middle, _tail] = [0, 1, 2].map(|me| Store::start(&words(me)));
    let load = "--flows 200 --flow-writes 10 --idle 1 --lease-period 100 --seconds 30";
    let run = bench("chain", &format!("--store {replicas} {load}"));
    run.is_kept();
    assert_eq!(run.number("granted_flows"), 200.0, "{}", run.json);
    let refused = run.refused("FlowsFull");
    let said = head.end();
    assert!(refused > 0 && said.contains(&format!("refused: FlowsFull {refused}")), "{refused}: {said}");
}

#[test]
fn store_killed_and_restarted_empty_is_found_out() {
    let store = Store::start("--listen 127.0.0.1:0 --app counter");
    let address = store.address.clone();
    let words = format!("--store {address} --flows 200 --seconds 2");
    let load = std::thread::spawn(move || bench("killed", &words));
    std::thread::sleep(Duration::from_secs(1));
    drop(store);
    let _empty = Store::start(&format!("--listen {address} --app counter"));
    let run = load.join().unwrap();
    assert_eq!(run.code, Some(1), "{}{}", run.stdout, run.stderr);
    assert!(run.number("fault_count") > 0.0, "{}", run.json);
    assert!(run.stdout.contains("was acked, the store has 0"), "{}", run.stdout);
}

#[test]
fn two_owners_at_once_are_found_out() {
    // The switches believe in a lease that is longer than the store's, so the store grants flows whose owner still writes.
    let store = Store::start("--listen 127.0.0.1:0 --app counter --lease-period 100");
    let words = "--lease-period 3000 --contend --flows 50 --rate 100 --seconds 1.5";
    let run = bench("owners", &format!("--store {} {words}", store.address));
    assert_eq!(run.code, Some(1), "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("while another switch's lease was live"), "{}", run.stdout);
}

#[test]
fn store_that_dies_for_good_is_told_as_flows_that_cannot_be_read() {
    let store = Store::start("--listen 127.0.0.1:0 --app counter --lease-period 100");
    let words = format!("--store {} --flows 20 --seconds 1.5 --lease-period 100", store.address);
    let load = std::thread::spawn(move || bench("dead", &words));
    std::thread::sleep(Duration::from_secs(1));
    drop(store);
    let run = load.join().unwrap();
    assert_eq!(run.code, Some(1), "{}{}", run.stdout, run.stderr);
    assert_eq!(run.number("unread"), 20.0, "{}", run.json);
    assert!(run.stdout.contains("could not be read back"), "{}", run.stdout);
}

#[test]
fn silent_first_replica_is_left_for_the_next() {
    let nobody = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let silent = nobody.local_addr().unwrap();
    let store = Store::start("--listen 127.0.0.1:0 --app counter");
    let run = bench("silent", &format!("--store {silent},{} --flows 100 --seconds 0.5", store.address));
    run.is_kept();
    assert_eq!(run.number("moves"), 1.0, "{}", run.json);
}

#[test]
fn no_store_or_one_without_the_program_ends_with_a_remedy() {
    let nobody = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let run = bench("nobody", &format!("--store {}", nobody.local_addr().unwrap()));
    assert_eq!(run.code, Some(4), "{}", run.stderr);
    assert!(run.stderr.contains("no store answers at"), "{}", run.stderr);

    let store = Store::start("--listen 127.0.0.1:0 --app counter");
    let run = bench("unserved", &format!("--store {} --app nat", store.address));
    assert_eq!(run.code, Some(2), "{}", run.stderr);
    assert!(run.stderr.contains("start it with --app nat"), "{}", run.stderr);

    let run = bench("pid", &format!("--store {} --pid 4294967295", store.address));
    assert_eq!(run.code, Some(2), "{}", run.stderr);
    assert!(run.stderr.contains("no process 4294967295"), "{}", run.stderr);
}
