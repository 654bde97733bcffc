//! The packet path of the store's socket allocates nothing after start-up.
//!
//! A counting allocator stands in for the system's. It counts per thread, so that the test harness's own threads
//! do not disturb; this is the reason for a test binary of its own.

use redplane_store::datagram::{Pool, Queue};
use redplane_store::socket::{BATCH_LEN, BatchSocket, PortUse};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::Duration;

struct Counting;

thread_local! {
    static CALL_COUNT: Cell<u64> = const { Cell::new(0) };
}

// SAFETY: every call is passed on unchanged to the system allocator, which keeps the contract; counting touches
// a constant-initialized thread local without destructor, which does not allocate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        CALL_COUNT.set(CALL_COUNT.get() + 1);
        // SAFETY: the caller's promises are those of the system allocator.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        CALL_COUNT.set(CALL_COUNT.get() + 1);
        // SAFETY: as above.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn started_socket_receives_parks_and_sends_without_allocating() {
    let mut server = BatchSocket::bind("127.0.0.1:0".parse().unwrap(), PortUse::First).unwrap();
    let mut client = BatchSocket::bind("127.0.0.1:0".parse().unwrap(), PortUse::Alone).unwrap();
    let address = server.local_address();
    // Two armed batches, one of datagrams on the way, one parked.
    let mut pool = Pool::with_capacity(4 * BATCH_LEN);
    let (mut queue, mut parked) = (Queue::with_capacity(BATCH_LEN), Queue::with_capacity(BATCH_LEN));
    let before = CALL_COUNT.get();
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
    assert_eq!(CALL_COUNT.get() - before, 0, "calls of the allocator for {replies} round trips");
    assert_eq!(replies, 100 * BATCH_LEN);
    drop(Box::new(1));
    assert!(CALL_COUNT.get() > before, "the allocator counts");
}
