//! Who of those that are refused by address, or by user of this machine, is told so. Telling takes a task and seconds (the peer may speak TLS, and has
//! time to read), so only a few are told at once, and an address only so often; the others are closed without a word.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::chat::limit_key::LimitKey;
use crate::token_bucket::PerMinute;
use crate::token_bucket::keyed::KeyedBuckets;

/// How many are told at once.
const AT_ONCE: usize = 32;
/// How often an address is told.
const BY_ADDRESS: PerMinute = PerMinute::Limit { burst: 10, rate: 30 };

/// The turns to be told.
#[derive(Debug)]
pub(super) struct RefusalTurns {
    at_once: Arc<Semaphore>,
    by_address: Mutex<KeyedBuckets<LimitKey, 60>>,
}

impl Default for RefusalTurns {
    fn default() -> Self {
        Self {
            at_once: Arc::new(Semaphore::new(AT_ONCE)),
            by_address: Mutex::new(KeyedBuckets::new(BY_ADDRESS)),
        }
    }
}

impl RefusalTurns {
    /// A turn, held for as long as telling takes; none if there are too many.
    pub(super) fn turn(
        &self,
        from: impl Into<Option<LimitKey>>,
        now_ms: u64,
    ) -> Option<OwnedSemaphorePermit> {
        let turn = Arc::clone(&self.at_once).try_acquire_owned().ok()?;
        let Some(from) = from.into() else { return Some(turn) };
        let mut by_address = self.by_address.lock().unwrap_or_else(PoisonError::into_inner);
        by_address.take(from, now_ms).ok().map(|()| turn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_is_told_a_few_times_and_others_are_told_meanwhile() {
        let turns = RefusalTurns::default();
        let told = |ip: &str, now_ms| turns.turn(LimitKey::of(ip.parse().unwrap()), now_ms).is_some();
        assert_eq!((0..100).filter(|_| told("192.0.2.7", 0)).count(), 10);
        assert!(told("192.0.2.8", 0) && told("192.0.2.7", 2000) && !told("192.0.2.7", 2000));
    }

    #[test]
    fn few_are_told_at_once() {
        let turns = RefusalTurns::default();
        let all: Vec<_> = (0..99)
            .filter_map(|n| turns.turn(LimitKey::of(format!("192.0.2.{n}").parse().unwrap()), 0))
            .collect();
        assert_eq!(all.len(), AT_ONCE);
        drop(all);
        assert!(turns.turn(LimitKey::of("192.0.2.99".parse().unwrap()), 0).is_some());
    }
}
