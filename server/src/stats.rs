//! The server's counters: relaxed atomics, incremented where something happens and read by the metrics and the status.
//! Each number is right by itself; two of them may be a moment apart. No behaviour depends on them.

pub mod family;
pub mod kept_out;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use shared::Code;

use self::kept_out::KeptOut;

/// A counter.
#[derive(Debug, Default)]
pub struct Count(AtomicU64);

impl Count {
    /// Adds to it.
    pub fn add(&self, many: u64) {
        self.0.fetch_add(many, Ordering::Relaxed);
    }

    /// Subtracts from it.
    pub fn sub(&self, many: u64) {
        self.0.fetch_sub(many, Ordering::Relaxed);
    }

    /// Sets it, for a gauge.
    pub fn set(&self, many: u64) {
        self.0.store(many, Ordering::Relaxed);
    }

    /// The value.
    #[must_use]
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A histogram of values.
#[derive(Debug)]
pub struct Histogram<const BOUNDS: usize> {
    /// The largest value of each bucket; larger values are counted in `beyond`.
    bounds: [u64; BOUNDS],
    buckets: [Count; BOUNDS],
    beyond: Count,
    sum: Count,
}

impl<const BOUNDS: usize> Histogram<BOUNDS> {
    fn new(bounds: [u64; BOUNDS]) -> Self {
        let buckets = std::array::from_fn(|_| Count::default());
        Self { bounds, buckets, beyond: Count::default(), sum: Count::default() }
    }

    /// Counts a value.
    pub fn observe(&self, value: u64) {
        let at = self.bounds.iter().position(|&bound| value <= bound);
        at.and_then(|at| self.buckets.get(at)).unwrap_or(&self.beyond).add(1);
        self.sum.add(value);
    }

    /// For each bound, the number of values up to it (cumulative); then the number and the sum of all values.
    fn cumulated(&self) -> (Vec<(u64, u64)>, u64, u64) {
        let mut below = 0;
        let buckets = self.bounds.iter().zip(&self.buckets).map(|(&bound, count)| {
            below += count.get();
            (bound, below)
        });
        let buckets: Vec<_> = buckets.collect();
        (buckets, below + self.beyond.get(), self.sum.get())
    }
}

/// What a connection runs over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// TCP in the clear.
    Plain,
    /// TLS.
    Tls,
    /// The Unix socket.
    Local,
    /// A pipe in memory: a connection attached by code in this process.
    Attached,
    /// An IRC client, over TCP in the clear or TLS. The pipe by which it is attached is not counted beside it.
    Irc,
}

impl Transport {
    /// All of them, with their names in the metrics.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Plain, "plain"),
        (Self::Tls, "tls"),
        (Self::Local, "local"),
        (Self::Attached, "attached"),
        (Self::Irc, "irc"),
    ];
}

/// Upper bounds of commit times, in microseconds.
const COMMIT_US: [u64; 13] =
    [100, 250, 500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000, 5_000_000];
/// Upper bounds of the time from a commit to its last write to a socket, in microseconds.
const DELIVERY_US: [u64; 13] =
    [25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 25_000, 100_000, 500_000, 2_500_000];
/// Upper bounds of the number of writes in a batch.
const BATCH: [u64; 8] = [1, 4, 16, 64, 256, 1024, 4096, 16_384];

/// How long a failed commit is recent, in milliseconds.
const RECENT_MS: u64 = 5 * 60 * 1000;

/// All counters.
#[derive(Debug)]
pub struct Stats {
    opened: [Count; Transport::ALL.len()],
    closed: [Count; Transport::ALL.len()],
    refused: [Count; Code::ALL.len()],
    /// Whom limits kept out.
    pub kept_out: KeptOut,
    /// Bytes received, without TLS.
    pub bytes_in: Count,
    /// Bytes sent, without TLS.
    pub bytes_out: Count,
    /// Messages that were committed.
    pub messages: Count,
    /// Events of any kind that were committed.
    pub events: Count,
    /// Events, each times the connections that follow its room.
    pub deliveries: Count,
    /// Gaps sent to connections.
    pub gaps: Count,
    /// Connections closed as slow consumers.
    pub slow: Count,
    /// The duration of commits, in microseconds.
    pub commit_us: Histogram<{ COMMIT_US.len() }>,
    /// From a commit until its events were written to every socket that takes them, in microseconds.
    pub delivery_us: Histogram<{ DELIVERY_US.len() }>,
    /// The number of writes in each batch.
    pub batch: Histogram<{ BATCH.len() }>,
    /// Commits that failed.
    pub commit_failures: Count,
    /// Reads of the past that met an event which cannot be read.
    pub unreadable: Count,
    /// The uptime when a commit failed last, in milliseconds; 0 before the first.
    pub commit_failed_ms: Count,
    /// The weight of the hub's next batch (gauge); see [`crate::hub`].
    pub gathered: Count,
    /// Point reads that are not answered yet (gauge); see [`crate::store::point_reader`].
    pub point_reads: Count,
}

