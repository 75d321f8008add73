//! How many connections an address has. It must not know what they are for.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use crate::chat::neighbourhood;

/// How many connections each address has.
#[derive(Debug, Default)]
pub struct Crowd(Mutex<HashMap<IpAddr, u32>>);

/// One connection's place among those of its address.
#[derive(Debug)]
pub struct Place {
    crowd: Arc<Crowd>,
    ip: IpAddr,
}

impl Crowd {
    /// A place for one more from this address, unless it has `most` already. Loopback always has one.
    #[must_use]
    pub fn enter(self: &Arc<Self>, ip: IpAddr, most: u32) -> Option<Place> {
        let ip = neighbourhood::of(ip);
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(ip).or_default();
        if *count >= most && !ip.is_loopback() {
            return None;
        }
        *count += 1;
        Some(Place { crowd: Arc::clone(self), ip })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.crowd.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.ip) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.ip);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_so_many_places_and_gets_them_back() {
        let crowd = Arc::new(Crowd::default());
        let ip: IpAddr = "192.0.2.7".parse().unwrap();
        let places: Vec<_> = (0..2).map(|_| crowd.enter(ip, 2)).collect();
        assert!(places.iter().all(Option::is_some));
        assert!(crowd.enter(ip, 2).is_none());
        assert!(crowd.enter("192.0.2.8".parse().unwrap(), 2).is_some());
        drop(places);
        assert!(crowd.enter(ip, 2).is_some());
    }

    #[test]
    fn a_household_is_one_address_and_loopback_is_none() {
        let crowd = Arc::new(Crowd::default());
        let enter = |ip: &str| crowd.enter(ip.parse().unwrap(), 1);
        let _first = enter("2001:db8:1:2::1").unwrap();
        assert!(enter("2001:db8:1:2::2").is_none());
        let _other = enter("2001:db8:1:3::1").unwrap();
        let _mapped = enter("::ffff:192.0.2.9").unwrap();
        assert!(enter("192.0.2.9").is_none());
        let (_one, _two) = (enter("127.0.0.1").unwrap(), enter("127.0.0.1").unwrap());
        let (_one, _two) = (enter("::1").unwrap(), enter("::1").unwrap());
    }
}
