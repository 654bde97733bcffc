//! The servers outside: accept connections, read and check what comes, answer short ones.
//!
//! smoltcp has no backlog: a socket that listens takes one connection. So a stock of listening sockets is
//! kept, deep enough for all clients whose first packets were held somewhere and arrive at once.
//!
//! Nor has it a table of connections: a packet goes to the first socket, in the order of the set, that would
//! take it. A repeated SYN must find the connection that the first one opened before it finds a socket that
//! listens, or it opens a second one and the client is reset. Therefore:
//!
//! Invariant, whenever frames are polled: of the sockets on [`SHORT_PORT`], those with a connection come
//! first in the set, those that listen after them.

use smoltcp::iface::SocketHandle;
use smoltcp::socket::tcp::{Socket, State};

use super::super::hosts::{Buffers, Network, Side};
use super::super::pattern::SLICE_LEN_MAX;
use super::{BULK_PORT, Desk, ID_LEN, SHORT_PORT, request_stream, response_stream};

/// Sockets that wait for short connections: those of two seconds at the default rate.
const SHORT_LISTENING: usize = 100;

/// Sockets that wait for bulk connections, as a multiple of the flows: a client whose handshake died with a
/// switch may take a second one.
const BULK_LISTENING_PER_FLOW: usize = 2;

const BULK_BUFFERS: Buffers = Buffers { receive: 64 * 1024, send: 1024 };
const SHORT_BUFFERS: Buffers = Buffers { receive: 16 * 1024, send: 32 * 1024 };

/// All servers, listening or connected.
pub(super) struct Servers {
    bulk: Vec<Server>,
    /// In the order of the set, which only ever grows at its end.
    short: Vec<Server>,
}

impl Servers {
    /// Opens sockets for `flows` bulk connections and a stock for short ones.
    pub(super) fn new(network: &mut Network, flows: u16) -> Self {
        let bulk = usize::from(flows) * BULK_LISTENING_PER_FLOW;
        Self {
            bulk: (0..bulk).filter_map(|_| Server::listen(network, BULK_PORT, BULK_BUFFERS)).collect(),
            short: (0..SHORT_LISTENING)
                .filter_map(|_| Server::listen(network, SHORT_PORT, SHORT_BUFFERS))
                .collect(),
        }
    }

    /// Reads, checks and answers what came, and keeps up the stock of listening sockets.
    pub(super) fn step(&mut self, network: &mut Network, desk: &mut Desk<'_>) {
        for server in self.bulk.iter_mut().chain(&mut self.short) {
            server.act(network.socket(Side::Outside, server.handle), desk);
        }
        let listening = self.restock(network);
        for _ in listening..SHORT_LISTENING {
            self.short.extend(Server::listen(network, SHORT_PORT, SHORT_BUFFERS));
        }
    }

    /// Lets sockets whose connection has ended listen again, moves connections before them, and gives the
    /// number of sockets that listen.
    fn restock(&mut self, network: &mut Network) -> usize {
        let mut end = self.short.len();
        let mut at = 0;
        while at < end {
            if self.short[at].is_connected(network) {
                at += 1;
                continue;
            }
            end -= 1;
            if self.short[end].is_connected(network) {
                let (a, b) = (self.short[at].handle, self.short[end].handle);
                network.swap(Side::Outside, a, b);
                let moved = std::mem::replace(&mut self.short[end].serving, Serving::NOBODY);
                self.short[at].serving = moved;
            }
            self.short[end].listen_again(network);
        }
        self.short.len() - end
    }
}

/// The server's end of one connection.
struct Server {
    handle: SocketHandle,
    serving: Serving,
}

/// What a server knows of its client.
enum Serving {
    /// Not yet the connection's number.
    Nobody { id: [u8; ID_LEN], read_bytes: usize },
    /// A bulk connection, read up to here.
    Bulk { number: usize, read_bytes: u64 },
    /// A short connection whose request is read up to here.
    Request { number: usize, read_bytes: u64 },
    /// A short connection whose response is written up to here.
    Response { number: usize, written_bytes: u64 },
    /// Nothing more to do: all was written, or the client was not what it should be.
    Finished,
}

