//! `revoke` and `reset` of the operator: an identity's secret is replaced, so that whoever has the old one (a thief, or a
//! machine that is lost) is that person no more. The chat has only the hash of the new one; after `reset` the operator hands the
//! secret to the rightful person.

use shared::server_msg::{Goodbye, GoodbyeCode};
use shared::{Kind, Line, Millis, Role, Sender, ServerMsg};

use super::audit_trail::AuditFields;
use super::{CommandResult, Requester};
use crate::chat::Chat;
use crate::chat::audit::AuditAction;
use crate::chat::effect::Effect;
use crate::chat::presence::Presence;
use crate::chat::proposal::ProposedSecret;

impl Chat {
    pub(in crate::chat) fn new_secret(&mut self, now: Millis, proposed: &ProposedSecret) {
        let (conn, by) = (proposed.conn, Sender::operator());
        let (unix, id) = (Some(proposed.unix), proposed.id.clone());
        let requester = Requester { conn, by, role: Role::Admin, unix, id };
        if let Err(refusal) = self.replace_secret(now, &requester, proposed) {
            self.tell(conn, ServerMsg::Error(refusal.to(requester.id)));
        }
    }

    fn replace_secret(
        &mut self,
        now: Millis,
        requester: &Requester,
        proposed: &ProposedSecret,
    ) -> CommandResult {
        let target = self.find_target(requester, proposed.uid)?;
        let conns: Vec<_> = target.conns().collect();
        let (is_gone, target) = (target.presence == Presence::Gone, target.to_sender());
        let (action, then) = if proposed.reset {
            (AuditAction::Reset, "the operator gives you the new one, for chinwag --secret-file")
        } else {
            (AuditAction::Revoke, "ask the operator for a new one, for chinwag --secret-file")
        };
        let reason = Line::default();
        let entry = AuditFields { action, target: Some(&target), reason: &reason, detail: String::new() };
        self.audit(now, requester, entry);
        self.roster.replace_secrets(proposed.uid, proposed.hash, None);
        self.offers.retain(|_, offer| offer.uid != proposed.uid);
        if is_gone {
            self.save(proposed.uid);
        } else {
            self.leave_server(now, proposed.uid, Some(&Kind::Leave(shared::event::Leave::Quit)));
        }
        let message = format!("your secret no longer works; {then}");
        let goodbye = Goodbye {
            code: GoodbyeCode::Kicked,
            reason: Line::parse(&message).unwrap_or_default(),
            message,
            by: Some(requester.by.name.clone()),
            until: None,
            reconnect: false,
            after_ms: None,
            try_next: Vec::new(),
        };
        self.effects.push(Effect::EndTransfers(proposed.uid));
        self.close(conns, &goodbye);
        self.reply_ok(requester);
        Ok(())
    }
}
