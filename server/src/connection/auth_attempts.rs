//! How often an address may guess a password or a key. It must not know which is right.

use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use shared::{Code, Refusal};

use crate::chat::address_prefix;
use crate::token_bucket::PerMinute;
use crate::token_bucket::keyed::KeyedBuckets;
use crate::transport::peer::Peer;

/// What each address has guessed wrong.
#[derive(Debug)]
pub struct AuthAttempts {
    wrong: Mutex<KeyedBuckets<IpAddr, 60>>,
    /// Whether this machine itself may guess as often as it likes: a proxy or a tunnel would answer for everyone.
    exempt_loopback: bool,
}

impl AuthAttempts {
    /// Nobody has guessed yet.
    #[must_use]
    pub fn new(exempt_loopback: bool) -> Self {
        Self { wrong: Mutex::new(KeyedBuckets::new(PerMinute::Off)), exempt_loopback }
    }

    /// Whether somebody may guess; a refusal that says when they may, otherwise. What they bring is not looked at then,
    /// or guessing would go on.
    pub fn check(&self, peer: Peer, pace: PerMinute, now_ms: u64) -> Result<(), Refusal> {
        let Some(address) = self.counted(peer) else { return Ok(()) };
        let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        wrong.set_rate(pace);
        wrong.wait(&address, now_ms).map_or(Ok(()), |wait| {
            let many = "too many wrong passwords or keys from your address; wait and try again";
            Err(Refusal::new(Code::RateLimited, many).retry_after(wait))
        })
    }

    /// Notes a wrong guess.
    pub fn wrong(&self, peer: Peer, pace: PerMinute, now_ms: u64) {
        if let Some(address) = self.counted(peer) {
            let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
            wrong.set_rate(pace);
            // Whoever had none left was refused before; one more at the same moment changes nothing.
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
    fn an_address_guesses_so_often_and_others_are_not_held_up_by_it() {
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
