//! What egress gets to see: a message to be, a copy, a renewal to be. Frames that leave go past it.

use redplane_core::wire::Kind;

use super::{ProgramShape, ahead};
use crate::lower::headers::{BRIDGE_BYTES, ENVELOPE_BYTES, header_types};
use crate::lower::names;
use crate::p4::ast::{Case, Expr, Noted, Parser, State, Stmt};

/// Bytes that egress can parse, intrinsic metadata included.
pub const EGRESS_DEPTH_MAX: u32 = 160;
/// Bytes that egress has to find.
pub const EGRESS_DEPTH_MIN: u32 = 65;
/// Bytes of egress's intrinsic metadata.
pub(crate) const EGRESS_INTRINSIC_BYTES: u32 = 27;
/// Bytes of the mirrored packet behind a renewal's header: they make what egress has to find.
pub(crate) const RENEWAL_TAIL_BYTES: u32 = 40;

/// Bytes that egress parses of a message to be that carries the state.
pub fn egress_depth(shape: &ProgramShape) -> u32 {
    EGRESS_INTRINSIC_BYTES + BRIDGE_BYTES + shape.key_bytes() + shape.state_bytes()
}

/// The egress parser. What it sets valid it makes zero, for stages and envelope to fill in.
pub fn egress(shape: &ProgramShape) -> Parser {
    let envelope = ["ethernet", "ipv4", "ports", "udp", "redplane"];
    let message = State::new("parse_message").extract("hdr.bridge").extract("hdr.key");
    let message = envelope.into_iter().fold(message, |state, header| zero(shape, state, header));
    let renewal = State::new("parse_renewal")
        .extract("hdr.renewal")
        .extract("hdr.key")
        .stmt(Stmt::advance(8 * RENEWAL_TAIL_BYTES).comment("The mirrored packet itself."));
    let renewal = ["copy", "redplane"].into_iter().fold(renewal, |state, header| zero(shape, state, header));
    Parser::egress("EgressParser", "egress_headers_t", "egress_metadata_t")
        .state(State::new("start").extract("eg_intr_md").select(
            [ahead(0, 1)],
            [
                Case::of("TYPE_MESSAGE", "parse_message"),
                Case::of("TYPE_COPY", "parse_copy"),
                Case::of("TYPE_COPY_FRESH", "parse_fresh_copy"),
                Case::of("TYPE_RENEWAL", "parse_renewal"),
                Case::otherwise("accept"),
            ],
        ))
        .state(message.select(
            ["hdr.bridge.kind"],
            [Case::of(names::kind(Kind::Write), "parse_state"), Case::otherwise("accept")],
        ))
        .state(State::new("parse_state").extract("hdr.state"))
        .state(State::new("parse_copy").extract("hdr.copy"))
        .state(
            State::new("parse_fresh_copy").extract("hdr.copy").stmt(
                Stmt::advance(8 * ENVELOPE_BYTES)
                    .comment("The headers around the message: around the loop they only cost room."),
            ),
        )
        .state(renewal)
}

/// Sets a header valid and zero.
fn zero(shape: &ProgramShape, state: State, header: &str) -> State {
    let path = Expr::from("hdr").field(header);
    let types = header_types(shape);
    let fields = types.iter().filter(|ty| ty.name == format!("{header}_h")).flat_map(|ty| &ty.fields);
    let written = fields.filter(|field| !field.name.starts_with('_'));
    written.fold(state.stmt(Stmt::set_valid(path.clone())), |state, field| {
        state.stmt(Stmt::assign(path.clone().field(field.name.clone()), 0))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::headers::{COPY_BYTES, REDPLANE_BYTES, renewal_bytes};
    use crate::lower::tests::shape;

    /// Of a key of one word, and nothing behind.
    #[test]
    fn whatever_egress_gets_is_as_long_as_it_must_be() {
        let mut shape = shape();
        shape.layout.key_words = 1;
        let key = shape.key_bytes();
        let message = BRIDGE_BYTES + key;
        let copy = COPY_BYTES + REDPLANE_BYTES + key;
        let renewal = renewal_bytes(&shape) + RENEWAL_TAIL_BYTES;
        for (what, bytes) in [("message", message), ("copy", copy), ("renewal", renewal)] {
            assert!(EGRESS_INTRINSIC_BYTES + bytes >= EGRESS_DEPTH_MIN, "{what}: {bytes}");
        }
    }
}
