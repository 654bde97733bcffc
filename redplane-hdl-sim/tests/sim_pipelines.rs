//! The simulator on pipelines made by hand: stages, registers, time, queues, links, and what is refused.
#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod sim_support;

use redplane_core::field::{Checksum, Field, Header, Pass};
use redplane_core::machine::Array;
use redplane_core::time::Tick;
use redplane_core::wire::Kind;
use redplane_hdl_sim::pipeline::{
    Act, Cond, DecisionTable, Entry, Execution, Expr, Fate, FieldId, KeyPart, Output, Role, Src, StageArray,
    Unit,
};
use redplane_hdl_sim::salu::{Operand, Output as Given, Value};
use redplane_hdl_sim::sim::{
    COPY_METADATA, Device, Gress, Hardware, Link, Loss, MESSAGE_HEADERS, Occupancy, QueueId, Unfit, What,
};
use sim_support::maker::{Maker, access, assign, config, copy, set};
use sim_support::{TCP, UDP, checksum, half, pseudo_checksum, word};

const STATE: StageArray = StageArray::Core(Array::State(0));
const SEQ: StageArray = StageArray::Core(Array::Seq);

/// A frame of so many bytes that is no IPv4, so that no stage sees more of it than its port.
fn frame(len: usize, mark: u8) -> Vec<u8> {
    let mut frame = vec![mark; len];
    frame[12..14].copy_from_slice(&[0x88, 0xb5]);
    frame
}

/// What has come out of ports, by time of arrival.
fn forwarded(device: &mut Device) -> Vec<(u64, u16, Vec<u8>)> {
    let outputs = std::iter::from_fn(|| device.poll_output());
    outputs
        .filter_map(|output| match output.what {
            What::Forward { by, packet, .. } => Some((output.at, by, packet.to_vec())),
            _ => None,
        })
        .collect()
}

/// Shows a vector's field as the IPv4 source address of what leaves.
fn show(maker: &mut Maker, field: FieldId) {
    let source = maker.core(Field::Ipv4Src);
    maker.ingress(vec![copy(source, field)]);
    maker.forward_packets();
}

fn shown(frame: &[u8]) -> u32 {
    word(frame, 26)
}

fn ip_frame() -> Vec<u8> {
    sim_support::udp((1, 2), (3, 4), b"payload")
}

#[test]
fn units_of_a_stage_read_what_was_before_it() {
    let mut maker = Maker::new();
    let (a, b) = (maker.temp(), maker.temp());
    maker.ingress(vec![set(a, 7), set(b, 9)]);
    // A swap: each of the two would undo the other if it saw what it wrote.
    maker.ingress(vec![copy(a, b), copy(b, a)]);
    let difference = maker.temp();
    maker.ingress(vec![assign(Cond::Always, &[(difference, Expr::Sub(Src::Field(a), Src::Field(b)))])]);
    show(&mut maker, difference);
    let mut device = maker.device(|_| {});
    device.offer(0, &ip_frame()).unwrap();
    device.run_until_idle();
    assert_eq!(shown(&forwarded(&mut device)[0].2), 2);
}

#[test]
fn field_is_cut_to_its_width_and_its_sign_is_its_own() {
    let mut maker = Maker::new();
    let byte = maker.wide(Role::Temp, 8);
    let result = maker.temp();
    maker.ingress(vec![set(byte, 0x180)]);
    // 0x80 is below zero in a byte.
    maker.ingress(vec![
        assign(Cond::Positive(byte), &[(result, Expr::Copy(Src::Lit(1)))]),
        assign(
            Cond::All(vec![Cond::Not(Box::new(Cond::Positive(byte))), Cond::Is(byte, 0x80)]),
            &[(result, Expr::Copy(Src::Lit(2)))],
        ),
    ]);
    show(&mut maker, result);
    let mut device = maker.device(|_| {});
    device.offer(0, &ip_frame()).unwrap();
    device.run_until_idle();
    assert_eq!(shown(&forwarded(&mut device)[0].2), 2);
}

