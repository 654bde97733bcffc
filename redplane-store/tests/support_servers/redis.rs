//! A Redis with two replicas.

use super::{Dir, Process, free_ports, wait_until};

pub(crate) const SERVERS: usize = 3;

/// A primary, the first, and its replicas.
pub(crate) struct Redis {
    servers: Vec<Process>,
    ports: [u16; SERVERS],
    dir: Dir,
}

impl Redis {
    /// Starts them, and waits until the replicas are in step.
    pub(crate) fn start() -> Self {
        let mut redis = Self { servers: Vec::new(), ports: free_ports(), dir: Dir::new("redis") };
        redis.servers = (0..SERVERS).map(|n| redis.server(n, 0)).collect();
        redis.wait_for_replicas(SERVERS - 1);
        redis
    }

    /// A server; a replica, if it is not the primary itself.
    fn server(&self, n: usize, primary: usize) -> Process {
        let dir = self.dir.path().join(format!("r{n}"));
        std::fs::create_dir_all(&dir).unwrap();
        let mut args =
            ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--repl-diskless-sync-delay", "0"]
                .map(str::to_owned)
                .to_vec();
        args.extend(["--port".to_owned(), self.ports[n].to_string()]);
        args.extend(["--dir".to_owned(), dir.display().to_string()]);
        if n != primary {
            args.extend(["--replicaof".to_owned(), format!("127.0.0.1 {}", self.ports[primary])]);
        }
        Process::start("redis-server", "redis-server", &args, &self.dir.path().join(format!("r{n}.log")))
    }

    /// Waits until so many replicas are in step with the primary.
    pub(crate) fn wait_for_replicas(&self, count: usize) {
        wait_until("replicas are in step", || {
            self.ask(0, &["INFO", "replication"])
                .is_some_and(|info: String| info.matches("state=online").count() == count)
        });
    }

    /// Asks a server.
    pub(crate) fn ask<T: redis::FromRedisValue>(&self, n: usize, command: &[&str]) -> Option<T> {
        let client = redis::Client::open(("127.0.0.1", self.ports[n])).unwrap();
        let mut connection = client.get_connection().ok()?;
        let mut request = redis::Cmd::new();
        command.iter().for_each(|word| {
            request.arg(*word);
        });
        request.query(&mut connection).ok()
    }

    /// Its processes.
    pub(crate) fn pids(&self) -> Vec<u32> {
        self.servers.iter().map(Process::pid).collect()
    }

    /// Where the primary is at the start.
    pub(crate) fn primary(&self) -> String {
        format!("127.0.0.1:{}", self.ports[0])
    }

    /// For [`redplane_store::engine::open`]: every answer rests on so many replicas.
    pub(crate) fn url(&self, wait: usize) -> String {
        let addresses: Vec<String> = self.ports.iter().map(|port| format!("127.0.0.1:{port}")).collect();
        format!("redis://{}?wait={wait}", addresses.join(","))
    }

    pub(crate) fn kill(&mut self, n: usize) {
        self.servers[n].kill();
    }

    /// Starts a server that was killed.
    pub(crate) fn restart(&mut self, n: usize) {
        self.restart_behind(n, 0);
    }

    /// The same, where another one than the first is the primary by now.
    pub(crate) fn restart_behind(&mut self, n: usize, primary: usize) {
        self.servers[n] = self.server(n, primary);
    }

    /// Makes a replica the primary, and the other replica its replica.
    pub(crate) fn promote(&self, n: usize) {
        let _: String = self.ask(n, &["REPLICAOF", "NO", "ONE"]).unwrap();
        for other in (1..SERVERS).filter(|other| *other != n) {
            let port = self.ports[n].to_string();
            let _: String = self.ask(other, &["REPLICAOF", "127.0.0.1", &port]).unwrap();
        }
    }
}
