//! The counter: every packet is a write, so this is where writes, the mirror queue and the flow table come to their limits.

use redplane_apps::Counter;
use redplane_conformance::{INSIDE, OUTSIDE};
use redplane_core::memory::{WAYS, hash};
use redplane_core::program::Program;
use redplane_core::seq::{Epoch, Seq};
use redplane_core::time::{Span, Tick};
use redplane_core::wire::{Flags, Kind, Message, Refusal};
use redplane_store::shard::ZeroState;

use super::SLOTS;
use super::scribe::{Did, GUARD, LEASE, Made, RESEND, RESEND_MAX, SILENCE, Scribe, WAY};
use crate::sim::frames;

type Story = Scribe<Counter, ZeroState>;

const HOST: u32 = 0x0a00_0001;
const SERVER: u32 = 0xc633_6401;
const SERVER_PORT: u16 = 53;

/// Ticks from the script's beginning to the wrap of the clock: it comes in the first scenes.
const UNTIL_WRAP: u32 = 2_000;

/// Ticks of idleness after which the store forgets a flow.
const IDLE: u64 = 1 << 31;

fn frame(port: u16) -> Vec<u8> {
    frames::udp(HOST, SERVER, port, SERVER_PORT, b"count")
}

fn key(port: u16) -> [u32; 4] {
    [frames::UDP.into(), HOST, SERVER, u32::from(port) << 16 | u32::from(SERVER_PORT)]
}

/// Source ports whose flows share a set of the flow table, beginning with `from`.
fn ports_of_set(set: usize, from: u16) -> impl Iterator<Item = u16> {
    (from..).filter(move |port| hash(&key(*port)) as usize & (SLOTS / WAYS - 1) == set)
}

/// Source ports of as many flows as the mirror queue takes copies: of two sets, so that all have a slot.
fn eight(from: u16) -> Vec<u16> {
    ports_of_set(0, from).take(WAYS).chain(ports_of_set(1, from).take(WAYS)).collect()
}

fn new(about: &str) -> Story {
    Scribe::new(about, "counter", u32::MAX - UNTIL_WRAP + 1, ZeroState { idle_ticks: IDLE })
}

/// Epoch, seq and timestamp of a message.
fn numbers(message: &[u8]) -> (Epoch, Seq, Tick) {
    let (message, _) = Message::parse(message, |_| Some(Counter::LAYOUT)).expect("a message of the counter");
    (message.epoch(), message.seq(), message.timestamp())
}

fn message_of(sent: &[Did]) -> Vec<u8> {
    sent.iter().find_map(Did::for_store).expect("a message for the store").to_vec()
}

/// The script.
pub(super) fn script() -> String {
    let mut s = new(
        "The counter: writes, the mirror queue, the flow table, damaged messages, the wrap of the clock.",
    );
    first_packets(&mut s, 1);
    retransmission(&mut s, 1);
    late_answers(&mut s, 1);
    lapse(&mut s, 1);
    recall(&mut s, 2);
    recall_of_unacked_write(&mut s, 3);
    refusals(&mut s, 4);
    silent_store(&mut s, 5);
    odd_frames(&mut s);
    damaged_messages(&mut s, 6);
    table_full(&mut s);
    mirror_full(&mut s);
    evacuation(&mut s);
    idle(&mut s, 7);
    s.finish()
}

fn first_packets(s: &mut Story, flow: u16) {
    s.note("RP-SW-1: a new flow. Its packet asks for a lease, comes back in the grant, and is then a write: it leaves with the ack.");
    s.after(1000);
    s.through(INSIDE, &frame(flow));
    s.note("RP-SW-4, RP-SW-5: the lease is live. Two writes; each leaves with its ack.");
    s.through(INSIDE, &frame(flow));
    s.through(INSIDE, &frame(flow));
    s.note("All are acked, so their copies end.");
    s.poll();
    s.note("The clock wraps, and the lease is still live.");
    s.after(UNTIL_WRAP - (s.now().raw().wrapping_add(UNTIL_WRAP)) + 5);
    s.through(INSIDE, &frame(flow));
    s.poll();
}