#[test]
fn conditions_mean_what_they_say() {
    let holds = |cond: &dyn Fn(FieldId, FieldId) -> Cond| {
        let mut maker = Maker::new();
        let (a, b, result) = (maker.temp(), maker.temp(), maker.temp());
        maker.ingress(vec![set(a, 0x1234), set(b, 0x1234)]);
        maker.ingress(vec![assign(cond(a, b), &[(result, Expr::Copy(Src::Lit(1)))])]);
        show(&mut maker, result);
        let mut device = maker.device(|_| {});
        device.offer(0, &ip_frame()).unwrap();
        device.run_until_idle();
        shown(&forwarded(&mut device)[0].2) == 1
    };
    let not = |cond| Cond::Not(Box::new(cond));
    assert!(holds(&|_, _| Cond::Always));
    assert!(!holds(&|_, _| not(Cond::Always)));
    assert!(holds(&|a, _| Cond::Is(a, 0x1234)));
    assert!(!holds(&|a, _| Cond::Is(a, 0x1235)));
    assert!(holds(&|a, b| Cond::Same(a, b)));
    assert!(holds(&|a, _| Cond::Masked(a, 0xff00, 0x1200)));
    assert!(!holds(&|a, _| Cond::Masked(a, 0xff00, 0x1300)));
    assert!(!holds(&|a, _| Cond::Masked(a, 0xff00, 0x1234)), "bits beside the mask are never met");
    assert!(holds(&|_, _| Cond::Valid(Header::Udp)));
    assert!(!holds(&|_, _| Cond::Valid(Header::Tcp)));
    assert!(holds(&|_, _| Cond::All(vec![])));
    assert!(!holds(&|_, _| Cond::Any(vec![])));
    let (yes, no) = (|a| Cond::Is(a, 0x1234), |a| Cond::Is(a, 1));
    assert!(holds(&|a, _| Cond::Any(vec![no(a), yes(a)])));
    assert!(!holds(&|a, _| Cond::All(vec![yes(a), no(a)])));
    assert!(!holds(&|a, _| Cond::All(vec![yes(a), not(yes(a))])));
    assert!(holds(&|a, _| Cond::Any(vec![yes(a), not(yes(a))])));
    // A conjunction of disjunctions and its opposite.
    let nested = |a, b| {
        Cond::All(vec![
            Cond::Any(vec![no(a), yes(b)]),
            Cond::Any(vec![no(b), Cond::All(vec![yes(a), not(no(b))])]),
        ])
    };
    assert!(holds(&nested));
    assert!(!holds(&|a, b| not(nested(a, b))));
    // The kind of pass is known beforehand.
    let mut maker = Maker::new();
    let pass = maker.core(Field::Pass);
    assert_eq!(pass, FieldId(0));
    let result = maker.temp();
    maker.ingress(vec![assign(
        Cond::Any(vec![Cond::Masked(pass, 1, 1), not(Cond::Is(pass, Pass::Packet as u32))]),
        &[(result, Expr::Copy(Src::Lit(1)))],
    )]);
    show(&mut maker, result);
    let mut device = maker.device(|_| {});
    device.offer(0, &ip_frame()).unwrap();
    device.run_until_idle();
    assert_eq!(shown(&forwarded(&mut device)[0].2), 0);
}

/// The simulator leaves out what cannot act in a pass of a kind. What it knows of one kind must not be believed of another.
#[test]
fn field_that_only_sweeps_set_is_zero_in_packets_and_not_in_sweeps() {
    let mut maker = Maker::new();
    let (pass, now) = (maker.core(Field::Pass), maker.core(Field::Now));
    let (first, second) = (maker.temp(), maker.temp());
    let one = Expr::Copy(Src::Lit(1));
    maker.ingress(vec![assign(Cond::Is(pass, Pass::Sweep as u32), &[(first, one)])]);
    maker.ingress(vec![assign(Cond::Is(first, 1), &[(second, one)])]);
    maker.array(STATE, 4);
    maker.array(SEQ, 4);
    let count_up = maker.count_up();
    let count = |array, guard| access(array, Src::Lit(0), guard, count_up, Src::Lit(1), None);
    let set = Cond::Not(Box::new(Cond::Same(second, first)));
    // Both are 1 in a sweep and 0 in a packet's pass.
    maker.ingress(vec![count(STATE, Cond::All(vec![Cond::Positive(second), Cond::Not(Box::new(set))]))]);
    maker.ingress(vec![count(SEQ, Cond::Any(vec![Cond::Is(second, 0), Cond::Same(now, pass)]))]);
    let mut device = maker.device(|_| {});
    device.freeze(Some(Tick::new(99)));
    device.sweep(0);
    device.run_until_idle();
    assert_eq!((device.register(STATE, 0), device.register(SEQ, 0)), (Some(1), Some(0)));
    for _ in 0..2 {
        device.offer(0, &frame(60, 1)).unwrap();
    }
    device.run_until_idle();
    assert_eq!((device.register(STATE, 0), device.register(SEQ, 0)), (Some(1), Some(2)));
}

