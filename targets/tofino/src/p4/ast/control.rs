//! Controls and deparsers, and what is declared inside: registers, actions, tables, externs.

use super::note::noted;
use super::{Annotation, Body, Direction, Expr, Gress, Keyset, Notes, Param, Stmt, Type};

/// `control name(…) { … apply { … } }`: the match-action half, or a part of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Control {
    /// Comment and annotations.
    pub notes: Notes,
    /// Name, UpperCamel.
    pub name: String,
    /// Parameters: the architecture's for a control that the package names, any others for its parts.
    pub params: Vec<Param>,
    /// Declarations in order.
    pub locals: Vec<Local>,
    /// The `apply` block.
    pub apply: Body,
}

impl Control {
    /// A control without parameters, declarations or statements: a part that another control instantiates.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            notes: Notes::default(),
            name: name.into(),
            params: Vec::new(),
            locals: Vec::new(),
            apply: Vec::new(),
        }
    }

    /// The ingress control with the architecture's parameters: `hdr`, `ig_md`, `ig_intr_md`, `ig_prsr_md`,
    /// `ig_dprsr_md`, `ig_tm_md`.
    pub fn ingress(name: impl Into<String>, headers: &str, metadata: &str) -> Self {
        Self::new(name)
            .param(Direction::InOut, headers, "hdr")
            .param(Direction::InOut, metadata, "ig_md")
            .param(Direction::In, "ingress_intrinsic_metadata_t", "ig_intr_md")
            .param(Direction::In, "ingress_intrinsic_metadata_from_parser_t", "ig_prsr_md")
            .param(Direction::InOut, "ingress_intrinsic_metadata_for_deparser_t", "ig_dprsr_md")
            .param(Direction::InOut, "ingress_intrinsic_metadata_for_tm_t", "ig_tm_md")
    }

    /// The egress control with the architecture's parameters: `hdr`, `eg_md`, `eg_intr_md`, `eg_prsr_md`,
    /// `eg_dprsr_md`, `eg_oport_md`.
    pub fn egress(name: impl Into<String>, headers: &str, metadata: &str) -> Self {
        Self::new(name)
            .param(Direction::InOut, headers, "hdr")
            .param(Direction::InOut, metadata, "eg_md")
            .param(Direction::In, "egress_intrinsic_metadata_t", "eg_intr_md")
            .param(Direction::In, "egress_intrinsic_metadata_from_parser_t", "eg_prsr_md")
            .param(Direction::InOut, "egress_intrinsic_metadata_for_deparser_t", "eg_dprsr_md")
            .param(Direction::InOut, "egress_intrinsic_metadata_for_output_port_t", "eg_oport_md")
    }

    /// Adds a parameter.
    #[must_use]
    pub fn param(mut self, direction: Direction, ty: impl Into<Type>, name: impl Into<String>) -> Self {
        self.params.push(Param::new(direction, ty, name));
        self
    }

    /// Adds a declaration.
    #[must_use]
    pub fn local(mut self, local: impl Into<Local>) -> Self {
        self.locals.push(local.into());
        self
    }

    /// Adds statements to the `apply` block.
    #[must_use]
    pub fn apply(mut self, body: impl IntoIterator<Item = Stmt>) -> Self {
        self.apply.extend(body);
        self
    }
}

/// `control name(packet_out pkt, …) { … apply { … } }`: the deparser of one half of the pipeline.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Deparser {
    /// Comment and annotations.
    pub notes: Notes,
    /// Name, UpperCamel.
    pub name: String,
    /// Which half of the pipeline it ends.
    pub gress: Gress,
    /// Parameters, in the architecture's order.
    pub params: Vec<Param>,
    /// Checksums, mirrors, resubmits, digests.
    pub locals: Vec<Local>,
    /// The `apply` block.
    pub apply: Body,
}

impl Deparser {
    /// The ingress deparser with the architecture's parameters: `pkt`, `hdr`, `ig_md`, `ig_dprsr_md`.
    pub fn ingress(name: impl Into<String>, headers: &str, metadata: &str) -> Self {
        Self {
            notes: Notes::default(),
            name: name.into(),
            gress: Gress::Ingress,
            params: vec![
                Param::new(Direction::None, "packet_out", "pkt"),
                Param::new(Direction::InOut, headers, "hdr"),
                Param::new(Direction::In, metadata, "ig_md"),
                Param::new(Direction::In, "ingress_intrinsic_metadata_for_deparser_t", "ig_dprsr_md"),
            ],
            locals: Vec::new(),
            apply: Vec::new(),
        }
    }

