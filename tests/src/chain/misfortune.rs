//! What befalls the servers.

use super::group::{Group, end_of};
use super::master::Event;
use crate::sim::app::App;
use crate::sim::summary::Fault;
use crate::sim::world::{Around, LEASE};

impl<A: App> Group<A> {
    /// Something befalls a server, or not (false).
    pub(super) fn befall(&mut self, around: &mut Around<A>) -> bool {
        let count = self.servers.len();
        if count == 1 || around.rng.bool() {
            return false;
        }
        let server = around.rng.usize(0..count);
        let span_ns = around.rng.u64(0..4 * LEASE.nanos());
        match around.rng.u32(0..8) {
            0..=2 => self.crash(around, server, span_ns),
            3 => {
                let id = self.servers[server].process.as_ref().map(|process| process.member.id);
                if let Some(id) = id
                    && self.master.view.position(id).is_some()
                    && self.vote_out(around, id)
                {
                    around.summary.fault(Fault::FalseSuspicion);
                }
            }
            4 => {
                if self.servers[server].process.is_some() && self.servers[server].frozen_until_ns.is_none() {
                    self.servers[server].freezes_for_ns = Some(span_ns + 1);
                }
            }
            5 => {
                self.servers[server].away_until_ns = around.now_ns + span_ns;
                self.suspect_soon(around, server);
            }
            _ => {
                around.summary.fault(Fault::CutReplicaLink);
                let other = (server + around.rng.usize(1..count)) % count;
                // Some last until somebody is voted out, or the run is over.
                let span_ns = if around.rng.u32(0..4) == 0 { 12 * LEASE.nanos() } else { span_ns };
                for shard in 0..usize::from(A::SHARDS) {
                    let (from, to) = (end_of::<A>(server, shard), end_of::<A>(other, shard));
                    around.network.cut(from, to, around.now_ns + span_ns);
                }
            }
        }
        true
    }

    /// The process ends, unless all that the group knows would end with it.
    fn crash(&mut self, around: &mut Around<A>, server: usize, down_ns: u64) {
        let Some(process) = &self.servers[server].process else { return };
        let id = process.member.id;
        let (place, members) = (self.master.view.position(id), self.master.view.members.len());
        if place.is_some() && !self.others_live(id) {
            return;
        }
        around.summary.fault(match place {
            None => Fault::JoinerCrash,
            Some(0) => Fault::HeadCrash,
            Some(place) if place + 1 == members => Fault::TailCrash,
            Some(_) => Fault::MiddleCrash,
        });
        self.suspect_soon(around, server);
        self.stop_process(around, server);
        self.schedule(around.now_ns + down_ns, Event::Start { server });
    }

    /// The master will miss it.
    pub(super) fn suspect_soon(&mut self, around: &mut Around<A>, server: usize) {
        let life = self.servers[server].lives;
        let at_ns = around.now_ns + around.rng.u64(LEASE.nanos() / 10..LEASE.nanos());
        self.schedule(at_ns, Event::Suspect { server, life });
    }
}
