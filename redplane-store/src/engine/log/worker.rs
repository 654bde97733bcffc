//! The side of a log that talks to the engine, which may take its time.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use redplane_core::program::Program;
use redplane_core::seq::Epoch;
use redplane_core::store::{Instant, LogIndex};

use super::book::{Pending, Role, newest};
use super::{Loaded, Shared};
use crate::engine::record::{
    FLOOR_KEY, floor_from_bytes, floor_to_bytes, key_to_bytes, record_from_bytes, record_to_bytes,
};
use crate::engine::{Change, Engine, EngineError};

/// Most changes of a batch: a larger one would take the engine long, and answers with it.
const BATCH_MAX: usize = 1024;

/// Attempts in a hold: of a server on standby to get the fence, and to send a batch again.
const ATTEMPTS: u32 = 20;

/// The fence is extended when so much of a hold has passed since it was.
const EXTEND: u32 = 4;

/// When the worker is to be stepped again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// After this time, whatever happens.
    After(Duration),
    /// After this time, or as soon as something was appended.
    Within(Duration),
    /// Never: the log has ended.
    End,
}

/// What keeps a log's engine busy.
pub struct Worker<P: Program> {
    engine: Box<dyn Engine>,
    shared: Arc<Shared<P>>,
    hold: Duration,
    /// How long the fence holds after a commit.
    sure: Duration,
    /// When the last commit that succeeded began, on the shard's clock.
    extended: Duration,
}

impl<P: Program> std::fmt::Debug for Worker<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Worker {{ {}, extended at {:?} }}", self.engine.name(), self.extended)
    }
}

impl<P: Program> Worker<P> {
    pub(super) fn new(engine: Box<dyn Engine>, shared: Arc<Shared<P>>, hold: Duration) -> Self {
        Self { engine, shared, hold, sure: Duration::ZERO, extended: Duration::ZERO }
    }

    pub(super) fn name(&self) -> &'static str {
        self.engine.name()
    }

    /// Works until the log is dropped. `start` is when the shard's clock was zero.
    pub(super) fn run(mut self, start: std::time::Instant) {
        loop {
            match self.step(start.elapsed()) {
                Next::After(wait) => std::thread::sleep(wait),
                Next::Within(wait) => {
                    let book = self.shared.book();
                    let is_idle = |book: &mut super::Book<P>| !book.has_work() && book.role != Role::Stopped;
                    drop(self.shared.work.wait_timeout_while(book, wait, is_idle));
                }
                Next::End => return,
            }
        }
    }

    /// Asks one thing of the engine. `now` is the time on the shard's clock, since it was zero.
    pub fn step(&mut self, now: Duration) -> Next {
        let role = self.shared.book().role;
        match role {
            Role::Standby => self.stand_by(),
            Role::Loaded | Role::Active => self.work(now),
            Role::Stopped => self.end(now),
        }
    }

    fn stand_by(&mut self) -> Next {
        let outcome = self.engine.fence().and_then(|()| self.load());
        match outcome {
            Ok(loaded) => {
                let count = loaded.records.len();
                log::info!("took over a shard with {count} records in {}", self.name());
                self.shared.book().load(loaded);
                return Next::After(Duration::ZERO);
            }
            Err(EngineError::Held | EngineError::Lost) => self.shared.book().status.error = None,
            Err(error) => self.complain(&error),
        }
        Next::After(self.hold / ATTEMPTS)
    }

    fn load(&mut self) -> Result<Loaded<P>, EngineError> {
        let mut loaded = Loaded { records: HashMap::new(), floor: Epoch::NONE, place: LogIndex::default() };
        let mut unreadable = 0_u64;
        let outcome = self.engine.load(&mut |key, value| match (
            record_from_bytes::<P>(key, value),
            floor_from_bytes(value),
        ) {
            (Some((key, told)), _) => {
                loaded.floor = newest(loaded.floor, told.epoch);
                loaded.records.insert(key, told);
            }
            (None, Some(epoch)) if key == FLOOR_KEY => loaded.floor = newest(loaded.floor, epoch),
            _ => unreadable += 1,
        });
        outcome?;
        if unreadable > 0 {
            self.engine.release();
            return Err(EngineError::Refused(format!(
                "{unreadable} records in {} are not of this program's version: give the group another name, or remove them",
                self.name()
            )));
        }
        Ok(loaded)
    }

    fn work(&mut self, now: Duration) -> Next {
        // One change is the floor's.
        let count = self.engine.atomic().clamp(2, BATCH_MAX) - 1;
        let (batch, floor) = {
            let mut book = self.shared.book();
            (book.take(count), book.newest_epoch)
        };
        let due = self.extended + self.hold / EXTEND;
        if batch.is_empty() && !self.sure.is_zero() && now < due {
            return Next::Within(due - now);
        }
        let outcome = if batch.is_empty() {
            self.engine.extend().map(|sure| self.sure = sure)
        } else {
            let begun = std::time::Instant::now();
            let outcome = self.engine.commit(&changes::<P>(&batch, floor));
            if outcome.is_ok() {
                let status = &mut self.shared.book().status;
                status.batches += 1;
                status.changes += batch.len() as u64;
                status.commit_time += begun.elapsed();
            }
            outcome
        };
        match outcome {
            Ok(()) => {
                self.extended = now;
                let until = Instant::from_nanos((now + self.sure).as_nanos() as u64);
                let mut book = self.shared.book();
                book.done();
                book.extend(until);
                book.status.error = None;
                Next::Within(self.hold / EXTEND)
            }
            Err(EngineError::Held | EngineError::Lost) => {
                log::warn!("another server took the shard over in {}", self.name());
                self.sure = Duration::ZERO;
                self.shared.book().lose();
                Next::After(self.hold / ATTEMPTS)
            }
            Err(error) => {
                self.shared.book().put_back(batch);
                self.complain(&error);
                Next::After(self.hold / ATTEMPTS)
            }
        }
    }

    /// Says why it does not go on: once, until it does.
    fn complain(&mut self, error: &EngineError) {
        let text = error.to_string();
        let status = &mut self.shared.book().status;
        status.failures += 1;
        if status.error.as_ref() != Some(&text) {
            log::warn!("{text}");
            status.error = Some(text);
        }
    }

    /// Commits what waits, as long as that succeeds, and gives the fence back.
    fn end(&mut self, now: Duration) -> Next {
        while self.shared.book().has_work() {
            if let Next::After(_) = self.work(now) {
                break;
            }
        }
        self.engine.release();
        Next::End
    }
}

/// A batch as the engine takes it. With a deletion goes the newest epoch (RP-ST-10), before it.
fn changes<P: Program>(batch: &Pending<P>, floor: Epoch) -> Vec<Change> {
    let deletes = batch.values().any(|entry| entry.told.is_none());
    let floor = deletes.then(|| Change { key: FLOOR_KEY.to_vec(), value: Some(floor_to_bytes(floor)) });
    let records = batch.iter().map(|(key, entry)| Change {
        key: key_to_bytes(key),
        value: entry.told.as_ref().map(|told| record_to_bytes::<P>(key, told)),
    });
    floor.into_iter().chain(records).collect()
}
