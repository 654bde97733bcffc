//! A chain of three processes whose replicas are killed, or stopped for too long, again and again while it is written to.
//!
//! A short form runs here. `cargo xtask kill` runs the long one: `REDPLANE_KILLS` is how many replicas are killed and how many are
//! stopped, `REDPLANE_SEED` what chance decides by.
//!
//! Any replica may be hit at any time, also one that joins, with one exception: what the last living member of the view knows
//! nobody else does, so it is left alone until another one has joined. A replica that has ended is started again after a second.
//!
//! A write that was lost and then followed by another one of the same switch is not found out by what the store has at the end: states
//! are absolute. So one test ends the writing before it kills.
#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod support;
#[path = "../../redplane-store/tests/support_servers/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the tests of the store need more of it")]
mod support_servers;

use std::collections::HashSet;
use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use redplane_store::chain::{Member, MemberId, View};
use redplane_store::etcd::Client;
use serde_json::Value;
use support::Folder;
use support::probe::Probe;
use support::processes::{Load, SOON, Tool};
use support_servers::Etcd;

const REPLICAS: usize = 3;

/// etcd counts leases in seconds.
const DETECTION_MS: u64 = 1000;

/// After how long a replica that has ended is started again.
const RESTART_AFTER: Duration = Duration::from_secs(1);

/// What the exit code says that the group has voted a replica out.
const REMOVED: i32 = 5;

/// How often everything is looked at.
const STEP: Duration = Duration::from_millis(10);

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().expect("a number"))
}

struct Replica {
    address: SocketAddr,
    tool: Option<Tool>,
    ended_at: Instant,
}

/// Three replicas, their configuration master, and what is known of them.
struct Group {
    replicas: Vec<Replica>,
    client: Client,
    endpoints: String,
    folder: Folder,
    load: Load,
    view: View,
    /// Members that were killed; a view may name them until that is noticed.
    dead: HashSet<MemberId>,
    /// How many of those that were hit were members: the others were joining.
    members_hit: u32,
    takeovers: u32,
    /// Replicas that were voted out although nobody had touched them.
    ended_alone: u32,
    // The last one to be dropped.
    _etcd: Etcd,
}

impl Group {
    /// Starts all of it, and waits until the chain has three members and is written to.
    fn start(name: &str) -> Self {
        let etcd = Etcd::of(1);
        let folder = Folder::new(name);
        let sockets: Vec<_> = (0..REPLICAS).map(|_| UdpSocket::bind("127.0.0.1:0").unwrap()).collect();
        let addresses: Vec<_> = sockets.iter().map(|socket| socket.local_addr().unwrap()).collect();
        drop(sockets);
        let store: Vec<String> = addresses.iter().map(ToString::to_string).collect();
        let endpoints = format!("etcd://{}", etcd.endpoints().join(","));
        let mut client = Client::new(etcd.endpoints(), Duration::from_secs(2));
        let now = Instant::now();
        let replica = |address: &SocketAddr| {
            let tool = Some(start(&folder, *address, &endpoints));
            Replica { address: *address, tool, ended_at: now }
        };
        let mut replicas: Vec<_> = addresses.iter().map(replica).collect();
        let view = loop {
            match view_in(&mut client) {
                Some(view) if view.members.len() == REPLICAS => break view,
                view => assert!(now.elapsed() < SOON, "no chain of {REPLICAS}: {view:?}"),
            }
            for tool in replicas.iter_mut().filter_map(|replica| replica.tool.as_mut()) {
                assert_eq!(tool.ended(), None, "{}", tool.printed());
            }
            std::thread::sleep(STEP);
        };
        // Not as fast as it can: the replicas, the load and this test share the cores with other tests.
        let load = format!("--store {} --flows 1000 --rate 10000", store.join(","));
        let load = Load::start(&folder, &load);
        let (dead, members_hit, takeovers, ended_alone) = (HashSet::new(), 0, 0, 0);
        Self {
            replicas,
            client,
            endpoints,
            folder,
            load,
            view,
            dead,
            members_hit,
            takeovers,
            ended_alone,
            _etcd: etcd,
        }
    }

