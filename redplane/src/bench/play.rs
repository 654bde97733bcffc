//! What is played: the keys and states of a program's flows, as messages carry them.
//!
//! A state says who wrote it: it is made from the flow, the epoch and the seq of its write, so that a state that stands at the
//! wrong flow, or comes from a write that was refused, is seen. A NAT's states are mappings, which no write may change.

use clap::ValueEnum;
use redplane_apps::nat44::{Direction, Endpoint, FlowKey};
use redplane_apps::{Counter, Nat44, UDP};
use redplane_core::program::Program;
use redplane_core::seq::{Epoch, Seq};
use redplane_core::wire::{Layout, Message};

/// Most flows: the host part of 10.0.0.0/8, in which they are numbered.
pub(super) const FLOWS_MAX: u32 = 1 << 24;

/// First address of the flows.
const NET: u32 = 0x0a00_0000;
const PORT: u16 = 5000;

/// The words of a key; a program may have fewer.
pub(super) type Key = [u32; 4];
/// The words of a state; a program may have fewer, the others are 0.
pub(super) type State = [u32; 3];

/// A program of the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum App {
    /// Packets per IPv4 5-tuple.
    Counter,
    /// NAT44, whose flows take outside ports out of the store's pool.
    Nat,
}

impl App {
    /// Geometry on the wire.
    pub(super) fn layout(self) -> Layout {
        match self {
            Self::Counter => Counter::LAYOUT,
            Self::Nat => Nat44::LAYOUT,
        }
    }

    /// The key of a flow.
    pub(super) fn key(self, flow: u32) -> Key {
        let address = NET + flow;
        match self {
            Self::Counter => [u32::from(UDP), address, 0xc0a8_0001, u32::from(PORT) << 16 | 53],
            Self::Nat => {
                let endpoint = Endpoint { address, port: PORT };
                let [first, second, third] =
                    FlowKey { direction: Direction::Forward, protocol: UDP, endpoint }.words();
                [first, second, third, 0]
            }
        }
    }

    /// The flow that a message is about.
    pub(super) fn flow(self, message: &Message<'_>) -> Option<u32> {
        message.key().get(1)?.get().checked_sub(NET).filter(|flow| *flow < FLOWS_MAX)
    }

    /// What the write of this number says, in a flow that was granted with the state `granted`.
    pub(super) fn state(self, flow: u32, epoch: Epoch, seq: Seq, granted: State) -> State {
        match self {
            Self::Counter => [mix(mix(mix(flow) ^ epoch.raw()) ^ seq.raw()), 0, 0],
            Self::Nat => granted,
        }
    }
}

/// The state of a message.
pub(super) fn state_of(message: &Message<'_>) -> State {
    let mut state = State::default();
    for (to, from) in state.iter_mut().zip(message.state()) {
        *to = from.get();
    }
    state
}

/// Spreads bits; a bijection (the finalizer of MurmurHash3), so two numbers never meet.
fn mix(mut word: u32) -> u32 {
    word = (word ^ word >> 16).wrapping_mul(0x85eb_ca6b);
    word = (word ^ word >> 13).wrapping_mul(0xc2b2_ae35);
    word ^ word >> 16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn state_tells_flow_epoch_and_write_apart() {
        let state = |flow, epoch, seq| App::Counter.state(flow, Epoch::new(epoch), Seq::new(seq), [0; 3]);
        let one = state(7, 3, 9);
        assert_eq!(one, state(7, 3, 9));
        for other in [state(8, 3, 9), state(7, 4, 9), state(7, 3, 10)] {
            assert_ne!(one, other);
        }
        assert_eq!(App::Nat.state(7, Epoch::new(3), Seq::new(9), [1, 2, 0]), [1, 2, 0]);
    }
}
