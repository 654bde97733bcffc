//! A program with RedPlane between port 0, which is the inside, and port 1, the outside: its set-up and main loop.

use redplane_core::count::{Event, Reason};
use redplane_core::field::PROGRAM_PARAMS;
use redplane_core::ports::PortSet;
use redplane_core::program::Program;
use redplane_core::switch::Config as Switch;
use redplane_core::time::Span;
use redplane_softcore::{Device, NextHop, Routes, Setup, Uplink};

use crate::config::Config;
use crate::console::{key, line};
use crate::memory::{COPIES, FLOWS, HELD, Rest, Rows};
use crate::net::Ports;
use crate::start::{Board, USAGE_EXIT_CODE, start};
use crate::{clock, fault, host};

const INSIDE: u16 = 0;
const OUTSIDE: u16 = 1;

/// How long the core sleeps when there is nothing to do, in counts of the timer: 50 µs, far below the time after which a message is
/// sent again.
const NAP: u32 = 500;

/// Runs the image of this name; `program` makes the program's parameters of what the command line says.
pub fn run<P: Program>(
    image: &str,
    program: fn(&Config) -> [u32; PROGRAM_PARAMS],
    rows: &'static Rows<P>,
    rest: &'static Rest<P>,
) -> ! {
    let Board { config, boot, mut ports } = start(image);
    let switch = Switch { program: program(&config), ..Switch::new(config.id, boot) };
    let switch = switch.with_lease_period(Span::from_millis(config.lease_ms.into()));
    let setup = Setup {
        switch,
        inside: PortSet::EMPTY.with(INSIDE),
        routes: Routes::NONE.with(INSIDE, OUTSIDE).with(OUTSIDE, INSIDE),
        uplink: uplink(&config, &ports),
        hold: (config.hold_ms > 0).then(|| Span::from_millis(config.hold_ms.into())),
    };
    tell(&setup, &config);
    let Some(memory) = rest.take(rows) else { fault::stop("started twice") };
    let Ok(device) = Device::new(&setup, memory, clock::now()) else { fault::stop("too little memory") };
    let Some(device) = rest.device.try_init_with(|| device) else { fault::stop("started twice") };
    line("ready").end();
    serve(device, &mut ports, &config);
    tell_counters(device, &ports);
    host::exit(0)
}

fn uplink(config: &Config, ports: &Ports) -> Uplink {
    let mac = |port: u16| ports.macs().nth(port.into());
    let Some(mac) = mac(OUTSIDE.max(config.uplink)).and(mac(config.uplink)) else {
        line("ports 0, 1 and the uplink ").number(config.uplink).text(" need a network device each").end();
        host::exit(USAGE_EXIT_CODE)
    };
    Uplink {
        port: config.uplink,
        mac,
        address: config.own.ip().octets(),
        udp_port: config.own.port(),
        next_hop: config.next_hop.unwrap_or(NextHop::Arp(config.store.ip().octets())),
        store: config.store.ip().octets(),
        replicas: [[0; 4]; 3],
        store_port: config.store.port(),
        shards: config.shards,
        checksum: true,
    }
}

fn tell(setup: &Setup, config: &Config) {
    let Switch { switch_id, incarnation, .. } = setup.switch;
    let Uplink { port, shards, .. } = setup.uplink;
    line("switch ").number(switch_id).text(", boot ").number(incarnation.raw()).end();
    line("flows ").number(FLOWS as u32).text(", unanswered messages ").number(COPIES as u32).end();
    line("lease ").number(config.lease_ms).text(" ms").end();
    match config.hold_ms {
        0 => line("packets travel to the store").end(),
        hold => line("packets held ").number(HELD as u32).text(", for ").number(hold).text(" ms").end(),
    }
    line("outside ").network(config.outside.0, config.outside.1).end();
    line("store ").endpoint(config.store).text(", shards ").number(shards).end();
    line("uplink port ").number(port).text(", own address ").endpoint(config.own).end();
}

/// Until the time is over or somebody presses `q`, and all leases are handed back. `c` shows the counters, `g` hands the leases back
/// and goes on.
fn serve<P: Program>(device: &mut Device<'static, P, HELD>, ports: &mut Ports, config: &Config) {
    let start = clock::now();
    let run = Span::from_millis(config.run_ms.into());
    let mut last_moment = None;
    loop {
        let now = clock::now();
        ports.poll();
        if device.run(now, ports) {
            continue;
        }
        let key = key();
        if key == Some(b'c') {
            tell_counters(device, ports);
        }
        if key == Some(b'g') {
            device.give_up_all();
        }
        match last_moment {
            None if key == Some(b'q') || config.run_ms > 0 && now.since(start) >= run.ticks() => {
                device.give_up_all();
                // Without an answer they end by themselves after a period.
                last_moment = Some(now + Span::from_millis(config.lease_ms.into()));
            }
            Some(moment) if device.has_given_up_all() || now.is_after(moment) => return,
            _ => clock::sleep(NAP),
        }
    }
}

/// All counters that are not zero.
fn tell_counters<P: Program>(device: &Device<'static, P, HELD>, ports: &Ports) {
    line("counters").end();
    let counters = device.counters();
    Event::ALL.iter().for_each(|event| tell_counter(event.name(), counters.event(*event)));
    Reason::ALL.iter().for_each(|reason| tell_counter(reason.name(), counters.reason(*reason)));
    device.device_counters().all().for_each(|(name, _, count)| tell_counter(name, count));
    let ports = ports.counters();
    tell_counter("frames received", ports.received);
    tell_counter("frames sent", ports.sent);
    tell_counter("frames that could not be sent", ports.unsendable);
}

/// Not inlined: it has many callers.
#[inline(never)]
fn tell_counter(name: &str, count: u32) {
    if count > 0 {
        line("  ").text(name).text(" ").number(count).end();
    }
}
