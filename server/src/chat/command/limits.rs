//! `limits`: an admin asks for the limits of the running server, or changes one. The change is carried out after it was
//! committed to the audit trail: by the hub for this process, and as a proposal for the chat's rules.

use shared::client_msg::SetLimit;
use shared::{Code, Line, Millis, Refusal, Role};

use super::audit_trail::AuditFields;
use super::{CommandResult, Requester};
use crate::chat::Chat;
use crate::chat::audit::AuditAction;
use crate::chat::effect::Effect;
use crate::chat::limit_change::LimitChange;

impl Chat {
    pub(super) fn limits(&mut self, now: Millis, requester: &Requester, wanted: &SetLimit) -> CommandResult {
        requester.check_role(Role::Admin)?;
        let SetLimit { setting, value } = wanted;
        let change = if setting.is_empty() && value.is_empty() {
            None
        } else {
            let change = LimitChange::parse(setting.as_str(), value.as_str());
            let change = change.map_err(|why| Refusal::new(Code::BadRequest, why))?;
            let (reason, detail) = (Line::default(), format!("{}={}", change.setting(), change.value()));
            let entry = AuditFields { action: AuditAction::Limit, target: None, reason: &reason, detail };
            self.audit(now, requester, entry);
            Some(change)
        };
        self.effects.push(Effect::Limits { conn: requester.conn, id: requester.id.clone(), change });
        Ok(())
    }
}
