//! An allocator that counts its calls per thread, so that the test harness's own threads do not disturb.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

pub(crate) struct Counting;

thread_local! {
    static CALL_COUNT: Cell<u64> = const { Cell::new(0) };
}

/// Calls of the allocator on this thread so far.
pub(crate) fn call_count() -> u64 {
    CALL_COUNT.get()
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
