//! How many connections there are over Unix sockets at once.

use std::sync::Arc;

use tokio::sync::Semaphore;

/// How many connections the operators, and how many all others together, have at once over the socket; the next one is refused.
const MOST: usize = 256;

/// The places of connections over Unix sockets: others do not keep the operators out.
#[derive(Debug)]
pub(super) struct UnixPlaces {
    pub(super) operators: Arc<Semaphore>,
    pub(super) others: Arc<Semaphore>,
}

impl Default for UnixPlaces {
    fn default() -> Self {
        let [operators, others] = [(); 2].map(|()| Arc::new(Semaphore::new(MOST)));
        Self { operators, others }
    }
}
