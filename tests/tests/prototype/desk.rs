//! A shard at a desk: hand it a message, read what it answers.

use std::net::SocketAddr;

use redplane_core::packet::Buffer;
use redplane_core::program::Program;
use redplane_core::seq::{Epoch, Incarnation, Seq};
use redplane_core::store::{Instant, Limits};
use redplane_core::time::{Span, Tick};
use redplane_core::wire::{Body, Envelope, Flags, HEADROOM, Kind, Message, Refusal};
use redplane_store::datagram::{Pool, Queue};
use redplane_store::durability::OneReplica;
use redplane_store::shard::{Shard, ShardConfig, ZeroState};
use redplane_tests::sim::register::Register;

/// Buffers of the desk's pool.
pub(crate) const BUFFERS: usize = 64;

/// A shard of the register program, its buffers and its clock.
pub(crate) struct Desk {
    pub(crate) shard: Shard<Register, ZeroState, OneReplica>,
    pub(crate) pool: Pool,
    out: Queue,
    now_ns: u64,
}

/// A request, with what most have in common filled in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ask<'a> {
    pub(crate) kind: Kind,
    pub(crate) switch: u16,
    pub(crate) epoch: u32,
    pub(crate) seq: u32,
    pub(crate) key: u32,
    pub(crate) state: [u32; 3],
    pub(crate) packet: Option<&'a [u8]>,
}

/// An answer, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) kind: Kind,
    pub(crate) to: SocketAddr,
    pub(crate) switch: u16,
    pub(crate) epoch: u32,
    pub(crate) seq: u32,
    pub(crate) state: Vec<u32>,
    pub(crate) refusal: Option<Refusal>,
    pub(crate) packet: Option<Vec<u8>>,
    /// Length of the whole datagram's payload.
    pub(crate) len: usize,
}

impl Default for Ask<'_> {
    fn default() -> Self {
        Self { kind: Kind::LeaseRequest, switch: 1, epoch: 0, seq: 0, key: 7, state: [0; 3], packet: None }
    }
}

impl Ask<'_> {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let packet = self.packet.unwrap_or(&[]);
        let mut memory = vec![0; HEADROOM];
        memory.extend(packet);
        let end = memory.len();
        let mut buffer = Buffer::new(&mut memory, HEADROOM, end).unwrap();
        let envelope = Envelope {
            layout: Register::LAYOUT,
            kind: self.kind,
            flags: Flags::new().with_piggyback(self.packet.is_some()),
            switch: self.switch,
            incarnation: Incarnation::new(1),
            epoch: Epoch::new(self.epoch),
            seq: Seq::new(self.seq),
            timestamp: Tick::new(77),
            key: &[self.key],
            state: &self.state,
        };
        envelope.encode(&mut buffer).unwrap();
        buffer.bytes().to_vec()
    }
}

/// Where a switch is.
pub(crate) fn address_of(switch: u16) -> SocketAddr {
    SocketAddr::from(([10, 0, (switch >> 8) as u8, switch as u8], 4000))
}

impl Desk {
    pub(crate) fn new() -> Self {
        let limits = Limits { flows: 32, waiting_per_flow: 4, waiting: 8 };
        let config = ShardConfig {
            lease_period: Span::from_millis(1000),
            limits,
            pending: 8,
            epoch_floor: Epoch::new(0),
            first_seq: Seq::new(0),
        };
        Self {
            shard: Shard::new(&config, ZeroState { idle_ticks: u64::MAX }, OneReplica::default()),
            pool: Pool::with_capacity(BUFFERS),
            out: Queue::with_capacity(BUFFERS),
            now_ns: 0,
        }
    }

    pub(crate) fn advance_ms(&mut self, span_ms: u64) {
        self.now_ns += span_ms * 1_000_000;
        self.shard.poll(Instant::from_nanos(self.now_ns), &mut self.out, &mut self.pool);
    }

    /// Hands in a datagram from a switch.
    pub(crate) fn hand_in(&mut self, switch: u16, bytes: &[u8]) {
        let mut datagram = self.pool.take().expect("a free buffer");
        datagram.set_payload(bytes).unwrap();
        datagram.set_peer(address_of(switch));
        self.shard.handle(Instant::from_nanos(self.now_ns), datagram, &mut self.out, &mut self.pool);
    }

    /// Takes the answers that are ready.
    pub(crate) fn answers(&mut self) -> Vec<Answer> {
        let mut answers = vec![];
        while let Some(datagram) = self.out.pop() {
            let bytes = datagram.payload();
            let (message, rest) = Message::parse(bytes, |_| Some(Register::LAYOUT)).unwrap();
            assert!(rest.is_empty());
            answers.push(Answer {
                kind: message.kind(),
                to: datagram.peer(),
                switch: message.switch(),
                epoch: message.epoch().raw(),
                seq: message.seq().raw(),
                state: message.state().iter().map(|word| word.get()).collect(),
                refusal: if let Body::Refusal(why) = message.body() { Some(why) } else { None },
                packet: message.piggyback().map(<[u8]>::to_vec),
                len: bytes.len(),
            });
            self.pool.give(datagram);
        }
        answers
    }

    /// Asks, and gives the answers.
    pub(crate) fn ask(&mut self, ask: Ask<'_>) -> Vec<Answer> {
        self.hand_in(ask.switch, &ask.bytes());
        self.answers()
    }

    /// Asks what has one answer.
    #[track_caller]
    pub(crate) fn ask_one(&mut self, ask: Ask<'_>) -> Answer {
        let [answer] = &self.ask(ask)[..] else { panic!("one answer to {ask:?}") };
        answer.clone()
    }

    pub(crate) fn records(&self) -> usize {
        self.shard.flows().records().iter().count()
    }
}
