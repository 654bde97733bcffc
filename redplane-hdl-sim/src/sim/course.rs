//! The kinds of passes that stages have a list of instructions for: of a packet, of a grant, of a copy of a write, and so on.

use redplane_core::field::Pass;
use redplane_core::wire::Kind;

use super::parser::lets_in;

/// What is known of a pass when it enters the first stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Course {
    pub(super) pass: Pass,
    /// Of the message, or of the one that a copy is for.
    pub(super) kind: Option<Kind>,
}

/// Kinds of passes.
const PASSES: usize = 5;

/// Numbers of kinds of messages, and 0 for none.
const KINDS: usize = Kind::ALL.len() + 1;

impl Course {
    /// How many numbers courses have, some of which are no course's.
    pub(super) const COUNT: usize = PASSES * KINDS;

    /// Its number.
    pub(super) fn number(self) -> usize {
        self.pass as usize * KINDS + self.kind_number() as usize
    }

    /// The kind as the parser writes it down, 0 for none.
    pub(super) fn kind_number(self) -> u32 {
        self.kind.map_or(0, |kind| kind as u32)
    }

    /// All that there can be.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        let without = [Pass::Packet, Pass::Sweep, Pass::GiveUp].into_iter().map(|pass| (pass, None));
        let messages =
            Kind::ALL.iter().filter(|kind| lets_in(**kind)).map(|kind| (Pass::Message, Some(*kind)));
        let copies = Kind::ALL.iter().map(|kind| (Pass::Copy, Some(*kind)));
        without.chain(messages).chain(copies).map(|(pass, kind)| Self { pass, kind })
    }
}
