//! A shard in hand: requests as values, answers as values, time and durability moved by the test.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use redplane_core::count::Event;
use redplane_core::packet::Buffer;
use redplane_core::program::Program;
use redplane_core::seq::{Epoch, Incarnation, Seq};
use redplane_core::store::{Initializer, Instant, Limits, Log, LogIndex, Record, Run};
use redplane_core::time::{Span, Tick};
use redplane_core::wire::{Body, Envelope, Flags, Kind, Message, Refusal};
use redplane_store::datagram::{Datagram, Pool, Queue};
use redplane_store::durability::{Durability, Service};
use redplane_store::shard::{Shard, ShardConfig};
use std::net::SocketAddr;

/// The lease period of the tests.
pub(crate) const PERIOD_MS: u64 = 1000;

pub(crate) const LIMITS: Limits = Limits { flows: 16, waiting_per_flow: 2, waiting: 3 };

pub(crate) const CONFIG: ShardConfig = ShardConfig {
    lease_period: Span::from_millis(PERIOD_MS),
    limits: LIMITS,
    pending: 4,
    epoch_floor: Epoch::new(100),
    first_seq: Seq::new(0),
};

/// A log that the test commits.
#[derive(Debug, Default)]
pub(crate) struct Late {
    last: u64,
    committed: u64,
    /// Whether every change is committed at once.
    pub(crate) prompt: bool,
}

impl Late {
    pub(crate) fn commit(&mut self) {
        self.committed = self.last;
    }
}

impl Late {
    fn next(&mut self) -> LogIndex {
        self.last += 1;
        LogIndex(self.last)
    }
}

impl<P: Program> Log<P> for Late {
    fn append(&mut self, _: &P::Key, _: &Record<P::State>) -> LogIndex {
        self.next()
    }

    fn append_pair(&mut self, _: [(&P::Key, &Record<P::State>); 2]) -> LogIndex {
        self.next()
    }

    fn append_removal(&mut self, _: &P::Key, _: Option<&P::Key>) -> LogIndex {
        self.next()
    }

    fn append_slots(&mut self, _: &P::Key, _: &Record<P::State>, _: &Run<'_>) -> LogIndex {
        self.next()
    }

    fn confirm(&mut self) -> LogIndex {
        LogIndex(self.last)
    }
}

impl<P: Program> Durability<P> for Late {
    fn committed(&self) -> LogIndex {
        LogIndex(if self.prompt { self.last } else { self.committed })
    }

    fn service(&self, _: Instant) -> Service {
        Service::Serves
    }

    fn stop(&mut self, reason: &str) {
        panic!("{reason}");
    }

    fn has_room(&self) -> bool {
        true
    }
}

/// A request of a switch.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    pub(crate) kind: Kind,
    pub(crate) switch: u16,
    pub(crate) incarnation: u16,
    pub(crate) epoch: Epoch,
    pub(crate) seq: u32,
    pub(crate) key: Vec<u32>,
    pub(crate) state: Vec<u32>,
    pub(crate) packet: Option<Vec<u8>>,
}

impl Ask {
    pub(crate) fn new(kind: Kind, switch: u16, key: &[u32]) -> Self {
        let (key, state) = (key.to_vec(), Vec::new());
        Self { kind, switch, incarnation: 1, epoch: Epoch::NONE, seq: 0, key, state, packet: None }
    }

    pub(crate) fn boot(self, incarnation: u16) -> Self {
        Self { incarnation, ..self }
    }

    pub(crate) fn epoch(self, epoch: Epoch) -> Self {
        Self { epoch, ..self }
    }

    pub(crate) fn seq(self, seq: u32) -> Self {
        Self { seq, ..self }
    }

    pub(crate) fn state(self, state: &[u32]) -> Self {
        Self { state: state.to_vec(), ..self }
    }

    pub(crate) fn packet(self, packet: &[u8]) -> Self {
        Self { packet: Some(packet.to_vec()), ..self }
    }

    pub(crate) fn encode<P: Program>(&self) -> Vec<u8> {
        let packet = self.packet.as_deref().unwrap_or_default();
        let mut memory = vec![0; 512 + packet.len()];
        memory[512..].copy_from_slice(packet);
        let end = memory.len();
        let mut buffer = Buffer::new(&mut memory, 512, end).unwrap();
        let port = if self.packet.is_some() { 7 } else { 0 };
        let envelope = Envelope {
            layout: P::LAYOUT,
            kind: self.kind,
            flags: Flags::new().with_piggyback(self.packet.is_some()).with_port(port),
            switch: self.switch,
            incarnation: Incarnation::new(self.incarnation),
            epoch: self.epoch,
            seq: Seq::new(self.seq),
            timestamp: Tick::new(0xabc),
            key: &self.key,
            state: &self.state,
        };
        envelope.encode(&mut buffer).unwrap();
        buffer.bytes().to_vec()
    }
}

