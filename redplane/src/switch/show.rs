//! What a switch has to tell: its counters as a table, and a detector's reports as lines.

use std::net::Ipv4Addr;

use comfy_table::{Cell, CellAlignment, Table, presets};
use redplane_apps::heavy_hitter::Flow;
use redplane_core::count::{Event, Reason};
use redplane_core::machine::REPORT_WORDS;
use redplane_core::program::Program;

use super::Running;
use super::ports::OpenPort;

/// All counters that are not zero.
pub(super) fn table<P: Program, const N: usize>(switch: &Running<P, N>, ports: &[OpenPort; 2]) -> Table {
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
    row("store", "left for the next replica, told so", link.moved_refused);
    row("store", "left for the next replica, silent", link.moved_silent);
    for event in Event::ALL {
        row("done", event.name(), switch.counters().event(*event).into());
    }
    for reason in Reason::ALL {
        row("ignored", reason.name(), switch.counters().reason(*reason).into());
    }
    table
}

/// A report of the heavy-hitter detector.
pub(super) fn heavy_flow(words: &[u32; REPORT_WORDS]) -> String {
    let [vlan, source, destination, ports, protocol, estimate, ..] = *words;
    format!("heavy: vlan {vlan} {} packets {estimate}", flow_name(&[source, destination, ports, protocol]))
}

/// A detector's flow as people write it: with ports where its protocol has some.
pub(crate) fn flow_name([source, destination, ports, protocol]: &Flow) -> String {
    let (source, destination) = (Ipv4Addr::from(*source), Ipv4Addr::from(*destination));
    let (from, to) = (ports >> 16, ports & 0xffff);
    match u8::try_from(*protocol) {
        Ok(redplane_apps::TCP) => format!("tcp {source}:{from} > {destination}:{to}"),
        Ok(redplane_apps::UDP) => format!("udp {source}:{from} > {destination}:{to}"),
        _ => format!("{protocol} {source} > {destination}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flows_are_named_with_ports_where_there_are_some() {
        let flow = |protocol| [0x0a00_0001, 0x0a00_0002, 0x1234_0050, protocol];
        assert_eq!(flow_name(&flow(6)), "tcp 10.0.0.1:4660 > 10.0.0.2:80");
        assert_eq!(flow_name(&flow(1)), "1 10.0.0.1 > 10.0.0.2");
        let words = [7, 0x0a00_0001, 0x0a00_0002, 0x1234_0050, 17, 99, 0, 0];
        assert_eq!(heavy_flow(&words), "heavy: vlan 7 udp 10.0.0.1:4660 > 10.0.0.2:80 packets 99");
    }
}
