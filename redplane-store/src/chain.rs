//! A replica of a chain: who decides, what the others lack, and how far everything is on all of them (RP-CH-1 … 5). Sans IO.
//!
//! ```text
//!            requests ─▶ head ── Entries ─▶ middle ── Entries ─▶ tail ── Copy, Entries ─▶ joiner
//!             answers ◀── ▲ ◀── Applied ─── ▲ ◀──── Applied ───── ▲ ◀────── Applied ──────┘
//! ```
//!
//! The head gives each change of a record a log index and sends it down; every replica applies changes in the order of their
//! indices and passes them on; what the tail has is committed, and that is told upwards (RP-CH-1). A link repairs loss by going
//! back to what the other has. A newer state of a flow takes the place of one that has not been sent (coalescing).
//!
//! A [`Chain`] holds views, indices and the entries that somebody may lack, and makes datagrams of them; what an entry means it
//! leaves to [`crate::shard::Shard`], whose [`Durability`] it is.
//!
//! Contract: views come from one configuration master, each number once; [`crate::shard::Shard::flush`] is called after each batch of messages
//! and at least every millisecond. Limits: [`ChainConfig::log_bytes`] of entries that somebody lacks; when they are used up requests
//! are dropped and counted (RP-ST-7), and a joiner that is the reason is given up. One replica joins at a time.

mod join;
mod log;
mod view;
mod wire;

pub(crate) use join::Cursor;
pub use join::Joining;
pub use view::{MEMBERS_MAX, Member, MemberId, View};
pub use wire::is_link;

use redplane_core::program::Program;
use redplane_core::store::{Instant, Log, LogIndex, Record, Run, Told};
use redplane_core::time::Span;
use std::net::SocketAddr;
use zerocopy::byteorder::network_endian::{U16, U32, U64};
use zerocopy::{FromBytes, IntoBytes};

use crate::datagram::{Pool, Queue};
use crate::durability::{Durability, Service};
use crate::record_codec::{self, Change};
use join::{Joiner, Session};
use log::EntryLog;
use wire::{AppliedBody, CopyBody, GAP, LinkHeader, LinkKind, VERSION_LINK};

/// Bytes of a link's datagram that are not exceeded but by a single entry: what an Ethernet carries.
const PAYLOAD_TARGET: usize = 1400;

/// Entries under way on a link.
const WINDOW: u64 = 16 * 1024;

/// How soon a gap is filled again: the entries behind it are under way as well and would each ask.
const GAP_PATIENCE: Span = Span::from_micros(300);

/// How a replica is set up.
#[derive(Clone, Copy, Debug)]
pub struct ChainConfig {
    /// Which member this is.
    pub id: MemberId,
    /// Drawn at random when the process started: tells two lives of a member of a static view apart.
    pub boot: u32,
    /// The shard's number.
    pub shard: u16,
    /// Bytes of entries that are kept while somebody may lack them.
    pub log_bytes: usize,
    /// After how long without progress entries are sent again.
    pub resend: Span,
    /// Whether entries are kept as long as there is room although nobody lacks them, for those who look on.
    pub history: bool,
}

impl ChainConfig {
    /// The only replica of a store.
    #[must_use]
    pub fn alone() -> Self {
        Self {
            id: MemberId(0),
            boot: 0,
            shard: 0,
            log_bytes: 0,
            resend: Span::from_millis(5),
            history: false,
        }
    }
}

/// What a link did, and what it ignored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChainStats {
    /// Entries that were appended here.
    pub appended: u64,
    /// Changes that took the place of an older, unsent one of their flow.
    pub coalesced: u64,
    /// Entries that were taken from a predecessor.
    pub taken: u64,
    /// Datagrams to replicas.
    pub sent: u64,
    /// Times that entries were sent again.
    pub resent: u64,
    /// Datagrams of replicas.
    pub received: u64,
    /// Those of another view, or of somebody whose place that is not (RP-CH-2).
    pub other_view: u64,
    /// Those of another life of a member, or that know more than was ever sent.
    pub other_life: u64,
    /// Those that cannot be read.
    pub malformed: u64,
    /// Gaps in what came.
    pub gaps: u64,
    /// Views that were taken.
    pub views: u64,
    /// Times that this replica became the head of a chain that others had (RP-ST-6).
    pub took_over: u64,
    /// Replicas that joined here at the tail, and those that were given up.
    pub joined: u64,
    /// See `joined`.
    pub join_given_up: u64,
}

