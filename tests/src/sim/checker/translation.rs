//! Address translation as hosts and the log see it.
//!
//! - A record's translation never changes during its life.
//! - Two inside endpoints never have the same outside endpoint of a protocol, and none soon after the other (RP-ST-9).
//! - What a packet's output shows was committed, with the record of the other direction (RP-ST-8), at some time between its coming
//!   in and its coming out, and is so still if the switch let it go by itself.
//! - The output of a write leaves when a write of its record was committed that came after it came in (RP-SW-5).

use std::collections::BTreeMap;

/// An address and a port.
pub type End = (u32, u16);

/// A record's name: protocol, whether it is of packets from the inside, and their own end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    /// Protocol number.
    pub protocol: u8,
    /// Whether it translates packets from the inside.
    pub forward: bool,
    /// The end that it translates.
    pub end: End,
}

/// A record from its first commit to the commit of its deletion.
#[derive(Clone, Copy, Debug)]
struct Life {
    to: End,
    from_ns: u64,
    until_ns: Option<u64>,
    /// When a write of it was last committed.
    wrote_ns: Option<u64>,
    seq: u32,
}

/// What an output shows.
#[derive(Clone, Copy, Debug)]
pub struct Shown {
    /// The record that translated it.
    pub name: Name,
    /// The end that it got.
    pub to: End,
    /// When the packet came in.
    pub came_ns: u64,
    /// When it came out.
    pub left_ns: u64,
    /// Whether the switch let it go by itself.
    pub at_once: bool,
    /// Whether it was a write.
    pub writes: bool,
}

/// All records that were committed, and who was last seen at an outside endpoint.
#[derive(Clone, Debug, Default)]
pub struct Translations {
    lives: BTreeMap<Name, Vec<Life>>,
    seen: BTreeMap<(u8, End), (End, u64)>,
}

impl Name {
    /// The record of the packets that go the other way.
    fn pair(self, to: End) -> Self {
        Self { forward: !self.forward, end: to, ..self }
    }
}

impl Translations {
    /// The log committed a record: where it translates to, and the number of its last write.
    pub fn committed(&mut self, now_ns: u64, name: Name, to: End, seq: u32) -> Result<(), String> {
        let other_way = self.current(&name.pair(to)).map(|life| life.to);
        let lives = self.lives.entry(name).or_default();
        match lives.last_mut().filter(|life| life.until_ns.is_none()) {
            Some(life) if life.to != to => Err(format!("{name:?} changed from {:?} to {to:?}", life.to)),
            Some(life) => {
                if life.seq != seq {
                    (life.seq, life.wrote_ns) = (seq, Some(now_ns));
                }
                Ok(())
            }
            None if other_way.is_some_and(|other| other != name.end) => {
                Err(format!("{name:?} and {other_way:?} share {to:?}"))
            }
            None => {
                lives.push(Life { to, from_ns: now_ns, until_ns: None, wrote_ns: None, seq });
                Ok(())
            }
        }
    }

    /// The log committed the deletion of a record.
    pub fn removed(&mut self, now_ns: u64, name: &Name) {
        if let Some(life) = self.lives.get_mut(name).and_then(|lives| lives.last_mut()) {
            life.until_ns = life.until_ns.or(Some(now_ns));
        }
    }

