use super::*;

const HOST: [u8; 4] = [10, 0, 0, 7];
const SERVER: [u8; 4] = [198, 51, 100, 1];
const TO: Endpoint = Endpoint { address: Ipv4Addr::new(203, 0, 113, 9), port: 61_234 };

fn sum(bytes: &[u8], start: u32) -> u16 {
    let mut sum = start;
    for pair in bytes.chunks(2) {
        sum += u32::from(pair[0]) << 8 | u32::from(*pair.get(1).unwrap_or(&0));
    }
    while sum > 0xffff {
        sum = (sum >> 16) + (sum & 0xffff);
    }
    sum as u16
}

/// Sum of the pseudo header (RFC 768).
fn pseudo(packet: &[u8]) -> u32 {
    u32::from(sum(&packet[12..20], u32::from(packet[9]) + (packet.len() as u32 - 20)))
}

fn ip(protocol: u8, source: [u8; 4], destination: [u8; 4], body: &[u8]) -> Vec<u8> {
    let mut packet = vec![0x45, 0];
    packet.extend((20 + body.len() as u16).to_be_bytes());
    packet.extend([0xab, 0xcd, 0, 0, 64, protocol, 0, 0]);
    packet.extend(source);
    packet.extend(destination);
    let checksum = !sum(&packet, 0);
    packet[10..12].copy_from_slice(&checksum.to_be_bytes());
    packet.extend(body);
    let at = 20
        + match protocol {
            6 => 16,
            17 => 6,
            _ => 2,
        };
    packet[at..at + 2].fill(0);
    let start = if protocol == 1 { 0 } else { pseudo(&packet) };
    let checksum = !sum(&packet[20..], start);
    packet[at..at + 2].copy_from_slice(&checksum.to_be_bytes());
    packet
}

fn ports(source: u16, destination: u16, len: usize) -> Vec<u8> {
    let mut body = vec![0; len];
    body[..2].copy_from_slice(&source.to_be_bytes());
    body[2..4].copy_from_slice(&destination.to_be_bytes());
    body[12..].fill(0x5a);
    body
}

fn udp(source: ([u8; 4], u16), destination: ([u8; 4], u16)) -> Vec<u8> {
    let mut body = ports(source.1, destination.1, 21);
    body[4..6].copy_from_slice(&21u16.to_be_bytes());
    body[6..8].fill(0);
    ip(17, source.0, destination.0, &body)
}

fn echo(kind: u8, source: [u8; 4], destination: [u8; 4]) -> Vec<u8> {
    ip(1, source, destination, &[kind, 0, 0, 0, 0x12, 0x34, 0, 1, 9, 9, 9])
}

fn frame(packet: &[u8]) -> Vec<u8> {
    let mut frame = vec![2; 12];
    frame.extend([0x81, 0, 0, 5, 8, 0]);
    frame.extend(packet);
    frame
}

fn assert_sums(packet: &[u8]) {
    assert_eq!(sum(&packet[..20], 0), 0xffff, "IPv4");
    let start = if packet[9] == 1 { 0 } else { pseudo(packet) };
    assert_eq!(sum(&packet[20..], start), 0xffff, "layer 4");
}

/// The packet of the frame after it was readdressed.
fn readdressed(packet: &[u8]) -> Vec<u8> {
    let mut frame = frame(packet);
    readdress(&mut frame, TO);
    frame[18..].to_vec()
}

fn end(protocol: u8, address: [u8; 4], port: u16) -> FlowId {
    FlowId { protocol, inside: Endpoint { address: address.into(), port } }
}

fn ends(packet: &[u8]) -> Ends {
    Packet::parse(&frame(packet)).unwrap().ends()
}

#[test]
fn return_packets_readdressed_go_to_the_outside_end_with_right_checksums() {
    let tcp = ip(6, SERVER, HOST, &{
        let mut body = ports(443, 5000, 31);
        body[12] = 0x50;
        body
    });
    for packet in [tcp, udp((SERVER, 53), (HOST, 5000)), echo(0, SERVER, HOST)] {
        assert_sums(&packet);
        let packet = readdressed(&packet);
        assert_sums(&packet);
        let Ends::Direct { destination, source } = ends(&packet) else { panic!("no ends") };
        assert_eq!(destination.inside, TO);
        assert_eq!(source.inside.address, Ipv4Addr::from(SERVER));
    }
}

#[test]
fn udp_without_checksum_stays_without() {
    let mut packet = udp((SERVER, 53), (HOST, 5000));
    packet[26..28].fill(0);
    assert_eq!(readdressed(&packet)[26..28], [0, 0]);
}

#[test]
fn wrong_checksum_stays_wrong_by_as_much() {
    let mut packet = udp((SERVER, 53), (HOST, 5000));
    packet[40] ^= 0x10;
    let before = sum(&packet[20..], pseudo(&packet));
    let after = readdressed(&packet);
    assert_eq!(sum(&after[20..], pseudo(&after)), before);
    assert_ne!(before, 0xffff);
}

#[test]
fn icmp_error_readdressed_is_about_the_outside_end_with_right_checksums() {
    for (protocol, quoted) in [
        (17, udp((HOST, 5000), (SERVER, 53))),
        (1, echo(8, HOST, SERVER)),
        (6, ip(6, HOST, SERVER, &ports(5000, 80, 28))),
    ] {
        let mut body = vec![3, 1, 0, 0, 0, 0, 0, 0];
        body.extend(&quoted);
        let error = ip(1, [192, 0, 2, 1], HOST, &body);
        let Ends::Quoted { source } = ends(&error) else { panic!("no quote") };
        assert_eq!(source, end(protocol, HOST, if protocol == 1 { 0x1234 } else { 5000 }));
        let error = readdressed(&error);
        assert_sums(&error);
        assert_eq!(ends(&error), Ends::Quoted { source: FlowId { protocol, inside: TO } });
        assert_eq!(error[16..20], TO.address.octets());
        let inner = &error[28..];
        assert_eq!(sum(&inner[..20], 0), 0xffff, "quoted IPv4");
        if protocol != 6 {
            assert_sums(inner);
        }
    }
}

#[test]
fn fingerprint_survives_a_translation_and_tells_packets_apart() {
    let inward = udp((SERVER, 53), (HOST, 5000));
    let mut out = frame(&readdressed(&inward));
    out[18 + 8] -= 1; // TTL
    let print = |frame: &[u8], inside| Packet::parse(frame).unwrap().fingerprint(inside);
    assert_eq!(print(&frame(&inward), false), print(&out, false));
    assert_ne!(print(&frame(&inward), true), print(&out, true));
    let mut other = frame(&inward);
    *other.last_mut().unwrap() ^= 1;
    assert_ne!(print(&other, false), print(&out, false));
}

#[test]
fn fragments_and_other_protocols_have_no_ends_and_stay_as_they_are() {
    let mut fragment = udp((SERVER, 53), (HOST, 5000));
    fragment[6] = 0x20;
    for packet in [fragment, ip(47, SERVER, HOST, &[0; 16]), echo(13, SERVER, HOST)] {
        assert_eq!(ends(&packet), Ends::None);
        assert_eq!(readdressed(&packet), packet);
    }
    assert!(Packet::parse(&[0; 60]).is_none());
}
