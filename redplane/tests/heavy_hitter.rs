//! The heavy-hitter detector as a user runs it: replayed, and at a switch with its store. On captures made by hand, and on the shared
//! collection where it is at hand.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod support;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use support::{Folder, frame, redplane, text, write_capture};

const START_NS: u64 = 1_600_000_000_000_000_000;
/// Packets of the capture that [`traffic`] makes, and the time between two of them.
const PACKETS: u64 = 4000;
const GAP_NS: u64 = 100_000;

/// Two VLANs and untagged packets. Of eight packets three are of one heavy flow, one is of another, the others are of many.
fn traffic() -> Vec<(u64, u32, Vec<u8>)> {
    (0..PACKETS)
        .map(|number| {
            let (vlan, host, port) = match number % 8 {
                0..3 => (Some(217), 1, 5000),
                3 => (None, 2, 5000),
                4 | 5 => (Some(5), 3, (number * 7 % 500) as u16),
                _ => (Some(217), 4, (number * 13 % 900) as u16),
            };
            let mut bytes = frame(([10, 0, 0, host], port), ([198, 51, 100, 1], 443), None, b"payload");
            if let Some(vlan) = vlan {
                bytes.splice(12..12, [0x81, 0, 0, vlan]);
            }
            (START_NS + number * GAP_NS, bytes.len() as u32, bytes)
        })
        .collect()
}

/// Replays a capture and gives exit code, standard output and error.
fn replay(folder: &Folder, capture: &str, options: &[&str]) -> (Option<i32>, String, String) {
    let out = folder.file("out");
    let common = ["replay", "--app", "heavy-hitter", "--pcap", capture, "--out", &out];
    let output = redplane(&[&common[..], options].concat());
    let (stdout, stderr) = text(&output);
    (output.status.code(), stdout, stderr)
}

fn report(folder: &Folder) -> Value {
    serde_json::from_slice(&std::fs::read(folder.file("out/report.json")).unwrap()).unwrap()
}

const SHORT: [&str; 4] = ["--lease-period", "20", "--detection", "2"];

#[test]
fn detector_that_fails_halfway_finds_all_again_and_loses_less_than_the_bound() {
    let folder = Folder::new("heavy-halfway");
    let (capture, plot) = (folder.file("in.pcap"), folder.file("error.svg"));
    write_capture(&capture, &traffic());
    let options = [&SHORT[..], &["--threshold", "200", "--plot", &plot]].concat();
    let (code, stdout, stderr) = replay(&folder, &capture, &options);
    assert_eq!((code, stderr.as_str()), (Some(0), ""), "{stdout}");
    assert!(!stdout.contains("FAILED"), "{stdout}");
    let report = report(&folder);
    let failure = &report["failure"];
    assert_eq!(failure["at_packet"], PACKETS / 2 + 1);
    assert_eq!((&failure["vlans"], &failure["vlans_taken_over"]), (&3.into(), &3.into()));
    // A snapshot every 1 ms, a packet every 100 µs: some counts are lost, and none that is older than two periods.
    let (lost, age_us) =
        (failure["packets_lost"].as_u64().unwrap(), failure["lost_age_us"].as_u64().unwrap());
    assert!((1..=20).contains(&lost) && age_us <= 2000, "{failure}");
    let packets = &report["packets"];
    assert_eq!(packets["at_dead_switch"], 20);
    assert_eq!(packets["output"], PACKETS - 20);
    assert_eq!(packets["dropped"], 0);
    for stage in ["before", "recovered", "end"] {
        assert_eq!(report[stage]["heavy"], 2, "{stage}");
        assert_eq!(report[stage]["both"], 2, "{stage}");
    }
    assert_eq!(report["end"]["packets"], PACKETS - 20);
    let heaviest = &report["heavy"][0];
    assert_eq!((&heaviest["vlan"], &heaviest["reported"]), (&217.into(), &true.into()));
    assert_eq!(heaviest["flow"], "udp 10.0.0.1:5000 > 198.51.100.1:443");
    assert_eq!(heaviest["exact_at_failure"], 3 * PACKETS / 16);
    assert_eq!(report["reports"]["by_both"], 2, "marks are not replicated");
    let svg = std::fs::read_to_string(plot).unwrap();
    assert!(svg.contains("switch 1 fails") && svg.contains("begins empty, mean"));
}

