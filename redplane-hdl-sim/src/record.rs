//! The machine that writes a program down: every call becomes a node, an access or an effect of a [`Netlist`].
//!
//! A field that was written reads as what was written, so the netlist is free of order where no register is concerned. What the
//! native machine does as a capability becomes what a pipeline does instead:
//!
//! | capability | in the netlist |
//! | --- | --- |
//! | forward, drop, punt, recirculate | [`Output::Fate`] is written |
//! | mirror, encapsulate | the copy's or message's fields are written |
//! | mirror_room | a register of one cell, which each copy that comes around sets to the depth of the queue that it has left |
//! | insert | the pass ends there, with [`Fate::Inserts`]; the controller sends the grant in again |

use std::collections::HashMap;
use std::panic::Location;

use redplane_core::count::{Event, Reason};
use redplane_core::dataplane;
use redplane_core::field::{Checksum, Field, Header, Param, Pass};
use redplane_core::machine::{
    Alu, Array, Encapsulation, Guarded, Hash, Machine, MirrorCopy, PairAction, REPORT_WORDS, RegisterAction,
    Report,
};
use redplane_core::program::Program;
use redplane_core::registers::{IsBefore, Put};

use crate::netlist::{
    Access, Action, Bit, BitNode, Effect, EffectKind, Graph, Netlist, Place, Word, WordNode, guarded_nodes,
};
use crate::pipeline::{Counted, Fate, Output, Role, StageArray};

/// A program with RedPlane around it, or alone.
#[derive(Clone, Debug)]
pub struct Recording {
    /// What happens before the traffic manager.
    pub ingress: Netlist,
    /// What happens behind it.
    pub egress: Netlist,
}

/// Writes a program down as RedPlane runs it. A write begins while fewer than `mirror_limit` copies wait in the mirror queue.
pub fn record<P: Program>(mirror_limit: u32) -> Recording {
    let mut ingress = Recorder::new(mirror_limit);
    dataplane::ingress::<_, P>(&mut ingress);
    let mut egress = Recorder::new(mirror_limit);
    dataplane::egress::<_, P>(&mut egress);
    Recording { ingress: ingress.finish(), egress: egress.finish() }
}

/// Writes a program down as it runs without RedPlane.
pub fn record_plain<P: Program>() -> Recording {
    let mut ingress = Recorder::new(0);
    dataplane::plain::<_, P>(&mut ingress);
    Recording { ingress: ingress.finish(), egress: Netlist::default() }
}

/// The machine; see [the module](self).
#[derive(Debug)]
pub struct Recorder {
    netlist: Netlist,
    /// Under which condition the program goes on here.
    guard: Bit,
    /// Whether the pass has not ended at an insertion.
    goes_on: Bit,
    written: HashMap<Role, Word>,
    mirror_limit: u32,
    mirror_room: Option<Bit>,
}

impl Recorder {
    /// A machine that has recorded nothing.
    pub fn new(mirror_limit: u32) -> Self {
        let mut netlist = Netlist::default();
        let always = netlist.graph.bit(true);
        Self {
            netlist,
            guard: always,
            goes_on: always,
            written: HashMap::new(),
            mirror_limit,
            mirror_room: None,
        }
    }

    /// What was recorded.
    pub fn finish(self) -> Netlist {
        self.netlist
    }

    fn graph(&mut self) -> &mut Graph {
        &mut self.netlist.graph
    }

    fn effective_guard(&mut self) -> Bit {
        let (guard, goes_on) = (self.guard, self.goes_on);
        self.both(guard, goes_on)
    }

    fn does(&mut self, kind: EffectKind, place: Place) {
        let guard = self.effective_guard();
        self.netlist.effects.push(Effect { guard, kind, place });
    }

    fn read(&mut self, role: Role, unwritten: WordNode) -> Word {
        match self.written.get(&role) {
            Some(word) => *word,
            None => self.graph().put(unwritten),
        }
    }

    fn write(&mut self, role: Role, value: Word, place: Place) {
        let unwritten = match role {
            Role::Field(field) => WordNode::Field(field),
            _ => WordNode::Lit(0),
        };
        let before = self.read(role, unwritten);
        let guard = self.effective_guard();
        let after = self.select(guard, value, before);
        self.written.insert(role, after);
        self.does(EffectKind::Write(role, value), place);
    }

