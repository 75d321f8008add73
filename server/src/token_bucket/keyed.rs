//! A token bucket for each of many: addresses, people. A bucket that is full again is forgotten, and there are never more
//! than a fixed number, so that memory is bounded whoever comes.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Bucket, Rate};

/// How many buckets are kept at most. Beyond that somebody new is let through uncounted: the limits of the server as a
/// whole still hold, and nobody is locked out because strangers filled a table.
const MOST: usize = 65_536;
/// Below this many nothing is cleared away.
const FEW: usize = 256;
/// How often everything is looked through at most, in milliseconds: that costs a moment for each one kept.
const CLEAR_MS: u64 = 1000;

/// Buckets by key, each kept until it is full again.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(serialize = "K: Ord + Clone + Serialize", deserialize = "K: Hash + Eq + DeserializeOwned"))]
#[serde(into = "Entries<K, SECONDS>", from = "Entries<K, SECONDS>")]
pub struct KeyedBuckets<K, const SECONDS: u64> {
    rate: Rate<SECONDS>,
    buckets: HashMap<K, Bucket>,
    /// When there are more than this, the full ones go.
    clear_at: usize,
    cleared_ms: u64,
}

/// How they are written down: by key, so that the same buckets are the same bytes.
#[derive(Serialize, Deserialize)]
#[serde(bound(serialize = "K: Serialize", deserialize = "K: DeserializeOwned"))]
struct Entries<K, const SECONDS: u64> {
    rate: Rate<SECONDS>,
    free_at_us: Vec<(K, u64)>,
    clear_at: usize,
    cleared_ms: u64,
}

impl<K: Ord, const SECONDS: u64> From<KeyedBuckets<K, SECONDS>> for Entries<K, SECONDS> {
    fn from(from: KeyedBuckets<K, SECONDS>) -> Self {
        let KeyedBuckets { rate, buckets, clear_at, cleared_ms } = from;
        let mut free_at_us: Vec<_> =
            buckets.into_iter().map(|(key, bucket)| (key, bucket.free_at_us())).collect();
        free_at_us.sort_unstable();
        Self { rate, free_at_us, clear_at, cleared_ms }
    }
}

impl<K: Hash + Eq, const SECONDS: u64> From<Entries<K, SECONDS>> for KeyedBuckets<K, SECONDS> {
    fn from(from: Entries<K, SECONDS>) -> Self {
        let Entries { rate, free_at_us, clear_at, cleared_ms } = from;
        let buckets = free_at_us.into_iter().map(|(key, free_at_us)| (key, Bucket::until_us(free_at_us)));
        Self { rate, buckets: buckets.collect(), clear_at, cleared_ms }
    }
}

impl<K: Hash + Eq, const SECONDS: u64> KeyedBuckets<K, SECONDS> {
    /// Everyone has this rate.
    #[must_use]
    pub fn new(rate: Rate<SECONDS>) -> Self {
        Self { rate, buckets: HashMap::new(), clear_at: FEW, cleared_ms: 0 }
    }

    /// Everyone has this rate from now on.
    pub fn set_rate(&mut self, rate: Rate<SECONDS>) {
        self.rate = rate;
    }

    /// Takes one for `key`, if there is one; otherwise says how long it takes until there is.
    pub fn take(&mut self, key: K, now_ms: u64) -> Result<(), Duration> {
        if self.rate == Rate::Off {
            return Ok(());
        }
        self.clear(now_ms);
        if self.buckets.len() >= MOST && !self.buckets.contains_key(&key) {
            return Ok(());
        }
        self.buckets.entry(key).or_default().take(self.rate, now_ms)
    }

    /// Takes so much for `key`, whether it is there or not.
    pub fn charge(&mut self, key: K, amount: u64, now_ms: u64) {
        if self.rate == Rate::Off || amount == 0 {
            return;
        }
        self.clear(now_ms);
        if self.buckets.len() < MOST || self.buckets.contains_key(&key) {
            self.buckets.entry(key).or_default().charge_all(self.rate, amount, now_ms);
        }
    }

    /// How long it takes until `key` owes nothing any more; nothing when that is now.
    #[must_use]
    pub fn owed(&self, key: &K, now_ms: u64) -> Option<Duration> {
        self.buckets.get(key)?.wait(self.rate, 0, now_ms)
    }

    /// How long `key` has to wait until it can take one; nothing when it need not.
    #[must_use]
    pub fn wait(&self, key: &K, now_ms: u64) -> Option<Duration> {
        self.buckets.get(key)?.wait(self.rate, 1, now_ms)
    }

    /// Moves all times, when the clock they are measured by was set.
    pub fn shift(&mut self, by_ms: i64) {
        for bucket in self.buckets.values_mut() {
            *bucket = Bucket::until_us(bucket.free_at_us().saturating_add_signed(by_ms.saturating_mul(1000)));
        }
        self.cleared_ms = self.cleared_ms.saturating_add_signed(by_ms);
    }

    fn clear(&mut self, now_ms: u64) {
        if self.buckets.len() >= self.clear_at && now_ms >= self.cleared_ms.saturating_add(CLEAR_MS) {
            self.buckets.retain(|_, bucket| !bucket.is_full(now_ms));
            self.clear_at = (2 * self.buckets.len()).clamp(FEW, MOST);
            self.cleared_ms = now_ms;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_a_bucket_of_its_own() {
        let mut table = KeyedBuckets::new(Rate::<1>::Limit { burst: 1, rate: 1 });
        assert_eq!([table.take("a", 0), table.take("b", 0)], [Ok(()), Ok(())]);
        assert_eq!(table.take("a", 0), Err(Duration::from_secs(1)));
        assert_eq!((table.wait(&"a", 0), table.wait(&"c", 0)), (Some(Duration::from_secs(1)), None));
        assert_eq!(table.take("a", 1000), Ok(()));
    }

    #[test]
    fn whoever_comes_once_is_forgotten_when_their_bucket_is_full() {
        let mut table = KeyedBuckets::new(Rate::<1>::Limit { burst: 2, rate: 1 });
        for n in 0..10_000_u64 {
            assert_eq!(table.take(n, n * 10), Ok(()));
        }
        assert!(table.buckets.len() <= 2 * FEW, "{} are kept", table.buckets.len());
    }

    #[test]
    fn a_full_table_lets_strangers_through_and_holds_those_it_knows() {
        let mut table = KeyedBuckets::new(Rate::<3600>::Limit { burst: 1, rate: 1 });
        for n in 0..MOST {
            assert_eq!(table.take(n, 0), Ok(()));
        }
        assert_eq!([table.take(MOST, 0), table.take(MOST, 0)], [Ok(()), Ok(())]);
        assert_eq!(table.take(7, 0), Err(Duration::from_hours(1)));
        assert_eq!(table.buckets.len(), MOST);
    }
}
