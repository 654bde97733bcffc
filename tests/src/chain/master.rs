//! The configuration master, what the servers and it say to each other, and when.
//!
//! It stands for a consensus system: its own state is always right, and it can only be reached late, or not. It names a joiner if its view is
//! still the one that the tail has asked in, and votes out who is silent for long enough, but never the last living member.

use redplane_store::chain::{Joining, Member, MemberId, Turn, View};

use super::group::Group;
use crate::sim::app::App;
use crate::sim::summary::Fault;
use crate::sim::world::{Around, LEASE};

/// The true view, and who would like to join.
#[derive(Debug)]
pub(super) struct Master {
    pub(super) view: View,
    pub(super) candidates: Vec<Member>,
    /// All that were ever members, and candidates that were given up: whoever is one and no member has to come back as another one. So a
    /// joiner that was refused once will never be named, and the tail need not wait for it any more.
    pub(super) spent: Vec<MemberId>,
}

/// What happens by itself.
#[derive(Clone, Debug)]
pub(super) enum Event {
    /// A process asks the master how things are.
    Sync { server: usize, life: u64 },
    /// One of its shards is told.
    Learn { server: usize, life: u64, shard: usize, view: View },
    /// It is told who would like to join as of a view, or that it must end itself.
    Offer { server: usize, life: u64, number: u64, joiner: Option<Member>, is_over: bool },
    /// A tail says at the master that a joiner has everything.
    Name { server: usize, life: u64, number: u64, joiner: MemberId },
    /// It hears that it was in vain, and which view the master had then.
    NotNamed { server: usize, life: u64, number: u64, joiner: MemberId },
    /// The master has not heard of a process for long enough, if it still cannot be reached.
    Suspect { server: usize, life: u64 },
    /// A process starts.
    Start { server: usize },
    /// A process goes on.
    Thaw { server: usize },
}

impl Event {
    /// The server that has to be able to move.
    pub(super) fn server(&self) -> Option<usize> {
        match *self {
            Self::Sync { server, .. }
            | Self::Learn { server, .. }
            | Self::Offer { server, .. }
            | Self::NotNamed { server, .. } => Some(server),
            Self::Name { .. } | Self::Suspect { .. } | Self::Start { .. } | Self::Thaw { .. } => None,
        }
    }
}

impl<A: App> Group<A> {
    /// How long a word from the master takes.
    fn delay_ns(&self, around: &mut Around<A>) -> u64 {
        if around.calm {
            return around.rng.u64(10_000..100_000);
        }
        if around.rng.u32(0..self.slow_one_in) == 0 {
            around.summary.fault(Fault::LateView);
            return around.rng.u64(0..3 * LEASE.nanos());
        }
        around.rng.u64(10_000..1_000_000)
    }

    pub(super) fn happen(&mut self, around: &mut Around<A>, event: Event) -> Result<(), String> {
        match event {
            Event::Sync { server, life } => self.sync(around, server, life),
            Event::Learn { server, life, shard, view } => self.learn(around, server, life, shard, &view)?,
            Event::Offer { server, life, number, joiner, is_over } => {
                if is_over && self.servers[server].life(life).is_some() {
                    self.end_process(around, server);
                    return Ok(());
                }
                self.offer(around, server, life, number, joiner.as_ref())?;
            }
            Event::Name { server, life, number, joiner } => self.name(around, server, life, number, joiner),
            Event::NotNamed { server, life, number, joiner } => {
                let Some(process) = self.servers[server].life(life) else { return Ok(()) };
                // In a newer view it may have been named: whoever waits for it goes on until that view comes.
                if process.naming == Some((number, joiner)) {
                    process.naming = None;
                    self.offer(around, server, life, number, None)?;
                }
            }
            Event::Suspect { server, life } => self.suspect(around, server, life),
            Event::Start { server } => {
                if self.servers[server].process.is_none() {
                    around.summary.fault(Fault::ReplicaRestart);
                    self.boot(around, server);
                }
            }
            Event::Thaw { server } => self.thaw(around, server)?,
        }
        Ok(())
    }

    fn sync(&mut self, around: &mut Around<A>, server: usize, life: u64) {
        let now_ns = around.now_ns;
        let away = self.servers[server].away_until_ns > now_ns;
        let Some(process) = self.servers[server].life(life) else { return };
        let member = process.member.clone();
        if process
            .replicas
            .iter()
            .all(|replica| process.naming.is_some_and(|(number, _)| replica.view_number() > number))
        {
            process.naming = None;
        }
        if process.naming.is_none() {
            process.naming =
                ready(process.view(), process.replicas.iter().map(|r| r.shard.durability().joining()));
        }
        let naming = process.naming;
        let next_ns = now_ns + around.rng.u64(500_000..4_000_000);
        self.schedule(next_ns, Event::Sync { server, life });
        if away {
            return around.summary.fault(Fault::CutFromMaster);
        }
        let view = self.master.view.clone();
        let is_member = view.position(member.id).is_some();
        let is_over = !is_member && self.master.spent.contains(&member.id);
        if !is_member && !is_over && self.master.candidates.iter().all(|known| known.id != member.id) {
            self.master.candidates.push(member);
        }
        if let Some((number, joiner)) = naming {
            let at_ns = now_ns + self.delay_ns(around);
            self.schedule(at_ns, Event::Name { server, life, number, joiner });
        }
        for shard in 0..usize::from(A::SHARDS) {
            let at_ns = now_ns + self.delay_ns(around);
            self.schedule(at_ns, Event::Learn { server, life, shard, view: view.clone() });
        }
        let joiner = self.master.candidates.first().cloned();
        let at_ns = now_ns + self.delay_ns(around);
        self.schedule(at_ns, Event::Offer { server, life, number: view.number, joiner, is_over });
    }