    fn write_number(&mut self, role: Role, value: u32, place: Place) {
        let value = self.lit(value);
        self.write(role, value, place);
    }

    fn decide(&mut self, fate: Fate, place: Place) {
        self.write_number(Role::Output(Output::Fate), fate as u32, place);
    }

    fn account(&mut self, counted: Counted, place: Place) {
        self.does(EffectKind::Count(counted), place);
    }

    fn touch<R: RegisterAction>(
        &mut self,
        array: StageArray,
        index: Word,
        (a, b): (Word, Word),
        guard: Bit,
        place: Place,
    ) -> Word {
        let action = recorded_action::<R>(array, place);
        let same = |known: &Action| known.name == action.name && known.graph == action.graph;
        let number = self.netlist.actions.iter().position(same).unwrap_or_else(|| {
            self.netlist.actions.push(action);
            self.netlist.actions.len() - 1
        });
        self.netlist.accesses.push(Access { array, index, action: number, a, b, guard, place });
        self.graph().put(WordNode::Result(array, number))
    }
}

/// Runs an action once over nodes.
pub(crate) fn recorded_action<R: RegisterAction>(array: StageArray, place: Place) -> Action {
    let mut graph = Graph::default();
    let (cell, a, b) = (graph.put(WordNode::Cell), graph.put(WordNode::A), graph.put(WordNode::B));
    let (value, result) = R::apply(&mut graph, cell, a, b);
    Action { name: R::NAME, graph, value, result, first_use: (array, place) }
}

guarded_nodes!(Recorder);

impl Alu for Recorder {
    type Bit = Bit;
    type Word = Word;

    fn lit(&mut self, value: u32) -> Word {
        self.graph().lit(value)
    }
    fn bit(&mut self, value: bool) -> Bit {
        self.graph().bit(value)
    }
    fn add(&mut self, a: Word, b: Word) -> Word {
        self.graph().add(a, b)
    }
    fn sub(&mut self, a: Word, b: Word) -> Word {
        self.graph().sub(a, b)
    }
    fn and(&mut self, a: Word, b: Word) -> Word {
        self.graph().and(a, b)
    }
    fn or(&mut self, a: Word, b: Word) -> Word {
        self.graph().or(a, b)
    }
    fn xor(&mut self, a: Word, b: Word) -> Word {
        self.graph().xor(a, b)
    }
    fn shl(&mut self, a: Word, by: u32) -> Word {
        self.graph().shl(a, by)
    }
    fn shr(&mut self, a: Word, by: u32) -> Word {
        self.graph().shr(a, by)
    }
    fn eq(&mut self, a: Word, b: Word) -> Bit {
        self.graph().eq(a, b)
    }
    fn newer(&mut self, a: Word, b: Word) -> Bit {
        self.graph().newer(a, b)
    }
    fn select(&mut self, bit: Bit, a: Word, b: Word) -> Word {
        self.graph().select(bit, a, b)
    }
    fn both(&mut self, a: Bit, b: Bit) -> Bit {
        self.graph().both(a, b)
    }
    fn either(&mut self, a: Bit, b: Bit) -> Bit {
        self.graph().either(a, b)
    }
    fn not(&mut self, a: Bit) -> Bit {
        self.graph().not(a)
    }
}

impl Machine for Recorder {
    fn get(&mut self, field: Field) -> Word {
        match field {
            Field::Leaves => {
                let fate = self.read(Role::Output(Output::Fate), WordNode::Lit(0));
                let leaves = self.is(fate, Fate::Leaves as u32);
                self.word(leaves)
            }
            // The flow table leaves the slot of a sweep alone.
            Field::SweepIndex => self.graph().put(WordNode::Slot),
            _ => self.read(Role::Field(field), WordNode::Field(field)),
        }
    }

    #[track_caller]
    fn set(&mut self, field: Field, value: Word) {
        self.write(Role::Field(field), value, Place(Location::caller()));
    }

    fn has(&mut self, header: Header) -> Bit {
        self.graph().put_bit(BitNode::Has(header))
    }

