//! An etcd, of three members if not told otherwise.

use super::{Dir, Process, free_ports, wait_until};
use redplane_store::etcd::Client;
use std::time::Duration;

pub(crate) const MEMBERS: usize = 3;

/// A cluster.
pub(crate) struct Etcd {
    members: Vec<Process>,
    clients: Vec<u16>,
    peers: Vec<u16>,
    dir: Dir,
}

impl Etcd {
    /// Starts one, and waits until it answers.
    pub(crate) fn start() -> Self {
        Self::of(MEMBERS)
    }

    /// The same, of so many members.
    pub(crate) fn of(count: usize) -> Self {
        let ports: [u16; 2 * MEMBERS] = free_ports();
        let (clients, peers) = ports.split_at(MEMBERS);
        let (clients, peers) = (clients[..count].to_vec(), peers[..count].to_vec());
        let mut etcd = Self { members: Vec::new(), clients, peers, dir: Dir::new("etcd") };
        etcd.members = (0..count).map(|n| etcd.member(n)).collect();
        let mut client = Client::new(etcd.endpoints(), Duration::from_secs(1));
        wait_until("etcd answers", || client.get(b"a").is_ok());
        etcd
    }

    fn member(&self, n: usize) -> Process {
        let url = |port: u16| format!("http://127.0.0.1:{port}");
        let all: Vec<String> =
            (0..).zip(&self.peers).map(|(n, port)| format!("m{n}={}", url(*port))).collect();
        let dir = self.dir.path().join(format!("m{n}"));
        let options = [
            ("name", format!("m{n}")),
            ("data-dir", dir.display().to_string()),
            ("listen-client-urls", url(self.clients[n])),
            ("advertise-client-urls", url(self.clients[n])),
            ("listen-peer-urls", url(self.peers[n])),
            ("initial-advertise-peer-urls", url(self.peers[n])),
            ("initial-cluster", all.join(",")),
            ("heartbeat-interval", "50".to_owned()),
            ("election-timeout", "500".to_owned()),
            ("log-level", "error".to_owned()),
        ];
        let mut args: Vec<String> = options.iter().map(|(name, value)| format!("--{name}={value}")).collect();
        args.push("--unsafe-no-fsync".to_owned());
        Process::start("etcd", "etcd-server", &args, &self.dir.path().join(format!("m{n}.log")))
    }

    pub(crate) fn endpoints(&self) -> Vec<String> {
        self.clients.iter().map(|port| format!("127.0.0.1:{port}")).collect()
    }

    /// For [`redplane_store::engine::open`].
    pub(crate) fn url(&self) -> String {
        format!("etcd://{}", self.endpoints().join(","))
    }

    /// Its processes.
    pub(crate) fn pids(&self) -> Vec<u32> {
        self.members.iter().map(Process::pid).collect()
    }

    /// Which member leads.
    pub(crate) fn leader(&self) -> Option<usize> {
        let status = |port: u16| -> Option<serde_json::Value> {
            let url = format!("http://127.0.0.1:{port}/v3/maintenance/status");
            let body = ureq::post(url).content_type("application/json").send("{}").ok()?;
            serde_json::from_str(&body.into_body().read_to_string().ok()?).ok()
        };
        (0..self.clients.len()).find(|n| {
            status(self.clients[*n]).is_some_and(|status| {
                status["leader"].is_string() && status["leader"] == status["header"]["member_id"]
            })
        })
    }

    /// Kills the leader, and gives which one it was.
    pub(crate) fn kill_leader(&mut self) -> usize {
        let leader = self.leader().unwrap();
        self.members[leader].kill();
        leader
    }

    /// Starts a member that was killed.
    pub(crate) fn restart(&mut self, n: usize) {
        self.members[n] = self.member(n);
    }
}
