//! Captures made by hand, one for each way that a file can be: good in every format, and wrong in every way.

use std::io::{Cursor, Write};
use std::sync::{Arc, Mutex};

use super::*;

/// Writes words in one byte order.
#[derive(Clone, Copy)]
struct Order {
    big_endian: bool,
}

const LITTLE: Order = Order { big_endian: false };
const BIG: Order = Order { big_endian: true };

impl Order {
    fn word(self, value: u32) -> [u8; 4] {
        if self.big_endian { value.to_be_bytes() } else { value.to_le_bytes() }
    }

    fn half(self, value: u16) -> [u8; 2] {
        if self.big_endian { value.to_be_bytes() } else { value.to_le_bytes() }
    }

    fn words(self, values: &[u32]) -> Vec<u8> {
        values.iter().flat_map(|value| self.word(*value)).collect()
    }

    fn pcap_header(self, magic: u32, link_type: u32) -> Vec<u8> {
        let version = [self.half(2), self.half(4)].concat();
        [self.word(magic).to_vec(), version, self.words(&[0, 0, 65_535, link_type])].concat()
    }

    fn pcap_record(self, second: u32, fraction: u32, original_len: u32, packet: &[u8]) -> Vec<u8> {
        let mut bytes = self.words(&[second, fraction, packet.len() as u32, original_len]);
        bytes.extend_from_slice(packet);
        bytes
    }

    fn block(self, block_type: u32, content: &[u8]) -> Vec<u8> {
        let padding = vec![0; content.len().next_multiple_of(4) - content.len()];
        let length = (12 + content.len() + padding.len()) as u32;
        [&self.words(&[block_type, length])[..], content, &padding, &self.word(length)].concat()
    }

    fn section(self) -> Vec<u8> {
        let content =
            [&self.word(0x1a2b_3c4d)[..], &self.half(1), &self.half(0), &self.words(&[u32::MAX, u32::MAX])];
        self.block(0x0a0d_0d0a, &content.concat())
    }

    fn interface(self, link_type: u16, options: &[u8]) -> Vec<u8> {
        self.block(1, &[&self.half(link_type)[..], &self.half(0), &self.word(0), options].concat())
    }

    fn enhanced(self, interface: u32, units: u64, original_len: u32, packet: &[u8]) -> Vec<u8> {
        let words = [interface, (units >> 32) as u32, units as u32, packet.len() as u32, original_len];
        self.block(6, &[&self.words(&words)[..], packet].concat())
    }
}

const MICRO: u32 = 0xa1b2_c3d4;
const NANO: u32 = 0xa1b2_3c4d;
const PACKET: [u8; 15] = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x08, 0x00, 0x45];

type Owned = (u64, u32, Vec<u8>);

fn open(bytes: &[u8]) -> Result<Capture, CaptureError> {
    Capture::from_reader(Box::new(Cursor::new(bytes.to_vec())), Some(bytes.len() as u64))
}

/// All packets, and the error that ended the capture.
fn drain(capture: &mut Capture) -> (Vec<Owned>, Option<CaptureError>) {
    let mut frames = Vec::new();
    loop {
        match capture.next_frame() {
            Ok(Some(frame)) => frames.push((frame.timestamp_ns, frame.original_len, frame.bytes.to_vec())),
            Ok(None) => return (frames, None),
            Err(error) => {
                assert!(matches!(capture.next_frame(), Ok(None)), "an error is told once");
                return (frames, Some(error));
            }
        }
    }
}