    fn param(&mut self, param: Param) -> Word {
        self.graph().put(WordNode::Param(param))
    }

    fn when<R: Guarded<Self>>(&mut self, guard: Bit, then: impl FnOnce(&mut Self) -> R + Copy) -> R {
        let outer = self.guard;
        self.guard = self.both(outer, guard);
        let result = then(self);
        self.guard = outer;
        result.or_zero(self, guard)
    }

    #[track_caller]
    fn access<R: RegisterAction>(&mut self, array: Array, index: Word, a: Word, b: Word) -> Word {
        let place = Place(Location::caller());
        let guard = self.effective_guard();
        self.touch::<R>(StageArray::Core(array), index, (a, b), guard, place)
    }

    #[track_caller]
    fn access_pair<R: PairAction>(&mut self, _array: Array, _index: Word, _a: Word, _b: Word) -> Word {
        self.netlist.beyond.push(("a pair of registers", Place(Location::caller())));
        self.lit(0)
    }

    #[track_caller]
    fn hash<const N: usize>(&mut self, _hash: Hash, _words: [Word; N]) -> Word {
        self.netlist.beyond.push(("a hash", Place(Location::caller())));
        self.lit(0)
    }

    #[track_caller]
    fn report(&mut self, _report: Report, _words: [Word; REPORT_WORDS]) {
        self.netlist.beyond.push(("a report to the control plane", Place(Location::caller())));
    }

    fn signal(&mut self, name: &'static str, bit: Bit) -> Bit {
        if self.netlist.graph.constant(bit).is_none() {
            // What it says where the program has come to it, and what it says anywhere.
            let guard = self.effective_guard();
            let here = self.both(guard, bit);
            self.netlist.names.extend([(here, name), (bit, name)]);
        }
        bit
    }

    #[track_caller]
    fn lookup(&mut self) -> (Bit, Word) {
        self.does(EffectKind::Lookup, Place(Location::caller()));
        (self.graph().put_bit(BitNode::Hit), self.graph().put(WordNode::Slot))
    }

    #[track_caller]
    fn insert(&mut self, _epoch: Word) -> (Bit, Word) {
        let full = self.graph().put_bit(BitNode::TableFull);
        let outer = self.guard;
        self.guard = self.and_not(outer, full);
        self.decide(Fate::Inserts, Place(Location::caller()));
        let ended = self.effective_guard();
        self.guard = outer;
        let goes_on = self.goes_on;
        self.goes_on = self.and_not(goes_on, ended);
        (self.bit(false), self.lit(0))
    }

    #[track_caller]
    fn mirror_room(&mut self) -> Bit {
        if let Some(room) = self.mirror_room {
            return room;
        }
        let place = Place(Location::caller());
        let (array, zero, always) = (StageArray::MirrorDepth, self.lit(0), self.bit(true));
        let limit = self.lit(self.mirror_limit);
        let pass = self.get(Field::Pass);
        let is_copy = self.is(pass, Pass::Copy as u32);
        let depth = self.graph().put(WordNode::MirrorDepth);
        self.touch::<Put>(array, zero, (depth, zero), is_copy, place);
        let asks = self.and_not(always, is_copy);
        let below = self.touch::<IsBefore>(array, zero, (limit, zero), asks, place);
        let room = self.is(below, 1);
        self.mirror_room = Some(room);
        room
    }

    #[track_caller]
    fn mirror(&mut self, copy: MirrorCopy<Self>) {
        let place = Place(Location::caller());
        let fields = [
            (Output::MirrorKind, copy.kind),
            (Output::MirrorEpoch, copy.epoch),
            (Output::MirrorSeq, copy.seq),
            (Output::MirrorDue, copy.due),
            (Output::MirrorWait, copy.wait),
        ];
        for (output, value) in fields {
            self.write(Role::Output(output), value, place);
        }
    }

