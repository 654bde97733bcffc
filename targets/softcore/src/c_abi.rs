//! The C face: the same device behind functions that take pointers. `include/redplane.h` is generated from this file.
//!
//! A context keeps its program's functions, so one header serves all programs, and only the program that is initialised is linked.
//! Safety: each function says what its pointers must be; everything else is checked. Calls for one context must not overlap, so none
//! but [`rp_give_up_all`] may be made from an interrupt that can interrupt another call.
#![allow(non_camel_case_types, reason = "these names are C's")]
#![allow(unsafe_code, reason = "the caller's memory comes as addresses")]

mod calls;
mod context;

use core::mem::MaybeUninit;

use redplane_apps::{Counter, Nat44};
use redplane_core::field::PROGRAM_PARAMS;
use redplane_core::ports::PortSet;
use redplane_core::seq::Incarnation;
use redplane_core::switch::{Config, Snapshots};
use redplane_core::time::{Span, Tick};
use redplane_core::way::REPLICAS_MAX;

use crate::device::PACKETS_A_CALL;
use crate::routes::PORTS;
use crate::uplink::{NextHop, Uplink};
use crate::{Routes, Setup};

use self::calls::Calls;
use self::context::Context;

/// Bytes of a context.
pub const RP_CTX_SIZE: usize = 2560;
/// 64-bit words of a context.
pub const RP_CTX_WORDS: usize = 320;
/// What the addresses of context and regions are multiples of.
pub const RP_ALIGN: usize = 8;
/// Bytes in front of a frame that the library may use: headers go there, so that a message is made in place.
pub const RP_HEADROOM: usize = 192;
/// Bytes of the counters at the start of the fast region.
pub const RP_COUNTERS_SIZE: usize = 432;
/// Bytes of a flow slot of the NAT in the fast region.
pub const RP_NAT_SLOT_SIZE: usize = 48;
/// Bytes of a mirrored copy of the NAT in the slow region.
pub const RP_NAT_COPY_SIZE: usize = 44;
/// Bytes of a flow slot of the counter in the fast region.
pub const RP_COUNTER_SLOT_SIZE: usize = 44;
/// Bytes of a mirrored copy of the counter in the slow region.
pub const RP_COUNTER_COPY_SIZE: usize = 40;
/// Bytes that a message of the library's own takes in the packet region.
pub const RP_MESSAGE_SIZE: usize = 192;
/// Most messages that the packet region is used for.
pub const RP_MESSAGES_MAX: usize = 32;
/// Most packets that are held at a time; more travel to the store inside their message.
pub const RP_HELD_MAX: usize = 16;
/// Outputs that a call must have room for.
pub const RP_OUT_MIN: u32 = 3;
/// Set in the tag of a frame whose buffer is the library's: give it back with `rp_sent` when it has left. Clear in a caller's tags.
pub const RP_TAG_OWN: u32 = 1 << 31;
/// In `rp_config.routes`: packets that come in by this port lead nowhere.
pub const RP_NO_ROUTE: u8 = 0xff;
/// Ports of a device, numbered from 0.
pub const RP_PORTS: usize = 16;
/// Replicas of a store that can be named beside the first.
pub const RP_OTHER_REPLICAS: usize = 3;
/// Values of a program's own.
pub const RP_PROGRAM_PARAMS: usize = 4;
/// In `rp_desc.reason`: there is none.
pub const RP_NO_REASON: u8 = 0xff;

const _: () = {
    assert!(RP_HEADROOM >= crate::HEADROOM && RP_MESSAGE_SIZE >= crate::HEADROOM);
    assert!(RP_OUT_MIN as usize == PACKETS_A_CALL);
    assert!(size_of::<rp_ctx>() == RP_CTX_SIZE);
    assert!(RP_OTHER_REPLICAS == REPLICAS_MAX - 1);
    assert!(RP_PORTS == PORTS && RP_PROGRAM_PARAMS == PROGRAM_PARAMS);
};

