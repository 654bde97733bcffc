//! Devices, a store and hosts in one simulation: what RedPlane is for, with pipelines instead of switches in software.
#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod sim_support;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::LazyLock;

use redplane_apps::{Counter, Nat44};
use redplane_core::count::Event;
use redplane_core::seq::{Epoch, Incarnation, Seq};
use redplane_core::store::Limits;
use redplane_core::switch::Config;
use redplane_core::time::Span;
use redplane_core::wire::Kind;
use redplane_hdl_sim::pipeline::Pipeline;
use redplane_hdl_sim::place;
use redplane_hdl_sim::sim::network::{Emission, Faults, Network, Refusal, ShardStore};
use redplane_hdl_sim::sim::{Hardware, Link, Observer, Output, Unfit, View, What};
use redplane_hdl_sim::target::TOFINO1;
use redplane_store::durability::OneReplica;
use redplane_store::nat::{NatConfig, NatInitializer};
use redplane_store::placement::Placement;
use redplane_store::shard::{ShardConfig, ZeroState};
use sim_support::maker::{Maker, config};
use sim_support::{End, half, word};

const MS: u64 = 1_000_000;
const LEASE: Span = Span::from_millis(20);
const FLOWS: u32 = 64;
const INSIDE: u16 = 0;
const OUTSIDE: u16 = 1;
const OUTSIDE_ADDRESS: [u8; 4] = [203, 0, 113, 1];

static COUNTER: LazyLock<Pipeline> = LazyLock::new(|| place::program::<Counter>(&TOFINO1, FLOWS).unwrap());
static NAT: LazyLock<Pipeline> = LazyLock::new(|| place::program::<Nat44>(&TOFINO1, FLOWS).unwrap());

type CounterStore = Rc<RefCell<ShardStore<Counter, ZeroState, OneReplica>>>;

fn shard_config() -> ShardConfig {
    ShardConfig {
        lease_period: LEASE,
        limits: Limits { flows: 256, waiting_per_flow: 16, waiting: 64 },
        pending: 64,
        epoch_floor: Epoch::new(0),
        first_seq: Seq::new(0),
    }
}

fn switch_config(switch: u16) -> Config {
    Config { resend_after: Span::from_micros(200), ..Config::new(switch, Incarnation::new(1)) }
        .with_lease_period(LEASE)
}

fn hardware(pipeline: &Pipeline, switch: u16) -> Hardware {
    Hardware {
        // Clocks that show different times, one of them near its wrap.
        origin_ns: if switch == 0 { 5_000_000_000 } else { 0xff_ffff_ff00 - 10 * MS },
        store: Link { latency_ns: 5_000, ..Link::FAST },
        controller_cycles: 20_000,
        ..Hardware::new(pipeline, Hardware::two_ports())
    }
}

/// Two devices that count, and a store.
fn counting(seed: u64) -> (Network, CounterStore) {
    let mut network = Network::new(seed);
    for switch in 0..2 {
        let hardware = hardware(&COUNTER, switch);
        network.add_device(COUNTER.clone(), switch_config(switch), hardware, ()).unwrap();
    }
    let store = ShardStore::new(&shard_config(), ZeroState { idle_ticks: 1 << 40 }, OneReplica::default());
    let store = Rc::new(RefCell::new(store));
    network.add_store(store.clone(), Link { latency_ns: 5_000, ..Link::FAST }).unwrap();
    (network, store)
}

fn key(flow: u16) -> [u32; 4] {
    [17, 0x0a00_0001, 0xc633_6401, u32::from(flow) << 16 | 53]
}

/// A packet of a flow, with its number in it.
fn frame(flow: u16, number: u32) -> Vec<u8> {
    sim_support::udp((0x0a00_0001, flow), (0xc633_6401, 53), &number.to_be_bytes())
}

