//! The store's rules at a shard, one by one, without sockets and clocks. Each test names its rule.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests to us, if not to clippy")]

mod common;

use common::{Ask, Bench, CONFIG, LIMITS, Late, PERIOD_MS, Reply};
use redplane_apps::nat44::CLOSING;
use redplane_apps::{Counter, Nat44};
use redplane_core::count::{Event, Reason};
use redplane_core::memory::shard_of;
use redplane_core::seq::Epoch;
use redplane_core::store::{Limits, Records, SwitchLimits};
use redplane_core::wire::{Flags, Header, Kind, Refusal};
use redplane_store::nat::{NatConfig, NatInitializer, Timeouts};
use redplane_store::placement::Placement;
use redplane_store::pool::Protocol;
use redplane_store::shard::{ShardConfig, ZeroState};
use std::time::Duration;
use zerocopy::FromBytes;

const KEY: [u32; 4] = [17, 0x0a00_0001, 0x0a00_0002, 0x1000_2000];
const OTHER: [u32; 4] = [17, 0x0a00_0001, 0x0a00_0003, 0x1000_2000];

/// Longer than any test but those about idling.
const IDLE_MS: u64 = 10_000;

fn ticks(milliseconds: u64) -> u64 {
    milliseconds * 1_000_000 / 256
}

fn counter() -> Bench<Counter, ZeroState> {
    counter_with(&CONFIG)
}

fn counter_with(config: &ShardConfig) -> Bench<Counter, ZeroState> {
    Bench::new(config, ZeroState { idle_ticks: ticks(IDLE_MS) })
}

fn late() -> Bench<Counter, ZeroState> {
    let mut bench = counter();
    *bench.shard.durability_mut() = Late::default();
    bench
}

fn lease(switch: u16) -> Ask {
    Ask::new(Kind::LeaseRequest, switch, &KEY)
}

fn write(switch: u16, epoch: Epoch, seq: u32) -> Ask {
    Ask::new(Kind::Write, switch, &KEY).epoch(epoch).seq(seq).state(&[seq * 10])
}

fn kinds(replies: &[Reply]) -> Vec<(Kind, u16)> {
    replies.iter().map(|reply| (reply.kind, reply.switch)).collect()
}

#[test]
fn rp_st_1_new_flow_is_granted_the_initial_state_above_the_floor() {
    let mut bench = counter();
    let grant = bench.answer(&lease(1).packet(b"frame"));
    let expected = Reply {
        kind: Kind::Grant,
        switch: 1,
        epoch: CONFIG.epoch_floor.successor(),
        seq: 0,
        key: KEY.to_vec(),
        state: vec![0],
        slots: None,
        migrated: false,
        again: false,
        refusal: None,
        packet: Some(b"frame".to_vec()),
    };
    assert_eq!(grant, expected);
    assert_eq!((bench.event(Event::RecordMade), bench.event(Event::GrantedNew)), (1, 1));
}

#[test]
fn rp_st_2_same_owner_gets_the_same_epoch_again() {
    let mut bench = counter();
    let first = bench.grant(1, &KEY);
    assert_eq!(bench.answer(&write(1, first.epoch, 1)).kind, Kind::WriteAck);
    let again = bench.grant(1, &KEY);
    assert_eq!((again.epoch, again.seq, again.state), (first.epoch, 1, vec![10]));
    assert!(again.migrated);
}

#[test]
fn rp_st_2_newer_boot_gets_the_next_epoch_at_once_and_the_older_boot_is_refused() {
    let mut bench = counter();
    let first = bench.grant(1, &KEY);
    let reply = bench.answer(&lease(1).boot(2));
    assert_eq!((reply.kind, reply.epoch), (Kind::Grant, first.epoch.successor()));
    assert_eq!(bench.refusal(&lease(1).boot(1)), Refusal::OldIncarnation);
    assert_eq!(bench.refusal(&write(1, reply.epoch, 1)), Refusal::StaleEpoch);
}

