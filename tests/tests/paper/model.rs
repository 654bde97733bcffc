//! §4.1 – §4.3: the correctness model.

use redplane_core::wire::Kind;
use redplane_tests::cluster::{Cluster, LEASE_MS};

use super::{FLOW, read, write};

/// §4.1: "the program's behavior is determined entirely by the sequence of input packets, and in particular […] it is
/// deterministic".
#[test]
fn s41_same_inputs_give_the_same_run() {
    let run = || {
        let mut c = <Cluster>::new();
        write(&mut c, FLOW, 0, 1);
        c.drop_next(Kind::WriteAck);
        c.send(FLOW).write().via(0);
        c.advance_ms(20);
        write(&mut c, FLOW, 1, 3);
        c.fabric().transcript.clone()
    };
    let first = run();
    assert!(first.len() > 10);
    assert_eq!(first, run());
}

/// §4.2, Definition 3 (1): "the value for each output event O_p that exists in H is given by running P on the input events in S in
/// sequence".
#[test]
fn s42_every_output_is_that_of_a_sequential_run() {
    let mut c = <Cluster>::new();
    let packets: Vec<_> = (1..=4).map(|_| c.send(FLOW).write().via(0)).collect();
    c.settle();
    for (packet, count) in packets.into_iter().zip(1..) {
        c.expect_output(packet, count);
    }
}

/// §4.2, Definition 3 (2): "if O_x precedes I_y in H then I_x precedes I_y in S." (RP-SW-2)
#[test]
fn s42_what_was_seen_lies_behind_what_comes_later_wherever_it_comes() {
    let mut c = <Cluster>::new();
    for count in 1..=6 {
        write(&mut c, FLOW, count as usize % 2, count);
        read(&mut c, FLOW, (count as usize + 1) % 2, count);
    }
}

/// §4.2: "It is possible for a packet to be received and (1) update switch state, but produce no output […] If it precedes the
/// processing of other packets, then they see the effects of its state update." (RP-SW-6)
#[test]
fn s42_packet_whose_output_is_lost_is_seen_by_those_after_it() {
    let mut c = <Cluster>::new();
    write(&mut c, FLOW, 0, 1);
    c.drop_next(Kind::WriteAck);
    c.send(FLOW).write().via(0);
    c.advance_ms(20);
    c.expect_silence();
    read(&mut c, FLOW, 0, 2);
    read(&mut c, FLOW, 1, 2);
}

/// §4.2: "or (2) neither update switch state nor produce any output." (RP-SW-1)
#[test]
fn s42_packet_that_is_lost_on_its_way_has_no_effect() {
    let mut c = <Cluster>::new();
    c.drop_next(Kind::LeaseRequest);
    c.send(FLOW).write().via(0);
    c.advance_ms(20);
    c.expect_silence();
    read(&mut c, FLOW, 0, 0);
}

/// §4.2: "If it appears at the end of S, it has no visible effect on system state." (RP-ST-3)
#[test]
fn s42_write_that_dies_with_its_switch_was_never_seen_and_never_will_be() {
    let mut c = <Cluster>::new();
    write(&mut c, FLOW, 0, 1);
    c.hold_next(Kind::Write);
    c.send(FLOW).write().via(0);
    c.send(FLOW).read().via(0); // it would show the write, so it waits for it, for ever
    c.crash(0);
    let packet = c.send(FLOW).read().via(1);
    c.advance_ms(LEASE_MS + 10);
    c.expect_output(packet, 1);
    c.release(Kind::Write);
    c.settle();
    c.expect_silence();
    read(&mut c, FLOW, 1, 1);
}

/// §4.2: "our protocol may drop packets during failover, or if messages between a switch and the state store are lost."
///
/// Our implementation keeps those of a fail-over instead: a request waits at the store until the lease of the dead has ended, as
/// long as there is room. (RP-ST-2, RP-ST-7)
#[test]
fn s42_packets_of_a_failover_wait_and_come_out() {
    let mut c = <Cluster>::new();
    write(&mut c, FLOW, 0, 1);
    c.crash(0);
    let packets: Vec<_> = (0..3).map(|_| c.send(FLOW).write().via(1)).collect();
    c.advance_ms(LEASE_MS + 10);
    for (packet, count) in packets.into_iter().zip(2..) {
        c.expect_output(packet, count);
    }
}

/// §4.3, Definition 4, and "synchronization between states associated with different flows are not required."
#[test]
fn s43_flow_that_is_stuck_does_not_hold_up_another() {
    let mut c = <Cluster>::new();
    write(&mut c, 1, 0, 1);
    write(&mut c, 2, 0, 1);
    c.hold_next(Kind::Write);
    let stuck = c.send(1).write().via(0);
    let waiting = c.send(1).read().via(0);
    write(&mut c, 2, 0, 2);
    c.expect_silence();
    c.release(Kind::Write);
    c.settle();
    c.expect_output(stuck, 2);
    c.expect_output(waiting, 2);
}

/// §4.3: "distribute execution of a program across multiple switches: each has the state associated with certain flows, and can
/// process packets for those flows." (RP-ST-2)
#[test]
fn s43_switches_own_different_flows_at_the_same_time() {
    let mut c = <Cluster>::new();
    for count in 1..=3 {
        write(&mut c, 1, 0, count);
        write(&mut c, 2, 1, count);
    }
    assert!(c.is_live(0, 1) && c.is_live(1, 2));
    assert!(!c.is_live(0, 2) && !c.is_live(1, 1));
    assert!(c.messages().iter().all(|sent| sent.kind != Kind::Recall));
}
