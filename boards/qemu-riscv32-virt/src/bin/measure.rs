//! Counts instructions of the packet path, with RedPlane and without, one figure a line.
//!
//! Each figure is one call of the switch with everything set up before it, as in `redplane-apps/benches/instructions.rs`. The core's own
//! counter of retired instructions is read around it; under `-icount shift=0` QEMU counts exactly, so a run gives the same
//! figures each time. It is compiled as the other images are, for size, and the switch works in lent memory as theirs does.
#![no_std]
#![no_main]

use core::hint::black_box;

use redplane_apps::{Counter, Nat44};
use redplane_core::count::Counters;
use redplane_core::mirror::Copy;
use redplane_core::packet::Buffer;
use redplane_core::plain::{PlainSwitch, Verdict as PlainVerdict};
use redplane_core::ports::PortSet;
use redplane_core::program::{Program, Words};
use redplane_core::seq::{Epoch, Incarnation, Seq};
use redplane_core::storage::{Lent, Row};
use redplane_core::switch::{Config, Ingress, SwitchOver, Verdict};
use redplane_core::time::{Span, Tick};
use redplane_core::wire::{Envelope, Flags, HEADROOM, Kind, Message};
use redplane_qemu_riscv32_virt::console::line;
use redplane_qemu_riscv32_virt::{fault, host};
use riscv::register::minstret;
use static_cell::{ConstStaticCell, StaticCell};

const SLOTS: usize = 64;
const COPIES: usize = 16;
const NOW: Tick = Tick::new(1_000_000);
const INGRESS: Ingress = Ingress { port: 0, inside: true };

/// A frame without check sequence at the size at which instructions per packet matter most: 10.0.0.1:5000 to 198.51.100.1:53.
#[rustfmt::skip]
const FRAME: [u8; 64] = [
    2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0, // Ethernet
    0x45, 0, 0, 50, 0, 0, 0x40, 0, 64, 17, 0x6d, 0x2c, 10, 0, 0, 1, 198, 51, 100, 1, // IPv4
    0x13, 0x88, 0, 53, 0, 30, 0x12, 0x34, // UDP, with a checksum
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
];

/// A buffer with a frame, or with nothing yet.
type Memory = [u8; HEADROOM + FRAME.len()];

static NAT: Static<Nat44> = Static::new();
static COUNTER: Static<Counter> = Static::new();

#[riscv_rt::entry]
fn main() -> ! {
    let nat = [203 << 24 | 113 << 8, 10_000, 0];
    let mut with = NAT.redplane(&nat);
    let mut memory = frame();
    let (redplane, verdict) = packet(&mut with, &mut memory);
    must(matches!(verdict, Verdict::Forward { .. }), "a read is forwarded");
    tell("NAT44, packet that reads", Some(NAT.plain(&nat)), redplane);

    let mut with = COUNTER.redplane(&[0]);
    let mut memory = frame();
    let (redplane, verdict) = packet(&mut with, &mut memory);
    must(matches!(verdict, Verdict::ToStore { kind: Kind::Write }), "a write goes to the store");
    tell("counter, packet that writes", Some(COUNTER.plain(&[0])), redplane);

    let mut out = [0; HEADROOM];
    let mut out = Buffer::empty(&mut out);
    let (passed, sent) = count(|| with.poll(black_box(NOW + Span::from_ticks(1)), &mut out));
    must(sent.is_none() && with.mirrored() == 1, "a copy that is not due passes by");

    let mut ack = [0; HEADROOM + 2 * FRAME.len()];
    let mut ack = acknowledge(&memory, &mut ack);
    let (acked, verdict) = count(|| with.handle_message(black_box(NOW), &mut ack));
    must(matches!(verdict, Verdict::Forward { .. }), "an ack releases its packet");
    tell("counter, ack that releases a packet", None, acked);
    tell("counter, copy in the mirror queue passes by", None, passed);
    host::exit(0)
}

/// Static memory for a switch with RedPlane and one without.
struct Static<P: Program> {
    rows: ConstStaticCell<[Row<P>; SLOTS]>,
    copies: StaticCell<[Option<Copy<P>>; COPIES]>,
    counters: ConstStaticCell<Counters>,
    plain: StaticCell<PlainSwitch<P, SLOTS>>,
}

type With<P> = SwitchOver<P, Lent<'static, P>>;

impl<P: Program> Static<P> {
    const fn new() -> Self {
        Self {
            rows: ConstStaticCell::new([const { Row::EMPTY }; SLOTS]),
            copies: StaticCell::new(),
            counters: ConstStaticCell::new(Counters::new()),
            plain: StaticCell::new(),
        }
    }