impl Server {
    fn listen(network: &mut Network, port: u16, buffers: Buffers) -> Option<Self> {
        Some(Self { handle: network.listen(port, buffers)?, serving: Serving::NOBODY })
    }

    /// Whether there is a peer; one that was aborted has it until the reset is sent.
    fn is_connected(&self, network: &mut Network) -> bool {
        network.socket(Side::Outside, self.handle).remote_endpoint().is_some()
    }

    /// After a connection: ready for the next one. Nothing happens while the socket listens already.
    fn listen_again(&mut self, network: &mut Network) {
        if network.socket(Side::Outside, self.handle).state() == State::Closed {
            network.listen_again(self.handle, SHORT_PORT);
            self.serving = Serving::NOBODY;
        }
    }

    fn act(&mut self, socket: &mut Socket<'static>, desk: &mut Desk<'_>) {
        while socket.can_recv() {
            let serving = &mut self.serving;
            let Ok(sound) = socket.recv(|bytes| (bytes.len(), serving.on_bytes(bytes, desk))) else { break };
            if !sound {
                socket.abort();
                self.serving = Serving::Finished;
            }
        }
        if let Serving::Response { number, written_bytes } = &mut self.serving {
            let response_len = desk.short_plan(*number).map_or(0, |plan| plan.response_len);
            while *written_bytes < response_len {
                let len = (response_len - *written_bytes).min(SLICE_LEN_MAX as u64) as usize;
                let bytes = desk.pattern.slice(response_stream(*number), *written_bytes, len);
                let sent = socket.send_slice(bytes).unwrap_or(0);
                *written_bytes += sent as u64;
                if sent < len {
                    return;
                }
            }
            socket.close();
            self.serving = Serving::Finished;
        }
    }
}

impl Serving {
    const NOBODY: Self = Self::Nobody { id: [0; ID_LEN], read_bytes: 0 };

    /// Takes what the client sent; `false` when it is not what that connection should carry.
    fn on_bytes(&mut self, mut bytes: &[u8], desk: &mut Desk<'_>) -> bool {
        if let Self::Nobody { id, read_bytes } = self {
            let taken = bytes.len().min(ID_LEN - *read_bytes);
            let (head, rest) = bytes.split_at(taken);
            id[*read_bytes..][..taken].copy_from_slice(head);
            *read_bytes += taken;
            if *read_bytes < ID_LEN {
                return true;
            }
            let number = u32::from_be_bytes(*id) as usize;
            *self = if number < desk.flows {
                desk.meter.on_bulk_delivered(number, ID_LEN, desk.now_ns);
                Self::Bulk { number, read_bytes: ID_LEN as u64 }
            } else if desk.short_plan(number).is_some() {
                desk.meter.on_delivered(ID_LEN, desk.now_ns);
                Self::Request { number, read_bytes: ID_LEN as u64 }
            } else {
                return false;
            };
            bytes = rest;
        }
        match self {
            Self::Nobody { .. } => true,
            Self::Bulk { number, read_bytes } => {
                if !check(*number, *read_bytes, bytes, desk) {
                    return false;
                }
                *read_bytes += bytes.len() as u64;
                desk.meter.on_bulk_delivered(*number, bytes.len(), desk.now_ns);
                true
            }
            Self::Request { number, read_bytes } => {
                let request_len = desk.short_plan(*number).map_or(0, |plan| plan.request_len);
                if !check(*number, *read_bytes, bytes, desk) {
                    return false;
                }
                *read_bytes += bytes.len() as u64;
                desk.meter.on_delivered(bytes.len(), desk.now_ns);
                if *read_bytes >= request_len {
                    let excess = *read_bytes > request_len;
                    *self = Self::Response { number: *number, written_bytes: 0 };
                    return !excess;
                }
                true
            }
            // A client sends nothing after its request.
            Self::Response { number, .. } => {
                desk.report_corrupt(*number);
                false
            }
            Self::Finished => false,
        }
    }
}

/// Compares the bytes of a request stream with what was sent and reports a difference.
fn check(number: usize, at: u64, bytes: &[u8], desk: &mut Desk<'_>) -> bool {
    let right = desk.pattern.matches(request_stream(number), at, bytes);
    if !right {
        desk.report_corrupt(number);
    }
    right
}
