//! Each stage of the FPGA could hold its array of 65,536 cells, but the chip has memory for a few of them.

use redplane_apps::Counter;
use redplane_hdl_sim::place::{MIRROR_LIMIT, shape_of};
use redplane_hdl_sim::record::record;
use redplane_hdl_sim::target::SMALL_FPGA;

use crate::Refused;

pub(crate) fn refused() -> Refused {
    Refused {
        recording: record::<Counter>(MIRROR_LIMIT),
        shape: shape_of::<Counter>(65_536),
        target: SMALL_FPGA,
    }
}
