//! Lazy snapshots against a model that copies everything when one begins: random interleavings of packets, readings with little and
//! much room, messages and acks that are lost, repeated and out of order, and ends of windows.
//!
//! `REDPLANE_SNAPSHOT_CASES=100000` makes it the long form.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{Config as RunnerConfig, TestRunner};
use redplane_core::count::{Event, Reason};
use redplane_core::packet::Buffer;
use redplane_core::ports::PortSet;
use redplane_core::program::Program;
use redplane_core::seq::{Epoch, Incarnation, Seq};
use redplane_core::store::{Assembly, Run};
use redplane_core::structure::Structure;
use redplane_core::switch::{Config, Ingress, Snapshots, Switch, Verdict};
use redplane_core::time::{Span, Tick};
use redplane_core::wire::{Body, Envelope, Flags, HEADROOM, Kind, Message, Refusal, SlotRange, Slots};
use redplane_tests::snapshots::tally::{GOES_ON, Packet, ROWS, SLOTS, Tally, Words};
use zerocopy::byteorder::network_endian::U32;

type Program1 = Tally<GOES_ON>;
type Columns = <<Program1 as Program>::Structure as Structure>::Assembly;

const CASES: u32 = 5_000;
const EPOCH: Epoch = Epoch::new(7);
const FORMER: Epoch = Epoch::new(6);
const MEMORY: usize = 1_500;

/// One step of a run.
#[derive(Clone, Debug)]
enum Step {
    Packet {
        amount: u32,
        slots: [u16; ROWS],
    },
    /// The packet generator has its turn, with so much room beyond the least; what it gives is lost or not.
    Poll {
        room: usize,
        lost: bool,
    },
    /// A message that is under way arrives at the store, which may answer; it may arrive again.
    ToStore {
        which: usize,
        again: bool,
        lost: bool,
    },
    /// An answer arrives.
    ToSwitch {
        which: usize,
        again: bool,
    },
    Window,
    Wait {
        micros: u64,
    },
}

/// How a run begins.
#[derive(Clone, Debug)]
struct Beginning {
    /// Id and words of the last complete snapshot, if there is one.
    past: Option<(u32, Words)>,
    slots_per_message: u16,
    whole_every: u16,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (1u32..1000, [0u16..SLOTS as u16, 0u16..SLOTS as u16])
            .prop_map(|(amount, slots)| Step::Packet { amount, slots }),
        6 => (prop_oneof![0usize..40, Just(MEMORY - HEADROOM)], prop::bool::weighted(0.1))
            .prop_map(|(room, lost)| Step::Poll { room, lost }),
        5 => (any::<usize>(), prop::bool::weighted(0.2), prop::bool::weighted(0.1))
            .prop_map(|(which, again, lost)| Step::ToStore { which, again, lost }),
        5 => (any::<usize>(), prop::bool::weighted(0.2)).prop_map(|(which, again)| Step::ToSwitch { which, again }),
        1 => Just(Step::Window),
        3 => (1u64..1500).prop_map(|micros| Step::Wait { micros }),
    ]
}

fn beginning() -> impl Strategy<Value = Beginning> {
    let below = prop_oneof![Just(u32::MAX), Just(u32::MAX >> 1), Just(1000)];
    let past = prop::option::of((below, 0u32..3, any::<Words>()));
    (past, 1u16..=SLOTS as u16, 1u16..5).prop_map(|(past, slots_per_message, whole_every)| Beginning {
        past: past.map(|(below, less, words)| (below - less, words)),
        slots_per_message,
        whole_every,
    })
}

/// How often a packet's and a reader's pass met each pair of (active copy, copy that was last updated).
#[derive(Clone, Copy, Debug, Default)]
struct Cases {
    packet: [[u64; 2]; 2],
    reader: [[u64; 2]; 2],
}

