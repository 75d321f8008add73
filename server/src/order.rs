//! The order of everything: proposals go in from every connection, and come out one after the other, each with its place
//! and its time. What comes out is carried out as it stands: nobody reads a clock again at execution.
//!
//! Only what assembles a server knows which order it has. [`in_process`] is a queue in this process; a replicated log is
//! another implementation of the same two traits, and nothing else changes. What a proposal says does not concern an order.

pub mod codec;
pub mod in_process;
pub mod queue;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use crate::chat::proposal::{Ordered, Proposal};

/// Where the hub takes proposals from.
pub trait Order: Send {
    /// A handle to put proposals in with.
    fn proposer(&self) -> Proposer;

    /// The next proposal, once there is one; `None` when nobody can propose any more. Cancel safe.
    fn next(&mut self) -> impl Future<Output = Option<Ordered>> + Send;

    /// The next proposal, if there is one already.
    fn try_next(&mut self) -> Option<Ordered>;

    /// What must be done when the store could not commit what was carried out already.
    fn on_commit_failure(&self) -> OnCommitFailure;
}

/// What follows from a failed commit. It depends on the order: where others carry out the same proposals, none of them can
/// be taken back here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnCommitFailure {
    /// Refuse what was not committed, bring the chat back to what is, and go on.
    RollBack,
    /// End this server: it cannot follow the order any more.
    Stop,
}

/// Puts proposals in. Implemented by each order; used through a [`Proposer`].
pub trait Propose: fmt::Debug + Send + Sync {
    /// Proposes something, if there is room.
    fn try_propose(&self, proposal: Proposal) -> Result<(), TryProposeError>;

    /// Proposes something, and waits while there is no room.
    fn propose(&self, proposal: Proposal) -> Proposing<'_>;

    /// How many proposals wait.
    fn waiting(&self) -> usize;
}

/// A proposal that waits for room.
pub type Proposing<'a> = Pin<Box<dyn Future<Output = Result<(), Closed>> + Send + 'a>>;

/// Why a proposal was not taken.
#[derive(Clone, Debug)]
pub enum TryProposeError {
    /// There is no room; here it is again.
    Full(Proposal),
    /// The order is closed.
    Closed,
}

/// The order is closed: the server ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the server is stopping")]
pub struct Closed;

/// A handle to propose with, shared by all connections.
#[derive(Clone, Debug)]
pub struct Proposer(Arc<dyn Propose>);

impl Proposer {
    /// A handle for an order's own way to take proposals.
    #[must_use]
    pub fn new(propose: impl Propose + 'static) -> Self {
        Self(Arc::new(propose))
    }

    /// Proposes something; waits while too much is waiting already, so that whoever sends too much is read more slowly
    /// (backpressure).
    pub async fn propose(&self, proposal: Proposal) -> Result<(), Closed> {
        match self.0.try_propose(proposal) {
            Ok(()) => Ok(()),
            Err(TryProposeError::Closed) => Err(Closed),
            // Only a proposal that waits costs an allocation.
            Err(TryProposeError::Full(proposal)) => self.0.propose(proposal).await,
        }
    }

    /// Proposes something, if there is room.
    pub fn try_propose(&self, proposal: Proposal) -> Result<(), TryProposeError> {
        self.0.try_propose(proposal)
    }

    /// How many proposals wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.0.waiting()
    }
}
