//! What a process uses, from `/proc`: memory, descriptors, threads, time on the processor.

use std::path::PathBuf;
use std::time::Duration;

/// A process that is measured.
pub(crate) struct Process(PathBuf);

impl Process {
    /// The process with this id.
    pub(crate) fn new(id: u32) -> Self {
        Self(PathBuf::from(format!("/proc/{id}")))
    }

    /// This process.
    pub(crate) fn this() -> Self {
        Self(PathBuf::from("/proc/self"))
    }

    /// Its resident memory, in bytes.
    pub(crate) fn resident(&self) -> u64 {
        self.status("VmRSS:") * 1024
    }

    /// The most resident memory it ever had, in bytes.
    pub(crate) fn peak(&self) -> u64 {
        self.status("VmHWM:") * 1024
    }

    /// Its threads.
    pub(crate) fn threads(&self) -> u64 {
        self.status("Threads:")
    }

    /// Its open descriptors.
    pub(crate) fn descriptors(&self) -> u64 {
        std::fs::read_dir(self.0.join("fd")).map_or(0, |entries| entries.count() as u64)
    }

    /// The time its threads have run so far; what has ended is not in it.
    pub(crate) fn cpu(&self) -> Duration {
        let Ok(tasks) = std::fs::read_dir(self.0.join("task")) else { return Duration::ZERO };
        let nanos = tasks.flatten().filter_map(|task| {
            let text = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
            text.split(' ').next()?.parse::<u64>().ok()
        });
        Duration::from_nanos(nanos.sum())
    }

    fn status(&self, name: &str) -> u64 {
        let text = std::fs::read_to_string(self.0.join("status")).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
    }
}