#[test]
fn packets_in_successive_cycles_see_each_others_writes() {
    let mut maker = Maker::new();
    let count = maker.temp();
    maker.array(STATE, 4);
    let count_up = maker.count_up();
    let index = Src::Lit(2);
    maker.ingress(vec![access(STATE, index, Cond::Always, count_up, Src::Lit(5), Some(count))]);
    show(&mut maker, count);
    let mut device = maker.device(|_| {});
    for _ in 0..4 {
        device.offer(0, &ip_frame()).unwrap();
    }
    device.run_until_idle();
    let shown: Vec<_> = forwarded(&mut device).iter().map(|(_, _, frame)| shown(frame)).collect();
    assert_eq!(shown, [5, 10, 15, 20]);
    assert_eq!(device.register(STATE, 2), Some(20));
    assert_eq!(device.register(STATE, 4), None);
    assert_eq!(device.register(SEQ, 0), None);
}

#[test]
fn one_packet_enters_in_a_cycle_and_moves_on_by_a_stage_in_each() {
    let mut maker = Maker::new();
    maker.ingress(vec![]);
    maker.ingress(vec![]);
    maker.forward_packets();
    let mut device = maker.device(|hardware| hardware.parser_cycles = 0);
    let tickets: Vec<_> = (0..5).map(|_| device.offer(0, &frame(60, 1)).unwrap()).collect();
    let mut held = vec![];
    for _ in 0..7 {
        device.step();
        let stages =
            (0..3).map(|stage| device.view().occupant(Gress::Ingress, stage).map(|(ticket, _)| ticket));
        held.push(stages.collect::<Vec<_>>());
    }
    let of = |at: i32| usize::try_from(at).ok().and_then(|at| tickets.get(at)).copied();
    for (cycle, held) in held.iter().enumerate() {
        let cycle = cycle as i32;
        assert_eq!(*held, [of(cycle), of(cycle - 1), of(cycle - 2)], "cycle {cycle}");
    }
}

#[test]
#[cfg(debug_assertions)]
#[should_panic(expected = "two units of a stage write field")]
fn two_units_that_write_a_field_at_once_are_a_fault_of_the_pipeline() {
    let mut maker = Maker::new();
    let a = maker.temp();
    maker.ingress(vec![set(a, 1), set(a, 1)]);
    let mut device = maker.device(|_| {});
    device.offer(0, &frame(60, 1)).unwrap();
    device.run_until_idle();
}

#[test]
#[cfg(debug_assertions)]
#[should_panic(expected = "two cases of an array hold at once")]
fn two_cases_of_an_array_that_hold_at_once_are_a_fault_of_the_pipeline() {
    let mut maker = Maker::new();
    maker.array(STATE, 4);
    let count_up = maker.count_up();
    let mut unit = access(STATE, Src::Lit(0), Cond::Always, count_up, Src::Lit(1), None);
    if let Unit::Register(unit) = &mut unit {
        let other = unit.cases[0].clone();
        unit.cases.push(other);
    }
    maker.ingress(vec![unit]);
    let mut device = maker.device(|_| {});
    device.offer(0, &frame(60, 1)).unwrap();
    device.run_until_idle();
}

/// A stage with two units and a table that says when they act, as it is changed.
fn with_table(change: impl FnOnce(&mut DecisionTable)) -> Maker {
    let mut maker = Maker::new();
    let (port, a, b) = (maker.core(Field::IngressPort), maker.temp(), maker.temp());
    let when = |value, dest| assign(Cond::Is(port, value), &[(dest, Expr::Copy(Src::Lit(1)))]);
    maker.ingress(vec![when(0, a), when(1, b)]);
    let entry = |value, unit| Entry { values: vec![value, 0], acts: vec![Act::Unit(unit)] };
    let key = vec![KeyPart::Field(port), KeyPart::Valid(Header::Ipv4)];
    let mut table = DecisionTable { key, entries: vec![entry(0, 0), entry(1, 1)] };
    change(&mut table);
    maker.pipeline.ingress[0].tables.push(table);
    maker.forward_packets();
    maker
}

