//! Why a pipeline cannot be run on the hardware that it was given.

use std::fmt;

use crate::pipeline::{Act, ActionId, FieldId, StageArray};

/// Why there is no device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// A unit names a field that the vector does not have.
    NoField(FieldId),
    /// A unit names an action that the pipeline does not have.
    NoAction(ActionId),
    /// An action has more or fewer rows than its conditions have outcomes.
    ActionRows(ActionId),
    /// An action has more conditions than a stateful ALU.
    ActionConditions(ActionId),
    /// A unit accesses an array that the pipeline does not have.
    NoArray(StageArray),
    /// An array has no cells, or fewer than there are flows.
    ArrayCells(StageArray),
    /// Two stages access an array, which has a place in one.
    ArrayInTwoStages(StageArray),
    /// A lookup's key has so many words, not as many as the layout says.
    KeyWords(usize),
    /// A shift by so many bits, more than a word has.
    Shift(u32),
    /// The flow table has so many entries, which is no multiple of four.
    Flows(u32),
    /// A decision table names something that its stage does not have.
    NoAct(Act),
    /// All lookups together hold so many flows, fewer than there are slots.
    TableTooSmall(u32),
    /// More fields and constants, or more tests in a stage, than the simulator can number.
    TooLarge,
    /// The clock, or a link, has a rate of 0.
    NoRate,
    /// More ports than a message can name.
    Ports(usize),
    /// Copies are cut to so many bytes, fewer than a write's header, key and state take.
    Truncation {
        /// What copies are cut to.
        to: usize,
        /// What they need.
        needs: usize,
    },
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoField(field) => {
                write!(f, "a unit names field {}, which the vector does not have", field.0)
            }
            Self::NoAction(action) => write!(f, "a unit names action {}, which there is not", action.0),
            Self::ActionRows(action) => {
                write!(f, "action {} has not as many rows as its conditions have outcomes", action.0)
            }
            Self::ActionConditions(action) => {
                write!(f, "action {} has more conditions than a stateful ALU", action.0)
            }
            Self::NoArray(array) => write!(f, "a unit accesses array {array}, which there is not"),
            Self::ArrayCells(array) => write!(f, "array {array} has too few cells"),
            Self::ArrayInTwoStages(array) => write!(f, "two stages access array {array}"),
            Self::KeyWords(words) => write!(f, "a lookup of {words} words is not of the program's key"),
            Self::Shift(by) => write!(f, "a shift by {by} bits leaves nothing"),
            Self::Flows(flows) => write!(f, "{flows} flows do not fill sets of four"),
            Self::NoAct(act) => write!(f, "a decision table names {act:?}, which its stage does not have"),
            Self::TableTooSmall(entries) => {
                write!(f, "the lookups hold {entries} flows, fewer than there are slots")
            }
            Self::TooLarge => f.write_str("more fields, constants or tests than the simulator can number"),
            Self::NoRate => f.write_str("the clock or a link has a rate of 0"),
            Self::Ports(ports) => write!(f, "{ports} ports are more than a message can name"),
            Self::Truncation { to, needs } => {
                write!(f, "copies are cut to {to} bytes, but a write without its packet takes {needs}")
            }
        }
    }
}

impl std::error::Error for Unfit {}
