//! Who is here: strangers (connections that have not authenticated) and sessions, each counted by address, and sessions by key.
//! A place is given back when its [`Seat`] is dropped, in whatever way the connection ended.

use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::identity::KeyId;
use super::limits::{Limits, STRANGERS_OF_ADDRESS};

/// Addresses somebody came from with a key: they are not told how to make one. The oldest is forgotten.
const ACQUAINTED: usize = 1_000;

/// Why somebody cannot come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Full {
    /// There are as many sessions as there may be.
    All,
    /// There are as many from this address.
    Address,
    /// There are as many with this key.
    Key,
}

/// Counts who is here.
#[derive(Clone, Debug)]
pub(super) struct Counts {
    limits: Limits,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    strangers: Tally<IpAddr>,
    addresses: Tally<IpAddr>,
    keys: Tally<KeyId>,
    acquainted: HashSet<IpAddr>,
    /// The same, the oldest first.
    order: VecDeque<IpAddr>,
}

/// So many of each, and of all.
#[derive(Debug)]
struct Tally<T> {
    of: HashMap<T, usize>,
    all: usize,
}

impl<T> Default for Tally<T> {
    fn default() -> Self {
        Self { of: HashMap::new(), all: 0 }
    }
}

impl<T: Eq + Hash + Copy> Tally<T> {
    fn of(&self, who: T) -> usize {
        self.of.get(&who).copied().unwrap_or(0)
    }

    fn enter(&mut self, who: T) {
        *self.of.entry(who).or_insert(0) += 1;
        self.all += 1;
    }

    fn leave(&mut self, who: T) {
        self.all = self.all.saturating_sub(1);
        if let Some(count) = self.of.get_mut(&who) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.of.remove(&who);
            }
        }
    }
}

/// A place, until it is dropped.
#[derive(Debug)]
pub(super) struct Seat {
    state: Arc<Mutex<State>>,
    place: Place,
}

#[derive(Clone, Copy, Debug)]
enum Place {
    Stranger(IpAddr),
    Session(IpAddr, Option<KeyId>),
}

impl Counts {
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, state: Arc::default() }
    }

    /// A connection that has not authenticated comes in, if there is room.
    pub(super) fn stranger(&self, address: IpAddr) -> Option<Seat> {
        let network = network(address);
        let mut state = lock(&self.state);
        let is_full = state.strangers.all >= most(self.limits.unauthenticated)
            || !is_exempt(address) && state.strangers.of(network) >= STRANGERS_OF_ADDRESS;
        (!is_full).then(|| {
            state.strangers.enter(network);
            self.seat(Place::Stranger(network))
        })
    }

    /// A session begins, if there is room.
    pub(super) fn session(&self, address: IpAddr, key: Option<KeyId>) -> Result<Seat, Full> {
        let network = network(address);
        let mut state = lock(&self.state);
        if state.addresses.all >= most(self.limits.sessions) {
            return Err(Full::All);
        }
        if !is_exempt(address) && state.addresses.of(network) >= most(self.limits.sessions_per_address) {
            return Err(Full::Address);
        }
        if key.is_some_and(|key| state.keys.of(key) >= most(self.limits.sessions_per_key)) {
            return Err(Full::Key);
        }
        state.addresses.enter(network);
        if let Some(key) = key {
            state.keys.enter(key);
            state.meet(network);
        }
        Ok(self.seat(Place::Session(network, key)))
    }

    /// Whether somebody came from this address with a key.
    pub(super) fn is_acquainted(&self, address: IpAddr) -> bool {
        lock(&self.state).acquainted.contains(&network(address))
    }

    /// Somebody from this address could not log in: the next one is told how one does.
    pub(super) fn note_failure(&self, address: IpAddr) {
        let (network, mut state) = (network(address), lock(&self.state));
        if state.acquainted.remove(&network) {
            state.order.retain(|other| *other != network);
        }
    }

    /// The sessions there are.
    pub(super) fn sessions(&self) -> usize {
        lock(&self.state).addresses.all
    }

    fn seat(&self, place: Place) -> Seat {
        Seat { state: Arc::clone(&self.state), place }
    }
}

