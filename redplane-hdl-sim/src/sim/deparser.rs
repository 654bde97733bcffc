//! The deparsers: header fields go back into the frame, checksums are mended, copies are cut, messages are put around packets.

use redplane_core::count::Reason;
use redplane_core::field::{Field, Param};
use redplane_core::seq::{Epoch, Incarnation, Seq};
use redplane_core::switch::Config;
use redplane_core::time::Tick;
use redplane_core::wire::{Envelope, Flags, KEY_WORDS_MAX, Kind, Layout, STATE_WORDS_MAX};

use super::code::Code;
use super::flight::{Flight, MirrorCopy};
use super::hardware::{COPY_METADATA, Hardware, MESSAGE_HEADERS};
use super::packet::Key;
use super::parser::{HeaderField, number};
use super::vector::Place;
use crate::pipeline::{Fate, Output, Pipeline, Role};

/// Before or behind the traffic manager.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Gress {
    /// Before.
    Ingress,
    /// Behind.
    Egress,
}

impl Gress {
    /// Its name in waveforms.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ingress => "ingress",
            Self::Egress => "egress",
        }
    }
}

/// Where the deparsers read what they are told.
#[derive(Debug)]
pub(super) struct Deparser {
    layout: Layout,
    switch: u16,
    incarnation: Incarnation,
    truncate_to: usize,
    /// Header fields that some unit of ingress writes, and of egress.
    written: [Vec<HeaderField>; 2],
    fate: Place,
    reason: Place,
    hit: Place,
    out_kind: Place,
    out_carry: Place,
    key: [Place; KEY_WORDS_MAX],
    state: [Place; STATE_WORDS_MAX],
    mirror_kind: Place,
    mirror_epoch: Place,
    mirror_seq: Place,
    mirror_due: Place,
    mirror_wait: Place,
    send_kind: Place,
    send_epoch: Place,
    send_seq: Place,
    send_timestamp: Place,
    send_carry: Place,
    send_retransmission: Place,
}

impl Deparser {
    pub(super) fn new(code: &Code, pipeline: &Pipeline, config: &Config, hardware: &Hardware) -> Self {
        let role = |role| code.read(pipeline, role);
        let field = |field| role(Role::Field(field));
        let output = |output| role(Role::Output(output));
        let written = [0..code.ingress, code.ingress..code.all_stages()]
            .map(|stages| HeaderField::of(pipeline, |field| code.writes(stages.clone(), field)));
        Self {
            layout: pipeline.layout,
            switch: config.param(Param::SwitchId) as u16,
            incarnation: Incarnation::new(config.param(Param::Incarnation) as u16),
            truncate_to: hardware.truncate_to,
            written,
            fate: output(Output::Fate),
            reason: output(Output::Reason),
            hit: role(Role::Hit),
            out_kind: field(Field::OutKind),
            out_carry: field(Field::OutCarry),
            key: std::array::from_fn(|word| field(Field::Key(word as u8))),
            state: std::array::from_fn(|word| field(Field::State(word as u8))),
            mirror_kind: output(Output::MirrorKind),
            mirror_epoch: output(Output::MirrorEpoch),
            mirror_seq: output(Output::MirrorSeq),
            mirror_due: output(Output::MirrorDue),
            mirror_wait: output(Output::MirrorWait),
            send_kind: output(Output::SendKind),
            send_epoch: output(Output::SendEpoch),
            send_seq: output(Output::SendSeq),
            send_timestamp: output(Output::SendTimestamp),
            send_carry: output(Output::SendCarry),
            send_retransmission: output(Output::SendRetransmission),
        }
    }

    /// What ingress has decided on; a number that is no fate is none.
    pub(super) fn fate(&self, flight: &Flight) -> Fate {
        let fate = read(flight, self.fate);
        Fate::ALL.into_iter().find(|known| *known as u32 == fate).unwrap_or(Fate::Consumed)
    }

    /// Why the packet is dropped or punted.
    pub(super) fn reason(&self, flight: &Flight) -> Reason {
        let reason = read(flight, self.reason) as usize;
        Reason::ALL.get(reason).copied().unwrap_or(Reason::NotHandled)
    }

    /// Whether the flow table had the key.
    pub(super) fn hit(&self, flight: &Flight) -> bool {
        read(flight, self.hit) != 0
    }

    /// The key.
    pub(super) fn key(&self, flight: &Flight) -> Key {
        self.key[..self.layout.key_words as usize].iter().map(|place| read(flight, *place)).collect()
    }

