//! The clock cycle: every stage works on what it holds, then everything moves on by one place.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use redplane_core::count::{Counters, Reason};
use redplane_core::field::Pass;
use redplane_core::switch::Config;
use redplane_core::wire::{Kind, PORT_MAX};

use super::clock::Clock;
use super::code::{Code, compile};
use super::controller::Controller;
use super::deparser::{Deparser, Gress};
use super::device::View;
use super::flight::{Flight, MirrorCopy, NO_TICKET, Ticket};
use super::hardware::{Hardware, MESSAGE_HEADERS};
use super::manager::{Leaving, Manager, Pace, QueueId};
use super::memory::Memory;
use super::observer::{Observer, Seen, StageSeen, Wire};
use super::output::{Loss, Output, What};
use super::packet::Packet;
use super::parser::{Parser, assert_filled};
use super::stage::{Act, Pending, evaluate, evaluate_units};
use super::unfit::Unfit;
use crate::pipeline::{Fate, Pipeline, StageArray};

/// Ways into the pipeline, which take turns: what is given to the device, what goes again, copies, sweeps.
const SOURCES: usize = 4;

/// A pipeline at work.
#[derive(Debug)]
pub(super) struct Engine {
    pub(super) pipeline: Pipeline,
    pub(super) hardware: Hardware,
    pub(super) code: Code,
    pub(super) memory: Memory,
    pub(super) manager: Manager,
    pub(super) clock: Clock,
    pub(super) counters: Counters,
    pub(super) losses: [u64; Loss::ALL.len()],
    /// What the stages hold: ingress, then egress.
    pub(super) stages: Vec<Option<Box<Flight>>>,
    pub(super) outputs: VecDeque<Output>,
    /// Flights that the device is not idle without.
    pub(super) under_way: usize,
    /// Copies that have left their queue and not come to an end.
    pub(super) copies_under_way: usize,
    /// Whether the program runs without RedPlane.
    is_plain: bool,
    parser: Parser,
    deparser: Deparser,
    controller: Controller,
    pending: Vec<Pending>,
    occupied: usize,
    scheduled: BinaryHeap<Reverse<Scheduled>>,
    scheduled_count: u64,
    arrivals: VecDeque<(u64, Box<Flight>)>,
    returned: VecDeque<Box<Flight>>,
    again: VecDeque<(u64, Box<Flight>)>,
    copies: VecDeque<(u64, MirrorCopy, u32)>,
    turn: usize,
    sweep_at: Option<u64>,
    sweep_next: u32,
    /// Of the ports and of the store.
    links: Vec<(Pace, u64)>,
    last_ticket: Ticket,
    flights: Vec<Box<Flight>>,
    pub(super) packets: Vec<Packet>,
    shuffle: Option<fastrand::Rng>,
    before: Vec<u32>,
}

/// Something that will be given to the device.
#[derive(Debug)]
struct Scheduled {
    at: u64,
    order: u64,
    flight: Box<Flight>,
}

impl PartialEq for Scheduled {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.order) == (other.at, other.order)
    }
}

impl Eq for Scheduled {}

impl PartialOrd for Scheduled {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Scheduled {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.order).cmp(&(other.at, other.order))
    }
}

