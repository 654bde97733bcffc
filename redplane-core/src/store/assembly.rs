//! Snapshots at the store: assembled by id, replaced at once, handed to the next owner (RP-SN-3, RP-SN-4, RP-SN-6).

use zerocopy::byteorder::network_endian::U32;

use crate::seq::{Epoch, Seq};
use crate::wire::{Refusal, SlotRange};

/// The memory that the store has for the snapshots of one flow: two copies, of which one is complete.
pub trait Assembly: Send + 'static {
    /// No snapshot.
    const EMPTY: Self;
    /// The memory, `None` for a program without a structure.
    fn parts(&mut self) -> Option<Parts<'_>>;
}

/// Of a program without a structure.
#[derive(Clone, Copy, Debug)]
pub struct NoAssembly;

impl Assembly for NoAssembly {
    const EMPTY: Self = Self;

    fn parts(&mut self) -> Option<Parts<'_>> {
        None
    }
}

/// Which of the copies is complete, and how far the other one is.
#[derive(Clone, Copy, Debug)]
pub struct AssemblyHead {
    /// Id of the complete snapshot.
    complete: Option<u32>,
    /// Epoch of the owner that it came from.
    complete_epoch: Epoch,
    /// Which of the copies it is in.
    current: bool,
    /// Epoch and id of the snapshot that is coming in.
    coming: Option<(Epoch, u32)>,
    /// Slots that it lacks.
    missing: usize,
}

impl AssemblyHead {
    /// No snapshot.
    pub const EMPTY: Self =
        Self { complete: None, complete_epoch: Epoch::NONE, current: false, coming: None, missing: 0 };
}

/// Words of an [`AssemblyHead`], as [`Parts::word`] gives them.
const HEAD_WORDS: usize = 6;

/// The memory of an [`Assembly`].
#[derive(Debug)]
pub struct Parts<'a> {
    /// Words of a slot.
    pub rows: usize,
    /// Both copies, slot by slot.
    pub copies: [&'a mut [u32]; 2],
    /// Which slots of the snapshot that is coming in have come.
    pub received: &'a mut [bool],
    /// What they are.
    pub head: &'a mut AssemblyHead,
}

/// A run of slots as it came.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// Owner's epoch.
    pub epoch: Epoch,
    /// Id of the snapshot.
    pub id: u32,
    /// Which slots.
    pub range: SlotRange,
    /// Id of the snapshot that unmarked slots are taken from; the id itself if there are none.
    pub base: Option<u32>,
    /// A bit for each slot that follows.
    pub marks: &'a [U32],
    /// Their words.
    pub values: &'a [U32],
}

