//! Engines: existing distributed key-value systems in which a shard's records become durable.
//!
//! A chain keeps a shard's records in the memory of a few servers of one rack. Who has outgrown that, or already runs a system that
//! is trusted with state, lets the store keep its records there. [`Engine`] is what is asked of such a system: that one server at a
//! time may write (a *fence*), that a batch of changes becomes durable, and that all of it can be read again. [`etcd`] and [`redis`]
//! are such systems; [`memory`] is one in this process, whose faults tests control. A shard sees none of this: [`log`] stands
//! between them.
//!
//! # The fence
//!
//! Beside the records of a shard lies its *owner*: a token that the owner has drawn, its hold, and a version that changes with each
//! commit.
//!
//! - A server becomes the owner by replacing the owner of the version that it saw: at once if the shard has none, else when it has
//!   seen the version unchanged for the *hold* (its own or the owner's, the longer) by its own clock.
//! - A commit names the version before it, so the batch of a server that was deposed is not applied, however late it arrives. So
//!   is one that was given up and sent again: the older of the two cannot be applied after the newer.
//! - An owner may rely on being the owner until the hold has passed since it *began* its last commit that succeeded, less a guard
//!   for clocks that run at different rates ([`CLOCK_GUARD`]). A successor saw that commit's version no earlier, and waits a whole hold.
//!
//! So two servers agree about time only in how long a hold is, and the engine's clock plays no part. Leases of the engine itself do
//! less: etcd before 3.5.3 lets a leader that was voted out extend them, and a replica of Redis may not know of one.
//!
//! # URL
//!
//! `etcd://host:port,host:port…[?ops=128]` and `redis://host:port,host:port…[?wait=1]`; see [`etcd`] and [`redis`] for the options.
//! Records lie under `<group>/<shard>/<schema>`: servers that shall share them are given the same group.

pub mod etcd;
pub mod log;
pub mod memory;
mod record;
pub mod redis;
mod url;
mod watch;

use std::fmt;
use std::time::Duration;

pub use url::OpenError;
use url::{System, Url};

/// How much of a hold an owner does not rely on: one part in this many, for clocks whose rates differ.
pub const CLOCK_GUARD: u32 = 50;

/// The shortest hold. Below, a fence would end while a commit is under way.
pub const HOLD_MIN: Duration = Duration::from_millis(100);

/// The newest state of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The key.
    pub key: Vec<u8>,
    /// Its value; `None`: it was removed.
    pub value: Option<Vec<u8>>,
}

