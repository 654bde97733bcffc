//! How a fresh replica becomes the tail while traffic runs (RP-CH-4).
//!
//! The tail sends the joiner its records, a chunk at a time, and between the chunks every entry that it takes itself. A chunk is of
//! the instant of the newest entry that was sent before it, so whoever takes everything in order has the tail's state: records that
//! were not copied yet come later, those that were are kept up to date by the entries. The records are walked from the end of
//! the map to its beginning, because a deletion moves the last one to the front. When the copy is done the tail counts on the joiner: nothing is
//! committed that it lacks. From then on the configuration master may name it in a view.

use redplane_core::store::{Instant, LogIndex};
use redplane_core::time::Span;
use zerocopy::IntoBytes;
use zerocopy::byteorder::network_endian::{U32, U64};

use super::wire::{CopyBody, DONE, FIRST, LinkKind};
use super::{Chain, Member, MemberId, PAYLOAD_TARGET, Parcel, WINDOW};
use crate::datagram::{Pool, Queue};
use std::net::SocketAddr;

/// How far a replica that joins at this tail is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joining {
    /// Nobody joins here.
    Nobody,
    /// It is being sent its copy.
    Copying(MemberId),
    /// It has everything that is committed, and nothing is committed without it: a view may name it.
    Ready(MemberId),
}

/// At the joiner: the copy that it takes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Session {
    from: Option<MemberId>,
    view: u64,
    pub(super) number: u32,
    /// Newest chunk that it has.
    pub(super) chunk: u32,
}

/// What the next chunk of a copy begins with.
#[derive(Clone, Debug)]
pub(crate) struct Cursor {
    /// Records before this place of the map are still to come; `None`: all.
    pub(crate) place: Option<usize>,
    /// The rest of a flow's snapshots: its key, their words, and how many of them were sent.
    pub(crate) pieces: Option<(Vec<u32>, Vec<U32>, usize)>,
}

/// A chunk that was sent and not heard of.
#[derive(Debug)]
struct UnderWay {
    number: u32,
    /// What comes after it; nothing if it is the last.
    after: Option<Cursor>,
    again_at: Instant,
}

/// At the tail: the replica that joins.
#[derive(Debug)]
pub(super) struct Joiner {
    pub(super) id: MemberId,
    address: SocketAddr,
    session: u32,
    /// Chunks that were sent; each try has a number of its own, because one that is sent again has other contents.
    chunks: u32,
    /// Whether it has any.
    begun: bool,
    cursor: Cursor,
    under_way: Option<UnderWay>,
    /// The copy is done.
    done: bool,
    sent: LogIndex,
    acked: LogIndex,
    ask_at: Instant,
}

impl Joiner {
    /// What may be committed, once the chain counts on it.
    pub(super) fn limit(&self) -> Option<LogIndex> {
        self.done.then_some(self.acked)
    }

    pub(super) fn acked(&self) -> LogIndex {
        self.acked
    }

    pub(super) fn hear(&mut self, now: Instant, applied: LogIndex, session: u32, chunk: u32, resend: Span) {
        if session != self.session {
            return;
        }
        if applied > self.acked {
            self.acked = applied;
            self.sent = self.sent.max(applied);
            self.ask_at = now + resend;
        }
        if let Some(under_way) = self.under_way.take_if(|under_way| under_way.number == chunk) {
            self.begun = true;
            self.ask_at = now + resend;
            match under_way.after {
                Some(after) => self.cursor = after,
                None => self.done = true,
            }
        }
    }
}

impl Chain {
    /// The master says who would like to join; `None` gives up whoever does. Only a tail minds it.
    pub fn set_joiner(&mut self, now: Instant, joiner: Option<&Member>) {
        let Some(member) = joiner.filter(|_| self.is_tail() && !self.removed) else {
            self.give_joiner_up();
            return self.settle();
        };
        if self.joiner.as_ref().is_some_and(|known| known.id == member.id) {
            return;
        }
        self.give_joiner_up();
        self.sessions += 1;
        self.boots[1] = None;
        self.joiner = Some(Joiner {
            id: member.id,
            address: member.shard_address(self.config.shard),
            session: self.sessions,
            chunks: 0,
            begun: false,
            cursor: Cursor { place: None, pieces: None },
            under_way: None,
            done: false,
            sent: self.log.last(),
            acked: self.log.last(),
            ask_at: now,
        });
        self.settle();
    }

    /// How far the one is who joins here.
    #[must_use]
    pub fn joining(&self) -> Joining {
        match &self.joiner {
            None => Joining::Nobody,
            Some(joiner) if joiner.done && joiner.acked >= self.committed => Joining::Ready(joiner.id),
            Some(joiner) => Joining::Copying(joiner.id),
        }
    }

    pub(super) fn give_joiner_up(&mut self) {
        if self.joiner.take().is_some() {
            self.stats.join_given_up += 1;
        }
    }

