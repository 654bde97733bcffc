//! Parsers, controls and deparsers, and what is declared inside.

use super::doc::Doc;
use super::expr::{VALUE_AND_RESULT, expr, keysets};
use super::page::{Page, annotation_text};
use super::stmt::body;
use crate::p4::ast::{
    Action, Block, Counter, CounterKind, DefaultAction, Direction, Entry, Hash, HashAlgorithm, Local, Param,
    Register, RegisterAction, State, Stmt, Table, Transition,
};

/// A parser, control or deparser.
pub(super) fn block(page: &mut Page, block: &Block) {
    match block {
        Block::Parser(parser) => {
            page.notes(&parser.notes);
            open(page, &format!("parser {}", parser.name), &parser.params);
            page.nested(|page| {
                locals(page, &parser.locals);
                for state in &parser.states {
                    page.blank();
                    self::state(page, state);
                }
            });
        }
        Block::Control(control) => {
            page.notes(&control.notes);
            open(page, &format!("control {}", control.name), &control.params);
            page.nested(|page| apply(page, &control.locals, &control.apply));
        }
        Block::Deparser(deparser) => {
            page.notes(&deparser.notes);
            open(page, &format!("control {}", deparser.name), &deparser.params);
            page.nested(|page| apply(page, &deparser.locals, &deparser.apply));
        }
    }
    page.put("}");
}

fn open(page: &mut Page, head: &str, params: &[Param]) {
    page.line(Doc::concat([Doc::items(&format!("{head}("), params.iter().map(param), ")"), Doc::text(" {")]));
}

fn param(param: &Param) -> Doc {
    let direction = match param.direction {
        Direction::None => "",
        Direction::In => "in ",
        Direction::Out => "out ",
        Direction::InOut => "inout ",
    };
    Doc::text(format!("{direction}{} {}", param.ty, param.name))
}

fn apply(page: &mut Page, locals: &[Local], statements: &[Stmt]) {
    self::locals(page, locals);
    page.blank();
    page.braces("apply", "}", |page| body(page, statements));
}

/// Declarations in order: one-liners of a kind stand together, everything else stands apart.
fn locals(page: &mut Page, locals: &[Local]) {
    let mut previous: Option<&Local> = None;
    for local in locals {
        let together = previous.is_some_and(|previous| {
            std::mem::discriminant(previous) == std::mem::discriminant(local)
                && is_one_line(local)
                && local.notes().comment.is_empty()
                && bounded_by(local).is_none()
        });
        if !together {
            page.blank();
        }
        page.comment(&local.notes().comment);
        if let Some(sentence) = bounded_by(local) {
            page.comment(std::slice::from_ref(sentence));
        }
        page.annotations(&local.notes().annotations);
        self::local(page, local);
        previous = Some(local);
    }
}

/// Who keeps an array's indices below its size, where that is stated.
fn bounded_by(local: &Local) -> Option<&String> {
    match local {
        Local::Register(Register { bounded_by, .. }) | Local::Counter(Counter { bounded_by, .. }) => {
            bounded_by.as_ref()
        }
        _ => None,
    }
}

fn is_one_line(local: &Local) -> bool {
    !matches!(local, Local::RegisterAction(_) | Local::Action(_) | Local::Table(_))
}

fn local(page: &mut Page, local: &Local) {
    match local {
        Local::Var(var) => match &var.initial {
            Some(value) => {
                page.line(Doc::concat([
                    Doc::text(format!("{} {} = ", var.ty, var.name)),
                    expr(value),
                    Doc::text(";"),
                ]));
            }
            None => page.put(format!("{} {};", var.ty, var.name)),
        },
        Local::Register(register) => self::register(page, register),
        Local::RegisterAction(action) => register_action(page, action),
        Local::Counter(counter) => page.line(Doc::concat([
            Doc::items(
                &format!("Counter<bit<{}>, {}>(", counter.width, counter.index),
                [expr(&counter.size), counter_kind(counter.kind)],
                ")",
            ),
            Doc::text(format!(" {};", counter.name)),
        ])),
        Local::DirectCounter(counter) => page.line(Doc::concat([
            Doc::items(&format!("DirectCounter<bit<{}>>(", counter.width), [counter_kind(counter.kind)], ")"),
            Doc::text(format!(" {};", counter.name)),
        ])),
        Local::Hash(hash) => self::hash(page, hash),
        Local::Random(random) => page.put(format!("Random<bit<{}>>() {};", random.width, random.name)),
        Local::Action(action) => self::action(page, action),
        Local::Table(table) => self::table(page, table),
        Local::Instance(instance) => page.put(format!("{}() {};", instance.control, instance.name)),
        Local::Checksum(checksum) => page.put(format!("Checksum() {};", checksum.name)),
        Local::Mirror(mirror) => instance(page, "Mirror", expr(&mirror.kind), &mirror.name),
        Local::Resubmit(resubmit) => instance(page, "Resubmit", expr(&resubmit.kind), &resubmit.name),
        Local::Digest(digest) => {
            instance(page, &format!("Digest<{}>", digest.ty), expr(&digest.kind), &digest.name);
        }
        Local::ParserCounter(counter) => page.put(format!("ParserCounter() {};", counter.name)),
        Local::ValueSet(set) => page.put(format!("value_set<{}>({}) {};", set.ty, set.size, set.name)),
    }
}

fn instance(page: &mut Page, ty: &str, argument: Doc, name: &str) {
    page.line(Doc::concat([Doc::text(format!("{ty}(")), argument, Doc::text(format!(") {name};"))]));
}

fn register(page: &mut Page, register: &Register) {
    let arguments = std::iter::once(&register.size).chain(&register.initial).map(expr);
    page.line(Doc::concat([
        Doc::items(&format!("Register<{}, {}>(", register.cell, register.index), arguments, ")"),
        Doc::text(format!(" {};", register.name)),
    ]));
}

