// Every construct once.
//
// A second paragraph, which is longer than a line can be and therefore goes on in the next one, as
// comments do.

#include <core.p4>
#include <tna.p4>

typedef bit<10> slot_t;

const bit<32> SLOTS_LOG2 = 10;
const bit<32> SLOTS_MAX = 1 << SLOTS_LOG2;
const DigestType_t KIND_NEW = 1;
const ResubmitType_t KIND_AGAIN = 2;

header ethernet_h {
    bit<48> dst_addr;
    bit<48> src_addr;
    bit<16> ether_type;
}

header ipv4_h {
    bit<4>  version;
    bit<4>  ihl;
    bit<8>  tos;
    bit<16> total_len;
    bit<16> id;
    bit<16> frag;
    bit<8>  ttl;
    bit<8>  protocol;
    bit<16> checksum;
    bit<32> src_addr;
    bit<32> dst_addr;
}

header option_h {
    bit<32> word;
}

header udp_h {
    bit<16> src_port;
    bit<16> dst_port;
    bit<16> len;
    bit<16> checksum;
}

struct headers_t {
    ethernet_h   ethernet;
    ipv4_h       ipv4;
    option_h[10] options;
    udp_h        udp;
}

// A cell of two words.
struct pair_t {
    bit<32> low;   // Counts.
    bit<32> high;  // Where the count began: a comment that is so long that it has to stand above.
}

struct record_t {
    slot_t  slot;
    bit<32> src_addr;
}

struct metadata_t {
    slot_t  slot;
    bool    is_bad;
    bit<2>  kind;
    bit<4>  outcome;
    bit<16> random;
    bit<16> rest;
    bit<32> count;
    bit<32> word;
}

struct egress_headers_t {
}

struct egress_md_t {
}

parser IngressParser(
    packet_in pkt,
    out headers_t hdr,
    out metadata_t ig_md,
    out ingress_intrinsic_metadata_t ig_intr_md
) {
    Checksum() ipv4_sum;
    Checksum() udp_sum;

    ParserCounter() words_left;

    // Set by the control plane.
    value_set<bit<16>>(4) store_ports;

    state start {
        pkt.extract(ig_intr_md);
        transition select(ig_intr_md.resubmit_flag) {
            1: skip_resubmit;
            0: skip_port;
        }
    }

    state skip_resubmit {
        pkt.advance(64);
        transition parse_ethernet;
    }

    state skip_port {
        pkt.advance(PORT_METADATA_SIZE);
        transition parse_ethernet;
    }

    state parse_ethernet {
        pkt.extract(hdr.ethernet);
        bit<8> first = pkt.lookahead<bit<8>>();
        transition select(hdr.ethernet.ether_type, first) {
            (0x0800, 0x40 &&& 0xf0): parse_ipv4;
            (0x0600 .. 0x06ff, _): reject;
            default: accept;
        }
    }

    state parse_ipv4 {
        pkt.extract(hdr.ipv4);
        ipv4_sum.add(hdr.ipv4);
        udp_sum.subtract({ hdr.ipv4.src_addr, hdr.ipv4.dst_addr });
        words_left.set(hdr.ipv4.ihl, 15, 0, 3, 251);
        transition select(hdr.ipv4.ihl) {
            5: parse_protocol;
            default: parse_option;
        }
    }

    state parse_option {
        pkt.extract(hdr.options.next);

        // Each word.
        ipv4_sum.add(hdr.options.last);
        words_left.decrement(1);
        transition select(words_left.is_zero()) {
            true: parse_protocol;
            false: parse_option;
        }
    }

    state parse_protocol {
        ig_md.is_bad = ipv4_sum.verify();
        transition select(hdr.ipv4.protocol) {
            17: parse_udp;
            default: accept;
        }
    }

    state parse_udp {
        pkt.extract(hdr.udp);
        udp_sum.subtract(hdr.udp.checksum);
        udp_sum.subtract_all_and_deposit(ig_md.rest);
        transition select(hdr.udp.dst_port) {
            store_ports: from_store;
            default: accept;
        }
    }

    state from_store {
        ig_md.kind = 2;
        transition accept;
    }
}

// Which of three kinds a packet is.
control Classify(in udp_h udp, out bit<2> kind) {
    DirectCounter<bit<64>>(CounterType_t.PACKETS) kinds_seen;

    action set_kind(bit<2> value_of_kind) {
        kind = value_of_kind;
        kinds_seen.count();
    }

    action keep_kind() {
        kind = 0;
        kinds_seen.count();
    }

    table kinds {
        key = {
            udp.src_port  : ternary;
            udp.len[15:8] : ternary;
        }
        actions = {
            set_kind;
            keep_kind;
        }
        const default_action = keep_kind();
        const entries = {
            (4000, _) : set_kind(1);
            (8000 &&& 0xfff0, 0) : set_kind(2);
        }
        counters = kinds_seen;
        size = 16;
    }

    apply {
        kinds.apply();
    }
}

