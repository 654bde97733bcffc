//! Expressions, with operators and methods that build them.

use super::Type;

/// How a literal is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Base {
    /// `64`
    Decimal,
    /// `0x0800`
    Hex,
}

/// `-`-like operators of one operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    /// `!a`, of a bool.
    Not,
    /// `~a`, of bits.
    Complement,
    /// `-a`, of bits.
    Negate,
}

/// Operators of two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// `a + b`, wraps.
    Add,
    /// `a - b`, wraps.
    Sub,
    /// `a |+| b`, saturates.
    SatAdd,
    /// `a |-| b`, saturates.
    SatSub,
    /// `a & b`
    BitAnd,
    /// `a | b`
    BitOr,
    /// `a ^ b`
    BitXor,
    /// `a << n`, `n` a constant.
    Shl,
    /// `a >> n`, `n` a constant.
    Shr,
    /// `a ++ b`: the bits of `a` above those of `b`.
    Concat,
    /// `a == b`
    Eq,
    /// `a != b`
    Ne,
    /// `a < b`
    Lt,
    /// `a <= b`
    Le,
    /// `a > b`
    Gt,
    /// `a >= b`
    Ge,
    /// `a && b`
    And,
    /// `a || b`
    Or,
}

/// The ends of a header stack that a parser can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StackEnd {
    /// `stack.next`: the element to extract into.
    Next,
    /// `stack.last`: the element extracted last.
    Last,
}

/// An expression. Methods of externs that give a value are expressions too; those that do not are statements.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Expr {
    /// `true`, `false`
    Bool(bool),
    /// A number; without `width` it takes the width of what it stands beside.
    Int {
        /// Value.
        value: u128,
        /// Bits, where written: `8w64`.
        width: Option<u32>,
        /// How it is written.
        base: Base,
    },
    /// A constant, variable or parameter.
    Name(String),
    /// `a.b`
    Field(Box<Expr>, String),
    /// `stack[n]`
    Index(Box<Expr>, u32),
    /// `stack.next`, `stack.last`
    End(Box<Expr>, StackEnd),
    /// `a[hi:lo]`, both ends included.
    Slice {
        /// What is sliced.
        of: Box<Expr>,
        /// Highest bit.
        hi: u32,
        /// Lowest bit.
        lo: u32,
    },
    /// One operand.
    Unary(UnaryOp, Box<Expr>),
    /// Two operands.
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// `(type)a`
    Cast(Type, Box<Expr>),
    /// `cond ? a : b`
    Mux(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `{ a, b }`: fields for a checksum, hash, mirror or digest.
    List(Vec<Expr>),
    /// `header.isValid()`
    IsValid(Box<Expr>),
    /// `pkt.lookahead<type>()`, in parsers.
    Lookahead(Type),
    /// `table.apply().hit`; applies the table.
    Hit(String),
    /// `table.apply().miss`; applies the table.
    Miss(String),
    /// `register_action.execute(index)`
    Execute {
        /// The register action.
        action: String,
        /// Which cell.
        index: Box<Expr>,
    },
    /// `this.predicate(lo, hi)`, in register actions: bit `2 * hi + lo` of four is set.
    Predicate {
        /// First condition.
        lo: Box<Expr>,
        /// Second condition.
        hi: Option<Box<Expr>>,
    },
    /// `hash.get({ … })`
    HashGet {
        /// The hash.
        hash: String,
        /// What is hashed, in order.
        data: Vec<Expr>,
    },
    /// `random.get()`
    RandomGet(String),
    /// `checksum.get()`, in parsers.
    ChecksumGet(String),
    /// `checksum.verify()`, in parsers: whether the sum is right.
    ChecksumVerify(String),
    /// `checksum.update({ … }, zeros_as_ones)`, in deparsers.
    ChecksumUpdate {
        /// The checksum.
        checksum: String,
        /// Fields summed, whole bytes.
        data: Vec<Expr>,
        /// Whether a sum of zero is written as all ones, as UDP wants it.
        zeros_as_ones: bool,
    },
    /// `counter.is_zero()`, of a parser counter.
    CounterIsZero(String),
    /// `counter.is_negative()`, of a parser counter.
    CounterIsNegative(String),
}

impl Expr {
    /// A name, with fields behind dots: `"hdr.ipv4.ttl"`. Any part may be an element of a stack: `"hdr.options[1].kind"`.
    ///
    /// Text that is no such path becomes a name that no program declares, and the checker reports it.
    pub fn path(path: &str) -> Self {
        let mut parts = path.split('.');
        let mut expr = Self::part(parts.next().unwrap_or_default(), |name| Self::Name(name.to_owned()));
        for part in parts {
            expr = Self::part(part, |name| expr.field(name));
        }
        expr
    }