impl Engine {
    pub(super) fn new(pipeline: Pipeline, config: &Config, hardware: Hardware) -> Result<Self, Unfit> {
        check(&pipeline, &hardware)?;
        let code = compile(&pipeline, config)?;
        let clock = Clock::new(hardware.clock_hz, hardware.origin_ns);
        let links = hardware.ports.iter().map(|port| port.link).chain([hardware.store]);
        let links = links
            .map(|link| (Pace::new(hardware.clock_hz, link.bits_per_second), clock.cycles(link.latency_ns)))
            .collect();
        let stages = pipeline.ingress.len() + pipeline.egress.len();
        Ok(Self {
            memory: Memory::new(&pipeline)?,
            manager: Manager::new(&hardware),
            clock,
            counters: Counters::new(),
            losses: [0; Loss::ALL.len()],
            stages: std::iter::repeat_with(|| None).take(stages).collect(),
            outputs: VecDeque::new(),
            under_way: 0,
            copies_under_way: 0,
            is_plain: !pipeline
                .arrays
                .iter()
                .any(|array| array.array == StageArray::Core(redplane_core::machine::Array::Epoch)),
            parser: Parser::new(&code, &pipeline),
            deparser: Deparser::new(&code, &pipeline, config, &hardware),
            controller: Controller::new(&code, &pipeline, config, hardware.controller_cycles),
            pending: std::iter::repeat_with(Pending::default).take(stages).collect(),
            occupied: 0,
            scheduled: BinaryHeap::new(),
            scheduled_count: 0,
            arrivals: VecDeque::new(),
            returned: VecDeque::new(),
            again: VecDeque::new(),
            copies: VecDeque::new(),
            turn: 0,
            sweep_at: hardware.sweep_every,
            sweep_next: 0,
            links,
            last_ticket: NO_TICKET,
            flights: Vec::new(),
            packets: Vec::new(),
            shuffle: None,
            before: Vec::new(),
            code,
            pipeline,
            hardware,
        })
    }

    /// Stages and units are taken in an order that is drawn anew in each cycle; or in theirs again.
    pub(super) fn shuffle(&mut self, seed: Option<u64>) {
        self.shuffle = seed.map(fastrand::Rng::with_seed);
    }

    /// A flight with a packet of these bytes that belongs to nobody yet.
    pub(super) fn flight(&mut self, pass: Pass, bytes: &[u8]) -> Box<Flight> {
        let mut flight = self.flights.pop().unwrap_or_else(|| Box::new(Flight::new()));
        if let Some(packet) = self.packets.pop() {
            flight.packet = packet;
        }
        flight.packet.fill(bytes);
        flight.pass = pass;
        flight.port = 0;
        flight.slot = 0;
        flight.bytes = bytes.len();
        flight.table_full = false;
        (flight.ticket, flight.counts) = (NO_TICKET, false);
        flight
    }

    /// Gives the device something at a cycle that has not passed; of one that has, now.
    pub(super) fn give<O: Observer>(&mut self, at: u64, mut flight: Box<Flight>, observer: &mut O) -> Ticket {
        let at = at.max(self.clock.cycle());
        self.last_ticket += 1;
        let ticket = self.last_ticket;
        (flight.ticket, flight.since, flight.counts) = (ticket, at, true);
        self.under_way += 1;
        if at > self.clock.cycle() {
            self.scheduled_count += 1;
            self.scheduled.push(Reverse(Scheduled { at, order: self.scheduled_count, flight }));
        } else {
            self.arrive(flight, observer);
        }
        ticket
    }

    fn arrive<O: Observer>(&mut self, flight: Box<Flight>, observer: &mut O) {
        if O::LINKS && matches!(flight.pass, Pass::Packet | Pass::Message) {
            let wire = if flight.pass == Pass::Packet { Wire::In(flight.port) } else { Wire::FromStore };
            let at_ns = self.clock.nanos_at(self.clock.cycle());
            observer.link(View::of(self), &Seen { wire, at_ns, bytes: flight.packet.bytes() });
        }
        self.arrivals.push_back((self.clock.cycle() + self.hardware.parser_cycles, flight));
    }

    /// The first cycle, from now on, in which something may happen; `None` if nothing will.
    pub(super) fn next_event(&self) -> Option<u64> {
        let now = self.clock.cycle();
        if self.occupied > 0 || !self.returned.is_empty() {
            return Some(now);
        }
        let events = [
            self.arrivals.front().map(|(ready, _)| *ready),
            self.scheduled.peek().map(|Reverse(next)| next.at),
            self.again.front().map(|(ready, _)| *ready),
            self.copies.front().map(|(ready, ..)| *ready),
            self.controller.next(),
            self.manager.next(),
            self.sweep_at,
        ];
        events.into_iter().flatten().min().map(|at| at.max(now))
    }