/// The switch, the store's memory, what is under way between them, and the model.
struct Bench {
    switch: Box<Switch<Program1, 4, 8>>,
    assembly: Columns,
    now: Tick,
    to_store: Vec<Vec<u8>>,
    to_switch: Vec<Vec<u8>>,
    /// What the structure is.
    words: Words,
    /// What it was when each snapshot began.
    copies: BTreeMap<u32, Words>,
    /// Id of the newest snapshot that has begun, and at which a word was last touched.
    number: u32,
    touched: [u32; ROWS * SLOTS],
    /// Slots of the newest snapshot that were read.
    read: [bool; SLOTS],
    replaced: u32,
}

impl Bench {
    fn new(beginning: &Beginning) -> Self {
        let mut config = Config::new(1, Incarnation::default()).with_lease_period(Span::from_millis(60_000));
        (config.resend_after, config.resend_max) = (Span::from_millis(1), Span::from_millis(2));
        config.snapshots = Snapshots {
            every: Span::from_millis(1),
            bound: Span::from_millis(5),
            whole_every: beginning.whole_every,
            slots_per_message: beginning.slots_per_message,
            window: Span::default(),
        };
        let now = Tick::new(u32::MAX - 20_000);
        let mut bench = Self {
            switch: Box::new(Switch::new(&config, PortSet::ALL, now)),
            assembly: Assembly::EMPTY,
            now,
            to_store: Vec::new(),
            to_switch: Vec::new(),
            words: beginning.past.map_or([0; _], |(_, words)| words),
            copies: beginning.past.into_iter().collect(),
            number: beginning.past.map_or(0, |(id, _)| id),
            touched: [beginning.past.map_or(0, |(id, _)| id); _],
            read: [true; SLOTS],
            replaced: 0,
        };
        if let Some((id, words)) = beginning.past {
            let values = words.map(U32::new);
            let range = SlotRange::new(0, SLOTS as u16);
            let run = Run { epoch: FORMER, id, range, base: None, marks: &[], values: &values };
            assert_eq!(bench.parts().take(&run), Ok(true));
        }
        let state = beginning.past.map_or([0, 0], |(id, _)| [id, 1]);
        let grant = bench.encode(Kind::Grant, 0, Flags::new(), &state, None);
        assert_eq!(bench.hand(&grant), Verdict::Consumed);
        bench
    }

