//! The links of a replica to its neighbours: what comes is opened, what they lack is sent, losses are repaired (RP-CH-1, RP-CH-2).

use redplane_core::store::{Instant, LogIndex};
use redplane_core::time::Span;
use std::net::SocketAddr;
use zerocopy::byteorder::network_endian::{U16, U32, U64};
use zerocopy::{FromBytes, IntoBytes};

use super::wire::{AppliedBody, CopyBody, GAP, LinkHeader, LinkKind, VERSION_LINK};
use super::{Chain, Member, MemberId, PAYLOAD_TARGET, Parcel, WINDOW};
use crate::datagram::{Pool, Queue};

/// How soon a gap is filled again: the entries behind it are under way as well and would each ask.
const GAP_PATIENCE: Span = Span::from_micros(300);

impl Chain {
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
            LinkKind::Entries | LinkKind::Copy => self.upper().map(|upper| upper.id),
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
                    self.reply_soon();
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

    /// It cannot be read.
    pub(crate) fn malformed(&mut self) -> Parcel {
        self.stats.malformed += 1;
        Parcel::Done
    }

    /// Who may send entries to this replica: its predecessor, or the tail while it is no member.
    fn upper(&self) -> Option<&Member> {
        let view = self.view.as_ref()?;
        match self.place {
            Some(place) => view.members.get(place.checked_sub(1)?),
            None => view.tail(),
        }
    }

    /// Who may tell this replica how far it is.
    fn lower(&self) -> Option<MemberId> {
        let down = self.down.as_ref().map(|down| down.id);
        down.or(self.joiner.as_ref().map(|joiner| joiner.id))
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
        self.commit(LogIndex(told.committed.get()).min(applied));
    }

    /// Makes datagrams of all that others lack and may be sent now. Copies for a joiner are the shard's to make.
    pub(crate) fn flush(&mut self, now: Instant, out: &mut Queue, pool: &mut Pool) {
        // What it may have left out, nobody may build on.
        if self.removed {
            return;
        }
        self.send_down(now, out, pool);
        self.send_joiner(now, out, pool);
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
        if down.acked == Some(down.sent) && down.sent < last {
            // The wait for an answer begins with the first entry that is sent.
            down.ask_at = now + self.config.resend;
        }
        let (id, address, sent, acked) = (down.id, down.address, down.sent, down.acked);
        if asks {
            self.send_entries(id, address, last, last, out, pool);
        }
        let Some(acked) = acked else { return };
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
    pub(super) fn send_entries(
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
        let Some(upper) = self.upper() else { return };
        let (to, address) = (upper.id, upper.shard_address(self.config.shard));
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
    pub(super) fn begin(&mut self, kind: LinkKind, flags: u8, to: MemberId) {
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
    pub(super) fn send(&mut self, address: SocketAddr, out: &mut Queue, pool: &mut Pool) -> bool {
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
}