fn both_ports(maker: Maker) -> usize {
    let mut device = maker.device(|_| {});
    for port in 0..2 {
        device.offer(port, &frame(60, 1)).unwrap();
    }
    device.run_until_idle();
    forwarded(&mut device).len()
}

#[test]
fn table_that_says_what_the_guards_say_is_fine() {
    assert_eq!(both_ports(with_table(|_| {})), 2);
}

#[test]
#[cfg(debug_assertions)]
#[should_panic(expected = "a table and the guards that it stands for")]
fn table_that_lacks_an_entry_is_a_fault_of_the_pipeline() {
    both_ports(with_table(|table| table.entries[1].values[0] = 7));
}

#[test]
#[cfg(debug_assertions)]
fn table_that_names_what_is_not_there_is_refused() {
    let maker = with_table(|table| table.entries[1].acts[0] = Act::Unit(2));
    let hardware = Hardware::new(&maker.pipeline, Hardware::two_ports());
    let unfit = Device::new(maker.pipeline, &config(), hardware).unwrap_err();
    assert_eq!(unfit, Unfit::NoAct(Act::Unit(2)));
}

#[test]
fn case_that_does_not_hold_leaves_the_array_to_what_happens_otherwise() {
    let mut maker = Maker::new();
    let (port, result) = (maker.core(Field::IngressPort), maker.temp());
    maker.array(STATE, 4);
    let count_up = maker.count_up();
    let read = maker.action("read", Value::Operand(Operand::Cell), Given::Old);
    let mut unit = access(STATE, Src::Lit(0), Cond::Is(port, 1), count_up, Src::Lit(3), Some(result));
    if let Unit::Register(unit) = &mut unit {
        unit.otherwise =
            Some(Execution { action: read, a: Src::Lit(0), b: Src::Lit(0), result: Some(result) });
    }
    maker.ingress(vec![unit]);
    show(&mut maker, result);
    let mut device = maker.device(|_| {});
    for port in [0, 1, 0] {
        device.offer(port, &ip_frame()).unwrap();
        device.run_until_idle();
    }
    let shown: Vec<_> = forwarded(&mut device).iter().map(|(_, _, frame)| shown(frame)).collect();
    assert_eq!(shown, [0, 3, 3]);
}

#[test]
fn header_fields_that_overlap_do_not_undo_each_other() {
    let mut maker = Maker::new();
    let (ttl, both) = (maker.core(Field::Ipv4Ttl), maker.core(Field::Ipv4TtlProtocol));
    let protocol = maker.core(Field::Ipv4Protocol);
    let port = maker.core(Field::IngressPort);
    let hop = Expr::Sub(Src::Field(both), Src::Lit(0x100));
    // A unit that could write the narrow fields, but does not: what the parser put there must not come back.
    maker.ingress(vec![
        assign(Cond::Always, &[(both, hop)]),
        assign(Cond::Is(port, 1), &[(ttl, Expr::Copy(Src::Lit(9))), (protocol, Expr::Copy(Src::Lit(9)))]),
    ]);
    maker.forward_packets();
    let mut device = maker.device(|_| {});
    device.offer(0, &ip_frame()).unwrap();
    device.run_until_idle();
    assert_eq!(forwarded(&mut device)[0].2[22..24], [63, UDP]);
}

#[test]
fn checksums_are_mended_whatever_units_in_whatever_stages_say_so() {
    for (protocol, checksums) in [(UDP, Checksum::Udp), (TCP, Checksum::Tcp)] {
        let mut maker = Maker::new();
        let (source, port) = (maker.core(Field::Ipv4Src), maker.core(Field::L4Src));
        let (old, old_port) = (maker.temp(), maker.temp());
        maker.ingress(vec![
            copy(old, source),
            copy(old_port, port),
            set(source, 0xcb00_7101),
            set(port, 40_000),
        ]);
        let mend = |checksum, old, new| Unit::Mend {
            guard: Cond::Always,
            checksum,
            old: Src::Field(old),
            new: Src::Field(new),
        };
        maker.ingress(vec![mend(Checksum::Ipv4, old, source), mend(checksums, old, source)]);
        maker.ingress(vec![mend(checksums, old_port, port)]);
        maker.forward_packets();
        let mut device = maker.device(|_| {});
        let ends = ((0x0a00_0001, 5000), (0xc633_6401, 53));
        let inner = match protocol {
            UDP => sim_support::udp_datagram(ends.0, ends.1, true, b"odd"),
            _ => sim_support::tcp_segment(ends.0, ends.1, 0x10, b"odd"),
        };
        let ip = sim_support::ipv4(ends.0.0, ends.1.0, protocol, 64, 0, &inner);
        device.offer(0, &sim_support::frame(1, &ip)).unwrap();
        device.run_until_idle();
        let out = &forwarded(&mut device)[0].2;
        assert_eq!((word(out, 30), half(out, 38)), (0xcb00_7101, 40_000));
        assert_eq!(checksum(&out[18..38]), 0, "the IPv4 header");
        assert_eq!(pseudo_checksum(0xcb00_7101, ends.1.0, protocol, &out[38..]), 0, "protocol {protocol}");
    }
}

