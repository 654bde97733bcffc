//! Both deparsers: what leaves each half, its checksums mended, its mirrors.
//!
//! Checksums are mended as RFC 1624 has it, equation 3: HC' = ~(~HC + ~m + m'). The stages have prepared ~HC, and of each change ~m and
//! m' ([`super::headers::Mend`]); the deparser's units add words and complement the sum. A change that did not happen is two zeros.

use redplane_core::field::Checksum;

use super::ProgramShape;
use super::headers::{
    checksum_name, complement_of, egress_headers, ingress_headers, mends, place_path, word_path,
};
use crate::p4::ast::{self, Deparser, Expr, Mirror, Noted, Stmt, Struct};

/// Units of a deparser that add up checksums. Each writes one field.
pub const CHECKSUM_UNITS: usize = 6;

/// The checksums that the stages mend, one of each field: TCP's and ICMP's are the same.
pub fn mended_fields(shape: &ProgramShape) -> Vec<Checksum> {
    let mut fields: Vec<Checksum> = vec![];
    for mend in &shape.mends {
        let name = checksum_name(mend.checksum());
        if !fields.iter().any(|known| checksum_name(*known) == name) {
            fields.push(mend.checksum());
        }
    }
    fields
}

/// The ingress deparser.
pub fn ingress(shape: &ProgramShape) -> Deparser {
    let mut deparser = Deparser::ingress("IngressDeparser", "ingress_headers_t", "ingress_metadata_t");
    for checksum in mended_fields(shape) {
        let unit = format!("{}_checksum", checksum_name(checksum));
        deparser = deparser.local(ast::Checksum::new(unit.clone())).apply(mended(shape, checksum, &unit));
    }
    let renewal =
        ["ig_md.internal_type", "", "ig_md.mirror_kind", "ig_md.mirror_epoch"].map(|field| match field {
            "" => Expr::bits(20, 0),
            field => Expr::from(field),
        });
    let key = (0..shape.layout.key_words).map(|word| word_path("hdr.key", word));
    let renewal = Expr::list(renewal.into_iter().chain(key));
    deparser
        .local(Mirror::new("renewals", "MIRROR_RENEWAL"))
        .apply([Stmt::when(
            Expr::from("ig_dprsr_md.mirror_type").equals("MIRROR_RENEWAL"),
            [Stmt::mirror("renewals", "ig_md.session", "renewal_h", renewal)],
        )])
        .apply(emits(&ingress_headers(), &["sweep"]))
        .comment("Checksums are mended by what has changed (RFC 1624): the words taken out and put in, zeros where nothing was.")
}

/// `if (ig_md.mends_ipv4 == 1) { hdr.ipv4.checksum = ipv4_checksum.update({ … }); }`
fn mended(shape: &ProgramShape, checksum: Checksum, unit: &str) -> Option<Stmt> {
    let field = place_path(checksum.place())?;
    let same = shape.mends.iter().filter(|mend| checksum_name(mend.checksum()) == checksum_name(checksum));
    let words = same.flat_map(|mend| [mend.taken_away(), mend.added()]);
    let words = [complement_of(checksum)].into_iter().chain(words);
    let sum =
        if checksum.may_be_absent() { Expr::udp_checksum(unit, words) } else { Expr::checksum(unit, words) };
    Some(Stmt::when(mends(checksum).equals(1), [Stmt::assign(field, sum)]))
}

/// The egress deparser.
pub fn egress() -> Deparser {
    let summed = [
        "version_ihl",
        "diffserv",
        "total_len",
        "identification",
        "fragment",
        "ttl_protocol",
        "src_addr",
        "dst_addr",
    ];
    let summed = summed.map(|field| Expr::from("hdr.ipv4").field(field));
    let copy = Expr::list([
        Expr::from("eg_md.internal_type"),
        Expr::bits(40, 0),
        Expr::bits(16, 0),
        Expr::from("eg_md.mirror_due"),
        Expr::from("eg_md.mirror_wait"),
    ]);
    Deparser::egress("EgressDeparser", "egress_headers_t", "egress_metadata_t")
        .local(ast::Checksum::new("ipv4_checksum"))
        .local(Mirror::new("copies", "MIRROR_COPY"))
        .apply([
            Stmt::when(
                Expr::from("hdr.ipv4").is_valid(),
                [Stmt::assign("hdr.ipv4.checksum", Expr::checksum("ipv4_checksum", summed))],
            ),
            Stmt::when(
                Expr::from("eg_dprsr_md.mirror_type").equals("MIRROR_COPY"),
                [Stmt::mirror("copies", "eg_md.session", "copy_h", copy)],
            ),
        ])
        .apply(emits(&egress_headers(), &["bridge", "renewal"]))
        .comment("What the mirror copies is the finished message, cut behind its state.")
}

fn emits(headers: &Struct, but: &[&str]) -> Vec<Stmt> {
    let emitted = headers.fields.iter().filter(|field| !but.contains(&field.name.as_str()));
    emitted.map(|field| Stmt::emit(Expr::from("hdr").field(field.name.clone()))).collect()
}
