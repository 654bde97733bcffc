//! The hosts on a pipe instead of switches, under a simulated clock.

use super::super::link::FRAME_LEN_MAX;
use super::*;

const MS: u64 = 1_000_000;
const STEP_NS: u64 = MS / 10;

/// Random outages tried; a thousand pass as well.
const SEEDS: u64 = 20;

/// What the pipe does with a frame.
#[derive(Clone, Copy, PartialEq)]
enum Path {
    Open,
    /// The frame vanishes.
    Dead,
    /// The frame waits until the path is open again.
    Held,
    /// The frame arrives with two words of its payload exchanged, which no checksum of IPv4 or TCP shows.
    Garbling,
}

fn config(schedule_ms: u64) -> WorkloadConfig {
    WorkloadConfig { schedule_ns: schedule_ms * MS, ..WorkloadConfig::default() }
}

/// Runs `config` over a path that is as `path` says at each time in ms; marks what is open when it first is not open.
fn run(config: WorkloadConfig, path: impl Fn(u64) -> Path) -> RunMeasure {
    let mut network = Network::new(config.seed);
    let mut workload = Workload::new(config, &mut network).unwrap();
    let mut held: Vec<(Side, Vec<u8>)> = Vec::new();
    let mut frame = [0; FRAME_LEN_MAX];
    let mut now_ns = 0;
    let mut marked = false;
    while workload.step(&mut network, now_ns) != Phase::Done {
        let path = path(now_ns / MS);
        if path != Path::Open && !marked {
            workload.mark_open(&mut network);
            marked = true;
        }
        if path == Path::Open {
            held.drain(..).for_each(|(to, frame)| network.deliver(to, &frame));
        }
        for (from, to) in [(Side::Inside, Side::Outside), (Side::Outside, Side::Inside)] {
            while let Some(len) = network.take_frame(from, &mut frame) {
                match path {
                    Path::Open => network.deliver(to, &frame[..len]),
                    Path::Dead => {}
                    Path::Held => held.push((to, frame[..len].to_vec())),
                    Path::Garbling => {
                        if len == FRAME_LEN_MAX {
                            frame[len - 8..].rotate_left(4);
                        }
                        network.deliver(to, &frame[..len]);
                    }
                }
            }
        }
        now_ns += STEP_NS;
    }
    workload.finish(&network)
}

/// The longest gap from `from_ms` on, in ms.
fn longest_gap_ms(measure: &RunMeasure, from_ms: u64) -> u64 {
    let gap = measure.delivery.longest_gap_in(&(from_ms * MS..u64::MAX));
    gap.map_or(0, |gap| gap.len_ns().div_ceil(MS))
}

#[test]
fn open_path_completes_all_connections_at_the_asked_rate_without_retransmissions() {
    let measure = run(config(1000), |_| Path::Open);
    assert_eq!((measure.bulk, measure.bulk_broken), (16, 0));
    assert!(measure.short > 40, "{} short connections", measure.short);
    assert_eq!(measure.short_completed, measure.short);
    assert_eq!((measure.corrupt, measure.link_drops), (0, 0));
    assert_eq!((measure.marked, measure.marked_broken), (0, 0));
    assert_eq!(measure.retransmitted_bytes(), 0);
    assert_eq!(measure.delivery.longest_gap(), None);
    let series = &measure.delivery.throughput_mbit_s;
    let mean = series.iter().sum::<f64>() / series.len() as f64;
    // Short connections add (4..32 + 1..64 KiB) / 2 every 20 ms: about 20 Mbit/s.
    assert!((205.0..240.0).contains(&mean), "{mean} Mbit/s");
}

/// A switch dies: frames vanish until the detection delay has passed, then the store holds them until the
/// dead switch's lease ends. What was retransmitted meanwhile must suffice: no connection may wait for
/// another timeout of its own.
#[test]
fn frames_lost_then_held_then_released_recover_within_100_ms_of_the_release() {
    for (detection_ms, release_ms) in [(100, 600), (50, 300), (200, 500), (300, 1000), (100, 1100)] {
        for failure_ms in [500, 503, 511] {
            let since = move |now_ms: u64| now_ms.checked_sub(failure_ms);
            let measure = run(config(2500), |now_ms| match since(now_ms) {
                Some(ms) if ms < detection_ms => Path::Dead,
                Some(ms) if ms < release_ms => Path::Held,
                _ => Path::Open,
            });
            let gap_ms = longest_gap_ms(&measure, failure_ms);
            let what = format!("lost for {detection_ms}, released after {release_ms}: gap {gap_ms} ms");
            println!("{what}, retransmitted {}", measure.retransmitted_bytes());
            assert!(gap_ms >= release_ms, "{what}");
            assert!(gap_ms <= release_ms + 100, "{what}");
            assert_eq!((measure.broken(), measure.corrupt), (0, 0), "{what}");
            assert!(measure.retransmitted_bytes() > 0, "{what}");
        }
    }
}

