//! `role`: an admin gives somebody a role. It must not be gained by a name.

use shared::client_msg::SetRole;
use shared::{Code, Kind, Line, Millis, Refusal, Role, RoomName, Sender, Uid};

use super::{Asker, Outcome};
use crate::chat::Chat;

impl Chat {
    pub(super) fn set_role(&mut self, now: Millis, asker: &Asker, grant: SetRole) -> Outcome {
        asker.need(Role::Admin)?;
        if self.roster.get(grant.uid).is_none() {
            return Err(Refusal::new(Code::NoSuchUser, format!("nobody has the uid {}", grant.uid)));
        }
        self.audit(now, asker, "role", Some(grant.uid), &Line::default());
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
