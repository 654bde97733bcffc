//! The line to a store: one batched socket for all played switches, a way to each shard, messages made and read.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::Context;
use redplane_core::memory::shard_of;
use redplane_core::packet::Buffer;
use redplane_core::seq::{Epoch, Incarnation, Seq};
use redplane_core::time::{Span, TICK_NANOS, Tick};
use redplane_core::way::Way;
use redplane_core::wire::{Body, Envelope, Flags, HEADROOM, Kind, Message, Refusal};
use redplane_store::datagram::{Pool, Queue};
use redplane_store::socket::{BATCH_LEN, BatchSocket, PortUse};

use super::options::Args;
use super::play::{App, Key, State, state_of};

/// Datagrams that wait to be sent; more are sent on the way.
const OUTBOX_LEN: usize = 4 * BATCH_LEN;

/// What a switch asks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ask {
    /// `LeaseRequest`, `Write` or `GiveUp`.
    pub(super) kind: Kind,
    pub(super) switch: u16,
    pub(super) flow: u32,
    pub(super) epoch: Epoch,
    pub(super) seq: Seq,
    pub(super) state: State,
    /// Sent before: header and state go alone (RP-SW-6).
    pub(super) again: bool,
}

/// What a store said to a switch.
#[derive(Clone, Copy, Debug)]
pub(super) struct Answer {
    pub(super) kind: Kind,
    pub(super) switch: u16,
    /// `None` in a refusal that has no key.
    pub(super) flow: Option<u32>,
    pub(super) epoch: Epoch,
    pub(super) seq: Seq,
    pub(super) state: State,
    pub(super) refusal: Option<Refusal>,
    /// When what it answers was sent.
    pub(super) asked_ns: u64,
}

/// See [the module](self).
pub(super) struct Line {
    app: App,
    incarnation: Incarnation,
    packet_len: usize,
    socket: BatchSocket,
    pool: Pool,
    inbox: Queue,
    outbox: Queue,
    /// Of each shard: its way, and where its replicas are.
    shards: Vec<(Way, Vec<SocketAddr>)>,
    moves: u64,
    answers: u64,
    start: Instant,
}

impl Line {
    /// # Errors
    /// No socket.
    pub(super) fn open(args: &Args) -> anyhow::Result<Self> {
        let any: IpAddr = match args.store[0] {
            SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
            SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
        };
        let socket = BatchSocket::bind(SocketAddr::new(any, 0), PortUse::Alone)
            .context("cannot open a socket to the store")?;
        let way = Way::new(args.store.len(), Span::from_millis(args.timeout));
        let shards = (0..args.shards).map(|shard| {
            let replica = |store: &SocketAddr| SocketAddr::new(store.ip(), store.port() + shard);
            (way, args.store.iter().map(replica).collect())
        });
        // As a switch does: a later run is a later boot of the same switches.
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        Ok(Self {
            app: args.app,
            incarnation: Incarnation::new(seconds as u16),
            packet_len: usize::from(args.packet),
            socket,
            pool: Pool::with_capacity(OUTBOX_LEN + 3 * BATCH_LEN),
            inbox: Queue::with_capacity(BATCH_LEN),
            outbox: Queue::with_capacity(OUTBOX_LEN),
            shards: shards.collect(),
            moves: 0,
            answers: 0,
            start: Instant::now(),
        })
    }

    /// Nanoseconds since it was opened; never 0.
    pub(super) fn now_ns(&self) -> u64 {
        self.start.elapsed().as_nanos() as u64 + 1
    }

    /// How often a way moved to another replica.
    pub(super) fn moves(&self) -> u64 {
        self.moves
    }

    /// Messages that came from the store.
    pub(super) fn answers(&self) -> u64 {
        self.answers
    }