/// A successor, as far as it is known.
#[derive(Clone, Debug)]
struct Down {
    id: MemberId,
    address: SocketAddr,
    /// Newest entry that was sent.
    sent: LogIndex,
    /// Newest entry that it has; `None` until it has told.
    acked: Option<LogIndex>,
    /// When it is asked, or sent everything again, unless it gets on before.
    ask_at: Instant,
    /// When a gap was last filled.
    gap_at: Instant,
}

/// What a new view means for this replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Nothing that anybody else has to know.
    None,
    /// It decides from now on, after somebody else (RP-ST-6).
    TookOver,
    /// It was voted out, and may come back as another member only.
    Removed,
}

/// What is to be done with a link's datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Parcel {
    /// Nothing more.
    Done,
    /// Entries from this index on are behind this many bytes.
    Entries(LogIndex, usize),
    /// A chunk of a copy, its records behind this many bytes.
    Chunk {
        /// Everything must be forgotten first: a new copy begins.
        begins: bool,
        /// The sender's epoch floor.
        floor: u32,
        at: usize,
    },
}

/// One replica of one shard's chain for one program.
#[derive(Debug)]
pub struct Chain {
    config: ChainConfig,
    schema: u8,
    view: Option<View>,
    place: Option<usize>,
    removed: bool,
    /// It has everything that is committed: it began with the group, or its copy is done (RP-CH-4).
    complete: bool,
    log: EntryLog,
    /// Newest entry that anybody else may have seen, whether it has arrived or not.
    seen: LogIndex,
    committed: LogIndex,
    down: Option<Down>,
    joiner: Option<Joiner>,
    sessions: u32,
    session: Option<Session>,
    /// The life of each neighbour that was heard first in this view.
    boots: [Option<(MemberId, u32)>; 2],
    reply_due: Option<u8>,
    scratch: Vec<u8>,
    stats: ChainStats,
}

impl Chain {
    /// A replica that knows no view yet and refuses all requests.
    #[must_use]
    pub fn new(config: ChainConfig, schema: u8) -> Self {
        Self {
            log: EntryLog::with_capacity(config.log_bytes),
            config,
            schema,
            view: None,
            place: None,
            removed: false,
            complete: false,
            seen: LogIndex(0),
            committed: LogIndex(0),
            down: None,
            joiner: None,
            sessions: 0,
            session: None,
            boots: [None; 2],
            reply_due: None,
            scratch: Vec::with_capacity(record_codec::CHANGE_MAX),
            stats: ChainStats::default(),
        }
    }

    /// The only replica of a store, which decides at once.
    #[must_use]
    pub fn alone(schema: u8) -> Self {
        let mut chain = Self::new(ChainConfig::alone(), schema);
        let address = ([127, 0, 0, 1], 0).into();
        let member = Member { id: chain.config.id, name: String::new(), address };
        chain.set_view(Instant::default(), &View::first(vec![member]));
        chain
    }

    /// A view of the configuration master (RP-CH-2). An older one than the last changes nothing.
    pub fn set_view(&mut self, now: Instant, view: &View) -> Turn {
        if self.removed || self.view.as_ref().is_some_and(|known| known.number >= view.number) {
            return Turn::None;
        }
        self.stats.views += 1;
        let (before, had_view) = (self.place, self.view.is_some());
        self.place = view.position(self.config.id);
        self.view = Some(view.clone());
        self.boots = [None; 2];
        self.reply_due = None;
        let Some(place) = self.place else {
            self.down = None;
            self.give_joiner_up();
            if before.is_none() {
                // Not yet a member: a copy that had begun belongs to the former view.
                (self.session, self.complete) = (None, false);
                return Turn::None;
            }
            self.removed = true;
            return Turn::Removed;
        };
        // RP-CH-4: whoever is named without a copy must have begun with the group.
        if before.is_none() && !self.complete {
            self.complete = view.number == 1 && !had_view;
            if !self.complete {
                ::log::error!("named in {view} without a copy of its state: this replica serves nobody");
            }
        }
        let next = view.members.get(place + 1);
        self.down = next.map(|member| Down {
            id: member.id,
            address: member.shard_address(self.config.shard),
            sent: self.committed,
            acked: None,
            ask_at: now,
            gap_at: now,
        });
        if let (Some(joiner), Some(down)) = (&self.joiner, &self.down)
            && joiner.id == down.id
        {
            self.stats.joined += 1;
            self.joiner = None;
        }
        // What a joiner takes belongs to one view.
        self.give_joiner_up();
        self.settle();
        if place > 0 {
            self.reply_due = Some(0);
        }
        if place == 0 && before != Some(0) && self.complete && (before.is_some() || view.number > 1) {
            self.stats.took_over += 1;
            return Turn::TookOver;
        }
        Turn::None
    }

