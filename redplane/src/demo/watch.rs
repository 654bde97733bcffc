//! What the store owes a switch: each write that was acked, and how long writes waited for their acks.
//!
//! A [`WatchedLink`] passes messages on and keeps a [`Ledger`] of them. The store's word for a flow is a `Grant` or a `WriteAck`: by
//! either the switch was told that a write, with its state, is durable. From then on packets may have shown it, so any later grant
//! has to have it, or a later one that was sent (RP-ST-4). A grant that has not is a *loss*.
//!
//! # Words
//!
//! - A flow *waits* while a write of it has left and no ack of it has come.
//! - A *pause* is a span in which one flow waited and no write of it was acked. It begins when the wait begins or at the last ack,
//!   and ends with the next one.

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::ops::Range;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use redplane_core::packet::Buffer;
use redplane_core::seq::{Epoch, Incarnation, Seq};
use redplane_core::time::{Span, Tick};
use redplane_core::wire::{Body, Envelope, Flags, HEADROOM, Kind, Layout, Message, Refusal};
use redplane_linux::clock::{Clock, RealClock};
use redplane_linux::store_link::{StoreLink, UdpLink};

use super::measure::{BUCKET_NS, Gap};

/// Shorter pauses are not kept, ns.
const PAUSE_MIN_NS: u64 = 2_000_000;

/// Longest datagram of a store, in bytes.
const DATAGRAM_LEN_MAX: usize = 65_536;

/// Until a question is asked again, at the next replica.
const ASK_AGAIN: Span = Span::from_millis(20);

/// After how long without an answer the store counts as gone.
const ANSWER_MAX: Duration = Duration::from_secs(5);

/// A nap while an answer is awaited.
const NAP: Duration = Duration::from_micros(50);

/// A flow, as the store's word has it.
#[derive(Debug, Default)]
struct Flow {
    epoch: Epoch,
    acked: Seq,
    /// The state of `acked`.
    state: Vec<u32>,
    /// Writes that were sent in `epoch` and are not acked, the oldest in front.
    sent: VecDeque<(Seq, Vec<u32>)>,
    waiting_since_ns: Option<u64>,
}

/// What the store told one switch about all its flows. Times are ns of the clock of the link.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    flows: HashMap<Vec<u32>, Flow>,
    /// Writes that were acked.
    acked: u64,
    /// When, in buckets of [`BUCKET_NS`] from the clock's start on.
    acked_per_bucket: Vec<u64>,
    pauses: Vec<Gap>,
    losses: Vec<String>,
}

impl Ledger {
    /// Writes that were acked.
    pub(super) fn acked(&self) -> u64 {
        self.acked
    }

    /// Flows that the store has spoken of.
    pub(super) fn flows(&self) -> usize {
        self.flows.len()
    }

    /// What was acked and not found again, in sentences.
    pub(super) fn losses(&self) -> &[String] {
        &self.losses
    }

    /// The longest pause that ended in `window_ns`.
    pub(super) fn longest_pause_in(&self, window_ns: &Range<u64>) -> Option<Gap> {
        let ended = self.pauses.iter().filter(|gap| window_ns.contains(&gap.end_ns));
        ended.copied().max_by_key(|gap| gap.len_ns())
    }

    /// Ends what still waits.
    pub(super) fn finish(&mut self, now_ns: u64) {
        let open: Vec<_> = self.flows.values_mut().map(|flow| flow.waiting_since_ns.take()).collect();
        open.into_iter().for_each(|since_ns| self.note_pause(since_ns, now_ns));
    }

    /// Acked writes in each bucket of [`BUCKET_NS`] from `start_ns` on, `buckets` of them.
    pub(super) fn acked_per_bucket(&self, start_ns: u64, buckets: usize) -> impl Iterator<Item = u64> {
        let first = (start_ns / BUCKET_NS) as usize;
        (first..first + buckets).map(|bucket| self.acked_per_bucket.get(bucket).copied().unwrap_or(0))
    }

