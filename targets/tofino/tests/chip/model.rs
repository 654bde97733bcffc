//! Half of a switch, run: a parser, a control, a deparser of the tree, as P4 means them.
//!
//! What the chip does not promise, this does not either: fields of headers that are not there, and wide metadata that nothing has
//! written, read as noise. Whatever depends on them differs from run to run, and a test that compares sees it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use redplane_tofino::p4::ast::*;

use crate::bits::{self, Bits};

/// Metadata of so many bits and fewer is zero at the start, because the program says so.
const ZEROED_BITS_MAX: u32 = 8;

/// A program, with what is looked up in it.
pub struct Loaded {
    pub program: Program,
    consts: HashMap<String, u128>,
    headers: HashMap<String, Vec<(String, u32)>>,
    /// Width of each field, by its path; of both halves, whose paths differ or mean the same.
    widths: [HashMap<String, u32>; 2],
}

/// Fields of the architecture that programs name.
const INTRINSIC: &[(&str, u32)] = &[
    ("ig_intr_md.ingress_port", 9),
    ("ig_prsr_md.global_tstamp", 48),
    ("ig_dprsr_md.drop_ctl", 3),
    ("ig_dprsr_md.mirror_type", 3),
    ("ig_tm_md.ucast_egress_port", 9),
    ("ig_tm_md.bypass_egress", 1),
    ("eg_intr_md.deq_qdepth", 19),
    ("eg_intr_md.pkt_length", 16),
    ("eg_dprsr_md.drop_ctl", 3),
    ("eg_dprsr_md.mirror_type", 3),
];

impl Loaded {
    pub fn new(program: Program) -> Self {
        let bits = |field: &Field| match field.ty {
            Type::Bit(bits) => bits,
            ref other => panic!("{} is {other}", field.name),
        };
        let fields =
            |fields: &[Field]| fields.iter().map(|it| (it.name.clone(), bits(it))).collect::<Vec<_>>();
        let headers: HashMap<String, Vec<(String, u32)>> =
            program.headers.iter().map(|header| (header.name.clone(), fields(&header.fields))).collect();
        let structure = |name: &str| program.structs.iter().find(|it| it.name == name).unwrap();
        let mut widths: [HashMap<String, u32>; 2] = Default::default();
        for (half, (set, metadata, root)) in [
            ("ingress_headers_t", "ingress_metadata_t", "ig_md"),
            ("egress_headers_t", "egress_metadata_t", "eg_md"),
        ]
        .into_iter()
        .enumerate()
        {
            let widths = &mut widths[half];
            widths.extend(INTRINSIC.iter().map(|(path, bits)| ((*path).to_owned(), *bits)));
            for header in &structure(set).fields {
                let Type::Named(ty) = &header.ty else { panic!("{}", header.name) };
                for (field, bits) in &headers[ty] {
                    widths.insert(format!("hdr.{}.{field}", header.name), *bits);
                }
            }
            for (field, bits) in fields(&structure(metadata).fields) {
                widths.insert(format!("{root}.{field}"), bits);
            }
        }
        let mut consts = HashMap::new();
        for constant in &program.consts {
            let Expr::Int { value, .. } = constant.value else { panic!("{}", constant.name) };
            consts.insert(constant.name.clone(), value);
        }
        Self { program, consts, headers, widths }
    }

    /// A constant of the program.
    pub fn constant(&self, name: &str) -> u128 {
        self.consts[name]
    }

    fn control(&self, name: &str) -> &Control {
        self.program
            .controls()
            .find(|control| control.name == name)
            .unwrap_or_else(|| panic!("no control {name}"))
    }

    fn header_type(&self, half: usize, header: &str) -> &str {
        let set = ["ingress_headers_t", "egress_headers_t"][half];
        let set = self.program.structs.iter().find(|it| it.name == set).unwrap();
        let field = set.fields.iter().find(|field| field.name == header);
        match field.map(|field| &field.ty) {
            Some(Type::Named(ty)) => ty,
            _ => panic!("no header {header}"),
        }
    }
}

/// How a key is to be matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// This value.
    Value(u128),
    /// As many of the upper bits, of so many.
    Prefix(u128, u32, u32),
}

impl Match {
    fn takes(self, number: u128) -> bool {
        match self {
            Self::Value(value) => value == number,
            Self::Prefix(value, length, width) => {
                length == 0 || value >> (width - length) == number >> (width - length)
            }
        }
    }