    /// One clock cycle.
    pub(super) fn step<O: Observer>(&mut self, observer: &mut O) {
        while self.scheduled.peek().is_some_and(|Reverse(next)| next.at <= self.clock.cycle()) {
            if let Some(Reverse(next)) = self.scheduled.pop() {
                self.arrive(next.flight, observer);
            }
        }
        if self.occupied > 0 {
            self.evaluate::<O>();
            self.commit(observer);
        }
        self.move_on(observer);
        if O::CYCLES {
            observer.cycle(View::of(self));
        }
        self.clock.advance_to(self.clock.cycle() + 1);
    }

    /// What every stage is going to write.
    fn evaluate<O: Observer>(&mut self) {
        if O::STAGES || self.shuffle.is_some() {
            return self.evaluate_units::<O>();
        }
        let Self { stages, pending, code, memory, .. } = self;
        let nowhere = code.nowhere();
        for (at, (flight, pending)) in stages.iter().zip(pending).enumerate() {
            let Some(flight) = flight else { continue };
            evaluate(code.stage(flight.course, at), flight, memory, pending);
            pending.assert_exclusive(nowhere);
        }
    }

    /// The same unit by unit, which somebody watches or a test shuffles.
    fn evaluate_units<O: Observer>(&mut self) {
        let Self { stages, pending, code, memory, shuffle, .. } = self;
        let nowhere = code.nowhere();
        let mut order: Vec<usize> = (0..stages.len()).collect();
        if let Some(rng) = shuffle {
            rng.shuffle(&mut order);
        }
        for at in order {
            let Some(flight) = &stages[at] else { continue };
            let (stage, pending) = (&code.stage(flight.course, at).code, &mut pending[at]);
            if O::STAGES {
                evaluate_units::<true>(stage, flight, memory, pending, shuffle.as_mut());
            } else {
                evaluate_units::<false>(stage, flight, memory, pending, shuffle.as_mut());
            }
            pending.assert_exclusive(nowhere);
        }
    }

    /// Writes it.
    fn commit<O: Observer>(&mut self, observer: &mut O) {
        for at in 0..self.stages.len() {
            let Some(flight) = &mut self.stages[at] else { continue };
            if O::STAGES {
                self.before.clear();
                self.before.extend_from_slice(flight.vector.first(self.code.fields));
            }
            self.pending[at].commit(flight, &mut self.memory, &mut self.counters);
            if O::STAGES {
                let acts = std::mem::take(&mut self.pending[at].acts);
                self.show_stage(at, &acts, observer);
                self.pending[at].acts = acts;
                self.pending[at].acts.clear();
            }
        }
    }

    fn show_stage<O: Observer>(&self, at: usize, acts: &[Act], observer: &mut O) {
        let Some(flight) = &self.stages[at] else { return };
        let (gress, stage) = match at.checked_sub(self.code.ingress) {
            None => (Gress::Ingress, at),
            Some(stage) => (Gress::Egress, stage),
        };
        let seen = StageSeen {
            cycle: self.clock.cycle(),
            gress,
            stage,
            ticket: flight.ticket,
            pass: flight.pass,
            before: &self.before,
            after: flight.vector.first(self.code.fields),
            acts,
        };
        observer.stage(View::of(self), &seen);
    }

    /// Everything moves on by a place, what is farthest along first.
    fn move_on<O: Observer>(&mut self, observer: &mut O) {
        let (ingress, all) = (self.code.ingress, self.stages.len());
        if self.occupied > 0 {
            if let Some(flight) = self.shift(ingress, all) {
                self.leave_egress(flight, observer);
            }
            if let Some(flight) = self.shift(0, ingress) {
                self.leave_ingress(flight, observer);
            }
        }
        match self.manager.dequeue(self.clock.cycle()) {
            Some(Leaving::Flight(flight)) if ingress == all => self.leave_egress(flight, observer),
            Some(Leaving::Flight(flight)) => {
                self.occupied += 1;
                self.stages[ingress] = Some(flight);
            }
            Some(leaving) => self.turn_back(leaving),
            None => {}
        }
        self.control();
        self.enter(observer);
    }

    /// Moves the stages from `first` to before `end` on; gives what has left the last of them. The first is empty then.
    fn shift(&mut self, first: usize, end: usize) -> Option<Box<Flight>> {
        if first == end {
            return None;
        }
        let left = self.stages[end - 1].take();
        self.stages[first..end].rotate_right(1);
        self.occupied -= usize::from(left.is_some());
        left
    }

