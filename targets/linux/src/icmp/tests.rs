//! The answer byte by byte, and every case in which there must be none.

use super::*;

const FROM: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 254);
const IP: usize = 14;

/// A UDP packet of 10.0.0.1 to 192.0.2.7 with one hop, `payload` bytes behind its UDP header.
fn offending(payload: usize) -> Vec<u8> {
    let mut frame = vec![2, 0, 0, 0, 0, 0xfe, 2, 0, 0, 0, 0, 1, 0x08, 0x00];
    let total_len = (28 + payload) as u16;
    frame.extend([0x45, 0, (total_len >> 8) as u8, total_len as u8, 0x12, 0x34, 0, 0, 1, 17, 0, 0]);
    frame.extend([10, 0, 0, 1, 192, 0, 2, 7]);
    frame.extend([0x30, 0x39, 0x82, 0x9b, 0, (8 + payload) as u8, 0, 0]);
    frame.extend((0..payload).map(|n| n as u8));
    mend(&mut frame, IP);
    frame
}

/// Sets the IP header checksum right again.
fn mend(frame: &mut [u8], ip: usize) {
    let header_len = usize::from(frame[ip] & 15) * 4;
    frame[ip + 10..ip + 12].fill(0);
    let checksum = !ones_complement_sum(&frame[ip..ip + header_len]);
    frame[ip + 10..ip + 12].copy_from_slice(&checksum.to_be_bytes());
}

fn answer(frame: &[u8]) -> Option<Vec<u8>> {
    let mut out = [0xee; TIME_EXCEEDED_LEN_MAX];
    let length = time_exceeded(frame, FROM, &mut out)?;
    assert!(out[length..].iter().all(|byte| *byte == 0xee), "nothing is written behind the answer");
    Some(out[..length].to_vec())
}

/// What `answer` gives for the packet after `change` and with a sound header checksum.
fn answer_after(change: impl FnOnce(&mut Vec<u8>)) -> Option<Vec<u8>> {
    let mut frame = offending(4);
    change(&mut frame);
    mend(&mut frame, IP);
    answer(&frame)
}

#[test]
fn expired_packet_is_answered_to_its_sender() {
    let frame = offending(4);
    let answer = answer(&frame).unwrap();
    assert_eq!(answer[..14], [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0xfe, 0x08, 0x00]);
    let header = &answer[14..34];
    assert_eq!(header[..10], [0x45, 0xc0, 0, 60, 0, 0, 0x40, 0, 64, 1]);
    assert_eq!(header[12..], [10, 0, 0, 254, 10, 0, 0, 1]);
    assert_eq!(ones_complement_sum(header), 0xffff);
    assert_eq!(answer[34..36], [11, 0]);
    assert_eq!(answer[38..42], [0; 4]);
    assert_eq!(answer[42..], frame[14..]);
    assert_eq!(ones_complement_sum(&answer[34..]), 0xffff);
}

/// Checksums of a packet worked out by hand in RFC 1071's manner: the code is not its own witness.
#[test]
fn checksum_of_known_header_is_known() {
    let header = [
        0x45, 0x00, 0x00, 0x73, 0x00, 0x00, 0x40, 0x00, 0x40, 0x11, 0x00, 0x00, 0xc0, 0xa8, 0x00, 0x01, 0xc0,
        0xa8, 0x00, 0xc7,
    ];
    assert_eq!(!ones_complement_sum(&header), 0xb861);
    assert_eq!(ones_complement_sum(&[0x01]), 0x0100);
}

#[test]
fn tagged_packet_is_answered_with_its_tags() {
    let mut frame = offending(5);
    frame.splice(12..12, [0x88, 0xa8, 0x00, 0x64, 0x81, 0x00, 0x60, 0x05]);
    let answer = answer(&frame).unwrap();
    assert_eq!(answer[12..22], [0x88, 0xa8, 0x00, 0x64, 0x81, 0x00, 0x60, 0x05, 0x08, 0x00]);
    assert_eq!(answer[50..], frame[22..]);
    assert_eq!(ones_complement_sum(&answer[42..]), 0xffff, "an odd length too");
}

#[test]
fn long_packet_is_quoted_up_to_the_limit() {
    let mut frame = offending(1400);
    frame[IP + 2..IP + 4].copy_from_slice(&1428u16.to_be_bytes());
    mend(&mut frame, IP);
    assert_eq!(answer(&frame).unwrap().len(), 14 + 576);
}

#[test]
fn frame_padding_is_not_quoted_and_missing_bytes_are_not_invented() {
    assert_eq!(answer_after(|frame| frame.extend([0; 20])).unwrap().len(), 14 + 28 + 32);
    assert_eq!(answer_after(|frame| frame.truncate(14 + 20 + 8)).unwrap().len(), 14 + 28 + 28);
}

