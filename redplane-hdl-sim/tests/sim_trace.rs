//! What observers write down: waveforms, captures, text and samples, read back.
#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod sim_support;

use std::io::{self, Write};

use redplane_core::field::{Field, Pass};
use redplane_core::machine::Array;
use redplane_core::wire::Kind;
use redplane_hdl_sim::pipeline::{Cond, Expr, FieldId, Output, Role, Src, StageArray};
use redplane_hdl_sim::sim::{Device, Hardware, Link, Observer, QueueId, What, Wire};
use redplane_hdl_sim::trace::pcap::Pcap;
use redplane_hdl_sim::trace::sample::{Destination, Held, Sampler};
use redplane_hdl_sim::trace::text::Text;
use redplane_hdl_sim::trace::vcd::Vcd;
use sim_support::maker::{Maker, access, assign, config, copy};
use sim_support::{checksum, half, word};
use vcd::{Command, Value};

const STATE: StageArray = StageArray::Core(Array::State(0));

/// Counts packets and shows the number as their IPv4 source address; what comes in by port 1 goes to the store.
fn counting() -> (Maker, FieldId) {
    let mut maker = Maker::new();
    let (port, count) = (maker.core(Field::IngressPort), maker.temp());
    maker.array(STATE, 4);
    let count_up = maker.count_up();
    maker.ingress(vec![access(STATE, Src::Lit(1), Cond::Always, count_up, Src::Lit(1), Some(count))]);
    let source = maker.core(Field::Ipv4Src);
    let (out, send) = (maker.core(Field::OutKind), maker.field(Role::Output(Output::SendKind)));
    let carry = maker.field(Role::Output(Output::SendCarry));
    let kind = Expr::Copy(Src::Lit(Kind::Write as u32));
    let sends = [(out, kind), (send, kind), (carry, Expr::Copy(Src::Lit(1)))];
    maker.ingress(vec![copy(source, count), assign(Cond::Is(port, 1), &sends)]);
    maker.forward_packets();
    (maker, count)
}

fn watched<O: Observer>(maker: Maker, hardware: Hardware, observer: O) -> Device<O> {
    Device::watched(maker.pipeline, &config(), hardware, observer).unwrap()
}

fn hardware(maker: &Maker) -> Hardware {
    Hardware {
        sweep_every: None,
        parser_cycles: 0,
        manager_cycles: 0,
        deparser_cycles: 0,
        ..Hardware::new(&maker.pipeline, Hardware::two_ports())
    }
}

fn ip_frame() -> Vec<u8> {
    sim_support::udp((1, 2), (3, 4), b"payload")
}

/// The changes of a signal in a waveform: time in picoseconds, and value, if it has one.
fn changes(bytes: &[u8], path: &[&str]) -> Vec<(u64, Option<u32>)> {
    let mut parser = vcd::Parser::new(bytes);
    let header = parser.parse_header().unwrap();
    assert_eq!(header.timescale, Some((1, vcd::TimescaleUnit::PS)));
    let code = header.find_var(path).unwrap_or_else(|| panic!("no signal {path:?}")).code;
    let (mut now, mut changes) = (0, vec![]);
    for command in parser {
        match command.unwrap() {
            Command::Timestamp(at) => now = at,
            Command::ChangeVector(id, bits) if id == code => {
                let value = bits.iter().try_fold(0, |value, bit| match bit {
                    Value::V0 => Some(value << 1),
                    Value::V1 => Some(value << 1 | 1),
                    Value::X | Value::Z => None,
                });
                changes.push((now, value));
            }
            _ => {}
        }
    }
    changes
}

