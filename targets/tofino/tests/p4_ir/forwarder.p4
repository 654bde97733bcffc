// A learning example: forwarding by destination, with one register.

#include <core.p4>
#include <tna.p4>

typedef bit<48> mac_addr_t;

// 256 ns; wraps after 18 minutes.
typedef bit<32> tick_t;

// Numbers of protocols.
const bit<16> ETHERTYPE_IPV4 = 0x0800;
const bit<16> ETHERTYPE_VLAN = 0x8100;

// Ports.
const PortId_t PORT_CPU = 64;

// Sizes.
const bit<32> HOSTS_MAX = 4096;
const bit<32> PORTS_MAX = 512;
const MirrorType_t MIRROR_BURST = 1;

// From ingress to egress, in front of the packet.
header bridge_h {
    bit<8>          kind;
    @padding bit<7> _pad;
    bit<9>          ingress_port;
}

header ethernet_h {
    mac_addr_t dst_addr;
    mac_addr_t src_addr;
    bit<16>    ether_type;
}

header vlan_h {
    bit<3>  pcp;
    bit<1>  dei;
    bit<12> vid;
    bit<16> ether_type;
}

header ipv4_h {
    bit<4>  version;
    bit<4>  ihl;
    bit<8>  tos;
    bit<16> total_len;
    bit<16> id;
    bit<16> frag;       // Flags and fragment offset.
    bit<8>  ttl;
    bit<8>  protocol;
    bit<16> checksum;
    bit<32> src_addr;
    bit<32> dst_addr;
}

struct headers_t {
    bridge_h   bridge;
    ethernet_h ethernet;
    vlan_h     vlan;
    ipv4_h     ipv4;
}

struct ingress_md_t {
    bit<1>  is_burst;     // Whether the last packet was less than 2 us ago.
    tick_t  now;
    tick_t  burst_began;
    bit<10> session;
    bool    is_ttl_low;
}

struct egress_md_t {
    bit<1> is_checksum_new;
}

parser IngressParser(
    packet_in pkt,
    out headers_t hdr,
    out ingress_md_t ig_md,
    out ingress_intrinsic_metadata_t ig_intr_md
) {
    state start {
        pkt.extract(ig_intr_md);
        pkt.advance(PORT_METADATA_SIZE);
        transition parse_ethernet;
    }

    state parse_ethernet {
        pkt.extract(hdr.ethernet);
        transition select(hdr.ethernet.ether_type) {
            ETHERTYPE_VLAN: parse_vlan;
            ETHERTYPE_IPV4: parse_ipv4;
            default: accept;
        }
    }

    state parse_vlan {
        pkt.extract(hdr.vlan);
        transition select(hdr.vlan.ether_type) {
            ETHERTYPE_IPV4: parse_ipv4;
            default: accept;
        }
    }

    state parse_ipv4 {
        pkt.extract(hdr.ipv4);
        transition accept;
    }
}