    /// The longer one goes first.
    fn length(self) -> u32 {
        match self {
            Self::Prefix(_, length, _) => length,
            _ => 0,
        }
    }
}

/// An entry that the control plane has added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub keys: Vec<Match>,
    pub action: String,
    pub data: Vec<u128>,
}

/// What outlives a packet.
#[derive(Default)]
pub struct Memory {
    /// Cells by the register's name: the control's in lower case, and its own, as in all maps here.
    pub registers: HashMap<String, Vec<u128>>,
    /// Entries by the table's name.
    pub rows: HashMap<String, Vec<Row>>,
    /// Default actions that the control plane has set, by the table's name.
    pub defaults: HashMap<String, (String, Vec<u128>)>,
    /// Values and masks by the value set's name.
    pub sets: HashMap<String, Vec<(u128, u128)>>,
    /// Packets by the counter's name and index.
    pub counters: BTreeMap<(String, u128), u64>,
    /// Where the next noise comes from.
    pub noise: u64,
}

impl Memory {
    fn noise(&mut self) -> u128 {
        self.noise ^= self.noise << 13;
        self.noise ^= self.noise >> 7;
        self.noise ^= self.noise << 17;
        u128::from(self.noise)
    }
}

/// What a half leaves.
pub struct Done {
    fields: HashMap<String, u128>,
    valid: BTreeSet<String>,
    /// The packet as the deparser has put it together.
    pub bytes: Vec<u8>,
    /// Mirror session, and the header in front of the mirrored packet.
    pub mirrored: Option<(u128, Vec<u8>)>,
}

impl Done {
    /// A field of the architecture, zero if nothing was written.
    pub fn field(&self, path: &str) -> u128 {
        self.fields.get(path).copied().unwrap_or(0)
    }

    /// Whether a header was there at the end.
    pub fn has(&self, header: &str) -> bool {
        self.valid.contains(&format!("hdr.{header}"))
    }
}

/// A value in an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Value {
    Bool(bool),
    Bits(u128, Option<u32>),
    Signed(i128),
}

/// One packet's way through one half.
pub struct Pass<'a> {
    loaded: &'a Loaded,
    memory: &'a mut Memory,
    half: usize,
    fields: HashMap<String, u128>,
    valid: BTreeSet<String>,
    scopes: Vec<HashMap<String, Value>>,
    packet: Vec<u8>,
    at: usize,
    exited: bool,
}

impl<'a> Pass<'a> {
    /// A pass of `packet`; `intrinsic` are the architecture's fields that it begins with.
    pub fn new(
        loaded: &'a Loaded,
        memory: &'a mut Memory,
        gress: Gress,
        packet: &[u8],
        intrinsic: &[(&str, u128)],
    ) -> Self {
        Self {
            loaded,
            memory,
            half: usize::from(gress == Gress::Egress),
            fields: intrinsic.iter().map(|(path, value)| ((*path).to_owned(), *value)).collect(),
            valid: BTreeSet::new(),
            scopes: vec![],
            packet: packet.to_vec(),
            at: 0,
            exited: false,
        }
    }

    /// Runs it; `None` if the parser rejects the packet.
    pub fn run(mut self) -> Option<Done> {
        let loaded = self.loaded;
        let pipeline = &loaded.program.pipeline;
        let (parser, control, deparser) = match self.half {
            0 => (&pipeline.ingress_parser, &pipeline.ingress, &pipeline.ingress_deparser),
            _ => (&pipeline.egress_parser, &pipeline.egress, &pipeline.egress_deparser),
        };
        let parser = loaded.program.parsers().find(|it| it.name == *parser).unwrap();
        self.parse(parser)?;
        assert_eq!(self.at % 8, 0, "parsing ends inside a byte");
        let payload = self.packet[self.at / 8..].to_vec();
        let control = loaded.control(control);
        self.apply(control);
        let deparser = loaded.program.deparsers().find(|it| it.name == *deparser).unwrap();
        let mut out = Bits::default();
        let mut mirrored = None;
        self.deparse(&deparser.apply, &mut out, &mut mirrored);
        let mut bytes = out.into_bytes();
        bytes.extend(payload);
        Some(Done { fields: self.fields, valid: self.valid, bytes, mirrored })
    }