/// The numbers of the packets that have come out, by device.
fn numbers(network: &mut Network) -> Vec<(usize, u32)> {
    let emissions = std::iter::from_fn(|| network.poll());
    emissions
        .filter_map(|Emission { device, what, .. }| match what {
            What::Forward { packet, .. } => Some((device, word(&packet, 42))),
            _ => None,
        })
        .collect()
}

/// What the store knows of a flow.
fn count(store: &CounterStore, flow: u16) -> u32 {
    let mut store = store.borrow_mut();
    store.shard().flows_mut().record(&key(flow)).map_or(0, |record| record.state[0])
}

#[test]
fn flow_is_counted_on_by_another_device_when_its_own_has_crashed() {
    let (mut network, store) = counting(1);
    for number in 0..20 {
        network.send(u64::from(number) * MS / 2, (0, INSIDE), &frame(1, number));
    }
    network.run_until(10 * MS);
    let out = numbers(&mut network);
    assert_eq!(out, (0..20).map(|number| (0, number)).collect::<Vec<_>>());
    assert_eq!(count(&store, 1), 20);
    network.crash(10 * MS, 0, 100 * MS);
    for number in 20..40 {
        network.send(11 * MS + u64::from(number - 20) * 2 * MS, (1, INSIDE), &frame(1, number));
    }
    network.run_until(60 * MS);
    assert!(network.device(0).is_none(), "it is down");
    let out = numbers(&mut network);
    // Those that came while the lease was the first device's waited at the store, and none was lost.
    let mut seen: Vec<_> = out.iter().map(|(device, number)| (*device, *number)).collect();
    seen.sort();
    assert_eq!(seen, (20..40).map(|number| (1, number)).collect::<Vec<_>>());
    assert_eq!(count(&store, 1), 40);
    // It boots as its next incarnation, and takes the flow over in its turn.
    for number in 40..45 {
        network.send(150 * MS, (0, INSIDE), &frame(1, number));
    }
    network.run_until(250 * MS);
    assert_eq!(numbers(&mut network).len(), 5);
    assert_eq!(count(&store, 1), 45);
    assert_eq!(network.mishaps().crashes, 1);
}

/// What runs under faults show of one flow: what has come out, and what the store has counted.
fn stormy(seed: u64) -> (Vec<(usize, u32)>, u32, u32) {
    let (mut network, store) = counting(seed);
    network.set_faults(Faults { loss: 0.1, duplication: 0.05, straggling: 0.1, straggling_ns: 3 * MS });
    let mut rng = fastrand::Rng::with_seed(seed);
    let mut sent = 0;
    for at_ms in 0..150 {
        for _ in 0..rng.u32(0..4) {
            network.send(at_ms * MS + rng.u64(0..MS), (usize::from(at_ms >= 60), INSIDE), &frame(1, sent));
            sent += 1;
        }
    }
    network.crash(50 * MS, 0, 30 * MS);
    network.run_until(200 * MS);
    network.set_faults(Faults::NONE);
    network.run_until(300 * MS);
    let mishaps = network.mishaps();
    assert!(mishaps.lost > 0 && mishaps.duplicated > 0 && mishaps.straggled > 0, "{mishaps:?}");
    (numbers(&mut network), count(&store, 1), sent + mishaps.duplicated as u32)
}

#[test]
fn nothing_that_has_come_out_is_uncounted_whatever_the_links_do() {
    for seed in 0..6 {
        let (out, counted, most) = stormy(seed);
        let mut numbers: Vec<_> = out.iter().map(|(_, number)| *number).collect();
        numbers.sort();
        numbers.dedup();
        assert!(numbers.len() > 20, "seed {seed}: {} packets came out", numbers.len());
        assert!(counted as usize >= numbers.len(), "seed {seed}: {counted} counted, {} out", numbers.len());
        assert!(counted <= most, "seed {seed}: {counted} counted of {most}");
    }
}

