use super::*;
use redplane_apps::{ICMP, TCP, UDP};
use redplane_core::memory::shard_of;

const OUTSIDE: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 5);

fn config(ports: RangeInclusive<u16>) -> NatConfig {
    NatConfig { ports, ..NatConfig::new(vec![OUTSIDE]) }
}

fn initializer(ports: RangeInclusive<u16>) -> NatInitializer {
    NatInitializer::new(&config(ports), Placement::ALONE).unwrap()
}

fn forward(protocol: u8, port: u16) -> [u32; 3] {
    let endpoint = Endpoint { address: 0x0a00_0002, port };
    FlowKey { direction: Direction::Forward, protocol, endpoint }.words()
}

#[test]
fn forward_key_makes_both_records_and_keeps_the_port_number() {
    let mut nat = initializer(5000..=5009);
    for protocol in [TCP, UDP, ICMP] {
        let key = forward(protocol, 5003);
        let Creation { state, pair } = nat.create(&key).unwrap();
        let (pair_key, pair_state) = pair.unwrap();
        assert_eq!(state, [u32::from(OUTSIDE), 5003, OPEN]);
        assert_eq!(pair_key, [1 << 8 | u32::from(protocol), u32::from(OUTSIDE), 5003]);
        assert_eq!(pair_state, [0x0a00_0002, 5003, OPEN]);
        assert_eq!(nat.pair(&key, &state), Some(pair_key));
        assert_eq!(nat.pair(&pair_key, &pair_state), Some(key));
    }
}

#[test]
fn keys_that_begin_no_mapping_are_not_allowed_and_take_no_port() {
    let mut nat = initializer(5000..=5000);
    let reverse = reverse_key(Protocol::Udp, Endpoint { address: OUTSIDE.into(), port: 5000 });
    let not_forward = [reverse, [2 << 8 | 17, 1, 1], [17, 1, 0x1_0000], [u32::MAX; 3]];
    let no_ports = [forward(47, 0), forward(0, 5000), forward(132, 5000)];
    for key in not_forward.into_iter().chain(no_ports) {
        assert_eq!(nat.create(&key).unwrap_err(), Refusal::NotAllowed, "{key:x?}");
    }
    assert!(Protocol::ALL.iter().all(|protocol| nat.pool().available(*protocol) == 1));
}

#[test]
fn pool_empty_refuses_until_either_record_releases_the_port() {
    let mut nat = initializer(5000..=5001);
    let first = nat.create(&forward(UDP, 1)).unwrap();
    let second = nat.create(&forward(UDP, 2)).unwrap();
    assert_eq!(nat.create(&forward(UDP, 3)).unwrap_err(), Refusal::PoolEmpty);
    assert!(nat.create(&forward(TCP, 3)).is_ok(), "TCP has ports of its own");
    nat.release(&forward(UDP, 1), &first.state);
    assert_eq!(nat.create(&forward(UDP, 3)).unwrap().state, first.state);
    let (reverse, reverse_state) = second.pair.unwrap();
    nat.release(&reverse, &reverse_state);
    assert_eq!(nat.create(&forward(UDP, 4)).unwrap().state, second.state);
}

#[test]
fn port_given_back_is_quarantined_and_not_given_to_the_next_who_wishes_for_it() {
    let mut nat = initializer(5000..=5015);
    let Creation { state, .. } = nat.create(&forward(UDP, 5004)).unwrap();
    nat.release(&forward(UDP, 5004), &state);
    let Creation { state: next, .. } = nat.create(&forward(UDP, 5004)).unwrap();
    assert_ne!(next[1], 5004, "a packet of the old mapping could reach the new one");
    assert_eq!(nat.pool_stats().preserved_count, 1);
}

#[test]
fn write_that_changed_the_outside_port_releases_nothing_of_others() {
    let mut nat = initializer(5000..=5001);
    let Creation { .. } = nat.create(&forward(UDP, 5000)).unwrap();
    nat.release(&forward(UDP, 5000), &[u32::from(OUTSIDE), 80, OPEN]);
    nat.release(&forward(UDP, 5000), &[u32::from(OUTSIDE), 0x1_0000, OPEN]);
    assert_eq!(nat.pool().available(Protocol::Udp), 1);
    assert_eq!(nat.pool_stats().not_ours_count, 1);
}

#[test]
fn idle_times_follow_protocol_and_phase() {
    let timeouts = Timeouts {
        tcp_open: Duration::from_secs(4),
        tcp_closing: Duration::from_secs(3),
        udp: Duration::from_secs(2),
        icmp: Duration::from_secs(1),
    };
    let config = NatConfig { timeouts, ..config(5000..=5001) };
    let nat = NatInitializer::new(&config, Placement::ALONE).unwrap();
    let idle = |protocol, phase| nat.idle_ticks(&forward(protocol, 1), &[0, 0, phase]);
    let seconds = |count: u64| Some(count * 1_000_000_000 / TICK_NANOS);
    assert_eq!(idle(TCP, OPEN), seconds(4));
    assert_eq!(idle(TCP, CLOSING), seconds(3));
    assert_eq!(idle(UDP, OPEN), seconds(2));
    assert_eq!(idle(ICMP, OPEN), seconds(1));
    assert_eq!(idle(47, OPEN), None);
    assert_eq!(Timeouts::default().tcp_open, Duration::from_secs(7440));
    assert_eq!(ticks(Duration::MAX), u64::MAX);
}

#[test]
fn both_records_of_a_mapping_belong_to_the_same_shard_for_any_number_of_shards() {
    for shards in 1..=8 {
        let mut shard_pools: Vec<_> = (0..shards)
            .map(|shard| NatInitializer::new(&config(5000..=5255), Placement { shard, shards }).unwrap())
            .collect();
        for protocol in Protocol::ALL {
            let capacity: u32 = shard_pools.iter().map(|nat| nat.pool().capacity(protocol)).sum();
            assert_eq!(capacity, 256, "each port belongs to exactly one of {shards} shards");
            for port in 0..100 {
                let key = forward(protocol as u8, port);
                let shard = shard_of(&key, shards);
                match shard_pools[usize::from(shard)].create(&key) {
                    Ok(Creation { pair, .. }) => assert_eq!(shard_of(&pair.unwrap().0, shards), shard),
                    Err(refusal) => assert_eq!(refusal, Refusal::PoolEmpty),
                }
            }
        }
    }
}
