//! The store as switches meet it: over UDP on the loopback, with the switch program itself as the other side.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests to us, if not to clippy")]

mod common;

use common::{Ask, Reply};
use redplane_apps::{Counter, Nat44};
use redplane_core::count::{Event, Reason};
use redplane_core::memory::shard_of;
use redplane_core::packet::Buffer;
use redplane_core::ports::PortSet;
use redplane_core::seq::{Epoch, Incarnation};
use redplane_core::store::{Limits, SwitchLimits};
use redplane_core::switch::{Config, Ingress, Switch, Verdict};
use redplane_core::time::{Span, Tick};
use redplane_core::wire::{HEADROOM, Kind, Message, Refusal};
use redplane_store::master::LocalMaster;
use redplane_store::nat::NatConfig;
use redplane_store::server::{Replication, Server, ServerConfig, StartError, Status};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream, UdpSocket};
use std::time::{Duration, Instant};

/// How long a test waits for what must come. Only a failing test waits so long.
const SOON: Duration = Duration::from_secs(10);

/// Long enough for a switch to send again several times.
const RECEIVE: Duration = Duration::from_millis(2);

fn config() -> ServerConfig {
    ServerConfig {
        limits: Limits { flows: 100, waiting_per_flow: 4, waiting: 8 },
        ..ServerConfig::new("127.0.0.1:0".parse().unwrap())
    }
}

fn start(config: ServerConfig) -> Server {
    Server::start(config).unwrap()
}

fn client(server: SocketAddr) -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.connect(server).unwrap();
    socket.set_read_timeout(Some(SOON)).unwrap();
    socket
}

fn receive(socket: &UdpSocket) -> Vec<u8> {
    let mut bytes = vec![0; 2048];
    let len = socket.recv(&mut bytes).unwrap();
    bytes.truncate(len);
    bytes
}

/// A switch that counts packets, with its link to the store.
struct Device {
    switch: Box<Switch<Counter, 16, 16>>,
    socket: UdpSocket,
    start: Instant,
    /// Packets that have left.
    left: Vec<Vec<u8>>,
}

impl Device {
    fn new(id: u16, incarnation: u16, server: SocketAddr) -> Self {
        let socket = client(server);
        socket.set_read_timeout(Some(RECEIVE)).unwrap();
        let config = Config::new(id, Incarnation::new(incarnation));
        let switch = Box::new(Switch::new(&config, PortSet::ALL, Tick::new(0)));
        Self { switch, socket, start: Instant::now(), left: Vec::new() }
    }

    fn now(&self) -> Tick {
        Tick::from_nanos(self.start.elapsed().as_nanos() as u64)
    }

    fn packet_in(&mut self, packet: &[u8]) {
        self.pass(packet, |switch, now, buffer| {
            switch.handle_packet(now, Ingress { port: 3, inside: true }, buffer)
        });
    }

