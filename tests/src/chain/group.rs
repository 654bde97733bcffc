//! The servers of a run: what they are given, what they send, and what happens to them in time.

use std::collections::BTreeMap;

use redplane_core::store::{Instant, LogIndex};
use redplane_core::time::Span;
use redplane_core::wire::Message;
use redplane_store::chain::{Chain, ChainConfig, MemberId, View, is_link};
use redplane_store::durability::Durability;

use super::checker::asked;
use super::master::{Event, Master};
use super::server::{DRIFT_PPM_MAX, Server, Setup, replica_address, replica_at};
use super::truth::Truth;
use crate::sim::app::{App, AppFlows, Key, State};
use crate::sim::checker::owner;
use crate::sim::log::Durable;
use crate::sim::network::{End, Flight};
use crate::sim::summary::{Fault, Summary};
use crate::sim::world::{
    Around, Start, StoreSide, count_shard, layout_of, shard_of, switch_address, switch_at,
};

/// Datagrams that a server's socket holds while it stands still.
const INBOX: usize = 100;

/// A group of servers, and the master of its configuration.
pub(crate) struct Group<A: App> {
    pub(super) servers: Vec<Server<A>>,
    pub(super) master: Master,
    /// Of each shard.
    pub(super) truths: Vec<Truth<A>>,
    setup: Setup,
    events: BTreeMap<(u64, u64), Event>,
    order: u64,
    /// One word of the master in so many takes up to three lease periods.
    pub(super) slow_one_in: u32,
}

/// Where a replica is.
pub(super) fn end_of<A: App>(server: usize, shard: usize) -> End {
    End::Shard(server * usize::from(A::SHARDS) + shard)
}

impl<A: App> Group<A> {
    pub(super) fn schedule(&mut self, at_ns: u64, event: Event) {
        self.order += 1;
        self.events.insert((at_ns, self.order), event);
    }

    pub(super) fn boot(&mut self, around: &mut Around<A>, server: usize) {
        self.servers[server].boot(&around.app, server, &self.setup, around.now_ns);
        self.sync_soon(around.now_ns, server);
    }

    fn sync_soon(&mut self, now_ns: u64, server: usize) {
        let life = self.servers[server].lives;
        self.schedule(now_ns + 1, Event::Sync { server, life });
    }

    /// The process has learnt that it is out: another one takes its place.
    pub(super) fn end_process(&mut self, around: &mut Around<A>, server: usize) {
        self.stop_process(around, server);
        let down_ns = around.rng.u64(0..5_000_000);
        self.schedule(around.now_ns + down_ns, Event::Start { server });
    }

    /// The process ends, and its memory is lost.
    pub(super) fn stop_process(&mut self, around: &mut Around<A>, server: usize) {
        let machine = &mut self.servers[server];
        (machine.freezes_for_ns, machine.frozen_until_ns) = (None, None);
        machine.inbox.clear();
        let Some(process) = machine.process.take() else { return };
        around.note(|_| format!("{} ends", process.member.name));
        for (replica, truth) in process.replicas.iter().zip(&self.truths) {
            count::<A>(&mut around.summary, &replica.shard);
            let LogIndex(last) = replica.shard.durability().last();
            around.summary.rule("RP-CH-5", last.saturating_sub(truth.last().0));
        }
    }

    fn handle(
        &mut self,
        around: &mut Around<A>,
        server: usize,
        flight: &Flight,
        now: Instant,
    ) -> Result<(), String> {
        let End::Shard(number) = flight.to else { return Ok(()) };
        let shard = number % usize::from(A::SHARDS);
        let Some(process) = &mut self.servers[server].process else { return Ok(()) };
        let replica = &mut process.replicas[shard];
        let Some(mut datagram) = replica.pool.take() else { return Err("a replica has no buffer".into()) };
        if datagram.set_payload(&flight.bytes).is_err() {
            return Err("a datagram longer than a buffer".into());
        }
        datagram.set_peer(match flight.from {
            End::Switch(index) => switch_address(index),
            End::Shard(from) => replica_address(from / usize::from(A::SHARDS), from % usize::from(A::SHARDS)),
        });
        if is_link(datagram.payload()) {
            replica.shard.handle_link(now, datagram, &mut replica.pool);
            return self.settle(around, server, shard, now);
        }
        if !around.calm && around.rng.u32(0..5_000) == 0 {
            datagram.set_truncated(true);
        }
        if let Ok((message, _)) = Message::parse(&flight.bytes, layout_of::<A>) {
            replica.came_ns.entry(asked(&message)).or_insert(around.now_ns);
        }
        replica.shard.handle(now, datagram, &mut replica.out, &mut replica.pool);
        self.settle(around, server, shard, now)
    }