#[test]
fn now_is_the_tick_of_the_entry_across_the_clocks_wrap_and_stands_still_when_frozen() {
    let mut maker = Maker::new();
    let now = maker.core(Field::Now);
    show(&mut maker, now);
    let mut device = maker.device(|hardware| {
        hardware.origin_ns = 0xff_ffff_ff00;
        hardware.parser_cycles = 0;
    });
    let told = |device: &mut Device| {
        device.offer(0, &ip_frame()).unwrap();
        device.run_until_idle();
        shown(&forwarded(device)[0].2)
    };
    assert_eq!(told(&mut device), u32::MAX);
    device.run_until(256 * 3);
    assert_eq!(told(&mut device), 2);
    device.freeze(Some(Tick::new(77)));
    device.run_until(1 << 20);
    assert_eq!(told(&mut device), 77);
    device.freeze(None);
    device.run_until(1 << 21);
    assert_eq!(told(&mut device), (1 << 13) - 1);
}

#[test]
fn link_takes_as_long_as_its_bits_do_and_frames_wait_for_it_in_order() {
    let mut maker = Maker::new();
    maker.forward_packets();
    let mut device = maker.device(|hardware| {
        // A byte a nanosecond, which is a cycle.
        hardware.ports[1].link =
            Link { bits_per_second: 8_000_000_000, latency_ns: 1000, buffer_bytes: 1 << 16 };
        hardware.parser_cycles = 0;
        hardware.manager_cycles = 10;
        hardware.deparser_cycles = 5;
    });
    for (len, mark) in [(100, 1), (60, 2), (1000, 3), (20, 4)] {
        device.offer(0, &frame(len, mark)).unwrap();
    }
    let mut most = Occupancy::default();
    let mut bytes = vec![];
    while device.under_way() > 0 {
        device.step();
        let queue = device.queue(QueueId::Port(1));
        most.packets = most.packets.max(queue.packets);
        bytes.push(queue.bytes);
    }
    bytes.dedup();
    assert_eq!(bytes, [0, 100, 160, 1160, 1180, 1080, 1020, 20, 0]);
    assert_eq!(most.packets, 4);
    // Enters in cycle 0, is in the stage in cycle 1, can leave the traffic manager in 11, and then has no egress stage to go
    // through. On the link a frame has 24 bytes more, and 60 of its own at least.
    let first = 11 + 5 + 124 + 1000;
    let arrivals: Vec<_> =
        forwarded(&mut device).iter().map(|(at, by, frame)| (*at, *by, frame[0])).collect();
    let second = first + 84;
    let third = second + 1024;
    assert_eq!(arrivals, [(first, 1, 1), (second, 1, 2), (third, 1, 3), (third + 84, 1, 4)]);
}

#[test]
fn frame_that_does_not_fit_the_queue_is_lost_and_counted() {
    let mut maker = Maker::new();
    maker.forward_packets();
    let mut device = maker.device(|hardware| {
        hardware.ports[1].link = Link { bits_per_second: 1_000_000, latency_ns: 0, buffer_bytes: 250 };
    });
    for _ in 0..4 {
        device.offer(0, &frame(100, 1)).unwrap();
    }
    device.run_until_idle();
    let lost = std::iter::from_fn(|| device.poll_output())
        .filter(|output| output.what == What::Lost(Loss::QueueFull))
        .count();
    assert_eq!(lost, 2);
    assert_eq!(device.view().losses(Loss::QueueFull), 2);
    assert!(device.offer(2, &frame(60, 1)).is_err());
}

