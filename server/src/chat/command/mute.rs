//! `mute`: a moderator keeps somebody from speaking in any room. They stay connected and read on.

use shared::client_msg::Mute;
use shared::event::Act;
use shared::server_msg::{Sanction, SanctionKind};
use shared::{Millis, Role};

use super::sanctions::expiry;
use super::{CommandResult, Requester};
use crate::chat::Chat;
use crate::chat::audit::AuditAction;

impl Chat {
    pub(super) fn mute(&mut self, now: Millis, requester: &Requester, mute: Mute) -> CommandResult {
        requester.check_role(Role::Moderator)?;
        let mute = Sanction {
            kind: SanctionKind::Mute,
            target: self.find_target(requester, mute.uid)?.to_sender(),
            by: requester.by.clone(),
            at: now,
            reason: mute.reason,
            until: expiry(now, mute.for_s)?,
            address: None,
        };
        self.add_sanction(now, requester, AuditAction::Mute, &mute)?;
        let Sanction { target, by, reason, until, .. } = mute;
        self.publish_mute(now, &by, &Act { target, reason, until, room_only: false });
        self.reply_ok(requester);
        Ok(())
    }
}
