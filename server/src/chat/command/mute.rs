//! `mute`: a moderator takes somebody's voice, in every room. It must not remove them.

use shared::client_msg::Mute;
use shared::event::Act;
use shared::server_msg::{Sanction, SanctionKind};
use shared::{Millis, Role};

use super::sanctions::end;
use super::{Asker, Outcome};
use crate::chat::Chat;
use crate::chat::audit::AuditAction;

impl Chat {
    pub(super) fn mute(&mut self, now: Millis, asker: &Asker, mute: Mute) -> Outcome {
        asker.need(Role::Moderator)?;
        let mute = Sanction {
            kind: SanctionKind::Mute,
            target: self.subject(asker, mute.uid)?.to_sender(),
            by: asker.by.clone(),
            at: now,
            reason: mute.reason,
            until: end(now, mute.for_s)?,
            address: None,
        };
        self.impose(now, asker, AuditAction::Mute, &mute)?;
        let Sanction { target, by, reason, until, .. } = mute;
        self.tell_muted(now, &by, &Act { target, reason, until });
        self.done(asker);
        Ok(())
    }
}