/// A pipeline whose packets each have a write of their own port number for the store and a copy, made in this gress.
fn mirroring(gress: Gress) -> Maker {
    let mut maker = Maker::new();
    let pass = maker.core(Field::Pass);
    let is_packet = Cond::Is(pass, Pass::Packet as u32);
    let out = |maker: &mut Maker, output| maker.field(Role::Output(output));
    let fields = [
        (maker.core(Field::OutKind), Kind::Write as u32),
        (maker.core(Field::OutCarry), 1),
        (maker.core(Field::Key(0)), 0x77),
        (maker.core(Field::State(0)), 0x55),
        (out(&mut maker, Output::SendKind), Kind::Write as u32),
        (out(&mut maker, Output::SendSeq), 3),
        (out(&mut maker, Output::SendCarry), 1),
    ];
    let copied = [
        (out(&mut maker, Output::MirrorKind), Kind::Write as u32),
        (out(&mut maker, Output::MirrorSeq), 3),
        (out(&mut maker, Output::MirrorDue), 9),
    ];
    let literals = |fields: &[(FieldId, u32)]| -> Vec<_> {
        fields.iter().map(|(field, value)| (*field, Expr::Copy(Src::Lit(*value)))).collect()
    };
    let mut ingress = vec![assign(is_packet.clone(), &literals(&fields))];
    let mirrors = assign(is_packet, &literals(&copied));
    let mut egress = vec![];
    if gress == Gress::Ingress {
        ingress.push(mirrors)
    } else {
        egress.push(mirrors)
    }
    // A copy that comes around tells how many it has left behind.
    let depth = maker.field(Role::MirrorDepth);
    let put = maker.action("put", Value::Operand(Operand::A), Given::Old);
    maker.array(StageArray::MirrorDepth, 1);
    let is_copy = Cond::Is(pass, Pass::Copy as u32);
    ingress.push(access(StageArray::MirrorDepth, Src::Lit(0), is_copy, put, Src::Field(depth), None));
    maker.ingress(ingress);
    maker.egress(egress);
    maker
}

#[test]
fn copy_is_cut_to_the_messages_headers_and_takes_just_those_bytes() {
    let message = 20 + 4 + 4;
    for (gress, truncate_to, bytes) in [
        (Gress::Egress, MESSAGE_HEADERS + message, MESSAGE_HEADERS + message),
        (Gress::Ingress, MESSAGE_HEADERS + message, MESSAGE_HEADERS + message),
        // One that is cut off a whole message has as much of the packet as there is room for.
        (Gress::Egress, 100, 100),
        (Gress::Egress, 4000, MESSAGE_HEADERS + message + 200),
        (Gress::Ingress, 4000, MESSAGE_HEADERS + message),
    ] {
        let mut device = mirroring(gress).device(|hardware| hardware.truncate_to = truncate_to);
        device.hold_copies(true);
        for packets in 1..4 {
            device.offer(0, &frame(200, 1)).unwrap();
            device.run_until_idle();
            let bytes = (packets * (COPY_METADATA + bytes)) as u64;
            assert_eq!(
                device.queue(QueueId::Mirror),
                Occupancy { packets, bytes },
                "{gress:?} {truncate_to}"
            );
        }
        let copy = device.view().copies().next().copied().unwrap();
        assert_eq!(
            (copy.kind, copy.key[0], copy.state[0], copy.seq, copy.due),
            (Kind::Write, 0x77, 0x55, 3, 9)
        );
        let sent = device.poll_output().unwrap();
        let What::ToStore { kind: Kind::Write, key, packet } = sent.what else { panic!("{sent:?}") };
        assert_eq!((key[0], packet.len()), (0x77, message + 200));
    }
}

#[test]
fn copy_that_comes_around_knows_how_many_it_has_left_behind() {
    let mut device = mirroring(Gress::Egress).device(|_| {});
    device.hold_copies(true);
    for _ in 0..3 {
        device.offer(0, &frame(60, 1)).unwrap();
    }
    device.run_until_idle();
    for left in [2, 1, 0] {
        assert!(device.release_copy());
        assert_eq!(device.register(StageArray::MirrorDepth, 0), Some(left));
    }
    assert!(!device.release_copy());
}

