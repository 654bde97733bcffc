//! Many seeds on all processors: what the test and the command-line tool have in common.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};

use super::Violation;
use super::summary::Summary;

/// What came of a run: its counts, its trace, and the first promise that was broken.
pub type Ran = (Summary, Vec<String>, Result<(), Violation>);

/// What came of the runs.
#[derive(Debug, Default)]
pub struct Many {
    /// Counts of all runs.
    pub summary: Summary,
    /// Seeds whose runs broke a promise, in ascending order, each with the first promise that it broke.
    pub failures: Vec<(u64, Violation)>,
}

/// Runs `count` seeds of the linearizable mode from `first` on, until about `failures_max` have failed. `done` is called after each.
pub fn run_many(first: u64, count: u64, failures_max: usize, done: impl Fn() + Sync) -> Many {
    run_many_of(super::run, first, count, failures_max, done)
}

/// The same of any simulation: `run` is given a seed and whether a trace is wanted.
pub fn run_many_of(
    run: fn(u64, bool) -> Ran,
    first: u64,
    count: u64,
    failures_max: usize,
    done: impl Fn() + Sync,
) -> Many {
    let next = AtomicU64::new(first);
    let failed = AtomicU64::new(0);
    let work = || {
        let mut part = Many::default();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= first + count || failed.load(Ordering::Relaxed) >= failures_max as u64 {
                return part;
            }
            let failure = match catch_unwind(AssertUnwindSafe(|| run(seed, false))) {
                Ok((summary, _, result)) => {
                    part.summary.add(&summary);
                    result.err()
                }
                Err(_) => Some(Violation { at_ns: 0, what: "the run panicked, see above".into() }),
            };
            if let Some(violation) = failure {
                failed.fetch_add(1, Ordering::Relaxed);
                part.failures.push((seed, violation));
            }
            done();
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let parts: Vec<_> = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        handles.into_iter().filter_map(|handle| handle.join().ok()).collect()
    });
    let mut all = Many::default();
    for part in parts {
        all.summary.add(&part.summary);
        all.failures.extend(part.failures);
    }
    all.failures.sort_by_key(|(seed, _)| *seed);
    all
}
