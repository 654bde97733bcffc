//! A switch around a program: ports, the loop, mirrors, and the control plane's part, as the manifest describes them.

use std::collections::{BTreeSet, HashMap, VecDeque};

use redplane_core::field::Param;
use redplane_core::switch::Config;
use redplane_tofino::lower::stages::param_name;
use redplane_tofino::p4::ast::*;
use serde_json::Value;

use crate::frames::End;
use crate::model::{Done, Loaded, Match, Memory, Pass, Row};

/// The loop's port, in pipe 0.
pub const LOOP: u16 = 68;
/// The port that leads to the CPU.
pub const CPU: u16 = 192;
/// The port that leads to the store.
pub const STORE_PORT: u16 = 100;
/// The switch's end of a message.
pub const SWITCH: End = (0x0a09_0002, 4000);
/// The store's.
pub const STORE: End = (0x0a09_000a, 8000);
/// A frame's check sequence counts in its length.
const FCS: usize = 4;
/// First byte of a copy.
const COPY: u8 = 0x82;

/// A switch.
pub struct Switch {
    pub loaded: Loaded,
    pub memory: Memory,
    manifest: Value,
    sessions: HashMap<u128, usize>,
    settings: HashMap<String, u32>,
    pub now: u32,
    /// Copies that wait in the loop.
    pub copies: VecDeque<Vec<u8>>,
    /// What has left: port and frame.
    pub out: Vec<(u16, Vec<u8>)>,
    /// Slot by key, as the control plane knows it.
    pub slots: HashMap<Vec<u32>, u32>,
    slots_max: u32,
    /// Packets that a parser has dropped.
    pub rejected: u64,
}

impl Switch {
    pub fn new(
        program: Program,
        manifest: &str,
        config: &Config,
        ports: u16,
        inside: u16,
        noise: u64,
    ) -> Self {
        let manifest: Value = serde_json::from_str(manifest).unwrap();
        let number = |value: &Value| value.as_u64().unwrap();
        let sessions = manifest["mirrors"].as_array().unwrap().iter();
        let sessions = sessions.map(|it| (u128::from(number(&it["session"])), number(&it["bytes"]) as usize));
        let params = [
            Param::SwitchId,
            Param::Incarnation,
            Param::LeaseSpan,
            Param::Period,
            Param::HalfPeriod,
            Param::ResendAfter,
            Param::ResendMax,
            Param::SilenceSpan,
            Param::OpenSpan,
            Param::Program(0),
            Param::Program(1),
            Param::Program(2),
            Param::Program(3),
        ];
        let mut switch = Self {
            loaded: Loaded::new(program),
            memory: Memory { noise, ..Memory::default() },
            sessions: sessions.collect(),
            settings: params.into_iter().map(|param| (param_name(param), config.param(param))).collect(),
            slots_max: number(&manifest["slots"]) as u32,
            manifest,
            now: 0,
            copies: VecDeque::new(),
            out: vec![],
            slots: HashMap::new(),
            rejected: 0,
        };
        switch.set_up_settings();
        switch.set_up_ways(ports, inside);
        switch.set_up_store();
        switch
    }

    fn set_up_settings(&mut self) {
        let mut actions: HashMap<(String, String), HashMap<String, u32>> = HashMap::new();
        for (name, places) in self.manifest["params"].as_object().unwrap() {
            let value = self.settings[name];
            for place in places.as_array().unwrap() {
                let value = if place["minus"] == true { value.wrapping_neg() } else { value };
                let at = (within(&place["table"]), text(&place["action"]));
                actions.entry(at).or_default().insert(text(&place["field"]), value);
            }
        }
        for ((table, action), fields) in actions {
            let data = self.data(&action, |field| u128::from(fields[field]));
            let action = action.rsplit('.').next().unwrap().to_owned();
            self.memory.defaults.insert(table, (action, data));
        }
    }

    fn set_up_ways(&mut self, ports: u16, inside: u16) {
        let all = 0x1ff;
        self.fill("cpu_ports", vec![(CPU.into(), all)]);
        self.fill("inside_ports", vec![(inside.into(), all)]);
        self.fill("again_inside_ports", vec![(inside.into(), all)]);
        for port in 0..ports {
            self.add("wires", vec![Match::Value(port.into())], &[u128::from(port ^ 1)]);
        }
        for (name, port) in [("loop_port", LOOP), ("cpu_port", CPU)] {
            let part = &self.manifest[name];
            self.memory.defaults.insert(within(&part["table"]), (last(&part["action"]), vec![port.into()]));
        }
    }