    /// Sends the joiner the entries that it lacks, unless a flow's snapshots are on their way to it in pieces: they are of one
    /// instant.
    pub(super) fn send_joiner(&mut self, now: Instant, out: &mut Queue, pool: &mut Pool) {
        let last = self.log.last();
        let resend = self.config.resend;
        let Some(joiner) = &mut self.joiner else { return };
        let after = joiner.under_way.as_ref().and_then(|under_way| under_way.after.as_ref());
        if !joiner.begun
            || [Some(&joiner.cursor), after].into_iter().flatten().any(|cursor| cursor.pieces.is_some())
        {
            return;
        }
        let is_late = now >= joiner.ask_at;
        if is_late && joiner.acked < joiner.sent {
            (joiner.sent, joiner.ask_at) = (joiner.acked, now + resend);
            self.stats.resent += 1;
        } else if joiner.acked == joiner.sent && joiner.sent < last {
            joiner.ask_at = now + resend;
        }
        let (id, address, sent) = (joiner.id, joiner.address, joiner.sent);
        let until = LogIndex(last.0.min(joiner.acked.0 + WINDOW));
        if sent < until {
            let sent = self.send_entries(id, address, sent, until, out, pool);
            if let Some(joiner) = &mut self.joiner {
                joiner.sent = sent;
            }
        }
    }

    /// Where the next chunk of the copy begins, if it is time for one: the one before has arrived, or is taken for lost.
    pub(crate) fn chunk_due(&mut self, now: Instant) -> Option<Cursor> {
        let last = self.log.last();
        let joiner = self.joiner.as_mut()?;
        if joiner.under_way.as_ref().is_some_and(|under_way| now < under_way.again_at) {
            return None;
        }
        joiner.under_way = None;
        if !joiner.begun {
            (joiner.sent, joiner.acked) = (last, last);
        }
        let is_next = !joiner.done && (joiner.sent == last || joiner.cursor.pieces.is_some());
        is_next.then(|| joiner.cursor.clone())
    }

    /// Begins the next chunk; what belongs in it is to be appended to [`Chain::chunk_mut`] until [`Chain::chunk_is_full`].
    pub(crate) fn begin_chunk(&mut self, floor: u32, done: bool) {
        let Some(joiner) = &mut self.joiner else { return };
        joiner.chunks += 1;
        let body = CopyBody {
            as_of: U64::new(joiner.sent.0),
            session: U32::new(joiner.session),
            chunk: U32::new(joiner.chunks),
            floor: U32::new(floor),
            zero: U32::ZERO,
        };
        let id = joiner.id;
        let flags = if done { DONE } else { 0 } | if joiner.begun { 0 } else { FIRST };
        self.begin(LinkKind::Copy, flags, id);
        self.scratch.extend_from_slice(body.as_bytes());
    }

    pub(crate) fn chunk_mut(&mut self) -> &mut Vec<u8> {
        &mut self.scratch
    }

    pub(crate) fn chunk_is_full(&self, more: usize) -> bool {
        self.scratch.len() + more > PAYLOAD_TARGET
    }

    /// Sends the chunk. `after` is what follows it, `None` if it was the last.
    pub(crate) fn send_chunk(
        &mut self,
        now: Instant,
        after: Option<Cursor>,
        out: &mut Queue,
        pool: &mut Pool,
    ) {
        let again_at = now + self.config.resend;
        let Some(joiner) = &mut self.joiner else { return };
        joiner.under_way = Some(UnderWay { number: joiner.chunks, after, again_at });
        let address = joiner.address;
        self.send(address, out, pool);
    }

    /// At the joiner: a chunk of a copy came.
    pub(super) fn open_copy(
        &mut self,
        from: MemberId,
        view: u64,
        copy: &CopyBody,
        flags: u8,
        at: usize,
    ) -> Parcel {
        self.reply_soon();
        let (number, chunk, as_of) = (copy.session.get(), copy.chunk.get(), LogIndex(copy.as_of.get()));
        let known = self.session.filter(|known| known.from == Some(from) && known.view == view);
        if self.place.is_some() || known.is_some_and(|known| known.number > number) {
            return Parcel::Done;
        }
        if known.is_some_and(|known| known.number == number && known.chunk >= chunk) {
            return Parcel::Done;
        }
        let begins = flags & FIRST != 0;
        if begins {
            self.complete = false;
            self.log.restart(as_of);
            (self.seen, self.committed) = (as_of, as_of);
        } else if known.is_none_or(|known| known.number != number) || as_of != self.log.last() {
            return Parcel::Done;
        }
        self.session = Some(Session { from: Some(from), view, number, chunk });
        if flags & DONE != 0 {
            self.complete = true;
        }
        Parcel::Chunk { begins, floor: copy.floor.get(), at }
    }
}
