//! The applications go into the stages of the targets.

use redplane_apps::{Counter, Nat44};
use redplane_hdl_sim::place;
use redplane_hdl_sim::target::TOFINO1;

fn show(pipeline: &redplane_hdl_sim::pipeline::Pipeline) {
    for (gress, stages) in [("ingress", &pipeline.ingress), ("egress", &pipeline.egress)] {
        for (at, stage) in stages.iter().enumerate() {
            let ctx = redplane_hdl_sim::usage::Ctx::of(&TOFINO1, pipeline);
            println!("== {gress} {at} {:?}", redplane_hdl_sim::usage::stage_with_tables(stage, &ctx));
            for table in &stage.tables {
                println!("  Table {:?} {}", table.key, table.entries.len());
            }
            for unit in &stage.units {
                println!("  {unit:?}");
            }
        }
    }
    for (at, field) in pipeline.fields.iter().enumerate() {
        println!("{at} {} {}", field.name, field.bits);
    }
}

#[test]
fn nat_fits_a_tofino() {
    let target = redplane_hdl_sim::target::Target { stages: 24, ..TOFINO1 };
    match place::program::<Nat44>(&target, 65_536) {
        Ok(pipeline) => show(&pipeline),
        Err(violations) => panic!("{}", violations.iter().map(|v| v.to_string()).collect::<Vec<_>>().join("\n")),
    }
}

#[test]
fn counter_fits_a_tofino() {
    match place::program::<Counter>(&TOFINO1, 65_536) {
        Ok(pipeline) => show(&pipeline),
        Err(violations) => panic!("{}", violations.iter().map(|v| v.to_string()).collect::<Vec<_>>().join("\n")),
    }
}
