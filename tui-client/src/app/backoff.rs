//! The backoff between attempts to connect: exponential, with jitter from a random number, so that clients that lost the same
//! server do not come back in the same second.

/// The first wait is up to this long, in milliseconds.
const FIRST: u64 = 500;
/// No wait is longer, in milliseconds.
const LONGEST: u64 = 30_000;

/// Jittered exponential backoff: the n-th wait is between half and all of `FIRST · 2ⁿ`, capped at `LONGEST`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The next wait in milliseconds; `random` gives the jitter.
    pub fn next_wait(&mut self, random: u64) -> u64 {
        let whole = FIRST.saturating_mul(1 << self.failures.min(16)).min(LONGEST);
        self.failures = self.failures.saturating_add(1);
        whole / 2 + random % (whole / 2 + 1)
    }

    /// How many waits there were since the last success.
    #[must_use]
    pub fn failures(self) -> u32 {
        self.failures
    }

    /// A connection was made.
    pub fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::Backoff;

    #[test]
    fn waits_grow_to_half_a_minute_and_begin_anew_after_success() {
        let mut backoff = Backoff::default();
        let longest: Vec<u64> = (0..9).map(|_| backoff.next_wait(u64::MAX / 2 * 2 + 1).max(1)).collect();
        assert!(
            longest
                .iter()
                .zip([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000])
                .all(|(wait, whole)| (whole / 2..=whole).contains(wait))
        );
        for _ in 0..100 {
            assert!(backoff.next_wait(7) <= 30_000);
        }
        backoff.reset();
        assert_eq!(backoff.next_wait(0), 250);
        assert_eq!(backoff.failures(), 1);
    }

    #[test]
    fn jitter_spreads_the_waits_over_the_second_half() {
        let wait = |random| Backoff::default().next_wait(random);
        assert_eq!((wait(0), wait(100), wait(250), wait(251)), (250, 350, 500, 250));
    }
}
