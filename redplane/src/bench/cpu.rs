//! Processor time of other processes, by the kernel's account in `/proc`.

use std::time::Duration;

use anyhow::Context;

/// The kernel tells processor time in units of 1/100 s to user space, whatever it counts in itself.
const UNIT: Duration = Duration::from_millis(10);

/// User and system time of a process so far, all of its threads together.
///
/// # Errors
/// There is no such process.
pub(super) fn time_of(pid: u32) -> anyhow::Result<Duration> {
    let path = format!("/proc/{pid}/stat");
    let text = std::fs::read_to_string(&path).with_context(|| format!("there is no process {pid}"))?;
    time_in(&text).with_context(|| format!("{path} does not tell processor time"))
}

/// Fields 14 and 15; the second, a name in brackets, may hold anything.
fn time_in(stat: &str) -> Option<Duration> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(11);
    let user: u32 = fields.next()?.parse().ok()?;
    let system: u32 = fields.next()?.parse().ok()?;
    Some(UNIT * user.checked_add(system)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_found_behind_a_name_with_brackets() {
        let stat = "7 (a (b) c) S 1 7 7 0 -1 4194304 100 0 0 0 250 50 0 0 20 0 1 0 5 0 0";
        assert_eq!(time_in(stat), Some(Duration::from_secs(3)));
        assert_eq!(time_in("7 (x) S 1"), None);
    }

    #[test]
    fn own_time_is_read_and_a_process_that_is_none_is_an_error() {
        assert!(time_of(std::process::id()).is_ok());
        assert!(time_of(u32::MAX).is_err());
    }
}
