//! Rate limit on wrong passwords and keys by address (brute force). A correct one costs nothing.

use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use shared::{Code, Refusal};

use crate::chat::address_prefix;
use crate::token_bucket::PerMinute;
use crate::token_bucket::keyed::KeyedBuckets;
use crate::transport::peer::Peer;

/// A token bucket of wrong attempts for each address.
#[derive(Debug)]
pub struct AuthAttempts {
    wrong: Mutex<KeyedBuckets<IpAddr, 60>>,
    /// Whether loopback addresses are exempt: behind a local proxy or tunnel all clients share one.
    exempt_loopback: bool,
}

impl AuthAttempts {
    /// No attempts yet.
    #[must_use]
    pub fn new(exempt_loopback: bool) -> Self {
        Self { wrong: Mutex::new(KeyedBuckets::new(PerMinute::Off)), exempt_loopback }
    }

    /// Refuses an attempt if the address has made too many, saying when to retry. The password or key must not be checked
    /// then, or guessing could go on.
    pub fn check(&self, peer: Peer, pace: PerMinute, now_ms: u64) -> Result<(), Refusal> {
        let Some(address) = self.counted(peer) else { return Ok(()) };
        let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        wrong.set_rate(pace);
        wrong.wait(&address, now_ms).map_or(Ok(()), |wait| {
            let many = "too many wrong passwords or keys from your address; wait and try again";
            Err(Refusal::new(Code::RateLimited, many).retry_after(wait))
        })
    }

    /// Records a wrong attempt.
    pub fn wrong(&self, peer: Peer, pace: PerMinute, now_ms: u64) {
        if let Some(address) = self.counted(peer) {
            let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
            wrong.set_rate(pace);
            // An empty bucket is refused by `check`; a concurrent attempt beyond it changes nothing.
            wrong.take(address, now_ms).ok();
        }
    }

    fn counted(&self, peer: Peer) -> Option<IpAddr> {
        peer.ip().map(address_prefix::prefix_of).filter(|ip| !(self.exempt_loopback && ip.is_loopback()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_limit_of_wrong_attempts_and_others_are_not_affected() {
        let auth_attempts = AuthAttempts::new(true);
        let pace = PerMinute::Limit { burst: 2, rate: 6 };
        let peer = |address: &str| Peer::Net(address.parse().unwrap());
        let stranger = peer("[2001:db8::1]:5");
        for _ in 0..2 {
            assert!(auth_attempts.check(stranger, pace, 0).is_ok());
            auth_attempts.wrong(stranger, pace, 0);
        }
        assert_eq!(auth_attempts.check(peer("[2001:db8::2]:5"), pace, 0).unwrap_err().retry_ms, Some(10_000));
        assert!(auth_attempts.check(peer("[2001:db8:0:1::1]:5"), pace, 0).is_ok());
        assert!(auth_attempts.check(stranger, pace, 10_000).is_ok());
        for exempt in [peer("127.0.0.1:5"), Peer::Local] {
            (0..9).for_each(|_| auth_attempts.wrong(exempt, pace, 0));
            assert!(auth_attempts.check(exempt, pace, 0).is_ok());
        }
    }
}