/// Why a context could not be made.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum rp_status {
    /// It was made.
    RP_OK = 0,
    /// A pointer is null.
    RP_E_NULL = 1,
    /// An address is no multiple of RP_ALIGN.
    RP_E_ALIGN = 2,
    /// The fast region has no room for four flows.
    RP_E_FAST = 3,
    /// The slow region has no room for one copy.
    RP_E_SLOW = 4,
    /// The packet region has no room for one message.
    RP_E_PACKET = 5,
    /// The store has no shard, a route leads to a port that there is not, the lease is longer than a minute or not longer than its guard, or
    /// writes would be sent again without a pause.
    RP_E_CONFIG = 6,
}

/// What is to be done with a frame.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum rp_verdict {
    /// Send it out of `port`; then the buffer is free (or `rp_sent`, if its tag has RP_TAG_OWN).
    RP_RELEASE = 0,
    /// Keep the buffer of this tag as it is: it comes back by a later call.
    RP_HOLD = 1,
    /// The buffer is free; `reason` says why the frame is not sent, RP_NO_REASON if it was used up or a counter of the device says why.
    RP_DROP = 2,
    /// For the device's own processor, for `reason`; the buffer is the caller's.
    RP_PUNT = 3,
}

/// A frame in a buffer.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct rp_desc {
    /// First byte of the frame, which is the destination's hardware address.
    pub data: *mut u8,
    /// Bytes of the frame.
    pub len: u16,
    /// Bytes of the buffer in front of the frame: RP_HEADROOM at least in what is given.
    pub headroom: u16,
    /// In what is given, the port it came in by; in an output, the port it leaves by.
    pub port: u16,
    /// In an output, an `rp_verdict`.
    pub verdict: u8,
    /// In an output, an `rp_reason` or RP_NO_REASON.
    pub reason: u8,
    /// The caller's name for the buffer.
    pub tag: u32,
}

/// Memory that the caller lends, until it makes the context anew.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct rp_regions {
    /// Counters and flow slots: what every packet touches.
    pub fast: *mut u8,
    /// Its bytes: RP_FAST_SIZE(slot size, flows). The largest power of two of flows that fits is used.
    pub fast_size: u32,
    /// Mirrored copies: what a write touches.
    pub slow: *mut u8,
    /// Its bytes: RP_SLOW_SIZE(copy size, copies).
    pub slow_size: u32,
    /// Messages of the library's own, which the network interface must be able to read.
    pub packet: *mut u8,
    /// Its bytes: RP_PACKET_SIZE(messages).
    pub packet_size: u32,
}

/// The way to the store.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct rp_uplink {
    /// The port that leads to the store. It may carry other traffic too.
    pub port: u16,
    /// Our UDP port.
    pub udp_port: u16,
    /// UDP port of the store's first shard; the others are on the ports above it.
    pub store_port: u16,
    /// Number of the store's shards, 1 at least.
    pub shards: u16,
    /// Our IPv4 address.
    pub address: [u8; 4],
    /// The store's IPv4 address.
    pub store: [u8; 4],
    /// IPv4 address of the next hop, which is asked for by ARP if `next_hop_mac` is all zero.
    pub next_hop: [u8; 4],
    /// Our hardware address.
    pub mac: [u8; 6],
    /// Hardware address of the next hop, or all zero.
    pub next_hop_mac: [u8; 6],
    /// Whether datagrams to the store carry a checksum.
    pub checksum: bool,
    /// Addresses of the store's replicas beside `store`, in the order in which they are tried when it does not serve; zeros behind the last.
    pub replicas: [[u8; 4]; RP_OTHER_REPLICAS],
}

