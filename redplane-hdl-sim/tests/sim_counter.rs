//! The per-flow counter, placed on a Tofino, with many packets under way at once: what no switch does that takes one at a time.
#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod sim_support;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use redplane_apps::Counter;
use redplane_core::count::{Event, Reason};
use redplane_core::machine::Array;
use redplane_core::seq::Incarnation;
use redplane_core::switch::Config;
use redplane_core::time::{Span, TICK_NANOS, Tick};
use redplane_core::wire::{HEADER_LEN, Kind, Message, VERSION};
use redplane_hdl_sim::pipeline::{Pipeline, StageArray};
use redplane_hdl_sim::place;
use redplane_hdl_sim::record;
use redplane_hdl_sim::sim::{Device, Hardware, Loss, Output, QueueId, What};
use redplane_hdl_sim::target::TOFINO1;

const LEASE: Span = Span::from_millis(100);
const RESEND: Span = Span::from_micros(100);
const KEY_END: usize = HEADER_LEN + 16;

/// Copies below which a write begins.
const MIRROR_LIMIT: u32 = 8;

static COUNTER: LazyLock<Pipeline> = LazyLock::new(|| {
    place::place(&record::record::<Counter>(MIRROR_LIMIT), &place::shape_of::<Counter>(8), &TOFINO1).unwrap()
});

fn device(change: impl FnOnce(&mut Hardware)) -> Device {
    let config = Config { resend_after: RESEND, ..Config::new(1, Incarnation::new(1)) };
    let config = config.with_lease_period(LEASE);
    let mut hardware = Hardware::new(&COUNTER, Hardware::two_ports());
    hardware.controller_cycles = 500;
    change(&mut hardware);
    Device::new(COUNTER.clone(), &config, hardware).unwrap()
}

fn frame(flow: u16, mark: u8) -> Vec<u8> {
    sim_support::udp((0x0a00_0001, flow), (0xc633_6401, 53), &[mark; 30])
}

fn key(flow: u16) -> [u32; 4] {
    [17, 0x0a00_0001, 0xc633_6401, u32::from(flow) << 16 | 53]
}

/// What a store answers that grants epoch 1 to whoever asks, with this state and this seq, and acks every write.
fn answer(message: &[u8], epoch: u32, state: u32) -> Vec<u8> {
    let kind = match Kind::from_wire(message[0] & 0xf).unwrap() {
        Kind::LeaseRequest => Kind::Grant,
        Kind::Write => Kind::WriteAck,
        other => panic!("{}", other.name()),
    };
    let mut answer = message[..KEY_END].to_vec();
    answer[0] = VERSION << 4 | kind.to_wire();
    if kind == Kind::Grant {
        answer[8..12].copy_from_slice(&epoch.to_be_bytes());
        answer.extend(state.to_be_bytes());
        answer.extend(&message[KEY_END..]);
    } else {
        answer.extend(&message[KEY_END + 4..]);
    }
    answer
}

/// Takes what has come out; answers what is for the store, so many cycles after it has left, if it is to be answered.
fn turn(device: &mut Device, delay: u64, answered: bool) -> Vec<Output> {
    let outputs: Vec<_> = std::iter::from_fn(|| device.poll_output()).collect();
    for output in &outputs {
        if let (What::ToStore { packet, .. }, true) = (&output.what, answered) {
            device.message_at(output.at + delay, &answer(packet, 1, 100));
        }
    }
    outputs
}

/// Runs until everything rests, the copies too.
fn settle(device: &mut Device) -> Vec<Output> {
    let mut outputs = vec![];
    while device.under_way() > 0 || device.queue(QueueId::Mirror).packets > 0 {
        device.run_until_idle();
        outputs.extend(turn(device, 500, true));
        device.run_until(device.cycle() + 1000);
    }
    outputs
}

fn cell(device: &Device, array: Array, flow: u16) -> u32 {
    let slot = device.slot_of(&key(flow)).unwrap();
    device.register(StageArray::Core(array), slot).unwrap()
}

/// Gives flows their slots, one after the other.
fn begin(device: &mut Device, flows: impl IntoIterator<Item = u16>) {
    for flow in flows {
        device.offer(0, &frame(flow, 0)).unwrap();
        settle(device);
        assert!(device.slot_of(&key(flow)).is_some(), "flow {flow}");
    }
}

