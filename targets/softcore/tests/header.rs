//! The C header: made from the source, compared with what is in the repository, documented, and accepted by a C compiler.
//!
//! `REDPLANE_BLESS=1` writes it anew.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use redplane_core::count::{Event, Reason};
use redplane_softcore::count::DeviceCounters;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

const INTRODUCTION: &str = "\
/*
 * RedPlane for soft cores. Generated from targets/softcore/src/c_abi.rs: do not edit.
 *
 * A device is an rp_ctx in the caller's memory, with up to three regions beside it. A main loop gives it the frames that came in
 * (rp_on_frame) and the time (rp_poll), and does with each output what its verdict says:
 *
 *     for (;;) {
 *         uint32_t now = ticks();                         // of 256 ns, wrapping
 *         while (receive(&frame)) {
 *             n = rp_on_frame(&ctx, now, &frame, out, 8);
 *             for (i = 0; i < n; i++) act(&out[i]);       // send, keep or reuse the buffer named by out[i].tag
 *         }
 *         while ((n = rp_poll(&ctx, now, out, 8)) != 0)
 *             for (i = 0; i < n; i++) act(&out[i]);
 *     }
 *
 * No call blocks, allocates, or needs an atomic instruction. Calls for one context must not overlap; only rp_give_up_all may be
 * made from an interrupt. Counters are 32-bit words at the start of the fast region, in the order of the lists below, and may be
 * read at any time by whoever can read the memory.
 */
";

const SIZES: &str = "\
/**
 * Bytes of the fast region for `flows` flows (a power of two, 4 at least) with slots of `slot_size` bytes.
 */
#define RP_FAST_SIZE(slot_size, flows) (RP_COUNTERS_SIZE + (slot_size) * (flows))

/**
 * Bytes of the slow region for `copies` unanswered messages of `copy_size` bytes.
 */
#define RP_SLOW_SIZE(copy_size, copies) ((copy_size) * (copies))

/**
 * Bytes of the packet region for `messages` messages of the library's own that are on their way out.
 */
#define RP_PACKET_SIZE(messages) (RP_MESSAGE_SIZE * (messages))

/**
 * Set in the tag of a frame whose buffer is the library's: give it back with `rp_sent` when it has left. Clear in a caller's tags.
 */
#define RP_TAG_OWN UINT32_C(0x80000000)
";

/// `TtlExpired` as `TTL_EXPIRED`.
fn shouted(name: &str) -> String {
    let mut text = String::new();
    for (at, letter) in name.char_indices() {
        if letter.is_uppercase() && at > 0 {
            text.push('_');
        }
        text.push(letter.to_ascii_uppercase());
    }
    text
}

fn list<'a>(about: &str, prefix: &str, names: impl Iterator<Item = (&'a str, String)>) -> String {
    let mut text = format!("/**\n * {about}\n */\nenum {} {{\n", prefix.to_lowercase());
    for (value, (name, doc)) in names.enumerate() {
        writeln!(text, "    /**\n     * {doc}\n     */\n    {prefix}_{} = {value},", shouted(name)).unwrap();
    }
    text + "};\n"
}

fn doc(about: &str, rule: &str) -> String {
    if rule.is_empty() { about.to_owned() } else { format!("{about} ({rule})") }
}

