//! S: the state store.

use std::time::Duration;

use redplane_apps::{Counter, Nat44};
use redplane_core::count::{Event, Reason};
use redplane_core::program::Program;
use redplane_core::seq::Seq;
use redplane_core::store::Limits;
use redplane_core::wire::{Kind, Refusal};
use redplane_store::nat::{NatConfig, Timeouts};
use redplane_store::shard::ZeroState;
use redplane_tests::cluster::nat::{Nat, OUTSIDE_ADDRESS};
use redplane_tests::cluster::{Cluster, Fabric, LEASE_MS, Setup};
use redplane_tests::sim::{frames, register::Register};

use super::desk::{Answer, Ask, Desk, address_of};

const FLOW: u32 = 1;

fn write(c: &mut Cluster, via: usize, count: u32) {
    let packet = c.send(FLOW).write().via(via);
    c.settle();
    c.expect_output(packet, count);
}

/// S1: no lease; a known key was granted at once, to any number of switches.
#[test]
fn prototype_s1_live_lease_is_granted_to_nobody_else() {
    let mut desk = Desk::new();
    let grant = desk.ask_one(Ask { switch: 1, ..Ask::default() });
    assert_eq!(grant.kind, Kind::Grant);
    for switch in [2, 3] {
        let answers = desk.ask(Ask { switch, ..Ask::default() });
        assert!(
            answers.iter().all(|answer| answer.kind == Kind::Recall && answer.switch == 1),
            "{answers:?}"
        );
    }
    desk.advance_ms(999);
    assert!(desk.answers().iter().all(|answer| answer.kind == Kind::Recall));
    // When it ends, one of them is the next owner, and the other one waits for that.
    desk.advance_ms(2);
    let grants: Vec<Answer> =
        desk.answers().into_iter().filter(|answer| answer.kind == Kind::Grant).collect();
    assert_eq!(grants.len(), 1);
    assert_eq!((grants[0].switch, grants[0].epoch), (2, grant.epoch + 1));
    // The first owner's writes are over.
    let late = desk.ask_one(Ask { kind: Kind::Write, epoch: grant.epoch, seq: 1, ..Ask::default() });
    assert_eq!(late.refusal, Some(Refusal::StaleEpoch));
}

/// S2: the migrated grant did not carry the sequence number.
#[test]
fn prototype_s2_grant_carries_the_newest_number() {
    let mut desk = Desk::new();
    let epoch = desk.ask_one(Ask::default()).epoch;
    for seq in 1..=2 {
        desk.ask_one(Ask { kind: Kind::Write, epoch, seq, state: [seq * 111, 0, 0], ..Ask::default() });
    }
    desk.ask_one(Ask { kind: Kind::GiveUp, epoch, seq: 2, ..Ask::default() });
    let grant = desk.ask_one(Ask { switch: 2, ..Ask::default() });
    assert_eq!((grant.kind, grant.seq, &grant.state[..]), (Kind::Grant, 2, &[222, 0, 0][..]));
}

/// S3: a stale write was acked as committed, and dropped; an acked write was lost so. (The same steps as then.)
#[test]
fn prototype_s3_ack_implies_durability() {
    let mut desk = Desk::new();
    let first = desk.ask_one(Ask { switch: 1, ..Ask::default() }).epoch;
    let write = |switch, epoch, seq, value| Ask {
        kind: Kind::Write,
        switch,
        epoch,
        seq,
        state: [value, 0, 0],
        ..Ask::default()
    };
    desk.ask_one(write(1, first, 1, 111));
    desk.ask_one(write(1, first, 2, 222));
    desk.ask_one(Ask { kind: Kind::GiveUp, epoch: first, seq: 2, ..Ask::default() });
    let second = desk.ask_one(Ask { switch: 2, ..Ask::default() }).epoch;
    // A write that cannot be kept is not acked.
    for stale in [write(1, first, 3, 900), write(2, first, 3, 900), write(1, second, 3, 900)] {
        assert_eq!(desk.ask_one(stale).refusal, Some(Refusal::StaleEpoch), "{stale:?}");
    }
    // One that is covered by a newer one is; and what was acked is there for the third switch.
    assert_eq!(desk.ask_one(write(2, second, 3, 333)).kind, Kind::WriteAck);
    assert_eq!(desk.ask_one(write(2, second, 2, 900)).kind, Kind::WriteAck);
    desk.ask_one(Ask { kind: Kind::GiveUp, switch: 2, epoch: second, seq: 3, ..Ask::default() });
    assert_eq!(desk.ask_one(Ask { switch: 3, ..Ask::default() }).state[0], 333);
}