    /// Looks at the view and the processes, and starts those again that have ended long enough ago.
    fn step(&mut self) {
        std::thread::sleep(STEP);
        self.load.must_run();
        if let Some(view) = view_in(&mut self.client) {
            let is_other = self.view.head().map(|head| head.id) != view.head().map(|head| head.id);
            self.takeovers += u32::from(is_other);
            self.view = view;
        }
        for replica in &mut self.replicas {
            match &mut replica.tool {
                Some(tool) => {
                    if let Some(status) = tool.ended() {
                        assert_eq!(status.code(), Some(REMOVED), "{}", tool.printed());
                        self.ended_alone += 1;
                        (replica.tool, replica.ended_at) = (None, Instant::now());
                    }
                }
                None if replica.ended_at.elapsed() > RESTART_AFTER => {
                    replica.tool = Some(start(&self.folder, replica.address, &self.endpoints));
                }
                None => {}
            }
        }
    }

    /// The same until it holds.
    fn step_until(&mut self, what: &str, mut holds: impl FnMut(&mut Self) -> bool) {
        let start = Instant::now();
        while !holds(self) {
            assert!(start.elapsed() < SOON, "never came: {what}; {}", self.view);
            self.step();
        }
    }

    fn member(&self, at: usize) -> Option<&Member> {
        let address = self.replicas[at].address;
        let is_it = |member: &&Member| member.address == address && !self.dead.contains(&member.id);
        self.view.members.iter().find(is_it)
    }

    /// Whether all replicas are members and know of it. One that is stopped before it knows has nothing to end for: it joins again.
    fn is_whole(&mut self) -> bool {
        let said = format!("{}; ", self.view);
        let knows =
            |replica: &mut Replica| replica.tool.as_mut().is_some_and(|tool| tool.printed().contains(&said));
        self.living() == REPLICAS && self.replicas.iter_mut().all(knows)
    }

    fn living(&self) -> usize {
        let lives = |at: &usize| self.replicas[*at].tool.is_some() && self.member(*at).is_some();
        (0..REPLICAS).filter(lives).count()
    }

    /// Whether a replica may be hit: it runs, and is not the last member that lives.
    fn may_hit(&self, at: usize) -> bool {
        self.replicas[at].tool.is_some() && (self.member(at).is_none() || self.living() > 1)
    }

    /// Once everything has come back: the figures of the load, which must have lost nothing.
    fn end(mut self, what: &str, hits: u64) {
        self.step_until("all replicas come back", |group| group.living() == REPLICAS);
        let (members_hit, view) = (self.members_hit, self.view.number);
        let (takeovers, ended_alone) = (self.takeovers, self.ended_alone);
        let figures = self.load.end();
        let of = |name: &str| figures.get(name).and_then(Value::as_f64).unwrap_or(f64::NAN);
        println!(
            "{hits} replicas {what}, {members_hit} of them members, {takeovers} takeovers, {ended_alone} voted out by \
             mistake, view {view}; {} writes acked in {:.0} s, all read back; longest pause {:.0} ms",
            of("acked"),
            of("seconds"),
            of("longest_pause_ms")
        );
    }
}

fn start(folder: &Folder, address: SocketAddr, endpoints: &str) -> Tool {
    let words = format!(
        "store --listen {address} --app counter --flows 4096 --waiting 64 --durability chain --master {endpoints} --group kill \
         --detection {DETECTION_MS}"
    );
    Tool::start(folder, &format!("store-{}", address.port()), &words)
}

fn view_in(client: &mut Client) -> Option<View> {
    let (_, pair) = client.get(b"redplane/kill/view").ok()?;
    Some(serde_json::from_slice(&pair?.value).unwrap())
}

