//! Validity of headers, values of fields, deparsers.

use super::*;

#[test]
fn field_of_a_header_that_is_never_valid_is_refused() {
    expect(
        Rule::HeaderInvalid,
        "control Egress / apply / statement 3 / condition 1: `hdr.vlan.vid` is used where its header is valid on no path; extract it or set it valid before",
        |program| {
            egress(program).apply.push(Stmt::when(Expr::from("hdr.vlan.vid").equals(0), []));
        },
    );
}

#[test]
fn field_of_a_removed_header_is_refused() {
    expect(
        Rule::HeaderInvalid,
        "control Egress / apply / statement 3: `hdr.bridge.kind` is written where its header is valid on no path; set it valid first",
        |program| {
            egress(program).apply.push(Stmt::assign("hdr.bridge.kind", 1));
        },
    );
}

#[test]
fn write_to_a_header_that_is_not_valid_yet_is_refused() {
    expect(
        Rule::HeaderInvalid,
        "control Ingress / apply / statement 5: `hdr.bridge.kind` is written where its header is valid on no path; set it valid first",
        |program| {
            ingress(program).apply.insert(4, Stmt::assign("hdr.bridge.kind", 1));
        },
    );
}

#[test]
fn test_for_a_header_that_is_never_valid_is_refused() {
    expect(
        Rule::HeaderInvalid,
        "control Egress / apply / statement 3 / condition 1: `hdr.vlan` is valid on no path here, so that the test never holds; extract it, or leave the test out",
        |program| {
            egress(program).apply.push(Stmt::when(Expr::from("hdr.vlan").is_valid(), [Stmt::exit()]));
        },
    );
}

#[test]
fn header_that_is_not_emitted_is_refused() {
    expect(
        Rule::NotEmitted,
        "deparser EgressDeparser: `hdr.ethernet` may be valid here and is not emitted; emit it, or set it invalid on every path before",
        |program| {
            egress_deparser(program).apply.remove(1);
        },
    );
}

#[test]
fn header_that_is_removed_on_one_path_only_is_refused() {
    expect(
        Rule::NotEmitted,
        "deparser EgressDeparser: `hdr.bridge` may be valid here and is not emitted; emit it, or set it invalid on every path before",
        |program| {
            let remove = egress(program).apply.remove(0);
            egress(program).apply.push(Stmt::when(Expr::from("hdr.ipv4").is_valid(), [remove]));
        },
    );
}

#[test]
fn emit_of_a_header_that_is_never_valid_is_refused() {
    expect(
        Rule::NeverValid,
        "deparser EgressDeparser / apply / statement 4: `hdr.vlan` is emitted and valid on no path; extract it or set it valid, or leave the emit out",
        |program| {
            egress_deparser(program).apply.push(Stmt::emit("hdr.vlan"));
        },
    );
}

#[test]
fn headers_emitted_out_of_order_are_refused() {
    expect(
        Rule::EmitOrder,
        "deparser EgressDeparser / apply / statement 3: `ethernet` is emitted behind `ipv4`, and parser `EgressParser` reads it before; emit it first",
        |program| {
            egress_deparser(program).apply.swap(1, 2);
        },
    );
}

#[test]
fn header_emitted_out_of_the_next_parsers_order_is_refused() {
    expect(
        Rule::EmitOrder,
        "deparser IngressDeparser / apply / statement 2: `ipv4` is emitted behind `probe`, and parser `EgressParser` reads it before; emit it first",
        |program| {
            program.headers.push(Header::new("probe_h").bits("word", 32));
            program.structs[0].fields.insert(2, Field::new("probe", "probe_h"));
            ingress(program).apply.extend([Stmt::set_valid("hdr.probe"), Stmt::assign("hdr.probe.word", 0)]);
            egress_state(program, "parse_ipv4").body.push(Stmt::extract("hdr.probe"));
            egress_deparser(program).apply.push(Stmt::emit("hdr.probe"));
        },
    );
}

#[test]
fn bridge_that_not_every_packet_has_is_refused() {
    expect(
        Rule::Bridged,
        "parser EgressParser / state start / statement 2: bridge_h is taken from every packet here, and ingress does not put it in this place in front of every packet; set it valid on every path and emit it in this order, or select before extracting",
        |program| {
            let control = ingress(program);
            let bridge: Vec<Stmt> = control.apply.drain(4..7).collect();
            control.apply.push(Stmt::when(Expr::from("hdr.ipv4").is_valid(), bridge));
        },
    );
}