#[test]
fn full_mirror_queue_loses_the_copy_and_says_so() {
    for (copies, bytes) in [(2, u64::MAX), (9, 2 * (MESSAGE_HEADERS + 28 + COPY_METADATA) as u64 + 1)] {
        let mut device = mirroring(Gress::Egress).device(|hardware| {
            hardware.mirror.copies = copies;
            hardware.mirror.bytes = bytes;
        });
        device.hold_copies(true);
        for _ in 0..3 {
            device.offer(0, &frame(60, 1)).unwrap();
        }
        device.run_until_idle();
        assert_eq!(device.queue(QueueId::Mirror).packets, 2);
        assert_eq!(device.view().losses(Loss::MirrorQueueFull), 1);
        let outputs: Vec<_> = std::iter::from_fn(|| device.poll_output()).collect();
        let sent = outputs.iter().filter(|output| matches!(output.what, What::ToStore { .. })).count();
        assert_eq!((sent, outputs.len()), (3, 4), "the message leaves all the same");
    }
}

#[test]
fn packet_generator_sweeps_every_slot_in_turn_while_nothing_else_happens() {
    let mut maker = Maker::new();
    let (slot, pass) = (maker.field(Role::Slot), maker.core(Field::Pass));
    maker.array(SEQ, 4);
    let count_up = maker.count_up();
    let is_sweep = Cond::Is(pass, Pass::Sweep as u32);
    maker.ingress(vec![access(SEQ, Src::Field(slot), is_sweep, count_up, Src::Lit(1), None)]);
    let mut device = maker.device(|hardware| hardware.sweep_every = Some(1000));
    device.run_until(10_500);
    let swept: Vec<_> = (0..4).map(|slot| device.register(SEQ, slot).unwrap()).collect();
    assert_eq!(swept, [3, 3, 2, 2]);
    device.sweep(3);
    device.run_until_idle();
    assert_eq!(device.register(SEQ, 3), Some(3));
}

#[test]
fn packet_that_nobody_wants_is_dropped_as_not_handled() {
    let mut maker = Maker::new();
    maker.array(StageArray::Core(Array::Epoch), 4);
    maker.ingress(vec![]);
    let mut device = maker.device(|_| {});
    device.offer(0, &frame(60, 1)).unwrap();
    device.run_until_idle();
    let dropped = device.poll_output().unwrap().what;
    assert_eq!(dropped, What::Dropped(redplane_core::count::Reason::NotHandled));
}

#[test]
fn pipeline_without_redplane_misses_until_a_flow_is_installed() {
    let mut maker = Maker::new();
    let (key, hit) = (maker.core(Field::Key(0)), maker.field(Role::Hit));
    let (slot, port, count) = (maker.field(Role::Slot), maker.core(Field::IngressPort), maker.temp());
    maker.array(STATE, 4);
    maker.ingress(vec![copy(key, port)]);
    maker.ingress(vec![Unit::Lookup { guard: Cond::Always, entries: 4, key: vec![key], hit, slot }]);
    let count_up = maker.count_up();
    let found = Cond::Is(hit, 1);
    maker.ingress(vec![access(STATE, Src::Field(slot), found.clone(), count_up, Src::Lit(1), Some(count))]);
    let (fate, source) = (maker.field(Role::Output(Output::Fate)), maker.core(Field::Ipv4Src));
    let leaves = [(fate, Expr::Copy(Src::Lit(Fate::Leaves as u32))), (source, Expr::Copy(Src::Field(count)))];
    maker.ingress(vec![assign(found, &leaves)]);
    let mut device = maker.device(|_| {});
    device.offer(1, &ip_frame()).unwrap();
    device.run_until_idle();
    let missed = device.poll_output().unwrap().what;
    let What::Miss { port: 1, key, packet } = missed else { panic!("{missed:?}") };
    assert_eq!((key[0], packet.bytes()), (1, &ip_frame()[..]), "as it came");
    assert!(device.install(&[1], &[41]));
    device.offer(1, &packet).unwrap();
    device.run_until_idle();
    assert_eq!(shown(&forwarded(&mut device)[0].2), 42);
    // All four slots are of one set.
    for key in 2..5 {
        assert!(device.install(&[key], &[0]));
    }
    assert!(!device.install(&[5], &[0]));
    assert_eq!(device.counters().reason(redplane_core::count::Reason::TableFull), 1);
}

