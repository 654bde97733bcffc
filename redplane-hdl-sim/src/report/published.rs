//! What others have published of RedPlane on a Tofino: nothing here is our model.

use crate::usage::Usage;

/// Where [`PAPER_TABLE_2`] comes from.
pub const PAPER: &str = "Kim et al., RedPlane, SIGCOMM 2021, Table 2: P4 Studio 9.1.1, 100K flows";

/// What RedPlane takes beyond the program without it, in per cent of the switch, by the resource's name in [`Usage::KINDS`].
///
/// The paper says "relative to each application's baseline usage"; 8.3 % of meter ALUs (which stateful ALUs are) are 4 of
/// 48, so a per cent is one of what the switch has.
pub const PAPER_TABLE_2: [(&str, f64); 7] = [
    ("match crossbar (bytes)", 5.3),
    ("stateful ALUs", 8.3),
    ("gateways", 9.9),
    ("SRAM blocks", 13.2),
    ("TCAM blocks", 11.8),
    ("VLIW words", 5.5),
    ("hash bits", 3.7),
];

/// Resources of [`Usage::KINDS`] that no published figure speaks of.
pub const UNKNOWN: [&str; 1] = ["statistics ALUs"];

/// Where [`PROTOTYPES`] come from.
pub const PROTOTYPE: &str = "the paper's authors' published programs, put through the open-source Tofino compiler (p4c 1.2.5.10, bf-p4c 9.13.4), 512 entries a table";

/// A program that went through a real compiler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compiled {
    /// The program.
    pub program: &'static str,
    /// Stages that anything was placed in.
    pub stages: u32,
    /// Of them, those that ingress uses.
    pub ingress: u32,
    /// And egress.
    pub egress: u32,
    /// What it took, but for [`UNKNOWN`].
    pub usage: Usage,
}

/// A NAT without RedPlane.
pub const PLAIN_NAT: Compiled = Compiled {
    program: "NAT, plain",
    stages: 4,
    ingress: 4,
    egress: 0,
    usage: Usage {
        crossbar_bytes: 16,
        hash_bits: 100,
        gateways: 2,
        sram: 14,
        tcam: 2,
        vliw: 8,
        logical_tables: 7,
        ..Usage::NONE
    },
};

/// The same with RedPlane.
pub const NAT: Compiled = Compiled {
    program: "NAT + RedPlane",
    stages: 9,
    ingress: 9,
    egress: 8,
    usage: Usage {
        crossbar_bytes: 92,
        hash_bits: 298,
        gateways: 21,
        sram: 65,
        map_ram: 29,
        tcam: 52,
        vliw: 25,
        salu: 4,
        logical_tables: 40,
        stats_alu: 0,
    },
};

/// A load balancer with RedPlane.
pub const LOAD_BALANCER: Compiled = Compiled {
    program: "load balancer + RedPlane",
    stages: 9,
    ingress: 9,
    egress: 8,
    usage: Usage { crossbar_bytes: 105, sram: 63, ..NAT.usage },
};

/// A sketch with RedPlane, repaired: as published it is refused.
pub const SKETCH: Compiled = Compiled {
    program: "sketch + RedPlane, repaired",
    stages: 12,
    ingress: 12,
    egress: 8,
    usage: Usage {
        crossbar_bytes: 107,
        hash_bits: 466,
        gateways: 29,
        sram: 80,
        map_ram: 47,
        tcam: 50,
        vliw: 37,
        salu: 13,
        logical_tables: 53,
        stats_alu: 0,
    },
};

/// All of them.
pub const PROTOTYPES: [Compiled; 4] = [PLAIN_NAT, NAT, LOAD_BALANCER, SKETCH];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::TOFINO1;

    #[test]
    fn paper_and_prototype_agree_where_sizes_do_not_matter() {
        let percent = |kind: &str| {
            let (_, of) = Usage::KINDS.into_iter().find(|(what, _)| *what == kind).unwrap();
            let added = of(&NAT.usage) - of(&PLAIN_NAT.usage);
            100.0 * f64::from(added) / f64::from(of(&TOFINO1.whole))
        };
        for (what, paper) in PAPER_TABLE_2 {
            let off = (percent(what) - paper).abs();
            match what {
                "gateways" | "stateful ALUs" => assert!(off < 0.05, "{what} {off}"),
                // 512 entries against 100K flows.
                "SRAM blocks" => assert!(percent(what) < paper),
                _ => assert!(off < 6.0, "{what} {off}"),
            }
        }
    }

    #[test]
    fn published_names_are_names_of_resources() {
        let known = |name: &str| Usage::KINDS.iter().any(|(what, _)| *what == name);
        assert!(PAPER_TABLE_2.iter().all(|(what, _)| known(what)));
        assert!(UNKNOWN.iter().all(|what| known(what)));
    }
}