/// Without a lease to wait for, the outage ends when the connections' own timers next fire. Timeouts double,
/// so this is at most as long again as the outage was.
#[test]
fn frames_lost_and_not_held_recover_within_twice_the_outage() {
    for outage_ms in [30, 100, 300] {
        let measure = run(config(2000), |now_ms| match now_ms.checked_sub(500) {
            Some(ms) if ms < outage_ms => Path::Dead,
            _ => Path::Open,
        });
        let gap_ms = longest_gap_ms(&measure, 500);
        assert!((outage_ms..=2 * outage_ms + 30).contains(&gap_ms), "outage {outage_ms}: gap {gap_ms} ms");
        assert_eq!(measure.broken(), 0);
    }
}

#[test]
fn frames_held_for_a_moment_and_none_lost_make_a_gap_of_that_moment() {
    let measure = run(config(1500), |now_ms| match now_ms {
        500..530 => Path::Held,
        _ => Path::Open,
    });
    let gap_ms = longest_gap_ms(&measure, 500);
    assert!((30..=35).contains(&gap_ms), "gap {gap_ms} ms");
    assert_eq!(measure.broken(), 0);
    assert!(measure.marked >= measure.bulk);
    assert_eq!(measure.marked_broken, 0);
}

/// Whatever the stacks do with segments that arrive late, twice or all at once, it must not be what breaks a
/// connection: the experiment blames each broken one on the switches.
#[test]
fn outages_of_random_length_that_end_break_nothing() {
    for seed in 0..SEEDS {
        let mut choices = Choices::new(seed);
        let mut changes_ms = [0; 4];
        for at in 0..4 {
            changes_ms[at] = changes_ms[at.saturating_sub(1)] + choices.between(1, 300);
        }
        let config = WorkloadConfig { seed, ..config(1500) };
        let measure = run(config, |now_ms| match changes_ms.iter().filter(|at| **at <= now_ms).count() {
            1 => Path::Dead,
            2 => Path::Held,
            4 if now_ms < changes_ms[3] + 20 => Path::Held,
            _ => Path::Open,
        });
        assert_eq!((measure.broken(), measure.corrupt), (0, 0), "seed {seed}, changes at {changes_ms:?} ms");
    }
}

#[test]
fn path_that_stays_dead_breaks_all_bulk_connections_and_the_short_ones_it_met() {
    let measure = run(config(1000), |now_ms| if now_ms < 500 { Path::Open } else { Path::Dead });
    assert_eq!(measure.bulk_broken, measure.bulk);
    assert!(measure.short_completed > 0 && measure.short_completed < measure.short);
    assert_eq!(measure.broken(), measure.bulk + measure.short - measure.short_completed);
    assert!(measure.marked >= measure.bulk, "{} marked", measure.marked);
    assert_eq!(measure.marked_broken, measure.marked);
    assert!((500..=502).contains(&longest_gap_ms(&measure, 500)));
}

#[test]
fn bytes_changed_behind_the_checksums_are_found_and_break_the_connection() {
    let measure = run(config(600), |now_ms| if now_ms == 300 { Path::Garbling } else { Path::Open });
    assert!(measure.corrupt > 0);
    assert!(measure.broken() >= measure.corrupt, "{} of {}", measure.broken(), measure.corrupt);
}

#[test]
fn plan_of_one_seed_repeats_and_keeps_to_its_bounds() {
    let plan = plan_shorts(&config(8000));
    assert_eq!(plan, plan_shorts(&config(8000)));
    assert_ne!(plan, plan_shorts(&WorkloadConfig { seed: 2, ..config(8000) }));
    assert!((350..450).contains(&plan.len()), "{}", plan.len());
    assert!(plan.iter().all(|short| (4096..=32_768).contains(&short.request_len)));
}

#[test]
fn more_connections_than_ports_are_refused() {
    let config = WorkloadConfig { short_every_ns: 100_000, ..config(8000) };
    let refused = Workload::new(config, &mut Network::new(1)).err();
    assert!(matches!(refused, Some(WorkloadError::TooManyConnections { .. })), "{refused:?}");
    let refused = Workload::new(WorkloadConfig { flows: 0, ..self::config(1) }, &mut Network::new(1)).err();
    assert_eq!(refused, Some(WorkloadError::Empty));
}
