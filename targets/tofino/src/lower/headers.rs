//! Header types, the sets of headers, metadata, and where each field of core lives in them.
//!
//! Headers of the network are made of `PIECES`: what is parsed and emitted as one. Most are a header; some are a part of one that
//! is shared. TCP and UDP begin with the same ports; and TCP and ICMP share the piece with the checksum, because a deparser has
//! six units to add up checksums, and one unit writes one field:
//!
//! ```text
//! TCP    ports 4 | tcp 12 (sequence numbers … window)     | l4_checksum 2 | tcp_end 2 (urgent pointer)
//! UDP    ports 4 | udp 4 (length, checksum)
//! ICMP             icmp 2 (type, code)                    | l4_checksum 2 | icmp_end 4 (identifier, number)
//! ```
//!
//! Internal headers stand in front of a packet on its way from ingress to egress, or around the loop; `README.md` says which when.

use redplane_core::field::{Checksum, Field, Header as CoreHeader, Place};
use redplane_core::wire;
use redplane_hdl_sim::pipeline::{Output, PhvField, Role};

use super::ProgramShape;
use super::names::{FATE_BITS, KIND_BITS, PASS_BITS, WAY_BITS};
use crate::p4::ast::{self, Annotation, Expr, Header, Noted, Stmt, Struct, Type};

/// The longest header that is known to fit in front of a mirrored packet.
pub const MIRROR_HEADER_MAX: u32 = 28;

/// Bytes of Ethernet, IPv4 and UDP around a message.
pub const ENVELOPE_BYTES: u32 = ETHERNET_BYTES + IPV4_BYTES + UDP_BYTES;

/// Bytes of an Ethernet header.
pub const ETHERNET_BYTES: u32 = 14;
/// Bytes of an IPv4 header without options.
pub const IPV4_BYTES: u32 = CoreHeader::Ipv4.fixed_len() as u32;
/// Bytes of a UDP header.
pub const UDP_BYTES: u32 = CoreHeader::Udp.fixed_len() as u32;
/// Bytes of the RedPlane header.
pub const REDPLANE_BYTES: u32 = wire::HEADER_LEN as u32;

/// Words of IPv4 options that one header takes; together they take any number up to ten.
pub(crate) const OPTION_WORDS: [u32; 4] = [8, 4, 2, 1];

/// Part of a header of the network, as it is parsed and emitted.
pub(crate) struct Piece {
    /// Its name in the headers.
    name: &'static str,
    /// Its type.
    ty: &'static str,
    /// Which bytes of which of core's headers it is.
    covers: &'static [(CoreHeader, usize, usize)],
    /// Its fields: offset in the first of the headers that it covers, bytes, name.
    fields: &'static [(usize, usize, &'static str)],
}

const IPV4_FIELDS: &[(usize, usize, &str)] = &[
    (0, 1, "version_ihl"),
    (1, 1, "diffserv"),
    (2, 2, "total_len"),
    (4, 2, "identification"),
    (6, 2, "fragment"),
    (8, 2, "ttl_protocol"),
    (10, 2, "checksum"),
    (12, 4, "src_addr"),
    (16, 4, "dst_addr"),
];

