//! What the thread that speaks with the configuration master and the shards' threads tell each other.
//!
//! ```text
//! steward ── orders: view, joiner ──▶ shards        a lock, taken when the version has changed
//! steward ◀─ progress, removed ────── shards        atomics
//! ```

use super::programs::Programs;
use crate::chain::{Joining, Member, View};
use crate::datagram::Pool;
use redplane_core::store::Instant;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What all shards have to do.
#[derive(Clone, Debug, Default)]
pub(super) struct Orders {
    pub(super) version: u64,
    pub(super) view: Option<View>,
    /// This replica began the group with `view`, see [`crate::master::Seen::founded`].
    pub(super) founded: bool,
    pub(super) joiner: Option<Member>,
}

/// How far all programs of a shard are with the joiner of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum Progress {
    /// One has given it up.
    GivenUp = 1,
    /// One has not copied everything yet.
    Copying = 2,
    /// Each has, and counts on it.
    Ready = 3,
}

const PROGRESS_BITS: u32 = 2;

/// How the replica stands in its group.
#[derive(Clone, Debug, Default)]
pub(super) struct Standing {
    pub(super) view: Option<View>,
    /// Counted from the head; `None` for one that is no member.
    pub(super) place: Option<usize>,
    /// Who joins at this replica.
    pub(super) joiner: Option<Member>,
    /// Live replicas that are no members.
    pub(super) candidates: usize,
    /// What keeps it from working, for people.
    pub(super) trouble: Option<String>,
}

/// Shared by the threads of a server.
#[derive(Debug)]
pub(super) struct Board {
    version: AtomicU64,
    orders: Mutex<Orders>,
    /// By shard: the version of the order in the upper bits, the progress below.
    progress: Box<[AtomicU64]>,
    /// This replica was voted out.
    removed: AtomicBool,
    /// The thread of a shard has ended.
    shard_ended: Arc<AtomicBool>,
    standing: Mutex<Standing>,
    wishes: Mutex<Wishes>,
    wake: Condvar,
}

/// What the server's owner wants of the steward.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Wishes {
    pub(super) stop: bool,
    pub(super) leave: bool,
    /// The master has been told, and will do no more.
    pub(super) left: bool,
}

/// Each value under a lock is whole whenever the lock is free.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Board {
    pub(super) fn new(shards: u16, shard_ended: Arc<AtomicBool>) -> Self {
        Self {
            version: AtomicU64::new(0),
            orders: Mutex::default(),
            progress: (0..shards).map(|_| AtomicU64::new(0)).collect(),
            removed: AtomicBool::new(false),
            shard_ended,
            standing: Mutex::default(),
            wishes: Mutex::default(),
            wake: Condvar::new(),
        }
    }

    /// Gives new orders; their version is what shards answer to.
    pub(super) fn order(&self, change: impl FnOnce(&mut Orders)) -> u64 {
        let mut orders = lock(&self.orders);
        change(&mut orders);
        orders.version += 1;
        self.version.store(orders.version, Ordering::Release);
        orders.version
    }

    /// How far the slowest shard is with the order of this version; those that have not seen it copy.
    pub(super) fn progress(&self, version: u64) -> Progress {
        let of_shard = |progress: &AtomicU64| {
            let value = progress.load(Ordering::Acquire);
            match value & ((1 << PROGRESS_BITS) - 1) {
                _ if value >> PROGRESS_BITS != version => Progress::Copying,
                3 => Progress::Ready,
                1 => Progress::GivenUp,
                _ => Progress::Copying,
            }
        };
        self.progress.iter().map(of_shard).min().unwrap_or(Progress::Copying)
    }

    pub(super) fn is_removed(&self) -> bool {
        self.removed.load(Ordering::Acquire)
    }

    pub(super) fn set_removed(&self) {
        self.removed.store(true, Ordering::Release);
        self.wake.notify_all();
    }

    pub(super) fn has_shard_ended(&self) -> bool {
        self.shard_ended.load(Ordering::Acquire)
    }

    pub(super) fn standing(&self) -> Standing {
        lock(&self.standing).clone()
    }

    pub(super) fn set_standing(&self, standing: Standing) {
        *lock(&self.standing) = standing;
    }

    /// Whether the replica does its part, else why not.
    pub(super) fn readiness(&self) -> Result<(), String> {
        if self.is_removed() {
            return Err("voted out of the group: start it anew".to_owned());
        }
        let Standing { view, place, trouble, .. } = self.standing();
        match (view, place) {
            (Some(_), Some(_)) => Ok(()),
            (Some(view), None) => Err(trouble.unwrap_or_else(|| format!("waits to be let into {view}"))),
            (None, _) => Err(trouble.unwrap_or_else(|| "the group has no view yet".to_owned())),
        }
    }

    /// Changes what is wanted, and wakes whoever waits for it.
    pub(super) fn wish(&self, change: impl FnOnce(&mut Wishes)) {
        change(&mut lock(&self.wishes));
        self.wake.notify_all();
    }

    /// Waits for at most so long while what is wanted is as `goes_on` says; gives what is wanted then.
    pub(super) fn wait(&self, longest: Duration, goes_on: impl Fn(&Wishes) -> bool) -> Wishes {
        let wishes = lock(&self.wishes);
        let waited = self.wake.wait_timeout_while(wishes, longest, |wishes| goes_on(wishes));
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

/// A shard's end of the board.
#[derive(Debug)]
pub(super) struct Follower {
    board: Arc<Board>,
    shard: u16,
    version: u64,
    joiner: Option<Member>,
}

impl Follower {
    pub(super) fn new(board: Arc<Board>, shard: u16) -> Self {
        Self { board, shard, version: 0, joiner: None }
    }

    /// Obeys new orders, if there are any, and tells how far the joiner is.
    pub(super) fn turn(&mut self, now: Instant, programs: &mut Programs, pool: &mut Pool) {
        if self.board.version.load(Ordering::Acquire) != self.version {
            let orders = lock(&self.board.orders).clone();
            self.version = orders.version;
            self.obey(now, &orders, programs, pool);
        }
        // Also one that cannot go on: the others have to, and this process may come back as a fresh replica.
        if programs.has_stopped() && !self.board.is_removed() {
            self.board.set_removed();
        }
        if let Some(joiner) = &self.joiner {
            let progress = match programs.joining() {
                Joining::Ready(id) if id == joiner.id => Progress::Ready,
                Joining::Copying(id) if id == joiner.id => Progress::Copying,
                _ => Progress::GivenUp,
            };
            let value = (self.version << PROGRESS_BITS) | progress as u64;
            self.board.progress[usize::from(self.shard)].store(value, Ordering::Release);
        }
    }

    fn obey(&mut self, now: Instant, orders: &Orders, programs: &mut Programs, pool: &mut Pool) {
        if let Some(view) = &orders.view {
            if orders.founded && view.number > 1 {
                // A chain takes whoever is named in view 1 for one that lacks nothing. Here that is so in a later view: the group
                // began anew with it.
                programs.set_view(now, &View::first(view.members.clone()), pool);
            }
            programs.set_view(now, view, pool);
        }
        programs.set_joiner(now, orders.joiner.as_ref());
        self.joiner.clone_from(&orders.joiner);
    }
}