fn read(bytes: &[u8]) -> (Vec<Owned>, Option<CaptureError>) {
    drain(&mut open(bytes).expect("a capture"))
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn good_pcap() -> Vec<u8> {
    let record = LITTLE.pcap_record(7, 5, 1500, &PACKET);
    [LITTLE.pcap_header(MICRO, 1), record.clone(), record].concat()
}

fn good_pcapng(order: Order) -> Vec<u8> {
    let packet = order.enhanced(0, 7_000_005, 1500, &PACKET);
    [order.section(), order.interface(1, &[]), packet.clone(), packet].concat()
}

#[test]
fn pcap_of_either_order_and_resolution_is_read() {
    for order in [LITTLE, BIG] {
        for (magic, fraction_ns) in [(MICRO, 5_000), (NANO, 5)] {
            let bytes = [order.pcap_header(magic, 1), order.pcap_record(7, 5, 1500, &PACKET)].concat();
            let (frames, error) = read(&bytes);
            assert!(error.is_none(), "{error:?}");
            assert_eq!(frames, [(7_000_000_000 + fraction_ns, 1500, PACKET.to_vec())]);
        }
    }
}

#[test]
fn pcap_with_long_record_headers_is_read() {
    let mut record = LITTLE.pcap_record(7, 5, 60, &PACKET);
    record.splice(16..16, [9; 8]);
    let (frames, error) = read(&[LITTLE.pcap_header(0xa1b2_cd34, 1), record.clone(), record].concat());
    assert!(error.is_none(), "{error:?}");
    assert_eq!(frames, vec![(7_000_005_000, 60, PACKET.to_vec()); 2]);
}

#[test]
fn pcapng_of_either_order_is_read() {
    for order in [LITTLE, BIG] {
        let (frames, error) = read(&good_pcapng(order));
        assert!(error.is_none(), "{error:?}");
        assert_eq!(frames, vec![(7_000_005_000, 1500, PACKET.to_vec()); 2]);
    }
}

#[test]
fn pcapng_sections_of_both_orders_in_one_file_are_read() {
    let (frames, error) = read(&[good_pcapng(LITTLE), good_pcapng(BIG)].concat());
    assert!(error.is_none(), "{error:?}");
    assert_eq!(frames.len(), 4);
}

#[test]
fn pcapng_clock_of_interface_is_kept() {
    // if_tsresol (9) in nanoseconds and in 1/1024 s; if_tsoffset (14) of 3 seconds.
    for order in [LITTLE, BIG] {
        let offset = if order.big_endian { 3i64.to_be_bytes() } else { 3i64.to_le_bytes() };
        for (resolution, units, within_ns) in [(9, 1_500_000_000, 1_500_000_000), (0x8a, 512, 500_000_000)] {
            let options = [
                &order.half(9)[..],
                &order.half(1),
                &[resolution, 0, 0, 0],
                &order.half(14),
                &order.half(8),
                &offset,
                &order.word(0),
            ];
            let interface = order.interface(1, &options.concat());
            let bytes = [order.section(), interface, order.enhanced(0, units, 15, &PACKET)].concat();
            let (frames, error) = read(&bytes);
            assert!(error.is_none(), "{error:?}");
            assert_eq!(frames[0].0, 3_000_000_000 + within_ns);
        }
    }
}

#[test]
fn pcapng_absurd_resolution_gives_times_in_range() {
    for resolution in [0, 39, 127, 0x80, 0xff] {
        let options = [&LITTLE.half(9)[..], &LITTLE.half(1), &[resolution, 0, 0, 0]].concat();
        let bytes =
            [LITTLE.section(), LITTLE.interface(1, &options), LITTLE.enhanced(0, u64::MAX, 15, &PACKET)];
        let (frames, error) = read(&bytes.concat());
        assert!(error.is_none(), "{error:?}");
        assert_eq!(frames[0].0, if matches!(resolution, 0 | 0x80) { u64::MAX } else { 0 });
    }
}

#[test]
fn pcapng_simple_and_obsolete_packets_are_read() {
    let simple = LITTLE.block(3, &[&LITTLE.word(15)[..], &PACKET].concat());
    let words = LITTLE.words(&[0xbeef_0000, 0, 5, 15, 1500]);
    let obsolete = LITTLE.block(2, &[&words[..], &PACKET].concat());
    let (frames, error) = read(&[LITTLE.section(), LITTLE.interface(1, &[]), simple, obsolete].concat());
    assert!(error.is_none(), "{error:?}");
    assert_eq!(frames, [(0, 15, PACKET.to_vec()), (5_000, 1500, PACKET.to_vec())]);
}

#[test]
fn pcapng_unknown_block_beyond_window_is_passed_over() {
    let huge = LITTLE.block(0x0bad, &vec![0xff; 1_000_000]);
    let bytes =
        [LITTLE.section(), huge, LITTLE.interface(1, &[]), LITTLE.enhanced(0, 0, 15, &PACKET)].concat();
    let (frames, error) = read(&bytes);
    assert!(error.is_none(), "{error:?}");
    assert_eq!(frames.len(), 1);
}

#[test]
fn pcapng_options_of_packet_that_make_no_sense_are_ignored() {
    let mut content = LITTLE.words(&[0, 0, 0, 4, 4]);
    content.extend_from_slice(&[1, 2, 3, 4, 0xff, 0xff, 0xff, 0xff]);
    let bytes = [LITTLE.section(), LITTLE.interface(1, &[]), LITTLE.block(6, &content)].concat();
    assert_eq!(read(&bytes).0, [(0, 4, vec![1, 2, 3, 4])]);
}

#[test]
fn gzip_is_recognised_by_its_bytes() {
    for plain in [good_pcap(), good_pcapng(BIG)] {
        assert_eq!(read(&gzip(&plain)).0, read(&plain).0);
    }
    // Two members one after the other are one stream.
    let (head, tail) = (good_pcap()[..30].to_vec(), good_pcap()[30..].to_vec());
    assert_eq!(read(&[gzip(&head), gzip(&tail)].concat()).0.len(), 2);
}

#[test]
fn gzip_cut_gives_its_packets_then_cut_off() {
    let stored = flate2::Compression::none();
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), stored);
    encoder.write_all(&good_pcap()).unwrap();
    let whole = encoder.finish().unwrap();
    for missing in 1..12 {
        // First the trailer is missing, then bytes of the last packet.
        let (frames, error) = read(&whole[..whole.len() - missing]);
        assert!(error.as_ref().is_some_and(CaptureError::is_cut_off), "{error:?}");
        assert_eq!(frames.len(), if missing <= 8 { 2 } else { 1 });
    }
}

