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
mod link;
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

use crate::durability::{Durability, Service};
use crate::record_codec::{self, Change};
use join::{Joiner, Session};
use log::EntryLog;

/// Bytes of a link's datagram that are not exceeded but by a single entry: what an Ethernet carries.
const PAYLOAD_TARGET: usize = 1400;

/// Entries under way on a link.
const WINDOW: u64 = 16 * 1024;

/// The place of what a replica appends that has stopped: it is never committed.
const NEVER: LogIndex = LogIndex(u64::MAX);

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
            self.reply_soon();
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
        self.commit(reached);
    }

    /// Everything up to here is committed, which those above have to be told.
    fn commit(&mut self, reached: LogIndex) {
        if reached > self.committed {
            self.committed = reached;
            if self.place != Some(0) {
                self.reply_soon();
            }
        }
    }

    /// The predecessor is told how far this replica is at the next flush.
    fn reply_soon(&mut self) {
        self.reply_due = self.reply_due.or(Some(0));
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
            self.log.skip();
        } else {
            let mut entry = std::mem::take(&mut self.scratch);
            entry.clear();
            record_codec::encode(change, &mut entry);
            self.store(&entry);
            self.scratch = entry;
        }
        if self.removed {
            return NEVER;
        }
        self.settle();
        self.log.last()
    }

    fn store(&mut self, entry: &[u8]) {
        let needless = self.needless();
        if self.log.push(entry, needless).is_some() {
            return;
        }
        // A joiner must not stop the chain, unless the chain already counts on it.
        if self.may_give_joiner_up() {
            self.give_joiner_up();
            if self.log.push(entry, self.committed).is_some() {
                return;
            }
        }
        // Whoever appends has asked for room. Nothing after this may be committed.
        ::log::error!("a chain's log overflowed: this replica stops");
        self.removed = true;
    }

    /// The predecessor's next entry, which is applied at once; false if there is no room for it: it will come again.
    pub(crate) fn take(&mut self, entry: &[u8]) -> bool {
        if self.is_alone() {
            self.log.skip();
        } else if self.has_space() || self.may_give_joiner_up() {
            self.store(entry);
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
