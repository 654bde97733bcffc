//! `redplane switch` as a NAT router between two network name spaces, with the kernel's own TCP on both sides.
//!
//! It takes root, `ip`, `python3` and `/dev/net/tun`; without them the test says so and passes.
#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod support;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::Ipv4Addr;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use redplane_store::nat::NatConfig;
use redplane_store::server::{Server, ServerConfig};
use support::{Folder, redplane, text};

/// Answers each line with the peer's address and port as it sees them, and the line.
const SERVER: &str = "
import socket, threading
def serve(c, peer):
    for line in c.makefile():
        c.sendall(f'{peer[0]} {peer[1]} {line}'.encode())
s = socket.create_server(('198.51.100.2', 7000))
while True:
    threading.Thread(target=serve, args=s.accept(), daemon=True).start()";

/// Sends what it reads over one connection, and prints the answers.
const CLIENT: &str = "
import socket, sys, time
for attempt in range(200):
    try:
        c = socket.create_connection(('198.51.100.2', 7000), timeout=20); break
    except OSError: time.sleep(0.05)
answers = c.makefile()
for line in sys.stdin:
    c.sendall(line.encode()); print(answers.readline(), end='', flush=True)";

/// Pings three times, and prints the numbers of the answers.
const PING: &str = "
import socket, struct
s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP); s.settimeout(10)
for number in range(3):
    body = struct.pack('!HH', 77, number) + b'payload!'
    words = struct.unpack('!6H', body); total = 0x0800 + sum(words)
    total = (total >> 16) + (total & 0xffff); total = (total >> 16) + (total & 0xffff)
    s.sendto(struct.pack('!BBH', 8, 0, ~total & 0xffff) + body, ('198.51.100.2', 0))
    answer = s.recv(2000)[20:]
    print(answer[0], struct.unpack('!HH', answer[4:8]), answer[8:].decode())";

fn ip(words: &str) -> bool {
    let status = Command::new("ip").args(words.split_whitespace()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// Whether the interface is there and up.
fn is_up(interface: &str) -> bool {
    let flags = fs::read_to_string(format!("/sys/class/net/{interface}/flags")).unwrap_or_default();
    u32::from_str_radix(flags.trim().trim_start_matches("0x"), 16).is_ok_and(|flags| flags & 1 == 1)
}

/// What ends with the test.
struct World {
    spaces: [String; 2],
    children: Vec<Child>,
}

impl World {
    fn new() -> Option<World> {
        let spaces = ["in", "out"].map(|side| format!("rp{}-{side}", std::process::id()));
        let world = World { spaces, children: Vec::new() };
        let made = world.spaces.iter().all(|space| ip(&format!("netns add {space}")));
        made.then_some(world)
    }

    /// A command on a side.
    fn command(&self, side: usize, words: &[&str]) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.spaces[side]]).args(words);
        command
    }

    fn start(&mut self, command: &mut Command) -> usize {
        self.children.push(command.spawn().unwrap());
        self.children.len() - 1
    }

    /// Gives the interface to a side once the switch has brought it up, which it could not do in another name space; with an
    /// address and a default route.
    fn connect(&self, side: usize, interface: &str, address: &str, gateway: Option<&str>) {
        let space = &self.spaces[side];
        let end = Instant::now() + Duration::from_secs(10);
        while !is_up(interface) {
            assert!(Instant::now() < end, "{interface} did not come up");
            thread::sleep(Duration::from_millis(20));
        }
        for words in [
            format!("link set {interface} netns {space}"),
            format!("-n {space} link set lo up"),
            format!("-n {space} addr add {address} dev {interface}"),
            format!("-n {space} link set {interface} up"),
        ] {
            assert!(ip(&words), "ip {words}");
        }
        if let Some(gateway) = gateway {
            assert!(ip(&format!("-n {space} route add default via {gateway}")));
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        for child in &mut self.children {
            let _ = child.kill();
            let _ = child.wait();
        }
        for space in &self.spaces {
            ip(&format!("netns del {space}"));
        }
    }
}

