//! ARP for a switch that routes: who we are on each port, and who our neighbours are.
//!
//! A NAT between two TAP interfaces has addresses of its own, and a pool of outside addresses that exist nowhere but
//! in its tables; hosts on the link ask for both. [`Neighbours::handle_frame`] answers them (RFC 826, and for the pool
//! in the manner of RFC 1027), and keeps the senders for [`Neighbours::lookup`]; [`Neighbours::request`] asks for those
//! that are not known yet.
//!
//! Contract: nothing is allocated after [`Neighbours::new`]. A stranger's frame changes what is known about a neighbour,
//! and adds one only when it asks for us or answers us; nobody can take an address that is ours. Past
//! [`NEIGHBOURS_MAX`] the neighbour that was heard of longest ago goes. There is no clock and so no expiry: a neighbour
//! that changed its interface is corrected by its next ARP frame, or when the caller asks again.
//!
//! Limits: IPv4 over Ethernet. ARP in frames with VLAN tags is not ours: a routed TAP has no tags, and a tagged frame
//! belongs to a program that bridges.

use std::fmt;
use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

/// An Ethernet address.
pub type Mac = [u8; 6];

/// Number of a port of the switch.
pub type PortNumber = u16;

/// Neighbours that are kept at most, on all ports together.
pub const NEIGHBOURS_MAX: usize = 1024;

/// Length of an ARP frame: what `reply` and `out` have to hold, in bytes.
pub const ARP_FRAME_LEN: usize = 42;

const BROADCAST: Mac = [0xff; 6];
const ETHERTYPE_ARP: [u8; 2] = [0x08, 0x06];
/// Ethernet, IPv4, and the lengths of their addresses.
const ARP_FORMAT: [u8; 6] = [0, 1, 0x08, 0x00, 6, 4];
const REQUEST: u8 = 1;
const REPLY: u8 = 2;

/// What a frame was to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArpAction {
    /// Not untagged ARP: the frame goes on to the program.
    NotArp,
    /// A question to us; the answer is in the first `len` bytes of `reply` and leaves by the same port.
    Reply {
        /// Length of the answer in bytes.
        len: usize,
    },
    /// Taken in; nothing is to be sent.
    Learned,
    /// ARP that does not concern us, or that we do not believe.
    Ignored(IgnoredArp),
}

/// Why an ARP frame was ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IgnoredArp {
    /// It is cut short, or not for IPv4 over Ethernet, or neither question nor answer.
    Malformed,
    /// It is between others.
    NotForUs,
    /// Its sender has a group's address for its own.
    BadSender,
    /// Its sender claims an address that is ours on that port: a conflict that an operator has to resolve.
    OurAddress,
    /// `reply` is shorter than [`ARP_FRAME_LEN`].
    NoRoomForReply,
}

/// A port without an address of its own was told to answer for others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoOwnAddress {
    /// The port.
    pub port: PortNumber,
}

impl fmt::Display for NoOwnAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "port {} has no address of its own to answer with: give it one first", self.port)
    }
}

impl std::error::Error for NoOwnAddress {}

#[derive(Clone, Copy, Debug)]
struct Neighbour {
    port: PortNumber,
    address: Ipv4Addr,
    mac: Mac,
    /// Counts up with every ARP frame that is taken in; the least is the oldest.
    heard: u64,
}

/// Our addresses and our neighbours'.
#[derive(Debug)]
pub struct Neighbours {
    own: Vec<(PortNumber, Ipv4Addr, Mac)>,
    /// Prefixes that are answered for, and with which address.
    pools: Vec<(PortNumber, Ipv4Net, Mac)>,
    /// Sorted by port and address, so that a look-up is a binary search and no stranger's choice of addresses makes it
    /// slow. Its capacity is never exceeded.
    table: Vec<Neighbour>,
    frames: u64,
}

/// The fields of an ARP frame that differ from one to the next.
struct Arp {
    operation: u8,
    sender_mac: Mac,
    sender: Ipv4Addr,
    target: Ipv4Addr,
}

impl Arp {
    /// Reads what follows the Ethernet header; `None` when it is not ARP for IPv4 over Ethernet.
    fn parse(body: &[u8]) -> Option<Arp> {
        let body: &[u8; 28] = body.first_chunk()?;
        let operation = match body[6..8] {
            [0, operation @ (REQUEST | REPLY)] => operation,
            _ => return None,
        };
        (body[..6] == ARP_FORMAT).then_some(Arp {
            operation,
            sender_mac: [body[8], body[9], body[10], body[11], body[12], body[13]],
            sender: Ipv4Addr::new(body[14], body[15], body[16], body[17]),
            target: Ipv4Addr::new(body[24], body[25], body[26], body[27]),
        })
    }
}

impl Neighbours {
    /// Our own addresses: the port, the IPv4 address, the Ethernet address. A port's first one is the sender of its
    /// requests.
    pub fn new(own: Vec<(PortNumber, Ipv4Addr, Mac)>) -> Neighbours {
        Neighbours { own, pools: Vec::new(), table: Vec::with_capacity(NEIGHBOURS_MAX), frames: 0 }
    }

    /// Answers questions for all of `pool` on `port` too, with the Ethernet address of the port.
    ///
    /// # Errors
    /// [`NoOwnAddress`] when the port has none.
    pub fn answer_for(&mut self, port: PortNumber, pool: Ipv4Net) -> Result<(), NoOwnAddress> {
        let (_, mac) = self.own_address(port).ok_or(NoOwnAddress { port })?;
        self.pools.push((port, pool, mac));
        Ok(())
    }

