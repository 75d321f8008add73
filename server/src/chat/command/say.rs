//! `say`: a message to a room, said once however often it is sent. It must not know about pace; admission does.

use shared::client_msg::Say;
use shared::{Code, Kind, Millis, Nonce, Refusal, RoomName, Seq};

use super::{Asker, Outcome, message};
use crate::chat::Chat;
use crate::chat::dedupe::Said;

impl Chat {
    pub(super) fn say(&mut self, now: Millis, asker: &Asker, say: Say, before: Option<&Said>) -> Outcome {
        self.need_member(asker, &say.room)?;
        let kind = message(say.text, say.action);
        let seq = self.speak(now, asker, &say.room, &kind, say.nonce, before)?;
        self.stored(asker, seq);
        Ok(())
    }

    /// Publishes a message, unless it was said before: then only where it stands is told.
    pub(super) fn speak(
        &mut self,
        now: Millis,
        asker: &Asker,
        room: &RoomName,
        kind: &Kind,
        nonce: Nonce,
        before: Option<&Said>,
    ) -> Result<Seq, Refusal> {
        let recent = self.dedupe.get(asker.uid(), &nonce).cloned();
        if let Some(said) = recent.or_else(|| before.cloned()) {
            let conflict = || {
                Refusal::new(Code::NonceConflict, "this nonce was used for another message; use a new one")
            };
            return if said.is(room, kind) { Ok(said.seq) } else { Err(conflict()) };
        }
        self.need_voice(now, asker.uid())?;
        if let Some((one, other)) = room.pair() {
            if !self.rooms.contains_key(room) {
                self.check_new_room(now, asker.uid(), room)?;
            }
            self.open_direct(room, one);
            self.open_direct(room, other);
        }
        let Some(identity) = self.roster.get_mut(asker.uid()) else {
            return Err(Refusal::new(Code::Internal, "the identity is gone"));
        };
        let from = identity.to_sender();
        let spoke = std::mem::replace(&mut identity.spoke, true);
        if std::mem::take(&mut identity.unsaved) || !spoke {
            self.save(asker.uid());
        }
        let seq = self.publish(now, room, from, Some(nonce.clone()), kind.clone());
        let said = Said::new(seq, room, kind);
        if let Some(forgotten) = self.dedupe.remember(asker.uid(), nonce, said)
            && let Some(identity) = self.roster.get_mut(forgotten)
        {
            identity.forgot_nonces = true;
        }
        Ok(seq)
    }
}