/// S3, while the log is late: neither a new write nor an old one again is acked before it is durable.
#[test]
fn prototype_s3_ack_waits_for_the_log() {
    let mut c = <Cluster>::new();
    write(&mut c, 0, 1);
    c.commit_by_hand();
    c.messages();
    let packet = c.send(FLOW).write().via(0);
    c.advance_ms(20); // and sent again, several times
    assert!(c.messages().iter().all(|sent| sent.kind == Kind::Write));
    c.commit();
    c.settle();
    let acks = c.messages().iter().filter(|sent| sent.kind == Kind::WriteAck).count();
    assert!(acks >= 2);
    c.expect_output(packet, 2);
}

/// S4: after the number's wrap every write was acked and lost, for ever.
#[test]
fn prototype_s4_writes_after_the_wrap_are_kept() {
    let mut setup = Setup::default();
    setup.store.first_seq = Seq::new(u32::MAX - 2);
    let mut c = <Cluster>::with(setup);
    for count in 1..=6 {
        write(&mut c, 0, count);
        assert_eq!(c.record(FLOW).unwrap().state[0], count);
    }
    assert_eq!(c.record(FLOW).unwrap().seq, Seq::new(3));
}

/// S5: the inner packet's own length was trusted, and memory read beyond it.
#[test]
fn prototype_s5_length_inside_the_packet_is_not_believed() {
    let mut desk = Desk::new();
    let mut packet = frames::udp(1, 2, 3, 4, b"short");
    packet[16..18].copy_from_slice(&u16::MAX.to_be_bytes());
    let grant = desk.ask_one(Ask { packet: Some(&packet), ..Ask::default() });
    assert_eq!(grant.packet.as_deref(), Some(&packet[..]));
    let write =
        Ask { kind: Kind::Write, epoch: grant.epoch, seq: 1, packet: Some(&packet), ..Ask::default() };
    assert_eq!(desk.ask_one(write).packet.as_deref(), Some(&packet[..]));
}

/// S6: the answer to a write without a packet carried another flow's, out of an old buffer.
#[test]
fn prototype_s6_answer_never_holds_what_the_request_did_not() {
    let mut desk = Desk::new();
    let secret = frames::udp(1, 2, 3, 4, b"SECRET-of-flow-A");
    let epoch = desk.ask_one(Ask::default()).epoch;
    let other = desk.ask_one(Ask { key: 8, ..Ask::default() }).epoch;
    desk.ask_one(Ask { kind: Kind::Write, epoch, seq: 1, packet: Some(&secret), ..Ask::default() });
    // The next request of another flow comes into the very buffer that the secret was in.
    let ack = desk.ask_one(Ask { kind: Kind::Write, key: 8, epoch: other, seq: 1, ..Ask::default() });
    assert_eq!((ack.kind, ack.packet), (Kind::WriteAck, None));
    assert_eq!(ack.len, Register::LAYOUT.message_len(Kind::WriteAck));
}