    fn set_up_store(&mut self) {
        let all = 0xffff_ffff;
        self.fill("switch_addresses", vec![(SWITCH.0.into(), all)]);
        self.fill("store_addresses", vec![(STORE.0.into(), all)]);
        self.fill("store_ports", vec![(STORE.1.into(), 0xffff)]);
        for upper_bits in 0..256 {
            self.add("shards", vec![Match::Value(upper_bits)], &[0, STORE_PORT.into()]);
        }
        let data = [1, 2, u128::from(SWITCH.0), u128::from(STORE.0), u128::from(STORE.1)];
        self.add("stores", vec![Match::Value(0)], &data);
    }

    fn fill(&mut self, set: &str, values: Vec<(u128, u128)>) {
        let name = last(&self.manifest["sets"][set]);
        self.memory.sets.insert(name, values);
    }

    /// Adds an entry to a table of the manifest's; its data are in the order of the manifest's fields.
    pub fn add(&mut self, part: &str, keys: Vec<Match>, values: &[u128]) {
        let part = &self.manifest[part];
        let (table, action) = (within(&part["table"]), text(&part["action"]));
        let fields: Vec<String> = part["fields"].as_array().unwrap().iter().map(text).collect();
        assert_eq!(fields.len(), values.len(), "{table}");
        let data =
            self.data(&action, |field| values[fields.iter().position(|known| known == field).unwrap()]);
        let action = action.rsplit('.').next().unwrap().to_owned();
        self.memory.rows.entry(table).or_default().push(Row { keys, action, data });
    }

    /// The data of `Ingress.departure.to_port`, say, in the order of its parameters.
    fn data(&self, action: &str, value: impl Fn(&str) -> u128) -> Vec<u128> {
        let parts: Vec<&str> = action.rsplit('.').collect();
        let [name, control, ..] = parts[..] else { panic!("{action}") };
        let control =
            self.loaded.program.controls().find(|it| it.name.eq_ignore_ascii_case(control)).unwrap();
        let found = control.locals.iter().find_map(|local| match local {
            Local::Action(it) if it.name == name => Some(it),
            _ => None,
        });
        found
            .unwrap_or_else(|| panic!("no action {action}"))
            .params
            .iter()
            .map(|it| value(&it.name))
            .collect()
    }

    /// A frame comes in by a front port. All that follows of it happens, but for copies, which wait.
    pub fn receive(&mut self, port: u16, frame: &[u8]) {
        self.ingress(port, frame);
    }

    /// The oldest copy comes around.
    pub fn turn(&mut self) {
        if let Some(copy) = self.copies.pop_front() {
            self.ingress(LOOP, &copy);
        }
    }

    /// The packet generator makes a packet for a slot.
    pub fn sweep(&mut self, slot: u32) {
        let mut packet = vec![0, 0];
        packet.extend(slot.to_be_bytes());
        packet.resize(64, 0);
        self.ingress(LOOP, &packet);
    }

    /// The CPU hands a flow back.
    pub fn give_up(&mut self, key: &[u32]) {
        let key: Vec<u8> = key.iter().flat_map(|word| word.to_be_bytes()).collect();
        self.send_from_cpu(&self.manifest["frames"]["give_up"].clone(), 0, &key);
    }

    /// What a name has counted.
    pub fn counted(&self, name: &str) -> u64 {
        let counters = self.manifest["counters"].as_array().unwrap().iter();
        let ours = counters.filter(|counter| counter["name"] == name);
        let place = |it: &Value| (within(&it["table"]), u128::from(it["index"].as_u64().unwrap()));
        let places: BTreeSet<(String, u128)> = ours.map(place).collect();
        places.iter().map(|place| self.memory.counters.get(place).copied().unwrap_or(0)).sum()
    }

    fn ingress(&mut self, port: u16, packet: &[u8]) {
        let intrinsic = [
            ("ig_intr_md.ingress_port", u128::from(port)),
            ("ig_prsr_md.global_tstamp", u128::from(self.now) << 8 | 0x7d),
        ];
        let pass = Pass::new(&self.loaded, &mut self.memory, Gress::Ingress, packet, &intrinsic);
        let Some(done) = pass.run() else {
            self.rejected += 1;
            return;
        };
        if let Some((session, header)) = done.mirrored.clone() {
            self.mirror(session, header, packet);
        }
        if done.field("ig_dprsr_md.drop_ctl") & 1 == 1 {
            return;
        }
        let out = done.field("ig_tm_md.ucast_egress_port") as u16;
        if done.field("ig_tm_md.bypass_egress") == 1 {
            self.transmit(out, done.bytes);
        } else {
            self.egress(out, &done.bytes, packet.len() + FCS);
        }
    }