    fn parse(&mut self, parser: &Parser) -> Option<()> {
        let mut name = "start";
        loop {
            let state = parser.states.iter().find(|state| state.name == name).unwrap();
            for stmt in &state.body {
                match &stmt.kind {
                    StmtKind::Extract(header) => self.extract(header)?,
                    // Behind the ingress intrinsic metadata, which stands in no packet here.
                    StmtKind::Advance(Expr::Name(_)) => {}
                    StmtKind::Advance(bits) => {
                        self.at += self.number(bits) as usize;
                        if self.at > 8 * self.packet.len() {
                            return None;
                        }
                    }
                    StmtKind::Assign(target, value) => {
                        let value = self.value(value);
                        self.assign(target, value);
                    }
                    StmtKind::SetValid(header) => drop(self.valid.insert(path(header))),
                    other => panic!("{other:?} in a parser"),
                }
            }
            match self.next(&state.transition)? {
                Next::Accept => return Some(()),
                Next::Reject => return None,
                Next::State(next) => name = next,
            }
        }
    }

    fn extract(&mut self, header: &Expr) -> Option<()> {
        let header = path(header);
        let Some(name) = header.strip_prefix("hdr.") else { return Some(()) };
        let ty = self.loaded.header_type(self.half, name);
        for (field, bits) in &self.loaded.headers[ty] {
            let number = bits::read(&self.packet, self.at, *bits)?;
            self.fields.insert(format!("{header}.{field}"), number);
            self.at += *bits as usize;
        }
        assert!(self.valid.insert(header.clone()), "{header} is extracted twice");
        Some(())
    }

