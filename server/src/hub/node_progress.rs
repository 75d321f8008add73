//! What a node keeps in its store to start from: with each batch how far it is, and from time to time the state of the chat, so that
//! it needs nothing of the order from before.

use tokio::time::Instant;

use super::replica::Replica;
use super::{Batch, Commit, Hub};
use crate::order::Order;
use crate::store::Store;
use crate::store::replica::Progress;
use crate::store::write::Write;

impl<O: Order, S: Store> Hub<O, S> {
    /// What is written beside what a batch writes: how far this node is then, and from time to time its state.
    pub(super) fn progress(&mut self) -> Vec<Write> {
        let Some(replica) = &mut self.replica else { return vec![] };
        let applied = self.parts.chat.applied();
        if applied <= replica.stored.applied {
            return vec![];
        }
        let mut writes =
            vec![Write::Progress(Progress { applied, digest: replica.digest, origin: replica.origin })];
        if replica.takes_snapshot() {
            match self.parts.chat.snapshot().encode() {
                Ok(snapshot) => {
                    writes.push(Write::Snapshot(snapshot));
                    replica.keeping = Some(applied);
                }
                Err(error) => tracing::error!(%error, "the state of the chat cannot be written"),
            }
        }
        writes
    }

    /// Keeps the state of the chat also where nothing was to be written for long: what this node needs of the order would otherwise
    /// stay where it was while nodes say that they run.
    pub(super) fn keep_idle_progress(&mut self) {
        let is_due = self.replica.as_ref().is_some_and(Replica::snapshot_is_due);
        if !is_due || !self.may_commit() || !self.next_batch.is_empty() {
            return;
        }
        let writes = self.progress();
        if writes.is_empty() {
            return;
        }
        let commit = Commit { began: Instant::now(), writes: writes.len() as u64 };
        if self.parts.store.commit(writes) {
            self.committing = Some(Batch::Pending(vec![], commit));
        } else {
            self.on_commit_failure(vec![], "the store thread is gone");
        }
    }

    /// What was written is kept.
    pub(super) fn progress_kept(&mut self) {
        if let Some(replica) = &mut self.replica
            && let Some(kept) = replica.keeping.take()
        {
            replica.has = kept;
        }
    }
}
