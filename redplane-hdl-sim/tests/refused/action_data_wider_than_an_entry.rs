//! Nine parameters go into nine fields under one guard, on a target whose actions are given 256 bits.

use redplane_core::field::{Field, Header, Param};
use redplane_core::machine::Machine;
use redplane_hdl_sim::target::SMALL_FPGA;

use crate::{Refused, ingress};

pub(crate) fn refused() -> Refused {
    let refused = ingress(|m| {
        let tcp = m.has(Header::Tcp);
        m.when(tcp, |m| {
            let params = [
                Param::LeaseSpan,
                Param::Period,
                Param::HalfPeriod,
                Param::ResendAfter,
                Param::ResendMax,
                Param::SilenceSpan,
                Param::OpenSpan,
                Param::Program(0),
                Param::Program(1),
            ];
            for (word, param) in params.into_iter().enumerate() {
                let value = m.param(param);
                m.set(Field::State(word as u8), value);
            }
        });
    });
    Refused { target: SMALL_FPGA, ..refused }
}
