//! The C face: the same device behind pointers, and a refusal of what it must not take.
//!
//! The Rust device and a context are given the same frames, messages and ticks, and what comes out of the two is compared, counters at their
//! places in memory included. Regions lie between bytes that must stay as they are.

use std::collections::{BTreeMap, BTreeSet};
use std::mem::MaybeUninit;
use std::ptr;

use redplane_apps::{Counter, Nat44};
use redplane_core::count::{Event, Reason};
use redplane_core::program::Program;
use redplane_core::seq::Incarnation;
use redplane_core::store::Initializer;
use redplane_core::switch::Config;
use redplane_core::time::{Span, TICK_NANOS, Tick};
use redplane_softcore::c_abi::*;
use redplane_softcore::{Device, HEADROOM, Setup, Uplink};
use redplane_store::durability::OneReplica;
use redplane_store::nat::{NatConfig, NatInitializer};
use redplane_store::placement::Placement;
use redplane_store::shard::ZeroState;
use redplane_tests::sim::frames;

use super::board::{self, Board, Did, INSIDE, OUTSIDE, UPLINK, WAY};
use super::network;
use super::store::{Store, shard_config};

const MAPPED: [u8; 4] = [203, 0, 113, 1];
const CANARY: u64 = 0xdead_beef_0bad_cafe;
const LEASE: Span = Span::from_millis(20);

/// Memory with bytes around it that nobody may touch.
struct Region {
    words: Vec<u64>,
    bytes: usize,
}

impl Region {
    fn new(bytes: usize) -> Self {
        Self { words: vec![CANARY; bytes.div_ceil(8) + 4], bytes }
    }

    fn at(&mut self) -> *mut u8 {
        self.words[2..].as_mut_ptr().cast()
    }

    fn word(&self, number: usize) -> u32 {
        let pair = self.words[2 + number / 2].to_ne_bytes();
        let half = &pair[number % 2 * 4..][..4];
        u32::from_ne_bytes(half.try_into().unwrap())
    }

    fn check(&self) {
        let canary = CANARY.to_ne_bytes();
        let behind: Vec<u8> =
            self.words[2..].iter().flat_map(|word| word.to_ne_bytes()).skip(self.bytes).collect();
        let untouched = behind.iter().enumerate().all(|(at, byte)| *byte == canary[(self.bytes + at) % 8]);
        assert!(untouched && self.words[..2] == [CANARY; 2], "written outside of a region");
    }
}

type Init =
    unsafe extern "C" fn(*mut MaybeUninit<rp_ctx>, *const rp_regions, *const rp_config, u32) -> rp_status;

/// A caller: a context, its regions, and the buffers that it has given away.
struct Caller {
    ctx: Region,
    fast: Region,
    slow: Region,
    packet: Region,
    buffers: BTreeMap<u32, Vec<u8>>,
    /// Own messages that were not said to be sent.
    unsent: BTreeSet<u32>,
}

/// An output, as bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Out {
    verdict: u8,
    port: u16,
    reason: u8,
    tag: u32,
    bytes: Vec<u8>,
}

const RELEASE: u8 = rp_verdict::RP_RELEASE as u8;
const HOLD: u8 = rp_verdict::RP_HOLD as u8;
const DROP: u8 = rp_verdict::RP_DROP as u8;
const PUNT: u8 = rp_verdict::RP_PUNT as u8;

/// The sizes for so many flows, copies and messages, as the header's macros give them.
fn fast_size(slot: usize, flows: usize) -> usize {
    RP_COUNTERS_SIZE + slot * flows
}

fn config() -> rp_config {
    let mut config = MaybeUninit::uninit();
    // SAFETY: it points to an `rp_config`.
    unsafe { rp_config_default(&mut config, 1, 1) };
    // SAFETY: just written.
    let mut config = unsafe { config.assume_init() };
    config.routes[0] = 1;
    config.routes[1] = 0;
    config.inside_ports = 1;
    config.uplink = rp_uplink {
        port: UPLINK,
        udp_port: 4000,
        store_port: 8000,
        shards: 1,
        address: WAY.address,
        store: WAY.store,
        next_hop: [0; 4],
        mac: WAY.mac,
        next_hop_mac: network::NEXT_HOP,
        checksum: true,
        replicas: [[0; 4]; RP_OTHER_REPLICAS],
    };
    config
}

