//! `redplane switch`: a software switch between two TAP interfaces or captures, until a signal ends it.
//!
//! One thread polls for ever and naps when there is nothing to do. SIGUSR1 prints the counters; SIGINT and SIGTERM hand every lease
//! back to the store first, so that another switch can go on at once, and print them at the end.

mod ports;
mod show;
mod stores;

pub(crate) use show::flow_name;
pub(crate) use stores::Stores;

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, anyhow};
use ipnet::Ipv4Net;
use redplane_apps::{Counter, HeavyHitter, Nat44};
use redplane_core::field::PROGRAM_PARAMS;
use redplane_core::machine::Report;
use redplane_core::program::Program;
use redplane_core::seq::Incarnation;
use redplane_core::switch::{Config, Snapshots};
use redplane_core::time::Span;
use redplane_linux::clock::RealClock;
use redplane_linux::store_link::{LinkError, UdpLink};
use redplane_linux::switch::{INSIDE_PORT, OUTSIDE_PORT, Recorder, SoftSwitch};
use signal_hook::consts::{SIGINT, SIGTERM, SIGUSR1};

use self::ports::{OpenPort, PortSpec, Router};
use crate::exit::{Kind, OrExit};

/// Flow slots.
const SLOTS: usize = 1 << 16;
/// The same of a detector, whose flows are VLANs: each has a sketch of 4 KiB, which is looked at for snapshots all the time.
const VLANS: usize = 256;
/// Copies in the mirror queue.
const COPIES: usize = 4096;
/// Empty polls until the thread naps, and for how long.
const EMPTY_POLLS: u32 = 200;
const NAP: Duration = Duration::from_micros(50);
/// Longest time that handing the leases back may take.
const EVACUATION_MAX: Duration = Duration::from_secs(3);
/// A port may fail for this long, as a TAP interface does that is down or on its way into another name space.
const FAILING_MAX: Duration = Duration::from_secs(5);
const FAILING_NAP: Duration = Duration::from_millis(10);
/// Frames that captures give in each turn of this length, so that sockets keep up.
const CAPTURE_TURN: Duration = Duration::from_millis(1);

/// Programs of the switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum App {
    /// NAT44: inside hosts share the outside addresses of --pool.
    Nat,
    /// Counts the packets of each flow and forwards them unchanged.
    Counter,
    /// Reports the flows of each VLAN that have many packets, and forwards all unchanged. At most 256 VLANs.
    HeavyHitter,
}

/// Options of `redplane switch`.
#[derive(Debug, clap::Args)]
#[command(
    about = "Runs a software switch on TAP interfaces or captures",
    long_about = "Runs a software switch between two ports, with its state in a store.

A port is a TAP interface (tap:NAME; root or CAP_NET_ADMIN makes it) or a capture that is read, written or both
(pcap:IN, pcap:IN,out=OUT, pcap:out=OUT). What comes in by one port leaves by the other.

Without addresses the switch is a bump in the wire. With --inside-addr and --outside-addr it is a router between two
subnets: it answers ARP for its own addresses and the pool, and looks the next hop up.

A store with replicas is given with all their addresses. One of them serves; the switch goes on to the next one when it is
told so, or hears nothing for the time of --resend.

SIGUSR1 prints the counters. SIGINT and SIGTERM hand all leases back to the store, so that another switch can go on
at once, print the counters and end. With captures as ports it ends by itself when they do.

Examples:
  redplane store --app nat --pool 192.0.2.16/28 &
  redplane switch --app nat --pool 192.0.2.16/28 --store 127.0.0.1:8000 \\
      --inside tap:rp-in --inside-addr 10.77.0.1/24 \\
      --outside tap:rp-out --outside-addr 192.0.2.1/24 --gateway 192.0.2.254
  redplane switch --app counter --store 127.0.0.1:8000 --record messages.pcap \\
      --inside pcap:office.pcap --outside pcap:out=counted.pcap
  redplane switch --app counter --store 10.0.0.1:8000,10.0.0.2:8000,10.0.0.3:8000 --shards 2 \\
      --inside tap:rp-in --outside tap:rp-out
  redplane switch --app heavy-hitter --threshold 5000 --store 127.0.0.1:8000 \\
      --inside tap:rp-in --outside tap:rp-out"
)]
pub(crate) struct Args {
    /// The program.
    #[arg(long, value_enum)]
    app: App,

    /// This switch's number, different from those of all others at the store.
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    id: u16,

    /// Boot number, larger than the last time by less than 32768. [default: the seconds since 1970, their lowest 16 bits]
    #[arg(long, value_name = "NUMBER")]
    incarnation: Option<u16>,

