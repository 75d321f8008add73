//! The connection limit by peer address, and by user over the Unix socket: how many connections one may have at once, and how many one may open in a
//! while (a token bucket each), so that one machine, household or user cannot take all places, and how many of them are greeting
//! at once. Counted when a connection is accepted, before anything is read from it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use shared::{Code, Refusal};

use crate::chat::limit_change::setting;
use crate::chat::limit_key::LimitKey;
use crate::token_bucket::PerMinute;
use crate::token_bucket::keyed::KeyedBuckets;

/// The most connections of an address that are greeting at once; the others wait, since a class may come all together.
const MAX_GREETING: usize = 32;

/// How many connections each address has, and how many it opened lately.
#[derive(Debug)]
pub struct AddressLimit {
    counts: Mutex<Counts>,
    /// Whether this machine may have any number of them.
    exempt_loopback: bool,
    /// How long after the start nothing is refused for having come too often: everybody may come back at once.
    grace: Duration,
}

#[derive(Debug)]
struct Counts {
    open: HashMap<LimitKey, Open>,
    recent: KeyedBuckets<LimitKey, 60>,
}

/// The connections of an address.
#[derive(Debug)]
struct Open {
    count: u32,
    /// The permits to be greeting.
    greeting: Arc<Semaphore>,
}

/// One connection of an address; when dropped, the address may open another.
#[derive(Debug)]
pub struct AddressSlot {
    limit: Arc<AddressLimit>,
    key: LimitKey,
    /// The address's permits to be greeting, if it has a share only.
    greeting: Option<Arc<Semaphore>>,
}

impl AddressSlot {
    /// The permit for one more connection of this address to be greeting, if it need not wait for it. None is needed where
    /// any number may.
    #[must_use]
    pub fn greeting_permit(&self) -> Option<Vec<OwnedSemaphorePermit>> {
        let Some(greeting) = &self.greeting else { return Some(Vec::new()) };
        Arc::clone(greeting).try_acquire_owned().ok().map(|permit| vec![permit])
    }

    /// Waits for it.
    pub async fn wait_to_greet(&self) -> Vec<OwnedSemaphorePermit> {
        let Some(greeting) = &self.greeting else { return Vec::new() };
        // They are never closed.
        Arc::clone(greeting).acquire_owned().await.into_iter().collect()
    }
}

impl AddressLimit {
    /// No connections yet.
    #[must_use]
    pub fn new(exempt_loopback: bool, grace: Duration) -> Self {
        let counts = Mutex::new(Counts { open: HashMap::new(), recent: KeyedBuckets::new(PerMinute::Off) });
        Self { counts, exempt_loopback, grace }
    }

    /// Counts one more from this address, unless it has `most` already or opened too many lately.
    pub fn admit(
        self: &Arc<Self>,
        key: LimitKey,
        most: u32,
        pace: PerMinute,
        uptime_ms: u64,
    ) -> Result<AddressSlot, Refusal> {
        let exempt = self.exempt_loopback && key.is_loopback();
        let of = match key {
            LimitKey::Address(_) => "address",
            LimitKey::Unix(_) => "user on this machine",
        };
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if !exempt && counts.open.get(&key).is_some_and(|open| open.count >= most) {
            let many = format!(
                "there are {most} connections from your {of}; close one, or ask whoever runs the server to raise {}",
                setting::MAX_PER_ADDRESS
            );
            let refusal = Refusal::new(Code::TooManyConnections, many).by_setting(setting::MAX_PER_ADDRESS);
            return Err(refusal.at_most(most));
        }
        if !exempt && Duration::from_millis(uptime_ms) >= self.grace {
            counts.recent.set_rate(pace);
            counts.recent.take(key, uptime_ms).map_err(|wait| {
                let often = format!("too many new connections from your {of}; wait and come back");
                Refusal::new(Code::RateLimited, often)
                    .retry_after(wait)
                    .by_setting(setting::JOINS_PER_ADDRESS)
            })?;
        }
        let new = || Open { count: 0, greeting: Arc::new(Semaphore::new(MAX_GREETING)) };
        let open = counts.open.entry(key).or_insert_with(new);
        open.count += 1;
        let greeting = (!exempt).then(|| Arc::clone(&open.greeting));
        drop(counts);
        Ok(AddressSlot { limit: Arc::clone(self), key, greeting })
    }
}

