//! One protocol's share of a port pool: which slots are ours, which of them are free, in order of last use.
//!
//! A slot is the number of an (address, port) pair among all pairs of the pool's configuration. A shard owns a
//! scattered fraction of them, so owned slots are numbered again, densely, as entries; a bit per slot and a count
//! per 64 bits find the entry of a slot without a search. The free entries form doubly linked lists inside the
//! entry table, because a port may be wanted by number and then leaves from the middle.
//!
//! Invariants: an entry is on the free list of its parity iff its state is `Free`; `len` of the lists together is
//! the number of such entries.

/// End of a free list.
const NIL: u32 = u32::MAX;

#[derive(Clone, Copy)]
enum State {
    /// Handed out.
    Taken,
    /// On a free list, between these entries.
    Free { previous: u32, next: u32 },
}

struct Entry {
    slot: u32,
    /// Value of `Space::given_back_count` when the entry was last given back.
    given_back_at: u32,
    state: State,
}

/// A first-in, first-out list threaded through the entries.
#[derive(Clone, Copy)]
struct FreeList {
    oldest: u32,
    newest: u32,
    len: u32,
}

/// The ports of one protocol.
pub(super) struct Space {
    /// Bit `slot % 64` of word `slot / 64` is set iff the slot is ours.
    owned: Box<[u64]>,
    /// How many slots are ours before the word's first.
    owned_before: Box<[u32]>,
    entries: Box<[Entry]>,
    /// Even ports, odd ports.
    free: [FreeList; 2],
    /// Counts up with each give-back and wraps; starts high enough for unused entries to be out of quarantine.
    given_back_count: u32,
    quarantine_len: u32,
}

impl Space {
    /// All of the `slot_count` slots that `owns` accepts, free.
    pub(super) fn new(
        slot_count: u32,
        mut owns: impl FnMut(u32) -> bool,
        parity: impl Fn(u32) -> usize,
    ) -> Self {
        let word_count = slot_count.div_ceil(64) as usize;
        let mut owned = vec![0u64; word_count].into_boxed_slice();
        let mut owned_before = vec![0u32; word_count].into_boxed_slice();
        let mut entries = Vec::new();
        for slot in 0..slot_count {
            let word = (slot / 64) as usize;
            if slot % 64 == 0 {
                owned_before[word] = entries.len() as u32;
            }
            if owns(slot) {
                owned[word] |= 1 << (slot % 64);
                entries.push(Entry { slot, given_back_at: 0, state: State::Taken });
            }
        }
        let quarantine_len = entries.len() as u32 / super::QUARANTINE_DIVISOR;
        let mut space = Self {
            owned,
            owned_before,
            entries: entries.into_boxed_slice(),
            free: [FreeList { oldest: NIL, newest: NIL, len: 0 }; 2],
            given_back_count: quarantine_len,
            quarantine_len,
        };
        for entry in 0..space.entries.len() as u32 {
            space.append(entry, parity(space.slot(entry)));
        }
        space
    }

    pub(super) fn capacity(&self) -> u32 {
        self.entries.len() as u32
    }

    pub(super) fn available(&self) -> u32 {
        self.free[0].len + self.free[1].len
    }

    /// The entry of a slot, `None` if the slot is not ours.
    pub(super) fn entry_of(&self, slot: u32) -> Option<u32> {
        let word = (slot / 64) as usize;
        let bits = self.owned[word];
        let bit = 1u64 << (slot % 64);
        (bits & bit != 0).then(|| self.owned_before[word] + (bits & (bit - 1)).count_ones())
    }

    pub(super) fn slot(&self, entry: u32) -> u32 {
        self.entries[entry as usize].slot
    }

    pub(super) fn is_free(&self, entry: u32) -> bool {
        matches!(self.entries[entry as usize].state, State::Free { .. })
    }

    /// Whether the entry was given back so recently that it should not be chosen out of turn.
    pub(super) fn is_quarantined(&self, entry: u32) -> bool {
        let age = self.given_back_count.wrapping_sub(self.entries[entry as usize].given_back_at);
        age < self.quarantine_len
    }

    /// The free entry of this parity that has been unused for the longest.
    pub(super) fn oldest_free(&self, parity: usize) -> Option<u32> {
        let oldest = self.free[parity].oldest;
        (oldest != NIL).then_some(oldest)
    }

    /// The parity whose oldest free entry has rested for longer; unused entries in ascending order.
    pub(super) fn older_parity(&self) -> usize {
        // An empty list rests for less than any other. Entries of a higher number come later among equals.
        let rest = |parity| {
            self.oldest_free(parity).map(|entry| {
                let age = self.given_back_count.wrapping_sub(self.entries[entry as usize].given_back_at);
                (age, std::cmp::Reverse(entry))
            })
        };
        usize::from(rest(1) > rest(0))
    }

    /// Hands out a free entry. Returns false, and changes nothing, if it is not free.
    pub(super) fn take(&mut self, entry: u32, parity: usize) -> bool {
        let State::Free { previous, next } = self.entries[entry as usize].state else { return false };
        self.entries[entry as usize].state = State::Taken;
        match previous {
            NIL => self.free[parity].oldest = next,
            _ => self.link(previous, |_, link_next| *link_next = next),
        }
        match next {
            NIL => self.free[parity].newest = previous,
            _ => self.link(next, |link_previous, _| *link_previous = previous),
        }
        self.free[parity].len -= 1;
        true
    }

    /// Takes an entry back as the last in line. Returns false, and changes nothing, if it is free already.
    pub(super) fn give_back(&mut self, entry: u32, parity: usize) -> bool {
        if self.is_free(entry) {
            return false;
        }
        self.given_back_count = self.given_back_count.wrapping_add(1);
        self.entries[entry as usize].given_back_at = self.given_back_count;
        self.append(entry, parity);
        true
    }

    fn append(&mut self, entry: u32, parity: usize) {
        let previous = self.free[parity].newest;
        self.entries[entry as usize].state = State::Free { previous, next: NIL };
        match previous {
            NIL => self.free[parity].oldest = entry,
            _ => self.link(previous, |_, next| *next = entry),
        }
        self.free[parity].newest = entry;
        self.free[parity].len += 1;
    }

    /// Changes the links of an entry that is on a free list.
    fn link(&mut self, entry: u32, change: impl FnOnce(&mut u32, &mut u32)) {
        match &mut self.entries[entry as usize].state {
            State::Free { previous, next } => change(previous, next),
            State::Taken => debug_assert!(false, "a free list runs through entry {entry}, which is taken"),
        }
    }
}
