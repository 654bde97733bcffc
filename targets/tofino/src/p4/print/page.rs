//! The page that is written on: lines, indentation, blank lines, comments.

use super::doc::{Doc, INDENT, WIDTH};
use crate::p4::ast::{Annotation, Notes};

/// Text under construction.
#[derive(Default)]
pub(super) struct Page {
    text: String,
    level: usize,
}

impl Page {
    /// One line, or more where it does not fit.
    pub(super) fn line(&mut self, line: Doc) {
        let indent = self.level * INDENT;
        self.text.push_str(&" ".repeat(indent));
        self.text.push_str(&line.lines(indent));
        self.text.push('\n');
    }

    /// One line of text that has no place to break.
    pub(super) fn put(&mut self, line: impl Into<String>) {
        self.line(Doc::text(line));
    }

    /// What `inner` writes, one level further in.
    pub(super) fn nested(&mut self, inner: impl FnOnce(&mut Self)) {
        self.level += 1;
        inner(self);
        self.level -= 1;
    }

    /// `head {`, what `inner` writes, `tail`.
    pub(super) fn braces(&mut self, head: &str, tail: &str, inner: impl FnOnce(&mut Self)) {
        self.put(format!("{head} {{"));
        self.nested(inner);
        self.put(tail);
    }

    /// A blank line, unless the page or a block begins here or the last line is blank.
    pub(super) fn blank(&mut self) {
        let begins = self.text.is_empty() || self.text.ends_with("{\n") || self.text.ends_with("\n\n");
        if !begins {
            self.text.push('\n');
        }
    }

    /// Comment and annotations.
    pub(super) fn notes(&mut self, notes: &Notes) {
        self.comment(&notes.comment);
        self.annotations(&notes.annotations);
    }

    /// Paragraphs as `//` lines, an empty one between two.
    pub(super) fn comment(&mut self, paragraphs: &[String]) {
        let room = WIDTH - self.level * INDENT - "// ".len();
        for (place, paragraph) in paragraphs.iter().enumerate() {
            if place > 0 {
                self.put("//");
            }
            for line in wrapped(paragraph, room) {
                self.put(format!("// {line}"));
            }
        }
    }

    /// Annotations, one a line.
    pub(super) fn annotations(&mut self, annotations: &[Annotation]) {
        for annotation in annotations {
            self.put(annotation_text(annotation));
        }
    }

    /// Columns that are left of a line at this level.
    pub(super) fn room(&self) -> usize {
        WIDTH - self.level * INDENT
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }
}

/// An annotation as it is written.
pub(super) fn annotation_text(annotation: &Annotation) -> String {
    match annotation {
        Annotation::At { name, body } if body.is_empty() => format!("@{name}"),
        Annotation::At { name, body } => format!("@{name}({body})"),
        Annotation::Pragma(words) => format!("@pragma {words}"),
    }
}

/// Words of a paragraph in lines of at most `room` columns; a longer word has a line for itself.
fn wrapped(paragraph: &str, room: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in paragraph.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
