//! How many connections an address has. It must not know what they are for.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use shared::{Code, Refusal};

use crate::chat::address_prefix;
use crate::pace::PerMinute;
use crate::pace::table::Table;

/// How many connections each address has, and how many it opened lately.
#[derive(Debug)]
pub struct Crowd {
    lists: Mutex<Lists>,
    /// Whether this machine may have any number of them.
    exempt_loopback: bool,
    /// How long after the start nothing is refused for having come too often: everybody may come back at once.
    grace: Duration,
}

#[derive(Debug)]
struct Lists {
    here: HashMap<IpAddr, u32>,
    came: Table<IpAddr, 60>,
}

/// One connection's place among those of its address.
#[derive(Debug)]
pub struct Place {
    crowd: Arc<Crowd>,
    ip: IpAddr,
}

impl Crowd {
    /// Nobody is here yet.
    #[must_use]
    pub fn new(exempt_loopback: bool, grace: Duration) -> Self {
        let lists = Mutex::new(Lists { here: HashMap::new(), came: Table::new(PerMinute::Off) });
        Self { lists, exempt_loopback, grace }
    }

    /// A place for one more from this address, unless it has `most` already or opened too many lately.
    pub fn enter(
        self: &Arc<Self>,
        ip: IpAddr,
        most: u32,
        pace: PerMinute,
        uptime_ms: u64,
    ) -> Result<Place, Refusal> {
        let ip = address_prefix::prefix_of(ip);
        let exempt = self.exempt_loopback && ip.is_loopback();
        let mut lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        if !exempt && lists.here.get(&ip).is_some_and(|count| *count >= most) {
            let many = "too many connections from your address; close one first";
            return Err(Refusal::new(Code::TooManyConnections, many));
        }
        if !exempt && Duration::from_millis(uptime_ms) >= self.grace {
            lists.came.set_rate(pace);
            lists.came.take(ip, uptime_ms).map_err(|wait| {
                let often = "too many new connections from your address; wait and come back";
                Refusal::new(Code::RateLimited, often).retry_after(wait)
            })?;
        }
        *lists.here.entry(ip).or_default() += 1;
        drop(lists);
        Ok(Place { crowd: Arc::clone(self), ip })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut lists = self.crowd.lists.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = lists.here.get_mut(&self.ip) {
            *count -= 1;
            if *count == 0 {
                lists.here.remove(&self.ip);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crowd() -> Arc<Crowd> {
        Arc::new(Crowd::new(true, Duration::from_mins(1)))
    }

    #[test]
    fn an_address_has_so_many_places_and_gets_them_back() {
        let crowd = crowd();
        let enter = |ip: &str| crowd.enter(ip.parse().unwrap(), 2, PerMinute::Off, 0);
        let places: Vec<_> = (0..2).map(|_| enter("192.0.2.7")).collect();
        assert!(places.iter().all(Result::is_ok));
        assert_eq!(enter("192.0.2.7").unwrap_err().code, Code::TooManyConnections);
        assert!(enter("192.0.2.8").is_ok());
        drop(places);
        assert!(enter("192.0.2.7").is_ok());
    }

    #[test]
    fn a_household_is_one_address_and_loopback_is_none() {
        let crowd = crowd();
        let enter = |ip: &str| crowd.enter(ip.parse().unwrap(), 1, PerMinute::Off, 0);
        let _first = enter("2001:db8:1:2::1").unwrap();
        assert!(enter("2001:db8:1:2::2").is_err());
        let _other = enter("2001:db8:1:3::1").unwrap();
        let _mapped = enter("::ffff:192.0.2.9").unwrap();
        assert!(enter("192.0.2.9").is_err());
        let (_one, _two) = (enter("127.0.0.1").unwrap(), enter("127.0.0.1").unwrap());
        let (_one, _two) = (enter("::1").unwrap(), enter("::1").unwrap());
    }

    #[test]
    fn whoever_comes_too_often_is_told_when_to_come_and_nobody_is_right_after_a_start() {
        let (crowd, pace) = (crowd(), "2/20".parse().unwrap());
        let enter = |ip: &str, ms| crowd.enter(ip.parse().unwrap(), 100, pace, ms).map(drop);
        for _ in 0..50 {
            assert!(enter("192.0.2.7", 59_999).is_ok(), "everybody comes back after a start");
        }
        assert!(enter("192.0.2.7", 60_000).is_ok() && enter("192.0.2.7", 60_000).is_ok());
        let often = enter("192.0.2.7", 60_000).unwrap_err();
        assert_eq!((often.code, often.retry_ms), (Code::RateLimited, Some(3000)));
        assert!(enter("192.0.2.8", 60_000).is_ok() && enter("127.0.0.1", 60_000).is_ok());
        assert!(enter("192.0.2.7", 63_000).is_ok(), "nobody is locked out for long");
    }
}
