//! After a failed commit. The policy is the order's ([`OnCommitFailure`]): a server that is alone refuses whoever asked, reads
//! back what is committed of everything the batch had changed, and goes on; one that shares its order with others ends,
//! because they have carried out the same proposals.
//!
//! While what is committed is being read, nothing more is carried out, since it would stand on what did not happen; readers
//! are served. When it cannot be read either, that is tried again every second.

use std::time::Duration;

use tokio::time::Instant;

use shared::Line;

use super::Hub;
use super::pending::Pending;
use super::rolling_back::RollingBack;
use super::stop::Stop;
use crate::chat::rollback::CommittedState;
use crate::order::{OnCommitFailure, Order};
use crate::store::Store;
use crate::store::point_read::PointRead;

/// How long to wait before the store is asked again.
const RETRY: Duration = Duration::from_secs(1);

impl<O: Order, S: Store> Hub<O, S> {
    /// A batch was not committed.
    pub(super) fn on_commit_failure(&mut self, batch: Vec<Pending>, error: &str) {
        // What was written since stands on what did not happen; what only answers does not.
        let (written, answers): (Vec<_>, Vec<_>) =
            self.take_next_batch().into_iter().partition(Pending::is_written);
        let undone: Vec<_> = batch.into_iter().chain(written).collect();
        tracing::error!(error, proposals = undone.len(), "could not store what was said");
        self.parts.stats.commit_failures.add(1);
        match self.parts.order.on_commit_failure() {
            OnCommitFailure::RollBack => {
                self.rolling_back = Some(RollingBack::new(undone, answers));
                self.read_committed();
            }
            OnCommitFailure::Stop => {
                tracing::error!("the order goes on without this server, which cannot follow it; it stops");
                self.refuse(undone);
                let (reason, by) = (Line::default(), None);
                self.stop = Some(Stop { reason, by, restart: false, reconnect: true });
            }
        }
    }

    /// Has what is committed read, for the rollback that is under way.
    pub(super) fn read_committed(&mut self) {
        if let Some(rolling_back) = &mut self.rolling_back {
            rolling_back.retry_at = None;
            let read = PointRead::Committed(rolling_back.touched.clone());
            self.read_point(read);
        }
    }

    /// What is committed was read: the chat goes back to it, and whoever asked for what is undone is told so.
    pub(super) fn on_committed_state(&mut self, committed: Result<CommittedState, String>) {
        match (self.rolling_back.take(), committed) {
            (Some(rolling_back), Ok(committed)) => {
                let (events, greeted) = (rolling_back.events(), rolling_back.greeted());
                self.parts.chat.roll_back(&events, committed, &greeted);
                self.refuse(rolling_back.undone);
                self.release(rolling_back.answers);
            }
            (Some(rolling_back), Err(error)) => {
                tracing::error!(error, "could not read back what is committed; trying again");
                let retry_at = Some(Instant::now() + RETRY);
                self.rolling_back = Some(RollingBack { retry_at, ..rolling_back });
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
