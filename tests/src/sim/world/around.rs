//! What switches and store have in common: hosts, network, time, dice, and what is written down.

use redplane_core::wire::{Kind, Message};
use redplane_store::chain::is_link;

use super::store::layout_of;
use crate::sim::app::App;
use crate::sim::frames;
use crate::sim::garbage;
use crate::sim::network::{End, Network};
use crate::sim::summary::{Fault, Summary};

/// All of a world but its switches and its store.
#[derive(Debug)]
pub struct Around<A> {
    /// The hosts.
    pub app: A,
    /// The dice.
    pub rng: fastrand::Rng,
    /// True time.
    pub now_ns: u64,
    /// All links.
    pub network: Network,
    /// What was exercised.
    pub summary: Summary,
    /// What happened, line by line, if it is asked for.
    pub trace: Option<Vec<String>>,
    /// Faults have stopped.
    pub calm: bool,
}

impl<A: App> Around<A> {
    /// Writes a line into the trace.
    pub fn note(&mut self, what: impl FnOnce(&A) -> String) {
        if let Some(trace) = &mut self.trace {
            trace.push(format!("{:>12} {}", self.now_ns, what(&self.app)));
        }
    }

    /// Sends a datagram, tells the app if a packet will arrive twice for it, and now and then sends garbage after it.
    pub fn transmit(&mut self, from: End, to: End, bytes: &[u8]) {
        let parsed = Message::parse(bytes, layout_of::<A>).ok().map(|(message, _)| message);
        if let Some(message) = parsed {
            self.summary.message(message.kind());
            self.note(|_| format!("{from:?} -> {to:?}: {message}"));
        }
        let twice = self.network.send(&mut self.rng, &mut self.summary, self.now_ns, from, to, bytes);
        if let (true, Some(message)) = (twice, parsed)
            && matches!(message.kind(), Kind::LeaseRequest | Kind::Grant)
            && let Some(id) = message.piggyback().and_then(frames::id_of)
        {
            self.app.duplicated(self.now_ns, id);
        }
        if !self.calm && self.rng.u32(0..60) == 0 {
            self.send_garbage(from, to, bytes);
        }
    }

    fn send_garbage(&mut self, from: End, to: End, bytes: &[u8]) {
        self.summary.fault(Fault::Garbage);
        if is_link(bytes) {
            let spoiled = garbage::spoil_link(&mut self.rng, bytes);
            self.network.send(&mut self.rng, &mut self.summary, self.now_ns, from, to, &spoiled);
            return;
        }
        let (spoiled, to_switch) = garbage::spoil(&mut self.rng, bytes, matches!(to, End::Switch(_)));
        let (switch, shard) = match (from, to) {
            (End::Switch(_), _) => (from, to),
            _ => (to, from),
        };
        let (from, to) = if to_switch { (shard, switch) } else { (switch, shard) };
        if let Ok((message, _)) = Message::parse(&spoiled, layout_of::<A>) {
            self.summary.message(message.kind());
            // What can still be told for a message may make its packet arrive once more.
            if let Some(id) = message.piggyback().and_then(frames::id_of) {
                self.app.duplicated(self.now_ns, id);
            }
        }
        self.network.send(&mut self.rng, &mut self.summary, self.now_ns, from, to, &spoiled);
    }
}
