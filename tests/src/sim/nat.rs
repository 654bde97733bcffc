//! NAT44 with hosts on both sides and so few outside ports that they change hands all the time.
//!
//! A store of two shards, one outside address, four ports of each protocol, and four inside endpoints of each. Conversations begin
//! and fall silent, so that mappings end (RP-ST-9). Packets of both directions come in at any switch, whatever the other direction
//! does; some are fragments, malformed, expired, or of other protocols.

mod packet;

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::ops::RangeInclusive;
use std::time::Duration;

use redplane_apps::Nat44;
use redplane_core::store::Limits;
use redplane_core::switch::Config;
use redplane_store::nat::{NatConfig, NatInitializer, Timeouts};
use redplane_store::placement::{OnlyOwn, Placement};
use redplane_store::pool::Protocol;

use super::app::{App, AppFlows, Leaving, Sent};
use super::checker::translation::{End, Name, Shown, Translations};
use super::frames::{self, ICMP, TCP, UDP};
use super::log::Durable;
use super::world::LEASE;
use packet::{Fate, Packet};

const PROTOCOLS: [u8; 3] = [ICMP, TCP, UDP];
const OUTSIDE: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 1);
const PORTS: u16 = 4;
/// Inside endpoints of each protocol and shard.
const ENDPOINTS: usize = 2;

const TCP_CLOSING: Duration = Duration::from_millis(25);
const TIMEOUTS: Timeouts = Timeouts {
    tcp_open: Duration::from_millis(40),
    tcp_closing: TCP_CLOSING,
    udp: Duration::from_millis(30),
    icmp: Duration::from_millis(25),
};

/// An inside endpoint whose packets must get an answer once faults have stopped.
#[derive(Clone, Debug)]
struct Question {
    protocol: u8,
    inside: End,
    /// Where it was last seen from the outside.
    outside: Option<End>,
    /// The packets to it from the outside.
    replies: Vec<u16>,
    answered: bool,
}

/// The hosts of both sides, and what they saw.
#[derive(Debug)]
pub struct Nat {
    ports: RangeInclusive<u16>,
    endpoints: Vec<(u8, End)>,
    /// Which endpoints talk at the moment.
    talks: Vec<bool>,
    keys: Vec<[u32; 3]>,
    /// All packets, by number, and when they first came in.
    packets: BTreeMap<u16, (Packet, Option<u64>)>,
    /// Where each endpoint was last seen from the outside.
    seen: BTreeMap<(u8, End), End>,
    translations: Translations,
    questions: Vec<Question>,
    round: u32,
    /// Packets of this round of questions.
    asked: u32,
}

fn forward_key(protocol: u8, end: End) -> [u32; 3] {
    [u32::from(protocol), end.0, u32::from(end.1)]
}

fn reverse_key(protocol: u8, end: End) -> [u32; 3] {
    [1 << 8 | u32::from(protocol), end.0, u32::from(end.1)]
}

fn shards() -> impl Iterator<Item = Placement> {
    (0..Nat::SHARDS).map(|shard| Placement { shard, shards: Nat::SHARDS })
}

impl Nat {
    /// Outside ports of which each shard has some of each protocol, but no more than three.
    fn draw_ports(rng: &mut fastrand::Rng) -> RangeInclusive<u16> {
        loop {
            let first = rng.u16(1024..u16::MAX - PORTS);
            let ports = first..=first + PORTS - 1;
            let fair = PROTOCOLS.iter().all(|protocol| {
                shards().all(|shard| (1..PORTS as usize).contains(&owned(shard, *protocol, &ports)))
            });
            if fair {
                return ports;
            }
        }
    }

    /// Inside endpoints, as many of each shard; some with the number of an outside port.
    fn draw_endpoints(rng: &mut fastrand::Rng, ports: &RangeInclusive<u16>) -> Vec<(u8, End)> {
        let mut endpoints = Vec::new();
        for protocol in PROTOCOLS {
            for shard in shards() {
                let mut found = 0;
                while found < ENDPOINTS {
                    let port = if rng.bool() { rng.u16(ports.clone()) } else { rng.u16(1..) };
                    let end = (0x0a00_0001 + rng.u32(0..8), port);
                    if shard.owns(&forward_key(protocol, end)) && !endpoints.contains(&(protocol, end)) {
                        endpoints.push((protocol, end));
                        found += 1;
                    }
                }
            }
        }
        endpoints
    }

    fn send(&mut self, packet: Packet) -> Sent<[u32; 3]> {
        let key = if packet.inside { forward_key } else { reverse_key }(packet.protocol(), packet.own);
        let translated = packet.fate() == Fate::Translated;
        self.packets.insert(packet.id, (packet, None));
        Sent {
            frame: packet.frame(),
            route: self.keys.iter().position(|known| *known == key).unwrap_or(0),
            inside: packet.inside,
            key: translated.then_some(key),
            writes: packet.writes(),
        }
    }

