//! The detector of heavy hitters: counts, estimates, reports.

use std::collections::HashMap;

use redplane_apps::HeavyHitter;
use redplane_apps::heavy_hitter::Flow;
use redplane_core::count::Event;
use redplane_core::time::Span;

use crate::owner::{Owner, tags};
use crate::support::frame::{Ip, TCP, UDP, echo, ethernet, tcp, udp};
use crate::support::random::Random;

const NO_WINDOW: Span = Span::from_ticks(0);

/// What the sketch and its marks are to be, by the slots that the host side says.
#[derive(Default)]
struct Model {
    counts: HashMap<(u16, usize), u32>,
    noted: HashMap<(u16, usize), bool>,
    truth: HashMap<(u16, Flow), u32>,
    reports: Vec<[u32; 8]>,
}

impl Model {
    fn count(&mut self, vlan: u16, flow: Flow, threshold: u32) {
        *self.truth.entry((vlan, flow)).or_default() += 1;
        let at = HeavyHitter::slots(&flow).into_iter().enumerate().map(|(row, slot)| (vlan, slot * 3 + row));
        let at: Vec<_> = at.collect();
        at.iter().for_each(|at| *self.counts.entry(*at).or_default() += 1);
        let estimate = at.iter().map(|at| self.counts[at]).min().unwrap();
        if threshold != 0 && estimate >= threshold {
            let known = at.iter().filter(|at| self.noted.insert(**at, true).is_some()).count();
            if known < 3 {
                let [source, destination, ports, protocol] = flow;
                self.reports.push([vlan.into(), source, destination, ports, protocol, estimate, 0, 0]);
            }
        }
    }

    fn words(&self, vlan: u16) -> Vec<u32> {
        (0..3 * 64).map(|at| self.counts.get(&(vlan, at)).copied().unwrap_or(0)).collect()
    }
}

/// A flow, and its packet.
fn flow(random: &mut Random) -> (Flow, Ip) {
    let (from, to) = ((random.word(), random.word() as u16), (random.word(), random.word() as u16));
    let ports = u32::from(from.1) << 16 | u32::from(to.1);
    match random.below(8) {
        0 => ([from.0, to.0, 0, 47], Ip::new(47, from.0, to.0, vec![1; 8])),
        1 => ([from.0, to.0, 0, UDP.into()], udp(from, to, &[1; 24]).fragment(0x2004)),
        2 => ([from.0, to.0, ports, UDP.into()], udp(from, to, &[1; 24]).fragment(0x2000)),
        3 => ([from.0, to.0, 0, 1], echo(8, from.0, to.0, 7, b"ping")),
        4 => ([from.0, to.0, ports, TCP.into()], tcp(from, to, 0x10, b"").options(&[1, 1, 1, 0])),
        5 => ([from.0, to.0, ports, TCP.into()], tcp(from, to, 0x02, b"")),
        _ => ([from.0, to.0, ports, UDP.into()], udp(from, to, b"data")),
    }
}

/// Traffic of Zipf's kind: the flow of rank `k` has about `1 / k` of the first one's packets.
fn traffic(random: &mut Random, flows: usize, packets: usize) -> Vec<usize> {
    let weights: Vec<f64> = (1..=flows).map(|rank| 1.0 / rank as f64).collect();
    let total: f64 = weights.iter().sum();
    let pick = |point: f64| {
        let mut left = point * total;
        weights.iter().position(|weight| {
            left -= weight;
            left < 0.0
        })
    };
    (0..packets).map(|_| pick(f64::from(random.word()) / 4_294_967_296.0).unwrap_or(0)).collect()
}

#[test]
fn random_packets_with_snapshots_between_give_the_counts_and_reports_of_the_model() {
    for seed in 0..20 {
        let mut random = Random::new(seed);
        let threshold = [0, 1, 40, 200][seed as usize % 4];
        let vlans = [0, 7, 4094];
        let mut owner = Owner::<HeavyHitter>::new(HeavyHitter::params(threshold), NO_WINDOW, &vlans);
        let mut model = Model::default();
        let flows: Vec<_> = (0..300).map(|_| (flow(&mut random), random.pick(&vlans))).collect();
        for at in traffic(&mut random, flows.len(), 6_000) {
            let ((flow, packet), vlan) = &flows[at];
            owner.send(&packet.frame(&tags(*vlan)));
            model.count(*vlan, *flow, threshold);
            if random.below(20) == 0 {
                owner.wait(Span::from_ticks(random.word() % 40));
            } else if random.below(4) == 0 {
                owner.turn(random.below(8) == 0);
            }
        }
        for vlan in vlans {
            assert_eq!(owner.words(vlan), model.words(vlan), "seed {seed}, VLAN {vlan}");
        }
        assert_eq!(owner.reports, model.reports, "seed {seed}");
        assert_eq!(owner.reports.is_empty(), threshold == 0, "seed {seed}");
        assert!(owner.event(Event::SnapshotComplete) >= 20, "seed {seed}");
    }
}