    #[track_caller]
    fn encapsulate(&mut self, message: Encapsulation<Self>) {
        let place = Place(Location::caller());
        let carry = self.word(message.carry);
        let retransmission = self.word(message.retransmission);
        let fields = [
            (Output::SendKind, message.kind),
            (Output::SendEpoch, message.epoch),
            (Output::SendSeq, message.seq),
            (Output::SendTimestamp, message.timestamp),
            (Output::SendCarry, carry),
            (Output::SendRetransmission, retransmission),
        ];
        for (output, value) in fields {
            self.write(Role::Output(output), value, place);
        }
    }

    #[track_caller]
    fn mend(&mut self, checksum: Checksum, old: Word, new: Word) {
        self.does(EffectKind::Mend(checksum, old, new), Place(Location::caller()));
    }

    #[track_caller]
    fn forward(&mut self) {
        self.decide(Fate::Leaves, Place(Location::caller()));
    }

    #[track_caller]
    fn drop(&mut self, reason: Reason) {
        let place = Place(Location::caller());
        // What has no other fate ends here, and what was counted says why.
        self.decide(Fate::Consumed, place);
        self.account(Counted::Reason(reason), place);
    }

    #[track_caller]
    fn punt(&mut self, reason: Reason) {
        let place = Place(Location::caller());
        self.decide(Fate::Punted, place);
        self.write_number(Role::Output(Output::Reason), reason as u32, place);
        self.account(Counted::Reason(reason), place);
    }

    #[track_caller]
    fn recirculate(&mut self) {
        self.decide(Fate::GoesAgain, Place(Location::caller()));
    }

    #[track_caller]
    fn count(&mut self, event: Event) {
        self.account(Counted::Event(event), Place(Location::caller()));
    }