fn retransmission(s: &mut Story, flow: u16) {
    s.note("RP-SW-6: a write is lost. It is sent again when it is due, without its packet, and then after twice the time.");
    s.packet(INSIDE, &frame(flow));
    s.after(RESEND - 1);
    s.poll();
    s.after(1);
    s.poll();
    s.after(2 * RESEND - 1);
    s.poll();
    s.after(1);
    s.note("This one arrives.");
    s.poll_through();
    s.poll();
    s.note("A newer write of the flow supersedes the copy of an older one: only the newer is sent again. Both are lost at first.");
    s.packet(INSIDE, &frame(flow));
    s.after(10);
    s.packet(INSIDE, &frame(flow));
    s.after(RESEND);
    s.poll_through();
    s.poll();
    s.note("The time between tries stops growing.");
    s.packet(INSIDE, &frame(flow));
    for _ in 0..3 {
        s.after(RESEND_MAX);
        s.poll();
    }
    s.after(RESEND_MAX);
    s.poll_through();
}

fn late_answers(s: &mut Story, flow: u16) {
    s.note("An ack comes twice: its packet leaves twice, as if the network had repeated it, and nothing else happens.");
    let write = s.packet(INSIDE, &frame(flow));
    s.after(20);
    let ack = s.store(&write).remove(0);
    s.message(&ack);
    s.message(&ack);
    s.note("RP-SW-5: acks come in the wrong order. The newer one covers the older write.");
    let first = s.packet(INSIDE, &frame(flow));
    let second = s.packet(INSIDE, &frame(flow));
    let answers = [s.store(&first).remove(0), s.store(&second).remove(0)];
    s.message(&answers[1]);
    s.poll();
    s.message(&answers[0]);
    let (epoch, seq, _) = numbers(&ack);
    let to = Made { key: &key(flow), epoch, ..Made::default() };
    s.note("An ack of a write that was never begun, and one of an older epoch with its packet.");
    let beyond = s.made(Made { kind: Kind::WriteAck, seq: Seq::new(seq.raw().wrapping_add(100)), ..to });
    s.message(&beyond);
    let older = Epoch::new(epoch.raw().wrapping_sub(1));
    let carried = frame(flow);
    let old = s.made(Made { kind: Kind::WriteAck, epoch: older, seq, carried: &carried, ..to });
    s.message(&old);
    s.note("RP-SW-7: grants. Of this epoch: it extends, its state is not taken. Of an older one; with a deadline that has passed.");
    let same = s.made(Made { seq, state: &[77], ..to });
    s.message(&same);
    let old = s.made(Made { epoch: older, seq, state: &[77], carried: &carried, ..to });
    let write = s.message(&old);
    s.settle(write);
    let past = Some(s.now() - Span::from_ticks(LEASE - GUARD));
    let expired = s.made(Made { seq, state: &[77], timestamp: past, ..to });
    s.message(&expired);
    s.note(
        "Answers that have nothing to say about this flow now: of another epoch, or about something else.",
    );
    for kind in [Kind::RenewAck, Kind::GiveUpAck, Kind::Recall] {
        let other = s.made(Made { kind, epoch: older, ..to });
        s.message(&other);
    }
    let release = s.made(Made { kind: Kind::Release, seq, carried: &carried, ..to });
    s.message(&release);
    let renewed = s.made(Made { kind: Kind::RenewAck, seq, ..to });
    s.message(&renewed);
    s.poll();
}

fn lapse(s: &mut Story, flow: u16) {
    s.note("RP-SW-2: a lease is live up to the tick before its deadline, counted from the sending of what was acked.");
    let write = s.packet(INSIDE, &frame(flow));
    let sent = s.now();
    s.settle(write);
    let last = LEASE - GUARD - s.now().since(sent) - 1;
    s.after(last);
    let write = s.packet(INSIDE, &frame(flow));
    s.after(1);
    s.note("This is the tick of the deadline.");
    let request = s.packet(INSIDE, &frame(flow));
    s.note("The write's ack extends the lease all the same. The grant is of the epoch that is held.");
    s.settle(write);
    s.settle(request);
    s.poll();
    s.note("A lease that has lapsed a while ago.");
    s.after(2 * LEASE);
    s.through(INSIDE, &frame(flow));
    s.poll();
}