    /// Takes in a frame that arrived by `port`, and writes an answer to the front of `reply` when it asks for one.
    pub fn handle_frame(&mut self, port: PortNumber, frame: &[u8], reply: &mut [u8]) -> ArpAction {
        if frame.get(12..14) != Some(&ETHERTYPE_ARP) {
            return ArpAction::NotArp;
        }
        let Some(arp) = Arp::parse(&frame[14..]) else {
            return ArpAction::Ignored(IgnoredArp::Malformed);
        };
        if arp.sender_mac[0] & 1 == 1 || arp.sender_mac == [0; 6] {
            return ArpAction::Ignored(IgnoredArp::BadSender);
        }
        if self.ours(port, arp.sender).is_some() {
            return ArpAction::Ignored(IgnoredArp::OurAddress);
        }
        let ours = self.ours(port, arp.target);
        // Who only looks whether an address is free (RFC 5227) has none yet, and is answered without being learned.
        let learned =
            !arp.sender.is_unspecified() && self.learn(port, arp.sender, arp.sender_mac, ours.is_some());
        match (ours, arp.operation) {
            (Some(mac), REQUEST) => match reply.first_chunk_mut() {
                Some(reply) => {
                    write_arp(reply, arp.sender_mac, REPLY, (mac, arp.target), (arp.sender_mac, arp.sender));
                    ArpAction::Reply { len: ARP_FRAME_LEN }
                }
                None => ArpAction::Ignored(IgnoredArp::NoRoomForReply),
            },
            _ if learned => ArpAction::Learned,
            _ => ArpAction::Ignored(IgnoredArp::NotForUs),
        }
    }

    /// The Ethernet address of a neighbour on `port`, when it is known.
    pub fn lookup(&self, port: PortNumber, address: Ipv4Addr) -> Option<Mac> {
        self.position(port, address).ok().map(|at| self.table[at].mac)
    }

    /// Writes the question for `address` to the front of `out`, to be sent by `port`, and gives its length. `None` when the
    /// port has no address to ask from, or `out` is shorter than [`ARP_FRAME_LEN`].
    ///
    /// How often to ask is the caller's to decide; once a second and neighbour is the custom.
    pub fn request(&self, port: PortNumber, address: Ipv4Addr, out: &mut [u8]) -> Option<usize> {
        let (own, mac) = self.own_address(port)?;
        write_arp(out.first_chunk_mut()?, BROADCAST, REQUEST, (mac, own), ([0; 6], address));
        Some(ARP_FRAME_LEN)
    }

    /// Number of neighbours that are known.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether no neighbour is known.
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    fn own_address(&self, port: PortNumber) -> Option<(Ipv4Addr, Mac)> {
        self.own.iter().find(|own| own.0 == port).map(|(_, address, mac)| (*address, *mac))
    }

    /// The Ethernet address to answer with, when `address` is ours on `port` or of a pool there.
    fn ours(&self, port: PortNumber, address: Ipv4Addr) -> Option<Mac> {
        let own = self.own.iter().find(|own| own.0 == port && own.1 == address).map(|own| own.2);
        own.or_else(|| {
            self.pools.iter().find(|pool| pool.0 == port && pool.1.contains(&address)).map(|pool| pool.2)
        })
    }

    fn position(&self, port: PortNumber, address: Ipv4Addr) -> Result<usize, usize> {
        self.table.binary_search_by_key(&(port, address), |neighbour| (neighbour.port, neighbour.address))
    }

    /// Corrects a neighbour, or adds it when `may_add`; whether it did either.
    fn learn(&mut self, port: PortNumber, address: Ipv4Addr, mac: Mac, may_add: bool) -> bool {
        self.frames += 1;
        let neighbour = Neighbour { port, address, mac, heard: self.frames };
        match self.position(port, address) {
            Ok(at) => self.table[at] = neighbour,
            Err(_) if !may_add => return false,
            Err(mut at) => {
                if self.table.len() == NEIGHBOURS_MAX {
                    at = self.forget_oldest(at);
                }
                self.table.insert(at, neighbour);
            }
        }
        true
    }

    /// Makes room for one, and gives where the one that was to be inserted at `at` belongs now.
    fn forget_oldest(&mut self, at: usize) -> usize {
        let oldest = self.table.iter().enumerate().min_by_key(|(_, neighbour)| neighbour.heard);
        match oldest.map(|(oldest, _)| oldest) {
            Some(oldest) => {
                self.table.remove(oldest);
                if oldest < at { at - 1 } else { at }
            }
            None => at,
        }
    }
}

fn write_arp(
    out: &mut [u8; ARP_FRAME_LEN],
    destination: Mac,
    operation: u8,
    sender: (Mac, Ipv4Addr),
    target: (Mac, Ipv4Addr),
) {
    out[0..6].copy_from_slice(&destination);
    out[6..12].copy_from_slice(&sender.0);
    out[12..14].copy_from_slice(&ETHERTYPE_ARP);
    out[14..20].copy_from_slice(&ARP_FORMAT);
    out[20..22].copy_from_slice(&[0, operation]);
    out[22..28].copy_from_slice(&sender.0);
    out[28..32].copy_from_slice(&sender.1.octets());
    out[32..38].copy_from_slice(&target.0);
    out[38..42].copy_from_slice(&target.1.octets());
}

#[cfg(test)]
mod tests;