    fn is_tail(&self) -> bool {
        self.place.is_some() && self.down.is_none() && self.complete
    }

    /// RP-CH-1, RP-CH-2: what the tail has is committed; while somebody joins, what the joiner has.
    fn settle(&mut self) {
        if !self.is_tail() {
            return;
        }
        let reached = match self.joiner.as_ref().and_then(Joiner::limit) {
            Some(limit) => self.log.last().min(limit),
            None => self.log.last(),
        };
        if reached > self.committed {
            self.committed = reached;
            if self.place != Some(0) {
                self.reply_due = self.reply_due.or(Some(0));
            }
        }
    }

    /// Whether nobody else can know an entry, by itself or out of a copy for a joiner, which is of what was committed when it began.
    fn is_unseen(&self, index: LogIndex) -> bool {
        index > self.seen && index > self.committed
    }

    /// Entries up to here need not be kept.
    fn needless(&self) -> LogIndex {
        match &self.joiner {
            // Nobody follows a replica that is no member yet.
            _ if self.place.is_none() => self.log.last(),
            Some(joiner) => self.committed.min(joiner.acked()),
            None => self.committed,
        }
    }

    fn is_alone(&self) -> bool {
        self.down.is_none() && self.joiner.is_none() && !self.config.history
    }

    fn push<P: Program>(&mut self, change: &Change<'_, P>) -> LogIndex {
        self.stats.appended += 1;
        if self.is_alone() {
            self.log.restart(LogIndex(self.log.last().0 + 1));
        } else {
            self.scratch.clear();
            record_codec::encode(change, &mut self.scratch);
            self.push_scratch();
        }
        self.settle();
        self.log.last()
    }

    fn push_scratch(&mut self) {
        let needless = self.needless();
        if self.log.push(&self.scratch, needless).is_some() {
            return;
        }
        // A joiner must not stop the chain, unless the chain already counts on it.
        if self.may_give_joiner_up() {
            self.give_joiner_up();
            if self.log.push(&self.scratch, self.committed).is_some() {
                return;
            }
        }
        // Whoever appends has asked for room. Nothing after this may be committed.
        ::log::error!("a chain's log overflowed: this replica stops");
        self.removed = true;
    }

    /// An entry of the predecessor, which has been applied; false if there is no room for it: it will come again.
    pub(crate) fn take(&mut self, entry: &[u8]) -> bool {
        if self.is_alone() {
            self.log.restart(LogIndex(self.log.last().0 + 1));
        } else if self.has_space() || self.may_give_joiner_up() {
            self.scratch.clear();
            self.scratch.extend_from_slice(entry);
            self.push_scratch();
        } else {
            return false;
        }
        self.stats.taken += 1;
        self.seen = self.log.last();
        self.settle();
        true
    }

    pub(crate) fn has_space(&self) -> bool {
        self.is_alone() || self.log.has_room(self.needless())
    }

    /// Whether the room that a joiner takes can be had: the chain does not count on it yet.
    fn may_give_joiner_up(&self) -> bool {
        self.joiner.as_ref().is_some_and(|joiner| joiner.limit().is_none())
    }

