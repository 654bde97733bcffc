//! Constants of the generated programs, by the names that they have there.
//!
//! What core numbers (kinds, passes, reasons) is taken from core; what only the chip knows stands here: first bytes on the loop,
//! the words between chip and CPU, ports of the pipe, mirror sessions.

use redplane_core::count::Reason;
use redplane_core::field::Pass;
use redplane_core::wire::{Kind, Refusal, SWITCH_PORT, VERSION};
use redplane_hdl_sim::pipeline::Fate;

use super::ProgramShape;
use crate::p4::ast::{Const, Expr, Noted, Type};

/// First byte of what egress makes a message of.
pub const TYPE_MESSAGE: u8 = 0x81;
/// First byte of a copy on the loop.
pub const TYPE_COPY: u8 = 0x82;
/// First byte of a copy that still has the message's outer headers: the mirror has just cut it off.
pub const TYPE_COPY_FRESH: u8 = 0x83;
/// First byte of a mirrored packet that tells egress to make a renewal.
pub const TYPE_RENEWAL: u8 = 0x84;
/// First byte of a grant's packet that goes through once more.
pub const TYPE_AGAIN: u8 = 0x85;
/// First byte of a frame of the CPU: of the address that it is sent to.
pub const TYPE_CPU: u8 = 0x86;
/// Where the CPU's frames are sent to. The first byte also says: a group address no, a local one yes.
pub const CPU_MAC: u64 = 0x8652_5043_5055;
/// Ethernet type of frames between chip and CPU: for local experiments (IEEE 802).
pub const ETHERTYPE_CPU: u16 = 0x88b5;

/// CPU to chip: the grant behind it has a slot now.
pub const OP_RESUME: u8 = 1;
/// CPU to chip: the grant behind it cannot have a slot.
pub const OP_RESUME_FULL: u8 = 2;
/// CPU to chip: the flow of the key behind it is to be handed back.
pub const OP_GIVE_UP: u8 = 3;
/// Chip to CPU: the grant behind it wants a slot.
pub const OP_INSERT: u8 = 4;
/// Chip to CPU: the packet behind it is not the data plane's.
pub const OP_PUNT: u8 = 5;

/// The port of every pipe that leads back in, as numbered inside the pipe. The packet generator's packets come in there too.
pub const LOOP_PORT: u16 = 68;
/// The bits of a port's number that number it inside its pipe.
pub const PORT_IN_PIPE: u16 = 0x7f;

/// Mirror type and session of renewals, at the end of ingress.
pub const MIRROR_RENEWAL: u8 = 1;
/// Mirror type and session of copies, at the end of egress.
pub const MIRROR_COPY: u8 = 2;

/// Where a packet goes: the values of a metadata field that decides which table gives the port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// Nowhere: it is dropped, or a port was given already.
    Nowhere = 0,
    /// Out, by route or wire.
    Out = 1,
    /// To the store, in a message.
    Store = 2,
    /// Into the loop.
    Loop = 3,
    /// To the CPU.
    Cpu = 4,
}

/// Bits of a [`Way`].
pub(crate) const WAY_BITS: u32 = 3;
/// Bits of a pass.
pub(crate) const PASS_BITS: u32 = 3;
/// Bits of a message's kind.
pub(crate) const KIND_BITS: u32 = 4;
/// Bits of a fate.
pub(crate) const FATE_BITS: u32 = 3;

/// A constant of the program by its name.
pub(crate) fn named(prefix: &str, name: &str) -> Expr {
    Expr::Name(constant_name(prefix, name))
}

/// The kind of a message.
pub fn kind(kind: Kind) -> Expr {
    named("KIND", kind.name())
}

/// The kind of a pass.
pub fn pass(pass: Pass) -> Expr {
    named("PASS", &format!("{pass:?}"))
}

/// A fate.
pub fn fate(fate: Fate) -> Expr {
    named("FATE", &format!("{fate:?}"))
}

/// A reason why something is ignored or punted.
pub fn reason(reason: Reason) -> Expr {
    named("REASON", reason.name())
}

pub(crate) fn refusal(refusal: Refusal) -> Expr {
    named("REFUSAL", refusal.name())
}

pub(crate) fn way(way: Way) -> Expr {
    named("WAY", &format!("{way:?}"))
}

/// `REASON_MESSAGE_TOO_SHORT` of `REASON` and `MessageTooShort`.
fn constant_name(prefix: &str, name: &str) -> String {
    let mut constant = prefix.to_owned();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            constant.push('_');
        }
        constant.push(letter.to_ascii_uppercase());
    }
    constant
}

/// All constants that a program of this shape names.
pub fn constants(shape: &ProgramShape) -> Vec<Const> {
    let mut constants = network();
    constants.extend([
        decimal("UDP_PORT_SWITCH", 16, SWITCH_PORT).comment("RedPlane on the wire."),
        decimal("REDPLANE_VERSION", 4, VERSION),
        decimal("REDPLANE_SCHEMA", 8, shape.layout.schema),
    ]);
    constants.extend(numbered(
        "KIND",
        "Kinds of messages.",
        KIND_BITS,
        Kind::ALL.iter().map(|it| (it.name().into(), it.to_wire().into())),
    ));
    let refusals = Refusal::ALL.iter().map(|it| (it.name().into(), it.to_wire().into()));
    constants.extend(numbered("REFUSAL", "What a refusal has in place of a port.", 9, refusals));
    constants.extend(internal());
    constants
}

