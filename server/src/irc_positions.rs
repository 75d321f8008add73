//! How far IRC clients had read when they went, so that a client that knows nothing of history is shown what it missed when it
//! comes back. A client is known by the secret it logs in with and by its user name (`USER`): two clients of a person are kept
//! apart where their user names differ. Kept in memory: after a restart of the server nothing is shown again.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use shared::{RoomName, Secret, SecretHash, Seq};

/// The most clients that are kept; the one that went longest ago makes room.
const MOST: usize = 4096;
/// The most rooms of one client; those that were read least recently are left out.
const MOST_ROOMS: usize = 128;

/// The last event that was seen in each room.
pub type Seen = BTreeMap<RoomName, Seq>;

/// The positions of those who went.
#[derive(Clone, Debug, Default)]
pub struct Positions(Arc<Mutex<Kept>>);

/// A client: the hash of its secret, and its user name.
type Client = (SecretHash, String);

#[derive(Debug, Default)]
struct Kept {
    seen: BTreeMap<Client, Seen>,
    /// In the order they went.
    order: VecDeque<Client>,
}

impl Positions {
    /// How far this client had read, if that is known.
    #[must_use]
    pub fn of(&self, secret: &Secret, user: &str) -> Seen {
        let client = (SecretHash::of(secret), user.to_owned());
        self.lock().seen.get(&client).cloned().unwrap_or_default()
    }

    /// Keeps how far this client had read.
    pub fn keep(&self, secret: &Secret, user: &str, mut seen: Seen) {
        let mut newest: Vec<Seq> = seen.values().copied().collect();
        newest.sort_unstable();
        if let Some(oldest) = newest.len().checked_sub(MOST_ROOMS).and_then(|at| newest.get(at)).copied() {
            seen.retain(|_, seq| *seq >= oldest);
        }
        let client = (SecretHash::of(secret), user.to_owned());
        let mut kept = self.lock();
        if kept.seen.insert(client.clone(), seen).is_some() {
            kept.order.retain(|known| *known != client);
        }
        kept.order.push_back(client);
        if kept.order.len() > MOST
            && let Some(gone) = kept.order.pop_front()
        {
            kept.seen.remove(&gone);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_those_of_a_client_and_the_oldest_make_room() {
        let positions = Positions::default();
        let secret = |byte| Secret::from_bytes([byte; 32]);
        let at = |seq| Seen::from([(RoomName::lobby(), Seq::new(seq).unwrap())]);
        positions.keep(&secret(1), "phone", at(1));
        positions.keep(&secret(1), "desk", at(2));
        positions.keep(&secret(1), "phone", at(3));
        assert_eq!(positions.of(&secret(1), "phone"), at(3));
        assert_eq!(positions.of(&secret(2), "phone"), Seen::default());
        for number in 0..MOST {
            positions.keep(&secret(2), &number.to_string(), at(4));
        }
        assert_eq!(positions.of(&secret(1), "phone"), Seen::default());
        let rooms =
            (0..200).map(|at| (RoomName::parse(&format!("r{at}")).unwrap(), Seq::new(at + 1).unwrap()));
        positions.keep(&secret(3), "x", rooms.collect());
        let kept = positions.of(&secret(3), "x");
        assert_eq!((kept.len(), kept.values().min().unwrap().get()), (MOST_ROOMS, 73));
    }
}
