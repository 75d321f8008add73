//! `direct`: a message to one person. Opens the direct room of the two if there is none; only they see that it exists.

use shared::client_msg::Direct;
use shared::server_msg::Answer;
use shared::{Code, Millis, Refusal, RoomName, Seq, ServerMsg, Uid};

use super::{CommandResult, Requester, Stored, message_kind};
use crate::chat::effect::{Effect, Record};
use crate::chat::identity::Identity;
use crate::chat::{Chat, Mark};

impl Chat {
    pub(super) fn direct(
        &mut self,
        now: Millis,
        requester: &Requester,
        direct: Direct,
        stored: Stored<'_>,
    ) -> CommandResult {
        if direct.uid == requester.uid() {
            return Err(Refusal::new(
                Code::BadRequest,
                "a direct message goes to somebody else; give another uid",
            ));
        }
        if self.roster.get(direct.uid).is_none() {
            return Err(Refusal::new(Code::NoSuchUser, "nobody has this uid; who finds people by name"));
        }
        let room = RoomName::direct(requester.uid(), direct.uid);
        let kind = message_kind(direct.text, direct.action);
        let mark = Mark { nonce: Some(direct.nonce), reply_to: direct.reply_to, file: direct.file };
        let seq = self.publish_message(now, requester, &room, &kind, mark, stored)?;
        if requester.id.is_some() {
            let absent = self.roster.get(direct.uid).and_then(|other| other.absent.as_deref().cloned());
            let id = requester.id.clone();
            let answer = Answer { id, seq: Some(seq), room: Some(room), absent, ..Answer::default() };
            self.tell(requester.conn, ServerMsg::Ok(Box::new(answer)));
        }
        Ok(())
    }

    /// Makes somebody a member of their direct room, following it from the next event on.
    pub(super) fn open_direct(&mut self, room: &RoomName, uid: Uid) {
        let Some(is_present) = self.roster.get(uid).map(Identity::is_present) else { return };
        if !self.roster.add_room(uid, room) {
            return;
        }
        let state = self.rooms.entry(room.clone()).or_default();
        let after = state.head;
        if is_present {
            state.enter(uid);
        }
        if after == Seq::ZERO {
            self.save_room(room);
        }
        // Both have been there from the beginning, so there is nothing that one of them may not read.
        let since = Seq::ZERO;
        self.effects.push(Effect::Save(Record::Member { uid, room: room.clone(), inside: true, since }));
        self.follow(uid, room, after);
    }
}