#[test]
fn run_follows_from_its_seed() {
    assert_eq!(stormy(3), stormy(3));
    assert_ne!(stormy(3).0, stormy(4).0);
}

/// A UDP packet between these ends, after it has gone through.
fn ends(frame: &[u8]) -> (End, End) {
    ((word(frame, 26), half(frame, 34)), (word(frame, 30), half(frame, 36)))
}

#[test]
fn translation_survives_the_device_that_it_was_made_on() {
    let mut network = Network::new(1);
    for switch in 0..2 {
        let mut config = switch_config(switch);
        config.program = Nat44::params(OUTSIDE_ADDRESS, 32);
        network.add_device(NAT.clone(), config, hardware(&NAT, switch), ()).unwrap();
    }
    let nat = NatConfig::new(vec![OUTSIDE_ADDRESS.into()]);
    let initializer = NatInitializer::new(&nat, Placement::ALONE).unwrap();
    let store = ShardStore::<Nat44, _, _>::new(&shard_config(), initializer, OneReplica::default());
    network.add_store(store, Link { latency_ns: 5_000, ..Link::FAST }).unwrap();
    let server = (0xc633_6401, 53);
    let hosts: Vec<End> = (0..5).map(|host| (0x0a00_0001 + host, 1000 + host as u16)).collect();
    let through = |network: &mut Network, device: usize, port: u16, frames: &[Vec<u8>]| -> Vec<Vec<u8>> {
        let at_ns = network.now_ns();
        frames.iter().for_each(|frame| network.send(at_ns, (device, port), frame));
        network.run_until(at_ns + 50 * MS);
        let emissions = std::iter::from_fn(|| network.poll());
        let frames = emissions.filter_map(|emission| match emission.what {
            What::Forward { packet, .. } => Some(packet.to_vec()),
            _ => None,
        });
        frames.collect()
    };
    let outbound: Vec<_> =
        hosts.iter().map(|host| sim_support::udp(*host, server, &host.0.to_be_bytes())).collect();
    let by_host = |frames: Vec<Vec<u8>>| -> BTreeMap<u32, End> {
        frames.iter().map(|frame| (word(frame, 42), ends(frame).0)).collect()
    };
    let first = by_host(through(&mut network, 0, INSIDE, &outbound));
    assert_eq!(first.len(), hosts.len());
    assert!(first.values().all(|(address, _)| address.to_be_bytes() == OUTSIDE_ADDRESS));
    network.crash(network.now_ns(), 0, u64::MAX);
    // Answers come by the other device, which has never seen the flows, and so do the hosts' next packets.
    let inbound: Vec<_> =
        first.iter().map(|(host, mapped)| sim_support::udp(server, *mapped, &host.to_be_bytes())).collect();
    let back = through(&mut network, 1, OUTSIDE, &inbound);
    let delivered: BTreeMap<_, _> = back.iter().map(|frame| (word(frame, 42), ends(frame).1)).collect();
    assert_eq!(delivered, hosts.iter().map(|host| (host.0, *host)).collect());
    assert_eq!(by_host(through(&mut network, 1, INSIDE, &outbound)), first);
}