fn register_action(page: &mut Page, action: &RegisterAction) {
    let (value, result) = VALUE_AND_RESULT;
    let result_type = action.result.as_ref().map_or("void".to_owned(), ToString::to_string);
    let head = Doc::concat([
        Doc::text(format!(
            "RegisterAction<{}, {}, {result_type}>({})",
            action.cell, action.index, action.register
        )),
        Doc::concat([Doc::Line, Doc::text(format!("{} = {{", action.name))]).nest(),
    ]);
    page.line(head.group());
    page.nested(|page| {
        let result = action.result.as_ref().map_or(String::new(), |ty| format!(", out {ty} {result}"));
        page.braces(&format!("void apply(inout {} {value}{result})", action.cell), "}", |page| {
            body(page, &action.body);
        });
    });
    page.put("};");
}

fn counter_kind(kind: CounterKind) -> Doc {
    Doc::text(match kind {
        CounterKind::Packets => "CounterType_t.PACKETS",
        CounterKind::Bytes => "CounterType_t.BYTES",
        CounterKind::PacketsAndBytes => "CounterType_t.PACKETS_AND_BYTES",
    })
}

fn hash(page: &mut Page, hash: &Hash) {
    let algorithm = match &hash.algorithm {
        HashAlgorithm::Identity => "HashAlgorithm_t.IDENTITY".to_owned(),
        HashAlgorithm::Crc16 => "HashAlgorithm_t.CRC16".to_owned(),
        HashAlgorithm::Crc32 => "HashAlgorithm_t.CRC32".to_owned(),
        HashAlgorithm::Custom { width, coeff, reversed, init, xor } => {
            let digits = (*width as usize).div_ceil(4);
            let number = |value: &u128| Doc::text(format!("0x{value:0digits$x}"));
            page.line(Doc::concat([
                Doc::items(
                    &format!("CRCPolynomial<bit<{width}>>("),
                    [
                        number(coeff),
                        Doc::text(reversed.to_string()),
                        Doc::text("false"),
                        Doc::text("false"),
                        number(init),
                        number(xor),
                    ],
                    ")",
                ),
                Doc::text(format!(" {}_poly;", hash.name)),
            ]));
            format!("HashAlgorithm_t.CUSTOM, {}_poly", hash.name)
        }
    };
    page.put(format!("Hash<bit<{}>>({algorithm}) {};", hash.width, hash.name));
}

fn action(page: &mut Page, action: &Action) {
    let head = Doc::items(&format!("action {}(", action.name), action.params.iter().map(param), ")");
    page.line(Doc::concat([head, Doc::text(" {")]));
    page.nested(|page| body(page, &action.body));
    page.put("}");
}

fn table(page: &mut Page, table: &Table) {
    page.braces(&format!("table {}", table.name), "}", |page| {
        if !table.keys.is_empty() {
            page.braces("key =", "}", |page| keys(page, table));
        }
        page.braces("actions =", "}", |page| {
            for action in &table.actions {
                let annotations: String =
                    action.annotations.iter().map(|annotation| annotation_text(annotation) + " ").collect();
                page.put(format!("{annotations}{};", action.name));
            }
        });
        if let Some(default) = &table.default_action {
            default_action(page, default);
        }
        if !table.entries.is_empty() {
            page.braces("const entries =", "}", |page| table.entries.iter().for_each(|it| entry(page, it)));
        }
        if let Some(counters) = &table.counters {
            page.put(format!("counters = {counters};"));
        }
        if table.idle_timeout {
            page.put("idle_timeout = true;");
        }
        page.line(Doc::concat([Doc::text("size = "), expr(&table.size), Doc::text(";")]));
    });
}

/// Keys with their colons under each other.
fn keys(page: &mut Page, table: &Table) {
    let texts: Vec<String> = table.keys.iter().map(|key| expr(&key.expr).one_line()).collect();
    let widest = texts.iter().map(String::len).max().unwrap_or_default();
    for (key, text) in table.keys.iter().zip(&texts) {
        let name = key.name.as_ref().map_or(String::new(), |name| format!(" @name(\"{name}\")"));
        page.put(format!("{text:widest$} : {}{name};", key.kind.as_str()));
    }
}

fn default_action(page: &mut Page, default: &DefaultAction) {
    let constant = if default.constant { "const " } else { "" };
    let head = format!("{constant}default_action = {}(", default.action);
    page.line(Doc::concat([Doc::items(&head, default.arguments.iter().map(expr), ")"), Doc::text(";")]));
}

fn entry(page: &mut Page, entry: &Entry) {
    page.notes(&entry.notes);
    let arguments = entry.arguments.iter().map(expr);
    page.line(Doc::concat([
        keysets(&entry.keysets),
        Doc::items(&format!(" : {}(", entry.action), arguments, ")"),
        Doc::text(";"),
    ]));
}

fn state(page: &mut Page, state: &State) {
    page.notes(&state.notes);
    page.braces(&format!("state {}", state.name), "}", |page| {
        body(page, &state.body);
        match &state.transition {
            Transition::To(next) => page.put(format!("transition {};", next.as_str())),
            Transition::Select { keys, cases } => {
                let head = Doc::items("transition select(", keys.iter().map(expr), ")");
                page.line(Doc::concat([head, Doc::text(" {")]));
                page.nested(|page| {
                    for case in cases {
                        page.notes(&case.notes);
                        let next = format!(": {};", case.next.as_str());
                        page.line(Doc::concat([keysets(&case.keysets), Doc::text(next)]));
                    }
                });
                page.put("}");
            }
        }
    });
}
