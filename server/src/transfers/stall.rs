//! When a transfer stands still: it has to move a little in each period, so that nobody keeps a place by a byte now and then.

use std::time::Duration;

use tokio::time::Instant;

/// The least bytes of a period.
const LEAST: u64 = 4096;

/// What a transfer moved in the period that runs.
#[derive(Debug)]
pub(super) struct Stall {
    period: Duration,
    since: Instant,
    moved: u64,
}

impl Stall {
    pub(super) fn new(period: Duration, now: Instant) -> Self {
        Self { period, since: now, moved: 0 }
    }

    /// Bytes were moved.
    pub(super) fn moved(&mut self, bytes: u64) {
        self.moved += bytes;
    }

    /// The peer was not waited for: another period begins.
    pub(super) fn restart(&mut self, now: Instant) {
        (self.since, self.moved) = (now, 0);
    }

    /// When to look.
    pub(super) fn due(&self) -> Instant {
        self.since + self.period
    }

    /// Whether too little was moved in the period, which is over; if not, another one begins.
    pub(super) fn is_stalled(&mut self, now: Instant) -> bool {
        if now < self.due() {
            return false;
        }
        let stalled = self.moved < LEAST;
        self.restart(now);
        stalled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_sends_a_byte_now_and_then_stands_still() {
        let (start, period) = (Instant::now(), Duration::from_secs(30));
        let mut stall = Stall::new(period, start);
        stall.moved(4096);
        assert!(!stall.is_stalled(start + period / 2) && !stall.is_stalled(start + period));
        (0..100).for_each(|_| stall.moved(1));
        assert!(!stall.is_stalled(start + period + period / 2));
        assert!(stall.is_stalled(start + 2 * period));
    }
}
