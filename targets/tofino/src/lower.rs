//! From core's descriptions to P4: what stands around the stages of a placed program, and where the stages find things.
//!
//! | file | makes |
//! | --- | --- |
//! | `lower/headers.rs` | header types, the two sets of headers, metadata; where each field of core lives |
//! | `lower/parser.rs` | both parsers |
//! | `lower/departure.rs` | what follows the ingress stages: where the packet goes, and as what |
//! | `lower/envelope.rs` | what follows the egress stages: the message's headers, the copy |
//! | `lower/deparser.rs` | both deparsers, with the mending of checksums |
//! | `lower/names.rs` | constants |
//! | `lower/tables.rs` | what the control plane is told of all this: the `manifest.json` that `control/` reads |
//!
//! Offsets and widths of what core describes come from core ([`redplane_core::field::Field::place`], `wire::Header`); what every
//! networking text prints (the rest of an IPv4 header) stands here.
//!
//! # What the stages have to know
//!
//! [`program`] takes them as [`Stages`] and puts them where they belong.
//!
//! - They read and write through [`headers::ingress_path`] and [`headers::egress_path`]; whether a header is there is
//!   [`headers::valid`]. The key is valid and zero where the parser did not find one; so is the state in a packet's pass.
//! - They do for a mended checksum what [`headers::Mend::body`] says, where its guard holds.
//! - The hit of the flow table, the slot, and all temporary fields are theirs: [`stages::Half::fields`] is added to the metadata,
//!   which is zero where nothing was written.
//! - They see passes of the five kinds that core knows and nothing else: what the parser refused goes past them.

pub mod deparser;
pub mod departure;
pub mod envelope;
pub mod headers;
pub mod names;
pub mod parser;
pub mod stages;

use redplane_core::wire::Layout;
use redplane_hdl_sim::pipeline::{Pipeline, Src, Unit};

use crate::p4::ast::{Action, Annotation, Body, Control, Expr, Instance, Local, Noted, Program, Stmt};
use headers::Mend;
use stages::Stages;

/// What lowering around the stages must know of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramShape {
    /// Geometry on the wire.
    pub layout: Layout,
    /// Flow slots, a power of two.
    pub slots: u32,
    /// The checksums that the ingress stages mend, in the order of the pipeline's units.
    pub mends: Vec<Mend>,
}

/// Why a program cannot be put on a Tofino.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShapeError {
    /// A renewal's mirror header holds the key, and is at most [`headers::MIRROR_HEADER_MAX`] bytes long.
    KeyTooLong {
        /// Words of the program's key.
        words: u8,
        /// As many as fit.
        max: u8,
    },
    /// More checksums are mended than the deparser has units.
    TooManyChecksums {
        /// Fields that checksums are written to.
        fields: usize,
    },
    /// Egress can parse so many bytes and no more.
    MessageTooLong {
        /// Bytes of intrinsic metadata, bridged header, key and state.
        bytes: u32,
    },
    /// The number of slots is no power of two, or beyond [`SLOTS_MAX`]: a slot's number would reach past the registers.
    Slots(u32),
}

/// Most slots: what the number that the packet generator gives its packets can tell apart, and more than a stage's memory holds.
pub const SLOTS_MAX: u32 = 1 << 24;

impl std::fmt::Display for ShapeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::KeyTooLong { words, max } => write!(
                f,
                "a key of {words} words does not fit the mirror header of a renewal: make it {max} at most, by hashing or leaving out"
            ),
            Self::TooManyChecksums { fields } => write!(
                f,
                "{fields} checksum fields are mended, and an ingress deparser has {} units: leave a header alone",
                deparser::CHECKSUM_UNITS
            ),
            Self::MessageTooLong { bytes } => write!(
                f,
                "egress would parse {bytes} bytes of a message, and can parse {}: make key or state shorter",
                parser::EGRESS_DEPTH_MAX
            ),
            Self::Slots(slots) => write!(f, "{slots} slots: take a power of two, from 2 to {SLOTS_MAX}"),
        }
    }
}

impl std::error::Error for ShapeError {}