impl Caller {
    fn new(fast: usize, slow: usize, packet: usize) -> Self {
        Self {
            ctx: Region::new(RP_CTX_SIZE),
            fast: Region::new(fast),
            slow: Region::new(slow),
            packet: Region::new(packet),
            buffers: BTreeMap::new(),
            unsent: BTreeSet::new(),
        }
    }

    /// A counter with these flows, copies and messages.
    fn counting(config: &rp_config, flows: usize, copies: usize, messages: usize) -> Self {
        let fast = fast_size(RP_COUNTER_SLOT_SIZE, flows);
        let mut caller = Self::new(fast, RP_COUNTER_COPY_SIZE * copies, RP_MESSAGE_SIZE * messages);
        assert_eq!(caller.init(rp_counter_init, config, 0), rp_status::RP_OK);
        caller
    }

    fn ctx(&mut self) -> *mut rp_ctx {
        self.ctx.at().cast()
    }

    fn regions(&mut self) -> rp_regions {
        rp_regions {
            fast: self.fast.at(),
            fast_size: self.fast.bytes as u32,
            slow: self.slow.at(),
            slow_size: self.slow.bytes as u32,
            packet: self.packet.at(),
            packet_size: self.packet.bytes as u32,
        }
    }

    fn init(&mut self, init: Init, config: &rp_config, now: u32) -> rp_status {
        let regions = self.regions();
        let ctx = self.ctx().cast();
        // SAFETY: all of it is this caller's, and stays where it is: vectors that never grow.
        let status = unsafe { init(ctx, &regions, config, now) };
        self.check();
        status
    }

    fn check(&self) {
        for region in [&self.ctx, &self.fast, &self.slow, &self.packet] {
            region.check();
        }
    }

    /// Calls with room for so many outputs; gives them.
    fn outputs(&mut self, len: usize, call: impl FnOnce(*mut rp_ctx, *mut rp_desc) -> u32) -> Vec<Out> {
        let mut out = vec![NO_DESC; len + 1];
        let filled = call(self.ctx(), out.as_mut_ptr()) as usize;
        assert!(filled <= len);
        assert_eq!(
            out[filled..].iter().map(|desc| desc.tag).collect::<BTreeSet<_>>(),
            BTreeSet::from([NO_DESC.tag])
        );
        self.check();
        out.truncate(filled);
        out.iter().map(|desc| self.taken(desc)).collect()
    }

    fn taken(&mut self, desc: &rp_desc) -> Out {
        let is_own = desc.tag & RP_TAG_OWN != 0;
        let mut bytes = vec![];
        if desc.verdict != HOLD {
            let memory: &[u8] = if is_own {
                // SAFETY: the region is this caller's.
                unsafe { std::slice::from_raw_parts(self.packet.at(), self.packet.bytes) }
            } else {
                &self.buffers[&desc.tag]
            };
            // What is described lies within the buffer, and as much head room before it as it says.
            let begins = desc.data.addr().checked_sub(memory.as_ptr().addr()).unwrap();
            let in_buffer = if is_own { begins % RP_MESSAGE_SIZE } else { begins };
            assert_eq!(in_buffer, usize::from(desc.headroom));
            bytes = memory[begins..][..usize::from(desc.len)].to_vec();
        }
        if is_own {
            assert_eq!(desc.verdict, RELEASE);
            assert!(self.unsent.insert(desc.tag), "an own buffer comes twice");
        } else if desc.verdict == HOLD {
            assert!(self.buffers.contains_key(&desc.tag));
        } else {
            assert!(self.buffers.remove(&desc.tag).is_some(), "a buffer comes back twice");
        }
        Out { verdict: desc.verdict, port: desc.port, reason: desc.reason, tag: desc.tag, bytes }
    }

    /// A buffer with a frame, described.
    fn given(&mut self, port: u16, tag: u32, frame: &[u8]) -> rp_desc {
        let mut memory = vec![0x5a; RP_HEADROOM];
        memory.extend(frame);
        self.buffers.insert(tag, memory);
        // The vector's memory stays where it is when the vector moves.
        let data = self.buffers.get_mut(&tag).unwrap()[RP_HEADROOM..].as_mut_ptr();
        rp_desc { data, len: frame.len() as u16, headroom: RP_HEADROOM as u16, port, tag, ..NO_DESC }
    }