/// How a device is set up. Times are in ticks of 256 ns.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct rp_config {
    /// Number of this device among those of a store.
    pub switch_id: u16,
    /// Boot number: newer than the last one.
    pub incarnation: u16,
    /// Lease period, the same as the store's.
    pub lease_ticks: u32,
    /// What the lease is shorter by here: more than the clocks can drift apart in a period.
    pub guard_ticks: u32,
    /// Time until an unanswered write is sent again.
    pub resend_ticks: u32,
    /// Where the doubling of that time stops.
    pub resend_max_ticks: u32,
    /// Time without an answer after which the store counts as unreachable.
    pub silence_ticks: u32,
    /// How long a program that may goes on without a lease.
    pub open_ticks: u32,
    /// How long a packet is held here while it waits for the store; 0: it travels inside its message.
    pub hold_ticks: u32,
    /// The program's own values, see `rp_nat_outside`.
    pub program: [u32; RP_PROGRAM_PARAMS],
    /// The ports on the inside: bit n for port n.
    pub inside_ports: u32,
    /// For each port, the port that its packets leave by, or RP_NO_ROUTE.
    pub routes: [u8; RP_PORTS],
    /// The way to the store.
    pub uplink: rp_uplink,
}

/// A device. Its contents are the library's.
#[repr(C)]
#[derive(Debug)]
pub struct rp_ctx {
    /// Do not touch.
    pub words: [u64; RP_CTX_WORDS],
}

/// Sets everything to its default: the lease of 1 s of the paper, packets that travel inside their messages, no routes, UDP ports 4000
/// and 8000, one shard.
///
/// # Safety
/// `config` is null or points to an `rp_config`, whose contents may be anything.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rp_config_default(
    config: *mut MaybeUninit<rp_config>,
    switch_id: u16,
    incarnation: u16,
) {
    let default = Config::new(switch_id, Incarnation::new(incarnation));
    let value = rp_config {
        switch_id,
        incarnation,
        lease_ticks: default.lease_period.ticks(),
        guard_ticks: default.guard.ticks(),
        resend_ticks: default.resend_after.ticks(),
        resend_max_ticks: default.resend_max.ticks(),
        silence_ticks: default.silence.ticks(),
        open_ticks: default.open.ticks(),
        hold_ticks: 0,
        program: default.program,
        inside_ports: 0,
        routes: [RP_NO_ROUTE; RP_PORTS],
        uplink: rp_uplink {
            port: 0,
            udp_port: 4000,
            store_port: 8000,
            shards: 1,
            address: [0; 4],
            store: [0; 4],
            next_hop: [0; 4],
            mac: [0; 6],
            next_hop_mac: [0; 6],
            checksum: true,
            replicas: [[0; 4]; RP_OTHER_REPLICAS],
        },
    };
    // SAFETY: null or valid for writing, by contract.
    if let Some(config) = unsafe { config.as_mut() } {
        config.write(value);
    }
}

/// Sets the prefix of the NAT's outside addresses: `address` is any one of them.
///
/// # Safety
/// `config` and `address` are null or point to an `rp_config` and four bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rp_nat_outside(config: *mut rp_config, address: *const u8, prefix_len: u8) {
    // SAFETY: null or valid, by contract.
    if let (Some(config), Some(address)) = unsafe { (config.as_mut(), address.cast::<[u8; 4]>().as_ref()) } {
        config.program = Nat44::params(*address, prefix_len);
    }
}

/// Makes a context that runs the NAT and holds no lease. The memory's former contents are lost.
///
/// # Safety
/// Pointers are null or point to what their types say; the regions are the context's alone until it is made anew.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rp_nat_init(
    ctx: *mut MaybeUninit<rp_ctx>,
    regions: *const rp_regions,
    config: *const rp_config,
    now: u32,
) -> rp_status {
    // SAFETY: the same contract.
    unsafe { Context::<Nat44>::init(ctx, regions, config, Tick::new(now)) }
}

/// Makes a context that runs the counter and holds no lease. The memory's former contents are lost.
///
/// # Safety
/// As of `rp_nat_init`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rp_counter_init(
    ctx: *mut MaybeUninit<rp_ctx>,
    regions: *const rp_regions,
    config: *const rp_config,
    now: u32,
) -> rp_status {
    // SAFETY: the same contract.
    unsafe { Context::<Counter>::init(ctx, regions, config, Tick::new(now)) }
}