#[test]
fn estimates_are_never_below_the_truth_and_within_the_bound_for_nineteen_of_twenty() {
    let mut random = Random::new(3);
    let mut owner = Owner::<HeavyHitter>::new(HeavyHitter::params(0), NO_WINDOW, &[5]);
    let mut model = Model::default();
    let flows: Vec<_> = (0..1000).map(|_| flow(&mut random)).collect();
    let packets = 20_000;
    for at in traffic(&mut random, flows.len(), packets) {
        let (flow, packet) = &flows[at];
        owner.send(&packet.frame(&tags(5)));
        model.count(5, *flow, 0);
    }
    let words = owner.words(5);
    let bound = std::f64::consts::E * packets as f64 / 64.0;
    let mut beyond = 0;
    for ((_, flow), truth) in &model.truth {
        let estimate = HeavyHitter::estimate(&words, flow);
        assert!(estimate >= *truth, "{flow:x?}: {estimate} of {truth}");
        beyond += usize::from(f64::from(estimate - truth) > bound);
    }
    assert!(beyond * 20 <= model.truth.len(), "{beyond} of {}", model.truth.len());
}

#[test]
fn heavy_flow_is_reported_once_a_window_and_again_in_the_next() {
    let window = Span::from_millis(20);
    let mut owner = Owner::<HeavyHitter>::new(HeavyHitter::params(10), window, &[3]);
    let frame = udp((0x0a00_0001, 1000), (0x0a00_0002, 53), b"").frame(&tags(3));
    let found = [3, 0x0a00_0001, 0x0a00_0002, 1000 << 16 | 53, 17, 10, 0, 0];
    for round in 0..3 {
        owner.reports.clear();
        for _ in 0..9 {
            owner.send(&frame);
        }
        assert_eq!(owner.reports, [[0; 8]; 0], "round {round}");
        for _ in 0..30 {
            owner.send(&frame);
            owner.wait(Span::from_ticks(100));
        }
        assert_eq!(owner.reports, [found], "round {round}");
        owner.wait(window);
        assert_eq!(owner.words(3), [0; 3 * 64], "round {round}");
    }
}

#[test]
fn packet_that_is_not_ipv4_passes_uncounted() {
    let mut owner = Owner::<HeavyHitter>::new(HeavyHitter::params(1), NO_WINDOW, &[0]);
    owner.send(&ethernet(0x0806, &[], &[0; 28]));
    owner.send(&ethernet(0x86dd, &tags(9), &[0x60; 40]));
    assert_eq!(owner.words(0), [0; 3 * 64]);
    assert_eq!(owner.event(Event::Passed), 2);
}

/// A CRC bit by bit, as its definition says.
fn crc(reflected_polynomial: u32, bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { crc >> 1 ^ reflected_polynomial } else { crc >> 1 };
    bytes.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}

#[test]
fn slots_are_the_low_bits_of_the_named_crcs() {
    let mut random = Random::new(8);
    for _ in 0..1000 {
        let (flow, _) = flow(&mut random);
        let bytes: Vec<u8> = flow.iter().flat_map(|word| word.to_be_bytes()).collect();
        let [ethernet, castagnoli, mef] = [0x04c1_1db7u32, 0x1edc_6f41, 0x741b_8cd7]
            .map(|polynomial| crc(polynomial.reverse_bits(), &bytes));
        // The MEF's is the one without a final inversion.
        let slots = [!ethernet, !castagnoli, mef].map(|hash| hash as usize % 64);
        assert_eq!(HeavyHitter::slots(&flow), slots);
    }
}

#[test]
fn words_that_are_missing_count_as_none() {
    assert_eq!(HeavyHitter::estimate(&[], &[1, 2, 3, 17]), 0);
    assert_eq!(HeavyHitter::estimate(&[u32::MAX; 2], &[1, 2, 3, 17]), 0);
}
