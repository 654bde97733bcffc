//! The network between switches and store: it loses, duplicates, reorders and delays, and cuts links one way.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::sim::summary::{Fault, Summary};

/// An end of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// A switch, by number.
    Switch(usize),
    /// A shard of the store, by number.
    Shard(usize),
}

/// A datagram under way.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Flight {
    /// When it arrives.
    pub at_ns: u64,
    order: u64,
    /// Who sent it.
    pub from: End,
    /// Who gets it.
    pub to: End,
    /// The datagram's payload.
    pub bytes: Vec<u8>,
}

/// How bad the network is. All of it is drawn from the seed.
#[derive(Clone, Copy, Debug)]
pub struct Weather {
    /// Share of datagrams that are lost.
    pub loss: f64,
    /// Share that arrives twice.
    pub duplication: f64,
    /// Share that takes up to `delay_long_ns`: these arrive after those sent later.
    pub straggling: f64,
    /// Least delay.
    pub delay_min_ns: u64,
    /// Greatest delay of most.
    pub delay_max_ns: u64,
    /// Greatest delay of stragglers.
    pub delay_long_ns: u64,
}

impl Weather {
    /// Nothing goes wrong.
    pub const FINE: Self = Self {
        loss: 0.0,
        duplication: 0.0,
        straggling: 0.0,
        delay_min_ns: 5_000,
        delay_max_ns: 20_000,
        delay_long_ns: 20_000,
    };
}

/// All links.
#[derive(Debug)]
pub struct Network {
    weather: Weather,
    flights: BinaryHeap<Reverse<Flight>>,
    order: u64,
    /// Directed links that are cut, and until when.
    cuts: Vec<(End, End, u64)>,
}

impl Network {
    /// A network with nothing under way.
    pub fn new(weather: Weather) -> Self {
        Self { weather, flights: BinaryHeap::new(), order: 0, cuts: Vec::new() }
    }

    /// Changes the weather for what is sent from now on, and mends all links.
    pub fn set_weather(&mut self, weather: Weather) {
        self.weather = weather;
        self.cuts.clear();
    }

    /// Cuts a link in one direction until `until_ns`.
    pub fn cut(&mut self, from: End, to: End, until_ns: u64) {
        self.cuts.push((from, to, until_ns));
    }

    /// Sends a datagram. Gives whether it was duplicated.
    pub fn send(
        &mut self,
        rng: &mut fastrand::Rng,
        summary: &mut Summary,
        now_ns: u64,
        from: End,
        to: End,
        bytes: &[u8],
    ) -> bool {
        self.cuts.retain(|(_, _, until_ns)| *until_ns > now_ns);
        if self.cuts.iter().any(|(a, b, _)| (*a, *b) == (from, to)) {
            summary.fault(Fault::CutLink);
            return false;
        }
        if rng.f64() < self.weather.loss {
            summary.fault(Fault::Loss);
            return false;
        }
        self.fly(rng, summary, now_ns, from, to, bytes);
        let twice = rng.f64() < self.weather.duplication;
        if twice {
            summary.fault(Fault::Duplication);
            self.fly(rng, summary, now_ns, from, to, bytes);
        }
        twice
    }

    fn fly(
        &mut self,
        rng: &mut fastrand::Rng,
        summary: &mut Summary,
        now_ns: u64,
        from: End,
        to: End,
        bytes: &[u8],
    ) {
        let weather = &self.weather;
        let delay_ns = if rng.f64() < weather.straggling {
            summary.fault(Fault::LongDelay);
            rng.u64(weather.delay_min_ns..=weather.delay_long_ns)
        } else {
            rng.u64(weather.delay_min_ns..=weather.delay_max_ns)
        };
        let at_ns = now_ns + delay_ns;
        let overtakes = self
            .flights
            .iter()
            .any(|Reverse(other)| (other.from, other.to) == (from, to) && other.at_ns > at_ns);
        if overtakes {
            summary.fault(Fault::Reordering);
        }
        self.order += 1;
        self.flights.push(Reverse(Flight { at_ns, order: self.order, from, to, bytes: bytes.to_vec() }));
    }

    /// Datagrams under way.
    pub fn under_way(&self) -> usize {
        self.flights.len()
    }

    /// When the next datagram arrives.
    pub fn next_at_ns(&self) -> Option<u64> {
        self.flights.peek().map(|Reverse(flight)| flight.at_ns)
    }

    /// Takes the next datagram that has arrived.
    pub fn arrive(&mut self) -> Option<Flight> {
        self.flights.pop().map(|Reverse(flight)| flight)
    }
}
