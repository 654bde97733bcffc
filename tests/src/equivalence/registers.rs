//! Every register of a native switch.
//!
//! The switch shows a flow's lease and state to those who ask, but neither when it last asked for a lease nor since when the store is
//! silent. Its `Debug` text has all of it.

use std::fmt::{self, Debug, Write};

/// A slot of the flow table with its cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Slot {
    pub(super) key: Vec<u32>,
    /// Epoch, renounced, deadline, seq, acked, asked: the order of the machine's arrays.
    pub(super) cells: [u32; 6],
    pub(super) state: Vec<u32>,
}

/// What a switch remembers beside its mirror queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Registers {
    pub(super) slots: Vec<Slot>,
    pub(super) silence: u32,
}

impl Registers {
    /// Reads them off; `None` if the text is not as it is expected here.
    pub(super) fn of(switch: &impl Debug) -> Option<Self> {
        let mut text = Head::default();
        // It ends with an error on purpose: the mirror queue is long.
        let _ = write!(text, "{switch:?}");
        let mut rows = text.0.split("Row {");
        rows.next()?;
        let slots = rows.map(slot).collect::<Option<Vec<_>>>()?;
        Some(Self { slots, silence: number(&text.0, "silence: ")? })
    }
}

fn slot(text: &str) -> Option<Slot> {
    let cells = ["epoch", "renounced", "deadline", "seq", "acked", "asked"];
    let mut values = [0; 6];
    for (value, name) in values.iter_mut().zip(cells) {
        *value = number(text, &format!(" {name}: "))?;
    }
    Some(Slot { key: numbers(text, "key: [")?, cells: values, state: numbers(text, "state: [")? })
}

fn number(text: &str, before: &str) -> Option<u32> {
    let (_, rest) = text.split_once(before)?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

fn numbers(text: &str, before: &str) -> Option<Vec<u32>> {
    let (_, rest) = text.split_once(before)?;
    let (list, _) = rest.split_once(']')?;
    list.split(", ").map(|number| number.parse().ok()).collect()
}

/// The text up to the mirror queue.
#[derive(Default)]
struct Head(String);

impl Write for Head {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        if piece == "mirror" {
            return Err(fmt::Error);
        }
        self.0.push_str(piece);
        Ok(())
    }
}
