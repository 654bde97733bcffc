//! Memory that virtio devices reach: a fixed number of pages for their rings, given out once.

use core::cell::UnsafeCell;
use core::ptr::NonNull;
use core::sync::atomic::{AtomicUsize, Ordering};

use virtio_drivers::{BufferDirection, Hal, PAGE_SIZE, PhysAddr};

use crate::net::PORTS_MAX;

/// A queue takes one page that the device reads and one that it writes; a network device has two queues.
const PAGES: usize = 4 * PORTS_MAX;

#[repr(align(4096))]
struct Pages(UnsafeCell<[u8; PAGES * PAGE_SIZE]>);

// SAFETY: each page is given out once, see `dma_alloc`.
unsafe impl Sync for Pages {}

#[unsafe(link_section = ".packets.rings")]
static RINGS: Pages = Pages(UnsafeCell::new([0; PAGES * PAGE_SIZE]));

/// Pages that are given out.
static USED: AtomicUsize = AtomicUsize::new(0);

/// A machine whose devices see the memory as the core does.
pub(crate) struct Identity;

// SAFETY: pages come from a static that nothing else uses, page-aligned, cleared by start-up, each once. The machine has no IOMMU and
// no cache that devices do not see, so addresses are the same for both sides and sharing needs nothing.
unsafe impl Hal for Identity {
    fn dma_alloc(pages: usize, _direction: BufferDirection) -> (PhysAddr, NonNull<u8>) {
        // A load and a store, not an exchange: there is one core, no interrupt is taken, and riscv32imc has no atomic exchange.
        let first = USED.load(Ordering::Relaxed);
        let next = first.saturating_add(pages);
        if next > PAGES {
            return (0, NonNull::dangling());
        }
        USED.store(next, Ordering::Relaxed);
        let start = RINGS.0.get().cast::<u8>().wrapping_add(first * PAGE_SIZE);
        match NonNull::new(start) {
            Some(start) => (start.as_ptr() as PhysAddr, start),
            None => (0, NonNull::dangling()),
        }
    }

    /// Pages do not come back: no port is ever closed.
    unsafe fn dma_dealloc(_paddr: PhysAddr, _vaddr: NonNull<u8>, _pages: usize) -> i32 {
        0
    }

    unsafe fn mmio_phys_to_virt(paddr: PhysAddr, _size: usize) -> NonNull<u8> {
        NonNull::new(paddr as usize as *mut u8).unwrap_or(NonNull::dangling())
    }

    unsafe fn share(buffer: NonNull<[u8]>, _direction: BufferDirection) -> PhysAddr {
        buffer.cast::<u8>().as_ptr() as PhysAddr
    }

    unsafe fn unshare(_paddr: PhysAddr, _buffer: NonNull<[u8]>, _direction: BufferDirection) {}
}
