//! `say`: a message to a room. The nonce is an idempotency key: a message sent again is acknowledged with the seq of the
//! first one. Message rates are limited by admission, before the order.

use shared::client_msg::Say;
use shared::{Code, Kind, Millis, Nonce, Refusal, RoomName, Seq};

use super::{CommandResult, Requester, message_kind};
use crate::chat::Chat;
use crate::chat::dedupe::Said;
use crate::chat::proposal::NonceAnswer;

impl Chat {
    pub(super) fn say(
        &mut self,
        now: Millis,
        requester: &Requester,
        say: Say,
        before: Option<&Said>,
    ) -> CommandResult {
        self.check_member(requester, &say.room)?;
        let kind = message_kind(say.text, say.action);
        let seq = self.publish_message(now, requester, &say.room, &kind, say.nonce, before)?;
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
        nonce: Nonce,
        before: Option<&Said>,
    ) -> Result<Seq, Refusal> {
        let recent = self.dedupe.get(requester.uid(), &nonce).cloned();
        if let Some(said) = recent.or_else(|| before.cloned()) {
            let conflict = || {
                Refusal::new(Code::NonceConflict, "this nonce was used for another message; use a new one")
            };
            return if said.is(room, kind) { Ok(said.seq) } else { Err(conflict()) };
        }
        self.check_not_muted(now, requester.uid())?;
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
        let Some(identity) = self.roster.get_mut(requester.uid()) else {
            return Err(Refusal::new(Code::Internal, "the identity is gone; connect again"));
        };
        let from = identity.to_sender();
        let spoke = std::mem::replace(&mut identity.spoke, true);
        if std::mem::take(&mut identity.unsaved) || !spoke {
            self.save(requester.uid());
        }
        let seq = self.publish(now, room, from, Some(nonce.clone()), kind.clone());
        let said = Said::new(seq, room, kind);
        if let Some((uid, nonce, said)) = self.dedupe.remember(requester.uid(), nonce, said) {
            // Otherwise what waits with this nonce would be published once more.
            self.deferred.answer(uid, &nonce, &NonceAnswer::Said(said));
            if let Some(identity) = self.roster.get_mut(uid) {
                identity.forgotten.add(nonce);
            }
        }
        Ok(seq)
    }
}
