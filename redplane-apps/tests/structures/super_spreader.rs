//! The detector of super-spreaders: bits, levels, candidates, reports, and what is estimated from them.

use std::collections::{BTreeMap, BTreeSet};

use redplane_apps::SuperSpreader;
use redplane_apps::sketch::SpreadSketch;
use redplane_core::time::Span;

use crate::owner::{Owner, tags};
use crate::support::frame::udp;
use crate::support::random::Random;

type Sketch = SpreadSketch<3, 64>;
const WORDS: usize = 9 * 64;

/// What the structure, the marks and the reports are to be, by the slots and places that the host side says.
struct Model {
    words: [u32; WORDS],
    noted: BTreeSet<usize>,
    reports: Vec<[u32; 8]>,
}

impl Model {
    fn new() -> Self {
        Self { words: [0; WORDS], noted: BTreeSet::new(), reports: vec![] }
    }

    fn count(&mut self, source: u32, destination: u32, from: u32) {
        let (level, bit) = Sketch::place(source, destination);
        let at: Vec<_> =
            Sketch::slots(source).into_iter().enumerate().map(|(row, slot)| slot * 9 + row).collect();
        for at in &at {
            self.words[*at] |= bit;
            if level >= self.words[at + 3] {
                self.words[at + 3] = level;
                self.words[at + 6] = source;
            }
        }
        if from != 0 && level >= from {
            let known = at.iter().filter(|at| !self.noted.insert(**at)).count();
            if known < 3 {
                let bits = |row: usize| self.words[at[row]];
                self.reports.push([4, source, bits(0), bits(1), bits(2), level, 0, 0]);
            }
        }
    }
}

#[test]
fn random_packets_with_snapshots_between_give_the_words_and_reports_of_the_model() {
    for seed in 0..12 {
        let mut random = Random::new(seed);
        let from = [0, 2, 5, 8][seed as usize % 4];
        let mut owner = Owner::<SuperSpreader>::new(SuperSpreader::params(from), Span::from_ticks(0), &[4]);
        let mut model = Model::new();
        for _ in 0..4_000 {
            let source = 0x0a00_0000 + random.below(200) as u32;
            let destination = if source.is_multiple_of(50) { random.word() } else { random.below(6) as u32 };
            owner.send(&udp((source, 1), (destination, 2), b"").frame(&tags(4)));
            model.count(source, destination, from);
            if random.below(20) == 0 {
                owner.wait(Span::from_ticks(random.word() % 60));
            } else if random.below(4) == 0 {
                owner.turn(random.below(8) == 0);
            }
        }
        assert_eq!(owner.words(4), model.words, "seed {seed}");
        assert_eq!(owner.reports, model.reports, "seed {seed}");
        assert_eq!(owner.reports.is_empty(), from == 0, "seed {seed}");
    }
}

#[test]
fn level_is_the_leading_zeros_of_a_crc_and_halves_with_each() {
    let mut at_least = [0u32; 32];
    let mut random = Random::new(2);
    for _ in 0..64_000 {
        let (level, bit) = Sketch::place(random.word(), random.word());
        assert_eq!(bit.count_ones(), 1);
        assert_eq!(bit.trailing_zeros() / 2, level.min(15));
        at_least.iter_mut().take(level as usize + 1).for_each(|count| *count += 1);
    }
    for (level, count) in at_least.iter().enumerate().take(7) {
        let expected = 64_000.0 / f64::from(1 << level);
        assert!((f64::from(*count) / expected - 1.0).abs() < 0.1, "level {level}: {count}");
    }
}

/// A source alone in the structure, with so many destinations: the estimate as a part of the truth.
fn ratio(source: u32, destinations: impl ExactSizeIterator<Item = u32>) -> f64 {
    let truth = destinations.len() as f64;
    let mut model = Model::new();
    destinations.for_each(|destination| model.count(source, destination, 0));
    f64::from(SuperSpreader::spread(&model.words, source)) / truth
}