#[test]
fn header_with_options_is_quoted_whole() {
    let answer = answer_after(|frame| {
        frame[IP] = 0x46;
        frame.splice(IP + 20..IP + 20, [1, 1, 1, 0]);
        frame[IP + 3] += 4;
    });
    assert_eq!(answer.unwrap().len(), 14 + 28 + 36);
}

#[test]
fn icmp_questions_are_answered_and_errors_are_not() {
    for kind in 0..=255 {
        let answer = answer_after(|frame| {
            frame[IP + 9] = 1;
            frame[IP + 20] = kind;
        });
        assert_eq!(answer.is_some(), matches!(kind, 0 | 8 | 9 | 10 | 13..=18), "type {kind}");
    }
    let cut = answer_after(|frame| {
        frame[IP + 9] = 1;
        frame.truncate(IP + 20);
    });
    assert_eq!(cut, None, "its type is not known");
}

#[test]
fn fragments_are_answered_for_the_first_alone() {
    assert!(answer_after(|frame| frame[IP + 6] = 0x20).is_some(), "first of several");
    assert!(answer_after(|frame| frame[IP + 7] = 1).is_none(), "second");
    assert!(answer_after(|frame| frame[IP + 6] = 0x10).is_none(), "one far behind");
}

#[test]
fn addresses_of_no_single_host_are_not_answered() {
    for source in [[0, 0, 0, 0], [127, 0, 0, 1], [224, 0, 0, 1], [240, 0, 0, 1], [255; 4]] {
        assert_eq!(
            answer_after(|frame| frame[IP + 12..IP + 16].copy_from_slice(&source)),
            None,
            "{source:?}"
        );
    }
    for destination in [[224, 0, 0, 5], [239, 1, 2, 3], [255; 4]] {
        assert_eq!(answer_after(|frame| frame[IP + 16..IP + 20].copy_from_slice(&destination)), None);
    }
    assert_eq!(answer_after(|frame| frame[0] = 0xff), None, "broadcast on the link");
    assert_eq!(answer_after(|frame| frame[6] |= 1), None, "from a group on the link");
}

#[test]
fn unsound_packets_are_not_answered() {
    assert_eq!(answer_after(|frame| frame[13] = 0x06), None, "not IPv4");
    assert_eq!(answer_after(|frame| frame[IP] = 0x65), None, "another version");
    assert_eq!(answer_after(|frame| frame[IP + 3] = 19), None, "shorter than its header");
    let mut short_header = offending(4);
    short_header[IP] = 0x44;
    assert_eq!(answer(&short_header), None);
    let mut bad_checksum = offending(4);
    bad_checksum[IP + 10] ^= 1;
    assert_eq!(answer(&bad_checksum), None);
    let mut three_tags = offending(4);
    three_tags.splice(12..12, [0x81, 0, 0, 1].repeat(3));
    assert_eq!(answer(&three_tags), None);
}

#[test]
fn every_truncation_is_answered_or_not_without_panic() {
    let frame = offending(4);
    for length in 0..=frame.len() {
        assert_eq!(answer(&frame[..length]).is_some(), length >= 34, "{length} bytes");
    }
}

#[test]
fn short_out_is_left_alone() {
    let frame = offending(4);
    let mut out = [0; 14 + 59];
    assert_eq!(time_exceeded(&frame, FROM, &mut out), None);
    assert_eq!(out, [0; 14 + 59]);
}

#[test]
fn bucket_used_up_refuses_until_time_passes() {
    let mut limit = RateLimit::new(10, 3);
    let start_ns = 5_000_000_000;
    assert_eq!([(); 4].map(|()| limit.allow(start_ns)), [true, true, true, false]);
    assert!(!limit.allow(start_ns + 99_999_999));
    assert!(limit.allow(start_ns + 100_000_000));
    assert!(!limit.allow(start_ns + 100_000_000));
    // A long pause fills it to the brim and no further.
    assert_eq!([(); 4].map(|()| limit.allow(u64::MAX)), [true, true, true, false]);
}

#[test]
fn bucket_given_time_that_goes_back_gains_nothing() {
    let mut limit = RateLimit::new(1, 1);
    assert!(limit.allow(2_000_000_000));
    assert!(!limit.allow(0));
    assert!(!limit.allow(2_000_000_000));
    assert!(limit.allow(3_000_000_000));
}

#[test]
fn bucket_of_nothing_refuses_always() {
    for mut limit in [RateLimit::new(0, 5), RateLimit::new(5, 0)] {
        assert!(!limit.allow(0) && !limit.allow(u64::MAX));
    }
}