#[test]
fn gzip_damaged_is_refused() {
    let mut bytes = gzip(&good_pcap());
    bytes[10] = 0xff; // a deflate block type that does not exist
    let error = open(&bytes).unwrap_err();
    assert!(matches!(error, CaptureError::Read { .. }), "{error}");
}

#[test]
fn long_capture_moves_its_window_and_shows_progress() {
    let packet = vec![0xab; 9_000];
    let mut bytes = LITTLE.pcap_header(NANO, 1);
    for n in 0..200 {
        bytes.extend(LITTLE.pcap_record(0, n, 9_000, &packet));
    }
    let mut capture = open(&bytes).unwrap();
    let mut position = capture.position();
    for n in 0..200 {
        let frame = capture.next_frame().unwrap().unwrap();
        assert_eq!((frame.timestamp_ns, frame.bytes), (n, &packet[..]));
        assert!(capture.position() > position || n == 0);
        position = capture.position();
    }
    assert!(capture.next_frame().unwrap().is_none());
    assert_eq!((capture.position(), capture.packets()), (capture.total_bytes().unwrap(), 200));
}

#[test]
fn wire_length_below_captured_is_raised() {
    let bytes = [LITTLE.pcap_header(MICRO, 1), LITTLE.pcap_record(0, 0, 3, &PACKET)].concat();
    assert_eq!(read(&bytes).0[0].1, 15);
}

#[test]
fn garbage_times_do_not_overflow() {
    let record = LITTLE.pcap_record(u32::MAX, u32::MAX, 15, &PACKET);
    assert_eq!(
        read(&[LITTLE.pcap_header(MICRO, 1), record].concat()).0[0].0,
        u64::from(u32::MAX) * 1_000_001_000
    );
}

#[test]
fn no_packets_is_a_good_capture() {
    let (frames, error) = read(&LITTLE.pcap_header(MICRO, 1));
    assert!(frames.is_empty() && error.is_none());
    let capture = open(&LITTLE.section()).unwrap();
    assert_eq!(capture.link_type(), None);
    assert!(read(&LITTLE.section()).1.is_none());
}

#[test]
fn loopback_capture_gives_ethernet() {
    let record = LITTLE.pcap_record(0, 0, 6, &[2, 0, 0, 0, 0x45, 9]);
    let mut capture = open(&[LITTLE.pcap_header(MICRO, 0), record].concat()).unwrap();
    assert_eq!(capture.link_type(), Some(LinkType(0)));
    let frame = capture.next_frame().unwrap().unwrap();
    assert_eq!((frame.original_len, &frame.bytes[12..]), (16, &[0x08, 0x00, 0x45, 9][..]));
}