    /// What leaves the traffic manager for the ingress pipeline is on its way.
    fn turn_back(&mut self, leaving: Leaving) {
        match leaving {
            Leaving::Again(ready, flight) => self.again.push_back((ready, flight)),
            Leaving::Copy(ready, copy, depth) => {
                self.copies_under_way += 1;
                self.copies.push_back((ready, copy, depth));
            }
            Leaving::Flight(flight) => self.retire(flight),
        }
    }

    /// The oldest copy comes around, whether or not copies are held.
    pub(super) fn release_copy(&mut self) -> bool {
        let leaving = self.manager.release_copy(self.clock.cycle());
        let released = leaving.is_some();
        leaving.into_iter().for_each(|leaving| self.turn_back(leaving));
        released
    }

    fn control(&mut self) {
        let (cycle, now) = (self.clock.cycle(), self.clock.tick().raw());
        if self.controller.next().is_some_and(|next| next <= cycle) {
            let grant = self.controller.act(cycle, now, &mut self.memory, &mut self.counters);
            self.returned.extend(grant);
        }
    }

    /// At most one enters the pipeline.
    fn enter<O: Observer>(&mut self, observer: &mut O) {
        let cycle = self.clock.cycle();
        for ahead in 0..SOURCES {
            let source = (self.turn + ahead) % SOURCES;
            let Some(flight) = self.take_from(source, cycle) else { continue };
            self.turn = source + 1;
            self.begin(flight, observer);
            return;
        }
    }

    fn take_from(&mut self, source: usize, cycle: u64) -> Option<Box<Flight>> {
        match source {
            0 => pop_ready(&mut self.arrivals, cycle),
            1 => self.returned.pop_front().or_else(|| pop_ready(&mut self.again, cycle)),
            2 => {
                if self.copies.front()?.0 > cycle {
                    return None;
                }
                let (_, copy, depth) = self.copies.pop_front()?;
                let mut flight = self.flight(Pass::Copy, &[]);
                flight.since = cycle;
                flight.bytes = copy.bytes;
                let now = self.clock.tick().raw();
                self.parser.copy(&self.code, &mut flight, now, &copy, depth);
                Some(flight)
            }
            _ => {
                let at = self.sweep_at.filter(|at| *at <= cycle)?;
                self.sweep_at = self.hardware.sweep_every.map(|every| at + every);
                let mut flight = self.flight(Pass::Sweep, &[]);
                (flight.slot, flight.since) = (self.sweep_next, cycle);
                self.sweep_next = (self.sweep_next + 1) % self.pipeline.flows;
                Some(flight)
            }
        }
    }

    fn begin<O: Observer>(&mut self, mut flight: Box<Flight>, observer: &mut O) {
        if flight.pass != Pass::Copy {
            let now = self.clock.tick().raw();
            let ports = &self.hardware.ports;
            let inside = |port: u16| ports.get(usize::from(port)).is_some_and(|port| port.inside);
            if let Err(reason) = self.parser.parse(&self.code, &mut flight, now, inside) {
                self.counters.ignore(reason);
                return self.finish(flight, What::Dropped(reason), observer);
            }
        }
        if cfg!(debug_assertions) {
            assert_filled(&self.pipeline, &flight);
        }
        if self.code.ingress == 0 {
            return self.leave_ingress(flight, observer);
        }
        self.occupied += 1;
        self.stages[0] = Some(flight);
    }

    fn leave_ingress<O: Observer>(&mut self, mut flight: Box<Flight>, observer: &mut O) {
        self.deparser.deparse(Gress::Ingress, &mut flight);
        self.mirror(Gress::Ingress, &mut flight, observer);
        if self.deparser.sends(&flight) {
            let on_link = Hardware::on_link(self.deparser.message_len(&flight));
            if !flight.counts {
                flight.counts = true;
                self.under_way += 1;
            }
            return self.enqueue(QueueId::Store, on_link, flight, observer);
        }
        let fate = self.deparser.fate(&flight);
        match flight.pass {
            Pass::Packet => self.packet_done(fate, flight, observer),
            Pass::Message => self.message_done(fate, flight, observer),
            Pass::Copy | Pass::Sweep | Pass::GiveUp | Pass::Snapshot => self.retire(flight),
        }
    }

