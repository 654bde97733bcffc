//! A way to a server on which requests get stuck and arrive later, after their sender has given them up.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};

/// Whether requests are stuck: all on connections up to this number.
type Gate = Arc<(Mutex<Option<u32>>, Condvar)>;

/// A proxy of one server. Its threads end with the connections; the one that listens, with the test.
pub(crate) struct Proxy {
    address: SocketAddr,
    gate: Gate,
    connections: Arc<Mutex<u32>>,
}

impl Proxy {
    pub(crate) fn start(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let gate = Gate::default();
        let connections = Arc::new(Mutex::new(0));
        let (gate_seen, connections_seen, server) =
            (Arc::clone(&gate), Arc::clone(&connections), server.to_owned());
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let number = {
                    let mut connections = connections_seen.lock().unwrap();
                    *connections += 1;
                    *connections
                };
                let (client, server) = (client.unwrap(), TcpStream::connect(&server).unwrap());
                let (answers, asker) = (server.try_clone().unwrap(), client.try_clone().unwrap());
                let gate = Arc::clone(&gate_seen);
                std::thread::spawn(move || copy(client, server, || wait(&gate, number)));
                std::thread::spawn(move || {
                    copy(answers, asker.try_clone().unwrap(), || {});
                    let _ = asker.shutdown(Shutdown::Both);
                });
            }
        });
        Self { address, gate, connections }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// What comes on the connections of now is stuck. Further connections are free.
    pub(crate) fn hold(&self) {
        *self.gate.0.lock().unwrap() = Some(*self.connections.lock().unwrap());
    }

    /// Nothing comes through, on any connection.
    pub(crate) fn cut(&self) {
        *self.gate.0.lock().unwrap() = Some(u32::MAX);
    }

    /// What was stuck arrives.
    pub(crate) fn release(&self) {
        *self.gate.0.lock().unwrap() = None;
        self.gate.1.notify_all();
    }
}

fn wait(gate: &Gate, number: u32) {
    let (held, changed) = &**gate;
    let is_stuck = |held: &mut Option<u32>| held.is_some_and(|last| number <= last);
    drop(changed.wait_while(held.lock().unwrap(), is_stuck).unwrap());
}

/// Either side may be closed before all is through. The server is not told that the client has gone: a request that travels for long
/// arrives all the same.
fn copy(mut from: TcpStream, mut to: TcpStream, wait: impl Fn()) {
    let mut bytes = vec![0; 1 << 16];
    while let Ok(len @ 1..) = from.read(&mut bytes) {
        wait();
        if to.write_all(&bytes[..len]).is_err() {
            break;
        }
    }
}
