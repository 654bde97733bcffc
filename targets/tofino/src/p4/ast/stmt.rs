//! Statements of states, actions, register actions, controls and deparsers.

use super::note::noted;
use super::{Expr, Notes, Type};

/// A sequence of statements.
pub type Body = Vec<Stmt>;

/// A statement with its comment.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Stmt {
    /// Comment and annotations. A commented statement stands behind a blank line.
    pub notes: Notes,
    /// What it does.
    pub kind: StmtKind,
}

/// How a parser counter is loaded from a header's field: `((field rotated right by `rotate`) & (2^(mask+1) - 1)) + add`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CounterField {
    /// Largest value permitted before the field is rotated, masked and added to.
    pub max: u8,
    /// Bits by which the field is rotated right.
    pub rotate: u8,
    /// Highest bit kept, 0 to 7.
    pub mask: u8,
    /// Constant added.
    pub add: u8,
}

/// What a statement does.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum StmtKind {
    /// `target = value;`
    Assign(Expr, Expr),
    /// `type name = value;`
    Let {
        /// Type.
        ty: Type,
        /// Name of the new variable.
        name: String,
        /// Its first value; left out, it must be written before it is read.
        value: Option<Expr>,
    },
    /// `if … else if … else …`
    If(If),
    /// `switch (table.apply().action_run) { … }`
    Switch(Switch),
    /// `table.apply();`
    Apply(String),
    /// `instance.apply(arguments);`: another control, instantiated as a local.
    ApplyControl {
        /// The instance.
        instance: String,
        /// Arguments in the order of its parameters.
        arguments: Vec<Expr>,
    },
    /// `action(arguments);`
    Call {
        /// The action.
        action: String,
        /// Arguments in the order of its parameters.
        arguments: Vec<Expr>,
    },
    /// `register_action.execute(index);`, its result unused.
    Execute {
        /// The register action.
        action: String,
        /// Which cell.
        index: Expr,
    },
    /// `counter.count(index);`
    Count {
        /// The counter.
        counter: String,
        /// Which cell.
        index: Expr,
    },
    /// `counter.count();`, of a direct counter, in the actions of its table.
    DirectCount(String),
    /// `header.setValid();`
    SetValid(Expr),
    /// `header.setInvalid();`
    SetInvalid(Expr),
    /// `exit;`: ends the whole control block.
    Exit,
    /// `return;`: ends the body of a control.
    Return,

    /// `pkt.extract(header);`, in parsers.
    Extract(Expr),
    /// `pkt.advance(bits);`, in parsers.
    Advance(Expr),
    /// `checksum.add({ … });`, in parsers.
    ChecksumAdd {
        /// The checksum.
        checksum: String,
        /// A header, or whole bytes of fields.
        data: Vec<Expr>,
    },
    /// `checksum.subtract({ … });`, in parsers.
    ChecksumSubtract {
        /// The checksum.
        checksum: String,
        /// Whole bytes of fields.
        data: Vec<Expr>,
    },
    /// `checksum.subtract_all_and_deposit(target);`, in parsers: what is extracted from here on is subtracted too.
    ChecksumSubtractAllAndDeposit {
        /// The checksum.
        checksum: String,
        /// Where the residual goes, `bit<16>`.
        target: Expr,
    },
    /// `counter.set(value);`, or with a [`CounterField`], in parsers.
    CounterSet {
        /// The parser counter.
        counter: String,
        /// An immediate, or a header's field.
        value: Expr,
        /// How a field is shaped.
        field: Option<CounterField>,
    },
    /// `counter.increment(value);`, in parsers.
    CounterIncrement {
        /// The parser counter.
        counter: String,
        /// Constant added.
        value: u8,
    },
    /// `counter.decrement(value);`, in parsers.
    CounterDecrement {
        /// The parser counter.
        counter: String,
        /// Constant subtracted.
        value: u8,
    },

    /// `pkt.emit(header);`, in deparsers: nothing where the header is invalid. A struct emits its headers in order.
    Emit(Expr),
    /// `mirror.emit<type>(session, header);`, in deparsers.
    MirrorEmit {
        /// The mirror.
        mirror: String,
        /// Session, `MirrorId_t`.
        session: Expr,
        /// Type of the header in front of the copy, and its value or fields.
        header: Option<(String, Expr)>,
    },
    /// `resubmit.emit(header);`, in ingress deparsers.
    ResubmitEmit {
        /// The resubmit.
        resubmit: String,
        /// What comes in front of the packet in its second pass, at most 64 bits.
        header: Option<Expr>,
    },
    /// `digest.pack({ … });`, in ingress deparsers.
    DigestPack {
        /// The digest.
        digest: String,
        /// Fields of the digest's struct, in order.
        data: Vec<Expr>,
    },
}

