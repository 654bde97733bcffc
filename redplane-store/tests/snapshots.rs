//! What a shard does with snapshots: takes the slots of the owner's newest, keeps the last complete one, hands it to the next owner.
//!
//! Each test names its rule. The structure is two rows of eight slots, so a slot has two words and a snapshot sixteen.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests to us, if not to clippy")]

mod common;

use common::{Ask, Bench, CONFIG, LIMITS, Late, PERIOD_MS, Reply};
use redplane_apps::Counter;
use redplane_core::count::{Event, Reason};
use redplane_core::machine::Machine;
use redplane_core::packet::Buffer;
use redplane_core::program::{Program, Schema, StateArrays, WhenSilent, WhenStale};
use redplane_core::seq::{Epoch, Incarnation, Seq};
use redplane_core::store::Limits;
use redplane_core::structure::Rows;
use redplane_core::time::Tick;
use redplane_core::wire::{Envelope, Flags, Kind, Refusal, SlotRange, Slots};
use redplane_store::shard::{SNAPSHOTS_MAX, ShardConfig, ZeroState};

const KEY: [u32; 1] = [10];

const IDLE_MS: u64 = 10_000;

/// A program of which only the geometry matters: a shard never runs it.
struct Sketch<const ROWS: usize, const SLOTS: usize>;

impl<const ROWS: usize, const SLOTS: usize> Program for Sketch<ROWS, SLOTS> {
    const SCHEMA: Schema = Schema {
        id: 9,
        name: "sketch",
        when_silent: WhenSilent::FailClosed,
        when_stale: WhenStale::KeepGoing,
    };
    type Key = [u32; 1];
    type State = [u32; 2];
    type Structure = Rows<ROWS, SLOTS>;

    fn key<M: Machine>(_: &mut M) -> M::Bit {
        unimplemented!("no packet comes here")
    }

    fn writes<M: Machine>(_: &mut M) -> M::Bit {
        unimplemented!("no packet comes here")
    }

    fn apply<M: Machine>(_: &mut M, _: StateArrays<M>) {
        unimplemented!("no packet comes here")
    }
}

type Small = Sketch<2, 8>;

type Store<P> = Bench<P, ZeroState>;

fn store_with<P: Program>(config: &ShardConfig) -> Store<P> {
    Bench::new(config, ZeroState { idle_ticks: IDLE_MS * 1_000_000 / 256 })
}

fn store() -> Store<Small> {
    store_with(&CONFIG)
}

/// A store, and the first owner's epoch.
fn granted() -> (Store<Small>, Epoch) {
    let mut store = store();
    let epoch = store.grant(1, &KEY).epoch;
    (store, epoch)
}

/// A request about slots.
#[derive(Clone, Debug)]
struct Run {
    switch: u16,
    epoch: Epoch,
    id: u32,
    first: u16,
    count: u16,
    base: u32,
    marks: Vec<u32>,
    values: Vec<u32>,
}

impl Run {
    /// All of these slots, with words that name snapshot, slot and row.
    fn whole(switch: u16, epoch: Epoch, id: u32, slots: std::ops::Range<u16>) -> Self {
        let values = slots.clone().flat_map(|slot| words_of(id, slot)).collect();
        let (first, count) = (slots.start, slots.len() as u16);
        Self { switch, epoch, id, first, count, base: id, marks: vec![], values }
    }

    /// The marked of these slots; the others are as in `base`.
    fn changed(self, base: u32, marks: u32) -> Self {
        let slots = (0..self.count).filter(|at| marks >> at & 1 == 1);
        let values = slots.flat_map(|at| words_of(self.id, self.first + at)).collect();
        Self { base, marks: vec![marks], values, ..self }
    }

    fn encode<P: Program>(&self, kind: Kind) -> Vec<u8> {
        let mut memory = vec![0; 2048];
        let mut buffer = Buffer::empty(&mut memory);
        let envelope = Envelope {
            layout: P::LAYOUT,
            kind,
            flags: Flags::new(),
            switch: self.switch,
            incarnation: Incarnation::new(1),
            epoch: self.epoch,
            seq: Seq::new(self.id),
            timestamp: Tick::new(0xabc),
            key: &KEY[..],
            state: &[],
        };
        let range = SlotRange::new(self.first, self.count);
        let Self { base, ref marks, ref values, .. } = *self;
        match kind {
            Kind::SnapshotFetch => envelope.encode_range(range, &mut buffer).unwrap(),
            _ => envelope.encode_slots(&Slots { range, base, marks, values }, &mut buffer).unwrap(),
        }
        buffer.bytes().to_vec()
    }
}

