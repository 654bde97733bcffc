//! What comes around the loop, told apart by its first byte.

use redplane_core::count::Reason;
use redplane_core::field::Pass;
use redplane_core::wire::Kind;

use super::{ahead, begins, note_kind, passes, refuse};
use crate::lower::headers::{CPU_BYTES, ETHERNET_BYTES};
use crate::lower::{ProgramShape, names};
use crate::p4::ast::{Case, Expr, Keyset, Noted, State, Stmt};

/// Frames of the CPU are at least this long, without the FCS.
const FRAME_BYTES_MIN: u32 = 60;

pub(super) fn states(shape: &ProgramShape) -> Vec<State> {
    let mut states = vec![
        State::new("from_loop").select(
            [ahead(0, 1)],
            [
                Case::of(Keyset::mask(0, Expr::hex(0xe0)), "parse_sweep"),
                Case::of("TYPE_COPY", "parse_copy"),
                Case::of("TYPE_AGAIN", "parse_again"),
                Case::of("TYPE_CPU", "parse_cpu"),
                Case::otherwise("unknown"),
            ],
        ),
        begins(State::new("unknown"), Expr::from(0), 0)
            .stmt(passes(Pass::Packet))
            .to(refuse(Reason::Malformed)),
        begins(State::new("parse_sweep").extract("hdr.sweep"), Expr::from(0), 0)
            .stmt(passes(Pass::Sweep))
            .stmt(Stmt::assign("ig_md.slot", "hdr.sweep.slot")),
    ];
    states.extend(copy());
    states.extend(again());
    states.extend(cpu(shape));
    states
}

fn copy() -> [State; 2] {
    [
        State::new("parse_copy")
            .extract("hdr.copy")
            .extract("hdr.redplane")
            .extract("hdr.key")
            .stmt(note_kind())
            .stmt(passes(Pass::Copy))
            .stmt(Stmt::assign("hdr.bridge.port", 0))
            .stmt(Stmt::assign("hdr.bridge.again", 0))
            .stmt(Stmt::assign("hdr.bridge.copy_wait", "hdr.copy.wait"))
            .select(
                ["hdr.redplane.kind"],
                [Case::of(names::kind(Kind::Write), "parse_copied_state"), Case::otherwise("accept")],
            ),
        State::new("parse_copied_state").extract("hdr.state"),
    ]
}

/// A grant's packet: as if it came in once more by the port that it came in by.
fn again() -> [State; 2] {
    [
        begins(State::new("parse_again").extract("hdr.again"), Expr::from("hdr.again.port"), 1).select(
            ["hdr.again.port"],
            [
                Case::of(Keyset::set("again_inside_ports"), "again_from_inside"),
                Case::otherwise("parse_ethernet"),
            ],
        ),
        State::new("again_from_inside").stmt(Stmt::assign("ig_md.inside", 1)).to("parse_ethernet"),
    ]
}

fn cpu(shape: &ProgramShape) -> [State; 5] {
    let give_up = State::new("parse_give_up").extract("hdr.key").stmt(passes(Pass::GiveUp));
    let filling = FRAME_BYTES_MIN.saturating_sub(ETHERNET_BYTES + CPU_BYTES + shape.key_bytes());
    let give_up = match filling {
        0 => give_up,
        bytes => give_up.stmt(Stmt::advance(8 * bytes).comment("What makes the frame long enough.")),
    };
    let take = State::new("parse_cpu").stmt(Stmt::advance(8 * ETHERNET_BYTES)).extract("hdr.cpu");
    [
        begins(take, Expr::from("hdr.cpu.port"), 0).select(
            ["hdr.cpu.op"],
            [
                Case::of("OP_RESUME", "parse_resumed"),
                Case::of("OP_RESUME_FULL", "table_is_full"),
                Case::of("OP_GIVE_UP", "parse_give_up"),
                Case::otherwise("unknown_op"),
            ],
        ),
        State::new("table_is_full").stmt(Stmt::assign("ig_md.table_full", 1)).to("parse_resumed"),
        State::new("parse_resumed")
            .extract("hdr.redplane")
            .extract("hdr.key")
            .extract("hdr.state")
            .stmt(note_kind())
            .stmt(passes(Pass::Message))
            .comment("The grant was checked when it came in."),
        give_up,
        State::new("unknown_op").stmt(passes(Pass::Packet)).to(refuse(Reason::Malformed)),
    ]
}