/// `if (…) { … } else if (…) { … } else { … }`
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct If {
    /// Conditions in order, each with what is done where it is the first that holds.
    pub branches: Vec<(Expr, Body)>,
    /// What is done where none holds.
    pub otherwise: Body,
}

impl If {
    /// `if (cond) { then }`
    pub fn new(cond: impl Into<Expr>, then: impl IntoIterator<Item = Stmt>) -> Self {
        Self { branches: Vec::new(), otherwise: Vec::new() }.or_when(cond, then)
    }

    /// `else if (cond) { then }`
    #[must_use]
    pub fn or_when(mut self, cond: impl Into<Expr>, then: impl IntoIterator<Item = Stmt>) -> Self {
        self.branches.push((cond.into(), then.into_iter().collect()));
        self
    }

    /// `else { otherwise }`
    #[must_use]
    pub fn otherwise(mut self, otherwise: impl IntoIterator<Item = Stmt>) -> Self {
        self.otherwise.extend(otherwise);
        self
    }
}

/// `switch (table.apply().action_run) { action: { … } default: { … } }`
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Switch {
    /// The table that is applied.
    pub table: String,
    /// Its actions, each with what follows it.
    pub cases: Vec<(String, Body)>,
    /// What follows any other action.
    pub otherwise: Body,
}

impl Switch {
    /// Applies `table`; no action is followed by anything yet.
    pub fn new(table: impl Into<String>) -> Self {
        Self { table: table.into(), cases: Vec::new(), otherwise: Vec::new() }
    }

    /// What follows `action`.
    #[must_use]
    pub fn case(mut self, action: impl Into<String>, then: impl IntoIterator<Item = Stmt>) -> Self {
        self.cases.push((action.into(), then.into_iter().collect()));
        self
    }

    /// What follows every other action.
    #[must_use]
    pub fn otherwise(mut self, otherwise: impl IntoIterator<Item = Stmt>) -> Self {
        self.otherwise.extend(otherwise);
        self
    }
}

impl From<StmtKind> for Stmt {
    fn from(kind: StmtKind) -> Self {
        Self { notes: Notes::default(), kind }
    }
}

impl From<If> for Stmt {
    fn from(branches: If) -> Self {
        StmtKind::If(branches).into()
    }
}

impl From<Switch> for Stmt {
    fn from(switch: Switch) -> Self {
        StmtKind::Switch(switch).into()
    }
}

impl Stmt {
    /// `target = value;`
    pub fn assign(target: impl Into<Expr>, value: impl Into<Expr>) -> Self {
        StmtKind::Assign(target.into(), value.into()).into()
    }

    /// `type name = value;`
    pub fn declare(ty: impl Into<Type>, name: impl Into<String>, value: impl Into<Expr>) -> Self {
        StmtKind::Let { ty: ty.into(), name: name.into(), value: Some(value.into()) }.into()
    }

    /// `if (cond) { then }`; with more branches, see [`If`].
    pub fn when(cond: impl Into<Expr>, then: impl IntoIterator<Item = Stmt>) -> Self {
        If::new(cond, then).into()
    }

    /// `if (cond) { then } else { otherwise }`
    pub fn either(
        cond: impl Into<Expr>,
        then: impl IntoIterator<Item = Stmt>,
        otherwise: impl IntoIterator<Item = Stmt>,
    ) -> Self {
        If::new(cond, then).otherwise(otherwise).into()
    }

    /// `table.apply();`
    pub fn apply(table: impl Into<String>) -> Self {
        StmtKind::Apply(table.into()).into()
    }

