//! §5.1: basic design. What §5.1.2 and §5.1.3 say is taken from our protocol's rules.

use std::collections::BTreeSet;

use redplane_core::memory::shard_of;
use redplane_core::store::Initializer;
use redplane_core::wire::{Kind, Refusal};
use redplane_store::placement::{OnlyOwn, Placement};
use redplane_store::shard::ZeroState;
use redplane_tests::cluster::Cluster;
use redplane_tests::sim::register::Register;

use super::{FLOW, read, write};

/// §5.1.1: "We partition it across multiple shards by flow – identified by an IP 5-tuple or other key." (RP-ST-8)
#[test]
fn s511_every_flow_has_one_shard_and_every_shard_has_flows() {
    let shards = 5;
    let mut used = BTreeSet::new();
    for flow in 0..200u32 {
        let key = [0x0a00_0000 + flow];
        let home = shard_of(&key, shards);
        used.insert(home);
        for shard in 0..shards {
            let mut initializer = OnlyOwn::new(Placement { shard, shards }, ZeroState { idle_ticks: 1 });
            let created = Initializer::<Register>::create(&mut initializer, &key);
            if shard == home {
                created.unwrap();
            } else {
                assert_eq!(created.unwrap_err(), Refusal::Moved);
            }
        }
    }
    assert_eq!(used.len(), usize::from(shards));
}

/// §5.1.1: "conventional mechanisms […] chain replication with a group size of 3."
///
/// Our implementation asks only what any of them must give: how much of the log is on every replica. An answer waits for that.
/// (RP-ST-4)
#[test]
fn s511_store_answers_when_all_replicas_have_it() {
    let mut c = <Cluster>::new();
    c.commit_by_hand();
    let packet = c.send(FLOW).write().via(0);
    for answer in [Kind::Grant, Kind::WriteAck] {
        c.messages();
        c.advance_ms(1);
        assert!(c.messages().iter().all(|sent| sent.kind != answer));
        c.commit();
        assert!(c.messages().iter().any(|sent| sent.kind == answer));
        c.advance_us(60);
    }
    c.expect_output(packet, 1);
}

/// §5.1.2 (as we have it): a new flow's state is made by the store, and its first packet carried there and back. (RP-SW-1,
/// RP-ST-1)
#[test]
fn s512_first_packet_of_a_flow_brings_its_state() {
    let mut c = <Cluster>::new();
    let packet = c.send(FLOW).read().via(0);
    c.settle();
    c.expect_output(packet, 0);
    c.expect_messages(&[Kind::LeaseRequest, Kind::Grant]);
}

/// §5.1.2 (as we have it): a known flow's state migrates to whoever asks when nobody holds it. (RP-ST-2)
#[test]
fn s512_known_flow_brings_the_state_it_had() {
    let mut c = <Cluster>::new();
    write(&mut c, FLOW, 0, 1);
    write(&mut c, FLOW, 0, 2);
    c.give_up(0, FLOW);
    c.settle();
    c.messages();
    read(&mut c, FLOW, 1, 2);
    c.expect_messages(&[Kind::LeaseRequest, Kind::Grant]);
}

/// §5.1.3 (as we have it): an output that shows a write comes out with the acknowledgement of the write. (RP-SW-5)
#[test]
fn s513_output_of_a_write_comes_back_with_its_ack() {
    let mut c = <Cluster>::new();
    write(&mut c, FLOW, 0, 1);
    c.hold_next(Kind::WriteAck);
    let packet = c.send(FLOW).write().via(0);
    c.settle();
    c.expect_silence();
    c.release(Kind::WriteAck);
    c.settle();
    c.expect_output(packet, 2);
}

/// §5.1, as §7.2 quotes it: "some of data packets are buffered through the network as described in §5.1": a read that saw a write
/// on its way to the store. (RP-SW-3, RP-ST-5)
#[test]
fn s51_read_that_saw_an_unacked_write_is_buffered_through_the_network() {
    let mut c = <Cluster>::new();
    write(&mut c, FLOW, 0, 1);
    c.messages();
    let first = c.send(FLOW).write().via(0);
    let second = c.send(FLOW).read().via(0);
    assert!(c.messages().iter().all(|sent| sent.carries), "both packets are in the network");
    c.expect_silence();
    c.settle();
    c.expect_output(first, 2);
    c.expect_output(second, 2);
    c.expect_messages(&[Kind::WriteAck, Kind::Release]);
}
