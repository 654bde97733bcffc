//! The store over UDP: a connected socket for each replica of each shard.
//!
//! Which replica of a shard is sent to is decided by [`Way`] (RP-CH-6). Answers are taken from all of them that were ever sent to: an
//! ack of a former head is as good as it was. Those that were never sent to have nothing to say, and no time is spent on asking them.

use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use redplane_core::memory::shard_of;
use redplane_core::time::{Span, Tick};
use redplane_core::way::{REPLICAS_MAX, Way};
use socket2::SockRef;

use super::{LinkError, StoreLink};
use crate::clock::{Clock, RealClock};
use crate::switch::Recorder;

#[cfg(test)]
mod tests;

/// Kernel buffers asked for, in bytes, per socket: a burst of some thousand messages. The kernel may give less.
const SOCKET_BUFFER_LEN: usize = 4 << 20;

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
    /// Times the next replica of a shard was tried because the current one said that it does not serve (RP-CH-6).
    pub moved_refused: u64,
    /// The same because the current one was silent (RP-CH-6).
    pub moved_silent: u64,
}

/// One replica's socket. It is connected, so the kernel passes on only what comes from the replica's own address.
#[derive(Debug)]
struct ReplicaSocket {
    socket: UdpSocket,
    local: SocketAddr,
    store: SocketAddr,
    shard: usize,
    /// Which replica of the shard.
    replica: usize,
    /// Whether anything was sent to it, which is when there can be something to receive.
    was_asked: bool,
    /// Whether the system has said so, and nothing has come since.
    unreachable: bool,
}

impl ReplicaSocket {
    fn connect(store: SocketAddr, shard: usize, replica: usize) -> io::Result<ReplicaSocket> {
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
        Ok(ReplicaSocket { socket, local, store, shard, replica, was_asked: false, unreachable: false })
    }
}

/// A shard: where its replicas' sockets begin, and which of them serves.
#[derive(Debug)]
struct Shard {
    first: usize,
    way: Way,
}

/// The store over UDP.
pub struct UdpLink {
    shards: Vec<Shard>,
    /// Of all shards, one shard after the other.
    sockets: Vec<ReplicaSocket>,
    /// The socket that is asked first by the next `receive`, so that none starves.
    next: usize,
    clock: Box<dyn Clock + Send>,
    recorder: Option<Recorder>,
    counters: LinkCounters,
}

impl std::fmt::Debug for UdpLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UdpLink")
            .field("shards", &self.shards)
            .field("sockets", &self.sockets)
            .finish_non_exhaustive()
    }
}

impl UdpLink {
    /// A link to a store without replicas whose first shard listens at `store` and whose others on the ports above it.
    ///
    /// # Errors
    /// See [`LinkError`]. A store that does not run is no error: messages to it are lost, and answered once it runs.
    pub fn connect(store: SocketAddr, shards: u16) -> Result<UdpLink, LinkError> {
        let first = store.port();
        if shards > 0 && first.checked_add(shards - 1).is_none() {
            return Err(LinkError::Ports { first, shards });
        }
        let shards: Vec<_> =
            (0..shards).map(|shard| vec![SocketAddr::new(store.ip(), first + shard)]).collect();
        UdpLink::to_replicas(&shards, Span::MAX)
    }

