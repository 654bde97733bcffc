//! Tests of the port pool: examples of each promise, and random operations against a set.

use super::*;
use Protocol::{Icmp, Tcp, Udp};
use proptest::prelude::*;
use std::collections::BTreeSet;

const A: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 1);
const B: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 2);

fn pool(ports: RangeInclusive<u16>) -> PortPool {
    PortPool::new(&[A], ports, |_, _, _| true).unwrap()
}

#[test]
fn positions_of_protocols_agree_with_the_list() {
    for (index, protocol) in Protocol::ALL.into_iter().enumerate() {
        assert_eq!(space_index(protocol), index);
        assert_eq!(Protocol::from_number(protocol as u8), Some(protocol));
    }
    assert_eq!(Protocol::from_number(2), None);
}

#[test]
fn bad_configuration_is_named() {
    let new = |addresses: &[Ipv4Addr], ports| PortPool::new(addresses, ports, |_, _, _| true).unwrap_err();
    assert_eq!(new(&[], DEFAULT_PORTS), ConfigError::NoAddress);
    assert_eq!(new(&[A], 0..=9), ConfigError::Ports(0..=9));
    #[expect(clippy::reversed_empty_ranges, reason = "the reversed range is what is tested")]
    let reversed = 9..=8;
    assert_eq!(new(&[A], reversed.clone()), ConfigError::Ports(reversed));
    let many: Vec<_> = (0..70_000u32).map(Ipv4Addr::from_bits).collect();
    assert_eq!(new(&many, DEFAULT_PORTS), ConfigError::TooManyAddresses(70_000));
}

#[test]
fn default_range_is_handed_out_once_each_and_then_exhausted() {
    let mut pool = PortPool::new(&[A, B, A], DEFAULT_PORTS, |_, _, _| true).unwrap();
    assert_eq!(pool.capacity(Tcp), 2 * 64512);
    let mut seen = BTreeSet::new();
    while let Some(pair) = pool.take(Tcp) {
        assert!(pair.1 >= 1024 && seen.insert(pair), "{pair:?} again");
    }
    assert_eq!(seen.len(), 2 * 64512);
    assert_eq!((pool.available(Tcp), pool.stats().exhausted_count), (0, 1));
    assert_eq!(pool.available(Udp), 2 * 64512, "protocols have ports of their own");
}

#[test]
fn ports_of_other_shards_are_never_handed_out_and_shards_cover_all() {
    let shard_of = |protocol, address: Ipv4Addr, port| {
        (u32::from(protocol as u8) ^ address.to_bits() ^ u32::from(port).wrapping_mul(0x9e37_79b1)) >> 3 & 3
    };
    let mut seen = BTreeSet::new();
    for shard in 0..4 {
        let owns = |protocol, address, port| shard_of(protocol, address, port) == shard;
        let mut pool = PortPool::new(&[A, B], 1000..=1999, owns).unwrap();
        for protocol in Protocol::ALL {
            while let Some((address, port)) = pool.take_preferring(protocol, 1500) {
                assert!(owns(protocol, address, port));
                assert!(seen.insert((protocol as u8, address, port)));
            }
        }
    }
    assert_eq!(seen.len(), 3 * 2 * 1000);
}

#[test]
fn returned_port_is_the_last_to_be_reused() {
    let mut pool = pool(2000..=2009);
    let first = pool.take(Udp).unwrap();
    pool.give_back(Udp, first.0, first.1).unwrap();
    let order: Vec<_> = std::iter::from_fn(|| pool.take(Udp)).collect();
    assert_eq!((order.len(), *order.last().unwrap()), (10, first));
}

#[test]
fn wished_port_is_kept_then_its_parity_then_anything() {
    let mut pool = pool(2000..=2003);
    assert_eq!(pool.take_preferring(Udp, 2002), Some((A, 2002)));
    assert_eq!(pool.take_preferring(Udp, 2002), Some((A, 2000)));
    assert_eq!(pool.take_preferring(Udp, 2002), Some((A, 2001)));
    assert_eq!(pool.take_preferring(Udp, 80), Some((A, 2003)));
    assert_eq!(pool.take_preferring(Udp, 80), None);
    assert_eq!(pool.stats().preserved_count, 1);
}

#[test]
fn wished_port_taken_on_one_address_is_kept_on_the_next() {
    let mut pool = PortPool::new(&[B, A], 2000..=2009, |_, _, _| true).unwrap();
    assert_eq!(pool.take_preferring(Tcp, 2005), Some((A, 2005)));
    assert_eq!(pool.take_preferring(Tcp, 2005), Some((B, 2005)));
    assert_ne!(pool.take_preferring(Tcp, 2005).unwrap().1, 2005);
}

#[test]
fn wish_for_a_fresh_return_waits_out_the_quarantine() {
    let mut pool = pool(2000..=2015);
    for port in 2000..=2004 {
        pool.claim(Tcp, A, port).unwrap();
    }
    pool.give_back(Tcp, A, 2000).unwrap();
    for port in 2001..=2004 {
        assert_ne!(pool.take_preferring(Tcp, 2000), Some((A, 2000)), "before {port} was given back");
        pool.give_back(Tcp, A, port).unwrap();
    }
    assert_eq!(pool.take_preferring(Tcp, 2000), Some((A, 2000)));
}