    #[track_caller]
    fn ignore(&mut self, reason: Reason) {
        self.account(Counted::Reason(reason), Place(Location::caller()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recorder() -> Recorder {
        Recorder::new(100)
    }

    /// The writes of a role: guard, and value if it is a constant.
    fn writes(netlist: &Netlist, role: Role) -> Vec<(Bit, Option<u32>)> {
        let of_role = netlist.effects.iter().filter_map(|effect| match effect.kind {
            EffectKind::Write(written, value) if written == role => {
                Some((effect.guard, netlist.graph.literal(value)))
            }
            _ => None,
        });
        of_role.collect()
    }

    const FATE: Role = Role::Output(Output::Fate);

    #[test]
    fn drop_writes_the_fate_and_counts_the_reason() {
        let mut m = recorder();
        let tcp = m.has(Header::Tcp);
        m.when(tcp, |m| m.drop(Reason::MirrorFull));
        let netlist = m.finish();
        assert_eq!(writes(&netlist, FATE), [(tcp, Some(Fate::Consumed as u32))]);
        let [_, count] = netlist.effects[..] else { panic!("{:?}", netlist.effects) };
        assert_eq!((count.guard, count.kind), (tcp, EffectKind::Count(Counted::Reason(Reason::MirrorFull))));
    }

    #[test]
    fn punt_tells_the_reason_to_the_cpu() {
        let mut m = recorder();
        m.punt(Reason::MirrorFull);
        let netlist = m.finish();
        let reasons = writes(&netlist, Role::Output(Output::Reason));
        assert_eq!(reasons[0].1, Some(Reason::MirrorFull as u32));
        assert_eq!(writes(&netlist, FATE)[0].1, Some(Fate::Punted as u32));
    }

    #[test]
    fn insert_ends_the_pass_unless_the_table_is_full() {
        let mut m = recorder();
        let epoch = m.get(Field::MessageEpoch);
        let (inserted, _) = m.insert(epoch);
        m.forward();
        m.count(Event::Passed);
        assert_eq!(m.netlist.graph.constant(inserted), Some(false));
        let full = m.graph().put_bit(BitNode::TableFull);
        let room = m.not(full);
        let netlist = m.finish();
        let fates = [(room, Some(Fate::Inserts as u32)), (full, Some(Fate::Leaves as u32))];
        assert_eq!(writes(&netlist, FATE), fates);
        let count = netlist.effects.last().map(|effect| effect.guard);
        assert_eq!(count, Some(full), "what follows is done where the pass goes on");
    }

    #[test]
    fn insert_under_a_guard_ends_the_pass_only_there() {
        let mut m = recorder();
        let (tcp, epoch) = (m.has(Header::Tcp), m.get(Field::MessageEpoch));
        m.when(tcp, |m| m.insert(epoch));
        m.forward();
        let full = m.graph().put_bit(BitNode::TableFull);
        let ends = m.and_not(tcp, full);
        let goes_on = m.not(ends);
        let netlist = m.finish();
        let fates = [(ends, Some(Fate::Inserts as u32)), (goes_on, Some(Fate::Leaves as u32))];
        assert_eq!(writes(&netlist, FATE), fates);
    }

    #[test]
    fn mirror_room_is_a_register_that_copies_set_and_all_others_ask() {
        let mut m = recorder();
        let room = m.mirror_room();
        assert_eq!(m.mirror_room(), room, "asked once");
        let netlist = m.finish();
        let [put, ask] = &netlist.accesses[..] else { panic!("{:?}", netlist.accesses) };
        assert_eq!([put.array, ask.array], [StageArray::MirrorDepth; 2]);
        let names = [put.action, ask.action].map(|action| netlist.actions[action].name);
        assert_eq!(names, ["put", "is_before"]);
        assert_eq!(netlist.graph.word_node(put.a), WordNode::MirrorDepth);
        assert_eq!(netlist.graph.literal(ask.a), Some(100), "the limit");
        assert_eq!([put.index, ask.index].map(|index| netlist.graph.literal(index)), [Some(0); 2]);
        assert_eq!(netlist.graph.bit_node(ask.guard), BitNode::Not(put.guard));
        let BitNode::Eq(pass, copy) = netlist.graph.bit_node(put.guard) else { panic!("of no pass") };
        assert_eq!(netlist.graph.word_node(pass), WordNode::Field(Field::Pass));
        assert_eq!(netlist.graph.literal(copy), Some(Pass::Copy as u32));
    }

    #[test]
    fn field_reads_as_it_was_written_where_it_was_written() {
        let mut m = recorder();
        let (tcp, source, ttl) = (m.has(Header::Tcp), m.get(Field::Ipv4Src), m.get(Field::Ipv4Ttl));
        m.when(tcp, |m| m.set(Field::Ipv4Src, ttl));
        let read = m.get(Field::Ipv4Src);
        assert_eq!(m.netlist.graph.word_node(read), WordNode::Select(tcp, ttl, source));
    }

    #[test]
    fn packet_leaves_where_its_fate_says_so() {
        let mut m = recorder();
        let tcp = m.has(Header::Tcp);
        m.when(tcp, |m| m.forward());
        let leaves = m.get(Field::Leaves);
        assert_eq!(m.is(leaves, 1), tcp);
    }

    #[test]
    fn same_action_on_an_array_has_one_result() {
        let mut m = recorder();
        let (slot, zero) = (m.get(Field::SweepIndex), m.lit(0));
        let tcp = m.has(Header::Tcp);
        let (first, then) = (
            m.access::<Put>(Array::Seq, slot, zero, zero),
            m.when(tcp, |m| m.access::<Put>(Array::Acked, slot, zero, zero)),
        );
        let again = m.access::<Put>(Array::Seq, slot, slot, zero);
        assert_eq!(first, again);
        assert_ne!(first, then);
        assert_eq!(m.finish().actions.len(), 1, "recorded once");
    }

    #[test]
    fn place_of_an_access_is_the_line_of_the_program() {
        let mut m = recorder();
        let (slot, zero) = (m.get(Field::SweepIndex), m.lit(0));
        m.access::<Put>(Array::Seq, slot, zero, zero);
        let line = line!() - 1;
        let place = m.finish().accesses[0].place;
        assert_eq!((place.0.file(), place.0.line()), (file!(), line));
    }

    #[test]
    fn name_stands_for_the_bit_and_for_the_bit_where_it_was_given() {
        let mut m = recorder();
        let (tcp, hit) = (m.has(Header::Tcp), m.graph().put_bit(BitNode::Hit));
        m.when(tcp, |m| m.signal("live", hit));
        let always = m.bit(true);
        m.signal("nothing", always);
        let both = m.both(tcp, hit);
        assert_eq!(m.finish().names, [(both, "live"), (hit, "live")]);
    }
}