fn switch(store: &str, id: &str, interfaces: &[String; 2], record: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_redplane"));
    let [inside, outside] = interfaces.each_ref().map(|name| format!("tap:{name}"));
    command.args(["switch", "--app", "nat", "--pool", "198.51.100.16/28", "--store", store, "--id", id]);
    command.args(["--inside", &inside, "--inside-addr", "10.77.0.1/24", "--outside", &outside]);
    command.args(["--outside-addr", "198.51.100.1/24", "--record", record]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A line over the connection, and the answer to it.
fn ask(client: &mut Child, answers: &mut impl BufRead, line: &str) -> String {
    writeln!(client.stdin.as_mut().unwrap(), "{line}").unwrap();
    let mut answer = String::new();
    answers.read_line(&mut answer).unwrap();
    answer
}

#[test]
fn tcp_connection_through_the_nat_outlives_the_switch_that_it_began_at() {
    if !std::path::Path::new("/dev/net/tun").exists() {
        return println!("skipped: there is no /dev/net/tun");
    }
    if !Command::new("python3").arg("-V").output().is_ok_and(|output| output.status.success()) {
        return println!("skipped: python3 is not installed");
    }
    let Some(mut world) = World::new() else {
        return println!("skipped: `ip netns add` takes root and iproute2");
    };
    let folder = Folder::new("tap");
    let mut config = ServerConfig::new("127.0.0.1:0".parse().unwrap());
    config.limits.flows = 1024;
    config.nat = Some(NatConfig::new((16..32).map(|last| [198, 51, 100, last].into()).collect()));
    let server = Server::start(config).unwrap();
    let store = server.addresses()[0].to_string();

    let first = start_switch(&mut world, &folder, &store, "1");
    let mut command = world.command(1, &["python3", "-c", SERVER]);
    world.start(&mut command);
    let mut command = world.command(0, &["python3", "-c", CLIENT]);
    let mut client = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut answers = BufReader::new(client.stdout.take().unwrap());
    let before = ask(&mut client, &mut answers, "hello");
    let mut words = before.split_whitespace();
    let address = words.next().and_then(|address| address.parse::<Ipv4Addr>().ok()).unwrap();
    assert!((16..32).contains(&address.octets()[3]) && before.ends_with(" hello\n"), "{before}");
    let (pings, error) = text(&world.command(0, &["python3", "-c", PING]).output().unwrap());
    assert_eq!(pings, "0 (77, 0) payload!\n0 (77, 1) payload!\n0 (77, 2) payload!\n", "{error}");

    // It dies without a word, and its interfaces with it. Another switch takes its place.
    world.children[first].kill().unwrap();
    world.children[first].wait().unwrap();
    let second = start_switch(&mut world, &folder, &store, "2");
    let after = ask(&mut client, &mut answers, "again");
    assert_eq!(after, before.replace("hello", "again"));

    // This one is told to end: it hands its leases back.
    let child = &mut world.children[second];
    let stopped = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(stopped.success());
    let (mut table, mut error) = (String::new(), String::new());
    child.stdout.take().unwrap().read_to_string(&mut table).unwrap();
    child.stderr.take().unwrap().read_to_string(&mut error).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0), "{error}");
    assert!(table.contains("GaveUp") && table.contains("GiveUpConfirmed"), "{table}");
    let port = store.rsplit(':').next().unwrap();
    let (messages, _) = text(&redplane(&["decode", "--store-port", port, &folder.file("messages-2.pcap")]));
    for kind in ["LeaseRequest", "Grant", "GiveUp", "GiveUpAck", "migrated"] {
        assert!(messages.contains(kind), "{kind} in {messages}");
    }
    drop(client.stdin.take());
    assert!(client.wait().unwrap().success());
    assert!(server.stop().failures.is_empty());
}

/// Starts a switch and connects its interfaces to the hosts; gives its place among the children.
fn start_switch(world: &mut World, folder: &Folder, store: &str, id: &str) -> usize {
    let interfaces = ["a", "b"].map(|side| format!("rp{}{side}{id}", std::process::id()));
    let record = folder.file(&format!("messages-{id}.pcap"));
    let at = world.start(&mut switch(store, id, &interfaces, &record));
    world.connect(0, &interfaces[0], "10.77.0.2/24", Some("10.77.0.1"));
    world.connect(1, &interfaces[1], "198.51.100.2/24", None);
    at
}
