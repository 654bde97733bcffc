//! Writes as datagrams: for the store, and for the echo, which sends them back.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use redplane_apps::Counter;
use redplane_core::packet::Buffer;
use redplane_core::program::Program;
use redplane_core::seq::{Epoch, Incarnation, Seq};
use redplane_core::time::{TICK_NANOS, Tick};
use redplane_core::wire::{Envelope, Flags, HEADROOM, Kind, Message};
use redplane_store::datagram::{Pool, Queue};
use redplane_store::socket::{BATCH_LEN, BatchSocket, PortUse};

use crate::cpu::Meter;
use crate::{FLOWS, Load, Trial, repeat_for};

/// Length of the packet inside, in bytes: a small Ethernet frame.
const PACKET_LEN: usize = 64;

/// After so long without an answer, what is under way is lost.
const LOST_AFTER: Duration = Duration::from_secs(1);

/// How soon a lease is asked for again, and for how long.
const ASK_AGAIN: Duration = Duration::from_millis(200);
const ASK_MAX: Duration = Duration::from_secs(30);

/// So many flows are hot, and get all but one in so many writes; the two have no common factor, so that all of them are written.
pub(crate) const HOT_FLOWS: usize = 11;
const COLD_WRITES: usize = 10;

/// First address of the flows, and the word of the key where the address is.
const FIRST_ADDRESS: u32 = 0x0a01_0000;
const ADDRESS_WORD: usize = 2;

/// Which flows are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spread {
    /// One after the other.
    Even,
    /// A few of them most of the time.
    Hot,
}

/// Where seq and timestamp lie in a message.
const SEQ: std::ops::Range<usize> = 12..16;
const TIMESTAMP: std::ops::Range<usize> = 16..20;

/// See [the module](self).
pub(crate) struct UdpLoad {
    socket: BatchSocket,
    pool: Pool,
    inbox: Queue,
    outbox: Queue,
    load: Load,
    /// The write of each flow, ready to be sent but for seq and timestamp; empty without a lease.
    writes: Vec<(Vec<u8>, u32)>,
    next: usize,
    start: Instant,
}

impl UdpLoad {
    pub(crate) fn new(load: Load) -> Self {
        Self {
            load,
            socket: BatchSocket::bind("127.0.0.1:0".parse().unwrap(), PortUse::Alone).unwrap(),
            pool: Pool::with_capacity(4 * BATCH_LEN),
            inbox: Queue::with_capacity(BATCH_LEN),
            outbox: Queue::with_capacity(BATCH_LEN),
            // The echo gets writes for which nobody has given a lease.
            writes: (0..FLOWS).map(|flow| (request(Kind::Write, flow as u32, Epoch::NONE), 0)).collect(),
            next: 0,
            start: Instant::now(),
        }
    }

    /// Asks for a lease on every flow, until it is granted.
    pub(crate) fn take_leases(&mut self, store: SocketAddr) {
        let mut wanted: Vec<u32> = (0..FLOWS as u32).rev().collect();
        let mut is_granted = vec![false; FLOWS];
        let start = Instant::now();
        while !wanted.is_empty() {
            assert!(start.elapsed() < ASK_MAX, "the store at {store} grants no leases");
            let from = wanted.len().saturating_sub(BATCH_LEN);
            for flow in &wanted[from..] {
                self.post(&request(Kind::LeaseRequest, *flow, Epoch::NONE), store);
            }
            self.socket.send(&mut self.outbox, &mut self.pool).unwrap();
            let asked = Instant::now();
            while wanted[from..].iter().any(|flow| !is_granted[*flow as usize]) && asked.elapsed() < ASK_AGAIN
            {
                self.socket.receive(&mut self.inbox, &mut self.pool, ASK_AGAIN).unwrap();
                while let Some(answer) = self.inbox.pop() {
                    let (message, _) = Message::parse(answer.payload(), |_| Some(Counter::LAYOUT)).unwrap();
                    if message.kind() == Kind::Grant {
                        let flow = message.key()[ADDRESS_WORD].get() - FIRST_ADDRESS;
                        is_granted[flow as usize] = true;
                        self.writes[flow as usize] =
                            (request(Kind::Write, flow, message.epoch()), message.seq().raw());
                    }
                    self.pool.give(answer);
                }
            }
            wanted.retain(|flow| !is_granted[*flow as usize]);
        }
    }