/// What the store sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) kind: Kind,
    pub(crate) switch: u16,
    pub(crate) epoch: Epoch,
    pub(crate) seq: u32,
    pub(crate) key: Vec<u32>,
    /// The state, or the words of slots.
    pub(crate) state: Vec<u32>,
    /// The first slot of a run, and how many.
    pub(crate) slots: Option<(u16, u16)>,
    pub(crate) migrated: bool,
    pub(crate) again: bool,
    pub(crate) refusal: Option<Refusal>,
    pub(crate) packet: Option<Vec<u8>>,
}

impl Reply {
    pub(crate) fn parse<P: Program>(bytes: &[u8]) -> Self {
        let (message, rest) = Message::parse(bytes, |_| Some(P::LAYOUT)).unwrap();
        assert!(rest.is_empty());
        assert!(!message.kind().is_request() || message.kind() == Kind::SnapshotSlots);
        if message.kind() != Kind::Recall {
            assert_eq!(message.timestamp(), Tick::new(0xabc), "an answer carries its request's timestamp");
        }
        let (slots, words) = match message.body() {
            Body::Slots { range, values, .. } => (Some(range), values),
            Body::Range(range) => (Some(range), &[][..]),
            _ => (None, message.state()),
        };
        Self {
            kind: message.kind(),
            switch: message.switch(),
            epoch: message.epoch(),
            seq: message.seq().raw(),
            key: message.key().iter().map(|word| word.get()).collect(),
            state: words.iter().map(|word| word.get()).collect(),
            slots: slots.map(|range| (range.first.get(), range.count.get())),
            migrated: message.flags().migrated(),
            again: message.flags().retransmission(),
            refusal: match message.body() {
                Body::Refusal(refusal) => Some(refusal),
                _ => None,
            },
            packet: message.piggyback().map(<[u8]>::to_vec),
        }
    }
}

pub(crate) fn address_of(switch: u16) -> SocketAddr {
    SocketAddr::from(([10, 0, 0, switch as u8], 4000))
}

/// A shard with its buffers and its time.
pub(crate) struct Bench<P: Program, I> {
    pub(crate) shard: Shard<P, I, Late>,
    pub(crate) pool: Pool,
    pub(crate) out: Queue,
    pub(crate) now_ms: u64,
}

impl<P: Program, I: Initializer<P>> Bench<P, I> {
    pub(crate) fn new(config: &ShardConfig, initializer: I) -> Self {
        let held = Shard::<P, I, Late>::buffers_held(config);
        let late = Late { prompt: true, ..Late::default() };
        Self {
            shard: Shard::new(config, initializer, late),
            pool: Pool::with_capacity(held + 16),
            out: Queue::with_capacity(held + 16),
            now_ms: 0,
        }
    }

    fn now(&self) -> Instant {
        Instant::from_nanos(self.now_ms * 1_000_000)
    }

    /// What was sent since the last time, and that each went to its switch.
    pub(crate) fn sent(&mut self) -> Vec<Reply> {
        let mut replies = Vec::new();
        while let Some(datagram) = self.out.pop() {
            let reply = Reply::parse::<P>(datagram.payload());
            assert_eq!(datagram.peer(), address_of(reply.switch));
            replies.push(reply);
            self.pool.give(datagram);
        }
        replies
    }

    pub(crate) fn bytes_from(&mut self, switch: u16, bytes: &[u8]) -> Vec<Reply> {
        let mut datagram: Box<Datagram> = self.pool.take().unwrap();
        datagram.set_payload(bytes).unwrap();
        datagram.set_peer(address_of(switch));
        self.shard.handle(self.now(), datagram, &mut self.out, &mut self.pool);
        self.sent()
    }

    pub(crate) fn ask(&mut self, ask: &Ask) -> Vec<Reply> {
        self.bytes_from(ask.switch, &ask.encode::<P>())
    }

    /// Asks and expects one answer.
    pub(crate) fn answer(&mut self, ask: &Ask) -> Reply {
        let mut replies = self.ask(ask);
        assert_eq!(replies.len(), 1, "{ask:?} was answered {replies:?}");
        replies.remove(0)
    }

    /// Asks for a lease and expects to get it.
    pub(crate) fn grant(&mut self, switch: u16, key: &[u32]) -> Reply {
        let reply = self.answer(&Ask::new(Kind::LeaseRequest, switch, key));
        assert_eq!(reply.kind, Kind::Grant, "{reply:?}");
        reply
    }

    /// Asks and expects to be refused.
    pub(crate) fn refusal(&mut self, ask: &Ask) -> Refusal {
        let reply = self.answer(ask);
        reply.refusal.unwrap_or_else(|| panic!("not refused but {reply:?}"))
    }

    /// Lets time pass, with a poll at its end.
    pub(crate) fn pass(&mut self, milliseconds: u64) -> Vec<Reply> {
        self.now_ms += milliseconds;
        self.shard.poll(self.now(), &mut self.out, &mut self.pool);
        self.sent()
    }

    pub(crate) fn event(&self, event: Event) -> u32 {
        self.shard.event(event)
    }

    pub(crate) fn record(&mut self, key: &P::Key) -> Option<Record<P::State>> {
        self.shard.flows_mut().record(key).copied()
    }
}
