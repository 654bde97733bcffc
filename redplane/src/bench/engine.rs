//! All switches at once: what they ask for, what becomes of the answers, and what is sent again.
//!
//! Each flow has a session for each switch that writes it, and one for the reader, a switch that only ever reads: it is granted the
//! flow after the others, and hands it back. Reading by a new owner is the stronger check, as it sees what a switch would see that takes over: a
//! repeated grant to the same owner need not even be a change in the store's log.

mod answers;

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::time::Duration;

use redplane_core::seq::Seq;
use redplane_core::wire::Kind;

use super::ledger::Ledger;
use super::line::{Ask, Line};
use super::measure::Measure;
use super::options::Args;
use super::play::State;
use super::session::{Phase, Session, Try};

/// The longest time between two sendings of a request, as a power of two of the first.
const BACKOFF_MAX: u32 = 3;

/// What the lease is shorter for a switch than for the store, as a part of it (RP-SW-2).
const GUARD_SHARE: u64 = 100;

/// A time to send again: when, the session, and which write; without one the request of its phase.
type Timer = Reverse<(u64, usize, Option<u32>)>;

/// See [the module](self).
pub(super) struct Engine {
    pub(super) args: Args,
    pub(super) line: Line,
    pub(super) measure: Measure,
    ledgers: Vec<Ledger>,
    /// Of flow 0 its writers and its reader, of flow 1 the same, …
    sessions: Vec<Session>,
    contenders: usize,
    timers: BinaryHeap<Timer>,
    /// Requests without an answer, and the writes among them.
    pub(super) under_way: u32,
    pub(super) writes_under_way: u32,
    /// Whether grants to writers are followed by a write.
    pub(super) writing: bool,
    /// Writes of each flow that were begun and not abandoned.
    written: Vec<u32>,
    read: Vec<bool>,
    pub(super) read_count: u32,
    /// Flows that the reader has to ask for.
    to_read: VecDeque<u32>,
    timeout_ns: u64,
    lease_ns: u64,
    idle_ns: u64,
}

impl Engine {
    /// # Errors
    /// The system gives no socket.
    pub(super) fn new(args: Args) -> anyhow::Result<Self> {
        let contenders = args.contenders();
        let mut sessions = Vec::new();
        for flow in 0..args.flows {
            for role in 0..contenders {
                let switch = (flow % u32::from(args.switches)) as u16 + role;
                sessions.push(Session::new(1 + switch % args.switches, flow));
            }
            sessions.push(Session::new(1 + args.switches, flow));
        }
        let flows = args.flows as usize;
        let period_ns = args.lease_period().as_nanos() as u64;
        let idle_ns = Duration::from_secs(args.idle_s).as_nanos() as u64;
        Ok(Self {
            line: Line::open(&args)?,
            measure: Measure::new()?,
            ledgers: (0..args.flows).map(Ledger::new).collect(),
            sessions,
            contenders: usize::from(contenders),
            timers: BinaryHeap::new(),
            under_way: 0,
            writes_under_way: 0,
            writing: false,
            written: vec![0; flows],
            read: vec![false; flows],
            read_count: 0,
            to_read: VecDeque::new(),
            timeout_ns: Duration::from_millis(args.timeout).as_nanos() as u64,
            lease_ns: period_ns - period_ns / GUARD_SHARE,
            // The store's time begins earlier than ours, with the request.
            idle_ns: idle_ns - idle_ns / 10,
            args,
        })
    }

    /// Flows of which something is to be read back.
    pub(super) fn known_count(&self) -> u32 {
        self.ledgers.iter().filter(|ledger| ledger.is_known()).count() as u32
    }

    /// Lets the reader ask for every flow of which something is to be read back.
    pub(super) fn read_all(&mut self) {
        let is_open = |flow: &u32| self.ledgers[*flow as usize].is_known() && !self.read[*flow as usize];
        self.to_read = (0..self.args.flows).filter(is_open).collect();
    }

    /// Asks for flows that are to be read, as many as the window lets.
    ///
    /// # Errors
    /// The socket broke.
    pub(super) fn ask_reads(&mut self) -> anyhow::Result<()> {
        let now_ns = self.line.now_ns();
        for _ in 0..self.to_read.len().min(self.args.window as usize) {
            if self.under_way >= self.args.window {
                break;
            }
            let Some(flow) = self.to_read.pop_front() else { break };
            let index = self.index(flow, self.contenders);
            let session = &self.sessions[index];
            if self.read[flow as usize] || session.phase != Phase::Idle {
                continue;
            }
            if now_ns < session.rests_until_ns {
                self.to_read.push_back(flow);
            } else {
                self.ask(index, now_ns, Kind::LeaseRequest)?;
            }
        }
        Ok(())
    }

    /// Whether something can be begun for a writer of a flow now. `depth`: writes that may be under way at once.
    pub(super) fn may_begin(&self, flow: u32, writer: usize, depth: usize) -> bool {
        let now_ns = self.line.now_ns();
        let session = &self.sessions[self.index(flow, writer)];
        let done = self.args.flow_writes.is_some_and(|most| self.written[flow as usize] >= most);
        match session.phase {
            _ if done => false,
            Phase::Idle => now_ns >= session.rests_until_ns,
            Phase::Held => !session.recalled && session.writes.len() < depth,
            Phase::Asking(_) | Phase::GivingUp(_) => false,
        }
    }

