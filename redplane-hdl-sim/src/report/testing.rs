//! A small placed program for the tests of reports, with and without its register.

use redplane_core::count::Event;
use redplane_core::field::Field;
use redplane_core::machine::Array;
use redplane_core::wire::Layout;

use crate::pipeline::{
    ActionId, Case, Cond, Counted, Execution, Expr, FieldId, Move, Output, PhvField, Pipeline, RegisterArray,
    RegisterUnit, Role, Src, Stage, StageArray, Unit,
};
use crate::salu::{Operand, Row, Salu, Value};

const FIELDS: [(&str, u32, Role); 10] = [
    ("key_0", 32, Role::Field(Field::Key(0))),
    ("hit", 1, Role::Hit),
    ("slot", 16, Role::Slot),
    ("now", 32, Role::Field(Field::Now)),
    ("ttl", 8, Role::Field(Field::Ipv4Ttl)),
    ("age", 32, Role::Temp),
    ("old", 32, Role::Temp),
    ("fate", 3, Role::Output(Output::Fate)),
    ("out_kind", 4, Role::Field(Field::OutKind)),
    ("send_kind", 4, Role::Output(Output::SendKind)),
];

/// A field by its name.
pub(crate) fn field(name: &str) -> FieldId {
    FieldId(FIELDS.iter().position(|(known, ..)| *known == name).unwrap() as u16)
}

fn assign(guard: Cond, dest: &str, expr: Expr) -> Unit {
    Unit::Assign { guard, moves: vec![Move { dest: field(dest), expr }] }
}

fn from(name: &str) -> Src {
    Src::Field(field(name))
}

/// Looks a flow up, remembers when it was seen, counts it if it is known, and sends a message in egress.
pub(crate) fn pipeline() -> Pipeline {
    let hit = || Cond::Is(field("hit"), 1);
    let put = Execution { action: ActionId(0), a: from("now"), b: Src::Lit(0), result: Some(field("old")) };
    let asked = StageArray::Core(Array::Asked);
    let register = RegisterUnit {
        array: asked,
        index: from("slot"),
        cases: vec![Case { guard: hit(), execution: put }],
        otherwise: None,
    };
    let key = vec![field("key_0")];
    let lookup =
        Unit::Lookup { guard: Cond::Always, entries: 65_536, key, hit: field("hit"), slot: field("slot") };
    let leaves = Cond::Not(Box::new(Cond::Is(field("ttl"), 1)));
    let ingress = vec![
        vec![lookup],
        vec![Unit::Register(register)],
        vec![
            assign(hit(), "age", Expr::Sub(from("now"), from("old"))),
            assign(leaves, "fate", Expr::Copy(Src::Lit(1))),
            Unit::Count { guard: hit(), what: Counted::Event(Event::ALL[0]), bank: 0 },
        ],
    ];
    let sends = Cond::Not(Box::new(Cond::Is(field("out_kind"), 0)));
    let egress = vec![vec![assign(sends, "send_kind", Expr::Copy(from("out_kind")))]];
    let stages = |stages: Vec<Vec<Unit>>| {
        stages.into_iter().map(|units| Stage { units, ..Stage::default() }).collect()
    };
    Pipeline {
        name: "example".into(),
        layout: Layout { schema: 1, key_words: 1, state_words: 1, slot_words: 0 },
        fields: FIELDS.map(|(name, bits, role)| PhvField { name: name.into(), bits, role }).into(),
        actions: vec![Salu {
            name: "put".into(),
            conditions: vec![],
            rows: vec![Row { value: Value::Operand(Operand::A), output: crate::salu::Output::Old }],
        }],
        arrays: vec![RegisterArray { array: asked, bits: 32, cells: 65_536 }],
        ingress: stages(ingress),
        egress: stages(egress),
        flows: 65_536,
    }
}

/// The same without what RedPlane adds.
pub(crate) fn plain() -> Pipeline {
    let mut plain = pipeline();
    plain.name = "example-plain".into();
    plain.ingress = vec![plain.ingress.swap_remove(2)];
    plain.egress.clear();
    plain.arrays.clear();
    plain
}