    fn next<'p>(&mut self, transition: &'p Transition) -> Option<&'p Next> {
        let (keys, cases) = match transition {
            Transition::To(next) => return Some(next),
            Transition::Select { keys, cases } => (keys, cases),
        };
        let mut values = vec![];
        for key in keys {
            if let Expr::Lookahead(Type::Bit(bits)) = of_slice(key) {
                // Looking ahead beyond the packet is an error of the parser.
                bits::read(&self.packet, self.at, *bits)?;
            }
            values.push(self.number(key));
        }
        let found = cases.iter().find(|case| match case.keysets.as_slice() {
            [Keyset::Any] => true,
            keysets => keysets.iter().zip(&values).all(|(keyset, value)| self.takes(keyset, *value)),
        });
        found.map(|case| &case.next)
    }

    fn takes(&self, keyset: &Keyset, number: u128) -> bool {
        match keyset {
            Keyset::Any => true,
            Keyset::Value(value) => self.constant(value) == number,
            Keyset::Mask(value, mask) => {
                let (value, mask) = (self.constant(value), self.constant(mask));
                number & mask == value & mask
            }
            Keyset::Range(low, high) => (self.constant(low)..=self.constant(high)).contains(&number),
            Keyset::Set(name) => {
                let values = self.memory.sets.get(name).map_or(&[][..], |values| values);
                values.iter().any(|(value, mask)| number & mask == value & mask)
            }
        }
    }

    fn constant(&self, expr: &Expr) -> u128 {
        match expr {
            Expr::Int { value, .. } => *value,
            Expr::Bool(value) => u128::from(*value),
            Expr::Name(name) => self.loaded.consts[name],
            other => panic!("{other:?} is no constant"),
        }
    }

    fn apply(&mut self, control: &Control) {
        for local in &control.locals {
            if let Local::Register(register) = local {
                let size = self.constant(&register.size) as usize;
                let initial = register.initial.as_ref().map_or(0, |initial| self.constant(initial));
                self.memory
                    .registers
                    .entry(within(control, &register.name))
                    .or_insert_with(|| vec![initial; size]);
            }
        }
        self.body(control, &control.apply);
    }

    fn body(&mut self, control: &Control, body: &[Stmt]) {
        for stmt in body {
            if self.exited {
                return;
            }
            self.stmt(control, stmt);
        }
    }

    fn stmt(&mut self, control: &Control, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::Assign(target, Expr::Execute { action, index }) => {
                let value = self.access(control, action, index).unwrap();
                self.assign(target, value);
            }
            StmtKind::Assign(target, Expr::HashGet { hash, data }) => {
                let value = self.hash(control, hash, data);
                self.assign(target, value);
            }
            StmtKind::Assign(target, value) => {
                let value = self.value(value);
                self.assign(target, value);
            }
            StmtKind::If(branches) => {
                for (cond, then) in &branches.branches {
                    if self.condition(control, cond) {
                        return self.body(control, then);
                    }
                }
                self.body(control, &branches.otherwise);
            }
            StmtKind::Apply(table) => drop(self.table(control, table)),
            StmtKind::ApplyControl { instance, .. } => {
                let part = control.locals.iter().find_map(|local| match local {
                    Local::Instance(it) if it.name == *instance => Some(&it.control),
                    _ => None,
                });
                let loaded = self.loaded;
                self.apply(loaded.control(part.unwrap()));
            }
            StmtKind::Call { action, arguments } => {
                let arguments = arguments.iter().map(|argument| self.number(argument)).collect::<Vec<_>>();
                self.act(control, action, &arguments);
            }
            StmtKind::Execute { action, index } => drop(self.access(control, action, index)),
            StmtKind::Count { counter, index } => {
                let index = self.number(index);
                *self.memory.counters.entry((within(control, counter), index)).or_default() += 1;
            }
            StmtKind::SetValid(header) => drop(self.valid.insert(path(header))),
            StmtKind::SetInvalid(header) => drop(self.valid.remove(&path(header))),
            StmtKind::Exit => self.exited = true,
            other => panic!("{other:?} in a control"),
        }
    }

    fn condition(&mut self, control: &Control, cond: &Expr) -> bool {
        match cond {
            Expr::Hit(table) => self.table(control, table),
            Expr::Miss(table) => !self.table(control, table),
            _ => self.truth(cond),
        }
    }

    /// Applies a table; whether an entry matched.
    fn table(&mut self, control: &Control, name: &str) -> bool {
        let table = control.locals.iter().find_map(|local| match local {
            Local::Table(table) if table.name == name => Some(table),
            _ => None,
        });
        let table = table.unwrap_or_else(|| panic!("no table {name}"));
        let keys: Vec<u128> = table.keys.iter().map(|key| self.number(&key.expr)).collect();
        let fixed = table
            .entries
            .iter()
            .find(|entry| entry.keysets.iter().zip(&keys).all(|(keyset, key)| self.takes(keyset, *key)));
        if let Some(entry) = fixed {
            let data: Vec<u128> = entry.arguments.iter().map(|it| self.constant(it)).collect();
            self.act(control, &entry.action, &data);
            return true;
        }
        let rows = self.memory.rows.get(&within(control, name)).cloned().unwrap_or_default();
        let matching =
            rows.into_iter().filter(|row| row.keys.iter().zip(&keys).all(|(it, key)| it.takes(*key)));
        if let Some(row) = matching.max_by_key(|row| row.keys.iter().map(|it| it.length()).sum::<u32>()) {
            assert!(table.actions.iter().any(|action| action.name == row.action), "{} of {name}", row.action);
            self.act(control, &row.action, &row.data);
            return true;
        }
        let (action, data) = match (self.memory.defaults.get(&within(control, name)), &table.default_action) {
            (Some(default), _) => default.clone(),
            (None, Some(default)) => {
                (default.action.clone(), default.arguments.iter().map(|it| self.constant(it)).collect())
            }
            (None, None) => panic!("{name} has no default"),
        };
        self.act(control, &action, &data);
        false
    }

    fn act(&mut self, control: &Control, name: &str, data: &[u128]) {
        if name == "NoAction" {
            return;
        }
        let action = control.locals.iter().find_map(|local| match local {
            Local::Action(action) if action.name == name => Some(action),
            _ => None,
        });
        let action = action.unwrap_or_else(|| panic!("no action {name} in {}", control.name));
        assert_eq!(action.params.len(), data.len(), "{name}");
        let scope = action.params.iter().zip(data).map(|(param, value)| {
            let bits = match &param.ty {
                Type::Bit(bits) => *bits,
                Type::Named(name) if name == "PortId_t" => 9,
                other => panic!("{other}"),
            };
            (param.name.clone(), Value::Bits(value & mask(bits), Some(bits)))
        });
        self.scopes.push(scope.collect());
        self.body(control, &action.body);
        self.scopes.pop();
    }

    /// A register action; its result if it has one.
    fn access(&mut self, control: &Control, name: &str, index: &Expr) -> Option<Value> {
        let action = control.locals.iter().find_map(|local| match local {
            Local::RegisterAction(action) if action.name == name => Some(action),
            _ => None,
        });
        let action = action.unwrap_or_else(|| panic!("no register action {name}"));
        let bits = |ty: &Type| match ty {
            Type::Bit(bits) => *bits,
            other => panic!("{other}"),
        };
        let index = self.number(index) as usize;
        let register = within(control, &action.register);
        let cell = self.memory.registers[&register][index];
        let cell_bits = bits(&action.cell);
        let mut scope =
            HashMap::from([(RegisterAction::VALUE.to_owned(), Value::Bits(cell, Some(cell_bits)))]);
        if let Some(ty) = &action.result {
            scope.insert(RegisterAction::RESULT.to_owned(), Value::Bits(0, Some(bits(ty))));
        }
        self.scopes.push(scope);
        self.body(control, &action.body);
        let scope = self.scopes.pop().unwrap();
        let Value::Bits(after, _) = scope[RegisterAction::VALUE] else { panic!("{name}") };
        self.memory.registers.get_mut(&register).unwrap()[index] = after & mask(cell_bits);
        scope.get(RegisterAction::RESULT).copied()
    }

    /// CRC-32 as zlib has it, over whole bytes; of the hash's parameters only that they say so is looked at.
    fn hash(&mut self, control: &Control, name: &str, data: &[Expr]) -> Value {
        let algorithm = control.locals.iter().find_map(|local| match local {
            Local::Hash(hash) if hash.name == name => Some(&hash.algorithm),
            _ => None,
        });
        let HashAlgorithm::Custom { width: 32, coeff, reversed: true, init, xor } = algorithm.unwrap() else {
            panic!("{name} is computed otherwise");
        };
        let mut bits = Bits::default();
        for part in data {
            let Value::Bits(number, Some(width)) = self.value(part) else { panic!("{part:?} has no width") };
            bits.push(number, width);
        }
        let coeff = (*coeff as u32).reverse_bits();
        let crc = bits.into_bytes().iter().fold(*init as u32, |crc, byte| {
            (0..8)
                .fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ coeff } else { crc >> 1 })
        });
        Value::Bits(u128::from(crc ^ *xor as u32), Some(32))
    }

    fn deparse(&mut self, body: &[Stmt], out: &mut Bits, mirrored: &mut Option<(u128, Vec<u8>)>) {
        for stmt in body {
            match &stmt.kind {
                StmtKind::If(branches) => {
                    let (cond, then) = &branches.branches[0];
                    if self.truth(cond) {
                        self.deparse(then, out, mirrored);
                    }
                }
                StmtKind::Assign(target, Expr::ChecksumUpdate { data, zeros_as_ones, .. }) => {
                    let sum = self.checksum(data);
                    let sum = if sum == 0 && *zeros_as_ones { 0xffff } else { sum };
                    self.assign(target, Value::Bits(sum, Some(16)));
                }
                StmtKind::Emit(header) => {
                    let header = path(header);
                    if self.valid.contains(&header) {
                        self.emit(&header, out);
                    }
                }
                StmtKind::MirrorEmit { session, header: Some((ty, Expr::List(list))), .. } => {
                    let session = self.number(session);
                    let mut bits = Bits::default();
                    let widths: Vec<u32> = self.loaded.headers[ty].iter().map(|(_, bits)| *bits).collect();
                    assert_eq!(widths.len(), list.len(), "{ty}");
                    for (part, width) in list.iter().zip(widths) {
                        bits.push(self.kept(part), width);
                    }
                    *mirrored = Some((session, bits.into_bytes()));
                }
                other => panic!("{other:?} in a deparser"),
            }
        }
    }

    /// A field for a mirror header: what its container holds, also where the header is not emitted any more.
    fn kept(&mut self, expr: &Expr) -> u128 {
        match expr {
            Expr::Field(..) => self.fields.get(&path(expr)).copied().unwrap_or_else(|| self.memory.noise()),
            other => self.number(other),
        }
    }

    fn emit(&mut self, header: &str, out: &mut Bits) {
        let name = header.strip_prefix("hdr.").unwrap();
        let ty = self.loaded.header_type(self.half, name);
        for (field, bits) in &self.loaded.headers[ty] {
            let number = if field.starts_with('_') { 0 } else { self.read(&format!("{header}.{field}")).0 };
            out.push(number, *bits);
        }
    }

    /// The complement of the one's complement sum of 16-bit words.
    fn checksum(&mut self, data: &[Expr]) -> u128 {
        let mut bits = Bits::default();
        for part in data {
            let Value::Bits(number, Some(width)) = self.value(part) else { panic!("{part:?} has no width") };
            bits.push(number, width);
        }
        let words = bits.into_bytes();
        let mut sum: u128 =
            words.chunks(2).map(|word| u128::from(u16::from_be_bytes([word[0], word[1]]))).sum();
        while sum > 0xffff {
            sum = (sum >> 16) + (sum & 0xffff);
        }
        !sum & 0xffff
    }

    fn number(&mut self, expr: &Expr) -> u128 {
        match self.value(expr) {
            Value::Bits(number, _) => number,
            Value::Bool(it) => u128::from(it),
            Value::Signed(it) => panic!("{it} is signed"),
        }
    }

    fn truth(&mut self, expr: &Expr) -> bool {
        match self.value(expr) {
            Value::Bool(it) => it,
            other => panic!("{other:?} of {expr:?} is no condition"),
        }
    }

    fn value(&mut self, expr: &Expr) -> Value {
        match expr {
            Expr::Bool(it) => Value::Bool(*it),
            Expr::Int { value, width, .. } => Value::Bits(*value, *width),
            Expr::Name(name) => match self.scopes.last().and_then(|scope| scope.get(name)) {
                Some(value) => *value,
                None => Value::Bits(self.loaded.constant(name), None),
            },
            Expr::Field(..) => {
                let (number, bits) = self.read(&path(expr));
                Value::Bits(number, Some(bits))
            }
            Expr::Slice { of, hi, lo } => {
                let number = self.number(of);
                Value::Bits(number >> lo & mask(hi - lo + 1), Some(hi - lo + 1))
            }
            Expr::Lookahead(Type::Bit(bits)) => {
                Value::Bits(bits::read(&self.packet, self.at, *bits).unwrap_or(0), Some(*bits))
            }
            Expr::IsValid(header) => Value::Bool(self.valid.contains(&path(header))),
            Expr::Unary(op, of) => match (op, self.value(of)) {
                (UnaryOp::Not, Value::Bool(it)) => Value::Bool(!it),
                (UnaryOp::Complement, Value::Bits(it, Some(bits))) => {
                    Value::Bits(!it & mask(bits), Some(bits))
                }
                (UnaryOp::Negate, Value::Bits(it, Some(bits))) => {
                    Value::Bits(it.wrapping_neg() & mask(bits), Some(bits))
                }
                (op, it) => panic!("{op:?} of {it:?}"),
            },
            Expr::Cast(Type::Bit(bits), of) => match self.value(of) {
                Value::Bool(it) => Value::Bits(u128::from(it), Some(*bits)),
                Value::Bits(it, _) => Value::Bits(it & mask(*bits), Some(*bits)),
                Value::Signed(it) => Value::Bits(it as u128 & mask(*bits), Some(*bits)),
            },
            Expr::Cast(Type::Int(bits), of) => {
                let number = self.number(of) & mask(*bits);
                let negative = number >> (bits - 1) & 1 == 1;
                Value::Signed(number as i128 - if negative { 1 << bits } else { 0 })
            }
            Expr::Predicate { lo, hi } => {
                let lo = self.truth(lo);
                let hi = hi.as_ref().is_some_and(|hi| self.truth(hi));
                Value::Bits(1 << (2 * u32::from(hi) + u32::from(lo)), Some(4))
            }
            Expr::Binary(op, a, b) => self.binary(*op, a, b),
            other => panic!("{other:?} in an expression"),
        }
    }

    fn binary(&mut self, op: BinaryOp, a: &Expr, b: &Expr) -> Value {
        use BinaryOp::*;
        // What stands on the right of these is not looked at where the left decides: noise must not matter, but it may be read.
        if let And | Or = op {
            let (a, b) = (self.truth(a), self.truth(b));
            return Value::Bool(if op == And { a && b } else { a || b });
        }
        match (self.value(a), self.value(b)) {
            (Value::Bool(a), Value::Bool(b)) => match op {
                Eq => Value::Bool(a == b),
                Ne => Value::Bool(a != b),
                other => panic!("{other:?} of bools"),
            },
            (Value::Signed(a), Value::Bits(b, _)) => match op {
                Gt => Value::Bool(a > b as i128),
                other => panic!("{other:?} of a signed number"),
            },
            (Value::Bits(a, a_bits), Value::Bits(b, b_bits)) => {
                if op == Concat {
                    let (a_bits, b_bits) = (a_bits.unwrap(), b_bits.unwrap());
                    return Value::Bits(a << b_bits | b, Some(a_bits + b_bits));
                }
                if let Shl | Shr = op {
                    let wide = if op == Shl { a << b } else { a >> b };
                    return Value::Bits(a_bits.map_or(wide, |bits| wide & mask(bits)), a_bits);
                }
                assert!(
                    a_bits.is_none() || b_bits.is_none() || a_bits == b_bits,
                    "{a_bits:?} {op:?} {b_bits:?}"
                );
                let bits = a_bits.or(b_bits);
                let within = |number: u128| bits.map_or(number, |bits| number & mask(bits));
                let number = match op {
                    Add => a.wrapping_add(b),
                    Sub => a.wrapping_sub(b),
                    BitAnd => a & b,
                    BitOr => a | b,
                    BitXor => a ^ b,
                    Eq => return Value::Bool(a == b),
                    Ne => return Value::Bool(a != b),
                    Lt => return Value::Bool(a < b),
                    Le => return Value::Bool(a <= b),
                    Gt => return Value::Bool(a > b),
                    Ge => return Value::Bool(a >= b),
                    other => panic!("{other:?} of numbers"),
                };
                Value::Bits(within(number), bits)
            }
            (a, b) => panic!("{a:?} {op:?} {b:?}"),
        }
    }

    /// A field and its width.
    fn read(&mut self, path: &str) -> (u128, u32) {
        let bits = *self.loaded.widths[self.half].get(path).unwrap_or_else(|| panic!("no field {path}"));
        let header = path.strip_prefix("hdr.").and_then(|rest| rest.split_once('.'));
        let is_there = header.is_none_or(|(header, _)| self.valid.contains(&format!("hdr.{header}")));
        let known = self.fields.get(path).copied().filter(|_| is_there);
        let is_zeroed =
            bits <= ZEROED_BITS_MAX || !(path.starts_with("ig_md.") || path.starts_with("eg_md."));
        let number = match known {
            Some(number) => number,
            None if header.is_none() && is_zeroed => 0,
            None => self.memory.noise() & mask(bits),
        };
        (number, bits)
    }

    fn assign(&mut self, target: &Expr, value: Value) {
        let number = match value {
            Value::Bits(number, _) => number,
            Value::Bool(it) => u128::from(it),
            Value::Signed(it) => panic!("{it} is assigned"),
        };
        match target {
            Expr::Slice { of, hi, lo } => {
                let path = path(of);
                let (before, bits) = self.read(&path);
                let hole = mask(hi - lo + 1) << lo;
                self.fields.insert(path, (before & !hole | number << lo & hole) & mask(bits));
            }
            Expr::Field(..) => {
                let path = path(target);
                let bits =
                    *self.loaded.widths[self.half].get(&path).unwrap_or_else(|| panic!("no field {path}"));
                self.fields.insert(path, number & mask(bits));
            }
            Expr::Name(name) => {
                let scope = self.scopes.last_mut().unwrap();
                let Some(Value::Bits(known, bits)) = scope.get_mut(name) else { panic!("{name}") };
                *known = number & mask(bits.unwrap_or(128));
            }
            other => panic!("{other:?} is assigned"),
        }
    }
}

/// How the control plane tells it from others of the same name.
fn within(control: &Control, name: &str) -> String {
    format!("{}.{name}", control.name.to_lowercase())
}

fn of_slice(expr: &Expr) -> &Expr {
    match expr {
        Expr::Slice { of, .. } => of,
        other => other,
    }
}

fn mask(bits: u32) -> u128 {
    if bits >= 128 { u128::MAX } else { (1 << bits) - 1 }
}

/// `hdr.ipv4.ttl` of its expression.
fn path(expr: &Expr) -> String {
    match expr {
        Expr::Name(name) => name.clone(),
        Expr::Field(of, name) => format!("{}.{name}", path(of)),
        other => panic!("{other:?} is no path"),
    }
}
