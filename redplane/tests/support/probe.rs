//! A switch that asks one server of a store for leases of counters.

use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use redplane_apps::Counter;
use redplane_core::packet::Buffer;
use redplane_core::program::Program;
use redplane_core::seq::{Epoch, Incarnation, Seq};
use redplane_core::time::Tick;
use redplane_core::wire::{Envelope, Flags, HEADROOM, Kind, Message};

use super::processes::SOON;

/// See [the module](self).
pub struct Probe {
    socket: UdpSocket,
}

impl Probe {
    /// Of the store's server at this address.
    pub fn new(replica: SocketAddr) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.connect(replica).unwrap();
        socket.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
        Self { socket }
    }

    /// Asks for the lease of a flow, once.
    pub fn ask(&self, flow: u32) {
        let mut memory = [0; HEADROOM];
        let mut buffer = Buffer::new(&mut memory, HEADROOM, HEADROOM).unwrap();
        let envelope = Envelope {
            layout: Counter::LAYOUT,
            kind: Kind::LeaseRequest,
            flags: Flags::new(),
            switch: 4000,
            incarnation: Incarnation::new(1),
            epoch: Epoch::NONE,
            seq: Seq::default(),
            timestamp: Tick::new(1),
            key: &[17, 0x0afe_0001, 0x0afe_0002, flow],
            state: &[0],
        };
        envelope.encode(&mut buffer).unwrap();
        self.socket.send(buffer.bytes()).unwrap();
    }

    /// Asks until it is granted.
    pub fn lease(&mut self, flow: u32) {
        let start = Instant::now();
        while self.granted() == 0 {
            assert!(start.elapsed() < SOON, "nobody grants a lease");
            self.ask(flow);
        }
    }

    /// Late answers to earlier requests are none to later ones.
    pub fn forget(&mut self) {
        self.granted();
    }

    /// Grants that have come since the last time.
    pub fn granted(&mut self) -> usize {
        let mut bytes = [0; 2048];
        let mut count = 0;
        while let Ok(len) = self.socket.recv(&mut bytes) {
            let (message, _) = Message::parse(&bytes[..len], |_| Some(Counter::LAYOUT)).unwrap();
            count += usize::from(message.kind() == Kind::Grant);
        }
        count
    }
}