/// All pieces, in the order in which they follow one another in a packet.
pub(crate) const PIECES: &[Piece] = &[
    Piece { name: "ipv4", ty: "ipv4_h", covers: &[(CoreHeader::Ipv4, 0, 20)], fields: IPV4_FIELDS },
    Piece {
        name: "ports",
        ty: "ports_h",
        covers: &[(CoreHeader::Udp, 0, 4), (CoreHeader::Tcp, 0, 4)],
        fields: &[(0, 2, "src"), (2, 2, "dst")],
    },
    Piece {
        name: "tcp",
        ty: "tcp_h",
        covers: &[(CoreHeader::Tcp, 4, 16)],
        fields: &[
            (4, 4, "seq_no"),
            (8, 4, "ack_no"),
            (12, 1, "data_offset"),
            (13, 1, "flags"),
            (14, 2, "window"),
        ],
    },
    Piece {
        name: "udp",
        ty: "udp_h",
        covers: &[(CoreHeader::Udp, 4, 8)],
        fields: &[(4, 2, "length"), (6, 2, "checksum")],
    },
    Piece {
        name: "icmp",
        ty: "icmp_h",
        covers: &[(CoreHeader::Icmp, 0, 2)],
        fields: &[(0, 1, "kind"), (1, 1, "code")],
    },
    Piece {
        name: "l4_checksum",
        ty: "l4_checksum_h",
        covers: &[(CoreHeader::Tcp, 16, 18), (CoreHeader::Icmp, 2, 4)],
        fields: &[(16, 2, "value")],
    },
    Piece {
        name: "tcp_end",
        ty: "tcp_end_h",
        covers: &[(CoreHeader::Tcp, 18, 20)],
        fields: &[(18, 2, "urgent_pointer")],
    },
    Piece {
        name: "icmp_end",
        ty: "icmp_end_h",
        covers: &[(CoreHeader::Icmp, 4, 8)],
        fields: &[(4, 2, "id"), (6, 2, "seq_no")],
    },
    Piece {
        name: "inner_ipv4",
        ty: "ipv4_h",
        covers: &[(CoreHeader::InnerIpv4, 0, 20)],
        fields: IPV4_FIELDS,
    },
    Piece {
        name: "inner_l4",
        ty: "inner_l4_h",
        covers: &[(CoreHeader::InnerL4, 0, 8)],
        fields: &[
            (0, 2, "src_or_kind"),
            (2, 2, "dst_or_checksum"),
            (4, 2, "length_or_id"),
            (6, 2, "checksum_or_seq_no"),
        ],
    },
];

impl Piece {
    fn header(&self) -> Header {
        self.fields
            .iter()
            .fold(Header::new(self.ty), |header, (_, bytes, name)| header.bits(*name, 8 * *bytes as u32))
    }

    /// Where in the piece this place of one of core's headers is, counted as the piece's fields are.
    fn offset_of(&self, place: Place) -> Option<usize> {
        let (_, first, _) = self.covers[0];
        self.covers.iter().find_map(|(header, from, to)| {
            let inside =
                *header == place.header && *from <= place.offset && place.offset + place.width <= *to;
            inside.then(|| place.offset - from + first)
        })
    }
}

/// The expression for a place in a header of the network: a field, or a slice of one.
///
/// `None` if no piece has it; that is a slip in `PIECES` which the tests would show.
pub fn place_path(place: Place) -> Option<Expr> {
    PIECES.iter().find_map(|piece| {
        let offset = piece.offset_of(place)?;
        piece.fields.iter().find_map(|(start, bytes, name)| {
            let path = Expr::from("hdr").field(piece.name).field(*name);
            if *start == offset && *bytes == place.width {
                return Some(path);
            }
            let inside = *start <= offset && offset + place.width <= start + bytes;
            inside.then(|| {
                let low = 8 * (start + bytes - offset - place.width) as u32;
                path.slice(low + 8 * place.width as u32 - 1, low)
            })
        })
    })
}

/// Whether the parser has found one of core's headers.
pub fn valid(header: CoreHeader) -> Expr {
    let piece = match header {
        CoreHeader::Ipv4 => "ipv4",
        CoreHeader::Tcp => "tcp",
        CoreHeader::Udp => "udp",
        CoreHeader::Icmp => "icmp",
        CoreHeader::InnerIpv4 => "inner_ipv4",
        CoreHeader::InnerL4 => "inner_l4",
    };
    Expr::from("hdr").field(piece).is_valid()
}

/// The tick of a pass in ingress: the timestamp that the parser takes of every packet, the generator's too; bits 39:8 are 256 ns.
pub fn now() -> Expr {
    Expr::from("ig_prsr_md.global_tstamp").slice(39, 8)
}

