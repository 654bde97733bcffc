//! One comparison is changed: whether a lease is live in the tick of its deadline (RP-SW-2).
//!
//! A copy of core's `IsAfter` with "after" changed to "at or after" takes its place, told by its name, and nothing else is touched.
//! The same `apply` is then what runs now, what is recorded, placed and simulated, and what is printed as P4:
//!
//! | machine | who runs the action | what is seen |
//! | --- | --- | --- |
//! | now | `now.rs`, over core's generic data plane | in the tick of the deadline a write begins, where a lease was asked for |
//! | simulated | the pipeline placed from the recording | the same |
//! | P4 | the text lowered from that pipeline | the action's comparison, and no other line |

use std::collections::HashMap;

use redplane_apps::Counter;
use redplane_core::dataplane;
use redplane_core::field::{Field, Header, Param, Pass};
use redplane_core::machine::{Alu, Array, RegisterAction};
use redplane_core::native::NativeAlu;
use redplane_core::packet::Buffer;
use redplane_core::ports::PortSet;
use redplane_core::registers::{IsAfter, YES};
use redplane_core::seq::{Epoch, Incarnation, Seq};
use redplane_core::switch::{Config, Ingress, Switch, Verdict};
use redplane_core::time::{Span, Tick};
use redplane_core::wire::{Envelope, Flags, HEADROOM, Kind};
use redplane_hdl_sim::netlist::{Action, Graph, WordNode};
use redplane_hdl_sim::pipeline::Pipeline;
use redplane_hdl_sim::place;
use redplane_hdl_sim::record::record;
use redplane_hdl_sim::sim::{Device, Hardware, What};
use redplane_hdl_sim::target::TOFINO1;
use redplane_tests::sim::frames;
use redplane_tofino::lower::{self, ProgramShape};
use redplane_tofino::p4::check;

use super::now::Now;

const FLOWS: u32 = 1024;
const HOST: u32 = 0x0a00_0001;
const SERVER: u32 = 0xc633_6401;
const PORTS: (u16, u16) = (1000, 53);
/// The flow's key, as the counter makes it.
const KEY: [u32; 4] = [frames::UDP as u32, HOST, SERVER, (PORTS.0 as u32) << 16 | PORTS.1 as u32];
const EPOCH: u32 = 5;
const GRANTED: Tick = Tick::new(1000);

/// [`IsAfter`] with its one comparison changed.
struct IsAtOrAfter;

impl RegisterAction for IsAtOrAfter {
    const NAME: &'static str = IsAfter::NAME;

    fn apply<A: Alu + ?Sized>(alu: &mut A, cell: A::Word, a: A::Word, _b: A::Word) -> (A::Word, A::Word) {
        let before = alu.newer(a, cell);
        let not_before = alu.not(before);
        (cell, alu.word(not_before))
    }
}

fn config() -> Config {
    Config::new(1, Incarnation::new(1))
}

fn deadline() -> Tick {
    GRANTED + Span::from_ticks(config().param(Param::LeaseSpan))
}

fn frame() -> Vec<u8> {
    frames::udp(HOST, SERVER, PORTS.0, PORTS.1, b"counted")
}

fn grant() -> Vec<u8> {
    let mut memory = [0; 2 * HEADROOM];
    let mut buffer = Buffer::empty(&mut memory);
    let envelope = Envelope {
        layout: <Counter as redplane_core::program::Program>::LAYOUT,
        kind: Kind::Grant,
        flags: Flags::new(),
        switch: 1,
        incarnation: Incarnation::new(1),
        epoch: Epoch::new(EPOCH),
        seq: Seq::new(0),
        timestamp: GRANTED,
        key: &KEY,
        state: &[7],
    };
    envelope.encode(&mut buffer).unwrap();
    buffer.bytes().to_vec()
}

/// The program as recorded, with or without the other action.
fn placed(is_changed: bool) -> Pipeline {
    let mut recording = record::<Counter>(place::MIRROR_LIMIT);
    let mut changed = 0;
    for action in &mut recording.ingress.actions {
        if is_changed && action.name == IsAtOrAfter::NAME {
            // As the recorder does it.
            let mut graph = Graph::default();
            let [cell, a, b] = [WordNode::Cell, WordNode::A, WordNode::B].map(|node| graph.put(node));
            let (value, result) = IsAtOrAfter::apply(&mut graph, cell, a, b);
            *action = Action { graph, value, result, ..action.clone() };
            changed += 1;
        }
    }
    assert_eq!(changed, usize::from(is_changed), "actions named {}", IsAtOrAfter::NAME);
    place::place(&recording, &place::shape_of::<Counter>(FLOWS), &TOFINO1).unwrap()
}

