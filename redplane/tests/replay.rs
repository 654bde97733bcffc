//! `redplane replay` as a user runs it: on captures made by hand, on broken files, and on the shared collection where it is at hand.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod support;

use std::path::{Path, PathBuf};

use serde_json::Value;
use support::{End, Folder, frame, read_capture, redplane, sum, text, write_capture};

const SYN: u8 = 0x02;
const ACK: u8 = 0x10;
const SERVER: End = ([198, 51, 100, 1], 443);
const START_NS: u64 = 1_600_000_000_000_000_000;

fn host(number: u8) -> End {
    ([10, 0, 0, number], 5000 + u16::from(number))
}

/// Connections of three hosts, both ways as seen in front of a NAT: one round every 20 ms.
fn connections(rounds: u64) -> Vec<(u64, u32, Vec<u8>)> {
    let mut frames = Vec::new();
    let mut add = |frame: Vec<u8>| {
        let at_ns = START_NS + frames.len() as u64 * 2_000_000;
        frames.push((at_ns, frame.len() as u32, frame));
    };
    for number in 1..=3 {
        add(frame(host(number), SERVER, Some(SYN), b""));
        add(frame(SERVER, host(number), Some(SYN | ACK), b""));
    }
    for round in 0..rounds {
        for number in 1..=3 {
            let payload = [b"round ", &round.to_be_bytes()[..], &[number]].concat();
            add(frame(host(number), SERVER, Some(ACK), &payload));
            add(frame(SERVER, host(number), Some(ACK), &payload));
        }
        add(frame(host(4), ([8, 8, 8, 8], 53), None, &round.to_be_bytes()));
    }
    frames
}

fn report(folder: &Folder) -> Value {
    serde_json::from_slice(&std::fs::read(folder.file("out/report.json")).unwrap()).unwrap()
}

/// Runs a replay into `out` of the folder and gives its exit code and standard error.
fn replay(folder: &Folder, capture: &str, options: &[&str]) -> (Option<i32>, String) {
    let out = folder.file("out");
    let output = redplane(&[&["replay", "--pcap", capture, "--out", &out], options].concat());
    (output.status.code(), text(&output).1)
}

#[test]
fn switch_that_fails_halfway_changes_no_translation_and_loses_nothing_but_what_was_at_it() {
    let folder = Folder::new("replay-halfway");
    let capture = folder.file("in.pcap");
    let frames = connections(200);
    write_capture(&capture, &frames);
    let (code, error) = replay(&folder, &capture, &["--detection", "0"]);
    assert_eq!((code, error.as_str()), (Some(0), ""));
    let report = report(&folder);
    let packets = &report["packets"];
    assert_eq!(packets["in"], frames.len());
    assert_eq!(packets["out"], frames.len());
    assert_eq!(packets["returns_readdressed"], 3 * 201);
    assert_eq!((&packets["unexplained"], &packets["unknown"]), (&0.into(), &0.into()));
    assert_eq!(report["failure"]["at_packet"], frames.len() / 2 + 1);
    assert!(report["failure"]["packets_delayed"].as_u64().unwrap() > 100);
    assert!(report["failure"]["longest_delay_ms"].as_f64().unwrap() <= 1000.0);
    let flows = &report["flows"];
    assert_eq!((&flows["flows"], &flows["flows_across_failure"]), (&4.into(), &4.into()));
    assert_eq!(flows["flows_changed"], 0);
    for translation in report["translations"].as_array().unwrap() {
        assert!(translation["before"].is_string() && translation["before"] == translation["after"]);
    }

    // What came out, by itself: one outside endpoint for each host throughout, sound checksums, every packet once.
    let out = read_capture(folder.file("out/out.pcap"));
    assert_eq!(out.len(), frames.len());
    for number in 1..=3 {
        let mut ends: Vec<&[u8]> = Vec::new();
        for (_, _, frame) in &out {
            assert_eq!(sum(&frame[14..34], 0), 0xffff);
            let pseudo = sum(&frame[26..34], u32::from(frame[23]) + frame.len() as u32 - 34);
            assert_eq!(sum(&frame[34..], u32::from(pseudo)), 0xffff);
            let is_data = frame[23] == 6 && frame.last() == Some(&number) && frame.len() > 60;
            if is_data && frame[30..34] == SERVER.0 {
                assert_eq!(frame[26..29], [203, 0, 113]);
                ends.push(&frame[26..36]); // the source's address and port, around the destination's address
            } else if is_data {
                assert_eq!(frame[30..34], host(number).0);
            }
        }
        assert_eq!(ends.len(), 200);
        ends.dedup();
        assert_eq!(ends.len(), 1);
    }
}