#[test]
fn order_of_stages_and_units_within_a_cycle_changes_nothing() {
    let run = |seed: Option<u64>| {
        let mut device = device(|_| {});
        device.shuffle(seed);
        let mut rng = fastrand::Rng::with_seed(7);
        let mut outputs = vec![];
        for number in 0..3000u32 {
            device.offer(rng.u16(0..2), &frame(rng.u16(0..12), number as u8)).unwrap();
            device.run_until(device.cycle() + rng.u64(0..40));
            outputs.extend(turn(&mut device, 300, true));
        }
        outputs.extend(settle(&mut device));
        let cells =
            |array| (0..8).map(|slot| device.register(StageArray::Core(array), slot)).collect::<Vec<_>>();
        let arrays =
            [Array::Epoch, Array::Renounced, Array::Deadline, Array::Seq, Array::Acked, Array::Asked];
        let registers = arrays.map(cells);
        let events: Vec<_> = Event::ALL.iter().map(|event| device.counters().event(*event)).collect();
        (outputs, registers, cells(Array::State(0)), events)
    };
    let expected = run(None);
    let forwards = expected.0.iter().filter(|output| matches!(output.what, What::Forward { .. })).count();
    assert!(forwards > 1000, "{forwards}");
    for seed in 0..4 {
        assert!(run(Some(seed)) == expected, "seed {seed}");
    }
}