/// Each refusal by `open`, and the sentence its owner reads.
#[test]
fn unusable_files_are_refused_with_a_reason() {
    let old = {
        let mut header = LITTLE.pcap_header(MICRO, 1);
        header[6] = 1;
        header
    };
    let zstd = [&[0x28, 0xb5, 0x2f, 0xfd][..], &[0; 40]].concat();
    let packet_of_usb =
        [LITTLE.section(), LITTLE.interface(189, &[]), LITTLE.enhanced(0, 0, 1, &[1])].concat();
    for (bytes, reason) in [
        (vec![], "the file is empty"),
        (gzip(&[]), "the file is empty"),
        (b"\xd4\xc3\xb2".to_vec(), "ends inside its header, after 3 bytes"),
        (good_pcap()[..23].to_vec(), "ends inside its header, after 23 bytes"),
        (good_pcapng(LITTLE)[..20].to_vec(), "ends inside its header, after 20 bytes"),
        (vec![0xde, 0xad, 0xbe, 0xef, 1], "begins with de ad be ef, neither pcap nor pcapng"),
        (b"\n\r\r\nsome text that is no pcapng file".to_vec(), "not a packet capture"),
        (zstd, "compressed with zstd: decompress it first (unzstd)"),
        (gzip(&gzip(&good_pcap())), "compressed twice"),
        (old, "version 2.1 of the capture format is not supported"),
        (LITTLE.pcap_header(MICRO, 127), "unsupported link type 127 (IEEE 802.11 with radiotap header)"),
        (LITTLE.pcap_header(MICRO, 200), "unsupported link type 200 (no common one)"),
        (packet_of_usb, "unsupported link type 189 (Linux USB): only Ethernet"),
    ] {
        let error = open(&bytes).expect_err(reason);
        assert!(!error.is_cut_off() && error.to_string().contains(reason), "{error}");
    }
    let error = Capture::open("no/such/file.pcap").unwrap_err();
    assert!(error.to_string().contains("cannot open no/such/file.pcap"), "{error}");
}

/// Each fault behind two good packets: both are handed out, then the fault.
#[test]
fn damaged_files_give_their_packets_then_the_fault() {
    let record = LITTLE.pcap_record(0, 0, 15, &PACKET);
    let long = LITTLE.words(&[0, 0, 262_145, 262_145]);
    let absurd = LITTLE.words(&[0, 0, u32::MAX, 60]);
    let long_whole = LITTLE.pcap_record(0, 0, 0, &vec![0; 262_145]);
    let cut = "cut off in record 3, after 2 good packets";
    for (tail, reason) in [
        (record[..15].to_vec(), cut),
        (record[..20].to_vec(), cut),
        (long, "in record 3, after 2 good packets: it claims 262145 bytes, the limit is 262144"),
        (long_whole, "it claims 262145 bytes"),
        (absurd, "it claims 4294967295 bytes"),
    ] {
        let (frames, error) = read(&[good_pcap(), tail].concat());
        let error = error.expect(reason);
        assert!(frames.len() == 2 && error.to_string().contains(reason), "{error}");
        assert_eq!(error.is_cut_off(), reason == cut);
    }
    let mut lengths_differ = LITTLE.enhanced(0, 0, 15, &PACKET);
    *lengths_differ.last_mut().unwrap() ^= 1;
    let cut = "cut off in record 5, after 2 good packets";
    let other_version = {
        let mut section = LITTLE.section();
        section[12] = 2;
        section
    };
    for (tail, reason) in [
        (LITTLE.enhanced(0, 0, 15, &PACKET)[..40].to_vec(), cut),
        (LITTLE.words(&[6]), cut),
        (LITTLE.words(&[0x0bad, 4_000_000_000]), cut),
        (LITTLE.words(&[6, 0]), "its length is less than its own header"),
        (LITTLE.words(&[0x0bad, 0]), "its length is less than its own header"),
        (LITTLE.words(&[6, 33]), "its length is no multiple of four"),
        (LITTLE.words(&[6, 4_000_000_000]), "it claims 4000000000 bytes"),
        (LITTLE.block(6, &[0; 8]), "too short for a packet block"),
        (LITTLE.block(3, &[]), "too short for a simple packet block"),
        (LITTLE.block(6, &LITTLE.words(&[0, 0, 0, 5, 5, 0])), "its packet is longer than its block"),
        (LITTLE.block(6, &LITTLE.words(&[0, 0, 0, u32::MAX, 5, 0])), "it claims 4294967295 bytes"),
        (LITTLE.enhanced(1, 0, 15, &PACKET), "interface that the file does not describe"),
        (LITTLE.block(1, &[]), "it is no interface description"),
        (lengths_differ, "its two lengths differ"),
        (LITTLE.words(&[0x0a0d_0d0a, 28, 0x1111_1111]), "byte order mark"),
        (other_version, "version 2.0 of the capture format"),
        (
            [LITTLE.interface(105, &[]), LITTLE.enhanced(1, 0, 15, &PACKET)].concat(),
            "unsupported link type 105 (IEEE 802.11 wireless) after 2 good packets",
        ),
        (LITTLE.interface(1, &[]).repeat(4096), "one interface too many"),
    ] {
        let (frames, error) = read(&[good_pcapng(LITTLE), tail].concat());
        let error = error.expect(reason);
        assert!(frames.len() == 2 && error.to_string().contains(reason), "{error}, not {reason}");
        assert_eq!(error.is_cut_off(), reason == cut);
    }
}