impl State {
    fn meet(&mut self, network: IpAddr) {
        if !self.acquainted.insert(network) {
            return;
        }
        self.order.push_back(network);
        if self.order.len() > ACQUAINTED
            && let Some(oldest) = self.order.pop_front()
        {
            self.acquainted.remove(&oldest);
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut state = lock(&self.state);
        match self.place {
            Place::Stranger(network) => state.strangers.leave(network),
            Place::Session(network, key) => {
                state.addresses.leave(network);
                key.inspect(|key| state.keys.leave(*key));
            }
        }
    }
}

/// A panic of another session has left no half of a count.
fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn most(limit: u32) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX)
}

/// Behind a forwarder on this machine everybody comes from there.
fn is_exempt(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

/// Whoever has one IPv6 address has a whole /64 of them.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6((v6.to_bits() >> 64 << 64).into()),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::{Counts, Full};
    use crate::ssh_door::identity::KeyId;
    use crate::ssh_door::limits::{Limits, STRANGERS_OF_ADDRESS};

    fn counts() -> Counts {
        Counts::new(Limits {
            sessions: 5,
            sessions_per_address: 2,
            sessions_per_key: 3,
            unauthenticated: 20,
            ..Limits::default()
        })
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_and_a_key_have_so_many_sessions_and_all_have_so_many() {
        let counts = counts();
        let key = KeyId::parse("SHA256:UCUiLr7Pjs9wFFJMDByLgc3NrtdU344OgUM45wZPcIQ");
        let mut seats = vec![counts.session(ip("192.0.2.1"), None).unwrap()];
        seats.push(counts.session(ip("::ffff:192.0.2.1"), None).unwrap());
        assert_eq!(counts.session(ip("192.0.2.1"), None).unwrap_err(), Full::Address);
        seats.extend((0..3).map(|_| counts.session(ip("127.0.0.1"), key).unwrap()));
        assert_eq!(counts.session(ip("192.0.2.2"), None).unwrap_err(), Full::All);
        seats.remove(0);
        assert_eq!(counts.session(ip("192.0.2.2"), key).unwrap_err(), Full::Key);
        seats.clear();
        assert_eq!(counts.sessions(), 0);
        assert!(counts.session(ip("192.0.2.1"), key).is_ok());
    }

    #[test]
    fn no_address_takes_all_places_of_strangers() {
        let counts = counts();
        let strangers: Vec<_> = (0..).map_while(|_| counts.stranger(ip("2001:db8::1"))).collect();
        assert_eq!(strangers.len(), STRANGERS_OF_ADDRESS);
        assert!(counts.stranger(ip("2001:db8::ffff:1")).is_none(), "it is the same network");
        let others: Vec<_> = (0..).map_while(|_| counts.stranger(ip("::1"))).collect();
        assert_eq!(strangers.len() + others.len(), 20);
        drop(strangers);
        assert!(counts.stranger(ip("192.0.2.1")).is_some());
    }

    #[test]
    fn whoever_came_with_a_key_is_remembered_and_not_for_ever() {
        let counts = counts();
        let key = KeyId::parse("SHA256:UCUiLr7Pjs9wFFJMDByLgc3NrtdU344OgUM45wZPcIQ");
        drop(counts.session(ip("192.0.2.1"), None));
        assert!(!counts.is_acquainted(ip("192.0.2.1")), "a guest has no key");
        drop(counts.session(ip("192.0.2.1"), key));
        assert!(counts.is_acquainted(ip("192.0.2.1")) && !counts.is_acquainted(ip("192.0.2.2")));
        for n in 0..super::ACQUAINTED {
            drop(counts.session(ip(&format!("198.51.{}.{}", n / 256, n % 256)), key));
        }
        assert!(!counts.is_acquainted(ip("192.0.2.1")));
        assert!(counts.is_acquainted(ip("198.51.0.9")));
        counts.note_failure(ip("198.51.0.9"));
        assert!(!counts.is_acquainted(ip("198.51.0.9")), "somebody behind the same router has no key");
        drop(counts.session(ip("198.51.0.9"), key));
        assert!(counts.is_acquainted(ip("198.51.0.9")));
    }
}
