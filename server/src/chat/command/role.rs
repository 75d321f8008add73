//! `role`: an admin gives somebody a role. It belongs to the identity, not to a name.

use shared::client_msg::SetRole;
use shared::{Kind, Line, Millis, Role, RoomName, Sender, Uid};

use super::audit_trail::AuditFields;
use super::{CommandResult, Requester};
use crate::chat::Chat;
use crate::chat::audit::AuditAction;

impl Chat {
    pub(super) fn set_role(&mut self, now: Millis, requester: &Requester, grant: SetRole) -> CommandResult {
        requester.check_role(Role::Admin)?;
        // Also the last admin may step down: the key or the operator can make another.
        let target = if grant.uid == requester.uid() && !requester.is_operator() {
            requester.by.clone()
        } else {
            self.find_target(requester, grant.uid)?.to_sender()
        };
        let (reason, detail) = (Line::default(), format!("role={}", grant.role.as_str()));
        self.audit(
            now,
            requester,
            AuditFields { action: AuditAction::Role, target: Some(&target), reason: &reason, detail },
        );
        self.change_role(now, &requester.by, grant.uid, grant.role);
        self.reply_ok(requester);
        Ok(())
    }

    /// Sets a role and publishes it in the lobby, where everyone is.
    pub(super) fn change_role(&mut self, now: Millis, by: &Sender, uid: Uid, role: Role) {
        let Some(identity) = self.roster.get_mut(uid) else { return };
        if std::mem::replace(&mut identity.role, role) == role {
            return;
        }
        let target = identity.to_sender();
        self.save(uid);
        self.publish(now, &RoomName::lobby(), by.clone(), Kind::Role(target, role));
    }
}
