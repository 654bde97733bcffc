//! Names of actions and tables: by what they do, each once.

use std::collections::HashSet;

use redplane_hdl_sim::pipeline::{Act, Expr as Computed, Move, Src, Stage, Unit};

use super::values::snake;
use super::vector::Vector;

/// More than this is no name.
const NAME_MAX: usize = 40;

/// The names of a control.
#[derive(Default)]
pub(super) struct Naming {
    taken: HashSet<String>,
}

impl Naming {
    /// The name, or with a number behind it if it is taken.
    pub(super) fn unique(&mut self, name: &str) -> String {
        let mut unique = name.to_owned();
        let mut number = 2;
        while !self.taken.insert(unique.clone()) {
            unique = format!("{name}_{number}");
            number += 1;
        }
        unique
    }
}

/// What acts do together, in words.
pub(super) fn of_acts(vector: &Vector<'_>, stage: &Stage, acts: &[Act]) -> String {
    let mut words: Vec<String> = vec![];
    for act in acts {
        let word = of_act(vector, stage, *act);
        if !words.contains(&word) {
            words.push(word);
        }
    }
    let mut name = String::new();
    for (at, word) in words.iter().enumerate() {
        let longer = if at == 0 { word.clone() } else { format!("{name}_and_{word}") };
        if at > 0 && longer.len() > NAME_MAX {
            return format!("{name}_and_{}_more", words.len() - at);
        }
        name = longer;
    }
    name
}

fn of_act(vector: &Vector<'_>, stage: &Stage, act: Act) -> String {
    match act {
        Act::Case { unit, case } => match &stage.units[unit] {
            Unit::Register(register) => {
                let action = vector.pipeline.action(register.cases[case].execution.action);
                format!("{}_{}", action.name, register.array)
            }
            _ => "nothing".into(),
        },
        Act::Unit(at) => match &stage.units[at] {
            Unit::Lookup { .. } => "look_up".into(),
            Unit::Register(register) => format!("access_{}", register.array),
            Unit::Assign { moves, .. } => {
                moves.first().map_or("nothing".into(), |first| of_move(vector, first))
            }
            Unit::Count { what, .. } => format!("count_{}", snake(what.name())),
            Unit::Mend { checksum, .. } => format!("mend_{}", snake(&format!("{checksum:?}"))),
        },
    }
}

fn of_move(vector: &Vector<'_>, first: &Move) -> String {
    let field = vector.pipeline.field(first.dest);
    match first.expr {
        Computed::Copy(Src::Lit(1)) if field.bits == 1 => format!("mark_{}", field.name),
        _ => format!("set_{}", field.name),
    }
}