    /// The egress deparser with the architecture's parameters: `pkt`, `hdr`, `eg_md`, `eg_dprsr_md`.
    pub fn egress(name: impl Into<String>, headers: &str, metadata: &str) -> Self {
        Self {
            notes: Notes::default(),
            name: name.into(),
            gress: Gress::Egress,
            params: vec![
                Param::new(Direction::None, "packet_out", "pkt"),
                Param::new(Direction::InOut, headers, "hdr"),
                Param::new(Direction::In, metadata, "eg_md"),
                Param::new(Direction::In, "egress_intrinsic_metadata_for_deparser_t", "eg_dprsr_md"),
            ],
            locals: Vec::new(),
            apply: Vec::new(),
        }
    }

    /// Adds a checksum, mirror, resubmit or digest.
    #[must_use]
    pub fn local(mut self, local: impl Into<Local>) -> Self {
        self.locals.push(local.into());
        self
    }

    /// Adds statements to the `apply` block.
    #[must_use]
    pub fn apply(mut self, body: impl IntoIterator<Item = Stmt>) -> Self {
        self.apply.extend(body);
        self
    }
}

/// A declaration inside a parser, control or deparser. Which may stand where, the checker knows.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Local {
    /// A variable.
    Var(Var),
    /// A register array.
    Register(Register),
    /// One way to access a register array.
    RegisterAction(RegisterAction),
    /// Counters by index.
    Counter(Counter),
    /// A counter per table entry.
    DirectCounter(DirectCounter),
    /// A hash.
    Hash(Hash),
    /// A source of random numbers.
    Random(Random),
    /// An action.
    Action(Action),
    /// A table.
    Table(Table),
    /// An instance of another control.
    Instance(Instance),
    /// A checksum.
    Checksum(Checksum),
    /// A mirror.
    Mirror(Mirror),
    /// A resubmit.
    Resubmit(Resubmit),
    /// A digest.
    Digest(Digest),
    /// A parser counter.
    ParserCounter(ParserCounter),
    /// A value set.
    ValueSet(ValueSet),
}

macro_rules! locals {
    ($($name:ident),+ $(,)?) => {
        $(
            impl From<$name> for Local {
                fn from(local: $name) -> Self {
                    Self::$name(local)
                }
            }
        )+

        impl Local {
            /// The declared name.
            pub fn name(&self) -> &str {
                match self { $( Self::$name(local) => &local.name, )+ }
            }

            /// Comment and annotations.
            pub fn notes(&self) -> &Notes {
                match self { $( Self::$name(local) => &local.notes, )+ }
            }
        }
    };
}
locals!(
    Var,
    Register,
    RegisterAction,
    Counter,
    DirectCounter,
    Hash,
    Random,
    Action,
    Table,
    Instance,
    Checksum,
    Mirror,
    Resubmit,
    Digest,
    ParserCounter,
    ValueSet,
);

/// `type name = initial;`, or without the value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Var {
    /// Comment and annotations.
    pub notes: Notes,
    /// Name, snake_case.
    pub name: String,
    /// Type.
    pub ty: Type,
    /// First value; left out, it must be written before it is read.
    pub initial: Option<Expr>,
}

impl Var {
    /// A variable without a first value.
    pub fn new(ty: impl Into<Type>, name: impl Into<String>) -> Self {
        Self { notes: Notes::default(), name: name.into(), ty: ty.into(), initial: None }
    }

    /// Gives it a first value.
    #[must_use]
    pub fn initial(mut self, value: impl Into<Expr>) -> Self {
        self.initial = Some(value.into());
        self
    }
}

/// `Register<cell, index>(size, initial) name;`: an array that packets read and write.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Register {
    /// Comment and annotations.
    pub notes: Notes,
    /// Name, snake_case.
    pub name: String,
    /// Type of a cell: `bit<1>`, `bit<8>`, `bit<16>`, `bit<32>`, or a struct of two such words.
    pub cell: Type,
    /// Type of an index.
    pub index: Type,
    /// Number of cells; a constant.
    pub size: Expr,
    /// Value of every cell at first; left out, it is undefined.
    pub initial: Option<Expr>,
    /// Who keeps indices below `size`, where their type does not: a sentence, printed with the comment.
    pub bounded_by: Option<String>,
}