/// Why an engine did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EngineError {
    /// Another server has the fence, or may have it: try again.
    Held,
    /// The fence is lost, or was never had. Nothing more of the batch will ever be applied; what of it, or of earlier attempts, was
    /// applied is part of what the next owner loads.
    Lost,
    /// No answer, or not from as many servers as it takes: unknown whether it was done.
    Unreachable(String),
    /// The engine refuses: no space, an option that loses data, not the right system. What to do about it is in the text. Treat
    /// it as unknown whether it was done.
    Refused(String),
}

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Held => f.write_str("another server has the shard"),
            Self::Lost => f.write_str("another server took the shard over"),
            Self::Unreachable(text) | Self::Refused(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for EngineError {}

/// One shard's records in a distributed key-value system. Calls block, for no longer than a hold or so each; loading takes as long
/// as there are records.
pub trait Engine: Send {
    /// Becomes the shard's only writer. To be called again and again until it is `Ok`: the engine watches the present owner from
    /// call to call, so at least ten times a hold.
    ///
    /// # Errors
    /// [`EngineError::Held`] while another server is or may be the writer; others when it is not known.
    fn fence(&mut self) -> Result<(), EngineError>;

    /// Everything that was ever committed, key by key, in no order; a key may come twice. Keeps the fence meanwhile.
    ///
    /// # Errors
    /// See [`EngineError`]; some records may have been given then.
    fn load(&mut self, each: &mut dyn FnMut(&[u8], &[u8])) -> Result<(), EngineError>;

    /// Commits a batch under the fence, of at most one change a key: on `Ok` all of it is durable, and the fence is extended as by
    /// [`Engine::extend`]. Up to [`Engine::atomic`] changes are applied together or not at all; a larger batch in such parts, in order.
    ///
    /// # Errors
    /// After [`EngineError::Unreachable`] and [`EngineError::Refused`] the same changes, or newer ones of the same keys, have to be
    /// committed again before anything else is: they may have been applied.
    fn commit(&mut self, batch: &[Change]) -> Result<(), EngineError>;

    /// How many changes are applied together or not at all.
    fn atomic(&self) -> usize;

    /// Keeps the fence; gives for how long it surely holds, counted from before the call.
    ///
    /// # Errors
    /// See [`EngineError`]. After other errors than [`EngineError::Lost`] the fence holds as long as it did before.
    fn extend(&mut self) -> Result<Duration, EngineError>;

    /// Gives the fence back, if it is held, so that a successor need not wait. The caller has stopped relying on it.
    fn release(&mut self);

    /// The system's name.
    fn name(&self) -> &'static str;
}

/// The engine of one shard's records, which this URL names. Nothing is sent yet. `hold` is how long a server is silent before
/// another may take over.
///
/// # Errors
/// The URL or the group is none, or the hold is shorter than [`HOLD_MIN`].
pub fn open(
    url: &str,
    group: &str,
    shard: u16,
    schema: u8,
    hold: Duration,
) -> Result<Box<dyn Engine>, OpenError> {
    let url = Url::parse(url)?;
    if hold < HOLD_MIN {
        return Err(OpenError::Hold(hold));
    }
    if group.is_empty() || group.contains('/') {
        return Err(OpenError::Group(group.to_owned()));
    }
    let place = format!("{group}/{shard}/{schema}");
    Ok(match url.system {
        System::Etcd { ops } => Box::new(etcd::Etcd::new(url.addresses, ops, &place, hold)),
        System::Redis { wait } => Box::new(redis::Redis::new(url.addresses, wait, &place, hold)),
    })
}

/// How long a fence surely holds from before a commit.
fn sure(hold: Duration) -> Duration {
    hold - hold / CLOCK_GUARD
}

/// How long an engine waits for an answer: long enough for a slow disk, and short enough to ask again within a hold.
fn patience(hold: Duration) -> Duration {
    (hold / 2).max(Duration::from_millis(500))
}

/// What an owner writes about itself: 128 bits that no other server has, and its hold in milliseconds.
fn draw_owner(hold: Duration) -> Result<String, EngineError> {
    use std::io::Read;
    let mut bytes = [0; 16];
    std::fs::File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut bytes))
        .map_err(|error| EngineError::Refused(format!("cannot read /dev/urandom: {error}")))?;
    Ok(format!("{:032x} {}", u128::from_ne_bytes(bytes), hold.as_millis()))
}

/// How long another owner may rely on its last commit, by what it wrote about itself.
fn hold_of(owner: &[u8]) -> Option<Duration> {
    let (_, hold) = str::from_utf8(owner).ok()?.split_once(' ')?;
    hold.parse().ok().map(Duration::from_millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_differ_and_tell_their_hold() {
        let hold = Duration::from_millis(1500);
        let [one, other] = [draw_owner(hold), draw_owner(hold)].map(Result::unwrap);
        assert_ne!(one, other);
        assert_eq!(hold_of(one.as_bytes()), Some(hold));
        assert_eq!(hold_of(b""), None);
    }

    #[test]
    fn open_without_name_or_time_is_refused() {
        let open = |group, hold| open("etcd://127.0.0.1:1", group, 0, 1, hold).map(|engine| engine.name());
        assert_eq!(open("nat", HOLD_MIN), Ok("etcd"));
        assert_eq!(open("a/b", HOLD_MIN), Err(OpenError::Group("a/b".to_owned())));
        assert_eq!(open("nat", HOLD_MIN / 2), Err(OpenError::Hold(HOLD_MIN / 2)));
    }
}
