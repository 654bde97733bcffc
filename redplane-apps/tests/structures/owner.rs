//! A switch that holds the lease of its VLANs, with a store by hand that grants and acks, and loses messages where it is told to.

use redplane_core::count::Event;
use redplane_core::machine::Report;
use redplane_core::packet::Buffer;
use redplane_core::ports::PortSet;
use redplane_core::program::Program;
use redplane_core::seq::{Epoch, Incarnation, Seq};
use redplane_core::switch::{Config, Ingress, Switch, Verdict};
use redplane_core::time::{Span, Tick};
use redplane_core::wire::{Body, Envelope, Flags, HEADROOM, Kind, Message, SlotRange};

const INGRESS: Ingress = Ingress { port: 1, inside: true };

pub(crate) struct Owner<P: Program> {
    switch: Box<Switch<P, 16, 16>>,
    now: Tick,
    /// What was reported since this was last cleared.
    pub(crate) reports: Vec<[u32; 8]>,
}

impl<P: Program<Key = [u32; 1], State = [u32; 2]>> Owner<P> {
    /// Has the lease of these VLANs, and no snapshot to begin with.
    pub(crate) fn new(program: [u32; 4], window: Span, vlans: &[u16]) -> Self {
        let mut config = Config { program, ..Config::new(7, Incarnation::new(1)) };
        // So that packets come between the messages of a snapshot.
        (config.snapshots.slots_per_message, config.snapshots.every) = (7, Span::from_ticks(200));
        config.resend_after = Span::from_ticks(100);
        config.snapshots.window = window;
        let now = Tick::new(1000);
        let switch = Box::new(Switch::new(&config, PortSet::ALL, now));
        let mut owner = Self { switch, now, reports: vec![] };
        for vlan in vlans {
            owner.own(*vlan);
        }
        owner
    }

    fn own(&mut self, vlan: u16) {
        let frame = super::support::frame::udp((1, 1), (2, 2), b"").frame(&tags(vlan));
        let (verdict, _) = self.packet(&frame);
        assert_eq!(verdict, Verdict::ToStore { kind: Kind::LeaseRequest });
        let grant = self.answer(Kind::Grant, Epoch::new(1), Seq::new(0), vlan.into());
        self.deliver(|out| grant.with(|envelope| envelope.encode(out).unwrap()));
        self.wait(Span::from_ticks(0));
    }

    fn packet(&mut self, frame: &[u8]) -> (Verdict, Vec<u8>) {
        self.now = self.now + Span::from_ticks(1);
        let mut memory = vec![0; HEADROOM];
        memory.extend(frame);
        let end = memory.len();
        let mut packet = Buffer::new(&mut memory, HEADROOM, end).unwrap();
        let verdict = self.switch.handle_packet(self.now, INGRESS, &mut packet);
        (verdict, packet.bytes().to_vec())
    }

    /// A packet that must leave as it came.
    pub(crate) fn send(&mut self, frame: &[u8]) {
        let (verdict, left) = self.packet(frame);
        assert_eq!(verdict, Verdict::Forward { port: INGRESS.port });
        assert_eq!(left, frame);
        if let Some((report, words)) = self.switch.take_report() {
            assert_eq!(report, Report::Found);
            self.reports.push(words);
        }
        assert_eq!(self.switch.take_report(), None, "told twice");
    }

    /// The packet generator has a turn: one message, which is acked or lost. False if it had none.
    pub(crate) fn turn(&mut self, is_lost: bool) -> bool {
        let mut memory = [0; 1500];
        let mut out = Buffer::empty(&mut memory);
        let Some(kind) = self.switch.poll(self.now, &mut out) else { return false };
        assert_eq!(kind, Kind::SnapshotSlots);
        if is_lost {
            return true;
        }
        let message = Message::parse(out.bytes(), |_| Some(P::LAYOUT)).unwrap().0;
        let Body::Slots { range, .. } = message.body() else { panic!("no slots") };
        let ack = self.answer(Kind::SnapshotAck, message.epoch(), message.seq(), message.key()[0].get());
        let range = SlotRange::new(range.first.get(), range.count.get());
        self.deliver(|out| ack.with(|envelope| envelope.encode_range(range, out).unwrap()));
        true
    }

    /// Time passes, and the packet generator has all the turns that it wants.
    pub(crate) fn wait(&mut self, span: Span) {
        self.now = self.now + span;
        while self.turn(false) {}
    }

    fn answer(&self, kind: Kind, epoch: Epoch, seq: Seq, key: u32) -> Answer<P> {
        Answer { kind, epoch, seq, key: [key], now: self.now, program: std::marker::PhantomData }
    }

    fn deliver(&mut self, encode: impl FnOnce(&mut Buffer<'_>)) {
        let mut memory = [0; HEADROOM];
        let mut out = Buffer::empty(&mut memory);
        encode(&mut out);
        assert_eq!(self.switch.handle_message(self.now, &mut out), Verdict::Consumed);
    }

    pub(crate) fn words(&mut self, vlan: u16) -> Vec<u32> {
        let mut words = vec![];
        self.switch.structure(&[vlan.into()], |word| words.push(word)).unwrap();
        words
    }

    pub(crate) fn event(&self, event: Event) -> u32 {
        self.switch.counters().event(event)
    }
}

struct Answer<P> {
    kind: Kind,
    epoch: Epoch,
    seq: Seq,
    key: [u32; 1],
    now: Tick,
    program: std::marker::PhantomData<P>,
}

impl<P: Program> Answer<P> {
    fn with(&self, encode: impl FnOnce(&Envelope<'_>)) {
        encode(&Envelope {
            layout: P::LAYOUT,
            kind: self.kind,
            flags: Flags::new(),
            switch: 7,
            incarnation: Incarnation::new(1),
            epoch: self.epoch,
            seq: self.seq,
            timestamp: self.now,
            key: &self.key,
            state: &[0, 0],
        });
    }
}

/// The 802.1Q tag of a VLAN; none for 0.
pub(crate) fn tags(vlan: u16) -> Vec<[u8; 4]> {
    let [high, low] = vlan.to_be_bytes();
    if vlan == 0 { vec![] } else { vec![[0x81, 0, high, low]] }
}
