//! The simulation of a store that is a chain of replicas, in its short form.

use redplane_tests::chain;
use redplane_tests::sim::many::run_many_of;

/// So many that each fault and each rule is met.
const SEEDS: u64 = 300;
const TRACE_TAIL: usize = 30;

/// No promise is broken, and the run is no idle one: everything that can go wrong did, and every rule was needed.
#[test]
fn seeds_of_the_short_run_break_no_promise_and_exercise_everything() {
    let many = run_many_of(chain::run, 0, SEEDS, 1, || {});
    if let Some((seed, violation)) = many.failures.first() {
        let (_, trace, _) = chain::run(*seed, true);
        let tail = trace[trace.len().saturating_sub(TRACE_TAIL)..].join("\n");
        panic!("seed {seed}: {violation}\nreplay: cargo xtask sim --chain --seed {seed}\n{tail}");
    }
    let never = many.summary.never_of_chain();
    assert!(never.is_empty(), "never exercised: {}", never.join(", "));
}

/// A failure that cannot be replayed is worth nothing: one seed of each world, twice.
#[test]
fn seed_run_twice_makes_the_same_trace() {
    for seed in [0, 3, 5] {
        let (first, second) = (chain::run(seed, true), chain::run(seed, true));
        assert!(first.1.len() > 100, "seed {seed} has done something");
        assert_eq!(first.1, second.1, "seed {seed}");
        assert_eq!(first.0.table(), second.0.table(), "seed {seed}");
    }
}