    fn parts(&mut self) -> redplane_core::store::Parts<'_> {
        self.assembly.parts().expect("rows have memory")
    }

    fn encode(
        &self,
        kind: Kind,
        id: u32,
        flags: Flags,
        state: &[u32],
        run: Option<(SlotRange, &[u32])>,
    ) -> Vec<u8> {
        let mut memory = [0; MEMORY];
        let mut buffer = Buffer::empty(&mut memory);
        let envelope = Envelope {
            layout: Program1::LAYOUT,
            kind,
            flags,
            switch: 1,
            incarnation: Incarnation::default(),
            epoch: EPOCH,
            seq: Seq::new(id),
            timestamp: self.now,
            key: &Packet::key(0),
            state,
        };
        match run {
            None => envelope.encode(&mut buffer),
            Some((range, [])) => envelope.encode_range(range, &mut buffer),
            Some((range, values)) => {
                envelope.encode_slots(&Slots { range, base: id, marks: &[], values }, &mut buffer)
            }
        }
        .expect("room");
        buffer.bytes().to_vec()
    }

    /// A message arrives at the switch.
    fn hand(&mut self, bytes: &[u8]) -> Verdict {
        let mut memory = [0; MEMORY];
        memory[HEADROOM..HEADROOM + bytes.len()].copy_from_slice(bytes);
        let mut buffer = Buffer::new(&mut memory, HEADROOM, HEADROOM + bytes.len()).expect("within");
        self.switch.handle_message(self.now, &mut buffer)
    }

    /// Whether the structure is restored; it is then compared.
    fn compare(&mut self) -> bool {
        let mut words = Vec::new();
        let restored = self.switch.structure(&Packet::key(0), |word| words.push(word)).is_some();
        assert!(!restored || words == self.words, "live words are {words:?}, not {:?}", self.words);
        restored
    }

    fn packet(&mut self, cases: &mut Cases, packet: Packet) {
        let frame = packet.frame();
        let mut memory = [0; MEMORY];
        memory[HEADROOM..HEADROOM + frame.len()].copy_from_slice(&frame);
        let mut buffer = Buffer::new(&mut memory, HEADROOM, HEADROOM + frame.len()).expect("within");
        let verdict = self.switch.handle_packet(self.now, Ingress { port: 1, inside: true }, &mut buffer);
        if verdict != (Verdict::Forward { port: 1 }) {
            let waits = verdict == Verdict::ToStore { kind: Kind::LeaseRequest };
            assert!(waits || verdict == Verdict::Dropped(Reason::NotRestored), "{verdict:?}");
            return assert!(!self.compare(), "a packet that is not counted waits for the structure");
        }
        let must = packet.apply(&mut self.words);
        assert_eq!(Packet::parse(buffer.bytes()), Some((packet, must)));
        for (row, slot) in packet.slots.into_iter().enumerate() {
            let touched = &mut self.touched[usize::from(slot) * ROWS + row];
            cases.packet[(self.number & 1) as usize][(*touched & 1) as usize] += 1;
            *touched = self.number;
        }
    }

    fn poll(&mut self, cases: &mut Cases, room: usize, lost: bool) {
        let mut memory = [0; MEMORY];
        let mut out = Buffer::empty(&mut memory[..HEADROOM + room]);
        let Some(kind) = self.switch.poll(self.now, &mut out) else { return };
        let bytes = out.bytes().to_vec();
        let (message, _) = Message::parse(&bytes, |_| Some(Program1::LAYOUT)).expect("what a switch sends");
        if let Body::Slots { range, .. } = message.body() {
            assert_eq!(kind, Kind::SnapshotSlots);
            self.note_reading(cases, message.seq().raw(), range);
        }
        if !lost {
            self.to_store.push(bytes);
        }
    }

    /// The model of a reading: everything is copied when a snapshot begins.
    fn note_reading(&mut self, cases: &mut Cases, id: u32, range: SlotRange) {
        if id != self.number {
            assert_eq!(id, self.number.wrapping_add(1), "ids go up by one");
            let complete = self.parts().complete();
            assert!(
                self.copies.is_empty() || complete == Some(self.number),
                "a snapshot began before {} was complete",
                self.number
            );
            assert!(self.read.iter().all(|read| *read), "a snapshot began before all of the last was read");
            assert_eq!(range.first.get(), 0, "a snapshot begins with slot 0");
            self.number = id;
            self.read = [false; SLOTS];
            self.copies.insert(id, self.words);
        }
        for slot in usize::from(range.first.get())..usize::from(range.first.get() + range.count.get()) {
            self.read[slot] = true;
            for touched in &mut self.touched[slot * ROWS..(slot + 1) * ROWS] {
                cases.reader[(id & 1) as usize][(*touched & 1) as usize] += 1;
                *touched = id;
            }
        }
    }

    /// A message arrives at the store, which answers it.
    fn arrive(&mut self, bytes: &[u8], lost: bool) {
        let (message, _) = Message::parse(bytes, |_| Some(Program1::LAYOUT)).expect("what a switch sent");
        let id = message.seq().raw();
        let answer = match message.body() {
            Body::Range(range) => match self.parts().hand(id, range).map(<[u32]>::to_vec) {
                Some(words) => self.encode(Kind::SnapshotSlots, id, Flags::new(), &[], Some((range, &words))),
                // A fetch from before the structure was restored.
                None => self.refuse(id, Refusal::OldSnapshot),
            },
            Body::Slots { range, base, marks, values } => {
                let base = (base != id).then_some(base);
                match self.parts().take(&Run { epoch: EPOCH, id, range, base, marks, values }) {
                    Err(why) => self.refuse(id, why),
                    Ok(complete) => {
                        if complete {
                            self.check_assembled(id);
                        }
                        self.encode(Kind::SnapshotAck, id, Flags::new(), &[], Some((range, &[])))
                    }
                }
            }
            _ => return,
        };
        if !lost {
            self.to_switch.push(answer);
        }
    }

    fn refuse(&self, id: u32, why: Refusal) -> Vec<u8> {
        self.encode(Kind::Refuse, id, Flags::new().with_port(why.to_wire()), &[], None)
    }

    fn check_assembled(&mut self, id: u32) {
        self.replaced += 1;
        let words = self.parts().hand(id, SlotRange::new(0, SLOTS as u16)).expect("complete").to_vec();
        let copy = self.copies.get(&id).expect("begun");
        assert_eq!(words, copy, "snapshot {id} is not what the structure was when it began");
    }

    fn window(&mut self) {
        if self.switch.clear_structure(self.now, &Packet::key(0)) {
            for (word, touched) in self.words.iter_mut().zip(&mut self.touched) {
                if std::mem::take(word) != 0 {
                    *touched = self.number;
                }
            }
        }
    }

    fn step(&mut self, cases: &mut Cases, step: &Step) {
        match *step {
            Step::Packet { amount, slots } => self.packet(cases, Packet { flow: 0, amount, slots }),
            Step::Poll { room, lost } => self.poll(cases, room, lost),
            Step::ToStore { which, again, lost } => {
                if let Some(bytes) = pick(&mut self.to_store, which, again) {
                    self.arrive(&bytes, lost);
                }
            }
            Step::ToSwitch { which, again } => {
                if let Some(bytes) = pick(&mut self.to_switch, which, again) {
                    let _ = self.hand(&bytes);
                }
            }
            Step::Window => self.window(),
            Step::Wait { micros } => self.now = self.now + Span::from_micros(micros),
        }
        self.compare();
    }

    /// Without losses, two more snapshots become complete.
    fn finish(&mut self, cases: &mut Cases) {
        let until = self.replaced + 2;
        for _ in 0..1_000 {
            if self.replaced >= until {
                return;
            }
            self.step(cases, &Step::Wait { micros: 500 });
            self.step(cases, &Step::Poll { room: MEMORY - HEADROOM, lost: false });
            while !self.to_store.is_empty() {
                self.step(cases, &Step::ToStore { which: 0, again: false, lost: false });
            }
            while !self.to_switch.is_empty() {
                self.step(cases, &Step::ToSwitch { which: 0, again: false });
            }
        }
        panic!("no snapshot becomes complete: {} of {until}", self.replaced);
    }
}