#[test]
fn scanners_alone_are_estimated_within_a_factor_of_two_in_four_of_five_cases_and_four_in_all() {
    let mut random = Random::new(5);
    let mut ratios = vec![];
    for spread in [4usize, 16, 64, 256, 1024, 4096, 16384, 65536] {
        for _ in 0..if spread > 2000 { 12 } else { 50 } {
            let (source, base) = (random.word(), random.word());
            ratios.push(ratio(source, (0..spread as u32).map(|at| base.wrapping_add(at))));
            let scattered: BTreeSet<u32> = (0..spread).map(|_| random.word()).collect();
            ratios.push(ratio(source, scattered.into_iter()));
        }
    }
    let within = |factor: f64| {
        ratios.iter().filter(|ratio| (1.0 / factor..=factor).contains(*ratio)).count() as f64
            / ratios.len() as f64
    };
    assert!(within(2.0) >= 0.8, "{}", within(2.0));
    assert!(within(4.0) >= 0.99, "{}", within(4.0));
}

#[test]
fn scanners_among_many_sources_are_candidates_and_stand_out() {
    let mut found = 0;
    for seed in 0..20 {
        let mut random = Random::new(seed);
        let mut owner = Owner::<SuperSpreader>::new(SuperSpreader::params(9), Span::from_ticks(0), &[4]);
        let mut model = Model::new();
        let scanners: Vec<u32> = (0..4).map(|_| random.word()).collect();
        let mut truth = BTreeMap::<u32, BTreeSet<u32>>::new();
        for round in 0..8_000 {
            let source = if round % 2 == 0 { random.pick(&scanners) } else { random.below(400) as u32 };
            let destination = if round % 2 == 0 { random.word() } else { random.below(5) as u32 };
            owner.send(&udp((source, 1), (destination, 2), b"").frame(&tags(4)));
            model.count(source, destination, 9);
            truth.entry(source).or_default().insert(destination);
        }
        let words = owner.words(4);
        let mut candidates: Vec<u32> =
            SuperSpreader::candidates(&words).map(|candidate| candidate.source).collect();
        candidates.sort_unstable();
        candidates.dedup();
        for scanner in &scanners {
            assert!(candidates.contains(scanner), "seed {seed}");
            let estimate = SuperSpreader::spread(&words, *scanner);
            found += usize::from(estimate >= 500);
        }
        // What all slots of a source that has five destinations have in common are few bits more than its own.
        let wrong = candidates
            .iter()
            .filter(|source| !scanners.contains(source) && SuperSpreader::spread(&words, **source) >= 500)
            .count();
        assert!(wrong <= 2, "seed {seed}: {wrong} of {}", candidates.len());
    }
    assert!(found >= 72, "{found} of 80 scanners of 1,000 destinations are estimated at 500 at least");
}

#[test]
fn scanner_is_reported_once_a_window_with_the_bits_of_its_slots() {
    let window = Span::from_millis(50);
    let mut owner = Owner::<SuperSpreader>::new(SuperSpreader::params(6), window, &[4]);
    for round in 0..2 {
        owner.reports.clear();
        for destination in 0..1000 {
            owner.send(&udp((0x0a01_0203, 9), (0x0a02_0000 + destination, 2), b"").frame(&tags(4)));
            owner.send(&udp((0x0a01_0204, 9), (0x0a02_0000, 2), b"").frame(&tags(4)));
        }
        let [report] = owner.reports[..] else { panic!("round {round}: {:x?}", owner.reports) };
        assert_eq!(report[..2], [4, 0x0a01_0203], "round {round}");
        assert!(report[5] >= 6 && report[6..] == [0, 0], "round {round}");
        let estimate = SuperSpreader::spread_of(&[report[2], report[3], report[4]]);
        assert!((1..=1000).contains(&estimate), "round {round}: {estimate}");
        owner.wait(window);
        assert_eq!(owner.words(4), [0; WORDS], "round {round}");
    }
}
