//! §6: NAT and per-flow counter, and §7.3: failover and recovery.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use redplane_apps::nat44::{Direction, FlowKey, Mapping};
use redplane_apps::{Counter, Nat44};
use redplane_core::memory::shard_of;
use redplane_core::packet::Buffer;
use redplane_core::plain::{PlainSwitch, Verdict};
use redplane_core::seq::Incarnation;
use redplane_core::store::Initializer;
use redplane_core::switch::{Config, Ingress};
use redplane_core::time::Tick;
use redplane_core::wire::{HEADROOM, Kind, Refusal};
use redplane_store::nat::{NatConfig, NatInitializer};
use redplane_store::placement::Placement;
use redplane_store::shard::ZeroState;
use redplane_tests::cluster::nat::{Ends, FROM_INSIDE, FROM_OUTSIDE, Nat, outside_address, tcp};
use redplane_tests::cluster::{Fabric, LEASE_MS, Setup};
use redplane_tests::sim::frames;

const HOST: (u32, u16) = (0x0a00_0002, 5000);
const SERVER: (u32, u16) = (0xc633_6407, 80);
const SYN: u8 = 2;
const ACK: u8 = 16;

/// §6 (1): "a fault-tolerant per-5-tuple address translation table".
///
/// Our implementation keys the table by protocol and inside endpoint instead (RFC 4787, endpoint-independent mapping): packets of
/// one host to two servers share a mapping.
#[test]
fn s6_nat_translates_by_protocol_and_inside_endpoint() {
    let mut nat = Nat::new(1);
    let first = nat.out(0, HOST, SERVER).unwrap();
    let second = nat.out(0, HOST, (SERVER.0 + 1, 53)).unwrap();
    let other_port = nat.out(0, (HOST.0, HOST.1 + 1), SERVER).unwrap();
    let other_host = nat.out(0, (HOST.0 + 1, HOST.1), SERVER).unwrap();
    assert_eq!(first.source, second.source);
    assert_eq!(first.source.0, outside_address());
    let all = BTreeSet::from([first.source, other_port.source, other_host.source]);
    assert_eq!(all.len(), 3, "no two inside endpoints share an outside one");
    // TCP has ports of its own.
    let syn = nat.through(0, FROM_INSIDE, &tcp(HOST, SERVER, SYN)).unwrap();
    assert_eq!(frames::word(&syn, 26), Some(outside_address()));
}

/// §6 (1): "Since the port pool is shared by different flows, it is sharded across state store servers and managed by them."
/// (RP-ST-8)
#[test]
fn s6_nat_port_pool_is_split_among_the_shards_without_overlap() {
    let config = NatConfig { ports: 1024..=1200, ..NatConfig::new(vec![Ipv4Addr::from(outside_address())]) };
    let shards = 4;
    let mut taken = BTreeSet::new();
    for shard in 0..shards {
        let placement = Placement { shard, shards };
        let mut initializer = NatInitializer::new(&config, placement).unwrap();
        for host in 0.. {
            let key = Mapping::of([17, host, 1024], [0, 0, 0]).unwrap().forward_key();
            match Initializer::<Nat44>::create(&mut initializer, &key) {
                Ok(creation) => {
                    let (reverse, _) = creation.pair.unwrap();
                    let FlowKey { direction, endpoint, .. } = FlowKey::from_words(reverse).unwrap();
                    assert_eq!(direction, Direction::Reverse);
                    assert_eq!(shard_of(&reverse, shards), shard, "the way back is served by the same shard");
                    assert!(taken.insert(endpoint.port), "port {} is in two pools", endpoint.port);
                }
                Err(refusal) => {
                    assert_eq!(refusal, Refusal::PoolEmpty);
                    break;
                }
            }
        }
    }
    assert_eq!(taken, (1024..=1200).collect());
}

/// §6 (1): "The state is updated when a TCP connection is established from an internal network."
#[test]
fn s6_nat_state_is_written_when_a_connection_begins_and_then_only_read() {
    let mut nat = Nat::new(1);
    nat.through(0, FROM_INSIDE, &tcp(HOST, SERVER, SYN)).unwrap();
    assert!(nat.fabric.sent.iter().any(|sent| sent.kind == Kind::Write));
    nat.fabric.sent.clear();
    for _ in 0..100 {
        nat.through(0, FROM_INSIDE, &tcp(HOST, SERVER, ACK)).unwrap();
    }
    assert!(nat.fabric.sent.is_empty(), "{:?}", nat.fabric.sent);
}

/// The same sentence, from outside: no mapping begins there. (RP-ST-1)
#[test]
fn s6_nat_connection_from_the_outside_begins_nothing() {
    let mut nat = Nat::new(1);
    let syn = tcp(SERVER, (outside_address(), 6000), SYN);
    assert_eq!(nat.through(0, FROM_OUTSIDE, &syn), None);
    assert_eq!(nat.fabric.store.flows().refusals(Refusal::NotAllowed), 1);
    assert!(nat.fabric.store.flows().records().iter().next().is_none());
}

