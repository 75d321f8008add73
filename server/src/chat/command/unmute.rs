//! `unmute`: a moderator lifts a mute. Published in the same rooms as the mute.

use shared::event::Act;
use shared::server_msg::SanctionKind;
use shared::{Line, Millis, Uid};

use super::{CommandResult, Requester};
use crate::chat::Chat;
use crate::chat::audit::AuditAction;

impl Chat {
    pub(super) fn unmute(&mut self, now: Millis, requester: &Requester, uid: Uid) -> CommandResult {
        let target = self.lift(now, requester, (AuditAction::Unmute, SanctionKind::Mute), uid)?;
        // On the wire a mute that ends now is an unmute.
        let act = Act { target, reason: Line::default(), until: Some(now), room_only: false };
        self.publish_mute(now, &requester.by, &act);
        self.reply_ok(requester);
        Ok(())
    }
}
