//! How much memory a shard takes, told before it is taken.
//!
//! Everything that a shard holds is allocated when it starts and bounded from then on (RP-ST-7), so what it will take can be
//! added up from the configuration, and a store that could not be had is refused with the numbers instead of being killed later.

use crate::datagram::CAPACITY;
use crate::nat::NatConfig;
use crate::pool::Protocol;
use crate::shard::FlowMap;
use redplane_core::program::Program;
use redplane_core::store::Limits;

/// What each program of each shard may hold unless told otherwise: a quarter of a million flows.
pub const DEFAULT_LIMITS: Limits = Limits { flows: 1 << 18, waiting_per_flow: 64, waiting: 1024 };

/// Most flows of a program in a shard: where indices of the flow map still have room to spare.
pub const FLOWS_MAX: usize = 1 << 30;

/// Most messages that may wait in all.
pub const WAITING_MAX: usize = 1 << 20;

/// Most bytes of entries that are kept for replicas that lack them, for each program of each shard.
pub const LOG_MAX: usize = 1 << 30;

/// Bytes that an outside port takes in the pool, for a protocol.
const PORT_BYTES: usize = 20;

/// Bytes that the flows and waiting messages of program `P` take in a shard.
#[must_use]
pub fn program_bytes<P: Program>(limits: &Limits) -> usize {
    let flows = limits.flows.saturating_mul(FlowMap::<P>::FLOW_BYTES);
    flows.saturating_add(limits.waiting.saturating_mul(CAPACITY))
}

/// Bytes that `pending` answers and a chain's log of `entries` bytes take: beside the entries, half as much to find them.
#[must_use]
pub fn log_bytes(pending: usize, entries: usize) -> usize {
    pending.saturating_mul(CAPACITY).saturating_add(entries).saturating_add(entries / 2)
}

/// Bytes that the port pools of all shards take together.
#[must_use]
pub fn pool_bytes(nat: &NatConfig) -> usize {
    let ports = nat.ports.len().saturating_mul(nat.addresses.len()).saturating_mul(Protocol::ALL.len());
    ports.saturating_mul(PORT_BYTES)
}

/// Bytes of memory that the host can still give, if it says.
#[must_use]
pub fn available_bytes() -> Option<usize> {
    available_in(&std::fs::read_to_string("/proc/meminfo").ok()?)
}

fn available_in(meminfo: &str) -> Option<usize> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kibibytes: usize = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;
    use redplane_apps::Counter;

    #[test]
    fn bytes_add_up_and_do_not_overflow() {
        let limits = Limits { flows: 1000, waiting_per_flow: 1, waiting: 3 };
        assert_eq!(program_bytes::<Counter>(&limits), 1000 * FlowMap::<Counter>::FLOW_BYTES + 3 * CAPACITY);
        let limits = Limits { flows: usize::MAX, waiting_per_flow: 1, waiting: usize::MAX };
        assert_eq!(program_bytes::<Counter>(&limits), usize::MAX);
        let nat = NatConfig { ports: 1..=10, ..NatConfig::new(vec![[192, 0, 2, 1].into()]) };
        assert_eq!(pool_bytes(&nat), 30 * PORT_BYTES);
    }

    #[test]
    fn meminfo_is_read_and_nonsense_is_none() {
        assert_eq!(available_in("MemTotal: 9 kB\nMemAvailable:    2048 kB\n"), Some(2 << 20));
        for text in ["", "MemAvailable: kB", "MemAvailable: 12 MB", "MemAvailable: -1 kB"] {
            assert_eq!(available_in(text), None, "{text:?}");
        }
        assert!(available_bytes().is_some_and(|bytes| bytes > 0));
    }
}
