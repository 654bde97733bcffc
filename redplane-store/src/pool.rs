//! The outside ports of a shard: what a NAT flow is given, and gets back into line when the flow ends.
//!
//! A NAT flow has two records, one under its inside and one under its outside address. The shard that creates the
//! flow must own both (RP-ST-8), so its pool holds only those outside ports whose reverse key belongs to the shard;
//! the caller says which those are. Ports return when the flow is over (RP-ST-9), which the caller decides too.
//!
//! A port that was given back goes to the end of the line, so that a packet still under way for the old flow does
//! not reach the next owner of its port. A port may be wished for by its number (RFC 4787 §4.2.1, preservation) and
//! is then given out of turn, unless it was given back too recently; failing that, one of the same parity is
//! preferred (RFC 4787 §4.2.2, REQ-4).
//!
//! Contract: every operation takes constant time and allocates nothing; a give-back of what is not out, or not
//! ours, is refused and counted and changes nothing. Limits: unused ports are handed out in ascending order, not
//! in an unpredictable one (RFC 6056); flows of one inside host may get different outside addresses.

mod space;

use space::Space;
use std::fmt;
use std::net::Ipv4Addr;
use std::ops::RangeInclusive;

/// The ports that a NAT uses unless told otherwise: all above the well-known ones.
pub const DEFAULT_PORTS: RangeInclusive<u16> = 1024..=u16::MAX;

/// A returned port may be wished for again when one over this of all ports was returned after it. A quarter leaves
/// most wishes fulfilled and is thousands of flows on a real pool.
const QUARANTINE_DIVISOR: u32 = 4;

/// How many addresses are tried for a wished port: keeps the time constant for a large list of addresses.
const WISH_TRIES: usize = 4;

/// The protocols that have ports of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// ICMP: the identifier of an echo takes the place of the port.
    Icmp = 1,
    /// TCP.
    Tcp = 6,
    /// UDP.
    Udp = 17,
}

impl Protocol {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Icmp, Self::Tcp, Self::Udp];

    /// The protocol with this number in the IPv4 header, if it has ports that we translate.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|protocol| *protocol as u8 == number)
    }
}

/// Why a pool cannot be made as configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfigError {
    /// There is no outside address.
    NoAddress,
    /// The range holds no port, or port 0, which cannot be used.
    Ports(RangeInclusive<u16>),
    /// There are so many addresses (given here) that their ports cannot be numbered.
    TooManyAddresses(usize),
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAddress => write!(f, "a NAT needs at least one outside address"),
            Self::Ports(ports) => {
                write!(f, "outside ports {}-{} are no range within 1-65535", ports.start(), ports.end())
            }
            Self::TooManyAddresses(count) => {
                write!(
                    f,
                    "{count} outside addresses are too many: use fewer addresses or fewer ports of each"
                )
            }
        }
    }
}

impl std::error::Error for ConfigError {}

/// Why a port was not given back or claimed. The pool is unchanged and has counted it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortError {
    /// The address is no outside address, the port out of range, or its reverse key another shard's.
    NotOurs,
    /// Given back, but not out: a double give-back.
    NotTaken,
    /// Claimed, but already out.
    NotFree,
}

impl fmt::Display for PortError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotOurs => "the port does not belong to this pool",
            Self::NotTaken => "the port is not handed out",
            Self::NotFree => "the port is handed out already",
        })
    }
}

impl std::error::Error for PortError {}

/// What a pool did, since it was made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PoolStats {
    /// Ports handed out or claimed.
    pub taken_count: u64,
    /// Among them, those handed out as wished for.
    pub preserved_count: u64,
    /// Ports given back.
    pub given_back_count: u64,
    /// Requests that found no free port.
    pub exhausted_count: u64,
    /// Refusals with [`PortError::NotOurs`].
    pub not_ours_count: u64,
    /// Refusals with [`PortError::NotTaken`].
    pub not_taken_count: u64,
    /// Refusals with [`PortError::NotFree`].
    pub not_free_count: u64,
}

/// The outside addresses and ports of one shard.
pub struct PortPool {
    /// Ascending, each once.
    addresses: Box<[Ipv4Addr]>,
    first_port: u16,
    /// Ports per address.
    port_count: u32,
    spaces: [Space; Protocol::ALL.len()],
    stats: PoolStats,
}

impl PortPool {
    /// A pool of those pairs of `addresses` and `ports` that `owns` accepts, per protocol, all free.
    ///
    /// `owns` tells whether the reverse key of protocol, outside address and port hashes to this shard. It is
    /// called once for each.
    ///
    /// # Errors
    /// See [`ConfigError`]. A pool that owns nothing is no error.
    pub fn new(
        addresses: &[Ipv4Addr],
        ports: RangeInclusive<u16>,
        mut owns: impl FnMut(Protocol, Ipv4Addr, u16) -> bool,
    ) -> Result<Self, ConfigError> {
        let mut addresses = addresses.to_vec();
        addresses.sort_unstable();
        addresses.dedup();
        if addresses.is_empty() {
            return Err(ConfigError::NoAddress);
        }
        if ports.is_empty() || *ports.start() == 0 {
            return Err(ConfigError::Ports(ports));
        }
        let port_count = u32::from(*ports.end() - *ports.start()) + 1;
        let slot_count = u32::try_from(addresses.len())
            .ok()
            .and_then(|count| count.checked_mul(port_count))
            .ok_or(ConfigError::TooManyAddresses(addresses.len()))?;
        let first_port = *ports.start();
        let place = |slot| {
            let port = first_port + (slot % port_count) as u16;
            (addresses[(slot / port_count) as usize], port)
        };
        let spaces = Protocol::ALL.map(|protocol| {
            let owns = |slot| {
                let (address, port) = place(slot);
                owns(protocol, address, port)
            };
            Space::new(slot_count, owns, |slot| parity(place(slot).1))
        });
        let addresses = addresses.into_boxed_slice();
        Ok(Self { addresses, first_port, port_count, spaces, stats: PoolStats::default() })
    }

