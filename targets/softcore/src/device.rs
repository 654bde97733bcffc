//! A device: a switch, its way to the store, and the packets that wait.

use core::fmt;

use redplane_core::count::{Counters, Reason};
use redplane_core::mirror::Copy;
use redplane_core::packet::Buffer;
use redplane_core::ports::PortSet;
use redplane_core::program::{Program, Words};
use redplane_core::storage::{Lent, Row, TooSmall};
use redplane_core::switch::{Config, FlowView, Ingress, SwitchOver, Verdict};
use redplane_core::time::{Span, Tick};
use redplane_core::wire::{Body, Envelope, Flags, Kind, Message, Refusal};
use zerocopy::byteorder::network_endian::U32;

use crate::count::{DeviceCounters, count};
use crate::held::{Entry, Fate, Held, News, Waits};
use crate::io::{Packet, PacketIo};
use crate::routes::Routes;
use crate::uplink::{ARP_LEN, FRAME_LEN, Incoming, Link, Uplink};

/// Packets that one call of [`Device::run`] receives, and messages that it sends again.
const PACKETS_A_RUN: usize = 16;

/// Most of the board's room that one packet takes: its message, and that it is kept or what else becomes of it.
const ROOM_A_PACKET: usize = 2;

/// Room that a board must have when a device is called: for the packet that it is given, or for what a poll sends and a kept packet.
/// With more of it, more kept packets go on in one call.
pub const PACKETS_A_CALL: usize = ROOM_A_PACKET + 1;

/// So long a board may be without a buffer before slots are swept without one.
const SWEEP_LATE: Span = Span::from_millis(1_000);

/// How a device is set up.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Setup {
    /// The switch.
    pub switch: Config,
    /// The ports on the inside.
    pub inside: PortSet,
    /// The port that a packet leaves by, for the port it came in by.
    pub routes: Routes,
    /// The way to the store.
    pub uplink: Uplink,
    /// How long a packet is kept here while it waits for the store; `None`: it travels in its message.
    pub hold: Option<Span>,
}

/// Why a device cannot be set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum SetupError {
    /// The memory is less than a switch can work with.
    Memory(TooSmall),
    /// The lease is not longer than its guard, or longer than a minute, which is far from what ticks can compare.
    Lease,
    /// Writes would be sent again without a pause.
    Resend,
    /// The store has no shard, so nothing that comes is from it.
    Shards,
}

impl fmt::Display for SetupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SetupError::Memory(TooSmall::Slots) => "fewer than four flow slots",
            SetupError::Memory(TooSmall::Copies) => "no place in the mirror queue",
            SetupError::Lease => "the lease must be longer than its guard and at most a minute",
            SetupError::Resend => "the time until a write is sent again must not be zero",
            SetupError::Shards => "a store has at least one shard",
        })
    }
}

impl core::error::Error for SetupError {}

/// The longest lease.
const LEASE_MAX: Span = Span::from_millis(60_000);

impl Setup {
    /// # Errors
    /// What the values contradict.
    fn check(&self) -> Result<(), SetupError> {
        let Config { lease_period, guard, resend_after, .. } = self.switch;
        if lease_period <= guard || lease_period > LEASE_MAX {
            return Err(SetupError::Lease);
        }
        if resend_after.ticks() == 0 {
            return Err(SetupError::Resend);
        }
        if self.uplink.shards == 0 {
            return Err(SetupError::Shards);
        }
        Ok(())
    }
}

/// The memory that a device works in: what a packet touches, and what a write touches. Firmware puts the first into its fast memory.
#[derive(Debug)]
pub struct Memory<'m, P: Program> {
    /// Flow slots: as many as the largest power of two are used, 4 at least.
    pub rows: &'m mut [Row<P>],
    /// Places in the mirror queue: unanswered writes, renewals and give-ups, 1 at least.
    pub copies: &'m mut [Option<Copy<P>>],
    /// What the switch counts.
    pub counters: &'m mut Counters,
    /// What the device counts.
    pub device_counters: &'m mut DeviceCounters,
}