#[test]
fn every_truncation_gives_whole_packets_then_cut_off() {
    for whole in [good_pcap(), good_pcapng(LITTLE), good_pcapng(BIG)] {
        for length in 0..whole.len() {
            let Ok(mut capture) = open(&whole[..length]) else { continue };
            let (frames, error) = drain(&mut capture);
            assert!(frames.len() < 2 && frames.iter().all(|(_, _, bytes)| *bytes == PACKET));
            assert!(error.as_ref().is_none_or(CaptureError::is_cut_off), "{error:?}");
        }
    }
}

/// Random damage to good files, and random bytes behind good magics: whatever comes out, it ends and does not panic.
#[test]
fn damaged_at_random_ends_without_panic() {
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let seeds = [good_pcap(), good_pcapng(LITTLE), good_pcapng(BIG), gzip(&good_pcapng(LITTLE).repeat(3))];
    let (mut refused, mut ended, mut faults) = (0, 0, 0);
    for round in 0..4_000 {
        let mut bytes = seeds[round % seeds.len()].clone();
        match random() % 3 {
            0 => {
                for _ in 0..1 + random() % 4 {
                    let at = random() as usize % bytes.len();
                    bytes[at] = random() as u8;
                }
            }
            1 => bytes.truncate(random() as usize % bytes.len()),
            _ => {
                bytes.truncate(28);
                bytes.extend((0..random() % 600).map(|_| if random() % 2 == 0 { 0 } else { random() as u8 }));
            }
        }
        match open(&bytes) {
            Err(error) => {
                assert!(!error.to_string().is_empty());
                refused += 1;
            }
            Ok(mut capture) => match drain(&mut capture).1 {
                Some(_) => faults += 1,
                None => ended += 1,
            },
        }
    }
    assert!(
        refused > 100 && faults > 100 && ended > 100,
        "{refused} {faults} {ended}: one kind never came up"
    );
}

/// A file that stays readable when the writer is gone.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, buf: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(buf);
        Ok(buf.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn written_capture_is_read_back() {
    let out = Shared::default();
    let mut writer = CaptureWriter::new(Box::new(out.clone())).unwrap();
    writer
        .write(&Frame { timestamp_ns: 1_700_000_000_123_456_789, original_len: 1500, bytes: &PACKET })
        .unwrap();
    writer.write(&Frame { timestamp_ns: u64::MAX, original_len: 0, bytes: &PACKET }).unwrap();
    assert_eq!(writer.packets(), 2);
    writer.finish().unwrap();
    let (frames, error) = read(&out.0.lock().unwrap());
    assert!(error.is_none(), "{error:?}");
    assert_eq!(frames[0], (1_700_000_000_123_456_789, 1500, PACKET.to_vec()));
    assert_eq!(frames[1], (4_294_967_295_999_999_999, 15, PACKET.to_vec()));
}

#[test]
fn writer_given_too_long_frame_refuses_and_goes_on() {
    let out = Shared::default();
    let mut writer = CaptureWriter::new(Box::new(out.clone())).unwrap();
    let bytes = vec![0; MAX_CAPTURED_LEN + 1];
    let error = writer.write(&Frame { timestamp_ns: 0, original_len: 0, bytes: &bytes }).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
    writer.write(&Frame { timestamp_ns: 0, original_len: 0, bytes: &bytes[1..] }).unwrap();
    writer.finish().unwrap();
    assert_eq!(read(&out.0.lock().unwrap()).0.len(), 1);
}

#[test]
fn writer_on_full_disk_reports_at_finish() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Ok(0)
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let writer = CaptureWriter::new(Box::new(Full)).unwrap();
    assert_eq!(writer.finish().unwrap_err().kind(), std::io::ErrorKind::WriteZero);
}
