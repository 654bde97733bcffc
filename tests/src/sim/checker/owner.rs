//! One live owner per flow at any instant of true time, and the store agrees with whoever believes to be it.

use redplane_core::seq::Epoch;
use redplane_core::store::{Instant, Record};

/// What a switch believes of a flow.
#[derive(Clone, Copy, Debug)]
pub struct Belief {
    /// The switch.
    pub switch: u16,
    /// Its boot.
    pub incarnation: u16,
    /// The epoch of the lease that it takes for live.
    pub epoch: Epoch,
}

/// Checks one flow: `believers` are the switches whose lease on it is live by their own clocks.
pub fn check<S>(believers: &[Belief], record: Option<&Record<S>>, now: Instant) -> Result<(), String> {
    let [belief] = believers else {
        return if believers.is_empty() {
            Ok(())
        } else {
            Err(format!("more than one live owner: {believers:?}"))
        };
    };
    let Some(record) = record else {
        return Err(format!("{belief:?} of a flow that the store does not have"));
    };
    let owner = record.owner.map(|owner| (owner.switch, owner.incarnation.raw()));
    if owner != Some((belief.switch, belief.incarnation)) || record.epoch != belief.epoch {
        return Err(format!("{belief:?}, but the store has owner {owner:?} epoch {}", record.epoch));
    }
    if !record.is_live(now, Instant::default()) {
        return Err(format!("{belief:?}, but the store's lease has ended (held: {})", record.held));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use redplane_core::seq::{Incarnation, Seq};
    use redplane_core::store::{LogIndex, Owner};
    use redplane_core::time::Span;

    fn record() -> Record<()> {
        Record {
            owner: Some(Owner { switch: 1, incarnation: Incarnation::new(1) }),
            held: true,
            epoch: Epoch::new(5),
            seq: Seq::default(),
            deadline: Instant::default() + Span::from_ticks(100),
            state: (),
            index: LogIndex::default(),
            waiting: 0,
            wanted: 0,
            recalled: None,
        }
    }

    #[test]
    fn two_believers_or_a_store_that_differs_are_found() {
        let now = Instant::default();
        let believer = Belief { switch: 1, incarnation: 1, epoch: Epoch::new(5) };
        check(&[believer], Some(&record()), now).unwrap();
        check::<()>(&[], None, now).unwrap();
        assert!(check(&[believer, Belief { switch: 2, ..believer }], Some(&record()), now).is_err());
        assert!(check(&[Belief { epoch: Epoch::new(4), ..believer }], Some(&record()), now).is_err());
        assert!(check(&[Belief { incarnation: 2, ..believer }], Some(&record()), now).is_err());
        assert!(check::<()>(&[believer], None, now).is_err());
        assert!(check(&[believer], Some(&record()), now + Span::from_ticks(100)).is_err());
    }
}