    fn on_frame(&mut self, now: u32, port: u16, tag: u32, frame: &[u8]) -> Vec<Out> {
        let desc = self.given(port, tag, frame);
        // SAFETY: the context was made, and the buffer stays until it comes back.
        self.outputs(8, |ctx, out| unsafe { rp_on_frame(ctx, now, &desc, out, 8) })
    }

    fn poll(&mut self, now: u32) -> Vec<Out> {
        // SAFETY: the context was made.
        self.outputs(8, |ctx, out| unsafe { rp_poll(ctx, now, out, 8) })
    }

    /// Everything of the library's own has left.
    fn sent(&mut self) {
        for tag in std::mem::take(&mut self.unsent) {
            // SAFETY: the context was made.
            unsafe { rp_sent(self.ctx(), tag) };
        }
    }
}

const NO_DESC: rp_desc = rp_desc {
    data: ptr::null_mut(),
    len: 0,
    headroom: 0,
    port: 0,
    verdict: 0xee,
    reason: 0xee,
    tag: 0x7eee_eeee,
};

fn packet(flow: u16) -> Vec<u8> {
    frames::udp(0x0a00_0001, 0xc633_6401, flow, 53, b"payload")
}

#[test]
fn init_with_anything_wrong_says_what_and_makes_no_context() {
    use rp_status::*;
    let flows = 4;
    let good = || Caller::new(fast_size(RP_NAT_SLOT_SIZE, flows), RP_NAT_COPY_SIZE, RP_MESSAGE_SIZE);
    type Spoil = fn(&mut rp_regions, &mut rp_config);
    let table: &[(rp_status, Spoil)] = &[
        (RP_OK, |_, _| {}),
        (RP_E_NULL, |regions, _| regions.fast = ptr::null_mut()),
        (RP_E_NULL, |regions, _| regions.slow = ptr::null_mut()),
        (RP_E_NULL, |regions, _| regions.packet = ptr::null_mut()),
        (RP_E_ALIGN, |regions, _| regions.fast = regions.fast.wrapping_add(4)),
        (RP_E_ALIGN, |regions, _| regions.slow = regions.slow.wrapping_add(1)),
        (RP_E_ALIGN, |regions, _| regions.packet = regions.packet.wrapping_add(2)),
        (RP_E_FAST, |regions, _| regions.fast_size -= 1),
        (RP_E_FAST, |regions, _| regions.fast_size = 0),
        (RP_E_SLOW, |regions, _| regions.slow_size -= 1),
        (RP_E_SLOW, |regions, _| regions.slow_size = 0),
        (RP_E_PACKET, |regions, _| regions.packet_size -= 1),
        (RP_E_PACKET, |regions, _| regions.packet_size = 0),
        (RP_E_CONFIG, |_, config| config.uplink.shards = 0),
        (RP_E_CONFIG, |_, config| config.routes[15] = 16),
        (RP_E_CONFIG, |_, config| config.routes[0] = 0xfe),
        (RP_E_CONFIG, |_, config| config.guard_ticks = config.lease_ticks),
        (RP_E_CONFIG, |_, config| (config.guard_ticks, config.lease_ticks) = (0, 0)),
        (RP_E_CONFIG, |_, config| config.lease_ticks = u32::MAX),
        (RP_E_CONFIG, |_, config| config.resend_ticks = 0),
    ];
    for (row, (expected, spoil)) in table.iter().enumerate() {
        for init in [rp_nat_init as Init, rp_counter_init] {
            let mut caller = good();
            caller.ctx.words[2..2 + RP_CTX_WORDS].fill(0);
            let (mut regions, mut config) = (caller.regions(), config());
            if ptr::fn_addr_eq(init, rp_counter_init as Init) {
                regions.fast_size = fast_size(RP_COUNTER_SLOT_SIZE, flows) as u32;
                regions.slow_size = RP_COUNTER_COPY_SIZE as u32;
            }
            spoil(&mut regions, &mut config);
            let ctx = caller.ctx();
            // SAFETY: the regions are the caller's, or null, or too short, which is what is tried.
            let status = unsafe { init(ctx.cast(), &regions, &config, 0) };
            assert_eq!(status, *expected, "row {row}");
            caller.check();
            // SAFETY: all zero or made.
            let made = unsafe { rp_flows(ctx) };
            assert_eq!(made, if status == RP_OK { 4 } else { 0 }, "row {row}");
        }
    }
    let mut caller = good();
    let (regions, config, ctx) = (caller.regions(), config(), caller.ctx().cast());
    // SAFETY: null or the caller's; what is not aligned is refused before it is used.
    unsafe {
        assert_eq!(rp_nat_init(ptr::null_mut(), &regions, &config, 0), RP_E_NULL);
        assert_eq!(rp_nat_init(ctx, ptr::null(), &config, 0), RP_E_NULL);
        assert_eq!(rp_nat_init(ctx, &regions, ptr::null(), 0), RP_E_NULL);
        assert_eq!(rp_nat_init(ctx.byte_add(4), &regions, &config, 0), RP_E_ALIGN);
        rp_config_default(ptr::null_mut(), 1, 1);
        rp_nat_outside(ptr::null_mut(), MAPPED.as_ptr(), 24);
        let mut unchanged = config;
        rp_nat_outside(&mut unchanged, ptr::null(), 24);
        assert_eq!(unchanged, config);
    }
}

