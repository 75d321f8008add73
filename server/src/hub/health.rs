//! Whether the server really works, asked through the queues that work goes through. It must not decide what follows
//! from the answer.
//!
//! A question waits its turn among what connections tell the hub, then an empty batch goes to the store's writer ahead of
//! what gathers, and its answer comes back the way of any other. A hub or a store that hangs gives none. The operator asks
//! more: whether the store takes something. A full disk is the operator's business, but no reason to end the server.

use tokio::sync::watch;

use super::{Batch, Hub, answer_probes};
use crate::hub_msg::ChatCounts;
use crate::order::Order;

use crate::store::Store;
use crate::store::write::Write;

impl<O: Order, S: Store> Hub<O, S> {
    /// How many are here, as it changes; nothing before the hub runs.
    pub fn counts(&self) -> watch::Receiver<Option<ChatCounts>> {
        self.counts.subscribe()
    }

    pub(super) fn count(&self) {
        let now = Some(ChatCounts { users: self.parts.chat.users(), rooms: self.parts.chat.room_count() });
        self.counts.send_if_modified(|last| std::mem::replace(last, now) != now);
    }

    /// Passes the question on, as soon as no other batch is on its way.
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
