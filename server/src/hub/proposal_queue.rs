//! Hands what the hub proposes, such as ticks, to the order as soon as there is room.

use super::Hub;
use crate::chat::proposal::Proposal;
use crate::order::{Order, TryProposeError};
use crate::store::Store;

impl<O: Order, S: Store> Hub<O, S> {
    /// Proposes a tick, unless one is on its way already.
    pub(super) fn propose_tick(&mut self) {
        if !self.tick_proposed {
            self.tick_proposed = true;
            self.propose(Proposal::Tick);
        }
    }

    /// Proposes something as soon as the order's queue has room. The hub cannot wait for it: it is the one that empties
    /// it.
    pub(super) fn propose(&mut self, proposal: Proposal) {
        self.proposals.push_back(proposal);
        self.hand_in_proposals();
    }

    pub(super) fn hand_in_proposals(&mut self) {
        while let Some(proposal) = self.proposals.pop_front() {
            match self.proposer.try_propose(proposal) {
                // What was refused is in the log, by the order.
                Ok(()) | Err(TryProposeError::Refused(_)) => {}
                Err(TryProposeError::Full(proposal)) => return self.proposals.push_front(proposal),
                // The server ends; nothing more is carried out.
                Err(TryProposeError::Closed) => return self.proposals.clear(),
            }
        }
    }
}
