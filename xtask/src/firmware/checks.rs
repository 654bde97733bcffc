//! What a linked file must not contain: a panic, an allocator, a 64-bit division, an atomic instruction.
//!
//! All are found in the linked file, after everything that is not reached is gone: what is not there cannot happen.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::image::Image;

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Forbidden {
    /// Ways to panic, by name.
    Panic,
    /// Ways to allocate, by name.
    Alloc,
    /// Divisions of 64-bit numbers, by name: hundreds of cycles on a core that has no instruction for them.
    Division,
    /// Atomic instructions, by disassembly.
    Atomics,
}

/// Everything forbidden that a file contains: names, and instructions with the function they are in.
///
/// # Errors
/// The file cannot be disassembled.
pub(crate) fn found(image: &Image, forbidden: &[Forbidden], objdump: &Path) -> Result<Vec<String>> {
    let names = image.symbols().iter().map(|symbol| &symbol.name);
    let names = names.filter(|name| forbidden.iter().any(|forbidden| forbidden.is(name)));
    let mut found: Vec<String> = names.cloned().collect();
    if forbidden.contains(&Forbidden::Atomics) {
        found.extend(atomics_in(&disassembly(image, objdump)?));
    }
    Ok(found)
}

impl Forbidden {
    fn is(self, name: &str) -> bool {
        let contains = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
        let starts = |parts: &[&str]| parts.iter().any(|part| name.starts_with(part));
        match self {
            Self::Panic => contains(&["core::panicking", "panic_fmt", "rust_begin_unwind"]),
            Self::Alloc => contains(&["__rust_alloc", "__rust_realloc", "__rust_dealloc", "__rg_", "__rdl_"]),
            Self::Division => {
                let helpers = ["__divdi", "__udivdi", "__moddi", "__umoddi", "__divmoddi", "__udivmoddi"];
                starts(&helpers)
                    || starts(&["__aeabi_ldivmod", "__aeabi_uldivmod"])
                    || contains(&["64_div_rem"])
            }
            Self::Atomics => false,
        }
    }
}

fn disassembly(image: &Image, objdump: &Path) -> Result<String> {
    let mut command = Command::new(objdump);
    command.args(["--disassemble", "--demangle", "--no-show-raw-insn"]).arg(&image.path);
    let output = command.output().with_context(|| format!("cannot run {}", objdump.display()))?;
    if !output.status.success() {
        bail!("{} cannot disassemble {}", objdump.display(), image.path.display());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn atomics_in(disassembly: &str) -> Vec<String> {
    let mut function = "";
    let mut found = Vec::new();
    for line in disassembly.lines() {
        if let Some((_, rest)) = line.split_once(" <")
            && let Some(name) = rest.strip_suffix(">:")
        {
            function = name;
        } else if let Some((_, instruction)) = line.split_once(":\t").or_else(|| line.split_once(": ")) {
            let mnemonic = instruction.split_whitespace().next().unwrap_or_default();
            if is_atomic(mnemonic) {
                found.push(format!("{mnemonic} in {function}"));
            }
        }
    }
    found
}

/// RISC-V's extension A, and Arm's exclusive loads and stores.
fn is_atomic(mnemonic: &str) -> bool {
    ["lr.w", "sc.w", "amo", "ldrex", "strex"].iter().any(|start| mnemonic.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn atomic_instructions_are_found_with_their_functions() {
        let text = "\
image:\tfile format elf32-littleriscv

80000010 <redplane_core::x::f>:
80000010: \tlw\ta0, 0(a0)
80000014: \tamoadd.w\ta0, a1, (a0)
80000018: \tlr.w.aq\ta0, (a1)

80000020 <main>:
80000020: \taddi\ta0, a1, 1
";
        assert_eq!(atomics_in(text), ["amoadd.w in redplane_core::x::f", "lr.w.aq in redplane_core::x::f"]);
    }

    #[test]
    fn names_of_forbidden_functions_are_told_from_others() {
        assert!(Forbidden::Panic.is("core::panicking::panic_fmt"));
        assert!(!Forbidden::Panic.is("redplane_core::switch::poll"));
        assert!(Forbidden::Alloc.is("__rust_alloc_zeroed"));
        assert!(Forbidden::Division.is("__udivdi3"));
        assert!(Forbidden::Division.is("__umoddi3"));
        assert!(Forbidden::Division.is("__aeabi_uldivmod"));
        assert!(Forbidden::Division.is("compiler_builtins::int::specialized_div_rem::u64_div_rem"));
        assert!(!Forbidden::Division.is("__udivsi3"), "32 bits are fine");
    }
}