/// Where a field of the vector lives in ingress, in the field's width. `None` for what has no place there, and for what the stages
/// keep by themselves: temporary values.
pub fn ingress_path(field: &PhvField) -> Option<Expr> {
    let path = match field.role {
        Role::Field(Field::Pass) => "hdr.bridge.pass",
        Role::Field(Field::Now) => return Some(now()),
        Role::Field(Field::IngressPort) => "hdr.bridge.port",
        Role::Field(Field::Inside) => "ig_md.inside",
        Role::Field(Field::Key(word)) => return Some(narrowed(word_path("hdr.key", word), field.bits)),
        Role::Field(Field::State(word)) => return Some(narrowed(word_path("hdr.state", word), field.bits)),
        // In every pass something that stages may ask for: the fields of a header that is not there hold anything.
        Role::Field(Field::MessageKind) => "ig_md.message_kind",
        Role::Field(Field::MessageSwitch) => "hdr.redplane.switch_id",
        Role::Field(Field::MessageIncarnation) => "hdr.redplane.incarnation",
        Role::Field(Field::MessageEpoch) => "hdr.redplane.epoch",
        Role::Field(Field::MessageSeq) => "hdr.redplane.seq",
        Role::Field(Field::MessageTimestamp) => "hdr.redplane.timestamp",
        Role::Field(Field::MessageEndsLease) => "ig_md.ends_lease",
        Role::Field(Field::MessageCarries) => "hdr.redplane.piggyback",
        Role::Field(Field::CopyDue) => "hdr.copy.due",
        Role::Field(Field::CopyWait) => "hdr.copy.wait",
        Role::Field(Field::OutKind) => "hdr.bridge.kind",
        Role::Field(Field::OutEpoch) => "hdr.bridge.epoch",
        Role::Field(Field::OutSeq) => "hdr.bridge.seq",
        Role::Field(Field::OutCarry) => "hdr.bridge.carry",
        Role::Field(Field::SweepIndex) | Role::Slot => "ig_md.slot",
        Role::Field(Field::Leaves) => return None,
        Role::Field(named) => return place_path(named.place()?),
        Role::Hit => "ig_md.hit",
        Role::TableFull => "ig_md.table_full",
        Role::MirrorDepth => "hdr.copy.depth",
        Role::Output(Output::Fate) => "ig_md.fate",
        Role::Output(Output::Reason) => "ig_md.reason",
        Role::Output(Output::MirrorKind) => "ig_md.mirror_kind",
        Role::Output(Output::MirrorEpoch) => "ig_md.mirror_epoch",
        Role::Output(Output::MirrorSeq) => "ig_md.mirror_seq",
        Role::Output(Output::MirrorDue) => "hdr.bridge.due",
        Role::Output(Output::MirrorWait) => "hdr.bridge.wait",
        Role::Output(
            Output::SendKind
            | Output::SendEpoch
            | Output::SendSeq
            | Output::SendTimestamp
            | Output::SendCarry
            | Output::SendRetransmission,
        )
        | Role::Temp => return None,
    };
    Some(Expr::from(path))
}

/// Where a field of the vector lives in egress. `None` as in [`ingress_path`]; and for the epoch and seq of a copy, which are those of
/// the message that it is cut off: what a stage writes there is left out.
pub fn egress_path(field: &PhvField) -> Option<Expr> {
    let path = match field.role {
        Role::Field(Field::Pass) => "hdr.bridge.pass",
        Role::Field(Field::Now) => "hdr.bridge.now",
        Role::Field(Field::Key(word)) => return Some(narrowed(word_path("hdr.key", word), field.bits)),
        Role::Field(Field::State(word)) => return Some(narrowed(word_path("hdr.state", word), field.bits)),
        Role::Field(Field::CopyWait) => "hdr.bridge.copy_wait",
        Role::Field(Field::OutKind) => "hdr.bridge.kind",
        Role::Field(Field::OutEpoch) => "hdr.bridge.epoch",
        Role::Field(Field::OutSeq) => "hdr.bridge.seq",
        Role::Field(Field::OutCarry) => "hdr.bridge.carry",
        Role::Output(Output::MirrorKind) => "eg_md.mirror_kind",
        Role::Output(Output::MirrorDue) => "eg_md.mirror_due",
        Role::Output(Output::MirrorWait) => "eg_md.mirror_wait",
        Role::Output(Output::SendKind) => "hdr.redplane.kind",
        Role::Output(Output::SendEpoch) => "hdr.redplane.epoch",
        Role::Output(Output::SendSeq) => "hdr.redplane.seq",
        Role::Output(Output::SendTimestamp) => "hdr.redplane.timestamp",
        Role::Output(Output::SendCarry) => "hdr.redplane.piggyback",
        Role::Output(Output::SendRetransmission) => "hdr.redplane.retransmission",
        _ => return None,
    };
    Some(Expr::from(path))
}

/// The lowest bits of a word of 32: the program knows that the others are zero.
fn narrowed(word: Expr, bits: u32) -> Expr {
    if bits < 32 { word.slice(bits - 1, 0) } else { word }
}