fn recall(s: &mut Story, flow: u16) {
    s.note("RP-ST-2: another switch wants a flow. The lease is given up, the give-up repeated until it is confirmed.");
    s.through(INSIDE, &frame(flow));
    s.poll();
    let recall = s.rival_asks(&key(flow)).remove(0);
    s.after(20);
    s.message(&recall);
    s.message(&recall);
    s.poll();
    s.after(RESEND);
    let give_up = s.poll();
    let (epoch, seq, _) = numbers(&message_of(&give_up));
    s.note("RP-SW-9: the flow has a tombstone now. A grant of the epoch that was given up changes nothing; its packet asks anew.");
    let carried = frame(flow);
    let grant =
        s.made(Made { key: &key(flow), epoch, seq, state: &[1], carried: &carried, ..Made::default() });
    let request = s.message(&grant);
    s.note("The give-up arrives. Its confirmation is for us, the grant that follows for the other switch; it comes here too.");
    s.after(20);
    let answers = s.store(&give_up);
    for answer in &answers {
        s.message(answer);
    }
    s.poll();
    s.note("A request waits at the store until the other switch's lease ends.");
    s.store(&request);
    s.after(LEASE + 1);
    let grants = s.store_wakes();
    for grant in &grants {
        let write = s.message(grant);
        s.settle(write);
    }
    s.poll();
}

fn recall_of_unacked_write(s: &mut Story, flow: u16) {
    s.note("A recall while a write is unacked: the give-up is refused until the write has arrived.");
    s.through(INSIDE, &frame(flow));
    let write = s.packet(INSIDE, &frame(flow));
    let recall = s.rival_asks(&key(flow)).remove(0);
    s.message(&recall);
    let give_up = s.poll();
    let refused = s.store(&give_up);
    s.message(&refused[0]);
    let ack = s.store(&write);
    s.message(&ack[0]);
    s.after(RESEND);
    s.poll_through();
    s.poll();
}

fn refusals(s: &mut Story, flow: u16) {
    s.note("A write is lost, the lease lapses, and another switch is granted the flow. What is sent again is refused for good.");
    s.through(INSIDE, &frame(flow));
    s.poll();
    s.packet(INSIDE, &frame(flow));
    s.after(2 * LEASE);
    s.rival_asks(&key(flow));
    s.poll_through();
    s.note("The copy ends, and the flow has a tombstone that needs no confirmation.");
    s.poll();
    s.packet(INSIDE, &frame(flow));
    s.note("Refusals of a flow without a slot, and of an epoch that is not ours.");
    let to = Made { kind: Kind::Refuse, epoch: Epoch::new(5), ..Made::default() };
    for (why, port) in [(Refusal::UnknownFlow, 999), (Refusal::WaitingFull, 999), (Refusal::StaleEpoch, flow)]
    {
        let flags = Flags::new().with_port(why.to_wire());
        let refusal = s.made(Made { key: &key(port), flags, ..to });
        s.message(&refusal);
    }
}

fn silent_store(s: &mut Story, flow: u16) {
    s.note("RP-SW-11: the store does not answer. The counter fails closed: packets go on asking, and it is counted.");
    s.packet(INSIDE, &frame(flow));
    s.after(SILENCE);
    s.packet(INSIDE, &frame(flow));
    s.after(2);
    s.packet(INSIDE, &frame(flow));
    s.through(INSIDE, &frame(flow));
    s.poll();
}

fn odd_frames(s: &mut Story) {
    s.note("What has no ports is passed on: ARP, IPv6, GRE, ICMP, a fragment that is not the first. From the outside too.");
    let arp = [&frames::ethernet(0x0806, false)[..], &[0, 1, 8, 0, 6, 4, 0, 1]].concat();
    let ipv6 = [&frames::ethernet(0x86dd, true)[..], &[0x60, 0, 0, 0, 0, 0, 59, 64]].concat();
    let ipv4 = |protocol, fragment, payload: &[u8]| {
        [frames::ethernet(0x0800, false), frames::ipv4(HOST, SERVER, protocol, 64, fragment, payload)]
            .concat()
    };
    for odd in [
        arp,
        ipv6,
        ipv4(47, 0, b"gre"),
        ipv4(frames::ICMP, 0, &frames::icmp_message(8, 0, [0, 1, 0, 2], b"echo")),
        ipv4(frames::UDP, 0x2001, b"the second part"),
    ] {
        s.packet(INSIDE, &odd);
        s.packet(OUTSIDE, &odd);
    }
    s.note("A first fragment has ports, and TCP has too; with VLAN tags, and from the outside.");
    let first = ipv4(frames::UDP, 0x2000, &frames::udp_datagram(None, 8, SERVER_PORT, b"first"));
    s.through(OUTSIDE, &first);
    let segment = frames::tcp_segment(HOST, SERVER, 8, 80, 0x10, b"segment");
    let tcp = frames::ipv4(HOST, SERVER, frames::TCP, 64, 0x4000, &segment);
    s.through(INSIDE, &[frames::ethernet(0x0800, true), tcp].concat());
    s.note("A frame cut at every length: what is left may have no ports, or headers that are not all there.");
    let whole = frame(8);
    for len in 0..whole.len() - b"count".len() {
        s.through(INSIDE, &whole[..len]);
    }
    s.note("Headers that contradict each other: lengths, versions.");
    for (at, value) in [(14, 0x44), (14, 0x4f), (14, 0x65), (16, 0xff), (17, 19), (38, 0xff), (39, 7)] {
        let mut wrong = whole.clone();
        wrong[at] = value;
        s.through(INSIDE, &wrong);
    }
    s.poll();
}