impl Parts<'_> {
    /// Whether the run is of slots that there are, and not of none: that would begin a snapshot without being of one.
    pub fn has(&self, range: SlotRange) -> bool {
        range.count.get() > 0
            && range.first.get() as usize + range.count.get() as usize <= self.received.len()
    }

    /// Id of the complete snapshot.
    pub fn complete(&self) -> Option<u32> {
        self.head.complete
    }

    /// Slots that the snapshot which is coming in lacks.
    pub fn missing(&self) -> usize {
        if self.head.coming.is_some() { self.head.missing } else { 0 }
    }

    /// Takes a run of slots in. True if it made the snapshot complete: it has replaced the one before, all of it at once (RP-SN-4).
    ///
    /// # Errors
    /// It is of an older snapshot than one that came in (RP-SN-3), or refers to one that is not here.
    pub fn take(&mut self, run: &Run<'_>) -> Result<bool, Refusal> {
        let is_newer = |id: u32| Seq::new(run.id).is_newer_than(Seq::new(id));
        if let Some(complete) = self.head.complete
            && !is_newer(complete)
        {
            // Its last acks were lost.
            let repeats = run.id == complete && run.epoch == self.head.complete_epoch;
            return if repeats { Ok(false) } else { Err(Refusal::OldSnapshot) };
        }
        if run.base.is_some() && run.base != self.head.complete {
            return Err(Refusal::NoBase);
        }
        match self.head.coming {
            Some((epoch, id)) if epoch == run.epoch && id == run.id => {}
            Some((epoch, id)) if epoch == run.epoch && !is_newer(id) => return Err(Refusal::OldSnapshot),
            _ => {
                self.head.coming = Some((run.epoch, run.id));
                self.head.missing = self.received.len();
                self.received.fill(false);
            }
        }
        let Self { rows, copies: [even, odd], received, head } = self;
        let (complete, coming) = if head.current { (odd, even) } else { (even, odd) };
        let first = run.range.first.get() as usize;
        let mut values = run.values.chunks_exact(*rows);
        for index in 0..run.range.count.get() as usize {
            let slot = first + index;
            let follows = run.base.is_none() || is_marked(run.marks, index);
            let value = if follows { values.next() } else { None };
            let at = slot * *rows..(slot + 1) * *rows;
            let (Some(to), Some(from), Some(here)) =
                (coming.get_mut(at.clone()), complete.get(at), received.get_mut(slot))
            else {
                break;
            };
            if *here {
                continue;
            }
            *here = true;
            head.missing -= 1;
            match value {
                Some(value) => to.iter_mut().zip(value).for_each(|(to, from)| *to = from.get()),
                None => to.copy_from_slice(from),
            }
        }
        if head.missing > 0 {
            return Ok(false);
        }
        head.current = !head.current;
        head.complete = Some(run.id);
        head.complete_epoch = run.epoch;
        head.coming = None;
        Ok(true)
    }

    /// How many words [`Parts::word`] gives: everything that a replica must have to go on.
    pub fn words(&self) -> usize {
        HEAD_WORDS
            + self.received.len().div_ceil(32)
            + self.copies.iter().map(|copy| copy.len()).sum::<usize>()
    }

    /// One of the words: first what is complete and what is coming in, then which slots have come, then both copies.
    pub fn word(&self, at: usize) -> Option<u32> {
        let head = &self.head;
        let (epoch, id) = head.coming.unwrap_or((Epoch::NONE, 0));
        let flags = u32::from(head.complete.is_some())
            | u32::from(head.current) << 1
            | u32::from(head.coming.is_some()) << 2;
        let complete = head.complete.unwrap_or(0);
        let heads = [flags, complete, head.complete_epoch.raw(), epoch.raw(), id, head.missing as u32];
        let Some(at) = at.checked_sub(HEAD_WORDS) else { return heads.get(at).copied() };
        let received = self.received.len().div_ceil(32);
        let Some(at) = at.checked_sub(received) else {
            let bits = self.received.chunks(32).nth(at)?;
            return Some(bits.iter().rev().fold(0, |word, bit| word << 1 | u32::from(*bit)));
        };
        let [even, odd] = &self.copies;
        even.get(at).or_else(|| odd.get(at.checked_sub(even.len())?)).copied()
    }

    /// Puts a word that [`Parts::word`] gave into the same memory elsewhere. All of them make it the same.
    pub fn put_word(&mut self, at: usize, word: u32) {
        let head = &mut *self.head;
        let Some(at) = at.checked_sub(HEAD_WORDS) else {
            match at {
                0 => {
                    head.complete = (word & 1 != 0).then_some(0);
                    head.current = word & 2 != 0;
                    head.coming = (word & 4 != 0).then_some((Epoch::NONE, 0));
                }
                1 => head.complete = head.complete.map(|_| word),
                2 => head.complete_epoch = Epoch::new(word),
                3 => head.coming = head.coming.map(|(_, id)| (Epoch::new(word), id)),
                4 => head.coming = head.coming.map(|(epoch, _)| (epoch, word)),
                _ => head.missing = word as usize,
            }
            return;
        };
        let received = self.received.len().div_ceil(32);
        let Some(at) = at.checked_sub(received) else {
            for (index, bit) in self.received.iter_mut().skip(at * 32).take(32).enumerate() {
                *bit = word >> index & 1 != 0;
            }
            return;
        };
        let [even, odd] = &mut self.copies;
        let (copy, at) = match at.checked_sub(even.len()) {
            None => (even, at),
            Some(at) => (odd, at),
        };
        if let Some(place) = copy.get_mut(at) {
            *place = word;
        }
    }

    /// The words of a run of slots of the complete snapshot; `None` if that is another, or has no such slots (RP-SN-6).
    pub fn hand(&self, id: u32, range: SlotRange) -> Option<&[u32]> {
        if self.head.complete != Some(id) {
            return None;
        }
        let [even, odd] = &self.copies;
        let complete = if self.head.current { odd } else { even };
        let (first, count) = (range.first.get() as usize, range.count.get() as usize);
        complete.get(first * self.rows..(first + count) * self.rows)
    }
}

fn is_marked(marks: &[U32], index: usize) -> bool {
    marks.get(index / 32).is_some_and(|word| word.get() >> (index % 32) & 1 == 1)
}