#[test]
fn waveform_shows_stages_registers_and_queues_when_they_change() {
    let (maker, _) = counting();
    // A cycle of half a nanosecond.
    let mut hardware = Hardware { clock_hz: 2_000_000_000, ..hardware(&maker) };
    hardware.ports[1].link = Link { bits_per_second: 1_000_000_000, latency_ns: 0, buffer_bytes: 1 << 20 };
    let mut bytes = vec![];
    let waves = Vcd::new(&mut bytes, &maker.pipeline, &hardware, &[(STATE, 1)]).unwrap();
    let mut device = watched(maker, hardware, waves);
    let len = ip_frame().len() as u32;
    for _ in 0..3 {
        device.offer(0, &ip_frame()).unwrap();
    }
    device.run_until_idle();
    device.into_observer().finish().unwrap();

    // They enter at the end of cycles 0, 1 and 2, and are in the first stage in cycles 1, 2 and 3, which count.
    let counts = changes(&bytes, &["device", "registers", "state_0_1"]);
    assert_eq!(counts, [(500, Some(0)), (1000, Some(1)), (1500, Some(2)), (2000, Some(3))]);
    let first = changes(&bytes, &["device", "ingress", "stage_0_ticket"]);
    assert_eq!(first, [(500, Some(1)), (1000, Some(2)), (1500, Some(3)), (2000, None)]);
    let last = changes(&bytes, &["device", "ingress", "stage_2_pass"]);
    assert_eq!(last, [(500, None), (1500, Some(Pass::Packet as u32)), (3000, None)]);
    let queue: Vec<_> =
        changes(&bytes, &["device", "queues", "port_1_bytes"]).iter().map(|(_, bytes)| *bytes).collect();
    // The first goes on at once: nothing is on the link.
    assert_eq!(queue, [Some(0), Some(len), Some(2 * len), Some(len), Some(0)]);
}

#[test]
fn capture_has_frames_and_messages_in_the_order_of_their_time() {
    let (maker, _) = counting();
    let mut hardware = Hardware { origin_ns: 5_000_000_000, ..hardware(&maker) };
    hardware.ports[1].link.latency_ns = 10_000;
    let mut bytes = vec![];
    let mut device = watched(maker, hardware, Pcap::new(&mut bytes));
    device.offer(0, &ip_frame()).unwrap();
    device.run_until_idle();
    // It is still on its way over the link when the second is through.
    device.offer_at(1000, 1, &ip_frame()).unwrap();
    device.run_until_idle();
    let outputs: Vec<_> = std::iter::from_fn(|| device.poll_output()).collect();
    let message = outputs.iter().find_map(|output| match &output.what {
        What::ToStore { packet, .. } => Some((output.at, packet.to_vec())),
        _ => None,
    });
    let (message_at, message) = message.unwrap();
    let forwarded_at = outputs.iter().find(|output| matches!(output.what, What::Forward { .. })).unwrap().at;
    device.into_observer().finish().unwrap();

    let (mut rest, header) = pcap_parser::parse_pcap_header(&bytes).unwrap();
    assert!(header.is_nanosecond_precision() && !header.is_bigendian());
    let mut records = vec![];
    while !rest.is_empty() {
        let (next, record) = pcap_parser::parse_pcap_frame(rest).unwrap();
        assert_eq!((record.caplen, record.caplen as usize), (record.origlen, record.data.len()));
        records.push((
            u64::from(record.ts_sec) * 1_000_000_000 + u64::from(record.ts_usec),
            record.data.to_vec(),
        ));
        rest = next;
    }
    let at: Vec<_> = records.iter().map(|(at, _)| at - 5_000_000_000).collect();
    assert_eq!(at, [0, 1000, message_at, forwarded_at]);
    assert!(message_at < forwarded_at);
    assert_eq!(records[0].1, ip_frame());
    assert_eq!(word(&records[3].1, 26), 1, "counted");
    let datagram = &records[2].1;
    assert_eq!(datagram[42..], message);
    assert_eq!(checksum(&datagram[14..34]), 0);
    assert_eq!((word(datagram, 26), word(datagram, 30)), (0x0a00_0001, 0x0a01_0001));
    assert_eq!((half(datagram, 34), half(datagram, 36)), (4000, 8000));
    assert_eq!(usize::from(half(datagram, 16)), datagram.len() - 14);
    assert_eq!(usize::from(half(datagram, 38)), datagram.len() - 34);
}