    /// Sends what a replica has to send, and looks at it.
    pub(super) fn settle(
        &mut self,
        around: &mut Around<A>,
        server: usize,
        shard: usize,
        now: Instant,
    ) -> Result<(), String> {
        let Some(process) = &mut self.servers[server].process else { return Ok(()) };
        let replica = &mut process.replicas[shard];
        replica.shard.flush(now, &mut replica.out, &mut replica.pool);
        if replica.shard.durability().is_removed() {
            return Err(format!("server {server} stops by itself"));
        }
        let others = self.kept_by_others(server, shard);
        let Some(process) = &mut self.servers[server].process else { return Ok(()) };
        let name = &process.member.name;
        self.truths[shard]
            .observe(around, &mut process.replicas[shard], &others)
            .map_err(|what| format!("shard {shard} of {name}: {what}"))?;
        loop {
            let Some(process) = &mut self.servers[server].process else { return Ok(()) };
            let replica = &mut process.replicas[shard];
            let Some(datagram) = replica.out.pop() else { return Ok(()) };
            let (peer, bytes) = (datagram.peer(), datagram.payload().to_vec());
            replica.pool.give(datagram);
            let from = end_of::<A>(server, shard);
            if let Some(index) = switch_at(peer) {
                self.check_answer(server, shard, &bytes)?;
                around.transmit(from, End::Switch(index), &bytes);
            } else {
                let (other, shard) = replica_at(peer);
                let view = self.master.view.number;
                around.note(|_| format!("{server} -> {other} of {view}: {}", line(&bytes)));
                around.transmit(from, end_of::<A>(other, shard), &bytes);
            }
        }
    }

    /// Entries that are committed at a replica and new to the truth, and that only others of its view have kept.
    fn kept_by_others(&self, server: usize, shard: usize) -> BTreeMap<LogIndex, Vec<u8>> {
        let chains = || self.servers.iter().filter_map(|server| server.process.as_ref());
        let chains = || chains().map(|process| process.replicas[shard].shard.durability());
        let Some(process) = &self.servers[server].process else { return BTreeMap::new() };
        let own = process.replicas[shard].shard.durability();
        let news = self.truths[shard].last().0 + 1..=Durability::<A::Program>::committed(own).0;
        news.map(LogIndex)
            .filter(|index| own.entry(*index).is_none())
            .filter_map(|index| {
                let of_view =
                    || chains().filter(|chain| chain.place().is_some() && chain.view() == own.view());
                Some((index, of_view().find_map(|chain| chain.entry(index))?.to_vec()))
            })
            .collect()
    }

    fn poll(&mut self, around: &mut Around<A>, server: usize, shard: usize) -> Result<(), String> {
        let now = self.servers[server].now(around.now_ns);
        let Some(process) = &mut self.servers[server].process else { return Ok(()) };
        let replica = &mut process.replicas[shard];
        replica.poll_at_ns = around.now_ns + around.rng.u64(300_000..700_000);
        replica.shard.poll(now, &mut replica.out, &mut replica.pool);
        self.settle(around, server, shard, now)
    }

    /// A process goes on: first with what it had at hand, at the time that it had read, then with what came in since.
    pub(super) fn thaw(&mut self, around: &mut Around<A>, server: usize) -> Result<(), String> {
        let machine = &mut self.servers[server];
        if machine.frozen_until_ns.is_none_or(|until_ns| until_ns > around.now_ns) {
            return Ok(());
        }
        machine.frozen_until_ns = None;
        for (flight, then) in std::mem::take(&mut machine.inbox) {
            let now = then.unwrap_or_else(|| self.servers[server].now(around.now_ns));
            self.handle(around, server, &flight, now)?;
        }
        Ok(())
    }

