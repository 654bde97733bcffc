//! The per-flow rules, RP-ST-1, 2, 3, 5, 7, 8, 9 and 10.

use super::{Assembly, Creation, Initializer, Instant, Log, LogIndex, Owner, Record, Records, Run, Share};
use crate::count::{Counters, Event, Reason};
use crate::packet::Buffer;
use crate::program::{Program, Words};
use crate::seq::{Epoch, Seq};
use crate::structure::Structure;
use crate::switch::reason_of;
use crate::time::{Span, Tick};
use crate::wire::{Body, Envelope, Flags, Kind, Message, Refusal, SlotRange, Slots};

/// Time between two recalls of the same lease.
const RECALL_EVERY: Span = Span::from_millis(2);

/// Most words of a run of slots: it must fit a datagram between replicas, whose head is longer than a switch's.
const RUN_WORDS_MAX: usize = 2048;

/// What a shard may hold (RP-ST-7). Over a limit the newest arrival is refused and counted; no older promise is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Limits {
    /// Records of flows.
    pub flows: usize,
    /// Messages that wait for one flow.
    pub waiting_per_flow: u16,
    /// Messages that wait in all.
    pub waiting: usize,
}

/// What a single switch may take of that (RP-ST-7): one that runs wild leaves room for the others. A flow that exists is granted
/// to whoever asks, also beyond it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SwitchLimits {
    /// Flows whose last owner it is, beyond which it begins no new ones.
    pub flows: usize,
    /// Messages of it that wait.
    pub waiting: usize,
}

impl SwitchLimits {
    /// All that there is.
    pub const NONE: Self = Self { flows: usize::MAX, waiting: usize::MAX };
}

/// What must be done with the buffer of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[must_use]
pub enum Outcome {
    /// It holds the answer, which may leave once the log is durable up to here (RP-ST-4).
    Reply(LogIndex),
    /// The caller keeps it, as it came, and presents it again with `parked` set when the flow may proceed.
    Wait,
    /// It was ignored.
    Drop(Reason),
}

/// What came of a message.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[must_use]
pub struct Handled<K> {
    /// What must be done with its buffer.
    pub outcome: Outcome,
    /// The flow it was about, if it was a message.
    pub key: Option<K>,
    /// Messages that wait for this flow may proceed now.
    pub wakes: bool,
}

/// The fields of a request that outlive its buffer.
#[derive(Clone, Copy)]
struct Request<K> {
    kind: Kind,
    owner: Owner,
    epoch: Epoch,
    seq: Seq,
    timestamp: Tick,
    piggyback: bool,
    port: u16,
    key: K,
}

/// What to answer.
enum Decision {
    Grant {
        migrated: bool,
        again: bool,
    },
    Answer(Kind),
    /// The same, and it extends a lease although no record has changed (RP-CH-3).
    Extend(Kind),
    Refuse(Refusal),
    /// A `SnapshotAck`.
    Took(SlotRange),
    /// A `SnapshotSlots`.
    Hand(SlotRange),
    Wait,
}

fn request_of<P: Program>(message: &Message<'_>) -> Request<P::Key> {
    let mut key = P::Key::ZERO;
    for (to, from) in key.as_mut().iter_mut().zip(message.key()) {
        *to = from.get();
    }
    Request {
        kind: message.kind(),
        owner: Owner { switch: message.switch(), incarnation: message.incarnation() },
        epoch: message.epoch(),
        seq: message.seq(),
        timestamp: message.timestamp(),
        piggyback: message.flags().piggyback(),
        port: message.flags().port(),
        key,
    }
}

/// What a run of slots does to the flow's record: a snapshot that is complete is named by the state (RP-SN-6).
pub(super) fn note_snapshot<P: Program>(record: &mut Record<P::State>, completes: bool, id: u32) {
    if completes {
        for (word, value) in record.state.as_mut().iter_mut().zip([id, 1]) {
            *word = value;
        }
    }
}

