//! A shard's log over an engine: changes gather while the engine commits, and answers go when their changes are durable.
//!
//! ```text
//!  shard's thread                                worker's thread
//!  append ─▶ pending: newest record a key ─────▶ commit, batch after batch ─▶ engine
//!  committed? ◀──────── commit index ◀────────── done
//!  service?   ◀──────── the fence holds until ◀─ commit or extend
//!  take_over  ◀──────── all records ◀─────────── fence, load
//! ```
//!
//! Of several servers of a group one has the fence and is *active*; the others are on *standby* and try to get it. A server
//! that gets it loads all records, and serves when its shard has taken them with [`Durability::take_over`].
//!
//! - **RP-ST-4** A place is committed when the engine has what was appended there, or something newer of the same flow, and all before.
//! - **RP-CH-3** A server whose fence may have ended is silent. What it began to answer before, it may send: leases count from the
//!   switch's request, which came while the fence held, and a successor assumes a full period from then (RP-ST-6).
//! - **RP-ST-7** [`LogConfig::room`] flows may wait to be committed; without room requests are dropped.
//! - **RP-ST-10** The newest epoch is written down together with each deletion.
//!
//! A server that is told that it lost the fence serves no more until it got it again and has loaded: what was not committed then
//! is forgotten, as nobody has been told of it (RP-CH-5).
//!
//! Limits: snapshots of structures are not kept; a program with a structure is refused by name. All records pass through memory
//! once more while they are loaded. Changes of a pair are committed together if the batch is no larger than what the engine does at
//! once; if a server dies in the middle of a larger one, half of a pair may be left, which [`Loaded::drop_halves`] puts right.

mod book;
mod worker;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use redplane_core::program::Program;
use redplane_core::seq::Epoch;
use redplane_core::store::{
    FlowStore, Full, Initializer, Instant, Log, LogIndex, Record, Records, Run, Told,
};
use redplane_core::structure::Structure;

use super::Engine;
use crate::durability::{Durability, Service};
use book::{Book, Role};
pub use worker::{Next, Worker};

/// A place that is never committed: what a server writes down that may not decide.
const NEVER: LogIndex = LogIndex(u64::MAX);

/// A key and what its record became; `None`: deleted.
type ToldOf<P> = (<P as Program>::Key, Option<Told<<P as Program>::State>>);

/// How a log is set up.
#[derive(Clone, Copy, Debug)]
pub struct LogConfig {
    /// The engine's hold.
    pub hold: Duration,
    /// Flows whose changes may wait to be committed (RP-ST-7).
    pub room: usize,
    /// When the shard's clock was zero.
    pub start: std::time::Instant,
}

/// Why there is no log.
#[derive(Debug)]
pub enum LogError {
    /// The program of this schema has a structure.
    Structure(u8),
    /// The worker's thread could not be started.
    Thread(std::io::Error),
}

impl fmt::Display for LogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Structure(schema) => write!(
                f,
                "the program of schema {schema} has a structure, whose snapshots an engine does not keep: \
                 serve it from a chain"
            ),
            Self::Thread(error) => write!(f, "cannot start a thread for the engine: {error}"),
        }
    }
}

impl std::error::Error for LogError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Structure(_) => None,
            Self::Thread(error) => Some(error),
        }
    }
}

/// How a log does, for metrics and for whoever asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The engine's name.
    pub engine: &'static str,
    /// Whether this server has the fence, as far as it knows.
    pub is_active: bool,
    /// Flows whose changes are not committed.
    pub pending: usize,
    /// Changes that were appended since the oldest of them.
    pub lag: u64,
    /// Batches that were committed.
    pub batches: u64,
    /// Changes in them: less than were appended, as of each flow only the newest is committed.
    pub changes: u64,
    /// Time that they took together.
    pub commit_time: Duration,
    /// Batches that have to be sent again.
    pub failures: u64,
    /// How often the fence was got and lost.
    pub takeovers: u64,
    /// What the engine said last, until it does its work again.
    pub error: Option<String>,
}

/// What log and worker share.
#[derive(Debug)]
struct Shared<P: Program> {
    book: Mutex<Book<P>>,
    work: Condvar,
}

impl<P: Program> Shared<P> {
    fn book(&self) -> MutexGuard<'_, Book<P>> {
        // Each change of the book is whole before the next one.
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A shard's log over an engine. When dropped, it commits what waits, if it can, and gives the fence back.
#[derive(Debug)]
pub struct EngineLog<P: Program> {
    shared: Arc<Shared<P>>,
    thread: Option<JoinHandle<()>>,
}

impl<P: Program> EngineLog<P> {
    /// A log whose worker has a thread of its own.
    ///
    /// # Errors
    /// The program has a structure, or there is no thread to be had.
    pub fn start(engine: Box<dyn Engine>, config: &LogConfig) -> Result<Self, LogError> {
        let (mut log, worker) = Self::by_hand(engine, config)?;
        let start = config.start;
        let name = format!("{} log", worker.name());
        let thread = std::thread::Builder::new().name(name).spawn(move || worker.run(start));
        log.thread = Some(thread.map_err(LogError::Thread)?);
        Ok(log)
    }