    /// Puts a message into the queue.
    ///
    /// # Errors
    /// The socket is of no use any more.
    pub(super) fn send(&mut self, now_ns: u64, ask: &Ask) -> anyhow::Result<()> {
        if self.outbox.room() == 0 || self.pool.available() == 0 {
            self.flush()?;
        }
        // What the kernel does not take is lost, as the network may lose it.
        let Some(mut datagram) = self.pool.take() else { return Ok(()) };
        let carries = ask.kind == Kind::Write && !ask.again && self.packet_len > 0;
        let end = HEADROOM + if carries { self.packet_len } else { 0 };
        let key: Key = self.app.key(ask.flow);
        let key = &key[..usize::from(self.app.layout().key_words)];
        let envelope = Envelope {
            layout: self.app.layout(),
            kind: ask.kind,
            flags: Flags::new().with_piggyback(carries).with_retransmission(ask.again),
            switch: ask.switch,
            incarnation: self.incarnation,
            epoch: ask.epoch,
            seq: ask.seq,
            timestamp: Tick::from_nanos(now_ns),
            key,
            state: &ask.state,
        };
        let range = Buffer::new(datagram.buffer_mut(), HEADROOM, end).and_then(|mut buffer| {
            envelope.encode(&mut buffer).ok()?;
            Some(buffer.start()..buffer.end())
        });
        let range = range.context("a message is longer than its head room")?;
        datagram.set_range(range).context("a message is longer than a datagram")?;
        let shard = shard_of(key, self.shards.len() as u16);
        let (way, replicas) = &mut self.shards[usize::from(shard)];
        self.moves += u64::from(way.sends(Tick::from_nanos(now_ns)));
        datagram.set_peer(replicas[way.current()]);
        if let Err(datagram) = self.outbox.push(datagram) {
            self.pool.give(datagram);
        }
        Ok(())
    }

    /// Sends what is in the queue.
    ///
    /// # Errors
    /// The socket is of no use any more.
    pub(super) fn flush(&mut self) -> anyhow::Result<()> {
        self.socket.send(&mut self.outbox, &mut self.pool).map(drop).map_err(broken)
    }

    /// Waits so long for messages, which [`Line::next`] gives.
    ///
    /// # Errors
    /// The socket is of no use any more.
    pub(super) fn receive(&mut self, timeout: Duration) -> anyhow::Result<()> {
        self.socket.receive(&mut self.inbox, &mut self.pool, timeout).map(drop).map_err(broken)
    }

    /// The next message for a switch of this run.
    pub(super) fn next(&mut self, now_ns: u64) -> Option<Answer> {
        while let Some(datagram) = self.inbox.pop() {
            let answer = self.read(now_ns, datagram.peer(), datagram.payload());
            self.pool.give(datagram);
            if answer.is_some() {
                return answer;
            }
        }
        None
    }

    fn read(&mut self, now_ns: u64, peer: SocketAddr, payload: &[u8]) -> Option<Answer> {
        let app = self.app;
        let (message, _) =
            Message::parse(payload, |schema| (schema == app.layout().schema).then(|| app.layout())).ok()?;
        if message.kind().is_request() || message.incarnation() != self.incarnation {
            return None;
        }
        self.answers += 1;
        let flow = app.flow(&message);
        if let Some(flow) = flow {
            let key = &app.key(flow)[..message.key().len()];
            let shard = shard_of(key, self.shards.len() as u16);
            let (way, replicas) = &mut self.shards[usize::from(shard)];
            if let Some(replica) = replicas.iter().position(|replica| *replica == peer) {
                self.moves += u64::from(way.hears(replica, payload));
            }
        }
        let age = Tick::from_nanos(now_ns).since(message.timestamp());
        Some(Answer {
            kind: message.kind(),
            switch: message.switch(),
            flow,
            epoch: message.epoch(),
            seq: message.seq(),
            state: state_of(&message),
            refusal: if let Body::Refusal(why) = message.body() { Some(why) } else { None },
            asked_ns: now_ns.saturating_sub(u64::from(age) * TICK_NANOS),
        })
    }
}

fn broken(error: io::Error) -> anyhow::Error {
    anyhow::Error::new(error).context("the socket to the store broke")
}
