//! Which flows are a shard's own, and the refusal of those that are not.
//!
//! Switches send a key's requests to the port of [`shard_of`] that key. A switch that counts other shards than the store does
//! would split a NAT mapping over two shards, or give one flow two records. [`OnlyOwn`] refuses such a flow when it would begin:
//! the switch counts the refusal and so does the store, under [`Refusal::Moved`]. Flows that exist need no check.

use redplane_core::memory::shard_of;
use redplane_core::program::Program;
use redplane_core::store::{Creation, Initializer};
use redplane_core::wire::Refusal;

/// A shard among the shards of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placement {
    /// Its number, counted from 0.
    pub shard: u16,
    /// How many there are, at least 1.
    pub shards: u16,
}

impl Placement {
    /// The only shard of its store.
    pub const ALONE: Self = Self { shard: 0, shards: 1 };

    /// Whether the key's requests belong here.
    #[must_use]
    pub fn owns(self, key: &[u32]) -> bool {
        shard_of(key, self.shards) == self.shard
    }
}

/// An initializer that makes the states of a shard's own flows and refuses those of others.
#[derive(Clone, Copy, Debug)]
pub struct OnlyOwn<I> {
    placement: Placement,
    inner: I,
}

impl<I> OnlyOwn<I> {
    /// Wraps `inner`.
    pub fn new(placement: Placement, inner: I) -> Self {
        Self { placement, inner }
    }

    /// The wrapped initializer.
    pub fn inner(&self) -> &I {
        &self.inner
    }
}

impl<P: Program, I: Initializer<P>> Initializer<P> for OnlyOwn<I> {
    fn create(&mut self, key: &P::Key) -> Result<Creation<P>, Refusal> {
        if !self.placement.owns(key.as_ref()) {
            return Err(Refusal::Moved);
        }
        self.inner.create(key)
    }

    fn pair(&self, key: &P::Key, state: &P::State) -> Option<P::Key> {
        self.inner.pair(key, state)
    }

    fn idle_ticks(&self, key: &P::Key, state: &P::State) -> Option<u64> {
        self.inner.idle_ticks(key, state)
    }

    fn claim(&mut self, key: &P::Key, state: &P::State) {
        self.inner.claim(key, state);
    }

    fn release(&mut self, key: &P::Key, state: &P::State) {
        self.inner.release(key, state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shard::ZeroState;
    use redplane_apps::Counter;

    #[test]
    fn flow_of_another_shard_is_refused_and_one_shard_takes_each() {
        for first in 0..200u32 {
            let key = [17, first, 9, 7];
            let takers = (0..5).filter(|shard| {
                let placement = Placement { shard: *shard, shards: 5 };
                let mut initializer = OnlyOwn::new(placement, ZeroState { idle_ticks: 1 });
                match Initializer::<Counter>::create(&mut initializer, &key) {
                    Ok(_) => true,
                    Err(refusal) => {
                        assert_eq!(refusal, Refusal::Moved);
                        false
                    }
                }
            });
            assert_eq!(takers.count(), 1);
        }
    }
}
