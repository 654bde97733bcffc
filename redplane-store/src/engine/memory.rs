//! An engine in this process, for tests: several servers share one store, and the test says what goes wrong.
//!
//! It follows the contract of [`Engine`] with one difference: a fence does not lapse with time, but when the test says so. Nothing
//! survives the process.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::{Change, Engine, EngineError, sure};

/// What happens to a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is not applied, and no answer comes.
    RequestLost,
    /// It is applied, and no answer comes.
    AnswerLost,
}

#[derive(Debug, Default)]
struct State {
    records: BTreeMap<Vec<u8>, Vec<u8>>,
    /// Number of the engine that has the fence.
    owner: Option<u64>,
    engines: u64,
    faults: VecDeque<Fault>,
    latency: Duration,
    commits: u64,
    is_down: bool,
}

/// One shard's records, and the faults to come. A clone is the same store.
#[derive(Clone, Debug, Default)]
pub struct Store(Arc<Mutex<State>>);

impl Store {
    fn state(&self) -> MutexGuard<'_, State> {
        // What is in it is whole between any two statements.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Another server's engine over this store.
    pub fn engine(&self, hold: Duration) -> Memory {
        let mut state = self.state();
        state.engines += 1;
        Memory { store: self.clone(), number: state.engines, hold, fenced: false }
    }

    /// Takes the fence from whoever has it, as when it has lapsed. Whoever asks next gets it.
    pub fn lapse(&self) {
        self.state().owner = None;
    }

    /// What happens to the next commits, extensions among them, in this order.
    pub fn plan(&self, faults: impl IntoIterator<Item = Fault>) {
        self.state().faults.extend(faults);
    }

    /// Whether nothing is answered from now on.
    pub fn set_down(&self, is_down: bool) {
        self.state().is_down = is_down;
    }

    /// How long each commit takes from now on.
    pub fn set_latency(&self, latency: Duration) {
        self.state().latency = latency;
    }

    /// What was committed.
    pub fn records(&self) -> BTreeMap<Vec<u8>, Vec<u8>> {
        self.state().records.clone()
    }

    /// Commits that were applied, extensions not among them.
    pub fn commits(&self) -> u64 {
        self.state().commits
    }
}

/// One server's engine.
#[derive(Debug)]
pub struct Memory {
    store: Store,
    number: u64,
    hold: Duration,
    fenced: bool,
}

impl Memory {
    fn reach(&self) -> Result<MutexGuard<'_, State>, EngineError> {
        let state = self.store.state();
        if state.is_down { Err(EngineError::Unreachable("the store is down".to_owned())) } else { Ok(state) }
    }
}

impl Engine for Memory {
    fn fence(&mut self) -> Result<(), EngineError> {
        let mut state = self.reach()?;
        match state.owner {
            Some(owner) if owner != self.number => Err(EngineError::Held),
            _ => {
                state.owner = Some(self.number);
                drop(state);
                self.fenced = true;
                Ok(())
            }
        }
    }

    fn load(&mut self, each: &mut dyn FnMut(&[u8], &[u8])) -> Result<(), EngineError> {
        self.commit(&[])?;
        for (key, value) in &self.reach()?.records {
            each(key, value);
        }
        Ok(())
    }

    fn commit(&mut self, batch: &[Change]) -> Result<(), EngineError> {
        let latency = self.reach()?.latency;
        if !latency.is_zero() {
            std::thread::sleep(latency);
        }
        let mut state = self.reach()?;
        if !self.fenced || state.owner != Some(self.number) {
            drop(state);
            self.fenced = false;
            return Err(EngineError::Lost);
        }
        let fault = state.faults.pop_front();
        if fault != Some(Fault::RequestLost) {
            state.commits += u64::from(!batch.is_empty());
            for change in batch {
                match &change.value {
                    Some(value) => state.records.insert(change.key.clone(), value.clone()),
                    None => state.records.remove(&change.key),
                };
            }
        }
        match fault {
            Some(fault) => Err(EngineError::Unreachable(format!("{fault:?}"))),
            None => Ok(()),
        }
    }

    fn atomic(&self) -> usize {
        usize::MAX
    }

    fn extend(&mut self) -> Result<Duration, EngineError> {
        self.commit(&[])?;
        Ok(sure(self.hold))
    }

    fn release(&mut self) {
        if let Ok(mut state) = self.reach()
            && state.owner == Some(self.number)
        {
            state.owner = None;
        }
        self.fenced = false;
    }

    fn name(&self) -> &'static str {
        "memory"
    }
}