#[test]
fn rp_st_2_live_lease_makes_another_switch_wait_and_recalls_it_from_the_owner() {
    let mut bench = counter();
    let first = bench.grant(1, &KEY);
    let replies = bench.ask(&lease(2).packet(b"frame"));
    assert_eq!(kinds(&replies), [(Kind::Recall, 1)]);
    assert_eq!(replies[0].epoch, first.epoch);
    assert_eq!(bench.pass(1), [], "no second recall so soon");
    assert_eq!(kinds(&bench.pass(2)), [(Kind::Recall, 1)], "a recall may be lost");

    let give_up = Ask::new(Kind::GiveUp, 1, &KEY).epoch(first.epoch);
    let replies = bench.ask(&give_up);
    assert_eq!(kinds(&replies), [(Kind::GiveUpAck, 1), (Kind::Grant, 2)]);
    assert_eq!((replies[1].epoch, &replies[1].packet), (first.epoch.successor(), &Some(b"frame".to_vec())));
    assert_eq!(bench.shard.flows().waiting(), 0);
}

#[test]
fn rp_st_2_waiting_switch_is_granted_when_the_deadline_passes_and_not_before() {
    let mut bench = counter();
    let first = bench.grant(1, &KEY);
    bench.ask(&lease(2));
    let replies = bench.pass(PERIOD_MS - 1);
    assert_eq!(kinds(&replies), [(Kind::Recall, 1)]);
    let replies = bench.pass(1);
    assert_eq!(kinds(&replies), [(Kind::Grant, 2)]);
    assert_eq!(replies[0].epoch, first.epoch.successor());
}

#[test]
fn rp_st_2_request_that_renounces_the_current_epoch_counts_as_its_give_up() {
    let mut bench = counter();
    let first = bench.grant(1, &KEY);
    let reply = bench.answer(&lease(1).epoch(first.epoch));
    assert_eq!((reply.kind, reply.epoch), (Kind::Grant, first.epoch.successor()));
    assert_eq!(bench.event(Event::RenouncedByRequest), 1);
}

#[test]
fn rp_st_2_renewal_moves_the_deadline() {
    let mut bench = counter();
    let first = bench.grant(1, &KEY);
    bench.pass(PERIOD_MS / 2);
    assert_eq!(bench.answer(&Ask::new(Kind::Renew, 1, &KEY).epoch(first.epoch)).kind, Kind::RenewAck);
    bench.ask(&lease(2));
    assert_eq!(kinds(&bench.pass(PERIOD_MS - 1)), [(Kind::Recall, 1)]);
    assert_eq!(kinds(&bench.pass(1)), [(Kind::Grant, 2)]);
    assert_eq!(bench.refusal(&Ask::new(Kind::Renew, 1, &KEY).epoch(first.epoch)), Refusal::StaleEpoch);
}

#[test]
fn rp_st_3_newer_write_is_applied_and_acked_with_its_packet() {
    let mut bench = counter();
    let grant = bench.grant(1, &KEY);
    let ack = bench.answer(&write(1, grant.epoch, 5).packet(b"output"));
    assert_eq!((ack.kind, ack.seq, ack.packet), (Kind::WriteAck, 5, Some(b"output".to_vec())));
    assert_eq!(bench.record(&KEY).map(|record| (record.seq.raw(), record.state)), Some((5, [50])));
}

#[test]
fn rp_st_3_old_write_is_acked_and_not_applied() {
    let mut bench = counter();
    let grant = bench.grant(1, &KEY);
    bench.answer(&write(1, grant.epoch, 5));
    for seq in [5, 3] {
        assert_eq!(bench.answer(&write(1, grant.epoch, seq)).kind, Kind::WriteAck);
    }
    assert_eq!(bench.record(&KEY).map(|record| record.state), Some([50]));
    assert_eq!((bench.event(Event::WriteApplied), bench.event(Event::OldWriteAcked)), (1, 2));
}

#[test]
fn rp_st_3_write_of_old_epoch_is_refused() {
    let mut bench = counter();
    let first = bench.grant(1, &KEY);
    bench.pass(PERIOD_MS);
    let second = bench.grant(2, &KEY);
    assert_eq!(bench.refusal(&write(1, first.epoch, 1)), Refusal::StaleEpoch);
    assert_eq!(bench.refusal(&write(1, second.epoch, 1)), Refusal::StaleEpoch, "not the owner");
    assert_eq!(
        bench.refusal(&Ask::new(Kind::Write, 1, &OTHER).epoch(first.epoch).seq(1).state(&[1])),
        Refusal::UnknownFlow
    );
    assert_eq!(bench.record(&KEY).map(|record| (record.seq.raw(), record.state)), Some((0, [0])));
}

