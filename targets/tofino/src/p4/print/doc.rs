//! Text that may break: a group is one line where it fits, and breaks at all its places where it does not.

/// Columns of a line.
pub(super) const WIDTH: usize = 100;

/// Spaces to a level.
pub(super) const INDENT: usize = 4;

/// Text with places to break at.
#[derive(Debug, Clone)]
pub(super) enum Doc {
    /// Text without a break.
    Text(String),
    /// A space, or a new line.
    Line,
    /// Nothing, or a new line.
    Break,
    /// One after the other.
    Concat(Vec<Doc>),
    /// Breaks everywhere or nowhere, nested groups aside.
    Group(Box<Doc>),
    /// One level further in, where it breaks.
    Nest(Box<Doc>),
}

impl Doc {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn concat(parts: impl IntoIterator<Item = Doc>) -> Self {
        Self::Concat(parts.into_iter().collect())
    }

    pub(super) fn group(self) -> Self {
        Self::Group(Box::new(self))
    }

    pub(super) fn nest(self) -> Self {
        Self::Nest(Box::new(self))
    }

    /// `open a, b close`: in one line, or with each item on its own.
    pub(super) fn items(open: &str, items: impl IntoIterator<Item = Doc>, close: &str) -> Self {
        let items: Vec<Doc> = items.into_iter().collect();
        if items.is_empty() {
            return Self::text(format!("{open}{close}"));
        }
        let mut inner = vec![Self::Break];
        for (place, item) in items.into_iter().enumerate() {
            if place > 0 {
                inner.extend([Self::text(","), Self::Line]);
            }
            inner.push(item);
        }
        Self::concat([Self::text(open), Self::Concat(inner).nest(), Self::Break, Self::text(close)]).group()
    }

    /// The text without any break.
    pub(super) fn one_line(&self) -> String {
        let mut text = String::new();
        self.flatten(&mut text);
        text
    }

    fn flatten(&self, text: &mut String) {
        match self {
            Self::Text(part) => text.push_str(part),
            Self::Line => text.push(' '),
            Self::Break => {}
            Self::Concat(parts) => parts.iter().for_each(|part| part.flatten(text)),
            Self::Group(inner) | Self::Nest(inner) => inner.flatten(text),
        }
    }

    /// Columns from here to the first place where the line may end, and whether there is one.
    fn lead(&self, broken: bool) -> (usize, bool) {
        match self {
            Self::Text(part) => (part.chars().count(), false),
            Self::Line | Self::Break if broken => (0, true),
            Self::Line => (1, false),
            Self::Break => (0, false),
            Self::Concat(parts) => lead(parts, broken),
            Self::Group(inner) => inner.lead(true),
            Self::Nest(inner) => inner.lead(broken),
        }
    }

    /// The text, its first line beginning in column `indent`, further lines indented by themselves.
    pub(super) fn lines(&self, indent: usize) -> String {
        let mut out = Out { text: String::new(), column: indent };
        out.put(self, indent, true, 0);
        out.text
    }
}

fn lead(parts: &[Doc], broken: bool) -> (usize, bool) {
    let mut columns = 0;
    for part in parts {
        let (more, ends) = part.lead(broken);
        columns += more;
        if ends {
            return (columns, true);
        }
    }
    (columns, false)
}

/// What was laid out so far, and where the next character goes.
struct Out {
    text: String,
    column: usize,
}

impl Out {
    /// Lays `doc` out; `behind` columns follow it on its last line.
    fn put(&mut self, doc: &Doc, indent: usize, broken: bool, behind: usize) {
        match doc {
            Doc::Text(part) => {
                self.text.push_str(part);
                self.column += part.chars().count();
            }
            Doc::Line | Doc::Break if broken => {
                self.text.push('\n');
                self.text.push_str(&" ".repeat(indent));
                self.column = indent;
            }
            Doc::Line => {
                self.text.push(' ');
                self.column += 1;
            }
            Doc::Break => {}
            Doc::Group(inner) => {
                let fits = self.column + inner.one_line().chars().count() + behind <= WIDTH;
                self.put(inner, indent, !fits, behind);
            }
            Doc::Concat(parts) => {
                for (place, part) in parts.iter().enumerate() {
                    let (columns, ends) = lead(&parts[place + 1..], broken);
                    let behind = if ends { columns } else { columns + behind };
                    self.put(part, indent, broken, behind);
                }
            }
            Doc::Nest(inner) => self.put(inner, indent + INDENT, broken, behind),
        }
    }
}