/// What the packet becomes in this tick, on a machine that does it now.
fn now_sends(now: Tick, is_changed: bool) -> Kind {
    let mut machine = Now {
        fields: HashMap::from([
            (Field::Pass, Pass::Packet as u32),
            (Field::Now, now.raw()),
            (Field::Ipv4Protocol, KEY[0]),
            (Field::Ipv4Src, HOST),
            (Field::Ipv4Dst, SERVER),
            (Field::L4Src, PORTS.0.into()),
            (Field::L4Dst, PORTS.1.into()),
        ]),
        headers: vec![Header::Ipv4, Header::Udp],
        cells: HashMap::from([(Array::Epoch, EPOCH), (Array::Deadline, deadline().raw())]),
        config: config(),
        exchanged: is_changed
            .then_some((IsAtOrAfter::NAME, |cell, a, b| IsAtOrAfter::apply(&mut NativeAlu, cell, a, b))),
    };
    dataplane::ingress::<_, Counter>(&mut machine);
    Kind::from_wire(machine.fields[&Field::OutKind] as u8).unwrap()
}

/// The same on the switch that ships.
fn switch_sends(now: Tick) -> Kind {
    let mut switch = Box::new(Switch::<Counter, 8, 16>::new(&config(), PortSet::EMPTY.with(0), GRANTED));
    let mut give = |bytes: &[u8], now, is_frame| {
        let mut memory = vec![0; HEADROOM + bytes.len()];
        memory[HEADROOM..].copy_from_slice(bytes);
        let end = memory.len();
        let mut buffer = Buffer::new(&mut memory, HEADROOM, end).unwrap();
        match is_frame {
            true => switch.handle_packet(now, Ingress { port: 0, inside: true }, &mut buffer),
            false => switch.handle_message(now, &mut buffer),
        }
    };
    assert_eq!(give(&grant(), GRANTED, false), Verdict::Consumed);
    match give(&frame(), now, true) {
        Verdict::ToStore { kind } => kind,
        other => panic!("{other:?}"),
    }
}

/// The same in a simulated pipeline.
fn simulated_sends(pipeline: &Pipeline, now: Tick) -> Kind {
    let hardware = Hardware { sweep_every: None, ..Hardware::new(pipeline, Hardware::two_ports()) };
    let mut device = Device::new(pipeline.clone(), &config(), hardware).unwrap();
    device.freeze(Some(GRANTED));
    device.message(&grant());
    device.run_until_idle();
    device.freeze(Some(now));
    device.offer(0, &frame()).unwrap();
    device.run_until_idle();
    std::iter::from_fn(|| device.poll_output())
        .find_map(|output| match output.what {
            What::ToStore { kind, .. } => Some(kind),
            _ => None,
        })
        .unwrap()
}

/// The pipeline as a P4 program.
pub(crate) fn p4(pipeline: &Pipeline) -> String {
    let shape = ProgramShape::of(pipeline).unwrap();
    let stages = lower::stages::stages(pipeline, &shape).unwrap();
    check::check(lower::program(&shape, stages)).unwrap().to_p4()
}

#[test]
fn comparison_changed_in_one_action_changes_every_machine_at_the_deadline() {
    let (original, changed) = (placed(false), placed(true));
    let tick = Span::from_ticks(1);
    let (before, at, after) = (deadline() - tick, deadline(), deadline() + tick);

    // As it is: live before the deadline, over from its tick on. The four agree.
    for (now, kind) in [(before, Kind::Write), (at, Kind::LeaseRequest), (after, Kind::LeaseRequest)] {
        assert_eq!(switch_sends(now), kind);
        assert_eq!(now_sends(now, false), kind);
        assert_eq!(simulated_sends(&original, now), kind);
    }
    // Changed: live in the tick of the deadline too.
    for (now, kind) in [(before, Kind::Write), (at, Kind::Write), (after, Kind::LeaseRequest)] {
        assert_eq!(now_sends(now, true), kind);
        assert_eq!(simulated_sends(&changed, now), kind);
    }

    // In the P4 text, lines of that action differ, and no others.
    let (original, changed) = (p4(&original), p4(&changed));
    let (old, new): (Vec<_>, Vec<_>) = (original.lines().collect(), changed.lines().collect());
    let same = |a: &&str, b: &&str| a == b;
    let head = old.iter().zip(&new).take_while(|(a, b)| same(a, b)).count();
    let tail = old[head..].iter().rev().zip(new[head..].iter().rev()).take_while(|(a, b)| same(a, b)).count();
    let (old, new) = (&old[head..old.len() - tail], &new[head..new.len() - tail]);
    assert!(!old.is_empty() && old.len() <= 5 && new.len() <= 5, "{old:#?}\n{new:#?}");
    let action = original.lines().take(head).filter(|line| line.contains("RegisterAction<")).last().unwrap();
    assert!(action.contains(" deadline_is_after = {"), "{action}");
    assert!(old.iter().chain(new).any(|line| line.contains("(int<32>)")), "{old:#?}\n{new:#?}");
}

#[test]
fn action_in_anothers_place_differs_from_it_at_the_boundary_alone() {
    let asked = |now: Tick, cell: Tick| {
        let original = IsAfter::apply(&mut NativeAlu, cell.raw(), now.raw(), 0).1;
        let changed = IsAtOrAfter::apply(&mut NativeAlu, cell.raw(), now.raw(), 0).1;
        (original, changed)
    };
    let tick = Span::from_ticks(1);
    assert_eq!(asked(deadline() - tick, deadline()), (YES, YES));
    assert_eq!(asked(deadline(), deadline()), (0, YES));
    assert_eq!(asked(deadline() + tick, deadline()), (0, 0));
}
