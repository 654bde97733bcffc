//! What may be attached to declarations and statements: comments and annotations.

/// `@name("…")`, `@noWarn("unused")`, `@pragma stage 3`: a remark to the compiler.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Annotation {
    /// `@name(body)`, or `@name` where the body is empty. The body is printed as it is, quotes included.
    At {
        /// Name without the `@`.
        name: String,
        /// What stands between the parentheses.
        body: String,
    },
    /// `@pragma words`: the older form, which ends with the line.
    Pragma(String),
}

impl Annotation {
    /// `@name(body)`; an empty `body` prints no parentheses.
    pub fn at(name: impl Into<String>, body: impl Into<String>) -> Self {
        Self::At { name: name.into(), body: body.into() }
    }

    /// `@pragma words`.
    pub fn pragma(words: impl Into<String>) -> Self {
        Self::Pragma(words.into())
    }

    /// `@name("name")`: how the control plane knows the declaration.
    pub fn name(name: &str) -> Self {
        Self::at("name", format!("\"{name}\""))
    }

    /// `@noWarn("what")`: silences one warning of the compiler for this declaration.
    pub fn no_warn(what: &str) -> Self {
        Self::at("noWarn", format!("\"{what}\""))
    }

    /// `@stage(n)`: asks for a pipeline stage, counted from 0.
    pub fn stage(stage: u32) -> Self {
        Self::at("stage", stage.to_string())
    }

    /// `@pa_no_overlay("gress", "field")`, `@pa_container_size(…)` and the like: where the compiler may put a field.
    /// Each argument is printed in quotes.
    pub fn allocation(name: &str, arguments: &[&str]) -> Self {
        let quoted: Vec<String> = arguments.iter().map(|argument| format!("\"{argument}\"")).collect();
        Self::at(name, quoted.join(", "))
    }
}

/// Comment and annotations of one declaration or statement.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Notes {
    /// Paragraphs printed above, each as `//` lines; the printer breaks them to the width of the page.
    pub comment: Vec<String>,
    /// Annotations printed above the declaration, one a line.
    pub annotations: Vec<Annotation>,
}

/// A node that carries [`Notes`].
pub trait Noted: Sized {
    /// The node's notes.
    fn notes_mut(&mut self) -> &mut Notes;

    /// Adds a paragraph to the comment above the node. It is prose: no `//`, no line breaks.
    #[must_use]
    fn comment(mut self, paragraph: impl Into<String>) -> Self {
        self.notes_mut().comment.push(paragraph.into());
        self
    }

    /// Adds an annotation.
    #[must_use]
    fn annotate(mut self, annotation: Annotation) -> Self {
        self.notes_mut().annotations.push(annotation);
        self
    }
}

/// Implements [`Noted`] for types with a field `notes`.
macro_rules! noted {
    ($($name:ident),+ $(,)?) => { $(
        impl $crate::p4::ast::Noted for $name {
            fn notes_mut(&mut self) -> &mut $crate::p4::ast::Notes {
                &mut self.notes
            }
        }
    )+ };
}
pub(super) use noted;
