//! `kick`: a moderator disconnects somebody, who may reconnect. By uid, since a name can be taken by somebody else.

use shared::client_msg::Kick;
use shared::event::Act;
use shared::server_msg::{Goodbye, GoodbyeCode};
use shared::{Kind, Millis, Role, Uid};

use super::audit_trail::AuditFields;
use super::{CommandResult, Requester};
use crate::chat::Chat;
use crate::chat::audit::AuditAction;
use crate::chat::effect::Effect;

impl Chat {
    pub(super) fn kick(&mut self, now: Millis, requester: &Requester, kick: Kick) -> CommandResult {
        requester.check_role(Role::Moderator)?;
        let target = self.find_present_target(requester, kick.uid)?;
        let conns = target.conns().collect();
        let act = Act { target: target.to_sender(), reason: kick.reason, until: None, room_only: false };
        let by = requester.by.clone();
        let entry = AuditFields {
            action: AuditAction::Kick,
            target: Some(&act.target),
            reason: &act.reason,
            detail: String::new(),
        };
        self.audit(now, requester, entry);
        self.force_leave(now, kick.uid, &by, &Kind::Kick(act.clone()));
        let goodbye = Goodbye {
            code: GoodbyeCode::Kicked,
            message: format!("you were kicked by {}", by.name),
            reason: act.reason,
            by: Some(by.name),
            until: None,
            reconnect: false,
            after_ms: None,
            try_next: Vec::new(),
        };
        self.effects.push(Effect::EndTransfers(kick.uid));
        self.close(conns, &goodbye);
        self.reply_ok(requester);
        Ok(())
    }

    /// Removes somebody from the server, with an event that says who did it in each of their rooms.
    pub(super) fn force_leave(&mut self, now: Millis, uid: Uid, by: &shared::Sender, line: &Kind) {
        let rooms = self.roster.rooms_of(uid);
        for room in rooms.iter().filter(|room| room.pair().is_none()) {
            self.publish(now, room, by.clone(), line.clone());
        }
        self.leave_server(now, uid, None);
    }
}
