//! The store's UDP socket: the one module that touches sockets, a batch of datagrams per system call.
//!
//! A shard turns a received datagram into nothing, one or two datagrams, may keep it for later, and sends some of
//! its own accord. So receiving fills a [`Queue`] with owned datagrams from the shard's [`Pool`], sending drains a
//! queue, and what was sent goes back to the pool; nothing is copied and nothing allocated after construction.
//!
//! Contract:
//! - No message can make a call fail. What the kernel refuses about one datagram (unreachable, too long, filtered)
//!   is counted in [`SocketStats`] and skipped; an `Err` means that the socket itself is of no use any more.
//! - Sending is bounded in time: when the kernel takes no more, what is left stays in the queue for the next call.
//! - A port is claimed before it is shared (see [`PortUse`]), so a second store on it fails loudly instead of
//!   taking away half of the first one's traffic.
//!
//! Limits: a reply's source address is the kernel's choice, so on a host with several addresses bind to one of
//! them; an IPv6 socket serves IPv6 alone; no segmentation offload.

mod kernel;

use crate::datagram::{Datagram, Pool, Queue};
use kernel::{Slots, is_fatal, wait_for};
use socket2::{Domain, Protocol, Socket, Type};
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

/// Datagrams per system call. Past this the cost of the call itself has vanished in that of the messages.
pub const BATCH_LEN: usize = 64;

/// Kernel buffer asked for in each direction, in bytes: a stall of some milliseconds at full rate.
const KERNEL_BUFFER_LEN: usize = 4 << 20;

/// How long one `send` waits for the kernel to take more. Long enough for a network card to drain, short enough
/// to keep a shard's timers honest.
const SEND_PATIENCE: Duration = Duration::from_millis(10);

/// Who else may receive on the port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortUse {
    /// Nobody.
    Alone,
    /// Nobody at the time of binding, siblings of the same user from then on. The check and the claim are one
    /// system call, so two stores that start at the same time cannot both pass it.
    First,
    /// Whoever is there already: the further shards of a store, or a store that takes over from a running one.
    Join,
}

/// Why a socket could not be had, with what to do about it.
#[derive(Debug)]
pub enum BindError {
    /// Another socket has the address.
    InUse(SocketAddr),
    /// The host does not have the address.
    NotOurs(SocketAddr),
    /// The port is reserved to privileged processes.
    Denied(SocketAddr),
    /// Anything else the kernel says.
    Other(SocketAddr, io::Error),
}

impl BindError {
    fn new(address: SocketAddr, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::AddrInUse => Self::InUse(address),
            io::ErrorKind::AddrNotAvailable => Self::NotOurs(address),
            io::ErrorKind::PermissionDenied => Self::Denied(address),
            _ => Self::Other(address, source),
        }
    }
}

impl fmt::Display for BindError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InUse(address) => {
                write!(f, "UDP address {address} is in use: stop the other process, choose another port, ")?;
                write!(f, "or ask for a takeover if it is a store of the same user")
            }
            Self::NotOurs(address) => {
                write!(f, "this host has no address {}: bind to one that `ip address` lists", address.ip())
            }
            Self::Denied(address) => {
                write!(f, "may not use UDP port {}: choose one above 1023 or grant the right", address.port())
            }
            Self::Other(address, source) => write!(f, "cannot open UDP socket {address}: {source}"),
        }
    }
}

impl std::error::Error for BindError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Other(_, source) => Some(source),
            _ => None,
        }
    }
}