/// The per-flow rules of one shard for one program.
#[derive(Debug)]
pub struct FlowStore<P: Program, R, I> {
    pub(super) records: R,
    pub(super) initializer: I,
    pub(super) period: Span,
    limits: Limits,
    switch_limits: SwitchLimits,
    pub(super) waiting: usize,
    /// Where the numbering of a new flow's writes begins.
    first_seq: Seq,
    /// Every epoch that was ever used for a key without a record is at most this one (RP-ST-10).
    pub(super) epoch_floor: Epoch,
    /// Before this, no lease ends that is held: an earlier store may have extended it (RP-ST-6).
    pub(super) assumed: Instant,
    counters: Counters,
    refusals: [u32; Refusal::ALL.len()],
    program: core::marker::PhantomData<P>,
}

impl<P: Program, R: Records<P>, I: Initializer<P>> FlowStore<P, R, I> {
    /// A store over an empty map. `lease_period` is the switches' too. `epoch_floor` is above every epoch that an earlier life of
    /// the shard has used (RP-ST-10).
    pub fn new(records: R, initializer: I, lease_period: Span, limits: Limits, epoch_floor: Epoch) -> Self {
        Self {
            records,
            initializer,
            period: lease_period,
            limits,
            switch_limits: SwitchLimits::NONE,
            waiting: 0,
            first_seq: Seq::default(),
            epoch_floor,
            assumed: Instant::default(),
            counters: Counters::new(),
            refusals: [0; Refusal::ALL.len()],
            program: core::marker::PhantomData,
        }
    }

    /// The same, with the writes of new flows numbered from after `first`: any number does (RP-SW-10), and a test that starts just
    /// below the wrap sees it soon.
    pub fn with_first_seq(mut self, first: Seq) -> Self {
        self.first_seq = first;
        self
    }

    /// The same, with limits for each switch.
    pub fn with_switch_limits(mut self, limits: SwitchLimits) -> Self {
        self.switch_limits = limits;
        self
    }

    /// What a switch takes of the shard.
    fn share(&mut self, owner: Owner) -> Share {
        self.records.share(owner.switch).copied().unwrap_or_default()
    }

    /// A flow changes hands.
    pub(super) fn pass(&mut self, from: Option<Owner>, to: Option<Owner>) {
        if let Some(share) = from.and_then(|from| self.records.share(from.switch)) {
            share.flows = share.flows.saturating_sub(1);
        }
        if let Some(share) = to.and_then(|to| self.records.share(to.switch)) {
            share.flows += 1;
        }
    }

    /// A message came in, or comes again from those that wait (`parked`). The buffer has [`crate::wire::HEADROOM`] bytes in front.
    /// Slots that are handed out need as much memory as they are long, 1,428 bytes for the longest run that a switch of ours asks for; without it they are
    /// lost, and counted as [`Reason::NoBuffer`].
    pub fn handle(
        &mut self,
        now: Instant,
        message: &mut Buffer<'_>,
        parked: bool,
        log: &mut impl Log<P>,
    ) -> Handled<P::Key> {
        let layout_of = |schema| (schema == P::LAYOUT.schema).then_some(P::LAYOUT);
        let parsed = match Message::parse(message.bytes(), layout_of) {
            Ok((parsed, _)) => parsed,
            Err(error) => return self.drop(reason_of(error)),
        };
        if !parsed.kind().is_request() {
            return self.drop(Reason::WrongDirection);
        }
        if parsed.tag().is_some() {
            return self.drop(Reason::MessageTag);
        }
        let request = request_of::<P>(&parsed);
        let key = request.key;
        let mut state = P::State::ZERO;
        for (to, from) in state.as_mut().iter_mut().zip(parsed.state()) {
            *to = from.get();
        }
        let head_len = parsed.head_len();
        if parked {
            self.waiting = self.waiting.saturating_sub(1);
            if let Some(share) = self.records.share(request.owner.switch) {
                share.waiting = share.waiting.saturating_sub(1);
            }
            if let Some(record) = self.records.get(&key) {
                record.waiting = record.waiting.saturating_sub(1);
                if request.kind == Kind::LeaseRequest {
                    record.wanted = record.wanted.saturating_sub(1);
                }
            }
        }

        let mut wakes = false;
        let decision = match request.kind {
            Kind::LeaseRequest => self.lease_request(now, &request, log, &mut wakes),
            Kind::Write => self.write(now, &request, state, log, &mut wakes),
            Kind::Hold => self.hold(now, &request),
            Kind::Renew => self.renew(now, &request),
            Kind::GiveUp => self.give_up(&request, log, &mut wakes),
            Kind::SnapshotSlots => match self.take_slots(&request, parsed.body(), log) {
                Ok(decision) => decision,
                Err(reason) => return self.drop(reason),
            },
            Kind::SnapshotFetch => match self.hand_slots(&request, parsed.body()) {
                Ok(decision) => decision,
                Err(reason) => return self.drop(reason),
            },
            _ => Decision::Refuse(Refusal::Unsupported),
        };
        if let Decision::Wait = decision {
            self.waiting += 1;
            if let Some(share) = self.records.share(request.owner.switch) {
                share.waiting += 1;
            }
            if let Some(record) = self.records.get(&key) {
                record.waiting += 1;
                if request.kind == Kind::LeaseRequest {
                    record.wanted += 1;
                }
            }
            return Handled { outcome: Outcome::Wait, key: Some(key), wakes };
        }
        let outcome = match decision {
            Decision::Took(range) => self.answer_slots(message, &request, Kind::SnapshotAck, range),
            Decision::Hand(range) => self.answer_slots(message, &request, Kind::SnapshotSlots, range),
            decision => self.answer(message, head_len, &request, decision, log),
        };
        Handled { outcome, key: Some(key), wakes }
    }

