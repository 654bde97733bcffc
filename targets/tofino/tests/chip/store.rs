//! The store's side of the protocol, played by hand: right answers mostly, and some that only a broken store gives.

use std::collections::HashMap;

use redplane_apps::nat44::{Direction, Endpoint, FlowKey, Mapping};
use redplane_core::packet::Buffer;
use redplane_core::seq::{Epoch, Incarnation, Seq};
use redplane_core::time::Tick;
use redplane_core::wire::{Envelope, Flags, HEADROOM, Kind, Layout, Message, Refusal};

use crate::frames;

/// The NAT's outside address.
pub const OUTSIDE: u32 = 0xcb00_7101;

/// What the store knows of a flow.
#[derive(Clone, Debug)]
struct Record {
    epoch: u32,
    seq: u32,
    state: Vec<u32>,
}

pub struct Store {
    layout: Layout,
    is_nat: bool,
    records: HashMap<Vec<u32>, Record>,
    /// Who has which outside port, from 0x4000 on.
    inside: Vec<(u8, Endpoint)>,
    /// Epochs and seqs begin close to their wrap.
    wraps: bool,
}

impl Store {
    pub fn new(layout: Layout, is_nat: bool, wraps: bool) -> Self {
        Self { layout, is_nat, records: HashMap::new(), inside: vec![], wraps }
    }

    /// The answer to a switch's message; `None` where a store gives none.
    pub fn answer(&mut self, rng: &mut fastrand::Rng, request: &[u8]) -> Option<Vec<u8>> {
        let layout = self.layout;
        let (message, rest) = Message::parse(request, |id| (id == layout.schema).then_some(layout)).unwrap();
        assert!(rest.is_empty());
        let key: Vec<u32> = message.key().iter().map(|word| word.get()).collect();
        let state: Vec<u32> = message.state().iter().map(|word| word.get()).collect();
        let asked = (message.epoch().raw(), message.seq().raw());
        let known = self.records.get(&key).cloned();
        let refuse = |why: Refusal| (Kind::Refuse, asked.0, asked.1, vec![], Some(why));
        let (kind, epoch, seq, state, refusal) = match (message.kind(), known) {
            (Kind::LeaseRequest, known) => {
                let Some(record) = known.or_else(|| self.first(&key)) else {
                    return self.encode(
                        rng,
                        Kind::Refuse,
                        &key,
                        (0, 0),
                        message.timestamp(),
                        &[],
                        Some(Refusal::NotAllowed),
                        &message,
                    );
                };
                // Somebody else may have had it in between.
                let epoch =
                    if rng.u32(0..4) == 0 { record.epoch.wrapping_add(1).max(1) } else { record.epoch };
                self.records.insert(key.clone(), Record { epoch, ..record.clone() });
                (Kind::Grant, epoch, record.seq, record.state, None)
            }
            (Kind::Write, Some(record)) if record.epoch == asked.0 => {
                let newer = Seq::new(asked.1).is_newer_than(Seq::new(record.seq));
                let record = if newer { Record { seq: asked.1, state, ..record } } else { record };
                let seq = record.seq;
                self.records.insert(key.clone(), record);
                (Kind::WriteAck, asked.0, seq, vec![], None)
            }
            (Kind::Hold, Some(_)) => (Kind::Release, asked.0, asked.1, vec![], None),
            (Kind::Renew, Some(record)) if record.epoch == asked.0 => {
                (Kind::RenewAck, asked.0, asked.1, vec![], None)
            }
            (Kind::GiveUp, _) => (Kind::GiveUpAck, asked.0, asked.1, vec![], None),
            (_, Some(_)) => refuse(Refusal::StaleEpoch),
            (_, None) => refuse(Refusal::UnknownFlow),
        };
        self.encode(rng, kind, &key, (epoch, seq), message.timestamp(), &state, refusal, &message)
    }

    fn first(&mut self, key: &[u32]) -> Option<Record> {
        let state = if self.is_nat { self.mapped(key)? } else { vec![0; self.layout.state_words.into()] };
        let first = if self.wraps { u32::MAX - 2 } else { 0 };
        Some(Record { epoch: first.max(1), seq: first, state })
    }

    /// State of a NAT's new record.
    fn mapped(&mut self, key: &[u32]) -> Option<Vec<u32>> {
        let key = FlowKey::from_words(key.try_into().ok()?)?;
        let port = |at: usize| 0x4000 + at as u16;
        match key.direction {
            Direction::Forward => {
                let owner = (key.protocol, key.endpoint);
                let at = self.inside.iter().position(|known| *known == owner).unwrap_or_else(|| {
                    self.inside.push(owner);
                    self.inside.len() - 1
                });
                let outside = Endpoint { address: OUTSIDE, port: port(at) };
                let mapping = Mapping { protocol: key.protocol, inside: key.endpoint, outside };
                Some(mapping.forward_state().to_vec())
            }
            Direction::Reverse => {
                let at = (0..self.inside.len()).find(|at| port(*at) == key.endpoint.port)?;
                let (protocol, inside) = self.inside[at];
                let mapping = Mapping { protocol, inside, outside: key.endpoint };
                (protocol == key.protocol).then(|| mapping.reverse_state().to_vec())
            }
        }
    }

