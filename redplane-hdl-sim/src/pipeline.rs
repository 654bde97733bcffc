//! A program placed into match-action stages: what the cycle simulator runs and what a printer of P4 prints.
//!
//! A [`Pipeline`] is made by [`crate::place`] from a recorded [`crate::netlist::Netlist`]; nobody writes one by hand but tests.
//! It is the last form that the simulator and the printers share, so whatever lowering does wrong shows in the simulation.
//!
//! A pass is a packet header vector of [`PhvField`]s, all zero but for what the parser fills in, that goes through the ingress
//! stages, the traffic manager and the egress stages. In a stage all [`Unit`]s read what the vector and the registers held
//! *before* the stage and write what holds after it: their order in the list means nothing, and of the units of a stage that write
//! the same field or access the same array at most one acts.
//!
//! ```text
//! parser ─▶ ingress stage 0 ─▶ … ─▶ ingress stage n ─▶ traffic manager ─▶ egress stages ─▶ deparser
//!              │ units: lookup, register, assign, count, mend
//!              ▼
//!           guard (gateway) ─▶ action
//! ```

use std::fmt;

use redplane_core::count::{Event, Reason};
use redplane_core::field::{Checksum, Field, Header, Param};
use redplane_core::machine::Array;
use redplane_core::wire::Layout;

use crate::salu::Salu;

/// A program in stages.
#[derive(Clone, Debug)]
pub struct Pipeline {
    /// The program's name: of its schema, `-plain` behind it if it was recorded without RedPlane.
    pub name: String,
    /// Geometry on the wire.
    pub layout: Layout,
    /// The packet header vector.
    pub fields: Vec<PhvField>,
    /// The register actions that units refer to.
    pub actions: Vec<Salu>,
    /// The register arrays.
    pub arrays: Vec<RegisterArray>,
    /// Stages before the traffic manager.
    pub ingress: Vec<Stage>,
    /// Stages behind it.
    pub egress: Vec<Stage>,
    /// Flow slots: entries of the flow table and cells of each array that is indexed by slot.
    pub flows: u32,
}

impl Pipeline {
    /// A field by its number.
    pub fn field(&self, id: FieldId) -> &PhvField {
        &self.fields[id.0 as usize]
    }

    /// The field that plays this role, if the program has it.
    pub fn find(&self, role: Role) -> Option<FieldId> {
        self.fields.iter().position(|field| field.role == role).map(|at| FieldId(at as u16))
    }

    /// An action by its number.
    pub fn action(&self, id: ActionId) -> &Salu {
        &self.actions[id.0 as usize]
    }
}

/// Number of a field in [`Pipeline::fields`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldId(pub u16);

/// Number of an action in [`Pipeline::actions`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ActionId(pub u16);

/// One field of the packet header vector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhvField {
    /// Its name in waveforms and in P4, `snake_case`, unique.
    pub name: String,
    /// Width in bits, 1 to 32.
    pub bits: u32,
    /// What it is for.
    pub role: Role,
}

/// What a field of the vector is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// A field that programs name. The parser fills it in if it is a header field or describes the pass; what a stage writes
    /// into a header field is what leaves.
    Field(Field),
    /// Read by the fixed functions behind the stages.
    Output(Output),
    /// Whether the flow table had the key, 1 bit.
    Hit,
    /// The flow's slot. Where there was no lookup or no hit it is [`Field::SweepIndex`], which is 0 but in a sweep.
    Slot,
    /// 1 in a grant that came back from the controller because no slot could be had.
    TableFull,
    /// How many copies wait in the mirror queue, as the last copy saw it: filled in by the traffic manager in a copy's pass.
    MirrorDepth,
    /// An intermediate value.
    Temp,
}

/// What the fixed functions behind the stages are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Output {
    /// A [`Fate`].
    Fate,
    /// Why the packet is punted: a [`Reason`] as number.
    Reason,
    /// Kind of a copy for the mirror queue, 0 for none. Key and state are those of the vector.
    MirrorKind,
    /// Its epoch.
    MirrorEpoch,
    /// Its seq.
    MirrorSeq,
    /// Tick after which it is to be sent.
    MirrorDue,
    /// Ticks to wait after that.
    MirrorWait,
    /// Kind of the message to put around the packet, 0 for none.
    SendKind,
    /// Its epoch.
    SendEpoch,
    /// Its seq.
    SendSeq,
    /// Its timestamp.
    SendTimestamp,
    /// 1 if the packet travels inside.
    SendCarry,
    /// 1 if it was sent before.
    SendRetransmission,
}

