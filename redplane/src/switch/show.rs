//! The counters of a switch as a table.

use comfy_table::{Cell, CellAlignment, Table, presets};
use redplane_core::count::{Event, Reason};
use redplane_core::program::Program;

use super::Running;
use super::ports::OpenPort;

/// All counters that are not zero.
pub(super) fn table<P: Program>(switch: &Running<P>, ports: &[OpenPort; 2]) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    let mut row = |group: &str, name: &str, value: u64| {
        if value > 0 {
            let value = Cell::new(value).set_alignment(CellAlignment::Right);
            table.add_row(vec![Cell::new(group), Cell::new(name), value]);
        }
    };
    let counters = switch.port_counters();
    for (side, (name, port)) in ["inside", "outside"].into_iter().zip(ports).enumerate() {
        row(name, "frames received", counters.received[side]);
        row(name, "bytes received", counters.received_bytes[side]);
        row(name, "frames sent", counters.sent[side]);
        row(name, "bytes sent", counters.sent_bytes[side]);
        if let Some(routes) = port.route_counters() {
            row(name, "frames to others", routes.not_for_us);
            row(name, "frames not IPv4", routes.not_ipv4);
            row(name, "packets to the router", routes.to_router);
            row(name, "ARP frames", routes.arp);
            row(name, "ARP questions asked", routes.asked);
            row(name, "packets without a route", routes.no_route);
            row(name, "packets without a neighbour", routes.unresolved);
        }
    }
    row("ports", "expired packets answered", counters.expired_answered);
    row("ports", "expired packets unanswered", counters.expired_unanswered);
    row("ports", "unknown port given back", counters.no_such_port);
    let link = switch.link().counters();
    row("store", "messages sent", link.sent);
    row("store", "bytes sent", link.sent_bytes);
    row("store", "datagrams received", link.received);
    row("store", "bytes received", link.received_bytes);
    row("store", "messages lost, socket full", link.lost_full);
    row("store", "messages lost, too long", link.lost_too_long);
    row("store", "not reachable", link.unreachable);
    for event in Event::ALL {
        row("done", event.name(), switch.counters().event(*event).into());
    }
    for reason in Reason::ALL {
        row("ignored", reason.name(), switch.counters().reason(*reason).into());
    }
    table
}