    /// Writes the header fields that have changed back, and mends the checksums.
    pub(super) fn deparse(&self, gress: Gress, flight: &mut Flight) {
        // Messages, copies and orders have no headers.
        if flight.valid == 0 {
            return;
        }
        // Fields may overlap: those that were not changed must not undo what others were. So all are compared before one is
        // written.
        let fields = &self.written[gress as usize];
        let mut changed = 0u64;
        for (at, field) in fields.iter().enumerate() {
            let bytes = field.range(&flight.headers).and_then(|range| flight.packet.bytes().get(range));
            let value = flight.vector.get(field.field);
            changed |= u64::from(bytes.is_some_and(|bytes| number(bytes) != value)) << at;
        }
        for (_, field) in fields.iter().enumerate().filter(|(at, _)| changed >> at & 1 != 0) {
            let value = flight.vector.get(field.field).to_be_bytes();
            let range = field.range(&flight.headers);
            if let Some(bytes) = range.and_then(|range| flight.packet.bytes_mut().get_mut(range)) {
                bytes.copy_from_slice(&value[4 - field.width..]);
            }
        }
        flight.sums.mend(flight.packet.bytes_mut(), &flight.headers);
    }

    /// Whether egress is to put a message around the packet.
    pub(super) fn sends(&self, flight: &Flight) -> bool {
        read(flight, self.out_kind) != 0
    }

    /// Bytes that will leave for the store, as far as ingress knows.
    pub(super) fn message_len(&self, flight: &Flight) -> usize {
        let carried = if read(flight, self.out_carry) != 0 { flight.packet.bytes().len() } else { 0 };
        let kind = Kind::from_wire(read(flight, self.out_kind) as u8);
        MESSAGE_HEADERS + kind.map_or(0, |kind| self.layout.message_len(kind)) + carried
    }

    /// The copy that the pass has for the mirror queue; asked once, it is gone.
    pub(super) fn take_copy(&self, gress: Gress, flight: &mut Flight) -> Option<MirrorCopy> {
        let kind = read(flight, self.mirror_kind);
        if kind == 0 {
            return None;
        }
        flight.vector.set(self.mirror_kind, 0);
        let kind = Kind::from_wire(kind as u8)?;
        // A copy that ingress makes is of the message's own bytes; one that egress makes is cut off what leaves.
        let carries = gress == Gress::Egress && read(flight, self.send_carry) != 0;
        let carried = if carries { flight.packet.bytes().len() } else { 0 };
        let whole = MESSAGE_HEADERS + self.layout.message_len(kind) + carried;
        Some(MirrorCopy {
            kind,
            key: self.key(flight),
            state: self.state.map(|place| read(flight, place)),
            epoch: read(flight, self.mirror_epoch),
            seq: read(flight, self.mirror_seq),
            due: read(flight, self.mirror_due),
            wait: read(flight, self.mirror_wait),
            bytes: COPY_METADATA + whole.min(self.truncate_to),
        })
    }

    /// Puts the message around the packet and gives its kind, as [`redplane_core::switch::Switch`] does.
    pub(super) fn encapsulate(&self, flight: &mut Flight) -> Result<Kind, Reason> {
        let kind = Kind::from_wire(read(flight, self.send_kind) as u8).ok_or(Reason::NotHandled)?;
        let carry = read(flight, self.send_carry) != 0;
        if !carry {
            flight.packet.clear();
        }
        let flags = Flags::new()
            .with_piggyback(carry)
            .with_retransmission(read(flight, self.send_retransmission) != 0)
            .with_port(if carry { flight.port } else { 0 });
        let (key, state) = (self.key(flight), self.state.map(|place| read(flight, place)));
        let envelope = Envelope {
            layout: self.layout,
            kind,
            flags,
            switch: self.switch,
            incarnation: self.incarnation,
            epoch: Epoch::new(read(flight, self.send_epoch)),
            seq: Seq::new(read(flight, self.send_seq)),
            timestamp: Tick::new(read(flight, self.send_timestamp)),
            key: &key,
            state: &state,
        };
        match flight.packet.with_buffer(|buffer| envelope.encode(buffer)) {
            Some(Ok(())) => Ok(kind),
            _ => Err(Reason::NoBuffer),
        }
    }
}

#[inline]
fn read(flight: &Flight, place: Place) -> u32 {
    flight.vector.get(place)
}