impl Register {
    /// An array of `size` cells, at first undefined.
    pub fn new(
        name: impl Into<String>,
        cell: impl Into<Type>,
        index: impl Into<Type>,
        size: impl Into<Expr>,
    ) -> Self {
        Self {
            notes: Notes::default(),
            name: name.into(),
            cell: cell.into(),
            index: index.into(),
            size: size.into(),
            initial: None,
            bounded_by: None,
        }
    }

    /// Gives every cell a first value.
    #[must_use]
    pub fn initial(mut self, value: impl Into<Expr>) -> Self {
        self.initial = Some(value.into());
        self
    }

    /// States who keeps indices below the size, for sizes that are no power of two.
    #[must_use]
    pub fn bounded_by(mut self, sentence: impl Into<String>) -> Self {
        self.bounded_by = Some(sentence.into());
        self
    }
}

/// `RegisterAction<cell, index, result>(register) name = { void apply(inout cell value, out result rv) { … } };`
///
/// One read-modify-write of one cell. In the body, `value` is the cell and `rv` the result; besides them it may read
/// what the control reads.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RegisterAction {
    /// Comment and annotations.
    pub notes: Notes,
    /// Name, snake_case.
    pub name: String,
    /// The register array.
    pub register: String,
    /// Type of its cells.
    pub cell: Type,
    /// Type of its indices.
    pub index: Type,
    /// Type of the result, where there is one.
    pub result: Option<Type>,
    /// What is done.
    pub body: Body,
}

impl RegisterAction {
    /// Name of the cell in every body.
    pub const VALUE: &str = "value";
    /// Name of the result in every body.
    pub const RESULT: &str = "rv";

    /// An access to `register` that does nothing yet and gives nothing.
    pub fn new(name: impl Into<String>, register: &Register) -> Self {
        Self {
            notes: Notes::default(),
            name: name.into(),
            register: register.name.clone(),
            cell: register.cell.clone(),
            index: register.index.clone(),
            result: None,
            body: Vec::new(),
        }
    }

    /// Gives it a result of type `ty`.
    #[must_use]
    pub fn result(mut self, ty: impl Into<Type>) -> Self {
        self.result = Some(ty.into());
        self
    }

    /// Adds statements.
    #[must_use]
    pub fn body(mut self, body: impl IntoIterator<Item = Stmt>) -> Self {
        self.body.extend(body);
        self
    }
}

/// What a counter counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CounterKind {
    /// `CounterType_t.PACKETS`
    Packets,
    /// `CounterType_t.BYTES`
    Bytes,
    /// `CounterType_t.PACKETS_AND_BYTES`
    PacketsAndBytes,
}

/// `Counter<bit<width>, index>(size, kind) name;`
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Counter {
    /// Comment and annotations.
    pub notes: Notes,
    /// Name, snake_case.
    pub name: String,
    /// Bits of a counter.
    pub width: u32,
    /// Type of an index.
    pub index: Type,
    /// Number of counters; a constant.
    pub size: Expr,
    /// What is counted.
    pub kind: CounterKind,
    /// Who keeps indices below `size`, where their type does not: a sentence, printed with the comment.
    pub bounded_by: Option<String>,
}

impl Counter {
    /// `size` counters of packets, 64 bits each.
    pub fn packets(name: impl Into<String>, index: impl Into<Type>, size: impl Into<Expr>) -> Self {
        Self {
            notes: Notes::default(),
            name: name.into(),
            width: 64,
            index: index.into(),
            size: size.into(),
            kind: CounterKind::Packets,
            bounded_by: None,
        }
    }

    /// States who keeps indices below the size, for sizes that are no power of two.
    #[must_use]
    pub fn bounded_by(mut self, sentence: impl Into<String>) -> Self {
        self.bounded_by = Some(sentence.into());
        self
    }
}

