//! A port of a router: Ethernet addresses come and go here, so that the switch behind it sees only packets to be routed.
//!
//! Between two subnets a frame is addressed to the router, and leaves with the router's own address as its source and the
//! next hop's as its destination. [`RoutedPort`] does that around any other port, asks for neighbours by ARP, and answers for
//! its own address and for a NAT's pool. The program in between only changes IP.
//!
//! Contract: nothing is allocated after construction. A frame whose next hop is not known yet waits, up to [`WAITING_MAX`] of
//! them for [`WAITING_NS_MAX`]; what waits longer, or does not fit, is dropped and counted.
//!
//! Limits: untagged IPv4; one subnet and one gateway a port. Packets to the router itself are dropped: it runs no services and
//! does not answer ping.

use std::io;
use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use super::FRAME_LEN_MAX;
use crate::clock::Clock;
use crate::neighbour::{ARP_FRAME_LEN, ArpAction, Mac, Neighbours, NoOwnAddress, PortNumber};
use crate::port::Port;

/// Frames that wait for their next hop's address, at most.
pub const WAITING_MAX: usize = 64;

/// Longest time that a frame waits, in nanoseconds.
pub const WAITING_NS_MAX: u64 = 2_000_000_000;

/// Longest frame that may wait, in bytes.
const WAITING_LEN_MAX: usize = 2048;
/// Time between two questions for the same neighbour (RFC 1122, 2.3.2.1).
const ASK_EVERY_NS: u64 = 1_000_000_000;
/// Next hops whose last question is remembered.
const ASKED_MAX: usize = 64;
/// Frames that are not for the switch and that one `receive` takes before it lets others have their turn.
const ASIDE_A_RECEIVE: usize = 64;

const ETHERNET_LEN: usize = 14;
const ETHERTYPE_IPV4: [u8; 2] = [0x08, 0x00];

/// Who the router is on a port, and what lies behind it.
#[derive(Clone, Debug)]
pub struct Routing {
    /// The port's number.
    pub port: PortNumber,
    /// Its Ethernet address.
    pub mac: Mac,
    /// Its IPv4 address, with the length of the subnet's prefix.
    pub address: Ipv4Net,
    /// Where packets go that are not for the subnet; without one they are dropped.
    pub gateway: Option<Ipv4Addr>,
    /// Addresses that the port answers for besides its own.
    pub pools: Vec<Ipv4Net>,
}

/// What a routed port did besides passing packets on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RouteCounters {
    /// Frames to another Ethernet address.
    pub not_for_us: u64,
    /// Frames that are not untagged IPv4, or too short for it.
    pub not_ipv4: u64,
    /// Packets to the router itself.
    pub to_router: u64,
    /// ARP frames taken in or answered.
    pub arp: u64,
    /// Questions for a neighbour's address.
    pub asked: u64,
    /// Packets without a next hop: no gateway is set.
    pub no_route: u64,
    /// Packets whose next hop did not answer in time, or for which there was no room to wait.
    pub unresolved: u64,
}

#[derive(Debug)]
struct Waiting {
    next_hop: Ipv4Addr,
    since_ns: u64,
    frame: Vec<u8>,
}

/// A port of a router, around another port.
pub struct RoutedPort {
    inner: Box<dyn Port + Send>,
    routing: Routing,
    neighbours: Neighbours,
    clock: Box<dyn Clock + Send>,
    waiting: Vec<Waiting>,
    /// Frames' memory that is not in `waiting`; together there are always [`WAITING_MAX`].
    spare: Vec<Vec<u8>>,
    asked: Vec<(Ipv4Addr, u64)>,
    out: Box<[u8]>,
    counters: RouteCounters,
}

impl std::fmt::Debug for RoutedPort {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RoutedPort").field("routing", &self.routing).finish_non_exhaustive()
    }
}