/// What becomes of the packet when its ingress pass ends; the value of [`Output::Fate`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum Fate {
    /// There is none, or it has been used up; with a message to send, it is in the message. A packet that ends here was dropped,
    /// and the [`Reason`] that the pass counted says why.
    Consumed = 0,
    /// It leaves by the way that the target's routing gives.
    Leaves = 1,
    /// It goes to the CPU.
    Punted = 2,
    /// The message's packet goes through again as one that just arrived.
    GoesAgain = 3,
    /// It is a grant whose flow has no slot: the controller makes one and sends it in again, or says that there is none.
    Inserts = 4,
}

impl Fate {
    /// All there are, by their value.
    pub const ALL: [Self; 5] = [Self::Consumed, Self::Leaves, Self::Punted, Self::GoesAgain, Self::Inserts];
}

/// A register array.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterArray {
    /// Which.
    pub array: StageArray,
    /// Width of a cell in bits: 8, 16 or 32.
    pub bits: u32,
    /// How many cells.
    pub cells: u32,
}

/// An array of the program, or one that a pipeline needs for a named capability.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StageArray {
    /// One cell: how many copies wait in the mirror queue, as the last one saw it (RP-SW-4).
    MirrorDepth,
    /// As the data plane knows it.
    Core(Array),
}

impl StageArray {
    /// Its name in waveforms and in P4.
    pub fn name(self) -> String {
        match self {
            Self::MirrorDepth => "mirror_depth".into(),
            Self::Core(Array::Epoch) => "epoch".into(),
            Self::Core(Array::Renounced) => "renounced".into(),
            Self::Core(Array::Deadline) => "deadline".into(),
            Self::Core(Array::Silence) => "silence".into(),
            Self::Core(Array::Seq) => "seq".into(),
            Self::Core(Array::Acked) => "acked".into(),
            Self::Core(Array::Asked) => "asked".into(),
            Self::Core(Array::State(word)) => format!("state_{word}"),
            Self::Core(Array::Restored) => "restored".into(),
            Self::Core(Array::Fresh) => "fresh".into(),
            Self::Core(Array::Snapshot) => "snapshot".into(),
            Self::Core(Array::LastUpdated(row)) => format!("last_updated_{row}"),
            Self::Core(Array::Pair(row)) => format!("pair_{row}"),
            Self::Core(Array::Reported(row)) => format!("reported_{row}"),
        }
    }

    /// Whether it has one cell, not one a slot.
    pub fn is_single(self) -> bool {
        matches!(self, Self::MirrorDepth | Self::Core(Array::Silence))
    }
}

impl fmt::Display for StageArray {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

/// What happens in one clock cycle of a packet's life.
#[derive(Clone, Debug, Default)]
pub struct Stage {
    /// In no order.
    pub units: Vec<Unit>,
    /// Tables that decide the guards of some of the units together. They say nothing that the guards do not say.
    pub tables: Vec<DecisionTable>,
}

/// An exact-match table with constant entries that stands for the guards of several acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionTable {
    /// What is matched.
    pub key: Vec<KeyPart>,
    /// What acts for which values; nothing for any other.
    pub entries: Vec<Entry>,
}

/// Part of the key of a [`DecisionTable`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyPart {
    /// A field.
    Field(FieldId),
    /// Whether a header is there: 1 or 0.
    Valid(Header),
}

/// An entry of a [`DecisionTable`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// A value for each part of the key.
    pub values: Vec<u32>,
    /// What acts, all of it.
    pub acts: Vec<Act>,
}

/// Something with a guard in a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Act {
    /// A unit of [`Stage::units`].
    Unit(usize),
    /// A case of a register.
    Case {
        /// The register, in [`Stage::units`].
        unit: usize,
        /// The case, in its list.
        case: usize,
    },
}

/// One thing that a stage does.
#[derive(Clone, Debug)]
pub enum Unit {
    /// Looks the key up in the flow table where the guard holds: sets [`Role::Hit`] and [`Role::Slot`] on a hit.
    Lookup {
        /// When.
        guard: Cond,
        /// How many flows it holds. A table that is too big for a stage is in several, each with some of the flows.
        entries: u32,
        /// The key's words, in order.
        key: Vec<FieldId>,
        /// Set to 1 on a hit.
        hit: FieldId,
        /// Set to the slot on a hit.
        slot: FieldId,
    },
    /// The read-modify-write of a register array.
    Register(RegisterUnit),
    /// Computes and moves where the guard holds.
    Assign {
        /// When.
        guard: Cond,
        /// All at once.
        moves: Vec<Move>,
    },
    /// Counts where the guard holds.
    Count {
        /// When.
        guard: Cond,
        /// What.
        what: Counted,
        /// Which of the stage's counter banks: of those that share one, at most one counts.
        bank: u32,
    },
    /// Tells the deparser to mend a checksum where the guard holds (RFC 1624).
    Mend {
        /// When.
        guard: Cond,
        /// Which.
        checksum: Checksum,
        /// The word as it was.
        old: Src,
        /// The word as it is now.
        new: Src,
    },
}