#[test]
fn flow_table_in_two_stages_finds_each_flow_in_one_of_them() {
    let mut maker = Maker::new();
    let (key, hit) = (maker.core(Field::Key(0)), maker.field(Role::Hit));
    let (slot, port, early) = (maker.field(Role::Slot), maker.core(Field::IngressPort), maker.temp());
    maker.array(STATE, 4);
    maker.ingress(vec![copy(key, port)]);
    let part = || Unit::Lookup { guard: Cond::Always, entries: 2, key: vec![key], hit, slot };
    maker.ingress(vec![part()]);
    maker.ingress(vec![part(), copy(early, hit)]);
    let all = maker.temp();
    maker.ingress(vec![assign(Cond::Always, &[(all, Expr::Join(Src::Field(early), Src::Field(hit), 1))])]);
    show(&mut maker, all);
    let mut device = maker.device(|hardware| hardware.ports = vec![hardware.ports[0]; 5]);
    for key in 0..4 {
        assert!(device.install(&[key], &[0]));
    }
    for port in 0..5 {
        device.offer(port, &ip_frame()).unwrap();
    }
    device.run_until_idle();
    let shown: Vec<_> = forwarded(&mut device).iter().map(|(_, _, frame)| shown(frame)).collect();
    assert_eq!(shown, [3, 3, 1, 1, 0]);
}

#[test]
fn pipeline_that_refers_to_what_it_does_not_have_is_refused() {
    let refused = |maker: Maker, change: fn(&mut Hardware)| {
        let mut hardware = Hardware::new(&maker.pipeline, Hardware::two_ports());
        change(&mut hardware);
        Device::new(maker.pipeline, &config(), hardware).unwrap_err()
    };
    let same = |_: &mut Hardware| {};

    let mut maker = Maker::new();
    maker.ingress(vec![set(FieldId(5), 1)]);
    assert_eq!(refused(maker, same), Unfit::NoField(FieldId(5)));

    let unit = |maker: &mut Maker| {
        let count_up = maker.count_up();
        access(STATE, Src::Lit(0), Cond::Always, count_up, Src::Lit(1), None)
    };
    let mut maker = Maker::new();
    let access = unit(&mut maker);
    maker.ingress(vec![access]);
    assert_eq!(refused(maker, same), Unfit::NoArray(STATE));

    let mut maker = Maker::new();
    maker.array(STATE, 4);
    let access = unit(&mut maker);
    maker.ingress(vec![access.clone()]);
    maker.egress(vec![access]);
    assert_eq!(refused(maker, same), Unfit::ArrayInTwoStages(STATE));

    let mut maker = Maker::new();
    maker.array(STATE, 3);
    assert_eq!(refused(maker, same), Unfit::ArrayCells(STATE));

    let mut maker = Maker::new();
    maker.pipeline.flows = 6;
    assert_eq!(refused(maker, same), Unfit::Flows(6));

    let mut maker = Maker::new();
    let count_up = maker.count_up();
    maker.pipeline.actions[0].rows.clear();
    maker.array(STATE, 4);
    let unit = sim_support::maker::access(STATE, Src::Lit(0), Cond::Always, count_up, Src::Lit(1), None);
    maker.ingress(vec![unit]);
    assert_eq!(refused(maker, same), Unfit::ActionRows(count_up));

    let mut maker = Maker::new();
    let a = maker.temp();
    maker.ingress(vec![assign(Cond::Always, &[(a, Expr::Shl(Src::Field(a), 32))])]);
    assert_eq!(refused(maker, same), Unfit::Shift(32));

    let mut maker = Maker::new();
    let (hit, slot) = (maker.field(Role::Hit), maker.field(Role::Slot));
    maker.ingress(vec![Unit::Lookup { guard: Cond::Always, entries: 4, key: vec![], hit, slot }]);
    assert_eq!(refused(maker, same), Unfit::KeyWords(0));

    let mut maker = Maker::new();
    let (key, hit, slot) = (maker.core(Field::Key(0)), maker.field(Role::Hit), maker.field(Role::Slot));
    maker.ingress(vec![Unit::Lookup { guard: Cond::Always, entries: 3, key: vec![key], hit, slot }]);
    assert_eq!(refused(maker, same), Unfit::TableTooSmall(3));

    assert_eq!(refused(Maker::new(), |hardware| hardware.clock_hz = 0), Unfit::NoRate);
    assert_eq!(refused(Maker::new(), |hardware| hardware.store.bits_per_second = 0), Unfit::NoRate);
    let many = |hardware: &mut Hardware| hardware.ports = vec![hardware.ports[0]; 513];
    assert_eq!(refused(Maker::new(), many), Unfit::Ports(513));
    let needs = MESSAGE_HEADERS + 20 + 4 + 4;
    let short = |hardware: &mut Hardware| hardware.truncate_to -= 1;
    assert_eq!(refused(Maker::new(), short), Unfit::Truncation { to: needs - 1, needs });
}