    /// Opens a datagram of a link and says what its entries need.
    pub(crate) fn open(&mut self, now: Instant, payload: &[u8]) -> Parcel {
        self.stats.received += 1;
        let Ok((header, body)) = LinkHeader::read_from_prefix(payload) else { return self.malformed() };
        let Some(kind) = LinkKind::from_wire(header.kind) else { return self.malformed() };
        let (from, at) = (MemberId(header.from.get()), size_of::<LinkHeader>());
        if self.removed || header.to.get() != self.config.id.0 || header.shard.get() != self.config.shard {
            self.stats.other_view += 1;
            return Parcel::Done;
        }
        // RP-CH-2: only messages of the view, and only of those whose place it is.
        let expected = match kind {
            LinkKind::Applied => self.lower(),
            LinkKind::Entries | LinkKind::Copy => self.upper(),
        };
        let number = self.view.as_ref().map_or(0, |view| view.number);
        if header.view.get() != number || expected != Some(from) {
            self.stats.other_view += 1;
            return Parcel::Done;
        }
        let side = &mut self.boots[usize::from(kind == LinkKind::Applied)];
        match *side {
            Some((known, boot)) if known == from && boot != header.boot.get() => {
                self.stats.other_life += 1;
                return Parcel::Done;
            }
            Some((known, _)) if known == from => {}
            _ => *side = Some((from, header.boot.get())),
        }
        match kind {
            LinkKind::Entries => match U64::read_from_prefix(body) {
                Ok((first, _)) if self.complete || self.session.is_some() => {
                    self.reply_due = self.reply_due.or(Some(0));
                    Parcel::Entries(LogIndex(first.get()), at + size_of::<U64>())
                }
                Ok(_) => Parcel::Done,
                Err(_) => self.malformed(),
            },
            LinkKind::Applied => match AppliedBody::read_from_bytes(body) {
                Ok(applied) => {
                    self.hear(now, from, &applied, header.flags);
                    Parcel::Done
                }
                Err(_) => self.malformed(),
            },
            LinkKind::Copy => match CopyBody::read_from_prefix(body) {
                Ok((copy, _)) => {
                    let at = at + size_of::<CopyBody>();
                    self.open_copy(from, number, &copy, header.flags, at)
                }
                Err(_) => self.malformed(),
            },
        }
    }

    fn malformed(&mut self) -> Parcel {
        self.stats.malformed += 1;
        Parcel::Done
    }

    /// Who may send entries to this replica: its predecessor, or the tail while it is no member.
    fn upper(&self) -> Option<MemberId> {
        let view = self.view.as_ref()?;
        match self.place {
            Some(place) => Some(view.members.get(place.checked_sub(1)?)?.id),
            None => Some(view.tail()?.id),
        }
    }

    /// Who may tell this replica how far it is.
    fn lower(&self) -> Option<MemberId> {
        let down = self.down.as_ref().map(|down| down.id);
        down.or(self.joiner.as_ref().map(|joiner| joiner.id))
    }

    /// An entry could not be read.
    pub(crate) fn malform(&mut self) {
        self.stats.malformed += 1;
    }

    /// Something else than the next entry came: the predecessor has to go back.
    pub(crate) fn gap(&mut self) {
        self.stats.gaps += 1;
        self.reply_due = Some(GAP);
    }

    /// The other end of the link below tells how far it is.
    fn hear(&mut self, now: Instant, from: MemberId, told: &AppliedBody, flags: u8) {
        let applied = LogIndex(told.applied.get());
        if applied > self.log.last() {
            self.stats.other_life += 1;
            return;
        }
        if let Some(joiner) = self.joiner.as_mut().filter(|joiner| joiner.id == from) {
            joiner.hear(now, applied, told.session.get(), told.chunk.get(), self.config.resend);
            return self.settle();
        }
        let resend = self.config.resend;
        let Some(down) = &mut self.down else { return };
        match down.acked {
            None => (down.acked, down.sent, down.ask_at) = (Some(applied), applied, now + resend),
            Some(acked) if applied > acked => {
                (down.acked, down.ask_at) = (Some(applied), now + resend);
                down.sent = down.sent.max(applied);
            }
            // It misses what was sent: go back to it, once for all that is under way.
            Some(acked) if flags & GAP != 0 && applied == acked && now >= down.gap_at + GAP_PATIENCE => {
                (down.gap_at, down.ask_at) = (now, now + resend);
                down.sent = acked;
                self.stats.resent += 1;
            }
            Some(_) => {}
        }
        let committed = LogIndex(told.committed.get()).min(applied);
        if committed > self.committed {
            self.committed = committed;
            if self.place != Some(0) {
                self.reply_due = self.reply_due.or(Some(0));
            }
        }
    }