    /// `instance.apply(arguments);`
    pub fn apply_control<E: Into<Expr>>(
        instance: impl Into<String>,
        arguments: impl IntoIterator<Item = E>,
    ) -> Self {
        let arguments = arguments.into_iter().map(Into::into).collect();
        StmtKind::ApplyControl { instance: instance.into(), arguments }.into()
    }

    /// `action();`
    pub fn call(action: impl Into<String>) -> Self {
        StmtKind::Call { action: action.into(), arguments: Vec::new() }.into()
    }

    /// `action(arguments);`
    pub fn call_with<E: Into<Expr>>(
        action: impl Into<String>,
        arguments: impl IntoIterator<Item = E>,
    ) -> Self {
        let arguments = arguments.into_iter().map(Into::into).collect();
        StmtKind::Call { action: action.into(), arguments }.into()
    }

    /// `action.execute(index);`
    pub fn execute(action: impl Into<String>, index: impl Into<Expr>) -> Self {
        StmtKind::Execute { action: action.into(), index: index.into() }.into()
    }

    /// `counter.count(index);`
    pub fn count(counter: impl Into<String>, index: impl Into<Expr>) -> Self {
        StmtKind::Count { counter: counter.into(), index: index.into() }.into()
    }

    /// `counter.count();`, of a direct counter.
    pub fn direct_count(counter: impl Into<String>) -> Self {
        StmtKind::DirectCount(counter.into()).into()
    }

    /// `header.setValid();`
    pub fn set_valid(header: impl Into<Expr>) -> Self {
        StmtKind::SetValid(header.into()).into()
    }

    /// `header.setInvalid();`
    pub fn set_invalid(header: impl Into<Expr>) -> Self {
        StmtKind::SetInvalid(header.into()).into()
    }

    /// `exit;`
    pub fn exit() -> Self {
        StmtKind::Exit.into()
    }

    /// `pkt.extract(header);`
    pub fn extract(header: impl Into<Expr>) -> Self {
        StmtKind::Extract(header.into()).into()
    }

    /// `pkt.advance(bits);`
    pub fn advance(bits: impl Into<Expr>) -> Self {
        StmtKind::Advance(bits.into()).into()
    }

    /// `checksum.add({ … });`
    pub fn checksum_add<E: Into<Expr>>(
        checksum: impl Into<String>,
        data: impl IntoIterator<Item = E>,
    ) -> Self {
        let data = data.into_iter().map(Into::into).collect();
        StmtKind::ChecksumAdd { checksum: checksum.into(), data }.into()
    }

    /// `checksum.subtract({ … });`
    pub fn checksum_subtract<E: Into<Expr>>(
        checksum: impl Into<String>,
        data: impl IntoIterator<Item = E>,
    ) -> Self {
        let data = data.into_iter().map(Into::into).collect();
        StmtKind::ChecksumSubtract { checksum: checksum.into(), data }.into()
    }

    /// `checksum.subtract_all_and_deposit(target);`
    pub fn checksum_deposit(checksum: impl Into<String>, target: impl Into<Expr>) -> Self {
        StmtKind::ChecksumSubtractAllAndDeposit { checksum: checksum.into(), target: target.into() }.into()
    }

    /// `pkt.emit(header);`
    pub fn emit(header: impl Into<Expr>) -> Self {
        StmtKind::Emit(header.into()).into()
    }

    /// `mirror.emit<header_type>(session, header);`
    pub fn mirror(
        mirror: impl Into<String>,
        session: impl Into<Expr>,
        header_type: impl Into<String>,
        header: impl Into<Expr>,
    ) -> Self {
        let header = Some((header_type.into(), header.into()));
        StmtKind::MirrorEmit { mirror: mirror.into(), session: session.into(), header }.into()
    }

    /// `digest.pack({ … });`
    pub fn digest<E: Into<Expr>>(digest: impl Into<String>, data: impl IntoIterator<Item = E>) -> Self {
        let data = data.into_iter().map(Into::into).collect();
        StmtKind::DigestPack { digest: digest.into(), data }.into()
    }
}

noted!(Stmt);
