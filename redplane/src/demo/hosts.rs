//! The hosts on both sides of the switches: real TCP stacks on virtual links, driven by a clock from outside.
//!
//! The failover experiment asks what a *TCP connection* suffers when a switch dies, so its hosts must
//! retransmit, back off and reset as real ones do. Each side is one stack (smoltcp) that owns all addresses
//! of that side; the sides meet only through frames that the caller carries between them and the switches.
//!
//! # The stacks' clock
//!
//! smoltcp fixes the shortest retransmission timeout at the second of RFC 6298 and the longest at a minute.
//! Hosts in a data centre run with a few milliseconds (Linux: `rto_min` of a route), and with a whole second
//! the stack's own timer, not the switches, would decide every figure of the experiment. The stacks
//! therefore see a clock that runs [`CLOCK_SCALE`] times as fast: retransmission timeouts of 10 ms, doubling
//! up to 600 ms, and 100 ms in `TIME-WAIT`, while round trips are measured on the same clock and so keep
//! their proportion to the timeouts.
//!
//! The clock also advances by at most [`CLOCK_STEP_MAX_NS`] per poll. Hosts and switches share a thread: when
//! it was not scheduled for a while, nothing was on the way in the meantime either, and a timeout that fires
//! before the switches had their turn would be one that no real host sees.
//!
//! Contract: `now_ns` counts nanoseconds since the run began and never decreases.

use std::net::Ipv4Addr;

use smoltcp::iface::{Config, Interface, SocketHandle, SocketSet};
use smoltcp::socket::tcp::{CongestionControl, Socket, SocketBuffer};
use smoltcp::time::Instant;
use smoltcp::wire::{HardwareAddress, IpAddress, IpCidr};

use super::link::{Link, LinkCounters};

/// How many times faster than the caller's clock the stacks' clock runs.
pub(super) const CLOCK_SCALE: u64 = 100;

/// The most that one poll advances the stacks' clock, in the caller's nanoseconds: less than half of the
/// shortest retransmission timeout.
pub(super) const CLOCK_STEP_MAX_NS: u64 = 4_000_000;

/// The inside hosts' addresses.
pub(super) const INSIDE_ADDRS: [Ipv4Addr; 4] = [
    Ipv4Addr::new(10, 0, 0, 11),
    Ipv4Addr::new(10, 0, 0, 12),
    Ipv4Addr::new(10, 0, 0, 13),
    Ipv4Addr::new(10, 0, 0, 14),
];

/// The outside hosts' addresses.
pub(super) const OUTSIDE_ADDRS: [Ipv4Addr; 2] =
    [Ipv4Addr::new(198, 51, 100, 10), Ipv4Addr::new(198, 51, 100, 11)];

/// The MAC address that frames of inside hosts carry as their source.
pub(super) const INSIDE_MAC: [u8; 6] = [0x02, 0, 0, 0, 0x01, 0x01];
/// The MAC address that frames of outside hosts carry as their source.
pub(super) const OUTSIDE_MAC: [u8; 6] = [0x02, 0, 0, 0, 0x02, 0x01];
/// The MAC address that hosts send to: whichever switch the frame is carried to.
pub(super) const SWITCH_MAC: [u8; 6] = [0x02, 0, 0, 0, 0x03, 0x01];

/// Which side of the switches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// Behind the address translation: clients.
    Inside,
    /// The world: servers.
    Outside,
}

/// Both sides' hosts.
pub(super) struct Network {
    inside: Host,
    outside: Host,
    clock: StackClock,
}

impl Network {
    /// Hosts without connections, at time 0. `seed` draws their initial sequence numbers.
    pub(super) fn new(seed: u64) -> Self {
        Self {
            inside: Host::new(&INSIDE_ADDRS, INSIDE_MAC, seed),
            outside: Host::new(&OUTSIDE_ADDRS, OUTSIDE_MAC, !seed),
            clock: StackClock::default(),
        }
    }

    /// Lets both sides take what was delivered, run their timers and send.
    pub(super) fn poll(&mut self, now_ns: u64) {
        let now = self.clock.advance(now_ns);
        for host in [&mut self.inside, &mut self.outside] {
            host.interface.poll(now, &mut host.link, &mut host.sockets);
        }
    }

