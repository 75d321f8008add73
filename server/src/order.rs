//! The total order of proposals. Connections put proposals in; the hub takes them out one after the other, each with its
//! place and its time, and applies them with that time: no clock is read at execution, so that applying the same
//! proposals gives the same state on every machine.
//!
//! [`Order`] and [`Propose`] are the seam: [`in_process`] is a queue in this process, [`jetstream`] a log that several
//! servers share. Only the assembly names one. An order does not look into proposals.

pub mod codec;
pub mod in_process;
#[cfg(feature = "cluster")]
pub mod jetstream;
pub mod local_reads;
pub mod passing;
pub mod place;
pub mod queue;
pub mod report;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use self::report::OrderReport;
use crate::chat::proposal::{Ordered, Proposal};

/// Where the hub takes proposals from.
pub trait Order: Send {
    /// A handle to propose with.
    fn proposer(&self) -> Proposer;

    /// Waits for the next proposal; `None` when nobody can propose any more. Cancel safe.
    fn next(&mut self) -> impl Future<Output = Option<Ordered>> + Send;

    /// The next proposal, if there is one now.
    fn try_next(&mut self) -> Option<Ordered>;

    /// For how long what this server proposed has waited for its place, if longer than usual: the servers that share an order may
    /// be unable to agree.
    fn stalled(&self) -> Option<Duration> {
        None
    }

    /// From now on what needs this level of the chat may be proposed: all that share the order know it.
    fn set_level(&mut self, _level: u32) {}

    /// After the end of the order: whether this server can follow it again when it is started again, as it is.
    fn may_start_again(&self) -> bool {
        true
    }

    /// What the hub must do when the store could not commit what was applied already.
    fn on_commit_failure(&self) -> OnCommitFailure;
}

/// The policy after a failed commit. It is the order's, because what other servers have applied too cannot be rolled back
/// on one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnCommitFailure {
    /// Refuse what was not committed, reset the chat to the committed state, and go on.
    RollBack,
    /// End this server: its state no longer follows the order.
    Stop,
}

/// The sending end of an order. Implemented by each order, used through a [`Proposer`].
pub trait Propose: fmt::Debug + Send + Sync {
    /// Proposes something, if there is room.
    fn try_propose(&self, proposal: Proposal) -> Result<(), TryProposeError>;

    /// Proposes something, and waits while there is no room.
    fn propose(&self, proposal: Proposal) -> Proposing<'_>;

    /// The number of proposals in the queue.
    fn waiting(&self) -> usize;

    /// How the order fares, where several servers share it.
    fn report(&self) -> Option<OrderReport> {
        None
    }
}

/// A proposal that waits for room.
pub type Proposing<'a> = Pin<Box<dyn Future<Output = Result<(), ProposeError>> + Send + 'a>>;

/// Why [`Propose::try_propose`] did not take a proposal.
#[derive(Clone, Debug)]
pub enum TryProposeError {
    /// The queue is full; this is the proposal.
    Full(Proposal),
    /// The order is closed.
    Closed,
    /// The order does not take this proposal.
    Refused(Refused),
}

/// The order is closed: the server ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the server is stopping")]
pub struct Closed;

/// Why nothing was proposed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProposeError {
    /// The order is closed.
    #[error(transparent)]
    Closed(#[from] Closed),
    /// The order does not take this proposal.
    #[error(transparent)]
    Refused(#[from] Refused),
}

/// Why an order that several servers share does not take a proposal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It holds a secret, or is too long. Nothing that the server makes itself is so; it is an error of the program, which the order
    /// has logged.
    #[error("this cannot be shared with the other servers: {0}")]
    Never(String),
    /// Some of the other servers do not know it yet.
    #[error("not all servers of this chat are of the version that knows this; try again when they are")]
    NotYet,
}

/// A handle to propose with, shared by all connections.
#[derive(Clone, Debug)]
pub struct Proposer(Arc<dyn Propose>);

impl Proposer {
    /// A handle for an order's sending end.
    #[must_use]
    pub fn new(propose: impl Propose + 'static) -> Self {
        Self(Arc::new(propose))
    }

    /// Proposes something, and waits while the queue is full: the connection does not read meanwhile (backpressure).
    pub async fn propose(&self, proposal: Proposal) -> Result<(), ProposeError> {
        match self.0.try_propose(proposal) {
            Ok(()) => Ok(()),
            Err(TryProposeError::Closed) => Err(Closed.into()),
            Err(TryProposeError::Refused(refused)) => Err(refused.into()),
            // The boxed future is allocated only if the queue is full.
            Err(TryProposeError::Full(proposal)) => self.0.propose(proposal).await,
        }
    }

    /// Proposes something, if there is room.
    pub fn try_propose(&self, proposal: Proposal) -> Result<(), TryProposeError> {
        self.0.try_propose(proposal)
    }

    /// The number of proposals in the queue.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.0.waiting()
    }

    /// How the order fares, where several servers share it.
    #[must_use]
    pub fn report(&self) -> Option<OrderReport> {
        self.0.report()
    }
}
