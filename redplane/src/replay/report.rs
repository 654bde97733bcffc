//! What a replay found, for people and for programs.

use std::collections::BTreeMap;

use comfy_table::{Cell, CellAlignment, Table, presets};
use redplane_core::count::{Counters, Event, Reason};
use redplane_core::program::Program;
use redplane_core::store::Initializer;
use redplane_core::wire::Refusal;
use redplane_store::durability::OneReplica;
use redplane_store::shard::Shard;
use serde::Serialize;

use super::flows::Flows;
use super::store::NatShard;
use super::timeline::TimeReport;

/// Nonzero numbers by name.
pub(super) type Numbers = BTreeMap<&'static str, u64>;

/// All of it; what `report.json` holds.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Report {
    pub(super) capture: CaptureReport,
    pub(super) failure: FailureReport,
    pub(super) packets: PacketReport,
    pub(super) time: TimeReport,
    pub(super) flows: FlowReport,
    /// In the order of their numbers.
    pub(super) switches: Vec<DeviceReport>,
    pub(super) store: DeviceReport,
    /// Every flow's translation, in the order in which they began.
    pub(super) translations: Vec<Translation>,
}

/// The file.
#[derive(Clone, Debug, Serialize)]
pub(super) struct CaptureReport {
    pub(super) path: String,
    pub(super) link_type: Option<String>,
    /// Packets of which the capture has only the beginning; they went through at their full length, padded with zeros.
    pub(super) packets_cut: u64,
    /// Why the rest of the file could not be read, if so.
    pub(super) warning: Option<String>,
}

/// The failure of the first switch.
#[derive(Clone, Debug, Serialize)]
pub(super) struct FailureReport {
    /// The first packet that it did not see, counted from 1; `None` if the capture is empty.
    pub(super) at_packet: Option<u64>,
    pub(super) lease_period_ms: u64,
    /// Time until the packets went to the second switch.
    pub(super) detection_ms: u64,
    /// Packets that came out later than they went in: they waited for a lease.
    pub(super) packets_delayed: u64,
    pub(super) longest_delay_ms: f64,
}

/// What became of the packets.
#[derive(Clone, Debug, Serialize)]
pub(super) struct PacketReport {
    #[serde(rename = "in")]
    pub(super) input: u64,
    #[serde(rename = "out")]
    pub(super) output: u64,
    /// Those that came out of the NAT.
    pub(super) through_nat: u64,
    /// From the inside to the inside: not for the NAT, written as they were.
    pub(super) inside_to_inside: u64,
    /// From the outside to the outside: the same.
    pub(super) outside_to_outside: u64,
    /// From the outside to an inside host: sent to the outside address that the NAT had given it.
    pub(super) returns_readdressed: u64,
    pub(super) dropped: Numbers,
    /// Packets that neither came out nor were counted as dropped: there should be none.
    pub(super) unexplained: i64,
    /// Packets that came out and that nobody had put in: there must be none.
    pub(super) unknown: u64,
}

/// The promise.
#[derive(Clone, Debug, Serialize)]
pub(super) struct FlowReport {
    /// Inside endpoints that sent, anew after each mapping that the store ended.
    pub(super) flows: u64,
    /// Those of which a packet came out.
    pub(super) flows_translated: u64,
    /// Those that were translated before and after the failure.
    pub(super) flows_across_failure: u64,
    /// Those whose translation changed: must be 0.
    pub(super) flows_changed: u64,
    /// Packets whose outside endpoint was another flow's: must be 0.
    pub(super) packets_shared: u64,
    /// Packets that came out to the wrong inside endpoint: must be 0.
    pub(super) packets_misdelivered: u64,
    /// Mappings that the store ended because they were idle.
    pub(super) mappings_ended: u64,
}

/// A flow's outside endpoint before and after.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Translation {
    pub(super) protocol: &'static str,
    pub(super) inside: String,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
    pub(super) changed: bool,
}