    /// Hands out the port that has been unused for the longest, or `None` when all are out.
    pub fn take(&mut self, protocol: Protocol) -> Option<(Ipv4Addr, u16)> {
        let parity = self.space(protocol).older_parity();
        self.take_in_turn(protocol, parity)
    }

    /// Hands out the wished port on one of the first addresses if it is free and was not returned recently;
    /// otherwise the longest unused one, of the same parity if there is one; `None` when all are out.
    pub fn take_preferring(&mut self, protocol: Protocol, port: u16) -> Option<(Ipv4Addr, u16)> {
        for index in 0..self.addresses.len().min(WISH_TRIES) {
            let address = self.addresses[index];
            let Some(entry) = self.find(protocol, address, port) else { continue };
            let space = self.space_mut(protocol);
            if !space.is_quarantined(entry) && space.take(entry, parity(port)) {
                self.stats.taken_count += 1;
                self.stats.preserved_count += 1;
                return Some((address, port));
            }
        }
        self.take_in_turn(protocol, parity(port))
    }

    /// Marks a port as handed out that somebody else chose: the head of the chain, or this store before a restart.
    ///
    /// # Errors
    /// [`PortError::NotOurs`] or [`PortError::NotFree`].
    pub fn claim(&mut self, protocol: Protocol, address: Ipv4Addr, port: u16) -> Result<(), PortError> {
        let Some(entry) = self.find(protocol, address, port) else {
            self.stats.not_ours_count += 1;
            return Err(PortError::NotOurs);
        };
        if !self.space_mut(protocol).take(entry, parity(port)) {
            self.stats.not_free_count += 1;
            return Err(PortError::NotFree);
        }
        self.stats.taken_count += 1;
        Ok(())
    }

    /// Takes a port back, as the last in line to be handed out again.
    ///
    /// # Errors
    /// [`PortError::NotOurs`] or [`PortError::NotTaken`].
    pub fn give_back(&mut self, protocol: Protocol, address: Ipv4Addr, port: u16) -> Result<(), PortError> {
        let Some(entry) = self.find(protocol, address, port) else {
            self.stats.not_ours_count += 1;
            return Err(PortError::NotOurs);
        };
        if !self.space_mut(protocol).give_back(entry, parity(port)) {
            self.stats.not_taken_count += 1;
            return Err(PortError::NotTaken);
        }
        self.stats.given_back_count += 1;
        Ok(())
    }

    /// How many ports of the protocol are free.
    #[must_use]
    pub fn available(&self, protocol: Protocol) -> u32 {
        self.space(protocol).available()
    }

    /// How many ports of the protocol this shard owns, free or not.
    #[must_use]
    pub fn capacity(&self, protocol: Protocol) -> u32 {
        self.space(protocol).capacity()
    }

    /// Counters since the pool was made.
    #[must_use]
    pub fn stats(&self) -> &PoolStats {
        &self.stats
    }

    fn take_in_turn(&mut self, protocol: Protocol, first: usize) -> Option<(Ipv4Addr, u16)> {
        for parity in [first, 1 - first] {
            let space = self.space_mut(protocol);
            let Some(entry) = space.oldest_free(parity) else { continue };
            let slot = space.slot(entry);
            space.take(entry, parity);
            self.stats.taken_count += 1;
            let address = self.addresses[(slot / self.port_count) as usize];
            return Some((address, self.first_port + (slot % self.port_count) as u16));
        }
        self.stats.exhausted_count += 1;
        None
    }

    /// The entry of a pair, `None` if it is not ours.
    fn find(&self, protocol: Protocol, address: Ipv4Addr, port: u16) -> Option<u32> {
        let index = self.addresses.binary_search(&address).ok()? as u32;
        let offset = u32::from(port.checked_sub(self.first_port)?);
        if offset >= self.port_count {
            return None;
        }
        self.space(protocol).entry_of(index * self.port_count + offset)
    }

    fn space(&self, protocol: Protocol) -> &Space {
        &self.spaces[space_index(protocol)]
    }

    fn space_mut(&mut self, protocol: Protocol) -> &mut Space {
        &mut self.spaces[space_index(protocol)]
    }
}

impl fmt::Debug for PortPool {
    /// One line; the ports themselves are too many.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PortPool({} addresses", self.addresses.len())?;
        for protocol in Protocol::ALL {
            write!(f, ", {protocol:?} {} of {} free", self.available(protocol), self.capacity(protocol))?;
        }
        write!(f, ")")
    }
}

/// Position of a protocol in [`Protocol::ALL`].
fn space_index(protocol: Protocol) -> usize {
    match protocol {
        Protocol::Icmp => 0,
        Protocol::Tcp => 1,
        Protocol::Udp => 2,
    }
}

fn parity(port: u16) -> usize {
    usize::from(port % 2)
}

#[cfg(test)]
mod tests;
