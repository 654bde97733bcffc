//! What must hold of a group of replicas, whoever of them lives.

use redplane_core::program::Words;
use redplane_core::store::Instant;
use redplane_core::wire::{Kind, Message, Refusal};
use redplane_store::durability::{Durability, Service};

use super::group::Group;
use super::server::Asked;
use crate::sim::app::{App, Key};
use crate::sim::checker::owner;
use crate::sim::world::{Around, layout_of, shard_of};

/// Which request a message is, or answers.
pub(super) fn asked(message: &Message<'_>) -> Asked {
    let key = message.key().iter().map(|word| word.get()).collect();
    (message.switch(), message.incarnation().raw(), message.timestamp().raw(), key)
}

fn key_of<A: App>(message: &Message<'_>) -> Key<A> {
    let mut key = Key::<A>::ZERO;
    for (to, from) in key.as_mut().iter_mut().zip(message.key()) {
        *to = from.get();
    }
    key
}

impl<A: App> Group<A> {
    /// A replica sends this to a switch.
    pub(super) fn check_answer(&mut self, server: usize, shard: usize, bytes: &[u8]) -> Result<(), String> {
        let Ok((message, _)) = Message::parse(bytes, layout_of::<A>) else { return Ok(()) };
        self.check_in_time(server, shard, &message)?;
        self.check_everywhere(shard, &message)
            .map_err(|what| format!("server {server} sends {message}, but {what} ({})", self.master.view))
    }

    /// RP-CH-3: what extends or ends a lease is no answer to a request that came in after somebody else took over.
    fn check_in_time(&self, server: usize, shard: usize, message: &Message<'_>) -> Result<(), String> {
        let matters = match message.kind() {
            Kind::Grant | Kind::WriteAck | Kind::RenewAck | Kind::GiveUpAck => true,
            Kind::Refuse => Refusal::from_wire(message.flags().port()).is_some_and(Refusal::ends_lease),
            _ => false,
        };
        let Some(process) = self.servers[server].process.as_ref().filter(|_| matters) else { return Ok(()) };
        let replica = &process.replicas[shard];
        let Some(taken_ns) = self.truths[shard].taken_over_ns(replica.view_number()) else { return Ok(()) };
        match replica.came_ns.get(&asked(message)) {
            Some(came_ns) if *came_ns > taken_ns => Err(format!(
                "server {server} of view {} sends {message} for a request that came at {came_ns}, but there was another head at {taken_ns}",
                replica.view_number()
            )),
            _ => Ok(()),
        }
    }

    /// RP-ST-4: every living member of the newest view knows what the answer says, or better.
    fn check_everywhere(&mut self, shard: usize, message: &Message<'_>) -> Result<(), String> {
        let (kind, epoch, seq) = (message.kind(), message.epoch(), message.seq());
        if !matches!(kind, Kind::Grant | Kind::WriteAck | Kind::Release | Kind::RenewAck | Kind::GiveUpAck) {
            return Ok(());
        }
        let key = key_of::<A>(message);
        for id in self.master.view.members.iter().map(|member| member.id) {
            let Some(server) = self.servers.iter().position(|server| server.is(id)) else { continue };
            let Some(process) = &mut self.servers[server].process else { continue };
            let flows = process.replicas[shard].shard.flows_mut();
            let floor = flows.epoch_floor();
            let record =
                flows.record(&key).map(|record| (record.epoch, record.seq, record.owner, record.held));
            let knows = match (kind, record) {
                // The record has ended since (RP-ST-10).
                (Kind::GiveUpAck, None) => true,
                (_, None) => !epoch.is_newer_than(floor),
                (Kind::GiveUpAck, Some((at, _, owner, held))) => {
                    let is_its = owner.is_some_and(|owner| {
                        (owner.switch, owner.incarnation) == (message.switch(), message.incarnation())
                    });
                    at != epoch || !is_its || !held
                }
                (Kind::RenewAck, Some((at, ..))) => !epoch.is_newer_than(at),
                // It has ended, and come back as somebody's pair that nobody was granted yet.
                (_, Some((at, _, None, _))) => !epoch.is_newer_than(at),
                (_, Some((at, newest, ..))) => {
                    at.is_newer_than(epoch) || (at == epoch && !seq.is_newer_than(newest))
                }
            };
            if !knows {
                return Err(format!("server {server} has {record:?}"));
            }
        }
        Ok(())
    }

    /// RP-ST-6: whoever is head, or became it now, keeps the lease of the one who believes in it.
    pub(super) fn check_owners(
        &mut self,
        believers: &[owner::Belief],
        key: &Key<A>,
        now_ns: u64,
    ) -> Result<(), String> {
        let shard = shard_of::<A>(key);
        for id in self.master.view.members.iter().map(|member| member.id) {
            let Some(server) = self.servers.iter().position(|server| server.is(id)) else { continue };
            let now = self.servers[server].now(now_ns);
            let Some(process) = &mut self.servers[server].process else { continue };
            let shard = &mut process.replicas[shard].shard;
            let serves = Durability::<A::Program>::service(shard.durability(), now) == Service::Serves;
            let assumed = shard.flows().assumed();
            let record = shard.flows_mut().record(key).map(|record| {
                let mut record = *record;
                record.deadline = record.deadline.max(assumed);
                record
            });
            // Who does not serve would begin with a whole period.
            let at = if serves { now } else { Instant::default() };
            owner::check(believers, record.as_ref(), at)
                .map_err(|what| format!("server {server}: {what} ({})", self.master.view))?;
        }
        Ok(())
    }

    /// Everything rests: the group is whole, and its replicas do not differ.
    pub(super) fn check_alike(&self, around: &Around<A>) -> Result<(), String> {
        let view = &self.master.view;
        if view.members.len() != self.servers.len() {
            return Err(format!("the group is not whole: {view}"));
        }
        for shard in 0..usize::from(A::SHARDS) {
            let mut first = None;
            for member in &view.members {
                let process = self.servers.iter().filter_map(|server| server.process.as_ref());
                let Some(process) = process.into_iter().find(|process| process.member.id == member.id) else {
                    return Err(format!("{} of {view} is not there", member.name));
                };
                let shard = &process.replicas[shard].shard;
                let chain = shard.durability();
                if chain.view() != Some(view) {
                    return Err(format!("{} has {:?} and not {view}", member.name, chain.view()));
                }
                let mut records: Vec<_> = shard
                    .flows()
                    .records()
                    .iter()
                    .map(|(key, record)| {
                        (*key, record.owner, record.held, record.epoch, record.seq, record.state)
                    })
                    .collect();
                records.sort_by_key(|record| record.0);
                let committed = Durability::<A::Program>::committed(chain);
                let all = format!("{committed:?} {:?} {records:x?}", chain.last());
                let first = first.get_or_insert_with(|| (member.name.clone(), all.clone()));
                if first.1 != all {
                    return Err(format!("{} has {all}, and {} has {}", member.name, first.0, first.1));
                }
            }
        }
        for process in self.servers.iter().filter_map(|server| server.process.as_ref()) {
            around.app.at_rest(process.replicas.iter().map(|replica| replica.shard.flows()))?;
        }
        Ok(())
    }
}
