//! The order of a single process: a queue. A proposal gets its place and its time when it is taken out.

use std::sync::Arc;

use tokio::sync::mpsc;

use super::queue::Queue;
use super::{OnCommitFailure, Order, Proposer};
use crate::chat::place::Place;
use crate::chat::proposal::{Ordered, Proposal};
use crate::clock::Clock;

/// The order of one process.
#[derive(Debug)]
pub struct InProcess {
    queue: Queue,
    proposals: mpsc::Receiver<Proposal>,
    clock: Arc<Clock>,
    last: Place,
}

impl InProcess {
    /// An empty order that takes times from this clock.
    #[must_use]
    pub fn new(clock: Arc<Clock>) -> Self {
        let (queue, proposals) = Queue::new();
        Self { queue, proposals, clock, last: Place::default() }
    }

    fn ordered(&mut self, proposal: Proposal) -> Ordered {
        self.last = self.last.next();
        // The clock is stepped here, not when the step was observed: all proposals before this one have the old time, all
        // later ones the new one.
        if let Proposal::ClockStepped { by } = proposal {
            self.clock.step(by);
        }
        Ordered { place: self.last, at: self.clock.now(), origin: None, proposal }
    }
}

impl Order for InProcess {
    fn proposer(&self) -> Proposer {
        self.queue.proposer()
    }

    async fn next(&mut self) -> Option<Ordered> {
        let proposal = self.proposals.recv().await?;
        Some(self.ordered(proposal))
    }

    fn try_next(&mut self) -> Option<Ordered> {
        let proposal = self.proposals.try_recv().ok()?;
        Some(self.ordered(proposal))
    }

    fn on_commit_failure(&self) -> OnCommitFailure {
        OnCommitFailure::RollBack
    }
}
