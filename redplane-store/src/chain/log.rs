//! The entries of a chain that somebody may still lack: a bounded ring of bytes, found by log index.
//!
//! Everything is allocated at start-up. Entries lie one behind the other, each in one piece; the oldest are forgotten when room is
//! needed and the caller says that nobody lacks them any more. Limits: bytes and entries as given; past them [`EntryLog::push`] says
//! no.

use redplane_core::store::LogIndex;
use std::collections::VecDeque;

use crate::record_codec::CHANGE_MAX;

/// Bytes an entry is reckoned to take when the number of entries is derived from the bytes.
const ENTRY_BYTES: usize = 32;

#[derive(Clone, Copy, Debug)]
struct Place {
    /// Counted on and on; the byte is this modulo the capacity.
    at: u64,
    len: usize,
}

/// A ring of entries.
#[derive(Debug)]
pub(super) struct EntryLog {
    bytes: Box<[u8]>,
    places: VecDeque<Place>,
    entries_max: usize,
    /// Index of the newest entry, also when there is none here.
    last: LogIndex,
    end: u64,
}

impl EntryLog {
    /// Of so many bytes, at least four of the longest entries.
    pub(super) fn with_capacity(bytes: usize) -> Self {
        let bytes = bytes.max(4 * CHANGE_MAX);
        let entries_max = bytes / ENTRY_BYTES;
        Self {
            bytes: vec![0; bytes].into_boxed_slice(),
            places: VecDeque::with_capacity(entries_max),
            entries_max,
            last: LogIndex(0),
            end: 0,
        }
    }

    /// Index of the newest entry.
    pub(super) fn last(&self) -> LogIndex {
        self.last
    }

    /// Forgets all entries; the next one follows `last`.
    pub(super) fn restart(&mut self, last: LogIndex) {
        self.places.clear();
        self.last = last;
    }

    /// An entry that nobody else will ever want: only its index is taken.
    pub(super) fn skip(&mut self) {
        self.restart(LogIndex(self.last.0 + 1));
    }

    /// Index of the oldest entry that is here; one past the newest if none is.
    pub(super) fn first(&self) -> LogIndex {
        LogIndex(self.last.0 + 1 - self.places.len() as u64)
    }

    /// An entry, if it is still here.
    pub(super) fn get(&self, index: LogIndex) -> Option<&[u8]> {
        let place = self.places.get(usize::try_from(index.0.checked_sub(self.first().0)?).ok()?)?;
        let at = self.offset(place.at);
        Some(&self.bytes[at..at + place.len])
    }

    /// Puts other bytes in the place of an entry that is as long.
    pub(super) fn replace(&mut self, index: LogIndex, entry: &[u8]) -> bool {
        let place = index.0.checked_sub(self.first().0).and_then(|at| self.places.get(at as usize)).copied();
        let Some(place) = place.filter(|place| place.len == entry.len()) else { return false };
        let at = self.offset(place.at);
        self.bytes[at..at + place.len].copy_from_slice(entry);
        true
    }

    /// Whether an entry of any length has room once those up to `needless` are forgotten.
    pub(super) fn has_room(&self, needless: LogIndex) -> bool {
        let kept = self.last.0.saturating_sub(needless.0.max(self.first().0 - 1)) as usize;
        let oldest = self.places.get(self.places.len().saturating_sub(kept)).filter(|_| kept > 0);
        let used = oldest.map_or(0, |place| self.end - place.at);
        // An entry may leave the end of the ring unused because it does not fit there.
        kept < self.entries_max && used + 2 * CHANGE_MAX as u64 <= self.bytes.len() as u64
    }

    /// Adds an entry and gives its index. Those up to `needless` may be forgotten.
    pub(super) fn push(&mut self, entry: &[u8], needless: LogIndex) -> Option<LogIndex> {
        let capacity = self.bytes.len() as u64;
        let (len, mut at) = (entry.len() as u64, self.end);
        if at % capacity + len > capacity {
            at += capacity - at % capacity;
        }
        while self.places.len() >= self.entries_max
            || self.places.front().is_some_and(|oldest| at + len - oldest.at > capacity)
        {
            if self.first() > needless {
                return None;
            }
            self.places.pop_front();
        }
        let offset = self.offset(at);
        self.bytes.get_mut(offset..offset + entry.len())?.copy_from_slice(entry);
        self.places.push_back(Place { at, len: entry.len() });
        self.end = at + len;
        self.last = LogIndex(self.last.0 + 1);
        Some(self.last)
    }

    fn offset(&self, at: u64) -> usize {
        (at % self.bytes.len() as u64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_wrapped_many_times_are_found_and_the_oldest_forgotten() {
        let mut log = EntryLog::with_capacity(0);
        let entry = |index: u64| vec![index as u8; 4 + (index as usize * 37) % 900];
        for index in 1..=2000u64 {
            let needless = LogIndex(index.saturating_sub(10));
            assert!(log.has_room(needless));
            assert_eq!(log.push(&entry(index), needless), Some(LogIndex(index)));
            for kept in needless.0 + 1..=index {
                assert_eq!(log.get(LogIndex(kept)).unwrap(), entry(kept));
            }
        }
        assert!(
            log.first() > LogIndex(1) && log.get(LogIndex(1)).is_none() && log.get(LogIndex(2001)).is_none()
        );
    }

    #[test]
    fn log_full_of_what_is_needed_takes_no_more_until_it_is_not() {
        let mut log = EntryLog::with_capacity(0);
        let entry = vec![1; 1000];
        let mut pushed = 0;
        while log.push(&entry, LogIndex(0)).is_some() {
            pushed += 1;
        }
        assert!(pushed >= 18 && !log.has_room(LogIndex(0)));
        assert_eq!((log.last(), log.first()), (LogIndex(pushed), LogIndex(1)));
        assert!(log.has_room(LogIndex(pushed)));
        assert_eq!(log.push(&entry, LogIndex(1)), Some(LogIndex(pushed + 1)));
        assert_eq!(log.first(), LogIndex(2));
    }

    #[test]
    fn entry_replaced_by_one_as_long_is_the_new_one() {
        let mut log = EntryLog::with_capacity(0);
        log.push(&[1; 8], LogIndex(0)).unwrap();
        log.push(&[2; 8], LogIndex(0)).unwrap();
        assert!(log.replace(LogIndex(1), &[3; 8]));
        assert!(!log.replace(LogIndex(1), &[3; 4]) && !log.replace(LogIndex(3), &[3; 8]));
        assert_eq!(
            (log.get(LogIndex(1)).unwrap(), log.get(LogIndex(2)).unwrap()),
            (&[3; 8][..], &[2; 8][..])
        );
        log.restart(LogIndex(40));
        assert_eq!((log.push(&[4; 4], LogIndex(0)), log.get(LogIndex(2))), (Some(LogIndex(41)), None));
    }
}