    fn packet_done<O: Observer>(&mut self, fate: Fate, mut flight: Box<Flight>, observer: &mut O) {
        let port = flight.port;
        let missed = self.is_plain && !self.deparser.hit(&flight);
        let what = match fate {
            Fate::Leaves => return self.leaves(flight, observer),
            Fate::Punted => {
                let reason = self.deparser.reason(&flight);
                What::Punt { port, reason, packet: std::mem::take(&mut flight.packet) }
            }
            Fate::Consumed | Fate::Inserts if missed => {
                let key = self.deparser.key(&flight);
                What::Miss { port, key, packet: std::mem::take(&mut flight.packet) }
            }
            Fate::Consumed | Fate::GoesAgain | Fate::Inserts => {
                let reason = flight.ignored.unwrap_or_else(|| {
                    // A program that says nothing of a packet has not handled it.
                    self.counters.ignore(Reason::NotHandled);
                    Reason::NotHandled
                });
                What::Dropped(reason)
            }
        };
        self.finish(flight, what, observer);
    }

    fn message_done<O: Observer>(&mut self, fate: Fate, mut flight: Box<Flight>, observer: &mut O) {
        if fate == Fate::Inserts {
            let key = self.deparser.key(&flight);
            return self.controller.accept(self.clock.cycle(), flight, key);
        }
        flight.packet.pull(flight.head_len);
        let port = flight.port;
        match fate {
            Fate::GoesAgain => {
                flight.pass = Pass::Packet;
                let on_link = Hardware::on_link(flight.packet.bytes().len());
                self.enqueue(QueueId::Again, on_link, flight, observer);
            }
            Fate::Leaves => self.leaves(flight, observer),
            Fate::Punted => {
                let reason = self.deparser.reason(&flight);
                let packet = std::mem::take(&mut flight.packet);
                self.finish(flight, What::Punt { port, reason, packet }, observer);
            }
            Fate::Consumed | Fate::Inserts => match flight.ignored {
                Some(reason) => self.finish(flight, What::Dropped(reason), observer),
                None => self.retire(flight),
            },
        }
    }

    fn leaves<O: Observer>(&mut self, flight: Box<Flight>, observer: &mut O) {
        let on_link = Hardware::on_link(flight.packet.bytes().len());
        let by = self.leads_to(flight.port);
        self.enqueue(QueueId::Port(by), on_link, flight, observer);
    }

    /// The port by which leaves what came in by this one. There is none beyond what a message can name.
    fn leads_to(&self, port: u16) -> u16 {
        self.hardware.ports.get(usize::from(port)).map_or(PORT_MAX + 1, |port| port.leads_to)
    }

    fn enqueue<O: Observer>(
        &mut self,
        queue: QueueId,
        on_link: usize,
        mut flight: Box<Flight>,
        observer: &mut O,
    ) {
        if flight.pass != Pass::Copy {
            flight.bytes = flight.packet.bytes().len();
        }
        if let Err((loss, flight)) = self.manager.enqueue(self.clock.cycle(), queue, on_link, flight) {
            self.losses[loss as usize] += 1;
            self.finish(flight, What::Lost(loss), observer);
        }
    }

    /// Puts the copy that the pass has, if it has one, into the mirror queue.
    fn mirror<O: Observer>(&mut self, gress: Gress, flight: &mut Flight, observer: &mut O) {
        let Some(copy) = self.deparser.take_copy(gress, flight) else { return };
        if !self.manager.mirror(self.clock.cycle(), copy) {
            self.losses[Loss::MirrorQueueFull as usize] += 1;
            let (ticket, since) = (flight.ticket, flight.since);
            let what = What::Lost(Loss::MirrorQueueFull);
            self.put_out(Output { ticket, since, at: self.clock.cycle(), what }, observer);
        }
    }

