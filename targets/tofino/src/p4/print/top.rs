//! What stands at the top of a program: includes, typedefs, constants, headers, structs, blocks, the package.

use super::block::block;
use super::doc::Doc;
use super::expr::expr;
use super::page::{Page, annotation_text};
use crate::p4::ast::{Field, Notes, Pipeline, Program};

/// The whole program.
pub(super) fn program(page: &mut Page, program: &Program) {
    page.notes(&program.notes);
    page.blank();
    for include in &program.includes {
        page.put(format!("#include <{include}>"));
    }
    for (place, typedef) in program.typedefs.iter().enumerate() {
        separate(page, place, &typedef.notes);
        page.notes(&typedef.notes);
        page.put(format!("typedef {} {};", typedef.ty, typedef.name));
    }
    for (place, constant) in program.consts.iter().enumerate() {
        separate(page, place, &constant.notes);
        page.notes(&constant.notes);
        page.line(Doc::concat([
            Doc::text(format!("const {} {} = ", constant.ty, constant.name)),
            expr(&constant.value),
            Doc::text(";"),
        ]));
    }
    for header in &program.headers {
        page.blank();
        page.notes(&header.notes);
        page.braces(&format!("header {}", header.name), "}", |page| fields(page, &header.fields));
    }
    for structure in &program.structs {
        page.blank();
        page.notes(&structure.notes);
        page.braces(&format!("struct {}", structure.name), "}", |page| fields(page, &structure.fields));
    }
    for it in &program.blocks {
        page.blank();
        block(page, it);
    }
    page.blank();
    pipeline(page, &program.pipeline);
}

/// A blank line before the first of a kind and before each one with a comment.
fn separate(page: &mut Page, place: usize, notes: &Notes) {
    if place == 0 || !notes.comment.is_empty() {
        page.blank();
    }
}

/// Fields with their names under each other, short comments behind them.
fn fields(page: &mut Page, fields: &[Field]) {
    let types: Vec<String> = fields.iter().map(head).collect();
    let widest = types.iter().map(String::len).max().unwrap_or_default();
    let lines: Vec<String> =
        fields.iter().zip(&types).map(|(field, ty)| format!("{ty:widest$} {};", field.name)).collect();
    let comments = lines.iter().map(String::len).max().unwrap_or_default();
    for (field, line) in fields.iter().zip(&lines) {
        match field.notes.comment.as_slice() {
            [] => page.put(line),
            [short] if comments + "  // ".len() + short.chars().count() <= page.room() => {
                page.put(format!("{line:comments$}  // {short}"));
            }
            long => {
                page.comment(long);
                page.put(line);
            }
        }
    }
}

/// Annotations and type of a field. Annotations stand on the line, as `@padding bit<7>`.
fn head(field: &Field) -> String {
    let annotations: String =
        field.notes.annotations.iter().map(|annotation| annotation_text(annotation) + " ").collect();
    format!("{annotations}{}", field.ty)
}

fn pipeline(page: &mut Page, pipeline: &Pipeline) {
    page.comment(&pipeline.notes.comment);
    page.put("Pipeline(");
    page.nested(|page| {
        let blocks = [
            &pipeline.ingress_parser,
            &pipeline.ingress,
            &pipeline.ingress_deparser,
            &pipeline.egress_parser,
            &pipeline.egress,
            &pipeline.egress_deparser,
        ];
        for (place, block) in blocks.iter().enumerate() {
            let comma = if place + 1 < blocks.len() { "," } else { "" };
            page.put(format!("{block}(){comma}"));
        }
    });
    page.put(format!(") {};", pipeline.name));
    page.blank();
    // Annotations about the whole program are taken from wherever they stand; here they are seen by every version.
    page.annotations(&pipeline.notes.annotations);
    page.put(format!("Switch({}) main;", pipeline.name));
}
