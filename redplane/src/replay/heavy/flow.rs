//! Which VLAN and flow a frame is of, read without the data plane's parser: what it counts is checked against this.

use redplane_apps::heavy_hitter::Flow;

/// A VLAN's identifier, 0 without a tag.
pub(super) type Vlan = u32;

const ETHERTYPE_IPV4: [u8; 2] = [0x08, 0x00];
const ETHERTYPE_VLAN: [[u8; 2]; 2] = [[0x81, 0x00], [0x88, 0xa8]];
/// Two tags at most are looked behind.
const TAGS_MAX: usize = 2;

/// The VLAN and flow of an IPv4 frame with up to two tags; `None` of any other.
pub(super) fn flow_of(frame: &[u8]) -> Option<(Vlan, Flow)> {
    let tags = frame.get(12..)?.chunks(4).take(TAGS_MAX);
    let tags =
        tags.take_while(|tag| ETHERTYPE_VLAN.iter().any(|ethertype| tag.starts_with(ethertype))).count();
    let vlan = if tags > 0 { u32::from(word(frame, 14)? & 0xfff) } else { 0 };
    let packet = frame.get(12 + 4 * tags..)?.strip_prefix(&ETHERTYPE_IPV4)?;
    let addresses = packet.get(12..20)?;
    let (source, destination) = (addresses.first_chunk()?, addresses.last_chunk()?);
    let protocol = *packet.get(9)?;
    let is_first = word(packet, 6)? & 0x1fff == 0;
    let has_ports = is_first && matches!(protocol, redplane_apps::TCP | redplane_apps::UDP);
    let header_len = usize::from(packet[0] & 0xf) * 4;
    let ports = if has_ports { *packet.get(header_len..)?.first_chunk()? } else { [0; 4] };
    let flow = [
        u32::from_be_bytes(*source),
        u32::from_be_bytes(*destination),
        u32::from_be_bytes(ports),
        protocol.into(),
    ];
    Some((vlan, flow))
}

fn word(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|bytes| u16::from_be_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(tags: &[[u8; 4]], protocol: u8, fragment: u8) -> Vec<u8> {
        let mut frame = vec![0; 12];
        tags.iter().for_each(|tag| frame.extend(tag));
        frame.extend(ETHERTYPE_IPV4);
        frame.extend([0x45, 0, 0, 28, 0, 0, 0, fragment, 64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]);
        frame.extend([0, 53, 0x12, 0x34, 0, 8, 0, 0]);
        frame
    }

    const ENDS: [u32; 2] = [0x0a00_0001, 0x0a00_0002];

    #[test]
    fn ports_count_where_there_are_some_and_the_outer_tag_is_the_vlan() {
        let [source, destination] = ENDS;
        let udp = [source, destination, 0x0035_1234, 17];
        assert_eq!(flow_of(&frame(&[], 17, 0)), Some((0, udp)));
        assert_eq!(flow_of(&frame(&[[0x81, 0, 0x60, 217]], 17, 0)), Some((217, udp)));
        let tags = [[0x88, 0xa8, 0x0f, 0xff], [0x81, 0, 0, 5]];
        assert_eq!(flow_of(&frame(&tags, 17, 0)), Some((4095, udp)));
        assert_eq!(flow_of(&frame(&[], 1, 0)), Some((0, [source, destination, 0, 1])));
        assert_eq!(flow_of(&frame(&[], 17, 3)), Some((0, [source, destination, 0, 17])));
    }

    #[test]
    fn other_frames_are_of_no_flow() {
        let mut ipv6 = frame(&[], 17, 0);
        ipv6[12..14].copy_from_slice(&[0x86, 0xdd]);
        let short = &frame(&[], 17, 0)[..36];
        for bytes in [&ipv6[..], short, &[], &frame(&[[0x81, 0, 0, 1]; 3], 17, 0)] {
            assert_eq!(flow_of(bytes), None);
        }
    }
}
