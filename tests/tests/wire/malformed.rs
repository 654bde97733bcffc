//! Everything that is cut short or contradicts itself is an error, and the error says which.

use redplane_core::wire::{Flags, HEADER_LEN, Kind, Message, ParseError, Refusal};

use crate::document::{Example, examples};
use crate::golden::decode;
use crate::layout_of;

fn parse(bytes: &[u8]) -> Result<Kind, ParseError> {
    Message::parse(bytes, layout_of).map(|(message, _)| message.kind())
}

/// The first example of a kind whose piggyback is as wanted.
fn example(kind: Kind, piggyback: bool) -> Vec<u8> {
    let wanted = |example: &Example| {
        let [message] = decode(&example.bytes)[..] else { return false };
        message.kind() == kind && message.piggyback().is_some() == piggyback && message.tag().is_none()
    };
    examples().into_iter().find(wanted).unwrap_or_else(|| panic!("no example of {kind:?}")).bytes
}

fn with_flags(bytes: &[u8], change: impl Fn(Flags) -> Flags) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let flags = change(Flags::from(u16::from_be_bytes([bytes[6], bytes[7]])));
    bytes[6..8].copy_from_slice(&u16::from(flags).to_be_bytes());
    bytes
}

#[test]
fn every_truncation_of_every_example_is_too_short_unless_it_only_cuts_the_packet() {
    let mut cut = 0;
    for example in examples() {
        let messages = decode(&example.bytes);
        let heads: usize = messages.iter().map(Message::head_len).sum();
        for len in 0..heads {
            // The message that is hit is the last that is looked at.
            let mut rest = &example.bytes[..len];
            let error = loop {
                match Message::parse(rest, layout_of) {
                    Ok((_, after)) => rest = after,
                    Err(error) => break error,
                }
            };
            assert_eq!(error, ParseError::TooShort, "{:?} cut to {len}", example.printed);
            cut += 1;
        }
        // A cut in the packet is not seen: its length is what remains.
        for len in heads..example.bytes.len() {
            assert_eq!(decode(&example.bytes[..len]).last().unwrap().piggyback().unwrap().len(), len - heads);
        }
    }
    assert!(cut > 500, "only {cut} truncations");
}

#[test]
fn bytes_behind_a_message_are_trailing() {
    for kind in Kind::ALL.iter().filter(|kind| !kind.may_carry()) {
        let mut bytes = example(*kind, false);
        assert_eq!(parse(&bytes), Ok(*kind));
        bytes.push(0);
        assert_eq!(parse(&bytes), Err(ParseError::TrailingBytes), "{kind:?}");
    }
}

#[test]
fn other_versions_are_refused() {
    for version in (0..16).filter(|version| *version != 1) {
        let mut bytes = example(Kind::Renew, false);
        bytes[0] = version << 4 | bytes[0] & 0xf;
        assert_eq!(parse(&bytes), Err(ParseError::Version), "{version}");
    }
}

#[test]
fn kind_without_a_meaning_is_refused() {
    // Of the sixteen numbers there are, it is the only one left.
    let mut bytes = example(Kind::Renew, false);
    bytes[0] &= 0xf0;
    assert_eq!(parse(&bytes), Err(ParseError::Kind));
}

#[test]
fn schema_that_is_not_configured_is_refused() {
    let mut bytes = example(Kind::Renew, false);
    bytes[1] = 77;
    assert_eq!(parse(&bytes), Err(ParseError::Schema));
}

#[test]
fn reserved_flags_are_refused() {
    for reserved in 1..4 {
        let bytes = with_flags(&example(Kind::Renew, false), |flags| flags.with_reserved(reserved));
        assert_eq!(parse(&bytes), Err(ParseError::Flags));
    }
}

#[test]
fn packet_in_a_kind_that_carries_none_is_refused() {
    for kind in Kind::ALL.iter().filter(|kind| !kind.may_carry()) {
        let bytes = with_flags(&example(*kind, false), |flags| flags.with_piggyback(true));
        assert_eq!(parse(&bytes), Err(ParseError::Flags), "{kind:?}");
    }
}

#[test]
fn packet_before_another_message_is_refused() {
    let bytes = with_flags(&example(Kind::Write, true), |flags| flags.with_more(true));
    assert_eq!(parse(&bytes), Err(ParseError::Flags));
}

#[test]
fn migrated_anywhere_but_in_a_grant_is_refused() {
    for kind in Kind::ALL.iter().filter(|kind| **kind != Kind::Grant) {
        let bytes = with_flags(&example(*kind, kind.may_carry()), |flags| flags.with_migrated(true));
        assert_eq!(parse(&bytes), Err(ParseError::Flags), "{kind:?}");
    }
}

#[test]
fn port_without_a_packet_is_refused() {
    let bytes = with_flags(&example(Kind::Renew, false), |flags| flags.with_port(3));
    assert_eq!(parse(&bytes), Err(ParseError::Flags));
}

#[test]
fn refusal_without_a_reason_is_refused() {
    let beyond = Refusal::ALL.len() as u16 + 1;
    for reason in [0, beyond, 511] {
        let bytes = with_flags(&example(Kind::Refuse, false), |flags| flags.with_port(reason));
        assert_eq!(parse(&bytes), Err(ParseError::Flags), "{reason}");
    }
}

#[test]
fn announced_message_that_does_not_follow_is_too_short() {
    let bytes = with_flags(&example(Kind::Renew, false), |flags| flags.with_more(true));
    assert_eq!(parse(&bytes), Err(ParseError::TooShort));
}

#[test]
fn slot_count_beyond_the_datagram_is_too_short() {
    let mut bytes = example(Kind::SnapshotSlots, false);
    let count_at = HEADER_LEN + 4 + 2;
    bytes[count_at..count_at + 2].copy_from_slice(&u16::MAX.to_be_bytes());
    assert_eq!(parse(&bytes), Err(ParseError::TooShort));
}
