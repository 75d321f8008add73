//! `delete`: somebody deletes a message of theirs, or a moderator one of somebody else, which is audited. The message itself is
//! in the store, which was asked whose it is.

use shared::client_msg::Delete;
use shared::{Code, Kind, Millis, Refusal, Role, Sender, event};

use super::audit_trail::AuditFields;
use super::{CommandResult, Requester, Stored};
use crate::chat::audit::AuditAction;
use crate::chat::effect::{Effect, Record};
use crate::chat::{Chat, Mark};

impl Chat {
    pub(super) fn delete(
        &mut self,
        now: Millis,
        requester: &Requester,
        delete: Delete,
        stored: Stored<'_>,
    ) -> CommandResult {
        let Delete { room, of, nonce, reason } = delete;
        self.check_member(requester, &room)?;
        let kind = Kind::Delete(event::Delete { of, reason: reason.clone() });
        let mark = Mark { nonce: Some(nonce), reply_to: None };
        if let Some(seq) = self.said_before(requester, &room, &kind, &mark, stored)? {
            self.reply_stored(requester, seq);
            return Ok(());
        }
        let author = stored.message()?.0;
        if author.uid != requester.uid() {
            self.check_may_delete(requester, author)?;
            let action = AuditAction::Delete;
            let detail = format!("room={room} seq={of}");
            self.audit(now, requester, AuditFields { action, target: Some(author), reason: &reason, detail });
        }
        let seq = self.publish_once(now, requester, &room, &kind, mark)?;
        self.effects.push(Effect::Save(Record::Delete { of, by: Box::new(requester.by.clone()) }));
        self.deferred.message_deleted(&room, of);
        self.reply_stored(requester, seq);
        Ok(())
    }

    /// Refuses who may not delete what somebody else said: as with other acts it takes a higher role than theirs.
    fn check_may_delete(&self, requester: &Requester, author: &Sender) -> CommandResult {
        if requester.role < Role::Moderator {
            let others = "somebody else said this; only they or a moderator can delete it";
            return Err(Refusal::new(Code::Forbidden, others));
        }
        // Somebody who is not known any more has no role either.
        if self.roster.get(author.uid).is_some() {
            self.find_target(requester, author.uid).map(drop)
        } else {
            Ok(())
        }
    }
}