    fn part(part: &str, whole: impl FnOnce(&str) -> Self) -> Self {
        let element = part.strip_suffix(']').and_then(|rest| rest.split_once('['));
        match element.map(|(name, index)| (name, index.parse())) {
            Some((name, Ok(index))) => whole(name).at(index),
            _ => whole(part),
        }
    }

    /// A number in decimal, as wide as what it stands beside.
    pub fn int(value: u128) -> Self {
        Self::Int { value, width: None, base: Base::Decimal }
    }

    /// A number in hexadecimal, as wide as what it stands beside.
    pub fn hex(value: u128) -> Self {
        Self::Int { value, width: None, base: Base::Hex }
    }

    /// A number in decimal, of `width` bits.
    pub fn bits(width: u32, value: u128) -> Self {
        Self::Int { value, width: Some(width), base: Base::Decimal }
    }

    /// A number in hexadecimal, of `width` bits.
    pub fn hex_bits(width: u32, value: u128) -> Self {
        Self::Int { value, width: Some(width), base: Base::Hex }
    }

    /// `self.name`
    pub fn field(self, name: impl Into<String>) -> Self {
        Self::Field(Box::new(self), name.into())
    }

    /// `self[index]`, of a header stack.
    pub fn at(self, index: u32) -> Self {
        Self::Index(Box::new(self), index)
    }

    /// `self.next`, of a header stack in a parser.
    pub fn next(self) -> Self {
        Self::End(Box::new(self), StackEnd::Next)
    }

    /// `self.last`, of a header stack in a parser.
    pub fn last(self) -> Self {
        Self::End(Box::new(self), StackEnd::Last)
    }

    /// `self[hi:lo]`, both ends included.
    pub fn slice(self, hi: u32, lo: u32) -> Self {
        Self::Slice { of: Box::new(self), hi, lo }
    }

    /// `(ty)self`
    pub fn cast(self, ty: impl Into<Type>) -> Self {
        Self::Cast(ty.into(), Box::new(self))
    }

    /// `self ++ low`: the bits of `self` above those of `low`.
    pub fn concat(self, low: impl Into<Expr>) -> Self {
        self.binary(BinaryOp::Concat, low)
    }

    /// `self op right`
    pub fn binary(self, op: BinaryOp, right: impl Into<Expr>) -> Self {
        Self::Binary(op, Box::new(self), Box::new(right.into()))
    }

    /// `self == right`
    pub fn equals(self, right: impl Into<Expr>) -> Self {
        self.binary(BinaryOp::Eq, right)
    }

    /// `self != right`
    pub fn differs(self, right: impl Into<Expr>) -> Self {
        self.binary(BinaryOp::Ne, right)
    }

    /// `self < right`
    pub fn less_than(self, right: impl Into<Expr>) -> Self {
        self.binary(BinaryOp::Lt, right)
    }

    /// `self > right`
    pub fn greater_than(self, right: impl Into<Expr>) -> Self {
        self.binary(BinaryOp::Gt, right)
    }

    /// `self && right`, of bools.
    pub fn and(self, right: impl Into<Expr>) -> Self {
        self.binary(BinaryOp::And, right)
    }

    /// `self || right`, of bools.
    pub fn or(self, right: impl Into<Expr>) -> Self {
        self.binary(BinaryOp::Or, right)
    }

    /// `!self`, of a bool. Complement of bits is the operator `!` of Rust.
    pub fn negated(self) -> Self {
        Self::Unary(UnaryOp::Not, Box::new(self))
    }

    /// `(int<width>)(self - older) > 0`: whether a serial number of `width` bits is newer than another.
    ///
    /// This is the one form of the comparison that the stateful ALU computes without a table.
    pub fn is_newer_than(self, older: impl Into<Expr>, width: u32) -> Self {
        (self - older.into()).cast(Type::Int(width)).greater_than(0)
    }

    /// `self ? then : otherwise`
    pub fn mux(self, then: impl Into<Expr>, otherwise: impl Into<Expr>) -> Self {
        Self::Mux(Box::new(self), Box::new(then.into()), Box::new(otherwise.into()))
    }

    /// `self.isValid()`, of a header.
    pub fn is_valid(self) -> Self {
        Self::IsValid(Box::new(self))
    }

    /// `{ a, b }`
    pub fn list<E: Into<Expr>>(fields: impl IntoIterator<Item = E>) -> Self {
        Self::List(fields.into_iter().map(Into::into).collect())
    }

