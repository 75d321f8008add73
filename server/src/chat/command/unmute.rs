//! `unmute`: a moderator gives somebody their voice back. It must be told where the mute was told.

use shared::event::Act;
use shared::server_msg::SanctionKind;
use shared::{Line, Millis, Uid};

use super::{Asker, Outcome};
use crate::chat::Chat;
use crate::chat::audit::AuditAction;

impl Chat {
    pub(super) fn unmute(&mut self, now: Millis, asker: &Asker, uid: Uid) -> Outcome {
        let target = self.lift(now, asker, (AuditAction::Unmute, SanctionKind::Mute), uid)?;
        // An end that has passed is what lifts a mute.
        let act = Act { target, reason: Line::default(), until: Some(now) };
        self.tell_muted(now, &asker.by, &act);
        self.done(asker);
        Ok(())
    }
}
