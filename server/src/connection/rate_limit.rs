//! Token buckets per identity, shared by all its connections and kept across reconnects, so that reconnecting does not
//! refill them: messages (`--pace`), bytes of answers, time of searches, wrong admin keys. Admission takes from them, and delays or refuses
//! accordingly.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::chat::proposal::SecretHash;
use crate::token_bucket::{Bucket, Pace, PerMinute};
use crate::transport::socket::Socket;

/// The most entries: identities that are connected, and those that left with buckets that are not full again yet, which
/// takes seconds. Beyond it an identity starts with full buckets on each connection.
const MAX_ENTRIES: usize = 65_536;
/// With fewer entries than this, none is pruned.
const PRUNE_MIN: usize = 256;
/// The rate of wrong keys: three, then one every twenty seconds.
const KEY_RATE: PerMinute = PerMinute::Limit { burst: 3, rate: 3 };
/// The milliseconds of searching: a second at once, then a tenth of the time. Charged when a search is done.
const SEARCH_RATE: Pace = Pace::Limit { burst: 1000, rate: 100 };
/// The least time between two passes over all entries, in milliseconds.
const PRUNE_INTERVAL_MS: u64 = 1000;

/// The buckets of every identity that is connected, or whose buckets are not full again yet.
#[derive(Debug, Default)]
pub struct RateLimits(Mutex<UsageTable>);

#[derive(Debug, Default)]
struct UsageTable {
    by_secret: HashMap<SecretHash, Arc<Usage>>,
    pruned_ms: u64,
    /// With at least this many entries, unused ones are pruned.
    prune_at: usize,
}

/// The buckets of one identity. Atomics, since a program may run the server on several threads; a race may let one
/// message too many through.
#[derive(Debug, Default)]
pub struct Usage {
    said_us: AtomicU64,
    answered_us: AtomicU64,
    guessed_us: AtomicU64,
    searched_us: AtomicU64,
    /// The number of connections that use it.
    users: AtomicU32,
}

/// One connection's handle to the buckets of its identity.
#[derive(Debug)]
pub struct RateLimit(Arc<Usage>);

impl RateLimits {
    /// The buckets of the identity with the shown secret. They are also registered under the fresh one: which of the two
    /// the identity has is only decided by the chat, later.
    #[must_use]
    pub fn open(&self, shown: Option<SecretHash>, fresh: SecretHash, now_ms: u64) -> RateLimit {
        let mut table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        table.prune(now_ms);
        let known = shown.and_then(|secret| table.by_secret.get(&secret)).map(Arc::clone);
        let usage = known.unwrap_or_default();
        for secret in shown.into_iter().chain([fresh]) {
            if table.by_secret.len() < MAX_ENTRIES {
                table.by_secret.insert(secret, Arc::clone(&usage));
            }
        }
        usage.users.fetch_add(1, Ordering::Relaxed);
        RateLimit(usage)
    }
}

impl UsageTable {
    fn prune(&mut self, now_ms: u64) {
        if self.by_secret.len() >= self.prune_at.max(PRUNE_MIN)
            && now_ms >= self.pruned_ms.saturating_add(PRUNE_INTERVAL_MS)
        {
            self.by_secret.retain(|_, usage| !usage.is_unused(now_ms));
            self.prune_at = (2 * self.by_secret.len()).min(MAX_ENTRIES);
            self.pruned_ms = now_ms;
        }
    }
}

impl Usage {
    fn is_unused(&self, now_ms: u64) -> bool {
        let full = [&self.said_us, &self.answered_us, &self.guessed_us, &self.searched_us]
            .into_iter()
            .all(|used| load(used).is_full(now_ms));
        full && self.users.load(Ordering::Relaxed) == 0
    }
}

impl RateLimit {
    /// Takes a token for one message, or returns how long it takes until there is one.
    pub fn take_message(&self, pace: Pace, now_ms: u64) -> Result<(), Duration> {
        let mut bucket = load(&self.0.said_us);
        bucket.take(pace, now_ms)?;
        store(&self.0.said_us, bucket);
        Ok(())
    }

    /// Charges for a wrong key.
    pub fn charge_wrong_key(&self, now_ms: u64) {
        let mut bucket = load(&self.0.guessed_us);
        bucket.charge(KEY_RATE, 1, now_ms);
        store(&self.0.guessed_us, bucket);
    }

    /// How long to wait before another key is checked, if the bucket is empty.
    #[must_use]
    pub fn key_wait(&self, now_ms: u64) -> Option<Duration> {
        load(&self.0.guessed_us).wait(KEY_RATE, 1, now_ms)
    }

    /// Charges for bytes of answers.
    pub fn charge_bytes(&self, pace: Pace, bytes: u64, now_ms: u64) {
        let mut bucket = load(&self.0.answered_us);
        bucket.charge(pace, bytes, now_ms);
        store(&self.0.answered_us, bucket);
    }