#[test]
fn rp_st_3_write_after_the_deadline_is_applied_while_the_epoch_is_current() {
    let mut bench = counter();
    let grant = bench.grant(1, &KEY);
    bench.pass(3 * PERIOD_MS);
    assert_eq!(bench.answer(&write(1, grant.epoch, 1)).kind, Kind::WriteAck);
}

#[test]
fn rp_st_4_grant_and_ack_leave_only_when_the_log_is_committed() {
    let mut bench = late();
    assert_eq!(bench.ask(&lease(1)), []);
    assert_eq!(bench.pass(1), [], "not committed");
    bench.shard.durability_mut().commit();
    let grants = bench.pass(1);
    assert_eq!(kinds(&grants), [(Kind::Grant, 1)]);

    let epoch = grants[0].epoch;
    assert_eq!(bench.ask(&write(1, epoch, 1)), []);
    assert_eq!(bench.ask(&write(1, epoch, 1)), [], "an old write rests on what covers it");
    assert_eq!(bench.ask(&lease(1)), [], "a repeated grant shows the state of the write");
    assert_eq!(bench.shard.pending(), 3);
    bench.shard.durability_mut().commit();
    assert_eq!(kinds(&bench.pass(1)), [(Kind::WriteAck, 1), (Kind::WriteAck, 1), (Kind::Grant, 1)]);
    assert_eq!(bench.event(Event::AnswerWaited), 4);
}

#[test]
fn rp_st_4_refusal_that_ends_no_lease_promises_nothing_and_leaves_at_once() {
    let mut bench = late();
    bench.ask(&lease(1));
    let give_up = Ask::new(Kind::GiveUp, 1, &KEY).epoch(CONFIG.epoch_floor.successor()).seq(5);
    assert_eq!(bench.refusal(&give_up), Refusal::NotCommitted);
    assert_eq!(bench.shard.pending(), 1);
}

#[test]
fn rp_ch_3_refusal_that_ends_a_lease_waits_until_it_is_known_who_decides() {
    let mut bench = late();
    bench.ask(&lease(1));
    assert_eq!(bench.ask(&write(9, CONFIG.epoch_floor, 1)), []);
    bench.shard.durability_mut().commit();
    assert_eq!(kinds(&bench.pass(1)), [(Kind::Grant, 1), (Kind::Refuse, 9)]);
}

#[test]
fn rp_st_5_hold_waits_for_its_write_and_is_released_behind_its_ack() {
    let mut bench = counter();
    let grant = bench.grant(1, &KEY);
    let hold = Ask::new(Kind::Hold, 1, &KEY).epoch(grant.epoch).seq(2).packet(b"read");
    assert_eq!(bench.ask(&hold), [], "the owner is not recalled for its own hold");
    assert_eq!(kinds(&bench.ask(&write(1, grant.epoch, 1))), [(Kind::WriteAck, 1)]);
    let replies = bench.ask(&write(1, grant.epoch, 2));
    assert_eq!(kinds(&replies), [(Kind::WriteAck, 1), (Kind::Release, 1)]);
    assert_eq!(replies[1].packet, Some(b"read".to_vec()));
    assert_eq!(kinds(&bench.ask(&hold)), [(Kind::Release, 1)], "reached: answered at once");
}

#[test]
fn rp_st_5_hold_for_a_write_that_never_comes_is_refused_when_the_lease_ends() {
    let mut bench = counter();
    let grant = bench.grant(1, &KEY);
    bench.ask(&Ask::new(Kind::Hold, 1, &KEY).epoch(grant.epoch).seq(1).packet(b"read"));
    let replies = bench.pass(PERIOD_MS);
    assert_eq!((replies.len(), replies[0].refusal), (1, Some(Refusal::NotCommitted)));
    let next = bench.grant(2, &KEY);
    let stale = Ask::new(Kind::Hold, 1, &KEY).epoch(grant.epoch).seq(0).packet(b"read");
    assert_eq!(bench.refusal(&stale), Refusal::StaleEpoch);
    assert_eq!(next.epoch, grant.epoch.successor());
}