impl RoutedPort {
    /// Routes by `routing` over `inner`.
    ///
    /// # Errors
    /// Never in practice: [`NoOwnAddress`] is what [`Neighbours`] says of a port without an address, and this one has one.
    pub fn new(
        inner: Box<dyn Port + Send>,
        routing: Routing,
        clock: Box<dyn Clock + Send>,
    ) -> Result<RoutedPort, NoOwnAddress> {
        let mut neighbours = Neighbours::new(vec![(routing.port, routing.address.addr(), routing.mac)]);
        for pool in &routing.pools {
            neighbours.answer_for(routing.port, *pool)?;
        }
        let spare = (0..WAITING_MAX).map(|_| Vec::with_capacity(WAITING_LEN_MAX)).collect();
        Ok(RoutedPort {
            inner,
            routing,
            neighbours,
            clock,
            waiting: Vec::with_capacity(WAITING_MAX),
            spare,
            asked: Vec::with_capacity(ASKED_MAX),
            out: vec![0; FRAME_LEN_MAX].into_boxed_slice(),
            counters: RouteCounters::default(),
        })
    }

    /// What was done so far.
    pub fn counters(&self) -> RouteCounters {
        self.counters
    }

    /// Whether a frame that is no ARP is for the switch; counted if not.
    fn is_for_switch(&mut self, frame: &[u8]) -> bool {
        if frame.get(..6) != Some(&self.routing.mac) {
            self.counters.not_for_us += 1;
            return false;
        }
        let Some(destination) = ipv4_destination(frame) else {
            self.counters.not_ipv4 += 1;
            return false;
        };
        let pooled = self.routing.pools.iter().any(|pool| pool.contains(&destination));
        if destination == self.routing.address.addr() && !pooled {
            self.counters.to_router += 1;
            return false;
        }
        true
    }

    fn next_hop(&self, destination: Ipv4Addr) -> Option<Ipv4Addr> {
        if self.routing.address.contains(&destination) { Some(destination) } else { self.routing.gateway }
    }

    /// Asks for a neighbour, unless that was just done.
    fn ask(&mut self, next_hop: Ipv4Addr, now_ns: u64) -> io::Result<()> {
        self.asked.retain(|(_, at_ns)| now_ns.saturating_sub(*at_ns) < ASK_EVERY_NS);
        if self.asked.len() == ASKED_MAX || self.asked.iter().any(|(asked, _)| *asked == next_hop) {
            return Ok(());
        }
        self.asked.push((next_hop, now_ns));
        let mut question = [0; ARP_FRAME_LEN];
        match self.neighbours.request(self.routing.port, next_hop, &mut question) {
            Some(length) => {
                self.counters.asked += 1;
                self.inner.send(&question[..length])
            }
            None => Ok(()),
        }
    }

    /// Keeps a frame until its next hop is known.
    fn wait(&mut self, next_hop: Ipv4Addr, frame: &[u8], now_ns: u64) {
        self.forget_late(now_ns);
        let memory = if frame.len() <= WAITING_LEN_MAX { self.spare.pop() } else { None };
        let Some(mut memory) = memory else {
            self.counters.unresolved += 1;
            return;
        };
        memory.clear();
        memory.extend_from_slice(frame);
        self.waiting.push(Waiting { next_hop, since_ns: now_ns, frame: memory });
    }

    fn forget_late(&mut self, now_ns: u64) {
        while let Some(at) =
            self.waiting.iter().position(|waiting| now_ns.saturating_sub(waiting.since_ns) > WAITING_NS_MAX)
        {
            self.spare.push(self.waiting.remove(at).frame);
            self.counters.unresolved += 1;
        }
    }

    /// Sends what waited for neighbours that are known now, in the order in which it came.
    fn send_waiting(&mut self) -> io::Result<()> {
        let mut at = 0;
        while let Some(waiting) = self.waiting.get_mut(at) {
            match self.neighbours.lookup(self.routing.port, waiting.next_hop) {
                Some(mac) => {
                    address(&mut waiting.frame, mac, self.routing.mac);
                    let sent = self.inner.send(&waiting.frame);
                    self.spare.push(self.waiting.remove(at).frame);
                    sent?;
                }
                None => at += 1,
            }
        }
        Ok(())
    }
}

