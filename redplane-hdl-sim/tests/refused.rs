//! Programs that no pipeline can run, each in its own file of `tests/refused`, are refused with the message beside it.
//!
//! A program's first line says what is wrong with it. `BLESS=1 cargo test -p redplane-hdl-sim --test refused` writes the messages
//! anew: read them as an author of a program would, before they are kept. A place in a program is given as
//! `tests/refused/<name>.rs:LINE`, wherever the workspace stands; a place in another file without its line.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use redplane_core::wire::Layout;
use redplane_hdl_sim::check::Violation;
use redplane_hdl_sim::netlist::Netlist;
use redplane_hdl_sim::place::{Shape, place};
use redplane_hdl_sim::record::{Recorder, Recording};
use redplane_hdl_sim::target::{TOFINO1, Target};

mod refused {
    pub(crate) mod action_data_wider_than_an_entry;
    pub(crate) mod action_of_three_conditions;
    pub(crate) mod array_accessed_twice_in_a_row;
    pub(crate) mod array_accessed_twice_under_overlapping_guards;
    pub(crate) mod array_too_big_for_a_stage;
    pub(crate) mod arrays_in_a_circle;
    pub(crate) mod chain_of_accesses_too_long;
    pub(crate) mod chain_of_operations_too_long;
    pub(crate) mod condition_on_a_computed_value;
    pub(crate) mod five_actions_on_an_array;
    pub(crate) mod flow_table_too_big_for_all_stages;
    pub(crate) mod index_that_is_not_the_slot;
    pub(crate) mod key_wider_than_the_target_matches;
    pub(crate) mod more_fields_than_the_vector_has;
    pub(crate) mod more_memory_than_the_chip_has;
    pub(crate) mod output_neither_cell_nor_number;
    pub(crate) mod shifted_value;
    pub(crate) mod single_cell_by_the_slot;
    pub(crate) mod structure_of_two_copies;
    pub(crate) mod three_arrays_in_a_circle;
    pub(crate) mod two_actions_with_one_name;
    pub(crate) mod update_of_two_operations;
    pub(crate) mod value_of_two_operations;
}

/// A program, and the target that refuses it.
struct Refused {
    recording: Recording,
    shape: Shape,
    target: Target,
}

/// What a closure does in ingress, on a Tofino, with a key of one word, sixteen words of state, and few flows.
fn ingress(program: impl FnOnce(&mut Recorder)) -> Refused {
    let mut recorder = Recorder::new(0);
    program(&mut recorder);
    let shape = Shape {
        name: "refused".into(),
        layout: Layout { schema: 1, key_words: 1, state_words: 16, slot_words: 0 },
        state_bits: vec![32; 16],
        flows: 4_096,
    };
    let recording = Recording { ingress: recorder.finish(), egress: Netlist::default() };
    Refused { recording, shape, target: TOFINO1 }
}

const FOLDER: &str = "tests/refused/";

/// The message without where the workspace stands; lines of files that are not about it may move.
fn settled(message: &str) -> String {
    let word = |word: &str| {
        let Some(end) = word.find(".rs:") else { return word.to_owned() };
        if let Some(from) = word.find(FOLDER) {
            return word[from..].to_owned();
        }
        let path = &word[..end + 3];
        let rest = word[end + 4..].trim_start_matches(|letter: char| letter.is_ascii_digit());
        let from = path.find("redplane-").unwrap_or(0);
        format!("{}{rest}", &path[from..])
    };
    message.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(FOLDER)
}

fn assert_refused(name: &str, refused: &Refused) {
    let violations = match place(&refused.recording, &refused.shape, &refused.target) {
        Ok(pipeline) => panic!("{name} was placed in {} stages", pipeline.ingress.len()),
        Err(violations) => violations,
    };
    let message: String = violations.iter().map(|violation| settled(&violation.to_string()) + "\n").collect();
    let path = folder().join(name).with_extension("txt");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &message).expect("the folder of the programs can be written");
    }
    let wanted = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(message, wanted, "{name}: another message than in {}; BLESS=1 writes it anew", path.display());
}

macro_rules! programs {
    ($($name:ident),* $(,)?) => {
        const PROGRAMS: &[(&str, fn() -> Refused)] = &[$((stringify!($name), refused::$name::refused)),*];

        $(
            #[test]
            fn $name() {
                assert_refused(stringify!($name), &refused::$name::refused());
            }
        )*
    };
}

programs! {
    action_data_wider_than_an_entry,
    action_of_three_conditions,
    array_accessed_twice_in_a_row,
    array_accessed_twice_under_overlapping_guards,
    array_too_big_for_a_stage,
    arrays_in_a_circle,
    chain_of_accesses_too_long,
    chain_of_operations_too_long,
    condition_on_a_computed_value,
    five_actions_on_an_array,
    flow_table_too_big_for_all_stages,
    index_that_is_not_the_slot,
    key_wider_than_the_target_matches,
    more_fields_than_the_vector_has,
    more_memory_than_the_chip_has,
    output_neither_cell_nor_number,
    shifted_value,
    single_cell_by_the_slot,
    structure_of_two_copies,
    three_arrays_in_a_circle,
    two_actions_with_one_name,
    update_of_two_operations,
    value_of_two_operations,
}

#[test]
fn every_file_of_the_folder_is_a_program_or_its_message() {
    for entry in std::fs::read_dir(folder()).unwrap() {
        let file = entry.unwrap().path();
        let name = file.file_stem().unwrap().to_string_lossy();
        assert!(PROGRAMS.iter().any(|(known, _)| *known == name), "{name} is no program of the list");
        let extension = file.extension().unwrap();
        assert!(extension == "rs" || extension == "txt", "{}", file.display());
    }
}

#[test]
fn every_kind_of_violation_has_a_program() {
    let mut kinds = BTreeSet::new();
    for (_, refused) in PROGRAMS {
        let refused = refused();
        let violations = place(&refused.recording, &refused.shape, &refused.target).unwrap_err();
        kinds.extend(violations.iter().map(kind));
    }
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), (0..KINDS).collect::<Vec<_>>());
}

/// How many kinds there are.
const KINDS: u32 = 13;

/// A number for each kind: a kind that is added does not compile here until it has one.
fn kind(violation: &Violation) -> u32 {
    match violation {
        Violation::AccessedTwice { .. } => 0,
        Violation::Unfit { .. } => 1,
        Violation::TooManyActions { .. } => 2,
        Violation::NameTwice { .. } => 3,
        Violation::Backwards { .. } => 4,
        Violation::Index { .. } => 5,
        Violation::TooBig { .. } => 6,
        Violation::TooManyStages { .. } => 7,
        Violation::TooManyFields { .. } => 8,
        Violation::KeyTooWide { .. } => 9,
        Violation::TooMuchActionData { .. } => 10,
        Violation::TooMuchInAll(_) => 11,
        Violation::Beyond { .. } => 12,
    }
}