    /// An outside endpoint that somebody was seen at, or any.
    fn draw_outside(&self, rng: &mut fastrand::Rng) -> (u8, End) {
        let seen: Vec<_> = self
            .seen
            .iter()
            .filter(|((protocol, end), _)| {
                self.endpoints
                    .iter()
                    .zip(&self.talks)
                    .any(|(endpoint, talks)| *talks && *endpoint == (*protocol, *end))
            })
            .map(|((protocol, _), outside)| (*protocol, *outside))
            .collect();
        if seen.is_empty() || rng.u32(0..8) == 0 {
            (PROTOCOLS[rng.usize(0..3)], (OUTSIDE.into(), rng.u16(self.ports.clone())))
        } else {
            seen[rng.usize(0..seen.len())]
        }
    }
}

/// How many of the ports belong to a shard.
fn owned(shard: Placement, protocol: u8, ports: &RangeInclusive<u16>) -> usize {
    ports.clone().filter(|port| shard.owns(&reverse_key(protocol, (OUTSIDE.into(), *port)))).count()
}

/// Two flows do not use an outside port one soon after the other: the lease of the first had ended, and the rest of its idle time
/// had passed, which counts from the beginning of its last lease period.
fn gap_ns(protocol: u8) -> u64 {
    let idle = match protocol {
        TCP => TIMEOUTS.tcp_closing,
        UDP => TIMEOUTS.udp,
        _ => TIMEOUTS.icmp,
    };
    (idle.as_nanos() as u64).saturating_sub(LEASE.nanos())
}

fn peer(rng: &mut fastrand::Rng) -> End {
    (0xc633_6401 + rng.u32(0..3), [53, 80, 443][rng.usize(0..3)])
}

impl App for Nat {
    type Program = Nat44;
    type Initializer = OnlyOwn<NatInitializer>;
    const NAME: &'static str = "nat44";
    const SHARDS: u16 = 2;

    fn new(rng: &mut fastrand::Rng) -> Self {
        let ports = Self::draw_ports(rng);
        let endpoints = Self::draw_endpoints(rng, &ports);
        let mut keys: Vec<_> = endpoints.iter().map(|(protocol, end)| forward_key(*protocol, *end)).collect();
        for protocol in PROTOCOLS {
            keys.extend(ports.clone().map(|port| reverse_key(protocol, (OUTSIDE.into(), port))));
        }
        let mut questions = Vec::new();
        for protocol in PROTOCOLS {
            for shard in shards() {
                // No more than there are ports for.
                let own = endpoints
                    .iter()
                    .filter(|(of, end)| *of == protocol && shard.owns(&forward_key(protocol, *end)));
                for (_, inside) in own.take(owned(shard, protocol, &ports)) {
                    questions.push(Question {
                        protocol,
                        inside: *inside,
                        outside: None,
                        replies: Vec::new(),
                        answered: false,
                    });
                }
            }
        }
        Self {
            ports,
            talks: vec![true; endpoints.len()],
            endpoints,
            keys,
            packets: BTreeMap::new(),
            seen: BTreeMap::new(),
            translations: Translations::default(),
            questions,
            round: 0,
            asked: 0,
        }
    }

    fn initializer(&self, placement: Placement) -> OnlyOwn<NatInitializer> {
        let config = NatConfig { addresses: vec![OUTSIDE], ports: self.ports.clone(), timeouts: TIMEOUTS };
        let inner = NatInitializer::new(&config, placement).expect("the ports of a run are a valid range");
        OnlyOwn::new(placement, inner)
    }

    fn limits(&self) -> Limits {
        Limits { flows: 24, waiting_per_flow: 3, waiting: 6 }
    }

    fn configure(&self, config: &mut Config) {
        config.program = Nat44::params(OUTSIDE.octets(), 24);
    }

    fn keys(&self) -> &[[u32; 3]] {
        &self.keys
    }

    fn routes(&self) -> usize {
        self.keys.len()
    }

    fn host_sends(&mut self, rng: &mut fastrand::Rng, id: u16) -> Sent<[u32; 3]> {
        if rng.u32(0..50) == 0 {
            let share = [0.2, 0.5][rng.usize(0..2)];
            self.talks.iter_mut().for_each(|talks| *talks = rng.f64() < share);
        }
        let talking: Vec<_> = self.endpoints.iter().zip(&self.talks).filter(|(_, talks)| **talks).collect();
        let peer = peer(rng);
        let packet = if talking.is_empty() || rng.u32(0..5) < 2 {
            let (protocol, own) = self.draw_outside(rng);
            Packet::plain(id, false, protocol, own, peer)
        } else {
            let ((protocol, own), _) = talking[rng.usize(0..talking.len())];
            Packet::plain(id, true, *protocol, *own, peer)
        };
        self.send(packet.vary(rng))
    }

