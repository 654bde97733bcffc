//! The words of the command line: what an image is told when it starts, so that one image serves every place.
//!
//! Each word is `key=value`; what is not said keeps its default. Of two words with one key the later counts, so a script can put its
//! own defaults in front of what a user adds.
//!
//! ```text
//! id=1 boot=7 store=10.9.0.1:8000 own=10.9.0.2 outside=203.0.113.0/28 lease_ms=500
//! ```

use core::net::{Ipv4Addr, SocketAddrV4};
use core::str::FromStr;

use redplane_softcore::NextHop;

/// What an image is told when it starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Config {
    /// `id`: this switch's number, another one than those of all others at the store.
    pub id: u16,
    /// `boot`: boot number, newer than the last time by less than 32768. The host's seconds serve if it is not said.
    pub boot: Option<u16>,
    /// `store`: where the store's first shard listens.
    pub store: SocketAddrV4,
    /// `shards`: number of the store's shards, as the store has it.
    pub shards: u16,
    /// `own`: this switch's address at the network of the store, with the UDP port that answers come to.
    pub own: SocketAddrV4,
    /// `next_hop`: who takes what is for the store: the hardware address, or the IPv4 address that ARP asks for. The store itself if it
    /// is not said.
    pub next_hop: Option<NextHop>,
    /// `uplink`: port by which the store is reached; it may be one that packets pass too.
    pub uplink: u16,
    /// `lease_ms`: lease period in milliseconds, as the store has it.
    pub lease_ms: u32,
    /// `outside`: outside addresses of the NAT, as the store has them: the first and the number of leading bits that all share.
    pub outside: (Ipv4Addr, u8),
    /// `hold_ms`: how long a packet that waits for the store is kept here, in milliseconds. 0: it travels in its message.
    pub hold_ms: u32,
    /// `run_ms`: milliseconds after which the image hands its leases back and ends with exit code 0. 0: it runs for ever.
    pub run_ms: u32,
}

/// A word that means nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error<'a> {
    /// The word.
    pub word: &'a str,
    /// What it should be.
    pub expected: &'static str,
}

/// Longest run that can be asked for: half of the time in which ticks wrap.
const RUN_MS_MAX: u32 = 500_000;

impl Config {
    /// What holds where the command line says nothing.
    pub const DEFAULT: Self = Self {
        id: 1,
        boot: None,
        store: SocketAddrV4::new(Ipv4Addr::new(10, 9, 0, 1), 8000),
        shards: 1,
        own: SocketAddrV4::new(Ipv4Addr::new(10, 9, 0, 2), 4000),
        next_hop: None,
        uplink: 2,
        lease_ms: 1000,
        outside: (Ipv4Addr::new(203, 0, 113, 0), 28),
        hold_ms: 0,
        run_ms: 0,
    };

    /// The defaults, with what these words say.
    ///
    /// # Errors
    /// The first word that means nothing.
    pub fn read(words: &str) -> Result<Self, Error<'_>> {
        let mut config = Self::DEFAULT;
        words.split_ascii_whitespace().try_for_each(|word| config.take(word))?;
        Ok(config)
    }

    fn take<'a>(&mut self, word: &'a str) -> Result<(), Error<'a>> {
        let (key, value) = word.split_once('=').unwrap_or((word, ""));
        let taken = match key {
            "id" => set(value.parse().ok(), &mut self.id, "id=NUMBER, 0 to 65535"),
            "boot" => set(value.parse().ok().map(Some), &mut self.boot, "boot=NUMBER, 0 to 65535"),
            "store" => set(endpoint(value, self.store.port()), &mut self.store, "store=ADDRESS[:PORT]"),
            "shards" => set(number(value, 1, u16::MAX.into()), &mut self.shards, "shards=NUMBER, 1 to 65535"),
            "own" => set(endpoint(value, self.own.port()), &mut self.own, "own=ADDRESS[:PORT]"),
            "next_hop" => {
                set(next_hop(value).map(Some), &mut self.next_hop, "next_hop=XX:XX:XX:XX:XX:XX or ADDRESS")
            }
            "uplink" => set(number(value, 0, 3), &mut self.uplink, "uplink=PORT, 0 to 3"),
            "lease_ms" => {
                set(number(value, 10, 60_000), &mut self.lease_ms, "lease_ms=MILLISECONDS, 10 to 60000")
            }
            "outside" => set(network(value), &mut self.outside, "outside=ADDRESS/BITS"),
            "hold_ms" => set(number(value, 0, 60_000), &mut self.hold_ms, "hold_ms=MILLISECONDS, 0 to 60000"),
            "run_ms" => {
                set(number(value, 0, RUN_MS_MAX), &mut self.run_ms, "run_ms=MILLISECONDS, 0 to 500000")
            }
            _ => Err(
                "one of the keys id, boot, store, shards, own, next_hop, uplink, lease_ms, outside, hold_ms, or run_ms",
            ),
        };
        taken.map_err(|expected| Error { word, expected })
    }
}

