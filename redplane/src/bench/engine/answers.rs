//! What becomes of a store's answers: leases begin and end, writes are acked, promises are checked.

use std::cmp::Reverse;

use anyhow::bail;
use clap::ValueEnum;
use redplane_core::seq::Epoch;
use redplane_core::wire::{Kind, Refusal};

use super::Engine;
use crate::bench::ledger::{Fault, Granted};
use crate::bench::line::Answer;
use crate::bench::play::App;
use crate::bench::session::Phase;
use crate::exit::{Kind as Exit, OrExit};

/// How long a switch rests that was refused a lease.
const REST_NS: u64 = 50_000_000;

/// How soon a request goes to the next replica that the last one refused with `Moved`, ns.
const MOVED_NS: u64 = 4_000_000;

impl Engine {
    /// A message came for a switch of this run.
    ///
    /// # Errors
    /// The socket broke, or the store does not serve the program.
    pub(super) fn handle(&mut self, now_ns: u64, answer: &Answer) -> anyhow::Result<()> {
        if let Some(why) = answer.refusal {
            self.measure.refused(why);
            if why == Refusal::UnknownSchema {
                return unserved(self.args.app).or_exit(Exit::Usage);
            }
        }
        let Some(index) = answer.flow.and_then(|flow| self.find(flow, answer.switch)) else { return Ok(()) };
        let session = &mut self.sessions[index];
        let current = session.epoch != Epoch::NONE && answer.epoch == session.epoch;
        match (answer.kind, answer.refusal) {
            (Kind::Grant, _) => return self.granted(now_ns, index, answer),
            (Kind::WriteAck, _) => return self.acked(now_ns, index, answer),
            (Kind::Recall, _) if current && session.phase == Phase::Held => {
                session.recalled = true;
                return self.hand_over(now_ns, index);
            }
            (Kind::GiveUpAck, _) if current => self.given_up(index),
            (Kind::Refuse, Some(Refusal::Moved)) => self.moved(now_ns, index, answer),
            (Kind::Refuse, Some(why)) if why.ends_lease() && current => self.lease_over(now_ns, index),
            // Of an epoch that is over anyway; or a `GiveUp` before its write, which is asked again in its time.
            (Kind::Refuse, Some(why)) if why.ends_lease() || why == Refusal::NotCommitted => {}
            (Kind::Refuse, Some(_)) => {
                if let Phase::Asking(_) = session.phase {
                    session.phase = Phase::Idle;
                    session.rests_until_ns = now_ns + REST_NS;
                    let flow = session.flow;
                    self.under_way -= 1;
                    if self.is_reader(index) {
                        self.to_read.push_back(flow);
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// RP-SW-7: a grant of an epoch that is ours extends it, one that is over or late installs nothing.
    fn granted(&mut self, now_ns: u64, index: usize, answer: &Answer) -> anyhow::Result<()> {
        let session = &self.sessions[index];
        let deadline_ns = answer.asked_ns + self.lease_ns;
        let given_up = session.renounced != Epoch::NONE && answer.epoch == session.renounced;
        let older = session.epoch != Epoch::NONE && session.epoch.is_newer_than(answer.epoch);
        if given_up || older {
            return Ok(());
        }
        if deadline_ns <= now_ns {
            self.measure.late_grants += 1;
            return Ok(());
        }
        if answer.epoch != session.epoch {
            self.check_grant(now_ns, index, answer);
            self.abandon(now_ns, index);
            let session = &mut self.sessions[index];
            (session.epoch, session.seq) = (answer.epoch, answer.seq);
            (session.renounced, session.recalled, session.deadline_ns) = (Epoch::NONE, false, 0);
        }
        let session = &mut self.sessions[index];
        session.deadline_ns = session.deadline_ns.max(deadline_ns);
        if session.request_mut().is_some() {
            self.under_way -= 1;
        }
        session.phase = Phase::Held;
        if self.is_reader(index) {
            return self.ask(index, now_ns, Kind::GiveUp);
        }
        let flow = self.sessions[index].flow as usize;
        let done = self.args.flow_writes.is_some_and(|most| self.written[flow] >= most);
        if self.writing && !done && self.sessions[index].writes.is_empty() {
            return self.write(index, now_ns);
        }
        Ok(())
    }

    /// A grant of a new epoch is a reading of the flow.
    fn check_grant(&mut self, now_ns: u64, index: usize, answer: &Answer) {
        let flow = self.sessions[index].flow;
        let first = self.index(flow, 0);
        let others = (first..=first + self.contenders).filter(|other| *other != index);
        if others.into_iter().any(|other| self.sessions[other].is_live(now_ns)) {
            self.measure.fault(flow, Fault::TwoOwners { epoch: answer.epoch });
        }
        let ledger = &mut self.ledgers[flow as usize];
        let may_age = ledger.idle_ns(now_ns) >= self.idle_ns;
        let stands = (answer.epoch, answer.seq, answer.state);
        match ledger.granted(self.args.app, now_ns, stands, may_age) {
            Granted::Broken(fault) => self.measure.fault(flow, fault),
            Granted::Aged => self.measure.aged += 1,
            Granted::First | Granted::Kept | Granted::Repeated => {}
        }
        if self.is_reader(index) && !self.read[flow as usize] {
            self.read[flow as usize] = true;
            self.read_count += 1;
        }
    }

    /// RP-SW-5: an ack covers all writes of its epoch up to its own.
    fn acked(&mut self, now_ns: u64, index: usize, answer: &Answer) -> anyhow::Result<()> {
        let session = &mut self.sessions[index];
        let flow = session.flow;
        let ledger = &mut self.ledgers[flow as usize];
        if let Err(fault) = ledger.acked(self.args.app, now_ns, answer.epoch, answer.seq) {
            self.measure.fault(flow, fault);
        }
        if answer.epoch != session.epoch {
            return Ok(());
        }
        session.deadline_ns = session.deadline_ns.max(answer.asked_ns + self.lease_ns);
        while let Some(write) = session.pop_acked(answer.seq) {
            self.under_way -= 1;
            self.writes_under_way -= 1;
            self.measure.ack(now_ns, write.first_ns, self.writes_under_way > 0);
        }
        if !session.writes.is_empty() {
            return Ok(());
        }
        if session.recalled {
            return self.hand_over(now_ns, index);
        }
        if self.args.flow_writes.is_some_and(|most| self.written[flow as usize] >= most) {
            self.to_read.push_back(flow);
        }
        Ok(())
    }

    /// Hands a recalled lease back once its writes are acked.
    fn hand_over(&mut self, now_ns: u64, index: usize) -> anyhow::Result<()> {
        let session = &self.sessions[index];
        if session.phase == Phase::Held && session.writes.is_empty() {
            self.ask(index, now_ns, Kind::GiveUp)?;
        }
        Ok(())
    }

    fn given_up(&mut self, index: usize) {
        let session = &mut self.sessions[index];
        if let Phase::GivingUp(_) = session.phase {
            session.phase = Phase::Idle;
            self.under_way -= 1;
        }
    }

    /// The store says that the epoch is over.
    fn lease_over(&mut self, now_ns: u64, index: usize) {
        self.abandon(now_ns, index);
        self.given_up(index);
        let session = &mut self.sessions[index];
        session.renounced = session.epoch;
        if session.phase == Phase::Held {
            session.phase = Phase::Idle;
        }
    }

    /// Another replica serves: the request that was refused goes there soon.
    fn moved(&mut self, now_ns: u64, index: usize, answer: &Answer) {
        let pause_ns = if self.args.store.len() > 1 { MOVED_NS } else { self.timeout_ns };
        let session = &mut self.sessions[index];
        let writes = answer.epoch == session.epoch && session.write_mut(answer.seq).is_some();
        let request = if writes { session.write_mut(answer.seq) } else { session.request_mut() };
        if let Some(request) = request {
            // The replicas speak: none of them is so slow that requests should become rare.
            (request.due_ns, request.again) = (now_ns + pause_ns, 0);
            self.timers.push(Reverse((request.due_ns, index, writes.then(|| answer.seq.raw()))));
        }
    }

    /// Writes of an epoch that is over will never be acked.
    fn abandon(&mut self, now_ns: u64, index: usize) {
        let session = &mut self.sessions[index];
        let count = session.writes.len() as u32;
        if count == 0 {
            return;
        }
        session.writes.clear();
        self.written[session.flow as usize] -= count;
        self.under_way -= count;
        self.writes_under_way -= count;
        self.measure.abandoned += u64::from(count);
        if self.writes_under_way == 0 {
            self.measure.settled(now_ns);
        }
    }
}

fn unserved(app: App) -> anyhow::Result<()> {
    let name = app.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned());
    bail!("the store does not serve {name}: start it with --app {name}")
}