/// `DirectCounter<bit<width>>(kind) name;`: a counter in every entry of the table that names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DirectCounter {
    /// Comment and annotations.
    pub notes: Notes,
    /// Name, snake_case.
    pub name: String,
    /// Bits of a counter.
    pub width: u32,
    /// What is counted.
    pub kind: CounterKind,
}

impl DirectCounter {
    /// A counter of packets, 64 bits.
    pub fn packets(name: impl Into<String>) -> Self {
        Self { notes: Notes::default(), name: name.into(), width: 64, kind: CounterKind::Packets }
    }
}

/// How a hash is computed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum HashAlgorithm {
    /// `HashAlgorithm_t.IDENTITY`: the low bits of the data.
    Identity,
    /// `HashAlgorithm_t.CRC16`
    Crc16,
    /// `HashAlgorithm_t.CRC32`: the one of Ethernet.
    Crc32,
    /// `HashAlgorithm_t.CUSTOM` with a `CRCPolynomial<bit<width>>(coeff, reversed, msb, extended, init, xor)`, declared
    /// under the name of the hash with `_poly` behind it.
    Custom {
        /// Bits of the polynomial.
        width: u32,
        /// Polynomial without its highest term.
        coeff: u128,
        /// Whether bits are taken lowest first.
        reversed: bool,
        /// First value.
        init: u128,
        /// What the result is xored with.
        xor: u128,
    },
}

/// `Hash<bit<width>>(algorithm) name;`
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Hash {
    /// Comment and annotations.
    pub notes: Notes,
    /// Name, snake_case.
    pub name: String,
    /// Bits of the result.
    pub width: u32,
    /// How it is computed.
    pub algorithm: HashAlgorithm,
}

impl Hash {
    /// A hash of `width` bits.
    pub fn new(name: impl Into<String>, width: u32, algorithm: HashAlgorithm) -> Self {
        Self { notes: Notes::default(), name: name.into(), width, algorithm }
    }
}

/// `Random<bit<width>>() name;`
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Random {
    /// Comment and annotations.
    pub notes: Notes,
    /// Name, snake_case.
    pub name: String,
    /// Bits of a number.
    pub width: u32,
}

impl Random {
    /// Random numbers of `width` bits.
    pub fn new(name: impl Into<String>, width: u32) -> Self {
        Self { notes: Notes::default(), name: name.into(), width }
    }
}

/// `action name(params) { … }`
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Action {
    /// Comment and annotations.
    pub notes: Notes,
    /// Name, snake_case.
    pub name: String,
    /// Parameters; those without direction are action data.
    pub params: Vec<Param>,
    /// What is done, all at once: on the chip every statement reads the values from before the action.
    pub body: Body,
}

impl Action {
    /// An action that does nothing.
    pub fn new(name: impl Into<String>) -> Self {
        Self { notes: Notes::default(), name: name.into(), params: Vec::new(), body: Vec::new() }
    }

    /// Adds a parameter that the table entry holds.
    #[must_use]
    pub fn data(mut self, ty: impl Into<Type>, name: impl Into<String>) -> Self {
        self.params.push(Param::data(ty, name));
        self
    }

    /// Adds a parameter with a direction, given where the action is called.
    #[must_use]
    pub fn param(mut self, direction: Direction, ty: impl Into<Type>, name: impl Into<String>) -> Self {
        self.params.push(Param::new(direction, ty, name));
        self
    }

    /// Adds statements.
    #[must_use]
    pub fn body(mut self, body: impl IntoIterator<Item = Stmt>) -> Self {
        self.body.extend(body);
        self
    }
}

/// How a key is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MatchKind {
    /// All bits.
    Exact,
    /// The bits of a mask; TCAM.
    Ternary,
    /// The highest bits; TCAM.
    Lpm,
    /// From a value to a value; TCAM, four bits at a time.
    Range,
}

impl MatchKind {
    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Ternary => "ternary",
            Self::Lpm => "lpm",
            Self::Range => "range",
        }
    }
}

/// A key of a table: `expr : kind @name("…");`
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    /// What is compared.
    pub expr: Expr,
    /// How.
    pub kind: MatchKind,
    /// How the control plane calls it, where that is not the text of `expr`.
    pub name: Option<String>,
}

/// An action in a table's list.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ActionRef {
    /// The action.
    pub name: String,
    /// `@defaultonly`, `@tableonly`.
    pub annotations: Vec<Annotation>,
}