fn set<T>(value: Option<T>, place: &mut T, expected: &'static str) -> Result<(), &'static str> {
    *place = value.ok_or(expected)?;
    Ok(())
}

fn number<T: TryFrom<u32>>(text: &str, min: u32, max: u32) -> Option<T> {
    let number = text.parse().ok().filter(|number| (min..=max).contains(number))?;
    T::try_from(number).ok()
}

fn endpoint(text: &str, default_port: u16) -> Option<SocketAddrV4> {
    let (address, port) = match text.split_once(':') {
        Some((address, port)) => (address, port.parse().ok().filter(|port| *port != 0)?),
        None => (text, default_port),
    };
    Some(SocketAddrV4::new(Ipv4Addr::from_str(address).ok()?, port))
}

fn network(text: &str) -> Option<(Ipv4Addr, u8)> {
    let (address, bits) = text.split_once('/')?;
    Some((address.parse().ok()?, number(bits, 0, 32)?))
}

fn next_hop(text: &str) -> Option<NextHop> {
    match mac(text) {
        Some(mac) => Some(NextHop::Mac(mac)),
        None => Some(NextHop::Arp(Ipv4Addr::from_str(text).ok()?.octets())),
    }
}

fn mac(text: &str) -> Option<[u8; 6]> {
    let mut parts = text.split(':');
    let mut mac = [0; 6];
    for byte in &mut mac {
        let part = parts.next().filter(|part| part.len() == 2)?;
        *byte = u8::from_str_radix(part, 16).ok()?;
    }
    parts.next().is_none().then_some(mac)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn command_line_without_words_is_the_default() {
        assert_eq!(Config::read("  "), Ok(Config::DEFAULT));
    }

    #[test]
    fn every_word_is_read() {
        let words = "id=7 boot=65535 store=192.0.2.1:9000 shards=4 own=192.0.2.2:4001 next_hop=02:00:00:00:00:fe \
                     uplink=1 lease_ms=500 outside=203.0.113.16/28 hold_ms=20 run_ms=2000";
        let config = Config::read(words).unwrap();
        assert_eq!(
            config,
            Config {
                id: 7,
                boot: Some(65535),
                store: "192.0.2.1:9000".parse().unwrap(),
                shards: 4,
                own: "192.0.2.2:4001".parse().unwrap(),
                next_hop: Some(NextHop::Mac([2, 0, 0, 0, 0, 0xfe])),
                uplink: 1,
                lease_ms: 500,
                outside: (Ipv4Addr::new(203, 0, 113, 16), 28),
                hold_ms: 20,
                run_ms: 2000,
            }
        );
    }

    #[test]
    fn endpoint_without_port_keeps_the_default_port() {
        let config = Config::read("store=192.0.2.1 own=192.0.2.2").unwrap();
        assert_eq!((config.store.port(), config.own.port()), (8000, 4000));
    }

    #[test]
    fn next_hop_with_dots_is_asked_for_by_arp() {
        let config = Config::read("next_hop=10.9.0.254").unwrap();
        assert_eq!(config.next_hop, Some(NextHop::Arp([10, 9, 0, 254])));
    }

    #[test]
    fn key_said_twice_counts_the_second_time() {
        assert_eq!(Config::read("id=1 id=2").unwrap().id, 2);
    }

    #[test]
    fn word_that_means_nothing_is_named_with_what_it_should_be() {
        for word in [
            "lease_ms=9",
            "lease_ms=60001",
            "id=65536",
            "id",
            "boot=",
            "store=10.9.0.1:0",
            "store=10.9.0:80",
            "own=",
            "shards=0",
            "uplink=4",
            "outside=10.0.0.0",
            "outside=10.0.0.0/33",
            "next_hop=2:0:0:0:0:1",
            "next_hop=02:00:00:00:00:01:02",
            "next_hop=10.9.0",
            "hold_ms=",
            "run_ms=500001",
        ] {
            let words = format!("id=3 {word} id=4");
            let error = Config::read(&words).unwrap_err();
            let key = word.split('=').next().unwrap();
            assert_eq!(error.word, word);
            assert!(error.expected.starts_with(&format!("{key}=")), "{error:?}");
        }
        assert!(Config::read("lease=5").unwrap_err().expected.contains("lease_ms"));
    }
}
