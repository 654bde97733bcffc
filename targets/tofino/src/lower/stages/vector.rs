//! Where the fields of the vector live on the chip: in a header, in shared metadata, or in metadata of the stages' own.
//!
//! Fields of packets, messages and of what follows the stages have their place from [`headers`]. All others become fields of the
//! gress's metadata, under the name that the pipeline gives them, and as wide as the stateful ALUs need them: a unit reads whole
//! words and gives whole words.

use std::collections::BTreeMap;

use redplane_core::field::{Field, Pass};
use redplane_core::wire::Kind;
use redplane_hdl_sim::pipeline::{
    Act, Cond, Execution, Expr as Computed, Fate, FieldId, KeyPart, Output, Pipeline, Role, Src, Stage, Unit,
};
use redplane_hdl_sim::salu::{Compare, Operand, Output as Given, Row, Salu};

use super::StageError;
use crate::lower::{ProgramShape, headers, names};
use crate::p4::ast::{self, Expr, Gress, Header, Struct, Type};

/// How a register action gives its result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ResultForm {
    /// A word of the array's width: the cell before or after.
    Word,
    /// A bit.
    Bit,
    /// Which of the conditions hold, one bit of four for each combination: what number each stands for, if it can be.
    Predicate(Vec<Option<u32>>),
}

impl ResultForm {
    /// Of an action.
    pub(super) fn of(salu: &Salu) -> Self {
        if !salu.gives_number() {
            return Self::Word;
        }
        if salu.output_bits() == 1 {
            return Self::Bit;
        }
        let number = |(row, it): (usize, &Row)| match it.output {
            Given::Number(number) if can_be(salu, row) => Some(number),
            _ => None,
        };
        Self::Predicate(salu.rows.iter().enumerate().map(number).collect())
    }

    /// Bits of the result, from an array of cells of `cell` bits.
    pub(super) fn bits(&self, cell: u32) -> u32 {
        match self {
            Self::Word => cell,
            Self::Bit => 1,
            Self::Predicate(_) => 4,
        }
    }
}

/// Whether the conditions can come out so: nothing is newer than what it is equal to.
fn can_be(salu: &Salu, row: usize) -> bool {
    let holds = |at: usize| row >> at & 1 == 1;
    let sides = |it: &Compare| (it.left, it.right);
    let swapped = |it: &Compare| (it.right, it.left);
    let mut pairs = salu
        .conditions
        .iter()
        .enumerate()
        .flat_map(|a| salu.conditions.iter().enumerate().map(move |b| (a, b)));
    !pairs.any(|((at, a), (other, b))| {
        at < other
            && holds(at)
            && holds(other)
            && a.relation != b.relation
            && (sides(a) == sides(b) || sides(a) == swapped(b))
    })
}

/// A field's place.
#[derive(Clone, Debug)]
pub(super) struct Location {
    /// What stands for it in the text.
    pub(super) path: Expr,
    /// Its width there.
    pub(super) bits: u32,
    /// Where it holds which of a register action's conditions hold: what number each combination stands for.
    pub(super) numbers: Option<Vec<Option<u32>>>,
}

/// The fields of one gress.
pub(super) struct Vector<'a> {
    pub(super) pipeline: &'a Pipeline,
    pub(super) gress: Gress,
    locations: BTreeMap<FieldId, Location>,
    own: Vec<ast::Field>,
}

impl<'a> Vector<'a> {
    /// The fields that the stages of a gress use.
    pub(super) fn new(
        pipeline: &'a Pipeline,
        shape: &ProgramShape,
        gress: Gress,
    ) -> Result<Self, StageError> {
        let (stages, shared) = match gress {
            Gress::Ingress => (&pipeline.ingress, headers::ingress_metadata(shape)),
            Gress::Egress => (&pipeline.egress, headers::egress_metadata()),
        };
        let mut vector = Self { pipeline, gress, locations: BTreeMap::new(), own: vec![] };
        let wanted = wanted_bits(pipeline, stages);
        let types = headers::header_types(shape);
        let sets = match gress {
            Gress::Ingress => headers::ingress_headers(),
            Gress::Egress => headers::egress_headers(),
        };
        for (id, use_) in wanted {
            let field = pipeline.field(id);
            let path = match gress {
                Gress::Ingress => headers::ingress_path(field),
                Gress::Egress => headers::egress_path(field),
            };
            let location = match path {
                Some(path) => {
                    let bits = width(&path, &sets, &types, &shared);
                    let bits = bits.ok_or_else(|| {
                        StageError::new(&field.name, "its place is in no header: give it a field there")
                    })?;
                    Location { path, bits, numbers: use_.numbers }
                }
                None if field.role == Role::Temp => vector.own_location(&field.name, &use_, &shared),
                // A copy is cut off the message, and has what the message has.
                None if matches!(field.role, Role::Output(Output::MirrorEpoch | Output::MirrorSeq)) => {
                    continue;
                }
                None => {
                    let message = format!(
                        "the stages of {gress} use it, and it has no place there: let a header carry it"
                    );
                    return Err(StageError::new(&field.name, message));
                }
            };
            vector.locations.insert(id, location);
        }
        Ok(vector)
    }

