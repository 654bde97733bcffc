//! RP-SW-9 for the control plane: core's [`is_reusable`], recorded and printed as a function of Python.

use redplane_core::field::{Field, Param};
use redplane_core::machine::Array;
use redplane_core::registers::{SlotCells, is_reusable};
use redplane_hdl_sim::netlist::{BinaryOp, Bit, BitNode, Graph, Word, WordNode};
use redplane_hdl_sim::pipeline::StageArray;

const HEAD: &str = r#""""When a slot may change flows (RP-SW-9): written down from redplane-core's registers::is_reusable, not by hand."""

MASK = 0xFFFFFFFF


def newer(a, b):
    """Whether serial number a is newer than b."""
    return 0 < ((a - b) & MASK) < 1 << 31


def is_reusable(renounced, deadline, seq, acked, asked, now, period):
    """Whether the slot whose cells these are may be given to another flow."""
"#;

/// The module.
///
/// # Errors
/// The rule asks what the control plane does not know.
pub(super) fn text() -> Result<String, String> {
    let mut graph = Graph::default();
    let mut cell = |array| graph.put(WordNode::Result(StageArray::Core(array), 0));
    let cells = SlotCells {
        renounced: cell(Array::Renounced),
        deadline: cell(Array::Deadline),
        seq: cell(Array::Seq),
        acked: cell(Array::Acked),
        asked: cell(Array::Asked),
    };
    let (now, period) = (graph.put(WordNode::Field(Field::Now)), graph.put(WordNode::Param(Param::Period)));
    let rule = is_reusable(&mut graph, cells, now, period);
    Ok(format!("{HEAD}    return {}\n", bit(&graph, rule)?))
}

fn word(graph: &Graph, it: Word) -> Result<String, String> {
    let text = match graph.word_node(it) {
        WordNode::Lit(value) => value.to_string(),
        WordNode::Field(Field::Now) => "now".into(),
        WordNode::Param(Param::Period) => "period".into(),
        WordNode::Result(array, _) => array.name(),
        WordNode::Binary(op, a, b) => {
            let sign = match op {
                BinaryOp::Add => "+",
                BinaryOp::Sub => "-",
                BinaryOp::And => "&",
                BinaryOp::Or => "|",
                BinaryOp::Xor => "^",
            };
            format!("(({} {sign} {}) & MASK)", word(graph, a)?, word(graph, b)?)
        }
        WordNode::Shl(a, by) => format!("(({} << {by}) & MASK)", word(graph, a)?),
        WordNode::Shr(a, by) => format!("({} >> {by})", word(graph, a)?),
        WordNode::Select(asked, a, b) => {
            format!("({} if {} else {})", word(graph, a)?, bit(graph, asked)?, word(graph, b)?)
        }
        other => return Err(format!("it reads {other:?}, which is no cell of the slot")),
    };
    Ok(text)
}

fn bit(graph: &Graph, it: Bit) -> Result<String, String> {
    let text = match graph.bit_node(it) {
        BitNode::Const(true) => "True".into(),
        BitNode::Const(false) => "False".into(),
        BitNode::Eq(a, b) => format!("{} == {}", word(graph, a)?, word(graph, b)?),
        BitNode::Newer(a, b) => format!("newer({}, {})", word(graph, a)?, word(graph, b)?),
        BitNode::Both(a, b) => format!("({} and {})", bit(graph, a)?, bit(graph, b)?),
        BitNode::Either(a, b) => format!("({} or {})", bit(graph, a)?, bit(graph, b)?),
        BitNode::Not(a) => format!("not ({})", bit(graph, a)?),
        other => return Err(format!("it asks {other:?}, which the control plane cannot know")),
    };
    Ok(text)
}

#[cfg(test)]
mod tests {
    #[test]
    fn rule_names_the_cells_and_the_times_that_it_asks() {
        let text = super::text().unwrap();
        for name in
            ["newer(deadline, now)", "asked + period", "seq == acked", "renounced == 1", "renounced == 2"]
        {
            assert!(text.contains(name), "{name} in {text}");
        }
    }
}
