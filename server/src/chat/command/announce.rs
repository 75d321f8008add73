//! `announce`: an admin tells everyone something. It must not be missed: it is an event of the lobby.

use shared::{Kind, Line, Millis, Role, RoomName, Text};

use super::audit_trail::Entry;
use super::{Asker, Outcome};
use crate::chat::Chat;
use crate::chat::audit::AuditAction;

impl Chat {
    pub(super) fn announce(&mut self, now: Millis, asker: &Asker, text: Text) -> Outcome {
        asker.need(Role::Admin)?;
        let seq = self.publish(now, &RoomName::lobby(), asker.by.clone(), None, Kind::Announce(text.into()));
        let (reason, detail) = (Line::default(), format!("seq={seq}"));
        self.audit(
            now,
            asker,
            Entry { action: AuditAction::Announce, target: None, reason: &reason, detail },
        );
        self.stored(asker, seq);
        Ok(())
    }
}
