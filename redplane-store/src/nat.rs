//! The NAT's part of the store: mappings out of a port pool, two records at once, idle times (RP-ST-1, RP-ST-8, RP-ST-9).
//!
//! A mapping begins with a packet from the inside. Its forward record is asked for by that packet; an outside port is taken from
//! the shard's [`PortPool`], preferably the inside port's own number, and the reverse record is made with it. The pool holds only
//! ports whose reverse key belongs to the shard that the forward key belongs to, so both records stay local.
//!
//! | request for | answer |
//! | --- | --- |
//! | a forward key | both records; [`Refusal::PoolEmpty`] when all ports are out |
//! | a reverse key without a record | [`Refusal::NotAllowed`]: the outside does not begin mappings |
//! | anything else | [`Refusal::NotAllowed`]: no packet makes such a key |
//!
//! A mapping ends when neither direction has been used for its protocol's time; TCP's is the short one as soon as either
//! direction has seen a FIN or RST. Its port goes to the end of the line.
//!
//! Limits: the addresses and ports in a record's state are believed to be what this file put there. Switches never write those
//! words, and the store trusts its switches; were one to, the pool refuses what it did not hand out and counts it.

use crate::placement::Placement;
use crate::pool::{ConfigError, DEFAULT_PORTS, PoolStats, PortPool, Protocol};
use redplane_apps::nat44::{CLOSING, Direction, Endpoint, FlowKey, Mapping, Nat44, OPEN, idle_timeout_s};
use redplane_core::store::{Creation, Initializer};
use redplane_core::time::TICK_NANOS;
use redplane_core::wire::Refusal;
use std::net::Ipv4Addr;
use std::ops::RangeInclusive;
use std::time::Duration;

/// How long a mapping lives without a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// TCP, as long as no direction has seen a FIN or RST.
    pub tcp_open: Duration,
    /// TCP, afterwards.
    pub tcp_closing: Duration,
    /// UDP.
    pub udp: Duration,
    /// ICMP echo.
    pub icmp: Duration,
}

impl Default for Timeouts {
    /// The RFCs' values: [`idle_timeout_s`].
    fn default() -> Self {
        let of =
            |protocol: Protocol, phase| Duration::from_secs(idle_timeout_s(protocol as u8, phase).into());
        Self {
            tcp_open: of(Protocol::Tcp, OPEN),
            tcp_closing: of(Protocol::Tcp, CLOSING),
            udp: of(Protocol::Udp, OPEN),
            icmp: of(Protocol::Icmp, OPEN),
        }
    }
}

impl Timeouts {
    /// The same time for all.
    #[must_use]
    pub const fn all(time: Duration) -> Self {
        Self { tcp_open: time, tcp_closing: time, udp: time, icmp: time }
    }
}

/// What the NAT of a store is told; the same for all shards.
#[derive(Debug, Clone)]
pub struct NatConfig {
    /// Outside addresses.
    pub addresses: Vec<Ipv4Addr>,
    /// Outside ports of each, and identifiers of ICMP echoes.
    pub ports: RangeInclusive<u16>,
    /// When mappings end.
    pub timeouts: Timeouts,
}

impl NatConfig {
    /// All of [`DEFAULT_PORTS`] of these addresses, with the RFCs' timeouts.
    #[must_use]
    pub fn new(addresses: Vec<Ipv4Addr>) -> Self {
        Self { addresses, ports: DEFAULT_PORTS, timeouts: Timeouts::default() }
    }
}

/// Makes and ends the mappings of one shard.
#[derive(Debug)]
pub struct NatInitializer {
    pool: PortPool,
    timeouts: Timeouts,
}

