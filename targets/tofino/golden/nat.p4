// The program nat with RedPlane around it, for Tofino 1 (TNA). Made by `redplane gen p4`: what it
// does is written in redplane-core and redplane-apps, and is changed there.

#include <core.p4>
#include <tna.p4>

// Sizes. Flow slots: entries of the flow table, and cells of each register array.
const bit<32> FLOWS = 65536;

// Counters of a bank; and which of them counts what.
const bit<32> COUNTERS = 256;
const bit<8> COUNT_PASSED = 1;
const bit<8> COUNT_READ_FORWARDED = 2;
const bit<8> COUNT_LEASE_REQUESTED = 3;
const bit<8> COUNT_LEASE_LAPSED = 4;
const bit<8> COUNT_WRITE_BEGUN = 5;
const bit<8> COUNT_WRITE_RELEASED = 6;
const bit<8> COUNT_READ_HELD = 7;
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
const bit<8> COUNT_NOT_HANDLED = 60;
const bit<8> COUNT_FRAGMENT = 61;
const bit<8> COUNT_TTL_EXPIRED = 62;
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
const bit<8> COUNT_RENEW_NO_ROOM = 84;
const bit<8> COUNT_REFUSED_FOR_GOOD = 85;
const bit<8> COUNT_REFUSED_FOR_NOW = 86;

// Settings, which the control plane may change: times in ticks of 256 ns. `MINUS` is the negated
// value, because the chip adds where the program subtracts.
const bit<32> DEFAULT_INCARNATION = 0;
const bit<32> DEFAULT_LEASE_SPAN = 0x3b0234;
const bit<32> DEFAULT_MINUS_HALF_PERIOD = 0xffe2329b;
const bit<32> DEFAULT_MINUS_OPEN_SPAN = 0;
const bit<32> DEFAULT_MINUS_PERIOD = 0xffc46536;
const bit<32> DEFAULT_MINUS_RESEND_MAX = 0xfff0bdc0;
const bit<32> DEFAULT_MINUS_SILENCE_SPAN = 0xff4d2fa2;
const bit<32> DEFAULT_PROGRAM_0 = 0;
const bit<32> DEFAULT_PROGRAM_1 = 0;
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
const bit<8> REDPLANE_SCHEMA = 1;

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
}

