//! `say`: a message to a room. The nonce is an idempotency key: a message sent again is acknowledged with the seq of the
//! first one. Message rates are limited by admission, before the order.

use shared::client_msg::Say;
use shared::{Code, Kind, Millis, Refusal, RoomName, Seq};

use super::{CommandResult, Requester, Stored, message_kind};
use crate::chat::dedupe::Said;
use crate::chat::proposal::NonceAnswer;
use crate::chat::{Chat, Mark};

impl Chat {
    pub(super) fn say(
        &mut self,
        now: Millis,
        requester: &Requester,
        say: Say,
        stored: Stored<'_>,
    ) -> CommandResult {
        self.check_member(requester, &say.room)?;
        let kind = message_kind(say.text, say.action);
        let mark = Mark { nonce: Some(say.nonce), reply_to: say.reply_to, file: say.file };
        let seq = self.publish_message(now, requester, &say.room, &kind, mark, stored)?;
        self.reply_stored(requester, seq);
        Ok(())
    }

    /// Publishes a message and returns its seq; if the nonce was used for the same message before, that one's.
    pub(super) fn publish_message(
        &mut self,
        now: Millis,
        requester: &Requester,
        room: &RoomName,
        kind: &Kind,
        mark: Mark,
        stored: Stored<'_>,
    ) -> Result<Seq, Refusal> {
        if let Some(seq) = self.said_before(requester, room, kind, &mark, stored)? {
            return Ok(seq);
        }
        self.check_may_speak(now, requester, room)?;
        mark.file.as_ref().map_or(Ok(()), |file| self.check_file(file, stored.held))?;
        if let Some((one, other)) = room.pair() {
            if self.roster.get(requester.uid()).is_some_and(|identity| !identity.rooms.contains(room)) {
                self.check_direct_of(requester.uid())?;
            }
            if !self.rooms.contains_key(room) {
                self.check_new_room(now, requester.uid(), room)?;
            }
            self.open_direct(room, one);
            self.open_direct(room, other);
        }
        self.publish_once(now, requester, room, kind, mark)
    }

    /// The seq of what was carried out with the same nonce before; refused if that was something else.
    pub(super) fn said_before(
        &self,
        requester: &Requester,
        room: &RoomName,
        kind: &Kind,
        mark: &Mark,
        stored: Stored<'_>,
    ) -> Result<Option<Seq>, Refusal> {
        let recent = mark.nonce.as_ref().and_then(|nonce| self.dedupe.get(requester.uid(), nonce));
        let Some(said) = recent.or(stored.before) else { return Ok(None) };
        if said.is(room, kind, mark.reply_to, mark.file.as_deref()) {
            return Ok(Some(said.seq));
        }
        Err(Refusal::new(Code::NonceConflict, "this nonce was used for another message; use a new one"))
    }

    /// Publishes what has a nonce, and remembers that.
    pub(super) fn publish_once(
        &mut self,
        now: Millis,
        requester: &Requester,
        room: &RoomName,
        kind: &Kind,
        mark: Mark,
    ) -> Result<Seq, Refusal> {
        let Some(identity) = self.roster.get_mut(requester.uid()) else {
            return Err(Refusal::new(Code::Internal, "the identity is gone; connect again"));
        };
        let from = identity.to_sender();
        let spoke = std::mem::replace(&mut identity.spoke, true);
        if std::mem::take(&mut identity.unsaved) || !spoke {
            self.save(requester.uid());
        }
        let nonce = mark.nonce.clone();
        let said = Said::new(self.last_seq.next(), room, kind, mark.reply_to, mark.file.as_deref());
        let seq = self.publish_marked(now, room, from, mark, kind.clone());
        if let Some((uid, nonce, said)) =
            nonce.and_then(|nonce| self.dedupe.remember(requester.uid(), nonce, said))
        {
            // Otherwise what waits with this nonce would be published once more.
            self.deferred.answer(uid, &nonce, &NonceAnswer::Said(said));
            if let Some(identity) = self.roster.get_mut(uid) {
                identity.forgotten.add(nonce);
            }
        }
        Ok(seq)
    }
}
