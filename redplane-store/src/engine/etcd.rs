//! etcd as an engine: linearizable, a transaction for each part of a batch.
//!
//! ```text
//! <place>/owner           token of the owner; its modification revision is the version
//! <place>/r/<key>         a record
//! ```
//!
//! A transaction compares the owner's modification revision, writes the owner anew, which changes that revision, and writes the
//! records. One that finds another revision reads the owner instead: if the token is this server's, an earlier transaction of its
//! own that got no answer was applied after all; it goes on from there. If not, the fence is lost.
//!
//! What etcd has confirmed is on a majority of its servers' disks.
//!
//! Limits. A transaction has [`Engine::atomic`] changes, one less than the option `ops` (128, etcd's `--max-txn-ops`). etcd keeps old
//! versions of all keys until it is told not to: without `--auto-compaction-mode=revision --auto-compaction-retention=100000` or
//! the like its disk quota (2 GB, `--quota-backend-bytes`) fills, and it refuses to write. A value may have about 1.5 MB with
//! everything else in its transaction.

use std::time::{Duration, Instant};

use super::watch::Watch;
use super::{Change, Engine, EngineError, draw_owner, hold_of, patience, sure};
use crate::etcd::{Client, Compare, Error, Op};

/// The value of the owner's key when the fence was given back.
const NOBODY: &[u8] = b"";

/// Transactions of its own without an answer that a commit may find applied, one after the other.
const OWN_MAX: usize = 16;

impl From<Error> for EngineError {
    fn from(error: Error) -> Self {
        match error {
            Error::Unreachable(_) | Error::Unknown(_) => Self::Unreachable(error.to_string()),
            Error::Refused(_) | Error::Malformed(_) => Self::Refused(error.to_string()),
        }
    }
}

/// The fence, as far as this server knows.
#[derive(Debug)]
struct Fence {
    token: String,
    /// Revision of the owner's last change.
    revision: i64,
}

/// One shard's records in etcd.
#[derive(Debug)]
pub struct Etcd {
    client: Client,
    /// Changes in a transaction, beside that of the owner.
    part: usize,
    owner: Vec<u8>,
    records: Vec<u8>,
    hold: Duration,
    watch: Watch,
    fence: Option<Fence>,
    /// Drawn for the next attempts to get the fence: one of them may have been applied without an answer.
    attempt: Option<String>,
}

impl Etcd {
    /// The records under `place`, of an etcd whose transactions may have `ops` operations (2 or more).
    pub fn new(endpoints: Vec<String>, ops: usize, place: &str, hold: Duration) -> Self {
        Self {
            client: Client::new(endpoints, patience(hold)),
            part: ops.saturating_sub(1).max(1),
            owner: format!("{place}/owner").into_bytes(),
            records: format!("{place}/r/").into_bytes(),
            hold,
            watch: Watch::default(),
            fence: None,
            attempt: None,
        }
    }

    fn fenced(&mut self, token: String, revision: i64) -> Result<(), EngineError> {
        self.attempt = None;
        self.fence = Some(Fence { token, revision });
        Ok(())
    }

    fn commit_part(&mut self, part: &[Change]) -> Result<(), EngineError> {
        let keys: Vec<Vec<u8>> = part.iter().map(|change| [&self.records, &*change.key].concat()).collect();
        for _ in 0..OWN_MAX {
            let Some(fence) = &mut self.fence else { return Err(EngineError::Lost) };
            let token = fence.token.as_bytes();
            let mut ops = vec![Op::Put { key: &self.owner, value: token, lease: None }];
            ops.extend(part.iter().zip(&keys).map(|(change, key)| match &change.value {
                Some(value) => Op::Put { key, value, lease: None },
                None => Op::Delete(key),
            }));
            let same = Compare::ModRevision(&self.owner, fence.revision);
            let outcome = self.client.txn(&[same], &ops, &[Op::Get(&self.owner)])?;
            if outcome.succeeded {
                fence.revision = outcome.revision;
                return Ok(());
            }
            match outcome.found.first() {
                Some(owner) if owner.value == token => fence.revision = owner.mod_revision,
                _ => {
                    self.fence = None;
                    return Err(EngineError::Lost);
                }
            }
        }
        Err(EngineError::Unreachable("etcd answers late again and again".to_owned()))
    }
}

impl Engine for Etcd {
    fn fence(&mut self) -> Result<(), EngineError> {
        if self.fence.is_some() {
            return self.commit_part(&[]);
        }
        let token = match &self.attempt {
            Some(token) => token.clone(),
            None => self.attempt.insert(draw_owner(self.hold)?).clone(),
        };
        let (_, owner) = self.client.get(&self.owner)?;
        let revision = owner.as_ref().map_or(0, |owner| owner.mod_revision);
        let value = owner.map_or(NOBODY.to_vec(), |owner| owner.value);
        if value == token.as_bytes() {
            // An earlier attempt that got no answer.
            return self.fenced(token, revision);
        }
        let hold = hold_of(&value).unwrap_or_default().max(self.hold);
        if value != NOBODY && !self.watch.has_lapsed(revision, Instant::now(), hold) {
            return Err(EngineError::Held);
        }
        let put = Op::Put { key: &self.owner, value: token.as_bytes(), lease: None };
        let outcome = self.client.txn(&[Compare::ModRevision(&self.owner, revision)], &[put], &[])?;
        if !outcome.succeeded {
            return Err(EngineError::Held);
        }
        self.fenced(token, outcome.revision)
    }

    fn load(&mut self, each: &mut dyn FnMut(&[u8], &[u8])) -> Result<(), EngineError> {
        // A client of its own, as this one's pages come while the other extends the fence.
        let mut pages = self.client.clone();
        let skip = self.records.len();
        let mut extended = Instant::now();
        let prefix = self.records.clone();
        pages.range_each(&prefix, |page| {
            for record in &page {
                each(record.key.get(skip..).unwrap_or_default(), &record.value);
            }
            if extended.elapsed() > self.hold / 4 {
                extended = Instant::now();
                self.commit_part(&[])?;
            }
            Ok::<_, EngineError>(())
        })?;
        self.commit_part(&[])
    }

    fn commit(&mut self, batch: &[Change]) -> Result<(), EngineError> {
        if batch.is_empty() {
            return self.commit_part(&[]);
        }
        batch.chunks(self.part).try_for_each(|part| self.commit_part(part))
    }

    fn atomic(&self) -> usize {
        self.part
    }

    fn extend(&mut self) -> Result<Duration, EngineError> {
        self.commit_part(&[])?;
        Ok(sure(self.hold))
    }

    fn release(&mut self) {
        let Some(fence) = self.fence.take() else { return };
        let nobody = Op::Put { key: &self.owner, value: NOBODY, lease: None };
        let outcome = self.client.txn(&[Compare::ModRevision(&self.owner, fence.revision)], &[nobody], &[]);
        if let Err(error) = outcome {
            log::warn!("the shard's fence was not given back, a successor waits {:?}: {error}", self.hold);
        }
    }

    fn name(&self) -> &'static str {
        "etcd"
    }
}
