//! `redplane decode`: the protocol messages of captures, one line each.
//!
//! A message is found by its UDP port and read with the geometry of its schema, which is not on the wire: those of our own
//! programs are known, others are given as options. What is on such a port and no message gets a line too, with the reason.

mod datagram;

use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, anyhow, bail};
use redplane_apps::{Counter, HeavyHitter, Nat44};
use redplane_core::program::Program;
use redplane_core::wire::{KEY_WORDS_MAX, Layout, Message, STATE_WORDS_MAX, STORE_PORT, SWITCH_PORT};
use redplane_linux::capture::{Capture, Frame};

use self::datagram::{Datagram, datagram};
use crate::exit::{Kind, OrExit};

/// Options of `redplane decode`.
#[derive(Debug, clap::Args)]
#[command(
    about = "Prints the protocol messages of captures, one line each",
    long_about = "Prints the protocol messages of captures, one line each.

The captures may be pcap or pcapng, of any byte order, and gzipped; they come from tcpdump at a switch or store, or from
the option --record of `redplane switch`. A line has the seconds since the capture's first packet, who sent it to whom,
and the message: kind, schema, switch.incarnation, key, epoch, seq, the sender's tick, then state, reason and the
length of the packet inside where there are any.

Examples:
  redplane decode messages.pcap
  redplane decode --schema 7:2:4 --store-port 9000 before.pcap.gz after.pcap.gz
  redplane decode messages.pcap | grep ' Refuse '"
)]
pub(crate) struct Args {
    /// Captures to read.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Port of the store's first shard; the others are on the ports above it.
    #[arg(long, value_name = "PORT", default_value_t = STORE_PORT)]
    store_port: u16,

    /// How many ports from there on are a store's.
    #[arg(long, value_name = "NUMBER", default_value_t = 64)]
    shards: u16,

    /// Port of switches.
    #[arg(long, value_name = "PORT", default_value_t = SWITCH_PORT)]
    switch_port: u16,

    /// Geometry of a program: words of 32 bits in its keys and states. May be repeated; nat (1:3:3), counter (2:4:1)
    /// and heavy-hitter (3:1:2) are known.
    #[arg(long, value_name = "ID:KEY_WORDS:STATE_WORDS", value_parser = parse_layout)]
    schema: Vec<Layout>,
}