/// `default_action = action(arguments);`, or `const default_action`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DefaultAction {
    /// The action; it stands in the table's list too.
    pub action: String,
    /// One for each parameter.
    pub arguments: Vec<Expr>,
    /// Whether the control plane may not change it.
    pub constant: bool,
}

/// An entry that the program brings along: `(keysets) : action(arguments);`
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Entry {
    /// Comment and annotations.
    pub notes: Notes,
    /// One for each key.
    pub keysets: Vec<Keyset>,
    /// The action.
    pub action: String,
    /// One for each parameter.
    pub arguments: Vec<Expr>,
}

impl Entry {
    /// An entry.
    pub fn new<K: Into<Keyset>>(
        keysets: impl IntoIterator<Item = K>,
        action: impl Into<String>,
        arguments: impl IntoIterator<Item = Expr>,
    ) -> Self {
        Self {
            notes: Notes::default(),
            keysets: keysets.into_iter().map(Into::into).collect(),
            action: action.into(),
            arguments: arguments.into_iter().collect(),
        }
    }
}

/// `table name { key = …; actions = …; default_action = …; size = …; }`
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Table {
    /// Comment and annotations.
    pub notes: Notes,
    /// Name, snake_case.
    pub name: String,
    /// Keys; a table without any always does its default action.
    pub keys: Vec<Key>,
    /// The actions that an entry may name.
    pub actions: Vec<ActionRef>,
    /// What a packet gets that matches nothing.
    pub default_action: Option<DefaultAction>,
    /// Entries that the control plane may not change; a table that has them has no others.
    pub entries: Vec<Entry>,
    /// Number of entries; a constant. The compiler's own choice would be 512, so it is never left out.
    pub size: Expr,
    /// The direct counter that counts each entry.
    pub counters: Option<String>,
    /// Whether entries report that they have not been used for a while.
    pub idle_timeout: bool,
}

impl Table {
    /// A table of `size` entries, without keys, actions or default action.
    pub fn new(name: impl Into<String>, size: impl Into<Expr>) -> Self {
        Self {
            notes: Notes::default(),
            name: name.into(),
            keys: Vec::new(),
            actions: Vec::new(),
            default_action: None,
            entries: Vec::new(),
            size: size.into(),
            counters: None,
            idle_timeout: false,
        }
    }

    /// Adds a key.
    #[must_use]
    pub fn key(mut self, expr: impl Into<Expr>, kind: MatchKind) -> Self {
        self.keys.push(Key { expr: expr.into(), kind, name: None });
        self
    }

    /// Adds a key with the control plane's name for it.
    #[must_use]
    pub fn named_key(mut self, expr: impl Into<Expr>, kind: MatchKind, name: impl Into<String>) -> Self {
        self.keys.push(Key { expr: expr.into(), kind, name: Some(name.into()) });
        self
    }

    /// Adds an action.
    #[must_use]
    pub fn action(mut self, name: impl Into<String>) -> Self {
        self.actions.push(ActionRef { name: name.into(), annotations: Vec::new() });
        self
    }

    /// Adds an action that only the default may be: `@defaultonly`.
    #[must_use]
    pub fn default_only(mut self, name: impl Into<String>) -> Self {
        self.actions
            .push(ActionRef { name: name.into(), annotations: vec![Annotation::at("defaultonly", "")] });
        self
    }

    /// `default_action = action(arguments);`: the control plane may change it.
    #[must_use]
    pub fn default_action(
        mut self,
        action: impl Into<String>,
        arguments: impl IntoIterator<Item = Expr>,
    ) -> Self {
        let arguments = arguments.into_iter().collect();
        self.default_action = Some(DefaultAction { action: action.into(), arguments, constant: false });
        self
    }

    /// `const default_action = action(arguments);`
    #[must_use]
    pub fn const_default(
        mut self,
        action: impl Into<String>,
        arguments: impl IntoIterator<Item = Expr>,
    ) -> Self {
        let arguments = arguments.into_iter().collect();
        self.default_action = Some(DefaultAction { action: action.into(), arguments, constant: true });
        self
    }

    /// Adds a constant entry.
    #[must_use]
    pub fn entry(mut self, entry: Entry) -> Self {
        self.entries.push(entry);
        self
    }

