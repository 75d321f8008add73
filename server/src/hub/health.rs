//! Health probes that pass through the same queues as real work, so that a hub or a store that hangs does not answer: a
//! probe waits in the hub's message queue, then an empty batch goes to the store's writer before the next real one. The
//! probe of readiness and of the operator (`status`) also writes a row; that of liveness and of the watchdog does not,
//! since a disk that is full and a file that another program has locked are for the operator to mend: restarting the server
//! would not help.

use tokio::sync::watch;

use super::{Batch, Hub};
use crate::hub_msg::{ChatCounts, ProbeReply};
use crate::order::Order;
use crate::store::write::Write;
use crate::store::{CommitResult, Store};

impl<O: Order, S: Store> Hub<O, S> {
    /// The number of people and rooms, as it changes; `None` before the hub runs.
    pub fn counts(&self) -> watch::Receiver<Option<ChatCounts>> {
        self.counts.subscribe()
    }

    pub(super) fn count(&self) {
        let now = Some(ChatCounts { users: self.parts.chat.users(), rooms: self.parts.chat.room_count() });
        self.counts.send_if_modified(|last| std::mem::replace(last, now) != now);
    }

    /// Starts a commit for the waiting probes, once no other commit is running.
    pub(super) fn send_probes(&mut self) {
        if !self.may_commit() {
            return;
        }
        let (probes, batch) = if !self.health_probes.is_empty() {
            (std::mem::take(&mut self.health_probes), vec![])
        } else if !self.write_probes.is_empty() {
            (std::mem::take(&mut self.write_probes), vec![Write::Probe])
        } else {
            return;
        };
        let is_write = !batch.is_empty();
        if self.parts.store.commit(batch) {
            self.committing = Some(Batch::Probes(probes));
        } else if is_write {
            Self::answer_probes(probes, &Err("the store thread is gone".into()));
        } else {
            // Never answered: only a restart brings the thread back.
            self.health_probes = probes;
        }
    }

    /// Answers health probes. A prober that timed out has dropped its receiver, which is no error.
    pub(super) fn answer_probes(probes: Vec<ProbeReply>, result: &CommitResult) {
        for probe in probes {
            probe.send(result.clone()).ok();
        }
    }
}