#[test]
fn default_configuration_is_that_of_core() {
    let (config, core) = (config(), Config::new(1, Incarnation::new(1)));
    let ticks = [core.lease_period, core.guard, core.resend_after, core.resend_max, core.silence, core.open]
        .map(Span::ticks);
    assert_eq!(
        [
            config.lease_ticks,
            config.guard_ticks,
            config.resend_ticks,
            config.resend_max_ticks,
            config.silence_ticks,
            config.open_ticks
        ],
        ticks
    );
    assert_eq!((config.switch_id, config.incarnation, config.hold_ticks), (1, 1, 0));
    assert_eq!(config.routes[2..], [RP_NO_ROUTE; 14]);
}

#[test]
fn region_sizes_hold_exactly_as_many_flows_as_the_macros_say() {
    for flows in [4, 8, 64, 1024] {
        for (size, expected) in [(0, flows), (-1, flows / 2), (RP_NAT_SLOT_SIZE as isize, flows)] {
            let fast = fast_size(RP_NAT_SLOT_SIZE, flows).checked_add_signed(size).unwrap();
            let mut caller = Caller::new(fast, RP_NAT_COPY_SIZE, RP_MESSAGE_SIZE);
            let expected = if expected < 4 { 0 } else { expected };
            caller.ctx.words[2..2 + RP_CTX_WORDS].fill(0);
            caller.init(rp_nat_init, &config(), 0);
            // SAFETY: all zero or made.
            assert_eq!(unsafe { rp_flows(caller.ctx()) } as usize, expected, "{flows} {size}");
        }
    }
}

#[test]
fn call_that_must_be_refused_does_nothing() {
    let mut caller = Caller::counting(&config(), 8, 8, 2);
    let mut frame = packet(1);
    let desc = rp_desc { data: frame.as_mut_ptr(), len: 40, headroom: 0, tag: 1, ..NO_DESC };
    let mut out = [NO_DESC; 8];
    let mut empty = Region::new(RP_CTX_SIZE);
    empty.words.fill(0);
    let (ctx, place, zero) = (caller.ctx(), out.as_mut_ptr(), empty.at().cast());
    // SAFETY: pointers are null or valid, contexts all zero or made.
    unsafe {
        for call in [rp_on_frame, rp_on_packet, rp_on_store_msg] {
            for len in 0..RP_OUT_MIN {
                assert_eq!(call(ctx, 0, &desc, place, len), 0);
            }
            assert_eq!(call(ctx, 0, &desc, ptr::null_mut(), 8), 0);
            assert_eq!(call(ctx, 0, ptr::null(), place, 8), 0);
            assert_eq!(call(ptr::null_mut(), 0, &desc, place, 8), 0);
            assert_eq!(call(zero, 0, &desc, place, 8), 0);
            assert_eq!(call(ctx, 0, &rp_desc { data: ptr::null_mut(), ..desc }, place, 8), 0);
            assert_eq!(call(ctx, 0, &rp_desc { tag: RP_TAG_OWN | 1, ..desc }, place, 8), 0);
        }
        for len in 0..RP_OUT_MIN {
            assert_eq!(rp_poll(ctx, 0, place, len), 0);
        }
        assert_eq!(rp_poll(ctx, 0, ptr::null_mut(), 8), 0);
        for ctx in [ptr::null_mut(), zero] {
            assert_eq!(rp_poll(ctx, 0, place, 8), 0);
            assert_eq!(rp_flows(ctx), 0);
            rp_sent(ctx, RP_TAG_OWN);
            rp_give_up_all(ctx);
            assert!(!rp_has_given_up_all(ctx));
        }
    }
    assert!(out.iter().all(|desc| desc.tag == NO_DESC.tag && desc.verdict == NO_DESC.verdict));
    let counted = (0..RP_COUNTERS_SIZE / 4).map(|word| caller.fast.word(word)).filter(|word| *word != 0);
    // What is behind the last counter is filler.
    assert!(
        counted
            .take(2)
            .all(|word| u64::from(word) == CANARY & 0xffff_ffff || u64::from(word) == CANARY >> 32)
    );
}

