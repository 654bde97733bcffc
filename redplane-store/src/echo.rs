//! A UDP echo server with the store's batching: the yardstick that the store's speed is measured against.
//!
//! It does everything that a shard does around its rules (the same socket, pool, queues and system calls) and
//! nothing else, so the ratio of the two in one run on one host is what the protocol costs.

use crate::datagram::{Pool, Queue};
use crate::socket::{BATCH_LEN, BatchSocket, SocketStats};
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How long the server may take to notice that it shall stop.
const STOP_CHECK: Duration = Duration::from_millis(50);

/// Sends every datagram back to where it came from until `stop` is set, and returns the socket's counters.
///
/// # Errors
/// The socket is unusable.
pub fn run(mut socket: BatchSocket, stop: &AtomicBool) -> io::Result<SocketStats> {
    let mut pool = Pool::with_capacity(2 * BATCH_LEN);
    let mut queue = Queue::with_capacity(BATCH_LEN);
    while !stop.load(Ordering::Relaxed) {
        socket.receive(&mut queue, &mut pool, STOP_CHECK)?;
        socket.send(&mut queue, &mut pool)?;
    }
    Ok(*socket.stats())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::socket::PortUse;
    use std::net::UdpSocket;

    #[test]
    fn running_echo_returns_each_message_and_ends_when_stopped() {
        let socket = BatchSocket::bind("127.0.0.1:0".parse().unwrap(), PortUse::Alone).unwrap();
        let client = UdpSocket::bind("127.0.0.1:0").unwrap();
        client.connect(socket.local_address()).unwrap();
        client.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        let stop = AtomicBool::new(false);
        let ask = |number: u8| -> io::Result<Vec<u8>> {
            client.send(&[number; 3])?;
            let mut reply = [0; 16];
            let len = client.recv(&mut reply)?;
            Ok(reply[..len].to_vec())
        };
        // Asserts come after the stop: the scope would wait for the server forever if one failed before it.
        let (replies, stats) = std::thread::scope(|scope| {
            let server = scope.spawn(|| run(socket, &stop));
            let replies: io::Result<Vec<_>> = (0..10).map(ask).collect();
            stop.store(true, Ordering::Relaxed);
            (replies, server.join())
        });
        assert_eq!(replies.unwrap(), (0..10).map(|number| vec![number; 3]).collect::<Vec<_>>());
        let stats = stats.unwrap().unwrap();
        assert_eq!((stats.received_count, stats.sent_count), (10, 10));
    }
}