// Its whole state.
header state_h {
    bit<32> word_0;
    bit<32> word_1;
    bit<32> word_2;
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
    bit<1>  mends_ipv4;
    bit<16> ipv4_complement;
    bit<32> mend_0_old;
    bit<32> mend_0_new;
    bit<32> mend_1_old;
    bit<32> mend_1_new;
    bit<32> mend_2_old;
    bit<32> mend_2_new;
    bit<1>  mends_l4;
    bit<16> l4_complement;
    bit<32> mend_3_old;
    bit<32> mend_3_new;
    bit<32> mend_4_old;
    bit<32> mend_4_new;
    bit<16> mend_5_old;
    bit<16> mend_5_new;
    bit<16> mend_6_old;
    bit<16> mend_6_new;
    bit<1>  mends_udp;
    bit<16> udp_complement;
    bit<32> mend_7_old;
    bit<32> mend_7_new;
    bit<32> mend_8_old;
    bit<32> mend_8_new;
    bit<16> mend_9_old;
    bit<16> mend_9_new;
    bit<16> mend_10_old;
    bit<16> mend_10_new;
    bit<1>  mends_inner_ipv4;
    bit<16> inner_ipv4_complement;
    bit<32> mend_11_old;
    bit<32> mend_11_new;
    bit<32> mend_12_old;
    bit<32> mend_12_new;
    bit<1>  mends_inner_udp;
    bit<16> inner_udp_complement;
    bit<32> mend_13_old;
    bit<32> mend_13_new;
    bit<32> mend_14_old;
    bit<32> mend_14_new;
    bit<16> mend_15_old;
    bit<16> mend_15_new;
    bit<16> mend_16_old;
    bit<16> mend_16_new;
    bit<32> mend_17_old;
    bit<32> mend_17_new;
    bit<16> mend_18_old;
    bit<16> mend_18_new;
    bit<16> mend_19_old;
    bit<16> mend_19_new;
    bit<16> mend_20_old;
    bit<16> mend_20_new;
    bit<1>  mends_inner_icmp;
    bit<16> inner_icmp_complement;
    bit<16> mend_21_old;
    bit<16> mend_21_new;
    bit<32> message_timestamp_plus_lease_span;
    bit<32> incarnation;
    bit<32> switch_id;
    bit<32> ipv4_dst_and_program_1;
    bit<32> program_0;
    bit<32> deadline_latest_a;
    bit<32> deadline_put_a;
    bit<32> copy_wait_plus_copy_wait;
    bit<32> asked_latest_a;
    bit<32> now_minus_half_period;
    bit<32> now_minus_silence_span;
    bit<32> now_or_1;
    bit<32> copy_due_minus_now;
    bit<32> choice_19;
    bit<32> ipv4_ttl_protocol_minus_256;
    bit<32> choice_17;
    bit<32> message_timestamp_plus_lease_span_minus_now;
    bit<32> copy_wait_plus_copy_wait_minus_resend_max;
    bit<32> epoch_read;
    bit<32> state_0_read;
    bit<32> seq_advance;
    bit<32> seq_read;
    bit<32> acked_read;
    bit<16> state_1_read;
    bit<8>  renounced_replace_b;
    bit<8>  renounced_replace_a;
    bit<8>  state_2_set_phase_a;
    bit<8>  renounced_replace;
    bit<8>  renounced_read;
    bit<8>  state_2_set_phase;
    bit<8>  counters_3_b_index;
    bit<8>  counters_6_c_index;
    bit<8>  counters_6_d_index;
    bit<8>  counters_6_g_index;
    bit<8>  counters_7_b_index;
    bit<8>  counters_7_c_index;
    bit<8>  counters_7_d_index;
    bit<8>  counters_7_e_index;
    bit<8>  counters_7_f_index;
    bit<8>  counters_7_g_index;
    bit<8>  counters_7_h_index;
    bit<4>  epoch_adopt;
    bit<1>  is_local_4;
    bit<1>  is_local_2;
    bit<1>  mirror_depth_is_before;
    bit<1>  is_whole_2;
    bit<1>  has_known_protocol_2;
    bit<1>  is_translated_icmp_2;
    bit<1>  inner_has_checksum_2;
    bit<1>  unsent_2;
    bit<1>  is_grant;
    bit<1>  is_mine;
    bit<1>  is_local_3;
    bit<1>  is_local;
    bit<1>  is_recall;
    bit<1>  never_forwarded_2;
    bit<1>  is_concerned;
    bit<1>  is_translated_2;
    bit<1>  room_3;
    bit<1>  mirror_full_2;
    bit<1>  is_release;
    bit<1>  early;
    bit<1>  epoch_same;
    bit<1>  is_refusal;
    bit<1>  counts;
    bit<1>  hit_2;
    bit<1>  room_4;
    bit<1>  is_whole;
    bit<1>  is_translated;
    bit<1>  extension;
    bit<1>  missing;
    bit<1>  is_ack;
    bit<1>  too_long_2;
    bit<1>  in_time;
    bit<1>  releases_write;
    bit<1>  missing_3;
    bit<1>  has_known_protocol;
    bit<1>  at_end_of_life;
    bit<1>  never_forwarded;
    bit<1>  ends_lease_here;
    bit<1>  installs;
    bit<1>  same_epoch_4;
    bit<1>  tries;
    bit<1>  same_epoch_3;
    bit<1>  same_epoch;
    bit<1>  deadline_is_after;
    bit<1>  inner_is_icmp_3;
    bit<1>  reminds_2;
    bit<1>  acks;
    bit<1>  is_translated_icmp;
    bit<1>  has_ports;
    bit<1>  renounces_3;
    bit<1>  matters;
    bit<1>  renounces;
    bit<1>  extends_3;
    bit<1>  extends;
    bit<1>  has_key;
    bit<1>  goes_again;
    bit<1>  full;
    bit<1>  releases_read;
    bit<1>  seq_is_before;
    bit<1>  inner_is_icmp;
    bit<1>  silence_unanswered;
    bit<1>  asked_if_older;
    bit<1>  inner_has_no_checksum;
    bit<1>  inner_has_checksum;
    bit<1>  inner_has_ports;
    bit<1>  has_ports_3;
    bit<1>  from_inside_2;
    bit<1>  applies;
    bit<1>  reads;
    bit<1>  mirror_full;
    bit<1>  room_2;
    bit<1>  holds;
    bit<1>  away;
    bit<1>  live;
    bit<1>  is_translated_echo;
    bit<1>  acked_is_before;
    bit<1>  is_newest;
    bit<1>  wrote;
    bit<1>  reminds;
    bit<1>  beyond;
    bit<1>  inner_is_icmp_4;
    bit<1>  renews;
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
@pa_no_init("ingress", "ig_md.mends_ipv4")
@pa_no_init("ingress", "ig_md.mends_l4")
@pa_no_init("ingress", "ig_md.mends_udp")
@pa_no_init("ingress", "ig_md.mends_inner_ipv4")
@pa_no_init("ingress", "ig_md.mends_inner_udp")
@pa_no_init("ingress", "ig_md.mends_inner_icmp")
@pa_no_init("ingress", "ig_md.renounced_replace_b")
@pa_no_init("ingress", "ig_md.renounced_replace_a")
@pa_no_init("ingress", "ig_md.state_2_set_phase_a")
@pa_no_init("ingress", "ig_md.renounced_replace")
@pa_no_init("ingress", "ig_md.renounced_read")
@pa_no_init("ingress", "ig_md.state_2_set_phase")
@pa_no_init("ingress", "ig_md.counters_3_b_index")
@pa_no_init("ingress", "ig_md.counters_6_c_index")
@pa_no_init("ingress", "ig_md.counters_6_d_index")
@pa_no_init("ingress", "ig_md.counters_6_g_index")
@pa_no_init("ingress", "ig_md.counters_7_b_index")
@pa_no_init("ingress", "ig_md.counters_7_c_index")
@pa_no_init("ingress", "ig_md.counters_7_d_index")
@pa_no_init("ingress", "ig_md.counters_7_e_index")
@pa_no_init("ingress", "ig_md.counters_7_f_index")
@pa_no_init("ingress", "ig_md.counters_7_g_index")
@pa_no_init("ingress", "ig_md.counters_7_h_index")
@pa_no_init("ingress", "ig_md.epoch_adopt")
@pa_no_init("ingress", "ig_md.is_local_4")
@pa_no_init("ingress", "ig_md.is_local_2")
@pa_no_init("ingress", "ig_md.mirror_depth_is_before")
@pa_no_init("ingress", "ig_md.is_whole_2")
@pa_no_init("ingress", "ig_md.has_known_protocol_2")
@pa_no_init("ingress", "ig_md.is_translated_icmp_2")
@pa_no_init("ingress", "ig_md.inner_has_checksum_2")
@pa_no_init("ingress", "ig_md.unsent_2")
@pa_no_init("ingress", "ig_md.is_grant")
@pa_no_init("ingress", "ig_md.is_mine")
@pa_no_init("ingress", "ig_md.is_local_3")
@pa_no_init("ingress", "ig_md.is_local")
@pa_no_init("ingress", "ig_md.is_recall")
@pa_no_init("ingress", "ig_md.never_forwarded_2")
@pa_no_init("ingress", "ig_md.is_concerned")
@pa_no_init("ingress", "ig_md.is_translated_2")
@pa_no_init("ingress", "ig_md.room_3")
@pa_no_init("ingress", "ig_md.mirror_full_2")
@pa_no_init("ingress", "ig_md.is_release")
@pa_no_init("ingress", "ig_md.early")
@pa_no_init("ingress", "ig_md.epoch_same")
@pa_no_init("ingress", "ig_md.is_refusal")
@pa_no_init("ingress", "ig_md.counts")
@pa_no_init("ingress", "ig_md.hit_2")
@pa_no_init("ingress", "ig_md.room_4")
@pa_no_init("ingress", "ig_md.is_whole")
@pa_no_init("ingress", "ig_md.is_translated")
@pa_no_init("ingress", "ig_md.extension")
@pa_no_init("ingress", "ig_md.missing")
@pa_no_init("ingress", "ig_md.is_ack")
@pa_no_init("ingress", "ig_md.too_long_2")
@pa_no_init("ingress", "ig_md.in_time")
@pa_no_init("ingress", "ig_md.releases_write")
@pa_no_init("ingress", "ig_md.missing_3")
@pa_no_init("ingress", "ig_md.has_known_protocol")
@pa_no_init("ingress", "ig_md.at_end_of_life")
@pa_no_init("ingress", "ig_md.never_forwarded")
@pa_no_init("ingress", "ig_md.ends_lease_here")
@pa_no_init("ingress", "ig_md.installs")
@pa_no_init("ingress", "ig_md.same_epoch_4")
@pa_no_init("ingress", "ig_md.tries")
@pa_no_init("ingress", "ig_md.same_epoch_3")
@pa_no_init("ingress", "ig_md.same_epoch")
@pa_no_init("ingress", "ig_md.deadline_is_after")
@pa_no_init("ingress", "ig_md.inner_is_icmp_3")
@pa_no_init("ingress", "ig_md.reminds_2")
@pa_no_init("ingress", "ig_md.acks")
@pa_no_init("ingress", "ig_md.is_translated_icmp")
@pa_no_init("ingress", "ig_md.has_ports")
@pa_no_init("ingress", "ig_md.renounces_3")
@pa_no_init("ingress", "ig_md.matters")
@pa_no_init("ingress", "ig_md.renounces")
@pa_no_init("ingress", "ig_md.extends_3")
@pa_no_init("ingress", "ig_md.extends")
@pa_no_init("ingress", "ig_md.has_key")
@pa_no_init("ingress", "ig_md.goes_again")
@pa_no_init("ingress", "ig_md.full")
@pa_no_init("ingress", "ig_md.releases_read")
@pa_no_init("ingress", "ig_md.seq_is_before")
@pa_no_init("ingress", "ig_md.inner_is_icmp")
@pa_no_init("ingress", "ig_md.silence_unanswered")
@pa_no_init("ingress", "ig_md.asked_if_older")
@pa_no_init("ingress", "ig_md.inner_has_no_checksum")
@pa_no_init("ingress", "ig_md.inner_has_checksum")
@pa_no_init("ingress", "ig_md.inner_has_ports")
@pa_no_init("ingress", "ig_md.has_ports_3")
@pa_no_init("ingress", "ig_md.from_inside_2")
@pa_no_init("ingress", "ig_md.applies")
@pa_no_init("ingress", "ig_md.reads")
@pa_no_init("ingress", "ig_md.mirror_full")
@pa_no_init("ingress", "ig_md.room_2")
@pa_no_init("ingress", "ig_md.holds")
@pa_no_init("ingress", "ig_md.away")
@pa_no_init("ingress", "ig_md.live")
@pa_no_init("ingress", "ig_md.is_translated_echo")
@pa_no_init("ingress", "ig_md.acked_is_before")
@pa_no_init("ingress", "ig_md.is_newest")
@pa_no_init("ingress", "ig_md.wrote")
@pa_no_init("ingress", "ig_md.reminds")
@pa_no_init("ingress", "ig_md.beyond")
@pa_no_init("ingress", "ig_md.inner_is_icmp_4")
@pa_no_init("ingress", "ig_md.renews")
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
        ig_md.mends_ipv4 = 0;
        ig_md.mends_l4 = 0;
        ig_md.mends_udp = 0;
        ig_md.mends_inner_ipv4 = 0;
        ig_md.mends_inner_udp = 0;
        ig_md.mends_inner_icmp = 0;
        ig_md.renounced_replace_b = 0;
        ig_md.renounced_replace_a = 0;
        ig_md.state_2_set_phase_a = 0;
        ig_md.renounced_replace = 0;
        ig_md.renounced_read = 0;
        ig_md.state_2_set_phase = 0;
        ig_md.counters_3_b_index = 0;
        ig_md.counters_6_c_index = 0;
        ig_md.counters_6_d_index = 0;
        ig_md.counters_6_g_index = 0;
        ig_md.counters_7_b_index = 0;
        ig_md.counters_7_c_index = 0;
        ig_md.counters_7_d_index = 0;
        ig_md.counters_7_e_index = 0;
        ig_md.counters_7_f_index = 0;
        ig_md.counters_7_g_index = 0;
        ig_md.counters_7_h_index = 0;
        ig_md.epoch_adopt = 0;
        ig_md.is_local_4 = 0;
        ig_md.is_local_2 = 0;
        ig_md.mirror_depth_is_before = 0;
        ig_md.is_whole_2 = 0;
        ig_md.has_known_protocol_2 = 0;
        ig_md.is_translated_icmp_2 = 0;
        ig_md.inner_has_checksum_2 = 0;
        ig_md.unsent_2 = 0;
        ig_md.is_grant = 0;
        ig_md.is_mine = 0;
        ig_md.is_local_3 = 0;
        ig_md.is_local = 0;
        ig_md.is_recall = 0;
        ig_md.never_forwarded_2 = 0;
        ig_md.is_concerned = 0;
        ig_md.is_translated_2 = 0;
        ig_md.room_3 = 0;
        ig_md.mirror_full_2 = 0;
        ig_md.is_release = 0;
        ig_md.early = 0;
        ig_md.epoch_same = 0;
        ig_md.is_refusal = 0;
        ig_md.counts = 0;
        ig_md.hit_2 = 0;
        ig_md.room_4 = 0;
        ig_md.is_whole = 0;
        ig_md.is_translated = 0;
        ig_md.extension = 0;
        ig_md.missing = 0;
        ig_md.is_ack = 0;
        ig_md.too_long_2 = 0;
        ig_md.in_time = 0;
        ig_md.releases_write = 0;
        ig_md.missing_3 = 0;
        ig_md.has_known_protocol = 0;
        ig_md.at_end_of_life = 0;
        ig_md.never_forwarded = 0;
        ig_md.ends_lease_here = 0;
        ig_md.installs = 0;
        ig_md.same_epoch_4 = 0;
        ig_md.tries = 0;
        ig_md.same_epoch_3 = 0;
        ig_md.same_epoch = 0;
        ig_md.deadline_is_after = 0;
        ig_md.inner_is_icmp_3 = 0;
        ig_md.reminds_2 = 0;
        ig_md.acks = 0;
        ig_md.is_translated_icmp = 0;
        ig_md.has_ports = 0;
        ig_md.renounces_3 = 0;
        ig_md.matters = 0;
        ig_md.renounces = 0;
        ig_md.extends_3 = 0;
        ig_md.extends = 0;
        ig_md.has_key = 0;
        ig_md.goes_again = 0;
        ig_md.full = 0;
        ig_md.releases_read = 0;
        ig_md.seq_is_before = 0;
        ig_md.inner_is_icmp = 0;
        ig_md.silence_unanswered = 0;
        ig_md.asked_if_older = 0;
        ig_md.inner_has_no_checksum = 0;
        ig_md.inner_has_checksum = 0;
        ig_md.inner_has_ports = 0;
        ig_md.has_ports_3 = 0;
        ig_md.from_inside_2 = 0;
        ig_md.applies = 0;
        ig_md.reads = 0;
        ig_md.mirror_full = 0;
        ig_md.room_2 = 0;
        ig_md.holds = 0;
        ig_md.away = 0;
        ig_md.live = 0;
        ig_md.is_translated_echo = 0;
        ig_md.acked_is_before = 0;
        ig_md.is_newest = 0;
        ig_md.wrote = 0;
        ig_md.reminds = 0;
        ig_md.beyond = 0;
        ig_md.inner_is_icmp_4 = 0;
        ig_md.renews = 0;
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
        pkt.advance(208);
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
        hdr.state.setValid();
        hdr.state.word_0 = 0;
        hdr.state.word_1 = 0;
        hdr.state.word_2 = 0;
        transition accept;
    }

    state frame_with_ipv4 {
        hdr.bridge.pass = PASS_PACKET;
        hdr.key.setValid();
        hdr.key.word_0 = 0;
        hdr.key.word_1 = 0;
        hdr.key.word_2 = 0;
        hdr.state.setValid();
        hdr.state.word_0 = 0;
        hdr.state.word_1 = 0;
        hdr.state.word_2 = 0;
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
        ig_md.key_hash = key_crc.get({ hdr.key.word_0, hdr.key.word_1, hdr.key.word_2 });
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
        if (hdr.udp.isValid() && hdr.udp.checksum == 0) {
            ig_md.mends_udp = 0;
        }
        if (hdr.inner_l4.isValid() && hdr.inner_l4.checksum_or_seq_no == 0) {
            ig_md.mends_inner_udp = 0;
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

    RegisterAction<bit<32>, bit<16>, bit<32>>(acked) acked_read = {
        void apply(inout bit<32> value, out bit<32> rv) {
            rv = value;
        }
    };

    Register<bit<32>, bit<16>>(FLOWS, 0) asked;

    RegisterAction<bit<32>, bit<16>, void>(asked) asked_put = {
        void apply(inout bit<32> value) {
            value = ig_prsr_md.global_tstamp[39:8];
        }
    };

    RegisterAction<bit<32>, bit<16>, bit<1>>(asked) asked_if_older = {
        void apply(inout bit<32> value, out bit<1> rv) {
            rv = 0;
            if ((int<32>)(ig_md.now_minus_half_period - value) > 0) {
                rv = 1;
            }
            if ((int<32>)(ig_md.now_minus_half_period - value) > 0) {
                value = ig_prsr_md.global_tstamp[39:8];
            }
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

    RegisterAction<bit<32>, bit<16>, void>(state_0) state_0_put = {
        void apply(inout bit<32> value) {
            value = hdr.state.word_0;
        }
    };

    RegisterAction<bit<32>, bit<16>, bit<32>>(state_0) state_0_read = {
        void apply(inout bit<32> value, out bit<32> rv) {
            rv = value;
        }
    };

    Register<bit<16>, bit<16>>(FLOWS, 0) state_1;

    RegisterAction<bit<16>, bit<16>, void>(state_1) state_1_put = {
        void apply(inout bit<16> value) {
            value = hdr.state.word_1[15:0];
        }
    };

    RegisterAction<bit<16>, bit<16>, bit<16>>(state_1) state_1_read = {
        void apply(inout bit<16> value, out bit<16> rv) {
            rv = value;
        }
    };

    Register<bit<8>, bit<16>>(FLOWS, 0) state_2;

    RegisterAction<bit<8>, bit<16>, bit<8>>(state_2) state_2_set_phase = {
        void apply(inout bit<8> value, out bit<8> rv) {
            value = ig_md.state_2_set_phase_a;
            rv = value;
        }
    };

    RegisterAction<bit<8>, bit<16>, void>(state_2) state_2_put = {
        void apply(inout bit<8> value) {
            value = hdr.state.word_2[7:0];
        }
    };

    RegisterAction<bit<8>, bit<16>, void>(state_2) state_2_read = {
        void apply(inout bit<8> value) {
        }
    };

    Counter<bit<64>, bit<8>>(COUNTERS, CounterType_t.PACKETS) counters_1_a;
    Counter<bit<64>, bit<8>>(COUNTERS, CounterType_t.PACKETS) counters_2_a;
    Counter<bit<64>, bit<8>>(COUNTERS, CounterType_t.PACKETS) counters_3_a;
    Counter<bit<64>, bit<8>>(COUNTERS, CounterType_t.PACKETS) counters_3_b;
    Counter<bit<64>, bit<8>>(COUNTERS, CounterType_t.PACKETS) counters_4_a;
    Counter<bit<64>, bit<8>>(COUNTERS, CounterType_t.PACKETS) counters_5_a;
    Counter<bit<64>, bit<8>>(COUNTERS, CounterType_t.PACKETS) counters_6_a;
    Counter<bit<64>, bit<8>>(COUNTERS, CounterType_t.PACKETS) counters_6_b;
    Counter<bit<64>, bit<8>>(COUNTERS, CounterType_t.PACKETS) counters_6_c;
    Counter<bit<64>, bit<8>>(COUNTERS, CounterType_t.PACKETS) counters_6_d;
    Counter<bit<64>, bit<8>>(COUNTERS, CounterType_t.PACKETS) counters_6_e;
    Counter<bit<64>, bit<8>>(COUNTERS, CounterType_t.PACKETS) counters_6_f;
    Counter<bit<64>, bit<8>>(COUNTERS, CounterType_t.PACKETS) counters_6_g;
    Counter<bit<64>, bit<8>>(COUNTERS, CounterType_t.PACKETS) counters_7_a;
    Counter<bit<64>, bit<8>>(COUNTERS, CounterType_t.PACKETS) counters_7_b;
    Counter<bit<64>, bit<8>>(COUNTERS, CounterType_t.PACKETS) counters_7_c;
    Counter<bit<64>, bit<8>>(COUNTERS, CounterType_t.PACKETS) counters_7_d;
    Counter<bit<64>, bit<8>>(COUNTERS, CounterType_t.PACKETS) counters_7_e;
    Counter<bit<64>, bit<8>>(COUNTERS, CounterType_t.PACKETS) counters_7_f;
    Counter<bit<64>, bit<8>>(COUNTERS, CounterType_t.PACKETS) counters_7_g;
    Counter<bit<64>, bit<8>>(COUNTERS, CounterType_t.PACKETS) counters_7_h;

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

    action set_key_0_and_mark_out_carry() {
        hdr.key.word_0[8:0] = (bit<9>)hdr.ipv4.ttl_protocol[7:0] | 256;
        hdr.key.word_1 = hdr.ipv4.dst_addr;
        hdr.bridge.carry = 1;
    }

    action set_key_0_and_mark_out_carry_2() {
        hdr.key.word_0[8:0] = (bit<9>)hdr.inner_ipv4.ttl_protocol[7:0] | 256;
        hdr.key.word_1 = hdr.inner_ipv4.src_addr;
        hdr.bridge.carry = 1;
    }

    action set_key_0_and_mark_out_carry_3() {
        hdr.key.word_0[8:0] = (bit<9>)hdr.ipv4.ttl_protocol[7:0];
        hdr.key.word_1 = hdr.ipv4.src_addr;
        hdr.bridge.carry = 1;
    }

    action set_key_0_and_mark_out_carry_4() {
        hdr.key.word_0[8:0] = (bit<9>)hdr.inner_ipv4.ttl_protocol[7:0];
        hdr.key.word_1 = hdr.inner_ipv4.dst_addr;
        hdr.bridge.carry = 1;
    }

    action mark_renounced_replace_a() {
        ig_md.renounced_replace_a = 1;
    }

    table decisions_0_a {
        key = {
            hdr.bridge.pass        : exact;
            ig_md.inside           : exact;
            hdr.inner_l4.isValid() : exact;
            hdr.tcp.isValid()      : exact;
            hdr.udp.isValid()      : exact;
            ig_md.message_kind     : exact;
        }
        actions = {
            set_key_0_and_mark_out_carry;
            set_key_0_and_mark_out_carry_2;
            set_key_0_and_mark_out_carry_3;
            set_key_0_and_mark_out_carry_4;
            mark_renounced_replace_a;
            @defaultonly NoAction;
        }
        const default_action = NoAction();
        const entries = {
            (PASS_PACKET, 0, false, false, false, 0) : set_key_0_and_mark_out_carry();
            (
                PASS_PACKET,
                0,
                false,
                false,
                false,
                KIND_LEASE_REQUEST
            ) : set_key_0_and_mark_out_carry();
            (PASS_PACKET, 0, false, false, false, KIND_GRANT) : set_key_0_and_mark_out_carry();
            (PASS_PACKET, 0, false, false, false, KIND_WRITE) : set_key_0_and_mark_out_carry();
            (PASS_PACKET, 0, false, false, false, KIND_WRITE_ACK) : set_key_0_and_mark_out_carry();
            (PASS_PACKET, 0, false, false, false, KIND_HOLD) : set_key_0_and_mark_out_carry();
            (PASS_PACKET, 0, false, false, false, KIND_RELEASE) : set_key_0_and_mark_out_carry();
            (PASS_PACKET, 0, false, false, false, KIND_RENEW) : set_key_0_and_mark_out_carry();
            (PASS_PACKET, 0, false, false, false, KIND_RENEW_ACK) : set_key_0_and_mark_out_carry();
            (PASS_PACKET, 0, false, false, false, KIND_GIVE_UP) : set_key_0_and_mark_out_carry();
            (
                PASS_PACKET,
                0,
                false,
                false,
                false,
                KIND_GIVE_UP_ACK
            ) : set_key_0_and_mark_out_carry();
            (PASS_PACKET, 0, false, false, false, KIND_RECALL) : set_key_0_and_mark_out_carry();
            (
                PASS_PACKET,
                0,
                false,
                false,
                false,
                KIND_SNAPSHOT_SLOTS
            ) : set_key_0_and_mark_out_carry();
            (
                PASS_PACKET,
                0,
                false,
                false,
                false,
                KIND_SNAPSHOT_ACK
            ) : set_key_0_and_mark_out_carry();
            (PASS_PACKET, 0, false, false, false, KIND_REFUSE) : set_key_0_and_mark_out_carry();
            (PASS_PACKET, 0, false, false, true, 0) : set_key_0_and_mark_out_carry();
            (
                PASS_PACKET,
                0,
                false,
                false,
                true,
                KIND_LEASE_REQUEST
            ) : set_key_0_and_mark_out_carry();
            (PASS_PACKET, 0, false, false, true, KIND_GRANT) : set_key_0_and_mark_out_carry();
            (PASS_PACKET, 0, false, false, true, KIND_WRITE) : set_key_0_and_mark_out_carry();
            (PASS_PACKET, 0, false, false, true, KIND_WRITE_ACK) : set_key_0_and_mark_out_carry();
            (PASS_PACKET, 0, false, false, true, KIND_HOLD) : set_key_0_and_mark_out_carry();
            (PASS_PACKET, 0, false, false, true, KIND_RELEASE) : set_key_0_and_mark_out_carry();
            (PASS_PACKET, 0, false, false, true, KIND_RENEW) : set_key_0_and_mark_out_carry();
            (PASS_PACKET, 0, false, false, true, KIND_RENEW_ACK) : set_key_0_and_mark_out_carry();
            (PASS_PACKET, 0, false, false, true, KIND_GIVE_UP) : set_key_0_and_mark_out_carry();
            (PASS_PACKET, 0, false, false, true, KIND_GIVE_UP_ACK) : set_key_0_and_mark_out_carry();
            (PASS_PACKET, 0, false, false, true, KIND_RECALL) : set_key_0_and_mark_out_carry();
            (
                PASS_PACKET,
                0,
                false,
                false,
                true,
                KIND_SNAPSHOT_SLOTS
            ) : set_key_0_and_mark_out_carry();
            (
                PASS_PACKET,
                0,
                false,
                false,
                true,
                KIND_SNAPSHOT_ACK
            ) : set_key_0_and_mark_out_carry();
            (PASS_PACKET, 0, false, false, true, KIND_REFUSE) : set_key_0_and_mark_out_carry();
            (PASS_PACKET, 0, false, true, false, 0) : set_key_0_and_mark_out_carry();
            (
                PASS_PACKET,
                0,
                false,
                true,
                false,
                KIND_LEASE_REQUEST
            ) : set_key_0_and_mark_out_carry();
            (PASS_PACKET, 0, false, true, false, KIND_GRANT) : set_key_0_and_mark_out_carry();
            (PASS_PACKET, 0, false, true, false, KIND_WRITE) : set_key_0_and_mark_out_carry();
            (PASS_PACKET, 0, false, true, false, KIND_WRITE_ACK) : set_key_0_and_mark_out_carry();
            (PASS_PACKET, 0, false, true, false, KIND_HOLD) : set_key_0_and_mark_out_carry();
            (PASS_PACKET, 0, false, true, false, KIND_RELEASE) : set_key_0_and_mark_out_carry();
            (PASS_PACKET, 0, false, true, false, KIND_RENEW) : set_key_0_and_mark_out_carry();
            (PASS_PACKET, 0, false, true, false, KIND_RENEW_ACK) : set_key_0_and_mark_out_carry();
            (PASS_PACKET, 0, false, true, false, KIND_GIVE_UP) : set_key_0_and_mark_out_carry();
            (PASS_PACKET, 0, false, true, false, KIND_GIVE_UP_ACK) : set_key_0_and_mark_out_carry();
            (PASS_PACKET, 0, false, true, false, KIND_RECALL) : set_key_0_and_mark_out_carry();
            (
                PASS_PACKET,
                0,
                false,
                true,
                false,
                KIND_SNAPSHOT_SLOTS
            ) : set_key_0_and_mark_out_carry();
            (
                PASS_PACKET,
                0,
                false,
                true,
                false,
                KIND_SNAPSHOT_ACK
            ) : set_key_0_and_mark_out_carry();
            (PASS_PACKET, 0, false, true, false, KIND_REFUSE) : set_key_0_and_mark_out_carry();
            (PASS_PACKET, 0, true, false, false, 0) : set_key_0_and_mark_out_carry_2();
            (
                PASS_PACKET,
                0,
                true,
                false,
                false,
                KIND_LEASE_REQUEST
            ) : set_key_0_and_mark_out_carry_2();
            (PASS_PACKET, 0, true, false, false, KIND_GRANT) : set_key_0_and_mark_out_carry_2();
            (PASS_PACKET, 0, true, false, false, KIND_WRITE) : set_key_0_and_mark_out_carry_2();
            (PASS_PACKET, 0, true, false, false, KIND_WRITE_ACK) : set_key_0_and_mark_out_carry_2();
            (PASS_PACKET, 0, true, false, false, KIND_HOLD) : set_key_0_and_mark_out_carry_2();
            (PASS_PACKET, 0, true, false, false, KIND_RELEASE) : set_key_0_and_mark_out_carry_2();
            (PASS_PACKET, 0, true, false, false, KIND_RENEW) : set_key_0_and_mark_out_carry_2();
            (PASS_PACKET, 0, true, false, false, KIND_RENEW_ACK) : set_key_0_and_mark_out_carry_2();
            (PASS_PACKET, 0, true, false, false, KIND_GIVE_UP) : set_key_0_and_mark_out_carry_2();
            (
                PASS_PACKET,
                0,
                true,
                false,
                false,
                KIND_GIVE_UP_ACK
            ) : set_key_0_and_mark_out_carry_2();
            (PASS_PACKET, 0, true, false, false, KIND_RECALL) : set_key_0_and_mark_out_carry_2();
            (
                PASS_PACKET,
                0,
                true,
                false,
                false,
                KIND_SNAPSHOT_SLOTS
            ) : set_key_0_and_mark_out_carry_2();
            (
                PASS_PACKET,
                0,
                true,
                false,
                false,
                KIND_SNAPSHOT_ACK
            ) : set_key_0_and_mark_out_carry_2();
            (PASS_PACKET, 0, true, false, false, KIND_REFUSE) : set_key_0_and_mark_out_carry_2();
            (PASS_PACKET, 1, false, false, false, 0) : set_key_0_and_mark_out_carry_3();
            (
                PASS_PACKET,
                1,
                false,
                false,
                false,
                KIND_LEASE_REQUEST
            ) : set_key_0_and_mark_out_carry_3();
            (PASS_PACKET, 1, false, false, false, KIND_GRANT) : set_key_0_and_mark_out_carry_3();
            (PASS_PACKET, 1, false, false, false, KIND_WRITE) : set_key_0_and_mark_out_carry_3();
            (
                PASS_PACKET,
                1,
                false,
                false,
                false,
                KIND_WRITE_ACK
            ) : set_key_0_and_mark_out_carry_3();
            (PASS_PACKET, 1, false, false, false, KIND_HOLD) : set_key_0_and_mark_out_carry_3();
            (PASS_PACKET, 1, false, false, false, KIND_RELEASE) : set_key_0_and_mark_out_carry_3();
            (PASS_PACKET, 1, false, false, false, KIND_RENEW) : set_key_0_and_mark_out_carry_3();
            (
                PASS_PACKET,
                1,
                false,
                false,
                false,
                KIND_RENEW_ACK
            ) : set_key_0_and_mark_out_carry_3();
            (PASS_PACKET, 1, false, false, false, KIND_GIVE_UP) : set_key_0_and_mark_out_carry_3();
            (
                PASS_PACKET,
                1,
                false,
                false,
                false,
                KIND_GIVE_UP_ACK
            ) : set_key_0_and_mark_out_carry_3();
            (PASS_PACKET, 1, false, false, false, KIND_RECALL) : set_key_0_and_mark_out_carry_3();
            (
                PASS_PACKET,
                1,
                false,
                false,
                false,
                KIND_SNAPSHOT_SLOTS
            ) : set_key_0_and_mark_out_carry_3();
            (
                PASS_PACKET,
                1,
                false,
                false,
                false,
                KIND_SNAPSHOT_ACK
            ) : set_key_0_and_mark_out_carry_3();
            (PASS_PACKET, 1, false, false, false, KIND_REFUSE) : set_key_0_and_mark_out_carry_3();
            (PASS_PACKET, 1, false, false, true, 0) : set_key_0_and_mark_out_carry_3();
            (
                PASS_PACKET,
                1,
                false,
                false,
                true,
                KIND_LEASE_REQUEST
            ) : set_key_0_and_mark_out_carry_3();
            (PASS_PACKET, 1, false, false, true, KIND_GRANT) : set_key_0_and_mark_out_carry_3();
            (PASS_PACKET, 1, false, false, true, KIND_WRITE) : set_key_0_and_mark_out_carry_3();
            (PASS_PACKET, 1, false, false, true, KIND_WRITE_ACK) : set_key_0_and_mark_out_carry_3();
            (PASS_PACKET, 1, false, false, true, KIND_HOLD) : set_key_0_and_mark_out_carry_3();
            (PASS_PACKET, 1, false, false, true, KIND_RELEASE) : set_key_0_and_mark_out_carry_3();
            (PASS_PACKET, 1, false, false, true, KIND_RENEW) : set_key_0_and_mark_out_carry_3();
            (PASS_PACKET, 1, false, false, true, KIND_RENEW_ACK) : set_key_0_and_mark_out_carry_3();
            (PASS_PACKET, 1, false, false, true, KIND_GIVE_UP) : set_key_0_and_mark_out_carry_3();
            (
                PASS_PACKET,
                1,
                false,
                false,
                true,
                KIND_GIVE_UP_ACK
            ) : set_key_0_and_mark_out_carry_3();
            (PASS_PACKET, 1, false, false, true, KIND_RECALL) : set_key_0_and_mark_out_carry_3();
            (
                PASS_PACKET,
                1,
                false,
                false,
                true,
                KIND_SNAPSHOT_SLOTS
            ) : set_key_0_and_mark_out_carry_3();
            (
                PASS_PACKET,
                1,
                false,
                false,
                true,
                KIND_SNAPSHOT_ACK
            ) : set_key_0_and_mark_out_carry_3();
            (PASS_PACKET, 1, false, false, true, KIND_REFUSE) : set_key_0_and_mark_out_carry_3();
            (PASS_PACKET, 1, false, true, false, 0) : set_key_0_and_mark_out_carry_3();
            (
                PASS_PACKET,
                1,
                false,
                true,
                false,
                KIND_LEASE_REQUEST
            ) : set_key_0_and_mark_out_carry_3();
            (PASS_PACKET, 1, false, true, false, KIND_GRANT) : set_key_0_and_mark_out_carry_3();
            (PASS_PACKET, 1, false, true, false, KIND_WRITE) : set_key_0_and_mark_out_carry_3();
            (PASS_PACKET, 1, false, true, false, KIND_WRITE_ACK) : set_key_0_and_mark_out_carry_3();
            (PASS_PACKET, 1, false, true, false, KIND_HOLD) : set_key_0_and_mark_out_carry_3();
            (PASS_PACKET, 1, false, true, false, KIND_RELEASE) : set_key_0_and_mark_out_carry_3();
            (PASS_PACKET, 1, false, true, false, KIND_RENEW) : set_key_0_and_mark_out_carry_3();
            (PASS_PACKET, 1, false, true, false, KIND_RENEW_ACK) : set_key_0_and_mark_out_carry_3();
            (PASS_PACKET, 1, false, true, false, KIND_GIVE_UP) : set_key_0_and_mark_out_carry_3();
            (
                PASS_PACKET,
                1,
                false,
                true,
                false,
                KIND_GIVE_UP_ACK
            ) : set_key_0_and_mark_out_carry_3();
            (PASS_PACKET, 1, false, true, false, KIND_RECALL) : set_key_0_and_mark_out_carry_3();
            (
                PASS_PACKET,
                1,
                false,
                true,
                false,
                KIND_SNAPSHOT_SLOTS
            ) : set_key_0_and_mark_out_carry_3();
            (
                PASS_PACKET,
                1,
                false,
                true,
                false,
                KIND_SNAPSHOT_ACK
            ) : set_key_0_and_mark_out_carry_3();
            (PASS_PACKET, 1, false, true, false, KIND_REFUSE) : set_key_0_and_mark_out_carry_3();
            (PASS_PACKET, 1, true, false, false, 0) : set_key_0_and_mark_out_carry_4();
            (
                PASS_PACKET,
                1,
                true,
                false,
                false,
                KIND_LEASE_REQUEST
            ) : set_key_0_and_mark_out_carry_4();
            (PASS_PACKET, 1, true, false, false, KIND_GRANT) : set_key_0_and_mark_out_carry_4();
            (PASS_PACKET, 1, true, false, false, KIND_WRITE) : set_key_0_and_mark_out_carry_4();
            (PASS_PACKET, 1, true, false, false, KIND_WRITE_ACK) : set_key_0_and_mark_out_carry_4();
            (PASS_PACKET, 1, true, false, false, KIND_HOLD) : set_key_0_and_mark_out_carry_4();
            (PASS_PACKET, 1, true, false, false, KIND_RELEASE) : set_key_0_and_mark_out_carry_4();
            (PASS_PACKET, 1, true, false, false, KIND_RENEW) : set_key_0_and_mark_out_carry_4();
            (PASS_PACKET, 1, true, false, false, KIND_RENEW_ACK) : set_key_0_and_mark_out_carry_4();
            (PASS_PACKET, 1, true, false, false, KIND_GIVE_UP) : set_key_0_and_mark_out_carry_4();
            (
                PASS_PACKET,
                1,
                true,
                false,
                false,
                KIND_GIVE_UP_ACK
            ) : set_key_0_and_mark_out_carry_4();
            (PASS_PACKET, 1, true, false, false, KIND_RECALL) : set_key_0_and_mark_out_carry_4();
            (
                PASS_PACKET,
                1,
                true,
                false,
                false,
                KIND_SNAPSHOT_SLOTS
            ) : set_key_0_and_mark_out_carry_4();
            (
                PASS_PACKET,
                1,
                true,
                false,
                false,
                KIND_SNAPSHOT_ACK
            ) : set_key_0_and_mark_out_carry_4();
            (PASS_PACKET, 1, true, false, false, KIND_REFUSE) : set_key_0_and_mark_out_carry_4();
            (PASS_MESSAGE, 0, false, false, false, KIND_GIVE_UP_ACK) : mark_renounced_replace_a();
            (PASS_MESSAGE, 0, false, false, true, KIND_GIVE_UP_ACK) : mark_renounced_replace_a();
            (PASS_MESSAGE, 0, false, true, false, KIND_GIVE_UP_ACK) : mark_renounced_replace_a();
            (PASS_MESSAGE, 0, true, false, false, KIND_GIVE_UP_ACK) : mark_renounced_replace_a();
            (PASS_MESSAGE, 1, false, false, false, KIND_GIVE_UP_ACK) : mark_renounced_replace_a();
            (PASS_MESSAGE, 1, false, false, true, KIND_GIVE_UP_ACK) : mark_renounced_replace_a();
            (PASS_MESSAGE, 1, false, true, false, KIND_GIVE_UP_ACK) : mark_renounced_replace_a();
            (PASS_MESSAGE, 1, true, false, false, KIND_GIVE_UP_ACK) : mark_renounced_replace_a();
        }
        size = 128;
    }

    action set_choice_19_and_set_mirror_due() {
        ig_md.choice_19 = hdr.inner_ipv4.src_addr;
        hdr.bridge.due = ig_prsr_md.global_tstamp[39:8];
    }

    action set_choice_19_and_set_mirror_due_2() {
        ig_md.choice_19 = hdr.inner_ipv4.dst_addr;
        hdr.bridge.due = ig_prsr_md.global_tstamp[39:8];
    }

    action set_choice_19_and_set_out_epoch_and_2_more() {
        ig_md.choice_19 = hdr.inner_ipv4.src_addr;
        hdr.bridge.epoch = hdr.redplane.epoch;
        hdr.bridge.seq = hdr.redplane.seq;
        ig_md.mirror_epoch = hdr.redplane.epoch;
        hdr.bridge.due = ig_prsr_md.global_tstamp[39:8];
    }

    action set_choice_19_and_set_out_epoch_and_2_more_2() {
        ig_md.choice_19 = hdr.inner_ipv4.dst_addr;
        hdr.bridge.epoch = hdr.redplane.epoch;
        hdr.bridge.seq = hdr.redplane.seq;
        ig_md.mirror_epoch = hdr.redplane.epoch;
        hdr.bridge.due = ig_prsr_md.global_tstamp[39:8];
    }

    action set_choice_19_and_set_out_epoch_and_2_more_3() {
        ig_md.choice_19 = hdr.inner_ipv4.src_addr;
        hdr.bridge.epoch = hdr.redplane.epoch;
        hdr.bridge.seq = hdr.redplane.seq;
        ig_md.mirror_epoch = hdr.redplane.epoch;
        ig_md.mirror_seq = hdr.redplane.seq;
    }

    action set_choice_19_and_set_out_epoch_and_2_more_4() {
        ig_md.choice_19 = hdr.inner_ipv4.dst_addr;
        hdr.bridge.epoch = hdr.redplane.epoch;
        hdr.bridge.seq = hdr.redplane.seq;
        ig_md.mirror_epoch = hdr.redplane.epoch;
        ig_md.mirror_seq = hdr.redplane.seq;
    }

    action set_choice_19_and_set_out_epoch_and_1_more() {
        ig_md.choice_19 = hdr.inner_ipv4.src_addr;
        hdr.bridge.epoch = hdr.redplane.epoch;
        hdr.bridge.seq = hdr.redplane.seq;
        hdr.bridge.due = ig_prsr_md.global_tstamp[39:8];
    }

    action set_choice_19_and_set_out_epoch_and_1_more_2() {
        ig_md.choice_19 = hdr.inner_ipv4.dst_addr;
        hdr.bridge.epoch = hdr.redplane.epoch;
        hdr.bridge.seq = hdr.redplane.seq;
        hdr.bridge.due = ig_prsr_md.global_tstamp[39:8];
    }

    table decisions_0_b {
        key = {
            ig_md.message_kind : exact;
            hdr.bridge.pass    : exact;
            ig_md.inside       : exact;
        }
        actions = {
            set_choice_19_and_set_mirror_due;
            set_choice_19_and_set_mirror_due_2;
            set_choice_19_and_set_out_epoch_and_2_more;
            set_choice_19_and_set_out_epoch_and_2_more_2;
            set_choice_19_and_set_out_epoch_and_2_more_3;
            set_choice_19_and_set_out_epoch_and_2_more_4;
            set_choice_19_and_set_out_epoch_and_1_more;
            set_choice_19_and_set_out_epoch_and_1_more_2;
            @defaultonly NoAction;
        }
        const default_action = NoAction();
        const entries = {
            (0, PASS_PACKET, 0) : set_choice_19_and_set_mirror_due();
            (0, PASS_PACKET, 1) : set_choice_19_and_set_mirror_due_2();
            (0, PASS_MESSAGE, 0) : set_choice_19_and_set_out_epoch_and_2_more();
            (0, PASS_MESSAGE, 1) : set_choice_19_and_set_out_epoch_and_2_more_2();
            (0, PASS_COPY, 0) : set_choice_19_and_set_out_epoch_and_2_more_3();
            (0, PASS_COPY, 1) : set_choice_19_and_set_out_epoch_and_2_more_4();
            (0, PASS_SWEEP, 0) : set_choice_19_and_set_out_epoch_and_1_more();
            (0, PASS_SWEEP, 1) : set_choice_19_and_set_out_epoch_and_1_more_2();
            (0, PASS_GIVE_UP, 0) : set_choice_19_and_set_out_epoch_and_1_more();
            (0, PASS_GIVE_UP, 1) : set_choice_19_and_set_out_epoch_and_1_more_2();
            (KIND_LEASE_REQUEST, PASS_PACKET, 0) : set_choice_19_and_set_mirror_due();
            (KIND_LEASE_REQUEST, PASS_PACKET, 1) : set_choice_19_and_set_mirror_due_2();
            (KIND_LEASE_REQUEST, PASS_MESSAGE, 0) : set_choice_19_and_set_out_epoch_and_2_more();
            (KIND_LEASE_REQUEST, PASS_MESSAGE, 1) : set_choice_19_and_set_out_epoch_and_2_more_2();
            (KIND_LEASE_REQUEST, PASS_COPY, 0) : set_choice_19_and_set_out_epoch_and_2_more_3();
            (KIND_LEASE_REQUEST, PASS_COPY, 1) : set_choice_19_and_set_out_epoch_and_2_more_4();
            (KIND_LEASE_REQUEST, PASS_SWEEP, 0) : set_choice_19_and_set_out_epoch_and_1_more();
            (KIND_LEASE_REQUEST, PASS_SWEEP, 1) : set_choice_19_and_set_out_epoch_and_1_more_2();
            (KIND_LEASE_REQUEST, PASS_GIVE_UP, 0) : set_choice_19_and_set_out_epoch_and_1_more();
            (KIND_LEASE_REQUEST, PASS_GIVE_UP, 1) : set_choice_19_and_set_out_epoch_and_1_more_2();
            (KIND_GRANT, PASS_PACKET, 0) : set_choice_19_and_set_mirror_due();
            (KIND_GRANT, PASS_PACKET, 1) : set_choice_19_and_set_mirror_due_2();
            (KIND_GRANT, PASS_MESSAGE, 0) : set_choice_19_and_set_out_epoch_and_2_more();
            (KIND_GRANT, PASS_MESSAGE, 1) : set_choice_19_and_set_out_epoch_and_2_more_2();
            (KIND_GRANT, PASS_COPY, 0) : set_choice_19_and_set_out_epoch_and_2_more_3();
            (KIND_GRANT, PASS_COPY, 1) : set_choice_19_and_set_out_epoch_and_2_more_4();
            (KIND_GRANT, PASS_SWEEP, 0) : set_choice_19_and_set_out_epoch_and_1_more();
            (KIND_GRANT, PASS_SWEEP, 1) : set_choice_19_and_set_out_epoch_and_1_more_2();
            (KIND_GRANT, PASS_GIVE_UP, 0) : set_choice_19_and_set_out_epoch_and_1_more();
            (KIND_GRANT, PASS_GIVE_UP, 1) : set_choice_19_and_set_out_epoch_and_1_more_2();
            (KIND_WRITE, PASS_PACKET, 0) : set_choice_19_and_set_mirror_due();
            (KIND_WRITE, PASS_PACKET, 1) : set_choice_19_and_set_mirror_due_2();
            (KIND_WRITE, PASS_MESSAGE, 0) : set_choice_19_and_set_out_epoch_and_2_more();
            (KIND_WRITE, PASS_MESSAGE, 1) : set_choice_19_and_set_out_epoch_and_2_more_2();
            (KIND_WRITE, PASS_COPY, 0) : set_choice_19_and_set_out_epoch_and_2_more_3();
            (KIND_WRITE, PASS_COPY, 1) : set_choice_19_and_set_out_epoch_and_2_more_4();
            (KIND_WRITE, PASS_SWEEP, 0) : set_choice_19_and_set_out_epoch_and_1_more();
            (KIND_WRITE, PASS_SWEEP, 1) : set_choice_19_and_set_out_epoch_and_1_more_2();
            (KIND_WRITE, PASS_GIVE_UP, 0) : set_choice_19_and_set_out_epoch_and_1_more();
            (KIND_WRITE, PASS_GIVE_UP, 1) : set_choice_19_and_set_out_epoch_and_1_more_2();
            (KIND_WRITE_ACK, PASS_PACKET, 0) : set_choice_19_and_set_mirror_due();
            (KIND_WRITE_ACK, PASS_PACKET, 1) : set_choice_19_and_set_mirror_due_2();
            (KIND_WRITE_ACK, PASS_MESSAGE, 0) : set_choice_19_and_set_out_epoch_and_2_more();
            (KIND_WRITE_ACK, PASS_MESSAGE, 1) : set_choice_19_and_set_out_epoch_and_2_more_2();
            (KIND_WRITE_ACK, PASS_COPY, 0) : set_choice_19_and_set_out_epoch_and_2_more_3();
            (KIND_WRITE_ACK, PASS_COPY, 1) : set_choice_19_and_set_out_epoch_and_2_more_4();
            (KIND_WRITE_ACK, PASS_SWEEP, 0) : set_choice_19_and_set_out_epoch_and_1_more();
            (KIND_WRITE_ACK, PASS_SWEEP, 1) : set_choice_19_and_set_out_epoch_and_1_more_2();
            (KIND_WRITE_ACK, PASS_GIVE_UP, 0) : set_choice_19_and_set_out_epoch_and_1_more();
            (KIND_WRITE_ACK, PASS_GIVE_UP, 1) : set_choice_19_and_set_out_epoch_and_1_more_2();
            (KIND_HOLD, PASS_PACKET, 0) : set_choice_19_and_set_mirror_due();
            (KIND_HOLD, PASS_PACKET, 1) : set_choice_19_and_set_mirror_due_2();
            (KIND_HOLD, PASS_MESSAGE, 0) : set_choice_19_and_set_out_epoch_and_2_more();
            (KIND_HOLD, PASS_MESSAGE, 1) : set_choice_19_and_set_out_epoch_and_2_more_2();
            (KIND_HOLD, PASS_COPY, 0) : set_choice_19_and_set_out_epoch_and_2_more_3();
            (KIND_HOLD, PASS_COPY, 1) : set_choice_19_and_set_out_epoch_and_2_more_4();
            (KIND_HOLD, PASS_SWEEP, 0) : set_choice_19_and_set_out_epoch_and_1_more();
            (KIND_HOLD, PASS_SWEEP, 1) : set_choice_19_and_set_out_epoch_and_1_more_2();
            (KIND_HOLD, PASS_GIVE_UP, 0) : set_choice_19_and_set_out_epoch_and_1_more();
            (KIND_HOLD, PASS_GIVE_UP, 1) : set_choice_19_and_set_out_epoch_and_1_more_2();
            (KIND_RELEASE, PASS_PACKET, 0) : set_choice_19_and_set_mirror_due();
            (KIND_RELEASE, PASS_PACKET, 1) : set_choice_19_and_set_mirror_due_2();
            (KIND_RELEASE, PASS_MESSAGE, 0) : set_choice_19_and_set_out_epoch_and_2_more();
            (KIND_RELEASE, PASS_MESSAGE, 1) : set_choice_19_and_set_out_epoch_and_2_more_2();
            (KIND_RELEASE, PASS_COPY, 0) : set_choice_19_and_set_out_epoch_and_2_more_3();
            (KIND_RELEASE, PASS_COPY, 1) : set_choice_19_and_set_out_epoch_and_2_more_4();
            (KIND_RELEASE, PASS_SWEEP, 0) : set_choice_19_and_set_out_epoch_and_1_more();
            (KIND_RELEASE, PASS_SWEEP, 1) : set_choice_19_and_set_out_epoch_and_1_more_2();
            (KIND_RELEASE, PASS_GIVE_UP, 0) : set_choice_19_and_set_out_epoch_and_1_more();
            (KIND_RELEASE, PASS_GIVE_UP, 1) : set_choice_19_and_set_out_epoch_and_1_more_2();
            (KIND_RENEW, PASS_PACKET, 0) : set_choice_19_and_set_mirror_due();
            (KIND_RENEW, PASS_PACKET, 1) : set_choice_19_and_set_mirror_due_2();
            (KIND_RENEW, PASS_MESSAGE, 0) : set_choice_19_and_set_out_epoch_and_2_more();
            (KIND_RENEW, PASS_MESSAGE, 1) : set_choice_19_and_set_out_epoch_and_2_more_2();
            (KIND_RENEW, PASS_COPY, 0) : set_choice_19_and_set_out_epoch_and_2_more_3();
            (KIND_RENEW, PASS_COPY, 1) : set_choice_19_and_set_out_epoch_and_2_more_4();
            (KIND_RENEW, PASS_SWEEP, 0) : set_choice_19_and_set_out_epoch_and_1_more();
            (KIND_RENEW, PASS_SWEEP, 1) : set_choice_19_and_set_out_epoch_and_1_more_2();
            (KIND_RENEW, PASS_GIVE_UP, 0) : set_choice_19_and_set_out_epoch_and_1_more();
            (KIND_RENEW, PASS_GIVE_UP, 1) : set_choice_19_and_set_out_epoch_and_1_more_2();
            (KIND_RENEW_ACK, PASS_PACKET, 0) : set_choice_19_and_set_mirror_due();
            (KIND_RENEW_ACK, PASS_PACKET, 1) : set_choice_19_and_set_mirror_due_2();
            (KIND_RENEW_ACK, PASS_MESSAGE, 0) : set_choice_19_and_set_out_epoch_and_2_more();
            (KIND_RENEW_ACK, PASS_MESSAGE, 1) : set_choice_19_and_set_out_epoch_and_2_more_2();
            (KIND_RENEW_ACK, PASS_COPY, 0) : set_choice_19_and_set_out_epoch_and_2_more_3();
            (KIND_RENEW_ACK, PASS_COPY, 1) : set_choice_19_and_set_out_epoch_and_2_more_4();
            (KIND_RENEW_ACK, PASS_SWEEP, 0) : set_choice_19_and_set_out_epoch_and_1_more();
            (KIND_RENEW_ACK, PASS_SWEEP, 1) : set_choice_19_and_set_out_epoch_and_1_more_2();
            (KIND_RENEW_ACK, PASS_GIVE_UP, 0) : set_choice_19_and_set_out_epoch_and_1_more();
            (KIND_RENEW_ACK, PASS_GIVE_UP, 1) : set_choice_19_and_set_out_epoch_and_1_more_2();
            (KIND_GIVE_UP, PASS_PACKET, 0) : set_choice_19_and_set_mirror_due();
            (KIND_GIVE_UP, PASS_PACKET, 1) : set_choice_19_and_set_mirror_due_2();
            (KIND_GIVE_UP, PASS_MESSAGE, 0) : set_choice_19_and_set_out_epoch_and_2_more();
            (KIND_GIVE_UP, PASS_MESSAGE, 1) : set_choice_19_and_set_out_epoch_and_2_more_2();
            (KIND_GIVE_UP, PASS_COPY, 0) : set_choice_19_and_set_out_epoch_and_2_more_3();
            (KIND_GIVE_UP, PASS_COPY, 1) : set_choice_19_and_set_out_epoch_and_2_more_4();
            (KIND_GIVE_UP, PASS_SWEEP, 0) : set_choice_19_and_set_out_epoch_and_1_more();
            (KIND_GIVE_UP, PASS_SWEEP, 1) : set_choice_19_and_set_out_epoch_and_1_more_2();
            (KIND_GIVE_UP, PASS_GIVE_UP, 0) : set_choice_19_and_set_out_epoch_and_1_more();
            (KIND_GIVE_UP, PASS_GIVE_UP, 1) : set_choice_19_and_set_out_epoch_and_1_more_2();
            (KIND_GIVE_UP_ACK, PASS_PACKET, 0) : set_choice_19_and_set_mirror_due();
            (KIND_GIVE_UP_ACK, PASS_PACKET, 1) : set_choice_19_and_set_mirror_due_2();
            (KIND_GIVE_UP_ACK, PASS_MESSAGE, 0) : set_choice_19_and_set_out_epoch_and_2_more();
            (KIND_GIVE_UP_ACK, PASS_MESSAGE, 1) : set_choice_19_and_set_out_epoch_and_2_more_2();
            (KIND_GIVE_UP_ACK, PASS_COPY, 0) : set_choice_19_and_set_out_epoch_and_2_more_3();
            (KIND_GIVE_UP_ACK, PASS_COPY, 1) : set_choice_19_and_set_out_epoch_and_2_more_4();
            (KIND_GIVE_UP_ACK, PASS_SWEEP, 0) : set_choice_19_and_set_out_epoch_and_1_more();
            (KIND_GIVE_UP_ACK, PASS_SWEEP, 1) : set_choice_19_and_set_out_epoch_and_1_more_2();
            (KIND_GIVE_UP_ACK, PASS_GIVE_UP, 0) : set_choice_19_and_set_out_epoch_and_1_more();
            (KIND_GIVE_UP_ACK, PASS_GIVE_UP, 1) : set_choice_19_and_set_out_epoch_and_1_more_2();
            (KIND_RECALL, PASS_PACKET, 0) : set_choice_19_and_set_mirror_due();
            (KIND_RECALL, PASS_PACKET, 1) : set_choice_19_and_set_mirror_due_2();
            (KIND_RECALL, PASS_MESSAGE, 0) : set_choice_19_and_set_out_epoch_and_2_more();
            (KIND_RECALL, PASS_MESSAGE, 1) : set_choice_19_and_set_out_epoch_and_2_more_2();
            (KIND_RECALL, PASS_COPY, 0) : set_choice_19_and_set_out_epoch_and_2_more_3();
            (KIND_RECALL, PASS_COPY, 1) : set_choice_19_and_set_out_epoch_and_2_more_4();
            (KIND_RECALL, PASS_SWEEP, 0) : set_choice_19_and_set_out_epoch_and_1_more();
            (KIND_RECALL, PASS_SWEEP, 1) : set_choice_19_and_set_out_epoch_and_1_more_2();
            (KIND_RECALL, PASS_GIVE_UP, 0) : set_choice_19_and_set_out_epoch_and_1_more();
            (KIND_RECALL, PASS_GIVE_UP, 1) : set_choice_19_and_set_out_epoch_and_1_more_2();
            (KIND_SNAPSHOT_SLOTS, PASS_PACKET, 0) : set_choice_19_and_set_mirror_due();
            (KIND_SNAPSHOT_SLOTS, PASS_PACKET, 1) : set_choice_19_and_set_mirror_due_2();
            (KIND_SNAPSHOT_SLOTS, PASS_MESSAGE, 0) : set_choice_19_and_set_out_epoch_and_2_more();
            (KIND_SNAPSHOT_SLOTS, PASS_MESSAGE, 1) : set_choice_19_and_set_out_epoch_and_2_more_2();
            (KIND_SNAPSHOT_SLOTS, PASS_COPY, 0) : set_choice_19_and_set_out_epoch_and_2_more_3();
            (KIND_SNAPSHOT_SLOTS, PASS_COPY, 1) : set_choice_19_and_set_out_epoch_and_2_more_4();
            (KIND_SNAPSHOT_SLOTS, PASS_SWEEP, 0) : set_choice_19_and_set_out_epoch_and_1_more();
            (KIND_SNAPSHOT_SLOTS, PASS_SWEEP, 1) : set_choice_19_and_set_out_epoch_and_1_more_2();
            (KIND_SNAPSHOT_SLOTS, PASS_GIVE_UP, 0) : set_choice_19_and_set_out_epoch_and_1_more();
            (KIND_SNAPSHOT_SLOTS, PASS_GIVE_UP, 1) : set_choice_19_and_set_out_epoch_and_1_more_2();
            (KIND_SNAPSHOT_ACK, PASS_PACKET, 0) : set_choice_19_and_set_mirror_due();
            (KIND_SNAPSHOT_ACK, PASS_PACKET, 1) : set_choice_19_and_set_mirror_due_2();
            (KIND_SNAPSHOT_ACK, PASS_MESSAGE, 0) : set_choice_19_and_set_out_epoch_and_2_more();
            (KIND_SNAPSHOT_ACK, PASS_MESSAGE, 1) : set_choice_19_and_set_out_epoch_and_2_more_2();
            (KIND_SNAPSHOT_ACK, PASS_COPY, 0) : set_choice_19_and_set_out_epoch_and_2_more_3();
            (KIND_SNAPSHOT_ACK, PASS_COPY, 1) : set_choice_19_and_set_out_epoch_and_2_more_4();
            (KIND_SNAPSHOT_ACK, PASS_SWEEP, 0) : set_choice_19_and_set_out_epoch_and_1_more();
            (KIND_SNAPSHOT_ACK, PASS_SWEEP, 1) : set_choice_19_and_set_out_epoch_and_1_more_2();
            (KIND_SNAPSHOT_ACK, PASS_GIVE_UP, 0) : set_choice_19_and_set_out_epoch_and_1_more();
            (KIND_SNAPSHOT_ACK, PASS_GIVE_UP, 1) : set_choice_19_and_set_out_epoch_and_1_more_2();
            (KIND_REFUSE, PASS_PACKET, 0) : set_choice_19_and_set_mirror_due();
            (KIND_REFUSE, PASS_PACKET, 1) : set_choice_19_and_set_mirror_due_2();
            (KIND_REFUSE, PASS_MESSAGE, 0) : set_choice_19_and_set_out_epoch_and_2_more();
            (KIND_REFUSE, PASS_MESSAGE, 1) : set_choice_19_and_set_out_epoch_and_2_more_2();
            (KIND_REFUSE, PASS_COPY, 0) : set_choice_19_and_set_out_epoch_and_2_more_3();
            (KIND_REFUSE, PASS_COPY, 1) : set_choice_19_and_set_out_epoch_and_2_more_4();
            (KIND_REFUSE, PASS_SWEEP, 0) : set_choice_19_and_set_out_epoch_and_1_more();
            (KIND_REFUSE, PASS_SWEEP, 1) : set_choice_19_and_set_out_epoch_and_1_more_2();
            (KIND_REFUSE, PASS_GIVE_UP, 0) : set_choice_19_and_set_out_epoch_and_1_more();
            (KIND_REFUSE, PASS_GIVE_UP, 1) : set_choice_19_and_set_out_epoch_and_1_more_2();
        }
        size = 150;
    }

    action set_key_2() {
        hdr.key.word_2[15:0] = hdr.ports.src;
    }

    action set_key_2_2() {
        hdr.key.word_2[15:0] = hdr.ports.dst;
    }

    action set_key_2_3() {
        hdr.key.word_2[15:0] = hdr.icmp_end.id;
    }

    action set_key_2_4() {
        hdr.key.word_2[15:0] = hdr.inner_l4.length_or_id;
    }

    action set_key_2_5() {
        hdr.key.word_2[15:0] = hdr.inner_l4.dst_or_checksum;
    }

    action set_key_2_6() {
        hdr.key.word_2[15:0] = hdr.inner_l4.src_or_kind;
    }

    action set_message_timestamp_plus_lease_span(
        bit<32> lease_span,
        bit<32> incarnation,
        bit<32> switch_id,
        bit<32> program_1,
        bit<32> program_0,
        bit<32> minus_half_period,
        bit<32> minus_silence_span
    ) {
        ig_md.message_timestamp_plus_lease_span = hdr.redplane.timestamp + lease_span;
        ig_md.incarnation = incarnation;
        ig_md.switch_id = switch_id;
        ig_md.ipv4_dst_and_program_1 = hdr.ipv4.dst_addr & program_1;
        ig_md.program_0 = program_0;
        ig_md.copy_wait_plus_copy_wait = hdr.copy.wait + hdr.copy.wait;
        ig_md.now_minus_half_period = ig_prsr_md.global_tstamp[39:8] + minus_half_period;
        ig_md.now_minus_silence_span = ig_prsr_md.global_tstamp[39:8] + minus_silence_span;
        ig_md.now_or_1 = ig_prsr_md.global_tstamp[39:8] | 1;
        ig_md.copy_due_minus_now = hdr.copy.due - ig_prsr_md.global_tstamp[39:8];
        ig_md.ipv4_ttl_protocol_minus_256 = (bit<32>)hdr.ipv4.ttl_protocol - 256;
        ig_md.reason = 3;
    }

    table set_message_timestamp_plus_lease_span_settings {
        actions = {
            set_message_timestamp_plus_lease_span;
        }
        default_action = set_message_timestamp_plus_lease_span(
            DEFAULT_LEASE_SPAN,
            DEFAULT_INCARNATION,
            DEFAULT_SWITCH_ID,
            DEFAULT_PROGRAM_1,
            DEFAULT_PROGRAM_0,
            DEFAULT_MINUS_HALF_PERIOD,
            DEFAULT_MINUS_SILENCE_SPAN
        );
        size = 1;
    }

    action mark_is_local_4() {
        ig_md.is_local_4 = 1;
    }

    action mark_is_local_2() {
        ig_md.is_local_2 = 1;
    }

    action set_renounced_replace_b() {
        ig_md.renounced_replace_b = 2;
    }

    action set_renounced_replace_b_2() {
        ig_md.renounced_replace_b = 1;
    }

    action mark_is_whole_2() {
        ig_md.is_whole_2 = 1;
    }

    action mark_has_known_protocol_2() {
        ig_md.has_known_protocol_2 = 1;
    }

    action mark_is_translated_icmp_2() {
        ig_md.is_translated_icmp_2 = 1;
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

    action count_swept() {
        counters_1_a.count(COUNT_SWEPT);
    }

    action mark_is_translated_2() {
        ig_md.is_translated_2 = 1;
    }

    action mark_is_translated_2_and_count_swept() {
        counters_1_a.count(COUNT_SWEPT);
        ig_md.is_translated_2 = 1;
    }

    action mark_never_forwarded_2() {
        ig_md.never_forwarded_2 = 1;
    }

    action mark_never_forwarded_2_and_count_swept() {
        counters_1_a.count(COUNT_SWEPT);
        ig_md.never_forwarded_2 = 1;
    }

    action mark_never_forwarded_2_and_1_more() {
        ig_md.never_forwarded_2 = 1;
        ig_md.is_translated_2 = 1;
    }

    action mark_never_forwarded_2_and_2_more() {
        counters_1_a.count(COUNT_SWEPT);
        ig_md.never_forwarded_2 = 1;
        ig_md.is_translated_2 = 1;
    }

    table decisions_1_a {
        key = {
            ig_md.is_local_2           : exact;
            ig_md.is_local_4           : exact;
            ig_md.is_translated_icmp_2 : exact;
            hdr.udp.isValid()          : exact;
            hdr.tcp.isValid()          : exact;
            hdr.bridge.pass            : exact;
        }
        actions = {
            count_swept;
            mark_is_translated_2;
            mark_is_translated_2_and_count_swept;
            mark_never_forwarded_2;
            mark_never_forwarded_2_and_count_swept;
            mark_never_forwarded_2_and_1_more;
            mark_never_forwarded_2_and_2_more;
            @defaultonly NoAction;
        }
        const default_action = NoAction();
        const entries = {
            (0, 0, 0, false, false, PASS_SWEEP) : count_swept();
            (0, 0, 0, false, true, PASS_PACKET) : mark_is_translated_2();
            (0, 0, 0, false, true, PASS_MESSAGE) : mark_is_translated_2();
            (0, 0, 0, false, true, PASS_COPY) : mark_is_translated_2();
            (0, 0, 0, false, true, PASS_SWEEP) : mark_is_translated_2_and_count_swept();
            (0, 0, 0, false, true, PASS_GIVE_UP) : mark_is_translated_2();
            (0, 0, 0, true, false, PASS_PACKET) : mark_is_translated_2();
            (0, 0, 0, true, false, PASS_MESSAGE) : mark_is_translated_2();
            (0, 0, 0, true, false, PASS_COPY) : mark_is_translated_2();
            (0, 0, 0, true, false, PASS_SWEEP) : mark_is_translated_2_and_count_swept();
            (0, 0, 0, true, false, PASS_GIVE_UP) : mark_is_translated_2();
            (0, 0, 1, false, false, PASS_PACKET) : mark_is_translated_2();
            (0, 0, 1, false, false, PASS_MESSAGE) : mark_is_translated_2();
            (0, 0, 1, false, false, PASS_COPY) : mark_is_translated_2();
            (0, 0, 1, false, false, PASS_SWEEP) : mark_is_translated_2_and_count_swept();
            (0, 0, 1, false, false, PASS_GIVE_UP) : mark_is_translated_2();
            (0, 1, 0, false, false, PASS_PACKET) : mark_never_forwarded_2();
            (0, 1, 0, false, false, PASS_MESSAGE) : mark_never_forwarded_2();
            (0, 1, 0, false, false, PASS_COPY) : mark_never_forwarded_2();
            (0, 1, 0, false, false, PASS_SWEEP) : mark_never_forwarded_2_and_count_swept();
            (0, 1, 0, false, false, PASS_GIVE_UP) : mark_never_forwarded_2();
            (0, 1, 0, false, true, PASS_PACKET) : mark_never_forwarded_2_and_1_more();
            (0, 1, 0, false, true, PASS_MESSAGE) : mark_never_forwarded_2_and_1_more();
            (0, 1, 0, false, true, PASS_COPY) : mark_never_forwarded_2_and_1_more();
            (0, 1, 0, false, true, PASS_SWEEP) : mark_never_forwarded_2_and_2_more();
            (0, 1, 0, false, true, PASS_GIVE_UP) : mark_never_forwarded_2_and_1_more();
            (0, 1, 0, true, false, PASS_PACKET) : mark_never_forwarded_2_and_1_more();
            (0, 1, 0, true, false, PASS_MESSAGE) : mark_never_forwarded_2_and_1_more();
            (0, 1, 0, true, false, PASS_COPY) : mark_never_forwarded_2_and_1_more();
            (0, 1, 0, true, false, PASS_SWEEP) : mark_never_forwarded_2_and_2_more();
            (0, 1, 0, true, false, PASS_GIVE_UP) : mark_never_forwarded_2_and_1_more();
            (0, 1, 1, false, false, PASS_PACKET) : mark_never_forwarded_2_and_1_more();
            (0, 1, 1, false, false, PASS_MESSAGE) : mark_never_forwarded_2_and_1_more();
            (0, 1, 1, false, false, PASS_COPY) : mark_never_forwarded_2_and_1_more();
            (0, 1, 1, false, false, PASS_SWEEP) : mark_never_forwarded_2_and_2_more();
            (0, 1, 1, false, false, PASS_GIVE_UP) : mark_never_forwarded_2_and_1_more();
            (1, 0, 0, false, false, PASS_PACKET) : mark_never_forwarded_2();
            (1, 0, 0, false, false, PASS_MESSAGE) : mark_never_forwarded_2();
            (1, 0, 0, false, false, PASS_COPY) : mark_never_forwarded_2();
            (1, 0, 0, false, false, PASS_SWEEP) : mark_never_forwarded_2_and_count_swept();
            (1, 0, 0, false, false, PASS_GIVE_UP) : mark_never_forwarded_2();
            (1, 0, 0, false, true, PASS_PACKET) : mark_never_forwarded_2_and_1_more();
            (1, 0, 0, false, true, PASS_MESSAGE) : mark_never_forwarded_2_and_1_more();
            (1, 0, 0, false, true, PASS_COPY) : mark_never_forwarded_2_and_1_more();
            (1, 0, 0, false, true, PASS_SWEEP) : mark_never_forwarded_2_and_2_more();
            (1, 0, 0, false, true, PASS_GIVE_UP) : mark_never_forwarded_2_and_1_more();
            (1, 0, 0, true, false, PASS_PACKET) : mark_never_forwarded_2_and_1_more();
            (1, 0, 0, true, false, PASS_MESSAGE) : mark_never_forwarded_2_and_1_more();
            (1, 0, 0, true, false, PASS_COPY) : mark_never_forwarded_2_and_1_more();
            (1, 0, 0, true, false, PASS_SWEEP) : mark_never_forwarded_2_and_2_more();
            (1, 0, 0, true, false, PASS_GIVE_UP) : mark_never_forwarded_2_and_1_more();
            (1, 0, 1, false, false, PASS_PACKET) : mark_never_forwarded_2_and_1_more();
            (1, 0, 1, false, false, PASS_MESSAGE) : mark_never_forwarded_2_and_1_more();
            (1, 0, 1, false, false, PASS_COPY) : mark_never_forwarded_2_and_1_more();
            (1, 0, 1, false, false, PASS_SWEEP) : mark_never_forwarded_2_and_2_more();
            (1, 0, 1, false, false, PASS_GIVE_UP) : mark_never_forwarded_2_and_1_more();
            (1, 1, 0, false, false, PASS_PACKET) : mark_never_forwarded_2();
            (1, 1, 0, false, false, PASS_MESSAGE) : mark_never_forwarded_2();
            (1, 1, 0, false, false, PASS_COPY) : mark_never_forwarded_2();
            (1, 1, 0, false, false, PASS_SWEEP) : mark_never_forwarded_2_and_count_swept();
            (1, 1, 0, false, false, PASS_GIVE_UP) : mark_never_forwarded_2();
            (1, 1, 0, false, true, PASS_PACKET) : mark_never_forwarded_2_and_1_more();
            (1, 1, 0, false, true, PASS_MESSAGE) : mark_never_forwarded_2_and_1_more();
            (1, 1, 0, false, true, PASS_COPY) : mark_never_forwarded_2_and_1_more();
            (1, 1, 0, false, true, PASS_SWEEP) : mark_never_forwarded_2_and_2_more();
            (1, 1, 0, false, true, PASS_GIVE_UP) : mark_never_forwarded_2_and_1_more();
            (1, 1, 0, true, false, PASS_PACKET) : mark_never_forwarded_2_and_1_more();
            (1, 1, 0, true, false, PASS_MESSAGE) : mark_never_forwarded_2_and_1_more();
            (1, 1, 0, true, false, PASS_COPY) : mark_never_forwarded_2_and_1_more();
            (1, 1, 0, true, false, PASS_SWEEP) : mark_never_forwarded_2_and_2_more();
            (1, 1, 0, true, false, PASS_GIVE_UP) : mark_never_forwarded_2_and_1_more();
            (1, 1, 1, false, false, PASS_PACKET) : mark_never_forwarded_2_and_1_more();
            (1, 1, 1, false, false, PASS_MESSAGE) : mark_never_forwarded_2_and_1_more();
            (1, 1, 1, false, false, PASS_COPY) : mark_never_forwarded_2_and_1_more();
            (1, 1, 1, false, false, PASS_SWEEP) : mark_never_forwarded_2_and_2_more();
            (1, 1, 1, false, false, PASS_GIVE_UP) : mark_never_forwarded_2_and_1_more();
        }
        size = 76;
    }

    // The flow has a slot.
    action flow_hit(bit<16> slot) {
        ig_md.hit = 1;
        ig_md.slot = slot;
    }

    // Slots of flows. The control plane alone adds entries and takes them out.
    table flows {
        key = {
            hdr.key.word_0[8:0]  : exact @name("key_0");
            hdr.key.word_1       : exact @name("key_1");
            hdr.key.word_2[15:0] : exact @name("key_2");
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

    action mark_is_local_3() {
        ig_md.is_local_3 = 1;
    }

    action mark_is_local() {
        ig_md.is_local = 1;
    }

    action mark_is_recall() {
        ig_md.is_recall = 1;
    }

    action mark_is_concerned() {
        ig_md.is_concerned = 1;
    }

    action mark_room_3() {
        ig_md.room_3 = 1;
    }

    action set_fate_and_count_passed() {
        counters_2_a.count(COUNT_PASSED);
        ig_md.fate = FATE_LEAVES;
    }

    action count_recall_no_room() {
        counters_2_a.count(COUNT_RECALL_NO_ROOM);
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

    action mark_extension_and_mark_missing_3() {
        ig_md.extension = 1;
        ig_md.missing_3 = 1;
    }

    action mark_extension() {
        ig_md.extension = 1;
    }

    action mark_room_4_and_mark_missing_3() {
        ig_md.room_4 = 1;
        ig_md.missing_3 = 1;
    }

    action mark_room_4() {
        ig_md.room_4 = 1;
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
            hdr.redplane.piggyback       : exact;
            ig_md.hit                    : exact;
            ig_md.is_concerned           : exact;
            hdr.bridge.pass              : exact;
        }
        actions = {
            set_fate_and_count_passed;
            count_recall_no_room;
            mark_missing_3;
            mark_extension_and_mark_is_ack_and_1_more;
            mark_extension_and_mark_is_ack;
            mark_extension_and_mark_is_ack_and_2_more;
            mark_extension_and_mark_is_ack_and_1_more_2;
            mark_extension_and_mark_missing_3;
            mark_extension;
            mark_room_4_and_mark_missing_3;
            mark_room_4;
            mark_is_refusal_and_mark_missing_3;
            mark_is_refusal;
            @defaultonly NoAction;
        }
        const default_action = NoAction();
        const entries = {
            (0, 0, 0, 0, 0, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, 0, 0, 0, 0, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, 0, 0, 0, 0, 1, 0, PASS_GIVE_UP) : count_recall_no_room();
            (0, 0, 0, 0, 1, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, 0, 0, 0, 1, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, 0, 0, 0, 1, 1, 0, PASS_GIVE_UP) : count_recall_no_room();
            (0, 0, 0, 1, 0, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, 0, 0, 1, 0, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, 0, 0, 1, 1, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, 0, 0, 1, 1, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_LEASE_REQUEST, 0, 0, 0, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_LEASE_REQUEST, 0, 0, 0, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_LEASE_REQUEST, 0, 0, 0, 1, 0, PASS_GIVE_UP) : count_recall_no_room();
            (0, KIND_LEASE_REQUEST, 0, 0, 1, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_LEASE_REQUEST, 0, 0, 1, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_LEASE_REQUEST, 0, 0, 1, 1, 0, PASS_GIVE_UP) : count_recall_no_room();
            (0, KIND_LEASE_REQUEST, 0, 1, 0, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_LEASE_REQUEST, 0, 1, 0, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_LEASE_REQUEST, 0, 1, 1, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_LEASE_REQUEST, 0, 1, 1, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_GRANT, 0, 0, 0, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_GRANT, 0, 0, 0, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_GRANT, 0, 0, 0, 1, 0, PASS_GIVE_UP) : count_recall_no_room();
            (0, KIND_GRANT, 0, 0, 1, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_GRANT, 0, 0, 1, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_GRANT, 0, 0, 1, 1, 0, PASS_GIVE_UP) : count_recall_no_room();
            (0, KIND_GRANT, 0, 1, 0, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_GRANT, 0, 1, 0, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_GRANT, 0, 1, 1, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_GRANT, 0, 1, 1, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_WRITE, 0, 0, 0, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_WRITE, 0, 0, 0, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_WRITE, 0, 0, 0, 1, 0, PASS_GIVE_UP) : count_recall_no_room();
            (0, KIND_WRITE, 0, 0, 1, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_WRITE, 0, 0, 1, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_WRITE, 0, 0, 1, 1, 0, PASS_GIVE_UP) : count_recall_no_room();
            (0, KIND_WRITE, 0, 1, 0, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_WRITE, 0, 1, 0, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_WRITE, 0, 1, 1, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_WRITE, 0, 1, 1, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_WRITE_ACK, 0, 0, 0, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_WRITE_ACK, 0, 0, 0, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_WRITE_ACK, 0, 0, 0, 1, 0, PASS_GIVE_UP) : count_recall_no_room();
            (0, KIND_WRITE_ACK, 0, 0, 1, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_WRITE_ACK, 0, 0, 1, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_WRITE_ACK, 0, 0, 1, 1, 0, PASS_GIVE_UP) : count_recall_no_room();
            (0, KIND_WRITE_ACK, 0, 1, 0, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_WRITE_ACK, 0, 1, 0, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_WRITE_ACK, 0, 1, 1, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_WRITE_ACK, 0, 1, 1, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_HOLD, 0, 0, 0, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_HOLD, 0, 0, 0, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_HOLD, 0, 0, 0, 1, 0, PASS_GIVE_UP) : count_recall_no_room();
            (0, KIND_HOLD, 0, 0, 1, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_HOLD, 0, 0, 1, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_HOLD, 0, 0, 1, 1, 0, PASS_GIVE_UP) : count_recall_no_room();
            (0, KIND_HOLD, 0, 1, 0, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_HOLD, 0, 1, 0, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_HOLD, 0, 1, 1, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_HOLD, 0, 1, 1, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_RELEASE, 0, 0, 0, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_RELEASE, 0, 0, 0, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_RELEASE, 0, 0, 0, 1, 0, PASS_GIVE_UP) : count_recall_no_room();
            (0, KIND_RELEASE, 0, 0, 1, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_RELEASE, 0, 0, 1, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_RELEASE, 0, 0, 1, 1, 0, PASS_GIVE_UP) : count_recall_no_room();
            (0, KIND_RELEASE, 0, 1, 0, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_RELEASE, 0, 1, 0, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_RELEASE, 0, 1, 1, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_RELEASE, 0, 1, 1, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_RENEW, 0, 0, 0, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_RENEW, 0, 0, 0, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_RENEW, 0, 0, 0, 1, 0, PASS_GIVE_UP) : count_recall_no_room();
            (0, KIND_RENEW, 0, 0, 1, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_RENEW, 0, 0, 1, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_RENEW, 0, 0, 1, 1, 0, PASS_GIVE_UP) : count_recall_no_room();
            (0, KIND_RENEW, 0, 1, 0, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_RENEW, 0, 1, 0, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_RENEW, 0, 1, 1, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_RENEW, 0, 1, 1, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_RENEW_ACK, 0, 0, 0, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_RENEW_ACK, 0, 0, 0, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_RENEW_ACK, 0, 0, 0, 1, 0, PASS_GIVE_UP) : count_recall_no_room();
            (0, KIND_RENEW_ACK, 0, 0, 1, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_RENEW_ACK, 0, 0, 1, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_RENEW_ACK, 0, 0, 1, 1, 0, PASS_GIVE_UP) : count_recall_no_room();
            (0, KIND_RENEW_ACK, 0, 1, 0, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_RENEW_ACK, 0, 1, 0, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_RENEW_ACK, 0, 1, 1, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_RENEW_ACK, 0, 1, 1, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_GIVE_UP, 0, 0, 0, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_GIVE_UP, 0, 0, 0, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_GIVE_UP, 0, 0, 0, 1, 0, PASS_GIVE_UP) : count_recall_no_room();
            (0, KIND_GIVE_UP, 0, 0, 1, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_GIVE_UP, 0, 0, 1, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_GIVE_UP, 0, 0, 1, 1, 0, PASS_GIVE_UP) : count_recall_no_room();
            (0, KIND_GIVE_UP, 0, 1, 0, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_GIVE_UP, 0, 1, 0, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_GIVE_UP, 0, 1, 1, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_GIVE_UP, 0, 1, 1, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_GIVE_UP_ACK, 0, 0, 0, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_GIVE_UP_ACK, 0, 0, 0, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_GIVE_UP_ACK, 0, 0, 0, 1, 0, PASS_GIVE_UP) : count_recall_no_room();
            (0, KIND_GIVE_UP_ACK, 0, 0, 1, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_GIVE_UP_ACK, 0, 0, 1, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_GIVE_UP_ACK, 0, 0, 1, 1, 0, PASS_GIVE_UP) : count_recall_no_room();
            (0, KIND_GIVE_UP_ACK, 0, 1, 0, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_GIVE_UP_ACK, 0, 1, 0, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_GIVE_UP_ACK, 0, 1, 1, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_GIVE_UP_ACK, 0, 1, 1, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_RECALL, 0, 0, 0, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_RECALL, 0, 0, 0, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_RECALL, 0, 0, 0, 1, 0, PASS_GIVE_UP) : count_recall_no_room();
            (0, KIND_RECALL, 0, 0, 1, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_RECALL, 0, 0, 1, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_RECALL, 0, 0, 1, 1, 0, PASS_GIVE_UP) : count_recall_no_room();
            (0, KIND_RECALL, 0, 1, 0, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_RECALL, 0, 1, 0, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_RECALL, 0, 1, 1, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_RECALL, 0, 1, 1, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_SNAPSHOT_SLOTS, 0, 0, 0, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_SNAPSHOT_SLOTS, 0, 0, 0, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_SNAPSHOT_SLOTS, 0, 0, 0, 1, 0, PASS_GIVE_UP) : count_recall_no_room();
            (0, KIND_SNAPSHOT_SLOTS, 0, 0, 1, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_SNAPSHOT_SLOTS, 0, 0, 1, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_SNAPSHOT_SLOTS, 0, 0, 1, 1, 0, PASS_GIVE_UP) : count_recall_no_room();
            (0, KIND_SNAPSHOT_SLOTS, 0, 1, 0, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_SNAPSHOT_SLOTS, 0, 1, 0, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_SNAPSHOT_SLOTS, 0, 1, 1, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_SNAPSHOT_SLOTS, 0, 1, 1, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_SNAPSHOT_ACK, 0, 0, 0, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_SNAPSHOT_ACK, 0, 0, 0, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_SNAPSHOT_ACK, 0, 0, 0, 1, 0, PASS_GIVE_UP) : count_recall_no_room();
            (0, KIND_SNAPSHOT_ACK, 0, 0, 1, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_SNAPSHOT_ACK, 0, 0, 1, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_SNAPSHOT_ACK, 0, 0, 1, 1, 0, PASS_GIVE_UP) : count_recall_no_room();
            (0, KIND_SNAPSHOT_ACK, 0, 1, 0, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_SNAPSHOT_ACK, 0, 1, 0, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_SNAPSHOT_ACK, 0, 1, 1, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_SNAPSHOT_ACK, 0, 1, 1, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_REFUSE, 0, 0, 0, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_REFUSE, 0, 0, 0, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_REFUSE, 0, 0, 0, 1, 0, PASS_GIVE_UP) : count_recall_no_room();
            (0, KIND_REFUSE, 0, 0, 1, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_REFUSE, 0, 0, 1, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_REFUSE, 0, 0, 1, 1, 0, PASS_GIVE_UP) : count_recall_no_room();
            (0, KIND_REFUSE, 0, 1, 0, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_REFUSE, 0, 1, 0, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_REFUSE, 0, 1, 1, 0, 0, PASS_PACKET) : set_fate_and_count_passed();
            (0, KIND_REFUSE, 0, 1, 1, 1, 0, PASS_PACKET) : set_fate_and_count_passed();
            (1, 0, 0, 0, 0, 0, 0, PASS_MESSAGE) : mark_missing_3();
            (1, 0, 0, 0, 1, 0, 0, PASS_MESSAGE) : mark_missing_3();
            (1, 0, 0, 1, 0, 0, 0, PASS_MESSAGE) : mark_missing_3();
            (1, 0, 0, 1, 1, 0, 0, PASS_MESSAGE) : mark_missing_3();
            (1, KIND_LEASE_REQUEST, 0, 0, 0, 0, 0, PASS_MESSAGE) : mark_missing_3();
            (1, KIND_LEASE_REQUEST, 0, 0, 1, 0, 0, PASS_MESSAGE) : mark_missing_3();
            (1, KIND_LEASE_REQUEST, 0, 1, 0, 0, 0, PASS_MESSAGE) : mark_missing_3();
            (1, KIND_LEASE_REQUEST, 0, 1, 1, 0, 0, PASS_MESSAGE) : mark_missing_3();
            (1, KIND_WRITE, 0, 0, 0, 0, 0, PASS_MESSAGE) : mark_missing_3();
            (1, KIND_WRITE, 0, 0, 1, 0, 0, PASS_MESSAGE) : mark_missing_3();
            (1, KIND_WRITE, 0, 1, 0, 0, 0, PASS_MESSAGE) : mark_missing_3();
            (1, KIND_WRITE, 0, 1, 1, 0, 0, PASS_MESSAGE) : mark_missing_3();
            (
                1,
                KIND_WRITE_ACK,
                0,
                0,
                0,
                0,
                0,
                PASS_MESSAGE
            ) : mark_extension_and_mark_is_ack_and_1_more();
            (1, KIND_WRITE_ACK, 0, 0, 0, 1, 0, PASS_MESSAGE) : mark_extension_and_mark_is_ack();
            (
                1,
                KIND_WRITE_ACK,
                0,
                0,
                1,
                0,
                0,
                PASS_MESSAGE
            ) : mark_extension_and_mark_is_ack_and_2_more();
            (
                1,
                KIND_WRITE_ACK,
                0,
                0,
                1,
                1,
                0,
                PASS_MESSAGE
            ) : mark_extension_and_mark_is_ack_and_1_more_2();
            (
                1,
                KIND_WRITE_ACK,
                0,
                1,
                0,
                0,
                0,
                PASS_MESSAGE
            ) : mark_extension_and_mark_is_ack_and_1_more();
            (1, KIND_WRITE_ACK, 0, 1, 0, 1, 0, PASS_MESSAGE) : mark_extension_and_mark_is_ack();
            (
                1,
                KIND_WRITE_ACK,
                0,
                1,
                1,
                0,
                0,
                PASS_MESSAGE
            ) : mark_extension_and_mark_is_ack_and_2_more();
            (
                1,
                KIND_WRITE_ACK,
                0,
                1,
                1,
                1,
                0,
                PASS_MESSAGE
            ) : mark_extension_and_mark_is_ack_and_1_more_2();
            (1, KIND_HOLD, 0, 0, 0, 0, 0, PASS_MESSAGE) : mark_missing_3();
            (1, KIND_HOLD, 0, 0, 1, 0, 0, PASS_MESSAGE) : mark_missing_3();
            (1, KIND_HOLD, 0, 1, 0, 0, 0, PASS_MESSAGE) : mark_missing_3();
            (1, KIND_HOLD, 0, 1, 1, 0, 0, PASS_MESSAGE) : mark_missing_3();
            (1, KIND_RELEASE, 0, 0, 0, 0, 0, PASS_MESSAGE) : mark_missing_3();
            (1, KIND_RELEASE, 0, 0, 1, 0, 0, PASS_MESSAGE) : mark_missing_3();
            (1, KIND_RELEASE, 0, 1, 0, 0, 0, PASS_MESSAGE) : mark_missing_3();
            (1, KIND_RELEASE, 0, 1, 1, 0, 0, PASS_MESSAGE) : mark_missing_3();
            (1, KIND_RENEW, 0, 0, 0, 0, 0, PASS_MESSAGE) : mark_missing_3();
            (1, KIND_RENEW, 0, 0, 1, 0, 0, PASS_MESSAGE) : mark_missing_3();
            (1, KIND_RENEW, 0, 1, 0, 0, 0, PASS_MESSAGE) : mark_missing_3();
            (1, KIND_RENEW, 0, 1, 1, 0, 0, PASS_MESSAGE) : mark_missing_3();
            (1, KIND_RENEW_ACK, 0, 0, 0, 0, 0, PASS_MESSAGE) : mark_extension_and_mark_missing_3();
            (1, KIND_RENEW_ACK, 0, 0, 0, 1, 0, PASS_MESSAGE) : mark_extension();
            (1, KIND_RENEW_ACK, 0, 0, 1, 0, 0, PASS_MESSAGE) : mark_extension_and_mark_missing_3();
            (1, KIND_RENEW_ACK, 0, 0, 1, 1, 0, PASS_MESSAGE) : mark_extension();
            (1, KIND_RENEW_ACK, 0, 1, 0, 0, 0, PASS_MESSAGE) : mark_extension_and_mark_missing_3();
            (1, KIND_RENEW_ACK, 0, 1, 0, 1, 0, PASS_MESSAGE) : mark_extension();
            (1, KIND_RENEW_ACK, 0, 1, 1, 0, 0, PASS_MESSAGE) : mark_extension_and_mark_missing_3();
            (1, KIND_RENEW_ACK, 0, 1, 1, 1, 0, PASS_MESSAGE) : mark_extension();
            (1, KIND_GIVE_UP, 0, 0, 0, 0, 0, PASS_MESSAGE) : mark_missing_3();
            (1, KIND_GIVE_UP, 0, 0, 1, 0, 0, PASS_MESSAGE) : mark_missing_3();
            (1, KIND_GIVE_UP, 0, 1, 0, 0, 0, PASS_MESSAGE) : mark_missing_3();
            (1, KIND_GIVE_UP, 0, 1, 1, 0, 0, PASS_MESSAGE) : mark_missing_3();
            (1, KIND_GIVE_UP_ACK, 0, 0, 0, 0, 0, PASS_MESSAGE) : mark_missing_3();
            (1, KIND_GIVE_UP_ACK, 0, 0, 1, 0, 0, PASS_MESSAGE) : mark_missing_3();
            (1, KIND_GIVE_UP_ACK, 0, 1, 0, 0, 0, PASS_MESSAGE) : mark_missing_3();
            (1, KIND_GIVE_UP_ACK, 0, 1, 1, 0, 0, PASS_MESSAGE) : mark_missing_3();
            (1, KIND_RECALL, 1, 0, 0, 0, 0, PASS_MESSAGE) : mark_missing_3();
            (1, KIND_RECALL, 1, 0, 1, 0, 0, PASS_MESSAGE) : mark_missing_3();
            (1, KIND_RECALL, 1, 1, 0, 0, 0, PASS_MESSAGE) : mark_room_4_and_mark_missing_3();
            (1, KIND_RECALL, 1, 1, 0, 1, 0, PASS_MESSAGE) : mark_room_4();
            (1, KIND_RECALL, 1, 1, 1, 0, 0, PASS_MESSAGE) : mark_room_4_and_mark_missing_3();
            (1, KIND_RECALL, 1, 1, 1, 1, 0, PASS_MESSAGE) : mark_room_4();
            (1, KIND_SNAPSHOT_SLOTS, 0, 0, 0, 0, 0, PASS_MESSAGE) : mark_missing_3();
            (1, KIND_SNAPSHOT_SLOTS, 0, 0, 1, 0, 0, PASS_MESSAGE) : mark_missing_3();
            (1, KIND_SNAPSHOT_SLOTS, 0, 1, 0, 0, 0, PASS_MESSAGE) : mark_missing_3();
            (1, KIND_SNAPSHOT_SLOTS, 0, 1, 1, 0, 0, PASS_MESSAGE) : mark_missing_3();
            (1, KIND_SNAPSHOT_ACK, 0, 0, 0, 0, 0, PASS_MESSAGE) : mark_missing_3();
            (1, KIND_SNAPSHOT_ACK, 0, 0, 1, 0, 0, PASS_MESSAGE) : mark_missing_3();
            (1, KIND_SNAPSHOT_ACK, 0, 1, 0, 0, 0, PASS_MESSAGE) : mark_missing_3();
            (1, KIND_SNAPSHOT_ACK, 0, 1, 1, 0, 0, PASS_MESSAGE) : mark_missing_3();
            (1, KIND_REFUSE, 0, 0, 0, 0, 0, PASS_MESSAGE) : mark_is_refusal_and_mark_missing_3();
            (1, KIND_REFUSE, 0, 0, 0, 1, 0, PASS_MESSAGE) : mark_is_refusal();
            (1, KIND_REFUSE, 0, 0, 1, 0, 0, PASS_MESSAGE) : mark_is_refusal_and_mark_missing_3();
            (1, KIND_REFUSE, 0, 0, 1, 1, 0, PASS_MESSAGE) : mark_is_refusal();
            (1, KIND_REFUSE, 0, 1, 0, 0, 0, PASS_MESSAGE) : mark_is_refusal_and_mark_missing_3();
            (1, KIND_REFUSE, 0, 1, 0, 1, 0, PASS_MESSAGE) : mark_is_refusal();
            (1, KIND_REFUSE, 0, 1, 1, 0, 0, PASS_MESSAGE) : mark_is_refusal_and_mark_missing_3();
            (1, KIND_REFUSE, 0, 1, 1, 1, 0, PASS_MESSAGE) : mark_is_refusal();
        }
        size = 220;
    }

    action mark_counts() {
        ig_md.counts = 1;
    }

    action mark_hit_2() {
        ig_md.hit_2 = 1;
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

    action put_state_0() {
        state_0_put.execute(ig_md.slot);
    }

    action read_state_0() {
        ig_md.state_0_read = state_0_read.execute(ig_md.slot);
    }

    table state_0_access {
        key = {
            ig_md.counts      : exact;
            ig_md.epoch_adopt : exact;
        }
        actions = {
            put_state_0;
            @defaultonly read_state_0;
        }
        const default_action = read_state_0();
        const entries = {
            (1, 2) : put_state_0();
        }
        size = 1;
    }

    action put_state_1() {
        state_1_put.execute(ig_md.slot);
    }

    action read_state_1() {
        ig_md.state_1_read = state_1_read.execute(ig_md.slot);
    }

    table state_1_access {
        key = {
            ig_md.counts      : exact;
            ig_md.epoch_adopt : exact;
        }
        actions = {
            put_state_1;
            @defaultonly read_state_1;
        }
        const default_action = read_state_1();
        const entries = {
            (1, 2) : put_state_1();
        }
        size = 1;
    }

    action set_fate_and_count_write_released() {
        ig_md.counters_3_b_index = COUNT_WRITE_RELEASED;
        ig_md.fate = FATE_LEAVES;
    }

    action count_ack_old_epoch() {
        counters_3_a.count(COUNT_ACK_OLD_EPOCH);
    }

    action set_fate_and_count_ack_old_epoch_and_1_more() {
        counters_3_a.count(COUNT_ACK_OLD_EPOCH);
        ig_md.counters_3_b_index = COUNT_WRITE_RELEASED;
        ig_md.fate = FATE_LEAVES;
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

    action mark_same_epoch_4() {
        ig_md.same_epoch_4 = 1;
    }

    action mark_same_epoch_4_and_mark_same_epoch_3() {
        ig_md.same_epoch_4 = 1;
        ig_md.same_epoch_3 = 1;
    }

    action mark_same_epoch_4_and_mark_same_epoch_3_and_2_more() {
        ig_md.counters_3_b_index = COUNT_WRITE_RELEASED;
        ig_md.same_epoch_4 = 1;
        ig_md.same_epoch_3 = 1;
        ig_md.fate = FATE_LEAVES;
    }

    action mark_same_epoch_4_and_mark_tries_and_1_more() {
        ig_md.same_epoch_4 = 1;
        ig_md.tries = 1;
        ig_md.same_epoch_3 = 1;
    }

    action mark_same_epoch_4_and_1_more() {
        counters_3_a.count(COUNT_GRANT_OLD_EPOCH);
        ig_md.same_epoch_4 = 1;
    }

    action mark_same_epoch_4_and_mark_same_epoch() {
        ig_md.same_epoch_4 = 1;
        ig_md.same_epoch = 1;
    }

    action mark_installs_and_mark_same_epoch_4() {
        ig_md.installs = 1;
        ig_md.same_epoch_4 = 1;
    }

    action count_refused_for_now() {
        counters_3_a.count(COUNT_REFUSED_FOR_NOW);
    }

    action count_refused_for_good() {
        counters_3_a.count(COUNT_REFUSED_FOR_GOOD);
    }

    action mark_same_epoch_4_and_mark_same_epoch_3_and_1_more() {
        counters_3_a.count(COUNT_REFUSED_FOR_NOW);
        ig_md.same_epoch_4 = 1;
        ig_md.same_epoch_3 = 1;
    }

    action mark_ends_lease_and_mark_same_epoch_4_and_2_more() {
        counters_3_a.count(COUNT_REFUSED_FOR_GOOD);
        ig_md.ends_lease_here = 1;
        ig_md.same_epoch_4 = 1;
        ig_md.same_epoch_3 = 1;
    }

    table decisions_3_a {
        key = {
            ig_md.is_refusal     : exact;
            ig_md.hit            : exact;
            ig_md.epoch_same     : exact;
            ig_md.ends_lease     : exact;
            ig_md.counts         : exact;
            ig_md.epoch_adopt    : exact;
            ig_md.hit_2          : exact;
            ig_md.message_kind   : exact;
            ig_md.room_4         : exact;
            ig_md.is_mine        : exact;
            ig_md.releases_write : exact;
            ig_md.is_ack         : exact;
        }
        actions = {
            set_fate_and_count_write_released;
            count_ack_old_epoch;
            set_fate_and_count_ack_old_epoch_and_1_more;
            count_grant_old_epoch;
            mark_same_epoch;
            mark_installs;
            mark_same_epoch_4;
            mark_same_epoch_4_and_mark_same_epoch_3;
            mark_same_epoch_4_and_mark_same_epoch_3_and_2_more;
            mark_same_epoch_4_and_mark_tries_and_1_more;
            mark_same_epoch_4_and_1_more;
            mark_same_epoch_4_and_mark_same_epoch;
            mark_installs_and_mark_same_epoch_4;
            count_refused_for_now;
            count_refused_for_good;
            mark_same_epoch_4_and_mark_same_epoch_3_and_1_more;
            mark_ends_lease_and_mark_same_epoch_4_and_2_more;
            @defaultonly NoAction;
        }
        const default_action = NoAction();
        const entries = {
            (0, 0, 0, 0, 0, 0, 0, KIND_WRITE_ACK, 0, 1, 1, 1) : set_fate_and_count_write_released();
            (0, 0, 0, 0, 0, 1, 0, KIND_WRITE_ACK, 0, 1, 1, 1) : set_fate_and_count_write_released();
            (0, 0, 0, 0, 0, 4, 0, KIND_WRITE_ACK, 0, 1, 1, 1) : set_fate_and_count_write_released();
            (0, 0, 0, 0, 0, 2, 0, KIND_WRITE_ACK, 0, 1, 1, 1) : set_fate_and_count_write_released();
            (0, 0, 0, 1, 0, 0, 0, KIND_WRITE_ACK, 0, 1, 1, 1) : set_fate_and_count_write_released();
            (0, 0, 0, 1, 0, 1, 0, KIND_WRITE_ACK, 0, 1, 1, 1) : set_fate_and_count_write_released();
            (0, 0, 0, 1, 0, 4, 0, KIND_WRITE_ACK, 0, 1, 1, 1) : set_fate_and_count_write_released();
            (0, 0, 0, 1, 0, 2, 0, KIND_WRITE_ACK, 0, 1, 1, 1) : set_fate_and_count_write_released();
            (0, 0, 1, 0, 0, 0, 0, KIND_WRITE_ACK, 0, 1, 1, 1) : set_fate_and_count_write_released();
            (0, 0, 1, 0, 0, 1, 0, KIND_WRITE_ACK, 0, 1, 1, 1) : set_fate_and_count_write_released();
            (0, 0, 1, 0, 0, 4, 0, KIND_WRITE_ACK, 0, 1, 1, 1) : set_fate_and_count_write_released();
            (0, 0, 1, 0, 0, 2, 0, KIND_WRITE_ACK, 0, 1, 1, 1) : set_fate_and_count_write_released();
            (0, 0, 1, 1, 0, 0, 0, KIND_WRITE_ACK, 0, 1, 1, 1) : set_fate_and_count_write_released();
            (0, 0, 1, 1, 0, 1, 0, KIND_WRITE_ACK, 0, 1, 1, 1) : set_fate_and_count_write_released();
            (0, 0, 1, 1, 0, 4, 0, KIND_WRITE_ACK, 0, 1, 1, 1) : set_fate_and_count_write_released();
            (0, 0, 1, 1, 0, 2, 0, KIND_WRITE_ACK, 0, 1, 1, 1) : set_fate_and_count_write_released();
            (0, 1, 0, 0, 0, 0, 1, KIND_WRITE_ACK, 0, 1, 0, 1) : count_ack_old_epoch();
            (0, 1, 0, 0, 0, 1, 1, KIND_WRITE_ACK, 0, 1, 0, 1) : count_ack_old_epoch();
            (
                0,
                1,
                0,
                0,
                0,
                0,
                1,
                KIND_WRITE_ACK,
                0,
                1,
                1,
                1
            ) : set_fate_and_count_ack_old_epoch_and_1_more();
            (
                0,
                1,
                0,
                0,
                0,
                1,
                1,
                KIND_WRITE_ACK,
                0,
                1,
                1,
                1
            ) : set_fate_and_count_ack_old_epoch_and_1_more();
            (0, 1, 0, 0, 0, 4, 1, KIND_WRITE_ACK, 0, 1, 0, 1) : count_ack_old_epoch();
            (
                0,
                1,
                0,
                0,
                0,
                4,
                1,
                KIND_WRITE_ACK,
                0,
                1,
                1,
                1
            ) : set_fate_and_count_ack_old_epoch_and_1_more();
            (0, 1, 0, 0, 0, 2, 1, KIND_WRITE_ACK, 0, 1, 0, 1) : count_ack_old_epoch();
            (
                0,
                1,
                0,
                0,
                0,
                2,
                1,
                KIND_WRITE_ACK,
                0,
                1,
                1,
                1
            ) : set_fate_and_count_ack_old_epoch_and_1_more();
            (0, 1, 0, 0, 1, 0, 1, KIND_GRANT, 0, 1, 0, 0) : count_grant_old_epoch();
            (0, 1, 0, 0, 1, 1, 1, KIND_GRANT, 0, 1, 0, 0) : count_grant_old_epoch();
            (0, 1, 0, 0, 1, 4, 1, KIND_GRANT, 0, 1, 0, 0) : mark_same_epoch();
            (0, 1, 0, 0, 1, 2, 1, KIND_GRANT, 0, 1, 0, 0) : mark_installs();
            (0, 1, 0, 1, 0, 0, 1, KIND_WRITE_ACK, 0, 1, 0, 1) : count_ack_old_epoch();
            (0, 1, 0, 1, 0, 1, 1, KIND_WRITE_ACK, 0, 1, 0, 1) : count_ack_old_epoch();
            (
                0,
                1,
                0,
                1,
                0,
                0,
                1,
                KIND_WRITE_ACK,
                0,
                1,
                1,
                1
            ) : set_fate_and_count_ack_old_epoch_and_1_more();
            (
                0,
                1,
                0,
                1,
                0,
                1,
                1,
                KIND_WRITE_ACK,
                0,
                1,
                1,
                1
            ) : set_fate_and_count_ack_old_epoch_and_1_more();
            (0, 1, 0, 1, 0, 4, 1, KIND_WRITE_ACK, 0, 1, 0, 1) : count_ack_old_epoch();
            (
                0,
                1,
                0,
                1,
                0,
                4,
                1,
                KIND_WRITE_ACK,
                0,
                1,
                1,
                1
            ) : set_fate_and_count_ack_old_epoch_and_1_more();
            (0, 1, 0, 1, 0, 2, 1, KIND_WRITE_ACK, 0, 1, 0, 1) : count_ack_old_epoch();
            (
                0,
                1,
                0,
                1,
                0,
                2,
                1,
                KIND_WRITE_ACK,
                0,
                1,
                1,
                1
            ) : set_fate_and_count_ack_old_epoch_and_1_more();
            (0, 1, 0, 1, 1, 0, 1, KIND_GRANT, 0, 1, 0, 0) : count_grant_old_epoch();
            (0, 1, 0, 1, 1, 1, 1, KIND_GRANT, 0, 1, 0, 0) : count_grant_old_epoch();
            (0, 1, 0, 1, 1, 4, 1, KIND_GRANT, 0, 1, 0, 0) : mark_same_epoch();
            (0, 1, 0, 1, 1, 2, 1, KIND_GRANT, 0, 1, 0, 0) : mark_installs();
            (0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 0, 0) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 0, 0, 0, 1, KIND_LEASE_REQUEST, 0, 0, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 0, 0, 1, 1, KIND_LEASE_REQUEST, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                0,
                0,
                0,
                1,
                KIND_LEASE_REQUEST,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (
                0,
                1,
                1,
                0,
                0,
                1,
                1,
                KIND_LEASE_REQUEST,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 0, 0, 0, 1, KIND_GRANT, 0, 0, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 0, 0, 1, 1, KIND_GRANT, 0, 0, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 0, 0, 0, 1, KIND_GRANT, 0, 1, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 0, 0, 1, 1, KIND_GRANT, 0, 1, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 0, 0, 0, 1, KIND_WRITE, 0, 0, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 0, 0, 1, 1, KIND_WRITE, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                0,
                0,
                0,
                1,
                KIND_WRITE,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (
                0,
                1,
                1,
                0,
                0,
                1,
                1,
                KIND_WRITE,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 0, 0, 0, 1, KIND_WRITE_ACK, 0, 0, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 0, 0, 1, 1, KIND_WRITE_ACK, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                0,
                0,
                0,
                1,
                KIND_WRITE_ACK,
                0,
                1,
                0,
                1
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (
                0,
                1,
                1,
                0,
                0,
                1,
                1,
                KIND_WRITE_ACK,
                0,
                1,
                0,
                1
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (
                0,
                1,
                1,
                0,
                0,
                0,
                1,
                KIND_WRITE_ACK,
                0,
                1,
                1,
                1
            ) : mark_same_epoch_4_and_mark_same_epoch_3_and_2_more();
            (
                0,
                1,
                1,
                0,
                0,
                1,
                1,
                KIND_WRITE_ACK,
                0,
                1,
                1,
                1
            ) : mark_same_epoch_4_and_mark_same_epoch_3_and_2_more();
            (0, 1, 1, 0, 0, 0, 1, KIND_HOLD, 0, 0, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 0, 0, 1, 1, KIND_HOLD, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                0,
                0,
                0,
                1,
                KIND_HOLD,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (
                0,
                1,
                1,
                0,
                0,
                1,
                1,
                KIND_HOLD,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 0, 0, 0, 1, KIND_RENEW, 0, 0, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 0, 0, 1, 1, KIND_RENEW, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                0,
                0,
                0,
                1,
                KIND_RENEW,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (
                0,
                1,
                1,
                0,
                0,
                1,
                1,
                KIND_RENEW,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 0, 0, 0, 1, KIND_RENEW_ACK, 0, 0, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 0, 0, 1, 1, KIND_RENEW_ACK, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                0,
                0,
                0,
                1,
                KIND_RENEW_ACK,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (
                0,
                1,
                1,
                0,
                0,
                1,
                1,
                KIND_RENEW_ACK,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 0, 0, 0, 1, KIND_GIVE_UP, 0, 0, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 0, 0, 1, 1, KIND_GIVE_UP, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                0,
                0,
                0,
                1,
                KIND_GIVE_UP,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (
                0,
                1,
                1,
                0,
                0,
                1,
                1,
                KIND_GIVE_UP,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 0, 0, 0, 1, KIND_GIVE_UP_ACK, 0, 0, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 0, 0, 1, 1, KIND_GIVE_UP_ACK, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                0,
                0,
                0,
                1,
                KIND_GIVE_UP_ACK,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (
                0,
                1,
                1,
                0,
                0,
                1,
                1,
                KIND_GIVE_UP_ACK,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 0, 0, 0, 1, KIND_RECALL, 0, 0, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 0, 0, 1, 1, KIND_RECALL, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                0,
                0,
                0,
                1,
                KIND_RECALL,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (
                0,
                1,
                1,
                0,
                0,
                1,
                1,
                KIND_RECALL,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (
                0,
                1,
                1,
                0,
                0,
                0,
                1,
                KIND_RECALL,
                1,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_tries_and_1_more();
            (
                0,
                1,
                1,
                0,
                0,
                1,
                1,
                KIND_RECALL,
                1,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_tries_and_1_more();
            (0, 1, 1, 0, 0, 0, 1, KIND_SNAPSHOT_SLOTS, 0, 0, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 0, 0, 1, 1, KIND_SNAPSHOT_SLOTS, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                0,
                0,
                0,
                1,
                KIND_SNAPSHOT_SLOTS,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (
                0,
                1,
                1,
                0,
                0,
                1,
                1,
                KIND_SNAPSHOT_SLOTS,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 0, 0, 0, 1, KIND_SNAPSHOT_ACK, 0, 0, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 0, 0, 1, 1, KIND_SNAPSHOT_ACK, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                0,
                0,
                0,
                1,
                KIND_SNAPSHOT_ACK,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (
                0,
                1,
                1,
                0,
                0,
                1,
                1,
                KIND_SNAPSHOT_ACK,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 0, 0, 0, 1, KIND_REFUSE, 0, 0, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 0, 0, 1, 1, KIND_REFUSE, 0, 0, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 0, 0, 4, 1, 0, 0, 0, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 0, 0, 4, 1, 0, 0, 1, 0, 0) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 0, 0, 4, 1, KIND_LEASE_REQUEST, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                0,
                0,
                4,
                1,
                KIND_LEASE_REQUEST,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 0, 0, 4, 1, KIND_GRANT, 0, 0, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 0, 0, 4, 1, KIND_GRANT, 0, 1, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 0, 0, 4, 1, KIND_WRITE, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                0,
                0,
                4,
                1,
                KIND_WRITE,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 0, 0, 4, 1, KIND_WRITE_ACK, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                0,
                0,
                4,
                1,
                KIND_WRITE_ACK,
                0,
                1,
                0,
                1
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (
                0,
                1,
                1,
                0,
                0,
                4,
                1,
                KIND_WRITE_ACK,
                0,
                1,
                1,
                1
            ) : mark_same_epoch_4_and_mark_same_epoch_3_and_2_more();
            (0, 1, 1, 0, 0, 4, 1, KIND_HOLD, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                0,
                0,
                4,
                1,
                KIND_HOLD,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 0, 0, 4, 1, KIND_RENEW, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                0,
                0,
                4,
                1,
                KIND_RENEW,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 0, 0, 4, 1, KIND_RENEW_ACK, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                0,
                0,
                4,
                1,
                KIND_RENEW_ACK,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 0, 0, 4, 1, KIND_GIVE_UP, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                0,
                0,
                4,
                1,
                KIND_GIVE_UP,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 0, 0, 4, 1, KIND_GIVE_UP_ACK, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                0,
                0,
                4,
                1,
                KIND_GIVE_UP_ACK,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 0, 0, 4, 1, KIND_RECALL, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                0,
                0,
                4,
                1,
                KIND_RECALL,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (
                0,
                1,
                1,
                0,
                0,
                4,
                1,
                KIND_RECALL,
                1,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_tries_and_1_more();
            (0, 1, 1, 0, 0, 4, 1, KIND_SNAPSHOT_SLOTS, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                0,
                0,
                4,
                1,
                KIND_SNAPSHOT_SLOTS,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 0, 0, 4, 1, KIND_SNAPSHOT_ACK, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                0,
                0,
                4,
                1,
                KIND_SNAPSHOT_ACK,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 0, 0, 4, 1, KIND_REFUSE, 0, 0, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 0, 0, 2, 1, 0, 0, 0, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 0, 0, 2, 1, 0, 0, 1, 0, 0) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 0, 0, 2, 1, KIND_LEASE_REQUEST, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                0,
                0,
                2,
                1,
                KIND_LEASE_REQUEST,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 0, 0, 2, 1, KIND_GRANT, 0, 0, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 0, 0, 2, 1, KIND_GRANT, 0, 1, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 0, 0, 2, 1, KIND_WRITE, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                0,
                0,
                2,
                1,
                KIND_WRITE,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 0, 0, 2, 1, KIND_WRITE_ACK, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                0,
                0,
                2,
                1,
                KIND_WRITE_ACK,
                0,
                1,
                0,
                1
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (
                0,
                1,
                1,
                0,
                0,
                2,
                1,
                KIND_WRITE_ACK,
                0,
                1,
                1,
                1
            ) : mark_same_epoch_4_and_mark_same_epoch_3_and_2_more();
            (0, 1, 1, 0, 0, 2, 1, KIND_HOLD, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                0,
                0,
                2,
                1,
                KIND_HOLD,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 0, 0, 2, 1, KIND_RENEW, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                0,
                0,
                2,
                1,
                KIND_RENEW,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 0, 0, 2, 1, KIND_RENEW_ACK, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                0,
                0,
                2,
                1,
                KIND_RENEW_ACK,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 0, 0, 2, 1, KIND_GIVE_UP, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                0,
                0,
                2,
                1,
                KIND_GIVE_UP,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 0, 0, 2, 1, KIND_GIVE_UP_ACK, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                0,
                0,
                2,
                1,
                KIND_GIVE_UP_ACK,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 0, 0, 2, 1, KIND_RECALL, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                0,
                0,
                2,
                1,
                KIND_RECALL,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (
                0,
                1,
                1,
                0,
                0,
                2,
                1,
                KIND_RECALL,
                1,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_tries_and_1_more();
            (0, 1, 1, 0, 0, 2, 1, KIND_SNAPSHOT_SLOTS, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                0,
                0,
                2,
                1,
                KIND_SNAPSHOT_SLOTS,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 0, 0, 2, 1, KIND_SNAPSHOT_ACK, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                0,
                0,
                2,
                1,
                KIND_SNAPSHOT_ACK,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 0, 0, 2, 1, KIND_REFUSE, 0, 0, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 0, 1, 0, 1, KIND_GRANT, 0, 1, 0, 0) : mark_same_epoch_4_and_1_more();
            (0, 1, 1, 0, 1, 1, 1, KIND_GRANT, 0, 1, 0, 0) : mark_same_epoch_4_and_1_more();
            (0, 1, 1, 0, 1, 4, 1, KIND_GRANT, 0, 1, 0, 0) : mark_same_epoch_4_and_mark_same_epoch();
            (0, 1, 1, 0, 1, 2, 1, KIND_GRANT, 0, 1, 0, 0) : mark_installs_and_mark_same_epoch_4();
            (0, 1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 1, 0, 1, 1, 0, 0, 0, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 1, 0, 0, 1, 0, 0, 1, 0, 0) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 1, 0, 1, 1, 0, 0, 1, 0, 0) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 1, 0, 0, 1, KIND_LEASE_REQUEST, 0, 0, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 1, 0, 1, 1, KIND_LEASE_REQUEST, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                1,
                0,
                0,
                1,
                KIND_LEASE_REQUEST,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (
                0,
                1,
                1,
                1,
                0,
                1,
                1,
                KIND_LEASE_REQUEST,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 1, 0, 0, 1, KIND_GRANT, 0, 0, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 1, 0, 1, 1, KIND_GRANT, 0, 0, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 1, 0, 0, 1, KIND_GRANT, 0, 1, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 1, 0, 1, 1, KIND_GRANT, 0, 1, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 1, 0, 0, 1, KIND_WRITE, 0, 0, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 1, 0, 1, 1, KIND_WRITE, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                1,
                0,
                0,
                1,
                KIND_WRITE,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (
                0,
                1,
                1,
                1,
                0,
                1,
                1,
                KIND_WRITE,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 1, 0, 0, 1, KIND_WRITE_ACK, 0, 0, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 1, 0, 1, 1, KIND_WRITE_ACK, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                1,
                0,
                0,
                1,
                KIND_WRITE_ACK,
                0,
                1,
                0,
                1
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (
                0,
                1,
                1,
                1,
                0,
                1,
                1,
                KIND_WRITE_ACK,
                0,
                1,
                0,
                1
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (
                0,
                1,
                1,
                1,
                0,
                0,
                1,
                KIND_WRITE_ACK,
                0,
                1,
                1,
                1
            ) : mark_same_epoch_4_and_mark_same_epoch_3_and_2_more();
            (
                0,
                1,
                1,
                1,
                0,
                1,
                1,
                KIND_WRITE_ACK,
                0,
                1,
                1,
                1
            ) : mark_same_epoch_4_and_mark_same_epoch_3_and_2_more();
            (0, 1, 1, 1, 0, 0, 1, KIND_HOLD, 0, 0, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 1, 0, 1, 1, KIND_HOLD, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                1,
                0,
                0,
                1,
                KIND_HOLD,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (
                0,
                1,
                1,
                1,
                0,
                1,
                1,
                KIND_HOLD,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 1, 0, 0, 1, KIND_RENEW, 0, 0, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 1, 0, 1, 1, KIND_RENEW, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                1,
                0,
                0,
                1,
                KIND_RENEW,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (
                0,
                1,
                1,
                1,
                0,
                1,
                1,
                KIND_RENEW,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 1, 0, 0, 1, KIND_RENEW_ACK, 0, 0, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 1, 0, 1, 1, KIND_RENEW_ACK, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                1,
                0,
                0,
                1,
                KIND_RENEW_ACK,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (
                0,
                1,
                1,
                1,
                0,
                1,
                1,
                KIND_RENEW_ACK,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 1, 0, 0, 1, KIND_GIVE_UP, 0, 0, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 1, 0, 1, 1, KIND_GIVE_UP, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                1,
                0,
                0,
                1,
                KIND_GIVE_UP,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (
                0,
                1,
                1,
                1,
                0,
                1,
                1,
                KIND_GIVE_UP,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 1, 0, 0, 1, KIND_GIVE_UP_ACK, 0, 0, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 1, 0, 1, 1, KIND_GIVE_UP_ACK, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                1,
                0,
                0,
                1,
                KIND_GIVE_UP_ACK,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (
                0,
                1,
                1,
                1,
                0,
                1,
                1,
                KIND_GIVE_UP_ACK,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 1, 0, 0, 1, KIND_RECALL, 0, 0, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 1, 0, 1, 1, KIND_RECALL, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                1,
                0,
                0,
                1,
                KIND_RECALL,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (
                0,
                1,
                1,
                1,
                0,
                1,
                1,
                KIND_RECALL,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (
                0,
                1,
                1,
                1,
                0,
                0,
                1,
                KIND_RECALL,
                1,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_tries_and_1_more();
            (
                0,
                1,
                1,
                1,
                0,
                1,
                1,
                KIND_RECALL,
                1,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_tries_and_1_more();
            (0, 1, 1, 1, 0, 0, 1, KIND_SNAPSHOT_SLOTS, 0, 0, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 1, 0, 1, 1, KIND_SNAPSHOT_SLOTS, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                1,
                0,
                0,
                1,
                KIND_SNAPSHOT_SLOTS,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (
                0,
                1,
                1,
                1,
                0,
                1,
                1,
                KIND_SNAPSHOT_SLOTS,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 1, 0, 0, 1, KIND_SNAPSHOT_ACK, 0, 0, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 1, 0, 1, 1, KIND_SNAPSHOT_ACK, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                1,
                0,
                0,
                1,
                KIND_SNAPSHOT_ACK,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (
                0,
                1,
                1,
                1,
                0,
                1,
                1,
                KIND_SNAPSHOT_ACK,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 1, 0, 0, 1, KIND_REFUSE, 0, 0, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 1, 0, 1, 1, KIND_REFUSE, 0, 0, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 1, 0, 4, 1, 0, 0, 0, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 1, 0, 4, 1, 0, 0, 1, 0, 0) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 1, 0, 4, 1, KIND_LEASE_REQUEST, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                1,
                0,
                4,
                1,
                KIND_LEASE_REQUEST,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 1, 0, 4, 1, KIND_GRANT, 0, 0, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 1, 0, 4, 1, KIND_GRANT, 0, 1, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 1, 0, 4, 1, KIND_WRITE, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                1,
                0,
                4,
                1,
                KIND_WRITE,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 1, 0, 4, 1, KIND_WRITE_ACK, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                1,
                0,
                4,
                1,
                KIND_WRITE_ACK,
                0,
                1,
                0,
                1
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (
                0,
                1,
                1,
                1,
                0,
                4,
                1,
                KIND_WRITE_ACK,
                0,
                1,
                1,
                1
            ) : mark_same_epoch_4_and_mark_same_epoch_3_and_2_more();
            (0, 1, 1, 1, 0, 4, 1, KIND_HOLD, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                1,
                0,
                4,
                1,
                KIND_HOLD,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 1, 0, 4, 1, KIND_RENEW, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                1,
                0,
                4,
                1,
                KIND_RENEW,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 1, 0, 4, 1, KIND_RENEW_ACK, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                1,
                0,
                4,
                1,
                KIND_RENEW_ACK,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 1, 0, 4, 1, KIND_GIVE_UP, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                1,
                0,
                4,
                1,
                KIND_GIVE_UP,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 1, 0, 4, 1, KIND_GIVE_UP_ACK, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                1,
                0,
                4,
                1,
                KIND_GIVE_UP_ACK,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 1, 0, 4, 1, KIND_RECALL, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                1,
                0,
                4,
                1,
                KIND_RECALL,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (
                0,
                1,
                1,
                1,
                0,
                4,
                1,
                KIND_RECALL,
                1,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_tries_and_1_more();
            (0, 1, 1, 1, 0, 4, 1, KIND_SNAPSHOT_SLOTS, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                1,
                0,
                4,
                1,
                KIND_SNAPSHOT_SLOTS,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 1, 0, 4, 1, KIND_SNAPSHOT_ACK, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                1,
                0,
                4,
                1,
                KIND_SNAPSHOT_ACK,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 1, 0, 4, 1, KIND_REFUSE, 0, 0, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 1, 0, 2, 1, 0, 0, 0, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 1, 0, 2, 1, 0, 0, 1, 0, 0) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 1, 0, 2, 1, KIND_LEASE_REQUEST, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                1,
                0,
                2,
                1,
                KIND_LEASE_REQUEST,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 1, 0, 2, 1, KIND_GRANT, 0, 0, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 1, 0, 2, 1, KIND_GRANT, 0, 1, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 1, 0, 2, 1, KIND_WRITE, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                1,
                0,
                2,
                1,
                KIND_WRITE,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 1, 0, 2, 1, KIND_WRITE_ACK, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                1,
                0,
                2,
                1,
                KIND_WRITE_ACK,
                0,
                1,
                0,
                1
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (
                0,
                1,
                1,
                1,
                0,
                2,
                1,
                KIND_WRITE_ACK,
                0,
                1,
                1,
                1
            ) : mark_same_epoch_4_and_mark_same_epoch_3_and_2_more();
            (0, 1, 1, 1, 0, 2, 1, KIND_HOLD, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                1,
                0,
                2,
                1,
                KIND_HOLD,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 1, 0, 2, 1, KIND_RENEW, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                1,
                0,
                2,
                1,
                KIND_RENEW,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 1, 0, 2, 1, KIND_RENEW_ACK, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                1,
                0,
                2,
                1,
                KIND_RENEW_ACK,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 1, 0, 2, 1, KIND_GIVE_UP, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                1,
                0,
                2,
                1,
                KIND_GIVE_UP,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 1, 0, 2, 1, KIND_GIVE_UP_ACK, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                1,
                0,
                2,
                1,
                KIND_GIVE_UP_ACK,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 1, 0, 2, 1, KIND_RECALL, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                1,
                0,
                2,
                1,
                KIND_RECALL,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (
                0,
                1,
                1,
                1,
                0,
                2,
                1,
                KIND_RECALL,
                1,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_tries_and_1_more();
            (0, 1, 1, 1, 0, 2, 1, KIND_SNAPSHOT_SLOTS, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                1,
                0,
                2,
                1,
                KIND_SNAPSHOT_SLOTS,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 1, 0, 2, 1, KIND_SNAPSHOT_ACK, 0, 0, 0, 0) : mark_same_epoch_4();
            (
                0,
                1,
                1,
                1,
                0,
                2,
                1,
                KIND_SNAPSHOT_ACK,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3();
            (0, 1, 1, 1, 0, 2, 1, KIND_REFUSE, 0, 0, 0, 0) : mark_same_epoch_4();
            (0, 1, 1, 1, 1, 0, 1, KIND_GRANT, 0, 1, 0, 0) : mark_same_epoch_4_and_1_more();
            (0, 1, 1, 1, 1, 1, 1, KIND_GRANT, 0, 1, 0, 0) : mark_same_epoch_4_and_1_more();
            (0, 1, 1, 1, 1, 4, 1, KIND_GRANT, 0, 1, 0, 0) : mark_same_epoch_4_and_mark_same_epoch();
            (0, 1, 1, 1, 1, 2, 1, KIND_GRANT, 0, 1, 0, 0) : mark_installs_and_mark_same_epoch_4();
            (1, 0, 0, 0, 0, 0, 0, KIND_REFUSE, 0, 1, 0, 0) : count_refused_for_now();
            (1, 0, 0, 0, 0, 1, 0, KIND_REFUSE, 0, 1, 0, 0) : count_refused_for_now();
            (1, 0, 0, 0, 0, 4, 0, KIND_REFUSE, 0, 1, 0, 0) : count_refused_for_now();
            (1, 0, 0, 0, 0, 2, 0, KIND_REFUSE, 0, 1, 0, 0) : count_refused_for_now();
            (1, 0, 0, 1, 0, 0, 0, KIND_REFUSE, 0, 1, 0, 0) : count_refused_for_good();
            (1, 0, 0, 1, 0, 1, 0, KIND_REFUSE, 0, 1, 0, 0) : count_refused_for_good();
            (1, 0, 0, 1, 0, 4, 0, KIND_REFUSE, 0, 1, 0, 0) : count_refused_for_good();
            (1, 0, 0, 1, 0, 2, 0, KIND_REFUSE, 0, 1, 0, 0) : count_refused_for_good();
            (1, 0, 1, 0, 0, 0, 0, KIND_REFUSE, 0, 1, 0, 0) : count_refused_for_now();
            (1, 0, 1, 0, 0, 1, 0, KIND_REFUSE, 0, 1, 0, 0) : count_refused_for_now();
            (1, 0, 1, 0, 0, 4, 0, KIND_REFUSE, 0, 1, 0, 0) : count_refused_for_now();
            (1, 0, 1, 0, 0, 2, 0, KIND_REFUSE, 0, 1, 0, 0) : count_refused_for_now();
            (1, 0, 1, 1, 0, 0, 0, KIND_REFUSE, 0, 1, 0, 0) : count_refused_for_good();
            (1, 0, 1, 1, 0, 1, 0, KIND_REFUSE, 0, 1, 0, 0) : count_refused_for_good();
            (1, 0, 1, 1, 0, 4, 0, KIND_REFUSE, 0, 1, 0, 0) : count_refused_for_good();
            (1, 0, 1, 1, 0, 2, 0, KIND_REFUSE, 0, 1, 0, 0) : count_refused_for_good();
            (1, 1, 0, 0, 0, 0, 1, KIND_REFUSE, 0, 1, 0, 0) : count_refused_for_now();
            (1, 1, 0, 0, 0, 1, 1, KIND_REFUSE, 0, 1, 0, 0) : count_refused_for_now();
            (1, 1, 0, 0, 0, 4, 1, KIND_REFUSE, 0, 1, 0, 0) : count_refused_for_now();
            (1, 1, 0, 0, 0, 2, 1, KIND_REFUSE, 0, 1, 0, 0) : count_refused_for_now();
            (1, 1, 0, 1, 0, 0, 1, KIND_REFUSE, 0, 1, 0, 0) : count_refused_for_good();
            (1, 1, 0, 1, 0, 1, 1, KIND_REFUSE, 0, 1, 0, 0) : count_refused_for_good();
            (1, 1, 0, 1, 0, 4, 1, KIND_REFUSE, 0, 1, 0, 0) : count_refused_for_good();
            (1, 1, 0, 1, 0, 2, 1, KIND_REFUSE, 0, 1, 0, 0) : count_refused_for_good();
            (
                1,
                1,
                1,
                0,
                0,
                0,
                1,
                KIND_REFUSE,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3_and_1_more();
            (
                1,
                1,
                1,
                0,
                0,
                1,
                1,
                KIND_REFUSE,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3_and_1_more();
            (
                1,
                1,
                1,
                0,
                0,
                4,
                1,
                KIND_REFUSE,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3_and_1_more();
            (
                1,
                1,
                1,
                0,
                0,
                2,
                1,
                KIND_REFUSE,
                0,
                1,
                0,
                0
            ) : mark_same_epoch_4_and_mark_same_epoch_3_and_1_more();
            (
                1,
                1,
                1,
                1,
                0,
                0,
                1,
                KIND_REFUSE,
                0,
                1,
                0,
                0
            ) : mark_ends_lease_and_mark_same_epoch_4_and_2_more();
            (
                1,
                1,
                1,
                1,
                0,
                1,
                1,
                KIND_REFUSE,
                0,
                1,
                0,
                0
            ) : mark_ends_lease_and_mark_same_epoch_4_and_2_more();
            (
                1,
                1,
                1,
                1,
                0,
                4,
                1,
                KIND_REFUSE,
                0,
                1,
                0,
                0
            ) : mark_ends_lease_and_mark_same_epoch_4_and_2_more();
            (
                1,
                1,
                1,
                1,
                0,
                2,
                1,
                KIND_REFUSE,
                0,
                1,
                0,
                0
            ) : mark_ends_lease_and_mark_same_epoch_4_and_2_more();
        }
        size = 312;
    }

    action mark_is_whole() {
        ig_md.is_whole = 1;
    }

    action mark_is_translated() {
        ig_md.is_translated = 1;
    }

    action mark_state_2_set_phase_a() {
        ig_md.state_2_set_phase_a = 1;
    }

    action mark_inner_has_checksum_2() {
        ig_md.inner_has_checksum_2 = 1;
    }

    action mark_mirror_full_2() {
        ig_md.mirror_full_2 = 1;
    }

    action mark_missing() {
        ig_md.missing = 1;
    }

    action mark_unsent_2(bit<32> resend_after) {
        ig_md.unsent_2 = 1;
        ig_md.choice_17 = resend_after;
    }

    table mark_unsent_2_settings {
        actions = {
            mark_unsent_2;
        }
        default_action = mark_unsent_2(DEFAULT_RESEND_AFTER);
        size = 1;
    }

    action mark_is_release() {
        ig_md.is_release = 1;
    }

    action mark_too_long_2() {
        ig_md.too_long_2 = 1;
    }

    action mark_in_time() {
        ig_md.in_time = 1;
    }

    action mark_early() {
        ig_md.early = 1;
    }

    action set_fate() {
        ig_md.fate = FATE_INSERTS;
    }

    action mark_full() {
        ig_md.full = 1;
    }

    action mark_acks_and_mark_extends_3() {
        ig_md.acks = 1;
        ig_md.extends_3 = 1;
    }

    action mark_acks() {
        ig_md.acks = 1;
    }

    action mark_extends_3() {
        ig_md.extends_3 = 1;
    }

    action mark_reminds_2() {
        ig_md.reminds_2 = 1;
    }

    action count_give_up_confirmed() {
        counters_4_a.count(COUNT_GIVE_UP_CONFIRMED);
    }

    action count_recalled() {
        counters_4_a.count(COUNT_RECALLED);
    }

    table decisions_4_a {
        key = {
            ig_md.same_epoch_4   : exact;
            ig_md.message_kind   : exact;
            ig_md.renounced_read : exact;
            ig_md.same_epoch_3   : exact;
            ig_md.missing        : exact;
            ig_md.table_full     : exact;
        }
        actions = {
            set_fate;
            mark_full;
            mark_acks_and_mark_extends_3;
            mark_acks;
            mark_extends_3;
            mark_reminds_2;
            count_give_up_confirmed;
            count_recalled;
            @defaultonly NoAction;
        }
        const default_action = NoAction();
        const entries = {
            (0, KIND_GRANT, 0, 0, 1, 0) : set_fate();
            (0, KIND_GRANT, 0, 0, 1, 1) : mark_full();
            (0, KIND_GRANT, 1, 0, 1, 0) : set_fate();
            (0, KIND_GRANT, 1, 0, 1, 1) : mark_full();
            (0, KIND_GRANT, 2, 0, 1, 0) : set_fate();
            (0, KIND_GRANT, 2, 0, 1, 1) : mark_full();
            (1, KIND_WRITE_ACK, 0, 1, 0, 0) : mark_acks_and_mark_extends_3();
            (1, KIND_WRITE_ACK, 0, 1, 0, 1) : mark_acks_and_mark_extends_3();
            (1, KIND_WRITE_ACK, 1, 1, 0, 0) : mark_acks();
            (1, KIND_WRITE_ACK, 1, 1, 0, 1) : mark_acks();
            (1, KIND_WRITE_ACK, 2, 1, 0, 0) : mark_acks();
            (1, KIND_WRITE_ACK, 2, 1, 0, 1) : mark_acks();
            (1, KIND_RENEW_ACK, 0, 1, 0, 0) : mark_extends_3();
            (1, KIND_RENEW_ACK, 0, 1, 0, 1) : mark_extends_3();
            (1, KIND_GIVE_UP, 1, 0, 0, 0) : mark_reminds_2();
            (1, KIND_GIVE_UP, 1, 0, 0, 1) : mark_reminds_2();
            (1, KIND_GIVE_UP, 1, 1, 0, 0) : mark_reminds_2();
            (1, KIND_GIVE_UP, 1, 1, 0, 1) : mark_reminds_2();
            (1, KIND_GIVE_UP_ACK, 0, 1, 0, 0) : count_give_up_confirmed();
            (1, KIND_GIVE_UP_ACK, 0, 1, 0, 1) : count_give_up_confirmed();
            (1, KIND_GIVE_UP_ACK, 1, 1, 0, 0) : count_give_up_confirmed();
            (1, KIND_GIVE_UP_ACK, 1, 1, 0, 1) : count_give_up_confirmed();
            (1, KIND_GIVE_UP_ACK, 2, 1, 0, 0) : count_give_up_confirmed();
            (1, KIND_GIVE_UP_ACK, 2, 1, 0, 1) : count_give_up_confirmed();
            (1, KIND_RECALL, 0, 1, 0, 0) : count_recalled();
            (1, KIND_RECALL, 0, 1, 0, 1) : count_recalled();
            (1, KIND_RECALL, 1, 1, 0, 0) : count_recalled();
            (1, KIND_RECALL, 1, 1, 0, 1) : count_recalled();
            (1, KIND_RECALL, 2, 1, 0, 0) : count_recalled();
            (1, KIND_RECALL, 2, 1, 0, 1) : count_recalled();
        }
        size = 30;
    }

    action set_mirror_due() {
        hdr.bridge.due = hdr.copy.due;
        hdr.bridge.wait = hdr.copy.wait;
    }

    action mark_extends() {
        ig_md.extends = 1;
    }

    action mark_is_translated_icmp() {
        ig_md.is_translated_icmp = 1;
    }

    action mark_has_ports() {
        ig_md.has_ports = 1;
    }

    table decisions_4_b {
        key = {
            ig_md.is_translated  : exact;
            hdr.tcp.isValid()    : exact;
            hdr.udp.isValid()    : exact;
            hdr.icmp.isValid()   : exact;
            ig_md.counts         : exact;
            ig_md.renounced_read : exact;
            ig_md.epoch_adopt    : exact;
            ig_md.early          : exact;
        }
        actions = {
            set_mirror_due;
            mark_extends;
            mark_is_translated_icmp;
            mark_has_ports;
            @defaultonly NoAction;
        }
        const default_action = NoAction();
        const entries = {
            (0, false, false, false, 0, 0, 0, 1) : set_mirror_due();
            (0, false, false, false, 0, 0, 1, 1) : set_mirror_due();
            (0, false, false, false, 0, 0, 4, 1) : set_mirror_due();
            (0, false, false, false, 0, 0, 2, 1) : set_mirror_due();
            (0, false, false, false, 0, 1, 0, 1) : set_mirror_due();
            (0, false, false, false, 0, 1, 1, 1) : set_mirror_due();
            (0, false, false, false, 0, 1, 4, 1) : set_mirror_due();
            (0, false, false, false, 0, 1, 2, 1) : set_mirror_due();
            (0, false, false, false, 0, 2, 0, 1) : set_mirror_due();
            (0, false, false, false, 0, 2, 1, 1) : set_mirror_due();
            (0, false, false, false, 0, 2, 4, 1) : set_mirror_due();
            (0, false, false, false, 0, 2, 2, 1) : set_mirror_due();
            (0, false, false, false, 1, 0, 4, 0) : mark_extends();
            (0, false, false, true, 0, 0, 0, 1) : set_mirror_due();
            (0, false, false, true, 0, 0, 1, 1) : set_mirror_due();
            (0, false, false, true, 0, 0, 4, 1) : set_mirror_due();
            (0, false, false, true, 0, 0, 2, 1) : set_mirror_due();
            (0, false, false, true, 0, 1, 0, 1) : set_mirror_due();
            (0, false, false, true, 0, 1, 1, 1) : set_mirror_due();
            (0, false, false, true, 0, 1, 4, 1) : set_mirror_due();
            (0, false, false, true, 0, 1, 2, 1) : set_mirror_due();
            (0, false, false, true, 0, 2, 0, 1) : set_mirror_due();
            (0, false, false, true, 0, 2, 1, 1) : set_mirror_due();
            (0, false, false, true, 0, 2, 4, 1) : set_mirror_due();
            (0, false, false, true, 0, 2, 2, 1) : set_mirror_due();
            (0, false, false, true, 1, 0, 4, 0) : mark_extends();
            (0, false, true, false, 0, 0, 0, 1) : set_mirror_due();
            (0, false, true, false, 0, 0, 1, 1) : set_mirror_due();
            (0, false, true, false, 0, 0, 4, 1) : set_mirror_due();
            (0, false, true, false, 0, 0, 2, 1) : set_mirror_due();
            (0, false, true, false, 0, 1, 0, 1) : set_mirror_due();
            (0, false, true, false, 0, 1, 1, 1) : set_mirror_due();
            (0, false, true, false, 0, 1, 4, 1) : set_mirror_due();
            (0, false, true, false, 0, 1, 2, 1) : set_mirror_due();
            (0, false, true, false, 0, 2, 0, 1) : set_mirror_due();
            (0, false, true, false, 0, 2, 1, 1) : set_mirror_due();
            (0, false, true, false, 0, 2, 4, 1) : set_mirror_due();
            (0, false, true, false, 0, 2, 2, 1) : set_mirror_due();
            (0, false, true, false, 1, 0, 4, 0) : mark_extends();
            (0, true, false, false, 0, 0, 0, 1) : set_mirror_due();
            (0, true, false, false, 0, 0, 1, 1) : set_mirror_due();
            (0, true, false, false, 0, 0, 4, 1) : set_mirror_due();
            (0, true, false, false, 0, 0, 2, 1) : set_mirror_due();
            (0, true, false, false, 0, 1, 0, 1) : set_mirror_due();
            (0, true, false, false, 0, 1, 1, 1) : set_mirror_due();
            (0, true, false, false, 0, 1, 4, 1) : set_mirror_due();
            (0, true, false, false, 0, 1, 2, 1) : set_mirror_due();
            (0, true, false, false, 0, 2, 0, 1) : set_mirror_due();
            (0, true, false, false, 0, 2, 1, 1) : set_mirror_due();
            (0, true, false, false, 0, 2, 4, 1) : set_mirror_due();
            (0, true, false, false, 0, 2, 2, 1) : set_mirror_due();
            (0, true, false, false, 1, 0, 4, 0) : mark_extends();
            (1, false, false, true, 0, 0, 0, 0) : mark_is_translated_icmp();
            (1, false, false, true, 0, 0, 1, 0) : mark_is_translated_icmp();
            (1, false, false, true, 0, 0, 4, 0) : mark_is_translated_icmp();
            (1, false, false, true, 0, 0, 2, 0) : mark_is_translated_icmp();
            (1, false, false, true, 0, 1, 0, 0) : mark_is_translated_icmp();
            (1, false, false, true, 0, 1, 1, 0) : mark_is_translated_icmp();
            (1, false, false, true, 0, 1, 4, 0) : mark_is_translated_icmp();
            (1, false, false, true, 0, 1, 2, 0) : mark_is_translated_icmp();
            (1, false, false, true, 0, 2, 0, 0) : mark_is_translated_icmp();
            (1, false, false, true, 0, 2, 1, 0) : mark_is_translated_icmp();
            (1, false, false, true, 0, 2, 4, 0) : mark_is_translated_icmp();
            (1, false, false, true, 0, 2, 2, 0) : mark_is_translated_icmp();
            (1, false, true, false, 0, 0, 0, 0) : mark_has_ports();
            (1, false, true, false, 0, 0, 1, 0) : mark_has_ports();
            (1, false, true, false, 0, 0, 4, 0) : mark_has_ports();
            (1, false, true, false, 0, 0, 2, 0) : mark_has_ports();
            (1, false, true, false, 0, 1, 0, 0) : mark_has_ports();
            (1, false, true, false, 0, 1, 1, 0) : mark_has_ports();
            (1, false, true, false, 0, 1, 4, 0) : mark_has_ports();
            (1, false, true, false, 0, 1, 2, 0) : mark_has_ports();
            (1, false, true, false, 0, 2, 0, 0) : mark_has_ports();
            (1, false, true, false, 0, 2, 1, 0) : mark_has_ports();
            (1, false, true, false, 0, 2, 4, 0) : mark_has_ports();
            (1, false, true, false, 0, 2, 2, 0) : mark_has_ports();
            (1, true, false, false, 0, 0, 0, 0) : mark_has_ports();
            (1, true, false, false, 0, 0, 1, 0) : mark_has_ports();
            (1, true, false, false, 0, 0, 4, 0) : mark_has_ports();
            (1, true, false, false, 0, 0, 2, 0) : mark_has_ports();
            (1, true, false, false, 0, 1, 0, 0) : mark_has_ports();
            (1, true, false, false, 0, 1, 1, 0) : mark_has_ports();
            (1, true, false, false, 0, 1, 4, 0) : mark_has_ports();
            (1, true, false, false, 0, 1, 2, 0) : mark_has_ports();
            (1, true, false, false, 0, 2, 0, 0) : mark_has_ports();
            (1, true, false, false, 0, 2, 1, 0) : mark_has_ports();
            (1, true, false, false, 0, 2, 4, 0) : mark_has_ports();
            (1, true, false, false, 0, 2, 2, 0) : mark_has_ports();
        }
        size = 88;
    }

    action set_mirror_epoch_and_set_value_0() {
        ig_md.mirror_epoch = ig_md.epoch_read;
        hdr.state.word_0 = ig_md.state_0_read;
        hdr.state.word_1[15:0] = ig_md.state_1_read;
    }

    action mark_has_key_and_set_mirror_epoch_and_1_more() {
        ig_md.has_key = 1;
        ig_md.mirror_epoch = ig_md.epoch_read;
        hdr.state.word_0 = ig_md.state_0_read;
        hdr.state.word_1[15:0] = ig_md.state_1_read;
    }

    action mark_has_key() {
        ig_md.has_key = 1;
    }

    action mark_renounces_and_mark_has_key() {
        ig_md.renounces = 1;
        ig_md.has_key = 1;
    }

    action set_mirror_epoch() {
        ig_md.mirror_epoch = ig_md.epoch_read;
    }

    action mark_has_key_and_set_mirror_epoch() {
        ig_md.has_key = 1;
        ig_md.mirror_epoch = ig_md.epoch_read;
    }

    action mark_renounces_3_and_mark_has_key_and_1_more() {
        ig_md.renounces_3 = 1;
        ig_md.has_key = 1;
        ig_md.mirror_epoch = ig_md.epoch_read;
    }

    table decisions_4_c {
        key = {
            hdr.bridge.pass              : exact;
            ig_md.hit                    : exact;
            ig_md.mirror_depth_is_before : exact;
            ig_md.renounced_replace      : exact;
            ig_md.tries                  : exact;
            ig_md.is_translated          : exact;
            ig_md.is_mine                : exact;
        }
        actions = {
            set_mirror_epoch_and_set_value_0;
            mark_has_key_and_set_mirror_epoch_and_1_more;
            mark_has_key;
            mark_renounces_and_mark_has_key;
            set_mirror_epoch;
            mark_has_key_and_set_mirror_epoch;
            mark_renounces_3_and_mark_has_key_and_1_more;
            @defaultonly NoAction;
        }
        const default_action = NoAction();
        const entries = {
            (PASS_PACKET, 0, 0, 0, 0, 0, 0) : set_mirror_epoch_and_set_value_0();
            (PASS_PACKET, 0, 0, 0, 0, 1, 0) : mark_has_key_and_set_mirror_epoch_and_1_more();
            (PASS_PACKET, 0, 0, 1, 0, 0, 0) : set_mirror_epoch_and_set_value_0();
            (PASS_PACKET, 0, 0, 1, 0, 1, 0) : mark_has_key_and_set_mirror_epoch_and_1_more();
            (PASS_PACKET, 0, 0, 2, 0, 0, 0) : set_mirror_epoch_and_set_value_0();
            (PASS_PACKET, 0, 0, 2, 0, 1, 0) : mark_has_key_and_set_mirror_epoch_and_1_more();
            (PASS_PACKET, 0, 1, 0, 0, 0, 0) : set_mirror_epoch_and_set_value_0();
            (PASS_PACKET, 0, 1, 0, 0, 1, 0) : mark_has_key_and_set_mirror_epoch_and_1_more();
            (PASS_PACKET, 0, 1, 1, 0, 0, 0) : set_mirror_epoch_and_set_value_0();
            (PASS_PACKET, 0, 1, 1, 0, 1, 0) : mark_has_key_and_set_mirror_epoch_and_1_more();
            (PASS_PACKET, 0, 1, 2, 0, 0, 0) : set_mirror_epoch_and_set_value_0();
            (PASS_PACKET, 0, 1, 2, 0, 1, 0) : mark_has_key_and_set_mirror_epoch_and_1_more();
            (PASS_PACKET, 1, 0, 0, 0, 0, 0) : set_mirror_epoch_and_set_value_0();
            (PASS_PACKET, 1, 0, 0, 0, 1, 0) : mark_has_key_and_set_mirror_epoch_and_1_more();
            (PASS_PACKET, 1, 0, 1, 0, 0, 0) : set_mirror_epoch_and_set_value_0();
            (PASS_PACKET, 1, 0, 1, 0, 1, 0) : mark_has_key_and_set_mirror_epoch_and_1_more();
            (PASS_PACKET, 1, 0, 2, 0, 0, 0) : set_mirror_epoch_and_set_value_0();
            (PASS_PACKET, 1, 0, 2, 0, 1, 0) : mark_has_key_and_set_mirror_epoch_and_1_more();
            (PASS_PACKET, 1, 1, 0, 0, 0, 0) : set_mirror_epoch_and_set_value_0();
            (PASS_PACKET, 1, 1, 0, 0, 1, 0) : mark_has_key_and_set_mirror_epoch_and_1_more();
            (PASS_PACKET, 1, 1, 1, 0, 0, 0) : set_mirror_epoch_and_set_value_0();
            (PASS_PACKET, 1, 1, 1, 0, 1, 0) : mark_has_key_and_set_mirror_epoch_and_1_more();
            (PASS_PACKET, 1, 1, 2, 0, 0, 0) : set_mirror_epoch_and_set_value_0();
            (PASS_PACKET, 1, 1, 2, 0, 1, 0) : mark_has_key_and_set_mirror_epoch_and_1_more();
            (PASS_MESSAGE, 0, 0, 0, 0, 0, 1) : mark_has_key();
            (PASS_MESSAGE, 0, 0, 1, 0, 0, 1) : mark_has_key();
            (PASS_MESSAGE, 0, 0, 2, 0, 0, 1) : mark_has_key();
            (PASS_MESSAGE, 0, 1, 0, 0, 0, 1) : mark_has_key();
            (PASS_MESSAGE, 0, 1, 1, 0, 0, 1) : mark_has_key();
            (PASS_MESSAGE, 0, 1, 2, 0, 0, 1) : mark_has_key();
            (PASS_MESSAGE, 1, 0, 0, 0, 0, 1) : mark_has_key();
            (PASS_MESSAGE, 1, 0, 1, 0, 0, 1) : mark_has_key();
            (PASS_MESSAGE, 1, 0, 2, 0, 0, 1) : mark_has_key();
            (PASS_MESSAGE, 1, 1, 0, 0, 0, 1) : mark_has_key();
            (PASS_MESSAGE, 1, 1, 0, 1, 0, 1) : mark_renounces_and_mark_has_key();
            (PASS_MESSAGE, 1, 1, 1, 0, 0, 1) : mark_has_key();
            (PASS_MESSAGE, 1, 1, 1, 1, 0, 1) : mark_has_key();
            (PASS_MESSAGE, 1, 1, 2, 0, 0, 1) : mark_has_key();
            (PASS_MESSAGE, 1, 1, 2, 1, 0, 1) : mark_has_key();
            (PASS_COPY, 0, 0, 0, 0, 0, 0) : mark_has_key();
            (PASS_COPY, 0, 0, 1, 0, 0, 0) : mark_has_key();
            (PASS_COPY, 0, 0, 2, 0, 0, 0) : mark_has_key();
            (PASS_COPY, 0, 1, 0, 0, 0, 0) : mark_has_key();
            (PASS_COPY, 0, 1, 1, 0, 0, 0) : mark_has_key();
            (PASS_COPY, 0, 1, 2, 0, 0, 0) : mark_has_key();
            (PASS_COPY, 1, 0, 0, 0, 0, 0) : mark_has_key();
            (PASS_COPY, 1, 0, 1, 0, 0, 0) : mark_has_key();
            (PASS_COPY, 1, 0, 2, 0, 0, 0) : mark_has_key();
            (PASS_COPY, 1, 1, 0, 0, 0, 0) : mark_has_key();
            (PASS_COPY, 1, 1, 1, 0, 0, 0) : mark_has_key();
            (PASS_COPY, 1, 1, 2, 0, 0, 0) : mark_has_key();
            (PASS_SWEEP, 0, 0, 0, 0, 0, 0) : set_mirror_epoch();
            (PASS_SWEEP, 0, 0, 1, 0, 0, 0) : set_mirror_epoch();
            (PASS_SWEEP, 0, 0, 2, 0, 0, 0) : set_mirror_epoch();
            (PASS_SWEEP, 0, 1, 0, 0, 0, 0) : set_mirror_epoch();
            (PASS_SWEEP, 0, 1, 1, 0, 0, 0) : set_mirror_epoch();
            (PASS_SWEEP, 0, 1, 2, 0, 0, 0) : set_mirror_epoch();
            (PASS_SWEEP, 1, 0, 0, 0, 0, 0) : set_mirror_epoch();
            (PASS_SWEEP, 1, 0, 1, 0, 0, 0) : set_mirror_epoch();
            (PASS_SWEEP, 1, 0, 2, 0, 0, 0) : set_mirror_epoch();
            (PASS_SWEEP, 1, 1, 0, 0, 0, 0) : set_mirror_epoch();
            (PASS_SWEEP, 1, 1, 1, 0, 0, 0) : set_mirror_epoch();
            (PASS_SWEEP, 1, 1, 2, 0, 0, 0) : set_mirror_epoch();
            (PASS_GIVE_UP, 0, 0, 0, 0, 0, 0) : mark_has_key_and_set_mirror_epoch();
            (PASS_GIVE_UP, 0, 0, 1, 0, 0, 0) : mark_has_key_and_set_mirror_epoch();
            (PASS_GIVE_UP, 0, 0, 2, 0, 0, 0) : mark_has_key_and_set_mirror_epoch();
            (PASS_GIVE_UP, 0, 1, 0, 0, 0, 0) : mark_has_key_and_set_mirror_epoch();
            (PASS_GIVE_UP, 0, 1, 1, 0, 0, 0) : mark_has_key_and_set_mirror_epoch();
            (PASS_GIVE_UP, 0, 1, 2, 0, 0, 0) : mark_has_key_and_set_mirror_epoch();
            (PASS_GIVE_UP, 1, 0, 0, 0, 0, 0) : mark_has_key_and_set_mirror_epoch();
            (PASS_GIVE_UP, 1, 0, 1, 0, 0, 0) : mark_has_key_and_set_mirror_epoch();
            (PASS_GIVE_UP, 1, 0, 2, 0, 0, 0) : mark_has_key_and_set_mirror_epoch();
            (PASS_GIVE_UP, 1, 1, 0, 0, 0, 0) : mark_renounces_3_and_mark_has_key_and_1_more();
            (PASS_GIVE_UP, 1, 1, 1, 0, 0, 0) : mark_has_key_and_set_mirror_epoch();
            (PASS_GIVE_UP, 1, 1, 2, 0, 0, 0) : mark_has_key_and_set_mirror_epoch();
        }
        size = 75;
    }

    action mark_inner_is_icmp_3() {
        ig_md.inner_is_icmp_3 = 1;
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
            ig_md.is_whole          : exact;
            ig_md.room_3            : exact;
            ig_md.hit               : exact;
            ig_md.deadline_is_after : exact;
            ig_md.installs          : exact;
            hdr.bridge.pass         : exact;
            ig_md.message_kind      : exact;
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
            (0, 0, 1, 0, 1, PASS_MESSAGE, KIND_GRANT) : put_seq();
            (0, 0, 1, 1, 0, PASS_MESSAGE, KIND_WRITE_ACK) : is_before_seq();
            (0, 0, 1, 1, 1, PASS_MESSAGE, KIND_GRANT) : put_seq();
            (0, 1, 0, 0, 0, PASS_MESSAGE, KIND_WRITE_ACK) : is_before_seq();
            (0, 1, 0, 1, 0, PASS_MESSAGE, KIND_WRITE_ACK) : is_before_seq();
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

    action set_phase_state_2() {
        ig_md.state_2_set_phase = state_2_set_phase.execute(ig_md.slot);
    }

    action put_state_2() {
        state_2_put.execute(ig_md.slot);
    }

    action read_state_2() {
        state_2_read.execute(ig_md.slot);
    }

    table state_2_access {
        key = {
            ig_md.is_whole          : exact;
            ig_md.room_3            : exact;
            ig_md.hit               : exact;
            ig_md.deadline_is_after : exact;
            ig_md.installs          : exact;
        }
        actions = {
            put_state_2;
            set_phase_state_2;
            @defaultonly read_state_2;
        }
        const default_action = read_state_2();
        const entries = {
            (0, 0, 1, 0, 1) : put_state_2();
            (0, 0, 1, 1, 1) : put_state_2();
            (0, 1, 1, 0, 1) : put_state_2();
            (0, 1, 1, 1, 1) : put_state_2();
            (1, 1, 1, 1, 0) : set_phase_state_2();
        }
        size = 5;
    }

    action set_out_epoch() {
        hdr.bridge.epoch = ig_md.epoch_read;
    }

    action mark_matters() {
        ig_md.matters = 1;
    }

    action mark_inner_is_icmp() {
        ig_md.inner_is_icmp = 1;
    }

    action mark_inner_is_icmp_and_set_out_epoch() {
        ig_md.inner_is_icmp = 1;
        hdr.bridge.epoch = ig_md.epoch_read;
    }

    table decisions_5_a {
        key = {
            ig_md.inner_is_icmp_3   : exact;
            hdr.inner_l4.isValid()  : exact;
            hdr.bridge.pass         : exact;
            ig_md.hit               : exact;
            ig_md.epoch_same        : exact;
            ig_md.renounced_read    : exact;
            ig_md.deadline_is_after : exact;
        }
        actions = {
            set_out_epoch;
            mark_matters;
            mark_inner_is_icmp;
            mark_inner_is_icmp_and_set_out_epoch;
            @defaultonly NoAction;
        }
        const default_action = NoAction();
        const entries = {
            (0, false, PASS_PACKET, 1, 0, 0, 1) : set_out_epoch();
            (0, false, PASS_PACKET, 1, 0, 1, 0) : set_out_epoch();
            (0, false, PASS_PACKET, 1, 0, 1, 1) : set_out_epoch();
            (0, false, PASS_PACKET, 1, 0, 2, 0) : set_out_epoch();
            (0, false, PASS_PACKET, 1, 0, 2, 1) : set_out_epoch();
            (0, false, PASS_PACKET, 1, 1, 0, 1) : set_out_epoch();
            (0, false, PASS_PACKET, 1, 1, 1, 0) : set_out_epoch();
            (0, false, PASS_PACKET, 1, 1, 1, 1) : set_out_epoch();
            (0, false, PASS_PACKET, 1, 1, 2, 0) : set_out_epoch();
            (0, false, PASS_PACKET, 1, 1, 2, 1) : set_out_epoch();
            (0, false, PASS_COPY, 1, 1, 0, 0) : mark_matters();
            (0, false, PASS_COPY, 1, 1, 0, 1) : mark_matters();
            (0, false, PASS_COPY, 1, 1, 1, 0) : mark_matters();
            (0, false, PASS_COPY, 1, 1, 1, 1) : mark_matters();
            (0, true, PASS_PACKET, 1, 0, 0, 1) : set_out_epoch();
            (0, true, PASS_PACKET, 1, 0, 1, 0) : set_out_epoch();
            (0, true, PASS_PACKET, 1, 0, 1, 1) : set_out_epoch();
            (0, true, PASS_PACKET, 1, 0, 2, 0) : set_out_epoch();
            (0, true, PASS_PACKET, 1, 0, 2, 1) : set_out_epoch();
            (0, true, PASS_PACKET, 1, 1, 0, 1) : set_out_epoch();
            (0, true, PASS_PACKET, 1, 1, 1, 0) : set_out_epoch();
            (0, true, PASS_PACKET, 1, 1, 1, 1) : set_out_epoch();
            (0, true, PASS_PACKET, 1, 1, 2, 0) : set_out_epoch();
            (0, true, PASS_PACKET, 1, 1, 2, 1) : set_out_epoch();
            (0, true, PASS_COPY, 1, 1, 0, 0) : mark_matters();
            (0, true, PASS_COPY, 1, 1, 0, 1) : mark_matters();
            (0, true, PASS_COPY, 1, 1, 1, 0) : mark_matters();
            (0, true, PASS_COPY, 1, 1, 1, 1) : mark_matters();
            (1, false, PASS_PACKET, 1, 0, 0, 1) : set_out_epoch();
            (1, false, PASS_PACKET, 1, 0, 1, 0) : set_out_epoch();
            (1, false, PASS_PACKET, 1, 0, 1, 1) : set_out_epoch();
            (1, false, PASS_PACKET, 1, 0, 2, 0) : set_out_epoch();
            (1, false, PASS_PACKET, 1, 0, 2, 1) : set_out_epoch();
            (1, false, PASS_PACKET, 1, 1, 0, 1) : set_out_epoch();
            (1, false, PASS_PACKET, 1, 1, 1, 0) : set_out_epoch();
            (1, false, PASS_PACKET, 1, 1, 1, 1) : set_out_epoch();
            (1, false, PASS_PACKET, 1, 1, 2, 0) : set_out_epoch();
            (1, false, PASS_PACKET, 1, 1, 2, 1) : set_out_epoch();
            (1, true, PASS_PACKET, 0, 0, 0, 0) : mark_inner_is_icmp();
            (1, true, PASS_PACKET, 0, 0, 0, 1) : mark_inner_is_icmp();
            (1, true, PASS_PACKET, 0, 0, 1, 0) : mark_inner_is_icmp();
            (1, true, PASS_PACKET, 0, 0, 1, 1) : mark_inner_is_icmp();
            (1, true, PASS_PACKET, 0, 0, 2, 0) : mark_inner_is_icmp();
            (1, true, PASS_PACKET, 0, 0, 2, 1) : mark_inner_is_icmp();
            (1, true, PASS_PACKET, 0, 1, 0, 0) : mark_inner_is_icmp();
            (1, true, PASS_PACKET, 0, 1, 0, 1) : mark_inner_is_icmp();
            (1, true, PASS_PACKET, 0, 1, 1, 0) : mark_inner_is_icmp();
            (1, true, PASS_PACKET, 0, 1, 1, 1) : mark_inner_is_icmp();
            (1, true, PASS_PACKET, 0, 1, 2, 0) : mark_inner_is_icmp();
            (1, true, PASS_PACKET, 0, 1, 2, 1) : mark_inner_is_icmp();
            (1, true, PASS_PACKET, 1, 0, 0, 0) : mark_inner_is_icmp();
            (1, true, PASS_PACKET, 1, 0, 0, 1) : mark_inner_is_icmp_and_set_out_epoch();
            (1, true, PASS_PACKET, 1, 0, 1, 0) : mark_inner_is_icmp_and_set_out_epoch();
            (1, true, PASS_PACKET, 1, 0, 1, 1) : mark_inner_is_icmp_and_set_out_epoch();
            (1, true, PASS_PACKET, 1, 0, 2, 0) : mark_inner_is_icmp_and_set_out_epoch();
            (1, true, PASS_PACKET, 1, 0, 2, 1) : mark_inner_is_icmp_and_set_out_epoch();
            (1, true, PASS_PACKET, 1, 1, 0, 0) : mark_inner_is_icmp();
            (1, true, PASS_PACKET, 1, 1, 0, 1) : mark_inner_is_icmp_and_set_out_epoch();
            (1, true, PASS_PACKET, 1, 1, 1, 0) : mark_inner_is_icmp_and_set_out_epoch();
            (1, true, PASS_PACKET, 1, 1, 1, 1) : mark_inner_is_icmp_and_set_out_epoch();
            (1, true, PASS_PACKET, 1, 1, 2, 0) : mark_inner_is_icmp_and_set_out_epoch();
            (1, true, PASS_PACKET, 1, 1, 2, 1) : mark_inner_is_icmp_and_set_out_epoch();
        }
        size = 62;
    }

    action mark_releases_read() {
        ig_md.releases_read = 1;
    }

    action mark_goes_again() {
        ig_md.goes_again = 1;
    }

    action count_not_handled() {
        counters_5_a.count(COUNT_NOT_HANDLED);
    }

    action mark_away() {
        ig_md.away = 1;
    }

    action set_mirror_kind_and_count_gave_up() {
        counters_5_a.count(COUNT_GAVE_UP);
        ig_md.mirror_kind = KIND_GIVE_UP;
    }

    action set_mirror_kind_and_count_gave_up_2() {
        counters_5_a.count(COUNT_GAVE_UP);
        ig_md.mirror_kind = KIND_GIVE_UP;
    }

    action mark_has_ports_3_and_mark_applies_and_1_more() {
        ig_md.has_ports_3 = 1;
        ig_md.applies = 1;
        ig_md.live = 1;
    }

    action mark_has_ports_3_and_mark_applies_and_2_more() {
        ig_md.has_ports_3 = 1;
        ig_md.applies = 1;
        ig_md.room_2 = 1;
        ig_md.live = 1;
    }

    action mark_has_ports_3_and_mark_from_inside_2_and_2_more() {
        ig_md.has_ports_3 = 1;
        ig_md.from_inside_2 = 1;
        ig_md.applies = 1;
        ig_md.live = 1;
    }

    action mark_has_ports_3_and_mark_from_inside_2_and_3_more() {
        ig_md.has_ports_3 = 1;
        ig_md.from_inside_2 = 1;
        ig_md.applies = 1;
        ig_md.room_2 = 1;
        ig_md.live = 1;
    }

    action mark_mirror_full_and_mark_live() {
        ig_md.mirror_full = 1;
        ig_md.live = 1;
    }

    action mark_applies_and_mark_live() {
        ig_md.applies = 1;
        ig_md.live = 1;
    }

    action mark_from_inside_2_and_mark_applies_and_1_more() {
        ig_md.from_inside_2 = 1;
        ig_md.applies = 1;
        ig_md.live = 1;
    }

    action mark_inner_has_checksum_and_mark_applies_and_1_more() {
        ig_md.inner_has_checksum = 1;
        ig_md.applies = 1;
        ig_md.live = 1;
    }

    action mark_inner_has_checksum_and_3_more() {
        ig_md.inner_has_checksum = 1;
        ig_md.from_inside_2 = 1;
        ig_md.applies = 1;
        ig_md.live = 1;
    }

    table decisions_5_b {
        key = {
            ig_md.is_translated_icmp   : exact;
            ig_md.inner_has_checksum_2 : exact;
            ig_md.hit                  : exact;
            ig_md.deadline_is_after    : exact;
            ig_md.has_ports            : exact;
            ig_md.mirror_full_2        : exact;
            ig_md.is_translated        : exact;
            ig_md.inside               : exact;
            ig_md.is_whole             : exact;
            ig_md.room_3               : exact;
            ig_md.is_grant             : exact;
            ig_md.missing              : exact;
            hdr.redplane.piggyback     : exact;
            ig_md.is_release           : exact;
            ig_md.renounces            : exact;
            ig_md.renounces_3          : exact;
        }
        actions = {
            mark_releases_read;
            mark_goes_again;
            count_not_handled;
            mark_away;
            set_mirror_kind_and_count_gave_up;
            set_mirror_kind_and_count_gave_up_2;
            mark_has_ports_3_and_mark_applies_and_1_more;
            mark_has_ports_3_and_mark_applies_and_2_more;
            mark_has_ports_3_and_mark_from_inside_2_and_2_more;
            mark_has_ports_3_and_mark_from_inside_2_and_3_more;
            mark_mirror_full_and_mark_live;
            mark_applies_and_mark_live;
            mark_from_inside_2_and_mark_applies_and_1_more;
            mark_inner_has_checksum_and_mark_applies_and_1_more;
            mark_inner_has_checksum_and_3_more;
            @defaultonly NoAction;
        }
        const default_action = NoAction();
        const entries = {
            (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0) : mark_releases_read();
            (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0) : mark_goes_again();
            (0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 1, 0, 0) : mark_releases_read();
            (0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 1, 0, 0, 0) : mark_goes_again();
            (0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0) : count_not_handled();
            (0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0) : count_not_handled();
            (0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0) : mark_releases_read();
            (0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0) : mark_goes_again();
            (0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0) : mark_releases_read();
            (0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 1, 0, 1, 0, 0, 0) : mark_goes_again();
            (0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0) : count_not_handled();
            (0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0) : count_not_handled();
            (0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0) : mark_releases_read();
            (0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0) : mark_goes_again();
            (0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0) : mark_releases_read();
            (0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0) : mark_goes_again();
            (0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0) : mark_away();
            (0, 0, 0, 0, 1, 0, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, 0, 0, 0, 1, 0, 1, 0, 1, 1, 0, 0, 1, 0, 0, 0) : mark_away();
            (0, 0, 0, 0, 1, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, 0, 0, 0, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 0, 0) : mark_away();
            (0, 0, 0, 0, 1, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, 0, 0, 0, 1, 0, 1, 1, 1, 1, 0, 0, 1, 0, 0, 0) : mark_away();
            (0, 0, 0, 0, 1, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, 0, 0, 0, 1, 1, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0) : mark_away();
            (0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 0) : mark_away();
            (0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0) : mark_releases_read();
            (0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0) : mark_goes_again();
            (0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 1, 0, 0) : mark_releases_read();
            (0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 1, 0, 1, 0, 0, 0) : mark_goes_again();
            (0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0) : count_not_handled();
            (0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0) : count_not_handled();
            (0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0) : mark_releases_read();
            (0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0) : mark_goes_again();
            (0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0) : mark_releases_read();
            (0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 0, 1, 0, 0, 0) : mark_goes_again();
            (0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0) : count_not_handled();
            (0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0) : count_not_handled();
            (0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0) : mark_releases_read();
            (0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0) : mark_goes_again();
            (0, 0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0) : mark_releases_read();
            (0, 0, 0, 1, 0, 1, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0) : mark_goes_again();
            (0, 0, 0, 1, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, 0, 0, 1, 1, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0) : mark_away();
            (0, 0, 0, 1, 1, 0, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, 0, 0, 1, 1, 0, 1, 0, 1, 1, 0, 0, 1, 0, 0, 0) : mark_away();
            (0, 0, 0, 1, 1, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, 0, 0, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 0, 0) : mark_away();
            (0, 0, 0, 1, 1, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, 0, 0, 1, 1, 0, 1, 1, 1, 1, 0, 0, 1, 0, 0, 0) : mark_away();
            (0, 0, 0, 1, 1, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, 0, 0, 1, 1, 1, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0) : mark_away();
            (0, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 0) : mark_away();
            (0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (
                0,
                0,
                1,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                1,
                0
            ) : set_mirror_kind_and_count_gave_up_2();
            (0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (
                0,
                0,
                1,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                1,
                0,
                1,
                0
            ) : set_mirror_kind_and_count_gave_up_2();
            (0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0) : mark_releases_read();
            (0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0) : mark_goes_again();
            (0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (
                0,
                0,
                1,
                0,
                0,
                0,
                0,
                0,
                0,
                1,
                0,
                0,
                0,
                0,
                1,
                0
            ) : set_mirror_kind_and_count_gave_up_2();
            (0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (
                0,
                0,
                1,
                0,
                0,
                0,
                0,
                0,
                0,
                1,
                0,
                0,
                1,
                0,
                1,
                0
            ) : set_mirror_kind_and_count_gave_up_2();
            (0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 1, 0, 0) : mark_releases_read();
            (0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 0, 1, 0, 0, 0) : mark_goes_again();
            (0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0) : count_not_handled();
            (0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0) : count_not_handled();
            (0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (
                0,
                0,
                1,
                0,
                0,
                0,
                0,
                1,
                0,
                0,
                0,
                0,
                0,
                0,
                1,
                0
            ) : set_mirror_kind_and_count_gave_up_2();
            (0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (
                0,
                0,
                1,
                0,
                0,
                0,
                0,
                1,
                0,
                0,
                0,
                0,
                1,
                0,
                1,
                0
            ) : set_mirror_kind_and_count_gave_up_2();
            (0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0) : mark_releases_read();
            (0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0) : mark_goes_again();
            (0, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (
                0,
                0,
                1,
                0,
                0,
                0,
                0,
                1,
                0,
                1,
                0,
                0,
                0,
                0,
                1,
                0
            ) : set_mirror_kind_and_count_gave_up_2();
            (0, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (
                0,
                0,
                1,
                0,
                0,
                0,
                0,
                1,
                0,
                1,
                0,
                0,
                1,
                0,
                1,
                0
            ) : set_mirror_kind_and_count_gave_up_2();
            (0, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0) : mark_releases_read();
            (0, 0, 1, 0, 0, 0, 0, 1, 0, 1, 1, 0, 1, 0, 0, 0) : mark_goes_again();
            (0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0) : count_not_handled();
            (0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0) : count_not_handled();
            (0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0) : mark_releases_read();
            (0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0) : mark_goes_again();
            (0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0) : mark_releases_read();
            (0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0) : mark_goes_again();
            (0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0) : mark_away();
            (0, 0, 1, 0, 1, 0, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, 0, 1, 0, 1, 0, 1, 0, 1, 1, 0, 0, 1, 0, 0, 0) : mark_away();
            (0, 0, 1, 0, 1, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, 0, 1, 0, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 0, 0) : mark_away();
            (0, 0, 1, 0, 1, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, 0, 1, 0, 1, 0, 1, 1, 1, 1, 0, 0, 1, 0, 0, 0) : mark_away();
            (0, 0, 1, 0, 1, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, 0, 1, 0, 1, 1, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0) : mark_away();
            (0, 0, 1, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (0, 0, 1, 0, 1, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 0) : mark_away();
            (0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (
                0,
                0,
                1,
                1,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                1,
                0
            ) : set_mirror_kind_and_count_gave_up_2();
            (0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (
                0,
                0,
                1,
                1,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                1,
                0,
                1,
                0
            ) : set_mirror_kind_and_count_gave_up_2();
            (0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0) : mark_releases_read();
            (0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0) : mark_goes_again();
            (0, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (
                0,
                0,
                1,
                1,
                0,
                0,
                0,
                0,
                0,
                1,
                0,
                0,
                0,
                0,
                1,
                0
            ) : set_mirror_kind_and_count_gave_up_2();
            (0, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (
                0,
                0,
                1,
                1,
                0,
                0,
                0,
                0,
                0,
                1,
                0,
                0,
                1,
                0,
                1,
                0
            ) : set_mirror_kind_and_count_gave_up_2();
            (0, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 1, 0, 0) : mark_releases_read();
            (0, 0, 1, 1, 0, 0, 0, 0, 0, 1, 1, 0, 1, 0, 0, 0) : mark_goes_again();
            (0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0) : count_not_handled();
            (0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0) : count_not_handled();
            (0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (
                0,
                0,
                1,
                1,
                0,
                0,
                0,
                1,
                0,
                0,
                0,
                0,
                0,
                0,
                1,
                0
            ) : set_mirror_kind_and_count_gave_up_2();
            (0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (
                0,
                0,
                1,
                1,
                0,
                0,
                0,
                1,
                0,
                0,
                0,
                0,
                1,
                0,
                1,
                0
            ) : set_mirror_kind_and_count_gave_up_2();
            (0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0) : mark_releases_read();
            (0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0) : mark_goes_again();
            (0, 0, 1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (
                0,
                0,
                1,
                1,
                0,
                0,
                0,
                1,
                0,
                1,
                0,
                0,
                0,
                0,
                1,
                0
            ) : set_mirror_kind_and_count_gave_up_2();
            (0, 0, 1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (
                0,
                0,
                1,
                1,
                0,
                0,
                0,
                1,
                0,
                1,
                0,
                0,
                1,
                0,
                1,
                0
            ) : set_mirror_kind_and_count_gave_up_2();
            (0, 0, 1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0) : mark_releases_read();
            (0, 0, 1, 1, 0, 0, 0, 1, 0, 1, 1, 0, 1, 0, 0, 0) : mark_goes_again();
            (0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0) : count_not_handled();
            (0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0) : count_not_handled();
            (0, 0, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0) : mark_releases_read();
            (0, 0, 1, 1, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0) : mark_goes_again();
            (0, 0, 1, 1, 0, 1, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0) : mark_releases_read();
            (0, 0, 1, 1, 0, 1, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0) : mark_goes_again();
            (
                0,
                0,
                1,
                1,
                1,
                0,
                1,
                0,
                1,
                0,
                0,
                0,
                0,
                0,
                0,
                0
            ) : mark_has_ports_3_and_mark_applies_and_1_more();
            (
                0,
                0,
                1,
                1,
                1,
                0,
                1,
                0,
                1,
                0,
                0,
                0,
                1,
                0,
                0,
                0
            ) : mark_has_ports_3_and_mark_applies_and_1_more();
            (
                0,
                0,
                1,
                1,
                1,
                0,
                1,
                0,
                1,
                1,
                0,
                0,
                0,
                0,
                0,
                0
            ) : mark_has_ports_3_and_mark_applies_and_2_more();
            (
                0,
                0,
                1,
                1,
                1,
                0,
                1,
                0,
                1,
                1,
                0,
                0,
                1,
                0,
                0,
                0
            ) : mark_has_ports_3_and_mark_applies_and_2_more();
            (
                0,
                0,
                1,
                1,
                1,
                0,
                1,
                1,
                1,
                0,
                0,
                0,
                0,
                0,
                0,
                0
            ) : mark_has_ports_3_and_mark_from_inside_2_and_2_more();
            (
                0,
                0,
                1,
                1,
                1,
                0,
                1,
                1,
                1,
                0,
                0,
                0,
                1,
                0,
                0,
                0
            ) : mark_has_ports_3_and_mark_from_inside_2_and_2_more();
            (
                0,
                0,
                1,
                1,
                1,
                0,
                1,
                1,
                1,
                1,
                0,
                0,
                0,
                0,
                0,
                0
            ) : mark_has_ports_3_and_mark_from_inside_2_and_3_more();
            (
                0,
                0,
                1,
                1,
                1,
                0,
                1,
                1,
                1,
                1,
                0,
                0,
                1,
                0,
                0,
                0
            ) : mark_has_ports_3_and_mark_from_inside_2_and_3_more();
            (0, 0, 1, 1, 1, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0) : mark_mirror_full_and_mark_live();
            (0, 0, 1, 1, 1, 1, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0) : mark_mirror_full_and_mark_live();
            (0, 0, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0) : mark_mirror_full_and_mark_live();
            (0, 0, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 0) : mark_mirror_full_and_mark_live();
            (0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0) : mark_releases_read();
            (0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0) : mark_goes_again();
            (0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0) : count_not_handled();
            (0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0) : count_not_handled();
            (0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0) : mark_releases_read();
            (0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0) : mark_goes_again();
            (0, 1, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0) : count_not_handled();
            (0, 1, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0) : count_not_handled();
            (0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0) : mark_releases_read();
            (0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0) : mark_goes_again();
            (0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0) : count_not_handled();
            (0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0) : count_not_handled();
            (0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0) : mark_releases_read();
            (0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0) : mark_goes_again();
            (0, 1, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0) : count_not_handled();
            (0, 1, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0) : count_not_handled();
            (0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (
                0,
                1,
                1,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                1,
                0
            ) : set_mirror_kind_and_count_gave_up_2();
            (0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (
                0,
                1,
                1,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                1,
                0,
                1,
                0
            ) : set_mirror_kind_and_count_gave_up_2();
            (0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0) : mark_releases_read();
            (0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0) : mark_goes_again();
            (0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0) : count_not_handled();
            (0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0) : count_not_handled();
            (0, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (
                0,
                1,
                1,
                0,
                0,
                0,
                0,
                1,
                0,
                0,
                0,
                0,
                0,
                0,
                1,
                0
            ) : set_mirror_kind_and_count_gave_up_2();
            (0, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (
                0,
                1,
                1,
                0,
                0,
                0,
                0,
                1,
                0,
                0,
                0,
                0,
                1,
                0,
                1,
                0
            ) : set_mirror_kind_and_count_gave_up_2();
            (0, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0) : mark_releases_read();
            (0, 1, 1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0) : mark_goes_again();
            (0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0) : count_not_handled();
            (0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0) : count_not_handled();
            (0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (
                0,
                1,
                1,
                1,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                1,
                0
            ) : set_mirror_kind_and_count_gave_up_2();
            (0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (
                0,
                1,
                1,
                1,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                1,
                0,
                1,
                0
            ) : set_mirror_kind_and_count_gave_up_2();
            (0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0) : mark_releases_read();
            (0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0) : mark_goes_again();
            (0, 1, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0) : count_not_handled();
            (0, 1, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0) : count_not_handled();
            (0, 1, 1, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (
                0,
                1,
                1,
                1,
                0,
                0,
                0,
                1,
                0,
                0,
                0,
                0,
                0,
                0,
                1,
                0
            ) : set_mirror_kind_and_count_gave_up_2();
            (0, 1, 1, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1) : set_mirror_kind_and_count_gave_up();
            (
                0,
                1,
                1,
                1,
                0,
                0,
                0,
                1,
                0,
                0,
                0,
                0,
                1,
                0,
                1,
                0
            ) : set_mirror_kind_and_count_gave_up_2();
            (0, 1, 1, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0) : mark_releases_read();
            (0, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0) : mark_goes_again();
            (0, 1, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0) : count_not_handled();
            (0, 1, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0) : count_not_handled();
            (1, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (1, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0) : mark_away();
            (1, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (1, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 0, 0, 0) : mark_away();
            (1, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (1, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0) : mark_away();
            (1, 0, 0, 1, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (1, 0, 0, 1, 0, 0, 1, 1, 1, 0, 0, 0, 1, 0, 0, 0) : mark_away();
            (1, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (1, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0) : mark_away();
            (1, 0, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (1, 0, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 0, 0, 0) : mark_away();
            (1, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0) : mark_applies_and_mark_live();
            (1, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0) : mark_applies_and_mark_live();
            (
                1,
                0,
                1,
                1,
                0,
                0,
                1,
                1,
                1,
                0,
                0,
                0,
                0,
                0,
                0,
                0
            ) : mark_from_inside_2_and_mark_applies_and_1_more();
            (
                1,
                0,
                1,
                1,
                0,
                0,
                1,
                1,
                1,
                0,
                0,
                0,
                1,
                0,
                0,
                0
            ) : mark_from_inside_2_and_mark_applies_and_1_more();
            (1, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (1, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0) : mark_away();
            (1, 1, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (1, 1, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 0, 0, 0) : mark_away();
            (1, 1, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (1, 1, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0) : mark_away();
            (1, 1, 0, 1, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (1, 1, 0, 1, 0, 0, 1, 1, 1, 0, 0, 0, 1, 0, 0, 0) : mark_away();
            (1, 1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (1, 1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0) : mark_away();
            (1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0) : mark_away();
            (1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 0, 0, 0) : mark_away();
            (
                1,
                1,
                1,
                1,
                0,
                0,
                1,
                0,
                1,
                0,
                0,
                0,
                0,
                0,
                0,
                0
            ) : mark_inner_has_checksum_and_mark_applies_and_1_more();
            (
                1,
                1,
                1,
                1,
                0,
                0,
                1,
                0,
                1,
                0,
                0,
                0,
                1,
                0,
                0,
                0
            ) : mark_inner_has_checksum_and_mark_applies_and_1_more();
            (1, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0) : mark_inner_has_checksum_and_3_more();
            (1, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 0, 1, 0, 0, 0) : mark_inner_has_checksum_and_3_more();
        }
        size = 224;
    }

    action set_choice_17(bit<32> resend_max) {
        ig_md.choice_17 = resend_max;
    }

    table set_choice_17_settings {
        actions = {
            set_choice_17;
        }
        default_action = set_choice_17(DEFAULT_RESEND_MAX);
        size = 1;
    }

    action set_choice_17_2() {
        ig_md.choice_17 = hdr.copy.wait + hdr.copy.wait;
    }

    action mark_inner_has_no_checksum() {
        ig_md.inner_has_no_checksum = 1;
    }

    action mark_reads() {
        ig_md.reads = 1;
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

    action read_acked() {
        ig_md.acked_read = acked_read.execute(ig_md.slot);
    }

    table acked_access {
        key = {
            ig_md.installs      : exact;
            ig_md.acks          : exact;
            ig_md.seq_is_before : exact;
            hdr.bridge.pass     : exact;
        }
        actions = {
            is_before_acked;
            latest_acked;
            put_acked;
            @defaultonly read_acked;
        }
        const default_action = read_acked();
        const entries = {
            (0, 0, 0, PASS_COPY) : is_before_acked();
            (0, 0, 0, PASS_SWEEP) : is_before_acked();
            (0, 0, 0, PASS_GIVE_UP) : is_before_acked();
            (0, 0, 1, PASS_COPY) : is_before_acked();
            (0, 0, 1, PASS_SWEEP) : is_before_acked();
            (0, 0, 1, PASS_GIVE_UP) : is_before_acked();
            (0, 1, 0, PASS_MESSAGE) : latest_acked();
            (1, 0, 0, PASS_MESSAGE) : put_acked();
            (1, 0, 1, PASS_MESSAGE) : put_acked();
        }
        size = 9;
    }

    action mark_never_forwarded() {
        ig_md.never_forwarded = 1;
    }

    action mark_inner_is_icmp_4() {
        ig_md.inner_is_icmp_4 = 1;
    }

    action count_grant_extended() {
        counters_6_a.count(COUNT_GRANT_EXTENDED);
    }

    action mark_beyond() {
        ig_md.beyond = 1;
    }

    action mark_wrote() {
        ig_md.wrote = 1;
    }

    action mark_renews() {
        ig_md.renews = 1;
    }

    action mark_reminds() {
        ig_md.reminds = 1;
    }

    table decisions_6_a {
        key = {
            ig_md.matters            : exact;
            ig_md.message_kind       : exact;
            ig_md.reminds_2          : exact;
            ig_md.acks               : exact;
            ig_md.seq_is_before      : exact;
            ig_md.is_translated_icmp : exact;
            ig_md.inner_is_icmp      : exact;
            ig_md.hit                : exact;
            ig_md.deadline_is_after  : exact;
            ig_md.never_forwarded_2  : exact;
            ig_md.is_concerned       : exact;
            ig_md.applies            : exact;
            ig_md.extends            : exact;
        }
        actions = {
            mark_never_forwarded;
            mark_inner_is_icmp_4;
            count_grant_extended;
            mark_beyond;
            mark_wrote;
            mark_renews;
            mark_reminds;
            @defaultonly NoAction;
        }
        const default_action = NoAction();
        const entries = {
            (0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 1, 1, 0) : mark_inner_is_icmp_4();
            (0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, 0, 0, 0, 1, 0, 0, 1, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, 0, 0, 0, 1, 0, 0, 1, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 1, 1, 0) : mark_inner_is_icmp_4();
            (0, KIND_LEASE_REQUEST, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_LEASE_REQUEST, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_LEASE_REQUEST, 0, 0, 0, 0, 0, 1, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_LEASE_REQUEST, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_LEASE_REQUEST, 0, 0, 0, 1, 1, 1, 1, 0, 1, 1, 0) : mark_inner_is_icmp_4();
            (0, KIND_LEASE_REQUEST, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_LEASE_REQUEST, 0, 0, 1, 0, 0, 0, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_LEASE_REQUEST, 0, 0, 1, 0, 0, 1, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_LEASE_REQUEST, 0, 0, 1, 0, 0, 1, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_LEASE_REQUEST, 0, 0, 1, 1, 1, 1, 1, 0, 1, 1, 0) : mark_inner_is_icmp_4();
            (0, KIND_GRANT, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_GRANT, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_GRANT, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1) : count_grant_extended();
            (0, KIND_GRANT, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1) : count_grant_extended();
            (0, KIND_GRANT, 0, 0, 0, 0, 0, 1, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_GRANT, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1) : count_grant_extended();
            (0, KIND_GRANT, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 1) : count_grant_extended();
            (0, KIND_GRANT, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_GRANT, 0, 0, 0, 1, 1, 1, 1, 0, 1, 1, 0) : mark_inner_is_icmp_4();
            (0, KIND_GRANT, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_GRANT, 0, 0, 1, 0, 0, 0, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_GRANT, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 1) : count_grant_extended();
            (0, KIND_GRANT, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 1) : count_grant_extended();
            (0, KIND_GRANT, 0, 0, 1, 0, 0, 1, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_GRANT, 0, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1) : count_grant_extended();
            (0, KIND_GRANT, 0, 0, 1, 0, 0, 1, 1, 1, 0, 0, 1) : count_grant_extended();
            (0, KIND_GRANT, 0, 0, 1, 0, 0, 1, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_GRANT, 0, 0, 1, 1, 1, 1, 1, 0, 1, 1, 0) : mark_inner_is_icmp_4();
            (0, KIND_WRITE, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_WRITE, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_WRITE, 0, 0, 0, 0, 0, 1, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_WRITE, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_WRITE, 0, 0, 0, 1, 1, 1, 1, 0, 1, 1, 0) : mark_inner_is_icmp_4();
            (0, KIND_WRITE, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_WRITE, 0, 0, 1, 0, 0, 0, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_WRITE, 0, 0, 1, 0, 0, 1, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_WRITE, 0, 0, 1, 0, 0, 1, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_WRITE, 0, 0, 1, 1, 1, 1, 1, 0, 1, 1, 0) : mark_inner_is_icmp_4();
            (0, KIND_WRITE_ACK, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_WRITE_ACK, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_WRITE_ACK, 0, 0, 0, 0, 0, 1, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_WRITE_ACK, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_WRITE_ACK, 0, 0, 0, 1, 1, 1, 1, 0, 1, 1, 0) : mark_inner_is_icmp_4();
            (0, KIND_WRITE_ACK, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_WRITE_ACK, 0, 0, 1, 0, 0, 0, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_WRITE_ACK, 0, 0, 1, 0, 0, 1, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_WRITE_ACK, 0, 0, 1, 0, 0, 1, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_WRITE_ACK, 0, 0, 1, 1, 1, 1, 1, 0, 1, 1, 0) : mark_inner_is_icmp_4();
            (0, KIND_WRITE_ACK, 0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0) : mark_beyond();
            (0, KIND_WRITE_ACK, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 0) : mark_beyond();
            (0, KIND_WRITE_ACK, 0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0) : mark_beyond();
            (0, KIND_WRITE_ACK, 0, 1, 1, 0, 0, 1, 1, 1, 0, 0, 0) : mark_beyond();
            (0, KIND_HOLD, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_HOLD, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_HOLD, 0, 0, 0, 0, 0, 1, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_HOLD, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_HOLD, 0, 0, 0, 1, 1, 1, 1, 0, 1, 1, 0) : mark_inner_is_icmp_4();
            (0, KIND_HOLD, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_HOLD, 0, 0, 1, 0, 0, 0, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_HOLD, 0, 0, 1, 0, 0, 1, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_HOLD, 0, 0, 1, 0, 0, 1, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_HOLD, 0, 0, 1, 1, 1, 1, 1, 0, 1, 1, 0) : mark_inner_is_icmp_4();
            (0, KIND_RELEASE, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_RELEASE, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_RELEASE, 0, 0, 0, 0, 0, 1, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_RELEASE, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_RELEASE, 0, 0, 0, 1, 1, 1, 1, 0, 1, 1, 0) : mark_inner_is_icmp_4();
            (0, KIND_RELEASE, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_RELEASE, 0, 0, 1, 0, 0, 0, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_RELEASE, 0, 0, 1, 0, 0, 1, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_RELEASE, 0, 0, 1, 0, 0, 1, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_RELEASE, 0, 0, 1, 1, 1, 1, 1, 0, 1, 1, 0) : mark_inner_is_icmp_4();
            (0, KIND_RENEW, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_RENEW, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_RENEW, 0, 0, 0, 0, 0, 1, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_RENEW, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_RENEW, 0, 0, 0, 1, 1, 1, 1, 0, 1, 1, 0) : mark_inner_is_icmp_4();
            (0, KIND_RENEW, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_RENEW, 0, 0, 1, 0, 0, 0, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_RENEW, 0, 0, 1, 0, 0, 1, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_RENEW, 0, 0, 1, 0, 0, 1, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_RENEW, 0, 0, 1, 1, 1, 1, 1, 0, 1, 1, 0) : mark_inner_is_icmp_4();
            (0, KIND_RENEW_ACK, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_RENEW_ACK, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_RENEW_ACK, 0, 0, 0, 0, 0, 1, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_RENEW_ACK, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_RENEW_ACK, 0, 0, 0, 1, 1, 1, 1, 0, 1, 1, 0) : mark_inner_is_icmp_4();
            (0, KIND_RENEW_ACK, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_RENEW_ACK, 0, 0, 1, 0, 0, 0, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_RENEW_ACK, 0, 0, 1, 0, 0, 1, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_RENEW_ACK, 0, 0, 1, 0, 0, 1, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_RENEW_ACK, 0, 0, 1, 1, 1, 1, 1, 0, 1, 1, 0) : mark_inner_is_icmp_4();
            (0, KIND_GIVE_UP, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_GIVE_UP, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_GIVE_UP, 0, 0, 0, 0, 0, 1, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_GIVE_UP, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_GIVE_UP, 0, 0, 0, 1, 1, 1, 1, 0, 1, 1, 0) : mark_inner_is_icmp_4();
            (0, KIND_GIVE_UP, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_GIVE_UP, 0, 0, 1, 0, 0, 0, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_GIVE_UP, 0, 0, 1, 0, 0, 1, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_GIVE_UP, 0, 0, 1, 0, 0, 1, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_GIVE_UP, 0, 0, 1, 1, 1, 1, 1, 0, 1, 1, 0) : mark_inner_is_icmp_4();
            (0, KIND_GIVE_UP, 1, 0, 0, 1, 1, 1, 1, 0, 1, 1, 0) : mark_inner_is_icmp_4();
            (0, KIND_GIVE_UP, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 0) : mark_inner_is_icmp_4();
            (0, KIND_GIVE_UP_ACK, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_GIVE_UP_ACK, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_GIVE_UP_ACK, 0, 0, 0, 0, 0, 1, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_GIVE_UP_ACK, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_GIVE_UP_ACK, 0, 0, 0, 1, 1, 1, 1, 0, 1, 1, 0) : mark_inner_is_icmp_4();
            (0, KIND_GIVE_UP_ACK, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_GIVE_UP_ACK, 0, 0, 1, 0, 0, 0, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_GIVE_UP_ACK, 0, 0, 1, 0, 0, 1, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_GIVE_UP_ACK, 0, 0, 1, 0, 0, 1, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_GIVE_UP_ACK, 0, 0, 1, 1, 1, 1, 1, 0, 1, 1, 0) : mark_inner_is_icmp_4();
            (0, KIND_RECALL, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_RECALL, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_RECALL, 0, 0, 0, 0, 0, 1, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_RECALL, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_RECALL, 0, 0, 0, 1, 1, 1, 1, 0, 1, 1, 0) : mark_inner_is_icmp_4();
            (0, KIND_RECALL, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_RECALL, 0, 0, 1, 0, 0, 0, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_RECALL, 0, 0, 1, 0, 0, 1, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_RECALL, 0, 0, 1, 0, 0, 1, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_RECALL, 0, 0, 1, 1, 1, 1, 1, 0, 1, 1, 0) : mark_inner_is_icmp_4();
            (0, KIND_SNAPSHOT_SLOTS, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_SNAPSHOT_SLOTS, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_SNAPSHOT_SLOTS, 0, 0, 0, 0, 0, 1, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_SNAPSHOT_SLOTS, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_SNAPSHOT_SLOTS, 0, 0, 0, 1, 1, 1, 1, 0, 1, 1, 0) : mark_inner_is_icmp_4();
            (0, KIND_SNAPSHOT_SLOTS, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_SNAPSHOT_SLOTS, 0, 0, 1, 0, 0, 0, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_SNAPSHOT_SLOTS, 0, 0, 1, 0, 0, 1, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_SNAPSHOT_SLOTS, 0, 0, 1, 0, 0, 1, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_SNAPSHOT_SLOTS, 0, 0, 1, 1, 1, 1, 1, 0, 1, 1, 0) : mark_inner_is_icmp_4();
            (0, KIND_SNAPSHOT_ACK, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_SNAPSHOT_ACK, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_SNAPSHOT_ACK, 0, 0, 0, 0, 0, 1, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_SNAPSHOT_ACK, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_SNAPSHOT_ACK, 0, 0, 0, 1, 1, 1, 1, 0, 1, 1, 0) : mark_inner_is_icmp_4();
            (0, KIND_SNAPSHOT_ACK, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_SNAPSHOT_ACK, 0, 0, 1, 0, 0, 0, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_SNAPSHOT_ACK, 0, 0, 1, 0, 0, 1, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_SNAPSHOT_ACK, 0, 0, 1, 0, 0, 1, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_SNAPSHOT_ACK, 0, 0, 1, 1, 1, 1, 1, 0, 1, 1, 0) : mark_inner_is_icmp_4();
            (0, KIND_REFUSE, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_REFUSE, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_REFUSE, 0, 0, 0, 0, 0, 1, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_REFUSE, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_REFUSE, 0, 0, 0, 1, 1, 1, 1, 0, 1, 1, 0) : mark_inner_is_icmp_4();
            (0, KIND_REFUSE, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_REFUSE, 0, 0, 1, 0, 0, 0, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_REFUSE, 0, 0, 1, 0, 0, 1, 0, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_REFUSE, 0, 0, 1, 0, 0, 1, 1, 1, 1, 0, 0) : mark_never_forwarded();
            (0, KIND_REFUSE, 0, 0, 1, 1, 1, 1, 1, 0, 1, 1, 0) : mark_inner_is_icmp_4();
            (1, KIND_WRITE, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0) : mark_wrote();
            (1, KIND_WRITE, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0) : mark_wrote();
            (1, KIND_WRITE, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0) : mark_wrote();
            (1, KIND_WRITE, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0) : mark_wrote();
            (1, KIND_WRITE, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0) : mark_wrote();
            (1, KIND_WRITE, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0) : mark_wrote();
            (1, KIND_WRITE, 0, 0, 1, 0, 0, 1, 1, 0, 0, 0, 0) : mark_wrote();
            (1, KIND_WRITE, 0, 0, 1, 0, 0, 1, 1, 1, 0, 0, 0) : mark_wrote();
            (1, KIND_RENEW, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0) : mark_renews();
            (1, KIND_RENEW, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0) : mark_renews();
            (1, KIND_RENEW, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0) : mark_renews();
            (1, KIND_RENEW, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0) : mark_renews();
            (1, KIND_RENEW, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0) : mark_renews();
            (1, KIND_RENEW, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0) : mark_renews();
            (1, KIND_RENEW, 0, 0, 1, 0, 0, 1, 1, 0, 0, 0, 0) : mark_renews();
            (1, KIND_RENEW, 0, 0, 1, 0, 0, 1, 1, 1, 0, 0, 0) : mark_renews();
            (1, KIND_GIVE_UP, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0) : mark_reminds();
            (1, KIND_GIVE_UP, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0) : mark_reminds();
            (1, KIND_GIVE_UP, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0) : mark_reminds();
            (1, KIND_GIVE_UP, 1, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0) : mark_reminds();
            (1, KIND_GIVE_UP, 1, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0) : mark_reminds();
            (1, KIND_GIVE_UP, 1, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0) : mark_reminds();
            (1, KIND_GIVE_UP, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 0) : mark_reminds();
            (1, KIND_GIVE_UP, 1, 0, 1, 0, 0, 1, 1, 1, 0, 0, 0) : mark_reminds();
        }
        size = 188;
    }

    action count_hold_released() {
        counters_6_b.count(COUNT_HOLD_RELEASED);
    }

    action count_reprocessed() {
        ig_md.counters_6_c_index = COUNT_REPROCESSED;
    }

    action mark_holds_and_set_out_kind_and_1_more() {
        ig_md.counters_6_c_index = COUNT_LEASE_REQUESTED;
        ig_md.holds = 1;
        hdr.bridge.kind = KIND_LEASE_REQUEST;
    }

    action mark_holds_and_set_out_kind_and_2_more() {
        ig_md.counters_6_c_index = COUNT_LEASE_REQUESTED;
        ig_md.counters_6_d_index = COUNT_STORE_SILENT;
        ig_md.holds = 1;
        hdr.bridge.kind = KIND_LEASE_REQUEST;
    }

    action mark_holds_and_set_out_kind_and_2_more_2() {
        counters_6_b.count(COUNT_LEASE_LAPSED);
        ig_md.counters_6_c_index = COUNT_LEASE_REQUESTED;
        ig_md.holds = 1;
        hdr.bridge.kind = KIND_LEASE_REQUEST;
    }

    action mark_holds_and_set_out_kind_and_3_more() {
        counters_6_b.count(COUNT_LEASE_LAPSED);
        ig_md.counters_6_c_index = COUNT_LEASE_REQUESTED;
        ig_md.counters_6_d_index = COUNT_STORE_SILENT;
        ig_md.holds = 1;
        hdr.bridge.kind = KIND_LEASE_REQUEST;
    }

    action set_out_kind_and_count_lease_lapsed_and_1_more() {
        counters_6_b.count(COUNT_LEASE_LAPSED);
        ig_md.counters_6_c_index = COUNT_LEASE_REQUESTED;
        hdr.bridge.kind = KIND_LEASE_REQUEST;
    }

    action set_out_kind_and_count_lease_lapsed_and_2_more() {
        counters_6_b.count(COUNT_LEASE_LAPSED);
        ig_md.counters_6_c_index = COUNT_LEASE_REQUESTED;
        ig_md.counters_6_d_index = COUNT_STORE_SILENT;
        hdr.bridge.kind = KIND_LEASE_REQUEST;
    }

    action set_out_kind_and_count_write_begun() {
        counters_6_b.count(COUNT_WRITE_BEGUN);
        hdr.bridge.kind = KIND_WRITE;
    }

    table decisions_6_b {
        key = {
            ig_md.is_translated      : exact;
            ig_md.deadline_is_after  : exact;
            ig_md.renounced_read     : exact;
            ig_md.hit                : exact;
            ig_md.goes_again         : exact;
            ig_md.releases_read      : exact;
            ig_md.away               : exact;
            ig_md.room_2             : exact;
            ig_md.silence_unanswered : exact;
        }
        actions = {
            count_hold_released;
            count_reprocessed;
            mark_holds_and_set_out_kind_and_1_more;
            mark_holds_and_set_out_kind_and_2_more;
            mark_holds_and_set_out_kind_and_2_more_2;
            mark_holds_and_set_out_kind_and_3_more;
            set_out_kind_and_count_lease_lapsed_and_1_more;
            set_out_kind_and_count_lease_lapsed_and_2_more;
            set_out_kind_and_count_write_begun;
            @defaultonly NoAction;
        }
        const default_action = NoAction();
        const entries = {
            (0, 0, 0, 0, 0, 1, 0, 0, 0) : count_hold_released();
            (0, 0, 0, 0, 0, 1, 0, 0, 1) : count_hold_released();
            (0, 0, 0, 0, 1, 0, 0, 0, 0) : count_reprocessed();
            (0, 0, 0, 0, 1, 0, 0, 0, 1) : count_reprocessed();
            (0, 0, 0, 1, 0, 1, 0, 0, 0) : count_hold_released();
            (0, 0, 0, 1, 0, 1, 0, 0, 1) : count_hold_released();
            (0, 0, 0, 1, 1, 0, 0, 0, 0) : count_reprocessed();
            (0, 0, 0, 1, 1, 0, 0, 0, 1) : count_reprocessed();
            (0, 0, 1, 0, 0, 1, 0, 0, 0) : count_hold_released();
            (0, 0, 1, 0, 0, 1, 0, 0, 1) : count_hold_released();
            (0, 0, 1, 0, 1, 0, 0, 0, 0) : count_reprocessed();
            (0, 0, 1, 0, 1, 0, 0, 0, 1) : count_reprocessed();
            (0, 0, 1, 1, 0, 1, 0, 0, 0) : count_hold_released();
            (0, 0, 1, 1, 0, 1, 0, 0, 1) : count_hold_released();
            (0, 0, 1, 1, 1, 0, 0, 0, 0) : count_reprocessed();
            (0, 0, 1, 1, 1, 0, 0, 0, 1) : count_reprocessed();
            (0, 0, 2, 0, 0, 1, 0, 0, 0) : count_hold_released();
            (0, 0, 2, 0, 0, 1, 0, 0, 1) : count_hold_released();
            (0, 0, 2, 0, 1, 0, 0, 0, 0) : count_reprocessed();
            (0, 0, 2, 0, 1, 0, 0, 0, 1) : count_reprocessed();
            (0, 0, 2, 1, 0, 1, 0, 0, 0) : count_hold_released();
            (0, 0, 2, 1, 0, 1, 0, 0, 1) : count_hold_released();
            (0, 0, 2, 1, 1, 0, 0, 0, 0) : count_reprocessed();
            (0, 0, 2, 1, 1, 0, 0, 0, 1) : count_reprocessed();
            (0, 1, 0, 0, 0, 1, 0, 0, 0) : count_hold_released();
            (0, 1, 0, 0, 0, 1, 0, 0, 1) : count_hold_released();
            (0, 1, 0, 0, 1, 0, 0, 0, 0) : count_reprocessed();
            (0, 1, 0, 0, 1, 0, 0, 0, 1) : count_reprocessed();
            (0, 1, 0, 1, 0, 1, 0, 0, 0) : count_hold_released();
            (0, 1, 0, 1, 0, 1, 0, 0, 1) : count_hold_released();
            (0, 1, 0, 1, 1, 0, 0, 0, 0) : count_reprocessed();
            (0, 1, 0, 1, 1, 0, 0, 0, 1) : count_reprocessed();
            (0, 1, 1, 0, 0, 1, 0, 0, 0) : count_hold_released();
            (0, 1, 1, 0, 0, 1, 0, 0, 1) : count_hold_released();
            (0, 1, 1, 0, 1, 0, 0, 0, 0) : count_reprocessed();
            (0, 1, 1, 0, 1, 0, 0, 0, 1) : count_reprocessed();
            (0, 1, 1, 1, 0, 1, 0, 0, 0) : count_hold_released();
            (0, 1, 1, 1, 0, 1, 0, 0, 1) : count_hold_released();
            (0, 1, 1, 1, 1, 0, 0, 0, 0) : count_reprocessed();
            (0, 1, 1, 1, 1, 0, 0, 0, 1) : count_reprocessed();
            (0, 1, 2, 0, 0, 1, 0, 0, 0) : count_hold_released();
            (0, 1, 2, 0, 0, 1, 0, 0, 1) : count_hold_released();
            (0, 1, 2, 0, 1, 0, 0, 0, 0) : count_reprocessed();
            (0, 1, 2, 0, 1, 0, 0, 0, 1) : count_reprocessed();
            (0, 1, 2, 1, 0, 1, 0, 0, 0) : count_hold_released();
            (0, 1, 2, 1, 0, 1, 0, 0, 1) : count_hold_released();
            (0, 1, 2, 1, 1, 0, 0, 0, 0) : count_reprocessed();
            (0, 1, 2, 1, 1, 0, 0, 0, 1) : count_reprocessed();
            (1, 0, 0, 0, 0, 0, 1, 0, 0) : mark_holds_and_set_out_kind_and_1_more();
            (1, 0, 0, 0, 0, 0, 1, 0, 1) : mark_holds_and_set_out_kind_and_2_more();
            (1, 0, 0, 1, 0, 0, 1, 0, 0) : mark_holds_and_set_out_kind_and_2_more_2();
            (1, 0, 0, 1, 0, 0, 1, 0, 1) : mark_holds_and_set_out_kind_and_3_more();
            (1, 0, 1, 0, 0, 0, 1, 0, 0) : mark_holds_and_set_out_kind_and_1_more();
            (1, 0, 1, 0, 0, 0, 1, 0, 1) : mark_holds_and_set_out_kind_and_2_more();
            (1, 0, 1, 1, 0, 0, 1, 0, 0) : set_out_kind_and_count_lease_lapsed_and_1_more();
            (1, 0, 1, 1, 0, 0, 1, 0, 1) : set_out_kind_and_count_lease_lapsed_and_2_more();
            (1, 0, 2, 0, 0, 0, 1, 0, 0) : mark_holds_and_set_out_kind_and_1_more();
            (1, 0, 2, 0, 0, 0, 1, 0, 1) : mark_holds_and_set_out_kind_and_2_more();
            (1, 0, 2, 1, 0, 0, 1, 0, 0) : set_out_kind_and_count_lease_lapsed_and_1_more();
            (1, 0, 2, 1, 0, 0, 1, 0, 1) : set_out_kind_and_count_lease_lapsed_and_2_more();
            (1, 1, 0, 0, 0, 0, 1, 0, 0) : mark_holds_and_set_out_kind_and_1_more();
            (1, 1, 0, 0, 0, 0, 1, 0, 1) : mark_holds_and_set_out_kind_and_2_more();
            (1, 1, 0, 1, 0, 0, 0, 1, 0) : set_out_kind_and_count_write_begun();
            (1, 1, 0, 1, 0, 0, 0, 1, 1) : set_out_kind_and_count_write_begun();
            (1, 1, 1, 0, 0, 0, 1, 0, 0) : mark_holds_and_set_out_kind_and_1_more();
            (1, 1, 1, 0, 0, 0, 1, 0, 1) : mark_holds_and_set_out_kind_and_2_more();
            (1, 1, 1, 1, 0, 0, 0, 1, 0) : set_out_kind_and_count_write_begun();
            (1, 1, 1, 1, 0, 0, 0, 1, 1) : set_out_kind_and_count_write_begun();
            (1, 1, 2, 0, 0, 0, 1, 0, 0) : mark_holds_and_set_out_kind_and_1_more();
            (1, 1, 2, 0, 0, 0, 1, 0, 1) : mark_holds_and_set_out_kind_and_2_more();
            (1, 1, 2, 1, 0, 0, 0, 1, 0) : set_out_kind_and_count_write_begun();
            (1, 1, 2, 1, 0, 0, 0, 1, 1) : set_out_kind_and_count_write_begun();
        }
        size = 72;
    }

    action set_value_2() {
        hdr.state.word_2[7:0] = ig_md.state_2_set_phase;
    }

    action set_mirror_seq() {
        ig_md.mirror_seq = ig_md.seq_read;
    }

    action set_mirror_due_2() {
        hdr.bridge.due = ig_prsr_md.global_tstamp[39:8] + ig_md.choice_17;
    }

    action set_value_2_and_count_renew_no_room() {
        counters_6_e.count(COUNT_RENEW_NO_ROOM);
        hdr.state.word_2[7:0] = ig_md.state_2_set_phase;
    }

    action set_mirror_kind_and_set_value_2() {
        ig_md.mirror_kind = KIND_RENEW;
        hdr.state.word_2[7:0] = ig_md.state_2_set_phase;
    }

    table decisions_6_c {
        key = {
            ig_md.reads                  : exact;
            ig_md.asked_if_older         : exact;
            ig_md.mirror_depth_is_before : exact;
            hdr.bridge.pass              : exact;
            ig_md.early                  : exact;
            ig_md.unsent_2               : exact;
            ig_md.too_long_2             : exact;
        }
        actions = {
            set_value_2;
            set_mirror_seq;
            set_mirror_due_2;
            set_value_2_and_count_renew_no_room;
            set_mirror_kind_and_set_value_2;
            @defaultonly NoAction;
        }
        const default_action = NoAction();
        const entries = {
            (0, 0, 0, PASS_PACKET, 0, 0, 0) : set_value_2();
            (0, 0, 0, PASS_PACKET, 0, 0, 1) : set_value_2();
            (0, 0, 0, PASS_PACKET, 0, 1, 0) : set_value_2();
            (0, 0, 0, PASS_PACKET, 0, 1, 1) : set_value_2();
            (0, 0, 0, PASS_MESSAGE, 0, 0, 0) : set_mirror_seq();
            (0, 0, 0, PASS_MESSAGE, 0, 0, 1) : set_mirror_seq();
            (0, 0, 0, PASS_MESSAGE, 0, 1, 0) : set_mirror_seq();
            (0, 0, 0, PASS_MESSAGE, 0, 1, 1) : set_mirror_seq();
            (0, 0, 0, PASS_COPY, 0, 0, 0) : set_mirror_due_2();
            (0, 0, 0, PASS_COPY, 0, 0, 1) : set_mirror_due_2();
            (0, 0, 0, PASS_COPY, 0, 1, 0) : set_mirror_due_2();
            (0, 0, 0, PASS_COPY, 0, 1, 1) : set_mirror_due_2();
            (0, 0, 0, PASS_SWEEP, 0, 0, 0) : set_mirror_seq();
            (0, 0, 0, PASS_SWEEP, 0, 0, 1) : set_mirror_seq();
            (0, 0, 0, PASS_SWEEP, 0, 1, 0) : set_mirror_seq();
            (0, 0, 0, PASS_SWEEP, 0, 1, 1) : set_mirror_seq();
            (0, 0, 0, PASS_GIVE_UP, 0, 0, 0) : set_mirror_seq();
            (0, 0, 0, PASS_GIVE_UP, 0, 0, 1) : set_mirror_seq();
            (0, 0, 0, PASS_GIVE_UP, 0, 1, 0) : set_mirror_seq();
            (0, 0, 0, PASS_GIVE_UP, 0, 1, 1) : set_mirror_seq();
            (0, 0, 1, PASS_PACKET, 0, 0, 0) : set_value_2();
            (0, 0, 1, PASS_PACKET, 0, 0, 1) : set_value_2();
            (0, 0, 1, PASS_PACKET, 0, 1, 0) : set_value_2();
            (0, 0, 1, PASS_PACKET, 0, 1, 1) : set_value_2();
            (0, 0, 1, PASS_MESSAGE, 0, 0, 0) : set_mirror_seq();
            (0, 0, 1, PASS_MESSAGE, 0, 0, 1) : set_mirror_seq();
            (0, 0, 1, PASS_MESSAGE, 0, 1, 0) : set_mirror_seq();
            (0, 0, 1, PASS_MESSAGE, 0, 1, 1) : set_mirror_seq();
            (0, 0, 1, PASS_COPY, 0, 0, 0) : set_mirror_due_2();
            (0, 0, 1, PASS_COPY, 0, 0, 1) : set_mirror_due_2();
            (0, 0, 1, PASS_COPY, 0, 1, 0) : set_mirror_due_2();
            (0, 0, 1, PASS_COPY, 0, 1, 1) : set_mirror_due_2();
            (0, 0, 1, PASS_SWEEP, 0, 0, 0) : set_mirror_seq();
            (0, 0, 1, PASS_SWEEP, 0, 0, 1) : set_mirror_seq();
            (0, 0, 1, PASS_SWEEP, 0, 1, 0) : set_mirror_seq();
            (0, 0, 1, PASS_SWEEP, 0, 1, 1) : set_mirror_seq();
            (0, 0, 1, PASS_GIVE_UP, 0, 0, 0) : set_mirror_seq();
            (0, 0, 1, PASS_GIVE_UP, 0, 0, 1) : set_mirror_seq();
            (0, 0, 1, PASS_GIVE_UP, 0, 1, 0) : set_mirror_seq();
            (0, 0, 1, PASS_GIVE_UP, 0, 1, 1) : set_mirror_seq();
            (0, 1, 0, PASS_PACKET, 0, 0, 0) : set_value_2();
            (0, 1, 0, PASS_PACKET, 0, 0, 1) : set_value_2();
            (0, 1, 0, PASS_PACKET, 0, 1, 0) : set_value_2();
            (0, 1, 0, PASS_PACKET, 0, 1, 1) : set_value_2();
            (0, 1, 0, PASS_MESSAGE, 0, 0, 0) : set_mirror_seq();
            (0, 1, 0, PASS_MESSAGE, 0, 0, 1) : set_mirror_seq();
            (0, 1, 0, PASS_MESSAGE, 0, 1, 0) : set_mirror_seq();
            (0, 1, 0, PASS_MESSAGE, 0, 1, 1) : set_mirror_seq();
            (0, 1, 0, PASS_COPY, 0, 0, 0) : set_mirror_due_2();
            (0, 1, 0, PASS_COPY, 0, 0, 1) : set_mirror_due_2();
            (0, 1, 0, PASS_COPY, 0, 1, 0) : set_mirror_due_2();
            (0, 1, 0, PASS_COPY, 0, 1, 1) : set_mirror_due_2();
            (0, 1, 0, PASS_SWEEP, 0, 0, 0) : set_mirror_seq();
            (0, 1, 0, PASS_SWEEP, 0, 0, 1) : set_mirror_seq();
            (0, 1, 0, PASS_SWEEP, 0, 1, 0) : set_mirror_seq();
            (0, 1, 0, PASS_SWEEP, 0, 1, 1) : set_mirror_seq();
            (0, 1, 0, PASS_GIVE_UP, 0, 0, 0) : set_mirror_seq();
            (0, 1, 0, PASS_GIVE_UP, 0, 0, 1) : set_mirror_seq();
            (0, 1, 0, PASS_GIVE_UP, 0, 1, 0) : set_mirror_seq();
            (0, 1, 0, PASS_GIVE_UP, 0, 1, 1) : set_mirror_seq();
            (0, 1, 1, PASS_PACKET, 0, 0, 0) : set_value_2();
            (0, 1, 1, PASS_PACKET, 0, 0, 1) : set_value_2();
            (0, 1, 1, PASS_PACKET, 0, 1, 0) : set_value_2();
            (0, 1, 1, PASS_PACKET, 0, 1, 1) : set_value_2();
            (0, 1, 1, PASS_MESSAGE, 0, 0, 0) : set_mirror_seq();
            (0, 1, 1, PASS_MESSAGE, 0, 0, 1) : set_mirror_seq();
            (0, 1, 1, PASS_MESSAGE, 0, 1, 0) : set_mirror_seq();
            (0, 1, 1, PASS_MESSAGE, 0, 1, 1) : set_mirror_seq();
            (0, 1, 1, PASS_COPY, 0, 0, 0) : set_mirror_due_2();
            (0, 1, 1, PASS_COPY, 0, 0, 1) : set_mirror_due_2();
            (0, 1, 1, PASS_COPY, 0, 1, 0) : set_mirror_due_2();
            (0, 1, 1, PASS_COPY, 0, 1, 1) : set_mirror_due_2();
            (0, 1, 1, PASS_SWEEP, 0, 0, 0) : set_mirror_seq();
            (0, 1, 1, PASS_SWEEP, 0, 0, 1) : set_mirror_seq();
            (0, 1, 1, PASS_SWEEP, 0, 1, 0) : set_mirror_seq();
            (0, 1, 1, PASS_SWEEP, 0, 1, 1) : set_mirror_seq();
            (0, 1, 1, PASS_GIVE_UP, 0, 0, 0) : set_mirror_seq();
            (0, 1, 1, PASS_GIVE_UP, 0, 0, 1) : set_mirror_seq();
            (0, 1, 1, PASS_GIVE_UP, 0, 1, 0) : set_mirror_seq();
            (0, 1, 1, PASS_GIVE_UP, 0, 1, 1) : set_mirror_seq();
            (1, 0, 0, PASS_PACKET, 0, 0, 0) : set_value_2();
            (1, 0, 0, PASS_PACKET, 0, 0, 1) : set_value_2();
            (1, 0, 0, PASS_PACKET, 0, 1, 0) : set_value_2();
            (1, 0, 0, PASS_PACKET, 0, 1, 1) : set_value_2();
            (1, 0, 1, PASS_PACKET, 0, 0, 0) : set_value_2();
            (1, 0, 1, PASS_PACKET, 0, 0, 1) : set_value_2();
            (1, 0, 1, PASS_PACKET, 0, 1, 0) : set_value_2();
            (1, 0, 1, PASS_PACKET, 0, 1, 1) : set_value_2();
            (1, 1, 0, PASS_PACKET, 0, 0, 0) : set_value_2_and_count_renew_no_room();
            (1, 1, 0, PASS_PACKET, 0, 0, 1) : set_value_2_and_count_renew_no_room();
            (1, 1, 0, PASS_PACKET, 0, 1, 0) : set_value_2_and_count_renew_no_room();
            (1, 1, 0, PASS_PACKET, 0, 1, 1) : set_value_2_and_count_renew_no_room();
            (1, 1, 1, PASS_PACKET, 0, 0, 0) : set_mirror_kind_and_set_value_2();
            (1, 1, 1, PASS_PACKET, 0, 0, 1) : set_mirror_kind_and_set_value_2();
            (1, 1, 1, PASS_PACKET, 0, 1, 0) : set_mirror_kind_and_set_value_2();
            (1, 1, 1, PASS_PACKET, 0, 1, 1) : set_mirror_kind_and_set_value_2();
        }
        size = 96;
    }

    action mark_is_newest() {
        ig_md.is_newest = 1;
    }

    action mark_inner_has_ports() {
        ig_md.inner_has_ports = 1;
    }

    action mark_is_translated_echo() {
        ig_md.is_translated_echo = 1;
    }

    action mark_has_known_protocol() {
        ig_md.has_known_protocol = 1;
    }

    action mark_at_end_of_life() {
        ig_md.at_end_of_life = 1;
    }

    action set_fate_and_mend_ipv4() {
        ig_md.mend_0_old = ~(bit<32>)hdr.ipv4.ttl_protocol;
        ig_md.mend_0_new = ig_md.ipv4_ttl_protocol_minus_256;
        ig_md.ipv4_complement = ~hdr.ipv4.checksum;
        ig_md.mends_ipv4 = 1;
        ig_md.fate = FATE_LEAVES;
        hdr.ipv4.ttl_protocol = hdr.ipv4.ttl_protocol - 256;
    }

    action set_fate_2() {
        ig_md.fate = FATE_GOES_AGAIN;
    }

    action set_fate_3() {
        ig_md.fate = FATE_LEAVES;
    }

    action set_out_seq() {
        hdr.bridge.seq = ig_md.seq_read;
    }

    action set_out_seq_2() {
        hdr.bridge.seq = ig_md.seq_advance;
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

    action mend_ipv4() {
        ig_md.mend_1_old = ~hdr.ipv4.src_addr;
        ig_md.mend_1_new = ig_md.state_0_read;
        ig_md.ipv4_complement = ~hdr.ipv4.checksum;
        ig_md.mends_ipv4 = 1;
    }

    action mend_ipv4_2() {
        ig_md.mend_2_old = ~hdr.ipv4.dst_addr;
        ig_md.mend_2_new = ig_md.state_0_read;
        ig_md.ipv4_complement = ~hdr.ipv4.checksum;
        ig_md.mends_ipv4 = 1;
    }

    action mend_tcp() {
        ig_md.mend_3_old = ~hdr.ipv4.src_addr;
        ig_md.mend_3_new = ig_md.state_0_read;
        ig_md.l4_complement = ~hdr.l4_checksum.value;
        ig_md.mends_l4 = 1;
        ig_md.mend_5_old = ~hdr.ports.src;
        ig_md.mend_5_new = ig_md.state_1_read;
    }

    action mend_tcp_2() {
        ig_md.mend_4_old = ~hdr.ipv4.dst_addr;
        ig_md.mend_4_new = ig_md.state_0_read;
        ig_md.l4_complement = ~hdr.l4_checksum.value;
        ig_md.mends_l4 = 1;
        ig_md.mend_6_old = ~hdr.ports.dst;
        ig_md.mend_6_new = ig_md.state_1_read;
    }

    action mend_udp() {
        ig_md.mend_7_old = ~hdr.ipv4.src_addr;
        ig_md.mend_7_new = ig_md.state_0_read;
        ig_md.udp_complement = ~hdr.udp.checksum;
        ig_md.mends_udp = 1;
        ig_md.mend_9_old = ~hdr.ports.src;
        ig_md.mend_9_new = ig_md.state_1_read;
    }

    action mend_udp_2() {
        ig_md.mend_8_old = ~hdr.ipv4.dst_addr;
        ig_md.mend_8_new = ig_md.state_0_read;
        ig_md.udp_complement = ~hdr.udp.checksum;
        ig_md.mends_udp = 1;
        ig_md.mend_10_old = ~hdr.ports.dst;
        ig_md.mend_10_new = ig_md.state_1_read;
    }

    action mend_inner_ipv4() {
        ig_md.mend_11_old = ~hdr.inner_ipv4.dst_addr;
        ig_md.mend_11_new = ig_md.state_0_read;
        ig_md.inner_ipv4_complement = ~hdr.inner_ipv4.checksum;
        ig_md.mends_inner_ipv4 = 1;
    }

    action mend_inner_ipv4_2() {
        ig_md.mend_12_old = ~hdr.inner_ipv4.src_addr;
        ig_md.mend_12_new = ig_md.state_0_read;
        ig_md.inner_ipv4_complement = ~hdr.inner_ipv4.checksum;
        ig_md.mends_inner_ipv4 = 1;
    }

    action mend_inner_udp() {
        ig_md.mend_13_old = ~hdr.inner_ipv4.dst_addr;
        ig_md.mend_13_new = ig_md.state_0_read;
        ig_md.inner_udp_complement = ~hdr.inner_l4.checksum_or_seq_no;
        ig_md.mends_inner_udp = 1;
        ig_md.mend_15_old = ~hdr.inner_l4.dst_or_checksum;
        ig_md.mend_15_new = ig_md.state_1_read;
    }

    action mend_inner_udp_2() {
        ig_md.mend_14_old = ~hdr.inner_ipv4.src_addr;
        ig_md.mend_14_new = ig_md.state_0_read;
        ig_md.inner_udp_complement = ~hdr.inner_l4.checksum_or_seq_no;
        ig_md.mends_inner_udp = 1;
        ig_md.mend_16_old = ~hdr.inner_l4.src_or_kind;
        ig_md.mend_16_new = ig_md.state_1_read;
    }

    action mend_icmp() {
        ig_md.mend_17_old = ~ig_md.state_0_read;
        ig_md.mend_17_new = ig_md.choice_19;
        ig_md.l4_complement = ~hdr.l4_checksum.value;
        ig_md.mends_l4 = 1;
    }

    action mend_icmp_2() {
        ig_md.mend_18_old = ~hdr.inner_l4.dst_or_checksum;
        ig_md.mend_18_new = ig_md.state_1_read;
        ig_md.l4_complement = ~hdr.l4_checksum.value;
        ig_md.mends_l4 = 1;
    }

    action mend_icmp_3() {
        ig_md.mend_19_old = ~hdr.inner_l4.src_or_kind;
        ig_md.mend_19_new = ig_md.state_1_read;
        ig_md.l4_complement = ~hdr.l4_checksum.value;
        ig_md.mends_l4 = 1;
    }

    action count_wrong_switch() {
        counters_6_f.count(COUNT_WRONG_SWITCH);
    }

    action count_old_incarnation() {
        ig_md.counters_6_g_index = COUNT_OLD_INCARNATION;
    }

    action count_grant_installed() {
        counters_7_a.count(COUNT_GRANT_INSTALLED);
    }

    action count_fragment() {
        counters_7_a.count(COUNT_FRAGMENT);
    }

    action count_renounced_in_request() {
        counters_7_a.count(COUNT_RENOUNCED_IN_REQUEST);
    }

    action count_not_handled_2() {
        counters_7_a.count(COUNT_NOT_HANDLED);
    }

    action count_mirror_full() {
        counters_7_a.count(COUNT_MIRROR_FULL);
    }

    action set_ipv4_dst_and_set_l4_dst() {
        hdr.ipv4.dst_addr = ig_md.state_0_read;
        hdr.ports.dst = ig_md.state_1_read;
    }

    action set_ipv4_dst() {
        hdr.ipv4.dst_addr = ig_md.state_0_read;
    }

    action set_ipv4_dst_and_set_inner_src() {
        hdr.ipv4.dst_addr = ig_md.state_0_read;
        hdr.inner_ipv4.src_addr = ig_md.state_0_read;
    }

    action set_ipv4_dst_and_set_inner_src_and_1_more() {
        hdr.ipv4.dst_addr = ig_md.state_0_read;
        hdr.inner_ipv4.src_addr = ig_md.state_0_read;
        hdr.inner_l4.src_or_kind = ig_md.state_1_read;
    }

    action set_ipv4_src_and_set_l4_src() {
        hdr.ipv4.src_addr = ig_md.state_0_read;
        hdr.ports.src = ig_md.state_1_read;
    }

    action set_ipv4_src() {
        hdr.ipv4.src_addr = ig_md.state_0_read;
    }

    action set_ipv4_src_and_set_inner_dst() {
        hdr.ipv4.src_addr = ig_md.state_0_read;
        hdr.inner_ipv4.dst_addr = ig_md.state_0_read;
    }

    action set_ipv4_src_and_set_inner_dst_and_1_more() {
        hdr.ipv4.src_addr = ig_md.state_0_read;
        hdr.inner_ipv4.dst_addr = ig_md.state_0_read;
        hdr.inner_l4.dst_or_checksum = ig_md.state_1_read;
    }

    action set_fate_and_count_ttl_expired() {
        counters_7_a.count(COUNT_TTL_EXPIRED);
        ig_md.fate = FATE_PUNTED;
    }

    table decisions_7_a {
        key = {
            ig_md.at_end_of_life     : exact;
            ig_md.from_inside_2      : exact;
            ig_md.applies            : exact;
            ig_md.inside             : exact;
            hdr.icmp.isValid()       : exact;
            ig_md.has_ports_3        : exact;
            hdr.inner_l4.isValid()   : exact;
            ig_md.live               : exact;
            ig_md.inner_has_ports    : exact;
            ig_md.never_forwarded    : exact;
            ig_md.has_known_protocol : exact;
            ig_md.is_whole           : exact;
            ig_md.away               : exact;
            ig_md.holds              : exact;
            ig_md.mirror_full        : exact;
            ig_md.installs           : exact;
        }
        actions = {
            count_grant_installed;
            count_fragment;
            count_renounced_in_request;
            count_not_handled_2;
            count_mirror_full;
            set_ipv4_dst_and_set_l4_dst;
            set_ipv4_dst;
            set_ipv4_dst_and_set_inner_src;
            set_ipv4_dst_and_set_inner_src_and_1_more;
            set_ipv4_src_and_set_l4_src;
            set_ipv4_src;
            set_ipv4_src_and_set_inner_dst;
            set_ipv4_src_and_set_inner_dst_and_1_more;
            set_fate_and_count_ttl_expired;
            @defaultonly NoAction;
        }
        const default_action = NoAction();
        const entries = {
            (0, 0, 0, 0, false, 0, false, 0, 0, 0, 0, 0, 0, 0, 0, 1) : count_grant_installed();
            (0, 0, 0, 0, false, 0, false, 0, 0, 0, 1, 0, 0, 0, 0, 0) : count_fragment();
            (0, 0, 0, 0, false, 0, false, 0, 0, 0, 1, 1, 1, 0, 0, 0) : count_renounced_in_request();
            (0, 0, 0, 0, false, 0, false, 0, 0, 1, 0, 0, 0, 0, 0, 0) : count_not_handled_2();
            (0, 0, 0, 0, false, 0, false, 1, 0, 0, 1, 1, 0, 0, 1, 0) : count_mirror_full();
            (0, 0, 0, 0, true, 0, false, 0, 0, 0, 0, 0, 0, 0, 0, 1) : count_grant_installed();
            (0, 0, 0, 0, true, 0, false, 0, 0, 0, 1, 0, 0, 0, 0, 0) : count_fragment();
            (0, 0, 0, 0, true, 0, false, 0, 0, 0, 1, 1, 1, 0, 0, 0) : count_renounced_in_request();
            (0, 0, 0, 0, true, 0, false, 0, 0, 1, 0, 0, 0, 0, 0, 0) : count_not_handled_2();
            (0, 0, 0, 0, true, 0, true, 0, 0, 0, 0, 0, 0, 0, 0, 1) : count_grant_installed();
            (0, 0, 0, 0, true, 0, true, 0, 0, 0, 1, 0, 0, 0, 0, 0) : count_fragment();
            (0, 0, 0, 0, true, 0, true, 0, 0, 0, 1, 1, 1, 0, 0, 0) : count_renounced_in_request();
            (0, 0, 0, 0, true, 0, true, 0, 0, 1, 0, 0, 0, 0, 0, 0) : count_not_handled_2();
            (0, 0, 0, 1, false, 0, false, 0, 0, 0, 0, 0, 0, 0, 0, 1) : count_grant_installed();
            (0, 0, 0, 1, false, 0, false, 0, 0, 0, 1, 0, 0, 0, 0, 0) : count_fragment();
            (0, 0, 0, 1, false, 0, false, 0, 0, 0, 1, 1, 1, 0, 0, 0) : count_renounced_in_request();
            (0, 0, 0, 1, false, 0, false, 0, 0, 1, 0, 0, 0, 0, 0, 0) : count_not_handled_2();
            (0, 0, 0, 1, false, 0, false, 1, 0, 0, 1, 1, 0, 0, 1, 0) : count_mirror_full();
            (0, 0, 0, 1, true, 0, false, 0, 0, 0, 0, 0, 0, 0, 0, 1) : count_grant_installed();
            (0, 0, 0, 1, true, 0, false, 0, 0, 0, 1, 0, 0, 0, 0, 0) : count_fragment();
            (0, 0, 0, 1, true, 0, false, 0, 0, 0, 1, 1, 1, 0, 0, 0) : count_renounced_in_request();
            (0, 0, 0, 1, true, 0, false, 0, 0, 1, 0, 0, 0, 0, 0, 0) : count_not_handled_2();
            (0, 0, 0, 1, true, 0, true, 0, 0, 0, 0, 0, 0, 0, 0, 1) : count_grant_installed();
            (0, 0, 0, 1, true, 0, true, 0, 0, 0, 1, 0, 0, 0, 0, 0) : count_fragment();
            (0, 0, 0, 1, true, 0, true, 0, 0, 0, 1, 1, 1, 0, 0, 0) : count_renounced_in_request();
            (0, 0, 0, 1, true, 0, true, 0, 0, 1, 0, 0, 0, 0, 0, 0) : count_not_handled_2();
            (
                0,
                0,
                1,
                0,
                false,
                1,
                false,
                1,
                0,
                0,
                1,
                1,
                0,
                0,
                0,
                0
            ) : set_ipv4_dst_and_set_l4_dst();
            (0, 0, 1, 0, true, 0, false, 1, 0, 0, 1, 1, 0, 0, 0, 0) : set_ipv4_dst();
            (
                0,
                0,
                1,
                0,
                true,
                0,
                true,
                1,
                0,
                0,
                1,
                1,
                0,
                0,
                0,
                0
            ) : set_ipv4_dst_and_set_inner_src();
            (
                0,
                0,
                1,
                0,
                true,
                0,
                true,
                1,
                1,
                0,
                1,
                1,
                0,
                0,
                0,
                0
            ) : set_ipv4_dst_and_set_inner_src_and_1_more();
            (
                0,
                1,
                1,
                1,
                false,
                1,
                false,
                1,
                0,
                0,
                1,
                1,
                0,
                0,
                0,
                0
            ) : set_ipv4_src_and_set_l4_src();
            (0, 1, 1, 1, true, 0, false, 1, 0, 0, 1, 1, 0, 0, 0, 0) : set_ipv4_src();
            (
                0,
                1,
                1,
                1,
                true,
                0,
                true,
                1,
                0,
                0,
                1,
                1,
                0,
                0,
                0,
                0
            ) : set_ipv4_src_and_set_inner_dst();
            (
                0,
                1,
                1,
                1,
                true,
                0,
                true,
                1,
                1,
                0,
                1,
                1,
                0,
                0,
                0,
                0
            ) : set_ipv4_src_and_set_inner_dst_and_1_more();
            (
                1,
                0,
                0,
                0,
                false,
                0,
                false,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0
            ) : set_fate_and_count_ttl_expired();
            (
                1,
                0,
                0,
                0,
                true,
                0,
                false,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0
            ) : set_fate_and_count_ttl_expired();
            (
                1,
                0,
                0,
                0,
                true,
                0,
                true,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0
            ) : set_fate_and_count_ttl_expired();
            (
                1,
                0,
                0,
                1,
                false,
                0,
                false,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0
            ) : set_fate_and_count_ttl_expired();
            (
                1,
                0,
                0,
                1,
                true,
                0,
                false,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0
            ) : set_fate_and_count_ttl_expired();
            (
                1,
                0,
                0,
                1,
                true,
                0,
                true,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0
            ) : set_fate_and_count_ttl_expired();
        }
        size = 40;
    }

    action count_copy_superseded() {
        ig_md.counters_7_b_index = COUNT_COPY_SUPERSEDED;
    }

    action count_ack_beyond_seq() {
        ig_md.counters_7_b_index = COUNT_ACK_BEYOND_SEQ;
    }

    action count_no_slot() {
        ig_md.counters_7_b_index = COUNT_NO_SLOT;
    }

    action count_grant_expired() {
        ig_md.counters_7_b_index = COUNT_GRANT_EXPIRED;
    }

    action count_table_full() {
        ig_md.counters_7_b_index = COUNT_TABLE_FULL;
    }

    action count_grant_renounced() {
        ig_md.counters_7_b_index = COUNT_GRANT_RENOUNCED;
    }

    table decisions_7_b {
        key = {
            ig_md.is_grant       : exact;
            ig_md.in_time        : exact;
            ig_md.same_epoch     : exact;
            ig_md.renounced_read : exact;
            ig_md.full           : exact;
            ig_md.missing_3      : exact;
            ig_md.beyond         : exact;
            ig_md.wrote          : exact;
            ig_md.is_newest      : exact;
        }
        actions = {
            count_copy_superseded;
            count_ack_beyond_seq;
            count_no_slot;
            count_grant_expired;
            count_table_full;
            count_grant_renounced;
            @defaultonly NoAction;
        }
        const default_action = NoAction();
        const entries = {
            (0, 0, 0, 0, 0, 0, 0, 1, 0) : count_copy_superseded();
            (0, 0, 0, 0, 0, 0, 1, 0, 0) : count_ack_beyond_seq();
            (0, 0, 0, 0, 0, 1, 0, 0, 0) : count_no_slot();
            (0, 0, 0, 1, 0, 0, 0, 1, 0) : count_copy_superseded();
            (0, 0, 0, 1, 0, 0, 1, 0, 0) : count_ack_beyond_seq();
            (0, 0, 0, 1, 0, 1, 0, 0, 0) : count_no_slot();
            (0, 0, 0, 2, 0, 0, 1, 0, 0) : count_ack_beyond_seq();
            (0, 0, 0, 2, 0, 1, 0, 0, 0) : count_no_slot();
            (1, 0, 0, 0, 0, 0, 0, 0, 0) : count_grant_expired();
            (1, 0, 0, 1, 0, 0, 0, 0, 0) : count_grant_expired();
            (1, 0, 0, 2, 0, 0, 0, 0, 0) : count_grant_expired();
            (1, 1, 0, 0, 1, 0, 0, 0, 0) : count_table_full();
            (1, 1, 0, 1, 1, 0, 0, 0, 0) : count_table_full();
            (1, 1, 0, 2, 1, 0, 0, 0, 0) : count_table_full();
            (1, 1, 1, 1, 0, 0, 0, 0, 0) : count_grant_renounced();
            (1, 1, 1, 2, 0, 0, 0, 0, 0) : count_grant_renounced();
        }
        size = 16;
    }

    action count_copy_old_epoch() {
        ig_md.counters_7_c_index = COUNT_COPY_OLD_EPOCH;
    }

    action set_inner_icmp_id() {
        hdr.inner_l4.length_or_id = ig_md.state_1_read;
    }

    action count_renew_sent() {
        ig_md.counters_7_c_index = COUNT_RENEW_SENT;
    }

    action count_other_epoch() {
        ig_md.counters_7_c_index = COUNT_OTHER_EPOCH;
    }

    action count_renewed() {
        ig_md.counters_7_c_index = COUNT_RENEWED;
    }

    action count_recall_no_room_2() {
        ig_md.counters_7_c_index = COUNT_RECALL_NO_ROOM;
    }

    table decisions_7_c {
        key = {
            ig_md.is_mine                : exact;
            ig_md.hit                    : exact;
            ig_md.message_kind           : exact;
            ig_md.epoch_same             : exact;
            ig_md.extends_3              : exact;
            ig_md.same_epoch_3           : exact;
            ig_md.mirror_depth_is_before : exact;
            ig_md.matters                : exact;
            hdr.bridge.pass              : exact;
            ig_md.renews                 : exact;
            ig_md.inner_is_icmp_4        : exact;
        }
        actions = {
            count_copy_old_epoch;
            set_inner_icmp_id;
            count_renew_sent;
            count_other_epoch;
            count_renewed;
            count_recall_no_room_2;
            @defaultonly NoAction;
        }
        const default_action = NoAction();
        const entries = {
            (0, 0, 0, 0, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, 0, 0, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, 0, 1, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, 0, 1, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_LEASE_REQUEST, 0, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_LEASE_REQUEST, 0, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_LEASE_REQUEST, 1, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_LEASE_REQUEST, 1, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_GRANT, 0, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_GRANT, 0, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_GRANT, 1, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_GRANT, 1, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_WRITE, 0, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_WRITE, 0, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_WRITE, 1, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_WRITE, 1, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_WRITE_ACK, 0, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_WRITE_ACK, 0, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_WRITE_ACK, 1, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_WRITE_ACK, 1, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_HOLD, 0, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_HOLD, 0, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_HOLD, 1, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_HOLD, 1, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_RELEASE, 0, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_RELEASE, 0, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_RELEASE, 1, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_RELEASE, 1, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_RENEW, 0, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_RENEW, 0, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_RENEW, 1, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_RENEW, 1, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_RENEW_ACK, 0, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_RENEW_ACK, 0, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_RENEW_ACK, 1, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_RENEW_ACK, 1, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_GIVE_UP, 0, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_GIVE_UP, 0, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_GIVE_UP, 1, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_GIVE_UP, 1, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_GIVE_UP_ACK, 0, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_GIVE_UP_ACK, 0, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_GIVE_UP_ACK, 1, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_GIVE_UP_ACK, 1, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_RECALL, 0, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_RECALL, 0, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_RECALL, 1, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_RECALL, 1, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_SNAPSHOT_SLOTS, 0, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_SNAPSHOT_SLOTS, 0, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_SNAPSHOT_SLOTS, 1, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_SNAPSHOT_SLOTS, 1, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_SNAPSHOT_ACK, 0, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_SNAPSHOT_ACK, 0, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_SNAPSHOT_ACK, 1, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_SNAPSHOT_ACK, 1, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_REFUSE, 0, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_REFUSE, 0, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_REFUSE, 1, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 0, KIND_REFUSE, 1, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, 0, 0, 0, 0, 0, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, 0, 0, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, 0, 0, 0, 0, 1, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, 0, 0, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, 0, 1, 0, 0, 0, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, 0, 1, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, 0, 1, 0, 0, 1, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, 0, 1, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_LEASE_REQUEST, 0, 0, 0, 0, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_LEASE_REQUEST, 0, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_LEASE_REQUEST, 0, 0, 0, 1, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_LEASE_REQUEST, 0, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_LEASE_REQUEST, 1, 0, 0, 0, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_LEASE_REQUEST, 1, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_LEASE_REQUEST, 1, 0, 0, 1, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_LEASE_REQUEST, 1, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_GRANT, 0, 0, 0, 0, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_GRANT, 0, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_GRANT, 0, 0, 0, 1, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_GRANT, 0, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_GRANT, 1, 0, 0, 0, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_GRANT, 1, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_GRANT, 1, 0, 0, 1, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_GRANT, 1, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_WRITE, 0, 0, 0, 0, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_WRITE, 0, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_WRITE, 0, 0, 0, 1, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_WRITE, 0, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_WRITE, 1, 0, 0, 0, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_WRITE, 1, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_WRITE, 1, 0, 0, 1, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_WRITE, 1, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_WRITE_ACK, 0, 0, 0, 0, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_WRITE_ACK, 0, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_WRITE_ACK, 0, 0, 0, 1, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_WRITE_ACK, 0, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_WRITE_ACK, 1, 0, 0, 0, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_WRITE_ACK, 1, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_WRITE_ACK, 1, 0, 0, 1, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_WRITE_ACK, 1, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_HOLD, 0, 0, 0, 0, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_HOLD, 0, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_HOLD, 0, 0, 0, 1, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_HOLD, 0, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_HOLD, 1, 0, 0, 0, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_HOLD, 1, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_HOLD, 1, 0, 0, 1, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_HOLD, 1, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_RELEASE, 0, 0, 0, 0, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_RELEASE, 0, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_RELEASE, 0, 0, 0, 1, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_RELEASE, 0, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_RELEASE, 1, 0, 0, 0, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_RELEASE, 1, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_RELEASE, 1, 0, 0, 1, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_RELEASE, 1, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_RENEW, 0, 0, 0, 0, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_RENEW, 0, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_RENEW, 0, 0, 0, 1, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_RENEW, 0, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_RENEW, 1, 0, 0, 0, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_RENEW, 1, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_RENEW, 1, 0, 0, 0, 1, PASS_COPY, 1, 0) : count_renew_sent();
            (0, 1, KIND_RENEW, 1, 0, 0, 1, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_RENEW, 1, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_RENEW, 1, 0, 0, 1, 1, PASS_COPY, 1, 0) : count_renew_sent();
            (0, 1, KIND_RENEW_ACK, 0, 0, 0, 0, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_RENEW_ACK, 0, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_RENEW_ACK, 0, 0, 0, 1, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_RENEW_ACK, 0, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_RENEW_ACK, 1, 0, 0, 0, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_RENEW_ACK, 1, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_RENEW_ACK, 1, 0, 0, 1, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_RENEW_ACK, 1, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_GIVE_UP, 0, 0, 0, 0, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_GIVE_UP, 0, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_GIVE_UP, 0, 0, 0, 1, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_GIVE_UP, 0, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_GIVE_UP, 1, 0, 0, 0, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_GIVE_UP, 1, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_GIVE_UP, 1, 0, 0, 1, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_GIVE_UP, 1, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_GIVE_UP_ACK, 0, 0, 0, 0, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_GIVE_UP_ACK, 0, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_GIVE_UP_ACK, 0, 0, 0, 1, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_GIVE_UP_ACK, 0, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_GIVE_UP_ACK, 1, 0, 0, 0, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_GIVE_UP_ACK, 1, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_GIVE_UP_ACK, 1, 0, 0, 1, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_GIVE_UP_ACK, 1, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_RECALL, 0, 0, 0, 0, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_RECALL, 0, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_RECALL, 0, 0, 0, 1, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_RECALL, 0, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_RECALL, 1, 0, 0, 0, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_RECALL, 1, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_RECALL, 1, 0, 0, 1, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_RECALL, 1, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_SNAPSHOT_SLOTS, 0, 0, 0, 0, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_SNAPSHOT_SLOTS, 0, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_SNAPSHOT_SLOTS, 0, 0, 0, 1, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_SNAPSHOT_SLOTS, 0, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_SNAPSHOT_SLOTS, 1, 0, 0, 0, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_SNAPSHOT_SLOTS, 1, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_SNAPSHOT_SLOTS, 1, 0, 0, 1, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_SNAPSHOT_SLOTS, 1, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_SNAPSHOT_ACK, 0, 0, 0, 0, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_SNAPSHOT_ACK, 0, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_SNAPSHOT_ACK, 0, 0, 0, 1, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_SNAPSHOT_ACK, 0, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_SNAPSHOT_ACK, 1, 0, 0, 0, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_SNAPSHOT_ACK, 1, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_SNAPSHOT_ACK, 1, 0, 0, 1, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_SNAPSHOT_ACK, 1, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_REFUSE, 0, 0, 0, 0, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_REFUSE, 0, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_REFUSE, 0, 0, 0, 1, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_REFUSE, 0, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_REFUSE, 1, 0, 0, 0, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_REFUSE, 1, 0, 0, 0, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (0, 1, KIND_REFUSE, 1, 0, 0, 1, 0, PASS_PACKET, 0, 1) : set_inner_icmp_id();
            (0, 1, KIND_REFUSE, 1, 0, 0, 1, 0, PASS_COPY, 0, 0) : count_copy_old_epoch();
            (1, 1, 0, 0, 0, 0, 0, 0, PASS_MESSAGE, 0, 0) : count_other_epoch();
            (1, 1, 0, 0, 0, 0, 1, 0, PASS_MESSAGE, 0, 0) : count_other_epoch();
            (1, 1, KIND_LEASE_REQUEST, 0, 0, 0, 0, 0, PASS_MESSAGE, 0, 0) : count_other_epoch();
            (1, 1, KIND_LEASE_REQUEST, 0, 0, 0, 1, 0, PASS_MESSAGE, 0, 0) : count_other_epoch();
            (1, 1, KIND_WRITE, 0, 0, 0, 0, 0, PASS_MESSAGE, 0, 0) : count_other_epoch();
            (1, 1, KIND_WRITE, 0, 0, 0, 1, 0, PASS_MESSAGE, 0, 0) : count_other_epoch();
            (1, 1, KIND_HOLD, 0, 0, 0, 0, 0, PASS_MESSAGE, 0, 0) : count_other_epoch();
            (1, 1, KIND_HOLD, 0, 0, 0, 1, 0, PASS_MESSAGE, 0, 0) : count_other_epoch();
            (1, 1, KIND_RENEW, 0, 0, 0, 0, 0, PASS_MESSAGE, 0, 0) : count_other_epoch();
            (1, 1, KIND_RENEW, 0, 0, 0, 1, 0, PASS_MESSAGE, 0, 0) : count_other_epoch();
            (1, 1, KIND_RENEW_ACK, 0, 0, 0, 0, 0, PASS_MESSAGE, 0, 0) : count_other_epoch();
            (1, 1, KIND_RENEW_ACK, 0, 0, 0, 1, 0, PASS_MESSAGE, 0, 0) : count_other_epoch();
            (1, 1, KIND_RENEW_ACK, 1, 1, 1, 0, 0, PASS_MESSAGE, 0, 0) : count_renewed();
            (1, 1, KIND_RENEW_ACK, 1, 1, 1, 1, 0, PASS_MESSAGE, 0, 0) : count_renewed();
            (1, 1, KIND_GIVE_UP, 0, 0, 0, 0, 0, PASS_MESSAGE, 0, 0) : count_other_epoch();
            (1, 1, KIND_GIVE_UP, 0, 0, 0, 1, 0, PASS_MESSAGE, 0, 0) : count_other_epoch();
            (1, 1, KIND_GIVE_UP_ACK, 0, 0, 0, 0, 0, PASS_MESSAGE, 0, 0) : count_other_epoch();
            (1, 1, KIND_GIVE_UP_ACK, 0, 0, 0, 1, 0, PASS_MESSAGE, 0, 0) : count_other_epoch();
            (1, 1, KIND_RECALL, 0, 0, 0, 0, 0, PASS_MESSAGE, 0, 0) : count_other_epoch();
            (1, 1, KIND_RECALL, 0, 0, 0, 1, 0, PASS_MESSAGE, 0, 0) : count_other_epoch();
            (1, 1, KIND_RECALL, 1, 0, 1, 0, 0, PASS_MESSAGE, 0, 0) : count_recall_no_room_2();
            (1, 1, KIND_SNAPSHOT_SLOTS, 0, 0, 0, 0, 0, PASS_MESSAGE, 0, 0) : count_other_epoch();
            (1, 1, KIND_SNAPSHOT_SLOTS, 0, 0, 0, 1, 0, PASS_MESSAGE, 0, 0) : count_other_epoch();
            (1, 1, KIND_SNAPSHOT_ACK, 0, 0, 0, 0, 0, PASS_MESSAGE, 0, 0) : count_other_epoch();
            (1, 1, KIND_SNAPSHOT_ACK, 0, 0, 0, 1, 0, PASS_MESSAGE, 0, 0) : count_other_epoch();
            (1, 1, KIND_REFUSE, 0, 0, 0, 0, 0, PASS_MESSAGE, 0, 0) : count_other_epoch();
            (1, 1, KIND_REFUSE, 0, 0, 0, 1, 0, PASS_MESSAGE, 0, 0) : count_other_epoch();
        }
        size = 209;
    }

    action set_icmp_id() {
        hdr.icmp_end.id = ig_md.state_1_read;
    }

    action count_copy_acked() {
        ig_md.counters_7_d_index = COUNT_COPY_ACKED;
    }

    table decisions_7_d {
        key = {
            ig_md.is_newest          : exact;
            ig_md.wrote              : exact;
            ig_md.acked_is_before    : exact;
            ig_md.is_translated_echo : exact;
            hdr.inner_l4.isValid()   : exact;
            ig_md.hit                : exact;
            ig_md.deadline_is_after  : exact;
        }
        actions = {
            set_icmp_id;
            count_copy_acked;
            @defaultonly NoAction;
        }
        const default_action = NoAction();
        const entries = {
            (0, 0, 0, 1, false, 1, 1) : set_icmp_id();
            (0, 0, 1, 1, false, 1, 1) : set_icmp_id();
            (1, 1, 0, 0, false, 1, 0) : count_copy_acked();
            (1, 1, 0, 0, false, 1, 1) : count_copy_acked();
            (1, 1, 0, 0, true, 1, 0) : count_copy_acked();
            (1, 1, 0, 0, true, 1, 1) : count_copy_acked();
        }
        size = 6;
    }

    action set_out_kind_and_count_read_held() {
        ig_md.counters_7_e_index = COUNT_READ_HELD;
        hdr.bridge.kind = KIND_HOLD;
    }

    action set_out_kind() {
        hdr.bridge.kind = ig_md.message_kind;
    }

    action set_mirror_kind() {
        ig_md.mirror_kind = ig_md.message_kind;
    }

    action mend_icmp_4() {
        ig_md.mend_20_old = ~hdr.icmp_end.id;
        ig_md.mend_20_new = ig_md.state_1_read;
        ig_md.l4_complement = ~hdr.l4_checksum.value;
        ig_md.mends_l4 = 1;
    }

    action mend_inner_icmp() {
        ig_md.mend_21_old = ~hdr.inner_l4.length_or_id;
        ig_md.mend_21_new = ig_md.state_1_read;
        ig_md.inner_icmp_complement = ~hdr.inner_l4.dst_or_checksum;
        ig_md.mends_inner_icmp = 1;
    }

    action count_not_handled_3() {
        ig_md.counters_7_f_index = COUNT_NOT_HANDLED;
    }

    action count_read_forwarded() {
        ig_md.counters_7_g_index = COUNT_READ_FORWARDED;
    }

    action count_resent() {
        ig_md.counters_7_h_index = COUNT_RESENT;
    }

    // Nothing is to be mended yet.
    action clear_mends() {
        ig_md.mend_0_old = 0;
        ig_md.mend_0_new = 0;
        ig_md.mend_1_old = 0;
        ig_md.mend_1_new = 0;
        ig_md.mend_2_old = 0;
        ig_md.mend_2_new = 0;
        ig_md.mend_3_old = 0;
        ig_md.mend_3_new = 0;
        ig_md.mend_4_old = 0;
        ig_md.mend_4_new = 0;
        ig_md.mend_5_old = 0;
        ig_md.mend_5_new = 0;
        ig_md.mend_6_old = 0;
        ig_md.mend_6_new = 0;
        ig_md.mend_7_old = 0;
        ig_md.mend_7_new = 0;
        ig_md.mend_8_old = 0;
        ig_md.mend_8_new = 0;
        ig_md.mend_9_old = 0;
        ig_md.mend_9_new = 0;
        ig_md.mend_10_old = 0;
        ig_md.mend_10_new = 0;
        ig_md.mend_11_old = 0;
        ig_md.mend_11_new = 0;
        ig_md.mend_12_old = 0;
        ig_md.mend_12_new = 0;
        ig_md.mend_13_old = 0;
        ig_md.mend_13_new = 0;
        ig_md.mend_14_old = 0;
        ig_md.mend_14_new = 0;
        ig_md.mend_15_old = 0;
        ig_md.mend_15_new = 0;
        ig_md.mend_16_old = 0;
        ig_md.mend_16_new = 0;
        ig_md.mend_17_old = 0;
        ig_md.mend_17_new = 0;
        ig_md.mend_18_old = 0;
        ig_md.mend_18_new = 0;
        ig_md.mend_19_old = 0;
        ig_md.mend_19_new = 0;
        ig_md.mend_20_old = 0;
        ig_md.mend_20_new = 0;
        ig_md.mend_21_old = 0;
        ig_md.mend_21_new = 0;
    }

    Departure() departure;

    apply {
        clear_mends();

        // What only the parser needed.
        hdr.sweep.setInvalid();
        hdr.again.setInvalid();
        hdr.cpu.setInvalid();
        if (ig_md.skips == 0) {
            // Stage 0: mirror_depth.
            mirror_depth_access.apply();
            decisions_0_a.apply();
            decisions_0_b.apply();
            if (
                (hdr.tcp.isValid() || hdr.udp.isValid())
                    && ig_md.inside == 1
                    && hdr.bridge.pass == PASS_PACKET
            ) {
                set_key_2();
            } else if (
                (hdr.tcp.isValid() || hdr.udp.isValid())
                    && ig_md.inside == 0
                    && hdr.bridge.pass == PASS_PACKET
            ) {
                set_key_2_2();
            } else if (
                hdr.bridge.pass == PASS_PACKET
                    && !hdr.tcp.isValid()
                    && !hdr.udp.isValid()
                    && !hdr.inner_l4.isValid()
            ) {
                set_key_2_3();
            } else if (
                hdr.bridge.pass == PASS_PACKET
                    && hdr.inner_l4.isValid()
                    && hdr.inner_ipv4.ttl_protocol[7:0] == 1
            ) {
                set_key_2_4();
            } else if (
                hdr.bridge.pass == PASS_PACKET
                    && ig_md.inside == 1
                    && hdr.inner_l4.isValid()
                    && hdr.inner_ipv4.ttl_protocol[7:0] != 1
            ) {
                set_key_2_5();
            } else if (
                hdr.bridge.pass == PASS_PACKET
                    && ig_md.inside == 0
                    && hdr.inner_l4.isValid()
                    && hdr.inner_ipv4.ttl_protocol[7:0] != 1
            ) {
                set_key_2_6();
            }
            set_message_timestamp_plus_lease_span_settings.apply();
            if (
                hdr.ipv4.dst_addr[31:16] == 43518
                    || hdr.ipv4.dst_addr[31:24] == 127
                    || hdr.ipv4.dst_addr[31:24] == 0
                    || hdr.ipv4.dst_addr[31:29] == 7
                    || !hdr.ipv4.isValid()
            ) {
                mark_is_local_4();
            }
            if (
                hdr.ipv4.src_addr[31:16] == 43518
                    || hdr.ipv4.src_addr[31:24] == 127
                    || hdr.ipv4.src_addr[31:24] == 0
                    || hdr.ipv4.src_addr[31:29] == 7
                    || !hdr.ipv4.isValid()
            ) {
                mark_is_local_2();
            }
            if (hdr.bridge.pass == PASS_MESSAGE && ig_md.message_kind != KIND_RECALL) {
                set_renounced_replace_b();
            } else if (ig_md.message_kind == KIND_RECALL || hdr.bridge.pass != PASS_MESSAGE) {
                set_renounced_replace_b_2();
            }
            if (hdr.ipv4.fragment[13:0] == 0 || !hdr.ipv4.isValid()) {
                mark_is_whole_2();
            }
            if (
                (hdr.ipv4.ttl_protocol[7:0] == 6
                    || hdr.ipv4.ttl_protocol[7:0] == 17
                    || hdr.ipv4.ttl_protocol[7:0] == 1)
                    && hdr.ipv4.isValid()
            ) {
                mark_has_known_protocol_2();
            }
            if (
                (hdr.inner_l4.isValid() || ig_md.inside == 0 || hdr.icmp.kind == 8)
                    && (hdr.inner_l4.isValid() || hdr.icmp.isValid())
                    && (hdr.inner_l4.isValid() || hdr.icmp.kind == 0 || ig_md.inside == 1)
                    && (hdr.inner_l4.isValid() || hdr.icmp.kind == 0 || hdr.icmp.kind == 8)
                    && (hdr.inner_ipv4.ttl_protocol[7:0] != 1
                        || ig_md.inside == 0
                        || hdr.inner_l4.src_or_kind[15:8] == 0
                        || hdr.icmp.isValid())
                    && (hdr.inner_ipv4.ttl_protocol[7:0] != 1
                        || ig_md.inside == 0
                        || hdr.inner_l4.src_or_kind[15:8] == 0
                        || hdr.icmp.kind == 8)
                    && (hdr.inner_ipv4.ttl_protocol[7:0] != 1
                        || hdr.inner_l4.src_or_kind[15:8] == 8
                        || hdr.icmp.isValid()
                        || ig_md.inside == 1)
                    && (hdr.inner_ipv4.ttl_protocol[7:0] != 1
                        || hdr.inner_l4.src_or_kind[15:8] == 8
                        || hdr.icmp.isValid()
                        || hdr.inner_l4.src_or_kind[15:8] == 0)
                    && (hdr.inner_ipv4.ttl_protocol[7:0] != 1
                        || hdr.inner_l4.src_or_kind[15:8] == 8
                        || hdr.icmp.kind == 0
                        || ig_md.inside == 1)
                    && (hdr.inner_ipv4.ttl_protocol[7:0] != 1
                        || hdr.inner_l4.src_or_kind[15:8] == 8
                        || hdr.icmp.kind == 0
                        || hdr.inner_l4.src_or_kind[15:8] == 0
                        || hdr.icmp.kind == 8)
                    && hdr.icmp.kind != 5
            ) {
                if (
                    (hdr.ipv4.dst_addr == hdr.inner_ipv4.src_addr
                        || ig_md.inside == 0
                        || hdr.icmp.kind == 8)
                        && (hdr.ipv4.dst_addr == hdr.inner_ipv4.src_addr || hdr.icmp.isValid())
                        && (hdr.ipv4.dst_addr == hdr.inner_ipv4.src_addr
                            || hdr.icmp.kind == 0
                            || ig_md.inside == 1)
                        && (hdr.ipv4.dst_addr == hdr.inner_ipv4.src_addr
                            || hdr.icmp.kind == 0
                            || hdr.icmp.kind == 8)
                ) {
                    mark_is_translated_icmp_2();
                }
            }
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

            // Stage 1: the flow table.
            decisions_1_a.apply();
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
                ig_md.is_local_4 == 1
                    && hdr.ipv4.isValid()
                    && (ig_md.inside == 1 || ig_md.ipv4_dst_and_program_1 == ig_md.program_0)
                    && hdr.bridge.pass == PASS_PACKET
            ) {
                mark_is_local_3();
            }
            if (
                ig_md.is_local_2 == 1
                    && hdr.ipv4.isValid()
                    && (ig_md.inside == 1 || ig_md.ipv4_dst_and_program_1 == ig_md.program_0)
                    && hdr.bridge.pass == PASS_PACKET
            ) {
                mark_is_local();
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
                hdr.ipv4.isValid()
                    && (ig_md.inside == 1 || ig_md.ipv4_dst_and_program_1 == ig_md.program_0)
                    && hdr.bridge.pass == PASS_PACKET
            ) {
                mark_is_concerned();
            }
            if (hdr.tcp.isValid() && hdr.tcp.flags[2:0] != 0 && ig_md.mirror_depth_is_before == 1) {
                mark_room_3();
            }

            // Stage 2: epoch.
            decisions_2_a.apply();
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
                ig_md.is_local == 0
                    && ig_md.is_local_3 == 0
                    && ig_md.hit == 1
                    && hdr.bridge.pass != PASS_SWEEP
                    && (hdr.bridge.pass != PASS_MESSAGE
                        || (ig_md.incarnation[15:0] == hdr.redplane.incarnation
                            && ig_md.incarnation[31:16] == 0))
                    && (hdr.bridge.pass != PASS_PACKET
                        || hdr.tcp.isValid()
                        || hdr.udp.isValid()
                        || hdr.icmp.isValid())
            ) {
                if (
                    (hdr.bridge.pass != PASS_MESSAGE
                        || (ig_md.switch_id[15:0] == hdr.redplane.switch_id
                            && ig_md.switch_id[31:16] == 0))
                        && (hdr.bridge.pass != PASS_PACKET
                            || !hdr.inner_l4.isValid()
                            || hdr.icmp.kind != 5)
                ) {
                    if (
                        hdr.bridge.pass != PASS_PACKET
                            || !hdr.inner_l4.isValid()
                            || hdr.icmp.kind == 8
                            || hdr.icmp.kind == 0
                            || hdr.ipv4.dst_addr == hdr.inner_ipv4.src_addr
                    ) {
                        if (
                            (hdr.bridge.pass != PASS_PACKET
                                || !hdr.inner_l4.isValid()
                                || hdr.inner_ipv4.ttl_protocol[7:0] != 1
                                || hdr.icmp.kind == 8
                                || hdr.icmp.kind == 0
                                || hdr.inner_l4.src_or_kind[15:8] == 0
                                || hdr.inner_l4.src_or_kind[15:8] == 8)
                                && (hdr.bridge.pass != PASS_PACKET
                                    || !hdr.icmp.isValid()
                                    || hdr.inner_l4.isValid()
                                    || hdr.icmp.kind == 8
                                    || hdr.icmp.kind == 0)
                                && (hdr.bridge.pass != PASS_PACKET || hdr.ipv4.fragment[13:0] == 0)
                                && (hdr.bridge.pass != PASS_PACKET
                                    || ig_md.inside == 1
                                    || !hdr.inner_l4.isValid()
                                    || hdr.inner_ipv4.ttl_protocol[7:0] != 1
                                    || hdr.icmp.kind == 0
                                    || hdr.inner_l4.src_or_kind[15:8] == 8)
                                && (hdr.bridge.pass != PASS_PACKET
                                    || ig_md.inside == 1
                                    || !hdr.icmp.isValid()
                                    || hdr.inner_l4.isValid()
                                    || hdr.icmp.kind == 0)
                                && (hdr.bridge.pass != PASS_PACKET
                                    || ig_md.inside == 0
                                    || !hdr.inner_l4.isValid()
                                    || hdr.inner_ipv4.ttl_protocol[7:0] != 1
                                    || hdr.icmp.kind != 0
                                    || hdr.inner_l4.src_or_kind[15:8] == 0)
                                && (hdr.bridge.pass != PASS_PACKET
                                    || ig_md.inside == 0
                                    || !hdr.inner_l4.isValid()
                                    || hdr.inner_ipv4.ttl_protocol[7:0] != 1
                                    || hdr.icmp.kind == 8
                                    || hdr.inner_l4.src_or_kind[15:8] != 8)
                                && (hdr.bridge.pass != PASS_PACKET
                                    || ig_md.inside == 0
                                    || !hdr.icmp.isValid()
                                    || hdr.inner_l4.isValid()
                                    || hdr.icmp.kind != 0)
                        ) {
                            if (
                                (hdr.bridge.pass != PASS_PACKET
                                    || hdr.ipv4.ttl_protocol[7:0] == 6
                                    || hdr.ipv4.ttl_protocol[7:0] == 17
                                    || hdr.ipv4.ttl_protocol[7:0] == 1)
                                    && (hdr.bridge.pass != PASS_PACKET
                                        || hdr.ipv4.ttl_protocol[15:8][7:1] != 0)
                            ) {
                                if (
                                    hdr.bridge.pass != PASS_PACKET
                                        || ig_md.inside == 1
                                        || !hdr.inner_l4.isValid()
                                        || hdr.icmp.kind == 0
                                        || hdr.ipv4.dst_addr == hdr.inner_ipv4.src_addr
                                ) {
                                    if (
                                        hdr.bridge.pass != PASS_PACKET
                                            || ig_md.inside == 1
                                            || ig_md.ipv4_dst_and_program_1 == ig_md.program_0
                                    ) {
                                        if (
                                            hdr.bridge.pass != PASS_PACKET
                                                || ig_md.inside == 0
                                                || !hdr.inner_l4.isValid()
                                                || hdr.icmp.kind != 0
                                                || hdr.ipv4.dst_addr == hdr.inner_ipv4.src_addr
                                        ) {
                                            mark_hit_2();
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }

            // Stage 3: renounced, state_0, state_1.
            renounced_access.apply();
            state_0_access.apply();
            state_1_access.apply();
            decisions_3_a.apply();
            if (
                ig_md.never_forwarded_2 == 0
                    && ig_md.is_concerned == 1
                    && ig_md.has_known_protocol_2 == 1
                    && ig_md.is_whole_2 == 1
                    && hdr.ipv4.ttl_protocol[15:8][7:1] != 0
            ) {
                mark_is_whole();
            }
            if (
                ig_md.is_translated_2 == 1
                    && ig_md.never_forwarded_2 == 0
                    && ig_md.is_concerned == 1
                    && ig_md.has_known_protocol_2 == 1
                    && ig_md.is_whole_2 == 1
                    && hdr.ipv4.ttl_protocol[15:8][7:1] != 0
            ) {
                mark_is_translated();
            }
            if (hdr.tcp.flags[0:0] != 0 || hdr.tcp.flags[2:2] != 0) {
                mark_state_2_set_phase_a();
            }
            if (
                hdr.inner_l4.isValid()
                    && hdr.inner_ipv4.ttl_protocol[7:0] == 17
                    && hdr.inner_l4.checksum_or_seq_no != 0
            ) {
                mark_inner_has_checksum_2();
            }
            if (hdr.tcp.isValid() && hdr.tcp.flags[2:0] != 0 && ig_md.mirror_depth_is_before == 0) {
                mark_mirror_full_2();
            }
            if (
                ig_md.is_grant == 1
                    && ig_md.hit == 0
                    && ig_md.message_timestamp_plus_lease_span_minus_now[31:31] == 0
                    && ig_md.message_timestamp_plus_lease_span_minus_now != 0
            ) {
                mark_missing();
            }
            if (hdr.copy.wait == 0) {
                mark_unsent_2_settings.apply();
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
            if (
                hdr.bridge.pass == PASS_COPY
                    && ig_md.copy_due_minus_now[31:31] == 0
                    && ig_md.copy_due_minus_now != 0
            ) {
                mark_early();
            }

            // Stage 4: deadline. What the stage before noted is counted.
            if (ig_md.counters_3_b_index != 0) {
                counters_3_b.count(ig_md.counters_3_b_index);
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
            if (
                ig_md.is_whole == 1
                    && hdr.inner_ipv4.ttl_protocol[7:0] == 1
                    && hdr.inner_ipv4.isValid()
            ) {
                mark_inner_is_icmp_3();
            }

            // Stage 5: seq, silence, asked, state_2.
            seq_access.apply();
            state_2_access.apply();
            decisions_5_a.apply();
            decisions_5_b.apply();
            if (ig_md.is_translated == 1 && (ig_md.deadline_is_after == 0 || ig_md.hit == 0)) {
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
            if (
                ig_md.hit_2 == 1
                    && (ig_md.renounces == 1
                        || ig_md.renounces_3 == 1
                        || (hdr.bridge.pass == PASS_PACKET && ig_md.deadline_is_after == 0)
                        || (hdr.bridge.pass == PASS_PACKET
                            && hdr.tcp.isValid()
                            && hdr.tcp.flags[2:0] != 0
                            && ig_md.mirror_depth_is_before == 1))
            ) {
                asked_put.execute(ig_md.slot);
            } else if (
                ig_md.is_translated == 1
                    && ig_md.deadline_is_after == 1
                    && ig_md.hit == 1
                    && (!hdr.tcp.isValid() || hdr.tcp.flags[2:0] == 0)
            ) {
                ig_md.asked_if_older = asked_if_older.execute(ig_md.slot);
            } else if (
                ig_md.extends_3 == 1
                    || ig_md.extends == 1
                    || ig_md.installs == 1
                    || hdr.bridge.pass == PASS_SWEEP
            ) {
                asked_latest.execute(ig_md.slot);
            }
            if (
                ig_md.unsent_2 == 0
                    && ig_md.copy_wait_plus_copy_wait_minus_resend_max[31:31] == 0
                    && ig_md.copy_wait_plus_copy_wait_minus_resend_max != 0
            ) {
                set_choice_17_settings.apply();
            } else if (
                ig_md.unsent_2 == 0
                    && (ig_md.copy_wait_plus_copy_wait_minus_resend_max[31:31] != 0
                        || ig_md.copy_wait_plus_copy_wait_minus_resend_max == 0)
            ) {
                set_choice_17_2();
            }
            if (
                ig_md.is_translated_icmp == 1
                    && ig_md.inner_has_checksum_2 == 0
                    && hdr.inner_l4.isValid()
                    && hdr.inner_ipv4.ttl_protocol[7:0] != 1
                    && ig_md.hit == 1
                    && ig_md.deadline_is_after == 1
            ) {
                mark_inner_has_no_checksum();
            }
            if (
                ig_md.is_translated == 1
                    && ig_md.deadline_is_after == 1
                    && ig_md.hit == 1
                    && (!hdr.tcp.isValid() || hdr.tcp.flags[2:0] == 0)
            ) {
                mark_reads();
            }

            // Stage 6: acked.
            acked_access.apply();
            decisions_6_a.apply();
            decisions_6_b.apply();
            decisions_6_c.apply();
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
            if (
                ig_md.is_translated_icmp == 1
                    && hdr.inner_l4.isValid()
                    && hdr.inner_ipv4.ttl_protocol[7:0] != 1
                    && ig_md.hit == 1
                    && ig_md.deadline_is_after == 1
            ) {
                mark_inner_has_ports();
            }
            if (
                ig_md.is_translated_icmp == 1
                    && ((ig_md.inside == 0 && hdr.icmp.kind == 0)
                        || (ig_md.inside == 1 && hdr.icmp.kind == 8))
            ) {
                mark_is_translated_echo();
            }
            if (
                ig_md.never_forwarded_2 == 0
                    && ig_md.is_concerned == 1
                    && ig_md.has_known_protocol_2 == 1
                    && hdr.ipv4.ttl_protocol[15:8][7:1] != 0
            ) {
                mark_has_known_protocol();
            }
            if (
                ig_md.never_forwarded_2 == 0
                    && ig_md.is_concerned == 1
                    && hdr.ipv4.ttl_protocol[15:8][7:1] == 0
            ) {
                mark_at_end_of_life();
            }
            if (ig_md.applies == 1) {
                set_fate_and_mend_ipv4();
            } else if (ig_md.goes_again == 1) {
                set_fate_2();
            } else if (ig_md.releases_read == 1) {
                set_fate_3();
            }
            if (
                ig_md.deadline_is_after == 1
                    && ig_md.hit == 1
                    && (!hdr.tcp.isValid() || hdr.tcp.flags[2:0] == 0)
                    && hdr.bridge.pass == PASS_PACKET
            ) {
                set_out_seq();
            } else if (
                hdr.bridge.pass == PASS_PACKET
                    && hdr.tcp.isValid()
                    && ig_md.hit == 1
                    && ig_md.deadline_is_after == 1
                    && hdr.tcp.flags[2:0] != 0
            ) {
                set_out_seq_2();
            }
            if (ig_md.early == 0 && ig_md.unsent_2 == 1 && hdr.bridge.pass == PASS_COPY) {
                set_mirror_wait_settings.apply();
            } else if (
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
            if (ig_md.from_inside_2 == 1) {
                mend_ipv4();
            }
            if (ig_md.applies == 1 && ig_md.inside == 0) {
                mend_ipv4_2();
            }
            if (ig_md.from_inside_2 == 1 && !hdr.udp.isValid() && !hdr.icmp.isValid()) {
                mend_tcp();
            }
            if (ig_md.has_ports_3 == 1 && ig_md.inside == 0 && !hdr.udp.isValid()) {
                mend_tcp_2();
            }
            if (ig_md.from_inside_2 == 1 && !hdr.tcp.isValid() && !hdr.icmp.isValid()) {
                mend_udp();
            }
            if (ig_md.has_ports_3 == 1 && ig_md.inside == 0 && !hdr.tcp.isValid()) {
                mend_udp_2();
            }
            if (ig_md.from_inside_2 == 1 && hdr.inner_l4.isValid()) {
                mend_inner_ipv4();
            }
            if (ig_md.live == 1 && ig_md.inside == 0 && hdr.inner_l4.isValid()) {
                mend_inner_ipv4_2();
            }
            if (ig_md.inner_has_checksum == 1 && ig_md.inside == 1) {
                mend_inner_udp();
            }
            if (ig_md.inner_has_checksum == 1 && ig_md.inside == 0) {
                mend_inner_udp_2();
            }
            if (ig_md.inner_has_checksum == 1) {
                mend_icmp();
            }
            if (ig_md.inner_has_no_checksum == 1 && ig_md.inside == 1) {
                mend_icmp_2();
            }
            if (ig_md.inner_has_no_checksum == 1 && ig_md.inside == 0) {
                mend_icmp_3();
            }
            if (
                hdr.bridge.pass == PASS_MESSAGE
                    && (ig_md.switch_id[15:0] != hdr.redplane.switch_id
                        || ig_md.switch_id[31:16] != 0)
            ) {
                count_wrong_switch();
            }
            if (
                ig_md.is_mine == 0
                    && hdr.bridge.pass == PASS_MESSAGE
                    && ig_md.switch_id[15:0] == hdr.redplane.switch_id
                    && ig_md.switch_id[31:16] == 0
            ) {
                count_old_incarnation();
            }

            // Stage 7. What the stage before noted is counted.
            if (ig_md.counters_6_c_index != 0) {
                counters_6_c.count(ig_md.counters_6_c_index);
            }
            if (ig_md.counters_6_d_index != 0) {
                counters_6_d.count(ig_md.counters_6_d_index);
            }
            if (ig_md.counters_6_g_index != 0) {
                counters_6_g.count(ig_md.counters_6_g_index);
            }
            decisions_7_a.apply();
            decisions_7_b.apply();
            if (ig_md.reads == 1 && ig_md.seq_read != ig_md.acked_read) {
                set_out_kind_and_count_read_held();
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
                ig_md.is_translated_echo == 1
                    && !hdr.inner_l4.isValid()
                    && ig_md.hit == 1
                    && ig_md.deadline_is_after == 1
            ) {
                mend_icmp_4();
            }
            decisions_7_d.apply();
            if (ig_md.inner_is_icmp_4 == 1) {
                mend_inner_icmp();
            }
            decisions_7_c.apply();
            if (
                ig_md.never_forwarded_2 == 0
                    && ig_md.is_concerned == 1
                    && ig_md.has_known_protocol == 0
                    && hdr.ipv4.ttl_protocol[15:8][7:1] != 0
            ) {
                count_not_handled_3();
            }
            if (ig_md.reads == 1 && ig_md.seq_read == ig_md.acked_read) {
                count_read_forwarded();
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

            // What the last stage noted is counted.
            if (ig_md.counters_7_b_index != 0) {
                counters_7_b.count(ig_md.counters_7_b_index);
            }
            if (ig_md.counters_7_c_index != 0) {
                counters_7_c.count(ig_md.counters_7_c_index);
            }
            if (ig_md.counters_7_d_index != 0) {
                counters_7_d.count(ig_md.counters_7_d_index);
            }
            if (ig_md.counters_7_e_index != 0) {
                counters_7_e.count(ig_md.counters_7_e_index);
            }
            if (ig_md.counters_7_f_index != 0) {
                counters_7_f.count(ig_md.counters_7_f_index);
            }
            if (ig_md.counters_7_g_index != 0) {
                counters_7_g.count(ig_md.counters_7_g_index);
            }
            if (ig_md.counters_7_h_index != 0) {
                counters_7_h.count(ig_md.counters_7_h_index);
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
    Checksum() ipv4_checksum;
    Checksum() l4_checksum;
    Checksum() udp_checksum;
    Checksum() inner_ipv4_checksum;
    Checksum() inner_udp_checksum;
    Checksum() inner_icmp_checksum;

    Mirror(MIRROR_RENEWAL) renewals;

    apply {
        if (ig_md.mends_ipv4 == 1) {
            hdr.ipv4.checksum = ipv4_checksum.update({
                ig_md.ipv4_complement,
                ig_md.mend_0_old,
                ig_md.mend_0_new,
                ig_md.mend_1_old,
                ig_md.mend_1_new,
                ig_md.mend_2_old,
                ig_md.mend_2_new
            });
        }
        if (ig_md.mends_l4 == 1) {
            hdr.l4_checksum.value = l4_checksum.update({
                ig_md.l4_complement,
                ig_md.mend_3_old,
                ig_md.mend_3_new,
                ig_md.mend_4_old,
                ig_md.mend_4_new,
                ig_md.mend_5_old,
                ig_md.mend_5_new,
                ig_md.mend_6_old,
                ig_md.mend_6_new,
                ig_md.mend_17_old,
                ig_md.mend_17_new,
                ig_md.mend_18_old,
                ig_md.mend_18_new,
                ig_md.mend_19_old,
                ig_md.mend_19_new,
                ig_md.mend_20_old,
                ig_md.mend_20_new
            });
        }
        if (ig_md.mends_udp == 1) {
            hdr.udp.checksum = udp_checksum.update({
                ig_md.udp_complement,
                ig_md.mend_7_old,
                ig_md.mend_7_new,
                ig_md.mend_8_old,
                ig_md.mend_8_new,
                ig_md.mend_9_old,
                ig_md.mend_9_new,
                ig_md.mend_10_old,
                ig_md.mend_10_new
            }, true);
        }
        if (ig_md.mends_inner_ipv4 == 1) {
            hdr.inner_ipv4.checksum = inner_ipv4_checksum.update({
                ig_md.inner_ipv4_complement,
                ig_md.mend_11_old,
                ig_md.mend_11_new,
                ig_md.mend_12_old,
                ig_md.mend_12_new
            });
        }
        if (ig_md.mends_inner_udp == 1) {
            hdr.inner_l4.checksum_or_seq_no = inner_udp_checksum.update({
                ig_md.inner_udp_complement,
                ig_md.mend_13_old,
                ig_md.mend_13_new,
                ig_md.mend_14_old,
                ig_md.mend_14_new,
                ig_md.mend_15_old,
                ig_md.mend_15_new,
                ig_md.mend_16_old,
                ig_md.mend_16_new
            }, true);
        }
        if (ig_md.mends_inner_icmp == 1) {
            hdr.inner_l4.dst_or_checksum = inner_icmp_checksum.update({
                ig_md.inner_icmp_complement,
                ig_md.mend_21_old,
                ig_md.mend_21_new
            });
        }
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
                    hdr.key.word_2
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
            (0, 0, false) : alone(60, 40);
            (0, 0, true) : alone(72, 52);
            (0, 1, false) : alone(60, 40);
            (0, 1, true) : alone(72, 52);
            (1, 0, false) : carries(56, 36);
            (1, 0, true) : carries(68, 48);
            (1, 1, false) : carries(52, 32);
            (1, 1, true) : carries(64, 44);
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

    table decisions_7_a {
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
            // Stage 7.
            decisions_7_a.apply();
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
@pa_no_overlay("ingress", "hdr.icmp.kind")
@pa_no_overlay("ingress", "hdr.inner_ipv4.src_addr")
@pa_no_overlay("ingress", "hdr.inner_ipv4.ttl_protocol")
@pa_no_overlay("ingress", "hdr.inner_l4.checksum_or_seq_no")
@pa_no_overlay("ingress", "hdr.inner_l4.src_or_kind")
@pa_no_overlay("ingress", "hdr.ipv4.dst_addr")
@pa_no_overlay("ingress", "hdr.ipv4.fragment")
@pa_no_overlay("ingress", "hdr.ipv4.src_addr")
@pa_no_overlay("ingress", "hdr.ipv4.ttl_protocol")
@pa_no_overlay("ingress", "hdr.redplane.incarnation")
@pa_no_overlay("ingress", "hdr.redplane.piggyback")
@pa_no_overlay("ingress", "hdr.redplane.seq")
@pa_no_overlay("ingress", "hdr.redplane.switch_id")
@pa_no_overlay("ingress", "hdr.tcp.flags")
@pa_no_init("ingress", "ig_md.mend_0_old")
@pa_no_init("ingress", "ig_md.mend_0_new")
@pa_no_init("ingress", "ig_md.mend_1_old")
@pa_no_init("ingress", "ig_md.mend_1_new")
@pa_no_init("ingress", "ig_md.mend_2_old")
@pa_no_init("ingress", "ig_md.mend_2_new")
@pa_no_init("ingress", "ig_md.mend_3_old")
@pa_no_init("ingress", "ig_md.mend_3_new")
@pa_no_init("ingress", "ig_md.mend_4_old")
@pa_no_init("ingress", "ig_md.mend_4_new")
@pa_no_init("ingress", "ig_md.mend_5_old")
@pa_no_init("ingress", "ig_md.mend_5_new")
@pa_no_init("ingress", "ig_md.mend_6_old")
@pa_no_init("ingress", "ig_md.mend_6_new")
@pa_no_init("ingress", "ig_md.mend_7_old")
@pa_no_init("ingress", "ig_md.mend_7_new")
@pa_no_init("ingress", "ig_md.mend_8_old")
@pa_no_init("ingress", "ig_md.mend_8_new")
@pa_no_init("ingress", "ig_md.mend_9_old")
@pa_no_init("ingress", "ig_md.mend_9_new")
@pa_no_init("ingress", "ig_md.mend_10_old")
@pa_no_init("ingress", "ig_md.mend_10_new")
@pa_no_init("ingress", "ig_md.mend_11_old")
@pa_no_init("ingress", "ig_md.mend_11_new")
@pa_no_init("ingress", "ig_md.mend_12_old")
@pa_no_init("ingress", "ig_md.mend_12_new")
@pa_no_init("ingress", "ig_md.mend_13_old")
@pa_no_init("ingress", "ig_md.mend_13_new")
@pa_no_init("ingress", "ig_md.mend_14_old")
@pa_no_init("ingress", "ig_md.mend_14_new")
@pa_no_init("ingress", "ig_md.mend_15_old")
@pa_no_init("ingress", "ig_md.mend_15_new")
@pa_no_init("ingress", "ig_md.mend_16_old")
@pa_no_init("ingress", "ig_md.mend_16_new")
@pa_no_init("ingress", "ig_md.mend_17_old")
@pa_no_init("ingress", "ig_md.mend_17_new")
@pa_no_init("ingress", "ig_md.mend_18_old")
@pa_no_init("ingress", "ig_md.mend_18_new")
@pa_no_init("ingress", "ig_md.mend_19_old")
@pa_no_init("ingress", "ig_md.mend_19_new")
@pa_no_init("ingress", "ig_md.mend_20_old")
@pa_no_init("ingress", "ig_md.mend_20_new")
@pa_no_init("ingress", "ig_md.mend_21_old")
@pa_no_init("ingress", "ig_md.mend_21_new")
Switch(pipe) main;
