//! The bounded queue in which proposals wait before an order takes them. When it is full, connections stop reading their
//! sockets, and TCP's flow control passes the backpressure on to the clients.

use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

use super::{Closed, Propose, Proposer, Proposing, TryProposeError};
use crate::chat::proposal::Proposal;

/// The most proposals in the queue.
const CAPACITY: usize = 1024;

/// The sending end of the queue.
#[derive(Clone, Debug)]
pub struct Queue(mpsc::Sender<Proposal>);

impl Queue {
    /// A queue: its sending and its receiving end.
    #[must_use]
    pub fn new() -> (Self, mpsc::Receiver<Proposal>) {
        let (sender, queue) = mpsc::channel(CAPACITY);
        (Self(sender), queue)
    }

    /// A handle to propose with.
    #[must_use]
    pub fn proposer(&self) -> Proposer {
        Proposer::new(self.clone())
    }
}

impl Propose for Queue {
    fn try_propose(&self, proposal: Proposal) -> Result<(), TryProposeError> {
        self.0.try_send(proposal).map_err(|error| match error {
            TrySendError::Full(proposal) => TryProposeError::Full(proposal),
            TrySendError::Closed(_) => TryProposeError::Closed,
        })
    }

    fn propose(&self, proposal: Proposal) -> Proposing<'_> {
        Box::pin(async move { self.0.send(proposal).await.map_err(|_| Closed.into()) })
    }

    fn waiting(&self) -> usize {
        self.0.max_capacity() - self.0.capacity()
    }
}
