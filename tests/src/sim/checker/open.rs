//! What leaves by a switch's own decision has a live lease behind it, or the right of RP-SW-11 to do without.
//!
//! The right is worked out here from the messages that reached the switch: a lease that lapsed by itself, no longer ago than the
//! open span, a read, and no answer of the store's for the time of silence.

use std::collections::BTreeMap;

use redplane_core::seq::Epoch;
use redplane_core::wire::{Body, Kind, Message};

/// The times of a switch, in nanoseconds of its own clock.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// From the sending of a request to the end of the lease.
    pub lease_ns: u64,
    /// Without an answer until the store counts as silent.
    pub silence_ns: u64,
    /// How long reads go on after the lease; 0 under `FailClosed`.
    pub open_ns: u64,
}

#[derive(Clone, Copy, Debug)]
struct Lease {
    epoch: Epoch,
    deadline_ns: u64,
    /// Given up, or refused for good.
    ended: bool,
}

/// What one boot of a switch was told.
#[derive(Clone, Debug)]
pub struct Watch<K> {
    times: Times,
    leases: BTreeMap<K, Lease>,
    answered_ns: u64,
}

impl<K: Ord + Copy> Watch<K> {
    /// A switch that has just booted.
    pub fn new(times: Times) -> Self {
        Self { times, leases: BTreeMap::new(), answered_ns: 0 }
    }

    /// An answer for this boot arrived; its request was sent `age_ns` ago.
    pub fn answered(&mut self, local_ns: u64, age_ns: u64, key: K, message: &Message<'_>) {
        self.answered_ns = local_ns;
        let deadline_ns = (local_ns + self.times.lease_ns).saturating_sub(age_ns);
        let epoch = message.epoch();
        match (message.kind(), self.leases.get_mut(&key)) {
            (Kind::Grant, Some(lease)) if epoch == lease.epoch && deadline_ns > local_ns => {
                lease.deadline_ns = lease.deadline_ns.max(deadline_ns);
            }
            (Kind::Grant, lease)
                if deadline_ns > local_ns
                    && lease.as_ref().is_none_or(|lease| epoch.is_newer_than(lease.epoch)) =>
            {
                self.leases.insert(key, Lease { epoch, deadline_ns, ended: false });
            }
            (Kind::WriteAck | Kind::RenewAck, Some(lease)) if epoch == lease.epoch => {
                lease.deadline_ns = lease.deadline_ns.max(deadline_ns);
            }
            (Kind::Refuse, Some(lease)) if epoch == lease.epoch => {
                lease.ended |= matches!(message.body(), Body::Refusal(why) if why.ends_lease());
            }
            _ => {}
        }
    }

    /// The switch says that it gave a lease up.
    pub fn gave_up(&mut self, key: &K, epoch: Epoch) {
        if let Some(lease) = self.leases.get_mut(key).filter(|lease| lease.epoch == epoch) {
            lease.ended = true;
        }
    }

    /// A packet left without a lease.
    pub fn check(&self, local_ns: u64, key: &K, writes: bool) -> Result<(), String> {
        let silent_ns = local_ns - self.answered_ns;
        let Some(lease) = self.leases.get(key) else {
            return Err(
                "a packet of a flow that was never granted left without an answer of the store's".into()
            );
        };
        if writes {
            return Err("a write left without an answer of the store's".into());
        }
        if lease.ended {
            return Err(format!("a read left after the lease had been given up or refused: {lease:?}"));
        }
        if local_ns > lease.deadline_ns + self.times.open_ns {
            return Err(format!(
                "a read left {} us after its lease, and may for {} us",
                (local_ns - lease.deadline_ns) / 1000,
                self.times.open_ns / 1000
            ));
        }
        if silent_ns < self.times.silence_ns {
            return Err(format!(
                "a read left without a lease, but the store has answered {} us ago",
                silent_ns / 1000
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use redplane_core::packet::Buffer;
    use redplane_core::seq::{Incarnation, Seq};
    use redplane_core::time::Tick;
    use redplane_core::wire::{Envelope, Flags, HEADROOM, Layout, Refusal};

    const LAYOUT: Layout = Layout { schema: 1, key_words: 1, state_words: 1, slot_words: 0 };
    const TIMES: Times = Times { lease_ns: 1000, silence_ns: 300, open_ns: 500 };

    fn tell(watch: &mut Watch<u32>, local_ns: u64, kind: Kind, port: u16) {
        let mut memory = [0; HEADROOM];
        let mut buffer = Buffer::empty(&mut memory);
        let envelope = Envelope {
            layout: LAYOUT,
            kind,
            flags: Flags::new().with_port(port),
            switch: 0,
            incarnation: Incarnation::new(1),
            epoch: Epoch::new(5),
            seq: Seq::new(0),
            timestamp: Tick::default(),
            key: &[7],
            state: &[0],
        };
        envelope.encode(&mut buffer).unwrap();
        let (message, _) = Message::parse(buffer.bytes(), |_| Some(LAYOUT)).unwrap();
        watch.answered(local_ns, 0, 7, &message);
    }

    #[test]
    fn read_within_the_span_of_a_silent_store_is_accepted_and_nothing_else() {
        let mut watch = Watch::new(TIMES);
        assert!(watch.check(10, &7, false).is_err());
        tell(&mut watch, 0, Kind::Grant, 0);
        watch.check(1200, &7, false).unwrap();
        watch.check(1500, &7, false).unwrap();
        assert!(watch.check(1501, &7, false).is_err());
        assert!(watch.check(1200, &7, true).is_err());
        assert!(watch.check(1200, &8, false).is_err());
        tell(&mut watch, 1100, Kind::Recall, 0);
        assert!(watch.check(1200, &7, false).is_err());
    }

    #[test]
    fn lease_given_up_or_refused_gives_no_right() {
        let mut watch = Watch::new(TIMES);
        tell(&mut watch, 0, Kind::Grant, 0);
        watch.gave_up(&7, Epoch::new(4));
        watch.check(1200, &7, false).unwrap();
        watch.gave_up(&7, Epoch::new(5));
        assert!(watch.check(1200, &7, false).is_err());
        let mut watch = Watch::new(TIMES);
        tell(&mut watch, 0, Kind::Grant, 0);
        tell(&mut watch, 10, Kind::Refuse, Refusal::StaleEpoch.to_wire());
        assert!(watch.check(1200, &7, false).is_err());
    }
}