    fn egress(&mut self, port: u16, packet: &[u8], length: usize) {
        assert!(packet.len() + 27 >= 65, "egress finds {} bytes", packet.len());
        let intrinsic =
            [("eg_intr_md.deq_qdepth", self.copies.len() as u128), ("eg_intr_md.pkt_length", length as u128)];
        let pass = Pass::new(&self.loaded, &mut self.memory, Gress::Egress, packet, &intrinsic);
        let done: Done = pass.run().expect("egress parses what ingress has made");
        if let Some((session, header)) = done.mirrored.clone() {
            self.mirror(session, header, &done.bytes);
        }
        if done.field("eg_dprsr_md.drop_ctl") & 1 == 0 {
            self.transmit(port, done.bytes);
        }
    }

    fn mirror(&mut self, session: u128, header: Vec<u8>, packet: &[u8]) {
        let bytes = self.sessions[&session];
        let copy: Vec<u8> = header.into_iter().chain(packet.iter().copied()).take(bytes).collect();
        self.egress(LOOP, &copy, copy.len() + FCS);
    }

    fn transmit(&mut self, port: u16, frame: Vec<u8>) {
        match port {
            LOOP if frame[0] == COPY => self.copies.push_back(frame),
            LOOP => self.ingress(LOOP, &frame),
            CPU => self.control_plane(frame),
            _ => self.out.push((port, frame)),
        }
    }

    /// What the control plane does with a frame.
    fn control_plane(&mut self, frame: Vec<u8>) {
        let frames = self.manifest["frames"].clone();
        assert_eq!(
            u64::from(u16::from_be_bytes([frame[12], frame[13]])),
            frames["ethertype"].as_u64().unwrap()
        );
        if u64::from(frame[14]) != frames["insert"].as_u64().unwrap() {
            self.out.push((CPU, frame));
            return;
        }
        let body = &frame[22..];
        let word = |at: usize| u32::from_be_bytes([body[at], body[at + 1], body[at + 2], body[at + 3]]);
        let key_words = self.manifest["key_words"].as_u64().unwrap() as usize;
        let key: Vec<u32> = (0..key_words).map(|number| word(20 + 4 * number)).collect();
        let op = if self.insert(&key, word(8)) { &frames["resume"] } else { &frames["resume_full"] };
        let port = u16::from_be_bytes([frame[16], frame[17]]);
        self.send_from_cpu(op, port, body);
    }

    fn send_from_cpu(&mut self, op: &Value, port: u16, body: &[u8]) {
        let mac: Vec<u8> = text(&self.manifest["frames"]["destination"])
            .split(':')
            .map(|byte| u8::from_str_radix(byte, 16).unwrap())
            .collect();
        let ethertype = self.manifest["frames"]["ethertype"].as_u64().unwrap() as u16;
        let mut frame = [&mac[..], &mac[..], &ethertype.to_be_bytes()].concat();
        frame.extend([op.as_u64().unwrap() as u8, 0]);
        frame.extend(port.to_be_bytes());
        frame.extend(self.now.to_be_bytes());
        frame.extend(body);
        frame.resize(frame.len().max(60), 0);
        self.ingress(CPU, &frame);
    }

    /// Gives a flow a slot, as `control/redplane_switch/flows.py` does; no slot changes flows here.
    fn insert(&mut self, key: &[u32], epoch: u32) -> bool {
        let slot = self.slots.len() as u32;
        if slot == self.slots_max {
            return false;
        }
        assert!(self.slots.insert(key.to_vec(), slot).is_none(), "{key:x?} has a slot");
        let past = |span: &str| self.now.wrapping_sub(self.settings[span]);
        let cells = [
            ("epoch", epoch.wrapping_sub(1)),
            ("renounced", 0),
            ("deadline", past("open_span")),
            ("seq", 0),
            ("acked", 0),
            ("asked", past("period")),
        ];
        for (name, value) in cells {
            self.memory.registers.get_mut(&format!("ingress.{name}")).unwrap()[slot as usize] = value.into();
        }
        let flows = match &self.manifest["flows"] {
            Value::Array(tables) => tables[0].clone(),
            one => one.clone(),
        };
        let row = Row {
            keys: key.iter().map(|word| Match::Value((*word).into())).collect(),
            action: last(&flows["action"]),
            data: vec![slot.into()],
        };
        self.memory.rows.entry(within(&flows["table"])).or_default().push(row);
        true
    }

    /// A cell of a slot.
    pub fn cell(&self, name: &str, slot: u32) -> u32 {
        self.memory.registers[&format!("ingress.{name}")][slot as usize] as u32
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// `departure.routes` of `pipe.Ingress.departure.routes`: the control in lower case, and what is in it.
fn within(value: &Value) -> String {
    let name = text(value);
    let mut parts = name.rsplit('.');
    let (own, control) = (parts.next().unwrap(), parts.next().unwrap());
    format!("{}.{own}", control.to_lowercase())
}

/// The last part of a name of the control plane's.
fn last(value: &Value) -> String {
    text(value).rsplit('.').next().unwrap().to_owned()
}
