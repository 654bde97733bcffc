//! The device's controller: gives slots to flows that the store has granted, as a control plane does that a data plane cannot.
//!
//! It does what the native machine does in place ([`redplane_core::memory`]): a free slot of the key's set of four, else one that
//! [`is_reusable`] lets go, its registers reset so that the grant is newer. But packets are under way meanwhile. One that has found
//! the old flow's slot and has not yet come to its registers would write into the new flow's. So the old flow is taken out first;
//! when all that may have found it are through, the registers are asked again, and only then is the slot given away.

use std::collections::VecDeque;

use redplane_core::count::{Counters, Event, Reason};
use redplane_core::field::{Field, Param};
use redplane_core::machine::Array;
use redplane_core::native::NativeAlu;
use redplane_core::registers::{RENOUNCED_NO, SlotCells, is_reusable};
use redplane_core::switch::Config;

use super::code::Code;
use super::flight::Flight;
use super::memory::Memory;
use super::packet::Key;
use super::vector::Place;
use crate::pipeline::{Pipeline, Role};

/// The controller and the grants that it has.
#[derive(Debug)]
pub(super) struct Controller {
    period: u32,
    open_span: u32,
    state_words: u8,
    message_epoch: Place,
    /// Cycles that a grant takes until it is looked at.
    latency: u64,
    /// Cycles after which no packet is under way that has found a flow which was taken out.
    drain: u64,
    grants: VecDeque<(u64, Box<Flight>, Key)>,
    /// The slot that is being emptied for the first grant, and when it will be.
    emptying: Option<(u64, u32)>,
}

impl Controller {
    pub(super) fn new(code: &Code, pipeline: &Pipeline, config: &Config, latency: u64) -> Self {
        Self {
            period: config.param(Param::Period),
            open_span: config.param(Param::OpenSpan),
            state_words: pipeline.layout.state_words,
            message_epoch: code.read(pipeline, Role::Field(Field::MessageEpoch)),
            latency,
            drain: pipeline.ingress.len() as u64 + 1,
            grants: VecDeque::new(),
            emptying: None,
        }
    }

    /// A grant comes that has found no slot.
    pub(super) fn accept(&mut self, cycle: u64, flight: Box<Flight>, key: Key) {
        self.grants.push_back((cycle + self.latency, flight, key));
    }

    /// When it will have something to do.
    pub(super) fn next(&self) -> Option<u64> {
        let (ready, ..) = self.grants.front()?;
        Some(self.emptying.map_or(*ready, |(emptied, _)| emptied))
    }

    /// Looks at the oldest grant; gives it back if it is to go in again.
    pub(super) fn act(
        &mut self,
        cycle: u64,
        now: u32,
        memory: &mut Memory,
        counters: &mut Counters,
    ) -> Option<Box<Flight>> {
        if self.next()? > cycle {
            return None;
        }
        let (_, flight, key) = self.grants.front()?;
        let (key, epoch) = (*key, flight.vector.get(self.message_epoch));
        let slot = match self.emptying.take() {
            Some((_, slot)) if self.is_reusable(memory, slot, now) => {
                counters.count(Event::SlotReused);
                Some(slot)
            }
            // A packet that was under way has made use of it.
            Some((_, slot)) => {
                memory.stay(slot);
                return None;
            }
            // Two grants of a flow were under way.
            None if memory.slot_of(&key).is_some() => return self.give_back(false),
            None => match memory.set_of(&key).find(|slot| memory.is_free(*slot)) {
                Some(slot) => Some(slot),
                None => {
                    let reusable = memory.set_of(&key).find(|slot| self.is_reusable(memory, *slot, now));
                    if let Some(slot) = reusable {
                        memory.begin_leaving(slot);
                        self.emptying = Some((cycle + self.drain, slot));
                        return None;
                    }
                    None
                }
            },
        };
        if let Some(slot) = slot {
            self.reset(memory, slot, epoch, now);
            memory.take(slot, key);
        }
        self.give_back(slot.is_none())
    }

    fn give_back(&mut self, table_full: bool) -> Option<Box<Flight>> {
        let (_, mut flight, _) = self.grants.pop_front()?;
        flight.table_full = table_full;
        Some(flight)
    }

    fn is_reusable(&self, memory: &Memory, slot: u32, now: u32) -> bool {
        let cells = SlotCells {
            renounced: memory.core_cell(Array::Renounced, slot),
            deadline: memory.core_cell(Array::Deadline, slot),
            seq: memory.core_cell(Array::Seq, slot),
            acked: memory.core_cell(Array::Acked, slot),
            asked: memory.core_cell(Array::Asked, slot),
        };
        is_reusable(&mut NativeAlu, cells, now, self.period)
    }

    fn reset(&self, memory: &mut Memory, slot: u32, epoch: u32, now: u32) {
        memory.put(Array::Epoch, slot, epoch.wrapping_sub(1));
        memory.put(Array::Renounced, slot, RENOUNCED_NO);
        memory.put(Array::Deadline, slot, now.wrapping_sub(self.open_span));
        memory.put(Array::Seq, slot, 0);
        memory.put(Array::Acked, slot, 0);
        memory.put(Array::Asked, slot, now.wrapping_sub(self.period));
        for word in 0..self.state_words {
            memory.put(Array::State(word), slot, 0);
        }
    }
}

/// Gives a flow of a pipeline without RedPlane a free slot with this state, for good; false, and counted, if its set is full.
pub(super) fn install(memory: &mut Memory, counters: &mut Counters, key: &Key, state: &[u32]) -> bool {
    let Some(slot) = memory.set_of(key).find(|slot| memory.is_free(*slot)) else {
        counters.ignore(Reason::TableFull);
        return false;
    };
    for (word, value) in state.iter().enumerate() {
        memory.put(Array::State(word as u8), slot, *value);
    }
    memory.take(slot, *key);
    counters.count(Event::RecordMade);
    true
}
