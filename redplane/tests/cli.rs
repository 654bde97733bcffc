//! The command line itself: help that teaches, and exit codes.

mod support;

use support::{Folder, frame, redplane, text, write_capture};

#[test]
fn help_tells_exit_codes_and_every_command_has_examples() {
    let (help, _) = text(&redplane(&["--help"]));
    assert!(help.contains("Exit codes:") && help.contains("RUST_LOG"), "{help}");
    for command in ["store", "switch", "replay", "decode"] {
        assert!(help.contains(&format!("redplane {command} ")), "{command}");
        let output = redplane(&[command, "--help"]);
        let (help, _) = text(&output);
        assert_eq!(output.status.code(), Some(0));
        assert!(help.contains("Example"), "{command}: {help}");
    }
}

#[test]
fn wrong_options_are_exit_code_2() {
    for arguments in [
        &[][..],
        &["fly"],
        &["switch", "--app", "nat", "--store", "127.0.0.1:8000", "--inside", "eth0", "--outside", "tap:b"],
        &["switch", "--app", "nat", "--store", "127.0.0.1:8000", "--inside", "tap:a", "--outside", "tap:b"],
        &["decode"],
    ] {
        assert_eq!(redplane(arguments).status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn switch_over_captures_without_a_store_loses_its_packets_and_says_so() {
    let folder = Folder::new("cli-switch");
    let (input, output) = (folder.file("in.pcap"), folder.file("out.pcap"));
    let udp = frame(([10, 0, 0, 1], 5000), ([8, 8, 8, 8], 53), None, b"question");
    let arp = [&[0xff; 12][..], &[8, 6], &[0; 28]].concat();
    write_capture(&input, &[(1, udp.len() as u32, udp), (2, arp.len() as u32, arp.clone())]);
    // Port 9 (discard) has no store behind it.
    let inside = format!("pcap:{input}");
    let outside = format!("pcap:out={output}");
    let run = redplane(&[
        "switch",
        "--app",
        "counter",
        "--store",
        "127.0.0.1:9",
        "--inside",
        &inside,
        "--outside",
        &outside,
        "--lease-period",
        "20",
    ]);
    let (table, error) = text(&run);
    assert_eq!(run.status.code(), Some(0), "{error}");
    assert!(table.contains("LeaseRequested") && table.contains("Passed"), "{table}");
    let out = support::read_capture(&output);
    assert_eq!(out.len(), 1);
    assert_eq!(out[0].2, arp);
}
