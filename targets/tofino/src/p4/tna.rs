//! The architecture: its types, the parameters of its six blocks, its limits.
//!
//! Facts of the Tofino Native Architecture on Tofino 1, read off the compiler's include files and specifications.
//! `TNA-NOTES.md` says where each was found.

use super::ast::{Direction, Gress};

/// A type that `tna.p4` declares, or that a program's blocks are given by the architecture.
pub(super) struct Intrinsic {
    /// Name.
    pub name: &'static str,
    /// Which half of the pipeline has it.
    pub gress: Gress,
    /// Whether it is a header, extracted by the parser, and not a struct.
    pub is_header: bool,
    /// Fields in order, with their widths; the header's padding is among them.
    pub fields: &'static [(&'static str, u32)],
}

const INGRESS_MD: Intrinsic = Intrinsic {
    name: "ingress_intrinsic_metadata_t",
    gress: Gress::Ingress,
    is_header: true,
    fields: &[
        ("resubmit_flag", 1),
        ("_pad1", 1),
        ("packet_version", 2),
        ("_pad2", 3),
        ("ingress_port", 9),
        ("ingress_mac_tstamp", 48),
    ],
};

const INGRESS_FOR_TM: Intrinsic = Intrinsic {
    name: "ingress_intrinsic_metadata_for_tm_t",
    gress: Gress::Ingress,
    is_header: false,
    fields: &[
        ("ucast_egress_port", 9),
        ("bypass_egress", 1),
        ("deflect_on_drop", 1),
        ("ingress_cos", 3),
        ("qid", 5),
        ("icos_for_copy_to_cpu", 3),
        ("copy_to_cpu", 1),
        ("packet_color", 2),
        ("disable_ucast_cutthru", 1),
        ("enable_mcast_cutthru", 1),
        ("mcast_grp_a", 16),
        ("mcast_grp_b", 16),
        ("level1_mcast_hash", 13),
        ("level2_mcast_hash", 13),
        ("level1_exclusion_id", 16),
        ("level2_exclusion_id", 9),
        ("rid", 16),
    ],
};

const INGRESS_FROM_PARSER: Intrinsic = Intrinsic {
    name: "ingress_intrinsic_metadata_from_parser_t",
    gress: Gress::Ingress,
    is_header: false,
    fields: &[("global_tstamp", 48), ("global_ver", 32), ("parser_err", 16)],
};

const INGRESS_FOR_DEPARSER: Intrinsic = Intrinsic {
    name: "ingress_intrinsic_metadata_for_deparser_t",
    gress: Gress::Ingress,
    is_header: false,
    fields: &[("drop_ctl", 3), ("digest_type", 3), ("resubmit_type", 3), ("mirror_type", 3)],
};

const EGRESS_MD: Intrinsic = Intrinsic {
    name: "egress_intrinsic_metadata_t",
    gress: Gress::Egress,
    is_header: true,
    fields: &[
        ("_pad0", 7),
        ("egress_port", 9),
        ("_pad1", 5),
        ("enq_qdepth", 19),
        ("_pad2", 6),
        ("enq_congest_stat", 2),
        ("_pad3", 14),
        ("enq_tstamp", 18),
        ("_pad4", 5),
        ("deq_qdepth", 19),
        ("_pad5", 6),
        ("deq_congest_stat", 2),
        ("app_pool_congest_stat", 8),
        ("_pad6", 14),
        ("deq_timedelta", 18),
        ("egress_rid", 16),
        ("_pad7", 7),
        ("egress_rid_first", 1),
        ("_pad8", 3),
        ("egress_qid", 5),
        ("_pad9", 5),
        ("egress_cos", 3),
        ("_pad10", 7),
        ("deflection_flag", 1),
        ("pkt_length", 16),
    ],
};

const EGRESS_FROM_PARSER: Intrinsic = Intrinsic {
    name: "egress_intrinsic_metadata_from_parser_t",
    gress: Gress::Egress,
    is_header: false,
    fields: &[("global_tstamp", 48), ("global_ver", 32), ("parser_err", 16)],
};

const EGRESS_FOR_DEPARSER: Intrinsic = Intrinsic {
    name: "egress_intrinsic_metadata_for_deparser_t",
    gress: Gress::Egress,
    is_header: false,
    fields: &[("drop_ctl", 3), ("mirror_type", 3), ("coalesce_flush", 1), ("coalesce_length", 7)],
};

const EGRESS_FOR_OUTPUT_PORT: Intrinsic = Intrinsic {
    name: "egress_intrinsic_metadata_for_output_port_t",
    gress: Gress::Egress,
    is_header: false,
    fields: &[("capture_tstamp_on_tx", 1), ("update_delay_on_tx", 1)],
};

/// Headers and structs of the architecture.
pub(super) const INTRINSICS: &[Intrinsic] = &[
    INGRESS_MD,
    INGRESS_FOR_TM,
    INGRESS_FROM_PARSER,
    INGRESS_FOR_DEPARSER,
    EGRESS_MD,
    EGRESS_FROM_PARSER,
    EGRESS_FOR_DEPARSER,
    EGRESS_FOR_OUTPUT_PORT,
];

/// Typedefs of the architecture, with their widths.
pub(super) const TYPEDEFS: &[(&str, u32)] = &[
    ("PortId_t", 9),
    ("MulticastGroupId_t", 16),
    ("QueueId_t", 5),
    ("MirrorType_t", 3),
    ("MirrorId_t", 10),
    ("ResubmitType_t", 3),
    ("DigestType_t", 3),
    ("ReplicationId_t", 16),
    ("L1ExclusionId_t", 16),
    ("L2ExclusionId_t", 9),
];