/// How many flows a context has room for; 0 if it was not made.
///
/// # Safety
/// `ctx` is null or points to a context that was made or is all zero.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rp_flows(ctx: *mut rp_ctx) -> u32 {
    // SAFETY: the same contract.
    unsafe { context::ops(ctx) }.map_or(0, |ops| {
        // SAFETY: these are the context's own functions.
        unsafe { (ops.flows)(ctx) }
    })
}

/// A frame came in: a packet, a datagram from the store, or ARP about us; which of them is found out. Gives the number of outputs, of
/// which one is about this frame; 0 if the frame was not taken: `out_len` is below RP_OUT_MIN, a pointer is null or the tag is the library's.
///
/// # Safety
/// `ctx` is null, all zero or made; `frame` is null or describes a buffer that is the library's until it comes back; `out` is null or
/// has `out_len` places.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rp_on_frame(
    ctx: *mut rp_ctx,
    now: u32,
    frame: *const rp_desc,
    out: *mut rp_desc,
    out_len: u32,
) -> u32 {
    // SAFETY: the same contract.
    unsafe { given(ctx, now, frame, out, out_len, |ops| ops.on_frame) }
}

/// A packet came in that is not for the device itself: as `rp_on_frame`, for who tells frames apart by other means.
///
/// # Safety
/// As of `rp_on_frame`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rp_on_packet(
    ctx: *mut rp_ctx,
    now: u32,
    frame: *const rp_desc,
    out: *mut rp_desc,
    out_len: u32,
) -> u32 {
    // SAFETY: the same contract.
    unsafe { given(ctx, now, frame, out, out_len, |ops| ops.on_packet) }
}

/// Messages came from the store: `frame` is the payload of their datagram, from the first message on.
///
/// # Safety
/// As of `rp_on_frame`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rp_on_store_msg(
    ctx: *mut rp_ctx,
    now: u32,
    frame: *const rp_desc,
    out: *mut rp_desc,
    out_len: u32,
) -> u32 {
    // SAFETY: the same contract.
    unsafe { given(ctx, now, frame, out, out_len, |ops| ops.on_store_msg) }
}

/// Time has passed: gives the outputs that are due, one message to the store at most. To be called at least once in `resend_ticks` while
/// there is traffic, and once a minute in any case; while it gives outputs, again.
///
/// # Safety
/// As of `rp_on_frame`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rp_poll(ctx: *mut rp_ctx, now: u32, out: *mut rp_desc, out_len: u32) -> u32 {
    if out.is_null() || out_len < RP_OUT_MIN {
        return 0;
    }
    // SAFETY: the same contract.
    let Some(ops) = (unsafe { context::ops(ctx) }) else { return 0 };
    // SAFETY: `out` has `out_len` places, by contract.
    let mut outputs = unsafe { Outputs::new(out, out_len) };
    // SAFETY: these are the context's own functions.
    unsafe { (ops.poll)(ctx, Tick::new(now), &mut outputs) };
    outputs.filled
}

/// A frame whose tag has RP_TAG_OWN has left: its buffer may be used again. Other tags are ignored.
///
/// # Safety
/// `ctx` is null, all zero or made.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rp_sent(ctx: *mut rp_ctx, tag: u32) {
    // SAFETY: the same contract.
    if let Some(ops) = unsafe { context::ops(ctx) } {
        // SAFETY: these are the context's own functions.
        unsafe { (ops.sent)(ctx, tag) }
    }
}

/// Asks that every lease be handed back, as before a planned evacuation; `rp_poll` then does it. May be called from an interrupt, at
/// any time after the context was made: it writes one byte. To be called once: each call sends the messages again.
///
/// # Safety
/// `ctx` is null, all zero or made.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rp_give_up_all(ctx: *mut rp_ctx) {
    // SAFETY: the same contract.
    unsafe { context::request_give_up_all(ctx) }
}

