//! The list of a shard's numbers: names, helps and labels beside where each number comes from.
//!
//! [`visit`] walks the list once; what is done with it is the [`Sink`]'s affair. At start-up [`table`] collects the names, while
//! the shard runs a [`Publisher`] copies the numbers to where others may read them. Both see the same order because there is only
//! one list.

use super::backing::Backing;
use super::programs::Programs;
use crate::chain::Chain;
use crate::datagram::Pool;
use crate::durability::Durability;
use crate::engine;
use crate::histogram::Histogram;
use crate::metrics::{Label, Metric, Writer};
use crate::pool::Protocol;
use crate::shard::Shard;
use crate::socket::SocketStats;
use redplane_core::count::{Event, Reason};
use redplane_core::program::Program;
use redplane_core::store::{Initializer, Records};
use redplane_core::wire::{Kind, Refusal};
use std::sync::OnceLock;

/// What was done, by rule.
pub(crate) const EVENTS: &str = "redplane_store_events_total";
/// What was ignored.
pub(crate) const IGNORED: &str = "redplane_store_ignored_total";
/// What was refused.
pub(crate) const REFUSED: &str = "redplane_store_refused_total";
/// Messages in.
pub(crate) const RECEIVED: &str = "redplane_store_received_messages_total";
/// Messages out.
pub(crate) const SENT: &str = "redplane_store_sent_messages_total";
/// Flows with a record.
pub(crate) const FLOWS: &str = "redplane_store_flows";
/// How long answers waited to be durable.
pub(crate) const COMMITS: &str = "redplane_store_commit_seconds";
/// Entries that are not on every replica.
pub(crate) const LAG: &str = "redplane_store_chain_lag";
/// Requests that were dropped.
pub(crate) const UNSERVED: &str = "redplane_store_unserved_total";
/// Outside ports.
pub(crate) const PORTS: &str = "redplane_store_nat_ports";
/// Those that are free.
pub(crate) const PORTS_FREE: &str = "redplane_store_nat_ports_free";
/// Message buffers.
pub(crate) const BUFFERS_FREE: &str = "redplane_store_buffers_free";
/// Whether this server has the engine's fence.
pub(crate) const ENGINE_ACTIVE: &str = "redplane_store_engine_active";
/// Label value of what no program has seen.
const NO_PROGRAM: &str = "none";

