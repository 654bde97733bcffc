//! The rules that a program keeps before it is printed, each broken one told with its place and a remedy.
//!
//! A limit of the chip or a slip of a lowering is found here, on the tree, where it still has a name: not in the
//! compiler's log. All rules are applied and all errors are returned, so that one run tells everything. What passes is a
//! [`Checked`] program, the only kind that has a text for compilers.
//!
//! The rules lean to the strict side where the compiler is lenient or unclear, and each error says how to comply.
//! Judgements about paths — is this header valid here, was this field written — follow the program's branches but not
//! the values that steer them: two `if`s on the same field are four paths. Header validity is judged by *may* ("is there
//! a path on which it is valid"), so correlated branches never raise a false alarm there; reading before writing is
//! judged by *must*, and the remedy is a value at the start or [`Struct::zero_initialised`](super::ast::Struct).
//!
//! ```
//! use redplane_tofino::p4::{ast::*, check::*};
//!
//! let program = Program::default().constant(Const::new("PORTS_MAX", Type::Bit(8), 512));
//! let errors = check(program).unwrap_err();
//! assert_eq!(errors.0[0].rule, Rule::NumberRange);
//! assert_eq!(
//!     errors.0[0].to_string(),
//!     "const PORTS_MAX: 512 does not fit into 8 bits; widen the type or correct the value"
//! );
//! ```

mod actions;
mod bridge;
mod calls;
mod constant;
mod deparsers;
mod env;
mod expr;
mod flow;
mod gateways;
mod names;
mod order;
mod parsers;
mod pipeline;
mod registers;
mod scope;
mod stmt;
mod tables;
mod uses;

use std::fmt::{self, Display};

use super::ast::Program;
use super::print;

/// A rule, for tests and for whoever sorts errors; the sentence is in [`Error::message`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Rule {
    /// Names say what they name: constants UPPER_SNAKE, headers `_h`, types `_t`, blocks UpperCamel, the rest snake_case;
    /// no word that P4 reserves.
    Naming,
    /// A name stands for one thing.
    Duplicate,
    /// A name that is used is declared, and above its use.
    Unresolved,
    /// Both sides of an operation have the same type and width.
    Width,
    /// A number fits its width.
    NumberRange,
    /// Sizes, shifts and the like are constants.
    Constant,
    /// Statements, declarations and calls stand only where the architecture has them.
    Misplaced,
    /// Headers have fields of fixed width, whole bytes in sum.
    HeaderShape,
    /// A call has as many arguments as there are parameters.
    Arguments,
    /// A register's cell is something that the stateful ALU can hold.
    RegisterCell,
    /// An index stays inside its register or counter, and reaches all of it.
    IndexRange,
    /// A register has at most four register actions.
    RegisterActions,
    /// A register action has at most two comparisons, each of one field, one word of the cell and one constant.
    RegisterConditions,
    /// A register action reads at most two fields, none wider than the cell, and few large constants.
    RegisterOperands,
    /// A register action writes each target once on each path, with at most one operation.
    RegisterBody,
    /// A packet accesses a register at most once.
    AccessedTwice,
    /// A packet goes through a table at most once.
    AppliedTwice,
    /// An action does everything at once: no branches, nothing that reads what it has just written.
    ActionBody,
    /// A table's keys can be matched: no whole headers, no second prefix, no prefix beside masks.
    TableKey,
    /// A table has at least one entry, and room for its constant entries.
    TableSize,
    /// A table's actions exist, and take all their parameters from the entry.
    TableAction,
    /// A table has a default action, which is among its actions.
    DefaultAction,
    /// Constant entries fit the keys in number, kind and width.
    Entry,
    /// Constant entries differ.
    EntryTwice,
    /// A parser begins at `start` and reaches every state.
    Reachability,
    /// A loop of parser states fills a header stack or counts down.
    ParserLoop,
    /// A select fits the match registers, and every case can be chosen.
    Select,
    /// A parser state consumes whole bytes, and egress no more than its limit.
    ParserDepth,
    /// What is assigned in a parser is a constant, a field, or a look ahead.
    ParserAssignment,
    /// Fields of a header are used only where the header may be valid.
    HeaderInvalid,
    /// A header that may be valid at the end is emitted or removed.
    NotEmitted,
    /// A header that is emitted can be valid.
    NeverValid,
    /// Headers are emitted in the order in which parsers read them.
    EmitOrder,
    /// What the egress parser takes from every packet, ingress puts in front of every packet.
    Bridged,
    /// A field is written before it is read.
    Unwritten,
    /// The architecture's metadata and externs are used in their half of the pipeline only.
    Gress,
    /// The package names blocks with the architecture's parameters.
    Signature,
    /// A deparser only emits, computes checksums, mirrors, resubmits and digests.
    Deparser,
    /// A mirror, resubmit or digest fits the chip's buffers; checksums fit its units.
    DeparserLimit,
    /// A condition fits a gateway.
    Gateway,
    /// What is declared in a block is used.
    Unused,
}

/// A broken rule.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Error {
    /// Where: a path of declarations such as `control Ingress / table flows / key 2`.
    pub place: String,
    /// Which rule.
    pub rule: Rule,
    /// What is wrong and how to mend it.
    pub message: String,
}

impl Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

/// All broken rules of a program, at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Errors(pub Vec<Error>);

impl Display for Errors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, error) in self.0.iter().enumerate() {
            if place > 0 {
                writeln!(f)?;
            }
            error.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for Errors {}

/// A program that keeps all rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked(Program);

impl Checked {
    /// The program.
    pub fn program(&self) -> &Program {
        &self.0
    }

    /// Its text.
    pub fn to_p4(&self) -> String {
        print::draft(&self.0)
    }
}

/// Applies every rule.
///
/// # Errors
///
/// All broken rules, in the order of the rules and then of the text.
pub fn check(program: Program) -> Result<Checked, Errors> {
    let mut sink = Sink::default();
    let env = env::Env::new(&program, &mut sink);
    names::check(&env, &mut sink);
    env.check_declarations(&mut sink);
    scope::check(&env, &mut sink);
    pipeline::check(&env, &mut sink);
    registers::check(&env, &mut sink);
    parsers::check(&env, &mut sink);
    deparsers::check(&env, &mut sink);
    uses::check(&env, &mut sink);
    // Walking paths needs names that resolve and types that agree.
    if sink.errors.is_empty() {
        let emitted = flow::check(&env, &mut sink);
        bridge::check(&env, &emitted, &mut sink);
        order::check(&env, &mut sink);
    }
    if sink.errors.is_empty() { Ok(Checked(program)) } else { Err(Errors(sink.errors)) }
}

/// Where something stands.
#[derive(Debug, Clone)]
struct Place(String);

impl Place {
    fn new(head: impl Display) -> Self {
        Self(head.to_string())
    }

    fn at(&self, part: impl Display) -> Self {
        Self(format!("{} / {part}", self.0))
    }

    /// The `index`-th (from 0) of several, counted from 1 for the reader.
    fn nth(&self, what: &str, index: usize) -> Self {
        self.at(format_args!("{what} {}", index + 1))
    }
}

/// `1 key`, `2 keys`: for messages.
fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// Collects errors, each once.
#[derive(Debug, Default)]
struct Sink {
    errors: Vec<Error>,
}

impl Sink {
    fn report(&mut self, rule: Rule, place: &Place, message: impl Into<String>) {
        let error = Error { place: place.0.clone(), rule, message: message.into() };
        if !self.errors.contains(&error) {
            self.errors.push(error);
        }
    }
}