/// Counters of a switch or the store.
#[derive(Clone, Debug, Serialize)]
pub(super) struct DeviceReport {
    pub(super) events: Numbers,
    pub(super) ignored: Numbers,
    pub(super) refused: Numbers,
}

/// Reasons of a switch that end a packet. What the others are about carries none, or is sent again.
const FATAL: [Reason; 6] = [
    Reason::Malformed,
    Reason::NotHandled,
    Reason::Fragment,
    Reason::TtlExpired,
    Reason::MirrorFull,
    Reason::TableFull,
];

/// Refusals that end the packet of a lease request.
const FATAL_REFUSALS: [Refusal; 4] =
    [Refusal::PoolEmpty, Refusal::NotAllowed, Refusal::FlowsFull, Refusal::WaitingFull];

/// Packets that the switches and the store dropped, by reason.
pub(super) fn dropped(switches: &[Counters], shard: &NatShard) -> Numbers {
    let of_reason = |reason: Reason| {
        let sum = switches.iter().map(|counters| u64::from(counters.reason(reason))).sum();
        (reason.name(), sum)
    };
    let of_refusal = |refusal: Refusal| (refusal.name(), u64::from(shard.flows().refusals(refusal)));
    let reasons = FATAL.into_iter().map(of_reason).chain(FATAL_REFUSALS.into_iter().map(of_refusal));
    reasons.filter(|(_, count)| *count > 0).collect()
}

impl DeviceReport {
    pub(super) fn of_switch(counters: &Counters) -> DeviceReport {
        DeviceReport {
            events: numbers(Event::ALL, Event::name, |event| counters.event(*event)),
            ignored: numbers(Reason::ALL, Reason::name, |reason| counters.reason(*reason)),
            refused: Numbers::new(),
        }
    }

    pub(super) fn of_shard<P: Program, I: Initializer<P>>(shard: &Shard<P, I, OneReplica>) -> DeviceReport {
        DeviceReport {
            events: numbers(Event::ALL, Event::name, |event| shard.event(*event)),
            ignored: numbers(Reason::ALL, Reason::name, |reason| shard.reason(*reason)),
            refused: numbers(Refusal::ALL, Refusal::name, |refusal| shard.flows().refusals(*refusal)),
        }
    }
}

fn numbers<T: Copy>(all: &[T], name: impl Fn(T) -> &'static str, count: impl Fn(&T) -> u32) -> Numbers {
    all.iter().map(|one| (name(*one), u64::from(count(one)))).filter(|(_, count)| *count > 0).collect()
}

impl FlowReport {
    pub(super) fn of(flows: &Flows, mappings_ended: u64) -> FlowReport {
        let count = |which: fn(&super::flows::Flow) -> bool| {
            flows.all().iter().filter(|flow| which(flow)).count() as u64
        };
        FlowReport {
            flows: flows.all().len() as u64,
            flows_translated: count(|flow| flow.translation().is_some()),
            flows_across_failure: count(|flow| flow.before.is_some() && flow.after.is_some()),
            flows_changed: count(|flow| flow.changed > 0),
            packets_shared: flows.shared(),
            packets_misdelivered: flows.misdelivered(),
            mappings_ended,
        }
    }

    /// Whether the failover did what it promises.
    pub(super) fn holds(&self) -> bool {
        self.flows_changed == 0 && self.packets_shared == 0 && self.packets_misdelivered == 0
    }
}

pub(super) fn translations(flows: &Flows) -> Vec<Translation> {
    flows
        .all()
        .iter()
        .map(|flow| Translation {
            protocol: match flow.id.protocol {
                redplane_apps::TCP => "tcp",
                redplane_apps::UDP => "udp",
                _ => "icmp",
            },
            inside: flow.id.inside.to_string(),
            before: flow.before.map(|end| end.to_string()),
            after: flow.after.map(|end| end.to_string()),
            changed: flow.changed > 0,
        })
        .collect()
}