/// The words that a slot has in a snapshot.
fn words_of(id: u32, slot: u16) -> [u32; 2] {
    [id << 16 | u32::from(slot) << 4, id << 16 | u32::from(slot) << 4 | 1]
}

/// Those of all slots, of which each is as in the snapshot of the id beside it.
fn snapshot_of(ids: [u32; 8]) -> Vec<u32> {
    (0..8).flat_map(|slot| words_of(ids[usize::from(slot)], slot)).collect()
}

fn asked<P: Program>(store: &mut Store<P>, run: &Run, kind: Kind) -> Vec<Reply> {
    store.bytes_from(run.switch, &run.encode::<P>(kind))
}

fn answered<P: Program>(store: &mut Store<P>, run: &Run, kind: Kind) -> Reply {
    let mut replies = asked(store, run, kind);
    assert_eq!(replies.len(), 1, "{run:?} was answered {replies:?}");
    replies.remove(0)
}

/// Sends slots and expects the ack of just these.
fn assert_taken(store: &mut Store<Small>, run: &Run) {
    let ack = answered(store, run, Kind::SnapshotSlots);
    let expected = Reply {
        kind: Kind::SnapshotAck,
        switch: run.switch,
        epoch: run.epoch,
        seq: run.id,
        key: KEY.to_vec(),
        state: vec![],
        slots: Some((run.first, run.count)),
        migrated: false,
        again: false,
        refusal: None,
        packet: None,
    };
    assert_eq!(ack, expected);
}

fn assert_refused(store: &mut Store<Small>, run: &Run, why: Refusal) {
    let reply = answered(store, run, Kind::SnapshotSlots);
    assert_eq!((reply.kind, reply.refusal), (Kind::Refuse, Some(why)), "{run:?}");
}

/// What the store hands out of a snapshot, or why it does not.
fn fetched(store: &mut Store<Small>, switch: u16, epoch: Epoch, id: u32) -> Result<Vec<u32>, Refusal> {
    let reply = answered(store, &Run::whole(switch, epoch, id, 0..8), Kind::SnapshotFetch);
    match reply.refusal {
        Some(why) => Err(why),
        None => {
            assert_eq!((reply.kind, reply.slots, reply.seq), (Kind::SnapshotSlots, Some((0, 8)), id));
            Ok(reply.state)
        }
    }
}

/// The first owner gives its lease up and the second is granted the flow: its epoch, and the state that it is told.
fn handed_over<P: Program>(store: &mut Store<P>, epoch: Epoch) -> (Epoch, Vec<u32>) {
    assert_eq!(store.answer(&Ask::new(Kind::GiveUp, 1, &KEY).epoch(epoch)).kind, Kind::GiveUpAck);
    let grant = store.grant(2, &KEY);
    (grant.epoch, grant.state)
}

#[test]
fn rp_sn_3_slots_of_an_older_snapshot_are_refused() {
    let (mut store, epoch) = granted();
    assert_taken(&mut store, &Run::whole(1, epoch, 5, 0..8));
    assert_refused(&mut store, &Run::whole(1, epoch, 4, 0..8), Refusal::OldSnapshot);
    assert_taken(&mut store, &Run::whole(1, epoch, 7, 0..4));
    // Newer than the complete one, older than the one that is coming in.
    assert_refused(&mut store, &Run::whole(1, epoch, 6, 0..4), Refusal::OldSnapshot);
    assert_eq!((store.event(Event::OldSlotsRefused), store.event(Event::SlotsTaken)), (2, 2));
    assert_taken(&mut store, &Run::whole(1, epoch, 7, 4..8));
    assert_eq!(fetched(&mut store, 1, epoch, 7), Ok(snapshot_of([7; 8])));
}

#[test]
fn rp_sn_3_newer_snapshot_begins_anew_before_the_last_is_complete() {
    let (mut store, epoch) = granted();
    assert_taken(&mut store, &Run::whole(1, epoch, 5, 0..7));
    assert_taken(&mut store, &Run::whole(1, epoch, 6, 7..8));
    assert_eq!(fetched(&mut store, 1, epoch, 6), Err(Refusal::OldSnapshot));
    assert_taken(&mut store, &Run::whole(1, epoch, 6, 0..7));
    assert_eq!(fetched(&mut store, 1, epoch, 6), Ok(snapshot_of([6; 8])));
}