    /// Replica and time of the next poll.
    fn next_poll(&self) -> Option<(u64, usize, usize)> {
        let running = self.servers.iter().enumerate().filter(|(_, server)| server.frozen_until_ns.is_none());
        running
            .flat_map(|(index, server)| server.process.iter().map(move |process| (index, process)))
            .flat_map(|(index, process)| {
                let shards = process.replicas.iter().enumerate();
                shards.map(move |(shard, replica)| (replica.poll_at_ns, index, shard))
            })
            .min()
    }
}

/// A link's datagram in one line.
fn line(bytes: &[u8]) -> String {
    let word = |at: usize| {
        bytes.get(at..at + 8).map(|word| word.iter().fold(0u64, |sum, byte| sum << 8 | u64::from(*byte)))
    };
    format!(
        "kind {:?} flags {:?} view {:?}, {:?} {:?}, {} bytes",
        bytes.get(2),
        bytes.get(3),
        word(8),
        word(36),
        word(44),
        bytes.len()
    )
}

/// Adds what a replica has counted.
fn count<A: App>(summary: &mut Summary, shard: &crate::sim::app::AppShard<A, Chain>) {
    count_shard::<A, _>(summary, shard);
    let stats = shard.durability().stats();
    summary.rule("RP-CH-1", stats.taken);
    summary.rule("RP-CH-2", stats.other_view);
    summary.rule("RP-CH-4", stats.joined);
    summary.rule("RP-ST-6", stats.took_over);
    for (what, count) in [
        ("appended", stats.appended),
        ("coalesced", stats.coalesced),
        ("taken", stats.taken),
        ("sent", stats.sent),
        ("resent", stats.resent),
        ("received", stats.received),
        ("other_view", stats.other_view),
        ("malformed", stats.malformed),
        ("gaps", stats.gaps),
        ("views", stats.views),
        ("took_over", stats.took_over),
        ("joined", stats.joined),
        ("join_given_up", stats.join_given_up),
    ] {
        summary.link(what, count);
    }
}

impl<A: App> StoreSide<A> for Group<A> {
    const DRIFT_PPM_MAX: i64 = DRIFT_PPM_MAX;

    fn new(app: &A, rng: &mut fastrand::Rng, summary: &mut Summary, start: &Start) -> Self {
        let count = [1, 2, 2, 3, 3, 3, 3, 3][rng.usize(0..8)];
        let chain = ChainConfig {
            id: MemberId(0),
            boot: 0,
            shard: 0,
            log_bytes: [0, 1 << 17][rng.usize(0..2)],
            resend: Span::from_millis([1, 2, 5][rng.usize(0..3)]),
            // Without it a tail keeps nothing, and a mapping that ends and begins anew at once would not be seen to end.
            history: rng.u32(0..4) > 0 || A::SHARDS > 1,
        };
        let setup = Setup { start: *start, chain };
        let mut servers: Vec<_> = (0..count).map(|_| Server::new(rng, summary)).collect();
        for (index, server) in servers.iter_mut().enumerate() {
            server.boot(app, index, &setup, 0);
        }
        let processes = servers.iter().filter_map(|server| server.process.as_ref());
        let view = View::first(processes.map(|process| process.member.clone()).collect());
        for server in &mut servers {
            let now = server.now(0);
            for replica in server.process.iter_mut().flat_map(|process| &mut process.replicas) {
                replica.shard.set_view(now, &view, &mut replica.pool);
            }
        }
        let spent = view.members.iter().map(|member| member.id).collect();
        let mut group = Self {
            servers,
            master: Master { view, candidates: Vec::new(), spent },
            truths: (0..A::SHARDS).map(|_| Truth::new()).collect(),
            setup,
            events: BTreeMap::new(),
            order: 0,
            slow_one_in: [4, 20, 100][rng.usize(0..3)],
        };
        for server in 0..count {
            group.sync_soon(0, server);
        }
        group
    }

    fn replicas(&self) -> usize {
        self.servers.len()
    }

    fn end(&self, shard: usize, replica: usize) -> End {
        end_of::<A>(replica, shard)
    }

    fn whose(&self, end: End) -> (usize, usize) {
        let End::Shard(number) = end else { return (usize::MAX, 0) };
        (number % usize::from(A::SHARDS), number / usize::from(A::SHARDS))
    }

    fn ends(&self) -> Vec<End> {
        (0..self.servers.len() * usize::from(A::SHARDS)).map(End::Shard).collect()
    }