/// Constants of the architecture: name, width, value.
pub(super) const CONSTANTS: &[(&str, u32, u128)] = &[
    ("PORT_METADATA_SIZE", 32, 64),
    ("PARSER_ERROR_OK", 16, 0x0000),
    ("PARSER_ERROR_NO_MATCH", 16, 0x0001),
    ("PARSER_ERROR_PARTIAL_HDR", 16, 0x0002),
    ("PARSER_ERROR_CTR_RANGE", 16, 0x0004),
    ("PARSER_ERROR_TIMEOUT_USER", 16, 0x0008),
    ("PARSER_ERROR_TIMEOUT_HW", 16, 0x0010),
    ("PARSER_ERROR_SRC_EXT", 16, 0x0020),
    ("PARSER_ERROR_DST_CONT", 16, 0x0040),
    ("PARSER_ERROR_PHV_OWNER", 16, 0x0080),
    ("PARSER_ERROR_MULTIWRITE", 16, 0x0100),
    ("PARSER_ERROR_ARAM_MBE", 16, 0x0400),
    ("PARSER_ERROR_FCS", 16, 0x0800),
];

/// A parameter of one of the six blocks: direction, and type where it is not the program's own.
pub(super) type Slot = (Direction, &'static str);

/// In place of the program's headers.
pub(super) const HEADERS: &str = "headers";
/// In place of the program's metadata.
pub(super) const METADATA: &str = "metadata";

/// Parameters of a parser, in order. All behind the metadata may be left out, from the end.
pub(super) fn parser(gress: Gress) -> [Slot; 6] {
    let head = [(Direction::None, "packet_in"), (Direction::Out, HEADERS), (Direction::Out, METADATA)];
    let tail = match gress {
        Gress::Ingress => [INGRESS_MD.name, INGRESS_FOR_TM.name, INGRESS_FROM_PARSER.name],
        Gress::Egress => [EGRESS_MD.name, EGRESS_FROM_PARSER.name, EGRESS_FOR_DEPARSER.name],
    };
    let [a, b, c] = head;
    let [d, e, f] = tail.map(|name| (Direction::Out, name));
    [a, b, c, d, e, f]
}

/// Parameters of a control.
pub(super) fn control(gress: Gress) -> [Slot; 6] {
    let (read, write) = match gress {
        Gress::Ingress => {
            ([INGRESS_MD.name, INGRESS_FROM_PARSER.name], [INGRESS_FOR_DEPARSER.name, INGRESS_FOR_TM.name])
        }
        Gress::Egress => (
            [EGRESS_MD.name, EGRESS_FROM_PARSER.name],
            [EGRESS_FOR_DEPARSER.name, EGRESS_FOR_OUTPUT_PORT.name],
        ),
    };
    let [c, d] = read.map(|name| (Direction::In, name));
    let [e, f] = write.map(|name| (Direction::InOut, name));
    [(Direction::InOut, HEADERS), (Direction::InOut, METADATA), c, d, e, f]
}

/// Parameters of a deparser. Egress has one more, which no program here needs.
pub(super) fn deparser(gress: Gress) -> [Slot; 5] {
    let tail = match gress {
        Gress::Ingress => [INGRESS_FOR_DEPARSER.name, INGRESS_MD.name],
        Gress::Egress => [EGRESS_FOR_DEPARSER.name, EGRESS_MD.name],
    };
    let [d, e] = tail.map(|name| (Direction::In, name));
    [(Direction::None, "packet_out"), (Direction::InOut, HEADERS), (Direction::In, METADATA), d, e]
}

/// Bits that a parser state can match on: one 16-bit and two 8-bit registers.
pub(super) const SELECT_BITS_MAX: u32 = 32;

/// Bytes that the egress parser may look at.
pub(super) const EGRESS_PARSE_BYTES_MAX: u32 = 160;

/// Bytes that the egress parser looks at, at least: the compiler counts further with the parser's counter.
pub(super) const EGRESS_PARSE_BYTES_MIN: u32 = 65;

/// Register actions of one register: the stateful ALU's instructions.
pub(super) const REGISTER_ACTIONS_MAX: usize = 4;

/// Comparisons of one register action: the stateful ALU's compare units.
pub(super) const COMPARISONS_MAX: usize = 2;

/// Fields that one register action reads besides the cell: the stateful ALU's inputs.
pub(super) const OPERANDS_MAX: usize = 2;

/// Constants outside [`SMALL_CONSTANTS`] that all actions of one register may use: rows of its register file.
pub(super) const LARGE_CONSTANTS_MAX: usize = 4;

/// Constants that fit into an instruction.
pub(super) const SMALL_CONSTANTS: std::ops::RangeInclusive<i128> = -8..=7;

/// Bits of a condition: four bytes and twelve bits of the gateway.
pub(super) const GATEWAY_BITS_MAX: u32 = 4 * 8 + 12;

/// Bits that `<` and the like may compare: they need the gateway's twelve bits.
pub(super) const GATEWAY_RANGE_BITS_MAX: u32 = 12;

/// Checksums that a deparser computes.
pub(super) const DEPARSER_CHECKSUMS_MAX: usize = 6;

/// Bytes of a mirror's header.
pub(super) const MIRROR_BYTES_MAX: u32 = 32;

/// Bytes of a resubmit's header.
pub(super) const RESUBMIT_BYTES_MAX: u32 = 8;

/// Bytes of a digest.
pub(super) const DIGEST_BYTES_MAX: u32 = 48;