    /// Begins a write of a flow, or asks for the lease that it needs.
    ///
    /// # Errors
    /// The socket broke.
    pub(super) fn begin(&mut self, flow: u32, writer: usize) -> anyhow::Result<()> {
        let (index, now_ns) = (self.index(flow, writer), self.line.now_ns());
        if self.sessions[index].is_live(now_ns) {
            self.write(index, now_ns)
        } else {
            self.ask(index, now_ns, Kind::LeaseRequest)
        }
    }

    /// Asks for the lease of a flow for its first writer, which has not asked before.
    ///
    /// # Errors
    /// The socket broke.
    pub(super) fn first_ask(&mut self, flow: u32) -> anyhow::Result<()> {
        let index = self.index(flow, 0);
        self.ask(index, self.line.now_ns(), Kind::LeaseRequest)
    }

    /// Forgets the requests for leases, of which nobody needs an answer any more.
    pub(super) fn stop_asking(&mut self) {
        for session in &mut self.sessions {
            if let Phase::Asking(_) = session.phase {
                session.phase = Phase::Idle;
                self.under_way -= 1;
            }
        }
    }

    /// Sends what is queued, takes what comes within `timeout`, and sends again what is overdue.
    ///
    /// # Errors
    /// The socket broke, or the store does not serve the program.
    pub(super) fn turn(&mut self, timeout: Duration) -> anyhow::Result<()> {
        self.line.flush()?;
        self.line.receive(timeout)?;
        let now_ns = self.line.now_ns();
        while let Some(answer) = self.line.next(now_ns) {
            self.handle(now_ns, &answer)?;
        }
        while let Some(&Reverse((due_ns, index, seq))) = self.timers.peek() {
            if due_ns > now_ns {
                break;
            }
            self.timers.pop();
            self.send_again(now_ns, due_ns, index, seq)?;
        }
        Ok(())
    }

    fn index(&self, flow: u32, role: usize) -> usize {
        flow as usize * (self.contenders + 1) + role
    }

    fn find(&self, flow: u32, switch: u16) -> Option<usize> {
        let first = self.index(flow, 0);
        let sessions = self.sessions.get(first..=first + self.contenders)?;
        sessions.iter().position(|session| session.switch == switch).map(|role| first + role)
    }

    fn is_reader(&self, index: usize) -> bool {
        index % (self.contenders + 1) == self.contenders
    }

    fn post(&mut self, now_ns: u64, index: usize, kind: Kind, seq: Seq, again: bool) -> anyhow::Result<()> {
        let session = &self.sessions[index];
        let ledger = &self.ledgers[session.flow as usize];
        let state = if kind == Kind::Write { ledger.state(self.args.app, seq) } else { State::default() };
        let epoch = if kind == Kind::LeaseRequest { session.renounced } else { session.epoch };
        let ask = Ask { kind, switch: session.switch, flow: session.flow, epoch, seq, state, again };
        self.line.send(now_ns, &ask)
    }

    /// Sends a `LeaseRequest` or a `GiveUp`, and enters its phase.
    fn ask(&mut self, index: usize, now_ns: u64, kind: Kind) -> anyhow::Result<()> {
        let request = Try { first_ns: now_ns, due_ns: now_ns + self.timeout_ns, again: 0 };
        let is_reader = self.is_reader(index);
        let session = &mut self.sessions[index];
        session.phase = if kind == Kind::GiveUp {
            session.renounced = session.epoch;
            self.measure.handed_over += u64::from(!is_reader);
            Phase::GivingUp(request)
        } else {
            Phase::Asking(request)
        };
        let seq = if kind == Kind::GiveUp { session.seq } else { Seq::default() };
        self.under_way += 1;
        self.timers.push(Reverse((request.due_ns, index, None)));
        self.post(now_ns, index, kind, seq, false)
    }

    fn write(&mut self, index: usize, now_ns: u64) -> anyhow::Result<()> {
        let write = Try { first_ns: now_ns, due_ns: now_ns + self.timeout_ns, again: 0 };
        let session = &mut self.sessions[index];
        session.seq = session.seq.next();
        session.writes.push_back(write);
        let (flow, epoch, seq) = (session.flow as usize, session.epoch, session.seq);
        self.ledgers[flow].sent(epoch, seq);
        self.written[flow] += 1;
        self.under_way += 1;
        self.writes_under_way += 1;
        self.measure.write(now_ns);
        self.timers.push(Reverse((write.due_ns, index, Some(seq.raw()))));
        self.post(now_ns, index, Kind::Write, seq, false)
    }

    fn send_again(&mut self, now_ns: u64, due_ns: u64, index: usize, seq: Option<u32>) -> anyhow::Result<()> {
        let session = &mut self.sessions[index];
        let kind = match (seq, session.phase) {
            (Some(_), _) => Kind::Write,
            (None, Phase::GivingUp(_)) => Kind::GiveUp,
            (None, _) => Kind::LeaseRequest,
        };
        let request = match seq {
            Some(seq) => session.write_mut(Seq::new(seq)),
            None => session.request_mut(),
        };
        let Some(request) = request.filter(|request| request.due_ns == due_ns) else { return Ok(()) };
        request.again += 1;
        request.due_ns = now_ns + (self.timeout_ns << request.again.min(BACKOFF_MAX));
        self.timers.push(Reverse((request.due_ns, index, seq)));
        self.measure.again += 1;
        let seq = match kind {
            Kind::GiveUp => self.sessions[index].seq,
            _ => seq.map(Seq::new).unwrap_or_default(),
        };
        self.post(now_ns, index, kind, seq, true)
    }
}