    fn leave_egress<O: Observer>(&mut self, mut flight: Box<Flight>, observer: &mut O) {
        self.deparser.deparse(Gress::Egress, &mut flight);
        self.mirror(Gress::Egress, &mut flight, observer);
        if !self.deparser.sends(&flight) {
            let (port, by) = (flight.port, self.leads_to(flight.port));
            let at = self.over_link(usize::from(by), flight.packet.bytes().len());
            if O::LINKS {
                let at_ns = self.clock.nanos_at(at);
                let seen = Seen { wire: Wire::Out(by), at_ns, bytes: flight.packet.bytes() };
                observer.link(View::of(self), &seen);
            }
            let packet = std::mem::take(&mut flight.packet);
            return self.finish_at(at, flight, What::Forward { port, by, packet }, observer);
        }
        match self.deparser.encapsulate(&mut flight) {
            Ok(kind) => self.send(kind, flight, observer),
            // A copy that cannot be sent is lost, as the network may lose it: what has to arrive is in the queue again.
            Err(_) if flight.pass == Pass::Copy => self.retire(flight),
            Err(reason) => {
                self.counters.ignore(reason);
                self.finish(flight, What::Dropped(reason), observer);
            }
        }
    }

    fn send<O: Observer>(&mut self, kind: Kind, mut flight: Box<Flight>, observer: &mut O) {
        let at = self.over_link(self.links.len() - 1, MESSAGE_HEADERS + flight.packet.bytes().len());
        if O::LINKS {
            let at_ns = self.clock.nanos_at(at);
            let seen = Seen { wire: Wire::ToStore, at_ns, bytes: flight.packet.bytes() };
            observer.link(View::of(self), &seen);
        }
        let (key, packet) = (self.deparser.key(&flight), std::mem::take(&mut flight.packet));
        self.finish_at(at, flight, What::ToStore { kind, key, packet }, observer);
    }

    /// The cycle in which the last of these bytes is at the far end of a link.
    fn over_link(&mut self, link: usize, bytes: usize) -> u64 {
        let from = self.clock.cycle() + self.hardware.deparser_cycles;
        match self.links.get_mut(link) {
            Some((pace, latency)) => pace.pass(from, Hardware::on_link(bytes)) + *latency,
            None => from,
        }
    }

    fn finish<O: Observer>(&mut self, flight: Box<Flight>, what: What, observer: &mut O) {
        self.finish_at(self.clock.cycle(), flight, what, observer);
    }

    fn finish_at<O: Observer>(&mut self, at: u64, flight: Box<Flight>, what: What, observer: &mut O) {
        let output = Output { ticket: flight.ticket, since: flight.since, at, what };
        self.put_out(output, observer);
        self.retire(flight);
    }

    fn put_out<O: Observer>(&mut self, output: Output, observer: &mut O) {
        observer.output(View::of(self), &output);
        self.outputs.push_back(output);
    }

    fn retire(&mut self, flight: Box<Flight>) {
        self.under_way -= usize::from(flight.counts);
        self.copies_under_way -= usize::from(flight.pass == Pass::Copy);
        self.flights.push(flight);
    }
}

fn pop_ready<T>(queue: &mut VecDeque<(u64, T)>, cycle: u64) -> Option<T> {
    if queue.front()?.0 > cycle {
        return None;
    }
    queue.pop_front().map(|(_, first)| first)
}

fn check(pipeline: &Pipeline, hardware: &Hardware) -> Result<(), Unfit> {
    let links = hardware.ports.iter().map(|port| port.link.bits_per_second);
    let mut rates = links.chain([
        hardware.clock_hz,
        hardware.store.bits_per_second,
        hardware.recirculation.bits_per_second,
    ]);
    if rates.any(|rate| rate == 0) {
        return Err(Unfit::NoRate);
    }
    if hardware.ports.len() > usize::from(PORT_MAX) + 1 {
        return Err(Unfit::Ports(hardware.ports.len()));
    }
    let needs = MESSAGE_HEADERS + pipeline.layout.message_len(Kind::Write);
    if hardware.truncate_to < needs {
        return Err(Unfit::Truncation { to: hardware.truncate_to, needs });
    }
    Ok(())
}