#[test]
fn frame_takes_the_time_of_each_device_and_each_cable() {
    let forwarding = || {
        let mut maker = Maker::new();
        maker.forward_packets();
        let link = Link { bits_per_second: 8_000_000_000, latency_ns: 2_000, buffer_bytes: 1 << 20 };
        let mut hardware = Hardware::new(&maker.pipeline, Hardware::two_ports());
        hardware.sweep_every = None;
        hardware.ports.iter_mut().for_each(|port| port.link = link);
        (maker.pipeline, hardware)
    };
    let mut network = Network::new(1);
    for clock_hz in [1_000_000_000, 2_000_000_000] {
        let (pipeline, mut hardware) = forwarding();
        hardware.clock_hz = clock_hz;
        network.add_device(pipeline, config(), hardware, ()).unwrap();
    }
    network.connect((0, 1), (1, 0)).unwrap();
    assert_eq!(network.connect((0, 1), (1, 1)), Err(Refusal::Port((0, 1))));
    assert_eq!(network.connect((0, 0), (1, 2)), Err(Refusal::Port((1, 2))));
    let mut frame = vec![7; 100];
    frame[12..14].copy_from_slice(&[0x88, 0xb5]);
    network.send(10_000, (0, 0), &frame);
    network.run_until(MS);
    let out = network.poll().unwrap();
    assert!(matches!(&out.what, What::Forward { packet, .. } if **packet == frame));
    // Parser, a stage, traffic manager and deparser take 40 + 1 + 60 + 40 cycles, the link's 124 bytes as many nanoseconds. The second
    // device's cycles are half as long.
    assert_eq!((out.device, out.at_ns), (1, 12_265 + (141 + 2 * (124 + 2_000)) / 2));
}

/// Writes down when each thing was given to the device and when it came out.
#[derive(Default)]
struct Sent(Vec<(u64, Kind)>);

impl Observer for Sent {
    fn output(&mut self, device: View<'_>, output: &Output) {
        if let What::ToStore { kind, .. } = output.what {
            self.0.push((device.nanos_at(device.cycle()), kind));
        }
    }
}

#[test]
fn observer_goes_on_watching_when_its_device_has_booted() {
    let mut network = Network::new(1);
    let origin_ns = 77_000 * MS;
    let hardware = Hardware { origin_ns, ..hardware(&COUNTER, 0) };
    network.add_device(COUNTER.clone(), switch_config(0), hardware, Sent::default()).unwrap();
    network.crash(10 * MS, 0, 5 * MS);
    for at_ms in [1, 12, 20] {
        network.send(at_ms * MS, (0, INSIDE), &frame(1, 0));
    }
    network.run_until(30 * MS);
    assert_eq!(network.mishaps().came_to_nobody, 1);
    let sent = network.into_observers().remove(0).0;
    let at_ms: Vec<_> = sent.iter().map(|(at_ns, kind)| ((at_ns - origin_ns) / MS, *kind)).collect();
    assert_eq!(at_ms, [(1, Kind::LeaseRequest), (20, Kind::LeaseRequest)], "the clock has gone on");
}

#[test]
fn link_without_latency_and_hardware_that_does_not_fit_are_refused() {
    let mut network: Network = Network::new(1);
    let mut hardware = hardware(&COUNTER, 0);
    hardware.store.latency_ns = 0;
    let refused = network.add_device(COUNTER.clone(), switch_config(0), hardware.clone(), ());
    assert_eq!(refused, Err(Refusal::NoLatency));
    hardware.store = Link { bits_per_second: 0, ..Link::FAST };
    let refused = network.add_device(COUNTER.clone(), switch_config(0), hardware, ());
    assert_eq!(refused, Err(Refusal::Unfit(Unfit::NoRate)));
}

#[test]
fn store_recalls_a_lease_that_another_device_wants() {
    let (mut network, store) = counting(1);
    network.send(0, (0, INSIDE), &frame(1, 0));
    network.run_until(MS);
    network.send(MS, (1, INSIDE), &frame(1, 1));
    // Long before the first lease ends.
    network.run_until(8 * MS);
    assert_eq!(numbers(&mut network), [(0, 0), (1, 1)]);
    let events =
        |network: &mut Network, device: usize, event| network.device(device).unwrap().counters().event(event);
    assert_eq!(events(&mut network, 0, Event::Recalled), 1);
    assert_eq!(events(&mut network, 0, Event::GiveUpConfirmed), 1);
    assert_eq!(count(&store, 1), 2);
    let owner = store.borrow_mut().shard().flows_mut().record(&key(1)).map(|record| record.epoch);
    assert_eq!(owner.map(Epoch::raw), Some(2));
}