    /// RP-ST-1, RP-ST-2, RP-ST-8.
    fn lease_request(
        &mut self,
        now: Instant,
        request: &Request<P::Key>,
        log: &mut impl Log<P>,
        wakes: &mut bool,
    ) -> Decision {
        let Some(record) = self.records.get(&request.key) else { return self.new_flow(now, request, log) };
        let deadline = now + self.period;
        let renounced = request.epoch == record.epoch && record.owner == Some(request.owner) && record.held;
        if renounced {
            // The packet knows what a `GiveUp` that is still under way will say.
            self.counters.count(Event::RenouncedByRequest);
            record.held = false;
        }
        let event = match record.owner {
            None => Event::GrantedNew,
            Some(owner) if owner.switch == request.owner.switch => {
                if owner.incarnation.is_newer_than(request.owner.incarnation) {
                    return Decision::Refuse(Refusal::OldIncarnation);
                }
                if owner.incarnation != request.owner.incarnation {
                    Event::GrantedNextBoot
                } else if record.held {
                    Event::GrantedAgain
                } else {
                    Event::GrantedNext
                }
            }
            Some(_) if !record.is_live(now, self.assumed) => Event::GrantedNext,
            Some(_) => return self.wait_for_lease(request),
        };
        self.counters.count(event);
        record.deadline = deadline;
        let before = record.owner;
        if event != Event::GrantedAgain {
            record.epoch = record.epoch.successor();
            record.owner = Some(request.owner);
            record.held = true;
            record.recalled = None;
            record.index = log.append(&request.key, record);
            // Those who wait for what the old epoch wrote will not get it.
            *wakes = record.waiting > 0;
            self.pass(before, Some(request.owner));
        }
        Decision::Grant { migrated: event != Event::GrantedNew, again: event == Event::GrantedAgain }
    }

    fn new_flow(&mut self, now: Instant, request: &Request<P::Key>, log: &mut impl Log<P>) -> Decision {
        // Room for a pair is asked for before anything is taken out of a pool.
        let is_over = self.share(request.owner).flows >= self.switch_limits.flows;
        if is_over || self.records.len() + 2 > self.limits.flows {
            self.counters.count(Event::LimitReached);
            return Decision::Refuse(Refusal::FlowsFull);
        }
        let Creation { state, pair } = match self.initializer.create(&request.key) {
            Ok(creation) => creation,
            Err(refusal) => return Decision::Refuse(refusal),
        };
        self.counters.count(Event::RecordMade);
        let mut record = Record {
            owner: None,
            held: false,
            epoch: self.epoch_floor,
            seq: self.first_seq,
            deadline: now + self.period,
            state,
            index: LogIndex::default(),
            waiting: 0,
            wanted: 0,
            recalled: None,
        };
        let other = pair.map(|(pair_key, pair_state)| (pair_key, Record { state: pair_state, ..record }));
        record.epoch = record.epoch.successor();
        record.owner = Some(request.owner);
        record.held = true;
        let index = match &other {
            Some((pair_key, other)) => log.append_pair([(pair_key, other), (&request.key, &record)]),
            None => log.append(&request.key, &record),
        };
        record.index = index;
        // There is room: it was asked for above.
        if let Some((pair_key, mut other)) = other {
            self.counters.count(Event::PairMade);
            other.index = index;
            if self.records.insert(pair_key, other).is_err() {
                return Decision::Refuse(Refusal::FlowsFull);
            }
        }
        if self.records.insert(request.key, record).is_err() {
            return Decision::Refuse(Refusal::FlowsFull);
        }
        self.counters.count(Event::GrantedNew);
        self.pass(None, Some(request.owner));
        Decision::Grant { migrated: false, again: false }
    }

