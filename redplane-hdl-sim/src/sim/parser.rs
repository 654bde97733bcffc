//! The parser: fills the vector of a pass that begins, or refuses what came in.

use redplane_core::count::Reason;
use redplane_core::field::{Field, Header, Pass};
use redplane_core::parse::Headers;
use redplane_core::switch::reason_of;
use redplane_core::wire::{Body, Kind, Layout, Message};

use super::code::Code;
use super::course::Course;
use super::flight::{Flight, MirrorCopy};
use super::guard::header_bit;
use super::vector::{Place, Vector};
use crate::pipeline::{Pipeline, Role};

const HEADERS: [Header; 6] =
    [Header::Ipv4, Header::Tcp, Header::Udp, Header::Icmp, Header::InnerIpv4, Header::InnerL4];

/// Whether the parser may put something into the field of this role, in a pass of this kind.
pub(super) fn fills(pass: Pass, role: Role) -> bool {
    let Role::Field(field) = role else {
        return match role {
            Role::Slot => pass == Pass::Sweep,
            Role::TableFull => pass == Pass::Message,
            Role::MirrorDepth => pass == Pass::Copy,
            _ => false,
        };
    };
    match field {
        Field::Pass | Field::Now => true,
        Field::IngressPort | Field::Inside => pass == Pass::Packet,
        Field::Key(_) => matches!(pass, Pass::Message | Pass::Copy | Pass::GiveUp),
        Field::State(_) => matches!(pass, Pass::Message | Pass::Copy),
        Field::MessageKind | Field::MessageEpoch | Field::MessageSeq => {
            matches!(pass, Pass::Message | Pass::Copy)
        }
        Field::MessageSwitch
        | Field::MessageIncarnation
        | Field::MessageTimestamp
        | Field::MessageEndsLease
        | Field::MessageCarries => pass == Pass::Message,
        Field::CopyDue | Field::CopyWait => pass == Pass::Copy,
        Field::SweepIndex => pass == Pass::Sweep,
        Field::Leaves | Field::OutKind | Field::OutEpoch | Field::OutSeq | Field::OutCarry => false,
        _ => pass == Pass::Packet && field.place().is_some(),
    }
}

/// Whether messages of this kind enter the pipeline.
pub(super) fn lets_in(kind: Kind) -> bool {
    !kind.is_request() && kind != Kind::SnapshotAck
}

/// Where the parser writes what it knows: places of the vector, or nowhere.
#[derive(Debug)]
pub(super) struct Parser {
    layout: Layout,
    headers: Vec<HeaderField>,
    pass: Place,
    now: Place,
    port: Place,
    inside: Place,
    key: Vec<Place>,
    state: Vec<Place>,
    sweep_index: Place,
    slot: Place,
    table_full: Place,
    mirror_depth: Place,
    kind: Place,
    switch: Place,
    incarnation: Place,
    epoch: Place,
    seq: Place,
    timestamp: Place,
    ends_lease: Place,
    carries: Place,
    due: Place,
    wait: Place,
}

/// A field that stands in a packet header.
#[derive(Clone, Copy, Debug)]
pub(super) struct HeaderField {
    pub(super) field: Place,
    pub(super) header: Header,
    pub(super) offset: usize,
    pub(super) width: usize,
}

impl HeaderField {
    /// The header fields among the vector's for which `wanted` holds.
    pub(super) fn of(pipeline: &Pipeline, wanted: impl Fn(Place) -> bool) -> Vec<Self> {
        let fields = pipeline.fields.iter().enumerate();
        let header_fields = fields.filter_map(|(at, field)| match field.role {
            Role::Field(named) => named.place().map(|place| Self {
                field: at as Place,
                header: place.header,
                offset: place.offset,
                width: place.width,
            }),
            _ => None,
        });
        header_fields.filter(|field| wanted(field.field)).collect()
    }

    /// The bytes of the field, if its header is there.
    #[inline]
    pub(super) fn range(&self, headers: &Headers) -> Option<std::ops::Range<usize>> {
        let start = headers.offset(self.header)? + self.offset;
        Some(start..start + self.width)
    }
}

impl Parser {
    pub(super) fn new(code: &Code, pipeline: &Pipeline) -> Self {
        let role = |role| code.input(pipeline, role);
        let field = |field| role(Role::Field(field));
        Self {
            layout: pipeline.layout,
            headers: HeaderField::of(pipeline, |_| true),
            pass: field(Field::Pass),
            now: field(Field::Now),
            port: field(Field::IngressPort),
            inside: field(Field::Inside),
            key: (0..pipeline.layout.key_words).map(|word| field(Field::Key(word))).collect(),
            state: (0..pipeline.layout.state_words).map(|word| field(Field::State(word))).collect(),
            sweep_index: field(Field::SweepIndex),
            slot: role(Role::Slot),
            table_full: role(Role::TableFull),
            mirror_depth: role(Role::MirrorDepth),
            kind: field(Field::MessageKind),
            switch: field(Field::MessageSwitch),
            incarnation: field(Field::MessageIncarnation),
            epoch: field(Field::MessageEpoch),
            seq: field(Field::MessageSeq),
            timestamp: field(Field::MessageTimestamp),
            ends_lease: field(Field::MessageEndsLease),
            carries: field(Field::MessageCarries),
            due: field(Field::CopyDue),
            wait: field(Field::CopyWait),
        }
    }

