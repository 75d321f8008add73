//! Limits that an admin changes on the running server: for this process in the settings in force, for the chat as a proposal,
//! so that it changes at the same place in the order on every machine. The next reload replaces them.

use std::sync::Arc;

use shared::server_msg::Answer;
use shared::{RequestId, ServerMsg};

use super::Hub;
use crate::chat::conn_id::ConnId;
use crate::chat::limit_change::LimitChange;
use crate::chat::proposal::Proposal;
use crate::config::live::Terms;
use crate::order::Order;
use crate::store::Store;

impl<O: Order, S: Store> Hub<O, S> {
    pub(super) fn on_limits(&mut self, conn: ConnId, id: Option<RequestId>, change: Option<LimitChange>) {
        if let Some(change) = change {
            self.set_limit(change);
            self.propose(Proposal::Limit(change));
        }
        let settings = Some(self.parts.terms.get().settings.limits());
        self.tell(conn, &mut ServerMsg::Ok(Box::new(Answer { id, settings, ..Answer::default() })));
    }

    /// Changes a limit of this process.
    pub(super) fn set_limit(&mut self, change: LimitChange) {
        self.parts.change.send_modify(|terms| {
            let mut settings = terms.settings.clone();
            settings.set_limit(change);
            self.parts.transfers.set_limits(settings.file_limits.of_transfers());
            *terms = Arc::new(Terms { settings, files: terms.files.clone() });
        });
    }
}
