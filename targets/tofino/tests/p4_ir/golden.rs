//! The good programs pass, and their texts are the ones beside this file.

use super::{everything, forwarder};
use redplane_tofino::p4::ast::Program;
use redplane_tofino::p4::check::check;
use redplane_tofino::p4::print;

/// Set to write the texts anew: only for changes that can be explained.
const BLESS: &str = "REDPLANE_BLESS";

/// Checks and prints a program and compares it with its golden file.
#[track_caller]
fn expect_golden(program: Program, file: &str) {
    let text = match check(program) {
        Ok(checked) => checked.to_p4(),
        Err(errors) => panic!("refused:\n{errors}"),
    };
    let path = format!("{}/tests/p4_ir/{file}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os(BLESS).is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap();
    for (number, (ours, theirs)) in text.lines().zip(golden.lines()).enumerate() {
        assert_eq!(ours, theirs, "line {} of {file}; set {BLESS} to write it anew", number + 1);
    }
    assert_eq!(text.len(), golden.len());
}

#[track_caller]
fn expect_tidy(program: &Program) {
    let text = print::draft(program);
    let long: Vec<&str> = text.lines().filter(|line| line.chars().count() > 100).collect();
    assert_eq!(long, [""; 0]);
    assert!(!text.contains("\n\n\n"), "two blank lines in a row");
    assert!(text.lines().all(|line| line.trim_end() == line), "blanks at the end of a line");
}

#[test]
fn forwarder_checked_and_printed_gives_the_golden_text() {
    expect_golden(forwarder::program(), "forwarder.p4");
}

#[test]
fn everything_checked_and_printed_gives_the_golden_text() {
    expect_golden(everything::program(), "everything.p4");
}

#[test]
fn program_printed_twice_gives_the_same_text() {
    assert_eq!(print::draft(&everything::program()), print::draft(&everything::program()));
}

#[test]
fn programs_printed_stay_within_a_hundred_columns() {
    expect_tidy(&forwarder::program());
    expect_tidy(&everything::program());
}