/// A device that runs program `P` and keeps at most `H` packets (1 at least, or it does not compile) while they wait.
#[derive(Debug)]
pub struct Device<'m, P: Program, const H: usize> {
    switch: SwitchOver<P, Lent<'m, P>>,
    link: Link,
    inside: PortSet,
    routes: Routes,
    hold: Option<Span>,
    held: Held<'m, P, H>,
    /// Kept packets may go on for which the board had no room.
    unsettled: bool,
    evacuating: bool,
    /// When the switch was polled last.
    polled: Tick,
    counters: &'m mut DeviceCounters,
}

impl<'m, P: Program, const H: usize> Device<'m, P, H> {
    /// A device that holds no lease, at `now`. The memory is emptied.
    ///
    /// # Errors
    /// The memory is less than a switch can work with, or values of the set-up contradict each other.
    pub fn new(setup: &Setup, memory: Memory<'m, P>, now: Tick) -> Result<Self, SetupError> {
        setup.check()?;
        let storage = Lent::new(memory.rows, memory.copies, memory.counters).map_err(SetupError::Memory)?;
        *memory.device_counters = DeviceCounters::ZERO;
        Ok(Self {
            switch: SwitchOver::over(storage, &setup.switch, setup.inside, now),
            link: Link::new(setup.uplink, setup.switch.resend_after),
            inside: setup.inside,
            routes: setup.routes,
            hold: setup.hold,
            held: Held::new(),
            unsettled: false,
            evacuating: false,
            polled: now,
            counters: memory.device_counters,
        })
    }

    /// One turn of a main loop: takes what came in and does what is due, both up to a bound. True if there was anything to do.
    pub fn run(&mut self, now: Tick, io: &mut impl PacketIo<'m>) -> bool {
        let mut busy = false;
        for _ in 0..PACKETS_A_RUN {
            if io.room() < PACKETS_A_CALL {
                break;
            }
            let Some(packet) = io.receive() else { break };
            self.handle_frame(now, packet, io);
            busy = true;
        }
        for _ in 0..PACKETS_A_RUN {
            if !self.poll(now, io) {
                break;
            }
            busy = true;
        }
        busy
    }

    /// A frame came in: a datagram from the store, ARP about us, or a packet. The board has room for [`PACKETS_A_CALL`].
    pub fn handle_frame(&mut self, now: Tick, mut packet: Packet<'m>, io: &mut impl PacketIo<'m>) {
        if packet.port != self.link.uplink.port {
            return self.handle_packet(now, packet, io);
        }
        match self.link.classify(packet.buffer.bytes_mut()) {
            Incoming::Datagram { replica, start, end } => {
                let front = packet.buffer.start();
                packet.buffer.set_range(front.wrapping_add(start), front.wrapping_add(end));
                self.take_messages(now, Some(replica), packet, io);
            }
            Incoming::Damaged => {
                count(&mut self.counters.datagrams_damaged);
                io.free(packet, Some(Reason::Malformed));
            }
            Incoming::ArpAnswer => {
                count(&mut self.counters.arp_answered);
                // Padding goes back with it.
                io.send(packet);
            }
            Incoming::Learnt => io.free(packet, None),
            Incoming::Other => self.handle_packet(now, packet, io),
        }
    }

    /// A packet came in that is not for the device itself.
    pub fn handle_packet(&mut self, now: Tick, mut packet: Packet<'m>, io: &mut impl PacketIo<'m>) {
        if self.routes.from(packet.port).is_none() {
            count(&mut self.counters.no_route);
            return io.free(packet, Some(Reason::NotHandled));
        }
        let ingress = Ingress { port: packet.port, inside: self.inside.contains(packet.port) };
        let verdict = self.switch.handle_packet(now, ingress, &mut packet.buffer);
        self.carry_out(now, verdict, packet, io);
    }

    /// Messages came from the store: the payload of a datagram, without the headers of its frame. They are taken for those of the replica
    /// that messages go to: late ones of another, if they say `Moved`, may lead past it for one round.
    pub fn handle_messages(&mut self, now: Tick, packet: Packet<'m>, io: &mut impl PacketIo<'m>) {
        self.take_messages(now, None, packet, io);
    }

