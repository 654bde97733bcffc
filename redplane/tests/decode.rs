//! `redplane decode` as a user runs it: on what a replay recorded, and on files that hold no message.

mod support;

use support::{Folder, frame, redplane, text, write_capture};

#[test]
fn messages_recorded_by_a_replay_are_printed_in_order_with_direction() {
    let folder = Folder::new("decode-replay");
    let (capture, messages) = (folder.file("in.pcap"), folder.file("messages.pcap"));
    let syn = frame(([10, 0, 0, 1], 5000), ([198, 51, 100, 1], 443), Some(2), b"");
    write_capture(
        &capture,
        &[(1_000_000_000, syn.len() as u32, syn.clone()), (3_500_000_000, syn.len() as u32, syn)],
    );
    let out = folder.file("out");
    let arguments = [
        "replay",
        "--pcap",
        &capture,
        "--out",
        &out,
        "--record",
        &messages,
        "--fail-at",
        "2",
        "--detection",
        "0",
    ];
    assert!(redplane(&arguments).status.success());

    let output = redplane(&["decode", &messages]);
    let (lines, error) = text(&output);
    assert!(output.status.success() && error.is_empty(), "{error}");
    let lines: Vec<_> = lines.lines().collect();
    let kinds: Vec<_> = lines.iter().map(|line| line.split_whitespace().nth(4).unwrap()).collect();
    assert_eq!(kinds[..4], ["LeaseRequest", "Grant", "Write", "WriteAck"], "{lines:#?}");
    assert!(
        lines[0].contains("0.000000000 10.255.0.1:4000 > 10.255.0.100:8000 LeaseRequest schema=1 switch=1.1")
    );
    assert!(lines[0].contains("key=00000006.0a000001.00001388") && lines[0].contains("+54B"));
    assert!(lines[1].contains("10.255.0.100:8000 > 10.255.0.1:4000 Grant"));
    // The second switch, after the failure.
    assert!(lines.iter().any(|line| line.contains("Grant schema=1 switch=2.1") && line.contains("migrated")));
}

#[test]
fn capture_without_messages_says_which_ports_were_looked_at() {
    let folder = Folder::new("decode-none");
    let capture = folder.file("in.pcap");
    let dns = frame(([10, 0, 0, 1], 5000), ([8, 8, 8, 8], 53), None, b"question");
    write_capture(&capture, &[(0, dns.len() as u32, dns)]);
    let output = redplane(&["decode", &capture]);
    let (lines, error) = text(&output);
    assert_eq!((output.status.code(), lines.as_str()), (Some(0), ""));
    assert!(error.contains("4000") && error.contains("8000-8063"), "{error}");
    let output = redplane(&["decode", "--store-port", "53", &capture]);
    assert!(text(&output).0.contains("10.0.0.1:5000 > 8.8.8.8:53 no message: 8 bytes"), "{output:?}");
}

#[test]
fn files_that_cannot_be_used_are_refused_with_exit_code_3() {
    let folder = Folder::new("decode-bad");
    let path = folder.file("text");
    std::fs::write(&path, "this is no capture at all").unwrap();
    let output = redplane(&["decode", &path]);
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output).1.contains("not a packet capture"));
}