/// Word `word` of the key or state.
pub(crate) fn word_path(header: &str, word: u8) -> Expr {
    Expr::from(header).field(format!("word_{word}"))
}

/// A change of a word under a checksum, which the deparser adds up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mend {
    number: usize,
    checksum: Checksum,
    bits: u32,
}

impl Mend {
    /// Number `number` of the program's, counted over all checksums; its words have up to `bits` bits.
    pub fn new(number: usize, checksum: Checksum, bits: u32) -> Self {
        Self { number, checksum, bits: if bits > 16 { 32 } else { 16 } }
    }

    /// The checksum.
    pub fn checksum(&self) -> Checksum {
        self.checksum
    }

    /// What to do where the mend's guard holds: of `old` and `new`, the word before and after with their widths in bits, everything
    /// that the deparser needs.
    ///
    /// The statements may stand in one action. They do not read what they write.
    pub fn body(&self, old: (Expr, u32), new: (Expr, u32)) -> Vec<Stmt> {
        let wide = |(word, bits): (Expr, u32)| {
            if bits == self.bits { word } else { word.cast(Type::Bit(self.bits)) }
        };
        let checksum = place_path(self.checksum.place()).into_iter();
        let complement = checksum.map(|path| Stmt::assign(complement_of(self.checksum), !path));
        let words = [Stmt::assign(self.taken_away(), !wide(old)), Stmt::assign(self.added(), wide(new))];
        let update = Stmt::assign(mends(self.checksum), 1);
        words.into_iter().chain(complement).chain([update]).collect()
    }

    /// Paths of its two words.
    pub(crate) fn words(&self) -> [String; 2] {
        ["old", "new"].map(|which| format!("ig_md.mend_{}_{which}", self.number))
    }

    /// ~m, 0 where nothing changes.
    pub(crate) fn taken_away(&self) -> Expr {
        let [old, _] = self.words();
        Expr::from(old)
    }

    /// m', 0 where nothing changes.
    pub(crate) fn added(&self) -> Expr {
        let [_, new] = self.words();
        Expr::from(new)
    }
}

/// ~HC, for the deparser.
pub(crate) fn complement_of(checksum: Checksum) -> Expr {
    Expr::from("ig_md").field(format!("{}_complement", checksum_name(checksum)))
}

/// 1 if the checksum is mended.
pub(crate) fn mends(checksum: Checksum) -> Expr {
    Expr::from("ig_md").field(format!("mends_{}", checksum_name(checksum)))
}

/// TCP's and ICMP's are one field.
pub(crate) fn checksum_name(checksum: Checksum) -> &'static str {
    match checksum {
        Checksum::Ipv4 => "ipv4",
        Checksum::Tcp | Checksum::Icmp => "l4",
        Checksum::Udp => "udp",
        Checksum::InnerIpv4 => "inner_ipv4",
        Checksum::InnerUdp => "inner_udp",
        Checksum::InnerIcmp => "inner_icmp",
    }
}

/// As many words of a key as a renewal's mirror header has room for.
pub fn renewal_key_words_max() -> u8 {
    ((MIRROR_HEADER_MAX - RENEWAL_FRONT_BYTES) / 4) as u8
}

const RENEWAL_FRONT_BYTES: u32 = 8;

/// Bytes of the header in front of a copy.
pub(crate) const COPY_BYTES: u32 = 16;
/// Bytes of the header in front of a grant's packet that goes through again.
pub(crate) const AGAIN_BYTES: u32 = 4;
/// Bytes of the bridged header.
pub(crate) const BRIDGE_BYTES: u32 = 34;
/// Bytes of the CPU's header, without Ethernet.
pub(crate) const CPU_BYTES: u32 = 8;

/// Bytes of a renewal's mirror header.
pub(crate) fn renewal_bytes(shape: &ProgramShape) -> u32 {
    RENEWAL_FRONT_BYTES + shape.key_bytes()
}