    fn on_sent(&mut self, message: &Message<'_>, now_ns: u64) {
        let Some(flow) = self.flows.get_mut(&key_of(message)) else { return };
        let newest = flow.sent.back().map_or(flow.acked, |(seq, _)| *seq);
        // What is sent again has no news (RP-SW-6).
        if message.epoch() == flow.epoch && message.seq().is_newer_than(newest) {
            flow.sent.push_back((message.seq(), state_of(message)));
            flow.waiting_since_ns.get_or_insert(now_ns);
        }
    }

    fn on_acked(&mut self, message: &Message<'_>, now_ns: u64) {
        let Some(flow) = self.flows.get_mut(&key_of(message)) else { return };
        if message.epoch() != flow.epoch {
            return;
        }
        let mut count = 0;
        while flow.sent.front().is_some_and(|(seq, _)| !seq.is_newer_than(message.seq()))
            && let Some((seq, state)) = flow.sent.pop_front()
        {
            (flow.acked, flow.state) = (seq, state);
            count += 1;
        }
        if count > 0 {
            let goes_on = (!flow.sent.is_empty()).then_some(now_ns);
            let waited = std::mem::replace(&mut flow.waiting_since_ns, goes_on);
            self.note_pause(waited, now_ns);
            self.acked += count;
            let bucket = (now_ns / BUCKET_NS) as usize;
            if self.acked_per_bucket.len() <= bucket {
                self.acked_per_bucket.resize(bucket + 1, 0);
            }
            self.acked_per_bucket[bucket] += count;
        }
    }

    fn on_granted(&mut self, message: &Message<'_>, now_ns: u64) {
        let (epoch, seq, state) = (message.epoch(), message.seq(), state_of(message));
        let known = self.flows.entry(key_of(message)).or_default();
        let is_known = known.epoch != Epoch::NONE;
        // Grants of an epoch that is known, or over, say nothing new.
        if is_known && !epoch.is_newer_than(known.epoch) {
            return;
        }
        let fits = seq == known.acked && state == known.state
            || known.sent.iter().any(|(sent, its)| *sent == seq && *its == state);
        let granted = Flow { epoch, acked: seq, state, ..Flow::default() };
        let former = std::mem::replace(known, granted);
        if is_known && !fits {
            self.losses.push(format!(
                "flow {:08x?}: write {} was acked with {:08x?}, the store has write {seq} with {:08x?}",
                key_of(message),
                former.acked,
                former.state,
                state_of(message)
            ));
        }
        self.note_pause(former.waiting_since_ns, now_ns);
    }

    fn note_pause(&mut self, since_ns: Option<u64>, now_ns: u64) {
        let pause = since_ns.map(|start_ns| Gap { start_ns, end_ns: now_ns });
        self.pauses.extend(pause.filter(|pause| pause.len_ns() >= PAUSE_MIN_NS));
    }

    /// Asks whoever serves at `replicas` for each flow of `switch` in the name of its next boot, and notes what is lost. `layout` is
    /// that of the program that the ledger was kept of.
    ///
    /// # Errors
    /// No socket, or nobody answers.
    pub(super) fn read_back(
        &mut self,
        layout: Layout,
        replicas: &[SocketAddr],
        switch: u16,
        boot: u16,
    ) -> anyhow::Result<()> {
        let link = UdpLink::to_replicas(&[replicas.to_vec()], ASK_AGAIN)?;
        let mut link = WatchedLink::new(link, layout, RealClock::new());
        std::mem::swap(self, &mut link.ledger);
        let keys: Vec<_> = link.ledger.flows.keys().cloned().collect();
        let read = keys.iter().try_for_each(|key| link.read(key, switch, Incarnation::new(boot)));
        std::mem::swap(self, &mut link.ledger);
        read
    }
}

/// A way to the store whose messages are noted in a ledger.
#[derive(Debug)]
pub(super) struct WatchedLink {
    link: UdpLink,
    layout: Layout,
    clock: RealClock,
    ledger: Ledger,
}

impl WatchedLink {
    /// Over `link`, for the program of `layout`.
    pub(super) fn new(link: UdpLink, layout: Layout, clock: RealClock) -> Self {
        Self { link, layout, clock, ledger: Ledger::default() }
    }