    /// Makes datagrams of all that others lack and may be sent now. Copies for a joiner are the shard's to make.
    pub(crate) fn flush(&mut self, now: Instant, out: &mut Queue, pool: &mut Pool) {
        self.send_down(now, out, pool);
        self.send_joiner(now, out, pool);
        if self.removed {
            return;
        }
        self.reply(out, pool);
    }

    fn send_down(&mut self, now: Instant, out: &mut Queue, pool: &mut Pool) {
        let last = self.log.last();
        let Some(down) = &mut self.down else { return };
        let mut asks = false;
        if now >= down.ask_at && (down.acked.is_none() || self.committed < last) {
            down.ask_at = now + self.config.resend;
            match down.acked {
                Some(acked) if acked < down.sent => {
                    down.sent = acked;
                    self.stats.resent += 1;
                }
                _ => asks = true,
            }
        }
        let (id, address, sent, acked) = (down.id, down.address, down.sent, down.acked);
        if asks {
            self.send_entries(id, address, last, last, out, pool);
        }
        let Some(acked) = acked else { return };
        if sent == acked && sent < last {
            // The wait for an answer begins with the first entry that is sent.
            down_ask(&mut self.down, now + self.config.resend);
        }
        let until = LogIndex(last.0.min(acked.0 + WINDOW));
        if sent >= until {
            return;
        }
        let sent = self.send_entries(id, address, sent, until, out, pool);
        if let Some(down) = &mut self.down {
            down.sent = sent;
        }
    }

    /// Sends the entries behind `after` up to `until`, or an empty datagram if there are none; gives how far it came.
    fn send_entries(
        &mut self,
        to: MemberId,
        address: SocketAddr,
        after: LogIndex,
        until: LogIndex,
        out: &mut Queue,
        pool: &mut Pool,
    ) -> LogIndex {
        let mut sent = after;
        loop {
            self.begin(LinkKind::Entries, 0, to);
            self.scratch.extend_from_slice(U64::new(sent.0 + 1).as_bytes());
            let mut newest = sent;
            while newest < until {
                let Some(entry) = self.log.get(LogIndex(newest.0 + 1)) else { break };
                if newest > sent && self.scratch.len() + entry.len() > PAYLOAD_TARGET {
                    break;
                }
                self.scratch.extend_from_slice(entry);
                newest = LogIndex(newest.0 + 1);
            }
            if (newest == sent && until > after) || !self.send(address, out, pool) {
                return sent;
            }
            sent = newest;
            self.seen = self.seen.max(sent);
            if sent >= until {
                return sent;
            }
        }
    }

    /// Tells the predecessor how far this replica is, if it has something to tell.
    fn reply(&mut self, out: &mut Queue, pool: &mut Pool) {
        let Some(flags) = self.reply_due.take() else { return };
        let Some(view) = &self.view else { return };
        let upper = match self.place {
            Some(place) => place.checked_sub(1).and_then(|above| view.members.get(above)),
            None => view.tail(),
        };
        let Some((to, address)) = upper.map(|upper| (upper.id, upper.shard_address(self.config.shard)))
        else {
            return;
        };
        self.begin(LinkKind::Applied, flags, to);
        let session = self.session.unwrap_or_default();
        let body = AppliedBody {
            applied: U64::new(self.log.last().0),
            committed: U64::new(self.committed.0),
            session: U32::new(session.number),
            chunk: U32::new(session.chunk),
        };
        self.scratch.extend_from_slice(body.as_bytes());
        self.send(address, out, pool);
    }

    /// Begins a datagram in the scratch memory.
    fn begin(&mut self, kind: LinkKind, flags: u8, to: MemberId) {
        let header = LinkHeader {
            version_kind: VERSION_LINK,
            schema: self.schema,
            kind: kind as u8,
            flags,
            boot: U32::new(self.config.boot),
            view: U64::new(self.view.as_ref().map_or(0, |view| view.number)),
            from: U64::new(self.config.id.0),
            to: U64::new(to.0),
            shard: U16::new(self.config.shard),
            zero: U16::ZERO,
        };
        self.scratch.clear();
        self.scratch.extend_from_slice(header.as_bytes());
    }