/// All header types.
pub fn header_types(shape: &ProgramShape) -> Vec<Header> {
    let mut types = vec![
        Header::new("ethernet_h").bits("dst_addr", 48).bits("src_addr", 48).bits("ether_type", 16),
        Header::new("vlan_h").bits("tag", 16).bits("ether_type", 16),
    ];
    for piece in PIECES {
        if !types.iter().any(|header| header.name == piece.ty) {
            types.push(piece.header());
        }
    }
    types.extend(OPTION_WORDS.map(|words| {
        (0..words)
            .fold(Header::new(option_type(words)), |header, word| header.bits(format!("word_{word}"), 32))
    }));
    types.push(redplane_type());
    types.push(words_type("key_h", shape.layout.key_words).comment("The flow."));
    types.push(words_type("state_h", shape.layout.state_words).comment("Its whole state."));
    types.extend(internal_types(shape));
    types
}

pub(crate) fn option_type(words: u32) -> String {
    format!("ipv4_options_{}_h", 4 * words)
}

pub(crate) fn option_name(words: u32) -> String {
    format!("ipv4_options_{}", 4 * words)
}

fn words_type(name: &str, words: u8) -> Header {
    (0..words).fold(Header::new(name), |header, word| header.bits(format!("word_{word}"), 32))
}

/// The message's header, its fields where `wire::Header` and `wire::Flags` have them.
fn redplane_type() -> Header {
    use core::mem::offset_of;
    use wire::Header as Wire;
    let mut fields = vec![
        (8 * offset_of!(Wire, version_kind), 4, "version"),
        (8 * offset_of!(Wire, version_kind) + 4, 4, "kind"),
        (8 * offset_of!(Wire, schema), 8, "schema"),
        (8 * offset_of!(Wire, switch), 16, "switch_id"),
        (8 * offset_of!(Wire, incarnation), 16, "incarnation"),
        (8 * offset_of!(Wire, epoch), 32, "epoch"),
        (8 * offset_of!(Wire, seq), 32, "seq"),
        (8 * offset_of!(Wire, timestamp), 32, "timestamp"),
    ];
    fields.extend(flag_fields().map(|(mask, name)| {
        let width = mask.count_ones() as usize;
        // Bits of a header are counted from its front, those of a number from its end.
        (8 * offset_of!(Wire, flags) + mask.leading_zeros() as usize, width, name)
    }));
    fields.sort();
    fields
        .into_iter()
        .fold(Header::new("redplane_h"), |header, (_, width, name)| header.bits(name, width as u32))
        .comment("A message between switch and store.")
}

/// The fields of the message's header, in order.
pub(crate) fn redplane_fields() -> Vec<String> {
    redplane_type().fields.into_iter().map(|field| field.name).collect()
}