    /// `counters = counter;`
    #[must_use]
    pub fn counters(mut self, counter: impl Into<String>) -> Self {
        self.counters = Some(counter.into());
        self
    }

    /// `idle_timeout = true;`
    #[must_use]
    pub fn idle_timeout(mut self) -> Self {
        self.idle_timeout = true;
        self
    }
}

/// `Control() name;`: a control used as a part of this one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Instance {
    /// Comment and annotations.
    pub notes: Notes,
    /// Name, snake_case.
    pub name: String,
    /// The control.
    pub control: String,
}

impl Instance {
    /// An instance of `control`.
    pub fn new(control: impl Into<String>, name: impl Into<String>) -> Self {
        Self { notes: Notes::default(), name: name.into(), control: control.into() }
    }
}

/// `Checksum() name;`: the 16-bit one's complement sum.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Checksum {
    /// Comment and annotations.
    pub notes: Notes,
    /// Name, snake_case.
    pub name: String,
}

impl Checksum {
    /// A checksum.
    pub fn new(name: impl Into<String>) -> Self {
        Self { notes: Notes::default(), name: name.into() }
    }
}

/// `Mirror(kind) name;`: a copy of the packet for each packet whose `mirror_type` is `kind`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Mirror {
    /// Comment and annotations.
    pub notes: Notes,
    /// Name, snake_case.
    pub name: String,
    /// `MirrorType_t`, a constant.
    pub kind: Expr,
}

impl Mirror {
    /// The mirror of the packets whose `mirror_type` is `kind`.
    pub fn new(name: impl Into<String>, kind: impl Into<Expr>) -> Self {
        Self { notes: Notes::default(), name: name.into(), kind: kind.into() }
    }
}

/// `Resubmit(kind) name;`: another pass through ingress for each packet whose `resubmit_type` is `kind`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Resubmit {
    /// Comment and annotations.
    pub notes: Notes,
    /// Name, snake_case.
    pub name: String,
    /// `ResubmitType_t`, a constant.
    pub kind: Expr,
}

impl Resubmit {
    /// The resubmit of the packets whose `resubmit_type` is `kind`.
    pub fn new(name: impl Into<String>, kind: impl Into<Expr>) -> Self {
        Self { notes: Notes::default(), name: name.into(), kind: kind.into() }
    }
}

/// `Digest<type>(kind) name;`: a record to the control plane for each packet whose `digest_type` is `kind`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Digest {
    /// Comment and annotations.
    pub notes: Notes,
    /// Name, snake_case.
    pub name: String,
    /// Struct of the record.
    pub ty: Type,
    /// `DigestType_t`, a constant.
    pub kind: Expr,
}

impl Digest {
    /// The digest of the packets whose `digest_type` is `kind`.
    pub fn new(name: impl Into<String>, ty: impl Into<Type>, kind: impl Into<Expr>) -> Self {
        Self { notes: Notes::default(), name: name.into(), ty: ty.into(), kind: kind.into() }
    }
}

/// `ParserCounter() name;`: the parser's one 8-bit signed counter, for headers of variable length.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ParserCounter {
    /// Comment and annotations.
    pub notes: Notes,
    /// Name, snake_case.
    pub name: String,
}

impl ParserCounter {
    /// A parser counter.
    pub fn new(name: impl Into<String>) -> Self {
        Self { notes: Notes::default(), name: name.into() }
    }
}

/// `value_set<type>(size) name;`: values that the control plane may change, for a parser's select.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ValueSet {
    /// Comment and annotations.
    pub notes: Notes,
    /// Name, snake_case.
    pub name: String,
    /// Type of a value.
    pub ty: Type,
    /// Number of values.
    pub size: u32,
}

impl ValueSet {
    /// A set of up to `size` values.
    pub fn new(name: impl Into<String>, ty: impl Into<Type>, size: u32) -> Self {
        Self { notes: Notes::default(), name: name.into(), ty: ty.into(), size }
    }
}

noted!(
    Control,
    Deparser,
    Var,
    Register,
    RegisterAction,
    Counter,
    DirectCounter,
    Hash,
    Random,
    Action,
    Entry,
    Table,
    Instance,
    Checksum,
    Mirror,
    Resubmit,
    Digest,
    ParserCounter,
    ValueSet,
);