impl Default for Stats {
    fn default() -> Self {
        Self {
            kept_out: KeptOut::default(),
            opened: Default::default(),
            closed: Default::default(),
            refused: std::array::from_fn(|_| Count::default()),
            bytes_in: Count::default(),
            bytes_out: Count::default(),
            messages: Count::default(),
            events: Count::default(),
            deliveries: Count::default(),
            gaps: Count::default(),
            slow: Count::default(),
            commit_us: Histogram::new(COMMIT_US),
            delivery_us: Histogram::new(DELIVERY_US),
            batch: Histogram::new(BATCH),
            commit_failures: Count::default(),
            unreadable: Count::default(),
            commit_failed_ms: Count::default(),
            gathered: Count::default(),
            point_reads: Count::default(),
        }
    }
}

impl Stats {
    /// A connection over this transport was opened.
    pub fn opened(&self, over: Transport) {
        pick(&self.opened, over).add(1);
    }

    /// A connection over this transport was closed.
    pub fn closed(&self, over: Transport) {
        pick(&self.closed, over).add(1);
    }

    /// The number of open connections over this transport.
    #[must_use]
    pub fn connections(&self, over: Transport) -> u64 {
        // The two relaxed counters may be seen in the wrong order.
        pick(&self.opened, over).get().saturating_sub(pick(&self.closed, over).get())
    }

    /// The number of open connections.
    #[must_use]
    pub fn all_connections(&self) -> u64 {
        Transport::ALL.iter().map(|(over, _)| self.connections(*over)).sum()
    }

    /// The number of connections over this transport since the start.
    #[must_use]
    pub fn opened_total(&self, over: Transport) -> u64 {
        pick(&self.opened, over).get()
    }

    /// Refusals by code, in the order of [`Code::ALL`].
    pub fn refused_by_code(&self) -> impl Iterator<Item = u64> {
        self.refused.iter().map(Count::get)
    }

    /// Counts a refusal with this code.
    pub fn refused(&self, code: Code) {
        if let Some((_, count)) = Code::ALL.iter().zip(&self.refused).find(|(known, _)| **known == code) {
            count.add(1);
        }
    }

    /// Refusals of any code.
    #[must_use]
    pub fn refusals(&self) -> u64 {
        self.refused.iter().map(Count::get).sum()
    }

    /// Counts a commit that failed, at this uptime.
    pub fn commit_failed(&self, uptime_ms: u64) {
        self.commit_failures.add(1);
        self.commit_failed_ms.set(uptime_ms.max(1));
    }

    /// Whether a commit failed within the last so many milliseconds.
    #[must_use]
    pub fn failed_within(&self, uptime_ms: u64, within_ms: u64) -> bool {
        let failed = self.commit_failed_ms.get();
        failed > 0 && uptime_ms.saturating_sub(failed) < within_ms
    }

    /// Whether a commit failed within the last five minutes. A store that takes little writes and refuses large ones, as a
    /// disk that is nearly full makes it, shows in this only.
    #[must_use]
    pub fn failed_lately(&self, uptime_ms: u64) -> bool {
        self.failed_within(uptime_ms, RECENT_MS)
    }

    /// Counts a commit of so many writes.
    pub fn committed(&self, took: Duration, writes: u64) {
        self.commit_us.observe(micros(took));
        self.batch.observe(writes);
    }

    /// Counts the delivery of what a commit kept.
    pub fn delivered(&self, took: Duration) {
        self.delivery_us.observe(micros(took));
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

fn pick(counts: &[Count; Transport::ALL.len()], over: Transport) -> &Count {
    match (counts, over) {
        ([plain, ..], Transport::Plain) => plain,
        ([_, tls, ..], Transport::Tls) => tls,
        ([_, _, local, ..], Transport::Local) => local,
        ([_, _, _, attached, _], Transport::Attached) => attached,
        ([_, _, _, _, irc], Transport::Irc) => irc,
    }
}

#[cfg(test)]
mod tests;
