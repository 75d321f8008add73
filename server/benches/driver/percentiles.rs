//! Many durations, and their percentiles. All are kept, so that the worst are exact.

use std::fmt::{Display, Formatter};
use std::time::Duration;

/// Durations, in microseconds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Percentiles(Vec<u32>);

/// What is told of them, in microseconds.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Summary {
    pub(crate) count: usize,
    pub(crate) p50: u32,
    pub(crate) p99: u32,
    pub(crate) p999: u32,
    pub(crate) worst: u32,
}

impl Percentiles {
    /// Counts one.
    pub(crate) fn add(&mut self, took: Duration) {
        self.0.push(u32::try_from(took.as_micros()).unwrap_or(u32::MAX));
    }

    /// Puts these to them.
    pub(crate) fn extend(&mut self, others: &Self) {
        self.0.extend_from_slice(&others.0);
    }

    /// Sums them up.
    pub(crate) fn summary(&self) -> Summary {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let at = |per_mille: usize| {
            let place = (sorted.len() * per_mille / 1000).min(sorted.len().saturating_sub(1));
            sorted.get(place).copied().unwrap_or_default()
        };
        Summary { count: sorted.len(), p50: at(500), p99: at(990), p999: at(999), worst: at(1000) }
    }
}

impl Display for Summary {
    /// p50/p99/p99.9/worst in milliseconds.
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let ms = |us: u32| f64::from(us) / 1000.0;
        let told = [self.p50, self.p99, self.p999, self.worst].map(|us| format!("{:.2}", ms(us)));
        f.pad(&told.join(" / "))
    }
}