#[test]
fn same_run_gives_the_same_report_and_the_seed_changes_no_count() {
    let folder = Folder::new("heavy-seed");
    let capture = folder.file("in.pcap");
    write_capture(&capture, &traffic());
    let ends = ["1", "1", "4294967290"].map(|seed| {
        let (code, stdout, _) = replay(&folder, &capture, &[&SHORT[..], &["--seed", seed]].concat());
        assert_eq!(code, Some(0), "{stdout}");
        (report(&folder), stdout)
    });
    assert_eq!(ends[0], ends[1]);
    assert_eq!(ends[0].0["end"]["packets"], ends[2].0["end"]["packets"]);
}

#[test]
fn lossy_link_delays_snapshots_and_breaks_no_promise() {
    let folder = Folder::new("heavy-loss");
    let capture = folder.file("in.pcap");
    write_capture(&capture, &traffic());
    for seed in 1..=5 {
        let seed = seed.to_string();
        let loss = ["--loss", "20", "--link-delay", "100", "--slots-per-message", "8", "--threshold", "200"];
        let options = [&SHORT[..], &loss[..], &["--seed", seed.as_str()]].concat();
        let (code, stdout, _) = replay(&folder, &capture, &options);
        assert_eq!(code, Some(0), "{stdout}");
        let report = report(&folder);
        assert!(report["switches"][0]["events"]["SlotsResent"].as_u64().unwrap() > 10, "{stdout}");
    }
}

#[test]
fn counts_lost_beyond_a_bound_too_short_for_the_loss_were_said_to_be_stale() {
    let folder = Folder::new("heavy-bound");
    let capture = folder.file("in.pcap");
    write_capture(&capture, &traffic());
    let options = [
        "--loss",
        "30",
        "--slots-per-message",
        "4",
        "--bound",
        "2",
        "--lease-period",
        "20",
        "--detection",
        "2",
    ];
    let (code, stdout, _) = replay(&folder, &capture, &options);
    assert_eq!(code, Some(0), "{stdout}");
    let report = report(&folder);
    let stale = report["switches"][0]["events"]["StaleWentOn"].as_u64().unwrap();
    let old = report["failure"]["lost_age_us"].as_u64().unwrap();
    assert!(stale > 100 && old > 2000, "{stdout}");
}

#[test]
fn snapshots_take_what_the_table_says_and_packed_ones_little() {
    let folder = Folder::new("heavy-bandwidth");
    let capture = folder.file("in.pcap");
    write_capture(&capture, &traffic());
    let (code, stdout, _) = replay(&folder, &capture, &[&SHORT[..], &["--bandwidth"]].concat());
    assert_eq!(code, Some(0), "{stdout}");
    assert!(stdout.contains("34.16") && stdout.contains("ok     packed snapshots take 8 Mbit/s"), "{stdout}");
    let report = report(&folder);
    let bandwidth = &report["bandwidth"];
    assert_eq!(bandwidth["vlan"], 217);
    let way = |number: usize, what: &str| bandwidth["ways"][number][what].as_f64().unwrap();
    assert_eq!([way(0, "messages"), way(1, "messages"), way(2, "messages")], [64.0, 1.0, 1.0]);
    // 20 bytes of header, 4 of key, 8 of range and base, 12 of words, and 46 around them.
    assert!((way(0, "slots_mbit_s") - 64.0 * 90.0 * 8.0 / 1000.0).abs() < 0.2, "{bandwidth}");
    assert!((way(1, "slots_mbit_s") - 846.0 * 8.0 / 1000.0).abs() < 0.1, "{bandwidth}");
    assert!(way(2, "slots_mbit_s") < 0.5 * way(1, "slots_mbit_s"), "{bandwidth}");
}

