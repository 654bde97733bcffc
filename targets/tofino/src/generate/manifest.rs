//! `manifest.json`: what the control plane has to know of a generated program. Its form is described where it is read,
//! `control/redplane_switch/manifest.py`.

use std::collections::BTreeMap;

use redplane_core::field::Param;
use redplane_core::seq::Incarnation;
use redplane_core::switch::Config;
use redplane_core::time::TICK_NANOS;
use redplane_core::wire::{Kind, STORE_PORT, SWITCH_PORT, VERSION};
use redplane_hdl_sim::pipeline::Pipeline;
use redplane_hdl_sim::place::MIRROR_LIMIT;
use serde_json::{Value, json};

use crate::lower::ProgramShape;
use crate::lower::envelope::copy_session_bytes;
use crate::lower::headers::renewal_bytes;
use crate::lower::names;
use crate::lower::parser::RENEWAL_TAIL_BYTES;
use crate::lower::stages::{Half, Stages, param_name};

/// Form of the file.
const FORMAT: u32 = 1;

/// The file.
pub(super) fn text(name: &str, pipeline: &Pipeline, shape: &ProgramShape, stages: &Stages) -> String {
    let mut members = program(name, pipeline, stages);
    let around = around(shape);
    if let (Value::Object(members), Value::Object(around)) = (&mut members, around) {
        members.extend(around);
    }
    format!("{members:#}\n")
}

/// What the pipeline and its stages decide.
fn program(name: &str, pipeline: &Pipeline, stages: &Stages) -> Value {
    let halves = [&stages.ingress, &stages.egress];
    let key_words = pipeline.layout.key_words;
    let flows = stages.ingress.flow_tables.iter().map(|table| {
        json!({
            "table": table.table,
            "keys": (0..key_words).map(|word| format!("key_{word}")).collect::<Vec<_>>(),
            "action": table.action,
            "slot": "slot",
            "entries": table.entries,
        })
    });
    let mut flows: Vec<Value> = flows.collect();
    json!({
        "format": FORMAT,
        "program": name,
        "p4_name": name,
        "schema": pipeline.layout.schema,
        "key_words": key_words,
        "state_words": pipeline.layout.state_words,
        "slots": pipeline.flows,
        "tick_nanos": TICK_NANOS,
        "flows": if flows.len() == 1 { flows.remove(0) } else { Value::Array(flows) },
        "registers": registers(pipeline),
        "params": params(&halves),
        "defaults": defaults(),
        "counters": halves.iter().flat_map(|half| &half.counters).map(|counter| {
            json!({ "name": counter.name, "table": counter.table, "index": counter.index })
        }).collect::<Vec<_>>(),
        "reuse_rule": "reuse_rule.py",
    })
}

fn registers(pipeline: &Pipeline) -> Value {
    let register = |name: &str| json!({ "table": format!("pipe.Ingress.{name}"), "field": format!("Ingress.{name}.f1") });
    let names = pipeline.arrays.iter().map(|array| array.array.name());
    let (state, others): (Vec<String>, Vec<String>) = names.partition(|name| name.starts_with("state_"));
    let mut registers: serde_json::Map<String, Value> =
        others.iter().map(|name| (name.clone(), register(name))).collect();
    registers.insert("state".into(), state.iter().map(|name| register(name)).collect());
    Value::Object(registers)
}

fn params(halves: &[&Half]) -> Value {
    let mut params: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for setting in halves.iter().flat_map(|half| &half.settings) {
        params.entry(param_name(setting.param)).or_default().push(json!({
            "table": setting.table,
            "action": setting.action,
            "field": setting.field,
            "minus": setting.minus,
        }));
    }
    for param in [Param::SwitchId, Param::Incarnation] {
        let name = param_name(param);
        params.entry(name.clone()).or_default().push(json!({
            "table": "pipe.Egress.envelope.sender",
            "action": "Egress.envelope.set_sender",
            "field": name,
            "minus": false,
        }));
    }
    json!(params)
}

fn defaults() -> Value {
    let config = Config::new(0, Incarnation::default());
    json!({
        "lease_period": config.lease_period.ticks(),
        "guard": config.guard.ticks(),
        "resend_after": config.resend_after.ticks(),
        "resend_max": config.resend_max.ticks(),
        "silence": config.silence.ticks(),
        "open": config.open.ticks(),
    })
}

/// What stands around the stages in every program.
fn around(shape: &ProgramShape) -> Value {
    let set = |name: &str| format!("pipe.IngressParser.{name}");
    let departs = |table: &str, keys: &[&str], action: &str, fields: &[&str]| {
        json!({
            "table": format!("pipe.Ingress.departure.{table}"),
            "keys": keys,
            "action": format!("Ingress.departure.{action}"),
            "fields": fields,
        })
    };
    let port = |table: &str| {
        json!({
            "table": format!("pipe.Ingress.departure.{table}"),
            "action": "Ingress.departure.to_port",
            "field": "port",
        })
    };
    let mac: Vec<String> =
        names::CPU_MAC.to_be_bytes()[2..].iter().map(|byte| format!("{byte:02x}")).collect();
    json!({
        "sets": {
            "cpu_ports": set("cpu_ports"),
            "inside_ports": set("inside_ports"),
            "again_inside_ports": set("again_inside_ports"),
            "switch_addresses": set("switch_addresses"),
            "store_addresses": set("store_addresses"),
            "store_ports": set("store_ports"),
        },
        "cpu_port": port("cpu_port"),
        "loop_port": port("loop_port"),
        "loop_local_port": names::LOOP_PORT,
        "shards": departs("shards", &["hash"], "to_shard", &["shard", "port"]),
        "routes": departs("routes", &["address"], "next_hop", &["port", "dst_mac", "src_mac"]),
        "wires": departs("wires", &["port"], "to_port", &["port"]),
        "stores": {
            "table": "pipe.Egress.envelope.stores",
            "keys": ["shard"],
            "action": "Egress.envelope.address",
            "fields": ["dst_mac", "src_mac", "src_addr", "dst_addr", "dst_port"],
        },
        "mirrors": [
            {
                "session": names::MIRROR_RENEWAL,
                "direction": "INGRESS",
                "bytes": renewal_bytes(shape) + RENEWAL_TAIL_BYTES,
            },
            {
                "session": names::MIRROR_COPY,
                "direction": "EGRESS",
                "bytes": copy_session_bytes(shape),
            },
        ],
        "loop_queue_cells": 2 * MIRROR_LIMIT,
        "sweep": { "app": 0, "packet_bytes": 64 },
        "frames": {
            "ethertype": names::ETHERTYPE_CPU,
            "destination": mac.join(":"),
            "copy_type": names::TYPE_COPY,
            "resume": names::OP_RESUME,
            "resume_full": names::OP_RESUME_FULL,
            "give_up": names::OP_GIVE_UP,
            "insert": names::OP_INSERT,
            "punt": names::OP_PUNT,
        },
        "message": {
            "version": VERSION,
            "grant": Kind::Grant.to_wire(),
            "write": Kind::Write.to_wire(),
            "give_up": Kind::GiveUp.to_wire(),
        },
        "ports": { "switch": SWITCH_PORT, "store": STORE_PORT },
    })
}