    fn came_in(&mut self, now_ns: u64, id: u16) {
        if let Some((_, came_ns)) = self.packets.get_mut(&id) {
            came_ns.get_or_insert(now_ns);
        }
    }

    // A packet that arrives twice is translated twice, to the same end.
    fn duplicated(&mut self, _: u64, _: u16) {}

    fn came_out(
        &mut self,
        leaving: Leaving,
        frame: &[u8],
        _: impl FnMut(&[u32; 3]) -> Option<Durable<[u32; 3]>>,
    ) -> Result<(), String> {
        let id = frames::id_of(frame).ok_or("an output without a number")?;
        let Some((packet, Some(came_ns))) = self.packets.get(&id) else {
            return Err(format!("an output of packet {id}, which never came in"));
        };
        match packet.fate() {
            Fate::Nothing => return Err(format!("{packet:?} must not come out")),
            Fate::Unchanged if frame == packet.frame() && leaving.at_once => return Ok(()),
            Fate::Unchanged => return Err(format!("{packet:?} did not come out unchanged: {frame:02x?}")),
            Fate::Translated => {}
        }
        let to = packet.end_shown(frame).ok_or("an output cut short")?;
        if packet.translated(to) != frame {
            return Err(format!(
                "{packet:?} came out as {frame:02x?} instead of {:02x?}",
                packet.translated(to)
            ));
        }
        let protocol = packet.protocol();
        let shown = Shown {
            name: Name { protocol, forward: packet.inside, end: packet.own },
            to,
            came_ns: *came_ns,
            left_ns: leaving.now_ns,
            at_once: leaving.at_once,
            writes: packet.writes(),
        };
        if packet.inside {
            self.seen.insert((protocol, packet.own), to);
        }
        for question in self.questions.iter_mut().filter(|question| question.protocol == protocol) {
            if packet.inside && question.inside == packet.own {
                question.outside = Some(to);
            }
            question.answered |= question.replies.contains(&id) && question.inside == to;
        }
        self.translations.came_out(&shown, gap_ns(protocol))
    }

    fn committed(
        &mut self,
        now_ns: u64,
        key: &[u32; 3],
        record: Option<&Durable<[u32; 3]>>,
    ) -> Result<(), String> {
        let [first, address, port] = *key;
        let name = Name { protocol: first as u8, forward: first >> 8 == 0, end: (address, port as u16) };
        let Some(record) = record else {
            self.translations.removed(now_ns, &name);
            return Ok(());
        };
        let [address, port, _] = record.state;
        self.translations.committed(now_ns, name, (address, port as u16), record.seq.raw())
    }

    // Every output was checked as it came.
    fn check(&self) -> Result<(), String> {
        Ok(())
    }

    /// One question at a time: more flows than a switch has slots get their turn one after the other.
    fn ask(&mut self, round: u32, id: u16) -> Option<Sent<[u32; 3]>> {
        if round != self.round {
            (self.round, self.asked) = (round, 0);
        }
        self.asked += 1;
        let question = self.questions.iter_mut().find(|question| !question.answered)?;
        let peer = (0xc633_6401, 80);
        let packet = match (self.asked, question.outside) {
            // The mapping is kept in use until the reply has come in.
            (1, _) => Packet::plain(id, true, question.protocol, question.inside, peer),
            (2, Some(outside)) => {
                question.replies.push(id);
                Packet::plain(id, false, question.protocol, outside, peer)
            }
            _ => return None,
        };
        Some(self.send(packet))
    }

    fn unanswered<'a>(&self, _: impl Iterator<Item = &'a AppFlows<Self>>) -> usize {
        self.questions.iter().filter(|question| !question.answered).count()
    }

    fn at_rest<'a>(&self, shards: impl Iterator<Item = &'a AppFlows<Self>>) -> Result<(), String> {
        for (number, store) in shards.enumerate() {
            let records = store.records().iter().count();
            if records > 0 {
                return Err(format!("shard {number}: {records} records of mappings that are not used"));
            }
            let pool = store.initializer().inner().pool();
            for protocol in Protocol::ALL {
                let (available, capacity) = (pool.available(protocol), pool.capacity(protocol));
                if available != capacity {
                    return Err(format!(
                        "shard {number}: {available} of {capacity} ports of {protocol:?} have returned"
                    ));
                }
            }
        }
        Ok(())
    }

    fn describe(&self, frame: &[u8]) -> String {
        let packet = frames::id_of(frame).and_then(|id| self.packets.get(&id));
        let Some((packet, _)) = packet else { return format!("{} bytes", frame.len()) };
        let end = packet.end_shown(frame).unwrap_or_default();
        format!("{:08x}:{} of {packet:?}", end.0, end.1)
    }
}
