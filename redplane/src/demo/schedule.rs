//! When things happen in a run: the failure, its detection, the way back.
//!
//! ```text
//! 0            fails        detected                       returns        end
//! ├─ switch 1 ───┼─ nowhere ────┼─ switch 2 ─────────────────┼─ switch 1 ───┤
//! ```
//!
//! All runs of a demo have the same schedule, so that their curves can lie on top of each other; a run without a failure takes
//! switch 1 all the time. Times are ns since the run began.

use std::ops::Range;

use super::report::FAILURE_GAP_SLACK_MS;

const NS_PER_MS: u64 = 1_000_000;

/// Where in the duration switch 1 fails and traffic returns to it unless told otherwise, in sixteenths.
const FAILS_16TH: u64 = 5;
const RETURNS_16TH: u64 = 11;

/// How long before the return the longest silence at the failure must be over, so that the two are told apart, ms.
const CALM_MS: u64 = 100;

/// How long after the return is watched for its silence, and the least that the run goes on after it, ms.
const RETURN_WATCHED_MS: u64 = 500;

/// The times of a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Schedule {
    /// Until when connections are begun and bytes are sent.
    pub(super) end_ns: u64,
    /// Switch 1 is dead from here on: what is sent to it vanishes.
    pub(super) fails_ns: u64,
    /// Packets take switch 2 from here on.
    pub(super) detected_ns: u64,
    /// Packets take switch 1 again from here on; it has booted anew and remembers nothing.
    pub(super) returns_ns: u64,
    lease_period_ns: u64,
}

/// Which switch packets are sent to, at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Switch 1, which works.
    First,
    /// Switch 1, which is dead.
    Dead,
    /// Switch 2.
    Second,
    /// Switch 1, which has booted anew.
    FirstAgain,
}

/// What a user may say of a schedule, ms.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wishes {
    /// Length of the run.
    pub(super) duration_ms: u64,
    /// From the failure to the moment that packets take switch 2.
    pub(super) detection_delay_ms: u64,
    /// For how long a switch may act on a flow.
    pub(super) lease_period_ms: u64,
    /// When switch 1 fails, if that matters.
    pub(super) fail_at_ms: Option<u64>,
    /// When traffic returns to it, if that matters.
    pub(super) return_at_ms: Option<u64>,
}

impl Schedule {
    /// Times that meet the wishes and leave room for what is to be seen.
    ///
    /// # Errors
    /// A sentence that says which wish cannot be met and what could be asked for instead.
    pub(super) fn new(wishes: &Wishes) -> Result<Self, String> {
        let Wishes { duration_ms, detection_delay_ms, lease_period_ms, .. } = *wishes;
        if detection_delay_ms > lease_period_ms {
            return Err(format!(
                "--detection-delay {detection_delay_ms} is longer than --lease-period {lease_period_ms}: the hosts' own \
                 timeouts would then decide how long the silence is; choose a delay of at most the lease period"
            ));
        }
        let fail_at_ms = wishes.fail_at_ms.unwrap_or(duration_ms * FAILS_16TH / 16);
        let return_at_ms = wishes.return_at_ms.unwrap_or(duration_ms * RETURNS_16TH / 16);
        if fail_at_ms == 0 {
            return Err("--fail-at 0 leaves no connection to be cut: choose a later time".into());
        }
        let silent_ms = detection_delay_ms + lease_period_ms + FAILURE_GAP_SLACK_MS;
        let return_least_ms = fail_at_ms + silent_ms + CALM_MS;
        if return_at_ms < return_least_ms {
            return Err(format!(
                "a failure at {fail_at_ms} ms may silence connections for {silent_ms} ms, which is not over when traffic \
                 returns at {return_at_ms} ms: let it return at {return_least_ms} ms or later (--return-at), or make the run \
                 longer (--duration) or the lease shorter (--lease-period)"
            ));
        }
        let duration_least_ms = return_at_ms + RETURN_WATCHED_MS;
        if duration_ms < duration_least_ms {
            return Err(format!(
                "a run of {duration_ms} ms ends too soon after the return at {return_at_ms} ms: make it last \
                 {duration_least_ms} ms or longer (--duration), or let traffic return earlier (--return-at)"
            ));
        }
        Ok(Self {
            end_ns: duration_ms * NS_PER_MS,
            fails_ns: fail_at_ms * NS_PER_MS,
            detected_ns: (fail_at_ms + detection_delay_ms) * NS_PER_MS,
            returns_ns: return_at_ms * NS_PER_MS,
            lease_period_ns: lease_period_ms * NS_PER_MS,
        })
    }

