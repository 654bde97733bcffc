//! The simulation of snapshots in its short form.

use redplane_tests::sim::many::run_many_of;
use redplane_tests::snapshots;

const SEEDS: u64 = 200;
const TRACE_TAIL: usize = 30;

/// No promise is broken, and the run is no idle one: everything that can go wrong did, and every rule was needed.
#[test]
fn seeds_of_the_short_run_break_no_promise_and_exercise_everything() {
    let many = run_many_of(snapshots::run, 0, SEEDS, 1, || {});
    if let Some((seed, violation)) = many.failures.first() {
        let (_, trace, _) = snapshots::run(*seed, true);
        let tail = trace[trace.len().saturating_sub(TRACE_TAIL)..].join("\n");
        panic!("seed {seed}: {violation}\nreplay: cargo xtask sim --snapshots --seed {seed}\n{tail}");
    }
    let never = many.summary.never_of_snapshots();
    assert!(never.is_empty(), "never exercised: {}", never.join(", "));
}

/// A failure that cannot be replayed is worth nothing: one seed of each policy, twice.
#[test]
fn seed_run_twice_makes_the_same_trace() {
    for seed in [0, 1, 2] {
        let (first, second) = (snapshots::run(seed, true), snapshots::run(seed, true));
        assert!(first.1.len() > 100, "seed {seed} has done something");
        assert_eq!(first.1, second.1, "seed {seed}");
        assert_eq!(first.0.table(), second.0.table(), "seed {seed}");
    }
}
