//! The same writes as commands of Redis.

use std::time::{Duration, Instant};

use redis::{Connection, Pipeline, Value};

use crate::cpu::Meter;
use crate::{FLOWS, Trial, WINDOW, repeat_for};

/// Connections that send pipelines; with them the window is full.
const CONNECTIONS: usize = 4;

/// How long a `WAIT` may take, ms; then the benchmark fails.
const WAIT_MAX_MS: u32 = 5_000;

/// KEYS: a flow. ARGV: epoch, seq, state. Writes if the epoch is the stored one and the seq newer (RP-ST-3).
const COMPARE_AND_SET: &str = "
local old = redis.call('HMGET', KEYS[1], 'epoch', 'seq')
if old[1] ~= ARGV[1] or tonumber(ARGV[2]) <= tonumber(old[2]) then return 0 end
redis.call('HSET', KEYS[1], 'seq', ARGV[2], 'state', ARGV[3])
return 1";

/// What a write is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    Set,
    CompareAndSet,
    /// One `WAIT 2` behind each pipeline.
    WaitAPipeline,
    /// One `WAIT 2` behind each write, which has a connection of its own.
    WaitAWrite,
}

/// See [the module](self).
pub(crate) struct RedisLoad {
    connections: Vec<Connection>,
    script: String,
    seq: u64,
}

impl RedisLoad {
    /// With a record of each flow at the primary.
    pub(crate) fn new(primary: &str) -> Self {
        let client = redis::Client::open(format!("redis://{primary}")).unwrap();
        let mut connections: Vec<Connection> =
            (0..WINDOW).map(|_| client.get_connection().unwrap()).collect();
        let first = &mut connections[0];
        let script = redis::cmd("SCRIPT").arg("LOAD").arg(COMPARE_AND_SET).query(first).unwrap();
        let mut pipeline = Pipeline::new();
        for flow in 0..FLOWS {
            pipeline.cmd("HSET").arg(record_of(flow)).arg(&["epoch", "1", "seq", "0", "state", "0"]).ignore();
        }
        pipeline.exec(first).unwrap();
        Self { connections, script, seq: 0 }
    }

    /// Keeps the window full for so long, and counts the servers' processor time.
    pub(crate) fn run(&mut self, how: How, length: Duration, servers: &Meter) -> Trial {
        let cpu_before = servers.read();
        let count = if how == How::WaitAWrite { WINDOW } else { CONNECTIONS };
        let (script, seq) = (&self.script, self.seq);
        let trials: Vec<(Trial, u64)> = std::thread::scope(|scope| {
            let connections = self.connections.iter_mut().take(count).enumerate();
            // Each connection has flows of its own, whose writes are then in order.
            let threads = connections.map(|(at, connection)| {
                scope.spawn(move || {
                    let mut worker =
                        Worker { script, how, seq, flows: Flows { first: at, step: count, next: at } };
                    let trial = worker.run(connection, length);
                    (trial, worker.seq)
                })
            });
            let threads: Vec<_> = threads.collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let mut all = Trial::new();
        for (trial, seq) in trials {
            all.latency.add(&trial.latency).unwrap();
            all.elapsed = all.elapsed.max(trial.elapsed);
            self.seq = self.seq.max(seq);
        }
        all.cpu = servers.read() - cpu_before;
        all
    }
}

/// The flows of one connection, one after the other.
struct Flows {
    first: usize,
    step: usize,
    next: usize,
}

impl Flows {
    fn next(&mut self) -> usize {
        let flow = self.next;
        self.next = if flow + self.step < FLOWS { flow + self.step } else { self.first };
        flow
    }
}

struct Worker<'a> {
    script: &'a str,
    how: How,
    seq: u64,
    flows: Flows,
}

impl Worker<'_> {
    fn run(&mut self, connection: &mut Connection, length: Duration) -> Trial {
        let mut trial = Trial::new();
        let depth = if self.how == How::WaitAWrite { 1 } else { WINDOW / CONNECTIONS };
        trial.elapsed = repeat_for(length, || {
            let mut pipeline = Pipeline::new();
            for _ in 0..depth {
                self.write(&mut pipeline);
            }
            if matches!(self.how, How::WaitAPipeline | How::WaitAWrite) {
                pipeline.cmd("WAIT").arg(2).arg(WAIT_MAX_MS);
            }
            let sent = Instant::now();
            let answers: Vec<Value> = pipeline.query(connection).unwrap();
            let latency = sent.elapsed();
            for answer in &answers[..depth] {
                assert!(matches!(answer, Value::Okay | Value::Int(1)), "a write was not taken: {answer:?}");
                trial.record(latency);
            }
            assert!(answers[depth..].iter().all(|replicas| *replicas == Value::Int(2)), "{answers:?}");
        });
        trial
    }

    fn write(&mut self, pipeline: &mut Pipeline) {
        let flow = self.flows.next();
        self.seq += 1;
        if self.how == How::Set {
            pipeline.cmd("SET").arg(format!("set:{flow}")).arg(self.seq);
        } else {
            let script = pipeline.cmd("EVALSHA").arg(self.script).arg(1).arg(record_of(flow));
            script.arg(1).arg(self.seq).arg(flow);
        }
    }
}

fn record_of(flow: usize) -> String {
    format!("flow:{flow}")
}