    fn wait_for_lease(&mut self, request: &Request<P::Key>) -> Decision {
        let decision = self.wait(request);
        if let Decision::Wait = decision {
            self.counters.count(Event::RequestWaits);
        }
        decision
    }

    /// RP-ST-7: bounded, and the newest arrival is the one that is refused.
    fn wait(&mut self, request: &Request<P::Key>) -> Decision {
        let waiting = self.records.get(&request.key).map_or(0, |record| record.waiting);
        let of_switch = self.share(request.owner).waiting;
        if waiting >= self.limits.waiting_per_flow
            || self.waiting >= self.limits.waiting
            || of_switch >= self.switch_limits.waiting
        {
            self.counters.count(Event::LimitReached);
            return Decision::Refuse(Refusal::WaitingFull);
        }
        Decision::Wait
    }

    /// RP-ST-3.
    fn write(
        &mut self,
        now: Instant,
        request: &Request<P::Key>,
        state: P::State,
        log: &mut impl Log<P>,
        wakes: &mut bool,
    ) -> Decision {
        let Some(record) = self.records.get(&request.key) else {
            self.counters.count(Event::WriteRefused);
            return Decision::Refuse(Refusal::UnknownFlow);
        };
        if record.epoch != request.epoch || record.owner != Some(request.owner) {
            self.counters.count(Event::WriteRefused);
            return Decision::Refuse(Refusal::StaleEpoch);
        }
        if record.held {
            record.deadline = now + self.period;
        }
        if request.seq.is_newer_than(record.seq) {
            self.counters.count(Event::WriteApplied);
            record.seq = request.seq;
            record.state = state;
            record.index = log.append(&request.key, record);
            *wakes = record.waiting > 0;
        } else {
            self.counters.count(Event::OldWriteAcked);
            return Decision::Extend(Kind::WriteAck);
        }
        Decision::Answer(Kind::WriteAck)
    }

    /// RP-ST-5.
    fn hold(&mut self, now: Instant, request: &Request<P::Key>) -> Decision {
        let Some(record) = self.records.get(&request.key) else {
            return Decision::Refuse(Refusal::UnknownFlow);
        };
        if record.epoch != request.epoch || record.owner != Some(request.owner) {
            return Decision::Refuse(Refusal::StaleEpoch);
        }
        if !request.seq.is_newer_than(record.seq) {
            self.counters.count(Event::HoldAnswered);
            return Decision::Answer(Kind::Release);
        }
        if !record.is_live(now, self.assumed) {
            // The write may still come, but nobody is bound to send it: the packet is lost.
            return Decision::Refuse(Refusal::NotCommitted);
        }
        let decision = self.wait(request);
        if let Decision::Wait = decision {
            self.counters.count(Event::HoldWaits);
        }
        decision
    }

    fn renew(&mut self, now: Instant, request: &Request<P::Key>) -> Decision {
        let Some(record) = self.records.get(&request.key) else {
            return Decision::Refuse(Refusal::UnknownFlow);
        };
        if record.epoch != request.epoch || record.owner != Some(request.owner) || !record.held {
            return Decision::Refuse(Refusal::StaleEpoch);
        }
        record.deadline = now + self.period;
        Decision::Extend(Kind::RenewAck)
    }

    /// RP-ST-2, RP-SW-9: a lease is free as soon as all that was written under it has arrived.
    fn give_up(&mut self, request: &Request<P::Key>, log: &mut impl Log<P>, wakes: &mut bool) -> Decision {
        let Some(record) = self.records.get(&request.key) else {
            return Decision::Answer(Kind::GiveUpAck);
        };
        let current = record.epoch == request.epoch && record.owner == Some(request.owner);
        if current && request.seq.is_newer_than(record.seq) {
            return Decision::Refuse(Refusal::NotCommitted);
        }
        if current && record.held {
            self.counters.count(Event::GiveUpTaken);
            record.held = false;
            record.index = log.append(&request.key, record);
            *wakes = record.waiting > 0;
        }
        Decision::Answer(Kind::GiveUpAck)
    }