    /// Where packets are sent to at `now_ns` in a run with a failure.
    pub(super) fn stage(&self, now_ns: u64) -> Stage {
        match now_ns {
            _ if now_ns < self.fails_ns => Stage::First,
            _ if now_ns < self.detected_ns => Stage::Dead,
            _ if now_ns < self.returns_ns => Stage::Second,
            _ => Stage::FirstAgain,
        }
    }

    /// Silences with a part in here are the failure's: from it to the end of the longest lease that the dead switch held.
    pub(super) fn failure_window_ns(&self) -> Range<u64> {
        self.fails_ns..self.detected_ns + self.lease_period_ns
    }

    /// Silences with a part in here are the return's.
    pub(super) fn return_window_ns(&self) -> Range<u64> {
        self.returns_ns..self.returns_ns + RETURN_WATCHED_MS * NS_PER_MS
    }
}

impl Stage {
    /// In a few words.
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::First => "switch 1",
            Self::Dead => "switch 1 is dead",
            Self::Second => "switch 2",
            Self::FirstAgain => "switch 1 again",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WISHES: Wishes = Wishes {
        duration_ms: 8000,
        detection_delay_ms: 100,
        lease_period_ms: 500,
        fail_at_ms: None,
        return_at_ms: None,
    };

    #[test]
    fn stages_follow_each_other_at_their_times() {
        let schedule = Schedule::new(&WISHES).unwrap();
        let stages = [0, 2499, 2500, 2599, 2600, 5499, 5500, 9000].map(|ms| schedule.stage(ms * NS_PER_MS));
        use Stage::{Dead, First, FirstAgain, Second};
        assert_eq!(stages, [First, First, Dead, Dead, Second, Second, FirstAgain, FirstAgain]);
    }

    #[test]
    fn windows_of_failure_and_return_do_not_meet() {
        let tight = Wishes { fail_at_ms: Some(1000), return_at_ms: Some(1800), ..WISHES };
        let schedule = Schedule::new(&tight).unwrap();
        assert_eq!(schedule.failure_window_ns(), 1000 * NS_PER_MS..1600 * NS_PER_MS);
        assert_eq!(schedule.return_window_ns(), 1800 * NS_PER_MS..2300 * NS_PER_MS);
    }

    #[test]
    fn wishes_that_cannot_be_met_are_refused_with_the_option_to_change() {
        for (wishes, option) in [
            (Wishes { detection_delay_ms: 501, ..WISHES }, "--detection-delay"),
            (Wishes { fail_at_ms: Some(0), ..WISHES }, "--fail-at"),
            (Wishes { fail_at_ms: Some(4701), ..WISHES }, "--return-at"),
            (Wishes { duration_ms: 2000, ..WISHES }, "--duration"),
            (Wishes { return_at_ms: Some(7501), ..WISHES }, "--duration"),
        ] {
            let refused = Schedule::new(&wishes).unwrap_err();
            assert!(refused.contains(option), "{refused}");
        }
    }

    #[test]
    fn shortest_detection_and_equal_detection_are_accepted() {
        for detection_delay_ms in [0, 500] {
            assert!(Schedule::new(&Wishes { detection_delay_ms, ..WISHES }).is_ok());
        }
    }
}