fn damaged_messages(s: &mut Story, flow: u16) {
    s.note("A grant cut at every length, and with a byte behind it.");
    let request = s.packet(INSIDE, &frame(flow));
    let (_, _, asked) = numbers(&message_of(&request));
    let to = Made { key: &key(flow), epoch: Epoch::new(9), state: &[3], ..Made::default() };
    let grant = s.made(Made { timestamp: Some(asked), ..to });
    for len in 0..grant.len() {
        s.message(&grant[..len]);
    }
    s.message(&[&grant[..], &[0]].concat());
    s.note("Another version, no kind, another schema, flags that mean nothing, a tag that was not agreed.");
    for (at, value) in [(0, 0x22), (0, 0x10), (1, 1), (6, 0x80)] {
        let mut wrong = grant.clone();
        wrong[at] = value;
        s.message(&wrong);
    }
    let tagged = s.made(Made { flags: Flags::new().with_tag(true), ..to });
    s.message(&tagged);
    s.note("A packet in a message that cannot carry one.");
    let carries = s.made(Made { kind: Kind::RenewAck, carried: &frame(flow), ..to });
    s.message(&carries);
    s.note("Messages that travel the other way.");
    let has_range = |kind| matches!(kind, Kind::SnapshotSlots | Kind::SnapshotFetch);
    for kind in Kind::ALL.iter().filter(|kind| kind.is_request() && !has_range(**kind)) {
        let request = s.made(Made { kind: *kind, ..to });
        s.message(&request);
    }
    s.note("A grant for another switch, and one for an earlier boot.");
    let other = s.made(Made { switch: 3, ..to });
    s.message(&other);
    let earlier = s.made(Made { incarnation: 6, ..to });
    s.message(&earlier);
    s.note("Answers about a flow that has no slot. What they carry leaves: it is durable.");
    for kind in [Kind::WriteAck, Kind::Release] {
        let answer = s.made(Made { kind, key: &key(998), carried: &frame(998), ..to });
        s.message(&answer);
    }
    for kind in [Kind::RenewAck, Kind::GiveUpAck, Kind::Recall] {
        let answer = s.made(Made { kind, key: &key(998), ..to });
        s.message(&answer);
    }
}

fn table_full(s: &mut Story) {
    s.note("RP-SW-9: a set of the table has four slots. The fifth flow's grant finds none, and its packet is dropped.");
    s.after(2 * LEASE);
    let ports: Vec<_> = ports_of_set(2, 2000).take(WAYS + 1).collect();
    let mut written = s.now();
    for port in &ports[..WAYS] {
        s.through(INSIDE, &frame(*port));
        if *port == ports[0] {
            // Its write was sent when the grant had come, a way there and a way back before.
            written = s.now() - Span::from_ticks(2 * WAY);
        }
    }
    s.poll();
    s.through(INSIDE, &frame(ports[WAYS]));
    s.note("The first lease lapses; until every grant that may still come would be late too, the slot is not given away.");
    s.after(LEASE - 1 - 2 * WAY - s.now().since(written));
    s.through(INSIDE, &frame(ports[WAYS]));
    s.note("Now it is. The flow that had it asks anew, and takes another's.");
    s.through(INSIDE, &frame(ports[WAYS]));
    s.poll();
    s.after(LEASE / 2);
    s.through(INSIDE, &frame(ports[0]));
    s.poll();
}