/// Runs the command.
///
/// # Errors
/// A file cannot be read, or not to its end.
pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let mut out = BufWriter::new(io::stdout().lock());
    let mut shown = 0;
    for path in &args.files {
        let mut capture = Capture::open(path).with_context(|| named(path)).or_exit(Kind::Input)?;
        if args.files.len() > 1 && !written(writeln!(out, "{}:", path.display()))? {
            return Ok(ExitCode::SUCCESS);
        }
        let mut first_ns = None;
        loop {
            match capture.next_frame() {
                Ok(Some(frame)) => {
                    let first_ns = *first_ns.get_or_insert(frame.timestamp_ns);
                    match print_frame(&args, &frame, first_ns, &mut out) {
                        Ok(messages) => shown += messages,
                        Err(error) => {
                            written(Err(error))?;
                            return Ok(ExitCode::SUCCESS);
                        }
                    }
                }
                Ok(None) => break,
                Err(error) if error.is_cut_off() => log::warn!("{}: {error}", path.display()),
                Err(error) => {
                    written(out.flush())?;
                    return Err(error).with_context(|| named(path)).or_exit(Kind::Input);
                }
            }
        }
    }
    written(out.flush())?;
    if shown == 0 {
        let last = args.store_port.saturating_add(args.shards.saturating_sub(1));
        eprintln!(
            "no datagram to or from port {} or {}-{last}: other ports are set with --switch-port and --store-port",
            args.switch_port, args.store_port
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn named(path: &std::path::Path) -> String {
    format!("cannot use {}", path.display())
}

/// Whether output goes on: false when the reader has gone, as `head` does.
fn written(result: io::Result<()>) -> anyhow::Result<bool> {
    match result {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(error).context("cannot write to standard output").or_exit(Kind::System),
    }
}

/// Prints the messages of a frame and gives how many lines that were.
fn print_frame(args: &Args, frame: &Frame<'_>, first_ns: u64, out: &mut impl Write) -> io::Result<u64> {
    let Some(datagram) = datagram(frame.bytes) else { return Ok(0) };
    if !is_ours(args, &datagram) {
        return Ok(0);
    }
    let (sign, since_ns) = match frame.timestamp_ns.checked_sub(first_ns) {
        Some(since_ns) => ("", since_ns),
        None => ("-", first_ns - frame.timestamp_ns),
    };
    let time = format!("{sign}{}.{:09}", since_ns / 1_000_000_000, since_ns % 1_000_000_000);
    let prefix = format!("{time:>14} {} > {} ", datagram.from, datagram.to);
    let cut = if datagram.payload.len() < datagram.payload_len {
        format!(" [{} of {} bytes captured]", datagram.payload.len(), datagram.payload_len)
    } else {
        String::new()
    };
    let mut bytes = datagram.payload;
    let mut lines = 0;
    loop {
        lines += 1;
        match Message::parse(bytes, |schema| layout_of(args, schema)) {
            Ok((message, rest)) => {
                writeln!(out, "{prefix}{message}{cut}")?;
                if rest.is_empty() {
                    return Ok(lines);
                }
                bytes = rest;
            }
            Err(error) => {
                writeln!(out, "{prefix}no message: {} bytes {error}{cut}", bytes.len())?;
                return Ok(lines);
            }
        }
    }
}

fn is_ours(args: &Args, datagram: &Datagram<'_>) -> bool {
    let is_store = |port: u16| port.checked_sub(args.store_port).is_some_and(|shard| shard < args.shards);
    [datagram.from.port(), datagram.to.port()]
        .into_iter()
        .any(|port| port == args.switch_port || is_store(port))
}

/// The last one given counts; given ones come before those that are known.
fn layout_of(args: &Args, schema: u8) -> Option<Layout> {
    let known = [Nat44::LAYOUT, Counter::LAYOUT, HeavyHitter::LAYOUT];
    args.schema.iter().rev().chain(&known).find(|layout| layout.schema == schema).copied()
}

fn parse_layout(text: &str) -> anyhow::Result<Layout> {
    let numbers: Vec<u8> = text
        .split(':')
        .map(|number| number.parse().map_err(|_| anyhow!("\"{number}\" is no number from 0 to 255")))
        .collect::<anyhow::Result<_>>()?;
    let &[schema, key_words, state_words] = numbers.as_slice() else {
        bail!("three numbers with colons in between are wanted, as in 7:2:4");
    };
    if !(1..=KEY_WORDS_MAX).contains(&key_words.into()) {
        bail!("a key has 1 to {KEY_WORDS_MAX} words, not {key_words}");
    }
    if !(1..=STATE_WORDS_MAX).contains(&state_words.into()) {
        bail!("a state has 1 to {STATE_WORDS_MAX} words, not {state_words}");
    }
    Ok(Layout { schema, key_words, state_words, slot_words: 0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;
    use redplane_core::packet::Buffer;
    use redplane_core::seq::{Epoch, Incarnation, Seq};
    use redplane_core::time::Tick;
    use redplane_core::wire::{Envelope, Flags, HEADROOM, Kind as MessageKind, SlotRange, Slots};

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        args: Args,
    }

    fn args(options: &[&str]) -> Args {
        Cli::parse_from(["decode", "file"].iter().chain(options)).args
    }

    fn message(schema: u8) -> Vec<u8> {
        let mut memory = [0; HEADROOM];
        let mut buffer = Buffer::empty(&mut memory);
        let envelope = Envelope {
            layout: Layout { schema, ..Nat44::LAYOUT },
            kind: MessageKind::Renew,
            flags: Flags::new(),
            switch: 2,
            incarnation: Incarnation::new(7),
            epoch: Epoch::new(3),
            seq: Seq::new(9),
            timestamp: Tick::new(1234),
            key: &[6, 0x0a00_0001, 80],
            state: &[],
        };
        envelope.encode(&mut buffer).unwrap();
        buffer.bytes().to_vec()
    }

    fn printed(args: &Args, from_port: u16, to_port: u16, payload: &[u8]) -> String {
        let mut bytes = vec![0; 12];
        bytes.extend([8, 0, 0x45, 0]);
        bytes.extend((28 + payload.len() as u16).to_be_bytes());
        bytes.extend([0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]);
        for word in [from_port, to_port, 8 + payload.len() as u16, 0] {
            bytes.extend(word.to_be_bytes());
        }
        bytes.extend(payload);
        let frame = Frame { timestamp_ns: 5_000_000_007, original_len: bytes.len() as u32, bytes: &bytes };
        let mut out = Vec::new();
        print_frame(args, &frame, 4_000_000_000, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn message_on_a_store_port_is_one_line() {
        assert_eq!(
            printed(&args(&[]), 51_000, 8003, &message(1)),
            "   1.000000007 10.0.0.1:51000 > 10.0.0.2:8003 Renew schema=1 switch=2.7 \
             key=00000006.0a000001.00000050 epoch=3 seq=9 t=1234\n"
        );
    }

    #[test]
    fn slots_of_a_detectors_snapshot_are_known() {
        let mut memory = [0; 2 * HEADROOM];
        let mut buffer = Buffer::empty(&mut memory);
        let envelope = Envelope {
            layout: HeavyHitter::LAYOUT,
            kind: MessageKind::SnapshotSlots,
            flags: Flags::new(),
            switch: 2,
            incarnation: Incarnation::new(7),
            epoch: Epoch::new(3),
            seq: Seq::new(9),
            timestamp: Tick::new(1234),
            key: &[217],
            state: &[],
        };
        let range = SlotRange::new(5, 2);
        let slots = Slots { range, base: 9, marks: &[], values: &[1, 2, 3, 4, 5, 6] };
        envelope.encode_slots(&slots, &mut buffer).unwrap();
        let text = printed(&args(&[]), 4000, 8000, buffer.bytes());
        assert!(text.contains("SnapshotSlots schema=3") && text.contains("key=000000d9"), "{text}");
    }

    #[test]
    fn messages_that_share_a_datagram_are_a_line_each() {
        let mut both = message(1);
        both[7] |= 1 << 3; // more
        both.extend(message(1));
        let text = printed(&args(&[]), 8000, 4000, &both);
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), 2, "{text}");
        assert!(lines[0].ends_with(" more") && lines[1].ends_with("t=1234"), "{text}");
    }

    #[test]
    fn other_ports_are_left_out_unless_asked_for() {
        assert_eq!(printed(&args(&[]), 53, 9000, &message(1)), "");
        assert_ne!(printed(&args(&["--store-port", "9000"]), 53, 9000, &message(1)), "");
        assert_ne!(printed(&args(&["--switch-port", "53"]), 53, 9000, &message(1)), "");
    }

    #[test]
    fn bytes_that_are_no_message_say_why() {
        let text = printed(&args(&[]), 4000, 8000, b"GET / HTTP/1.1 and so on");
        assert!(text.contains("no message: 24 bytes of another version of the protocol"), "{text}");
        let text = printed(&args(&[]), 4000, 8000, &message(7));
        assert!(text.contains("no message: 32 bytes of a schema that is not configured"), "{text}");
        let text = printed(&args(&["--schema", "7:3:3"]), 4000, 8000, &message(7));
        assert!(text.contains("Renew schema=7"), "{text}");
    }

    #[test]
    fn geometry_that_cannot_be_is_refused() {
        for text in ["", "1", "1:2", "1:2:3:4", "1:0:1", "1:11:1", "1:1:0", "1:1:17", "256:1:1", "a:1:1"] {
            assert!(parse_layout(text).is_err(), "{text}");
        }
        assert_eq!(
            parse_layout("7:2:4").unwrap(),
            Layout { schema: 7, key_words: 2, state_words: 4, slot_words: 0 }
        );
    }
}
