//! `unban`: a moderator lifts a ban. Not published: the person is not in any room.

use shared::server_msg::SanctionKind;
use shared::{Millis, Uid};

use super::{CommandResult, Requester};
use crate::chat::Chat;
use crate::chat::audit::AuditAction;

impl Chat {
    pub(super) fn unban(&mut self, now: Millis, requester: &Requester, uid: Uid) -> CommandResult {
        self.lift(now, requester, (AuditAction::Unban, SanctionKind::Ban), uid)?;
        self.reply_ok(requester);
        Ok(())
    }
}