#[test]
fn seed_does_not_change_what_comes_out() {
    let folder = Folder::new("replay-seed");
    let capture = folder.file("in.pcap");
    write_capture(&capture, &connections(60));
    let outputs = ["1", "4294967295", "2147483640"].map(|seed| {
        assert_eq!(replay(&folder, &capture, &["--seed", seed]).0, Some(0));
        std::fs::read(folder.file("out/out.pcap")).unwrap()
    });
    assert!(outputs[0].len() > 10_000);
    assert!(outputs[0] == outputs[1] && outputs[1] == outputs[2]);
}

#[test]
fn packets_at_the_dead_switch_are_lost_until_detection() {
    let folder = Folder::new("replay-detection");
    let capture = folder.file("in.pcap");
    write_capture(&capture, &connections(100));
    assert_eq!(replay(&folder, &capture, &["--detection", "100"]).0, Some(0));
    // A packet every 2 ms.
    assert_eq!(report(&folder)["packets"]["dropped"]["AtDeadSwitch"], 50);
}

#[test]
fn packets_that_do_not_cross_the_nat_are_unchanged_and_those_from_outside_are_not_let_in() {
    let folder = Folder::new("replay-sides");
    let capture = folder.file("in.pcap");
    let local = frame(host(1), host(2), None, b"local");
    let transit = frame(SERVER, ([8, 8, 8, 8], 1), None, b"transit");
    let scan = frame(SERVER, host(9), Some(SYN), b"");
    let frames: Vec<_> = [&local, &transit, &scan]
        .into_iter()
        .enumerate()
        .map(|(at, frame)| (START_NS + at as u64, frame.len() as u32, frame.clone()))
        .collect();
    write_capture(&capture, &frames);
    assert_eq!(replay(&folder, &capture, &["--fail-at", "3"]).0, Some(0));
    assert_eq!(read_capture(folder.file("out/out.pcap")), frames[..2]);
    let report = report(&folder);
    assert_eq!(report["packets"]["inside_to_inside"], 1);
    assert_eq!(report["packets"]["outside_to_outside"], 1);
    assert_eq!(report["packets"]["dropped"]["NoMapping"], 1);

    // The same with the server's network on the inside.
    let inside = ["--inside", "198.51.100.0/24", "--fail-at", "3", "--detection", "0"];
    assert_eq!(replay(&folder, &capture, &inside).0, Some(0));
    assert_eq!(report_of(&folder, "through_nat"), 2);
}

fn report_of(folder: &Folder, what: &str) -> u64 {
    report(folder)["packets"][what].as_u64().unwrap()
}

#[test]
fn packets_cut_by_the_capture_come_out_cut_with_their_length() {
    let folder = Folder::new("replay-cut");
    let capture = folder.file("in.pcap");
    let mut frames = connections(50);
    for (_, _, bytes) in &mut frames {
        bytes.truncate(56);
    }
    write_capture(&capture, &frames);
    assert_eq!(replay(&folder, &capture, &[]).0, Some(0));
    let out = read_capture(folder.file("out/out.pcap"));
    assert!(out.iter().all(|(_, _, bytes)| bytes.len() <= 56));
    let lengths = |frames: &[(u64, u32, Vec<u8>)], len| frames.iter().filter(|it| it.1 == len).count();
    // Those with a payload are cut; all but what was at the dead switch come out.
    assert!(lengths(&out, 69) > 250 && lengths(&out, 69) <= lengths(&frames, 69));
    assert_eq!(report(&folder)["capture"]["packets_cut"], lengths(&frames, 69));
}

#[test]
fn pool_that_is_too_small_drops_and_counts() {
    let folder = Folder::new("replay-pool");
    let capture = folder.file("in.pcap");
    // More inside endpoints than one address has ports.
    let frames: Vec<_> = (0..66_000u32)
        .map(|at| {
            let [_, _, c, d] = at.to_be_bytes();
            let frame = frame(([10, 1, c, d], 5000), ([8, 8, 8, 8], 53), None, &at.to_be_bytes());
            (START_NS + u64::from(at) * 1000, frame.len() as u32, frame)
        })
        .chain((0..500u32).map(|at| {
            let [_, _, c, d] = at.to_be_bytes();
            let frame = frame(([10, 2, c, d], 5000), ([8, 8, 8, 8], 53), None, &at.to_be_bytes());
            (START_NS + 70_000_000, frame.len() as u32, frame)
        }))
        .collect();
    write_capture(&capture, &frames);
    let options = ["--pool", "203.0.113.7/32", "--fail-at", "66400"];
    assert_eq!(replay(&folder, &capture, &options).0, Some(0));
    let report = report(&folder);
    assert!(report["packets"]["dropped"]["PoolEmpty"].as_u64().unwrap() > 1000, "{}", report["packets"]);
    assert_eq!(
        (&report["flows"]["flows_changed"], &report["flows"]["packets_shared"]),
        (&0.into(), &0.into())
    );
}

