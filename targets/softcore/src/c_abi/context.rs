//! What lies in an `rp_ctx`: the functions of its program, a flag for interrupts, buffers and the device.

use core::mem::MaybeUninit;
use core::ptr;
use core::slice;

use redplane_apps::{Counter, Nat44};
use redplane_core::count::Counters;
use redplane_core::mirror::Copy;
use redplane_core::program::Program;
use redplane_core::storage::{Row, TooSmall};
use redplane_core::time::Tick;

use super::calls::{Calls, Pool};
use super::{
    Outputs, RP_ALIGN, RP_COUNTER_COPY_SIZE, RP_COUNTER_SLOT_SIZE, RP_COUNTERS_SIZE, RP_CTX_SIZE,
    RP_HELD_MAX, RP_MESSAGE_SIZE, RP_NAT_COPY_SIZE, RP_NAT_SLOT_SIZE, rp_config, rp_ctx, rp_regions,
    rp_status,
};
use crate::count::DeviceCounters;
use crate::io::Packet;
use crate::{Device, Memory, SetupError};

/// A call that a frame is given to.
pub(super) type Given = unsafe fn(*mut rp_ctx, Tick, Packet<'static>, &mut Outputs);

/// The functions of a program. Each takes a context that was made for it.
pub(super) struct Ops {
    pub(super) on_frame: Given,
    pub(super) on_packet: Given,
    pub(super) on_store_msg: Given,
    pub(super) poll: unsafe fn(*mut rp_ctx, Tick, &mut Outputs),
    pub(super) sent: unsafe fn(*mut rp_ctx, u32),
    pub(super) has_given_up_all: unsafe fn(*mut rp_ctx) -> bool,
    pub(super) flows: unsafe fn(*mut rp_ctx) -> u32,
}

/// The front of every context, whatever its program.
#[repr(C)]
struct Front {
    ops: Option<&'static Ops>,
    /// Not 0: an interrupt asks for all leases to be handed back. Only ever accessed as a volatile byte.
    give_up_all: u8,
}

/// A context for program `P`.
#[repr(C)]
pub(super) struct Context<P: Program> {
    front: Front,
    pool: Pool,
    flows: u32,
    device: Device<'static, P, RP_HELD_MAX>,
}

/// At the start of the fast region.
#[repr(C)]
struct AllCounters {
    switch: Counters,
    device: DeviceCounters,
}

const _: () = {
    assert!(size_of::<Context<Nat44>>() <= RP_CTX_SIZE && align_of::<Context<Nat44>>() <= RP_ALIGN);
    assert!(size_of::<Context<Counter>>() <= RP_CTX_SIZE && align_of::<Context<Counter>>() <= RP_ALIGN);
    assert!(size_of::<AllCounters>() <= RP_COUNTERS_SIZE && RP_COUNTERS_SIZE.is_multiple_of(RP_ALIGN));
    assert!(size_of::<Row<Nat44>>() == RP_NAT_SLOT_SIZE && size_of::<Row<Counter>>() == RP_COUNTER_SLOT_SIZE);
    assert!(size_of::<Option<Copy<Nat44>>>() == RP_NAT_COPY_SIZE);
    assert!(size_of::<Option<Copy<Counter>>>() == RP_COUNTER_COPY_SIZE);
};

/// The functions of a context.
///
/// # Safety
/// `ctx` is null, all zero or made.
pub(super) unsafe fn ops(ctx: *mut rp_ctx) -> Option<&'static Ops> {
    if ctx.is_null() {
        return None;
    }
    // SAFETY: every context begins with `Front`, for which zeros are no functions.
    unsafe { ptr::addr_of!((*ctx.cast::<Front>()).ops).read() }
}

/// # Safety
/// `ctx` is null, all zero or made.
pub(super) unsafe fn request_give_up_all(ctx: *mut rp_ctx) {
    if !ctx.is_null() {
        // SAFETY: every context begins with `Front`. A byte is written in one access.
        unsafe { ptr::addr_of_mut!((*ctx.cast::<Front>()).give_up_all).write_volatile(1) };
    }
}

/// How many `T`s fit into so many bytes.
fn places<T>(bytes: usize) -> usize {
    bytes.checked_div(size_of::<T>()).unwrap_or(0)
}

/// Memory for `len` `T`s, made from nothing.
///
/// # Safety
/// The memory is ours and valid for `len` values; the address fits `T`.
unsafe fn slots<T>(at: *mut u8, len: usize, empty: impl Fn() -> T) -> &'static mut [T] {
    let first = at.cast::<T>();
    for index in 0..len {
        // SAFETY: within the memory, by contract.
        unsafe { first.add(index).write(empty()) };
    }
    // SAFETY: all of them have just been written, and the memory is ours.
    unsafe { slice::from_raw_parts_mut(first, len) }
}

