//! How a cluster is set up, and how its flows begin.

use redplane_core::program::Program;
use redplane_core::seq::{Epoch, Incarnation, Seq};
use redplane_core::store::{Creation, Initializer, Limits};
use redplane_core::switch::Config;
use redplane_core::time::Span;
use redplane_core::wire::Refusal;
use redplane_store::shard::ShardConfig;

/// The lease period of all tests in milliseconds: the paper's.
pub const LEASE_MS: u64 = 1000;

/// How a cluster is set up.
#[derive(Clone, Copy, Debug)]
pub struct Setup {
    /// How many switches there are.
    pub switches: usize,
    /// Each switch's configuration, but for its number.
    pub config: Config,
    /// The shard's.
    pub store: ShardConfig,
    /// What the switches' clocks show at the start.
    pub clock_ns: u64,
    /// Milliseconds without a sign of life after which a flow has ended.
    pub idle_ms: Option<u64>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            switches: 2,
            config: Config::new(0, Incarnation::new(1)),
            store: ShardConfig {
                lease_period: Span::from_millis(LEASE_MS),
                limits: Limits { flows: 64, waiting_per_flow: 8, waiting: 16 },
                pending: 64,
                epoch_floor: Epoch::new(0),
                first_seq: Seq::new(0),
            },
            clock_ns: 1_000_000_000,
            idle_ms: None,
        }
    }
}

/// Makes the states of new flows: no writes, and a number that tells one life of a flow from the next.
#[derive(Debug)]
pub struct Births {
    lives: u32,
    idle_ms: Option<u64>,
}

impl Births {
    /// No flow has begun. A flow ends after so many milliseconds without a sign of life; `None`: never.
    pub fn new(idle_ms: Option<u64>) -> Self {
        Self { lives: 0, idle_ms }
    }
}

impl<P: Program<State = [u32; 3]>> Initializer<P> for Births {
    fn create(&mut self, _: &P::Key) -> Result<Creation<P>, Refusal> {
        self.lives += 1;
        Ok(Creation { state: [0, 0, self.lives], pair: None })
    }

    fn pair(&self, _: &P::Key, _: &[u32; 3]) -> Option<P::Key> {
        None
    }

    fn idle_ticks(&self, _: &P::Key, _: &[u32; 3]) -> Option<u64> {
        self.idle_ms.map(|idle_ms| Span::from_millis(idle_ms).ticks().into())
    }

    fn claim(&mut self, _: &P::Key, [.., life]: &[u32; 3]) {
        self.lives = self.lives.max(*life);
    }

    fn release(&mut self, _: &P::Key, _: &[u32; 3]) {}
}