/// S7: a message of an unknown type shifted the answers of all that came with it.
#[test]
fn prototype_s7_unknown_kind_is_ignored_alone() {
    let mut desk = Desk::new();
    let ask = |key| Ask { key, ..Ask::default() }.bytes();
    let mut unknown = ask(2);
    unknown[0] = 0x10;
    for bytes in [ask(1), unknown, ask(3)] {
        desk.hand_in(1, &bytes);
    }
    let kinds: Vec<Kind> = desk.answers().iter().map(|answer| answer.kind).collect();
    assert_eq!(kinds, [Kind::Grant, Kind::Grant]);
    assert_eq!(desk.shard.reason(Reason::MessageKind), 1);
    assert_eq!(desk.records(), 2);
}

/// S8: the renewal of an unknown key created it, with state 0, and was acked.
#[test]
fn prototype_s8_nothing_but_a_request_for_a_lease_makes_a_flow() {
    let mut desk = Desk::new();
    for kind in [Kind::Renew, Kind::Write, Kind::Hold] {
        let answer = desk.ask_one(Ask { kind, epoch: 1, seq: 1, ..Ask::default() });
        assert_eq!(answer.refusal, Some(Refusal::UnknownFlow), "{kind:?}");
    }
    assert_eq!(desk.records(), 0);
}

/// S9: an answer said that it was longer than it was.
#[test]
fn prototype_s9_answer_is_as_long_as_it_says() {
    let mut desk = Desk::new();
    let packet = frames::udp(1, 2, 3, 4, &[0; 1000]);
    let layout = Register::LAYOUT;
    let grant = desk.ask_one(Ask { packet: Some(&packet), ..Ask::default() });
    assert_eq!(grant.len, layout.message_len(Kind::Grant) + packet.len());
    let renewed = desk.ask_one(Ask { kind: Kind::Renew, epoch: grant.epoch, ..Ask::default() });
    assert_eq!((renewed.kind, renewed.len), (Kind::RenewAck, layout.message_len(Kind::RenewAck)));
    // A refusal does not carry the packet of what it refuses.
    let refused = desk.ask_one(Ask { kind: Kind::Hold, epoch: 9, packet: Some(&packet), ..Ask::default() });
    assert_eq!((refused.kind, refused.len), (Kind::Refuse, layout.message_len(Kind::Refuse)));
}

/// S10: every answer went to one configured address.
#[test]
fn prototype_s10_answer_goes_to_who_asked_and_recall_to_who_owns() {
    let mut desk = Desk::new();
    for switch in [1, 2, 300] {
        let grant = desk.ask_one(Ask { switch, key: switch.into(), ..Ask::default() });
        assert_eq!((grant.switch, grant.to), (switch, address_of(switch)));
    }
    let recall = desk.ask_one(Ask { switch: 2, key: 300, ..Ask::default() });
    assert_eq!((recall.kind, recall.switch, recall.to), (Kind::Recall, 300, address_of(300)));
}

/// S11: no version, no owner, no check: anyone could create, overwrite or steal state.
///
/// What one can tell without a secret is told: version, schema, flags, direction, switch, boot and epoch. A message that is right in
/// all of them is believed; a secret is what the tag in the wire format is kept for.
#[test]
fn prototype_s11_message_that_is_not_quite_right_changes_nothing() {
    let mut desk = Desk::new();
    let epoch = desk.ask_one(Ask::default()).epoch;
    let good = Ask { kind: Kind::Write, epoch, seq: 1, state: [5, 0, 0], ..Ask::default() };
    let spoil = |at: usize, byte| {
        let mut bytes = good.bytes();
        bytes[at] = byte;
        bytes
    };
    let ignored = [
        (spoil(0, 0x23), Reason::MessageVersion),
        (spoil(1, 99), Reason::MessageSchema),
        (spoil(6, 0xc0), Reason::MessageFlags),
        (spoil(0, 0x14), Reason::MessageTrailing), // an ack, with a state behind it
        (good.bytes()[..30].to_vec(), Reason::MessageTooShort),
        (Ask { kind: Kind::WriteAck, ..good }.bytes(), Reason::WrongDirection),
    ];
    for (bytes, reason) in ignored {
        desk.hand_in(1, &bytes);
        assert_eq!(desk.answers(), [], "{reason:?}");
        assert_eq!(desk.shard.reason(reason), 1, "{reason:?}");
    }
    for bytes in [spoil(3, 2), spoil(5, 2), spoil(11, 9)] {
        // Of another switch, another boot, another epoch.
        desk.hand_in(1, &bytes);
        assert_eq!(desk.answers()[0].refusal, Some(Refusal::StaleEpoch));
    }
    assert_eq!(desk.ask_one(Ask::default()).state[0], 0);
    assert_eq!(desk.ask_one(good).kind, Kind::WriteAck);
}