/// What happened to datagrams that were not simply passed on, since the socket was made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SocketStats {
    /// Datagrams received, cut ones among them.
    pub received_count: u64,
    /// Received datagrams that were longer than a buffer.
    pub truncated_count: u64,
    /// Datagrams handed to the kernel.
    pub sent_count: u64,
    /// Not sent: longer than the path or the protocol takes.
    pub too_long_count: u64,
    /// Not sent: no route to the peer, or nobody there.
    pub unreachable_count: u64,
    /// Not sent for another reason (filtered, no memory, an address the socket cannot reach by its family).
    pub unsendable_count: u64,
    /// Calls of `send` that left something in the queue because the kernel took no more.
    pub congested_count: u64,
    /// Calls of `receive` that could take nothing for want of free datagrams or room in the queue.
    pub starved_count: u64,
    /// Errors that the kernel reported in place of a message (an earlier datagram was refused by its addressee).
    pub receive_error_count: u64,
}

/// Sizes in bytes of the kernel's buffers as granted. Linux counts its own overhead too, so they are up to twice
/// of what was asked for, and less than that when a limit of the host cut them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KernelBuffers {
    /// For received datagrams; `net.core.rmem_max` is the limit.
    pub receive_len: usize,
    /// For datagrams to be sent; `net.core.wmem_max` is the limit.
    pub send_len: usize,
}

/// A UDP socket that moves up to [`BATCH_LEN`] datagrams per system call.
#[derive(Debug)]
pub struct BatchSocket {
    socket: Socket,
    local: SocketAddr,
    buffers: KernelBuffers,
    /// Datagrams for the kernel to fill; the last one is filled first, so that taking them off is a pop.
    armed: Vec<Box<Datagram>>,
    slots: Slots,
    stats: SocketStats,
}

impl BatchSocket {
    /// Opens a socket at `address`; port 0 lets the kernel choose one.
    ///
    /// # Errors
    /// See [`BindError`].
    pub fn bind(address: SocketAddr, port_use: PortUse) -> Result<Self, BindError> {
        Self::open(address, port_use).map_err(|source| BindError::new(address, source))
    }

    /// Opens one socket per shard at the same address. The kernel spreads the peers over them.
    ///
    /// With `takeover` a store of the same user may be running there: the kernel divides the peers between the two
    /// until the old one ends.
    ///
    /// # Errors
    /// See [`BindError`]; either all sockets are opened or none.
    pub fn bind_shards(address: SocketAddr, shards: usize, takeover: bool) -> Result<Vec<Self>, BindError> {
        let mut sockets = Vec::with_capacity(shards);
        let mut address = address;
        for index in 0..shards {
            let port_use = if index == 0 && !takeover { PortUse::First } else { PortUse::Join };
            let socket = Self::bind(address, port_use)?;
            address = socket.local;
            sockets.push(socket);
        }
        Ok(sockets)
    }

    fn open(address: SocketAddr, port_use: PortUse) -> io::Result<Self> {
        let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
        if address.is_ipv6() {
            // Otherwise an IPv4 store on the same port would be "in use" or not by a sysctl of the host.
            socket.set_only_v6(true)?;
        }
        socket.set_recv_buffer_size(KERNEL_BUFFER_LEN)?;
        socket.set_send_buffer_size(KERNEL_BUFFER_LEN)?;
        let buffers =
            KernelBuffers { receive_len: socket.recv_buffer_size()?, send_len: socket.send_buffer_size()? };
        if buffers.receive_len < KERNEL_BUFFER_LEN {
            log::warn!(
                "UDP receive buffer of {address} is {} bytes, wanted {KERNEL_BUFFER_LEN}: bursts may be lost; \
                 raise net.core.rmem_max",
                buffers.receive_len
            );
        }
        match port_use {
            PortUse::Alone => socket.bind(&address.into())?,
            PortUse::First => {
                socket.bind(&address.into())?;
                socket.set_reuse_port(true)?;
            }
            PortUse::Join => {
                socket.set_reuse_port(true)?;
                socket.bind(&address.into())?;
            }
        }
        let local = socket
            .local_addr()?
            .as_socket()
            .ok_or_else(|| io::Error::other("the kernel reports no IP address for the socket"))?;
        let (armed, slots) = (Vec::with_capacity(BATCH_LEN), Slots::new());
        Ok(Self { socket, local, buffers, armed, slots, stats: SocketStats::default() })
    }