#[test]
fn rp_sn_3_ids_wrap() {
    let (mut store, epoch) = granted();
    assert_taken(&mut store, &Run::whole(1, epoch, u32::MAX, 0..8));
    assert_taken(&mut store, &Run::whole(1, epoch, 0, 0..8));
    assert_refused(&mut store, &Run::whole(1, epoch, u32::MAX, 0..8), Refusal::OldSnapshot);
    assert_eq!(fetched(&mut store, 1, epoch, 0), Ok(snapshot_of([0; 8])));
}

#[test]
fn rp_sn_3_slots_of_the_complete_snapshot_are_acked_again_and_change_nothing() {
    let (mut store, epoch) = granted();
    assert_taken(&mut store, &Run::whole(1, epoch, 5, 0..8));
    let mut other = Run::whole(1, epoch, 5, 2..4);
    other.values.fill(0xbad);
    assert_taken(&mut store, &other);
    assert_eq!(fetched(&mut store, 1, epoch, 5), Ok(snapshot_of([5; 8])));
    assert_eq!(store.event(Event::SnapshotReplaced), 1);
}

#[test]
fn rp_sn_3_slot_that_comes_twice_counts_once() {
    let (mut store, epoch) = granted();
    assert_taken(&mut store, &Run::whole(1, epoch, 5, 0..4));
    assert_taken(&mut store, &Run::whole(1, epoch, 5, 0..4));
    assert_taken(&mut store, &Run::whole(1, epoch, 5, 2..6));
    assert_eq!(fetched(&mut store, 1, epoch, 5), Err(Refusal::OldSnapshot));
    assert_taken(&mut store, &Run::whole(1, epoch, 5, 5..8));
    assert_eq!(fetched(&mut store, 1, epoch, 5), Ok(snapshot_of([5; 8])));
}

#[test]
fn rp_sn_3_slots_of_an_epoch_that_is_over_are_refused() {
    let (mut store, first) = granted();
    assert_taken(&mut store, &Run::whole(1, first, 5, 0..8));
    let (second, _) = handed_over(&mut store, first);
    assert_refused(&mut store, &Run::whole(1, first, 6, 0..8), Refusal::StaleEpoch);
    // The right epoch from the wrong switch.
    assert_refused(&mut store, &Run::whole(1, second, 6, 0..8), Refusal::StaleEpoch);
    assert_eq!(fetched(&mut store, 1, first, 5), Err(Refusal::StaleEpoch));
    assert_eq!(fetched(&mut store, 2, second, 5), Ok(snapshot_of([5; 8])));
}

#[test]
fn rp_sn_3_slots_of_a_flow_that_is_not_there_are_refused() {
    let mut store = store();
    assert_refused(&mut store, &Run::whole(1, Epoch::new(3), 5, 0..8), Refusal::UnknownFlow);
    assert_eq!(store.shard.flows().records().snapshots(), 0);
}

/// Two owners may give the same id to different snapshots: what the first has sent of it is not the second's.
#[test]
fn rp_sn_3_next_owner_begins_anew_with_the_same_id() {
    let (mut store, first) = granted();
    assert_taken(&mut store, &Run::whole(1, first, 5, 0..8));
    let mut abandoned = Run::whole(1, first, 6, 0..4);
    abandoned.values.fill(0xbad);
    assert_taken(&mut store, &abandoned);
    let (second, state) = handed_over(&mut store, first);
    assert_eq!(state, [5, 1]);
    assert_taken(&mut store, &Run::whole(2, second, 6, 4..8));
    assert_eq!(fetched(&mut store, 2, second, 6), Err(Refusal::OldSnapshot));
    assert_taken(&mut store, &Run::whole(2, second, 6, 0..4));
    assert_eq!(fetched(&mut store, 2, second, 6), Ok(snapshot_of([6; 8])));
}

/// The first owner was further on; nobody has its snapshots.
#[test]
fn rp_sn_3_next_owner_begins_anew_with_a_lower_id_than_one_that_was_abandoned() {
    let (mut store, first) = granted();
    assert_taken(&mut store, &Run::whole(1, first, 5, 0..8));
    assert_taken(&mut store, &Run::whole(1, first, 9, 0..4));
    let (second, _) = handed_over(&mut store, first);
    assert_taken(&mut store, &Run::whole(2, second, 6, 0..8));
    assert_eq!(fetched(&mut store, 2, second, 6), Ok(snapshot_of([6; 8])));
}