/// Takes one of the messages under way; it stays under way, too, if it is to arrive again.
fn pick(messages: &mut Vec<Vec<u8>>, which: usize, again: bool) -> Option<Vec<u8>> {
    let at = which.checked_rem(messages.len())?;
    Some(if again { messages[at].clone() } else { messages.swap_remove(at) })
}

#[test]
fn snapshots_of_any_interleaving_equal_copies_made_when_they_began() {
    let cases_wanted = std::env::var("REDPLANE_SNAPSHOT_CASES")
        .map_or(CASES, |cases| cases.parse().expect("a number of cases"));
    let met = std::cell::RefCell::new((Cases::default(), 0u64));
    let mut runner = TestRunner::new(RunnerConfig {
        cases: cases_wanted,
        failure_persistence: None,
        ..RunnerConfig::default()
    });
    let strategy = (beginning(), prop::collection::vec(step(), 20..300));
    runner
        .run(&strategy, |(beginning, steps)| {
            let (cases, replaced) = &mut *met.borrow_mut();
            let mut bench = Bench::new(&beginning);
            steps.iter().for_each(|step| bench.step(cases, step));
            bench.finish(cases);
            *replaced += u64::from(bench.replaced);
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
    let (cases, replaced) = met.into_inner();
    println!("{cases_wanted} cases, {replaced} snapshots; by [active copy][copy last updated]: {cases:?}");
    for met in [cases.packet, cases.reader].as_flattened().as_flattened() {
        assert!(*met > 0, "a pair of active copy and copy last updated was never met: {cases:?}");
    }
}

/// RP-SN-3: an owner that is granted the flow again uses the same ids again, and acks of the lease before may still be under way.
#[test]
fn ack_of_another_epoch_is_ignored() {
    let mut bench = Bench::new(&Beginning { past: None, slots_per_message: SLOTS as u16, whole_every: 1 });
    bench.poll(&mut Cases::default(), MEMORY - HEADROOM, true);
    let run = (SlotRange::new(0, SLOTS as u16), &[][..]);
    let ack = bench.encode(Kind::SnapshotAck, bench.number, Flags::new(), &[], Some(run));
    let mut former = ack.clone();
    former[8..12].copy_from_slice(&FORMER.raw().to_be_bytes());
    assert_eq!(bench.hand(&former), Verdict::Dropped(Reason::SnapshotOld));
    assert_eq!(bench.switch.counters().event(Event::SnapshotComplete), 0);
    assert_eq!(bench.hand(&ack), Verdict::Consumed);
    assert_eq!(bench.switch.counters().event(Event::SnapshotComplete), 1);
}

/// RP-SN-6: an epoch that was granted before had a structure in a slot that is gone, and may have slots of a snapshot at the store. The
/// switch gives it up, and asks for the next one with the packet.
#[test]
fn grant_of_an_epoch_again_without_a_slot_leaves_a_tombstone() {
    let past = Some((1000, [3; ROWS * SLOTS]));
    for (again, renounced) in [(false, 0), (true, 1)] {
        let mut bench =
            Bench::new(&Beginning { past: None, slots_per_message: SLOTS as u16, whole_every: 1 });
        *bench.switch = Switch::new(&Config::new(1, Incarnation::default()), PortSet::ALL, bench.now);
        let state = past.map_or([0, 0], |(id, _)| [id, 1]);
        let grant = bench.encode(Kind::Grant, 0, Flags::new().with_retransmission(again), &state, None);
        assert_eq!(bench.hand(&grant), Verdict::Consumed);
        assert_eq!(bench.switch.counters().event(Event::GaveUp), renounced);
        let view = bench.switch.inspect(bench.now, &Packet::key(0)).expect("a slot");
        assert_eq!((view.live, view.renounced), (!again, again));

        let frame = Packet { flow: 0, amount: 1, slots: [0; ROWS] }.frame();
        let mut memory = [0; MEMORY];
        memory[HEADROOM..HEADROOM + frame.len()].copy_from_slice(&frame);
        let mut buffer = Buffer::new(&mut memory, HEADROOM, HEADROOM + frame.len()).expect("within");
        let verdict = bench.switch.handle_packet(bench.now, Ingress { port: 1, inside: true }, &mut buffer);
        assert_eq!(verdict, Verdict::ToStore { kind: Kind::LeaseRequest });
        let (request, _) = Message::parse(buffer.bytes(), |_| Some(Program1::LAYOUT)).expect("a message");
        assert_eq!(request.epoch(), if again { EPOCH } else { Epoch::NONE }, "the epoch that it renounces");
        let mut memory = [0; MEMORY];
        let sent = bench.switch.poll(bench.now, &mut Buffer::empty(&mut memory));
        assert_eq!(sent, Some(if again { Kind::GiveUp } else { Kind::SnapshotFetch }));
    }
}

/// A packet whose structure does not come travels for so long as the bound allows.
#[test]
fn packet_whose_structure_does_not_come_is_dropped_beyond_the_bound() {
    let past = Some((1000, [3; ROWS * SLOTS]));
    let mut bench = Bench::new(&Beginning { past, slots_per_message: SLOTS as u16, whole_every: 1 });
    *bench.switch = Switch::new(&Config::new(1, Incarnation::default()), PortSet::ALL, bench.now);
    let grant = bench.encode(Kind::Grant, 0, Flags::new(), &[1000, 1], None);
    assert_eq!(bench.hand(&grant), Verdict::Consumed);
    let bound = Snapshots::DEFAULT.bound;
    for (wait, expected) in [
        (Span::from_ticks(bound.ticks() - 1), Verdict::ToStore { kind: Kind::LeaseRequest }),
        (Span::from_ticks(2), Verdict::Dropped(Reason::NotRestored)),
    ] {
        bench.now = bench.now + wait;
        let frame = Packet { flow: 0, amount: 1, slots: [0; ROWS] }.frame();
        let mut memory = [0; MEMORY];
        memory[HEADROOM..HEADROOM + frame.len()].copy_from_slice(&frame);
        let mut buffer = Buffer::new(&mut memory, HEADROOM, HEADROOM + frame.len()).expect("within");
        let ingress = Ingress { port: 1, inside: true };
        assert_eq!(bench.switch.handle_packet(bench.now, ingress, &mut buffer), expected);
    }
}

/// A whole run of one slot, with words that say which snapshot it is of.
fn take(
    parts: &mut redplane_core::store::Parts<'_>,
    epoch: Epoch,
    id: u32,
    slot: u16,
) -> Result<bool, Refusal> {
    let values = [U32::new(id); ROWS];
    let range = SlotRange::new(slot, 1);
    parts.take(&Run { epoch, id, range, base: None, marks: &[], values: &values })
}

fn complete(parts: &mut redplane_core::store::Parts<'_>, epoch: Epoch, id: u32) {
    for slot in 0..SLOTS as u16 {
        assert_eq!(take(parts, epoch, id, slot), Ok(slot + 1 == SLOTS as u16));
    }
}

/// RP-SN-3, of ids: a switch that keeps RP-SN-2 sends nothing of the kind, so that no run meets it.
#[test]
fn slot_of_an_older_id_than_one_that_comes_in_is_refused() {
    let mut assembly = Columns::EMPTY;
    let mut parts = assembly.parts().unwrap();
    complete(&mut parts, EPOCH, 4);
    assert_eq!(take(&mut parts, EPOCH, 6, 0), Ok(false));
    assert_eq!(take(&mut parts, EPOCH, 5, 1), Err(Refusal::OldSnapshot));
    assert_eq!(parts.missing(), SLOTS - 1);
    assert_eq!(take(&mut parts, EPOCH, 7, 1), Ok(false), "a newer one begins anew");
    assert_eq!(parts.missing(), SLOTS - 1);
    assert_eq!(take(&mut parts, EPOCH, 6, 2), Err(Refusal::OldSnapshot));
    assert_eq!(
        parts.hand(4, SlotRange::new(0, 1)),
        Some(&[4; ROWS][..]),
        "what is complete stays until then"
    );
}

/// RP-SN-3, of epochs: the id of the complete snapshot is acknowledged again to whom it came from, and to no other.
#[test]
fn slot_of_the_complete_id_is_acknowledged_to_its_epoch_alone() {
    let mut assembly = Columns::EMPTY;
    let mut parts = assembly.parts().unwrap();
    complete(&mut parts, FORMER, u32::MAX);
    assert_eq!(take(&mut parts, FORMER, u32::MAX, 3), Ok(false));
    assert_eq!(take(&mut parts, EPOCH, u32::MAX, 3), Err(Refusal::OldSnapshot));
    assert_eq!(take(&mut parts, FORMER, 0, 3), Ok(false), "the next id, across the wrap");
    assert_eq!(take(&mut parts, EPOCH, 0, 4), Ok(false), "the next owner's is another snapshot");
    assert_eq!(parts.missing(), SLOTS - 1);
}

/// RP-SN-4: unmarked slots are taken from the base and from nothing else.
#[test]
fn slots_upon_a_base_that_is_not_complete_are_refused() {
    let mut assembly = Columns::EMPTY;
    let mut parts = assembly.parts().unwrap();
    let range = SlotRange::new(0, 1);
    let run = |base| Run { epoch: EPOCH, id: 9, range, base: Some(base), marks: &[], values: &[] };
    assert_eq!(parts.take(&run(8)), Err(Refusal::NoBase));
    complete(&mut parts, EPOCH, 8);
    assert_eq!(parts.take(&run(7)), Err(Refusal::NoBase));
    assert_eq!(parts.take(&run(8)), Ok(false));
    assert_eq!(parts.missing(), SLOTS - 1);
}
