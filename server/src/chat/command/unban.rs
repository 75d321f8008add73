//! `unban`: a moderator lets somebody in again. It must not tell the rooms: who is gone is nobody's business.

use shared::server_msg::SanctionKind;
use shared::{Millis, Uid};

use super::{Asker, Outcome};
use crate::chat::Chat;
use crate::chat::audit::AuditAction;

impl Chat {
    pub(super) fn unban(&mut self, now: Millis, asker: &Asker, uid: Uid) -> Outcome {
        self.lift(now, asker, (AuditAction::Unban, SanctionKind::Ban), uid)?;
        self.done(asker);
        Ok(())
    }
}
