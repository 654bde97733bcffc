//! What is in an image: its sections and symbols, read from the ELF file that was linked.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use object::elf::{SHF_ALLOC, SHF_EXECINSTR, SHF_WRITE};
use object::{Object, ObjectSection, ObjectSymbol, SectionFlags, SymbolKind};

/// A linked image.
#[derive(Debug)]
pub(crate) struct Image {
    /// The file.
    pub(crate) path: PathBuf,
    sections: Vec<Section>,
    /// Functions and objects, by address.
    symbols: Vec<Symbol>,
}

/// What a section becomes on the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Instructions.
    Code,
    /// What is only read.
    Constants,
    /// What is written: flow slots, copies, counters, and everybody else's variables.
    State,
    /// Packet buffers, and what drivers keep beside them.
    Packets,
}

#[derive(Debug)]
struct Section {
    kind: Kind,
    size: u64,
}

/// A function or an object.
#[derive(Debug)]
pub(crate) struct Symbol {
    /// As the compiler's user knows it.
    pub(crate) name: String,
    /// In bytes.
    pub(crate) size: u64,
    /// Where it lies.
    pub(crate) kind: Kind,
}

impl Image {
    /// Reads an image.
    ///
    /// # Errors
    /// The file cannot be read, or is no ELF file.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let file =
            object::File::parse(&*bytes).with_context(|| format!("{} is no ELF file", path.display()))?;
        let sections = file.sections().filter_map(|section| {
            Some(Section { kind: kind_of(section.name().ok()?, section.flags())?, size: section.size() })
        });
        let symbols = file.symbols().filter_map(|symbol| {
            if !matches!(symbol.kind(), SymbolKind::Text | SymbolKind::Data) {
                return None;
            }
            let section = file.section_by_index(symbol.section_index()?).ok()?;
            let kind = kind_of(section.name().ok()?, section.flags())?;
            Some(Symbol { name: readable(symbol.name().ok()?), size: symbol.size(), kind })
        });
        Ok(Self { path: path.to_owned(), sections: sections.collect(), symbols: symbols.collect() })
    }

    /// Bytes of all sections of a kind.
    pub(crate) fn bytes(&self, kind: Kind) -> u64 {
        self.sections.iter().filter(|section| section.kind == kind).map(|section| section.size).sum()
    }

    /// All functions and objects.
    pub(crate) fn symbols(&self) -> &[Symbol] {
        &self.symbols
    }
}

/// What a section becomes; `None` for one that is not loaded, and for the stack, which is what memory is left.
fn kind_of(name: &str, flags: SectionFlags) -> Option<Kind> {
    let SectionFlags::Elf { sh_flags, .. } = flags else { return None };
    let has = |flag| sh_flags.contains(flag);
    if !has(SHF_ALLOC) || [".stack", ".heap", ".text.dummy"].contains(&name) {
        None
    } else if name.starts_with(".packets") {
        Some(Kind::Packets)
    } else if has(SHF_EXECINSTR) {
        Some(Kind::Code)
    } else if has(SHF_WRITE) {
        Some(Kind::State)
    } else {
        Some(Kind::Constants)
    }
}

/// A symbol's name without its hash.
fn readable(symbol: &str) -> String {
    format!("{:#}", rustc_demangle::demangle(symbol))
}