/// Whether the store has confirmed everything that `rp_give_up_all` asked for.
///
/// # Safety
/// As of `rp_sent`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rp_has_given_up_all(ctx: *mut rp_ctx) -> bool {
    // SAFETY: the same contract.
    unsafe { context::ops(ctx) }.is_some_and(|ops| {
        // SAFETY: these are the context's own functions.
        unsafe { (ops.has_given_up_all)(ctx) }
    })
}

/// The caller's places for outputs.
pub(crate) struct Outputs {
    out: *mut rp_desc,
    len: u32,
    filled: u32,
}

impl Outputs {
    /// # Safety
    /// `out` has `len` places for as long as the value is used.
    unsafe fn new(out: *mut rp_desc, len: u32) -> Self {
        Self { out, len, filled: 0 }
    }

    fn room(&self) -> usize {
        self.len.wrapping_sub(self.filled) as usize
    }

    fn push(&mut self, desc: rp_desc) {
        if self.filled < self.len {
            // SAFETY: `filled` is below the number of places, by the contract of `new`.
            unsafe { self.out.add(self.filled as usize).write(desc) };
            self.filled = self.filled.wrapping_add(1);
        }
    }
}

/// # Safety
/// As of `rp_on_frame`.
unsafe fn given(
    ctx: *mut rp_ctx,
    now: u32,
    frame: *const rp_desc,
    out: *mut rp_desc,
    out_len: u32,
    which: fn(&context::Ops) -> context::Given,
) -> u32 {
    if out.is_null() || out_len < RP_OUT_MIN {
        return 0;
    }
    // SAFETY: null, all zero or made, by contract.
    let Some(ops) = (unsafe { context::ops(ctx) }) else { return 0 };
    // SAFETY: null or a descriptor, by contract.
    let Some(frame) = (unsafe { frame.as_ref() }) else { return 0 };
    if frame.data.is_null() || frame.tag & RP_TAG_OWN != 0 {
        return 0;
    }
    // SAFETY: `out` has `out_len` places, by contract.
    let mut outputs = unsafe { Outputs::new(out, out_len) };
    // SAFETY: these are the context's own functions, and the buffer is ours until it comes back.
    unsafe { which(ops)(ctx, Tick::new(now), Calls::packet_of(frame), &mut outputs) };
    outputs.filled
}

impl rp_config {
    fn setup(&self) -> Option<Setup> {
        let mut inside = PortSet::EMPTY;
        let mut routes = Routes::NONE;
        for (port, to) in (0..).zip(self.routes) {
            if self.inside_ports.wrapping_shr(port.into()) & 1 == 1 {
                inside = inside.with(port);
            }
            if to != RP_NO_ROUTE {
                if usize::from(to) >= RP_PORTS {
                    return None;
                }
                routes = routes.with(port, to.into());
            }
        }
        let up = &self.uplink;
        Some(Setup {
            switch: Config {
                switch_id: self.switch_id,
                incarnation: Incarnation::new(self.incarnation),
                lease_period: Span::from_ticks(self.lease_ticks),
                guard: Span::from_ticks(self.guard_ticks),
                resend_after: Span::from_ticks(self.resend_ticks),
                resend_max: Span::from_ticks(self.resend_max_ticks),
                silence: Span::from_ticks(self.silence_ticks),
                open: Span::from_ticks(self.open_ticks),
                snapshots: Snapshots::DEFAULT,
                program: self.program,
            },
            inside,
            routes,
            uplink: Uplink {
                port: up.port,
                mac: up.mac,
                address: up.address,
                udp_port: up.udp_port,
                next_hop: match up.next_hop_mac {
                    [0, 0, 0, 0, 0, 0] => NextHop::Arp(up.next_hop),
                    mac => NextHop::Mac(mac),
                },
                store: up.store,
                replicas: up.replicas,
                store_port: up.store_port,
                shards: up.shards,
                checksum: up.checksum,
            },
            hold: (self.hold_ticks != 0).then(|| Span::from_ticks(self.hold_ticks)),
        })
    }
}

/// What Rust asks for and never comes to: `cargo xtask firmware` shows that no linked image has it.
#[cfg(feature = "staticlib")]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}
