// The program counter with RedPlane around it, for Tofino 1 (TNA). Made by `redplane gen p4`: what
// it does is written in redplane-core and redplane-apps, and is changed there.

#include <core.p4>
#include <tna.p4>

// Sizes. Flow slots: entries of the flow table, and cells of each register array.
const bit<32> FLOWS = 65536;

// Counters of a bank; and which of them counts what.
const bit<32> COUNTERS = 256;
const bit<8> COUNT_PASSED = 1;
const bit<8> COUNT_LEASE_REQUESTED = 3;
const bit<8> COUNT_LEASE_LAPSED = 4;
const bit<8> COUNT_WRITE_BEGUN = 5;
const bit<8> COUNT_WRITE_RELEASED = 6;
const bit<8> COUNT_HOLD_RELEASED = 8;
const bit<8> COUNT_COPY_ACKED = 9;
const bit<8> COUNT_COPY_SUPERSEDED = 10;
const bit<8> COUNT_COPY_OLD_EPOCH = 11;
const bit<8> COUNT_RESENT = 12;
const bit<8> COUNT_GRANT_INSTALLED = 13;
const bit<8> COUNT_GRANT_EXTENDED = 14;
const bit<8> COUNT_REPROCESSED = 15;
const bit<8> COUNT_RENEW_SENT = 16;
const bit<8> COUNT_RENEWED = 17;
const bit<8> COUNT_GAVE_UP = 19;
const bit<8> COUNT_GIVE_UP_CONFIRMED = 20;
const bit<8> COUNT_RENOUNCED_IN_REQUEST = 21;
const bit<8> COUNT_RECALLED = 22;
const bit<8> COUNT_SWEPT = 24;
const bit<8> COUNT_MIRROR_FULL = 63;
const bit<8> COUNT_TABLE_FULL = 64;
const bit<8> COUNT_STORE_SILENT = 65;
const bit<8> COUNT_WRONG_SWITCH = 74;
const bit<8> COUNT_OLD_INCARNATION = 75;
const bit<8> COUNT_NO_SLOT = 76;
const bit<8> COUNT_GRANT_OLD_EPOCH = 77;
const bit<8> COUNT_GRANT_EXPIRED = 78;
const bit<8> COUNT_GRANT_RENOUNCED = 79;
const bit<8> COUNT_ACK_OLD_EPOCH = 80;
const bit<8> COUNT_ACK_BEYOND_SEQ = 81;
const bit<8> COUNT_OTHER_EPOCH = 82;
const bit<8> COUNT_RECALL_NO_ROOM = 83;
const bit<8> COUNT_REFUSED_FOR_GOOD = 85;
const bit<8> COUNT_REFUSED_FOR_NOW = 86;

// Settings, which the control plane may change: times in ticks of 256 ns. `MINUS` is the negated
// value, because the chip adds where the program subtracts.
const bit<32> DEFAULT_INCARNATION = 0;
const bit<32> DEFAULT_LEASE_SPAN = 0x3b0234;
const bit<32> DEFAULT_MINUS_OPEN_SPAN = 0;
const bit<32> DEFAULT_MINUS_PERIOD = 0xffc46536;
const bit<32> DEFAULT_MINUS_RESEND_MAX = 0xfff0bdc0;
const bit<32> DEFAULT_MINUS_SILENCE_SPAN = 0xff4d2fa2;
const bit<32> DEFAULT_RESEND_AFTER = 7812;
const bit<32> DEFAULT_RESEND_MAX = 0x0f4240;
const bit<32> DEFAULT_SWITCH_ID = 0;
const bit<16> ETHERTYPE_IPV4 = 0x0800;
const bit<16> ETHERTYPE_VLAN = 0x8100;
const bit<16> ETHERTYPE_QINQ = 0x88a8;
const bit<8> PROTOCOL_ICMP = 1;
const bit<8> PROTOCOL_TCP = 6;
const bit<8> PROTOCOL_UDP = 17;

// RedPlane on the wire.
const bit<16> UDP_PORT_SWITCH = 4000;
const bit<4> REDPLANE_VERSION = 1;
const bit<8> REDPLANE_SCHEMA = 2;

// Kinds of messages.
const bit<4> KIND_LEASE_REQUEST = 1;
const bit<4> KIND_GRANT = 2;
const bit<4> KIND_WRITE = 3;
const bit<4> KIND_WRITE_ACK = 4;
const bit<4> KIND_HOLD = 5;
const bit<4> KIND_RELEASE = 6;
const bit<4> KIND_RENEW = 7;
const bit<4> KIND_RENEW_ACK = 8;
const bit<4> KIND_GIVE_UP = 9;
const bit<4> KIND_GIVE_UP_ACK = 10;
const bit<4> KIND_RECALL = 11;
const bit<4> KIND_SNAPSHOT_SLOTS = 12;
const bit<4> KIND_SNAPSHOT_ACK = 13;
const bit<4> KIND_REFUSE = 14;
const bit<4> KIND_SNAPSHOT_FETCH = 15;

// What a refusal has in place of a port.
const bit<9> REFUSAL_STALE_EPOCH = 1;
const bit<9> REFUSAL_UNKNOWN_FLOW = 2;
const bit<9> REFUSAL_UNKNOWN_SCHEMA = 3;
const bit<9> REFUSAL_POOL_EMPTY = 4;
const bit<9> REFUSAL_NOT_ALLOWED = 5;
const bit<9> REFUSAL_FLOWS_FULL = 6;
const bit<9> REFUSAL_WAITING_FULL = 7;
const bit<9> REFUSAL_NOT_COMMITTED = 8;
const bit<9> REFUSAL_OLD_INCARNATION = 9;
const bit<9> REFUSAL_MOVED = 10;
const bit<9> REFUSAL_UNSUPPORTED = 11;
const bit<9> REFUSAL_OLD_SNAPSHOT = 12;
const bit<9> REFUSAL_NO_BASE = 13;

// First bytes of what goes around the loop, and from ingress to egress.
const bit<8> TYPE_MESSAGE = 0x81;
const bit<8> TYPE_COPY = 0x82;
const bit<8> TYPE_COPY_FRESH = 0x83;
const bit<8> TYPE_RENEWAL = 0x84;
const bit<8> TYPE_AGAIN = 0x85;
const bit<8> TYPE_CPU = 0x86;

// Between chip and CPU.
const bit<16> ETHERTYPE_CPU = 0x88b5;
const bit<48> CPU_MAC = 0x865250435055;
const bit<8> OP_RESUME = 1;
const bit<8> OP_RESUME_FULL = 2;
const bit<8> OP_GIVE_UP = 3;
const bit<8> OP_INSERT = 4;
const bit<8> OP_PUNT = 5;

// The port of each pipe that leads back in, and which bits of its number say so.
const bit<9> LOOP_PORT = 68;
const bit<9> PORT_IN_PIPE = 0x7f;

// Mirror types. The sessions have the same numbers.
const bit<3> MIRROR_RENEWAL = 1;
const bit<3> MIRROR_COPY = 2;
const bit<10> SESSION_RENEWAL = 1;
const bit<10> SESSION_COPY = 2;

// What a packet goes through ingress for.
const bit<3> PASS_PACKET = 0;
const bit<3> PASS_MESSAGE = 1;
const bit<3> PASS_COPY = 2;
const bit<3> PASS_SWEEP = 3;
const bit<3> PASS_GIVE_UP = 4;

// What the stages want of it.
const bit<3> FATE_CONSUMED = 0;
const bit<3> FATE_LEAVES = 1;
const bit<3> FATE_PUNTED = 2;
const bit<3> FATE_GOES_AGAIN = 3;
const bit<3> FATE_INSERTS = 4;

// Where it then goes.
const bit<3> WAY_NOWHERE = 0;
const bit<3> WAY_OUT = 1;
const bit<3> WAY_STORE = 2;
const bit<3> WAY_LOOP = 3;
const bit<3> WAY_CPU = 4;

// Why something is ignored.
const bit<8> REASON_MALFORMED = 0;
const bit<8> REASON_NOT_HANDLED = 1;
const bit<8> REASON_FRAGMENT = 2;
const bit<8> REASON_TTL_EXPIRED = 3;
const bit<8> REASON_MIRROR_FULL = 4;
const bit<8> REASON_TABLE_FULL = 5;
const bit<8> REASON_STORE_SILENT = 6;
const bit<8> REASON_MESSAGE_TOO_SHORT = 7;
const bit<8> REASON_MESSAGE_VERSION = 8;
const bit<8> REASON_MESSAGE_KIND = 9;
const bit<8> REASON_MESSAGE_SCHEMA = 10;
const bit<8> REASON_MESSAGE_FLAGS = 11;
const bit<8> REASON_MESSAGE_TRAILING = 12;
const bit<8> REASON_MESSAGE_TAG = 13;
const bit<8> REASON_WRONG_DIRECTION = 14;
const bit<8> REASON_WRONG_SWITCH = 15;
const bit<8> REASON_OLD_INCARNATION = 16;
const bit<8> REASON_NO_SLOT = 17;
const bit<8> REASON_GRANT_OLD_EPOCH = 18;
const bit<8> REASON_GRANT_EXPIRED = 19;
const bit<8> REASON_GRANT_RENOUNCED = 20;
const bit<8> REASON_ACK_OLD_EPOCH = 21;
const bit<8> REASON_ACK_BEYOND_SEQ = 22;
const bit<8> REASON_OTHER_EPOCH = 23;
const bit<8> REASON_RECALL_NO_ROOM = 24;
const bit<8> REASON_RENEW_NO_ROOM = 25;
const bit<8> REASON_REFUSED_FOR_GOOD = 26;
const bit<8> REASON_REFUSED_FOR_NOW = 27;
const bit<8> REASON_DATAGRAM_TOO_LONG = 28;
const bit<8> REASON_NO_BUFFER = 29;
const bit<8> REASON_PORT_TOO_HIGH = 30;
const bit<8> REASON_STALE = 31;
const bit<8> REASON_NOT_RESTORED = 32;
const bit<8> REASON_SNAPSHOT_OLD = 33;
const bit<8> REASON_SNAPSHOT_RANGE = 34;

header ethernet_h {
    bit<48> dst_addr;
    bit<48> src_addr;
    bit<16> ether_type;
}

header vlan_h {
    bit<16> tag;
    bit<16> ether_type;
}

header ipv4_h {
    bit<8>  version_ihl;
    bit<8>  diffserv;
    bit<16> total_len;
    bit<16> identification;
    bit<16> fragment;
    bit<16> ttl_protocol;
    bit<16> checksum;
    bit<32> src_addr;
    bit<32> dst_addr;
}

header ports_h {
    bit<16> src;
    bit<16> dst;
}

header tcp_h {
    bit<32> seq_no;
    bit<32> ack_no;
    bit<8>  data_offset;
    bit<8>  flags;
    bit<16> window;
}

header udp_h {
    bit<16> length;
    bit<16> checksum;
}

header icmp_h {
    bit<8> kind;
    bit<8> code;
}

header l4_checksum_h {
    bit<16> value;
}

header tcp_end_h {
    bit<16> urgent_pointer;
}

header icmp_end_h {
    bit<16> id;
    bit<16> seq_no;
}

header inner_l4_h {
    bit<16> src_or_kind;
    bit<16> dst_or_checksum;
    bit<16> length_or_id;
    bit<16> checksum_or_seq_no;
}

header ipv4_options_32_h {
    bit<32> word_0;
    bit<32> word_1;
    bit<32> word_2;
    bit<32> word_3;
    bit<32> word_4;
    bit<32> word_5;
    bit<32> word_6;
    bit<32> word_7;
}

header ipv4_options_16_h {
    bit<32> word_0;
    bit<32> word_1;
    bit<32> word_2;
    bit<32> word_3;
}

header ipv4_options_8_h {
    bit<32> word_0;
    bit<32> word_1;
}

header ipv4_options_4_h {
    bit<32> word_0;
}

// A message between switch and store.
header redplane_h {
    bit<4>  version;
    bit<4>  kind;
    bit<8>  schema;
    bit<16> switch_id;
    bit<16> incarnation;
    bit<2>  reserved;
    bit<9>  port;
    bit<1>  migrated;
    bit<1>  more;
    bit<1>  retransmission;
    bit<1>  tag;
    bit<1>  piggyback;
    bit<32> epoch;
    bit<32> seq;
    bit<32> timestamp;
}

// The flow.
header key_h {
    bit<32> word_0;
    bit<32> word_1;
    bit<32> word_2;
    bit<32> word_3;
}

// Its whole state.
header state_h {
    bit<32> word_0;
}

// From ingress to egress: a message to be, and the copy of it to be.
header bridge_h {
    bit<8>           internal_type;
    bit<8>           shard;
    @padding bit<5>  _pad_pass;
    bit<3>           pass;
    @padding bit<4>  _pad_kind;
    bit<4>           kind;
    bit<1>           carry;
    bit<1>           again;
    bit<1>           repeats;
    @padding bit<4>  _pad_port;
    bit<9>           port;
    bit<32>          epoch;
    bit<32>          seq;
    bit<32>          now;
    bit<32>          due;
    bit<32>          wait;
    bit<32>          copy_wait;
    @padding bit<32> _pad_length;    // egress has to find 65 bytes
}

// In front of a copy.
header copy_h {
    bit<8>           internal_type;
    @padding bit<40> _pad;
    bit<16>          depth;          // of the queue that it has left, in cells
    bit<32>          due;            // tick
    bit<32>          wait;           // ticks, from then on
}

// In front of a mirrored packet whose flow's lease is to be renewed.
header renewal_h {
    bit<8>           internal_type;
    @padding bit<20> _pad;
    bit<4>           kind;
    bit<32>          epoch;
    bit<32>          word_0;
    bit<32>          word_1;
    bit<32>          word_2;
    bit<32>          word_3;
}

// The same, as egress parses it: the key is a header of its own.
header renewal_front_h {
    bit<8>           internal_type;
    @padding bit<20> _pad;
    bit<4>           kind;
    bit<32>          epoch;
}

// In front of a grant's packet that goes through again.
header again_h {
    bit<8>           internal_type;
    @padding bit<15> _pad;
    bit<9>           port;           // that it first came in by
}

// Between CPU and chip, behind an Ethernet header.
header cpu_h {
    bit<8>          op;
    bit<8>          reason;
    @padding bit<7> _pad;
    bit<9>          port;
    bit<32>         now;
}

// What the packet generator puts in front of a packet.
header sweep_h {
    bit<8>           app;
    @padding bit<8>  _pad;
    @padding bit<16> _high;
    bit<16>          slot;
}

struct ingress_headers_t {
    ethernet_h        cpu_ethernet;
    cpu_h             cpu;
    bridge_h          bridge;
    copy_h            copy;
    again_h           again;
    ethernet_h        ethernet;
    redplane_h        redplane;
    key_h             key;
    state_h           state;
    ethernet_h        carried_ethernet;  // of the packet in a message
    vlan_h            vlan;
    vlan_h            inner_vlan;
    ipv4_h            ipv4;
    ipv4_options_32_h ipv4_options_32;
    ipv4_options_16_h ipv4_options_16;
    ipv4_options_8_h  ipv4_options_8;
    ipv4_options_4_h  ipv4_options_4;
    ports_h           ports;
    tcp_h             tcp;
    udp_h             udp;
    icmp_h            icmp;
    l4_checksum_h     l4_checksum;
    tcp_end_h         tcp_end;
    icmp_end_h        icmp_end;
    ipv4_h            inner_ipv4;
    inner_l4_h        inner_l4;
    sweep_h           sweep;
}

struct ingress_metadata_t {
    bit<1>  inside;                                       // came in by an inside port
    bit<1>  ends_lease;                                   // a refusal after which the epoch is dead
    bit<1>  table_full;                                   // the CPU has no slot for the grant
    bit<1>  skips;                                        // goes past the stages
    bit<1>  from_cpu;                                     // because it is for the loop
    bit<1>  hit;
    bit<3>  fate;
    bit<3>  way;
    bit<4>  message_kind;                                 // 0 where there is no message
    bit<4>  mirror_kind;
    bit<16> slot;
    bit<8>  reason;
    bit<9>  came_in_by;                                   // the packet that leaves
    bit<32> mirror_epoch;
    bit<32> mirror_seq;
    bit<32> key_hash;
    bit<8>  internal_type;                                // of the mirror header
    bit<10> session;
    bit<32> message_timestamp_plus_lease_span;
    bit<32> incarnation;
    bit<32> switch_id;
    bit<32> deadline_latest_a;
    bit<32> deadline_put_a;
    bit<32> copy_wait_plus_copy_wait;
    bit<32> now_minus_silence_span;
    bit<32> now_or_1;
    bit<32> copy_due_minus_now;
    bit<32> asked_latest_a;
    bit<32> choice_14;
    bit<32> message_timestamp_plus_lease_span_minus_now;
    bit<32> copy_wait_plus_copy_wait_minus_resend_max;
    bit<32> epoch_read;
    bit<32> seq_advance;
    bit<32> seq_read;
    bit<32> state_0_count_up;
    bit<8>  renounced_replace_b;
    bit<8>  renounced_replace_a;
    bit<8>  renounced_replace;
    bit<8>  renounced_read;
    bit<8>  counters_3_b_index;
    bit<8>  counters_3_e_index;
    bit<8>  counters_4_b_index;
    bit<8>  counters_6_b_index;
    bit<8>  counters_6_c_index;
    bit<4>  epoch_adopt;
    bit<1>  mirror_depth_is_before;
    bit<1>  has_ports;
    bit<1>  unsent_2;
    bit<1>  is_grant;
    bit<1>  is_mine;
    bit<1>  is_recall;
    bit<1>  is_release;
    bit<1>  early;
    bit<1>  epoch_same;
    bit<1>  is_refusal;
    bit<1>  counts;
    bit<1>  hit_2;
    bit<1>  room_2;
    bit<1>  extension;
    bit<1>  has_key;
    bit<1>  missing;
    bit<1>  is_ack;
    bit<1>  too_long_2;
    bit<1>  in_time;
    bit<1>  releases_read;
    bit<1>  releases_write;
    bit<1>  missing_3;
    bit<1>  same_epoch_6;
    bit<1>  ends_lease_here;
    bit<1>  installs;
    bit<1>  same_epoch_3;
    bit<1>  missing_4;
    bit<1>  tries;
    bit<1>  same_epoch;
    bit<1>  goes_again;
    bit<1>  full;
    bit<1>  deadline_is_after;
    bit<1>  same_epoch_4;
    bit<1>  acks;
    bit<1>  matters;
    bit<1>  holds_2;
    bit<1>  renounces_3;
    bit<1>  renounces;
    bit<1>  extends_3;
    bit<1>  extends;
    bit<1>  seq_is_before;
    bit<1>  reminds_2;
    bit<1>  live;
    bit<1>  silence_unanswered;
    bit<1>  wrote;
    bit<1>  away;
    bit<1>  renews;
    bit<1>  acked_is_before;
    bit<1>  is_newest;
    bit<1>  reminds;
    bit<1>  beyond;
    bit<1>  room;
}

struct egress_headers_t {
    bridge_h        bridge;
    renewal_front_h renewal;
    copy_h          copy;
    ethernet_h      ethernet;
    ipv4_h          ipv4;
    ports_h         ports;
    udp_h           udp;
    redplane_h      redplane;
    key_h           key;
    state_h         state;
}

struct egress_metadata_t {
    bit<4>  mirror_kind;
    bit<32> mirror_due;     // tick
    bit<32> mirror_wait;    // ticks
    bit<8>  internal_type;  // of the mirror header
    bit<10> session;
}

@pa_no_init("ingress", "ig_md.hit")
@pa_no_init("ingress", "ig_md.fate")
@pa_no_init("ingress", "ig_md.way")
@pa_no_init("ingress", "ig_md.mirror_kind")
@pa_no_init("ingress", "ig_md.internal_type")
@pa_no_init("ingress", "ig_md.renounced_replace_b")
@pa_no_init("ingress", "ig_md.renounced_replace_a")
@pa_no_init("ingress", "ig_md.renounced_replace")
@pa_no_init("ingress", "ig_md.renounced_read")
@pa_no_init("ingress", "ig_md.counters_3_b_index")
@pa_no_init("ingress", "ig_md.counters_3_e_index")
@pa_no_init("ingress", "ig_md.counters_4_b_index")
@pa_no_init("ingress", "ig_md.counters_6_b_index")
@pa_no_init("ingress", "ig_md.counters_6_c_index")
@pa_no_init("ingress", "ig_md.epoch_adopt")
@pa_no_init("ingress", "ig_md.mirror_depth_is_before")
@pa_no_init("ingress", "ig_md.has_ports")
@pa_no_init("ingress", "ig_md.unsent_2")
@pa_no_init("ingress", "ig_md.is_grant")
@pa_no_init("ingress", "ig_md.is_mine")
@pa_no_init("ingress", "ig_md.is_recall")
@pa_no_init("ingress", "ig_md.is_release")
@pa_no_init("ingress", "ig_md.early")
@pa_no_init("ingress", "ig_md.epoch_same")
@pa_no_init("ingress", "ig_md.is_refusal")
@pa_no_init("ingress", "ig_md.counts")
@pa_no_init("ingress", "ig_md.hit_2")
@pa_no_init("ingress", "ig_md.room_2")
@pa_no_init("ingress", "ig_md.extension")
@pa_no_init("ingress", "ig_md.has_key")
@pa_no_init("ingress", "ig_md.missing")
@pa_no_init("ingress", "ig_md.is_ack")
@pa_no_init("ingress", "ig_md.too_long_2")
@pa_no_init("ingress", "ig_md.in_time")
@pa_no_init("ingress", "ig_md.releases_read")
@pa_no_init("ingress", "ig_md.releases_write")
@pa_no_init("ingress", "ig_md.missing_3")
@pa_no_init("ingress", "ig_md.same_epoch_6")
@pa_no_init("ingress", "ig_md.ends_lease_here")
@pa_no_init("ingress", "ig_md.installs")
@pa_no_init("ingress", "ig_md.same_epoch_3")
@pa_no_init("ingress", "ig_md.missing_4")
@pa_no_init("ingress", "ig_md.tries")
@pa_no_init("ingress", "ig_md.same_epoch")
@pa_no_init("ingress", "ig_md.goes_again")
@pa_no_init("ingress", "ig_md.full")
@pa_no_init("ingress", "ig_md.deadline_is_after")
@pa_no_init("ingress", "ig_md.same_epoch_4")
@pa_no_init("ingress", "ig_md.acks")
@pa_no_init("ingress", "ig_md.matters")
@pa_no_init("ingress", "ig_md.holds_2")
@pa_no_init("ingress", "ig_md.renounces_3")
@pa_no_init("ingress", "ig_md.renounces")
@pa_no_init("ingress", "ig_md.extends_3")
@pa_no_init("ingress", "ig_md.extends")
@pa_no_init("ingress", "ig_md.seq_is_before")
@pa_no_init("ingress", "ig_md.reminds_2")
@pa_no_init("ingress", "ig_md.live")
@pa_no_init("ingress", "ig_md.silence_unanswered")
@pa_no_init("ingress", "ig_md.wrote")
@pa_no_init("ingress", "ig_md.away")
@pa_no_init("ingress", "ig_md.renews")
@pa_no_init("ingress", "ig_md.acked_is_before")
@pa_no_init("ingress", "ig_md.is_newest")
@pa_no_init("ingress", "ig_md.reminds")
@pa_no_init("ingress", "ig_md.beyond")
@pa_no_init("ingress", "ig_md.room")
parser IngressParser(
    packet_in pkt,
    out ingress_headers_t hdr,
    out ingress_metadata_t ig_md,
    out ingress_intrinsic_metadata_t ig_intr_md
) {
    value_set<bit<9>>(4) cpu_ports;
    value_set<bit<9>>(32) inside_ports;

    // The same ports once more: a state has a value set to itself.
    value_set<bit<9>>(32) again_inside_ports;
    value_set<bit<32>>(4) switch_addresses;
    value_set<bit<32>>(16) store_addresses;
    value_set<bit<16>>(32) store_ports;

    state start {
        pkt.extract(ig_intr_md);
        pkt.advance(PORT_METADATA_SIZE);
        hdr.bridge.setValid();
        hdr.bridge.internal_type = TYPE_MESSAGE;
        hdr.bridge.shard = 0;
        hdr.bridge.kind = 0;
        hdr.bridge.carry = 0;
        hdr.bridge.repeats = 0;
        hdr.bridge.epoch = 0;
        hdr.bridge.seq = 0;
        hdr.bridge.now = 0;
        hdr.bridge.due = 0;
        hdr.bridge.wait = 0;
        ig_md.hit = 0;
        ig_md.fate = 0;
        ig_md.way = 0;
        ig_md.mirror_kind = 0;
        ig_md.internal_type = 0;
        ig_md.renounced_replace_b = 0;
        ig_md.renounced_replace_a = 0;
        ig_md.renounced_replace = 0;
        ig_md.renounced_read = 0;
        ig_md.counters_3_b_index = 0;
        ig_md.counters_3_e_index = 0;
        ig_md.counters_4_b_index = 0;
        ig_md.counters_6_b_index = 0;
        ig_md.counters_6_c_index = 0;
        ig_md.epoch_adopt = 0;
        ig_md.mirror_depth_is_before = 0;
        ig_md.has_ports = 0;
        ig_md.unsent_2 = 0;
        ig_md.is_grant = 0;
        ig_md.is_mine = 0;
        ig_md.is_recall = 0;
        ig_md.is_release = 0;
        ig_md.early = 0;
        ig_md.epoch_same = 0;
        ig_md.is_refusal = 0;
        ig_md.counts = 0;
        ig_md.hit_2 = 0;
        ig_md.room_2 = 0;
        ig_md.extension = 0;
        ig_md.has_key = 0;
        ig_md.missing = 0;
        ig_md.is_ack = 0;
        ig_md.too_long_2 = 0;
        ig_md.in_time = 0;
        ig_md.releases_read = 0;
        ig_md.releases_write = 0;
        ig_md.missing_3 = 0;
        ig_md.same_epoch_6 = 0;
        ig_md.ends_lease_here = 0;
        ig_md.installs = 0;
        ig_md.same_epoch_3 = 0;
        ig_md.missing_4 = 0;
        ig_md.tries = 0;
        ig_md.same_epoch = 0;
        ig_md.goes_again = 0;
        ig_md.full = 0;
        ig_md.deadline_is_after = 0;
        ig_md.same_epoch_4 = 0;
        ig_md.acks = 0;
        ig_md.matters = 0;
        ig_md.holds_2 = 0;
        ig_md.renounces_3 = 0;
        ig_md.renounces = 0;
        ig_md.extends_3 = 0;
        ig_md.extends = 0;
        ig_md.seq_is_before = 0;
        ig_md.reminds_2 = 0;
        ig_md.live = 0;
        ig_md.silence_unanswered = 0;
        ig_md.wrote = 0;
        ig_md.away = 0;
        ig_md.renews = 0;
        ig_md.acked_is_before = 0;
        ig_md.is_newest = 0;
        ig_md.reminds = 0;
        ig_md.beyond = 0;
        ig_md.room = 0;
        transition select(ig_intr_md.ingress_port) {
            cpu_ports: from_cpu;
            LOOP_PORT &&& PORT_IN_PIPE: from_loop;
            inside_ports: from_inside;
            default: from_port;
        }
    }

    // The registers belong to a pipe, and the CPU's port may belong to another: around the loop
    // first.
    state from_cpu {
        hdr.bridge.port = 0;
        hdr.bridge.again = 0;
        hdr.bridge.copy_wait = 0;
        hdr.bridge.pass = PASS_PACKET;
        ig_md.skips = 1;
        ig_md.from_cpu = 1;
        transition accept;
    }

    state from_inside {
        ig_md.inside = 1;
        transition from_port;
    }

    state from_port {
        hdr.bridge.port = ig_intr_md.ingress_port;
        hdr.bridge.again = 0;
        hdr.bridge.copy_wait = 0;
        transition parse_ethernet;
    }

    state from_loop {
        transition select(pkt.lookahead<bit<8>>()) {
            0 &&& 0xe0: parse_sweep;
            TYPE_COPY: parse_copy;
            TYPE_AGAIN: parse_again;
            TYPE_CPU: parse_cpu;
            default: unknown;
        }
    }

    state unknown {
        hdr.bridge.port = 0;
        hdr.bridge.again = 0;
        hdr.bridge.copy_wait = 0;
        hdr.bridge.pass = PASS_PACKET;
        transition refuse_malformed;
    }

    state parse_sweep {
        pkt.extract(hdr.sweep);
        hdr.bridge.port = 0;
        hdr.bridge.again = 0;
        hdr.bridge.copy_wait = 0;
        hdr.bridge.pass = PASS_SWEEP;
        ig_md.slot = hdr.sweep.slot;
        transition accept;
    }

    state parse_copy {
        pkt.extract(hdr.copy);
        pkt.extract(hdr.redplane);
        pkt.extract(hdr.key);
        ig_md.message_kind = hdr.redplane.kind;
        hdr.bridge.pass = PASS_COPY;
        hdr.bridge.port = 0;
        hdr.bridge.again = 0;
        hdr.bridge.copy_wait = hdr.copy.wait;
        transition select(hdr.redplane.kind) {
            KIND_WRITE: parse_copied_state;
            default: accept;
        }
    }

    state parse_copied_state {
        pkt.extract(hdr.state);
        transition accept;
    }

    state parse_again {
        pkt.extract(hdr.again);
        hdr.bridge.port = hdr.again.port;
        hdr.bridge.again = 1;
        hdr.bridge.copy_wait = 0;
        transition select(hdr.again.port) {
            again_inside_ports: again_from_inside;
            default: parse_ethernet;
        }
    }

    state again_from_inside {
        ig_md.inside = 1;
        transition parse_ethernet;
    }

    state parse_cpu {
        pkt.advance(112);
        pkt.extract(hdr.cpu);
        hdr.bridge.port = hdr.cpu.port;
        hdr.bridge.again = 0;
        hdr.bridge.copy_wait = 0;
        transition select(hdr.cpu.op) {
            OP_RESUME: parse_resumed;
            OP_RESUME_FULL: table_is_full;
            OP_GIVE_UP: parse_give_up;
            default: unknown_op;
        }
    }

    state table_is_full {
        ig_md.table_full = 1;
        transition parse_resumed;
    }

    // The grant was checked when it came in.
    state parse_resumed {
        pkt.extract(hdr.redplane);
        pkt.extract(hdr.key);
        pkt.extract(hdr.state);
        ig_md.message_kind = hdr.redplane.kind;
        hdr.bridge.pass = PASS_MESSAGE;
        transition accept;
    }

    state parse_give_up {
        pkt.extract(hdr.key);
        hdr.bridge.pass = PASS_GIVE_UP;

        // What makes the frame long enough.
        pkt.advance(176);
        transition accept;
    }

    state unknown_op {
        hdr.bridge.pass = PASS_PACKET;
        transition refuse_malformed;
    }

    state parse_ethernet {
        pkt.extract(hdr.ethernet);
        transition select(hdr.ethernet.ether_type) {
            ETHERTYPE_VLAN: parse_vlan;
            ETHERTYPE_QINQ: parse_vlan;
            ETHERTYPE_IPV4: check_address;
            default: frame_without_ipv4;
        }
    }

    state parse_vlan {
        pkt.extract(hdr.vlan);
        transition select(hdr.vlan.ether_type) {
            ETHERTYPE_VLAN: parse_inner_vlan;
            ETHERTYPE_QINQ: parse_inner_vlan;
            ETHERTYPE_IPV4: frame_with_ipv4;
            default: frame_without_ipv4;
        }
    }

    state parse_inner_vlan {
        pkt.extract(hdr.inner_vlan);
        transition select(hdr.inner_vlan.ether_type) {
            ETHERTYPE_IPV4: frame_with_ipv4;
            default: frame_without_ipv4;
        }
    }

    state frame_without_ipv4 {
        hdr.bridge.pass = PASS_PACKET;
        hdr.key.setValid();
        hdr.key.word_0 = 0;
        hdr.key.word_1 = 0;
        hdr.key.word_2 = 0;
        hdr.key.word_3 = 0;
        hdr.state.setValid();
        hdr.state.word_0 = 0;
        transition accept;
    }

    state frame_with_ipv4 {
        hdr.bridge.pass = PASS_PACKET;
        hdr.key.setValid();
        hdr.key.word_0 = 0;
        hdr.key.word_1 = 0;
        hdr.key.word_2 = 0;
        hdr.key.word_3 = 0;
        hdr.state.setValid();
        hdr.state.word_0 = 0;
        transition parse_ipv4;
    }

    state parse_ipv4 {
        pkt.extract(hdr.ipv4);
        transition select(hdr.ipv4.version_ihl, hdr.ipv4.fragment, hdr.ipv4.ttl_protocol[7:0]) {
            (0x45, 0 &&& 0x1fff, PROTOCOL_TCP): parse_tcp;
            (0x45, 0 &&& 0x1fff, PROTOCOL_UDP): parse_udp;
            (0x45, 0 &&& 0x1fff, PROTOCOL_ICMP): parse_icmp;
            (0x45, _, _): accept;
            (0x46, _, _): parse_options_4;
            (0x47, _, _): parse_options_8;
            (0x48, _, _): parse_options_12;
            (0x49, _, _): parse_options_16;
            (0x4a, _, _): parse_options_20;
            (0x4b, _, _): parse_options_24;
            (0x4c, _, _): parse_options_28;
            (0x4d, _, _): parse_options_32;
            (0x4e, _, _): parse_options_36;
            (0x4f, _, _): parse_options_40;
            default: refuse_malformed;
        }
    }

    state parse_options_4 {
        pkt.extract(hdr.ipv4_options_4);
        transition behind_options;
    }

    state parse_options_8 {
        pkt.extract(hdr.ipv4_options_8);
        transition behind_options;
    }

    state parse_options_12 {
        pkt.extract(hdr.ipv4_options_8);
        pkt.extract(hdr.ipv4_options_4);
        transition behind_options;
    }

    state parse_options_16 {
        pkt.extract(hdr.ipv4_options_16);
        transition behind_options;
    }

    state parse_options_20 {
        pkt.extract(hdr.ipv4_options_16);
        pkt.extract(hdr.ipv4_options_4);
        transition behind_options;
    }

    state parse_options_24 {
        pkt.extract(hdr.ipv4_options_16);
        pkt.extract(hdr.ipv4_options_8);
        transition behind_options;
    }

    state parse_options_28 {
        pkt.extract(hdr.ipv4_options_16);
        pkt.extract(hdr.ipv4_options_8);
        pkt.extract(hdr.ipv4_options_4);
        transition behind_options;
    }

    state parse_options_32 {
        pkt.extract(hdr.ipv4_options_32);
        transition behind_options;
    }

    state parse_options_36 {
        pkt.extract(hdr.ipv4_options_32);
        pkt.extract(hdr.ipv4_options_4);
        transition behind_options;
    }

    state parse_options_40 {
        pkt.extract(hdr.ipv4_options_32);
        pkt.extract(hdr.ipv4_options_8);
        transition behind_options;
    }

    state behind_options {
        transition select(hdr.ipv4.fragment, hdr.ipv4.ttl_protocol[7:0]) {
            (0 &&& 0x1fff, PROTOCOL_TCP): parse_tcp;
            (0 &&& 0x1fff, PROTOCOL_UDP): parse_udp;
            (0 &&& 0x1fff, PROTOCOL_ICMP): parse_icmp;
            default: accept;
        }
    }

    state parse_tcp {
        pkt.extract(hdr.ports);
        pkt.extract(hdr.tcp);
        pkt.extract(hdr.l4_checksum);
        pkt.extract(hdr.tcp_end);
        transition accept;
    }

    state parse_udp {
        pkt.extract(hdr.ports);
        pkt.extract(hdr.udp);
        transition accept;
    }

    state parse_icmp {
        pkt.extract(hdr.icmp);
        pkt.extract(hdr.l4_checksum);
        pkt.extract(hdr.icmp_end);
        transition select(hdr.icmp.kind) {
            3: check_quoted;
            4: check_quoted;
            5: check_quoted;
            11: check_quoted;
            12: check_quoted;
            default: accept;
        }
    }

    state check_quoted {
        transition select(pkt.lookahead<bit<8>>()) {
            0x45: parse_quoted;
            0x46 &&& 0xfe: parse_quoted_options;
            0x48 &&& 0xf8: parse_quoted_options;
            default: accept;
        }
    }

    // Nothing is known behind its options: a second set of headers for them would not fit.
    state parse_quoted_options {
        pkt.extract(hdr.inner_ipv4);
        transition accept;
    }

    state parse_quoted {
        pkt.extract(hdr.inner_ipv4);
        transition select(hdr.inner_ipv4.fragment, hdr.inner_ipv4.ttl_protocol[7:0]) {
            (0 &&& 0x1fff, PROTOCOL_TCP): parse_quoted_l4;
            (0 &&& 0x1fff, PROTOCOL_UDP): parse_quoted_l4;
            (0 &&& 0x1fff, PROTOCOL_ICMP): check_quoted_icmp;
            default: accept;
        }
    }

    // Of ICMP only an echo has an identifier.
    state check_quoted_icmp {
        transition select(pkt.lookahead<bit<8>>()) {
            8: parse_quoted_l4;
            0: parse_quoted_l4;
            default: accept;
        }
    }

    state parse_quoted_l4 {
        pkt.extract(hdr.inner_l4);
        transition accept;
    }

    // Is it a message from the store? Only if it is to our address, from theirs, and from and to
    // the right ports.
    state check_address {
        transition select(pkt.lookahead<bit<160>>()[31:0]) {
            switch_addresses: check_store_address;
            default: frame_with_ipv4;
        }
    }

    state check_store_address {
        transition select(pkt.lookahead<bit<128>>()[31:0]) {
            store_addresses: check_protocol;
            default: frame_with_ipv4;
        }
    }

    // No options, no fragment.
    state check_protocol {
        transition select(
            pkt.lookahead<bit<8>>(),
            pkt.lookahead<bit<64>>()[15:0],
            pkt.lookahead<bit<80>>()[7:0]
        ) {
            (0x45, 0 &&& 0x3fff, PROTOCOL_UDP): check_port;
            default: frame_with_ipv4;
        }
    }

    state check_port {
        transition select(pkt.lookahead<bit<192>>()[15:0]) {
            UDP_PORT_SWITCH: check_store_port;
            default: frame_with_ipv4;
        }
    }

    state check_store_port {
        transition select(pkt.lookahead<bit<176>>()[15:0]) {
            store_ports: parse_message;
            default: frame_with_ipv4;
        }
    }

    state parse_message {
        hdr.bridge.pass = PASS_MESSAGE;
        pkt.advance(224);
        transition parse_redplane;
    }

    state parse_redplane {
        pkt.extract(hdr.redplane);
        ig_md.message_kind = hdr.redplane.kind;
        transition select(hdr.redplane.version, hdr.redplane.kind, hdr.redplane.schema) {
            (REDPLANE_VERSION, 0, _): refuse_message_kind;
            (REDPLANE_VERSION, _, REDPLANE_SCHEMA): check_flags;
            (REDPLANE_VERSION, _, _): refuse_message_schema;
            default: refuse_message_version;
        }
    }

    state check_flags {
        transition select(
            hdr.redplane.kind,
            hdr.redplane.reserved,
            hdr.redplane.port,
            hdr.redplane.migrated,
            hdr.redplane.more,
            hdr.redplane.tag,
            hdr.redplane.piggyback
        ) {
            (KIND_GRANT, 0, _, _, 0, 0, 1): parse_grant;
            (KIND_GRANT, 0, 0, _, 0, 0, 0): parse_grant;
            (KIND_WRITE_ACK, 0, _, 0, 0, 0, 1): parse_released;
            (KIND_WRITE_ACK, 0, 0, 0, 0, 0, 0): parse_answer;
            (KIND_RELEASE, 0, _, 0, 0, 0, 1): parse_released;
            (KIND_RELEASE, 0, 0, 0, 0, 0, 0): parse_answer;
            (KIND_RENEW_ACK, 0, 0, 0, 0, 0, 0): parse_answer;
            (KIND_GIVE_UP_ACK, 0, 0, 0, 0, 0, 0): parse_answer;
            (KIND_RECALL, 0, 0, 0, 0, 0, 0): parse_answer;
            (KIND_REFUSE, 0, REFUSAL_STALE_EPOCH, 0, 0, 0, 0): end_of_lease;
            (KIND_REFUSE, 0, REFUSAL_UNKNOWN_FLOW, 0, 0, 0, 0): end_of_lease;
            (KIND_REFUSE, 0, REFUSAL_UNKNOWN_SCHEMA, 0, 0, 0, 0): keyless;
            (KIND_REFUSE, 0, REFUSAL_POOL_EMPTY, 0, 0, 0, 0): parse_answer;
            (KIND_REFUSE, 0, REFUSAL_NOT_ALLOWED, 0, 0, 0, 0): parse_answer;
            (KIND_REFUSE, 0, REFUSAL_FLOWS_FULL, 0, 0, 0, 0): parse_answer;
            (KIND_REFUSE, 0, REFUSAL_WAITING_FULL, 0, 0, 0, 0): parse_answer;
            (KIND_REFUSE, 0, REFUSAL_NOT_COMMITTED, 0, 0, 0, 0): parse_answer;
            (KIND_REFUSE, 0, REFUSAL_OLD_INCARNATION, 0, 0, 0, 0): parse_answer;
            (KIND_REFUSE, 0, REFUSAL_MOVED, 0, 0, 0, 0): parse_answer;
            (KIND_REFUSE, 0, REFUSAL_UNSUPPORTED, 0, 0, 0, 0): parse_answer;
            (KIND_REFUSE, 0, REFUSAL_OLD_SNAPSHOT, 0, 0, 0, 0): parse_answer;
            (KIND_REFUSE, 0, REFUSAL_NO_BASE, 0, 0, 0, 0): parse_answer;
            (_, 0, _, _, _, 1, _): refuse_message_tag;
            (KIND_LEASE_REQUEST, 0, _, _, _, _, _): refuse_wrong_direction;
            (KIND_WRITE, 0, _, _, _, _, _): refuse_wrong_direction;
            (KIND_HOLD, 0, _, _, _, _, _): refuse_wrong_direction;
            (KIND_RENEW, 0, _, _, _, _, _): refuse_wrong_direction;
            (KIND_GIVE_UP, 0, _, _, _, _, _): refuse_wrong_direction;
            (KIND_SNAPSHOT_SLOTS, 0, _, _, _, _, _): refuse_wrong_direction;
            (KIND_SNAPSHOT_ACK, 0, _, _, _, _, _): refuse_wrong_direction;
            (KIND_SNAPSHOT_FETCH, 0, _, _, _, _, _): refuse_wrong_direction;
            default: refuse_message_flags;
        }
    }

    // Its packet is not looked at: it goes through again.
    state parse_grant {
        pkt.extract(hdr.key);
        pkt.extract(hdr.state);
        transition accept;
    }

    state end_of_lease {
        ig_md.ends_lease = 1;
        transition parse_answer;
    }

    state parse_answer {
        pkt.extract(hdr.key);
        transition accept;
    }

    // A store that does not know the schema does not know how long its keys are.
    state keyless {
        hdr.key.setValid();
        hdr.key.word_0 = 0;
        hdr.key.word_1 = 0;
        hdr.key.word_2 = 0;
        hdr.key.word_3 = 0;
        transition accept;
    }

    state parse_released {
        pkt.extract(hdr.key);
        transition parse_carried;
    }

    state parse_carried {
        pkt.extract(hdr.carried_ethernet);
        transition select(hdr.carried_ethernet.ether_type) {
            ETHERTYPE_VLAN: parse_carried_vlan;
            ETHERTYPE_QINQ: parse_carried_vlan;
            ETHERTYPE_IPV4: parse_carried_ipv4;
            default: accept;
        }
    }

    state parse_carried_vlan {
        pkt.extract(hdr.vlan);
        transition select(hdr.vlan.ether_type) {
            ETHERTYPE_VLAN: parse_carried_inner_vlan;
            ETHERTYPE_QINQ: parse_carried_inner_vlan;
            ETHERTYPE_IPV4: parse_carried_ipv4;
            default: accept;
        }
    }

    state parse_carried_inner_vlan {
        pkt.extract(hdr.inner_vlan);
        transition select(hdr.inner_vlan.ether_type) {
            ETHERTYPE_IPV4: parse_carried_ipv4;
            default: accept;
        }
    }

    state parse_carried_ipv4 {
        pkt.extract(hdr.ipv4);
        transition accept;
    }

    state refuse_malformed {
        ig_md.skips = 1;
        ig_md.reason = REASON_MALFORMED;
        transition accept;
    }

    state refuse_message_version {
        ig_md.skips = 1;
        ig_md.reason = REASON_MESSAGE_VERSION;
        transition accept;
    }

    state refuse_message_kind {
        ig_md.skips = 1;
        ig_md.reason = REASON_MESSAGE_KIND;
        transition accept;
    }

    state refuse_message_schema {
        ig_md.skips = 1;
        ig_md.reason = REASON_MESSAGE_SCHEMA;
        transition accept;
    }

    state refuse_message_flags {
        ig_md.skips = 1;
        ig_md.reason = REASON_MESSAGE_FLAGS;
        transition accept;
    }

    state refuse_message_tag {
        ig_md.skips = 1;
        ig_md.reason = REASON_MESSAGE_TAG;
        transition accept;
    }

    state refuse_wrong_direction {
        ig_md.skips = 1;
        ig_md.reason = REASON_WRONG_DIRECTION;
        transition accept;
    }
}

// What becomes of the packet: where it goes, and with which headers in front.
control Departure(
    inout ingress_headers_t hdr,
    inout ingress_metadata_t ig_md,
    in ingress_intrinsic_metadata_from_parser_t ig_prsr_md,
    inout ingress_intrinsic_metadata_for_deparser_t ig_dprsr_md,
    inout ingress_intrinsic_metadata_for_tm_t ig_tm_md
) {
    // By reason: what the parser refused.
    Counter<bit<64>, bit<8>>(256, CounterType_t.PACKETS) refused;

    // CRC-32 (ISO-HDLC) of the key's words, as the store computes it.
    CRCPolynomial<bit<32>>(0x04c11db7, true, false, false, 0xffffffff, 0xffffffff) key_crc_poly;
    Hash<bit<32>>(HashAlgorithm_t.CUSTOM, key_crc_poly) key_crc;

    action hash_key() {
        ig_md.key_hash = key_crc.get({
            hdr.key.word_0,
            hdr.key.word_1,
            hdr.key.word_2,
            hdr.key.word_3
        });
    }

    // What is mirrored is the packet as it came in; key and epoch stand in front of it.
    action renew() {
        ig_dprsr_md.mirror_type = MIRROR_RENEWAL;
        ig_md.session = SESSION_RENEWAL;
        ig_md.internal_type = TYPE_RENEWAL;
    }

    action discard() {
        ig_dprsr_md.drop_ctl = 1;
    }

    action around_the_loop() {
        ig_tm_md.bypass_egress = 1;
        ig_md.way = WAY_LOOP;
        hdr.bridge.setInvalid();
    }

    action leave() {
        ig_tm_md.bypass_egress = 1;
        ig_md.way = WAY_OUT;
        ig_md.came_in_by = hdr.bridge.port;
        hdr.bridge.setInvalid();
        hdr.key.setInvalid();
        hdr.state.setInvalid();
    }

    action release() {
        ig_tm_md.bypass_egress = 1;
        ig_md.way = WAY_OUT;
        ig_md.came_in_by = hdr.redplane.port;
        hdr.ethernet.dst_addr = hdr.carried_ethernet.dst_addr;
        hdr.ethernet.src_addr = hdr.carried_ethernet.src_addr;
        hdr.ethernet.ether_type = hdr.carried_ethernet.ether_type;
        hdr.bridge.setInvalid();
        hdr.redplane.setInvalid();
        hdr.key.setInvalid();
        hdr.carried_ethernet.setInvalid();
    }

    action go_again() {
        ig_tm_md.bypass_egress = 1;
        ig_md.way = WAY_LOOP;
        hdr.again.setValid();
        hdr.again.internal_type = TYPE_AGAIN;
        hdr.again.port = hdr.redplane.port;
        hdr.bridge.setInvalid();
        hdr.redplane.setInvalid();
        hdr.key.setInvalid();
        hdr.state.setInvalid();
        hdr.ethernet.setInvalid();
    }

    // Through egress, which writes down how long the queue was.
    action keep() {
        ig_md.way = WAY_LOOP;
        hdr.bridge.setInvalid();
    }

    action become_copy() {
        ig_md.way = WAY_LOOP;
        hdr.copy.setValid();
        hdr.copy.internal_type = TYPE_COPY;
        hdr.copy.depth = 0;
        hdr.copy.due = hdr.bridge.due;
        hdr.copy.wait = hdr.bridge.wait;
        hdr.redplane.setValid();
        hdr.redplane.version = REDPLANE_VERSION;
        hdr.redplane.kind = ig_md.mirror_kind;
        hdr.redplane.schema = REDPLANE_SCHEMA;
        hdr.redplane.switch_id = 0;
        hdr.redplane.incarnation = 0;
        hdr.redplane.reserved = 0;
        hdr.redplane.port = 0;
        hdr.redplane.migrated = 0;
        hdr.redplane.more = 0;
        hdr.redplane.retransmission = 0;
        hdr.redplane.tag = 0;
        hdr.redplane.piggyback = 0;
        hdr.redplane.epoch = ig_md.mirror_epoch;
        hdr.redplane.seq = ig_md.mirror_seq;
        hdr.redplane.timestamp = 0;
        hdr.bridge.setInvalid();
        hdr.ethernet.setInvalid();
    }

    action insert() {
        ig_tm_md.bypass_egress = 1;
        ig_md.way = WAY_CPU;
        hdr.cpu_ethernet.setValid();
        hdr.cpu_ethernet.dst_addr = CPU_MAC;
        hdr.cpu_ethernet.src_addr = CPU_MAC;
        hdr.cpu_ethernet.ether_type = ETHERTYPE_CPU;
        hdr.cpu.setValid();
        hdr.cpu.op = OP_INSERT;
        hdr.cpu.reason = 0;
        hdr.cpu.port = hdr.bridge.port;
        hdr.cpu.now = ig_prsr_md.global_tstamp[39:8];
        hdr.bridge.setInvalid();
        hdr.ethernet.setInvalid();
    }

    action punt() {
        ig_tm_md.bypass_egress = 1;
        ig_md.way = WAY_CPU;
        hdr.cpu_ethernet.setValid();
        hdr.cpu_ethernet.dst_addr = CPU_MAC;
        hdr.cpu_ethernet.src_addr = CPU_MAC;
        hdr.cpu_ethernet.ether_type = ETHERTYPE_CPU;
        hdr.cpu.setValid();
        hdr.cpu.op = OP_PUNT;
        hdr.cpu.reason = ig_md.reason;
        hdr.cpu.port = hdr.bridge.port;
        hdr.cpu.now = ig_prsr_md.global_tstamp[39:8];
        hdr.bridge.setInvalid();
        hdr.key.setInvalid();
        hdr.state.setInvalid();
    }

    action send() {
        ig_md.way = WAY_STORE;
        hdr.bridge.now = ig_prsr_md.global_tstamp[39:8];
        hdr.carried_ethernet.setValid();
        hdr.carried_ethernet.dst_addr = hdr.ethernet.dst_addr;
        hdr.carried_ethernet.src_addr = hdr.ethernet.src_addr;
        hdr.carried_ethernet.ether_type = hdr.ethernet.ether_type;
        hdr.ethernet.setInvalid();
        hdr.state.setInvalid();
    }

    action send_write() {
        ig_md.way = WAY_STORE;
        hdr.bridge.now = ig_prsr_md.global_tstamp[39:8];
        hdr.carried_ethernet.setValid();
        hdr.carried_ethernet.dst_addr = hdr.ethernet.dst_addr;
        hdr.carried_ethernet.src_addr = hdr.ethernet.src_addr;
        hdr.carried_ethernet.ether_type = hdr.ethernet.ether_type;
        hdr.ethernet.setInvalid();
    }

    action send_renewal() {
        ig_md.way = WAY_STORE;
        hdr.bridge.now = ig_prsr_md.global_tstamp[39:8];
        hdr.copy.setInvalid();
        hdr.redplane.setInvalid();
    }

    action repeat() {
        ig_md.way = WAY_STORE;
        hdr.bridge.now = ig_prsr_md.global_tstamp[39:8];
        hdr.bridge.repeats = 1;
        hdr.copy.setInvalid();
        hdr.redplane.setInvalid();
    }

    action to_port(PortId_t port) {
        ig_tm_md.ucast_egress_port = port;
    }

    action next_hop(PortId_t port, bit<48> dst_mac, bit<48> src_mac) {
        ig_tm_md.ucast_egress_port = port;
        hdr.ethernet.dst_addr = dst_mac;
        hdr.ethernet.src_addr = src_mac;
    }

    action to_shard(PortId_t port, bit<8> shard) {
        ig_tm_md.ucast_egress_port = port;
        hdr.bridge.shard = shard;
    }

    // A message to send goes before a fate: the packet is in it. Its kind is 0 where there is none.
    table departures {
        key = {
            ig_md.skips       : ternary;
            ig_md.from_cpu    : ternary;
            hdr.bridge.pass   : ternary;
            ig_md.fate        : ternary;
            hdr.bridge.kind   : ternary;
            ig_md.mirror_kind : ternary;
        }
        actions = {
            around_the_loop;
            discard;
            insert;
            go_again;
            punt;
            leave;
            release;
            keep;
            become_copy;
            send_renewal;
            repeat;
            send_write;
            @defaultonly send;
        }
        const default_action = send();
        const entries = {
            (1, 1, _, _, _, _) : around_the_loop();
            (1, _, _, _, _, _) : discard();
            (_, _, _, FATE_INSERTS, 0, _) : insert();
            (_, _, _, FATE_GOES_AGAIN, 0, _) : go_again();
            (_, _, _, FATE_PUNTED, 0, _) : punt();
            (_, _, PASS_PACKET, FATE_LEAVES, 0, _) : leave();
            (_, _, PASS_MESSAGE, FATE_LEAVES, 0, _) : release();
            (_, _, _, _, 0, 0) : discard();
            (_, _, PASS_COPY, _, 0, _) : keep();
            (_, _, PASS_MESSAGE, _, 0, _) : become_copy();
            (_, _, PASS_GIVE_UP, _, 0, _) : become_copy();
            (_, _, _, _, 0, _) : discard();
            (_, _, PASS_COPY, _, _, 0) : send_renewal();
            (_, _, PASS_COPY, _, _, _) : repeat();
            (_, _, _, _, KIND_WRITE, _) : send_write();
        }
        size = 15;
    }

    // What came in by this port leaves by that one, whatever its address.
    table wires {
        key = {
            ig_md.came_in_by : exact @name("port");
        }
        actions = {
            to_port;
            @defaultonly NoAction;
        }
        const default_action = NoAction();
        size = 128;
    }

    table routes {
        key = {
            hdr.ipv4.dst_addr : lpm @name("address");
        }
        actions = {
            next_hop;
            @defaultonly discard;
        }
        const default_action = discard();
        size = 1024;
    }

    // The upper half of the hash scaled to the number of shards: of a power of two, its upper bits.
    table shards {
        key = {
            ig_md.key_hash[31:24] : exact @name("hash");
        }
        actions = {
            to_shard;
            @defaultonly discard;
        }
        const default_action = discard();
        size = 256;
    }

    // The way back in.
    table loop_port {
        actions = {
            to_port;
            discard;
        }
        default_action = discard();
        size = 1;
    }

    table cpu_port {
        actions = {
            to_port;
            discard;
        }
        default_action = discard();
        size = 1;
    }

    apply {
        if (ig_md.skips == 1 && ig_md.from_cpu == 0) {
            refused.count(ig_md.reason);
        }
        if (hdr.bridge.kind != 0) {
            hash_key();
        }
        if (hdr.bridge.pass == PASS_PACKET && ig_md.mirror_kind != 0) {
            renew();
        }
        departures.apply();
        if (ig_md.way == WAY_OUT) {
            if (wires.apply().miss) {
                if (hdr.ipv4.isValid()) {
                    routes.apply();
                } else {
                    discard();
                }
            }
        } else if (ig_md.way == WAY_STORE) {
            shards.apply();
        } else if (ig_md.way == WAY_LOOP) {
            loop_port.apply();
        } else if (ig_md.way == WAY_CPU) {
            cpu_port.apply();
        }
    }
}

// RedPlane's data plane with the program in it, and what then becomes of the packet.
control Ingress(
    inout ingress_headers_t hdr,
    inout ingress_metadata_t ig_md,
    in ingress_intrinsic_metadata_t ig_intr_md,
    in ingress_intrinsic_metadata_from_parser_t ig_prsr_md,
    inout ingress_intrinsic_metadata_for_deparser_t ig_dprsr_md,
    inout ingress_intrinsic_metadata_for_tm_t ig_tm_md
) {
    // One cell.
    Register<bit<32>, bit<1>>(1, 0) mirror_depth;

    RegisterAction<bit<32>, bit<1>, void>(mirror_depth) mirror_depth_put = {
        void apply(inout bit<32> value) {
            value = (bit<32>)hdr.copy.depth;
        }
    };

    RegisterAction<bit<32>, bit<1>, bit<1>>(mirror_depth) mirror_depth_is_before = {
        void apply(inout bit<32> value, out bit<1> rv) {
            rv = 0;
            if (value < 4096) {
                rv = 1;
            }
        }
    };

    Register<bit<32>, bit<16>>(FLOWS, 0) epoch;

    // The result says which of the two hold, one bit of four: 1 neither, 2 the first, 4 the second,
    // 8 both.
    RegisterAction<bit<32>, bit<16>, bit<4>>(epoch) epoch_adopt = {
        void apply(inout bit<32> value, out bit<4> rv) {
            rv = this.predicate(
                (int<32>)(hdr.redplane.epoch - value) > 0,
                value == hdr.redplane.epoch
            );
            if ((int<32>)(hdr.redplane.epoch - value) > 0) {
                value = hdr.redplane.epoch;
            }
        }
    };

    RegisterAction<bit<32>, bit<16>, bit<1>>(epoch) epoch_same = {
        void apply(inout bit<32> value, out bit<1> rv) {
            rv = 0;
            if (value == hdr.redplane.epoch) {
                rv = 1;
            }
        }
    };

    RegisterAction<bit<32>, bit<16>, bit<32>>(epoch) epoch_read = {
        void apply(inout bit<32> value, out bit<32> rv) {
            rv = value;
        }
    };

    Register<bit<8>, bit<16>>(FLOWS, 0) renounced;

    RegisterAction<bit<8>, bit<16>, void>(renounced) renounced_put = {
        void apply(inout bit<8> value) {
            value = 0;
        }
    };

    RegisterAction<bit<8>, bit<16>, bit<8>>(renounced) renounced_replace = {
        void apply(inout bit<8> value, out bit<8> rv) {
            rv = value;
            if (value == ig_md.renounced_replace_a) {
                value = ig_md.renounced_replace_b;
            }
        }
    };

    RegisterAction<bit<8>, bit<16>, bit<8>>(renounced) renounced_read = {
        void apply(inout bit<8> value, out bit<8> rv) {
            rv = value;
        }
    };

    Register<bit<32>, bit<16>>(FLOWS, 0) deadline;

    RegisterAction<bit<32>, bit<16>, void>(deadline) deadline_put = {
        void apply(inout bit<32> value) {
            value = ig_md.deadline_put_a;
        }
    };

    RegisterAction<bit<32>, bit<16>, void>(deadline) deadline_latest = {
        void apply(inout bit<32> value) {
            if ((int<32>)(ig_md.deadline_latest_a - value) > 0) {
                value = ig_md.deadline_latest_a;
            }
        }
    };

    RegisterAction<bit<32>, bit<16>, bit<1>>(deadline) deadline_is_after = {
        void apply(inout bit<32> value, out bit<1> rv) {
            rv = 0;
            if ((int<32>)(value - ig_prsr_md.global_tstamp[39:8]) > 0) {
                rv = 1;
            }
        }
    };

    // One cell.
    Register<bit<32>, bit<1>>(1, 0) silence;

    RegisterAction<bit<32>, bit<1>, bit<1>>(silence) silence_unanswered = {
        void apply(inout bit<32> value, out bit<1> rv) {
            rv = 0;
            if (!(value == 0) && (int<32>)(ig_md.now_minus_silence_span - value) > 0) {
                rv = 1;
            }
            if (value == 0) {
                value = ig_md.now_or_1;
            }
        }
    };

    RegisterAction<bit<32>, bit<1>, void>(silence) silence_put = {
        void apply(inout bit<32> value) {
            value = 0;
        }
    };

    Register<bit<32>, bit<16>>(FLOWS, 0) seq;

    RegisterAction<bit<32>, bit<16>, bit<32>>(seq) seq_advance = {
        void apply(inout bit<32> value, out bit<32> rv) {
            value = value + 1;
            rv = value;
        }
    };

    RegisterAction<bit<32>, bit<16>, void>(seq) seq_put = {
        void apply(inout bit<32> value) {
            value = hdr.redplane.seq;
        }
    };

    RegisterAction<bit<32>, bit<16>, bit<1>>(seq) seq_is_before = {
        void apply(inout bit<32> value, out bit<1> rv) {
            rv = 0;
            if ((int<32>)(hdr.redplane.seq - value) > 0) {
                rv = 1;
            }
        }
    };

    RegisterAction<bit<32>, bit<16>, bit<32>>(seq) seq_read = {
        void apply(inout bit<32> value, out bit<32> rv) {
            rv = value;
        }
    };

    Register<bit<32>, bit<16>>(FLOWS, 0) acked;

    RegisterAction<bit<32>, bit<16>, void>(acked) acked_put = {
        void apply(inout bit<32> value) {
            value = hdr.redplane.seq;
        }
    };

    RegisterAction<bit<32>, bit<16>, void>(acked) acked_latest = {
        void apply(inout bit<32> value) {
            if ((int<32>)(hdr.redplane.seq - value) > 0) {
                value = hdr.redplane.seq;
            }
        }
    };

    RegisterAction<bit<32>, bit<16>, bit<1>>(acked) acked_is_before = {
        void apply(inout bit<32> value, out bit<1> rv) {
            rv = 0;
            if ((int<32>)(hdr.redplane.seq - value) > 0) {
                rv = 1;
            }
        }
    };

    Register<bit<32>, bit<16>>(FLOWS, 0) asked;

    RegisterAction<bit<32>, bit<16>, void>(asked) asked_put = {
        void apply(inout bit<32> value) {
            value = ig_prsr_md.global_tstamp[39:8];
        }
    };

    RegisterAction<bit<32>, bit<16>, void>(asked) asked_latest = {
        void apply(inout bit<32> value) {
            if ((int<32>)(ig_md.asked_latest_a - value) > 0) {
                value = ig_md.asked_latest_a;
            }
        }
    };

    Register<bit<32>, bit<16>>(FLOWS, 0) state_0;

    RegisterAction<bit<32>, bit<16>, bit<32>>(state_0) state_0_count_up = {
        void apply(inout bit<32> value, out bit<32> rv) {
            value = value + 1;
            rv = value;
        }
    };

    RegisterAction<bit<32>, bit<16>, void>(state_0) state_0_put = {
        void apply(inout bit<32> value) {
            value = hdr.state.word_0;
        }
    };

    Counter<bit<64>, bit<8>>(COUNTERS, CounterType_t.PACKETS) counters_0_a;
    Counter<bit<64>, bit<8>>(COUNTERS, CounterType_t.PACKETS) counters_1_a;
    Counter<bit<64>, bit<8>>(COUNTERS, CounterType_t.PACKETS) counters_2_a;
    Counter<bit<64>, bit<8>>(COUNTERS, CounterType_t.PACKETS) counters_2_b;
    Counter<bit<64>, bit<8>>(COUNTERS, CounterType_t.PACKETS) counters_3_a;
    Counter<bit<64>, bit<8>>(COUNTERS, CounterType_t.PACKETS) counters_3_b;
    Counter<bit<64>, bit<8>>(COUNTERS, CounterType_t.PACKETS) counters_3_c;
    Counter<bit<64>, bit<8>>(COUNTERS, CounterType_t.PACKETS) counters_3_d;
    Counter<bit<64>, bit<8>>(COUNTERS, CounterType_t.PACKETS) counters_3_e;
    Counter<bit<64>, bit<8>>(COUNTERS, CounterType_t.PACKETS) counters_4_a;
    Counter<bit<64>, bit<8>>(COUNTERS, CounterType_t.PACKETS) counters_4_b;
    Counter<bit<64>, bit<8>>(COUNTERS, CounterType_t.PACKETS) counters_4_c;
    Counter<bit<64>, bit<8>>(COUNTERS, CounterType_t.PACKETS) counters_5_a;
    Counter<bit<64>, bit<8>>(COUNTERS, CounterType_t.PACKETS) counters_5_b;
    Counter<bit<64>, bit<8>>(COUNTERS, CounterType_t.PACKETS) counters_6_a;
    Counter<bit<64>, bit<8>>(COUNTERS, CounterType_t.PACKETS) counters_6_b;
    Counter<bit<64>, bit<8>>(COUNTERS, CounterType_t.PACKETS) counters_6_c;
    Counter<bit<64>, bit<8>>(COUNTERS, CounterType_t.PACKETS) counters_6_d;
    Counter<bit<64>, bit<8>>(COUNTERS, CounterType_t.PACKETS) counters_7_a;
    Counter<bit<64>, bit<8>>(COUNTERS, CounterType_t.PACKETS) counters_7_b;

    action put_mirror_depth() {
        mirror_depth_put.execute(0);
    }

    action is_before_mirror_depth() {
        ig_md.mirror_depth_is_before = mirror_depth_is_before.execute(0);
    }

    table mirror_depth_access {
        key = {
            hdr.bridge.pass : exact;
        }
        actions = {
            put_mirror_depth;
            @defaultonly is_before_mirror_depth;
        }
        const default_action = is_before_mirror_depth();
        const entries = {
            PASS_COPY : put_mirror_depth();
        }
        size = 1;
    }

    action set_key_0_and_set_renounced_replace_b_and_3_more() {
        counters_0_a.count(COUNT_PASSED);
        hdr.key.word_0[7:0] = hdr.ipv4.ttl_protocol[7:0];
        hdr.key.word_1 = hdr.ipv4.src_addr;
        hdr.key.word_2 = hdr.ipv4.dst_addr;
        hdr.key.word_3 = hdr.ports.src ++ hdr.ports.dst;
        hdr.bridge.carry = 1;
        ig_md.renounced_replace_b = 1;
        ig_md.fate = FATE_LEAVES;
        hdr.bridge.due = ig_prsr_md.global_tstamp[39:8];
    }

    action set_key_0_and_set_renounced_replace_b_and_2_more() {
        hdr.key.word_0[7:0] = hdr.ipv4.ttl_protocol[7:0];
        hdr.key.word_1 = hdr.ipv4.src_addr;
        hdr.key.word_2 = hdr.ipv4.dst_addr;
        hdr.key.word_3 = hdr.ports.src ++ hdr.ports.dst;
        hdr.bridge.carry = 1;
        ig_md.renounced_replace_b = 1;
        ig_md.has_ports = 1;
        hdr.bridge.due = ig_prsr_md.global_tstamp[39:8];
    }

    action set_renounced_replace_b_and_3_more() {
        ig_md.renounced_replace_b = 2;
        hdr.bridge.epoch = hdr.redplane.epoch;
        hdr.bridge.seq = hdr.redplane.seq;
        ig_md.mirror_epoch = hdr.redplane.epoch;
        hdr.bridge.due = ig_prsr_md.global_tstamp[39:8];
    }

    action set_renounced_replace_b_and_4_more() {
        ig_md.renounced_replace_b = 2;
        ig_md.renounced_replace_a = 1;
        hdr.bridge.epoch = hdr.redplane.epoch;
        hdr.bridge.seq = hdr.redplane.seq;
        ig_md.mirror_epoch = hdr.redplane.epoch;
        hdr.bridge.due = ig_prsr_md.global_tstamp[39:8];
    }

    action set_renounced_replace_b_and_3_more_2() {
        ig_md.renounced_replace_b = 1;
        hdr.bridge.epoch = hdr.redplane.epoch;
        hdr.bridge.seq = hdr.redplane.seq;
        ig_md.mirror_epoch = hdr.redplane.epoch;
        hdr.bridge.due = ig_prsr_md.global_tstamp[39:8];
    }

    action set_renounced_replace_b_and_3_more_3() {
        ig_md.renounced_replace_b = 1;
        hdr.bridge.epoch = hdr.redplane.epoch;
        hdr.bridge.seq = hdr.redplane.seq;
        ig_md.mirror_epoch = hdr.redplane.epoch;
        ig_md.mirror_seq = hdr.redplane.seq;
    }

    action set_renounced_replace_b_and_3_more_4() {
        counters_0_a.count(COUNT_SWEPT);
        ig_md.renounced_replace_b = 1;
        hdr.bridge.epoch = hdr.redplane.epoch;
        hdr.bridge.seq = hdr.redplane.seq;
        hdr.bridge.due = ig_prsr_md.global_tstamp[39:8];
    }

    action set_renounced_replace_b_and_2_more() {
        ig_md.renounced_replace_b = 1;
        hdr.bridge.epoch = hdr.redplane.epoch;
        hdr.bridge.seq = hdr.redplane.seq;
        hdr.bridge.due = ig_prsr_md.global_tstamp[39:8];
    }

    table decisions_0_a {
        key = {
            hdr.bridge.pass    : exact;
            ig_md.message_kind : exact;
            hdr.tcp.isValid()  : exact;
            hdr.udp.isValid()  : exact;
        }
        actions = {
            set_key_0_and_set_renounced_replace_b_and_3_more;
            set_key_0_and_set_renounced_replace_b_and_2_more;
            set_renounced_replace_b_and_3_more;
            set_renounced_replace_b_and_4_more;
            set_renounced_replace_b_and_3_more_2;
            set_renounced_replace_b_and_3_more_3;
            set_renounced_replace_b_and_3_more_4;
            set_renounced_replace_b_and_2_more;
            @defaultonly NoAction;
        }
        const default_action = NoAction();
        const entries = {
            (PASS_PACKET, 0, false, false) : set_key_0_and_set_renounced_replace_b_and_3_more();
            (PASS_PACKET, 0, false, true) : set_key_0_and_set_renounced_replace_b_and_2_more();
            (PASS_PACKET, 0, true, false) : set_key_0_and_set_renounced_replace_b_and_2_more();
            (
                PASS_PACKET,
                KIND_LEASE_REQUEST,
                false,
                false
            ) : set_key_0_and_set_renounced_replace_b_and_3_more();
            (
                PASS_PACKET,
                KIND_LEASE_REQUEST,
                false,
                true
            ) : set_key_0_and_set_renounced_replace_b_and_2_more();
            (
                PASS_PACKET,
                KIND_LEASE_REQUEST,
                true,
                false
            ) : set_key_0_and_set_renounced_replace_b_and_2_more();
            (
                PASS_PACKET,
                KIND_GRANT,
                false,
                false
            ) : set_key_0_and_set_renounced_replace_b_and_3_more();
            (
                PASS_PACKET,
                KIND_GRANT,
                false,
                true
            ) : set_key_0_and_set_renounced_replace_b_and_2_more();
            (
                PASS_PACKET,
                KIND_GRANT,
                true,
                false
            ) : set_key_0_and_set_renounced_replace_b_and_2_more();
            (
                PASS_PACKET,
                KIND_WRITE,
                false,
                false
            ) : set_key_0_and_set_renounced_replace_b_and_3_more();
            (
                PASS_PACKET,
                KIND_WRITE,
                false,
                true
            ) : set_key_0_and_set_renounced_replace_b_and_2_more();
            (
                PASS_PACKET,
                KIND_WRITE,
                true,
                false
            ) : set_key_0_and_set_renounced_replace_b_and_2_more();
            (
                PASS_PACKET,
                KIND_WRITE_ACK,
                false,
                false
            ) : set_key_0_and_set_renounced_replace_b_and_3_more();
            (
                PASS_PACKET,
                KIND_WRITE_ACK,
                false,
                true
            ) : set_key_0_and_set_renounced_replace_b_and_2_more();
            (
                PASS_PACKET,
                KIND_WRITE_ACK,
                true,
                false
            ) : set_key_0_and_set_renounced_replace_b_and_2_more();
            (
                PASS_PACKET,
                KIND_HOLD,
                false,
                false
            ) : set_key_0_and_set_renounced_replace_b_and_3_more();
            (
                PASS_PACKET,
                KIND_HOLD,
                false,
                true
            ) : set_key_0_and_set_renounced_replace_b_and_2_more();
            (
                PASS_PACKET,
                KIND_HOLD,
                true,
                false
            ) : set_key_0_and_set_renounced_replace_b_and_2_more();
            (
                PASS_PACKET,
                KIND_RELEASE,
                false,
                false
            ) : set_key_0_and_set_renounced_replace_b_and_3_more();
            (
                PASS_PACKET,
                KIND_RELEASE,
                false,
                true
            ) : set_key_0_and_set_renounced_replace_b_and_2_more();
            (
                PASS_PACKET,
                KIND_RELEASE,
                true,
                false
            ) : set_key_0_and_set_renounced_replace_b_and_2_more();
            (
                PASS_PACKET,
                KIND_RENEW,
                false,
                false
            ) : set_key_0_and_set_renounced_replace_b_and_3_more();
            (
                PASS_PACKET,
                KIND_RENEW,
                false,
                true
            ) : set_key_0_and_set_renounced_replace_b_and_2_more();
            (
                PASS_PACKET,
                KIND_RENEW,
                true,
                false
            ) : set_key_0_and_set_renounced_replace_b_and_2_more();
            (
                PASS_PACKET,
                KIND_RENEW_ACK,
                false,
                false
            ) : set_key_0_and_set_renounced_replace_b_and_3_more();
            (
                PASS_PACKET,
                KIND_RENEW_ACK,
                false,
                true
            ) : set_key_0_and_set_renounced_replace_b_and_2_more();
            (
                PASS_PACKET,
                KIND_RENEW_ACK,
                true,
                false
            ) : set_key_0_and_set_renounced_replace_b_and_2_more();
            (
                PASS_PACKET,
                KIND_GIVE_UP,
                false,
                false
            ) : set_key_0_and_set_renounced_replace_b_and_3_more();
            (
                PASS_PACKET,
                KIND_GIVE_UP,
                false,
                true
            ) : set_key_0_and_set_renounced_replace_b_and_2_more();
            (
                PASS_PACKET,
                KIND_GIVE_UP,
                true,
                false
            ) : set_key_0_and_set_renounced_replace_b_and_2_more();
            (
                PASS_PACKET,
                KIND_GIVE_UP_ACK,
                false,
                false
            ) : set_key_0_and_set_renounced_replace_b_and_3_more();
            (
                PASS_PACKET,
                KIND_GIVE_UP_ACK,
                false,
                true
            ) : set_key_0_and_set_renounced_replace_b_and_2_more();
            (
                PASS_PACKET,
                KIND_GIVE_UP_ACK,
                true,
                false
            ) : set_key_0_and_set_renounced_replace_b_and_2_more();
            (
                PASS_PACKET,
                KIND_RECALL,
                false,
                false
            ) : set_key_0_and_set_renounced_replace_b_and_3_more();
            (
                PASS_PACKET,
                KIND_RECALL,
                false,
                true
            ) : set_key_0_and_set_renounced_replace_b_and_2_more();
            (
                PASS_PACKET,
                KIND_RECALL,
                true,
                false
            ) : set_key_0_and_set_renounced_replace_b_and_2_more();
            (
                PASS_PACKET,
                KIND_SNAPSHOT_SLOTS,
                false,
                false
            ) : set_key_0_and_set_renounced_replace_b_and_3_more();
            (
                PASS_PACKET,
                KIND_SNAPSHOT_SLOTS,
                false,
                true
            ) : set_key_0_and_set_renounced_replace_b_and_2_more();
            (
                PASS_PACKET,
                KIND_SNAPSHOT_SLOTS,
                true,
                false
            ) : set_key_0_and_set_renounced_replace_b_and_2_more();
            (
                PASS_PACKET,
                KIND_SNAPSHOT_ACK,
                false,
                false
            ) : set_key_0_and_set_renounced_replace_b_and_3_more();
            (
                PASS_PACKET,
                KIND_SNAPSHOT_ACK,
                false,
                true
            ) : set_key_0_and_set_renounced_replace_b_and_2_more();
            (
                PASS_PACKET,
                KIND_SNAPSHOT_ACK,
                true,
                false
            ) : set_key_0_and_set_renounced_replace_b_and_2_more();
            (
                PASS_PACKET,
                KIND_REFUSE,
                false,
                false
            ) : set_key_0_and_set_renounced_replace_b_and_3_more();
            (
                PASS_PACKET,
                KIND_REFUSE,
                false,
                true
            ) : set_key_0_and_set_renounced_replace_b_and_2_more();
            (
                PASS_PACKET,
                KIND_REFUSE,
                true,
                false
            ) : set_key_0_and_set_renounced_replace_b_and_2_more();
            (PASS_MESSAGE, 0, false, false) : set_renounced_replace_b_and_3_more();
            (PASS_MESSAGE, 0, false, true) : set_renounced_replace_b_and_3_more();
            (PASS_MESSAGE, 0, true, false) : set_renounced_replace_b_and_3_more();
            (PASS_MESSAGE, KIND_LEASE_REQUEST, false, false) : set_renounced_replace_b_and_3_more();
            (PASS_MESSAGE, KIND_LEASE_REQUEST, false, true) : set_renounced_replace_b_and_3_more();
            (PASS_MESSAGE, KIND_LEASE_REQUEST, true, false) : set_renounced_replace_b_and_3_more();
            (PASS_MESSAGE, KIND_GRANT, false, false) : set_renounced_replace_b_and_3_more();
            (PASS_MESSAGE, KIND_GRANT, false, true) : set_renounced_replace_b_and_3_more();
            (PASS_MESSAGE, KIND_GRANT, true, false) : set_renounced_replace_b_and_3_more();
            (PASS_MESSAGE, KIND_WRITE, false, false) : set_renounced_replace_b_and_3_more();
            (PASS_MESSAGE, KIND_WRITE, false, true) : set_renounced_replace_b_and_3_more();
            (PASS_MESSAGE, KIND_WRITE, true, false) : set_renounced_replace_b_and_3_more();
            (PASS_MESSAGE, KIND_WRITE_ACK, false, false) : set_renounced_replace_b_and_3_more();
            (PASS_MESSAGE, KIND_WRITE_ACK, false, true) : set_renounced_replace_b_and_3_more();
            (PASS_MESSAGE, KIND_WRITE_ACK, true, false) : set_renounced_replace_b_and_3_more();
            (PASS_MESSAGE, KIND_HOLD, false, false) : set_renounced_replace_b_and_3_more();
            (PASS_MESSAGE, KIND_HOLD, false, true) : set_renounced_replace_b_and_3_more();
            (PASS_MESSAGE, KIND_HOLD, true, false) : set_renounced_replace_b_and_3_more();
            (PASS_MESSAGE, KIND_RELEASE, false, false) : set_renounced_replace_b_and_3_more();
            (PASS_MESSAGE, KIND_RELEASE, false, true) : set_renounced_replace_b_and_3_more();
            (PASS_MESSAGE, KIND_RELEASE, true, false) : set_renounced_replace_b_and_3_more();
            (PASS_MESSAGE, KIND_RENEW, false, false) : set_renounced_replace_b_and_3_more();
            (PASS_MESSAGE, KIND_RENEW, false, true) : set_renounced_replace_b_and_3_more();
            (PASS_MESSAGE, KIND_RENEW, true, false) : set_renounced_replace_b_and_3_more();
            (PASS_MESSAGE, KIND_RENEW_ACK, false, false) : set_renounced_replace_b_and_3_more();
            (PASS_MESSAGE, KIND_RENEW_ACK, false, true) : set_renounced_replace_b_and_3_more();
            (PASS_MESSAGE, KIND_RENEW_ACK, true, false) : set_renounced_replace_b_and_3_more();
            (PASS_MESSAGE, KIND_GIVE_UP, false, false) : set_renounced_replace_b_and_3_more();
            (PASS_MESSAGE, KIND_GIVE_UP, false, true) : set_renounced_replace_b_and_3_more();
            (PASS_MESSAGE, KIND_GIVE_UP, true, false) : set_renounced_replace_b_and_3_more();
            (PASS_MESSAGE, KIND_GIVE_UP_ACK, false, false) : set_renounced_replace_b_and_4_more();
            (PASS_MESSAGE, KIND_GIVE_UP_ACK, false, true) : set_renounced_replace_b_and_4_more();
            (PASS_MESSAGE, KIND_GIVE_UP_ACK, true, false) : set_renounced_replace_b_and_4_more();
            (PASS_MESSAGE, KIND_RECALL, false, false) : set_renounced_replace_b_and_3_more_2();
            (PASS_MESSAGE, KIND_RECALL, false, true) : set_renounced_replace_b_and_3_more_2();
            (PASS_MESSAGE, KIND_RECALL, true, false) : set_renounced_replace_b_and_3_more_2();
            (
                PASS_MESSAGE,
                KIND_SNAPSHOT_SLOTS,
                false,
                false
            ) : set_renounced_replace_b_and_3_more();
            (PASS_MESSAGE, KIND_SNAPSHOT_SLOTS, false, true) : set_renounced_replace_b_and_3_more();
            (PASS_MESSAGE, KIND_SNAPSHOT_SLOTS, true, false) : set_renounced_replace_b_and_3_more();
            (PASS_MESSAGE, KIND_SNAPSHOT_ACK, false, false) : set_renounced_replace_b_and_3_more();
            (PASS_MESSAGE, KIND_SNAPSHOT_ACK, false, true) : set_renounced_replace_b_and_3_more();
            (PASS_MESSAGE, KIND_SNAPSHOT_ACK, true, false) : set_renounced_replace_b_and_3_more();
            (PASS_MESSAGE, KIND_REFUSE, false, false) : set_renounced_replace_b_and_3_more();
            (PASS_MESSAGE, KIND_REFUSE, false, true) : set_renounced_replace_b_and_3_more();
            (PASS_MESSAGE, KIND_REFUSE, true, false) : set_renounced_replace_b_and_3_more();
            (PASS_COPY, 0, false, false) : set_renounced_replace_b_and_3_more_3();
            (PASS_COPY, 0, false, true) : set_renounced_replace_b_and_3_more_3();
            (PASS_COPY, 0, true, false) : set_renounced_replace_b_and_3_more_3();
            (PASS_COPY, KIND_LEASE_REQUEST, false, false) : set_renounced_replace_b_and_3_more_3();
            (PASS_COPY, KIND_LEASE_REQUEST, false, true) : set_renounced_replace_b_and_3_more_3();
            (PASS_COPY, KIND_LEASE_REQUEST, true, false) : set_renounced_replace_b_and_3_more_3();
            (PASS_COPY, KIND_GRANT, false, false) : set_renounced_replace_b_and_3_more_3();
            (PASS_COPY, KIND_GRANT, false, true) : set_renounced_replace_b_and_3_more_3();
            (PASS_COPY, KIND_GRANT, true, false) : set_renounced_replace_b_and_3_more_3();
            (PASS_COPY, KIND_WRITE, false, false) : set_renounced_replace_b_and_3_more_3();
            (PASS_COPY, KIND_WRITE, false, true) : set_renounced_replace_b_and_3_more_3();
            (PASS_COPY, KIND_WRITE, true, false) : set_renounced_replace_b_and_3_more_3();
            (PASS_COPY, KIND_WRITE_ACK, false, false) : set_renounced_replace_b_and_3_more_3();
            (PASS_COPY, KIND_WRITE_ACK, false, true) : set_renounced_replace_b_and_3_more_3();
            (PASS_COPY, KIND_WRITE_ACK, true, false) : set_renounced_replace_b_and_3_more_3();
            (PASS_COPY, KIND_HOLD, false, false) : set_renounced_replace_b_and_3_more_3();
            (PASS_COPY, KIND_HOLD, false, true) : set_renounced_replace_b_and_3_more_3();
            (PASS_COPY, KIND_HOLD, true, false) : set_renounced_replace_b_and_3_more_3();
            (PASS_COPY, KIND_RELEASE, false, false) : set_renounced_replace_b_and_3_more_3();
            (PASS_COPY, KIND_RELEASE, false, true) : set_renounced_replace_b_and_3_more_3();
            (PASS_COPY, KIND_RELEASE, true, false) : set_renounced_replace_b_and_3_more_3();
            (PASS_COPY, KIND_RENEW, false, false) : set_renounced_replace_b_and_3_more_3();
            (PASS_COPY, KIND_RENEW, false, true) : set_renounced_replace_b_and_3_more_3();
            (PASS_COPY, KIND_RENEW, true, false) : set_renounced_replace_b_and_3_more_3();
            (PASS_COPY, KIND_RENEW_ACK, false, false) : set_renounced_replace_b_and_3_more_3();
            (PASS_COPY, KIND_RENEW_ACK, false, true) : set_renounced_replace_b_and_3_more_3();
            (PASS_COPY, KIND_RENEW_ACK, true, false) : set_renounced_replace_b_and_3_more_3();
            (PASS_COPY, KIND_GIVE_UP, false, false) : set_renounced_replace_b_and_3_more_3();
            (PASS_COPY, KIND_GIVE_UP, false, true) : set_renounced_replace_b_and_3_more_3();
            (PASS_COPY, KIND_GIVE_UP, true, false) : set_renounced_replace_b_and_3_more_3();
            (PASS_COPY, KIND_GIVE_UP_ACK, false, false) : set_renounced_replace_b_and_3_more_3();
            (PASS_COPY, KIND_GIVE_UP_ACK, false, true) : set_renounced_replace_b_and_3_more_3();
            (PASS_COPY, KIND_GIVE_UP_ACK, true, false) : set_renounced_replace_b_and_3_more_3();
            (PASS_COPY, KIND_RECALL, false, false) : set_renounced_replace_b_and_3_more_3();
            (PASS_COPY, KIND_RECALL, false, true) : set_renounced_replace_b_and_3_more_3();
            (PASS_COPY, KIND_RECALL, true, false) : set_renounced_replace_b_and_3_more_3();
            (PASS_COPY, KIND_SNAPSHOT_SLOTS, false, false) : set_renounced_replace_b_and_3_more_3();
            (PASS_COPY, KIND_SNAPSHOT_SLOTS, false, true) : set_renounced_replace_b_and_3_more_3();
            (PASS_COPY, KIND_SNAPSHOT_SLOTS, true, false) : set_renounced_replace_b_and_3_more_3();
            (PASS_COPY, KIND_SNAPSHOT_ACK, false, false) : set_renounced_replace_b_and_3_more_3();
            (PASS_COPY, KIND_SNAPSHOT_ACK, false, true) : set_renounced_replace_b_and_3_more_3();
            (PASS_COPY, KIND_SNAPSHOT_ACK, true, false) : set_renounced_replace_b_and_3_more_3();
            (PASS_COPY, KIND_REFUSE, false, false) : set_renounced_replace_b_and_3_more_3();
            (PASS_COPY, KIND_REFUSE, false, true) : set_renounced_replace_b_and_3_more_3();
            (PASS_COPY, KIND_REFUSE, true, false) : set_renounced_replace_b_and_3_more_3();
            (PASS_SWEEP, 0, false, false) : set_renounced_replace_b_and_3_more_4();
            (PASS_SWEEP, 0, false, true) : set_renounced_replace_b_and_3_more_4();
            (PASS_SWEEP, 0, true, false) : set_renounced_replace_b_and_3_more_4();
            (PASS_SWEEP, KIND_LEASE_REQUEST, false, false) : set_renounced_replace_b_and_3_more_4();
            (PASS_SWEEP, KIND_LEASE_REQUEST, false, true) : set_renounced_replace_b_and_3_more_4();
            (PASS_SWEEP, KIND_LEASE_REQUEST, true, false) : set_renounced_replace_b_and_3_more_4();
            (PASS_SWEEP, KIND_GRANT, false, false) : set_renounced_replace_b_and_3_more_4();
            (PASS_SWEEP, KIND_GRANT, false, true) : set_renounced_replace_b_and_3_more_4();
            (PASS_SWEEP, KIND_GRANT, true, false) : set_renounced_replace_b_and_3_more_4();
            (PASS_SWEEP, KIND_WRITE, false, false) : set_renounced_replace_b_and_3_more_4();
            (PASS_SWEEP, KIND_WRITE, false, true) : set_renounced_replace_b_and_3_more_4();
            (PASS_SWEEP, KIND_WRITE, true, false) : set_renounced_replace_b_and_3_more_4();
            (PASS_SWEEP, KIND_WRITE_ACK, false, false) : set_renounced_replace_b_and_3_more_4();
            (PASS_SWEEP, KIND_WRITE_ACK, false, true) : set_renounced_replace_b_and_3_more_4();
            (PASS_SWEEP, KIND_WRITE_ACK, true, false) : set_renounced_replace_b_and_3_more_4();
            (PASS_SWEEP, KIND_HOLD, false, false) : set_renounced_replace_b_and_3_more_4();
            (PASS_SWEEP, KIND_HOLD, false, true) : set_renounced_replace_b_and_3_more_4();
            (PASS_SWEEP, KIND_HOLD, true, false) : set_renounced_replace_b_and_3_more_4();
            (PASS_SWEEP, KIND_RELEASE, false, false) : set_renounced_replace_b_and_3_more_4();
            (PASS_SWEEP, KIND_RELEASE, false, true) : set_renounced_replace_b_and_3_more_4();
            (PASS_SWEEP, KIND_RELEASE, true, false) : set_renounced_replace_b_and_3_more_4();
            (PASS_SWEEP, KIND_RENEW, false, false) : set_renounced_replace_b_and_3_more_4();
            (PASS_SWEEP, KIND_RENEW, false, true) : set_renounced_replace_b_and_3_more_4();
            (PASS_SWEEP, KIND_RENEW, true, false) : set_renounced_replace_b_and_3_more_4();
            (PASS_SWEEP, KIND_RENEW_ACK, false, false) : set_renounced_replace_b_and_3_more_4();
            (PASS_SWEEP, KIND_RENEW_ACK, false, true) : set_renounced_replace_b_and_3_more_4();
            (PASS_SWEEP, KIND_RENEW_ACK, true, false) : set_renounced_replace_b_and_3_more_4();
            (PASS_SWEEP, KIND_GIVE_UP, false, false) : set_renounced_replace_b_and_3_more_4();
            (PASS_SWEEP, KIND_GIVE_UP, false, true) : set_renounced_replace_b_and_3_more_4();
            (PASS_SWEEP, KIND_GIVE_UP, true, false) : set_renounced_replace_b_and_3_more_4();
            (PASS_SWEEP, KIND_GIVE_UP_ACK, false, false) : set_renounced_replace_b_and_3_more_4();
            (PASS_SWEEP, KIND_GIVE_UP_ACK, false, true) : set_renounced_replace_b_and_3_more_4();
            (PASS_SWEEP, KIND_GIVE_UP_ACK, true, false) : set_renounced_replace_b_and_3_more_4();
            (PASS_SWEEP, KIND_RECALL, false, false) : set_renounced_replace_b_and_3_more_4();
            (PASS_SWEEP, KIND_RECALL, false, true) : set_renounced_replace_b_and_3_more_4();
            (PASS_SWEEP, KIND_RECALL, true, false) : set_renounced_replace_b_and_3_more_4();
            (
                PASS_SWEEP,
                KIND_SNAPSHOT_SLOTS,
                false,
                false
            ) : set_renounced_replace_b_and_3_more_4();
            (PASS_SWEEP, KIND_SNAPSHOT_SLOTS, false, true) : set_renounced_replace_b_and_3_more_4();
            (PASS_SWEEP, KIND_SNAPSHOT_SLOTS, true, false) : set_renounced_replace_b_and_3_more_4();
            (PASS_SWEEP, KIND_SNAPSHOT_ACK, false, false) : set_renounced_replace_b_and_3_more_4();
            (PASS_SWEEP, KIND_SNAPSHOT_ACK, false, true) : set_renounced_replace_b_and_3_more_4();
            (PASS_SWEEP, KIND_SNAPSHOT_ACK, true, false) : set_renounced_replace_b_and_3_more_4();
            (PASS_SWEEP, KIND_REFUSE, false, false) : set_renounced_replace_b_and_3_more_4();
            (PASS_SWEEP, KIND_REFUSE, false, true) : set_renounced_replace_b_and_3_more_4();
            (PASS_SWEEP, KIND_REFUSE, true, false) : set_renounced_replace_b_and_3_more_4();
            (PASS_GIVE_UP, 0, false, false) : set_renounced_replace_b_and_2_more();
            (PASS_GIVE_UP, 0, false, true) : set_renounced_replace_b_and_2_more();
            (PASS_GIVE_UP, 0, true, false) : set_renounced_replace_b_and_2_more();
            (PASS_GIVE_UP, KIND_LEASE_REQUEST, false, false) : set_renounced_replace_b_and_2_more();
            (PASS_GIVE_UP, KIND_LEASE_REQUEST, false, true) : set_renounced_replace_b_and_2_more();
            (PASS_GIVE_UP, KIND_LEASE_REQUEST, true, false) : set_renounced_replace_b_and_2_more();
            (PASS_GIVE_UP, KIND_GRANT, false, false) : set_renounced_replace_b_and_2_more();
            (PASS_GIVE_UP, KIND_GRANT, false, true) : set_renounced_replace_b_and_2_more();
            (PASS_GIVE_UP, KIND_GRANT, true, false) : set_renounced_replace_b_and_2_more();
            (PASS_GIVE_UP, KIND_WRITE, false, false) : set_renounced_replace_b_and_2_more();
            (PASS_GIVE_UP, KIND_WRITE, false, true) : set_renounced_replace_b_and_2_more();
            (PASS_GIVE_UP, KIND_WRITE, true, false) : set_renounced_replace_b_and_2_more();
            (PASS_GIVE_UP, KIND_WRITE_ACK, false, false) : set_renounced_replace_b_and_2_more();
            (PASS_GIVE_UP, KIND_WRITE_ACK, false, true) : set_renounced_replace_b_and_2_more();
            (PASS_GIVE_UP, KIND_WRITE_ACK, true, false) : set_renounced_replace_b_and_2_more();
            (PASS_GIVE_UP, KIND_HOLD, false, false) : set_renounced_replace_b_and_2_more();
            (PASS_GIVE_UP, KIND_HOLD, false, true) : set_renounced_replace_b_and_2_more();
            (PASS_GIVE_UP, KIND_HOLD, true, false) : set_renounced_replace_b_and_2_more();
            (PASS_GIVE_UP, KIND_RELEASE, false, false) : set_renounced_replace_b_and_2_more();
            (PASS_GIVE_UP, KIND_RELEASE, false, true) : set_renounced_replace_b_and_2_more();
            (PASS_GIVE_UP, KIND_RELEASE, true, false) : set_renounced_replace_b_and_2_more();
            (PASS_GIVE_UP, KIND_RENEW, false, false) : set_renounced_replace_b_and_2_more();
            (PASS_GIVE_UP, KIND_RENEW, false, true) : set_renounced_replace_b_and_2_more();
            (PASS_GIVE_UP, KIND_RENEW, true, false) : set_renounced_replace_b_and_2_more();
            (PASS_GIVE_UP, KIND_RENEW_ACK, false, false) : set_renounced_replace_b_and_2_more();
            (PASS_GIVE_UP, KIND_RENEW_ACK, false, true) : set_renounced_replace_b_and_2_more();
            (PASS_GIVE_UP, KIND_RENEW_ACK, true, false) : set_renounced_replace_b_and_2_more();
            (PASS_GIVE_UP, KIND_GIVE_UP, false, false) : set_renounced_replace_b_and_2_more();
            (PASS_GIVE_UP, KIND_GIVE_UP, false, true) : set_renounced_replace_b_and_2_more();
            (PASS_GIVE_UP, KIND_GIVE_UP, true, false) : set_renounced_replace_b_and_2_more();
            (PASS_GIVE_UP, KIND_GIVE_UP_ACK, false, false) : set_renounced_replace_b_and_2_more();
            (PASS_GIVE_UP, KIND_GIVE_UP_ACK, false, true) : set_renounced_replace_b_and_2_more();
            (PASS_GIVE_UP, KIND_GIVE_UP_ACK, true, false) : set_renounced_replace_b_and_2_more();
            (PASS_GIVE_UP, KIND_RECALL, false, false) : set_renounced_replace_b_and_2_more();
            (PASS_GIVE_UP, KIND_RECALL, false, true) : set_renounced_replace_b_and_2_more();
            (PASS_GIVE_UP, KIND_RECALL, true, false) : set_renounced_replace_b_and_2_more();
            (
                PASS_GIVE_UP,
                KIND_SNAPSHOT_SLOTS,
                false,
                false
            ) : set_renounced_replace_b_and_2_more();
            (PASS_GIVE_UP, KIND_SNAPSHOT_SLOTS, false, true) : set_renounced_replace_b_and_2_more();
            (PASS_GIVE_UP, KIND_SNAPSHOT_SLOTS, true, false) : set_renounced_replace_b_and_2_more();
            (PASS_GIVE_UP, KIND_SNAPSHOT_ACK, false, false) : set_renounced_replace_b_and_2_more();
            (PASS_GIVE_UP, KIND_SNAPSHOT_ACK, false, true) : set_renounced_replace_b_and_2_more();
            (PASS_GIVE_UP, KIND_SNAPSHOT_ACK, true, false) : set_renounced_replace_b_and_2_more();
            (PASS_GIVE_UP, KIND_REFUSE, false, false) : set_renounced_replace_b_and_2_more();
            (PASS_GIVE_UP, KIND_REFUSE, false, true) : set_renounced_replace_b_and_2_more();
            (PASS_GIVE_UP, KIND_REFUSE, true, false) : set_renounced_replace_b_and_2_more();
        }
        size = 225;
    }

    action set_message_timestamp_plus_lease_span(
        bit<32> lease_span,
        bit<32> incarnation,
        bit<32> switch_id,
        bit<32> minus_silence_span
    ) {
        ig_md.message_timestamp_plus_lease_span = hdr.redplane.timestamp + lease_span;
        ig_md.incarnation = incarnation;
        ig_md.switch_id = switch_id;
        ig_md.copy_wait_plus_copy_wait = hdr.copy.wait + hdr.copy.wait;
        ig_md.now_minus_silence_span = ig_prsr_md.global_tstamp[39:8] + minus_silence_span;
        ig_md.now_or_1 = ig_prsr_md.global_tstamp[39:8] | 1;
        ig_md.copy_due_minus_now = hdr.copy.due - ig_prsr_md.global_tstamp[39:8];
    }

    table set_message_timestamp_plus_lease_span_settings {
        actions = {
            set_message_timestamp_plus_lease_span;
        }
        default_action = set_message_timestamp_plus_lease_span(
            DEFAULT_LEASE_SPAN,
            DEFAULT_INCARNATION,
            DEFAULT_SWITCH_ID,
            DEFAULT_MINUS_SILENCE_SPAN
        );
        size = 1;
    }

    action set_deadline_latest_a(bit<32> lease_span) {
        ig_md.deadline_latest_a = hdr.redplane.timestamp + lease_span;
        ig_md.asked_latest_a = hdr.redplane.timestamp;
    }

    table set_deadline_latest_a_settings {
        actions = {
            set_deadline_latest_a;
        }
        default_action = set_deadline_latest_a(DEFAULT_LEASE_SPAN);
        size = 1;
    }

    action set_deadline_latest_a_2(bit<32> minus_open_span, bit<32> minus_period) {
        ig_md.deadline_latest_a = ig_prsr_md.global_tstamp[39:8] + minus_open_span;
        ig_md.asked_latest_a = ig_prsr_md.global_tstamp[39:8] + minus_period;
    }

    table set_deadline_latest_a_2_settings {
        actions = {
            set_deadline_latest_a_2;
        }
        default_action = set_deadline_latest_a_2(DEFAULT_MINUS_OPEN_SPAN, DEFAULT_MINUS_PERIOD);
        size = 1;
    }

    action set_deadline_put_a(bit<32> lease_span) {
        ig_md.deadline_put_a = hdr.redplane.timestamp + lease_span;
    }

    table set_deadline_put_a_settings {
        actions = {
            set_deadline_put_a;
        }
        default_action = set_deadline_put_a(DEFAULT_LEASE_SPAN);
        size = 1;
    }

    action set_deadline_put_a_2(bit<32> minus_open_span) {
        ig_md.deadline_put_a = ig_prsr_md.global_tstamp[39:8] + minus_open_span;
    }

    table set_deadline_put_a_2_settings {
        actions = {
            set_deadline_put_a_2;
        }
        default_action = set_deadline_put_a_2(DEFAULT_MINUS_OPEN_SPAN);
        size = 1;
    }

    action mark_unsent_2(bit<32> resend_after) {
        ig_md.unsent_2 = 1;
        ig_md.choice_14 = resend_after;
    }

    table mark_unsent_2_settings {
        actions = {
            mark_unsent_2;
        }
        default_action = mark_unsent_2(DEFAULT_RESEND_AFTER);
        size = 1;
    }

    // The flow has a slot.
    action flow_hit(bit<16> slot) {
        ig_md.hit = 1;
        ig_md.slot = slot;
    }

    // Slots of flows. The control plane alone adds entries and takes them out.
    table flows {
        key = {
            hdr.key.word_0[7:0] : exact @name("key_0");
            hdr.key.word_1      : exact @name("key_1");
            hdr.key.word_2      : exact @name("key_2");
            hdr.key.word_3      : exact @name("key_3");
        }
        actions = {
            flow_hit;
            @defaultonly NoAction;
        }
        const default_action = NoAction();
        size = FLOWS;
    }

    action set_message_timestamp_plus_lease_span_minus_now(bit<32> minus_resend_max) {
        ig_md.message_timestamp_plus_lease_span_minus_now =
            ig_md.message_timestamp_plus_lease_span - ig_prsr_md.global_tstamp[39:8];
        ig_md.copy_wait_plus_copy_wait_minus_resend_max =
            ig_md.copy_wait_plus_copy_wait + minus_resend_max;
    }

    table set_message_timestamp_plus_lease_span_minus_now_settings {
        actions = {
            set_message_timestamp_plus_lease_span_minus_now;
        }
        default_action = set_message_timestamp_plus_lease_span_minus_now(DEFAULT_MINUS_RESEND_MAX);
        size = 1;
    }

    action mark_is_grant() {
        ig_md.is_grant = 1;
    }

    action mark_is_mine() {
        ig_md.is_mine = 1;
    }

    action mark_is_recall() {
        ig_md.is_recall = 1;
    }

    action mark_is_release() {
        ig_md.is_release = 1;
    }

    action mark_early() {
        ig_md.early = 1;
    }

    action count_wrong_switch() {
        counters_1_a.count(COUNT_WRONG_SWITCH);
    }

    action mark_missing_3() {
        ig_md.missing_3 = 1;
    }

    action mark_extension_and_mark_is_ack_and_1_more() {
        ig_md.extension = 1;
        ig_md.is_ack = 1;
        ig_md.missing_3 = 1;
    }

    action mark_extension_and_mark_is_ack() {
        ig_md.extension = 1;
        ig_md.is_ack = 1;
    }

    action mark_extension_and_mark_is_ack_and_2_more() {
        ig_md.extension = 1;
        ig_md.is_ack = 1;
        ig_md.releases_write = 1;
        ig_md.missing_3 = 1;
    }

    action mark_extension_and_mark_is_ack_and_1_more_2() {
        ig_md.extension = 1;
        ig_md.is_ack = 1;
        ig_md.releases_write = 1;
    }

    action mark_releases_read_and_mark_missing_3() {
        ig_md.releases_read = 1;
        ig_md.missing_3 = 1;
    }

    action mark_releases_read() {
        ig_md.releases_read = 1;
    }

    action mark_extension_and_mark_missing_3() {
        ig_md.extension = 1;
        ig_md.missing_3 = 1;
    }

    action mark_extension() {
        ig_md.extension = 1;
    }

    action mark_room_2_and_mark_missing_3() {
        ig_md.room_2 = 1;
        ig_md.missing_3 = 1;
    }

    action mark_room_2() {
        ig_md.room_2 = 1;
    }

    action mark_is_refusal_and_mark_missing_3() {
        ig_md.is_refusal = 1;
        ig_md.missing_3 = 1;
    }

    action mark_is_refusal() {
        ig_md.is_refusal = 1;
    }

    table decisions_2_a {
        key = {
            ig_md.is_mine                : exact;
            ig_md.message_kind           : exact;
            ig_md.is_recall              : exact;
            ig_md.mirror_depth_is_before : exact;
            ig_md.is_release             : exact;
            hdr.redplane.piggyback       : exact;
            ig_md.hit                    : exact;
            ig_md.early                  : exact;
        }
        actions = {
            mark_missing_3;
            mark_extension_and_mark_is_ack_and_1_more;
            mark_extension_and_mark_is_ack;
            mark_extension_and_mark_is_ack_and_2_more;
            mark_extension_and_mark_is_ack_and_1_more_2;
            mark_releases_read_and_mark_missing_3;
            mark_releases_read;
            mark_extension_and_mark_missing_3;
            mark_extension;
            mark_room_2_and_mark_missing_3;
            mark_room_2;
            mark_is_refusal_and_mark_missing_3;
            mark_is_refusal;
            @defaultonly NoAction;
        }
        const default_action = NoAction();
        const entries = {
            (1, 0, 0, 0, 0, 0, 0, 0) : mark_missing_3();
            (1, 0, 0, 0, 0, 1, 0, 0) : mark_missing_3();
            (1, 0, 0, 1, 0, 0, 0, 0) : mark_missing_3();
            (1, 0, 0, 1, 0, 1, 0, 0) : mark_missing_3();
            (1, KIND_LEASE_REQUEST, 0, 0, 0, 0, 0, 0) : mark_missing_3();
            (1, KIND_LEASE_REQUEST, 0, 0, 0, 1, 0, 0) : mark_missing_3();
            (1, KIND_LEASE_REQUEST, 0, 1, 0, 0, 0, 0) : mark_missing_3();
            (1, KIND_LEASE_REQUEST, 0, 1, 0, 1, 0, 0) : mark_missing_3();
            (1, KIND_WRITE, 0, 0, 0, 0, 0, 0) : mark_missing_3();
            (1, KIND_WRITE, 0, 0, 0, 1, 0, 0) : mark_missing_3();
            (1, KIND_WRITE, 0, 1, 0, 0, 0, 0) : mark_missing_3();
            (1, KIND_WRITE, 0, 1, 0, 1, 0, 0) : mark_missing_3();
            (1, KIND_WRITE_ACK, 0, 0, 0, 0, 0, 0) : mark_extension_and_mark_is_ack_and_1_more();
            (1, KIND_WRITE_ACK, 0, 0, 0, 0, 1, 0) : mark_extension_and_mark_is_ack();
            (1, KIND_WRITE_ACK, 0, 0, 0, 1, 0, 0) : mark_extension_and_mark_is_ack_and_2_more();
            (1, KIND_WRITE_ACK, 0, 0, 0, 1, 1, 0) : mark_extension_and_mark_is_ack_and_1_more_2();
            (1, KIND_WRITE_ACK, 0, 1, 0, 0, 0, 0) : mark_extension_and_mark_is_ack_and_1_more();
            (1, KIND_WRITE_ACK, 0, 1, 0, 0, 1, 0) : mark_extension_and_mark_is_ack();
            (1, KIND_WRITE_ACK, 0, 1, 0, 1, 0, 0) : mark_extension_and_mark_is_ack_and_2_more();
            (1, KIND_WRITE_ACK, 0, 1, 0, 1, 1, 0) : mark_extension_and_mark_is_ack_and_1_more_2();
            (1, KIND_HOLD, 0, 0, 0, 0, 0, 0) : mark_missing_3();
            (1, KIND_HOLD, 0, 0, 0, 1, 0, 0) : mark_missing_3();
            (1, KIND_HOLD, 0, 1, 0, 0, 0, 0) : mark_missing_3();
            (1, KIND_HOLD, 0, 1, 0, 1, 0, 0) : mark_missing_3();
            (1, KIND_RELEASE, 0, 0, 1, 0, 0, 0) : mark_missing_3();
            (1, KIND_RELEASE, 0, 0, 1, 1, 0, 0) : mark_releases_read_and_mark_missing_3();
            (1, KIND_RELEASE, 0, 0, 1, 1, 1, 0) : mark_releases_read();
            (1, KIND_RELEASE, 0, 1, 1, 0, 0, 0) : mark_missing_3();
            (1, KIND_RELEASE, 0, 1, 1, 1, 0, 0) : mark_releases_read_and_mark_missing_3();
            (1, KIND_RELEASE, 0, 1, 1, 1, 1, 0) : mark_releases_read();
            (1, KIND_RENEW, 0, 0, 0, 0, 0, 0) : mark_missing_3();
            (1, KIND_RENEW, 0, 0, 0, 1, 0, 0) : mark_missing_3();
            (1, KIND_RENEW, 0, 1, 0, 0, 0, 0) : mark_missing_3();
            (1, KIND_RENEW, 0, 1, 0, 1, 0, 0) : mark_missing_3();
            (1, KIND_RENEW_ACK, 0, 0, 0, 0, 0, 0) : mark_extension_and_mark_missing_3();
            (1, KIND_RENEW_ACK, 0, 0, 0, 0, 1, 0) : mark_extension();
            (1, KIND_RENEW_ACK, 0, 0, 0, 1, 0, 0) : mark_extension_and_mark_missing_3();
            (1, KIND_RENEW_ACK, 0, 0, 0, 1, 1, 0) : mark_extension();
            (1, KIND_RENEW_ACK, 0, 1, 0, 0, 0, 0) : mark_extension_and_mark_missing_3();
            (1, KIND_RENEW_ACK, 0, 1, 0, 0, 1, 0) : mark_extension();
            (1, KIND_RENEW_ACK, 0, 1, 0, 1, 0, 0) : mark_extension_and_mark_missing_3();
            (1, KIND_RENEW_ACK, 0, 1, 0, 1, 1, 0) : mark_extension();
            (1, KIND_GIVE_UP, 0, 0, 0, 0, 0, 0) : mark_missing_3();
            (1, KIND_GIVE_UP, 0, 0, 0, 1, 0, 0) : mark_missing_3();
            (1, KIND_GIVE_UP, 0, 1, 0, 0, 0, 0) : mark_missing_3();
            (1, KIND_GIVE_UP, 0, 1, 0, 1, 0, 0) : mark_missing_3();
            (1, KIND_GIVE_UP_ACK, 0, 0, 0, 0, 0, 0) : mark_missing_3();
            (1, KIND_GIVE_UP_ACK, 0, 0, 0, 1, 0, 0) : mark_missing_3();
            (1, KIND_GIVE_UP_ACK, 0, 1, 0, 0, 0, 0) : mark_missing_3();
            (1, KIND_GIVE_UP_ACK, 0, 1, 0, 1, 0, 0) : mark_missing_3();
            (1, KIND_RECALL, 1, 0, 0, 0, 0, 0) : mark_missing_3();
            (1, KIND_RECALL, 1, 0, 0, 1, 0, 0) : mark_missing_3();
            (1, KIND_RECALL, 1, 1, 0, 0, 0, 0) : mark_room_2_and_mark_missing_3();
            (1, KIND_RECALL, 1, 1, 0, 0, 1, 0) : mark_room_2();
            (1, KIND_RECALL, 1, 1, 0, 1, 0, 0) : mark_room_2_and_mark_missing_3();
            (1, KIND_RECALL, 1, 1, 0, 1, 1, 0) : mark_room_2();
            (1, KIND_SNAPSHOT_SLOTS, 0, 0, 0, 0, 0, 0) : mark_missing_3();
            (1, KIND_SNAPSHOT_SLOTS, 0, 0, 0, 1, 0, 0) : mark_missing_3();
            (1, KIND_SNAPSHOT_SLOTS, 0, 1, 0, 0, 0, 0) : mark_missing_3();
            (1, KIND_SNAPSHOT_SLOTS, 0, 1, 0, 1, 0, 0) : mark_missing_3();
            (1, KIND_SNAPSHOT_ACK, 0, 0, 0, 0, 0, 0) : mark_missing_3();
            (1, KIND_SNAPSHOT_ACK, 0, 0, 0, 1, 0, 0) : mark_missing_3();
            (1, KIND_SNAPSHOT_ACK, 0, 1, 0, 0, 0, 0) : mark_missing_3();
            (1, KIND_SNAPSHOT_ACK, 0, 1, 0, 1, 0, 0) : mark_missing_3();
            (1, KIND_REFUSE, 0, 0, 0, 0, 0, 0) : mark_is_refusal_and_mark_missing_3();
            (1, KIND_REFUSE, 0, 0, 0, 0, 1, 0) : mark_is_refusal();
            (1, KIND_REFUSE, 0, 0, 0, 1, 0, 0) : mark_is_refusal_and_mark_missing_3();
            (1, KIND_REFUSE, 0, 0, 0, 1, 1, 0) : mark_is_refusal();
            (1, KIND_REFUSE, 0, 1, 0, 0, 0, 0) : mark_is_refusal_and_mark_missing_3();
            (1, KIND_REFUSE, 0, 1, 0, 0, 1, 0) : mark_is_refusal();
            (1, KIND_REFUSE, 0, 1, 0, 1, 0, 0) : mark_is_refusal_and_mark_missing_3();
            (1, KIND_REFUSE, 0, 1, 0, 1, 1, 0) : mark_is_refusal();
        }
        size = 72;
    }

    action mark_has_key() {
        ig_md.has_key = 1;
    }

    action mark_has_key_and_count_recall_no_room() {
        counters_2_a.count(COUNT_RECALL_NO_ROOM);
        ig_md.has_key = 1;
    }

    table decisions_2_b {
        key = {
            ig_md.is_mine                : exact;
            hdr.bridge.pass              : exact;
            hdr.tcp.isValid()            : exact;
            hdr.udp.isValid()            : exact;
            ig_md.early                  : exact;
            ig_md.unsent_2               : exact;
            ig_md.hit                    : exact;
            ig_md.mirror_depth_is_before : exact;
        }
        actions = {
            mark_has_key;
            mark_has_key_and_count_recall_no_room;
            @defaultonly NoAction;
        }
        const default_action = NoAction();
        const entries = {
            (0, PASS_PACKET, false, true, 0, 0, 0, 0) : mark_has_key();
            (0, PASS_PACKET, false, true, 0, 0, 0, 1) : mark_has_key();
            (0, PASS_PACKET, false, true, 0, 0, 1, 0) : mark_has_key();
            (0, PASS_PACKET, false, true, 0, 0, 1, 1) : mark_has_key();
            (0, PASS_PACKET, false, true, 0, 1, 0, 0) : mark_has_key();
            (0, PASS_PACKET, false, true, 0, 1, 0, 1) : mark_has_key();
            (0, PASS_PACKET, false, true, 0, 1, 1, 0) : mark_has_key();
            (0, PASS_PACKET, false, true, 0, 1, 1, 1) : mark_has_key();
            (0, PASS_PACKET, true, false, 0, 0, 0, 0) : mark_has_key();
            (0, PASS_PACKET, true, false, 0, 0, 0, 1) : mark_has_key();
            (0, PASS_PACKET, true, false, 0, 0, 1, 0) : mark_has_key();
            (0, PASS_PACKET, true, false, 0, 0, 1, 1) : mark_has_key();
            (0, PASS_PACKET, true, false, 0, 1, 0, 0) : mark_has_key();
            (0, PASS_PACKET, true, false, 0, 1, 0, 1) : mark_has_key();
            (0, PASS_PACKET, true, false, 0, 1, 1, 0) : mark_has_key();
            (0, PASS_PACKET, true, false, 0, 1, 1, 1) : mark_has_key();
            (0, PASS_COPY, false, false, 0, 0, 0, 0) : mark_has_key();
            (0, PASS_COPY, false, false, 0, 0, 0, 1) : mark_has_key();
            (0, PASS_COPY, false, false, 0, 0, 1, 0) : mark_has_key();
            (0, PASS_COPY, false, false, 0, 0, 1, 1) : mark_has_key();
            (0, PASS_COPY, false, false, 0, 1, 0, 0) : mark_has_key();
            (0, PASS_COPY, false, false, 0, 1, 0, 1) : mark_has_key();
            (0, PASS_COPY, false, false, 0, 1, 1, 0) : mark_has_key();
            (0, PASS_COPY, false, false, 0, 1, 1, 1) : mark_has_key();
            (0, PASS_COPY, false, false, 1, 0, 0, 0) : mark_has_key();
            (0, PASS_COPY, false, false, 1, 0, 0, 1) : mark_has_key();
            (0, PASS_COPY, false, false, 1, 0, 1, 0) : mark_has_key();
            (0, PASS_COPY, false, false, 1, 0, 1, 1) : mark_has_key();
            (0, PASS_COPY, false, false, 1, 1, 0, 0) : mark_has_key();
            (0, PASS_COPY, false, false, 1, 1, 0, 1) : mark_has_key();
            (0, PASS_COPY, false, false, 1, 1, 1, 0) : mark_has_key();
            (0, PASS_COPY, false, false, 1, 1, 1, 1) : mark_has_key();
            (0, PASS_COPY, false, true, 0, 0, 0, 0) : mark_has_key();
            (0, PASS_COPY, false, true, 0, 0, 0, 1) : mark_has_key();
            (0, PASS_COPY, false, true, 0, 0, 1, 0) : mark_has_key();
            (0, PASS_COPY, false, true, 0, 0, 1, 1) : mark_has_key();
            (0, PASS_COPY, false, true, 0, 1, 0, 0) : mark_has_key();
            (0, PASS_COPY, false, true, 0, 1, 0, 1) : mark_has_key();
            (0, PASS_COPY, false, true, 0, 1, 1, 0) : mark_has_key();
            (0, PASS_COPY, false, true, 0, 1, 1, 1) : mark_has_key();
            (0, PASS_COPY, false, true, 1, 0, 0, 0) : mark_has_key();
            (0, PASS_COPY, false, true, 1, 0, 0, 1) : mark_has_key();
            (0, PASS_COPY, false, true, 1, 0, 1, 0) : mark_has_key();
            (0, PASS_COPY, false, true, 1, 0, 1, 1) : mark_has_key();
            (0, PASS_COPY, false, true, 1, 1, 0, 0) : mark_has_key();
            (0, PASS_COPY, false, true, 1, 1, 0, 1) : mark_has_key();
            (0, PASS_COPY, false, true, 1, 1, 1, 0) : mark_has_key();
            (0, PASS_COPY, false, true, 1, 1, 1, 1) : mark_has_key();
            (0, PASS_COPY, true, false, 0, 0, 0, 0) : mark_has_key();
            (0, PASS_COPY, true, false, 0, 0, 0, 1) : mark_has_key();
            (0, PASS_COPY, true, false, 0, 0, 1, 0) : mark_has_key();
            (0, PASS_COPY, true, false, 0, 0, 1, 1) : mark_has_key();
            (0, PASS_COPY, true, false, 0, 1, 0, 0) : mark_has_key();
            (0, PASS_COPY, true, false, 0, 1, 0, 1) : mark_has_key();
            (0, PASS_COPY, true, false, 0, 1, 1, 0) : mark_has_key();
            (0, PASS_COPY, true, false, 0, 1, 1, 1) : mark_has_key();
            (0, PASS_COPY, true, false, 1, 0, 0, 0) : mark_has_key();
            (0, PASS_COPY, true, false, 1, 0, 0, 1) : mark_has_key();
            (0, PASS_COPY, true, false, 1, 0, 1, 0) : mark_has_key();
            (0, PASS_COPY, true, false, 1, 0, 1, 1) : mark_has_key();
            (0, PASS_COPY, true, false, 1, 1, 0, 0) : mark_has_key();
            (0, PASS_COPY, true, false, 1, 1, 0, 1) : mark_has_key();
            (0, PASS_COPY, true, false, 1, 1, 1, 0) : mark_has_key();
            (0, PASS_COPY, true, false, 1, 1, 1, 1) : mark_has_key();
            (0, PASS_GIVE_UP, false, false, 0, 0, 0, 0) : mark_has_key();
            (0, PASS_GIVE_UP, false, false, 0, 0, 0, 1) : mark_has_key();
            (0, PASS_GIVE_UP, false, false, 0, 0, 1, 0) : mark_has_key_and_count_recall_no_room();
            (0, PASS_GIVE_UP, false, false, 0, 0, 1, 1) : mark_has_key();
            (0, PASS_GIVE_UP, false, false, 0, 1, 0, 0) : mark_has_key();
            (0, PASS_GIVE_UP, false, false, 0, 1, 0, 1) : mark_has_key();
            (0, PASS_GIVE_UP, false, false, 0, 1, 1, 0) : mark_has_key_and_count_recall_no_room();
            (0, PASS_GIVE_UP, false, false, 0, 1, 1, 1) : mark_has_key();
            (0, PASS_GIVE_UP, false, true, 0, 0, 0, 0) : mark_has_key();
            (0, PASS_GIVE_UP, false, true, 0, 0, 0, 1) : mark_has_key();
            (0, PASS_GIVE_UP, false, true, 0, 0, 1, 0) : mark_has_key_and_count_recall_no_room();
            (0, PASS_GIVE_UP, false, true, 0, 0, 1, 1) : mark_has_key();
            (0, PASS_GIVE_UP, false, true, 0, 1, 0, 0) : mark_has_key();
            (0, PASS_GIVE_UP, false, true, 0, 1, 0, 1) : mark_has_key();
            (0, PASS_GIVE_UP, false, true, 0, 1, 1, 0) : mark_has_key_and_count_recall_no_room();
            (0, PASS_GIVE_UP, false, true, 0, 1, 1, 1) : mark_has_key();
            (0, PASS_GIVE_UP, true, false, 0, 0, 0, 0) : mark_has_key();
            (0, PASS_GIVE_UP, true, false, 0, 0, 0, 1) : mark_has_key();
            (0, PASS_GIVE_UP, true, false, 0, 0, 1, 0) : mark_has_key_and_count_recall_no_room();
            (0, PASS_GIVE_UP, true, false, 0, 0, 1, 1) : mark_has_key();
            (0, PASS_GIVE_UP, true, false, 0, 1, 0, 0) : mark_has_key();
            (0, PASS_GIVE_UP, true, false, 0, 1, 0, 1) : mark_has_key();
            (0, PASS_GIVE_UP, true, false, 0, 1, 1, 0) : mark_has_key_and_count_recall_no_room();
            (0, PASS_GIVE_UP, true, false, 0, 1, 1, 1) : mark_has_key();
            (1, PASS_MESSAGE, false, false, 0, 0, 0, 0) : mark_has_key();
            (1, PASS_MESSAGE, false, false, 0, 0, 0, 1) : mark_has_key();
            (1, PASS_MESSAGE, false, false, 0, 0, 1, 0) : mark_has_key();
            (1, PASS_MESSAGE, false, false, 0, 0, 1, 1) : mark_has_key();
            (1, PASS_MESSAGE, false, false, 0, 1, 0, 0) : mark_has_key();
            (1, PASS_MESSAGE, false, false, 0, 1, 0, 1) : mark_has_key();
            (1, PASS_MESSAGE, false, false, 0, 1, 1, 0) : mark_has_key();
            (1, PASS_MESSAGE, false, false, 0, 1, 1, 1) : mark_has_key();
            (1, PASS_MESSAGE, false, true, 0, 0, 0, 0) : mark_has_key();
            (1, PASS_MESSAGE, false, true, 0, 0, 0, 1) : mark_has_key();
            (1, PASS_MESSAGE, false, true, 0, 0, 1, 0) : mark_has_key();
            (1, PASS_MESSAGE, false, true, 0, 0, 1, 1) : mark_has_key();
            (1, PASS_MESSAGE, false, true, 0, 1, 0, 0) : mark_has_key();
            (1, PASS_MESSAGE, false, true, 0, 1, 0, 1) : mark_has_key();
            (1, PASS_MESSAGE, false, true, 0, 1, 1, 0) : mark_has_key();
            (1, PASS_MESSAGE, false, true, 0, 1, 1, 1) : mark_has_key();
            (1, PASS_MESSAGE, true, false, 0, 0, 0, 0) : mark_has_key();
            (1, PASS_MESSAGE, true, false, 0, 0, 0, 1) : mark_has_key();
            (1, PASS_MESSAGE, true, false, 0, 0, 1, 0) : mark_has_key();
            (1, PASS_MESSAGE, true, false, 0, 0, 1, 1) : mark_has_key();
            (1, PASS_MESSAGE, true, false, 0, 1, 0, 0) : mark_has_key();
            (1, PASS_MESSAGE, true, false, 0, 1, 0, 1) : mark_has_key();
            (1, PASS_MESSAGE, true, false, 0, 1, 1, 0) : mark_has_key();
            (1, PASS_MESSAGE, true, false, 0, 1, 1, 1) : mark_has_key();
        }
        size = 112;
    }

    action mark_counts() {
        ig_md.counts = 1;
    }

    action mark_hit_2() {
        ig_md.hit_2 = 1;
    }

    action mark_missing() {
        ig_md.missing = 1;
    }

    action set_choice_14(bit<32> resend_max) {
        ig_md.choice_14 = resend_max;
    }

    table set_choice_14_settings {
        actions = {
            set_choice_14;
        }
        default_action = set_choice_14(DEFAULT_RESEND_MAX);
        size = 1;
    }

    action set_choice_14_2() {
        ig_md.choice_14 = hdr.copy.wait + hdr.copy.wait;
    }

    action mark_too_long_2() {
        ig_md.too_long_2 = 1;
    }

    action mark_in_time() {
        ig_md.in_time = 1;
    }

    action set_mirror_due() {
        hdr.bridge.due = hdr.copy.due;
        hdr.bridge.wait = hdr.copy.wait;
    }

    action set_mirror_wait(bit<32> resend_after) {
        hdr.bridge.wait = resend_after;
    }

    table set_mirror_wait_settings {
        actions = {
            set_mirror_wait;
        }
        default_action = set_mirror_wait(DEFAULT_RESEND_AFTER);
        size = 1;
    }

    action count_old_incarnation() {
        counters_2_b.count(COUNT_OLD_INCARNATION);
    }

    action put_renounced() {
        renounced_put.execute(ig_md.slot);
    }

    action replace_renounced() {
        ig_md.renounced_replace = renounced_replace.execute(ig_md.slot);
    }

    action read_renounced() {
        ig_md.renounced_read = renounced_read.execute(ig_md.slot);
    }

    table renounced_access {
        key = {
            ig_md.counts                 : exact;
            ig_md.epoch_adopt            : exact;
            ig_md.hit_2                  : exact;
            hdr.bridge.pass              : exact;
            ig_md.message_kind           : exact;
            ig_md.epoch_same             : exact;
            ig_md.ends_lease             : exact;
            ig_md.mirror_depth_is_before : exact;
        }
        actions = {
            replace_renounced;
            put_renounced;
            @defaultonly read_renounced;
        }
        const default_action = read_renounced();
        const entries = {
            (0, 0, 1, PASS_MESSAGE, KIND_GIVE_UP_ACK, 1, 0, 0) : replace_renounced();
            (0, 1, 1, PASS_MESSAGE, KIND_GIVE_UP_ACK, 1, 0, 0) : replace_renounced();
            (0, 0, 1, PASS_MESSAGE, KIND_GIVE_UP_ACK, 1, 0, 1) : replace_renounced();
            (0, 1, 1, PASS_MESSAGE, KIND_GIVE_UP_ACK, 1, 0, 1) : replace_renounced();
            (0, 0, 1, PASS_MESSAGE, KIND_GIVE_UP_ACK, 1, 1, 0) : replace_renounced();
            (0, 1, 1, PASS_MESSAGE, KIND_GIVE_UP_ACK, 1, 1, 0) : replace_renounced();
            (0, 0, 1, PASS_MESSAGE, KIND_GIVE_UP_ACK, 1, 1, 1) : replace_renounced();
            (0, 1, 1, PASS_MESSAGE, KIND_GIVE_UP_ACK, 1, 1, 1) : replace_renounced();
            (0, 0, 1, PASS_MESSAGE, KIND_RECALL, 1, 0, 1) : replace_renounced();
            (0, 1, 1, PASS_MESSAGE, KIND_RECALL, 1, 0, 1) : replace_renounced();
            (0, 0, 1, PASS_MESSAGE, KIND_RECALL, 1, 1, 1) : replace_renounced();
            (0, 1, 1, PASS_MESSAGE, KIND_RECALL, 1, 1, 1) : replace_renounced();
            (0, 0, 1, PASS_MESSAGE, KIND_REFUSE, 1, 1, 0) : replace_renounced();
            (0, 1, 1, PASS_MESSAGE, KIND_REFUSE, 1, 1, 0) : replace_renounced();
            (0, 0, 1, PASS_MESSAGE, KIND_REFUSE, 1, 1, 1) : replace_renounced();
            (0, 1, 1, PASS_MESSAGE, KIND_REFUSE, 1, 1, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, 0, 0, 0, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, 0, 0, 0, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, 0, 0, 1, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, 0, 0, 1, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, 0, 1, 0, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, 0, 1, 0, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, 0, 1, 1, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, 0, 1, 1, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_LEASE_REQUEST, 0, 0, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_LEASE_REQUEST, 0, 0, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_LEASE_REQUEST, 0, 1, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_LEASE_REQUEST, 0, 1, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_LEASE_REQUEST, 1, 0, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_LEASE_REQUEST, 1, 0, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_LEASE_REQUEST, 1, 1, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_LEASE_REQUEST, 1, 1, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_GRANT, 0, 0, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_GRANT, 0, 0, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_GRANT, 0, 1, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_GRANT, 0, 1, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_GRANT, 1, 0, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_GRANT, 1, 0, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_GRANT, 1, 1, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_GRANT, 1, 1, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_WRITE, 0, 0, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_WRITE, 0, 0, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_WRITE, 0, 1, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_WRITE, 0, 1, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_WRITE, 1, 0, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_WRITE, 1, 0, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_WRITE, 1, 1, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_WRITE, 1, 1, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_WRITE_ACK, 0, 0, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_WRITE_ACK, 0, 0, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_WRITE_ACK, 0, 1, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_WRITE_ACK, 0, 1, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_WRITE_ACK, 1, 0, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_WRITE_ACK, 1, 0, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_WRITE_ACK, 1, 1, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_WRITE_ACK, 1, 1, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_HOLD, 0, 0, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_HOLD, 0, 0, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_HOLD, 0, 1, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_HOLD, 0, 1, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_HOLD, 1, 0, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_HOLD, 1, 0, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_HOLD, 1, 1, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_HOLD, 1, 1, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_RELEASE, 0, 0, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_RELEASE, 0, 0, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_RELEASE, 0, 1, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_RELEASE, 0, 1, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_RELEASE, 1, 0, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_RELEASE, 1, 0, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_RELEASE, 1, 1, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_RELEASE, 1, 1, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_RENEW, 0, 0, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_RENEW, 0, 0, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_RENEW, 0, 1, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_RENEW, 0, 1, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_RENEW, 1, 0, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_RENEW, 1, 0, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_RENEW, 1, 1, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_RENEW, 1, 1, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_RENEW_ACK, 0, 0, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_RENEW_ACK, 0, 0, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_RENEW_ACK, 0, 1, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_RENEW_ACK, 0, 1, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_RENEW_ACK, 1, 0, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_RENEW_ACK, 1, 0, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_RENEW_ACK, 1, 1, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_RENEW_ACK, 1, 1, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_GIVE_UP, 0, 0, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_GIVE_UP, 0, 0, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_GIVE_UP, 0, 1, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_GIVE_UP, 0, 1, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_GIVE_UP, 1, 0, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_GIVE_UP, 1, 0, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_GIVE_UP, 1, 1, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_GIVE_UP, 1, 1, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_GIVE_UP_ACK, 0, 0, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_GIVE_UP_ACK, 0, 0, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_GIVE_UP_ACK, 0, 1, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_GIVE_UP_ACK, 0, 1, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_GIVE_UP_ACK, 1, 0, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_GIVE_UP_ACK, 1, 0, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_GIVE_UP_ACK, 1, 1, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_GIVE_UP_ACK, 1, 1, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_RECALL, 0, 0, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_RECALL, 0, 0, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_RECALL, 0, 1, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_RECALL, 0, 1, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_RECALL, 1, 0, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_RECALL, 1, 0, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_RECALL, 1, 1, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_RECALL, 1, 1, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_SNAPSHOT_SLOTS, 0, 0, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_SNAPSHOT_SLOTS, 0, 0, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_SNAPSHOT_SLOTS, 0, 1, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_SNAPSHOT_SLOTS, 0, 1, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_SNAPSHOT_SLOTS, 1, 0, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_SNAPSHOT_SLOTS, 1, 0, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_SNAPSHOT_SLOTS, 1, 1, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_SNAPSHOT_SLOTS, 1, 1, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_SNAPSHOT_ACK, 0, 0, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_SNAPSHOT_ACK, 0, 0, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_SNAPSHOT_ACK, 0, 1, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_SNAPSHOT_ACK, 0, 1, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_SNAPSHOT_ACK, 1, 0, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_SNAPSHOT_ACK, 1, 0, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_SNAPSHOT_ACK, 1, 1, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_SNAPSHOT_ACK, 1, 1, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_REFUSE, 0, 0, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_REFUSE, 0, 0, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_REFUSE, 0, 1, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_REFUSE, 0, 1, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_REFUSE, 1, 0, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_REFUSE, 1, 0, 1) : replace_renounced();
            (0, 0, 1, PASS_GIVE_UP, KIND_REFUSE, 1, 1, 1) : replace_renounced();
            (0, 1, 1, PASS_GIVE_UP, KIND_REFUSE, 1, 1, 1) : replace_renounced();
            (0, 4, 1, PASS_MESSAGE, KIND_GIVE_UP_ACK, 1, 0, 0) : replace_renounced();
            (0, 4, 1, PASS_MESSAGE, KIND_GIVE_UP_ACK, 1, 0, 1) : replace_renounced();
            (0, 4, 1, PASS_MESSAGE, KIND_GIVE_UP_ACK, 1, 1, 0) : replace_renounced();
            (0, 4, 1, PASS_MESSAGE, KIND_GIVE_UP_ACK, 1, 1, 1) : replace_renounced();
            (0, 4, 1, PASS_MESSAGE, KIND_RECALL, 1, 0, 1) : replace_renounced();
            (0, 4, 1, PASS_MESSAGE, KIND_RECALL, 1, 1, 1) : replace_renounced();
            (0, 4, 1, PASS_MESSAGE, KIND_REFUSE, 1, 1, 0) : replace_renounced();
            (0, 4, 1, PASS_MESSAGE, KIND_REFUSE, 1, 1, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, 0, 0, 0, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, 0, 0, 1, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, 0, 1, 0, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, 0, 1, 1, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_LEASE_REQUEST, 0, 0, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_LEASE_REQUEST, 0, 1, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_LEASE_REQUEST, 1, 0, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_LEASE_REQUEST, 1, 1, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_GRANT, 0, 0, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_GRANT, 0, 1, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_GRANT, 1, 0, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_GRANT, 1, 1, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_WRITE, 0, 0, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_WRITE, 0, 1, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_WRITE, 1, 0, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_WRITE, 1, 1, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_WRITE_ACK, 0, 0, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_WRITE_ACK, 0, 1, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_WRITE_ACK, 1, 0, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_WRITE_ACK, 1, 1, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_HOLD, 0, 0, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_HOLD, 0, 1, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_HOLD, 1, 0, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_HOLD, 1, 1, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_RELEASE, 0, 0, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_RELEASE, 0, 1, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_RELEASE, 1, 0, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_RELEASE, 1, 1, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_RENEW, 0, 0, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_RENEW, 0, 1, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_RENEW, 1, 0, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_RENEW, 1, 1, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_RENEW_ACK, 0, 0, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_RENEW_ACK, 0, 1, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_RENEW_ACK, 1, 0, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_RENEW_ACK, 1, 1, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_GIVE_UP, 0, 0, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_GIVE_UP, 0, 1, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_GIVE_UP, 1, 0, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_GIVE_UP, 1, 1, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_GIVE_UP_ACK, 0, 0, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_GIVE_UP_ACK, 0, 1, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_GIVE_UP_ACK, 1, 0, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_GIVE_UP_ACK, 1, 1, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_RECALL, 0, 0, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_RECALL, 0, 1, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_RECALL, 1, 0, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_RECALL, 1, 1, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_SNAPSHOT_SLOTS, 0, 0, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_SNAPSHOT_SLOTS, 0, 1, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_SNAPSHOT_SLOTS, 1, 0, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_SNAPSHOT_SLOTS, 1, 1, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_SNAPSHOT_ACK, 0, 0, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_SNAPSHOT_ACK, 0, 1, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_SNAPSHOT_ACK, 1, 0, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_SNAPSHOT_ACK, 1, 1, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_REFUSE, 0, 0, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_REFUSE, 0, 1, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_REFUSE, 1, 0, 1) : replace_renounced();
            (0, 4, 1, PASS_GIVE_UP, KIND_REFUSE, 1, 1, 1) : replace_renounced();
            (0, 2, 1, PASS_MESSAGE, KIND_GIVE_UP_ACK, 1, 0, 0) : replace_renounced();
            (0, 2, 1, PASS_MESSAGE, KIND_GIVE_UP_ACK, 1, 0, 1) : replace_renounced();
            (0, 2, 1, PASS_MESSAGE, KIND_GIVE_UP_ACK, 1, 1, 0) : replace_renounced();
            (0, 2, 1, PASS_MESSAGE, KIND_GIVE_UP_ACK, 1, 1, 1) : replace_renounced();
            (0, 2, 1, PASS_MESSAGE, KIND_RECALL, 1, 0, 1) : replace_renounced();
            (0, 2, 1, PASS_MESSAGE, KIND_RECALL, 1, 1, 1) : replace_renounced();
            (0, 2, 1, PASS_MESSAGE, KIND_REFUSE, 1, 1, 0) : replace_renounced();
            (0, 2, 1, PASS_MESSAGE, KIND_REFUSE, 1, 1, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, 0, 0, 0, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, 0, 0, 1, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, 0, 1, 0, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, 0, 1, 1, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_LEASE_REQUEST, 0, 0, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_LEASE_REQUEST, 0, 1, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_LEASE_REQUEST, 1, 0, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_LEASE_REQUEST, 1, 1, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_GRANT, 0, 0, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_GRANT, 0, 1, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_GRANT, 1, 0, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_GRANT, 1, 1, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_WRITE, 0, 0, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_WRITE, 0, 1, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_WRITE, 1, 0, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_WRITE, 1, 1, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_WRITE_ACK, 0, 0, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_WRITE_ACK, 0, 1, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_WRITE_ACK, 1, 0, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_WRITE_ACK, 1, 1, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_HOLD, 0, 0, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_HOLD, 0, 1, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_HOLD, 1, 0, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_HOLD, 1, 1, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_RELEASE, 0, 0, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_RELEASE, 0, 1, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_RELEASE, 1, 0, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_RELEASE, 1, 1, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_RENEW, 0, 0, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_RENEW, 0, 1, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_RENEW, 1, 0, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_RENEW, 1, 1, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_RENEW_ACK, 0, 0, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_RENEW_ACK, 0, 1, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_RENEW_ACK, 1, 0, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_RENEW_ACK, 1, 1, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_GIVE_UP, 0, 0, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_GIVE_UP, 0, 1, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_GIVE_UP, 1, 0, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_GIVE_UP, 1, 1, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_GIVE_UP_ACK, 0, 0, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_GIVE_UP_ACK, 0, 1, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_GIVE_UP_ACK, 1, 0, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_GIVE_UP_ACK, 1, 1, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_RECALL, 0, 0, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_RECALL, 0, 1, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_RECALL, 1, 0, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_RECALL, 1, 1, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_SNAPSHOT_SLOTS, 0, 0, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_SNAPSHOT_SLOTS, 0, 1, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_SNAPSHOT_SLOTS, 1, 0, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_SNAPSHOT_SLOTS, 1, 1, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_SNAPSHOT_ACK, 0, 0, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_SNAPSHOT_ACK, 0, 1, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_SNAPSHOT_ACK, 1, 0, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_SNAPSHOT_ACK, 1, 1, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_REFUSE, 0, 0, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_REFUSE, 0, 1, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_REFUSE, 1, 0, 1) : replace_renounced();
            (0, 2, 1, PASS_GIVE_UP, KIND_REFUSE, 1, 1, 1) : replace_renounced();
            (1, 2, 1, PASS_MESSAGE, KIND_GRANT, 0, 0, 0) : put_renounced();
            (1, 2, 1, PASS_MESSAGE, KIND_GRANT, 0, 0, 1) : put_renounced();
            (1, 2, 1, PASS_MESSAGE, KIND_GRANT, 0, 1, 0) : put_renounced();
            (1, 2, 1, PASS_MESSAGE, KIND_GRANT, 0, 1, 1) : put_renounced();
            (1, 2, 1, PASS_MESSAGE, KIND_GRANT, 1, 0, 0) : put_renounced();
            (1, 2, 1, PASS_MESSAGE, KIND_GRANT, 1, 0, 1) : put_renounced();
            (1, 2, 1, PASS_MESSAGE, KIND_GRANT, 1, 1, 0) : put_renounced();
            (1, 2, 1, PASS_MESSAGE, KIND_GRANT, 1, 1, 1) : put_renounced();
        }
        size = 280;
    }

    action count_write_released() {
        ig_md.counters_3_b_index = COUNT_WRITE_RELEASED;
    }

    action count_hold_released() {
        ig_md.counters_3_b_index = COUNT_HOLD_RELEASED;
    }

    action count_refused_for_now() {
        ig_md.counters_3_b_index = COUNT_REFUSED_FOR_NOW;
    }

    action count_grant_old_epoch() {
        counters_3_a.count(COUNT_GRANT_OLD_EPOCH);
    }

    action mark_same_epoch() {
        ig_md.same_epoch = 1;
    }

    action mark_installs() {
        ig_md.installs = 1;
    }

    action mark_same_epoch_6() {
        ig_md.same_epoch_6 = 1;
    }

    action mark_same_epoch_6_and_mark_same_epoch_3() {
        ig_md.same_epoch_6 = 1;
        ig_md.same_epoch_3 = 1;
    }

    action mark_same_epoch_6_and_mark_same_epoch_3_and_1_more() {
        ig_md.counters_3_b_index = COUNT_WRITE_RELEASED;
        ig_md.same_epoch_6 = 1;
        ig_md.same_epoch_3 = 1;
    }

    action mark_same_epoch_6_and_1_more() {
        ig_md.counters_3_b_index = COUNT_HOLD_RELEASED;
        ig_md.same_epoch_6 = 1;
    }

    action mark_same_epoch_6_and_mark_same_epoch_3_and_1_more_2() {
        ig_md.same_epoch_6 = 1;
        ig_md.same_epoch_3 = 1;
        ig_md.tries = 1;
    }

    action mark_same_epoch_6_and_1_more_2() {
        counters_3_a.count(COUNT_GRANT_OLD_EPOCH);
        ig_md.same_epoch_6 = 1;
    }

    action mark_same_epoch_6_and_mark_same_epoch() {
        ig_md.same_epoch_6 = 1;
        ig_md.same_epoch = 1;
    }

    action mark_same_epoch_6_and_mark_installs() {
        ig_md.same_epoch_6 = 1;
        ig_md.installs = 1;
    }

    action mark_same_epoch_6_and_mark_same_epoch_3_and_1_more_3() {
        ig_md.counters_3_b_index = COUNT_REFUSED_FOR_NOW;
        ig_md.same_epoch_6 = 1;
        ig_md.same_epoch_3 = 1;
    }

    action mark_same_epoch_6_and_mark_ends_lease_and_1_more() {
        ig_md.same_epoch_6 = 1;
        ig_md.ends_lease_here = 1;
        ig_md.same_epoch_3 = 1;
    }

    table decisions_3_a {
        key = {
            ig_md.hit_2          : exact;
            ig_md.epoch_same     : exact;
            ig_md.is_refusal     : exact;
            ig_md.hit            : exact;
            ig_md.ends_lease     : exact;
            ig_md.counts         : exact;
            ig_md.epoch_adopt    : exact;
            ig_md.is_mine        : exact;
            ig_md.message_kind   : exact;
            ig_md.room_2         : exact;
            ig_md.releases_write : exact;
            ig_md.releases_read  : exact;
        }
        actions = {
            count_write_released;
            count_hold_released;
            count_refused_for_now;
            count_grant_old_epoch;
            mark_same_epoch;
            mark_installs;
            mark_same_epoch_6;
            mark_same_epoch_6_and_mark_same_epoch_3;
            mark_same_epoch_6_and_mark_same_epoch_3_and_1_more;
            mark_same_epoch_6_and_1_more;
            mark_same_epoch_6_and_mark_same_epoch_3_and_1_more_2;
            mark_same_epoch_6_and_1_more_2;
            mark_same_epoch_6_and_mark_same_epoch;
            mark_same_epoch_6_and_mark_installs;
            mark_same_epoch_6_and_mark_same_epoch_3_and_1_more_3;
            mark_same_epoch_6_and_mark_ends_lease_and_1_more;
            @defaultonly NoAction;
        }
        const default_action = NoAction();
        const entries = {
            (0, 0, 0, 0, 0, 0, 0, 1, KIND_WRITE_ACK, 0, 1, 0) : count_write_released();
            (0, 0, 0, 0, 0, 0, 1, 1, KIND_WRITE_ACK, 0, 1, 0) : count_write_released();
            (0, 0, 0, 0, 0, 0, 0, 1, KIND_RELEASE, 0, 0, 1) : count_hold_released();
            (0, 0, 0, 0, 0, 0, 1, 1, KIND_RELEASE, 0, 0, 1) : count_hold_released();
            (0, 0, 0, 0, 0, 0, 4, 1, KIND_WRITE_ACK, 0, 1, 0) : count_write_released();
            (0, 0, 0, 0, 0, 0, 4, 1, KIND_RELEASE, 0, 0, 1) : count_hold_released();
            (0, 0, 0, 0, 0, 0, 2, 1, KIND_WRITE_ACK, 0, 1, 0) : count_write_released();
            (0, 0, 0, 0, 0, 0, 2, 1, KIND_RELEASE, 0, 0, 1) : count_hold_released();
            (0, 0, 0, 0, 1, 0, 0, 1, KIND_WRITE_ACK, 0, 1, 0) : count_write_released();
            (0, 0, 0, 0, 1, 0, 1, 1, KIND_WRITE_ACK, 0, 1, 0) : count_write_released();
            (0, 0, 0, 0, 1, 0, 0, 1, KIND_RELEASE, 0, 0, 1) : count_hold_released();
            (0, 0, 0, 0, 1, 0, 1, 1, KIND_RELEASE, 0, 0, 1) : count_hold_released();
            (0, 0, 0, 0, 1, 0, 4, 1, KIND_WRITE_ACK, 0, 1, 0) : count_write_released();
            (0, 0, 0, 0, 1, 0, 4, 1, KIND_RELEASE, 0, 0, 1) : count_hold_released();
            (0, 0, 0, 0, 1, 0, 2, 1, KIND_WRITE_ACK, 0, 1, 0) : count_write_released();
            (0, 0, 0, 0, 1, 0, 2, 1, KIND_RELEASE, 0, 0, 1) : count_hold_released();
            (0, 0, 1, 0, 0, 0, 0, 1, KIND_REFUSE, 0, 0, 0) : count_refused_for_now();
            (0, 0, 1, 0, 0, 0, 1, 1, KIND_REFUSE, 0, 0, 0) : count_refused_for_now();
            (0, 0, 1, 0, 0, 0, 4, 1, KIND_REFUSE, 0, 0, 0) : count_refused_for_now();
            (0, 0, 1, 0, 0, 0, 2, 1, KIND_REFUSE, 0, 0, 0) : count_refused_for_now();
            (0, 1, 0, 0, 0, 0, 0, 1, KIND_WRITE_ACK, 0, 1, 0) : count_write_released();
            (0, 1, 0, 0, 0, 0, 1, 1, KIND_WRITE_ACK, 0, 1, 0) : count_write_released();
            (0, 1, 0, 0, 0, 0, 0, 1, KIND_RELEASE, 0, 0, 1) : count_hold_released();
            (0, 1, 0, 0, 0, 0, 1, 1, KIND_RELEASE, 0, 0, 1) : count_hold_released();
            (0, 1, 0, 0, 0, 0, 4, 1, KIND_WRITE_ACK, 0, 1, 0) : count_write_released();
            (0, 1, 0, 0, 0, 0, 4, 1, KIND_RELEASE, 0, 0, 1) : count_hold_released();
            (0, 1, 0, 0, 0, 0, 2, 1, KIND_WRITE_ACK, 0, 1, 0) : count_write_released();
            (0, 1, 0, 0, 0, 0, 2, 1, KIND_RELEASE, 0, 0, 1) : count_hold_released();
            (0, 1, 0, 0, 1, 0, 0, 1, KIND_WRITE_ACK, 0, 1, 0) : count_write_released();
            (0, 1, 0, 0, 1, 0, 1, 1, KIND_WRITE_ACK, 0, 1, 0) : count_write_released();
            (0, 1, 0, 0, 1, 0, 0, 1, KIND_RELEASE, 0, 0, 1) : count_hold_released();
            (0, 1, 0, 0, 1, 0, 1, 1, KIND_RELEASE, 0, 0, 1) : count_hold_released();
            (0, 1, 0, 0, 1, 0, 4, 1, KIND_WRITE_ACK, 0, 1, 0) : count_write_released();
            (0, 1, 0, 0, 1, 0, 4, 1, KIND_RELEASE, 0, 0, 1) : count_hold_released();
            (0, 1, 0, 0, 1, 0, 2, 1, KIND_WRITE_ACK, 0, 1, 0) : count_write_released();
            (0, 1, 0, 0, 1, 0, 2, 1, KIND_RELEASE, 0, 0, 1) : count_hold_released();
            (0, 1, 1, 0, 0, 0, 0, 1, KIND_REFUSE, 0, 0, 0) : count_refused_for_now();
            (0, 1, 1, 0, 0, 0, 1, 1, KIND_REFUSE, 0, 0, 0) : count_refused_for_now();
            (0, 1, 1, 0, 0, 0, 4, 1, KIND_REFUSE, 0, 0, 0) : count_refused_for_now();
            (0, 1, 1, 0, 0, 0, 2, 1, KIND_REFUSE, 0, 0, 0) : count_refused_for_now();
            (1, 0, 0, 1, 0, 0, 0, 1, KIND_WRITE_ACK, 0, 1, 0) : count_write_released();
            (1, 0, 0, 1, 0, 0, 1, 1, KIND_WRITE_ACK, 0, 1, 0) : count_write_released();
            (1, 0, 0, 1, 0, 0, 0, 1, KIND_RELEASE, 0, 0, 1) : count_hold_released();
            (1, 0, 0, 1, 0, 0, 1, 1, KIND_RELEASE, 0, 0, 1) : count_hold_released();
            (1, 0, 0, 1, 0, 0, 4, 1, KIND_WRITE_ACK, 0, 1, 0) : count_write_released();
            (1, 0, 0, 1, 0, 0, 4, 1, KIND_RELEASE, 0, 0, 1) : count_hold_released();
            (1, 0, 0, 1, 0, 0, 2, 1, KIND_WRITE_ACK, 0, 1, 0) : count_write_released();
            (1, 0, 0, 1, 0, 0, 2, 1, KIND_RELEASE, 0, 0, 1) : count_hold_released();
            (1, 0, 0, 1, 0, 1, 0, 1, KIND_GRANT, 0, 0, 0) : count_grant_old_epoch();
            (1, 0, 0, 1, 0, 1, 1, 1, KIND_GRANT, 0, 0, 0) : count_grant_old_epoch();
            (1, 0, 0, 1, 0, 1, 4, 1, KIND_GRANT, 0, 0, 0) : mark_same_epoch();
            (1, 0, 0, 1, 0, 1, 2, 1, KIND_GRANT, 0, 0, 0) : mark_installs();
            (1, 0, 0, 1, 1, 0, 0, 1, KIND_WRITE_ACK, 0, 1, 0) : count_write_released();
            (1, 0, 0, 1, 1, 0, 1, 1, KIND_WRITE_ACK, 0, 1, 0) : count_write_released();
            (1, 0, 0, 1, 1, 0, 0, 1, KIND_RELEASE, 0, 0, 1) : count_hold_released();
            (1, 0, 0, 1, 1, 0, 1, 1, KIND_RELEASE, 0, 0, 1) : count_hold_released();
            (1, 0, 0, 1, 1, 0, 4, 1, KIND_WRITE_ACK, 0, 1, 0) : count_write_released();
            (1, 0, 0, 1, 1, 0, 4, 1, KIND_RELEASE, 0, 0, 1) : count_hold_released();
            (1, 0, 0, 1, 1, 0, 2, 1, KIND_WRITE_ACK, 0, 1, 0) : count_write_released();
            (1, 0, 0, 1, 1, 0, 2, 1, KIND_RELEASE, 0, 0, 1) : count_hold_released();
            (1, 0, 0, 1, 1, 1, 0, 1, KIND_GRANT, 0, 0, 0) : count_grant_old_epoch();
            (1, 0, 0, 1, 1, 1, 1, 1, KIND_GRANT, 0, 0, 0) : count_grant_old_epoch();
            (1, 0, 0, 1, 1, 1, 4, 1, KIND_GRANT, 0, 0, 0) : mark_same_epoch();
            (1, 0, 0, 1, 1, 1, 2, 1, KIND_GRANT, 0, 0, 0) : mark_installs();
            (1, 0, 1, 1, 0, 0, 0, 1, KIND_REFUSE, 0, 0, 0) : count_refused_for_now();
            (1, 0, 1, 1, 0, 0, 1, 1, KIND_REFUSE, 0, 0, 0) : count_refused_for_now();
            (1, 0, 1, 1, 0, 0, 4, 1, KIND_REFUSE, 0, 0, 0) : count_refused_for_now();
            (1, 0, 1, 1, 0, 0, 2, 1, KIND_REFUSE, 0, 0, 0) : count_refused_for_now();
            (1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 0, 0, KIND_LEASE_REQUEST, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 1, 0, KIND_LEASE_REQUEST, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 0, 0, KIND_GRANT, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 1, 0, KIND_GRANT, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 0, 0, KIND_WRITE, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 1, 0, KIND_WRITE, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 0, 0, KIND_WRITE_ACK, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 1, 0, KIND_WRITE_ACK, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 0, 0, KIND_HOLD, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 1, 0, KIND_HOLD, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 0, 0, KIND_RELEASE, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 1, 0, KIND_RELEASE, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 0, 0, KIND_RENEW, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 1, 0, KIND_RENEW, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 0, 0, KIND_RENEW_ACK, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 1, 0, KIND_RENEW_ACK, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 0, 0, KIND_GIVE_UP, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 1, 0, KIND_GIVE_UP, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 0, 0, KIND_GIVE_UP_ACK, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 1, 0, KIND_GIVE_UP_ACK, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 0, 0, KIND_RECALL, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 1, 0, KIND_RECALL, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 0, 0, KIND_SNAPSHOT_SLOTS, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 1, 0, KIND_SNAPSHOT_SLOTS, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 0, 0, KIND_SNAPSHOT_ACK, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 1, 0, KIND_SNAPSHOT_ACK, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 0, 0, KIND_REFUSE, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 1, 0, KIND_REFUSE, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0) : mark_same_epoch_6_and_mark_same_epoch_3();
            (1, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 0) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                0,
                1,
                KIND_LEASE_REQUEST,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                1,
                1,
                KIND_LEASE_REQUEST,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (1, 1, 0, 1, 0, 0, 0, 1, KIND_GRANT, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 1, 1, KIND_GRANT, 0, 0, 0) : mark_same_epoch_6();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                0,
                1,
                KIND_WRITE,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                1,
                1,
                KIND_WRITE,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                0,
                1,
                KIND_WRITE_ACK,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                1,
                1,
                KIND_WRITE_ACK,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                0,
                1,
                KIND_WRITE_ACK,
                0,
                1,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3_and_1_more();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                1,
                1,
                KIND_WRITE_ACK,
                0,
                1,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3_and_1_more();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                0,
                1,
                KIND_HOLD,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                1,
                1,
                KIND_HOLD,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (1, 1, 0, 1, 0, 0, 0, 1, KIND_RELEASE, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 1, 1, KIND_RELEASE, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 0, 1, KIND_RELEASE, 0, 0, 1) : mark_same_epoch_6_and_1_more();
            (1, 1, 0, 1, 0, 0, 1, 1, KIND_RELEASE, 0, 0, 1) : mark_same_epoch_6_and_1_more();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                0,
                1,
                KIND_RENEW,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                1,
                1,
                KIND_RENEW,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                0,
                1,
                KIND_RENEW_ACK,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                1,
                1,
                KIND_RENEW_ACK,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                0,
                1,
                KIND_GIVE_UP,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                1,
                1,
                KIND_GIVE_UP,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                0,
                1,
                KIND_GIVE_UP_ACK,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                1,
                1,
                KIND_GIVE_UP_ACK,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                0,
                1,
                KIND_RECALL,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                1,
                1,
                KIND_RECALL,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                0,
                1,
                KIND_RECALL,
                1,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3_and_1_more_2();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                1,
                1,
                KIND_RECALL,
                1,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3_and_1_more_2();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                0,
                1,
                KIND_SNAPSHOT_SLOTS,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                1,
                1,
                KIND_SNAPSHOT_SLOTS,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                0,
                1,
                KIND_SNAPSHOT_ACK,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                1,
                1,
                KIND_SNAPSHOT_ACK,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (1, 1, 0, 1, 0, 0, 4, 0, 0, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 4, 0, KIND_LEASE_REQUEST, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 4, 0, KIND_GRANT, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 4, 0, KIND_WRITE, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 4, 0, KIND_WRITE_ACK, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 4, 0, KIND_HOLD, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 4, 0, KIND_RELEASE, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 4, 0, KIND_RENEW, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 4, 0, KIND_RENEW_ACK, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 4, 0, KIND_GIVE_UP, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 4, 0, KIND_GIVE_UP_ACK, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 4, 0, KIND_RECALL, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 4, 0, KIND_SNAPSHOT_SLOTS, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 4, 0, KIND_SNAPSHOT_ACK, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 4, 0, KIND_REFUSE, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 4, 1, 0, 0, 0, 0) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                4,
                1,
                KIND_LEASE_REQUEST,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (1, 1, 0, 1, 0, 0, 4, 1, KIND_GRANT, 0, 0, 0) : mark_same_epoch_6();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                4,
                1,
                KIND_WRITE,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                4,
                1,
                KIND_WRITE_ACK,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                4,
                1,
                KIND_WRITE_ACK,
                0,
                1,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3_and_1_more();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                4,
                1,
                KIND_HOLD,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (1, 1, 0, 1, 0, 0, 4, 1, KIND_RELEASE, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 4, 1, KIND_RELEASE, 0, 0, 1) : mark_same_epoch_6_and_1_more();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                4,
                1,
                KIND_RENEW,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                4,
                1,
                KIND_RENEW_ACK,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                4,
                1,
                KIND_GIVE_UP,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                4,
                1,
                KIND_GIVE_UP_ACK,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                4,
                1,
                KIND_RECALL,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                4,
                1,
                KIND_RECALL,
                1,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3_and_1_more_2();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                4,
                1,
                KIND_SNAPSHOT_SLOTS,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                4,
                1,
                KIND_SNAPSHOT_ACK,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (1, 1, 0, 1, 0, 0, 2, 0, 0, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 2, 0, KIND_LEASE_REQUEST, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 2, 0, KIND_GRANT, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 2, 0, KIND_WRITE, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 2, 0, KIND_WRITE_ACK, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 2, 0, KIND_HOLD, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 2, 0, KIND_RELEASE, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 2, 0, KIND_RENEW, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 2, 0, KIND_RENEW_ACK, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 2, 0, KIND_GIVE_UP, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 2, 0, KIND_GIVE_UP_ACK, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 2, 0, KIND_RECALL, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 2, 0, KIND_SNAPSHOT_SLOTS, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 2, 0, KIND_SNAPSHOT_ACK, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 2, 0, KIND_REFUSE, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 2, 1, 0, 0, 0, 0) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                2,
                1,
                KIND_LEASE_REQUEST,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (1, 1, 0, 1, 0, 0, 2, 1, KIND_GRANT, 0, 0, 0) : mark_same_epoch_6();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                2,
                1,
                KIND_WRITE,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                2,
                1,
                KIND_WRITE_ACK,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                2,
                1,
                KIND_WRITE_ACK,
                0,
                1,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3_and_1_more();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                2,
                1,
                KIND_HOLD,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (1, 1, 0, 1, 0, 0, 2, 1, KIND_RELEASE, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 0, 0, 2, 1, KIND_RELEASE, 0, 0, 1) : mark_same_epoch_6_and_1_more();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                2,
                1,
                KIND_RENEW,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                2,
                1,
                KIND_RENEW_ACK,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                2,
                1,
                KIND_GIVE_UP,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                2,
                1,
                KIND_GIVE_UP_ACK,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                2,
                1,
                KIND_RECALL,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                2,
                1,
                KIND_RECALL,
                1,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3_and_1_more_2();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                2,
                1,
                KIND_SNAPSHOT_SLOTS,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                0,
                0,
                2,
                1,
                KIND_SNAPSHOT_ACK,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (1, 1, 0, 1, 0, 1, 0, 1, KIND_GRANT, 0, 0, 0) : mark_same_epoch_6_and_1_more_2();
            (1, 1, 0, 1, 0, 1, 1, 1, KIND_GRANT, 0, 0, 0) : mark_same_epoch_6_and_1_more_2();
            (1, 1, 0, 1, 0, 1, 4, 1, KIND_GRANT, 0, 0, 0) : mark_same_epoch_6_and_mark_same_epoch();
            (1, 1, 0, 1, 0, 1, 2, 1, KIND_GRANT, 0, 0, 0) : mark_same_epoch_6_and_mark_installs();
            (1, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 1, 0, 0, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 0, 0, KIND_LEASE_REQUEST, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 1, 0, KIND_LEASE_REQUEST, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 0, 0, KIND_GRANT, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 1, 0, KIND_GRANT, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 0, 0, KIND_WRITE, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 1, 0, KIND_WRITE, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 0, 0, KIND_WRITE_ACK, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 1, 0, KIND_WRITE_ACK, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 0, 0, KIND_HOLD, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 1, 0, KIND_HOLD, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 0, 0, KIND_RELEASE, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 1, 0, KIND_RELEASE, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 0, 0, KIND_RENEW, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 1, 0, KIND_RENEW, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 0, 0, KIND_RENEW_ACK, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 1, 0, KIND_RENEW_ACK, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 0, 0, KIND_GIVE_UP, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 1, 0, KIND_GIVE_UP, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 0, 0, KIND_GIVE_UP_ACK, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 1, 0, KIND_GIVE_UP_ACK, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 0, 0, KIND_RECALL, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 1, 0, KIND_RECALL, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 0, 0, KIND_SNAPSHOT_SLOTS, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 1, 0, KIND_SNAPSHOT_SLOTS, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 0, 0, KIND_SNAPSHOT_ACK, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 1, 0, KIND_SNAPSHOT_ACK, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 0, 0, KIND_REFUSE, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 1, 0, KIND_REFUSE, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 0, 1, 0, 0, 0, 0) : mark_same_epoch_6_and_mark_same_epoch_3();
            (1, 1, 0, 1, 1, 0, 1, 1, 0, 0, 0, 0) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                0,
                1,
                KIND_LEASE_REQUEST,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                1,
                1,
                KIND_LEASE_REQUEST,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (1, 1, 0, 1, 1, 0, 0, 1, KIND_GRANT, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 1, 1, KIND_GRANT, 0, 0, 0) : mark_same_epoch_6();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                0,
                1,
                KIND_WRITE,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                1,
                1,
                KIND_WRITE,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                0,
                1,
                KIND_WRITE_ACK,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                1,
                1,
                KIND_WRITE_ACK,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                0,
                1,
                KIND_WRITE_ACK,
                0,
                1,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3_and_1_more();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                1,
                1,
                KIND_WRITE_ACK,
                0,
                1,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3_and_1_more();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                0,
                1,
                KIND_HOLD,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                1,
                1,
                KIND_HOLD,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (1, 1, 0, 1, 1, 0, 0, 1, KIND_RELEASE, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 1, 1, KIND_RELEASE, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 0, 1, KIND_RELEASE, 0, 0, 1) : mark_same_epoch_6_and_1_more();
            (1, 1, 0, 1, 1, 0, 1, 1, KIND_RELEASE, 0, 0, 1) : mark_same_epoch_6_and_1_more();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                0,
                1,
                KIND_RENEW,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                1,
                1,
                KIND_RENEW,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                0,
                1,
                KIND_RENEW_ACK,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                1,
                1,
                KIND_RENEW_ACK,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                0,
                1,
                KIND_GIVE_UP,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                1,
                1,
                KIND_GIVE_UP,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                0,
                1,
                KIND_GIVE_UP_ACK,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                1,
                1,
                KIND_GIVE_UP_ACK,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                0,
                1,
                KIND_RECALL,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                1,
                1,
                KIND_RECALL,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                0,
                1,
                KIND_RECALL,
                1,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3_and_1_more_2();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                1,
                1,
                KIND_RECALL,
                1,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3_and_1_more_2();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                0,
                1,
                KIND_SNAPSHOT_SLOTS,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                1,
                1,
                KIND_SNAPSHOT_SLOTS,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                0,
                1,
                KIND_SNAPSHOT_ACK,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                1,
                1,
                KIND_SNAPSHOT_ACK,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (1, 1, 0, 1, 1, 0, 4, 0, 0, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 4, 0, KIND_LEASE_REQUEST, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 4, 0, KIND_GRANT, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 4, 0, KIND_WRITE, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 4, 0, KIND_WRITE_ACK, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 4, 0, KIND_HOLD, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 4, 0, KIND_RELEASE, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 4, 0, KIND_RENEW, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 4, 0, KIND_RENEW_ACK, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 4, 0, KIND_GIVE_UP, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 4, 0, KIND_GIVE_UP_ACK, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 4, 0, KIND_RECALL, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 4, 0, KIND_SNAPSHOT_SLOTS, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 4, 0, KIND_SNAPSHOT_ACK, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 4, 0, KIND_REFUSE, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 4, 1, 0, 0, 0, 0) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                4,
                1,
                KIND_LEASE_REQUEST,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (1, 1, 0, 1, 1, 0, 4, 1, KIND_GRANT, 0, 0, 0) : mark_same_epoch_6();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                4,
                1,
                KIND_WRITE,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                4,
                1,
                KIND_WRITE_ACK,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                4,
                1,
                KIND_WRITE_ACK,
                0,
                1,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3_and_1_more();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                4,
                1,
                KIND_HOLD,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (1, 1, 0, 1, 1, 0, 4, 1, KIND_RELEASE, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 4, 1, KIND_RELEASE, 0, 0, 1) : mark_same_epoch_6_and_1_more();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                4,
                1,
                KIND_RENEW,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                4,
                1,
                KIND_RENEW_ACK,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                4,
                1,
                KIND_GIVE_UP,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                4,
                1,
                KIND_GIVE_UP_ACK,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                4,
                1,
                KIND_RECALL,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                4,
                1,
                KIND_RECALL,
                1,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3_and_1_more_2();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                4,
                1,
                KIND_SNAPSHOT_SLOTS,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                4,
                1,
                KIND_SNAPSHOT_ACK,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (1, 1, 0, 1, 1, 0, 2, 0, 0, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 2, 0, KIND_LEASE_REQUEST, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 2, 0, KIND_GRANT, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 2, 0, KIND_WRITE, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 2, 0, KIND_WRITE_ACK, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 2, 0, KIND_HOLD, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 2, 0, KIND_RELEASE, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 2, 0, KIND_RENEW, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 2, 0, KIND_RENEW_ACK, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 2, 0, KIND_GIVE_UP, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 2, 0, KIND_GIVE_UP_ACK, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 2, 0, KIND_RECALL, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 2, 0, KIND_SNAPSHOT_SLOTS, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 2, 0, KIND_SNAPSHOT_ACK, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 2, 0, KIND_REFUSE, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 2, 1, 0, 0, 0, 0) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                2,
                1,
                KIND_LEASE_REQUEST,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (1, 1, 0, 1, 1, 0, 2, 1, KIND_GRANT, 0, 0, 0) : mark_same_epoch_6();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                2,
                1,
                KIND_WRITE,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                2,
                1,
                KIND_WRITE_ACK,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                2,
                1,
                KIND_WRITE_ACK,
                0,
                1,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3_and_1_more();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                2,
                1,
                KIND_HOLD,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (1, 1, 0, 1, 1, 0, 2, 1, KIND_RELEASE, 0, 0, 0) : mark_same_epoch_6();
            (1, 1, 0, 1, 1, 0, 2, 1, KIND_RELEASE, 0, 0, 1) : mark_same_epoch_6_and_1_more();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                2,
                1,
                KIND_RENEW,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                2,
                1,
                KIND_RENEW_ACK,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                2,
                1,
                KIND_GIVE_UP,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                2,
                1,
                KIND_GIVE_UP_ACK,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                2,
                1,
                KIND_RECALL,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                2,
                1,
                KIND_RECALL,
                1,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3_and_1_more_2();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                2,
                1,
                KIND_SNAPSHOT_SLOTS,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (
                1,
                1,
                0,
                1,
                1,
                0,
                2,
                1,
                KIND_SNAPSHOT_ACK,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3();
            (1, 1, 0, 1, 1, 1, 0, 1, KIND_GRANT, 0, 0, 0) : mark_same_epoch_6_and_1_more_2();
            (1, 1, 0, 1, 1, 1, 1, 1, KIND_GRANT, 0, 0, 0) : mark_same_epoch_6_and_1_more_2();
            (1, 1, 0, 1, 1, 1, 4, 1, KIND_GRANT, 0, 0, 0) : mark_same_epoch_6_and_mark_same_epoch();
            (1, 1, 0, 1, 1, 1, 2, 1, KIND_GRANT, 0, 0, 0) : mark_same_epoch_6_and_mark_installs();
            (
                1,
                1,
                1,
                1,
                0,
                0,
                0,
                1,
                KIND_REFUSE,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3_and_1_more_3();
            (
                1,
                1,
                1,
                1,
                0,
                0,
                1,
                1,
                KIND_REFUSE,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3_and_1_more_3();
            (
                1,
                1,
                1,
                1,
                0,
                0,
                4,
                1,
                KIND_REFUSE,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3_and_1_more_3();
            (
                1,
                1,
                1,
                1,
                0,
                0,
                2,
                1,
                KIND_REFUSE,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_same_epoch_3_and_1_more_3();
            (
                1,
                1,
                1,
                1,
                1,
                0,
                0,
                1,
                KIND_REFUSE,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_ends_lease_and_1_more();
            (
                1,
                1,
                1,
                1,
                1,
                0,
                1,
                1,
                KIND_REFUSE,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_ends_lease_and_1_more();
            (
                1,
                1,
                1,
                1,
                1,
                0,
                4,
                1,
                KIND_REFUSE,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_ends_lease_and_1_more();
            (
                1,
                1,
                1,
                1,
                1,
                0,
                2,
                1,
                KIND_REFUSE,
                0,
                0,
                0
            ) : mark_same_epoch_6_and_mark_ends_lease_and_1_more();
        }
        size = 340;
    }

    action mark_missing_4_and_set_mirror_epoch() {
        ig_md.missing_4 = 1;
        ig_md.mirror_epoch = ig_md.epoch_read;
    }

    action mark_missing_4() {
        ig_md.missing_4 = 1;
    }

    action mark_missing_4_and_count_no_slot() {
        counters_3_c.count(COUNT_NO_SLOT);
        ig_md.missing_4 = 1;
    }

    action mark_missing_4_and_set_mirror_due() {
        ig_md.missing_4 = 1;
        hdr.bridge.due = ig_prsr_md.global_tstamp[39:8] + ig_md.choice_14;
    }

    action mark_missing_4_and_count_grant_expired() {
        counters_3_c.count(COUNT_GRANT_EXPIRED);
        ig_md.missing_4 = 1;
    }

    action mark_missing_4_and_mark_goes_again_and_1_more() {
        counters_3_c.count(COUNT_GRANT_EXPIRED);
        ig_md.missing_4 = 1;
        ig_md.goes_again = 1;
    }

    action mark_missing_4_and_mark_full() {
        ig_md.missing_4 = 1;
        ig_md.full = 1;
    }

    action set_mirror_epoch() {
        ig_md.mirror_epoch = ig_md.epoch_read;
    }

    action set_mirror_due_2() {
        hdr.bridge.due = ig_prsr_md.global_tstamp[39:8] + ig_md.choice_14;
    }

    action count_grant_expired() {
        counters_3_c.count(COUNT_GRANT_EXPIRED);
    }

    action mark_goes_again_and_count_grant_expired() {
        counters_3_c.count(COUNT_GRANT_EXPIRED);
        ig_md.goes_again = 1;
    }

    action mark_goes_again() {
        ig_md.goes_again = 1;
    }

    table decisions_3_b {
        key = {
            ig_md.hit_2            : exact;
            ig_md.is_grant         : exact;
            ig_md.missing          : exact;
            hdr.redplane.piggyback : exact;
            ig_md.table_full       : exact;
            hdr.bridge.pass        : exact;
            ig_md.early            : exact;
            ig_md.too_long_2       : exact;
            ig_md.unsent_2         : exact;
            ig_md.in_time          : exact;
            ig_md.missing_3        : exact;
        }
        actions = {
            mark_missing_4_and_set_mirror_epoch;
            mark_missing_4;
            mark_missing_4_and_count_no_slot;
            mark_missing_4_and_set_mirror_due;
            mark_missing_4_and_count_grant_expired;
            mark_missing_4_and_mark_goes_again_and_1_more;
            mark_missing_4_and_mark_full;
            set_mirror_epoch;
            set_mirror_due_2;
            count_grant_expired;
            mark_goes_again_and_count_grant_expired;
            mark_goes_again;
            @defaultonly NoAction;
        }
        const default_action = NoAction();
        const entries = {
            (0, 0, 0, 0, 0, PASS_PACKET, 0, 0, 0, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 0, 0, PASS_PACKET, 0, 0, 1, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 0, 0, PASS_PACKET, 0, 1, 0, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 0, 0, PASS_PACKET, 0, 1, 1, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 0, 0, PASS_MESSAGE, 0, 0, 0, 0, 0) : mark_missing_4();
            (0, 0, 0, 0, 0, PASS_MESSAGE, 0, 0, 0, 0, 1) : mark_missing_4_and_count_no_slot();
            (0, 0, 0, 0, 0, PASS_MESSAGE, 0, 0, 1, 0, 0) : mark_missing_4();
            (0, 0, 0, 0, 0, PASS_MESSAGE, 0, 0, 1, 0, 1) : mark_missing_4_and_count_no_slot();
            (0, 0, 0, 0, 0, PASS_MESSAGE, 0, 1, 0, 0, 0) : mark_missing_4();
            (0, 0, 0, 0, 0, PASS_MESSAGE, 0, 1, 0, 0, 1) : mark_missing_4_and_count_no_slot();
            (0, 0, 0, 0, 0, PASS_MESSAGE, 0, 1, 1, 0, 0) : mark_missing_4();
            (0, 0, 0, 0, 0, PASS_MESSAGE, 0, 1, 1, 0, 1) : mark_missing_4_and_count_no_slot();
            (0, 0, 0, 0, 0, PASS_COPY, 0, 0, 0, 0, 0) : mark_missing_4_and_set_mirror_due();
            (0, 0, 0, 0, 0, PASS_COPY, 0, 0, 1, 0, 0) : mark_missing_4_and_set_mirror_due();
            (0, 0, 0, 0, 0, PASS_COPY, 0, 1, 0, 0, 0) : mark_missing_4_and_set_mirror_due();
            (0, 0, 0, 0, 0, PASS_COPY, 0, 1, 1, 0, 0) : mark_missing_4_and_set_mirror_due();
            (0, 0, 0, 0, 0, PASS_COPY, 1, 0, 0, 0, 0) : mark_missing_4();
            (0, 0, 0, 0, 0, PASS_COPY, 1, 0, 1, 0, 0) : mark_missing_4();
            (0, 0, 0, 0, 0, PASS_COPY, 1, 1, 0, 0, 0) : mark_missing_4();
            (0, 0, 0, 0, 0, PASS_COPY, 1, 1, 1, 0, 0) : mark_missing_4();
            (0, 0, 0, 0, 0, PASS_SWEEP, 0, 0, 0, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 0, 0, PASS_SWEEP, 0, 0, 1, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 0, 0, PASS_SWEEP, 0, 1, 0, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 0, 0, PASS_SWEEP, 0, 1, 1, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 0, 0, PASS_GIVE_UP, 0, 0, 0, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 0, 0, PASS_GIVE_UP, 0, 0, 1, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 0, 0, PASS_GIVE_UP, 0, 1, 0, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 0, 0, PASS_GIVE_UP, 0, 1, 1, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 0, 1, PASS_PACKET, 0, 0, 0, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 0, 1, PASS_PACKET, 0, 0, 1, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 0, 1, PASS_PACKET, 0, 1, 0, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 0, 1, PASS_PACKET, 0, 1, 1, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 0, 1, PASS_MESSAGE, 0, 0, 0, 0, 0) : mark_missing_4();
            (0, 0, 0, 0, 1, PASS_MESSAGE, 0, 0, 0, 0, 1) : mark_missing_4_and_count_no_slot();
            (0, 0, 0, 0, 1, PASS_MESSAGE, 0, 0, 1, 0, 0) : mark_missing_4();
            (0, 0, 0, 0, 1, PASS_MESSAGE, 0, 0, 1, 0, 1) : mark_missing_4_and_count_no_slot();
            (0, 0, 0, 0, 1, PASS_MESSAGE, 0, 1, 0, 0, 0) : mark_missing_4();
            (0, 0, 0, 0, 1, PASS_MESSAGE, 0, 1, 0, 0, 1) : mark_missing_4_and_count_no_slot();
            (0, 0, 0, 0, 1, PASS_MESSAGE, 0, 1, 1, 0, 0) : mark_missing_4();
            (0, 0, 0, 0, 1, PASS_MESSAGE, 0, 1, 1, 0, 1) : mark_missing_4_and_count_no_slot();
            (0, 0, 0, 0, 1, PASS_COPY, 0, 0, 0, 0, 0) : mark_missing_4_and_set_mirror_due();
            (0, 0, 0, 0, 1, PASS_COPY, 0, 0, 1, 0, 0) : mark_missing_4_and_set_mirror_due();
            (0, 0, 0, 0, 1, PASS_COPY, 0, 1, 0, 0, 0) : mark_missing_4_and_set_mirror_due();
            (0, 0, 0, 0, 1, PASS_COPY, 0, 1, 1, 0, 0) : mark_missing_4_and_set_mirror_due();
            (0, 0, 0, 0, 1, PASS_COPY, 1, 0, 0, 0, 0) : mark_missing_4();
            (0, 0, 0, 0, 1, PASS_COPY, 1, 0, 1, 0, 0) : mark_missing_4();
            (0, 0, 0, 0, 1, PASS_COPY, 1, 1, 0, 0, 0) : mark_missing_4();
            (0, 0, 0, 0, 1, PASS_COPY, 1, 1, 1, 0, 0) : mark_missing_4();
            (0, 0, 0, 0, 1, PASS_SWEEP, 0, 0, 0, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 0, 1, PASS_SWEEP, 0, 0, 1, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 0, 1, PASS_SWEEP, 0, 1, 0, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 0, 1, PASS_SWEEP, 0, 1, 1, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 0, 1, PASS_GIVE_UP, 0, 0, 0, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 0, 1, PASS_GIVE_UP, 0, 0, 1, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 0, 1, PASS_GIVE_UP, 0, 1, 0, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 0, 1, PASS_GIVE_UP, 0, 1, 1, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 1, 0, PASS_PACKET, 0, 0, 0, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 1, 0, PASS_PACKET, 0, 0, 1, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 1, 0, PASS_PACKET, 0, 1, 0, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 1, 0, PASS_PACKET, 0, 1, 1, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 1, 0, PASS_MESSAGE, 0, 0, 0, 0, 0) : mark_missing_4();
            (0, 0, 0, 1, 0, PASS_MESSAGE, 0, 0, 0, 0, 1) : mark_missing_4_and_count_no_slot();
            (0, 0, 0, 1, 0, PASS_MESSAGE, 0, 0, 1, 0, 0) : mark_missing_4();
            (0, 0, 0, 1, 0, PASS_MESSAGE, 0, 0, 1, 0, 1) : mark_missing_4_and_count_no_slot();
            (0, 0, 0, 1, 0, PASS_MESSAGE, 0, 1, 0, 0, 0) : mark_missing_4();
            (0, 0, 0, 1, 0, PASS_MESSAGE, 0, 1, 0, 0, 1) : mark_missing_4_and_count_no_slot();
            (0, 0, 0, 1, 0, PASS_MESSAGE, 0, 1, 1, 0, 0) : mark_missing_4();
            (0, 0, 0, 1, 0, PASS_MESSAGE, 0, 1, 1, 0, 1) : mark_missing_4_and_count_no_slot();
            (0, 0, 0, 1, 0, PASS_COPY, 0, 0, 0, 0, 0) : mark_missing_4_and_set_mirror_due();
            (0, 0, 0, 1, 0, PASS_COPY, 0, 0, 1, 0, 0) : mark_missing_4_and_set_mirror_due();
            (0, 0, 0, 1, 0, PASS_COPY, 0, 1, 0, 0, 0) : mark_missing_4_and_set_mirror_due();
            (0, 0, 0, 1, 0, PASS_COPY, 0, 1, 1, 0, 0) : mark_missing_4_and_set_mirror_due();
            (0, 0, 0, 1, 0, PASS_COPY, 1, 0, 0, 0, 0) : mark_missing_4();
            (0, 0, 0, 1, 0, PASS_COPY, 1, 0, 1, 0, 0) : mark_missing_4();
            (0, 0, 0, 1, 0, PASS_COPY, 1, 1, 0, 0, 0) : mark_missing_4();
            (0, 0, 0, 1, 0, PASS_COPY, 1, 1, 1, 0, 0) : mark_missing_4();
            (0, 0, 0, 1, 0, PASS_SWEEP, 0, 0, 0, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 1, 0, PASS_SWEEP, 0, 0, 1, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 1, 0, PASS_SWEEP, 0, 1, 0, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 1, 0, PASS_SWEEP, 0, 1, 1, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 1, 0, PASS_GIVE_UP, 0, 0, 0, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 1, 0, PASS_GIVE_UP, 0, 0, 1, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 1, 0, PASS_GIVE_UP, 0, 1, 0, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 1, 0, PASS_GIVE_UP, 0, 1, 1, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 1, 1, PASS_PACKET, 0, 0, 0, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 1, 1, PASS_PACKET, 0, 0, 1, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 1, 1, PASS_PACKET, 0, 1, 0, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 1, 1, PASS_PACKET, 0, 1, 1, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 1, 1, PASS_MESSAGE, 0, 0, 0, 0, 0) : mark_missing_4();
            (0, 0, 0, 1, 1, PASS_MESSAGE, 0, 0, 0, 0, 1) : mark_missing_4_and_count_no_slot();
            (0, 0, 0, 1, 1, PASS_MESSAGE, 0, 0, 1, 0, 0) : mark_missing_4();
            (0, 0, 0, 1, 1, PASS_MESSAGE, 0, 0, 1, 0, 1) : mark_missing_4_and_count_no_slot();
            (0, 0, 0, 1, 1, PASS_MESSAGE, 0, 1, 0, 0, 0) : mark_missing_4();
            (0, 0, 0, 1, 1, PASS_MESSAGE, 0, 1, 0, 0, 1) : mark_missing_4_and_count_no_slot();
            (0, 0, 0, 1, 1, PASS_MESSAGE, 0, 1, 1, 0, 0) : mark_missing_4();
            (0, 0, 0, 1, 1, PASS_MESSAGE, 0, 1, 1, 0, 1) : mark_missing_4_and_count_no_slot();
            (0, 0, 0, 1, 1, PASS_COPY, 0, 0, 0, 0, 0) : mark_missing_4_and_set_mirror_due();
            (0, 0, 0, 1, 1, PASS_COPY, 0, 0, 1, 0, 0) : mark_missing_4_and_set_mirror_due();
            (0, 0, 0, 1, 1, PASS_COPY, 0, 1, 0, 0, 0) : mark_missing_4_and_set_mirror_due();
            (0, 0, 0, 1, 1, PASS_COPY, 0, 1, 1, 0, 0) : mark_missing_4_and_set_mirror_due();
            (0, 0, 0, 1, 1, PASS_COPY, 1, 0, 0, 0, 0) : mark_missing_4();
            (0, 0, 0, 1, 1, PASS_COPY, 1, 0, 1, 0, 0) : mark_missing_4();
            (0, 0, 0, 1, 1, PASS_COPY, 1, 1, 0, 0, 0) : mark_missing_4();
            (0, 0, 0, 1, 1, PASS_COPY, 1, 1, 1, 0, 0) : mark_missing_4();
            (0, 0, 0, 1, 1, PASS_SWEEP, 0, 0, 0, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 1, 1, PASS_SWEEP, 0, 0, 1, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 1, 1, PASS_SWEEP, 0, 1, 0, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 1, 1, PASS_SWEEP, 0, 1, 1, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 1, 1, PASS_GIVE_UP, 0, 0, 0, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 1, 1, PASS_GIVE_UP, 0, 0, 1, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 1, 1, PASS_GIVE_UP, 0, 1, 0, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 0, 0, 1, 1, PASS_GIVE_UP, 0, 1, 1, 0, 0) : mark_missing_4_and_set_mirror_epoch();
            (0, 1, 0, 0, 0, PASS_MESSAGE, 0, 0, 0, 0, 0) : mark_missing_4_and_count_grant_expired();
            (0, 1, 0, 0, 0, PASS_MESSAGE, 0, 0, 1, 0, 0) : mark_missing_4_and_count_grant_expired();
            (0, 1, 0, 0, 0, PASS_MESSAGE, 0, 1, 0, 0, 0) : mark_missing_4_and_count_grant_expired();
            (0, 1, 0, 0, 0, PASS_MESSAGE, 0, 1, 1, 0, 0) : mark_missing_4_and_count_grant_expired();
            (0, 1, 0, 0, 1, PASS_MESSAGE, 0, 0, 0, 0, 0) : mark_missing_4_and_count_grant_expired();
            (0, 1, 0, 0, 1, PASS_MESSAGE, 0, 0, 1, 0, 0) : mark_missing_4_and_count_grant_expired();
            (0, 1, 0, 0, 1, PASS_MESSAGE, 0, 1, 0, 0, 0) : mark_missing_4_and_count_grant_expired();
            (0, 1, 0, 0, 1, PASS_MESSAGE, 0, 1, 1, 0, 0) : mark_missing_4_and_count_grant_expired();
            (
                0,
                1,
                0,
                1,
                0,
                PASS_MESSAGE,
                0,
                0,
                0,
                0,
                0
            ) : mark_missing_4_and_mark_goes_again_and_1_more();
            (
                0,
                1,
                0,
                1,
                0,
                PASS_MESSAGE,
                0,
                0,
                1,
                0,
                0
            ) : mark_missing_4_and_mark_goes_again_and_1_more();
            (
                0,
                1,
                0,
                1,
                0,
                PASS_MESSAGE,
                0,
                1,
                0,
                0,
                0
            ) : mark_missing_4_and_mark_goes_again_and_1_more();
            (
                0,
                1,
                0,
                1,
                0,
                PASS_MESSAGE,
                0,
                1,
                1,
                0,
                0
            ) : mark_missing_4_and_mark_goes_again_and_1_more();
            (
                0,
                1,
                0,
                1,
                1,
                PASS_MESSAGE,
                0,
                0,
                0,
                0,
                0
            ) : mark_missing_4_and_mark_goes_again_and_1_more();
            (
                0,
                1,
                0,
                1,
                1,
                PASS_MESSAGE,
                0,
                0,
                1,
                0,
                0
            ) : mark_missing_4_and_mark_goes_again_and_1_more();
            (
                0,
                1,
                0,
                1,
                1,
                PASS_MESSAGE,
                0,
                1,
                0,
                0,
                0
            ) : mark_missing_4_and_mark_goes_again_and_1_more();
            (
                0,
                1,
                0,
                1,
                1,
                PASS_MESSAGE,
                0,
                1,
                1,
                0,
                0
            ) : mark_missing_4_and_mark_goes_again_and_1_more();
            (0, 1, 1, 0, 0, PASS_MESSAGE, 0, 0, 0, 1, 0) : mark_missing_4();
            (0, 1, 1, 0, 0, PASS_MESSAGE, 0, 0, 1, 1, 0) : mark_missing_4();
            (0, 1, 1, 0, 0, PASS_MESSAGE, 0, 1, 0, 1, 0) : mark_missing_4();
            (0, 1, 1, 0, 0, PASS_MESSAGE, 0, 1, 1, 1, 0) : mark_missing_4();
            (0, 1, 1, 0, 1, PASS_MESSAGE, 0, 0, 0, 1, 0) : mark_missing_4_and_mark_full();
            (0, 1, 1, 0, 1, PASS_MESSAGE, 0, 0, 1, 1, 0) : mark_missing_4_and_mark_full();
            (0, 1, 1, 0, 1, PASS_MESSAGE, 0, 1, 0, 1, 0) : mark_missing_4_and_mark_full();
            (0, 1, 1, 0, 1, PASS_MESSAGE, 0, 1, 1, 1, 0) : mark_missing_4_and_mark_full();
            (0, 1, 1, 1, 0, PASS_MESSAGE, 0, 0, 0, 1, 0) : mark_missing_4();
            (0, 1, 1, 1, 0, PASS_MESSAGE, 0, 0, 1, 1, 0) : mark_missing_4();
            (0, 1, 1, 1, 0, PASS_MESSAGE, 0, 1, 0, 1, 0) : mark_missing_4();
            (0, 1, 1, 1, 0, PASS_MESSAGE, 0, 1, 1, 1, 0) : mark_missing_4();
            (0, 1, 1, 1, 1, PASS_MESSAGE, 0, 0, 0, 1, 0) : mark_missing_4_and_mark_full();
            (0, 1, 1, 1, 1, PASS_MESSAGE, 0, 0, 1, 1, 0) : mark_missing_4_and_mark_full();
            (0, 1, 1, 1, 1, PASS_MESSAGE, 0, 1, 0, 1, 0) : mark_missing_4_and_mark_full();
            (0, 1, 1, 1, 1, PASS_MESSAGE, 0, 1, 1, 1, 0) : mark_missing_4_and_mark_full();
            (1, 0, 0, 0, 0, PASS_PACKET, 0, 0, 0, 0, 0) : set_mirror_epoch();
            (1, 0, 0, 0, 0, PASS_PACKET, 0, 0, 1, 0, 0) : set_mirror_epoch();
            (1, 0, 0, 0, 0, PASS_PACKET, 0, 1, 0, 0, 0) : set_mirror_epoch();
            (1, 0, 0, 0, 0, PASS_PACKET, 0, 1, 1, 0, 0) : set_mirror_epoch();
            (1, 0, 0, 0, 0, PASS_COPY, 0, 0, 0, 0, 0) : set_mirror_due_2();
            (1, 0, 0, 0, 0, PASS_COPY, 0, 0, 1, 0, 0) : set_mirror_due_2();
            (1, 0, 0, 0, 0, PASS_COPY, 0, 1, 0, 0, 0) : set_mirror_due_2();
            (1, 0, 0, 0, 0, PASS_COPY, 0, 1, 1, 0, 0) : set_mirror_due_2();
            (1, 0, 0, 0, 0, PASS_GIVE_UP, 0, 0, 0, 0, 0) : set_mirror_epoch();
            (1, 0, 0, 0, 0, PASS_GIVE_UP, 0, 0, 1, 0, 0) : set_mirror_epoch();
            (1, 0, 0, 0, 0, PASS_GIVE_UP, 0, 1, 0, 0, 0) : set_mirror_epoch();
            (1, 0, 0, 0, 0, PASS_GIVE_UP, 0, 1, 1, 0, 0) : set_mirror_epoch();
            (1, 0, 0, 0, 1, PASS_PACKET, 0, 0, 0, 0, 0) : set_mirror_epoch();
            (1, 0, 0, 0, 1, PASS_PACKET, 0, 0, 1, 0, 0) : set_mirror_epoch();
            (1, 0, 0, 0, 1, PASS_PACKET, 0, 1, 0, 0, 0) : set_mirror_epoch();
            (1, 0, 0, 0, 1, PASS_PACKET, 0, 1, 1, 0, 0) : set_mirror_epoch();
            (1, 0, 0, 0, 1, PASS_COPY, 0, 0, 0, 0, 0) : set_mirror_due_2();
            (1, 0, 0, 0, 1, PASS_COPY, 0, 0, 1, 0, 0) : set_mirror_due_2();
            (1, 0, 0, 0, 1, PASS_COPY, 0, 1, 0, 0, 0) : set_mirror_due_2();
            (1, 0, 0, 0, 1, PASS_COPY, 0, 1, 1, 0, 0) : set_mirror_due_2();
            (1, 0, 0, 0, 1, PASS_GIVE_UP, 0, 0, 0, 0, 0) : set_mirror_epoch();
            (1, 0, 0, 0, 1, PASS_GIVE_UP, 0, 0, 1, 0, 0) : set_mirror_epoch();
            (1, 0, 0, 0, 1, PASS_GIVE_UP, 0, 1, 0, 0, 0) : set_mirror_epoch();
            (1, 0, 0, 0, 1, PASS_GIVE_UP, 0, 1, 1, 0, 0) : set_mirror_epoch();
            (1, 0, 0, 1, 0, PASS_PACKET, 0, 0, 0, 0, 0) : set_mirror_epoch();
            (1, 0, 0, 1, 0, PASS_PACKET, 0, 0, 1, 0, 0) : set_mirror_epoch();
            (1, 0, 0, 1, 0, PASS_PACKET, 0, 1, 0, 0, 0) : set_mirror_epoch();
            (1, 0, 0, 1, 0, PASS_PACKET, 0, 1, 1, 0, 0) : set_mirror_epoch();
            (1, 0, 0, 1, 0, PASS_COPY, 0, 0, 0, 0, 0) : set_mirror_due_2();
            (1, 0, 0, 1, 0, PASS_COPY, 0, 0, 1, 0, 0) : set_mirror_due_2();
            (1, 0, 0, 1, 0, PASS_COPY, 0, 1, 0, 0, 0) : set_mirror_due_2();
            (1, 0, 0, 1, 0, PASS_COPY, 0, 1, 1, 0, 0) : set_mirror_due_2();
            (1, 0, 0, 1, 0, PASS_GIVE_UP, 0, 0, 0, 0, 0) : set_mirror_epoch();
            (1, 0, 0, 1, 0, PASS_GIVE_UP, 0, 0, 1, 0, 0) : set_mirror_epoch();
            (1, 0, 0, 1, 0, PASS_GIVE_UP, 0, 1, 0, 0, 0) : set_mirror_epoch();
            (1, 0, 0, 1, 0, PASS_GIVE_UP, 0, 1, 1, 0, 0) : set_mirror_epoch();
            (1, 0, 0, 1, 1, PASS_PACKET, 0, 0, 0, 0, 0) : set_mirror_epoch();
            (1, 0, 0, 1, 1, PASS_PACKET, 0, 0, 1, 0, 0) : set_mirror_epoch();
            (1, 0, 0, 1, 1, PASS_PACKET, 0, 1, 0, 0, 0) : set_mirror_epoch();
            (1, 0, 0, 1, 1, PASS_PACKET, 0, 1, 1, 0, 0) : set_mirror_epoch();
            (1, 0, 0, 1, 1, PASS_COPY, 0, 0, 0, 0, 0) : set_mirror_due_2();
            (1, 0, 0, 1, 1, PASS_COPY, 0, 0, 1, 0, 0) : set_mirror_due_2();
            (1, 0, 0, 1, 1, PASS_COPY, 0, 1, 0, 0, 0) : set_mirror_due_2();
            (1, 0, 0, 1, 1, PASS_COPY, 0, 1, 1, 0, 0) : set_mirror_due_2();
            (1, 0, 0, 1, 1, PASS_GIVE_UP, 0, 0, 0, 0, 0) : set_mirror_epoch();
            (1, 0, 0, 1, 1, PASS_GIVE_UP, 0, 0, 1, 0, 0) : set_mirror_epoch();
            (1, 0, 0, 1, 1, PASS_GIVE_UP, 0, 1, 0, 0, 0) : set_mirror_epoch();
            (1, 0, 0, 1, 1, PASS_GIVE_UP, 0, 1, 1, 0, 0) : set_mirror_epoch();
            (1, 1, 0, 0, 0, PASS_MESSAGE, 0, 0, 0, 0, 0) : count_grant_expired();
            (1, 1, 0, 0, 0, PASS_MESSAGE, 0, 0, 1, 0, 0) : count_grant_expired();
            (1, 1, 0, 0, 0, PASS_MESSAGE, 0, 1, 0, 0, 0) : count_grant_expired();
            (1, 1, 0, 0, 0, PASS_MESSAGE, 0, 1, 1, 0, 0) : count_grant_expired();
            (1, 1, 0, 0, 1, PASS_MESSAGE, 0, 0, 0, 0, 0) : count_grant_expired();
            (1, 1, 0, 0, 1, PASS_MESSAGE, 0, 0, 1, 0, 0) : count_grant_expired();
            (1, 1, 0, 0, 1, PASS_MESSAGE, 0, 1, 0, 0, 0) : count_grant_expired();
            (1, 1, 0, 0, 1, PASS_MESSAGE, 0, 1, 1, 0, 0) : count_grant_expired();
            (
                1,
                1,
                0,
                1,
                0,
                PASS_MESSAGE,
                0,
                0,
                0,
                0,
                0
            ) : mark_goes_again_and_count_grant_expired();
            (1, 1, 0, 1, 0, PASS_MESSAGE, 0, 0, 0, 1, 0) : mark_goes_again();
            (
                1,
                1,
                0,
                1,
                0,
                PASS_MESSAGE,
                0,
                0,
                1,
                0,
                0
            ) : mark_goes_again_and_count_grant_expired();
            (1, 1, 0, 1, 0, PASS_MESSAGE, 0, 0, 1, 1, 0) : mark_goes_again();
            (
                1,
                1,
                0,
                1,
                0,
                PASS_MESSAGE,
                0,
                1,
                0,
                0,
                0
            ) : mark_goes_again_and_count_grant_expired();
            (1, 1, 0, 1, 0, PASS_MESSAGE, 0, 1, 0, 1, 0) : mark_goes_again();
            (
                1,
                1,
                0,
                1,
                0,
                PASS_MESSAGE,
                0,
                1,
                1,
                0,
                0
            ) : mark_goes_again_and_count_grant_expired();
            (1, 1, 0, 1, 0, PASS_MESSAGE, 0, 1, 1, 1, 0) : mark_goes_again();
            (
                1,
                1,
                0,
                1,
                1,
                PASS_MESSAGE,
                0,
                0,
                0,
                0,
                0
            ) : mark_goes_again_and_count_grant_expired();
            (1, 1, 0, 1, 1, PASS_MESSAGE, 0, 0, 0, 1, 0) : mark_goes_again();
            (
                1,
                1,
                0,
                1,
                1,
                PASS_MESSAGE,
                0,
                0,
                1,
                0,
                0
            ) : mark_goes_again_and_count_grant_expired();
            (1, 1, 0, 1, 1, PASS_MESSAGE, 0, 0, 1, 1, 0) : mark_goes_again();
            (
                1,
                1,
                0,
                1,
                1,
                PASS_MESSAGE,
                0,
                1,
                0,
                0,
                0
            ) : mark_goes_again_and_count_grant_expired();
            (1, 1, 0, 1, 1, PASS_MESSAGE, 0, 1, 0, 1, 0) : mark_goes_again();
            (
                1,
                1,
                0,
                1,
                1,
                PASS_MESSAGE,
                0,
                1,
                1,
                0,
                0
            ) : mark_goes_again_and_count_grant_expired();
            (1, 1, 0, 1, 1, PASS_MESSAGE, 0, 1, 1, 1, 0) : mark_goes_again();
        }
        size = 216;
    }

    action count_refused_for_good() {
        ig_md.counters_3_e_index = COUNT_REFUSED_FOR_GOOD;
    }

    action count_other_epoch() {
        counters_3_d.count(COUNT_OTHER_EPOCH);
    }

    action count_other_epoch_and_1_more() {
        counters_3_d.count(COUNT_OTHER_EPOCH);
        ig_md.counters_3_e_index = COUNT_REFUSED_FOR_GOOD;
    }

    action count_ack_old_epoch() {
        counters_3_d.count(COUNT_ACK_OLD_EPOCH);
    }

    table decisions_3_c {
        key = {
            ig_md.is_ack       : exact;
            ig_md.hit          : exact;
            ig_md.epoch_same   : exact;
            ig_md.is_mine      : exact;
            ig_md.message_kind : exact;
            ig_md.is_refusal   : exact;
            ig_md.ends_lease   : exact;
        }
        actions = {
            count_refused_for_good;
            count_other_epoch;
            count_other_epoch_and_1_more;
            count_ack_old_epoch;
            @defaultonly NoAction;
        }
        const default_action = NoAction();
        const entries = {
            (0, 0, 0, 1, KIND_REFUSE, 1, 1) : count_refused_for_good();
            (0, 0, 1, 1, KIND_REFUSE, 1, 1) : count_refused_for_good();
            (0, 1, 0, 1, 0, 0, 0) : count_other_epoch();
            (0, 1, 0, 1, 0, 0, 1) : count_other_epoch();
            (0, 1, 0, 1, KIND_LEASE_REQUEST, 0, 0) : count_other_epoch();
            (0, 1, 0, 1, KIND_LEASE_REQUEST, 0, 1) : count_other_epoch();
            (0, 1, 0, 1, KIND_WRITE, 0, 0) : count_other_epoch();
            (0, 1, 0, 1, KIND_WRITE, 0, 1) : count_other_epoch();
            (0, 1, 0, 1, KIND_HOLD, 0, 0) : count_other_epoch();
            (0, 1, 0, 1, KIND_HOLD, 0, 1) : count_other_epoch();
            (0, 1, 0, 1, KIND_RENEW, 0, 0) : count_other_epoch();
            (0, 1, 0, 1, KIND_RENEW, 0, 1) : count_other_epoch();
            (0, 1, 0, 1, KIND_RENEW_ACK, 0, 0) : count_other_epoch();
            (0, 1, 0, 1, KIND_RENEW_ACK, 0, 1) : count_other_epoch();
            (0, 1, 0, 1, KIND_GIVE_UP, 0, 0) : count_other_epoch();
            (0, 1, 0, 1, KIND_GIVE_UP, 0, 1) : count_other_epoch();
            (0, 1, 0, 1, KIND_GIVE_UP_ACK, 0, 0) : count_other_epoch();
            (0, 1, 0, 1, KIND_GIVE_UP_ACK, 0, 1) : count_other_epoch();
            (0, 1, 0, 1, KIND_RECALL, 0, 0) : count_other_epoch();
            (0, 1, 0, 1, KIND_RECALL, 0, 1) : count_other_epoch();
            (0, 1, 0, 1, KIND_SNAPSHOT_SLOTS, 0, 0) : count_other_epoch();
            (0, 1, 0, 1, KIND_SNAPSHOT_SLOTS, 0, 1) : count_other_epoch();
            (0, 1, 0, 1, KIND_SNAPSHOT_ACK, 0, 0) : count_other_epoch();
            (0, 1, 0, 1, KIND_SNAPSHOT_ACK, 0, 1) : count_other_epoch();
            (0, 1, 0, 1, KIND_REFUSE, 1, 0) : count_other_epoch();
            (0, 1, 0, 1, KIND_REFUSE, 1, 1) : count_other_epoch_and_1_more();
            (0, 1, 1, 1, KIND_REFUSE, 1, 1) : count_refused_for_good();
            (1, 1, 0, 1, KIND_WRITE_ACK, 0, 0) : count_ack_old_epoch();
            (1, 1, 0, 1, KIND_WRITE_ACK, 0, 1) : count_ack_old_epoch();
        }
        size = 29;
    }

    action set_fate() {
        ig_md.fate = FATE_INSERTS;
    }

    action set_fate_2() {
        ig_md.fate = FATE_LEAVES;
    }

    action set_fate_3() {
        ig_md.fate = FATE_LEAVES;
    }

    action set_mirror_wait_2(bit<32> resend_max) {
        hdr.bridge.wait = resend_max;
    }

    table set_mirror_wait_2_settings {
        actions = {
            set_mirror_wait_2;
        }
        default_action = set_mirror_wait_2(DEFAULT_RESEND_MAX);
        size = 1;
    }

    action set_mirror_wait_3() {
        hdr.bridge.wait = hdr.copy.wait + hdr.copy.wait;
    }

    action set_fate_and_count_reprocessed() {
        ig_md.counters_4_b_index = COUNT_REPROCESSED;
        ig_md.fate = FATE_GOES_AGAIN;
    }

    action count_grant_renounced() {
        counters_4_a.count(COUNT_GRANT_RENOUNCED);
    }

    action set_fate_and_count_grant_renounced_and_1_more() {
        counters_4_a.count(COUNT_GRANT_RENOUNCED);
        ig_md.counters_4_b_index = COUNT_REPROCESSED;
        ig_md.fate = FATE_GOES_AGAIN;
    }

    action mark_same_epoch_4() {
        ig_md.same_epoch_4 = 1;
    }

    action mark_same_epoch_4_and_set_fate_and_1_more() {
        ig_md.counters_4_b_index = COUNT_REPROCESSED;
        ig_md.same_epoch_4 = 1;
        ig_md.fate = FATE_GOES_AGAIN;
    }

    action mark_same_epoch_4_and_1_more() {
        counters_4_a.count(COUNT_GRANT_RENOUNCED);
        ig_md.same_epoch_4 = 1;
    }

    action mark_same_epoch_4_and_set_fate_and_2_more() {
        counters_4_a.count(COUNT_GRANT_RENOUNCED);
        ig_md.counters_4_b_index = COUNT_REPROCESSED;
        ig_md.same_epoch_4 = 1;
        ig_md.fate = FATE_GOES_AGAIN;
    }

    action mark_same_epoch_4_and_mark_acks_and_1_more() {
        ig_md.same_epoch_4 = 1;
        ig_md.acks = 1;
        ig_md.extends_3 = 1;
    }

    action mark_same_epoch_4_and_mark_acks() {
        ig_md.same_epoch_4 = 1;
        ig_md.acks = 1;
    }

    action mark_same_epoch_4_and_mark_extends_3() {
        ig_md.same_epoch_4 = 1;
        ig_md.extends_3 = 1;
    }

    action mark_same_epoch_4_and_1_more_2() {
        counters_4_a.count(COUNT_GIVE_UP_CONFIRMED);
        ig_md.same_epoch_4 = 1;
    }

    action mark_same_epoch_4_and_count_recalled() {
        counters_4_a.count(COUNT_RECALLED);
        ig_md.same_epoch_4 = 1;
    }

    table decisions_4_a {
        key = {
            ig_md.same_epoch_6   : exact;
            ig_md.message_kind   : exact;
            ig_md.same_epoch_3   : exact;
            ig_md.renounced_read : exact;
            ig_md.goes_again     : exact;
            ig_md.same_epoch     : exact;
        }
        actions = {
            set_fate_and_count_reprocessed;
            count_grant_renounced;
            set_fate_and_count_grant_renounced_and_1_more;
            mark_same_epoch_4;
            mark_same_epoch_4_and_set_fate_and_1_more;
            mark_same_epoch_4_and_1_more;
            mark_same_epoch_4_and_set_fate_and_2_more;
            mark_same_epoch_4_and_mark_acks_and_1_more;
            mark_same_epoch_4_and_mark_acks;
            mark_same_epoch_4_and_mark_extends_3;
            mark_same_epoch_4_and_1_more_2;
            mark_same_epoch_4_and_count_recalled;
            @defaultonly NoAction;
        }
        const default_action = NoAction();
        const entries = {
            (0, KIND_GRANT, 0, 0, 1, 0) : set_fate_and_count_reprocessed();
            (0, KIND_GRANT, 0, 0, 1, 1) : set_fate_and_count_reprocessed();
            (0, KIND_GRANT, 0, 1, 0, 1) : count_grant_renounced();
            (0, KIND_GRANT, 0, 1, 1, 0) : set_fate_and_count_reprocessed();
            (0, KIND_GRANT, 0, 1, 1, 1) : set_fate_and_count_grant_renounced_and_1_more();
            (0, KIND_GRANT, 0, 2, 0, 1) : count_grant_renounced();
            (0, KIND_GRANT, 0, 2, 1, 0) : set_fate_and_count_reprocessed();
            (0, KIND_GRANT, 0, 2, 1, 1) : set_fate_and_count_grant_renounced_and_1_more();
            (1, 0, 0, 0, 0, 0) : mark_same_epoch_4();
            (1, 0, 0, 1, 0, 0) : mark_same_epoch_4();
            (1, 0, 0, 2, 0, 0) : mark_same_epoch_4();
            (1, 0, 1, 0, 0, 0) : mark_same_epoch_4();
            (1, 0, 1, 1, 0, 0) : mark_same_epoch_4();
            (1, 0, 1, 2, 0, 0) : mark_same_epoch_4();
            (1, KIND_LEASE_REQUEST, 0, 0, 0, 0) : mark_same_epoch_4();
            (1, KIND_LEASE_REQUEST, 0, 1, 0, 0) : mark_same_epoch_4();
            (1, KIND_LEASE_REQUEST, 0, 2, 0, 0) : mark_same_epoch_4();
            (1, KIND_LEASE_REQUEST, 1, 0, 0, 0) : mark_same_epoch_4();
            (1, KIND_LEASE_REQUEST, 1, 1, 0, 0) : mark_same_epoch_4();
            (1, KIND_LEASE_REQUEST, 1, 2, 0, 0) : mark_same_epoch_4();
            (1, KIND_GRANT, 0, 0, 0, 0) : mark_same_epoch_4();
            (1, KIND_GRANT, 0, 0, 0, 1) : mark_same_epoch_4();
            (1, KIND_GRANT, 0, 0, 1, 0) : mark_same_epoch_4_and_set_fate_and_1_more();
            (1, KIND_GRANT, 0, 0, 1, 1) : mark_same_epoch_4_and_set_fate_and_1_more();
            (1, KIND_GRANT, 0, 1, 0, 0) : mark_same_epoch_4();
            (1, KIND_GRANT, 0, 1, 0, 1) : mark_same_epoch_4_and_1_more();
            (1, KIND_GRANT, 0, 1, 1, 0) : mark_same_epoch_4_and_set_fate_and_1_more();
            (1, KIND_GRANT, 0, 1, 1, 1) : mark_same_epoch_4_and_set_fate_and_2_more();
            (1, KIND_GRANT, 0, 2, 0, 0) : mark_same_epoch_4();
            (1, KIND_GRANT, 0, 2, 0, 1) : mark_same_epoch_4_and_1_more();
            (1, KIND_GRANT, 0, 2, 1, 0) : mark_same_epoch_4_and_set_fate_and_1_more();
            (1, KIND_GRANT, 0, 2, 1, 1) : mark_same_epoch_4_and_set_fate_and_2_more();
            (1, KIND_WRITE, 0, 0, 0, 0) : mark_same_epoch_4();
            (1, KIND_WRITE, 0, 1, 0, 0) : mark_same_epoch_4();
            (1, KIND_WRITE, 0, 2, 0, 0) : mark_same_epoch_4();
            (1, KIND_WRITE, 1, 0, 0, 0) : mark_same_epoch_4();
            (1, KIND_WRITE, 1, 1, 0, 0) : mark_same_epoch_4();
            (1, KIND_WRITE, 1, 2, 0, 0) : mark_same_epoch_4();
            (1, KIND_WRITE_ACK, 0, 0, 0, 0) : mark_same_epoch_4();
            (1, KIND_WRITE_ACK, 0, 1, 0, 0) : mark_same_epoch_4();
            (1, KIND_WRITE_ACK, 0, 2, 0, 0) : mark_same_epoch_4();
            (1, KIND_WRITE_ACK, 1, 0, 0, 0) : mark_same_epoch_4_and_mark_acks_and_1_more();
            (1, KIND_WRITE_ACK, 1, 1, 0, 0) : mark_same_epoch_4_and_mark_acks();
            (1, KIND_WRITE_ACK, 1, 2, 0, 0) : mark_same_epoch_4_and_mark_acks();
            (1, KIND_HOLD, 0, 0, 0, 0) : mark_same_epoch_4();
            (1, KIND_HOLD, 0, 1, 0, 0) : mark_same_epoch_4();
            (1, KIND_HOLD, 0, 2, 0, 0) : mark_same_epoch_4();
            (1, KIND_HOLD, 1, 0, 0, 0) : mark_same_epoch_4();
            (1, KIND_HOLD, 1, 1, 0, 0) : mark_same_epoch_4();
            (1, KIND_HOLD, 1, 2, 0, 0) : mark_same_epoch_4();
            (1, KIND_RENEW, 0, 0, 0, 0) : mark_same_epoch_4();
            (1, KIND_RENEW, 0, 1, 0, 0) : mark_same_epoch_4();
            (1, KIND_RENEW, 0, 2, 0, 0) : mark_same_epoch_4();
            (1, KIND_RENEW, 1, 0, 0, 0) : mark_same_epoch_4();
            (1, KIND_RENEW, 1, 1, 0, 0) : mark_same_epoch_4();
            (1, KIND_RENEW, 1, 2, 0, 0) : mark_same_epoch_4();
            (1, KIND_RENEW_ACK, 0, 0, 0, 0) : mark_same_epoch_4();
            (1, KIND_RENEW_ACK, 0, 1, 0, 0) : mark_same_epoch_4();
            (1, KIND_RENEW_ACK, 0, 2, 0, 0) : mark_same_epoch_4();
            (1, KIND_RENEW_ACK, 1, 0, 0, 0) : mark_same_epoch_4_and_mark_extends_3();
            (1, KIND_RENEW_ACK, 1, 1, 0, 0) : mark_same_epoch_4();
            (1, KIND_RENEW_ACK, 1, 2, 0, 0) : mark_same_epoch_4();
            (1, KIND_GIVE_UP, 0, 0, 0, 0) : mark_same_epoch_4();
            (1, KIND_GIVE_UP, 0, 1, 0, 0) : mark_same_epoch_4();
            (1, KIND_GIVE_UP, 0, 2, 0, 0) : mark_same_epoch_4();
            (1, KIND_GIVE_UP, 1, 0, 0, 0) : mark_same_epoch_4();
            (1, KIND_GIVE_UP, 1, 1, 0, 0) : mark_same_epoch_4();
            (1, KIND_GIVE_UP, 1, 2, 0, 0) : mark_same_epoch_4();
            (1, KIND_GIVE_UP_ACK, 0, 0, 0, 0) : mark_same_epoch_4();
            (1, KIND_GIVE_UP_ACK, 0, 1, 0, 0) : mark_same_epoch_4();
            (1, KIND_GIVE_UP_ACK, 0, 2, 0, 0) : mark_same_epoch_4();
            (1, KIND_GIVE_UP_ACK, 1, 0, 0, 0) : mark_same_epoch_4_and_1_more_2();
            (1, KIND_GIVE_UP_ACK, 1, 1, 0, 0) : mark_same_epoch_4_and_1_more_2();
            (1, KIND_GIVE_UP_ACK, 1, 2, 0, 0) : mark_same_epoch_4_and_1_more_2();
            (1, KIND_RECALL, 0, 0, 0, 0) : mark_same_epoch_4();
            (1, KIND_RECALL, 0, 1, 0, 0) : mark_same_epoch_4();
            (1, KIND_RECALL, 0, 2, 0, 0) : mark_same_epoch_4();
            (1, KIND_RECALL, 1, 0, 0, 0) : mark_same_epoch_4_and_count_recalled();
            (1, KIND_RECALL, 1, 1, 0, 0) : mark_same_epoch_4_and_count_recalled();
            (1, KIND_RECALL, 1, 2, 0, 0) : mark_same_epoch_4_and_count_recalled();
            (1, KIND_SNAPSHOT_SLOTS, 0, 0, 0, 0) : mark_same_epoch_4();
            (1, KIND_SNAPSHOT_SLOTS, 0, 1, 0, 0) : mark_same_epoch_4();
            (1, KIND_SNAPSHOT_SLOTS, 0, 2, 0, 0) : mark_same_epoch_4();
            (1, KIND_SNAPSHOT_SLOTS, 1, 0, 0, 0) : mark_same_epoch_4();
            (1, KIND_SNAPSHOT_SLOTS, 1, 1, 0, 0) : mark_same_epoch_4();
            (1, KIND_SNAPSHOT_SLOTS, 1, 2, 0, 0) : mark_same_epoch_4();
            (1, KIND_SNAPSHOT_ACK, 0, 0, 0, 0) : mark_same_epoch_4();
            (1, KIND_SNAPSHOT_ACK, 0, 1, 0, 0) : mark_same_epoch_4();
            (1, KIND_SNAPSHOT_ACK, 0, 2, 0, 0) : mark_same_epoch_4();
            (1, KIND_SNAPSHOT_ACK, 1, 0, 0, 0) : mark_same_epoch_4();
            (1, KIND_SNAPSHOT_ACK, 1, 1, 0, 0) : mark_same_epoch_4();
            (1, KIND_SNAPSHOT_ACK, 1, 2, 0, 0) : mark_same_epoch_4();
            (1, KIND_REFUSE, 0, 0, 0, 0) : mark_same_epoch_4();
            (1, KIND_REFUSE, 0, 1, 0, 0) : mark_same_epoch_4();
            (1, KIND_REFUSE, 0, 2, 0, 0) : mark_same_epoch_4();
            (1, KIND_REFUSE, 1, 0, 0, 0) : mark_same_epoch_4();
            (1, KIND_REFUSE, 1, 1, 0, 0) : mark_same_epoch_4();
            (1, KIND_REFUSE, 1, 2, 0, 0) : mark_same_epoch_4();
        }
        size = 98;
    }

    action mark_holds_2() {
        ig_md.holds_2 = 1;
    }

    action mark_holds_2_and_count_table_full() {
        counters_4_c.count(COUNT_TABLE_FULL);
        ig_md.holds_2 = 1;
    }

    action mark_holds_2_and_count_grant_installed() {
        counters_4_c.count(COUNT_GRANT_INSTALLED);
        ig_md.holds_2 = 1;
    }

    action count_grant_installed() {
        counters_4_c.count(COUNT_GRANT_INSTALLED);
    }

    action mark_matters_and_mark_holds_2() {
        ig_md.matters = 1;
        ig_md.holds_2 = 1;
    }

    action mark_matters() {
        ig_md.matters = 1;
    }

    table decisions_4_b {
        key = {
            hdr.bridge.pass      : exact;
            ig_md.hit            : exact;
            ig_md.epoch_same     : exact;
            ig_md.renounced_read : exact;
            ig_md.missing_4      : exact;
            ig_md.installs       : exact;
            ig_md.full           : exact;
        }
        actions = {
            mark_holds_2;
            mark_holds_2_and_count_table_full;
            mark_holds_2_and_count_grant_installed;
            count_grant_installed;
            mark_matters_and_mark_holds_2;
            mark_matters;
            @defaultonly NoAction;
        }
        const default_action = NoAction();
        const entries = {
            (PASS_PACKET, 0, 0, 0, 1, 0, 0) : mark_holds_2();
            (PASS_PACKET, 0, 0, 1, 1, 0, 0) : mark_holds_2();
            (PASS_PACKET, 0, 0, 2, 1, 0, 0) : mark_holds_2();
            (PASS_PACKET, 0, 1, 0, 1, 0, 0) : mark_holds_2();
            (PASS_PACKET, 0, 1, 1, 1, 0, 0) : mark_holds_2();
            (PASS_PACKET, 0, 1, 2, 1, 0, 0) : mark_holds_2();
            (PASS_PACKET, 1, 0, 0, 0, 0, 0) : mark_holds_2();
            (PASS_PACKET, 1, 0, 0, 1, 0, 0) : mark_holds_2();
            (PASS_PACKET, 1, 0, 1, 1, 0, 0) : mark_holds_2();
            (PASS_PACKET, 1, 0, 2, 1, 0, 0) : mark_holds_2();
            (PASS_PACKET, 1, 1, 0, 0, 0, 0) : mark_holds_2();
            (PASS_PACKET, 1, 1, 0, 1, 0, 0) : mark_holds_2();
            (PASS_PACKET, 1, 1, 1, 1, 0, 0) : mark_holds_2();
            (PASS_PACKET, 1, 1, 2, 1, 0, 0) : mark_holds_2();
            (PASS_MESSAGE, 0, 0, 0, 1, 0, 0) : mark_holds_2();
            (PASS_MESSAGE, 0, 0, 0, 1, 0, 1) : mark_holds_2_and_count_table_full();
            (PASS_MESSAGE, 0, 0, 1, 1, 0, 0) : mark_holds_2();
            (PASS_MESSAGE, 0, 0, 1, 1, 0, 1) : mark_holds_2_and_count_table_full();
            (PASS_MESSAGE, 0, 0, 2, 1, 0, 0) : mark_holds_2();
            (PASS_MESSAGE, 0, 0, 2, 1, 0, 1) : mark_holds_2_and_count_table_full();
            (PASS_MESSAGE, 0, 1, 0, 1, 0, 0) : mark_holds_2();
            (PASS_MESSAGE, 0, 1, 0, 1, 0, 1) : mark_holds_2_and_count_table_full();
            (PASS_MESSAGE, 0, 1, 1, 1, 0, 0) : mark_holds_2();
            (PASS_MESSAGE, 0, 1, 1, 1, 0, 1) : mark_holds_2_and_count_table_full();
            (PASS_MESSAGE, 0, 1, 2, 1, 0, 0) : mark_holds_2();
            (PASS_MESSAGE, 0, 1, 2, 1, 0, 1) : mark_holds_2_and_count_table_full();
            (PASS_MESSAGE, 1, 0, 0, 0, 0, 0) : mark_holds_2();
            (PASS_MESSAGE, 1, 0, 0, 0, 1, 0) : mark_holds_2_and_count_grant_installed();
            (PASS_MESSAGE, 1, 0, 0, 1, 0, 0) : mark_holds_2();
            (PASS_MESSAGE, 1, 0, 1, 0, 1, 0) : count_grant_installed();
            (PASS_MESSAGE, 1, 0, 1, 1, 0, 0) : mark_holds_2();
            (PASS_MESSAGE, 1, 0, 2, 0, 1, 0) : count_grant_installed();
            (PASS_MESSAGE, 1, 0, 2, 1, 0, 0) : mark_holds_2();
            (PASS_MESSAGE, 1, 1, 0, 0, 0, 0) : mark_holds_2();
            (PASS_MESSAGE, 1, 1, 0, 0, 1, 0) : mark_holds_2_and_count_grant_installed();
            (PASS_MESSAGE, 1, 1, 0, 1, 0, 0) : mark_holds_2();
            (PASS_MESSAGE, 1, 1, 1, 0, 1, 0) : count_grant_installed();
            (PASS_MESSAGE, 1, 1, 1, 1, 0, 0) : mark_holds_2();
            (PASS_MESSAGE, 1, 1, 2, 0, 1, 0) : count_grant_installed();
            (PASS_MESSAGE, 1, 1, 2, 1, 0, 0) : mark_holds_2();
            (PASS_COPY, 0, 0, 0, 1, 0, 0) : mark_holds_2();
            (PASS_COPY, 0, 0, 1, 1, 0, 0) : mark_holds_2();
            (PASS_COPY, 0, 0, 2, 1, 0, 0) : mark_holds_2();
            (PASS_COPY, 0, 1, 0, 1, 0, 0) : mark_holds_2();
            (PASS_COPY, 0, 1, 1, 1, 0, 0) : mark_holds_2();
            (PASS_COPY, 0, 1, 2, 1, 0, 0) : mark_holds_2();
            (PASS_COPY, 1, 0, 0, 0, 0, 0) : mark_holds_2();
            (PASS_COPY, 1, 1, 0, 0, 0, 0) : mark_matters_and_mark_holds_2();
            (PASS_COPY, 1, 1, 1, 0, 0, 0) : mark_matters();
            (PASS_SWEEP, 0, 0, 0, 1, 0, 0) : mark_holds_2();
            (PASS_SWEEP, 0, 0, 1, 1, 0, 0) : mark_holds_2();
            (PASS_SWEEP, 0, 0, 2, 1, 0, 0) : mark_holds_2();
            (PASS_SWEEP, 0, 1, 0, 1, 0, 0) : mark_holds_2();
            (PASS_SWEEP, 0, 1, 1, 1, 0, 0) : mark_holds_2();
            (PASS_SWEEP, 0, 1, 2, 1, 0, 0) : mark_holds_2();
            (PASS_SWEEP, 1, 0, 0, 1, 0, 0) : mark_holds_2();
            (PASS_SWEEP, 1, 0, 1, 1, 0, 0) : mark_holds_2();
            (PASS_SWEEP, 1, 0, 2, 1, 0, 0) : mark_holds_2();
            (PASS_SWEEP, 1, 1, 0, 1, 0, 0) : mark_holds_2();
            (PASS_SWEEP, 1, 1, 1, 1, 0, 0) : mark_holds_2();
            (PASS_SWEEP, 1, 1, 2, 1, 0, 0) : mark_holds_2();
            (PASS_GIVE_UP, 0, 0, 0, 1, 0, 0) : mark_holds_2();
            (PASS_GIVE_UP, 0, 0, 1, 1, 0, 0) : mark_holds_2();
            (PASS_GIVE_UP, 0, 0, 2, 1, 0, 0) : mark_holds_2();
            (PASS_GIVE_UP, 0, 1, 0, 1, 0, 0) : mark_holds_2();
            (PASS_GIVE_UP, 0, 1, 1, 1, 0, 0) : mark_holds_2();
            (PASS_GIVE_UP, 0, 1, 2, 1, 0, 0) : mark_holds_2();
            (PASS_GIVE_UP, 1, 0, 0, 0, 0, 0) : mark_holds_2();
            (PASS_GIVE_UP, 1, 1, 0, 0, 0, 0) : mark_holds_2();
        }
        size = 69;
    }

    action mark_renounces() {
        ig_md.renounces = 1;
    }

    action mark_renounces_3() {
        ig_md.renounces_3 = 1;
    }

    table decisions_4_c {
        key = {
            hdr.bridge.pass              : exact;
            ig_md.hit                    : exact;
            ig_md.mirror_depth_is_before : exact;
            ig_md.renounced_replace      : exact;
            ig_md.tries                  : exact;
        }
        actions = {
            mark_renounces;
            mark_renounces_3;
            @defaultonly NoAction;
        }
        const default_action = NoAction();
        const entries = {
            (PASS_MESSAGE, 1, 1, 0, 1) : mark_renounces();
            (PASS_GIVE_UP, 1, 1, 0, 0) : mark_renounces_3();
        }
        size = 2;
    }

    action mark_extends() {
        ig_md.extends = 1;
    }

    action advance_seq() {
        ig_md.seq_advance = seq_advance.execute(ig_md.slot);
    }

    action put_seq() {
        seq_put.execute(ig_md.slot);
    }

    action is_before_seq() {
        ig_md.seq_is_before = seq_is_before.execute(ig_md.slot);
    }

    action read_seq() {
        ig_md.seq_read = seq_read.execute(ig_md.slot);
    }

    table seq_access {
        key = {
            ig_md.has_ports              : exact;
            ig_md.hit                    : exact;
            ig_md.deadline_is_after      : exact;
            ig_md.mirror_depth_is_before : exact;
            ig_md.installs               : exact;
            hdr.bridge.pass              : exact;
            ig_md.message_kind           : exact;
        }
        actions = {
            is_before_seq;
            put_seq;
            advance_seq;
            @defaultonly read_seq;
        }
        const default_action = read_seq();
        const entries = {
            (0, 0, 0, 0, 0, PASS_MESSAGE, KIND_WRITE_ACK) : is_before_seq();
            (0, 0, 0, 1, 0, PASS_MESSAGE, KIND_WRITE_ACK) : is_before_seq();
            (0, 0, 1, 0, 0, PASS_MESSAGE, KIND_WRITE_ACK) : is_before_seq();
            (0, 0, 1, 1, 0, PASS_MESSAGE, KIND_WRITE_ACK) : is_before_seq();
            (0, 1, 0, 0, 0, PASS_MESSAGE, KIND_WRITE_ACK) : is_before_seq();
            (0, 1, 0, 0, 1, PASS_MESSAGE, KIND_GRANT) : put_seq();
            (0, 1, 0, 1, 0, PASS_MESSAGE, KIND_WRITE_ACK) : is_before_seq();
            (0, 1, 0, 1, 1, PASS_MESSAGE, KIND_GRANT) : put_seq();
            (0, 1, 1, 0, 0, PASS_MESSAGE, KIND_WRITE_ACK) : is_before_seq();
            (0, 1, 1, 0, 1, PASS_MESSAGE, KIND_GRANT) : put_seq();
            (0, 1, 1, 1, 0, PASS_MESSAGE, KIND_WRITE_ACK) : is_before_seq();
            (0, 1, 1, 1, 1, PASS_MESSAGE, KIND_GRANT) : put_seq();
            (1, 1, 1, 1, 0, PASS_PACKET, 0) : advance_seq();
            (1, 1, 1, 1, 0, PASS_PACKET, KIND_LEASE_REQUEST) : advance_seq();
            (1, 1, 1, 1, 0, PASS_PACKET, KIND_GRANT) : advance_seq();
            (1, 1, 1, 1, 0, PASS_PACKET, KIND_WRITE) : advance_seq();
            (1, 1, 1, 1, 0, PASS_PACKET, KIND_WRITE_ACK) : advance_seq();
            (1, 1, 1, 1, 0, PASS_PACKET, KIND_HOLD) : advance_seq();
            (1, 1, 1, 1, 0, PASS_PACKET, KIND_RELEASE) : advance_seq();
            (1, 1, 1, 1, 0, PASS_PACKET, KIND_RENEW) : advance_seq();
            (1, 1, 1, 1, 0, PASS_PACKET, KIND_RENEW_ACK) : advance_seq();
            (1, 1, 1, 1, 0, PASS_PACKET, KIND_GIVE_UP) : advance_seq();
            (1, 1, 1, 1, 0, PASS_PACKET, KIND_GIVE_UP_ACK) : advance_seq();
            (1, 1, 1, 1, 0, PASS_PACKET, KIND_RECALL) : advance_seq();
            (1, 1, 1, 1, 0, PASS_PACKET, KIND_SNAPSHOT_SLOTS) : advance_seq();
            (1, 1, 1, 1, 0, PASS_PACKET, KIND_SNAPSHOT_ACK) : advance_seq();
            (1, 1, 1, 1, 0, PASS_PACKET, KIND_REFUSE) : advance_seq();
        }
        size = 27;
    }

    action count_up_state_0() {
        ig_md.state_0_count_up = state_0_count_up.execute(ig_md.slot);
    }

    action put_state_0() {
        state_0_put.execute(ig_md.slot);
    }

    table state_0_access {
        key = {
            ig_md.has_ports              : exact;
            ig_md.hit                    : exact;
            ig_md.deadline_is_after      : exact;
            ig_md.mirror_depth_is_before : exact;
            ig_md.installs               : exact;
        }
        actions = {
            put_state_0;
            count_up_state_0;
            @defaultonly NoAction;
        }
        const default_action = NoAction();
        const entries = {
            (0, 1, 0, 0, 1) : put_state_0();
            (0, 1, 0, 1, 1) : put_state_0();
            (0, 1, 1, 0, 1) : put_state_0();
            (0, 1, 1, 1, 1) : put_state_0();
            (1, 1, 1, 1, 0) : count_up_state_0();
        }
        size = 5;
    }

    action mark_live() {
        ig_md.live = 1;
    }

    action mark_reminds_2() {
        ig_md.reminds_2 = 1;
    }

    action mark_reminds_2_and_mark_live() {
        ig_md.reminds_2 = 1;
        ig_md.live = 1;
    }

    table decisions_5_a {
        key = {
            ig_md.same_epoch_4      : exact;
            ig_md.message_kind      : exact;
            ig_md.renounced_read    : exact;
            ig_md.has_ports         : exact;
            ig_md.hit               : exact;
            ig_md.deadline_is_after : exact;
        }
        actions = {
            mark_live;
            mark_reminds_2;
            mark_reminds_2_and_mark_live;
            @defaultonly NoAction;
        }
        const default_action = NoAction();
        const entries = {
            (0, 0, 0, 1, 1, 1) : mark_live();
            (0, 0, 1, 1, 1, 1) : mark_live();
            (0, 0, 2, 1, 1, 1) : mark_live();
            (0, KIND_LEASE_REQUEST, 0, 1, 1, 1) : mark_live();
            (0, KIND_LEASE_REQUEST, 1, 1, 1, 1) : mark_live();
            (0, KIND_LEASE_REQUEST, 2, 1, 1, 1) : mark_live();
            (0, KIND_GRANT, 0, 1, 1, 1) : mark_live();
            (0, KIND_GRANT, 1, 1, 1, 1) : mark_live();
            (0, KIND_GRANT, 2, 1, 1, 1) : mark_live();
            (0, KIND_WRITE, 0, 1, 1, 1) : mark_live();
            (0, KIND_WRITE, 1, 1, 1, 1) : mark_live();
            (0, KIND_WRITE, 2, 1, 1, 1) : mark_live();
            (0, KIND_WRITE_ACK, 0, 1, 1, 1) : mark_live();
            (0, KIND_WRITE_ACK, 1, 1, 1, 1) : mark_live();
            (0, KIND_WRITE_ACK, 2, 1, 1, 1) : mark_live();
            (0, KIND_HOLD, 0, 1, 1, 1) : mark_live();
            (0, KIND_HOLD, 1, 1, 1, 1) : mark_live();
            (0, KIND_HOLD, 2, 1, 1, 1) : mark_live();
            (0, KIND_RELEASE, 0, 1, 1, 1) : mark_live();
            (0, KIND_RELEASE, 1, 1, 1, 1) : mark_live();
            (0, KIND_RELEASE, 2, 1, 1, 1) : mark_live();
            (0, KIND_RENEW, 0, 1, 1, 1) : mark_live();
            (0, KIND_RENEW, 1, 1, 1, 1) : mark_live();
            (0, KIND_RENEW, 2, 1, 1, 1) : mark_live();
            (0, KIND_RENEW_ACK, 0, 1, 1, 1) : mark_live();
            (0, KIND_RENEW_ACK, 1, 1, 1, 1) : mark_live();
            (0, KIND_RENEW_ACK, 2, 1, 1, 1) : mark_live();
            (0, KIND_GIVE_UP, 0, 1, 1, 1) : mark_live();
            (0, KIND_GIVE_UP, 1, 1, 1, 1) : mark_live();
            (0, KIND_GIVE_UP, 2, 1, 1, 1) : mark_live();
            (0, KIND_GIVE_UP_ACK, 0, 1, 1, 1) : mark_live();
            (0, KIND_GIVE_UP_ACK, 1, 1, 1, 1) : mark_live();
            (0, KIND_GIVE_UP_ACK, 2, 1, 1, 1) : mark_live();
            (0, KIND_RECALL, 0, 1, 1, 1) : mark_live();
            (0, KIND_RECALL, 1, 1, 1, 1) : mark_live();
            (0, KIND_RECALL, 2, 1, 1, 1) : mark_live();
            (0, KIND_SNAPSHOT_SLOTS, 0, 1, 1, 1) : mark_live();
            (0, KIND_SNAPSHOT_SLOTS, 1, 1, 1, 1) : mark_live();
            (0, KIND_SNAPSHOT_SLOTS, 2, 1, 1, 1) : mark_live();
            (0, KIND_SNAPSHOT_ACK, 0, 1, 1, 1) : mark_live();
            (0, KIND_SNAPSHOT_ACK, 1, 1, 1, 1) : mark_live();
            (0, KIND_SNAPSHOT_ACK, 2, 1, 1, 1) : mark_live();
            (0, KIND_REFUSE, 0, 1, 1, 1) : mark_live();
            (0, KIND_REFUSE, 1, 1, 1, 1) : mark_live();
            (0, KIND_REFUSE, 2, 1, 1, 1) : mark_live();
            (1, 0, 0, 1, 1, 1) : mark_live();
            (1, 0, 1, 1, 1, 1) : mark_live();
            (1, 0, 2, 1, 1, 1) : mark_live();
            (1, KIND_LEASE_REQUEST, 0, 1, 1, 1) : mark_live();
            (1, KIND_LEASE_REQUEST, 1, 1, 1, 1) : mark_live();
            (1, KIND_LEASE_REQUEST, 2, 1, 1, 1) : mark_live();
            (1, KIND_GRANT, 0, 1, 1, 1) : mark_live();
            (1, KIND_GRANT, 1, 1, 1, 1) : mark_live();
            (1, KIND_GRANT, 2, 1, 1, 1) : mark_live();
            (1, KIND_WRITE, 0, 1, 1, 1) : mark_live();
            (1, KIND_WRITE, 1, 1, 1, 1) : mark_live();
            (1, KIND_WRITE, 2, 1, 1, 1) : mark_live();
            (1, KIND_WRITE_ACK, 0, 1, 1, 1) : mark_live();
            (1, KIND_WRITE_ACK, 1, 1, 1, 1) : mark_live();
            (1, KIND_WRITE_ACK, 2, 1, 1, 1) : mark_live();
            (1, KIND_HOLD, 0, 1, 1, 1) : mark_live();
            (1, KIND_HOLD, 1, 1, 1, 1) : mark_live();
            (1, KIND_HOLD, 2, 1, 1, 1) : mark_live();
            (1, KIND_RENEW, 0, 1, 1, 1) : mark_live();
            (1, KIND_RENEW, 1, 1, 1, 1) : mark_live();
            (1, KIND_RENEW, 2, 1, 1, 1) : mark_live();
            (1, KIND_RENEW_ACK, 0, 1, 1, 1) : mark_live();
            (1, KIND_RENEW_ACK, 1, 1, 1, 1) : mark_live();
            (1, KIND_RENEW_ACK, 2, 1, 1, 1) : mark_live();
            (1, KIND_GIVE_UP, 0, 1, 1, 1) : mark_live();
            (1, KIND_GIVE_UP, 1, 0, 1, 0) : mark_reminds_2();
            (1, KIND_GIVE_UP, 1, 0, 1, 1) : mark_reminds_2();
            (1, KIND_GIVE_UP, 1, 1, 1, 0) : mark_reminds_2();
            (1, KIND_GIVE_UP, 1, 1, 1, 1) : mark_reminds_2_and_mark_live();
            (1, KIND_GIVE_UP, 2, 1, 1, 1) : mark_live();
            (1, KIND_GIVE_UP_ACK, 0, 1, 1, 1) : mark_live();
            (1, KIND_GIVE_UP_ACK, 1, 1, 1, 1) : mark_live();
            (1, KIND_GIVE_UP_ACK, 2, 1, 1, 1) : mark_live();
            (1, KIND_RECALL, 0, 1, 1, 1) : mark_live();
            (1, KIND_RECALL, 1, 1, 1, 1) : mark_live();
            (1, KIND_RECALL, 2, 1, 1, 1) : mark_live();
            (1, KIND_SNAPSHOT_SLOTS, 0, 1, 1, 1) : mark_live();
            (1, KIND_SNAPSHOT_SLOTS, 1, 1, 1, 1) : mark_live();
            (1, KIND_SNAPSHOT_SLOTS, 2, 1, 1, 1) : mark_live();
            (1, KIND_SNAPSHOT_ACK, 0, 1, 1, 1) : mark_live();
            (1, KIND_SNAPSHOT_ACK, 1, 1, 1, 1) : mark_live();
            (1, KIND_SNAPSHOT_ACK, 2, 1, 1, 1) : mark_live();
            (1, KIND_REFUSE, 0, 1, 1, 1) : mark_live();
            (1, KIND_REFUSE, 1, 1, 1, 1) : mark_live();
            (1, KIND_REFUSE, 2, 1, 1, 1) : mark_live();
        }
        size = 90;
    }

    action set_mirror_kind_and_count_gave_up() {
        counters_5_a.count(COUNT_GAVE_UP);
        ig_md.mirror_kind = KIND_GIVE_UP;
    }

    action mark_away() {
        ig_md.away = 1;
    }

    action count_grant_extended() {
        counters_5_a.count(COUNT_GRANT_EXTENDED);
    }

    action count_renewed() {
        counters_5_a.count(COUNT_RENEWED);
    }

    action count_recall_no_room() {
        counters_5_a.count(COUNT_RECALL_NO_ROOM);
    }

    action set_mirror_kind_and_count_gave_up_2() {
        counters_5_a.count(COUNT_GAVE_UP);
        ig_md.mirror_kind = KIND_GIVE_UP;
    }

    action mark_wrote() {
        ig_md.wrote = 1;
    }

    action mark_renews() {
        ig_md.renews = 1;
    }

    table decisions_5_b {
        key = {
            ig_md.matters                : exact;
            ig_md.message_kind           : exact;
            ig_md.has_ports              : exact;
            ig_md.deadline_is_after      : exact;
            ig_md.hit                    : exact;
            ig_md.renounces              : exact;
            ig_md.renounces_3            : exact;
            ig_md.extends                : exact;
            ig_md.extends_3              : exact;
            ig_md.same_epoch_3           : exact;
            ig_md.mirror_depth_is_before : exact;
        }
        actions = {
            set_mirror_kind_and_count_gave_up;
            mark_away;
            count_grant_extended;
            count_renewed;
            count_recall_no_room;
            set_mirror_kind_and_count_gave_up_2;
            mark_wrote;
            mark_renews;
            @defaultonly NoAction;
        }
        const default_action = NoAction();
        const entries = {
            (0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (0, 0, 0, 1, 1, 0, 1, 0, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1) : mark_away();
            (0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1) : mark_away();
            (0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 1) : mark_away();
            (
                0,
                KIND_LEASE_REQUEST,
                0,
                0,
                1,
                0,
                1,
                0,
                0,
                0,
                1
            ) : set_mirror_kind_and_count_gave_up();
            (
                0,
                KIND_LEASE_REQUEST,
                0,
                1,
                1,
                0,
                1,
                0,
                0,
                0,
                1
            ) : set_mirror_kind_and_count_gave_up();
            (0, KIND_LEASE_REQUEST, 1, 0, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, KIND_LEASE_REQUEST, 1, 0, 0, 0, 0, 0, 0, 0, 1) : mark_away();
            (0, KIND_LEASE_REQUEST, 1, 0, 1, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, KIND_LEASE_REQUEST, 1, 0, 1, 0, 0, 0, 0, 0, 1) : mark_away();
            (0, KIND_LEASE_REQUEST, 1, 1, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, KIND_LEASE_REQUEST, 1, 1, 0, 0, 0, 0, 0, 0, 1) : mark_away();
            (0, KIND_GRANT, 0, 0, 1, 0, 0, 1, 0, 0, 0) : count_grant_extended();
            (0, KIND_GRANT, 0, 0, 1, 0, 0, 1, 0, 0, 1) : count_grant_extended();
            (0, KIND_GRANT, 0, 0, 1, 0, 1, 0, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (0, KIND_GRANT, 0, 1, 1, 0, 0, 1, 0, 0, 0) : count_grant_extended();
            (0, KIND_GRANT, 0, 1, 1, 0, 0, 1, 0, 0, 1) : count_grant_extended();
            (0, KIND_GRANT, 0, 1, 1, 0, 1, 0, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (0, KIND_GRANT, 1, 0, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, KIND_GRANT, 1, 0, 0, 0, 0, 0, 0, 0, 1) : mark_away();
            (0, KIND_GRANT, 1, 0, 1, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, KIND_GRANT, 1, 0, 1, 0, 0, 0, 0, 0, 1) : mark_away();
            (0, KIND_GRANT, 1, 1, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, KIND_GRANT, 1, 1, 0, 0, 0, 0, 0, 0, 1) : mark_away();
            (0, KIND_WRITE, 0, 0, 1, 0, 1, 0, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (0, KIND_WRITE, 0, 1, 1, 0, 1, 0, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (0, KIND_WRITE, 1, 0, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, KIND_WRITE, 1, 0, 0, 0, 0, 0, 0, 0, 1) : mark_away();
            (0, KIND_WRITE, 1, 0, 1, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, KIND_WRITE, 1, 0, 1, 0, 0, 0, 0, 0, 1) : mark_away();
            (0, KIND_WRITE, 1, 1, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, KIND_WRITE, 1, 1, 0, 0, 0, 0, 0, 0, 1) : mark_away();
            (0, KIND_WRITE_ACK, 0, 0, 1, 0, 1, 0, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (0, KIND_WRITE_ACK, 0, 1, 1, 0, 1, 0, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (0, KIND_WRITE_ACK, 1, 0, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, KIND_WRITE_ACK, 1, 0, 0, 0, 0, 0, 0, 0, 1) : mark_away();
            (0, KIND_WRITE_ACK, 1, 0, 1, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, KIND_WRITE_ACK, 1, 0, 1, 0, 0, 0, 0, 0, 1) : mark_away();
            (0, KIND_WRITE_ACK, 1, 1, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, KIND_WRITE_ACK, 1, 1, 0, 0, 0, 0, 0, 0, 1) : mark_away();
            (0, KIND_HOLD, 0, 0, 1, 0, 1, 0, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (0, KIND_HOLD, 0, 1, 1, 0, 1, 0, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (0, KIND_HOLD, 1, 0, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, KIND_HOLD, 1, 0, 0, 0, 0, 0, 0, 0, 1) : mark_away();
            (0, KIND_HOLD, 1, 0, 1, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, KIND_HOLD, 1, 0, 1, 0, 0, 0, 0, 0, 1) : mark_away();
            (0, KIND_HOLD, 1, 1, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, KIND_HOLD, 1, 1, 0, 0, 0, 0, 0, 0, 1) : mark_away();
            (0, KIND_RELEASE, 0, 0, 1, 0, 1, 0, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (0, KIND_RELEASE, 0, 1, 1, 0, 1, 0, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (0, KIND_RELEASE, 1, 0, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, KIND_RELEASE, 1, 0, 0, 0, 0, 0, 0, 0, 1) : mark_away();
            (0, KIND_RELEASE, 1, 0, 1, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, KIND_RELEASE, 1, 0, 1, 0, 0, 0, 0, 0, 1) : mark_away();
            (0, KIND_RELEASE, 1, 1, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, KIND_RELEASE, 1, 1, 0, 0, 0, 0, 0, 0, 1) : mark_away();
            (0, KIND_RENEW, 0, 0, 1, 0, 1, 0, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (0, KIND_RENEW, 0, 1, 1, 0, 1, 0, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (0, KIND_RENEW, 1, 0, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, KIND_RENEW, 1, 0, 0, 0, 0, 0, 0, 0, 1) : mark_away();
            (0, KIND_RENEW, 1, 0, 1, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, KIND_RENEW, 1, 0, 1, 0, 0, 0, 0, 0, 1) : mark_away();
            (0, KIND_RENEW, 1, 1, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, KIND_RENEW, 1, 1, 0, 0, 0, 0, 0, 0, 1) : mark_away();
            (0, KIND_RENEW_ACK, 0, 0, 1, 0, 0, 0, 1, 1, 0) : count_renewed();
            (0, KIND_RENEW_ACK, 0, 0, 1, 0, 0, 0, 1, 1, 1) : count_renewed();
            (0, KIND_RENEW_ACK, 0, 0, 1, 0, 1, 0, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (0, KIND_RENEW_ACK, 0, 1, 1, 0, 0, 0, 1, 1, 0) : count_renewed();
            (0, KIND_RENEW_ACK, 0, 1, 1, 0, 0, 0, 1, 1, 1) : count_renewed();
            (0, KIND_RENEW_ACK, 0, 1, 1, 0, 1, 0, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (0, KIND_RENEW_ACK, 1, 0, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, KIND_RENEW_ACK, 1, 0, 0, 0, 0, 0, 0, 0, 1) : mark_away();
            (0, KIND_RENEW_ACK, 1, 0, 1, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, KIND_RENEW_ACK, 1, 0, 1, 0, 0, 0, 0, 0, 1) : mark_away();
            (0, KIND_RENEW_ACK, 1, 1, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, KIND_RENEW_ACK, 1, 1, 0, 0, 0, 0, 0, 0, 1) : mark_away();
            (0, KIND_GIVE_UP, 0, 0, 1, 0, 1, 0, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (0, KIND_GIVE_UP, 0, 1, 1, 0, 1, 0, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (0, KIND_GIVE_UP, 1, 0, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, KIND_GIVE_UP, 1, 0, 0, 0, 0, 0, 0, 0, 1) : mark_away();
            (0, KIND_GIVE_UP, 1, 0, 1, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, KIND_GIVE_UP, 1, 0, 1, 0, 0, 0, 0, 0, 1) : mark_away();
            (0, KIND_GIVE_UP, 1, 1, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, KIND_GIVE_UP, 1, 1, 0, 0, 0, 0, 0, 0, 1) : mark_away();
            (0, KIND_GIVE_UP_ACK, 0, 0, 1, 0, 1, 0, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (0, KIND_GIVE_UP_ACK, 0, 1, 1, 0, 1, 0, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (0, KIND_GIVE_UP_ACK, 1, 0, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, KIND_GIVE_UP_ACK, 1, 0, 0, 0, 0, 0, 0, 0, 1) : mark_away();
            (0, KIND_GIVE_UP_ACK, 1, 0, 1, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, KIND_GIVE_UP_ACK, 1, 0, 1, 0, 0, 0, 0, 0, 1) : mark_away();
            (0, KIND_GIVE_UP_ACK, 1, 1, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, KIND_GIVE_UP_ACK, 1, 1, 0, 0, 0, 0, 0, 0, 1) : mark_away();
            (0, KIND_RECALL, 0, 0, 1, 0, 0, 0, 0, 1, 0) : count_recall_no_room();
            (0, KIND_RECALL, 0, 0, 1, 0, 1, 0, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (0, KIND_RECALL, 0, 0, 1, 1, 0, 0, 0, 1, 1) : set_mirror_kind_and_count_gave_up_2();
            (0, KIND_RECALL, 0, 1, 1, 0, 0, 0, 0, 1, 0) : count_recall_no_room();
            (0, KIND_RECALL, 0, 1, 1, 0, 1, 0, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (0, KIND_RECALL, 0, 1, 1, 1, 0, 0, 0, 1, 1) : set_mirror_kind_and_count_gave_up_2();
            (0, KIND_RECALL, 1, 0, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, KIND_RECALL, 1, 0, 0, 0, 0, 0, 0, 0, 1) : mark_away();
            (0, KIND_RECALL, 1, 0, 1, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, KIND_RECALL, 1, 0, 1, 0, 0, 0, 0, 0, 1) : mark_away();
            (0, KIND_RECALL, 1, 1, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, KIND_RECALL, 1, 1, 0, 0, 0, 0, 0, 0, 1) : mark_away();
            (
                0,
                KIND_SNAPSHOT_SLOTS,
                0,
                0,
                1,
                0,
                1,
                0,
                0,
                0,
                1
            ) : set_mirror_kind_and_count_gave_up();
            (
                0,
                KIND_SNAPSHOT_SLOTS,
                0,
                1,
                1,
                0,
                1,
                0,
                0,
                0,
                1
            ) : set_mirror_kind_and_count_gave_up();
            (0, KIND_SNAPSHOT_SLOTS, 1, 0, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, KIND_SNAPSHOT_SLOTS, 1, 0, 0, 0, 0, 0, 0, 0, 1) : mark_away();
            (0, KIND_SNAPSHOT_SLOTS, 1, 0, 1, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, KIND_SNAPSHOT_SLOTS, 1, 0, 1, 0, 0, 0, 0, 0, 1) : mark_away();
            (0, KIND_SNAPSHOT_SLOTS, 1, 1, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, KIND_SNAPSHOT_SLOTS, 1, 1, 0, 0, 0, 0, 0, 0, 1) : mark_away();
            (0, KIND_SNAPSHOT_ACK, 0, 0, 1, 0, 1, 0, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (0, KIND_SNAPSHOT_ACK, 0, 1, 1, 0, 1, 0, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (0, KIND_SNAPSHOT_ACK, 1, 0, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, KIND_SNAPSHOT_ACK, 1, 0, 0, 0, 0, 0, 0, 0, 1) : mark_away();
            (0, KIND_SNAPSHOT_ACK, 1, 0, 1, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, KIND_SNAPSHOT_ACK, 1, 0, 1, 0, 0, 0, 0, 0, 1) : mark_away();
            (0, KIND_SNAPSHOT_ACK, 1, 1, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, KIND_SNAPSHOT_ACK, 1, 1, 0, 0, 0, 0, 0, 0, 1) : mark_away();
            (0, KIND_REFUSE, 0, 0, 1, 0, 1, 0, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (0, KIND_REFUSE, 0, 1, 1, 0, 1, 0, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (0, KIND_REFUSE, 1, 0, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, KIND_REFUSE, 1, 0, 0, 0, 0, 0, 0, 0, 1) : mark_away();
            (0, KIND_REFUSE, 1, 0, 1, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, KIND_REFUSE, 1, 0, 1, 0, 0, 0, 0, 0, 1) : mark_away();
            (0, KIND_REFUSE, 1, 1, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, KIND_REFUSE, 1, 1, 0, 0, 0, 0, 0, 0, 1) : mark_away();
            (1, KIND_WRITE, 0, 0, 1, 0, 0, 0, 0, 0, 0) : mark_wrote();
            (1, KIND_WRITE, 0, 0, 1, 0, 0, 0, 0, 0, 1) : mark_wrote();
            (1, KIND_WRITE, 0, 1, 1, 0, 0, 0, 0, 0, 0) : mark_wrote();
            (1, KIND_WRITE, 0, 1, 1, 0, 0, 0, 0, 0, 1) : mark_wrote();
            (1, KIND_RENEW, 0, 0, 1, 0, 0, 0, 0, 0, 0) : mark_renews();
            (1, KIND_RENEW, 0, 0, 1, 0, 0, 0, 0, 0, 1) : mark_renews();
            (1, KIND_RENEW, 0, 1, 1, 0, 0, 0, 0, 0, 0) : mark_renews();
            (1, KIND_RENEW, 0, 1, 1, 0, 0, 0, 0, 0, 1) : mark_renews();
        }
        size = 140;
    }

    action count_copy_old_epoch() {
        counters_5_b.count(COUNT_COPY_OLD_EPOCH);
    }

    action set_out_epoch() {
        hdr.bridge.epoch = ig_md.epoch_read;
    }

    table decisions_5_c {
        key = {
            ig_md.deadline_is_after : exact;
            ig_md.renounced_read    : exact;
            ig_md.hit               : exact;
            hdr.bridge.pass         : exact;
            ig_md.matters           : exact;
        }
        actions = {
            count_copy_old_epoch;
            set_out_epoch;
            @defaultonly NoAction;
        }
        const default_action = NoAction();
        const entries = {
            (0, 0, 0, PASS_COPY, 0) : count_copy_old_epoch();
            (0, 0, 1, PASS_COPY, 0) : count_copy_old_epoch();
            (0, 1, 0, PASS_COPY, 0) : count_copy_old_epoch();
            (0, 1, 1, PASS_PACKET, 0) : set_out_epoch();
            (0, 1, 1, PASS_COPY, 0) : count_copy_old_epoch();
            (0, 2, 0, PASS_COPY, 0) : count_copy_old_epoch();
            (0, 2, 1, PASS_PACKET, 0) : set_out_epoch();
            (0, 2, 1, PASS_COPY, 0) : count_copy_old_epoch();
            (1, 0, 0, PASS_COPY, 0) : count_copy_old_epoch();
            (1, 0, 1, PASS_PACKET, 0) : set_out_epoch();
            (1, 0, 1, PASS_COPY, 0) : count_copy_old_epoch();
            (1, 1, 0, PASS_COPY, 0) : count_copy_old_epoch();
            (1, 1, 1, PASS_PACKET, 0) : set_out_epoch();
            (1, 1, 1, PASS_COPY, 0) : count_copy_old_epoch();
            (1, 2, 0, PASS_COPY, 0) : count_copy_old_epoch();
            (1, 2, 1, PASS_PACKET, 0) : set_out_epoch();
            (1, 2, 1, PASS_COPY, 0) : count_copy_old_epoch();
        }
        size = 17;
    }

    action put_acked() {
        acked_put.execute(ig_md.slot);
    }

    action latest_acked() {
        acked_latest.execute(ig_md.slot);
    }

    action is_before_acked() {
        ig_md.acked_is_before = acked_is_before.execute(ig_md.slot);
    }

    table acked_access {
        key = {
            ig_md.installs      : exact;
            ig_md.acks          : exact;
            ig_md.seq_is_before : exact;
        }
        actions = {
            latest_acked;
            put_acked;
            @defaultonly is_before_acked;
        }
        const default_action = is_before_acked();
        const entries = {
            (0, 1, 0) : latest_acked();
            (1, 0, 0) : put_acked();
            (1, 0, 1) : put_acked();
        }
        size = 3;
    }

    action put_asked() {
        asked_put.execute(ig_md.slot);
    }

    action latest_asked() {
        asked_latest.execute(ig_md.slot);
    }

    table asked_access {
        key = {
            ig_md.hit_2                  : exact;
            ig_md.renounces              : exact;
            ig_md.renounces_3            : exact;
            ig_md.deadline_is_after      : exact;
            ig_md.mirror_depth_is_before : exact;
            hdr.bridge.pass              : exact;
            ig_md.extends_3              : exact;
            ig_md.extends                : exact;
            ig_md.installs               : exact;
        }
        actions = {
            latest_asked;
            put_asked;
            @defaultonly NoAction;
        }
        const default_action = NoAction();
        const entries = {
            (0, 0, 0, 0, 0, PASS_SWEEP, 0, 0, 0) : latest_asked();
            (0, 0, 0, 0, 1, PASS_SWEEP, 0, 0, 0) : latest_asked();
            (0, 0, 0, 1, 0, PASS_SWEEP, 0, 0, 0) : latest_asked();
            (0, 0, 0, 1, 1, PASS_SWEEP, 0, 0, 0) : latest_asked();
            (1, 0, 0, 0, 0, PASS_PACKET, 0, 0, 0) : put_asked();
            (1, 0, 0, 0, 0, PASS_MESSAGE, 0, 0, 1) : latest_asked();
            (1, 0, 0, 0, 0, PASS_MESSAGE, 0, 1, 0) : latest_asked();
            (1, 0, 0, 0, 0, PASS_MESSAGE, 1, 0, 0) : latest_asked();
            (1, 0, 0, 0, 1, PASS_PACKET, 0, 0, 0) : put_asked();
            (1, 0, 0, 0, 1, PASS_MESSAGE, 0, 0, 1) : latest_asked();
            (1, 0, 0, 0, 1, PASS_MESSAGE, 0, 1, 0) : latest_asked();
            (1, 0, 0, 0, 1, PASS_MESSAGE, 1, 0, 0) : latest_asked();
            (1, 0, 0, 1, 0, PASS_MESSAGE, 0, 0, 1) : latest_asked();
            (1, 0, 0, 1, 0, PASS_MESSAGE, 0, 1, 0) : latest_asked();
            (1, 0, 0, 1, 0, PASS_MESSAGE, 1, 0, 0) : latest_asked();
            (1, 0, 0, 1, 1, PASS_PACKET, 0, 0, 0) : put_asked();
            (1, 0, 0, 1, 1, PASS_MESSAGE, 0, 0, 1) : latest_asked();
            (1, 0, 0, 1, 1, PASS_MESSAGE, 0, 1, 0) : latest_asked();
            (1, 0, 0, 1, 1, PASS_MESSAGE, 1, 0, 0) : latest_asked();
            (1, 0, 1, 0, 1, PASS_GIVE_UP, 0, 0, 0) : put_asked();
            (1, 0, 1, 1, 1, PASS_GIVE_UP, 0, 0, 0) : put_asked();
            (1, 1, 0, 0, 1, PASS_MESSAGE, 0, 0, 0) : put_asked();
            (1, 1, 0, 1, 1, PASS_MESSAGE, 0, 0, 0) : put_asked();
        }
        size = 23;
    }

    action set_mirror_seq_and_set_value_0() {
        ig_md.mirror_seq = ig_md.seq_read;
        hdr.state.word_0 = ig_md.state_0_count_up;
    }

    action set_out_seq_and_set_mirror_seq_and_1_more() {
        hdr.bridge.seq = ig_md.seq_advance;
        ig_md.mirror_seq = ig_md.seq_read;
        hdr.state.word_0 = ig_md.state_0_count_up;
    }

    action set_mirror_seq() {
        ig_md.mirror_seq = ig_md.seq_read;
    }

    action set_out_kind_and_set_mirror_seq_and_2_more() {
        ig_md.counters_6_b_index = COUNT_LEASE_REQUESTED;
        hdr.bridge.kind = KIND_LEASE_REQUEST;
        ig_md.mirror_seq = ig_md.seq_read;
        hdr.state.word_0 = ig_md.state_0_count_up;
    }

    action set_out_kind_and_set_mirror_seq_and_3_more() {
        ig_md.counters_6_b_index = COUNT_LEASE_REQUESTED;
        ig_md.counters_6_c_index = COUNT_STORE_SILENT;
        hdr.bridge.kind = KIND_LEASE_REQUEST;
        ig_md.mirror_seq = ig_md.seq_read;
        hdr.state.word_0 = ig_md.state_0_count_up;
    }

    action set_out_kind_and_set_mirror_seq_and_3_more_2() {
        counters_6_a.count(COUNT_LEASE_LAPSED);
        ig_md.counters_6_b_index = COUNT_LEASE_REQUESTED;
        hdr.bridge.kind = KIND_LEASE_REQUEST;
        ig_md.mirror_seq = ig_md.seq_read;
        hdr.state.word_0 = ig_md.state_0_count_up;
    }

    action set_out_kind_and_set_mirror_seq_and_4_more() {
        counters_6_a.count(COUNT_LEASE_LAPSED);
        ig_md.counters_6_b_index = COUNT_LEASE_REQUESTED;
        ig_md.counters_6_c_index = COUNT_STORE_SILENT;
        hdr.bridge.kind = KIND_LEASE_REQUEST;
        ig_md.mirror_seq = ig_md.seq_read;
        hdr.state.word_0 = ig_md.state_0_count_up;
    }

    action set_out_seq_and_set_mirror_seq_and_2_more() {
        counters_6_a.count(COUNT_MIRROR_FULL);
        hdr.bridge.seq = ig_md.seq_advance;
        ig_md.mirror_seq = ig_md.seq_read;
        hdr.state.word_0 = ig_md.state_0_count_up;
    }

    action mark_room_and_set_out_seq_and_2_more() {
        ig_md.room = 1;
        hdr.bridge.seq = ig_md.seq_advance;
        ig_md.mirror_seq = ig_md.seq_read;
        hdr.state.word_0 = ig_md.state_0_count_up;
    }

    action mark_beyond_and_set_mirror_seq() {
        ig_md.beyond = 1;
        ig_md.mirror_seq = ig_md.seq_read;
    }

    action count_renew_sent() {
        counters_6_a.count(COUNT_RENEW_SENT);
    }

    action mark_reminds() {
        ig_md.reminds = 1;
    }

    table decisions_6_a {
        key = {
            ig_md.reminds_2              : exact;
            ig_md.matters                : exact;
            ig_md.acks                   : exact;
            ig_md.seq_is_before          : exact;
            ig_md.live                   : exact;
            ig_md.mirror_depth_is_before : exact;
            ig_md.away                   : exact;
            hdr.bridge.pass              : exact;
            ig_md.hit                    : exact;
            ig_md.deadline_is_after      : exact;
            ig_md.silence_unanswered     : exact;
            ig_md.renews                 : exact;
        }
        actions = {
            set_mirror_seq_and_set_value_0;
            set_out_seq_and_set_mirror_seq_and_1_more;
            set_mirror_seq;
            set_out_kind_and_set_mirror_seq_and_2_more;
            set_out_kind_and_set_mirror_seq_and_3_more;
            set_out_kind_and_set_mirror_seq_and_3_more_2;
            set_out_kind_and_set_mirror_seq_and_4_more;
            set_out_seq_and_set_mirror_seq_and_2_more;
            mark_room_and_set_out_seq_and_2_more;
            mark_beyond_and_set_mirror_seq;
            count_renew_sent;
            mark_reminds;
            @defaultonly NoAction;
        }
        const default_action = NoAction();
        const entries = {
            (0, 0, 0, 0, 0, 0, 0, PASS_PACKET, 0, 0, 0, 0) : set_mirror_seq_and_set_value_0();
            (0, 0, 0, 0, 0, 0, 0, PASS_PACKET, 0, 0, 1, 0) : set_mirror_seq_and_set_value_0();
            (0, 0, 0, 0, 0, 0, 0, PASS_PACKET, 0, 1, 0, 0) : set_mirror_seq_and_set_value_0();
            (0, 0, 0, 0, 0, 0, 0, PASS_PACKET, 0, 1, 1, 0) : set_mirror_seq_and_set_value_0();
            (0, 0, 0, 0, 0, 0, 0, PASS_PACKET, 1, 0, 0, 0) : set_mirror_seq_and_set_value_0();
            (0, 0, 0, 0, 0, 0, 0, PASS_PACKET, 1, 0, 1, 0) : set_mirror_seq_and_set_value_0();
            (
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                PASS_PACKET,
                1,
                1,
                0,
                0
            ) : set_out_seq_and_set_mirror_seq_and_1_more();
            (
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                PASS_PACKET,
                1,
                1,
                1,
                0
            ) : set_out_seq_and_set_mirror_seq_and_1_more();
            (0, 0, 0, 0, 0, 0, 0, PASS_MESSAGE, 0, 0, 0, 0) : set_mirror_seq();
            (0, 0, 0, 0, 0, 0, 0, PASS_MESSAGE, 0, 0, 1, 0) : set_mirror_seq();
            (0, 0, 0, 0, 0, 0, 0, PASS_MESSAGE, 0, 1, 0, 0) : set_mirror_seq();
            (0, 0, 0, 0, 0, 0, 0, PASS_MESSAGE, 0, 1, 1, 0) : set_mirror_seq();
            (0, 0, 0, 0, 0, 0, 0, PASS_MESSAGE, 1, 0, 0, 0) : set_mirror_seq();
            (0, 0, 0, 0, 0, 0, 0, PASS_MESSAGE, 1, 0, 1, 0) : set_mirror_seq();
            (0, 0, 0, 0, 0, 0, 0, PASS_MESSAGE, 1, 1, 0, 0) : set_mirror_seq();
            (0, 0, 0, 0, 0, 0, 0, PASS_MESSAGE, 1, 1, 1, 0) : set_mirror_seq();
            (0, 0, 0, 0, 0, 0, 0, PASS_SWEEP, 0, 0, 0, 0) : set_mirror_seq();
            (0, 0, 0, 0, 0, 0, 0, PASS_SWEEP, 0, 0, 1, 0) : set_mirror_seq();
            (0, 0, 0, 0, 0, 0, 0, PASS_SWEEP, 0, 1, 0, 0) : set_mirror_seq();
            (0, 0, 0, 0, 0, 0, 0, PASS_SWEEP, 0, 1, 1, 0) : set_mirror_seq();
            (0, 0, 0, 0, 0, 0, 0, PASS_SWEEP, 1, 0, 0, 0) : set_mirror_seq();
            (0, 0, 0, 0, 0, 0, 0, PASS_SWEEP, 1, 0, 1, 0) : set_mirror_seq();
            (0, 0, 0, 0, 0, 0, 0, PASS_SWEEP, 1, 1, 0, 0) : set_mirror_seq();
            (0, 0, 0, 0, 0, 0, 0, PASS_SWEEP, 1, 1, 1, 0) : set_mirror_seq();
            (0, 0, 0, 0, 0, 0, 0, PASS_GIVE_UP, 0, 0, 0, 0) : set_mirror_seq();
            (0, 0, 0, 0, 0, 0, 0, PASS_GIVE_UP, 0, 0, 1, 0) : set_mirror_seq();
            (0, 0, 0, 0, 0, 0, 0, PASS_GIVE_UP, 0, 1, 0, 0) : set_mirror_seq();
            (0, 0, 0, 0, 0, 0, 0, PASS_GIVE_UP, 0, 1, 1, 0) : set_mirror_seq();
            (0, 0, 0, 0, 0, 0, 0, PASS_GIVE_UP, 1, 0, 0, 0) : set_mirror_seq();
            (0, 0, 0, 0, 0, 0, 0, PASS_GIVE_UP, 1, 0, 1, 0) : set_mirror_seq();
            (0, 0, 0, 0, 0, 0, 0, PASS_GIVE_UP, 1, 1, 0, 0) : set_mirror_seq();
            (0, 0, 0, 0, 0, 0, 0, PASS_GIVE_UP, 1, 1, 1, 0) : set_mirror_seq();
            (
                0,
                0,
                0,
                0,
                0,
                0,
                1,
                PASS_PACKET,
                0,
                0,
                0,
                0
            ) : set_out_kind_and_set_mirror_seq_and_2_more();
            (
                0,
                0,
                0,
                0,
                0,
                0,
                1,
                PASS_PACKET,
                0,
                0,
                1,
                0
            ) : set_out_kind_and_set_mirror_seq_and_3_more();
            (
                0,
                0,
                0,
                0,
                0,
                0,
                1,
                PASS_PACKET,
                0,
                1,
                0,
                0
            ) : set_out_kind_and_set_mirror_seq_and_2_more();
            (
                0,
                0,
                0,
                0,
                0,
                0,
                1,
                PASS_PACKET,
                0,
                1,
                1,
                0
            ) : set_out_kind_and_set_mirror_seq_and_3_more();
            (
                0,
                0,
                0,
                0,
                0,
                0,
                1,
                PASS_PACKET,
                1,
                0,
                0,
                0
            ) : set_out_kind_and_set_mirror_seq_and_3_more_2();
            (
                0,
                0,
                0,
                0,
                0,
                0,
                1,
                PASS_PACKET,
                1,
                0,
                1,
                0
            ) : set_out_kind_and_set_mirror_seq_and_4_more();
            (0, 0, 0, 0, 0, 1, 0, PASS_PACKET, 0, 0, 0, 0) : set_mirror_seq_and_set_value_0();
            (0, 0, 0, 0, 0, 1, 0, PASS_PACKET, 0, 0, 1, 0) : set_mirror_seq_and_set_value_0();
            (0, 0, 0, 0, 0, 1, 0, PASS_PACKET, 0, 1, 0, 0) : set_mirror_seq_and_set_value_0();
            (0, 0, 0, 0, 0, 1, 0, PASS_PACKET, 0, 1, 1, 0) : set_mirror_seq_and_set_value_0();
            (0, 0, 0, 0, 0, 1, 0, PASS_PACKET, 1, 0, 0, 0) : set_mirror_seq_and_set_value_0();
            (0, 0, 0, 0, 0, 1, 0, PASS_PACKET, 1, 0, 1, 0) : set_mirror_seq_and_set_value_0();
            (
                0,
                0,
                0,
                0,
                0,
                1,
                0,
                PASS_PACKET,
                1,
                1,
                0,
                0
            ) : set_out_seq_and_set_mirror_seq_and_1_more();
            (
                0,
                0,
                0,
                0,
                0,
                1,
                0,
                PASS_PACKET,
                1,
                1,
                1,
                0
            ) : set_out_seq_and_set_mirror_seq_and_1_more();
            (0, 0, 0, 0, 0, 1, 0, PASS_MESSAGE, 0, 0, 0, 0) : set_mirror_seq();
            (0, 0, 0, 0, 0, 1, 0, PASS_MESSAGE, 0, 0, 1, 0) : set_mirror_seq();
            (0, 0, 0, 0, 0, 1, 0, PASS_MESSAGE, 0, 1, 0, 0) : set_mirror_seq();
            (0, 0, 0, 0, 0, 1, 0, PASS_MESSAGE, 0, 1, 1, 0) : set_mirror_seq();
            (0, 0, 0, 0, 0, 1, 0, PASS_MESSAGE, 1, 0, 0, 0) : set_mirror_seq();
            (0, 0, 0, 0, 0, 1, 0, PASS_MESSAGE, 1, 0, 1, 0) : set_mirror_seq();
            (0, 0, 0, 0, 0, 1, 0, PASS_MESSAGE, 1, 1, 0, 0) : set_mirror_seq();
            (0, 0, 0, 0, 0, 1, 0, PASS_MESSAGE, 1, 1, 1, 0) : set_mirror_seq();
            (0, 0, 0, 0, 0, 1, 0, PASS_SWEEP, 0, 0, 0, 0) : set_mirror_seq();
            (0, 0, 0, 0, 0, 1, 0, PASS_SWEEP, 0, 0, 1, 0) : set_mirror_seq();
            (0, 0, 0, 0, 0, 1, 0, PASS_SWEEP, 0, 1, 0, 0) : set_mirror_seq();
            (0, 0, 0, 0, 0, 1, 0, PASS_SWEEP, 0, 1, 1, 0) : set_mirror_seq();
            (0, 0, 0, 0, 0, 1, 0, PASS_SWEEP, 1, 0, 0, 0) : set_mirror_seq();
            (0, 0, 0, 0, 0, 1, 0, PASS_SWEEP, 1, 0, 1, 0) : set_mirror_seq();
            (0, 0, 0, 0, 0, 1, 0, PASS_SWEEP, 1, 1, 0, 0) : set_mirror_seq();
            (0, 0, 0, 0, 0, 1, 0, PASS_SWEEP, 1, 1, 1, 0) : set_mirror_seq();
            (0, 0, 0, 0, 0, 1, 0, PASS_GIVE_UP, 0, 0, 0, 0) : set_mirror_seq();
            (0, 0, 0, 0, 0, 1, 0, PASS_GIVE_UP, 0, 0, 1, 0) : set_mirror_seq();
            (0, 0, 0, 0, 0, 1, 0, PASS_GIVE_UP, 0, 1, 0, 0) : set_mirror_seq();
            (0, 0, 0, 0, 0, 1, 0, PASS_GIVE_UP, 0, 1, 1, 0) : set_mirror_seq();
            (0, 0, 0, 0, 0, 1, 0, PASS_GIVE_UP, 1, 0, 0, 0) : set_mirror_seq();
            (0, 0, 0, 0, 0, 1, 0, PASS_GIVE_UP, 1, 0, 1, 0) : set_mirror_seq();
            (0, 0, 0, 0, 0, 1, 0, PASS_GIVE_UP, 1, 1, 0, 0) : set_mirror_seq();
            (0, 0, 0, 0, 0, 1, 0, PASS_GIVE_UP, 1, 1, 1, 0) : set_mirror_seq();
            (
                0,
                0,
                0,
                0,
                0,
                1,
                1,
                PASS_PACKET,
                0,
                0,
                0,
                0
            ) : set_out_kind_and_set_mirror_seq_and_2_more();
            (
                0,
                0,
                0,
                0,
                0,
                1,
                1,
                PASS_PACKET,
                0,
                0,
                1,
                0
            ) : set_out_kind_and_set_mirror_seq_and_3_more();
            (
                0,
                0,
                0,
                0,
                0,
                1,
                1,
                PASS_PACKET,
                0,
                1,
                0,
                0
            ) : set_out_kind_and_set_mirror_seq_and_2_more();
            (
                0,
                0,
                0,
                0,
                0,
                1,
                1,
                PASS_PACKET,
                0,
                1,
                1,
                0
            ) : set_out_kind_and_set_mirror_seq_and_3_more();
            (
                0,
                0,
                0,
                0,
                0,
                1,
                1,
                PASS_PACKET,
                1,
                0,
                0,
                0
            ) : set_out_kind_and_set_mirror_seq_and_3_more_2();
            (
                0,
                0,
                0,
                0,
                0,
                1,
                1,
                PASS_PACKET,
                1,
                0,
                1,
                0
            ) : set_out_kind_and_set_mirror_seq_and_4_more();
            (
                0,
                0,
                0,
                0,
                1,
                0,
                0,
                PASS_PACKET,
                1,
                1,
                0,
                0
            ) : set_out_seq_and_set_mirror_seq_and_2_more();
            (
                0,
                0,
                0,
                0,
                1,
                0,
                0,
                PASS_PACKET,
                1,
                1,
                1,
                0
            ) : set_out_seq_and_set_mirror_seq_and_2_more();
            (0, 0, 0, 0, 1, 1, 0, PASS_PACKET, 1, 1, 0, 0) : mark_room_and_set_out_seq_and_2_more();
            (0, 0, 0, 0, 1, 1, 0, PASS_PACKET, 1, 1, 1, 0) : mark_room_and_set_out_seq_and_2_more();
            (0, 0, 0, 1, 0, 0, 0, PASS_PACKET, 0, 0, 0, 0) : set_mirror_seq_and_set_value_0();
            (0, 0, 0, 1, 0, 0, 0, PASS_PACKET, 0, 0, 1, 0) : set_mirror_seq_and_set_value_0();
            (0, 0, 0, 1, 0, 0, 0, PASS_PACKET, 0, 1, 0, 0) : set_mirror_seq_and_set_value_0();
            (0, 0, 0, 1, 0, 0, 0, PASS_PACKET, 0, 1, 1, 0) : set_mirror_seq_and_set_value_0();
            (0, 0, 0, 1, 0, 0, 0, PASS_PACKET, 1, 0, 0, 0) : set_mirror_seq_and_set_value_0();
            (0, 0, 0, 1, 0, 0, 0, PASS_PACKET, 1, 0, 1, 0) : set_mirror_seq_and_set_value_0();
            (
                0,
                0,
                0,
                1,
                0,
                0,
                0,
                PASS_PACKET,
                1,
                1,
                0,
                0
            ) : set_out_seq_and_set_mirror_seq_and_1_more();
            (
                0,
                0,
                0,
                1,
                0,
                0,
                0,
                PASS_PACKET,
                1,
                1,
                1,
                0
            ) : set_out_seq_and_set_mirror_seq_and_1_more();
            (0, 0, 0, 1, 0, 0, 0, PASS_MESSAGE, 0, 0, 0, 0) : set_mirror_seq();
            (0, 0, 0, 1, 0, 0, 0, PASS_MESSAGE, 0, 0, 1, 0) : set_mirror_seq();
            (0, 0, 0, 1, 0, 0, 0, PASS_MESSAGE, 0, 1, 0, 0) : set_mirror_seq();
            (0, 0, 0, 1, 0, 0, 0, PASS_MESSAGE, 0, 1, 1, 0) : set_mirror_seq();
            (0, 0, 0, 1, 0, 0, 0, PASS_MESSAGE, 1, 0, 0, 0) : set_mirror_seq();
            (0, 0, 0, 1, 0, 0, 0, PASS_MESSAGE, 1, 0, 1, 0) : set_mirror_seq();
            (0, 0, 0, 1, 0, 0, 0, PASS_MESSAGE, 1, 1, 0, 0) : set_mirror_seq();
            (0, 0, 0, 1, 0, 0, 0, PASS_MESSAGE, 1, 1, 1, 0) : set_mirror_seq();
            (0, 0, 0, 1, 0, 0, 0, PASS_SWEEP, 0, 0, 0, 0) : set_mirror_seq();
            (0, 0, 0, 1, 0, 0, 0, PASS_SWEEP, 0, 0, 1, 0) : set_mirror_seq();
            (0, 0, 0, 1, 0, 0, 0, PASS_SWEEP, 0, 1, 0, 0) : set_mirror_seq();
            (0, 0, 0, 1, 0, 0, 0, PASS_SWEEP, 0, 1, 1, 0) : set_mirror_seq();
            (0, 0, 0, 1, 0, 0, 0, PASS_SWEEP, 1, 0, 0, 0) : set_mirror_seq();
            (0, 0, 0, 1, 0, 0, 0, PASS_SWEEP, 1, 0, 1, 0) : set_mirror_seq();
            (0, 0, 0, 1, 0, 0, 0, PASS_SWEEP, 1, 1, 0, 0) : set_mirror_seq();
            (0, 0, 0, 1, 0, 0, 0, PASS_SWEEP, 1, 1, 1, 0) : set_mirror_seq();
            (0, 0, 0, 1, 0, 0, 0, PASS_GIVE_UP, 0, 0, 0, 0) : set_mirror_seq();
            (0, 0, 0, 1, 0, 0, 0, PASS_GIVE_UP, 0, 0, 1, 0) : set_mirror_seq();
            (0, 0, 0, 1, 0, 0, 0, PASS_GIVE_UP, 0, 1, 0, 0) : set_mirror_seq();
            (0, 0, 0, 1, 0, 0, 0, PASS_GIVE_UP, 0, 1, 1, 0) : set_mirror_seq();
            (0, 0, 0, 1, 0, 0, 0, PASS_GIVE_UP, 1, 0, 0, 0) : set_mirror_seq();
            (0, 0, 0, 1, 0, 0, 0, PASS_GIVE_UP, 1, 0, 1, 0) : set_mirror_seq();
            (0, 0, 0, 1, 0, 0, 0, PASS_GIVE_UP, 1, 1, 0, 0) : set_mirror_seq();
            (0, 0, 0, 1, 0, 0, 0, PASS_GIVE_UP, 1, 1, 1, 0) : set_mirror_seq();
            (
                0,
                0,
                0,
                1,
                0,
                0,
                1,
                PASS_PACKET,
                0,
                0,
                0,
                0
            ) : set_out_kind_and_set_mirror_seq_and_2_more();
            (
                0,
                0,
                0,
                1,
                0,
                0,
                1,
                PASS_PACKET,
                0,
                0,
                1,
                0
            ) : set_out_kind_and_set_mirror_seq_and_3_more();
            (
                0,
                0,
                0,
                1,
                0,
                0,
                1,
                PASS_PACKET,
                0,
                1,
                0,
                0
            ) : set_out_kind_and_set_mirror_seq_and_2_more();
            (
                0,
                0,
                0,
                1,
                0,
                0,
                1,
                PASS_PACKET,
                0,
                1,
                1,
                0
            ) : set_out_kind_and_set_mirror_seq_and_3_more();
            (
                0,
                0,
                0,
                1,
                0,
                0,
                1,
                PASS_PACKET,
                1,
                0,
                0,
                0
            ) : set_out_kind_and_set_mirror_seq_and_3_more_2();
            (
                0,
                0,
                0,
                1,
                0,
                0,
                1,
                PASS_PACKET,
                1,
                0,
                1,
                0
            ) : set_out_kind_and_set_mirror_seq_and_4_more();
            (0, 0, 0, 1, 0, 1, 0, PASS_PACKET, 0, 0, 0, 0) : set_mirror_seq_and_set_value_0();
            (0, 0, 0, 1, 0, 1, 0, PASS_PACKET, 0, 0, 1, 0) : set_mirror_seq_and_set_value_0();
            (0, 0, 0, 1, 0, 1, 0, PASS_PACKET, 0, 1, 0, 0) : set_mirror_seq_and_set_value_0();
            (0, 0, 0, 1, 0, 1, 0, PASS_PACKET, 0, 1, 1, 0) : set_mirror_seq_and_set_value_0();
            (0, 0, 0, 1, 0, 1, 0, PASS_PACKET, 1, 0, 0, 0) : set_mirror_seq_and_set_value_0();
            (0, 0, 0, 1, 0, 1, 0, PASS_PACKET, 1, 0, 1, 0) : set_mirror_seq_and_set_value_0();
            (
                0,
                0,
                0,
                1,
                0,
                1,
                0,
                PASS_PACKET,
                1,
                1,
                0,
                0
            ) : set_out_seq_and_set_mirror_seq_and_1_more();
            (
                0,
                0,
                0,
                1,
                0,
                1,
                0,
                PASS_PACKET,
                1,
                1,
                1,
                0
            ) : set_out_seq_and_set_mirror_seq_and_1_more();
            (0, 0, 0, 1, 0, 1, 0, PASS_MESSAGE, 0, 0, 0, 0) : set_mirror_seq();
            (0, 0, 0, 1, 0, 1, 0, PASS_MESSAGE, 0, 0, 1, 0) : set_mirror_seq();
            (0, 0, 0, 1, 0, 1, 0, PASS_MESSAGE, 0, 1, 0, 0) : set_mirror_seq();
            (0, 0, 0, 1, 0, 1, 0, PASS_MESSAGE, 0, 1, 1, 0) : set_mirror_seq();
            (0, 0, 0, 1, 0, 1, 0, PASS_MESSAGE, 1, 0, 0, 0) : set_mirror_seq();
            (0, 0, 0, 1, 0, 1, 0, PASS_MESSAGE, 1, 0, 1, 0) : set_mirror_seq();
            (0, 0, 0, 1, 0, 1, 0, PASS_MESSAGE, 1, 1, 0, 0) : set_mirror_seq();
            (0, 0, 0, 1, 0, 1, 0, PASS_MESSAGE, 1, 1, 1, 0) : set_mirror_seq();
            (0, 0, 0, 1, 0, 1, 0, PASS_SWEEP, 0, 0, 0, 0) : set_mirror_seq();
            (0, 0, 0, 1, 0, 1, 0, PASS_SWEEP, 0, 0, 1, 0) : set_mirror_seq();
            (0, 0, 0, 1, 0, 1, 0, PASS_SWEEP, 0, 1, 0, 0) : set_mirror_seq();
            (0, 0, 0, 1, 0, 1, 0, PASS_SWEEP, 0, 1, 1, 0) : set_mirror_seq();
            (0, 0, 0, 1, 0, 1, 0, PASS_SWEEP, 1, 0, 0, 0) : set_mirror_seq();
            (0, 0, 0, 1, 0, 1, 0, PASS_SWEEP, 1, 0, 1, 0) : set_mirror_seq();
            (0, 0, 0, 1, 0, 1, 0, PASS_SWEEP, 1, 1, 0, 0) : set_mirror_seq();
            (0, 0, 0, 1, 0, 1, 0, PASS_SWEEP, 1, 1, 1, 0) : set_mirror_seq();
            (0, 0, 0, 1, 0, 1, 0, PASS_GIVE_UP, 0, 0, 0, 0) : set_mirror_seq();
            (0, 0, 0, 1, 0, 1, 0, PASS_GIVE_UP, 0, 0, 1, 0) : set_mirror_seq();
            (0, 0, 0, 1, 0, 1, 0, PASS_GIVE_UP, 0, 1, 0, 0) : set_mirror_seq();
            (0, 0, 0, 1, 0, 1, 0, PASS_GIVE_UP, 0, 1, 1, 0) : set_mirror_seq();
            (0, 0, 0, 1, 0, 1, 0, PASS_GIVE_UP, 1, 0, 0, 0) : set_mirror_seq();
            (0, 0, 0, 1, 0, 1, 0, PASS_GIVE_UP, 1, 0, 1, 0) : set_mirror_seq();
            (0, 0, 0, 1, 0, 1, 0, PASS_GIVE_UP, 1, 1, 0, 0) : set_mirror_seq();
            (0, 0, 0, 1, 0, 1, 0, PASS_GIVE_UP, 1, 1, 1, 0) : set_mirror_seq();
            (
                0,
                0,
                0,
                1,
                0,
                1,
                1,
                PASS_PACKET,
                0,
                0,
                0,
                0
            ) : set_out_kind_and_set_mirror_seq_and_2_more();
            (
                0,
                0,
                0,
                1,
                0,
                1,
                1,
                PASS_PACKET,
                0,
                0,
                1,
                0
            ) : set_out_kind_and_set_mirror_seq_and_3_more();
            (
                0,
                0,
                0,
                1,
                0,
                1,
                1,
                PASS_PACKET,
                0,
                1,
                0,
                0
            ) : set_out_kind_and_set_mirror_seq_and_2_more();
            (
                0,
                0,
                0,
                1,
                0,
                1,
                1,
                PASS_PACKET,
                0,
                1,
                1,
                0
            ) : set_out_kind_and_set_mirror_seq_and_3_more();
            (
                0,
                0,
                0,
                1,
                0,
                1,
                1,
                PASS_PACKET,
                1,
                0,
                0,
                0
            ) : set_out_kind_and_set_mirror_seq_and_3_more_2();
            (
                0,
                0,
                0,
                1,
                0,
                1,
                1,
                PASS_PACKET,
                1,
                0,
                1,
                0
            ) : set_out_kind_and_set_mirror_seq_and_4_more();
            (
                0,
                0,
                0,
                1,
                1,
                0,
                0,
                PASS_PACKET,
                1,
                1,
                0,
                0
            ) : set_out_seq_and_set_mirror_seq_and_2_more();
            (
                0,
                0,
                0,
                1,
                1,
                0,
                0,
                PASS_PACKET,
                1,
                1,
                1,
                0
            ) : set_out_seq_and_set_mirror_seq_and_2_more();
            (0, 0, 0, 1, 1, 1, 0, PASS_PACKET, 1, 1, 0, 0) : mark_room_and_set_out_seq_and_2_more();
            (0, 0, 0, 1, 1, 1, 0, PASS_PACKET, 1, 1, 1, 0) : mark_room_and_set_out_seq_and_2_more();
            (0, 0, 1, 0, 0, 0, 0, PASS_MESSAGE, 1, 0, 0, 0) : set_mirror_seq();
            (0, 0, 1, 0, 0, 0, 0, PASS_MESSAGE, 1, 0, 1, 0) : set_mirror_seq();
            (0, 0, 1, 0, 0, 0, 0, PASS_MESSAGE, 1, 1, 0, 0) : set_mirror_seq();
            (0, 0, 1, 0, 0, 0, 0, PASS_MESSAGE, 1, 1, 1, 0) : set_mirror_seq();
            (0, 0, 1, 0, 0, 1, 0, PASS_MESSAGE, 1, 0, 0, 0) : set_mirror_seq();
            (0, 0, 1, 0, 0, 1, 0, PASS_MESSAGE, 1, 0, 1, 0) : set_mirror_seq();
            (0, 0, 1, 0, 0, 1, 0, PASS_MESSAGE, 1, 1, 0, 0) : set_mirror_seq();
            (0, 0, 1, 0, 0, 1, 0, PASS_MESSAGE, 1, 1, 1, 0) : set_mirror_seq();
            (0, 0, 1, 1, 0, 0, 0, PASS_MESSAGE, 1, 0, 0, 0) : mark_beyond_and_set_mirror_seq();
            (0, 0, 1, 1, 0, 0, 0, PASS_MESSAGE, 1, 0, 1, 0) : mark_beyond_and_set_mirror_seq();
            (0, 0, 1, 1, 0, 0, 0, PASS_MESSAGE, 1, 1, 0, 0) : mark_beyond_and_set_mirror_seq();
            (0, 0, 1, 1, 0, 0, 0, PASS_MESSAGE, 1, 1, 1, 0) : mark_beyond_and_set_mirror_seq();
            (0, 0, 1, 1, 0, 1, 0, PASS_MESSAGE, 1, 0, 0, 0) : mark_beyond_and_set_mirror_seq();
            (0, 0, 1, 1, 0, 1, 0, PASS_MESSAGE, 1, 0, 1, 0) : mark_beyond_and_set_mirror_seq();
            (0, 0, 1, 1, 0, 1, 0, PASS_MESSAGE, 1, 1, 0, 0) : mark_beyond_and_set_mirror_seq();
            (0, 0, 1, 1, 0, 1, 0, PASS_MESSAGE, 1, 1, 1, 0) : mark_beyond_and_set_mirror_seq();
            (0, 1, 0, 0, 0, 0, 0, PASS_COPY, 1, 0, 0, 1) : count_renew_sent();
            (0, 1, 0, 0, 0, 0, 0, PASS_COPY, 1, 0, 1, 1) : count_renew_sent();
            (0, 1, 0, 0, 0, 0, 0, PASS_COPY, 1, 1, 0, 1) : count_renew_sent();
            (0, 1, 0, 0, 0, 0, 0, PASS_COPY, 1, 1, 1, 1) : count_renew_sent();
            (0, 1, 0, 0, 0, 1, 0, PASS_COPY, 1, 0, 0, 1) : count_renew_sent();
            (0, 1, 0, 0, 0, 1, 0, PASS_COPY, 1, 0, 1, 1) : count_renew_sent();
            (0, 1, 0, 0, 0, 1, 0, PASS_COPY, 1, 1, 0, 1) : count_renew_sent();
            (0, 1, 0, 0, 0, 1, 0, PASS_COPY, 1, 1, 1, 1) : count_renew_sent();
            (0, 1, 0, 1, 0, 0, 0, PASS_COPY, 1, 0, 0, 1) : count_renew_sent();
            (0, 1, 0, 1, 0, 0, 0, PASS_COPY, 1, 0, 1, 1) : count_renew_sent();
            (0, 1, 0, 1, 0, 0, 0, PASS_COPY, 1, 1, 0, 1) : count_renew_sent();
            (0, 1, 0, 1, 0, 0, 0, PASS_COPY, 1, 1, 1, 1) : count_renew_sent();
            (0, 1, 0, 1, 0, 1, 0, PASS_COPY, 1, 0, 0, 1) : count_renew_sent();
            (0, 1, 0, 1, 0, 1, 0, PASS_COPY, 1, 0, 1, 1) : count_renew_sent();
            (0, 1, 0, 1, 0, 1, 0, PASS_COPY, 1, 1, 0, 1) : count_renew_sent();
            (0, 1, 0, 1, 0, 1, 0, PASS_COPY, 1, 1, 1, 1) : count_renew_sent();
            (1, 0, 0, 0, 0, 0, 0, PASS_MESSAGE, 1, 0, 0, 0) : set_mirror_seq();
            (1, 0, 0, 0, 0, 0, 0, PASS_MESSAGE, 1, 0, 1, 0) : set_mirror_seq();
            (1, 0, 0, 0, 0, 0, 0, PASS_MESSAGE, 1, 1, 0, 0) : set_mirror_seq();
            (1, 0, 0, 0, 0, 0, 0, PASS_MESSAGE, 1, 1, 1, 0) : set_mirror_seq();
            (1, 0, 0, 0, 0, 0, 0, PASS_GIVE_UP, 1, 0, 0, 0) : set_mirror_seq();
            (1, 0, 0, 0, 0, 0, 0, PASS_GIVE_UP, 1, 0, 1, 0) : set_mirror_seq();
            (1, 0, 0, 0, 0, 0, 0, PASS_GIVE_UP, 1, 1, 0, 0) : set_mirror_seq();
            (1, 0, 0, 0, 0, 0, 0, PASS_GIVE_UP, 1, 1, 1, 0) : set_mirror_seq();
            (
                1,
                0,
                0,
                0,
                0,
                0,
                1,
                PASS_PACKET,
                1,
                0,
                0,
                0
            ) : set_out_kind_and_set_mirror_seq_and_3_more_2();
            (
                1,
                0,
                0,
                0,
                0,
                0,
                1,
                PASS_PACKET,
                1,
                0,
                1,
                0
            ) : set_out_kind_and_set_mirror_seq_and_4_more();
            (1, 0, 0, 0, 0, 1, 0, PASS_MESSAGE, 1, 0, 0, 0) : set_mirror_seq();
            (1, 0, 0, 0, 0, 1, 0, PASS_MESSAGE, 1, 0, 1, 0) : set_mirror_seq();
            (1, 0, 0, 0, 0, 1, 0, PASS_MESSAGE, 1, 1, 0, 0) : set_mirror_seq();
            (1, 0, 0, 0, 0, 1, 0, PASS_MESSAGE, 1, 1, 1, 0) : set_mirror_seq();
            (1, 0, 0, 0, 0, 1, 0, PASS_GIVE_UP, 1, 0, 0, 0) : set_mirror_seq();
            (1, 0, 0, 0, 0, 1, 0, PASS_GIVE_UP, 1, 0, 1, 0) : set_mirror_seq();
            (1, 0, 0, 0, 0, 1, 0, PASS_GIVE_UP, 1, 1, 0, 0) : set_mirror_seq();
            (1, 0, 0, 0, 0, 1, 0, PASS_GIVE_UP, 1, 1, 1, 0) : set_mirror_seq();
            (
                1,
                0,
                0,
                0,
                0,
                1,
                1,
                PASS_PACKET,
                1,
                0,
                0,
                0
            ) : set_out_kind_and_set_mirror_seq_and_3_more_2();
            (
                1,
                0,
                0,
                0,
                0,
                1,
                1,
                PASS_PACKET,
                1,
                0,
                1,
                0
            ) : set_out_kind_and_set_mirror_seq_and_4_more();
            (
                1,
                0,
                0,
                0,
                1,
                0,
                0,
                PASS_PACKET,
                1,
                1,
                0,
                0
            ) : set_out_seq_and_set_mirror_seq_and_2_more();
            (
                1,
                0,
                0,
                0,
                1,
                0,
                0,
                PASS_PACKET,
                1,
                1,
                1,
                0
            ) : set_out_seq_and_set_mirror_seq_and_2_more();
            (1, 0, 0, 0, 1, 1, 0, PASS_PACKET, 1, 1, 0, 0) : mark_room_and_set_out_seq_and_2_more();
            (1, 0, 0, 0, 1, 1, 0, PASS_PACKET, 1, 1, 1, 0) : mark_room_and_set_out_seq_and_2_more();
            (1, 0, 0, 1, 0, 0, 0, PASS_MESSAGE, 1, 0, 0, 0) : set_mirror_seq();
            (1, 0, 0, 1, 0, 0, 0, PASS_MESSAGE, 1, 0, 1, 0) : set_mirror_seq();
            (1, 0, 0, 1, 0, 0, 0, PASS_MESSAGE, 1, 1, 0, 0) : set_mirror_seq();
            (1, 0, 0, 1, 0, 0, 0, PASS_MESSAGE, 1, 1, 1, 0) : set_mirror_seq();
            (1, 0, 0, 1, 0, 0, 0, PASS_GIVE_UP, 1, 0, 0, 0) : set_mirror_seq();
            (1, 0, 0, 1, 0, 0, 0, PASS_GIVE_UP, 1, 0, 1, 0) : set_mirror_seq();
            (1, 0, 0, 1, 0, 0, 0, PASS_GIVE_UP, 1, 1, 0, 0) : set_mirror_seq();
            (1, 0, 0, 1, 0, 0, 0, PASS_GIVE_UP, 1, 1, 1, 0) : set_mirror_seq();
            (
                1,
                0,
                0,
                1,
                0,
                0,
                1,
                PASS_PACKET,
                1,
                0,
                0,
                0
            ) : set_out_kind_and_set_mirror_seq_and_3_more_2();
            (
                1,
                0,
                0,
                1,
                0,
                0,
                1,
                PASS_PACKET,
                1,
                0,
                1,
                0
            ) : set_out_kind_and_set_mirror_seq_and_4_more();
            (1, 0, 0, 1, 0, 1, 0, PASS_MESSAGE, 1, 0, 0, 0) : set_mirror_seq();
            (1, 0, 0, 1, 0, 1, 0, PASS_MESSAGE, 1, 0, 1, 0) : set_mirror_seq();
            (1, 0, 0, 1, 0, 1, 0, PASS_MESSAGE, 1, 1, 0, 0) : set_mirror_seq();
            (1, 0, 0, 1, 0, 1, 0, PASS_MESSAGE, 1, 1, 1, 0) : set_mirror_seq();
            (1, 0, 0, 1, 0, 1, 0, PASS_GIVE_UP, 1, 0, 0, 0) : set_mirror_seq();
            (1, 0, 0, 1, 0, 1, 0, PASS_GIVE_UP, 1, 0, 1, 0) : set_mirror_seq();
            (1, 0, 0, 1, 0, 1, 0, PASS_GIVE_UP, 1, 1, 0, 0) : set_mirror_seq();
            (1, 0, 0, 1, 0, 1, 0, PASS_GIVE_UP, 1, 1, 1, 0) : set_mirror_seq();
            (
                1,
                0,
                0,
                1,
                0,
                1,
                1,
                PASS_PACKET,
                1,
                0,
                0,
                0
            ) : set_out_kind_and_set_mirror_seq_and_3_more_2();
            (
                1,
                0,
                0,
                1,
                0,
                1,
                1,
                PASS_PACKET,
                1,
                0,
                1,
                0
            ) : set_out_kind_and_set_mirror_seq_and_4_more();
            (
                1,
                0,
                0,
                1,
                1,
                0,
                0,
                PASS_PACKET,
                1,
                1,
                0,
                0
            ) : set_out_seq_and_set_mirror_seq_and_2_more();
            (
                1,
                0,
                0,
                1,
                1,
                0,
                0,
                PASS_PACKET,
                1,
                1,
                1,
                0
            ) : set_out_seq_and_set_mirror_seq_and_2_more();
            (1, 0, 0, 1, 1, 1, 0, PASS_PACKET, 1, 1, 0, 0) : mark_room_and_set_out_seq_and_2_more();
            (1, 0, 0, 1, 1, 1, 0, PASS_PACKET, 1, 1, 1, 0) : mark_room_and_set_out_seq_and_2_more();
            (1, 1, 0, 0, 0, 0, 0, PASS_COPY, 1, 0, 0, 0) : mark_reminds();
            (1, 1, 0, 0, 0, 0, 0, PASS_COPY, 1, 0, 1, 0) : mark_reminds();
            (1, 1, 0, 0, 0, 0, 0, PASS_COPY, 1, 1, 0, 0) : mark_reminds();
            (1, 1, 0, 0, 0, 0, 0, PASS_COPY, 1, 1, 1, 0) : mark_reminds();
            (1, 1, 0, 0, 0, 1, 0, PASS_COPY, 1, 0, 0, 0) : mark_reminds();
            (1, 1, 0, 0, 0, 1, 0, PASS_COPY, 1, 0, 1, 0) : mark_reminds();
            (1, 1, 0, 0, 0, 1, 0, PASS_COPY, 1, 1, 0, 0) : mark_reminds();
            (1, 1, 0, 0, 0, 1, 0, PASS_COPY, 1, 1, 1, 0) : mark_reminds();
            (1, 1, 0, 1, 0, 0, 0, PASS_COPY, 1, 0, 0, 0) : mark_reminds();
            (1, 1, 0, 1, 0, 0, 0, PASS_COPY, 1, 0, 1, 0) : mark_reminds();
            (1, 1, 0, 1, 0, 0, 0, PASS_COPY, 1, 1, 0, 0) : mark_reminds();
            (1, 1, 0, 1, 0, 0, 0, PASS_COPY, 1, 1, 1, 0) : mark_reminds();
            (1, 1, 0, 1, 0, 1, 0, PASS_COPY, 1, 0, 0, 0) : mark_reminds();
            (1, 1, 0, 1, 0, 1, 0, PASS_COPY, 1, 0, 1, 0) : mark_reminds();
            (1, 1, 0, 1, 0, 1, 0, PASS_COPY, 1, 1, 0, 0) : mark_reminds();
            (1, 1, 0, 1, 0, 1, 0, PASS_COPY, 1, 1, 1, 0) : mark_reminds();
        }
        size = 256;
    }

    action mark_is_newest() {
        ig_md.is_newest = 1;
    }

    action count_renounced_in_request() {
        counters_6_d.count(COUNT_RENOUNCED_IN_REQUEST);
    }

    action count_copy_superseded() {
        counters_7_a.count(COUNT_COPY_SUPERSEDED);
    }

    action count_copy_acked() {
        counters_7_a.count(COUNT_COPY_ACKED);
    }

    action count_ack_beyond_seq() {
        counters_7_a.count(COUNT_ACK_BEYOND_SEQ);
    }

    action count_write_begun() {
        counters_7_a.count(COUNT_WRITE_BEGUN);
    }

    table decisions_7_a {
        key = {
            ig_md.room            : exact;
            ig_md.beyond          : exact;
            ig_md.wrote           : exact;
            ig_md.is_newest       : exact;
            ig_md.acked_is_before : exact;
        }
        actions = {
            count_copy_superseded;
            count_copy_acked;
            count_ack_beyond_seq;
            count_write_begun;
            @defaultonly NoAction;
        }
        const default_action = NoAction();
        const entries = {
            (0, 0, 1, 0, 0) : count_copy_superseded();
            (0, 0, 1, 0, 1) : count_copy_superseded();
            (0, 0, 1, 1, 0) : count_copy_acked();
            (0, 1, 0, 0, 0) : count_ack_beyond_seq();
            (0, 1, 0, 0, 1) : count_ack_beyond_seq();
            (1, 0, 0, 0, 0) : count_write_begun();
            (1, 0, 0, 0, 1) : count_write_begun();
        }
        size = 7;
    }

    action set_fate_4() {
        ig_md.fate = FATE_LEAVES;
        hdr.bridge.kind = KIND_WRITE;
    }

    action set_out_kind() {
        hdr.bridge.kind = ig_md.message_kind;
    }

    action set_mirror_kind() {
        ig_md.mirror_kind = ig_md.message_kind;
    }

    action count_resent() {
        counters_7_b.count(COUNT_RESENT);
    }

    Departure() departure;

    apply {
        // What only the parser needed.
        hdr.sweep.setInvalid();
        hdr.again.setInvalid();
        hdr.cpu.setInvalid();
        if (ig_md.skips == 0) {
            // Stage 0: mirror_depth.
            mirror_depth_access.apply();
            decisions_0_a.apply();
            set_message_timestamp_plus_lease_span_settings.apply();
            if (hdr.bridge.pass == PASS_MESSAGE) {
                set_deadline_latest_a_settings.apply();
            } else if (hdr.bridge.pass != PASS_MESSAGE) {
                set_deadline_latest_a_2_settings.apply();
            }
            if (hdr.bridge.pass == PASS_MESSAGE && ig_md.message_kind == KIND_GRANT) {
                set_deadline_put_a_settings.apply();
            } else if (ig_md.message_kind != KIND_GRANT || hdr.bridge.pass != PASS_MESSAGE) {
                set_deadline_put_a_2_settings.apply();
            }
            if (hdr.copy.wait == 0) {
                mark_unsent_2_settings.apply();
            }

            // Stage 1: the flow table.
            if (hdr.bridge.pass != PASS_SWEEP) {
                flows.apply();
            }
            set_message_timestamp_plus_lease_span_minus_now_settings.apply();
            if (
                hdr.bridge.pass == PASS_MESSAGE
                    && ig_md.switch_id[15:0] == hdr.redplane.switch_id
                    && ig_md.switch_id[31:16] == 0
                    && ig_md.message_kind == KIND_GRANT
            ) {
                if (
                    ig_md.incarnation[15:0] == hdr.redplane.incarnation
                        && ig_md.incarnation[31:16] == 0
                ) {
                    mark_is_grant();
                }
            }
            if (
                hdr.bridge.pass == PASS_MESSAGE
                    && ig_md.switch_id[15:0] == hdr.redplane.switch_id
                    && ig_md.switch_id[31:16] == 0
            ) {
                if (
                    ig_md.incarnation[15:0] == hdr.redplane.incarnation
                        && ig_md.incarnation[31:16] == 0
                ) {
                    mark_is_mine();
                }
            }
            if (
                hdr.bridge.pass == PASS_MESSAGE
                    && ig_md.switch_id[15:0] == hdr.redplane.switch_id
                    && ig_md.switch_id[31:16] == 0
                    && ig_md.message_kind == KIND_RECALL
            ) {
                if (
                    ig_md.incarnation[15:0] == hdr.redplane.incarnation
                        && ig_md.incarnation[31:16] == 0
                ) {
                    mark_is_recall();
                }
            }
            if (
                hdr.bridge.pass == PASS_MESSAGE
                    && ig_md.switch_id[15:0] == hdr.redplane.switch_id
                    && ig_md.switch_id[31:16] == 0
                    && ig_md.message_kind == KIND_RELEASE
            ) {
                if (
                    ig_md.incarnation[15:0] == hdr.redplane.incarnation
                        && ig_md.incarnation[31:16] == 0
                ) {
                    mark_is_release();
                }
            }
            if (
                hdr.bridge.pass == PASS_COPY
                    && ig_md.copy_due_minus_now[31:31] == 0
                    && ig_md.copy_due_minus_now != 0
            ) {
                mark_early();
            }
            if (
                hdr.bridge.pass == PASS_MESSAGE
                    && (ig_md.switch_id[15:0] != hdr.redplane.switch_id
                        || ig_md.switch_id[31:16] != 0)
            ) {
                count_wrong_switch();
            }

            // Stage 2: epoch.
            decisions_2_a.apply();
            decisions_2_b.apply();
            if (
                ig_md.is_grant == 1
                    && ig_md.hit == 1
                    && ig_md.message_timestamp_plus_lease_span_minus_now[31:31] == 0
                    && ig_md.message_timestamp_plus_lease_span_minus_now != 0
            ) {
                ig_md.epoch_adopt = epoch_adopt.execute(ig_md.slot);
            } else if (
                hdr.bridge.pass == PASS_COPY
                    || (hdr.bridge.pass == PASS_MESSAGE && ig_md.message_kind != KIND_GRANT)
            ) {
                ig_md.epoch_same = epoch_same.execute(ig_md.slot);
            } else {
                ig_md.epoch_read = epoch_read.execute(ig_md.slot);
            }
            if (
                ig_md.is_grant == 1
                    && ig_md.hit == 1
                    && ig_md.message_timestamp_plus_lease_span_minus_now[31:31] == 0
                    && ig_md.message_timestamp_plus_lease_span_minus_now != 0
            ) {
                mark_counts();
            }
            if (
                ig_md.hit == 1
                    && hdr.bridge.pass != PASS_SWEEP
                    && (hdr.bridge.pass != PASS_MESSAGE
                        || (ig_md.incarnation[15:0] == hdr.redplane.incarnation
                            && ig_md.incarnation[31:16] == 0))
                    && (hdr.bridge.pass != PASS_PACKET || hdr.tcp.isValid() || hdr.udp.isValid())
            ) {
                if (
                    hdr.bridge.pass != PASS_MESSAGE
                        || (ig_md.switch_id[15:0] == hdr.redplane.switch_id
                            && ig_md.switch_id[31:16] == 0)
                ) {
                    mark_hit_2();
                }
            }
            if (
                ig_md.is_grant == 1
                    && ig_md.hit == 0
                    && ig_md.message_timestamp_plus_lease_span_minus_now[31:31] == 0
                    && ig_md.message_timestamp_plus_lease_span_minus_now != 0
            ) {
                mark_missing();
            }
            if (
                ig_md.unsent_2 == 0
                    && ig_md.copy_wait_plus_copy_wait_minus_resend_max[31:31] == 0
                    && ig_md.copy_wait_plus_copy_wait_minus_resend_max != 0
            ) {
                set_choice_14_settings.apply();
            } else if (
                ig_md.unsent_2 == 0
                    && (ig_md.copy_wait_plus_copy_wait_minus_resend_max[31:31] != 0
                        || ig_md.copy_wait_plus_copy_wait_minus_resend_max == 0)
            ) {
                set_choice_14_2();
            }
            if (
                ig_md.copy_wait_plus_copy_wait_minus_resend_max[31:31] == 0
                    && ig_md.copy_wait_plus_copy_wait_minus_resend_max != 0
            ) {
                mark_too_long_2();
            }
            if (
                ig_md.is_grant == 1
                    && ig_md.message_timestamp_plus_lease_span_minus_now[31:31] == 0
                    && ig_md.message_timestamp_plus_lease_span_minus_now != 0
            ) {
                mark_in_time();
            }
            if (ig_md.early == 1) {
                set_mirror_due();
            } else if (ig_md.early == 0 && ig_md.unsent_2 == 1 && hdr.bridge.pass == PASS_COPY) {
                set_mirror_wait_settings.apply();
            }
            if (
                ig_md.is_mine == 0
                    && hdr.bridge.pass == PASS_MESSAGE
                    && ig_md.switch_id[15:0] == hdr.redplane.switch_id
                    && ig_md.switch_id[31:16] == 0
            ) {
                count_old_incarnation();
            }

            // Stage 3: renounced.
            renounced_access.apply();
            decisions_3_a.apply();
            decisions_3_b.apply();
            decisions_3_c.apply();
            if (ig_md.missing == 1 && ig_md.table_full == 0) {
                set_fate();
            } else if (ig_md.releases_write == 1) {
                set_fate_2();
            } else if (ig_md.releases_read == 1) {
                set_fate_3();
            }
            if (
                ig_md.early == 0
                    && ig_md.too_long_2 == 1
                    && ig_md.unsent_2 == 0
                    && hdr.bridge.pass == PASS_COPY
            ) {
                set_mirror_wait_2_settings.apply();
            } else if (
                ig_md.early == 0
                    && ig_md.too_long_2 == 0
                    && ig_md.unsent_2 == 0
                    && hdr.bridge.pass == PASS_COPY
            ) {
                set_mirror_wait_3();
            }

            // Stage 4: deadline. What the stage before noted is counted.
            if (ig_md.counters_3_b_index != 0) {
                counters_3_b.count(ig_md.counters_3_b_index);
            }
            if (ig_md.counters_3_e_index != 0) {
                counters_3_e.count(ig_md.counters_3_e_index);
            }
            decisions_4_a.apply();
            decisions_4_b.apply();
            decisions_4_c.apply();
            if (
                ig_md.hit_2 == 1
                    && (ig_md.installs == 1
                        || ig_md.ends_lease_here == 1
                        || (ig_md.renounced_replace == 0
                            && ig_md.mirror_depth_is_before == 1
                            && hdr.bridge.pass != PASS_COPY
                            && (hdr.bridge.pass != PASS_MESSAGE || ig_md.epoch_same == 1)
                            && (hdr.bridge.pass != PASS_MESSAGE
                                || ig_md.message_kind == KIND_RECALL)
                            && hdr.bridge.pass != PASS_PACKET))
            ) {
                deadline_put.execute(ig_md.slot);
            } else {
                if (
                    (hdr.bridge.pass == PASS_SWEEP
                        || ig_md.message_kind != KIND_RENEW_ACK
                        || ig_md.epoch_same == 1)
                        && (hdr.bridge.pass == PASS_SWEEP
                            || ig_md.message_kind != KIND_WRITE_ACK
                            || ig_md.epoch_same == 1)
                        && (hdr.bridge.pass == PASS_SWEEP
                            || ig_md.epoch_adopt == 4
                            || ig_md.message_kind == KIND_WRITE_ACK
                            || ig_md.message_kind == KIND_RENEW_ACK)
                        && (hdr.bridge.pass == PASS_SWEEP
                            || ig_md.message_kind == KIND_GRANT
                            || ig_md.message_kind == KIND_WRITE_ACK
                            || ig_md.message_kind == KIND_RENEW_ACK)
                        && (hdr.bridge.pass == PASS_SWEEP || ig_md.renounced_read == 0)
                        && (hdr.bridge.pass == PASS_SWEEP || ig_md.hit == 1)
                        && (hdr.bridge.pass == PASS_MESSAGE || hdr.bridge.pass == PASS_SWEEP)
                ) {
                    if (
                        hdr.bridge.pass == PASS_SWEEP
                            || (ig_md.message_timestamp_plus_lease_span_minus_now[31:31] == 0
                                && ig_md.message_timestamp_plus_lease_span_minus_now != 0)
                            || ig_md.message_kind == KIND_WRITE_ACK
                            || ig_md.message_kind == KIND_RENEW_ACK
                    ) {
                        if (
                            hdr.bridge.pass == PASS_SWEEP
                                || (ig_md.incarnation[15:0] == hdr.redplane.incarnation
                                    && ig_md.incarnation[31:16] == 0)
                        ) {
                            if (
                                hdr.bridge.pass == PASS_SWEEP
                                    || (ig_md.switch_id[15:0] == hdr.redplane.switch_id
                                        && ig_md.switch_id[31:16] == 0)
                            ) {
                                deadline_latest.execute(ig_md.slot);
                            } else {
                                ig_md.deadline_is_after = deadline_is_after.execute(ig_md.slot);
                            }
                        } else {
                            ig_md.deadline_is_after = deadline_is_after.execute(ig_md.slot);
                        }
                    } else {
                        ig_md.deadline_is_after = deadline_is_after.execute(ig_md.slot);
                    }
                } else {
                    ig_md.deadline_is_after = deadline_is_after.execute(ig_md.slot);
                }
            }
            if (ig_md.counts == 1 && ig_md.renounced_read == 0 && ig_md.epoch_adopt == 4) {
                mark_extends();
            }

            // Stage 5: seq, silence, state_0. What the stage before noted is counted.
            if (ig_md.counters_4_b_index != 0) {
                counters_4_b.count(ig_md.counters_4_b_index);
            }
            seq_access.apply();
            state_0_access.apply();
            decisions_5_a.apply();
            decisions_5_b.apply();
            decisions_5_c.apply();
            if (ig_md.has_ports == 1 && (ig_md.deadline_is_after == 0 || ig_md.hit == 0)) {
                ig_md.silence_unanswered = silence_unanswered.execute(0);
            } else if (
                ig_md.has_key == 1
                    && (ig_md.extension == 1
                        || (hdr.bridge.pass != PASS_COPY
                            && (hdr.bridge.pass != PASS_MESSAGE
                                || ig_md.message_kind == KIND_GRANT
                                || ig_md.message_kind == KIND_RELEASE
                                || ig_md.message_kind == KIND_GIVE_UP_ACK
                                || ig_md.message_kind == KIND_RECALL
                                || ig_md.message_kind == KIND_REFUSE)
                            && (hdr.bridge.pass != PASS_MESSAGE
                                || ig_md.hit == 1
                                || ig_md.message_timestamp_plus_lease_span_minus_now[31:31] != 0
                                || ig_md.message_timestamp_plus_lease_span_minus_now == 0
                                || ig_md.table_full == 1
                                || ig_md.message_kind == KIND_RELEASE
                                || ig_md.message_kind == KIND_GIVE_UP_ACK
                                || ig_md.message_kind == KIND_RECALL
                                || ig_md.message_kind == KIND_REFUSE)
                            && hdr.bridge.pass != PASS_PACKET))
            ) {
                silence_put.execute(0);
            }

            // Stage 6: acked, asked.
            acked_access.apply();
            asked_access.apply();
            decisions_6_a.apply();
            if (
                (ig_md.renounced_read != 2 || hdr.redplane.seq == 0)
                    && (ig_md.message_kind == KIND_WRITE || hdr.redplane.seq == 0)
            ) {
                if (
                    (ig_md.epoch_same == 1 || hdr.redplane.seq == 0)
                        && (ig_md.hit == 1 || hdr.redplane.seq == 0)
                        && hdr.bridge.pass == PASS_COPY
                ) {
                    if (
                        ig_md.hit == 0
                            || ig_md.epoch_same == 0
                            || ig_md.message_kind != KIND_WRITE
                            || ig_md.renounced_read == 2
                            || hdr.redplane.seq == ig_md.seq_read
                    ) {
                        mark_is_newest();
                    }
                }
            }
            if (ig_md.away == 1 && ig_md.holds_2 == 0) {
                count_renounced_in_request();
            }

            // Stage 7. What the stage before noted is counted.
            if (ig_md.counters_6_b_index != 0) {
                counters_6_b.count(ig_md.counters_6_b_index);
            }
            if (ig_md.counters_6_c_index != 0) {
                counters_6_c.count(ig_md.counters_6_c_index);
            }
            decisions_7_a.apply();
            if (ig_md.room == 1) {
                set_fate_4();
            }
            if (
                ig_md.matters == 1
                    && (ig_md.renews == 1
                        || ig_md.copy_due_minus_now[31:31] != 0
                        || ig_md.copy_due_minus_now == 0)
                    && (ig_md.renews == 1
                        || ig_md.message_kind == KIND_GIVE_UP
                        || ig_md.acked_is_before == 1)
                    && (ig_md.renews == 1
                        || ig_md.message_kind == KIND_WRITE
                        || ig_md.message_kind == KIND_GIVE_UP)
            ) {
                if (
                    ig_md.renews == 1
                        || ig_md.message_kind == KIND_GIVE_UP
                        || hdr.redplane.seq == ig_md.seq_read
                ) {
                    if (
                        ig_md.renews == 1
                            || ig_md.message_kind != KIND_GIVE_UP
                            || ig_md.renounced_read == 1
                    ) {
                        set_out_kind();
                    }
                }
            }
            if (
                ig_md.matters == 1
                    && (ig_md.reminds == 1
                        || (ig_md.message_kind == KIND_WRITE
                            && hdr.redplane.seq == ig_md.seq_read
                            && ig_md.acked_is_before == 1))
            ) {
                set_mirror_kind();
            }
            if (
                ig_md.early == 0
                    && ig_md.matters == 1
                    && ig_md.unsent_2 == 0
                    && (ig_md.reminds == 1
                        || (ig_md.message_kind == KIND_WRITE
                            && hdr.redplane.seq == ig_md.seq_read
                            && ig_md.acked_is_before == 1))
            ) {
                count_resent();
            }
        }
        departure.apply(hdr, ig_md, ig_prsr_md, ig_dprsr_md, ig_tm_md);
    }
}

// Checksums are mended by what has changed (RFC 1624): the words taken out and put in, zeros where
// nothing was.
control IngressDeparser(
    packet_out pkt,
    inout ingress_headers_t hdr,
    in ingress_metadata_t ig_md,
    in ingress_intrinsic_metadata_for_deparser_t ig_dprsr_md
) {
    Mirror(MIRROR_RENEWAL) renewals;

    apply {
        if (ig_dprsr_md.mirror_type == MIRROR_RENEWAL) {
            renewals.emit<renewal_h>(
                ig_md.session,
                {
                    ig_md.internal_type,
                    20w0,
                    ig_md.mirror_kind,
                    ig_md.mirror_epoch,
                    hdr.key.word_0,
                    hdr.key.word_1,
                    hdr.key.word_2,
                    hdr.key.word_3
                }
            );
        }
        pkt.emit(hdr.cpu_ethernet);
        pkt.emit(hdr.cpu);
        pkt.emit(hdr.bridge);
        pkt.emit(hdr.copy);
        pkt.emit(hdr.again);
        pkt.emit(hdr.ethernet);
        pkt.emit(hdr.redplane);
        pkt.emit(hdr.key);
        pkt.emit(hdr.state);
        pkt.emit(hdr.carried_ethernet);
        pkt.emit(hdr.vlan);
        pkt.emit(hdr.inner_vlan);
        pkt.emit(hdr.ipv4);
        pkt.emit(hdr.ipv4_options_32);
        pkt.emit(hdr.ipv4_options_16);
        pkt.emit(hdr.ipv4_options_8);
        pkt.emit(hdr.ipv4_options_4);
        pkt.emit(hdr.ports);
        pkt.emit(hdr.tcp);
        pkt.emit(hdr.udp);
        pkt.emit(hdr.icmp);
        pkt.emit(hdr.l4_checksum);
        pkt.emit(hdr.tcp_end);
        pkt.emit(hdr.icmp_end);
        pkt.emit(hdr.inner_ipv4);
        pkt.emit(hdr.inner_l4);
    }
}

@pa_no_init("egress", "eg_md.mirror_kind")
@pa_no_init("egress", "eg_md.internal_type")
parser EgressParser(
    packet_in pkt,
    out egress_headers_t hdr,
    out egress_metadata_t eg_md,
    out egress_intrinsic_metadata_t eg_intr_md
) {
    state start {
        pkt.extract(eg_intr_md);
        eg_md.mirror_kind = 0;
        eg_md.internal_type = 0;
        transition select(pkt.lookahead<bit<8>>()) {
            TYPE_MESSAGE: parse_message;
            TYPE_COPY: parse_copy;
            TYPE_COPY_FRESH: parse_fresh_copy;
            TYPE_RENEWAL: parse_renewal;
            default: accept;
        }
    }

    state parse_message {
        pkt.extract(hdr.bridge);
        pkt.extract(hdr.key);
        hdr.ethernet.setValid();
        hdr.ethernet.dst_addr = 0;
        hdr.ethernet.src_addr = 0;
        hdr.ethernet.ether_type = 0;
        hdr.ipv4.setValid();
        hdr.ipv4.version_ihl = 0;
        hdr.ipv4.diffserv = 0;
        hdr.ipv4.total_len = 0;
        hdr.ipv4.identification = 0;
        hdr.ipv4.fragment = 0;
        hdr.ipv4.ttl_protocol = 0;
        hdr.ipv4.checksum = 0;
        hdr.ipv4.src_addr = 0;
        hdr.ipv4.dst_addr = 0;
        hdr.ports.setValid();
        hdr.ports.src = 0;
        hdr.ports.dst = 0;
        hdr.udp.setValid();
        hdr.udp.length = 0;
        hdr.udp.checksum = 0;
        hdr.redplane.setValid();
        hdr.redplane.version = 0;
        hdr.redplane.kind = 0;
        hdr.redplane.schema = 0;
        hdr.redplane.switch_id = 0;
        hdr.redplane.incarnation = 0;
        hdr.redplane.reserved = 0;
        hdr.redplane.port = 0;
        hdr.redplane.migrated = 0;
        hdr.redplane.more = 0;
        hdr.redplane.retransmission = 0;
        hdr.redplane.tag = 0;
        hdr.redplane.piggyback = 0;
        hdr.redplane.epoch = 0;
        hdr.redplane.seq = 0;
        hdr.redplane.timestamp = 0;
        transition select(hdr.bridge.kind) {
            KIND_WRITE: parse_state;
            default: accept;
        }
    }

    state parse_state {
        pkt.extract(hdr.state);
        transition accept;
    }

    state parse_copy {
        pkt.extract(hdr.copy);
        transition accept;
    }

    state parse_fresh_copy {
        pkt.extract(hdr.copy);

        // The headers around the message: around the loop they only cost room.
        pkt.advance(336);
        transition accept;
    }

    state parse_renewal {
        pkt.extract(hdr.renewal);
        pkt.extract(hdr.key);

        // The mirrored packet itself.
        pkt.advance(320);
        hdr.copy.setValid();
        hdr.copy.internal_type = 0;
        hdr.copy.depth = 0;
        hdr.copy.due = 0;
        hdr.copy.wait = 0;
        hdr.redplane.setValid();
        hdr.redplane.version = 0;
        hdr.redplane.kind = 0;
        hdr.redplane.schema = 0;
        hdr.redplane.switch_id = 0;
        hdr.redplane.incarnation = 0;
        hdr.redplane.reserved = 0;
        hdr.redplane.port = 0;
        hdr.redplane.migrated = 0;
        hdr.redplane.more = 0;
        hdr.redplane.retransmission = 0;
        hdr.redplane.tag = 0;
        hdr.redplane.piggyback = 0;
        hdr.redplane.epoch = 0;
        hdr.redplane.seq = 0;
        hdr.redplane.timestamp = 0;
        transition accept;
    }
}

// The headers around a message, the copy that remembers it, and how long the queue was that a copy
// has left.
control Envelope(
    inout egress_headers_t hdr,
    inout egress_metadata_t eg_md,
    in egress_intrinsic_metadata_t eg_intr_md,
    inout egress_intrinsic_metadata_for_deparser_t eg_dprsr_md
) {
    action discard() {
        eg_dprsr_md.drop_ctl = 1;
    }

    // The UDP checksum stays zero: it covers the packet inside, which nobody here sees.
    action begin_message() {
        hdr.ethernet.ether_type = ETHERTYPE_IPV4;
        hdr.ipv4.version_ihl = 0x45;
        hdr.ipv4.fragment = 0x4000;
        hdr.ipv4.ttl_protocol = 0x4011;
        hdr.ports.src = UDP_PORT_SWITCH;
        hdr.redplane.version = REDPLANE_VERSION;
        hdr.redplane.schema = REDPLANE_SCHEMA;
    }

    action set_sender(bit<16> switch_id, bit<16> incarnation) {
        hdr.redplane.switch_id = switch_id;
        hdr.redplane.incarnation = incarnation;
    }

    action address(
        bit<48> dst_mac,
        bit<48> src_mac,
        bit<32> src_addr,
        bit<32> dst_addr,
        bit<16> dst_port
    ) {
        hdr.ethernet.dst_addr = dst_mac;
        hdr.ethernet.src_addr = src_mac;
        hdr.ipv4.src_addr = src_addr;
        hdr.ipv4.dst_addr = dst_addr;
        hdr.ports.dst = dst_port;
    }

    action alone(bit<16> total_len, bit<16> length) {
        hdr.ipv4.total_len = total_len;
        hdr.udp.length = length;
    }

    // The length is the frame's when it came in, with its FCS.
    action carries(bit<16> total_len, bit<16> length) {
        hdr.ipv4.total_len = eg_intr_md.pkt_length + total_len;
        hdr.udp.length = eg_intr_md.pkt_length + length;
        hdr.redplane.port = hdr.bridge.port;
    }

    action remember() {
        eg_dprsr_md.mirror_type = MIRROR_COPY;
        eg_md.session = SESSION_COPY;
        eg_md.internal_type = TYPE_COPY_FRESH;
    }

    action remember_again() {
        eg_dprsr_md.mirror_type = MIRROR_COPY;
        eg_md.session = SESSION_COPY;
        eg_md.internal_type = TYPE_COPY_FRESH;
        eg_md.mirror_due = hdr.bridge.due;
        eg_md.mirror_wait = hdr.bridge.wait;
    }

    // A packet cannot be cut off its message here. The copy is, and is sent at once.
    action remember_instead() {
        eg_dprsr_md.mirror_type = MIRROR_COPY;
        eg_md.session = SESSION_COPY;
        eg_md.internal_type = TYPE_COPY_FRESH;
        eg_md.mirror_due = hdr.bridge.now;
        eg_md.mirror_wait = 0;
        eg_dprsr_md.drop_ctl = 1;
    }

    action become_renewal() {
        hdr.copy.internal_type = TYPE_COPY;
        hdr.copy.depth = eg_intr_md.deq_qdepth[15:0];
        hdr.redplane.version = REDPLANE_VERSION;
        hdr.redplane.schema = REDPLANE_SCHEMA;
        hdr.redplane.kind = hdr.renewal.kind;
        hdr.redplane.epoch = hdr.renewal.epoch;
    }

    action note_depth() {
        hdr.copy.internal_type = TYPE_COPY;
        hdr.copy.depth = eg_intr_md.deq_qdepth[15:0];
    }

    // Who we are, in this life.
    table sender {
        actions = {
            set_sender;
        }
        default_action = set_sender(0, 0);
        size = 1;
    }

    table stores {
        key = {
            hdr.bridge.shard : exact @name("shard");
        }
        actions = {
            address;
            @defaultonly discard;
        }
        const default_action = discard();
        size = 256;
    }

    table lengths {
        key = {
            hdr.redplane.piggyback : exact;
            hdr.bridge.again       : exact;
            hdr.state.isValid()    : exact;
        }
        actions = {
            carries;
            alone;
            @defaultonly discard;
        }
        const default_action = discard();
        const entries = {
            (0, 0, false) : alone(64, 44);
            (0, 0, true) : alone(68, 48);
            (0, 1, false) : alone(64, 44);
            (0, 1, true) : alone(68, 48);
            (1, 0, false) : carries(60, 40);
            (1, 0, true) : carries(64, 44);
            (1, 1, false) : carries(56, 36);
            (1, 1, true) : carries(60, 40);
        }
        size = 8;
    }

    apply {
        if (hdr.bridge.isValid()) {
            begin_message();
            sender.apply();
            stores.apply();
            lengths.apply();
            if (hdr.bridge.pass == PASS_PACKET && hdr.redplane.piggyback == 0) {
                remember_instead();
            } else if (hdr.bridge.repeats == 1) {
                remember_again();
            } else if (eg_md.mirror_kind != 0) {
                remember();
            }
        } else if (hdr.renewal.isValid()) {
            become_renewal();
        } else if (hdr.copy.isValid()) {
            note_depth();
        }

        // What only this half needed.
        hdr.bridge.setInvalid();
        hdr.renewal.setInvalid();
    }
}

// The message around the packet, and the copy that remembers it. It has no registers.
control Egress(
    inout egress_headers_t hdr,
    inout egress_metadata_t eg_md,
    in egress_intrinsic_metadata_t eg_intr_md,
    in egress_intrinsic_metadata_from_parser_t eg_prsr_md,
    inout egress_intrinsic_metadata_for_deparser_t eg_dprsr_md,
    inout egress_intrinsic_metadata_for_output_port_t eg_oport_md
) {
    action mark_send_carry() {
        hdr.redplane.piggyback = 1;
    }

    action set_send_kind() {
        hdr.redplane.kind = hdr.bridge.kind;
    }

    action set_send_kind_and_mark_send_carry() {
        hdr.redplane.kind = hdr.bridge.kind;
        hdr.redplane.piggyback = 1;
    }

    action set_mirror_kind_and_set_send_kind() {
        eg_md.mirror_kind = hdr.bridge.kind;
        hdr.redplane.kind = hdr.bridge.kind;
    }

    action set_mirror_kind_and_set_send_kind_and_1_more() {
        eg_md.mirror_kind = hdr.bridge.kind;
        hdr.redplane.kind = hdr.bridge.kind;
        hdr.redplane.piggyback = 1;
    }

    table decisions_0_a {
        key = {
            hdr.bridge.pass  : exact;
            hdr.bridge.kind  : exact;
            hdr.bridge.carry : exact;
        }
        actions = {
            mark_send_carry;
            set_send_kind;
            set_send_kind_and_mark_send_carry;
            set_mirror_kind_and_set_send_kind;
            set_mirror_kind_and_set_send_kind_and_1_more;
            @defaultonly NoAction;
        }
        const default_action = NoAction();
        const entries = {
            (PASS_PACKET, 0, 1) : mark_send_carry();
            (PASS_PACKET, KIND_LEASE_REQUEST, 0) : set_send_kind();
            (PASS_PACKET, KIND_LEASE_REQUEST, 1) : set_send_kind_and_mark_send_carry();
            (PASS_PACKET, KIND_GRANT, 0) : set_send_kind();
            (PASS_PACKET, KIND_GRANT, 1) : set_send_kind_and_mark_send_carry();
            (PASS_PACKET, KIND_WRITE, 0) : set_mirror_kind_and_set_send_kind();
            (PASS_PACKET, KIND_WRITE, 1) : set_mirror_kind_and_set_send_kind_and_1_more();
            (PASS_PACKET, KIND_WRITE_ACK, 0) : set_send_kind();
            (PASS_PACKET, KIND_WRITE_ACK, 1) : set_send_kind_and_mark_send_carry();
            (PASS_PACKET, KIND_HOLD, 0) : set_send_kind();
            (PASS_PACKET, KIND_HOLD, 1) : set_send_kind_and_mark_send_carry();
            (PASS_PACKET, KIND_RELEASE, 0) : set_send_kind();
            (PASS_PACKET, KIND_RELEASE, 1) : set_send_kind_and_mark_send_carry();
            (PASS_PACKET, KIND_RENEW, 0) : set_send_kind();
            (PASS_PACKET, KIND_RENEW, 1) : set_send_kind_and_mark_send_carry();
            (PASS_PACKET, KIND_RENEW_ACK, 0) : set_send_kind();
            (PASS_PACKET, KIND_RENEW_ACK, 1) : set_send_kind_and_mark_send_carry();
            (PASS_PACKET, KIND_GIVE_UP, 0) : set_send_kind();
            (PASS_PACKET, KIND_GIVE_UP, 1) : set_send_kind_and_mark_send_carry();
            (PASS_PACKET, KIND_GIVE_UP_ACK, 0) : set_send_kind();
            (PASS_PACKET, KIND_GIVE_UP_ACK, 1) : set_send_kind_and_mark_send_carry();
            (PASS_PACKET, KIND_RECALL, 0) : set_send_kind();
            (PASS_PACKET, KIND_RECALL, 1) : set_send_kind_and_mark_send_carry();
            (PASS_PACKET, KIND_SNAPSHOT_SLOTS, 0) : set_send_kind();
            (PASS_PACKET, KIND_SNAPSHOT_SLOTS, 1) : set_send_kind_and_mark_send_carry();
            (PASS_PACKET, KIND_SNAPSHOT_ACK, 0) : set_send_kind();
            (PASS_PACKET, KIND_SNAPSHOT_ACK, 1) : set_send_kind_and_mark_send_carry();
            (PASS_PACKET, KIND_REFUSE, 0) : set_send_kind();
            (PASS_PACKET, KIND_REFUSE, 1) : set_send_kind_and_mark_send_carry();
            (PASS_MESSAGE, 0, 1) : mark_send_carry();
            (PASS_MESSAGE, KIND_LEASE_REQUEST, 0) : set_send_kind();
            (PASS_MESSAGE, KIND_LEASE_REQUEST, 1) : set_send_kind_and_mark_send_carry();
            (PASS_MESSAGE, KIND_GRANT, 0) : set_send_kind();
            (PASS_MESSAGE, KIND_GRANT, 1) : set_send_kind_and_mark_send_carry();
            (PASS_MESSAGE, KIND_WRITE, 0) : set_mirror_kind_and_set_send_kind();
            (PASS_MESSAGE, KIND_WRITE, 1) : set_mirror_kind_and_set_send_kind_and_1_more();
            (PASS_MESSAGE, KIND_WRITE_ACK, 0) : set_send_kind();
            (PASS_MESSAGE, KIND_WRITE_ACK, 1) : set_send_kind_and_mark_send_carry();
            (PASS_MESSAGE, KIND_HOLD, 0) : set_send_kind();
            (PASS_MESSAGE, KIND_HOLD, 1) : set_send_kind_and_mark_send_carry();
            (PASS_MESSAGE, KIND_RELEASE, 0) : set_send_kind();
            (PASS_MESSAGE, KIND_RELEASE, 1) : set_send_kind_and_mark_send_carry();
            (PASS_MESSAGE, KIND_RENEW, 0) : set_send_kind();
            (PASS_MESSAGE, KIND_RENEW, 1) : set_send_kind_and_mark_send_carry();
            (PASS_MESSAGE, KIND_RENEW_ACK, 0) : set_send_kind();
            (PASS_MESSAGE, KIND_RENEW_ACK, 1) : set_send_kind_and_mark_send_carry();
            (PASS_MESSAGE, KIND_GIVE_UP, 0) : set_send_kind();
            (PASS_MESSAGE, KIND_GIVE_UP, 1) : set_send_kind_and_mark_send_carry();
            (PASS_MESSAGE, KIND_GIVE_UP_ACK, 0) : set_send_kind();
            (PASS_MESSAGE, KIND_GIVE_UP_ACK, 1) : set_send_kind_and_mark_send_carry();
            (PASS_MESSAGE, KIND_RECALL, 0) : set_send_kind();
            (PASS_MESSAGE, KIND_RECALL, 1) : set_send_kind_and_mark_send_carry();
            (PASS_MESSAGE, KIND_SNAPSHOT_SLOTS, 0) : set_send_kind();
            (PASS_MESSAGE, KIND_SNAPSHOT_SLOTS, 1) : set_send_kind_and_mark_send_carry();
            (PASS_MESSAGE, KIND_SNAPSHOT_ACK, 0) : set_send_kind();
            (PASS_MESSAGE, KIND_SNAPSHOT_ACK, 1) : set_send_kind_and_mark_send_carry();
            (PASS_MESSAGE, KIND_REFUSE, 0) : set_send_kind();
            (PASS_MESSAGE, KIND_REFUSE, 1) : set_send_kind_and_mark_send_carry();
            (PASS_COPY, 0, 1) : mark_send_carry();
            (PASS_COPY, KIND_LEASE_REQUEST, 0) : set_send_kind();
            (PASS_COPY, KIND_LEASE_REQUEST, 1) : set_send_kind_and_mark_send_carry();
            (PASS_COPY, KIND_GRANT, 0) : set_send_kind();
            (PASS_COPY, KIND_GRANT, 1) : set_send_kind_and_mark_send_carry();
            (PASS_COPY, KIND_WRITE, 0) : set_send_kind();
            (PASS_COPY, KIND_WRITE, 1) : set_send_kind_and_mark_send_carry();
            (PASS_COPY, KIND_WRITE_ACK, 0) : set_send_kind();
            (PASS_COPY, KIND_WRITE_ACK, 1) : set_send_kind_and_mark_send_carry();
            (PASS_COPY, KIND_HOLD, 0) : set_send_kind();
            (PASS_COPY, KIND_HOLD, 1) : set_send_kind_and_mark_send_carry();
            (PASS_COPY, KIND_RELEASE, 0) : set_send_kind();
            (PASS_COPY, KIND_RELEASE, 1) : set_send_kind_and_mark_send_carry();
            (PASS_COPY, KIND_RENEW, 0) : set_send_kind();
            (PASS_COPY, KIND_RENEW, 1) : set_send_kind_and_mark_send_carry();
            (PASS_COPY, KIND_RENEW_ACK, 0) : set_send_kind();
            (PASS_COPY, KIND_RENEW_ACK, 1) : set_send_kind_and_mark_send_carry();
            (PASS_COPY, KIND_GIVE_UP, 0) : set_send_kind();
            (PASS_COPY, KIND_GIVE_UP, 1) : set_send_kind_and_mark_send_carry();
            (PASS_COPY, KIND_GIVE_UP_ACK, 0) : set_send_kind();
            (PASS_COPY, KIND_GIVE_UP_ACK, 1) : set_send_kind_and_mark_send_carry();
            (PASS_COPY, KIND_RECALL, 0) : set_send_kind();
            (PASS_COPY, KIND_RECALL, 1) : set_send_kind_and_mark_send_carry();
            (PASS_COPY, KIND_SNAPSHOT_SLOTS, 0) : set_send_kind();
            (PASS_COPY, KIND_SNAPSHOT_SLOTS, 1) : set_send_kind_and_mark_send_carry();
            (PASS_COPY, KIND_SNAPSHOT_ACK, 0) : set_send_kind();
            (PASS_COPY, KIND_SNAPSHOT_ACK, 1) : set_send_kind_and_mark_send_carry();
            (PASS_COPY, KIND_REFUSE, 0) : set_send_kind();
            (PASS_COPY, KIND_REFUSE, 1) : set_send_kind_and_mark_send_carry();
            (PASS_SWEEP, 0, 1) : mark_send_carry();
            (PASS_SWEEP, KIND_LEASE_REQUEST, 0) : set_send_kind();
            (PASS_SWEEP, KIND_LEASE_REQUEST, 1) : set_send_kind_and_mark_send_carry();
            (PASS_SWEEP, KIND_GRANT, 0) : set_send_kind();
            (PASS_SWEEP, KIND_GRANT, 1) : set_send_kind_and_mark_send_carry();
            (PASS_SWEEP, KIND_WRITE, 0) : set_mirror_kind_and_set_send_kind();
            (PASS_SWEEP, KIND_WRITE, 1) : set_mirror_kind_and_set_send_kind_and_1_more();
            (PASS_SWEEP, KIND_WRITE_ACK, 0) : set_send_kind();
            (PASS_SWEEP, KIND_WRITE_ACK, 1) : set_send_kind_and_mark_send_carry();
            (PASS_SWEEP, KIND_HOLD, 0) : set_send_kind();
            (PASS_SWEEP, KIND_HOLD, 1) : set_send_kind_and_mark_send_carry();
            (PASS_SWEEP, KIND_RELEASE, 0) : set_send_kind();
            (PASS_SWEEP, KIND_RELEASE, 1) : set_send_kind_and_mark_send_carry();
            (PASS_SWEEP, KIND_RENEW, 0) : set_send_kind();
            (PASS_SWEEP, KIND_RENEW, 1) : set_send_kind_and_mark_send_carry();
            (PASS_SWEEP, KIND_RENEW_ACK, 0) : set_send_kind();
            (PASS_SWEEP, KIND_RENEW_ACK, 1) : set_send_kind_and_mark_send_carry();
            (PASS_SWEEP, KIND_GIVE_UP, 0) : set_send_kind();
            (PASS_SWEEP, KIND_GIVE_UP, 1) : set_send_kind_and_mark_send_carry();
            (PASS_SWEEP, KIND_GIVE_UP_ACK, 0) : set_send_kind();
            (PASS_SWEEP, KIND_GIVE_UP_ACK, 1) : set_send_kind_and_mark_send_carry();
            (PASS_SWEEP, KIND_RECALL, 0) : set_send_kind();
            (PASS_SWEEP, KIND_RECALL, 1) : set_send_kind_and_mark_send_carry();
            (PASS_SWEEP, KIND_SNAPSHOT_SLOTS, 0) : set_send_kind();
            (PASS_SWEEP, KIND_SNAPSHOT_SLOTS, 1) : set_send_kind_and_mark_send_carry();
            (PASS_SWEEP, KIND_SNAPSHOT_ACK, 0) : set_send_kind();
            (PASS_SWEEP, KIND_SNAPSHOT_ACK, 1) : set_send_kind_and_mark_send_carry();
            (PASS_SWEEP, KIND_REFUSE, 0) : set_send_kind();
            (PASS_SWEEP, KIND_REFUSE, 1) : set_send_kind_and_mark_send_carry();
            (PASS_GIVE_UP, 0, 1) : mark_send_carry();
            (PASS_GIVE_UP, KIND_LEASE_REQUEST, 0) : set_send_kind();
            (PASS_GIVE_UP, KIND_LEASE_REQUEST, 1) : set_send_kind_and_mark_send_carry();
            (PASS_GIVE_UP, KIND_GRANT, 0) : set_send_kind();
            (PASS_GIVE_UP, KIND_GRANT, 1) : set_send_kind_and_mark_send_carry();
            (PASS_GIVE_UP, KIND_WRITE, 0) : set_mirror_kind_and_set_send_kind();
            (PASS_GIVE_UP, KIND_WRITE, 1) : set_mirror_kind_and_set_send_kind_and_1_more();
            (PASS_GIVE_UP, KIND_WRITE_ACK, 0) : set_send_kind();
            (PASS_GIVE_UP, KIND_WRITE_ACK, 1) : set_send_kind_and_mark_send_carry();
            (PASS_GIVE_UP, KIND_HOLD, 0) : set_send_kind();
            (PASS_GIVE_UP, KIND_HOLD, 1) : set_send_kind_and_mark_send_carry();
            (PASS_GIVE_UP, KIND_RELEASE, 0) : set_send_kind();
            (PASS_GIVE_UP, KIND_RELEASE, 1) : set_send_kind_and_mark_send_carry();
            (PASS_GIVE_UP, KIND_RENEW, 0) : set_send_kind();
            (PASS_GIVE_UP, KIND_RENEW, 1) : set_send_kind_and_mark_send_carry();
            (PASS_GIVE_UP, KIND_RENEW_ACK, 0) : set_send_kind();
            (PASS_GIVE_UP, KIND_RENEW_ACK, 1) : set_send_kind_and_mark_send_carry();
            (PASS_GIVE_UP, KIND_GIVE_UP, 0) : set_send_kind();
            (PASS_GIVE_UP, KIND_GIVE_UP, 1) : set_send_kind_and_mark_send_carry();
            (PASS_GIVE_UP, KIND_GIVE_UP_ACK, 0) : set_send_kind();
            (PASS_GIVE_UP, KIND_GIVE_UP_ACK, 1) : set_send_kind_and_mark_send_carry();
            (PASS_GIVE_UP, KIND_RECALL, 0) : set_send_kind();
            (PASS_GIVE_UP, KIND_RECALL, 1) : set_send_kind_and_mark_send_carry();
            (PASS_GIVE_UP, KIND_SNAPSHOT_SLOTS, 0) : set_send_kind();
            (PASS_GIVE_UP, KIND_SNAPSHOT_SLOTS, 1) : set_send_kind_and_mark_send_carry();
            (PASS_GIVE_UP, KIND_SNAPSHOT_ACK, 0) : set_send_kind();
            (PASS_GIVE_UP, KIND_SNAPSHOT_ACK, 1) : set_send_kind_and_mark_send_carry();
            (PASS_GIVE_UP, KIND_REFUSE, 0) : set_send_kind();
            (PASS_GIVE_UP, KIND_REFUSE, 1) : set_send_kind_and_mark_send_carry();
        }
        size = 145;
    }

    action set_mirror_epoch(bit<32> resend_after) {
        eg_md.mirror_due = hdr.bridge.now + resend_after;
        eg_md.mirror_wait = resend_after;
        hdr.redplane.epoch = hdr.bridge.epoch;
        hdr.redplane.seq = hdr.bridge.seq;
        hdr.redplane.timestamp = hdr.bridge.now;
    }

    table set_mirror_epoch_settings {
        actions = {
            set_mirror_epoch;
        }
        default_action = set_mirror_epoch(DEFAULT_RESEND_AFTER);
        size = 1;
    }

    action mark_send_retransmission() {
        hdr.redplane.retransmission = 1;
    }

    Envelope() envelope;

    apply {
        if (hdr.bridge.isValid()) {
            // Stage 0.
            decisions_0_a.apply();
            set_mirror_epoch_settings.apply();
            if (hdr.bridge.pass == PASS_COPY && hdr.bridge.copy_wait != 0) {
                mark_send_retransmission();
            }
        }
        envelope.apply(hdr, eg_md, eg_intr_md, eg_dprsr_md);
    }
}

// What the mirror copies is the finished message, cut behind its state.
control EgressDeparser(
    packet_out pkt,
    inout egress_headers_t hdr,
    in egress_metadata_t eg_md,
    in egress_intrinsic_metadata_for_deparser_t eg_dprsr_md
) {
    Checksum() ipv4_checksum;

    Mirror(MIRROR_COPY) copies;

    apply {
        if (hdr.ipv4.isValid()) {
            hdr.ipv4.checksum = ipv4_checksum.update({
                hdr.ipv4.version_ihl,
                hdr.ipv4.diffserv,
                hdr.ipv4.total_len,
                hdr.ipv4.identification,
                hdr.ipv4.fragment,
                hdr.ipv4.ttl_protocol,
                hdr.ipv4.src_addr,
                hdr.ipv4.dst_addr
            });
        }
        if (eg_dprsr_md.mirror_type == MIRROR_COPY) {
            copies.emit<copy_h>(
                eg_md.session,
                { eg_md.internal_type, 40w0, 16w0, eg_md.mirror_due, eg_md.mirror_wait }
            );
        }
        pkt.emit(hdr.copy);
        pkt.emit(hdr.ethernet);
        pkt.emit(hdr.ipv4);
        pkt.emit(hdr.ports);
        pkt.emit(hdr.udp);
        pkt.emit(hdr.redplane);
        pkt.emit(hdr.key);
        pkt.emit(hdr.state);
    }
}

Pipeline(
    IngressParser(),
    Ingress(),
    IngressDeparser(),
    EgressParser(),
    Egress(),
    EgressDeparser()
) pipe;

@pa_auto_init_metadata
@pa_no_overlay("ingress", "hdr.copy.wait")
@pa_no_overlay("ingress", "hdr.redplane.incarnation")
@pa_no_overlay("ingress", "hdr.redplane.piggyback")
@pa_no_overlay("ingress", "hdr.redplane.seq")
@pa_no_overlay("ingress", "hdr.redplane.switch_id")
Switch(pipe) main;