#[test]
fn rp_st_5_hold_is_released_only_when_its_write_is_committed() {
    let mut bench = late();
    bench.ask(&lease(1));
    bench.shard.durability_mut().commit();
    let epoch = bench.pass(1)[0].epoch;
    bench.ask(&write(1, epoch, 1));
    assert_eq!(bench.ask(&Ask::new(Kind::Hold, 1, &KEY).epoch(epoch).seq(1).packet(b"read")), []);
    bench.shard.durability_mut().commit();
    assert_eq!(kinds(&bench.pass(1)), [(Kind::WriteAck, 1), (Kind::Release, 1)]);
}

#[test]
fn rp_st_7_over_a_limit_the_newest_is_refused_and_the_older_are_kept() {
    let mut bench = counter();
    bench.grant(1, &KEY);
    bench.grant(1, &OTHER);
    for switch in [2, 3] {
        bench.ask(&lease(switch));
    }
    assert_eq!(bench.refusal(&lease(4)), Refusal::WaitingFull, "two wait for the flow");
    bench.ask(&Ask::new(Kind::LeaseRequest, 4, &OTHER));
    let reply = bench.refusal(&Ask::new(Kind::LeaseRequest, 5, &OTHER));
    assert_eq!(reply, Refusal::WaitingFull, "three wait in all");
    assert_eq!(bench.event(Event::LimitReached), 2);
    let granted: Vec<_> =
        bench.pass(PERIOD_MS).into_iter().filter(|reply| reply.kind == Kind::Grant).collect();
    let mut granted = kinds(&granted);
    granted.sort_by_key(|(_, switch)| *switch);
    assert_eq!(granted, [(Kind::Grant, 2), (Kind::Grant, 4)], "first come, first served");
}

#[test]
fn rp_st_7_flow_beyond_the_limit_is_refused_and_known_flows_go_on() {
    let config = ShardConfig { limits: Limits { flows: 3, ..LIMITS }, ..CONFIG };
    let mut bench = counter_with(&config);
    // Room for a pair is kept free, whether a program makes pairs or not.
    bench.grant(1, &KEY);
    bench.grant(1, &OTHER);
    assert_eq!(bench.refusal(&Ask::new(Kind::LeaseRequest, 1, &[6, 1, 2, 3])), Refusal::FlowsFull);
    bench.grant(1, &KEY);
    assert_eq!(bench.shard.flows().records().len(), 2);
}

#[test]
fn rp_st_7_answers_beyond_the_pending_limit_are_lost_and_counted_and_the_buffers_come_back() {
    let mut bench = late();
    let free = bench.pool.available();
    for _ in 0..CONFIG.pending + 2 {
        assert_eq!(bench.ask(&lease(1)), []);
    }
    assert_eq!((bench.shard.pending(), bench.event(Event::LimitReached)), (CONFIG.pending, 2));
    assert_eq!(bench.shard.reason(Reason::NoBuffer), 2);
    bench.shard.durability_mut().commit();
    assert_eq!(bench.pass(1).len(), CONFIG.pending);
    assert_eq!(bench.pool.available(), free);
}

#[test]
fn rp_st_9_idle_flow_ends_and_one_with_a_sign_of_life_does_not() {
    let mut bench = counter();
    let grant = bench.grant(1, &KEY);
    bench.grant(1, &OTHER);
    bench.pass(IDLE_MS - 1);
    assert_eq!(bench.answer(&write(1, grant.epoch, 1)).kind, Kind::WriteAck);
    bench.pass(1);
    assert!(bench.record(&KEY).is_some());
    assert!(bench.record(&OTHER).is_none());
    assert_eq!(bench.event(Event::Expired), 1);
    bench.pass(IDLE_MS);
    assert!(bench.record(&KEY).is_none());
}