/// S12: the map only grew: no end of a flow, no limit.
#[test]
fn prototype_s12_flows_are_limited_and_end() {
    let mut desk = Desk::new();
    for key in 0..100 {
        let answer = desk.ask_one(Ask { key, ..Ask::default() });
        assert!(answer.kind == Kind::Grant || answer.refusal == Some(Refusal::FlowsFull));
    }
    assert!(desk.records() <= 32);

    let mut setup = Setup { idle_ms: Some(2000), ..Setup::default() };
    setup.store.limits = Limits { flows: 4, waiting_per_flow: 1, waiting: 1 };
    let mut c = <Cluster>::with(setup);
    for round in 0..5 {
        for flow in 0..3 {
            let packet = c.send(10 * round + flow).write().via(0);
            c.settle();
            c.expect_output(packet, 1);
        }
        c.advance_ms(LEASE_MS + 2000);
    }
    assert_eq!(c.store_event(Event::Expired), 15);
}

/// S13: four parts with four definitions of the message.
#[test]
fn prototype_s13_switch_and_store_have_one_definition() {
    fn talk<P: Program<Key: Ord>>(key_words: usize, state_words: usize) {
        let mut fabric = Fabric::<P, _, 16, 8>::new(&Setup::default(), ZeroState { idle_ticks: u64::MAX });
        let frame = frames::udp(0x0a00_0002, 0xc633_6407, 5000, 80, b"x");
        fabric.packet_in(0, 1, &frame);
        fabric.advance_ms(1);
        assert!(fabric.sent.len() >= 2, "{:?}", fabric.transcript);
        // The sizes follow from the program, and nobody adds them up by hand.
        assert_eq!(P::LAYOUT.message_len(Kind::Write), 20 + 4 * (key_words + state_words));
        let refused: u32 = Refusal::ALL.iter().map(|why| fabric.store.flows().refusals(*why)).sum();
        assert_eq!(refused, 0);
    }
    talk::<Counter>(4, 1);
    talk::<Nat44>(3, 3);
}

/// S14: nobody managed the port pool.
#[test]
fn prototype_s14_store_hands_out_ports_and_takes_them_back() {
    let idle = Duration::from_secs(3);
    let config = NatConfig {
        ports: 1024..=1025,
        timeouts: Timeouts::all(idle),
        ..NatConfig::new(vec![OUTSIDE_ADDRESS.into()])
    };
    let mut nat = Nat::with(1, config);
    let server = (0xc633_6407, 80);
    let host = |n: u32| (0x0a00_0000 + n, 5000);
    let first = nat.out(0, host(1), server).unwrap();
    let second = nat.out(0, host(2), server).unwrap();
    assert_ne!(first.source, second.source);
    assert_eq!(nat.out(0, host(3), server), None);
    assert_eq!(nat.fabric.store.flows().refusals(Refusal::PoolEmpty), 1);
    // Both ways of both mappings have idled: the ports are free again.
    nat.fabric.advance_ms(LEASE_MS + 4000);
    let third = nat.out(0, host(3), server).unwrap();
    let fourth = nat.out(0, host(4), server).unwrap();
    assert_ne!(third.source, fourth.source);
}
