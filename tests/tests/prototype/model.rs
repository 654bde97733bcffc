//! T: what the TLA+ specification left out, the simulation of the real machines has to have.
//!
//! Each fault is in the simulation's list, and some runs of it have met the fault.

use std::sync::LazyLock;

use redplane_tests::sim::many::run_many;
use redplane_tests::sim::register;
use redplane_tests::sim::summary::{Fault, Summary};

/// A few runs of the simulation, and what they have met.
static RUNS: LazyLock<Summary> = LazyLock::new(|| {
    let many = run_many(0, 24, 1, || ());
    assert!(many.failures.is_empty(), "{:?}", many.failures);
    many.summary
});

#[track_caller]
fn assert_met(faults: &[Fault], others: &[&str]) {
    let never = RUNS.never();
    for fault in faults {
        assert!(Fault::ALL.contains(fault));
        assert!(!never.contains(&format!("fault {fault:?}")), "no run has met {fault:?}");
    }
    for other in others {
        assert!(!never.contains(&(*other).to_owned()), "no run has met {other}");
    }
}

/// T1: no network: nothing lost, doubled, overtaken or sent again.
#[test]
fn prototype_t1_simulated_network_loses_doubles_and_overtakes() {
    assert_met(&[Fault::Loss, Fault::Duplication, Fault::Reordering, Fault::CutLink], &["event Resent"]);
}

/// T2: the store took any number as the newest, and anyone who renewed as the owner.
#[test]
fn prototype_t2_simulated_store_meets_old_numbers_and_old_owners() {
    assert_met(&[Fault::Reroute], &["event OldWriteAcked", "event WriteRefused", "refusal StaleEpoch"]);
}

/// T3: one perfect clock for all, and no lease that ends while a request is under way.
#[test]
fn prototype_t3_simulated_clocks_differ_and_leases_end_under_way() {
    assert_met(&[Fault::ClockDrift, Fault::LongDelay], &["reason GrantExpired", "event LeaseLapsed"]);
}

/// T4: failures only between requests, and memory survived them.
#[test]
fn prototype_t4_simulated_switches_die_at_any_moment_and_forget() {
    assert_met(&[Fault::Crash, Fault::Restart], &["reason OldIncarnation", "event GrantedNextBoot"]);
}

/// T6: one flow, and a store that is durable at once.
#[test]
fn prototype_t6_simulated_flows_are_many_and_the_log_is_late() {
    const { assert!(register::FLOWS > 1) };
    assert_met(&[Fault::LateCommit], &["event AnswerWaited"]);
}

/// T7: numbers without end.
#[test]
fn prototype_t7_simulated_numbers_wrap() {
    assert_met(&[Fault::LongIdle], &["rule RP-SW-10", "rule RP-SW-12"]);
}