    /// A packet came out. `gap_ns` is the least time between two flows' use of an outside endpoint.
    pub fn came_out(&mut self, shown: &Shown, gap_ns: u64) -> Result<(), String> {
        let Shown { name, to, came_ns, left_ns, at_once, writes } = *shown;
        let fits = |life: &&Life| {
            let lasted = life.until_ns.is_none_or(|until_ns| until_ns >= came_ns && !at_once);
            let wrote = !writes || life.wrote_ns.is_some_and(|wrote_ns| wrote_ns >= came_ns);
            life.to == to && lasted && wrote
        };
        let life = self.lives.get(&name).and_then(|lives| lives.iter().rev().find(fits));
        let Some(life) = life else {
            return Err(format!("{shown:?} rests on nothing durable: {:?}", self.lives.get(&name)));
        };
        let pair = self.lives.get(&name.pair(to)).and_then(|lives| {
            lives.iter().rev().find(|pair| {
                pair.to == name.end && pair.until_ns.is_none_or(|until_ns| until_ns >= life.from_ns)
            })
        });
        if pair.is_none() {
            return Err(format!("{shown:?} left without a durable record of the other direction"));
        }
        if at_once {
            let (inside, outside) = if name.forward { (name.end, to) } else { (to, name.end) };
            let before = self.seen.insert((name.protocol, outside), (inside, left_ns));
            if let Some((other, at_ns)) = before.filter(|(other, _)| *other != inside)
                && left_ns < at_ns + gap_ns
            {
                return Err(format!(
                    "{shown:?}, but {other:x?} was seen there {} us before",
                    (left_ns - at_ns) / 1000
                ));
            }
        }
        Ok(())
    }

    fn current(&self, name: &Name) -> Option<&Life> {
        self.lives.get(name).and_then(|lives| lives.last()).filter(|life| life.until_ns.is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INSIDE: End = (10, 1);
    const OUTSIDE: End = (99, 7);
    const FORWARD: Name = Name { protocol: 17, forward: true, end: INSIDE };
    const REVERSE: Name = Name { protocol: 17, forward: false, end: OUTSIDE };

    fn shown(at_once: bool) -> Shown {
        Shown { name: FORWARD, to: OUTSIDE, came_ns: 10, left_ns: 20, at_once, writes: false }
    }

    fn mapped() -> Translations {
        let mut translations = Translations::default();
        translations.committed(1, REVERSE, INSIDE, 0).unwrap();
        translations.committed(2, FORWARD, OUTSIDE, 0).unwrap();
        translations
    }

    #[test]
    fn output_of_a_durable_pair_is_accepted_and_of_half_a_pair_is_found() {
        mapped().came_out(&shown(true), 0).unwrap();
        let mut half = Translations::default();
        half.committed(2, FORWARD, OUTSIDE, 0).unwrap();
        assert!(half.came_out(&shown(true), 0).unwrap_err().contains("other direction"));
        assert!(Translations::default().came_out(&shown(true), 0).is_err());
    }

    #[test]
    fn translation_that_changes_or_is_shared_is_found() {
        assert!(mapped().committed(3, FORWARD, (99, 8), 0).unwrap_err().contains("changed"));
        let other = Name { end: (10, 2), ..FORWARD };
        assert!(mapped().committed(3, other, OUTSIDE, 0).unwrap_err().contains("share"));
    }

    #[test]
    fn output_after_the_end_is_accepted_only_if_it_was_under_way() {
        let mut translations = mapped();
        translations.removed(15, &FORWARD);
        translations.came_out(&shown(false), 0).unwrap();
        assert!(translations.came_out(&shown(true), 0).is_err());
        assert!(translations.came_out(&Shown { came_ns: 16, ..shown(false) }, 0).is_err());
    }

    #[test]
    fn output_of_a_write_before_its_commit_is_found() {
        let mut translations = mapped();
        let write = Shown { writes: true, ..shown(false) };
        assert!(translations.came_out(&write, 0).is_err());
        translations.committed(15, FORWARD, OUTSIDE, 1).unwrap();
        translations.came_out(&write, 0).unwrap();
    }

    #[test]
    fn outside_end_that_changes_hands_too_soon_is_found() {
        let mut translations = mapped();
        translations.came_out(&shown(true), 100).unwrap();
        translations.removed(25, &FORWARD);
        translations.removed(25, &REVERSE);
        let other = Name { end: (10, 2), ..FORWARD };
        translations.committed(30, REVERSE, other.end, 0).unwrap();
        translations.committed(30, other, OUTSIDE, 0).unwrap();
        let next = Shown { name: other, came_ns: 40, left_ns: 50, ..shown(true) };
        assert!(translations.clone().came_out(&next, 100).unwrap_err().contains("was seen there"));
        translations.came_out(&next, 30).unwrap();
    }
}
