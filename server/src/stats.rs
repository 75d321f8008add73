//! What the server counts about itself: plain numbers, added to where something happens and read by whoever watches.
//! It must not know who watches, and nothing may be decided by it.
//!
//! The numbers are relaxed atomics: each is right by itself, and two of them may be a moment apart.

pub mod family;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use shared::Code;

/// A number that is added to.
#[derive(Debug, Default)]
pub struct Count(AtomicU64);

impl Count {
    /// Adds so many.
    pub fn add(&self, many: u64) {
        self.0.fetch_add(many, Ordering::Relaxed);
    }

    /// Takes so many away, of those that were added.
    pub fn sub(&self, many: u64) {
        self.0.fetch_sub(many, Ordering::Relaxed);
    }

    /// Says how many there are, where one place knows.
    pub fn set(&self, many: u64) {
        self.0.store(many, Ordering::Relaxed);
    }

    /// How many there are.
    #[must_use]
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// How often a value was how large.
#[derive(Debug)]
pub struct Histogram<const BOUNDS: usize> {
    /// The largest value of each bucket; what is larger than all of them is counted in `beyond`.
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

    /// How many values were at most each bound, and the bound; then the number and the sum of all.
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
    /// A pipe in memory: code in this process speaks for somebody.
    Attached,
}

impl Transport {
    /// Each, by the name the metrics have for it.
    pub const ALL: [(Self, &'static str); 4] =
        [(Self::Plain, "plain"), (Self::Tls, "tls"), (Self::Local, "local"), (Self::Attached, "attached")];
}

/// Upper bounds of commit times, in microseconds: a memory-backed disk up to one that hangs.
const COMMIT_US: [u64; 13] =
    [100, 250, 500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000, 5_000_000];
/// Upper bounds of how many things a batch keeps.
const BATCH: [u64; 8] = [1, 4, 16, 64, 256, 1024, 4096, 16_384];

/// Everything that is counted.
#[derive(Debug)]
pub struct Stats {
    opened: [Count; Transport::ALL.len()],
    closed: [Count; Transport::ALL.len()],
    refused: [Count; Code::ALL.len()],
    /// Bytes that connections sent, before they were encrypted.
    pub bytes_in: Count,
    /// Bytes that connections were sent, before they were encrypted.
    pub bytes_out: Count,
    /// Messages that were said and kept.
    pub messages: Count,
    /// Events of any kind that were kept.
    pub events: Count,
    /// Events times the connections that follow their rooms.
    pub deliveries: Count,
    /// Times a connection was told that it missed something.
    pub gaps: Count,
    /// Connections that were given up because they did not read.
    pub slow: Count,
    /// How long the store took for each batch, in microseconds.
    pub commit_us: Histogram<{ COMMIT_US.len() }>,
    /// How much each batch kept.
    pub batch: Histogram<{ BATCH.len() }>,
    /// Batches the store could not keep.
    pub commit_failures: Count,
    /// What gathers for the next batch; see [`crate::hub`].
    pub gathered: Count,
}

impl Default for Stats {
    fn default() -> Self {
        Self {
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
            batch: Histogram::new(BATCH),
            commit_failures: Count::default(),
            gathered: Count::default(),
        }
    }
}

impl Stats {
    /// A connection over this began.
    pub fn opened(&self, over: Transport) {
        pick(&self.opened, over).add(1);
    }

    /// A connection over this ended.
    pub fn closed(&self, over: Transport) {
        pick(&self.closed, over).add(1);
    }

    /// How many connections over this there are.
    #[must_use]
    pub fn connections(&self, over: Transport) -> u64 {
        // An end is counted after its beginning, but may be seen before it.
        pick(&self.opened, over).get().saturating_sub(pick(&self.closed, over).get())
    }

    /// How many connections over this there were since the start.
    #[must_use]
    pub fn opened_total(&self, over: Transport) -> u64 {
        pick(&self.opened, over).get()
    }

    /// How often something was refused, in the order of [`Code::ALL`].
    pub fn refused_by_code(&self) -> impl Iterator<Item = u64> {
        self.refused.iter().map(Count::get)
    }

    /// Something was refused, with this code.
    pub fn refused(&self, code: Code) {
        if let Some((_, count)) = Code::ALL.iter().zip(&self.refused).find(|(known, _)| **known == code) {
            count.add(1);
        }
    }

    /// How often something was refused, with whatever code.
    #[must_use]
    pub fn refusals(&self) -> u64 {
        self.refused.iter().map(Count::get).sum()
    }

    /// The store took this long for a batch that keeps so much.
    pub fn committed(&self, took: Duration, writes: u64) {
        self.commit_us.observe(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
        self.batch.observe(writes);
    }
}

fn pick(counts: &[Count; Transport::ALL.len()], over: Transport) -> &Count {
    match (counts, over) {
        ([plain, ..], Transport::Plain) => plain,
        ([_, tls, ..], Transport::Tls) => tls,
        ([_, _, local, _], Transport::Local) => local,
        ([_, _, _, attached], Transport::Attached) => attached,
    }
}

#[cfg(test)]
mod tests;