impl<P: Program> Context<P> {
    const OPS: Ops = Ops {
        on_frame: |ctx, now, packet, outputs| {
            // SAFETY: `OPS` is only in contexts for `P`, as is so of all below.
            unsafe { Self::with(ctx, outputs, |device, calls| device.handle_frame(now, packet, calls)) }
        },
        on_packet: |ctx, now, packet, outputs| {
            // SAFETY: see above.
            unsafe { Self::with(ctx, outputs, |device, calls| device.handle_packet(now, packet, calls)) }
        },
        on_store_msg: |ctx, now, packet, outputs| {
            // SAFETY: see above.
            unsafe { Self::with(ctx, outputs, |device, calls| device.handle_messages(now, packet, calls)) }
        },
        poll: |ctx, now, outputs| {
            // SAFETY: see above.
            unsafe {
                if ptr::addr_of!((*ctx.cast::<Front>()).give_up_all).read_volatile() != 0 {
                    ptr::addr_of_mut!((*ctx.cast::<Front>()).give_up_all).write_volatile(0);
                    (*ptr::addr_of_mut!((*ctx.cast::<Self>()).device)).give_up_all();
                }
                Self::with(ctx, outputs, |device, calls| {
                    device.poll(now, calls);
                });
            }
        },
        sent: |ctx, tag| {
            // SAFETY: see above.
            unsafe { (*ptr::addr_of_mut!((*ctx.cast::<Self>()).pool)).give(tag) }
        },
        has_given_up_all: |ctx| {
            // SAFETY: see above.
            unsafe {
                ptr::addr_of!((*ctx.cast::<Front>()).give_up_all).read_volatile() == 0
                    && (*ptr::addr_of!((*ctx.cast::<Self>()).device)).has_given_up_all()
            }
        },
        flows: |ctx| {
            // SAFETY: see above.
            unsafe { ptr::addr_of!((*ctx.cast::<Self>()).flows).read() }
        },
    };

    /// # Safety
    /// `ctx` is a context for `P`, and no other call uses it. Its front may be accessed meanwhile, and is not touched.
    unsafe fn with(
        ctx: *mut rp_ctx,
        outputs: &mut Outputs,
        call: impl FnOnce(&mut Device<'static, P, RP_HELD_MAX>, &mut Calls<'_>),
    ) {
        let context = ctx.cast::<Self>();
        // SAFETY: both parts are the context's, and different ones.
        let (device, pool) =
            unsafe { (&mut *ptr::addr_of_mut!((*context).device), &mut *ptr::addr_of_mut!((*context).pool)) };
        call(device, &mut Calls { pool, outputs });
    }

    /// # Safety
    /// As of [`super::rp_nat_init`].
    pub(super) unsafe fn init(
        ctx: *mut MaybeUninit<rp_ctx>,
        regions: *const rp_regions,
        config: *const rp_config,
        now: Tick,
    ) -> rp_status {
        // SAFETY: null or valid, by contract.
        let (Some(regions), Some(config)) = (unsafe { (regions.as_ref(), config.as_ref()) }) else {
            return rp_status::RP_E_NULL;
        };
        let addresses = [ctx.cast::<u8>(), regions.fast, regions.slow, regions.packet];
        if addresses.iter().any(|address| address.is_null()) {
            return rp_status::RP_E_NULL;
        }
        if addresses.iter().any(|address| address.addr() % RP_ALIGN != 0) {
            return rp_status::RP_E_ALIGN;
        }
        let fast_size = regions.fast_size as usize;
        let (slow_size, packet_size) = (regions.slow_size as usize, regions.packet_size as usize);
        let fits = places::<Row<P>>(fast_size.saturating_sub(RP_COUNTERS_SIZE));
        if fits < redplane_core::memory::WAYS {
            return rp_status::RP_E_FAST;
        }
        let flows = 1usize.wrapping_shl(usize::BITS.wrapping_sub(1).wrapping_sub(fits.leading_zeros()));
        let copies = places::<Option<Copy<P>>>(slow_size);
        if copies == 0 {
            return rp_status::RP_E_SLOW;
        }
        if packet_size < RP_MESSAGE_SIZE {
            return rp_status::RP_E_PACKET;
        }
        let Some(setup) = config.setup() else { return rp_status::RP_E_CONFIG };
        // SAFETY: the regions are ours, aligned, and as long as was just computed with.
        let (memory, pool) = unsafe {
            let [counters] = slots(regions.fast, 1, || AllCounters {
                switch: Counters::new(),
                device: DeviceCounters::ZERO,
            }) else {
                return rp_status::RP_E_FAST;
            };
            let memory = Memory {
                rows: slots(regions.fast.add(RP_COUNTERS_SIZE), flows, || Row::EMPTY),
                copies: slots(regions.slow, copies, || None),
                counters: &mut counters.switch,
                device_counters: &mut counters.device,
            };
            (memory, Pool::new(regions.packet, packet_size))
        };
        let device = match Device::new(&setup, memory, now) {
            Ok(device) => device,
            Err(SetupError::Memory(TooSmall::Slots)) => return rp_status::RP_E_FAST,
            Err(SetupError::Memory(TooSmall::Copies)) => return rp_status::RP_E_SLOW,
            Err(SetupError::Lease | SetupError::Resend | SetupError::Shards) => {
                return rp_status::RP_E_CONFIG;
            }
        };
        let front = Front { ops: Some(&Self::OPS), give_up_all: 0 };
        // SAFETY: a context has room for it (asserted above), and it is ours.
        unsafe { ctx.cast::<Self>().write(Self { front, pool, flows: flows as u32, device }) };
        rp_status::RP_OK
    }
}
