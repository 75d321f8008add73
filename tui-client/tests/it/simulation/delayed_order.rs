//! A second [`Order`], with the timing of a replicated log: proposals travel in batches; place and time are given when a
//! batch is made, and the batch arrives later. So proposals are applied with a time that has passed already.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use server::chat::place::Place;
use server::chat::proposal::{Ordered, Proposal};
use server::clock::Clock;
use server::order::queue::Queue;
use server::order::{OnCommitFailure, Order, Proposer};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::random::Random;

/// The most proposals in a batch.
const BATCH: usize = 64;

/// The order.
pub(crate) struct DelayedOrder {
    queue: Queue,
    proposals: mpsc::Receiver<Proposal>,
    clock: Arc<Clock>,
    random: Random,
    last: Place,
    /// Batches in transit with their times of arrival, in order.
    under_way: VecDeque<(Instant, Vec<Ordered>)>,
    /// Proposals that have arrived.
    arrived: VecDeque<Ordered>,
}

impl DelayedOrder {
    pub(crate) fn new(clock: Arc<Clock>, random: Random) -> Self {
        let (queue, proposals) = Queue::new();
        let (under_way, arrived) = (VecDeque::new(), VecDeque::new());
        Self { queue, proposals, clock, random, last: Place::default(), under_way, arrived }
    }

    /// Makes a batch of this proposal and those that wait in the queue.
    fn send(&mut self, first: Proposal) {
        let at = self.clock.now();
        let rest = std::iter::from_fn(|| self.proposals.try_recv().ok()).take(BATCH - 1);
        let mut batch = Vec::new();
        for proposal in std::iter::once(first).chain(rest) {
            self.last = self.last.next();
            batch.push(Ordered { place: self.last, at, origin: None, proposal });
        }
        let delay = Duration::from_millis(self.random.delay(10, 800));
        let arrives = self.under_way.back().map_or(Instant::now(), |(at, _)| *at).max(Instant::now() + delay);
        self.under_way.push_back((arrives, batch));
    }

    fn receive(&mut self) {
        while let Some((_, batch)) = self.under_way.pop_front_if(|(at, _)| *at <= Instant::now()) {
            self.arrived.extend(batch);
        }
    }
}

impl Order for DelayedOrder {
    fn proposer(&self) -> Proposer {
        self.queue.proposer()
    }

    async fn next(&mut self) -> Option<Ordered> {
        loop {
            self.receive();
            if let Some(ordered) = self.arrived.pop_front() {
                return Some(ordered);
            }
            let arrives = self.under_way.front().map(|(at, _)| *at);
            tokio::select! {
                biased;
                () = tokio::time::sleep_until(arrives.unwrap_or_else(Instant::now)), if arrives.is_some() => {}
                proposal = self.proposals.recv() => self.send(proposal?),
            }
        }
    }

    fn try_next(&mut self) -> Option<Ordered> {
        self.receive();
        self.arrived.pop_front()
    }

    fn on_commit_failure(&self) -> OnCommitFailure {
        OnCommitFailure::RollBack
    }
}