    /// A run of slots comes in: RP-SN-3, RP-SN-4.
    fn take_slots(
        &mut self,
        request: &Request<P::Key>,
        body: Body<'_>,
        log: &mut impl Log<P>,
    ) -> Result<Decision, Reason> {
        let Body::Slots { range, base, marks, values } = body else { return Err(Reason::SnapshotRange) };
        if values.len() > RUN_WORDS_MAX {
            return Err(Reason::SnapshotRange);
        }
        if let Some(refusal) = self.not_owner(request) {
            return Ok(Decision::Refuse(refusal));
        }
        let Some(mut parts) = self.records.assembly(&request.key).and_then(Assembly::parts) else {
            // RP-ST-7
            let why = if P::Structure::ROWS == 0 { Refusal::Unsupported } else { Refusal::FlowsFull };
            return Ok(Decision::Refuse(why));
        };
        if !parts.has(range) {
            return Err(Reason::SnapshotRange);
        }
        let id = request.seq.raw();
        let base = (base != id).then_some(base);
        let run = Run { epoch: request.epoch, id, range, base, marks, values };
        let completes = match parts.take(&run) {
            Err(refusal) => {
                self.counters.count(Event::OldSlotsRefused);
                return Ok(Decision::Refuse(refusal));
            }
            Ok(completes) => completes,
        };
        self.counters.count(Event::SlotsTaken);
        if completes {
            self.counters.count(Event::SnapshotReplaced);
        }
        if let Some(record) = self.records.get(&request.key) {
            note_snapshot::<P>(record, completes, id);
            record.index = log.append_slots(&request.key, record, &run);
        }
        Ok(Decision::Took(range))
    }

    /// The owner wants slots of the last complete snapshot: RP-SN-6.
    fn hand_slots(&mut self, request: &Request<P::Key>, body: Body<'_>) -> Result<Decision, Reason> {
        let Body::Range(range) = body else { return Err(Reason::SnapshotRange) };
        if let Some(refusal) = self.not_owner(request) {
            return Ok(Decision::Refuse(refusal));
        }
        let Some(parts) = self.records.assembly(&request.key).and_then(Assembly::parts) else {
            return Ok(Decision::Refuse(Refusal::Unsupported));
        };
        if !parts.has(range) {
            return Err(Reason::SnapshotRange);
        }
        if parts.complete() != Some(request.seq.raw()) {
            self.counters.count(Event::OldSlotsRefused);
            return Ok(Decision::Refuse(Refusal::OldSnapshot));
        }
        self.counters.count(Event::SlotsHanded);
        Ok(Decision::Hand(range))
    }

    /// Why the sender may not speak for the flow, if it may not.
    fn not_owner(&mut self, request: &Request<P::Key>) -> Option<Refusal> {
        match self.records.get(&request.key) {
            None => Some(Refusal::UnknownFlow),
            Some(record) if record.epoch != request.epoch || record.owner != Some(request.owner) => {
                Some(Refusal::StaleEpoch)
            }
            Some(_) => None,
        }
    }

    /// Answers with a run of slots, or with the range of one.
    fn answer_slots(
        &mut self,
        message: &mut Buffer<'_>,
        request: &Request<P::Key>,
        kind: Kind,
        range: SlotRange,
    ) -> Outcome {
        // Slots that are handed out are longer than the request for them: all of the memory is theirs.
        message.set_range(usize::MAX, usize::MAX);
        let index = self.records.get(&request.key).map_or(LogIndex::default(), |record| record.index);
        let envelope = Envelope {
            layout: P::LAYOUT,
            kind,
            flags: Flags::new(),
            switch: request.owner.switch,
            incarnation: request.owner.incarnation,
            epoch: request.epoch,
            seq: request.seq,
            timestamp: request.timestamp,
            key: request.key.as_ref(),
            state: &[],
        };
        let id = request.seq.raw();
        let encoded = if kind == Kind::SnapshotAck {
            envelope.encode_range(range, message)
        } else {
            let parts = self.records.assembly(&request.key).and_then(Assembly::parts);
            let values = parts.as_ref().and_then(|parts| parts.hand(id, range)).unwrap_or(&[]);
            envelope.encode_slots(&Slots { range, base: id, marks: &[], values }, message)
        };
        match encoded {
            Ok(()) => Outcome::Reply(index),
            Err(_) => self.drop(Reason::NoBuffer).outcome,
        }
    }