    fn own_location(&mut self, name: &str, use_: &Use, shared: &Struct) -> Location {
        let mut name = name.to_owned();
        while shared.fields.iter().chain(&self.own).any(|field| field.name == name) {
            name.push_str("_here");
        }
        self.own.push(ast::Field::bits(name.as_str(), use_.bits));
        let path = Expr::from(self.metadata()).field(name);
        Location { path, bits: use_.bits, numbers: use_.numbers.clone() }
    }

    /// Adds a field of the stages' own that is none of the vector's.
    pub(super) fn add(&mut self, name: &str, bits: u32) -> Expr {
        self.own.push(ast::Field::bits(name, bits));
        self.own_path(name)
    }

    /// A field of the stages' own by its name.
    pub(super) fn own_path(&self, name: &str) -> Expr {
        Expr::from(self.metadata()).field(name)
    }

    /// The fields to add to the metadata, widest first: narrow ones share containers.
    pub(super) fn into_fields(mut self) -> Vec<ast::Field> {
        let bits = |field: &ast::Field| match field.ty {
            Type::Bit(bits) => bits,
            _ => 0,
        };
        self.own.sort_by_key(|field| std::cmp::Reverse(bits(field)));
        self.own
    }

    fn metadata(&self) -> &'static str {
        match self.gress {
            Gress::Ingress => "ig_md",
            Gress::Egress => "eg_md",
        }
    }

    /// Where a field lives.
    pub(super) fn location(&self, id: FieldId) -> &Location {
        &self.locations[&id]
    }

    /// Header fields that conditions read: where their header is not there they have to be zero, so no other header's field may
    /// lie over them.
    pub(super) fn alone(&self, stages: &[Stage]) -> Vec<ast::Annotation> {
        let acts = |stage: &Stage| {
            let units = stage.units.iter().enumerate().flat_map(|(at, unit)| {
                let cases = match unit {
                    Unit::Register(register) => register.cases.len(),
                    _ => 0,
                };
                let cases = (0..cases).map(move |case| Act::Case { unit: at, case });
                std::iter::once(Act::Unit(at)).chain(cases)
            });
            units.collect::<Vec<Act>>()
        };
        let mut paths: Vec<String> = vec![];
        for stage in stages {
            let asked = acts(stage).into_iter().flat_map(|act| guard(stage, act).fields());
            for path in asked.filter_map(|id| header_path(&self.location(id).path)) {
                if !paths.contains(&path) {
                    paths.push(path);
                }
            }
        }
        paths.sort();
        let gress = self.gress.to_string();
        paths.iter().map(|path| ast::Annotation::allocation("pa_no_overlay", &[&gress, path])).collect()
    }

    /// Whether writing the field means anything in this half.
    pub(super) fn keeps(&self, id: FieldId) -> bool {
        self.locations.contains_key(&id)
    }

    /// A field's value in the text: a constant by its name where it has one.
    pub(super) fn constant(&self, id: FieldId, value: u32) -> Expr {
        let bits = self.location(id).bits;
        let kind = |value: u32| Kind::ALL.iter().find(|kind| u32::from(kind.to_wire()) == value).copied();
        let named = match self.pipeline.field(id).role {
            Role::Field(Field::Pass) if bits == names::PASS_BITS => {
                let passes = [Pass::Packet, Pass::Message, Pass::Copy, Pass::Sweep, Pass::GiveUp];
                passes.into_iter().find(|pass| *pass as u32 == value).map(names::pass)
            }
            Role::Field(Field::MessageKind | Field::OutKind)
            | Role::Output(Output::MirrorKind | Output::SendKind)
                if bits == names::KIND_BITS =>
            {
                kind(value).map(names::kind)
            }
            Role::Output(Output::Fate) if bits == names::FATE_BITS => {
                Fate::ALL.into_iter().find(|fate| *fate as u32 == value).map(names::fate)
            }
            _ => None,
        };
        named.unwrap_or_else(|| super::values::literal(value, bits))
    }

    /// What the place of a field holds where the field is `value`.
    pub(super) fn encodings(&self, id: FieldId, value: u32) -> Vec<u32> {
        match &self.location(id).numbers {
            None => vec![value],
            Some(numbers) => {
                let rows = numbers.iter().enumerate().filter(|(_, number)| **number == Some(value));
                // Where nothing was given, the place is zero, and so is the field.
                let nothing = (value == 0).then_some(0);
                nothing.into_iter().chain(rows.map(|(row, _)| 1 << row)).collect()
            }
        }
    }
}

/// What the stages want of a field's place.
#[derive(Clone, Debug, Default)]
struct Use {
    bits: u32,
    numbers: Option<Vec<Option<u32>>>,
}

