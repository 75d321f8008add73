//! What an identity has used up of its pace, whatever connection it is on: coming back buys nothing. It must not delay
//! anybody itself; admission does.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::socket::Socket;
use crate::chat::proposal::SecretHash;
use crate::pace::{Bucket, Pace, PerMinute};

/// How many accounts are kept at most: everyone who is here, and whoever left with something used up, which is forgiven
/// within seconds. Beyond that an identity has a new account with each connection.
const MOST: usize = 65_536;
/// Below this many none is cleared away.
const FEW: usize = 256;
/// How many wrong keys an identity may show: three, then one every twenty seconds.
const KEYS: PerMinute = PerMinute::Limit { burst: 3, rate: 3 };
/// How often everything is looked through at most, in milliseconds.
const CLEAR_MS: u64 = 1000;

/// Every account that is in use, or not full again yet.
#[derive(Debug, Default)]
pub struct Accounts(Mutex<Ledger>);

#[derive(Debug, Default)]
struct Ledger {
    accounts: HashMap<SecretHash, Arc<Account>>,
    cleared_ms: u64,
    /// With more than this, those that are full and not in use go.
    clear_at: usize,
}

/// What one identity has used up. The server runs on one thread, so these are never contended; they are atomic for the
/// programs that run it on more, where a message too many does no harm.
#[derive(Debug, Default)]
pub struct Account {
    said_us: AtomicU64,
    answered_us: AtomicU64,
    guessed_us: AtomicU64,
    /// How many connections hold it.
    users: AtomicU32,
}

/// A connection's hold on its identity's account.
#[derive(Debug)]
pub struct Tab(Arc<Account>);

impl Accounts {
    /// The account of whoever shows this secret, to be found under the fresh one as well: which of the two it will be
    /// is the chat's to say.
    #[must_use]
    pub fn open(&self, shown: Option<SecretHash>, fresh: SecretHash, now_ms: u64) -> Tab {
        let mut ledger = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ledger.clear(now_ms);
        let known = shown.and_then(|secret| ledger.accounts.get(&secret)).map(Arc::clone);
        let account = known.unwrap_or_default();
        for secret in shown.into_iter().chain([fresh]) {
            if ledger.accounts.len() < MOST {
                ledger.accounts.insert(secret, Arc::clone(&account));
            }
        }
        account.users.fetch_add(1, Ordering::Relaxed);
        Tab(account)
    }
}

impl Ledger {
    fn clear(&mut self, now_ms: u64) {
        if self.accounts.len() >= self.clear_at.max(FEW) && now_ms >= self.cleared_ms.saturating_add(CLEAR_MS)
        {
            self.accounts.retain(|_, account| !account.is_done(now_ms));
            self.clear_at = (2 * self.accounts.len()).min(MOST);
            self.cleared_ms = now_ms;
        }
    }
}

impl Account {
    fn is_done(&self, now_ms: u64) -> bool {
        let full = [&self.said_us, &self.answered_us, &self.guessed_us]
            .into_iter()
            .all(|used| load(used).is_full(now_ms));
        full && self.users.load(Ordering::Relaxed) == 0
    }
}

impl Tab {
    /// Takes one message's worth, or says how long it takes until there is one.
    pub fn say(&self, pace: Pace, now_ms: u64) -> Result<(), Duration> {
        let mut bucket = load(&self.0.said_us);
        bucket.take(pace, now_ms)?;
        store(&self.0.said_us, bucket);
        Ok(())
    }

    /// Notes a wrong key.
    pub fn guessed(&self, now_ms: u64) {
        let mut bucket = load(&self.0.guessed_us);
        bucket.charge(KEYS, 1, now_ms);
        store(&self.0.guessed_us, bucket);
    }

    /// How long somebody has to wait until they may show a key again.
    #[must_use]
    pub fn may_guess(&self, now_ms: u64) -> Option<Duration> {
        load(&self.0.guessed_us).wait(KEYS, 1, now_ms)
    }

    /// Charges so many bytes of answers.
    pub fn charge(&self, pace: Pace, bytes: u64, now_ms: u64) {
        let mut bucket = load(&self.0.answered_us);
        bucket.charge(pace, bytes, now_ms);
        store(&self.0.answered_us, bucket);
    }

    /// Charges what the connection was answered since the last time.
    pub fn settle(&self, socket: &Socket, pace: Pace, now_ms: u64) {
        match socket.answered() {
            0 => {}
            bytes => self.charge(pace, bytes, now_ms),
        }
    }

    /// How long no more can be asked for, since so much was answered.
    #[must_use]
    pub fn owes(&self, pace: Pace, now_ms: u64) -> Option<Duration> {
        load(&self.0.answered_us).wait(pace, 0, now_ms)
    }
}

impl Drop for Tab {
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

    fn said(tab: &Tab, now_ms: u64) -> usize {
        (0..10).take_while(|_| tab.say(PACE, now_ms).is_ok()).count()
    }

    #[test]
    fn coming_back_buys_no_new_burst() {
        let accounts = Accounts::default();
        let first = accounts.open(None, secret(1), 0);
        assert_eq!(said(&first, 0), 2);
        // Both while the first is still there and when it is gone, with the secret that was given then.
        let second = accounts.open(Some(secret(1)), secret(2), 0);
        assert_eq!(said(&second, 0), 0);
        drop((first, second));
        assert_eq!(said(&accounts.open(Some(secret(1)), secret(3), 1000), 1000), 1);
        // A secret nobody knows gets its owner a fresh one: that is the same account, too.
        assert_eq!(said(&accounts.open(Some(secret(3)), secret(4), 1000), 1000), 0);
        assert_eq!(said(&accounts.open(None, secret(5), 1000), 1000), 2);
    }

    #[test]
    fn accounts_go_when_they_are_full_and_nobody_uses_them() {
        let accounts = Accounts::default();
        let kept = accounts.open(None, secret(0), 0);
        for n in 1..5000 {
            let now = n as u64 * 10;
            assert_eq!(said(&accounts.open(None, secret(n), now), now), 2);
        }
        assert_eq!(said(&kept, 0), 2);
        assert!(accounts.0.lock().unwrap().accounts.len() < 2000);
        assert_eq!(said(&accounts.open(Some(secret(0)), secret(9999), 0), 0), 0);
    }

    #[test]
    fn answers_are_charged_afterwards_and_what_is_owed_goes_with_the_identity() {
        let accounts = Accounts::default();
        accounts.open(None, secret(1), 0).charge(PACE, 3, 0);
        let tab = accounts.open(Some(secret(1)), secret(2), 0);
        assert_eq!(tab.owes(PACE, 0), Some(Duration::from_secs(1)));
        assert_eq!((tab.owes(PACE, 1000), tab.owes(Pace::Off, 0)), (None, None));
    }
}
