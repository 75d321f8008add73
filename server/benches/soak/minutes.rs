//! A line a minute: how long people waited, and what the server uses.

use std::path::Path;
use std::time::{Duration, Instant};

use super::driver::daemon::Daemon;
use super::driver::percentiles::{Percentiles, Summary};
use super::people::People;

/// The table, as it grows.
pub(crate) struct Minutes {
    began: Instant,
    every: Duration,
    next: Instant,
    cpu: Duration,
    /// All latencies so far.
    acks: Percentiles,
    events: Percentiles,
    pub(crate) rows: Vec<Row>,
}

/// What the server uses at the end of a minute.
pub(crate) struct Row {
    pub(crate) at: Duration,
    pub(crate) resident: u64,
    pub(crate) descriptors: u64,
    pub(crate) threads: u64,
    pub(crate) connected: usize,
    pub(crate) log_bytes: u64,
}

impl Minutes {
    /// An empty table of a run of that length.
    pub(crate) fn new(began: Instant, length: Duration) -> Self {
        println!(
            "{:>6} {:>6} {:>28} {:>28} {:>5} {:>6} {:>4} {:>3} {:>7} {:>6} {:>7} {:>5} {:>8} {:>5}",
            "minute",
            "said",
            "ok ms p50/p99/p99.9/worst",
            "event ms p50/p99/p99.9/worst",
            "here",
            "RSS MB",
            "fds",
            "thr",
            "db MB",
            "log MB",
            "index MB",
            "CPU %",
            "drive ms",
            "load"
        );
        let every = Duration::from_mins(1).min(length / 6);
        Self {
            began,
            every,
            next: began + every,
            cpu: Duration::ZERO,
            acks: Percentiles::default(),
            events: Percentiles::default(),
            rows: Vec::new(),
        }
    }

    /// Prints a line when a minute is over.
    pub(crate) fn pass(&mut self, server: &Daemon, people: &mut People) {
        if Instant::now() >= self.next {
            self.next += self.every;
            self.row(server, people);
        }
    }

    /// Prints a line.
    pub(crate) fn row(&mut self, server: &Daemon, people: &mut People) {
        let (acks, events) =
            (std::mem::take(&mut people.shared.acks), std::mem::take(&mut people.shared.events));
        let (process, files) = (server.process(), Files::of(&server.state_dir()));
        let (cpu, at) = (process.cpu(), self.began.elapsed());
        let since = self.rows.last().map_or(at, |row| at.saturating_sub(row.at));
        let percent = (cpu.saturating_sub(self.cpu)).as_secs_f64() / since.as_secs_f64() * 100.0;
        let row = Row {
            at,
            resident: process.resident(),
            descriptors: process.descriptors(),
            threads: process.threads(),
            connected: people.connected(),
            log_bytes: files.log,
        };
        let acked: Summary = acks.summary();
        println!(
            "{:>6.1} {:>6} {acked:>28} {:>28} {:>5} {:>6.1} {:>4} {:>3} {:>7.1} {:>6.1} {:>8.1} {percent:>5.1} {:>8.1} {:>5}",
            at.as_secs_f64() / 60.0,
            acked.count,
            events.summary(),
            row.connected,
            mb(row.resident),
            row.descriptors,
            row.threads,
            mb(files.store),
            mb(files.log),
            mb(files.index),
            std::mem::take(&mut people.longest_pass).as_secs_f64() * 1000.0,
            load(),
        );
        self.cpu = cpu;
        self.acks.extend(&acks);
        self.events.extend(&events);
        self.rows.push(row);
    }

    /// Prints what there was in all.
    pub(crate) fn totals(&self, people: &People) {
        let shared = &people.shared;
        println!(
            "   all {:>6} {:>28} {:>28}",
            self.acks.summary().count,
            self.acks.summary(),
            self.events.summary()
        );
        println!("pages    {:>6} {:>28}", shared.pages.summary().count, shared.pages.summary());
        println!("searches {:>6} {:>28}", shared.searches.summary().count, shared.searches.summary());
        let counts = &shared.counts;
        println!(
            "{} deliveries, {} resumes, {} gaps, slowed down {} times, not stored at first {} times",
            counts.deliveries, counts.resumes, counts.gaps, counts.slowed_down, counts.not_stored
        );
    }
}

/// The sizes of the store's files, in bytes.
#[derive(Default)]
struct Files {
    store: u64,
    log: u64,
    /// Databases beside the one of the messages.
    index: u64,
}

impl Files {
    fn of(dir: &Path) -> Self {
        let mut files = Self::default();
        for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
            let (name, size) = (entry.file_name(), entry.metadata().map_or(0, |file| file.len()));
            let name = name.to_string_lossy();
            if name == server::store::schema::FILE {
                files.store = size;
            } else if name.ends_with("-wal") {
                files.log += size;
            } else if name.ends_with(".db") {
                files.index += size;
            }
        }
        files
    }
}

fn mb(bytes: u64) -> f64 {
    f64::from(u32::try_from(bytes / 1024).unwrap_or(u32::MAX)) / 1024.0
}

/// How many threads of the machine want to run.
fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or_default().to_owned()
}
