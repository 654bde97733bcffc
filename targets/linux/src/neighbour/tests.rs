//! Questions, answers, forgeries, and a full table.

use super::*;

const INSIDE: PortNumber = 0;
const OUTSIDE: PortNumber = 1;
const OWN: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 1);
const OWN_OUTSIDE: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 1);
const OWN_MAC: Mac = [2, 0, 0, 0, 0, 1];
const OWN_MAC_OUTSIDE: Mac = [2, 0, 0, 0, 0, 2];
const HOST: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 9);
const HOST_MAC: Mac = [0x52, 0x54, 0, 1, 2, 3];

fn neighbours() -> Neighbours {
    let own = vec![(INSIDE, OWN, OWN_MAC), (OUTSIDE, OWN_OUTSIDE, OWN_MAC_OUTSIDE)];
    let mut neighbours = Neighbours::new(own);
    neighbours.answer_for(OUTSIDE, "198.51.100.0/28".parse().unwrap()).unwrap();
    neighbours
}

fn arp(operation: u8, sender: (Mac, Ipv4Addr), target: Ipv4Addr) -> [u8; ARP_FRAME_LEN] {
    let mut frame = [0; ARP_FRAME_LEN];
    write_arp(&mut frame, BROADCAST, operation, sender, ([0; 6], target));
    frame
}

fn handle(neighbours: &mut Neighbours, port: PortNumber, frame: &[u8]) -> (ArpAction, Vec<u8>) {
    let mut reply = [0; ARP_FRAME_LEN];
    let action = neighbours.handle_frame(port, frame, &mut reply);
    let len = if let ArpAction::Reply { len } = action { len } else { 0 };
    (action, reply[..len].to_vec())
}

#[test]
fn question_for_us_is_answered_and_asker_learned() {
    let mut neighbours = neighbours();
    let (action, reply) = handle(&mut neighbours, INSIDE, &arp(REQUEST, (HOST_MAC, HOST), OWN));
    assert_eq!(action, ArpAction::Reply { len: ARP_FRAME_LEN });
    let expected = [
        [0x52, 0x54, 0, 1, 2, 3, 2, 0, 0, 0, 0, 1, 0x08, 0x06].as_slice(),
        &[0, 1, 0x08, 0x00, 6, 4, 0, 2],
        &[2, 0, 0, 0, 0, 1, 10, 0, 0, 1],
        &[0x52, 0x54, 0, 1, 2, 3, 10, 0, 0, 9],
    ];
    assert_eq!(reply, expected.concat());
    assert_eq!(neighbours.lookup(INSIDE, HOST), Some(HOST_MAC));
    assert_eq!(neighbours.lookup(OUTSIDE, HOST), None, "known on the port where it is, alone");
}

#[test]
fn question_for_pool_is_answered_on_its_port_alone() {
    let mut neighbours = neighbours();
    let router = (HOST_MAC, Ipv4Addr::new(203, 0, 113, 9));
    for last in [0, 7, 15] {
        let question = arp(REQUEST, router, Ipv4Addr::new(198, 51, 100, last));
        let (_, reply) = handle(&mut neighbours, OUTSIDE, &question);
        assert_eq!(reply[22..32], [2, 0, 0, 0, 0, 2, 198, 51, 100, last]);
    }
    let beyond = arp(REQUEST, router, Ipv4Addr::new(198, 51, 100, 16));
    assert_eq!(handle(&mut neighbours, OUTSIDE, &beyond).1, []);
    let inside = arp(REQUEST, router, Ipv4Addr::new(198, 51, 100, 7));
    assert_eq!(handle(&mut neighbours, INSIDE, &inside).0, ArpAction::Ignored(IgnoredArp::NotForUs));
}

#[test]
fn pool_on_port_without_address_is_refused() {
    let error = neighbours().answer_for(7, "198.51.100.0/28".parse().unwrap()).unwrap_err();
    assert_eq!(error.to_string(), "port 7 has no address of its own to answer with: give it one first");
}

#[test]
fn request_asks_and_its_answer_is_learned() {
    let mut neighbours = neighbours();
    let mut out = [0xee; 60];
    assert_eq!(neighbours.request(INSIDE, HOST, &mut out), Some(ARP_FRAME_LEN));
    assert_eq!(out[..42], arp(REQUEST, (OWN_MAC, OWN), HOST));
    assert_eq!(handle(&mut neighbours, INSIDE, &arp(REPLY, (HOST_MAC, HOST), OWN)).0, ArpAction::Learned);
    assert_eq!(neighbours.lookup(INSIDE, HOST), Some(HOST_MAC));
    assert_eq!(neighbours.request(7, HOST, &mut out), None, "no address to ask from");
    assert_eq!(neighbours.request(INSIDE, HOST, &mut out[..41]), None, "no room");
}