#[test]
fn outputs_of_the_smallest_room_are_enough() {
    let mut config = config();
    config.hold_ticks = 1_000_000;
    let mut caller = Caller::counting(&config, 8, 8, 4);
    let desc = caller.given(INSIDE, 5, &packet(1));
    // SAFETY: the context was made, and the buffer stays.
    let out = caller
        .outputs(RP_OUT_MIN as usize, |ctx, out| unsafe { rp_on_frame(ctx, 0, &desc, out, RP_OUT_MIN) });
    let verdicts: Vec<_> = out.iter().map(|out| (out.verdict, out.tag)).collect();
    assert_eq!(verdicts, [(RELEASE, RP_TAG_OWN), (HOLD, 5)]);
}

#[test]
fn messages_of_the_librarys_own_are_as_many_as_there_is_room_for_until_they_are_sent() {
    let copies = 40;
    for messages in [1, 4, 32, 40] {
        let mut caller = Caller::counting(&config(), 64, copies, messages);
        let mut answers = vec![];
        let mut store: CountingStore = store(ZeroState { idle_ticks: 1 << 30 });
        for flow in 1..=36 {
            for out in caller.on_frame(0, INSIDE, u32::from(flow), &packet(flow)) {
                let (_, bytes) = network::to_store(&WAY, &out.bytes);
                answers.extend(store.handle(1, 1, &bytes));
            }
        }
        for (_, bytes) in answers {
            caller.on_frame(0, UPLINK, 99, &network::from_store(&WAY, &bytes));
        }
        let begun = caller.fast.word(Reason::ALL.len() + Event::WriteBegun as usize);
        assert!(begun >= 33, "{begun}");
        let all = messages.min(RP_MESSAGES_MAX);
        let mut now = 10_000;
        let mut poll_all = |caller: &mut Caller| {
            now += 10_000;
            let mut count = 0;
            while !caller.poll(now).is_empty() {
                count += 1;
            }
            count
        };
        assert_eq!(poll_all(&mut caller), all);
        // Tags of others, of no buffer, and twice the same.
        for tag in [0, 5, RP_TAG_OWN - 1, RP_TAG_OWN | (all as u32), RP_TAG_OWN | 31] {
            let is_there = tag & RP_TAG_OWN != 0 && (tag & 31) < all as u32;
            if !is_there {
                // SAFETY: the context was made.
                unsafe { rp_sent(caller.ctx(), tag) };
            }
        }
        assert_eq!(poll_all(&mut caller), 0);
        let one = caller.unsent.pop_first().unwrap();
        for _ in 0..2 {
            // SAFETY: the context was made.
            unsafe { rp_sent(caller.ctx(), one) };
        }
        assert_eq!(poll_all(&mut caller), 1);
        caller.sent();
        assert!(poll_all(&mut caller) > 0);
    }
}