    fn learn(
        &mut self,
        around: &mut Around<A>,
        server: usize,
        life: u64,
        shard: usize,
        view: &View,
    ) -> Result<(), String> {
        let now = self.servers[server].now(around.now_ns);
        let Some(process) = self.servers[server].life(life) else { return Ok(()) };
        let replica = &mut process.replicas[shard];
        if replica.view_number() >= view.number {
            return Ok(());
        }
        let pending = replica.shard.pending() as u64;
        let turn = replica.shard.set_view(now, view, &mut replica.pool);
        let name = process.member.name.clone();
        around.note(|_| format!("{name} shard {shard} learns {view}: {turn:?}"));
        match turn {
            Turn::TookOver => self.truths[shard].take_overs.push((view.number, around.now_ns)),
            Turn::Removed => {
                around.summary.rule("RP-CH-3", pending);
                self.end_process(around, server);
                return Ok(());
            }
            Turn::None => {}
        }
        self.settle(around, server, shard, now)
    }

    fn offer(
        &mut self,
        around: &mut Around<A>,
        server: usize,
        life: u64,
        number: u64,
        joiner: Option<&Member>,
    ) -> Result<(), String> {
        let now = self.servers[server].now(around.now_ns);
        let Some(process) = self.servers[server].life(life) else { return Ok(()) };
        if process.naming.is_some() {
            return Ok(());
        }
        for shard in 0..process.replicas.len() {
            let Some(process) = self.servers[server].life(life) else { return Ok(()) };
            let replica = &mut process.replicas[shard];
            if replica.view_number() == number {
                replica.shard.set_joiner(now, joiner);
                self.settle(around, server, shard, now)?;
            }
        }
        Ok(())
    }

    /// The master names a joiner, if nothing has changed since the tail's view.
    fn name(&mut self, around: &mut Around<A>, server: usize, life: u64, number: u64, joiner: MemberId) {
        if self.servers[server].away_until_ns > around.now_ns {
            return;
        }
        let at = self.master.candidates.iter().position(|candidate| candidate.id == joiner);
        if let Some(at) = at.filter(|_| self.master.view.number == number) {
            let joiner = self.master.candidates.remove(at);
            self.master.spent.push(joiner.id);
            self.master.view = self.master.view.with_tail(joiner);
            let view = self.master.view.clone();
            around.note(|_| format!("master: {view}"));
        }
        if !around.calm && around.rng.u32(0..8) == 0 {
            return around.summary.fault(Fault::LostOutcome);
        }
        if self.master.view.number == number {
            let at_ns = around.now_ns + self.delay_ns(around);
            self.schedule(at_ns, Event::NotNamed { server, life, number, joiner });
        }
    }

    fn suspect(&mut self, around: &mut Around<A>, server: usize, life: u64) {
        let id = self.servers[server].id_of(life, server);
        let is_gone = self.servers[server].life(life).is_none()
            || self.servers[server].frozen_until_ns.is_some()
            || self.servers[server].away_until_ns > around.now_ns;
        if is_gone && !self.vote_out(around, id) {
            self.schedule(around.now_ns + LEASE.nanos() / 4, Event::Suspect { server, life });
        }
    }

    /// False if nobody alive would be left.
    pub(super) fn vote_out(&mut self, around: &mut Around<A>, id: MemberId) -> bool {
        let candidate = self.master.candidates.iter().position(|candidate| candidate.id == id);
        if let Some(at) = candidate {
            self.master.candidates.remove(at);
            self.master.spent.push(id);
        }
        if self.master.view.position(id).is_none() {
            return true;
        }
        if !self.others_live(id) {
            return false;
        }
        if let Some(view) = self.master.view.without(|member| member.id == id) {
            around.note(|_| format!("master: {view}"));
            self.master.view = view;
        }
        true
    }

    /// Whether a member of the view lives that is not this one.
    pub(super) fn others_live(&self, id: MemberId) -> bool {
        let mut others = self.master.view.members.iter().filter(|member| member.id != id);
        others.any(|member| self.servers.iter().any(|server| server.is(member.id)))
    }
}

/// What a tail asks the master for: all its shards are of one view, and one joiner has everything of each.
fn ready(view: Option<&View>, mut shards: impl Iterator<Item = Joining>) -> Option<(u64, MemberId)> {
    let (view, Some(Joining::Ready(first))) = (view?, shards.next()) else { return None };
    shards.all(|joining| joining == Joining::Ready(first)).then_some((view.number, first))
}
