//! The order of everything: proposals go in from every connection, and come out one after the other.
//!
//! In this process that is a queue. Several servers become one by an implementation whose `next` reads a replicated
//! log and whose proposer writes to it; nothing else changes. It must not look inside a proposal.

use std::future::Future;

use tokio::sync::mpsc;

use crate::chat::proposal::Proposal;

/// How many proposals may wait. When it is full, connections stop reading: the pressure reaches whoever sends.
const WAITING: usize = 1024;

/// Where the hub takes proposals from.
pub trait Order: Send {
    /// A handle to put proposals in with.
    fn proposer(&self) -> Proposer;

    /// The next proposal, once there is one; `None` when nobody can propose any more. Cancel safe.
    fn next(&mut self) -> impl Future<Output = Option<Proposal>> + Send;

    /// The next proposal, if there is one already.
    fn try_next(&mut self) -> Option<Proposal>;
}

/// Puts proposals in.
#[derive(Clone, Debug)]
pub struct Proposer(mpsc::Sender<Proposal>);

/// The order is closed: the server ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the server is stopping")]
pub struct Closed;

impl Proposer {
    /// How many wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.0.max_capacity() - self.0.capacity()
    }

    /// Proposes something; waits while too much is waiting already.
    pub async fn propose(&self, proposal: Proposal) -> Result<(), Closed> {
        self.0.send(proposal).await.map_err(|_| Closed)
    }
}

/// The order of one process.
#[derive(Debug)]
pub struct InProcess {
    sender: mpsc::Sender<Proposal>,
    queue: mpsc::Receiver<Proposal>,
}

impl InProcess {
    /// An empty queue.
    #[must_use]
    pub fn new() -> Self {
        let (sender, queue) = mpsc::channel(WAITING);
        Self { sender, queue }
    }
}

impl Default for InProcess {
    fn default() -> Self {
        Self::new()
    }
}

impl Order for InProcess {
    fn proposer(&self) -> Proposer {
        Proposer(self.sender.clone())
    }

    async fn next(&mut self) -> Option<Proposal> {
        self.queue.recv().await
    }

    fn try_next(&mut self) -> Option<Proposal> {
        self.queue.try_recv().ok()
    }
}