#[test]
fn rp_st_10_key_that_comes_back_starts_above_all_its_earlier_epochs() {
    let mut bench = counter();
    let mut last = bench.grant(1, &KEY).epoch;
    for switch in [2, 3, 4] {
        bench.pass(PERIOD_MS);
        last = bench.grant(switch, &KEY).epoch;
    }
    bench.pass(IDLE_MS);
    assert!(bench.record(&KEY).is_none());
    let reborn = bench.grant(1, &KEY);
    assert!(!reborn.migrated && reborn.epoch.is_newer_than(last), "{} after {last}", reborn.epoch);
    assert_eq!(bench.refusal(&write(4, last, 1)), Refusal::StaleEpoch);
    assert!(bench.grant(1, &OTHER).epoch.is_newer_than(last), "one floor serves all keys");
}

#[test]
fn messages_that_share_a_datagram_are_each_answered() {
    let mut bench = counter();
    let grant = bench.grant(1, &KEY);
    let mut bytes = write(1, grant.epoch, 1).encode::<Counter>();
    let (header, _) = Header::mut_from_prefix(&mut bytes).unwrap();
    header.flags.set(Flags::from(header.flags.get()).with_more(true).into());
    bytes.extend(write(1, grant.epoch, 2).packet(b"last").encode::<Counter>());
    let free = bench.pool.available();
    let replies = bench.bytes_from(1, &bytes);
    assert_eq!(kinds(&replies), [(Kind::WriteAck, 1), (Kind::WriteAck, 1)]);
    assert_eq!((replies[0].seq, replies[1].seq), (1, 2));
    assert_eq!(replies[1].packet, Some(b"last".to_vec()));
    assert_eq!((bench.shard.received(Kind::Write), bench.shard.sent(Kind::WriteAck)), (2, 2));
    assert_eq!(bench.pool.available(), free);
}

#[test]
fn garbage_is_dropped_by_name_and_no_buffer_is_lost() {
    let mut bench = counter();
    let free = bench.pool.available();
    let good = lease(1).encode::<Counter>();
    let changed = |at: usize, byte: u8| {
        let mut bytes = good.clone();
        bytes[at] = byte;
        bytes
    };
    for (bytes, reason) in [
        (Vec::new(), Reason::MessageTooShort),
        (good[..19].to_vec(), Reason::MessageTooShort),
        (good[..good.len() - 1].to_vec(), Reason::MessageTooShort),
        (changed(0, 0x21), Reason::MessageVersion),
        (changed(0, 0x10), Reason::MessageKind),
        (changed(1, 77), Reason::MessageSchema),
        (changed(6, 0xc0), Reason::MessageFlags),
        ([good.clone(), vec![1]].concat(), Reason::MessageTrailing),
        (changed(0, 0x1b), Reason::WrongDirection),
    ] {
        let before = bench.shard.reason(reason);
        assert_eq!(bench.bytes_from(1, &bytes), [], "{reason:?}");
        assert_eq!(bench.shard.reason(reason), before + 1, "{reason:?} for {bytes:x?}");
    }
    assert_eq!((bench.pool.available(), bench.shard.flows().records().len()), (free, 0));
}

// The NAT.

const INSIDE: u32 = 0x0a00_0002;
const OUTSIDE: u32 = 0xcb00_7105;
const TIMEOUTS: Timeouts = Timeouts {
    tcp_open: Duration::from_secs(100),
    tcp_closing: Duration::from_secs(20),
    udp: Duration::from_secs(10),
    icmp: Duration::from_secs(5),
};
const TCP_PORT: u16 = 5002;

fn nat() -> Bench<Nat44, NatInitializer> {
    let config = NatConfig { ports: 5000..=5003, timeouts: TIMEOUTS, ..NatConfig::new(vec![OUTSIDE.into()]) };
    Bench::new(&CONFIG, NatInitializer::new(&config, Placement::ALONE).unwrap())
}

fn forward(protocol: u32) -> [u32; 3] {
    [protocol, INSIDE, TCP_PORT.into()]
}

fn reverse(protocol: u32) -> [u32; 3] {
    [1 << 8 | protocol, OUTSIDE, TCP_PORT.into()]
}

fn free_ports(bench: &Bench<Nat44, NatInitializer>, protocol: Protocol) -> u32 {
    bench.shard.flows().initializer().pool().available(protocol)
}

/// Writes a phase into a record, as SYN, FIN and RST do.
fn set_phase(bench: &mut Bench<Nat44, NatInitializer>, grant: &Reply, phase: u32) {
    let state = [grant.state[0], grant.state[1], phase];
    let ask = Ask::new(Kind::Write, grant.switch, &grant.key).epoch(grant.epoch).state(&state);
    assert_eq!(bench.answer(&ask.seq(grant.seq + 1)).kind, Kind::WriteAck);
}