#[test]
fn window_makes_counts_begin_again_and_each_flow_is_reported_once_in_it() {
    let folder = Folder::new("heavy-window");
    let capture = folder.file("in.pcap");
    write_capture(&capture, &traffic());
    let options = [&SHORT[..], &["--window", "100", "--threshold", "100"]].concat();
    let (code, stdout, _) = replay(&folder, &capture, &options);
    assert_eq!(code, Some(0), "{stdout}");
    let report = report(&folder);
    assert_eq!(report["reports"]["most"], 1);
    assert_eq!(report["reports"]["windows"], 4, "the capture takes a little less than 400 ms");
    assert!(report["reports"]["reports"].as_u64().unwrap() >= 6, "{stdout}");
    assert!(report["end"]["packets"].as_u64().unwrap() < PACKETS / 3, "{stdout}");
}

#[test]
fn options_that_cannot_be_are_refused_with_exit_code_2() {
    let folder = Folder::new("heavy-usage");
    let capture = folder.file("in.pcap");
    write_capture(&capture, &traffic()[..10]);
    for options in [
        &["--loss", "100"][..],
        &["--threshold", "0"],
        &["--bound", "1", "--snapshot-period", "1000"],
        &["--whole-every", "0"],
    ] {
        let (code, _, stderr) = replay(&folder, &capture, options);
        assert_eq!(code, Some(2), "{options:?}: {stderr}");
    }
}

/// Ends a store whatever becomes of the test.
struct Store(Child);

impl Drop for Store {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn switch_with_a_store_prints_each_heavy_flow_once_and_its_messages_are_decoded() {
    let folder = Folder::new("heavy-switch");
    let (input, output) = (folder.file("in.pcap"), folder.file("out.pcap"));
    let messages = folder.file("messages.pcap");
    write_capture(&input, &traffic());
    let mut store = Command::new(env!("CARGO_BIN_EXE_redplane"));
    store.args(["store", "--listen", "127.0.0.1:0", "--app", "heavy-hitter", "--lease-period", "200"]);
    let mut store = Store(store.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap());
    let lines = BufReader::new(store.0.stdout.take().unwrap()).lines();
    let address =
        lines.map_while(Result::ok).find_map(|line| line.strip_prefix("shard 0 at ").map(str::to_owned));
    let address = address.unwrap();

    let (inside, outside) = (format!("pcap:{input}"), format!("pcap:out={output}"));
    let common = ["switch", "--app", "heavy-hitter", "--store", &address, "--lease-period", "200"];
    let ports = ["--inside", &inside, "--outside", &outside, "--record", &messages];
    let run = redplane(&[&common[..], &ports, &["--threshold", "200", "--window", "0"]].concat());
    let (stdout, stderr) = text(&run);
    assert_eq!(run.status.code(), Some(0), "{stderr}");
    assert_eq!(support::read_capture(&output).len() as u64, PACKETS, "{stdout}");
    for flow in
        ["vlan 217 udp 10.0.0.1:5000 > 198.51.100.1:443", "vlan 0 udp 10.0.0.2:5000 > 198.51.100.1:443"]
    {
        assert_eq!(stdout.matches(&format!("heavy: {flow} packets 2")).count(), 1, "{stdout}");
    }
    let port = address.rsplit(':').next().unwrap();
    let (decoded, _) = text(&redplane(&["decode", "--store-port", port, &messages]));
    assert!(decoded.contains(" SnapshotSlots schema=3 ") && decoded.contains(" SnapshotAck schema=3 "));
}

/// The captures have licences of their own and are beside the repository, not in it.
#[test]
fn captures_of_the_shared_collection_keep_their_promise() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/traces");
    if !root.is_dir() {
        println!("skipped: no captures in ../shared/traces beside the repository");
        return;
    }
    let folder = Folder::new("heavy-corpus");
    let isp: &[&str] = &["--untimed-gap", "100", "--lease-period", "50", "--detection", "5"];
    for (name, options) in
        [("vlan/isp-vlan-4k.pcap.gz", isp), ("large/apps-mix-snap128.pcap.gz", &["--fail-at", "63600"])]
    {
        let path = root.join(name);
        let (code, stdout, _) = replay(&folder, path.to_str().unwrap(), options);
        assert_eq!(code, Some(0), "{name}: {stdout}");
        let report = report(&folder);
        assert!(report["recovered"]["heavy"].as_u64().unwrap() >= 2, "{name}: {stdout}");
        assert!(report["failure"]["vlans_taken_over"].as_u64().unwrap() >= 3, "{name}: {stdout}");
    }
}