#[test]
fn files_that_cannot_be_used_are_refused_with_exit_code_3() {
    let folder = Folder::new("replay-bad");
    for (name, bytes, why) in [
        ("empty", &b""[..], "empty"),
        ("text", b"this is no capture at all", "not a packet capture"),
        ("header", &[0xd4, 0xc3, 0xb2, 0xa1, 2, 0][..], "inside its header"),
    ] {
        let path = folder.file(name);
        std::fs::write(&path, bytes).unwrap();
        let (code, error) = replay(&folder, &path, &[]);
        assert_eq!(code, Some(3), "{name}: {error}");
        assert!(error.contains(why) && error.contains(&path) && error.lines().count() == 1, "{error}");
    }
    let (code, error) = replay(&folder, &folder.file("nowhere"), &[]);
    assert!(code == Some(3) && error.contains("cannot open"), "{error}");
}

#[test]
fn file_that_is_cut_off_is_replayed_as_far_as_it_goes_with_a_warning() {
    let folder = Folder::new("replay-cut-off");
    let capture = folder.file("in.pcap");
    write_capture(&capture, &connections(20));
    let bytes = std::fs::read(&capture).unwrap();
    std::fs::write(&capture, &bytes[..bytes.len() - 7]).unwrap();
    let (code, error) = replay(&folder, &capture, &[]);
    assert_eq!(code, Some(0));
    assert!(error.contains("cut off"), "{error}");
    assert_eq!(report_of(&folder, "in"), connections(20).len() as u64 - 1);
    assert!(report(&folder)["capture"]["warning"].is_string());
}

#[test]
fn failure_beyond_the_capture_is_warned_of_and_nothing_fails() {
    let folder = Folder::new("replay-beyond");
    let capture = folder.file("in.pcap");
    write_capture(&capture, &connections(1));
    let (code, error) = replay(&folder, &capture, &["--fail-at", "5000"]);
    assert_eq!(code, Some(0), "{error}");
    assert!(error.contains("does not fail"), "{error}");
    assert!(report(&folder)["failure"]["at_packet"].is_null());
}

#[test]
fn options_that_cannot_be_are_refused_with_exit_code_2() {
    let folder = Folder::new("replay-usage");
    let capture = folder.file("in.pcap");
    write_capture(&capture, &connections(1));
    for options in [
        &["--fail-at", "0"][..],
        &["--pool", "203.0.0.0/16"],
        &["--lease-period", "1"],
        &["--inside", "10.0.0.0"],
        &["--app", "firewall"],
    ] {
        let (code, error) = replay(&folder, &capture, options);
        assert_eq!(code, Some(2), "{options:?}: {error}");
    }
}

fn files_under(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_under(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// The captures have licences of their own and are beside the repository, not in it.
#[test]
fn captures_of_the_shared_collection_keep_their_promise_or_are_refused() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/traces");
    if !root.is_dir() {
        println!("skipped: no captures in ../shared/traces beside the repository");
        return;
    }
    let mut files = Vec::new();
    files_under(&root, &mut files);
    let is_small = |path: &PathBuf| path.metadata().unwrap().len() < 1_000_000;
    let folder = Folder::new("replay-corpus");
    let (mut replayed, mut refused) = (0, 0);
    for path in files.iter().filter(|path| is_small(path) && !path.to_str().unwrap().contains("MANIFEST")) {
        let path = path.to_str().unwrap();
        match replay(&folder, path, &["--pool", "203.0.113.0/32"]) {
            (Some(0), _) => {
                let report = report(&folder);
                let packets = &report["packets"];
                assert_eq!((&packets["unexplained"], &packets["unknown"]), (&0.into(), &0.into()), "{path}");
                replayed += 1;
            }
            (Some(3), _) => refused += 1,
            (code, error) => panic!("{path}: exit code {code:?}: {error}"),
        }
    }
    assert!(replayed > 200 && refused > 10, "{replayed} replayed, {refused} refused");
}
