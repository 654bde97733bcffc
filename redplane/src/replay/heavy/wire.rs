//! The link between the switch and the store: a fixed delay, losses, and what travels on it by kind.

use std::collections::VecDeque;

use redplane_core::wire::Kind;

/// Bytes of a frame around a message: Ethernet header and checksum, IPv4, UDP. The preamble and the gap between frames do not count.
const AROUND: u64 = 14 + 20 + 8 + 4;

/// Shortest Ethernet frame, checksum included.
const FRAME_LEN_MIN: u64 = 64;

/// How the link is.
#[derive(Clone, Copy, Debug)]
pub(super) struct LinkConfig {
    /// One way, in nanoseconds.
    pub(super) delay_ns: u64,
    /// Share of the messages that are lost, 0 to 1, in each direction.
    pub(super) loss: f64,
    /// What the losses are drawn by.
    pub(super) seed: u64,
}

/// Where a message is on its way to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum To {
    Store,
    /// The switch of this number.
    Switch(u16),
}

/// A message on its way.
#[derive(Debug)]
pub(super) struct InFlight {
    pub(super) at_ns: u64,
    pub(super) to: To,
    pub(super) message: Vec<u8>,
}

/// Messages and bytes of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) messages: u64,
    /// On the wire, with Ethernet, IPv4 and UDP around them.
    pub(super) bytes: u64,
}

/// The link. The delay is the same for all, so messages arrive in the order in which they were sent.
#[derive(Debug)]
pub(super) struct Wire {
    config: LinkConfig,
    rng: fastrand::Rng,
    in_flight: VecDeque<InFlight>,
    tallies: [Tally; 16],
    /// Messages with a packet that were lost.
    packets_lost: u64,
}

impl Wire {
    pub(super) fn new(config: LinkConfig) -> Wire {
        Wire {
            config,
            rng: fastrand::Rng::with_seed(config.seed),
            in_flight: VecDeque::new(),
            tallies: Default::default(),
            packets_lost: 0,
        }
    }

    /// A message is sent.
    pub(super) fn send(&mut self, now_ns: u64, to: To, message: &[u8]) {
        let kind = message.first().map_or(0, |byte| byte & 0xf);
        let tally = &mut self.tallies[usize::from(kind)];
        tally.messages += 1;
        tally.bytes += (message.len() as u64 + AROUND).max(FRAME_LEN_MIN);
        if self.config.loss > 0.0 && self.rng.f64() < self.config.loss {
            self.packets_lost += u64::from(carries(kind));
            return;
        }
        let at_ns = now_ns + self.config.delay_ns;
        self.in_flight.push_back(InFlight { at_ns, to, message: message.to_vec() });
    }

    /// When the next message arrives.
    pub(super) fn next_ns(&self) -> Option<u64> {
        self.in_flight.front().map(|message| message.at_ns)
    }

    /// The next message, if it has arrived.
    pub(super) fn receive(&mut self, now_ns: u64) -> Option<InFlight> {
        if self.next_ns()? > now_ns {
            return None;
        }
        self.in_flight.pop_front()
    }

    /// Whether a message that may have a packet is on its way.
    pub(super) fn has_packets(&self) -> bool {
        self.in_flight.iter().any(|it| it.message.first().is_some_and(|byte| carries(byte & 0xf)))
    }

    /// Packets that were lost with their messages.
    pub(super) fn packets_lost(&self) -> u64 {
        self.packets_lost
    }

    /// What was sent of a kind.
    pub(super) fn tally(&self, kind: Kind) -> Tally {
        self.tallies[usize::from(kind.to_wire() & 0xf)]
    }
}

/// Of a program that writes nothing, these have a packet inside.
fn carries(kind: u8) -> bool {
    [Kind::LeaseRequest, Kind::Grant].iter().any(|it| it.to_wire() == kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wire(loss: f64) -> Wire {
        Wire::new(LinkConfig { delay_ns: 10, loss, seed: 1 })
    }

    #[test]
    fn message_arrives_after_the_delay_and_is_counted_with_what_is_around_it() {
        let mut wire = wire(0.0);
        let message = [Kind::SnapshotAck.to_wire(), 0, 0];
        wire.send(5, To::Store, &message);
        wire.send(6, To::Switch(2), &[Kind::SnapshotAck.to_wire(); 100]);
        assert_eq!((wire.next_ns(), wire.receive(14).is_none()), (Some(15), true));
        let arrived = wire.receive(15).unwrap();
        assert_eq!((arrived.to, &arrived.message[..]), (To::Store, &message[..]));
        assert!(wire.receive(15).is_none() && wire.receive(16).is_some());
        assert_eq!(wire.tally(Kind::SnapshotAck), Tally { messages: 2, bytes: 64 + 146 });
        assert_eq!(wire.tally(Kind::SnapshotSlots), Tally::default());
    }

    #[test]
    fn lost_messages_are_counted_with_their_packets() {
        let mut wire = wire(0.5);
        for _ in 0..1000 {
            wire.send(0, To::Store, &[Kind::LeaseRequest.to_wire()]);
            wire.send(0, To::Store, &[Kind::Renew.to_wire()]);
        }
        assert!((400..600).contains(&wire.packets_lost()), "{}", wire.packets_lost());
        let arrived = std::iter::from_fn(|| wire.receive(10)).count();
        assert!((800..1200).contains(&arrived), "{arrived}");
        assert!(wire.tally(Kind::LeaseRequest).messages == 1000);
    }
}
