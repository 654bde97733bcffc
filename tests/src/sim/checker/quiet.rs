//! Everything comes to rest once faults have stopped (liveness).

/// What may still be moving.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unrest {
    /// Copies in the mirror queues of all switches.
    pub mirrored: usize,
    /// Messages that wait for a lease or a write at the store.
    pub waiting: usize,
    /// Answers that wait to be durable.
    pub pending: usize,
    /// Flows that the hosts asked about and got no answer for.
    pub unanswered: usize,
}

/// Checks the end of a run.
pub fn check(unrest: &Unrest) -> Result<(), String> {
    if *unrest == Unrest::default() { Ok(()) } else { Err(format!("no rest after the faults: {unrest:?}")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anything_that_moves_is_found() {
        check(&Unrest::default()).unwrap();
        assert!(check(&Unrest { mirrored: 1, ..Unrest::default() }).is_err());
        assert!(check(&Unrest { unanswered: 1, ..Unrest::default() }).is_err());
    }
}