fn network() -> Vec<Const> {
    vec![
        hex("ETHERTYPE_IPV4", 16, 0x0800u16),
        hex("ETHERTYPE_VLAN", 16, 0x8100u16),
        hex("ETHERTYPE_QINQ", 16, 0x88a8u16),
        decimal("PROTOCOL_ICMP", 8, 1u8),
        decimal("PROTOCOL_TCP", 8, 6u8),
        decimal("PROTOCOL_UDP", 8, 17u8),
    ]
}

fn internal() -> Vec<Const> {
    let mut constants = vec![
        hex("TYPE_MESSAGE", 8, TYPE_MESSAGE)
            .comment("First bytes of what goes around the loop, and from ingress to egress."),
        hex("TYPE_COPY", 8, TYPE_COPY),
        hex("TYPE_COPY_FRESH", 8, TYPE_COPY_FRESH),
        hex("TYPE_RENEWAL", 8, TYPE_RENEWAL),
        hex("TYPE_AGAIN", 8, TYPE_AGAIN),
        hex("TYPE_CPU", 8, TYPE_CPU),
        hex("ETHERTYPE_CPU", 16, ETHERTYPE_CPU).comment("Between chip and CPU."),
        hex("CPU_MAC", 48, CPU_MAC),
        decimal("OP_RESUME", 8, OP_RESUME),
        decimal("OP_RESUME_FULL", 8, OP_RESUME_FULL),
        decimal("OP_GIVE_UP", 8, OP_GIVE_UP),
        decimal("OP_INSERT", 8, OP_INSERT),
        decimal("OP_PUNT", 8, OP_PUNT),
        decimal("LOOP_PORT", 9, LOOP_PORT)
            .comment("The port of each pipe that leads back in, and which bits of its number say so."),
        hex("PORT_IN_PIPE", 9, PORT_IN_PIPE),
        decimal("MIRROR_RENEWAL", 3, MIRROR_RENEWAL)
            .comment("Mirror types. The sessions have the same numbers."),
        decimal("MIRROR_COPY", 3, MIRROR_COPY),
        decimal("SESSION_RENEWAL", 10, MIRROR_RENEWAL),
        decimal("SESSION_COPY", 10, MIRROR_COPY),
    ];
    let passes = [Pass::Packet, Pass::Message, Pass::Copy, Pass::Sweep, Pass::GiveUp];
    constants.extend(numbered(
        "PASS",
        "What a packet goes through ingress for.",
        PASS_BITS,
        passes.map(|it| (format!("{it:?}"), it as u64)).into_iter(),
    ));
    constants.extend(numbered(
        "FATE",
        "What the stages want of it.",
        FATE_BITS,
        Fate::ALL.map(|it| (format!("{it:?}"), it as u64)).into_iter(),
    ));
    let ways = [Way::Nowhere, Way::Out, Way::Store, Way::Loop, Way::Cpu];
    constants.extend(numbered(
        "WAY",
        "Where it then goes.",
        WAY_BITS,
        ways.map(|it| (format!("{it:?}"), it as u64)).into_iter(),
    ));
    constants.extend(numbered(
        "REASON",
        "Why something is ignored.",
        8,
        Reason::ALL.iter().map(|it| (it.name().into(), *it as u64)),
    ));
    constants
}

/// Constants of what has a name and a number, with a comment above the first.
fn numbered(prefix: &str, comment: &str, bits: u32, all: impl Iterator<Item = (String, u64)>) -> Vec<Const> {
    let mut constants: Vec<Const> =
        all.map(|(name, number)| decimal(&constant_name(prefix, &name), bits, number)).collect();
    if let Some(first) = constants.first_mut() {
        first.notes.comment.push(comment.to_owned());
    }
    constants
}

fn decimal(name: &str, bits: u32, value: impl Into<u64>) -> Const {
    Const::new(name, Type::Bit(bits), Expr::int(u128::from(value.into())))
}

fn hex(name: &str, bits: u32, value: impl Into<u64>) -> Const {
    Const::new(name, Type::Bit(bits), Expr::hex(u128::from(value.into())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_core_become_names_of_constants() {
        assert_eq!(kind(Kind::LeaseRequest), Expr::from("KIND_LEASE_REQUEST"));
        assert_eq!(pass(Pass::GiveUp), Expr::from("PASS_GIVE_UP"));
        assert_eq!(fate(Fate::GoesAgain), Expr::from("FATE_GOES_AGAIN"));
        assert_eq!(reason(Reason::MessageTooShort), Expr::from("REASON_MESSAGE_TOO_SHORT"));
    }

    /// The generator's packets begin with three zero bits.
    #[test]
    fn first_bytes_differ_and_are_not_the_generators() {
        let types = [TYPE_MESSAGE, TYPE_COPY, TYPE_COPY_FRESH, TYPE_RENEWAL, TYPE_AGAIN, TYPE_CPU];
        for (at, byte) in types.iter().enumerate() {
            assert!(!types[..at].contains(byte), "{byte:#x}");
            assert_ne!(byte & 0xe0, 0, "{byte:#x}");
        }
        assert_eq!((CPU_MAC >> 40) as u8, TYPE_CPU);
    }

    #[test]
    fn the_cpus_address_is_local_and_of_one_station() {
        assert_eq!((CPU_MAC >> 40) & 0b11, 0b10);
    }
}