#[test]
fn wrong_give_backs_and_claims_are_refused_counted_and_harmless() {
    let mut pool = PortPool::new(&[A], 2000..=2009, |_, _, port| port != 2005).unwrap();
    assert_eq!(pool.give_back(Icmp, A, 2000), Err(PortError::NotTaken));
    for (address, port) in [(B, 2000), (A, 1999), (A, 2010), (A, 2005), (A, 0), (A, u16::MAX)] {
        assert_eq!(pool.give_back(Icmp, address, port), Err(PortError::NotOurs));
        assert_eq!(pool.claim(Icmp, address, port), Err(PortError::NotOurs));
    }
    pool.claim(Icmp, A, 2001).unwrap();
    assert_eq!(pool.claim(Icmp, A, 2001), Err(PortError::NotFree));
    assert_eq!(pool.give_back(Tcp, A, 2001), Err(PortError::NotTaken), "it is out for another protocol");
    let expected = PoolStats {
        taken_count: 1,
        not_ours_count: 12,
        not_taken_count: 2,
        not_free_count: 1,
        ..PoolStats::default()
    };
    assert_eq!(*pool.stats(), expected);
    assert_eq!(std::iter::from_fn(|| pool.take(Icmp)).count(), 8);
    assert_eq!(std::iter::from_fn(|| pool.take(Tcp)).count(), 9);
}

#[derive(Debug, Clone)]
enum Operation {
    Take,
    Prefer(u16),
    Claim(bool, u16),
    GiveBack(bool, u16),
}

fn operations() -> impl Strategy<Value = Vec<(usize, Operation)>> {
    // Wider than the pool's range, so that some operations miss it.
    let port = 2998..3022u16;
    let operation = prop_oneof![
        3 => Just(Operation::Take),
        2 => port.clone().prop_map(Operation::Prefer),
        1 => (any::<bool>(), port.clone()).prop_map(|(b, port)| Operation::Claim(b, port)),
        5 => (any::<bool>(), port).prop_map(|(b, port)| Operation::GiveBack(b, port)),
    ];
    prop::collection::vec((0..Protocol::ALL.len(), operation), 1..400)
}

proptest! {
    /// Whatever is done in whatever order, the pool and a plain set of what is out agree on every answer.
    #[test]
    fn pool_behaves_as_a_set_of_what_is_out(operations in operations()) {
        let owns = |protocol, address, port: u16| {
            (u32::from(protocol as u8) + u32::from(address == B) + u32::from(port)) % 3 != 0
        };
        let mut pool = PortPool::new(&[A, B], 3000..=3019, owns).unwrap();
        let ours: Vec<BTreeSet<_>> = Protocol::ALL
            .map(|p| {
                let pairs = [A, B].into_iter().flat_map(|a| (3000..=3019).map(move |port| (a, port)));
                pairs.filter(|&(a, port)| owns(p, a, port)).collect()
            })
            .into();
        let mut out = vec![BTreeSet::new(); Protocol::ALL.len()];
        for (space, operation) in operations {
            let (protocol, ours, out) = (Protocol::ALL[space], &ours[space], &mut out[space]);
            let which = |b| if b { B } else { A };
            match operation {
                Operation::Take | Operation::Prefer(_) => {
                    let pair = match operation {
                        Operation::Prefer(port) => pool.take_preferring(protocol, port),
                        _ => pool.take(protocol),
                    };
                    match pair {
                        Some(pair) => prop_assert!(ours.contains(&pair) && out.insert(pair)),
                        None => prop_assert_eq!(out.len(), ours.len()),
                    }
                }
                Operation::Claim(b, port) => {
                    let pair = (which(b), port);
                    let expected = match (ours.contains(&pair), out.insert(pair)) {
                        (false, _) => { out.remove(&pair); Err(PortError::NotOurs) }
                        (true, false) => Err(PortError::NotFree),
                        (true, true) => Ok(()),
                    };
                    prop_assert_eq!(pool.claim(protocol, pair.0, port), expected);
                }
                Operation::GiveBack(b, port) => {
                    let pair = (which(b), port);
                    let expected = match (ours.contains(&pair), out.remove(&pair)) {
                        (false, _) => Err(PortError::NotOurs),
                        (true, false) => Err(PortError::NotTaken),
                        (true, true) => Ok(()),
                    };
                    prop_assert_eq!(pool.give_back(protocol, pair.0, port), expected);
                }
            }
            prop_assert_eq!(pool.capacity(protocol) as usize, ours.len());
            prop_assert_eq!(pool.available(protocol) as usize, ours.len() - out.len());
        }
        for (space, protocol) in Protocol::ALL.into_iter().enumerate() {
            // The lists are whole: all that is not out can still be had, each once.
            while let Some(pair) = pool.take(protocol) {
                prop_assert!(out[space].insert(pair));
            }
            prop_assert_eq!(&out[space], &ours[space]);
        }
    }

    /// Without wishes, ports are handed out strictly in the order of their return.
    #[test]
    fn ports_nobody_wishes_for_are_a_queue(returns in prop::collection::vec(any::<prop::sample::Index>(), 1..200)) {
        let mut pool = PortPool::new(&[A], 3000..=3009, |_, _, _| true).unwrap();
        let mut line: std::collections::VecDeque<_> = (3000..=3009).map(|port| (A, port)).collect();
        let mut out = Vec::new();
        for index in returns {
            if let Some(pair) = line.pop_front() {
                prop_assert_eq!(pool.take(Tcp), Some(pair));
                out.push(pair);
            }
            if line.is_empty() || index.index(2) == 0 {
                let pair = out.swap_remove(index.index(out.len()));
                pool.give_back(Tcp, pair.0, pair.1).unwrap();
                line.push_back(pair);
            }
        }
    }
}