    /// Charges for the time of a search.
    pub fn charge_search(&self, ms: u64, now_ms: u64) {
        let mut bucket = load(&self.0.searched_us);
        bucket.charge(SEARCH_RATE, ms, now_ms);
        store(&self.0.searched_us, bucket);
    }

    /// How long to wait before another search, if the time searched so far is more than there was.
    #[must_use]
    pub fn search_wait(&self, now_ms: u64) -> Option<Duration> {
        load(&self.0.searched_us).wait(SEARCH_RATE, 0, now_ms)
    }

    /// Charges for the answers that the connection got since the last call, as far as they were not charged for before, and for
    /// the time that was searched for them.
    pub fn charge_answers(&self, socket: &Socket, pace: Pace, now_ms: u64, prepaid: &mut u64) {
        match socket.take_searched() {
            ms @ 1.. if pace != Pace::Off => self.charge_search(ms, now_ms),
            _ => {}
        }
        match socket.answered() {
            0 => {}
            bytes => {
                let paid = bytes.min(*prepaid);
                *prepaid -= paid;
                self.charge_bytes(pace, bytes - paid, now_ms);
            }
        }
    }

    /// How long to wait before more requests are taken, if the answer bucket is overdrawn.
    #[must_use]
    pub fn answer_wait(&self, pace: Pace, now_ms: u64) -> Option<Duration> {
        load(&self.0.answered_us).wait(pace, 0, now_ms)
    }
}

impl Drop for RateLimit {
    fn drop(&mut self) {
        self.0.users.fetch_sub(1, Ordering::Relaxed);
    }
}

fn load(used: &AtomicU64) -> Bucket {
    Bucket::until_us(used.load(Ordering::Relaxed))
}

fn store(used: &AtomicU64, bucket: Bucket) {
    used.store(bucket.free_at_us(), Ordering::Relaxed);
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACE: Pace = Pace::Limit { burst: 2, rate: 1 };

    fn secret(n: usize) -> SecretHash {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&n.to_be_bytes());
        SecretHash(bytes)
    }

    fn said(rate_limit: &RateLimit, now_ms: u64) -> usize {
        (0..10).take_while(|_| rate_limit.take_message(PACE, now_ms).is_ok()).count()
    }

    #[test]
    fn reconnecting_does_not_refill_the_buckets() {
        let rate_limits = RateLimits::default();
        let first = rate_limits.open(None, secret(1), 0);
        assert_eq!(said(&first, 0), 2);
        // Both while the first is still there and when it is gone, with the secret that was given then.
        let second = rate_limits.open(Some(secret(1)), secret(2), 0);
        assert_eq!(said(&second, 0), 0);
        drop((first, second));
        assert_eq!(said(&rate_limits.open(Some(secret(1)), secret(3), 1000), 1000), 1);
        // A secret nobody knows gets its owner a fresh one: that is the same usage, too.
        assert_eq!(said(&rate_limits.open(Some(secret(3)), secret(4), 1000), 1000), 0);
        assert_eq!(said(&rate_limits.open(None, secret(5), 1000), 1000), 2);
    }

    #[test]
    fn entries_are_pruned_when_their_buckets_are_full_and_no_connection_uses_them() {
        let rate_limits = RateLimits::default();
        let kept = rate_limits.open(None, secret(0), 0);
        for n in 1..5000 {
            let now = n as u64 * 10;
            assert_eq!(said(&rate_limits.open(None, secret(n), now), now), 2);
        }
        assert_eq!(said(&kept, 0), 2);
        assert!(rate_limits.0.lock().unwrap().by_secret.len() < 2000);
        assert_eq!(said(&rate_limits.open(Some(secret(0)), secret(9999), 0), 0), 0);
    }

    #[test]
    fn searches_have_a_second_and_then_a_tenth_of_the_time() {
        let rate_limits = RateLimits::default();
        let rate_limit = rate_limits.open(None, secret(1), 0);
        rate_limit.charge_search(1000, 0);
        assert_eq!(rate_limit.search_wait(0), None);
        rate_limit.charge_search(100, 0);
        // Another connection of the same identity waits as long.
        let back = rate_limits.open(Some(secret(1)), secret(2), 0);
        assert_eq!([back.search_wait(0), back.search_wait(1000)], [Some(Duration::from_secs(1)), None]);
        assert_eq!(back.answer_wait(PACE, 0), None);
    }

    #[test]
    fn answers_are_charged_afterwards_and_what_is_owed_goes_with_the_identity() {
        let rate_limits = RateLimits::default();
        rate_limits.open(None, secret(1), 0).charge_bytes(PACE, 3, 0);
        let rate_limit = rate_limits.open(Some(secret(1)), secret(2), 0);
        assert_eq!(rate_limit.answer_wait(PACE, 0), Some(Duration::from_secs(1)));
        assert_eq!((rate_limit.answer_wait(PACE, 1000), rate_limit.answer_wait(Pace::Off, 0)), (None, None));
    }
}
