//! Limits on guessing passwords, admin keys and secrets (brute force), by who tries: an address, a user of this machine over
//! the Unix socket, or everybody who comes over loopback. A correct one costs nothing.
//!
//! An address or a user that failed too often is refused for a while. Loopback is shared by everybody behind a local proxy
//! or tunnel, so there tries take turns instead (see `guess_turns`), and whoever came in with the
//! password before is told apart by the secret of their identity: no stranger's failures delay them.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use shared::{Code, Refusal, Uid};

use super::guess_turns::GuessTurns;
use crate::chat::limit_key::LimitKey;
use crate::chat::proposal::SecretHash;
use crate::password::Password;
use crate::token_bucket::PerMinute;
use crate::token_bucket::keyed::KeyedBuckets;
use crate::transport::peer::Peer;

/// The longest time between two turns of passwords and keys.
const APART: Duration = Duration::from_secs(1);
/// How often somebody over loopback may show a secret that nobody has. Generous, since everybody does who comes to a server
/// that lost its store; a secret has 256 bits.
const UNKNOWN_SECRETS: PerMinute = PerMinute::Limit { burst: 200, rate: 600 };
/// The longest time between two turns of secrets.
const SECRETS_APART: Duration = Duration::from_millis(100);
/// How many secrets are remembered that came with the right password. Whoever comes after so many takes turns.
const MOST_PASSED: usize = 65_536;

/// How many wrong words may be tried on one person, from anywhere they never logged in from: a word can be guessed, and one
/// who guesses may have many addresses. More than one address may try by default, so that it takes several to keep somebody out.
const WRONG_WORDS: PerMinute = PerMinute::Limit { burst: 40, rate: 10 };
/// How many are remembered who logged in by a word from an address. They are not kept out by others who guess.
const MOST_LOGGED_IN: usize = 65_536;

/// Who guesses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Guesser {
    At(LimitKey),
    /// Somebody over loopback who knew the password before.
    Known(SecretHash),
    /// Everybody else over loopback.
    Loopback,
}

/// What was guessed lately, and who need not guess.
#[derive(Debug)]
pub struct AuthAttempts {
    wrong: Mutex<KeyedBuckets<Guesser, 60>>,
    turns: Mutex<GuessTurns>,
    secrets: Mutex<GuessTurns>,
    passed: Mutex<Passed>,
    words: Mutex<Words>,
    /// Whether loopback is shared by people who must not lock each other out, as it is behind a proxy.
    exempt_loopback: bool,
}

/// The secrets that were shown together with the right password.
#[derive(Debug, Default)]
struct Passed {
    password: Option<Password>,
    secrets: HashSet<SecretHash>,
}

/// What was tried on whom by words.
#[derive(Debug)]
struct Words {
    wrong: KeyedBuckets<Uid, 60>,
    logged_in: HashSet<(LimitKey, Uid)>,
}

impl AuthAttempts {
    /// No attempts yet.
    #[must_use]
    pub fn new(exempt_loopback: bool) -> Self {
        Self {
            wrong: Mutex::new(KeyedBuckets::new(PerMinute::Off)),
            turns: Mutex::new(GuessTurns::new(APART)),
            secrets: Mutex::new(GuessTurns::new(SECRETS_APART)),
            passed: Mutex::default(),
            words: Mutex::new(Words { wrong: KeyedBuckets::new(WRONG_WORDS), logged_in: HashSet::new() }),
            exempt_loopback,
        }
    }

    /// How long to wait before the password or key may be checked; or refuses the attempt, if there were too many, saying
    /// when to retry. It must not be checked then, or guessing could go on.
    pub fn turn(
        &self,
        peer: Peer,
        shown: Option<SecretHash>,
        pace: PerMinute,
        now_ms: u64,
    ) -> Result<Duration, Refusal> {
        let Some(guesser) = self.guesser(peer, shown) else { return Ok(Duration::ZERO) };
        if guesser == Guesser::Loopback {
            return lock(&self.turns).take(pace, now_ms).map_err(|wait| {
                let many =
                    "many passwords and keys are being tried from where you come; try again in a moment";
                Refusal::new(Code::RateLimited, many).retry_after(wait)
            });
        }
        let mut wrong = lock(&self.wrong);
        wrong.set_rate(pace);
        wrong.wait(&guesser, now_ms).map_or(Ok(Duration::ZERO), |wait| {
            let many = match guesser {
                Guesser::At(LimitKey::Address(_)) | Guesser::Loopback => {
                    "too many wrong passwords or keys from your address; wait and try again"
                }
                Guesser::At(LimitKey::Unix(_)) | Guesser::Known(_) => {
                    "you gave too many wrong passwords or keys; wait and try again"
                }
            };
            Err(Refusal::new(Code::RateLimited, many).retry_after(wait))
        })
    }