    /// Copies the oldest Ethernet frame that hosts of `side` sent into `frame`, which must hold
    /// [`FRAME_LEN_MAX`](super::link::FRAME_LEN_MAX) bytes, and gives its length; `None` when none waits.
    pub(super) fn take_frame(&mut self, side: Side, frame: &mut [u8]) -> Option<usize> {
        self.host_mut(side).link.take_frame(frame)
    }

    /// Gives the hosts of `side` an Ethernet frame; they see it at the next [`Network::poll`]. A frame that
    /// cannot be taken is dropped and counted.
    pub(super) fn deliver(&mut self, side: Side, frame: &[u8]) {
        self.host_mut(side).link.deliver(frame);
    }

    /// What the hosts of `side` sent, and what their link dropped.
    pub(super) fn counters(&self, side: Side) -> LinkCounters {
        match side {
            Side::Inside => self.inside.link.counters(),
            Side::Outside => self.outside.link.counters(),
        }
    }

    /// Opens a connection from an inside host to an outside one; `None` if an address or port is zero.
    pub(super) fn connect(
        &mut self,
        from: (Ipv4Addr, u16),
        to: (Ipv4Addr, u16),
        buffers: Buffers,
    ) -> Option<SocketHandle> {
        let host = &mut self.inside;
        let mut socket = buffers.socket();
        socket.connect(host.interface.context(), to, from).ok()?;
        Some(host.sockets.add(socket))
    }

    /// Opens a socket on the outside that accepts one connection to `port`; `None` if the port is zero.
    pub(super) fn listen(&mut self, port: u16, buffers: Buffers) -> Option<SocketHandle> {
        let mut socket = buffers.socket();
        socket.listen(port).ok()?;
        Some(self.outside.sockets.add(socket))
    }

    /// Makes an outside socket whose connection has ended accept one more, to `port`.
    pub(super) fn listen_again(&mut self, handle: SocketHandle, port: u16) {
        let socket = self.outside.sockets.get_mut::<Socket<'static>>(handle);
        configure(socket);
        // Refused only for port 0 and while the socket is open; the stack then goes on as before.
        let _ = socket.listen(port);
    }

    /// Exchanges two sockets of `side`, and with them their places in the order in which they are offered
    /// packets.
    pub(super) fn swap(&mut self, side: Side, a: SocketHandle, b: SocketHandle) {
        let nothing = SocketBuffer::new(Vec::new());
        let mut moving = Socket::new(nothing, SocketBuffer::new(Vec::new()));
        for handle in [a, b, a] {
            std::mem::swap(self.socket(side, handle), &mut moving);
        }
    }

    /// A socket that [`Network::connect`] or [`Network::listen`] opened on `side`.
    pub(super) fn socket(&mut self, side: Side, handle: SocketHandle) -> &mut Socket<'static> {
        self.host_mut(side).sockets.get_mut(handle)
    }

    /// Forgets a socket, whatever its state.
    pub(super) fn remove(&mut self, side: Side, handle: SocketHandle) {
        self.host_mut(side).sockets.remove(handle);
    }

    fn host_mut(&mut self, side: Side) -> &mut Host {
        match side {
            Side::Inside => &mut self.inside,
            Side::Outside => &mut self.outside,
        }
    }
}

/// Sizes of a socket's buffers, bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Buffers {
    /// Bytes received and not yet read.
    pub(super) receive: usize,
    /// Bytes written and not yet acknowledged.
    pub(super) send: usize,
}

impl Buffers {
    fn socket(self) -> Socket<'static> {
        let mut socket =
            Socket::new(SocketBuffer::new(vec![0; self.receive]), SocketBuffer::new(vec![0; self.send]));
        configure(&mut socket);
        socket
    }
}

/// Sets what all sockets have in common, for a new connection.
fn configure(socket: &mut Socket<'static>) {
    // Reno: after a timeout one segment goes out, not the whole window, as from any host on the Internet.
    // Setting it anew forgets the window of an earlier connection.
    socket.set_congestion_control(CongestionControl::Reno);
    // The applications write in whole segments; the tail of a message should not wait for an ack.
    socket.set_nagle_enabled(false);
    // One ack per poll covers all that arrived in it; a delay would only add to round trips.
    socket.set_ack_delay(None);
    // No keep-alive and no user timeout: a connection lives until its peer resets it, and silence stays
    // silence in the measurement.
}

/// One side: a stack, its addresses, its sockets.
struct Host {
    interface: Interface,
    sockets: SocketSet<'static>,
    link: Link,
}

