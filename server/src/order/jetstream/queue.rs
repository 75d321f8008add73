//! The bounded queue in which proposals wait, as lines, until the sender takes them. They are written by whoever proposes:
//! what cannot be sent is refused there, and the hub's thread and the sender are spared the work.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

use super::frame::MOST_LINE_BYTES;
use super::status::Status;
use crate::chat::level;
use crate::chat::proposal::Proposal;
use crate::order::report::OrderReport;
use crate::order::{Closed, Propose, Proposing, Refused, TryProposeError, codec};

/// The most proposals in the queue; when it is full, connections stop reading their sockets.
const CAPACITY: usize = 1024;

/// The sending end.
#[derive(Clone, Debug)]
pub(super) struct Queue {
    lines: mpsc::Sender<String>,
    status: Arc<Status>,
    /// What a proposal needs: [`level::of`], but for tests of what only later versions have.
    level_of: fn(&Proposal) -> u32,
}

impl Queue {
    /// A queue: its sending and its receiving end.
    pub(super) fn new(status: Arc<Status>) -> (Self, mpsc::Receiver<String>) {
        let (lines, queue) = mpsc::channel(CAPACITY);
        (Self { lines, status, level_of: level::of }, queue)
    }

    /// The line of a proposal, if all servers know what it needs. What has none is a fault of this program, so the log has it, too.
    fn line(&self, proposal: &Proposal) -> Result<String, Refused> {
        if !self.status.all_know((self.level_of)(proposal)) {
            return Err(Refused::NotYet);
        }
        let refused = match codec::encode(proposal) {
            Ok(line) if line.len() <= MOST_LINE_BYTES => return Ok(line),
            Ok(line) => {
                Refused::Never(format!("it has {} bytes, {MOST_LINE_BYTES} are the most", line.len()))
            }
            Err(error) => Refused::Never(error.to_string()),
        };
        self.status.counters().refused.fetch_add(1, Relaxed);
        tracing::error!(error = %refused, "a proposal cannot be sent to the other servers");
        Err(refused)
    }
}

impl Propose for Queue {
    fn try_propose(&self, proposal: Proposal) -> Result<(), TryProposeError> {
        match self.lines.try_reserve() {
            Ok(place) => {
                place.send(self.line(&proposal).map_err(TryProposeError::Refused)?);
                Ok(())
            }
            Err(TrySendError::Full(())) => Err(TryProposeError::Full(proposal)),
            Err(TrySendError::Closed(())) => Err(TryProposeError::Closed),
        }
    }

    fn propose(&self, proposal: Proposal) -> Proposing<'_> {
        Box::pin(async move {
            let line = self.line(&proposal)?;
            self.lines.send(line).await.map_err(|_| Closed.into())
        })
    }

    fn waiting(&self) -> usize {
        self.lines.max_capacity() - self.lines.capacity()
    }

    fn report(&self) -> Option<OrderReport> {
        Some(self.status.report())
    }
}

#[cfg(test)]
mod tests {
    use shared::ClientMsg;

    use super::*;
    use crate::chat::conn_id::{ConnId, NodeStart};
    use crate::chat::place::Place;
    use crate::chat::proposed_request::ProposedRequest;

    fn queue() -> (Queue, mpsc::Receiver<String>) {
        Queue::new(Arc::new(Status::new(Place::default())))
    }

    #[test]
    fn a_proposal_with_a_secret_is_refused_and_counted() {
        let (queue, mut lines) = queue();
        let ping: ClientMsg = serde_json::from_str(r#"{"type":"ping"}"#).unwrap();
        let mut request = ProposedRequest::new(ConnId::new(NodeStart::default(), 1), None, ping);
        request.msg = serde_json::from_str(r#"{"type":"join","room":"den","word":"sesame"}"#).unwrap();
        let refused = queue.try_propose(Proposal::Request(Box::new(request))).unwrap_err();
        assert!(matches!(refused, TryProposeError::Refused(_)), "{refused:?}");
        assert_eq!(queue.status.report().totals.refused, 1);
        lines.try_recv().unwrap_err();
    }

    #[test]
    fn what_a_node_does_not_know_waits_until_all_do() {
        let (queue, mut lines) = queue();
        let queue = Queue { level_of: |proposal| 1 + u32::from(*proposal == Proposal::Exit), ..queue };
        queue.try_propose(Proposal::Tick).unwrap();
        lines.try_recv().unwrap();
        for _ in 0..2 {
            let refused = queue.try_propose(Proposal::Exit).unwrap_err();
            assert!(matches!(refused, TryProposeError::Refused(Refused::NotYet)), "{refused:?}");
            lines.try_recv().unwrap_err();
            queue.status.set_level(1);
        }
        queue.status.set_level(2);
        queue.try_propose(Proposal::Exit).unwrap();
        lines.try_recv().unwrap();
        assert_eq!(queue.status.report().totals.refused, 0, "it is no fault");
    }

    #[test]
    fn a_full_queue_gives_the_proposal_back() {
        let (queue, mut lines) = queue();
        (0..CAPACITY).for_each(|_| queue.try_propose(Proposal::Tick).unwrap());
        assert_eq!(queue.waiting(), CAPACITY);
        assert!(matches!(queue.try_propose(Proposal::Tick), Err(TryProposeError::Full(Proposal::Tick))));
        assert_eq!(lines.try_recv().unwrap(), codec::encode(&Proposal::Tick).unwrap());
        queue.try_propose(Proposal::Tick).unwrap();
    }

    #[test]
    fn a_closed_queue_says_so() {
        let (queue, lines) = queue();
        drop(lines);
        assert!(matches!(queue.try_propose(Proposal::Tick), Err(TryProposeError::Closed)));
    }
}
