//! `free_name`: a moderator takes a name from somebody who is not here, so that somebody else can have it. The identity is
//! renamed, so that it does not claim the name again at the next start.

use shared::{Code, Line, Millis, Name, Refusal, Role};

use super::audit_trail::AuditFields;
use super::who::nobody_has_name;
use super::{CommandResult, Requester};
use crate::chat::Chat;
use crate::chat::audit::AuditAction;

impl Chat {
    pub(super) fn take_name_away(
        &mut self,
        now: Millis,
        requester: &Requester,
        name: &Name,
    ) -> CommandResult {
        requester.check_role(Role::Moderator)?;
        let uid = self.roster.by_name(name).ok_or_else(nobody_has_name)?;
        let target = self.find_target(requester, uid)?;
        if target.is_present() {
            let here = format!("{} is here; ask them for another name, or kick them first", target.name);
            return Err(Refusal::new(Code::BadRequest, here));
        }
        let target = target.to_sender();
        let guest: Vec<Name> = Name::parse(&format!("guest-{uid}")).into_iter().collect();
        let free = self.free_name(&guest);
        let reason = Line::default();
        let entry = AuditFields {
            action: AuditAction::FreeName,
            target: Some(&target),
            reason: &reason,
            detail: format!("now={free}"),
        };
        self.audit(now, requester, entry);
        self.change_name(now, uid, &free);
        self.reply_ok(requester);
        Ok(())
    }
}