fn generated() -> String {
    let config = cbindgen::Config::from_file(root().join("cbindgen.toml")).unwrap();
    let mut bytes = Vec::new();
    cbindgen::Builder::new()
        .with_src(root().join("src/c_abi.rs"))
        .with_config(config)
        .generate()
        .unwrap()
        .write(&mut bytes);
    let text = String::from_utf8(bytes).unwrap();
    let reasons = list(
        "Why a frame was ignored. Counter of reason r: word r of the fast region.",
        "RP_REASON",
        Reason::ALL.iter().map(|reason| (reason.name(), doc(reason.about(), reason.rule()))),
    );
    let events = list(
        "What was done. Counter of event e: word RP_EVENTS_AT + e of the fast region.",
        "RP_EVENT",
        Event::ALL.iter().map(|event| (event.name(), doc(event.about(), event.rule()))),
    );
    let devices = list(
        "What the device did. Counter of d: word RP_DEVICE_AT + d of the fast region.",
        "RP_DEVICE",
        DeviceCounters::ZERO.all().map(|(name, about, _)| (name, about.to_owned())),
    );
    let starts = format!(
        "/**\n * Word of the fast region where the counters of events begin.\n */\n#define RP_EVENTS_AT {}\n\n\
         /**\n * Word of the fast region where the counters of the device begin.\n */\n#define RP_DEVICE_AT {}\n",
        Reason::ALL.len(),
        Reason::ALL.len() + Event::ALL.len(),
    );
    let guard_end = text.find("#ifdef __cplusplus").unwrap();
    let (front, back) = text.split_at(guard_end);
    format!("{INTRODUCTION}{front}{SIZES}\n{reasons}\n{events}\n{devices}\n{starts}\n{back}")
}

#[test]
fn header_in_the_repository_is_the_generated_one() {
    let path = root().join("include/redplane.h");
    let header = generated();
    if std::env::var_os("REDPLANE_BLESS").is_some() {
        std::fs::write(&path, &header).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == header,
        "{} is old: REDPLANE_BLESS=1 cargo test -p redplane-softcore --test header",
        path.display()
    );
}

/// With all warnings as errors, and with a use of every macro.
#[test]
fn header_compiles_without_warnings() {
    let uses = "#include \"redplane.h\"
        static uint8_t fast[RP_FAST_SIZE(RP_NAT_SLOT_SIZE, 8)], slow[RP_SLOW_SIZE(RP_NAT_COPY_SIZE, 4)], packet[RP_PACKET_SIZE(2)];
        static struct rp_ctx ctx;
        uint32_t use(uint32_t now);
        uint32_t use(uint32_t now) {
            struct rp_config config;
            rp_config_default(&config, 1, 7);
            struct rp_regions regions = {fast, sizeof fast, slow, sizeof slow, packet, sizeof packet};
            struct rp_desc out[RP_OUT_MIN];
            if (rp_nat_init(&ctx, &regions, &config, now) != RP_OK) return 0;
            uint32_t n = rp_poll(&ctx, now, out, RP_OUT_MIN);
            if (n != 0 && out[0].verdict == RP_RELEASE && (out[0].tag & RP_TAG_OWN) != 0) rp_sent(&ctx, out[0].tag);
            return n + (uint32_t)RP_REASON_MALFORMED + RP_EVENTS_AT + RP_DEVICE_AT;
        }";
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let source = folder.join("uses.c");
    std::fs::write(&source, uses).unwrap();
    let mut cc = std::process::Command::new("cc");
    cc.args(["-Wall", "-Wextra", "-Werror", "-pedantic", "-std=c99", "-fsyntax-only", "-I"]);
    let output = cc.arg(root().join("include")).arg(&source).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Whether a line begins an item of its own.
fn begins_item(line: &str) -> bool {
    let declares = ["#define RP_", "struct rp_", "enum rp_"].iter().any(|start| line.starts_with(start));
    let is_function = line.contains("rp_") && line.contains('(') && !line.starts_with([' ', '#', '/', '*']);
    let is_member = line.starts_with("    ") && (line.ends_with(';') || line.ends_with(','));
    declares || is_function || is_member && !line.trim_start().starts_with(['*', '/'])
}

#[test]
fn every_item_of_the_header_has_a_comment() {
    let header = generated();
    let code = header.split_once("#ifndef").unwrap().1;
    let lines: Vec<&str> = code.lines().collect();
    let mut items = 0;
    // The arguments of a function that takes several lines are indented far.
    for (at, line) in lines
        .iter()
        .enumerate()
        .skip(1)
        .filter(|(_, line)| begins_item(line) && !line.starts_with("         "))
    {
        assert!(lines[at - 1].trim_end().ends_with("*/"), "no comment above: {line}");
        items += 1;
    }
    assert!(items > 100, "{items} items: the header is longer than that");
}