    /// Sends what is in the scratch memory; false if there is no buffer or no room for it.
    fn send(&mut self, address: SocketAddr, out: &mut Queue, pool: &mut Pool) -> bool {
        let Some(mut datagram) = pool.take() else { return false };
        datagram.set_peer(address);
        if datagram.set_payload(&self.scratch).is_err() {
            pool.give(datagram);
            return false;
        }
        match out.push(datagram) {
            Ok(()) => {
                self.stats.sent += 1;
                true
            }
            Err(datagram) => {
                pool.give(datagram);
                false
            }
        }
    }

    /// Index of the newest entry here.
    #[must_use]
    pub fn last(&self) -> LogIndex {
        self.log.last()
    }

    /// An entry that is still here, for those who look on.
    #[must_use]
    pub fn entry(&self, index: LogIndex) -> Option<&[u8]> {
        self.log.get(index)
    }

    /// The newest view that was taken.
    #[must_use]
    pub fn view(&self) -> Option<&View> {
        self.view.as_ref()
    }

    /// Where this replica stands, counted from the head; `None` if it is no member.
    #[must_use]
    pub fn place(&self) -> Option<usize> {
        self.place
    }

    /// Whether it was voted out, and has to come back as another member.
    #[must_use]
    pub fn is_removed(&self) -> bool {
        self.removed
    }

    /// Whether it has everything that is committed (RP-CH-4).
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// What it did.
    #[must_use]
    pub fn stats(&self) -> &ChainStats {
        &self.stats
    }
}

fn down_ask(down: &mut Option<Down>, at: Instant) {
    if let Some(down) = down {
        down.ask_at = at;
    }
}

impl<P: Program> Log<P> for Chain {
    fn append(&mut self, key: &P::Key, record: &Record<P::State>) -> LogIndex {
        let change = Change::<P>::Put(*key, Told::of(record));
        // A newer state of the flow takes the place of one that nobody else has seen: it is absolute, and no other entry between
        // the two can rest on the older one.
        if self.is_unseen(record.index) && self.log.get(record.index).is_some_and(record_codec::is_put) {
            self.scratch.clear();
            record_codec::encode(&change, &mut self.scratch);
            if self.log.replace(record.index, &self.scratch) {
                self.stats.coalesced += 1;
                return record.index;
            }
        }
        self.push(&change)
    }

    fn append_pair(&mut self, records: [(&P::Key, &Record<P::State>); 2]) -> LogIndex {
        self.push(&Change::<P>::Pair(records.map(|(key, record)| (*key, Told::of(record)))))
    }

    fn append_removal(&mut self, key: &P::Key, pair: Option<&P::Key>) -> LogIndex {
        self.push(&Change::<P>::Removal(*key, pair.copied()))
    }

    fn append_slots(&mut self, key: &P::Key, _: &Record<P::State>, run: &Run<'_>) -> LogIndex {
        self.push(&Change::<P>::Slots(*key, *run))
    }

    /// RP-CH-3: an entry that is sent after now, in this view. The last one if it has not been sent yet, else an empty one.
    fn confirm(&mut self) -> LogIndex {
        // Alone in a view, it takes this replica itself to make another one.
        if self.is_unseen(self.log.last()) || (self.down.is_none() && self.joiner.is_none()) {
            return self.log.last();
        }
        self.push(&Change::<P>::Nothing)
    }
}

impl<P: Program> Durability<P> for Chain {
    fn committed(&self) -> LogIndex {
        self.committed
    }

    fn service(&self, _: Instant) -> Service {
        let serves = self.place == Some(0) && self.complete && !self.removed;
        if serves { Service::Serves } else { Service::Elsewhere }
    }

    fn chain(&mut self) -> Option<&mut Chain> {
        Some(self)
    }

    fn stop(&mut self, reason: &str) {
        ::log::error!("{reason}");
        self.removed = true;
    }

    fn has_room(&self) -> bool {
        self.has_space() || self.may_give_joiner_up()
    }
}
