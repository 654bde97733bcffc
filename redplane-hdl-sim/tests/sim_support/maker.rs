//! Pipelines made by hand, small enough to know what they must do.

use redplane_core::field::Field;
use redplane_core::seq::Incarnation;
use redplane_core::switch::Config;
use redplane_core::wire::Layout;
use redplane_hdl_sim::pipeline::{
    ActionId, Case, Cond, Execution, Expr, Fate, FieldId, Move, Output, PhvField, Pipeline, RegisterArray,
    RegisterUnit, Role, Src, Stage, StageArray, Unit,
};
use redplane_hdl_sim::salu::{Operand, Output as Given, Row, Salu, Value};
use redplane_hdl_sim::sim::{Device, Hardware};

/// Makes a pipeline piece by piece: a key and a state of one word, four flows.
pub(crate) struct Maker {
    pub(crate) pipeline: Pipeline,
}

impl Maker {
    pub(crate) fn new() -> Self {
        let pipeline = Pipeline {
            name: "by hand".into(),
            layout: Layout { schema: 9, key_words: 1, state_words: 1, slot_words: 0 },
            fields: vec![],
            actions: vec![],
            arrays: vec![],
            ingress: vec![],
            egress: vec![],
            flows: 4,
        };
        Self { pipeline }
    }

    /// The field of this role; 32 bits wide if it was not there.
    pub(crate) fn field(&mut self, role: Role) -> FieldId {
        self.pipeline.find(role).unwrap_or_else(|| self.wide(role, 32))
    }

    /// A new field.
    pub(crate) fn wide(&mut self, role: Role, bits: u32) -> FieldId {
        let at = self.pipeline.fields.len();
        self.pipeline.fields.push(PhvField { name: format!("field_{at}"), bits, role });
        FieldId(at as u16)
    }

    pub(crate) fn core(&mut self, field: Field) -> FieldId {
        self.field(Role::Field(field))
    }

    pub(crate) fn temp(&mut self) -> FieldId {
        self.wide(Role::Temp, 32)
    }

    /// An array of 32-bit cells.
    pub(crate) fn array(&mut self, array: StageArray, cells: u32) {
        self.pipeline.arrays.push(RegisterArray { array, bits: 32, cells });
    }

    /// An action without conditions.
    pub(crate) fn action(&mut self, name: &str, value: Value, output: Given) -> ActionId {
        let salu = Salu { name: name.into(), conditions: vec![], rows: vec![Row { value, output }] };
        self.pipeline.actions.push(salu);
        ActionId(self.pipeline.actions.len() as u16 - 1)
    }

    /// The action that counts up by its first operand and gives the new number.
    pub(crate) fn count_up(&mut self) -> ActionId {
        self.action("count_up", Value::Add(Operand::Cell, Operand::A), Given::New)
    }

    pub(crate) fn ingress(&mut self, units: Vec<Unit>) {
        self.pipeline.ingress.push(Stage { units, ..Stage::default() });
    }

    pub(crate) fn egress(&mut self, units: Vec<Unit>) {
        self.pipeline.egress.push(Stage { units, ..Stage::default() });
    }

    /// A stage that lets packets leave, and nothing else.
    pub(crate) fn forward_packets(&mut self) {
        let fate = self.field(Role::Output(Output::Fate));
        let pass = self.core(Field::Pass);
        self.ingress(vec![assign(Cond::Is(pass, 0), &[(fate, Expr::Copy(Src::Lit(Fate::Leaves as u32)))])]);
    }

    /// A device on this hardware; without sweeps.
    pub(crate) fn device(self, change: impl FnOnce(&mut Hardware)) -> Device {
        let mut hardware = Hardware::new(&self.pipeline, Hardware::two_ports());
        hardware.sweep_every = None;
        change(&mut hardware);
        Device::new(self.pipeline, &config(), hardware).unwrap()
    }
}

pub(crate) fn config() -> Config {
    Config::new(1, Incarnation::new(1))
}

pub(crate) fn assign(guard: Cond, moves: &[(FieldId, Expr)]) -> Unit {
    Unit::Assign {
        guard,
        moves: moves.iter().map(|(dest, expr)| Move { dest: *dest, expr: *expr }).collect(),
    }
}

pub(crate) fn set(dest: FieldId, value: u32) -> Unit {
    assign(Cond::Always, &[(dest, Expr::Copy(Src::Lit(value)))])
}

pub(crate) fn copy(dest: FieldId, from: FieldId) -> Unit {
    assign(Cond::Always, &[(dest, Expr::Copy(Src::Field(from)))])
}

/// An access of a cell, with a literal operand.
pub(crate) fn access(
    array: StageArray,
    index: Src,
    guard: Cond,
    action: ActionId,
    a: Src,
    result: Option<FieldId>,
) -> Unit {
    let execution = Execution { action, a, b: Src::Lit(0), result };
    Unit::Register(RegisterUnit { array, index, cases: vec![Case { guard, execution }], otherwise: None })
}