/// The flags, each with the bits that it takes of the 16.
pub(crate) fn flag_fields() -> [(u16, &'static str); 7] {
    let none = wire::Flags::new;
    [
        (u16::from(none().with_reserved(0b11)), "reserved"),
        (u16::from(none().with_port(wire::PORT_MAX)), "port"),
        (u16::from(none().with_migrated(true)), "migrated"),
        (u16::from(none().with_more(true)), "more"),
        (u16::from(none().with_retransmission(true)), "retransmission"),
        (u16::from(none().with_tag(true)), "tag"),
        (u16::from(none().with_piggyback(true)), "piggyback"),
    ]
}

fn internal_types(shape: &ProgramShape) -> Vec<Header> {
    vec![
        bridge_type(),
        copy_type(),
        renewal_type(shape),
        renewal_front_type(),
        again_type(),
        cpu_type(),
        sweep_type(shape),
    ]
}

fn bridge_type() -> Header {
    Header::new("bridge_h")
        .bits("internal_type", 8)
        .bits("shard", 8)
        .field(padding("_pad_pass", 8 - PASS_BITS))
        .bits("pass", PASS_BITS)
        .field(padding("_pad_kind", 8 - KIND_BITS))
        .bits("kind", KIND_BITS)
        .bits("carry", 1)
        .bits("again", 1)
        .bits("repeats", 1)
        .field(padding("_pad_port", 4))
        .bits("port", 9)
        .bits("epoch", 32)
        .bits("seq", 32)
        .bits("now", 32)
        .bits("due", 32)
        .bits("wait", 32)
        .bits("copy_wait", 32)
        .field(padding("_pad_length", 32).comment("egress has to find 65 bytes"))
        .comment("From ingress to egress: a message to be, and the copy of it to be.")
}

fn copy_type() -> Header {
    Header::new("copy_h")
        .bits("internal_type", 8)
        .field(padding("_pad", 40))
        .field(ast::Field::bits("depth", 16).comment("of the queue that it has left, in cells"))
        .field(ast::Field::bits("due", 32).comment("tick"))
        .field(ast::Field::bits("wait", 32).comment("ticks, from then on"))
        .comment("In front of a copy.")
}

fn renewal_front_type() -> Header {
    renewal_front("renewal_front_h").comment("The same, as egress parses it: the key is a header of its own.")
}

fn renewal_type(shape: &ProgramShape) -> Header {
    (0..shape.layout.key_words)
        .fold(renewal_front("renewal_h"), |header, word| header.bits(format!("word_{word}"), 32))
        .comment("In front of a mirrored packet whose flow's lease is to be renewed.")
}

fn renewal_front(name: &str) -> Header {
    Header::new(name)
        .bits("internal_type", 8)
        .field(padding("_pad", 24 - KIND_BITS))
        .bits("kind", KIND_BITS)
        .bits("epoch", 32)
}

fn again_type() -> Header {
    Header::new("again_h")
        .bits("internal_type", 8)
        .field(padding("_pad", 15))
        .field(ast::Field::bits("port", 9).comment("that it first came in by"))
        .comment("In front of a grant's packet that goes through again.")
}

fn cpu_type() -> Header {
    Header::new("cpu_h")
        .bits("op", 8)
        .bits("reason", 8)
        .field(padding("_pad", 7))
        .bits("port", 9)
        .bits("now", 32)
        .comment("Between CPU and chip, behind an Ethernet header.")
}

/// The packet's number is two numbers of 16 bits, one behind the other; the slot is the end of them.
fn sweep_type(shape: &ProgramShape) -> Header {
    let bits = shape.slot_bits();
    Header::new("sweep_h")
        .bits("app", 8)
        .field(padding("_pad", 8))
        .field(padding("_high", 32 - bits))
        .bits("slot", bits)
        .comment("What the packet generator puts in front of a packet.")
}

fn padding(name: &str, bits: u32) -> ast::Field {
    ast::Field::bits(name, bits).annotate(Annotation::at("padding", ""))
}

/// The headers of ingress, in the order in which they are emitted; `sweep`, which never is, stands last.
///
/// A message's Ethernet header stands before what is in the message, and its packet's behind: also where a packet becomes a message.
pub fn ingress_headers() -> Struct {
    let mut headers = Struct::new("ingress_headers_t")
        .with("cpu_ethernet", "ethernet_h")
        .with("cpu", "cpu_h")
        .with("bridge", "bridge_h")
        .with("copy", "copy_h")
        .with("again", "again_h")
        .with("ethernet", "ethernet_h")
        .with("redplane", "redplane_h")
        .with("key", "key_h")
        .with("state", "state_h")
        .field(ast::Field::new("carried_ethernet", "ethernet_h").comment("of the packet in a message"))
        .with("vlan", "vlan_h")
        .with("inner_vlan", "vlan_h");
    for piece in PIECES {
        headers = headers.with(piece.name, piece.ty);
        if piece.name == "ipv4" {
            headers = OPTION_WORDS
                .iter()
                .fold(headers, |headers, words| headers.with(option_name(*words), option_type(*words)));
        }
    }
    headers.with("sweep", "sweep_h")
}

/// The headers of egress; `bridge` and `renewal` are not emitted.
pub fn egress_headers() -> Struct {
    Struct::new("egress_headers_t")
        .with("bridge", "bridge_h")
        .with("renewal", "renewal_front_h")
        .with("copy", "copy_h")
        .with("ethernet", "ethernet_h")
        .with("ipv4", "ipv4_h")
        .with("ports", "ports_h")
        .with("udp", "udp_h")
        .with("redplane", "redplane_h")
        .with("key", "key_h")
        .with("state", "state_h")
}

/// The metadata of ingress that parser, stages, departure and deparser share; the stages add their own. Zero where nothing was
/// written.
pub fn ingress_metadata(shape: &ProgramShape) -> Struct {
    let mut metadata = Struct::new("ingress_metadata_t")
        .zero_initialised()
        .field(bits("inside", 1, "came in by an inside port"))
        .field(bits("ends_lease", 1, "a refusal after which the epoch is dead"))
        .field(bits("table_full", 1, "the CPU has no slot for the grant"))
        .field(bits("skips", 1, "goes past the stages"))
        .field(bits("from_cpu", 1, "because it is for the loop"))
        .bits("hit", 1)
        .bits("fate", FATE_BITS)
        .bits("way", WAY_BITS)
        .field(bits("message_kind", KIND_BITS, "0 where there is no message"))
        .bits("mirror_kind", KIND_BITS)
        .bits("slot", shape.slot_bits())
        .bits("reason", 8)
        .field(bits("came_in_by", 9, "the packet that leaves"))
        .bits("mirror_epoch", 32)
        .bits("mirror_seq", 32)
        .bits("key_hash", 32)
        .field(bits("internal_type", 8, "of the mirror header"))
        .bits("session", 10);
    let mut names: Vec<&str> = vec![];
    for mend in &shape.mends {
        let name = checksum_name(mend.checksum);
        if !names.contains(&name) {
            names.push(name);
            metadata = metadata.bits(format!("mends_{name}"), 1).bits(format!("{name}_complement"), 16);
        }
        metadata = metadata
            .bits(format!("mend_{}_old", mend.number), mend.bits)
            .bits(format!("mend_{}_new", mend.number), mend.bits);
    }
    metadata
}

/// The metadata of egress; the stages add their own. Zero where nothing was written.
pub fn egress_metadata() -> Struct {
    Struct::new("egress_metadata_t")
        .zero_initialised()
        .bits("mirror_kind", KIND_BITS)
        .field(bits("mirror_due", 32, "tick"))
        .field(bits("mirror_wait", 32, "ticks"))
        .field(bits("internal_type", 8, "of the mirror header"))
        .bits("session", 10)
}

fn bits(name: &str, width: u32, comment: &str) -> ast::Field {
    ast::Field::bits(name, width).comment(comment)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phv(role: Role, bits: u32) -> PhvField {
        PhvField { name: "field".into(), bits, role }
    }

    #[test]
    fn word_that_the_program_keeps_narrower_is_the_end_of_its_word() {
        let word = Expr::from("hdr.state.word_1");
        assert_eq!(ingress_path(&phv(Role::Field(Field::State(1)), 32)), Some(word.clone()));
        assert_eq!(ingress_path(&phv(Role::Field(Field::State(1)), 8)), Some(word.slice(7, 0)));
    }

    const CORE_HEADERS: [CoreHeader; 6] = [
        CoreHeader::Ipv4,
        CoreHeader::Tcp,
        CoreHeader::Udp,
        CoreHeader::Icmp,
        CoreHeader::InnerIpv4,
        CoreHeader::InnerL4,
    ];

    #[test]
    fn pieces_cover_each_of_cores_headers_once() {
        for header in CORE_HEADERS {
            let mut covered = vec![0; header.fixed_len()];
            let ranges = PIECES.iter().flat_map(|piece| piece.covers).filter(|(of, ..)| *of == header);
            ranges.for_each(|(_, from, to)| covered[*from..*to].iter_mut().for_each(|byte| *byte += 1));
            assert!(covered.iter().all(|times| *times == 1), "{header:?}: {covered:?}");
        }
    }

    #[test]
    fn pieces_have_fields_for_every_byte() {
        for piece in PIECES {
            let lengths: Vec<usize> = piece.covers.iter().map(|(_, from, to)| to - from).collect();
            let mut at = piece.covers[0].1;
            for (offset, bytes, name) in piece.fields {
                assert_eq!(*offset, at, "{} {name}", piece.name);
                at += bytes;
            }
            let length = at - piece.covers[0].1;
            assert!(lengths.iter().all(|covered| *covered == length), "{} {lengths:?}", piece.name);
        }
    }

    #[test]
    fn every_field_of_core_has_a_place() {
        let of_headers = [
            (Field::Ipv4Fragment, "hdr.ipv4.fragment", None),
            (Field::Ipv4Ttl, "hdr.ipv4.ttl_protocol", Some((15, 8))),
            (Field::Ipv4Protocol, "hdr.ipv4.ttl_protocol", Some((7, 0))),
            (Field::Ipv4TtlProtocol, "hdr.ipv4.ttl_protocol", None),
            (Field::Ipv4Src, "hdr.ipv4.src_addr", None),
            (Field::Ipv4Dst, "hdr.ipv4.dst_addr", None),
            (Field::L4Src, "hdr.ports.src", None),
            (Field::L4Dst, "hdr.ports.dst", None),
            (Field::TcpFlags, "hdr.tcp.flags", None),
            (Field::IcmpType, "hdr.icmp.kind", None),
            (Field::IcmpId, "hdr.icmp_end.id", None),
            (Field::InnerProtocol, "hdr.inner_ipv4.ttl_protocol", Some((7, 0))),
            (Field::InnerSrc, "hdr.inner_ipv4.src_addr", None),
            (Field::InnerDst, "hdr.inner_ipv4.dst_addr", None),
            (Field::InnerL4Src, "hdr.inner_l4.src_or_kind", None),
            (Field::InnerL4Dst, "hdr.inner_l4.dst_or_checksum", None),
            (Field::InnerUdpChecksum, "hdr.inner_l4.checksum_or_seq_no", None),
            (Field::InnerIcmpType, "hdr.inner_l4.src_or_kind", Some((15, 8))),
            (Field::InnerIcmpId, "hdr.inner_l4.length_or_id", None),
        ];
        for (field, path, slice) in of_headers {
            let path = Expr::from(path);
            let expected = match slice {
                Some((hi, lo)) => path.slice(hi, lo),
                None => path,
            };
            let bits = 8 * field.place().unwrap().width as u32;
            assert_eq!(ingress_path(&phv(Role::Field(field), bits)), Some(expected), "{field:?}");
        }
    }

    #[test]
    fn every_checksum_of_core_has_a_place() {
        let checksums = [
            (Checksum::Ipv4, "hdr.ipv4.checksum"),
            (Checksum::Tcp, "hdr.l4_checksum.value"),
            (Checksum::Udp, "hdr.udp.checksum"),
            (Checksum::Icmp, "hdr.l4_checksum.value"),
            (Checksum::InnerIpv4, "hdr.inner_ipv4.checksum"),
            (Checksum::InnerUdp, "hdr.inner_l4.checksum_or_seq_no"),
            (Checksum::InnerIcmp, "hdr.inner_l4.dst_or_checksum"),
        ];
        for (checksum, path) in checksums {
            assert_eq!(place_path(checksum.place()), Some(Expr::from(path)), "{checksum:?}");
        }
    }

    /// The drawing of `docs/wire-format.md`, from the front of the header to its end.
    #[test]
    fn redplane_header_is_laid_out_as_on_the_wire() {
        let header = redplane_type();
        let fields: Vec<(&str, &Type)> = header.fields.iter().map(|f| (f.name.as_str(), &f.ty)).collect();
        let expected = [
            ("version", 4),
            ("kind", 4),
            ("schema", 8),
            ("switch_id", 16),
            ("incarnation", 16),
            ("reserved", 2),
            ("port", 9),
            ("migrated", 1),
            ("more", 1),
            ("retransmission", 1),
            ("tag", 1),
            ("piggyback", 1),
            ("epoch", 32),
            ("seq", 32),
            ("timestamp", 32),
        ]
        .map(|(name, bits)| (name, Type::Bit(bits)));
        let expected: Vec<(&str, &Type)> = expected.iter().map(|(name, ty)| (*name, ty)).collect();
        assert_eq!(fields, expected);
        assert_eq!(bytes(&header), REDPLANE_BYTES);
    }

    #[test]
    fn internal_headers_are_as_long_as_their_constants_say() {
        let shape = crate::lower::tests::shape();
        let types = header_types(&shape);
        let length = |name: &str| bytes(types.iter().find(|header| header.name == name).unwrap());
        assert_eq!(length("bridge_h"), BRIDGE_BYTES);
        assert_eq!(length("copy_h"), COPY_BYTES);
        assert_eq!(length("again_h"), AGAIN_BYTES);
        assert_eq!(length("cpu_h"), CPU_BYTES);
        assert_eq!(length("renewal_h"), renewal_bytes(&shape));
        assert_eq!(length("renewal_front_h"), RENEWAL_FRONT_BYTES);
        assert_eq!(length("ethernet_h"), ETHERNET_BYTES);
        assert_eq!(length("sweep_h"), 6);
        const { assert!(COPY_BYTES <= MIRROR_HEADER_MAX) };
    }

    fn bytes(header: &Header) -> u32 {
        let bits = header.fields.iter().map(|field| match field.ty {
            Type::Bit(bits) => bits,
            ref other => panic!("{other:?}"),
        });
        bits.sum::<u32>() / 8
    }
}
