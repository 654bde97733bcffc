//! How many packets a second the simulator runs, on one core, watched by nobody.
//!
//! The per-flow counter, placed on a Tofino, is fed a packet in every clock cycle; what it writes is acked at once. Each packet is a pass of its
//! own and one of its ack, and its copy comes around at least once. Prints figures and compares nothing: they are of the machine
//! that they are read on.

use std::time::Instant;

use redplane_apps::Counter;
use redplane_core::seq::Incarnation;
use redplane_core::switch::Config;
use redplane_core::wire::{HEADER_LEN, Kind, VERSION};
use redplane_hdl_sim::place;
use redplane_hdl_sim::sim::{Device, Hardware, Link, Port, QueueId, Recirculation, What};
use redplane_hdl_sim::target::TOFINO1;

const FLOWS: u32 = 4096;
/// Unless the command line says another number.
const PACKETS: u64 = 1_000_000;
/// Packets and messages that the device has at a time: just enough to keep the pipeline busy.
const UNDER_WAY: usize = 160;
/// Flows that packets are of.
const ACTIVE: u32 = 1024;

fn frame(flow: u32) -> Vec<u8> {
    let mut frame = vec![2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0];
    frame.extend([0x45, 0, 0, 46, 0, 0, 0x40, 0, 64, 17, 0, 0, 10, 0]);
    frame.extend((flow as u16).to_be_bytes());
    frame.extend([198, 51, 100, 1, 0x13, 0x88, 0, 53, 0, 26, 0, 0]);
    frame.resize(60, 0x5a);
    frame
}

/// What a store that has room for everything answers, at once.
fn answer(message: &[u8], answer: &mut Vec<u8>) -> bool {
    let key_end = HEADER_LEN + 16;
    let (kind, rest) = match Kind::from_wire(message[0] & 0xf) {
        Some(Kind::LeaseRequest) => (Kind::Grant, key_end),
        Some(Kind::Write) => (Kind::WriteAck, key_end + 4),
        _ => return false,
    };
    answer.clear();
    answer.extend_from_slice(&message[..key_end]);
    answer[0] = VERSION << 4 | kind.to_wire();
    if kind == Kind::Grant {
        answer[8..12].copy_from_slice(&1u32.to_be_bytes());
        answer.extend([0; 4]);
    }
    answer.extend_from_slice(&message[rest..]);
    true
}

fn main() {
    let pipeline = match place::program::<Counter>(&TOFINO1, FLOWS) {
        Ok(pipeline) => pipeline,
        Err(violations) => {
            violations.iter().for_each(|violation| eprintln!("{violation}"));
            return eprintln!("the counter does not fit");
        }
    };
    let units = |stages: &[redplane_hdl_sim::pipeline::Stage]| -> usize {
        stages.iter().map(|stage| stage.units.len()).sum()
    };
    println!(
        "counter: {} + {} stages, {} + {} units, {} fields",
        pipeline.ingress.len(),
        pipeline.egress.len(),
        units(&pipeline.ingress),
        units(&pipeline.egress),
        pipeline.fields.len()
    );
    // The pipeline is what is to be busy, not what is around it.
    let bits_per_second = 4_000_000_000_000;
    let link = Link { bits_per_second, ..Link::FAST };
    let ports = Hardware::two_ports().into_iter().map(|port| Port { link, ..port }).collect();
    let hardware = Hardware {
        store: link,
        recirculation: Recirculation { bits_per_second, cycles: 300 },
        controller_cycles: 100,
        ..Hardware::new(&pipeline, ports)
    };
    let config = Config::new(1, Incarnation::new(1));
    let mut device = match Device::new(pipeline, &config, hardware) {
        Ok(device) => device,
        Err(unfit) => return eprintln!("{unfit}"),
    };
    let frames: Vec<_> = (0..ACTIVE).map(frame).collect();
    let mut reply = Vec::new();
    let mut offered = 0u64;
    // Gives the cycles and the most copies that waited.
    let mut run = |packets: u64| {
        let (mut out, mut deepest, begin) = (0, 0, device.cycle());
        while out < packets {
            // Acks and copies want their turns too.
            if device.under_way() < UNDER_WAY {
                let frame = &frames[(offered % u64::from(ACTIVE)) as usize];
                offered += u64::from(device.offer(0, frame).is_ok());
            }
            device.step();
            while let Some(output) = device.poll_output() {
                match output.what {
                    What::ToStore { packet, .. } => {
                        if answer(&packet, &mut reply) {
                            device.message(&reply);
                        }
                        device.recycle(packet);
                    }
                    What::Forward { packet, .. } => {
                        out += 1;
                        device.recycle(packet);
                    }
                    _ => {}
                }
            }
            deepest = deepest.max(device.queue(QueueId::Mirror).packets);
        }
        (device.cycle() - begin, deepest)
    };
    run(u64::from(ACTIVE) * 8);
    let packets = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(PACKETS);
    let before = Instant::now();
    let (cycles, deepest) = run(packets);
    let seconds = before.elapsed().as_secs_f64();
    println!("{packets} packets counted in {cycles} cycles, {deepest} copies waiting at most");
    let (packets, cycles) = (packets as f64 / seconds / 1e6, cycles as f64 / seconds / 1e6);
    println!("{seconds:.2} s: {packets:.3} M packets/s, {cycles:.2} M cycles/s");
}