    /// Somebody wants a flow.
    pub fn recall(&self, rng: &mut fastrand::Rng, now: u32) -> Option<Vec<u8>> {
        let keys: Vec<&Vec<u32>> = self.records.keys().collect();
        let mut keys = keys;
        keys.sort();
        let key = keys.get(rng.usize(0..keys.len().max(1)))?;
        let record = &self.records[*key];
        let envelope = self.envelope(Kind::Recall, key, (record.epoch, record.seq), Tick::new(now), &[]);
        Some(encoded(&envelope, &[]))
    }

    /// A message that the store did not send, but could have.
    pub fn forged(&self, rng: &mut fastrand::Rng, now: u32) -> Vec<u8> {
        let kinds: Vec<Kind> = Kind::ALL
            .iter()
            .copied()
            .filter(|kind| !matches!(kind, Kind::SnapshotSlots | Kind::SnapshotAck | Kind::SnapshotFetch))
            .collect();
        let kind = kinds[rng.usize(0..kinds.len())];
        let mut keys: Vec<&Vec<u32>> = self.records.keys().collect();
        keys.sort();
        let key = match keys.len() {
            0 => vec![1; self.layout.key_words.into()],
            known => keys[rng.usize(0..known)].clone(),
        };
        let (epoch, seq) = self.records.get(&key).map_or((1, 0), |record| (record.epoch, record.seq));
        let near = |rng: &mut fastrand::Rng| rng.u32(0..4).wrapping_sub(2);
        let carries = kind.may_carry() && rng.bool();
        let port = match kind {
            Kind::Refuse => {
                [Refusal::StaleEpoch, Refusal::UnknownFlow, Refusal::PoolEmpty][rng.usize(0..3)].to_wire()
            }
            _ if carries => rng.u16(0..2),
            _ => 0,
        };
        let state: Vec<u32> = (0..self.layout.state_words).map(|_| rng.u32(0..3)).collect();
        let ip = frames::Ip { from: 1, to: 2, protocol: frames::UDP, ttl: 9, fragment: 0, options: 0 };
        let frame = frames::tagged(
            rng.usize(0..3),
            0x0800,
            &ip.packet(&frames::udp((1, 3), (2, 4), true, b"carried, and long enough")),
        );
        let envelope = Envelope {
            flags: Flags::new()
                .with_piggyback(carries)
                .with_port(port)
                .with_tag(rng.u32(0..20) == 0)
                .with_migrated(kind == Kind::Grant && rng.bool()),
            switch: if rng.u32(0..8) == 0 { 7 } else { 1 },
            incarnation: Incarnation::new(if rng.u32(0..8) == 0 { 2 } else { 1 }),
            ..self.envelope(
                kind,
                &key,
                (epoch.wrapping_add(near(rng)).max(1), seq.wrapping_add(near(rng))),
                Tick::new(now.wrapping_sub(rng.u32(0..200_000))),
                &state,
            )
        };
        encoded(&envelope, if carries { &frame } else { &[] })
    }

    fn envelope<'a>(
        &self,
        kind: Kind,
        key: &'a [u32],
        (epoch, seq): (u32, u32),
        timestamp: Tick,
        state: &'a [u32],
    ) -> Envelope<'a> {
        Envelope {
            layout: self.layout,
            kind,
            flags: Flags::new(),
            switch: 1,
            incarnation: Incarnation::new(1),
            epoch: Epoch::new(epoch),
            seq: Seq::new(seq),
            timestamp,
            key,
            state,
        }
    }

    fn encode(
        &self,
        rng: &mut fastrand::Rng,
        kind: Kind,
        key: &[u32],
        numbers: (u32, u32),
        timestamp: Tick,
        state: &[u32],
        refusal: Option<Refusal>,
        request: &Message<'_>,
    ) -> Option<Vec<u8>> {
        let packet = request.piggyback().filter(|_| kind.may_carry());
        let port = match (refusal, packet) {
            (Some(why), _) => why.to_wire(),
            (None, Some(_)) => request.flags().port(),
            (None, None) => 0,
        };
        let flags = Flags::new().with_piggyback(packet.is_some()).with_port(port);
        let envelope = Envelope { flags, ..self.envelope(kind, key, numbers, timestamp, state) };
        // Lost on the way there or back.
        (rng.u32(0..8) > 0).then(|| encoded(&envelope, packet.unwrap_or(&[])))
    }
}

fn encoded(envelope: &Envelope<'_>, packet: &[u8]) -> Vec<u8> {
    let mut memory = vec![0; HEADROOM + packet.len()];
    memory[HEADROOM..].copy_from_slice(packet);
    let end = memory.len();
    let mut buffer = Buffer::new(&mut memory, HEADROOM, end).unwrap();
    envelope.encode(&mut buffer).unwrap();
    buffer.bytes().to_vec()
}