#[test]
fn rp_st_8_both_records_are_made_at_once_and_the_reverse_one_is_granted_to_any_switch() {
    let mut bench = nat();
    let first = bench.grant(1, &forward(17));
    assert_eq!(first.state, [OUTSIDE, TCP_PORT.into(), 0]);
    let back = bench.grant(2, &reverse(17));
    assert_eq!(back.state, [INSIDE, TCP_PORT.into(), 0]);
    assert_eq!((bench.event(Event::PairMade), bench.event(Event::RecordMade)), (1, 1));
    assert_eq!(bench.shard.flows().records().len(), 2);
}

#[test]
fn rp_st_8_outside_packet_without_a_mapping_is_not_allowed() {
    let mut bench = nat();
    assert_eq!(
        bench.refusal(&Ask::new(Kind::LeaseRequest, 1, &reverse(17)).packet(b"x")),
        Refusal::NotAllowed
    );
    assert_eq!(bench.shard.flows().records().len(), 0);
}

#[test]
fn rp_st_8_both_keys_belong_to_the_shard_that_makes_them() {
    for shards in 1..=8u16 {
        for shard in 0..shards {
            let config = NatConfig { ports: 1024..=2047, ..NatConfig::new(vec![OUTSIDE.into()]) };
            let placement = Placement { shard, shards };
            let mut bench = Bench::<Nat44, _>::new(&CONFIG, NatInitializer::new(&config, placement).unwrap());
            let keys = (0..).map(|port| [17, INSIDE, port]).filter(|key| placement.owns(key));
            for key in keys.take(5) {
                let grant = bench.grant(1, &key);
                let reverse = [1 << 8 | 17, grant.state[0], grant.state[1]];
                assert_eq!((shard_of(&key, shards), shard_of(&reverse, shards)), (shard, shard));
                assert!(bench.record(&reverse).is_some());
            }
        }
    }
}

#[test]
fn rp_st_8_empty_pool_refuses_and_makes_no_record() {
    let mut bench = nat();
    for port in 0..4 {
        bench.grant(1, &[17, INSIDE, port]);
    }
    assert_eq!(bench.refusal(&Ask::new(Kind::LeaseRequest, 1, &[17, INSIDE, 9])), Refusal::PoolEmpty);
    assert_eq!(bench.shard.flows().records().len(), 8);
}

#[test]
fn rp_st_9_port_returns_only_when_both_directions_have_idled() {
    let mut bench = nat();
    bench.grant(1, &forward(17));
    bench.pass(9_000);
    let back = bench.grant(1, &reverse(17));
    bench.pass(9_000);
    assert_eq!(free_ports(&bench, Protocol::Udp), 3, "the reverse direction was used 9 s ago");
    assert_eq!(bench.answer(&Ask::new(Kind::Renew, 1, &back.key).epoch(back.epoch)).kind, Kind::RenewAck);
    bench.pass(9_999);
    assert_eq!(free_ports(&bench, Protocol::Udp), 3);
    bench.pass(1);
    assert_eq!((free_ports(&bench, Protocol::Udp), bench.shard.flows().records().len()), (4, 0));
    assert_eq!(bench.event(Event::Expired), 1, "a mapping ends once");
}

#[test]
fn rp_st_9_port_stays_taken_while_a_lease_is_live_however_short_the_timeout() {
    let config =
        NatConfig { timeouts: Timeouts::all(Duration::ZERO), ..NatConfig::new(vec![OUTSIDE.into()]) };
    let mut bench = Bench::<Nat44, _>::new(&CONFIG, NatInitializer::new(&config, Placement::ALONE).unwrap());
    let grant = bench.grant(1, &forward(17));
    bench.pass(PERIOD_MS - 1);
    assert_eq!(bench.shard.flows().records().len(), 2);
    let give_up = Ask::new(Kind::GiveUp, 1, &grant.key).epoch(grant.epoch);
    assert_eq!(bench.answer(&give_up).kind, Kind::GiveUpAck);
    bench.pass(0);
    assert_eq!(bench.shard.flows().records().len(), 0, "given up: nobody may act on it any more");
}

