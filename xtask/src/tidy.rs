//! What no file of the repository may contain: paths of somebody's machine, unfinished work, what a build makes.

use std::fs;

use anyhow::{Result, bail};

use crate::process::{quietly, root};

// In pieces, or this file would contain them.
const NOT_IN_FILES: [(&str, &str); 5] = [
    (concat!("/wo", "rk/"), "a path of one machine"),
    (concat!("/ro", "ot/"), "a path of one machine"),
    (concat!("/tmp/", "target"), "a path of one machine"),
    (concat!("TO", "DO"), "unfinished work: finish it or say in the documentation that it is not there"),
    (concat!("FIX", "ME"), "unfinished work: finish it or say in the documentation that it is not there"),
];

/// Looks through all files that git knows or would add.
///
/// # Errors
/// Something was found.
pub(crate) fn run() -> Result<()> {
    let Some(list) = quietly("git", &["ls-files", "--cached", "--others", "--exclude-standard"]) else {
        println!("not checked: this is no git repository, or git is not installed");
        return Ok(());
    };
    let mut faults = Vec::new();
    for path in list.lines() {
        if let Some(fault) = fault_of_path(path) {
            faults.push(format!("{path}: {fault}"));
        }
        // A file may be known and deleted, or not be text.
        if let Ok(text) = fs::read_to_string(root()?.join(path)) {
            faults.extend(faults_of_text(&text).map(|(line, fault)| format!("{path}:{line}: {fault}")));
        }
    }
    println!("{} files", list.lines().count());
    if !faults.is_empty() {
        bail!("untidy files:\n  {}", faults.join("\n  "));
    }
    Ok(())
}

fn fault_of_path(path: &str) -> Option<&'static str> {
    let built = path.split('/').any(|part| part == "target") || path.ends_with(".profraw");
    built.then_some("made by a build: it belongs into no commit")
}

fn faults_of_text(text: &str) -> impl Iterator<Item = (usize, String)> {
    (1..).zip(text.lines()).flat_map(|(number, line)| {
        let found = NOT_IN_FILES.iter().filter(|(what, _)| line.contains(what));
        found.map(move |(what, why)| (number, format!("`{what}` is {why}")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_with_each_forbidden_word_is_found_in_its_line() {
        for (word, _) in NOT_IN_FILES {
            let text = format!("good\nsee {word}x\ngood");
            let lines: Vec<usize> = faults_of_text(&text).map(|(line, _)| line).collect();
            assert_eq!(lines, [2], "{word}");
        }
        assert_eq!(faults_of_text("the network/ a root and a target").count(), 0);
    }

    #[test]
    fn path_in_a_target_folder_is_found() {
        assert!(fault_of_path("tests/target/debug/x").is_some());
        assert!(fault_of_path("targets/linux/src/lib.rs").is_none());
    }
}