    fn pass(
        &mut self,
        bytes: &[u8],
        step: impl FnOnce(&mut Switch<Counter, 16, 16>, Tick, &mut Buffer<'_>) -> Verdict,
    ) {
        let mut memory = vec![0; HEADROOM + bytes.len()];
        memory[HEADROOM..].copy_from_slice(bytes);
        let end = memory.len();
        let mut buffer = Buffer::new(&mut memory, HEADROOM, end).unwrap();
        let now = self.now();
        match step(&mut self.switch, now, &mut buffer) {
            Verdict::ToStore { .. } => drop(self.socket.send(buffer.bytes()).unwrap()),
            Verdict::Forward { .. } => self.left.push(buffer.bytes().to_vec()),
            Verdict::Consumed | Verdict::Dropped(_) | Verdict::Punt { .. } => {}
        }
    }

    /// Takes one turn: what is due is sent, what has come is handled.
    fn turn(&mut self) {
        let mut memory = [0; 256];
        let mut out = Buffer::empty(&mut memory);
        while self.switch.poll(self.now(), &mut out).is_some() {
            // A store that is gone is found out by its silence.
            let _ = self.socket.send(out.bytes());
        }
        let mut bytes = vec![0; 2048];
        if let Ok(len) = self.socket.recv(&mut bytes) {
            self.pass(&bytes[..len], |switch, now, buffer| switch.handle_message(now, buffer));
        }
    }

    fn epoch(&mut self, key: &[u32; 4]) -> Epoch {
        let now = self.now();
        self.switch.inspect(now, key).map_or(Epoch::NONE, |flow| flow.epoch)
    }
}

/// Lets devices take turns until `done`.
fn run(devices: &mut [&mut Device], what: &str, mut done: impl FnMut(&mut [&mut Device]) -> bool) {
    let start = Instant::now();
    while !done(devices) {
        assert!(start.elapsed() < SOON, "never came: {what}");
        devices.iter_mut().for_each(|device| device.turn());
    }
}

/// An Ethernet frame with IPv4 and UDP from 10.0.0.1:4096 to 10.0.0.2:`port`.
fn packet(port: u16) -> Vec<u8> {
    let mut frame = vec![2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0];
    frame.extend([0x45, 0, 0, 32, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, 0x10, 0]);
    frame.extend(port.to_be_bytes());
    frame.extend([0, 12, 0, 0, b'd', b'a', b't', b'a']);
    frame
}

fn key(port: u16) -> [u32; 4] {
    [17, 0x0a00_0001, 0x0a00_0002, 0x1000 << 16 | u32::from(port)]
}

/// Waits for the numbers that shards publish from time to time.
fn eventually(server: &Server, what: &str, done: impl Fn(&Server) -> bool) {
    let start = Instant::now();
    while !done(server) {
        assert!(start.elapsed() < SOON, "never came: {what}; {}", server.report());
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn packets_leave_the_switch_when_the_store_has_counted_them() {
    let server = start(config());
    let mut device = Device::new(1, 1, server.addresses()[0]);
    for count in 1..=5 {
        device.packet_in(&packet(7));
        run(&mut [&mut device], "the packet's release", |devices| devices[0].left.len() == count);
    }
    assert!(device.left.iter().all(|left| *left == packet(7)));
    let now = device.now();
    let flow = device.switch.inspect(now, &key(7)).unwrap();
    assert_eq!((flow.state, flow.seq, flow.acked, flow.live), ([5], 5, 5, true));
    let stopped = server.stop();
    assert!(stopped.failures.is_empty());
    assert_eq!(stopped.report.event(Event::WriteApplied), 5);
    assert_eq!(stopped.report.flows(), 1);
}

#[test]
fn flow_that_moves_to_another_switch_is_recalled_and_counted_on() {
    let server = start(config());
    let mut first = Device::new(1, 1, server.addresses()[0]);
    let mut second = Device::new(2, 1, server.addresses()[0]);
    for count in 1..=3 {
        first.packet_in(&packet(7));
        run(&mut [&mut first], "the first switch's release", |devices| devices[0].left.len() == count);
    }
    second.packet_in(&packet(7));
    run(&mut [&mut first, &mut second], "the second switch's release", |devices| devices[1].left.len() == 1);
    let now = second.now();
    let flow = second.switch.inspect(now, &key(7)).unwrap();
    assert_eq!(flow.state, [4], "counting went on where the first switch had stopped");
    assert!(flow.epoch.is_newer_than(first.epoch(&key(7))));
    let report = server.stop().report;
    assert!(report.event(Event::RecallSent) >= 1);
    assert_eq!((report.event(Event::GrantedNew), report.event(Event::GrantedNext)), (1, 1));
}

#[test]
fn restarted_store_starts_above_the_epochs_of_its_earlier_life() {
    let server = start(config());
    let address = server.addresses()[0];
    let mut device = Device::new(1, 1, address);
    device.packet_in(&packet(7));
    run(&mut [&mut device], "the first life's release", |devices| devices[0].left.len() == 1);
    let before = device.epoch(&key(7));
    assert!(server.stop().failures.is_empty());

    let server = start(ServerConfig { listen: address, ..config() });
    // The lease is over at the store; a packet is lost with the refusal of its write, the next one asks anew.
    run(&mut [&mut device], "the second life's release", |devices| {
        if devices[0].left.len() == 1 {
            devices[0].packet_in(&packet(7));
        }
        devices[0].left.len() > 1
    });
    assert!(device.epoch(&key(7)).is_newer_than(before));
    let report = server.stop().report;
    assert!(report.refusal(Refusal::UnknownFlow) >= 1);
    assert_eq!(report.event(Event::GrantedNew), 1);
}

#[test]
fn packet_leaves_no_switch_whose_store_is_gone() {
    let server = start(config());
    let address = server.addresses()[0];
    let mut device = Device::new(1, 1, address);
    device.packet_in(&packet(7));
    run(&mut [&mut device], "the release", |devices| devices[0].left.len() == 1);
    drop(server);
    device.packet_in(&packet(7));
    for _ in 0..5 {
        device.turn();
    }
    assert_eq!(device.left.len(), 1, "nothing leaves that no store has");
}

#[test]
fn unknown_schema_is_refused_without_a_key_and_garbage_is_not_answered() {
    let server = start(config());
    let socket = client(server.addresses()[0]);
    let request = Ask::new(Kind::LeaseRequest, 9, &[17, 1, 2]).packet(b"frame").encode::<Nat44>();
    for garbage in [&b""[..], b"x", b"\x11", &[0x21, 99, 0, 0], &[0xff; 1500], &request[..19], &[0; 64]] {
        socket.send(garbage).unwrap();
    }
    // Answers to other switches are not requests, whatever their schema.
    let mut grant = request.clone();
    grant[0] = 0x12;
    socket.send(&grant).unwrap();
    socket.send(&request).unwrap();
    let answer = receive(&socket);
    assert!(answer.len() <= request.len(), "a refusal must not be worth forging a source address for");
    let (message, _) =
        Message::parse(&answer, |_| Some(<Nat44 as redplane_core::program::Program>::LAYOUT)).unwrap();
    assert_eq!((message.kind(), message.switch(), message.key().len()), (Kind::Refuse, 9, 0));
    assert_eq!(message.body(), redplane_core::wire::Body::Refusal(Refusal::UnknownSchema));
    assert_eq!(message.timestamp(), Tick::new(0xabc));
    let report = server.stop().report;
    assert_eq!(report.refusal(Refusal::UnknownSchema), 1);
    assert_eq!(report.sum("redplane_store_socket_datagrams_total", &[("fate", "sent")]), 1);
    for (reason, count) in
        [(Reason::MessageTooShort, 5), (Reason::MessageVersion, 2), (Reason::WrongDirection, 1)]
    {
        assert_eq!(report.reason(reason), count, "{reason:?} of {report}");
    }
}

#[test]
fn shards_listen_on_consecutive_ports_and_refuse_what_is_not_theirs() {
    let nat = Some(NatConfig::new(vec![Ipv4Addr::new(203, 0, 113, 5)]));
    let server = start(ServerConfig { shards: 3, nat, ..config() });
    let addresses = server.addresses();
    let ports: Vec<_> = addresses.iter().map(|address| address.port() - addresses[0].port()).collect();
    assert_eq!(ports, [0, 1, 2]);
    for port in 1000..1020 {
        let key = [17, 0x0a00_0001, port];
        let shard = usize::from(shard_of(&key, 3));
        let ask = Ask::new(Kind::LeaseRequest, 1, &key).encode::<Nat44>();
        let ours = client(addresses[shard]);
        ours.send(&ask).unwrap();
        let grant = Reply::parse::<Nat44>(&receive(&ours));
        assert_eq!(grant.kind, Kind::Grant);
        let reverse = [1 << 8 | 17, grant.state[0], grant.state[1]];
        assert_eq!(usize::from(shard_of(&reverse, 3)), shard);
        let others = client(addresses[(shard + 1) % 3]);
        others.send(&ask).unwrap();
        assert_eq!(Reply::parse::<Nat44>(&receive(&others)).refusal, Some(Refusal::Moved));
    }
    let report = server.stop().report;
    assert_eq!((report.flows(), report.refusal(Refusal::Moved)), (40, 20));
}

#[test]
fn metrics_tell_what_was_asked_and_answered() {
    let metrics = Some("127.0.0.1:0".parse().unwrap());
    let nat = Some(NatConfig { ports: 1024..=1123, ..NatConfig::new(vec![Ipv4Addr::new(203, 0, 113, 5)]) });
    let server = start(ServerConfig { metrics, nat, ..config() });
    let socket = client(server.addresses()[0]);
    let ask = Ask::new(Kind::LeaseRequest, 1, &[17, 0x0a00_0001, 1100]).encode::<Nat44>();
    socket.send(&ask).unwrap();
    receive(&socket);
    eventually(&server, "the grant in the numbers", |server| server.report().sent(Kind::Grant) == 1);
    let text = get(server.metrics_address().unwrap(), "/metrics");
    assert!(!text.contains("redplane_store_commit_seconds"), "nothing waits in a store that is alone");
    for line in [
        "redplane_store_received_messages_total{shard=\"0\",program=\"nat\",kind=\"LeaseRequest\"} 1",
        "redplane_store_sent_messages_total{shard=\"0\",program=\"nat\",kind=\"Grant\"} 1",
        "redplane_store_events_total{shard=\"0\",program=\"nat\",event=\"PairMade\",rule=\"RP-ST-8\"} 1",
        "redplane_store_events_total{shard=\"0\",program=\"counter\",event=\"PairMade\",rule=\"RP-ST-8\"} 0",
        "redplane_store_refused_total{shard=\"0\",program=\"none\",reason=\"UnknownSchema\"} 0",
        "redplane_store_ignored_total{shard=\"0\",program=\"none\",reason=\"MessageVersion\"} 0",
        "redplane_store_flows{shard=\"0\",program=\"nat\"} 2",
        "redplane_store_waiting{shard=\"0\",program=\"nat\"} 0",
        "redplane_store_nat_ports_free{shard=\"0\",protocol=\"udp\"} 99",
        "redplane_store_nat_ports{shard=\"0\",protocol=\"tcp\"} 100",
        "redplane_store_nat_pool_total{shard=\"0\",what=\"taken_as_wished\"} 1",
        "redplane_store_kernel_drops_total{shard=\"0\"} 0",
        "# TYPE redplane_store_flows gauge",
    ] {
        assert!(text.lines().any(|other| other == line), "{line} is not in\n{text}");
    }
}

#[test]
fn store_that_is_alone_is_ready_and_says_how_it_does() {
    let metrics = Some("127.0.0.1:0".parse().unwrap());
    let server = start(ServerConfig { metrics, shards: 2, ..config() });
    let socket = client(server.addresses()[0]);
    socket.send(&Ask::new(Kind::LeaseRequest, 9, &[1, 2]).encode::<Nat44>()).unwrap();
    receive(&socket);
    eventually(&server, "the refusal", |server| server.report().refusal(Refusal::UnknownSchema) == 1);
    let address = server.metrics_address().unwrap();
    assert!(get(address, "/readyz").ends_with("ready\n"));
    let status = get(address, "/status");
    let status: Status = serde_json::from_str(status.split_once("\r\n\r\n").unwrap().1).unwrap();
    assert_eq!((status.role.as_str(), status.shards, status.flows, status.view), ("alone", 2, 0, None));
    assert_eq!(status.refused, [("UnknownSchema".to_owned(), 1)].into());
}

fn get(address: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: store\r\n\r\n").as_bytes()).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    assert!(text.starts_with("HTTP/1.1 200 OK\r\n"), "{text}");
    text
}

#[test]
fn stopped_and_dropped_stores_leave_their_ports() {
    let server = start(ServerConfig { shards: 2, ..config() });
    let addresses = server.addresses();
    assert!(server.failed_shards().is_empty());
    let taken = Server::start(ServerConfig { listen: addresses[0], ..config() });
    assert!(matches!(taken, Err(StartError::Bind(_))), "{taken:?}");
    let joined = start(ServerConfig { listen: addresses[0], shards: 2, takeover: true, ..config() });
    assert_eq!(joined.addresses(), addresses);
    assert!(server.stop().failures.is_empty());
    drop(joined);
    for address in addresses {
        UdpSocket::bind(address).unwrap();
    }
}

#[test]
fn faulty_configurations_are_refused_with_a_remedy() {
    let nat = |ports, addresses: usize| {
        let addresses = (0..addresses as u32).map(|index| Ipv4Addr::from(0xcb00_7100 + index)).collect();
        Some(NatConfig { ports, ..NatConfig::new(addresses) })
    };
    let list = |ports: &[u16], me| Replication::Static {
        replicas: ports.iter().map(|port| SocketAddr::from(([127, 0, 0, 1], *port))).collect(),
        me,
    };
    let master = |detection_ms| Replication::Master {
        master: Box::new(LocalMaster::new(SOON)),
        name: String::new(),
        detection: Duration::from_millis(detection_ms),
    };
    let engine = |url: &str| Replication::Engine { url: url.to_owned(), group: "g".to_owned(), hold: SOON };
    let limits = |flows, waiting_per_flow, waiting| Limits { flows, waiting_per_flow, waiting };
    let high = "127.0.0.1:65535".parse().unwrap();
    for (config, words, by_system) in [
        (ServerConfig { shards: 0, ..config() }, "at least one shard", false),
        (ServerConfig { shards: 2, listen: high, ..config() }, "above 65535", false),
        (ServerConfig { counter_idle: None, ..config() }, "needs a program", false),
        (
            ServerConfig { lease_period: Span::from_millis(9), ..config() },
            "of 9 ms is outside of 10 to 60000",
            false,
        ),
        (ServerConfig { lease_period: Span::MAX, ..config() }, "lease period of", false),
        (ServerConfig { limits: limits(0, 1, 1), ..config() }, "number of flows of 0", false),
        (ServerConfig { limits: limits(1, 0, 1), ..config() }, "waiting messages per flow of 0", false),
        (ServerConfig { limits: limits(1, 1, 0), ..config() }, "waiting messages of 0", false),
        (ServerConfig { limits: limits(1 << 30, 1, 1), shards: 9, ..config() }, "MiB of memory", false),
        (ServerConfig { nat: nat(1..=10, 0), ..config() }, "outside address", false),
        (ServerConfig { nat: nat(0..=10, 1), ..config() }, "0-10", false),
        (ServerConfig { nat: nat(80..=80, 1), shards: 2, ..config() }, "no outside ports", false),
        (ServerConfig { memory_max_bytes: Some(1), ..config() }, "may take 0 MiB", false),
        (
            ServerConfig { switch_limits: SwitchLimits { flows: 0, ..SwitchLimits::NONE }, ..config() },
            "flows of a switch of 0",
            false,
        ),
        (ServerConfig { pending: 0, ..config() }, "wait to be durable of 0", false),
        (ServerConfig { replicas_max: 9, ..config() }, "number of replicas of 9", false),
        (
            ServerConfig { replication: list(&[1, 2], 2), ..config() },
            "cannot be replica 2 of a list of 2",
            false,
        ),
        (ServerConfig { replication: list(&[1; 9], 0), ..config() }, "at most 8", false),
        (ServerConfig { listen: high, replication: list(&[1, 2], 0), ..config() }, "must be the same", false),
        (ServerConfig { replication: master(1), ..config() }, "detection time of 1 ms is too short", false),
        (
            ServerConfig { listen: "0.0.0.0:0".parse().unwrap(), replication: master(100), ..config() },
            "cannot listen at 0.0.0.0",
            false,
        ),
        (
            ServerConfig { replication: master(100), takeover: true, ..config() },
            "cannot share its ports",
            false,
        ),
        (ServerConfig { replication: engine("mysql://a:1"), ..config() }, "`mysql`", false),
        (
            ServerConfig { replication: engine("etcd://a:1"), heavy_hitter_idle: Some(SOON), ..config() },
            "has a structure",
            false,
        ),
        (ServerConfig { listen: "192.0.2.77:0".parse().unwrap(), ..config() }, "no address 192.0.2.77", true),
        (ServerConfig { metrics: Some("192.0.2.77:0".parse().unwrap()), ..config() }, "192.0.2.77", true),
    ] {
        let error = Server::start(config).unwrap_err();
        assert!(error.to_string().contains(words), "{error} does not say {words}");
        assert_eq!(error.is_by_system(), by_system, "{error}");
    }
}