#[test]
fn stranger_is_not_learned_and_known_one_is_corrected() {
    let mut neighbours = neighbours();
    let elsewhere = Ipv4Addr::new(10, 0, 0, 77);
    let announcement = arp(REQUEST, (HOST_MAC, HOST), HOST);
    for frame in
        [announcement, arp(REQUEST, (HOST_MAC, HOST), elsewhere), arp(REPLY, (HOST_MAC, HOST), elsewhere)]
    {
        assert_eq!(handle(&mut neighbours, INSIDE, &frame).0, ArpAction::Ignored(IgnoredArp::NotForUs));
    }
    assert!(neighbours.is_empty());
    handle(&mut neighbours, INSIDE, &arp(REQUEST, ([2; 6], HOST), OWN));
    assert_eq!(handle(&mut neighbours, INSIDE, &announcement).0, ArpAction::Learned);
    assert_eq!((neighbours.lookup(INSIDE, HOST), neighbours.len()), (Some(HOST_MAC), 1));
}

#[test]
fn address_probe_is_answered_and_not_learned() {
    let mut neighbours = neighbours();
    let probe = arp(REQUEST, (HOST_MAC, Ipv4Addr::UNSPECIFIED), OWN);
    assert_eq!(handle(&mut neighbours, INSIDE, &probe).0, ArpAction::Reply { len: ARP_FRAME_LEN });
    assert!(neighbours.is_empty());
}

#[test]
fn claim_of_our_address_is_reported_and_changes_nothing() {
    let mut neighbours = neighbours();
    for (port, address) in [(INSIDE, OWN), (OUTSIDE, Ipv4Addr::new(198, 51, 100, 3))] {
        for operation in [REQUEST, REPLY] {
            let claim = arp(operation, (HOST_MAC, address), address);
            assert_eq!(handle(&mut neighbours, port, &claim).0, ArpAction::Ignored(IgnoredArp::OurAddress));
        }
    }
    assert!(neighbours.is_empty());
}

#[test]
fn sender_with_group_address_is_not_believed() {
    for mac in [BROADCAST, [1, 0, 0x5e, 0, 0, 1], [0; 6]] {
        let frame = arp(REQUEST, (mac, HOST), OWN);
        assert_eq!(handle(&mut neighbours(), INSIDE, &frame).0, ArpAction::Ignored(IgnoredArp::BadSender));
    }
}

#[test]
fn frames_that_are_not_ours_to_read_pass() {
    let mut neighbours = neighbours();
    let mut tagged = arp(REQUEST, (HOST_MAC, HOST), OWN).to_vec();
    tagged.splice(12..12, [0x81, 0, 0, 5]);
    assert_eq!(handle(&mut neighbours, INSIDE, &tagged).0, ArpAction::NotArp);
    for length in 0..14 {
        let frame = arp(REQUEST, (HOST_MAC, HOST), OWN);
        assert_eq!(handle(&mut neighbours, INSIDE, &frame[..length]).0, ArpAction::NotArp);
    }
}

#[test]
fn malformed_arp_is_ignored() {
    let mut neighbours = neighbours();
    let good = arp(REQUEST, (HOST_MAC, HOST), OWN);
    for length in 14..ARP_FRAME_LEN {
        let action = handle(&mut neighbours, INSIDE, &good[..length]).0;
        assert_eq!(action, ArpAction::Ignored(IgnoredArp::Malformed), "{length} bytes");
    }
    for at in 14..22 {
        let mut frame = good;
        frame[at] ^= 0x40;
        let action = handle(&mut neighbours, INSIDE, &frame).0;
        assert_eq!(action, ArpAction::Ignored(IgnoredArp::Malformed), "byte {at}");
    }
    assert!(neighbours.is_empty());
    let action = neighbours.handle_frame(INSIDE, &good, &mut [0; 41]);
    assert_eq!(action, ArpAction::Ignored(IgnoredArp::NoRoomForReply));
}

#[test]
fn full_table_forgets_the_one_heard_of_longest_ago() {
    let mut neighbours = neighbours();
    let memory = neighbours.table.capacity();
    // Not in order of address, so that rows move in both directions.
    let host = |n: u32| Ipv4Addr::from(0x0a00_0000 | (n * 7919 % 65_536 + 256));
    for n in 0..NEIGHBOURS_MAX as u32 {
        handle(&mut neighbours, INSIDE, &arp(REQUEST, (HOST_MAC, host(n)), OWN));
    }
    handle(&mut neighbours, INSIDE, &arp(REQUEST, (HOST_MAC, host(0)), OWN)); // heard again: 1 is the oldest now
    for n in NEIGHBOURS_MAX as u32..NEIGHBOURS_MAX as u32 + 100 {
        handle(&mut neighbours, INSIDE, &arp(REQUEST, ([4; 6], host(n)), OWN));
        assert_eq!(neighbours.lookup(INSIDE, host(n)), Some([4; 6]));
        assert_eq!(neighbours.lookup(INSIDE, host(n - NEIGHBOURS_MAX as u32 + 1)), None);
    }
    assert_eq!(neighbours.lookup(INSIDE, host(0)), Some(HOST_MAC));
    assert_eq!((neighbours.len(), neighbours.table.capacity()), (NEIGHBOURS_MAX, memory));
    assert!(neighbours.table.is_sorted_by_key(|neighbour| (neighbour.port, neighbour.address)));
}