    /// The link inside.
    pub(super) fn inner(&self) -> &UdpLink {
        &self.link
    }

    /// Takes out what was noted.
    pub(super) fn take_ledger(&mut self) -> Ledger {
        std::mem::take(&mut self.ledger)
    }

    /// Asks for a flow until it is granted, or refused for good, which is a loss.
    fn read(&mut self, key: &[u32], switch: u16, incarnation: Incarnation) -> anyhow::Result<()> {
        let mut memory = [0; 2 * HEADROOM];
        let mut request = Buffer::new(&mut memory, HEADROOM, HEADROOM).context("no room for a request")?;
        let envelope = Envelope {
            layout: self.layout,
            kind: Kind::LeaseRequest,
            flags: Flags::new(),
            switch,
            incarnation,
            epoch: Epoch::NONE,
            seq: Seq::default(),
            timestamp: Tick::from_nanos(self.clock.now()),
            key,
            state: &[],
        };
        envelope.encode(&mut request).ok().context("a request is longer than its head room")?;
        let epoch = self.ledger.flows.get(key).map(|flow| flow.epoch);
        let mut answer = vec![0; DATAGRAM_LEN_MAX];
        let begun = Instant::now();
        while begun.elapsed() < ANSWER_MAX {
            self.send(key, request.bytes());
            let asked_ns = self.clock.now();
            while self.clock.now() - asked_ns < ASK_AGAIN.nanos() {
                let Some(len) = self.receive(&mut answer) else {
                    std::thread::sleep(NAP);
                    continue;
                };
                if self.ledger.flows.get(key).map(|flow| flow.epoch) != epoch {
                    return Ok(());
                }
                if let Some(why) = refused_for_good(&answer[..len], self.layout, key) {
                    self.ledger
                        .losses
                        .push(format!("flow {key:08x?} was acked, the store refuses it: {why}"));
                    return Ok(());
                }
            }
        }
        bail!("the store does not answer for the flow {key:08x?}");
    }
}

impl StoreLink for WatchedLink {
    fn send(&mut self, key: &[u32], message: &[u8]) {
        if let Some(message) = parse(message, self.layout)
            && message.kind() == Kind::Write
        {
            self.ledger.on_sent(&message, self.clock.now());
        }
        self.link.send(key, message);
    }

    fn receive(&mut self, buf: &mut [u8]) -> Option<usize> {
        let length = self.link.receive(buf)?;
        let now_ns = self.clock.now();
        let mut rest = buf.get(..length).unwrap_or_default();
        while !rest.is_empty()
            && let Ok((message, behind)) = Message::parse(rest, |schema| layout_of(self.layout, schema))
        {
            match message.kind() {
                Kind::WriteAck => self.ledger.on_acked(&message, now_ns),
                Kind::Grant => self.ledger.on_granted(&message, now_ns),
                _ => {}
            }
            rest = behind;
        }
        Some(length)
    }
}

fn layout_of(layout: Layout, schema: u8) -> Option<Layout> {
    (schema == layout.schema).then_some(layout)
}

fn parse(bytes: &[u8], layout: Layout) -> Option<Message<'_>> {
    Message::parse(bytes, |schema| layout_of(layout, schema)).ok().map(|(message, _)| message)
}

/// Why the store refuses a flow, if that is final.
fn refused_for_good(datagram: &[u8], layout: Layout, key: &[u32]) -> Option<&'static str> {
    let message = parse(datagram, layout)?;
    match message.body() {
        Body::Refusal(why @ (Refusal::NotAllowed | Refusal::PoolEmpty)) if key_of(&message) == key => {
            Some(why.name())
        }
        _ => None,
    }
}

fn key_of(message: &Message<'_>) -> Vec<u32> {
    message.key().iter().map(|word| word.get()).collect()
}

fn state_of(message: &Message<'_>) -> Vec<u32> {
    message.state().iter().map(|word| word.get()).collect()
}

#[cfg(test)]
mod tests;
