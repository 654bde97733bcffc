//! The way to the store: messages of one switch to the shards, and their answers.
//!
//! A switch hands a message over with the key that it is about, and the link knows which shard serves that key
//! ([`shard_of`]). [`UdpLink`] is the network: one connected socket per shard. A replay or a test has a store in the same
//! process behind the same trait.
//!
//! Contract: a link never waits and may lose messages in either direction, as the network may; it counts what it lost. A
//! link over sockets allocates nothing after it was made.

use std::fmt;
use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use redplane_core::memory::shard_of;
use socket2::SockRef;

use crate::switch::Recorder;

/// Kernel buffers asked for, in bytes, per socket: a burst of some thousand messages. The kernel may give less.
const SOCKET_BUFFER_LEN: usize = 4 << 20;

/// A way to the store.
pub trait StoreLink {
    /// Sends a message to the shard that serves `key`.
    fn send(&mut self, key: &[u32], message: &[u8]);

    /// Takes the next datagram that the store sent into the front of `buf` and gives its length; `None` when none is waiting.
    fn receive(&mut self, buf: &mut [u8]) -> Option<usize>;
}

/// What passed a [`UdpLink`], and what did not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinkCounters {
    /// Datagrams sent.
    pub sent: u64,
    /// Bytes of payload in them.
    pub sent_bytes: u64,
    /// Datagrams received.
    pub received: u64,
    /// Bytes of payload in them.
    pub received_bytes: u64,
    /// Messages lost because the socket's buffer was full.
    pub lost_full: u64,
    /// Messages lost because a datagram cannot be that long.
    pub lost_too_long: u64,
    /// Times the system said that nobody listens at the store's address, or that there is no way to it.
    pub unreachable: u64,
}

/// Why there is no link.
#[derive(Debug)]
pub enum LinkError {
    /// A store has at least one shard.
    NoShards,
    /// The shards' ports go beyond the last one.
    Ports {
        /// Port of the first shard.
        first: u16,
        /// Number of shards.
        shards: u16,
    },
    /// The system gave no socket.
    Socket {
        /// The shard's address.
        store: SocketAddr,
        /// What it says.
        source: io::Error,
    },
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LinkError::NoShards => write!(f, "a store has at least one shard: give a number from 1"),
            LinkError::Ports { first, shards } => write!(
                f,
                "{shards} shards from port {first} on go beyond port {}: choose a lower port or fewer shards",
                u16::MAX
            ),
            LinkError::Socket { store, source } => {
                write!(f, "cannot open a socket to the store at {store}: {source}")
            }
        }
    }
}

impl std::error::Error for LinkError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            LinkError::Socket { source, .. } => Some(source),
            LinkError::NoShards | LinkError::Ports { .. } => None,
        }
    }
}

/// One shard's socket. It is connected, so the kernel passes on only what comes from the shard's own address.
#[derive(Debug)]
struct ShardSocket {
    socket: UdpSocket,
    local: SocketAddr,
    store: SocketAddr,
}

impl ShardSocket {
    fn connect(store: SocketAddr) -> io::Result<ShardSocket> {
        let any: SocketAddr = match store {
            SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
            SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
        };
        let socket = UdpSocket::bind(any)?;
        socket.set_nonblocking(true)?;
        socket.connect(store)?;
        let options = SockRef::from(&socket);
        options.set_recv_buffer_size(SOCKET_BUFFER_LEN)?;
        options.set_send_buffer_size(SOCKET_BUFFER_LEN)?;
        let local = socket.local_addr()?;
        Ok(ShardSocket { socket, local, store })
    }
}

/// The store over UDP.
#[derive(Debug)]
pub struct UdpLink {
    sockets: Vec<ShardSocket>,
    /// The shard that is asked first by the next `receive`, so that none starves.
    next: usize,
    unreachable: bool,
    recorder: Option<Recorder>,
    counters: LinkCounters,
}

impl UdpLink {
    /// A link to a store whose first shard listens at `store` and whose others on the ports above it.
    ///
    /// # Errors
    /// See [`LinkError`]. A store that does not run is no error: messages to it are lost, and answered once it runs.
    pub fn connect(store: SocketAddr, shards: u16) -> Result<UdpLink, LinkError> {
        if shards == 0 {
            return Err(LinkError::NoShards);
        }
        let first = store.port();
        if first.checked_add(shards - 1).is_none() {
            return Err(LinkError::Ports { first, shards });
        }
        let connect = |shard| {
            let store = SocketAddr::new(store.ip(), first + shard);
            ShardSocket::connect(store).map_err(|source| LinkError::Socket { store, source })
        };
        let sockets = (0..shards).map(connect).collect::<Result<_, _>>()?;
        Ok(UdpLink {
            sockets,
            next: 0,
            unreachable: false,
            recorder: None,
            counters: LinkCounters::default(),
        })
    }

    /// The same, with every message that passes written down.
    #[must_use]
    pub fn with_recorder(mut self, recorder: Recorder) -> UdpLink {
        self.recorder = Some(recorder);
        self
    }

    /// What passed so far.
    pub fn counters(&self) -> LinkCounters {
        self.counters
    }

