//! What is known of the packets at one point.

use std::collections::{BTreeMap, BTreeSet};

/// Whether a header is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Validity {
    /// On no path.
    Never,
    /// On some paths.
    Maybe,
    /// On every path.
    Always,
}

/// What is known of the packets at one point. Headers and fields go by their paths from the half's own names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct State {
    valid: BTreeMap<String, Validity>,
    /// Fields without a value on some path; of a header's field, on some path on which the header is valid.
    unwritten: BTreeSet<String>,
    /// Fields that were never written on any path.
    untouched: BTreeSet<String>,
    /// Registers and tables used on some path.
    used: BTreeSet<String>,
}

impl State {
    /// A header that is not valid yet.
    pub(super) fn add_header(&mut self, path: String) {
        self.valid.insert(path, Validity::Never);
    }

    /// A field without a value yet.
    pub(super) fn forget(&mut self, field: String) {
        self.untouched.insert(field.clone());
        self.unwritten.insert(field);
    }

    /// None of anything but a header.
    pub(super) fn validity(&self, header: &str) -> Option<Validity> {
        self.valid.get(header).copied()
    }

    pub(super) fn set_validity(&mut self, header: &str, validity: Validity) {
        self.valid.insert(header.to_owned(), validity);
    }

    pub(super) fn write(&mut self, field: String) {
        self.unwritten.remove(&field);
        self.untouched.remove(&field);
    }

    /// `to` knows what `from` knows.
    pub(super) fn copy(&mut self, from: &str, to: String) {
        let (unwritten, untouched) = (self.unwritten.contains(from), self.untouched.contains(from));
        self.write(to.clone());
        if unwritten {
            self.unwritten.insert(to.clone());
        }
        if untouched {
            self.untouched.insert(to);
        }
    }

    pub(super) fn may_be_unwritten(&self, field: &str) -> bool {
        self.unwritten.contains(field)
    }

    pub(super) fn is_written(&self, field: &str) -> bool {
        !self.untouched.contains(field)
    }

    /// Uses a register or table; whether it was used before on some path.
    pub(super) fn uses_again(&mut self, what: String) -> bool {
        !self.used.insert(what)
    }

    /// What is known of the packets of both.
    pub(super) fn joined(mut self, other: Self) -> Self {
        for (header, theirs) in other.valid {
            let joined = match self.valid.get(&header) {
                Some(mine) if *mine == theirs => theirs,
                Some(_) => Validity::Maybe,
                None => theirs,
            };
            self.valid.insert(header, joined);
        }
        self.unwritten.extend(other.unwritten);
        self.untouched.retain(|field| other.untouched.contains(field));
        self.used.extend(other.used);
        self
    }
}

/// What is known of the packets of both; of one, where the other way is never taken.
pub(super) fn join(a: Option<State>, b: Option<State>) -> Option<State> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.joined(b)),
        (a, b) => a.or(b),
    }
}