/// §6 (6): "this application counts packets forwarded for each IP 5-tuple. State is updated for every packet and synchronous
/// replication must be used." (RP-SW-5)
#[test]
fn s6_counter_writes_with_every_packet_and_counts_each_flow() {
    let mut fabric = Fabric::<Counter, _, 16, 8>::new(&Setup::default(), ZeroState { idle_ticks: u64::MAX });
    let packets = [(HOST, 3), ((HOST.0, HOST.1 + 1), 2)];
    for (host, count) in packets {
        for sent in 1..=count {
            let frame = frames::udp(host.0, SERVER.0, host.1, SERVER.1, b"count me");
            fabric.sent.clear();
            fabric.packet_in(0, 1, &frame);
            fabric.advance_ms(1);
            // It leaves as it came, when the store has its number.
            assert_eq!(fabric.outputs.pop_front(), Some((0, frame)));
            let writes = fabric.sent.iter().filter(|sent| sent.kind == Kind::Write);
            assert_eq!(writes.map(|sent| sent.seq).collect::<Vec<_>>(), [sent]);
        }
    }
    let mut counts: Vec<u32> =
        fabric.store.flows().records().iter().map(|(_, record)| record.state[0]).collect();
    counts.sort_unstable();
    assert_eq!(counts, [2, 3]);
}

/// §7.3: "In a network without RedPlane, when Switch-1 fails, packets are rerouted to another switch and dropped, breaking the TCP
/// connections."
#[test]
fn s73_without_redplane_another_switch_does_not_know_the_connection() {
    let config =
        Config { program: Nat44::params([203, 0, 113, 1], 32), ..Config::new(0, Incarnation::new(1)) };
    let mut switches = [PlainSwitch::<Nat44, 16>::new(&config), PlainSwitch::<Nat44, 16>::new(&config)];
    let key = [6, HOST.0, u32::from(HOST.1)];
    assert!(switches[0].install(&key, &[outside_address(), 1024, 0]));
    let packet = tcp(HOST, SERVER, ACK);
    let mut verdicts = switches.iter_mut().map(|switch| {
        let mut memory = vec![0; HEADROOM];
        memory.extend(&packet);
        let end = memory.len();
        let mut buffer = Buffer::new(&mut memory, HEADROOM, end).unwrap();
        switch.handle_packet(Tick::new(1), Ingress { port: 1, inside: true }, &mut buffer)
    });
    assert_eq!(verdicts.next(), Some(Verdict::Forward { port: 1 }));
    assert_eq!(verdicts.next(), Some(Verdict::Miss(key)));
}

/// §7.3: "RedPlane-enabled NAT successfully maintains high throughput when the switch fails and recovers after short disruptions
/// (0.9 and 1.0 seconds). This recovery time is affected both by the core switch's failure detection/rerouting time and RedPlane's
/// lease period (set to 1 second here)."
///
/// Ours is at most the lease period, because the packets that arrive meanwhile wait for its end at the store.
#[test]
fn s73_connection_goes_on_at_another_switch_within_a_lease_period() {
    let mut nat = Nat::new(2);
    let there = nat.out(0, HOST, SERVER).unwrap();
    let back = nat.back(0, SERVER, there.source).unwrap();
    assert_eq!(back.destination, HOST);

    nat.fabric.crash(0);
    let crashed_ns = nat.fabric.now_ns();
    // Packets are rerouted at once, one each millisecond. Some wait at the store, and come out together.
    let packet = frames::udp(HOST.0, SERVER.0, HOST.1, SERVER.1, b"out");
    while nat.fabric.outputs.is_empty() {
        nat.fabric.packet_in(1, FROM_INSIDE, &packet);
        nat.fabric.advance_ms(1);
        assert!(nat.fabric.now_ns() - crashed_ns < (LEASE_MS + 20) * 1_000_000, "a longer disruption");
    }
    for (index, frame) in nat.fabric.outputs.drain(..) {
        assert_eq!((index, Ends::of(&frame).unwrap()), (1, there), "the same outside port as before");
    }
    assert_eq!(nat.back(1, SERVER, there.source).unwrap().destination, HOST);
}

/// §7.3, the recovery: the switch comes back and gets its packets again. Nothing is disrupted, because the other one is asked for
/// the flow. (RP-ST-2)
#[test]
fn s73_connection_returns_to_the_recovered_switch_at_once() {
    let mut nat = Nat::new(2);
    let there = nat.out(0, HOST, SERVER).unwrap();
    nat.fabric.crash(0);
    nat.fabric.advance_ms(LEASE_MS + 10);
    assert_eq!(nat.out(1, HOST, SERVER).unwrap(), there);
    nat.fabric.restart(0);
    assert_eq!(nat.out(0, HOST, SERVER).unwrap(), there, "within a millisecond");
}