fn wanted_bits(pipeline: &Pipeline, stages: &[Stage]) -> BTreeMap<FieldId, Use> {
    let mut uses: BTreeMap<FieldId, Use> = BTreeMap::new();
    let mut want = |id: FieldId, bits: u32| {
        let use_ = uses.entry(id).or_default();
        use_.bits = use_.bits.max(bits).max(pipeline.field(id).bits);
    };
    let mut numbers = vec![];
    for unit in stages.iter().flat_map(|stage| &stage.units) {
        let (reads, writes) = accesses(unit);
        reads.into_iter().chain(writes).for_each(|id| want(id, 0));
        let Unit::Register(register) = unit else { continue };
        let cell = cell_bits(pipeline, register.array);
        for execution in register.cases.iter().map(|case| &case.execution).chain(&register.otherwise) {
            let salu = pipeline.action(execution.action);
            for (operand, src) in [(Operand::A, execution.a), (Operand::B, execution.b)] {
                if let (Src::Field(id), true) = (src, salu.reads(operand)) {
                    want(id, cell);
                }
            }
            if let Some(id) = execution.result {
                let form = ResultForm::of(salu);
                want(id, form.bits(cell));
                if let ResultForm::Predicate(rows) = form {
                    numbers.push((id, rows));
                }
            }
        }
    }
    for part in stages.iter().flat_map(|stage| &stage.tables).flat_map(|table| &table.key) {
        if let KeyPart::Field(id) = part {
            want(*id, 0);
        }
    }
    for (id, rows) in numbers {
        if let Some(use_) = uses.get_mut(&id) {
            use_.numbers = Some(rows);
        }
    }
    uses
}

/// Bits of an array's cells.
pub(super) fn cell_bits(pipeline: &Pipeline, array: redplane_hdl_sim::pipeline::StageArray) -> u32 {
    pipeline.arrays.iter().find(|known| known.array == array).map_or(32, |known| known.bits)
}

/// The fields that a unit reads, its guards included, and those that it writes.
pub(super) fn accesses(unit: &Unit) -> (Vec<FieldId>, Vec<FieldId>) {
    match unit {
        Unit::Lookup { guard, key, hit, slot, .. } => {
            ([guard.fields(), key.clone()].concat(), vec![*hit, *slot])
        }
        Unit::Register(register) => {
            let mut reads = field_of(register.index);
            let mut writes = vec![];
            for case in &register.cases {
                reads.extend(case.guard.fields());
            }
            for execution in register.cases.iter().map(|case| &case.execution).chain(&register.otherwise) {
                reads.extend(operands(execution));
                writes.extend(execution.result);
            }
            (reads, writes)
        }
        Unit::Assign { guard, moves } => {
            let sources = moves.iter().flat_map(|it| sources(&it.expr));
            (guard.fields().into_iter().chain(sources).collect(), moves.iter().map(|it| it.dest).collect())
        }
        Unit::Count { guard, .. } => (guard.fields(), vec![]),
        Unit::Mend { guard, old, new, .. } => {
            ([guard.fields(), field_of(*old), field_of(*new)].concat(), vec![])
        }
    }
}

pub(super) fn operands(execution: &Execution) -> Vec<FieldId> {
    [field_of(execution.a), field_of(execution.b)].concat()
}

pub(super) fn sources(expr: &Computed) -> Vec<FieldId> {
    expr.sources().flat_map(field_of).collect()
}

fn field_of(src: Src) -> Vec<FieldId> {
    match src {
        Src::Field(id) => vec![id],
        _ => vec![],
    }
}

/// The guard of an act.
pub(super) fn guard(stage: &Stage, act: Act) -> &Cond {
    const ALWAYS: &Cond = &Cond::Always;
    match act {
        Act::Unit(at) => match &stage.units[at] {
            Unit::Lookup { guard, .. }
            | Unit::Assign { guard, .. }
            | Unit::Count { guard, .. }
            | Unit::Mend { guard, .. } => guard,
            Unit::Register(_) => ALWAYS,
        },
        Act::Case { unit, case } => match &stage.units[unit] {
            Unit::Register(register) => &register.cases[case].guard,
            _ => ALWAYS,
        },
    }
}

/// `hdr.redplane.kind`, of a field of a header that is not always there.
fn header_path(path: &Expr) -> Option<String> {
    match path {
        Expr::Slice { of, .. } => header_path(of),
        Expr::Field(of, name) => match &**of {
            Expr::Field(_, header) if header != "bridge" => Some(format!("hdr.{header}.{name}")),
            _ => None,
        },
        _ => None,
    }
}

/// Width of what a path names: a field of a header or of metadata, or a slice of one.
fn width(path: &Expr, sets: &Struct, types: &[Header], metadata: &Struct) -> Option<u32> {
    let bits = |fields: &[ast::Field], name: &str| {
        fields.iter().find(|field| field.name == name).and_then(|field| match field.ty {
            Type::Bit(bits) => Some(bits),
            _ => None,
        })
    };
    match path {
        Expr::Slice { hi, lo, .. } => Some(hi - lo + 1),
        Expr::Field(of, name) => match &**of {
            Expr::Field(_, header) => {
                let header = sets.fields.iter().find(|field| field.name == *header)?;
                let Type::Named(ty) = &header.ty else { return None };
                bits(&types.iter().find(|known| known.name == *ty)?.fields, name)
            }
            _ => bits(&metadata.fields, name),
        },
        _ => None,
    }
}
