//! A shard allocates nothing after start-up, however many flows come and go.
//!
//! The map is kept nearly full while its flows are replaced a hundred times over: a hash table that is not given room for its
//! deletions grows at some point of that.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests to us, if not to clippy")]

mod common;
mod counting;

use common::Ask;
use counting::call_count;
use redplane_apps::Counter;
use redplane_core::count::Event;
use redplane_core::seq::{Epoch, Seq};
use redplane_core::store::{Instant, Limits, Records};
use redplane_core::time::Span;
use redplane_core::wire::Kind;
use redplane_store::datagram::{Pool, Queue};
use redplane_store::durability::OneReplica;
use redplane_store::shard::{Shard, ShardConfig, ZeroState};

const FLOWS: u32 = 1000;
/// Time from one new flow to the next.
const STEP_MS: u64 = 2;
/// A flow ends when this many newer ones have come.
const LIVE: u64 = 900;

#[test]
fn started_shard_replaces_its_flows_many_times_without_allocating() {
    let config = ShardConfig {
        lease_period: Span::from_millis(100),
        limits: Limits { flows: FLOWS as usize, waiting_per_flow: 4, waiting: 16 },
        pending: 0,
        epoch_floor: Epoch::NONE,
        first_seq: Seq::default(),
    };
    let idle_ticks = LIVE * STEP_MS * 1_000_000 / 256;
    let mut shard: Shard<Counter, _, _> =
        Shard::new(&config, ZeroState { idle_ticks }, OneReplica::default());
    let (mut pool, mut out) = (Pool::with_capacity(32), Queue::with_capacity(32));
    let ask = |switch, key: u32| Ask::new(Kind::LeaseRequest, switch, &[17, key, 3, 4]).encode::<Counter>();

    let (mut calls, mut fullest) = (0, 0);
    for step in 0..100 * FLOWS {
        // A second switch asks for every fourth flow at once, and waits.
        let asks = [Some(ask(1, step)), (step % 4 == 0).then(|| ask(2, step))];
        let now = Instant::from_nanos(u64::from(step) * STEP_MS * 1_000_000);
        let before = call_count();
        for bytes in asks.iter().flatten() {
            let mut datagram = pool.take().unwrap();
            datagram.set_payload(bytes).unwrap();
            shard.handle(now, datagram, &mut out, &mut pool);
        }
        shard.poll(now, &mut out, &mut pool);
        while let Some(datagram) = out.pop() {
            pool.give(datagram);
        }
        calls += call_count() - before;
        fullest = fullest.max(shard.flows().records().len());
    }
    assert_eq!(calls, 0, "calls of the allocator with up to {fullest} flows");
    assert!(fullest > LIVE as usize && shard.event(Event::Expired) > 90 * FLOWS);
    assert!(shard.event(Event::RequestWaits) > 0 && shard.event(Event::GrantedNext) > 0);
    let before = call_count();
    drop(std::hint::black_box(Box::new(1)));
    assert!(call_count() > before, "the allocator counts");
}