impl NatInitializer {
    /// With a full pool of the shard's own ports. Takes a hash per address, port and protocol.
    ///
    /// # Errors
    /// The configuration makes no pool. One that leaves this shard without ports is no error, see
    /// [`PortPool::capacity`].
    pub fn new(config: &NatConfig, placement: Placement) -> Result<Self, ConfigError> {
        let owns = |protocol, address: Ipv4Addr, port| {
            placement.owns(&reverse_key(protocol, Endpoint { address: address.into(), port }))
        };
        let pool = PortPool::new(&config.addresses, config.ports.clone(), owns)?;
        Ok(Self { pool, timeouts: config.timeouts })
    }

    /// The free and taken ports.
    #[must_use]
    pub fn pool(&self) -> &PortPool {
        &self.pool
    }

    /// What the pool did.
    #[must_use]
    pub fn pool_stats(&self) -> &PoolStats {
        self.pool.stats()
    }
}

impl Initializer<Nat44> for NatInitializer {
    fn create(&mut self, key: &[u32; 3]) -> Result<Creation<Nat44>, Refusal> {
        let Some(FlowKey { direction: Direction::Forward, protocol, endpoint: inside }) =
            FlowKey::from_words(*key)
        else {
            return Err(Refusal::NotAllowed);
        };
        let pool = Protocol::from_number(protocol).ok_or(Refusal::NotAllowed)?;
        let (address, port) = self.pool.take_preferring(pool, inside.port).ok_or(Refusal::PoolEmpty)?;
        let mapping = Mapping { protocol, inside, outside: Endpoint { address: address.into(), port } };
        Ok(Creation {
            state: mapping.forward_state(),
            pair: Some((mapping.reverse_key(), mapping.reverse_state())),
        })
    }

    fn pair(&self, key: &[u32; 3], state: &[u32; 3]) -> Option<[u32; 3]> {
        let mapping = Mapping::of(*key, *state)?;
        let forward = mapping.forward_key();
        Some(if *key == forward { mapping.reverse_key() } else { forward })
    }

    fn idle_ticks(&self, key: &[u32; 3], state: &[u32; 3]) -> Option<u64> {
        let FlowKey { protocol, .. } = FlowKey::from_words(*key)?;
        let [.., phase] = *state;
        let time = match Protocol::from_number(protocol)? {
            Protocol::Tcp if phase == OPEN => self.timeouts.tcp_open,
            Protocol::Tcp => self.timeouts.tcp_closing,
            Protocol::Udp => self.timeouts.udp,
            Protocol::Icmp => self.timeouts.icmp,
        };
        Some(ticks(time))
    }

    fn claim(&mut self, key: &[u32; 3], state: &[u32; 3]) {
        let Some(mapping) = Mapping::of(*key, *state) else { return };
        let Some(protocol) = Protocol::from_number(mapping.protocol) else { return };
        let Endpoint { address, port } = mapping.outside;
        if let Err(error) = self.pool.claim(protocol, address.into(), port) {
            // The pool has counted it. It takes replicas that were told different pools.
            log::warn!("outside port {}:{port} is in use elsewhere: {error}", Ipv4Addr::from(address));
        }
    }

    fn release(&mut self, key: &[u32; 3], state: &[u32; 3]) {
        let Some(mapping) = Mapping::of(*key, *state) else { return };
        let Some(protocol) = Protocol::from_number(mapping.protocol) else { return };
        let Endpoint { address, port } = mapping.outside;
        if let Err(error) = self.pool.give_back(protocol, address.into(), port) {
            // The pool has counted it. It takes a write that changed a mapping's addresses.
            log::warn!("outside port {}:{port} does not return: {error}", Ipv4Addr::from(address));
        }
    }
}

/// A time in the ticks of [`Initializer::idle_ticks`].
pub(crate) fn ticks(time: Duration) -> u64 {
    u64::try_from(time.as_nanos() / u128::from(TICK_NANOS)).unwrap_or(u64::MAX)
}

fn reverse_key(protocol: Protocol, endpoint: Endpoint) -> [u32; 3] {
    FlowKey { direction: Direction::Reverse, protocol: protocol as u8, endpoint }.words()
}

#[cfg(test)]
mod tests;
