//! After a failed commit. The policy is the order's ([`OnCommitFailure`]). Roll back: refuse the requests of the batch
//! and of everything applied on top of it, read the committed state of what they changed, reset the chat to it, go on.
//! Stop: a server that shares its order with others ends, because they have applied the same proposals.
//!
//! During a rollback no proposals are applied, since they would build on state that is about to be undone; reads are
//! served. If the committed state cannot be read either, that is retried every second.

use std::time::Duration;

use tokio::time::Instant;

use super::Hub;
use super::failed_batch::FailedBatch;
use super::pending::Pending;
use super::replica::Standing;
use super::stop::Stop;
use crate::chat::rollback::CommittedState;
use crate::order::{OnCommitFailure, Order};
use crate::store::Store;
use crate::store::point_read::PointRead;

/// How long to wait before the committed state is read again.
const RETRY: Duration = Duration::from_secs(1);

/// Whether the store has something else where this was to be written, which trying again does not help.
fn contradicts(error: &str) -> bool {
    error.contains("constraint failed")
}

impl<O: Order, S: Store> Hub<O, S> {
    /// A batch was not committed.
    pub(super) fn on_commit_failure(&mut self, batch: Vec<Pending>, error: &str) {
        // Writes applied since then build on the failed batch; pure answers do not depend on it.
        let (written, answers): (Vec<_>, Vec<_>) =
            self.take_next_batch().into_iter().partition(Pending::is_written);
        let (questions, failed): (Vec<_>, Vec<_>) = batch.into_iter().partition(Pending::only_asks);
        let answers = questions.into_iter().chain(answers).collect();
        let undone: Vec<_> = failed.into_iter().chain(written).collect();
        tracing::error!(error, proposals = undone.len(), "could not store what was said");
        self.parts.stats.commit_failed(self.parts.clock.uptime_ms());
        match self.parts.order.on_commit_failure() {
            OnCommitFailure::RollBack => {
                self.failed_batch = Some(FailedBatch::new(undone, answers));
                self.read_committed();
            }
            OnCommitFailure::Stop => {
                // Nobody is told that it was not carried out: elsewhere it was, and whoever asks again there hears so.
                if let Some(replica) = self.replica.as_ref().filter(|_| contradicts(error)) {
                    tracing::error!(
                        "what the order brings and what this node has cannot both be: the stream may have been put back from an older \
                         copy, and gone on without this node; see \"NATS lost the stream\" in CLUSTER.md. This node stops"
                    );
                    replica.standing.send_replace(Standing::Diverged);
                } else {
                    tracing::error!(
                        "the order goes on without this server, which cannot follow it; it starts again from what its store has, \
                         and its people are sent to the others"
                    );
                }
                // What the disk did not take now it may take in a moment. A service manager tries so often, and then says that
                // the unit failed, which it would never say of one that ended as if it had been told to.
                self.stop = Some(Stop::on_failure(true));
            }
        }
    }

    /// When the committed state is read again.
    pub(super) fn rollback_retry_at(&self) -> Option<Instant> {
        self.failed_batch.as_ref()?.retry_at
    }

    /// Requests the committed state for the rollback in progress.
    pub(super) fn read_committed(&mut self) {
        if let Some(failed_batch) = &mut self.failed_batch {
            failed_batch.retry_at = None;
            let read = PointRead::Committed(failed_batch.touched.clone());
            self.read_point(read);
        }
    }

    /// The committed state was read: resets the chat to it and refuses the undone requests.
    pub(super) fn on_committed_state(&mut self, committed: Result<CommittedState, String>) {
        match (self.failed_batch.take(), committed) {
            (Some(failed_batch), Ok(committed)) => {
                let (events, greeted) = (failed_batch.events(), failed_batch.greeted());
                self.parts.chat.roll_back(&events, committed, &greeted);
                self.refuse(failed_batch.undone);
                self.release(failed_batch.answers);
            }
            (Some(failed_batch), Err(error)) => {
                tracing::error!(error, "could not read back what is committed; trying again");
                let retry_at = Some(Instant::now() + RETRY);
                self.failed_batch = Some(FailedBatch { retry_at, ..failed_batch });
            }
            (None, _) => {}
        }
    }

    fn refuse(&mut self, undone: Vec<Pending>) {
        for pending in undone {
            pending.refuse(|effect| self.release_effect(effect));
        }
    }
}
