//! Turns for guesses that cannot be told apart by where they come from: behind a local proxy or tunnel everybody has the
//! loopback address. Whoever fails does not lock the others out: after a burst of failures every try, right or wrong, waits
//! for a turn, and turns come the more slowly the more failed. A line of tries is bounded by the time the last of it waits.

use std::time::Duration;

use crate::token_bucket::{Bucket, PerMinute};

/// The longest a try waits for its turn; beyond that it is refused, with this or a longer time to come back. Half of the
/// time a greeting has.
const MOST_WAIT_MS: u64 = 5000;

/// When the next try has its turn, and how many failed lately.
#[derive(Debug)]
pub(super) struct GuessTurns {
    failed: Bucket,
    next_ms: u64,
    /// The longest time between two turns.
    most_apart: Duration,
}

impl GuessTurns {
    /// Nobody has failed yet.
    pub(super) const fn new(most_apart: Duration) -> Self {
        Self { failed: Bucket::until_us(0), next_ms: 0, most_apart }
    }

    /// Takes the next turn: how long to wait for it, or, if the line is too long, how long to stay away.
    pub(super) fn take(&mut self, pace: PerMinute, now_ms: u64) -> Result<Duration, Duration> {
        let Some(owed) = self.failed.wait(pace, 1, now_ms) else { return Ok(Duration::ZERO) };
        let at = self.next_ms.max(now_ms);
        let wait = Duration::from_millis(at - now_ms);
        if at - now_ms > MOST_WAIT_MS {
            return Err(wait);
        }
        let apart = (owed / 10).min(self.most_apart);
        self.next_ms = at + u64::try_from(apart.as_millis()).unwrap_or(u64::MAX).max(1);
        Ok(wait)
    }

    /// A try failed.
    pub(super) fn fail(&mut self, pace: PerMinute, now_ms: u64) {
        self.failed.charge(pace, 1, now_ms);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACE: PerMinute = PerMinute::Limit { burst: 2, rate: 6 };

    /// Tries as fast as may be for so long, and fails; how many tries there were.
    fn tries(turns: &mut GuessTurns, pace: PerMinute, from_ms: u64, ms: u64) -> usize {
        let mut now_ms = from_ms;
        let mut count = 0;
        while now_ms < from_ms + ms {
            match turns.take(pace, now_ms) {
                Ok(wait) => {
                    now_ms += u64::try_from(wait.as_millis()).unwrap();
                    turns.fail(pace, now_ms);
                    count += 1;
                }
                Err(wait) => now_ms += u64::try_from(wait.as_millis()).unwrap(),
            }
        }
        count
    }

    #[test]
    fn whoever_guesses_for_a_minute_has_a_burst_and_then_about_one_a_second() {
        let mut turns = GuessTurns::new(Duration::from_secs(1));
        let count = tries(&mut turns, PACE, 0, 60_000);
        assert!((60..=66).contains(&count), "{count}");
    }

    #[test]
    fn the_line_is_bounded_and_whoever_is_in_it_has_a_turn() {
        let mut turns = GuessTurns::new(Duration::from_secs(1));
        tries(&mut turns, PACE, 0, 30_000);
        let line: Vec<_> = (0..100).map(|_| turns.take(PACE, 40_000)).collect();
        let waits: Vec<_> = line.iter().flatten().collect();
        assert!((4..=6).contains(&waits.len()), "{waits:?}");
        assert!(waits.is_sorted() && waits.iter().all(|wait| wait.as_secs() <= 5), "{waits:?}");
        assert!(line.last().unwrap().is_err_and(|wait| wait > Duration::from_secs(5)));
        assert!(turns.take(PACE, 45_000).is_ok(), "a place is free again");
    }

    #[test]
    fn a_few_failures_delay_nobody_and_many_are_forgotten_when_they_stop() {
        let mut turns = GuessTurns::new(Duration::from_secs(1));
        turns.fail(PACE, 0);
        (0..9).for_each(|_| turns.fail(PerMinute::Off, 0));
        assert!((0..1000).all(|_| turns.take(PACE, 0) == Ok(Duration::ZERO)), "everybody comes back at once");
        tries(&mut turns, PACE, 0, 60_000);
        assert!((0..1000).all(|_| turns.take(PACE, 120_000) == Ok(Duration::ZERO)));
    }
}
