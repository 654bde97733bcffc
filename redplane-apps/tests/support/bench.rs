//! A real switch, and the store's side of the protocol done by hand: it grants what a test says exists and acks every write.

use redplane_core::count::{Event, Reason};
use redplane_core::packet::Buffer;
use redplane_core::ports::PortSet;
use redplane_core::program::{Program, Words};
use redplane_core::seq::{Epoch, Incarnation};
use redplane_core::switch::{Config, Ingress, Switch, Verdict};
use redplane_core::time::{Span, Tick};
use redplane_core::wire::{Envelope, Flags, HEADROOM, Kind, Message};
use std::collections::HashMap;

pub const INSIDE: u16 = 1;
pub const OUTSIDE: u16 = 2;

/// What became of a packet in the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Left(Vec<u8>),
    Dropped(Reason),
    Punted(Vec<u8>, Reason),
}

/// A message that the switch sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent<K, S> {
    pub kind: Kind,
    pub key: K,
    pub state: S,
}

pub struct Bench<P: Program> {
    switch: Box<Switch<P, 64, 16>>,
    now: Tick,
    /// The store's records. A lease request for any other key is a failure of the test, unless there is a default.
    pub records: HashMap<P::Key, P::State>,
    pub default_record: Option<P::State>,
    /// What the switch has sent since this was last cleared.
    pub sent: Vec<Sent<P::Key, P::State>>,
}

impl<P: Program> Bench<P> {
    pub fn new(program: [u32; 4]) -> Self {
        let config = Config { program, ..Config::new(7, Incarnation::new(1)) };
        let now = Tick::new(1000);
        let switch = Box::new(Switch::new(&config, PortSet::EMPTY.with(INSIDE), now));
        Self { switch, now, records: HashMap::new(), default_record: None, sent: vec![] }
    }

    pub fn event(&self, event: Event) -> u32 {
        self.switch.counters().event(event)
    }

    pub fn reason(&self, reason: Reason) -> u32 {
        self.switch.counters().reason(reason)
    }

    /// The packet comes in by a port; the store answers until its fate is known.
    pub fn send(&mut self, port: u16, frame: &[u8]) -> Outcome {
        self.now = self.now + Span::from_ticks(1);
        let mut memory = vec![0; HEADROOM + frame.len()];
        memory[HEADROOM..].copy_from_slice(frame);
        let mut packet = Buffer::new(&mut memory, HEADROOM, HEADROOM + frame.len()).unwrap();
        let mut verdict =
            self.switch.handle_packet(self.now, Ingress { port, inside: port == INSIDE }, &mut packet);
        for _ in 0..3 {
            match verdict {
                Verdict::Forward { port: by } => {
                    assert_eq!(by, port);
                    return Outcome::Left(packet.bytes().to_vec());
                }
                Verdict::Dropped(reason) => return Outcome::Dropped(reason),
                Verdict::Punt { port: by, reason } => {
                    assert_eq!(by, port);
                    return Outcome::Punted(packet.bytes().to_vec(), reason);
                }
                Verdict::ToStore { kind } => {
                    self.answer(kind, frame, &mut packet);
                    verdict = self.switch.handle_message(self.now, &mut packet);
                }
                Verdict::Consumed => panic!("a packet was used up"),
            }
        }
        panic!("the switch goes on asking: {:?}", self.sent);
    }

    /// Turns the switch's message into the store's answer around the same packet.
    fn answer(&mut self, kind: Kind, frame: &[u8], packet: &mut Buffer<'_>) {
        let (head_len, timestamp, port, epoch, seq, sent) = {
            let (message, rest) =
                Message::parse(packet.bytes(), |id| (id == P::LAYOUT.schema).then_some(P::LAYOUT)).unwrap();
            assert!(rest.is_empty());
            assert_eq!(message.kind(), kind);
            assert!(message.flags().piggyback());
            let (mut key, mut state) = (P::Key::ZERO, P::State::ZERO);
            key.as_mut().iter_mut().zip(message.key()).for_each(|(to, from)| *to = from.get());
            state.as_mut().iter_mut().zip(message.state()).for_each(|(to, from)| *to = from.get());
            if kind == Kind::LeaseRequest {
                // RP-SW-1: it is processed when it comes back, so it must not have been edited.
                assert_eq!(message.piggyback().unwrap(), frame, "edited before it was granted");
            }
            let flags = message.flags();
            let sent = Sent { kind, key, state };
            (message.head_len(), message.timestamp(), flags.port(), message.epoch(), message.seq(), sent)
        };
        let key = sent.key;
        let (answer, epoch) = match kind {
            Kind::LeaseRequest => (Kind::Grant, Epoch::new(1)),
            Kind::Write => (Kind::WriteAck, epoch),
            Kind::Hold => (Kind::Release, epoch),
            other => panic!("a packet in a {other:?}"),
        };
        if kind == Kind::Write {
            self.records.insert(key, sent.state);
        }
        let state = self.records.get(&key).copied().or(self.default_record);
        let state = state.unwrap_or_else(|| panic!("no record of {key:x?}"));
        self.sent.push(sent);
        assert!(packet.pull(head_len));
        let answer = Envelope {
            layout: P::LAYOUT,
            kind: answer,
            flags: Flags::new().with_piggyback(true).with_port(port),
            switch: 7,
            incarnation: Incarnation::new(1),
            epoch,
            seq,
            timestamp,
            key: key.as_ref(),
            state: state.as_ref(),
        };
        answer.encode(packet).unwrap();
    }
}
