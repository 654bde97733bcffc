//! §3: overview, challenges, key ideas.

use redplane_apps::Nat44;
use redplane_core::switch::Switch;
use redplane_core::wire::Kind;
use redplane_tests::cluster::{Cluster, LEASE_MS, Setup};

use super::{FLOW, read, write};

/// §3, Correctness: "clients should not see state that would not be possible in the absence of a failure."
/// (RP-SW-5, RP-ST-4)
#[test]
fn s3_failure_shows_no_state_that_one_switch_would_not_have_shown() {
    let mut c = <Cluster>::new();
    for count in 1..=5 {
        write(&mut c, FLOW, 0, count);
    }
    c.crash(0);
    let packet = c.send(FLOW).write().via(1);
    c.advance_ms(LEASE_MS + 10);
    c.expect_output(packet, 6); // as if nothing had happened
    read(&mut c, FLOW, 1, 6);
}

/// §3, Performance: "Under failure-free operation, overhead for per-packet latency should be low". (RP-SW-3)
#[test]
fn s3_packet_that_only_reads_waits_for_nobody() {
    let mut c = <Cluster>::new();
    write(&mut c, FLOW, 0, 1);
    c.messages();
    for _ in 0..100 {
        let packet = c.send(FLOW).read().via(0);
        c.expect_output(packet, 1); // in the same instant
    }
    c.expect_messages(&[]);
}

/// §3, Low resource overhead: "It should not consume switches' limited compute and storage resources excessively."
#[test]
fn s3_flow_takes_six_words_beside_its_key_and_state() {
    let (slot, ours) = Switch::<Nat44, 4, 1>::SLOT_BYTES;
    assert_eq!(ours, 24);
    assert_eq!(slot, ours + 4 * (3 + 3));
}

/// §3, Transparency to routing policies: "we must allow a packet to update and/or read state regardless of the location of a
/// switch where the packet is routed." (RP-ST-2)
#[test]
fn s3_packet_may_come_by_any_switch() {
    let mut c = <Cluster>::with(Setup { switches: 3, ..Setup::default() });
    for count in 1..=12 {
        write(&mut c, FLOW, count as usize % 3, count);
        read(&mut c, FLOW, (count as usize + 1) % 3, count);
    }
}

/// §3: "the switch's state replication mechanism is implemented entirely in the data plane". (RP-SW-4)
#[test]
fn s3_write_is_replicated_by_the_packet_that_makes_it() {
    let mut c = <Cluster>::new();
    write(&mut c, FLOW, 0, 1);
    c.messages();
    let packet = c.send(FLOW).write().via(0);
    // No time has passed and nobody else had a turn.
    c.expect_messages(&[Kind::Write]);
    c.settle();
    c.expect_output(packet, 2);
}

/// §3.1, C-3: "we must be able to transparently migrate the relevant state from S1 to S2 irrespective of the location of S2."
/// (RP-ST-2)
#[test]
fn s31_state_follows_the_flow_without_anybody_deciding_where_to() {
    let mut c = <Cluster>::with(Setup { switches: 4, ..Setup::default() });
    write(&mut c, FLOW, 0, 1);
    c.crash(0);
    let packet = c.send(FLOW).read().via(3);
    c.advance_ms(LEASE_MS + 10);
    c.expect_output(packet, 1);
}

/// §3.2, I-2: "we use the network itself as temporary storage by piggybacking packet contents on coordination messages."
/// (RP-SW-1, RP-SW-5)
#[test]
fn s32_packets_wait_in_messages_and_not_in_the_switch() {
    let mut c = <Cluster>::new();
    c.commit_by_hand();
    c.send(FLOW).write().via(0);
    c.settle();
    assert!(c.messages().iter().all(|sent| sent.kind == Kind::LeaseRequest && sent.carries));
    c.commit();
    c.settle();
    let sent = c.messages();
    assert_eq!(sent.len(), 2);
    assert!(sent.iter().all(|sent| sent.carries));
    // Were it anywhere else, the packet would survive the loss of the message.
    c.drop_next(Kind::WriteAck);
    c.commit();
    c.advance_ms(100);
    c.expect_silence();
}

/// §3.2, I-4: "all state updates are durably recorded before any of their effects are externalized". (RP-SW-3, RP-SW-5, RP-ST-4)
#[test]
fn s32_nothing_shows_a_write_before_it_is_durable() {
    let mut c = <Cluster>::new();
    write(&mut c, FLOW, 0, 1);
    c.commit_by_hand();
    let first = c.send(FLOW).write().via(0);
    let second = c.send(FLOW).read().via(0);
    let third = c.send(FLOW).read().via(1);
    c.advance_ms(100);
    c.expect_silence();
    c.commit();
    c.advance_ms(5);
    c.commit(); // the hand-over to switch 1
    c.settle();
    for packet in [first, second, third] {
        c.expect_output(packet, 2);
    }
}