/// Takes the numbers one by one.
pub(super) trait Sink {
    /// A count that wraps at 32 bits.
    fn wrapping(&mut self, name: &'static str, help: &'static str, labels: &[Label<'static>], count: u32);
    /// A count that does not wrap.
    fn counter(&mut self, name: &'static str, help: &'static str, labels: &[Label<'static>], count: u64);
    /// How many times were how long.
    fn times(&mut self, name: &'static str, help: &'static str, labels: &[Label<'static>], times: &Histogram);
    /// A number that goes up and down.
    fn gauge(&mut self, name: &'static str, help: &'static str, labels: &[Label<'static>], value: u64);
}

/// What a shard's thread has to tell.
pub(super) struct Numbers<'a> {
    pub(super) programs: &'a Programs,
    pub(super) socket: &'a SocketStats,
    /// Datagrams that the kernel dropped; wraps.
    pub(super) kernel_drops: u32,
    pub(super) pool: &'a Pool,
}

/// Walks the list.
pub(super) fn visit(numbers: &Numbers<'_>, sink: &mut impl Sink) {
    let Numbers { programs, socket, kernel_drops, pool } = numbers;
    if let Some(nat) = &programs.nat {
        visit_shard(nat, sink);
        visit_ports(nat.flows().initializer().inner().pool(), sink);
    }
    if let Some(counter) = &programs.counter {
        visit_shard(counter, sink);
    }
    if let Some(heavy_hitter) = &programs.heavy_hitter {
        visit_shard(heavy_hitter, sink);
    }
    for reason in Reason::ALL {
        visit_reason(NO_PROGRAM, *reason, programs.counters.reason(*reason), sink);
    }
    visit_refusal(NO_PROGRAM, Refusal::UnknownSchema, programs.unknown_schema, sink);

    for (fate, count) in [
        ("received", socket.received_count),
        ("received_truncated", socket.truncated_count),
        ("sent", socket.sent_count),
        ("unsent_too_long", socket.too_long_count),
        ("unsent_unreachable", socket.unreachable_count),
        ("unsent_other", socket.unsendable_count),
    ] {
        let help = "UDP datagrams by what became of them.";
        sink.counter("redplane_store_socket_datagrams_total", help, &[("fate", fate)], count);
    }
    for (what, count) in [
        ("congested", socket.congested_count),
        ("starved", socket.starved_count),
        ("receive_error", socket.receive_error_count),
    ] {
        let help = "Socket calls that did not do all of their work: the kernel took no more, no buffer was free, \
                    or an earlier datagram's fate was reported.";
        sink.counter("redplane_store_socket_troubles_total", help, &[("what", what)], count);
    }
    let help = "Datagrams that the kernel dropped because its receive buffer was full.";
    sink.wrapping("redplane_store_kernel_drops_total", help, &[], *kernel_drops);
    let help = "Message buffers that are free.";
    sink.gauge(BUFFERS_FREE, help, &[], pool.available() as u64);
}

fn visit_shard<P: Program, I: Initializer<P>>(shard: &Shard<P, I, Backing<P>>, sink: &mut impl Sink) {
    let program = P::SCHEMA.name;
    // The other events are a switch's.
    for event in
        Event::ALL.iter().filter(|event| event.rule().starts_with("RP-ST-") || is_of_snapshots(**event))
    {
        let labels = [("program", program), ("event", event.name()), ("rule", event.rule())];
        sink.wrapping(EVENTS, "What the store did, by the protocol's rule.", &labels, shard.event(*event));
    }
    for reason in Reason::ALL {
        visit_reason(program, *reason, shard.reason(*reason), sink);
    }
    for refusal in Refusal::ALL {
        visit_refusal(program, *refusal, shard.flows().refusals(*refusal), sink);
    }
    for kind in Kind::ALL {
        let labels = [("program", program), ("kind", kind.name())];
        if kind.is_request() {
            sink.wrapping(RECEIVED, "Valid messages received.", &labels, shard.received(*kind));
        } else {
            sink.wrapping(SENT, "Messages sent.", &labels, shard.sent(*kind));
        }
    }
    let labels = [("program", program)];
    let flows = shard.flows();
    sink.gauge(FLOWS, "Flows with a record.", &labels, flows.records().len() as u64);
    let help = "Messages that wait for a lease or a write.";
    sink.gauge("redplane_store_waiting", help, &labels, flows.waiting() as u64);
    let help = "Answers that wait to be durable.";
    sink.gauge("redplane_store_pending", help, &labels, shard.pending() as u64);
    match shard.durability() {
        Backing::One(_) => return,
        Backing::Chain(chain) => visit_chain::<P>(chain, sink),
        Backing::Engine(log) => visit_engine(program, &log.status(), sink),
    }
    let help = "How long answers waited to be durable.";
    sink.times(COMMITS, help, &labels, shard.commit_ticks());
    let help = "Requests that were dropped because it was not known whether this store may decide.";
    sink.wrapping(UNSERVED, help, &labels, shard.unserved());
}

fn visit_chain<P: Program>(chain: &Chain, sink: &mut impl Sink) {
    let program = P::SCHEMA.name;
    let stats = chain.stats();
    for (what, count) in [
        ("appended", stats.appended),
        ("coalesced", stats.coalesced),
        ("taken", stats.taken),
        ("resent", stats.resent),
        ("gap", stats.gaps),
    ] {
        let help = "Entries of the chain: appended by the head, put in the place of an unsent one, taken from the \
                    predecessor; and how often the link went back, or came upon a gap.";
        let labels = [("program", program), ("what", what)];
        sink.counter("redplane_store_chain_entries_total", help, &labels, count);
    }
    for (what, count) in [
        ("sent", stats.sent),
        ("received", stats.received),
        ("ignored_other_view", stats.other_view),
        ("ignored_other_life", stats.other_life),
        ("ignored_malformed", stats.malformed),
    ] {
        let help = "Datagrams between replicas by what became of them.";
        let labels = [("program", program), ("what", what)];
        sink.counter("redplane_store_chain_datagrams_total", help, &labels, count);
    }
    for (what, count) in [
        ("view", stats.views),
        ("took_over", stats.took_over),
        ("joined", stats.joined),
        ("join_given_up", stats.join_given_up),
    ] {
        let help = "Changes of the chain: views, takeovers by this replica, replicas that joined at it or were given up.";
        let labels = [("program", program), ("what", what)];
        sink.counter("redplane_store_chain_changes_total", help, &labels, count);
    }
    let labels = [("program", program)];
    let lag = chain.last().0.saturating_sub(Durability::<P>::committed(chain).0);
    sink.gauge(LAG, "Entries that are not known to be on every replica.", &labels, lag);
    let number = chain.view().map_or(0, |view| view.number);
    sink.gauge("redplane_store_view", "Number of the newest view.", &labels, number);
    let place = chain.place().filter(|_| !chain.is_removed()).map_or(0, |place| place as u64 + 1);
    let help = "Where this replica stands: 1 is the head, 0 is no member.";
    sink.gauge("redplane_store_place", help, &labels, place);
}

fn visit_engine(program: &'static str, status: &engine::log::Status, sink: &mut impl Sink) {
    let labels = [("program", program)];
    let help = "Whether this server has the shard's fence.";
    sink.gauge(ENGINE_ACTIVE, help, &labels, status.is_active.into());
    let help = "Flows whose newest state the engine does not have.";
    sink.gauge("redplane_store_engine_pending", help, &labels, status.pending as u64);
    let help = "Changes since the oldest that the engine does not have.";
    sink.gauge("redplane_store_engine_lag", help, &labels, status.lag);
    for (what, count) in [
        ("batches", status.batches),
        ("changes", status.changes),
        ("failures", status.failures),
        ("takeovers", status.takeovers),
    ] {
        let help = "What the engine did: batches, changes in them, batches that had to be sent again, times that the \
                    fence was got.";
        let labels = [("program", program), ("what", what)];
        sink.counter("redplane_store_engine_total", help, &labels, count);
    }
    let help = "Time that the engine's batches took.";
    let micros = status.commit_time.as_micros() as u64;
    sink.counter("redplane_store_engine_commit_microseconds_total", help, &labels, micros);
}

/// What a store does with snapshots; the rules about them are for switches too.
fn is_of_snapshots(event: Event) -> bool {
    matches!(event, Event::SlotsTaken | Event::SnapshotReplaced | Event::OldSlotsRefused | Event::SlotsHanded)
}

fn visit_reason(program: &'static str, reason: Reason, count: u32, sink: &mut impl Sink) {
    let labels = [("program", program), ("reason", reason.name())];
    sink.wrapping(IGNORED, "Messages that were ignored.", &labels, count);
}

fn visit_refusal(program: &'static str, refusal: Refusal, count: u32, sink: &mut impl Sink) {
    let labels = [("program", program), ("reason", refusal.name())];
    sink.wrapping(REFUSED, "Requests that were refused.", &labels, count);
}

fn visit_ports(pool: &crate::pool::PortPool, sink: &mut impl Sink) {
    for protocol in Protocol::ALL {
        let name = match protocol {
            Protocol::Icmp => "icmp",
            Protocol::Tcp => "tcp",
            Protocol::Udp => "udp",
        };
        let labels = [("protocol", name)];
        let (free, all) = (pool.available(protocol), pool.capacity(protocol));
        sink.gauge(PORTS_FREE, "Outside ports that are free.", &labels, free.into());
        sink.gauge(PORTS, "Outside ports of the shard.", &labels, all.into());
    }
    let stats = pool.stats();
    for (fate, count) in [
        ("taken", stats.taken_count),
        ("taken_as_wished", stats.preserved_count),
        ("given_back", stats.given_back_count),
        ("exhausted", stats.exhausted_count),
        ("refused_not_ours", stats.not_ours_count),
        ("refused_not_taken", stats.not_taken_count),
        ("refused_not_free", stats.not_free_count),
    ] {
        let help = "What the pool of outside ports did.";
        sink.counter("redplane_store_nat_pool_total", help, &[("what", fate)], count);
    }
}

/// The names of the list as it stands for these programs.
///
/// A table lives as long as the process because metrics are static, so it is made once for each choice of programs and backing, however
/// many stores a process starts.
pub(super) fn table(numbers: &Numbers<'_>) -> &'static [Metric] {
    static TABLES: [OnceLock<Vec<Metric>>; 24] = [const { OnceLock::new() }; 24];
    let Programs { nat, counter, heavy_hitter, .. } = numbers.programs;
    let served = [nat.is_some(), counter.is_some(), heavy_hitter.is_some()];
    let choice = served.into_iter().fold(0, |choice, is_served| 2 * choice + usize::from(is_served));
    let backing = [
        nat.as_ref().map(|shard| shard.durability().number()),
        counter.as_ref().map(|shard| shard.durability().number()),
        heavy_hitter.as_ref().map(|shard| shard.durability().number()),
    ];
    let choice = 3 * choice + backing.into_iter().flatten().next().unwrap_or(0);
    TABLES[choice].get_or_init(|| {
        let mut names = Names(Vec::new());
        visit(numbers, &mut names);
        names.0
    })
}

struct Names(Vec<Metric>);

impl Sink for Names {
    fn wrapping(&mut self, name: &'static str, help: &'static str, labels: &[Label<'static>], _: u32) {
        self.counter(name, help, labels, 0);
    }

    fn counter(&mut self, name: &'static str, help: &'static str, labels: &[Label<'static>], _: u64) {
        self.0.push(Metric::counter(name, help, Box::leak(labels.into())));
    }

    fn times(&mut self, name: &'static str, help: &'static str, labels: &[Label<'static>], _: &Histogram) {
        self.0.extend(Metric::times(name, help, labels));
    }

    fn gauge(&mut self, name: &'static str, help: &'static str, labels: &[Label<'static>], _: u64) {
        self.0.push(Metric::gauge(name, help, Box::leak(labels.into())));
    }
}

/// Copies the numbers to the metrics.
#[derive(Debug)]
pub(super) struct Publisher {
    writer: Writer,
    /// Per row, what a wrapping count was last time.
    last: Box<[u32]>,
    row: usize,
}

impl Publisher {
    /// Writes to the rows of `table`, to which `writer` belongs.
    pub(super) fn new(table: &'static [Metric], writer: Writer) -> Self {
        Self { writer, last: vec![0; table.len()].into_boxed_slice(), row: 0 }
    }

    /// To be called more often than a count can wrap.
    pub(super) fn publish(&mut self, numbers: &Numbers<'_>) {
        self.row = 0;
        visit(numbers, self);
    }
}

impl Sink for Publisher {
    fn wrapping(&mut self, _: &'static str, _: &'static str, _: &[Label<'static>], count: u32) {
        let grown = count.wrapping_sub(self.last[self.row]);
        self.last[self.row] = count;
        if grown > 0 {
            self.writer.add(self.row, grown.into());
        }
        self.row += 1;
    }

    fn counter(&mut self, _: &'static str, _: &'static str, _: &[Label<'static>], count: u64) {
        self.writer.set(self.row, count);
        self.row += 1;
    }

    fn times(&mut self, _: &'static str, _: &'static str, _: &[Label<'static>], times: &Histogram) {
        self.row = self.writer.set_times(self.row, times);
    }

    fn gauge(&mut self, _: &'static str, _: &'static str, _: &[Label<'static>], value: u64) {
        self.writer.set(self.row, value);
        self.row += 1;
    }
}
