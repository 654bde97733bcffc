//! The examples of `docs/wire-format.md` are what the code reads and writes.

use std::collections::BTreeSet;

use redplane_core::packet::Buffer;
use redplane_core::wire::{HEADROOM, Kind, Message, PORT_MAX, Refusal, STORE_PORT, SWITCH_PORT, VERSION};

use crate::document::{TEXT, examples};
use crate::{encode_again, layout_of};

/// A schema without a layout has a message of its own all the same: the refusal that says so.
fn layout_or_keyless(schema: u8) -> Option<redplane_core::wire::Layout> {
    layout_of(schema).or(Some(redplane_core::wire::Layout {
        schema,
        key_words: 3,
        state_words: 3,
        slot_words: 0,
    }))
}

/// Decodes a datagram into its messages.
pub(crate) fn decode(bytes: &[u8]) -> Vec<Message<'_>> {
    let mut messages = vec![];
    let mut rest = bytes;
    loop {
        let (message, after) = Message::parse(rest, layout_or_keyless).unwrap();
        messages.push(message);
        if after.is_empty() {
            return messages;
        }
        rest = after;
    }
}

#[test]
fn example_decoded_prints_as_the_document_says() {
    for example in examples() {
        let printed: Vec<String> = decode(&example.bytes).iter().map(Message::to_string).collect();
        assert_eq!(printed, example.printed);
    }
}

#[test]
fn example_encoded_again_is_the_same_bytes() {
    for example in examples() {
        let messages = decode(&example.bytes);
        let packet = messages.last().and_then(Message::piggyback).unwrap_or(&[]);
        let mut memory = vec![0xa5; 2 * HEADROOM + packet.len()];
        let end = memory.len();
        memory[end - packet.len()..].copy_from_slice(packet);
        let mut buffer = Buffer::new(&mut memory, end - packet.len(), end).unwrap();
        // The last message first: each is written in front of those that follow it.
        for message in messages.iter().rev() {
            encode_again(message, &mut buffer).unwrap();
        }
        assert_eq!(buffer.bytes(), example.bytes, "{:?}", example.printed);
    }
}

#[test]
fn every_kind_and_every_flag_has_an_example() {
    let examples = examples();
    let messages: Vec<_> = examples.iter().flat_map(|example| decode(&example.bytes)).collect();
    let kinds: BTreeSet<u8> = messages.iter().map(|message| message.kind().to_wire()).collect();
    let all: BTreeSet<u8> = Kind::ALL.iter().map(|kind| kind.to_wire()).collect();
    assert_eq!(kinds, all);
    let flags = messages.iter().map(|message| u16::from(message.flags())).fold(0, |all, flags| all | flags);
    // Of the nine bits of the port, the examples use three.
    assert_eq!(flags & 0b1_1111, 0b1_1111, "a flag without an example");
    assert!(messages.iter().any(|message| message.kind() == Kind::Refuse && message.key().is_empty()));
}

/// Rows of the document's tables that begin with a number and a name in backquotes.
fn numbered_rows() -> Vec<(u16, &'static str)> {
    TEXT.lines()
        .filter_map(|line| {
            let mut cells = line.strip_prefix("| ")?.split(" | ");
            let number = cells.next()?.parse().ok()?;
            Some((number, cells.next()?.strip_prefix('`')?.strip_suffix('`')?))
        })
        .collect()
}

#[test]
fn tables_of_kinds_and_reasons_are_complete() {
    let kinds = Kind::ALL.iter().map(|kind| (u16::from(kind.to_wire()), kind.name()));
    let refusals = Refusal::ALL.iter().map(|why| (why.to_wire(), why.name()));
    assert_eq!(numbered_rows(), kinds.chain(refusals).collect::<Vec<_>>());
}

#[test]
fn numbers_in_the_text_are_those_of_the_code() {
    for sentence in [
        format!(
            "A switch listens on port {SWITCH_PORT}; a store's shard *n* listens on port\n{STORE_PORT} + *n*"
        ),
        format!("| version | 4 | this format | {VERSION};"),
        format!("0 … {PORT_MAX};"),
        format!("= {HEADROOM} bytes: the head room"),
    ] {
        assert!(TEXT.contains(&sentence), "the document does not say {sentence:?}");
    }
}