    /// Records a wrong attempt.
    pub fn wrong(&self, peer: Peer, shown: Option<SecretHash>, pace: PerMinute, now_ms: u64) {
        match self.guesser(peer, shown) {
            Some(Guesser::Loopback) => lock(&self.turns).fail(pace, now_ms),
            Some(guesser) => {
                let mut wrong = lock(&self.wrong);
                wrong.set_rate(pace);
                // An empty bucket is refused by `turn`; a concurrent attempt beyond it changes nothing.
                wrong.take(guesser, now_ms).ok();
            }
            None => {}
        }
    }

    /// Remembers who gave the right password, by their secrets, until the password is another.
    pub fn passed(&self, password: &Password, secrets: impl IntoIterator<Item = SecretHash>) {
        let mut passed = lock(&self.passed);
        if passed.password.as_ref() != Some(password) {
            *passed = Passed { password: Some(password.clone()), secrets: HashSet::new() };
        }
        for secret in secrets {
            if passed.secrets.len() < MOST_PASSED {
                passed.secrets.insert(secret);
            }
        }
    }

    /// How long to wait before the secret of an identity may be tried; or refuses the attempt. Only over loopback: an
    /// address makes so many new identities and connections, and somebody with an unknown secret is a new identity.
    pub fn secret_turn(&self, peer: Peer, now_ms: u64) -> Result<Duration, Refusal> {
        if self.guesser(peer, None) != Some(Guesser::Loopback) {
            return Ok(Duration::ZERO);
        }
        lock(&self.secrets).take(UNKNOWN_SECRETS, now_ms).map_err(|wait| {
            let many = "many unknown secrets are being tried from where you come; try again in a moment";
            Refusal::new(Code::RateLimited, many).retry_after(wait)
        })
    }

    /// Records a secret that nobody has.
    pub fn wrong_secret(&self, peer: Peer, now_ms: u64) {
        if self.guesser(peer, None) == Some(Guesser::Loopback) {
            lock(&self.secrets).fail(UNKNOWN_SECRETS, now_ms);
        }
    }

    /// Refuses to try a word on somebody on whom too many wrong ones were tried, unless they logged in from there before.
    pub fn word_turn(&self, peer: Peer, uid: Uid, now_ms: u64) -> Result<(), Refusal> {
        let words = lock(&self.words);
        if peer.limit_key().is_some_and(|key| words.logged_in.contains(&(key, uid))) {
            return Ok(());
        }
        words.wrong.wait(&uid, now_ms).map_or(Ok(()), |wait| {
            let many = "too many wrong words were tried for this name; wait, or log in with your secret";
            Err(Refusal::new(Code::RateLimited, many).retry_after(wait))
        })
    }

    /// Records a wrong word. Where somebody logged in before, their own mistakes count for the address alone.
    pub fn wrong_word(&self, peer: Peer, uid: Uid, now_ms: u64) {
        let mut words = lock(&self.words);
        if peer.limit_key().is_none_or(|key| !words.logged_in.contains(&(key, uid))) {
            // An empty bucket is refused by `word_turn`; a concurrent attempt beyond it changes nothing.
            words.wrong.take(uid, now_ms).ok();
        }
    }

    /// Records the right word of somebody.
    pub fn right_word(&self, peer: Peer, uid: Uid) {
        let mut words = lock(&self.words);
        // Loopback is everybody behind a local proxy.
        let key = peer.limit_key().filter(|key| !key.is_loopback());
        if let Some(key) = key.filter(|_| words.logged_in.len() < MOST_LOGGED_IN) {
            words.logged_in.insert((key, uid));
        }
    }

