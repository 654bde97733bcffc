//! The packet path of the store's socket allocates nothing after start-up.
//!
//! A counting allocator stands in for the system's; this is the reason for a test binary of its own.

mod counting;

use counting::call_count;
use redplane_store::datagram::{Pool, Queue};
use redplane_store::socket::{BATCH_LEN, BatchSocket, PortUse};
use std::time::Duration;

#[test]
fn started_socket_receives_parks_and_sends_without_allocating() {
    let mut server = BatchSocket::bind("127.0.0.1:0".parse().unwrap(), PortUse::First).unwrap();
    let mut client = BatchSocket::bind("127.0.0.1:0".parse().unwrap(), PortUse::Alone).unwrap();
    let address = server.local_address();
    // Two armed batches, one of datagrams on the way, one parked.
    let mut pool = Pool::with_capacity(4 * BATCH_LEN);
    let (mut queue, mut parked) = (Queue::with_capacity(BATCH_LEN), Queue::with_capacity(BATCH_LEN));
    let before = call_count();
    let mut replies = 0;
    for _ in 0..100 {
        while queue.room() > 0 {
            let mut datagram = pool.take().unwrap();
            datagram.set_payload(&[7; 100]).unwrap();
            datagram.set_peer(address);
            queue.push(datagram).unwrap();
        }
        client.send(&mut queue, &mut pool).unwrap();
        let mut received = 0;
        while received < BATCH_LEN {
            received += server.receive(&mut queue, &mut pool, Duration::from_secs(5)).unwrap();
            while let Some(datagram) = queue.pop() {
                parked.push(datagram).unwrap();
            }
        }
        server.send(&mut parked, &mut pool).unwrap();
        let mut answered = 0;
        while answered < BATCH_LEN {
            answered += client.receive(&mut queue, &mut pool, Duration::from_secs(5)).unwrap();
            while let Some(datagram) = queue.pop() {
                pool.give(datagram);
            }
        }
        replies += answered;
    }
    assert_eq!(call_count() - before, 0, "calls of the allocator for {replies} round trips");
    assert_eq!(replies, 100 * BATCH_LEN);
    drop(std::hint::black_box(Box::new(1)));
    assert!(call_count() > before, "the allocator counts");
}
