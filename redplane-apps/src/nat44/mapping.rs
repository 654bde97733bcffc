//! A mapping and its two records, as words: for the store's initializer and for whoever looks at keys.
//!
//! ```
//! use redplane_apps::nat44::{Endpoint, FlowKey, Mapping};
//! let mapping = Mapping {
//!     protocol: 17,
//!     inside: Endpoint { address: 0x0a00_0002, port: 5000 },
//!     outside: Endpoint { address: 0xcb00_7101, port: 1024 },
//! };
//! assert_eq!(mapping.forward_key(), [17, 0x0a00_0002, 5000]);
//! assert_eq!(mapping.reverse_key(), [1 << 8 | 17, 0xcb00_7101, 1024]);
//! assert_eq!(Mapping::of(mapping.reverse_key(), mapping.reverse_state()), Some(mapping));
//! ```

use crate::{TCP, UDP};

/// Phase of a record: no FIN or RST has gone its way since the last SYN.
pub const OPEN: u32 = 0;
/// Phase of a record: a FIN or RST has gone its way.
pub const CLOSING: u32 = 1;

/// Seconds without a packet after which a mapping has ended (RP-ST-9).
///
/// TCP: 2 h 4 min while open, 4 min while closing (RFC 5382 REQ-5). UDP: 5 min (RFC 4787 REQ-5). ICMP: 60 s (RFC 5508 REQ-2),
/// as for any other protocol number, which no key of ours has. A TCP mapping closes with either of its records.
pub const fn idle_timeout_s(protocol: u8, phase: u32) -> u32 {
    match protocol {
        TCP if phase == OPEN => 7440,
        TCP => 240,
        UDP => 300,
        _ => 60,
    }
}

/// Which way the packets of a record go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[repr(u8)]
pub enum Direction {
    /// From the inside to the outside.
    Forward = 0,
    /// From the outside to the inside.
    Reverse = 1,
}

/// An address and a port; of an ICMP echo, the identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Endpoint {
    /// IPv4 address, its first byte uppermost.
    pub address: u32,
    /// Port or identifier.
    pub port: u16,
}

/// The key of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct FlowKey {
    /// Which way its packets go.
    pub direction: Direction,
    /// IPv4 protocol number: 1, 6 or 17.
    pub protocol: u8,
    /// Inside source of a forward record, outside destination of a reverse record.
    pub endpoint: Endpoint,
}

impl FlowKey {
    /// The key as the data plane makes it: direction and protocol, address, port.
    pub const fn words(self) -> [u32; 3] {
        [
            (self.direction as u32) << 8 | self.protocol as u32,
            self.endpoint.address,
            self.endpoint.port as u32,
        ]
    }

    /// Takes a key apart; `None` if no packet could have made it.
    pub const fn from_words(words: [u32; 3]) -> Option<Self> {
        let [first, address, port] = words;
        let direction = match first >> 8 {
            0 => Direction::Forward,
            1 => Direction::Reverse,
            _ => return None,
        };
        if port > u16::MAX as u32 {
            return None;
        }
        let protocol = (first & 0xff) as u8;
        Some(Self { direction, protocol, endpoint: Endpoint { address, port: port as u16 } })
    }
}

/// An inside endpoint and the outside endpoint that stands for it towards everyone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Mapping {
    /// IPv4 protocol number: 1, 6 or 17.
    pub protocol: u8,
    /// The host's own.
    pub inside: Endpoint,
    /// What the world sees.
    pub outside: Endpoint,
}

impl Mapping {
    /// The mapping that a record belongs to, from its key and its state; `None` if they are no record of this program.
    pub const fn of(key: [u32; 3], state: [u32; 3]) -> Option<Self> {
        let Some(FlowKey { direction, protocol, endpoint }) = FlowKey::from_words(key) else { return None };
        let [address, port, _] = state;
        if port > u16::MAX as u32 {
            return None;
        }
        let other = Endpoint { address, port: port as u16 };
        Some(match direction {
            Direction::Forward => Self { protocol, inside: endpoint, outside: other },
            Direction::Reverse => Self { protocol, inside: other, outside: endpoint },
        })
    }

    /// Key of the record for packets from the inside.
    pub const fn forward_key(&self) -> [u32; 3] {
        FlowKey { direction: Direction::Forward, protocol: self.protocol, endpoint: self.inside }.words()
    }

    /// Key of the record for packets from the outside.
    pub const fn reverse_key(&self) -> [u32; 3] {
        FlowKey { direction: Direction::Reverse, protocol: self.protocol, endpoint: self.outside }.words()
    }

    /// State that the record for packets from the inside begins with.
    pub const fn forward_state(&self) -> [u32; 3] {
        [self.outside.address, self.outside.port as u32, OPEN]
    }

    /// State that the record for packets from the outside begins with.
    pub const fn reverse_state(&self) -> [u32; 3] {
        [self.inside.address, self.inside.port as u32, OPEN]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use redplane_core::program::Program;

    const MAPPING: Mapping = Mapping {
        protocol: TCP,
        inside: Endpoint { address: 0x0a01_0203, port: 40000 },
        outside: Endpoint { address: 0xcb00_7105, port: 2000 },
    };

    #[test]
    fn mapping_from_either_record_is_the_same() {
        assert_eq!(Mapping::of(MAPPING.forward_key(), MAPPING.forward_state()), Some(MAPPING));
        assert_eq!(Mapping::of(MAPPING.reverse_key(), MAPPING.reverse_state()), Some(MAPPING));
    }

    #[test]
    fn state_of_extreme_values_fits_the_declared_bits() {
        let end = Endpoint { address: u32::MAX, port: u16::MAX };
        let mapping = Mapping { protocol: TCP, inside: end, outside: end };
        for mut state in [mapping.forward_state(), mapping.reverse_state()] {
            state[2] = CLOSING; // the larger phase
            for (word, value) in state.into_iter().enumerate() {
                assert!(u64::from(value) < 1 << crate::Nat44::state_bits(word as u8), "word {word}");
            }
        }
    }

    #[test]
    fn key_with_impossible_words_is_refused() {
        assert_eq!(FlowKey::from_words([2 << 8 | 6, 0, 0]), None);
        assert_eq!(FlowKey::from_words([6, 0, 0x1_0000]), None);
        assert_eq!(Mapping::of(MAPPING.forward_key(), [0, 0x1_0000, 0]), None);
    }

    #[test]
    fn idle_timeouts_are_those_of_the_rfcs() {
        assert_eq!(idle_timeout_s(TCP, OPEN), 2 * 3600 + 4 * 60);
        assert_eq!(idle_timeout_s(TCP, CLOSING), 240);
        assert_eq!(idle_timeout_s(UDP, OPEN), 300);
        assert_eq!(idle_timeout_s(crate::ICMP, OPEN), 60);
    }
}