    /// Turns the request's buffer into the answer, in front of the packet that it carries.
    fn answer(
        &mut self,
        message: &mut Buffer<'_>,
        head_len: usize,
        request: &Request<P::Key>,
        decision: Decision,
        log: &mut impl Log<P>,
    ) -> Outcome {
        let flags = Flags::new();
        // RP-CH-3: nothing extends or ends a lease that a store without the right to decide any more has said. A switch that knows its
        // hand-back confirmed forgets that there was a lease, so that must be so wherever the next store begins.
        let must_confirm = match decision {
            Decision::Grant { again, .. } => again,
            Decision::Extend(_) | Decision::Answer(Kind::GiveUpAck) => true,
            Decision::Refuse(why) => why.ends_lease(),
            _ => false,
        };
        let (kind, flags, refusal) = match decision {
            // RP-SN-6: the owner of a structure must know that the epoch is not new.
            Decision::Grant { migrated, again } => (
                Kind::Grant,
                flags.with_migrated(migrated).with_retransmission(again && P::Structure::ROWS > 0),
                None,
            ),
            Decision::Answer(kind) | Decision::Extend(kind) => (kind, flags, None),
            Decision::Refuse(why) => (Kind::Refuse, flags, Some(why)),
            Decision::Wait | Decision::Took(_) | Decision::Hand(_) => return Outcome::Wait,
        };
        if let Some(counter) = refusal.and_then(|why| self.refusals.get_mut(why as usize - 1)) {
            *counter = counter.wrapping_add(1);
        }
        let carries = request.piggyback && kind.may_carry();
        let (epoch, seq, state, index) = match (kind, self.records.get(&request.key)) {
            (Kind::Grant, Some(record)) => (record.epoch, record.seq, record.state, record.index),
            (_, Some(record)) => (request.epoch, request.seq, P::State::ZERO, record.index),
            (_, None) => (request.epoch, request.seq, P::State::ZERO, LogIndex::default()),
        };
        if carries {
            if !message.pull(head_len) {
                return Outcome::Drop(Reason::MessageTooShort);
            }
        } else {
            message.clear();
        }
        let port = if carries { request.port } else { refusal.map_or(0, Refusal::to_wire) };
        let envelope = Envelope {
            layout: P::LAYOUT,
            kind,
            flags: flags.with_piggyback(carries).with_port(port),
            switch: request.owner.switch,
            incarnation: request.owner.incarnation,
            epoch,
            seq,
            timestamp: request.timestamp,
            key: request.key.as_ref(),
            state: state.as_ref(),
        };
        match envelope.encode(message) {
            Ok(()) => {
                // What is refused promises nothing, so it need not be durable.
                let index = if refusal.is_some() { LogIndex::default() } else { index };
                Outcome::Reply(if must_confirm { index.max(log.confirm()) } else { index })
            }
            Err(_) => self.drop(Reason::NoBuffer).outcome,
        }
    }

    /// Whether messages that wait for a flow should be presented again: its lease has ended.
    pub fn may_proceed(&mut self, now: Instant, key: &P::Key) -> bool {
        let assumed = self.assumed;
        self.records.get(key).is_none_or(|record| !record.is_live(now, assumed))
    }

    /// Writes a `Recall` for a flow's owner into `out`, if somebody else waits for the lease and the last one was not just now;
    /// gives the switch to send it to. A `Hold` waits for the owner's own write, so it is no reason to take the lease away.
    pub fn recall(&mut self, now: Instant, key: &P::Key, out: &mut Buffer<'_>) -> Option<u16> {
        let record = self.records.get(key)?;
        let owner = record.owner?;
        if record.wanted == 0
            || !record.is_live(now, self.assumed)
            || record.recalled.is_some_and(|last| now < last + RECALL_EVERY)
        {
            return None;
        }
        record.recalled = Some(now);
        out.clear();
        let envelope = Envelope {
            layout: P::LAYOUT,
            kind: Kind::Recall,
            flags: Flags::new(),
            switch: owner.switch,
            incarnation: owner.incarnation,
            epoch: record.epoch,
            seq: record.seq,
            timestamp: Tick::default(),
            key: key.as_ref(),
            state: &[],
        };
        envelope.encode(out).ok()?;
        self.counters.count(Event::RecallSent);
        Some(owner.switch)
    }