/// An ack of it would be about the first owner's snapshot.
#[test]
fn rp_sn_3_id_of_the_complete_snapshot_from_the_next_owner_is_refused() {
    let (mut store, first) = granted();
    assert_taken(&mut store, &Run::whole(1, first, 5, 0..8));
    let (second, _) = handed_over(&mut store, first);
    assert_refused(&mut store, &Run::whole(2, second, 5, 0..8), Refusal::OldSnapshot);
}

#[test]
fn rp_sn_4_nothing_of_an_incomplete_snapshot_is_handed_out() {
    let (mut store, epoch) = granted();
    assert_taken(&mut store, &Run::whole(1, epoch, 5, 0..7));
    assert_eq!(fetched(&mut store, 1, epoch, 5), Err(Refusal::OldSnapshot));
    assert_eq!(store.grant(1, &KEY).state, [0, 0], "there is none yet");
    assert_taken(&mut store, &Run::whole(1, epoch, 5, 7..8));
    assert_eq!(store.grant(1, &KEY).state, [5, 1]);

    for slot in (1..8).rev() {
        assert_taken(&mut store, &Run::whole(1, epoch, 6, slot..slot + 1));
        assert_eq!(fetched(&mut store, 1, epoch, 5), Ok(snapshot_of([5; 8])));
        assert_eq!(fetched(&mut store, 1, epoch, 6), Err(Refusal::OldSnapshot));
    }
    assert_eq!(store.grant(1, &KEY).state, [5, 1]);
    assert_taken(&mut store, &Run::whole(1, epoch, 6, 0..1));
    assert_eq!(store.grant(1, &KEY).state, [6, 1]);
    assert_eq!(fetched(&mut store, 1, epoch, 6), Ok(snapshot_of([6; 8])));
    assert_eq!(fetched(&mut store, 1, epoch, 5), Err(Refusal::OldSnapshot));
    assert_eq!(store.event(Event::SnapshotReplaced), 2);
}

#[test]
fn rp_sn_4_slots_without_a_mark_are_as_in_the_base() {
    let (mut store, epoch) = granted();
    assert_taken(&mut store, &Run::whole(1, epoch, 5, 0..8));
    // The marks count from the run's first slot on: of 0 … 3 the second, of 4 … 7 the first and the last.
    assert_taken(&mut store, &Run::whole(1, epoch, 6, 4..8).changed(5, 0b1001));
    assert_taken(&mut store, &Run::whole(1, epoch, 6, 0..4).changed(5, 0b0010));
    assert_eq!(fetched(&mut store, 1, epoch, 6), Ok(snapshot_of([5, 6, 5, 5, 6, 5, 5, 6])));
    // What is not marked is taken from what was taken.
    assert_taken(&mut store, &Run::whole(1, epoch, 7, 0..8).changed(6, 0b1));
    assert_eq!(fetched(&mut store, 1, epoch, 7), Ok(snapshot_of([7, 6, 5, 5, 6, 5, 5, 6])));
}

#[test]
fn rp_sn_4_run_of_which_nothing_changed_is_as_in_the_base() {
    let (mut store, epoch) = granted();
    assert_taken(&mut store, &Run::whole(1, epoch, 5, 0..8));
    assert_taken(&mut store, &Run::whole(1, epoch, 6, 0..8).changed(5, 0));
    assert_eq!(fetched(&mut store, 1, epoch, 6), Ok(snapshot_of([5; 8])));
}

#[test]
fn rp_sn_4_slots_on_a_base_that_is_not_the_complete_snapshot_are_refused() {
    let (mut store, epoch) = granted();
    let on = |base| Run::whole(1, epoch, 7, 0..8).changed(base, 0b1);
    assert_refused(&mut store, &on(6), Refusal::NoBase);
    assert_taken(&mut store, &Run::whole(1, epoch, 5, 0..8));
    assert_taken(&mut store, &Run::whole(1, epoch, 6, 0..7));
    assert_refused(&mut store, &on(6), Refusal::NoBase);
    assert_refused(&mut store, &on(4), Refusal::NoBase);
    assert_eq!(fetched(&mut store, 1, epoch, 5), Ok(snapshot_of([5; 8])));
    // All of it needs no base.
    assert_taken(&mut store, &Run::whole(1, epoch, 7, 0..8));
    assert_eq!(fetched(&mut store, 1, epoch, 7), Ok(snapshot_of([7; 8])));
}

