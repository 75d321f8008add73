//! Reconnect backoff: how long to wait before the next attempt to connect. Exponential while attempts fail, and always
//! with jitter, so that clients which lost or were refused their connection at the same moment (a restart, a full
//! server) do not come back at the same moment.
//!
//! It holds no clock and no random generator: the caller passes a random number in, so a run can be repeated by its
//! seed.

/// The first wait is at most this long, in milliseconds.
const FIRST: u64 = 500;
/// No wait of our own choice is longer, in milliseconds.
const LONGEST: u64 = 30_000;

/// A server is waited for no longer than this, whatever it asks, in milliseconds. The person can always come back sooner.
const LONGEST_ASKED: u64 = 10 * 60_000;

/// Jittered exponential backoff.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The next wait in milliseconds, drawn by `random`, a uniformly distributed number.
    ///
    /// Without `server_ms`, the n-th wait is between half and all of `FIRST · 2ⁿ`, capped at `LONGEST`. `server_ms` is
    /// what the server asked for (`after_ms` of a goodbye, `retry_ms` of a refusal): it is not undercut up to
    /// `LONGEST_ASKED`, and since a server may tell everybody the same number, it is exceeded by up to half of it. It
    /// makes no wait shorter: a server that asks us back at once for ever is not obeyed.
    pub fn next_wait(&mut self, server_ms: Option<u64>, random: u64) -> u64 {
        let whole = FIRST.saturating_mul(1 << self.failures.min(16)).min(LONGEST);
        self.failures = self.failures.saturating_add(1);
        let (least, spread) = match server_ms {
            Some(asked) => {
                let asked = asked.min(LONGEST_ASKED).max(whole / 2);
                (asked, (asked / 2).max(FIRST / 2))
            }
            None => (whole / 2, whole / 2),
        };
        least.saturating_add(random % (spread + 1))
    }

    /// How many waits there were since the last success.
    #[must_use]
    pub fn failures(self) -> u32 {
        self.failures
    }

    /// The connection came about.
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
        for whole in [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000] {
            let wait = backoff.next_wait(None, u64::MAX / 7);
            assert!((whole / 2..=whole).contains(&wait), "{wait} of {whole}");
        }
        for _ in 0..100 {
            assert!(backoff.next_wait(None, 7) <= 30_000);
        }
        backoff.reset();
        assert_eq!(backoff.next_wait(None, 0), 250);
        assert_eq!(backoff.failures(), 1);
    }

    #[test]
    fn waits_are_spread_over_the_second_half() {
        let wait = |random| Backoff::default().next_wait(None, random);
        assert_eq!((wait(0), wait(100), wait(250), wait(251)), (250, 350, 500, 250));
    }

    #[test]
    fn what_the_server_asked_for_is_never_undercut_and_spread_in_proportion() {
        let wait = |asked, random| Backoff::default().next_wait(Some(asked), random);
        assert_eq!((wait(5000, 0), wait(5000, 2500), wait(5000, 2501)), (5000, 7500, 5000));
        assert_eq!((wait(0, 0), wait(0, 250)), (250, 500), "even at once is not all at once");
        assert_eq!(wait(u64::MAX, 5), 600_005);
    }

    #[test]
    fn a_server_that_wants_us_back_at_once_for_ever_waits_longer_each_time() {
        let mut backoff = Backoff::default();
        let waits: Vec<u64> = (0..9).map(|_| backoff.next_wait(Some(0), 0)).collect();
        assert_eq!(waits, [250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
    }
}