    /// A link to a store with these shards, each with the addresses of its 1 to [`REPLICAS_MAX`] replicas in the order in which they are
    /// tried. `resend_after` is the switch's ([`redplane_core::switch::Config::resend_after`]): a replica that was silent for most of it is
    /// left, so that a message is sent to the next one when it is sent again.
    ///
    /// # Errors
    /// As of [`UdpLink::connect`].
    pub fn to_replicas(shards: &[Vec<SocketAddr>], resend_after: Span) -> Result<UdpLink, LinkError> {
        if shards.is_empty() {
            return Err(LinkError::NoShards);
        }
        if shards.len() > usize::from(u16::MAX) {
            return Err(LinkError::TooManyShards { shards: shards.len() });
        }
        // Less than that by an eighth: the link reads its own clock, a little after the switch has read its, and must not find that
        // the time is not quite over.
        let patience = Span::from_ticks(resend_after.ticks() - resend_after.ticks() / 8);
        let mut link = UdpLink {
            shards: Vec::with_capacity(shards.len()),
            sockets: Vec::new(),
            next: 0,
            clock: Box::new(RealClock::new()),
            recorder: None,
            counters: LinkCounters::default(),
        };
        for (shard, replicas) in shards.iter().enumerate() {
            if !(1..=REPLICAS_MAX).contains(&replicas.len()) {
                return Err(LinkError::Replicas { shard, replicas: replicas.len() });
            }
            let way = Way::new(replicas.len(), patience);
            link.shards.push(Shard { first: link.sockets.len(), way });
            for (replica, store) in replicas.iter().enumerate() {
                let socket = ReplicaSocket::connect(*store, shard, replica)
                    .map_err(|source| LinkError::Socket { store: *store, source })?;
                link.sockets.push(socket);
            }
        }
        Ok(link)
    }

    /// The same with another clock to measure silence by than the machine's, such as one that stands still in a test.
    #[must_use]
    pub fn with_clock(mut self, clock: Box<dyn Clock + Send>) -> UdpLink {
        self.clock = clock;
        self
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

    fn failed(&mut self, socket: usize, error: &io::Error) {
        match error.kind() {
            ErrorKind::WouldBlock => self.counters.lost_full += 1,
            ErrorKind::Interrupted => {}
            _ if error.raw_os_error() == Some(libc::EMSGSIZE) => self.counters.lost_too_long += 1,
            _ => {
                self.counters.unreachable += 1;
                let ReplicaSocket { store, unreachable, .. } = &mut self.sockets[socket];
                if !std::mem::replace(unreachable, true) {
                    log::warn!("the store at {store} is not reachable: {error}");
                }
            }
        }
    }

    /// A datagram came from a replica.
    fn heard(&mut self, socket: usize, datagram: &[u8]) {
        let ReplicaSocket { local, store, shard, replica, ref mut unreachable, .. } = self.sockets[socket];
        let was_unreachable = std::mem::take(unreachable);
        self.counters.received += 1;
        self.counters.received_bytes += datagram.len() as u64;
        if let Some(recorder) = &self.recorder {
            recorder.record(store, local, datagram);
        }
        if was_unreachable {
            log::info!("the store at {store} answers");
        }
        let Shard { first, way } = &mut self.shards[shard];
        if way.hears(replica, datagram) {
            self.counters.moved_refused += 1;
            let next = self.sockets[*first + way.current()].store;
            log::debug!("shard {shard} is not served at {store}: now {next}");
        }
    }
}

impl StoreLink for UdpLink {
    fn send(&mut self, key: &[u32], message: &[u8]) {
        let shard = usize::from(shard_of(key, self.shards.len() as u16));
        let Shard { first, way } = &mut self.shards[shard];
        let has_moved = way.sends(Tick::from_nanos(self.clock.now()));
        let at = *first + way.current();
        let ReplicaSocket { socket, local, store, was_asked, .. } = &mut self.sockets[at];
        *was_asked = true;
        if has_moved {
            self.counters.moved_silent += 1;
            log::debug!("shard {shard} is silent: now {store}");
        }
        match socket.send(message) {
            Ok(length) => {
                self.counters.sent += 1;
                self.counters.sent_bytes += length as u64;
                if let Some(recorder) = &self.recorder {
                    recorder.record(*local, *store, message);
                }
            }
            Err(error) => self.failed(at, &error),
        }
    }

    fn receive(&mut self, buf: &mut [u8]) -> Option<usize> {
        for _ in 0..self.sockets.len() {
            let at = self.next;
            self.next = (self.next + 1) % self.sockets.len();
            let ReplicaSocket { socket, was_asked: true, .. } = &self.sockets[at] else { continue };
            match socket.recv(buf) {
                Ok(length) => {
                    self.heard(at, &buf[..length]);
                    return Some(length);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => self.failed(at, &error),
            }
        }
        None
    }
}
