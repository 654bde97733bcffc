//! Processor time of servers, in threads of this process and in processes of their own, by the scheduler's account in `/proc`.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

/// Whose time is counted.
#[derive(Default)]
pub(crate) struct Meter {
    threads: BTreeSet<u32>,
    processes: Vec<u32>,
}

impl Meter {
    /// Of the threads of this process that were not there `before`.
    pub(crate) fn of_threads_since(before: &BTreeSet<u32>) -> Self {
        Self { threads: threads().difference(before).copied().collect(), processes: Vec::new() }
    }

    /// And of these processes.
    pub(crate) fn and(mut self, processes: &[u32]) -> Self {
        self.processes.extend(processes);
        self
    }

    /// All of it so far. A thread that has ended takes its time along.
    pub(crate) fn read(&self) -> Duration {
        let own = Path::new("/proc/self/task");
        let own_ns = self.threads.iter().map(|thread| time_ns(own, *thread)).sum::<u64>();
        let others_ns = self.processes.iter().map(|process| {
            let folder = format!("/proc/{process}/task");
            let folder = Path::new(&folder);
            tasks(folder).into_iter().map(|thread| time_ns(folder, thread)).sum::<u64>()
        });
        Duration::from_nanos(own_ns + others_ns.sum::<u64>())
    }
}

/// The threads of this process.
pub(crate) fn threads() -> BTreeSet<u32> {
    tasks(Path::new("/proc/self/task"))
}

fn tasks(folder: &Path) -> BTreeSet<u32> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()).collect()
}

/// The first number of `schedstat`: time on a processor, user's and system's, in ns.
fn time_ns(folder: &Path, thread: u32) -> u64 {
    let text = std::fs::read_to_string(folder.join(thread.to_string()).join("schedstat")).unwrap_or_default();
    text.split_whitespace().next().and_then(|time| time.parse().ok()).unwrap_or(0)
}