impl Drop for AddressSlot {
    fn drop(&mut self) {
        let mut counts = self.limit.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = counts.open.get_mut(&self.key) {
            open.count -= 1;
            if open.count == 0 {
                counts.open.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit() -> Arc<AddressLimit> {
        Arc::new(AddressLimit::new(true, Duration::from_mins(1)))
    }

    #[test]
    fn an_address_has_so_many_places_and_gets_them_back() {
        let limit = limit();
        let admit = |ip: &str| limit.admit(LimitKey::of(ip.parse().unwrap()), 2, PerMinute::Off, 0);
        let places: Vec<_> = (0..2).map(|_| admit("192.0.2.7")).collect();
        assert!(places.iter().all(Result::is_ok));
        assert_eq!(admit("192.0.2.7").unwrap_err().code, Code::TooManyConnections);
        assert!(admit("192.0.2.8").is_ok());
        drop(places);
        assert!(admit("192.0.2.7").is_ok());
    }

    #[test]
    fn a_household_is_one_address_and_loopback_is_none() {
        let limit = limit();
        let admit = |ip: &str| limit.admit(LimitKey::of(ip.parse().unwrap()), 1, PerMinute::Off, 0);
        let _first = admit("2001:db8:1:2::1").unwrap();
        assert!(admit("2001:db8:1:2::2").is_err());
        let _other = admit("2001:db8:1:3::1").unwrap();
        let _mapped = admit("::ffff:192.0.2.9").unwrap();
        assert!(admit("192.0.2.9").is_err());
        let (_one, _two) = (admit("127.0.0.1").unwrap(), admit("127.0.0.1").unwrap());
        let (_one, _two) = (admit("::1").unwrap(), admit("::1").unwrap());
    }

    #[test]
    fn an_address_has_a_share_of_the_greetings_and_the_others_of_it_wait() {
        let limit = limit();
        let admit =
            |ip: &str| limit.admit(LimitKey::of(ip.parse().unwrap()), 100, PerMinute::Off, 0).unwrap();
        let class: Vec<_> = (0..60).map(|_| admit("192.0.2.7")).collect();
        let mut greeting: Vec<_> = class.iter().map_while(AddressSlot::greeting_permit).collect();
        assert_eq!(greeting.len(), MAX_GREETING);
        assert!(admit("192.0.2.8").greeting_permit().is_some());
        greeting.pop();
        assert!(class[59].greeting_permit().is_some(), "one has greeted");
        assert!(admit("127.0.0.1").greeting.is_none(), "this machine has no share");
    }

    #[test]
    fn whoever_comes_too_often_is_told_when_to_come_and_nobody_is_right_after_a_start() {
        let (limit, pace) = (limit(), "2/20".parse().unwrap());
        let admit = |ip: &str, ms| limit.admit(LimitKey::of(ip.parse().unwrap()), 100, pace, ms).map(drop);
        for _ in 0..50 {
            assert!(admit("192.0.2.7", 59_999).is_ok(), "everybody comes back after a start");
        }
        assert!(admit("192.0.2.7", 60_000).is_ok() && admit("192.0.2.7", 60_000).is_ok());
        let often = admit("192.0.2.7", 60_000).unwrap_err();
        assert_eq!((often.code, often.retry_ms), (Code::RateLimited, Some(3000)));
        assert!(admit("192.0.2.8", 60_000).is_ok() && admit("127.0.0.1", 60_000).is_ok());
        assert!(admit("192.0.2.7", 63_000).is_ok(), "nobody is locked out for long");
    }
}