impl ProgramShape {
    /// The shape of a placed program.
    ///
    /// # Errors
    /// Something of it does not fit the chip: see [`ShapeError`]. Stages are not looked at.
    pub fn of(pipeline: &Pipeline) -> Result<Self, ShapeError> {
        let bits = |src: Src| match src {
            Src::Field(id) => pipeline.field(id).bits,
            Src::Lit(value) => u32::BITS - value.leading_zeros(),
            Src::Param(_) | Src::Minus(_) => 32,
        };
        let units = pipeline.ingress.iter().flat_map(|stage| &stage.units);
        let mended = units.filter_map(|unit| match unit {
            Unit::Mend { checksum, old, new, .. } => Some((*checksum, bits(*old).max(bits(*new)))),
            _ => None,
        });
        let mends = mended.enumerate().map(|(number, (checksum, bits))| Mend::new(number, checksum, bits));
        Self { layout: pipeline.layout, slots: pipeline.flows, mends: mends.collect() }.checked()
    }

    /// The shape, if it fits the chip.
    ///
    /// # Errors
    /// See [`ShapeError`].
    pub fn checked(self) -> Result<Self, ShapeError> {
        if !self.slots.is_power_of_two() || !(2..=SLOTS_MAX).contains(&self.slots) {
            return Err(ShapeError::Slots(self.slots));
        }
        let max = headers::renewal_key_words_max();
        if self.layout.key_words > max {
            return Err(ShapeError::KeyTooLong { words: self.layout.key_words, max });
        }
        let fields = deparser::mended_fields(&self).len();
        if fields > deparser::CHECKSUM_UNITS {
            return Err(ShapeError::TooManyChecksums { fields });
        }
        let bytes = parser::egress_depth(&self);
        if bytes > parser::EGRESS_DEPTH_MAX {
            return Err(ShapeError::MessageTooLong { bytes });
        }
        Ok(self)
    }

    /// Bits of a slot's number.
    pub(crate) fn slot_bits(&self) -> u32 {
        self.slots.trailing_zeros()
    }

    /// Bytes of the key.
    pub(crate) fn key_bytes(&self) -> u32 {
        4 * u32::from(self.layout.key_words)
    }

    /// Bytes of the state.
    pub(crate) fn state_bytes(&self) -> u32 {
        4 * u32::from(self.layout.state_words)
    }
}

/// The whole program: `stages` with all that has to be around them.
pub fn program(shape: &ProgramShape, stages: Stages) -> Program {
    let mut ingress_metadata = headers::ingress_metadata(shape);
    ingress_metadata.fields.extend(stages.ingress.fields);
    let mut egress_metadata = headers::egress_metadata();
    egress_metadata.fields.extend(stages.egress.fields);
    let ingress_parser = parser::cleared(parser::ingress(shape), &ingress_metadata);
    let egress_parser = parser::cleared(parser::egress(shape), &egress_metadata);
    let mut program = Program {
        consts: stages.constants.into_iter().chain(names::constants(shape)).collect(),
        headers: headers::header_types(shape),
        ..Program::default()
    };
    program.pipeline = program.pipeline.annotate(Annotation::at("pa_auto_init_metadata", ""));
    program.pipeline.notes.annotations.extend(stages.annotations);
    program.pipeline.notes.annotations.extend(words_of_mends(shape).map(|word| kept("ingress", &word)));
    program
        .structure(headers::ingress_headers())
        .structure(ingress_metadata)
        .structure(headers::egress_headers())
        .structure(egress_metadata)
        .block(ingress_parser)
        .block(departure::control(shape))
        .block(ingress(shape, stages.ingress.locals, stages.ingress.apply))
        .block(deparser::ingress(shape))
        .block(egress_parser)
        .block(envelope::control(shape))
        .block(egress(stages.egress.locals, stages.egress.apply))
        .block(deparser::egress())
}

/// The words that deparsers add to checksums. They count in every packet, so they are zero until there is something to mend.
fn words_of_mends(shape: &ProgramShape) -> impl Iterator<Item = String> + '_ {
    shape.mends.iter().flat_map(Mend::words)
}

/// An assignment of zero that the compiler is not to leave out: see `parser/cleared.rs`.
fn kept(gress: &str, path: &str) -> Annotation {
    Annotation::allocation("pa_no_init", &[gress, path])
}