#[test]
fn replicas_killed_again_and_again_lose_nothing_acked() {
    let (wanted, seed) = (number("REDPLANE_KILLS", 5), number("REDPLANE_SEED", 1));
    let mut random = fastrand::Rng::with_seed(seed);
    let mut group = Group::start("kill");
    let mut kills = 0;
    while kills < wanted {
        let next = Instant::now() + Duration::from_millis(random.u64(200..3000));
        while Instant::now() < next {
            group.step();
        }
        let at = random.usize(0..REPLICAS);
        group.step_until("the replica may be killed", |group| group.may_hit(at));
        let id = group.member(at).map(|member| member.id);
        let replica = &mut group.replicas[at];
        replica.tool.take().unwrap().kill();
        replica.ended_at = Instant::now();
        group.members_hit += u32::from(id.is_some());
        group.dead.extend(id);
        kills += 1;
    }
    group.end("killed", kills);
}

/// What the head acked while its successor stood still would be nowhere if it had not waited for the tail (RP-ST-4).
#[test]
fn head_killed_while_the_middle_is_stopped_leaves_all_that_was_acked_at_the_tail() {
    let mut group = Group::start("both");
    group.step_until("all replicas are members and know it", Group::is_whole);
    let members = group.view.members.clone();
    let place = |member: &Member| {
        group.replicas.iter().position(|replica| replica.address == member.address).unwrap()
    };
    let (head, middle) = (place(&members[0]), place(&members[1]));
    group.replicas[middle].tool.as_ref().unwrap().signal("STOP");
    std::thread::sleep(Duration::from_millis(200));
    // No later write shall hide that an earlier one is missing.
    group.load.stop_writing();
    std::thread::sleep(Duration::from_millis(50));
    for at in [head, middle] {
        let replica = &mut group.replicas[at];
        replica.tool.take().unwrap().kill();
        replica.ended_at = Instant::now();
    }
    group.members_hit = 2;
    group.dead.extend([members[0].id, members[1].id]);
    let tail = members[2].id;
    group.step_until("the tail is the head", |group| group.view.head().unwrap().id == tail);
    group.end("killed, both at once", 2);
}

#[test]
fn replicas_stopped_for_too_long_answer_nobody_and_end() {
    let (wanted, seed) = (number("REDPLANE_KILLS", 3), number("REDPLANE_SEED", 1));
    let mut random = fastrand::Rng::with_seed(seed);
    let mut group = Group::start("stop");
    for stops in 0..wanted {
        group.step_until("all replicas are members and know it", Group::is_whole);
        let head = group.view.head().unwrap().address;
        let is_head = |replica: &Replica| replica.address == head;
        // The first one is the head: it alone could give away what is not its own any more.
        let at = match stops {
            0 => group.replicas.iter().position(is_head).unwrap(),
            _ => random.usize(0..REPLICAS),
        };
        let member = group.member(at).unwrap().clone();
        let mut probe = Probe::new(member.address);
        if member.address == head {
            probe.lease(stops as u32);
        }
        let tool = group.replicas[at].tool.take().unwrap();
        group.replicas[at].ended_at = Instant::now() + SOON;
        tool.signal("STOP");
        group.members_hit += 1;
        group.dead.insert(member.id);
        let is_out = |group: &mut Group| group.view.position(member.id).is_none();
        group.step_until("the stopped replica is voted out", is_out);
        let wake = Instant::now() + Duration::from_millis(random.u64(0..1000));
        while Instant::now() < wake {
            group.step();
        }
        // What had been granted before, and something new: it may say neither yes.
        probe.forget();
        probe.ask(stops as u32);
        probe.ask(1_000_000 + stops as u32);
        let mut tool = tool;
        tool.signal("CONT");
        let status = tool.end();
        assert_eq!(status.code(), Some(REMOVED), "{}", tool.printed());
        assert_eq!(probe.granted(), 0, "{member:?} granted although it was voted out:\n{}", tool.printed());
        group.replicas[at].ended_at = Instant::now();
    }
    group.end("stopped", wanted);
}