    /// Deletes a flow's record, and its pair's, if both have idled beyond their time and no lease is live (RP-ST-9). Gives whether
    /// it did.
    ///
    /// The shorter time of a pair counts for both: a connection that one side has closed is over for the other one too.
    pub fn expire(&mut self, now: Instant, key: &P::Key, log: &mut impl Log<P>) -> bool {
        let Some((mut idle, mut limit, state)) = self.idle_ticks(now, key) else { return false };
        let pair = self.initializer.pair(key, &state);
        if let Some(pair) = pair.filter(|pair| self.records.get(pair).is_some()) {
            let Some((pair_idle, pair_limit, _)) = self.idle_ticks(now, &pair) else { return false };
            idle = idle.min(pair_idle);
            limit = [limit, pair_limit].into_iter().flatten().min();
        }
        if limit.is_none_or(|limit| idle < limit) {
            return false;
        }
        log.append_removal(key, pair.as_ref());
        for key in [Some(*key), pair].into_iter().flatten() {
            self.forget(&key);
        }
        self.initializer.release(key, &state);
        self.counters.count(Event::Expired);
        true
    }

    /// Deletes a record.
    pub(super) fn forget(&mut self, key: &P::Key) {
        let Some(record) = self.records.get(key) else { return };
        let owner = record.owner;
        // RP-ST-10: should the key come back, it starts above what is still under way.
        if record.epoch.is_newer_than(self.epoch_floor) {
            self.counters.count(Event::EpochRaised);
            self.epoch_floor = record.epoch;
        }
        self.records.remove(key);
        self.pass(owner, None);
    }

    /// Ticks since a flow's last sign of life, after how many it has ended, and its state; `None` while it cannot have ended: its
    /// lease is live, or something waits for it.
    fn idle_ticks(&mut self, now: Instant, key: &P::Key) -> Option<(u64, Option<u64>, P::State)> {
        let assumed = self.assumed;
        let record =
            self.records.get(key).filter(|record| !record.is_live(now, assumed) && record.waiting == 0)?;
        let (deadline, state) = (record.deadline.max(assumed), record.state);
        Some(((now + self.period).since(deadline), self.initializer.idle_ticks(key, &state), state))
    }

    /// Turns a request into a refusal, without a look at the flow: by a store that does not serve it.
    pub fn refuse(&mut self, message: &mut Buffer<'_>, why: Refusal, log: &mut impl Log<P>) -> Outcome {
        let layout_of = |schema| (schema == P::LAYOUT.schema).then_some(P::LAYOUT);
        let (request, head_len) = match Message::parse(message.bytes(), layout_of) {
            Ok((parsed, _)) if parsed.kind().is_request() => (request_of::<P>(&parsed), parsed.head_len()),
            Ok(_) => return self.drop(Reason::WrongDirection).outcome,
            Err(error) => return self.drop(reason_of(error)).outcome,
        };
        self.answer(message, head_len, &request, Decision::Refuse(why), log)
    }

    /// The record of a flow, for checkers and operators.
    pub fn record(&mut self, key: &P::Key) -> Option<&Record<P::State>> {
        self.records.get(key).map(|record| &*record)
    }

    /// The map.
    pub fn records(&self) -> &R {
        &self.records
    }

    /// The map, for whoever keeps more in it than records.
    pub fn records_mut(&mut self) -> &mut R {
        &mut self.records
    }

    /// The program's part.
    pub fn initializer(&self) -> &I {
        &self.initializer
    }

    /// Messages that wait with the caller.
    pub fn waiting(&self) -> usize {
        self.waiting
    }

    /// What was done and what was ignored.
    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    /// How often a refusal was given.
    pub fn refusals(&self, why: Refusal) -> u32 {
        self.refusals.get(why as usize - 1).copied().unwrap_or(0)
    }

    fn drop(&mut self, reason: Reason) -> Handled<P::Key> {
        self.counters.ignore(reason);
        Handled { outcome: Outcome::Drop(reason), key: None, wakes: false }
    }
}