control Ingress(
    inout headers_t hdr,
    inout metadata_t ig_md,
    in ingress_intrinsic_metadata_t ig_intr_md,
    in ingress_intrinsic_metadata_from_parser_t ig_prsr_md,
    inout ingress_intrinsic_metadata_for_deparser_t ig_dprsr_md,
    inout ingress_intrinsic_metadata_for_tm_t ig_tm_md
) {
    // Variables.
    bit<32> mixed = 0x00;
    bool is_known;

    // The table `slots` gives indices below the size.
    Register<pair_t, bit<17>>(98304) counts;

    RegisterAction<pair_t, bit<17>, bit<32>>(counts) count_one = {
        void apply(inout pair_t value, out bit<32> rv) {
            if (value.high == ig_md.word) {
                value.low = value.low |+| 1;
            } else {
                value.low = 1;
                value.high = ig_md.word;
            }
            rv = value.low;
        }
    };

    Register<bit<32>, slot_t>(SLOTS_MAX, 0x00) words;

    RegisterAction<bit<32>, slot_t, bit<4>>(words) compare_word = {
        void apply(inout bit<32> value, out bit<4> rv) {
            rv = this.predicate(value == ig_md.word, (int<32>)(value - ig_md.count) > 0);
        }
    };

    RegisterAction<bit<32>, slot_t, bit<32>>(words) swap_word = {
        void apply(inout bit<32> value, out bit<32> rv) {
            rv = value;
            value = ig_md.word;
        }
    };

    Hash<bit<10>>(HashAlgorithm_t.CRC32) slot_hash;
    CRCPolynomial<bit<32>>(0x741b8cd7, true, false, false, 0x00000000, 0x00000000) mix_hash_poly;
    Hash<bit<32>>(HashAlgorithm_t.CUSTOM, mix_hash_poly) mix_hash;

    Random<bit<16>>() dice;

    Classify() classify;

    action set_word(in bit<32> word) {
        ig_md.word = ~word;
    }

    action use_slot(bit<17> index) {
        ig_md.count = count_one.execute(index);
    }

    action no_slot() {
    }

    table slots {
        key = {
            hdr.ipv4.src_addr : lpm;
        }
        actions = {
            use_slot;
            @defaultonly no_slot;
        }
        const default_action = no_slot();
        size = 1024;
    }

    table known {
        actions = {
            NoAction;
        }
        default_action = NoAction();
        size = 1;
    }

    apply {
        // Parts, actions and hashes.
        if (hdr.udp.isValid()) {
            classify.apply(hdr.udp, ig_md.kind);
        }
        set_word(hdr.ethernet.src_addr[31:0]);
        ig_md.slot = slot_hash.get({ hdr.ethernet.src_addr, hdr.ethernet.dst_addr });
        mixed = mix_hash.get({
            hdr.ethernet.src_addr,
            hdr.ethernet.dst_addr,
            hdr.ethernet.ether_type,
            16w0
        });
        ig_md.random = dice.get();
        bit<16> low = mixed[15:0];
        ig_md.rest = (ig_md.kind == 1) ? low : ig_md.rest;

        // Tables.
        ig_md.word = ig_md.random ++ ig_md.rest;
        if (
            ig_md.kind == 1
                && hdr.ipv4.isValid()
                && !ig_md.is_bad
                && (ig_md.rest == 0xffff || low == 0)
        ) {
            ig_md.outcome = compare_word.execute(ig_md.slot);
        } else if (ig_md.kind < 2) {
            ig_md.count = swap_word.execute(ig_md.slot);
        } else {
            if (hdr.ipv4.isValid()) {
                switch (slots.apply().action_run) {
                    use_slot: {
                        ig_dprsr_md.digest_type = KIND_NEW;
                    }
                    default: {
                        ig_dprsr_md.resubmit_type = KIND_AGAIN;
                    }
                }
            }
        }
        is_known = known.apply().hit;
        if (!is_known) {
            ig_dprsr_md.drop_ctl = ig_dprsr_md.drop_ctl | 1;
            return;
        }
        if (ig_md.count > 0 && false) {
        }
    }
}

control IngressDeparser(
    packet_out pkt,
    inout headers_t hdr,
    in metadata_t ig_md,
    in ingress_intrinsic_metadata_for_deparser_t ig_dprsr_md
) {
    Checksum() udp_sum;

    Digest<record_t>(KIND_NEW) new_slots;

    Resubmit(KIND_AGAIN) again;

    apply {
        new_slots.pack({ ig_md.slot, hdr.ipv4.src_addr });
        again.emit();

        // A sum of zero means that there is none.
        if (hdr.udp.isValid()) {
            hdr.udp.checksum = udp_sum.update({
                hdr.ipv4.src_addr,
                hdr.ipv4.dst_addr,
                ig_md.rest
            }, true);
        }
        pkt.emit(hdr.ethernet);
        pkt.emit(hdr.ipv4);
        pkt.emit(hdr.options);
        pkt.emit(hdr.udp);
    }
}

parser EgressParser(
    packet_in pkt,
    out egress_headers_t hdr,
    out egress_md_t eg_md,
    out egress_intrinsic_metadata_t eg_intr_md
) {
    state start {
        pkt.extract(eg_intr_md);
        transition accept;
    }
}

control Egress(
    inout egress_headers_t hdr,
    inout egress_md_t eg_md,
    in egress_intrinsic_metadata_t eg_intr_md,
    in egress_intrinsic_metadata_from_parser_t eg_prsr_md,
    inout egress_intrinsic_metadata_for_deparser_t eg_dprsr_md,
    inout egress_intrinsic_metadata_for_output_port_t eg_oport_md
) {
    apply {
    }
}

control EgressDeparser(
    packet_out pkt,
    inout egress_headers_t hdr,
    in egress_md_t eg_md,
    in egress_intrinsic_metadata_for_deparser_t eg_dprsr_md
) {
    apply {
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

Switch(pipe) main;
