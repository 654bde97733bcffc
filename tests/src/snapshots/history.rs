//! What a flow's structure truly was, from one restoration to the next, and whether a restored one is what it must be.
//!
//! An owner's history begins with what it was restored to. Each packet that it counts and each end of a window makes an entry, which
//! holds until the next one. The owner after it must be restored to an entry of that history; which one says how much was lost.

use super::tally::Words;

/// What made an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The owner was restored.
    Restored,
    /// A packet was counted.
    Packet {
        /// The owner had said that it is beyond the bound.
        told: bool,
    },
    /// The window was over.
    Window,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    from_ns: u64,
    cause: Cause,
    words: Words,
}

/// Who restored a structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The switch.
    pub switch: usize,
    /// Its boot.
    pub incarnation: u16,
    /// The epoch of its lease.
    pub epoch: u32,
}

/// A flow since its structure was last restored.
#[derive(Debug)]
pub struct History {
    owner: Option<Owner>,
    entries: Vec<Entry>,
}

/// What a restoration has lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lost {
    /// Packets.
    pub packets: usize,
    /// The time from the restored instant's end to the last packet that was counted, those excepted that the owner had told of; 0 if
    /// there is none behind it.
    pub age_ns: u64,
}

impl History {
    /// A flow that nobody has owned, with these words at the store.
    pub fn new(words: Words) -> Self {
        Self { owner: None, entries: vec![Entry { from_ns: 0, cause: Cause::Restored, words }] }
    }

    /// The owner that was last restored.
    pub fn owner(&self) -> Option<Owner> {
        self.owner
    }

    /// What the structure is.
    pub fn words(&self) -> Words {
        self.entries.last().map_or([0; _], |entry| entry.words)
    }

    /// The record was deleted: the flow begins anew, with nothing.
    pub fn forget(&mut self, now_ns: u64) {
        *self = Self {
            owner: None,
            entries: vec![Entry { from_ns: now_ns, cause: Cause::Restored, words: [0; _] }],
        };
    }

    /// The owner's structure changed.
    ///
    /// # Errors
    /// Somebody else changed it.
    pub fn changed(&mut self, now_ns: u64, by: Owner, cause: Cause, words: Words) -> Result<(), String> {
        if self.owner != Some(by) {
            return Err(format!(
                "{by:?} changed the structure ({cause:?}), but the owner is {:?}",
                self.owner
            ));
        }
        self.entries.push(Entry { from_ns: now_ns, cause, words });
        Ok(())
    }

    /// An owner was restored to these words, `bound_ns` being ε by true time. All that came after the last window's end is lost if
    /// `exact` is false, and must not be if it is true.
    ///
    /// # Errors
    /// The structure was never this, or too long ago.
    pub fn restored(
        &mut self,
        now_ns: u64,
        by: Owner,
        words: Words,
        bound_ns: u64,
        exact: bool,
    ) -> Result<Lost, String> {
        let Some(at) = self.entries.iter().rposition(|entry| entry.words == words) else {
            return Err(format!(
                "{by:?} was restored to {words:?}, which the structure of {:?} never was: it ended as {:?}",
                self.owner,
                self.words()
            ));
        };
        let behind = &self.entries[at + 1..];
        let packets = behind.iter().filter(|entry| matches!(entry.cause, Cause::Packet { .. })).count();
        let last_ns = behind
            .iter()
            .rev()
            .find(|entry| entry.cause == Cause::Packet { told: false })
            .map(|entry| entry.from_ns);
        let age_ns = match (behind.first(), last_ns) {
            (Some(next), Some(last_ns)) => last_ns - next.from_ns,
            _ => 0,
        };
        if age_ns > bound_ns {
            return Err(format!(
                "{by:?} was restored to what the structure was {age_ns} ns before the last packet of {:?}; the bound is {bound_ns} ns",
                self.owner
            ));
        }
        if exact && packets > 0 {
            return Err(format!("{by:?} was handed the flow as planned, and {packets} packets are lost"));
        }
        self.owner = Some(by);
        self.entries = vec![Entry { from_ns: now_ns, cause: Cause::Restored, words }];
        Ok(Lost { packets, age_ns })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: Owner = Owner { switch: 0, incarnation: 1, epoch: 1 };
    const SECOND: Owner = Owner { switch: 1, incarnation: 1, epoch: 2 };
    const COUNTED: Cause = Cause::Packet { told: false };

    fn words(first: u32, last: u32) -> Words {
        let mut words = [0; _];
        (words[0], words[15]) = (first, last);
        words
    }

    /// Restored at 100 ns, packets at 200, 300 and 400 ns.
    fn history() -> History {
        let mut history = History::new(words(0, 0));
        history.restored(100, FIRST, words(0, 0), 50, false).unwrap();
        for (now_ns, is) in [(200, words(1, 1)), (300, words(2, 2)), (400, words(3, 3))] {
            history.changed(now_ns, FIRST, COUNTED, is).unwrap();
        }
        history
    }

    #[test]
    fn mixture_of_two_instants_is_found() {
        assert!(history().restored(500, SECOND, words(2, 1), 1000, false).is_err());
        let lost = history().restored(500, SECOND, words(1, 1), 1000, false).unwrap();
        assert_eq!(lost, Lost { packets: 2, age_ns: 100 });
    }

    #[test]
    fn instant_beyond_the_bound_is_found_unless_it_was_told() {
        assert!(history().restored(500, SECOND, words(1, 1), 99, false).is_err());
        history().restored(500, SECOND, words(1, 1), 100, false).unwrap();
        let mut told = history();
        told.changed(500, FIRST, Cause::Packet { told: true }, words(4, 4)).unwrap();
        told.restored(600, SECOND, words(1, 1), 100, false).unwrap();
        assert!(told.changed(700, FIRST, COUNTED, words(2, 1)).is_err(), "the first one is owner no more");
    }

    #[test]
    fn planned_hand_over_that_loses_a_packet_is_found() {
        assert!(history().restored(500, SECOND, words(2, 2), 1000, true).is_err());
        history().restored(500, SECOND, words(3, 3), 1000, true).unwrap();
    }
}
