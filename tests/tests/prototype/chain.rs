//! C: chain replication, as far as one replica can make the same mistakes.

use redplane_core::count::{Event, Reason};
use redplane_core::wire::Kind;
use redplane_tests::cluster::Cluster;
use redplane_tests::sim::network::End;

use super::desk::{Answer, Ask, BUFFERS, Desk};

/// C2: of a burst of writes only the last was replicated, and all were acked.
#[test]
fn prototype_c2_every_write_of_a_burst_is_applied_and_acked() {
    let mut desk = Desk::new();
    let epochs: Vec<u32> = (0..16).map(|key| desk.ask_one(Ask { key, ..Ask::default() }).epoch).collect();
    for (key, epoch) in (0..).zip(epochs) {
        let write = Ask { kind: Kind::Write, key, epoch, seq: 1, state: [key + 100, 0, 0], ..Ask::default() };
        desk.hand_in(1, &write.bytes());
    }
    let acks: Vec<Answer> = desk.answers();
    assert!(acks.len() == 16 && acks.iter().all(|answer| answer.kind == Kind::WriteAck));
    assert_eq!(desk.shard.event(Event::WriteApplied), 16);
    for key in 0..16 {
        assert_eq!(desk.ask_one(Ask { key, ..Ask::default() }).state[0], key + 100);
    }
}

/// C2, with a late log: what is committed of a burst is acked, and no more.
#[test]
fn prototype_c2_only_what_is_committed_of_a_burst_is_acked() {
    let mut c = <Cluster>::new();
    for flow in 0..4 {
        let packet = c.send(flow).write().via(0);
        c.settle();
        c.expect_output(packet, 1);
    }
    c.commit_by_hand();
    let packets: Vec<_> = (0..4).map(|flow| c.send(flow).write().via(0)).collect();
    c.advance_us(200);
    c.fabric().store.durability_mut().commit(2);
    c.settle();
    c.expect_output(packets[0], 2);
    c.expect_output(packets[1], 2);
    c.expect_silence();
    c.commit();
    c.settle();
    c.expect_output(packets[2], 2);
    c.expect_output(packets[3], 2);
}

/// C3: any packet at all counted as an ack.
#[test]
fn prototype_c3_stray_message_is_no_ack() {
    let mut c = <Cluster>::new();
    let packet = c.send(1).write().via(0);
    c.settle();
    c.expect_output(packet, 1);
    c.cut_to_store(0);
    c.send(1).write().via(0);
    let unacked = c.view(0, 1).unwrap();
    assert_eq!((unacked.epoch.raw(), unacked.seq, unacked.acked), (1, 2, 1));
    // Switch, boot, epoch, seq, flow: each differs from those of the ack that is waited for.
    let strays = [
        ((1, 1, 1, 2, 1), Reason::WrongSwitch),
        ((0, 9, 1, 2, 1), Reason::OldIncarnation),
        ((0, 1, 2, 2, 1), Reason::AckOldEpoch),
        ((0, 1, 1, 3, 1), Reason::AckBeyondSeq),
        ((0, 1, 1, 2, 5), Reason::NoSlot),
    ];
    let now = c.fabric().tick().raw();
    for ((switch, boot, epoch, seq, flow), reason) in strays {
        let mut ack = vec![0x14, 9, 0, switch, 0, boot, 0, 0];
        for word in [epoch, seq, now, 0x0a00_0000 + flow] {
            ack.extend(u32::to_be_bytes(word));
        }
        let before = c.reason(0, reason);
        c.fabric().forge(End::Shard(0), End::Switch(0), &ack);
        assert_eq!(c.reason(0, reason), before + 1, "{reason:?}");
        assert_eq!(c.view(0, 1).unwrap().acked, 1, "{reason:?}");
    }
    assert_eq!(c.mirrored(0), 1, "it is still waited for");
}

/// C3: the loss of one message stopped the thread for ever.
#[test]
fn prototype_c3_lost_message_holds_nobody_up() {
    let mut c = <Cluster>::new();
    c.drop_next(Kind::LeaseRequest);
    c.send(1).write().via(0);
    for flow in 2..6 {
        let packet = c.send(flow).write().via(0);
        c.settle();
        c.expect_output(packet, 1);
    }
}

/// C4: buffers were not given back, and after 2,048 of them the store was deaf.
#[test]
fn prototype_c4_buffers_come_back_whatever_becomes_of_a_message() {
    let mut desk = Desk::new();
    let epoch = desk.ask_one(Ask::default()).epoch;
    for round in 1..=1000 {
        desk.ask(Ask { kind: Kind::Write, epoch, seq: round, packet: Some(&[1; 60]), ..Ask::default() });
        desk.ask(Ask { kind: Kind::Write, epoch: 99, ..Ask::default() }); // refused
        desk.hand_in(1, b"nonsense");
        desk.hand_in(1, &[0x1f; 200]);
        assert_eq!(desk.answers(), []);
        // Two switches want the flow in turn: they wait, are refused when too many wait, or own it when a lease has ended.
        desk.ask(Ask { switch: 2 + (round / 200 % 2) as u16, ..Ask::default() });
        if round % 100 == 0 {
            desk.advance_ms(1001);
            desk.answers();
        }
    }
    let [waits, refusals] = [Event::RequestWaits, Event::LimitReached].map(|event| desk.shard.event(event));
    assert!(waits > 100 && refusals > 50, "{waits} waited, {refusals} were refused");
    desk.advance_ms(2000);
    desk.answers();
    assert_eq!(desk.shard.flows().waiting(), 0);
    assert_eq!(desk.pool.available(), BUFFERS);
}