    fn guesser(&self, peer: Peer, shown: Option<SecretHash>) -> Option<Guesser> {
        let key = peer.limit_key()?;
        if !(self.exempt_loopback && key.is_loopback()) {
            return Some(Guesser::At(key));
        }
        let known = shown.filter(|secret| lock(&self.passed).secrets.contains(secret));
        Some(known.map_or(Guesser::Loopback, Guesser::Known))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACE: PerMinute = PerMinute::Limit { burst: 2, rate: 6 };

    fn net(address: &str) -> Peer {
        Peer::Net(address.parse().unwrap())
    }

    /// Whether an attempt may be made now.
    fn may(auth_attempts: &AuthAttempts, peer: Peer, now_ms: u64) -> bool {
        auth_attempts.turn(peer, None, PACE, now_ms) == Ok(Duration::ZERO)
    }

    #[test]
    fn an_address_or_a_local_user_has_a_limit_of_wrong_attempts_and_others_are_not_affected() {
        let auth_attempts = AuthAttempts::new(true);
        let user = |uid, operator| Peer::Unix { uid, operator };
        for (stranger, same, other) in [
            (net("[2001:db8::1]:5"), net("[2001:db8::2]:5"), net("[2001:db8:0:1::1]:5")),
            (user(1000, false), user(1000, false), user(1001, false)),
        ] {
            for _ in 0..2 {
                assert!(may(&auth_attempts, stranger, 0));
                auth_attempts.wrong(stranger, None, PACE, 0);
            }
            assert_eq!(auth_attempts.turn(same, None, PACE, 0).unwrap_err().retry_ms, Some(10_000));
            assert!(may(&auth_attempts, other, 0));
            assert!(may(&auth_attempts, stranger, 10_000));
        }
        for exempt in [user(0, true), Peer::Local] {
            (0..9).for_each(|_| auth_attempts.wrong(exempt, None, PACE, 0));
            assert!(may(&auth_attempts, exempt, 0));
        }
    }

    #[test]
    fn whoever_knew_the_password_is_not_delayed_by_strangers_over_loopback_until_it_changes() {
        let auth_attempts = AuthAttempts::new(true);
        let (tunnel, secret) = (net("127.0.0.1:5"), SecretHash([7; 32]));
        let password = |text: &str| Password::parse(text).unwrap();
        auth_attempts.passed(&password("tea"), [secret]);
        for _ in 0..9 {
            auth_attempts.wrong(tunnel, None, PACE, 0);
        }
        assert!(may(&auth_attempts, tunnel, 0), "the first after the burst");
        assert!(!may(&auth_attempts, tunnel, 0) && !may(&auth_attempts, net("[::1]:5"), 0));
        assert_eq!(auth_attempts.turn(tunnel, Some(secret), PACE, 0), Ok(Duration::ZERO));
        // They have a limit of their own, as an address has.
        (0..2).for_each(|_| auth_attempts.wrong(tunnel, Some(secret), PACE, 0));
        assert_eq!(auth_attempts.turn(tunnel, Some(secret), PACE, 0).unwrap_err().retry_ms, Some(10_000));
        auth_attempts.passed(&password("milk"), []);
        assert!(auth_attempts.turn(tunnel, Some(secret), PACE, 0).is_ok_and(|wait| wait > Duration::ZERO));
    }

    #[test]
    fn wrong_words_count_for_whom_they_were_tried_on_but_not_where_they_logged_in_before() {
        let attempts = AuthAttempts::new(true);
        let (home, ann, ben) = (net("192.0.2.7:5"), Uid::new(1).unwrap(), Uid::new(2).unwrap());
        attempts.right_word(home, ann);
        for guesser in 0..40 {
            let guesser = net(&format!("198.51.100.{guesser}:5"));
            assert!(attempts.word_turn(guesser, ann, 0).is_ok());
            attempts.wrong_word(guesser, ann, 0);
        }
        let refused = attempts.word_turn(net("198.51.100.99:5"), ann, 0).unwrap_err();
        assert_eq!((refused.code, refused.retry_ms), (Code::RateLimited, Some(6000)));
        assert!(attempts.word_turn(home, ann, 0).is_ok(), "they come in from home");
        assert!(attempts.word_turn(net("198.51.100.99:5"), ben, 0).is_ok(), "others are not affected");
        assert!(attempts.word_turn(net("198.51.100.99:5"), ann, 6000).is_ok());
    }

    #[test]
    fn unknown_secrets_over_loopback_take_turns_after_a_crowd_of_them() {
        let auth_attempts = AuthAttempts::new(true);
        let tunnel = net("127.0.0.1:5");
        for _ in 0..200 {
            assert_eq!(auth_attempts.secret_turn(tunnel, 0), Ok(Duration::ZERO));
            auth_attempts.wrong_secret(tunnel, 0);
        }
        (0..100).for_each(|_| auth_attempts.wrong_secret(tunnel, 0));
        let line: Vec<_> = (0..1000).map(|_| auth_attempts.secret_turn(tunnel, 0)).collect();
        let waits = line.iter().flatten().count();
        assert!((45..=60).contains(&waits), "{waits} in five seconds");
        assert_eq!(auth_attempts.secret_turn(net("192.0.2.7:5"), 0), Ok(Duration::ZERO));
    }
}
