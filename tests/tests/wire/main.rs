//! The wire format: golden messages out of `docs/wire-format.md`, everything malformed, and encoding in place.
//!
//! | file | shows |
//! | --- | --- |
//! | `golden.rs` | the examples that people read are what the code reads and writes |
//! | `malformed.rs` | every truncation, and every field that contradicts another, is an error of its own |
//! | `random.rs` | what is encoded decodes to itself; what is not ours never panics |
//! | `in_place.rs` | a packet is not copied when a message is put around it |

#![allow(clippy::unwrap_used)] // in a test a panic is the report

/// Words off the wire as numbers.
macro_rules! words {
    ($words:expr) => {
        $words.iter().map(|word| word.get()).collect::<Vec<u32>>()
    };
}

mod document;
mod golden;
mod in_place;
mod malformed;
mod random;

use redplane_apps::Nat44;
use redplane_core::packet::Buffer;
use redplane_core::program::Program;
use redplane_core::wire::{Body, Envelope, Layout, Message, NoRoom, Slots, TAG_LEN};

/// The schema of the snapshot examples: a key of one word, and a structure of three rows, so slots of three words.
pub const SNAPSHOT: Layout = Layout { schema: 200, key_words: 1, state_words: 2, slot_words: 3 };

/// The schemas that the examples are of.
pub fn layout_of(schema: u8) -> Option<Layout> {
    [Nat44::LAYOUT, SNAPSHOT].into_iter().find(|layout| layout.schema == schema)
}

/// Encodes what was decoded, in front of what the buffer holds.
pub fn encode_again(message: &Message<'_>, buffer: &mut Buffer<'_>) -> Result<(), NoRoom> {
    let key = words!(message.key());
    let state = words!(message.state());
    let layout = layout_of(message.schema()).unwrap_or(Layout {
        schema: message.schema(),
        key_words: key.len() as u8,
        state_words: 0,
        slot_words: 0,
    });
    let envelope = Envelope {
        layout: Layout { key_words: key.len() as u8, ..layout },
        kind: message.kind(),
        flags: message.flags(),
        switch: message.switch(),
        incarnation: message.incarnation(),
        epoch: message.epoch(),
        seq: message.seq(),
        timestamp: message.timestamp(),
        key: &key,
        state: &state,
    };
    match message.body() {
        Body::Slots { range, base, marks, values } => {
            let (marks, values) = (words!(marks), words!(values));
            envelope.encode_slots(&Slots { range, base, marks: &marks, values: &values }, buffer)?;
        }
        Body::Range(range) => envelope.encode_range(range, buffer)?,
        Body::Empty | Body::State(_) | Body::Refusal(_) => envelope.encode(buffer)?,
    }
    if let Some(tag) = message.tag() {
        // The encoder leaves the tag to whoever signs.
        let end = message.head_len();
        buffer.bytes_mut()[end - TAG_LEN..end].copy_from_slice(tag);
    }
    Ok(())
}