#[test]
fn metadata_read_before_it_is_written_is_refused() {
    expect(
        Rule::Unwritten,
        "control Ingress / apply / statement 10 / condition 1: `ig_md.is_ttl_low` is read here and not written before on every path; give it a value at the start, or have its struct initialised with zeros",
        |program| {
            ingress(program).apply.remove(3);
        },
    );
}

#[test]
fn metadata_written_on_one_path_only_is_refused() {
    expect(
        Rule::Unwritten,
        "control Ingress / apply / statement 9 / condition 1: `ig_md.is_burst` is read here and not written before on every path; give it a value at the start, or have its struct initialised with zeros",
        |program| {
            let StmtKind::If(branches) = &mut ingress(program).apply[7].kind else { panic!() };
            branches.otherwise.pop();
        },
    );
}

#[test]
fn header_emitted_with_a_field_unwritten_is_refused() {
    expect(
        Rule::Unwritten,
        "deparser IngressDeparser / apply / statement 2: `hdr.bridge.kind` is emitted and was not written on every path on which its header is set valid; write it there",
        |program| {
            ingress(program).apply.remove(5);
        },
    );
}

#[test]
fn conditional_emit_is_refused() {
    expect(
        Rule::Deparser,
        "deparser EgressDeparser / apply / statement 3 / branch 1 / statement 1: an emit under a condition; emit always, and make the header invalid where it is not wanted",
        |program| {
            let deparser = egress_deparser(program);
            let emit = deparser.apply.pop().unwrap();
            deparser.apply.push(Stmt::when(Expr::from("hdr.ipv4").is_valid(), [emit]));
        },
    );
}

#[test]
fn checksum_under_a_wide_condition_is_refused() {
    expect(
        Rule::Deparser,
        "deparser EgressDeparser / apply / statement 1 / condition 1: a checksum depends on bits only: `field == 1`, a bool, a header's validity, joined by `&&`; decide in the control and note a bit",
        |program| {
            let StmtKind::If(branches) = &mut egress_deparser(program).apply[0].kind else { panic!() };
            branches.branches[0].0 = Expr::from("hdr.ipv4.protocol").equals(6);
        },
    );
}

#[test]
fn number_in_a_mirror_header_is_refused() {
    expect(
        Rule::Deparser,
        "deparser IngressDeparser / apply / statement 1 / branch 1 / statement 1: `8w1` is neither a field nor zero; put it into a metadata field in the control",
        |program| {
            let StmtKind::If(branches) = &mut ingress_deparser(program).apply[0].kind else { panic!() };
            let StmtKind::MirrorEmit { header: Some((_, Expr::List(fields))), .. } =
                &mut branches.branches[0].1[0].kind
            else {
                panic!()
            };
            fields[0] = Expr::bits(8, 1);
        },
    );
}

#[test]
fn mirror_header_that_is_too_long_is_refused() {
    expect(
        Rule::DeparserLimit,
        "deparser IngressDeparser / apply / statement 1 / branch 1 / statement 1: a mirror header of 33 bytes, and the chip takes 32; leave out what the copy holds itself",
        |program| {
            program.headers.push(Header::new("long_h").bits("words", 264));
            let StmtKind::If(branches) = &mut ingress_deparser(program).apply[0].kind else { panic!() };
            branches.branches[0].1[0] =
                Stmt::mirror("burst_mirror", "ig_md.session", "long_h", Expr::list([Expr::bits(264, 0)]));
        },
    );
}

#[test]
fn seventh_checksum_is_refused() {
    expect(
        Rule::DeparserLimit,
        "deparser EgressDeparser / apply: 7 checksums, and the deparser computes 6; compute some in the other half",
        |program| {
            let deparser = egress_deparser(program);
            for _ in 0..6 {
                let sum = Expr::checksum("ipv4_checksum", ["hdr.ipv4.src_addr"]);
                deparser.apply.insert(1, Stmt::assign("hdr.ipv4.checksum", sum));
            }
        },
    );
}

#[test]
fn checksum_computed_behind_its_emit_is_refused() {
    expect(
        Rule::Deparser,
        "deparser EgressDeparser / apply / statement 3 / branch 1 / statement 1: `hdr.ipv4` is emitted before its checksum is computed; compute it above",
        |program| {
            egress_deparser(program).apply.rotate_left(1);
        },
    );
}