#[test]
fn leases_are_handed_back_by_polls_and_confirmed_by_the_store() {
    let mut caller = Caller::counting(&config(), 16, 4, 4);
    let mut store: CountingStore = store(ZeroState { idle_ticks: 1 << 30 });
    for flow in 1..=4 {
        exchange(&mut caller, &mut store, 0, flow);
    }
    let held = |store: &mut CountingStore| {
        store.shard.flows().records().iter().filter(|(_, record)| record.held).count()
    };
    assert_eq!(held(&mut store), 4);
    // Copies of what is acked are forgotten.
    assert_eq!(caller.poll(0), []);
    // SAFETY: the context was made.
    unsafe {
        assert!(rp_has_given_up_all(caller.ctx()));
        rp_give_up_all(caller.ctx());
        assert!(!rp_has_given_up_all(caller.ctx()));
    }
    let mut now = 1;
    // SAFETY: the context was made.
    while !unsafe { rp_has_given_up_all(caller.ctx()) } {
        let out = caller.poll(now);
        caller.sent();
        now += 100;
        assert!(now < 10_000);
        for out in out {
            let (_, bytes) = network::to_store(&WAY, &out.bytes);
            for (_, answer) in store.handle(u64::from(now) * TICK_NANOS, 1, &bytes) {
                caller.on_frame(now, UPLINK, 99, &network::from_store(&WAY, &answer));
            }
        }
    }
    assert_eq!(held(&mut store), 0);
}

type CountingStore = Store<Counter, ZeroState, OneReplica>;

fn store<P: Program, I: Initializer<P>>(initializer: I) -> Store<P, I, OneReplica> {
    Store::new(&shard_config(LEASE, 64), initializer, OneReplica::default())
}

/// A packet, and all that comes of it at once.
fn exchange(caller: &mut Caller, store: &mut CountingStore, now: u32, flow: u16) {
    let mut out = caller.on_frame(now, INSIDE, 1, &packet(flow));
    while let Some(first) = out.pop().filter(|out| out.port == UPLINK) {
        let (_, bytes) = network::to_store(&WAY, &first.bytes);
        for (_, answer) in store.handle(u64::from(now) * TICK_NANOS, 1, &bytes) {
            out.extend(caller.on_frame(now, UPLINK, 99, &network::from_store(&WAY, &answer)));
        }
    }
}

#[test]
fn caller_that_tells_frames_apart_by_itself_gets_the_same() {
    let grant = |caller: &mut Caller| {
        let out = caller.on_frame(0, INSIDE, 1, &packet(1));
        let (_, bytes) = network::to_store(&WAY, &out[0].bytes);
        store::<Counter, _>(ZeroState { idle_ticks: 1 << 30 }).handle(1, 1, &bytes).remove(0).1
    };
    let mut whole = Caller::counting(&config(), 8, 8, 2);
    let mut apart = Caller::counting(&config(), 8, 8, 2);
    let message = grant(&mut whole);
    let expected = whole.on_frame(0, UPLINK, 2, &network::from_store(&WAY, &message));
    let given = apart.given(INSIDE, 1, &packet(1));
    // SAFETY: the context was made, and the buffer stays.
    apart.outputs(8, |ctx, out| unsafe { rp_on_packet(ctx, 0, &given, out, 8) });
    let given = apart.given(UPLINK, 2, &message);
    // SAFETY: the context was made, and the buffer stays.
    let out = apart.outputs(8, |ctx, out| unsafe { rp_on_store_msg(ctx, 0, &given, out, 8) });
    assert_eq!((out.len(), out), (1, expected));
    assert_eq!(whole.fast.words, apart.fast.words);
}

/// A Rust device and a context, side by side.
struct Pair<P: Program, I> {
    device: Device<'static, P, RP_HELD_MAX>,
    board: Board,
    caller: Caller,
    store: Store<P, I, OneReplica>,
    rng: fastrand::Rng,
    now: u32,
    store_ns: u64,
    under_way: Vec<Vec<u8>>,
    left: Vec<Vec<u8>>,
    /// Buffers that were given to both.
    given: BTreeSet<u32>,
}