    fn take_messages(
        &mut self,
        now: Tick,
        replica: Option<usize>,
        mut packet: Packet<'m>,
        io: &mut impl PacketIo<'m>,
    ) {
        count(&mut self.counters.datagrams_received);
        self.link.hears(replica, packet.buffer.bytes(), self.counters);
        let end = packet.buffer.end();
        loop {
            let mut about = About::<P>::of(packet.buffer.bytes());
            let verdict = self.switch.handle_message(now, &mut packet.buffer);
            let mut rest_len = 0;
            if let Some(about) = &mut about {
                rest_len = about.rest_len;
                // RP-SW-7: a packet that went again would ask again, and go round for ever.
                if verdict == Verdict::Dropped(Reason::TableFull) {
                    about.news = News::Refused(Reason::TableFull);
                }
            }
            if rest_len > 0 {
                // Only the last message can carry a packet, so this one is done with. The room is the last one's.
                packet.buffer.set_range(end.wrapping_sub(rest_len), end);
                self.settle(now, about.as_ref(), ROOM_A_PACKET, io);
                continue;
            }
            self.carry_out(now, verdict, packet, io);
            return self.settle(now, about.as_ref(), 0, io);
        }
    }

    /// Time has passed: sends what is due, one message at most, frees what waited too long, and sweeps. True: there may be more that
    /// can be done at once. To be called as [`redplane_core::switch`] says of its `poll`.
    pub fn poll(&mut self, now: Tick, io: &mut impl PacketIo<'m>) -> bool {
        if io.room() < PACKETS_A_CALL {
            self.sweep_if_late(now);
            return false;
        }
        if self.link.asks(now)
            && let Some(mut packet) = self.allocate(ARP_LEN, io)
        {
            packet.port = self.link.uplink.port;
            if self.link.ask(now, &mut packet.buffer) {
                count(&mut self.counters.arp_asked);
                io.send(packet);
            } else {
                io.free(packet, None);
            }
        }
        if core::mem::take(&mut self.unsettled) || self.held.iter().any(|entry| entry.is_too_old(now)) {
            self.settle(now, None, 1, io);
        }
        if self.evacuating {
            self.evacuating = self.switch.give_up_all(now) > 0;
        }
        if self.switch.mirrored() == 0 {
            self.sweep(now);
            return self.unsettled;
        }
        let Some(mut packet) = self.allocate(crate::HEADROOM, io) else {
            self.sweep_if_late(now);
            return self.unsettled;
        };
        self.polled = now;
        match self.switch.poll(now, &mut packet.buffer) {
            Some(_) => {
                self.send_message(now, packet, io);
                true
            }
            None => {
                io.free(packet, None);
                self.unsettled
            }
        }
    }

    /// Hands every lease back to the store, as for a planned evacuation: [`Self::poll`] does it, bit by bit. Packets should come to
    /// another device by then; for those that still come here leases are asked for again. To be called once: each call sends the
    /// messages again.
    pub fn give_up_all(&mut self) {
        self.evacuating = true;
    }

    /// Whether the store has confirmed everything that was to be handed back.
    pub fn has_given_up_all(&self) -> bool {
        !self.evacuating && self.switch.mirrored() == 0
    }

    /// What the switch did and ignored.
    pub fn counters(&self) -> &Counters {
        self.switch.counters()
    }

    /// What the device did and ignored beside that.
    pub fn device_counters(&self) -> &DeviceCounters {
        self.counters
    }

    /// Packets that are kept.
    pub fn held(&self) -> usize {
        self.held.len()
    }

    /// Messages that are kept until the store has answered them.
    pub fn unanswered(&self) -> usize {
        self.switch.mirrored()
    }

    /// What the registers say of a flow; `None` if it has no slot.
    pub fn inspect(&mut self, now: Tick, key: &P::Key) -> Option<FlowView<P::State>> {
        self.switch.inspect(now, key)
    }