    #[command(flatten)]
    stores: Stores,

    /// The port on the inside: tap:NAME or pcap:IN[,out=OUT].
    #[arg(long, value_name = "PORT")]
    inside: PortSpec,

    /// The port on the outside.
    #[arg(long, value_name = "PORT")]
    outside: PortSpec,

    /// Outside addresses of the NAT, as the store has them.
    #[arg(long, value_name = "CIDR", required_if_eq("app", "nat"))]
    pool: Option<Ipv4Net>,

    /// Lease period in milliseconds, as the store has it.
    #[arg(long, value_name = "MS", default_value_t = 1000, value_parser = clap::value_parser!(u64).range(10..=60_000))]
    lease_period: u64,

    /// Time in milliseconds until an unanswered write is sent again, and after which a silent replica of the store is left for the next
    /// one; longer than the store takes to answer.
    #[arg(long, value_name = "MS", default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    resend: u64,

    /// The router's own address on the inside, with its subnet's prefix.
    #[arg(long, value_name = "CIDR", requires = "outside_addr")]
    inside_addr: Option<Ipv4Net>,

    /// The router's own address on the outside, with its subnet's prefix.
    #[arg(long, value_name = "CIDR", requires = "inside_addr")]
    outside_addr: Option<Ipv4Net>,

    /// Next hop for what is outside of both subnets, on the outside.
    #[arg(long, value_name = "IP", requires = "outside_addr")]
    gateway: Option<Ipv4Addr>,

    /// Packets in a window from which on a flow is reported, of --app heavy-hitter.
    #[arg(long, value_name = "PACKETS", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=1 << 31))]
    threshold: u32,

    /// Time after which the counts of --app heavy-hitter begin again, in milliseconds; 0: they never do.
    #[arg(long, value_name = "MS", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(..=300_000))]
    window: u64,

    /// Time from one snapshot of --app heavy-hitter to the next, in microseconds.
    #[arg(long, value_name = "US", default_value_t = 1000, value_parser = clap::value_parser!(u64).range(100..=60_000_000))]
    snapshot_period: u64,

    /// How old the last complete snapshot of --app heavy-hitter may be before that is counted, in milliseconds.
    #[arg(long, value_name = "MS", default_value_t = 50, value_parser = clap::value_parser!(u64).range(1..=60_000))]
    bound: u64,

    /// Writes all messages to and from the store to this capture, for `redplane decode`.
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
}

/// Runs the switch.
///
/// # Errors
/// A port, the link or the recording cannot be opened, or a port fails.
pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    match args.app {
        App::Nat => {
            let pool = args.pool.ok_or_else(|| anyhow!("--app nat needs --pool")).or_exit(Kind::Usage)?;
            let params = Nat44::params(pool.network().octets(), pool.prefix_len());
            run_program::<Nat44, SLOTS>(&args, params)
        }
        App::Counter => run_program::<Counter, SLOTS>(&args, [0; PROGRAM_PARAMS]),
        App::HeavyHitter => run_program::<HeavyHitter, VLANS>(&args, HeavyHitter::params(args.threshold)),
    }
}

/// What signals ask for.
struct Asked {
    end: Arc<AtomicBool>,
    counters: Arc<AtomicBool>,
}

impl Asked {
    fn listen() -> anyhow::Result<Asked> {
        let asked = Asked { end: Arc::default(), counters: Arc::default() };
        for (signal, flag) in [(SIGINT, &asked.end), (SIGTERM, &asked.end), (SIGUSR1, &asked.counters)] {
            signal_hook::flag::register(signal, Arc::clone(flag)).context("cannot listen for signals")?;
        }
        Ok(asked)
    }
}

type Running<P, const N: usize> = SoftSwitch<P, N, COPIES, UdpLink>;