/// A switch whose base was refused goes on with all slots under the same id; runs of both kinds may be under way.
#[test]
fn rp_sn_4_whole_runs_and_runs_on_the_base_make_one_snapshot() {
    let (mut store, epoch) = granted();
    assert_taken(&mut store, &Run::whole(1, epoch, 5, 0..8));
    assert_taken(&mut store, &Run::whole(1, epoch, 6, 0..4).changed(5, 0b1111));
    assert_taken(&mut store, &Run::whole(1, epoch, 6, 4..8));
    assert_eq!(fetched(&mut store, 1, epoch, 6), Ok(snapshot_of([6; 8])));
}

#[test]
fn rp_sn_4_acks_wait_until_their_runs_are_durable() {
    let (mut store, epoch) = granted();
    store.shard.durability_mut().prompt = false;
    store.shard.durability_mut().commit();
    for slots in [0..7, 7..8] {
        assert_eq!(asked(&mut store, &Run::whole(1, epoch, 5, slots), Kind::SnapshotSlots), []);
    }
    assert_eq!(store.shard.pending(), 2);
    Late::commit(store.shard.durability_mut());
    let kinds: Vec<_> = store.pass(1).iter().map(|reply| reply.kind).collect();
    assert_eq!(kinds, [Kind::SnapshotAck, Kind::SnapshotAck]);
}

#[test]
fn rp_sn_6_next_owner_is_handed_any_run_of_the_last_complete_snapshot() {
    let (mut store, first) = granted();
    assert_taken(&mut store, &Run::whole(1, first, 5, 0..8));
    assert_taken(&mut store, &Run::whole(1, first, 6, 0..5));
    let (second, state) = handed_over(&mut store, first);
    assert_eq!(state, [5, 1]);
    for (from, to) in [(0, 8), (0, 1), (3, 6), (7, 8)] {
        let reply = answered(&mut store, &Run::whole(2, second, 5, from..to), Kind::SnapshotFetch);
        assert_eq!((reply.kind, reply.epoch, reply.seq), (Kind::SnapshotSlots, second, 5));
        assert_eq!(reply.slots, Some((from, to - from)));
        assert_eq!(reply.state, (from..to).flat_map(|slot| words_of(5, slot)).collect::<Vec<_>>());
    }
    assert_eq!(store.event(Event::SlotsHanded), 4);
}

#[test]
fn rp_sn_6_fetch_of_a_flow_without_a_snapshot_is_refused() {
    let (mut store, epoch) = granted();
    assert_eq!(fetched(&mut store, 1, epoch, 0), Err(Refusal::OldSnapshot));
}

/// As many words as a switch asks for at most, and what they take of a datagram.
#[test]
fn rp_sn_6_longest_run_that_a_switch_fetches_fits_a_frame() {
    type Wide = Sketch<12, 64>;
    let mut store = store_with::<Wide>(&CONFIG);
    let epoch = store.grant(1, &KEY).epoch;
    let values = |slots: std::ops::Range<u32>| (slots.start * 12..slots.end * 12).collect::<Vec<_>>();
    for (first, count) in [(0, 28), (28, 28), (56, 8)] {
        let run = Run::whole(1, epoch, 5, first..first + count);
        let run = Run { values: values(first.into()..u32::from(first + count)), ..run };
        assert_eq!(answered(&mut store, &run, Kind::SnapshotSlots).kind, Kind::SnapshotAck);
    }
    let fetch = Run::whole(1, epoch, 5, 28..56);
    let mut datagram = store.pool.take().unwrap();
    datagram.set_payload(&fetch.encode::<Wide>(Kind::SnapshotFetch)).unwrap();
    datagram.set_peer(common::address_of(1));
    store.shard.handle(Default::default(), datagram, &mut store.out, &mut store.pool);
    let datagram = store.out.pop().unwrap();
    assert_eq!(datagram.payload().len(), 20 + 4 + 8 + 4 * 336);
    assert_eq!(Reply::parse::<Wide>(datagram.payload()).state, values(28..56));
}

/// RP-SN-6: a switch whose slot is gone must know that the epoch had another structure.
#[test]
fn grant_of_an_epoch_that_was_granted_before_says_so() {
    let mut store = store();
    let first = store.grant(1, &KEY);
    let again = store.grant(1, &KEY);
    assert_eq!((first.again, again.again), (false, true));
    assert_eq!(first.epoch, again.epoch);
    let mut counters = store_with::<Counter>(&CONFIG);
    let key = [10, 0, 0, 0];
    let grants = [counters.grant(1, &key), counters.grant(1, &key)];
    assert_eq!(
        grants.map(|grant| grant.again),
        [false; 2],
        "a program without a structure has no use for it"
    );
}

