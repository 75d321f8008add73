//! Health probes that pass through the same queues as real work, so that a hub or a store that hangs does not answer: a
//! probe waits in the hub's message queue, then an empty batch goes to the store's writer before the next real one. The
//! operator's probe (`status`) also writes a row; the watchdog's does not, since a full disk is for the operator to mend
//! and restarting the server would not help.

use tokio::sync::watch;

use super::{Batch, Hub, answer_probes};
use crate::hub_msg::ChatCounts;
use crate::order::Order;
use crate::store::Store;
use crate::store::write::Write;

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
        if self.parts.store.commit(batch) {
            self.committing = Some(Batch::Probes(probes));
        } else {
            answer_probes(probes, &Err("the store thread is gone".into()));
        }
    }
}