fn run_program<P: Program, const N: usize>(
    args: &Args,
    program: [u32; PROGRAM_PARAMS],
) -> anyhow::Result<ExitCode> {
    let asked = Asked::listen()?;
    let clock = RealClock::new();
    let router = |port, address: Option<Ipv4Net>, gateway, pools| {
        address.map(|address| Router { port, id: args.id, address, gateway, pools })
    };
    let outside_pools: Vec<_> = args.pool.into_iter().collect();
    let inside = args.inside.open(router(INSIDE_PORT, args.inside_addr, None, Vec::new()), clock)?;
    let outside =
        args.outside.open(router(OUTSIDE_PORT, args.outside_addr, args.gateway, outside_pools), clock)?;

    let recorder = args.record.as_ref().map(Recorder::create).transpose().or_exit(Kind::System)?;
    let map = args.stores.map()?;
    let resend = Span::from_millis(args.resend);
    let link = match UdpLink::to_replicas(map.shards(), resend) {
        Ok(link) => link,
        Err(error @ LinkError::Socket { .. }) => return Err(error).or_exit(Kind::System),
        Err(error) => return Err(error).or_exit(Kind::Usage),
    };
    let link = match &recorder {
        Some(recorder) => link.with_recorder(recorder.clone()),
        None => link,
    };
    let incarnation = Incarnation::new(args.incarnation.unwrap_or_else(incarnation_now));
    let config = Config::new(args.id, incarnation).with_lease_period(Span::from_millis(args.lease_period));
    let snapshots = Snapshots {
        every: Span::from_micros(args.snapshot_period),
        bound: Span::from_millis(args.bound),
        window: Span::from_millis(args.window),
        ..config.snapshots
    };
    let resend_max = config.resend_max.max(resend);
    let config = Config { program, snapshots, resend_after: resend, resend_max, ..config };
    let switch = Running::<P, N>::new(&config, inside.port(), outside.port(), link, Box::new(clock))
        .context("no memory")?;
    let mut switch = switch.with_addresses(
        args.inside_addr.map(|network| network.addr()),
        args.outside_addr.map(|network| network.addr()),
    );
    log::info!(
        "switch {} (boot {incarnation}) runs {} with the store at {}",
        args.id,
        P::SCHEMA.name,
        stores::in_words(&map)
    );

    let ports = [inside, outside];
    let ended = serve(&mut switch, &ports, &asked, Duration::from_millis(args.lease_period));
    let evacuated = ended.is_ok() && evacuate(&mut switch)?;
    println!("{}", show::table(&switch, &ports));
    for port in &ports {
        port.finish().or_exit(Kind::System)?;
    }
    if let Some(recorder) = recorder {
        recorder.finish().context("cannot write the recording").or_exit(Kind::System)?;
    }
    ended?;
    if !evacuated {
        log::warn!("the store did not confirm all leases handed back; they end by themselves");
    }
    Ok(ExitCode::SUCCESS)
}

/// A boot number that grows as long as the switch does not boot more than once a second.
fn incarnation_now() -> u16 {
    let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    since_1970.as_secs() as u16
}

/// Polls until a signal says to end, the captures have ended, or a port fails for good.
fn serve<P: Program, const N: usize>(
    switch: &mut Running<P, N>,
    ports: &[OpenPort; 2],
    asked: &Asked,
    lease_period: Duration,
) -> anyhow::Result<()> {
    let mut empty_polls = 0;
    let mut failing: Option<Instant> = None;
    let mut busy_at = Instant::now();
    let mut turn_at = Instant::now();
    while !asked.end.load(Ordering::Relaxed) {
        if turn_at.elapsed() >= CAPTURE_TURN {
            turn_at = Instant::now();
            ports.iter().for_each(OpenPort::next_turn);
        }
        if asked.counters.swap(false, Ordering::Relaxed) {
            println!("{}", show::table(switch, ports));
        }
        match switch.poll() {
            Ok(0) => empty_polls += 1,
            Ok(_) => {
                (empty_polls, failing) = (0, None);
                busy_at = Instant::now();
            }
            Err(error) => {
                let since = *failing.get_or_insert_with(|| {
                    log::warn!("{error}");
                    Instant::now()
                });
                let lasting = ports.iter().any(OpenPort::is_capture) || since.elapsed() > FAILING_MAX;
                if lasting {
                    return Err(error).or_exit(Kind::System);
                }
                thread::sleep(FAILING_NAP);
            }
        }
        while let Some((Report::Found, words)) = switch.take_report() {
            println!("{}", show::heavy_flow(&words));
        }
        // Answers may take a lease period, when another switch has the flow.
        let has_ended = ports.iter().any(OpenPort::is_capture) && ports.iter().all(OpenPort::has_ended);
        if has_ended && switch.unanswered() == 0 && busy_at.elapsed() > lease_period + lease_period / 4 {
            return Ok(());
        }
        if empty_polls > EMPTY_POLLS {
            thread::sleep(NAP);
        }
    }
    Ok(())
}

/// Hands all leases back; whether the store confirmed that.
fn evacuate<P: Program, const N: usize>(switch: &mut Running<P, N>) -> anyhow::Result<bool> {
    let started = Instant::now();
    while started.elapsed() < EVACUATION_MAX {
        let left = switch.give_up_all();
        switch.poll().or_exit(Kind::System)?;
        if left == 0 && switch.unanswered() == 0 {
            return Ok(true);
        }
        thread::sleep(NAP);
    }
    Ok(false)
}