fn ingress(shape: &ProgramShape, locals: Vec<Local>, stages: Body) -> Control {
    let departure = ["hdr", "ig_md", "ig_prsr_md", "ig_dprsr_md", "ig_tm_md"];
    let mut control = Control::ingress("Ingress", "ingress_headers_t", "ingress_metadata_t");
    control.locals = locals;
    let zeros: Vec<Stmt> = words_of_mends(shape).map(|word| Stmt::assign(word, 0)).collect();
    if !zeros.is_empty() {
        let clear = Action::new("clear_mends").body(zeros).comment("Nothing is to be mended yet.");
        control = control.local(clear).apply([Stmt::call("clear_mends")]);
    }
    control
        .local(Instance::new("Departure", "departure"))
        .apply([
            Stmt::set_invalid("hdr.sweep").comment("What only the parser needed."),
            Stmt::set_invalid("hdr.again"),
            Stmt::set_invalid("hdr.cpu"),
            Stmt::when(Expr::from("ig_md.skips").equals(0), stages),
            Stmt::apply_control("departure", departure),
        ])
        .comment("RedPlane's data plane with the program in it, and what then becomes of the packet.")
}

fn egress(locals: Vec<Local>, stages: Body) -> Control {
    let envelope = ["hdr", "eg_md", "eg_intr_md", "eg_dprsr_md"];
    let mut control = Control::egress("Egress", "egress_headers_t", "egress_metadata_t");
    control.locals = locals;
    control
        .local(Instance::new("Envelope", "envelope"))
        .apply([
            Stmt::when(Expr::from("hdr.bridge").is_valid(), stages),
            Stmt::apply_control("envelope", envelope),
        ])
        .comment("The message around the packet, and the copy that remembers it. It has no registers.")
}

#[cfg(test)]
pub(crate) mod tests {
    use redplane_core::field::Checksum;

    use super::stages::Half;
    use super::*;
    use crate::p4::check::check;

    /// A program that mends what a translator of addresses and ports mends.
    pub(crate) fn shape() -> ProgramShape {
        use Checksum::*;
        let mended = [
            (Ipv4, 16),
            (Ipv4, 32),
            (Tcp, 32),
            (Udp, 32),
            (Udp, 16),
            (Icmp, 16),
            (InnerIpv4, 32),
            (InnerUdp, 16),
            (InnerIcmp, 16),
        ];
        let mends = mended
            .into_iter()
            .enumerate()
            .map(|(number, (checksum, bits))| Mend::new(number, checksum, bits));
        let layout = Layout { schema: 1, key_words: 3, state_words: 3, slot_words: 0 };
        ProgramShape { layout, slots: 1 << 16, mends: mends.collect() }
    }

    fn empty_stages() -> Stages {
        Stages { constants: vec![], annotations: vec![], ingress: Half::default(), egress: Half::default() }
    }

    /// The smallest and the largest that fit.
    #[test]
    fn what_is_around_the_stages_keeps_the_rules_of_the_chip() {
        let sizes = [(1, 1, 2), (3, 3, 1 << 16), (headers::renewal_key_words_max(), 16, SLOTS_MAX)];
        for (key_words, state_words, slots) in sizes {
            let layout = Layout { schema: 1, key_words, state_words, slot_words: 0 };
            let shape = ProgramShape { layout, slots, ..shape() }.checked().unwrap();
            let checked = check(program(&shape, empty_stages()));
            assert!(checked.is_ok(), "{key_words} {state_words} {slots}: {}", checked.unwrap_err());
        }
    }

    #[test]
    fn program_that_mends_nothing_has_a_deparser_without_checksums() {
        let shape = ProgramShape { mends: vec![], ..shape() };
        let checked = check(program(&shape, empty_stages())).unwrap();
        assert_eq!(checked.to_p4().matches(".update(").count(), 1, "the message's own");
    }

    #[test]
    fn program_that_does_not_fit_is_told_why() {
        let sized = |key_words, state_words| Layout { schema: 1, key_words, state_words, slot_words: 0 };
        let with = |layout, slots| ProgramShape { layout, slots, ..shape() }.checked();
        assert_eq!(with(sized(6, 1), 16), Err(ShapeError::KeyTooLong { words: 6, max: 5 }));
        assert_eq!(with(sized(1, 1), 48), Err(ShapeError::Slots(48)));
        assert_eq!(with(sized(1, 1), 1), Err(ShapeError::Slots(1)));
        assert!(matches!(with(sized(5, 20), 16), Err(ShapeError::MessageTooLong { bytes: 161 })));
    }
}
