//! Tells the admins who are here whom a limit kept out: not each time, but what came together, at most once in a while.

use std::time::Duration;

use tokio::time::Instant;

use shared::codec::to_line;
use shared::{Refusal, Role, ServerMsg};

use super::Hub;
use crate::chat::conn_id::ConnId;
use crate::chat::identity::Identity;
use crate::order::Order;
use crate::store::Store;

/// The least time between two such lines, for all settings together.
const TELL_EVERY: Duration = Duration::from_secs(30);

impl<O: Order, S: Store> Hub<O, S> {
    /// Counts a greeting that the chat refused because of a limit.
    pub(super) fn note_kept_out(&self, conn: ConnId, refusal: &Refusal) {
        let address = self.delivery.socket(conn).and_then(|socket| socket.peer.ip());
        self.parts.stats.kept_out.note(refusal, address, self.parts.clock.now());
    }

    /// Tells what is untold, if there is an admin to tell it to and it is time.
    pub(super) fn tell_kept_out(&mut self) {
        if self.kept_out_told_at.is_some_and(|at| at.elapsed() < TELL_EVERY)
            || !self.parts.stats.kept_out.has_untold()
        {
            return;
        }
        let admins = self.parts.chat.roster().present().filter(|identity| identity.role == Role::Admin);
        let conns: Vec<ConnId> = admins.flat_map(Identity::conns).collect();
        if conns.is_empty() {
            return;
        }
        self.kept_out_told_at = Some(Instant::now());
        for told in self.parts.stats.kept_out.take_untold() {
            let line = to_line(&ServerMsg::KeptOut(told));
            for conn in &conns {
                self.delivery.tell(*conn, line.clone());
            }
        }
    }
}