impl<P: Program, I: Initializer<P>> Pair<P, I> {
    fn new(seed: u64, init: Init, sizes: [usize; 2], initializer: I) -> Self {
        let mut rng = fastrand::Rng::with_seed(seed);
        let now = rng.u32(..);
        let mut config = config();
        // SAFETY: both are valid.
        unsafe { rp_nat_outside(&mut config, MAPPED.as_ptr(), 32) };
        config.lease_ticks = LEASE.ticks();
        config.guard_ticks = LEASE.ticks() / 100;
        config.silence_ticks = LEASE.ticks() * 3;
        config.hold_ticks = [0, LEASE.ticks()][rng.usize(0..2)];
        config.uplink.checksum = rng.bool();
        let switch = Config { program: config.program, ..Config::new(1, Incarnation::new(1)) };
        let setup = Setup {
            switch: switch.with_lease_period(LEASE),
            uplink: Uplink { checksum: config.uplink.checksum, ..WAY },
            hold: (config.hold_ticks != 0).then(|| Span::from_ticks(config.hold_ticks)),
            ..board::setup(1)
        };
        let mut caller = Caller::new(fast_size(sizes[0], 8), sizes[1] * 12, RP_MESSAGE_SIZE * 8);
        assert_eq!(caller.init(init, &config, now), rp_status::RP_OK);
        Self {
            device: board::device(&setup, 8, 12, Tick::new(now)),
            board: Board::new(32),
            caller,
            store: store(initializer),
            rng,
            now,
            store_ns: 1_000_000_000,
            under_way: vec![],
            left: vec![],
            given: BTreeSet::new(),
        }
    }

    fn frame(&mut self, port: u16, frame: &[u8]) {
        let packet = self.board.packet(port, frame);
        let tag = packet.tag;
        self.given.insert(tag);
        self.board.room = 8;
        self.device.handle_frame(Tick::new(self.now), packet, &mut self.board);
        let out = self.caller.on_frame(self.now, port, tag, frame);
        self.compare(out);
    }

    fn poll(&mut self) {
        loop {
            self.board.room = 8;
            self.device.poll(Tick::new(self.now), &mut self.board);
            let out = self.caller.poll(self.now);
            self.caller.sent();
            let none = out.is_empty();
            self.compare(out);
            if none {
                return;
            }
        }
    }

    fn compare(&mut self, out: Vec<Out>) {
        let holds = std::mem::take(&mut self.board.holds);
        let held: Vec<u32> = out.iter().filter(|out| out.verdict == HOLD).map(|out| out.tag).collect();
        assert_eq!(held, holds);
        let mut expected = vec![];
        for did in self.board.did(self.device.held()) {
            let (tag, verdict, port, reason, bytes) = match did {
                Did::Sent { port, bytes, tag } => (tag, RELEASE, port, RP_NO_REASON, Some(bytes)),
                Did::Punted { port, why, bytes, tag } => (tag, PUNT, port, why as u8, Some(bytes)),
                Did::Freed { why, tag } => (tag, DROP, 0, why.map_or(RP_NO_REASON, |why| why as u8), None),
            };
            let is_given = self.given.remove(&tag);
            // A buffer of the device's own that is freed goes back to the library's pool, and is nobody's business.
            if is_given || verdict == RELEASE {
                expected.push((is_given.then_some(tag), verdict, port, reason, bytes));
            }
        }
        let real: Vec<_> = out
            .into_iter()
            .filter(|out| out.verdict != HOLD)
            .map(|out| {
                let tag = (out.tag & RP_TAG_OWN == 0).then_some(out.tag);
                let (port, bytes) = if out.verdict == DROP { (0, None) } else { (out.port, Some(out.bytes)) };
                (tag, out.verdict, port, out.reason, bytes)
            })
            .collect();
        assert_eq!(real, expected);
        for (.., verdict, port, _, bytes) in real {
            let Some(bytes) = bytes.filter(|_| verdict == RELEASE) else { continue };
            if port == UPLINK && self.rng.u32(0..8) > 0 {
                let payload = network::read(&bytes).unwrap().payload;
                let answers = self.store.handle(self.store_ns, 1, &payload);
                self.under_way.extend(answers.into_iter().map(|(_, bytes)| bytes));
            } else if port == OUTSIDE && self.left.len() < 32 {
                self.left.push(bytes);
            }
        }
        self.compare_counters();
    }

    /// Counters lie where the header says.
    fn compare_counters(&self) {
        let counters = self.device.counters();
        let reasons = Reason::ALL.iter().map(|reason| (reason.name(), counters.reason(*reason)));
        let events = Event::ALL.iter().map(|event| (event.name(), counters.event(*event)));
        let devices = self.device.device_counters().all().map(|(name, _, count)| (name, count));
        for (word, (name, count)) in reasons.chain(events).chain(devices).enumerate() {
            // A frame's own buffer is a poll's only where there is something to put in: how often none was free differs by pool.
            assert_eq!(self.caller.fast.word(word), count, "{name}");
        }
    }