impl Host {
    fn new(addrs: &[Ipv4Addr], mac: [u8; 6], seed: u64) -> Self {
        let mut link = Link::new(mac, SWITCH_MAC);
        let mut config = Config::new(HardwareAddress::Ip);
        config.random_seed = seed;
        let mut interface = Interface::new(config, &mut link, Instant::ZERO);
        interface.update_ip_addrs(|own| {
            for addr in addrs {
                // The package's feature iface-max-addr-count-4 sets the room; one that does not fit would
                // show at once as a host that never connects.
                let _ = own.push(IpCidr::new(IpAddress::Ipv4(*addr), 24));
            }
        });
        // All else, such as the address translation's outside address, is reached over the link as well. On
        // a link without neighbours the gateway's address is never used; only the route's existence counts.
        if let Some(addr) = addrs.first() {
            let _ = interface.routes_mut().add_default_ipv4_route(*addr);
        }
        Self { interface, sockets: SocketSet::new(Vec::new()), link }
    }
}

/// The clock that the stacks see; see the module's text.
#[derive(Default)]
struct StackClock {
    last_ns: u64,
    elapsed_ns: u64,
}

impl StackClock {
    fn advance(&mut self, now_ns: u64) -> Instant {
        let step_ns = now_ns.saturating_sub(self.last_ns).min(CLOCK_STEP_MAX_NS);
        self.last_ns = self.last_ns.max(now_ns);
        self.elapsed_ns += step_ns;
        Instant::from_micros((self.elapsed_ns * CLOCK_SCALE / 1000) as i64)
    }
}

#[cfg(test)]
mod tests {
    use smoltcp::socket::tcp::State;

    use super::super::link::FRAME_LEN_MAX;
    use super::*;

    const BUFFERS: Buffers = Buffers { receive: 4096, send: 4096 };
    const PORT: u16 = 80;

    /// Carries all waiting frames to the other side and gives their number.
    fn carry(network: &mut Network) -> usize {
        let mut frame = [0; FRAME_LEN_MAX];
        let mut count = 0;
        for (from, to) in [(Side::Inside, Side::Outside), (Side::Outside, Side::Inside)] {
            while let Some(len) = network.take_frame(from, &mut frame) {
                network.deliver(to, &frame[..len]);
                count += 1;
            }
        }
        count
    }

    fn network_connecting(from: Ipv4Addr, to: Ipv4Addr) -> (Network, SocketHandle, SocketHandle) {
        let mut network = Network::new(1);
        let server = network.listen(PORT, BUFFERS).unwrap();
        let client = network.connect((from, 20_000), (to, PORT), BUFFERS).unwrap();
        (network, client, server)
    }

    #[test]
    fn every_inside_address_connects_to_every_outside_address() {
        for from in INSIDE_ADDRS {
            for to in OUTSIDE_ADDRS {
                let (mut network, client, server) = network_connecting(from, to);
                for step in 0..5 {
                    network.poll(step * 100_000);
                    carry(&mut network);
                }
                assert_eq!(network.socket(Side::Inside, client).state(), State::Established);
                assert_eq!(network.socket(Side::Outside, server).state(), State::Established);
            }
        }
    }

    #[test]
    fn lost_syn_is_sent_again_after_ten_milliseconds_and_then_twenty() {
        let (mut network, _, _) = network_connecting(INSIDE_ADDRS[0], OUTSIDE_ADDRS[0]);
        let mut frame = [0; FRAME_LEN_MAX];
        let mut sent_at_ms = Vec::new();
        for now_ms in 0..100 {
            network.poll(now_ms * 1_000_000);
            while network.take_frame(Side::Inside, &mut frame).is_some() {
                sent_at_ms.push(now_ms);
            }
        }
        assert_eq!(sent_at_ms, [0, 10, 30, 70]);
    }

    #[test]
    fn thread_paused_for_long_does_not_fire_retransmissions() {
        let (mut network, _, _) = network_connecting(INSIDE_ADDRS[0], OUTSIDE_ADDRS[0]);
        network.poll(0);
        assert_eq!(carry(&mut network), 1, "the SYN");
        let counted = network.counters(Side::Inside).sent_frames;
        network.poll(500_000_000);
        assert_eq!(network.counters(Side::Inside).sent_frames, counted);
        assert_eq!(carry(&mut network), 1, "the SYN-ACK and nothing else");
    }
}