/// The read-modify-write of a register array: the action of the one case whose guard holds, else `otherwise`.
#[derive(Clone, Debug)]
pub struct RegisterUnit {
    /// The array.
    pub array: StageArray,
    /// Cell number; a literal 0 for an array of one cell.
    pub index: Src,
    /// No two hold at once.
    pub cases: Vec<Case>,
    /// An action that changes nothing, whose result nobody uses where it should not have happened: it needs no guard.
    pub otherwise: Option<Execution>,
}

/// A guarded action.
#[derive(Clone, Debug)]
pub struct Case {
    /// When.
    pub guard: Cond,
    /// What.
    pub execution: Execution,
}

/// An action with its operands.
#[derive(Clone, Debug)]
pub struct Execution {
    /// The action.
    pub action: ActionId,
    /// Its first operand.
    pub a: Src,
    /// Its second operand.
    pub b: Src,
    /// Where the result goes.
    pub result: Option<FieldId>,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Counted {
    /// Something done.
    Event(Event),
    /// Something ignored.
    Reason(Reason),
}

impl Counted {
    /// Its name as printed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Event(event) => event.name(),
            Self::Reason(reason) => reason.name(),
        }
    }
}

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Src {
    /// A field of the vector.
    Field(FieldId),
    /// A constant.
    Lit(u32),
    /// A value that the control plane has set: action data.
    Param(Param),
    /// Its two's complement, so that a subtraction is an addition of action data.
    Minus(Param),
}

/// One instruction of a stage's ALUs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Move {
    /// The field written; upper bits that do not fit are cut.
    pub dest: FieldId,
    /// The value.
    pub expr: Expr,
}

/// What an ALU computes, on 32 bits, wrapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Expr {
    /// The value itself.
    Copy(Src),
    /// `a + b`.
    Add(Src, Src),
    /// `a - b`.
    Sub(Src, Src),
    /// Bitwise and.
    And(Src, Src),
    /// Bitwise or.
    Or(Src, Src),
    /// Bitwise exclusive or.
    Xor(Src, Src),
    /// Shifted left by a constant.
    Shl(Src, u32),
    /// Shifted right by a constant, zeros coming in.
    Shr(Src, u32),
    /// The first shifted left by a constant, and in the bits below it the second, which is no wider.
    Join(Src, Src, u32),
}

impl Expr {
    /// What it reads.
    pub fn sources(&self) -> impl Iterator<Item = Src> {
        let (a, b) = match *self {
            Self::Copy(a) | Self::Shl(a, _) | Self::Shr(a, _) => (a, None),
            Self::Add(a, b)
            | Self::Sub(a, b)
            | Self::And(a, b)
            | Self::Or(a, b)
            | Self::Xor(a, b)
            | Self::Join(a, b, _) => (a, Some(b)),
        };
        [Some(a), b].into_iter().flatten()
    }
}

/// A condition on the vector, as a gateway evaluates it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Cond {
    /// Holds.
    Always,
    /// The parser found this header.
    Valid(Header),
    /// The field equals a constant.
    Is(FieldId, u32),
    /// Some bits of the field, given by a mask, have a value.
    Masked(FieldId, u32, u32),
    /// Two fields are equal.
    Same(FieldId, FieldId),
    /// The field, a difference, is above zero as a signed number.
    Positive(FieldId),
    /// Does not hold.
    Not(Box<Cond>),
    /// All hold.
    All(Vec<Cond>),
    /// One holds at least.
    Any(Vec<Cond>),
}

impl Cond {
    /// The fields that it reads, each once, in order.
    pub fn fields(&self) -> Vec<FieldId> {
        let mut fields = vec![];
        self.collect(&mut fields);
        fields.sort();
        fields.dedup();
        fields
    }

    fn collect(&self, fields: &mut Vec<FieldId>) {
        match self {
            Self::Always | Self::Valid(_) => {}
            Self::Is(field, _) | Self::Masked(field, ..) | Self::Positive(field) => fields.push(*field),
            Self::Same(a, b) => fields.extend([*a, *b]),
            Self::Not(inner) => inner.collect(fields),
            Self::All(terms) | Self::Any(terms) => terms.iter().for_each(|term| term.collect(fields)),
        }
    }
}
