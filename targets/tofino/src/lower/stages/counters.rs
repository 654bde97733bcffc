//! Counters: which number counts what, and how a stage's banks are told.
//!
//! All that the tables of a stage count could go to one bank of counters: no two of them count in one pass. But the compiler only
//! lets tables share counters of which it can see that they exclude one another. So each has a bank of its own; a thing has as many
//! counters as there are tables that count it, and their sum is its number.

use redplane_core::count::{Event, Reason};
use redplane_hdl_sim::pipeline::Counted;

use crate::p4::ast::{Const, Expr, Noted, Type};

/// Counters of a bank, also of the values of an index.
pub(super) const BANK_SIZE: u32 = 256;
/// Bits of an index.
pub(super) const INDEX_BITS: u32 = 8;

const _: () = assert!(Event::ALL.len() + Reason::ALL.len() < BANK_SIZE as usize);

/// The number that counts `what`. 0 is nothing's.
pub fn index(what: Counted) -> u32 {
    1 + match what {
        Counted::Event(event) => event as u32,
        Counted::Reason(reason) => Event::ALL.len() as u32 + reason as u32,
    }
}

/// Its name.
pub(super) fn constant(what: Counted) -> Expr {
    Expr::Name(constant_name(what))
}

fn constant_name(what: Counted) -> String {
    format!("COUNT_{}", super::values::snake(what.name()).to_uppercase())
}

/// Names of the numbers of these.
pub(super) fn constants(mut counted: Vec<Counted>) -> Vec<Const> {
    counted.sort_by_key(|what| index(*what));
    counted.dedup();
    let mut constants: Vec<Const> = vec![
        Const::new("COUNTERS", Type::Bit(32), Expr::from(BANK_SIZE))
            .comment("Counters of a bank; and which of them counts what."),
    ];
    constants.extend(
        counted
            .into_iter()
            .map(|what| Const::new(constant_name(what), Type::Bit(INDEX_BITS), Expr::from(index(what)))),
    );
    constants
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_and_reason_has_a_number_of_its_own() {
        let events = Event::ALL.iter().map(|event| Counted::Event(*event));
        let all: Vec<Counted> =
            events.chain(Reason::ALL.iter().map(|reason| Counted::Reason(*reason))).collect();
        let mut numbers: Vec<u32> = all.iter().map(|what| index(*what)).collect();
        numbers.sort();
        numbers.dedup();
        assert_eq!(numbers.len(), all.len());
        assert!(numbers.iter().all(|number| (1..BANK_SIZE).contains(number)));
    }

    #[test]
    fn every_event_and_reason_has_a_name_of_its_own() {
        let events = Event::ALL.iter().map(|event| Counted::Event(*event));
        let all: Vec<Counted> =
            events.chain(Reason::ALL.iter().map(|reason| Counted::Reason(*reason))).collect();
        let names: std::collections::HashSet<String> = all.iter().map(|what| constant_name(*what)).collect();
        assert_eq!(names.len(), all.len());
    }
}
