//! Metadata that decides something is zero at the start, whatever an earlier packet has left in its containers.
//!
//! The compiler takes assignments of zero out, on the ground that the parser clears containers anyway; but it clears those only that
//! the parser uses (`TNA-NOTES.md`). So what only stages and tables use is assigned under `@pa_no_init`, which keeps the assignment.
//! Wide fields are left to `@pa_auto_init_metadata`: they mean something only where a narrow one says so. The words of checksums are
//! the exception, and the ingress control clears them.

use crate::p4::ast::{Annotation, Expr, Gress, Noted, Parser, Stmt, StmtKind, Struct, Type};

/// Fields of so many bits and fewer decide: flags, kinds, reasons, combinations of conditions.
const DECIDES_BITS_MAX: u32 = 8;

/// The parser, with the narrow fields of the metadata made zero that it does not assign itself.
pub(in crate::lower) fn cleared(mut parser: Parser, metadata: &Struct) -> Parser {
    let (gress, root) = match parser.gress {
        Gress::Ingress => ("ingress", "ig_md"),
        Gress::Egress => ("egress", "eg_md"),
    };
    let decides = metadata
        .fields
        .iter()
        .filter(|field| matches!(field.ty, Type::Bit(bits) if bits <= DECIDES_BITS_MAX));
    let paths =
        decides.map(|field| (format!("{root}.{}", field.name), Expr::from(root).field(field.name.as_str())));
    let paths: Vec<(String, Expr)> = paths.filter(|(_, path)| !assigns(&parser, path)).collect();
    let zeros = paths.iter().map(|(_, path)| Stmt::assign(path.clone(), 0));
    let zeros: Vec<Stmt> = zeros.collect();
    for (path, _) in &paths {
        parser = parser.annotate(Annotation::allocation("pa_no_init", &[gress, path]));
    }
    if let Some(start) = parser.states.iter_mut().find(|state| state.name == "start") {
        start.body.extend(zeros);
    }
    parser
}

fn assigns(parser: &Parser, path: &Expr) -> bool {
    let mut stmts = parser.states.iter().flat_map(|state| &state.body);
    stmts.any(|stmt| matches!(&stmt.kind, StmtKind::Assign(target, _) if target == path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::parser;
    use crate::lower::tests::shape;

    #[test]
    fn field_is_made_zero_if_it_is_narrow_and_the_parser_leaves_it_alone() {
        let metadata = Struct::new("ingress_metadata_t").bits("flag", 1).bits("wide", 32).bits("skips", 1);
        let parser = cleared(parser::ingress(&shape()), &metadata);
        let start = parser.states.iter().find(|state| state.name == "start").unwrap();
        let zero = |field: &str| start.body.contains(&Stmt::assign(Expr::from("ig_md").field(field), 0));
        assert!(zero("flag"));
        assert!(!zero("wide"));
        assert!(!zero("skips"), "other states say when it is 1");
        let kept = Annotation::allocation("pa_no_init", &["ingress", "ig_md.flag"]);
        assert_eq!(parser.notes.annotations, [kept]);
    }
}
