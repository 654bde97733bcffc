//! A software switch on a simulated clock with hosts' ends of its links, and a store behind a real socket in the same thread.
#![allow(dead_code, unreachable_pub, reason = "each test binary takes what it needs")]
#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};

use redplane_core::program::Program;
use redplane_core::seq::{Epoch, Incarnation, Seq};
use redplane_core::store::{Initializer, Instant, Limits};
use redplane_core::switch::Config;
use redplane_core::time::Span;
use redplane_linux::clock::{Clock, SimulatedClock};
use redplane_linux::port::{ChannelPort, Port};
use redplane_linux::store_link::UdpLink;
use redplane_linux::switch::SoftSwitch;
use redplane_store::datagram::{PAYLOAD_MAX, Pool, Queue};
use redplane_store::durability::OneReplica;
use redplane_store::nat::{NatConfig, NatInitializer};
use redplane_store::placement::Placement;
use redplane_store::shard::{Shard, ShardConfig};

pub const LEASE: Span = Span::from_millis(1000);
pub const POOL: [u8; 4] = [203, 0, 113, 1];

pub const INSIDE_HOST: ([u8; 4], u16) = ([10, 0, 0, 1], 5000);
pub const SERVER: ([u8; 4], u16) = ([198, 51, 100, 1], 443);

pub fn nat() -> NatInitializer {
    let config = NatConfig { ports: 40_000..=40_999, ..NatConfig::new(vec![POOL.into()]) };
    NatInitializer::new(&config, Placement::ALONE).unwrap()
}

/// One shard behind a socket, polled by hand.
pub struct Store<P: Program, I> {
    pub shard: Shard<P, I, OneReplica>,
    socket: UdpSocket,
    pool: Pool,
    out: Queue,
    buf: Box<[u8]>,
    /// Whether it loses whatever it is sent.
    pub deaf: bool,
    clock: SimulatedClock,
}

impl<P: Program, I: Initializer<P>> Store<P, I> {
    pub fn new(initializer: I, clock: SimulatedClock) -> Self {
        let config = ShardConfig {
            lease_period: LEASE,
            limits: Limits { flows: 1000, waiting_per_flow: 16, waiting: 64 },
            pending: 0,
            epoch_floor: Epoch::NONE,
            first_seq: Seq::default(),
        };
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        socket.set_nonblocking(true).unwrap();
        Store {
            shard: Shard::new(&config, initializer, OneReplica::default()),
            socket,
            pool: Pool::with_capacity(256),
            out: Queue::with_capacity(256),
            buf: vec![0; PAYLOAD_MAX].into_boxed_slice(),
            deaf: false,
            clock,
        }
    }

    pub fn address(&self) -> SocketAddr {
        self.socket.local_addr().unwrap()
    }

    pub fn link(&self) -> UdpLink {
        UdpLink::connect(self.address(), 1).unwrap()
    }

    /// Handles what has come and sends what is due; whether that was anything.
    pub fn poll(&mut self) -> bool {
        let now = Instant::from_nanos(self.clock.now());
        let mut moved = false;
        while let Ok((length, from)) = self.socket.recv_from(&mut self.buf) {
            moved = true;
            if self.deaf {
                continue;
            }
            let mut datagram = self.pool.take().unwrap();
            datagram.set_payload(&self.buf[..length]).unwrap();
            datagram.set_peer(from);
            self.shard.handle(now, datagram, &mut self.out, &mut self.pool);
        }
        self.shard.poll(now, &mut self.out, &mut self.pool);
        while let Some(datagram) = self.out.pop() {
            moved = true;
            self.socket.send_to(datagram.payload(), datagram.peer()).unwrap();
            self.pool.give(datagram);
        }
        moved
    }
}

pub type Switch<P> = SoftSwitch<P, 256, 64, UdpLink>;

/// A switch with the far ends of its links.
pub struct Device<P: Program> {
    pub switch: Switch<P>,
    pub inside: ChannelPort,
    pub outside: ChannelPort,
}

impl<P: Program> Device<P> {
    pub fn new(id: u16, program: [u32; 4], link: UdpLink, clock: &SimulatedClock) -> Self {
        let config = Config { program, ..Config::new(id, Incarnation::new(1)).with_lease_period(LEASE) };
        let (inside, near_inside) = ChannelPort::pair(64);
        let (outside, near_outside) = ChannelPort::pair(64);
        let clock = Box::new(clock.clone());
        let switch =
            Switch::new(&config, Box::new(near_inside), Box::new(near_outside), link, clock).unwrap();
        let address = Some(Ipv4Addr::new(10, 0, 0, 254));
        Device { switch: switch.with_addresses(address, address), inside, outside }
    }
}

/// Polls store and switch until neither has anything to do.
pub fn settle<P: Program, I: Initializer<P>>(store: &mut Store<P, I>, devices: &mut [&mut Device<P>]) {
    let mut quiet = 0;
    // Loopback is not quite at once: the softirq that delivers may come a little later.
    while quiet < 3 {
        let mut done = 0;
        for device in devices.iter_mut() {
            done += device.switch.poll().unwrap();
        }
        quiet = if store.poll() || done > 0 { 0 } else { quiet + 1 };
    }
}

/// The next frame that came out of a link, in `buf`.
pub fn next<'a>(port: &mut ChannelPort, buf: &'a mut [u8]) -> Option<&'a [u8]> {
    port.receive(buf).unwrap().map(|length| &buf[..length])
}

/// A TCP frame; checksums are not looked at by a NAT and so are left at 0.
pub fn tcp(source: ([u8; 4], u16), destination: ([u8; 4], u16), flags: u8, ttl: u8) -> [u8; 60] {
    let mut frame = [0; 60];
    frame[..6].copy_from_slice(&[2, 0, 0, 0, 0, 1]);
    frame[6..12].copy_from_slice(&[2, 0, 0, 0, 0, 2]);
    frame[12..16].copy_from_slice(&[8, 0, 0x45, 0]);
    frame[16..18].copy_from_slice(&46u16.to_be_bytes());
    frame[22..24].copy_from_slice(&[ttl, 6]);
    frame[26..30].copy_from_slice(&source.0);
    frame[30..34].copy_from_slice(&destination.0);
    frame[34..36].copy_from_slice(&source.1.to_be_bytes());
    frame[36..38].copy_from_slice(&destination.1.to_be_bytes());
    frame[46..48].copy_from_slice(&[0x50, flags]);
    let mut sum: u32 = frame[14..34].chunks(2).map(|pair| u32::from(pair[0]) << 8 | u32::from(pair[1])).sum();
    sum = (sum >> 16) + (sum & 0xffff);
    frame[24..26].copy_from_slice(&(!(sum as u16)).to_be_bytes());
    frame
}

/// Source and destination of a frame that [`tcp`] made.
pub fn ends(frame: &[u8]) -> (([u8; 4], u16), ([u8; 4], u16)) {
    let address = |at: usize| [frame[at], frame[at + 1], frame[at + 2], frame[at + 3]];
    let port = |at: usize| u16::from_be_bytes([frame[at], frame[at + 1]]);
    ((address(26), port(34)), (address(30), port(36)))
}