    /// `pkt.lookahead<ty>()`
    pub fn lookahead(ty: impl Into<Type>) -> Self {
        Self::Lookahead(ty.into())
    }

    /// `table.apply().hit`
    pub fn hit(table: impl Into<String>) -> Self {
        Self::Hit(table.into())
    }

    /// `table.apply().miss`
    pub fn miss(table: impl Into<String>) -> Self {
        Self::Miss(table.into())
    }

    /// `action.execute(index)`
    pub fn execute(action: impl Into<String>, index: impl Into<Expr>) -> Self {
        Self::Execute { action: action.into(), index: Box::new(index.into()) }
    }

    /// `this.predicate(lo, hi)`
    pub fn predicate(lo: impl Into<Expr>, hi: impl Into<Expr>) -> Self {
        Self::Predicate { lo: Box::new(lo.into()), hi: Some(Box::new(hi.into())) }
    }

    /// `this.predicate(lo)`
    pub fn predicate_of_one(lo: impl Into<Expr>) -> Self {
        Self::Predicate { lo: Box::new(lo.into()), hi: None }
    }

    /// `hash.get({ … })`
    pub fn hash<E: Into<Expr>>(hash: impl Into<String>, data: impl IntoIterator<Item = E>) -> Self {
        Self::HashGet { hash: hash.into(), data: data.into_iter().map(Into::into).collect() }
    }

    /// `checksum.update({ … })`
    pub fn checksum<E: Into<Expr>>(checksum: impl Into<String>, data: impl IntoIterator<Item = E>) -> Self {
        Self::ChecksumUpdate {
            checksum: checksum.into(),
            data: data.into_iter().map(Into::into).collect(),
            zeros_as_ones: false,
        }
    }

    /// `checksum.update({ … }, true)`: zero is written as all ones, as UDP wants it.
    pub fn udp_checksum<E: Into<Expr>>(
        checksum: impl Into<String>,
        data: impl IntoIterator<Item = E>,
    ) -> Self {
        Self::ChecksumUpdate {
            checksum: checksum.into(),
            data: data.into_iter().map(Into::into).collect(),
            zeros_as_ones: true,
        }
    }
}

impl From<&str> for Expr {
    fn from(path: &str) -> Self {
        Self::path(path)
    }
}

impl From<String> for Expr {
    fn from(path: String) -> Self {
        Self::path(&path)
    }
}

impl From<&Expr> for Expr {
    fn from(expr: &Expr) -> Self {
        expr.clone()
    }
}

impl From<bool> for Expr {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

/// Small literals are `i32` where Rust is left to choose. A negative one is written as a negated number.
impl From<i32> for Expr {
    fn from(value: i32) -> Self {
        let magnitude = Self::int(u128::from(value.unsigned_abs()));
        if value < 0 { Self::Unary(UnaryOp::Negate, Box::new(magnitude)) } else { magnitude }
    }
}

macro_rules! from_unsigned {
    ($($ty:ty),+) => { $(
        impl From<$ty> for Expr {
            fn from(value: $ty) -> Self {
                Self::int(u128::from(value))
            }
        }
    )+ };
}
from_unsigned!(u8, u16, u32, u64, u128);

macro_rules! operator {
    ($($trait:ident $method:ident $op:ident),+ $(,)?) => { $(
        impl<E: Into<Expr>> std::ops::$trait<E> for Expr {
            type Output = Expr;

            fn $method(self, right: E) -> Expr {
                self.binary(BinaryOp::$op, right)
            }
        }
    )+ };
}
operator!(
    Add add Add,
    Sub sub Sub,
    BitAnd bitand BitAnd,
    BitOr bitor BitOr,
    BitXor bitxor BitXor,
    Shl shl Shl,
    Shr shr Shr,
);

/// `~self`, of bits.
impl std::ops::Not for Expr {
    type Output = Self;

    fn not(self) -> Self {
        Self::Unary(UnaryOp::Complement, Box::new(self))
    }
}

/// An array of expressions of whatever converts: `exprs!["hdr.ipv4.protocol", 17, Expr::bits(8, 0)]`.
///
/// ```
/// use redplane_tofino::{exprs, p4::ast::*};
///
/// let sum = Expr::checksum("udp_sum", exprs!["hdr.ipv4.src_addr", Expr::bits(8, 0), "hdr.ipv4.protocol"]);
/// assert!(matches!(sum, Expr::ChecksumUpdate { .. }));
/// ```
#[macro_export]
macro_rules! exprs {
    ($($expr:expr),* $(,)?) => {
        [$($crate::p4::ast::Expr::from($expr)),*]
    };
}