    /// Begins the pass of a packet, a message, a sweep or a give-up. On an error nothing enters the pipeline.
    pub(super) fn parse(
        &self,
        code: &Code,
        flight: &mut Flight,
        now: u32,
        inside: impl Fn(u16) -> bool,
    ) -> Result<(), Reason> {
        self.begin(code, flight, now, None);
        match flight.pass {
            Pass::Packet => self.packet(code, flight, inside),
            Pass::Message => self.message(code, flight),
            Pass::Sweep => {
                let mut vector = Fill { words: &mut flight.vector, masks: &code.masks };
                vector.set(self.sweep_index, flight.slot);
                vector.set(self.slot, flight.slot);
                Ok(())
            }
            Pass::GiveUp => {
                Fill { words: &mut flight.vector, masks: &code.masks }
                    .set_all(&self.key, flight.key.iter().copied());
                Ok(())
            }
            Pass::Copy | Pass::Snapshot => Ok(()),
        }
    }

    /// Begins the pass of a copy that has left `depth` others behind it in the mirror queue.
    pub(super) fn copy(&self, code: &Code, flight: &mut Flight, now: u32, copy: &MirrorCopy, depth: u32) {
        flight.pass = Pass::Copy;
        self.begin(code, flight, now, Some(copy.kind));
        let mut vector = Fill { words: &mut flight.vector, masks: &code.masks };
        vector.set_all(&self.key, copy.key.iter().copied());
        vector.set_all(&self.state, copy.state.iter().copied());
        vector.set(self.kind, copy.kind as u32);
        vector.set(self.epoch, copy.epoch);
        vector.set(self.seq, copy.seq);
        vector.set(self.due, copy.due);
        vector.set(self.wait, copy.wait);
        vector.set(self.mirror_depth, depth);
    }

    fn begin(&self, code: &Code, flight: &mut Flight, now: u32, kind: Option<Kind>) {
        code.clear(&mut flight.vector);
        flight.course = Course { pass: flight.pass, kind }.number();
        flight.valid = 0;
        flight.ignored = None;
        flight.headers = Headers::default();
        let mut vector = Fill { words: &mut flight.vector, masks: &code.masks };
        vector.set(self.pass, flight.pass as u32);
        vector.set(self.now, now);
    }

    fn packet(&self, code: &Code, flight: &mut Flight, inside: impl Fn(u16) -> bool) -> Result<(), Reason> {
        let headers = Headers::parse(flight.packet.bytes()).map_err(|_| Reason::Malformed)?;
        let found = HEADERS.into_iter().filter(|header| headers.has(*header));
        flight.valid = found.map(header_bit).fold(0, |all, bit| all | bit);
        flight.headers = headers;
        let mut vector = Fill { words: &mut flight.vector, masks: &code.masks };
        vector.set(self.port, u32::from(flight.port));
        vector.set(self.inside, u32::from(inside(flight.port)));
        let frame = flight.packet.bytes();
        for field in &self.headers {
            if let Some(bytes) = field.range(&headers).and_then(|range| frame.get(range)) {
                vector.set(field.field, number(bytes));
            }
        }
        Ok(())
    }

    /// Takes what [`redplane_core::switch::Switch::handle_message`] takes, and refuses the rest for the same reasons.
    fn message(&self, code: &Code, flight: &mut Flight) -> Result<(), Reason> {
        let layout_of = |schema| (schema == self.layout.schema).then_some(self.layout);
        let (message, _) = Message::parse(flight.packet.bytes(), layout_of).map_err(reason_of)?;
        if message.tag().is_some() {
            return Err(Reason::MessageTag);
        }
        let kind = message.kind();
        if !lets_in(kind) {
            return Err(Reason::WrongDirection);
        }
        let ends_lease = matches!(message.body(), Body::Refusal(why) if why.ends_lease());
        let mut vector = Fill { words: &mut flight.vector, masks: &code.masks };
        vector.set_all(&self.key, message.key().iter().map(|word| word.get()));
        vector.set_all(&self.state, message.state().iter().map(|word| word.get()));
        vector.set(self.kind, kind as u32);
        vector.set(self.switch, u32::from(message.switch()));
        vector.set(self.incarnation, u32::from(message.incarnation().raw()));
        vector.set(self.epoch, message.epoch().raw());
        vector.set(self.seq, message.seq().raw());
        vector.set(self.timestamp, message.timestamp().raw());
        vector.set(self.ends_lease, u32::from(ends_lease));
        vector.set(self.carries, u32::from(message.flags().piggyback()));
        vector.set(self.table_full, u32::from(flight.table_full));
        flight.course = Course { pass: Pass::Message, kind: Some(kind) }.number();
        flight.port = message.flags().port();
        flight.head_len = message.head_len();
        Ok(())
    }
}

/// The number that one, two or four bytes are, in network order.
#[inline]
pub(super) fn number(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte))
}

/// That the parser has put something only where [`fills`] says so.
pub(super) fn assert_filled(pipeline: &Pipeline, flight: &Flight) {
    for (at, field) in pipeline.fields.iter().enumerate() {
        let value = flight.vector.get(at as Place);
        assert!(
            value == 0 || fills(flight.pass, field.role),
            "the parser has put {value} into {}",
            field.name
        );
    }
}

/// A vector that is being filled in.
struct Fill<'a> {
    words: &'a mut Vector,
    masks: &'a [u32],
}

impl Fill<'_> {
    #[inline]
    fn set(&mut self, place: Place, value: u32) {
        self.words.set(place, value & self.masks[place as usize]);
    }

    fn set_all(&mut self, places: &[Place], words: impl Iterator<Item = u32>) {
        for (place, word) in places.iter().zip(words) {
            self.set(*place, word);
        }
    }
}
