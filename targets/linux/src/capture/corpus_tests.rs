//! Every capture of the shared collection is read, or refused with a reason, where that collection is at hand.

use std::path::{Path, PathBuf};

use super::*;

/// Beside the repository, not in it: the captures have licences of their own.
fn corpus() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/traces");
    if root.is_dir() {
        return Some(root);
    }
    println!("skipped: no captures in ../shared/traces beside the repository");
    None
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

#[derive(Debug, Default, PartialEq, Eq)]
struct Outcome {
    packets: u64,
    /// Packets shorter in the file than on the wire.
    cut: u64,
    refusal: Option<String>,
}

fn read(path: &Path) -> Outcome {
    let mut outcome = Outcome::default();
    let mut padding = vec![0; MAX_CAPTURED_LEN];
    let mut capture = match Capture::open(path) {
        Ok(capture) => capture,
        Err(error) => return Outcome { refusal: Some(error.to_string()), ..outcome },
    };
    loop {
        match capture.next_frame() {
            Ok(Some(frame)) => {
                outcome.packets += 1;
                let padded = padded(&frame, &mut padding).expect("room for any frame");
                let (bytes, original_len) = cut_back(&padding[..padded.len], padded.added);
                assert!(frame.bytes.starts_with(bytes) && original_len as usize == padded.len);
                outcome.cut += u64::from(frame.original_len as usize > frame.bytes.len());
            }
            Ok(None) => {
                assert!(capture.position() <= capture.total_bytes().unwrap());
                return outcome;
            }
            Err(error) => return Outcome { refusal: Some(error.to_string()), ..outcome },
        }
    }
}

#[test]
fn every_capture_is_read_or_refused_with_a_reason() {
    let Some(root) = corpus() else { return };
    let mut files = Vec::new();
    files_under(&root, &mut files);
    files.sort();
    let (mut good, mut refused) = (0, 0);
    for path in &files {
        let outcome = read(path);
        let name = path.strip_prefix(&root).unwrap().display().to_string();
        match &outcome.refusal {
            None => good += 1,
            Some(reason) => {
                println!("{name}: {} packets, then: {reason}", outcome.packets);
                refused += 1;
                // What was chosen for replays has to be readable; only bad/ and the lists beside it may be refused.
                assert!(
                    name.starts_with("bad/") || name.contains("MANIFEST") || name.ends_with(".tsv"),
                    "{name}"
                );
            }
        }
    }
    println!("{good} captures read, {refused} refused with a reason");
    assert!(good > 200 && refused > 10, "{good} read, {refused} refused");
}

/// The collection's list was made with other tools: it says how many packets each file has, whole ones or not.
#[test]
fn captures_have_the_packets_they_are_listed_with() {
    let Some(root) = corpus() else { return };
    let list = std::fs::read_to_string(root.join("MANIFEST.tsv")).unwrap();
    let mut compared = 0;
    for line in list.lines().skip(1) {
        let columns: Vec<&str> = line.split('\t').collect();
        let (name, packets) = (columns[0], columns[6].parse::<u64>());
        let (Ok(packets), Outcome { packets: read, refusal: None, .. }) = (packets, read(&root.join(name)))
        else {
            continue;
        };
        if packets == 0 {
            continue; // the list's tools do not know the pcap variant with long record headers, which is read here
        }
        assert_eq!(read, packets, "{name}");
        compared += 1;
    }
    assert!(compared > 200, "{compared} compared");
    let outcome = read(&root.join("general/isp-anon-snap96-15k-bigendian.pcap.gz"));
    assert_eq!(outcome, Outcome { packets: 15_721, cut: 13_487, refusal: None });
}
