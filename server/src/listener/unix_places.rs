//! How many connections there are over Unix sockets at once.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::complaints::Complaints;
use crate::transport::peer::Peer;

/// How many connections the operators, and how many all others together, have at once over the socket; the next one is refused.
const MOST: usize = 256;

/// The places of connections over Unix sockets: others do not keep the operators out.
#[derive(Debug)]
pub(super) struct UnixPlaces {
    operators: Arc<Semaphore>,
    others: Arc<Semaphore>,
    complaints: Mutex<Complaints>,
}

/// A place, until it is dropped. Whom a proxy connects for over the network needs none: their address limits them.
#[derive(Debug)]
pub(super) struct UnixPlace {
    _taken: Option<OwnedSemaphorePermit>,
}

impl Default for UnixPlaces {
    fn default() -> Self {
        let [operators, others] = [(); 2].map(|()| Arc::new(Semaphore::new(MOST)));
        Self { operators, others, complaints: Mutex::default() }
    }
}

impl UnixPlaces {
    /// A place for this peer, if there is one.
    pub(super) fn take(&self, peer: Peer) -> Option<UnixPlace> {
        let places = match peer {
            Peer::Net(_) => return Some(UnixPlace { _taken: None }),
            Peer::Unix { operator: true, .. } => &self.operators,
            Peer::Unix { operator: false, .. } | Peer::Local => &self.others,
        };
        let taken = Arc::clone(places).try_acquire_owned().ok()?;
        Some(UnixPlace { _taken: Some(taken) })
    }

    /// Logs that a connection could not be served.
    pub(super) fn complain(&self, why: &str) {
        self.complaints.lock().unwrap_or_else(PoisonError::into_inner).add(why);
    }
}
