//! The generated programs are the ones in `golden/`, byte for byte: a change of the data plane shows in review as a changed text.
//!
//! `cargo xtask p4` writes them anew.

use std::fs;
use std::path::PathBuf;

use redplane_tofino::generate::{App, File, Options, generate};

/// Set to write the files anew: only for changes that can be explained.
const BLESS: &str = "REDPLANE_BLESS";

fn generated(app: App) -> Vec<File> {
    match generate(app, Options::default()) {
        Ok(files) => files,
        Err(errors) => panic!("{}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")),
    }
}

/// Where a generated file stands among the golden ones; the control plane's own files stand in `control/`.
fn golden(app: App, file: &File) -> Option<PathBuf> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/golden"));
    match file.path.as_str() {
        "manifest.json" => Some(folder.join(format!("{}.manifest.json", app.name()))),
        path if path.ends_with(".p4") || path == "reuse_rule.py" => Some(folder.join(path)),
        _ => None,
    }
}

/// Generates twice: the same program gives the same bytes.
fn compared(app: App) {
    let files = generated(app);
    assert_eq!(files, generated(app), "the second time is different");
    for file in files {
        let Some(path) = golden(app, &file) else { continue };
        if std::env::var_os(BLESS).is_some() {
            assert!(fs::write(&path, &file.text).is_ok(), "cannot write {}", path.display());
        }
        let golden = fs::read_to_string(&path).unwrap_or_default();
        for (number, (ours, theirs)) in file.text.lines().zip(golden.lines()).enumerate() {
            assert_eq!(
                ours,
                theirs,
                "line {} of {}; `cargo xtask p4` writes it anew",
                number + 1,
                path.display()
            );
        }
        assert_eq!(file.text.len(), golden.len(), "{}; `cargo xtask p4` writes it anew", path.display());
    }
}

#[test]
fn nat_generated_gives_the_golden_files() {
    compared(App::Nat);
}

#[test]
fn counter_generated_gives_the_golden_files() {
    compared(App::Counter);
}

#[test]
fn flows_that_are_no_power_of_two_are_refused_with_a_remedy() {
    let errors = generate(App::Counter, Options { flows: 1000 }).unwrap_err();
    let text = errors.iter().map(ToString::to_string).collect::<String>();
    assert!(text.contains("1000") && text.contains("power of two"), "{text}");
}

/// Of a thing that is counted, all counters have the same number, and no other thing has it.
#[test]
fn counters_of_the_manifest_have_one_number_for_each_name() {
    let files = generated(App::Counter);
    let manifest = files.iter().find(|file| file.path == "manifest.json").unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest.text).unwrap();
    let counters = manifest["counters"].as_array().unwrap();
    assert!(!counters.is_empty());
    for one in counters {
        for other in counters {
            assert_eq!(one["name"] == other["name"], one["index"] == other["index"], "{one} {other}");
        }
    }
}
