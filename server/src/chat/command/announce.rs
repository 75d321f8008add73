//! `announce`: an admin's message to everyone. An event of the lobby, where everyone is, so that it is also in the
//! history.

use shared::{Kind, Line, Millis, Role, RoomName, Text};

use super::audit_trail::AuditFields;
use super::{CommandResult, Requester};
use crate::chat::Chat;
use crate::chat::audit::AuditAction;

impl Chat {
    pub(super) fn announce(&mut self, now: Millis, requester: &Requester, text: Text) -> CommandResult {
        requester.check_role(Role::Admin)?;
        let seq = self.publish(now, &RoomName::lobby(), requester.by.clone(), Kind::Announce(text.into()));
        let (reason, detail) = (Line::default(), format!("seq={seq}"));
        self.audit(
            now,
            requester,
            AuditFields { action: AuditAction::Announce, target: None, reason: &reason, detail },
        );
        self.reply_stored(requester, seq);
        Ok(())
    }
}