impl Port for RoutedPort {
    /// Gives frames to be routed; fails as the port inside does.
    fn receive(&mut self, buf: &mut [u8]) -> io::Result<Option<usize>> {
        for _ in 0..ASIDE_A_RECEIVE {
            let Some(length) = self.inner.receive(buf)? else { return Ok(None) };
            let frame = &buf[..length];
            let mut reply = [0; ARP_FRAME_LEN];
            match self.neighbours.handle_frame(self.routing.port, frame, &mut reply) {
                ArpAction::NotArp if self.is_for_switch(frame) => return Ok(Some(length)),
                ArpAction::NotArp => {}
                ArpAction::Reply { len } => {
                    self.counters.arp += 1;
                    self.inner.send(&reply[..len])?;
                    self.send_waiting()?;
                }
                ArpAction::Learned => {
                    self.counters.arp += 1;
                    self.send_waiting()?;
                }
                ArpAction::Ignored(_) => self.counters.arp += 1,
            }
        }
        Ok(None)
    }

    /// Sends to the next hop, or keeps the frame until that is known; fails as the port inside does.
    fn send(&mut self, frame: &[u8]) -> io::Result<()> {
        let Some(destination) = ipv4_destination(frame) else {
            self.counters.not_ipv4 += 1;
            return Ok(());
        };
        let Some(next_hop) = self.next_hop(destination) else {
            self.counters.no_route += 1;
            return Ok(());
        };
        match (self.neighbours.lookup(self.routing.port, next_hop), self.out.get_mut(..frame.len())) {
            (Some(mac), Some(out)) => {
                out.copy_from_slice(frame);
                address(out, mac, self.routing.mac);
                self.inner.send(out)
            }
            _ => {
                let now_ns = self.clock.now();
                self.wait(next_hop, frame, now_ns);
                self.ask(next_hop, now_ns)
            }
        }
    }
}

/// Where an untagged IPv4 frame goes.
fn ipv4_destination(frame: &[u8]) -> Option<Ipv4Addr> {
    let packet = frame.get(ETHERNET_LEN..)?;
    let destination: [u8; 4] = *packet.get(16..20)?.first_chunk()?;
    (frame.get(12..14) == Some(&ETHERTYPE_IPV4)).then_some(Ipv4Addr::from(destination))
}

