//! §5.2: sequencing and retransmission.

use redplane_core::wire::Kind;
use redplane_tests::cluster::{Cluster, Sent};

use super::{FLOW, read, write};

fn writes(sent: &[Sent]) -> Vec<Sent> {
    sent.iter().copied().filter(|sent| sent.kind == Kind::Write).collect()
}

/// §5.2: "If the state store just processes updates in the order they are received, a reordering could cause a later counter value
/// to be replaced with an earlier one." and "The state store uses this sequence number to avoid applying updates out of order".
/// (RP-ST-3)
#[test]
fn s52_update_that_arrives_after_a_newer_one_is_not_applied() {
    let mut c = <Cluster>::new();
    write(&mut c, FLOW, 0, 1);
    c.hold_next(Kind::Write);
    let earlier = c.send(FLOW).write().via(0);
    let later = c.send(FLOW).write().via(0);
    c.settle();
    c.expect_output(later, 3);
    c.release(Kind::Write);
    c.settle();
    c.expect_output(earlier, 2);
    assert_eq!(c.record(FLOW).unwrap().state[0], 3);
}

/// §5.2: "assigns a per-flow monotonically increasing sequence number to each request message". (RP-SW-4)
///
/// Our implementation numbers writes instead of all requests: what does not change the state names the newest write.
#[test]
fn s52_writes_of_a_flow_are_numbered_one_after_the_other() {
    let mut c = <Cluster>::new();
    for count in 1..=4 {
        write(&mut c, 1, 0, count);
        write(&mut c, 2, 0, count);
    }
    let numbers: Vec<u32> = writes(&c.messages()).iter().map(|sent| sent.seq).collect();
    assert_eq!(numbers, [1, 1, 2, 2, 3, 3, 4, 4]);
    // They go on where the last owner has left off.
    write(&mut c, 1, 1, 5);
    assert_eq!(writes(&c.messages())[0].seq, 5);
}

/// §5.2: "RedPlane buffers replication requests and retransmits them if it does not receive a reply before a timeout." (RP-SW-6)
#[test]
fn s52_write_without_a_reply_is_sent_again_after_a_timeout() {
    for lost in [Kind::Write, Kind::WriteAck] {
        let mut c = <Cluster>::new();
        write(&mut c, FLOW, 0, 1);
        c.messages();
        c.drop_next(lost);
        c.send(FLOW).write().via(0);
        c.advance_us(1900);
        assert_eq!(writes(&c.messages()).len(), 1, "before its time");
        c.advance_us(500);
        let [again] = writes(&c.messages())[..] else { panic!("sent again, once") };
        assert!(again.resent);
        c.advance_ms(100);
        c.expect_messages(&[]);
    }
}

/// §5.2: "it has not been acknowledged by a response with the same or a higher sequence number". (RP-SW-5)
#[test]
fn s52_ack_of_a_higher_number_acknowledges_the_lower() {
    let mut c = <Cluster>::new();
    write(&mut c, FLOW, 0, 1);
    c.drop_next(Kind::WriteAck);
    c.send(FLOW).write().via(0);
    let last = c.send(FLOW).write().via(0);
    c.settle();
    c.expect_output(last, 3);
    c.messages();
    c.advance_ms(100);
    c.expect_messages(&[]);
}

/// §5.2: "If it has timed out, it resends the request to the state store. Otherwise, it mirrors the request again".
///
/// Our implementation waits longer each time instead of the same time for ever, so that a store that is overloaded is not buried.
#[test]
fn s52_timeout_grows_with_every_try() {
    let mut c = <Cluster>::new();
    write(&mut c, FLOW, 0, 1);
    c.messages();
    c.cut_to_store(0);
    c.send(FLOW).write().via(0);
    let mut at_us = vec![];
    let start_us = c.now_us();
    for _ in 0..400 {
        c.advance_us(100);
        at_us.extend(writes(&c.messages()).iter().map(|_| c.now_us() - start_us));
    }
    let waits: Vec<u64> = at_us[1..].windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(waits.len() >= 3 && waits.windows(2).all(|pair| pair[1] > pair[0] * 3 / 2), "{waits:?}");
}

/// §5.2: "RedPlane buffers *only state updates* […] – not the piggybacked output packet". (RP-SW-6)
#[test]
fn s52_only_the_state_is_sent_again() {
    let mut c = <Cluster>::new();
    write(&mut c, FLOW, 0, 1);
    c.messages();
    c.drop_next(Kind::Write);
    c.send(FLOW).write().via(0);
    c.advance_ms(20);
    let [first, again] = writes(&c.messages())[..] else { panic!("once, and once again") };
    assert!(first.carries && !first.resent);
    assert!(!again.carries && again.resent);
    assert_eq!((first.seq, first.epoch), (again.seq, again.epoch));
}

/// §5.2: "if a replication request or its response is dropped, the output packet will be lost. This is permitted". (RP-SW-6)
#[test]
fn s52_output_in_a_lost_message_is_lost() {
    for lost in [Kind::Write, Kind::WriteAck, Kind::Hold, Kind::Release] {
        let mut c = <Cluster>::new();
        write(&mut c, FLOW, 0, 1);
        c.drop_next(lost);
        let first = c.send(FLOW).write().via(0);
        let second = c.send(FLOW).read().via(0);
        c.advance_ms(100);
        match lost {
            Kind::Write | Kind::WriteAck => c.expect_output(second, 2),
            _ => c.expect_output(first, 2),
        }
        c.expect_silence();
    }
}

/// §5.2: "The state updates must be retransmitted, however, because subsequent packets processed by the switch may see the new
/// version, and thus it must be durably recorded." (RP-SW-6)
#[test]
fn s52_state_in_a_lost_message_is_not_lost() {
    for lost in [Kind::Write, Kind::WriteAck] {
        let mut c = <Cluster>::new();
        write(&mut c, FLOW, 0, 1);
        c.drop_next(lost);
        c.send(FLOW).write().via(0);
        c.advance_ms(100);
        read(&mut c, FLOW, 0, 2);
        c.crash(0);
        c.restart(0);
        read(&mut c, FLOW, 0, 2);
    }
}