    fn carry_out(&mut self, now: Tick, verdict: Verdict, mut packet: Packet<'m>, io: &mut impl PacketIo<'m>) {
        match verdict {
            Verdict::Forward { port } => match self.routes.from(port) {
                Some(port) => {
                    packet.port = port;
                    io.send(packet);
                }
                None => {
                    count(&mut self.counters.no_route);
                    io.free(packet, Some(Reason::NotHandled));
                }
            },
            Verdict::ToStore { .. } => self.send_or_hold(now, packet, io),
            Verdict::Punt { port, reason } => {
                packet.port = port;
                io.punt(packet, reason);
            }
            Verdict::Consumed => io.free(packet, None),
            Verdict::Dropped(reason) => io.free(packet, Some(reason)),
        }
    }

    /// The buffer has a message, with a packet in it or without: sends all of it, or keeps the packet.
    fn send_or_hold(&mut self, now: Tick, mut packet: Packet<'m>, io: &mut impl PacketIo<'m>) {
        let Some(hold) = self.hold else { return self.send_message(now, packet, io) };
        let Some(detached) = Detached::<P>::of(packet.buffer.bytes()) else {
            return self.send_message(now, packet, io);
        };
        if self.held.is_full() {
            count(&mut self.counters.hold_full);
            return self.send_message(now, packet, io);
        }
        if detached.waits == Waits::Lease || detached.kind == Kind::Write {
            let Some(mut message) = self.allocate(crate::HEADROOM, io) else {
                // The packet's own buffer is all there is.
                return self.send_message(now, packet, io);
            };
            if detached.envelope(self.switch.last_key().as_ref()).encode(&mut message.buffer).is_err() {
                io.free(message, None);
                return self.send_message(now, packet, io);
            }
            self.send_message(now, message, io);
        }
        let front = packet.buffer.start().wrapping_add(detached.head_len);
        let end = packet.buffer.end();
        packet.buffer.set_range(front, end);
        packet.port = detached.flags.port();
        io.hold(packet.tag);
        count(&mut self.counters.held);
        #[allow(clippy::arithmetic_side_effects)] // Ticks wrap.
        let until = now + hold;
        let entry = Entry { packet, key: *self.switch.last_key(), waits: detached.waits, until };
        self.keep(entry, io);
    }

    fn send_message(&mut self, now: Tick, mut packet: Packet<'m>, io: &mut impl PacketIo<'m>) {
        packet.port = self.link.uplink.port;
        if self.link.wrap(now, self.switch.last_key().as_ref(), &mut packet.buffer, self.counters) {
            io.send(packet);
        } else {
            io.free(packet, None);
        }
    }

    /// Goes through the kept packets of a flow that the store has spoken of, or through all of them, as far as the board has room beyond
    /// what is reserved. Those that wait on stay in their order.
    fn settle(&mut self, now: Tick, about: Option<&About<P>>, reserved: usize, io: &mut impl PacketIo<'m>) {
        let mut news = about.map_or(News::Other, |about| about.news);
        for _ in 0..self.held.len() {
            let Some(entry) = self.held.pop_front() else { return };
            if about.is_some_and(|about| about.key != entry.key) {
                self.keep(entry, io);
                continue;
            }
            if io.room() < ROOM_A_PACKET.wrapping_add(reserved) {
                self.unsettled = true;
                self.keep(entry, io);
                continue;
            }
            let view = self.switch.inspect(now, &entry.key);
            match entry.waits.fate(view.as_ref(), news) {
                Fate::Waits if entry.is_too_old(now) => {
                    count(&mut self.counters.hold_expired);
                    io.free(entry.packet, Some(Reason::StoreSilent));
                }
                Fate::Waits => self.keep(entry, io),
                Fate::Leaves => {
                    count(&mut self.counters.hold_released);
                    let port = entry.packet.port;
                    self.carry_out(now, Verdict::Forward { port }, entry.packet, io);
                }
                Fate::GoesAgain => {
                    count(&mut self.counters.hold_released);
                    // A grant that leaves no live lease makes one packet ask again, as when that packet is in it. If each made all of
                    // them ask, the requests would multiply.
                    news = News::Other;
                    self.handle_packet(now, entry.packet, io);
                }
                Fate::Lost(reason) => {
                    count(&mut self.counters.hold_lost);
                    io.free(entry.packet, Some(reason));
                }
            }
        }
    }

