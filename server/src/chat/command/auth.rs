//! `auth`: the consequences of an admin key that admission has checked. The key itself is never part of a proposal.

use shared::server_msg::Answer;
use shared::{Line, Millis, RequestId, Role, ServerMsg};

use super::Requester;
use super::audit_trail::AuditFields;
use crate::chat::Chat;
use crate::chat::audit::AuditAction;
use crate::chat::conn_id::ConnId;

impl Chat {
    /// A connection proved that it may have a role.
    pub(in crate::chat) fn granted(&mut self, now: Millis, conn: ConnId, id: Option<RequestId>, role: Role) {
        let Some(requester) = self.requester_on(conn, id) else { return };
        self.raise_role(now, &requester, role);
        let answer = Answer { id: requester.id, role: Some(role), ..Answer::default() };
        self.tell(conn, ServerMsg::Ok(Box::new(answer)));
    }

    /// A connection gave a wrong key; admission has refused it already.
    pub(in crate::chat) fn wrong_key(&mut self, now: Millis, conn: ConnId) {
        let Some(requester) = self.requester_on(conn, None) else { return };
        let reason = Line::default();
        let entry = AuditFields {
            action: AuditAction::WrongKey,
            target: None,
            reason: &reason,
            detail: String::new(),
        };
        self.audit(now, &requester, entry);
    }

    /// Raises somebody to the role they proved, unless they have a higher one.
    pub(super) fn raise_role(&mut self, now: Millis, requester: &Requester, role: Role) {
        let reason = Line::default();
        let detail = format!("role={}", role.as_str());
        self.audit(
            now,
            requester,
            AuditFields { action: AuditAction::Auth, target: None, reason: &reason, detail },
        );
        if requester.role < role {
            self.change_role(now, &requester.by, requester.uid(), role);
        }
    }
}