    /// Keeps the window full for so long, and counts the servers' processor time.
    pub(crate) fn run(&mut self, to: SocketAddr, length: Duration, servers: &Meter) -> Trial {
        let mut trial = Trial::new();
        let mut under_way = 0;
        let cpu_before = servers.read();
        trial.elapsed = repeat_for(length, || {
            for _ in 0..BATCH_LEN.min(self.load.window - under_way) {
                self.post_next(to);
                under_way += 1;
            }
            self.socket.send(&mut self.outbox, &mut self.pool).unwrap();
            if self.receive(&mut trial, &mut under_way) == 0 {
                trial.lost += under_way as u64;
                under_way = 0;
            }
        });
        trial.cpu = servers.read() - cpu_before;
        // The last ones count for neither this trial nor the next one.
        let mut late = Trial::new();
        while under_way > 0 && self.receive(&mut late, &mut under_way) > 0 {}
        trial
    }

    fn receive(&mut self, trial: &mut Trial, under_way: &mut usize) -> usize {
        let count = self.socket.receive(&mut self.inbox, &mut self.pool, LOST_AFTER).unwrap();
        let now = self.now();
        while let Some(answer) = self.inbox.pop() {
            let bytes = answer.payload();
            let kind = Kind::from_wire(bytes[0] & 0xf);
            assert!(matches!(kind, Some(Kind::WriteAck | Kind::Write)), "{kind:?}");
            let sent = Tick::new(u32::from_be_bytes(bytes[TIMESTAMP].try_into().unwrap()));
            trial.record(Duration::from_nanos(u64::from(now.since(sent)) * TICK_NANOS));
            self.pool.give(answer);
            *under_way = under_way.saturating_sub(1);
        }
        count
    }

    fn now(&self) -> Tick {
        Tick::from_nanos(self.start.elapsed().as_nanos() as u64)
    }

    fn post_next(&mut self, to: SocketAddr) {
        let now = self.now();
        let is_cold = self.load.spread == Spread::Even || self.next.is_multiple_of(COLD_WRITES);
        let flow = if is_cold { self.next } else { self.next % HOT_FLOWS };
        let (write, seq) = &mut self.writes[flow];
        *seq = seq.wrapping_add(1);
        write[SEQ].copy_from_slice(&seq.to_be_bytes());
        write[TIMESTAMP].copy_from_slice(&now.raw().to_be_bytes());
        let mut datagram = self.pool.take().unwrap();
        datagram.set_payload(write).unwrap();
        datagram.set_peer(to);
        self.outbox.push(datagram).unwrap();
        self.next = (self.next + 1) % FLOWS;
    }

    fn post(&mut self, bytes: &[u8], to: SocketAddr) {
        let mut datagram = self.pool.take().unwrap();
        datagram.set_payload(bytes).unwrap();
        datagram.set_peer(to);
        self.outbox.push(datagram).unwrap();
    }
}

fn request(kind: Kind, flow: u32, epoch: Epoch) -> Vec<u8> {
    let mut memory = [0; HEADROOM + PACKET_LEN];
    let mut buffer = Buffer::new(&mut memory, HEADROOM, HEADROOM + PACKET_LEN).unwrap();
    let envelope = Envelope {
        layout: Counter::LAYOUT,
        kind,
        flags: Flags::new().with_piggyback(true),
        switch: 1,
        incarnation: Incarnation::new(1),
        epoch,
        seq: Seq::default(),
        timestamp: Tick::new(1),
        key: &[17, 0x0a00_0001, FIRST_ADDRESS + flow, 0x1000_2000],
        state: &[flow],
    };
    envelope.encode(&mut buffer).unwrap();
    buffer.bytes().to_vec()
}