    /// Puts an entry behind the others. It or another was just taken out, so there is a place.
    fn keep(&mut self, entry: Entry<'m, P>, io: &mut impl PacketIo<'m>) {
        if let Err(entry) = self.held.push_back(entry) {
            count(&mut self.counters.hold_lost);
            io.free(entry.packet, None);
        }
    }

    /// Sweeps (RP-SW-12). A message that is due has no buffer: it is lost, and sent again later.
    fn sweep(&mut self, now: Tick) {
        self.polled = now;
        let _ = self.switch.poll(now, &mut Buffer::empty(&mut []));
    }

    /// A board that is out of buffers or room must not stop the sweep: a lapsed lease would look live again.
    fn sweep_if_late(&mut self, now: Tick) {
        if now.since(self.polled) >= SWEEP_LATE.ticks() {
            self.sweep(now);
        }
    }

    /// A buffer with this much head room for a message of our own.
    fn allocate(&mut self, room: usize, io: &mut impl PacketIo<'m>) -> Option<Packet<'m>> {
        match io.allocate() {
            Some(packet) if packet.buffer.start() >= room => Some(packet),
            short => {
                count(&mut self.counters.no_buffer);
                if let Some(packet) = short {
                    io.free(packet, Some(Reason::NoBuffer));
                }
                None
            }
        }
    }
}

const _: () = assert!(ARP_LEN <= FRAME_LEN);

/// What a message from the store means for the packets that wait.
struct About<P: Program> {
    key: P::Key,
    news: News,
    /// Bytes behind the message.
    rest_len: usize,
}

impl<P: Program> About<P> {
    fn of(datagram: &[u8]) -> Option<Self> {
        let (message, rest) = Message::parse(datagram, layout_of::<P>).ok()?;
        let mut key = P::Key::ZERO;
        copy_words(key.as_mut(), message.key());
        Some(Self {
            key,
            news: match message.body() {
                _ if message.kind() == Kind::Grant => News::Granted,
                // The others are never said of a request for a lease.
                Body::Refusal(why) if !why.ends_lease() && why != Refusal::NotCommitted => {
                    News::Refused(Reason::RefusedForNow)
                }
                _ => News::Other,
            },
            rest_len: rest.len(),
        })
    }
}

/// A message about to be sent with a packet in it, taken apart.
struct Detached<P: Program> {
    kind: Kind,
    flags: Flags,
    switch: u16,
    incarnation: redplane_core::seq::Incarnation,
    epoch: redplane_core::seq::Epoch,
    seq: redplane_core::seq::Seq,
    timestamp: Tick,
    state: P::State,
    head_len: usize,
    waits: Waits,
}

impl<P: Program> Detached<P> {
    /// `None` if it carries no packet.
    fn of(message: &[u8]) -> Option<Self> {
        let (message, _) = Message::parse(message, layout_of::<P>).ok()?;
        message.piggyback()?;
        let mut state = P::State::ZERO;
        copy_words(state.as_mut(), message.state());
        Some(Self {
            kind: message.kind(),
            flags: message.flags(),
            switch: message.switch(),
            incarnation: message.incarnation(),
            epoch: message.epoch(),
            seq: message.seq(),
            timestamp: message.timestamp(),
            state,
            head_len: message.head_len(),
            waits: match message.kind() {
                Kind::Write | Kind::Hold => Waits::Ack(message.epoch(), message.seq()),
                _ => Waits::Lease,
            },
        })
    }

    /// The message without its packet.
    fn envelope<'a>(&'a self, key: &'a [u32]) -> Envelope<'a> {
        Envelope {
            layout: P::LAYOUT,
            kind: self.kind,
            flags: self.flags.with_piggyback(false).with_port(0),
            switch: self.switch,
            incarnation: self.incarnation,
            epoch: self.epoch,
            seq: self.seq,
            timestamp: self.timestamp,
            key,
            state: self.state.as_ref(),
        }
    }
}

fn layout_of<P: Program>(schema: u8) -> Option<redplane_core::wire::Layout> {
    (schema == P::LAYOUT.schema).then_some(P::LAYOUT)
}

fn copy_words(to: &mut [u32], from: &[U32]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = from.get();
    }
}
