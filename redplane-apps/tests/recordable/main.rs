//! The data plane and every application can be written down without looking at a value, and what is written down keeps the
//! discipline of a pipeline: in whatever way a pass goes, it accesses each register array at most once and in the order of
//! [`Array`].
//!
//! How: a second [`Machine`] records what the program does and under which guards ([`tape`]); two accesses that one pass could
//! both make ([`solver`]) must be in the right order, and never of the same array.

mod solver;
mod tape;

use redplane_apps::{Counter, HeavyHitter, Nat44, SuperSpreader};
use redplane_core::count::Reason;
use redplane_core::dataplane::{egress, ingress};
use redplane_core::field::Field;
use redplane_core::machine::{Alu, Array, Machine};
use redplane_core::program::{Program, Schema, StateArrays, WhenSilent, WhenStale, Words};
use redplane_core::structure::NoStructure;
use solver::satisfiable;
use std::collections::{BTreeMap, BTreeSet};
use tape::{Bit, Effect, Tape};

fn recorded<P: Program>() -> Tape {
    let mut tape = Tape::new();
    ingress::<_, P>(&mut tape);
    tape
}

/// Pairs of accesses that break the discipline.
fn violations(tape: &Tape) -> Vec<String> {
    let accesses = tape.accesses();
    let mut found = vec![];
    for (at, (guard, array, action)) in accesses.iter().enumerate() {
        for (later_guard, later_array, later_action) in &accesses[at + 1..] {
            if array >= later_array && satisfiable(tape, &[*guard, *later_guard]) {
                found.push(format!("{action} of {array:?}, then {later_action} of {later_array:?}"));
            }
        }
    }
    found
}

/// Under which condition any of the effects that are asked for happens.
fn any(tape: &mut Tape, wanted: impl Fn(&Effect) -> bool) -> Bit {
    let guards: Vec<Bit> =
        tape.effects.iter().filter(|(_, effect)| wanted(effect)).map(|(guard, _)| *guard).collect();
    let never = tape.bit(false);
    guards.into_iter().fold(never, |any, guard| tape.either(any, guard))
}

fn assert_same(tape: &mut Tape, a: Bit, b: Bit, what: &str) {
    let (not_a, not_b) = (tape.not(a), tape.not(b));
    assert!(!satisfiable(tape, &[a, not_b]), "{what}: the first without the second");
    assert!(!satisfiable(tape, &[not_a, b]), "{what}: the second without the first");
}

fn assert_disciplined<P: Program>() {
    let mut tape = recorded::<P>();
    assert_eq!(violations(&tape), [""; 0], "{}", P::SCHEMA.name);

    // Not vacuously: every array is accessed, and some pass accesses it.
    let mut arrays = vec![
        Array::Epoch,
        Array::Renounced,
        Array::Deadline,
        Array::Silence,
        Array::Seq,
        Array::Acked,
        Array::Asked,
    ];
    arrays.extend((0..P::State::LEN as u8).map(Array::State));
    for array in arrays {
        let accessed = any(&mut tape, |effect| matches!(effect, Effect::Access(a, _) if *a == array));
        assert!(satisfiable(&tape, &[accessed]), "{}: {array:?} is never accessed", P::SCHEMA.name);
    }

    // The state words go together: a pass that accesses one accesses them all.
    let of_word = |tape: &mut Tape, word| {
        any(tape, |effect| matches!(effect, Effect::Access(array, _) if *array == Array::State(word)))
    };
    let first = of_word(&mut tape, 0);
    for word in 1..P::State::LEN as u8 {
        let other = of_word(&mut tape, word);
        assert_same(&mut tape, first, other, &format!("{}: state words 0 and {word}", P::SCHEMA.name));
    }
}

#[test]
fn nat_accesses_each_array_once_and_in_order() {
    assert_disciplined::<Nat44>();
}

#[test]
fn counter_accesses_each_array_once_and_in_order() {
    assert_disciplined::<Counter>();
}

#[test]
fn detectors_access_each_array_once_and_in_order_with_both_copies_of_their_structures() {
    assert_disciplined::<HeavyHitter>();
    assert_disciplined::<SuperSpreader>();
}

/// The actions that each of RedPlane's own arrays, and each state word, is accessed with.
fn actions<P: Program>() -> BTreeMap<Array, BTreeSet<&'static str>> {
    let mut actions = BTreeMap::<_, BTreeSet<_>>::new();
    for (_, array, action) in recorded::<P>().accesses() {
        actions.entry(array).or_default().insert(action);
    }
    actions
}

/// A Tofino's register array takes four different actions.
#[test]
fn array_has_four_actions_at_most() {
    for actions in [actions::<Nat44>(), actions::<Counter>(), actions::<Reads<0, 1, true>>()] {
        for (array, actions) in actions {
            assert!(actions.len() <= 4, "{array:?}: {actions:?}");
        }
    }
}

/// The epoch is compared where it is kept, so that the arrays behind it can follow in the next stages.
#[test]
fn epoch_is_compared_in_its_own_array() {
    let actions = actions::<Nat44>();
    assert_eq!(actions[&Array::Epoch], BTreeSet::from(["adopt", "read", "same"]));
}