    fn failed(&mut self, shard: usize, error: &io::Error) {
        match error.kind() {
            ErrorKind::WouldBlock => self.counters.lost_full += 1,
            ErrorKind::Interrupted => {}
            _ if error.raw_os_error() == Some(libc::EMSGSIZE) => self.counters.lost_too_long += 1,
            _ => {
                self.counters.unreachable += 1;
                if !std::mem::replace(&mut self.unreachable, true) {
                    log::warn!("the store at {} is not reachable: {error}", self.sockets[shard].store);
                }
            }
        }
    }
}

impl StoreLink for UdpLink {
    fn send(&mut self, key: &[u32], message: &[u8]) {
        let shard = usize::from(shard_of(key, self.sockets.len() as u16));
        let ShardSocket { socket, local, store } = &self.sockets[shard];
        match socket.send(message) {
            Ok(length) => {
                self.counters.sent += 1;
                self.counters.sent_bytes += length as u64;
                if let Some(recorder) = &self.recorder {
                    recorder.record(*local, *store, message);
                }
            }
            Err(error) => self.failed(shard, &error),
        }
    }

    fn receive(&mut self, buf: &mut [u8]) -> Option<usize> {
        for _ in 0..self.sockets.len() {
            let shard = self.next;
            self.next = (self.next + 1) % self.sockets.len();
            let ShardSocket { socket, local, store } = &self.sockets[shard];
            match socket.recv(buf) {
                Ok(length) => {
                    self.counters.received += 1;
                    self.counters.received_bytes += length as u64;
                    if let (Some(recorder), Some(message)) = (&self.recorder, buf.get(..length)) {
                        recorder.record(*store, *local, message);
                    }
                    if std::mem::replace(&mut self.unreachable, false) {
                        log::info!("the store at {store} answers");
                    }
                    return Some(length);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => self.failed(shard, &error),
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    fn receive(link: &mut UdpLink, buf: &mut [u8]) -> usize {
        let end = Instant::now() + Duration::from_secs(10);
        while Instant::now() < end {
            if let Some(length) = link.receive(buf) {
                return length;
            }
            std::thread::yield_now();
        }
        panic!("nothing came");
    }

    /// Sockets on `shards` ports in a row.
    fn store(shards: u16) -> (SocketAddr, Vec<UdpSocket>) {
        for port in (20_000..60_000).step_by(7) {
            let sockets: io::Result<Vec<_>> =
                (0..shards).map(|shard| UdpSocket::bind((Ipv4Addr::LOCALHOST, port + shard))).collect();
            if let Ok(sockets) = sockets {
                return (sockets[0].local_addr().unwrap(), sockets);
            }
        }
        panic!("no ports are free");
    }

    #[test]
    fn message_sent_goes_to_the_shard_of_its_key_and_the_answer_comes_back() {
        let (address, sockets) = store(3);
        let mut link = UdpLink::connect(address, 3).unwrap();
        let mut buf = [0; 16];
        for first in 0..20 {
            let key = [first, 7];
            link.send(&key, &first.to_be_bytes());
            let socket = &sockets[usize::from(shard_of(&key, 3))];
            let (length, from) = socket.recv_from(&mut buf).unwrap();
            assert_eq!(buf[..length], first.to_be_bytes());
            socket.send_to(b"answer", from).unwrap();
            let length = receive(&mut link, &mut buf);
            assert_eq!(&buf[..length], b"answer");
        }
        assert_eq!((link.counters().sent, link.counters().received), (20, 20));
    }

    #[test]
    fn datagram_of_a_stranger_is_not_received() {
        let (address, sockets) = store(1);
        let mut link = UdpLink::connect(address, 1).unwrap();
        let stranger = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let to = (Ipv4Addr::LOCALHOST, link.sockets[0].local.port());
        stranger.send_to(b"forged", to).unwrap();
        sockets[0].send_to(b"true", to).unwrap();
        let mut buf = [0; 16];
        let length = receive(&mut link, &mut buf);
        assert_eq!(&buf[..length], b"true");
        assert_eq!(link.receive(&mut buf), None);
    }

    #[test]
    fn store_that_is_gone_is_counted_and_found_again() {
        let (address, sockets) = store(1);
        drop(sockets);
        let mut link = UdpLink::connect(address, 1).unwrap();
        let mut buf = [0; 16];
        let end = Instant::now() + Duration::from_secs(10);
        while link.counters().unreachable == 0 && Instant::now() < end {
            link.send(&[1], b"hello");
            let _ = link.receive(&mut buf);
        }
        assert_ne!(link.counters().unreachable, 0);
        let socket = UdpSocket::bind(address).unwrap();
        link.send(&[1], b"again");
        // What the former socket left unsaid may take this one's turn.
        link.send(&[1], b"again");
        let (length, _) = socket.recv_from(&mut buf).unwrap();
        assert_eq!(&buf[..length], b"again");
    }

    #[test]
    fn impossible_shards_are_refused() {
        let address: SocketAddr = "127.0.0.1:65534".parse().unwrap();
        assert!(matches!(UdpLink::connect(address, 0), Err(LinkError::NoShards)));
        assert!(matches!(UdpLink::connect(address, 3), Err(LinkError::Ports { .. })));
        assert!(UdpLink::connect(address, 2).is_ok());
    }
}