#[test]
fn capture_of_one_link_has_nothing_of_the_others() {
    let (maker, _) = counting();
    let hardware = hardware(&maker);
    let mut bytes = vec![];
    let mut device = watched(maker, hardware, (Pcap::of(&mut bytes, &[Wire::Out(0)]), ()));
    device.offer(0, &ip_frame()).unwrap();
    device.run_until_idle();
    device.into_observer().0.finish().unwrap();
    assert_eq!(bytes.len(), 24, "the file's header alone");
}

#[test]
fn text_names_what_units_read_and_wrote() {
    let (mut maker, count) = counting();
    maker.pipeline.fields[count.0 as usize].name = "count".into();
    let source = maker.core(Field::Ipv4Src);
    maker.pipeline.fields[source.0 as usize].name = "ipv4_src".into();
    let hardware = hardware(&maker);
    let mut device = watched(maker, hardware, (Text::of(vec![], 2), Sampler::new(1, &[])));
    device.offer(0, &ip_frame()).unwrap();
    device.offer(0, &ip_frame()).unwrap();
    device.run_until_idle();
    let (text, _) = device.into_observer();
    let text = String::from_utf8(text.finish().unwrap()).unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 4, "{text}");
    assert_eq!(
        lines[0],
        "         2      2 Packet  ingress 0  | state_0[1] count_up(a 1, b 0): 1 -> 2, count = 2"
    );
    assert_eq!(lines[1], "         3      2 Packet  ingress 1  | ipv4_src = 2 (count 2)");
    assert!(lines[3].ends_with("leaves by 1, 49 bytes"), "{text}");
}

#[test]
fn sampler_keeps_the_most_and_the_last_of_an_interval_and_how_long_things_took() {
    let (maker, _) = counting();
    let mut hardware = hardware(&maker);
    // 84 bytes of a small frame on the link take 84 cycles.
    hardware.ports[1].link = Link { bits_per_second: 8_000_000_000, latency_ns: 16, buffer_bytes: 1 << 20 };
    let len = ip_frame().len() as u64;
    let mut device = watched(maker, hardware, Sampler::new(100, &[QueueId::Port(1), QueueId::Store]));
    for _ in 0..3 {
        device.offer(0, &ip_frame()).unwrap();
    }
    device.offer(1, b"short").unwrap();
    device.run_until_idle();
    let sampler = device.into_observer();
    let port: Vec<_> = sampler.samples.iter().map(|sample| (sample.from, sample.queues[0])).collect();
    let packets = |held: Held| (held.most.packets, held.last.packets);
    let seen: Vec<_> = port.iter().map(|(from, held)| (*from, packets(*held))).collect();
    // The second leaves when the first is through, in cycle 88; the third 84 cycles later.
    assert_eq!(seen, [(0, (2, 1)), (100, (0, 0))]);
    assert_eq!(port[0].1.most.bytes, 2 * len);
    let trips: Vec<_> =
        sampler.trips.iter().map(|trip| (trip.ticket, trip.at - trip.since, trip.to)).collect();
    // Three stages, the link, the cable.
    let first = 3 + 84 + 16;
    assert_eq!(
        trips,
        [
            (1, first, Destination::Port),
            (4, 3, Destination::Nowhere),
            (2, first + 84, Destination::Port),
            (3, first + 168, Destination::Port)
        ]
    );
}

/// A stream that takes a few bytes and then no more.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn stream_that_fails_is_told_of_at_the_end() {
    let (maker, _) = counting();
    let hardware = hardware(&maker);
    let observers = (Text::new(Full(100)), Pcap::new(Full(100)));
    let mut device = watched(maker, hardware, observers);
    for _ in 0..9 {
        device.offer(0, &ip_frame()).unwrap();
    }
    device.run_until_idle();
    let (text, pcap) = device.into_observer();
    assert_eq!(text.finish().map(|_| ()).unwrap_err().kind(), io::ErrorKind::StorageFull);
    assert_eq!(pcap.finish().map(|_| ()).unwrap_err().kind(), io::ErrorKind::StorageFull);
}
