//! `edit`: somebody gives a message of theirs another text. The message itself is in the store, which was asked whose it is.

use shared::client_msg::Edit;
use shared::{Code, Kind, Millis, Refusal, event};

use super::{CommandResult, Requester, Stored};
use crate::chat::effect::{Effect, Record};
use crate::chat::{Chat, Mark};

impl Chat {
    pub(super) fn edit(
        &mut self,
        now: Millis,
        requester: &Requester,
        edit: Edit,
        stored: Stored<'_>,
    ) -> CommandResult {
        let Edit { room, of, text, nonce } = edit;
        self.check_member(requester, &room)?;
        let kind = Kind::Edit(event::Edit { of, text: Some(text.clone()) });
        let mark = Mark { nonce: Some(nonce), ..Mark::default() };
        let before = self.said_before(requester, &room, &kind, &mark, stored)?;
        let seq = if let Some(seq) = before {
            seq
        } else {
            self.check_may_speak(now, requester, &room)?;
            if stored.message()?.0.uid != requester.uid() {
                return Err(Refusal::new(
                    Code::Forbidden,
                    "somebody else said this; only they can change it",
                ));
            }
            let seq = self.publish_once(now, requester, &room, &kind, mark)?;
            self.effects.push(Effect::Save(Record::Edit { of, text, at: now }));
            seq
        };
        self.reply_stored(requester, seq);
        Ok(())
    }
}