    /// The address the socket is bound to, with the port the kernel chose if it was asked to.
    #[must_use]
    pub fn local_address(&self) -> SocketAddr {
        self.local
    }

    /// What the kernel granted.
    #[must_use]
    pub fn kernel_buffers(&self) -> KernelBuffers {
        self.buffers
    }

    /// Counters since the socket was made.
    #[must_use]
    pub fn stats(&self) -> &SocketStats {
        &self.stats
    }

    /// Datagrams that the kernel dropped because its receive buffer was full, since the socket was made (wraps).
    ///
    /// # Errors
    /// The kernel does not know the question (before Linux 4.12).
    pub fn kernel_drop_count(&self) -> io::Result<u32> {
        kernel::drop_count(&self.socket)
    }

    /// Appends what has arrived to `into`, at most [`BATCH_LEN`] datagrams, and returns how many.
    ///
    /// When nothing is there, waits for the first datagram up to `timeout`; a signal, or the report of an earlier
    /// datagram's fate, ends the wait early. When the pool is empty or the queue full, nothing can be received: the time is waited out and counted, and the
    /// datagrams stay with the kernel.
    ///
    /// # Errors
    /// The socket is unusable.
    pub fn receive(&mut self, into: &mut Queue, pool: &mut Pool, timeout: Duration) -> io::Result<usize> {
        while self.armed.len() < BATCH_LEN {
            match pool.take() {
                Some(datagram) => self.armed.push(datagram),
                None => break,
            }
        }
        let batch_len = self.armed.len().min(into.room());
        if batch_len == 0 {
            self.stats.starved_count += 1;
            std::thread::sleep(timeout);
            return Ok(0);
        }
        let mut may_wait = !timeout.is_zero();
        loop {
            match self.slots.receive(&self.socket, self.armed.iter_mut().rev().take(batch_len)) {
                Ok(count) => {
                    self.deliver(count, into);
                    return Ok(count);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if !may_wait || !wait_for(&self.socket, libc::POLLIN, timeout)? {
                        return Ok(0);
                    }
                    may_wait = false;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if is_fatal(&error) => return Err(error),
                Err(_) => {
                    self.stats.receive_error_count += 1;
                    return Ok(0);
                }
            }
        }
    }

    /// Moves the `count` datagrams that the kernel has filled to the caller's queue.
    fn deliver(&mut self, count: usize, into: &mut Queue) {
        for index in 0..count {
            let Some(mut datagram) = self.armed.pop() else { return };
            self.slots.complete(index, &mut datagram);
            self.stats.received_count += 1;
            self.stats.truncated_count += u64::from(datagram.is_truncated());
            // There is room: the batch was made no longer than it. Were there none, it would be one more loss.
            if into.push(datagram).is_err() {
                self.stats.starved_count += 1;
            }
        }
    }

    /// Sends the queue in order and gives what was sent, or cannot be sent, back to the pool. Returns how many
    /// datagrams the kernel took.
    ///
    /// # Errors
    /// The socket is unusable; the unsent rest is still in the queue.
    pub fn send(&mut self, from: &mut Queue, pool: &mut Pool) -> io::Result<usize> {
        let mut sent = 0;
        let mut may_wait = true;
        while !from.is_empty() {
            match self.slots.send(&self.socket, from.iter().take(BATCH_LEN)) {
                Ok(count) => {
                    for _ in 0..count {
                        from.pop().into_iter().for_each(|datagram| pool.give(datagram));
                    }
                    self.stats.sent_count += count as u64;
                    sent += count;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if !may_wait || !wait_for(&self.socket, libc::POLLOUT, SEND_PATIENCE)? {
                        self.stats.congested_count += 1;
                        break;
                    }
                    may_wait = false;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if is_fatal(&error) => return Err(error),
                // The kernel reports an error only for the first message of a batch; the rest is tried again.
                Err(error) => {
                    self.count_unsent(&error);
                    from.pop().into_iter().for_each(|datagram| pool.give(datagram));
                }
            }
        }
        Ok(sent)
    }

    fn count_unsent(&mut self, error: &io::Error) {
        let counter = match error.raw_os_error() {
            Some(libc::EMSGSIZE) => &mut self.stats.too_long_count,
            Some(
                libc::ECONNREFUSED
                | libc::EHOSTUNREACH
                | libc::ENETUNREACH
                | libc::EHOSTDOWN
                | libc::ENETDOWN,
            ) => &mut self.stats.unreachable_count,
            _ => &mut self.stats.unsendable_count,
        };
        *counter += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::datagram::PAYLOAD_MAX;
    use std::net::UdpSocket;
    use std::os::fd::AsRawFd;

    const SOON: Duration = Duration::from_secs(5);

    struct Bench {
        socket: BatchSocket,
        pool: Pool,
        queue: Queue,
    }

    impl Bench {
        fn new(address: &str) -> Self {
            let socket = BatchSocket::bind(address.parse().unwrap(), PortUse::Alone).unwrap();
            Self { socket, pool: Pool::with_capacity(256), queue: Queue::with_capacity(256) }
        }

        fn receive(&mut self, wanted: usize) {
            while self.queue.len() < wanted {
                let count = self.socket.receive(&mut self.queue, &mut self.pool, SOON).unwrap();
                assert_ne!(count, 0, "only {} of {wanted} datagrams came", self.queue.len());
            }
        }

        fn post(&mut self, to: SocketAddr, payload: &[u8]) {
            let mut datagram = self.pool.take().unwrap();
            datagram.set_payload(payload).unwrap();
            datagram.set_peer(to);
            self.queue.push(datagram).unwrap();
        }

        fn send(&mut self) -> usize {
            self.socket.send(&mut self.queue, &mut self.pool).unwrap()
        }
    }

    fn client(server: &Bench) -> UdpSocket {
        let local = SocketAddr::new(server.socket.local_address().ip(), 0);
        let client = UdpSocket::bind(local).unwrap();
        client.connect(server.socket.local_address()).unwrap();
        client.set_read_timeout(Some(SOON)).unwrap();
        client
    }

    fn round_trip(address: &str) {
        let mut server = Bench::new(address);
        let client = client(&server);
        for number in 0..100u8 {
            client.send(&[number; 7]).unwrap();
        }
        server.receive(100);
        let payloads: Vec<_> = server.queue.iter().map(|d| d.payload().to_vec()).collect();
        assert_eq!(payloads, (0..100).map(|number| vec![number; 7]).collect::<Vec<_>>());
        assert!(server.queue.iter().all(|d| d.peer() == client.local_addr().unwrap() && !d.is_truncated()));
        assert_eq!(server.send(), 100);
        let mut reply = [0; 16];
        for number in 0..100u8 {
            assert_eq!((client.recv(&mut reply).unwrap(), reply[0]), (7, number));
        }
        let stats = SocketStats { received_count: 100, sent_count: 100, ..SocketStats::default() };
        assert_eq!(*server.socket.stats(), stats);
        assert_eq!(server.pool.available() + server.socket.armed.len(), 256);
    }

    #[test]
    fn batch_over_ipv4_comes_and_returns_in_order() {
        round_trip("127.0.0.1:0");
    }

    #[test]
    fn batch_over_ipv6_comes_and_returns_in_order() {
        round_trip("[::1]:0");
    }

    #[test]
    fn message_longer_than_the_buffer_is_flagged_and_the_next_is_not() {
        let mut server = Bench::new("127.0.0.1:0");
        let client = client(&server);
        for len in [PAYLOAD_MAX + 1, PAYLOAD_MAX, 0] {
            client.send(&vec![9; len]).unwrap();
        }
        server.receive(3);
        let seen: Vec<_> = server.queue.iter().map(|d| (d.payload().len(), d.is_truncated())).collect();
        assert_eq!(seen, [(PAYLOAD_MAX, true), (PAYLOAD_MAX, false), (0, false)]);
        assert_eq!(server.socket.stats().truncated_count, 1);
    }

    #[test]
    fn nothing_there_receive_returns_none_within_its_time() {
        let mut server = Bench::new("127.0.0.1:0");
        for timeout in [Duration::ZERO, Duration::from_millis(1)] {
            assert_eq!(server.socket.receive(&mut server.queue, &mut server.pool, timeout).unwrap(), 0);
        }
    }

    #[test]
    fn datagrams_kept_by_the_caller_are_not_overwritten() {
        let mut server = Bench::new("127.0.0.1:0");
        let client = client(&server);
        client.send(b"parked").unwrap();
        server.receive(1);
        let parked = server.queue.pop().unwrap();
        for _ in 0..200 {
            client.send(b"later!").unwrap();
        }
        server.receive(200);
        assert_eq!(parked.payload(), b"parked");
    }

    #[test]
    fn pool_exhausted_receive_counts_and_resumes_when_refilled() {
        let mut server = Bench::new("127.0.0.1:0");
        let mut spare: Vec<_> = std::iter::from_fn(|| server.pool.take()).collect();
        client(&server).send(b"waits").unwrap();
        let count = server.socket.receive(&mut server.queue, &mut server.pool, Duration::ZERO).unwrap();
        assert_eq!((count, server.socket.stats().starved_count), (0, 1));
        server.pool.give(spare.pop().unwrap());
        server.receive(1);
        assert_eq!(server.queue.pop().unwrap().payload(), b"waits");
    }

    #[test]
    fn full_queue_receive_takes_only_what_fits() {
        let mut server = Bench::new("127.0.0.1:0");
        let client = client(&server);
        for _ in 0..5 {
            client.send(b"x").unwrap();
        }
        let mut queue = Queue::with_capacity(2);
        assert_eq!(server.socket.receive(&mut queue, &mut server.pool, SOON).unwrap(), 2);
        assert_eq!(server.socket.receive(&mut queue, &mut server.pool, Duration::ZERO).unwrap(), 0);
        server.receive(3);
    }

    #[test]
    fn unsendable_messages_are_counted_and_the_rest_leaves() {
        let mut server = Bench::new("127.0.0.1:0");
        let client = client(&server);
        let peer = client.local_addr().unwrap();
        server.post(peer, b"first");
        server.post("127.0.0.1:0".parse().unwrap(), b"no port zero");
        server.post("[::1]:9".parse().unwrap(), b"wrong family");
        server.post(peer, b"last");
        assert_eq!(server.send(), 2);
        let mut reply = [0; 16];
        for expected in ["first", "last"] {
            let len = client.recv(&mut reply).unwrap();
            assert_eq!(&reply[..len], expected.as_bytes());
        }
        assert_eq!((server.socket.stats().sent_count, server.socket.stats().unsendable_count), (2, 2));
        assert_eq!(server.pool.available(), 256);
    }

    #[test]
    fn errors_by_their_number_move_the_right_counter() {
        let mut server = Bench::new("127.0.0.1:0");
        for code in [libc::EMSGSIZE, libc::ECONNREFUSED, libc::ENETUNREACH, libc::EPERM] {
            let error = io::Error::from_raw_os_error(code);
            assert!(!is_fatal(&error));
            server.socket.count_unsent(&error);
        }
        let stats = server.socket.stats();
        assert_eq!((stats.too_long_count, stats.unreachable_count, stats.unsendable_count), (1, 2, 1));
        assert!(is_fatal(&io::Error::from_raw_os_error(libc::EBADF)));
    }

    #[test]
    fn refused_reply_does_not_stop_the_socket() {
        let mut server = Bench::new("127.0.0.1:0");
        // The pending error of an earlier send, which plain UDP sockets hide, is reported when asked for.
        // SAFETY: a c_int of the length given.
        let result = unsafe {
            let (on, len) = (1 as libc::c_int, size_of::<libc::c_int>() as libc::socklen_t);
            let fd = server.socket.socket.as_raw_fd();
            libc::setsockopt(fd, libc::IPPROTO_IP, libc::IP_RECVERR, (&raw const on).cast(), len)
        };
        assert_eq!(result, 0);
        let gone = client(&server).local_addr().unwrap();
        let alive = client(&server);
        for _ in 0..3 {
            server.post(gone, b"anybody?");
            server.send();
            server.post(alive.local_addr().unwrap(), b"you?");
            server.send();
            alive.send(b"yes").unwrap();
            server.receive(1);
            assert_eq!(server.queue.pop().unwrap().payload(), b"yes");
        }
        let stats = server.socket.stats();
        assert!(stats.unreachable_count + stats.receive_error_count > 0);
    }

    #[test]
    fn port_in_use_second_store_is_told_so() {
        let first = BatchSocket::bind("127.0.0.1:0".parse().unwrap(), PortUse::First).unwrap();
        let address = first.local_address();
        for port_use in [PortUse::Alone, PortUse::First] {
            let error = BatchSocket::bind(address, port_use).unwrap_err();
            assert!(matches!(error, BindError::InUse(a) if a == address), "{error}");
            assert!(error.to_string().contains("in use"));
        }
        BatchSocket::bind(address, PortUse::Join).unwrap();
    }

    #[test]
    fn port_held_alone_cannot_be_joined() {
        let alone = BatchSocket::bind("127.0.0.1:0".parse().unwrap(), PortUse::Alone).unwrap();
        let error = BatchSocket::bind(alone.local_address(), PortUse::Join).unwrap_err();
        assert!(matches!(error, BindError::InUse(_)));
    }

    #[test]
    fn foreign_address_is_named_in_the_error() {
        let error = BatchSocket::bind("192.0.2.1:0".parse().unwrap(), PortUse::Alone).unwrap_err();
        assert!(matches!(error, BindError::NotOurs(_)));
        assert!(error.to_string().contains("192.0.2.1"));
    }

    #[test]
    fn shards_of_one_store_share_the_peers_and_keep_others_out() {
        let mut shards = BatchSocket::bind_shards("127.0.0.1:0".parse().unwrap(), 2, false).unwrap();
        let address = shards[0].local_address();
        assert!(matches!(BatchSocket::bind_shards(address, 2, false), Err(BindError::InUse(_))));
        // 64 peers all hashed to one of two sockets would be a chance of 2^-63.
        let peers: Vec<_> = (0..64).map(|_| UdpSocket::bind("127.0.0.1:0").unwrap()).collect();
        for peer in &peers {
            peer.send_to(b"hello", address).unwrap();
        }
        let (mut pool, mut queue) = (Pool::with_capacity(256), Queue::with_capacity(128));
        let counts: Vec<_> =
            shards.iter_mut().map(|shard| shard.receive(&mut queue, &mut pool, SOON).unwrap()).collect();
        assert_eq!(counts.iter().sum::<usize>(), 64);
        assert!(counts.iter().all(|&count| count > 0), "{counts:?}");
    }

    #[test]
    fn takeover_joins_a_running_store() {
        let old = BatchSocket::bind_shards("127.0.0.1:0".parse().unwrap(), 2, false).unwrap();
        let new = BatchSocket::bind_shards(old[0].local_address(), 3, true).unwrap();
        assert_eq!(new.len(), 3);
    }

    #[test]
    fn kernel_reports_its_buffers_and_no_drops() {
        let server = Bench::new("127.0.0.1:0");
        let buffers = server.socket.kernel_buffers();
        assert!(buffers.receive_len > 0 && buffers.send_len > 0);
        assert_eq!(server.socket.kernel_drop_count().unwrap(), 0);
    }
}