fn mirror_full(s: &mut Story) {
    s.note("RP-SW-4: eight flows with a lease each.");
    s.after(2 * LEASE);
    let ports = eight(3000);
    let ninth = ports_of_set(3, 3000).next().expect("there are enough ports");
    for port in ports.iter().chain([&ninth]) {
        s.through(INSIDE, &frame(*port));
        s.poll();
    }
    s.note("Each has an unacked write. The ninth flow's is dropped before anything changes. Twice, after which the copies wait in the old order.");
    let writes: Vec<_> = ports.iter().flat_map(|port| s.packet(INSIDE, &frame(*port))).collect();
    s.poll();
    s.packet(INSIDE, &frame(ninth));
    s.packet(INSIDE, &frame(ninth));
    s.note("A recall has no room either.");
    let recall = s.rival_asks(&key(ports[0]));
    s.message(&recall[0]);
    s.note("All of them are due, and sent in order.");
    s.after(RESEND);
    s.poll();
    s.note("Two are acked. When their copies have come around there is room.");
    for answer in s.store(&writes[..2]) {
        s.message(&answer);
    }
    s.poll();
    s.poll();
    s.through(INSIDE, &frame(ninth));
    for answer in s.store(&writes[2..]) {
        s.message(&answer);
    }
    s.poll();
    s.poll();
}

fn evacuation(s: &mut Story) {
    s.note("A planned evacuation hands every lease back that is live, as many at a time as the mirror queue takes copies.");
    s.give_up_all();
    let give_ups = s.poll();
    s.note("The first half of the confirmations; what is still live is handed back.");
    let half = give_ups.len() / 2;
    for answer in s.store(&give_ups[..half]) {
        s.message(&answer);
    }
    s.poll();
    let more = s.poll();
    s.after(RESEND);
    s.note("The other half is lost, and the give-ups are sent again.");
    s.store(&give_ups[half..]);
    s.settle(more);
    s.poll_through();
    s.poll();
    s.note("A packet that still comes here asks anew, and says which epoch was given up.");
    let ports = eight(3000);
    s.through(INSIDE, &frame(ports[1]));
    s.poll();
}

fn idle(s: &mut Story, flow: u16) {
    s.after(2 * LEASE);
    s.note("RP-SW-12: idle for longer than half of the clock's range, polled four times in each quarter of it. No lease comes to life.");
    s.through(INSIDE, &frame(flow));
    s.poll();
    for _ in 0..10 {
        s.after((1 << 28) - 1);
        s.store_wakes();
        s.poll();
    }
    s.through(INSIDE, &frame(flow));
    s.poll();
    s.note("Sweeps of single slots.");
    s.after(3 << 24);
    s.poll();
    s.after(1 << 23);
    s.poll();
    s.after(1 << 23);
    s.poll();
}

/// The script of what a pipeline cannot do.
pub(super) fn make_room() -> String {
    let mut s = new(
        "The counter: a write that finds the mirror queue full looks for copies that are no longer needed.",
    );
    s.not_for("pipeline", "make-room");
    s.note("Eight flows with an unacked write each, and a ninth without.");
    let ports = eight(3000);
    let ninth = ports_of_set(3, 3000).next().expect("there are enough ports");
    for port in ports.iter().chain([&ninth]) {
        s.through(INSIDE, &frame(*port));
        s.poll();
    }
    let writes: Vec<_> = ports.iter().flat_map(|port| s.packet(INSIDE, &frame(*port))).collect();
    s.note("The third is acked. Its copy makes room for the ninth flow's write.");
    for answer in s.store(&writes[2..3]) {
        s.message(&answer);
    }
    s.packet(INSIDE, &frame(ninth));
    s.note("The last is acked; it is among the four copies that are looked at.");
    for answer in s.store(&writes[7..]) {
        s.message(&answer);
    }
    s.packet(INSIDE, &frame(ninth));
    s.note("Four copies were taken around each time: the order in which they are sent again shows it.");
    s.after(RESEND);
    s.poll();
    s.note("A copy that another write of its flow has superseded makes room too, if it is among the four: it is at the second try.");
    s.packet(INSIDE, &frame(ninth));
    s.packet(INSIDE, &frame(ninth));
    s.packet(INSIDE, &frame(ports[0]));
    s.after(RESEND);
    s.poll_through();
    s.poll();
    s.finish()
}
