//! A ledger that is told what a switch and a store say.

use redplane_apps::Counter;
use redplane_core::program::Program;

use super::*;

const LAYOUT: Layout = Counter::LAYOUT;
const KEY: [u32; 4] = [17, 1, 2, 3];
const MS: u64 = 1_000_000;

/// A message about the flow, as a switch or a store sends it.
fn with_message<R>(
    kind: Kind,
    epoch: u32,
    seq: u32,
    state: &[u32],
    act: impl FnOnce(&Message<'_>) -> R,
) -> R {
    let mut memory = [0; 2 * HEADROOM];
    let mut buffer = Buffer::new(&mut memory, HEADROOM, HEADROOM).unwrap();
    let envelope = Envelope {
        layout: LAYOUT,
        kind,
        flags: Flags::new(),
        switch: 1,
        incarnation: Incarnation::new(1),
        epoch: Epoch::new(epoch),
        seq: Seq::new(seq),
        timestamp: Tick::new(0),
        key: &KEY,
        state,
    };
    envelope.encode(&mut buffer).unwrap();
    act(&parse(buffer.bytes(), LAYOUT).unwrap())
}

impl Ledger {
    fn grant(&mut self, epoch: u32, seq: u32, state: u32, at_ms: u64) {
        with_message(Kind::Grant, epoch, seq, &[state], |message| self.on_granted(message, at_ms * MS));
    }

    fn write(&mut self, seq: u32, state: u32, at_ms: u64) {
        with_message(Kind::Write, 9, seq, &[state], |message| self.on_sent(message, at_ms * MS));
    }

    fn ack(&mut self, seq: u32, at_ms: u64) {
        with_message(Kind::WriteAck, 9, seq, &[], |message| self.on_acked(message, at_ms * MS));
    }
}

/// Granted in epoch 9; writes 1 and 2 acked together after 30 ms, write 3 sent.
fn written() -> Ledger {
    let mut ledger = Ledger::default();
    ledger.grant(9, 0, 100, 0);
    ledger.write(1, 101, 10);
    ledger.write(2, 102, 20);
    ledger.ack(2, 40);
    ledger.write(3, 103, 50);
    ledger
}

#[test]
fn grant_with_what_was_acked_or_sent_later_is_no_loss() {
    for (seq, state) in [(2, 102), (3, 103)] {
        let mut ledger = written();
        ledger.grant(10, seq, state, 60);
        assert_eq!(ledger.losses(), [] as [String; 0]);
        assert_eq!(ledger.acked(), 2);
    }
}

#[test]
fn grant_without_the_acked_write_or_with_another_state_is_a_loss() {
    for (seq, state) in [(1, 101), (2, 101), (4, 104), (0, 0)] {
        let mut ledger = written();
        ledger.grant(10, seq, state, 60);
        assert_eq!(ledger.losses().len(), 1, "{seq} {state}");
    }
}

#[test]
fn grant_of_a_known_or_earlier_epoch_says_nothing() {
    let mut ledger = written();
    ledger.grant(9, 0, 100, 60);
    ledger.grant(8, 0, 77, 60);
    assert_eq!(ledger.losses(), [] as [String; 0]);
}

#[test]
fn pause_lasts_from_the_first_write_under_way_to_the_next_ack() {
    let mut ledger = written();
    let pause = |start_ms, end_ms| Some(Gap { start_ns: start_ms * MS, end_ns: end_ms * MS });
    assert_eq!(ledger.longest_pause_in(&(0..1000 * MS)), pause(10, 40));
    ledger.write(3, 103, 80);
    ledger.finish(90 * MS);
    assert_eq!(
        ledger.longest_pause_in(&(0..1000 * MS)),
        pause(50, 90),
        "sent again, it waits since it was sent first"
    );
    assert_eq!(ledger.longest_pause_in(&(0..90 * MS)), pause(10, 40));
    assert_eq!(ledger.acked_per_bucket(0, 5).collect::<Vec<_>>(), [0, 0, 2, 0, 0]);
}