    /// A log whose worker the caller steps: for tests and simulations.
    ///
    /// # Errors
    /// The program has a structure.
    pub fn by_hand(engine: Box<dyn Engine>, config: &LogConfig) -> Result<(Self, Worker<P>), LogError> {
        if P::Structure::ROWS > 0 {
            return Err(LogError::Structure(P::LAYOUT.schema));
        }
        let shared = Arc::new(Shared {
            book: Mutex::new(Book::new(engine.name(), config.room)),
            work: Condvar::new(),
        });
        let worker = Worker::new(engine, Arc::clone(&shared), config.hold);
        Ok((Self { shared, thread: None }, worker))
    }

    /// How the log does.
    pub fn status(&self) -> Status {
        self.shared.book().status()
    }

    fn append_all(&mut self, changes: &[ToldOf<P>]) -> LogIndex {
        let mut place = LogIndex::default();
        {
            let mut book = self.shared.book();
            if book.role != Role::Active {
                return NEVER;
            }
            for (key, told) in changes {
                place = place.max(book.append(*key, *told));
            }
        }
        self.shared.work.notify_one();
        place
    }
}

impl<P: Program> Drop for EngineLog<P> {
    fn drop(&mut self) {
        self.shared.book().role = Role::Stopped;
        self.shared.work.notify_one();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            log::error!("the thread of a shard's engine had panicked");
        }
    }
}

impl<P: Program> Log<P> for EngineLog<P> {
    fn append(&mut self, key: &P::Key, record: &Record<P::State>) -> LogIndex {
        self.append_all(&[(*key, Some(Told::of(record)))])
    }

    fn append_pair(&mut self, records: [(&P::Key, &Record<P::State>); 2]) -> LogIndex {
        self.append_all(&records.map(|(key, record)| (*key, Some(Told::of(record)))))
    }

    fn append_removal(&mut self, key: &P::Key, pair: Option<&P::Key>) -> LogIndex {
        match pair {
            Some(pair) => self.append_all(&[(*key, None), (*pair, None)]),
            None => self.append_all(&[(*key, None)]),
        }
    }

    /// Programs with structures are refused at the start.
    fn append_slots(&mut self, _: &P::Key, _: &Record<P::State>, _: &Run<'_>) -> LogIndex {
        NEVER
    }

    /// The fence is what tells that this store may decide, and [`Durability::service`] is asked before each request.
    fn confirm(&mut self) -> LogIndex {
        self.shared.book().committed()
    }
}

impl<P: Program> Durability<P> for EngineLog<P> {
    fn committed(&self) -> LogIndex {
        self.shared.book().committed()
    }

    fn service(&self, now: Instant) -> Service {
        self.shared.book().service(now)
    }

    /// The records of the shard, when this server has just become the active one. Before it serves, the caller must forget all
    /// records that it has, throw away every answer that waits for a place, and take these instead; see [`Loaded::give_to`].
    fn take_over(&mut self) -> Option<Loaded<P>> {
        self.shared.book().take_over()
    }

    /// Ends the log, as dropping it does, and is silent from now on: for a shard that cannot take the records over.
    fn stop(&mut self, reason: &str) {
        log::error!("{reason}");
        let mut book = self.shared.book();
        book.role = Role::Stopped;
        book.status.error = Some(reason.to_owned());
        drop(book);
        self.shared.work.notify_one();
    }

    fn has_room(&self) -> bool {
        self.shared.book().has_room()
    }
}

/// A shard's records as an engine had them.
#[derive(Debug)]
pub struct Loaded<P: Program> {
    /// The records, each key once.
    pub records: HashMap<P::Key, Told<P::State>>,
    /// Every epoch of a key without a record is at most this (RP-ST-10).
    pub floor: Epoch,
    /// The place at which all of them are durable.
    pub place: LogIndex,
}

impl<P: Program> Loaded<P> {
    /// Drops records whose other half is not there or belongs to another: their creation was never acknowledged, or their
    /// removal had begun (RP-ST-8). Gives how many.
    pub fn drop_halves(&mut self, initializer: &impl Initializer<P>) -> usize {
        let pair_of = |key: &P::Key, told: &Told<P::State>| initializer.pair(key, &told.state);
        let halves: Vec<P::Key> = self
            .records
            .iter()
            .filter(|(key, told)| {
                pair_of(key, told).is_some_and(|pair| {
                    let back = self.records.get(&pair).and_then(|other| pair_of(&pair, other));
                    back != Some(**key)
                })
            })
            .map(|(key, _)| *key)
            .collect();
        for key in &halves {
            self.records.remove(key);
        }
        halves.len()
    }

    /// Makes these the records of a store that is empty, which is the one that decides from now on (RP-ST-6).
    ///
    /// # Errors
    /// It cannot hold as many. It must not serve then, as what it does not hold would begin anew: see [`Durability::stop`].
    pub fn give_to<R: Records<P>, I: Initializer<P>>(
        mut self,
        now: Instant,
        flows: &mut FlowStore<P, R, I>,
    ) -> Result<(), Full> {
        let halves = self.drop_halves(flows.initializer());
        if halves > 0 {
            log::warn!("{halves} records without their other half were dropped");
        }
        // A fixed order, so that a simulation can be repeated.
        let mut keys: Vec<P::Key> = self.records.keys().copied().collect();
        keys.sort_unstable_by(|a, b| a.as_ref().cmp(b.as_ref()));
        for (key, told) in keys.iter().filter_map(|key| Some((key, self.records.get(key)?))) {
            flows.apply(now, key, told, self.place)?;
        }
        flows.raise_epoch_floor(self.floor);
        flows.take_over(now);
        Ok(())
    }
}
