//! The bounded queue that proposals wait in before an order takes them. When it is full, connections stop reading, and TCP
//! passes the backpressure on to whoever sends.

use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

use super::{Closed, Propose, Proposer, Proposing, TryProposeError};
use crate::chat::proposal::Proposal;

/// How many proposals may wait.
const WAITING: usize = 1024;

/// The end proposals are put in at.
#[derive(Clone, Debug)]
pub struct Queue(mpsc::Sender<Proposal>);

impl Queue {
    /// A queue, and the end proposals are taken out at.
    #[must_use]
    pub fn new() -> (Self, mpsc::Receiver<Proposal>) {
        let (sender, queue) = mpsc::channel(WAITING);
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
        Box::pin(async move { self.0.send(proposal).await.map_err(|_| Closed) })
    }

    fn waiting(&self) -> usize {
        self.0.max_capacity() - self.0.capacity()
    }
}