/// An empty run would begin a snapshot without being of one.
#[test]
fn run_of_no_slots_changes_nothing() {
    let (mut store, epoch) = granted();
    let none = Run { first: 0, count: 0, ..Run::whole(1, epoch, 9, 0..0) };
    assert_eq!(asked(&mut store, &none, Kind::SnapshotSlots), []);
    assert_eq!(store.shard.reason(Reason::SnapshotRange), 1);
    assert_taken(&mut store, &Run::whole(1, epoch, 5, 0..8));
}

#[test]
fn run_beyond_the_structure_is_ignored() {
    let (mut store, epoch) = granted();
    assert_taken(&mut store, &Run::whole(1, epoch, 5, 0..8));
    let beyond = [(0, 9), (8, 1), (7, 2), (u16::MAX, 1), (1, u16::MAX)];
    for (first, count) in beyond {
        let run = Run { first, count, ..Run::whole(1, epoch, 5, 0..0) };
        assert_eq!(asked(&mut store, &run, Kind::SnapshotFetch), [], "{run:?}");
    }
    assert_eq!(store.shard.reason(Reason::SnapshotRange), 5);
    for (first, count) in beyond.into_iter().take(4) {
        let values = vec![0xbad; 2 * usize::from(count)];
        let run = Run { first, count, values, ..Run::whole(1, epoch, 6, 0..0) };
        assert_eq!(asked(&mut store, &run, Kind::SnapshotSlots), [], "{run:?}");
    }
    assert_eq!(store.shard.reason(Reason::SnapshotRange), 9);
    assert_eq!(fetched(&mut store, 1, epoch, 5), Ok(snapshot_of([5; 8])));
}

#[test]
fn program_without_a_structure_takes_and_hands_no_slots() {
    let mut store = store_with::<Counter>(&CONFIG);
    let key = [10, 0, 0, 0]; // the key that `Run` sends, as long as the counter's
    let epoch = store.grant(1, &key).epoch;
    for kind in [Kind::SnapshotSlots, Kind::SnapshotFetch] {
        let none = Run::whole(1, epoch, 5, 0..0);
        assert_eq!(answered(&mut store, &none, kind).refusal, Some(Refusal::Unsupported), "{kind:?}");
    }
}

#[test]
fn snapshots_of_more_flows_than_a_shard_keeps_are_refused() {
    let limits = Limits { flows: SNAPSHOTS_MAX + 10, ..LIMITS };
    let mut store = store_with::<Small>(&ShardConfig { limits, ..CONFIG });
    let mut send = |flow: u32| {
        let epoch = store.grant(1, &[flow]).epoch;
        let mut bytes = Run::whole(1, epoch, 5, 0..8).encode::<Small>(Kind::SnapshotSlots);
        bytes[20..24].copy_from_slice(&flow.to_be_bytes());
        let reply = store.bytes_from(1, &bytes).remove(0);
        (reply.refusal, store.shard.flows().records().snapshots())
    };
    for flow in 0..SNAPSHOTS_MAX as u32 {
        assert_eq!(send(flow), (None, flow as usize + 1));
    }
    assert_eq!(send(SNAPSHOTS_MAX as u32), (Some(Refusal::FlowsFull), SNAPSHOTS_MAX));
    assert_eq!(send(0), (None, SNAPSHOTS_MAX), "a flow that has snapshots goes on");
}

#[test]
fn record_that_has_ended_takes_its_snapshots_with_it() {
    let (mut store, epoch) = granted();
    assert_taken(&mut store, &Run::whole(1, epoch, 5, 0..8));
    assert_eq!(store.shard.flows().records().snapshots(), 1);
    store.pass(PERIOD_MS + IDLE_MS);
    assert_eq!(store.record(&KEY).map(|record| record.epoch), None);
    assert_eq!(store.shard.flows().records().snapshots(), 0);
    let grant = store.grant(1, &KEY);
    assert_eq!((grant.state, grant.migrated), (vec![0, 0], false));
    assert_eq!(fetched(&mut store, 1, grant.epoch, 5), Err(Refusal::OldSnapshot));
}
