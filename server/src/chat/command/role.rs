//! `role`: an admin gives somebody a role. It must not be gained by a name.

use shared::client_msg::SetRole;
use shared::{Kind, Line, Millis, Role, RoomName, Sender, Uid};

use super::audit_trail::Entry;
use super::{Asker, Outcome};
use crate::chat::Chat;
use crate::chat::audit::AuditAction;

impl Chat {
    pub(super) fn set_role(&mut self, now: Millis, asker: &Asker, grant: SetRole) -> Outcome {
        asker.need(Role::Admin)?;
        // Anyone may step down: there is always the key, and the one who runs the server.
        let target = if grant.uid == asker.uid() && !asker.is_operator() {
            asker.by.clone()
        } else {
            self.subject(asker, grant.uid)?.to_sender()
        };
        let (reason, detail) = (Line::default(), format!("role={}", grant.role.as_str()));
        self.audit(
            now,
            asker,
            Entry { action: AuditAction::Role, target: Some(&target), reason: &reason, detail },
        );
        self.change_role(now, &asker.by, grant.uid, grant.role);
        self.done(asker);
        Ok(())
    }

    /// Gives a role and tells the lobby, where everyone is.
    pub(super) fn change_role(&mut self, now: Millis, by: &Sender, uid: Uid, role: Role) {
        let Some(identity) = self.roster.get_mut(uid) else { return };
        if std::mem::replace(&mut identity.role, role) == role {
            return;
        }
        let target = identity.to_sender();
        self.save(uid);
        self.publish(now, &RoomName::lobby(), by.clone(), None, Kind::Role(target, role));
    }
}
