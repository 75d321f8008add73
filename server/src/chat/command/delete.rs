//! `delete`: somebody deletes a message of theirs, or the owner of the room or a moderator one of somebody else, which is audited. The message itself is
//! in the store, which was asked whose it is.

use shared::client_msg::Delete;
use shared::{Code, Kind, Millis, Refusal, RoomName, Sender, Seq, event};

use super::audit_trail::AuditFields;
use super::{CommandResult, Requester, Stored};
use crate::chat::audit::AuditAction;
use crate::chat::effect::{Effect, Record};
use crate::chat::room::Room;
use crate::chat::room_settings::Settings;
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
        let mark = Mark { nonce: Some(nonce), ..Mark::default() };
        if let Some(seq) = self.said_before(requester, &room, &kind, &mark, stored)? {
            self.reply_stored(requester, seq);
            return Ok(());
        }
        if !reason.is_empty() {
            // Everybody reads it.
            self.check_may_speak(now, requester, &room)?;
        }
        let author = stored.message()?.0;
        if author.uid != requester.uid() {
            self.check_may_delete(requester, &room, author)?;
            let action = AuditAction::Delete;
            let detail = format!("room={room} seq={of}");
            self.audit(now, requester, AuditFields { action, target: Some(author), reason: &reason, detail });
        }
        let seq = self.publish_once(now, requester, &room, &kind, mark)?;
        self.effects.push(Effect::Save(Record::Delete { of, by: Box::new(requester.by.clone()) }));
        self.deferred.message_deleted(&room, of);
        self.unpin(&room, of);
        self.reply_stored(requester, seq);
        Ok(())
    }

    /// What is deleted is pinned no more.
    fn unpin(&mut self, room: &RoomName, of: Seq) {
        let is_pinned =
            |state: &Room| state.settings.as_ref().is_some_and(|settings| settings.pin == Some(of));
        if self.rooms.get(room).is_some_and(is_pinned) {
            let settings = Settings { pin: None, ..self.settings_of(room) };
            self.set_settings(room, settings);
        }
    }

    /// Refuses who may not delete what somebody else said: as with other acts it takes more say in the room than theirs.
    fn check_may_delete(&self, requester: &Requester, room: &RoomName, author: &Sender) -> CommandResult {
        if !self.has_room_power(requester, room) {
            let others =
                "somebody else said this; only they, the owner of the room or a moderator can delete it";
            return Err(Refusal::new(Code::Forbidden, others));
        }
        // Somebody who is not known any more has no role either.
        self.check_outranks(requester, room, author.uid)
    }
}