    fn next_at_ns(&self) -> u64 {
        let event = self.events.keys().next().map_or(u64::MAX, |(at_ns, _)| *at_ns);
        self.next_poll().map_or(event, |(at_ns, ..)| at_ns.min(event))
    }

    fn act(&mut self, around: &mut Around<A>) -> Result<(), String> {
        let poll = self.next_poll();
        let Some(((at_ns, order), event)) = self.events.pop_first() else {
            return poll.map_or(Ok(()), |(_, server, shard)| self.poll(around, server, shard));
        };
        if let Some((_, server, shard)) = poll.filter(|(poll_ns, ..)| *poll_ns < at_ns) {
            self.events.insert((at_ns, order), event);
            return self.poll(around, server, shard);
        }
        let frozen = event.server().and_then(|server| self.servers[server].frozen_until_ns);
        if let Some(until_ns) = frozen {
            // Whoever stands still is told nothing, and asks nothing.
            self.schedule(until_ns.max(around.now_ns) + 1, event);
            return Ok(());
        }
        self.happen(around, event)
    }

    fn arrive(&mut self, around: &mut Around<A>, flight: &Flight) -> Result<(), String> {
        let End::Shard(number) = flight.to else { return Ok(()) };
        let server = number / usize::from(A::SHARDS);
        let machine = &mut self.servers[server];
        if machine.process.is_none() {
            around.summary.fault(Fault::DatagramToDeadReplica);
            return Ok(());
        }
        let now = machine.now(around.now_ns);
        if machine.frozen_until_ns.is_some() {
            if machine.inbox.len() < INBOX {
                machine.inbox.push((flight.clone(), None));
            }
            return Ok(());
        }
        if let Some(span_ns) = machine.freezes_for_ns.take() {
            around.summary.fault(Fault::Freeze);
            let until_ns = around.now_ns + span_ns;
            machine.frozen_until_ns = Some(until_ns);
            machine.inbox.push((flight.clone(), Some(now)));
            self.schedule(until_ns, Event::Thaw { server });
            self.suspect_soon(around, server);
            return Ok(());
        }
        self.handle(around, server, flight, now)
    }

    fn durable(&self, key: &Key<A>) -> Option<&Durable<State<A>>> {
        self.truths[shard_of::<A>(key)].durable(key)
    }

    fn check_owner(&mut self, believers: &[owner::Belief], key: &Key<A>, now_ns: u64) -> Result<(), String> {
        self.check_owners(believers, key, now_ns)
    }

    fn misfortune(&mut self, around: &mut Around<A>) -> bool {
        self.befall(around)
    }

    fn idle(&mut self, around: &mut Around<A>) -> Result<(), String> {
        while self.next_at_ns() <= around.now_ns {
            self.act(around)?;
        }
        Ok(())
    }

    fn calm(&mut self, around: &mut Around<A>) {
        for server in 0..self.servers.len() {
            let machine = &mut self.servers[server];
            (machine.away_until_ns, machine.freezes_for_ns) = (0, None);
            if let Some(until_ns) = &mut machine.frozen_until_ns {
                *until_ns = around.now_ns;
            }
            self.schedule(around.now_ns, Event::Thaw { server });
            self.schedule(around.now_ns, Event::Start { server });
        }
    }

    fn unrest(&self) -> (usize, usize) {
        let processes = || self.servers.iter().filter_map(|server| server.process.as_ref());
        let shards = || processes().flat_map(|process| &process.replicas).map(|replica| &replica.shard);
        (shards().map(|shard| shard.flows().waiting()).sum(), shards().map(|shard| shard.pending()).sum())
    }

    fn flows(&self) -> Vec<&AppFlows<A>> {
        let head = self.master.view.head().map(|head| head.id);
        let mut processes = self.servers.iter().filter_map(|server| server.process.as_ref());
        let head = processes.find(|process| Some(process.member.id) == head);
        head.into_iter().flat_map(|head| &head.replicas).map(|replica| replica.shard.flows()).collect()
    }

    fn check_rest(&self, around: &Around<A>) -> Result<(), String> {
        self.check_alike(around)
    }

    fn collect(&mut self, summary: &mut Summary) {
        for process in self.servers.iter().filter_map(|server| server.process.as_ref()) {
            process.replicas.iter().for_each(|replica| count::<A>(summary, &replica.shard));
        }
        self.truths.iter().for_each(|truth| summary.rule("RP-SW-10", truth.wraps));
    }
}