    fn any_frame(&mut self) -> (u16, Vec<u8>) {
        let is_nat = P::SCHEMA.id == Nat44::SCHEMA.id;
        if is_nat && !self.left.is_empty() && self.rng.bool() {
            let sent = &self.left[self.rng.usize(0..self.left.len())];
            let to = (frames::word(sent, 26).unwrap(), frames::half(sent, 34).unwrap());
            return (OUTSIDE, frames::udp(0xc633_6401, to.0, 53, to.1, b"answer"));
        }
        let (host, port) = (0x0a00_0001 + self.rng.u32(0..3), 1000 + self.rng.u16(0..4));
        let frame = if self.rng.bool() {
            frames::udp(host, 0xc633_6401, port, 53, b"question")
        } else {
            let flags = [0x02, 0x10, 0x11][self.rng.usize(0..3)];
            let ttl = if self.rng.u32(0..10) == 0 { 1 } else { 64 };
            let segment = frames::tcp_segment(host, 0xc633_6401, port, 53, flags, b"");
            [
                frames::ethernet(0x0800, false),
                frames::ipv4(host, 0xc633_6401, frames::TCP, ttl, 0x4000, &segment),
            ]
            .concat()
        };
        (INSIDE, frame)
    }

    fn run(mut self) -> u32 {
        for _ in 0..1500 {
            match self.rng.u32(0..10) {
                0..5 => {
                    let (port, frame) = self.any_frame();
                    self.frame(port, &frame);
                }
                5..8 if !self.under_way.is_empty() => {
                    let at = self.rng.usize(0..self.under_way.len());
                    let message = self.under_way.swap_remove(at);
                    let frame = network::datagram(
                        network::Ends { checksum: true, ..network::Ends::from_store(&WAY, 0) },
                        &message,
                    );
                    self.frame(UPLINK, &frame);
                }
                _ => {
                    let ticks = if self.rng.u32(0..30) == 0 { LEASE.ticks() } else { self.rng.u32(0..3000) };
                    self.now = self.now.wrapping_add(ticks);
                    self.store_ns += u64::from(ticks) * TICK_NANOS;
                    let answers = self.store.poll(self.store_ns);
                    self.under_way.extend(answers.into_iter().map(|(_, bytes)| bytes));
                    self.poll();
                }
            }
            // The library's own messages leave at once.
            self.caller.sent();
        }
        board::counted(&self.device, "hold_released")
    }
}

#[test]
fn context_does_what_the_device_does_for_the_counter() {
    let sizes = [RP_COUNTER_SLOT_SIZE, RP_COUNTER_COPY_SIZE];
    let initializer = || ZeroState { idle_ticks: 1 << 30 };
    let released: u32 =
        (0..20).map(|seed| Pair::<Counter, _>::new(seed, rp_counter_init, sizes, initializer()).run()).sum();
    assert!(released > 100, "{released}");
}

#[test]
fn context_does_what_the_device_does_for_the_nat() {
    let sizes = [RP_NAT_SLOT_SIZE, RP_NAT_COPY_SIZE];
    let nat = NatConfig { ports: 2000..=2063, ..NatConfig::new(vec![MAPPED.into()]) };
    let initializer = || NatInitializer::new(&nat, Placement::ALONE).unwrap();
    let released: u32 =
        (0..20).map(|seed| Pair::<Nat44, _>::new(seed, rp_nat_init, sizes, initializer()).run()).sum();
    assert!(released > 100, "{released}");
}

#[test]
fn header_names_the_places_of_the_counters() {
    let header = include_str!("../../include/redplane.h");
    for (name, value) in [
        ("RP_EVENTS_AT", Reason::ALL.len()),
        ("RP_DEVICE_AT", Reason::ALL.len() + Event::ALL.len()),
        ("RP_HEADROOM", RP_HEADROOM),
        ("RP_OUT_MIN", RP_OUT_MIN as usize),
    ] {
        assert!(header.contains(&format!("#define {name} {value}\n")), "{name}");
    }
    assert!(
        header
            .contains("#define RP_FAST_SIZE(slot_size, flows) (RP_COUNTERS_SIZE + (slot_size) * (flows))\n")
    );
    const { assert!(RP_HEADROOM >= HEADROOM) };
}
