//! What a program must not do on a pipeline, each refusal with its place and a remedy.

use std::fmt;

use crate::netlist::Place;
use crate::pipeline::StageArray;
use crate::salu::Unfit;
use crate::usage::Shortage;

/// Why a program does not fit a pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Violation {
    /// One pass could access an array twice.
    AccessedTwice {
        /// The array.
        array: StageArray,
        /// Where it is accessed, in the program's order.
        places: [Place; 2],
    },
    /// A stateful ALU cannot do the action.
    Unfit {
        /// The array that it is for.
        array: StageArray,
        /// The action's name.
        action: String,
        /// Where it is used.
        place: Place,
        /// What is wrong with it.
        why: Unfit,
    },
    /// An array has more actions than the target holds for one.
    TooManyActions {
        /// The array.
        array: StageArray,
        /// The actions' names, and a place of each.
        actions: Vec<(String, Place)>,
        /// How many there may be.
        max: u32,
    },
    /// Two different actions of an array have one name.
    NameTwice {
        /// The array.
        array: StageArray,
        /// The name.
        action: String,
        /// Where each is used.
        places: [Place; 2],
    },
    /// What is done with one array depends on the other, and the other way round.
    Backwards {
        /// The arrays, each depending on the one before it and the first on the last.
        arrays: Vec<StageArray>,
        /// Where each takes what it depends on.
        places: Vec<Place>,
    },
    /// The cell's number is neither the flow's slot nor, for an array of one cell, zero.
    Index {
        /// The array.
        array: StageArray,
        /// Where.
        place: Place,
    },
    /// A structure with snapshots, a hash or a report: no pipeline is given them yet.
    Beyond {
        /// What it is.
        what: &'static str,
        /// Where.
        place: Place,
    },
    /// A stage of the target cannot hold it, not even alone.
    TooBig {
        /// What it is: an array, or the flow table.
        what: String,
        /// Where it is first used.
        place: Option<Place>,
        /// What is short, how much is needed and how much there is.
        shortage: String,
    },
    /// The target has not so many stages.
    TooManyStages {
        /// What was to be placed when they ran out.
        what: String,
        /// Where it is first used, if it is an array or the flow table.
        place: Option<Place>,
        /// How many there are.
        stages: u32,
    },
    /// The fields do not fit the packet header vector.
    TooManyFields {
        /// Bits that are alive at once, at worst.
        bits: u32,
        /// Bits that there are.
        max: u32,
    },
    /// The flow table's key is wider than the target can match.
    KeyTooWide {
        /// Bits of the key, in all its words.
        bits: u32,
        /// Bits that there may be.
        max: u32,
        /// Where the table is asked.
        place: Place,
    },
    /// An action takes more values of the control plane and large constants than an entry of a table can give it.
    TooMuchActionData {
        /// The fields that it writes.
        fields: Vec<String>,
        /// Bits of the data.
        bits: u32,
        /// Bits that there may be.
        max: u32,
    },
    /// Each stage holds its part, but all together take more than the target has.
    TooMuchInAll(Shortage),
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AccessedTwice { array, places: [first, second] } => write!(
                f,
                "array `{array}` is accessed twice in one pass: at {first} and at {second}. A pass reads and writes an array once: \
                 do both in one RegisterAction, or make the guards exclude each other"
            ),
            Self::Unfit { array, action, place, why } => {
                write!(f, "action `{action}` on array `{array}` at {place} {why}")
            }
            Self::TooManyActions { array, actions, max } => {
                let names: Vec<String> =
                    actions.iter().map(|(name, place)| format!("`{name}` at {place}")).collect();
                write!(
                    f,
                    "array `{array}` has {} actions and {max} fit: {}. Use one action for several of them, with operands that tell \
                     them apart",
                    actions.len(),
                    names.join(", ")
                )
            }
            Self::NameTwice { array, action, places: [first, second] } => write!(
                f,
                "array `{array}` has two different actions called `{action}`: at {first} and at {second}. Give one of them another \
                 name"
            ),
            Self::Backwards { arrays, places } => {
                let steps: Vec<String> =
                    arrays.iter().zip(places).map(|(array, place)| format!("`{array}` at {place}")).collect();
                write!(
                    f,
                    "arrays depend on each other in a circle: {}, and that again on the first. A packet passes each array once: \
                     access them in the order of `Array` in every pass, or take a second pass",
                    steps.join(", which depends on ")
                )
            }
            Self::Index { array, place } => write!(
                f,
                "array `{array}` is accessed at {place} in a cell that is not the flow's slot. Use the slot that the lookup gave, or \
                 a literal 0 for an array of one cell"
            ),
            Self::Beyond { what, place } => write!(
                f,
                "{what} is used at {place}, and pipelines are not given that yet. Programs with a structure run on soft cores and hosts"
            ),
            Self::TooBig { what, place, shortage } => {
                write!(f, "{what}")?;
                if let Some(place) = place {
                    write!(f, " (used at {place})")?;
                }
                write!(
                    f,
                    " does not fit a stage: {shortage}. Use fewer flows, narrower state, or a smaller key"
                )
            }
            Self::TooManyStages { what, place, stages } => {
                write!(f, "no stage is left for {what}")?;
                if let Some(place) = place {
                    write!(f, " (used at {place})")?;
                }
                write!(
                    f,
                    ": the target has {stages}. Make decisions depend on fewer results of one another, or use fewer flows, so that \
                     more arrays share a stage"
                )
            }
            Self::TooManyFields { bits, max } => write!(
                f,
                "{bits} bits of fields are alive at once and the packet header vector has {max}. Keep fewer or narrower words from \
                 stage to stage"
            ),
            Self::KeyTooWide { bits, max, place } => write!(
                f,
                "the flow table's key (looked up at {place}) has {bits} bits and a table of the target matches {max}. Use fewer or \
                 narrower key words, or a hash of them"
            ),
            Self::TooMuchActionData { fields, bits, max } => write!(
                f,
                "the action that writes `{}` takes {bits} bits of parameters and large constants, and a table gives an action {max}. \
                 Write some of them under another guard, or from fields",
                fields.join("`, `")
            ),
            Self::TooMuchInAll(shortage) => write!(
                f,
                "all stages together take more than the target has: {shortage}. Use fewer flows, narrower state, or a smaller key"
            ),
        }
    }
}

impl std::error::Error for Violation {}