#[test]
fn rp_st_9_tcp_mapping_that_either_side_closed_ends_after_the_closing_time() {
    for closing in [forward(6), reverse(6)] {
        let mut bench = nat();
        bench.grant(1, &forward(6));
        bench.grant(1, &reverse(6));
        let grant = bench.grant(1, &closing);
        set_phase(&mut bench, &grant, CLOSING);
        bench.pass(19_999);
        assert_eq!(free_ports(&bench, Protocol::Tcp), 3);
        bench.pass(1);
        assert_eq!(free_ports(&bench, Protocol::Tcp), 4, "closed by {closing:x?}");
    }
}

#[test]
fn rp_st_9_tcp_mapping_that_is_open_outlives_the_closing_time() {
    let mut bench = nat();
    bench.grant(1, &forward(6));
    bench.pass(99_999);
    assert_eq!(free_ports(&bench, Protocol::Tcp), 3);
    bench.pass(1);
    assert_eq!(free_ports(&bench, Protocol::Tcp), 4);
}

#[test]
fn rp_st_9_returned_port_rests_before_the_next_flow_gets_it() {
    let config = NatConfig {
        ports: 5000..=5015,
        timeouts: Timeouts::all(Duration::ZERO),
        ..NatConfig::new(vec![OUTSIDE.into()])
    };
    let mut bench = Bench::<Nat44, _>::new(&CONFIG, NatInitializer::new(&config, Placement::ALONE).unwrap());
    let first = bench.grant(1, &forward(17));
    bench.pass(PERIOD_MS);
    assert_eq!(bench.shard.flows().records().len(), 0);
    let second = bench.grant(1, &[17, INSIDE + 1, TCP_PORT.into()]);
    assert_ne!(first.state[1], second.state[1]);
    assert!(second.epoch.is_newer_than(first.epoch));
}

#[test]
fn rp_st_7_switch_over_its_own_limit_begins_no_flow_and_leaves_room_for_others() {
    let limits = SwitchLimits { flows: 2, waiting: 1 };
    let Bench { shard, pool, out, now_ms } = counter();
    let mut bench = Bench { shard: shard.with_switch_limits(limits), pool, out, now_ms };
    let flow = |number: u32| [17, number, 0x0a00_0002, 0x1000_2000];
    let first = bench.grant(1, &flow(1)).epoch;
    bench.grant(1, &flow(2));
    assert_eq!(bench.refusal(&Ask::new(Kind::LeaseRequest, 1, &flow(3))), Refusal::FlowsFull);
    bench.grant(2, &flow(3));
    // What exists is granted beyond it: a switch that takes over another's flows must get them.
    let give_up = Ask::new(Kind::GiveUp, 1, &flow(1)).epoch(first);
    assert_eq!(bench.answer(&give_up).kind, Kind::GiveUpAck);
    bench.grant(2, &flow(1));
    assert_eq!(bench.refusal(&Ask::new(Kind::LeaseRequest, 2, &flow(5))), Refusal::FlowsFull);
    // Switch 1 has a flow less now.
    bench.grant(1, &flow(5));
    // One message of a switch may wait.
    bench.grant(3, &flow(6));
    assert_eq!(kinds(&bench.ask(&Ask::new(Kind::LeaseRequest, 4, &flow(6)))), [(Kind::Recall, 3)]);
    assert_eq!(bench.refusal(&Ask::new(Kind::LeaseRequest, 4, &flow(5))), Refusal::WaitingFull);
    assert_eq!(kinds(&bench.ask(&Ask::new(Kind::LeaseRequest, 5, &flow(5)))), [(Kind::Recall, 1)]);
    // A flow that ends leaves room again.
    let shares: Vec<_> = bench.shard.flows().records().shares().map(|(_, share)| share.flows).collect();
    assert_eq!(shares.iter().sum::<usize>(), 6 - 1);
    bench.pass(IDLE_MS + 2 * PERIOD_MS);
    bench.pass(1);
    let shares: Vec<_> = bench.shard.flows().records().shares().map(|(_, share)| share.flows).collect();
    assert!(shares.iter().sum::<usize>() < 5, "{shares:?}");
}