control Ingress(
    inout headers_t hdr,
    inout ingress_md_t ig_md,
    in ingress_intrinsic_metadata_t ig_intr_md,
    in ingress_intrinsic_metadata_from_parser_t ig_prsr_md,
    inout ingress_intrinsic_metadata_for_deparser_t ig_dprsr_md,
    inout ingress_intrinsic_metadata_for_tm_t ig_tm_md
) {
    // When a packet of a port was seen last.
    Register<tick_t, PortId_t>(PORTS_MAX, 0) last_seen;

    RegisterAction<tick_t, PortId_t, bit<1>>(last_seen) touch_last_seen = {
        void apply(inout tick_t value, out bit<1> rv) {
            if ((int<32>)(value - ig_md.burst_began) > 0) {
                rv = 1;
            }
            value = ig_md.now;
        }
    };

    RegisterAction<tick_t, PortId_t, void>(last_seen) forget_last_seen = {
        void apply(inout tick_t value) {
            value = 0;
        }
    };

    Counter<bit<64>, PortId_t>(PORTS_MAX, CounterType_t.PACKETS) bursts;

    // To a host.
    action send(PortId_t port, mac_addr_t next_hop) {
        ig_tm_md.ucast_egress_port = port;
        hdr.ethernet.dst_addr = next_hop;
    }

    action drop() {
        ig_dprsr_md.drop_ctl = 1;
    }

    table hosts {
        key = {
            hdr.ethernet.dst_addr : exact @name("dst_addr");
            hdr.vlan.isValid()    : exact @name("is_tagged");
        }
        actions = {
            send;
            @defaultonly drop;
        }
        const default_action = drop();
        idle_timeout = true;
        size = HOSTS_MAX;
    }

    action mark_ttl(bool is_low) {
        ig_md.is_ttl_low = is_low;
    }

    table ttl {
        key = {
            hdr.ipv4.ttl : range;
        }
        actions = {
            mark_ttl;
        }
        default_action = mark_ttl(false);
        const entries = {
            // The last hop, or beyond.
            0 .. 1 : mark_ttl(true);
        }
        size = 4;
    }

    apply {
        // Ticks of 256 ns: the slice that the chip can take.
        ig_md.now = ig_intr_md.ingress_mac_tstamp[39:8];
        ig_md.burst_began = ig_md.now - 8;
        ig_md.session = 0;
        ig_md.is_ttl_low = false;

        // What egress has to know.
        hdr.bridge.setValid();
        hdr.bridge.kind = 0;
        hdr.bridge.ingress_port = ig_intr_md.ingress_port;

        // Only forwarded packets count.
        if (hosts.apply().hit) {
            ig_md.is_burst = touch_last_seen.execute(ig_intr_md.ingress_port);
        } else {
            forget_last_seen.execute(ig_intr_md.ingress_port);
            ig_md.is_burst = 0;
        }
        if (ig_md.is_burst == 1) {
            bursts.count(ig_intr_md.ingress_port);
            ig_dprsr_md.mirror_type = MIRROR_BURST;
            ig_md.session = 1;
        }
        if (hdr.ipv4.isValid()) {
            ttl.apply();
        }
        if (ig_md.is_ttl_low && hdr.ipv4.isValid()) {
            ig_tm_md.ucast_egress_port = PORT_CPU;
            exit;
        }
    }
}

control IngressDeparser(
    packet_out pkt,
    inout headers_t hdr,
    in ingress_md_t ig_md,
    in ingress_intrinsic_metadata_for_deparser_t ig_dprsr_md
) {
    Mirror(MIRROR_BURST) burst_mirror;

    apply {
        if (ig_dprsr_md.mirror_type == MIRROR_BURST) {
            burst_mirror.emit<bridge_h>(ig_md.session, { 8w0, 7w0, hdr.bridge.ingress_port });
        }
        pkt.emit(hdr);
    }
}

parser EgressParser(
    packet_in pkt,
    out headers_t hdr,
    out egress_md_t eg_md,
    out egress_intrinsic_metadata_t eg_intr_md
) {
    state start {
        pkt.extract(eg_intr_md);
        pkt.extract(hdr.bridge);
        transition parse_ethernet;
    }

    state parse_ethernet {
        pkt.extract(hdr.ethernet);
        transition select(hdr.ethernet.ether_type) {
            ETHERTYPE_IPV4: parse_ipv4;
            default: accept;
        }
    }

    state parse_ipv4 {
        pkt.extract(hdr.ipv4);
        transition accept;
    }
}

control Egress(
    inout headers_t hdr,
    inout egress_md_t eg_md,
    in egress_intrinsic_metadata_t eg_intr_md,
    in egress_intrinsic_metadata_from_parser_t eg_prsr_md,
    inout egress_intrinsic_metadata_for_deparser_t eg_dprsr_md,
    inout egress_intrinsic_metadata_for_output_port_t eg_oport_md
) {
    action age() {
        hdr.ipv4.ttl = hdr.ipv4.ttl - 1;
        eg_md.is_checksum_new = 1;
    }

    apply {
        hdr.bridge.setInvalid();
        if (hdr.ipv4.isValid()) {
            age();
        }
    }
}

control EgressDeparser(
    packet_out pkt,
    inout headers_t hdr,
    in egress_md_t eg_md,
    in egress_intrinsic_metadata_for_deparser_t eg_dprsr_md
) {
    Checksum() ipv4_checksum;

    apply {
        if (eg_md.is_checksum_new == 1) {
            hdr.ipv4.checksum = ipv4_checksum.update({
                hdr.ipv4.version,
                hdr.ipv4.ihl,
                hdr.ipv4.tos,
                hdr.ipv4.total_len,
                hdr.ipv4.id,
                hdr.ipv4.frag,
                hdr.ipv4.ttl,
                hdr.ipv4.protocol,
                hdr.ipv4.src_addr,
                hdr.ipv4.dst_addr
            });
        }
        pkt.emit(hdr.ethernet);
        pkt.emit(hdr.ipv4);
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