impl Report {
    /// The summary that a person reads.
    pub(super) fn table(&self) -> Table {
        let mut table = Table::new();
        table.load_preset(presets::NOTHING);
        let mut row = |name: &str, value: String, note: &str| {
            let value = Cell::new(value).set_alignment(CellAlignment::Right);
            table.add_row(vec![Cell::new(name), value, Cell::new(note)]);
        };
        let packets = &self.packets;
        row("packets in", packets.input.to_string(), &cut_note(&self.capture));
        row("packets out", packets.output.to_string(), "");
        row("  through the NAT", packets.through_nat.to_string(), "");
        row("  inside to inside", packets.inside_to_inside.to_string(), "not for a NAT, passed unchanged");
        row(
            "  outside to outside",
            packets.outside_to_outside.to_string(),
            "not for a NAT, passed unchanged",
        );
        row(
            "returns readdressed",
            packets.returns_readdressed.to_string(),
            "the capture is from the inside: sent to the NAT's address instead",
        );
        for (reason, count) in &packets.dropped {
            row(&format!("dropped, {reason}"), count.to_string(), drop_note(reason));
        }
        if packets.unexplained != 0 {
            row("unexplained", packets.unexplained.to_string(), "");
        }
        let failure = &self.failure;
        match failure.at_packet {
            Some(at) => row("switch 1 fails at packet", at.to_string(), ""),
            None => row("switch 1 fails at packet", "-".to_owned(), "there are fewer packets"),
        }
        row(
            "packets that waited",
            failure.packets_delayed.to_string(),
            "for the dead switch's leases to end",
        );
        row("longest wait", format!("{:.0} ms", failure.longest_delay_ms), "");
        let flows = &self.flows;
        row("flows", flows.flows.to_string(), "inside endpoints that sent");
        row("flows translated", flows.flows_translated.to_string(), "");
        row("flows across the failure", flows.flows_across_failure.to_string(), "");
        let promise = if flows.holds() { "as promised" } else { "THE PROMISE IS BROKEN" };
        row("translations changed", flows.flows_changed.to_string(), promise);
        if !flows.holds() {
            row("packets of shared translations", flows.packets_shared.to_string(), "");
            row("packets to the wrong host", flows.packets_misdelivered.to_string(), "");
        }
        table
    }
}

fn cut_note(capture: &CaptureReport) -> String {
    match capture.packets_cut {
        0 => String::new(),
        cut => format!("{cut} cut by the capture, processed at full length"),
    }
}

/// Names of the replay's own reasons.
pub(super) const AT_DEAD_SWITCH: &str = "AtDeadSwitch";
pub(super) const NO_MAPPING: &str = "NoMapping";
pub(super) const FRAME_TOO_LONG: &str = "FrameTooLong";
pub(super) const MESSAGE_TOO_LONG: &str = "MessageTooLong";

fn drop_note(reason: &str) -> &'static str {
    match reason {
        AT_DEAD_SWITCH => "until the failure was detected",
        NO_MAPPING => "from the outside to a host that had not sent: a NAT lets nobody in",
        FRAME_TOO_LONG => "longer than any frame of a link",
        MESSAGE_TOO_LONG => "too long to travel to the store",
        "NotHandled" => "multicast, other protocols, other ICMP",
        "Fragment" => "only the first fragment has ports",
        "TtlExpired" => "their hops were used up",
        "Malformed" => "their headers do not fit",
        "NotAllowed" => "from the outside, for a mapping that has ended",
        "PoolEmpty" => "no outside port is left: give a larger --pool",
        "WaitingFull" => "too many packets wait for leases",
        "FlowsFull" => "the store is full",
        "MirrorFull" => "too many writes wait for the store",
        "TableFull" => "the switch has no slot for the flow",
        _ => "",
    }
}