    /// A switch that holds the lease of the frame's flow, with this state.
    fn redplane(&'static self, state: &[u32]) -> With<P> {
        let copies = self.copies.init_with(|| [const { None }; COPIES]);
        let Ok(storage) = Lent::new(self.rows.take(), copies, self.counters.take()) else {
            fault::stop("too little memory")
        };
        let mut switch = SwitchOver::over(storage, &config(), PortSet::ALL, NOW);
        let mut memory = frame();
        let (_, verdict) = packet(&mut switch, &mut memory);
        must(matches!(verdict, Verdict::ToStore { kind: Kind::LeaseRequest }), "a new flow asks for a lease");
        let mut answer = [0; 2 * HEADROOM];
        let mut answer = Buffer::empty(&mut answer);
        let envelope = Envelope {
            layout: P::LAYOUT,
            kind: Kind::Grant,
            flags: Flags::new(),
            switch: 1,
            incarnation: Incarnation::new(1),
            epoch: Epoch::new(1),
            seq: Seq::new(0),
            timestamp: NOW,
            key: switch.last_key().as_ref(),
            state,
        };
        must(envelope.encode(&mut answer).is_ok(), "a message has room");
        must(matches!(switch.handle_message(NOW, &mut answer), Verdict::Consumed), "a grant is taken");
        switch
    }

    /// Instructions of the same packet without RedPlane.
    fn plain(&'static self, words: &[u32]) -> u32 {
        let switch = self.plain.init_with(|| PlainSwitch::new(&config()));
        let mut state = P::State::ZERO;
        state.as_mut().iter_mut().zip(words).for_each(|(to, from)| *to = *from);
        let mut memory = frame();
        let mut run = |switch: &mut PlainSwitch<P, SLOTS>| {
            memory = frame();
            let mut buffer = whole(&mut memory);
            count(|| switch.handle_packet(black_box(NOW), black_box(INGRESS), &mut buffer))
        };
        let (_, PlainVerdict::Miss(key)) = run(switch) else { fault::stop("a new flow has a slot") };
        must(switch.install(&key, &state), "a flow finds a slot");
        let (instructions, verdict) = run(switch);
        must(matches!(verdict, PlainVerdict::Forward { .. }), "a packet is forwarded");
        instructions
    }
}

fn config() -> Config {
    Config { program: Nat44::params([203, 0, 113, 0], 24), ..Config::new(1, Incarnation::new(1)) }
}

fn frame() -> Memory {
    let mut memory = [0; HEADROOM + FRAME.len()];
    memory[HEADROOM..].copy_from_slice(&FRAME);
    memory
}

/// The frame, behind its head room.
fn whole(memory: &mut Memory) -> Buffer<'_> {
    let Some(buffer) = Buffer::new(memory, HEADROOM, HEADROOM + FRAME.len()) else {
        fault::stop("a frame does not fit")
    };
    buffer
}

/// Instructions of a packet with RedPlane, and what becomes of it. What goes to the store begins somewhere in the head room.
fn packet<P: Program>(switch: &mut With<P>, memory: &mut Memory) -> (u32, Verdict) {
    let mut buffer = whole(memory);
    let counted = count(|| switch.handle_packet(black_box(NOW), black_box(INGRESS), &mut buffer));
    let start = buffer.start();
    // To the front, where `acknowledge` looks for it.
    memory.copy_within(start.., 0);
    counted
}

/// The store's ack of a write that lies at the front of `write`, with the packet that it carries.
fn acknowledge<'a>(write: &Memory, memory: &'a mut [u8]) -> Buffer<'a> {
    let layout = Counter::LAYOUT;
    let head_len = match Message::parse(write, |_| Some(layout)) {
        Ok((message, _)) => message.head_len(),
        Err(_) => fault::stop("a write is no message"),
    };
    let Ok((write, _)) = Message::parse(&write[..head_len + FRAME.len()], |_| Some(layout)) else {
        fault::stop("a write is no message")
    };
    let mut key = [0; 4];
    key.iter_mut().zip(write.key()).for_each(|(to, from)| *to = from.get());
    let carried = write.piggyback().unwrap_or_default();
    let start = memory.len() - carried.len();
    memory[start..].copy_from_slice(carried);
    let end = memory.len();
    let Some(mut buffer) = Buffer::new(memory, start, end) else { fault::stop("an ack does not fit") };
    let ack = Envelope {
        layout,
        kind: Kind::WriteAck,
        flags: write.flags(),
        switch: write.switch(),
        incarnation: write.incarnation(),
        epoch: write.epoch(),
        seq: write.seq(),
        timestamp: write.timestamp(),
        key: &key,
        state: &[],
    };
    must(ack.encode(&mut buffer).is_ok(), "a message has room");
    buffer
}

/// Instructions of a call, those that count left out, and what it gives.
#[inline(always)]
fn count<R>(call: impl FnOnce() -> R) -> (u32, R) {
    let start = minstret::read();
    let nothing = minstret::read();
    let result = black_box(call());
    let end = minstret::read();
    ((end - nothing - (nothing - start)) as u32, result)
}

fn must(holds: bool, what: &str) {
    if !holds {
        fault::stop(what);
    }
}

fn tell(what: &str, plain: Option<u32>, redplane: u32) {
    match plain {
        Some(plain) => {
            line(what).text(": plain ").number(plain).text(", with RedPlane ").number(redplane).end()
        }
        None => line(what).text(": ").number(redplane).end(),
    }
}