#[test]
fn burst_of_one_flow_is_counted_one_by_one_and_leaves_in_order() {
    let mut device = device(|_| {});
    begin(&mut device, [1]);
    let before = cell(&device, Array::State(0), 1);
    for mark in 0..8 {
        device.offer(0, &frame(1, mark)).unwrap();
    }
    let outputs = settle(&mut device);
    let marks: Vec<_> = outputs
        .iter()
        .filter_map(|output| match &output.what {
            What::Forward { packet, .. } => packet.last().copied(),
            _ => None,
        })
        .collect();
    assert_eq!(marks, [0, 1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(cell(&device, Array::State(0), 1), before + 8);
    assert_eq!(cell(&device, Array::Seq, 1), cell(&device, Array::Acked, 1));
}

#[test]
fn packets_that_come_while_the_controller_works_ask_again_and_are_all_counted() {
    let mut device = device(|hardware| hardware.controller_cycles = 20_000);
    for mark in 0..5 {
        device.offer(0, &frame(1, mark)).unwrap();
        device.run_until(device.cycle() + 3000);
        turn(&mut device, 300, true);
    }
    settle(&mut device);
    assert_eq!(device.counters().event(Event::LeaseRequested), 5);
    assert_eq!(cell(&device, Array::State(0), 1), 100 + 5);
    assert_eq!(device.counters().event(Event::GrantInstalled), 1);
    assert_eq!(device.counters().event(Event::GrantExtended), 4);
}

#[test]
fn copy_of_an_unacked_write_goes_around_and_is_sent_again_with_backoff_until_it_is_acked() {
    let mut device = device(|_| {});
    begin(&mut device, [1]);
    let resent_at = |device: &Device, cycle: u64| device.view().nanos_at(cycle) / TICK_NANOS;
    device.offer(0, &frame(1, 1)).unwrap();
    let mut sent: Vec<(u64, Vec<u8>)> = vec![];
    let until = device.cycle() + 16 * RESEND.nanos();
    while device.cycle() < until {
        device.run_until(device.cycle() + 10_000);
        for output in turn(&mut device, 0, false) {
            let What::ToStore { kind: Kind::Write, packet, .. } = output.what else { panic!("{output:?}") };
            sent.push((resent_at(&device, output.at), packet.to_vec()));
        }
    }
    // After one time, then after two, four and eight.
    let wait = u64::from(RESEND.ticks());
    let after: Vec<_> = sent.windows(2).map(|pair| pair[1].0 - pair[0].0).collect();
    let expected = [wait, 2 * wait, 4 * wait, 8 * wait];
    assert_eq!(after.len(), 4, "{after:?}");
    for (after, expected) in after.iter().zip(expected) {
        assert!((expected..expected + 10).contains(after), "{after} ticks, {expected} wanted");
    }
    let layout = |_| Some(COUNTER.layout);
    let (first, _) = Message::parse(&sent[0].1, layout).unwrap();
    let (second, _) = Message::parse(&sent[1].1, layout).unwrap();
    assert!(first.piggyback().is_some() && !first.flags().retransmission());
    assert!(second.piggyback().is_none() && second.flags().retransmission());
    assert_eq!(second.state()[0].get(), first.state()[0].get());
    device.message(&answer(&sent[1].1, 1, 0));
    settle(&mut device);
    assert_eq!(device.queue(QueueId::Mirror).packets, 0);
    assert_eq!(device.counters().event(Event::CopyAcked), 2, "of the flow's first write and of this one");
}

/// RP-SW-4 as a pipeline has it: it knows how many copies the last one left behind.
#[test]
fn write_is_refused_while_as_many_copies_wait_as_the_program_was_placed_for() {
    // A way back that is slow, so that copies wait.
    let mut device = device(|hardware| {
        hardware.recirculation.bits_per_second = 100_000_000;
        hardware.mirror.copies = 64;
    });
    begin(&mut device, [1]);
    let mut dropped_at = None;
    for number in 0..40u32 {
        device.offer(0, &frame(1, number as u8)).unwrap();
        device.run_until(device.cycle() + 5_000);
        let outputs = turn(&mut device, 0, false);
        let full = What::Dropped(Reason::MirrorFull);
        if dropped_at.is_none() && outputs.iter().any(|output| output.what == full) {
            dropped_at = Some(number);
            assert!(device.queue(QueueId::Mirror).packets >= MIRROR_LIMIT as usize);
        }
    }
    assert!(dropped_at.is_some_and(|number| number >= MIRROR_LIMIT), "{dropped_at:?}");
    assert!(device.counters().reason(Reason::MirrorFull) > 10);
    assert_eq!(device.view().losses(Loss::MirrorQueueFull), 0);
    let (seq, acked) = (cell(&device, Array::Seq, 1), cell(&device, Array::Acked, 1));
    assert_eq!(
        seq - acked,
        40 - device.counters().reason(Reason::MirrorFull),
        "what was refused changed nothing"
    );
}

/// A flow is taken out of its slot while a packet that has found it is under way, in every cycle of its way.
#[test]
fn slot_is_given_away_only_when_no_packet_of_its_old_flow_is_under_way() {
    // Five flows of one set.
    let mut sets = BTreeMap::<u32, Vec<u16>>::new();
    for flow in 1..40 {
        let set = redplane_core::memory::hash(&key(flow)) % 2;
        sets.entry(set).or_default().push(flow);
    }
    let flows = &sets[&0][..5];
    let (old, new) = (&flows[..4], flows[4]);
    let mut outcomes = BTreeMap::<bool, u32>::new();
    for offset in 0..60 {
        let mut device = device(|hardware| hardware.sweep_every = None);
        begin(&mut device, old.iter().copied());
        // Leases have lapsed, and nothing that was asked for can come any more.
        device.run_until(device.cycle() + 3 * LEASE.nanos());
        device.offer(0, &frame(new, 1)).unwrap();
        device.run_until_idle();
        let request = turn(&mut device, 0, false).pop().unwrap();
        let What::ToStore { kind: Kind::LeaseRequest, packet, .. } = request.what else {
            panic!("{request:?}")
        };
        let granted_at = device.cycle();
        device.message(&answer(&packet, 1, 500));
        // The grant enters, goes through ingress and waits for the controller; a packet of the flow in the first slot comes by about
        // when the controller takes it out.
        let first = *old.iter().min_by_key(|flow| device.slot_of(&key(**flow))).unwrap();
        let lapsed = device.counters().event(Event::LeaseLapsed);
        device.offer_at(granted_at + 470 + offset, 1, &frame(first, 2)).unwrap();
        device.run_until_idle();
        let slot = device.slot_of(&key(new)).unwrap();
        let stays = device.slot_of(&key(first)).is_some();
        *outcomes.entry(stays).or_default() += 1;
        // A packet that has found its slot keeps it for its flow: what it has written there is its flow's.
        let found = device.counters().event(Event::LeaseLapsed) > lapsed;
        assert_eq!(stays, found, "offset {offset}");
        let register = |array| device.register(StageArray::Core(array), slot).unwrap();
        assert_eq!(register(Array::Epoch), 1, "offset {offset}");
        assert_eq!(register(Array::State(0)), 501, "offset {offset}");
        assert!(Tick::new(register(Array::Deadline)).is_after(device.view().tick()), "offset {offset}");
        assert_eq!(device.counters().event(Event::SlotReused), 1, "offset {offset}");
        // What the packet of the old flow asked with is its own.
        let asked = std::iter::from_fn(|| device.poll_output()).find_map(|output| match output.what {
            What::ToStore { kind: Kind::LeaseRequest, key, packet } => Some((key, packet)),
            _ => None,
        });
        let (asked_key, asked) = asked.unwrap_or_else(|| panic!("offset {offset}: no request"));
        assert_eq!(*asked_key, key(first));
        let (asked, _) = Message::parse(&asked, |_| Some(COUNTER.layout)).unwrap();
        assert_eq!(asked.epoch().raw(), 0, "offset {offset}");
    }
    assert!(outcomes.len() == 2, "a flow that is asked for stays, one that is not goes: {outcomes:?}");
}
