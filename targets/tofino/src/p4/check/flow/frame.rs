//! Names of a block, and the paths by which all blocks of a half know the same headers and fields.

use super::{Env, Expr, Ty};
use crate::p4::ast::{Local, Param, Type};
use crate::p4::check::{Place, Sink};

/// The headers of a half, under every block's name for them.
pub(super) const HEADERS: &str = "headers";
/// Its metadata.
pub(super) const METADATA: &str = "metadata";

/// Names that are known in a body.
#[derive(Clone)]
pub(super) struct Frame<'p> {
    names: Vec<(&'p str, Spot<'p>)>,
    /// Declarations of the block.
    pub locals: &'p [Local],
    /// The block, and the instances on the way to it: registers of two instances are two.
    pub prefix: String,
    /// How the block is called in messages.
    pub place: Place,
}

/// A header, field or struct.
#[derive(Debug, Clone)]
pub(super) struct Spot<'p> {
    /// Path from the half's own names.
    pub path: String,
    pub ty: Ty<'p>,
    /// The header that it is part of, or is.
    pub header: Option<String>,
    /// Whether it is part of a header stack, of which all elements are known as one.
    pub is_element: bool,
}

impl<'p> Frame<'p> {
    pub(super) fn new(prefix: impl Into<String>, place: Place, locals: &'p [Local]) -> Self {
        Self { names: Vec::new(), locals, prefix: prefix.into(), place }
    }

    /// A block of the package: its headers, metadata, and the architecture's parameters.
    pub(super) fn of_block(env: &Env<'p>, params: &'p [Param], mut frame: Self) -> Self {
        let mut own = [HEADERS, METADATA].into_iter();
        for param in params {
            let ty = env.resolve(&param.ty, &frame.place, &mut Sink::default());
            let root = match &ty {
                Ty::Packet => continue,
                Ty::Header(name) | Ty::Struct(name)
                    if env.composite(name).is_some_and(|it| it.gress.is_some()) =>
                {
                    name
                }
                _ => own.next().unwrap_or("rest"),
            };
            frame.bind(&param.name, Spot::root(root.to_owned(), ty));
        }
        frame
    }

    pub(super) fn bind(&mut self, name: &'p str, spot: Spot<'p>) {
        self.names.push((name, spot));
    }

    /// Makes a name mean nothing: a value that comes from outside.
    pub(super) fn hide(&mut self, name: &'p str) {
        self.names.retain(|(known, _)| *known != name);
    }

    /// A variable of the block; where it lives.
    pub(super) fn declare(&mut self, env: &Env<'p>, name: &'p str, ty: &'p Type) -> Spot<'p> {
        let ty = env.resolve(ty, &self.place, &mut Sink::default());
        let spot = Spot::root(format!("{}:{name}", self.prefix), ty);
        self.bind(name, spot.clone());
        spot
    }

    /// What a name stands for.
    pub(super) fn named(&self, name: &str) -> Option<Spot<'p>> {
        let (_, spot) = self.names.iter().rev().find(|(known, _)| *known == name)?;
        Some(spot.clone())
    }

    /// What a path names; none of constants, of values from outside, and of whatever is no path.
    pub(super) fn spot(&self, env: &Env<'p>, expr: &'p Expr) -> Option<Spot<'p>> {
        match expr {
            Expr::Name(name) => self.named(name),
            Expr::Field(of, field) => {
                let of = self.spot(env, of)?;
                let (_, ty) = env.fields(&of.ty).iter().find(|(name, _)| name == field)?;
                Some(of.member(field, ty.clone()))
            }
            Expr::Index(of, _) | Expr::End(of, _) => {
                let of = self.spot(env, of)?;
                match of.ty {
                    Ty::Stack(name, _) => Some(Spot { ty: Ty::Header(name), is_element: true, ..of }),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

impl<'p> Spot<'p> {
    pub(super) fn root(path: String, ty: Ty<'p>) -> Self {
        let header = matches!(ty, Ty::Header(_) | Ty::Stack(..)).then(|| path.clone());
        Self { path, ty, header, is_element: false }
    }

    fn member(&self, field: &str, ty: Ty<'p>) -> Self {
        let path = format!("{}.{field}", self.path);
        let header = match ty {
            Ty::Header(_) | Ty::Stack(..) => Some(path.clone()),
            _ => self.header.clone(),
        };
        Self { path, ty, header, is_element: self.is_element }
    }

    fn members(&self, env: &Env<'p>) -> Vec<Self> {
        let ty = match &self.ty {
            Ty::Stack(name, _) => Ty::Header(name),
            ty => ty.clone(),
        };
        env.fields(&ty).iter().map(|(name, ty)| self.member(name, ty.clone())).collect()
    }

    /// The fields that it is made of, or itself. Padding holds anything and is left out.
    pub(super) fn leaves(&self, env: &Env<'p>) -> Vec<String> {
        match self.ty {
            Ty::Header(_) | Ty::Struct(_) | Ty::Stack(..) => {
                let members = self.members(env).into_iter();
                members.filter(|member| !member.is_padding()).flat_map(|member| member.leaves(env)).collect()
            }
            _ => vec![self.path.clone()],
        }
    }

    fn is_padding(&self) -> bool {
        self.path.rsplit('.').next().is_some_and(|name| name.starts_with('_'))
    }

    /// The headers in it, itself included, with their types; a stack is one.
    pub(super) fn typed_headers(&self, env: &Env<'p>) -> Vec<(String, &'p str)> {
        match &self.ty {
            Ty::Header(name) | Ty::Stack(name, _) => vec![(self.path.clone(), name)],
            Ty::Struct(_) => self.members(env).iter().flat_map(|member| member.typed_headers(env)).collect(),
            _ => Vec::new(),
        }
    }

    /// The headers in it.
    pub(super) fn headers(&self, env: &Env<'p>) -> Vec<String> {
        self.typed_headers(env).into_iter().map(|(path, _)| path).collect()
    }

    /// The fields outside of headers that nothing initialises.
    pub(super) fn uninitialised(&self, env: &Env<'p>) -> Vec<String> {
        match self.ty {
            Ty::Header(_) | Ty::Stack(..) => Vec::new(),
            Ty::Struct(name) if env.composite(name).is_some_and(|composite| composite.zero_initialised) => {
                Vec::new()
            }
            Ty::Struct(_) => self.members(env).iter().flat_map(|member| member.uninitialised(env)).collect(),
            _ => vec![self.path.clone()],
        }
    }
}
