//! Times in buckets, each twice as long as the one before: cheap to count, good enough to see where they lie.

/// Buckets: the first ends at one tick, each other at twice the one before; the last takes all that is longer.
pub const BUCKETS: usize = 26;

/// How many times, in ticks of 256 ns, were how long. Counts do not wrap within the life of a process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Histogram {
    counts: [u64; BUCKETS],
    sum_ticks: u64,
}

impl Histogram {
    /// Counts a time.
    pub fn add(&mut self, ticks: u64) {
        let bucket = (64 - ticks.leading_zeros()) as usize;
        self.counts[bucket.min(BUCKETS - 1)] += 1;
        self.sum_ticks = self.sum_ticks.saturating_add(ticks);
    }

    /// How many were at most this long, bucket by bucket: the longest time of the bucket in ticks (`None`: any), and how many there
    /// are in it and in those before.
    pub fn cumulative(&self) -> impl Iterator<Item = (Option<u64>, u64)> {
        let mut below = 0;
        self.counts.iter().enumerate().map(move |(bucket, count)| {
            below += count;
            ((bucket + 1 < BUCKETS).then(|| (1 << bucket) - 1), below)
        })
    }

    /// All of them.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Their sum in ticks.
    #[must_use]
    pub fn sum_ticks(&self) -> u64 {
        self.sum_ticks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_fall_into_the_bucket_whose_end_they_do_not_exceed() {
        let mut histogram = Histogram::default();
        for ticks in [0, 1, 2, 3, 4, 1 << 40] {
            histogram.add(ticks);
        }
        let buckets: Vec<_> = histogram.cumulative().collect();
        assert_eq!(buckets[..4], [(Some(0), 1), (Some(1), 2), (Some(3), 4), (Some(7), 5)]);
        assert_eq!((buckets[BUCKETS - 2].1, buckets[BUCKETS - 1]), (5, (None, 6)));
        assert_eq!((histogram.count(), histogram.sum_ticks()), (6, 10 + (1 << 40)));
    }
}