/// Writes the Ethernet addresses of a frame that is at least an Ethernet header long.
fn address(frame: &mut [u8], to: Mac, from: Mac) {
    if let Some(addresses) = frame.get_mut(..12) {
        addresses[..6].copy_from_slice(&to);
        addresses[6..].copy_from_slice(&from);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SimulatedClock;
    use crate::port::ChannelPort;

    const OWN: Mac = [2, 0, 0, 0, 0, 1];
    const HOST: Mac = [2, 0, 0, 0, 0, 9];

    fn routed() -> (RoutedPort, ChannelPort, SimulatedClock) {
        let (near, far) = ChannelPort::pair(256);
        let clock = SimulatedClock::new();
        let routing = Routing {
            port: 1,
            mac: OWN,
            address: "10.0.0.1/24".parse().unwrap(),
            gateway: Some("10.0.0.254".parse().unwrap()),
            pools: vec!["192.0.2.0/28".parse().unwrap()],
        };
        (RoutedPort::new(Box::new(near), routing, Box::new(clock.clone())).unwrap(), far, clock)
    }

    fn packet(to_mac: Mac, to: [u8; 4]) -> Vec<u8> {
        let mut frame = vec![0; 60];
        frame[..6].copy_from_slice(&to_mac);
        frame[12..14].copy_from_slice(&ETHERTYPE_IPV4);
        frame[30..34].copy_from_slice(&to);
        frame
    }

    fn arp(operation: u8, sender: [u8; 4], target: [u8; 4]) -> Vec<u8> {
        let mut frame = vec![0xff; 6];
        frame.extend(HOST);
        frame.extend([8, 6, 0, 1, 8, 0, 6, 4, 0, operation]);
        frame.extend(HOST);
        frame.extend(sender);
        frame.extend([0; 6]);
        frame.extend(target);
        frame
    }

    fn next(port: &mut dyn Port) -> Option<Vec<u8>> {
        let mut buf = [0; 2048];
        port.receive(&mut buf).unwrap().map(|length| buf[..length].to_vec())
    }

    #[test]
    fn frames_not_for_the_switch_are_counted_and_those_for_it_come_through() {
        let (mut port, mut far, _) = routed();
        far.send(&packet(HOST, [8, 8, 8, 8])).unwrap();
        far.send(&packet(OWN, [10, 0, 0, 1])).unwrap();
        far.send(&[0; 10]).unwrap();
        let mut other = packet(OWN, [8, 8, 8, 8]);
        other[12..14].copy_from_slice(&[0x86, 0xdd]);
        far.send(&other).unwrap();
        far.send(&packet(OWN, [8, 8, 8, 8])).unwrap();
        assert_eq!(next(&mut port), Some(packet(OWN, [8, 8, 8, 8])));
        let counters = port.counters();
        assert_eq!((counters.not_for_us, counters.to_router, counters.not_ipv4), (2, 1, 1));
    }

    #[test]
    fn question_for_own_or_pool_address_is_answered() {
        for target in [[10, 0, 0, 1], [192, 0, 2, 7]] {
            let (mut port, mut far, _) = routed();
            far.send(&arp(1, [10, 0, 0, 9], target)).unwrap();
            assert_eq!(next(&mut port), None);
            let answer = next(&mut far).unwrap();
            assert_eq!((&answer[..6], answer[21], &answer[28..32]), (&HOST[..], 2, &target[..]));
        }
    }

    #[test]
    fn frame_to_unknown_next_hop_waits_for_the_answer() {
        let (mut port, mut far, _) = routed();
        port.send(&packet(HOST, [10, 0, 0, 9])).unwrap();
        port.send(&packet(HOST, [198, 51, 100, 1])).unwrap();
        let (direct, gateway) = (next(&mut far).unwrap(), next(&mut far).unwrap());
        assert_eq!((&direct[38..42], &gateway[38..42]), (&[10, 0, 0, 9][..], &[10, 0, 0, 254][..]));
        assert_eq!(next(&mut far), None);
        far.send(&arp(2, [10, 0, 0, 254], [10, 0, 0, 1])).unwrap();
        assert_eq!(next(&mut port), None);
        let sent = next(&mut far).unwrap();
        assert_eq!((&sent[..6], &sent[6..12], &sent[30..34]), (&HOST[..], &OWN[..], &[198, 51, 100, 1][..]));
        assert_eq!(next(&mut far), None); // the other one still waits
        port.send(&packet(HOST, [198, 51, 100, 1])).unwrap();
        assert_eq!(next(&mut far).unwrap()[..6], HOST);
    }

    #[test]
    fn next_hop_that_stays_silent_loses_its_frames_and_is_asked_once_a_second() {
        let (mut port, mut far, clock) = routed();
        for _ in 0..WAITING_MAX + 5 {
            port.send(&packet(HOST, [10, 0, 0, 9])).unwrap();
        }
        assert_eq!((port.counters().asked, port.counters().unresolved), (1, 5));
        clock.advance(WAITING_NS_MAX + 1);
        port.send(&packet(HOST, [10, 0, 0, 9])).unwrap();
        assert_eq!((port.counters().asked, port.counters().unresolved), (2, 5 + WAITING_MAX as u64));
        assert!(next(&mut far).is_some() && next(&mut far).is_some());
        assert_eq!(next(&mut far), None);
    }

    #[test]
    fn packet_without_route_is_dropped_and_counted() {
        let (mut port, mut far, _) = routed();
        port.routing.gateway = None;
        port.send(&packet(HOST, [8, 8, 8, 8])).unwrap();
        assert_eq!((port.counters().no_route, next(&mut far)), (1, None));
    }
}