/// Recording depends on nothing but the program: twice gives the same.
#[test]
fn program_recorded_twice_is_the_same() {
    assert_eq!(recorded::<Nat44>().effects, recorded::<Nat44>().effects);
    assert_eq!(recorded::<Counter>().effects, recorded::<Counter>().effects);
}

#[test]
fn egress_accesses_no_register() {
    let mut tape = Tape::new();
    egress::<_, Nat44>(&mut tape);
    assert_eq!(tape.accesses(), []);
    assert!(tape.effects.iter().any(|(_, effect)| *effect == Effect::Encapsulate));
}

/// A packet travels to the store as it came, and a state changes only in `apply`.
fn assert_questions_change_nothing<P: Program>() {
    let mut tape = Tape::new();
    P::key(&mut tape);
    for (_, effect) in &tape.effects {
        let allowed = match effect {
            Effect::Set(field) => matches!(field, Field::Key(word) if (*word as usize) < P::Key::LEN),
            Effect::Forward | Effect::Drop(_) | Effect::Punt(_) | Effect::Other => true,
            _ => false,
        };
        assert!(allowed, "{}: {effect:?} in `key`", P::SCHEMA.name);
    }
    let mut tape = Tape::new();
    P::writes(&mut tape);
    assert_eq!(tape.effects, [], "{}: `writes` does something", P::SCHEMA.name);
}

#[test]
fn key_and_writes_edit_nothing() {
    assert_questions_change_nothing::<Nat44>();
    assert_questions_change_nothing::<Counter>();
    assert_questions_change_nothing::<HeavyHitter>();
    assert_questions_change_nothing::<SuperSpreader>();
}

/// A packet that is not the program's has one fate exactly, and one that is has none yet but all of its key. Another packet may have
/// a key as well: nobody looks at it.
fn assert_key_decides<P: Program>() {
    let mut tape = Tape::new();
    let ours = P::key(&mut tape);
    let others = tape.not(ours);
    let is_fate = |effect: &Effect| matches!(effect, Effect::Forward | Effect::Drop(_) | Effect::Punt(_));
    let fate = any(&mut tape, is_fate);
    assert_same(&mut tape, others, fate, "not ours, and has a fate");
    let fates: Vec<_> = tape.effects.iter().filter(|(_, effect)| is_fate(effect)).copied().collect();
    for (at, (guard, effect)) in fates.iter().enumerate() {
        for (other_guard, other) in &fates[at + 1..] {
            let both = satisfiable(&tape, &[*guard, *other_guard]);
            assert!(!both, "{}: {effect:?} and {other:?}", P::SCHEMA.name);
        }
    }
    for word in 0..P::Key::LEN as u8 {
        let set = any(&mut tape, |effect| *effect == Effect::Set(Field::Key(word)));
        let unset = tape.not(set);
        assert!(!satisfiable(&tape, &[ours, unset]), "{}: ours without key word {word}", P::SCHEMA.name);
    }
}

#[test]
fn key_gives_every_packet_one_fate_or_a_key() {
    assert_key_decides::<Nat44>();
    assert_key_decides::<Counter>();
    assert_key_decides::<HeavyHitter>();
    assert_key_decides::<SuperSpreader>();
}

/// The mirror queue is asked for room once, so a pass puts one copy into it at most.
#[test]
fn ingress_mirrors_one_copy_at_most() {
    let tape = recorded::<Nat44>();
    let mirrors: Vec<Bit> = tape
        .effects
        .iter()
        .filter(|(_, effect)| *effect == Effect::Mirror)
        .map(|(guard, _)| *guard)
        .collect();
    assert!(mirrors.len() > 1);
    for (at, guard) in mirrors.iter().enumerate() {
        for other in &mirrors[at + 1..] {
            assert!(!satisfiable(&tape, &[*guard, *other]));
        }
    }
}

/// A program that reads these two state words: to see that the checks find what they are for.
struct Reads<const FIRST: u8, const SECOND: u8, const OPEN: bool>;

impl<const FIRST: u8, const SECOND: u8, const OPEN: bool> Program for Reads<FIRST, SECOND, OPEN> {
    const SCHEMA: Schema = Schema {
        id: 99,
        name: "reads",
        when_silent: if OPEN { WhenSilent::BoundedOpen } else { WhenSilent::FailClosed },
        when_stale: WhenStale::KeepGoing,
    };
    type Key = [u32; 1];
    type State = [u32; 2];
    type Structure = NoStructure;

    fn key<M: Machine>(m: &mut M) -> M::Bit {
        m.bit(true)
    }

    fn writes<M: Machine>(m: &mut M) -> M::Bit {
        m.bit(false)
    }

    fn apply<M: Machine>(m: &mut M, state: StateArrays<M>) {
        state.read(m, FIRST);
        state.read(m, SECOND);
        m.drop(Reason::NotHandled);
    }
}

#[test]
fn program_that_goes_open_accesses_each_array_once_and_in_order() {
    assert_disciplined::<Reads<0, 1, true>>();
}

#[test]
fn program_out_of_order_is_found() {
    assert_eq!(violations(&recorded::<Reads<0, 1, false>>()), [""; 0]);
    let reversed = violations(&recorded::<Reads<1, 0, false>>());
    assert_eq!(reversed, ["read of State(1), then read of State(0)"]);
    let repeated = violations(&recorded::<Reads<1, 1, false>>());
    assert_eq!(repeated, ["read of State(1), then read of State(1)"]);
}
