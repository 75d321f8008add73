//! `unmute`: a moderator gives somebody their voice back. It must be told where the mute was told.

use shared::event::Act;
use shared::server_msg::SanctionKind;
use shared::{Line, Millis, Uid};

use super::{CommandResult, Requester};
use crate::chat::Chat;
use crate::chat::audit::AuditAction;

impl Chat {
    pub(super) fn unmute(&mut self, now: Millis, requester: &Requester, uid: Uid) -> CommandResult {
        let target = self.lift(now, requester, (AuditAction::Unmute, SanctionKind::Mute), uid)?;
        // An end that has passed is what lifts a mute.
        let act = Act { target, reason: Line::default(), until: Some(now) };
        self.publish_mute(now, &requester.by, &act);
        self.reply_ok(requester);
        Ok(())
    }
}
